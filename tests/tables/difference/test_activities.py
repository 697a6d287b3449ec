"""Against what an activity is compared, and what several add up to."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhunru.core.record import Origin
from zhunru.range.configurations import APPROVED, CAR, approved, baseline, campaign, digest, ledgers
from zhunru.records.update_campaign import UpdateCampaign
from zhunru.tables.difference.activities import Activity, activities
from zhunru.tables.difference.change import RANK, weightiest
from zhunru.tables.difference.defects import defect_told
from zhunru.tables.software_difference import software_differences, table_of

Changes = dict[str, dict[str, dict[str, Any] | None]]
A_SWITCH: Changes = {"flags": {"hwp_a": {"value": "1"}}}
B_SWITCH: Changes = {"flags": {"hwp_b": {"value": "1"}}}
BOTH: Changes = {"flags": {"hwp_a": {"value": "1"}, "hwp_b": {"value": "1"}}}
POWER: Changes = {"parameters": {"P-power": {"value": "151"}}}


def one(campaigns: list[UpdateCampaign], *args: Any, **kwargs: Any) -> Activity:
    return next(a for a in activities(campaigns, ledgers(*args, **kwargs)) if a.campaign.id == campaigns[-1].id)


def procedures(activity: Activity) -> set[str]:
    return {c.procedure for c in activity.changes}


def test_compared_with_the_latest_approved_baseline() -> None:
    found = one([campaign()], approved(), baseline("B1"), B1=POWER)
    assert found.base and found.base.id == "B0"
    assert [(c.id, c.procedure, c.scope, c.campaign, c.product, c.base) for c in found.changes] == [
        ("P-power", "permit", "own", "U1", CAR, "B0")
    ]


def test_nothing_changed_is_filed() -> None:
    found = one([campaign()], approved(), baseline("B1"))
    assert found.changes == ()
    assert weightiest(found.changes) == "file"


def test_the_predecessor_that_the_maker_names_is_no_base() -> None:
    """B1 was released without approval; U2 changes nothing against it, but everything since B0 still stands."""
    rows = [campaign(), campaign("U2", "B2", baseline_before="B1", released_on="2026-04-01")]
    found = one(rows, approved(), baseline("B1", state="released", day="2026-03-10"), baseline("B2", previous="B1"), B1=BOTH, B2=BOTH)
    assert found.base and found.base.id == "B0"
    assert "approve" in procedures(found)
    assert {c.scope for c in found.changes} == {"accumulated"}
    assert found.own == ()


@pytest.mark.parametrize(("day", "base"), [("2026-03-09", "Bx"), ("2026-03-10", "Bx"), ("2026-03-11", "B0")])
def test_what_was_approved_after_the_release_does_not_count(day: str, base: str) -> None:
    found = one([campaign()], approved(), approved("Bx", day=day), baseline("B1"), Bx=POWER, B1=POWER)
    assert found.base and found.base.id == base
    assert ("permit" in procedures(found)) is (base == "B0")


def test_the_planned_day_counts_where_nothing_was_released() -> None:
    rows = [campaign(released_on="", planned_start="2026-02-01")]
    found = one(rows, approved(), approved("Bx", day="2026-02-02"), baseline("B1"), Bx=POWER, B1=POWER)
    assert found.base and found.base.id == "B0"


def test_calling_the_outcome_approved_approves_nothing() -> None:
    found = one([campaign()], approved(), approved("B1", day="2026-03-01"), B1=BOTH)
    assert found.base and found.base.id == "B0"
    assert "approve" in procedures(found)


@pytest.mark.parametrize(
    ("rows", "baselines"),
    [
        ([campaign(baseline_after="")], [approved(), baseline("B1")]),
        ([campaign(baseline_after="B7")], [approved(), baseline("B1")]),
        ([campaign(product="")], [approved(), baseline("B1")]),
        ([campaign(product="别的车")], [approved(), baseline("B1")]),
        ([campaign()], [baseline("B0", state="filed", day="2026-01-01"), baseline("B1")]),
        ([campaign()], [approved(product="别的车"), baseline("B1")]),
        ([campaign()], [approved(day="2026-03-11"), baseline("B1")]),
        ([campaign()], [approved(day=""), baseline("B1")]),
        ([campaign()], [approved(approval=""), baseline("B1")]),
        ([campaign()], [approved(), approved("Bx"), baseline("B1")]),
        ([campaign()], [approved(), approved(complete="units"), baseline("B1")]),
        ([campaign()], [approved(), baseline("B1"), baseline("B1", complete="units")]),
        ([campaign()], [approved(), baseline("B1", complete="")]),
        ([campaign()], [approved().model_copy(update={"origin": Origin(problems=("基线日期: ?",))}), baseline("B1")]),
    ],
)
def test_without_a_sure_comparison_it_is_held(rows: list[UpdateCampaign], baselines: list[Any]) -> None:
    assert weightiest(one(rows, *baselines).changes) == "unknown"


def test_each_product_has_its_own_base() -> None:
    found = activities([campaign(product=f"{CAR}; 样车二号")], ledgers(approved(), baseline("B1", product=f"{CAR}; 样车二号"), B1=POWER))
    assert [(a.product, a.base.id if a.base else None) for a in found] == [(CAR, "B0"), ("样车二号", None)]
    assert weightiest(found[1].changes) == "unknown"


# Two activities that are harmless apart --------------------------------------------------------------------------------------------------

PAIR = [campaign("UA", "BA"), campaign("UB", "BB", released_on="2026-04-01")]


def test_two_activities_that_are_harmless_apart() -> None:
    sheets = ledgers(approved(), baseline("BA"), baseline("BB"), BA=A_SWITCH, BB=B_SWITCH)
    alone = [activities([c], sheets)[0] for c in PAIR]
    assert [weightiest(a.changes) for a in alone] == ["file", "file"]
    both = activities(PAIR, sheets)
    assert [weightiest(a.changes) for a in both] == ["approve", "approve"]
    new = [c for c in both[1].changes if c.scope == "together"]
    assert {(c.matter, c.id, c.procedure, c.others) for c in new} >= {("function", "HWP", "approve", "UA")}


def test_code_first_and_the_switch_later() -> None:
    """A brings a switch that only a function of level 3 cites, off; B, built beside it, turns it on."""
    new: Changes = {
        "flags": {"hwp_a": {"value": "1"}, "hwp_c": {"value": "0", "ecu": "ADC"}},
        "functions": {"HWP": {"flags": "hwp_a; hwp_c"}},
    }
    flip: Changes = {"flags": {"hwp_c": {"value": "1", "ecu": "ADC", "functions": "HWP"}}}
    both = activities(PAIR, ledgers(approved(), baseline("BA"), baseline("BB"), BA=new, BB=flip))
    assert any(c.matter == "function" and c.change == "re_enabled" for c in both[1].changes)


def test_an_activity_that_another_is_built_upon_is_part_of_it() -> None:
    rows = [campaign("UA", "BA"), campaign("UB", "BB", baseline_before="BA", released_on="2026-04-01")]
    found = activities(rows, ledgers(approved(), baseline("BA"), baseline("BB"), BA=A_SWITCH, BB=BOTH))
    assert [weightiest(a.changes) for a in found] == ["file", "approve"]
    assert {(c.id, c.scope) for c in found[1].changes if c.matter == "flag"} == {("hwp_a", "accumulated"), ("hwp_b", "own")}
    assert not any(c.scope == "together" for a in found for c in a.changes)


def test_activities_on_another_product_do_not_add_up() -> None:
    rows = [PAIR[0].model_copy(update={"product": ("样车二号",)}), PAIR[1]]
    sheets = ledgers(
        approved(), approved("C0", product="样车二号"), baseline("BA", product="样车二号"), baseline("BB"), BA=A_SWITCH, BB=B_SWITCH
    )
    assert [weightiest(a.changes) for a in activities(rows, sheets)] == ["file", "file"]


def test_baselines_that_follow_each_other_in_a_circle_do_not_hang() -> None:
    rows = [campaign("UA", "BA", baseline_before="BB"), campaign("UB", "BB", baseline_before="BA")]
    assert len(activities(rows, ledgers(approved(), baseline("BA", previous="BB"), baseline("BB", previous="BA")))) == 2


# Defects ---------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"recall": "R-1"}, "certain"),
        ({"claimed_class": "D"}, "certain"),
        ({"cause": "召回"}, "certain"),
        ({"cause": "制动失效的安全隐患"}, "certain"),
        ({"purpose": "消除制动失效的安全隐患"}, "possible"),
        ({"cause": "与召回R-1无关的改进"}, "possible"),
        ({"cause": "Safety hazard"}, "certain"),
        ({"content": "Fixes a safety hazard"}, "possible"),
        ({"cause": "用户投诉"}, "possible"),
        ({"content": "修复充电故障"}, "possible"),
        ({"cause": "field complaints"}, "possible"),
        ({"cause": "改进", "content": "优化体验"}, "no"),
        ({"cause": "不涉及召回"}, "no"),
        ({"cause": "非缺陷，体验优化"}, "no"),
        ({"cause": "No defect"}, "no"),
        ({"cause": "不涉及召回，但有投诉"}, "possible"),
        ({"cause": "非缺陷", "content": "修复缺陷"}, "possible"),
        ({}, "no"),
    ],
)
def test_words_of_a_defect(fields: dict[str, Any], told: str) -> None:
    assert defect_told(campaign(**fields)) == told


def test_a_defect_leads_to_the_recall_and_a_doubt_is_held() -> None:
    assert procedures(one([campaign(recall="R-1")], approved(), baseline("B1"))) == {"recall"}
    assert procedures(one([campaign(cause="投诉")], approved(), baseline("B1"))) == {"unknown"}


# Whatever the order, whatever comes on top -----------------------------------------------------------------------------------------------

LAYERS: list[Changes] = [A_SWITCH, B_SWITCH, POWER, {"units": {"IVI": {"digest": digest(7)}}}, {"functions": {"X": {"level": 2}}}, {}]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(range(len(LAYERS))), min_size=1, max_size=4, unique=True), st.randoms())
def test_order_of_rows_does_not_matter_and_more_activities_never_lower_it(chosen: list[int], order: Any) -> None:
    rows = [campaign(f"U{i}", f"N{i}", released_on=f"2026-0{i + 2}-01") for i in chosen]
    sheets = ledgers(approved(), *(baseline(f"N{i}") for i in chosen), **{f"N{i}": LAYERS[i] for i in chosen})
    found = activities(rows, sheets)
    mixed = sheets._replace(**{k: tuple(order.sample(v, len(v))) for k, v in sheets._asdict().items()})
    assert activities(order.sample(rows, len(rows)), mixed) == found
    for activity in found:
        alone = activities([activity.campaign], sheets)[0]
        assert RANK[weightiest(activity.changes)] >= RANK[weightiest(alone.changes)]


def test_the_table_holds_every_change() -> None:
    sheets = ledgers(approved(), baseline("BA"), baseline("BB"), BA=A_SWITCH, BB=B_SWITCH)
    found = activities(PAIR, sheets)
    frame = table_of(found).collect()
    assert frame.height == sum(len(a.changes) for a in found)
    derived = software_differences(PAIR, *(list(s) for s in sheets), None).collect()
    assert derived.equals(frame)
    row = frame.filter(scope="together", matter="function").row(0, named=True)
    assert (row["campaign"], row["others"], row["rule"], row["ecus"]) == ("UA", "UB", "G2", "ADC")
    assert APPROVED["functions"]["HWP"]["name"] in row["before"]


def test_sheets_that_are_not_there_are_empty_ones() -> None:
    frame = software_differences([campaign()], [approved(), baseline("B1")], None, None, None, None, None, None).collect()
    assert set(frame["procedure"]) == {"unknown"}
    assert software_differences([], [], None, None, None, None, None, None).collect().height == 0
