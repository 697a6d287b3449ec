"""Each software identification number is mapped to the versions of all its ECUs."""

from collections.abc import Iterator
from typing import Any

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.verdict import Verdict
from zhunru.formulas.written_names import bare
from zhunru.records.approval import digest_of
from zhunru.records.baseline import Baseline
from zhunru.records.software_unit import SoftwareUnit
from zhunru.records.swin_entry import SwinEntry
from zhunru.tables.vehicle_configuration import LEGITIMATE


@check(
    "miit-2021-103/4.4", "gb-44496-2024/4.1.3.b", "gb-44496-2024/4.3.3", title_zh="软件识别码与全部相关控制器的软件版本对应", since="0.2"
)
def swin_maps_to_all_versions(entries: list[SwinEntry], units: list[SoftwareUnit], baselines: list[Baseline]) -> Iterator[Finding]:
    """The register maps each SWIN to versions of exactly the ECUs that the approved bills of software put under it.

    Why:
        An ECU that the register forgets can be updated without anybody noticing that the number no longer tells the truth.

    为什么:
        登记遗漏的控制器可以被升级而识别码不变，识别码就不再反映车上的真实软件。

    How it decides:
        1. From the approved or filed bills of software take, for each SWIN, the units that cite it, and the units of its system that matter
           for the approval and cite no number.
        2. A unit whose ECU the register does not have under the number: breach. A unit whose version is not among those that the register has
           for that ECU under the number: breach; where a version is missing: gap.
        3. An ECU that the register has under the number while every bill puts it under another number or calls it irrelevant: breach; one that
           no bill has: gap. A SWIN of which no bill has a unit: gap.
        4. Each row of the register has version, integrity value, system and coding rule: else gap.

    Inconclusive:
        No SWIN, no approved bill of software, or a cell that decides is missing or unreadable.

    Not covered:
        Whether the bill of software itself is whole; whether the register can be altered without trace (keep it in the dossier's ledger).

    未覆盖:
        软件清单本身是否完整；登记能否被无痕改动（应保存在带链的台账中）。

    Args:
        entries: Register of numbers.
        units: Bills of software.
        baselines: Which of them are approved or filed.

    References:
        GB 44496-2024 4.1.3 b), 4.3.3; UN R156 7.1.2.3; ota-and-recorders.md 1.2.
    """
    approved = {bare(b.id) for b in baselines if b.state in LEGITIMATE}
    bill = [u for u in units if bare(u.baseline) in approved]
    if not entries or not bill:
        yield gap("没有登记的识别码，或没有已批准的软件清单", "no SWIN is registered, or there is no approved bill of software")
    register: dict[str, list[SwinEntry]] = {}
    for entry in entries:
        register.setdefault(bare(entry.swin), []).append(entry)
        yield from _fields(entry)
    cited = {bare(u.swin): u for u in bill if u.swin}
    for name in sorted(set(cited) - set(register)):
        yield breach(
            "软件清单引用了未登记的识别码",
            "a bill of software cites a SWIN that is not registered",
            at=cited[name].origin,
            swin=cited[name].swin,
        )
    for name, rows in sorted(register.items()):
        yield from _compared(name, rows, bill)


def _fields(entry: SwinEntry) -> Iterator[Finding]:
    # (4) four fields of the record
    told = {"version": entry.version, "digest": digest_of(entry.digest), "system": entry.system, "coding_rule": entry.coding_rule}
    lacking = [name for name, value in told.items() if not value]
    if lacking:
        yield gap(
            "识别码登记的内容不全", "a row of the register lacks what 4.3.3 demands", at=entry.origin, swin=entry.swin, ecu=entry.ecu,
            missing=", ".join(lacking),
        )  # fmt: skip


