"""Workbooks as stored data: every sheet, column by column."""

from collections.abc import Iterator

from zhunru.core.evidence import Noted, Skipped, Source
from zhunru.readers.ledger_xlsx import inflated, rows_of, sheets, text_of
from zhunru.readers.stored import sheet_rows
from zhunru.readers.stored.tally import Tally
from zhunru.tables.examined import BROKEN


def look(file: Source, tally: Tally, rows: int | None = None) -> Iterator[Noted]:
    """Look at every worksheet, hidden ones included; the container is held to the limits of the ledger reader.

    Args:
        file: The workbook.
        tally: Where it is added up.
        rows: Most rows per sheet; None = all.

    Raises:
        EvidenceError: Encrypted, an old or binary workbook, or beyond a limit.
        DamagedEvidence: The container cannot be read.
    """
    for item in sheets(inflated(file), file.name):
        if isinstance(item, Skipped):
            tally.undecided(item.where.split(":")[0], "sheet", 1, BROKEN)
        elif isinstance(item, Noted):
            yield item
        else:
            numbered = ((n, [text_of(v)[0] for v in row]) for n, row in enumerate(rows_of(item), 1))
            sheet_rows.look(numbered, tally, (item.name,), rows)
