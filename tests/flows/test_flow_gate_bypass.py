"""Attempts to pass the gate without what it asks for: each one is held with its reason, and the untampered twin opens."""

import base64
import json
import os
import shutil
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from release_gate import Case, Spoil, released, rules, why

from zhunru.catalogue import loader
from zhunru.catalogue.loader import Law
from zhunru.checks.ota import update_metadata_verifies
from zhunru.core.errors import CatalogueError, PlanError
from zhunru.core.gate import DEMANDED
from zhunru.engine import walk
from zhunru.engine.trusted_keys import fingerprint_of
from zhunru.range.release import papers, story
from zhunru.range.release_dossier import ReleaseDossier
from zhunru.records.acceptance import Acceptance
from zhunru.records.approval import Approval
from zhunru.records.assessment_table import AssessmentTable
from zhunru.records.baseline import Baseline
from zhunru.records.capability_document import CapabilityDocument
from zhunru.records.feature_flag import FeatureFlag
from zhunru.records.filing import Filing
from zhunru.records.odc_item import OdcItem
from zhunru.records.review import Review
from zhunru.records.software_unit import SoftwareUnit
from zhunru.records.target_vehicle import TargetVehicle
from zhunru.records.test_report import TestReport
from zhunru.records.trust_anchor import TrustAnchor
from zhunru.records.update_archive import UpdateArchive
from zhunru.records.update_campaign import UpdateCampaign
from zhunru.records.update_package import UpdatePackage
from zhunru.records.vehicle import Vehicle
from zhunru.records.vehicle_function import VehicleFunction
from zhunru.records.vehicle_parameter import VehicleParameter
from zhunru.records.waiver import Waiver
from zhunru.wire.signature import public_key_of

UNCHECKED = "gb-44496-2024/4.4.2"
"""Concrete clause that no check judges; choose another one when a check has come."""
APPROVED = {"ota.no_release_without_approval", "ota.automated_driving_changes_are_approved"}


@pytest.fixture
def twin(tmp_path: Path) -> Case:
    return released(tmp_path)


def test_the_untampered_twin_opens(twin: Case) -> None:
    decision = twin.decide()
    assert [(r.rule, r.missing.en) for r in decision.reasons] == []
    assert decision.open and decision.exit_code() == 0
    assert decision.campaign == story.CAMPAIGN
    assert UNCHECKED in decision.by_person
    assert {p.sha256 for p in decision.packages} == {sha256(p.read_bytes()).hexdigest() for p in twin.packages}


# One thing in the records is spoilt ------------------------------------------------------------------------------------------------------


def approvals(**changed: Any) -> Spoil:
    """Replace the approvals by others, signed with the right key."""

    def spoil(made: ReleaseDossier) -> None:
        made.remove(Approval)
        made.records += [r for r in papers.approvals(made.story, **changed) if isinstance(r, Approval)]

    return spoil


def altered(**changed: Any) -> Spoil:
    """Change the approvals after they were signed."""

    def spoil(made: ReleaseDossier) -> None:
        assert made.change(Approval, **changed)

    return spoil


def other_key(made: ReleaseDossier) -> None:
    signed = [papers.signed(a, made.story.private("stranger")) for a in made.of(Approval)]
    made.remove(Approval)
    made.records += signed


def changed(kind: type[Any], where: Callable[[Any], bool] = lambda _: True, **fields: Any) -> Spoil:
    def spoil(made: ReleaseDossier) -> None:
        assert made.change(kind, where, **fields)

    return spoil


def removed(kind: type[Any], where: Callable[[Any], bool] = lambda _: True) -> Spoil:
    def spoil(made: ReleaseDossier) -> None:
        assert made.remove(kind, where)

    return spoil


def in_days(days: int) -> Callable[[ReleaseDossier], Any]:
    return lambda made: made.story.on(-days)


def dated(kind: type[Any], where: Callable[[Any], bool], field: str, days: int) -> Spoil:
    """Set a day, counted from the day of release."""

    def spoil(made: ReleaseDossier) -> None:
        assert made.change(kind, where, **{field: made.story.on(-days)})

    return spoil


def activity_filing(filing: Filing) -> bool:
    return filing.matter == "activity"


def verification(report: TestReport) -> bool:
    return report.matter == "verification"


def stranger_on_the_list(made: ReleaseDossier) -> None:
    one = made.of(TargetVehicle)[0]
    made.records.append(one.model_copy(update={"vin": "L0ZAB3C10TA999999"}))


def same_car_twice(made: ReleaseDossier) -> None:
    made.records.append(made.of(TargetVehicle)[0])


def revised_after_its_records(made: ReleaseDossier) -> None:
    """The old version of the process bears no last day; all records are older than the new one."""
    one = next(d for d in made.of(CapabilityDocument) if d.form == "document" and d.capability == "impact")
    made.records.append(one.model_copy(update={"id": "WJ-impact-C", "version": "C/1", "approved_on": made.story.on(39)}))


def undeclared_automated_driving(made: ReleaseDossier) -> None:
    """Say that nothing of it is touched, cite no approval, and have none: the difference still shows it."""
    made.remove(Approval)
    made.change(UpdateCampaign, automated_driving=False, approval=None, functions="MEDIA", claimed_class="A")


