"""Plan by which cars are drawn for inspection (抽样方案)."""

from typing import ClassVar

from zhunru.core.record import Key, Moment, Number, Record, Refs, Word, item


class SamplingPlan(Record):
    """One plan: list sealed by its digest, then randomness that nobody could know, then the draw.

    Source: 103号 article (十); GB/T 2828 and ISO 2859 for the thought of an acceptance number; the form is ours (P).
    """

    title_zh: ClassVar[str] = "抽样方案"
    sheet_names: ClassVar[tuple[str, ...]] = ("抽样方案", "抽样计划", "抽样检查方案")

    id: Key = item("方案编号", "抽样方案编号", "编号", doc="number of the plan", key=True)
    product: Word = item("产品", "车型", doc="product whose cars are drawn")
    sealed_at: Moment = item("封存时间", "清单封存时间", doc="when the list was sealed and its digest given away")
    sealed: Word = item("封存摘要", "清单摘要", doc="SHA-256 over plan, list, sizes and acceptance number, sha256:<64 hexadecimal digits>")
    list_size: Number = item("总体数量", "清单数量", doc="cars in the list")
    sizes: Refs = item("各层样本量", "样本量", doc="stratum=number of cars to draw; separated by ;", default=())
    accept: Number = item("接收数", "合格判定数", doc="deviating cars in the sample that are accepted; empty = 0")
    share: Number = item("可检出比例", "偏离比例", doc="share of deviating cars that the sample is to find, between 0 and 1")
    confidence: Number = item("置信度", doc="with which probability it is to find it, between 0 and 1")
    source: Word = item(
        "随机数来源", "公开随机数来源", doc="public randomness named beforehand, e.g. a drand round, a lottery, a closing index"
    )
    public_at: Moment = item("随机数公布时间", "随机数产生时间", doc="when the randomness became public")
    randomness: Word = item("随机数", "公开随机数", doc="its value, exactly as published")
    named_by: Word = item("随机数指定人", "检查人员", doc="inspector who named the source; not the maker")


def sizes_of(plan: SamplingPlan) -> dict[str, int] | None:
    """Return stratum -> cars to draw, None when a size cannot be read."""
    found: dict[str, int] = {}
    for part in plan.sizes:
        name, equals, count = part.rpartition("=")
        if not count.strip().isdecimal() or name.strip() in found or not (equals or len(plan.sizes) == 1):
            return None
        found[name.strip()] = int(count)
    return found or None
