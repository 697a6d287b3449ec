"""The records of a dossier as a gate looks at them: an activity that is about to be released, before anything was pushed."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from zhunru.core.gate import HINDSIGHT
from zhunru.core.record import Record
from zhunru.engine import walk
from zhunru.engine.material import Material
from zhunru.formulas.written_names import bare
from zhunru.records.target_vehicle import TargetVehicle
from zhunru.records.update_campaign import UpdateCampaign
from zhunru.records.update_execution import UpdateExecution

Views = Sequence[tuple[Material, frozenset[str]]]
"""Material, and the ids of the checks that are asked under it; together every check once."""


def views_of(material: Material, campaign: str, day: date) -> Iterator[Views]:
    """Yield what has to hold together: the release today, and the one as it is written where it has begun earlier.

    Nobody may back-date a release to the time when an approval still held, nor be excused today for a release that was wrong then.

    Args:
        material: Records as they are written.
        campaign: Activity that is released; empty = none.
        day: Day of release.
    """
    every = frozenset(walk.checks())
    rows = [c for c in material.records.get(UpdateCampaign, ()) if isinstance(c, UpdateCampaign)]
    mine = [c for c in rows if campaign and bare(c.id) == bare(campaign)]
    if not mine:
        yield [(material, every)]
        return
    began = any(c.released_on and c.released_on < day for c in mine) or _ran(material, campaign)
    if began:
        yield [(material, every)]
    today = _with(material, rows, mine, {"released": True, "released_on": day})
    planned = _with(material, rows, mine, {"released": False, "released_on": None, "planned_start": day})
    past = material if began else _without(material, campaign)
    asked = {how: frozenset(i for i, h in HINDSIGHT.items() if h == how) for how in ("planned", "past")}
    yield [(today, every - asked["planned"] - asked["past"]), (planned, asked["planned"]), (past, asked["past"])]


def _ran(material: Material, campaign: str) -> bool:
    runs = material.records.get(UpdateExecution, ())
    return any(isinstance(e, UpdateExecution) and bare(e.campaign) == bare(campaign) for e in runs)


def _with(material: Material, rows: Sequence[UpdateCampaign], mine: Sequence[UpdateCampaign], changed: dict[str, object]) -> Material:
    marked = {id(c) for c in mine}
    supposed: list[Record] = [c.model_copy(update=changed) if id(c) in marked else c for c in rows]
    return replace(material, records={**material.records, UpdateCampaign: supposed}, _built={})


def _without(material: Material, campaign: str) -> Material:
    kept: dict[type[Record], list[Record]] = dict(material.records)
    kept[UpdateCampaign] = [c for c in kept.get(UpdateCampaign, []) if not (isinstance(c, UpdateCampaign) and bare(c.id) == bare(campaign))]
    kept[TargetVehicle] = [
        t for t in kept.get(TargetVehicle, []) if not (isinstance(t, TargetVehicle) and bare(t.campaign) == bare(campaign))
    ]
    return replace(material, records=kept, _built={})
