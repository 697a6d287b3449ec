"""数据安全风险评估报告: the ten contents of the MIIT rules, drawn from the ledgers and the last assessment."""

from collections.abc import Sequence

from zhunru.core.result import ClauseResult, Result
from zhunru.core.text import Text
from zhunru.core.verdict import Verdict
from zhunru.formulas.written_names import bare
from zhunru.records.data_asset import DataAsset
from zhunru.records.data_incident import DataIncident
from zhunru.records.processing_activity import ProcessingActivity
from zhunru.records.recipient import Recipient
from zhunru.records.risk_assessment import RiskAssessment
from zhunru.records.risk_item import RiskItem
from zhunru.records.storage_place import StoragePlace
from zhunru.reports.document import Cell, Document, Field, Fields, Grid, Part, Section, Signature
from zhunru.reports.filings.data_incident import GRADES, LEVELS
from zhunru.reports.ledgers import Ledgers, Template, cell, derived, judged, place, stated

NOTE = (
    "十个部分依据《工业和信息化领域数据安全风险评估实施细则（试行）》第六条（依据标记：C），风险领域与等级依据 GB/T 45577-2025（S、G）；"
    "正式报告模板未见到，版式由本软件拟定（P）。“合规评估”取自本软件最近一次评估，其结论不替代人工评审。"
)
VERDICTS = {
    Verdict.PASS: "符合", Verdict.FAIL: "不符合", Verdict.INCONCLUSIVE: "无法判定", Verdict.MISSING: "缺证据", Verdict.NOT_APPLICABLE: "不适用",
    Verdict.ERROR: "检查出错",
}  # fmt: skip
AREAS = {"management": "数据安全管理", "activities": "数据处理活动", "technology": "数据安全技术", "personal_information": "个人信息保护"}
RISKS = {"major": "重大", "high": "高", "medium": "中", "low": "低", "slight": "轻微"}
DEGREES = {"very_high": "很高", "high": "高", "medium": "中", "low": "低", "very_low": "很低"}
_BY = {"self": "自行评估", "third_party": "委托第三方"}
_FOCUS = {
    "focus_purpose": "目的、方式、范围的合法性必要性", "focus_system": "管理制度与流程", "focus_organisation": "组织与岗位", "focus_technique": "技术防护",
    "focus_staff": "人员知识与培训", "focus_incident": "安全事件影响", "focus_recipient": "接收方、受托方能力", "focus_export": "出境评估履行",
}  # fmt: skip
ARTICLE = "miit-2021-103/1."


def build(ledgers: Ledgers) -> Document:
    """Write the report of the latest assessment."""
    mine = latest(ledgers)
    return Document(
        "risk_assessment",
        "数据安全风险评估报告",
        ledgers.subject.maker,
        ledgers.subject.name,
        mine.id if mine else "",
        ledgers.day,
        (
            Section("数据处理者基本情况", (_basics(ledgers, mine),)),
            Section("评估团队基本情况", (_fields(mine, {"assessed_by": "评估方式", "organisation": "评估机构", "team": "评估人员", "skills": "专业构成"}),)),
            Section("重要数据种类和数量", (important_assets(ledgers), _said(mine, "content_data"))),
            Section("数据处理活动情况", (activities(ledgers), _said(mine, "content_activities"))),
            Section("评估环境", (_fields(mine, {"systems": "被评估系统", "tools": "评估工具", "started": "开始日期", "finished": "完成日期"}), _said(mine, "content_environment"))),
            Section("数据处理活动分析", (_focus(mine), _said(mine, "content_analysis"))),
            Section("合规评估", (compliance(ledgers), _said(mine, "content_compliance"))),
            Section("安全风险分析", (risks(ledgers, mine), _incidents(ledgers), _said(mine, "content_risks"))),
            Section("评估结论", (_fields(mine, {"result": "评估结果", "issued": "出具日期", "valid_until": "有效期至"}), _said(mine, "content_conclusion"))),
            Section("应对措施", (_measures(ledgers, mine), _said(mine, "content_measures"), Signature(("数据处理者（盖章）：", "主要负责人（签字）：", "日期：　　　　年　　月　　日")))),
        ),
        NOTE,
    )  # fmt: skip