def _compared(name: str, rows: list[SwinEntry], bill: list[SoftwareUnit]) -> Iterator[Finding]:
    # (1) what belongs under the number
    systems = {bare(e.system) for e in rows if e.system}
    under = [u for u in bill if (bare(u.swin) == name if u.swin else u.approval_relevant is True and bare(u.system or "") in systems)]
    versions: dict[str, set[str | None]] = {}
    for entry in rows:
        versions.setdefault(bare(entry.ecu), set()).add(bare(entry.version) if entry.version else None)
    if not under and bill:
        yield gap("没有软件清单包含该识别码的控制器", "no bill of software has an ECU of this SWIN", at=rows[0].origin, swin=rows[0].swin)
    # (2) every unit is in the register
    for unit in under:
        known = versions.get(bare(unit.ecu))
        facts: dict[str, Any] = {"swin": rows[0].swin, "ecu": unit.ecu, "version": unit.version, "baseline": unit.baseline}
        if known is None:
            yield breach("登记中缺少该识别码的一个控制器", "the register lacks an ECU of the SWIN", at=unit.origin, **facts)
        elif unit.version and bare(unit.version) in known:
            yield ok("控制器的版本在登记中", "the version of the ECU is in the register", at=unit.origin, **facts)
        elif unit.version is None or None in known:
            yield gap("控制器的版本缺失，无法核对", "a version is missing: it cannot be compared", at=unit.origin, **facts)
        else:
            yield breach("控制器的版本不在该识别码的登记中", "the version of the ECU is not under the SWIN", at=unit.origin, **facts)
    # (3) nothing else is in it
    mine = {bare(u.ecu) for u in under}
    for entry in rows:
        if under and bare(entry.ecu) not in mine:
            yield _surplus(entry, [u for u in bill if bare(u.ecu) == bare(entry.ecu)])


def _surplus(entry: SwinEntry, elsewhere: list[SoftwareUnit]) -> Finding:
    sure = bool(elsewhere) and all(u.swin or u.approval_relevant is False for u in elsewhere)
    if sure:
        return breach(
            "登记的控制器不属于该识别码", "the register has an ECU that does not belong to the SWIN", at=entry.origin, swin=entry.swin,
            ecu=entry.ecu,
        )  # fmt: skip
    return gap(
        "登记的控制器无法与软件清单对应", "an ECU of the register cannot be found under the SWIN in a bill", at=entry.origin, swin=entry.swin,
        ecu=entry.ecu,
    )  # fmt: skip


_Inputs = tuple[list[SwinEntry], list[SoftwareUnit], list[Baseline]]


def _inputs(*units: dict[str, object], ecus: tuple[str, ...] = ("EPS", "EPS-B")) -> _Inputs:
    entry = {"swin": "R079-0001", "version": "1.2", "system": "转向", "coding_rule": r"R\d{3}-\d{4}", "digest": "5a" * 32}
    unit = {"baseline": "B1", "ecu": "EPS", "version": "1.2", "system": "转向", "swin": "R079-0001", "approval_relevant": "是"}
    entries = [SwinEntry.model_validate(entry | {"ecu": ecu}) for ecu in ecus]
    bill = [SoftwareUnit.model_validate(unit | changed) for changed in units or ({}, {"ecu": "EPS-B"})]
    return entries, bill, [Baseline.model_validate({"id": "B1", "state": "已批准"})]


@swin_maps_to_all_versions.example(Verdict.PASS)
def register_equals_bill() -> _Inputs:
    """Both ECUs of the steering with their versions."""
    return _inputs()


@swin_maps_to_all_versions.example(Verdict.FAIL)
def ecu_forgotten() -> _Inputs:
    """The register lacks the second ECU."""
    return _inputs(ecus=("EPS",))


@swin_maps_to_all_versions.example(Verdict.FAIL)
def version_not_registered() -> _Inputs:
    """The bill has a newer version."""
    return _inputs({}, {"ecu": "EPS-B", "version": "1.3"})


@swin_maps_to_all_versions.example(Verdict.FAIL)
def ecu_of_another_number() -> _Inputs:
    """The register has an ECU that the bill puts under another number; that number is not registered either."""
    return _inputs({}, {"ecu": "EPS-B", "swin": "R079-0002"})


@swin_maps_to_all_versions.example(Verdict.INCONCLUSIVE)
def relevance_not_told() -> _Inputs:
    """An ECU of the register is in the bill without a number, and nobody says whether it matters."""
    return _inputs({}, {"ecu": "EPS-B", "swin": "", "approval_relevant": ""})
