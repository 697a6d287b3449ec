"""用户告知书: the five contents told before the execution, and the texts of the result."""

from zhunru.core.text import Text
from zhunru.formulas.written_names import bare
from zhunru.records.notice_text import NoticeText
from zhunru.records.update_campaign import UpdateCampaign
from zhunru.reports.document import Cell, Document, Field, Fields, Paragraph, Section
from zhunru.reports.ledgers import Ledgers, Template, cell, stated

NOTE = (
    "五项告知内容与结果告知依据 GB 44496-2024 第 5.2.1 条、第 5.2.8 条（依据标记：C）；标准未规定格式，本文书的版式由本软件拟定（P）。"
    "须经企业审定后由车载系统或其他合理方式告知。"
)


def build(ledgers: Ledgers) -> Document:
    """Write the notice to the user."""
    activity = ledgers.activity
    notice = _notice(ledgers)
    product = cell(UpdateCampaign, activity, "product")
    return Document(
        "user_notice",
        "汽车软件升级用户告知书",
        ledgers.subject.maker,
        "；".join(activity.product) or ledgers.subject.name,
        activity.id,
        ledgers.day,
        (
            Section("适用车型", (Fields((Field("product", "车型", product if product.text else stated(ledgers.subject.name)),)),)),
            Section("升级前请您了解", (Fields(contents(ledgers)),)),
            Section("请您选择", (Paragraph("升级须经您确认后才会开始；未经确认不会执行。"),)),
            Section(
                "升级结果告知",
                (
                    Fields(
                        (
                            Field("success", "升级成功时", cell(NoticeText, notice, "success")),
                            Field("failure", "升级失败时", cell(NoticeText, notice, "failure")),
                        )
                    ),
                ),
            ),
            Section("告知渠道与审定", (_channels(notice),)),
        ),
        NOTE,
    )


def _notice(ledgers: Ledgers) -> NoticeText | None:
    name = bare(ledgers.activity.id)
    return ledgers.one(NoticeText, lambda n: bare(n.campaign) == name)


def contents(ledgers: Ledgers) -> tuple[Field, ...]:
    """Return the five contents of GB 44496-2024 5.2.1: from the notice text, duration and purpose else from the activity."""
    activity, notice = ledgers.activity, _notice(ledgers)
    purpose = cell(NoticeText, notice, "purpose")
    if not purpose.text and not _unread(purpose):
        purpose = cell(UpdateCampaign, activity, "purpose")
    duration = notice.duration_s if notice else None
    seconds = activity.told_duration_s if duration is None else duration
    asked = cell(NoticeText, notice, "duration_s") if duration is not None else cell(UpdateCampaign, activity, "told_duration_s")
    time = Cell(in_words(seconds), asked.places, asked.need) if seconds is not None else asked
    return (
        Field("notice_purpose", "升级目的", purpose),
        Field("notice_changes", "功能变化", cell(NoticeText, notice, "changes")),
        Field("notice_duration", "预计所需时间", time),
        Field("notice_unavailable", "升级期间不可用的功能", cell(NoticeText, notice, "unavailable")),
        Field("notice_instructions", "安全注意事项", cell(NoticeText, notice, "instructions")),
    )


def in_words(seconds: float) -> str:
    """Return a duration for people: whole minutes, rounded up, so that nobody is told less than it takes; empty when not positive."""
    if seconds <= 0:
        return ""
    minutes = int(-(-seconds // 60))
    hours, rest = divmod(minutes, 60)
    return "约 " + " ".join(p for p in (f"{hours} 小时" if hours else "", f"{rest} 分钟" if rest or not hours else "") if p)


def _unread(told: Cell) -> bool:
    return "无法识别" in told.need


def _channels(notice: NoticeText | None) -> Fields:
    labels = {"channels": "告知渠道", "approved_by": "文本批准人", "approved_on": "批准日期"}
    return Fields(tuple(Field(n, label, cell(NoticeText, notice, n)) for n, label in labels.items()))


TEMPLATE = Template(Text("用户告知书", "notice to the user"), True, build)
