"""Uptane's ASN.1 form of metadata, time attestations and version manifests, DER, turned into the values that the JSON form has.

Source: ASN.1 module of Uptane (uptane/asn1, "TUFMetadata", "ECUManifest", "TimeServer"), read against the sample files of the reference
implementation. Counts that stand beside a list must equal its length; fields that are missing, unknown or out of order are refused.
"""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NamedTuple

from zhunru.core.text import Text
from zhunru.wire.der import ENUMERATED, INTEGER, OCTETS, SEQUENCE, VISIBLE, Element, malformed, one

ROLES = ("root", "targets", "snapshot", "timestamp")
"""RoleType, by its number."""
_KEY_TYPES = ("rsa", "ed25519", "ecdsa")
_HASHES = ("sha224", "sha256", "sha384", "sha512", "sha512-224", "sha512-256")
_METHODS = ("rsassa-pss-sha256", "ed25519", "ecdsa-sha2-nistp256")
_MAX_TIME = 253_402_300_799
"""The last second of the year 9999."""
_MISSING = Text("缺少必需的字段", "a field is missing")
_SURPLUS = Text("字段多余、重复或次序错误", "a field is unknown, stands twice or out of order")
_COUNT = Text("所列个数与实际不符", "a count differs from the length of its list")
_KIND = Text("元素类型不符", "an element is of another type")
_VALUE = Text("枚举值未知", "an enumerated value is unknown")


class Signed(NamedTuple):
    """One signed file: its value, the bytes that are signed, and the signatures as (key id, method, bytes)."""

    value: dict[str, Any]
    message: bytes
    signatures: list[tuple[str, str, bytes]]


def metadata(raw: bytes) -> Signed:
    """Return a Metadata file of a repository.

    Raises:
        MalformedDer: It is none, in whatever way; the message names the byte.
    """
    given = _numbered(one(raw), 0, 1, 2)
    body = _numbered(given[0], 0, 1, 2, 3)
    role = _of(ROLES, body[0])
    inside = body[3].inner()
    if len(inside) != 1 or inside[0].context != ROLES.index(role):
        raise malformed(Text("内容与角色类型不符", "the body is not that of the role"), body[3].at)
    value: dict[str, Any] = {"_type": role, "expires": _time(body[1]), "version": body[2].integer()}
    value |= {"root": _root, "targets": _targets, "snapshot": _snapshot, "timestamp": _timestamp}[role](inside[0])
    return Signed(value, _message(given[0]), _signatures(given[1], given[2]))


def time_attestation(raw: bytes) -> Signed:
    """Return a signed time: `time`, `nonces`; errors as those of `metadata`."""
    signed, signatures = _plain(one(raw))
    tokens = _exactly(signed, INTEGER, SEQUENCE, INTEGER)
    nonces = [_typed(e, INTEGER).integer() for e in _counted(tokens[0], tokens[1])]
    return Signed({"time": _time(tokens[2]), "nonces": nonces}, _message(signed), signatures)


def ecu_report(raw: bytes) -> Signed:
    """Return an ECU version report, with the fields of its JSON form; errors as those of `metadata`."""
    return _ecu_report(one(raw))


def vehicle_manifest(raw: bytes) -> Signed:
    """Return a vehicle version manifest; `ecu_version_manifests` maps an ECU to its reports as `Signed`; errors as those of `metadata`."""
    signed, signatures = _plain(one(raw))
    told = len(signed.inner()) == 5  # the attack is an optional last field
    parts = _exactly(signed, VISIBLE, VISIBLE, INTEGER, SEQUENCE, *((VISIBLE,) if told else ()))
    reports: dict[str, list[Signed]] = {}
    for element in _counted(parts[2], parts[3]):
        report = _ecu_report(element)
        reports.setdefault(report.value["ecu_serial"], []).append(report)
    value: dict[str, Any] = {"vin": parts[0].text(), "primary_ecu_serial": parts[1].text(), "ecu_version_manifests": reports}
    value["attacks_detected"] = parts[4].text() if told else ""
    return Signed(value, _message(signed), signatures)


