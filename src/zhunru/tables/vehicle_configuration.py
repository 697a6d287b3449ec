"""Which approved configuration each car that was read has."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

import polars as pl

from zhunru.core.step import derive
from zhunru.core.subject import Subject
from zhunru.core.table import Exhibit, Table, col
from zhunru.core.text import Text
from zhunru.formulas.written_names import bare, bare_number
from zhunru.records.baseline import Baseline
from zhunru.records.software_unit import SoftwareUnit
from zhunru.records.vehicle import Vehicle
from zhunru.tables.software_readout import SoftwareReadout

LEGITIMATE: Final = frozenset({"approved", "filed"})
"""States of a baseline that a car may have: approved, or filed where filing is enough."""
STANDINGS: Final = ("approved", "partly read", "mixture", "unknown version", "not told")


class VehicleConfiguration(Table):
    """One car in one log: the versions read, put against the approved configurations.

    `approved`: all relevant ECUs were read, and one approved configuration has exactly these versions. `partly read`: nothing contradicts one, but
    not all relevant ECUs were read or the bill of software leaves versions open. `mixture`: each version is approved, but no approved
    configuration has them together. `unknown version`: a version that no approved configuration has. `not told`: there is none to compare with.
    """

    t_ns = col(pl.Int64, "last version read, by the clock of the log", "时间")
    vin = col(pl.String, "car", "车辆识别代号")
    phase = col(pl.String, "before, after, inspection, production or tamper; null = not noted", "读取时机")
    standing = col(pl.String, "approved, partly read, mixture, unknown version or not told", "构型状态")
    configuration = col(pl.String, "approved configurations that fit, joined by a semicolon; empty = none", "构型")
    read_count = col(pl.Int64, "ECUs whose version was read", "已读控制器数")
    missing = col(pl.String, "relevant ECUs of the fitting configurations that were not read", "未读控制器")
    deviating = col(pl.String, "ECU=version that no approved configuration has", "偏离")


@dataclass
class ApprovedSet:
    """Versions of one approved configuration.

    Args:
        baseline: Its name.
        complete: The bill of software is said to be whole.
        versions: ECU -> versions; None among them = a version that is missing or unreadable.
        relevant: ECUs that must be read: all that are not said to be irrelevant to the approval.
    """

    baseline: str
    complete: bool
    versions: dict[str, set[str | None]] = field(default_factory=dict)
    relevant: set[str] = field(default_factory=set)

    def allows(self, ecu: str, version: str) -> bool | None:
        """Tell whether the configuration has this version; None = it does not say."""
        if ecu not in self.versions:
            return False if self.complete else None
        known = self.versions[ecu]
        return True if version in known else None if None in known else False


def approved_sets(units: Iterable[SoftwareUnit], baselines: Iterable[Baseline], products: set[str]) -> list[ApprovedSet]:
    """Return the approved or filed configurations of some products (names in the form of `bare`; a baseline that names none is of all)."""
    sets: dict[str, ApprovedSet] = {}
    for row in baselines:
        if row.state in LEGITIMATE and (not row.product or bare(row.product) in products):
            whole = any(
                bare(part) in {"units", "软件清单", "软件"}
                for part in (row.complete or "").replace("；", ";").replace("、", ";").split(";")
            )
            known = sets.setdefault(bare(row.id), ApprovedSet(row.id, whole))
            known.complete &= whole
    for unit in units:
        mine = sets.get(bare(unit.baseline))
        if mine:
            ecu = bare(unit.ecu)
            mine.versions.setdefault(ecu, set()).add(bare(unit.version) if unit.version else None)
            if unit.approval_relevant is not False:
                mine.relevant.add(ecu)
    return [s for s in sets.values() if s.versions]


@derive
def vehicle_configurations(
    readouts: SoftwareReadout, units: list[SoftwareUnit], baselines: list[Baseline], vehicles: list[Vehicle] | None, subject: Subject
) -> VehicleConfiguration:
    """Put the versions of each car and log against the approved configurations of its model.

    Args:
        readouts: What was read; of an ECU that was read several times in one log the last version counts.
        units: Bills of software.
        baselines: Which of them are approved or filed.
        vehicles: Model of each car.
        subject: Product under assessment.
    """
    models = {bare_number(v.vin): bare(v.model) for v in vehicles or [] if v.model}
    by_product: dict[frozenset[str], list[ApprovedSet]] = {}
    frame = readouts.frame.filter(
        (pl.col("meaning") == "version") & (pl.col("action") == "read") & pl.col("value").is_not_null() & pl.col("vin").is_not_null()
    ).collect()
    rows = []
    for (vin, source), part in sorted(frame.partition_by("vin", "source", as_dict=True).items()):
        ordered = part.sort("t_ns", "ecu", "value")
        products = frozenset({bare(subject.name), *([models[str(vin)]] if str(vin) in models else [])})
        if products not in by_product:
            by_product[products] = approved_sets(units, baselines, set(products))
        read = {bare(e): bare(v) for e, v in zip(ordered["ecu"].to_list(), ordered["value"].to_list(), strict=True)}
        place = {"vin": vin, "source": source, "phase": ordered["phase"][0], "t_ns": ordered["t_ns"].max(), "read_count": len(read)}
        rows.append(place | _standing(read, by_product[products]))
    return VehicleConfiguration(pl.DataFrame(rows, schema=VehicleConfiguration.schema()))


def _standing(read: dict[str, str], sets: list[ApprovedSet]) -> dict[str, Any]:
    """Judge the versions of one car, ECU -> version."""
    deviating = sorted(f"{e}={v}" for e, v in read.items() if sets and all(s.allows(e, v) is False for s in sets))
    fitting = [s for s in sets if all(s.allows(e, v) is not False for e, v in read.items())]
    whole = [s for s in fitting if s.relevant <= set(read) and all(s.allows(e, v) is True for e, v in read.items())]
    missing = min((sorted(s.relevant - set(read)) for s in fitting), key=len, default=[])
    if not sets:
        standing = "not told"
    elif deviating:
        standing = "unknown version"
    elif not fitting:
        standing = "mixture"
    else:
        standing = "approved" if whole else "partly read"
    names = sorted(s.baseline for s in (whole or fitting))
    return {"standing": standing, "configuration": "; ".join(names), "missing": "; ".join(missing), "deviating": "; ".join(deviating)}


class VersionDrift(Table):
    """How many cars that were read have which configuration; each car counts once, as it was read last."""

    exhibit = Exhibit(
        "bars",
        Text("实车软件构型分布", "Software configurations of the cars that were read"),
        x="configuration",
        y=("vehicle_count",),
        clause="miit-2021-103/4.4",
        group="standing",
        words={
            "approved": Text("已批准构型", "approved configuration"),
            "partly read": Text("未全部读取", "not wholly read"),
            "mixture": Text("混合构型", "mixture of approved versions"),
            "unknown version": Text("未获批版本", "version that nobody approved"),
            "not told": Text("无可比基线", "nothing to compare with"),
            "vehicle_count": Text("车辆数", "cars"),
        },
    )

    configuration = col(pl.String, "approved configuration; (standing) where none fits", "构型")
    standing = col(pl.String, "approved, partly read, mixture, unknown version or not told", "构型状态")
    vehicle_count = col(pl.Int64, "cars", "车辆数")


@derive
def version_drift(configurations: VehicleConfiguration) -> VersionDrift:
    """Count the cars per configuration."""
    last = configurations.frame.sort("t_ns", "source").unique("vin", keep="last", maintain_order=True)
    named = pl.when(pl.col("configuration") == "").then(pl.format("({})", pl.col("standing"))).otherwise(pl.col("configuration"))
    counted = last.group_by(named.alias("configuration"), "standing").agg(pl.len().cast(pl.Int64).alias("vehicle_count"))
    return VersionDrift(counted.sort("configuration", "standing").select("configuration", "standing", "vehicle_count"))
