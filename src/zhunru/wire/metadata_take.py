"""How one file of a repository is taken: fetched within its limit, read, proved to be its role's, current, and as listed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import new
from urllib.parse import quote

from zhunru.core.errors import EvidenceError
from zhunru.wire.metadata_file import BadForm, Listed, MetadataFile, Rule, listed_of, read, rules_of, targets_of, titled
from zhunru.wire.metadata_key import Key
from zhunru.wire.metadata_policy import Fetch, Policy
from zhunru.wire.metadata_signers import check_kind, check_signatures
from zhunru.wire.metadata_step import Steps

_AUTHENTIC = {"root": "U-R1", "timestamp": "U-T1", "snapshot": "U-S2"}
"""Step in which a file of each role is proved to be its role's; `U-G2` for targets."""


@dataclass(frozen=True)
class Trusted:
    """What a client trusts of one repository; never changed, only replaced.

    Args:
        root: Last trusted root.
        timestamp: Last trusted timestamp.
        snapshot: Last trusted snapshot.
        targets: Last trusted targets by role name.
    """

    root: MetadataFile | None
    timestamp: MetadataFile | None = None
    snapshot: MetadataFile | None = None
    targets: Mapping[str, MetadataFile] = field(default_factory=dict)

    @property
    def consistent(self) -> bool:
        """Files are served under their version: `consistent_snapshot` of the root."""
        return self.root is not None and self.root.signed.get("consistent_snapshot") is True

    def files(self) -> dict[str, bytes]:
        """Return the files to keep, by name, encoded so that none leaves its folder; `restore` reads them back."""
        named = {"root": self.root, "timestamp": self.timestamp, "snapshot": self.snapshot, **self.targets}
        return {f"{quote(name, safe='')}.{file.encoding}": file.raw for name, file in named.items() if file}


NOTHING = Trusted(None)
"""State of a client that trusts no root yet: only `Policy.first_use` gets on from here."""


def take_targets(
    role: str,
    rule: Rule,
    keys: Mapping[str, Key],
    listed: Listed | None,
    trusted: Trusted,
    fetch: Fetch,
    now: datetime,
    policy: Policy,
    steps: Steps,
    *,
    missing: str = "MetadataFetchFailure",
    other_hash: str = "SecurityException",
) -> MetadataFile:
    """Return a targets file that the root or a delegator authorises and the snapshot lists.

    Args:
        role: `targets`, or the name of a delegated role.
        rule: Key ids and threshold, from root or delegator.
        keys: Keys by id, of the same source.
        listed: Entry of the snapshot; None in a repository without one.
        trusted: State so far; its file of this role is the earlier one.
        fetch: Gives files by name.
        now: Attested time.
        policy: Choices of the client.
        steps: Where the steps are noted.
        missing: Error when the file cannot be had.
        other_hash: Error when its hash is not the listed one.

    Raises:
        Refused: A step fails.
    """
    old = trusted.targets.get(role)
    most = policy.max_byte["targets"]
    title = titled(role)
    if old is not None and listed is not None and old.version == listed.version and is_as_listed(old, listed, policy):
        file = old
    else:
        name = file_name(role, listed.version if listed else 0, trusted, policy)
        raw = need(fetch, name, at_most(listed, most), role, steps, missing)
        file = read_as(raw, role, policy, steps)
        if listed is not None:
            check_listed(file, listed, role, "U-G1", f"{other_hash}::{title}", policy, steps)
    check_authentic(file, role, rule, keys, policy, steps)
    version = version_of(file, role, steps)
    if listed is not None:
        if version != listed.version:
            raise steps.refuse("U-G1", f"VersionMismatch::{title}", role, f"version {version}, listed {listed.version}")
        steps.passed("U-G1", role, f"version {version}")
    if old is not None and version < old.version:
        raise steps.refuse("U-G3", f"SecurityException::{title}", role, f"version {version} after {old.version}")
    if old is not None and listed is None and version == old.version:
        file = old  # nothing else vouches for the content of the same version
    check_expiry(file, role, "U-G3", now, steps)
    try:
        targets_of(file)
    except BadForm as bad:
        raise steps.refuse("U-G2", f"InvalidMetadata::{title}", role, bad.detail) from bad
    return file


def file_name(role: str, version: int, trusted: Trusted, policy: Policy) -> str:
    """Return the name under which a role is served; names are encoded, so that none leaves the folder."""
    plain = f"{quote(role, safe='')}.{policy.encoding}"
    return f"{version}.{plain}" if trusted.consistent and version else plain


def need(fetch: Fetch, name: str, most: int, role: str, steps: Steps, error: str = "MetadataFetchFailure") -> bytes:
    """Return a file that must be there.

    Raises:
        Refused: It is not, or is too long.
    """
    raw = download(fetch, name, most, role, steps)
    if raw is None:
        raise steps.refuse("U-R5", f"{error}::{titled(role)}", role, f"{name}: none", "drop-request")
    return raw


