"""Location tables in the text form of Debian's tor-geoipdb."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime

import numpy as np
import polars as pl
from numpy.typing import NDArray

from zhunru.core.evidence import Noted, Skipped, Source
from zhunru.core.step import reader
from zhunru.core.text import Text
from zhunru.formulas.ip_location import Keys, keys_of, keys_of_numbers, packed_of
from zhunru.tables.location_range import LocationRange
from zhunru.wire.text_lines import whole_lines

_BLOCK_BYTE = 1 << 20
_ROW = r"^([0-9]{1,10}|[0-9A-Fa-f:.]{2,45}),([0-9]{1,10}|[0-9A-Fa-f:.]{2,45}),([A-Za-z]{2}|\?\?)$"
_SNIFF = re.compile(r"(?:[0-9]{1,10},[0-9]{1,10}|[0-9A-Fa-f]*:[0-9A-Fa-f:.]*,[0-9A-Fa-f]*:[0-9A-Fa-f:.]*),(?:[A-Za-z]{2}|\?\?)")
_GENERATED = re.compile(r"Generated:\s*\w{3}, (\d{1,2} \w{3} \d{4})")
_UPDATED = re.compile(r"[Ll]ast updated based on (\w+ \d{1,2} \d{4})")
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_UNREADABLE = Text("不是“起始,结束,代码”的行", "the line is not of the form first,last,code")


def _is_geoip(head: bytes) -> bool:
    if not head.startswith(b"#"):  # without comments nothing tells it from a plain table, and it has no date
        return False
    lines = head.decode("latin-1").splitlines()
    rows = [line for line in lines[:200] if line and not line.startswith("#")]
    sure = rows[:-1] or rows  # the last one may be cut by the end of the head
    return bool(sure) and all(_SNIFF.fullmatch(row) for row in sure)


@reader(title_zh="IP 归属地表（tor-geoipdb）", title_en="IP location table (tor-geoipdb)", sniff=_is_geoip)
def geoip_tor(file: Source) -> Iterator[LocationRange | Skipped | Noted]:
    """Read `geoip` and `geoip6`: comment lines with the date, then ranges as first,last,code.

    IPv4 bounds are decimal integers, IPv6 bounds are addresses. The code `??` stands for "the source does not know".

    Args:
        file: The table; it is read in blocks.

    Raises:
        EvidenceError: The file cannot be opened or its compression is damaged.

    References:
        Debian package tor-geoipdb; data of the IPFire location database, CC BY-SA 4.0.
    """
    dated: date | None = None
    vendor = "tor-geoipdb"
    for number, lines in whole_lines(file.blocks(_BLOCK_BYTE)):
        text = pl.DataFrame({"line": lines, "no": range(number, number + len(lines))})
        blank = pl.col("line").str.strip_chars().str.len_bytes() == 0
        comment = pl.col("line").str.starts_with("#")
        for line in text.filter(comment)["line"].head(1000):
            dated = dated or _date_in(line)
            vendor = "IPFire (tor-geoipdb)" if "IPFire" in line else vendor
        yield from _rows(text.filter(~blank & ~comment), vendor, dated)
    if dated is None:
        yield Noted(Text("文件未注明日期", "the file does not tell its date"))


def _rows(text: pl.DataFrame, vendor: str, dated: date | None) -> Iterator[LocationRange | Skipped]:
    fields = text.select("no", pl.col("line").str.extract_groups(_ROW).struct.rename_fields(["a", "b", "code"]).alias("g")).unnest("g")
    first_family, first = _bounds(fields["a"])
    last_family, last = _bounds(fields["b"])
    right = (first_family > 0) & (first_family == last_family) & (first <= last)
    if not right.all():
        yield Skipped(_UNREADABLE, f"line {fields['no'][int(np.argmin(right))]}", int((~right).sum()))
    if right.any():
        family = first_family[right]
        yield LocationRange.of(
            {
                "family_no": family.tolist(),
                "first": packed_of(family, first[right]),
                "last": packed_of(family, last[right]),
                "territory": fields["code"].filter(pl.Series(right)).str.to_uppercase().to_list(),
                "origin": [vendor] * len(family),
                "dated": [dated] * len(family),
            }
        )


def _bounds(text: pl.Series) -> tuple[NDArray[np.uint8], Keys]:
    number = text.cast(pl.UInt64, strict=False)
    small = (number < 1 << 32).fill_null(value=False).to_numpy()
    if small.all():
        return np.full(len(text), 4, np.uint8), keys_of_numbers(number.to_numpy())
    family, key = keys_of(text, unwrap=False)
    family[family == 4] = 0  # this format writes IPv4 as numbers
    family[small], key[small] = 4, keys_of_numbers(number.filter(pl.Series(small)).to_numpy())
    return family, key


def _date_in(line: str) -> date | None:
    if found := _GENERATED.search(line):
        day, month, year = found[1].split()
    elif found := _UPDATED.search(line):
        month, day, year = found[1].split()
    else:
        return None
    try:
        return datetime(int(year), _MONTHS.index(month[:3].title()) + 1, int(day), tzinfo=UTC).date()
    except ValueError:
        return None
