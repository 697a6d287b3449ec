"""A configuration: everything that stands under the name of one baseline."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, TypeVar

from zhunru.core.record import Record
from zhunru.core.text import Text
from zhunru.formulas.written_names import bare
from zhunru.records.baseline import Baseline
from zhunru.records.feature_flag import FeatureFlag
from zhunru.records.odc_item import OdcItem
from zhunru.records.software_unit import SoftwareUnit
from zhunru.records.vehicle_function import VehicleFunction
from zhunru.records.vehicle_parameter import VehicleParameter
from zhunru.tables.difference.change import Change, Matter, held

_WORDS: dict[str, str] = {
    "units": "units|unit|software|软件|软件清单|软件单元|控制器|控制器软件",
    "parameters": "parameters|parameter|参数|技术参数",
    "functions": "functions|function|功能|车辆功能|功能清单",
    "flags": "flags|flag|switches|开关|功能开关|特性开关",
    "odc": "odc|odd|运行条件|设计运行条件",
}
SETS: tuple[str, ...] = tuple(_WORDS)
"""Sets that a baseline lists; what each is called in the column `complete` stands in `_WORDS`."""
_WHOLE = frozenset({"all", "全部", "完整", "全部完整"})
_SET_OF = {bare(word): name for name, words in _WORDS.items() for word in words.split("|")}


_R = TypeVar("_R", bound=Record)


class Ledgers(NamedTuple):
    """The sheets that together describe configurations; each row cites its baseline."""

    baselines: tuple[Baseline, ...] = ()
    units: tuple[SoftwareUnit, ...] = ()
    parameters: tuple[VehicleParameter, ...] = ()
    functions: tuple[VehicleFunction, ...] = ()
    flags: tuple[FeatureFlag, ...] = ()
    odc: tuple[OdcItem, ...] = ()


class Configuration(NamedTuple):
    """One baseline: its rows by name in the form of `written_names.bare`.

    Args:
        id: Name of the baseline, or of the sum of several.
        units: ECU -> software.
        parameters: Parameter -> value.
        functions: Function -> level, switches, ECUs.
        flags: Switch -> value.
        odc: Function and element, joined by a slash -> condition.
        whole: Sets that are listed whole; of others an absent row says nothing.
        doubtful: Rows that contradict each other or cannot be read.
    """

    id: str
    units: Mapping[str, SoftwareUnit]
    parameters: Mapping[str, VehicleParameter]
    functions: Mapping[str, VehicleFunction]
    flags: Mapping[str, FeatureFlag]
    odc: Mapping[str, OdcItem]
    whole: frozenset[str] = frozenset(SETS)
    doubtful: tuple[Change, ...] = ()


def whole_sets(written: str | None) -> frozenset[str]:
    """Return the sets that the column `complete` names."""
    words = {bare(w) for w in re.split(r"[;；,，、|/\n]+", written or "")}
    return frozenset(SETS) if words & _WHOLE else frozenset(_SET_OF[w] for w in words if w in _SET_OF)


def pairs(before: Mapping[str, _R], after: Mapping[str, _R]) -> Iterator[tuple[_R | None, _R | None, _R]]:
    """Yield row before, row after, and the later of the two, for every name on either side, in order of names."""
    for name in sorted(before.keys() | after.keys()):
        one, other = before.get(name), after.get(name)
        row = other or one
        if row is not None:
            yield one, other, row


def configuration_of(baseline: Baseline, ledgers: Ledgers) -> Configuration:
    """Gather the rows that cite `baseline`. Of rows that contradict each other one stays, and the contradiction is doubtful."""
    name, doubts = bare(baseline.id), list[Change]()

    def mine(rows: Iterable[_R], matter: Matter, *keys: str) -> dict[str, _R]:
        found: dict[str, _R] = {}
        cited = [r for r in rows if bare(getattr(r, "baseline")) == name]  # noqa: B009 - every kind here has the field
        for row in sorted(cited, key=lambda r: r.model_dump_json()):
            key = "/".join(bare(getattr(row, k)) for k in keys)
            label = "/".join(getattr(row, k) for k in keys)
            if row.origin.problems:
                doubts.append(held(matter, label, Text("该行有无法识别的单元格", "the row has a cell that cannot be read")))
            if key in found and found[key].model_dump_json() != row.model_dump_json():  # the place in the file does not count
                doubts.append(held(matter, label, Text("同一基线中有相互矛盾的两行", "two rows of one baseline contradict each other")))
            found.setdefault(key, row)
        return found

    return Configuration(
        id=baseline.id,
        units=mine(ledgers.units, "unit", "ecu"),
        parameters=mine(ledgers.parameters, "parameter", "id"),
        functions=mine(ledgers.functions, "function", "id"),
        flags=mine(ledgers.flags, "flag", "id"),
        odc=mine(ledgers.odc, "odc", "function", "element"),
        whole=whole_sets(baseline.complete),
        doubtful=tuple(doubts),
    )
