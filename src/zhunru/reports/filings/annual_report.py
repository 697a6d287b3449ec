"""汽车数据安全管理年度报告: the seven contents of 若干规定 article 13, the annex of article 14 when data go abroad, and where the headings of NDR 33 stand."""

from collections.abc import Sequence
from datetime import date, timedelta

from zhunru.core.record import CHINA
from zhunru.core.text import Text
from zhunru.formulas.territory import is_abroad
from zhunru.formulas.written_names import bare
from zhunru.records.appointment import Appointment
from zhunru.records.data_asset import DataAsset
from zhunru.records.data_incident import DataIncident
from zhunru.records.export_activity import ExportActivity
from zhunru.records.export_approval import ExportApproval
from zhunru.records.incident_free_statement import IncidentFreeStatement
from zhunru.records.incident_quiet import LAG_D, hole, signed
from zhunru.records.recipient import Recipient
from zhunru.records.risk_assessment import RiskAssessment
from zhunru.records.storage_place import StoragePlace
from zhunru.records.subject_request import SubjectRequest
from zhunru.reports.document import Document, Field, Fields, Grid, Paragraph, Part, Section, Signature
from zhunru.reports.filings.data_incident import GRADES, LEVELS
from zhunru.reports.filings.risk_assessment import activities, compliance, important_assets, latest, parties, stored
from zhunru.reports.ledgers import Ledgers, Template, cell, derived, stated

NOTE = (
    "内容依据《汽车数据安全管理若干规定（试行）》第十三条、第十四条（报送期限 C，内容清单 G）和《网络数据安全管理条例》第三十三条（C）；"
    "主管部门的正式表样未见到，版式由本软件拟定（P）。每年十二月十五日前报送所在地省级网信部门和有关部门。"
)
_REQUESTS = {"open": "处理中", "done": "已办结", "refused": "已拒绝", "transferred": "已转交"}
_ROUTES = {"assessment": "安全评估", "contract": "标准合同", "certification": "个人信息保护认证", "exempt": "豁免"}
_RESULTS = {"pending": "受理中", "passed": "通过", "partly": "部分通过", "refused": "未通过", "terminated": "已终止"}
_RIGHTS = ("用户权益", "权益事务", "投诉", "用户联系", "rights")
_SECURITY = ("数据安全", "data security")


def build(ledgers: Ledgers) -> Document:
    """Write the annual report of the year of the day."""
    abroad = exports(ledgers)
    sections = [
        Section("数据安全负责人与用户权益事务联系人", (_persons(ledgers),)),
        Section("处理的汽车数据种类、规模、目的和必要性", (_assets(ledgers), important_assets(ledgers), activities(ledgers))),
        Section("安全防护和管理措施", (stored(ledgers), _protection(ledgers), _assessment(ledgers))),
        Section("向境内第三方提供汽车数据情况", (_domestic(ledgers),)),
        Section("汽车数据安全事件和处置情况", (_incidents(ledgers),)),
        Section("用户投诉和处理情况", (_complaints(ledgers),)),
        Section(
            "其他情况", (Fields((Field("other", "其他情况", ledgers.supplied("annual_report", "other")),)), compliance(ledgers), _mapping())
        ),
    ]
    if abroad:
        sections.append(Section("附件：向境外提供数据的补充情况", tuple(_annex(ledgers))))
    sections.append(Section("确认", (Signature(("报送单位（盖章）：", "数据安全负责人（签字）：", "日期：　　　　年　　月　　日")),)))
    return Document(
        "annual_report",
        f"{ledgers.day.year} 年度汽车数据安全管理情况报告",
        ledgers.subject.maker,
        ledgers.subject.name,
        "",
        ledgers.day,
        tuple(sections),
        NOTE,
    )


def exports(ledgers: Ledgers) -> bool:
    """Tell whether anything says that data go abroad: the statement, an asset, a recipient, a storage place or an export activity."""
    parties_ = [r.territory for r in ledgers.of(Recipient)] + [p.territory for p in ledgers.of(StoragePlace)]
    assets = any(a.export for a in ledgers.of(DataAsset))
    return ledgers.subject.data_export or assets or bool(ledgers.of(ExportActivity)) or any(is_abroad(t) for t in parties_)


