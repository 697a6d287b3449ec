"""Boundary cases of the checks on the card register."""

import time
from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest

from zhunru.checks.cyber.sim_numbers_are_valid import sim_numbers_are_valid
from zhunru.checks.cyber.sim_owner_is_verified import sim_owner_is_verified
from zhunru.checks.cyber.sim_register_is_consistent import sim_register_is_consistent
from zhunru.core.finding import Finding, fold
from zhunru.core.record import Origin
from zhunru.core.verdict import Verdict
from zhunru.records.sim_card import SimCard
from zhunru.records.vehicle import Vehicle

ONE, TWO = "LSVAA49J0X2000001", "1M8GDM9AXKP042788"
ICCID = "89860112345678901237"
CARS = [Vehicle(vin=ONE, status="sold"), Vehicle(vin=TWO, status="scrapped")]
DAY = date(2026, 6, 1)


def card(**changed: Any) -> SimCard:
    return SimCard.model_validate({"iccid": ICCID, "vin": ONE, "status": "在用"} | changed)


def judged(findings: Iterable[Finding]) -> Verdict:
    """Fold; what is open must say why."""
    folded = fold(findings)
    assert folded.verdict is not Verdict.INCONCLUSIVE or folded.totals["gap"]
    return folded.verdict


def register(*cards: SimCard, cars: list[Vehicle] | None = CARS) -> Verdict:
    return judged(sim_register_is_consistent(list(cards), cars, DAY))


@pytest.mark.parametrize(("start", "verdict"), [("2026-03-01", Verdict.FAIL), ("2026-03-02", Verdict.PASS)])
def test_one_card_moves_between_cars(start: str, verdict: Verdict) -> None:
    cars = [Vehicle(vin=ONE, status="sold"), Vehicle(vin=TWO, status="sold")]
    assert register(card(bound_until="2026-03-01"), card(vin=TWO, bound_from=start), cars=cars) is verdict


def test_rows_of_one_card() -> None:
    assert register(card(), card()) is Verdict.INCONCLUSIVE
    assert register(card(), card(status="注销", vin=TWO)) is Verdict.PASS
    assert (
        register(card(cancelled="2026-01-31", status="库存"), card(iccid="89860112345678901245", bound_from="2026-02-01")) is Verdict.PASS
    )
    assert register(card(cancelled="2026-02-01"), card(iccid="89860112345678901245", bound_from="2026-02-01")) is Verdict.FAIL


@pytest.mark.parametrize(
    ("changed", "verdict"),
    [
        ({"vin": ""}, Verdict.FAIL),
        ({"vin": "", "status": "停机"}, Verdict.FAIL),
        ({"vin": "", "status": "库存"}, Verdict.PASS),
        ({"vin": "", "status": ""}, Verdict.INCONCLUSIVE),
        ({"vin": "LSVAA49J0X2000009"}, Verdict.FAIL),
        ({"vin": TWO}, Verdict.FAIL),
        ({"vin": TWO, "status": "停机"}, Verdict.PASS),
        ({"vin": TWO, "status": ""}, Verdict.INCONCLUSIVE),
        ({"status": ""}, Verdict.PASS),
        ({"bound_until": "2026-05-31"}, Verdict.FAIL),
        ({"bound_until": "2026-05-31", "status": "停机"}, Verdict.FAIL),
        ({"bound_until": "2026-06-01"}, Verdict.PASS),
        ({"cancelled": "2026-06-01"}, Verdict.INCONCLUSIVE),
        ({"cancelled": "2026-06-02"}, Verdict.PASS),
        ({"bound_from": "2026-06-01"}, Verdict.PASS),
        ({"bound_from": "2026-06-02"}, Verdict.INCONCLUSIVE),
        ({"bound_from": "2026-05-01", "bound_until": "2020-01-01"}, Verdict.INCONCLUSIVE),
        ({"bound_from": "2026-05-01", "bound_until": "2020-01-01", "status": ""}, Verdict.INCONCLUSIVE),
        ({"vin": " lsvaa49j0x2000001"}, Verdict.PASS),
    ],
)
def test_orphans_and_scrapped_vehicles(changed: dict[str, str], verdict: Verdict) -> None:
    assert register(card(**changed)) is verdict


