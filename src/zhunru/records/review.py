"""Review of a clause by a person (人工评审)."""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator

from zhunru.core.record import Day, Key, Record, Word, choice, item

ReviewVerdict = Annotated[
    Literal["PASS", "FAIL", "INCONCLUSIVE"] | None,
    BeforeValidator(
        choice(
            PASS="通过|符合|合格|满足|conforming",  # noqa: S106 - a verdict, no password
            FAIL="不通过|不符合|不合格|不满足|nonconforming",
            INCONCLUSIVE="无法判定|待定|待补充|open",
        )
    ),
]


class Review(Record):
    """One judgement of a person on one clause: what no computation can decide."""

    title_zh: ClassVar[str] = "人工评审"
    sheet_names: ClassVar[tuple[str, ...]] = ("人工评审", "评审", "评审记录", "审查记录")

    clause: Key = item("条款", "条款编号", "条款号", doc="id of the clause, e.g. miit-2021-103/1.1", key=True)
    verdict: ReviewVerdict = item("评审结论", "结论", "判定", "评审结果", doc="PASS, FAIL or INCONCLUSIVE")
    person: Word = item("评审人", "审查人", "姓名", "评审人员", doc="who judged")
    day: Day = item("评审日期", "日期", "审查日期", doc="day of the judgement")
    text: Word = item("评审意见", "意见", "说明", "理由", doc="reasons")
    evidence: Word = item("评审依据", "依据文件", "证据", doc="documents that were looked at")
