"""Boundary cases of the checks on the card register."""

import time
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


def register(*cards: SimCard, cars: list[Vehicle] | None = CARS) -> Verdict:
    return fold(sim_register_is_consistent(list(cards), cars)).verdict


@pytest.mark.parametrize(("start", "verdict"), [("2026-03-01", Verdict.FAIL), ("2026-03-02", Verdict.PASS)])
def test_one_card_moves_between_cars(start: str, verdict: Verdict) -> None:
    cars = [Vehicle(vin=ONE, status="sold"), Vehicle(vin=TWO, status="sold")]
    assert register(card(bound_until="2026-03-01"), card(vin=TWO, bound_from=start), cars=cars) is verdict


def test_rows_of_one_card() -> None:
    assert register(card(), card()) is Verdict.INCONCLUSIVE
    assert register(card(), card(status="注销", vin=TWO)) is Verdict.PASS
    assert register(card(cancelled="2026-01-31"), card(iccid="89860112345678901245", bound_from="2026-02-01")) is Verdict.PASS
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
    ],
)
def test_orphans_and_scrapped_vehicles(changed: dict[str, str], verdict: Verdict) -> None:
    assert register(card(**changed)) is verdict


def test_two_cards_in_a_car_where_two_are_meant() -> None:
    cards = [card(), card(iccid="89860112345678901245")]
    assert fold(sim_register_is_consistent(cards, CARS)).verdict is Verdict.FAIL
    assert fold(sim_register_is_consistent(cards, CARS, cards_per_vehicle=2)).verdict is Verdict.PASS


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
    ],
)
def test_numbers(changed: dict[str, str], use: Any, verdict: Verdict) -> None:
    row = card(**changed)
    cars = [Vehicle(vin=row.vin or "-", use=use)]
    assert fold(sim_numbers_are_valid([row], cars, DAY)).verdict is verdict


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
        ({"owner_changed": "2026-05-25"}, Verdict.INCONCLUSIVE),
        ({"owner_changed": "2026-05-24"}, Verdict.FAIL),
        ({"owner_changed": "2026-05-01", "registered": "2026-05-08 23:59:00"}, Verdict.PASS),
        ({"owner_changed": "2026-05-01", "registered": "2026-05-09 00:00:00"}, Verdict.FAIL),
    ],
)
def test_owner(changed: dict[str, Any], verdict: Verdict) -> None:
    assert fold(sim_owner_is_verified([card(**(WHOLE | changed))], DAY)).verdict is verdict


def test_no_finding_shows_a_whole_number() -> None:
    rows = [
        card(**WHOLE),
        card(**WHOLE, vin=TWO),
        card(vin="LSVAA49J0X2000009"),
        card(iccid="79860112345678901237", imei="490154203237519"),
    ]
    rows += [card(id_kind="身份证", id_number="110105194912310021"), card(vin="LFV2A21K0A3000001", msisdn="138001380001")]
    findings: list[Finding] = [
        *sim_register_is_consistent(rows, CARS), *sim_numbers_are_valid(rows, CARS, DAY), *sim_owner_is_verified(rows, DAY)
    ]  # fmt: skip
    secrets = {str(v) for r in rows for v in (r.iccid, r.vin, r.imei, r.id_number, r.msisdn, r.owner) if v}
    shown = " ".join(f"{f.text} {f.measured} {f.facts}" for f in findings)
    assert not [s for s in secrets if s in shown]
