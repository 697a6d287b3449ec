"""`zhunru new`: the first lines of a part, in its place."""

import re
from pathlib import Path

import click

from zhunru.cli._language import t

CHECK = '''"""TITLE."""

from collections.abc import Iterator

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.verdict import Verdict
from zhunru.records.appointment import Appointment


@check("miit-2021-103/1.1", title_zh="（通过时成立的一句话）", since="0.1")
def NAME(rows: list[Appointment]) -> Iterator[Finding]:
    """One sentence that is true when it passes.

    Why:
        What goes wrong on the road without it.

    为什么:
        （同上，中文）

    How it decides:
        1. The same numbers stand in the body.

    Inconclusive:
        When it cannot be told.

    Not covered:
        What this check cannot see.

    未覆盖:
        （同上，中文）

    Args:
        rows: What is read, with units.

    References:
        The clause.
    """
    # (1)
    if not rows:
        yield gap("没有可判定的内容", "nothing to judge")
    for row in rows:
        yield ok("符合", "conforms", at=row.origin) if row.department else breach("不符合", "does not conform", at=row.origin)


@NAME.example(Verdict.PASS)
def conforming() -> list[Appointment]:
    """Say what it shows."""
    return [Appointment(person="张三", department="部门")]


@NAME.example(Verdict.FAIL)
def violating() -> list[Appointment]:
    """Say what it shows."""
    return [Appointment(person="张三")]
'''

READER = '''"""Reader of NAME."""

from collections.abc import Iterator

from zhunru.core.evidence import Skipped, Source
from zhunru.core.step import reader
from zhunru.core.text import Text
from zhunru.tables.ledger_cell import LedgerCell


@reader(".NAME", title_zh="NAME 文件", title_en="NAME file", magic=(b"NAME",))
def NAME(file: Source) -> Iterator[LedgerCell | Skipped]:
    """Read one row per record, in blocks of bounded size; rows + skipped = records seen.

    Args:
        file: Content that starts with the magic bytes.

    Raises:
        DamagedEvidence: The file ends within a record.
    """
    for number, block in enumerate(file.blocks(1 << 20)):
        yield Skipped(Text("尚未实现此记录", "this record is not understood"), f"block {number}", len(block))
'''

RECORD = '''"""NAME (中文名)."""

from typing import ClassVar

from zhunru.core.record import Day, Key, Record, Word, item


class CLASS(Record):
    """One row of the ledger.

    Source: clause.
    """

    title_zh: ClassVar[str] = "中文名"

    id: Key = item("编号", doc="identifier", key=True)
    name: Word = item("名称", doc="name")
    day: Day = item("日期", doc="day of ...")
'''

TABLE = '''"""One subject matter: columns with units, and the routes into it."""

import polars as pl

from zhunru.core.table import Table, col


class CLASS(Table):
    """One row is one ..."""

    t_ns = col(pl.Int64, "time, UTC", "时间")
    speed_mps = col(pl.Float64, "speed over ground", "速度")
'''

PARTS = {"check": ("checks", CHECK), "reader": ("readers", READER), "record": ("records", RECORD), "table": ("tables", TABLE)}


@click.command(
    short_help=t("写出一个部件的开头", "Write the first lines of a part"),
    help=t(
        """写出一个部件的开头；契约测试随后说明还缺什么。

\b
示例：
  zhunru new check ota.asks_before_install
  zhunru new record exercise
  zhunru new reader blf --into 我的插件包/""",
        """Write the first lines of a part; the contract tests then say what is missing.

\b
Examples:
  zhunru new check ota.asks_before_install
  zhunru new record exercise
  zhunru new reader blf --into my_plugin/""",
    ),
)
@click.argument("kind", type=click.Choice(sorted(PARTS)))
@click.argument("name", metavar="ID")
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    help=t("包目录（默认本软件的源码）", "Package folder (default: the sources of this software)"),
)
def command(kind: str, name: str, into: Path | None) -> int:
    """Write one file; never overwrite."""
    import zhunru
    from zhunru.core.errors import PlanError
    from zhunru.core.text import Text

    wanted = r"[a-z]+\.[a-z][a-z0-9_]*" if kind == "check" else r"[a-z][a-z0-9_]*"
    if not re.fullmatch(wanted, name):
        example = "ota.asks_before_install" if kind == "check" else "update_campaign"
        raise PlanError(Text("标识写法不对", "the id is not well formed"), name, Text(f"例如 {example}", f"e.g. {example}"))
    folder, body = PARTS[kind]
    path = (into or Path(str(zhunru.__file__)).parent) / folder / (name.replace(".", "/") + ".py")
    if path.exists():
        raise PlanError(
            Text("文件已存在，不覆盖", "the file exists and is not overwritten"), str(path), Text("换一个标识", "choose another id")
        )
    last = name.rsplit(".", 1)[-1]
    text = (
        body.replace("NAME", last)
        .replace("CLASS", "".join(p.title() for p in last.split("_")))
        .replace("TITLE", last.replace("_", " ").capitalize())
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    if kind == "check" and not (path.parent / "__init__.py").exists():
        (path.parent / "__init__.py").write_text(f'"""Checks of the theme {name.split(".")[0]}."""\n', encoding="utf-8")
    click.echo(t("已写出：", "written: ") + str(path))
    click.echo(t("接着：sh run test tests/contract", "next: sh run test tests/contract"))
    return 0
