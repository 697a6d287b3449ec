"""`zhunru filing`: states, receipts and deadlines of filings, and their moves."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from zhunru.cli._language import current, t

if TYPE_CHECKING:
    from zhunru.records.filing_outlook import Outlook

VERBS = ("file", "return", "supplement", "accept", "withdraw")


@click.group(
    short_help=t("备案状态、期限与办理", "States, deadlines and moves of filings"),
    help=t(
        """备案的状态、回执、下一步和以工作日计的期限，并记录每一步办理。

\b
示例：
  zhunru filing status demo
  zhunru filing move demo F-3 file --by 张三 --day 2026-08-01
  zhunru filing move demo F-3 accept --by 张三 --receipt 2026-0815 --receipt-file 回执.pdf""",
        """States, receipts, next steps and deadlines in working days of filings, and the record of each step.

\b
Examples:
  zhunru filing status demo
  zhunru filing move demo F-3 file --by zhang --day 2026-08-01
  zhunru filing move demo F-3 accept --by zhang --receipt 2026-0815 --receipt-file receipt.pdf""",
    ),
)
def command() -> None:
    """Hold the two verbs."""


@command.command(
    "status",
    short_help=t("各备案的状态与期限", "State and deadline of each filing"),
    help=t(
        """列出 DIR 中每个备案的状态、回执、允许的下一步，以及离期限还有几个工作日。

\b
退出码：0 全部通过；1 有已过期限；3 有未通过或存疑""",
        """List state, receipt, allowed steps, and working days left of every filing in DIR.

\b
Exit codes: 0 all accepted; 1 a deadline has passed; 3 some are open or in doubt""",
    ),
)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--format", "form", type=click.Choice(["table", "json"]), default="table", help=t("标准输出的形式", "Form on standard output")
)
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help=t("截至日（默认今天）", "Day as of which is told (default today)"))
def status(folder: Path, form: str, as_of: datetime | None) -> int:
    """Show what each filing waits for."""
    day = as_of.date() if as_of else date.today()  # noqa: DTZ011 - the user's own calendar day
    found = _outlooks(folder, day)
    if form == "json":
        import json

        click.echo(json.dumps({"as_of": day.isoformat(), "filings": [_plain(o) for o in found]}, ensure_ascii=False, indent=1))
    else:
        for outlook in found:
            _show(outlook)
        if not found:
            click.echo(t("没有备案记录", "there are no filings"))
    if any(o.missed for o in found):
        return 1
    return 0 if found and all(o.standing.filing.state == "accepted" and not o.standing.doubts for o in found) else 3


def _outlooks(folder: Path, day: date) -> "list[Outlook]":
    from zhunru.catalogue.working_days import china
    from zhunru.cli._show import progress
    from zhunru.engine.assess import locked
    from zhunru.engine.dossier import open_dossier
    from zhunru.engine.run import collect
    from zhunru.records.filing import Filing
    from zhunru.records.filing_move import FilingMove
    from zhunru.records.filing_outlook import outlooks
    from zhunru.records.filing_standing import standings
    from zhunru.records.releases import releases_of
    from zhunru.records.update_campaign import UpdateCampaign
    from zhunru.records.update_execution import UpdateExecution

    dossier = open_dossier(folder)
    with locked(dossier), progress() as step:
        material, bound = collect(dossier, dossier.state / "cache", day, 1, step)
    records: dict[Any, Any] = dict(material.records)
    for kind in (Filing, FilingMove):
        for refused in bound.refused.get(kind, ()):
            where = f"{refused.origin.source} {refused.origin.sheet} {refused.origin.row or ''}"
            click.secho(t("无法使用：", "cannot be used: ") + f"{where}: {refused.reason.of(current())}", err=True, fg="yellow")
    releases = releases_of(records.get(UpdateCampaign, []), records.get(UpdateExecution, []), dossier.subject)
    return outlooks(standings(records.get(Filing, []), records.get(FilingMove, [])), releases, china(), day)


def _plain(outlook: "Outlook") -> dict[str, Any]:
    filing = outlook.standing.filing
    return {
        "id": filing.id,
        "matter": filing.matter,
        "campaign": filing.campaign,
        "state": filing.state,
        "since": outlook.since.isoformat() if outlook.since else None,
        "receipt": filing.receipt,
        "next": list(outlook.verbs),
        "deadline": outlook.deadline.isoformat() if outlook.deadline else None,
        "working_days_left": outlook.left,
        "doubts": [d.of(current()) for d in outlook.standing.doubts],
    }


def _show(outlook: "Outlook") -> None:
    filing = outlook.standing.filing
    colour = "red" if outlook.missed else "green" if filing.state == "accepted" and not outlook.standing.doubts else "yellow"
    matter, state = _words(filing.matter), _words(filing.state)
    click.secho(f"{filing.id}  {matter}  {filing.campaign or ''}".rstrip() + f"  {state}", fg=colour, nl=False)
    click.echo(f"  {outlook.since or ''}" + (t("  回执 ", "  receipt ") + filing.receipt if filing.receipt else ""))
    if filing.state == "accepted" and not filing.receipt:
        click.secho(t("    已通过但没有回执编号", "    accepted, but without the number of a receipt"), fg="yellow")
    for doubt in outlook.standing.doubts:
        click.secho(f"    {doubt.of(current())}", fg="red")
    if outlook.duty:
        left = t("工作日历未含该年", "the calendar does not know that year") if outlook.left is None else _left(outlook.left)
        click.echo(
            f"    {outlook.duty.of(current())}：{outlook.deadline or '?'}（{left}）"
            if current() == "zh"
            else f"    {outlook.duty.en}: {outlook.deadline or '?'} ({left})"
        )
    if outlook.verbs:
        click.echo(t("    可办理：", "    allowed: ") + ", ".join(outlook.verbs))


def _left(days: int) -> str:
    if days < 0:
        return t(f"已过 {-days} 个工作日", f"missed by {-days} working days")
    return t(f"还有 {days} 个工作日", f"{days} working days left")


def _words(word: str | None) -> str:
    from zhunru.reports.filings.activity import MATTERS, STATES

    if word is None:
        return t("（未写明）", "(not told)")
    return {**MATTERS, **STATES}.get(word, word) if current() == "zh" else word


@command.command(
    "move",
    short_help=t("记录一步办理", "Record one step"),
    help=t(
        """把备案 ID 的一步办理（file 提交、return 退回、supplement 补正、accept 通过、withdraw 撤回）追加到 DIR/records/filing_moves.toml。
