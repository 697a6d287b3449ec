"""Draw of the pictures that persons look at (效果评审抽样)."""

from typing import ClassVar

from zhunru.core.record import Key, Moment, Number, Record, Word, item


class EffectDraw(Record):
    """Random pictures, drawn so that anybody can draw them again: the list is sealed, then a public random value appears.

    Source: GB/T 44464-2024 annex B (100 random pictures); the sealed draw is ours (P), `formulas.sampling`.
    """

    title_zh: ClassVar[str] = "效果评审抽样"
    sheet_names: ClassVar[tuple[str, ...]] = ("效果评审抽样", "匿名化效果抽样", "人工评审抽样")

    picture_set: Key = item("图像集编号", "试验编号", "图像集", "数据集编号", doc="set of pictures of the test", key=True)
    count: Number = item("抽取张数", "抽样张数", doc="pictures that are drawn")
    sealed: Word = item("清单封存摘要", "图像清单摘要", doc="seal of the list of pictures, sha256:<64 hexadecimal digits>")
    sealed_at: Moment = item("清单封存时间", "封存时间", doc="when the seal was given away")
    source: Word = item("随机数来源", "公开随机数来源", doc="public randomness named beforehand")
    public_at: Moment = item("随机数公布时间", "随机数产生时间", doc="when the randomness became public")
    randomness: Word = item("公开随机数", "随机数", doc="its value, exactly as published")