def latest(ledgers: Ledgers) -> RiskAssessment | None:
    """Return the assessment that was issued, else finished, else begun last."""
    found = ledgers.of(RiskAssessment)
    return max(found, key=lambda a: (str(a.issued or ""), str(a.finished or ""), str(a.started or ""), a.id), default=None)


def _basics(ledgers: Ledgers, mine: RiskAssessment | None) -> Fields:
    holders = [a for a in ledgers.of(DataAsset) if a.department]
    departments = "；".join(sorted({a.department for a in holders if a.department}))
    return Fields(
        (
            Field("maker", "单位全称", stated(ledgers.subject.maker)),
            Field("product", "产品", stated(ledgers.subject.name)),
            Field("departments", "数据责任部门", derived(departments, holders, "台账“数据资产”，列“责任部门”")),
            Field("content_basics", "基本情况说明", cell(RiskAssessment, mine, "content_basics")),
            Field("trigger", "评估触发原因", cell(RiskAssessment, mine, "trigger")),
        )
    )


def _fields(mine: RiskAssessment | None, labels: dict[str, str]) -> Fields:
    words = {"assessed_by": _BY}
    own = {"organisation": "本单位"} if mine and mine.assessed_by == "self" else {}
    return Fields(tuple(Field(n, label, cell(RiskAssessment, mine, n, words.get(n), own.get(n, ""))) for n, label in labels.items()))


def _said(mine: RiskAssessment | None, name: str) -> Fields:
    return Fields((Field(name, "报告正文位置或说明", cell(RiskAssessment, mine, name)),))


def important_assets(ledgers: Ledgers) -> Grid:
    """Return the assets that are important or core, with their scale."""
    found = [a for a in ledgers.of(DataAsset) if a.important or a.grade in {"important", "core"}]
    rows = tuple(
        (
            cell(DataAsset, a, "id"),
            cell(DataAsset, a, "name"),
            cell(DataAsset, a, "grade", GRADES),
            cell(DataAsset, a, "entry_count"),
            cell(DataAsset, a, "person_count", empty="—"),
            cell(DataAsset, a, "storage"),
        )
        for a in found
    )
    need = "" if ledgers.of(DataAsset) else "台账“数据资产”"
    headings = ("资产编号", "名称", "级别", "条数", "涉及人数", "存储位置")
    return Grid("important", "重要数据和核心数据", headings, rows, (14, 26, 14, 16, 14, 16), need, "台账中没有标明的重要数据或核心数据。")


def activities(ledgers: Ledgers) -> Grid:
    """Return the processing activities."""
    names = ("id", "name", "purpose", "method", "assets", "owner")
    rows = tuple(tuple(cell(ProcessingActivity, a, n) for n in names) for a in ledgers.of(ProcessingActivity))
    return Grid(
        "activities",
        "数据处理活动",
        ("编号", "名称", "目的", "方式", "涉及资产", "责任人"),
        rows,
        (12, 20, 24, 16, 16, 12),
        "台账“处理活动”",
    )


def _focus(mine: RiskAssessment | None) -> Fields:
    return Fields(tuple(Field(n, label, cell(RiskAssessment, mine, n)) for n, label in _FOCUS.items()))


def clauses_of(result: Result | None, prefix: str = ARTICLE) -> list[ClauseResult]:
    """Return the clauses of article (一) in the last assessment."""
    return [c for c in result.clauses if c.id.startswith(prefix)] if result else []


def compliance(ledgers: Ledgers) -> Grid:
    """Return the verdict of each duty of article (一) in the last assessment."""
    rows = []
    for clause in clauses_of(ledgers.result):
        told = VERDICTS[clause.verdict] if clause.verdict else "未评估"
        screening = "（初筛）" if clause.screening else ""
        counts = _counted(ledgers.result, clause.checks)
        rows.append((judged(clause.title.zh, clause.id), judged(told + screening, clause.id), judged(counts, clause.id)))
    return Grid(
        "compliance",
        "第（一）条各项义务的评估结论",
        ("义务", "结论", "检查与发现"),
        tuple(rows),
        (34, 18, 48),
        "先运行 zhunru assess，再生成本文书",
    )


