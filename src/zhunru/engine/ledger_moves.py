"""The ledger of steps of entries: one TOML file under `records/`, to which rows are only added."""

from datetime import date, datetime
from pathlib import Path

from zhunru.core.errors import PlanError, RecordError
from zhunru.core.text import Text
from zhunru.engine.assess import locked
from zhunru.engine.chained_rows import add_row, load_rows
from zhunru.engine.dossier import Dossier
from zhunru.engine.run import collect
from zhunru.formulas.written_names import bare
from zhunru.records.asset_standing import AssetStanding, asset_standings, next_step
from zhunru.records.data_asset import DataAsset
from zhunru.records.ledger_move import LedgerMove, first_break

FILE = "records/ledger_moves.toml"
_HEAD = "# Steps of ledger entries; written by `zhunru ledger move`. Rows are only added, each bears the digest of the one before it.\n"


def load(path: Path) -> list[LedgerMove]:
    """Return the steps that the file holds, none when it is not there; raise RecordError when it is not whole."""
    return load_rows(path, LedgerMove, first_break)


def step(
    dossier: Dossier, entry: str, verb: str, *, person: str, day: date, today: date, entered_at: datetime, note: str = ""
) -> tuple[AssetStanding, LedgerMove]:
    """Enter one step, as a whole or not at all; return the entry before it, and the step.

    Raises:
        IllegalMove: The state of the entry does not allow the step.
        PlanError: No such entry, one in doubt, or a day that cannot be.
        RecordError: The ledger of steps is not whole, or steps stand elsewhere too.
    """
    path = dossier.folder / FILE
    with locked(dossier):
        moves = load(path)
        material, _ = collect(dossier, dossier.state / "cache", today)
        seen = material.records.get(LedgerMove, [])
        if len(seen) != len(moves):
            raise RecordError(
                Text("条目流转另存于其他台账，或本台账未被完整读出", "steps stand in another ledger, or this one is not read whole"),
                ", ".join(sorted({m.origin.source for m in seen})) or FILE,
                Text(f"全部移入 {FILE}", f"keep all of them in {FILE}"),
            )
        assets = [a for a in material.records.get(DataAsset, ()) if isinstance(a, DataAsset)]
        standing = _found(asset_standings(assets, moves), entry)
        _possible(standing, verb, day, today)
        move = next_step(moves, standing, verb, person=person, day=day, entered_at=entered_at, **({"note": note} if note else {}))
        add_row(path, moves, move, first_break, _HEAD)
    return standing, move


def _found(known: list[AssetStanding], entry: str) -> AssetStanding:
    mine = [s for s in known if bare(s.asset.id) == bare(entry)]
    if len(mine) == 1 and not mine[0].doubts:
        return mine[0]
    if mine:
        why = mine[0].doubts[0] if mine[0].doubts else Text("编号重复", "the identifier is used more than once")
        raise PlanError(why, entry, Text("先改正台账，再办理", "correct the ledger first, then take the step"))
    names = ", ".join(s.asset.id for s in known[:20]) or "-"
    raise PlanError(Text("没有这个条目", "no such entry"), entry, Text(f"可用：{names}", f"one of: {names}"))


def _possible(standing: AssetStanding, verb: str, day: date, today: date) -> None:
    """Refuse a day that cannot be, and a review or approval of what cannot be read."""
    reached = standing.last.day if standing.last else None
    if day > today or (reached and day < reached):
        raise PlanError(
            Text("办理日期在今天之后，或早于上一步", "the day lies after today, or before the step before"),
            f"{day}; {reached or '-'} … {today}",
            Text("改正 --day", "correct --day"),
        )
    if verb in {"review", "approve"} and standing.asset.origin.problems:
        raise PlanError(
            Text(
                "条目有无法识别的单元格，不能复核或批准",
                "the entry has cells that cannot be read: it can be neither reviewed nor approved",
            ),
            f"{standing.asset.id}: {'; '.join(standing.asset.origin.problems)}",
            Text("先改正台账", "correct the ledger first"),
        )
