"""A target file against what metadata says of it: length, all hashes, and the fields that Uptane adds.

References: TUF specification 1.0.33, 5.7; Uptane Standard 2.1.0, 5.2.3.1, 5.4.4.
"""

from collections.abc import Iterable, Mapping
from hashlib import new
from typing import Any, NamedTuple

from zhunru.wire.metadata_file import BadForm

CHECKED_HASHES = frozenset({"sha256", "sha384", "sha512", "sm3"})
"""Hashes that prove content; weaker or unknown ones do not (P)."""


class Fault(NamedTuple):
    """Why a file is not the target: error name, step, what was compared, attack."""

    error: str
    step: str
    detail: str
    attack: str = ""


def check_file(target: Mapping[str, Any], chunks: Iterable[bytes]) -> Fault | None:
    """Return the first fault of a file, None when length and all hashes are as told.

    Args:
        target: `length` in bytes and `hashes`, as the metadata says.
        chunks: The file; reading stops one chunk after the told length.

    Returns:
        `OversizedTarget`, `TargetTooShort` or `TargetHashMismatch`; a hash that cannot be checked is one that does not match.
    """
    length, hashes = target["length"], target["hashes"]
    unknown = sorted(set(hashes) - CHECKED_HASHES)
    if unknown or not hashes:
        return Fault("TargetHashMismatch", "U-I2", f"hash that proves nothing: {', '.join(unknown)[:80]}")
    digests = {name: new(name) for name in hashes}
    seen = 0
    for chunk in chunks:
        seen += len(chunk)
        if seen > length:
            return Fault("OversizedTarget", "U-I2", f"more than {length} B", "endless-data")
        for digest in digests.values():
            digest.update(chunk)
    if seen < length:
        return Fault("TargetTooShort", "U-I2", f"{seen} of {length} B")
    wrong = sorted(name for name, digest in digests.items() if digest.hexdigest() != hashes[name].lower())
    return Fault("TargetHashMismatch", "U-I2", ", ".join(wrong)) if wrong else None


def check_rate(received_byte: int, elapsed_ns: int, floor_byte_per_s: int) -> Fault | None:
    """Return a fault when a download was slower than its floor.

    Args:
        received_byte: Bytes received.
        elapsed_ns: Time that it took, nanoseconds; at 0 nothing is said.
        floor_byte_per_s: Floor, bytes per second.
    """
    if received_byte * 1_000_000_000 < floor_byte_per_s * elapsed_ns:
        return Fault("SlowRetrieval", "U-I3", f"{received_byte} B in {elapsed_ns} ns, floor {floor_byte_per_s} B/s")
    return None


def same_file(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Tell whether two entries describe one file: same length, all hashes in common equal, at least one of them strong."""
    common = set(one["hashes"]) & set(other["hashes"])
    return (
        one["length"] == other["length"]
        and bool(common & CHECKED_HASHES)
        and all(one["hashes"][name].lower() == other["hashes"][name].lower() for name in common)
    )


def must_match(target: Mapping[str, Any]) -> Any:
    """Return the custom section that both repositories must give alike, None when there is none."""
    return _named(target, "must-match", "mustMatch", "must_match")


def ecus_of(target: Mapping[str, Any]) -> dict[str, str | None]:
    """Return the ECUs to which a Director assigns a target, each with the hardware id that it names.

    Raises:
        BadForm: The fields are not as they must be.
    """
    several, one = _named(target, "ecuIdentifiers"), _named(target, "ecuIdentifier", "ecu_serial", "ecu_identifier")
    found: dict[str, str | None] = {}
    if several is not None:
        if not isinstance(several, dict) or not all(isinstance(v, dict) for v in several.values()):
            raise BadForm("ecuIdentifiers")
        found = {ecu: _text(v.get("hardwareId", v.get("hardware_id")), "hardwareId") for ecu, v in several.items()}
    if one is not None:
        if not isinstance(one, str):
            raise BadForm("ecuIdentifier")
        found.setdefault(one, _text(_named(target, "hardwareId", "hardware_id"), "hardwareId"))
    return found


def hardware_of(target: Mapping[str, Any]) -> frozenset[str] | None:
    """Return the hardware ids that the Image repository allows, None when it names none.

    Raises:
        BadForm: The field is not as it must be.
    """
    told = _named(target, "hardwareIds", "hardware_ids", "hardwareId", "hardware_id")
    if told is None:
        return None
    listed = told if isinstance(told, list) else [told]
    if not all(isinstance(i, str) for i in listed):
        raise BadForm("hardwareIds")
    return frozenset(listed)


def counter_of(target: Mapping[str, Any]) -> int | None:
    """Return the release counter of a target, None when it has none.

    Raises:
        BadForm: It is no whole number.
    """
    told = _named(target, "releaseCounter", "release_counter")
    if told is not None and (type(told) is not int or told < 0):
        raise BadForm("releaseCounter")
    return told


def _named(target: Mapping[str, Any], *names: str) -> Any:
    custom = target.get("custom") or {}
    return next((custom[n] for n in names if n in custom), None)


def _text(value: Any, name: str) -> str | None:
    if value is not None and not isinstance(value, str):
        raise BadForm(name)
    return value
