"""Sheets as careless or hostile makers fill them pass no check of article (一)."""

from datetime import date
from typing import Any

import pytest

import zhunru.checks.data.collected_only_with_consent as collected
import zhunru.checks.data.consent_period_is_finite as finite
import zhunru.checks.data.stored_within_consented_period as stored
from zhunru.core.finding import fold
from zhunru.core.subject import Subject
from zhunru.records.consent import Consent
from zhunru.records.pi_function import PiFunction
from zhunru.records.privacy_notice import PrivacyNotice

DAY = date(2026, 1, 1)
CAR = Subject(name="样车一号", maker="示例汽车")


def verdict(check: Any, *inputs: Any) -> str:
    return str(fold(list(check(*inputs))).verdict)


@pytest.mark.parametrize("row", [{"answer": "撤回"}, {"answer": ""}, {"withdrawn_at": "2026-03-01 18:00"}])
def test_a_second_row_that_may_withdraw_leaves_doubt(row: dict[str, str]) -> None:
    """A log of events has a row for the withdrawal, and an older export lacks it."""
    events, given, functions = collected._case()
    cells = given[0].model_dump(mode="json") | {"answer": "同意", "given_at": "2026-03-01 12:00"} | row
    if "answer" in row:
        cells |= {"given_at": "2026-03-02 10:00", "answer": None}
    assert verdict(collected.collected_only_with_consent, events, [*given, Consent.model_validate(cells)], functions) == "INCONCLUSIVE"


@pytest.mark.parametrize(
    ("period", "until", "seen"),
    [
        ("1年", "", "PASS"),
        ("50年", "", "PASS"),
        ("99年", "", "INCONCLUSIVE"),
        ("", "2075-01-01", "PASS"),
        ("", "2099-12-31", "INCONCLUSIVE"),
        ("至注销账号", "", "INCONCLUSIVE"),
        ("业务需要期间", "", "INCONCLUSIVE"),
        ("0天", "", "INCONCLUSIVE"),
    ],
)
def test_a_period_that_nobody_chose(period: str, until: str, seen: str) -> None:
    notices, given, functions, day = finite._case()
    cells = {"person": "p-1", "function": "F-1", "answer": "同意", "given_at": "2025-03-01 10:00", "period": period, "until": until}
    assert verdict(finite.consent_period_is_finite, notices, [Consent.model_validate(cells)], functions, day) == seen


@pytest.mark.parametrize("cells", [{"sensitive": "否", "functions": "F-1", "periods": "永久"}, {"since": "", "periods": "始终允许"}])
def test_a_second_notice_is_not_left_out(cells: dict[str, str]) -> None:
    """One denies that it is about the sensitive function that it lists, one has no first day."""
    notices, given, functions, day = finite._case()
    other = PrivacyNotice.model_validate({"version": "V3", "since": "2025-01-01", "sensitive": "是", "own_period": "是"} | cells)
    assert verdict(finite.consent_period_is_finite, [*notices, other], given, functions, day) == "INCONCLUSIVE"


def test_every_sensitive_function_has_a_consent() -> None:
    notices, given, functions, day = finite._case()
    other = PiFunction.model_validate({"id": "F-2", "sensitive": "是", "exception": "无"})
    assert verdict(finite.consent_period_is_finite, notices, given, [*functions, other], day) == "INCONCLUSIVE"


@pytest.mark.parametrize("until", ["9999-12-31", "2026-03-01 18:00"])
def test_stored_for_ever_or_backwards(until: str) -> None:
    events, given, functions = stored._case(until, period="永久")
    assert verdict(stored.stored_within_consented_period, events, given, functions) == "INCONCLUSIVE"
