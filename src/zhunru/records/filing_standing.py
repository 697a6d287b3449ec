"""Whether a filing stands on a day: its rows reconciled and moved on by the moves that were entered."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from zhunru.core.errors import IllegalMove
from zhunru.core.record import Workflow
from zhunru.core.text import Text
from zhunru.formulas.written_names import bare
from zhunru.records.filing import Filing
from zhunru.records.filing_move import FilingMove, digest_of_move, first_break, ordered

DAY_FIELDS = {
    "filed": "filed_on", "returned": "returned_on", "supplemented": "supplemented_on", "accepted": "accepted_on", "withdrawn": "withdrawn_on",
}  # fmt: skip
"""State -> field of the day on which it was reached."""
_WORST = ("withdrawn", "drafted", "returned", "filed", "supplemented", "accepted")
_NO_RECEIPT = frozenset({"", "无", "暂无", "没有", "待定", "待补", "待补充", "none", "tbd", "null"})
_SHOWN = 8


class Standing(NamedTuple):
    """A filing after its moves.

    Args:
        filing: The row with state, days and receipt as they are now.
        doubts: Why it cannot be relied on; empty when all rows and moves agree.
    """

    filing: Filing
    doubts: tuple[Text, ...] = ()


class Fault(NamedTuple):
    """Why a filing does not stand on a day; `sure` = it certainly does not, else it cannot be told."""

    text: Text
    sure: bool = True


def flow() -> Workflow:
    """Return the workflow of filings."""
    if Filing.workflow is None:
        raise TypeError("filings have a workflow")
    return Filing.workflow


def standings(filings: Sequence[Filing], moves: Sequence[FilingMove]) -> list[Standing]:
    """Return each filing once, in order of number: rows reconciled (the worst counts), then moved on.

    Doubts: rows that differ, cells that cannot be read, moves of which one is not allowed or begins elsewhere, a chain of moves that
    breaks. A broken chain is a doubt of every filing: nothing tells which moves are lost.
    """
    rows: dict[str, list[Filing]] = {}
    for filing in filings:
        rows.setdefault(bare(filing.id), []).append(filing)
    broken = [Text("备案流转记录链断裂：有行缺失、重复或被改动", "the chain of moves breaks: a row is lost, repeated or altered")] * (
        first_break(moves) is not None
    )
    mine: dict[str, list[FilingMove]] = {}
    for move in ordered(moves):
        mine.setdefault(bare(move.filing), []).append(move)
    found = []
    for key in sorted(rows):
        filing, doubts = _reconciled(rows[key])
        moved, problems = _moved(filing, mine.get(key, ()))
        found.append(Standing(moved, (*doubts, *broken, *problems)))
    return found


def _reconciled(rows: Sequence[Filing]) -> tuple[Filing, tuple[Text, ...]]:
    states = {r.state for r in rows}
    worst = min(rows, key=lambda r: _WORST.index(r.state) if r.state else -1)
    doubts = []
    if len({r.model_dump_json() for r in rows}) > 1:
        doubts.append(Text("同一备案编号有内容不同的多行", "rows of one filing differ"))
    problems = tuple(p for r in rows for p in r.origin.problems)[:_SHOWN]
    if problems:
        doubts.append(Text("备案记录中有无法识别的单元格", "cells of the filing cannot be read"))
    state = None if None in states else worst.state
    return worst.model_copy(update={"state": state, "origin": worst.origin._replace(problems=problems)}), tuple(doubts)


def _moved(filing: Filing, moves: Sequence[FilingMove]) -> tuple[Filing, list[Text]]:
    doubts: list[Text] = []
    for move in moves:
        try:
            state = flow().move(filing.state or "", move.verb or "")
        except IllegalMove:
            doubts.append(Text("备案流转中有流程不允许的办理动作", "a move that the workflow does not allow"))
            continue
        if (move.from_state, move.to_state) != (filing.state, state) or move.day is None or move.origin.problems:
            doubts.append(Text("备案流转的状态或日期与流程不符", "states or day of a move do not follow"))
        changed: dict[str, object] = {"state": state, DAY_FIELDS[state]: move.day}
        if move.receipt:
            changed |= {"receipt": move.receipt, "receipt_digest": move.receipt_digest}
        filing = filing.model_copy(update=changed)
    return filing, doubts


def next_move(moves: Sequence[FilingMove], filing: Filing, verb: str, **told: object) -> FilingMove:
    """Return the row to be added for `verb` on a filing; raise IllegalMove when its state does not allow it.

    Args:
        moves: All rows so far.
        filing: The filing as it stands.
        verb: file, return, supplement, accept or withdraw.
        told: Further fields of `FilingMove`.
    """
    state = flow().move(filing.state or "", verb)
    last = ordered(moves)[-1:]
    fields = {"number": str(len(moves) + 1), "filing": filing.id, "verb": verb, "from_state": filing.state, "to_state": state}
    previous = {"previous": digest_of_move(last[0])} if last else {"previous": "0" * 64}
    return FilingMove.model_validate(fields | previous | told)


def fault_on(standing: Standing, day: date) -> Fault | None:
    """Return why a filing was not accepted before `day`, what is certain before what cannot be told; None when it was.

    A filing accepted on the very day cannot be told from one that came after the first push.
    """
    return min(_faults(standing, day), key=lambda f: not f.sure, default=None)


def _faults(standing: Standing, day: date) -> Iterator[Fault]:
    filing = standing.filing
    if standing.doubts:
        yield Fault(standing.doubts[0], sure=False)
        return  # what is in doubt breaks nothing for certain, and covers nothing
    if filing.withdrawn_on and filing.withdrawn_on <= day:
        yield Fault(Text("备案在首次推送前已撤回", "the filing was withdrawn by the first push"))
    if filing.state == "withdrawn" and filing.withdrawn_on is None:
        yield Fault(Text("备案已撤回，日期未知", "the filing was withdrawn on an unknown day"), sure=False)
    if filing.state is None:
        yield Fault(Text("备案状态缺失", "the state of the filing is missing"), sure=False)
    if filing.state in {"drafted", "filed", "returned", "supplemented"}:
        yield Fault(Text("备案尚未通过", "the filing is not accepted"))
    elif filing.accepted_on is None:
        yield Fault(Text("备案通过日期缺失", "the day of acceptance is missing"), sure=False)
    elif filing.accepted_on > day:
        yield Fault(Text("首次推送之后备案才通过", "the filing was accepted after the first push"))
    elif filing.accepted_on == day:
        yield Fault(
            Text("备案通过与首次推送同日，先后不明", "accepted on the day of the first push: which came first is not told"), sure=False
        )
    if filing.valid_until and filing.valid_until < day:
        yield Fault(Text("首次推送时备案已过有效期", "the filing had expired at the first push"))
    yield from _unproved(filing)


def _unproved(filing: Filing) -> Iterator[Fault]:
    if bare(filing.receipt or "") in _NO_RECEIPT:
        yield Fault(Text("备案已通过但没有回执编号", "accepted, but without the number of a receipt"), sure=False)
    if filing.filed_on is None:
        yield Fault(Text("备案提交日期缺失", "the day of handing in is missing"), sure=False)
    chain = [d for d in (filing.filed_on, filing.returned_on, filing.supplemented_on, filing.accepted_on) if d]
    if chain != sorted(chain):
        yield Fault(Text("备案各日期先后矛盾", "the days of the filing contradict one another"), sure=False)
