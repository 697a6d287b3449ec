"""Stored copies whose format does not tell that they are copies: recognised by content, looked at as what they are."""

from collections.abc import Iterator

from zhunru.core.errors import DamagedEvidence, EvidenceError
from zhunru.core.evidence import Noted, Source
from zhunru.core.text import Text
from zhunru.readers.ledger_xlsx import is_workbook
from zhunru.readers.stored import delimited, json_paths, log_lines, workbook
from zhunru.readers.stored.tally import Tally
from zhunru.tables.examined import ARCHIVE, BINARY
from zhunru.wire.ledger_text import bare_utf16, bom_encoding, encoding_of, form_of, head_text

_BLOCK_BYTE = 1 << 20
_ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"7z\xbc\xaf\x27\x1c", b"Rar!", b"BZh", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd", b"\x1f\x8b")
_DOCUMENTS = (b"%PDF-", b"{\\rtf", b"%!PS")
"""Their text stands in pieces, codes and compressed streams, even where the file is made of letters."""
_JSON = ("{", "[")


def look(file: Source, tally: Tally, rows: int | None = None) -> Iterator[Noted]:
    """Look at a workbook, delimited text, JSON, JSON Lines or lines of text; bytes that are none of these are told as undecidable.

    Args:
        file: The file.
        tally: Where it is added up.
        rows: Most rows of a table or lines of JSON; None = all.

    Raises:
        DamagedEvidence: The compressed stream is damaged; what could be read is in the tally.
    """
    head = file.head
    if is_workbook(head):
        try:
            yield from workbook.look(file, tally, rows)
        except EvidenceError as error:
            yield Noted(error.what)
            log_lines.raw(file, tally, BINARY)
        return
    text = None if head.startswith((*_ARCHIVES, *_DOCUMENTS)) else head_text(head)
    if text is None:
        archive = head.startswith(_ARCHIVES) or head[257:262] == b"ustar"
        log_lines.raw(file, tally, ARCHIVE if archive else BINARY)
        return
    encoding = bom_encoding(head) or bare_utf16(head) or encoding_of(_whole_part(file))
    if encoding != "utf-8":
        yield Noted(Text(f"按 {encoding.upper()} 编码读取", f"read as {encoding.upper()}"))
    yield Noted(_as(_text(file, tally, text, encoding, rows)))


def _whole_part(file: Source) -> Iterator[bytes]:
    """Yield the blocks before any damage, which is told when the content itself is looked at."""
    try:
        yield from file.blocks(_BLOCK_BYTE)
    except DamagedEvidence:
        return


def _as(form: str) -> Text:
    names = {"json": "JSON", "jsonl": "JSON Lines", "csv": Text("分隔文本", "delimited text"), "lines": Text("文本行", "lines of text")}
    name = names[form]
    zh, en = name if isinstance(name, Text) else (name, name)
    return Text(f"按{zh}读取", f"read as {en}")


def _text(file: Source, tally: Tally, text: str, encoding: str, rows: int | None) -> str:
    """Look at a file that is text, and return as what it was read."""
    if text.lstrip().startswith(_JSON) and not encoding.startswith("utf-16"):
        first, _, more = text.lstrip().partition("\n")
        several = first.rstrip().endswith(("}", "]")) and more.lstrip().startswith(_JSON)
        records = None if several else json_paths.document(file)
        if records is not None:
            json_paths.records(records, tally, rows)
            return "json"
        if several:
            json_paths.lines(file, tally, encoding, rows)
            return "jsonl"
    elif form_of(file.head) == "csv":
        delimited.look(file, tally, encoding, rows)
        return "csv"
    log_lines.look(file, tally, encoding)
    return "lines"