def _persons(ledgers: Ledgers) -> Fields:
    in_post = [p for p in ledgers.of(Appointment) if (not p.start or p.start <= ledgers.day) and (not p.end or ledgers.day <= p.end)]
    owners = [p for p in in_post if any(w in (p.duty or "").lower() for w in _SECURITY)]
    rights = [p for p in in_post if any(w in (p.duty or "").lower() for w in _RIGHTS)]
    return Fields(
        (
            Field("maker", "单位全称", stated(ledgers.subject.maker)),
            Field("owner", "汽车数据安全负责人", derived(_named(owners), owners, "台账“任命”中在任的数据安全负责人")),
            Field("department", "责任部门", derived("；".join(dict.fromkeys(p.department for p in owners if p.department)), owners, "台账“任命”，列“部门”")),
            Field("rights", "用户权益事务联系人", derived(_named(rights), rights, "台账“任命”中职责为用户权益事务的人")),
            Field("contact", "联系方式", ledgers.supplied("annual_report", "contact")),
        )
    )  # fmt: skip


def _named(persons: Sequence[Appointment]) -> str:
    return "；".join(dict.fromkeys(p.person for p in persons))


def _assets(ledgers: Ledgers) -> Grid:
    names = ("id", "name", "category", "grade", "person_count", "entry_count", "purpose")
    rows = tuple(
        tuple(cell(DataAsset, a, n, GRADES if n == "grade" else None, "—" if n == "person_count" and not a.personal else "") for n in names)
        for a in ledgers.of(DataAsset)
    )
    return Grid(
        "assets",
        "汽车数据",
        ("编号", "名称", "类别", "级别", "涉及人数", "条数", "目的"),
        rows,
        (11, 19, 13, 12, 12, 12, 21),
        "台账“数据资产”",
    )


def _protection(ledgers: Ledgers) -> Grid:
    names = ("id", "storage", "retention", "protection")
    rows = tuple(tuple(cell(DataAsset, a, n) for n in names) for a in ledgers.of(DataAsset))
    return Grid(
        "protection",
        "各项数据的保存地点、期限和保护措施",
        ("编号", "存储位置", "保存期限", "保护措施"),
        rows,
        (14, 24, 22, 40),
        "台账“数据资产”",
    )


def _assessment(ledgers: Ledgers) -> Fields:
    mine = latest(ledgers)
    labels = {"id": "最近一次风险评估", "issued": "出具日期", "result": "评估结果", "submitted": "报送日期", "receipt": "报送回执"}
    return Fields(tuple(Field(f"assessment_{n}", label, cell(RiskAssessment, mine, n)) for n, label in labels.items()))


def _domestic(ledgers: Ledgers) -> Grid:
    known = ledgers.of(Recipient)
    domestic = [r for r in known if is_abroad(r.territory) is not True]
    return parties(
        ledgers, "domestic", "境内接收方", domestic, "" if known else "台账“数据接收方”（没有接收方的，请登记“无”）", "没有境内接收方。"
    )


def _incidents(ledgers: Ledgers) -> Part:
    year = [
        i
        for i in ledgers.of(DataIncident)
        if not i.probable and (not i.discovered or i.discovered.astimezone(CHINA).year == ledgers.day.year)
    ]
    rows = tuple(
        (
            cell(DataIncident, i, "id"),
            cell(DataIncident, i, "discovered"),
            cell(DataIncident, i, "level", LEVELS),
            cell(DataIncident, i, "persons", empty="尚不明确"),
            cell(DataIncident, i, "done"),
            cell(DataIncident, i, "handled_at", empty="处置中"),
        )
        for i in year
    )
    quiet = [s for s in ledgers.of(IncidentFreeStatement) if signed(s, ledgers.day) and s.end and s.end.year == ledgers.day.year]
    if not rows and quiet and hole(quiet, date(ledgers.day.year, 1, 1), ledgers.day - timedelta(days=LAG_D)) is None:
        told = "；".join(f"{s.start} 至 {s.end}（{s.person}，{s.signed_on} 签署）" for s in quiet)
        return Fields((Field("no_incident", "无事件声明", derived(told, quiet, "台账“无事件声明”")),))
    headings = ("编号", "发现时间", "级别", "涉及人数", "处置", "完成时间")
    return Grid("incidents", "本年度事件", headings, rows, (13, 19, 14, 13, 24, 17), "台账“数据安全事件”，或“无事件声明”")


