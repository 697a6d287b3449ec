"""Technical parameter of a baseline (技术参数)."""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator

from zhunru.core.record import Flag, Key, Record, Refs, Word, choice, item

ParameterFamily = Annotated[
    Literal["safety", "energy", "environment", "theft", "none"] | None,
    BeforeValidator(
        choice(
            safety="安全|安全性能",
            energy="节能|能耗|能源",
            environment="环保|环境保护|排放",
            theft="防盗|防盗性能|anti-theft",
            none="其他|无关|不涉及|其它",
        )
    ),
]


class VehicleParameter(Record):
    """One parameter with its value; family and whether it stands in the Announcement decide which procedure its change needs.

    Source: 103号 article (四), third demand; 45号 classes A and B; ota-and-recorders.md 2.1, 2.2 G3 and G4.
    """

    title_zh: ClassVar[str] = "技术参数"
    sheet_names: ClassVar[tuple[str, ...]] = ("技术参数", "参数表", "车辆参数", "主要技术参数", "标定参数")

    baseline: Key = item("基线编号", "基线", "所属基线", doc="baseline that the value belongs to", key=True)
    id: Key = item("参数编号", "参数代号", "参数标识", doc="name of the parameter, the same in all baselines", key=True)
    name: Word = item("参数名称", "参数", doc="name for people")
    value: Word = item("参数值", "取值", "标定值", doc="value as written")
    unit: Word = item("计量单位", "单位", doc="unit of the value")
    family: ParameterFamily = item("参数类别", "性能类别", "类别", doc="safety, energy, environment, theft, or none of them")
    announced: Flag = item(
        "公告参数", "主要技术参数", "列入公告", doc="stands in the Announcement or the list of main technical parameters"
    )
    ecus: Refs = item("相关控制器", "控制器", "ECU", doc="ECUs that hold it", default=())