@pytest.mark.parametrize(
    "number", ["8986 0112 3456 7890 1237", "８９８６０１１２３４５６７８９０１２３７", "89860112345678901237F", "8986-01123456789012-37f"]
)
def test_one_card_written_in_two_ways_in_two_cars(number: str) -> None:
    cars = [Vehicle(vin=ONE, status="sold"), Vehicle(vin=TWO, status="sold")]
    assert register(card(), card(iccid=number, vin=TWO), cars=cars) is Verdict.FAIL
    assert register(card(), card(iccid=number), cars=cars) is Verdict.INCONCLUSIVE


def test_vehicle_ledgers_that_contradict_each_other() -> None:
    twice = [Vehicle(vin=ONE, status="scrapped"), Vehicle(vin=ONE.lower(), status="sold")]
    for cars in (twice, twice[::-1]):
        assert register(card(), cars=cars) is Verdict.FAIL
        assert register(card(status="停机"), cars=cars) is Verdict.INCONCLUSIVE
    assert register(card(), cars=[Vehicle(vin=ONE), Vehicle(vin=ONE, status="sold")]) is Verdict.PASS


def test_two_cards_in_a_car_where_two_are_meant() -> None:
    cards = [card(), card(iccid="89860112345678901245")]
    assert fold(sim_register_is_consistent(cards, CARS, DAY)).verdict is Verdict.FAIL
    assert fold(sim_register_is_consistent(cards, CARS, DAY, cards_per_vehicle=2)).verdict is Verdict.PASS


def test_a_hostile_register_ends_in_time_and_never_passes() -> None:
    began = time.process_time()
    assert register(*[card(origin=Origin(row=n)) for n in range(20_000)]) is Verdict.INCONCLUSIVE
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    ("changed", "use", "verdict"),
    [
        ({}, "production", Verdict.PASS),
        ({"iccid": "8986011234567890123"}, "production", Verdict.INCONCLUSIVE),
        ({"iccid": "898601123456789012"}, "production", Verdict.FAIL),
        ({"iccid": "8986011234567890123A"}, "production", Verdict.INCONCLUSIVE),
        ({"iccid": "898601123456789012370"}, "production", Verdict.FAIL),
        ({"iccid": "79860112345678901237"}, "production", Verdict.FAIL),
        ({"vin": "LFV2A21K0A3000001"}, "production", Verdict.FAIL),
        ({"vin": "LFV2A21K0A3000001"}, "test", Verdict.INCONCLUSIVE),
        ({"vin": "LFV2A21K0A3000001"}, None, Verdict.INCONCLUSIVE),
        ({"vin": "LFV2A21K0A300000"}, "test", Verdict.FAIL),
        ({"vin": "LFV2A21K0A3O00001"}, "test", Verdict.FAIL),
        ({"id_kind": "身份证", "id_number": "11010519491231002x"}, "production", Verdict.PASS),
        ({"id_kind": "身份证", "id_number": "91350100M000100Y43"}, "production", Verdict.FAIL),
        ({"id_kind": "营业执照", "id_number": "91350100M000100Y43"}, "production", Verdict.PASS),
        ({"id_kind": "护照", "id_number": "E1"}, "production", Verdict.PASS),
        ({"id_number": "E1"}, "production", Verdict.INCONCLUSIVE),
        ({"id_number": "91350100M000100Y43"}, "production", Verdict.PASS),
        ({"imei": "490154203237518"}, "production", Verdict.PASS),
        ({"imei": "490154203237519"}, "production", Verdict.FAIL),
        ({"imei": "4901542032375180"}, "production", Verdict.INCONCLUSIVE),
        ({"imsi": "460001234567890"}, "production", Verdict.PASS),
        ({"imsi": "310001234567890"}, "production", Verdict.INCONCLUSIVE),
        ({"msisdn": "13800138000"}, "production", Verdict.PASS),
        ({"msisdn": "138001380001"}, "production", Verdict.INCONCLUSIVE),
        ({"msisdn": "1440012345678"}, "production", Verdict.PASS),
        ({"msisdn": "1380013800A"}, "production", Verdict.INCONCLUSIVE),
        ({"iccid": "8986011234567890１２３"}, "production", Verdict.FAIL),
        ({"iccid": "8986011234567890-237"}, "production", Verdict.FAIL),
        ({"vin": ""}, "production", Verdict.PASS),
        ({"vin": "ＬFV2A21K0A3000001"}, "test", Verdict.FAIL),
        ({"vin": "LFV2A21K0A30000-1"}, "test", Verdict.FAIL),
        ({"id_kind": "营业执照", "id_number": "11010519491231002X"}, "production", Verdict.FAIL),
        ({"id_number": "11010519491231002X"}, "production", Verdict.PASS),
        ({"id_kind": "身份证", "id_number": ""}, "production", Verdict.PASS),
        ({"id_kind": "港澳通行证", "id_number": "H1"}, "production", Verdict.PASS),
        ({"id_kind": "其他", "id_number": "X1"}, "production", Verdict.PASS),
        ({"imei": "49015420323751"}, "production", Verdict.FAIL),
        ({"imei": "4901542032375126"}, "production", Verdict.INCONCLUSIVE),
        ({"imei": "490154203237512A"}, "production", Verdict.FAIL),
        ({"imsi": "46000123456789"}, "production", Verdict.INCONCLUSIVE),
        ({"imsi": "46000123456789A"}, "production", Verdict.INCONCLUSIVE),
        ({"imsi": "461001234567890"}, "production", Verdict.PASS),
        ({"iccid": "89860112345678901238", "imei": "490154203237519"}, "production", Verdict.FAIL),
    ],
)
def test_numbers(changed: dict[str, str], use: Any, verdict: Verdict) -> None:
    row = card(**changed)
    cars = [Vehicle(vin=row.vin or "X", use=use)]
    assert judged(sim_numbers_are_valid([row], cars, DAY)) is verdict


