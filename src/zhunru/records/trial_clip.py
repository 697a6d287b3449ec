"""Video clip of an anonymisation test (试验视频片段)."""

from typing import ClassVar

from zhunru.core.record import Key, Moment, Number, Record, Word, item


class TrialClip(Record):
    """One clip of video of one sensor: its length is told by a person, the video itself is not read.

    Source: GB/T 44464-2024 annex B (clips >= 10 s, >= 1000 s in all, per sensor >= 10 s).
    """

    title_zh: ClassVar[str] = "试验视频片段"
    sheet_names: ClassVar[tuple[str, ...]] = ("试验视频片段", "视频片段", "视频清单")

    picture_set: Key = item("图像集编号", "试验编号", "图像集", "数据集编号", doc="set of pictures of the test", key=True)
    clip: Key = item("视频片段编号", "片段编号", doc="id of the clip", key=True)
    sensor: Word = item("传感器编号", "传感器", "摄像头编号", doc="id of the sensor")
    start: Moment = item("片段开始时间", "视频开始时间", doc="first frame")
    duration_s: Number = item("片段时长(秒)", "视频时长(秒)", "片段时长", doc="length, seconds")
    digest: Word = item("视频摘要", "视频SHA-256", doc="SHA-256 of the video file, hexadecimal")
