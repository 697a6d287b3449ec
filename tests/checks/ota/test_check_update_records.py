"""Records per car, archive, target lists, skilled and driving updates, management capability, emergency drill."""

from datetime import date
from typing import Any, TypeVar

import pytest

from zhunru.checks.ota.capabilities_are_documented_and_lived import capabilities_are_documented_and_lived
from zhunru.checks.ota.driving_updates_are_assessed import driving_updates_are_assessed
from zhunru.checks.ota.emergency_plan_was_exercised import emergency_plan_was_exercised
from zhunru.checks.ota.execution_record_is_complete import execution_record_is_complete
from zhunru.checks.ota.records_are_kept_ten_years import records_are_kept_ten_years
from zhunru.checks.ota.skilled_updates_name_a_professional import skilled_updates_name_a_professional
from zhunru.checks.ota.targets_are_closed_and_compatible import targets_are_closed_and_compatible
from zhunru.core.finding import Folded, fold
from zhunru.core.record import Record
from zhunru.records.capability_document import CapabilityDocument
from zhunru.records.exercise import Exercise
from zhunru.records.impact_assessment import ImpactAssessment
from zhunru.records.target_vehicle import TargetVehicle
from zhunru.records.update_archive import UpdateArchive
from zhunru.records.update_campaign import UpdateCampaign
from zhunru.records.update_execution import UpdateExecution
from zhunru.records.vehicle import Vehicle

VINS = ("LSVAA49J0X2000001", "LSVAA49J0X2000002", "LSVAA49J0X2000003")


def texts(folded: Folded, kind: str) -> set[str]:
    return {f.text.en for f in folded.kept if f.kind == kind}


R = TypeVar("R", bound=Record)


def doubtful(record: R) -> R:
    return record.model_copy(update={"origin": record.origin._replace(problems=("列: ?",))})


def activity(**changed: object) -> UpdateCampaign:
    plain = {
        "id": "U-1",
        "product": "样车",
        "baseline_before": "B1",
        "released_on": "2026-03-10",
        "skill_needed": "否",
        "while_driving": "否",
    }
    return UpdateCampaign.model_validate(plain | changed)


# Execution records ------------------------------------------------------------------------------------------------------------------------


def done(vin: str = VINS[0], **changed: Any) -> UpdateExecution:
    plain = {
        "campaign": "U-1", "vin": vin, "result": "success", "started_at": "2026-03-10 10:00", "ended_at": "2026-03-10 10:20",
        "versions_before": "EPS=1.0", "versions_after": "EPS=2.0",
    }  # fmt: skip
    return UpdateExecution.model_validate(plain | changed)


def target(vin: str = VINS[0], campaign: str = "u-1", **changed: Any) -> TargetVehicle:
    return TargetVehicle.model_validate({"campaign": campaign, "vin": vin} | changed)


@pytest.mark.parametrize("result", ["refused", "deferred", "pending", "cancelled"])
def test_a_car_that_was_not_executed_needs_no_versions(result: str) -> None:
    other = UpdateExecution.model_validate({"campaign": "U-1", "vin": VINS[1], "result": result})
    folded = fold(execution_record_is_complete([done(), other], [target(), target(VINS[1])]))
    assert folded.verdict == "PASS"
    assert folded.kept[0].facts == {"campaign": "u-1", "success": 1, result: 1} and folded.kept[0].measured == 2


