"""What a person still sees in a masked picture (匿名化效果人工评审)."""

from typing import ClassVar

from zhunru.core.record import Day, Flag, Key, Record, Word, item


class ManualEffectReview(Record):
    """One drawn picture looked at by one person.

    Source: GB/T 44464-2024 annex B (contour of eyes, nose and mouth not distinguishable as a whole, plate not fully readable).
    """

    title_zh: ClassVar[str] = "匿名化效果人工评审"
    sheet_names: ClassVar[tuple[str, ...]] = ("匿名化效果人工评审", "效果人工评审", "人工评审图像")

    picture_set: Key = item("图像集编号", "试验编号", "图像集", "数据集编号", doc="set of pictures of the test", key=True)
    picture: Key = item("图像名称", "图像文件", "图片", "图片名称", doc="name of the picture", key=True)
    reviewer: Word = item("评审人员", "评审人", doc="person who looked")
    contour_distinguishable: Flag = item(
        "五官轮廓可辨", "可辨五官轮廓", doc="the whole contour of eyes, nose and mouth of a masked face is seen"
    )
    plate_readable: Flag = item("车牌可完整读出", "车牌内容可读", doc="a masked plate can be read whole")
    masked_digest: Word = item("匿名化图像摘要", "匿名化后SHA-256", "脱敏图像摘要", doc="SHA-256 of the picture that was looked at")
    day: Day = item("评审日期", doc="day of the look")
