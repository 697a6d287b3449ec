"""Location tables as plain CSV: one range or CIDR block per line with its territory."""

import csv
import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from zhunru.core.evidence import Noted, Skipped, Source
from zhunru.core.step import reader
from zhunru.core.text import Text
from zhunru.formulas.ip_location import Keys, block_of, keys_of, keys_of_numbers, packed_of
from zhunru.tables.location_range import LocationRange
from zhunru.wire.text_lines import whole_lines

_BLOCK_BYTE = 1 << 20
_HEADINGS = {
    "first": {
        "first",
        "start",
        "start_ip",
        "ip_start",
        "ip_from",
        "from",
        "network_start_ip",
        "range_start",
        "起始地址",
        "起始ip",
        "开始地址",
    },
    "last": {"last", "end", "end_ip", "ip_end", "ip_to", "to", "network_last_ip", "range_end", "结束地址", "结束ip", "终止地址"},
    "block": {"cidr", "network", "prefix", "block", "subnet", "网段", "地址段"},
    "territory": {"territory", "country", "country_code", "country_iso_code", "cc", "iso", "国家", "国家代码", "国家或地区", "国家/地区"},
}
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_BLANK = ("", "-", "ZZ", "XX", "??")
_UNREADABLE = Text("地址范围或国家代码无法识别", "range or territory code cannot be read")


class _Layout(NamedTuple):
    """Where the fields stand; `block` or both of `first` and `last`."""

    separator: str
    width: int
    territory: int
    block: int | None = None
    first: int | None = None
    last: int | None = None
    headed: bool = True


def _layout(line: str) -> _Layout | None:
    separator = max(",;\t", key=line.count)
    cells = [c.strip().strip('"').strip() for c in line.split(separator)]
    places = {n: i for i, c in reversed(list(enumerate(cells))) for n, known in _HEADINGS.items() if c.lower().replace(" ", "_") in known}
    if "territory" in places and ("block" in places or {"first", "last"} <= places.keys()):
        ends = (None, None) if "block" in places else (places["first"], places["last"])
        return _Layout(separator, len(cells), places["territory"], places.get("block"), *ends)
    if len(cells) == 3 and re.fullmatch(r"[A-Za-z]{2}|\?\?|-|", cells[2]) and all(block_of(c) and "/" not in c for c in cells[:2]):
        return _Layout(separator, 3, 2, None, 0, 1, headed=False)
    if len(cells) == 2 and re.fullmatch(r"[A-Za-z]{2}|\?\?|-|", cells[1]) and "/" in cells[0] and block_of(cells[0]):
        return _Layout(separator, 2, 1, 0, headed=False)
    return None


def _lines(head: bytes) -> tuple[bool, list[str]]:
    lines = head.decode("utf-8-sig", "replace").splitlines()
    return head.startswith(b"#"), [line for line in lines[:100] if line.strip() and not line.startswith("#")]


def _is_ranges(head: bytes) -> bool:
    commented, lines = _lines(head)
    layout = _layout(lines[0]) if lines else None
    if layout is None or (commented and not layout.headed):
        return False
    sample = [line for line in lines[1:4] if len(line.split(layout.separator)) >= layout.width]
    return not sample or any(not isinstance(_read(layout, [line]), Skipped) for line in sample)


@reader(".csv", ".tsv", ".txt", title_zh="IP 归属地表（CSV）", title_en="IP location table (CSV)", sniff=_is_ranges)
def ip_ranges_csv(file: Source) -> Iterator[LocationRange | Skipped | Noted]:
    """Read `first,last,territory` or `cidr,territory`, with a heading line or in exactly that order without one.

    Addresses are dotted, IPv6 or (IPv4) decimal; territories are ISO 3166 codes of two letters, `-`, `ZZ` or nothing where the table does
    not know. A comment line (`#`) that holds a day as YYYY-MM-DD dates the table. Further columns are left out.

    Args:
        file: The table; it is read in blocks.

    Raises:
        EvidenceError: The file cannot be opened or its compression is damaged.

    References:
        Form of the public country tables of DB-IP, IP2Location and GeoLite2 exports.
    """
    layout: _Layout | None = None
    dated: date | None = None
    origin = file.name.rsplit("/", 1)[-1]
    for number, lines in whole_lines(file.blocks(_BLOCK_BYTE)):
        text = pl.DataFrame({"line": lines, "no": range(number, number + len(lines))})
        comment = pl.col("line").str.starts_with("#")
        for line in text.filter(comment)["line"].head(1000):
            dated = dated or _date_in(line)
        body = text.filter(~comment & (pl.col("line").str.strip_chars().str.len_bytes() > 0))
        if layout is None and len(body):
            layout = _layout(body["line"][0])
            body = body.slice(1) if layout is None or layout.headed else body
        if layout is None:
            if len(body):
                yield Skipped(_UNREADABLE, f"line {body['no'][0]}", len(body))
            continue
        yield from _rows(body, layout, origin, dated)
    if layout and dated is None:
        yield Noted(Text("文件未注明日期", "the file does not tell its date"))