@pytest.mark.parametrize(
    ("changed", "verdict"),
    [
        ({}, "PASS"), ({"result": "failed"}, "PASS"), ({"result": ""}, "INCONCLUSIVE"), ({"versions_before": ""}, "FAIL"), ({"versions_after": ""}, "FAIL"),
        ({"started_at": ""}, "FAIL"), ({"ended_at": ""}, "FAIL"), ({"versions_after": "eps=1.0"}, "INCONCLUSIVE"),
        ({"versions_after": "EPS=1.0", "result": "failed"}, "PASS"), ({"ended_at": "2026-03-10 10:00"}, "PASS"),
        ({"ended_at": "2026-03-10 09:59"}, "FAIL"), ({"pushed_at": "2026-03-10 10:01"}, "FAIL"), ({"told_result_at": "2026-03-10 10:19"}, "FAIL"),
        ({"notified_at": "2026-03-10 09:00", "confirmed_at": "2026-03-10 08:59"}, "FAIL"), ({"pushed_at": "2026-03-10 08:00"}, "PASS"),
    ],
)  # fmt: skip
def test_what_a_record_needs(changed: dict[str, Any], verdict: str) -> None:
    other = done(VINS[1])
    assert fold(execution_record_is_complete([done(**changed), other], [target(), target(VINS[1])])).verdict == verdict


@pytest.mark.parametrize("field", ["versions_before", "versions_after", "started_at", "ended_at"])
def test_what_no_record_holds_may_be_kept_elsewhere(field: str) -> None:
    assert fold(execution_record_is_complete([done(**{field: ""})], [target()])).verdict == "INCONCLUSIVE"
    waiting = UpdateExecution.model_validate(
        {"campaign": "U-1", "vin": VINS[1], "result": "pending", "started_at": "2026-03-10", "ended_at": "2026-03-10"}
    )
    folded = fold(execution_record_is_complete([done(**{field: ""}), waiting], [target(), target(VINS[1])]))
    assert folded.verdict == "INCONCLUSIVE"


def test_rows_of_one_car_are_taken_together() -> None:
    back_end = UpdateExecution.model_validate({"campaign": "U-1", "vin": VINS[0], "result": "success", "pushed_at": "2026-03-10 09:00"})
    half = done(result="", versions_after="", pushed_at="2026-03-10 08:59")
    other = half.model_copy(update={"versions_before": (), "versions_after": ("EPS=2.0",), "started_at": None})
    assert fold(execution_record_is_complete([back_end, half, other], [target()])).verdict == "PASS"
    for field, value in (("result", "failed"), ("ended_at", "2026-03-10 10:21"), ("versions_before", "EPS=0.9")):
        torn = fold(execution_record_is_complete([done(), done(**{field: value})], [target()]))
        assert texts(torn, "gap") >= {"the records of one vehicle contradict each other"} and not torn.totals["ok"]
        assert field in str(torn.kept[0].facts["fields"])


def test_an_unreadable_cell_is_no_breach() -> None:
    rows = [doubtful(done(ended_at="")), done(VINS[1])]
    assert fold(execution_record_is_complete(rows, [target(), target(VINS[1])])).verdict == "INCONCLUSIVE"
    assert (
        fold(execution_record_is_complete([doubtful(done()), rows[1]], [target(), target(VINS[1])])).verdict == "PASS"
    )  # the engine tells it
    failed = [done(result="failed", ended_at=""), rows[1]]
    assert fold(execution_record_is_complete(failed, [target(), target(VINS[1])])).verdict == "FAIL"


@pytest.mark.parametrize(
    ("records", "targets", "breaches", "gaps"),
    [
        ([done()], [target(), target(VINS[1])], 1, 0), ([done(), done(VINS[1])], [target()], 1, 0), ([done()], [], 0, 1), ([], [target()], 1, 0), ([], [], 0, 1),
        ([done(), done()], [target()], 0, 0), ([done(" lsvaa49j0x2000001")], [target()], 0, 0), ([done(campaign="U-2")], [target()], 1, 1),
    ],
)  # fmt: skip
def test_the_same_cars_once(records: list[UpdateExecution], targets: list[TargetVehicle], breaches: int, gaps: int) -> None:
    folded = fold(execution_record_is_complete(records, targets))
    assert (folded.totals["breach"], folded.totals["gap"]) == (breaches, gaps)
    assert bool(folded.totals["ok"]) is (breaches == gaps == 0)


# Archive ----------------------------------------------------------------------------------------------------------------------------------

DAY = date(2026, 6, 1)
DIGEST = "sha256:" + "5a" * 32
CONTENTS = ("processes", "configuration", "swin", "targets", "dossier")


