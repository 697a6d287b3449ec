"""Ways past the procedures that a computed difference needs; none of them passes."""

from typing import Any

import pytest

from zhunru.checks.ota.automated_driving_changes_are_approved import automated_driving_changes_are_approved
from zhunru.checks.ota.claim_agrees_with_difference import claim_agrees_with_difference
from zhunru.checks.ota.defects_are_not_hidden import defects_are_not_hidden
from zhunru.checks.ota.difference_is_known import difference_is_known
from zhunru.checks.ota.impact_is_assessed import impact_is_assessed
from zhunru.checks.ota.parameter_changes_are_permitted import parameter_changes_are_permitted
from zhunru.core.finding import Folded, fold
from zhunru.core.subject import Subject
from zhunru.range.configurations import CAR, approved, baseline, campaign, digest, ledgers
from zhunru.records.approval import Approval, signed_bytes
from zhunru.records.filing import Filing
from zhunru.records.impact_assessment import ImpactAssessment
from zhunru.records.trust_anchor import TrustAnchor
from zhunru.records.update_campaign import UpdateCampaign
from zhunru.records.update_package import UpdatePackage
from zhunru.tables.approved_step import approved_steps
from zhunru.tables.claim_conflict import claim_conflicts
from zhunru.tables.software_difference import software_differences
from zhunru.wire.signature import public_key_of, sign

SEED = b"\x07" * 32
SUBJECT = Subject(name=CAR, maker="厂", automation_level=3, ota=True)
KEYS = [TrustAnchor.model_validate({"key_id": "K", "public_key": public_key_of(SEED), "valid_from": "2025-01-01"})]
HWP = {"functions": {"HWP": {"enabled": "是"}}}
ADC = {"units": {"ADC": {"version": "1.1", "digest": digest(9)}}}
POWER = {"parameters": {"P-power": {"value": "151"}}}
BRAKE = {"parameters": {"P-brake": {"value": "0.31"}}}
COMFORT = {"flags": {"wall": {"value": "off"}}}


def approval(**changed: object) -> Approval:
    plain = {"id": "A", "matter": "自动驾驶功能升级", "product": CAR, "digest": digest(99), "valid_from": "2026-03-01", "key_id": "K"}
    draft = Approval.model_validate(plain | changed)
    return draft.model_copy(update={"signature": sign(signed_bytes(draft), SEED)})


def filing(**changed: object) -> Filing:
    plain = {"id": "F", "matter": "activity", "campaign": "U1", "digests": digest(99), "state": "accepted", "accepted_on": "2026-03-10"}
    return Filing.model_validate(plain | {"parameters_attached": "是"} | changed)


def driving(
    changed: Any, *given: Approval, packages: list[UpdatePackage] | None = None, subject: Subject = SUBJECT, **claim: Any
) -> Folded:
    rows, sheets = [campaign(**claim)], ledgers(approved(), baseline("B1"), B1=changed)
    difference = software_differences(rows, *(list(s) for s in sheets), None)
    return fold(automated_driving_changes_are_approved(difference, rows, packages, list(given), KEYS, None, subject))


@pytest.mark.parametrize("changed", [HWP, ADC, HWP | ADC])
@pytest.mark.parametrize("way", ["在线", "离线", ""])
def test_approved_or_not(changed: Any, way: str) -> None:
    assert driving(changed, approval(), way=way).verdict == "PASS"
    assert driving(changed, way=way, automated_driving="否", claimed_class="A").verdict == "FAIL"


def test_comfort_needs_no_approval() -> None:
    assert driving(COMFORT).verdict == "PASS"
    assert driving(COMFORT, automated_driving="是").verdict == "PASS"


