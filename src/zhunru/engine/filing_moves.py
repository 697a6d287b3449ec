"""The ledger of moves of filings: one TOML file under `records/`, to which rows are only added."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from zhunru.core.errors import PlanError, RecordError
from zhunru.core.text import Text
from zhunru.engine.assess import locked
from zhunru.engine.chained_rows import add_row, load_rows
from zhunru.engine.dossier import Dossier
from zhunru.engine.run import collect
from zhunru.formulas.written_names import bare
from zhunru.records.filing import Filing
from zhunru.records.filing_move import FilingMove, first_break
from zhunru.records.filing_standing import DAY_FIELDS, Standing, next_move, standings

FILE = "records/filing_moves.toml"
_HEAD = "# Moves of filings; written by `zhunru filing move`. Rows are only added, each bears the digest of the one before it.\n"


def load(path: Path) -> list[FilingMove]:
    """Return the moves that the file holds, none when it is not there; raise RecordError when it is not whole."""
    return load_rows(path, FilingMove, first_break)


def enter(dossier: Dossier, filing: str, verb: str, *, today: date, **told: Any) -> tuple[Standing, FilingMove]:
    """Add one move, as a whole or not at all; return the filing before it, and the move.

    Args:
        dossier: The dossier; held against other runs meanwhile.
        filing: Number of the filing.
        verb: file, return, supplement, accept or withdraw.
        today: No move lies after it.
        told: `day` and further fields of `FilingMove`.

    Raises:
        IllegalMove: The state of the filing does not allow the move.
        PlanError: No such filing, one in doubt, or a day that cannot be.
        RecordError: The ledger is not whole.
    """
    path = dossier.folder / FILE
    with locked(dossier):
        moves = load(path)
        material, _ = collect(dossier, dossier.state / "cache", today)
        seen = [m for m in material.records.get(FilingMove, ()) if isinstance(m, FilingMove)]
        if len(seen) != len(moves):
            raise RecordError(
                Text("备案流转另存于其他台账，或本台账未被完整读出", "moves stand in another ledger, or this one is not read whole"),
                ", ".join(sorted({m.origin.source for m in seen})) or FILE,
                Text(f"全部移入 {FILE}", f"keep all of them in {FILE}"),
            )
        rows = [f for f in material.records.get(Filing, ()) if isinstance(f, Filing)]
        standing = _found(standings(rows, moves), filing)
        _possible(standing, told.get("day"), today)
        move = next_move(moves, standing.filing, verb, **told)
        add_row(path, moves, move, first_break, _HEAD)
    return standing, move


def _found(known: Sequence[Standing], filing: str) -> Standing:
    for standing in known:
        if bare(standing.filing.id) == bare(filing):
            if standing.doubts:
                raise PlanError(
                    standing.doubts[0], filing, Text("先改正备案台账，再记流转", "correct the ledger of filings first, then enter the move")
                )
            return standing
    names = ", ".join(s.filing.id for s in known) or "-"
    raise PlanError(Text("没有这个备案", "no such filing"), filing, Text(f"可用：{names}", f"one of: {names}"))


def _possible(standing: Standing, day: object, today: date) -> None:
    """Refuse a day that lies after today, or before a day that the filing has reached already."""
    filing = standing.filing
    reached = [d for name in DAY_FIELDS.values() if (d := getattr(filing, name)) and name != "withdrawn_on"]
    if not isinstance(day, date) or day > today or (reached and day < max(reached)):
        raise PlanError(
            Text("办理日期在今天之后，或早于此前的办理日期", "the day lies after today, or before an earlier step of the filing"),
            f"{day}; {max(reached) if reached else '-'} … {today}",
            Text("改正 --day", "correct --day"),
        )
