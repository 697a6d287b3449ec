"""The ledger is reviewed within the year."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.step import Limit
from zhunru.core.verdict import Verdict
from zhunru.formulas.anniversaries import last_day_after_months
from zhunru.records.data_asset import DataAsset


@check("miit-2021-103/1.2", "miit-2022-166/7", "gb-t-43697-2024/J", title_zh="数据资产台账在一年内更新或复核", since="0.3")
def ledger_is_up_to_date(
    assets: list[DataAsset],
    day: date,
    *,
    within_months: Annotated[int, Limit("month", source="miit-2022-166/7", basis="P")] = 12,
) -> Iterator[Finding]:
    """Every entry of the asset ledger was updated or reviewed within `within_months` before the day.

    Why:
        Data change faster than ledgers; an entry of three years ago describes another system.

    为什么:
        数据变化比台账快，三年前的条目描述的是另一个系统。

    How it decides:
        1. The later of the day of update and the day of review counts. Neither, or a cell that cannot be read: gap.
        2. It lies after the day of assessment: gap, for it cannot be true yet.
        3. Up to `within_months` before the day: ok (the measures say "regularly"; the number is ours: screening). Longer ago: breach.

    Inconclusive:
        No entry, or entries whose days are blank, unreadable or in the future.

    Not covered:
        Whether the update was thorough; data that nobody entered.

    未覆盖:
        更新是否认真；没有登记的数据。

    Args:
        assets: Entries of the ledger.
        day: Day of the assessment.
        within_months: Greatest age of the last update or review, months.

    References:
        工信部网安〔2022〕166号 article 7; GB/T 43697-2024 annex J; data-and-cyber.md 2.5.
    """
    if not assets:
        yield gap("数据资产台账中没有条目", "the data asset ledger has no entries")
    for asset in assets:
        # (1) the later day
        last = max((d for d in (asset.updated, asset.reviewed) if d), default=None)
        if last is None:
            yield gap(
                "更新日期和复核日期均为空或无法识别", "days of update and review are blank or unreadable", at=asset.origin, asset=asset.id
            )
        # (2) not yet
        elif last > day:
            yield gap(
                "更新或复核日期晚于评估日",
                "the day of update or review is still to come",
                at=asset.origin,
                asset=asset.id,
                last=last.isoformat(),
            )
        # (3) its age
        elif last_day_after_months(last, within_months) < day:
            yield breach("条目已过期未更新", "the entry was not updated in time", at=asset.origin, asset=asset.id, last=last.isoformat())
        else:
            yield ok(
                "条目在期限内更新或复核",
                "the entry was updated or reviewed in time",
                at=asset.origin,
                asset=asset.id,
                last=last.isoformat(),
            )


def _case(updated: str, reviewed: str = "") -> tuple[list[DataAsset], date]:
    return [DataAsset.model_validate({"id": "A-1", "updated": updated, "reviewed": reviewed})], date(2026, 11, 22)


@ledger_is_up_to_date.example(Verdict.PASS)
def a_year_ago_to_the_day() -> tuple[list[DataAsset], date]:
    """Reviewed on the same day of last year."""
    return _case("2024-01-01", "2025-11-22")


@ledger_is_up_to_date.example(Verdict.FAIL)
def a_day_longer() -> tuple[list[DataAsset], date]:
    """The last update is a year and a day old."""
    return _case("2025-11-21")


@ledger_is_up_to_date.example(Verdict.INCONCLUSIVE)
def no_day_at_all() -> tuple[list[DataAsset], date]:
    """Neither day is told."""
    return _case("")