@pytest.mark.parametrize(
    ("given", "verdict"),
    [
        ({"digest": digest(98)}, "FAIL"),
        ({"product": "别的车"}, "FAIL"),
        ({"matter": "产品变更许可"}, "FAIL"),
        ({"matter": ""}, "INCONCLUSIVE"),
        ({"matter": "自动驾驶功能变更"}, "PASS"),
        ({"matter": "ads-update"}, "PASS"),
        ({"matter": "leads"}, "INCONCLUSIVE"),
        ({"functions": "HWP"}, "PASS"),
        ({"functions": "hwp"}, "PASS"),
        ({"functions": "TJP"}, "FAIL"),
        ({"valid_from": "2026-03-10"}, "PASS"),
        ({"valid_from": "2026-03-11"}, "FAIL"),
        ({"valid_until": "2026-03-10"}, "PASS"),
        ({"valid_until": "2026-03-09"}, "FAIL"),
        ({"revoked_on": "2026-03-10"}, "FAIL"),
        ({"revoked_on": "2026-03-11"}, "PASS"),
        ({"state": "drafted"}, "FAIL"),
        ({"state": "revoked"}, "INCONCLUSIVE"),
    ],
)
def test_what_the_approval_says(given: dict[str, Any], verdict: str) -> None:
    assert driving(HWP, approval(**given)).verdict == verdict


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        ({"released_on": ""}, "INCONCLUSIVE"),
        ({"released_on": "", "planned_start": "2026-03-10"}, "FAIL"),  # nobody says that it is not released
        ({"released_on": "", "planned_start": "2026-03-10", "released": "否"}, "INCONCLUSIVE"),
        ({"digest": ""}, "INCONCLUSIVE"),
    ],
)
def test_what_is_not_told_about_the_release(claim: dict[str, Any], verdict: str) -> None:
    assert driving(HWP, **claim).verdict == verdict


def test_a_planned_release_with_its_approval_passes() -> None:
    assert driving(HWP, approval(), released_on="", planned_start="2026-03-10", released="否").verdict == "PASS"


def test_each_package_for_a_driving_ecu_needs_the_approval() -> None:
    def package(ecu: str, seed: int) -> UpdatePackage:
        return UpdatePackage.model_validate({"campaign": "U1", "package": f"{ecu}{seed}", "ecu": ecu, "digest": digest(seed)})

    assert driving(ADC, approval(), packages=[package("ADC", 99), package("IVI", 50)]).verdict == "PASS"
    assert driving(ADC, approval(), packages=[package("IVI", 99), package("ADC", 50)]).verdict == "FAIL"
    assert driving(ADC, approval(), packages=[package("ADC", 99), package("", 50)]).verdict == "FAIL"
    assert (
        driving(ADC, approval(), approval(id="A2", digest=digest(50)), packages=[package("ADC", 99), package("ADC", 50)]).verdict == "PASS"
    )


def test_a_valid_approval_beside_an_unclear_one_counts() -> None:
    assert driving(HWP, approval(matter="", id="X"), approval()).verdict == "PASS"
    assert driving(HWP, approval(matter="", id="X"), approval(valid_until="2026-03-02")).verdict == "INCONCLUSIVE"


def test_another_product_is_not_accused() -> None:
    assert driving(HWP, subject=SUBJECT.model_copy(update={"name": "别的车"})).verdict == "INCONCLUSIVE"


def test_an_unknown_difference_is_held_even_beside_an_approval() -> None:
    unknown = HWP | {"flags": {"x": {"value": "1"}}}
    assert driving(unknown, approval()).verdict == "INCONCLUSIVE"
    assert driving(unknown).verdict == "FAIL"


def test_two_updates_that_are_harmless_apart_are_held() -> None:
    rows = [campaign("UA", "BA"), campaign("UB", "BB", released_on="2026-04-01", digest=digest(50))]
    sheets = ledgers(
        approved(), baseline("BA"), baseline("BB"), BA={"flags": {"hwp_a": {"value": "1"}}}, BB={"flags": {"hwp_b": {"value": "1"}}}
    )
    difference = software_differences(rows, *(list(s) for s in sheets), None)
    found = fold(automated_driving_changes_are_approved(difference, rows, None, [], KEYS, None, SUBJECT))
    assert (found.verdict, found.totals["gap"]) == ("INCONCLUSIVE", 2)
    both = [approval(), approval(id="A2", digest=digest(50))]
    assert fold(automated_driving_changes_are_approved(difference, rows, None, both, KEYS, None, SUBJECT)).verdict == "PASS"


def test_a_change_of_an_earlier_update_is_not_charged_to_this_one() -> None:
    rows = [campaign("U2", "B2", baseline_before="B1")]
    difference = software_differences(rows, *(list(s) for s in ledgers(approved(), baseline("B1"), baseline("B2"), B1=HWP, B2=HWP)), None)
    assert fold(automated_driving_changes_are_approved(difference, rows, None, [], KEYS, None, SUBJECT)).verdict == "INCONCLUSIVE"


