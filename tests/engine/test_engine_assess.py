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
RULES = (
    "制度编号,制度名称,涵盖内容,版本,批准人,批准日期,生效日期,下次评审日期,责任部门,责任人,职责\n"
    "ZD-01,数据安全管理手册,目标；方针；环境；范围；组织与职责；技术措施,V3.1,陈二,2026-01-05,2026-01-15,2027-01-15,信息安全部,张三,建立并维护管理体系\n"
)
PROCEDURES = (
    "程序编号,程序名称,适用环节,适用级别,适用阶段,文件编号,版本,批准人,批准日期,生效日期,责任人\n"
    "CX-01,数据保护程序,收集；存储；使用；加工；传输；提供；公开；删除,一般,研发；设计；制造,CX-01,V2.0,陈二,2026-01-05,2026-01-15,张三\n"
)
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


def rules(folder: Path) -> None:
    """Add what the other checks of the duty look at, so that it hangs on the appointment alone."""
    put(folder, "records/制度.csv", RULES)
    put(folder, "records/程序.csv", PROCEDURES)


def result(folder: Path, **options: Any) -> Result:
    return assess(open_dossier(folder), day=options.pop("day", DAY), **options)


def check(of: Result, name: str = CHECK) -> CheckResult:
    return next(c for c in of.checks if c.id == name)


def clause(of: Result, name: str = DUTY) -> ClauseResult:
    return next(c for c in of.clauses if c.id == name)


def test_a_ledger_leads_to_a_verdict(folder: Path) -> None:
    rules(folder)
    put(folder, "records/任命.csv", POSTS)
    found = result(folder)
    assert check(found).verdict is Verdict.PASS
    assert check(found).evidence == ("records/任命.csv",)
    assert clause(found).verdict is Verdict.PASS
    assert "未覆盖" in str(clause(found).reason)
    assert {e.name: e.records for e in found.evidence}["records/任命.csv"] == {"appointment": 1}


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


def test_a_review_is_counted_with_its_judgement(folder: Path) -> None:
    put(folder, "records/评审.csv", reviewed("miit-2021-103/6.1", "不符合"))
    found = result(folder)
    assert clause(found, "miit-2021-103/6.1").reviewed_by == "赵六 FAIL 2026-10-01"
    assert found.progress.reviewed == 1


def test_clauses_that_do_not_apply_say_why(folder: Path) -> None:
    found = result(folder)
    automated = clause(found, "miit-2021-103/7.1a")
    assert automated.verdict is Verdict.NOT_APPLICABLE
    assert automated.reason and "自动驾驶" in automated.reason.zh
    later = clause(found, "gb-44721-2026/hmi")
    assert later.reason and "2027-07-01" in later.reason.en


def test_a_screening_pass_never_counts_as_conforming(folder: Path) -> None:
    rules(folder)
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


def bound_of(folder: Path) -> tuple[list[str], list[str]]:
    """Return the files that the capture notes are tied to, and why others are refused."""
    dossier = open_dossier(folder)
    material, bound = run.collect(dossier, dossier.state / "cache", DAY)
    files = [getattr(r, "file", "") for k, records in material.records.items() if k.kind() == "capture_note" for r in records]
    return files, [r.reason.en for k, refused in bound.refused.items() if k.kind() == "capture_note" for r in refused]


@pytest.mark.parametrize(
    "written",
    ["evidence/a.pcap", "a.pcap", "A.PCAP", "Evidence/A.pcap", r"evidence\a.pcap", "./evidence/a.pcap", r".\a.pcap", "/home/x/car/evidence/a.pcap",
     r"D:\车\evidence\a.pcap", " a.pcap "],
)  # fmt: skip
@pytest.mark.parametrize("right", [True, False], ids=["right", "wrong"])
def test_however_a_note_names_its_file_the_digest_is_compared(captured: tuple[Path, str], written: str, right: bool) -> None:
    folder, digest = captured
    put(folder, "records/抓包记录.csv", note(抓包文件=written, **{"SHA-256": digest if right else "0" * 64}))
    files, reasons = bound_of(folder)
    assert files == ["evidence/a.pcap"] * right
    assert ["is not that of the file" in r for r in reasons] == [True] * (not right)


