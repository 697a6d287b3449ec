"""Stored copies of SQLite databases."""

from collections.abc import Iterator

from zhunru.core.evidence import Noted, Source
from zhunru.core.step import reader
from zhunru.formulas.identifiers.rules import Ruleset
from zhunru.readers.stored import sqlite_tables
from zhunru.readers.stored.tally import Tally
from zhunru.readers.stored.told import told
from zhunru.tables.examined import Examined
from zhunru.tables.sighting import Sighting


@reader(
    ".db", ".sqlite", ".sqlite3", ".db3", title_zh="SQLite 数据库", title_en="SQLite database", magic=(b"SQLite format 3\0",), isolated=True
)
def sqlite(file: Source, *, rows: int | None = None, rules: Ruleset | None = None) -> Iterator[Sighting | Examined | Noted]:
    """Look for identifiers in every real table of a database; nothing of the file is executed and nothing is written.

    Rows that were deleted and still stand in free pages are not looked at, which is noted.

    Args:
        file: The database, also in UTF-16 or with text of another encoding.
        rows: Most rows per table; None = all.
        rules: A company's own rules, looked for beside the built-in kinds.

    Yields:
        What was seen per column, and how much of each column could be decided.

    Raises:
        DamagedEvidence: A page is broken or the file is cut.

    References:
        SQLite database file format.
    """
    tally = Tally(rules)
    yield from told(tally, sqlite_tables.look(file, tally, rows))
