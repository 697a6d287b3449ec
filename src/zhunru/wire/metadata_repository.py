"""One repository of TUF or Uptane metadata: from a trusted root to trusted targets, every step named.

    trusted = trust(root_bytes, TUF)                                # the root that came with the client
    seen = refresh(trusted, fetch, now, TUF)                        # fetch(name, max_bytes) -> bytes | None
    if seen.refusal is None:
        found = find_target(seen.trusted, "app.bin", fetch, now, TUF)   # wire.metadata_delegation
        if found.refusal is None and found.target:
            fault = check_file(found.target, chunks)                # wire.metadata_target: length and all hashes
    keep(seen.trusted)                                              # Trusted.files() -> {name: bytes}; restore(files, TUF) reads it back

Nothing is fetched, kept or timed here: `fetch`, the trusted state and `now` come in, the new state goes out. `seen.steps` lists what was
looked at; `seen.refusal` is the step that failed, with error and attack. Two repositories of a car: `wire.uptane`.

References: TUF specification 1.0.33 section 5; Uptane Standard 2.1.0 section 5.4.4; ota-and-recorders.md 3.2.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple
from urllib.parse import unquote

from zhunru.core.errors import EvidenceError
from zhunru.wire.metadata_file import Listed, MetadataFile, Rule, listed_of, read, rules_of
from zhunru.wire.metadata_key import Key
from zhunru.wire.metadata_policy import Fetch, Policy
from zhunru.wire.metadata_signers import signed_enough
from zhunru.wire.metadata_step import Outcome, Refused, Steps
from zhunru.wire.metadata_take import (
    Trusted,
    at_most,
    check_authentic,
    check_expiry,
    check_listed,
    download,
    file_name,
    is_as_listed,
    listed_as,
    need,
    read_as,
    rules_as,
    take_targets,
    version_of,
)


class Refreshed(NamedTuple):
    """What came of following a repository.

    Args:
        trusted: New state; the old one when nothing may be kept.
        steps: Steps in the order in which they were taken.
        refusal: The step that failed, None when all held.
    """

    trusted: Trusted
    steps: tuple[Outcome, ...]
    refusal: Outcome | None


def trust(root: bytes, policy: Policy, repository: str = "tuf") -> Trusted:
    """Return the state of a client that was delivered with `root`.

    Raises:
        Refused: The root is malformed or not signed by its own threshold.
    """
    return Trusted(_self_signed(root, policy, Steps(repository)))


def restore(files: Mapping[str, bytes], policy: Policy) -> Trusted:
    """Return the state that was kept as `files`; what no longer verifies under the kept root is left out, so it is fetched anew.

    Raises:
        Refused: The root is malformed or not signed by its own threshold.
    """
    root = _self_signed(files[f"root.{policy.encoding}"], policy, Steps(""))
    rules, keys = rules_of(root, policy)
    kept: dict[str, MetadataFile] = {}
    for name, raw in files.items():
        role = unquote(name.removesuffix(f".{policy.encoding}"))
        try:
            file = read(raw, policy.encoding)
        except EvidenceError:
            continue
        rule = rules.get(role)
        # a delegated role is verified against its delegator when it is used
        if role != "root" and (rule is None or (file.kind == role and signed_enough(file, rule, keys, policy.max_signature_count))):
            kept[role] = file
    top = {"timestamp", "snapshot"}
    return Trusted(root, kept.get("timestamp"), kept.get("snapshot"), {r: f for r, f in kept.items() if r not in top})


def refresh(trusted: Trusted, fetch: Fetch, now: datetime, policy: Policy, repository: str = "tuf") -> Refreshed:
    """Follow a repository to its newest root, timestamp, snapshot and top-level targets.

    Args:
        trusted: State so far.
        fetch: Gives files of the repository by name.
        now: Attested time, with its zone.
        policy: Choices of the client.
        repository: Name in the steps: `director`, `image` or `tuf`.
    """
    walk = _Walk(trusted, fetch, now, policy, Steps(repository))
    try:
        walk.root()
        snapshot = walk.snapshot(walk.timestamp()) if walk.has_chain else None
        walk.targets(snapshot)
    except Refused as refused:
        return Refreshed(walk.trusted if policy.keep_verified else trusted, tuple(walk.steps.taken), refused.outcome)
    return Refreshed(walk.trusted, tuple(walk.steps.taken), None)


def _self_signed(raw: bytes, policy: Policy, steps: Steps) -> MetadataFile:
    """Return a root that meets its own threshold."""
    file = read_as(raw, "root", policy, steps)
    rules, keys = rules_as(file, policy, steps)
    check_authentic(file, "root", rules["root"], keys, policy, steps)
    return file


@dataclass
class _Walk:
    """The state of one refresh while it goes on."""

    trusted: Trusted
    fetch: Fetch
    now: datetime
    policy: Policy
    steps: Steps
    rules: dict[str, Rule] = field(default_factory=dict)
    keys: dict[str, Key] = field(default_factory=dict)

    @property
    def has_chain(self) -> bool:
        """The repository has a timestamp and a snapshot."""
        return "timestamp" in self.rules and "snapshot" in self.rules

    def root(self) -> None:
        """Follow the roots, one version after the other."""
        steps, policy = self.steps, self.policy
        root = self.trusted.root or self._first()
        self.rules, self.keys = rules_as(root, policy, steps)
        for _ in range(policy.max_rotation_count):
            number = version_of(root, "root", steps) + 1
            raw = download(self.fetch, f"{number}.root.{policy.encoding}", policy.max_byte["root"], "root", steps)
            if raw is None:
                break
            root = self._next(root, raw)
        else:
            raise steps.refuse("U-R5", "MetadataFetchFailure::Root", "root", f"more than {policy.max_rotation_count} roots")
        check_expiry(root, "root", "U-R3", self.now, steps)
        self._forget(root)

    def _first(self) -> MetadataFile:
        if not self.policy.first_use:
            raise self.steps.refuse("U-R1", "MetadataFetchFailure::Root", "root", "no trusted root", "arbitrary-software")
        raw = need(self.fetch, f"1.root.{self.policy.encoding}", self.policy.max_byte["root"], "root", self.steps)
        return _self_signed(raw, self.policy, self.steps)

    def _next(self, root: MetadataFile, raw: bytes) -> MetadataFile:
        """Return the root that follows `root`."""
        file = read_as(raw, "root", self.policy, self.steps)
        rules, keys = rules_as(file, self.policy, self.steps)
        check_authentic(file, "root", self.rules["root"], self.keys, self.policy, self.steps)
        check_authentic(file, "root", rules["root"], keys, self.policy, self.steps)
        found, expected = version_of(file, "root", self.steps), root.version + 1
        if found != expected:
            raise self.steps.refuse("U-R2", "RootRotationError", "root", f"version {found}, expected {expected}")
        self.steps.passed("U-R2", "root", f"version {found}")
        self.rules, self.keys = rules, keys
        return file

    def _forget(self, root: MetadataFile) -> None:
        """Keep what the new root still authorises; a rotated key takes timestamp, snapshot and the targets that hang on them along."""
        old, most = self.trusted, self.policy.max_signature_count
        pairs = [(old.timestamp, "timestamp"), (old.snapshot, "snapshot")]
        held = all(f is None or (r in self.rules and signed_enough(f, self.rules[r], self.keys, most)) for f, r in pairs)
        targets = old.targets
        if "targets" in targets and not signed_enough(targets["targets"], self.rules["targets"], self.keys, most):
            targets = {}
        self.trusted = replace(old, root=root, targets=targets) if held else Trusted(root)
        self.steps.passed("U-R4", "root", "kept" if held else "forgotten: keys were rotated")

    def timestamp(self) -> MetadataFile:
        """Take the newest timestamp."""
        policy, steps, old = self.policy, self.steps, self.trusted.timestamp
        raw = need(self.fetch, f"timestamp.{policy.encoding}", policy.max_byte["timestamp"], "timestamp", steps)
        file = read_as(raw, "timestamp", policy, steps)
        check_authentic(file, "timestamp", self.rules["timestamp"], self.keys, policy, steps)
        version, listed = version_of(file, "timestamp", steps), listed_as(file, "timestamp", steps)
        if "snapshot" not in listed or len(listed) != 1:
            raise steps.refuse("U-T1", "InvalidMetadata::Timestamp", "timestamp", "it lists other than the snapshot")
        if old is not None:
            before = listed_of(old)["snapshot"].version
            if version < old.version or (version > old.version and listed["snapshot"].version < before):
                told = f"version {version} after {old.version}, snapshot {listed['snapshot'].version} after {before}"
                raise steps.refuse("U-T2", "SecurityException::Timestamp", "timestamp", told)
            if version == old.version:
                # the same version says nothing new, whatever it holds: the trusted one stays
                file = old
        steps.passed("U-T2", "timestamp", f"version {version}")
        check_expiry(file, "timestamp", "U-T3", self.now, steps)
        self.trusted = replace(self.trusted, timestamp=file)
        return file

    def snapshot(self, timestamp: MetadataFile) -> MetadataFile:
        """Take the snapshot that the timestamp lists."""
        policy, steps, old = self.policy, self.steps, self.trusted.snapshot
        told = listed_of(timestamp)["snapshot"]
        if policy.snapshot_hash and not told.hashes:
            raise steps.refuse("U-S1", "InvalidMetadata::Timestamp", "timestamp", "no hash of the snapshot")
        if old is not None and old.version == told.version and is_as_listed(old, told, policy):
            file = old
        else:
            raw = need(
                self.fetch,
                file_name("snapshot", told.version, self.trusted, policy),
                at_most(told, policy.max_byte["snapshot"]),
                "snapshot",
                steps,
            )
            file = read_as(raw, "snapshot", policy, steps)
            check_listed(file, told, "snapshot", "U-S1", "SecurityException::Snapshot", policy, steps)
        check_authentic(file, "snapshot", self.rules["snapshot"], self.keys, policy, steps)
        if version_of(file, "snapshot", steps) != told.version:
            raise steps.refuse("U-S1", "VersionMismatch::Snapshot", "snapshot", f"version {file.version}, listed {told.version}")
        steps.passed("U-S1", "snapshot", f"version {file.version}")
        listed = listed_as(file, "snapshot", steps)
        if "targets" not in listed:
            raise steps.refuse("U-S5", "InvalidMetadata::Snapshot", "snapshot", "targets is not listed")
        self._not_older(file, listed, old)
        check_expiry(file, "snapshot", "U-S6", self.now, steps)
        self.trusted = replace(self.trusted, snapshot=file)
        return file

    def _not_older(self, file: MetadataFile, listed: Mapping[str, Listed], old: MetadataFile | None) -> None:
        steps, earlier = self.steps, listed_of(old) if old else {}
        if old is not None and file.version < old.version:
            raise steps.refuse("U-S3", "SecurityException::Snapshot", "snapshot", f"version {file.version} after {old.version}")
        steps.passed("U-S3", "snapshot", f"version {file.version}")
        gone = sorted(set(earlier) - set(listed))
        if gone:
            raise steps.refuse("U-S5", "SecurityException::Snapshot", "snapshot", f"dropped: {gone[0][:80]}")
        steps.passed("U-S5", "snapshot", f"{len(listed)} files")
        lower = sorted(name for name, was in earlier.items() if listed[name].version < was.version)
        if lower:
            raise steps.refuse("U-S4", "SecurityException::Snapshot", "snapshot", f"lower version listed: {lower[0][:80]}")
        steps.passed("U-S4", "snapshot", f"{len(listed)} files")

    def targets(self, snapshot: MetadataFile | None) -> None:
        """Take the top-level targets."""
        listed = listed_of(snapshot) if snapshot else {}
        file = take_targets(
            "targets", self.rules["targets"], self.keys, listed.get("targets"), self.trusted, self.fetch, self.now, self.policy, self.steps
        )
        if snapshot is None:
            for step in ("U-T1", "U-T2", "U-T3", "U-S1", "U-S2", "U-S3", "U-S4", "U-S5", "U-S6", "U-G1"):
                self.steps.skipped(step, "targets", "the root knows no timestamp and snapshot")
        self.trusted = replace(self.trusted, targets={**self.trusted.targets, "targets": file})