def undeclared_offline(made: ReleaseDossier) -> None:
    undeclared_automated_driving(made)
    made.change(UpdateCampaign, way="离线")


def re_enabled_behind_a_renamed_flag(made: ReleaseDossier) -> None:
    """The function is off in the approved baseline and on in the new one, by a flag with another name; nothing else of it changes."""
    no_change_of_automated_driving(made)
    made.change(VehicleFunction, lambda f: f.id == "HWP" and f.baseline == story.BEFORE, enabled=False)
    made.change(FeatureFlag, lambda f: f.id == "hwp" and f.baseline == story.BEFORE, value="0")
    made.change(FeatureFlag, lambda f: f.id == "hwp" and f.baseline == story.AFTER, id="cabin_comfort_7", value="1")
    made.change(VehicleFunction, lambda f: f.id == "HWP" and f.baseline == story.AFTER, flags="cabin_comfort_7=1")
    undeclared_automated_driving(made)


def no_change_of_automated_driving(made: ReleaseDossier) -> None:
    """Leave the ADC and its conditions as they were."""
    old = made.story.old["ADC"]
    made.change(
        SoftwareUnit, lambda u: u.ecu == "ADC" and u.baseline == story.AFTER, version=old, digest=made.story.digest("ADC", old),
        swin="S3-ADS-0001", built=made.story.on(230),
    )  # fmt: skip
    made.change(OdcItem, lambda o: o.element == "speed", maximum=60)


def only_the_conditions_are_widened(made: ReleaseDossier) -> None:
    no_change_of_automated_driving(made)
    made.change(OdcItem, lambda o: o.element == "speed" and o.baseline == story.AFTER, maximum=60.5)
    undeclared_automated_driving(made)


def two_packages_harmless_apart(made: ReleaseDossier) -> None:
    """Two flags enable the automated function: this activity sets one, another one, planned, the other."""
    no_change_of_automated_driving(made)
    undeclared_automated_driving(made)
    made.change(VehicleFunction, lambda f: f.id == "HWP", flags="hwp=1; hwp_b=1", enabled=False)
    made.change(FeatureFlag, lambda f: f.id == "hwp" and f.baseline == story.AFTER, value="1", ecu="IVI")
    made.change(FeatureFlag, lambda f: f.id == "hwp" and f.baseline == story.BEFORE, value="0", ecu="IVI")
    for name in (story.BEFORE, story.AFTER):
        made.records.append(FeatureFlag.model_validate({"baseline": name, "id": "hwp_b", "value": "0", "ecu": "IVI", "functions": "HWP"}))
    other = "BL-3"
    for kind in (SoftwareUnit, VehicleFunction, FeatureFlag, OdcItem):
        made.records += [r.model_copy(update={"baseline": other}) for r in made.of(kind) if r.baseline == story.BEFORE]
    made.change(FeatureFlag, lambda f: f.id == "hwp_b" and f.baseline == other, value="1")
    plain = made.of(Baseline)[1].model_dump() | {"id": other, "previous": story.BEFORE}
    made.records.append(Baseline.model_validate(plain))
    second = made.of(UpdateCampaign)[0].model_dump() | {
        "id": "OTA-2026-08",
        "baseline_after": other,
        "package": "x.bin",
        "digest": "sha256:" + "7" * 64,
    }
    made.records.append(UpdateCampaign.model_validate(second))


def the_first_of_two_alone(made: ReleaseDossier) -> None:
    two_packages_harmless_apart(made)
    assert made.remove(UpdateCampaign, lambda c: c.id == "OTA-2026-08")


def level_understated(made: ReleaseDossier) -> None:
    made.subject["automation_level"] = 2
    undeclared_automated_driving(made)


def waived(made: ReleaseDossier) -> None:
    made.remove(Filing, activity_filing)
    for target in ("miit-2021-103/4.2", "ota.filings_precede_the_push"):
        made.records.append(
            Waiver.model_validate(
                {"target": target, "reason": "急", "person": "总裁", "granted": made.story.on(1), "until": made.story.on(-9)}
            )
        )


def waved_through_by_a_person(made: ReleaseDossier) -> None:
    made.remove(Filing, activity_filing)
    for clause in ("miit-2021-103/4.2", "eidc-2022-04-15/activity"):
        made.records.append(
            Review.model_validate({"clause": clause, "verdict": "PASS", "person": "总裁", "day": made.story.on(1), "evidence": "无"})
        )


def a_persons_no(made: ReleaseDossier) -> None:
    made.records.append(
        Review.model_validate({"clause": "gb-44496-2024/4.2.7", "verdict": "FAIL", "person": "审查员", "day": made.story.on(1)})
    )


def released_without_ota(made: ReleaseDossier) -> None:
    made.subject["ota"] = False


def offline_without_ota(made: ReleaseDossier) -> None:
    """Every demand of the articles on updates would be not applicable."""
    made.subject["ota"] = False
    made.change(UpdateCampaign, way="离线")


def another_build_than_the_bill_lists(made: ReleaseDossier) -> None:
    made.change(SoftwareUnit, lambda u: u.ecu == "IVI" and u.baseline == story.AFTER, digest="sha256:" + "9" * 64)