@pytest.mark.parametrize("written", ["b.pcap", "net/a.pcap", "a", "pcap", "other/evidence", "0" * 64, "evidence/", "."])
def test_a_note_about_a_file_that_is_not_there_is_refused(captured: tuple[Path, str], written: str) -> None:
    folder, _ = captured
    put(folder, "records/抓包记录.csv", note(抓包文件=written))
    files, reasons = bound_of(folder)
    assert not files
    assert ["no such file" in r for r in reasons] == [True]


def test_a_name_that_two_files_bear_is_refused_unless_path_or_digest_parts_them(captured: tuple[Path, str]) -> None:
    folder, digest = captured
    (folder / "records/x").mkdir()
    put(folder, "records/x/a.pcap", "readme")
    for written, sha, expected in [
        ("a.pcap", "", []),
        ("a.pcap", "0" * 64, []),
        ("a.pcap", digest, ["evidence/a.pcap"]),
        ("evidence/a.pcap", "", ["evidence/a.pcap"]),
        ("x/a.pcap", digest, []),
    ]:
        put(folder, "records/抓包记录.csv", note(抓包文件=written, **{"SHA-256": sha}))
        files, reasons = bound_of(folder)
        assert (files, len(reasons)) == (expected, not expected), written
    put(folder, "records/抓包记录.csv", note())
    assert "evidence/a.pcap, records/x/a.pcap" in bound_of(folder)[1][0]


def test_a_digest_that_two_files_share_is_refused(captured: tuple[Path, str]) -> None:
    folder, digest = captured
    put(folder, "evidence/b.pcap", (folder / "evidence/a.pcap").read_bytes())
    put(folder, "records/抓包记录.csv", note(抓包文件=digest))
    assert bound_of(folder)[0] == []
    put(folder, "records/抓包记录.csv", note(抓包文件="b.pcap", **{"SHA-256": digest}))
    assert bound_of(folder)[0] == ["evidence/b.pcap"]


def test_a_second_file_of_the_name_is_seen_though_results_are_remembered(captured: tuple[Path, str]) -> None:
    folder, _ = captured
    put(folder, "records/抓包记录.csv", note())
    name = "oversight.evidence_agrees_with_declaration"
    before = {f.text.zh for f in check(result(folder), name).findings}
    (folder / "records/x").mkdir()
    put(folder, "records/x/a.pcap", "readme")
    after = {f.text.zh for f in check(result(folder), name).findings}
    assert after != before
    (folder / "records/x/a.pcap").unlink()
    assert {f.text.zh for f in check(result(folder), name).findings} == before


def test_a_sheet_of_the_kind_that_is_not_used_keeps_from_a_pass(folder: Path) -> None:
    put(folder, "records/任命.csv", POSTS)
    assert check(result(folder)).verdict is Verdict.PASS
    put(folder, "records/任命更新.csv", "序号,职责,部门,离任日期\n1,数据安全负责人,信息安全部,2025-12-31\n")
    found = check(result(folder))
    assert found.verdict is Verdict.INCONCLUSIVE
    assert "records/任命更新.csv" in {f.source for f in found.findings if f.kind == "gap"}
    assert "records/任命更新.csv" in found.evidence


@pytest.mark.parametrize(
    ("heading", "verdict"),
    [("离任时间", Verdict.FAIL), ("最后在任的那天", Verdict.INCONCLUSIVE), ("联系电话", Verdict.PASS), ("备注", Verdict.INCONCLUSIVE)],
)
def test_an_end_under_another_heading_is_never_no_end(folder: Path, heading: str, verdict: Verdict) -> None:
    put(folder, "records/任命.csv", f"姓名,职责,部门,任职日期,{heading}\n张三,数据安全负责人,信息安全部,2024-03-01,2025-12-31\n")
    assert check(result(folder)).verdict is verdict


