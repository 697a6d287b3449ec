"""Vehicle of the ledger (车辆)."""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator

from zhunru.core.record import Day, Key, Record, Word, choice, item

VehicleUse = Annotated[
    Literal["production", "test", "export"] | None,
    BeforeValidator(
        choice(production="量产|量产车|商品车|销售|国内销售", test="试验|试验车|测试|测试车|试制|工程样车", export="出口|出口车|海外")
    ),
]
VehicleStatus = Annotated[
    Literal["stock", "sold", "scrapped"] | None,
    BeforeValidator(
        choice(stock="在库|库存|未售|待售|试验|下线", sold="已售|已销售|在用|已登记|已上牌|正常", scrapped="报废|已报废|注销|已注销")
    ),
]


class Vehicle(Record):
    """One vehicle: the ledger that cards, monitoring and update campaigns are reconciled with.

    Source: GB 16735-2019 (VIN), 工信部网安函〔2021〕246号 (cards and vehicles), data-and-cyber.md 5.2 and 6.1.
    """

    title_zh: ClassVar[str] = "车辆"
    sheet_names: ClassVar[tuple[str, ...]] = ("车辆", "车辆台账", "车辆清单", "整车清单", "VIN清单")

    vin: Key = item("车辆识别代号", "VIN", "VIN码", "车架号", "车辆识别代码", "车辆识别代号(VIN)", doc="VIN, 17 characters", key=True)
    model: Word = item("车型", "车辆型号", "车型名称", "产品型号", "型号", doc="model as filed")
    produced: Day = item("生产日期", "下线日期", "制造日期", doc="day of production")
    sold: Day = item("销售日期", "交付日期", "开票日期", doc="day of sale")
    registered: Day = item("注册登记日期", "上牌日期", "登记日期", "注册日期", doc="day of registration with the traffic authority")
    use: VehicleUse = item(
        "车辆用途", "用途", "车辆类别", "性质", doc="production, test or export; a check digit is demanded of production VINs"
    )
    status: VehicleStatus = item("车辆状态", "状态", doc="stock, sold or scrapped")
    plate: Word = item("车牌号", "号牌", "车牌", "号牌号码", doc="licence plate")