def in_metadata(made: ReleaseDossier, targets: dict[str, bytes]) -> None:
    """Put a repository of signed metadata in place of the signed packages."""
    for name in [n for n in made.files if n.startswith("evidence/ota/packages/")]:
        del made.files[name]
    listed = {n: {"length": len(c), "hashes": {"sha256": sha256(c).hexdigest()}} for n, c in targets.items()}
    files = update_metadata_verifies._chain("repo", listed)
    made.files |= {f"evidence/repo/{name}": raw for name, raw in files.items()}
    record = update_metadata_verifies._record("evidence/repo", "tuf", files)
    made.records.append(record.model_copy(update={"fetched_at": made.story.at(5)}))


def metadata_about_something_else(made: ReleaseDossier) -> None:
    in_metadata(made, {"app.bin": b"another file"})


def row_added(kind: type[Any], **fields: Any) -> Spoil:
    """Add a second row of the first record of a kind, changed."""

    def spoil(made: ReleaseDossier) -> None:
        made.records.append(kind.model_validate(made.of(kind)[0].model_dump() | fields))

    return spoil


def revoked_under_another_dash(made: ReleaseDossier) -> None:
    """A word processor wrote the number of the approval with a dash and an unseen character."""
    for each in list(made.of(Approval)):
        number = each.id.replace("-", "\u2013").replace("SP", "SP\u200b")
        made.records.append(Approval.model_validate({"id": number, "state": "revoked", "revoked_on": made.story.on(1)}))


