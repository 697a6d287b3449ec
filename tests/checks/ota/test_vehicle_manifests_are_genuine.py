"""Boundary cases of the check on vehicle manifests."""

import json
from collections.abc import Callable
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from zhunru.checks.ota import vehicle_manifests_are_genuine as subject
from zhunru.checks.ota.vehicle_manifests_are_genuine import vehicle_manifests_are_genuine
from zhunru.core.finding import Finding
from zhunru.core.record import Origin
from zhunru.records.baseline import Baseline
from zhunru.records.trust_anchor import TrustAnchor
from zhunru.records.uptane_ecu import UptaneEcu
from zhunru.tables.director_assignment import DirectorAssignment
from zhunru.tables.vehicle_report import VehicleReport

PRIMARY_KEY = "a1293426fcf4ce6f38135eb72bf89fedfdcba1b732779683b951d71a0b9e89a2"
PRIMARY_ID = "9a406d99e362e7c93e7acfe1e4d6585221315be817f350c026bbee84ada260da"
TIME_KEY = "5d7750b208dfc7ade8f6106b9c3fa25162d5a184f302161e429f19a79e66a908"
TIME_ID = "79c796d7e87389d1ebad04edce49faef611d139ee41ea9fb1931732afbfaac2e"
"""Public keys of the demonstration of the Uptane reference implementation."""
OTHER = {"filepath": "x.bin", "fileinfo": {"length": 11, "hashes": {"sha256": "77" * 32}}}


def judged(inputs: subject._Inputs, **changed: Any) -> list[Finding]:
    names = ("reports", "ecus", "assigned", "baselines", "units", "anchors")
    return list(vehicle_manifests_are_genuine(**(dict(zip(names, inputs, strict=True)) | changed)))


def bad(inputs: subject._Inputs, **changed: Any) -> list[tuple[str, str]]:
    return [(f.kind, str(f.facts.get("error", f.text.en))) for f in judged(inputs, **changed) if f.kind != "ok"]


def with_reports(*reports: dict[str, Any], **changed: Any) -> list[tuple[str, str]]:
    return bad(subject._inputs(subject._row("manifest", subject._manifest(*reports))), **changed)


def good() -> subject._Inputs:
    made: subject._Inputs = subject.a_genuine_manifest_and_time()
    return made


