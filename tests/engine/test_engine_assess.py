"""What the engine alone decides: MISSING, NOT_APPLICABLE, ERROR, gaps for damaged evidence, waivers, reviews, screening."""

import hashlib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from zhunru.core.result import CheckResult, ClauseResult, Result
from zhunru.core.verdict import Verdict
from zhunru.engine import run, walk
from zhunru.engine.assess import assess, exit_code
from zhunru.engine.dossier import Dossier, open_dossier

DAY = date(2026, 11, 22)
POSTS = "姓名,职责,部门,任职日期,离任日期\n张三,数据安全负责人,信息安全部,2024-03-01,\n"
DUTY = "miit-2021-103/1.1"
CHECK = "data.owner_is_in_post"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("evidence", "records"):
        (tmp_path / name).mkdir()
    (tmp_path / "dossier.toml").write_text(
        'format = 1\n[subject]\nname = "样车"\nmaker = "示例"\nautomation_level = 2\nota = true\ngnss = true\n', encoding="utf-8"
    )
    return tmp_path


def put(folder: Path, name: str, content: str | bytes) -> None:
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())


def result(folder: Path, **options: Any) -> Result:
    return assess(open_dossier(folder), day=options.pop("day", DAY), **options)


def check(of: Result, name: str = CHECK) -> CheckResult:
    return next(c for c in of.checks if c.id == name)


def clause(of: Result, name: str = DUTY) -> ClauseResult:
    return next(c for c in of.clauses if c.id == name)


def test_a_ledger_leads_to_a_verdict(folder: Path) -> None:
    put(folder, "records/任命.csv", POSTS)
    found = result(folder)
    assert check(found).verdict is Verdict.PASS
    assert check(found).evidence == ("records/任命.csv",)
    assert clause(found).verdict is Verdict.PASS
    assert "未覆盖" in str(clause(found).reason)
    assert found.evidence[0].records == {"appointment": 1}


def test_an_empty_dossier_is_missing_everywhere_and_open(folder: Path) -> None:
    found = result(folder)
    assert {c.verdict for c in found.checks} <= {Verdict.MISSING, Verdict.NOT_APPLICABLE, Verdict.INCONCLUSIVE}
    assert check(found).reason and "任命" in check(found).reason.zh  # type: ignore[union-attr]
    assert (found.progress.tested, found.progress.conforming) == (found.progress.tested, 0)
    assert exit_code(found) == 3


def test_a_row_without_its_key_keeps_from_a_pass(folder: Path) -> None:
    put(folder, "records/任命.csv", POSTS + ",数据安全负责人,部门,2024-01-01,\n")
    found = check(result(folder))
    assert found.verdict is Verdict.INCONCLUSIVE
    assert [(f.source, f.row) for f in found.findings if f.kind == "gap"] == [("records/任命.csv", 3)]


def test_a_ledger_that_cannot_be_read_keeps_from_a_pass(folder: Path) -> None:
    put(folder, "records/任命.csv", POSTS)
    put(folder, "records/另一本.toml", '[[appointment]]\nperson = "李四"\n[[appointment]\nperson = ')
    found = result(folder)
    evidence = next(e for e in found.evidence if e.name.endswith(".toml"))
    assert evidence.state == "damaged"
    assert check(found).verdict is Verdict.INCONCLUSIVE


def test_skipped_lines_keep_from_a_pass(folder: Path) -> None:
    put(folder, "records/任命.csv", POSTS.encode() + b"\x00\x00,x\n")
    found = result(folder)
    assert found.evidence[0].state == "damaged"
    assert found.evidence[0].skipped == 1
    assert check(found).verdict is Verdict.INCONCLUSIVE


