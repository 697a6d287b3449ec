"""Boundary cases of data.owner_is_in_post."""

from datetime import date

import pytest

from zhunru.checks.data.owner_is_in_post import owner_is_in_post
from zhunru.core.finding import fold
from zhunru.core.subject import Subject
from zhunru.records.appointment import Appointment

CAR = Subject(name="样车一号", maker="厂")
DAY = date(2026, 1, 1)


def post(**changed: object) -> Appointment:
    plain = {"person": "张三", "duty": "数据安全负责人", "department": "信息安全部", "start": "2024-03-01"}
    return Appointment.model_validate(plain | changed)


def judge(*posts: Appointment) -> str:
    return str(fold(owner_is_in_post(list(posts), CAR, DAY)).verdict)


@pytest.mark.parametrize(
    ("other", "verdict"),
    [
        ({"end": "2025-12-31"}, "INCONCLUSIVE"),
        ({"end": "2025-12-31", "person": "张 三"}, "INCONCLUSIVE"),
        ({"end": "2025-12-31", "start": ""}, "INCONCLUSIVE"),
        ({"end": "2025-12-31", "start": "2024-03-02"}, "INCONCLUSIVE"),
        ({"end": "2026-01-01"}, "PASS"),
        ({"end": "2024-02-29", "start": "2023-01-01"}, "PASS"),
        ({"end": "2024-04-30", "start": "2023-01-01"}, "PASS"),
        ({"end": "2025-12-31", "person": "李四"}, "PASS"),
        ({"end": "2025-12-31", "products": "样车二号"}, "PASS"),
    ],
)
def test_two_rows_of_one_person(other: dict[str, str], verdict: str) -> None:
    assert judge(post(), post(**other)) == verdict
    assert judge(post(**other), post()) == verdict


def test_somebody_else_in_post_makes_the_doubt_harmless() -> None:
    assert judge(post(), post(end="2025-12-31"), post(person="李四")) == "PASS"


@pytest.mark.parametrize(("products", "verdict"), [("样车 一号", "PASS"), ("样车二号；样车一号", "PASS"), ("样车二号", "FAIL")])
def test_product_of_the_appointment(products: str, verdict: str) -> None:
    assert judge(post(products=products)) == verdict


@pytest.mark.parametrize(
    ("changed", "verdict"),
    [
        ({"duty": "Data Security officer"}, "PASS"),
        ({"duty": "数据安全"}, "PASS"),
        ({"duty": "网络安全负责人"}, "FAIL"),
        ({"duty": ""}, "FAIL"),
        ({"start": "2025-12-31"}, "PASS"),
        ({"start": "2026-01-01"}, "PASS"),
        ({"start": "2026-01-02"}, "FAIL"),
        ({"end": "2026-01-02"}, "PASS"),
        ({"end": "2026-01-01"}, "PASS"),
        ({"end": "2025-12-31"}, "FAIL"),
        ({"department": ""}, "FAIL"),
        ({"start": "", "end": "2025-12-31"}, "INCONCLUSIVE"),
    ],
)
def test_one_row(changed: dict[str, str], verdict: str) -> None:
    (found,) = owner_is_in_post([post(**changed)], CAR, DAY)
    assert {"ok": "PASS", "breach": "FAIL", "gap": "INCONCLUSIVE"}[found.kind] == verdict


def kinds(*posts: Appointment) -> list[tuple[str, object]]:
    return [(f.kind, f.facts.get("last_day")) for f in owner_is_in_post(list(posts), CAR, DAY)]


def test_who_is_in_post_outweighs_who_has_no_start() -> None:
    assert kinds(post(), post(person="李四", start="")) == [("ok", None)]
    assert kinds(post(end="2025-06-30"), post(person="李四", start="")) == [("gap", None)]


def test_the_last_one_to_leave_is_told() -> None:
    assert kinds(post(end="2025-06-30"), post(person="李四", end="2025-12-31")) == [("breach", "2025-12-31")]
    assert kinds(post(start="2026-02-01")) == [("breach", None)]
    assert kinds(post(products="样车二号"), post(duty="质量")) == [("breach", None)]


def test_a_doubt_is_told_for_the_row_in_question() -> None:
    assert kinds(post(), post(end="2025-12-31")) == [("gap", None)]


@pytest.mark.parametrize(("end", "kind"), [("2024-02-29", "ok"), ("2024-03-01", "gap"), ("2025-12-31", "gap"), ("2026-01-01", "ok")])
def test_an_end_within_the_term_of_the_other_row(end: str, kind: str) -> None:
    assert {k for k, _ in kinds(post(), post(start="", end=end))} == {kind}
