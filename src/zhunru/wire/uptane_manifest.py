"""What a car reports to the Director: the vehicle version manifest and the ECU version reports in it.

    kept = Fresh()                                                  # nothing seen so far
    seen = check_manifest(raw, "json", inventory, kept)
    seen.faults                                                     # empty = signed at both levels, fresh, complete, as expected, no attack
    kept = seen.fresh                                               # unchanged when anything failed

References: Uptane Standard 2.1.0, 5.2.7.1 (Director checks), 5.4.2.1 (manifests); ota-and-recorders.md 3.1, U-V1.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from zhunru.core.errors import EvidenceError
from zhunru.wire import metadata_der
from zhunru.wire.canonical_json import encode
from zhunru.wire.metadata_file import BadForm, Rule, Signature, check_hashes, moment, signatures_of
from zhunru.wire.metadata_key import Key
from zhunru.wire.metadata_signers import check_signatures
from zhunru.wire.metadata_step import Outcome, Refused, Steps
from zhunru.wire.metadata_target import same_file
from zhunru.wire.strict_json import loads

_MAX_BYTE = 4 << 20
_MAX_SIGNATURE_COUNT = 16
_STEP = "U-V1"


class Inventory(NamedTuple):
    """What the Director knows of a car.

    Args:
        vin: Vehicle id.
        primary: ECU id of the Primary; its key signs the whole manifest.
        keys: ECU id -> the key of its reports.
        expected: ECU id -> the file that must be installed (`length`, `hashes`); an ECU without entry may have any.
    """

    vin: str
    primary: str
    keys: Mapping[str, Key]
    expected: Mapping[str, Mapping[str, Any]] = {}


@dataclass(frozen=True)
class Fresh:
    """What earlier manifests used up, per ECU.

    Args:
        counters: Highest report counter.
        nonces: Nonces seen.
        times: Latest known time reported.
    """

    counters: Mapping[str, int] = field(default_factory=dict)
    nonces: Mapping[str, frozenset[str]] = field(default_factory=dict)
    times: Mapping[str, datetime] = field(default_factory=dict)


class Manifest(NamedTuple):
    """What came of a manifest: all faults, steps, what is used up now, and the installed file of each ECU that was believed."""

    faults: tuple[Outcome, ...]
    steps: tuple[Outcome, ...]
    fresh: Fresh
    installed: Mapping[str, Mapping[str, Any]]


class Claim(NamedTuple):
    """What a manifest says of itself, unproved: it only sorts manifests.

    Args:
        vin: Vehicle id.
        time: Latest time among its reports.
        counter: Highest counter among its reports, -1 when none has one.
    """

    vin: str
    time: datetime | None
    counter: int


class _Signed(NamedTuple):
    value: Mapping[str, Any]
    message: bytes
    signatures: tuple[Signature, ...]


def check_manifest(raw: bytes, encoding: str, inventory: Inventory, fresh: Fresh) -> Manifest:
    """Check a vehicle version manifest.

    Args:
        raw: The manifest.
        encoding: `json` or `der`.
        inventory: The car.
        fresh: What earlier manifests used up.
    """
    steps, faults = Steps("manifest"), list[Outcome]()
    try:
        manifest = _read(raw, encoding, steps)
        reports = _reports(manifest, encoding, inventory, steps)
    except Refused as refused:
        return Manifest((refused.outcome,), tuple(steps.taken), fresh, {})
    new, installed = fresh, dict[str, Mapping[str, Any]]()
    for ecu, listed in reports.items():
        for report in listed:
            try:
                new = _report(ecu, report, inventory, new, steps)
                installed[ecu] = _installed(report.value)
            except Refused as refused:
                faults.append(refused.outcome)
    for ecu, told in installed.items():
        wanted = inventory.expected.get(ecu)
        if wanted is not None and not same_file(told, wanted):
            other = steps.refuse(_STEP, "UnexpectedVersion", ecu, f"{told['filepath'][:80]}: {told['length']} B", "partial-bundle")
            faults.append(other.outcome)
    missing = sorted(set(inventory.keys) - set(reports) - _silent(inventory))
    if missing:
        faults.append(steps.refuse(_STEP, "ManifestIncomplete", missing[0], f"{len(missing)} ECUs", "partial-bundle").outcome)
    if not faults:
        steps.passed(_STEP, "manifest", f"{len(reports)} ECUs")
    return Manifest(tuple(faults), tuple(steps.taken), fresh if faults else new, installed)


def claim_of(raw: bytes, encoding: str) -> Claim | None:
    """Return what a manifest says of itself, None when it has no form to say anything in."""
    try:
        value = _read(raw, encoding, Steps("manifest")).value
        reports = [r.value for listed in _listed(value, encoding).values() for r in listed]
        times = [moment(r["timeserver_time"]) for r in reports if r.get("timeserver_time") is not None]
    except (Refused, BadForm):
        return None
    counters = [r["report_counter"] for r in reports if type(r.get("report_counter")) is int]
    return Claim(str(value.get("vin")), max(times, default=None), max(counters, default=-1))


def reporter_of(raw: bytes, encoding: str) -> str | None:
    """Return the ECU that a report which stands alone names, unproved; None when it has no form to name one in."""
    try:
        told = _read(raw, encoding, Steps("manifest"), alone=True).value.get("ecu_serial")
    except Refused:
        return None
    return told if isinstance(told, str) else None


def check_report(raw: bytes, encoding: str, inventory: Inventory) -> Manifest:
    """Check an ECU version report that stands alone: its signature, form, times, and whether it tells of an attack.

    Its freshness is that of the manifest in which it travels.

    Args:
        raw: The report.
        encoding: `json` or `der`.
        inventory: The car.
    """
    steps = Steps("manifest")
    try:
        report = _read(raw, encoding, steps, alone=True)
        ecu = str(report.value.get("ecu_serial"))
        fresh = _report(ecu, report, inventory, Fresh(), steps)
    except Refused as refused:
        return Manifest((refused.outcome,), tuple(steps.taken), Fresh(), {})
    return Manifest((), tuple(steps.taken), fresh, {ecu: _installed(report.value)})


def _silent(inventory: Inventory) -> set[str]:
    """Return the ECUs that need no report of their own: a Primary that no version is expected of (older manifests leave it out)."""
    return {inventory.primary} - set(inventory.expected)


def _read(raw: bytes, encoding: str, steps: Steps, *, alone: bool = False) -> _Signed:
    parse = metadata_der.ecu_report if alone else metadata_der.vehicle_manifest
    try:
        if len(raw) > _MAX_BYTE:
            raise BadForm(f"longer than {_MAX_BYTE} B")
        return _der(parse(raw)) if encoding == "der" else _json(loads(raw, max_byte=_MAX_BYTE))
    except EvidenceError as error:
        raise steps.refuse(_STEP, "InvalidMetadata::Manifest", "manifest", f"{error.what.en}: {error.where}") from error


def _reports(manifest: _Signed, encoding: str, inventory: Inventory, steps: Steps) -> dict[str, list[_Signed]]:
    """Return the reports by ECU of a manifest that the Primary of this car signed."""
    value = manifest.value
    if value.get("vin") != inventory.vin:
        raise steps.refuse(_STEP, "SecurityException::Manifest", "manifest", f"vin {str(value.get('vin'))[:40]}", "replay")
    if value.get("primary_ecu_serial") != inventory.primary or inventory.primary not in inventory.keys:
        told = _shown(value.get("primary_ecu_serial"))
        raise steps.refuse(_STEP, "SecurityException::Manifest", "manifest", f"primary {told}", "arbitrary-software")
    _check(manifest, inventory.keys[inventory.primary], "manifest", steps)
    if value.get("attacks_detected", ""):
        raise steps.refuse(_STEP, "AttackReported", "manifest", _shown(value["attacks_detected"]), "arbitrary-software")
    try:
        return _listed(value, encoding)
    except BadForm as bad:
        raise steps.refuse(_STEP, "InvalidMetadata::Manifest", "manifest", bad.detail) from bad


def _listed(value: Mapping[str, Any], encoding: str) -> dict[str, list[_Signed]]:
    """Return the reports by ECU.

    Raises:
        BadForm: One is none, or an ECU has none.
    """
    listed = value.get("ecu_version_manifests")
    if not isinstance(listed, dict):
        raise BadForm("ecu_version_manifests")
    found = {}
    for ecu, items in listed.items():
        several = items if isinstance(items, list) else [items]
        found[ecu] = [_der(i) if encoding == "der" else _json(i) for i in several]
        if not several:
            raise BadForm(f"{ecu[:80]}: no report")
    return found


def _report(ecu: str, report: _Signed, inventory: Inventory, fresh: Fresh, steps: Steps) -> Fresh:
    """Return what is used up after a report that its ECU signed and that is new."""
    key = inventory.keys.get(ecu)
    if key is None:
        raise steps.refuse(_STEP, "UnknownEcu", _shown(ecu), "not in the inventory", "arbitrary-software")
    if report.value.get("ecu_serial") != ecu:
        told = _shown(report.value.get("ecu_serial"))
        raise steps.refuse(_STEP, "SecurityException::Manifest", ecu, f"report of {told}", "arbitrary-software")
    _check(report, key, ecu, steps)
    try:
        _installed(report.value)
        back = _went_back(ecu, report.value, fresh)
        new = None if back else _fresh(ecu, report.value, fresh)
    except BadForm as bad:
        raise steps.refuse(_STEP, "InvalidMetadata::Manifest", ecu, bad.detail) from bad
    if back:
        raise steps.refuse(_STEP, "TimeWentBack", ecu, back, "freeze")
    if new is None:
        raise steps.refuse(_STEP, "ManifestReplay", ecu, "nonce, counter or time was reported before")
    if report.value.get("attacks_detected", ""):
        raise steps.refuse(_STEP, "AttackReported", ecu, _shown(report.value["attacks_detected"]), "arbitrary-software")
    return new


def _check(signed: _Signed, key: Key, name: str, steps: Steps) -> None:
    rule, keys = Rule((key.id,), 1), {key.id: key}
    check_signatures(signed.message, signed.signatures, rule, keys, name, _STEP, steps, _MAX_SIGNATURE_COUNT, "arbitrary-software")


def _went_back(ecu: str, value: Mapping[str, Any], fresh: Fresh) -> str:
    """Return how the time that an ECU reports fell: below its own previous one, or, though nonce or counter are new, below that reported last.

    Raises:
        BadForm: A time is none.
    """
    told, before = value.get("timeserver_time"), value.get("previous_timeserver_time")
    time = None if told is None else moment(told)
    if time and before is not None and moment(before) > time:
        return f"{told} after {before}"
    last = fresh.times.get(ecu)
    proved = value.get("report_counter") is not None or value.get("nonce") is not None
    return f"{told} after {last:%Y-%m-%dT%H:%M:%SZ}" if time and last and proved and time < last else ""


def _fresh(ecu: str, value: Mapping[str, Any], fresh: Fresh) -> Fresh | None:
    """Return what is used up after this report, None when it brings nothing new.

    Raises:
        BadForm: It has neither counter nor nonce nor time.
    """
    counter, nonce, told = value.get("report_counter"), value.get("nonce"), value.get("timeserver_time")
    times = fresh.times if told is None else {**fresh.times, ecu: moment(told)}
    if type(counter) is int:
        if counter <= fresh.counters.get(ecu, -1):
            return None
        return Fresh({**fresh.counters, ecu: counter}, fresh.nonces, times)
    if isinstance(nonce, str | int) and not isinstance(nonce, bool):
        used = fresh.nonces.get(ecu, frozenset())
        if str(nonce) in used:
            return None
        return Fresh(fresh.counters, {**fresh.nonces, ecu: used | {str(nonce)}}, times)
    time = moment(told)
    if ecu in fresh.times and time <= fresh.times[ecu]:
        return None
    return Fresh(fresh.counters, fresh.nonces, times)


def _installed(value: Mapping[str, Any]) -> dict[str, Any]:
    """Return the installed file: `filepath`, `length`, `hashes`.

    Raises:
        BadForm: It is not told as it must be.
    """
    image: Any = value.get("installed_image")
    info = image.get("fileinfo") if isinstance(image, dict) else None
    if not isinstance(info, dict) or not isinstance(image.get("filepath"), str):
        raise BadForm("installed_image")
    if type(info.get("length")) is not int or info["length"] < 0:
        raise BadForm("installed_image: length")
    check_hashes(info.get("hashes"), image["filepath"])
    return {"filepath": image["filepath"], "length": info["length"], "hashes": info["hashes"]}


def _shown(value: Any) -> str:
    """Return what a message shows of a value that a stranger wrote."""
    return f"{str(value)[:80]}"


def _json(value: Any) -> _Signed:
    if not isinstance(value, dict) or not isinstance(value.get("signed"), dict):
        raise BadForm("signed")
    return _Signed(value["signed"], encode(value["signed"], plain=True), signatures_of(value.get("signatures")))


def _der(signed: metadata_der.Signed) -> _Signed:
    return _Signed(signed.value, signed.message, tuple(Signature(i, p) for i, _, p in signed.signatures))
