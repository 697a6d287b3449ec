"""Days, states, order and coverage of the three filings, just below, at and above."""

from datetime import date
from typing import Any

import pytest

from zhunru.checks.ota.filings_precede_the_push import filings_precede_the_push
from zhunru.core.finding import Folded, fold
from zhunru.core.record import Origin
from zhunru.core.subject import Subject
from zhunru.core.verdict import Verdict
from zhunru.records.filing import Filing
from zhunru.records.filing_move import FilingMove
from zhunru.records.filing_standing import next_move, standings
from zhunru.records.update_campaign import UpdateCampaign
from zhunru.records.update_execution import UpdateExecution
from zhunru.records.vehicle_function import VehicleFunction

CAR = Subject(name="样车", maker="厂", automation_level=2, ota=True)
ACCEPTED = {"E": "2026-01-20", "M": "2026-02-10", "A": "2026-03-09"}
MATTER = {"E": "enterprise", "M": "model_function", "A": "activity"}


def campaign(**changed: object) -> UpdateCampaign:
    return UpdateCampaign.model_validate({"id": "U", "product": "样车", "functions": "NOA", "released_on": "2026-03-10"} | changed)


def filing(number: str, **changed: object) -> Filing:
    plain: dict[str, Any] = {"id": number, "matter": MATTER[number], "state": "accepted", "filed_on": "2026-01-05", "receipt": "R"}
    plain |= {
        "accepted_on": ACCEPTED[number],
        "product": "样车",
        "functions": "NOA;ACC",
        "authority": "工业和信息化部；国家市场监督管理总局",
    }
    return Filing.model_validate(plain | {"campaign": "U" if number == "A" else ""} | changed)


def judge(
    *changed: Filing,
    campaigns: list[UpdateCampaign] | None = None,
    moves: list[FilingMove] | None = None,
    executions: list[UpdateExecution] | None = None,
    functions: list[VehicleFunction] | None = None,
    without: str = "",
) -> Folded:
    rows = {n: [filing(n)] for n in ACCEPTED if n != without}
    for row in changed:
        rows[row.id[0]] = [r for r in rows.get(row.id[0], []) if r.id != row.id] + [row]
    flat = [r for group in rows.values() for r in group]
    return fold(filings_precede_the_push(campaigns or [campaign()], flat, moves, executions, functions, CAR))


def says(folded: Folded) -> tuple[Verdict, str]:
    return folded.verdict, folded.kept[0].text.en


@pytest.mark.parametrize("number", ["E", "M", "A"])
@pytest.mark.parametrize(
    ("day", "verdict"), [("2026-03-09", Verdict.PASS), ("2026-03-10", Verdict.INCONCLUSIVE), ("2026-03-11", Verdict.FAIL)]
)
def test_each_of_the_three_is_accepted_before_the_first_day(number: str, day: str, verdict: Verdict) -> None:
    later = {"E": ["E", "M", "A"], "M": ["M", "A"], "A": ["A"]}[number]  # those after it move along, so that the order holds
    assert judge(*(filing(n, accepted_on=day) for n in later)).verdict is verdict


@pytest.mark.parametrize("number", ["E", "M", "A"])
def test_a_missing_one_is_a_breach(number: str) -> None:
    assert judge(without=number).verdict is Verdict.FAIL


