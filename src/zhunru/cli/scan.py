"""`zhunru scan`: find identifiers of persons and vehicles in stored data."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from zhunru.cli._language import current, t

if TYPE_CHECKING:
    import polars as pl

    from zhunru.engine.scan import Scan


@click.command(
    short_help=t("在存储的数据中查找个人信息与车辆标识", "Find identifiers of persons and vehicles in stored data"),
    help=t(
        """在 SOURCE 中查找 VIN、身份证号、车牌、手机号、银行卡、IMEI、ICCID、邮箱、经纬度、姓名；只计数并显示脱敏示例，不保存数值。

\b
SOURCE 可以是（可给多个）：
  文件      SQLite、Parquet、CSV、JSON(L)、Excel、文本、日志（可 gzip）、pcap、pcapng
  目录      其中的全部文件；读不懂的计为不可判定
  数据库    postgresql://用户@主机/库  或  service=名称
            口令取自环境变量 PGPASSWORD 或 ~/.pgpass；不显示，不写入结果。
            只读事务，每表一个 ACCESS SHARE 锁；内存与行数无关。
\b
示例：
  zhunru scan 导出.csv
  zhunru scan postgresql://auditor@db1/owners --out 证据/owners.scan.jsonl
  zhunru scan postgresql://auditor@db1/owners --rows 10000      每表取样
  zhunru scan 备份/ 抓包.pcap --json
  zhunru scan 导出.csv --rules 规则.toml     另加自己的规则（工号、会员号等）
\b
“有把握”＝校验位或字段名、上下文相符；“疑似”＝仅形式相符，不会使检查不通过。
“没有发现”只对“已检查且可判定”的部分成立：结尾总列出已检查、可判定、不可判定各多少及原因。
--out 写出的文件可放进档案的 evidence/，并在“转储记录”中说明它来自哪个存储位置。
\b
退出码：0 未发现且全部可判定；1 有把握地发现；2 用法错误；
        3 未发现但有疑似、不可判定或只是取样；4 什么都没有检查到，或故障""",
        """Find VINs, identity numbers, plates, mobile numbers, bank cards, IMEIs, ICCIDs, e-mail addresses, coordinates and names in SOURCE;
values are counted and shown masked, never kept.

\b
SOURCE is one or several of:
  file      SQLite, Parquet, CSV, JSON(L), Excel, text, logs (also gzip), pcap, pcapng
  folder    every file in it; what cannot be read counts as undecidable
  database  postgresql://user@host/database  or  service=name
            The password comes from PGPASSWORD or ~/.pgpass; it is neither shown nor written.
            Read-only transactions, one ACCESS SHARE lock per table; memory does not depend on the rows.
\b
Examples:
  zhunru scan dump.csv
  zhunru scan postgresql://auditor@db1/owners --out owners.scan.jsonl
  zhunru scan postgresql://auditor@db1/owners --rows 10000      a sample of each table
  zhunru scan backup/ capture.pcap --json
  zhunru scan dump.csv --rules rules.toml   your own rules beside the built-in kinds
