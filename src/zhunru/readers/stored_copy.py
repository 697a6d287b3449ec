"""Stored copies in formats that do not tell that they are copies: dumps as delimited text, JSON, workbooks, logs, or anything else."""

from collections.abc import Iterator

from zhunru.core.evidence import Noted, Source
from zhunru.core.step import reader
from zhunru.formulas.identifiers.rules import Ruleset
from zhunru.readers.stored import text_file
from zhunru.readers.stored.tally import Tally
from zhunru.readers.stored.told import told
from zhunru.tables.examined import Examined
from zhunru.tables.sighting import Sighting

FOLDER = "evidence/stored/"
"""A file that stands here is data as they are stored, not a ledger or a log of a trial."""


@reader(
    ".csv",
    ".tsv",
    ".json",
    ".jsonl",
    ".xlsx",
    ".txt",
    ".log",
    title_zh="存储副本",
    title_en="stored copy",
    sniff=bool,
    general=True,
    isolated=True,
    folder=FOLDER,
)
def stored_copy(file: Source, *, rows: int | None = None, rules: Ruleset | None = None) -> Iterator[Sighting | Examined | Noted]:
    """Look for identifiers in a file under `evidence/stored/`, whatever it is; what cannot be read is counted as undecidable.

    Archives, PDF and RTF are not opened. Cells and lines whose Base64, hexadecimal or escaped text is seen to hold identifiers, decoded, are
    told as undecidable; cipher text is not told apart from other words. A first row that holds an identifier is data,
    not headings.

    Args:
        file: Delimited text, JSON, JSON Lines, workbook, lines of text, or bytes.
        rows: Most rows of a table or lines of JSON; None = all.
        rules: A company's own rules, looked for beside the built-in kinds.

    Yields:
        What was seen per column, path or line, and how much of each could be decided.

    Raises:
        DamagedEvidence: The compressed stream is damaged.
    """
    tally = Tally(rules)
    yield from told(tally, text_file.look(file, tally, rows))
