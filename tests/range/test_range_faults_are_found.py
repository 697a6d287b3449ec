"""Every planted fault of the sample dossier is found, where docs/demo.md says, and nothing else is a breach."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from zhunru.core.result import CheckResult, Result
from zhunru.core.verdict import Verdict
from zhunru.engine.assess import assess
from zhunru.engine.dossier import open_dossier
from zhunru.range import can_drive, gnss_drive, sample_dossier, updates

DAY = date(2026, 11, 22)
BOOK, LOG = "records/升级活动.xlsx", "records/升级日志.csv"
READ = "evidence/ota/read/L0ZAB3C15TA000004.log"
FOUND: dict[str, list[tuple[str, int | None]]] = {
    "data.sends_nothing_abroad": [("evidence/net/working-4g.pcap", None)],
    "cyber.talks_to_cloud_over_tls": [("evidence/net/powered-4g.pcap", None)],
    "data.assets_are_classified_and_graded": [("records/数据资产台账.xlsx", 10)],
    "data.ledger_references_resolve": [("records/数据资产台账.xlsx", 12)],
    "ota.claim_agrees_with_difference": [(BOOK, 3)],
    "ota.parameter_changes_are_permitted": [(BOOK, 3)],
    "ota.no_release_without_approval": [(BOOK, 3)],
    "ota.pushed_equals_filed": [(BOOK, row) for row in (3, 3, 4, 5, 6, 8, 9)],
    "ota.execution_record_is_complete": [(BOOK, 9)],
    "ota.reports_cover_the_release": [(BOOK, 3)],
    "ota.user_is_told_before_execution": [(LOG, 48)],
    "ota.survives_power_loss_at_each_stage": [(LOG, 89)],
    "ota.recovers_after_failure": [(LOG, 91)],
    "ota.executes_only_when_preconditions_hold": [("records/升级试验.yaml", 51)],
    "ota.versions_agree": [(READ, None)] * 2,
    "ota.package_is_authentic": [("evidence/ota/packages/media-5.0.2.zip", None)],
    "ota.update_metadata_verifies": [("records/升级资料.toml", 1)],
    "assist.warns_after_hands_off": [("evidence/drive/drive.log", None)],
    "position.sentences_are_intact": [("evidence/gnss/drive.nmea", None)],
    "position.updates_every_second": [("evidence/gnss/drive.nmea", None)],
}


CAUGHT: dict[str, tuple[str, ...]] = {
    "brake": ("ota.claim_agrees_with_difference", "ota.parameter_changes_are_permitted", "ota.impact_is_assessed"),
    "approval": ("ota.no_release_without_approval",),
    "instructions": ("ota.user_is_told_before_execution",),
    "mixture": ("ota.survives_power_loss_at_each_stage", "ota.recovers_after_failure"),
    "parking brake": ("ota.executes_only_when_preconditions_hold",),
    "filing": ("ota.pushed_equals_filed",),
    "assurance": ("ota.reports_cover_the_release",),
    "version": ("ota.versions_agree",),
    "package": ("ota.package_is_authentic",),
    "timestamp": ("ota.update_metadata_verifies",),
    "stranger": ("ota.execution_record_is_complete",),
}
"""Fault of the update activity -> checks that it keeps from a pass."""
NEVER_GIVEN = {
    "ota.client_withstands_attacks": Verdict.MISSING,
    "ota.supply_chain_layout_holds": Verdict.MISSING,
    "ota.vehicle_manifests_are_genuine": Verdict.MISSING,
}
"""Checks of the activity for which the sample holds no evidence."""


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


def test_what_else_is_open_of_the_update_is_what_the_sample_does_not_hold(result: Result) -> None:
    spoilt = {check for checks in CAUGHT.values() for check in checks}
    for check in result.checks:
        if not check.id.startswith("ota.") or check.verdict is Verdict.PASS or check.id in spoilt:
            continue
        if check.id in NEVER_GIVEN:
            assert check.verdict is NEVER_GIVEN[check.id]
        else:  # the capture that breaks off may have held diagnostics
            assert check.verdict is Verdict.INCONCLUSIVE
            assert [f.source for f in check.findings if f.kind != "ok"] == ["evidence/net/powered-4g.pcap"]


def judged(folder: Path, without: set[str]) -> dict[str, Verdict]:
    sample_dossier.build(folder, without=without)
    return {c.id: c.verdict for c in assess(open_dossier(folder), day=DAY, only="ota").checks}


def test_every_fault_of_the_update_has_its_checks() -> None:
    assert CAUGHT.keys() == updates.FAULTS.keys() | updates.STORY_FAULTS.keys()


@pytest.mark.parametrize("fault", CAUGHT)
def test_mending_one_fault_alone_makes_its_checks_content(tmp_path: Path, fault: str) -> None:
    verdicts = judged(tmp_path, {"capture", fault})
    assert {c: verdicts[c] for c in CAUGHT[fault]} == dict.fromkeys(CAUGHT[fault], Verdict.PASS)
    others = [c for name, checks in CAUGHT.items() if name != fault for c in checks]
    assert not [c for c in others if verdicts[c] is Verdict.PASS], "the other faults stay"


def test_without_faults_the_activity_conforms(tmp_path: Path) -> None:
    verdicts = judged(tmp_path, {"capture", *CAUGHT})
    assert {c: verdict for c, verdict in verdicts.items() if verdict is not Verdict.PASS} == NEVER_GIVEN


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
