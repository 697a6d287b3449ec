"""Vehicle that a sampling plan drew (抽样车辆)."""

from typing import ClassVar

from zhunru.core.record import Key, Number, Record, Word, item


class SampledVehicle(Record):
    """One drawn car, in the order of the draw. Anybody can compute the draw again from plan, list and public randomness.

    Source: 103号 article (十), inspection by samples that the maker cannot steer; the form is ours (P).
    """

    title_zh: ClassVar[str] = "抽样车辆"
    sheet_names: ClassVar[tuple[str, ...]] = ("抽样车辆", "抽样结果", "抽样清单")

    plan: Key = item("抽样方案编号", "方案编号", "抽样方案", doc="plan that drew it", key=True)
    vin: Key = item("抽中车辆VIN", "VIN", "车辆识别代号", "车架号", doc="VIN", key=True)
    stratum: Word = item("分层", "层", doc="stratum it was drawn from")
    rank: Number = item("抽样序号", "序号", doc="place in the draw of its stratum, counted from 1")
    reason: Word = item(
        "未取得原因", "缺失原因", doc="why the drawn car could not be had; the next one in rank stands for it; empty = it was had"
    )
