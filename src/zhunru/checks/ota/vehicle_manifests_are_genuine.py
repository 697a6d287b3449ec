"""Vehicle version manifests are genuine, fresh and whole, and tell of the images that belong there."""

import base64
import json
from collections.abc import Generator, Iterator, Mapping
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any, NamedTuple

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.record import CHINA
from zhunru.core.verdict import Verdict
from zhunru.formulas.written_names import bare
from zhunru.records.baseline import Baseline
from zhunru.records.software_unit import SoftwareUnit
from zhunru.records.trust_anchor import TrustAnchor
from zhunru.records.uptane_ecu import UptaneEcu
from zhunru.tables.director_assignment import DirectorAssignment
from zhunru.tables.vehicle_configuration import LEGITIMATE
from zhunru.tables.vehicle_report import VehicleReport
from zhunru.wire.canonical_json import encode
from zhunru.wire.metadata_file import Rule
from zhunru.wire.metadata_key import Key, key_of_text
from zhunru.wire.metadata_step import Outcome
from zhunru.wire.metadata_target import same_file
from zhunru.wire.signature import public_key_of, sign
from zhunru.wire.uptane_manifest import Claim, Fresh, Inventory, Manifest, check_manifest, check_report, claim_of, reporter_of
from zhunru.wire.uptane_time import attested, check_time

_MATTERS = {"时间证明", "时间服务", "time"}
"""Words of a trust anchor that let its key attest times."""
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class _File(NamedTuple):
    """One signed file."""

    source: str
    raw: bytes
    encoding: str


class _Car(NamedTuple):
    """A car of the inventory."""

    inventory: Inventory
    ecus: dict[str, UptaneEcu]


class _Known(NamedTuple):
    """What may be installed: assignments by ECU id, why a Director is not believed, digests of the approved software by ECU name."""

    assigned: dict[str, dict[str, Any]]
    doubts: list[str]
    approved: dict[str, set[str]]


@check(
    "miit-2021-103/3.3", "gb-44496-2024/4.2.2.c", "gb-44496-2024/4.2.4",
    title_zh="车辆版本清单真实、新鲜、完整，所装镜像与应装一致", since="0.2",
)  # fmt: skip
def vehicle_manifests_are_genuine(
    reports: VehicleReport,
    ecus: list[UptaneEcu] | None,
    assigned: DirectorAssignment | None,
    baselines: list[Baseline] | None,
    units: list[SoftwareUnit] | None,
    anchors: list[TrustAnchor] | None,
) -> Iterator[Finding]:
    """Each collected manifest is signed by its car and ECUs, new, whole and free of attacks; the last one of a car tells of the right images.

    Why:
        The back end assigns software by what the car reports. A report that is forged, old or partial hides what really runs in the car.

    为什么:
        后台依据车辆的上报分配软件。伪造、陈旧或残缺的上报会掩盖车上实际运行的软件。

    How it decides:
        1. A manifest or single report belongs to the car whose inventory names it. No such inventory, one without exactly one Primary, or
           an ECU without hardware id or readable key: gap. So is evidence without any manifest.
        2. Manifests of one car in the order of the times that they tell: signed by Primary and ECUs, no counter, nonce or time used before,
           no time that falls, every ECU there and no other, no attack told. What fails is a breach with its error.
        3. A report that stands alone: the same, without freshness.
        4. Images of the last manifest: one that the verified Director assigns, for this hardware, is right. Other hardware: breach. One
           that it does not assign: breach when other assigned images of the car are in place already (a partial bundle) and the report is
           not older than the assignment; else a gap. An ECU without assignment has an image of an approved or filed
           baseline: ok; another: breach. Nothing to compare with: gap.
        5. An attested time: signed by the trust anchor of its key id while that key counts, and it answers a nonce, else breach. No such
           anchor, or a nonce that two different times answer: gap.

    Inconclusive:
        Keys, hardware or what must be installed are not told; the Director is not believed; the update may still be under way.

    Not covered:
        Cars whose manifests were not collected. The same file sent twice: its copy is the same file. Whether the nonce that a time answers
        was really asked for. Whether the ECU tells the truth about itself: that is read out of the car.

    未覆盖:
        未采集清单的车辆；同一文件被重复发送（副本即同一文件）；时间证明所答随机数是否确曾发出；控制器自述是否属实（须从车上读取）。

    Args:
        reports: Manifests, reports and attested times.
        ecus: Inventory of the cars.
        assigned: What the Directors assign.
        baselines: Baselines; only software of approved and filed ones may be there.
        units: Software of the ECUs.
        anchors: Keys of the time servers.

    References:
        ota-and-recorders.md 3.1, 3.2 U-V1, 3.6; Uptane Standard 2.1.0, 5.2.7.1, 5.4.2.1.
    """
    files = _files(reports)
    cars = _cars(ecus or [])
    # (1) whose it is
    told: dict[str, list[tuple[Claim, _File]]] = {}
    for file in files["manifest"]:
        claim = claim_of(file.raw, file.encoding)
        if claim is None:
            yield breach("车辆版本清单结构无效", "a vehicle manifest has no valid form", source=file.source)
        else:
            told.setdefault(bare(claim.vin), []).append((claim, file))
    if not files["manifest"]:
        yield gap("没有采集到车辆版本清单", "no vehicle manifest was collected")
    for vin, mine in sorted(told.items()):
        car = cars.get(vin)
        if not isinstance(car, _Car):
            yield _not_known(car, mine[0][1].source, vin)
            continue
        # (2) manifests
        last = yield from _in_order(sorted(mine, key=_age), car)
        # (4) images
        yield from _images(last, car, mine, _known(vin, assigned, baselines or [], units or []))
    # (3) single reports
    for file in files["report"]:
        yield _alone(file, cars)
    # (5) times
    yield from _times(files["time"], anchors or [])


