"""After an update the car gives the versions and the SWIN that the update is registered with."""

from collections.abc import Iterator
from typing import Any, Final

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.verdict import Verdict
from zhunru.formulas.check_digits import tail
from zhunru.formulas.written_names import bare, bare_number
from zhunru.records.software_unit import SoftwareUnit
from zhunru.records.update_campaign import UpdateCampaign
from zhunru.records.update_execution import UpdateExecution
from zhunru.tables.software_readout import SoftwareReadout

_Read = dict[tuple[str, str], str]
"""(phase, ECU) -> version read."""

_CLOCK_SET_NS: Final = 946_684_800_000_000_000
"""A log that begins before 2000 has a clock that was never set."""


@check(
    "miit-2021-103/4.4", "gb-44496-2024/5.1.2", "gb-44496-2024/5.1.3", "gb-44496-2024/6.3", title_zh="升级后可读取到与登记一致的新版本和新识别码",
    since="0.2",
)  # fmt: skip
def versions_change_as_registered(
    readouts: SoftwareReadout, campaigns: list[UpdateCampaign], units: list[SoftwareUnit], executions: list[UpdateExecution] | None
) -> Iterator[Finding]:
    """Read before and after an update, a car gives the versions of the two baselines, and another SWIN where the register changes it.

    Why:
        A number that cannot be read, or that stays when the software goes, identifies nothing.

    为什么:
        升级后读不出识别码，或软件变了而识别码不变，就无从识别车上的软件。

    How it decides:
        1. Take the cars that were read before and after one update, as the records of the logs note it. None: gap. A car whose execution is on record as
           anything but a success is not judged. What was read
           afterwards but not later, by clocks that were set: gap.
        2. Each ECU whose version the two baselines tell differently: read afterwards it gives that of the baseline after, else breach; before it gave
           that of the baseline before, else gap; not read: gap.
        3. Each ECU whose version the baselines tell alike: a version read afterwards that differs from the one read before: breach.
        4. Where the SWIN of a changed ECU differs between the baselines and the car gave any SWIN: afterwards it gives the new one and no longer the old
           one, else breach; no SWIN read afterwards: gap.

    Inconclusive:
        No car was read before and after; the update names no baselines; versions, SWINs or ECUs are missing.

    Not covered:
        Whether the update used for the test matters for the approval; whether the tool is one that the market offers.

    未覆盖:
        试验所用升级是否与型式批准相关；读取工具是否为市售工具。

    Args:
        readouts: What was read, with the occasion.
        campaigns: Updates with their baselines.
        units: Bills of software.
        executions: Result per car.

    References:
        GB 44496-2024 5.1.2, 5.1.3, 6.3; UN R156 7.2.1.2.2; ota-and-recorders.md 1.3, 1.4.
    """
    frame = readouts.collect()
    rows = [
        r for r in frame.iter_rows(named=True) if r["action"] == "read" and r["phase"] in {"before", "after"} and r["vin"] and r["campaign"]
    ]
    cars: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows:
        cars.setdefault((bare(row["campaign"]), row["vin"]), []).append(row)
    unsuccessful = {(bare(e.campaign), bare_number(e.vin)) for e in executions or [] if e.result not in {"success", None}}
    # (1) read before and after
    judged = {k: v for k, v in cars.items() if k not in unsuccessful and {r["phase"] for r in v} == {"before", "after"}}
    if not judged:
        yield gap("没有同一车辆升级前后的读取", "no car was read before and after an update", cars=len(cars))
    known = {bare(c.id): c for c in campaigns}
    for (name, vin), same in sorted(judged.items()):
        campaign = known.get(name)
        sides = [_bill(units, campaign.baseline_before), _bill(units, campaign.baseline_after)] if campaign else []
        if not campaign or not all(sides):
            yield gap("升级活动或其前后基线未登记", "the update or its baselines are not on record", campaign=name, vin=tail(vin))
            continue
        yield from _order(campaign.id, vin, same)
        yield from _versions(campaign.id, vin, same, *sides)
        yield from _numbers(campaign.id, vin, same, *sides)


def _bill(units: list[SoftwareUnit], baseline: str | None) -> dict[str, SoftwareUnit]:
    return {bare(u.ecu): u for u in units if baseline and bare(u.baseline) == bare(baseline)}


def _last(rows: list[dict[str, Any]], meaning: str) -> _Read:
    ordered = sorted((r for r in rows if r["meaning"] == meaning and r["value"]), key=lambda r: (r["t_ns"] or 0, r["value"]))
    return {(r["phase"], bare(r["ecu"])): bare(r["value"]) for r in ordered}


def _order(campaign: str, vin: str, rows: list[dict[str, Any]]) -> Iterator[Finding]:
    # (1) in this order, where both clocks were set
    early, late = ([r["t_ns"] for r in rows if r["phase"] == p and (r["t_ns"] or 0) >= _CLOCK_SET_NS] for p in ("before", "after"))
    if early and late and min(late) <= max(early):
        yield gap(
            "升级后的读取不晚于升级前的读取", "what was read after is not later than what was read before", campaign=campaign, vin=tail(vin)
        )


