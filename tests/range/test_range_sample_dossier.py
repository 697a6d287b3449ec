"""The sample dossier: deterministic, complete, quick, and its ledgers read by an independent library."""

import io
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from zhunru.range import identities, sample_dossier
from zhunru.range.capture import SHOTS
from zhunru.range.ledgers import damaged_book
from zhunru.range.workbook import Sheet, workbook


@pytest.fixture(scope="module")
def contents() -> dict[str, bytes]:
    return sample_dossier.contents()


def test_equal_seed_equal_bytes(contents: dict[str, bytes]) -> None:
    assert sample_dossier.contents(103) == contents
    other = sample_dossier.contents(104)
    assert other.keys() == contents.keys()
    assert other["evidence/net/working-4g.pcap"] != contents["evidence/net/working-4g.pcap"]


def test_build_writes_all_of_it(tmp_path: Path, contents: dict[str, bytes]) -> None:
    sample_dossier.build(tmp_path)
    assert {p.relative_to(tmp_path).as_posix(): p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()} == contents


def test_size_is_a_few_megabytes(contents: dict[str, bytes]) -> None:
    assert 1_000_000 < sum(map(len, contents.values())) < 8_000_000


def test_no_clock_in_workbooks(contents: dict[str, bytes]) -> None:
    for name, content in contents.items():
        if name.endswith(".xlsx") and "车联网卡" not in name:
            with zipfile.ZipFile(io.BytesIO(content)) as packed:
                assert {i.date_time[:3] for i in packed.infolist()} == {(1980, 1, 1)}
                assert b"2026-11-20" in packed.read("docProps/core.xml")


def test_captured_time_suffices() -> None:
    states = {s.state: s for s in SHOTS}
    assert set(states) == {"off", "powered", "working"}
    assert sum(s.length_s for s in states.values()) >= 3600
    assert {(s.channel.id, s.state) for s in SHOTS} == {(c, s) for c in ("4G", "WLAN") for s in states}


def test_asset_ledger_reopens_as_people_keep_it(contents: dict[str, bytes]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(contents["records/数据资产台账.xlsx"]))
    page = book["数据资产台账"]
    areas = {str(r) for r in page.merged_cells.ranges}
    assert {"A1:X1", "A2:X2", "A3:A4", "B3:D3", "E3:I3"} <= areas
    assert page["B5"].value == "A-001"
    assert "C5:C6" in areas  # one class over two assets


def test_damaged_workbook_is_damaged() -> None:
    from zhunru.core.errors import UnknownFormat
    from zhunru.engine.intake import recognise
    from zhunru.engine.source import BytesSource

    with pytest.raises(UnknownFormat):
        recognise(BytesSource(damaged_book(), "a.xlsx"))


def test_workbook_headings_without_groups() -> None:
    page = openpyxl.load_workbook(io.BytesIO(workbook((Sheet("x", (("", "a"), ("", "b")), ((1, date(2026, 1, 2)), (None, "c"))),))))["x"]
    assert next([c.value for c in row] for row in page.iter_rows()) == ["a", "b"]
    assert page["A3"].value is None


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (identities.luhn("490154203237518"[:-1]), "490154203237518"),
        (identities.luhn("8986011234567890123"), "89860112345678901237"),
        (identities.vin(1), "L0ZAB3C1XTA000001"),
    ],
)
def test_check_digits(made: str, expected: str) -> None:
    assert made == expected


def test_identities_are_distinct() -> None:
    for make in (identities.vin, identities.iccid, identities.imei, identities.resident_id, identities.credit_code):
        assert len({make(n) for n in range(1, 20)}) == 19