def archive(**changed: object) -> UpdateArchive:
    plain = {
        "campaign": "U-1", "archived_file": "a.zip", "digest_archived": DIGEST, "digest_verified": DIGEST, "in_production": "否",
        "production_ended": "2020-06-01", "retained_until": "2030-06-01", "content": "; ".join(CONTENTS),
    }  # fmt: skip
    return UpdateArchive.model_validate(plain | changed)


@pytest.mark.parametrize(
    ("changed", "verdict"),
    [
        ({}, "PASS"), ({"retained_until": "2030-05-31"}, "FAIL"), ({"retained_until": "2040-01-01"}, "PASS"), ({"retained_until": ""}, "INCONCLUSIVE"),
        ({"production_ended": "2020-02-29", "retained_until": "2030-03-01"}, "PASS"),
        ({"production_ended": "2020-02-29", "retained_until": "2030-02-28"}, "FAIL"),
        ({"in_production": "是"}, "INCONCLUSIVE"), ({"in_production": ""}, "PASS"), ({"in_production": "否", "production_ended": ""}, "INCONCLUSIVE"),
        ({"in_production": "", "production_ended": ""}, "INCONCLUSIVE"), ({"production_ended": "2026-06-02"}, "INCONCLUSIVE"),
        ({"production_ended": "2026-06-01", "retained_until": "2036-06-01"}, "PASS"),
        ({"in_production": "是", "production_ended": "", "retained_until": ""}, "PASS"),
        ({"in_production": "是", "production_ended": "", "retained_until": "2060-01-01"}, "INCONCLUSIVE"),
        ({"digest_verified": ""}, "INCONCLUSIVE"), ({"digest_archived": ""}, "INCONCLUSIVE"), ({"digest_verified": "5A" * 32}, "PASS"),
        ({"digest_verified": "sha256:" + "5b" * 32}, "FAIL"),
    ],
)  # fmt: skip
def test_how_long_and_how_intact(changed: dict[str, object], verdict: str) -> None:
    assert fold(records_are_kept_ten_years([archive(**changed)], [activity()], DAY)).verdict == verdict


@pytest.mark.parametrize(
    ("campaign", "verdict"),
    [
        (activity(id="u-1"), "PASS"), (activity(id="U-2"), "FAIL"), (activity(id="U-2", released="否"), "PASS"),
        (activity(id="U-2", released_on="2026-06-02"), "PASS"), (activity(id="U-2", released_on="2026-06-01"), "FAIL"),
        (activity(id="U-2", released_on="", released="是"), "FAIL"), (activity(id="U-2", released_on=""), "PASS"),
    ],
)  # fmt: skip
def test_every_released_activity_is_archived(campaign: UpdateCampaign, verdict: str) -> None:
    assert fold(records_are_kept_ten_years([archive()], [campaign], DAY)).verdict == verdict


def test_archive_empty_unreadable_and_years_changed() -> None:
    assert texts(fold(records_are_kept_ten_years([], None, DAY)), "gap") == {"there is no archive"}
    assert fold(records_are_kept_ten_years([doubtful(archive())], None, DAY)).verdict == "INCONCLUSIVE"
    assert fold(records_are_kept_ten_years([archive()], None, DAY, years=11.0)).verdict == "FAIL"
    leap = archive(production_ended="2016-02-29", retained_until="2024-02-29")
    assert fold(records_are_kept_ten_years([leap], None, DAY, years=8.0)).verdict == "PASS"


@pytest.mark.parametrize("missing", CONTENTS)
def test_each_demanded_content_is_archived(missing: str) -> None:
    files = [archive(archived_file=f"{c}.zip", content=c) for c in CONTENTS if c != missing]
    for more in (
        [],
        [archive(archived_file="x.zip", content="")],
        [archive(archived_file="x.zip", content="其他")],
        [archive(campaign="U-2", content=missing)],
    ):
        folded = fold(records_are_kept_ten_years([*files, *more], [activity()], DAY))
        assert folded.verdict == "INCONCLUSIVE"
        assert missing in {f.facts["missing"] for f in folded.kept if f.kind == "gap" and f.facts["campaign"] == "U-1"}
    whole = [*files, archive(archived_file="x.zip", content=missing.upper())]
    assert fold(records_are_kept_ten_years(whole, [activity()], DAY)).verdict == "PASS"


