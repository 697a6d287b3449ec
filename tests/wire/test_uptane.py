"""The two repositories of a car: what Director and Image repository must say alike, ECU and hardware, counters, files, state."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from zhunru.range.update_repository import STALE, Repository, file_meta
from zhunru.wire.metadata_policy import UPTANE, Fetch, Policy
from zhunru.wire.metadata_repository import trust
from zhunru.wire.metadata_step import ATTACKS
from zhunru.wire.metadata_take import NOTHING
from zhunru.wire.metadata_target import check_file, check_rate, same_file
from zhunru.wire.uptane import Car, Ecu, Pair, PartlyVerified, Verified, verify_full, verify_partial

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SEED = 6
DATA = b"firmware"
CAR = Car({"ecu-1": Ecu("hw-a"), "ecu-2": Ecu("hw-b")})


def fetch_of(repository: Repository) -> Fetch:
    files = dict(repository.metadata)
    return lambda name, most: files[name][: most + 1] if name in files else None


def repositories(
    *, director: dict[str, Any] | None = None, image: dict[str, Any] | None = None, data: bytes = DATA
) -> tuple[Repository, Repository]:
    """Return Director and Image repository; the keywords are the custom fields of the one target."""
    one, two = Repository(SEED, "director"), Repository(SEED, "image")
    one.add("app.bin", data, **({"ecuIdentifiers": {"ecu-1": {"hardwareId": "hw-a"}}} if director is None else director))
    two.add("app.bin", data, **({"hardwareIds": ["hw-a", "hw-c"]} if image is None else image))
    one.release()
    two.release()
    return one, two


def verify(
    one: Repository, two: Repository, car: Car = CAR, pair: Pair | None = None, served: bytes | None = DATA, policy: Policy = UPTANE
) -> Verified:
    begin = pair or Pair(trust(one.metadata["1.root.json"], UPTANE, "director"), trust(two.metadata["1.root.json"], UPTANE, "image"))
    return verify_full(begin, fetch_of(one), fetch_of(two), NOW, car, policy, lambda *_: None if served is None else [served])


def faults(seen: Verified) -> dict[str, tuple[str, str, str]]:
    """Return step, error and attack by repository, after looking at what holds for every failure."""
    found = {r: o for a in seen.answers for r, o in a.faults.items()} | seen.refusals
    assert found and not seen.accepted
    assert all(o.attack in ATTACKS and o.repository == r for r, o in found.items())
    assert all(o in seen.steps for o in found.values()) or {o.step for o in found.values()} == {"U-I2"}
    last = seen.steps[-1]
    assert (last.step, last.verdict) == ("U-E1", "passed")
    return {r: (o.step, o.error, o.attack) for r, o in found.items()}


def test_a_pair_that_agrees_is_accepted() -> None:
    seen = verify(*repositories())
    assert seen.accepted and not seen.refusals
    ((answer),) = seen.answers
    assert (answer.name, answer.ecu, answer.faults) == ("app.bin", "ecu-1", {})
    assert {"U-G4", "U-M1", "U-I1", "U-I2"} <= {s.step for s in seen.steps if s.verdict == "passed"}
    assert (seen.steps[-1].step, seen.steps[-1].verdict) == ("U-E1", "not_applicable")
    assert seen.pair.director.targets and seen.pair.image.targets
    again = verify(*repositories(), pair=seen.pair)
    assert again.accepted


def test_without_images_the_files_stay_unchecked() -> None:
    one, two = repositories()
    pair = Pair(trust(one.metadata["1.root.json"], UPTANE), trust(two.metadata["1.root.json"], UPTANE))
    seen = verify_full(pair, fetch_of(one), fetch_of(two), NOW, CAR, UPTANE)
    assert seen.accepted and "U-I2" not in {s.step for s in seen.steps}


@pytest.mark.parametrize("which", [0, 1])
def test_either_repository_stops_the_update_and_both_are_told_of(which: int) -> None:
    pair = repositories()
    pair[which].body["targets"]["expires"] = STALE
    pair[which].release()
    seen = verify(*pair)
    name = ("director", "image")[which]
    assert faults(seen) == {name: ("U-G3", "ExpiredMetadata::Targets", "freeze")}
    assert {s.repository for s in seen.steps} >= {"director", "image"}
    assert not seen.answers


# the rules of the Director


def test_the_director_delegates_nothing() -> None:
    one, two = repositories()
    one.delegate("targets", "foo", ["*"])
    one.release("foo")
    assert faults(verify(one, two)) == {"director": ("U-G4", "InvalidMetadata::Targets", "arbitrary-software")}
    empties: list[Any] = [{"keys": {}, "roles": []}, {}, None]
    for empty in empties:
        one.body["targets"]["delegations"] = empty
        one.release()
        assert verify(one, two).accepted
    odds: list[Any] = [[], 5, {"keys": {"a": {}}, "roles": []}, {"keys": {}, "roles": [], "succinct_roles": {"bit_length": 1}}]
    for odd in odds:
        one.body["targets"]["delegations"] = odd
        one.release()
        assert faults(verify(one, two))["director"][:2] == ("U-G4", "InvalidMetadata::Targets")


def test_an_ecu_is_named_once() -> None:
    one, two = repositories()
    one.add("other.bin", DATA, ecuIdentifiers={"ecu-1": {"hardwareId": "hw-a"}})
    two.add("other.bin", DATA)
    one.release()
    two.release()
    assert faults(verify(one, two)) == {"director": ("U-G4", "InvalidMetadata::Targets", "mix-and-match")}
    one.body["targets"]["targets"]["other.bin"]["custom"] = {"ecuIdentifiers": {"ecu-2": {"hardwareId": "hw-b"}}}
    one.release()
    assert verify(one, two).accepted


@pytest.mark.parametrize(
    "custom",
    [{}, {"ecuIdentifiers": {}}, {"ecuIdentifiers": 5}, {"ecuIdentifiers": {"ecu-1": 5}}, {"ecuIdentifiers": {"ecu-1": {"hardwareId": 5}}}, {"ecu_serial": 5}],
)  # fmt: skip
def test_a_target_of_the_director_names_its_ecus(custom: dict[str, Any]) -> None:
    assert faults(verify(*repositories(director=custom)))["director"][:2] == ("U-G4", "InvalidMetadata::Targets")


@pytest.mark.parametrize("field", ["ecu_serial", "ecuIdentifier", "ecu_identifier"])
def test_the_other_ways_to_name_an_ecu(field: str) -> None:
    assert verify(*repositories(director={field: "ecu-1", "hardware_id": "hw-a"})).accepted
    assert faults(verify(*repositories(director={field: "ecu-1", "hardware_id": "hw-x"})))["director"][1] == "BadHardwareId"


def test_only_ecus_of_the_car_get_an_image() -> None:
    seen = verify(*repositories(director={"ecuIdentifiers": {"ecu-9": {"hardwareId": "hw-a"}}}))
    assert faults(seen) == {"director": ("U-G4", "BadEcuId", "wrong-software")}


# hardware


@pytest.mark.parametrize(
    ("director", "image", "expected"),
    [
        ("hw-x", ["hw-x"], {"director": ("U-I1", "BadHardwareId", "wrong-software"), "image": ("U-I1", "BadHardwareId", "wrong-software")}),
        ("hw-x", ["hw-a"], {"director": ("U-I1", "BadHardwareId", "wrong-software")}),
        ("hw-a", ["hw-x"], {"image": ("U-M1", "TargetMismatch", "arbitrary-software")}),
        ("hw-a", [], {"image": ("U-M1", "TargetMismatch", "arbitrary-software")}),
    ],
)
def test_hardware_fits_in_both_repositories(director: str, image: list[str], expected: dict[str, Any]) -> None:
    custom = {"ecuIdentifiers": {"ecu-1": {"hardwareId": director}}}
    assert faults(verify(*repositories(director=custom, image={"hardwareIds": image}))) == expected


def test_hardware_that_is_not_told_is_not_judged() -> None:
    assert verify(*repositories(director={"ecuIdentifiers": {"ecu-1": {}}}, image={})).accepted
    assert verify(*repositories(image={"hardware_id": "hw-a"})).accepted
    assert faults(verify(*repositories(image={"hardwareIds": [5]})))["image"][:2] == ("U-I1", "InvalidMetadata::Targets")


# what both must say alike


def _differing(**fields: Any) -> tuple[Repository, Repository]:
    one, two = repositories()
    two.body["targets"]["targets"]["app.bin"] |= fields
    two.release()
    return one, two


def test_length_and_hashes_agree() -> None:
    expected = ("U-M1", "TargetMismatch", "arbitrary-software")
    meta = file_meta(DATA)
    assert faults(verify(*_differing(length=7))) == {"director": expected}
    assert faults(verify(*_differing(hashes=meta["hashes"] | {"sha512": "00" * 64}))) == {"director": expected}
    assert faults(verify(*_differing(hashes={"sha384": "00" * 48}))) == {"director": expected}  # none in common
    assert verify(*_differing(hashes={"sha256": meta["hashes"]["sha256"]})).accepted
    assert verify(*_differing(hashes={n: d.upper() for n, d in meta["hashes"].items()})).accepted


def test_the_file_tells_which_repository_is_contradicted() -> None:
    one, two = _differing(**file_meta(b"other!!!"))
    assert set(faults(verify(one, two))) == {"director"}
    assert set(faults(verify(one, two, served=b"other!!!"))) == {"image"}
    assert set(faults(verify(one, two, served=None))) == {"director"}


def test_a_target_that_the_image_repository_does_not_know() -> None:
    one, two = repositories()
    del two.body["targets"]["targets"]["app.bin"]
    two.release()
    assert faults(verify(one, two)) == {"director": ("U-M1", "TargetMismatch", "arbitrary-software")}


@pytest.mark.parametrize("field", ["must-match", "mustMatch", "must_match"])
def test_fields_that_must_match(field: str) -> None:
    ecu = {"ecuIdentifiers": {"ecu-1": {"hardwareId": "hw-a"}}}
    assert verify(*repositories(director=ecu | {field: {"a": 1}}, image={field: {"a": 1}})).accepted
    for other in ({field: {"a": 2}}, {}):
        found = faults(verify(*repositories(director=ecu | {field: {"a": 1}}, image=other)))
        assert found == {"director": ("U-M1", "TargetMismatch", "arbitrary-software")}


def test_a_delegated_image_is_found_and_a_failing_one_stops_the_image_repository() -> None:
    one, two = repositories()
    del two.body["targets"]["targets"]["app.bin"]
    two.delegate("targets", "foo", ["*"])
    two.add("app.bin", DATA, role="foo")
    two.release("foo")
    assert verify(one, two).accepted
    two.body["foo"]["expires"] = STALE
    two.release("foo")
    seen = verify(one, two)
    assert faults(seen) == {"image": ("U-G3", "ExpiredMetadata::foo", "freeze")}
    assert seen.answers == ()


# release counters


@pytest.mark.parametrize(
    ("told", "before", "error"),
    [(3, 3, ""), (4, 3, ""), (2, 3, "ReleaseCounterRollback"), (None, 3, "ReleaseCounterRollback"), (None, None, ""), (1, None, "")],
)
def test_the_release_counter_never_goes_back(told: int | None, before: int | None, error: str) -> None:
    image = {"hardwareIds": ["hw-a"]} | ({} if told is None else {"releaseCounter": told})
    seen = verify(*repositories(image=image), car=Car({"ecu-1": Ecu("hw-a", before)}))
    if error:
        assert faults(seen) == {"director": ("U-M2", error, "rollback")}
    else:
        assert seen.accepted
        expected = "not_applicable" if before is None else "passed"
        assert [s.verdict for s in seen.steps if s.step == "U-M2"] == [expected]


def test_release_counters_of_both_repositories_agree() -> None:
    ecu = {"ecuIdentifiers": {"ecu-1": {"hardwareId": "hw-a"}}}
    car = Car({"ecu-1": Ecu("hw-a", 3)})
    assert verify(*repositories(director=ecu | {"release_counter": 3}, image={"releaseCounter": 3}), car=car).accepted
    assert verify(*repositories(director=ecu | {"release_counter": 3}, image={}), car=car).accepted
    assert faults(verify(*repositories(director=ecu | {"releaseCounter": 3}, image={"releaseCounter": 4}), car=car))["director"][:2] == (
        "U-M1",
        "TargetMismatch",
    )
    for odd in (-1, "3", True):
        found = faults(verify(*repositories(image={"releaseCounter": odd}), car=car))
        assert found["director"][:2] == ("U-M2", "InvalidMetadata::Targets")


# the file


@pytest.mark.parametrize(
    ("served", "error", "attack"),
    [
        (DATA + b"x", "OversizedTarget", "endless-data"), (DATA[:-1], "TargetTooShort", "arbitrary-software"),
        (b"Firmware", "TargetHashMismatch", "arbitrary-software"), (None, "InvalidTarget", "drop-request"),
    ],
)  # fmt: skip
def test_the_file_is_as_both_say(served: bytes | None, error: str, attack: str) -> None:
    seen = verify(*repositories(), served=served)
    assert faults(seen) == {"director": ("U-I2", error, attack), "image": ("U-I2", error, attack)}


def test_every_hash_of_either_repository_is_checked() -> None:
    one, two = repositories()
    two.body["targets"]["targets"]["app.bin"]["hashes"] = file_meta(DATA)["hashes"] | {"sha384": "00" * 48}
    two.release()
    assert faults(verify(one, two))["image"][1] == "TargetHashMismatch"


def test_check_file_reads_no_further_than_told() -> None:
    read: list[int] = []

    def chunks() -> Any:
        for i in range(1000):
            read.append(i)
            yield b"x" * 10

    fault = check_file({"length": 25, "hashes": file_meta(b"")["hashes"]}, chunks())
    assert fault is not None and fault.error == "OversizedTarget" and len(read) == 3
    assert check_file(file_meta(b""), []) is None
    assert check_file(file_meta(DATA), [DATA[:3], b"", DATA[3:]]) is None
    for hashes in ({}, {"md5": "00" * 16}, file_meta(DATA)["hashes"] | {"md5": "00" * 16}):
        fault = check_file({"length": len(DATA), "hashes": hashes}, [DATA])
        assert fault is not None and fault.error == "TargetHashMismatch"


def test_same_file_needs_a_strong_hash_in_common() -> None:
    one = {"length": 1, "hashes": {"sha256": "aa", "md5": "bb"}}
    assert same_file(one, one)
    assert not same_file(one, {"length": 1, "hashes": {"md5": "bb"}})
    assert not same_file(one, {"length": 1, "hashes": {"sha256": "aa", "md5": "cc"}})


@pytest.mark.parametrize(
    ("received", "elapsed_ns", "slow"), [(1000, 10**9, False), (999, 10**9, True), (0, 0, False), (1001, 10**9, False), (0, 1, True)]
)
def test_a_slow_download_is_told(received: int, elapsed_ns: int, slow: bool) -> None:
    fault = check_rate(received, elapsed_ns, 1000)
    assert (fault is not None and (fault.step, fault.error) == ("U-I3", "SlowRetrieval")) is slow


# state


def test_nothing_changes_after_a_failure() -> None:
    one, two = repositories()
    seen = verify(one, two)
    one.new_root()
    one.add("app.bin", b"x", ecuIdentifiers={"ecu-1": {"hardwareId": "hw-a"}})
    one.release()
    bad = verify(one, two, pair=seen.pair)
    assert faults(bad)["image"][1] == "TargetMismatch"  # the file bears out what the Image repository says
    assert bad.pair is seen.pair


def test_an_attack_that_was_refused_leaves_the_car_able_to_go_on() -> None:
    one, two = repositories()
    seen = verify(one, two)
    evil = one.fork()
    evil.stamp(2**40)
    evil.metadata["timestamp.json"] = evil.signed("timestamp", keys=[evil.new_key("timestamp")])
    bad = verify(evil, two, pair=seen.pair)
    assert faults(bad)["director"][:2] == ("U-T1", "BadKeyId")
    one.release()
    assert verify(one, two, pair=bad.pair).accepted


# partial verification


def partial(one: Repository, serial: str = "ecu-1", ecu: Ecu = Ecu("hw-a")) -> PartlyVerified:  # noqa: B008 - immutable
    return verify_partial(trust(one.metadata["1.root.json"], UPTANE, "director"), fetch_of_plain(one), NOW, serial, ecu, UPTANE)


def fetch_of_plain(one: Repository) -> Fetch:
    """Serve targets under their plain name: a Secondary without snapshot knows no version."""
    return lambda name, most: one.metadata[name][: most + 1] if name in one.metadata else None


def test_partial_verification_takes_the_targets_alone() -> None:
    one, _ = repositories()
    seen = partial(one)
    assert seen.refusal is None and seen.target is not None and seen.target[0] == "app.bin"
    assert {s.step for s in seen.steps if s.verdict == "passed"} == {"U-R5", "U-G2", "U-G3", "U-G4", "U-I1"}
    assert {s.step for s in seen.steps if s.verdict == "not_applicable"} == {"U-G1", "U-M2", "U-E1"}
    assert partial(one, "ecu-2", Ecu("hw-b")).target is None
    assert seen.trusted.targets["targets"].version == one.body["targets"]["version"]


@pytest.mark.parametrize(
    ("change", "step", "error"),
    [
        ({"expires": STALE}, "U-G3", "ExpiredMetadata::Targets"),
        ({"_type": "root"}, "U-G2", "SecurityException::Targets"),
        ({"delegations": {"keys": {}, "roles": [{}]}}, "U-G4", "InvalidMetadata::Targets"),
        ({"targets": {"app.bin": file_meta(DATA)}}, "U-G4", "InvalidMetadata::Targets"),
        ({"targets": {"app.bin": {}}}, "U-G2", "InvalidMetadata::Targets"),
    ],
)
def test_partial_verification_refuses(change: dict[str, Any], step: str, error: str) -> None:
    one, _ = repositories()
    one.put("targets", one.signed("targets", one.body["targets"] | change))
    seen = partial(one)
    assert seen.refusal is not None and (seen.refusal.step, seen.refusal.error) == (step, error)
    assert seen.target is None
    assert (seen.steps[-1].step, seen.steps[-1].verdict) == ("U-E1", "passed")


def test_partial_verification_knows_hardware_counter_version_and_root() -> None:
    one, _ = repositories()
    seen = partial(one, ecu=Ecu("hw-b"))
    assert seen.refusal is not None and seen.refusal.error == "BadHardwareId"
    seen = partial(one, ecu=Ecu("hw-a", 1))
    assert seen.refusal is not None and seen.refusal.error == "ReleaseCounterRollback"
    before = partial(one).trusted
    one.body["targets"]["version"] -= 1
    one.write("targets")
    seen = verify_partial(before, fetch_of_plain(one), NOW, "ecu-1", Ecu("hw-a"), UPTANE)
    assert seen.refusal is not None and seen.refusal.error == "SecurityException::Targets" and seen.trusted is before
    seen = verify_partial(NOTHING, fetch_of_plain(one), NOW, "ecu-1", Ecu("hw-a"), UPTANE)
    assert seen.refusal is not None and seen.refusal.error == "MetadataFetchFailure::Root"


def test_partial_verification_keeps_the_content_of_a_version_it_knows() -> None:
    one, _ = repositories()
    before = partial(one).trusted
    one.put("targets", one.signed("targets", one.body["targets"] | {"targets": {}}))
    seen = verify_partial(before, fetch_of_plain(one), NOW, "ecu-1", Ecu("hw-a"), UPTANE)
    assert seen.target is not None and seen.target[0] == "app.bin"


def test_the_last_step_fails_where_a_policy_would_keep_half_of_a_failed_set() -> None:
    one, two = repositories()
    one.body["targets"]["expires"] = STALE
    one.release()
    seen = verify(one, two, policy=replace(UPTANE, keep_verified=True))
    assert not seen.accepted and seen.steps[-1].verdict == "passed"  # the pair stays whole whatever the policy of its halves


def test_partial_verification_takes_a_newer_version() -> None:
    one, _ = repositories()
    before = partial(one).trusted
    one.body["targets"]["targets"] = {}
    one.release()
    seen = verify_partial(before, fetch_of_plain(one), NOW, "ecu-1", Ecu("hw-a"), UPTANE)
    assert seen.refusal is None and seen.target is None
