"""Receiver logs: equal to an independent library on real files; dates, epochs, damage and cuts on generated ones."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pynmea2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import zhunru.readers.nmea as module
from zhunru.core.errors import DamagedEvidence
from zhunru.core.evidence import Noted
from zhunru.engine.source import BytesSource, FileSource
from zhunru.readers.nmea import nmea
from zhunru.wire.nmea import sealed

REAL = ["gnss/genivi_geko_regensburg.nmea", "gnss/genivi_z205_switzerland_short.nmea", "gnss/ubx_com3.ubx", "gnss/ubx_mixed.log"]
KNOT = 1852 / 3600


def read(content: bytes | FileSource) -> tuple[dict[str, pl.DataFrame], list[Noted]]:
    """Return rows per table and notes."""
    tables: dict[str, list[pl.DataFrame]] = {}
    notes = []
    for item in nmea(BytesSource(content) if isinstance(content, bytes) else content):
        if isinstance(item, Noted):
            notes.append(item)
        else:
            tables.setdefault(type(item).__name__, []).append(item.collect())
    return {k: pl.concat(v) for k, v in tables.items()}, notes


def by_peer(path: Path) -> list[Any]:
    """Parse every line part that begins with `$` and that pynmea2 takes."""
    found = []
    for piece in path.read_bytes().split(b"$")[1:]:
        line = piece.split(b"\r")[0].split(b"\n")[0]
        try:
            found.append(pynmea2.parse("$" + line.decode("ascii"), check=True))
        except (pynmea2.ParseError, UnicodeDecodeError):
            continue
    return found


def fixed(clock: str, *, valid: bool = True, lat: str = "3110.5", day: str = "010126") -> bytes:
    return sealed(f"GNRMC,{clock},{'A' if valid else 'V'},{lat},N,12123.5,E,10.0,90.0,{day},,,A")


def gga(clock: str) -> bytes:
    return sealed(f"GNGGA,{clock},3110.5,N,12123.5,E,1,08,1.0,4.0,M,9.0,M,,")


def times(content: bytes) -> list[str]:
    told = read(content)[0]["GnssFix"]["t_ns"].to_list()
    return ["" if t is None else datetime.fromtimestamp(t / 10**9, UTC).strftime("%Y-%m-%d %H:%M:%S") for t in told]


@pytest.mark.real
@pytest.mark.parametrize("name", REAL)
def test_every_sentence_is_counted_as_by_pynmea2(name: str, real_source: Callable[[str], FileSource]) -> None:
    tables, _ = read(real_source(name))
    counts = tables["SentenceCount"]
    assert counts.select(pl.sum("checksum_error_count", "malformed_count", "without_checksum_count")).row(0) == (0, 0, 0)
    known = Counter[str]()
    for said in by_peer(real_source(name).path):
        proprietary = isinstance(said, pynmea2.ProprietarySentence)
        known["P" if proprietary else said.talker + said.sentence_type] += 1
    ours = Counter[str]()
    for talker, kind, seen in counts.select("talker", "type", "seen_count").iter_rows():
        ours["P" if talker == "P" else talker + kind] += seen
    assert ours == known


@pytest.mark.real
@pytest.mark.parametrize("name", REAL[:3])
def test_values_equal_those_of_pynmea2(name: str, real_source: Callable[[str], FileSource]) -> None:
    fixes = read(real_source(name))[0]["GnssFix"]
    by_time = {row["t_ns"]: row for row in fixes.iter_rows(named=True) if row["t_ns"] is not None}
    compared = 0
    for said in by_peer(real_source(name).path):
        if said.sentence_type == "RMC" and said.timestamp and said.datestamp:
            moment = datetime.combine(said.datestamp, said.timestamp.replace(tzinfo=UTC))
            row = by_time[round(moment.timestamp() * 1000) * 10**6]
            assert row["dated"]
            assert row["valid"] == (said.status == "A")
            if said.status == "A" and row["used_count"] is None:
                assert (row["latitude_deg"], row["longitude_deg"]) == (said.latitude, said.longitude)
            assert row["speed_mps"] == (None if said.spd_over_grnd is None else said.spd_over_grnd * KNOT)
            assert row["course_deg"] == said.true_course
            compared += 1
    timed = {row["t_ns"] % 86_400_000_000_000: row for row in by_time.values()}
    for said in by_peer(real_source(name).path):
        if said.sentence_type == "GGA" and said.timestamp:
            clock = said.timestamp
            row = timed[((clock.hour * 60 + clock.minute) * 60 + clock.second) * 10**9 + clock.microsecond * 1000]
            assert row["fix_code"] == said.gps_qual
            assert row["used_count"] == int(said.num_sats)
            assert row["hdop_ratio"] == float(said.horizontal_dil)
            assert row["altitude_m"] == said.altitude
            if said.gps_qual:
                assert (row["latitude_deg"], row["longitude_deg"]) == (said.latitude, said.longitude)
            compared += 1
    assert compared > 100


@pytest.mark.real
def test_geko_known_figures(real_source: Callable[[str], FileSource]) -> None:
    tables, notes = read(real_source(REAL[0]))
    assert tables["SentenceCount"]["seen_count"].sum() == 9931
    assert notes == []
    fixes = tables["GnssFix"].filter(pl.col("used_count").is_not_null())
    assert fixes.height == 788
    assert fixes.filter(pl.col("fix_code") == 0).height == 14
    assert tables["GnssFix"].filter(pl.col("t_ns").is_null()).height == 15


@pytest.mark.real
def test_satellites_used_equal_those_of_pynmea2(real_source: Callable[[str], FileSource]) -> None:
    for name in REAL[:2]:
        used = Counter(read(real_source(name))[0]["SatelliteUse"]["used_count"].drop_nulls().to_list())
        known = Counter(
            sum(1 for i in range(1, 13) if getattr(s, f"sv_id{i:02}")) for s in by_peer(real_source(name).path) if s.sentence_type == "GSA"
        )
        assert used == known


@pytest.mark.real
def test_binary_between_sentences_is_counted_in_bytes(real_source: Callable[[str], FileSource]) -> None:
    source = real_source(REAL[2])
    tables, notes = read(source)
    texts = sum(len(str(s)) + 2 for s in by_peer(source.path))
    assert [n.count for n in notes] == [source.size_byte - texts]
    assert set(tables["SatelliteUse"]["system"]) == {"GPS", "GLONASS", "GALILEO", "BDS"}
    assert not tables["GnssFix"]["valid"].any()


@pytest.mark.real
@pytest.mark.parametrize("block_byte", [4096, 40_000])
def test_block_size_does_not_matter(block_byte: int, real_source: Callable[[str], FileSource], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in REAL:
        whole = read(real_source(name))
        monkeypatch.setattr(module, "_BLOCK_BYTE", block_byte)
        parts = read(real_source(name))
        monkeypatch.undo()
        assert whole[1] == parts[1]
        for table, rows in whole[0].items():
            assert rows.equals(parts[0][table]), table


@settings(max_examples=60, deadline=None)
@given(st.integers(200, 3000))
def test_any_block_size_gives_the_same(block_byte: int) -> None:
    content = b"".join(gga(f"1200{s:02}") + fixed(f"1200{s:02}") + sealed("GPGSV,1,1,01,05,20,199,40") for s in range(40))
    whole = read(content)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_BLOCK_BYTE", block_byte)
        parts = read(content)
    assert all(rows.equals(parts[0][table]) for table, rows in whole[0].items())


def test_midnight_is_counted_for_epochs_without_date() -> None:
    content = fixed("235958", day="311225") + gga("235959") + gga("000000") + gga("000001")
    assert times(content) == [
        "2025-12-31 23:59:58",
        "2025-12-31 23:59:59",
        "2026-01-01 00:00:00",
        "2026-01-01 00:00:01",
    ]


def test_date_reaches_back_to_epochs_before_it() -> None:
    content = gga("235959") + gga("000000") + fixed("000001", day="010126")
    assert times(content) == ["2025-12-31 23:59:59", "2026-01-01 00:00:00", "2026-01-01 00:00:01"]


def test_date_reaches_back_over_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_BLOCK_BYTE", 256)
    content = b"".join(gga(f"23595{s}") for s in range(10)) + b"".join(gga(f"00000{s}") for s in range(9)) + fixed("000009", day="010126")
    assert times(content)[0] == "2025-12-31 23:59:50"
    assert times(content)[-2:] == ["2026-01-01 00:00:08", "2026-01-01 00:00:09"]


def test_without_any_date_time_is_relative_and_said_so() -> None:
    tables, notes = read(gga("235959") + gga("000001"))
    assert tables["GnssFix"]["t_ns"].to_list() == [86_399 * 10**9, 86_401 * 10**9]
    assert tables["GnssFix"]["dated"].to_list() == [False, False]
    assert [n.count for n in notes] == [2]


@pytest.mark.parametrize("before", [True, False])
def test_zda_gives_the_date_on_either_side_of_its_epoch(before: bool) -> None:
    def cycle(clock: str, day: str) -> bytes:
        parts = [gga(clock), sealed(f"GNZDA,{clock},{day},00,00")]
        return b"".join(reversed(parts) if before else parts)

    content = cycle("235959", "31,12,2025") + cycle("000000", "01,01,2026")
    assert times(content) == ["2025-12-31 23:59:59", "2026-01-01 00:00:00"]


def test_leap_second_is_kept() -> None:
    fixes = read(fixed("235959", day="311216") + fixed("235960", day="311216") + fixed("000000", day="010117"))[0]["GnssFix"]
    assert fixes["leap"].to_list() == [False, True, False]
    assert times(fixed("235960", day="311216")) == ["2017-01-01 00:00:00"]


def test_dates_of_a_rolled_over_receiver_are_kept_as_said() -> None:
    assert times(fixed("120000", day="060406")) == ["2006-04-06 12:00:00"]


def test_a_repeated_epoch_stays_visible() -> None:
    content = b"".join(fixed("120000") + gga("120000") for _ in range(3))
    assert times(content) == ["2026-01-01 12:00:00"] * 3


def test_epochs_without_time_are_told_apart() -> None:
    empty = sealed("GPRMC,,V,,,,,,,110410,1.6,E,N") + sealed("GPGGA,,,,,,0,00,,,M,,M,,")
    fixes = read(empty * 5 + fixed("120000"))[0]["GnssFix"]
    assert fixes["valid"].to_list() == [False] * 5 + [True]
    assert fixes["t_ns"].null_count() == 5


def test_rmc_that_says_void_denies_the_fix_of_gga() -> None:
    assert read(fixed("120000", valid=False) + gga("120000"))[0]["GnssFix"]["valid"].to_list() == [False]


def test_wrong_checksum_is_counted_and_not_evaluated() -> None:
    tables, _ = read(fixed("120000") + fixed("120001").replace(b"3110.5", b"3190.5") + fixed("120002"))
    assert tables["GnssFix"].height == 2
    assert tables["SentenceCount"].row(0, named=True) | {"source": ""} == {
        "talker": "GN", "type": "RMC", "seen_count": 3, "checksum_error_count": 1, "malformed_count": 0, "without_checksum_count": 0, "source": "",
    }  # fmt: skip


def test_malformed_field_under_a_right_checksum_is_counted() -> None:
    tables, _ = read(fixed("120000") + fixed("120001", lat="3160.5"))
    assert tables["GnssFix"].height == 1
    assert tables["SentenceCount"]["malformed_count"].sum() == 1


def test_sentence_overrun_by_the_next_is_malformed() -> None:
    tables, _ = read(gga("120000")[:30] + fixed("120001"))
    assert dict(tables["SentenceCount"].select("type", "malformed_count").iter_rows()) == {"GGA": 1, "RMC": 0}


def test_without_checksum_is_read_and_counted() -> None:
    tables, _ = read(fixed("120000").split(b"*")[0] + b"\r\n" + fixed("120001"))
    assert tables["GnssFix"].height == 2
    assert tables["SentenceCount"]["without_checksum_count"].sum() == 1


@pytest.mark.parametrize("prefix", [b"2026-01-01 12:00:00.123 ", b"1767268800,123,", b"[\xe6\x97\xb6] ", b"NMEA,"])
def test_prefixes_do_no_harm(prefix: bytes) -> None:
    plain = fixed("120000") + gga("120000") + fixed("120001")
    marked = b"".join(prefix + line for line in plain.splitlines(keepends=True))
    assert read(marked)[0]["GnssFix"].equals(read(plain)[0]["GnssFix"])
    assert [n.count for n in read(marked)[1]] == [3 * len(prefix)]


@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"\r", b" \r\n", b",1467312370000\n"])
def test_line_ends(end: bytes) -> None:
    content = b"".join(fixed(f"12000{s}").strip() + end for s in range(3))
    assert read(content)[0]["GnssFix"].height == 3


def test_end_within_a_sentence_is_damage() -> None:
    with pytest.raises(DamagedEvidence) as error:
        read(fixed("120000") + fixed("120001")[:-5])
    assert error.value.saved == 2


def test_systems_of_combined_sentences() -> None:
    gsa = "GNGSA,A,3,{},,,,,,,,,1.0,1.0,1.0{}"
    content = fixed("120000") + sealed(gsa.format("01,02,203,301", "")) + fixed("120001") + sealed(gsa.format("01,02,03,04", ",4"))
    uses = read(content)[0]["SatelliteUse"].select("sentence_no", "system", "used_count", "told_by").rows()
    assert sorted(uses) == [(1, "BDS", 1, "id range"), (1, "GALILEO", 1, "id range"), (1, "GPS", 2, "id range"), (3, "BDS", 4, "system id")]


def test_signals_of_one_satellite_count_once_with_the_strongest() -> None:
    content = fixed("120000") + sealed("GBGSV,1,1,02,06,30,100,40,07,30,100,,1") + sealed("GBGSV,1,1,02,06,30,100,44,07,30,100,,5")
    assert read(content)[0]["SatelliteUse"].select("view_count", "tracked_count", "used_count", "cno_dbhz").row(0) == (2, 1, None, 44.0)


def test_speed_comes_from_vtg_where_rmc_is_missing() -> None:
    content = gga("120000") + sealed("GNVTG,90.0,T,,M,10.0,N,18.52,K,A") + gga("120001") + sealed("GNVTG,,T,,M,,N,36.0,K,A")
    assert read(content)[0]["GnssFix"]["speed_mps"].to_list() == [10 * KNOT, 10.0]


def test_gns_and_gst() -> None:
    content = sealed("GNGNS,120000,3110.5,N,12123.5,E,NNNDN,08,0.9,12.0,9.0,,") + sealed("GNGST,120000,,,,,3.0,4.0,5.0")
    row = read(content)[0]["GnssFix"].row(0, named=True)
    assert (row["fix_code"], row["valid"], row["used_count"], row["altitude_m"], row["error_m"]) == (2, True, 8, 12.0, 5.0)


@pytest.mark.parametrize("code", range(9))
def test_only_satellite_fixes_are_valid(code: int) -> None:
    content = gga("120000").split(b"*")[0].decode()[1:].replace("E,1,08", f"E,{code},08")
    assert read(sealed(content))[0]["GnssFix"]["valid"].to_list() == [code in {1, 2, 3, 4, 5}]


def test_recognises() -> None:
    good = fixed("120000")
    assert nmea.recognises(good)
    assert nmea.recognises(good[:12])
    assert nmea.recognises((b"12:00:00 " + good) * 3)
    assert not nmea.recognises(b"a plain text that mentions $GPRMC, once\n" * 9)
    assert not nmea.recognises(b"")
    assert not nmea.recognises(b"$100,200 are prices\n")


def test_a_block_whose_timed_sentences_are_all_malformed_is_read() -> None:
    # found by fuzzing: a malformed RMC and a cut GSA left an epoch grouping without a single epoch
    content = b"$GPRMC,131005,A886,.51433,N,00656.4605,E,0.00,,030410,,*07\r\nrx: $GNGSA,A,3,02,05,12,15,25,,,,,,,,1.52,0.85"
    with pytest.raises(DamagedEvidence):
        list(nmea(BytesSource(content)))
