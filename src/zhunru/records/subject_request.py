"""Request or complaint of a person (个人请求与投诉)."""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator

from zhunru.core.record import Day, Flag, Key, Record, Refs, Word, choice, item

RequestKind = Annotated[
    Literal["consult", "copy", "correct", "delete", "withdraw", "explain", "complaint", "other"] | None,
    BeforeValidator(
        choice(
            consult="查阅|查询",
            copy="复制|转移|可携带",
            correct="更正|补充",
            delete="删除|删除请求|请求删除",
            withdraw="撤回|撤回同意",
            explain="解释|解释说明",
            complaint="投诉|举报|投诉举报",
            other="其他|其它|咨询",
        )
    ),
]
RequestState = Annotated[
    Literal["open", "done", "refused", "transferred"] | None,
    BeforeValidator(
        choice(
            open="处理中|待处理|未处理|未完成|受理",
            done="已完成|完成|已办结|办结|已删除|已答复|已关闭|关闭",
            refused="已拒绝|拒绝|不予受理|驳回",
            transferred="已转交|转交",
        )
    ),
]


class SubjectRequest(Record):
    """One request or complaint: by which channel it came, when, about what, what was done and when.

    Source: GB/T 44464-2024 4.1.9, 5.7.1, D.7.1; 若干规定 article 9 (G); 个人信息保护法 articles 45 to 50 (G).
    """

    title_zh: ClassVar[str] = "个人请求与投诉"
    sheet_names: ClassVar[tuple[str, ...]] = (
        "个人请求与投诉", "个人请求", "主体请求", "个人信息主体请求", "删除请求", "投诉记录", "投诉台账", "用户请求",
    )  # fmt: skip

    id: Key = item("请求编号", "工单编号", "投诉编号", doc="number of the request", key=True)
    request: RequestKind = item("请求类型", "请求种类", "工单类型", doc="what is asked for")
    person: Word = item("请求人标识", "个人信息主体标识", doc="pseudonym of the person")
    channel: Word = item("请求渠道", "受理渠道", "投诉渠道", doc="by which it came")
    received_on: Day = item("请求日期", "提出日期", "受理日期", "收到日期", doc="day on which it was received")
    functions: Refs = item("请求涉及的功能", "涉及功能编号", doc="functions concerned", default=())
    data_items: Refs = item("请求涉及的数据项", "涉及数据项", doc="kinds of data concerned", default=())
    sensitive: Flag = item("请求涉及敏感个人信息", "是否敏感个人信息", doc="sensitive personal information is concerned")
    state: RequestState = item("请求状态", "工单状态", "处理状态", doc="open, done, refused, transferred")
    done_on: Day = item("请求完成日期", "办结日期", "完成日期", "答复日期", doc="day on which it was done; empty = not done")
    outside_done_on: Day = item("车外数据删除日期", "云端删除日期", doc="for deletions: day on which data outside the vehicle were deleted")
    means: Word = item("处理措施", "处理方法", "删除方式", doc="what was done, e.g. deleted, anonymised")
    legal_hold: Word = item("依法保留的依据", "不予删除的依据", doc="law by which the data are kept")
    answer: Word = item("答复内容", "处理结果", doc="what the person was told")
