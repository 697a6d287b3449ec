"""Log of exports, line by line."""

from datetime import datetime

import polars as pl

from zhunru.core.step import derive
from zhunru.core.table import Table, col
from zhunru.records.export_batch import ExportBatch


class ExportRow(Table):
    """One line of a log of exports: one person, or a batch that tells how many.

    A log that a ledger holds comes by way of its records; a log too large for a ledger is read straight into columns.
    """

    t_ns = col(pl.Int64, "when it was exported, UTC; null when not told", "出境时间")
    activity = col(pl.String, "export activity", "出境活动")
    person = col(pl.String, "pseudonym or digest of the person; null when the line only counts", "主体标识")
    scheme = col(pl.String, "how the pseudonym is made; empty = one and the same", "标识方案")
    person_count = col(pl.Int64, "persons in the line; null when not told or no whole number", "人数")
    personal = col(pl.Boolean, "holds personal information; null when not told", "个人信息")
    sensitive = col(pl.Boolean, "the information is sensitive; null when not told", "敏感个人信息")
    important = col(pl.Boolean, "holds important data; null when not told", "重要数据")
    kinds = col(pl.String, "kinds of data, joined with ;", "数据种类")
    recipient = col(pl.String, "recipient; null = that of the activity", "接收方")
    purpose = col(pl.String, "purpose; null = that of the activity", "目的")
    volume_byte = col(pl.Int64, "volume; null when not told", "数据量")
    accessed = col(pl.Boolean, "an access from outside, not a line of a log of exports; null = a line", "来自访问日志")
    row_no = col(pl.Int64, "row of the log, counted from 1", "行号")


@derive
def export_rows(batches: list[ExportBatch]) -> ExportRow:
    """Take the lines over from the ledger."""
    return ExportRow.concat([ExportRow.rows(*(_row(b) for b in batches))]) if batches else ExportRow.empty()


def _row(batch: ExportBatch) -> dict[str, object]:
    return {
        "t_ns": moment_ns(batch.exported),
        "activity": batch.activity,
        "person": batch.subject,
        "scheme": batch.scheme or "",
        "person_count": whole(batch.person_count),
        "personal": batch.personal,
        "sensitive": batch.sensitive,
        "important": batch.important,
        "kinds": ";".join(batch.kinds) or None,
        "recipient": batch.recipient,
        "purpose": batch.purpose,
        "volume_byte": whole(batch.volume_byte),
        "row_no": batch.origin.row,
        "source": batch.origin.source,
    }


def whole(number: float | None) -> int | None:
    """Return a written number that counts things; None for what counts nothing: half a person, fewer than none."""
    return int(number) if number is not None and number >= 0 and number == int(number) else None


def moment_ns(moment: datetime | None) -> int | None:
    """Return a moment of a record in nanoseconds UTC; in whole seconds first, since a float cannot hold the nanoseconds of today."""
    return None if moment is None else int(moment.replace(microsecond=0).timestamp()) * 10**9 + moment.microsecond * 1000
