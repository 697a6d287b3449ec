"""数据安全事件上报表: fields of annex 2 of the MIIT plan, the eight items of the CAC measures, levels side by side, duties with their clocks."""

from zhunru.catalogue.working_days import china
from zhunru.core.record import CHINA
from zhunru.core.text import Text
from zhunru.formulas.incident_duties import Span
from zhunru.formulas.incident_level import NAMES, Levels, written_level
from zhunru.formulas.written_amounts import amount_of
from zhunru.records.data_asset import DataAsset
from zhunru.records.data_incident import DataIncident
from zhunru.records.incident_outlook import ADDRESSEES, DECLARED, Fulfilment, outlooks
from zhunru.records.incident_step import IncidentStep
from zhunru.reports.document import Cell, Document, Field, Fields, Grid, Section, Signature
from zhunru.reports.ledgers import Ledgers, Template, cell, derived, place, stated

NOTE = (
    "栏目依据《工业和信息化领域数据安全事件应急预案（试行）》附件2的字段清单（依据标记：C）和《国家网络安全事件报告管理办法》报告内容八项（依据标记：S）；"
    "主管部门的正式表样未见到，版式由本软件拟定（P）。重大及以上事件须签字或盖章。级别由所登记的数字计算，下限含本数，取最严。"
)
KNOWN = {"own_monitoring": "自主监测", "public_url": "公开网址", "third_party": "第三方", "other": "其他"}
GRADES = {"general": "一般数据", "important": "重要数据", "core": "核心数据"}
OPERATORS = {"general": "一般网络运营者", "cii": "关键信息基础设施运营者", "central_organ": "中央和国家机关"}
LEVELS = {k: NAMES[v].zh for k, v in DECLARED.items()}
EFFECTS = {
    "large": "大规模停产或处理能力大量丧失",
    "fairly_large": "较大规模影响",
    "partial": "部分丧失处理能力",
    "slight": "轻微",
    "none": "无影响",
}
_UNCLEAR = "尚不明确"
_STATES = {
    "in_time": "已按时完成", "late": "超过时限", "unclear": "是否按时无法判定", "before_start": "早于起算时间，须核对", "possible": "可能已完成，记录不全",
    "missing": "未完成", "waiting": "起算事件未发生",
}  # fmt: skip


def build(ledgers: Ledgers) -> Document:
    """Write the report of the incident."""
    event = ledgers.event
    return Document(
        "data_incident",
        "数据安全风险报告" if event.probable else "数据安全事件报告",
        ledgers.subject.maker,
        event.name or "",
        event.id,
        ledgers.day,
        (
            Section("报送单位", (_unit(ledgers, event),)),
            Section("事件基本情况", (_basics(event),)),
            Section("事件分级", (_levels(event),)),
            Section("涉及数据", (_data(event), _assets(ledgers, event))),
            Section("事件影响", (_impact(event),)),
            Section("处置情况", (_handling(event),)),
            Section("原因、趋势与溯源", (_causes(event),)),
            Section("报告义务与时限", (_duties(ledgers, event),)),
            Section("签字盖章", (Signature(("报送单位（盖章）：", "负责人（签字）：", "报送时间：　　　　年　　月　　日　　时　　分")),)),
        ),
        NOTE,
    )


def field(event: DataIncident, name: str, label: str, words: dict[str, str] | None = None, empty: str = "") -> Field:
    """Return one field of the incident."""
    return Field(name, label, cell(DataIncident, event, name, words, empty))


def _unit(ledgers: Ledgers, event: DataIncident) -> Fields:
    return Fields(
        (
            Field("maker", "单位全称", stated(ledgers.subject.maker)),
            field(event, "operator", "运营者类别", OPERATORS),
            field(event, "contact", "联系人"),
            field(event, "mobile", "联系人手机"),
        )
    )


def _basics(event: DataIncident) -> Fields:
    return Fields(
        (
            Field("id", "事件编号", Cell(event.id, (place(event),))),
            field(event, "matter", "事件类型"),
            field(event, "occurred", "发生时间（北京时间）", empty=_UNCLEAR),
            field(event, "discovered", "发现或获知时间（北京时间）"),
            field(event, "judged", "级别自判时间（北京时间）"),
            field(event, "known_by", "获知途径", KNOWN),
            field(event, "known_where", "获知途径说明", empty="—"),
            field(event, "unit", "涉事单位"),
            field(event, "level", "自判级别", LEVELS),
            field(event, "judged_by", "级别判定人"),
            field(event, "systems", "系统名称", empty=_UNCLEAR),
            field(event, "addresses", "IP、域名或网址", empty=_UNCLEAR),
        )
    )


def levels_of(event: DataIncident) -> Levels:
    """Return the levels of an incident."""
    (found,) = outlooks([event], [], china())
    return found.levels


def _levels(event: DataIncident) -> Grid:
    levels, here = levels_of(event), (place(event),)
    rows = []
    for regime in levels.regimes:
        binding = {True: "适用", False: "不适用", None: "是否适用不明"}[regime.binding]
        by = "；".join(f"{c.title.zh}：{c.measured}" for c in regime.decided_by)
        rows.append(
            (Cell(regime.title.zh, here), Cell(written_level(regime.least, regime.most).zh, here), Cell(by, here), Cell(binding, here))
        )
    open_ = "、".join(DataIncident.headings(f)[0] for f in levels.open_fields)
    total = written_level(levels.least, levels.most).zh
    rows.append(
        (Cell("总体（取最严）", here), Cell(total, here), Cell(f"待查明：{open_}" if open_ else "各项均已明确", here), Cell("—", here))
    )
    return Grid("levels", "各规定下的级别（由登记的数字计算）", ("规定", "级别", "决定因素", "适用"), tuple(rows), (26, 24, 36, 14))