def _ecu_report(element: Element) -> Signed:
    signed, signatures = _plain(element)
    parts = signed.inner()
    told = len(parts) == 5  # the attack is an optional fourth field
    parts = _exactly(signed, VISIBLE, INTEGER, INTEGER, *((VISIBLE,) if told else ()), SEQUENCE)
    image = _exactly(parts[-1], VISIBLE, INTEGER, INTEGER, SEQUENCE)
    value = {
        "ecu_serial": parts[0].text(),
        "previous_timeserver_time": _time(parts[1]),
        "timeserver_time": _time(parts[2]),
        "attacks_detected": parts[3].text() if told else "",
        "installed_image": {
            "filepath": image[0].text(),
            "fileinfo": {"length": image[1].integer(), "hashes": _hashes(image[2], image[3])},
        },
    }
    return Signed(value, _message(signed), signatures)


def _root(element: Element) -> dict[str, Any]:
    body = _numbered(element, 0, 1, 2, 3)
    roles = {}
    for role in _counted(body[2], body[3]):
        parts = _numbered(role, 0, 3, 4, 5, optional=(1, 2))
        name = _of(ROLES, parts[0])
        if name in roles:
            raise malformed(_SURPLUS, role.at)
        roles[name] = {"keyids": _key_ids(parts[3], parts[4]), "threshold": parts[5].integer()}
    return {"keys": _keys(body[0], body[1]), "roles": roles, "consistent_snapshot": False}


def _targets(element: Element) -> dict[str, Any]:
    body = _numbered(element, 0, 1, optional=(2,))
    targets: dict[str, Any] = {}
    for item in _counted(body[0], body[1]):
        parts = _numbered(item, 0, optional=(1,))
        name, info = _file(parts[0])
        if name in targets:
            raise malformed(Text("目标文件重复", "a target stands twice"), item.at)
        targets[name] = info | ({"custom": _custom(parts[1])} if 1 in parts else {})
    return {"targets": targets} | ({"delegations": _delegations(body[2])} if 2 in body else {})


def _file(element: Element) -> tuple[str, dict[str, Any]]:
    parts = _numbered(element, 0, 1, 2, 3)
    return parts[0].text(), {"length": parts[1].integer(), "hashes": _hashes(parts[2], parts[3])}


def _custom(element: Element) -> dict[str, Any]:
    parts = _numbered(element, optional=(0, 1, 2, 3, 4))
    readers: dict[int, tuple[str, Callable[[Element], Any]]] = {
        0: ("release_counter", Element.integer),
        1: ("hardware_id", Element.text),
        2: ("ecu_serial", Element.text),
        3: ("encrypted_target", lambda e: dict([_file(e)])),
        4: ("encrypted_key", lambda e: e.raw.hex()),
    }
    return {readers[n][0]: readers[n][1](part) for n, part in parts.items()}


def _delegations(element: Element) -> dict[str, Any]:
    body = _numbered(element, 0, 1, 2, 3)
    roles = []
    for item in _counted(body[2], body[3]):
        parts = _numbered(item, 0, 1, 2, 3, 4)
        paths = [_typed(e, VISIBLE).text() for e in _counted(parts[0], parts[1])]
        named = _counted(parts[2], parts[3])
        if len(named) != 1:
            raise malformed(Text("不支持多角色委派", "a delegation to several roles at once is not supported"), item.at)
        role = _numbered(named[0], 0, 1, 2, 3)
        roles.append(
            {
                "name": role[0].text(),
                "keyids": _key_ids(role[1], role[2]),
                "threshold": role[3].integer(),
                "paths": paths,
                "terminating": parts[4].boolean(),
            }
        )
    return {"keys": _keys(body[0], body[1]), "roles": roles}