@pytest.mark.parametrize(
    ("campaigns", "verdict"),
    [
        (None, "INCONCLUSIVE"), ([activity(released_on="", released="是")], "INCONCLUSIVE"), ([activity(released_on="", released="否")], "PASS"),
        ([activity(released_on="2026-06-02")], "PASS"), ([activity(released_on="2026-06-01")], "INCONCLUSIVE"),
        ([doubtful(activity(released_on=""))], "INCONCLUSIVE"), ([activity(released_on=""), activity()], "INCONCLUSIVE"),
        ([activity(), activity(released_on="")], "INCONCLUSIVE"),
    ],
)  # fmt: skip
def test_contents_are_asked_of_what_may_be_released(campaigns: list[UpdateCampaign] | None, verdict: str) -> None:
    assert fold(records_are_kept_ten_years([archive(content="升级档案")], campaigns, DAY)).verdict == verdict


@pytest.mark.parametrize(
    "words",
    [
        "4.3.1；4.3.2；4.3.3；4.3.4；4.3.5",
        "过程文件、构型文件、软件识别码、目标车辆清单、单次升级档案",
        "Processes, Configuration, SWIN, Targets, Dossier",
    ],
)
def test_words_for_the_contents(words: str) -> None:
    assert fold(records_are_kept_ten_years([archive(content=words)], [activity()], DAY)).verdict == "PASS"


# Targets ----------------------------------------------------------------------------------------------------------------------------------

CAR = "1M8GDM9AXKP042788"


def car(vin: str = CAR, model: str = "样车") -> Vehicle:
    return Vehicle.model_validate({"vin": vin, "model": model})


LEDGER = [car(), car(VINS[0])]


def aimed(**changed: Any) -> TargetVehicle:
    plain = {"vin": CAR, "configuration": "B1", "configured_at": "2026-03-09 23:59", "compatible": "是"}
    return target(**(plain | changed))


@pytest.mark.parametrize(
    ("changed", "verdict"),
    [
        ({}, "PASS"), ({"vin": "1M8GDM9A1KP042788"}, "FAIL"), ({"vin": "1M8GDM9AXKP04278"}, "FAIL"), ({"vin": " 1m8gdm9axkp042788"}, "PASS"),
        ({"configuration": "b 1"}, "PASS"), ({"configuration": "B2"}, "FAIL"), ({"configuration": ""}, "INCONCLUSIVE"),
        ({"compatible": "否"}, "FAIL"), ({"compatible": ""}, "PASS"), ({"configured_at": "2026-03-10 00:00"}, "INCONCLUSIVE"),
        ({"configured_at": "2026-03-09T16:30:00+00:00"}, "INCONCLUSIVE"), ({"configured_at": "2026-03-11 00:00"}, "FAIL"),
        ({"configured_at": ""}, "INCONCLUSIVE"), ({"campaign": "U-9"}, "INCONCLUSIVE"),
    ],
)  # fmt: skip
def test_one_target(changed: dict[str, object], verdict: str) -> None:
    assert fold(targets_are_closed_and_compatible([aimed(**changed)], [activity()], LEDGER)).verdict == verdict


@pytest.mark.parametrize(
    ("campaign", "verdict"),
    [
        (activity(baseline_before=""), "INCONCLUSIVE"), (activity(released_on=""), "INCONCLUSIVE"),
        (activity(released_on="", planned_start="2026-03-10"), "PASS"), (activity(released_on="", planned_start="2026-03-08"), "FAIL"),
    ],
)  # fmt: skip
def test_the_activity_of_a_target(campaign: UpdateCampaign, verdict: str) -> None:
    assert fold(targets_are_closed_and_compatible([aimed()], [campaign], LEDGER)).verdict == verdict


