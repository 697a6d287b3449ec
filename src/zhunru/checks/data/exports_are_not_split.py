"""Exports are not split to stay below a threshold."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any

import polars as pl

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.step import Limit
from zhunru.core.verdict import Verdict
from zhunru.formulas.export_route import ORDER_16, TIER_OF, TIERS, Decision, Rules, decide, rules_on
from zhunru.formulas.written_names import bare
from zhunru.records.export_activity import ExportActivity
from zhunru.tables.export_person import ExportPerson, export_persons, group_of
from zhunru.tables.export_row import ExportRow


@check("miit-2021-103/1.9", "auto-export-2026/no-splitting", title_zh="未以拆分数量规避出境路径", since="0.1")
def exports_are_not_split(
    activities: list[ExportActivity],
    persons: ExportPerson,
    *,
    assess_plain_count: Annotated[int, Limit("person", source="cac-2024-16/7", basis="C")] = 1_000_000,
    assess_sensitive_count: Annotated[int, Limit("person", source="cac-2024-16/7", basis="C")] = 10_000,
    contract_plain_count: Annotated[int, Limit("person", source="cac-2024-16/8", basis="C")] = 100_000,
) -> Iterator[Finding]:
    """No group of recipients gets for one scenario, through several exporters, more persons than the heaviest route taken allows.

    Why:
        Each of three companies stays below the threshold, and one group abroad holds the persons of all three.

    为什么:
        多家企业各自不满起点，而同一境外集团合计得到的人数已达起点，即属拆分。

    How it decides:
        1. Activities to one group of recipients (else one recipient) for one scenario stand together. Group or scenario is not told, and there
           are several exporters: gap.
        2. The persons of all of them are counted together, once each where identifiers allow, else between bounds.
        3. More than one exporter, and the least number of all demands a heavier route than the greatest number of each exporter alone, and
           than the heaviest route that any of them took: breach. The greatest number of all does, or heavier than what one of them took: gap.
        4. One exporter, or a route that is heavy enough: ok.

    Inconclusive:
        Any gap of the steps above; no activity with persons in the log.

    Not covered:
        Companies that belong to one group under names that do not show it; scenarios that are alike under different names; one exporter's own
        activities add up in the check on the route, however many filings there are.

    未覆盖:
        名称上看不出的关联关系；换了名称的相近场景；同一数据处理者的多项活动由路径检查累计。

    Args:
        activities: Declared activities of export.
        persons: Persons by group and by exporter within it.
        assess_plain_count: Persons of non-sensitive information from which the assessment is needed.
        assess_sensitive_count: Persons of sensitive information from which it is needed.
        contract_plain_count: Persons of non-sensitive information from which contract or certification is needed.

    References:
        汽车数据出境安全指引（2026版） (S); data-and-cyber.md 3.4, 3.5 X2.
    """
    latest = ORDER_16._replace(
        assess_plain=assess_plain_count, assess_sensitive=assess_sensitive_count, contract_plain=contract_plain_count
    )
    if len({bare(a.exporter or "") for a in activities}) > 1:
        for activity in activities:
            if not group_of(activity) or not activity.exporter:  # (1)
                yield gap(
                    "未注明数据处理者、接收方或出境场景，无法合并统计", "exporter, recipient or scenario is not told: it cannot be counted together",
                    at=activity.origin, activity=activity.id,
                )  # fmt: skip
    counted = persons.frame.filter(pl.col("scope").is_in(["group", "part"])).sort("day").collect()  # (2)
    if not counted.height:
        yield gap("没有可统计的人数", "no persons to count")
    for name in sorted(counted.filter(pl.col("scope") == "group")["name"].unique()):
        mine = [a for a in activities if group_of(a) == name]
        yield from _judged(str(name), mine, counted, latest)  # (3), (4)


def _judged(name: str, activities: list[ExportActivity], counted: pl.DataFrame, latest: Rules) -> Iterator[Finding]:
    exporters = sorted({bare(a.exporter or "") for a in activities})
    routes = {e: max((TIER_OF[a.route] for a in activities if a.route and bare(a.exporter or "") == e), default=0) for e in exporters}
    taken, lightest = max(routes.values()), min(routes.values())
    first = min(activities, key=lambda a: (a.origin.source, a.origin.row or 0, a.id))
    shown: dict[str, Any] = {"group": name, "exporters": len(exporters)}
    together = counted.filter((pl.col("scope") == "group") & (pl.col("name") == name))
    parts = counted.filter((pl.col("scope") == "part") & pl.col("name").is_in([f"{name} / {e}" for e in exporters]))
    doubt: tuple[dict[str, Any], Decision] | None = None
    for row in together.iter_rows(named=True) if len(exporters) > 1 else ():
        rules = rules_on(row["day"], latest)
        if rules is None:
            continue
        before = parts.filter((pl.col("day") <= row["day"]) & (pl.col("first_day") == row["first_day"]))
        alone = max((_tiers(p, rules)[1].tier for p in before.iter_rows(named=True)), default=0)
        least, most = _tiers(row, rules)
        if least.tier > max(alone, taken):
            yield breach(
                "多家合计人数应走更重的路径，各自均未达到：疑似拆分", "together they need a heavier route than each alone and than any took: split",
                at=first.origin, t_ns=row["t_ns"], **_told(least), **shown,
            )  # fmt: skip
            return
        if doubt is None and most.tier > max(alone, lightest):
            doubt = (row, most)
    if doubt:
        yield gap(
            "多家合计人数可能应走更重的路径：须说明",
            "together they may need a heavier route: an explanation is needed",
            at=first.origin,
            t_ns=doubt[0]["t_ns"],
            **_told(doubt[1]),
            **shown,
        )
    else:
        yield ok("合计人数未超出所走路径", "the persons together fit the route taken", at=first.origin, **shown)


def _told(decided: Decision) -> dict[str, Any]:
    return {
        "measured": decided.measured, "limit": decided.limit, "unit": "person",
        "needed": f"{TIERS[decided.tier].zh} / {TIERS[decided.tier].en}", "because": f"{decided.because.zh} / {decided.because.en}",
    }  # fmt: skip


def _tiers(row: dict[str, Any], rules: Rules) -> tuple[Decision, Decision]:
    plain = max(row["plain_lower_count"] - row["sensitive_upper_count"], 0)
    least = decide(plain, row["sensitive_lower_count"], important=False, cii=False, personal=True, rules=rules)
    most = decide(row["plain_upper_count"], row["sensitive_upper_count"], important=False, cii=False, personal=True, rules=rules)
    return least, most


_NOON = int(datetime(2026, 3, 2, 4, tzinfo=UTC).timestamp()) * 10**9
_Inputs = tuple[list[ExportActivity], ExportPerson]


def _case(first: range, second: range) -> _Inputs:
    plain = {"recipient_group": "某某集团", "scenario": "智能网联运营", "route": "豁免"}
    activities = [ExportActivity.model_validate({"id": f"E-{e}", "exporter": f"示例{e}", **plain}) for e in ("甲", "乙")]
    told = [("E-甲", p) for p in first] + [("E-乙", p) for p in second]
    rows = ExportRow.of({
        "t_ns": [_NOON] * len(told), "activity": [a for a, _ in told], "person": [f"p{p}" for _, p in told], "scheme": [""] * len(told),
        "sensitive": [False] * len(told),
    })  # fmt: skip
    return activities, export_persons(rows, activities)


@exports_are_not_split.example(Verdict.PASS)
def the_same_persons_twice() -> _Inputs:
    """Two companies export the same 60,000 persons: together they are still 60,000."""
    return _case(range(60_000), range(60_000))


@exports_are_not_split.example(Verdict.FAIL)
def a_hundred_thousand_in_two_halves() -> _Inputs:
    """50,000 different persons each: exactly 100,000 together, and no contract."""
    return _case(range(50_000), range(50_000, 100_000))
