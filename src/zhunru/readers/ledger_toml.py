"""Ledgers as TOML."""

from collections.abc import Iterator

from zhunru.core.errors import DamagedEvidence, EvidenceError
from zhunru.core.evidence import Noted, Skipped, Source
from zhunru.core.step import reader
from zhunru.core.text import Text
from zhunru.tables.ledger_cell import LedgerCell
from zhunru.wire.ledger_entries import Cell, Stray, entries
from zhunru.wire.ledger_text import form_of

MAX_BYTE = 16 << 20
"""Largest TOML ledger; the parser holds all of it in memory."""
_BLOCK_CELLS = 200_000


def _is_toml(head: bytes) -> bool:
    return form_of(head) == "toml"


@reader(".toml", title_zh="台账（TOML）", title_en="ledger (TOML)", sniff=_is_toml)
def ledger_toml(file: Source) -> Iterator[LedgerCell | Skipped | Noted]:
    """Read lists of tables, e.g. `[[appointment]]`: one entry per row, the list's key as the name of the sheet.

    Args:
        file: The ledger.

    Raises:
        EvidenceError: Larger than MAX_BYTE.
        DamagedEvidence: Not UTF-8, or not TOML.

    References:
        TOML 1.0.0.
    """
    import tomllib

    try:
        data = tomllib.loads(whole_text(file, MAX_BYTE).replace("\r\n", "\n"))
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        raise DamagedEvidence(
            Text("不是合法的 TOML", "not valid TOML"),
            f"{file.name}: {str(error)[:200]}",
            Text("按位置改正", "correct it at the place named"),
        ) from error
    yield from ledger_cells(entries(data, file.name))


def whole_text(file: Source, limit_byte: int) -> str:
    """Return the whole file as text; refuse what is larger than `limit_byte` or not UTF-8."""
    with file.open() as stream:
        content = stream.read(limit_byte + 1)
    if len(content) > limit_byte:
        hint = Text("拆分文件，或改用 CSV", "split the file, or use CSV")
        raise EvidenceError(Text("台账文件过大", "the ledger file is too large"), f"{file.name}: > {limit_byte} B", hint)
    try:
        return content.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError as error:
        hint = Text("另存为 UTF-8", "save it as UTF-8")
        raise DamagedEvidence(Text("文件须为 UTF-8 编码", "the file must be UTF-8"), f"{file.name} @ {error.start}", hint) from error


def ledger_cells(found: Iterator[Cell | Stray]) -> Iterator[LedgerCell | Skipped | Noted]:
    """Gather cells into blocks and tell what is no entry."""
    block: list[Cell] = []
    loose = 0
    for cell in found:
        if isinstance(cell, Cell):
            block.append(cell)
        elif cell.lost:
            yield Skipped(Text("不是条目，或条目内嵌套过深", "no entry, or nested too deeply inside an entry"), cell.where)
        else:
            loose += 1
        if len(block) == _BLOCK_CELLS:
            yield _table(block)
            block = []
    if block:
        yield _table(block)
    if loose:
        yield Noted(Text("不属于任何条目的顶层值", "top-level values that belong to no entry"), loose)


def _table(block: list[Cell]) -> LedgerCell:
    sheet, row_no, heading, value, shape = zip(*block, strict=True)
    return LedgerCell.of({"sheet": sheet, "row_no": row_no, "heading": heading, "value": value, "shape": shape})
