"""Test of the anonymisation of faces and plates outside the vehicle (匿名化试验)."""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator

from zhunru.core.record import Day, Flag, Key, Number, Record, Word, choice, item

TrialForm = Annotated[
    Literal["pictures", "video"] | None,
    BeforeValidator(choice(pictures="图片|图像|照片|抓拍|picture|images", video="视频|录像|视频抽帧|video clips")),
]
"""What the sensors gave: single pictures, or video of which pictures were taken."""

MarkedBy = Annotated[
    Literal["tool", "persons"] | None,
    BeforeValidator(choice(tool="标注工具|工具|自动标注|算法|marking tool", persons="人工|人工标注|手工|手工标注|manual")),
]
"""Who says what stands in the pictures."""


class AnonymisationTrial(Record):
    """One set of pictures on which an anonymisation is tested: what was tested, how the pictures were taken and who marked them.

    Source: GB/T 44464-2024 5.6.1.2, annex B, D.6.3; data-and-cyber.md 2.2.3.
    """

    title_zh: ClassVar[str] = "匿名化试验"
    sheet_names: ClassVar[tuple[str, ...]] = ("匿名化试验", "匿名化测试", "脱敏试验", "车外画面匿名化试验")

    picture_set: Key = item("图像集编号", "试验编号", "图像集", "数据集编号", doc="set of pictures of the test", key=True)
    tool: Word = item("匿名化工具", "匿名化方案", "脱敏工具", "匿名化软件", doc="what masks the pictures in the vehicle")
    tool_version: Word = item("匿名化工具版本", "匿名化软件版本", "脱敏工具版本", doc="its version")
    form: TrialForm = item("采集形式", "数据形式", "图像形式", doc="pictures or video")
    frame_step_s: Number = item("抽帧间隔(秒)", "抽帧间隔", "抽帧步长(秒)", doc="fixed step between pictures taken of video, seconds")
    resized: Flag = item("是否缩放", "是否改变分辨率", "缩放", doc="pictures were scaled before or after masking")
    marked_by: MarkedBy = item("标注方式", "真值来源", doc="marking tool or persons")
    marking_tool: Word = item("标注工具", "标注工具名称", doc="marking tool that says what stands in the pictures")
    marking_version: Word = item("标注工具版本", "标注软件版本", doc="its version")
    annotator: Word = item("标注人", "标注人员", doc="person who marked, or ran the marking tool")
    verifier: Word = item("复核标注人", "标注复核人", "标注审核人", doc="another person who went over the marking")
    camera_width_px: Number = item("参考相机宽度(像素)", "参考相机水平像素", doc="width of the reference camera, px")
    camera_height_px: Number = item("参考相机高度(像素)", "参考相机垂直像素", doc="height of the reference camera, px")
    camera_hz: Number = item("参考相机帧率", "参考相机帧率(帧/秒)", doc="pictures per second of the reference camera, Hz")
    camera_timeline: Flag = item("参考相机记录时间轴", "记录时间轴", doc="the reference camera records the time line")
    camera_duration: Flag = item("参考相机记录时长", "记录时长", doc="the reference camera records the duration")
    camera_surroundings: Flag = item("参考相机记录环境", "记录周边环境", doc="the reference camera records the surroundings")
    laboratory: Word = item("试验机构", "检测机构", doc="who ran the test")
    day: Day = item("试验日期", "测试日期", doc="day of the test")