def test_lists_twice_empty_or_of_two_forms() -> None:
    twice = fold(targets_are_closed_and_compatible([aimed(), aimed(), aimed()], [activity()], LEDGER))
    assert (twice.verdict, twice.totals["breach"], twice.totals["ok"]) == ("FAIL", 1, 9)
    assert (
        fold(targets_are_closed_and_compatible([aimed(), aimed(campaign="U-2")], [activity(), activity(id="U-2")], LEDGER)).verdict
        == "PASS"
    )
    assert texts(fold(targets_are_closed_and_compatible([aimed()], [activity(), activity(id="U-2")], LEDGER)), "gap") == {
        "the activity has no target list"
    }
    assert texts(fold(targets_are_closed_and_compatible([], [], LEDGER)), "gap") == {"there is no target vehicle"}
    assert fold(targets_are_closed_and_compatible([aimed()], [activity(), activity()], LEDGER)).verdict == "PASS"
    assert (
        fold(targets_are_closed_and_compatible([aimed()], [activity(), activity(baseline_before="B0")], LEDGER)).verdict == "INCONCLUSIVE"
    )


@pytest.mark.parametrize(
    ("product", "ledger", "verdict"),
    [
        ("样车", [car(model=" 样 车")], "PASS"), ("别的; 样车", [car()], "PASS"), ("样车", [car(CAR.lower())], "PASS"), ("样车", [car(), car()], "PASS"),
        ("样车", [car(model="轿车"), car(VINS[0])], "FAIL"), ("样车; 跑车", [car(model="轿车"), car(VINS[0]), car(VINS[1], "跑车")], "FAIL"),
        ("样车", [car(model="轿车")], "INCONCLUSIVE"), ("样车; 跑车", [car(model="轿车"), car(VINS[0])], "INCONCLUSIVE"),
        ("样车", [car(model="样车Pro"), car(VINS[0])], "INCONCLUSIVE"), ("样车Pro", [car(), car(VINS[0], "样车pro")], "INCONCLUSIVE"),
        ("样车", [car(model=""), car(VINS[0])], "INCONCLUSIVE"), ("样车", [car(VINS[0])], "INCONCLUSIVE"), ("样车", [], "INCONCLUSIVE"),
        ("样车", None, "INCONCLUSIVE"), ("", [car()], "INCONCLUSIVE"), ("样车", [car(), car(model="轿车")], "INCONCLUSIVE"),
    ],
)  # fmt: skip
def test_the_model_of_a_target(product: str, ledger: list[Vehicle] | None, verdict: str) -> None:
    assert fold(targets_are_closed_and_compatible([aimed()], [activity(product=product)], ledger)).verdict == verdict


def test_activities_of_one_number_and_two_products() -> None:
    both = [activity(), activity(product="轿车")]
    assert fold(targets_are_closed_and_compatible([aimed()], both, LEDGER)).verdict == "INCONCLUSIVE"


# Skill and driving ------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("needed", "record", "verdict"),
    [
        ("是", done(professional="T-1"), "PASS"), ("是", done(), "FAIL"), ("是", doubtful(done()), "INCONCLUSIVE"), ("否", done(), "PASS"), ("", done(), "INCONCLUSIVE"),
        ("是", done(campaign="U-2"), "INCONCLUSIVE"), ("是", done(result="pending", started_at="", ended_at=""), "INCONCLUSIVE"),
        ("是", done(result="failed", started_at=""), "FAIL"), ("是", done(result="pending"), "FAIL"), ("是", done(campaign="u-1", professional="T"), "PASS"),
    ],
)  # fmt: skip
def test_skilled_updates(needed: str, record: UpdateExecution, verdict: str) -> None:
    assert fold(skilled_updates_name_a_professional([activity(skill_needed=needed)], [record])).verdict == verdict