def test_other_data_near_to_no_kind_is_told_and_refuses_nothing(folder: Path) -> None:
    put(folder, "records/任命.csv", POSTS)
    put(folder, "evidence/行驶.csv", "时间,纬度,经度,速度\n" + "2026-01-01,30.1,114.2,12\n" * 9)
    found = result(folder)
    assert check(found).verdict is Verdict.PASS
    assert any("未使用" in m.zh for e in found.evidence if e.name.endswith("行驶.csv") for m in e.messages)


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


def reviewed(clause_id: str, verdict: str, day: str = "2026-10-01", person: str = "赵六") -> str:
    return f"条款,评审结论,评审人,评审日期,评审意见\n{clause_id},{verdict},{person},{day},见纪要\n"


def test_part_of_the_checks_of_a_clause_never_passes_it(folder: Path) -> None:
    put(folder, "records/任命.csv", POSTS)
    several = next(c.clauses[0] for c in walk.checks().values() if sum(c.clauses[0] in o.clauses for o in walk.checks().values()) > 1)
    one = next(c.id for c in walk.checks().values() if several in c.clauses)
    found = result(folder, only=one)
    assert clause(found, several).verdict is not Verdict.PASS
    assert check(result(folder, only=CHECK)).verdict is Verdict.PASS


@pytest.mark.parametrize(
    ("verdict", "day", "person", "expected"),
    [
        ("不符合", "2026-10-01", "赵六", Verdict.FAIL),
        ("待定", "2026-10-01", "赵六", Verdict.INCONCLUSIVE),
        ("还行", "2026-10-01", "赵六", Verdict.INCONCLUSIVE),
        ("符合", "2026-11-23", "赵六", Verdict.INCONCLUSIVE),
        ("符合", "2026-11-22", "赵六", Verdict.PASS),
        ("符合", "2026-10-01", "", Verdict.INCONCLUSIVE),
    ],
    ids=["no", "open", "unreadable", "tomorrow", "today", "nobody"],
)
def test_a_person_who_did_not_pass_it_counts(folder: Path, verdict: str, day: str, person: str, expected: Verdict) -> None:
    rules(folder)
    put(folder, "records/任命.csv", POSTS)
    put(folder, "records/评审.csv", reviewed(DUTY, verdict, day, person))
    found = result(folder)
    assert clause(found).verdict is expected
    assert check(found).verdict is Verdict.PASS, "the check itself is not touched"
    if expected is Verdict.FAIL:
        assert exit_code(found) == 1


def test_what_only_a_person_can_decide_is_decided_by_a_person(folder: Path) -> None:
    assert walk.catalogue().clauses["miit-2021-103/11.2"].review_only
    assert clause(result(folder), "miit-2021-103/11.2").verdict is None
    put(folder, "records/评审.csv", reviewed("miit-2021-103/11.2", "符合"))
    found = result(folder)
    assert clause(found, "miit-2021-103/11.2").verdict is Verdict.PASS
    assert "人工" in str(clause(found, "miit-2021-103/11.2").reason)
    put(folder, "records/评审.csv", reviewed("miit-2021-103/6.2", "符合"))
    assert clause(result(folder), "miit-2021-103/6.2").verdict is None, "a person's yes does not replace a check"


def test_an_unreadable_cell_is_no_empty_cell(folder: Path) -> None:
    put(folder, "records/任命.csv", POSTS.replace("2024-03-01,", "2024-03-01,31/12/2025"))
    assert check(result(folder)).verdict is Verdict.INCONCLUSIVE


@pytest.mark.parametrize("name", ["records/任命(新).xlsx", "records/附件.pdf"])
def test_a_file_among_the_ledgers_that_nobody_can_read_keeps_from_a_pass(folder: Path, name: str) -> None:
    put(folder, "records/任命.csv", POSTS)
    put(folder, name, b"%PDF-1.7 no ledger")
    assert check(result(folder)).verdict is Verdict.INCONCLUSIVE


