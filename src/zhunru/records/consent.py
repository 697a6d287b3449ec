"""Consent of a person to the processing by a function (同意记录)."""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator

from zhunru.core.record import Flag, Key, Moment, Record, Refs, Word, choice, item

Answer = Annotated[
    Literal["agreed", "refused"] | None,
    BeforeValidator(choice(agreed="同意|已同意|接受|授权|agree|yes", refused="拒绝|不同意|已拒绝|refuse|no")),
]


class Consent(Record):
    """One answer of one person to one function: when, to which rules, for how long, withdrawn when.

    The person is a pseudonym (salted digest), never a name or number.
    Source: GB/T 44464-2024 5.1.1, 5.1.4, 5.2.2 to 5.2.4, D.2; 若干规定 article 9 (G); 个人信息保护法 articles 14, 15, 29, 31 (G).
    """

    title_zh: ClassVar[str] = "同意记录"
    sheet_names: ClassVar[tuple[str, ...]] = ("同意记录", "同意日志", "授权记录", "用户同意记录")

    person: Key = item("同意人标识", "个人信息主体标识", doc="pseudonym of the person", key=True)
    function: Key = item("同意的功能编号", "功能编号", doc="function", key=True)
    answer: Answer = item("答复", "用户选择", "同意或拒绝", doc="agreed or refused")
    given_at: Moment = item("同意时间", "授权时间", "答复时间", doc="when the answer was given")
    until: Moment = item("同意有效期至", "授权到期时间", "同意到期时间", doc="until when it holds")
    period: Word = item("同意期限", "授权期限", doc="period as chosen, e.g. 7天, 1年, 单次")
    withdrawn_at: Moment = item("撤回时间", "撤回同意时间", doc="when it was withdrawn; empty = not withdrawn", open_when_empty=True)
    version: Word = item("同意的规则版本", "处理规则版本", doc="version of the processing rules that was agreed to")
    notice: Word = item("所示告知版本", "告知版本", doc="notice that was shown")
    data_items: Refs = item("同意的数据项", "同意的个人信息种类", doc="kinds of data that were agreed to", default=())
    outside: Flag = item("同意向车外提供", "是否同意向车外提供", doc="provision outside the vehicle was agreed to as well")
    separate: Flag = item("单独同意", "是否单独同意", doc="given for this alone, not with other terms")
    minor: Flag = item("不满十四周岁", "未满十四周岁", doc="the person is younger than fourteen")
    guardian: Flag = item("监护人同意", "是否监护人同意", doc="a parent or guardian agreed")
    channel: Word = item("同意渠道", "取得渠道", doc="display, app, voice, paper")