UNKNOWN = {"ota.difference_is_known", "ota.automated_driving_changes_are_approved"}
HELD: dict[str, tuple[Spoil, set[str]]] = {
    "offline, declared without over-the-air update": (offline_without_ota, {"gate.demanded-not-applicable"}),
    "no sheet of parameters": (removed(VehicleParameter), UNKNOWN | {"ota.parameter_changes_are_permitted"}),
    "no sheet of switches": (removed(FeatureFlag), UNKNOWN),
    "no sheet of conditions": (removed(OdcItem), UNKNOWN),
    "conditions without a value": (changed(OdcItem, lambda o: o.element == "road", values=()), {"ota.difference_is_known"}),
    "package holds another build than the bill lists": (another_build_than_the_bill_lists, {"ota.package_is_authentic"}),
    "signed metadata about something else": (metadata_about_something_else, {"ota.update_metadata_verifies"}),
    "two rows of the activity differ": (row_added(UpdateCampaign, skill_needed=True), {"gate.activity-contradicted"}),
    "approval revoked under another dash": (revoked_under_another_dash, APPROVED),
    "approval of another digest": (approvals(digest="sha256:" + "0" * 64), APPROVED | {"gate.approved-differs"}),
    "approval of another product": (approvals(product="样车九号"), APPROVED),
    "approval of other functions": (approvals(functions="ACC"), APPROVED),
    "approval revoked today": (lambda d: approvals(revoked_on=d.story.day, state="revoked")(d), APPROVED),
    "approval expired yesterday": (lambda d: approvals(valid_until=d.story.on(1))(d), APPROVED),
    "approval valid from tomorrow": (lambda d: approvals(valid_from=d.story.on(-1))(d), APPROVED),
    "approval only drafted": (approvals(state="drafted"), APPROVED),
    "approval altered after signing": (lambda d: altered(valid_until=d.story.on(-90))(d), APPROVED),
    "approval signed by an unknown key": (other_key, APPROVED),
    "key revoked": (lambda d: changed(TrustAnchor, revoked_on=d.story.on(1))(d), APPROVED),
    "key of other matters": (changed(TrustAnchor, matters="ota-update"), APPROVED),
    "no approval": (removed(Approval), APPROVED),
    "claim hides automated driving": (undeclared_automated_driving, {"ota.automated_driving_changes_are_approved"}),
    "offline update hides automated driving": (undeclared_offline, {"ota.automated_driving_changes_are_approved"}),
    "re-enabled behind a renamed flag": (re_enabled_behind_a_renamed_flag, {"ota.automated_driving_changes_are_approved"}),
    "conditions widened by half a unit": (only_the_conditions_are_widened, {"ota.automated_driving_changes_are_approved"}),
    "two packages harmless apart": (two_packages_harmless_apart, {"ota.automated_driving_changes_are_approved"}),
    "level understated in the statement": (level_understated, {"gate.level-understated"}),
    "no activity filing": (removed(Filing, activity_filing), {"gate.not-filed", "ota.filings_precede_the_push"}),
    "filing returned": (changed(Filing, activity_filing, state="returned"), {"gate.not-filed", "ota.filings_precede_the_push"}),
    "filing withdrawn yesterday": (dated(Filing, activity_filing, "withdrawn_on", -1), {"gate.not-filed", "ota.filings_precede_the_push"}),
    "filing accepted tomorrow": (dated(Filing, activity_filing, "accepted_on", 1), {"gate.not-filed", "gate.clock-behind-records"}),
    "filing of another model": (changed(Filing, activity_filing, product="样车九号"), {"ota.filings_precede_the_push"}),
    "filing of another digest": (changed(Filing, activity_filing, digests="sha256:" + "1" * 64), {"gate.filed-differs", "ota.pushed_equals_filed"}),
    "filing of another baseline": (changed(Filing, activity_filing, baseline_after="BL-9"), {"ota.pushed_equals_filed"}),
    "enterprise filing missing": (removed(Filing, lambda f: f.matter == "enterprise"), {"ota.filings_precede_the_push"}),
    "model filing without the function": (changed(Filing, lambda f: f.matter == "model_function", functions="ACC"), {"ota.filings_precede_the_push"}),
    "another digest was tested": (
        changed(TestReport, lambda r: r.matter in {"verification", "analysis"}, digests="sha256:" + "2" * 64),
        {"gate.tested-differs", "ota.reports_cover_the_release"},
    ),
    "report expired yesterday": (dated(TestReport, verification, "valid_until", -1), {"gate.not-tested", "ota.reports_cover_the_release"}),
    "report issued tomorrow": (dated(TestReport, verification, "issued_on", 1), {"gate.not-tested", "gate.clock-behind-records"}),
    "report failed": (changed(TestReport, verification, verdict="FAIL"), {"gate.not-tested", "ota.reports_cover_the_release"}),
    "incompatible car on the list": (
        changed(TargetVehicle, lambda t: t.vin == story.TARGETS[1], configuration="BL-0"), {"ota.targets_are_closed_and_compatible"},
    ),
    "car with a wrong VIN on the list": (stranger_on_the_list, {"ota.targets_are_closed_and_compatible"}),
    "car twice on the list": (same_car_twice, {"ota.targets_are_closed_and_compatible"}),
    "car of another model on the list": (
        changed(Vehicle, lambda v: v.vin == story.TARGETS[1], model="轿车二号"), {"ota.targets_are_closed_and_compatible"},
    ),
    "model of a car left blank": (
        changed(Vehicle, lambda v: v.vin == story.TARGETS[1], model=None), {"ota.targets_are_closed_and_compatible"},
    ),
    "new version of a process without a record": (revised_after_its_records, {"ota.capabilities_are_documented_and_lived"}),
    "nothing on failures during the execution": (changed(AssessmentTable, during=None), {"ota.assessment_table_is_filed_in_time"}),
    "archive without the targets": (removed(UpdateArchive, lambda a: "targets" in a.content), {"ota.records_are_kept_ten_years"}),
    "no targets": (removed(TargetVehicle), {"ota.targets_are_closed_and_compatible"}),
    "waiver instead of a filing": (waived, {"gate.not-filed", "ota.filings_precede_the_push"}),
    "a person's yes instead of a filing": (waved_through_by_a_person, {"gate.not-filed", "ota.filings_precede_the_push"}),
    "a person's no on a concrete clause": (a_persons_no, {"gb-44496-2024/4.2.7"}),
    "screening not accepted": (removed(Acceptance, lambda a: a.clause == "miit-2021-103/3.4"), {"miit-2021-103/3.4"}),
    "screening accepted by nobody": (changed(Acceptance, lambda a: a.clause == "miit-2021-103/3.4", person=None), {"miit-2021-103/3.4"}),
    "screening accepted tomorrow": (
        dated(Acceptance, lambda a: a.clause == "miit-2021-103/3.4", "day", 1), {"miit-2021-103/3.4", "gate.clock-behind-records"},
    ),
    "nobody reviewed what no check judges": (removed(Review, lambda r: r.clause == UNCHECKED), {UNCHECKED}),
    "reviewed without a name": (changed(Review, lambda r: r.clause == UNCHECKED, person=None), {UNCHECKED}),
    "reviewed without a document": (changed(Review, lambda r: r.clause == UNCHECKED, evidence=None), {UNCHECKED}),
    "reviewed and not passed": (changed(Review, lambda r: r.clause == UNCHECKED, verdict="INCONCLUSIVE"), {UNCHECKED}),
    "activity of another product": (changed(UpdateCampaign, product="样车九号"), {"gate.other-product"}),
    "declared without over-the-air update": (released_without_ota, {"gate.not-ota"}),
    "skill not told": (changed(UpdateCampaign, skill_needed=None), {"gate.skill-unsaid"}),
    "package row without digest": (changed(UpdatePackage, lambda p: p.ecu == "IVI", digest="?"), {"gate.digest-unreadable"}),
}  # fmt: skip


@pytest.mark.parametrize("name", HELD)
def test_one_spoilt_record_holds_with_its_reason(name: str, tmp_path: Path) -> None:
    spoil, expected = HELD[name]
    decision = released(tmp_path, spoil).decide()
    assert not decision.open
    assert decision.exit_code() in {1, 3}
    assert expected <= rules(decision), rules(decision)
    for rule in expected:
        assert why(decision, rule)


def test_signed_metadata_about_the_packages_stand_for_them(tmp_path: Path) -> None:
    """Of the forms of authentic packages one suffices; manifests of vehicles are another matter."""
    decision = released(tmp_path, lambda made: in_metadata(made, made.packages)).decide()
    assert rules(decision) <= {"ota.vehicle_manifests_are_genuine"}


def test_what_is_harmful_together_is_harmless_apart(tmp_path: Path) -> None:
    alone = rules(released(tmp_path / "alone", the_first_of_two_alone).decide())
    both = released(tmp_path / "both", two_packages_harmless_apart).decide()
    assert "ota.automated_driving_changes_are_approved" not in alone
    told = why(both, "ota.automated_driving_changes_are_approved")
    assert {r.facts.get("scope") for r in told} == {"joint"} or any("OTA-2026-08" in str(r.facts.get("others")) for r in told)