流程不允许的办理会被拒绝；已有的行不会改动。

\b
示例：
  zhunru filing move demo F-3 return --by 张三 --note 补充试验报告""",
        """Append one step of the filing ID (file, return, supplement, accept, withdraw) to DIR/records/filing_moves.toml.
A step that the workflow does not allow is refused; rows that stand are never changed.

\b
Example:
  zhunru filing move demo F-3 return --by zhang --note "test report asked for" """,
    ),
)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.argument("filing", metavar="ID")
@click.argument("verb", type=click.Choice(VERBS))
@click.option("--by", "person", required=True, help=t("经办人", "Who enters it"))
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help=t("办理日期（默认今天）", "Day on which it happened (default today)"))
@click.option("--receipt", default="", help=t("回执编号", "Number of the receipt"))
@click.option(
    "--receipt-file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help=t("回执文件（只记其摘要）", "File of the receipt (its digest is kept)"),
)
@click.option("--note", default="", help=t("说明", "Remark"))
def move(
    folder: Path, filing: str, verb: str, person: str, day: datetime | None, receipt: str, receipt_file: Path | None, note: str
) -> int:
    """Append the move."""
    from zhunru.core.errors import IllegalMove
    from zhunru.core.record import CHINA
    from zhunru.engine.dossier import open_dossier, sha256_of
    from zhunru.engine.filing_moves import FILE, enter

    now = datetime.now(CHINA).replace(microsecond=0)
    told: dict[str, Any] = {"day": day.date() if day else now.date(), "person": person, "entered_at": now}
    told |= {k: v for k, v in (("receipt", receipt), ("note", note)) if v}
    if receipt_file:
        told["receipt_digest"] = f"sha256:{sha256_of(receipt_file)}"
    try:
        before, added = enter(open_dossier(folder), filing, verb, today=now.date(), **told)
    except IllegalMove as error:
        click.secho(error.diagnostics(current()), err=True, fg="red")
        return 2
    click.echo(f"{before.filing.id}: {_words(added.from_state)} -> {_words(added.to_state)}  {added.day}  {added.person}")
    click.echo(t(f"已追加：{folder / FILE}，第 {added.number} 行", f"appended: {folder / FILE}, row {added.number}"))
    if verb == "accept" and not receipt and not before.filing.receipt:
        click.secho(
            t("没有回执编号：检查将判为无法判定", "no number of a receipt: checks will find it inconclusive"), fg="yellow", err=True
        )
    return 0