@pytest.mark.parametrize(
    ("changed", "verdict", "said"),
    [
        ({"state": "filed"}, Verdict.FAIL, "not accepted"),
        ({"state": "supplemented"}, Verdict.FAIL, "not accepted"),
        ({"state": "drafted"}, Verdict.FAIL, "not accepted"),
        ({"state": ""}, Verdict.INCONCLUSIVE, "state of the filing"),
        ({"state": "withdrawn", "withdrawn_on": "2026-03-10"}, Verdict.FAIL, "withdrawn by"),
        ({"state": "withdrawn", "withdrawn_on": "2026-03-11"}, Verdict.PASS, "all three"),
        ({"state": "withdrawn"}, Verdict.INCONCLUSIVE, "unknown day"),
        ({"receipt": ""}, Verdict.INCONCLUSIVE, "receipt"),
        ({"filed_on": ""}, Verdict.INCONCLUSIVE, "handing in"),
        ({"accepted_on": ""}, Verdict.INCONCLUSIVE, "day of acceptance"),
        ({"filed_on": "2026-03-10"}, Verdict.INCONCLUSIVE, "contradict"),
        ({"returned_on": "2026-02-02", "supplemented_on": "2026-02-01"}, Verdict.INCONCLUSIVE, "contradict"),
        ({"returned_on": "2026-02-02", "supplemented_on": "2026-02-02"}, Verdict.PASS, "all three"),
        ({"valid_until": "2026-03-09"}, Verdict.FAIL, "expired"),
        ({"valid_until": "2026-03-10"}, Verdict.PASS, "all three"),
        ({"campaign": "V"}, Verdict.FAIL, "no filing of this activity"),
        ({"campaign": ""}, Verdict.FAIL, "no filing of this activity"),
        ({"campaign": " ｕ "}, Verdict.PASS, "all three"),
        ({"product": ""}, Verdict.INCONCLUSIVE, "names no model"),
        ({"product": "别的车"}, Verdict.FAIL, "every model"),
        ({"authority": "工信部"}, Verdict.INCONCLUSIVE, "both"),
        ({"authority": ""}, Verdict.INCONCLUSIVE, "both"),
        ({"authority": "MIIT;SAMR"}, Verdict.PASS, "all three"),
        ({"origin": Origin(problems=("回执: ?",))}, Verdict.INCONCLUSIVE, "cannot be read"),
    ],
)
def test_the_filing_of_the_activity(changed: dict[str, Any], verdict: Verdict, said: str) -> None:
    folded = judge(filing("A", **changed))
    assert folded.verdict is verdict
    assert said in folded.kept[0].text.en


def test_both_authorities_are_asked_for_from_the_day_of_the_rule_on() -> None:
    early = {n: {"accepted_on": f"2025-01-1{i}", "filed_on": "2025-01-05"} for i, n in enumerate("EMA")}
    rows = [filing("E", **early["E"]), filing("M", **early["M"]), filing("A", authority="工信部", **early["A"])]
    assert judge(*rows, campaigns=[campaign(released_on="2025-02-27")]).verdict is Verdict.PASS
    assert judge(*rows, campaigns=[campaign(released_on="2025-02-28")]).verdict is Verdict.INCONCLUSIVE


@pytest.mark.parametrize(
    ("functions", "verdict"), [("NOA", Verdict.PASS), ("noa ", Verdict.PASS), ("ACC", Verdict.FAIL), ("", Verdict.INCONCLUSIVE)]
)
def test_the_filing_of_functions_names_what_is_touched(functions: str, verdict: Verdict) -> None:
    assert judge(filing("M", functions=functions)).verdict is verdict


def test_two_filings_of_functions_together_are_enough_but_only_standing_ones() -> None:
    both = campaign(functions="NOA;APA")
    assert judge(filing("M", functions="NOA"), filing("A"), campaigns=[both]).verdict is Verdict.FAIL
    second = filing("M", functions="APA").model_copy(update={"id": "M2"})
    assert judge(filing("M", functions="NOA"), second, campaigns=[both]).verdict is Verdict.PASS
    rejected = second.model_copy(update={"state": "returned"})
    assert judge(filing("M", functions="NOA"), rejected, campaigns=[both]).verdict is Verdict.FAIL


def test_every_model_of_the_activity_is_filed() -> None:
    two = campaign(product="样车;样车二")
    activity = filing("A", product="样车;样车二")
    assert judge(activity, campaigns=[two]).verdict is Verdict.FAIL
    assert judge(activity, filing("M", product="样车；样车二"), campaigns=[two]).verdict is Verdict.PASS


def function(baseline: str, number: str, **changed: object) -> VehicleFunction:
    return VehicleFunction.model_validate({"baseline": baseline, "id": number, "level": 2, "enabled": "是"} | changed)