def test_a_baseline_is_not_approved_because_the_maker_says_so() -> None:
    """Bx enables automated driving and calls itself approved; U1 then changes nothing more."""
    sheets = ledgers(approved(), approved("Bx", day="2026-02-01", approval="A-7"), baseline("B1"), Bx=HWP, B1=HWP)
    difference = software_differences([campaign()], *(list(s) for s in sheets), None)
    steps = approved_steps(*(list(s) for s in sheets))

    def judged(*given: Approval) -> str:
        return fold(automated_driving_changes_are_approved(difference, [campaign()], None, list(given), KEYS, steps, SUBJECT)).verdict

    assert judged() == "INCONCLUSIVE"
    assert judged(approval(id="A-7", valid_from="2026-02-02")) == "INCONCLUSIVE"
    assert judged(approval(id="A-7", valid_from="2026-02-01", matter="变更")) == "INCONCLUSIVE"
    assert judged(approval(id="A-7", valid_from="2026-02-01")) == "PASS"


def test_a_changed_parameter_is_not_permitted_because_the_baseline_is_called_approved() -> None:
    """Bx has more power and calls itself approved; U1 then changes nothing more."""
    sheets = ledgers(approved(), approved("Bx", day="2026-02-01", approval="A-7"), baseline("B1"), Bx=POWER, B1=POWER)
    difference = software_differences([campaign()], *(list(s) for s in sheets), None)
    steps = approved_steps(*(list(s) for s in sheets))

    def judged(*given: Approval) -> str:
        return fold(parameter_changes_are_permitted(difference, [campaign()], None, list(given), KEYS, None, SUBJECT, steps)).verdict

    assert judged() == "INCONCLUSIVE"
    assert judged(approval(id="A-7", valid_from="2026-02-02", matter="产品变更")) == "INCONCLUSIVE"
    assert judged(approval(id="A-7", valid_from="2026-02-01")) == "INCONCLUSIVE"
    assert judged(approval(id="A-8", valid_from="2026-02-01", matter="产品变更")) == "INCONCLUSIVE"
    assert judged(approval(id="A-7", valid_from="2026-02-01", matter="产品变更")) == "PASS"


def test_an_approved_baseline_of_the_same_parameters_needs_no_permission_of_its_own() -> None:
    sheets = ledgers(approved(), approved("Bx", day="2026-02-01", approval="A-7"), baseline("B1"), Bx=COMFORT, B1=COMFORT)
    difference = software_differences([campaign()], *(list(s) for s in sheets), None)
    steps = approved_steps(*(list(s) for s in sheets))
    assert fold(parameter_changes_are_permitted(difference, [campaign()], None, [], KEYS, None, SUBJECT, steps)).verdict == "PASS"


# Parameters ------------------------------------------------------------------------------------------------------------------------------


def parameters(
    changed: Any, *given: Approval, filings: list[Filing] | None = None, assessments: list[ImpactAssessment] | None = None, **claim: Any
) -> str:
    rows = [campaign(**claim)]
    difference = software_differences(rows, *(list(s) for s in ledgers(approved(), baseline("B1"), B1=changed)), None)
    return fold(parameter_changes_are_permitted(difference, rows, filings, list(given), KEYS, assessments, SUBJECT)).verdict


def test_parameters_of_the_announcement() -> None:
    assert parameters(POWER, claimed_class="A") == "FAIL"
    assert parameters(POWER, approval(matter="产品变更")) == "PASS"
    assert parameters(POWER, approval(matter="extension")) == "PASS"
    assert parameters(POWER, approval(matter="产品变更", valid_from="2026-03-11")) == "FAIL"
    assert parameters(POWER, approval()) == "FAIL"  # approves automated driving, not the change
    assert parameters(POWER, filings=[filing()]) == "FAIL"
    assert parameters(POWER, released_on="", released="否") == "INCONCLUSIVE"
    assert parameters(COMFORT) == "PASS"