_QUANTITIES = {"GB": "gigabytes", "条": "entries", "人": "persons", "元": "cny", "小时": "hours"}


def _amount(event: DataIncident, name: str, label: str, unit: str) -> Field:
    text = getattr(event, name)
    told = cell(DataIncident, event, name, empty=_UNCLEAR)
    if text and amount_of(text, _QUANTITIES[unit]) is None:
        return Field(name, label, Cell("", told.places, f"{told.need}的数量无法识别，请写数字或界限"))
    number = text and text.strip().replace(",", "").isdecimal()
    return Field(name, label, told._replace(text=f"{int(text.replace(',', '')):,} {unit}") if text and number else told)


def _data(event: DataIncident) -> Fields:
    return Fields(
        (
            field(event, "data_kinds", "数据类型"),
            field(event, "grade", "数据级别", GRADES),
            _amount(event, "volume_gb", "数据规模（GB）", "GB"),
            _amount(event, "entries", "数据规模（条）", "条"),
            field(event, "personal_kinds", "涉及个人信息种类", empty="不涉及或尚不明确"),
            _amount(event, "persons", "涉及个人信息人数", "人"),
            _amount(event, "personal_entries", "涉及个人信息条数", "条"),
            _amount(event, "sensitive_persons", "涉及敏感个人信息人数", "人"),
            _amount(event, "sensitive_entries", "涉及敏感个人信息条数", "条"),
        )
    )


def _assets(ledgers: Ledgers, event: DataIncident) -> Grid:
    named = {a.strip().casefold() for a in event.assets}
    mine = [a for a in ledgers.of(DataAsset) if a.id.strip().casefold() in named]
    rows = tuple(
        tuple(cell(DataAsset, a, n, GRADES if n == "grade" else None) for n in ("id", "name", "category", "grade", "system")) for a in mine
    )
    lost = [a for a in event.assets if a.strip().casefold() not in {m.id.strip().casefold() for m in mine}]
    need = f"台账“数据资产”中没有：{'、'.join(lost)}" if lost else ""
    return Grid(
        "assets",
        "涉及的数据资产",
        ("资产编号", "名称", "类别", "级别", "系统"),
        rows,
        (16, 28, 18, 16, 22),
        need,
        "事件记录未列出数据资产。",
    )


def _impact(event: DataIncident) -> Fields:
    return Fields(
        (
            field(event, "bodies", "影响主体", empty=_UNCLEAR),
            field(event, "regions", "影响地区和行业", empty=_UNCLEAR),
            _amount(event, "loss_cny", "直接经济损失（元）", "元"),
            _amount(event, "outage_h", "业务中断（小时）", "小时"),
            field(event, "production", "对工业生产的影响", EFFECTS),
            field(event, "risk", "可能造成的危害"),
        )
    )


def _handling(event: DataIncident) -> Fields:
    return Fields(
        (
            field(event, "done", "已采取措施"),
            field(event, "planned", "拟采取措施"),
            field(event, "help", "需协助事项", empty="无"),
            field(event, "ransom", "勒索金额、方式、日期", empty="不涉及"),
            field(event, "notified_at", "告知个人时间", empty="未告知"),
            field(event, "notified_how", "告知个人方式", empty="—"),
        )
    )


def _causes(event: DataIncident) -> Fields:
    return Fields(
        (
            field(event, "cause", "初步原因", empty=_UNCLEAR),
            field(event, "trend", "发展趋势"),
            field(event, "clues", "溯源线索", empty=_UNCLEAR),
            field(event, "scene", "现场保护情况"),
            field(event, "crime", "是否涉嫌犯罪"),
        )
    )


def _duties(ledgers: Ledgers, event: DataIncident) -> Grid:
    steps = ledgers.about_event(IncidentStep)
    (found,) = outlooks([event], steps, china())
    rows = tuple(
        (
            Cell(f.duty.what.zh + ("" if f.duty.sure else "（是否须做尚不能确定）"), (place(event),)),
            Cell("、".join(ADDRESSEES[a].zh for a in f.addressees), (place(event),)),
            Cell(f.duty.limit.zh, (place(event),)),
            Cell(moment(f.duty.due), (place(event),)),
            _done(f, event),
        )
        for f in found.fulfilments
    )
    headings = ("事项", "报送对象", "时限", "最迟时间", "完成情况")
    return Grid("duties", "报告事项（北京时间）", headings, rows, (26, 20, 15, 18, 21), "", "按现有登记没有须报告的事项。")


def _done(done: Fulfilment, event: DataIncident) -> Cell:
    told = _STATES[done.state]
    receipt = f"，回执 {done.step.receipt}" if done.step and done.step.receipt else ""
    return derived(
        f"{told}{'：' + moment(done.done) if done.done else ''}{receipt}", [done.step] if done.step else [event], "台账“事件处置步骤”"
    )


def moment(span: Span | None) -> str:
    """Return a moment in Beijing time, or the day of one that is a mere day."""
    if span is None:
        return "—"
    first = span.first.astimezone(CHINA)
    return first.strftime("%Y-%m-%d %H:%M:%S") if span.first == span.last else first.strftime("%Y-%m-%d（时刻未写明）")


TEMPLATE = Template(Text("数据安全事件报告", "report of a data-security incident"), False, build, per_incident=True)
