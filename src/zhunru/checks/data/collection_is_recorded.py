"""Each collection is recorded with source, time, type, quantity, frequency and flow."""

from collections.abc import Iterator
from typing import Final

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.verdict import Verdict
from zhunru.formulas.written_names import bare
from zhunru.records.data_event import DataEvent
from zhunru.records.pi_function import PiFunction
from zhunru.records.told import certainly_blank, told

_FIELDS: Final = ("origin_of_data", "data_item", "quantity", "frequency", "destination")


@check("miit-2021-103/1.5", "miit-2022-166/14", title_zh="数据收集记录包含来源、时间、类型、数量、频度和流向", since="0.3")
def collection_is_recorded(events: list[DataEvent], functions: list[PiFunction] | None) -> Iterator[Finding]:
    """Every recorded collection tells source, time, type, quantity, frequency and flow, and every function has one.

    Why:
        What was collected, and where it went, cannot be found out afterwards.

    为什么:
        收集了什么、去了哪里，事后无从补查。

    How it decides:
        1. Events of collection; an event without its kind: gap.
        2. All six are told: ok. One is blank, or says that there is none: breach. Its cell is unreadable, is to be filled in later, or the
           row has columns that are not known: gap.
        3. A function of the list without a recorded collection: gap. No collection at all: gap.

    Inconclusive:
        Cells are unreadable, nothing was recorded, or functions have no record.

    Not covered:
        Agreements with indirect sources; whether each collection stands in the record.

    未覆盖:
        间接获取数据的协议；是否每次收集均有记录。

    Args:
        events: Log of processing.
        functions: List of functions; without it (3) asks for one collection only.

    References:
        MIIT data measures 166号 article 14.
    """
    # (1) which events
    collected = [e for e in events if e.event == "collect"]
    for event in events:
        if event.event is None:
            yield gap("处理环节未说明", "what was done is not told", at=event.origin, function=event.function)
    for event in collected:
        yield _judged(event)
    # (3) functions without a record
    held = {bare(e.function) for e in collected}
    for name in sorted({bare(f.id) for f in functions or []} - held):
        yield gap("功能没有收集记录", "no collection by this function is recorded", function=name)
    if not collected:
        yield gap("没有收集记录", "no collection is recorded", events=len(events))


def _judged(event: DataEvent) -> Finding:
    # (2) six contents
    says = {name: told(getattr(event, name)) for name in _FIELDS}
    lacking = [n for n, t in says.items() if t == "none" or (t == "open" and certainly_blank(event, n))]
    if event.at is None and certainly_blank(event, "at"):
        lacking.append("at")
    if lacking:
        return breach(
            "收集记录内容不全",
            "the record of the collection lacks contents",
            at=event.origin,
            function=event.function,
            missing="; ".join(lacking),
        )
    if event.at is None or "open" in says.values():
        return gap("收集记录有无法识别的内容", "a content of the record cannot be told", at=event.origin, function=event.function)
    return ok("收集记录完整", "the collection is recorded", at=event.origin, function=event.function)


_Case = tuple[list[DataEvent], list[PiFunction] | None]


def _case(**changed: object) -> _Case:
    plain = {
        "function": "F-1", "event": "收集", "at": "2026-03-02 12:00", "origin_of_data": "车内摄像头", "data_item": "影像", "quantity": "1200 帧",
        "frequency": "每秒 10 帧", "destination": "车内域控制器",
    }  # fmt: skip
    return [DataEvent.model_validate(plain | changed)], [PiFunction.model_validate({"id": "F-1"})]


@collection_is_recorded.example(Verdict.PASS)
def all_six() -> _Case:
    """Each content is told."""
    return _case()


@collection_is_recorded.example(Verdict.FAIL)
def no_flow() -> _Case:
    """Nobody recorded where the pictures went."""
    return _case(destination="")


@collection_is_recorded.example(Verdict.INCONCLUSIVE)
def to_be_filled_in() -> _Case:
    """The quantity is to be filled in later."""
    return _case(quantity="待补充")