@pytest.mark.parametrize(
    ("changed", "verdict"),
    [
        ({}, "PASS"),
        ({"parameters_attached": "否"}, "FAIL"),
        ({"parameters_attached": ""}, "INCONCLUSIVE"),
        ({"accepted_on": "2026-03-11"}, "FAIL"),
        ({"accepted_on": ""}, "INCONCLUSIVE"),
        ({"state": "filed"}, "FAIL"),
        ({"state": ""}, "INCONCLUSIVE"),
        ({"state": "withdrawn", "withdrawn_on": "2026-03-10"}, "FAIL"),
        ({"state": "withdrawn", "withdrawn_on": "2026-03-11"}, "PASS"),
        ({"state": "withdrawn"}, "INCONCLUSIVE"),
        ({"valid_until": "2026-03-09"}, "FAIL"),
        ({"valid_until": "2026-03-10"}, "PASS"),
        ({"digests": digest(98)}, "FAIL"),
        ({"digests": f"{digest(98)}; {digest(99)}"}, "PASS"),
        ({"digests": "?"}, "INCONCLUSIVE"),
        ({"digests": ""}, "INCONCLUSIVE"),
        ({"campaign": "U9"}, "FAIL"),
        ({"matter": "closing"}, "FAIL"),
    ],
)
def test_verification_material(changed: dict[str, Any], verdict: str) -> None:
    assert parameters(BRAKE, filings=[filing(**changed)]) == verdict


def test_the_kindest_filing_counts() -> None:
    assert parameters(BRAKE, filings=[filing(id="F2", state="returned"), filing()]) == "PASS"
    assert parameters(BRAKE, filings=[filing(id="F2", state=""), filing(state="returned")]) == "INCONCLUSIVE"
    assert parameters(BRAKE) == "FAIL"


def assessment(**changed: object) -> ImpactAssessment:
    plain = {
        "campaign": "U1", "ecu": "BMS", "system": "电池", "entries_change": "否", "entries_reason": "无", "results_cover": "是", "results_reason": "同",
        "approval_affected": "否", "approval_reason": "无", "function_affected": "否", "function_reason": "同", "decided_on": "2026-03-09", "person": "甲",
    }  # fmt: skip
    return ImpactAssessment.model_validate(plain | changed)


def test_the_makers_own_assessment_adds_to_what_is_needed() -> None:
    for answer in ("entries_change", "approval_affected"):
        assert parameters(COMFORT, assessments=[assessment(**{answer: "是"})]) == "FAIL"
        assert parameters(COMFORT, approval(matter="变更"), assessments=[assessment(**{answer: "是"})]) == "PASS"
    assert parameters(COMFORT, assessments=[assessment()]) == "PASS"
    assert parameters(COMFORT, assessments=[assessment(campaign="U9", entries_change="是")]) == "PASS"


# Impact ----------------------------------------------------------------------------------------------------------------------------------


def impact(changed: Any, *given: ImpactAssessment, **claim: Any) -> str:
    rows = [campaign(**claim)]
    difference = software_differences(rows, *(list(s) for s in ledgers(approved(), baseline("B1"), B1=changed)), None)
    return fold(impact_is_assessed(difference, rows, list(given))).verdict


BMS = {"units": {"BMS": {"version": "1.1", "digest": digest(9)}}}


@pytest.mark.parametrize(
    ("changed", "verdict"),
    [
        ({}, "PASS"),
        ({"decided_on": "2026-03-10"}, "INCONCLUSIVE"),
        ({"decided_on": "2026-03-11"}, "FAIL"),
        ({"decided_on": ""}, "INCONCLUSIVE"),
        ({"system": ""}, "INCONCLUSIVE"),
        ({"person": ""}, "INCONCLUSIVE"),
        ({"entries_change": ""}, "INCONCLUSIVE"),
        ({"approval_reason": ""}, "INCONCLUSIVE"),
        ({"function_reason": ""}, "INCONCLUSIVE"),
        ({"ecu": "IVI"}, "FAIL"),
        ({"campaign": "U9"}, "FAIL"),
    ],
)
def test_an_assessment_per_changed_ecu(changed: dict[str, Any], verdict: str) -> None:
    assert impact(BMS, assessment(**changed)) == verdict


def test_answers_contrary_to_the_difference() -> None:
    both = BMS | POWER
    assert impact(both, assessment()) == "FAIL"
    assert impact(both, assessment(entries_change="是")) == "FAIL"  # the approval is affected as well
    assert impact(both, assessment(entries_change="是", approval_affected="是")) == "PASS"
    assert impact(both, assessment(), assessment(system="驱动", entries_change="是", approval_affected="是")) == "PASS"
    assert impact(ADC, assessment(ecu="ADC")) == "FAIL"
    assert impact(ADC, assessment(ecu="ADC", approval_affected="是")) == "PASS"
    safety = BMS | {"functions": {"ACC": {"name": "巡航"}}}
    assert impact(safety, assessment()) == "FAIL"
    assert impact(safety, assessment(function_affected="是")) == "PASS"
    assert impact(POWER, assessment(ecu="IVI", entries_change="是", approval_affected="是")) == "INCONCLUSIVE"


