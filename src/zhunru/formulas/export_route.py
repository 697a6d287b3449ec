"""Which route an export of data needs: security assessment, standard contract or certification, or none."""

from datetime import date
from typing import NamedTuple

from zhunru.core.text import Text

EXEMPT, CONTRACT, ASSESSMENT = 0, 1, 2
"""Tiers of routes, the heavier the higher; `CONTRACT` stands for standard contract or certification."""
TIER_OF = {"exempt": EXEMPT, "contract": CONTRACT, "certification": CONTRACT, "assessment": ASSESSMENT}
"""Tier of each route as `records.export_activity.ExportRoute` writes it."""
TIERS = (
    Text("免予三种路径", "none of the three routes is needed"),
    Text("标准合同或认证", "standard contract or certification"),
    Text("安全评估", "security assessment"),
)
"""Names of the tiers."""
UNCOUNTED = frozenset({"no_personal", "transit", "contract", "employment", "emergency", "zone"})
"""Exemptions of order 16 articles 3, 4, 5(1) to 5(3) and 6: their persons are not counted."""
GUIDELINE_ONLY = frozenset({"vulnerability", "incident", "update"})
"""Exemptions that only the automotive guideline names; their wording was not read, so nothing passes by them alone."""


class Rules(NamedTuple):
    """One set of thresholds; all lower bounds are inclusive (以上 includes the number, 民法典 article 1259).

    Args:
        clause: Clause that asks for the assessment.
        first_day: First day on which the set holds.
        years: Years whose exports add up: 1 = since 1 January of this year, 2 = of the year before.
        assess_plain: Persons of non-sensitive information from which the assessment is needed.
        assess_sensitive: Persons of sensitive information from which it is needed.
        contract_plain: Persons of non-sensitive information from which contract or certification is needed.
        contract_sensitive: Persons of sensitive information from which it is needed.
    """

    clause: str
    first_day: date
    years: int
    assess_plain: int
    assess_sensitive: int
    contract_plain: int
    contract_sensitive: int


ORDER_11 = Rules("cac-2022-11/4", date(2022, 9, 1), 2, 100_000, 10_000, 1, 1)
"""CAC order 11 article 4, until 2024-03-21 (data-and-cyber.md 3.1, 8.2: C)."""
ORDER_16 = Rules("cac-2024-16/7", date(2024, 3, 22), 1, 1_000_000, 10_000, 100_000, 1)
"""CAC order 16 articles 5(4), 7 and 8, from 2024-03-22 (data-and-cyber.md 3.1: C)."""


def rules_on(day: date, latest: Rules = ORDER_16) -> Rules | None:
    """Return the set that holds on `day`; None before 2022-09-01."""
    return next((rules for rules in (latest, ORDER_11) if day >= rules.first_day), None)


class Decision(NamedTuple):
    """The route that is needed, and the rule that decided it.

    Args:
        tier: `EXEMPT`, `CONTRACT` or `ASSESSMENT`.
        because: Rule in words, constant.
        clause: Clause of the rule.
        measured: Persons counted, None where no count decided.
        limit: Threshold that it was held against, persons.
    """

    tier: int
    because: Text
    clause: str
    measured: int | None = None
    limit: int | None = None


def decide(plain: int, sensitive: int, *, important: bool, cii: bool, personal: bool, rules: Rules = ORDER_16) -> Decision:
    """Return the route that an export needs: the first rule that holds, the heaviest route first.

    Args:
        plain: Persons of whom non-sensitive information was exported since the first day of the period, this export included.
        sensitive: The same for sensitive information.
        important: The export holds important data.
        cii: The exporter operates critical information infrastructure.
        personal: The export holds personal information.
        rules: Thresholds of the day.

    References:
        CAC order 16 articles 3, 5, 7, 8; order 11 article 4; data-and-cyber.md 3.1.
    """
    first = rules.clause
    below = "cac-2024-16/8" if rules.years == 1 else first
    if important:
        return Decision(ASSESSMENT, Text("含重要数据", "holds important data"), first)
    if not personal:
        return Decision(EXEMPT, Text("不含个人信息和重要数据", "neither personal nor important data"), "cac-2024-16/3")
    if cii:
        return Decision(ASSESSMENT, Text("关键信息基础设施运营者提供个人信息", "a CII operator provides personal information"), first)
    steps = (
        (ASSESSMENT, sensitive, rules.assess_sensitive, Text("敏感个人信息人数达到安全评估起点", "persons of sensitive information reach the assessment"), first),
        (ASSESSMENT, plain, rules.assess_plain, Text("非敏感个人信息人数达到安全评估起点", "persons of non-sensitive information reach the assessment"), first),
        (CONTRACT, sensitive, rules.contract_sensitive, Text("含敏感个人信息，未达安全评估起点", "sensitive information, below the assessment"), below),
        (CONTRACT, plain, rules.contract_plain, Text("非敏感个人信息人数达到标准合同起点", "persons of non-sensitive information reach the contract"), below),
    )  # fmt: skip
    for tier, count, least, because, clause in steps:
        if count >= least:
            return Decision(tier, because, clause, count, least)
    return Decision(
        EXEMPT, Text("非敏感个人信息人数不满标准合同起点", "persons of non-sensitive information are below the contract"), "cac-2024-16/5",
        plain, rules.contract_plain,
    )  # fmt: skip
