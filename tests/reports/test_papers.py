"""Papers: all templates written, reopened by other libraries, agreeing with the JSON; missing is shown; hostile text stays text."""

import hashlib
import io
import json
import re
import zipfile
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import docx as python_docx
import openpyxl
import pytest
from paper_dossier import ONE, rows
from sample_result import sample

from zhunru.core.errors import PlanError, ReportError
from zhunru.core.record import Origin, Record
from zhunru.core.result import ClauseResult, Result, Saying
from zhunru.core.subject import Subject
from zhunru.core.verdict import Verdict
from zhunru.engine import walk
from zhunru.records.data_incident import DataIncident
from zhunru.records.filing import Filing
from zhunru.records.filing_standing import standings
from zhunru.records.update_campaign import UpdateCampaign
from zhunru.reports import docx, paper_json, xlsx
from zhunru.reports.document import Cell, Document, Field, Fields, Grid, Place, Section, clean, missing_of, place_text, trace_of
from zhunru.reports.filings import templates
from zhunru.reports.filings.user_notice import in_words
from zhunru.reports.ledgers import RESULT, Ledgers

SUBJECT = Subject(name="样车一号", maker="示例汽车有限公司", automation_level=2, ota=True)
DAY = date(2026, 10, 8)
KINDS = sorted(templates())
EACH = pytest.mark.parametrize("kind", KINDS)


def ledgers(given: dict[str, list[dict[str, Any]]] | None = None) -> Ledgers:
    kinds = walk.records()
    found: dict[type[Record], list[Record]] = {}
    for name, entries in (rows() if given is None else given).items():
        kind = kinds[name]
        found[kind] = [kind.model_validate(e | {"origin": Origin(f"records/{name}.toml", name, n)}) for n, e in enumerate(entries, 1)]
    filings = [f for f in found.get(Filing, []) if isinstance(f, Filing)]
    campaigns = [c for c in found.get(UpdateCampaign, []) if isinstance(c, UpdateCampaign)]
    incidents = [i for i in found.get(DataIncident, []) if isinstance(i, DataIncident)]
    return Ledgers(
        found, standings(filings, []), SUBJECT, DAY, campaigns[0] if campaigns else None,
        incident=incidents[0] if incidents else None, result=None if given is not None and "data_asset" not in given else assessed(),
    )  # fmt: skip


def assessed() -> Result:
    """A last assessment that has one clause of article (一)."""
    plain = sample()
    title = Saying(zh="数据资产台账", en="Data asset ledger")
    clause = ClauseResult(
        id="miit-2021-103/1.2", instrument="miit-2021-103", theme="data", title=title, duty=title, verdict=Verdict.FAIL,
        checks=("data.asset_ledger_is_complete",),
    )  # fmt: skip
    return plain.model_copy(update={"clauses": (clause,)})


def paper(kind: str, given: dict[str, list[dict[str, Any]]] | None = None) -> Document:
    return templates()[kind].build(ledgers(given))


def only(*names: str) -> dict[str, list[dict[str, Any]]]:
    bare = {"data_incident": [{"id": "SJ-1"}]}
    return {n: r for n, r in rows().items() if n in {"update_campaign", *names}} | bare


def cells_of(told: dict[str, Any]) -> list[dict[str, Any]]:
    found = []
    for section in told["sections"]:
        for part in section["parts"]:
            found += part.get("items", []) + [c for row in part.get("rows", []) for c in row]
    return found


