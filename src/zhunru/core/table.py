"""A table is a typed, unit-carrying view over a lazy frame of the column engine."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, Self

import polars as pl

from zhunru.core.errors import DeclarationError, TableMismatch
from zhunru.core.text import Text

UNITS: dict[str, str] = {
    # physical units; a numeric column ends in one of these
    "ns": "ns", "s": "s", "ms": "ms", "d": "d", "hz": "Hz", "m": "m", "mps": "m/s", "kmh": "km/h", "mps2": "m/s2", "rad": "rad", "deg": "deg",
    "radps": "rad/s", "degps": "deg/s", "nm": "N.m", "v": "V", "a": "A", "pct": "%", "c": "degC", "dbhz": "dB.Hz", "db": "dB", "byte": "B",
    "px": "px", "px2": "px2",
    # pure numbers
    "ratio": "1", "count": "1", "bit": "bit", "raw": "1", "factor": "1", "offset": "1",
    # identifiers kept as numbers
    "id": "", "no": "", "code": "", "port": "", "mask": "",
}  # fmt: skip
"""Closed list of column endings and the unit each stands for (house.md section 6)."""


@dataclass(frozen=True, slots=True)
class Column:
    """One declared column.

    Args:
        dtype: Polars type.
        doc: Meaning of a value, in English; `doc_zh` the same in Chinese.
        doc_zh: Meaning in Chinese.
        name: Set by the class that declares it.
        unit: Derived from the ending of `name`.
    """

    dtype: Any
    doc: str
    doc_zh: str = ""
    name: str = ""
    unit: str = ""


def col(dtype: Any, doc: str, doc_zh: str = "") -> Column:
    """Declare a column of type `dtype` with its meaning."""
    return Column(dtype, doc, doc_zh)


@dataclass(frozen=True, slots=True)
class Exhibit:
    """How a small summary table is drawn in a report.

    Args:
        kind: `bars` (one bar per row), `spans` (intervals on a time axis), `series` (lines over time) or `rows` (the table itself, in its own order).
        title: Heading in both languages.
        x: Column of labels (`bars`), start times (`spans`), times (`series`), nanoseconds UTC for these two, or the first column (`rows`).
        y: Columns of values; for `spans` the end time first, then any marks; for `rows` the other columns in order. There a column that ends in
            `_zh` is shown with its twin in `_en`.
        group: Column that separates colours.
        clause: Clause beside which it is shown.
        words: Names for people of drawn columns and of group values; a column without one takes its Chinese meaning. For `rows` the values of a
            column too, under `column=value`.
    """

    kind: Literal["bars", "spans", "series", "rows"]
    title: Text
    x: str
    y: tuple[str, ...]
    clause: str
    group: str = ""
    words: Mapping[str, Text] = field(default_factory=dict)


class Table:
    """Base of all tables; a subclass declares its columns as class attributes made by `col`.

    The class name is the singular noun of one row. Every table has a `source` column: the evidence file of the row.

    Args:
        frame: Lazy or eager frame with exactly the declared columns; `source` is added when absent.

    Raises:
        TableMismatch: A declared column is absent, surplus or of another type.
    """

    columns: ClassVar[dict[str, Column]] = {}
    exhibit: ClassVar[Exhibit | None] = None

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        columns = dict(cls.columns)
        for name, value in list(vars(cls).items()):
            if isinstance(value, Column):
                columns[name] = Column(value.dtype, value.doc, value.doc_zh, name, _unit(cls.__name__, name, value.dtype))
        columns["source"] = Column(pl.String, "evidence file that the row was read from", "该行所来自的证据文件", "source")
        cls.columns = columns

    def __init__(self, frame: pl.LazyFrame | pl.DataFrame) -> None:
        lazy = frame.lazy()
        schema = lazy.collect_schema()
        if "source" not in schema:
            lazy = lazy.with_columns(pl.lit("").alias("source"))
        wrong = [n for n, c in self.columns.items() if n != "source" and schema.get(n) != c.dtype]
        surplus = [n for n in schema if n not in self.columns]
        if wrong or surplus:
            got = ", ".join(f"{n}: {schema.get(n)}" for n in wrong)
            raise TableMismatch(
                Text("列与表的声明不符", "columns do not match the declaration of the table"),
                f"{type(self).__name__} ({got or 'surplus: ' + ', '.join(surplus)})",
                Text("按表的声明给出列名与类型", "give the names and types that the table declares"),
            )
        self.frame: pl.LazyFrame = lazy.select(list(self.columns))

    @classmethod
    def schema(cls) -> dict[str, Any]:
        """Return column name -> polars type, in declared order, `source` last."""
        return {name: c.dtype for name, c in cls.columns.items()}

    @classmethod
    def empty(cls) -> Self:
        """Return the table without rows."""
        return cls(pl.DataFrame(schema=cls.schema()))

    @classmethod
    def of(cls, data: Mapping[str, Sequence[Any]], source: str = "") -> Self:
        """Build a table from columns; a declared column that is not given is null throughout."""
        unknown = set(data) - set(cls.columns)
        if unknown:
            raise TableMismatch(
                Text("未声明的列", "column is not declared"),
                f"{cls.__name__}: {', '.join(sorted(unknown))}",
                Text("先在表中声明该列", "declare the column in the table first"),
            )
        height = max((len(v) for v in data.values()), default=0)
        full: dict[str, Sequence[Any]] = {n: data.get(n, [None] * height) for n in cls.columns}
        if "source" not in data:
            full["source"] = [source] * height
        return cls(pl.DataFrame(full, schema=cls.schema(), strict=False))

    @classmethod
    def rows(cls, *rows: Mapping[str, Any], source: str = "") -> Self:
        """Build a table from rows; good for examples."""
        names = {n for row in rows for n in row}
        return cls.of({n: [row.get(n) for row in rows] for n in names}, source)

    @classmethod
    def concat(cls, tables: Iterable[Self]) -> Self:
        """Stack tables of the same kind; none gives the empty table."""
        frames = [t.frame for t in tables]
        return cls(pl.concat(frames)) if frames else cls.empty()

    def collect(self) -> pl.DataFrame:
        """Read the rows into memory."""
        return self.frame.collect()


def _unit(table: str, name: str, dtype: Any) -> str:
    ending = name.rsplit("_", 1)[-1]
    if ending in UNITS:
        return UNITS[ending]
    if hasattr(dtype, "is_numeric") and dtype.is_numeric():
        raise DeclarationError(
            Text("数值列名须以单位结尾", "the name of a numeric column must end in its unit"),
            f"{table}.{name}",
            Text("结尾取自 core.table.UNITS", "take the ending from core.table.UNITS"),
        )
    return ""