def _files(reports: VehicleReport) -> dict[str, list[_File]]:
    """Return the files by kind, each content once."""
    found: dict[str, list[_File]] = {"manifest": [], "report": [], "time": []}
    rows = reports.frame.select("kind", "source", "raw", "encoding", "sha256").sort("source").unique("sha256", keep="first").collect()
    for kind, source, raw, encoding, _ in sorted(rows.iter_rows()):
        found[kind].append(_File(source, raw, encoding))
    return found


def _cars(ecus: list[UptaneEcu]) -> dict[str, _Car | UptaneEcu]:
    """Return the cars by id; instead of one whose inventory is not complete, the line that lacks something."""
    by_vin: dict[str, list[UptaneEcu]] = {}
    for ecu in ecus:
        by_vin.setdefault(bare(ecu.vin), []).append(ecu)
    return {vin: _car(vin, mine) for vin, mine in by_vin.items()}


def _car(vin: str, ecus: list[UptaneEcu]) -> _Car | UptaneEcu:
    keys: dict[str, Key] = {}
    for ecu in ecus:
        key = key_of_text(ecu.key_id, ecu.public_key) if ecu.key_id and ecu.public_key else None
        if key is None or not ecu.hardware or ecu.origin.problems or ecu.serial in keys:
            return ecu
        keys[ecu.serial] = key
    primaries = [e.serial for e in ecus if e.primary]
    if len(primaries) != 1:
        return ecus[0]
    (primary,) = primaries
    return _Car(Inventory(vin, primary, keys), {e.serial: e for e in ecus})


def _not_known(line: UptaneEcu | None, source: str, vin: str) -> Finding:
    if line is None:
        return gap("没有该车的控制器清单", "there is no inventory of the car", source=source, vehicle=vin)
    return gap(
        "控制器清单不全：须有唯一的主控制器，以及各控制器的硬件标识与可用公钥",
        "the inventory lacks exactly one Primary, or a hardware id or readable key of an ECU",
        at=line.origin,
        vehicle=vin,
        ecu=line.serial,
    )


def _age(one: tuple[Claim, _File]) -> tuple[datetime, int, str]:
    claim, file = one
    return claim.time or _LONG_AGO, claim.counter, file.source


