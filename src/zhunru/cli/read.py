"""`zhunru read`: what a reader sees in one file."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from zhunru.cli._language import current, t

if TYPE_CHECKING:
    import polars as pl

    from zhunru.engine.intake import Receipt

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@click.command(
    short_help=t("显示读取器从文件中看到的内容", "Show what a reader sees in a file"),
    help=t(
        """显示读取器从 FILE 中看到的内容：格式、计数、列与单位、跳过的记录、前几行。

\b
示例：
  zhunru read demo/evidence/can/drive.candump
  zhunru read 台账.xlsx --rows 30
  zhunru read capture.pcap --to parquet --out tables/
写成 CSV 时，以 = + - @ 开头的文字前加 '，以免被电子表格当作公式。""",
        """Show what a reader sees in FILE: format, counts, columns with units, skipped records, first rows.

\b
Examples:
  zhunru read demo/evidence/can/drive.candump
  zhunru read ledger.xlsx --rows 30
  zhunru read capture.pcap --to parquet --out tables/
In CSV a text that starts with = + - @ gets a leading ' so that no spreadsheet takes it for a formula.""",
    ),
)
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--rows", type=click.IntRange(0, 1000), default=8, help=t("每张表显示的行数", "Rows shown per table"))
@click.option("--to", "form", type=click.Choice(["parquet", "csv"]), help=t("写出全部行", "Write all rows out"))
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    help=t("写出的目录（默认当前目录）", "Folder to write to (default: here)"),
)
def command(file: Path, rows: int, form: str | None, out: Path) -> int:
    """Read one file into a throw-away cache and show it."""
    import tempfile

    from zhunru.engine import walk
    from zhunru.engine.dossier import File, sha256_of
    from zhunru.engine.intake import Task, scan, take

    with tempfile.TemporaryDirectory(prefix="zhunru-") as cache:
        receipt = take(Task(File(file.name, file, file.stat().st_size, sha256_of(file)), Path(cache)))
        _head(file, receipt)
        if not receipt.reader:
            return 4
        for table in walk.readers()[receipt.reader].gives:
            frame = scan(Path(cache), receipt, table, file.name)
            _show(
                frame,
                receipt.rows.get(table.__name__, 0),
                table.__name__,
                {n: (c.unit, c.doc_zh if current() == "zh" and c.doc_zh else c.doc) for n, c in table.columns.items()},
                rows,
            )
            if form:
                click.echo(t("已写出：", "written: ") + str(_write(frame, out / f"{file.stem}.{table.__name__}.{form}", form)))
        _records(file, Path(cache), receipt)
    return 0 if receipt.state == "read" else 3


def _head(file: Path, receipt: "Receipt") -> None:
    from zhunru.engine import walk

    title = walk.readers()[receipt.reader].title.of(current()) if receipt.reader else "-"
    state = {"read": t("完整读出", "read whole"), "damaged": t("部分读出", "read in part"), "unused": t("不能使用", "not usable")}[
        receipt.state
    ]
    click.echo(
        f"{file}\n  {t('格式', 'format')}: {title} ({receipt.reader or '-'})  {t('状态', 'state')}: {state}  {t('跳过', 'skipped')}: {receipt.skipped}"
    )
    for zh, en, where in receipt.messages:
        click.echo(f"  · {t(zh, en)}" + (f" [{where}]" if where else ""))


def _show(frame: "pl.LazyFrame", total: int, name: str, columns: dict[str, tuple[str, str]], rows: int) -> None:
    import polars as pl

    click.echo(f"\n{name}  {total} {t('行', 'rows')}")
    for column, (unit, doc) in columns.items():
        if column != "source":
            click.echo(f"  {column}{f' [{unit}]' if unit else ''}: {doc}")
    if rows and total:
        with pl.Config(tbl_rows=rows, tbl_cols=-1, tbl_width_chars=160, tbl_hide_dataframe_shape=True, fmt_str_lengths=40):
            click.echo(str(frame.head(rows).drop("source").collect()))


def _write(frame: "pl.LazyFrame", path: Path, form: str) -> Path:
    import polars as pl
    import polars.selectors as cs

    path.parent.mkdir(parents=True, exist_ok=True)
    if form == "parquet":
        frame.sink_parquet(path)
        return path
    schema = frame.collect_schema()
    nested = [n for n, dtype in schema.items() if dtype.is_nested()]
    flat = frame.with_columns(cs.binary().bin.encode("hex")).with_columns(
        pl.col(n).map_elements(lambda v: repr(list(v)), return_dtype=pl.String) for n in nested
    )
    guarded = flat.with_columns(
        pl.when(pl.any_horizontal(*(cs.by_name(n).str.starts_with(s) for s in _FORMULA_STARTS)))
        .then(pl.concat_str(pl.lit("'"), pl.col(n)))
        .otherwise(pl.col(n))
        .alias(n)
        for n, dtype in flat.collect_schema().items()
        if dtype == pl.String
    )
    guarded.sink_csv(path)
    return path


def _records(file: Path, cache: Path, receipt: "Receipt") -> None:
    from zhunru.engine.bind import bind
    from zhunru.engine.dossier import File

    bound = bind([File(file.name, file, 0, "")], {file.name: receipt}, cache)
    for kind, records in bound.records.items():
        click.echo(f"\n{t('记录', 'records')}: {kind.title_zh} ({kind.kind()})  {len(records)}")
    for message in bound.messages.get(file.name, ()):
        click.echo(f"  · {message.of(current())}")
