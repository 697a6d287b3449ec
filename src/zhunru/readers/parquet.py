"""Stored copies as Parquet."""

from collections.abc import Iterator

from zhunru.core.evidence import Noted, Source
from zhunru.core.step import reader
from zhunru.formulas.identifiers.rules import Ruleset
from zhunru.readers.stored import parquet_columns
from zhunru.readers.stored.tally import Tally
from zhunru.readers.stored.told import told
from zhunru.tables.examined import Examined
from zhunru.tables.sighting import Sighting


@reader(".parquet", ".pq", title_zh="Parquet 数据", title_en="Parquet data", magic=(b"PAR1",), isolated=True)
def parquet(file: Source, *, rows: int | None = None, rules: Ruleset | None = None) -> Iterator[Sighting | Examined | Noted]:
    """Look for identifiers in every column of a Parquet file, in batches of rows.

    Of a column where few values repeat each value is looked at once and counted in full.

    Args:
        file: The file.
        rows: Most rows; None = all.
        rules: A company's own rules, looked for beside the built-in kinds.

    Yields:
        What was seen per column, and how much of each column could be decided.

    Raises:
        DamagedEvidence: The file is cut or a part of it cannot be decoded.

    References:
        Apache Parquet format.
    """
    tally = Tally(rules)
    yield from told(tally, parquet_columns.look(file, tally, rows))
