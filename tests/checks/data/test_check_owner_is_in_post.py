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
