"""Where the entries of the asset ledger stand: their own row moved on by the steps that were entered."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from zhunru.core.errors import DeclarationError
from zhunru.core.record import Workflow
from zhunru.core.text import Text
from zhunru.formulas.written_names import bare
from zhunru.records.data_asset import DataAsset
from zhunru.records.ledger_move import START, LedgerMove, digest_of_record, first_break, ordered


class AssetStanding(NamedTuple):
    """State of one entry.

    Args:
        asset: The entry as it stands in its ledger.
        state: draft, reviewed, approved or retired.
        last: Step that led there; None while no step was entered.
        lapsed: It was reviewed or approved, and the entry has been changed since: the step holds for it no more.
        doubts: Why the state cannot be relied on.
    """

    asset: DataAsset
    state: str
    last: LedgerMove | None = None
    lapsed: bool = False
    doubts: tuple[Text, ...] = ()


def flow() -> Workflow:
    """Return the workflow of an entry."""
    if DataAsset.workflow is None:
        raise DeclarationError(Text("数据资产没有流程", "the asset has no workflow"), "DataAsset")
    return DataAsset.workflow


def asset_standings(assets: Sequence[DataAsset], moves: Sequence[LedgerMove]) -> list[AssetStanding]:
    """Return the state of each entry, in the order of the ledger.

    A chain that breaks, a step from another state than the one reached, and a step that the workflow does not know put the state in doubt.
    """
    mine: dict[str, list[LedgerMove]] = {}
    for move in ordered(moves):
        if move.ledger in (None, DataAsset.kind()):
            mine.setdefault(bare(move.entry), []).append(move)
    broken = first_break(moves)
    told = (Text("台账条目流转记录链断裂", "the chain of the steps of entries breaks"),) if broken else ()
    return [_standing(a, mine.get(bare(a.id), []), told) for a in assets]


def _standing(asset: DataAsset, moves: Sequence[LedgerMove], told: tuple[Text, ...]) -> AssetStanding:
    state, doubts = flow().start, list(told)
    known = {(origin, verb): target for origin, verb, target in flow().moves}
    content: str | None = None
    for move in moves:
        # a changed entry is back at the start: its next step may begin there
        reached = state if move.from_state == state or move.content == content else flow().start
        if known.get((move.from_state or "", move.verb or "")) != move.to_state or move.from_state != reached:
            doubts.append(Text(f"流转第 {move.number} 步与此前状态不符", f"step {move.number} does not follow the state before it"))
        content = move.content
        state = move.to_state or state
    last = moves[-1] if moves else None
    lapsed = bool(last) and state in {"reviewed", "approved"} and last is not None and last.content != digest_of_record(asset)
    return AssetStanding(asset, flow().start if lapsed else state, last, lapsed, tuple(doubts))


def next_step(moves: Sequence[LedgerMove], standing: AssetStanding, verb: str, *, person: str, day: date, **told: object) -> LedgerMove:
    """Return the row to be added for `verb` on an entry; raise IllegalMove when its state does not allow it."""
    state = flow().move(standing.state, verb)
    last = ordered(moves)[-1:]
    fields = {
        "number": str(len(moves) + 1),
        "entry": standing.asset.id,
        "ledger": DataAsset.kind(),
        "verb": verb,
        "from_state": standing.state,
        "to_state": state,
        "person": person,
        "day": day,
        "content": digest_of_record(standing.asset),
        "previous": digest_of_record(last[0]) if last else START,
    }
    return LedgerMove.model_validate(fields | told)
