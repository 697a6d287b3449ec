"""Configuration of a product that was approved, filed or is to be released (构型基线)."""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator

from zhunru.core.record import Day, Key, Record, Word, choice, item

BaselineState = Annotated[
    Literal["approved", "filed", "released", "planned"] | None,
    BeforeValidator(
        choice(
            approved="已批准|批准|准入状态|approved", filed="已备案|备案", released="已发布|发布|在用", planned="计划|拟发布|待发布|草案"
        )
    ),
]


class Baseline(Record):
    """One whole set of versions, parameters, functions and operational conditions, under one name; the other sheets cite the name.

    The latest `approved` baseline of a product is what every difference is taken against, whatever was released since.
    Source: GB 44496-2024 4.3.2; ota-and-recorders.md 1.9, 2.4 F2.
    """

    title_zh: ClassVar[str] = "构型基线"
    sheet_names: ClassVar[tuple[str, ...]] = ("构型基线", "基线", "基线清单", "配置基线")

    id: Key = item("基线编号", "基线名称", "基线号", doc="name of the baseline", key=True)
    product: Word = item("产品", "车型", "适用车型", doc="product, as the subject names it")
    state: BaselineState = item("基线状态", "状态", doc="approved, filed, released or planned")
    day: Day = item("基线日期", "日期", "批准日期", doc="day from which it stands in that state")
    approval: Word = item("批准文号", "审批编号", "公告批次", doc="number of the approval, extension or Announcement behind it")
    previous: Word = item("上一基线", "前一基线", doc="baseline that it follows")
    complete: Word = item(
        "完整范围",
        "范围",
        doc="which sets are listed whole: units; parameters; functions; flags; odc - a set not named is unknown, not empty",
    )
