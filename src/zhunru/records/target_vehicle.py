"""Vehicle that an update activity is meant for (目标车辆)."""

from typing import ClassVar

from zhunru.core.record import Flag, Key, Moment, Record, Word, item


class TargetVehicle(Record):
    """One car of the closed target list, with its last known configuration.

    Source: GB 44496-2024 4.2.3, 4.2.4, 4.3.4; ota-and-recorders.md 1.9 `target`, 2.2 G8.
    """

    title_zh: ClassVar[str] = "目标车辆"
    sheet_names: ClassVar[tuple[str, ...]] = ("目标车辆", "目标车辆清单", "升级车辆清单")

    campaign: Key = item("活动编号", "升级编号", doc="update activity", key=True)
    vin: Key = item("目标车辆VIN", "VIN", "车辆识别代号", "车架号", doc="VIN", key=True)
    configuration: Word = item("最近已知构型", "最近已知基线", "当前基线", doc="baseline that the car was last known to have")
    configured_at: Moment = item("构型时间", "构型采集时间", doc="when that was read")
    compatible: Flag = item("兼容", "兼容性确认", doc="the maker's own claim that it is compatible")
    batch: Word = item("批次", "发布批次", doc="release batch")
    owner_region: Word = item("地区", "区域", doc="region, for sampling")
