"""What the maker says, beside what the difference shows."""

from typing import Any

import pytest

from zhunru.range.configurations import CAR, approved, baseline, campaign, digest, ledgers
from zhunru.records.update_package import UpdatePackage
from zhunru.tables.approved_step import approved_steps
from zhunru.tables.claim_conflict import claim_conflicts
from zhunru.tables.difference.activities import activities
from zhunru.tables.difference.claims import Conflict, conflicts_of

IVI = {"units": {"IVI": {"version": "1.1", "digest": digest(9)}}}
HWP = {"functions": {"HWP": {"enabled": "是"}}}
POWER = {"parameters": {"P-power": {"value": "151"}}}


def package(**changed: object) -> UpdatePackage:
    plain = {"campaign": "U1", "package": "ivi.bin", "ecu": "IVI", "digest": digest(99), "from_versions": "1.0", "to_version": "1.1"}
    return UpdatePackage.model_validate(plain | changed)


def points(packages: list[UpdatePackage] | None, changed: Any, **claim: Any) -> list[Conflict]:
    (found,) = activities([campaign(**({"claimed_class": "A"} | claim))], ledgers(approved(), baseline("B1"), B1=changed))
    return conflicts_of(found, packages)


def told(found: list[Conflict]) -> set[tuple[str, str, bool]]:
    return {(c.id, c.text.en.split(";")[0].split(":")[0], c.certain) for c in found}


def test_a_true_claim_has_no_conflict() -> None:
    assert points([package()], IVI, automated_driving="否") == []
    assert points([package()], IVI | POWER, claimed_class="B") == []
    assert points([], HWP, claimed_class="C", automated_driving="是", functions="高速自动驾驶") == []
    assert points([], HWP, claimed_class="C", automated_driving="是", functions="hwp") == []


@pytest.mark.parametrize(
    ("claimed", "changed", "certain"),
    [("A", POWER, True), ("B", POWER, None), ("C", POWER, False), ("B", HWP, True), ("C", HWP, None), ("", POWER, False), ("A", {}, None), ("B", {}, False)],
)  # fmt: skip
def test_the_claimed_class(claimed: str, changed: Any, certain: bool | None) -> None:
    found = [c.certain for c in points([], changed, claimed_class=claimed, functions="HWP") if "class" in c.text.en]
    assert found == ([] if certain is None else [certain])


def test_a_class_that_is_too_light_only_for_earlier_changes_is_not_certain() -> None:
    rows = [campaign("U2", "B2", baseline_before="B1", claimed_class="A")]
    (found,) = activities(rows, ledgers(approved(), baseline("B1"), baseline("B2"), B1=POWER, B2=POWER))
    assert [(c.claimed, c.computed, c.certain) for c in conflicts_of(found, []) if "class" in c.text.en] == [("A", "B", False)]
    assert any("is not the approved one" in c.text.en for c in conflicts_of(found, []))


@pytest.mark.parametrize(("said", "changed", "certain"), [("否", HWP, True), ("是", HWP, None), ("", HWP, None), ("是", IVI, False)])
def test_the_mark_of_automated_driving(said: str, changed: Any, certain: bool | None) -> None:
    found = [c.certain for c in points([package()], changed, automated_driving=said, claimed_class="C") if "automated driving" in c.text.en]
    assert found == ([] if certain is None else [certain])


def test_functions_that_are_not_told_and_told_ones_that_do_not_differ() -> None:
    assert ("HWP", "a function differs that the activity does not tell", True) in told(points([], HWP, claimed_class="C"))
    assert ("ACC", "a function that the activity tells does not differ", False) in told(points([package()], IVI, functions="ACC"))
    assert told(points([package()], IVI, functions="WALL")) == set()  # its ECU got other software
    assert told(points([], {"flags": {"wall": {"value": "off"}}}, functions="壁纸")) == set()  # its switch differs


@pytest.mark.parametrize(
    ("packages", "point", "certain"),
    [
        ([], "the software of an ECU differs, but no package is for it", True),
        (None, "there is no list of packages to compare with", False),
        ([package(ecu="BMS")], "a package is for an ECU that does not differ", True),
        ([package(ecu="")], "a package does not name its ECU", False),
        ([package(ecu="")], "the software of an ECU differs, but no package is for it", False),
        ([package(to_version="1.2")], "a package leads to another version than the baseline after it", True),
        ([package(to_version="")], "a package or the baseline does not name the version", False),
        ([package(from_versions="0.9")], "a package does not fit the version before it", True),
        ([package(from_versions="0.9", form="整包")], "a package does not fit the version before it", False),
        ([package(digest="")], "the digest of a package is missing or unreadable", False),
        ([package(digest=digest(98))], "the digest that the activity names is none of the packages listed", False),
        ([package(campaign="U9")], "the software of an ECU differs, but no package is for it", True),
    ],
)
def test_packages(packages: list[UpdatePackage] | None, point: str, certain: bool) -> None:
    assert (point, certain) in {(c.text.en, c.certain) for c in points(packages, IVI)}


def test_without_a_predecessor_packages_cannot_be_compared() -> None:
    found = points([package()], IVI, baseline_before="")
    assert [(c.text.en.split(":")[0], c.certain) for c in found] == [("the activity names no baseline before it", False)]


def test_the_table_of_conflicts() -> None:
    sheets = ledgers(approved(), baseline("B1"), B1=POWER)
    frame = claim_conflicts([campaign(claimed_class="A")], *(list(s) for s in sheets), []).collect()
    assert frame.select("campaign", "product", "claimed", "computed", "certain").rows() == [("U1", CAR, "A", "B", True)]


def test_steps_between_approved_baselines() -> None:
    later = approved("Bx", day="2026-02-01", approval="A-7")
    frame = approved_steps(*(list(s) for s in ledgers(approved(), later, baseline("B1"), Bx=HWP, B1=POWER))).collect()
    assert frame.select("before", "after", "approval", "procedure").rows() == [("B0", "Bx", "A-7", "approve"), ("B0", "Bx", "A-7", "file")]