def test_gzip_cut_in_its_first_bytes_is_damage_of_its_format(folder: Path) -> None:
    import gzip

    put(folder, "evidence/drive.nmea.gz", gzip.compress(b"$GPGGA\r\n" * 99)[:11])
    (evidence,) = result(folder).evidence
    assert (evidence.state, evidence.format) == ("damaged", "nmea")


@pytest.mark.parametrize("value", ["nan", "inf", "-1", '"3"', "true"])
def test_a_profile_holds_to_the_kind_of_number(folder: Path, value: str) -> None:
    from zhunru.core.errors import PlanError

    (folder / "profiles").mkdir()
    text = f'[limits."position.sentences_are_intact".error_ratio]\nvalue = {value}\njustification = "x"\n'
    put(folder, "profiles/own.toml", text)
    with pytest.raises(PlanError):
        assess(open_dossier(folder, "own"), day=DAY)
    put(folder, "profiles/own.toml", text.replace(f"value = {value}", "value = 0.5").replace('"x"', '" "'))
    with pytest.raises(PlanError):
        open_dossier(folder, "own")


def test_a_changed_number_is_a_proposal(folder: Path) -> None:
    (folder / "profiles").mkdir()
    put(folder, "profiles/own.toml", '[limits."position.updates_every_second".interval_s]\nvalue = 99\njustification = "x"\n')
    found = check(assess(open_dossier(folder, "own"), day=DAY), "position.updates_every_second")
    limit = next(x for x in found.limits if x.name == "interval_s")
    assert (limit.value, limit.basis) == (99, "P")
    assert found.screening


def test_a_part_missing_from_the_cache_is_read_again(folder: Path) -> None:
    import shutil

    put(folder, "records/任命.csv", POSTS)
    first = result(folder)
    cache = folder / ".zhunru/cache"
    shutil.rmtree(cache / "checks")
    for path in (cache / "tables").rglob("LedgerCell"):
        shutil.rmtree(path)
    assert result(folder) == first


def test_signs_of_a_pattern_in_the_path_do_no_harm(tmp_path: Path) -> None:
    folder = tmp_path / "车型[1]*?"
    (folder / "records").mkdir(parents=True)
    put(folder, "dossier.toml", 'format = 1\n[subject]\nname = "样车"\nmaker = "示例"\n')
    put(folder, "records/任命[a].csv", POSTS)
    assert check(result(folder)).verdict is Verdict.PASS


def test_a_renamed_ledger_is_read_under_its_new_name(folder: Path) -> None:
    put(folder, "records/任命.csv", POSTS)
    result(folder)
    (folder / "records/任命.csv").rename(folder / "records/名单.csv")
    found = result(folder)
    assert any("名单" in m.zh for m in found.evidence[0].messages)


def test_a_number_beyond_all_bounds_is_an_unreadable_cell(captured: tuple[Path, str]) -> None:
    folder, _ = captured
    put(folder, "records/抓包记录.csv", note(时钟偏差="1e400"))
    found = result(folder)
    assert any("1e400" in m.zh for e in found.evidence for m in e.messages)


def test_folders_of_the_dossier_are_real(folder: Path) -> None:
    from zhunru.core.errors import PlanError

    (folder / "evidence").rmdir()
    (folder / "evidence").symlink_to("/tmp", target_is_directory=True)
    with pytest.raises(PlanError):
        result(folder)


def test_a_refused_note_keeps_the_check_behind_the_derive_from_a_pass(captured: tuple[Path, str]) -> None:
    folder, _ = captured
    put(folder, "records/抓包记录.csv", note(抓包文件="没有这个文件.pcap"))
    put(folder, "evidence/demo.csv", "# date: 2026-11-01\ncidr,territory\n101.6.0.0/16,CN\n")
    found = check(result(folder), "data.sends_nothing_abroad")
    assert any("台账" in f.text.zh and f.source == "records/抓包记录.csv" for f in found.findings if f.kind == "gap")
