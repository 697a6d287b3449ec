"""Signed statement that no incident happened in a stretch of time (无事件声明)."""

from typing import ClassVar

from zhunru.core.record import Day, Key, Record, Word, item


class IncidentFreeStatement(Record):
    """A person declares that the register of incidents is complete and empty for a stretch of time.

    An absent register tells nothing; a signed statement is evidence, as far as it reaches.
    Source: MIIT data incident plan 2024 4.2 (no hidden or missed report); the form is ours (P).
    """

    title_zh: ClassVar[str] = "无事件声明"
    sheet_names: ClassVar[tuple[str, ...]] = ("无事件声明", "零事件声明", "零报告")

    person: Key = item("声明人", doc="who declares it", key=True)
    start: Day = item("声明期间起", "无事件期间起", doc="first day of the stretch")
    end: Day = item("声明期间止", "无事件期间止", doc="last day of the stretch")
    signed_on: Day = item("声明签署日期", doc="day of the signature")
    ground: Word = item("声明依据", doc="what was looked at, e.g. monitoring, tickets, notices of authorities")
    document: Word = item("声明文件", doc="number or digest of the signed paper")
