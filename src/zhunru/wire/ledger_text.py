"""Text ledgers as bytes: which encoding, which of TOML, YAML and delimited text, and lines whose damage is told."""

import codecs
import re
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

Form = Literal["toml", "yaml", "csv"]

MAX_LINE_CHAR = 1 << 20
"""Longest line that is kept; the rest of a longer one is dropped and the line is told as damaged."""

_UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_OTHER = re.compile(
    r"\s*(?:[$!][A-Z]{2,}|\(\d+\.\d+\)|\{|<|%PDF|-----BEGIN|VERSION |BO_ |NS_|;\$|#separator|date \w|base (?:hex|dec)|#!|\x00)"
    r"|.{60}(?:RINEX VERSION|SINEX)"
)
"""First lines of formats that belong to other readers: NMEA, candump, JSON, XML, PEM, DBC, ASC, CAN trace, Zeek, scripts, RINEX."""
_FIGURE = re.compile(r"[-+\d.,/:\s%eE]+|[0-9a-fA-F:.]*:[0-9a-fA-F:./]*")
_TOML = re.compile(r"\s*(?:\[\[?\s*[\w\"'.\- ]+\s*\]\]?\s*(?:#.*)?|[\w\"'.\-]+\s*=\s*(?:[\"'\[{\d+\-]|true\b|false\b).*)", re.DOTALL)
_YAML = re.compile(r"(?:---\s*|%YAML.*|- +\S.*|-\s*|[^\s,;\t#:\"'][^,;\t#:\"']*:(?:\s+[^,;\t].*|\s*))", re.DOTALL)


class Line(NamedTuple):
    """One line: number from 1, text without line break, and what is wrong with it (empty = nothing)."""

    number: int
    text: str
    damage: Literal["", "nul", "encoding", "long"] = ""


def bom_encoding(head: bytes) -> str | None:
    """Return the encoding that a byte order mark names, or None."""
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    return next((name for mark, name in _UTF16.items() if head.startswith(mark)), None)