def _complaints(ledgers: Ledgers) -> Grid:
    known = ledgers.of(SubjectRequest)
    year = [r for r in known if r.request == "complaint" and (not r.received_on or r.received_on.year == ledgers.day.year)]
    rows = tuple(
        (
            cell(SubjectRequest, r, "id"),
            cell(SubjectRequest, r, "received_on"),
            cell(SubjectRequest, r, "state", _REQUESTS),
            cell(SubjectRequest, r, "done_on", empty="—" if r.state == "open" else ""),
            cell(SubjectRequest, r, "answer", empty="—" if r.state == "open" else ""),
        )
        for r in year
    )
    need = "" if known else "台账“个人请求与投诉”"
    headings = ("编号", "提出日期", "状态", "办结日期", "处理结果")
    return Grid("complaints", "本年度用户投诉", headings, rows, (16, 16, 14, 16, 38), need, "台账中本年度没有投诉。")


def _mapping() -> Paragraph:
    return Paragraph(
        "本报告同时覆盖《网络数据安全管理条例》第三十三条所列内容：处理者、管理机构与负责人见第一部分；目的、种类、数量、方式、范围、期限、地点见第二、三部分；"
        "系统与加密、备份、访问控制等措施见第三部分；风险与事件见第三、五部分；提供与委托的评估见第四部分；出境情况见附件（有出境时）；其他见第七部分。"
    )


# Annex, article 14 -----------------------------------------------------------------------------------------------------------------------


def _annex(ledgers: Ledgers) -> list[Part]:
    abroad = [r for r in ledgers.of(Recipient) if is_abroad(r.territory)]
    return [
        parties(ledgers, "abroad", "（一）境外接收者", abroad, "台账“数据接收方”中的境外接收方", "无"),
        _exported(ledgers),
        _places(ledgers),
        _approvals(ledgers),
        Fields((Field("complaints_abroad", "（四）涉及出境的投诉和处理", ledgers.supplied("annual_report", "complaints_abroad")),)),
        Fields((Field("abroad_other", "（五）其他情况", ledgers.supplied("annual_report", "abroad_other")),)),
    ]


def _exported(ledgers: Ledgers) -> Grid:
    names = ("id", "name", "recipient", "territory", "kinds", "purpose", "route")
    rows = tuple(tuple(cell(ExportActivity, a, n, _ROUTES if n == "route" else None) for n in names) for a in ledgers.of(ExportActivity))
    headings = ("编号", "名称", "接收方", "国家或地区", "数据种类", "目的", "路径")
    return Grid("exported", "（二）出境数据的种类、规模、目的和必要性", headings, rows, (10, 18, 14, 10, 18, 18, 12), "台账“数据出境活动”")


def _places(ledgers: Ledgers) -> Grid:
    abroad = [p for p in ledgers.of(StoragePlace) if is_abroad(p.territory)]
    rows = []
    for where in abroad:
        mine = [a for a in ledgers.of(DataAsset) if {bare(n) for n in a.storage} & {bare(n) for n in (where.id, where.name) if n}]
        period = derived("；".join(f"{a.id}：{a.retention}" for a in mine if a.retention), mine or [where], "台账“数据资产”，列“保存期限”")
        rows.append((cell(StoragePlace, where, "name"), cell(StoragePlace, where, "territory"), cell(StoragePlace, where, "site"), period))
    need = "" if ledgers.of(StoragePlace) else "台账“存储位置”中的境外位置"
    headings = ("地点", "国家或地区", "地址", "数据与期限")
    return Grid(
        "places_abroad", "（三）境外存放地点、期限、范围和方式", headings, tuple(rows), (26, 16, 28, 30), need, "台账中没有境外存放位置。"
    )


def _approvals(ledgers: Ledgers) -> Grid:
    names = ("id", "route", "recipients", "issued", "valid_until", "result")
    words = {"route": _ROUTES, "result": _RESULTS}
    rows = tuple(tuple(cell(ExportApproval, a, n, words.get(n)) for n in names) for a in ledgers.of(ExportApproval))
    active = ledgers.of(ExportActivity)
    need = "" if active and all(a.route == "exempt" for a in active) else "台账“数据出境批准”"
    headings = ("编号", "路径", "接收方", "批准日期", "有效期至", "结果")
    return Grid("approvals", "出境评估、合同或认证", headings, rows, (16, 16, 24, 16, 16, 12), need, "各项出境均按豁免情形进行。")


TEMPLATE = Template(Text("汽车数据安全管理年度报告", "annual report on automotive data"), False, build)
