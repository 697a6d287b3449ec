"""One file of TUF or Uptane metadata, in JSON or DER, read and checked for its form; nothing here is trusted yet."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from operator import itemgetter
from typing import Any, NamedTuple, NoReturn
from unicodedata import is_normalized

from zhunru.core.errors import EvidenceError
from zhunru.core.text import Text
from zhunru.wire import metadata_der
from zhunru.wire.canonical_json import encode
from zhunru.wire.metadata_key import Key, id_belongs, key_of
from zhunru.wire.metadata_policy import Policy
from zhunru.wire.strict_json import MAX_DEPTH, is_plain, loads, with_canonical

HASH_DIGITS = {"sha224": 56, "sha256": 64, "sha384": 96, "sha512": 128, "sha512-224": 56, "sha512-256": 64, "sm3": 64}
"""Hashes that can be checked, and the hexadecimal digits of each; SHA-224 and its like are only carried along."""
_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)")
_HEX = re.compile(r"[0-9a-fA-F]+")
_MAX_NAME = 1024
MAX_THRESHOLD = 1000


class BadForm(EvidenceError):  # noqa: N818 - what the file is
    """The file does not have the form of its role; `error` is the name that the refusal gets."""

    def __init__(self, detail: str, error: str = "InvalidMetadata") -> None:
        super().__init__(Text("元数据结构无效", "the structure of the metadata is not valid"), detail)
        self.detail, self.error = detail, error

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), (self.detail, self.error))


class Signature(NamedTuple):
    """One signature: key id, and the proof as hexadecimal or base64 text, or bytes."""

    key_id: str
    proof: str | bytes


class Rule(NamedTuple):
    """Who signs a role: key ids, and how many of them."""

    key_ids: tuple[str, ...]
    threshold: int


class Listed(NamedTuple):
    """What a timestamp or snapshot says of another file."""

    version: int
    length: int | None
    hashes: Mapping[str, str]


class Delegation(NamedTuple):
    """One delegated role, in the order of the delegator."""

    name: str
    rule: Rule
    paths: tuple[str, ...]
    prefixes: tuple[str, ...]
    terminating: bool


@dataclass(frozen=True)
class MetadataFile:
    """A file as it was read.

    Args:
        raw: Its bytes.
        encoding: `json` or `der`.
        signed: The signed part, in the shape of the JSON form.
        message: The bytes that are signed.
        signatures: As they stand.
        targets_proved: The form of every target was checked while reading.
    """

    raw: bytes
    encoding: str
    signed: Mapping[str, Any]
    message: bytes
    signatures: tuple[Signature, ...]
    targets_proved: bool = False

    @property
    def kind(self) -> str:
        """Role type in lower case, as far as it is told."""
        told = self.signed.get("_type")
        return told.lower() if isinstance(told, str) else ""

    @cached_property
    def version(self) -> int:
        """Version, 1 or more.

        Raises:
            BadForm: It is none.
        """
        return _whole(self.signed.get("version"), "version", least=1)

    @cached_property
    def expires(self) -> datetime:
        """Moment from which the file no longer counts.

        Raises:
            BadForm: It is no RFC 3339 time.
        """
        return moment(self.signed.get("expires"))

    @cached_property
    def canonical(self) -> bytes:
        """The whole file in canonical form; of DER the file itself."""
        if self.encoding == "der":
            return self.raw
        return encode(loads(self.raw), plain=True)


def read(raw: bytes, encoding: str) -> MetadataFile:
    """Return the file that `raw` holds.

    Raises:
        EvidenceError: It is malformed JSON or DER, or has no `signed` and `signatures`.
    """
    if encoding == "der":
        found = metadata_der.metadata(raw)
        return MetadataFile(raw, encoding, found.value, found.message, tuple(Signature(i, p) for i, _, p in found.signatures))
    proof = _Proof()
    quick = with_canonical(raw, "signed", proof.plain)
    value = quick[0] if quick else loads(raw)
    if not isinstance(value, dict) or not isinstance(value.get("signed"), dict):
        raise BadForm("signed")
    signed = value["signed"]
    message = quick[1] if quick else encode(signed, plain=True)
    return MetadataFile(raw, encoding, signed, message, signatures_of(value.get("signatures")), quick is not None and proof.usual)


class _Proof:
    """Proves a file plain; where all targets have the usual form, column by column, which is less work than level by level."""

    usual = False

    def plain(self, value: dict[str, Any]) -> bool:
        """Tell whether `value` is what `is_plain` would take."""
        signed = value["signed"]
        targets = signed.get("targets") if isinstance(signed, dict) else None
        customs = _usual(targets) if isinstance(targets, dict) and len(targets) > 1 else None
        if customs is None:
            return is_plain(value)
        self.usual = True
        # custom fields stand four levels deep, and one in the list in which they are looked at
        return is_plain(value | {"signed": signed | {"targets": {}}}) and is_plain(customs, MAX_DEPTH - 3)


def _usual(targets: dict[str, Any]) -> list[Any] | None:
    """Return the custom fields of targets that have length, hashes and nothing else, each of its form; None when any is unusual."""
    if "" in targets or max(map(len, targets)) > _MAX_NAME or not "".join(targets).isascii():
        return None
    values = list(targets.values())
    try:
        # of all that JSON knows only objects have members with a name: what else stands there raises a TypeError
        lengths, hashes = list(map(itemgetter("length"), values)), list(map(itemgetter("hashes"), values))
        if set(map(type, lengths)) != {int} or min(lengths) < 0:
            return None
        more = sum(map(len, values)) - 2 * len(values)
        customs = [v["custom"] for v in values if "custom" in v] if more else []
        if len(customs) != more or not set(map(type, customs)) <= {dict}:
            return None
        algorithms = tuple(hashes[0])
        if not algorithms or set(map(len, hashes)) != {len(algorithms)}:
            return None
        for algorithm in algorithms:
            digests = list(map(itemgetter(algorithm), hashes))
            if set(map(len, digests)) != {HASH_DIGITS[algorithm]} or not _is_hex("".join(digests)):
                return None
    except (KeyError, TypeError):  # a field that some lack, a hash unknown here, a digest that is no text
        return None
    return customs


def _is_hex(text: str) -> bool:
    try:
        return len(bytes.fromhex(text)) * 2 == len(text)  # spaces pass `fromhex` and count here
    except ValueError:
        return False


def signatures_of(listed: Any) -> tuple[Signature, ...]:
    """Return the signatures of a signed JSON object.

    Raises:
        BadForm: The list is none.
    """
    if not isinstance(listed, list):
        raise BadForm("signatures")
    found = []
    for item in listed:
        if not isinstance(item, dict) or not isinstance(item.get("keyid"), str) or not isinstance(item.get("sig"), str):
            raise BadForm("signatures")
        found.append(Signature(item["keyid"], item["sig"]))
    return tuple(found)


def moment(value: Any) -> datetime:
    """Return an RFC 3339 time, to the second downwards.

    Raises:
        BadForm: It is none.
    """
    found = _DATE.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise BadForm("expires")
    try:
        zone = found[8].replace("Z", "+00:00")
        return datetime.fromisoformat(f"{value[:19]}{zone}").astimezone(UTC)
    except (ValueError, OverflowError):
        _bad("expires")


def rules_of(root: MetadataFile, policy: Policy) -> tuple[dict[str, Rule], dict[str, Key]]:
    """Return the roles and keys of a root file.

    Raises:
        BadForm: A role, threshold or key is not as it must be.
    """
    roles = root.signed.get("roles")
    if not isinstance(roles, dict):
        raise BadForm("roles")
    keys = keys_of(root.signed.get("keys"), policy)
    rules = {name.lower(): _rule(value, name) for name, value in roles.items()}
    needed = {"root", "targets"} if policy.bare_director else {"root", "targets", "snapshot", "timestamp"}
    if not needed <= set(rules):
        raise BadForm(f"roles: {', '.join(sorted(needed - set(rules)))}")
    return rules, keys


def keys_of(value: Any, policy: Policy) -> dict[str, Key]:
    """Return the keys of a root or of delegations; of those of an unknown kind no signature counts.

    Raises:
        BadForm: An entry is no key, or (`policy.key_ids`) stands under an id that is not its own.
    """
    if not isinstance(value, dict):
        raise BadForm("keys")
    keys = {}
    for key_id, item in value.items():
        key = key_of(key_id, item)
        if key is None:
            raise BadForm(f"keys: {key_id}")
        if policy.key_ids == "recomputed" and not id_belongs(key_id, item, key.public):
            raise BadForm(key_id, "BadKeyId")
        keys[key_id] = key
    return keys


def _rule(value: Any, name: str) -> Rule:
    ids = value.get("keyids") if isinstance(value, dict) else None
    if not isinstance(ids, list) or not all(isinstance(i, str) for i in ids):
        raise BadForm(f"roles: {name}")
    if len(set(ids)) != len(ids):
        raise BadForm(f"roles: {name}: keyids")
    threshold = value.get("threshold")
    if type(threshold) is not int:
        raise BadForm(f"roles: {name}: threshold")
    if not 1 <= threshold <= MAX_THRESHOLD:
        raise BadForm(str(threshold), f"IllegalThreshold::{titled(name)}")
    return Rule(tuple(ids), threshold)


def listed_of(file: MetadataFile) -> dict[str, Listed]:
    """Return what a timestamp or snapshot lists, by role name.

    Raises:
        BadForm: An entry is not as it must be.
    """
    meta = file.signed.get("meta")
    if not isinstance(meta, dict):
        raise BadForm("meta")
    found = {}
    for name, value in meta.items():
        role, dot, _ = name.rpartition(".")
        if not dot or not role or not isinstance(value, dict):
            raise BadForm(f"meta: {name[:80]}")
        if role in found:
            raise BadForm(f"meta: {name[:80]}")
        length = value.get("length")
        hashes = value.get("hashes", {})
        if length is not None:
            _whole(length, "length")
        if hashes:
            check_hashes(hashes, name)
        found[role] = Listed(_whole(value.get("version"), "version", least=1), length, hashes)
    return found


def targets_of(file: MetadataFile) -> dict[str, dict[str, Any]]:
    """Return the target files that a targets role lists: `length`, `hashes` and, when told, `custom` of each.

    Raises:
        BadForm: An entry is not as it must be.
    """
    targets = file.signed.get("targets")
    if not isinstance(targets, dict):
        raise BadForm("targets")
    if not file.targets_proved:
        for name, value in targets.items():
            _target(name, value)
    return targets


def _target(name: str, value: Any) -> None:
    if not _is_name(name) or not isinstance(value, dict):
        raise BadForm(f"targets: {name[:80]!a}")
    _whole(value.get("length"), f"targets: {name[:80]}: length")
    check_hashes(value.get("hashes"), name)
    if not isinstance(value.get("custom", {}), dict):
        raise BadForm(f"targets: {name[:80]}: custom")


def check_hashes(value: Any, name: str) -> None:
    """Raise `BadForm` unless `value` names at least one hash, each in hexadecimal of its length."""
    if not isinstance(value, dict) or not value:
        raise BadForm(f"{name[:80]}: hashes")
    for algorithm, digest in value.items():
        if not isinstance(digest, str) or not _HEX.fullmatch(digest) or len(digest) != HASH_DIGITS.get(algorithm, len(digest)):
            raise BadForm(f"{name[:80]}: {algorithm[:20]}")


def delegations_of(file: MetadataFile, policy: Policy) -> tuple[tuple[Delegation, ...], dict[str, Key]]:
    """Return the delegated roles of a targets role in their order, and the keys that they use.

    Raises:
        BadForm: An entry is not as it must be, or uses a form that is not supported (hash bins by `succinct_roles`).
    """
    value = file.signed.get("delegations")
    if value is None:
        return (), {}
    if not isinstance(value, dict) or not isinstance(value.get("roles"), list):
        raise BadForm("delegations")
    keys = keys_of(value.get("keys"), policy)
    return tuple(_delegation(item) for item in value["roles"]), keys


def _delegation(value: Any) -> Delegation:
    name = value.get("name") if isinstance(value, dict) else None
    if not isinstance(name, str) or not _is_name(name) or name.lower() in {"root", "snapshot", "timestamp", "targets"}:
        raise BadForm("delegations: name")
    paths, prefixes = value.get("paths"), value.get("path_hash_prefixes")
    terminating = value.get("terminating", False)
    if (paths is None) == (prefixes is None) or not isinstance(terminating, bool):
        raise BadForm(f"delegations: {name[:80]}")
    for listed in (paths, prefixes):
        if listed is not None and not (isinstance(listed, list) and all(isinstance(p, str) and len(p) <= _MAX_NAME for p in listed)):
            raise BadForm(f"delegations: {name[:80]}")
    return Delegation(name, _rule(value, name), tuple(paths or ()), tuple(prefixes or ()), terminating)


def _is_name(name: str) -> bool:
    """Tell whether a name is written in the one form that Uptane allows: two names that look the same are then one."""
    return 0 < len(name) <= _MAX_NAME and is_normalized("NFC", name)


def titled(role: str) -> str:
    """Return a role as errors name it: top-level roles with a capital, others as they are."""
    return role.capitalize() if role.lower() in {"root", "targets", "snapshot", "timestamp"} else role


def _whole(value: Any, name: str, least: int = 0) -> int:
    if type(value) is not int or value < least:
        raise BadForm(name)
    return value


def _bad(detail: str) -> NoReturn:
    raise BadForm(detail)