\b
"found" = check digit, or heading or context fit; "suspected" = form alone, which fails no check.
"Nothing found" holds only for what was examined and decided: the end always says how much was examined, decided and undecidable, and why.
The file of --out goes into evidence/ of a dossier; say in the record data_dump which storage place it comes from.
\b
Exit codes: 0 nothing found, all decided; 1 something found; 2 usage;
            3 nothing found, but suspected, undecidable or only a sample; 4 nothing was examined, or a fault""",
    ),
)
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True)
@click.option("--rows", type=click.IntRange(1), help=t("每张表最多检查的行数（取样）", "Most rows of each table (a sample)"))
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help=t("写出结果文件（.scan.jsonl）", "Write the result file (.scan.jsonl)")
)
@click.option("--json", "as_json", is_flag=True, help=t("以 JSON 输出", "Print JSON"))
@click.option(
    "--timeout", type=click.IntRange(1), default=3600, help=t("数据库单条语句上限，秒", "Limit of one database statement, seconds")
)
@click.option(
    "--rules",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help=t("自定义规则文件（TOML）", "File of your own rules (TOML)"),
)
@click.option("--jobs", type=click.IntRange(1, 16), default=2, help=t("工作进程数", "Worker processes"))
def command(
    sources: tuple[str, ...], rows: int | None, out: Path | None, as_json: bool, rules: Path | None, timeout: int, jobs: int
) -> int:
    """Scan, print, write."""
    from zhunru.cli._show import progress
    from zhunru.engine.scan import Asked, scan

    with progress() as told:
        done = scan(sources, Asked(rows, timeout, _rules(rules)), jobs, told)
    if out:
        _write(out, done)
    if as_json:
        click.echo(_json(done))
    else:
        _print(done)
        if out:
            click.echo(t("已写出：", "written: ") + str(out))
    if done.exit_code == 4:
        click.secho(t("什么都没有检查到", "nothing was examined"), err=True, fg="red")
    return done.exit_code


def _rules(path: Path | None) -> str:
    from zhunru.core.errors import PlanError
    from zhunru.core.text import Text

    try:
        return path.read_bytes().decode("utf-8-sig") if path else ""
    except (OSError, UnicodeDecodeError) as error:
        raise PlanError(
            Text("规则文件读不通", "the file of rules cannot be read"), str(path), Text("用 UTF-8 保存", "save it as UTF-8")
        ) from error


def _write(path: Path, done: "Scan") -> None:
    from zhunru.engine.dossier import write_whole
    from zhunru.wire.scan_result import EXAMINED, SIGHTING, written

    content = written(done.head, done.sightings.select(SIGHTING).iter_rows(), done.examined.select(EXAMINED).iter_rows())
    write_whole(path, content)


def _json(done: "Scan") -> str:
    import json

    from zhunru.engine.scan import totals

    whole = done.head | {
        "exit_code": done.exit_code,
        "totals": totals(done.examined),
        "sightings": done.sightings.to_dicts(),
        "examined": done.examined.to_dicts(),
        "messages": [{"where": where, "zh": text.zh, "en": text.en} for where, text in done.messages],
    }
    return json.dumps(whole, ensure_ascii=False, indent=1)


def _print(done: "Scan") -> None:
    click.echo(f"{done.head['description']}" + (f"  [{done.head['server_version']}]" if done.head["server_version"] else ""))
    for where, text in done.messages:
        click.echo(f"  · {text.of(current())}" + (f" [{where}]" if where else ""))
    _found(done.sightings)
    _account(done)


def _found(sightings: "pl.DataFrame") -> None:
    import polars as pl
    from rich.table import Table as Drawn
    from rich.text import Text as Shown

    from zhunru.cli._show import console
    from zhunru.formulas.identifiers.kinds import BY_ID, FOUND

    if not sightings.height:
        click.echo("\n" + t("没有发现标识", "no identifier was seen"))
        return
    sure = pl.col("hit_count").filter(pl.col("certainty") == FOUND)
    doubtful = pl.col("hit_count").filter(pl.col("certainty") != FOUND)
    first = pl.col("sample").sort_by("certainty").first()
    rows = sightings.group_by("place", "kind", maintain_order=True).agg(
        sure.sum().alias("found"), doubtful.sum().alias("suspected"), first, pl.col("first_where").sort_by("certainty").first()
    )
    table = Drawn(box=None, pad_edge=False)
    for zh, en, align in (
        ("位置", "place", "left"),
        ("类型", "kind", "left"),
        ("有把握", "found", "right"),
        ("疑似", "suspected", "right"),
        ("示例", "sample", "left"),
        ("首处", "first", "left"),
    ):
        table.add_column(t(zh, en), justify="right" if align == "right" else "left", overflow="fold")
    for place, kind, found, suspected, sample, where in rows.iter_rows():
        title = BY_ID[kind].title.of(current()) + (t(" *", " *") if BY_ID[kind].sensitive else "") if kind in BY_ID else kind
        table.add_row(*(Shown(str(v)) for v in (place or "-", title, found, suspected, sample, where)))
    click.echo()
    console().print(table)
    click.echo(t("* 敏感个人信息（GB/T 44464 附录A）", "* sensitive personal information (GB/T 44464 annex A)"))


def _account(done: "Scan") -> None:
    import polars as pl

    from zhunru.engine.scan import totals
    from zhunru.tables.examined import REASONS

    click.echo("\n" + t("检查了什么", "what was examined"))
    units = {
        "cell": ("单元格", "cells"),
        "line": ("行", "lines"),
        "byte": ("字节", "bytes"),
        "table": ("表", "tables"),
        "file": ("文件", "files"),
    }
    for unit, row in totals(done.examined).items():
        name = t(*units.get(unit, (unit, unit)))
        present = "?" if row["present"] is None else f"{row['present']:,}"
        click.echo(
            f"  {name}: {t('总数', 'present')} {present}  {t('已检查', 'examined')} {row['examined']:,}  "
            f"{t('可判定', 'decided')} {row['decided']:,}  {t('不可判定', 'undecidable')} {row['undecidable']:,}"
        )
    blind = done.examined.filter(pl.col("undecidable_count") > 0).sort("undecidable_count", descending=True)
    for place, unit, count, reason in blind.head(20).select("place", "item_kind", "undecidable_count", "reason").iter_rows():
        reasons = t("、", ", ").join(REASONS[code].of(current()) if code in REASONS else code for code in reason.split(",") if code)
        click.echo(f"  ! {place or '-'}: {count:,} {t(*units.get(unit, (unit, unit)))} - {reasons}")
    if blind.height > 20:
        click.echo(t(f"  … 另有 {blind.height - 20} 处，见 --json", f"  ... and {blind.height - 20} more places, see --json"))
    partly = done.examined.filter(pl.col("present_count").is_null() | (pl.col("present_count") > pl.col("examined_count")))
    if partly.height:
        click.echo(t(f"  ! {partly.height} 处只检查了一部分", f"  ! {partly.height} places were examined in part only"))
