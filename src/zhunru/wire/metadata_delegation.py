"""Search of a target through delegations: in order of priority, each role once, ended where a delegation says so.

References: TUF specification 1.0.33, 5.6.7 and 4.5; Uptane Standard 2.1.0, 5.4.4.6.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from zhunru.wire.metadata_file import BadForm, Delegation, MetadataFile, delegations_of, listed_of, targets_of, titled
from zhunru.wire.metadata_key import Key
from zhunru.wire.metadata_policy import Fetch, Policy
from zhunru.wire.metadata_step import Outcome, Refused, Steps
from zhunru.wire.metadata_take import Trusted, take_targets


class Found(NamedTuple):
    """What came of a search.

    Args:
        target: `length`, `hashes`, `custom` as the metadata says; None when no role lists it.
        role: Role that lists it.
        trusted: State with the delegated roles that were read.
        steps: Steps taken.
        refusal: The step that failed.
    """

    target: dict[str, Any] | None
    role: str
    trusted: Trusted
    steps: tuple[Outcome, ...]
    refusal: Outcome | None


def find_target(trusted: Trusted, name: str, fetch: Fetch, now: datetime, policy: Policy, repository: str = "tuf") -> Found:
    """Return what a refreshed repository says of the target `name`.

    Args:
        trusted: State after `refresh`.
        name: Target path.
        fetch: Gives files of the repository by name.
        now: Attested time.
        policy: Choices of the client.
        repository: Name in the steps.
    """
    search = _Search(trusted, name, fetch, now, policy, Steps(repository))
    try:
        role = search.run()
    except Refused as refused:
        return Found(None, "", search.kept if policy.keep_verified else trusted, tuple(search.steps.taken), refused.outcome)
    target = targets_of(search.kept.targets[role])[name] if role else None
    return Found(target, role, search.kept, tuple(search.steps.taken), None)


class _Search:
    def __init__(self, trusted: Trusted, name: str, fetch: Fetch, now: datetime, policy: Policy, steps: Steps) -> None:
        self.kept, self.name, self.fetch, self.now, self.policy, self.steps = trusted, name, fetch, now, policy, steps

    def run(self) -> str:
        """Return the first role that lists the target, empty when none does."""
        visited: set[str] = set()
        # a delegation still to be followed, the keys of its delegator, and its depth; the next one stands last
        open_: list[tuple[Delegation | None, dict[str, Key], int]] = [(None, {}, 0)]
        while open_:
            delegation, keys, depth = open_.pop()
            role = delegation.name if delegation else "targets"
            if role in visited:
                continue
            self._bounded(len(visited), depth, role)
            file = self.kept.targets[role] if delegation is None else self._take(delegation, keys)
            visited.add(role)
            if self.name in targets_of(file):
                self.steps.passed("U-D1", role, f"{self.name[:80]}: {len(visited)} roles")
                return role
            below, keys_below = self._delegations(file, role)
            fitting = [d for d in below if fits(d, self.name)]
            end = next((i + 1 for i, d in enumerate(fitting) if d.terminating), None)
            if end is not None:
                # what stands behind a terminating delegation is never asked, here or further up
                fitting, open_ = fitting[:end], []
            open_ += [(d, keys_below, depth + 1) for d in reversed(fitting)]
        self.steps.passed("U-D1", "targets", f"{self.name[:80]}: in none of {len(visited)} roles")
        return ""

    def _bounded(self, count: int, depth: int, role: str) -> None:
        if count > self.policy.max_delegation_count:
            told = f"more than {self.policy.max_delegation_count} roles"
            raise self.steps.refuse("U-D1", f"DelegationBound::{titled(role)}", role, told, "endless-data")
        if depth > self.policy.max_depth_count:
            told = f"deeper than {self.policy.max_depth_count}"
            raise self.steps.refuse("U-D1", f"DelegationBound::{titled(role)}", role, told, "endless-data")

    def _take(self, delegation: Delegation, keys: dict[str, Key]) -> MetadataFile:
        listed = None
        if self.kept.snapshot is not None:
            listed = listed_of(self.kept.snapshot).get(delegation.name)
            if listed is None:
                raise self.steps.refuse("U-G1", f"VersionMismatch::{delegation.name}", delegation.name, "the snapshot does not list it")
        file = take_targets(
            delegation.name, delegation.rule, keys, listed, self.kept, self.fetch, self.now, self.policy, self.steps,
            missing="DelegationMissing", other_hash="DelegationHashMismatch",
        )  # fmt: skip
        self.kept = replace(self.kept, targets={**self.kept.targets, delegation.name: file})
        return file

    def _delegations(self, file: MetadataFile, role: str) -> tuple[tuple[Delegation, ...], dict[str, Key]]:
        try:
            return delegations_of(file, self.policy)
        except BadForm as bad:
            error = f"InvalidMetadata::{titled(role)}" if bad.error == "InvalidMetadata" else bad.error
            raise self.steps.refuse("U-G2", error, role, bad.detail) from bad


def fits(delegation: Delegation, name: str) -> bool:
    """Tell whether a delegation is trusted with the target `name`: a pattern fits part by part, a prefix the SHA-256 of the name."""
    if delegation.prefixes:
        digest = hashlib.sha256(name.encode("utf-8")).hexdigest()
        return any(p and digest.startswith(p.lower()) for p in delegation.prefixes)
    parts = name.split("/")
    return any(
        len(pattern.split("/")) == len(parts) and all(fnmatchcase(part, p) for part, p in zip(parts, pattern.split("/"), strict=True))
        for pattern in delegation.paths
    )


def vouched(trusted: Trusted, names: Iterable[str], fetch: Fetch, now: datetime, policy: Policy) -> set[str]:
    """Return SHA-256 digests, written sha256:<hexadecimal>, of the targets that a repository vouches for.

    Those of the roles that were read, and of `names` those that delegated roles list. Give the state after all steps held.
    """
    found = [target for file in trusted.targets.values() for target in targets_of(file).values()]
    for name in sorted(set(names)):
        below = find_target(trusted, name, fetch, now, policy)
        found += [below.target] if below.target is not None and below.refusal is None else []
    return {f"sha256:{t['hashes']['sha256']}".lower() for t in found if "sha256" in t["hashes"]}
