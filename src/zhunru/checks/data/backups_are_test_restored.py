"""Important data are backed up, and the recovery was tested."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.step import Limit
from zhunru.core.verdict import Verdict
from zhunru.formulas.anniversaries import last_day_after_months
from zhunru.formulas.written_names import bare
from zhunru.records.asset_marks import holds_important
from zhunru.records.backup_test import BackupTest
from zhunru.records.data_asset import DataAsset


@check("miit-2021-103/1.5", "miit-2022-166/15", title_zh="重要数据有备份，并定期测试恢复", since="0.3")
def backups_are_test_restored(
    tests: list[BackupTest],
    assets: list[DataAsset],
    day: date,
    *,
    months: Annotated[float, Limit("month", "miit-2022-166/15", "P")] = 12.0,
) -> Iterator[Finding]:
    """Each asset with important data is in a backup whose latest recovery test passed within `months` calendar months.

    Why:
        A backup that was never restored is a hope.

    为什么:
        从未恢复过的备份只是希望。

    How it decides:
        1. Assets that are marked important or graded important or core; neither told: gap.
        2. The latest dated test of a backup that holds the asset passed, `months` calendar months ago or less: ok; longer ago: gap, since the
           measures name no number. It failed: breach. Two of one day that differ: gap.
        3. No backup holds it, or no test is dated by the day or has an outcome: gap.
        4. No important asset in the ledger: gap.

    Inconclusive:
        Assets, days or outcomes are not told; tests are old or missing.

    Not covered:
        Whether the recovered data were whole, and where the backup lies. The number of months is our proposal.

    未覆盖:
        恢复的数据是否完整；备份存放地点。月数为本项目建议值。

    Args:
        tests: Backups and tests of recovery.
        assets: Data assets.
        day: Day as of which is assessed.
        months: Calendar months since the last test; our proposal.

    References:
        MIIT data measures 166号 articles 15, 17; data-and-cyber.md 2.5.
    """
    # (1) which assets
    important = [a for a in assets if holds_important(a)]
    for asset in assets:
        if holds_important(asset) is None:
            yield gap("是否为重要数据未说明", "whether the asset is important is not told", at=asset.origin, asset=asset.id)
    for asset in important:
        yield _judged(asset, tests, day, int(months))
    # (4) nothing
    if not important:
        yield gap("台账中没有重要数据", "the ledger has no important data", assets=len(assets))


def _judged(asset: DataAsset, tests: list[BackupTest], day: date, months: int) -> Finding:
    names = {bare(n) for n in (asset.id, asset.name) if n}
    mine = [(t.restored_on, t) for t in tests if t.restored_on and t.restored_on <= day and t.outcome and names & set(map(bare, t.assets))]
    facts: dict[str, Any] = {"at": asset.origin, "asset": asset.id, "limit": months, "unit": "month"}
    # (3) no test
    if not mine:
        return gap("没有该重要数据的恢复测试", "no test of recovery holds this asset", **facts)
    # (2) the latest
    last = max(d for d, _ in mine)
    outcomes = {t.outcome for d, t in mine if d == last}
    facts |= {"tested": str(last)}
    if len(outcomes) > 1:
        return gap("同日恢复测试结果不一致", "tests of one day differ", **facts)
    if outcomes == {"failed"}:
        return breach("最近一次恢复测试失败", "the latest test of recovery failed", **facts)
    if last_day_after_months(last, months) < day:
        return gap("恢复测试过久", "the latest test of recovery is long ago", **facts)
    return ok("恢复测试通过", "the recovery was tested", **facts)


_Case = tuple[list[BackupTest], list[DataAsset], date]


def _case(**changed: object) -> _Case:
    plain = {"id": "B-1", "assets": "A-1", "backed_up_on": "2025-12-01", "restored_on": "2025-06-01", "outcome": "成功"}
    return (
        [BackupTest.model_validate(plain | changed)],
        [DataAsset.model_validate({"id": "A-1", "important": "是", "grade": "重要"})],
        date(2026, 1, 1),
    )


@backups_are_test_restored.example(Verdict.PASS)
def tested_in_june() -> _Case:
    """Seven months ago, passed."""
    return _case()


@backups_are_test_restored.example(Verdict.FAIL)
def could_not_be_restored() -> _Case:
    """The test failed."""
    return _case(outcome="失败")


@backups_are_test_restored.example(Verdict.INCONCLUSIVE)
def never_restored() -> _Case:
    """A backup that nobody ever restored."""
    return _case(restored_on="", outcome="")