@pytest.mark.parametrize(
    ("may", "changed", "verdict"),
    [
        ("是", {}, "PASS"), ("否", {}, "PASS"), ("", {}, "INCONCLUSIVE"), ("是", {"may_affect_driving": "是"}, "FAIL"), ("是", {"may_affect_driving": ""}, "INCONCLUSIVE"),
        ("是", {"decided_on": "2026-03-10"}, "FAIL"), ("是", {"decided_on": "2026-03-09"}, "PASS"), ("是", {"decided_on": ""}, "INCONCLUSIVE"),
        ("是", {"person": ""}, "INCONCLUSIVE"), ("是", {"campaign": "U-2"}, "FAIL"), ("是", {"may_affect_driving": "", "decided_on": "2026-03-11"}, "FAIL"),
        ("否", {"may_affect_driving": "是"}, "PASS"),
    ],
)  # fmt: skip
def test_driving_updates(may: str, changed: dict[str, object], verdict: str) -> None:
    plain = {"campaign": "u-1", "ecu": "IVI", "may_affect_driving": "否", "decided_on": "2026-03-01", "person": "李"}
    rows = [ImpactAssessment.model_validate(plain | changed)]
    assert fold(driving_updates_are_assessed([activity(while_driving=may)], rows)).verdict == verdict


def test_no_activity_and_an_unknown_release_day() -> None:
    assert texts(fold(driving_updates_are_assessed([activity(while_driving="")], None)), "gap") == {
        "whether it may run while driving is not told"
    }
    assert fold(driving_updates_are_assessed([activity(while_driving="是")], None)).verdict == "FAIL"
    assert texts(fold(skilled_updates_name_a_professional([activity(skill_needed="")], None)), "gap") == {
        "whether special skill is needed is not told"
    }
    assert texts(fold(skilled_updates_name_a_professional([], None)), "gap") == {"there is no activity"}
    assert texts(fold(driving_updates_are_assessed([], None)), "gap") == {"there is no activity"}
    row = ImpactAssessment.model_validate(
        {"campaign": "U-1", "ecu": "IVI", "may_affect_driving": "否", "decided_on": "2026-03-01", "person": "李"}
    )
    assert fold(driving_updates_are_assessed([activity(while_driving="是", released_on="")], [row])).verdict == "INCONCLUSIVE"
    planned = activity(while_driving="是", released_on="", planned_start="2026-03-01")
    assert fold(driving_updates_are_assessed([planned], [row])).verdict == "FAIL"
    assert fold(skilled_updates_name_a_professional([activity(skill_needed="是")], None)).verdict == "INCONCLUSIVE"


# Capability -------------------------------------------------------------------------------------------------------------------------------

FOUR = ("impact", "verification", "assurance", "record")


def paper(capability: str = "impact", **changed: object) -> CapabilityDocument:
    plain = {
        "id": f"D-{capability}", "capability": capability, "form": "文件", "version": "1", "owner": "部门", "approved_on": "2026-01-10", "approved_by": "总工",
    }  # fmt: skip
    return CapabilityDocument.model_validate(plain | changed)


def proof(capability: str = "impact", **changed: object) -> CapabilityDocument:
    plain = {"id": f"R-{capability}", "capability": capability, "form": "记录", "approved_on": "2026-03-10"}
    return CapabilityDocument.model_validate(plain | changed)


def capable(*rows: CapabilityDocument) -> Folded:
    return fold(capabilities_are_documented_and_lived([*rows, *(f(c) for c in FOUR[1:] for f in (paper, proof))], DAY))


