"""`zhunru ledger`: ledgers from Excel sheets and back, their history, the steps of entries, proposals of class and grade."""

from datetime import datetime
from pathlib import Path

import click

from zhunru.cli._language import current, t

VERBS = ("review", "return", "approve", "revise", "retire")


@click.group(
    short_help=t("台账：导入、导出、历史、办理、分类分级建议", "Ledgers: import, export, history, steps, proposals of class and grade"),
    help=t(
        """企业台账（Excel、CSV、TOML 等）导入档案之前先预览逐行变化；写入后留痕，可无损导出。

\b
示例：
  zhunru ledger import 台账.xlsx 我的车型                       预览，不写入
  zhunru ledger import 台账.xlsx 我的车型 --apply --by 张三      写入
  zhunru ledger export 我的车型 --out 台账.xlsx
  zhunru ledger propose 我的车型                              分类分级建议，由人决定
  zhunru ledger move 我的车型 A-1 approve --by 李四""",
        """Ledgers that companies keep (Excel, CSV, TOML ...): see row by row what an import would change, write it with a trace, export without loss.

\b
Examples:
  zhunru ledger import assets.xlsx mycar                   preview, writes nothing
  zhunru ledger import assets.xlsx mycar --apply --by zhang
  zhunru ledger export mycar --out assets.xlsx
  zhunru ledger propose mycar                              proposals of class and grade, for a person to decide
  zhunru ledger move mycar A-1 approve --by li""",
    ),
)
def command() -> None:
    """Hold the verbs."""


_FOLDER = click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))


@command.command(
    "import",
    short_help=t("预览导入台账会改变什么；--apply 才写入", "Preview what an import would change; --apply writes"),
    help=t(
        """逐行列出 FILE 会给 DIR 的台账带来的变化：新增、改动（原值 -> 新值）、相同、缺失、冲突、无法识别的单元格。

\b
只有 --apply 才写入 records/ledger.jsonl，并在 ledger.jsonl 追加留痕（谁、何时、来自哪个文件、每个单元格的前后值）。
有冲突的条目不写入；文件中没有的条目不删除，除非给出 --remove-missing。

\b
退出码：0 无需人工处理；2 用法错误；3 有冲突、未用的行或表、无法识别的单元格""",
        """List row by row what FILE would change in the ledgers of DIR: new, changed (old -> new), same, missing, conflicts, unreadable cells.

\b
Only --apply writes records/ledger.jsonl, and adds to ledger.jsonl who, when, from which file, and each cell before and after.
Entries in conflict are left alone; entries that the file lacks stay, unless --remove-missing is given.

\b
Exit codes: 0 nothing needs a person; 2 usage; 3 conflicts, rows or sheets not used, unreadable cells""",
    ),
)
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@_FOLDER
@click.option("--apply", "write", is_flag=True, help=t("写入", "Write"))
@click.option("--by", "person", help=t("导入人（写入时必填）", "Who imports (needed to write)"))
@click.option("--plan", "expected", default="", help=t("只在与该预览摘要一致时写入", "Write only what the preview of this digest showed"))
@click.option("--remove-missing", is_flag=True, help=t("移除文件中没有的条目", "Take out entries that the file lacks"))
@click.option(
    "--format", "form", type=click.Choice(["table", "json"]), default="table", help=t("标准输出的形式", "Form on standard output")
)
@click.option("--all", "every", is_flag=True, help=t("显示全部行（默认每类最多 40 行）", "Show all rows (40 of each state by default)"))
def import_(file: Path, folder: Path, write: bool, person: str | None, expected: str, remove_missing: bool, form: str, every: bool) -> int:
    """Preview or carry out an import."""
    from zhunru.cli._ledger_show import show_plan
    from zhunru.core.record import CHINA
    from zhunru.engine.dossier import open_dossier
    from zhunru.engine.ledger_store import apply, planned

    dossier = open_dossier(folder)
    if write and not (person or "").strip():
        raise click.UsageError(t("写入时须用 --by 注明导入人", "to write, say who imports with --by"))
    if write:
        done = apply(dossier, file, person=str(person).strip(), now=datetime.now(CHINA), expected=expected, remove=remove_missing)
    else:
        done = planned(dossier, file)
    show_plan(done, form, written=write, removed=remove_missing, every=every)
    return 0 if done.whole else 3


