"""`zhunru incident`: levels side by side, duties with countdowns, what is missing, and the entry of steps."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from zhunru.cli._language import current, t

if TYPE_CHECKING:
    from rich.table import Table

    from zhunru.formulas.incident_level import RegimeLevel
    from zhunru.records.incident_outlook import Fulfilment, IncidentOutlook

ACTIONS = ("reported", "supplemented", "told_police", "notified_persons", "summary", "risk_reported", "other")
RECEIVERS = (
    "provincial_cac", "protection_department", "police", "own_cac_office", "local_regulator", "miit", "communications_administration",
    "persons", "other",
)  # fmt: skip


@click.command(
    short_help=t("数据安全事件：级别、报告义务与倒计时", "Incidents: level, duties, countdowns"),
    help=t(
        """并列计算档案 DIR 中每起数据安全事件在各规定下的级别，列出报告、告知、总结义务及倒计时，并说明尚缺哪些事实。
带 --record 时，把一个处置步骤追加到 DIR/records/incident_steps.toml（只追加，逐行带前一行的校验值）。

\b
示例：
  zhunru incident demo
  zhunru incident demo --id SJ-1 --now "2026-03-02 11:00"
  zhunru incident demo --id SJ-1 --record reported --to provincial_cac --at "2026-03-02 11:20" --by 李四 --receipt 沪网07
\b
退出码：0 已判定且无逾期；1 有逾期或迟报；3 有不能确定的事项；2 用法错误""",
        """Compute the level of each incident in DIR under each regime side by side, list the duties to report, notify and sum up with their
countdowns, and say which facts are missing. With --record, append one step to DIR/records/incident_steps.toml: rows are only added, each
with the digest of the row before.

\b
Examples:
  zhunru incident demo
  zhunru incident demo --id SJ-1 --now "2026-03-02 11:00"
  zhunru incident demo --id SJ-1 --record reported --to provincial_cac --at "2026-03-02 11:20" --by li --receipt 07
