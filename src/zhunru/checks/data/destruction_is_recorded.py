"""Destruction of data is recorded, and important data cannot be recovered."""

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.verdict import Verdict
from zhunru.formulas.written_names import bare
from zhunru.records.data_deletion import DataDeletion
from zhunru.records.told import told

_FIELDS: Final = ("medium", "executor", "witness", "approved_by")


@check("miit-2021-103/1.5", "miit-2022-166/20", title_zh="数据销毁有记录，重要数据销毁后不能恢复", since="0.3")
def destruction_is_recorded(deletions: list[DataDeletion], day: date) -> Iterator[Finding]:
    """Every destruction tells what, on which medium, when, by whom and who approved and watched; important data were shown to be unrecoverable.

    Why:
        A disk that was sold with data on it is a leak with a receipt.

    为什么:
        带着数据卖出的硬盘，是一次有据可查的泄露。

    How it decides:
        1. Records of destruction: destroyed, or a medium that was disposed of.
        2. Important data that can be recovered: breach; not told whether they are important: gap.
        3. Important data, and nobody says that they cannot be recovered, or how that was verified: gap.
        4. What, medium, day, executor, witness and approver are told, the witness is not the executor, the day not in the future: ok; else gap.
        5. No destruction on record: gap.

    Inconclusive:
        Cells are blank, or nothing was destroyed.

    Not covered:
        Whether destruction followed the company's rules; media that nobody entered.

    未覆盖:
        销毁是否符合企业制度；未登记的介质。

    Args:
        deletions: Records of deletion and destruction.
        day: Day as of which is assessed.

    References:
        MIIT data measures 166号 article 20; the list of fields is ours (P).
    """
    # (1) which records
    ours = [d for d in deletions if d.means == "destroyed" or d.trigger == "disposal"]
    for deletion in ours:
        yield _judged(deletion, day)
    # (5) nothing
    if not ours:
        yield gap("没有销毁记录", "no destruction is on record", records=len(deletions))


def _judged(deletion: DataDeletion, day: date) -> Finding:
    facts: dict[str, Any] = {"at": deletion.origin, "record": deletion.id}
    # (2) recoverable
    if deletion.recoverable and deletion.important:
        return breach("重要数据销毁后仍可恢复", "important data can be recovered after destruction", **facts)
    # (3) shown to be gone
    doubtful = deletion.important is None or (deletion.important and (deletion.recoverable is None or told(deletion.verified_by) != "yes"))
    # (4) fields
    blank = [n for n in _FIELDS if told(getattr(deletion, n)) != "yes"]
    undated = deletion.done_on is None or deletion.done_on > day or deletion.means is None
    alone = bare(deletion.executor or "") == bare(deletion.witness or "")
    if doubtful or blank or undated or alone or not (deletion.assets or deletion.data_items):
        return gap("销毁记录内容不全", "the record of destruction is not complete", **facts, blank="; ".join(blank))
    return ok("销毁记录完整", "the destruction is recorded", **facts)


def _case(**changed: object) -> tuple[list[DataDeletion], date]:
    plain = {
        "id": "X-1", "trigger": "介质报废", "assets": "A-1", "means": "销毁", "done_on": "2025-11-03", "important": "是", "recoverable": "否",
        "verified_by": "抽样恢复试验", "medium": "固态硬盘 3 块", "executor": "甲", "witness": "乙", "approved_by": "丙",
    }  # fmt: skip
    return [DataDeletion.model_validate(plain | changed)], date(2026, 1, 1)


@destruction_is_recorded.example(Verdict.PASS)
def shredded_and_verified() -> tuple[list[DataDeletion], date]:
    """Three disks, with executor, witness, approver and a try to recover."""
    return _case()


@destruction_is_recorded.example(Verdict.FAIL)
def recovered_in_the_sample() -> tuple[list[DataDeletion], date]:
    """The try to recover succeeded."""
    return _case(recoverable="是")


@destruction_is_recorded.example(Verdict.INCONCLUSIVE)
def nobody_watched() -> tuple[list[DataDeletion], date]:
    """The witness is blank."""
    return _case(witness="")
