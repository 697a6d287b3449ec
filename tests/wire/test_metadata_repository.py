"""One repository: every step refuses what it must, at its boundary, and names error and attack; a good chain passes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

import pytest

from zhunru.range.update_keys import ThrowAwayKey
from zhunru.range.update_repository import STALE, Repository
from zhunru.wire.metadata_policy import TUF, UPTANE, UPTANE_2017, Fetch, Policy
from zhunru.wire.metadata_repository import Refreshed, refresh, restore, trust
from zhunru.wire.metadata_step import ATTACKS, STEPS, Refused
from zhunru.wire.metadata_take import NOTHING, Trusted

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SEED = 4


def fetch_of(repository: Repository) -> Fetch:
    files = dict(repository.metadata)
    return lambda name, most: files[name][: most + 1] if name in files else None


class Twin(ThrowAwayKey):
    """A key pair under another key id."""

    @cached_property
    def public(self) -> dict[str, Any]:
        return ThrowAwayKey(self.seed, self.label, self.scheme).public | {"x-twin": "1"}


def good() -> Repository:
    made = Repository(SEED, "repo")
    made.add("app.bin", b"one")
    made.release()
    return made


def first_root(repository: Repository, policy: Policy = TUF) -> Trusted:
    return trust(repository.metadata["1.root.json"], policy)


def follow(repository: Repository, trusted: Trusted | None = None, policy: Policy = TUF, now: datetime = NOW) -> Refreshed:
    return refresh(trusted or first_root(repository, policy), fetch_of(repository), now, policy)


def failed(seen: Refreshed) -> tuple[str, str, str]:
    assert seen.refusal is not None, "it was accepted"
    assert seen.refusal.attack in ATTACKS
    assert seen.steps[-1] == seen.refusal, "nothing is looked at after a step that failed"
    return seen.refusal.step, seen.refusal.error, seen.refusal.attack


@pytest.mark.parametrize("scheme", ["ed25519", "ecdsa-sha2-nistp256", "rsassa-pss-sha256"])
def test_a_good_chain_is_followed_to_its_targets(scheme: str) -> None:
    made = good()
    former = made.rotate("root")
    for role in ("root", "timestamp", "snapshot", "targets"):
        made.rotate(role)
        made.signers[role] = [made.new_key(role, scheme)]
        made.admit(role, *made.signers[role])
    made.new_root(*former)
    made.release()
    seen = follow(made, policy=UPTANE)
    assert seen.refusal is None
    assert list(seen.trusted.targets["targets"].signed["targets"]) == ["app.bin"]
    assert seen.trusted.root is not None and seen.trusted.root.version == 2
    taken = {s.step for s in seen.steps if s.verdict == "passed"}
    assert taken == {
        "U-R1",
        "U-R2",
        "U-R3",
        "U-R4",
        "U-R5",
        "U-T1",
        "U-T2",
        "U-T3",
        "U-S1",
        "U-S2",
        "U-S3",
        "U-S4",
        "U-S5",
        "U-S6",
        "U-G1",
        "U-G2",
        "U-G3",
    }
    assert taken <= set(STEPS)


# root


def _root(change: Callable[[Repository], object], keys: Callable[[Repository, list[ThrowAwayKey]], list[ThrowAwayKey]]) -> Repository:
    made = good()
    former = made.rotate("root")
    change(made)
    made.body["root"]["version"] += 1
    made.put("root", made.signed("root", keys=keys(made, former)), version=2)
    return made


def both(made: Repository, former: list[ThrowAwayKey]) -> list[ThrowAwayKey]:
    return [*former, *made.signers["root"]]


def nothing(_: Repository) -> None:
    pass


def test_a_new_root_needs_the_old_keys_and_its_own() -> None:
    assert follow(_root(nothing, both)).refusal is None
    assert failed(follow(_root(nothing, lambda _, former: former))) == ("U-R1", "BadKeyId", "arbitrary-software")
    assert failed(follow(_root(nothing, lambda made, _: made.signers["root"]))) == ("U-R1", "BadKeyId", "arbitrary-software")
    stranger = ThrowAwayKey(SEED, "stranger")
    assert failed(follow(_root(nothing, lambda made, _: [stranger, *made.signers["root"]])))[1] == "UnmetThreshold::Root"
    assert failed(follow(_root(nothing, lambda _, former: [*former, stranger])))[1] == "UnmetThreshold::Root"


@pytest.mark.parametrize("by", [-1, 1])
def test_a_new_root_has_exactly_the_next_version(by: int) -> None:
    made = _root(lambda made: made.body["root"].update(version=made.body["root"]["version"] + by), both)
    assert failed(follow(made)) == ("U-R2", "RootRotationError", "rollback")


def test_the_final_root_alone_must_be_in_time() -> None:
    made = good()
    made.body["root"]["expires"] = STALE
    made.new_root()
    expired = follow(made)
    assert failed(expired) == ("U-R3", "ExpiredMetadata::Root", "freeze")
    made.body["root"]["expires"] = "2036-01-01T00:00:00Z"
    made.new_root()
    assert follow(made).refusal is None


@pytest.mark.parametrize("role", ["root", "timestamp", "snapshot", "targets"])
def test_expiry_counts_from_its_very_second(role: str) -> None:
    made = good()
    made.body[role]["expires"] = "2026-01-01T00:00:00Z"
    made.new_root() if role == "root" else made.release()
    steps = {"root": "U-R3", "timestamp": "U-T3", "snapshot": "U-S6", "targets": "U-G3"}
    assert follow(made, now=NOW - timedelta(seconds=1)).refusal is None
    assert failed(follow(made, now=NOW)) == (steps[role], f"ExpiredMetadata::{role.capitalize()}", "freeze")


@pytest.mark.parametrize("count", [2, 3])
def test_roots_are_followed_up_to_a_bound(count: int) -> None:
    made = good()
    for _ in range(2):
        made.new_root()
    seen = follow(made, policy=replace(TUF, max_rotation_count=count))
    if count == 3:
        assert seen.refusal is None
    else:
        assert failed(seen) == ("U-R5", "MetadataFetchFailure::Root", "endless-data")


def test_without_a_root_only_first_use_begins() -> None:
    made = good()
    assert failed(refresh(NOTHING, fetch_of(made), NOW, TUF))[1] == "MetadataFetchFailure::Root"
    assert refresh(NOTHING, fetch_of(made), NOW, UPTANE_2017).refusal is None


def test_a_root_that_its_keys_did_not_sign_is_never_trusted() -> None:
    made = good()
    made.put("root", made.signed("root", keys=[ThrowAwayKey(SEED, "stranger")]))
    with pytest.raises(Refused):
        first_root(made)
    assert failed(refresh(NOTHING, fetch_of(made), NOW, UPTANE_2017))[1] == "BadKeyId"


@pytest.mark.parametrize("role", ["root", "timestamp", "snapshot", "targets"])
@pytest.mark.parametrize(
    ("threshold", "error"), [(0, "IllegalThreshold"), (-1, "IllegalThreshold"), (1001, "IllegalThreshold"), ("1", "Invalid")]
)
def test_a_root_with_an_illegal_threshold_is_refused(role: str, threshold: object, error: str) -> None:
    made = good()
    made.body["root"]["roles"][role]["threshold"] = threshold
    made.new_root()
    found = failed(follow(made))
    assert found[0] == "U-R1"
    assert found[1] == (f"IllegalThreshold::{role.capitalize()}" if error == "IllegalThreshold" else "InvalidMetadata::Root")


@pytest.mark.parametrize("role", ["root", "timestamp", "snapshot", "targets"])
def test_a_root_without_one_of_the_four_roles_is_refused(role: str) -> None:
    made = good()
    del made.body["root"]["roles"][role]
    made.new_root()
    assert failed(follow(made))[1] == "InvalidMetadata::Root"


def test_key_ids_are_recomputed_where_the_policy_says_so() -> None:
    made = good()
    key_id = made.signers["targets"][0].key_id
    other = ("0" if key_id[0] != "0" else "1") + key_id[1:]
    made.body["root"]["keys"][other] = made.body["root"]["keys"].pop(key_id)
    made.body["root"]["roles"]["targets"]["keyids"] = [other]
    made.new_root()
    assert failed(follow(made, policy=UPTANE)) == ("U-R1", "BadKeyId", "arbitrary-software")
    assert failed(follow(made, policy=TUF))[0] == "U-G2"  # any id will do, but the signature names another


# signatures of all roles

STEP = {"timestamp": "U-T1", "snapshot": "U-S2", "targets": "U-G2"}


def _sign_again(made: Repository, role: str, keys: list[ThrowAwayKey]) -> Repository:
    """Write a role anew with these keys, and all that lists it."""
    made.put(role, made.signed(role, keys=keys))
    if role == "targets":
        made.list_in_snapshot("targets")
        made.write("snapshot")
    if role != "timestamp":
        made.body["timestamp"]["meta"] = {"snapshot.json": made._meta("snapshot")}
        made.write("timestamp")
    return made


@pytest.mark.parametrize("role", ["timestamp", "snapshot", "targets"])
def test_each_role_needs_its_threshold_of_different_keys(role: str) -> None:
    def made_with(pick: Callable[[Repository, list[ThrowAwayKey]], list[ThrowAwayKey]]) -> Repository:
        made = good()
        made.rotate(role, count=2, threshold=2)
        made.new_root()
        return _sign_again(made, role, pick(made, made.signers[role]))

    name = role.capitalize()
    assert follow(made_with(lambda _, keys: keys)).refusal is None
    assert failed(follow(made_with(lambda _, keys: keys[:1]))) == (STEP[role], f"UnmetThreshold::{name}", "arbitrary-software")
    assert failed(follow(made_with(lambda *_: [])))[:2] == (STEP[role], f"UnmetThreshold::{name}")
    assert failed(follow(made_with(lambda _, keys: [keys[0], keys[0]])))[:2] == (STEP[role], f"NonUniqueSignatures::{name}")
    assert failed(follow(made_with(lambda made, keys: [keys[0], made.signers["root"][0]])))[1] == f"UnmetThreshold::{name}"
    assert failed(follow(made_with(lambda *_: [ThrowAwayKey(SEED, "stranger")])))[:2] == (STEP[role], "BadKeyId")


@pytest.mark.parametrize("role", ["timestamp", "snapshot", "targets"])
def test_one_key_under_two_ids_counts_once(role: str) -> None:
    made = good()
    made.rotate(role, count=1, threshold=2)
    key = made.signers[role][0]
    twin = Twin(key.seed, key.label)
    made.admit(role, twin)
    made.new_root()
    assert failed(follow(_sign_again(made, role, [key, twin])))[1] == f"UnmetThreshold::{role.capitalize()}"


@pytest.mark.parametrize(("count", "refused"), [(64, False), (65, True)])
def test_signatures_are_looked_at_up_to_a_bound(count: int, refused: bool) -> None:
    made = good()
    strangers = [ThrowAwayKey(SEED, f"stranger {i}") for i in range(count - 1)]
    seen = follow(_sign_again(made, "timestamp", [*made.signers["timestamp"], *strangers]))
    assert (failed(seen) == ("U-T1", "InvalidMetadata::Timestamp", "endless-data")) if refused else seen.refusal is None


@pytest.mark.parametrize("role", ["timestamp", "snapshot", "targets"])
@pytest.mark.parametrize("kind", ["root", "timestamp", "snapshot", "targets", "invalidrole", ""])
def test_a_file_of_another_role_is_refused(role: str, kind: str) -> None:
    made = good()
    made.body[role]["_type"] = kind
    made.release()
    if kind == role:
        assert follow(made).refusal is None
    else:
        assert failed(follow(made))[:2] == (STEP[role], f"SecurityException::{role.capitalize()}")


def test_a_root_of_another_type_is_refused() -> None:
    made = good()
    made.body["root"]["_type"] = "targets"
    made.new_root()
    assert failed(follow(made))[:2] == ("U-R1", "SecurityException::Root")


@pytest.mark.parametrize("consistent", [True, False, "true", 1, None])
def test_names_carry_the_version_only_where_the_root_says_so(consistent: object) -> None:
    made = good()
    made.body["root"]["consistent_snapshot"] = consistent
    made.new_root()
    gone = {
        n: f
        for n, f in made.metadata.items()
        if n.endswith("root.json") or (n.split(".")[0].isdecimal() is (consistent is True)) or "timestamp" in n
    }
    made.metadata = gone
    assert follow(made).refusal is None
    assert not NOTHING.consistent


# versions


def _earlier() -> tuple[Repository, Trusted]:
    made = good()
    made.release()
    seen = follow(made)
    assert seen.refusal is None
    return made, seen.trusted


@pytest.mark.parametrize(("by", "refused"), [(-1, True), (0, False), (1, False)])
def test_the_timestamp_never_goes_back(by: int, refused: bool) -> None:
    made, trusted = _earlier()
    made.stamp(by)
    seen = follow(made, trusted)
    assert (failed(seen) == ("U-T2", "SecurityException::Timestamp", "rollback")) if refused else seen.refusal is None


def test_a_newer_timestamp_does_not_list_an_older_snapshot() -> None:
    made, trusted = _earlier()
    made.body["snapshot"]["version"] -= 1
    made.write("snapshot")
    made.stamp()
    assert failed(follow(made, trusted)) == ("U-T2", "SecurityException::Timestamp", "rollback")


def test_the_same_version_of_the_timestamp_brings_nothing_new() -> None:
    made, trusted = _earlier()
    made.add("evil.bin", b"x")
    made.body["targets"]["version"] += 1
    made.write("targets")
    made.list_in_snapshot("targets")
    made.body["snapshot"]["version"] += 1
    made.write("snapshot")
    made.stamp(0)
    seen = follow(made, trusted)
    assert seen.refusal is None
    assert seen.trusted.timestamp is trusted.timestamp
    assert "evil.bin" not in seen.trusted.targets["targets"].signed["targets"]


def test_an_old_timestamp_that_stays_must_still_be_in_time() -> None:
    made, trusted = _earlier()
    assert failed(follow(made, trusted, now=datetime(2036, 1, 1, tzinfo=UTC)))[1].startswith("ExpiredMetadata")


@pytest.mark.parametrize("role", ["snapshot", "targets"])
@pytest.mark.parametrize("by", [-1, 1])
def test_the_version_is_the_listed_one(role: str, by: int) -> None:
    made = Repository(SEED, "repo", hashes=False)
    made.release()
    plain = made.body[role] | {"version": made.body[role]["version"] + by}
    made.put(role, made.signed(role, plain))
    step = {"snapshot": "U-S1", "targets": "U-G1"}[role]
    assert failed(follow(made)) == (step, f"VersionMismatch::{role.capitalize()}", "mix-and-match")


@pytest.mark.parametrize("role", ["snapshot", "targets"])
def test_the_hash_is_the_listed_one(role: str) -> None:
    made = good()
    expires = "2035-12-31T00:00:00Z"  # as long as before: only the hash tells
    made.put(role, made.signed(role, made.body[role] | {"expires": expires}))
    step = {"snapshot": "U-S1", "targets": "U-G1"}[role]
    assert failed(follow(made)) == (step, f"SecurityException::{role.capitalize()}", "mix-and-match")


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "sha224", "blake2b-256"])
def test_a_hash_that_proves_nothing_is_not_enough(algorithm: str) -> None:
    made = good()
    made.body["timestamp"]["meta"]["snapshot.json"]["hashes"] = {algorithm: "00" * 28}
    made.body["timestamp"]["version"] += 1
    made.write("timestamp")
    assert failed(follow(made))[0] == "U-S1"


def test_every_listed_hash_must_match() -> None:
    made = good()
    made.body["timestamp"]["meta"]["snapshot.json"]["hashes"]["sha512"] = "00" * 64
    made.body["timestamp"]["version"] += 1
    made.write("timestamp")
    assert failed(follow(made))[:2] == ("U-S1", "SecurityException::Snapshot")


def test_uptane_demands_a_hash_of_the_snapshot() -> None:
    made = Repository(SEED, "repo", hashes=False)
    assert follow(made, policy=TUF).refusal is None
    assert failed(follow(made, policy=UPTANE))[:2] == ("U-S1", "InvalidMetadata::Timestamp")


def _listing(versions: dict[str, int], again: dict[str, int]) -> Refreshed:
    """Trust a snapshot that lists `versions`, then follow one that lists `again`."""
    made = Repository(SEED, "repo", hashes=False)
    made.body["snapshot"]["meta"] |= {f"{n}.json": {"version": v} for n, v in versions.items()}
    made.snap()
    trusted = follow(made).trusted
    made.body["snapshot"]["meta"] = {"targets.json": {"version": 1}} | {f"{n}.json": {"version": v} for n, v in again.items()}
    made.snap()
    return follow(made, trusted)


def test_listed_versions_never_go_back_and_none_is_dropped() -> None:
    assert _listing({"a": 5}, {"a": 5}).refusal is None
    assert _listing({"a": 5}, {"a": 6, "b": 1}).refusal is None
    assert failed(_listing({"a": 5}, {"a": 4})) == ("U-S4", "SecurityException::Snapshot", "rollback")
    assert failed(_listing({"a": 5}, {})) == ("U-S5", "SecurityException::Snapshot", "rollback")


def test_the_snapshot_never_goes_back_even_under_a_forgotten_timestamp() -> None:
    made = good()
    made.release()
    trusted = replace(follow(made).trusted, timestamp=None)
    made.body["snapshot"]["version"] -= 1
    made.write("snapshot")
    made.stamp()
    assert failed(follow(made, trusted)) == ("U-S3", "SecurityException::Snapshot", "rollback")


def test_targets_never_go_back_even_under_a_forgotten_snapshot() -> None:
    made = Repository(SEED, "repo", hashes=False)
    made.release()
    trusted = replace(follow(made).trusted, snapshot=None, timestamp=None)
    made.body["targets"]["version"] -= 1
    made.write("targets")
    made.list_in_snapshot("targets")
    made.snap()
    assert failed(follow(made, trusted)) == ("U-G3", "SecurityException::Targets", "rollback")


def test_a_snapshot_must_list_the_targets_and_a_timestamp_the_snapshot_alone() -> None:
    made = good()
    made.body["snapshot"]["meta"] = {"other.json": {"version": 1}}
    made.snap()
    assert failed(follow(made))[:2] == ("U-S5", "InvalidMetadata::Snapshot")
    made = good()
    made.body["timestamp"]["version"] += 1
    made.body["timestamp"]["meta"] |= {"targets.json": {"version": 1}}
    made.write("timestamp")
    assert failed(follow(made))[:2] == ("U-T1", "InvalidMetadata::Timestamp")
    made.body["timestamp"]["meta"] = {"targets.json": {"version": 1}}
    made.write("timestamp")
    assert failed(follow(made))[:2] == ("U-T1", "InvalidMetadata::Timestamp")


@pytest.mark.parametrize("hashes", [True, False])
def test_other_content_of_a_version_counts_only_where_its_hash_is_listed(hashes: bool) -> None:
    made = good()
    made.hashes = hashes
    made.release()
    trusted = follow(made).trusted
    made.add("more.bin", b"x")
    made.write("targets")
    made.list_in_snapshot("targets")
    made.snap()
    seen = follow(made, trusted)
    assert seen.refusal is None
    assert ("more.bin" in seen.trusted.targets["targets"].signed["targets"]) is hashes


def test_other_content_of_a_snapshot_counts_where_its_hash_is_listed() -> None:
    made = good()
    trusted = follow(made).trusted
    made.body["snapshot"]["meta"]["more.json"] = {"version": 1}
    made.write("snapshot")
    made.stamp()
    seen = follow(made, trusted)
    assert seen.refusal is None and seen.trusted.snapshot is not None
    assert "more.json" in seen.trusted.snapshot.signed["meta"]


def test_what_is_known_already_is_not_fetched_again() -> None:
    made, trusted = _earlier()
    made.stamp()
    for name in [n for n in made.metadata if "snapshot" in n or "targets" in n]:
        del made.metadata[name]
    seen = follow(made, trusted)
    assert seen.refusal is None and seen.trusted.targets["targets"] is trusted.targets["targets"]


# fast-forward


@pytest.mark.parametrize("rotated", [("timestamp",), ("snapshot",), ("timestamp", "snapshot"), ("targets",), ()])
def test_a_rotation_of_keys_recovers_from_fast_forward(rotated: tuple[str, ...]) -> None:
    made = good()
    made.release(by=2**31)
    trusted = follow(made).trusted
    for role in ("timestamp", "snapshot", "targets"):
        made.body[role]["version"] = 3
    for role in rotated:
        made.rotate(role)
    made.new_root()
    made.release()
    seen = follow(made, trusted)
    if set(rotated) & {"timestamp", "snapshot"}:
        assert seen.refusal is None
    else:
        assert failed(seen)[0] == "U-T2"


def test_a_new_root_with_the_same_keys_forgets_nothing() -> None:
    made, trusted = _earlier()
    made.new_root()
    assert follow(made, trusted).trusted.timestamp is trusted.timestamp


def test_rotated_targets_keys_forget_the_targets_alone() -> None:
    made, trusted = _earlier()
    made.rotate("targets")
    made.new_root()
    assert failed(follow(made, trusted))[:2] == ("U-G2", "BadKeyId")
    made.release()
    seen = follow(made, trusted)
    assert seen.refusal is None and seen.trusted.targets["targets"].version == made.body["targets"]["version"]


# size and absence


@pytest.mark.parametrize("role", ["root", "timestamp", "snapshot", "targets"])
def test_every_file_is_bounded(role: str) -> None:
    made = Repository(SEED, "repo", hashes=False)
    made.new_root()
    name = f"{made.body[role]['version']}.{role}.json" if role != "timestamp" else "timestamp.json"
    size = len(made.metadata[name])
    trusted = first_root(made)
    exact = replace(TUF, max_byte=TUF.max_byte | {role: size})
    short = replace(TUF, max_byte=TUF.max_byte | {role: size - 1})
    assert follow(made, trusted, exact).refusal is None
    assert failed(follow(made, trusted, short)) == ("U-R5", f"MetadataFetchFailure::{role.capitalize()}", "endless-data")


@pytest.mark.parametrize("role", ["snapshot", "targets"])
def test_a_listed_length_bounds_the_download(role: str) -> None:
    made = good()
    name = f"{made.body[role]['version']}.{role}.json"
    made.metadata[name] += b" "
    assert failed(follow(made)) == ("U-R5", f"MetadataFetchFailure::{role.capitalize()}", "endless-data")


@pytest.mark.parametrize("role", ["timestamp", "snapshot", "targets"])
def test_a_missing_file_is_told_as_a_dropped_request(role: str) -> None:
    made = good()
    for name in [n for n in made.metadata if n.endswith(f"{role}.json")]:
        del made.metadata[name]
    assert failed(follow(made)) == ("U-R5", f"MetadataFetchFailure::{role.capitalize()}", "drop-request")


# state


def test_nothing_changes_after_a_failure_where_the_policy_says_so() -> None:
    made, trusted = _earlier()
    made.new_root()
    made.body["targets"]["expires"] = STALE
    made.release()
    strict = follow(made, trusted, replace(TUF, keep_verified=False))
    assert failed(strict)[0] == "U-G3" and strict.trusted is trusted
    kept = follow(made, trusted)
    assert kept.trusted.root is not None and kept.trusted.root.version == 2
    assert kept.trusted.timestamp is not None and kept.trusted.timestamp.version == made.body["timestamp"]["version"]
    assert kept.trusted.targets["targets"] is trusted.targets["targets"]


def test_state_is_kept_and_read_back() -> None:
    made, trusted = _earlier()
    again = restore(trusted.files(), TUF)
    assert again.files() == trusted.files() and len(again.files()) == 4
    made.stamp(-1)
    assert failed(follow(made, again))[0] == "U-T2"
    for role in ("timestamp", "snapshot", "targets"):
        damaged = restore(trusted.files() | {f"{role}.json": trusted.files()[f"{role}.json"].replace(b"2036", b"2037")}, TUF)
        assert f"{role}.json" not in damaged.files()
        swapped = restore(trusted.files() | {f"{role}.json": trusted.files()["root.json"]}, TUF)
        assert f"{role}.json" not in swapped.files()
    with pytest.raises(Refused):
        restore({"root.json": trusted.files()["root.json"].replace(b"2036", b"2037")}, TUF)


@pytest.mark.parametrize(
    "broken",
    [b"", b"{}", b"[]", b'{"signed":{}}', b'{"signed":[],"signatures":[]}', b'{"signed":{},"signatures":[{"keyid":1,"sig":""}]}', b"\xff"],
)
@pytest.mark.parametrize("name", ["2.root.json", "timestamp.json", "2.snapshot.json", "2.targets.json"])
def test_what_is_no_metadata_is_refused(broken: bytes, name: str) -> None:
    made = Repository(SEED, "repo", hashes=False)
    made.release()
    made.metadata[name] = broken
    role = name.split(".")[-2].capitalize()
    found = failed(follow(made))
    assert found[0] == {"Root": "U-R1", "Timestamp": "U-T1", "Snapshot": "U-S2", "Targets": "U-G2"}[role]
    assert found[1] in {f"InvalidMetadata::{role}", f"SecurityException::{role}"}


@pytest.mark.parametrize(
    "change",
    [
        {"version": 0}, {"version": -1}, {"version": "1"}, {"version": True}, {"version": None}, {"expires": "2036-01-01"},
        {"expires": "2036-13-01T00:00:00Z"}, {"expires": 5}, {"expires": "2036-01-01T00:00:00"},
    ],
)  # fmt: skip
@pytest.mark.parametrize("role", ["timestamp", "snapshot", "targets"])
def test_versions_and_times_have_their_form(role: str, change: dict[str, object]) -> None:
    made = Repository(SEED, "repo", hashes=False)
    number = made.body[role]["version"]
    made.put(role, made.signed(role, made.body[role] | change), version=number)
    assert failed(follow(made))[1] == f"InvalidMetadata::{role.capitalize()}"


def _bare() -> Repository:
    made = good()
    for role in ("timestamp", "snapshot"):
        del made.body["root"]["roles"][role]
    made.body["root"]["consistent_snapshot"] = False
    made.new_root()
    return made


def test_a_root_without_timestamp_and_snapshot_says_what_it_leaves_out() -> None:
    policy = replace(UPTANE_2017, hashes_over="file")
    made = _bare()
    # trusted with a timestamp before: the new root authorises none
    trusted = follow(good(), policy=policy).trusted
    assert trusted.timestamp is not None
    seen = follow(made, trusted, policy)
    assert seen.refusal is None and seen.trusted.timestamp is None
    left_out = {s.step for s in seen.steps if s.verdict == "not_applicable"}
    assert left_out == {"U-T1", "U-T2", "U-T3", "U-S1", "U-S2", "U-S3", "U-S4", "U-S5", "U-S6", "U-G1"}
    assert failed(follow(made, policy=TUF))[1] == "InvalidMetadata::Root"


def test_the_same_version_of_the_timestamp_may_list_whatever_it_likes() -> None:
    made, trusted = _earlier()
    made.body["snapshot"]["version"] -= 1
    made.write("snapshot")
    made.stamp(0)
    seen = follow(made, trusted)
    assert seen.refusal is None and seen.trusted.timestamp is trusted.timestamp


@pytest.mark.parametrize("rotated", [True, False])
def test_the_step_of_a_rotation_says_what_became_of_the_old_files(rotated: bool) -> None:
    made, trusted = _earlier()
    if rotated:
        made.rotate("timestamp")
    made.new_root()
    made.release()
    (told,) = [s.detail for s in follow(made, trusted).steps if s.step == "U-R4"]
    assert told == ("forgotten: keys were rotated" if rotated else "kept")