def test_a_function_that_only_the_baselines_show_counts() -> None:
    hidden = campaign(functions="", baseline_before="B1", baseline_after="B2")
    same = [function(b, "APA") for b in ("B1", "B2")]
    assert judge(campaigns=[hidden]).verdict is Verdict.INCONCLUSIVE, "neither told nor listed"
    assert judge(campaigns=[hidden], functions=same).verdict is Verdict.PASS
    assert judge(campaigns=[hidden], functions=[*same, function("B2", "HPA")]).verdict is Verdict.FAIL
    assert judge(campaigns=[hidden], functions=[same[0], function("B2", "APA", level=3)]).verdict is Verdict.FAIL
    named = [*same, function("B1", "F-1", name="NOA"), function("B2", "F-1", name="NOA", enabled="否")]
    assert judge(campaigns=[hidden], functions=named).verdict is Verdict.PASS, "filed under its name, listed under its id"


@pytest.mark.parametrize(
    ("enterprise", "model", "verdict"), [("2026-02-10", "2026-02-10", Verdict.PASS), ("2026-02-11", "2026-02-10", Verdict.FAIL)]
)
def test_the_three_come_in_order(enterprise: str, model: str, verdict: Verdict) -> None:
    assert judge(filing("E", accepted_on=enterprise), filing("M", accepted_on=model)).verdict is verdict


@pytest.mark.parametrize(
    ("moment", "verdict"),
    [
        ("2026-03-09T23:59:00+08:00", Verdict.INCONCLUSIVE),
        ("2026-03-09T16:01:00+00:00", Verdict.PASS),  # the 10th in China
        ("2026-03-08T12:00:00+08:00", Verdict.FAIL),
    ],
)
@pytest.mark.parametrize("field", ["pushed_at", "started_at", "notified_at"])
def test_the_first_car_counts_not_the_day_told(field: str, moment: str, verdict: Verdict) -> None:
    car = UpdateExecution.model_validate({"campaign": "u", "vin": "V", field: moment})
    assert judge(executions=[car]).verdict is verdict


def test_planned_and_foreign_activities_break_nothing_for_certain() -> None:
    planned = campaign(released_on="", released="否", planned_start="2026-03-10")
    assert judge(campaigns=[planned]).verdict is Verdict.PASS
    assert judge(campaigns=[planned], without="A").verdict is Verdict.INCONCLUSIVE
    assert judge(campaigns=[campaign(released_on="", released="是")]).verdict is Verdict.INCONCLUSIVE
    assert judge(campaigns=[campaign(released_on="", released="否")]).verdict is Verdict.INCONCLUSIVE
    foreign = judge(campaigns=[campaign(), campaign(id="W", product="别的车")])
    assert foreign.totals == {"breach": 0, "gap": 1, "ok": 1}
    unread = campaign(released_on="").model_copy(update={"origin": Origin(problems=("发布日期: 三月",))})
    assert judge(campaigns=[unread]).verdict is Verdict.INCONCLUSIVE


def moved(*verbs: tuple[str, str], start: Filing) -> list[FilingMove]:
    moves: list[FilingMove] = []
    for verb, day in verbs:
        (now,) = standings([start], moves)
        moves.append(next_move(moves, now.filing, verb, day=day, receipt="R-9" if verb == "accept" else "", person="赵六"))
    return moves


WAY = (("file", "2026-02-01"), ("return", "2026-02-05"), ("supplement", "2026-02-10"), ("accept", "2026-03-09"))


def test_moves_carry_a_draft_to_acceptance() -> None:
    draft = filing("A", state="drafted", filed_on="", accepted_on="", receipt="")
    moves = moved(*WAY, start=draft)
    assert judge(draft).verdict is Verdict.FAIL
    assert judge(draft, moves=moves).verdict is Verdict.PASS
    assert judge(draft, moves=moves[:3]).verdict is Verdict.FAIL, "supplemented is not accepted"
    assert judge(draft, moves=[*moves, *moved(*WAY, ("withdraw", "2026-03-10"), start=draft)[4:]]).verdict is Verdict.FAIL


