"""Sheets are bound to record kinds: by headings, told when unclear, nothing lost."""

import time
from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhunru.core.record import Record
from zhunru.records.acceptance import Acceptance
from zhunru.records.appointment import Appointment
from zhunru.records.capture_note import CaptureNote
from zhunru.records.data_asset import DataAsset
from zhunru.records.data_flow import DataFlow
from zhunru.records.endpoint import Endpoint
from zhunru.records.recipient import Recipient
from zhunru.records.review import Review
from zhunru.records.sheets import Bound, bind, choose, field_of, normal, sheet_of
from zhunru.records.sim_card import SimCard
from zhunru.records.storage_place import StoragePlace
from zhunru.records.user_action import UserAction
from zhunru.records.vehicle import Vehicle
from zhunru.records.waiver import Waiver
from zhunru.tables.ledger_cell import LedgerCell

KINDS: list[type[Record]] = [
    Acceptance, Appointment, CaptureNote, DataAsset, DataFlow, Endpoint, Recipient, Review, SimCard, StoragePlace, UserAction, Vehicle, Waiver,
]  # fmt: skip


def cells(*rows: dict[str, str], sheet: str = "表1", source: str = "a.xlsx", shape: str = "text") -> pl.DataFrame:
    found = [
        {"sheet": sheet, "row_no": number, "heading": h, "value": v, "shape": shape, "source": source}
        for number, row in enumerate(rows, 2)
        for h, v in row.items()
        if v
    ]
    return LedgerCell.rows(*found).collect()


def one(bound: Bound, kind: type[Record]) -> Record:
    (record,) = bound.records[kind]
    return record


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("编号", "id"), ("资产编号*", "id"), ("★资产编号", "id"), ("资产\n编号", "id"), ("资产 编号：", "id"), ("ID", "id"), ("ｉｄ", "id"),
        ("资产编号（必填）", "id"), ("基本信息/资产编号", "id"), ("分类分级/级别", "grade"), ("数据量(字节)", "volume_byte"), ("数据量（B）", "volume_byte"),
        ("数据量(GB)", None), ("涉及人数(万人)", None), ("涉及人数", "person_count"), ("保存期限(月)", "retention"), ("无关列", None), ("", None),
    ],
)  # fmt: skip
def test_headings_as_people_write_them(heading: str, name: str | None) -> None:
    assert field_of(DataAsset, heading) == name


def test_a_heading_that_holds_a_stroke_stands_below_others() -> None:
    headings = ("国家/地区", "位置/国家/地区", "登记/位置/国家/地区")
    assert [field_of(StoragePlace, h) for h in headings] == ["territory"] * 3
    assert field_of(StoragePlace, "位置/国家/地区/无关列") is None


def test_every_declared_heading_leads_to_its_field() -> None:
    for kind in KINDS:
        for name in kind.items():
            for heading in kind.headings(name):
                assert field_of(kind, heading) == name, f"{kind.kind()}.{name}: {heading}"


def test_a_sheet_is_taken_by_its_headings() -> None:
    row = {"编号": "A-1", "数据名称": "轨迹", "分类": "运维", "级别": "一般", "敏感": "是", "备注": "x"}
    bound = bind(cells(row), KINDS)
    asset = one(bound, DataAsset)
    assert asset.model_dump(exclude_defaults=True) == {
        "id": "A-1",
        "name": "轨迹",
        "category": "运维",
        "grade": "general",
        "sensitive": True,
    }
    assert asset.origin._asdict() == {"source": "a.xlsx", "sheet": "表1", "row": 2, "problems": (), "extra": (("备注", "x"),)}
    (sheet,) = bound.sheets
    assert (sheet.kind, sheet.unmatched, sheet.row_count) == (DataAsset, ("备注",), 1)
    assert sheet.matched["级别"] == "grade"


def test_equal_scores_are_parted_by_the_name_or_told() -> None:
    headings = ["条款", "姓名", "日期", "理由"]
    assert choose("评审记录", headings, KINDS).kind is Review
    assert choose("筛查结论接受", headings, KINDS).kind is Acceptance
    kind, why, near = choose("表1", headings, KINDS)
    assert kind is None
    assert "review" in why.en and "acceptance" in why.en
    assert set(near) == {Review, Acceptance}
    assert choose("acceptance", ["clause", "person"], KINDS).kind is Acceptance


def test_a_sheet_without_key_columns_says_which_are_absent() -> None:
    kind, why, near = choose("车辆台账", ["车型", "生产日期"], KINDS)
    assert kind is None
    assert "车辆识别代号" in why.zh
    assert near == (Vehicle,)
    bound = bind(cells({"t": "1", "v0": "2"}), KINDS)
    assert not bound.records and not bound.rejected
    assert bound.sheets[0].kind is None and bound.sheets[0].row_count == 1


