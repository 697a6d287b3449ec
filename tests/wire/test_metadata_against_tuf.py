"""Generated chains and attacks on them: python-tuf accepts and refuses as we do; where we are stricter stands with its reason."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from tuf.api.exceptions import RepositoryError
from tuf.ngclient._internal.trusted_metadata_set import TrustedMetadataSet
from tuf.ngclient.config import EnvelopeType

from zhunru.range.update_repository import STALE, Repository
from zhunru.wire.metadata_policy import TUF
from zhunru.wire.metadata_repository import refresh, trust

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def peer(made: Repository) -> bool:
    files = made.metadata
    try:
        chain = TrustedMetadataSet(files["1.root.json"], EnvelopeType.METADATA)
        chain.reference_time = NOW
        while raw := files.get(f"{chain.root.version + 1}.root.json"):
            chain.update_root(raw)
        chain.update_timestamp(files["timestamp.json"])
        chain.update_snapshot(files[f"{chain.timestamp.snapshot_meta.version}.snapshot.json"])
        chain.update_targets(files[f"{chain.snapshot.meta['targets.json'].version}.targets.json"])
    except (RepositoryError, ValueError, KeyError):
        return False
    return True


def ours(made: Repository) -> bool:
    files = dict(made.metadata)
    trusted = trust(files["1.root.json"], TUF)
    return refresh(trusted, lambda name, most: files[name][: most + 1] if name in files else None, NOW, TUF).refusal is None


def then(change: Callable[[Repository], object], write: Callable[[Repository], object]) -> Callable[[Repository], object]:
    def both(made: Repository) -> None:
        change(made)
        write(made)

    return both


def body(role: str, **changed: Any) -> Callable[[Repository], None]:
    def change(made: Repository) -> None:
        made.body[role] |= changed
        if role == "root":
            made.new_root()
        else:
            made.release()

    return change


def signers(role: str, keys: Callable[[Repository], list[Any]], threshold: int = 1, count: int = 1) -> Callable[[Repository], None]:
    def change(made: Repository) -> None:
        made.rotate(role, count, threshold)
        made.signers[role] = keys(made)
        made.new_root()
        made.release()

    return change


def listed(role: str, **changed: Any) -> Callable[[Repository], None]:
    def change(made: Repository) -> None:
        where, name = ("timestamp", "snapshot.json") if role == "snapshot" else ("snapshot", "targets.json")
        made.body[where]["meta"][name] |= changed
        if role == "snapshot":
            made.body["timestamp"]["version"] += 1
            made.write("timestamp")
        else:
            made.snap()

    return change


CASES: dict[str, Callable[[Repository], object]] = {
    "good": lambda _: None,
    "rotated": lambda made: made.new_root(*made.rotate("root")),
    "rotated without the old key": then(lambda made: made.rotate("root"), Repository.new_root),
    "root skipped": lambda made: made.put("root", made.signed("root", made.body["root"] | {"version": 3}), version=2),
    **{f"{role} expired": body(role, expires=STALE) for role in ("root", "timestamp", "snapshot", "targets")},
    **{f"{role} of another type": body(role, _type="mirrors") for role in ("root", "timestamp", "snapshot", "targets")},
    **{f"{role} signed by nobody": signers(role, lambda _: []) for role in ("timestamp", "snapshot", "targets")},
    **{f"{role} signed by one of two": signers(role, lambda made, r=role: made.signers[r][:1], 2, 2) for role in ("timestamp", "snapshot", "targets")},  # type: ignore[misc]
    **{f"{role} signed by two of two": signers(role, lambda made, r=role: made.signers[r], 2, 2) for role in ("timestamp", "snapshot", "targets")},  # type: ignore[misc]
    **{f"{role} signed twice by one": signers(role, lambda made, r=role: made.signers[r][:1] * 2, 2, 2) for role in ("timestamp", "snapshot", "targets")},  # type: ignore[misc]
    **{f"{role} signed by a stranger": signers(role, lambda made: [made.new_key("stranger")]) for role in ("timestamp", "snapshot", "targets")},
    **{f"{role} with another hash": listed(role, hashes={"sha256": "00" * 32}) for role in ("snapshot", "targets")},
    **{f"{role} shorter than listed": listed(role, length=5) for role in ("snapshot", "targets")},
    **{f"{role} of another version": listed(role, version=77) for role in ("snapshot", "targets")},
    "targets not listed": then(lambda made: made.body["snapshot"].update(meta={}), Repository.snap),
    "zero threshold": then(lambda made: made.body["root"]["roles"]["targets"].update(threshold=0), Repository.new_root),
    "negative length": body("targets", targets={"a": {"length": -1, "hashes": {"sha256": "00" * 32}}}),
    "no hashes": body("targets", targets={"a": {"length": 1, "hashes": {}}}),
    "no keys": then(lambda made: made.body["root"].update(keys={}), Repository.new_root),
    "key id twice": then(lambda made: made.body["root"]["roles"]["targets"]["keyids"].extend(made.body["root"]["roles"]["targets"]["keyids"]), Repository.new_root),
}  # fmt: skip
STRICTER: dict[str, tuple[Callable[[Repository], object], str]] = {
    "length as large as nothing can be": (body("targets", targets={"a": {"length": 2**60, "hashes": {"sha256": "00" * 32}}}), "RFC 7493: integers beyond 2^53-1"),
    "hash too short": (body("targets", targets={"a": {"length": 1, "hashes": {"sha256": "00"}}}), "a digest has the length of its algorithm"),
    "name without end": (body("targets", targets={"a" * 2000: {"length": 1, "hashes": {"sha256": "00" * 32}}}), "names are bounded"),
    "threshold beyond reason": (then(lambda made: made.body["root"]["roles"]["targets"].update(threshold=10**6), Repository.new_root), "thresholds are bounded"),
    "fraction in custom fields": (body("targets", targets={"a": {"length": 1, "hashes": {"sha256": "00" * 32}, "custom": {"x": 1.5}}}), "no canonical form"),
}  # fmt: skip


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", CASES)
def test_python_tuf_agrees(name: str) -> None:
    made = Repository(8, "repo")
    CASES[name](made)
    assert ours(made) is peer(made)
    assert ours(made) is (name in {"good", "rotated"} or name.endswith("two of two"))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", STRICTER)
def test_where_we_are_stricter(name: str) -> None:
    made = Repository(8, "repo")
    STRICTER[name][0](made)
    assert not ours(made), STRICTER[name][1]


@pytest.mark.filterwarnings("ignore")
def test_a_key_twice_in_an_object_is_read_by_the_peer_and_refused_here() -> None:
    made = Repository(8, "repo")
    raw = made.metadata["timestamp.json"]
    made.metadata["timestamp.json"] = raw.replace(b'"signed":{', b'"signed":{"version":99,', 1)
    assert peer(made) and not ours(made)