def test_hiding_alone_does_not_trip_the_check_of_automated_driving(tmp_path: Path) -> None:
    """The spoilt cases above are held for what changes, not for the missing approval alone."""

    def spoil(made: ReleaseDossier) -> None:
        no_change_of_automated_driving(made)
        undeclared_automated_driving(made)

    assert "ota.automated_driving_changes_are_approved" not in rules(released(tmp_path, spoil).decide())


@pytest.mark.parametrize(
    ("kind", "where", "field", "days"),
    [
        (TestReport, verification, "valid_until", 0),
        (Approval, lambda a: True, "valid_until", 0),
        (Approval, lambda a: True, "valid_from", 0),
    ],
)
def test_the_last_and_the_first_day_still_count(
    kind: type[Any], where: Callable[[Any], bool], field: str, days: int, tmp_path: Path
) -> None:
    spoil = (lambda d: approvals(**{field: d.story.on(-days)})(d)) if kind is Approval else dated(kind, where, field, days)
    assert released(tmp_path, spoil).decide().open


def test_back_dating_the_release_does_not_help(tmp_path: Path) -> None:
    def spoil(made: ReleaseDossier) -> None:
        approvals(valid_until=made.story.on(1))(made)
        made.change(UpdateCampaign, released=True, released_on=made.story.on(2))

    assert rules(released(tmp_path, spoil).decide()) & APPROVED


def test_a_release_that_was_wrong_when_it_began_is_not_excused_today(tmp_path: Path) -> None:
    def spoil(made: ReleaseDossier) -> None:
        approvals(valid_from=made.story.on(1))(made)
        made.change(UpdateCampaign, released=True, released_on=made.story.on(2))

    assert rules(released(tmp_path, spoil).decide()) & APPROVED


# The files ------------------------------------------------------------------------------------------------------------------------------


def test_a_swapped_package_is_held(twin: Case) -> None:
    twin.packages[0].write_bytes(b"other bytes under the same name")
    os.utime(twin.packages[0], (1, 1))
    decision = twin.decide()
    assert "gate.package-swapped" in rules(decision)
    assert why(decision, "gate.package-swapped")[0].facts["read"] == "sha256:" + sha256(b"other bytes under the same name").hexdigest()


def test_one_byte_more_is_held(twin: Case) -> None:
    with twin.packages[1].open("ab") as stream:
        stream.write(b"\0")
    os.utime(twin.packages[1], (1, 1))
    assert "gate.package-swapped" in rules(twin.decide())


def test_another_name_does_not_hide_a_stranger_and_does_not_matter_for_the_right_bytes(twin: Case) -> None:
    renamed = twin.packages[0].with_name("whatever.bin")
    shutil.copy2(twin.packages[0], renamed)
    assert twin.decide([renamed, twin.packages[1]]).open
    renamed.write_bytes(b"stranger")
    os.utime(renamed, (1, 1))
    assert "gate.package-unknown" in rules(twin.decide([renamed, twin.packages[1]]))


def test_an_activity_is_released_whole(twin: Case) -> None:
    assert "gate.package-not-given" in rules(twin.decide(twin.packages[:1]))
    assert "gate.no-package" in rules(twin.decide([]))


def test_packages_of_two_activities_do_not_mix(tmp_path: Path) -> None:
    extra = b"another activity"

    def spoil(made: ReleaseDossier) -> None:
        row = {"campaign": "OTA-2026-09", "package": "x.bin", "digest": "sha256:" + sha256(extra).hexdigest()}
        made.records.append(UpdatePackage.model_validate(row))
        made.packages["x.bin"] = extra

    case = released(tmp_path, spoil)
    assert "gate.several-activities" in rules(case.decide())
    assert "gate.other-activity" in rules(case.decide(case.packages[:2], campaign="OTA-2026-09"))
    assert not {r for r in rules(case.decide(case.packages[:2], campaign=story.CAMPAIGN)) if r.startswith("gate.")}
    assert "gate.activity-unknown" in rules(case.decide(case.packages[2:]))


def test_links_pipes_and_folders_are_no_packages(twin: Case) -> None:
    real = twin.packages[0]
    kept = real.rename(real.with_name("kept.bin"))
    real.symlink_to(kept)
    assert "gate.package-unreadable" in rules(twin.decide())
    real.unlink()
    os.mkfifo(real)
    assert "gate.package-unreadable" in rules(twin.decide())
    real.unlink()
    real.mkdir()
    assert "gate.package-unreadable" in rules(twin.decide())
    real.rmdir()
    real.symlink_to(real.with_name("nowhere"))
    assert "gate.package-unreadable" in rules(twin.decide())
    real.unlink()
    with pytest.raises(PlanError):
        twin.decide()


