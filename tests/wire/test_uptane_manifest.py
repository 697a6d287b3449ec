"""Attested time and vehicle manifests: signatures at both levels, freshness, completeness, expected versions, reported attacks."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from zhunru.range.update_keys import ThrowAwayKey, canonical
from zhunru.wire.metadata_file import Rule
from zhunru.wire.metadata_key import Key, id_belongs, key_of
from zhunru.wire.metadata_step import ATTACKS
from zhunru.wire.uptane_manifest import Claim, Fresh, Inventory, Manifest, check_manifest, check_report, claim_of, reporter_of
from zhunru.wire.uptane_time import Timed, attested, check_time

SEED = 7
IMAGE = {"length": 5, "hashes": {"sha256": "5a" * 32}}
TIME_KEY = "5d7750b208dfc7ade8f6106b9c3fa25162d5a184f302161e429f19a79e66a908"
PRIMARY_KEY = "a1293426fcf4ce6f38135eb72bf89fedfdcba1b732779683b951d71a0b9e89a2"
"""Public keys of the time server and of the Primary in the demonstration of the Uptane reference implementation, which made the samples."""
TIME_ID = "79c796d7e87389d1ebad04edce49faef611d139ee41ea9fb1931732afbfaac2e"
PRIMARY_ID = "9a406d99e362e7c93e7acfe1e4d6585221315be817f350c026bbee84ada260da"


def pair_of(name: str) -> ThrowAwayKey:
    return ThrowAwayKey(SEED, name)


def public_of(pair: ThrowAwayKey) -> Key:
    key = key_of(pair.key_id, pair.public)
    assert key is not None
    return key


def signed(value: dict[str, Any], *pairs: ThrowAwayKey) -> dict[str, Any]:
    return {"signatures": [{"keyid": p.key_id, "sig": p.sign(canonical(value))} for p in pairs], "signed": value}


# time


def attest(raw: dict[str, Any] | bytes, *, nonce: int = 2, previous: datetime | None = None, threshold: int = 1, count: int = 1) -> Timed:
    pairs = [pair_of(f"time {i}") for i in range(count)]
    keys = {p.key_id: public_of(p) for p in pairs}
    content = raw if isinstance(raw, bytes) else json.dumps(raw).encode()
    return check_time(content, "json", Rule(tuple(keys), threshold), keys, nonce, previous)


def refused(seen: Timed) -> tuple[str, str, str]:
    assert seen.time is None and seen.refusal is not None and seen.refusal.attack in ATTACKS
    assert seen.steps[-1] is seen.refusal
    return seen.refusal.step, seen.refusal.error, seen.refusal.attack


TOLD = {"time": "2026-01-01T00:00:00Z", "nonces": [1, 2]}


def test_a_signed_time_that_answers_our_nonce_is_taken() -> None:
    seen = attest(signed(TOLD, pair_of("time 0")))
    assert seen.time == datetime(2026, 1, 1, tzinfo=UTC) and seen.refusal is None
    assert [s.step for s in seen.steps if s.verdict == "passed"] == ["U-C1", "U-C1"]


def test_a_time_needs_signature_nonce_and_order() -> None:
    good = signed(TOLD, pair_of("time 0"))
    assert refused(attest(signed(TOLD, pair_of("other"))))[:2] == ("U-C1", "BadKeyId")
    assert refused(attest(good, threshold=2, count=2))[1] == "UnmetThreshold::time"
    assert refused(attest(good, nonce=3)) == ("U-C1", "TimeReplay", "replay")
    assert attest(good, previous=datetime(2026, 1, 1, tzinfo=UTC)).time
    assert refused(attest(good, previous=datetime(2026, 1, 1, 0, 0, 1, tzinfo=UTC))) == ("U-C1", "TimeWentBack", "freeze")
    changed = {"signatures": good["signatures"], "signed": TOLD | {"time": "2027-01-01T00:00:00Z"}}
    assert refused(attest(changed))[1] == "BadKeyId"


@pytest.mark.parametrize(
    "value",
    [b"", b"{}", b'{"signed":{},"signatures":5}', b" " * 65_537, {"time": "x", "nonces": [2]}, {"time": TOLD["time"], "nonces": 2}, {"time": TOLD["time"], "nonces": ["2"]}, {"nonces": [2]}],
)  # fmt: skip
def test_a_time_has_its_form(value: Any) -> None:
    raw = value if isinstance(value, bytes) else signed(value, pair_of("time 0"))
    assert refused(attest(raw))[:2] == ("U-C1", "InvalidMetadata::Time")


@pytest.mark.parametrize("encoding", ["json", "der"])
def test_the_real_time_attestation_verifies(encoding: str, real: Callable[[str], Path]) -> None:
    raw = real(f"ota/uptane_sample_timeserver_attestation.{encoding}").read_bytes()
    written = {"keytype": "ed25519", "keyid_hash_algorithms": ["sha256", "sha512"], "keyval": {"public": TIME_KEY}}
    key = key_of(TIME_ID, written)
    assert key is not None and id_belongs(TIME_ID, written, TIME_KEY)
    seen = check_time(raw, encoding, Rule((TIME_ID,), 1), {TIME_ID: key}, 2, None)
    assert seen.time == datetime(2017, 5, 18, 16, 23, 13, tzinfo=UTC)
    other = replace_last(raw, b"13Z" if encoding == "json" else b"\xca\x71", b"14Z" if encoding == "json" else b"\xca\x72")
    assert refused(check_time(other, encoding, Rule((TIME_ID,), 1), {TIME_ID: key}, 2, None))[1] == "BadKeyId"


def replace_last(raw: bytes, old: bytes, new: bytes) -> bytes:
    assert raw.count(old) == 1
    return raw.replace(old, new)


# manifests


def report(ecu: str, by: ThrowAwayKey | None = None, **changed: Any) -> dict[str, Any]:
    value: dict[str, Any] = {
        "ecu_serial": ecu,
        "attacks_detected": "",
        "report_counter": 5,
        "installed_image": {"filepath": "app.bin", "fileinfo": IMAGE},
    }
    value |= changed
    return signed({k: v for k, v in value.items() if v is not None}, by or pair_of(ecu))


def manifest(reports: dict[str, Any], by: ThrowAwayKey | None = None, **changed: Any) -> bytes:
    value = {"vin": "car", "primary_ecu_serial": "primary", "ecu_version_manifests": reports} | changed
    return json.dumps(signed(value, by or pair_of("primary"))).encode()


INVENTORY = Inventory(
    "car", "primary", {e: public_of(pair_of(e)) for e in ("primary", "ecu-1", "ecu-2")}, dict.fromkeys(("primary", "ecu-1", "ecu-2"), IMAGE)
)


def all_reports(**changed: Any) -> dict[str, Any]:
    return {e: report(e) for e in ("primary", "ecu-1", "ecu-2")} | changed


def check(raw: bytes, fresh: Fresh | None = None, inventory: Inventory = INVENTORY) -> Manifest:
    return check_manifest(raw, "json", inventory, fresh or Fresh())


def errors(seen: Manifest, fresh: Fresh | None = None) -> list[tuple[str, str, str]]:
    assert seen.faults and all(f.step == "U-V1" and f.attack in ATTACKS and f in seen.steps for f in seen.faults)
    assert seen.fresh == (fresh or Fresh()), "nothing is used up by a manifest that was refused"
    return [(f.error, f.role, f.attack) for f in seen.faults]


def test_a_whole_manifest_is_believed_once() -> None:
    seen = check(manifest(all_reports()))
    assert not seen.faults and seen.steps[-1].verdict == "passed"
    assert seen.fresh.counters == {"primary": 5, "ecu-1": 5, "ecu-2": 5}
    assert seen.installed["ecu-1"] == {"filepath": "app.bin"} | IMAGE
    assert {e for e, *_ in errors(check(manifest(all_reports()), seen.fresh), seen.fresh)} == {"ManifestReplay"}


def test_both_levels_are_signed_by_the_right_key() -> None:
    assert errors(check(manifest(all_reports(), pair_of("ecu-1"))))[0][0] == "BadKeyId"
    forged = all_reports(**{"ecu-1": report("ecu-1", pair_of("ecu-2"))})
    assert errors(check(manifest(forged))) == [("BadKeyId", "ecu-1", "arbitrary-software")]
    lost = Inventory("car", "primary", {e: k for e, k in INVENTORY.keys.items() if e != "primary"})
    assert errors(check(manifest(all_reports()), inventory=lost))[0][0] == "SecurityException::Manifest"


def test_a_manifest_of_another_car_or_primary_is_refused() -> None:
    assert errors(check(manifest(all_reports(), vin="other"))) == [("SecurityException::Manifest", "manifest", "replay")]
    assert errors(check(manifest(all_reports(), primary_ecu_serial="ecu-1")))[0][0] == "SecurityException::Manifest"


def test_a_report_belongs_to_the_ecu_under_which_it_stands() -> None:
    swapped = all_reports(**{"ecu-1": report("ecu-2", pair_of("ecu-1"))})
    assert errors(check(manifest(swapped))) == [("SecurityException::Manifest", "ecu-1", "arbitrary-software")]


def test_every_ecu_of_the_inventory_reports_and_no_other() -> None:
    some = all_reports()
    del some["ecu-2"]
    assert errors(check(manifest(some))) == [("ManifestIncomplete", "ecu-2", "partial-bundle")]
    assert errors(check(manifest(all_reports(**{"ecu-9": report("ecu-9")})))) == [("UnknownEcu", "ecu-9", "arbitrary-software")]
    del some["primary"]
    some["ecu-2"] = report("ecu-2")
    assert errors(check(manifest(some))) == [("ManifestIncomplete", "primary", "partial-bundle")]
    silent = INVENTORY._replace(expected={"ecu-1": IMAGE})
    assert not check(manifest(some), inventory=silent).faults


def test_what_is_installed_is_what_was_expected() -> None:
    image = {"filepath": "app.bin", "fileinfo": IMAGE | {"length": 6}}
    other = all_reports(**{"ecu-1": report("ecu-1", installed_image=image)})
    assert errors(check(manifest(other))) == [("UnexpectedVersion", "ecu-1", "partial-bundle")]
    assert not check(manifest(other), inventory=INVENTORY._replace(expected={"primary": IMAGE})).faults


def test_a_reported_attack_is_told() -> None:
    attacked = all_reports(**{"ecu-1": report("ecu-1", attacks_detected="rollback")})
    assert errors(check(manifest(attacked))) == [("AttackReported", "ecu-1", "arbitrary-software")]
    assert errors(check(manifest(all_reports(), attacks_detected="x")))[0][0] == "AttackReported"


@pytest.mark.parametrize(("counter", "replayed"), [(4, True), (5, True), (6, False)])
def test_a_counter_rises(counter: int, replayed: bool) -> None:
    seen = check(manifest(all_reports(**{"ecu-1": report("ecu-1", report_counter=counter)})), Fresh(counters={"ecu-1": 5}))
    assert [f.error for f in seen.faults] == (["ManifestReplay"] if replayed else [])


def test_a_nonce_is_used_once_and_a_time_rises() -> None:
    once = all_reports(**{"ecu-1": report("ecu-1", report_counter=None, nonce="n1")})
    seen = check(manifest(once))
    assert seen.fresh.nonces == {"ecu-1": frozenset({"n1"})}
    assert [f.error for f in check(manifest(once), replace(seen.fresh, counters={})).faults] == ["ManifestReplay"]
    again = all_reports(**{"ecu-1": report("ecu-1", report_counter=None, nonce="n2")})
    assert check(manifest(again), replace(seen.fresh, counters={})).fresh.nonces == {"ecu-1": frozenset({"n1", "n2"})}
    for second, replayed in (("00", True), ("01", True), ("02", False)):
        timed = all_reports(**{"ecu-1": report("ecu-1", report_counter=None, timeserver_time=f"2026-01-01T00:00:{second}Z")})
        kept = Fresh(times={"ecu-1": datetime(2026, 1, 1, 0, 0, 1, tzinfo=UTC)})
        assert bool(check(manifest(timed), kept).faults) is replayed


@pytest.mark.parametrize(
    "change",
    [
        {"report_counter": None}, {"report_counter": True}, {"installed_image": 5}, {"installed_image": {"filepath": "x"}}, {"installed_image": {"fileinfo": IMAGE}},
        {"installed_image": {"filepath": "x", "fileinfo": IMAGE | {"length": -1}}}, {"installed_image": {"filepath": "x", "fileinfo": IMAGE | {"length": True}}},
        {"installed_image": {"filepath": "x", "fileinfo": {"length": 1, "hashes": {}}}}, {"report_counter": None, "nonce": True},
    ],
)  # fmt: skip
def test_a_report_has_its_form(change: dict[str, Any]) -> None:
    found = errors(check(manifest(all_reports(**{"ecu-1": report("ecu-1", **change)}))))
    assert found == [("InvalidMetadata::Manifest", "ecu-1", "replay")]


@pytest.mark.parametrize(
    "raw",
    [b"", b"[]", b'{"signed":5,"signatures":[]}', b" " * ((4 << 20) + 1), manifest({}, ecu_version_manifests=[]), manifest({"ecu-1": []}), manifest({"ecu-1": 5}), manifest({"ecu-1": [{"signed": {}}]})],
    ids=range(8),
)  # fmt: skip
def test_a_manifest_has_its_form(raw: bytes) -> None:
    assert errors(check(raw)) == [("InvalidMetadata::Manifest", "manifest", "replay")]


@pytest.mark.parametrize("form", ["vehicle_manifest", "vehicle_version_manifest_democar"])
@pytest.mark.parametrize("encoding", ["json", "der"])
def test_the_real_manifests_verify_at_the_level_whose_key_is_known(form: str, encoding: str, real: Callable[[str], Path]) -> None:
    raw = real(f"ota/uptane_sample_{form}.{encoding}").read_bytes()
    primary = key_of(PRIMARY_ID, {"keytype": "ed25519", "keyval": {"public": PRIMARY_KEY}})
    assert primary is not None
    inventory = Inventory("democar", "INFOdemocar", {"INFOdemocar": primary, "TCUdemocar": primary._replace(id="another")})
    seen = check_manifest(raw, encoding, inventory, Fresh())
    assert (seen.steps[0].verdict, seen.steps[0].role) == ("passed", "manifest")
    ecus = {"TCUdemocar"} | ({"ecu11111"} if "democar" in form else set())
    assert {f.role for f in seen.faults} == ecus  # the keys of the Secondaries were not published


# what a manifest says of itself, and reports that stand alone


def test_what_a_manifest_claims_sorts_it() -> None:
    some = {
        "ecu-1": [report("ecu-1", timeserver_time="2026-01-02T00:00:00Z"), report("ecu-1", report_counter=9)],
        "ecu-2": report("ecu-2", report_counter=True, timeserver_time="2026-01-01T00:00:00Z"),
    }
    assert claim_of(manifest(some), "json") == Claim("car", datetime(2026, 1, 2, tzinfo=UTC), 9)
    assert claim_of(manifest({"ecu-1": report("ecu-1", report_counter=None)}), "json") == Claim("car", None, -1)
    assert claim_of(manifest({}), "json") == Claim("car", None, -1)
    for raw in (
        b"",
        manifest({"ecu-1": []}),
        manifest({}, ecu_version_manifests=5),
        manifest({"ecu-1": report("ecu-1", timeserver_time="x")}),
    ):
        assert claim_of(raw, "json") is None


def test_a_report_alone_is_checked_but_for_its_freshness() -> None:
    raw = json.dumps(report("ecu-1")).encode()
    for _ in range(2):
        seen = check_report(raw, "json", INVENTORY)
        assert not seen.faults and seen.installed == {"ecu-1": {"filepath": "app.bin"} | IMAGE}
        assert seen.fresh.counters == {"ecu-1": 5} and seen.steps[-1].verdict == "passed"
    assert reporter_of(raw, "json") == "ecu-1"
    for content, error in (
        (json.dumps(report("ecu-1", pair_of("ecu-2"))).encode(), "BadKeyId"), (json.dumps(report("ecu-9")).encode(), "UnknownEcu"),
        (b"{}", "InvalidMetadata::Manifest"), (json.dumps(report("ecu-1", attacks_detected="x")).encode(), "AttackReported"),
    ):  # fmt: skip
        assert [f[0] for f in errors(check_report(content, "json", INVENTORY))] == [error]
    assert reporter_of(b"{}", "json") is None and reporter_of(json.dumps(report(5)).encode(), "json") is None  # type: ignore[arg-type]


def test_real_reports_name_their_ecu(real: Callable[[str], Path]) -> None:
    for encoding in ("json", "der"):
        raw = real(f"ota/uptane_sample_ecu_manifest_ecu11111.{encoding}").read_bytes()
        assert reporter_of(raw, encoding) == "ecu11111"
        told = claim_of(real(f"ota/uptane_sample_vehicle_version_manifest_democar.{encoding}").read_bytes(), encoding)
        assert told == Claim("democar", datetime(2017, 6, 16, 18, 11, 32, tzinfo=UTC), -1)


@pytest.mark.parametrize("proof", [{"report_counter": 6}, {"report_counter": None, "nonce": "n9"}])
@pytest.mark.parametrize(("second", "back"), [("00", True), ("01", False), ("02", False)])
def test_a_new_counter_or_nonce_does_not_excuse_a_time_that_falls(proof: dict[str, Any], second: str, back: bool) -> None:
    kept = Fresh(times={"ecu-1": datetime(2026, 1, 1, 0, 0, 1, tzinfo=UTC)})
    told = all_reports(**{"ecu-1": report("ecu-1", timeserver_time=f"2026-01-01T00:00:{second}Z", **proof)})
    seen = check(manifest(told), kept)
    assert [f.error for f in seen.faults] == (["TimeWentBack"] if back else [])
    if not back:
        assert seen.fresh.times == {"ecu-1": datetime(2026, 1, 1, 0, 0, int(second), tzinfo=UTC)}


def test_a_time_that_is_none_is_refused() -> None:
    changes: list[dict[str, Any]] = [
        {"timeserver_time": "x"},
        {"timeserver_time": "2026-01-01T00:00:00Z", "previous_timeserver_time": "x"},
    ]
    for changed in changes:
        found = errors(check(manifest(all_reports(**{"ecu-1": report("ecu-1", **changed)}))))
        assert found == [("InvalidMetadata::Manifest", "ecu-1", "replay")]


@pytest.mark.parametrize(("size", "whole"), [(4 << 20, True), ((4 << 20) + 1, False)])
def test_the_longest_manifest(size: int, whole: bool) -> None:
    raw = manifest(all_reports())
    seen = check(raw + b" " * (size - len(raw)))
    assert bool(seen.faults) is not whole


@pytest.mark.parametrize(("count", "error"), [(15, []), (16, []), (17, ["InvalidMetadata::manifest"])])
def test_the_most_signatures(count: int, error: list[str]) -> None:
    told = json.loads(manifest(all_reports()))
    told["signatures"] += [{"keyid": str(i), "sig": "00"} for i in range(count - 1)]
    assert [f.error for f in check(json.dumps(told).encode()).faults] == error


def test_a_refused_manifest_is_not_said_to_have_passed() -> None:
    seen = check(manifest(all_reports(**{"ecu-1": report("ecu-1", attacks_detected="x")})))
    assert not any(s.verdict == "passed" and s.detail.endswith("ECUs") for s in seen.steps)
    assert check(manifest(all_reports())).steps[-1].detail == "3 ECUs"


@pytest.mark.parametrize(("before", "back"), [("00", False), ("01", False), ("02", True)])
def test_a_time_is_not_before_its_own_previous_one(before: str, back: bool) -> None:
    times = {"timeserver_time": "2026-01-01T00:00:01Z", "previous_timeserver_time": f"2026-01-01T00:00:{before}Z"}
    seen = check(manifest(all_reports(**{"ecu-1": report("ecu-1", None, **times)})))
    assert [f.error for f in seen.faults] == (["TimeWentBack"] if back else [])


def test_a_report_without_a_time_tells_nothing_of_time() -> None:
    kept = Fresh(times={"ecu-1": datetime(2026, 1, 1, tzinfo=UTC)})
    raw = manifest(all_reports(**{"ecu-1": report("ecu-1", None, previous_timeserver_time="2026-01-01T00:00:00Z")}))
    seen = check(raw, kept)
    assert not seen.faults and seen.fresh.times == kept.times


@pytest.mark.parametrize(
    ("first", "replayed"),
    [
        ({"report_counter": 0}, False), ({"report_counter": -1}, True), ({"report_counter": None, "nonce": 5}, False),
        ({"report_counter": None, "timeserver_time": "2026-01-01T00:00:00Z"}, False),
    ],
)  # fmt: skip
def test_the_first_report_of_an_ecu(first: dict[str, Any], replayed: bool) -> None:
    seen = check(manifest(all_reports(**{"ecu-1": report("ecu-1", **first)})))
    assert [f.error for f in seen.faults] == (["ManifestReplay"] if replayed else [])


def test_without_signatures_nothing_is_believed() -> None:
    told = json.loads(manifest(all_reports()))
    assert errors(check(json.dumps(told | {"signatures": []}).encode()))[0][0] == "UnmetThreshold::manifest"


def test_the_first_missing_ecu_is_named_and_an_empty_image_may_be_installed() -> None:
    assert errors(check(manifest({"primary": report("primary")})))[0][1] == "ecu-1"
    empty = {"filepath": "none", "fileinfo": IMAGE | {"length": 0}}
    inventory = INVENTORY._replace(expected={"primary": IMAGE, "ecu-2": IMAGE})
    assert not check(manifest(all_reports(**{"ecu-1": report("ecu-1", installed_image=empty)})), inventory=inventory).faults


@pytest.mark.parametrize(("size", "whole"), [(65_535, True), (65_536, True), (65_537, False)])
def test_the_longest_attested_time(size: int, whole: bool) -> None:
    raw = json.dumps(signed(TOLD, pair_of("time 0"))).encode()
    assert bool(attest(raw + b" " * (size - len(raw))).time) is whole


@pytest.mark.parametrize(("count", "whole"), [(63, True), (64, True), (65, False)])
def test_the_most_signatures_of_a_time(count: int, whole: bool) -> None:
    told = signed(TOLD, pair_of("time 0"))
    told["signatures"] += [{"keyid": str(i), "sig": "00"} for i in range(count - 1)]
    assert bool(attest(told).time) is whole


@pytest.mark.parametrize("value", [b"[]", b"5", {"time": TOLD["time"], "nonces": [2, "x"]}, {"time": TOLD["time"], "nonces": [True, 2]}])
def test_other_forms_of_a_time_are_refused(value: Any) -> None:
    raw = value if isinstance(value, bytes) else json.dumps(signed(value, pair_of("time 0"))).encode()
    assert refused(attest(raw))[1] == "InvalidMetadata::Time"
    assert attested(raw, "json") is None


def test_what_a_time_claims() -> None:
    raw = json.dumps(signed(TOLD, pair_of("time 0"), pair_of("time 1"))).encode()
    ids = frozenset({pair_of("time 0").key_id, pair_of("time 1").key_id})
    assert attested(raw, "json") == (datetime(2026, 1, 1, tzinfo=UTC), (1, 2), ids)


def test_a_time_that_is_the_only_proof_and_falls_is_a_replay() -> None:
    told = all_reports(**{"ecu-1": report("ecu-1", report_counter=None, timeserver_time="2026-01-01T00:00:00Z")})
    kept = Fresh(times={"ecu-1": datetime(2026, 1, 1, 0, 0, 1, tzinfo=UTC)})
    assert [f.error for f in check(manifest(told), kept).faults] == ["ManifestReplay"]
