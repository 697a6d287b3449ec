"""汽车远程升级（OTA）安全技术评估信息表: what the market regulator asks before a technical service or a recall by OTA."""

from zhunru.core.text import Text
from zhunru.formulas.working_days import add_working_days
from zhunru.formulas.written_names import bare
from zhunru.records.assessment_table import AssessmentTable
from zhunru.records.enterprise import Enterprise
from zhunru.records.target_vehicle import TargetVehicle
from zhunru.records.update_campaign import UpdateCampaign
from zhunru.reports.document import Cell, Document, Field, Fields, Section, Signature
from zhunru.reports.ledgers import Ledgers, Template, cell, derived, place, stated

NOTE = (
    "市场监管部门的正式表样未见到；栏目依据二手资料（依据标记：S），版式由本软件拟定（P），报送以国家缺陷产品召回平台的最新表样为准。"
    "“最迟提交日”按五个工作日（S）与国务院办公厅公布的节假日推算，发布日与提交日须为工作日。"
)
KINDS = {"technical_service": "技术服务活动", "recall": "召回", "other": "其他"}
AHEAD_WORKING_DAYS = 5
"""SAMR supplement of 2021-06-04 (S)."""


def build(ledgers: Ledgers) -> Document:
    """Write the assessment table."""
    activity = ledgers.activity
    table = ledgers.one(AssessmentTable, lambda t: bare(t.campaign) == bare(activity.id))
    return Document(
        "assessment_table",
        "汽车远程升级（OTA）安全技术评估信息表",
        ledgers.subject.maker,
        "；".join(activity.product) or ledgers.subject.name,
        activity.id,
        ledgers.day,
        (
            Section("生产者信息", (_producer(ledgers),)),
            Section("车辆信息", (_vehicles(ledgers, table),)),
            Section("升级信息", (_update(ledgers, table),)),
            Section("失效处理机制", (_failures(table),)),
            Section("确认", (Signature(("评估责任人（签字）：", "生产者（盖章）：", "日期：　　　　年　　月　　日")),)),
        ),
        NOTE,
    )


def _producer(ledgers: Ledgers) -> Fields:
    maker = ledgers.subject.maker
    firm = ledgers.one(Enterprise, lambda e: bare(e.name) == bare(maker))
    labels = {"credit_code": "统一社会信用代码", "contact": "联系人", "phone": "联系电话"}
    return Fields(
        (Field("producer", "生产者", stated(maker)), *(Field(n, label, cell(Enterprise, firm, n)) for n, label in labels.items()))
    )


def _vehicles(ledgers: Ledgers, table: AssessmentTable | None) -> Fields:
    activity = ledgers.activity
    product = cell(UpdateCampaign, activity, "product")
    cars = ledgers.mine(TargetVehicle)
    count = len({bare(c.vin) for c in cars})
    return Fields(
        (
            Field("product", "车型", product if product.text else stated(ledgers.subject.name)),
            Field("vehicles", "涉及车辆范围", cell(AssessmentTable, table, "vehicles")),
            Field("vehicle_count", "涉及车辆数", derived(f"{count} 辆" if count else "", cars[:1], "台账“目标车辆”中该活动的行")),
        )
    )


def _update(ledgers: Ledgers, table: AssessmentTable | None) -> Fields:
    activity = ledgers.activity
    origin = cell(AssessmentTable, table, "origin_of_need")
    day = "released_on" if activity.released_on else "planned_start"
    return Fields(
        (
            Field("ota_kind", "OTA 类型", cell(AssessmentTable, table, "ota_kind", KINDS)),
            Field("recall", "召回编号", cell(UpdateCampaign, activity, "recall", empty="不涉及召回")),
            Field("release_day", "发布时间", cell(UpdateCampaign, activity, day)),
            Field("latest_filing_day", "最迟提交日（推算）", _latest(activity)),
            Field("period", "升级周期", cell(AssessmentTable, table, "period")),
            Field("origin_of_need", "需求来源", origin if origin.text else cell(UpdateCampaign, activity, "cause")),
            Field("purpose", "升级目的", cell(UpdateCampaign, activity, "purpose")),
            Field("content", "升级内容", cell(UpdateCampaign, activity, "content")),
        )
    )


def _latest(activity: UpdateCampaign) -> Cell:
    from zhunru.catalogue.working_days import china

    day = activity.released_on or activity.planned_start
    last = add_working_days(china(), day, -AHEAD_WORKING_DAYS) if day else None
    need = "发布日期，及该年度国务院办公厅节假日安排"
    return Cell(last.isoformat() if last else "", (place(activity),), need)


def _failures(table: AssessmentTable | None) -> Fields:
    labels = {"before": "升级前失效处理", "during": "升级中失效处理", "after": "升级后失效处理", "person": "评估责任人"}
    return Fields(tuple(Field(f"failure_{n}", label, cell(AssessmentTable, table, n)) for n, label in labels.items()))


TEMPLATE = Template(Text("OTA 安全技术评估信息表", "OTA safety technical assessment table"), True, build)