def test_a_person_born_after_the_day_of_assessment() -> None:
    row = card(id_kind="身份证", id_number="11010519491231002X")
    assert fold(sim_numbers_are_valid([row], None, date(1949, 12, 31))).verdict is Verdict.PASS
    assert fold(sim_numbers_are_valid([row], None, date(1949, 12, 30))).verdict is Verdict.FAIL


WHOLE: dict[str, Any] = {
    "owner": "张三", "id_kind": "身份证", "id_number": "11010519491231002X", "verified": "通过",
    "registered": "2026-03-01 10:00:00", "activated": "2026-03-01 10:00:00",
}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "verdict"),
    [
        ({}, Verdict.PASS),
        ({"activated": "2026-03-01 09:59:59"}, Verdict.FAIL),
        ({"activated": ""}, Verdict.INCONCLUSIVE),
        ({"registered": ""}, Verdict.INCONCLUSIVE),
        ({"verified": ""}, Verdict.INCONCLUSIVE),
        ({"verified": "未通过"}, Verdict.FAIL),
        ({"id_number": ""}, Verdict.FAIL),
        ({"id_kind": "", "origin": Origin(problems=("证件类型: 会员卡",))}, Verdict.INCONCLUSIVE),
        ({"status": "停机"}, Verdict.INCONCLUSIVE),
        ({"registered": "2026-06-01 23:59:00", "activated": "2026-06-01 23:59:00"}, Verdict.PASS),
        ({"registered": "2026-06-02 00:00:00", "activated": "2026-06-02 00:00:00"}, Verdict.INCONCLUSIVE),
        ({"activated": "2029-03-01 00:00:00"}, Verdict.INCONCLUSIVE),
        ({"origin": Origin(problems=("过户日期: 5/6/2026",))}, Verdict.INCONCLUSIVE),
        ({"owner_changed": "2026-03-01"}, Verdict.PASS),
        ({"owner_changed": "2026-05-25"}, Verdict.INCONCLUSIVE),
        ({"owner_changed": "2026-05-24"}, Verdict.FAIL),
        ({"owner_changed": "2026-05-01", "registered": "2026-05-08 23:59:00"}, Verdict.PASS),
        ({"owner_changed": "2026-05-01", "registered": "2026-05-09 00:00:00"}, Verdict.FAIL),
    ],
)
def test_owner(changed: dict[str, Any], verdict: Verdict) -> None:
    assert judged(sim_owner_is_verified([card(**(WHOLE | changed))], DAY)) is verdict


def test_a_card_of_unknown_status_may_be_active() -> None:
    assert judged(sim_owner_is_verified([card(**WHOLE), card(status="")], DAY)) is Verdict.INCONCLUSIVE
    assert judged(sim_owner_is_verified([card(**WHOLE), card(status="注销")], DAY)) is Verdict.PASS


def test_how_late_is_measured() -> None:
    (late,) = sim_owner_is_verified([card(**WHOLE | {"activated": "2026-03-01 09:59:58"})], DAY)
    assert (late.kind, late.measured, late.limit, late.unit) == ("breach", 2.0, 0, "s")


