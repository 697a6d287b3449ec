"""`zhunru clocks`: every clock that the records start, sorted by its end."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from zhunru.cli._language import current, t

if TYPE_CHECKING:
    from zhunru.engine.bind import Bound
    from zhunru.engine.material import Material
    from zhunru.records.clocks import Clock

COLOURS = {"overdue": "red", "soon": "yellow", "open": None, "late": "red", "done": "green", "waiting": None, "unknown": "yellow"}


@click.command(
    short_help=t("全部期限与倒计时", "All limits and their countdowns"),
    help=t(
        """列出档案 DIR 的台账所启动的全部期限：事件报告与总结、年度报告、风险评估与报送、目录变更、出境续期、删除请求等，按到期时间排序。

\b
示例：
  zhunru clocks demo                           未完成的期限
  zhunru clocks demo --all                     含已完成的
  zhunru clocks demo --now "2026-12-10 09:00"  以指定时刻（北京时间）计算
  zhunru clocks demo --ics 期限.ics            导出为日历
\b
退出码：0 没有逾期和不明；1 有逾期或曾经迟办；3 有无法判定的期限
--now 之后才完成的按未完成计算。""",
        """List every limit that the ledgers of DIR start, sorted by its end: reports and summaries of incidents, the annual report, risk
assessments and their sending, changes of the catalogue, renewals of exports, requests for deletion.

\b
Examples:
  zhunru clocks demo                           what is not done
  zhunru clocks demo --all                     with what is done
  zhunru clocks demo --now "2026-12-10 09:00"  as of a moment, Beijing time
  zhunru clocks demo --ics clocks.ics          as a calendar