def _versions(
    campaign: str, vin: str, rows: list[dict[str, Any]], before: dict[str, SoftwareUnit], after: dict[str, SoftwareUnit]
) -> Iterator[Finding]:
    read = _last(rows, "version")
    for ecu in sorted(set(before) | set(after)):
        told = [side[ecu].version if ecu in side else None for side in (before, after)]
        old, new = read.get(("before", ecu)), read.get(("after", ecu))
        facts: dict[str, Any] = {"campaign": campaign, "vin": tail(vin), "ecu": ecu, "measured": new, "limit": told[1]}
        if told[0] and told[1] and bare(told[0]) == bare(told[1]):
            if old and new and old != new:  # (3) nothing else changes
                yield breach("升级改变了基线中不变的控制器", "an ECU changed that the baselines do not change", **facts)
            continue
        # (2) what the baselines change
        if told[1] is None or new is None or old is None:
            yield gap("变更的控制器未读取，或基线缺少版本", "a changed ECU was not read, or the baseline lacks its version", **facts)
        elif new != bare(told[1]):
            yield breach("升级后读取的版本与登记不符", "the version read afterwards is not the registered one", **facts)
        elif told[0] and old != bare(told[0]):
            yield gap(
                "升级前的版本与原基线不符",
                "the version before is not that of the baseline before",
                **facts | {"measured": old, "limit": told[0]},
            )
        else:
            yield ok("升级后读取的版本与登记一致", "the version read afterwards is the registered one", **facts)


def _numbers(
    campaign: str, vin: str, rows: list[dict[str, Any]], before: dict[str, SoftwareUnit], after: dict[str, SoftwareUnit]
) -> Iterator[Finding]:
    # (4) the number changes with it
    read = _last(rows, "swin")
    if not read:
        return
    now = {v for (phase, _), v in read.items() if phase == "after"}
    pairs = {(before[e].swin, u.swin) for e, u in after.items() if e in before and before[e].swin and u.swin}
    for old, new in sorted((bare(a or ""), bare(b or "")) for a, b in pairs):
        facts: dict[str, Any] = {"campaign": campaign, "vin": tail(vin), "limit": new, "measured": "; ".join(sorted(now))}
        if old == new:
            continue
        if not now:
            yield gap("升级后未读取识别码", "no SWIN was read afterwards", **facts)
        elif new not in now or old in now:
            yield breach("升级后的识别码与登记不符", "the SWIN read afterwards is not the registered one", **facts)
        else:
            yield ok("升级后的识别码与登记一致", "the SWIN read afterwards is the registered one", **facts)


_VIN = "LSVAA4182E2184847"
_Inputs = tuple[SoftwareReadout, list[UpdateCampaign], list[SoftwareUnit], list[UpdateExecution] | None]


def _inputs(after: str = "1.3", swin: str = "R079-0002", other: str = "7.0", result: str = "") -> _Inputs:
    plain: dict[str, Any] = {"vin": _VIN, "action": "read", "campaign": "U-1", "problem": ""}
    values = [("before", "EPS", "version", "1.2"), ("before", "ESC", "version", "7.0"), ("before", "VCU", "swin", "R079-0001")]
    values += [("after", "EPS", "version", after), ("after", "ESC", "version", other), ("after", "VCU", "swin", swin)]
    rows = [plain | {"phase": p, "ecu": e, "meaning": m, "value": v or None, "t_ns": k * 10**9} for k, (p, e, m, v) in enumerate(values)]
    bills = [("B1", "EPS", "1.2", "R079-0001"), ("B1", "ESC", "7.0", ""), ("B2", "EPS", "1.3", "R079-0002"), ("B2", "ESC", "7.0", "")]
    units = [SoftwareUnit.model_validate({"baseline": b, "ecu": e, "version": v, "swin": s}) for b, e, v, s in bills]
    campaign = UpdateCampaign.model_validate({"id": "U-1", "baseline_before": "B1", "baseline_after": "B2"})
    executions = [UpdateExecution.model_validate({"campaign": "U-1", "vin": _VIN, "result": result})] if result else None
    return SoftwareReadout.rows(*rows, source="a.log"), [campaign], units, executions


@versions_change_as_registered.example(Verdict.PASS)
def changed_as_registered() -> _Inputs:
    """The steering has the new version, the car the new number, the brakes are untouched."""
    return _inputs()


@versions_change_as_registered.example(Verdict.FAIL)
def number_stays() -> _Inputs:
    """The software changed, the number did not."""
    return _inputs(swin="R079-0001")


@versions_change_as_registered.example(Verdict.FAIL)
def another_version() -> _Inputs:
    """A version that the update does not have."""
    return _inputs(after="1.3.1")


@versions_change_as_registered.example(Verdict.FAIL)
def another_ecu_changed() -> _Inputs:
    """The update touched the brakes."""
    return _inputs(other="7.1")


@versions_change_as_registered.example(Verdict.INCONCLUSIVE)
def not_read_afterwards() -> _Inputs:
    """The version was lost on the way."""
    return _inputs(after="")
