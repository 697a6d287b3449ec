"""The scenarios: complete over the classes, reproducible, each with a benign course beside the attack."""

import re
from hashlib import sha256

import pytest
from tuf.api._payload import Root
from tuf.api.metadata import Metadata

from zhunru.range.attacks import scenarios, trials
from zhunru.range.client_trial import served_bytes
from zhunru.range.update_repository import Repository
from zhunru.range.update_stage import Trial
from zhunru.tables.attack_class import ATTACK_CLASSES
from zhunru.wire.metadata_step import STEPS

EACH = pytest.mark.parametrize("kind", ["tuf", "uptane"])
NOT_TUF = {"partial-bundle"}
"""A single repository without a Director knows no bundle."""


def all_trials() -> list[Trial]:
    return [*trials("tuf"), *trials("uptane")]


@EACH
def test_every_class_is_played(kind: str) -> None:
    played = {t.scenario.attack_class for t in trials(kind)}
    assert played == set(ATTACK_CLASSES) - (NOT_TUF if kind == "tuf" else set())


def test_there_are_enough_and_no_id_stands_twice() -> None:
    ids = [t.id for t in all_trials() if t.side != "tuf"]
    assert len(ids) == len(set(ids))
    assert len(scenarios()) >= 80
    assert all(s.attack_class in ATTACK_CLASSES for s in scenarios())


def test_words_are_in_both_languages_and_steps_are_known() -> None:
    for one in scenarios():
        for text in (one.title, one.wrong):
            assert re.search(r"[一-鿿]", text.zh), one.name
            assert not re.search(r"[一-鿿]", text.en.replace("制动", "")), one.name
        assert one.steps
        assert set(one.steps) <= set(STEPS), one.name


def test_every_step_of_the_client_is_exercised() -> None:
    # U-C1 needs a time server and U-V1 the Director: neither is in the contract of a client
    assert set(STEPS) - {"U-C1"} == {s for one in scenarios() for s in one.steps}


@EACH
def test_only_picks_a_class_or_a_trial(kind: str) -> None:
    assert {t.scenario.attack_class for t in trials(kind, "rollback")} == {"rollback"}
    assert len(trials("tuf", "rollback.older-timestamp")) == 1
    assert not trials(kind, "nothing")


@EACH
def test_each_trial_has_a_benign_step_and_something_to_judge(kind: str) -> None:
    for trial in trials(kind):
        stage = trial.stage(1)
        steps = [(step, dict(stage.over), stage.everywhere) for step in trial.course(stage)]
        assert steps[0][0].does == "init"
        assert any(s.expected == "accept" and s.does != "init" and s.wanted for s, _, _ in steps), trial.id
        for step, over, everywhere in steps:
            if step.expected in {"refuse", "either"}:
                own = step.now or step.source.startswith("tls") or step.target not in {"", "brake.bin"}
                assert over or everywhere or own, f"{trial.id}: nothing is attacked in a step that must be refused"
            else:
                assert step.expected == "accept"


@EACH
def test_two_runs_serve_equal_bytes_and_another_seed_others(kind: str) -> None:
    def digest(seed: int) -> str:
        total = sha256()
        for row in served_bytes(some, seed):
            total.update(repr(row).encode())
        return total.hexdigest()

    some = trials(kind)[:: 3 if kind == "tuf" else 9]
    assert digest(5) == digest(5) != digest(6)


def test_the_true_repository_is_taken_by_an_independent_library() -> None:
    repo = Repository(3, "repo")
    repo.add("a.bin", b"a")
    repo.release()
    repo.new_root(*repo.rotate("root", 3, 2))
    first = Metadata[Root].from_bytes(repo.metadata["1.root.json"]).signed
    second = Metadata[Root].from_bytes(repo.metadata["2.root.json"])
    first.verify_delegate("root", second.signed_bytes, second.signatures)
    second.signed.verify_delegate("root", second.signed_bytes, second.signatures)
    for role in ("timestamp", "snapshot", "targets"):
        found = Metadata.from_bytes(repo.metadata[f"{role}.json"])
        second.signed.verify_delegate(role, found.signed_bytes, found.signatures)
        assert found.signed.version == 2
    meta = Metadata.from_bytes(repo.metadata["timestamp.json"]).signed.snapshot_meta  # type: ignore[attr-defined]
    meta.verify_length_and_hashes(repo.metadata["snapshot.json"])


def test_keys_of_a_fork_are_the_attackers_own() -> None:
    repo = Repository(3, "repo")
    fork = repo.fork()
    assert fork.new_key("targets").key_id != repo.new_key("targets").key_id
    fork.body["targets"]["version"] = 9
    assert repo.body["targets"]["version"] == 1
