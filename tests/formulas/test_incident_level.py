"""Levels at the exact edges of each threshold, unknown facts as intervals, and which regime binds."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhunru.catalogue.loader import load
from zhunru.formulas.incident_level import CLAUSES, SINCE, Facts, Level, Regime, levels_of
from zhunru.formulas.written_amounts import Amount, amount_of

I, II, III, IV, BELOW = Level.I, Level.II, Level.III, Level.IV, Level.BELOW  # noqa: E741
DAY = date(2026, 3, 1)
ZERO = amount_of("0")


def facts(**changed: Any) -> Facts:
    plain = Facts(ZERO, ZERO, ZERO, ZERO, "none", "light", "general", "below", False, DAY)
    amounts = {"persons", "sensitive", "loss_cny", "outage_h"}
    told: dict[str, Any] = {k: amount_of(v) if k in amounts else v for k, v in changed.items()}
    return plain._replace(**told)


def level(regime: Regime, **changed: Any) -> Level:
    found = levels_of(facts(**changed)).of(regime)
    assert found.least == found.most
    return found.most


@pytest.mark.parametrize(
    ("persons", "expected"),
    [("0", IV), ("999999", IV), ("1000000", III), ("9999999", III), ("10000000", II), ("99999999", II), ("100000000", I)],
)
def test_persons_of_both_regimes(persons: str, expected: Level) -> None:
    assert level("cac", persons=persons) is expected
    assert level("miit", persons=persons) is expected


@pytest.mark.parametrize(
    ("sensitive", "expected"), [("99999", IV), ("100000", III), ("999999", III), ("1000000", II), ("9999999", II), ("10000000", I)]
)
def test_sensitive_persons_count_with_miit_only(sensitive: str, expected: Level) -> None:
    both = {"persons": sensitive, "sensitive": sensitive}
    assert level("miit", **both) is expected
    assert level("cac", persons="99999", sensitive="99999") is IV


def test_the_stricter_of_two_regimes_governs() -> None:
    found = levels_of(facts(persons="100000", sensitive="100000"))
    assert found.of("cac").most is IV and found.of("miit").most is III
    assert (found.least, found.most) == (III, III)
    assert [c.field for c in found.of("miit").decided_by] == ["sensitive_persons"]


@pytest.mark.parametrize(
    ("loss", "expected"),
    [("49999999.99", IV), ("50000000", III), ("99999999", III), ("100000000", II), ("999999999", II), ("1000000000", I), ("10亿元", I)],
)
def test_loss(loss: str, expected: Level) -> None:
    assert level("miit", loss_cny=loss) is expected
    assert level("cac", loss_cny=loss) is IV


@pytest.mark.parametrize(("outage", "expected"), [("7.99", IV), ("8", III), ("11.99", III), ("12", II), ("23.9", II), ("24", I)])
def test_outage_of_telecom_companies(outage: str, expected: Level) -> None:
    assert level("miit", outage_h=outage, internet_company=True) is expected
    assert level("miit", outage_h=outage, internet_company=False) is IV
    unsaid = levels_of(facts(outage_h=outage, internet_company=None)).of("miit")
    assert (unsaid.least, unsaid.most) == (IV, expected)


@pytest.mark.parametrize(
    ("users", "expected"), [("99999", BELOW), ("100000", IV), ("999999", IV), ("1000000", III), ("10000000", II), ("100000000", I)]
)
def test_internet_plan(users: str, expected: Level) -> None:
    assert level("internet", persons=users, internet_company=True) is expected


@pytest.mark.parametrize(
    ("reach", "expected"), [("nation", I), ("several_provinces", II), ("one_province", III), ("one_city", IV), ("below", BELOW)]
)
def test_reach(reach: str, expected: Level) -> None:
    assert level("internet", reach=reach, internet_company=True) is expected


@pytest.mark.parametrize(("word", "expected"), [("large", I), ("fairly_large", II), ("partial", III), ("slight", IV), ("none", IV)])
def test_production(word: str, expected: Level) -> None:
    assert level("miit", production=word) is expected


@pytest.mark.parametrize(
    ("grade", "threat", "least", "most"),
    [
        ("important", "especially_severe", I, I),
        ("important", "severe", II, II),
        ("important", "fairly_severe", III, III),
        ("general", "fairly_severe", III, III),
        ("general", "light", IV, IV),
        ("general", "severe", III, II),  # a pair that the plan does not name
        ("core", "especially_severe", I, I),
        ("core", "light", IV, I),
        ("important", None, IV, I),
        (None, "severe", III, I),
    ],
)
def test_grade_and_threat(grade: str | None, threat: str | None, least: Level, most: Level) -> None:
    found = levels_of(facts(grade=grade, threat=threat)).of("miit")
    assert (found.least, found.most) == (least, most)


def test_what_is_not_known_gives_an_interval_and_names_the_fields() -> None:
    found = levels_of(facts(persons="≥100万", sensitive="0", production=None))
    assert (found.least, found.most) == (III, I)
    assert set(found.open_fields) == {"persons", "production"}


def test_an_unreadable_cell_is_the_gravest() -> None:
    assert amount_of("约100万") is None
    found = levels_of(facts()._replace(loss_cny=None))
    assert (found.least, found.most) == (IV, I)


def test_persons_and_sensitive_persons_bound_each_other() -> None:
    found = levels_of(facts(persons="50000", sensitive="尚不明确"))
    assert (found.least, found.most) == (IV, IV)  # no more than 50,000 of them can be sensitive
    more = levels_of(facts(persons="尚不明确", sensitive="2000000"))
    assert more.of("cac").least is III  # whoever has sensitive information leaked is one of the persons
    odd = levels_of(facts(persons="10", sensitive="100000"))
    assert odd.contradiction and odd.most is III


def test_regimes_bind_from_their_first_day() -> None:
    instruments = load().instruments
    for regime, since in SINCE.items():
        clause = CLAUSES[regime]
        assert clause in load().clauses
        assert instruments[clause.partition("/")[0]].in_force_from == since
    before = levels_of(facts(persons="100000000", day=date(2025, 10, 31)))
    assert before.of("cac").binding is False and before.of("miit").binding is True
    assert levels_of(facts(persons="100000000", day=date(2025, 11, 1))).of("cac").binding is True
    unsaid = levels_of(facts(persons="100000000", day=None))
    assert unsaid.least is BELOW and unsaid.most is I


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.integers(0, 10**10))
def test_less_knowledge_never_lowers_what_governs(persons: int, sensitive: int, loss: int) -> None:
    exact = facts()._replace(
        persons=Amount(Decimal(persons), Decimal(persons)), sensitive=Amount(Decimal(min(sensitive, persons)), Decimal(min(sensitive, persons))),
        loss_cny=Amount(Decimal(loss), Decimal(loss)),
    )  # fmt: skip
    known = levels_of(exact)
    vague = levels_of(exact._replace(persons=Amount(Decimal(persons // 2)), loss_cny=None, production=None))
    assert known.least == known.most
    assert vague.most >= known.most and vague.least <= known.least