@pytest.mark.parametrize(
    ("rows", "verdict"),
    [
        ([paper(), proof()], "PASS"), ([paper()], "FAIL"), ([proof()], "FAIL"), ([], "FAIL"),
        ([paper(valid_until="2026-06-01"), proof()], "PASS"), ([paper(valid_until="2026-05-31"), proof()], "FAIL"),
        ([paper(approved_on="2026-06-01"), proof(approved_on="2026-06-01")], "PASS"), ([paper(approved_on="2026-06-02"), proof()], "FAIL"),
        ([paper(owner=""), proof()], "INCONCLUSIVE"), ([paper(version=""), proof()], "INCONCLUSIVE"), ([paper(approved_by=""), proof()], "INCONCLUSIVE"),
        ([paper(approved_on=""), proof()], "INCONCLUSIVE"), ([doubtful(paper()), proof()], "INCONCLUSIVE"), ([paper(owner=""), paper(), proof()], "PASS"),
        ([paper(), proof(approved_on="")], "INCONCLUSIVE"), ([paper(), proof(approved_on="2026-06-02")], "INCONCLUSIVE"),
        ([paper(), proof(approved_on="2026-01-10")], "PASS"), ([paper(), proof(approved_on="2026-01-09")], "INCONCLUSIVE"),
        ([paper(), proof(), paper(form="")], "INCONCLUSIVE"), ([paper(), proof(), paper(capability="")], "INCONCLUSIVE"),
        ([paper(), proof(), proof(approved_on="2020-01-01")], "PASS"), ([paper(), paper(approved_on="2026-04-01"), proof()], "INCONCLUSIVE"),
        ([paper(), paper(approved_on="2026-03-11"), proof()], "INCONCLUSIVE"), ([paper(), paper(approved_on="2026-03-10"), proof()], "PASS"),
        ([paper(), paper(approved_on="2026-04-01"), proof(), proof(approved_on="2026-04-01")], "PASS"),
        ([paper(valid_until="2026-03-31"), paper(approved_on="2026-04-01"), proof()], "INCONCLUSIVE"),
        ([paper(), paper(approved_on="2026-06-02"), proof()], "PASS"), ([paper(), paper(approved_on="2026-06-01"), proof()], "INCONCLUSIVE"),
        ([paper(), paper(approved_on="2026-01-11", owner=""), proof()], "INCONCLUSIVE"), ([paper(), paper(approved_on=""), proof()], "INCONCLUSIVE"),
        ([paper(), paper(approved_on="2026-01-09", owner=""), proof()], "PASS"),
    ],
)  # fmt: skip
def test_documents_and_records_of_one_capability(rows: list[CapabilityDocument], verdict: str) -> None:
    assert capable(*rows).verdict == verdict


@pytest.mark.parametrize("left_out", FOUR)
def test_each_of_the_four(left_out: str) -> None:
    rows = [f(c) for c in FOUR if c != left_out for f in (paper, proof)]
    folded = fold(capabilities_are_documented_and_lived(rows, DAY))
    assert (folded.totals["breach"], folded.totals["ok"]) == (2, 3)
    assert {f.facts["capability"] for f in folded.kept if f.kind == "breach"} == {left_out}


# Drill ------------------------------------------------------------------------------------------------------------------------------------


def drill(**changed: object) -> Exercise:
    plain = {
        "id": "E", "plan": "p-1", "scenario": "推送至非目标车辆", "injected_at": "2026-02-01 10:00", "detected_at": "2026-02-01 10:03",
        "stopped_at": "2026-02-01 10:07", "executed_on_wrong": "否",
    }  # fmt: skip
    return Exercise.model_validate(plain | changed)


def plan(**changed: object) -> CapabilityDocument:
    plain = {"id": "P-1", "capability": "emergency", "form": "文件", "approved_on": "2026-02-01"}
    return CapabilityDocument.model_validate(plain | changed)


def drilled(*drills: Exercise, plans: list[CapabilityDocument] | None = None, day: date = DAY) -> Folded:
    return fold(emergency_plan_was_exercised(list(drills), [plan()] if plans is None else plans, day))