def _in_order(mine: list[tuple[Claim, _File]], car: _Car) -> Generator[Finding, None, Manifest]:
    """Yield what is wrong with the manifests of a car, one after the other; return the last one as it was checked."""
    fresh, seen = Fresh(), Manifest((), (), Fresh(), {})
    for claim, file in mine:
        # the inventory may write the id of the car in another way
        seen = check_manifest(file.raw, file.encoding, car.inventory._replace(vin=claim.vin), fresh)
        fresh = seen.fresh
        for fault in seen.faults:
            yield _failed(fault, file, car.inventory.vin)
        if not seen.faults:
            count = len(seen.installed)
            yield ok(
                "车辆版本清单真实、新鲜、完整", "a vehicle manifest is genuine, fresh and whole", source=file.source,
                vehicle=car.inventory.vin, count=count,
            )  # fmt: skip
    return seen


def _failed(fault: Outcome, file: _File, vin: str) -> Finding:
    return breach(
        "车辆上报不可信", "a report of the car is not to be believed", source=file.source,
        vehicle=vin, ecu=fault.role, error=fault.error, attack=fault.attack, detail=fault.detail,
    )  # fmt: skip


def _alone(file: _File, cars: Mapping[str, _Car | UptaneEcu]) -> Finding:
    serial = reporter_of(file.raw, file.encoding)
    if serial is None:
        return breach("控制器上报结构无效", "an ECU report has no valid form", source=file.source)
    mine = [c for c in cars.values() if isinstance(c, _Car) and serial in c.ecus]
    if len(mine) != 1:
        return gap("无法确定上报的控制器属于哪辆车", "it cannot be told whose ECU reports", source=file.source, ecu=serial, cars=len(mine))
    (car,) = mine
    for fault in check_report(file.raw, file.encoding, car.inventory).faults:
        return _failed(fault, file, car.inventory.vin)
    return ok("控制器上报真实", "an ECU report is genuine", source=file.source, vehicle=car.inventory.vin, ecu=serial)


def _known(vin: str, assigned: DirectorAssignment | None, baselines: list[Baseline], units: list[SoftwareUnit]) -> _Known:
    rows = [r for r in assigned.collect().to_dicts() if r["vehicle"] == vin] if assigned else []
    legitimate = {bare(b.id) for b in baselines if b.state in LEGITIMATE and not b.origin.problems}
    approved: dict[str, set[str]] = {}
    for unit in units:
        if bare(unit.baseline) in legitimate and unit.digest and not unit.origin.problems:
            approved.setdefault(bare(unit.ecu), set()).add(unit.digest.lower().removeprefix("sha256:").strip())
    return _Known({r["ecu"]: r for r in rows if not r["problem"]}, sorted({r["problem"] for r in rows if r["problem"]}), approved)


def _images(last: Manifest, car: _Car, mine: list[tuple[Claim, _File]], known: _Known) -> Iterator[Finding]:
    """Yield whether each image that the last manifest tells of may be there."""
    claim, file = max(mine, key=_age)
    for doubt in known.doubts:
        yield gap("指挥仓库的指派不可信", "what the Director assigns is not believed", source=file.source, vehicle=claim.vin, detail=doubt)
    arrived = [e for e, told in last.installed.items() if e in known.assigned and _is(told, known.assigned[e])]
    for serial, told in sorted(last.installed.items()):
        facts = {"vehicle": claim.vin, "ecu": serial, "image": told["filepath"], "size_byte": told["length"]}
        row, ecu = known.assigned.get(serial), car.ecus[serial]
        if row is not None and row["hardware"] is not None and row["hardware"] != ecu.hardware:
            yield breach(
                "所指派镜像不适用于该硬件", "the assigned image is not for this hardware", source=file.source,
                measured=ecu.hardware, limit=row["hardware"], **facts,
            )  # fmt: skip
        elif row is not None and _is(told, row):
            yield ok("所装镜像即所指派", "the installed image is the assigned one", source=file.source, **facts)
        elif row is not None and arrived and _since(last, serial, row):
            yield breach("所装镜像不是所指派的", "the installed image is not the assigned one", source=file.source, **facts)
        elif row is not None:
            yield gap("所指派的镜像尚未安装", "the assigned image is not installed, perhaps not yet", source=file.source, **facts)
        else:
            yield _by_baseline(told, known.approved.get(bare(ecu.ecu or ""), set()), file, facts)


