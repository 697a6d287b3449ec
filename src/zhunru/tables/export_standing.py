"""How far the counts of an exporter have come towards each threshold, for people to look at."""

from collections.abc import Iterator
from typing import Any

import polars as pl

from zhunru.core.step import derive
from zhunru.core.table import Exhibit, Table, col
from zhunru.core.text import Text
from zhunru.tables.export_count import exporters
from zhunru.tables.export_person import ExportPerson

_THRESHOLDS = (
    ("plain", "contract", Text("非敏感→合同或认证", "plain → contract")),
    ("plain", "assess", Text("非敏感→安全评估", "plain → assessment")),
    ("sensitive", "contract", Text("敏感→合同或认证", "sensitive → contract")),
    ("sensitive", "assess", Text("敏感→安全评估", "sensitive → assessment")),
)


class ExportStanding(Table):
    """One threshold of one exporter, and the persons counted since the first day of its last period."""

    exhibit = Exhibit(
        "bars",
        Text(
            "当年累计出境人数占各起点的比例（满 100% 即达到起点）", "persons exported this year, share of each threshold (100 % = reached)"
        ),
        x="label",
        y=("at_least_pct", "at_most_pct"),
        clause="miit-2021-103/1.9",
        words={"at_least_pct": Text("至少", "at least"), "at_most_pct": Text("至多", "at most")},
    )
    label = col(pl.String, "exporter and threshold", "数据处理者与起点")
    exporter = col(pl.String, "exporter", "数据处理者")
    threshold_count = col(pl.Int64, "persons from which the route is needed", "起点（人）")
    at_least_count = col(pl.Int64, "persons, at least", "人数（至少）")
    at_most_count = col(pl.Int64, "persons, at most", "人数（至多）")
    at_least_pct = col(pl.Float64, "share of the threshold, at least", "占起点（至少）")
    at_most_pct = col(pl.Float64, "share of the threshold, at most", "占起点（至多）")


@derive
def export_standing(persons: ExportPerson) -> ExportStanding:
    """Hold the last counts of each exporter against the thresholds of that day."""
    return ExportStanding.rows(*_rows(persons))


def _rows(persons: ExportPerson) -> Iterator[dict[str, Any]]:
    latest = {name: (rules, rows[-1]) for name, rules, rows in sorted(exporters(persons), key=lambda e: (e[0], e[2][-1]["day"]))}
    for name, (rules, row) in latest.items():
        for which, tier, title in _THRESHOLDS:
            limit = getattr(rules, f"{tier}_{which}")
            least, most = row[f"{which}_lower_count"], row[f"{which}_upper_count"]
            if limit > 1:  # where the first person reaches it, there is no share to draw
                yield {
                    "label": f"{name or '–'} · {title.zh} {limit:,}",
                    "exporter": name or "–", "threshold_count": limit, "at_least_count": least, "at_most_count": most,
                    "at_least_pct": 100.0 * least / limit, "at_most_pct": 100.0 * most / limit,
                }  # fmt: skip