def rejected(frame: pl.DataFrame) -> set[tuple[type[Record], str, int | None]]:
    return {(r.kind, r.origin.sheet, r.origin.row) for r in bind(frame, KINDS).rejected}


ASSETS = ("资产编号", "数据名称", "责任人", "责任部门", "存储位置", "处理目的")


@pytest.mark.parametrize(
    ("sheet", "headings", "kinds"),
    [
        ("数据资产2", ("序号", *ASSETS[1:]), {DataAsset, Appointment}),  # the owner's name would make appointments of it
        ("表1", ASSETS[1:4], {DataAsset, Appointment}),
        ("数据资产", ("内容", "负责"), {DataAsset}),
        ("数据资产2026", ("内容", "负责"), {DataAsset}),
        ("data_asset", ("person", "department"), {DataAsset, Appointment}),
        ("表1", ("条款", "姓名", "日期", "理由"), {Review, Acceptance}),
        ("数据资产", ("资产编号",), {DataAsset}),
        ("车辆速度", ("t", "v"), set()),
        ("行驶记录", ("时间", "纬度", "经度", "速度"), set()),
        ("网联车辆服务器", ("地址", "用途", "机房"), set()),
    ],
)
def test_an_unbound_sheet_with_rows_is_refused_for_each_kind_that_it_came_near_to(
    sheet: str, headings: tuple[str, ...], kinds: set[type[Record]]
) -> None:
    frame = cells(dict.fromkeys(headings, "甲"), sheet=sheet)
    assert rejected(frame) == {(kind, sheet, None) for kind in kinds}
    assert not rejected(frame.filter(pl.col("row_no") > 99).vstack(titles(sheet, *headings))), "no rows, nothing lost"


def titles(sheet: str, *headings: str) -> pl.DataFrame:
    """Headings as the readers give them, before any row."""
    found = [{"sheet": sheet, "row_no": 0, "heading": h, "value": h, "shape": "heading", "source": "a.xlsx"} for h in headings]
    return LedgerCell.rows(*found).collect()


def test_columns_without_a_value_count_as_headings_and_make_no_row() -> None:
    frame = titles("资产清单二", *ASSETS).vstack(cells({"资产编号": "A-2"}, {"资产编号": "A-3"}, sheet="资产清单二"))
    bound = bind(frame, KINDS)
    assert [r.model_dump(exclude_defaults=True) for r in bound.records[DataAsset]] == [{"id": "A-2"}, {"id": "A-3"}]
    assert (bound.sheets[0].row_count, bound.sheets[0].unmatched) == (2, ())
    assert not bind(titles("资产清单", *ASSETS), KINDS).records


POST = {"姓名": "张三", "职责": "数据安全负责人", "产品": "样车一号", "任职日期": "2024-03-01", "离任日期": "2025-12-31"}


def without(*names: str) -> dict[str, str]:
    return {k: v for k, v in POST.items() if k not in names}


@pytest.mark.parametrize(
    ("row", "refused"),
    [
        (POST | {"任期说明": "x"}, False),
        (without("离任日期"), False),
        (without("离任日期") | {"任期说明": "x"}, True),
        (without("产品") | {"所负责的样车": "样车二号"}, True),
        (without("离任日期") | {"序号": "1", "联系电话": "010-1", "备注": "兼任"}, False),
        (without("离任日期") | {"备注": "2025年12月31日止"}, True),
        (without("离任日期") | {"备注": "已离任"}, True),
        (POST | {"结束日期": "2025-12-31"}, False),
        (POST | {"结束日期": "2024-12-31"}, True),
        (without("离任日期") | {"离任日期": "", "结束日期": "2024-12-31", "离任日期#2": "2024-11-30"}, True),
    ],
)
def test_a_sheet_that_may_keep_a_restriction_under_another_heading_is_refused(row: dict[str, str], refused: bool) -> None:
    bound = bind(cells(row), KINDS)
    assert [(r.kind, r.origin.row) for r in bound.rejected] == [(Appointment, None)] * refused
    assert len(bound.records[Appointment]) == 1


def test_the_restriction_may_stand_in_any_row() -> None:
    rows = [without("离任日期") | {"任期说明": ""}] * 3 + [without("离任日期") | {"任期说明": "至去年"}]
    (refused,) = bind(cells(*rows), KINDS).rejected
    assert "离任日期" in refused.error.what.zh and "任期说明" in refused.error.what.zh


