"""NMEA 0183 sentences of a whole block at once: columns per sentence type.

A sentence of the plain form `$address,...*hh` and a line end is judged by array arithmetic; everything else goes one by one through `nmea.parse`
and `nmea.decode`, whose judgement a property test compares with this one.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhunru.wire import nmea
from zhunru.wire import nmea_digits as digits
from zhunru.wire.nmea_digits import PAD, Flags, Ints

Column = NDArray[Any]

_TEXT = re.compile(rb"\$[^\x00-\x1f\x7f-\xff$]*")
_LINE_END = b"\r\n"
GOOD, CHECKSUM, MALFORMED, BARE, NOISE = range(5)
"""Outcome numbers: places in `nmea.OUTCOMES`."""

_HEX = np.full(256, -1, dtype=np.int64)
for _digit in b"0123456789abcdefABCDEF":
    _HEX[_digit] = int(chr(_digit), 16)
_RANK = np.full(256, -1, dtype=np.int64)
for _rank, _letter in enumerate(nmea.MODE_QUALITY):
    _RANK[ord(_letter)] = _rank
_QUALITY = np.array([*nmea.MODE_QUALITY.values(), -1], dtype=np.int64)
_LOWER = np.array([(1 << (8 * n)) - 1 for n in range(9)], dtype=np.uint64)
_MOST_KEYS = 64
"""Addresses of a block that are judged together; a block with more is mostly noise, whose rest goes through the strict rules."""


@dataclass(slots=True)
class Sentences:
    """The sentences of a block.

    Args:
        start: Offset of each `$` in the block.
        size: Bytes of each sentence with its line end; 0 for noise.
        group: Address of each, as a place in `addresses`.
        outcome: How each stands, as a place in `nmea.OUTCOMES`.
        addresses: (talker, type) pairs.
        kinds: Sentence type -> columns of its good sentences in order; `order` is the place in `start`.
        cut: A sentence was broken off by the end of the log.
    """

    start: Ints
    size: Ints
    group: Ints
    outcome: Ints
    addresses: list[tuple[str, str]]
    kinds: dict[str, dict[str, Column]]
    cut: bool = False


@dataclass(slots=True)
class _Block:
    raw: bytes
    buffer: NDArray[np.uint8]
    words: digits.Words
    delimiters: Ints
    first: Ints
    fields: Ints
    dollar: Ints
    star: Ints
    newline: Ints
    plain: Flags


def read_block(raw: bytes, last: bool) -> Sentences:
    """Read all sentences of `raw`.

    Args:
        raw: Bytes; the caller cuts them so that no sentence straddles the end, unless `last`.
        last: Nothing follows: a sentence without line end and checksum was broken off.
    """
    block = _structure(raw)
    count = len(block.dollar)
    found = Sentences(block.dollar - PAD, np.zeros(count, np.int64), np.zeros(count, np.int64), np.full(count, NOISE, np.int64), [], {})
    _judge_plain(block, found)
    numbers: dict[tuple[str, str], int] = {address: i for i, address in enumerate(found.addresses)}
    strict: dict[str, list[tuple[int, dict[str, float | int]]]] = {}
    for order in np.flatnonzero(~block.plain).tolist():
        sentence, size, ended = _sentence_at(raw, int(found.start[order]), last)
        outcome = nmea.OUTCOMES.index(sentence.outcome)
        if not ended and outcome == MALFORMED and found.start[order] + size == len(raw):
            found.cut = True
        if outcome in {GOOD, BARE} and sentence.type in nmea.LAYOUT and sentence.talker in nmea.TALKERS:
            values = nmea.decode(sentence.type, sentence.fields)
            if values is None:
                outcome = MALFORMED
            else:
                strict.setdefault(sentence.type, []).append((order, values))
        address = (sentence.talker, sentence.type)
        number = numbers.setdefault(address, len(numbers))
        found.group[order], found.outcome[order], found.size[order] = number, outcome, 0 if outcome == NOISE else size
    found.addresses = list(numbers)
    for kind in nmea.LAYOUT:
        columns = _decode_kind(block, found, kind, strict.get(kind, []))
        if columns is not None:
            found.kinds[kind] = columns
    return found


def _sentence_at(raw: bytes, start: int, last: bool) -> tuple[nmea.Sentence, int, bool]:
    text = _TEXT.match(raw, start)
    assert text is not None  # noqa: S101 - a `$` stands there
    after = raw[text.end() : text.end() + 2]
    ended = after[:1] in {b"\r", b"\n"} or (not after and not last)
    size = text.end() - start + (2 if after == _LINE_END else 1 if ended and after else 0)
    return nmea.parse(text[0], ended), size, ended


def _structure(raw: bytes) -> _Block:
    buffer = np.zeros(PAD + len(raw) + PAD, dtype=np.uint8)
    body = np.frombuffer(raw, dtype=np.uint8)
    buffer[PAD : PAD + len(raw)] = body
    # One search for all delimiters; what each is, is looked up where they stand.
    marks = (buffer == 44) | (buffer == 36) | (buffer == 42) | (buffer == 10)
    delimiters = np.flatnonzero(marks)
    sort = buffer[delimiters]
    first = np.flatnonzero(sort == 36)
    lines = np.flatnonzero(sort == 10)
    paired = len(lines) == len(first) and bool(np.all(lines > first)) and bool(np.all(lines[:-1] < first[1:]))
    if not paired:
        place = np.searchsorted(lines, first)
        # A `$` with no line end behind it, or with another `$` before that, is not plain: its own place stands for the missing line end.
        ends = np.append(lines, -1)[place]
        following = np.append(first[1:], len(sort))
        lines = np.where((ends < 0) | (ends > following), first, ends)
    ok = (lines - first >= 2) & (sort[lines - 1] == 42)
    # One star: no other one among the delimiters of the sentence.
    star_marks = sort == 42
    if int(np.count_nonzero(star_marks)) != int(np.count_nonzero(ok)):
        stars = np.cumsum(star_marks)
        ok &= stars[lines] - stars[first] == 1
    dollar, newline, star = delimiters[first], delimiters[lines], delimiters[lines - 1]
    tail = newline - star
    ok &= (tail == 3) | ((tail == 4) & (buffer[newline - 1] == 13))
    ok &= (newline - dollar <= nmea.LONGEST) & ~_foreign(body, dollar, star)
    view = digits.words(buffer)
    return _Block(raw, buffer, view, np.append(delimiters, 0), first, lines - first - 2, dollar, star, newline, ok)


def _foreign(body: NDArray[np.uint8], dollar: Ints, star: Ints) -> Flags:
    """Tell which sentences hold a control character or a byte beyond ASCII."""
    odd = (body - np.uint8(32)) > 94
    lines = int(np.count_nonzero(body == 10))
    returns = int(np.count_nonzero((body[:-1] == 13) & (body[1:] == 10)))
    if int(np.count_nonzero(odd)) == lines + returns:
        return np.zeros(len(dollar), dtype=np.bool_)
    places = np.flatnonzero(odd) + PAD
    return np.asarray(np.searchsorted(places, dollar) != np.searchsorted(places, star))


def _judge_plain(block: _Block, found: Sentences) -> None:
    """Settle address, checksum and outcome of the plain sentences; unset `plain` where the strict rules must speak."""
    length = block.delimiters[np.minimum(block.first + 1, len(block.delimiters) - 1)] - block.dollar - 1
    block.plain &= (length >= 3) & (length <= 8)
    keys = block.words[block.dollar + 1] & _LOWER[np.clip(length, 0, 8)]
    known = np.zeros(len(keys), dtype=np.bool_)
    rest = keys[block.plain]
    for _ in range(_MOST_KEYS):
        if not len(rest):
            break
        key = rest[0]
        rest = rest[rest != key]
        address = _address(int(key))
        if address[0] != "?":
            mine = keys == key
            found.group[mine] = len(found.addresses)
            found.addresses.append(address)
            known |= mine
    block.plain &= known
    given = _HEX[block.buffer[block.star + 1]] * 16 + _HEX[block.buffer[np.minimum(block.star + 2, len(block.buffer) - 1)]]
    hexed = (_HEX[block.buffer[block.star + 1]] >= 0) & (_HEX[block.buffer[np.minimum(block.star + 2, len(block.buffer) - 1)]] >= 0)
    block.plain &= hexed
    right = given == _checksums(block)
    found.outcome[block.plain] = np.where(right[block.plain], GOOD, CHECKSUM)
    found.size[block.plain] = (block.newline - block.dollar + 1)[block.plain]


@lru_cache(maxsize=4096)
def _address(key: int) -> tuple[str, str]:
    return nmea.split_address(key.to_bytes(8, "little").rstrip(b"\0"))


def _checksums(block: _Block) -> Ints:
    """XOR of the bytes between `$` and `*`: a running XOR of aligned words, folded at the end."""
    even = len(block.buffer) // 8 * 8
    aligned = block.buffer[:even].view("<u8")
    running = np.zeros(len(aligned) + 1, dtype=np.uint64)
    np.bitwise_xor.accumulate(aligned, out=running[1:])
    padded = np.append(aligned, np.uint64(0))
    ends = [block.dollar + 1, block.star]
    sums = [running[p >> 3] ^ (padded[p >> 3] & _LOWER[p & 7]) for p in ends]
    x = sums[0] ^ sums[1]
    for shift in (32, 16, 8):
        x ^= x >> np.uint64(shift)
    return np.asarray((x & np.uint64(0xFF)).view(np.int64))


def _decode_kind(block: _Block, found: Sentences, kind: str, strict: list[tuple[int, dict[str, float | int]]]) -> dict[str, Column] | None:
    groups = [i for i, (talker, name) in enumerate(found.addresses) if name == kind and talker in nmea.TALKERS]
    wanted = np.zeros(len(found.addresses) + 1, dtype=np.bool_)
    wanted[groups] = True
    rows = np.flatnonzero(block.plain & (found.outcome == GOOD) & wanted[found.group])
    if not len(rows) and not strict:
        return None
    columns, good = _Fields(block, rows).read(kind)
    if not good.all():
        for place in np.flatnonzero(~good).tolist():
            order = int(rows[place])
            sentence = nmea.parse(block.raw[int(found.start[order]) : int(block.newline[order]) - PAD].rstrip(b"\r"))
            values = nmea.decode(kind, sentence.fields)
            if values is None:
                found.outcome[order] = MALFORMED
            else:
                strict.append((order, values))
        rows, columns = rows[good], {name: column[good] for name, column in columns.items()}
    columns["order"] = rows
    if strict:
        joined = np.append(rows, [order for order, _ in strict])
        sort = np.argsort(joined, kind="stable")
        for name, column in columns.items():
            columns[name] = (
                joined[sort] if name == "order" else np.append(column, np.array([v[name] for _, v in strict], column.dtype))[sort]
            )
    return columns


class _Fields:
    """The fields of sentences of one type."""

    def __init__(self, block: _Block, rows: Ints) -> None:
        self.block, self.first, self.count = block, block.first[rows], block.fields[rows]
        self.good = np.ones(len(rows), dtype=np.bool_)
        self.least = int(self.count.min(initial=99))

    def read(self, kind: str) -> tuple[dict[str, Column], Flags]:
        """Return the columns and which rows are surely right."""
        least, layout = nmea.LAYOUT[kind]
        self.good &= self.count >= least
        if kind == "GSV":
            self.good &= ((self.count & 3) % 3 == 0) & (self.count <= 20)
        columns: dict[str, Column] = {}
        for run in _runs(layout):
            columns |= self._run(run)
        return columns, self.good

    def _run(self, run: tuple[nmea.Field, ...]) -> dict[str, Column]:
        field = run[0]
        if field.kind == "ymd":
            return {field.name: self._ymd(field.place)}
        if field.kind in {"latitude", "longitude"}:
            return {field.name: self._angle(field)}
        spans = [self._span(f.place, max(f.needs, f.place)) for f in run]
        end, size = np.concatenate([e for e, _ in spans]), np.concatenate([s for _, s in spans])
        values, good = self._values(field.kind, end, size)
        height = len(self.first)
        for i in range(len(run)):
            self.good &= good[i * height : (i + 1) * height]
        return {f.name: values[i * height : (i + 1) * height] for i, f in enumerate(run)}

    def _span(self, place: int, needs: int = 0) -> tuple[Ints, Ints]:
        """Return end and size of field `place`; where the sentence is too short for it, size 0."""
        left = self.first + place
        if self.least >= max(place, needs):
            end = self.block.delimiters[left + 1]
            return end, end - self.block.delimiters[left] - 1
        present = self.count >= max(place, needs)
        left = np.where(present, left, self.first)
        end = self.block.delimiters[left + 1]
        return end, np.where(present, end - self.block.delimiters[left] - 1, 0)

    def _values(self, kind: str, end: Ints, size: Ints) -> tuple[Column, Flags]:
        view, buffer = self.block.words, self.block.buffer
        empty = size == 0
        if kind == "whole":
            return digits.whole(view, end, size)
        if kind == "letter":
            return np.where(empty, 0, buffer[end - 1]).astype(np.int64), size <= 1
        if kind == "modes":
            rank, good = np.where(empty, len(_QUALITY) - 1, 0), size <= 8
            for i in range(int(np.clip(size, 0, 8).max(initial=0))):
                inside = i < size
                mine = _RANK[buffer[end - size + np.minimum(i, size)]]
                rank, good = np.where(inside, np.maximum(rank, mine), rank), good & (~inside | (mine >= 0))
            return _QUALITY[rank], good
        if kind == "number":
            minus = ~empty & (buffer[end - np.maximum(size, 1)] == 45)
            read = digits.decimals(view, end, size - minus)
            value = read.floats()
            return np.where(empty, np.nan, np.where(minus, -value, value)), (read.good & (size <= 16)) | empty
        read = digits.decimals(view, end, size)
        if kind == "date":
            day, good = _dates(2000 + read.mantissa % 100, read.mantissa // 100 % 100, read.mantissa // 10_000)
            early = read.mantissa % 100 >= 80
            then, then_good = _dates(1900 + read.mantissa % 100, read.mantissa // 100 % 100, read.mantissa // 10_000)
            good = np.where(early, then_good, good) & read.good & (read.digits == 6) & (size == 6)
            return np.where(empty, -1, np.where(early, then, day)), good | empty
        return _clocks(read, empty)

    def _angle(self, field: nmea.Field) -> NDArray[np.float64]:
        end, size = self._span(field.place)
        _, side_size = self._span(field.place + 1)
        read = digits.decimals(self.block.words, end, size)
        letter = self.block.buffer[end + 1]
        plus, minus, most, width = (ord("N"), ord("S"), 90, 4) if field.kind == "latitude" else (ord("E"), ord("W"), 180, 5)
        one = digits.TENS[np.minimum(read.decimals, 16)]
        degrees, minutes = np.divmod(read.mantissa, one * 100)
        value = degrees + minutes / one / 60
        good = read.good & (read.digits - read.decimals == width) & (minutes < 60 * one) & (value <= most)
        good &= (side_size == 1) & ((letter == plus) | (letter == minus))
        empty = (size == 0) & ((side_size == 0) | ((side_size == 1) & ((letter == plus) | (letter == minus))))
        self.good &= good | empty
        return np.where(empty, np.nan, np.where(letter == minus, -value, value))

    def _ymd(self, place: int) -> Ints:
        spans = [self._span(place + i) for i in range(3)]
        read = [digits.whole(self.block.words, end, size) for end, size in spans]
        (day, day_good), (month, month_good), (year, year_good) = read
        value, good = _dates(year, month, day)
        sizes = (spans[0][1] <= 2) & (spans[1][1] <= 2) & (spans[2][1] == 4)
        empty = (spans[0][1] == 0) & (spans[1][1] == 0) & (spans[2][1] == 0)
        self.good &= (good & day_good & month_good & year_good & sizes) | empty
        return np.where(empty, -1, value)


def _runs(layout: tuple[nmea.Field, ...]) -> list[tuple[nmea.Field, ...]]:
    """Group neighbouring fields of one kind, which are then read together."""
    runs: list[tuple[nmea.Field, ...]] = []
    for field in layout:
        if runs and runs[-1][0].kind == field.kind and field.kind in {"whole", "number"}:
            runs[-1] += (field,)
        else:
            runs.append((field,))
    return runs


def _clocks(read: digits.Decimals, empty: Flags) -> tuple[Ints, Flags]:
    """Read hhmmss.s as ns of the day; second 60 stands only at 23:59."""
    one = digits.TENS[np.minimum(read.decimals, 15)]
    front, rest = np.divmod(read.mantissa, one)
    hour, minute, second = front // 10_000, front // 100 % 100, front % 100
    good = read.good & (read.digits - read.decimals == 6) & (read.decimals <= 9) & (hour < 24) & (minute < 60)
    good &= (second < 60) | ((second == 60) & (hour == 23) & (minute == 59))
    value = ((hour * 60 + minute) * 60 + second) * 1_000_000_000 + rest * digits.TENS[np.clip(9 - read.decimals, 0, 9)]
    return np.where(empty, -1, value), good | empty


def _dates(year: Ints, month: Ints, day: Ints) -> tuple[Ints, Flags]:
    """Return days since 1970-01-01 and whether the calendar knows the day."""
    good = (year >= 1) & (year <= 9999) & (month >= 1) & (month <= 12) & (day >= 1)
    months = (np.where(good, year, 1970) - 1970) * 12 + np.where(good, month, 1) - 1
    first = months.astype("M8[M]").astype("M8[D]").astype(np.int64)
    following = (months + 1).astype("M8[M]").astype("M8[D]").astype(np.int64)
    return first + day - 1, good & (day <= following - first)
