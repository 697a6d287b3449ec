"""Deletion leaves what law or a mandatory standard obliges to keep."""

from collections.abc import Iterator
from typing import Any

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.record import untimed
from zhunru.core.verdict import Verdict
from zhunru.records.retrieval_trial import RetrievalTrial


@check("miit-2021-103/1.4", "gb-44495-2024/7.4.6", title_zh="删除功能不删除依法须保留的数据", since="0.3")
def legal_hold_survives_deletion(trials: list[RetrievalTrial]) -> Iterator[Finding]:
    """Every search after a deletion still finds all that law or a mandatory standard obliges to keep.

    Why:
        The record of an accident must not vanish with a tap on `delete`.

    为什么:
        事故记录不能因一次点按“删除”而消失。

    How it decides:
        1. Trials on data that must be kept; not told whether they must: gap.
        2. Searched after the deletion; as many entries as before or more: ok; fewer: breach.
        3. Counts or times missing, nothing there before, or an order that cannot be told: gap.
        4. No such trial: gap.

    Inconclusive:
        Counts, times or the duty to keep are not told, or no such data were tried.

    Not covered:
        Whether the list of what must be kept is complete, and whether the content is unchanged.

    未覆盖:
        须保留数据的清单是否完整；内容是否未变。

    Args:
        trials: Searches after deletion.

    References:
        GB 44495-2024 7.4.6, 8.3.5.6 (G); data-and-cyber.md 1.3.
    """
    held = 0
    for trial in trials:
        facts: dict[str, Any] = {
            "at": trial.origin,
            "trial": trial.id,
            "measured": trial.hits,
            "limit": trial.found_before,
            "unit": "entries",
        }
        before, after, deleted, searched = trial.found_before, trial.hits, trial.deleted_at, trial.searched_at
        # (1) which trials
        if trial.legal_hold is False:
            continue
        held += trial.legal_hold is True
        ordered = deleted is not None and searched is not None and not untimed(deleted, searched) and searched > deleted
        # (3) proves nothing
        if trial.legal_hold is None or before is None or before <= 0 or after is None or after < 0 or not ordered:
            yield gap("是否须保留、命中数或先后未说明", "duty to keep, counts or order are not told", **facts)
        # (2) still there
        elif after < before:
            yield breach("依法须保留的数据被删除", "data that must be kept were deleted", **facts)
        else:
            yield ok("依法须保留的数据仍在", "data that must be kept are still there", **facts)
    # (4) nothing
    if not held:
        yield gap("没有针对依法须保留数据的试验", "no trial on data that must be kept", trials=len(trials))


def _case(**changed: object) -> list[RetrievalTrial]:
    plain = {
        "id": "R-2", "data_item": "事件数据记录", "legal_hold": "是", "found_before": "3", "hits": "3", "places": "事件数据记录系统",
        "deleted_at": "2026-03-02 12:00", "searched_at": "2026-03-03 09:00",
    }  # fmt: skip
    return [RetrievalTrial.model_validate(plain | changed)]


@legal_hold_survives_deletion.example(Verdict.PASS)
def all_three_are_there() -> list[RetrievalTrial]:
    """Three records of events before and after."""
    return _case()


@legal_hold_survives_deletion.example(Verdict.FAIL)
def one_is_gone() -> list[RetrievalTrial]:
    """One of three records was deleted."""
    return _case(hits="2")


@legal_hold_survives_deletion.example(Verdict.INCONCLUSIVE)
def no_record_was_there() -> list[RetrievalTrial]:
    """Nothing to be kept was in the car."""
    return _case(found_before="0", hits="0")
