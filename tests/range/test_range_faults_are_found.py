"""Every planted fault of the sample dossier is found, where docs/demo.md says, and nothing else is a breach."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from zhunru.core.result import CheckResult, Result
from zhunru.core.verdict import Verdict
from zhunru.engine.assess import assess
from zhunru.engine.dossier import open_dossier
from zhunru.range import can_drive, gnss_drive, sample_dossier

DAY = date(2026, 11, 22)
FOUND: dict[str, list[tuple[str, int | None]]] = {
    "data.sends_nothing_abroad": [("evidence/net/working-4g.pcap", None)],
    "cyber.talks_to_cloud_over_tls": [("evidence/net/powered-4g.pcap", None)],
    "data.assets_are_classified_and_graded": [("records/数据资产台账.xlsx", 10)],
    "data.ledger_references_resolve": [("records/数据资产台账.xlsx", 12)],
    "ota.no_release_without_approval": [("records/升级活动.xlsx", 4)],
    "assist.warns_after_hands_off": [("evidence/drive/drive.log", None)],
    "position.sentences_are_intact": [("evidence/gnss/drive.nmea", None)],
    "position.updates_every_second": [("evidence/gnss/drive.nmea", None)],
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("demo")
    sample_dossier.build(made)
    return made


@pytest.fixture(scope="module")
def result(folder: Path) -> Result:
    return assess(open_dossier(folder), day=DAY)


def _check(result: Result, check_id: str) -> CheckResult:
    return next(c for c in result.checks if c.id == check_id)


def test_breaches_are_the_planted_ones(result: Result) -> None:
    seen = {c.id: [(f.source, f.row) for f in c.findings if f.kind == "breach"] for c in result.checks}
    assert {check_id: places for check_id, places in seen.items() if places} == FOUND


def test_first_screen_shows_every_verdict(result: Result) -> None:
    verdicts = {c.id: c.verdict for c in result.clauses}
    duties = {v for i, v in verdicts.items() if i.startswith("miit-2021-103/")}
    assert {Verdict.PASS, Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.MISSING, Verdict.NOT_APPLICABLE} <= duties
    assert Verdict.ERROR not in duties
    expected = {
        "1.1": Verdict.PASS,
        "8.3": Verdict.PASS,
        "2.3": Verdict.MISSING,
        "10.1": Verdict.INCONCLUSIVE,
        "7.1a": Verdict.NOT_APPLICABLE,
    }
    assert {n: verdicts[f"miit-2021-103/{n}"] for n in expected} == expected
    for clause in result.clauses:
        assert clause.verdict is Verdict.PASS or clause.reason


def test_measured_values_are_the_planted_ones(result: Result) -> None:
    late = next(f for f in _check(result, "assist.warns_after_hands_off").findings if f.kind == "breach")
    planted = next(h for h in can_drive.HANDS_OFF if h.start_s == 95.0)
    assert planted.request_s is not None
    assert isinstance(late.measured, float)
    assert late.measured == pytest.approx(planted.request_s - planted.start_s, abs=0.08)
    broken = next(f for f in _check(result, "position.sentences_are_intact").findings if f.kind == "breach")
    assert broken.facts["checksum_errors"] == len(gnss_drive.ALTERED_S)
    abroad = next(f for f in _check(result, "data.sends_nothing_abroad").findings if f.kind == "breach")
    assert (abroad.facts["territory"], abroad.facts["names"]) == ("NL", "crash.fenxi.example")


def test_damage_and_strangers_are_told(result: Result) -> None:
    states = {e.name: e.state for e in result.evidence if e.state != "read"}
    assert states == {
        "evidence/net/powered-4g.pcap": "damaged",
        "evidence/未知文件.bin": "unused",
        "evidence/附件/车联网卡实名登记.xlsx": "unused",
    }
    assert all(e.messages for e in result.evidence if e.state != "read")


def test_another_seed_tells_the_same_story(tmp_path: Path, result: Result) -> None:
    sample_dossier.build(tmp_path, seed=7)
    other = assess(open_dossier(tmp_path), day=DAY)
    assert {c.id: c.verdict for c in other.clauses} == {c.id: c.verdict for c in result.clauses}


def test_added_register_turns_missing_into_fail(folder: Path, tmp_path: Path) -> None:
    grown = tmp_path / "grown"
    shutil.copytree(folder, grown)
    for later in (grown / sample_dossier.LATER).iterdir():
        shutil.copy(later, grown / "records")
    result = assess(open_dossier(grown), day=DAY, only="miit-2021-103/2.3")
    places = [(f.source, f.row) for c in result.checks for f in c.findings if f.kind == "breach"]
    assert sorted(places, key=str) == [("records/车联网卡实名登记.csv", 10), ("records/车联网卡实名登记.csv", 6)]
