"""个人信息安全事件告知书: what the persons concerned are told."""

from zhunru.core.text import Text
from zhunru.records.data_incident import DataIncident
from zhunru.reports.document import Document, Field, Fields, Paragraph, Section, Signature
from zhunru.reports.filings.data_incident import field
from zhunru.reports.ledgers import Ledgers, Template, stated

NOTE = (
    "告知内容依据《个人信息保护法》第五十七条和《网络数据安全管理条例》第十一条（依据标记：C）；法律未规定格式，版式由本软件拟定（P）。"
    "以电话、短信、即时通信、邮件或者公告方式告知；须经企业审定后发出。"
)


def build(ledgers: Ledgers) -> Document:
    """Write the notice to the persons concerned."""
    event = ledgers.event
    return Document(
        "person_notice",
        "个人信息安全事件告知书",
        ledgers.subject.maker,
        "",
        event.id,
        ledgers.day,
        (
            Section("发生了什么", (_what(event),)),
            Section("可能对您造成的影响", (Fields((field(event, "risk", "可能造成的危害"),)),)),
            Section(
                "我们采取的措施", (Fields((field(event, "done", "已采取的补救措施"), field(event, "planned", "后续措施", empty="—"))),)
            ),
            Section("您可以采取的措施", (Fields((field(event, "self_help", "建议您采取的措施"),)),)),
            Section(
                "如何联系我们",
                (
                    _contact(ledgers, event),
                    Paragraph("对给您带来的不便，我们深表歉意。"),
                    Signature(("　　　　　　（单位盖章）", "日期：　　　　年　　月　　日")),
                ),
            ),
        ),
        NOTE,
    )


def _what(event: DataIncident) -> Fields:
    return Fields(
        (
            field(event, "matter", "事件类型"),
            field(event, "occurred", "发生时间（北京时间）", empty="正在核查"),
            field(event, "personal_kinds", "涉及的个人信息种类"),
            field(event, "cause", "事件原因"),
        )
    )


def _contact(ledgers: Ledgers, event: DataIncident) -> Fields:
    return Fields(
        (Field("maker", "告知单位", stated(ledgers.subject.maker)), field(event, "contact", "联系人"), field(event, "mobile", "联系电话"))
    )


TEMPLATE = Template(Text("个人信息安全事件告知书", "notice of an incident to the persons concerned"), False, build, per_incident=True)