def test_no_ecu_nothing_to_assess_and_not_released_yet() -> None:
    assert impact(COMFORT) == "PASS"
    assert impact(BMS, released_on="", released="否") == "INCONCLUSIVE"
    assert impact(BMS, baseline_after="") == "INCONCLUSIVE"


def test_dependencies() -> None:
    whole = assessment(ecu="IVI")
    new = {"version": "1.1", "digest": digest(9)}
    assert impact({"units": {"IVI": new | {"depends_on": "BMS>=1.0"}}}, whole) == "PASS"
    assert impact({"units": {"IVI": new | {"depends_on": "BMS>=1.0.1"}}}, whole) == "FAIL"
    assert impact({"units": {"IVI": new | {"depends_on": "BMS>=1.0a"}}}, whole) == "INCONCLUSIVE"


# Known, true, not hidden -----------------------------------------------------------------------------------------------------------------


def test_every_difference_is_known() -> None:
    def known(changed: Any) -> str:
        sheets = ledgers(approved(), baseline("B1"), B1=changed)
        difference = software_differences([campaign()], *(list(s) for s in sheets), None)
        return fold(difference_is_known(difference, [campaign()], list(sheets.units))).verdict

    assert known(COMFORT) == "PASS"
    assert known({"flags": {"x": {"value": "1"}}}) == "INCONCLUSIVE"
    assert known({"units": {"IVI": {"digest": digest(9)}}}) == "FAIL"
    assert known({"units": {"IVI": {"digest": digest(9), "version": "1.1"}}}) == "PASS"


def test_a_conflict_is_a_breach_only_for_this_product() -> None:
    sheets = ledgers(approved(), baseline("B1"), B1=POWER)
    rows = [campaign(claimed_class="A")]
    conflicts = claim_conflicts(rows, *(list(s) for s in sheets), [])
    assert fold(claim_agrees_with_difference(conflicts, rows, SUBJECT)).verdict == "FAIL"
    assert fold(claim_agrees_with_difference(conflicts, rows, SUBJECT.model_copy(update={"name": "x"}))).verdict == "INCONCLUSIVE"


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        ({"cause": "用户投诉", "purpose": "优化体验"}, "FAIL"),
        ({"cause": "制动故障", "content": "Improves braking"}, "FAIL"),
        ({"cause": "制动故障", "content": "修复故障"}, "INCONCLUSIVE"),
        ({"cause": "改进", "content": "修复故障，优化体验"}, "INCONCLUSIVE"),
        ({"cause": "改进", "content": "优化体验"}, "PASS"),
        ({"cause": "非故障，用户建议", "content": "优化体验"}, "PASS"),
        ({"content": "优化体验"}, "INCONCLUSIVE"),
        ({"cause": "用户投诉", "purpose": "优化体验", "recall": "R-1"}, "PASS"),
        ({"cause": "用户投诉", "recall": "R-1", "claimed_class": "A"}, "FAIL"),
        ({"claimed_class": "D"}, "FAIL"),
        ({"claimed_class": "D", "recall": "R-1"}, "PASS"),
    ],
)
def test_defects_are_told(claim: dict[str, Any], verdict: str) -> None:
    rows = [campaign(**claim)]
    difference = software_differences(rows, *(list(s) for s in ledgers(approved(), baseline("B1"))), None)
    assert fold(defects_are_not_hidden(difference, rows)).verdict == verdict


def test_software_that_touches_a_recall_is_asked_about() -> None:
    rows: list[UpdateCampaign] = [campaign(cause="改进")]
    changed = {"units": {"BMS": {"version": "2", "digest": digest(9), "recall_relevant": "是"}}}
    difference = software_differences(rows, *(list(s) for s in ledgers(approved(), baseline("B1"), B1=changed)), None)
    assert fold(defects_are_not_hidden(difference, rows)).verdict == "INCONCLUSIVE"