def test_a_crash_is_an_error_of_its_own(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(folder, "records/任命.csv", POSTS)

    def crash(*_args: object) -> None:
        raise ZeroDivisionError("planted")

    monkeypatch.setattr(walk.checks()[CHECK], "function", crash)
    found = result(folder)
    assert check(found).verdict is Verdict.ERROR
    assert "planted" in str(check(found).reason)
    assert {c.verdict for c in found.checks if c.id != CHECK} != {Verdict.ERROR}
    assert exit_code(found) == 4
    monkeypatch.undo()
    assert check(result(folder)).verdict is Verdict.PASS, "an error is never kept"


def test_a_waiver_stands_beside_a_fail_and_changes_nothing(folder: Path) -> None:
    put(folder, "records/任命.csv", POSTS.replace("2024-03-01,", "2024-03-01,2025-01-01"))
    put(folder, "records/豁免.csv", f"豁免对象,豁免理由,批准人,批准日期,有效期至\n{DUTY},交接中,王五,2026-01-01,2026-12-31\n")
    found = result(folder)
    assert clause(found).verdict is Verdict.FAIL
    assert "交接中" in clause(found).waiver
    assert exit_code(found) == 1
    assert clause(result(folder, day=date(2027, 1, 1))).waiver == "", "an expired waiver is not shown as valid"


def test_a_waiver_of_a_pass_is_not_shown(folder: Path) -> None:
    put(folder, "records/任命.csv", POSTS)
    put(folder, "records/豁免.csv", f"豁免对象,豁免理由,批准人,批准日期,有效期至\n{DUTY},x,王五,2026-01-01,2026-12-31\n")
    assert clause(result(folder)).waiver == ""


def test_a_review_is_counted_and_decides_nothing(folder: Path) -> None:
    put(folder, "records/评审.csv", "条款,评审结论,评审人,评审日期,评审意见\nmiit-2021-103/10.2,PASS,赵六,2026-10-01,无\n")
    found = result(folder)
    assert clause(found, "miit-2021-103/10.2").reviewed_by == "赵六"
    assert clause(found, "miit-2021-103/10.2").verdict is None
    assert found.progress.reviewed == 1


def test_clauses_that_do_not_apply_say_why(folder: Path) -> None:
    found = result(folder)
    automated = clause(found, "miit-2021-103/7.1a")
    assert automated.verdict is Verdict.NOT_APPLICABLE
    assert automated.reason and "自动驾驶" in automated.reason.zh
    later = clause(found, "gb-44721-2026/hmi")
    assert later.reason and "2027-07-01" in later.reason.en


def test_a_screening_pass_never_counts_as_conforming(folder: Path) -> None:
    put(folder, "records/任命.csv", POSTS)
    found = result(folder)
    assert found.progress.conforming == 1
    screening = [c for c in found.clauses if c.screening and c.verdict is Verdict.PASS and c.instrument == "miit-2021-103"]
    assert found.progress.conforming == len(
        [c for c in found.clauses if c.verdict is Verdict.PASS and c.instrument == "miit-2021-103"]
    ) - len(screening)


def note(**changed: str) -> str:
    plain = {
        "抓包文件": "a.pcap",
        "SHA-256": "",
        "通道": "4G",
        "车辆状态": "工作",
        "开始时间": "2026-06-01 08:00:00",
        "结束时间": "2026-06-01 09:00:00",
    }
    row = plain | changed
    return ",".join(row) + "\n" + ",".join(row.values()) + "\n"


@pytest.fixture
def captured(folder: Path) -> tuple[Path, str]:
    from zhunru.range.sample_dossier import contents

    content = contents()["evidence/net/off-4g.pcap"]
    put(folder, "evidence/a.pcap", content)
    return folder, hashlib.sha256(content).hexdigest()


def test_a_note_is_tied_to_its_file_by_digest(captured: tuple[Path, str]) -> None:
    folder, digest = captured
    put(folder, "records/抓包记录.csv", note(抓包文件=digest))
    dossier = open_dossier(folder)
    material, _ = run.collect(dossier, dossier.state / "cache", DAY)
    (records,) = [r for k, r in material.records.items() if k.kind() == "capture_note"]
    assert [getattr(r, "file", None) for r in records] == ["evidence/a.pcap"]


def test_a_note_about_other_bytes_is_refused(captured: tuple[Path, str]) -> None:
    folder, digest = captured
    put(folder, "records/抓包记录.csv", note(**{"SHA-256": "0" * 64}))
    found = result(folder)
    told = [m.zh for e in found.evidence for m in e.messages]
    assert any("摘要" in m for m in told)
    assert not any(e.records.get("capture_note") for e in found.evidence)
    put(folder, "records/抓包记录.csv", note(**{"SHA-256": digest}))
    assert any(e.records.get("capture_note") == 1 for e in result(folder).evidence)


def test_equal_content_under_two_names_is_shown_twice(folder: Path) -> None:
    put(folder, "records/任命.csv", POSTS)
    put(folder, "records/任命副本.csv", POSTS)
    found = result(folder)
    assert [e.records for e in found.evidence] == [{"appointment": 1}] * 2
    assert len(check(found).evidence) == 2


def test_the_day_and_the_subject_are_part_of_what_is_remembered(folder: Path) -> None:
    put(folder, "records/任命.csv", POSTS.replace("2024-03-01,", "2024-03-01,2026-11-22"))
    assert check(result(folder)).verdict is Verdict.PASS
    assert check(result(folder, day=date(2026, 11, 23))).verdict is Verdict.FAIL
    assert check(result(folder)).verdict is Verdict.PASS


def test_changed_code_forgets_what_was_decided(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(folder, "records/任命.csv", POSTS)
    before = check(result(folder)).key
    monkeypatch.setattr(walk, "code_digest", lambda: "0" * 64)
    assert check(result(folder)).key != before


def test_unknown_files_are_told_and_nothing_stops(folder: Path) -> None:
    put(folder, "evidence/a.bin", b"\x00\x01\x02")
    put(folder, "evidence/empty.log", b"")
    put(folder, "records/任命.csv", POSTS)
    found = result(folder)
    assert {e.name: e.state for e in found.evidence} == {
        "evidence/a.bin": "unused",
        "evidence/empty.log": "unused",
        "records/任命.csv": "read",
    }
    assert all(e.messages for e in found.evidence)
    assert check(found).verdict is Verdict.PASS


def test_a_cache_that_was_deleted_or_spoilt_is_made_again(folder: Path) -> None:
    put(folder, "records/任命.csv", POSTS)
    first = result(folder)
    dossier = Dossier(folder, open_dossier(folder).subject)
    for path in (dossier.state / "cache/checks").glob("*.json"):
        path.write_bytes(b'{"cut')
    assert result(folder) == first
