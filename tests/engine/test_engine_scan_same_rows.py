"""The same rows give the same sightings, whatever holds them."""

import csv
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import psycopg
import pytest
import xlsxwriter
from faker import Faker

from zhunru.engine.scan import scan

Rows = list[dict[str, Any]]
Seen = set[tuple[str, str, str, int, int | None, str]]
TEXT, NUMBER, FRACTION = "text", "number", "fraction"
COLUMNS = {
    "序号": NUMBER,
    "车架号": TEXT,
    "手机号": NUMBER,
    "证件号码": TEXT,
    "车牌": TEXT,
    "经度": FRACTION,
    "邮箱": TEXT,
    "车主姓名": TEXT,
    "订单号": TEXT,
    "备注": TEXT,
}


def rows(count: int = 300) -> Rows:
    fake = Faker("zh_CN")
    fake.seed_instance(44464)
    dice = fake.random
    made: Rows = []
    for number in range(count):
        phone = int(f"1{dice.choice('3456789')}{dice.randrange(10**9):09d}")
        row = {
            "序号": number,
            "车架号": f"LSVAA4{dice.randrange(10)}{dice.randrange(10)}{dice.choice('0123456789X')}X{dice.randrange(10)}{dice.randrange(10**6):06d}",
            "手机号": phone,
            "证件号码": fake.ssn(),
            "车牌": fake.license_plate(),
            "经度": 73 + dice.randrange(6 * 10**7) / 10**6,
            "邮箱": fake.email(),
            "车主姓名": fake.name(),
            "订单号": f"{dice.randrange(10**17):017d}",
            "备注": dice.choice(
                ["", "a;b|c", '引号"与,逗号', "第一行\n第二行", f"联系电话 {phone}", f"备用 {phone}", "反斜杠\\n", "制表\t符", "{", "\\N"]
            ),
        }
        made.append({k: None if dice.random() < 0.05 else v for k, v in row.items()})
    return made


def in_sqlite(made: Rows, path: Path) -> str:
    kinds = {TEXT: "TEXT", NUMBER: "INTEGER", FRACTION: "REAL"}
    with sqlite3.connect(path / "a.db") as link:
        link.execute(f"CREATE TABLE t ({', '.join(f'{c} {kinds[k]}' for c, k in COLUMNS.items())})")
        link.executemany(f"INSERT INTO t VALUES ({', '.join('?' * len(COLUMNS))})", [tuple(r.values()) for r in made])
    link.close()
    return str(path / "a.db")


def in_utf16(made: Rows, path: Path) -> str:
    with sqlite3.connect(path / "b.db") as link:
        link.execute("PRAGMA encoding = 'UTF-16be'")
        link.execute(f"CREATE TABLE t ({', '.join(COLUMNS)}, PRIMARY KEY (序号, 备注)) WITHOUT ROWID")
        keyed = [r | {"序号": n, "备注": r["备注"] or ""} for n, r in enumerate(made)]
        link.executemany(f"INSERT INTO t VALUES ({', '.join('?' * len(COLUMNS))})", [tuple(r.values()) for r in keyed])
    link.close()
    return str(path / "b.db")


def in_csv(made: Rows, path: Path, encoding: str = "utf-8", mark: str = ",") -> str:
    name = path / f"a-{encoding}.csv"
    with name.open("w", encoding=encoding, newline="") as stream:
        writer = csv.writer(stream, delimiter=mark)
        writer.writerow(COLUMNS)
        writer.writerows(r.values() for r in made)
    return str(name)


def in_parquet(made: Rows, path: Path) -> str:
    kinds: dict[str, Any] = {TEXT: pl.String, NUMBER: pl.Int64, FRACTION: pl.Float64}
    pl.DataFrame(made, schema={c: kinds[k] for c, k in COLUMNS.items()}).write_parquet(path / "a.parquet", row_group_size=100)
    return str(path / "a.parquet")


def in_json_lines(made: Rows, path: Path) -> str:
    (path / "a.jsonl").write_text("".join(json.dumps(r, ensure_ascii=True) + "\n" for r in made))
    return str(path / "a.jsonl")


def in_json(made: Rows, path: Path) -> str:
    (path / "a.json").write_text(json.dumps(made, ensure_ascii=False, indent=1), encoding="utf-8")
    return str(path / "a.json")


