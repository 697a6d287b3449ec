"""Reader of CAN databases (DBC)."""

import codecs
import re
from collections.abc import Iterator
from typing import Any

import polars as pl

from zhunru.core.errors import DamagedEvidence
from zhunru.core.evidence import Noted, Skipped, Source
from zhunru.core.step import reader
from zhunru.core.text import Text
from zhunru.tables.signal_definition import SignalDefinition
from zhunru.wire.dbc import Database, Message, Signal, parse

_LARGEST_BYTE = 64 << 20
_SNIFFED = re.compile(rb"^(?:VERSION[ \t]+\"|NS_[ \t]*:|BS_[ \t]*:|BU_[ \t]*:|BO_[ \t]+[0-9]+[ \t]+\w+[ \t]*:)", re.MULTILINE)
_WIDE = re.compile(rb"[\x80-\xff]+")
_CHINESE = re.compile(rb"(?:[\xa1-\xf7][\xa1-\xfe])+")


def _sniff(head: bytes) -> bool:
    return b"\0" not in head and _SNIFFED.search(head) is not None


def encoding_of(content: bytes) -> str:
    """Return the encoding of a database, which the format itself does not declare.

    UTF-8 when it is valid UTF-8; GB 18030 when every run of bytes above 127 is made of two-byte Chinese characters, at
    least one of them two characters long; otherwise Windows code page 1252, the usual one of the tools.
    """
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        runs = _WIDE.findall(content)
        chinese = all(_CHINESE.fullmatch(run) for run in runs) and any(len(run) >= 4 for run in runs)
        return "gb18030" if chinese else "cp1252"
    return "utf-8"


def _row(message: Message, signal: Signal) -> dict[str, Any]:
    return {
        "message": message.message,
        "arbitration_id": message.arbitration_id,
        "extended": message.extended,
        "message_length_byte": message.length_byte,
        "sender": message.sender,
        "signal": signal.signal,
        "start_bit": signal.start_bit,
        "length_bit": signal.length_bit,
        "little_endian": signal.little_endian,
        "signed": signal.signed,
        "floating": signal.floating,
        "factor": signal.factor,
        "offset": signal.offset,
        "limits": list(signal.limits) if signal.limits else None,
        "unit": signal.unit,
        "multiplexor": signal.multiplexor,
        "selector": signal.selector,
        "selected_by": None if signal.selected_by is None else [{"first_no": a, "last_no": b} for a, b in signal.selected_by],
        "choices": None if signal.choices is None else [{"value_raw": v, "name": n} for v, n in signal.choices],
        "receivers": signal.receivers,
    }


def definitions(data: Database) -> SignalDefinition:
    """Return the signals of a parsed database as a table."""
    rows = [_row(m, s) for m in data.messages.values() for s in m.signals.values()]
    schema = {n: t for n, t in SignalDefinition.schema().items() if n != "source"}
    return SignalDefinition(pl.DataFrame(rows, schema=schema))


def _content(file: Source) -> bytes:
    parts, size = [], 0
    for block in file.blocks(1 << 20):
        size += len(block)
        if size > _LARGEST_BYTE:
            raise DamagedEvidence(
                Text("数据库文件过大", "the database is too large"),
                f"{file.name} > {_LARGEST_BYTE} B",
                Text("拆分该文件", "split the file"),
            )
        parts.append(block)
    return b"".join(parts)


@reader(".dbc", title_zh="CAN 数据库（DBC）", title_en="CAN database (DBC)", sniff=_sniff)
def dbc(file: Source) -> Iterator[SignalDefinition | Skipped | Noted]:
    """Read the signals of a CAN database.

    Args:
        file: The database, at most 64 MiB.

    Yields:
        One table of all signals; statements that were not understood; the encoding and other remarks.

    Raises:
        DamagedEvidence: Too large, or the compressed stream is damaged.
    """
    content = _content(file)
    encoding = encoding_of(content.removeprefix(codecs.BOM_UTF8))
    text = content.removeprefix(codecs.BOM_UTF8).decode(encoding, errors="replace")
    data = parse(text)
    yield definitions(data)
    for reason, lines in data.unread.items():
        yield Skipped(reason, f"line {lines[0]}", len(lines))
    if not content.isascii():
        yield Noted(Text(f"按 {encoding} 编码读取", f"read as {encoding}"))
    if "\N{REPLACEMENT CHARACTER}" in text:
        yield Noted(Text("含无法解码的字符", "characters that cannot be decoded"), text.count("\N{REPLACEMENT CHARACTER}"))
    for remark, count in data.notes.items():
        yield Noted(remark, count)
