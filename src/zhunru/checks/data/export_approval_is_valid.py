"""Exports stand under an approval that held on the day."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any

import polars as pl

from zhunru.catalogue.working_days import china
from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.step import Limit
from zhunru.core.verdict import Verdict
from zhunru.formulas.anniversaries import last_day_after_months
from zhunru.formulas.export_validity import Validity, validity_of
from zhunru.formulas.working_days import add_working_days
from zhunru.formulas.written_names import bare
from zhunru.records.export_activity import ExportActivity
from zhunru.records.export_approval import ExportApproval
from zhunru.tables.export_row import ExportRow
from zhunru.tables.export_use import ExportUse, export_uses

_PERMITS = ("passed", "partly")


@check(
    "miit-2021-103/1.9",
    "cac-2024-16/9",
    "cac-2022-11/5",
    "cac-2022-11/14",
    "pi-export-certification-2025/validity",
    title_zh="出境时有在有效期内的批准",
    since="0.1",
)
def export_approval_is_valid(
    activities: list[ExportActivity],
    approvals: list[ExportApproval] | None,
    uses: ExportUse,
    day: date,
    *,
    valid_count: Annotated[int, Limit("year", source="cac-2024-16/9", basis="C")] = 3,
    old_valid_count: Annotated[int, Limit("year", source="cac-2022-11/14", basis="G")] = 2,
    renewal_count: Annotated[int, Limit("working day", source="cac-2024-16/9", basis="C")] = 60,
    certificate_count: Annotated[int, Limit("month", source="pi-export-certification-2025/validity", basis="C")] = 6,
    fresh_count: Annotated[int, Limit("month", source="cac-2022-11/5", basis="C")] = 3,
) -> Iterator[Finding]:
    """Every day of an export under assessment, contract or certification lies inside the validity of an approval of that route.

    Why:
        An approval ends, and what goes abroad after it goes abroad without one.

    为什么:
        批准有期限；期满之后的出境等于未经批准的出境。

    How it decides:
        1. An approval permits when its result is passed (or partly passed). Result and certificate run `valid_count` years from issue or
           until the earlier day in the document; a result from before 2024-03-22 for `old_valid_count`, the rest is open; a contract until
           the day that it tells; an extension for `valid_count` more at most; revoked from the day told.
        2. A day of export that no cited approval of the route covers: breach; that one may cover: gap. All covered: ok.
        3. The activity names no approval, or one that the ledger does not hold; the approval is of another route: gap, the latter breach.
        4. The self-assessment was finished after filing, or more than `fresh_count` months before: breach; a day is missing: gap.
        5. The activity goes on past the end and no extension was asked for `renewal_count` working days (a certificate: `certificate_count`
           months) before it: gap, so that somebody decides. Where the calendar does not reach, 7/5 of the working days are taken.

    Inconclusive:
        Any gap of the steps above; no activity that needs an approval.

    Not covered:
        Whether the document is genuine, whether the contract has the contents of the standard contract, whether the conditions of an
        extension held; whether an exempt activity is rightly so: that is the check on the route.

    未覆盖:
        批准文件的真伪；合同是否含标准合同的全部内容；延长条件是否满足；豁免是否成立由路径检查判定。

    Args:
        activities: Declared activities of export.
        approvals: Results, contracts, certificates.
        uses: What each activity did, day by day.
        day: Day of assessment.
        valid_count: Years that a result or certificate holds.
        old_valid_count: Years that a result from before 2024-03-22 holds for certain.
        renewal_count: Working days before the end by which an extension is asked for.
        certificate_count: Months before the end by which a new certificate is asked for.
        fresh_count: Greatest age of the self-assessment when filed, months.

    References:
        CAC order 16 article 9, order 11 articles 5 and 14; filing guide; certification measures; data-and-cyber.md 3.1, 3.5 X4, 7.
    """
    held: dict[str, list[ExportApproval]] = {}
    for approval in approvals or []:
        held.setdefault(bare(approval.id), []).append(approval)
        yield from _assessed(approval, fresh_count)  # (4)
    lines = uses.collect()
    if not activities:
        yield gap("没有登记出境活动", "no export activity is on record")
    for activity in sorted(activities, key=lambda a: (a.id, a.origin.source, a.origin.row or 0)):
        if activity.route in {None, "exempt"}:
            if activity.route is None:
                yield gap("未注明出境路径", "the route is not told", at=activity.origin, activity=activity.id)
            continue
        cited = [a for name in activity.approval for a in held.get(bare(name), [])]
        yield from _named(activity, held)  # (3)
        mine = [a for a in cited if a.route == activity.route and a.result in _PERMITS]
        spans = [
            validity_of(a.route, a.issued, a.valid_until, a.extended_until, a.ended, years=valid_count, old_years=old_valid_count)
            for a in mine
        ]  # (1)
        yield from _covered(activity, cited, spans, lines)  # (2)
        yield from _goes_on(activity, list(zip(mine, spans, strict=True)), day, renewal_count, certificate_count)  # (5)


def _assessed(approval: ExportApproval, fresh_count: int) -> Iterator[Finding]:
    shown: dict[str, Any] = {"approval": approval.id}
    if approval.route != "assessment":
        return
    done, filed = approval.self_assessed, approval.filed
    if not done or not filed:
        yield gap("未注明自评估完成日期或申报日期", "the day of self-assessment or filing is not told", at=approval.origin, **shown)
    elif done > filed:
        yield breach(
            "自评估晚于申报", "the self-assessment was finished after filing", at=approval.origin, **shown, done=str(done), filed=str(filed)
        )
    elif last_day_after_months(done, fresh_count) < filed:
        yield breach(
            "自评估早于申报三个月以上", "the self-assessment was too old when filed", at=approval.origin, limit=fresh_count, unit="month",
            **shown, done=str(done), filed=str(filed),
        )  # fmt: skip
    else:
        yield ok(
            "自评估在申报前规定时间内完成",
            "the self-assessment was fresh when filed",
            at=approval.origin,
            **shown,
            done=str(done),
            filed=str(filed),
        )


def _named(activity: ExportActivity, held: dict[str, list[ExportApproval]]) -> Iterator[Finding]:
    shown: dict[str, Any] = {"activity": activity.id, "route": activity.route}
    if not activity.approval:
        yield gap("出境活动未注明批准编号", "the activity names no approval", at=activity.origin, **shown)
    for name in activity.approval:
        found = held.get(bare(name), [])
        if not found:
            yield gap("批准编号没有对应条目", "the approval has no entry", at=activity.origin, **shown, approval=name)
        for approval in found:
            if approval.route is None or approval.result is None:
                yield gap(
                    "批准未注明路径或结果", "the approval does not tell its route or result", at=approval.origin, **shown, approval=name
                )
            elif approval.route != activity.route:
                yield breach(
                    "批准的路径与活动所称不同", "the approval is of another route than the activity claims", at=approval.origin, **shown,
                    approval=name, approved=approval.route,
                )  # fmt: skip


def _covered(
    activity: ExportActivity, cited: Sequence[ExportApproval], spans: Sequence[Validity], lines: pl.DataFrame
) -> Iterator[Finding]:
    shown: dict[str, Any] = {"activity": activity.id, "route": activity.route, "approval": "; ".join(activity.approval) or None}
    mine = lines.filter(pl.Series([bare(n or "") == bare(activity.id) for n in lines["activity"]], dtype=pl.Boolean))
    days = mine.drop_nulls("day").group_by("day").agg(pl.col("t_ns").min()).sort("day").rows()
    if mine["day"].null_count():
        yield gap("出境记录没有时间", "lines do not tell when", at=activity.origin, **shown)
    told = [([s.covers(when) for s in spans], when, t_ns) for when, t_ns in days]
    outside = [(when, t_ns) for covers, when, t_ns in told if not any(c is not False for c in covers)]
    open_ones = [(when, t_ns) for covers, when, t_ns in told if True not in covers and None in covers]
    at: dict[str, Any] = {"source": activity.origin.source, "row": activity.origin.row}
    known = bool(cited) and len(cited) >= len(activity.approval) and all(a.route and a.result for a in cited)
    if outside:
        when, t_ns = outside[0]
        say = breach if known else gap  # an approval that is only missing from the ledger may have covered the day
        yield say(
            "出境日不在批准有效期内",
            "a day of export is not covered by any approval",
            t_ns=t_ns,
            **at,
            **shown,
            day=str(when),
            days=len(outside),
        )
    if open_ones:
        when, t_ns = open_ones[0]
        yield gap(
            "出境日是否在有效期内不能确定",
            "whether a day of export is covered cannot be told",
            t_ns=t_ns,
            **at,
            **shown,
            day=str(when),
            days=len(open_ones),
        )
    if days and not outside and not open_ones:
        yield ok("出境日均在批准有效期内", "every day of export is covered", t_ns=days[0][1], **at, **shown, days=len(days))
    if not days:
        yield gap("出境活动没有出境记录", "no line tells what the activity exported", at=activity.origin, **shown)


def _goes_on(
    activity: ExportActivity, held: Sequence[tuple[ExportApproval, Validity]], day: date, renewal_count: int, certificate_count: int
) -> Iterator[Finding]:
    """Tell when an activity goes on past the end of its last approval and nobody asked for more in time."""
    ends = [(v.possible, a) for a, v in held if v.possible]
    if not ends or len(ends) < len(held):
        return
    last, approval = max(ends, key=lambda e: (e[0], e[1].id))
    if activity.end and activity.end <= last:
        return
    if approval.route == "certification":
        due: date | None = last_day_after_months(last, -certificate_count)
    elif approval.route == "assessment":
        due = add_working_days(china(), last, -renewal_count) or last - timedelta(days=renewal_count * 7 // 5)
    else:
        due = last
    asked = approval.renewal_filed
    if due and day >= due and (asked is None or asked > due):
        yield gap(
            "批准即将或已经到期，未见按期续期申请", "the approval ends or has ended, and no extension was asked for in time", at=approval.origin,
            activity=activity.id, approval=approval.id, ends=str(last), due=str(due), asked=str(asked) if asked else None,
        )  # fmt: skip


_NOON = int(datetime(2026, 3, 2, 4, tzinfo=UTC).timestamp()) * 10**9
_DAY = date(2026, 11, 24)
_Inputs = tuple[list[ExportActivity], list[ExportApproval], ExportUse, date]


def _case(**changed: object) -> _Inputs:
    activity = ExportActivity.model_validate({"id": "E-1", "route": "安全评估", "approval": "P-1"})
    plain = {
        "id": "P-1",
        "route": "安全评估",
        "result": "通过",
        "issued": "2025-06-01",
        "self_assessed": "2025-01-10",
        "filed": "2025-03-01",
    }
    rows = ExportRow.rows({"t_ns": _NOON, "activity": "E-1", "person": "a1", "sensitive": True, "row_no": 2})
    return [activity], [ExportApproval.model_validate(plain | changed)], export_uses(rows), _DAY


@export_approval_is_valid.example(Verdict.PASS)
def exported_under_a_result_in_force() -> _Inputs:
    """The result is nine months old."""
    return _case()


@export_approval_is_valid.example(Verdict.FAIL)
def exported_after_the_certificate_was_revoked() -> _Inputs:
    """The result ended a month before the export."""
    return _case(ended="2026-02-01")


@export_approval_is_valid.example(Verdict.FAIL)
def self_assessment_too_old() -> _Inputs:
    """Finished four months before filing."""
    return _case(self_assessed="2024-11-01")


@export_approval_is_valid.example(Verdict.INCONCLUSIVE)
def nobody_asked_for_an_extension() -> _Inputs:
    """Given before order 16 for two years: the third year is open, and nobody asked for more."""
    return _case(issued="2023-12-01", self_assessed="2023-05-10", filed="2023-07-01")
