"""The ledger of steps taken in incidents: one TOML file under `records/`, to which rows are only added."""

from datetime import datetime
from typing import Any

from zhunru.core.errors import PlanError, RecordError
from zhunru.core.record import CHINA
from zhunru.core.text import Text
from zhunru.engine.assess import locked
from zhunru.engine.chained_rows import add_row, load_rows
from zhunru.engine.dossier import Dossier
from zhunru.engine.run import collect
from zhunru.formulas.written_names import bare
from zhunru.records.data_incident import DataIncident
from zhunru.records.incident_step import IncidentStep
from zhunru.records.row_chain import START, digest_of, first_break, ordered

FILE = "records/incident_steps.toml"
_HEAD = "# Steps of incidents; written by `zhunru incident`. Rows are only added, each bears the digest of the one before it.\n"


def enter(dossier: Dossier, incident: str, *, now: datetime, **told: Any) -> IncidentStep:
    """Add one step, as a whole or not at all, and return it.

    Args:
        dossier: The dossier; held against other runs meanwhile.
        incident: Number of the incident.
        now: No step lies after it.
        told: `action`, `addressee`, `at` and further fields of `IncidentStep`.

    Raises:
        PlanError: No such incident, or a moment that cannot be.
        RecordError: The ledger is not whole, or is not read whole.
    """
    path = dossier.folder / FILE
    with locked(dossier):
        steps = load_rows(path, IncidentStep, first_break)
        material, _ = collect(dossier, dossier.state / "cache", now.astimezone(CHINA).date())
        known = [i for i in material.records.get(DataIncident, ()) if isinstance(i, DataIncident)]
        mine = [i for i in known if bare(i.id) == bare(incident)]
        if not mine:
            names = ", ".join(dict.fromkeys(i.id for i in known)) or "-"
            raise PlanError(Text("没有这个事件", "no such incident"), incident, Text(f"可用：{names}", f"one of: {names}"))
        read = [s for s in material.records.get(IncidentStep, ()) if isinstance(s, IncidentStep) and s.origin.source == FILE]
        if len(read) != len(steps):
            raise RecordError(Text("事件处置步骤台账未被完整读出", "the ledger of steps is not read whole"), FILE)
        at = told.get("at")
        if not isinstance(at, datetime) or at > now:
            raise PlanError(Text("步骤时间在现在之后", "the moment of the step lies ahead"), str(at), Text("改正 --at", "correct --at"))
        last = ordered(steps)[-1:]
        previous = digest_of(last[0]) if last else START
        row = {"incident": mine[0].id, "number": str(len(steps) + 1), "previous": previous, "entered_at": now}
        step = IncidentStep.model_validate(row | told)
        add_row(path, steps, step, first_break, _HEAD)
    return step
