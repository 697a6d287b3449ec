"""Delegations: order, terminating, bounds, patterns, and each family of attacks on a delegated role."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest

from zhunru.range.update_keys import ThrowAwayKey
from zhunru.range.update_repository import STALE, Repository
from zhunru.wire.metadata_delegation import Found, find_target, fits
from zhunru.wire.metadata_file import Delegation, Rule
from zhunru.wire.metadata_policy import TUF, UPTANE, Fetch, Policy
from zhunru.wire.metadata_repository import refresh, restore, trust

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SEED = 5


def fetch_of(repository: Repository) -> Fetch:
    files = dict(repository.metadata)
    return lambda name, most: files[name][: most + 1] if name in files else None


def search(made: Repository, name: str = "app.bin", policy: Policy = TUF) -> Found:
    fetch = fetch_of(made)
    seen = refresh(trust(made.metadata["1.root.json"], policy), fetch, NOW, policy)
    assert seen.refusal is None
    return find_target(seen.trusted, name, fetch, NOW, policy)


def failed(found: Found) -> tuple[str, str, str]:
    assert found.refusal is not None, "it was accepted"
    assert found.target is None
    return found.refusal.step, found.refusal.error, found.refusal.attack


def with_foo(paths: list[str] | None = None, **more: Any) -> Repository:
    made = Repository(SEED, "repo")
    made.delegate("targets", "foo", ["app.bin"] if paths is None else paths, **more)
    made.add("app.bin", b"delegated", role="foo")
    return made


def test_a_delegated_target_is_found() -> None:
    made = with_foo()
    made.release("foo")
    found = search(made)
    assert (found.refusal, found.role) == (None, "foo")
    assert found.target is not None and found.target["length"] == 9
    assert "foo" in found.trusted.targets


@pytest.mark.parametrize(
    ("paths", "name", "fit"),
    [
        (["*"], "app.bin", True), (["*"], "a/app.bin", False), (["a/*"], "a/app.bin", True), (["a/*"], "a/b/app.bin", False),
        (["*/app.bin"], "a/app.bin", True), (["app.???"], "app.bin", True), (["app.??"], "app.bin", False), (["APP.BIN"], "app.bin", False),
        (["b", "app.bin"], "app.bin", True), ([], "app.bin", False), (["app.bin/"], "app.bin", False), (["app[.]bin"], "app.bin", True),
    ],
)  # fmt: skip
def test_patterns_fit_part_by_part(paths: list[str], name: str, fit: bool) -> None:
    from tuf.api._payload import DelegatedRole

    assert fits(Delegation("foo", Rule((), 1), tuple(paths), (), False), name) is fit
    assert DelegatedRole("foo", [], 1, False, paths).is_delegated_path(name) is fit


def test_prefixes_fit_the_hash_of_the_name() -> None:
    digest = hashlib.sha256(b"app.bin").hexdigest()
    for prefix, fit in ((digest[:1], True), (digest[:4].upper(), True), (digest, True), ("zz", False), ("", False)):
        assert fits(Delegation("foo", Rule((), 1), (), (prefix,), False), "app.bin") is fit


def test_the_first_of_two_delegations_wins() -> None:
    made = with_foo()
    made.delegate("targets", "bar", ["*"])
    made.add("app.bin", b"second", role="bar")
    made.release("foo", "bar")
    assert search(made).role == "foo"
    made.body["targets"]["delegations"]["roles"].reverse()
    made.release()
    assert search(made).role == "bar"


def test_the_delegator_itself_comes_before_its_delegations() -> None:
    made = with_foo()
    made.add("app.bin", b"own")
    made.release("foo")
    assert search(made).role == "targets"


@pytest.mark.parametrize("terminating", [True, False])
def test_a_terminating_delegation_ends_the_search(terminating: bool) -> None:
    made = Repository(SEED, "repo")
    made.delegate("targets", "foo", ["*"], terminating=terminating)
    made.delegate("targets", "bar", ["*"])
    made.add("app.bin", b"second", role="bar")
    made.release("foo", "bar")
    assert search(made).role == ("" if terminating else "bar")


@pytest.mark.parametrize("terminating", [True, False])
def test_a_terminating_delegation_ends_the_search_further_up_too(terminating: bool) -> None:
    made = Repository(SEED, "repo")
    made.delegate("targets", "foo", ["*"])
    made.delegate("targets", "bar", ["*"])
    made.delegate("foo", "baz", ["*"], terminating=terminating)
    made.add("app.bin", b"second", role="bar")
    made.release("foo", "bar", "baz")
    assert search(made).role == ("" if terminating else "bar")


def test_a_terminating_delegation_that_does_not_fit_ends_nothing() -> None:
    made = Repository(SEED, "repo")
    made.delegate("targets", "foo", ["other"], terminating=True)
    made.delegate("targets", "bar", ["*"])
    made.add("app.bin", b"second", role="bar")
    made.release("foo", "bar")
    assert search(made).role == "bar"


def test_what_stands_below_a_terminating_delegation_is_searched_in_depth() -> None:
    made = Repository(SEED, "repo")
    made.delegate("targets", "foo", ["*"], terminating=True)
    made.delegate("foo", "baz", ["*"])
    made.add("app.bin", b"deep", role="baz")
    made.release("foo", "baz")
    assert search(made).role == "baz"


def test_a_role_listed_in_a_name_that_was_not_delegated_is_not_asked() -> None:
    made = with_foo(["does-not-match"])
    made.release("foo")
    found = search(made)
    assert (found.refusal, found.target, found.role) == (None, None, "")


def test_a_circle_of_delegations_ends() -> None:
    made = Repository(SEED, "repo")
    made.delegate("targets", "foo", ["*"])
    made.delegate("foo", "bar", ["*"])
    made.delegate("bar", "foo", ["*"])
    made.release("foo", "bar")
    found = search(made)
    assert (found.refusal, found.target) == (None, None)


def _chain(length: int) -> Repository:
    made = Repository(SEED, "repo")
    names = ["targets", *(f"r{i}" for i in range(length))]
    for above, below in pairwise(names):
        made.delegate(above, below, ["*"])
    made.add("app.bin", b"deep", role=names[-1])
    made.release(*names[1:])
    return made


@pytest.mark.parametrize(("length", "refused"), [(8, False), (9, True)])
def test_depth_is_bounded(length: int, refused: bool) -> None:
    found = search(_chain(length))
    if refused:
        assert failed(found) == ("U-D1", "DelegationBound::r8", "endless-data")
    else:
        assert found.role == "r7"


@pytest.mark.parametrize(("most", "refused"), [(4, False), (3, True)])
def test_the_number_of_roles_is_bounded(most: int, refused: bool) -> None:
    found = search(_chain(4), policy=replace(TUF, max_delegation_count=most))
    assert (failed(found)[1] == "DelegationBound::r3") if refused else found.role == "r3"


# the families of attacks on a delegated role


def test_signed_by_enough_of_its_keys() -> None:
    def made_with(pick: Callable[[list[ThrowAwayKey]], list[ThrowAwayKey]], threshold: int = 2) -> Repository:
        made = with_foo(threshold=threshold, keys=2)
        made.body["foo"]["version"] = 1
        made.put("foo", made.signed("foo", keys=pick(made.signers["foo"])))
        made.list_in_snapshot("foo")
        made.release()
        return made

    assert search(made_with(lambda keys: keys)).role == "foo"
    assert search(made_with(lambda keys: keys, 1)).role == "foo"
    assert failed(search(made_with(lambda keys: keys[:1]))) == ("U-G2", "UnmetThreshold::foo", "arbitrary-software")
    assert failed(search(made_with(lambda _: [])))[1] == "UnmetThreshold::foo"
    assert failed(search(made_with(lambda keys: [keys[0]] * 2)))[1] == "NonUniqueSignatures::foo"
    assert failed(search(made_with(lambda _: [ThrowAwayKey(SEED, "stranger")], 1)))[1] == "BadKeyId"


@pytest.mark.parametrize("threshold", [0, -1])
def test_an_illegal_threshold_is_refused(threshold: int) -> None:
    made = with_foo(threshold=threshold)
    made.release("foo")
    assert failed(search(made)) == ("U-G2", "IllegalThreshold::foo", "arbitrary-software")


def test_a_key_that_the_delegator_does_not_list_counts_for_nothing() -> None:
    made = with_foo()
    made.body["targets"]["delegations"]["keys"] = {}
    made.release("foo")
    assert failed(search(made))[1] == "BadKeyId"


def test_a_key_under_an_id_that_is_not_its_own() -> None:
    made = with_foo()
    keys = made.body["targets"]["delegations"]["keys"]
    key_id = next(iter(keys))
    keys["00" + key_id[2:]] = keys.pop(key_id)
    made.release("foo")
    assert failed(search(made, policy=UPTANE)) == ("U-G2", "BadKeyId", "arbitrary-software")


def test_a_missing_file_and_one_that_the_snapshot_does_not_list() -> None:
    made = with_foo()
    made.release("foo")
    files = dict(made.metadata)
    made.metadata = {n: f for n, f in files.items() if not n.endswith("foo.json")}
    assert failed(search(made)) == ("U-R5", "DelegationMissing::foo", "drop-request")
    made.metadata = files
    del made.body["snapshot"]["meta"]["foo.json"]
    made.snap()
    assert failed(search(made)) == ("U-G1", "VersionMismatch::foo", "mix-and-match")


def test_a_version_or_hash_other_than_listed() -> None:
    made = with_foo()
    made.hashes = False
    made.release("foo")
    made.put("foo", made.signed("foo", made.body["foo"] | {"version": 2}), version=1)
    assert failed(search(made)) == ("U-G1", "VersionMismatch::foo", "mix-and-match")
    made = with_foo()
    made.release("foo")
    made.put("foo", made.signed("foo", made.body["foo"] | {"expires": "2035-12-31T00:00:00Z"}))
    assert failed(search(made)) == ("U-G1", "DelegationHashMismatch::foo", "mix-and-match")


def test_an_expired_role() -> None:
    made = with_foo()
    made.body["foo"]["expires"] = STALE
    made.release("foo")
    assert failed(search(made)) == ("U-G3", "ExpiredMetadata::foo", "freeze")


def test_a_role_of_another_type() -> None:
    made = with_foo()
    made.body["foo"]["_type"] = "snapshot"
    made.release("foo")
    assert failed(search(made)) == ("U-G2", "SecurityException::foo", "arbitrary-software")


def test_a_role_that_went_back() -> None:
    made = with_foo()
    made.hashes = False
    made.release("foo")
    made.release("foo")
    fetch = fetch_of(made)
    seen = refresh(trust(made.metadata["1.root.json"], TUF), fetch, NOW, TUF)
    found = find_target(seen.trusted, "app.bin", fetch, NOW, TUF)
    made.body["foo"]["version"] = 1
    made.write("foo")
    made.list_in_snapshot("foo")
    made.release()
    fetch = fetch_of(made)
    forgetful = replace(found.trusted, snapshot=None, timestamp=None)
    seen = refresh(forgetful, fetch, NOW, TUF)
    assert seen.refusal is None
    assert failed(find_target(seen.trusted, "app.bin", fetch, NOW, TUF)) == ("U-G3", "SecurityException::foo", "rollback")


def test_a_role_read_before_is_proved_again_by_its_present_delegator() -> None:
    made = with_foo()
    made.release("foo")
    fetch = fetch_of(made)
    seen = refresh(trust(made.metadata["1.root.json"], TUF), fetch, NOW, TUF)
    kept = find_target(seen.trusted, "app.bin", fetch, NOW, TUF).trusted
    delegations = made.body["targets"]["delegations"]
    other = made.new_key("foo")
    delegations["keys"] = {other.key_id: other.public}
    delegations["roles"][0]["keyids"] = [other.key_id]
    made.release()
    fetch = fetch_of(made)
    seen = refresh(kept, fetch, NOW, TUF)
    assert failed(find_target(seen.trusted, "app.bin", fetch, NOW, TUF))[1] == "BadKeyId"


@pytest.mark.parametrize(
    "change",
    [
        {"name": ""}, {"name": 5}, {"name": "root"}, {"name": "Snapshot"}, {"paths": None}, {"paths": "x"}, {"paths": [5]},
        {"path_hash_prefixes": ["ab"]}, {"terminating": 1}, {"keyids": "x"}, {"keyids": [5]}, {"threshold": True}, {"paths": ["x" * 1025]},
    ],
)  # fmt: skip
def test_a_delegation_has_its_form(change: dict[str, Any]) -> None:
    made = with_foo()
    made.body["targets"]["delegations"]["roles"][0] |= change
    made.release("foo")
    assert failed(search(made))[:2] == ("U-G2", "InvalidMetadata::Targets")


@pytest.mark.parametrize("value", [5, [], {"keys": {}}, {"keys": [], "roles": []}, {"keys": {}, "succinct_roles": {}}])
def test_delegations_have_their_form(value: Any) -> None:
    made = Repository(SEED, "repo")
    made.body["targets"]["delegations"] = value
    made.release()
    assert failed(search(made))[:2] == ("U-G2", "InvalidMetadata::Targets")


def test_names_of_roles_are_encoded() -> None:
    made = Repository(SEED, "repo")
    made.delegate("targets", "../../etc/x y", ["*"])
    made.add("app.bin", b"x", role="../../etc/x y")
    made.release("../../etc/x y")
    asked: list[str] = []
    inner = fetch_of(made)

    def fetch(name: str, most: int) -> bytes | None:
        asked.append(name)
        return inner(name, most)

    seen = refresh(trust(made.metadata["1.root.json"], TUF), fetch, NOW, TUF)
    found = find_target(seen.trusted, "app.bin", fetch, NOW, TUF)
    assert found.role == "../../etc/x y"
    assert all("/" not in name for name in found.trusted.files())
    assert restore(found.trusted.files(), TUF).files() == found.trusted.files()
    assert all("/" not in name for name in asked)


def test_a_failed_search_keeps_what_the_policy_says() -> None:
    made = Repository(SEED, "repo")
    made.delegate("targets", "foo", ["*"])
    made.delegate("targets", "bar", ["*"])
    made.body["bar"]["expires"] = STALE
    made.release("foo", "bar")
    assert "foo" in search(made).trusted.targets
    assert "foo" not in search(made, policy=replace(TUF, keep_verified=False)).trusted.targets


def test_any_prefix_fits_and_every_part_of_a_pattern_must() -> None:
    digest = hashlib.sha256(b"a/app.bin").hexdigest()
    rule = Rule(("k",), 1)
    assert fits(Delegation("foo", rule, (), ("zz", digest[:3].upper()), False), "a/app.bin")
    assert not fits(Delegation("foo", rule, (), ("zz", ""), False), "a/app.bin")
    for pattern in ("a/*.txt", "b/*.bin"):
        assert not fits(Delegation("foo", rule, (pattern,), (), False), "a/app.bin")
    assert fits(Delegation("foo", rule, ("b/*.bin", "a/*.bin"), (), False), "a/app.bin")
