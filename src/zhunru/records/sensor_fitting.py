"""Sensor of the vehicle with the functions that need it (传感器配置, GB/T 44464-2024 table D.1)."""

from typing import ClassVar

from zhunru.core.record import Flag, Key, Number, Record, Refs, Word, item


class SensorFitting(Record):
    """One sensor, or one sensor with one of its functions where a sheet keeps a row for each.

    The first columns are those of table D.1. Those of what the function needs are ours (P): with them the row rule is computed, without
    them a person says in `justified` whether the function justifies resolution and coverage.
    Source: GB/T 44464-2024 5.3.1, 5.3.2, 6.2.1, 6.2.2, D.1 c), table D.1.
    """

    title_zh: ClassVar[str] = "传感器配置"
    sheet_names: ClassVar[tuple[str, ...]] = ("传感器配置", "传感器", "传感器清单", "传感器信息表", "表D.1")
    identity_fields: ClassVar[tuple[str, ...]] = ("number", "device", "model", "position", "functions")

    device: Key = item("设备类型", "传感器类型", "设备类别", doc="kind of equipment, e.g. camera, LiDAR, radar, microphone", key=True)
    number: Word = item("序号", "传感器编号", "设备编号", doc="number in the table; rows of one number are one sensor")
    model: Word = item("设备型号", "型号", "传感器型号", doc="model")
    resolution: Word = item("分辨率", "设备分辨率", doc="resolution, e.g. 1920x1080, 8MP, 0.1°")
    horizontal_deg: Number = item("水平视场角(°)", "水平视场角", "水平覆盖范围", "覆盖范围/水平", doc="horizontal field angle, degrees")
    vertical_deg: Number = item("垂直视场角(°)", "垂直视场角", "垂直覆盖范围", "覆盖范围/垂直", doc="vertical field angle, degrees")
    position: Word = item("安装位置", "安装部位", doc="where it is mounted")
    side: Word = item("座舱内或车外", "感知区域", "内外", doc="cabin (座舱) or exterior (车外)")
    functions: Refs = item("涉及功能", "涉及的功能", "功能", "使用功能", doc="functions that use it", default=())
    explanation: Word = item(
        "功能说明和必要性分析",
        "功能说明及必要性分析",
        "必要性分析",
        "功能说明",
        "说明",
        doc="explanation of the functions and why they need it",
    )
    needed_resolution: Word = item("功能所需分辨率", "所需分辨率", doc="least resolution that the functions of the row need, same form")
    needed_horizontal_deg: Number = item("所需水平视场角(°)", "所需水平视场角", doc="horizontal field angle needed, degrees")
    needed_vertical_deg: Number = item("所需垂直视场角(°)", "所需垂直视场角", doc="vertical field angle needed, degrees")
    justified: Flag = item(
        "精度范围是否由该功能论证",
        "是否论证",
        "论证成立",
        doc="a person judged that the functions of the row justify resolution and coverage",
    )
    judge: Word = item("论证人", "评审人", doc="person who judged")
    important: Flag = item("是否采集重要数据", "采集重要数据", doc="collects important data")
