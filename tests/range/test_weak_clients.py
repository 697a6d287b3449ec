"""Clients that leave one check out fall for the attacks of that check, and for no others."""

from pathlib import Path

import pytest
from clients.called import called, folded, results
from clients.weak_client import WeakClient, accepts_everything, refuses_everything

from zhunru.checks.ota.client_withstands_attacks import client_withstands_attacks
from zhunru.core.finding import fold
from zhunru.core.verdict import Verdict
from zhunru.range.attacks import trials

FALLS_FOR = {
    "signatures": {"arbitrary-software", "key-compromise", "denial-of-service"},
    "threshold": {"key-compromise"},
    "expiry": {"freeze", "offline-downgrade"},
    "versions": {"rollback", "fast-forward", "metadata-replay", "offline-downgrade"},
    "root-version": {"rollback"},
    "old-root": {"arbitrary-software"},
    "listed": {"mix-and-match"},
    "length": {"arbitrary-software"},
    "hashes": {"arbitrary-software", "rollback", "wrong-software", "mix-and-match"},
    "all-hashes": {"arbitrary-software"},
    "bound": {"endless-data"},
}
Results = dict[str, tuple[str, str]]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return results(called(WeakClient(), clock=False), "tuf", tmp_path_factory.mktemp("whole"))


def test_the_whole_client_withstands_what_it_can_play(whole: Results) -> None:
    bad = {t for t, r in whole.items() if r[0] == "breached"}
    # it asks for no expiry of a root in between, overwrites what it has by the same version, and looks at few forms: faults found by the trials
    assert bad == {
        "freeze.no-expiry-root", "rollback.unchanged-version-new-content", "denial-of-service.threshold-fraction", "denial-of-service.keyids-twice", "denial-of-service.key-no-object",
        "key-compromise.duplicate-signature",
    }  # fmt: skip


@pytest.mark.parametrize("left_out", sorted(FALLS_FOR))
def test_what_is_left_out_shows(left_out: str, whole: Results, tmp_path: Path) -> None:
    held = [t for t in trials("tuf") if whole[t.id][0] == "withstood"]
    chosen = [t for n, t in enumerate(held) if t.scenario.attack_class in FALLS_FOR[left_out] or n % 8 == 0]
    weak = results(called(WeakClient(left_out), clock=False), "tuf", tmp_path, chosen)
    fallen = {t.partition(".")[0] for t, r in weak.items() if r[0] == "breached"}
    assert fallen
    assert fallen == FALLS_FOR[left_out]


def test_a_client_that_refuses_everything_withstands_nothing(tmp_path: Path) -> None:
    found = results(
        called(refuses_everything),
        "tuf",
        tmp_path,
        [t for t in trials("tuf") if t.id.startswith(("fast", "roll", "mix", "eaves", "arbitrary-software.ecdsa"))],
    )
    assert {r[0] for r in found.values()} == {"refused", "unclear", "not-run"}
    assert {r[1] for r in found.values() if r[0] == "unclear"} == {"cannot-play"}


def test_a_client_that_accepts_everything_falls_in_every_class(tmp_path: Path) -> None:
    found = results(called(accepts_everything), "tuf", tmp_path, trials("tuf")[::3])
    fallen = {t.partition(".")[0] for t, r in found.items() if r[0] == "breached"}
    # what needs a broken connection fails it too: there is nothing to bring
    assert fallen >= set(FALLS_FOR) & fallen | {
        "arbitrary-software",
        "freeze",
        "rollback",
        "key-compromise",
        "mix-and-match",
        "drop-request",
        "endless-data",
    }


def test_the_check_fails_them(tmp_path: Path) -> None:
    for name, call in (("refuses", refuses_everything), ("accepts", accepts_everything)):
        table = folded(called(call), "tuf", tmp_path / name, trials("tuf", "freeze"))
        assert fold(client_withstands_attacks(table)).verdict is Verdict.FAIL
