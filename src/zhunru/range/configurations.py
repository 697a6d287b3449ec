"""A small car with automated driving as an approved baseline, and baselines and activities that differ from it."""

from collections.abc import Mapping
from typing import Any

from zhunru.records.baseline import Baseline
from zhunru.records.feature_flag import FeatureFlag
from zhunru.records.odc_item import OdcItem
from zhunru.records.software_unit import SoftwareUnit
from zhunru.records.update_campaign import UpdateCampaign
from zhunru.records.vehicle_function import VehicleFunction
from zhunru.records.vehicle_parameter import VehicleParameter
from zhunru.tables.difference.configuration import Configuration, Ledgers, configuration_of

KINDS: dict[str, type[Any]] = {
    "units": SoftwareUnit,
    "parameters": VehicleParameter,
    "functions": VehicleFunction,
    "flags": FeatureFlag,
    "odc": OdcItem,
}
CAR = "样车一号"


Fields = Mapping[str, Any] | None
"""Fields of one row that differ from the approved ones; None takes the row out."""


def digest(seed: int) -> str:
    """Return a written SHA-256 that stands for no file."""
    return f"sha256:{seed:064x}"


APPROVED: dict[str, dict[str, dict[str, Any]]] = {
    "units": {
        "ADC": {
            "version": "1.0",
            "digest": digest(1),
            "hardware": "H1",
            "automated_driving": "是",
            "approval_relevant": "是",
            "swin": "S1",
        },
        "IVI": {"version": "1.0", "digest": digest(2), "hardware": "H2", "automated_driving": "否", "approval_relevant": "否"},
        "BMS": {"version": "1.0", "digest": digest(3), "hardware": "H3", "automated_driving": "否", "approval_relevant": "否"},
    },
    "parameters": {
        "P-power": {"value": "150", "unit": "kW", "family": "energy", "announced": "是", "ecus": "BMS"},
        "P-brake": {"value": "0.30", "unit": "g", "family": "safety", "announced": "否", "ecus": "BMS"},
        "P-sound": {"value": "7", "unit": "dB", "family": "none", "announced": "否", "ecus": "IVI"},
    },
    "functions": {
        "HWP": {"name": "高速自动驾驶", "level": 3, "enabled": "否", "flags": "hwp_a=1; hwp_b=1", "ecus": "ADC", "safety_relevant": "是"},
        "ACC": {"name": "自适应巡航", "level": 1, "enabled": "是", "flags": "acc", "ecus": "BMS", "safety_relevant": "是"},
        "WALL": {"name": "壁纸", "level": 0, "enabled": "是", "flags": "wall", "ecus": "IVI", "safety_relevant": "否"},
    },
    "flags": {
        "hwp_a": {"value": "0", "ecu": "ADC"},
        "hwp_b": {"value": "0", "ecu": "ADC"},
        "acc": {"value": "on", "ecu": "BMS"},
        "wall": {"value": "on", "ecu": "IVI"},
    },
    "odc": {
        "HWP/speed": {"minimum": 0, "maximum": 60, "unit": "km/h"},
        "HWP/road": {"values": "高速; 快速路"},
    },
}


def rows(name: str, changed: Mapping[str, Mapping[str, Fields]] | None = None) -> dict[str, tuple[Any, ...]]:
    """Return the rows of one baseline by set: the approved ones with `changed` (set -> name -> fields) laid over."""
    found: dict[str, tuple[Any, ...]] = {}
    for kind, plain in APPROVED.items():
        over = (changed or {}).get(kind, {})
        made = []
        for key in plain.keys() | over.keys():
            new = over.get(key, {})
            if new is not None:
                fields = (
                    {"function": key.split("/")[0], "element": key.split("/")[1]}
                    if kind == "odc"
                    else {"ecu" if kind == "units" else "id": key}
                )
                made.append(KINDS[kind].model_validate({"baseline": name} | fields | plain.get(key, {}) | dict(new)))
        found[kind] = tuple(made)
    return found


def baseline(name: str, **changed: object) -> Baseline:
    """Return a planned baseline that lists every set whole."""
    plain = {"id": name, "product": CAR, "state": "planned", "complete": "units; parameters; functions; flags; odc"}
    return Baseline.model_validate(plain | changed)


def approved(name: str = "B0", **changed: object) -> Baseline:
    """Return an approved baseline."""
    return baseline(name, **({"state": "approved", "day": "2026-01-01", "approval": "公告第380批"} | changed))


def ledgers(*baselines: Baseline, **changes: Mapping[str, Mapping[str, Fields]]) -> Ledgers:
    """Return all sheets for `baselines`; `changes` names what differs from the approved rows, by baseline."""
    sheets = [rows(b.id, changes.get(b.id)) for b in baselines]
    return Ledgers(baselines, *(tuple(r for s in sheets for r in s[kind]) for kind in KINDS))


def configuration(name: str = "B1", complete: str = "all", /, **changed: Mapping[str, Fields]) -> Configuration:
    """Return one configuration; `changed` by set, e.g. units={"IVI": {"version": "2"}}."""
    row = baseline(name, complete=complete)
    return configuration_of(row, ledgers(row, **{name: changed}))


def campaign(name: str = "U1", after: str = "B1", **changed: object) -> UpdateCampaign:
    """Return an activity released on 2026-03-10 from B0 to `after`."""
    plain = {
        "id": name,
        "product": CAR,
        "baseline_before": "B0",
        "baseline_after": after,
        "released_on": "2026-03-10",
        "digest": digest(99),
    }
    return UpdateCampaign.model_validate(plain | changed)