def _snapshot(element: Element) -> dict[str, Any]:
    body = _numbered(element, 0, 1, optional=(2,))
    listed: dict[str, Any] = {}
    for item in _counted(body[0], body[1]):
        parts = _numbered(item, 0, 1)
        name = parts[0].text()
        if name in listed:
            raise malformed(_SURPLUS, item.at)
        listed[name] = {"version": parts[1].integer()}
    if 2 in body:
        listed |= _timestamp(body[2])["meta"]
    return {"meta": listed}


def _timestamp(element: Element) -> dict[str, Any]:
    parts = _numbered(element, 0, 1, 2, 3, 4)
    info = {"version": parts[1].integer(), "length": parts[2].integer(), "hashes": _hashes(parts[3], parts[4])}
    return {"meta": {parts[0].text(): info}}


def _keys(count: Element, listed: Element) -> dict[str, Any]:
    keys: dict[str, Any] = {}
    for item in _counted(count, listed):
        parts = _exactly(item, OCTETS, ENUMERATED, OCTETS)
        key_id, kind, raw = parts[0].octets().hex(), _of(_KEY_TYPES, parts[1]), parts[2].octets()
        if key_id in keys:
            raise malformed(_SURPLUS, item.at)
        public = raw.hex() if kind == "ed25519" else raw.decode("ascii", "replace")
        keys[key_id] = {"keytype": kind, "keyval": {"public": public}, "keyid_hash_algorithms": ["sha256", "sha512"]}
    return keys


def _key_ids(count: Element, listed: Element) -> list[str]:
    return [_typed(e, OCTETS).octets().hex() for e in _counted(count, listed)]


def _hashes(count: Element, listed: Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for item in _counted(count, listed):
        parts = _exactly(item, ENUMERATED, OCTETS)
        name = _of(_HASHES, parts[0])
        if name in found:
            raise malformed(_SURPLUS, item.at)
        found[name] = parts[1].octets().hex()
    return found


def _plain(element: Element) -> tuple[Element, list[tuple[str, str, bytes]]]:
    parts = _exactly(element, SEQUENCE, INTEGER, SEQUENCE)
    return parts[0], _signatures(parts[1], parts[2])


def _signatures(count: Element, listed: Element) -> list[tuple[str, str, bytes]]:
    found = []
    for item in _counted(count, listed):
        parts = _exactly(item, OCTETS, ENUMERATED, OCTETS)
        found.append((parts[0].octets().hex(), _of(_METHODS, parts[1]), parts[2].octets()))
    return found


def _message(signed: Element) -> bytes:
    """Return what is signed: the SHA-256 of the signed part, with the tag that it has in the file."""
    return hashlib.sha256(signed.raw).digest()


def _numbered(element: Element, *required: int, optional: tuple[int, ...] = ()) -> dict[int, Element]:
    """Return the fields under context tags, which must rise."""
    found: dict[int, Element] = {}
    last = -1
    for inner in element.inner():
        number = inner.context
        if number is None or number <= last or number not in {*required, *optional}:
            raise malformed(_SURPLUS, inner.at)
        found[number], last = inner, number
    if not set(required) <= set(found):
        raise malformed(_MISSING, element.at)
    return found


def _exactly(element: Element, *tags: int) -> list[Element]:
    inner = element.inner()
    if len(inner) != len(tags):
        raise malformed(_MISSING if len(inner) < len(tags) else _SURPLUS, element.at)
    return [_typed(e, tag) for e, tag in zip(inner, tags, strict=True)]


def _typed(element: Element, tag: int) -> Element:
    if element.tag != tag:
        raise malformed(_KIND, element.at)
    return element


def _counted(count: Element, listed: Element) -> list[Element]:
    inner = listed.inner()
    if count.integer() != len(inner):
        raise malformed(_COUNT, count.at)
    return inner


def _of(names: tuple[str, ...], element: Element) -> str:
    number = element.integer()
    if not 0 <= number < len(names):
        raise malformed(_VALUE, element.at)
    return names[number]


def _time(element: Element) -> str:
    seconds = element.integer()
    if not 0 <= seconds <= _MAX_TIME:
        raise malformed(Text("时间超出范围", "a time is out of range"), element.at)
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