def download(fetch: Fetch, name: str, most: int, role: str, steps: Steps) -> bytes | None:
    """Return a file of at most `most` bytes, None when there is none.

    Raises:
        Refused: It is longer.
    """
    raw = fetch(name, most)
    if raw is not None and len(raw) > most:
        raise steps.refuse("U-R5", f"MetadataFetchFailure::{titled(role)}", role, f"{name}: longer than {most} B")
    if raw is not None:
        steps.passed("U-R5", role, f"{name}: {len(raw)} of {most} B")
    return raw


def check_expiry(file: MetadataFile, role: str, step: str, now: datetime, steps: Steps) -> None:
    """Refuse a file that no longer counts at `now`.

    Raises:
        Refused: `ExpiredMetadata`, or the time is none.
    """
    try:
        expires = file.expires
    except BadForm as bad:
        raise steps.refuse(step, f"InvalidMetadata::{titled(role)}", role, bad.detail) from bad
    if now >= expires:
        raise steps.refuse(step, f"ExpiredMetadata::{titled(role)}", role, f"{expires:%Y-%m-%dT%H:%M:%SZ}", "freeze")
    steps.passed(step, role, f"until {expires:%Y-%m-%dT%H:%M:%SZ}")


def check_listed(file: MetadataFile, listed: Listed, role: str, step: str, error: str, policy: Policy, steps: Steps) -> None:
    """Refuse a file whose hashes are not those that timestamp or snapshot list.

    Raises:
        Refused: A hash differs, or none can be checked.
    """
    if not is_as_listed(file, listed, policy):
        raise steps.refuse(step, error, role, "hash or length differs from that listed")


def is_as_listed(file: MetadataFile, listed: Listed, policy: Policy) -> bool:
    """Tell whether length and hashes of a file are those listed."""
    contents = [file.raw]
    if policy.hashes_over == "canonical":
        contents.append(file.canonical)
    if listed.length is not None and len(file.raw) > listed.length:
        return False
    return any(all(digest_is(c, name, told) for name, told in listed.hashes.items()) for c in contents)


def digest_is(content: bytes, algorithm: str, told: str) -> bool:
    """Tell whether a hash of `content` is the one told; an algorithm that is unknown or no longer strong proves nothing."""
    if algorithm not in {"sha256", "sha384", "sha512", "sm3"}:
        return False
    return new(algorithm, content).hexdigest() == told.lower()


def at_most(listed: Listed | None, limit: int) -> int:
    """Return the most bytes that are taken of a listed file."""
    return limit if listed is None or listed.length is None else min(limit, listed.length)


def read_as(raw: bytes, role: str, policy: Policy, steps: Steps) -> MetadataFile:
    """Return a file read as one of `role`.

    Raises:
        Refused: It is malformed.
    """
    try:
        return read(raw, policy.encoding)
    except EvidenceError as error:
        raise steps.refuse(
            _AUTHENTIC.get(role, "U-G2"), f"InvalidMetadata::{titled(role)}", role, f"{error.what.en}: {error.where}"
        ) from error


def check_authentic(file: MetadataFile, role: str, rule: Rule, keys: Mapping[str, Key], policy: Policy, steps: Steps) -> None:
    """Refuse a file that is not of `role` or not signed by enough of its keys.

    Raises:
        Refused: See `check_kind` and `check_signatures`.
    """
    step = _AUTHENTIC.get(role, "U-G2")
    check_kind(file, role, step, steps)
    check_signatures(file.message, file.signatures, rule, keys, role, step, steps, policy.max_signature_count)


def rules_as(root: MetadataFile, policy: Policy, steps: Steps) -> tuple[dict[str, Rule], dict[str, Key]]:
    """Return roles and keys of a root.

    Raises:
        Refused: It is no root, or a role or key is not as it must be.
    """
    check_kind(root, "root", "U-R1", steps)
    try:
        return rules_of(root, policy)
    except BadForm as bad:
        raise steps.refuse("U-R1", _named_error(bad, "Root"), "root", bad.detail) from bad


def _named_error(bad: BadForm, role: str) -> str:
    return f"InvalidMetadata::{role}" if bad.error == "InvalidMetadata" else bad.error


def version_of(file: MetadataFile, role: str, steps: Steps) -> int:
    """Return the version of a file.

    Raises:
        Refused: It has none.
    """
    try:
        return file.version
    except BadForm as bad:
        raise steps.refuse(_AUTHENTIC.get(role, "U-G2"), f"InvalidMetadata::{titled(role)}", role, bad.detail) from bad


def listed_as(file: MetadataFile, role: str, steps: Steps) -> dict[str, Listed]:
    """Return what a timestamp or snapshot lists.

    Raises:
        Refused: It is not as it must be.
    """
    try:
        return listed_of(file)
    except BadForm as bad:
        raise steps.refuse(_AUTHENTIC[role], f"InvalidMetadata::{titled(role)}", role, bad.detail) from bad