\b
Exit codes: 0 nothing has run out or is unclear; 1 something has run out or was late; 3 a limit cannot be told
What was done after --now counts as not done.""",
    ),
)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--now", "at", default="", metavar="TIME", help=t("计算时刻，北京时间（默认现在）", "Moment of asking, Beijing time (default now)")
)
@click.option("--all", "everything", is_flag=True, help=t("含已完成的期限", "Done ones too"))
@click.option("--json", "as_json", is_flag=True, help=t("输出 JSON", "Write JSON"))
@click.option("--ics", type=click.Path(path_type=Path, dir_okay=False), help=t("写出日历文件", "Write a calendar file"))
def command(folder: Path, at: str, everything: bool, as_json: bool, ics: Path | None) -> int:
    """Show the clocks."""
    from zhunru.catalogue.working_days import china
    from zhunru.core.record import CHINA
    from zhunru.records.clocks import KINDS, clocks

    now = moment(at)
    material, bound = read(folder, now)
    refused = told_refused(bound, KINDS)
    found = [c.as_of(now) for c in clocks(material.records, material.subject, now.astimezone(CHINA).date(), china())]
    if ics:
        from zhunru.engine.dossier import write_whole
        from zhunru.reports.clock_calendar import render

        write_whole(ics, render(found, now, current()))
        click.echo(t("已写出：", "written: ") + str(ics), err=as_json)
    if as_json:
        import json

        body = {"now": now.isoformat(), "refused": refused, "clocks": [plain(c, now) for c in found]}
        click.echo(json.dumps(body, ensure_ascii=False, indent=1))
    else:
        for clock in found:
            if everything or clock.state != "done":
                show(clock, now)
        if not found:
            click.echo(t("台账没有启动任何期限", "the ledgers start no clock"))
    if any(c.overdue(now) or c.state == "late" for c in found):
        return 1
    return 3 if refused or any(c.state == "unknown" or c.note.zh for c in found if c.state != "done") else 0


def moment(text: str) -> datetime:
    """Return a moment that a user typed, in Beijing time where no zone is told; now when nothing was typed."""
    from zhunru.core.record import CHINA

    if not text:
        return datetime.now(UTC).replace(microsecond=0)
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise click.BadParameter(t(f"看不懂的时刻：{text}；写作 2026-03-02 13:30", f"no moment: {text}; write 2026-03-02 13:30")) from error
    return found if found.tzinfo else found.replace(tzinfo=CHINA)


def read(folder: Path, now: datetime) -> "tuple[Material, Bound]":
    """Read the ledgers of a dossier."""
    from zhunru.cli._show import progress
    from zhunru.core.record import CHINA
    from zhunru.engine.assess import locked
    from zhunru.engine.dossier import open_dossier
    from zhunru.engine.run import collect

    dossier = open_dossier(folder)
    with locked(dossier), progress() as step:
        return collect(dossier, dossier.state / "cache", now.astimezone(CHINA).date(), 1, step)


def told_refused(bound: "Bound", kinds: tuple[type[Any], ...]) -> int:
    """Say on standard error which rows of some kinds could not be used; return how many."""
    found = [r for kind in kinds for r in bound.refused.get(kind, ())]
    for refused in found:
        where = f"{refused.origin.source} {refused.origin.sheet} {refused.origin.row or ''}".rstrip()
        click.secho(t("无法使用：", "cannot be used: ") + f"{where}: {refused.reason.of(current())}", err=True, fg="yellow")
    return len(found)


def state_of(clock: "Clock", now: datetime) -> str:
    """Return overdue, soon (a day or less), or the state of the clock."""
    left = clock.left(now)
    if left is None:
        return clock.state
    return "overdue" if clock.overdue(now) else "soon" if left <= timedelta(days=1) else "open"


def show(clock: "Clock", now: datetime) -> None:
    """Write one clock on two lines."""
    from zhunru.core.record import CHINA

    state = state_of(clock, now)
    due = clock.due.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S") if clock.due else "?"
    click.secho(f"{due}  {words(clock, now):<14}  {clock.about}  {clock.what.of(current())}", fg=COLOURS[state])
    tail = f"    {clock.limit.of(current())}  {clock.clause} [{clock.basis}]"
    if clock.origin.source:
        tail += f"  {clock.origin.source} {clock.origin.sheet} {clock.origin.row or ''}".rstrip()
    click.echo(tail + (f"  {clock.note.of(current())}" if clock.note.zh else ""))


def words(clock: "Clock", now: datetime) -> str:
    """Return the state for people: time left, time since, or a word."""
    left = clock.left(now)
    if left is not None:
        return t("逾期 ", "overdue ") + span(-left) if clock.overdue(now) else t("剩余 ", "left ") + span(left)
    return {
        "done": t("已按时完成", "done in time"),
        "late": t("迟办", "done late"),
        "waiting": t("未起算", "not begun"),
        "unknown": t("无法判定", "cannot be told"),
        "open": t("无法计算", "cannot be computed"),
    }[clock.state]


def span(time: timedelta) -> str:
    """Return a stretch of time in days, hours, minutes and seconds, the two largest."""
    seconds = int(time.total_seconds())
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3600)
    minutes, seconds = divmod(rest, 60)
    names = (t("天", " d"), t("时", " h"), t("分", " min"), t("秒", " s"))
    parts = [f"{n}{name}" for n, name in zip((days, hours, minutes, seconds), names, strict=True) if n]
    return " ".join(parts[:2]) or f"0{names[3]}"


def plain(clock: "Clock", now: datetime) -> dict[str, Any]:
    """Return a clock for JSON; times in UTC, seconds left."""
    left = clock.left(now)
    return {
        "what": {"zh": clock.what.zh, "en": clock.what.en},
        "about": clock.about,
        "state": state_of(clock, now),
        "start": clock.start.isoformat() if clock.start else None,
        "due": clock.due.isoformat() if clock.due else None,
        "done": clock.done.isoformat() if clock.done else None,
        "left_s": int(left.total_seconds()) if left is not None else None,
        "clause": clock.clause,
        "basis": clock.basis,
        "limit": {"zh": clock.limit.zh, "en": clock.limit.en},
        "source": {"file": clock.origin.source, "sheet": clock.origin.sheet, "row": clock.origin.row},
        "note": {"zh": clock.note.zh, "en": clock.note.en},
    }