@command.command(
    "export",
    short_help=t("把台账写成 Excel，每种记录一张表", "Write the ledgers as Excel, a sheet for each kind"),
    help=t(
        """把 DIR 的全部台账写成 Excel：每种记录一张表，中文表头，未识别的列也写出，全部为文本，不含公式。写出后读回核对。

\b
退出码：0 读回一致；3 有条目无法由工作表无损保存（会列出）""",
        """Write all ledgers of DIR as Excel: a sheet for each kind, Chinese headings, unknown columns too, all text, no formulas. Read back to prove it.

\b
Exit codes: 0 it reads back the same; 3 entries that no sheet can keep without loss (they are listed)""",
    ),
)
@_FOLDER
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help=t("写出的文件", "File to write"))
@click.option("--kind", "kinds", multiple=True, help=t("只写这种记录（可重复）", "Only this kind (may be repeated)"))
def export(folder: Path, out: Path, kinds: tuple[str, ...]) -> int:
    """Write the workbook and read it back."""
    from zhunru.cli._ledger_show import show_lost
    from zhunru.engine.dossier import open_dossier, write_whole
    from zhunru.engine.ledger_store import held, lost_in, records_named, tables
    from zhunru.reports.ledger_sheets import LedgerSheet, workbook

    dossier = open_dossier(folder)
    stored, elsewhere = held(dossier)
    wanted = records_named(kinds)
    entries = [e for e in (*stored.entries, *elsewhere.entries) if not wanted or e.kind in wanted]
    made = tables(entries)
    if not made:
        click.echo(t("没有台账条目", "there are no entries"), err=True)
        return 3
    write_whole(out, workbook([LedgerSheet(m.name, m.headings, m.rows) for m in made], dossier.subject.name))
    for table in made:
        click.echo(f"{table.name}  {len(table.rows)} {t('条', 'entries')}")
    return show_lost(out, lost_in(out, entries), [*stored.rejected, *elsewhere.rejected])


@command.command(
    "show",
    short_help=t("台账概况与条目状态", "What the ledgers hold, and where entries stand"),
    help=t(
        "列出 DIR 各台账的条数、来源文件、无法识别的单元格，以及数据资产条目的流程状态与距上次复核的天数。",
        "List the ledgers of DIR: entries, files, unreadable cells; and for data assets the step of each entry and the days since its last review.",
    ),
)
@_FOLDER
@click.option(
    "--kind", "kinds", multiple=True, help=t("显示这种记录的全部条目（可重复）", "Show all entries of this kind (may be repeated)")
)
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help=t("截至日（默认今天）", "Day as of which is told (default today)"))
def show(folder: Path, kinds: tuple[str, ...], as_of: datetime | None) -> int:
    """Show the ledgers."""
    from datetime import date

    from zhunru.cli._ledger_show import show_entries, show_ledgers
    from zhunru.engine.dossier import open_dossier
    from zhunru.engine.ledger_store import held, is_stray, records_named

    dossier = open_dossier(folder)
    stored, elsewhere = held(dossier)
    entries = [*stored.entries, *elsewhere.entries]
    if wanted := records_named(kinds):
        show_entries([e for e in entries if e.kind in wanted])
    else:
        show_ledgers(entries, as_of.date() if as_of else date.today())  # noqa: DTZ011 - the user's own calendar day
    if is_stray(dossier):
        click.secho(t("台账库在留痕之外被改动过", "the store was changed outside its history"), fg="yellow", err=True)
        return 3
    return 0


@command.command(
    "history",
    short_help=t("谁在何时从哪个文件改了什么", "Who changed what, when, from which file"),
    help=t(
        "按时间列出 DIR 台账的每次变化；逐行校验链。",
        "List each change of the ledgers of DIR, oldest first; the chain is proved line by line.",
    ),
)
@_FOLDER
@click.option("--entry", default="", help=t("只看该条目", "Only this entry"))
@click.option(
    "--format", "form", type=click.Choice(["table", "json"]), default="table", help=t("标准输出的形式", "Form on standard output")
)
def history(folder: Path, entry: str, form: str) -> int:
    """Show the history."""
    from zhunru.cli._ledger_show import show_history
    from zhunru.engine.dossier import open_dossier
    from zhunru.engine.ledger_store import history as changes
    from zhunru.engine.ledger_store import is_stray

    dossier = open_dossier(folder)
    show_history(list(changes(dossier)), entry, form)
    if is_stray(dossier):
        click.secho(t("台账库与最后一次留痕不符：在留痕之外被改动过", "the store is not as its history left it"), fg="red", err=True)
        return 3
    return 0


