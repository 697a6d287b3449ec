"""Text files in blocks of whole lines, as UTF-8 where not one of the lines is damaged."""

import codecs
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import numpy as np

from zhunru.wire.ledger_text import Line, line_starts, lines, of_wide, whole_lines, wide_texts

_LONG_BYTE = 300_000
"""A line of so many bytes of UTF-8 has fewer characters than a line may have in any encoding."""


class Block(NamedTuple):
    """Whole lines.

    Args:
        first: Number of the first line.
        clean: The lines as UTF-8 with line feeds alone; None when one of them is damaged, very long or holds a carriage return.
        lines: Gives the lines one by one with their damage.
    """

    first: int
    clean: bytes | None
    lines: Callable[[], Iterator[Line]]


def blocks_of(blocks: Iterable[bytes], encoding: str) -> Iterator[Block]:
    """Yield a file in blocks of whole lines; together they hold the lines of `ledger_text.lines`.

    Args:
        blocks: Content of the file.
        encoding: UTF-8, GB18030, UTF-16.
    """
    first = 1
    if encoding.startswith("utf-16"):
        for text in wide_texts(blocks, encoding):
            clean = None if {"\0", "\ufffd", "\ufeff"} & set(text) else _plain(text.encode())
            yield Block(first, clean, _later_wide(text, first))
            first += text.count("\n")
        return
    for data in whole_lines(blocks):
        yield Block(first, _clean(data, encoding, first), _later(data, encoding, first))
        first += data.count(b"\n")


def _later(data: bytes, encoding: str, first: int) -> Callable[[], Iterator[Line]]:
    return lambda: lines([data], encoding, first)


def _later_wide(text: str, first: int) -> Callable[[], Iterator[Line]]:
    return lambda: of_wide(text, first)


def _clean(data: bytes, encoding: str, first: int) -> bytes | None:
    if first == 1:
        data = data.removeprefix(codecs.BOM_UTF8)
    if not data or b"\0" in data or codecs.BOM_UTF8 in data:
        return None
    if not data.isascii():
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            return None
        if not encoding.startswith("utf-8"):
            if whole_utf8(data):
                return None
            data = text.encode()
    return _plain(data)


def _plain(data: bytes) -> bytes | None:
    data = data.replace(b"\r\n", b"\n")
    if b"\r" in data:  # a line would lose one more when it is read again
        return None
    ends = np.flatnonzero(np.frombuffer(data, np.uint8) == 10)
    longest = int(np.diff(ends, prepend=-1, append=len(data)).max())
    return data if longest < _LONG_BYTE else None


def whole_utf8(data: bytes) -> bool:
    """Tell whether a line beyond ASCII of text in another encoding could be UTF-8 as well."""
    raw = np.frombuffer(data, np.uint8)
    starts = line_starts(raw)
    wide = np.maximum.reduceat(raw, starts) >= 0x80
    follows = (raw & 0xC0) == 0x80
    leads = raw >= 0xC0
    # a byte that leads is followed by one that follows, and one that follows has a byte beyond ASCII before it
    broken = np.flatnonzero(leads & ~np.append(follows[1:], False) | follows & np.append(True, raw[:-1] < 0x80))
    wide[np.searchsorted(starts, broken, side="right") - 1] = False
    ends = np.append(starts[1:], raw.size)
    return any(_is_utf8(data[starts[n] : ends[n]]) for n in np.flatnonzero(wide))


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True