def test_a_package_that_changes_while_it_is_read_is_held(twin: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    read = os.read
    done = threading.Event()

    def slow(handle: int, size: int) -> bytes:
        block = read(handle, size)
        if not done.is_set() and block:
            done.set()
            with twin.packages[0].open("ab") as stream:
                stream.write(b"late")
        return block

    monkeypatch.setattr(os, "read", slow)
    assert "gate.package-moved" in rules(twin.decide())


def test_a_package_replaced_while_it_is_read_is_held(twin: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    read, path = os.read, twin.packages[0]

    def slow(handle: int, size: int) -> bytes:
        block = read(handle, size)
        if not block:
            other = path.with_name("new")
            other.write_bytes(path.read_bytes())
            other.replace(path)
        return block

    monkeypatch.setattr(os, "read", slow)
    assert "gate.package-moved" in rules(twin.decide())


# Clock, ledger, cache, gate, profile ----------------------------------------------------------------------------------------------------


def test_a_clock_set_back_is_held(twin: Case) -> None:
    assert twin.sealed()[0].open
    back = twin.now - timedelta(hours=1)
    assert rules(twin.decide(now=back)) == {"gate.clock-behind-ledger"}
    assert twin.decide(now=twin.now - timedelta(minutes=4)).open, "two honest clocks differ a little"
    assert {"gate.clock-behind-records", "gate.clock-behind-ledger"} <= rules(twin.decide(now=twin.now - timedelta(days=20)))


def test_a_clock_behind_the_package_or_the_evidence_is_held(twin: Case) -> None:
    ahead = (twin.now + timedelta(minutes=6)).timestamp()
    os.utime(twin.packages[0], (ahead, ahead))
    assert rules(twin.decide()) == {"gate.clock-behind-package"}
    before_the_tests = twin.made.story.at(60)
    told = why(twin.decide(now=before_the_tests), "gate.clock-behind-records")
    assert "evidence/ota/t-ok.log" in {r.source for r in told}


def test_a_rehearsal_never_opens(twin: Case) -> None:
    day = twin.made.story.on(-2)
    decision, permit = twin.sealed(rehearse=day)
    assert rules(decision) == {"gate.rehearsal"}
    assert (decision.day, decision.rehearsal, decision.exit_code(), permit) == (day, True, 3, None)


def test_a_forged_cache_is_not_used(tmp_path: Path) -> None:
    case = released(tmp_path, removed(Filing, activity_filing))
    from zhunru.engine.assess import assess

    assess(case.opened(), day=case.made.story.day)
    cache = case.home / ".zhunru/cache/checks"
    for path in cache.glob("*.json"):
        told = json.loads(path.read_text(encoding="utf-8"))
        told |= {"verdict": "PASS", "findings": [], "totals": {"ok": 1}}
        path.write_text(json.dumps(told), encoding="utf-8")
    assert list(cache.glob("*.json"))
    assert "ota.filings_precede_the_push" in rules(case.decide())


def test_a_forged_memory_of_digests_is_not_used(twin: Case, tmp_path: Path) -> None:
    assert twin.opened().files == twin.opened().files
    big = twin.home / "evidence/big.bin"
    big.write_bytes(b"\0" * ((8 << 20) + 1))
    twin.opened().files  # noqa: B018 - remembers the digest
    store = twin.home / ".zhunru/digests.json"
    told = json.loads(store.read_bytes())
    told["evidence/big.bin"][4] = "0" * 64
    store.write_text(json.dumps(told), encoding="utf-8")
    assert next(f for f in twin.opened().files if f.name.endswith("big.bin")).sha256 == "0" * 64, "an ordinary run is fooled"
    honest = twin.decide().environment
    store.unlink()
    assert twin.decide().environment == honest


def test_a_removed_ledger_line_is_held(twin: Case) -> None:
    twin.sealed()
    twin.sealed()
    ledger = twin.home / "ledger.jsonl"
    lines = ledger.read_bytes().splitlines(keepends=True)
    assert len(lines) >= 3
    ledger.write_bytes(b"".join(lines[:1] + lines[2:]))
    decision, permit = twin.sealed()
    assert rules(decision) == {"gate.ledger-broken"}
    assert permit is None and not (twin.home / "out/permit.json").exists()


def test_a_cut_ledger_is_held_by_the_head_noted_down(twin: Case) -> None:
    first = twin.sealed()[1]
    head = twin.sealed()[1]
    assert first and head
    ledger = twin.home / "ledger.jsonl"
    ledger.write_bytes(b"".join(ledger.read_bytes().splitlines(keepends=True)[:-1]))
    assert twin.decide().open, "nothing inside can tell"
    assert rules(twin.decide(head=head["ledger_line"])) == {"gate.head-unknown"}
    assert twin.decide(head=first["ledger_line"]).open


def test_evidence_that_changes_while_the_gate_runs_is_held(twin: Case) -> None:
    from zhunru.engine.gate import Asked, decide

    done: list[int] = []

    def meddle(stage: str, _done: int, _total: int) -> None:
        if stage == "check" and not done:
            done.append(1)
            (twin.home / "records/waiver.toml").write_text("", encoding="utf-8")

    decision = decide(twin.opened(), Asked("ota-release", twin.packages), twin.now, meddle)
    assert rules(decision) == {"gate.evidence-moved"}


# The keys --------------------------------------------------------------------------------------------------------------------------------


def makers_key(made: ReleaseDossier) -> None:
    """Put the maker's own public key in place of the approving body's, under its name, and sign every approval anew."""
    other_key(made)
    made.change(TrustAnchor, lambda a: a.key_id == story.KEY_ID, public_key=public_key_of(made.story.private("stranger")))


def second_row(made: ReleaseDossier) -> None:
    """Add the maker's own key beside the approving body's, under its key id; the approvals stay as they are."""
    one = next(a for a in made.of(TrustAnchor) if a.key_id == story.KEY_ID)
    made.records.append(one.model_copy(update={"public_key": public_key_of(made.story.private("stranger"))}))


def second_row_used(made: ReleaseDossier) -> None:
    second_row(made)
    other_key(made)


def second_row_used_once(made: ReleaseDossier) -> None:
    """Only the last approval is the maker's own."""
    second_row(made)
    last = made.of(Approval)[-1]
    made.records.remove(last)
    made.records.append(papers.signed(last, made.story.private("stranger")))


def other_dash(made: ReleaseDossier) -> None:
    """The maker's key stands under a key id that differs by its dash alone."""
    second_row(made)
    name = story.KEY_ID.replace("-", "\u2013")
    assert name != story.KEY_ID
    made.records[-1] = made.records[-1].model_copy(update={"key_id": name})
    signed = [papers.signed(a.model_copy(update={"key_id": name}), made.story.private("stranger")) for a in made.of(Approval)]
    made.remove(Approval)
    made.records += signed


def pin(case: Case, purpose: str = "approval") -> str:
    """Return the fingerprint as openssl tells it: SHA-256 over the key in DER, which for Ed25519 is a fixed head and the 32 bytes."""
    head = bytes.fromhex("302a300506032b6570032100")
    return sha256(head + base64.b64decode(public_key_of(case.made.story.private(purpose)))).hexdigest()


def test_the_makers_own_key_opens_unpinned_and_is_held_by_a_pin(tmp_path: Path) -> None:
    case = released(tmp_path, makers_key)
    unpinned = case.decide()
    assert unpinned.open, "nothing inside can tell"
    assert pin(case, "stranger") in {k.fingerprint for k in unpinned.keys} and not any(k.pinned for k in unpinned.keys)
    decision = case.decide(expect_keys=[pin(case)])
    assert rules(decision) == {"gate.key-unexpected"} and decision.exit_code() == 1
    (told,) = why(decision, "gate.key-unexpected")
    assert told.facts == {"key_id": story.KEY_ID, "holder": story.BODY, "fingerprint": pin(case, "stranger")} and told.source


def test_the_right_pin_opens_in_full_as_a_beginning_in_capitals_and_among_others(twin: Case) -> None:
    right, wrong = pin(twin), pin(twin, "stranger")
    for pins in ([right], [right[:16]], [right.upper()], [wrong, right]):
        decision = twin.decide(expect_keys=pins)
        assert decision.open, pins
        assert next((k.fingerprint, k.holder, k.pinned) for k in decision.keys) == (right, story.BODY, True)
        assert [k.pinned for k in decision.keys[1:]] == [False], "the key of packages alone needs no pin"
    for pins in ([wrong], [right[:-1] + ("0" if right[-1] != "0" else "1")], [wrong[:16]]):
        assert rules(twin.decide(expect_keys=pins)) == {"gate.key-unexpected"}, pins


@pytest.mark.parametrize("text", ["", "0" * 15, "0" * 65, "g" * 64, "sha256:" + "0" * 64])
def test_what_is_no_fingerprint_is_refused(text: str, twin: Case) -> None:
    with pytest.raises(PlanError):
        twin.decide(expect_keys=[text])


@pytest.mark.parametrize("spoil", [second_row_used, second_row_used_once, other_dash])
def test_a_second_row_of_a_pinned_id_does_not_help(spoil: Spoil, tmp_path: Path) -> None:
    case = released(tmp_path, spoil)
    assert case.decide().open
    held = case.decide(expect_keys=[pin(case)])
    assert rules(held) == {"gate.key-unexpected"}
    assert [r.facts["fingerprint"] for r in why(held, "gate.key-unexpected")] == [pin(case, "stranger")]
    assert case.decide(expect_keys=[pin(case), pin(case, "stranger")]).open


def test_a_key_that_nobody_pinned_is_told_beside_a_signature_that_fails(tmp_path: Path) -> None:
    case = released(tmp_path, lambda made: altered(valid_until=made.story.on(-90))(made))
    assert "gate.key-unexpected" in rules(case.decide(expect_keys=["0" * 64]))
    assert "gate.key-unexpected" not in rules(case.decide(expect_keys=[pin(case)]))


def test_a_second_row_that_signed_nothing_does_not_hold_the_pinned_one(tmp_path: Path) -> None:
    case = released(tmp_path, second_row)
    decision = case.decide(expect_keys=[pin(case)])
    assert decision.open and pin(case, "stranger") in {k.fingerprint for k in decision.keys}
    assert rules(case.decide(expect_keys=["0" * 64])) == {"gate.key-unexpected"}


def test_one_key_has_one_fingerprint_however_it_is_written(twin: Case) -> None:
    der = bytes.fromhex("302a300506032b6570032100") + base64.b64decode(public_key_of(twin.made.story.private()))
    text = base64.b64encode(der).decode()
    forms = [
        public_key_of(twin.made.story.private()),
        text,
        f"-----BEGIN PUBLIC KEY-----\n{text}\n-----END PUBLIC KEY-----",
        f"ed25519:{text}",
    ]
    assert {fingerprint_of(f) for f in forms} == {pin(twin)}
    assert {fingerprint_of(f) for f in (None, "", "?", base64.b64encode(bytes(32)).decode())} == {""}, (
        "what verifies nothing is never pinned"
    )


def test_who_accepted_the_screening_verdicts_is_told(twin: Case) -> None:
    decision = twin.decide()
    assert decision.accepted_by == ("钱总",)
    assert sum(c.rests_on_acceptance for c in decision.clauses) > 0


def test_an_edited_gate_file_is_refused_or_seen(twin: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    digest = twin.decide().gate_digest
    assert twin.decide(expect_gate=digest.upper()).open
    assert rules(twin.decide(expect_gate="0" * 64)) == {"gate.gate-unexpected"}
    laws = list(loader._packaged())
    for clause in sorted(DEMANDED["ota-release"]):
        with monkeypatch.context() as patch:
            edited = [Law(n, _without(c, clause) if n == "gates.toml" else c) for n, c in laws]
            patch.setattr(loader, "_packaged", lambda edited=edited: iter(edited))
            loader.load.cache_clear()
            with pytest.raises(CatalogueError):
                loader.load()
    loader.load.cache_clear()


def _without(content: bytes, clause: str) -> bytes:
    head, tail = content.decode().split("id = 'ota-release'")
    block, rest = tail.split("]\n", 1)
    return (head + "id = 'ota-release'" + block.replace(f"'{clause}',", "") + "]\n" + rest).encode()


def test_a_softened_gate_file_changes_the_digest(twin: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    digest = twin.decide().gate_digest
    law = walk.catalogue()
    gate = law.gates["ota-release"]
    softer = {**law.gates, "ota-release": gate.model_copy(update={"packages": False})}
    monkeypatch.setattr(
        walk, "catalogue", lambda: loader.Catalogue(law.instruments, law.clauses, softer, law.rules, law.glossary, law.sha256)
    )
    assert "gate.gate-unexpected" in rules(twin.decide([], expect_gate=digest))


def test_a_gate_file_in_the_dossier_is_ignored(twin: Case) -> None:
    text = "[[gate]]\nid = 'ota-release'\ntitle_zh = 'x'\ntitle_en = 'x'\nclauses = ['miit-2021-103/3.1']\n"
    for place in ("gates.toml", "catalogue/gates.toml", "profiles/gates.toml"):
        (twin.home / place).parent.mkdir(exist_ok=True)
        (twin.home / place).write_text(text, encoding="utf-8")
    decision = twin.decide()
    assert decision.open and len(decision.clauses) == 11


def _profile(case: Case, check: str, name: str, value: float) -> None:
    text = f'[limits."{check}".{name}]\nvalue = {value}\njustification = "house rule"\n'
    (case.home / "profiles").mkdir(exist_ok=True)
    (case.home / "profiles/house.toml").write_text(text, encoding="utf-8")


def test_a_profile_cannot_loosen(tmp_path: Path) -> None:
    def slow_doors(made: ReleaseDossier) -> None:
        from zhunru.records.update_event import UpdateEvent

        for at in [e.at for e in made.of(UpdateEvent) if e.event == "unlocked"]:
            assert made.change(UpdateEvent, _unlocked_at(at), at=at + timedelta(seconds=60)) == 1

    case = released(tmp_path, slow_doors)
    assert "ota.doors_open_from_inside" in rules(case.decide())
    _profile(case, "ota.doors_open_from_inside", "answer_s", 600.0)
    assert "ota.doors_open_from_inside" in rules(case.decide(profile="house"))


def _unlocked_at(at: datetime) -> Callable[[Any], bool]:
    return lambda e: bool(e.event == "unlocked" and e.at == at)


def test_a_profile_can_tighten(twin: Case) -> None:
    _profile(twin, "ota.doors_open_from_inside", "answer_s", 0.5)
    assert twin.decide().open
    assert "ota.doors_open_from_inside" in rules(twin.decide(profile="house"))


# The permit ------------------------------------------------------------------------------------------------------------------------------


def test_the_decision_is_chained_whether_open_or_held(twin: Case) -> None:
    from zhunru.engine.ledger import Ledger

    opened, permit = twin.sealed()
    twin.packages[0].write_bytes(b"x")
    held, none = twin.sealed()
    assert opened.open and permit and not held.open and none is None
    lines = [e for e in Ledger(twin.home / "ledger.jsonl").entries() if e.kind == "gate"]
    assert [e.body["open"] for e in lines] == [True, False]
    assert lines[0].digest == permit["ledger_line"]
    assert lines[1].body["packages"][0][1] == sha256(b"x").hexdigest()
    assert not (twin.home / "out/permit.json").exists(), "a permit of an earlier run does not outlive a later decision"


def test_the_machine_clock_is_in_utc_and_the_day_is_that_of_china(twin: Case) -> None:
    late = datetime(twin.now.year, twin.now.month, twin.now.day, 17, tzinfo=UTC)
    assert twin.decide(now=late).day == twin.made.story.on(-1)
