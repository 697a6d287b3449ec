"""Sensor that gave pictures to an anonymisation test (试验传感器)."""

from typing import ClassVar

from zhunru.core.record import Key, Number, Record, Word, item


class TrialSensor(Record):
    """One sensor outside the cabin with its own picture size; each sensor of the vehicle that sends pictures out takes part.

    Source: GB/T 44464-2024 annex B (per sensor >= 10 pictures or >= 10 s of video, >= 1 object, no resizing), table D.1.
    """

    title_zh: ClassVar[str] = "试验传感器"
    sheet_names: ClassVar[tuple[str, ...]] = ("试验传感器", "匿名化试验传感器", "车外传感器清单")

    picture_set: Key = item("图像集编号", "试验编号", "图像集", "数据集编号", doc="set of pictures of the test", key=True)
    sensor: Key = item("传感器编号", "传感器", "摄像头编号", doc="id of the sensor as in table D.1", key=True)
    name: Word = item("传感器名称", "摄像头名称", "安装位置", doc="name or place, e.g. front camera")
    width_px: Number = item("传感器宽度(像素)", "传感器水平像素", doc="width of what it sends out, px")
    height_px: Number = item("传感器高度(像素)", "传感器垂直像素", doc="height of what it sends out, px")