def both(**of_brake: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    return subject._report("primary"), subject._report("brake", **of_brake)


def test_what_holds_is_told_once_each() -> None:
    assert [f.text.en for f in judged(good())] == [
        "a vehicle manifest is genuine, fresh and whole", "the installed image is the assigned one",
        "an approved baseline has the installed image", "an attested time is genuine",
    ]  # fmt: skip


def test_each_fault_of_a_manifest_has_its_error() -> None:
    assert bad(subject.an_ecu_says_nothing()) == [("breach", "ManifestIncomplete")]
    assert bad(subject.an_old_report_again()) == [("breach", "ManifestReplay")]
    assert ("breach", "BadKeyId") in bad(subject.a_forged_report())
    assert with_reports(*both(attacks_detected="x")) == [("breach", "AttackReported")]
    assert ("breach", "UnknownEcu") in with_reports(*both(), subject._report("radio"))
    forged = subject._inputs(subject._row("manifest", subject._manifest(*both(), signer="brake")))
    assert bad(forged) == [("breach", "BadKeyId")]


@pytest.mark.parametrize(("before", "error"), [("07:59:59", []), ("08:00:00", []), ("08:00:01", [("breach", "TimeWentBack")])])
def test_a_time_does_not_fall_below_its_own_previous_one(before: str, error: list[tuple[str, str]]) -> None:
    assert with_reports(*both(previous_timeserver_time=f"2026-03-01T{before}Z")) == error


@pytest.mark.parametrize(("second", "error"), [("07:59:59", [("breach", "TimeWentBack")]), ("08:00:00", []), ("08:00:01", [])])
def test_a_time_does_not_fall_between_manifests(second: str, error: list[tuple[str, str]]) -> None:
    later = subject._report("primary", nonce="n2", timeserver_time="2026-03-01T09:00:00Z")
    brake = subject._report("brake", nonce="n3", timeserver_time=f"2026-03-01T{second}Z")
    rows = [subject._row("manifest", subject._manifest(*both()), "z"), subject._row("manifest", subject._manifest(later, brake), "b")]
    assert bad(subject._inputs(*rows)) == error
    assert bad(subject._inputs(*rows[::-1])) == error


def test_the_same_file_twice_is_one_copy() -> None:
    raw = subject._manifest(*both())
    assert bad(subject._inputs(subject._row("manifest", raw), subject._row("manifest", raw, "copy"))) == []


def changed_ecu(**changed: Any) -> list[UptaneEcu]:
    return [e.model_copy(update=changed if e.serial == "brake" else {}) for e in good()[1] or []]


@pytest.mark.parametrize(
    "changed",
    [{"public_key": None}, {"public_key": "x"}, {"key_id": None}, {"hardware": None}, {"origin": Origin(problems=("x: y",))}, {"primary": True}],
    ids=lambda c: next(iter(c)),
)  # fmt: skip
def test_an_inventory_that_lacks_something_is_a_gap(changed: dict[str, Any]) -> None:
    assert bad(good(), ecus=changed_ecu(**changed)) == [
        ("gap", "the inventory lacks exactly one Primary, or a hardware id or readable key of an ECU")
    ]
    assert bad(good(), ecus=[]) == [("gap", "there is no inventory of the car")]


def test_an_ecu_twice_and_no_primary_are_gaps() -> None:
    ecus = good()[1] or []
    assert [k for k, _ in bad(good(), ecus=[*ecus, ecus[1]])] == ["gap"]
    (found,) = [f for f in judged(good(), ecus=[e.model_copy(update={"primary": None}) for e in ecus]) if f.kind != "ok"]
    assert (found.kind, found.facts["ecu"], found.facts["vehicle"]) == ("gap", "primary", "car1")


def counted(number: int, **changed: Any) -> bytes:
    told = {"timeserver_time": None, "nonce": None, "report_counter": number} | changed
    reports = [subject._report(e, **told) for e in ("primary", "brake")]
    for report in reports:
        value = {k: v for k, v in report["signed"].items() if v is not None}
        report |= subject._signed(str(value["ecu_serial"]), **value)
    return subject._manifest(*reports)


def test_manifests_without_times_come_in_the_order_of_their_counters() -> None:
    rows = [subject._row("manifest", counted(n), name) for n, name in ((9, "a"), (10, "c"), (11, "b"))]
    assert bad(subject._inputs(*rows)) == []
    timed_one = subject._row("manifest", counted(12, timeserver_time=subject._AT), "0")
    assert bad(subject._inputs(*rows, timed_one)) == []
    earlier = subject._row("manifest", counted(8, timeserver_time=subject._AT), "0")
    assert set(bad(subject._inputs(*rows, earlier))) == {("breach", "ManifestReplay")}


def test_another_manifest_may_write_the_car_in_another_way() -> None:
    first, second = (json.loads(counted(n))["signed"] for n in (1, 2))
    rows = [
        subject._row("manifest", json.dumps(subject._signed("primary", **v)).encode(), v["vin"]) for v in (first, second | {"vin": "CAR1"})
    ]
    assert bad(subject._inputs(*rows)) == []


def test_only_the_last_manifest_tells_what_is_installed() -> None:
    old, new = counted(1, installed_image=OTHER), counted(2)
    assert bad(subject._inputs(subject._row("manifest", old, "b"), subject._row("manifest", new, "a"))) == []
    back = counted(3, installed_image=OTHER)
    seen = judged(subject._inputs(subject._row("manifest", new, "b"), subject._row("manifest", back, "a")))
    assert [(f.source, f.facts["ecu"]) for f in seen if f.kind != "ok"] == [("evidence/a.json", "brake"), ("evidence/a.json", "primary")]


def test_an_image_without_time_is_not_shown_to_be_late() -> None:
    brake, primary = (assigned().collect().to_dicts()[0] | {"ecu": e} for e in ("brake", "primary"))
    reports = json.loads(counted(1))["signed"]["ecu_version_manifests"]
    value = reports["brake"][0]["signed"] | {"installed_image": OTHER}
    raw = subject._manifest(reports["primary"][0], subject._signed("brake", **value))
    seen = bad(subject._inputs(subject._row("manifest", raw)), assigned=DirectorAssignment.rows(brake, primary))
    assert seen == [("gap", "the assigned image is not installed, perhaps not yet")]


def assigned(**changed: Any) -> DirectorAssignment:
    (row,) = (good()[2] or DirectorAssignment.empty()).collect().to_dicts()
    return DirectorAssignment.rows(row | changed)


def test_another_hardware_is_a_breach_and_none_named_is_not() -> None:
    assert bad(good(), assigned=assigned(hardware="hw-2")) == [("breach", "the assigned image is not for this hardware")]
    assert bad(good(), assigned=assigned(hardware=None)) == []


def test_an_assignment_of_another_car_or_director_does_not_count() -> None:
    assert bad(good(), assigned=assigned(vehicle="car2")) == [("gap", "nothing tells which image must be there")]
    assert bad(good(), assigned=assigned(problem="x: y", ecu="brake")) == [
        ("gap", "what the Director assigns is not believed"), ("gap", "nothing tells which image must be there"),
    ]  # fmt: skip
    of_others = assigned(problem="x: y", vehicle="car2").collect().to_dicts()
    assert bad(good(), assigned=DirectorAssignment.rows(*of_others, *assigned().collect().to_dicts())) == []
    assert bad(good(), assigned=assigned(problem="x: y", ecu=None))[0] == ("gap", "what the Director assigns is not believed")
    assert bad(good(), assigned=None) == [("gap", "nothing tells which image must be there")]


@pytest.mark.parametrize(
    ("changed", "kind"),
    [({}, "breach"), ({"fetched_ns": 1_772_352_000_000_000_000}, "breach"), ({"fetched_ns": 1_772_352_000_000_000_001}, "gap")],
)
def test_a_bundle_in_parts(changed: dict[str, Any], kind: str) -> None:
    brake, primary = (assigned(**changed).collect().to_dicts()[0] | {"ecu": e} for e in ("brake", "primary"))
    seen = with_reports(*both(installed_image=OTHER), assigned=DirectorAssignment.rows(brake, primary))
    assert [k for k, _ in seen] == [kind]
    alone = with_reports(*both(installed_image=OTHER), assigned=DirectorAssignment.rows(brake))
    assert alone == [("gap", "the assigned image is not installed, perhaps not yet")]


def test_length_and_every_common_hash_are_compared() -> None:
    for changed in ({"size_byte": 12}, {"hashes": json.dumps({"sha256": "5a" * 32, "sha512": "11" * 64})}):
        brake = assigned(**changed)
        expected = [] if "hashes" in changed else [("gap", "the assigned image is not installed, perhaps not yet")]
        assert bad(good(), assigned=brake) == expected


def test_an_ecu_without_assignment_has_approved_software() -> None:
    primary = subject._report("primary", installed_image=OTHER)
    assert with_reports(primary, subject._report("brake")) == [("breach", "no approved baseline has the installed image")]
    nothing = [("gap", "nothing tells which image must be there")]
    assert bad(good(), ecus=[e.model_copy(update={"ecu": None}) for e in good()[1] or []]) == nothing
    assert bad(good(), baselines=[b.model_copy(update={"origin": Origin(problems=("x: y",))}) for b in good()[3] or []]) == nothing
    undigested = [*(good()[4] or []), (good()[4] or [])[0].model_copy(update={"digest": None})]
    assert bad(good(), units=undigested) == []
    weak = {"filepath": "x.bin", "fileinfo": {"length": 11, "hashes": {"sha512": "5a" * 64}}}
    assert with_reports(subject._report("primary", installed_image=weak), subject._report("brake")) == nothing
    planned = [Baseline.model_validate({"id": "b1", "state": "planned"})]
    assert bad(good(), baselines=planned) == [("gap", "nothing tells which image must be there")]
    assert bad(good(), baselines=None) == bad(good(), units=None) == [("gap", "nothing tells which image must be there")]
    upper = [u.model_copy(update={"digest": "SHA256:" + "5A" * 32}) for u in good()[4] or []]
    assert bad(good(), units=upper) == []
    unread = [u.model_copy(update={"origin": Origin(problems=("x: y",))}) for u in good()[4] or []]
    assert bad(good(), units=unread) == [("gap", "nothing tells which image must be there")]


def test_a_report_that_stands_alone() -> None:
    def alone(report: dict[str, Any], **changed: Any) -> list[tuple[str, str]]:
        rows = subject._row("manifest", subject._manifest(*both())), subject._row("report", json.dumps(report).encode(), "r")
        return bad(subject._inputs(*rows), **changed)

    assert alone(subject._report("brake")) == []
    lacking = UptaneEcu.model_validate({"vin": "CAR 3", "serial": "brake"})
    assert alone(subject._report("brake"), ecus=[lacking, *(good()[1] or [])]) == []
    assert alone(subject._report("radio")) == [("gap", "it cannot be told whose ECU reports")]
    forged = subject._report("brake") | {"signatures": subject._report("primary")["signatures"]}
    assert alone(forged) == [("breach", "BadKeyId")]
    assert alone(subject._report("brake", attacks_detected="x")) == [("breach", "AttackReported")]
    assert alone({"signed": 5}) == [("breach", "an ECU report has no valid form")]
    other = [e.model_copy(update={"vin": "CAR 2"}) for e in good()[1] or []]
    assert alone(subject._report("brake"), ecus=[*(good()[1] or []), *other]) == [("gap", "it cannot be told whose ECU reports")]


def test_without_any_manifest_nothing_is_shown() -> None:
    only = subject._inputs(subject._row("report", json.dumps(subject._report("brake")).encode()))
    assert bad(only) == [("gap", "no vehicle manifest was collected")]
    assert bad(subject._inputs(subject._row("manifest", b"{}"))) == [("breach", "a vehicle manifest has no valid form")]


# times


def timed(*times: dict[str, Any], **changed: Any) -> list[tuple[str, str]]:
    rows = [subject._row("time", json.dumps(t).encode(), f"t{i}") for i, t in enumerate(times)]
    anchors = [a.model_copy(update=changed) for a in good()[5] or []]
    return bad(subject._inputs(subject._row("manifest", subject._manifest(*both())), *rows), anchors=anchors)


def clock(at: str = "2026-03-01T08:00:00Z", *nonces: int) -> dict[str, Any]:
    return subject._signed("clock", time=at, nonces=list(nonces or (7,)))


def test_an_attested_time_needs_key_and_nonce() -> None:
    forged = clock() | {"signatures": subject._signed("clock", time="x")["signatures"]}
    assert timed(forged) == [("breach", "BadKeyId")]
    assert timed(subject._signed("clock", time="2026-03-01T08:00:00Z", nonces=[])) == [("breach", "an attested time answers no nonce")]
    assert timed(subject._signed("clock", time="x", nonces=[1])) == [("breach", "an attested time has no valid form")]
    no_anchor = [("gap", "there is no complete trust anchor for the key of an attested time")]
    for changed in ({"key_id": "other"}, {"public_key": "x"}, {"public_key": None}, {"matters": ("软件升级包",)}, {"valid_from": None}, {"origin": Origin(problems=("x: y",))}):  # fmt: skip
        assert timed(clock(), **changed) == no_anchor, changed
    assert timed(clock(), matters=()) == timed(clock(), matters=("时间服务",)) == timed(clock(), matters=("Time",)) == []
    assert bad(good(), anchors=(good()[5] or []) * 2) == no_anchor
    assert bad(good(), anchors=None) == no_anchor


@pytest.mark.parametrize(
    ("changed", "counts"),
    [
        ({"valid_from": date(2026, 3, 2)}, False), ({"valid_from": date(2026, 3, 1)}, True), ({"valid_until": date(2026, 2, 28)}, False),
        ({"valid_until": date(2026, 3, 1)}, True), ({"revoked_on": date(2026, 3, 1)}, False), ({"revoked_on": date(2026, 3, 2)}, True),
    ],
)  # fmt: skip
def test_the_key_of_a_time_counts_on_its_days(changed: dict[str, Any], counts: bool) -> None:
    assert timed(clock(), **changed) == ([] if counts else [("breach", "the key of an attested time does not count at that time")])
    # 16:00 UTC is the next day in China
    assert bool(timed(clock("2026-02-28T16:00:00Z"), **changed)) is not counts


def test_one_nonce_has_one_time() -> None:
    later = "2026-03-01T08:00:01Z"
    assert timed(clock(), clock(later, 8)) == []
    assert timed(clock(), clock(later, 8, 7)) == [("gap", "two different times answer one nonce")]
    assert timed(clock(), clock("2026-03-01T08:00:00Z", 7, 8)) == []


@pytest.mark.parametrize("encoding", ["json", "der"])
def test_the_real_samples(encoding: str, real: Callable[[str], Path]) -> None:
    """The keys of the Secondary were not published: the Primary's signature and the time verify, the report of the Secondary does not."""
    ecu = {"vin": "democar", "ecu": "x", "hardware": "x"}
    ecus = [
        UptaneEcu.model_validate(ecu | {"serial": s, "primary": s == "INFOdemocar", "key_id": PRIMARY_ID if s == "INFOdemocar" else "z"} | {"public_key": base(PRIMARY_KEY)})
        for s in ("INFOdemocar", "TCUdemocar")
    ]  # fmt: skip
    anchor = TrustAnchor.model_validate({"key_id": TIME_ID, "public_key": base(TIME_KEY), "valid_from": "2017-01-01"})
    names = {"manifest": "vehicle_manifest", "time": "timeserver_attestation"}
    rows = []
    for kind, name in names.items():
        raw = real(f"ota/uptane_sample_{name}.{encoding}").read_bytes()
        rows.append({"kind": kind, "raw": raw, "encoding": encoding, "sha256": sha256(raw).hexdigest(), "source": name})
    found = list(vehicle_manifests_are_genuine(VehicleReport.rows(*rows), ecus, None, None, None, [anchor]))
    assert [(f.kind, f.facts.get("ecu"), f.facts.get("error")) for f in found] == [("breach", "TCUdemocar", "BadKeyId"), ("ok", None, None)]


def base(key: str) -> str:
    import base64

    return base64.b64encode(bytes.fromhex(key)).decode()
