"""Picture of an anonymisation test or of the qualification of a marking tool (试验图像)."""

from typing import ClassVar

from zhunru.core.record import Key, Moment, Number, Record, Word, item


class TrialPicture(Record):
    """One picture as the sensor gave it, and as it is after masking; both named by digest, so that neither needs to be handed over.

    Source: GB/T 44464-2024 annex B; data-and-cyber.md 2.2.3.
    """

    title_zh: ClassVar[str] = "试验图像"
    sheet_names: ClassVar[tuple[str, ...]] = ("试验图像", "图像清单", "试验图片", "图像集清单")

    picture_set: Key = item("图像集编号", "试验编号", "图像集", "数据集编号", doc="set of pictures it belongs to", key=True)
    picture: Key = item("图像名称", "图像文件", "图片", "图片名称", doc="name of the picture as the annotation gives it", key=True)
    sensor: Word = item("传感器编号", "传感器", "摄像头编号", doc="id of the sensor")
    taken: Moment = item("拍摄时间", "采集时刻", "采集时间", doc="when it was taken; seconds may carry a fraction")
    clip: Word = item("视频片段编号", "片段编号", "视频片段", doc="clip that it was taken of; empty for single pictures")
    digest: Word = item("原始图像摘要", "原图SHA-256", "原图摘要", doc="SHA-256 of the picture before masking, hexadecimal")
    width_px: Number = item("原始宽度(像素)", "原图宽度", doc="width before masking, px")
    height_px: Number = item("原始高度(像素)", "原图高度", doc="height before masking, px")
    masked_digest: Word = item("匿名化图像摘要", "匿名化后SHA-256", "脱敏图像摘要", doc="SHA-256 of the picture after masking, hexadecimal")
    masked_width_px: Number = item("匿名化后宽度(像素)", "脱敏图宽度", doc="width after masking, px")
    masked_height_px: Number = item("匿名化后高度(像素)", "脱敏图高度", doc="height after masking, px")
