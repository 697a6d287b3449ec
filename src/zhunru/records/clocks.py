"""Every clock that the records of article (一) start, as one list sorted by the moment when it ends."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal, NamedTuple, TypeVar

from zhunru.core.clause import Basis
from zhunru.core.record import CHINA, Origin, Record
from zhunru.core.subject import Subject
from zhunru.core.text import Text
from zhunru.formulas.anniversaries import last_day_after_months, last_day_after_years
from zhunru.formulas.incident_duties import end_of_day
from zhunru.formulas.working_days import WorkingCalendar, add_working_days
from zhunru.formulas.written_names import bare
from zhunru.records.asset_scale import AssetScale
from zhunru.records.data_asset import DataAsset
from zhunru.records.data_incident import DataIncident
from zhunru.records.export_activity import ExportActivity
from zhunru.records.export_approval import ExportApproval
from zhunru.records.filed_item import FiledItem
from zhunru.records.incident_outlook import ADDRESSEES, Fulfilment, outlooks, start_of_day
from zhunru.records.incident_step import IncidentStep
from zhunru.records.pi_impact_assessment import PiImpactAssessment
from zhunru.records.report_submission import ReportSubmission
from zhunru.records.risk_assessment import RiskAssessment
from zhunru.records.risk_item import RiskItem
from zhunru.records.subject_request import SubjectRequest

KINDS: tuple[type[Record], ...] = (
    AssetScale, DataAsset, DataIncident, ExportActivity, ExportApproval, FiledItem, IncidentStep, PiImpactAssessment, ReportSubmission,
    RiskAssessment, RiskItem, SubjectRequest,
)  # fmt: skip
"""Kinds of records that start or stop a clock."""
State = Literal["open", "done", "late", "waiting", "unknown"]
Records = Mapping[type[Record], Sequence[Any]]
AnyRecord = TypeVar("AnyRecord", bound=Record)
NOTHING = Text("", "")


class Clock(NamedTuple):
    """One clock.

    Args:
        what: What has to be done.
        about: Record that started it.
        start: When it began; None = not yet, or not told.
        due: Last moment in time; None = not begun, or it cannot be computed.
        done: When it was done; None = not done, or not told.
        state: open, done (in time), late (done after its end), waiting (its starting event has not happened), unknown.
        clause: Clause.
        basis: Basis of the limit.
        limit: Limit in words.
        origin: Place of the record.
        note: What is not certain, empty otherwise.
    """

    what: Text
    about: str
    start: datetime | None
    due: datetime | None
    done: datetime | None
    state: State
    clause: str
    basis: Basis
    limit: Text
    origin: Origin = Origin()
    note: Text = NOTHING

    def left(self, now: datetime) -> timedelta | None:
        """Return the time that is left at `now`, negative when it has run out; None when nothing is open or no end is known."""
        return self.due - now if self.due and self.state == "open" else None

    def as_of(self, now: datetime) -> "Clock":
        """Return the clock as it stood at `now`: what was done later is not done yet."""
        later = self.done is not None and self.done > now and self.due is not None
        return self._replace(done=None, state="open") if later else self

    def overdue(self, now: datetime) -> bool:
        """Tell whether it is open and has run out at `now`."""
        left = self.left(now)
        return left is not None and left < timedelta(0)


def clocks(records: Records, subject: Subject, day: date, calendar: WorkingCalendar) -> list[Clock]:
    """Return every clock, those without an end last.

    Args:
        records: Kind -> records; kinds that are absent start nothing.
        subject: The product.
        day: Day as of which is asked: which annual report is due.
        calendar: Working days.

    References:
        data-and-cyber.md 7; 民法典 articles 201, 202.
    """
    found = [
        *_incidents(records, calendar),
        *_annual(records, subject, day),
        *_assessments(records, calendar),
        *_risks(records),
        *_catalogue(records, calendar),
        *_exports(records, calendar),
        *_persons(records, day, calendar),
    ]
    return sorted(found, key=lambda c: (c.due is None, c.due or datetime.max.replace(tzinfo=UTC), c.clause, c.about, c.what.zh, c.origin))


def _of(records: Records, kind: type[AnyRecord]) -> list[AnyRecord]:
    return [r for r in records.get(kind, ()) if isinstance(r, kind)]


def _made(
    what: Text,
    about: Record,
    name: str,
    start: date | None,
    due: date | None,
    done: date | None,
    law: tuple[str, Basis],
    limit: Text,
    note: Text = NOTHING,
) -> Clock:
    """Return a clock whose ends are days: it ends with its last day in Beijing."""
    state: State = "done" if done else "open" if due else "unknown"
    if due and done and done > due:
        state = "late"
    if done and due is None:
        note = note if note.zh else Text("期限无法计算", "the limit cannot be computed")
    return Clock(
        what, name, start_of_day(start).astimezone(UTC) if start else None, end_of_day(due) if due else None,
        start_of_day(done).astimezone(UTC) if done else None, state, *law, limit, about.origin, note,
    )  # fmt: skip


# Incidents ------------------------------------------------------------------------------------------------------------------------------


def _incidents(records: Records, calendar: WorkingCalendar) -> Iterator[Clock]:
    for each in outlooks(_of(records, DataIncident), _of(records, IncidentStep), calendar):
        for fulfilment in each.fulfilments:
            doubt = each.doubts[0] if each.doubts else NOTHING
            yield _of_incident(fulfilment, each.incident, doubt)


def _of_incident(done: Fulfilment, incident: DataIncident, doubt: Text) -> Clock:
    duty = done.duty
    states: dict[str, State] = {"in_time": "done", "late": "late", "missing": "open", "waiting": "waiting"}
    receivers = [ADDRESSEES[a] for a in done.addressees]
    what = duty.what
    if len(duty.addressees) > 1:  # the duty is towards each of them: say which one this is
        what = Text(f"{what.zh}（{'、'.join(r.zh for r in receivers)}）", f"{what.en} ({', '.join(r.en for r in receivers)})")
    note = doubt
    if not duty.sure and not note.zh:
        note = Text("级别或事实未定：可能须做", "level or facts are open: it may be due")
    elif done.state == "missing" and duty.due is None:
        note = Text(f"起算时间未登记：{duty.starts_with.zh}", f"start not entered: {duty.starts_with.en}")
    return Clock(
        what, incident.id, duty.start.first if duty.start else None, duty.due.first if duty.due else None, done.done.first if done.done else None,
        states.get(done.state, "unknown"), duty.clause, duty.basis, duty.limit, (done.step or incident).origin, note,
    )  # fmt: skip


def _annual(records: Records, subject: Subject, day: date) -> Iterator[Clock]:
    submitted = [s for s in _of(records, ReportSubmission) if s.matter == "annual_automotive"]
    important = subject.important_data or any(a.important or a.grade in {"important", "core"} for a in _of(records, DataAsset))
    if important or submitted:
        what, limit = (
            Text("报送年度汽车数据安全管理情况", "hand in the annual report on automotive data"),
            Text("12 月 15 日前", "by 15 December"),
        )
        for year in (day.year - 1, day.year):
            mine = [s for s in submitted if s.year == year and s.submitted_on]
            done = min((s.submitted_on for s in mine if s.submitted_on), default=None)
            at: Record = mine[0] if mine else ReportSubmission(id=str(year))
            past = Text("该年度未处理重要数据的不适用", "not due where no important data were processed in that year")
            note = past if year < day.year and not mine else NOTHING
            yield _made(what, at, str(year), date(year, 1, 1), date(year, 12, 15), done, ("cac-2021-7/13", "C"), limit, note)
    grave = [i for i in _of(records, DataIncident) if i.grade in {"important", "core"} and not i.probable and i.discovered]
    for year in sorted({i.discovered.astimezone(CHINA).year for i in grave if i.discovered} & {day.year - 1, day.year}):
        reports = [s for s in _of(records, ReportSubmission) if s.matter == "annual_incidents" and s.year == year and s.submitted_on]
        done = min((s.submitted_on for s in reports if s.submitted_on), default=None)
        what = Text("报告年度数据安全事件处置情况", "report the handling of incidents of the year")
        limit = Text("每年（提醒线 12 月 31 日）", "each year (alarm on 31 December)")
        yield _made(
            what,
            reports[0] if reports else grave[0],
            str(year),
            date(year, 1, 1),
            date(year, 12, 31),
            done,
            ("miit-2022-166/28", "P"),
            limit,
        )


# Risk assessment ------------------------------------------------------------------------------------------------------------------------


def _assessments(records: Records, calendar: WorkingCalendar) -> Iterator[Clock]:
    found = _of(records, RiskAssessment)
    issued = sorted((a for a in found if a.issued), key=lambda a: (a.issued or date.min, a.id))
    for older, newer in zip(issued, [*issued[1:], None], strict=False):
        start = older.issued or date.min
        what = Text("再次开展数据安全风险评估", "assess the data-security risks again")
        last = last_day_after_years(start, 1)
        due = min(last, older.valid_until) if older.valid_until else last
        yield _made(
            what,
            older,
            older.id,
            start,
            due,
            newer.issued if newer else None,
            ("miit-2024-risk/6.yearly", "C"),
            Text("出具后 1 年", "1 year after the issue"),
        )
    for each in (a for a in found if a.finished):
        due_ = add_working_days(calendar, each.finished or date.min, 10)
        what = Text("报送风险评估报告", "send the report of the risk assessment")
        yield _made(
            what,
            each,
            each.id,
            each.finished,
            due_,
            each.submitted,
            ("miit-2024-risk/10", "C"),
            Text("10 个工作日内", "within 10 working days"),
        )


def _risks(records: Records) -> Iterator[Clock]:
    for risk in _of(records, RiskItem):
        if risk.due:
            what = Text("处置风险", "treat the risk")
            yield _made(
                what,
                risk,
                risk.id,
                risk.due,
                risk.due,
                risk.closed,
                ("miit-2024-risk/6.contents", "C"),
                Text("整改期限", "day that the company set"),
            )


# Catalogue ------------------------------------------------------------------------------------------------------------------------------


def _catalogue(records: Records, calendar: WorkingCalendar) -> Iterator[Clock]:
    rows: dict[str, list[FiledItem]] = {}
    for item in _of(records, FiledItem):
        rows.setdefault(bare(item.asset), []).append(item)
    for asset, items in sorted(rows.items()):
        filed = sorted((i for i in items if i.filed_on), key=lambda i: (i.filed_on or date.min, i.filing))
        for item in filed:
            again = min((i.filed_on for i in filed if i.filed_on and item.decided_on and i.filed_on > item.decided_on), default=None)
            if item.decided_on and _refused(item.outcome):
                due = add_working_days(calendar, item.decided_on, 15)
                what, limit = Text("目录重新备案", "file the catalogue again"), Text("15 个工作日内", "within 15 working days")
                yield _made(what, item, item.filing, item.decided_on, due, again, ("miit-2022-166/12", "C"), limit)
        yield from _changes(filed, [s for s in _of(records, AssetScale) if bare(s.asset) == asset])


def _refused(outcome: str | None) -> bool:
    word = bare(outcome or "")
    return any(w in word for w in ("不予", "未通过", "退回", "refused"))


def _changes(filed: Sequence[FiledItem], scales: Sequence[AssetScale]) -> Iterator[Clock]:
    """Yield the clock of the first day on which the scale of an asset lies 30 % or more off the scale that was filed last."""
    for item, later in zip(filed, [*filed[1:], None], strict=False):
        after = sorted(
            (
                s
                for s in scales
                if s.day and item.filed_on and s.day > item.filed_on and (not later or not later.filed_on or s.day <= later.filed_on)
            ),
            key=lambda s: (s.day or date.max, s.origin),
        )
        changed = next((s for s in after if _major(item.entry_count, s.entry_count) or _major(item.volume_byte, s.volume_byte)), None)
        if changed and changed.day:
            what, limit = (
                Text("目录变更备案（规模变化达 30%）", "file the change of the catalogue (scale by 30 %)"),
                Text("3 个月内", "within 3 months"),
            )
            done = later.filed_on if later else None
            yield _made(
                what,
                changed,
                f"{item.filing}/{item.asset}",
                changed.day,
                last_day_after_months(changed.day, 3),
                done,
                ("miit-2022-166/12", "C"),
                limit,
            )


def _major(filed: float | None, now: float | None) -> bool:
    """Tell whether the scale changed by 30 % or more; exact in integers, since a float of 0.3 is less than 30 %."""
    return filed is not None and now is not None and filed > 0 and abs(now - filed) * 10 >= filed * 3


# Export ---------------------------------------------------------------------------------------------------------------------------------


def _exports(records: Records, calendar: WorkingCalendar) -> Iterator[Clock]:
    for approval in _of(records, ExportApproval):
        if approval.issued is None or approval.result not in {"passed", "partly"} or approval.ended or approval.route == "exempt":
            continue
        last = approval.extended_until or approval.valid_until or last_day_after_years(approval.issued, 3)
        law: tuple[str, Basis] = ("cac-2024-16/9", "C")
        what = Text("出境批准到期", "the approval of the export ends")
        yield _made(what, approval, approval.id, approval.issued, last, None, law, Text("有效期 3 年", "valid for 3 years"))
        renew = add_working_days(calendar, last, -60) if approval.route != "certification" else last_day_after_months(last, -6)
        note = NOTHING if renew else Text("该年工作日历未公布", "the calendar of that year is not published")
        limit = Text("到期前 60 个工作日", "60 working days before it ends")
        limit = Text("到期前 6 个月", "6 months before it ends") if approval.route == "certification" else limit
        yield _made(
            Text("申请延长或重新申报出境", "apply for an extension of the export"),
            approval,
            approval.id,
            approval.issued,
            renew,
            approval.renewal_filed,
            law,
            limit,
            note,
        )
    filed = {bare(a.id): a.filed for a in _of(records, ExportApproval)}
    for activity in (a for a in _of(records, ExportActivity) if a.told_important):
        done = min((d for n in activity.approval if (d := filed.get(bare(n)))), default=None)
        what = Text("被告知重要数据后申报出境评估", "file the export assessment after being told that data are important")
        due = last_day_after_months(activity.told_important or date.min, 2)
        yield _made(
            what, activity, activity.id, activity.told_important, due, done, ("cac-2024-16/2", "C"), Text("2 个月内", "within 2 months")
        )


# Persons --------------------------------------------------------------------------------------------------------------------------------


def _persons(records: Records, day: date, calendar: WorkingCalendar) -> Iterator[Clock]:
    for request in (r for r in _of(records, SubjectRequest) if r.request == "delete" and r.state != "refused"):
        due = add_working_days(calendar, request.received_on, 10) if request.received_on else None
        ends = [request.done_on, request.outside_done_on] if request.outside_done_on else [request.done_on]
        done = max(e for e in ends if e) if request.done_on else None
        what, limit = Text("删除个人信息", "delete the personal information"), Text("10 个工作日内", "within 10 working days")
        yield _made(what, request, request.id, request.received_on, due, done, ("gb-t-44464-2024/5.7.1", "C"), limit)
    for each in (p for p in _of(records, PiImpactAssessment) if p.finished_on):
        last = last_day_after_years(each.finished_on or date.min, 3)
        what, limit = (
            Text("影响评估报告保存期满", "the impact assessment need no longer be kept"),
            Text("至少保存 3 年", "kept for 3 years at least"),
        )
        yield _made(what, each, each.id, each.finished_on, last, last if day > last else None, ("pipl-2021/56", "C"), limit)