@command.command(
    "move",
    short_help=t("办理数据资产条目的一步", "Take one step of an asset entry"),
    help=t(
        """记录条目的复核、批准等一步，写入 records/ledger_moves.toml；行只增不改。批准只对当时的内容有效：条目一改即回到草稿。

\b
流程：草稿 --review--> 已复核 --approve--> 已批准 --retire--> 已停用；return、revise 回到草稿""",
        """Enter one step of an entry in records/ledger_moves.toml; rows are only added. An approval holds for the content alone: a changed entry is a draft.

\b
Steps: draft --review--> reviewed --approve--> approved --retire--> retired; return and revise lead back to draft""",
    ),
)
@_FOLDER
@click.argument("entry", metavar="ID")
@click.argument("verb", metavar="STEP", type=click.Choice(VERBS))
@click.option("--by", "person", required=True, help=t("办理人", "Who takes the step"))
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help=t("办理日期（默认今天）", "Day of the step (default today)"))
@click.option("--note", default="", help=t("说明", "Note"))
def move(folder: Path, entry: str, verb: str, person: str, day: datetime | None, note: str) -> int:
    """Enter one step."""
    from zhunru.cli._ledger_show import state_word
    from zhunru.core.errors import IllegalMove
    from zhunru.core.record import CHINA
    from zhunru.engine.dossier import open_dossier
    from zhunru.engine.ledger_moves import FILE, step

    if not person.strip():
        raise click.UsageError(t("--by 不能为空", "--by must not be empty"))
    now = datetime.now(CHINA).replace(microsecond=0)
    on = day.date() if day else now.date()
    try:
        before, made = step(open_dossier(folder), entry, verb, person=person.strip(), day=on, today=now.date(), entered_at=now, note=note)
    except IllegalMove as error:
        click.secho(error.diagnostics(current()), err=True, fg="red")
        return 2
    click.echo(f"{before.asset.id}: {state_word(made.from_state)} -> {state_word(made.to_state)}  {made.day}  {made.person}")
    click.echo(t(f"已追加：{folder / FILE}，第 {made.number} 行", f"appended: {folder / FILE}, row {made.number}"))
    return 0


@command.command(
    "propose",
    short_help=t("逐项建议类别、级别和个人信息标识，由人决定", "Propose class, grade and marks for each asset, for a person to decide"),
    help=t(
        """对未分类分级或与依据不符的资产给出建议，附理由、条款和依据可信度；无法判定的单独列出并计数。不改动台账。

\b
--out 写出一张表，每行为建议值与现值：删去不同意的行后，用 zhunru ledger import 预览并导入。

\b
退出码：0 均已分类分级且与依据一致；3 有建议、不符或无法判定""",
        """Propose for assets without class or grade, or at odds with what they declare, with reason, clause and basis; undecidable ones are listed.

\b
Nothing is changed. --out writes a sheet of proposed and present values: delete the rows that you do not agree with, then import it.

\b
Exit codes: 0 all are classified and agree; 3 there are proposals, contradictions or undecidable assets""",
    ),
)
@_FOLDER
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help=t("写出可导入的 Excel", "Write a sheet that can be imported"))
@click.option(
    "--format", "form", type=click.Choice(["table", "json"]), default="table", help=t("标准输出的形式", "Form on standard output")
)
def propose(folder: Path, out: Path | None, form: str) -> int:
    """Show the proposals."""
    from zhunru.cli._ledger_propose import sheet_of, show_proposals
    from zhunru.engine.dossier import open_dossier, write_whole
    from zhunru.engine.ledger_store import held
    from zhunru.records.asset_proposal import proposals
    from zhunru.records.data_asset import DataAsset
    from zhunru.records.data_field import DataField
    from zhunru.reports.ledger_sheets import workbook

    dossier = open_dossier(folder)
    stored, elsewhere = held(dossier)
    records = [e.record for e in (*stored.entries, *elsewhere.entries)]
    found = proposals([r for r in records if isinstance(r, DataAsset)], [r for r in records if isinstance(r, DataField)])
    show_proposals(found, form)
    if out:
        write_whole(out, workbook([sheet_of(found)], dossier.subject.name))
        click.echo(
            t(f"已写出：{out}（删去不同意的行，再导入）", f"written: {out} (delete what you do not agree with, then import it)"), err=True
        )
    return 0 if found and all(p.standing in {"agrees", "declared"} for p in found) else 3