def bare_utf16(head: bytes) -> str | None:
    """Return the byte order of UTF-16 without a mark, seen by the zero bytes of ASCII text; None when it is something else."""
    even, odd = head[0:4096:2].count(0), head[1:4096:2].count(0)
    pairs = max(1, min(len(head), 4096) // 2)
    if pairs >= 8 and min(even, odd) * 20 <= max(even, odd) and max(even, odd) * 5 >= pairs * 2:
        return "utf-16-be" if even > odd else "utf-16-le"
    return None


def head_text(head: bytes) -> str | None:
    """Decode the beginning of a file for recognition; None when it is not text."""
    encoding = bom_encoding(head) or bare_utf16(head)
    if encoding:
        return head.decode(encoding, "replace").lstrip("\ufeff")
    control = sum(head.count(c) for c in range(1, 32) if c not in b"\t\n\r\x0b\x0c\x1b") + head.count(127)
    if control * 200 > len(head) or head.count(0) * 50 > len(head):
        return None
    text = head.decode("utf-8", "replace")
    if text.count("\ufffd") * 50 <= len(text):
        return text
    text = head.decode("gb18030", "replace")
    return text if text.count("\ufffd") * 20 <= len(text) else None


def form_of(head: bytes) -> Form | None:
    """Recognise a text ledger by its first bytes; the three forms exclude each other."""
    text = head_text(head)
    if text is None:
        return None
    lines = [line for line in text.splitlines()[:400] if line.strip()]
    told = [line for line in lines if not line.lstrip().startswith("#")]
    if not told or _OTHER.match(told[0]) or _OTHER.match(lines[0]):
        return None
    if _TOML.fullmatch(told[0]):
        return "toml"
    if _YAML.fullmatch(told[0]) and sum(1 for line in told[:40] if _yaml_like(line)) * 10 >= len(told[:40]) * 8:
        return "yaml"
    whole = told[:-1] if len(told) > 2 and len(head) >= 65536 else told
    if lines[0].lstrip().startswith(("#", "AV:")):  # Markdown, commented logs, CVSS vectors
        return None
    mark = delimiter_of(whole[:50])
    return "csv" if mark and any(_heads(line, mark) for line in whole[:20]) else None


def _heads(line: str, mark: str) -> bool:
    """Tell whether a line could hold headings: two words or more, hardly a figure or address, no sentence."""
    parts = [p.strip(' "\r') for p in line.split(mark)]
    filled = [p for p in parts if p]
    words = [p for p in filled if not _FIGURE.fullmatch(p) and len(p) <= 60]
    return len(words) >= 2 and len(words) * 10 >= len(filled) * 7


def _yaml_like(line: str) -> bool:
    return bool(_YAML.fullmatch(line.strip()) or line.startswith(("  ", "#", "- "))) or line.strip() in {"---", "..."}


def delimiter_of(lines: list[str]) -> str | None:
    """Return the delimiter under which most lines have as many cells as the widest common width; None when there is none."""
    best: tuple[float, str] | None = None
    for mark in ("\t", ",", ";"):
        counts = [_outside_quotes(line, mark) for line in lines]
        some = [n for n in counts if n]
        if not some:
            continue
        usual = max(set(some), key=lambda n: (some.count(n), n))
        agree = sum(1 for n in counts if n == usual) / len(counts)
        score = agree * min(usual, 8) + agree
        if agree >= 0.5 and (best is None or score > best[0]):
            best = (score, mark)
    return best[1] if best else None


def _outside_quotes(line: str, mark: str) -> int:
    return sum(part.count(mark) for part in line.split('"')[::2])


def encoding_of(blocks: Iterable[bytes]) -> str:
    """Decide between UTF-8 and GB18030 from all lines of a file.

    UTF-8 wins unless the lines that only GB18030 explains are more than the lines that are UTF-8 beyond ASCII.
    """
    utf8 = gb = 0
    for data in whole_lines(blocks):
        if data.isascii():
            continue
        if _is(data, "utf-8"):
            raw = np.frombuffer(data, np.uint8)
            utf8 += int(np.count_nonzero(np.maximum.reduceat(raw, line_starts(raw)) >= 0x80))
            continue
        for line in data.split(b"\n"):
            if not line.isascii():
                utf8 += (plain := _is(line, "utf-8"))
                gb += not plain and _is(line, "gb18030")
    return "gb18030" if gb > utf8 else "utf-8"


def line_starts(raw: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return the offset of each line; of no byte at all, none."""
    starts = np.append(0, np.flatnonzero(raw == 10) + 1)
    return starts[starts < raw.size]


def whole_lines(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield blocks of whole lines; of a line that ends no block at most MAX_LINE_CHAR + 1 bytes."""
    rest = b""
    for block in blocks:
        whole = rest + block
        end = whole.rfind(b"\n") + 1
        if end:
            yield whole[:end]
        rest = whole[end : end + MAX_LINE_CHAR + 1]
    if rest:
        yield rest


def _is(raw: bytes, encoding: str) -> bool:
    try:
        raw.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def split_lines(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield lines without line feed; at most MAX_LINE_CHAR + 1 bytes of each."""
    rest = b""
    for block in blocks:
        *whole, rest = (rest + block).split(b"\n")
        for line in whole:
            yield line[: MAX_LINE_CHAR + 1]
        if len(rest) > MAX_LINE_CHAR:
            rest = rest[: MAX_LINE_CHAR + 1]
    if rest:
        yield rest[: MAX_LINE_CHAR + 1]


def lines(blocks: Iterable[bytes], encoding: str, first: int = 1) -> Iterator[Line]:
    """Yield the lines of a file in `encoding`; a line that cannot be decoded comes with replacement characters and its damage.

    In a GB18030 file, a line that is UTF-8 of three-byte characters is told as damaged: the file mixes encodings. `first` is the number
    of the first line.
    """
    if encoding.startswith("utf-16"):
        yield from _wide_lines(blocks, encoding)
        return
    for number, whole in enumerate(split_lines(blocks), first):
        raw = whole.removesuffix(b"\r").removeprefix(codecs.BOM_UTF8 if number == 1 else b"")
        if len(raw) > MAX_LINE_CHAR:
            yield Line(number, raw[:200].decode(encoding, "replace"), "long")
        elif b"\0" in raw:
            yield Line(number, raw.decode(encoding, "replace"), "nul")
        elif raw.isascii():
            yield Line(number, raw.decode("ascii"))
        else:
            yield _decoded(number, raw, encoding)


_THREE_BYTES = re.compile(rb"[\xe0-\xef][\x80-\xbf]{2}")


def _decoded(number: int, raw: bytes, encoding: str) -> Line:
    if encoding == "gb18030" and _THREE_BYTES.search(raw) and _is(raw, "utf-8"):
        return Line(number, raw.decode("utf-8"), "encoding")
    try:
        return Line(number, raw.decode(encoding))
    except UnicodeDecodeError:
        return Line(number, raw.decode(encoding, "replace"), "encoding")


def _wide_lines(blocks: Iterable[bytes], encoding: str) -> Iterator[Line]:
    first = 1
    for text in wide_texts(blocks, encoding):
        yield from of_wide(text, first)
        first += text.count("\n")


def wide_texts(blocks: Iterable[bytes], encoding: str) -> Iterator[str]:
    """Yield UTF-16 as text, in blocks of whole lines without byte order mark; at most MAX_LINE_CHAR + 1 characters of a line that ends no block."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    rest, begun = "", False
    for block in _and_end(blocks):
        text = rest + decoder.decode(block, final=not block)
        end = text.rfind("\n") + 1 if block else len(text)
        if end:
            yield text[:end] if begun else text[:end].removeprefix("\ufeff")
            begun = True
        rest = text[end : end + MAX_LINE_CHAR + 1]


def of_wide(text: str, first: int) -> Iterator[Line]:
    """Yield the lines of text that was UTF-16."""
    for number, line in enumerate(text.removesuffix("\n").split("\n"), first):
        yield _wide(number, line.removeprefix("\ufeff").removesuffix("\r"))


def _and_end(blocks: Iterable[bytes]) -> Iterator[bytes]:
    yield from (b for b in blocks if b)
    yield b""


def _wide(number: int, text: str) -> Line:
    if len(text) > MAX_LINE_CHAR:
        return Line(number, text[:200], "long")
    damage: Literal["", "nul", "encoding"] = "nul" if "\0" in text else "encoding" if "\ufffd" in text else ""
    return Line(number, text, damage)