def words_of(content: bytes) -> str:
    """All text of a DOCX, read by the standard library alone."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        tree = ET.fromstring(archive.read("word/document.xml"))
    return "\n".join("".join(t.text or "" for t in p.iter() if t.tag.endswith("}t")) for p in tree.iter() if p.tag.endswith("}p"))


def test_the_papers_are_found() -> None:
    assert KINDS == [
        "activity", "annual_report", "assessment_table", "closing", "data_incident", "data_incident_summary", "enterprise", "model_function",
        "person_notice", "risk_assessment", "user_notice",
    ]  # fmt: skip


@EACH
def test_a_full_dossier_leaves_nothing_missing(kind: str) -> None:
    document = paper(kind)
    assert missing_of(document) == []
    assert "未见到" in document.note or "未规定" in document.note, "the paper says that the official form was not seen"
    told = json.loads(paper_json.render(document))
    assert told["complete"] is True
    assert all(c["value"] for c in cells_of(told))


@EACH
def test_every_value_has_a_place_that_exists(kind: str) -> None:
    given = ledgers()
    document = templates()[kind].build(given)
    rows_of = {(r.origin.source, r.origin.sheet, r.origin.row) for records in given.records.values() for r in records}
    traced = [t for t in trace_of(document) if t.places]
    assert len(traced) == len(trace_of(document)), "nothing appears from nowhere"
    for place in (p for t in traced for p in t.places):
        assert place == Place("dossier.toml") or place.file == RESULT or tuple(place) in rows_of


@EACH
def test_an_empty_dossier_says_what_is_missing_everywhere(kind: str) -> None:
    document = paper(kind, only())
    lacking = missing_of(document)
    assert len(lacking) >= 5
    assert all(m.need for m in lacking), "each says where to supply it"
    told = json.loads(paper_json.render(document))
    assert told["complete"] is False and len(told["missing"]) == len(lacking)
    text = words_of(docx.render(document))
    assert f"尚有 {len(lacking)} 项待补充" in text
    assert text.index("待补充") < text.index("一、"), "the list stands at the front"
    for item in lacking:
        assert text.count(item.need) >= 2, "in the list and in its place"
    book = openpyxl.load_workbook(io.BytesIO(xlsx.render(document)))
    assert [r[2].value for r in list(book[xlsx.LACKING].rows)[1:]] == [m.need for m in lacking]


@EACH
@pytest.mark.parametrize("given", [None, only()], ids=["full", "bare"])
def test_equal_input_gives_equal_bytes(kind: str, given: dict[str, Any] | None) -> None:
    for render in (docx.render, xlsx.render, paper_json.render):
        first, second = render(paper(kind, given)), render(paper(kind, given))
        assert hashlib.sha256(first).digest() == hashlib.sha256(second).digest()


@EACH
def test_python_docx_reopens_it_laid_out_as_an_official_paper(kind: str) -> None:
    content = docx.render(paper(kind))
    page = python_docx.Document(io.BytesIO(content))
    section = page.sections[0]
    size = [
        round(getattr(section, n).mm) for n in ("page_width", "page_height", "top_margin", "bottom_margin", "left_margin", "right_margin")
    ]
    assert size == [210, 297, 37, 35, 28, 26]
    assert str(page.core_properties.created)[:10] == "2026-10-08"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {i.date_time for i in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        body = archive.read("word/document.xml").decode()
        footers = [archive.read(n).decode() for n in archive.namelist() if "footer" in n and n.endswith(".xml")]
    for face in ("方正小标宋简体", "黑体", "仿宋_GB2312"):
        assert f'w:eastAsia="{face}"' in body
    assert sum("PAGE" in f for f in footers) == 2, "odd and even pages are numbered"
    for table in page.tables:
        widths = [c.width for c in table.rows[0].cells]
        assert abs(sum(w.mm for w in widths if w) - 156) < 1, "tables are as wide as the text"


@EACH
def test_openpyxl_reopens_it_and_agrees_with_the_json(kind: str) -> None:
    for given in (None, only()):
        document = paper(kind, given)
        told = json.loads(paper_json.render(document))
        book = openpyxl.load_workbook(io.BytesIO(xlsx.render(document)))
        first = [(r[0].value, r[1].value) for r in book[xlsx.FIRST].rows]
        for section in told["sections"]:
            for part in section["parts"]:
                if part["type"] == "fields":
                    for item in part["items"]:
                        assert (item["label"], item["value"] or f"【待补充：{item['need']}】") in first
                elif part["type"] == "table" and part["rows"]:
                    page = next(book[n] for n in book.sheetnames if part["title"].startswith(n[:12]))
                    shown = [[c.value for c in r] for r in page.rows]
                    assert shown == [part["headings"], *([c["value"] or f"【待补充：{c['need']}】" for c in row] for row in part["rows"])]
        assert not [c for sheet in book for row in sheet.rows for c in row if c.data_type == "f"]


HOSTILE = [
    "=HYPERLINK(\"http://x\",\"y\")", "+1+1", "-1", "@SUM(A1)", "\t=1", "<b>&amp;</b> & \"'", "a\x00b\x07c\x1b", "\ud800 lone", "\ufffe\uffff",
    "_x0041_ _x000D_", "\u202egnp.exe", "长" * 10_000, "x" * 40_000, "]]>", "{{7*7}} ${x}", "a\r\nb\rc", "【待补充：x】",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_text_in_every_form(text: str) -> None:
    document = Document(
        "k", "题目", text[:50] or "m", text[:50], text[:50], DAY,
        (Section("部分", (Fields((Field("f", "标签", Cell(text, (Place("f", text[:50], 1),), "n")),)), Grid("g", "表", ("列",), ((Cell(text),),), (1,)))),),
        "note",
    )  # fmt: skip
    plain = clean(text)
    told = paper_json.parse(paper_json.render(document))
    assert [c["value"] for c in cells_of(told)] == [plain, plain]
    shown = docx.shown(plain)
    assert shown == plain or (len(plain) > 32_000 and "过长" in shown)
    page = python_docx.Document(io.BytesIO(docx.render(document)))
    cells = [c.text for t in page.tables for row in t.rows for c in row.cells]
    assert cells.count(shown) >= 2
    book = openpyxl.load_workbook(io.BytesIO(xlsx.render(document)))
    assert book[xlsx.FIRST].cell(4, 2).value == shown
    assert book["表"].cell(2, 1).value == shown
    assert not [c for sheet in book for row in sheet.rows for c in row if c.data_type == "f"]
    if text[0] in "=+-@\t":
        assert book["表"].cell(2, 1).quotePrefix, "stays text even when somebody edits the cell"


def test_what_xml_cannot_hold_is_replaced_and_all_else_kept() -> None:
    assert clean("a\x00b\x1fc\x7f\ud800\ufffe") == "a\ufffdb\ufffdc\ufffd\ufffd\ufffd"
    assert clean("tab\tline\nnext\r\nlast 𬬻 é") == "tab\tline\nnext\nlast 𬬻 é"
    assert clean("\u202e\u2066") == "\ufffd\ufffd"


def test_sheet_names_of_tables_are_legal_and_differ() -> None:
    taken = {"文书"}
    names = [xlsx._name(t, taken) for t in ("a/b*c?[d]:e\\f", "A b c  d  e f", "x" * 40, "x" * 45, "'", "文书")]
    assert len({n.casefold() for n in names}) == 6 and all(0 < len(n) <= 31 and not set(n) & set("[]:*?/\\'") for n in names)


def test_an_unreadable_cell_is_not_taken_for_an_empty_one() -> None:
    given = ledgers()
    broken = given.activity.model_copy(update={"recall": None, "origin": given.activity.origin._replace(problems=("召回编号: 1.23E+17",))})
    document = templates()["activity"].build(given._replace(campaign=broken))
    assert [(m.label, "无法识别" in m.need) for m in missing_of(document)] == [("召回编号", True)]


def test_rows_that_differ_give_no_value() -> None:
    given = rows()
    given["notice_text"] = [given["notice_text"][0], given["notice_text"][0] | {"unavailable": "空调"}]
    assert {"功能变化", "安全注意事项"} <= {m.label for m in missing_of(paper("user_notice", given))}


def test_the_version_set_shows_what_changes_and_what_is_added() -> None:
    given = rows()
    given["software_unit"].append(given["software_unit"][2] | {"ecu": "TBOX", "version": "1.0"})
    told = json.loads(paper_json.render(paper("activity", given)))
    table = next(p for s in told["sections"] for p in s["parts"] if p.get("key") == "versions")
    assert [[r[0]["value"], r[1]["value"], r[2]["value"], r[5]["value"]] for r in table["rows"]] == [
        ["ADCU", "1.9.0", "2.0.0", "是"], ["BCM", "3.2.1", "3.2.1", "否"], ["TBOX", "（新增）", "1.0", "是"],
    ]  # fmt: skip
    assert [s["row"] for s in table["rows"][0][0]["sources"]] == [1, 3]


def test_a_changed_parameter_stands_in_the_filing_with_its_family() -> None:
    given = rows()
    given["vehicle_parameter"][1] |= {"value": "10"}
    told = json.loads(paper_json.render(paper("activity", given)))
    table = next(p for s in told["sections"] for p in s["parts"] if p.get("key") == "parameters")
    assert [c["value"] for c in table["rows"][0]] == ["自动紧急制动起始车速", "8 km/h", "10 km/h", "安全", "是"]


def test_target_list_digest_is_that_of_the_sorted_list() -> None:
    told = json.loads(paper_json.render(paper("activity")))
    fields = {i["key"]: i["value"] for s in told["sections"] for p in s["parts"] for i in p.get("items", [])}
    vins = sorted(str(r["vin"]) for r in rows()["target_vehicle"])
    assert fields["target_digest"] == "sha256:" + hashlib.sha256("".join(f"{v}\n" for v in vins).encode()).hexdigest()
    assert fields["target_count"] == "5 辆"


@pytest.mark.parametrize(("digests", "said"), [(ONE, "覆盖全部"), ("sha256:" + "0" * 64, "与升级包不同"), ("", "未列受检摘要")])
def test_the_filing_says_whether_the_report_tested_the_package(digests: str, said: str) -> None:
    given = rows()
    given["test_report"] = [given["test_report"][0] | {"digests": digests}]
    told = json.loads(paper_json.render(paper("activity", given)))
    table = next(p for s in told["sections"] for p in s["parts"] if p.get("key") == "reports")
    assert table["rows"][0][5]["value"] == said


def test_closing_shows_where_figures_and_records_differ() -> None:
    given = rows()
    given["closing_report"][0] |= {"success": 3}
    told = json.loads(paper_json.render(paper("closing", given)))
    table = next(p for s in told["sections"] for p in s["parts"] if p.get("key") == "counts")
    assert [(r[0]["value"], r[3]["value"]) for r in table["rows"] if r[3]["value"] != "一致"] == [("成功车辆数", "不一致")]


def test_the_latest_day_for_the_table_is_five_working_days_earlier() -> None:
    given = rows()
    given["update_campaign"][0] |= {"released_on": "2026-10-10"}
    fields = {
        f.key: f.cell.text for s in paper("assessment_table", given).sections for p in s.parts if isinstance(p, Fields) for f in p.items
    }
    assert fields["latest_filing_day"] == "2026-09-28"
    given["update_campaign"][0] |= {"released_on": "2027-01-05"}
    assert "最迟提交日（推算）" in [m.label for m in missing_of(paper("assessment_table", given))], "2027 is not published"


def test_an_expired_document_does_not_show_a_capability() -> None:
    given = rows()
    given["capability_document"][0] |= {"valid_until": "2026-10-07"}
    assert [m.key for m in missing_of(paper("enterprise", given))] == ["impact_document"]
    given["capability_document"][0] |= {"valid_until": "2026-10-08"}
    assert not missing_of(paper("enterprise", given))


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, ""), (-5, ""), (1, "约 1 分钟"), (60, "约 1 分钟"), (61, "约 2 分钟"), (3600, "约 1 小时"), (3661, "约 1 小时 2 分钟")],
)
def test_nobody_is_told_less_time_than_it_takes(seconds: float, said: str) -> None:
    assert in_words(seconds) == said


def test_a_paper_about_an_activity_needs_one() -> None:
    with pytest.raises(PlanError):
        paper("activity", {})


def exporting() -> dict[str, list[dict[str, Any]]]:
    """A company that lets data go abroad."""
    given = rows()
    given["recipient"].append(
        {"id": "R-9", "name": "Example GmbH", "territory": "DE", "agreement": "SC-3", "verified": "2026-01-20", "data": "DA-01"}
    )
    given["storage_place"].append(
        {"id": "S-9", "name": "法兰克福", "territory": "DE", "site": "Frankfurt", "encryption": "SM4", "access": "按岗位"}
    )
    given["data_asset"][0] |= {"storage": "S-1；S-9"}
    given["export_activity"] = [
        {"id": "CJ-1", "name": "远程诊断", "recipient": "R-9", "territory": "DE", "kinds": "故障码", "purpose": "售后", "route": "标准合同"}
    ]
    given["export_approval"] = [
        {"id": "PZ-1", "route": "标准合同", "recipients": "R-9", "issued": "2025-05-01", "valid_until": "2028-05-01", "result": "备案通过"}
    ]
    return given


def test_the_annex_on_export_is_there_exactly_when_data_go_abroad() -> None:
    titles = [s.title for s in paper("annual_report").sections]
    assert not any("境外" in t for t in titles) and len(titles) == 8
    document = paper("annual_report", exporting())
    assert missing_of(document) == []
    annex = next(s for s in document.sections if "境外" in s.title)
    assert [getattr(p, "key", "") for p in annex.parts] == ["abroad", "exported", "places_abroad", "approvals", "", ""]
    grids = {p.key: [[c.text for c in r] for r in p.rows] for s in document.sections for p in s.parts if isinstance(p, Grid)}
    assert [r[0] for r in grids["abroad"]] == ["Example GmbH"] and [r[0] for r in grids["domestic"]] == ["示例云公司"]
    assert grids["places_abroad"] == [["法兰克福", "DE", "Frankfurt", "DA-01：三年"]]
    for change in ({"data_asset": {"export": "是"}}, {"recipient": {"territory": "HK"}}, {"storage_place": {"territory": "US"}}):
        given = rows()
        for kind, told in change.items():
            given[kind][0] |= told
        assert any("境外" in s.title for s in paper("annual_report", given).sections), change


@pytest.mark.parametrize("kind", ["annual_report", "data_incident", "data_incident_summary", "person_notice", "risk_assessment"])
def test_no_stored_word_of_a_closed_list_stands_in_a_chinese_paper(kind: str) -> None:
    words = [c["value"] for c in cells_of(json.loads(paper_json.render(paper(kind, exporting())))) if c["value"]]
    assert len(words) > 5 and not [w for w in words if re.fullmatch(r"[a-z_]+", w)]


def test_incidents_of_the_year_or_the_statement_stand_in_the_annual_report() -> None:
    given = rows()
    given["data_incident"][0] |= {"discovered": "2025-12-31 23:59"}
    told = {m.key for m in missing_of(paper("annual_report", given))}
    assert told == {"incidents"}, "an incident of last year is none of this year, and nobody vouches for it"
    given["incident_free_statement"] = [{"person": "王五", "start": "2026-01-01", "end": "2026-09-30", "signed_on": "2026-10-01"}]
    document = paper("annual_report", given)
    assert missing_of(document) == []
    fields = {f.key: f.cell.text for s in document.sections for p in s.parts if isinstance(p, Fields) for f in p.items}
    assert fields["no_incident"] == "2026-01-01 至 2026-09-30（王五，2026-10-01 签署）"
    for change in ({"start": "2026-09-01"}, {"end": "2026-03-31"}, {"signed_on": ""}, {"signed_on": "2027-01-01"}, {"person": "待定"}):
        part = given | {"incident_free_statement": [given["incident_free_statement"][0] | change]}
        assert {m.key for m in missing_of(paper("annual_report", part))} == {"incidents"}, change
    given["data_incident"][0] |= {"discovered": "2025-12-31T16:00:00Z"}
    rows_of = [p.rows for s in paper("annual_report", given).sections for p in s.parts if isinstance(p, Grid) and p.key == "incidents"]
    assert len(rows_of) == 1 and len(rows_of[0]) == 1, "it was New Year in Beijing"


def test_the_report_of_an_incident_shows_levels_and_duties_as_computed() -> None:
    given = rows()
    given["data_incident"][0] |= {"persons": "≥100万", "production": ""}
    given["incident_step"] = given["incident_step"][:1]
    document = paper("data_incident", given)
    grids = {p.key: [[c.text for c in r] for r in p.rows] for s in document.sections for p in s.parts if isinstance(p, Grid)}
    assert grids["levels"][0][1] == "至少较大（Ⅲ级），至多特别重大（Ⅰ级）"
    assert "涉及个人信息人数" in grids["levels"][-1][2] and "对工业生产的影响" in grids["levels"][-1][2]
    states = {(r[0], r[1]): r[4] for r in grids["duties"]}
    assert states["报告所在地省级网信部门", "所在地省级网信部门"] == "已按时完成：2026-03-02 12:00:00，回执 沪网 07"
    assert states["报告地方行业监管部门", "地方行业监管部门"] == "未完成"
    given["data_incident"][0] |= {"persons": "约100万"}
    assert "persons" in {m.key for m in missing_of(paper("data_incident", given))}, "a number that cannot be read is asked for"


def test_a_paper_about_an_incident_needs_one() -> None:
    with pytest.raises(PlanError):
        paper("data_incident", {})


def test_parse_refuses_what_is_no_paper() -> None:
    for data in (b"{", b"[]", b'{"schema": "other"}', b"[" * 100_000):
        with pytest.raises(ReportError):
            paper_json.parse(data)


def test_a_place_in_words() -> None:
    assert place_text(Place("a.xlsx", "表", 3)) == "a.xlsx / 表 / 第 3 行"
    assert place_text(Place("dossier.toml")) == "dossier.toml"


def test_papers_of_a_hostile_ledger_open(tmp_path: Path) -> None:
    given = rows()
    for entry in (e for entries in given.values() for e in entries):
        for key, value in entry.items():
            if (
                isinstance(value, str)
                and key in {"purpose", "content", "title", "laboratory", "package", "supplier", "cause", "name"}
                and value != "示例汽车有限公司"
            ):
                entry[key] = f"=cmd|'/c calc'!A1 <x> & \x0b{value}"
    for kind in KINDS:
        document = paper(kind, given)
        (tmp_path / f"{kind}.docx").write_bytes(docx.render(document))
        python_docx.Document(str(tmp_path / f"{kind}.docx"))
        book = openpyxl.load_workbook(io.BytesIO(xlsx.render(document)))
        assert not [c for sheet in book for row in sheet.rows for c in row if c.data_type == "f"]