def _counted(result: Result | None, checks: Sequence[str]) -> str:
    found = [c for c in result.checks if c.id in checks] if result else []
    breaches, gaps = (sum(c.totals.get(k, 0) for c in found) for k in ("breach", "gap"))
    failing = "、".join(c.title.zh for c in found if c.verdict is Verdict.FAIL)
    return f"检查 {len(found)} 项；违反 {breaches} 处，无法判定 {gaps} 处" + (f"；不符合：{failing}" if failing else "")


def _mine(ledgers: Ledgers, mine: RiskAssessment | None) -> list[RiskItem]:
    return [r for r in ledgers.of(RiskItem) if mine and r.assessment and bare(r.assessment) == bare(mine.id)]


def risks(ledgers: Ledgers, mine: RiskAssessment | None) -> Grid:
    """Return the risks that the assessment found."""
    words = {"area": AREAS, "level": RISKS, "harm": DEGREES, "likelihood": DEGREES}
    names = ("id", "source", "area", "harm", "likelihood", "level")
    rows = tuple(tuple(cell(RiskItem, r, n, words.get(n)) for n in names) for r in _mine(ledgers, mine))
    headings = ("编号", "风险源", "领域", "危害程度", "可能性", "等级")
    return Grid("risks", "风险清单", headings, rows, (12, 38, 20, 10, 10, 10), "台账“数据安全风险项”中该评估的行")


def _measures(ledgers: Ledgers, mine: RiskAssessment | None) -> Grid:
    names = ("id", "measure", "owner", "due", "closed", "proof")
    rows = tuple(
        tuple(cell(RiskItem, r, n, None, "未完成" if n == "closed" else "—" if n == "proof" else "") for n in names)
        for r in _mine(ledgers, mine)
    )
    headings = ("编号", "措施", "责任人", "期限", "完成日期", "证明")
    return Grid("measures", "处置措施", headings, rows, (12, 34, 12, 15, 15, 12), "台账“数据安全风险项”中该评估的行")


def _incidents(ledgers: Ledgers) -> Grid:
    rows = tuple(
        (
            cell(DataIncident, i, "id"),
            cell(DataIncident, i, "discovered"),
            cell(DataIncident, i, "level", LEVELS),
            cell(DataIncident, i, "matter"),
        )
        for i in ledgers.of(DataIncident)
    )
    return Grid("incidents", "登记的事件与风险", ("编号", "发现时间", "级别", "类型"), rows, (20, 34, 22, 24), "", "登记中没有事件。")


def stored(ledgers: Ledgers) -> Part:
    """Return the storage places."""
    names = ("id", "name", "territory", "site", "encryption", "access")
    rows = tuple(
        tuple(cell(StoragePlace, p, n, empty="" if n in {"id", "name", "territory"} else "—") for n in names)
        for p in ledgers.of(StoragePlace)
    )
    return Grid(
        "places",
        "存储位置与保护",
        ("编号", "名称", "国家或地区", "地址", "加密", "访问控制"),
        rows,
        (11, 19, 16, 22, 14, 18),
        "台账“存储位置”",
    )


def parties(ledgers: Ledgers, key: str, title: str, chosen: Sequence[Recipient], need: str, empty: str) -> Grid:
    """Return recipients with what they get."""
    rows = []
    for party in chosen:
        told = cell(Recipient, party, "data")
        if not told.text:
            mine = [a for a in ledgers.of(DataAsset) if {bare(n) for n in a.recipients} & {bare(n) for n in (party.id, party.name) if n}]
            told = Cell("；".join(a.id for a in mine), tuple(place(a) for a in mine), told.need)
        rows.append(
            (
                cell(Recipient, party, "name"),
                cell(Recipient, party, "territory"),
                told,
                cell(Recipient, party, "agreement"),
                cell(Recipient, party, "verified"),
            )
        )
    return Grid(
        key, title, ("接收方", "国家或地区", "提供的数据", "安全协议", "能力核验日期"), tuple(rows), (24, 18, 22, 17, 19), need, empty
    )


TEMPLATE = Template(Text("数据安全风险评估报告", "report of a data-security risk assessment"), False, build)
