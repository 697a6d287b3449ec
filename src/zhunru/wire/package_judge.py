"""An update package judged: signature, content against manifest, and the car or record that it is meant for."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from zhunru.core.errors import EvidenceError
from zhunru.wire.archive_inventory import AMBIGUOUS, BOMB, DAMAGED, ESCAPES, UNREAD, Entry
from zhunru.wire.package_manifest import (
    AUTHORISATION,
    HEX_CHAR,
    MANIFEST,
    SIGNATURE,
    WEAK_DIGESTS,
    Authorisation,
    Claim,
    Manifest,
    authorisation_of,
    manifest_of,
    signatures_of,
)
from zhunru.wire.package_rules import Fault
from zhunru.wire.package_trust import Trusted, signature_faults

_OWN = frozenset({MANIFEST, SIGNATURE, AUTHORISATION})
_VERSION = re.compile(r"[vV]?(\d{1,9}(?:\.\d{1,9}){0,7})")


class Target(NamedTuple):
    """What the package is to be installed in; None = not known, and then that rule is a gap.

    Args:
        models: Names of the model.
        ecu: Controller.
        hardware: Hardware numbers of it.
        version: Installed version.
        counter: Installed release counter.
        images: Digests of the installed image, hexadecimal.
        vins: Cars that it may go to.
        now: Moment of the installation.
    """

    models: tuple[str, ...] | None = None
    ecu: str | None = None
    hardware: tuple[str, ...] | None = None
    version: str | None = None
    counter: int | None = None
    images: tuple[str, ...] | None = None
    vins: tuple[str, ...] | None = None
    now: datetime | None = None


class Parts(NamedTuple):
    """A package taken apart.

    Args:
        entries: Inventory, digests `sha256` and, where the manifest names it, `sm3`.
        manifest: Bytes of the manifest, None when there is none of a bearable length.
        signature: Bytes of the signature file.
        authorisation: Bytes of the authorisation.
    """

    entries: Sequence[Entry]
    manifest: bytes | None
    signature: bytes | None
    authorisation: bytes | None = None


class Judged(NamedTuple):
    """A package and what is wrong with it.

    Args:
        manifest: What it says of itself; None when that cannot be read.
        faults: In the order of the rules' steps; empty = accepted.
    """

    manifest: Manifest | None
    faults: tuple[Fault, ...]


def judge_package(parts: Parts, trusted: Trusted, target: Target) -> Judged:
    """Judge a package; it is accepted only when there is no fault, sure or not.

    Args:
        parts: The package.
        trusted: Whose signatures count. The moment at which the package says it was made counts as well as those given.
        target: What it is to be installed in.
    """
    found = list(_archive(parts.entries))
    if parts.manifest is None:
        missing = Fault("file_missing_or_unlisted", at=MANIFEST)
        return Judged(None, (*found, missing if not any(e.path == MANIFEST for e in parts.entries) else Fault("malformed", at=MANIFEST)))
    try:
        manifest = manifest_of(parts.manifest)
    except EvidenceError as error:
        found += _signature(parts, trusted, "")
        return Judged(None, (*found, Fault("malformed", at=error.where)))
    when = trusted._replace(moments=(*trusted.moments, manifest.created))
    found += _signature(parts, when, manifest.package)
    found += _content(parts.entries, manifest)
    found += _fit(manifest, target)
    found += _authorised(parts, manifest, when, target)
    return Judged(manifest, tuple(dict.fromkeys(found)))


# the archive -------------------------------------------------------------------------------------------------------------------------


def _archive(entries: Sequence[Entry]) -> Iterator[Fault]:
    for entry in entries:
        flags, at = set(entry.flags), "!".join(p for p in (entry.archive, entry.path) if p)
        if entry.archive:
            yield from _nested(entry, flags, at)
            continue
        if flags & ESCAPES:
            yield Fault("path_escape", at=at)
        if flags & AMBIGUOUS:
            yield Fault("archive_ambiguous", at=at)
        elif "collides" in flags:  # one name or two, as the file system of the car will have it
            yield Fault("archive_ambiguous", sure=False, at=at)
        if "trailing" in flags:
            yield Fault("padded", at=at)
        if "truncated" in flags:
            yield Fault("truncated", at=at)
        elif flags & DAMAGED:
            yield Fault("damaged", at=at)
        yield from _beyond(flags, at)


def _nested(entry: Entry, flags: set[str], at: str) -> Iterator[Fault]:
    """Judge an archive inside the package: its bytes are signed, so only what its unpacking could do counts."""
    if entry.kind in {"symlink", "device"}:  # the image of a root file system has absolute links and devices of its own
        flags -= {"link_escapes", "device"}
    if flags & ESCAPES:
        yield Fault("path_escape", at=at)
    if flags & (DAMAGED | {"duplicate_differs", "header_mismatch", "overlaps", "extended_header", "ambiguous_size"}):
        yield Fault("not_read", sure=False, at=at)  # or a file that looks like an archive and is none
    yield from _beyond(flags, at)


def _beyond(flags: set[str], at: str) -> Iterator[Fault]:
    if flags & BOMB:
        yield Fault("bomb", at=at)
    if flags & UNREAD:
        yield Fault("not_read", sure=False, at=at)


# the signature -----------------------------------------------------------------------------------------------------------------------


def _signature(parts: Parts, trusted: Trusted, package: str) -> list[Fault]:
    if parts.signature is None or parts.manifest is None:
        return [Fault("unsigned")]
    try:
        signatures = signatures_of(parts.signature)
    except EvidenceError as error:
        return [Fault("malformed", at=f"{SIGNATURE}: {error.where}")]
    others = frozenset(e.digests["sha256"] for e in parts.entries if e.path != MANIFEST and "sha256" in e.digests)
    return signature_faults(parts.manifest, signatures, trusted, package, others)


# the content -------------------------------------------------------------------------------------------------------------------------


def _content(entries: Sequence[Entry], manifest: Manifest) -> Iterator[Fault]:
    files = {e.path.removeprefix("./"): e for e in entries if not e.archive and e.path and e.kind != "directory"}
    whole = not any(set(e.flags) & (BOMB | DAMAGED | UNREAD) for e in entries if not e.archive and not e.path)
    claims: dict[str, Claim] = {}
    for claim in manifest.files:
        if claim.path in claims or claim.path in _OWN:
            yield Fault("malformed", at=claim.path)
        claims[claim.path] = claim
        yield from _digest_names(claim.digests, claim.path)
        entry = files.get(claim.path)
        if entry is not None:
            yield from _same(claim, entry)
        elif whole:  # else the inventory ended before all was seen, which has its own rule
            yield Fault("file_missing_or_unlisted", at=claim.path)
    for path, entry in files.items():
        if path not in claims and path not in _OWN:
            yield Fault("file_missing_or_unlisted", at=path)
        elif path in _OWN and entry.kind != "file":
            yield Fault("archive_ambiguous", at=path)
    yield from _digest_names(manifest.base, "base") if manifest.base else ()


def _digest_names(digests: dict[str, str], at: str) -> Iterator[Fault]:
    """Every digest that counts has its own length; weak ones do not count, and one alone is a downgrade."""
    strong = [name for name in digests if name in HEX_CHAR]
    if not strong or set(digests) & WEAK_DIGESTS:
        yield Fault("digest_downgraded", at=at)
    for name in strong:
        if not re.fullmatch(rf"[0-9a-f]{{{HEX_CHAR[name]}}}", digests[name]):
            yield Fault("digest_downgraded", at=at)
    if any(name not in HEX_CHAR and name not in WEAK_DIGESTS for name in digests):
        yield Fault("not_read", sure=False, at=at)


def _same(claim: Claim, entry: Entry) -> Iterator[Fault]:
    if entry.kind != "file":
        yield Fault("archive_ambiguous", at=claim.path)
        return
    if set(entry.flags) & (BOMB | UNREAD):  # told above: it was not read to its end
        return
    if entry.size_byte != claim.length_byte:
        yield Fault("truncated" if entry.size_byte < claim.length_byte else "padded", at=claim.path)
        return
    known = [name for name in claim.digests if name in HEX_CHAR and name in entry.digests]
    for name in known:
        told = claim.digests[name]
        if told == entry.digests[name]:
            continue
        # the value of one digest under the name of the other: a verifier that takes any of them is misled
        mixed = told in {value for other, value in entry.digests.items() if other != name}
        yield Fault("digest_downgraded" if mixed else "payload_altered", at=claim.path)
    if any(name in HEX_CHAR and name not in entry.digests for name in claim.digests):
        yield Fault("not_read", sure=False, at=claim.path)


# what it is for ----------------------------------------------------------------------------------------------------------------------


def _fit(manifest: Manifest, target: Target) -> Iterator[Fault]:
    if target.ecu is None or target.hardware is None:
        yield Fault("target_unknown", sure=False, at="ecu, hardware")
    if (target.ecu is not None and target.ecu != manifest.ecu) or (
        target.hardware is not None and not set(target.hardware) <= set(manifest.hardware)
    ):
        yield Fault("wrong_ecu_or_hardware", at=manifest.ecu)
    if target.models is None:
        yield Fault("target_unknown", sure=False, at="models")
    elif not set(target.models) <= set(manifest.models):
        yield Fault("wrong_model", at="; ".join(manifest.models)[:200])
    yield from _forward(manifest, target)
    if manifest.base:
        yield from _base(manifest, target)
    if target.now is None:
        yield Fault("target_unknown", sure=False, at="now")
    elif not manifest.not_before <= target.now <= manifest.not_after:
        yield Fault("outside_validity", at=f"{manifest.not_before:%Y-%m-%d}..{manifest.not_after:%Y-%m-%d}")
    if not manifest.not_before <= manifest.not_after or manifest.created > manifest.not_after:
        yield Fault("outside_validity", at="manifest")


def _forward(manifest: Manifest, target: Target) -> Iterator[Fault]:
    if target.version is None:
        yield Fault("target_unknown", sure=False, at="version")
        return
    if manifest.from_versions and target.version not in manifest.from_versions:
        yield Fault("version_not_allowed", at=target.version)
    order = version_order(manifest.version, target.version)
    counted = None if target.counter is None else manifest.counter - target.counter
    if (order is not None and order < 0) or (counted is not None and counted < 0):
        yield Fault("older_version", at=manifest.version)
    elif order == 0:
        contents = {digest for claim in manifest.files for digest in claim.digests.values()}
        if not contents & set(target.images or ()):  # else it is the installed one once more
            yield Fault("same_version_other_content", sure=target.images is not None, at=manifest.version)
    elif order is None and not counted:
        yield Fault("target_unknown", sure=False, at="version")


def version_order(one: str, other: str) -> int | None:
    """Return -1, 0 or 1 as `one` is before, equal to or after `other`; None where that cannot be told.

    Dotted numbers are compared number by number, a missing one counting as zero; equal words are equal; all else has no order.
    """
    if one == other:
        return 0
    first, second = _VERSION.fullmatch(one.strip()), _VERSION.fullmatch(other.strip())
    if not first or not second:
        return None
    a, b = ([int(part) for part in m[1].split(".")] + [0] * 8 for m in (first, second))
    return (a[:8] > b[:8]) - (a[:8] < b[:8])


def _base(manifest: Manifest, target: Target) -> Iterator[Fault]:
    if target.images is None:
        yield Fault("target_unknown", sure=False, at="base")
    elif not set(manifest.base.values()) & set(target.images):
        yield Fault("wrong_base", at=next(iter(manifest.base.values())))


# leave for one car -------------------------------------------------------------------------------------------------------------------


def _authorised(parts: Parts, manifest: Manifest, trusted: Trusted, target: Target) -> Iterator[Fault]:
    if parts.authorisation is None:
        if manifest.authorised:
            yield Fault("authorisation_missing", at=AUTHORISATION)
        return
    try:
        leave = authorisation_of(parts.authorisation)
    except EvidenceError as error:
        yield Fault("malformed", at=f"{AUTHORISATION}: {error.where}")
        return
    wrong = signature_faults(leave.message, [leave.signed], trusted, manifest.package)
    if wrong:
        yield Fault("authorisation_invalid", sure=any(f.sure for f in wrong), at=leave.token)
    yield from _leave(leave, parts.manifest or b"", target)


def _leave(leave: Authorisation, manifest: bytes, target: Target) -> Iterator[Fault]:
    if leave.manifest_sha256.lower().removeprefix("sha256:") != sha256(manifest).hexdigest():
        yield Fault("authorisation_replayed", at=leave.token)
    if target.vins is None:
        yield Fault("target_unknown", sure=False, at="VIN")
    elif leave.vin not in target.vins:
        yield Fault("authorisation_replayed", at=leave.token)
    if target.now is not None and target.now > leave.not_after:
        yield Fault("authorisation_invalid", at=leave.token)
