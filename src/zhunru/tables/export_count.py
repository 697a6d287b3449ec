"""Persons of the year against the thresholds, for people to look at."""

from collections.abc import Iterator
from typing import Any

import polars as pl

from zhunru.core.step import derive
from zhunru.core.table import Exhibit, Table, col
from zhunru.core.text import Text
from zhunru.formulas.export_route import ORDER_11, ORDER_16, TIERS, Rules, decide
from zhunru.tables.export_person import ExportPerson

_WORDS = {
    "at_least_count": Text("至少", "at least"),
    "at_most_count": Text("至多", "at most"),
    "contract_count": Text("标准合同或认证起点", "contract or certification from here"),
    "assess_count": Text("安全评估起点", "security assessment from here"),
}
_RULES = {r.clause: r for r in (ORDER_11, ORDER_16)}
_Y = ("at_most_count", "at_least_count", "contract_count", "assess_count")
_DAY_NS = 86_400 * 10**9


class ExportPlainCount(Table):
    """Persons of non-sensitive information that one exporter exported since the first day of the period, beside the thresholds."""

    exhibit = Exhibit(
        "series",
        Text("当年累计出境人数（非敏感个人信息）与起点", "persons exported this year (non-sensitive information) and thresholds"),
        x="t_ns",
        y=_Y,
        group="exporter",
        clause="miit-2021-103/1.9",
        words=_WORDS,
    )
    t_ns = col(pl.Int64, "begin of the day in China, UTC", "日期")
    exporter = col(pl.String, "exporter", "数据处理者")
    at_least_count = col(pl.Int64, "persons, at least", "人数（至少）")
    at_most_count = col(pl.Int64, "persons, at most", "人数（至多）")
    contract_count = col(pl.Int64, "persons from which contract or certification is needed", "标准合同或认证起点")
    assess_count = col(
        pl.Int64, "persons from which the assessment is needed; null while even the threshold below it is not reached", "安全评估起点"
    )


class ExportSensitiveCount(ExportPlainCount):
    """The same for sensitive personal information."""

    exhibit = Exhibit(
        "series",
        Text("当年累计出境人数（敏感个人信息）与起点", "persons exported this year (sensitive information) and thresholds"),
        x="t_ns",
        y=("at_most_count", "at_least_count", "assess_count"),
        group="exporter",
        clause="miit-2021-103/1.9",
        words=_WORDS,
    )


class ExportStep(Table):
    """One day on which the counts of an exporter began to demand another route, with the rule that decided."""

    exhibit = Exhibit(
        "rows",
        Text("路径判定：人数何时越过哪个起点", "decision of the route: when the counts crossed which threshold"),
        x="day",
        y=("exporter", "bound", "because_zh", "persons_count", "least_count", "needed_zh", "clause"),
        clause="miit-2021-103/1.9",
        words={
            "day": Text("日期", "day"),
            "exporter": Text("数据处理者", "exporter"),
            "bound": Text("按", "by"),
            "bound=at_least": Text("至少人数", "least number"),
            "bound=at_most": Text("至多人数", "greatest number"),
            "because_zh": Text("依据", "rule"),
            "persons_count": Text("人数", "persons"),
            "least_count": Text("起点", "threshold"),
            "needed_zh": Text("应走路径", "route needed"),
            "clause": Text("条款", "clause"),
        },
    )
    day = col(pl.String, "day in China", "日期")
    exporter = col(pl.String, "exporter", "数据处理者")
    bound = col(pl.String, "at_least or at_most: the count that was used", "计数")
    because_zh = col(pl.String, "rule, Chinese", "依据")
    because_en = col(pl.String, "rule, English", "依据（英文）")
    persons_count = col(pl.Int64, "persons that the rule counted; null where no count decided", "人数")
    least_count = col(pl.Int64, "threshold", "起点")
    needed_zh = col(pl.String, "route, Chinese", "应走路径")
    needed_en = col(pl.String, "route, English", "应走路径（英文）")
    clause = col(pl.String, "clause of the rule", "条款")


@derive
def plain_counts(persons: ExportPerson) -> ExportPlainCount:
    """Draw the persons of non-sensitive information, from nobody on the first day of the year."""
    return ExportPlainCount.rows(*_points(persons, "plain"))


@derive
def sensitive_counts(persons: ExportPerson) -> ExportSensitiveCount:
    """Draw the persons of sensitive information."""
    return ExportSensitiveCount.rows(*_points(persons, "sensitive"))


@derive
def export_steps(persons: ExportPerson) -> ExportStep:
    """Tell the days on which another rule decides, by the least and by the greatest counts; CII and important data are not in it."""
    found = []
    for exporter, rules, rows in exporters(persons):
        for bound in ("lower", "upper"):
            before = None
            for row in rows:
                lost = row["sensitive_upper_count"] if bound == "lower" else 0  # one person may be in both counts
                plain = max(row[f"plain_{bound}_count"] - lost, 0)
                now = decide(plain, row[f"sensitive_{bound}_count"], important=False, cii=False, personal=True, rules=rules)
                if before is None or (now.tier, now.because) != before:
                    told = {
                        "because_zh": now.because.zh,
                        "because_en": now.because.en,
                        "persons_count": now.measured,
                        "least_count": now.limit,
                    }
                    told |= {"needed_zh": TIERS[now.tier].zh, "needed_en": TIERS[now.tier].en, "clause": now.clause}
                    found.append(
                        {
                            "day": str(row["day"]),
                            "exporter": exporter or "–",
                            "bound": "at_least" if bound == "lower" else "at_most",
                            **told,
                        }
                    )
                before = now.tier, now.because
    return ExportStep.rows(*sorted(found, key=lambda r: (r["day"], r["exporter"], r["bound"])))


def exporters(persons: ExportPerson) -> Iterator[tuple[str, Rules, list[dict[str, Any]]]]:
    """Yield exporter, thresholds and days of one period."""
    rows = persons.frame.filter(pl.col("scope") == "exporter").sort("name", "first_day", "clause", "day").collect()
    for (name, clause, _), part in rows.group_by("name", "clause", "first_day", maintain_order=True):
        yield str(name), _RULES[str(clause)], list(part.iter_rows(named=True))


def _stepped(rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield rows so that a count stands until the day before the next one: a line drawn between two days far apart would invent exports."""
    for row, following in zip(rows, [*rows[1:], None], strict=True):
        yield row
        if following is not None and following["t_ns"] - row["t_ns"] > _DAY_NS:
            yield row | {"t_ns": following["t_ns"] - _DAY_NS}


def _points(persons: ExportPerson, which: str) -> Iterator[dict[str, Any]]:
    for exporter, rules, rows in exporters(persons):
        contract, assess = (getattr(rules, f"{tier}_{which}") for tier in ("contract", "assess"))
        reached = max(r[f"{which}_upper_count"] for r in rows)
        first_ns = rows[0]["t_ns"] - (rows[0]["day"] - rows[0]["first_day"]).days * _DAY_NS
        begin = {"t_ns": first_ns, f"{which}_lower_count": 0, f"{which}_upper_count": 0}
        for row in _stepped(([begin] if first_ns < rows[0]["t_ns"] else []) + rows):
            yield {
                "t_ns": row["t_ns"], "exporter": exporter or "–", "at_least_count": row[f"{which}_lower_count"],
                "at_most_count": row[f"{which}_upper_count"], "contract_count": contract,
                "assess_count": assess if which == "sensitive" or reached >= contract else None,
            }  # fmt: skip
