"""Lines of text, and bytes that are no text."""

from collections.abc import Iterator

from zhunru.core.evidence import Source
from zhunru.formulas.identifiers.scan import cut
from zhunru.readers.stored.tally import Tally
from zhunru.tables.examined import BINARY, ENCODING, TOO_LONG
from zhunru.wire.ledger_text import lines

_BLOCK_BYTE = 2 << 20
_WIDE_LINES, _WIDE_CHARS = 20_000, 1 << 20
_REASONS = {"nul": BINARY, "encoding": ENCODING, "long": TOO_LONG}


def look(file: Source, tally: Tally, encoding: str) -> None:
    """Look at text line by line, in blocks.

    Args:
        file: The file.
        tally: Where it is added up.
        encoding: Encoding of most of its lines; other lines are looked at as far as they can be read, and told.
    """
    if encoding.startswith("utf-16"):
        _wide(file, tally, encoding)
        return
    number = 1
    for block in _whole_lines(file):
        data, undecidable = _utf8(block, encoding)
        number += tally.lines("", data, number, undecidable)


def one(line: bytes, number: int, tally: Tally, encoding: str) -> None:
    """Look at one line that stands among other things."""
    data, undecidable = _utf8(line, encoding)
    tally.lines("", data, number, undecidable, 1)


def raw(file: Source, tally: Tally, reason: str) -> None:
    """Look at bytes that are no text; what looks like an identifier is told, but not one byte counts as decided."""
    at = 0
    for block in _whole_lines(file):
        tally.undecided("", "byte", len(block), reason)
        tally.glance("", block, at)
        at += len(block)


def _whole_lines(file: Source) -> Iterator[bytes]:
    """Yield blocks that end where no identifier goes on."""
    carried = b""
    for block in file.blocks(_BLOCK_BYTE):
        whole = carried + block
        end = cut(whole)
        if end:
            yield whole[:end]
        carried = whole[end:]
    if carried:
        yield carried


def _utf8(block: bytes, encoding: str) -> tuple[bytes, dict[str, int]]:
    """Return the block as UTF-8, and reason -> lines that could not be told."""
    block = block.removeprefix(b"\xef\xbb\xbf")
    if b"\0" not in block:
        try:
            text = block.decode(encoding)
            return (block if encoding.startswith("utf-8") else text.encode()), {}
        except UnicodeDecodeError:
            pass
    undecidable: dict[str, int] = {}
    return b"\n".join(_line(line, encoding, undecidable) for line in block.split(b"\n")), undecidable


def _line(line: bytes, encoding: str, undecidable: dict[str, int]) -> bytes:
    if b"\0" in line:
        undecidable[BINARY] = undecidable.get(BINARY, 0) + 1
        return line.replace(b"\0", b" ").decode(encoding, "replace").encode()
    for known in (encoding, "utf-8", "gb18030"):
        try:
            return line.decode(known).encode()
        except UnicodeDecodeError:
            continue
    undecidable[ENCODING] = undecidable.get(ENCODING, 0) + 1
    return line.decode("utf-8", "replace").encode()


def _wide(file: Source, tally: Tally, encoding: str) -> None:
    number, size, texts = 1, 0, list[str]()
    undecidable: dict[str, int] = {}
    for line in lines(file.blocks(_BLOCK_BYTE), encoding):
        texts.append(line.text)
        size += len(line.text)
        if line.damage:
            undecidable[_REASONS[line.damage]] = undecidable.get(_REASONS[line.damage], 0) + 1
        if len(texts) == _WIDE_LINES or size > _WIDE_CHARS:
            number += tally.lines("", "\n".join(texts).encode("utf-8", "replace"), number, undecidable, len(texts))
            size, texts, undecidable = 0, [], {}
    if texts:
        tally.lines("", "\n".join(texts).encode("utf-8", "replace"), number, undecidable, len(texts))
