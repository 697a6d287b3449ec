"""Clocks of article (一) that are running on the day of assessment: a picture of the time that is left."""

from datetime import date

import polars as pl

from zhunru.catalogue.working_days import china
from zhunru.core.record import CHINA
from zhunru.core.step import derive
from zhunru.core.subject import Subject
from zhunru.core.table import Exhibit, Table, col
from zhunru.core.text import Text
from zhunru.formulas.incident_duties import end_of_day
from zhunru.records.asset_scale import AssetScale
from zhunru.records.clocks import Records, clocks
from zhunru.records.data_asset import DataAsset
from zhunru.records.data_incident import DataIncident
from zhunru.records.export_activity import ExportActivity
from zhunru.records.export_approval import ExportApproval
from zhunru.records.filed_item import FiledItem
from zhunru.records.incident_step import IncidentStep
from zhunru.records.pi_impact_assessment import PiImpactAssessment
from zhunru.records.report_submission import ReportSubmission
from zhunru.records.risk_assessment import RiskAssessment
from zhunru.records.risk_item import RiskItem
from zhunru.records.subject_request import SubjectRequest

DAYS_AHEAD = 400
"""Clocks that end later are not drawn."""
_DAY_S = 86_400


class RunningClock(Table):
    """One clock that is open, with the days left at the end of the day of assessment; negative = run out."""

    exhibit = Exhibit(
        "bars",
        Text("期限倒计时（至评估日结束，负数为逾期）", "Countdowns at the end of the day of assessment (negative: run out)"),
        x="label",
        y=("left_d",),
        clause="miit-2021-103/1.7",
        group="urgency",
        words={
            "overdue": Text("已逾期", "run out"),
            "week": Text("七日内", "within seven days"),
            "later": Text("七日以后", "later"),
            "left_d": Text("剩余", "left"),
        },
    )
    left_d = col(pl.Float64, "days left, negative when run out", "剩余天数")
    label = col(pl.String, "what has to be done, for which record", "事项")
    urgency = col(pl.String, "overdue, week or later", "紧迫程度")
    due_zh = col(pl.String, "last moment in Beijing time", "最迟时间")
    clause = col(pl.String, "clause", "条款")
    basis = col(pl.String, "basis of the limit", "依据")


@derive
def running_clocks(
    scales: list[AssetScale] | None,
    assets: list[DataAsset] | None,
    incidents: list[DataIncident] | None,
    exports: list[ExportActivity] | None,
    approvals: list[ExportApproval] | None,
    filed: list[FiledItem] | None,
    steps: list[IncidentStep] | None,
    impact: list[PiImpactAssessment] | None,
    reports: list[ReportSubmission] | None,
    assessments: list[RiskAssessment] | None,
    risks: list[RiskItem] | None,
    requests: list[SubjectRequest] | None,
    subject: Subject,
    day: date,
) -> RunningClock:
    """List the open clocks that end within `DAYS_AHEAD` days after the day, those that have run out included."""
    records: Records = {
        AssetScale: scales or [], DataAsset: assets or [], DataIncident: incidents or [], ExportActivity: exports or [],
        ExportApproval: approvals or [], FiledItem: filed or [], IncidentStep: steps or [], PiImpactAssessment: impact or [],
        ReportSubmission: reports or [], RiskAssessment: assessments or [], RiskItem: risks or [], SubjectRequest: requests or [],
    }  # fmt: skip
    now = end_of_day(day)
    rows = []
    for clock in clocks(records, subject, day, china()):
        left = clock.left(now)
        if left is None or clock.due is None or left.total_seconds() > DAYS_AHEAD * _DAY_S:
            continue
        left_d = round(left.total_seconds() / _DAY_S, 2)
        rows.append(
            {
                "left_d": left_d,
                "label": f"{clock.about} {clock.what.zh} / {clock.what.en}",
                "urgency": "overdue" if left_d < 0 else "week" if left_d <= 7 else "later",
                "due_zh": clock.due.astimezone(CHINA).strftime("%Y-%m-%d %H:%M"),
                "clause": clock.clause,
                "basis": clock.basis,
            }
        )
    return RunningClock.rows(*rows) if rows else RunningClock.empty()
