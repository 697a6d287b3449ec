"""数据安全事件总结报告: the five headings of annex 3 of the MIIT plan."""

from zhunru.catalogue.working_days import china
from zhunru.core.text import Text
from zhunru.formulas.incident_level import written_level
from zhunru.records.data_incident import DataIncident
from zhunru.records.incident_outlook import outlooks
from zhunru.records.incident_step import IncidentStep
from zhunru.reports.document import Cell, Document, Field, Fields, Grid, Section, Signature
from zhunru.reports.filings.data_incident import GRADES, LEVELS, field, moment
from zhunru.reports.ledgers import Ledgers, Template, cell, derived, place, stated

NOTE = (
    "五个部分依据《工业和信息化领域数据安全事件应急预案（试行）》附件3（依据标记：C）；正式表样未见到，版式由本软件拟定（P）。"
    "须附证明材料，首页盖章。重大及以上事件在应急响应结束后五个工作日内报送地方行业监管部门；网信渠道的总结在处置结束后三十日内报送（S）。"
)
_ACTIONS = {
    "reported": "报告", "supplemented": "续报", "told_police": "报警", "notified_persons": "告知个人", "summary": "总结", "risk_reported": "风险报告", "other": "其他",
}  # fmt: skip


def build(ledgers: Ledgers) -> Document:
    """Write the summary of the incident."""
    event = ledgers.event
    return Document(
        "data_incident_summary",
        "数据安全事件处置总结报告",
        ledgers.subject.maker,
        event.name or "",
        event.id,
        ledgers.day,
        (
            Section("基本情况", (_basics(ledgers, event),)),
            Section("已采取的处置措施", (Fields((field(event, "done", "处置措施"), field(event, "cause", "事件原因"))), _steps(ledgers))),
            Section("改进方案", (Fields((field(event, "improvement", "改进方案"), field(event, "planned", "后续措施"))),)),
            Section("经验教训", (Fields((field(event, "experience", "经验教训"),)),)),
            Section(
                "其他",
                (_dates(ledgers, event), Signature(("附件：证明材料（清单另附）", "报送单位（盖章）：", "日期：　　　　年　　月　　日"))),
            ),
        ),
        NOTE,
    )


def _basics(ledgers: Ledgers, event: DataIncident) -> Fields:
    (found,) = outlooks([event], [], china())
    computed = written_level(found.levels.least, found.levels.most).zh
    return Fields(
        (
            Field("maker", "单位全称", stated(ledgers.subject.maker)),
            Field("id", "事件编号", Cell(event.id, (place(event),))),
            field(event, "matter", "事件类型"),
            field(event, "occurred", "发生时间（北京时间）", empty="尚不明确"),
            field(event, "discovered", "发现或获知时间（北京时间）"),
            field(event, "level", "自判级别", LEVELS),
            Field("computed", "计算级别（各规定取最严）", derived(computed, [event], "台账“数据安全事件”")),
            field(event, "grade", "数据级别", GRADES),
            field(event, "persons", "涉及个人信息人数", empty="尚不明确"),
            field(event, "regions", "影响地区和行业", empty="尚不明确"),
        )
    )


def _steps(ledgers: Ledgers) -> Grid:
    rows = tuple(
        (
            cell(IncidentStep, s, "at"),
            cell(IncidentStep, s, "action", _ACTIONS),
            cell(IncidentStep, s, "addressee_name", empty="—"),
            cell(IncidentStep, s, "receipt", empty="—"),
            cell(IncidentStep, s, "person"),
        )
        for s in sorted(ledgers.about_event(IncidentStep), key=lambda s: (s.at is None, s.at.timestamp() if s.at else 0.0, s.origin))
    )
    headings = ("时间（北京时间）", "动作", "对象", "回执", "经办人")
    return Grid("steps", "处置与报告过程", headings, rows, (26, 14, 26, 20, 14), "台账“事件处置步骤”中该事件的行")


def _dates(ledgers: Ledgers, event: DataIncident) -> Fields:
    (found,) = outlooks([event], ledgers.about_event(IncidentStep), china())
    due = {f.duty.id: moment(f.duty.due) for f in found.fulfilments if f.duty.id.endswith(".summary")}
    return Fields(
        (
            field(event, "handled_at", "处置完成时间"),
            field(event, "response_ended", "应急响应结束时间"),
            Field("due_miit", "地方行业监管部门总结最迟时间", Cell(due.get("miit.summary", "无此项义务"), (place(event),))),
            Field("due_cac", "网信渠道总结最迟时间", Cell(due.get("cac.summary", "无此项义务"), (place(event),))),
        )
    )


TEMPLATE = Template(Text("数据安全事件总结报告", "summary of a data-security incident"), False, build, per_incident=True)