def test_many_rows_bind_in_seconds() -> None:
    count = 20_000
    names = [*POST, "备注", "工号甲", *(f"列{n}" for n in range(8))]
    frame = pl.DataFrame(
        {
            "sheet": ["任命"] * count * len(names),
            "row_no": [n for _ in names for n in range(2, count + 2)],
            "heading": [h for h in names for _ in range(count)],
            "value": [v for h in names for v in [POST.get(h, "兼任 x")] * count],
            "shape": ["text"] * count * len(names),
            "source": ["a.csv"] * count * len(names),
        }
    )
    began = time.process_time()
    bound = bind(frame, KINDS)
    assert len(bound.records[Appointment]) == count and not bound.rejected
    assert time.process_time() - began < 10


def test_unreadable_cells_leave_the_field_empty_and_are_kept() -> None:
    row = {"资产编号": "A-1", "数据名称": "轨迹", "级别": "绝密", "是否个人信息": "也许", "涉及人数": "很多", "更新日期": "去年"}
    asset = one(bind(cells(row), KINDS), DataAsset)
    assert isinstance(asset, DataAsset)
    assert (asset.grade, asset.personal, asset.person_count, asset.updated, asset.name) == (None, None, None, None, "轨迹")
    assert set(asset.origin.problems) == {"级别: 绝密", "是否个人信息: 也许", "涉及人数: 很多", "更新日期: 去年"}


def test_rows_without_key_are_rejected_and_told() -> None:
    bound = bind(cells({"资产编号": "A-1", "数据名称": "甲"}, {"数据名称": "乙"}, {"资产编号": "-", "数据名称": "丙"}), KINDS)
    assert len(bound.records[DataAsset]) == 1
    assert [r.origin.row for r in bound.rejected] == [3, 4]
    assert "资产编号" in bound.rejected[1].error.what.zh
    assert bound.rejected[0].kind is DataAsset


@pytest.mark.parametrize(
    ("number", "readable"),
    [
        ("89860112345678901237", True),
        ("8.98601123456789e+19", False),
        ("8.98601E+19", False),
        ("1234567890123456.0", False),
        ("8E05", True),
    ],
)
def test_identifiers_that_a_spreadsheet_rounded_are_not_used(number: str, readable: bool) -> None:
    bound = bind(cells({"ICCID": number, "VIN": "x", "卡状态": "在用"}), KINDS)
    assert len(bound.records[SimCard]) == readable
    assert len(bound.rejected) == (not readable)
    card = one(bind(cells({"ICCID": "1", "IMEI": number, "卡状态": "在用"}), KINDS), SimCard)
    assert isinstance(card, SimCard)
    assert (card.imei == number) is readable
    assert bool(card.origin.problems) is not readable


def test_lists_keep_items_that_hold_commas() -> None:
    frame = cells({"person": "张三", "products": "样车,一号\n样车二号"}, sheet="appointment", shape="list")
    frame = frame.with_columns(shape=pl.when(pl.col("heading") == "products").then(pl.lit("list")).otherwise(pl.lit("text")))
    post = one(bind(frame, KINDS), Appointment)
    assert isinstance(post, Appointment)
    assert post.products == ("样车,一号", "样车二号")


def test_two_columns_for_one_field() -> None:
    asset = one(bind(cells({"资产编号": "A-1", "编号": "1", "数据名称": "轨迹", "级别": "一般"}), KINDS), DataAsset)
    assert isinstance(asset, DataAsset)
    assert asset.id == "A-1"
    assert asset.origin.extra == (("编号", "1"),)


def test_files_and_sheets_are_kept_apart() -> None:
    frame = pl.concat([cells({"VIN": "1", "车型": "甲"}, source=s, sheet=n) for s in ("a", "b") for n in ("x", "y")])
    bound = bind(frame, KINDS)
    assert [(r.origin.source, r.origin.sheet) for r in bound.records[Vehicle]] == [("a", "x"), ("a", "y"), ("b", "x"), ("b", "y")]


WORDS = st.text("甲乙ABC=+@'\" ,0123456789", min_size=1, max_size=8).filter(lambda t: t.strip() == t and t not in {"-", "/"})


@given(
    WORDS, WORDS, st.booleans(), st.dates(date(1990, 1, 1), date(2060, 1, 1)), st.integers(0, 10**12), st.sampled_from(["general", "core"])
)
def test_written_rows_are_read_back(key: str, name: str, flag: bool, day: date, count: int, grade: str) -> None:
    made = DataAsset(id=key, name=name, personal=flag, updated=day, entry_count=count, grade=grade, storage=("S-1", "S 2"))  # type: ignore[arg-type]
    header, rows = sheet_of(DataAsset, [made])
    back = one(bind(cells(dict(zip(header, rows[0], strict=True))), KINDS), DataAsset)
    assert back.model_dump() == made.model_dump()
    assert not back.origin.problems


def test_normal_form() -> None:
    assert normal("ＶＩＮ 码＊") == normal("vin码")
