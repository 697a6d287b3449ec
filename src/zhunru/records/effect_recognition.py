"""Recognition model run over masked objects (匿名化效果机器识别)."""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator

from zhunru.core.record import Day, Key, Number, Record, Word, choice, item

ObjectKind = Annotated[
    Literal["face", "plate"] | None,
    BeforeValidator(choice(face="人脸|脸|faces", plate="车牌|号牌|机动车号牌|plates|license plate|licence plate")),
]


class EffectRecognition(Record):
    """One model that tried to recognise the correctly anonymised objects of one kind.

    Source: GB/T 44464-2024 annex B (two models for each kind, none recognised, no plate read whole); data-and-cyber.md 2.2.3.
    """

    title_zh: ClassVar[str] = "匿名化效果机器识别"
    sheet_names: ClassVar[tuple[str, ...]] = ("匿名化效果机器识别", "机器识别效果", "识别模型检验")

    picture_set: Key = item("图像集编号", "试验编号", "图像集", "数据集编号", doc="set of pictures of the test", key=True)
    model: Key = item("识别模型", "模型名称", doc="name of the model", key=True)
    kind_of_object: ObjectKind = item("识别对象", "识别目标", doc="face or plate")
    version: Word = item("模型版本", doc="version of the model")
    digest: Word = item("模型摘要", "模型权重SHA-256", doc="SHA-256 of its weights, hexadecimal")
    threshold: Word = item("判定阈值", "置信度阈值", doc="score from which it counts as recognised")
    plain_recognised_count: Number = item(
        "原图识别数", "匿名化前识别数", doc="of these objects, those it recognises before masking: shows that it works"
    )
    examined_count: Number = item("识别目标数", "送检目标数", doc="correctly anonymised objects that it was given")
    recognised_count: Number = item("识别成功数", "命中数", doc="of these, recognised as a face, or read whole as a plate")
    day: Day = item("识别日期", doc="day of the run")