def in_workbook(made: Rows, path: Path) -> str:
    with xlsxwriter.Workbook(str(path / "a.xlsx"), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet("t")
        sheet.write_row(0, 0, COLUMNS)
        for number, row in enumerate(made, 1):
            for column, value in enumerate(row.values()):
                if isinstance(value, str):
                    sheet.write_string(number, column, value)
                elif value is not None:
                    sheet.write_number(number, column, value)
    return str(path / "a.xlsx")


def seen(source: str, prefix: str = "") -> Seen:
    done = scan([source])
    assert int(done.examined["undecidable_count"].sum()) == 0
    columns = ("place", "kind", "certainty", "hit_count", "distinct_count", "sample")
    return {(p.removeprefix(prefix), *rest) for p, *rest in done.sightings.select(columns).iter_rows()}


@pytest.fixture(scope="module")
def made() -> Rows:
    return rows()


@pytest.fixture(scope="module")
def expected(made: Rows, tmp_path_factory: pytest.TempPathFactory) -> Seen:
    found = seen(in_sqlite(made, tmp_path_factory.mktemp("same")), "t.")
    assert {k for _, k, _, _, _, _ in found} >= {"vin", "mobile", "resident_id", "plate", "coordinate", "email"}
    assert {p for p, _, c, _, _, _ in found if c == "found"} >= {"手机号", "证件号码", "车牌", "经度", "邮箱", "备注"}
    return found


@pytest.mark.parametrize(
    ("write", "prefix"),
    [
        (in_csv, ""),
        (lambda r, p: in_csv(r, p, "gb18030"), ""),
        (lambda r, p: in_csv(r, p, "utf-16", "\t"), ""),
        (lambda r, p: in_csv(r, p, "utf-8-sig", ";"), ""),
        (in_parquet, ""),
        (in_json_lines, ""),
        (in_json, ""),
        (in_workbook, "t."),
    ],
    ids=["csv", "csv-gb18030", "csv-utf16-tab", "csv-bom-semicolon", "parquet", "jsonl", "json", "xlsx"],
)
def test_files(write: Callable[[Rows, Path], str], prefix: str, made: Rows, expected: Seen, tmp_path: Path) -> None:
    assert seen(write(made, tmp_path), prefix) == expected


def test_sqlite_in_utf16_without_row_numbers(made: Rows, expected: Seen, tmp_path: Path) -> None:
    assert {r[:5] for r in seen(in_utf16(made, tmp_path), "t.")} == {
        r[:5] for r in expected
    }  # kept in the order of the key: another is first


@pytest.mark.parametrize("count", [300, 1200])
def test_parquet_where_few_values_repeat(made: Rows, tmp_path: Path, count: int) -> None:
    few = (made[:12] * 100)[:count]
    one = seen(in_parquet(few, tmp_path))
    assert one == seen(in_csv(few, tmp_path))


def test_postgres(made: Rows, expected: Seen, postgres: Callable[..., str]) -> None:
    kinds = {TEXT: "text", NUMBER: "bigint", FRACTION: "float8"}
    with psycopg.connect(postgres(), autocommit=True) as link:
        link.execute("CREATE DATABASE same")
    try:
        with psycopg.connect(postgres("same"), autocommit=True) as link:
            link.execute(f"CREATE TABLE t ({', '.join(f'{c} {kinds[k]}' for c, k in COLUMNS.items())})".encode())
            with link.cursor().copy(b"COPY t FROM STDIN") as copy:
                for row in made:
                    copy.write_row(tuple(row.values()))
            link.execute(
                f"CREATE TABLE n AS SELECT {', '.join(c + '::numeric' if k == FRACTION else c for c, k in COLUMNS.items())} FROM t".encode()
            )
        found = seen(postgres("same"), "public.")
    finally:
        with psycopg.connect(postgres(), autocommit=True) as link:
            link.execute("DROP DATABASE same WITH (FORCE)")
    assert {(p.removeprefix("t."), *rest) for p, *rest in found if p.startswith("t.")} == expected
    assert {(p.removeprefix("n."), *rest) for p, *rest in found if p.startswith("n.")} == expected
