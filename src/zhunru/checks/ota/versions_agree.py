"""Software as approved, as declared and as read from the car is the same."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.record import CHINA
from zhunru.core.subject import Subject
from zhunru.core.verdict import Verdict
from zhunru.formulas.check_digits import tail
from zhunru.formulas.written_names import bare, bare_number
from zhunru.records.baseline import Baseline
from zhunru.records.readout_identifier import ReadoutIdentifier
from zhunru.records.sampled_vehicle import SampledVehicle
from zhunru.records.software_declaration import SoftwareDeclaration
from zhunru.records.software_unit import SoftwareUnit
from zhunru.records.swin_entry import SwinEntry
from zhunru.tables.software_readout import Identifiers, SoftwareReadout
from zhunru.tables.uds_exchange import number_of
from zhunru.tables.vehicle_configuration import LEGITIMATE, VehicleConfiguration, vehicle_configurations

_CLOCK_SET_NS = 946_684_800_000_000_000
"""Times before the year 2000 count from the start of the logger (G): they tell no day."""
_Car = dict[str, dict[str, str]]
"""Meaning -> ECU -> last value read, names in the form of `bare`."""


@check(
    "miit-2021-103/4.4", "gb-44496-2024/4.2.2.c", "gb-44496-2024/5.1.2", "gb-44496-2024/5.1.3",
    title_zh="获批、申报与实车读取的软件版本一致", since="0.2",
)  # fmt: skip
def versions_agree(
    readouts: SoftwareReadout,
    configurations: VehicleConfiguration,
    units: list[SoftwareUnit],
    baselines: list[Baseline],
    declarations: list[SoftwareDeclaration] | None,
    entries: list[SwinEntry] | None,
    samples: list[SampledVehicle] | None,
    identifiers: list[ReadoutIdentifier] | None,
    subject: Subject,
) -> Iterator[Finding]:
    """Each car that was read has an approved set of versions, which is the declared one and the one that its SWIN stands for.

    Why:
        The type that was approved is only what it is while the cars on the road carry that software.

    为什么:
        只有路上的车装的就是获批的软件，批准才有意义；申报、登记与实车三者缺一不可。

    How it decides:
        1. Of each car and log: a version that no approved or filed configuration has, or a set that none has together: breach. All relevant
           ECUs read and one configuration has exactly these: ok. Relevant ECUs not read, nothing to compare with, or read before the first
           day of the configuration: gap.
        2. A datum that was asked and not read (refused, lost, not of its encoding): gap, when the same datum of the same ECU was not read
           elsewhere in the log. Values of a log that tells no car, or several: gap. An identifier of a SWIN or version that is declared and
           cannot be used, or that no log reads: gap.
        3. A version read of an ECU that is declared for the product, and is not among its declared versions: breach. A relevant ECU without
           any declaration while not every car gave a SWIN: gap.
        4. A SWIN read that is not in the register: breach. Versions read that differ from those of the SWIN in the register: breach; ECUs of the
           SWIN that were not read, or that the register holds without a version: gap.
        5. Hardware read that no approved unit of that ECU and version names: breach.
        6. A car that the sampling plan drew and that no log tells: gap.

    Inconclusive:
        No version was read; the car, an ECU, a configuration or a declaration is missing.

    Not covered:
        Software whose ECU answers with another version than it runs; the day of a log whose clock was not set; ECUs that the bill of
        software does not name. Whether the way of reading is a standard one with tools from the market (5.1.2): a person judges that.

    未覆盖:
        控制器自报版本与实际运行不符；时钟未设置的日志的日期；软件清单之外的控制器；读取方式是否为标准接口和市售工具（须人工判断）。

    Args:
        readouts: What was read from cars.
        configurations: Which approved configuration each car has.
        units: Bills of software.
        baselines: Which of them are approved or filed.
        declarations: What was declared.
        entries: Register of SWINs.
        samples: Cars that the sampling plan drew.
        identifiers: Which data can be read.
        subject: Product under assessment.

    References:
        103号 (四), fourth demand; GB 44496-2024 4.2.2 c), 5.1.2, 5.1.3; UN R156 7.1.1.4; ota-and-recorders.md 1.2 to 1.4.
    """
    rows = [r for r in readouts.collect().iter_rows(named=True) if r["action"] == "read"]
    if not any(r["meaning"] == "version" and r["value"] for r in rows):
        yield gap("没有读到任何软件版本", "no version of software was read", asked=len(rows))
    days = _first_days(baselines)
    for row in configurations.collect().iter_rows(named=True):
        yield _configured(row, days)
    yield from _unread(rows)
    yield from _never_read(rows, identifiers or [])
    cars: dict[tuple[str, str], _Car] = {}
    for row in sorted((r for r in rows if r["value"] and r["vin"]), key=lambda r: (r["t_ns"] or 0, r["ecu"], r["value"])):
        car = cars.setdefault((row["vin"], row["source"]), {})
        car.setdefault(row["meaning"], {})[bare(row["ecu"])] = bare(row["value"])
    ours = [d for d in declarations or [] if bare(d.product) == bare(subject.name)]
    yield from _undeclared(cars, ours, units)
    yield from _numbered(cars, entries or [])
    yield from _other_hardware(cars, units, {bare(b.id) for b in baselines if b.state in LEGITIMATE})
    read = {vin for vin, _ in cars}
    for sample in samples or []:
        if not sample.reason and bare_number(sample.vin) not in read:  # (6) drawn and not read
            yield gap("抽样车辆没有读取记录", "no log tells the car that was drawn", at=sample.origin, vin=tail(sample.vin))


def _first_days(baselines: list[Baseline]) -> dict[str, str]:
    """Return the first day of each legitimate configuration, for comparison as text; empty = not told."""
    found: dict[str, str] = {}
    for row in baselines:
        if row.state in LEGITIMATE:
            day = str(row.day or "")
            found[row.id] = min(found.get(row.id, day), day)
    return found


def _configured(row: dict[str, Any], days: dict[str, str]) -> Finding:
    # (1) one approved configuration
    place = {"source": row["source"], "t_ns": row["t_ns"]}
    facts: dict[str, Any] = {"vin": tail(row["vin"]), "configuration": row["configuration"], "phase": row["phase"]}
    if row["standing"] == "unknown version":
        return breach(
            "车上的软件版本未获批准", "a version on the car is in no approved configuration", **place, deviating=row["deviating"], **facts
        )
    if row["standing"] == "mixture":
        return breach("车上的版本组合不是任何获批的构型", "no approved configuration has this set of versions", **place, **facts)
    if row["standing"] == "not told":
        return gap("没有可比对的获批构型", "there is no approved configuration to compare with", **place, **facts)
    if row["standing"] == "partly read":
        return gap(
            "未读取全部相关控制器，或软件清单缺少版本",
            "not all relevant ECUs were read, or the bill lacks a version",
            **place,
            missing=row["missing"],
            **facts,
        )
    if row["t_ns"] is not None and row["t_ns"] >= _CLOCK_SET_NS:
        read_on = str(datetime.fromtimestamp(row["t_ns"] // 1_000_000_000, UTC).astimezone(CHINA).date())
        if all(days.get(name, "") > read_on for name in row["configuration"].split("; ")):
            return gap(
                "读取时该构型尚未获批（按日志时钟）",
                "read before the configuration was approved, by the clock of the log",
                **place,
                **facts,
            )
    return ok("车上的版本组合是获批的构型", "the set of versions is an approved configuration", **place, read=row["read_count"], **facts)


def _unread(rows: list[dict[str, Any]]) -> Iterator[Finding]:
    # (2) asked and not read, or read of nobody knows which car
    told = {(r["source"], r["ecu"], r["did_code"]) for r in rows if r["value"]}
    seen = set()
    for row in rows:
        name = (row["source"], row["ecu"], row["did_code"])
        if name not in told and name not in seen:
            seen.add(name)
            yield gap(
                "请求的数据未能读出", "a datum was asked and not read", source=row["source"], ecu=row["ecu"], meaning=row["meaning"],
                problem=row["problem"], negative_code=row["negative_code"],
            )  # fmt: skip
    for source in sorted({r["source"] for r in rows if r["value"] and not r["vin"]}):
        yield gap("无法确定读取的是哪辆车", "it cannot be told which car was read", source=source)


def _never_read(rows: list[dict[str, Any]], identifiers: list[ReadoutIdentifier]) -> Iterator[Finding]:
    unusable = Identifiers(identifiers).unusable
    read = {(bare(r["ecu"]), r["did_code"]) for r in rows if r["value"]}
    for row in identifiers:
        if row in unusable:
            yield gap(
                "读取标识无法使用", "an identifier cannot be used: address, identifier or meaning", at=row.origin, ecu=row.ecu, did=row.did
            )
        elif row.meaning in {"swin", "version"} and (bare(row.ecu), number_of(row.did)) not in read:
            yield gap("声明的识别码或版本从未读到", "a declared SWIN or version was never read", at=row.origin, ecu=row.ecu, did=row.did)


def _undeclared(cars: dict[tuple[str, str], _Car], declared: list[SoftwareDeclaration], units: list[SoftwareUnit]) -> Iterator[Finding]:
    # (3) declared
    versions: dict[str, set[str]] = {}
    for row in declared:
        if row.version:
            versions.setdefault(bare(row.ecu), set()).add(bare(row.version))
    for (vin, source), car in sorted(cars.items()):
        for ecu, version in sorted(car.get("version", {}).items()):
            known = versions.get(ecu)
            if known is None:
                continue
            facts: dict[str, Any] = {"vin": tail(vin), "ecu": ecu, "version": version}
            if version in known:
                yield ok("读取的版本已申报", "the version read is declared", source=source, **facts)
            else:
                yield breach("读取的版本与申报不符", "the version read is not the declared one", source=source, **facts)
    numbered = all("swin" in car for car in cars.values())
    bill = {bare(u.ecu): u for u in units if u.approval_relevant is not False}
    for ecu in sorted(set(bill) - set(versions)) if not numbered and cars else ():
        yield gap(
            "相关控制器未申报，车上也未读到识别码",
            "a relevant ECU is not declared, and no car gave a SWIN",
            at=bill[ecu].origin,
            ecu=bill[ecu].ecu,
        )


def _numbered(cars: dict[tuple[str, str], _Car], entries: list[SwinEntry]) -> Iterator[Finding]:
    # (4) what the number stands for
    register: dict[str, dict[str, set[str | None]]] = {}
    for entry in entries:
        versions = register.setdefault(bare(entry.swin), {}).setdefault(bare(entry.ecu), set())
        versions.add(bare(entry.version) if entry.version else None)
    for (vin, source), car in sorted(cars.items()):
        read = car.get("version", {})
        for swin in sorted(set(car.get("swin", {}).values())):
            facts: dict[str, Any] = {"vin": tail(vin), "swin": swin}
            known = register.get(swin)
            if known is None:
                yield breach("车上的软件识别码未登记", "the SWIN on the car is not registered", source=source, **facts)
                continue
            wrong = sorted(e for e, v in known.items() if e in read and read[e] not in v and None not in v)
            open_ = sorted(e for e, v in known.items() if e not in read or (None in v and read[e] not in v))
            if wrong:
                yield breach(
                    "车上的版本与识别码所登记的不符",
                    "versions on the car are not those of its SWIN",
                    source=source,
                    ecus="; ".join(wrong),
                    **facts,
                )
            elif open_:
                yield gap(
                    "识别码所含控制器未读取或未登记版本",
                    "ECUs of the SWIN were not read, or have no version",
                    source=source,
                    ecus="; ".join(open_),
                    **facts,
                )
            else:
                yield ok("车上的版本与识别码所登记的一致", "versions on the car are those of its SWIN", source=source, **facts)


def _other_hardware(cars: dict[tuple[str, str], _Car], units: list[SoftwareUnit], legitimate: set[str]) -> Iterator[Finding]:
    # (5) for that hardware
    known: dict[tuple[str, str], set[str | None]] = {}
    for unit in units:
        if bare(unit.baseline) in legitimate and unit.version:
            known.setdefault((bare(unit.ecu), bare(unit.version)), set()).add(bare(unit.hardware) if unit.hardware else None)
    for (vin, source), car in sorted(cars.items()):
        for ecu, hardware in sorted(car.get("hardware", {}).items()):
            approved = known.get((ecu, car.get("version", {}).get(ecu, "")), set())
            if approved and None not in approved and hardware not in approved:
                yield breach(
                    "软件版本未获准用于该硬件", "the version is not approved for this hardware", source=source, vin=tail(vin), ecu=ecu,
                    hardware=hardware, limit="; ".join(sorted(h for h in approved if h)),
                )  # fmt: skip


_CAR = Subject(name="样车一号", maker="示例汽车", ota=True)
_VIN = "LSVAA4182E2184847"
_Inputs = tuple[
    SoftwareReadout, VehicleConfiguration, list[SoftwareUnit], list[Baseline], list[SoftwareDeclaration] | None, list[SwinEntry] | None,
    list[SampledVehicle] | None, list[ReadoutIdentifier] | None, Subject,
]  # fmt: skip


def inputs(read: dict[str, str | None], swin: str | None = None, **changed: Any) -> _Inputs:
    """Build a car that was read: ECU -> version; two approved configurations of EPS and ESC; good for examples."""
    plain: dict[str, Any] = {
        "vin": _VIN,
        "meaning": "version",
        "action": "read",
        "problem": "",
        "t_ns": 1_780_000_000_000_000_000,
        "unlocked": False,
    }
    rows = [plain | {"ecu": e, "value": v, "did_code": 0xF195, "problem": "" if v else "response lost"} for e, v in read.items()]
    rows += [plain | {"ecu": "VCU", "value": swin, "meaning": "swin", "did_code": 0xF1A0}] if swin else []
    bills = {"B1": {"EPS": "1.2", "ESC": "7.0"}, "B2": {"EPS": "1.3", "ESC": "7.1"}}
    units = [
        SoftwareUnit.model_validate({"baseline": b, "ecu": e, "version": v, "approval_relevant": "是"})
        for b, bill in bills.items()
        for e, v in bill.items()
    ]
    states = [
        Baseline.model_validate({"id": b, "product": "样车一号", "state": "已批准", "day": "2026-01-05", "complete": "units"})
        for b in bills
    ]
    declared = [
        SoftwareDeclaration.model_validate({"product": "样车一号", "ecu": u.ecu, "version": u.version, "declared_on": "2026-01-01"})
        for u in units
    ]
    register = [SwinEntry.model_validate({"swin": "R079-0001", "ecu": "EPS", "version": "1.2"})]
    readouts = SoftwareReadout.rows(*[r | changed for r in rows], source="a.log")
    return readouts, vehicle_configurations(readouts, units, states, None, _CAR), units, states, declared, register, None, None, _CAR


@versions_agree.example(Verdict.PASS)
def all_three_agree() -> _Inputs:
    """Both ECUs and the SWIN as approved, declared and registered."""
    return inputs({"EPS": "1.2", "ESC": "7.0"}, "R079-0001")


@versions_agree.example(Verdict.FAIL)
def version_that_nobody_approved() -> _Inputs:
    """The steering has a build of its own."""
    return inputs({"EPS": "1.2-dev", "ESC": "7.0"})


@versions_agree.example(Verdict.FAIL)
def mixture_of_two_configurations() -> _Inputs:
    """Each version is approved, but not together."""
    return inputs({"EPS": "1.2", "ESC": "7.1"})


@versions_agree.example(Verdict.FAIL)
def number_that_tells_something_else() -> _Inputs:
    """The SWIN stands for 1.2, the car has 1.3."""
    return inputs({"EPS": "1.3", "ESC": "7.1"}, "R079-0001")


@versions_agree.example(Verdict.INCONCLUSIVE)
def ecu_not_read() -> _Inputs:
    """The answer of the brakes is not whole."""
    return inputs({"EPS": "1.2", "ESC": None})
