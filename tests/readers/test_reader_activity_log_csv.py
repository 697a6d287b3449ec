"""Logs in columns mean what they mean as records; what cannot be read is told; ten million lines take seconds."""

from itertools import cycle, islice

import polars as pl
import pytest

from zhunru.core.evidence import Barren, Noted, Skipped
from zhunru.engine.intake import recognise
from zhunru.engine.source import BytesSource
from zhunru.readers.activity_log_csv import activity_log_csv
from zhunru.records.export_batch import ExportBatch
from zhunru.records.platform_access import PlatformAccess
from zhunru.tables.access_row import AccessRow, access_rows
from zhunru.tables.export_row import ExportRow, export_rows

MOMENTS = [
    "2026-03-02 10:00",
    "2026-03-02 10:00:07.25",
    "2026/3/2 9:05:01",
    "2026-03-02T10:00:00+00:00",
    "2026年3月2日 10时05分",
    "2026-03-02",
    "",
    "-",
]
FLAGS = ["是", "否", "Y", "no", "1", "", "√", "—"]
NUMBERS = ["7", "1,000", "0", "-3", "2.5", "12.0", "", "/"]


def read(content: str) -> tuple[pl.DataFrame, list[Skipped | Noted | Barren]]:
    items = list(activity_log_csv(BytesSource(content.encode(), "log.csv")))
    tables = [item.collect() for item in items if isinstance(item, ExportRow | AccessRow)]
    return pl.concat(tables), [item for item in items if isinstance(item, Skipped | Noted | Barren)]


def log(headings: str, *columns: list[str], lines: int = 240) -> tuple[str, list[tuple[str, ...]]]:
    rows = list(islice(zip(*(cycle(c) for c in columns), strict=False), lines))
    quoted = [",".join(f'"{c}"' if "," in c else c for c in row) for row in rows]
    return "\n".join([headings, *quoted]) + "\n", rows


def test_exports_mean_what_they_mean_as_records() -> None:
    names = ["activity", "exported", "subject", "person_count", "sensitive", "kinds", "volume_byte"]
    text, rows = log(
        "出境活动编号,出境时间,主体标识,人数,是否敏感个人信息,数据种类,数据量(字节)",
        ["E-1", "E-2", "E-3"], MOMENTS, ["p1", "", "p 3"], NUMBERS, FLAGS, ["账号;里程", "账号 ； 里程", "账号、里程", ""], [*NUMBERS, "9"],
    )  # fmt: skip
    found, told = read(text)
    records = [ExportBatch.model_validate(dict(zip(names, row, strict=True))) for row in rows]
    expected = export_rows(records).collect()
    assert found.drop("row_no", "source").equals(expected.drop("row_no", "source"))
    assert found["row_no"].to_list() == list(range(2, 242))
    assert [t for t in told if isinstance(t, Skipped)] == []
    assert Barren((AccessRow,)) in told


def test_accesses_mean_what_they_mean_as_records() -> None:
    names = ["account", "accessed", "source_ip", "territory", "personal", "important", "person_count", "assets"]
    text, rows = log(
        "账号,访问时间,来源IP,来源国家,含个人信息,重要数据,人数,资产编号",
        ["a", "b"], MOMENTS, ["8.8.8.8", ""], ["德国", "CN", ""], FLAGS, FLAGS[::-1], NUMBERS, ["A-1|A-2", ""],
    )  # fmt: skip
    found, _ = read(text)
    expected = access_rows([PlatformAccess.model_validate(dict(zip(names, row, strict=True))) for row in rows]).collect()
    assert found.drop("row_no", "source").equals(expected.drop("row_no", "source"))


@pytest.mark.parametrize(("cell", "place"), [("也许", 3), ("三月二日", 1), ("2026-02-30", 1), ("很多", 2)])
def test_a_cell_that_cannot_be_read_is_told_and_left_empty(cell: str, place: int) -> None:
    lines = [["E-1", "2026-03-02", "5", "否"] for _ in range(210)]
    lines[100][place] = cell
    found, told = read("\n".join(["出境活动编号,出境时间,人数,敏感个人信息", *map(",".join, lines)]))
    assert [(t.count, t.where) for t in told if isinstance(t, Skipped)] == [(1, "line 102")]
    assert found.height == 210
    assert found.row(100, named=True)[{1: "t_ns", 2: "person_count", 3: "sensitive"}[place]] is None


@pytest.mark.parametrize("line", ["E-1,2026-03-02", "E-1,2026-03-02,5,否,more", 'E-1,"2026-03-02,5,否', "E-1,2026-03-02,\udcff,否"])
def test_a_line_of_another_shape_is_skipped(line: str) -> None:
    good = ["E-1,2026-03-02,5,否"] * 205
    content = "\n".join(["出境活动编号,出境时间,人数,敏感个人信息", *good, line, *good]).encode("utf-8", "surrogateescape")
    items = list(activity_log_csv(BytesSource(content, "log.csv")))
    assert [(t.count, t.where) for t in items if isinstance(t, Skipped)] == [(1, "line 207")]
    assert sum(t.collect().height for t in items if isinstance(t, ExportRow)) == 410


def test_only_a_long_log_with_its_headings_in_the_first_line_is_taken() -> None:
    body = "E-1,2026-03-02,5,否\n"
    head = "出境活动编号,出境时间,人数,敏感个人信息\n"

    def reader_of(content: str) -> str:
        return str(recognise(BytesSource(content.encode(), "log.csv"))[0].id)

    assert reader_of(head + body * 200) == "activity_log_csv"
    assert reader_of(head + body * 198) == "ledger_csv"
    assert reader_of("出境日志\n" + head + body * 300) == "ledger_csv"
    assert reader_of("资产编号,数据名称,是否个人信息\n" + "A-1,轨迹,是\n" * 300) == "ledger_csv"


def test_columns_that_are_not_known_are_named() -> None:
    _, told = read("\n".join(["出境活动编号,出境时间,人数,奇怪", *["E-1,2026-03-02,5,x"] * 205]))
    assert [t.text.en for t in told if isinstance(t, Noted)] == ["columns not known: 奇怪"]
