"""A major change of important data is filed within three months."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated, Any, NamedTuple

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.step import Limit
from zhunru.core.verdict import Verdict
from zhunru.formulas.anniversaries import last_day_after_months
from zhunru.formulas.written_names import bare
from zhunru.records.asset_scale import AssetScale
from zhunru.records.filed_item import FiledItem
from zhunru.records.filed_outcome import stands

_SCALES = ("entry_count", "volume_byte")


class _Change(NamedTuple):
    seen: date
    ratio: float
    name: str


@check("miit-2021-103/1.2", "miit-2022-166/12", title_zh="重要数据规模变化三成以上的，三个月内已办理变更备案", since="0.3")
def catalogue_changes_are_filed_in_time(
    filed: list[FiledItem],
    scales: list[AssetScale],
    day: date,
    *,
    change_ratio: Annotated[float, Limit("1", source="miit-2022-166/12", basis="C")] = 0.3,
    within_months: Annotated[int, Limit("month", source="miit-2022-166/12", basis="C")] = 3,
) -> Iterator[Finding]:
    """No asset differs from its last filed scale by `change_ratio` or more for longer than `within_months` without a change filing.

    Why:
        The regulator watches what was filed; twice as many data are watched by nobody.

    为什么:
        主管部门按备案内容监管，规模翻倍而不变更备案，等于无人监管。

    How it decides:
        1. For each filed asset the scale history is walked in order of days: each count, of entries and of bytes, is held against the filing
           that was the last before it.
        2. A count that differs by `change_ratio` of the filed one or more begins a change on that day; exactly three tenths does.
        3. A filing after the change and no later than `within_months` after it ends it: ok. Later or none, and the time is over: breach.
           Time is left on the day: ok, with the last day.
        4. A refused filing ends nothing. No change: ok. A filing or a count without day or number, an outcome that neither accepts nor refuses, or an asset without any count after its filing: gap.

    Inconclusive:
        No filed items or no history; days or numbers that are missing.

    Not covered:
        Changes between two counts; changes of other filed contents, which a check of its own compares.

    未覆盖:
        两次统计之间的变化；其他备案内容的变化另有检查。

    Args:
        filed: Filed items, one row for each filing.
        scales: History of the scale of assets.
        day: Day of the assessment.
        change_ratio: Least change of entries or volume that is major, share of the filed one.
        within_months: Time for the change filing, months.

    References:
        工信部网安〔2022〕166号 article 12; data-and-cyber.md 2.5.
    """
    if not filed:
        yield gap("没有目录备案条目", "there are no filed items")
    by_asset: dict[str, list[FiledItem]] = {}
    for item in (i for i in filed if stands(i) is not False):
        by_asset.setdefault(bare(item.asset), []).append(item)
    for asset, items in sorted(by_asset.items()):
        mine = [s for s in scales if bare(s.asset) == asset]
        dated = sorted((i for i in items if i.filed_on), key=lambda i: (str(i.filed_on), i.filing))
        # (4) what cannot be told
        vague = [i for i in items if i.filed_on is None or i.origin.problems or stands(i) is None] + [
            s for s in mine if s.day is None or s.origin.problems
        ]
        for record in vague:
            yield gap(
                "备案或规模记录缺少日期、结果不明或无法识别",
                "a filing or a count lacks its day or outcome, or cannot be read",
                at=record.origin,
                asset=items[0].asset,
            )
        if dated:
            yield from _walked(dated, sorted((s for s in mine if s.day), key=lambda s: str(s.day)), day, change_ratio, within_months)


def _walked(
    filed: Sequence[FiledItem], counts: Sequence[AssetScale], day: date, change_ratio: float, within_months: int
) -> Iterator[Finding]:
    counted = False
    change: _Change | None = None
    done = 0
    for count in (c for c in counts if c.day and c.day <= day):
        # (1) against the filing that was the last before it
        before = [f for f in filed if f.filed_on and count.day and f.filed_on <= count.day]
        if not before or count.day is None:
            continue
        if change is not None and len(before) > done:
            yield _ended(change, before[done:], filed[0].asset, day, within_months)
            change = None
        done = len(before)
        counted = True
        change = change or _change(before[-1], count, change_ratio)  # (2)
    asset = filed[-1].asset
    if change is not None:
        yield _ended(change, [f for f in filed if f.filed_on and f.filed_on > change.seen], asset, day, within_months)
    elif counted and _comparable(filed[-1], counts):
        yield ok("规模没有重大变化", "the scale has not changed much", at=filed[-1].origin, asset=asset)
    else:
        yield gap("没有可与备案比较的规模记录", "no count can be held against the filing", at=filed[-1].origin, asset=asset)


def _comparable(filed: FiledItem, counts: Sequence[AssetScale]) -> bool:
    return any(
        getattr(filed, n) and getattr(c, n) is not None and c.day and filed.filed_on and c.day >= filed.filed_on
        for n in _SCALES
        for c in counts
    )


def _change(filed: FiledItem, count: AssetScale, change_ratio: float) -> _Change | None:
    for name in _SCALES:
        old, new = getattr(filed, name), getattr(count, name)
        # whole numbers are compared without division: exactly three tenths is a change
        if old and new is not None and count.day and abs(new - old) * 10**6 >= round(change_ratio * 10**6) * old:
            return _Change(count.day, abs(new - old) / old, name)
    return None


def _ended(change: _Change, later: Sequence[FiledItem], asset: str, day: date, within_months: int) -> Finding:
    last = last_day_after_months(change.seen, within_months)
    filed_on = min((f.filed_on for f in later if f.filed_on and f.filed_on <= day), default=None)
    shown: dict[str, Any] = {
        "asset": asset, "what": change.name, "measured": round(change.ratio, 4), "unit": "1", "since": change.seen.isoformat(), "last_day": last.isoformat(),
    }  # fmt: skip
    if filed_on is not None and filed_on <= last:
        return ok("重大变化已按期变更备案", "the major change was filed in time", **shown, filed=filed_on.isoformat())
    if filed_on is not None or day > last:  # (3)
        return breach(
            "重大变化未在期限内变更备案", "a major change was not filed in time", **shown, filed=filed_on.isoformat() if filed_on else ""
        )
    return ok("重大变化尚在变更备案期限内", "the time to file the major change is not over", **shown)


_Case = tuple[list[FiledItem], list[AssetScale], date]


def _case(count: float, day: date = date(2026, 11, 22), refiled: str = "") -> _Case:
    filed = [{"filing": "B-1", "asset": "A-1", "filed_on": "2026-01-10", "entry_count": 1000}]
    if refiled:
        filed.append({"filing": "B-2", "asset": "A-1", "filed_on": refiled, "entry_count": count})
    scales = [{"asset": "A-1", "day": "2026-02-01", "entry_count": 1000}, {"asset": "A-1", "day": "2026-06-01", "entry_count": count}]
    return [FiledItem.model_validate(f) for f in filed], [AssetScale.model_validate(s) for s in scales], day


@catalogue_changes_are_filed_in_time.example(Verdict.PASS)
def just_below_three_tenths() -> _Case:
    """The scale grew by 29.9 %."""
    return _case(1299)


@catalogue_changes_are_filed_in_time.example(Verdict.PASS)
def filed_on_the_last_day() -> _Case:
    """It grew by half, and was filed three months later."""
    return _case(1500, refiled="2026-09-01")


@catalogue_changes_are_filed_in_time.example(Verdict.FAIL)
def three_tenths_and_no_filing() -> _Case:
    """The scale grew by exactly 30 %, half a year ago."""
    return _case(1300)


@catalogue_changes_are_filed_in_time.example(Verdict.FAIL)
def a_day_late() -> _Case:
    """The filing came a day late."""
    return _case(700, refiled="2026-09-02")


@catalogue_changes_are_filed_in_time.example(Verdict.INCONCLUSIVE)
def no_count_after_the_filing() -> _Case:
    """Nobody counted since the filing."""
    return _case(1000)[0], [], date(2026, 11, 22)