@pytest.mark.parametrize(
    "spoil",
    [
        lambda m: [*m[:1], *m[2:]],  # a row lost
        lambda m: [*m, m[-1]],  # a row twice
        lambda m: [m[0], m[1].model_copy(update={"note": "x"}), *m[2:]],
        lambda m: [m[0].model_copy(update={"previous": "1" * 64}), *m[1:]],
        lambda m: [*m[:3], m[3].model_copy(update={"verb": "publish"})],
        lambda m: [*m[:3], m[3].model_copy(update={"from_state": "filed"})],
        lambda m: [*m[:3], m[3].model_copy(update={"day": None})],
    ],
)
def test_a_ledger_of_moves_that_was_tampered_with_is_no_pass(spoil: Any) -> None:
    draft = filing("A", state="drafted", filed_on="", accepted_on="", receipt="")
    assert judge(draft, moves=spoil(moved(*WAY, start=draft))).verdict is Verdict.INCONCLUSIVE


def test_rows_of_one_filing_that_differ_are_no_pass() -> None:
    rows = [filing(n) for n in "EMA"] + [filing("A", receipt="R-2")]
    assert fold(filings_precede_the_push([campaign()], rows, None, None, None, CAR)).verdict is Verdict.INCONCLUSIVE
    rows = [filing(n) for n in "EMA"] + [filing("A")]
    assert fold(filings_precede_the_push([campaign()], rows, None, None, None, CAR)).verdict is Verdict.PASS


@pytest.mark.parametrize("miit", ["工信部", "工业和信息化部", "MIIT", "EIDC", "工业和信息化部装备工业发展中心", "装备中心"])
@pytest.mark.parametrize("samr", ["市场监管总局", "国家市场监督管理总局", "SAMR", "缺陷产品召回技术中心"])
def test_names_of_the_two_authorities(miit: str, samr: str) -> None:
    assert judge(filing("A", authority=f"{miit};{samr}")).verdict is Verdict.PASS
    assert judge(filing("A", authority=miit)).verdict is Verdict.INCONCLUSIVE


def test_what_is_certain_outweighs_what_cannot_be_told() -> None:
    folded = judge(filing("E", receipt=""), filing("A", state="returned"))
    assert folded.verdict is Verdict.FAIL
    assert "not accepted" in folded.kept[0].text.en


def test_the_finding_names_the_three_filings_or_the_row_at_fault() -> None:
    assert judge().kept[0].facts["filings"] == "E; M; A"
    late = filing("A", accepted_on="2026-03-11", origin=Origin("f.xlsx", "备案", 7))
    assert judge(late).kept[0].facts["filing_row"] == 7


def test_of_several_the_one_that_stands_counts_and_the_earliest_decides_the_order() -> None:
    second = filing("E").model_copy(update={"id": "E2", "accepted_on": date(2026, 2, 20)})
    assert judge(second).verdict is Verdict.PASS, "the enterprise was filed in January already"
    bad = filing("A").model_copy(update={"id": "A2", "state": "returned"})
    assert judge(bad).verdict is Verdict.PASS
    unsure = filing("A").model_copy(update={"id": "A2", "receipt": None})
    assert judge(filing("A", state="returned"), unsure).verdict is Verdict.INCONCLUSIVE


def test_an_activity_without_a_model_is_of_the_subject() -> None:
    assert judge(campaigns=[campaign(product="")]).verdict is Verdict.PASS
    assert judge(filing("M", product="别的车"), campaigns=[campaign(product="")]).verdict is Verdict.FAIL


def test_a_second_filing_of_functions_in_doubt_leaves_it_open() -> None:
    both = campaign(functions="NOA;APA")
    unsure = filing("M", functions="APA").model_copy(update={"id": "M2", "receipt": None})
    assert judge(filing("M", functions="NOA"), unsure, campaigns=[both]).verdict is Verdict.INCONCLUSIVE


def test_nothing_of_this_product_is_a_gap() -> None:
    assert fold(filings_precede_the_push([], None, None, None, None, CAR)).totals["gap"] == 1


def test_a_planned_activity_in_doubt_keeps_the_reason() -> None:
    planned = campaign(released_on="", released="否", planned_start="2026-03-10")
    assert "receipt" in judge(filing("A", receipt=""), campaigns=[planned]).kept[0].text.en
