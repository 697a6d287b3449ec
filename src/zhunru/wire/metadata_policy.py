"""What a verifier leaves to its owner: limits, how key ids are made, over which bytes hashes are taken."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

Fetch = Callable[[str, int], bytes | None]
"""`fetch(name, max_bytes)`: the file, None when there is none. It stops reading once it holds `max_bytes + 1` bytes."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Choices within the specifications.

    Args:
        encoding: `json` or `der` (Uptane's ASN.1).
        key_ids: `recomputed` = a key id must be a SHA-256 of its key in a known form; `unique` = any id will do, as TUF 1.0 allows.
        hashes_over: `file` = hashes of metadata are over the file; `canonical` = also over its canonical form, as older Uptane tools made them.
        snapshot_hash: The timestamp must list a hash of the snapshot (Uptane 2.1 demands one, TUF makes it optional).
        bare_director: A Director without timestamp and snapshot is taken: its targets stand alone.
        first_use: Without a trusted root the first root served is taken (trust on first use); otherwise refused.
        keep_verified: What was verified before a later file failed is kept, as TUF clients do; else nothing is kept (Uptane: U-E1).
        max_byte: Longest file of each role, bytes; of delegated roles as of `targets`.
        max_rotation_count: Roots that one refresh follows.
        max_delegation_count: Delegated roles that one search visits.
        max_depth_count: Depth of delegations.
        max_signature_count: Signatures looked at in one file.
    """

    encoding: Literal["json", "der"] = "json"
    key_ids: Literal["recomputed", "unique"] = "unique"
    hashes_over: Literal["file", "canonical"] = "file"
    snapshot_hash: bool = False
    bare_director: bool = False
    first_use: bool = False
    keep_verified: bool = True
    max_byte: dict[str, int] = field(
        default_factory=lambda: {"root": 512_000, "timestamp": 16_384, "snapshot": 2_000_000, "targets": 8 << 20}
    )
    max_rotation_count: int = 1024
    max_delegation_count: int = 32
    max_depth_count: int = 8
    max_signature_count: int = 64


TUF = Policy()
"""TUF 1.0: the limits are those of python-tuf but for targets, where a car has many."""
UPTANE = Policy(key_ids="recomputed", snapshot_hash=True, keep_verified=False)
"""Uptane 2.1."""
UPTANE_2017 = Policy(
    key_ids="recomputed", snapshot_hash=True, keep_verified=False, hashes_over="canonical", bare_director=True, first_use=True
)
"""Repositories of the first Uptane tools: hashes over the canonical form, a Director of root and targets alone."""