@pytest.mark.parametrize(
    ("changed", "verdict"),
    [
        ({}, "PASS"), ({"detected_at": ""}, "FAIL"), ({"stopped_at": ""}, "FAIL"), ({"injected_at": ""}, "INCONCLUSIVE"),
        ({"stopped_at": "2026-02-01 10:02"}, "FAIL"), ({"detected_at": "2026-02-01 09:59"}, "FAIL"), ({"detected_at": "2026-02-01 10:00"}, "PASS"),
        ({"recovered_at": "2026-02-01 10:06"}, "FAIL"), ({"notified_at": "2026-02-01 09:59"}, "FAIL"), ({"notified_at": "2026-02-01 10:01"}, "PASS"),
        ({"executed_on_wrong": ""}, "INCONCLUSIVE"), ({"executed_on_wrong": "是"}, "FAIL"),
        ({"executed_on_wrong": "是", "recovered_at": "2026-02-01 10:30"}, "PASS"), ({"scenario": "服务器宕机"}, "INCONCLUSIVE"),
        ({"scenario": "Wrong_Target"}, "PASS"), ({"scenario": ""}, "INCONCLUSIVE"), ({"plan": "P-9"}, "INCONCLUSIVE"), ({"plan": ""}, "INCONCLUSIVE"),
        ({"injected_at": "2026-01-31 23:59"}, "INCONCLUSIVE"),
    ],
)  # fmt: skip
def test_one_drill(changed: dict[str, object], verdict: str) -> None:
    assert drilled(drill(**changed)).verdict == verdict


@pytest.mark.parametrize(
    ("day", "verdict"),
    [(date(2027, 2, 1), "PASS"), (date(2027, 2, 2), "INCONCLUSIVE"), (date(2026, 1, 31), "INCONCLUSIVE"), (date(2026, 2, 1), "PASS")],
)
def test_a_drill_counts_for_twelve_months(day: date, verdict: str) -> None:
    assert drilled(drill(), day=day).verdict == verdict


@pytest.mark.parametrize("word", ["wrong target", "误推送演练", "错推", "目标错误", "推送至非目标车辆"])
def test_words_for_a_wrong_target(word: str) -> None:
    assert drilled(drill(scenario=word)).verdict == "PASS"


def test_what_is_told_where_nothing_can_be_judged() -> None:
    assert texts(drilled(drill(), plans=[plan(approved_on="")]), "gap") >= {"the plan has no day of approval"}
    assert texts(drilled(drill(), plans=[plan(approved_on="2026-06-02")]), "gap") >= {"the plan is approved after the day of assessment"}
    assert drilled(drill(), plans=[plan(), plan(id="P-2", approved_on="")]).verdict == "INCONCLUSIVE"
    assert drilled(drill(), plans=[plan(), plan(id="P-2", approved_on="2026-06-02")]).verdict == "INCONCLUSIVE"
    assert texts(drilled(), "gap") == {"no drill with a wrong target"}
    assert texts(fold(emergency_plan_was_exercised([drill()], None, DAY)), "breach") == {"no emergency plan is in force"}


def test_a_failed_drill_that_was_repeated_well() -> None:
    assert drilled(drill(stopped_at=""), drill(id="E2")).verdict == "PASS"
    folded = drilled(drill(stopped_at=""), drill(id="E2", injected_at=""))
    assert (folded.verdict, folded.totals["breach"], folded.totals["gap"]) == ("FAIL", 1, 1)
    assert drilled(drill(), drill(id="E2")).totals["ok"] == 1
    assert drilled(doubtful(drill())).verdict == "INCONCLUSIVE"


@pytest.mark.parametrize(
    ("plans", "verdict"),
    [
        ([], "FAIL"), ([plan(capability="impact")], "FAIL"), ([plan(form="记录")], "FAIL"), ([plan(valid_until="2026-05-31")], "FAIL"),
        ([plan(valid_until="2026-06-01")], "PASS"), ([plan(approved_on="")], "INCONCLUSIVE"), ([plan(approved_on="2026-06-02")], "INCONCLUSIVE"),
        ([plan(approved_on="2026-02-02")], "INCONCLUSIVE"),
    ],
)  # fmt: skip
def test_the_plan(plans: list[CapabilityDocument], verdict: str) -> None:
    assert drilled(drill(), plans=plans).verdict == verdict
