"""Search for data after their deletion (删除后检索试验)."""

from typing import ClassVar

from zhunru.core.record import Flag, Key, Moment, Number, Record, Refs, Word, item


class RetrievalTrial(Record):
    """One search for deleted data: what was deleted and when, where and how it was searched for, what was found.

    Source: GB/T 44464-2024 5.7.2, 6.6, D.7.2; GB 44495-2024 7.4.6, 8.3.5.6 (G).
    """

    title_zh: ClassVar[str] = "删除后检索试验"
    sheet_names: ClassVar[tuple[str, ...]] = ("删除后检索试验", "检索试验", "删除效果试验")

    id: Key = item("检索试验序号", "检索试验编号", doc="number of the trial", key=True)
    function: Word = item("检索涉及的功能", "功能编号", doc="function whose data were deleted")
    data_item: Word = item("检索的数据项", doc="kind of data")
    request: Word = item("对应请求编号", "请求编号", doc="request or deletion record that it follows")
    personal: Flag = item("检索的是个人信息", doc="personal information")
    important: Flag = item("检索的是重要数据", doc="important data")
    legal_hold: Flag = item("依法须保留", "是否依法保留", doc="law or a mandatory standard obliges to keep these data")
    found_before: Number = item("删除前命中数", doc="entries found by the same search before the deletion")
    deleted_at: Moment = item("删除时间", "执行删除时间", doc="when the deletion was carried out")
    searched_at: Moment = item("检索时间", doc="when it was searched")
    places: Refs = item("检索范围", "检索位置", doc="places searched: addresses, databases, backups", default=())
    hits: Number = item("删除后命中数", "检索命中数", doc="entries found, accessible or recoverable, after the deletion")
    laboratory: Word = item("检索试验单位", "试验单位", doc="who searched")
    evidence: Word = item("检索证据", doc="file or digest of the search")