\b
Exit codes: 0 decided and nothing has run out; 1 something has run out or was late; 3 something cannot be told; 2 usage""",
    ),
)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--id", "wanted", default="", metavar="ID", help=t("只看此事件", "This incident only"))
@click.option(
    "--now", "at_now", default="", metavar="TIME", help=t("计算时刻，北京时间（默认现在）", "Moment of asking, Beijing time (default now)")
)
@click.option("--json", "as_json", is_flag=True, help=t("输出 JSON", "Write JSON"))
@click.option("--record", "action", type=click.Choice(ACTIONS), help=t("登记一个处置步骤", "Enter one step"))
@click.option("--to", "addressee", type=click.Choice(RECEIVERS), help=t("步骤的报送对象", "Receiver of the step"))
@click.option(
    "--at",
    "at_step",
    default="",
    metavar="TIME",
    help=t("步骤时间，北京时间（默认现在）", "Moment of the step, Beijing time (default now)"),
)
@click.option("--by", "person", default="", help=t("经办人", "Who did it"))
@click.option("--receipt", default="", help=t("回执编号", "Number of the receipt"))
@click.option(
    "--receipt-file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help=t("回执文件（只记其摘要）", "File of the receipt (its digest is kept)"),
)
@click.option("--note", default="", help=t("说明", "Remark"))
def command(folder: Path, wanted: str, at_now: str, as_json: bool, action: str | None, **told: Any) -> int:
    """Show the incidents, or enter a step."""
    if action:
        return _enter(folder, wanted, action, **told)
    if stray := [k for k, v in told.items() if v]:
        raise click.UsageError(t("这些选项须与 --record 同用：", "these options go with --record: ") + ", ".join(stray))
    return _show_all(folder, wanted, at_now, as_json)


def _enter(folder: Path, wanted: str, action: str, **told: Any) -> int:
    from zhunru.cli.clocks import moment
    from zhunru.engine.dossier import open_dossier, sha256_of
    from zhunru.engine.incident_steps import FILE, enter

    if not wanted or not told["person"]:
        raise click.UsageError(t("登记步骤须写明 --id 和 --by", "a step needs --id and --by"))
    now, at = moment(""), moment(told["at_step"])
    given = {"action": action, "addressee": told["addressee"], "at": at, "person": told["person"]}
    given |= {k: told[k] for k in ("receipt", "note") if told[k]}
    if told["receipt_file"]:
        given["receipt_digest"] = f"sha256:{sha256_of(told['receipt_file'])}"
    step = enter(open_dossier(folder), wanted, now=now, **given)
    click.echo(t(f"已追加：{folder / FILE}，第 {step.number} 行", f"appended: {folder / FILE}, row {step.number}"))
    if action in {"reported", "summary"} and not told["receipt"]:
        click.secho(t("没有回执编号，补到后请登记续报", "no number of a receipt: enter it when it comes"), fg="yellow", err=True)
    return 0


def _show_all(folder: Path, wanted: str, at_now: str, as_json: bool) -> int:
    from zhunru.catalogue.working_days import china
    from zhunru.cli.clocks import moment, read, told_refused
    from zhunru.formulas.written_names import bare
    from zhunru.records.data_incident import DataIncident
    from zhunru.records.incident_outlook import outlooks
    from zhunru.records.incident_step import IncidentStep

    now = moment(at_now)
    material, bound = read(folder, now)
    refused = told_refused(bound, (DataIncident, IncidentStep))
    incidents = [i for i in material.records.get(DataIncident, ()) if isinstance(i, DataIncident)]
    # what was done after the moment of asking is not done yet
    steps = [s for s in material.records.get(IncidentStep, ()) if isinstance(s, IncidentStep) and (s.at is None or s.at <= now)]
    incidents = [i.model_copy(update={"notified_at": None}) if i.notified_at and i.notified_at > now else i for i in incidents]
    mine = [i for i in incidents if not wanted or bare(i.id) == bare(wanted)]
    if wanted and not mine:
        known = ", ".join(dict.fromkeys(i.id for i in incidents)) or "-"
        raise click.BadParameter(t(f"没有事件 {wanted}；可用：{known}", f"no incident {wanted}; known: {known}"))
    found = outlooks(mine, steps, china())
    if as_json:
        import json

        click.echo(json.dumps({"now": now.isoformat(), "incidents": [_plain(o, now) for o in found]}, ensure_ascii=False, indent=1))
    else:
        for outlook in found:
            _show(outlook, now)
        if not found:
            click.echo(t("没有事件登记", "no incident is registered"))
    return _code(found, now, refused)


def _code(found: "list[IncidentOutlook]", now: datetime, refused: int) -> int:
    from zhunru.records.incident_outlook import overdue

    every = [f for o in found for f in o.fulfilments]
    if any(f.duty.sure and (f.state == "late" or (f.state == "missing" and overdue(f, now))) for f in every):
        return 1
    open_ = any(o.doubts or o.unreadable or o.levels.least != o.levels.most or o.levels.least.name == "BELOW" for o in found)
    unclear = any(f.state in {"unclear", "possible", "before_start", "missing"} or not f.duty.sure for f in every)
    return 3 if refused or open_ or unclear or not found else 0


def _show(outlook: "IncidentOutlook", now: datetime) -> None:
    from rich.markup import escape

    from zhunru.cli._show import console
    from zhunru.formulas.incident_level import written_level
    from zhunru.records.data_incident import DataIncident

    incident, lang = outlook.incident, current()
    screen = console()
    total = written_level(outlook.levels.least, outlook.levels.most).of(lang)
    screen.print(f"[bold]{escape(incident.id)}[/bold]  {escape(incident.name or '')}  {t('级别：', 'level: ')}[bold]{total}[/bold]")
    table = _table(t("规定", "regime"), t("级别", "level"), t("决定因素", "decided by"), t("适用", "binds"), t("条款", "clause"))
    for regime in outlook.levels.regimes:
        table.add_row(
            regime.title.of(lang), written_level(regime.least, regime.most).of(lang), escape(_why(regime)), _binds(regime), regime.clause
        )
    screen.print(table)
    if outlook.levels.open_fields:
        names = "、".join(DataIncident.headings(f)[0] if lang == "zh" else f for f in outlook.levels.open_fields)
        screen.print(t("尚缺（查明前从严处理）：", "missing (the stricter level governs until then): ") + escape(names))
    for doubt in outlook.doubts:
        screen.print(f"[red]{doubt.of(lang)}[/red]")
    duties = _table(t("义务", "duty"), t("对象", "receiver"), t("时限", "limit"), t("最迟（北京）", "due (Beijing)"), t("情况", "state"))
    for fulfilment in outlook.fulfilments:
        duties.add_row(*(escape(c) for c in _duty(fulfilment, now)))
    if outlook.fulfilments:
        screen.print(duties)
    else:
        screen.print(t("没有报告义务", "no duty to report"))


def _table(*headings: str) -> "Table":
    from rich.table import Table

    table = Table()
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table


def _why(regime: "RegimeLevel") -> str:
    return "; ".join(f"{c.title.of(current())} {c.measured} [{c.basis}]" for c in regime.decided_by)


def _binds(regime: "RegimeLevel") -> str:
    return {True: t("是", "yes"), False: t("否", "no"), None: t("不明", "?")}[regime.binding]


def _duty(done: "Fulfilment", now: datetime) -> list[str]:
    from zhunru.core.record import CHINA
    from zhunru.records.incident_outlook import ADDRESSEES

    lang, duty = current(), done.duty
    due = duty.due.first.astimezone(CHINA).strftime("%m-%d %H:%M:%S") if duty.due else "?"
    what = duty.what.of(lang) + ("" if duty.sure else t("（可能）", " (perhaps)"))
    return [what, "、".join(ADDRESSEES[a].of(lang) for a in done.addressees), duty.limit.of(lang), due, _state(done, now)]


def _state(done: "Fulfilment", now: datetime) -> str:
    from zhunru.cli.clocks import span
    from zhunru.records.incident_outlook import passed_h

    words = {
        "in_time": t("已按时完成", "done in time"),
        "late": t("已完成，超时", "done too late"),
        "unclear": t("是否按时不明", "in time or not: cannot be told"),
        "before_start": t("早于起算时间", "before the clock began"),
        "possible": t("可能已做，记录不全", "perhaps done: the step does not say enough"),
        "waiting": t("未起算", "not begun"),
        "missing": t("起算时间未登记", "start not entered"),
    }
    if done.state == "missing" and done.duty.due:
        left = done.duty.due.first - now
        return t("剩余 ", "left ") + span(left) if left.total_seconds() >= 0 else t("逾期 ", "overdue ") + span(-left)
    hours = passed_h(done)
    return words[done.state] + (f"（{hours:.2f} h）" if hours is not None and done.state in {"in_time", "late"} and hours < 100 else "")


def _plain(outlook: "IncidentOutlook", now: datetime) -> dict[str, Any]:
    levels = outlook.levels
    return {
        "id": outlook.incident.id,
        "declared": outlook.incident.level,
        "least": levels.least.name,
        "most": levels.most.name,
        "regimes": [
            {
                "regime": r.regime,
                "clause": r.clause,
                "binding": r.binding,
                "least": r.least.name,
                "most": r.most.name,
                "criteria": [
                    {"field": c.field, "measured": c.measured, "least": c.least.name, "most": c.most.name, "basis": c.basis}
                    for c in r.criteria
                ],
                "decided_by": [c.field for c in r.decided_by],
            }
            for r in levels.regimes
        ],
        "missing": list(levels.open_fields),
        "doubts": [d._asdict() for d in outlook.doubts],
        "unreadable": sorted(outlook.unreadable),
        "duties": [_plain_duty(f, now) for f in outlook.fulfilments],
    }


def _plain_duty(done: "Fulfilment", now: datetime) -> dict[str, Any]:
    duty = done.duty
    return {
        "id": duty.id,
        "addressees": list(done.addressees),
        "clause": duty.clause,
        "basis": duty.basis,
        "sure": duty.sure,
        "start": duty.start.first.isoformat() if duty.start else None,
        "due": duty.due.first.isoformat() if duty.due else None,
        "done": done.done.first.isoformat() if done.done else None,
        "state": done.state,
        "left_s": int((duty.due.first - now).total_seconds()) if duty.due and done.state == "missing" else None,
    }
