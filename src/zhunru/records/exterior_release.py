"""Provision of exterior pictures out of the vehicle (车外画面提供)."""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator

from zhunru.core.record import Flag, Key, Record, Refs, Word, choice, item

ReleaseMethod = Annotated[
    Literal["none_sent", "deleted", "anonymised", "plain"] | None,
    BeforeValidator(
        choice(
            none_sent="不提供|不向车外提供|仅车内处理|not sent",
            deleted="删除含人脸画面|删除|剔除画面|frames with faces deleted",
            anonymised="匿名化|脱敏|局部轮廓化|遮盖|masked|anonymized",
            plain="未处理|原始画面|不处理|unprocessed",
        )
    ),
]
"""How persons are protected before pictures leave: nothing leaves, frames are deleted, faces and plates are masked, or nothing is done."""


class ExteriorRelease(Record):
    """One way by which pictures or video of an exterior sensor leave the vehicle, and what is done to them before.

    Source: GB/T 44464-2024 5.6.1.2; 汽车数据安全管理若干规定（试行） articles 6(4) and 8.
    """

    title_zh: ClassVar[str] = "车外画面提供"
    sheet_names: ClassVar[tuple[str, ...]] = ("车外画面提供", "车外画面外传", "车外视频图像提供")

    id: Key = item("提供编号", "外传编号", doc="identifier of the way", key=True)
    sensors: Refs = item("车外传感器", "传感器编号", "涉及传感器", doc="exterior sensors whose pictures leave", default=())
    function: Word = item("对应功能", "功能", "功能名称", doc="function that sends them")
    recipient: Word = item("接收方", "接收方编号", doc="who receives them")
    consent: Flag = item("是否取得本人同意", "取得同意", doc="the persons in the pictures agreed")
    method: ReleaseMethod = item("处理方式", "提供前处理", "匿名化方式", doc="none_sent, deleted, anonymised or plain")
    tool: Word = item("匿名化工具", "匿名化方案", "脱敏工具", doc="what masks the pictures in the vehicle")
    tool_version: Word = item("匿名化工具版本", "匿名化软件版本", "脱敏工具版本", doc="its version")
    in_vehicle: Flag = item("车内完成处理", "提供前在车内完成", doc="the masking or deletion is done before the pictures leave the vehicle")
