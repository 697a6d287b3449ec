"""Filing of the catalogue of important and core data, and its changes (重要数据目录备案)."""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator

from zhunru.core.record import Day, Key, Number, Record, Word, choice, item

CatalogueFilingKind = Annotated[
    Literal["first", "change", "again"] | None,
    BeforeValidator(choice(first="首次备案|初次备案", change="变更备案|变更", again="重新备案|退回后重报")),
]


class CatalogueFiling(Record):
    """One filing of the catalogue with its scale, or a change that has to be filed (without a day of filing it is still open).

    Source: MIIT measures 166号 article 12; data-and-cyber.md 2.5.
    """

    title_zh: ClassVar[str] = "重要数据目录备案"
    sheet_names: ClassVar[tuple[str, ...]] = ("重要数据目录备案", "目录备案", "重要数据目录备案记录")

    id: Key = item("目录备案编号", doc="number of the filing", key=True)
    matter: CatalogueFilingKind = item("目录备案类型", doc="first, change, or again after a refusal")
    changed_on: Day = item("目录变化日期", doc="day on which the change happened")
    change: Word = item("目录变化内容", doc="what changed")
    entries: Number = item("目录数据条数", doc="entries of the data as filed")
    volume_gb: Number = item("目录存储量(GB)", doc="volume of the data as filed, GB")
    filed_on: Day = item("目录提交日期", doc="day on which it was handed in")
    refused_on: Day = item("目录退回日期", doc="day on which the refusal came back")
    accepted_on: Day = item("目录备案通过日期", doc="day on which it was accepted")
    receipt: Word = item("目录备案回执", doc="number of the receipt")
