"""What was filed with the regulator agrees with the ledger."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.step import Limit
from zhunru.core.verdict import Verdict
from zhunru.formulas.anniversaries import last_day_after_months
from zhunru.formulas.placeholders import says_nothing
from zhunru.formulas.written_names import bare
from zhunru.records.data_asset import DataAsset
from zhunru.records.filed_item import FiledItem
from zhunru.records.filed_outcome import stands

_FILED = ("origin_of_data", "category", "grade", "system", "purpose", "method", "scope", "owner", "sharing", "export", "protection")
_SAME = ("category", "grade", "system", "purpose", "origin_of_data", "protection")


@check("miit-2021-103/1.2", "miit-2022-166/12", title_zh="重要数据均已备案，备案内容齐全并与台账一致", since="0.3")
def filed_items_agree_with_the_ledger(
    filed: list[FiledItem],
    assets: list[DataAsset],
    day: date,
    *,
    within_months: Annotated[int, Limit("month", source="miit-2022-166/12", basis="C")] = 3,
) -> Iterator[Finding]:
    """Every important or core asset stands in the last filing with all contents, and what changed since is not older than `within_months`.

    Why:
        A catalogue that was filed once and never again describes the data of another year.

    为什么:
        备案一次就不再变更的目录，说的是往年的数据。

    How it decides:
        1. Important assets are those marked so or graded important or core. An important asset without filed item: breach; one of which marks
           and grade are blank: gap.
        2. The last filing of an item that was not refused counts. One without day, with unreadable cells, or with an outcome that
           neither accepts nor refuses (审核中): gap.
        3. One of the eleven contents is blank: breach, naming it; scale is one of them, entries or bytes.
        4. Grade, class, carrier, purpose, source or protection differ from the entry, both told. Filed within `within_months`: ok, the time to
           file the change is not over. The entry was last touched longer ago than that: breach. Else gap: since when they differ is not known.
           Nothing differs: ok.

    Inconclusive:
        No filing or no ledger; days and cells that cannot be told.

    Not covered:
        Whether the regulator accepted it in time: the check of filings tells. Scale: a check of its own.

    未覆盖:
        主管部门是否按期受理（另有检查）；规模变化（另有检查）。

    Args:
        filed: Filed items, one row for each filing.
        assets: Entries of the ledger.
        day: Day of the assessment.
        within_months: Time for the change filing, months.

    References:
        工信部网安〔2022〕166号 article 12; data-and-cyber.md 2.5.
    """
    if not filed or not assets:
        yield gap("没有目录备案条目或没有数据资产台账", "there are no filed items or no asset ledger")
        return
    for asset in assets:
        names = {bare(n) for n in (asset.id, asset.name) if n}
        items = [i for i in filed if bare(i.asset) in names]
        important = asset.important or asset.grade in {"important", "core"}
        # (1) filed at all
        if not items and important:
            yield breach("重要数据未备案", "an important asset is not filed", at=asset.origin, asset=asset.id)
        elif not items and (asset.important is None or asset.grade is None):
            yield gap("是否须备案无法判定", "whether the asset must be filed cannot be told", at=asset.origin, asset=asset.id)
        elif items:
            yield _judged(asset, items, day, within_months)
    if not any(a.important or a.grade in {"important", "core"} for a in assets):
        yield gap("台账中没有重要数据，备案条目无从对应", "no asset is important: the filed items answer to nothing")


def _judged(asset: DataAsset, items: list[FiledItem], day: date, within_months: int) -> Finding:
    # (2) the last filing
    if any(i.filed_on is None or i.origin.problems for i in items):
        return gap("备案条目缺少日期或无法识别", "a filed item lacks its day, or cannot be read", at=items[0].origin, asset=asset.id)
    standing = [i for i in items if stands(i) is not False and i.filed_on and i.filed_on <= day]
    if not standing:
        return breach("重要数据备案未成立", "no filing of the asset stands", at=asset.origin, asset=asset.id)
    last = max(standing, key=lambda i: (str(i.filed_on), i.filing))
    if stands(last) is None:
        return gap("备案结果无法判定", "the outcome of the filing cannot be told", at=last.origin, asset=asset.id, outcome=last.outcome)
    # (3) contents
    blank = [n for n in _FILED if getattr(last, n) is None or (n != "grade" and not str(getattr(last, n)).strip())]
    if last.entry_count is None and last.volume_byte is None:
        blank.append("scale")
    if blank:
        return breach("备案内容不全", "contents of the filing are missing", at=last.origin, asset=asset.id, missing=", ".join(blank))
    # (4) agreement
    differ = [n for n in _SAME if _differs(getattr(last, n), getattr(asset, n))]
    if not differ:
        return ok("备案内容齐全并与台账一致", "the filing is whole and agrees with the ledger", at=last.origin, asset=asset.id)
    shown = ", ".join(differ)
    if last.filed_on and last_day_after_months(last.filed_on, within_months) >= day:
        return ok("变化尚在变更备案期限内", "the time to file the change is not over", at=last.origin, asset=asset.id, fields=shown)
    if asset.updated and last_day_after_months(asset.updated, within_months) < day:
        return breach(
            "台账变化后未按期变更备案", "a change of the ledger was not filed in time", at=last.origin, asset=asset.id, fields=shown
        )
    # the entry may have been touched again since the filed content changed
    return gap(
        "备案内容与台账不一致，变化日期不明", "filing and ledger differ since an unknown day", at=last.origin, asset=asset.id, fields=shown
    )


def _differs(one: str | None, two: str | None) -> bool:
    return not says_nothing(one) and not says_nothing(two) and bare(one or "") != bare(two or "")


_Case = tuple[list[FiledItem], list[DataAsset], date]


def _case(updated: str = "2026-08-22", **changed: object) -> _Case:
    item = {
        "filing": "B-1", "asset": "A-1", "filed_on": "2026-01-10", "outcome": "通过", "origin_of_data": "前视摄像头", "category": "车外数据", "grade": "重要",
        "entry_count": 1000, "system": "云平台", "purpose": "驾驶辅助", "method": "脱敏后训练", "scope": "研发部", "owner": "示例公司", "sharing": "无",
        "export": "否", "protection": "加密",
    }  # fmt: skip
    asset = {"id": "A-1", "grade": "重要", "important": "是", "category": "车外数据", "purpose": "驾驶辅助", "updated": updated}
    return [FiledItem.model_validate(item | changed)], [DataAsset.model_validate(asset)], date(2026, 11, 22)


@filed_items_agree_with_the_ledger.example(Verdict.PASS)
def filing_and_ledger_agree() -> _Case:
    """The filing is whole and says the same."""
    return _case()


@filed_items_agree_with_the_ledger.example(Verdict.PASS)
def filed_three_months_ago_to_the_day() -> _Case:
    """The purpose changed after the filing; today is the last day for the change."""
    return _case(purpose="地图更新", filed_on="2026-08-22")


@filed_items_agree_with_the_ledger.example(Verdict.FAIL)
def unchanged_for_longer_than_three_months() -> _Case:
    """The entry was last touched three months and a day ago: the change is older than the time to file it."""
    return _case("2026-08-21", purpose="地图更新")


@filed_items_agree_with_the_ledger.example(Verdict.INCONCLUSIVE)
def touched_again_last_week() -> _Case:
    """Since when the purpose differs cannot be told."""
    return _case("2026-11-15", purpose="地图更新")


@filed_items_agree_with_the_ledger.example(Verdict.FAIL)
def a_content_is_missing() -> _Case:
    """The filing does not tell the scope of use."""
    return _case(scope="")


@filed_items_agree_with_the_ledger.example(Verdict.INCONCLUSIVE)
def day_of_filing_is_blank() -> _Case:
    """Nobody wrote down when it was filed."""
    return _case(filed_on="")
