"""Blocks of bytes to whole lines, in bounded memory."""

from collections.abc import Iterable, Iterator

LONGEST_BYTE = 65536
"""A line longer than this is cut there and comes out as several, so that a file without line ends costs no memory."""


def whole_lines(blocks: Iterable[bytes]) -> Iterator[tuple[int, list[str]]]:
    """Yield the number of the first line (from 1) and the lines of each block; bytes that are no UTF-8 come out as U+FFFD.

    Line ends are LF or CR LF; a byte order mark at the start is left out. A last line without an end comes out as well.
    """
    number, carried, start = 1, b"", True
    for block in blocks:
        whole = carried + block
        if start and len(whole) >= 3:
            whole, start = whole.removeprefix(b"\xef\xbb\xbf"), False
        head, end, carried = whole.rpartition(b"\n")
        if len(carried) > LONGEST_BYTE:
            head, end, carried = whole, b"\n", b""
        if end:
            lines = _split(head)
            yield number, lines
            number += len(lines)
    if carried:
        yield number, _split(carried)


def _split(text: bytes) -> list[str]:
    lines = text.decode("utf-8", "replace").split("\n")
    return [part for line in lines for part in _cut(line.removesuffix("\r"))]


def _cut(line: str) -> list[str]:
    return [line[i : i + LONGEST_BYTE] for i in range(0, len(line), LONGEST_BYTE)] if len(line) > LONGEST_BYTE else [line]
