"""Vehicle of the list that a sampling plan draws from (抽样总体)."""

from typing import ClassVar

from zhunru.core.record import Key, Record, Word, item


class ListedVehicle(Record):
    """One car of the list, sealed before the randomness was known.

    Source: 103号 article (十); the form is ours (P).
    """

    title_zh: ClassVar[str] = "抽样总体"
    sheet_names: ClassVar[tuple[str, ...]] = ("抽样总体", "抽样总体清单", "抽样框")

    plan: Key = item("抽样方案编号", "方案编号", "抽样方案", doc="plan that draws from the list", key=True)
    vin: Key = item("在册车辆VIN", "VIN", "车辆识别代号", "车架号", doc="VIN", key=True)
    stratum: Word = item("分层", "层", doc="stratum: configuration, model, month of production; empty = one stratum")