def _rows(body: pl.DataFrame, layout: _Layout, origin: str, dated: date | None) -> Iterator[LocationRange | Skipped]:
    if not len(body):
        return
    found = _read(layout, body["line"].to_list())
    if isinstance(found, Skipped):
        yield Skipped(_UNREADABLE, f"line {body['no'][0]}", len(body))
        return
    family, first, last, territory, right = found
    if not right.all():
        yield Skipped(_UNREADABLE, f"line {body['no'][int(np.argmin(right))]}", int((~right).sum()))
    family = family[right]
    yield LocationRange.of(
        {
            "family_no": family.tolist(),
            "first": packed_of(family, first[right]),
            "last": packed_of(family, last[right]),
            "territory": territory.filter(pl.Series(right)).to_list(),
            "origin": [origin] * len(family),
            "dated": [dated] * len(family),
        }
    )


def _read(layout: _Layout, lines: Sequence[str]) -> tuple[NDArray[np.uint8], Keys, Keys, pl.Series, NDArray[np.bool_]] | Skipped:
    cells = _cells(layout, lines)
    code = cells["territory"].str.to_uppercase()
    territory = pl.select(pl.when(code.is_in(_BLANK)).then(pl.lit("??")).otherwise(code)).to_series()
    known = territory.str.contains(r"^([A-Z][A-Z0-9]|\?\?)$").fill_null(value=False).to_numpy()
    if layout.block is None:
        family, first = _bounds(cells["first"])
        other, last = _bounds(cells["last"])
    else:
        family, first, last = _blocks(cells["block"])
        other = family
    right = known & (family > 0) & (family == other) & (first <= last)
    return (family, first, last, territory, right) if right.any() else Skipped(_UNREADABLE, "", len(lines))


def _cells(layout: _Layout, lines: Sequence[str]) -> pl.DataFrame:
    wanted = {n: at for n in ("territory", "block", "first", "last") if (at := getattr(layout, n)) is not None}
    text = pl.DataFrame({"line": lines}, schema={"line": pl.String})
    split = pl.col("line").str.split(layout.separator)
    plain = text.select(*(split.list.get(at, null_on_oob=True).str.strip_chars().alias(n) for n, at in wanted.items()))
    quoted = np.flatnonzero(text["line"].str.contains('"', literal=True).to_numpy())
    if not len(quoted):
        return plain
    columns: dict[str, list[str | None]] = {n: plain[n].to_list() for n in wanted}
    for row in quoted:
        try:
            fields = next(csv.reader([lines[int(row)]], delimiter=layout.separator), [])
        except csv.Error:
            fields = []
        for name, at in wanted.items():
            columns[name][int(row)] = fields[at].strip() if at < len(fields) else None
    return pl.DataFrame(columns, schema=dict.fromkeys(wanted, pl.String))


def _bounds(text: pl.Series) -> tuple[NDArray[np.uint8], Keys]:
    family, key = keys_of(text, unwrap=False)
    number = text.cast(pl.UInt64, strict=False)
    small = (number < 1 << 32).fill_null(value=False).to_numpy()
    family[small], key[small] = 4, keys_of_numbers(number.filter(pl.Series(small)).to_numpy())
    return family, key


def _blocks(text: pl.Series) -> tuple[NDArray[np.uint8], Keys, Keys]:
    found = [block_of(t) if t else None for t in text]
    family = np.array([b[0] if b else 0 for b in found], np.uint8)
    first, last = (np.array([b[side] if b else b"" for b in found], "S16") for side in (1, 2))
    return family, first, last


def _date_in(line: str) -> date | None:
    if found := _DATE.search(line):
        try:
            return date(*(int(part) for part in found.groups()))
        except ValueError:
            return None
    return None
