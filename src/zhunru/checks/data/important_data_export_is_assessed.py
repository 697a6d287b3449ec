"""Important data go abroad only after the security assessment."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Annotated, Any

import polars as pl

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.step import Limit
from zhunru.core.text import Text
from zhunru.core.verdict import Verdict
from zhunru.formulas.anniversaries import last_day_after_months
from zhunru.formulas.export_validity import validity_of
from zhunru.formulas.written_names import bare
from zhunru.records.data_asset import DataAsset
from zhunru.records.export_activity import ExportActivity
from zhunru.records.export_approval import ExportApproval
from zhunru.tables.export_row import ExportRow
from zhunru.tables.export_use import ExportUse, export_uses

_PERMITS = ("passed", "partly")


@check("miit-2021-103/1.9", "cac-2021-7/11", "cac-2024-16/2", "cac-2024-16/7", title_zh="重要数据出境均经安全评估", since="0.1")
def important_data_export_is_assessed(
    activities: list[ExportActivity],
    approvals: list[ExportApproval] | None,
    uses: ExportUse,
    assets: list[DataAsset] | None,
    day: date,
    *,
    notice_count: Annotated[int, Limit("month", source="cac-2024-16/2", basis="C")] = 2,
) -> Iterator[Finding]:
    """Every activity that exports important data stands under a passed security assessment from the first such day on.

    Why:
        For important data there is one route only, and no number of persons and no exemption replaces it.

    为什么:
        重要数据出境只有安全评估一条路径，人数再少、情形再特殊也不能替代。

    How it decides:
        1. An activity exports important data when it says so, when a line of the log does, or when an asset that it names is important or core.
        2. Its lines of such data, or all where lines do not tell, on days that no passed assessment covers: breach; that one may cover, or the
           cited assessment is not in the ledger: gap.
        3. The data were told or published to be important on a day: lines after it are covered when the assessment was filed within
           `notice_count` months; later lines without filing: breach; the time still runs: gap.
        4. Neither activity, lines nor assets tell whether data are important: gap. An activity whose lines all say no: ok.
        5. Lines of important data whose activity nobody declared: breach.

    Inconclusive:
        Any gap of the steps above; no activity with lines.

    Not covered:
        Whether data that are marked as general are important by the catalogues of the sector; data that were identified and reported but
        never told or published as important need no assessment as such (网络数据安全管理条例 article 37): a person must say so.

    未覆盖:
        标为一般的数据按行业目录是否属于重要数据；已识别申报但未被告知或公布为重要数据的情形，须由人员说明。

    Args:
        activities: Declared activities of export.
        approvals: Results of assessments.
        uses: What each activity did, day by day.
        assets: Data assets.
        day: Day of assessment.
        notice_count: Months from the notice within which the assessment is filed.

    References:
        汽车数据安全管理若干规定（试行） article 11; CAC order 16 articles 2 and 7; data-and-cyber.md 2.1, 3.1, 7.
    """
    lines = uses.collect().with_columns(pl.col("activity").fill_null("").map_elements(bare, return_dtype=pl.String).alias("at"))
    if not activities:
        yield gap("没有登记出境活动", "no export activity is on record")
    known = {bare(a.id) for a in activities}
    strange = lines.filter(~pl.col("at").is_in(list(known)) & (pl.col("important_count") > 0)).sort("source", "row_no")
    for row in strange.group_by("at", maintain_order=True).first().iter_rows(named=True):  # (5)
        yield breach(
            "未申报的活动出境了重要数据", "important data were exported by an activity that nobody declared", source=row["source"], row=row["row_no"],
            t_ns=row["t_ns"], activity=row["activity"],
        )  # fmt: skip
    graded = {bare(n) for a in assets or [] if a.important or a.grade in {"important", "core"} for n in (a.id, a.name) if n}
    for activity in sorted(activities, key=lambda a: (a.id, a.origin.source, a.origin.row or 0)):
        mine = lines.filter(pl.col("at") == bare(activity.id))
        shown: dict[str, Any] = {"activity": activity.id, "route": activity.route}
        by_asset = sorted(n for n in activity.assets if bare(n) in graded)
        marked = mine.filter(pl.col("important_count") > 0)
        if not (activity.important or by_asset or marked.height):  # (1), (4)
            yield from _none(activity, mine, shown)
        elif not mine.height:
            yield gap("含重要数据的活动没有出境记录", "an activity of important data has no lines in the log", at=activity.origin, **shown)
        else:
            # where the lines say which of them hold important data, only those are bound
            bound = marked if marked.height and not int(mine["unmarked_count"].sum()) else mine
            yield from _held(activity, approvals or [], bound, day, notice_count, shown | {"assets": ", ".join(by_asset) or None})


def _none(activity: ExportActivity, lines: pl.DataFrame, shown: dict[str, Any]) -> Iterator[Finding]:
    unmarked = int(lines["unmarked_count"].sum())
    if not lines.height:
        yield gap("出境活动没有出境记录", "no line tells what the activity exported", at=activity.origin, **shown)
    elif unmarked and activity.important is None:
        yield gap("未注明是否含重要数据", "nobody tells whether important data are exported", at=activity.origin, **shown, lines=unmarked)
    else:
        yield ok("不含重要数据", "no important data", at=activity.origin, **shown)


def _held(
    activity: ExportActivity, approvals: Sequence[ExportApproval], lines: pl.DataFrame, day: date, notice_count: int, shown: dict[str, Any]
) -> Iterator[Finding]:
    cited = [a for n in activity.approval for a in approvals if bare(a.id) == bare(n)]
    lost = [n for n in activity.approval if not any(bare(a.id) == bare(n) for a in approvals)]
    passed = [a for a in cited if a.route == "assessment" and a.result in _PERMITS]
    spans = [validity_of(a.route, a.issued, a.valid_until, a.extended_until, a.ended) for a in passed]
    due = last_day_after_months(activity.told_important, notice_count) if activity.told_important else None
    filed = min((a.filed for a in cited if a.route == "assessment" and a.filed), default=None)
    waiting: Finding | None = None
    for when, part in sorted(lines.group_by("day"), key=lambda g: str(g[0][0])):
        on = when[0]
        at: dict[str, Any] = {
            "source": activity.origin.source,
            "row": activity.origin.row,
            "t_ns": part["t_ns"].min(),
            "day": str(on),
            **shown,
        }
        if not isinstance(on, date):
            waiting = gap("重要数据的出境记录没有时间", "lines of important data do not tell when", **at)
            continue
        covers = [s.covers(on) for s in spans]
        if True in covers or (activity.told_important and on < activity.told_important):  # (2)
            continue
        kind, text = _open(covers, lost, filed, due, day)
        if kind == "gap" and waiting:
            continue
        facts: dict[str, Any] = {
            "filed": str(filed) if filed else None,
            "due": str(due) if due else None,
            "missing": ", ".join(lost) or None,
        }
        found = (breach if kind == "breach" else gap)(text.zh, text.en, **at, **facts)
        if kind == "breach":
            yield found
            return
        waiting = found
    yield waiting or ok("重要数据出境均在安全评估之内", "every day of important data is covered", at=activity.origin, **shown)


def _open(covers: Sequence[bool | None], lost: Sequence[str], filed: date | None, due: date | None, day: date) -> tuple[str, Text]:
    """Say what it means that no passed assessment covers a day: a breach only when nothing may still cover it."""
    if due and filed and filed <= due:  # (3)
        return "gap", Text("安全评估已按期申报，尚无结果覆盖该日", "the assessment was filed in time, no result covers the day yet")
    if due and filed is None and day <= due:
        return "gap", Text("告知后申报期限未满", "told to be important, the time for filing still runs")
    if None in covers or lost:
        return "gap", Text("该日是否经安全评估不能确定", "whether an assessment covers the day cannot be told")
    return "breach", Text("重要数据未经安全评估出境", "important data were exported without a passed assessment")


_NOON = int(datetime(2026, 3, 2, 4, tzinfo=UTC).timestamp()) * 10**9
_Inputs = tuple[list[ExportActivity], list[ExportApproval], ExportUse, None, date]


def _case(**changed: object) -> _Inputs:
    plain: dict[str, object] = {"id": "E-1", "route": "安全评估", "approval": "P-1", "important": "是"}
    approval = {"id": "P-1", "route": "安全评估", "result": "通过", "issued": "2025-06-01", "filed": "2025-03-01"}
    rows = ExportRow.rows({"t_ns": _NOON, "activity": "E-1", "important": True, "row_no": 2})
    activities = [ExportActivity.model_validate(plain | changed)]
    return activities, [ExportApproval.model_validate(approval)], export_uses(rows), None, date(2026, 11, 24)


@important_data_export_is_assessed.example(Verdict.PASS)
def exported_under_a_passed_assessment() -> _Inputs:
    """The result was nine months old."""
    return _case()


@important_data_export_is_assessed.example(Verdict.FAIL)
def exported_under_an_exemption() -> _Inputs:
    """No exemption holds for important data."""
    return _case(route="豁免", exemption="履行合同", exempt_reason="跨境购车", approval="")


@important_data_export_is_assessed.example(Verdict.INCONCLUSIVE)
def assessment_is_not_in_the_ledger() -> _Inputs:
    """The activity cites a result that nobody put into the dossier."""
    return _case(approval="P-9")
