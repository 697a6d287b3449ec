"""Ledgers as delimited text."""

import csv
from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from zhunru.core.errors import DamagedEvidence
from zhunru.core.evidence import Noted, Skipped, Source
from zhunru.core.step import reader
from zhunru.core.text import Text
from zhunru.tables.ledger_cell import HEAD_ROWS, Header, LedgerCell, cells, header_of, row_role
from zhunru.wire.ledger_text import Line, bare_utf16, bom_encoding, delimiter_of, encoding_of, form_of, lines

_BLOCK_BYTE = 1 << 20
_BLOCK_ROWS = 20_000
_RETRIES = 200
"""Broken records after which the lines that they swallowed are tried again one by one; beyond it they are counted as lost."""

_MOST_LINES = 1000
"""Most lines of one record; more is a quote that nobody closed."""

_REASONS = {
    "nul": Text("行内有空字节（NUL），已跳过", "line holds a NUL byte; skipped"),
    "encoding": Text("行的字符编码与文件其余部分不同，已跳过", "line is in another encoding than the rest of the file; skipped"),
    "long": Text("行过长，已跳过", "line is too long; skipped"),
}
_QUOTES = Text("引号不配对或单元格过长，已跳过", "quotes do not match or a cell is too long; skipped")


class _Row(NamedTuple):
    number: int
    texts: list[str]


def _is_csv(head: bytes) -> bool:
    return form_of(head) == "csv"


@reader(".csv", ".tsv", ".txt", title_zh="台账（CSV）", title_en="ledger (CSV)", sniff=_is_csv, general=True)
def ledger_csv(file: Source) -> Iterator[LedgerCell | Skipped | Noted]:
    """Read delimited text (comma, semicolon, tab) in UTF-8, UTF-16 or GB18030; what was recognised is told.

    Title rows above the headings, totals, notes and headings repeated on every page are left out and counted.
    A line with NUL bytes, in another encoding, or with quotes that do not match is skipped with its number.

    Args:
        file: The ledger.

    Raises:
        DamagedEvidence: No line can be read.
    """
    encoding = bom_encoding(file.head) or bare_utf16(file.head) or encoding_of(file.blocks(_BLOCK_BYTE))
    if encoding != "utf-8":
        yield Noted(Text(f"按 {encoding.upper()} 编码读取", f"read as {encoding.upper()}"))
    sample = [line.text for line in islice((x for x in lines(file.blocks(_BLOCK_BYTE), encoding) if x.text.strip()), HEAD_ROWS)]
    mark = delimiter_of(sample) or ","
    if mark != ",":
        yield Noted(Text(f"分隔符为 {_name(mark)[0]}", f"the delimiter is a {_name(mark)[1]}"))
    records = _records(lines(file.blocks(_BLOCK_BYTE), encoding), mark)
    yield from _sheet(file, records)


def _name(mark: str) -> tuple[str, str]:
    return {"\t": ("制表符", "tab"), ";": ("分号", "semicolon")}[mark]


def _sheet(file: Source, records: Iterator[_Row | Skipped]) -> Iterator[LedgerCell | Skipped | Noted]:
    stem = file.name.replace("\\", "/").rsplit("/", 1)[-1].removesuffix(".gz").rsplit(".", 1)[0]
    first: list[_Row] = []
    for record in records:
        if isinstance(record, Skipped):
            yield record
            continue
        first.append(record)
        if len(first) == HEAD_ROWS:
            break
    width = max((len(r.texts) for r in first), default=0)
    header = header_of([_wide(r.texts, width) for r in first])
    if header is None:
        raise DamagedEvidence(
            Text("文件中没有可读的行", "no line of the file can be read"), file.name, Text("检查文件内容", "look at the file")
        )
    roles = {"total": 0, "repeat": 0, "note": header.body - 1}
    block: list[_Row] = []
    for record in _chained(first[header.body :], records):
        if isinstance(record, Skipped):
            yield record
            continue
        role = row_role(record.texts, header)
        if role in roles:
            roles[role] += 1
        elif role == "record":
            block.append(record)
        if len(block) == _BLOCK_ROWS:
            yield _cells(stem, header, block)
            block = []
    if block:
        yield _cells(stem, header, block)
    yield from left_out(roles)


def left_out(roles: dict[str, int]) -> Iterator[Noted]:
    """Tell how many rows were no records."""
    texts = {
        "total": Text("合计行，不作为记录", "total rows, not taken as records"),
        "repeat": Text("重复的表头行", "repeated heading rows"),
        "note": Text("标题或附注行，不作为记录", "title or note rows, not taken as records"),
    }
    yield from (Noted(texts[role], count) for role, count in roles.items() if count > 0)


def _chained(rows: list[_Row], rest: Iterator[_Row | Skipped]) -> Iterator[_Row | Skipped]:
    yield from rows
    yield from rest


def _wide(texts: list[str], width: int) -> list[str]:
    return texts + [""] * (width - len(texts))


def _cells(stem: str, header: Header, block: list[_Row]) -> LedgerCell:
    width = max(len(r.texts) for r in block)
    names = [*header.names, *(f"(#{n + 1})" for n in range(len(header.names), width))]
    columns = zip(*(_wide(r.texts, width) for r in block), strict=True)
    return cells(stem, names, [r.number for r in block], ((column, "text") for column in columns))


def _records(source: Iterator[Line], mark: str) -> Iterator[_Row | Skipped]:
    """Parse lines into rows; `csv` is fed line by line, so that each row knows the lines it came from."""
    waiting: deque[Line] = deque()
    taken: list[Line] = []
    retries = 0

    def feed() -> Iterator[str]:
        while True:
            line = waiting.popleft() if waiting else next(source, None)
            if line is None:
                return
            if len(taken) == _MOST_LINES:
                waiting.appendleft(line)
                raise csv.Error
            taken.append(line)
            yield line.text + "\n"

    parser = csv.reader(feed(), delimiter=mark, strict=True)
    while True:
        taken.clear()
        try:
            texts = next(parser)
        except StopIteration:
            return
        except csv.Error:
            retries += 1
            again = taken[1:] if retries <= _RETRIES else []
            waiting.extendleft(reversed(again))
            yield Skipped(_QUOTES, f"line {taken[0].number}", len(taken) - len(again))
            parser = csv.reader(feed(), delimiter=mark, strict=True)
            continue
        bad = next((line for line in taken if line.damage), None)
        if bad and bad.damage:
            yield Skipped(_REASONS[bad.damage], f"line {bad.number}")
        else:
            yield _Row(taken[0].number, [t.strip() for t in texts])