def _is(told: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    return same_file(told, {"length": row["size_byte"], "hashes": json.loads(row["hashes"])})


def _since(last: Manifest, serial: str, row: Mapping[str, Any]) -> bool:
    """Tell whether an ECU reported not before the Director's word was collected; without a time it cannot be told."""
    time = last.fresh.times.get(serial)
    return time is not None and int(time.timestamp()) * 1_000_000_000 >= row["fetched_ns"]


def _by_baseline(told: Mapping[str, Any], approved: set[str], file: _File, facts: dict[str, Any]) -> Finding:
    digest = str(told["hashes"].get("sha256", "")).lower()
    if not approved or not digest:
        return gap("无从得知应装镜像", "nothing tells which image must be there", source=file.source, **facts)
    if digest not in approved:
        return breach("所装镜像不属于任何已批准基线", "no approved baseline has the installed image", source=file.source, **facts)
    return ok("所装镜像属于已批准基线", "an approved baseline has the installed image", source=file.source, **facts)


def _times(files: list[_File], anchors: list[TrustAnchor]) -> Iterator[Finding]:
    answered: dict[int, datetime] = {}
    for file in files:
        claim = attested(file.raw, file.encoding)
        if claim is None:
            yield breach("时间证明结构无效", "an attested time has no valid form", source=file.source)
            continue
        time, nonces, ids = claim
        if not nonces:
            yield breach("时间证明未回应任何随机数", "an attested time answers no nonce", source=file.source)
            continue
        mine = [a for a in anchors if a.key_id in ids and (not a.matters or {bare(m) for m in a.matters} & _MATTERS)]
        anchor = mine.pop() if len(mine) == 1 else None
        key = key_of_text(anchor.key_id, anchor.public_key) if anchor and anchor.public_key else None
        if anchor is None or key is None or anchor.origin.problems or anchor.valid_from is None:
            yield gap(
                "没有时间证明密钥的完整信任锚", "there is no complete trust anchor for the key of an attested time", source=file.source
            )
            continue
        seen = check_time(file.raw, file.encoding, Rule((key.id,), 1), {key.id: key}, min(nonces), None)
        if seen.refusal:
            yield _failed(seen.refusal, file, "")
        elif not _counts(anchor, anchor.valid_from, time.astimezone(CHINA).date()):
            yield breach("时间证明的密钥当时无效", "the key of an attested time does not count at that time", source=file.source)
        elif any(answered.setdefault(n, time) != time for n in nonces):
            yield gap("同一随机数有两个不同时间的证明", "two different times answer one nonce", source=file.source)
        else:
            yield ok("时间证明真实", "an attested time is genuine", source=file.source, count=len(nonces))


def _counts(anchor: TrustAnchor, first: date, day: date) -> bool:
    last, revoked = anchor.valid_until or date.max, anchor.revoked_on or date.max
    return first <= day <= last and day < revoked


# Examples: the seeds are public, so the keys prove nothing outside of them.
_IMAGE: dict[str, Any] = {"length": 11, "hashes": {"sha256": "5a" * 32}}
_AT = "2026-03-01T08:00:00Z"
_Inputs = tuple[
    VehicleReport, list[UptaneEcu] | None, DirectorAssignment | None, list[Baseline] | None, list[SoftwareUnit] | None,
    list[TrustAnchor] | None,
]  # fmt: skip


def _seed(name: str) -> bytes:
    return sha256(name.encode()).digest()


def _signed(signer: str, **signed: object) -> dict[str, Any]:
    proof = base64.b64decode(sign(encode(signed), _seed(signer))).hex()
    return {"signatures": [{"keyid": f"key of {signer}", "sig": proof}], "signed": signed}


def _report(ecu: str, **changed: object) -> dict[str, Any]:
    image = {"filepath": f"{ecu}.bin", "fileinfo": _IMAGE}
    plain: dict[str, object] = {"ecu_serial": ecu, "attacks_detected": "", "nonce": f"n of {ecu}", "installed_image": image}
    return _signed(ecu, **plain | {"timeserver_time": _AT} | changed)


def _manifest(*reports: dict[str, Any], signer: str = "primary") -> bytes:
    by_ecu = {str(r["signed"]["ecu_serial"]): [r] for r in reports}
    return encode(_signed(signer, vin="car 1", primary_ecu_serial="primary", ecu_version_manifests=by_ecu))


def _row(kind: str, raw: bytes, source: str = "a") -> dict[str, Any]:
    return {"kind": kind, "raw": raw, "encoding": "json", "sha256": sha256(raw).hexdigest(), "source": f"evidence/{source}.json"}


def _inputs(*rows: dict[str, Any]) -> _Inputs:
    ecus = [
        UptaneEcu.model_validate(
            {"vin": "CAR 1", "serial": e, "ecu": f"ECU {e}", "hardware": "hw", "primary": e == "primary", "key_id": f"key of {e}"}
            | {"public_key": public_key_of(_seed(e))}
        )
        for e in ("primary", "brake")
    ]  # fmt: skip
    base = {"vehicle": bare("CAR 1"), "folder": "evidence/director", "problem": "", "fetched_ns": 1_772_323_200_000_000_000}
    assigned = base | {"ecu": "brake", "image": "brake.bin", "size_byte": 11, "hashes": json.dumps(_IMAGE["hashes"]), "hardware": "hw"}
    unit = SoftwareUnit.model_validate({"baseline": "B1", "ecu": "ECU primary", "digest": "sha256:" + "5a" * 32})
    anchor = {"key_id": "key of clock", "public_key": public_key_of(_seed("clock")), "valid_from": "2026-01-01", "matters": "时间证明"}
    return (
        VehicleReport.rows(*rows), ecus, DirectorAssignment.rows(assigned),
        [Baseline.model_validate({"id": "b1", "state": "approved"})], [unit], [TrustAnchor.model_validate(anchor)],
    )  # fmt: skip


@vehicle_manifests_are_genuine.example(Verdict.PASS)
def a_genuine_manifest_and_time() -> _Inputs:
    """Primary and brake report what the Director assigns and the approved baseline has; the time server is known."""
    time = encode(_signed("clock", time=_AT, nonces=[7]))
    return _inputs(_row("manifest", _manifest(_report("primary"), _report("brake"))), _row("time", time, "time"))


@vehicle_manifests_are_genuine.example(Verdict.FAIL)
def an_ecu_says_nothing() -> _Inputs:
    """The brake is missing from the manifest."""
    return _inputs(_row("manifest", _manifest(_report("primary"))))


@vehicle_manifests_are_genuine.example(Verdict.FAIL)
def an_old_report_again() -> _Inputs:
    """The second manifest carries the nonce of the first: the brake may run anything by now."""
    later = _report("primary", nonce="n2", timeserver_time="2026-03-01T09:00:00Z")
    return _inputs(
        _row("manifest", _manifest(_report("primary"), _report("brake"))), _row("manifest", _manifest(later, _report("brake")), "b")
    )


@vehicle_manifests_are_genuine.example(Verdict.FAIL)
def a_forged_report() -> _Inputs:
    """The report of the brake is signed by somebody else."""
    forged = _report("brake")
    forged["signatures"] = _signed("thief", **forged["signed"])["signatures"]
    return _inputs(_row("manifest", _manifest(_report("primary"), forged)))


@vehicle_manifests_are_genuine.example(Verdict.INCONCLUSIVE)
def no_inventory() -> _Inputs:
    """Nobody said which ECUs the car has, and which keys."""
    made = _inputs(_row("manifest", _manifest(_report("primary"), _report("brake"))))
    return (made[0], None, *made[2:])
