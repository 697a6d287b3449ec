"""Words of the company for one item of a paper that no other ledger holds (报告补充说明)."""

from typing import ClassVar

from zhunru.core.record import Day, Key, Record, Word, item


class ReportNote(Record):
    """One sentence for one item of one paper, e.g. the contact of the annual report, or other matters.

    Source: 若干规定 articles 13 (1), (7) and 14 (4), (5); the form is ours (P).
    """

    title_zh: ClassVar[str] = "报告补充说明"
    sheet_names: ClassVar[tuple[str, ...]] = ("报告补充说明", "文书补充说明")

    paper: Key = item("文书代号", doc="name of the paper, e.g. annual_report", key=True)
    entry: Key = item("文书栏目代号", doc="name of the item as the list of missing items tells it, e.g. contact", key=True)
    text: Word = item("补充内容", doc="what the paper shall say; none (无) where there is nothing")
    person: Word = item("补充人", doc="who supplied it")
    day: Day = item("补充日期", doc="when it was supplied")
