"""Store of face information and its filing (人脸信息存储与备案)."""

from typing import ClassVar

from zhunru.core.record import Day, Key, Number, Record, Word, item


class FaceStore(Record):
    """What one processor holds of face information: number of persons, when it reached the threshold, what was filed when.

    Source: 人脸识别技术应用安全管理办法 articles 9, 15; data-and-cyber.md 2.6.
    """

    title_zh: ClassVar[str] = "人脸信息备案"
    sheet_names: ClassVar[tuple[str, ...]] = ("人脸信息备案", "人脸信息存储", "人脸识别备案")

    id: Key = item("人脸信息库编号", doc="identifier of the store", key=True)
    persons: Number = item("存储人脸信息人数(人)", "存储人脸信息人数", doc="persons whose face information is stored")
    counted_on: Day = item("人数统计日期", doc="day of that count")
    reached_on: Day = item("达到十万人日期", doc="day on which the store reached 100,000 persons")
    filed_on: Day = item("人脸备案日期", doc="day of the filing")
    filing_number: Word = item("人脸备案编号", doc="number of the filing")
    changed_on: Day = item("备案信息变更日期", doc="day on which filed information changed substantially")
    change_filed_on: Day = item("变更备案日期", doc="day on which the change was filed")
    stopped_on: Day = item("停止人脸识别日期", doc="day on which the use of face recognition ended")
    stop_filed_on: Day = item("注销备案日期", doc="day on which the end was filed")