def test_the_surest_slip_stands_first() -> None:
    (found,) = sim_numbers_are_valid([card(iccid="89860112345678901238", imei="490154203237519")], None, DAY)
    assert found.facts["wrong"] == "IMEI …237519, ICCID …901238"


def test_an_empty_register_is_a_gap() -> None:
    for found in (sim_register_is_consistent([], CARS, DAY), sim_numbers_are_valid([], CARS, DAY), sim_owner_is_verified([], DAY)):
        assert [f.kind for f in found] == ["gap"]


def test_an_unreadable_identity_is_told_by_its_column() -> None:
    row = card(**WHOLE | {"id_kind": "", "origin": Origin(problems=("证件类型: 会员卡: 金",))})
    (found,) = sim_owner_is_verified([row], DAY)
    assert (found.kind, found.facts["cells"]) == ("gap", "id_kind")


TANGLED = "too many rows of one card or vehicle to tell apart"


def test_too_many_rows_of_one_card_cannot_be_told_apart() -> None:
    for count, said in ((300, "one card is registered twice"), (301, TANGLED)):
        found = list(sim_register_is_consistent([card(origin=Origin(row=n)) for n in range(count)], CARS, DAY))
        assert {(f.kind, f.text.en) for f in found} == {("gap", said)}
        assert len(found) == count
    moved = [card(vin=f"V{n:03}") for n in range(301)]
    assert {f.text.en for f in sim_register_is_consistent(moved, CARS, DAY)} == {TANGLED}


def test_too_many_cards_of_one_vehicle_cannot_be_told_apart() -> None:
    for count, kind in ((300, "breach"), (301, "gap")):
        found = list(sim_register_is_consistent([card(iccid=f"{n}") for n in range(count)], CARS, DAY))
        assert [f.kind for f in found] == [kind] * count


def test_findings_stand_in_the_order_of_card_vehicle_and_row() -> None:
    rows = [
        card(iccid="2", vin=ONE, origin=Origin(row=1)),
        card(iccid="1", vin=ONE, origin=Origin(row=2)),
        card(iccid="1", vin=TWO, origin=Origin(row=1)),
        card(iccid="1", vin="", origin=Origin(row=9)),
        card(iccid="1", vin=ONE, origin=Origin(row=1)),
        card(iccid="1", vin=ONE, origin=Origin(row=0)),
        card(iccid="1", vin=ONE, origin=Origin()),
    ]
    found = [(f.facts["card"], f.facts.get("vehicle"), f.row) for f in sim_register_is_consistent(rows, CARS, DAY)]
    one, two = "…000001", "…042788"
    assert found == [("…1", None, 9), ("…1", two, 1), ("…1", one, 0), ("…1", one, None), ("…1", one, 1), ("…1", one, 2), ("…2", one, 1)]


def test_the_most_cards_at_a_time_are_told() -> None:
    spans = [
        ("1", "2026-01-01", "2026-12-31"),
        ("2", "2026-01-01", "2026-01-31"),
        ("3", "2026-03-01", "2026-03-31"),
        ("4", "2026-03-01", "2026-03-31"),
    ]
    found = sim_register_is_consistent([card(iccid=i, bound_from=a, bound_until=b) for i, a, b in spans], CARS, DAY)
    assert [f.measured for f in found] == [3, 2, 3, 3]


def test_no_finding_shows_a_whole_number() -> None:
    rows = [
        card(**WHOLE),
        card(**WHOLE, vin=TWO),
        card(vin="LSVAA49J0X2000009"),
        card(iccid="79860112345678901237", imei="490154203237519"),
    ]
    rows += [card(id_kind="身份证", id_number="110105194912310021"), card(vin="LFV2A21K0A3000001", msisdn="138001380001")]
    findings: list[Finding] = [
        *sim_register_is_consistent(rows, CARS, DAY), *sim_numbers_are_valid(rows, CARS, DAY), *sim_owner_is_verified(rows, DAY)
    ]  # fmt: skip
    secrets = {str(v) for r in rows for v in (r.iccid, r.vin, r.imei, r.id_number, r.msisdn, r.owner) if v}
    shown = " ".join(f"{f.text} {f.measured} {f.facts}" for f in findings)
    assert not [s for s in secrets if s in shown]


def test_a_binding_of_one_day_does_not_end_before_it_begins() -> None:
    day = str(DAY)
    assert [f.kind for f in sim_register_is_consistent([card(bound_from=day, bound_until=day)], CARS, DAY)] == ["ok"]
