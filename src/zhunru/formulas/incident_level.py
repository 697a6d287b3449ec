"""Level of a data-security incident under each regime, from the same facts; lower bounds are included, the gravest criterion decides.

A fact that is not known gives an interval of levels: at least, at most. The at-most end governs what is done, so that nothing is understated;
the at-least end is what is certain.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from enum import IntEnum
from typing import Final, Literal, NamedTuple

from zhunru.core.clause import Basis
from zhunru.core.text import Text
from zhunru.formulas.written_amounts import UNKNOWN, Amount, written_amount


class Level(IntEnum):
    """Levels in order of gravity; BELOW = graded by no level of the regime."""

    BELOW = 0
    IV = 1
    III = 2
    II = 3
    I = 4  # noqa: E741 - the numeral of the regulation


NAMES: Final[Mapping[Level, Text]] = {
    Level.BELOW: Text("未达分级", "below all levels"),
    Level.IV: Text("一般（Ⅳ级）", "general (IV)"),
    Level.III: Text("较大（Ⅲ级）", "fairly severe (III)"),
    Level.II: Text("重大（Ⅱ级）", "severe (II)"),
    Level.I: Text("特别重大（Ⅰ级）", "especially severe (I)"),
}
Regime = Literal["cac", "miit", "internet"]


class Facts(NamedTuple):
    """What decides the level.

    Args:
        persons: Persons whose personal information is concerned; None = the cell cannot be read.
        sensitive: Persons whose sensitive personal information is concerned.
        loss_cny: Direct loss, CNY.
        outage_h: Outage, hours.
        production: Effect on production: large, fairly_large, partial, slight, none; None = not told.
        threat: especially_severe, severe, fairly_severe, light; None = not told.
        grade: general, important, core; None = not told.
        reach: nation, several_provinces, one_province, one_city, below; None = not told.
        internet_company: Telecom, domain-name or internet company; None = not told.
        day: Day of discovery, by which it is known which regime binds; None = not told.
    """

    persons: Amount | None = UNKNOWN
    sensitive: Amount | None = UNKNOWN
    loss_cny: Amount | None = UNKNOWN
    outage_h: Amount | None = UNKNOWN
    production: str | None = None
    threat: str | None = None
    grade: str | None = None
    reach: str | None = None
    internet_company: bool | None = None
    day: date | None = None


class Criterion(NamedTuple):
    """One criterion and what it gives.

    Args:
        field: Field of the incident that it looks at.
        title: Its name.
        measured: The fact as it was understood.
        least: Level that is certain.
        most: Highest level that is possible.
        basis: How the criterion is known.
    """

    field: str
    title: Text
    measured: str
    least: Level
    most: Level
    basis: Basis


class RegimeLevel(NamedTuple):
    """Level under one regime.

    Args:
        regime: cac, miit or internet.
        title: Its name.
        clause: Clause of the grading.
        binding: It binds this incident: in force on the day of discovery, and meant for this kind of company. None = cannot be told.
        criteria: All of them.
        least: Level that is certain.
        most: Highest level that is possible.
        decided_by: Criteria that give `most`.
    """

    regime: Regime
    title: Text
    clause: str
    binding: bool | None
    criteria: tuple[Criterion, ...]
    least: Level
    most: Level
    decided_by: tuple[Criterion, ...]

    @property
    def open_fields(self) -> tuple[str, ...]:
        """Fields that have to be told before the level is certain."""
        return tuple(c.field for c in self.criteria if c.most > self.least)


class Levels(NamedTuple):
    """All regimes side by side, and the gravest of those that bind.

    `contradiction`: fewer persons are told than persons with sensitive information; the larger number was taken.
    """

    regimes: tuple[RegimeLevel, ...]
    least: Level
    most: Level
    contradiction: bool = False

    def of(self, regime: Regime) -> RegimeLevel:
        """Return one regime."""
        return next(r for r in self.regimes if r.regime == regime)

    @property
    def open_fields(self) -> tuple[str, ...]:
        """Fields that have to be told before the overall level is certain, each once."""
        return tuple(dict.fromkeys(f for r in self.regimes if r.binding is not False for f in r.open_fields if r.most > self.least))


SINCE: Final[Mapping[Regime, date]] = {"cac": date(2025, 11, 1), "miit": date(2024, 11, 1), "internet": date(2017, 11, 14)}
"""First day in force, as in the catalogue."""
TITLES: Final[Mapping[Regime, Text]] = {
    "cac": Text("网信部门报告办法（2025）", "CAC measures (2025)"),
    "miit": Text("工信领域数据安全事件预案（2024）", "MIIT data incident plan (2024)"),
    "internet": Text("公共互联网网络安全预案（2017）", "MIIT public internet plan (2017)"),
}
CLAUSES: Final[Mapping[Regime, str]] = {
    "cac": "cac-2025-incident/annex",
    "miit": "miit-2024-data-incident/grading",
    "internet": "miit-2017-internet/grading",
}
_M = 10**6
CAC_PERSONS: Final = (100 * _M, 10 * _M, _M)
"""Persons from which levels I, II, III begin; CAC 2025 annex (S)."""
MIIT_PERSONS: Final = (100 * _M, 10 * _M, _M)
"""Persons from which levels I, II, III begin; MIIT data plan (C)."""
MIIT_SENSITIVE: Final = (10 * _M, _M, 100_000)
"""Persons with sensitive information from which levels I, II, III begin; MIIT data plan (C)."""
MIIT_LOSS_CNY: Final = (1000 * _M, 100 * _M, 50 * _M)
"""Direct loss, CNY, from which levels I, II, III begin; MIIT data plan (C)."""
MIIT_OUTAGE_H: Final = (24, 12, 8)
"""Outage, hours, from which levels I, II, III begin; MIIT data plan, part on telecom and radio (C)."""
INTERNET_USERS: Final = (100 * _M, 10 * _M, _M, 100_000)
"""Users from which levels I, II, III, IV begin; MIIT public internet plan (C)."""
_PRODUCTION: Final = {"large": Level.I, "fairly_large": Level.II, "partial": Level.III, "slight": Level.IV, "none": Level.IV}
_REACH: Final = {"nation": Level.I, "several_provinces": Level.II, "one_province": Level.III, "one_city": Level.IV, "below": Level.BELOW}
_THREAT: Final = {"especially_severe": Level.I, "severe": Level.II, "fairly_severe": Level.III, "light": Level.IV}

_PERSONS = Text("个人信息人数", "persons")
_SENSITIVE = Text("敏感个人信息人数", "persons, sensitive information")


def levels_of(facts: Facts) -> Levels:
    """Return the level under each regime and the gravest of those that bind or may bind.

    Args:
        facts: What is known.

    References:
        data-and-cyber.md 4.1; conflict between MIIT and CAC: 8.2 (both are computed, the stricter governs).
    """
    persons, sensitive, contradiction = _counts(facts)
    regimes = (
        _regime("cac", facts, (_stepped("persons", _PERSONS, persons, CAC_PERSONS, "S"),), Level.IV),
        _regime("miit", facts, tuple(_miit(facts, persons, sensitive)), Level.IV),
        _regime("internet", facts, tuple(_internet(facts, persons)), Level.BELOW),
    )
    bound = [r for r in regimes if r.binding]
    open_ = [r for r in regimes if r.binding is not False]
    least = max((r.least for r in bound), default=Level.BELOW)
    return Levels(regimes, least, max((r.most for r in open_), default=least), contradiction)


def _counts(facts: Facts) -> tuple[Amount | None, Amount | None, bool]:
    """Bound persons and sensitive persons by each other: whoever has sensitive information concerned is one of the persons."""
    persons, sensitive = facts.persons, facts.sensitive
    if persons is None or sensitive is None:
        return persons, sensitive, False
    if persons.high is not None and persons.high < sensitive.low:
        return Amount(max(persons.low, sensitive.low), sensitive.high, sensitive.high_open), sensitive, True
    low = max(persons.low, sensitive.low)
    if persons.high is not None and (sensitive.high is None or sensitive.high > persons.high):
        sensitive = Amount(sensitive.low, persons.high, persons.high_open)
    return persons._replace(low=low), sensitive, False


def _stepped(field: str, title: Text, amount: Amount | None, bounds: tuple[int, ...], basis: Basis) -> Criterion:
    grades = (Level.I, Level.II, Level.III, Level.IV)
    floor = Level.IV if len(bounds) < len(grades) else Level.BELOW
    if amount is None:
        return Criterion(field, title, "?", floor, Level.I, basis)
    least = max((g for g, b in zip(grades, bounds, strict=False) if amount.surely(b)), default=floor)
    most = max((g for g, b in zip(grades, bounds, strict=False) if amount.possibly(b)), default=floor)
    return Criterion(field, title, written_amount(amount), least, most, basis)


def _worded(field: str, title: Text, word: str | None, table: Mapping[str, Level], floor: Level) -> Criterion:
    level = table.get(word or "")
    return Criterion(field, title, word or "?", floor if level is None else level, Level.I if level is None else level, "C")


def _miit(facts: Facts, persons: Amount | None, sensitive: Amount | None) -> Iterator[Criterion]:
    yield _stepped("persons", _PERSONS, persons, MIIT_PERSONS, "C")
    yield _stepped("sensitive_persons", _SENSITIVE, sensitive, MIIT_SENSITIVE, "C")
    yield _stepped("loss_cny", Text("直接经济损失（元）", "direct loss (CNY)"), facts.loss_cny, MIIT_LOSS_CNY, "C")
    if facts.internet_company is not False:
        outage = _stepped(
            "outage_h", Text("业务中断（小时，电信与无线电）", "outage (h, telecom and radio)"), facts.outage_h, MIIT_OUTAGE_H, "C"
        )
        # whether the criterion is meant for the company is not told: it makes nothing certain
        yield outage if facts.internet_company else outage._replace(least=Level.IV)
    yield _worded("production", Text("对工业生产的影响", "effect on production"), facts.production, _PRODUCTION, Level.IV)
    yield _threat(facts)


def _threat(facts: Facts) -> Criterion:
    """Grade of the data and severity of the threat together.

    The plan names core data under level I only, and general data under III and below: a pair that it does not name is left to a person.
    """
    title = Text("数据级别与危害程度", "grade of data and threat")
    measured = f"{facts.grade or '?'}, {facts.threat or '?'}"
    level = _THREAT.get(facts.threat or "")
    if level is None:
        return Criterion("threat", title, measured, Level.IV, Level.I, "C")
    if facts.grade == "general":
        return Criterion("threat", title, measured, min(level, Level.III), level, "C")
    if facts.grade == "important":
        return Criterion("threat", title, measured, level, level, "C")
    if facts.grade == "core":
        return Criterion("threat", title, measured, level, Level.I, "C")
    return Criterion("grade", title, measured, min(level, Level.III), Level.I, "C")


def _internet(facts: Facts, persons: Amount | None) -> Iterator[Criterion]:
    yield _stepped("persons", Text("泄露用户信息人数", "users whose information leaked"), persons, INTERNET_USERS, "C")
    yield _worded("reach", Text("互联网影响范围", "reach on the internet"), facts.reach, _REACH, Level.BELOW)


def _regime(regime: Regime, facts: Facts, criteria: tuple[Criterion, ...], floor: Level) -> RegimeLevel:
    least = max((c.least for c in criteria), default=floor)
    most = max((c.most for c in criteria), default=floor)
    binding: bool | None = None if facts.day is None else facts.day >= SINCE[regime]
    if regime == "internet" and binding is not False:
        binding = False if facts.internet_company is False else binding if facts.internet_company else None
    return RegimeLevel(
        regime, TITLES[regime], CLAUSES[regime], binding, criteria, least, most, tuple(c for c in criteria if c.most == most)
    )


def written_level(least: Level, most: Level) -> Text:
    """Return an interval of levels in words."""
    if least == most:
        return NAMES[most]
    low, high = NAMES[least], NAMES[most]
    return Text(f"至少{low.zh}，至多{high.zh}", f"at least {low.en}, at most {high.en}")
