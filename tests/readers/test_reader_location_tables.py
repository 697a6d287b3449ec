"""tor-geoipdb and CSV location tables: dates, forms, what is not a row."""

from datetime import date
from ipaddress import ip_address

import polars as pl
import pytest

from zhunru.core.evidence import Noted, Skipped
from zhunru.core.step import Reader
from zhunru.engine.source import BytesSource
from zhunru.readers.geoip_tor import geoip_tor
from zhunru.readers.ip_ranges_csv import ip_ranges_csv
from zhunru.tables.location_range import LocationRange


def read(reader: Reader, content: bytes) -> tuple[pl.DataFrame, list[Skipped], list[Noted]]:
    items = list(reader(BytesSource(content, "net/table.csv")))
    rows = LocationRange.concat([i for i in items if isinstance(i, LocationRange)]).collect()
    return rows, [i for i in items if isinstance(i, Skipped)], [i for i in items if isinstance(i, Noted)]


def ranges(rows: pl.DataFrame) -> list[tuple[str, str, str]]:
    return [(str(ip_address(a)), str(ip_address(b)), t) for a, b, t in rows.select("first", "last", "territory").iter_rows()]


@pytest.mark.parametrize(
    ("comment", "dated"),
    [
        ("# Generated: Thu, 25 Jun 2026 04:33:59 GMT", date(2026, 6, 25)),
        ("# Generated:  Wed, 4 Feb 2026 00:00:00 GMT", date(2026, 2, 4)),
        ("# Last updated based on February 7 2019 Maxmind GeoLite2 Country", date(2019, 2, 7)),
        ("# Generated: Thu, 31 Feb 2026 04:33:59 GMT", None),
        ("# nothing", None),
    ],
)
def test_geoip_date(comment: str, dated: date | None) -> None:
    rows, skipped, noted = read(geoip_tor, f"{comment}\n16777216,16777471,AU\n".encode())
    assert (rows["dated"].to_list(), skipped, len(noted)) == ([dated], [], int(dated is None))


def test_geoip_both_families_and_what_is_no_row() -> None:
    good = "0,16777215,??\n4294967295,4294967295,us\n2001:200::,2001:200:ffff:ffff:ffff:ffff:ffff:ffff,JP\n"
    bad = ["4294967296,4294967297,US", "5,4,US", "1,2,USA", "1,2", "1.0.0.0,1.0.0.1,US", "::1,5,US", "x,y,US", "-1,2,US"]
    rows, skipped, _ = read(geoip_tor, ("# x\r\n" + good + "\n".join(bad) + "\n\n").encode())
    assert ranges(rows) == [
        ("0.0.0.0", "0.255.255.255", "??"),
        ("255.255.255.255", "255.255.255.255", "US"),
        ("2001:200::", "2001:200:ffff:ffff:ffff:ffff:ffff:ffff", "JP"),
    ]
    assert rows["family_no"].to_list() == [4, 4, 6]
    assert [(s.count, s.where) for s in skipped] == [(len(bad), "line 5")]


@pytest.mark.parametrize(
    "head",
    [
        "16777216,16777471,AU\n",
        "# comment only\n",
        "",
        "# a\n1,2,3\n4,5,6\n",
        "姓名,职责\n张三,数据安全\n",
        "# x\nfirst,last,territory\n1.0.0.0,1.0.0.1,US\n",
    ],
)
def test_geoip_is_specific(head: str) -> None:
    assert not geoip_tor.recognises(head.encode())


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("first,last,territory\n1.0.0.0,1.0.0.255,au\n", [("1.0.0.0", "1.0.0.255", "AU")]),
        ("Start IP;End IP;Country Code\n1.0.0.0;1.0.0.255;CN\n", [("1.0.0.0", "1.0.0.255", "CN")]),
        (
            "country\tnetwork\nHK\t1.0.0.0/24\nTW\t2400::/16\n",
            [("1.0.0.0", "1.0.0.255", "HK"), ("2400::", "2400:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "TW")],
        ),
        ("网段,国家\n1.0.0.0/31,-\n", [("1.0.0.0", "1.0.0.1", "??")]),
        ('"ip_from","ip_to","country_code","country_name"\n"0","255","ZZ","x, y"\n', [("0.0.0.0", "0.0.0.255", "??")]),
        ("1.0.0.0,1.0.0.255,AU\n2.0.0.0,2.0.0.0,CN\n", [("1.0.0.0", "1.0.0.255", "AU"), ("2.0.0.0", "2.0.0.0", "CN")]),
        ("1.0.0.0/24,AU\n", [("1.0.0.0", "1.0.0.255", "AU")]),
        ("first,last,country\n64:ff9b::,64:ff9b::1,US\n", [("64:ff9b::", "64:ff9b::1", "US")]),
    ],
)
def test_csv_forms(content: str, expected: list[tuple[str, str, str]]) -> None:
    assert ip_ranges_csv.recognises(content.encode())
    rows, skipped, _ = read(ip_ranges_csv, content.encode())
    assert ranges(rows) == expected
    assert not skipped
    assert rows["origin"].unique().to_list() == ["table.csv"]


def test_csv_rows_that_are_none() -> None:
    bad = [
        "1.0.0.9,1.0.0.1,US",
        "1.0.0.0,::1,US",
        "1.0.0.0,1.0.0.1,USA",
        "1.0.0.0,1.0.0.1,China",
        "1.0.0.0",
        "1.0.0.0,1.0.0.x,US",
        '"1.0.0.0,1.0.0.1,US',
    ]
    rows, skipped, _ = read(ip_ranges_csv, ("# 2026-05-01\nfirst,last,territory\n1.0.0.0,1.0.0.1,CN\n" + "\n".join(bad)).encode())
    assert rows["dated"].to_list() == [date(2026, 5, 1)]
    assert (sum(s.count for s in skipped), skipped[0].where) == (len(bad), "line 4")


@pytest.mark.parametrize(
    "content",
    [
        "",
        "姓名,职责,国家\n张三,数据安全,CN\n",
        "first,last\n1.0.0.0,1.0.0.1\n",
        "address,territory,contract\n8.8.8.8,CN,C-7\n",
        "起始地址,结束地址,国家\n北京,上海,CN\n",
        "a,b,c\n1,2,3\n",
        "# x\n2001:200::,2001:200::1,JP\n",
    ],
)
def test_csv_is_specific(content: str) -> None:
    assert not ip_ranges_csv.recognises(content.encode())


def test_the_two_readers_agree() -> None:
    rows = [(16777216 + 256 * i, 16777216 + 256 * i + 255, ("CN", "US", "HK")[i % 3]) for i in range(2000)]
    tor, _, _ = read(geoip_tor, ("# x\n" + "".join(f"{a},{b},{t}\n" for a, b, t in rows)).encode())
    dotted, _, _ = read(ip_ranges_csv, "".join(f"{ip_address(a)},{ip_address(b)},{t}\n" for a, b, t in rows).encode())
    assert tor.drop("origin").equals(dotted.drop("origin"))
