"""Detection rates of the tests with their intervals, for the report."""

import polars as pl

from zhunru.core.step import derive
from zhunru.core.table import Exhibit, Table, col
from zhunru.core.text import Text
from zhunru.formulas.anonymisation import tally
from zhunru.formulas.proportion import wilson
from zhunru.tables.trial_object import TrialObject


class AnonymisationRate(Table):
    """Faces or plates of one set of pictures: how many must be anonymised, how many are."""

    exhibit = Exhibit(
        "rows",
        Text("匿名化检出率及 95% 置信区间（标准限值 90%）", "Detection rates of the anonymisation with 95 % intervals (limit 90 %)"),
        x="picture_set",
        y=("object_kind", "correct_count", "missed_count", "open_count", "rate_pct", "low_pct", "high_pct"),
        clause="gb-t-44464-2024/5.6.1.2",
        words={
            "picture_set": Text("图像集", "set of pictures"),
            "object_kind": Text("目标", "object"),
            "correct_count": Text("正确匿名化", "correct"),
            "missed_count": Text("漏检", "missed"),
            "open_count": Text("不能确定", "open"),
            "rate_pct": Text("检出率 %", "rate, %"),
            "low_pct": Text("区间下限 %", "interval from, %"),
            "high_pct": Text("区间上限 %", "interval to, %"),
            "object_kind=face": Text("人脸", "faces"),
            "object_kind=plate": Text("车牌", "plates"),
        },
    )
    picture_set = col(pl.String, "set of pictures", "图像集")
    object_kind = col(pl.String, "face or plate", "目标")
    correct_count = col(pl.Int64, "in scope and masked", "正确匿名化")
    missed_count = col(pl.Int64, "in scope and not masked", "漏检")
    open_count = col(pl.Int64, "in scope or masked: not known", "不能确定")
    rate_pct = col(pl.Float64, "correct over correct and missed", "检出率")
    low_pct = col(pl.Float64, "lower bound of the 95 % Wilson interval", "区间下限")
    high_pct = col(pl.Float64, "upper bound of the 95 % Wilson interval", "区间上限")


@derive
def rates_from_objects(objects: TrialObject) -> AnonymisationRate:
    """Reckon the rates of every set that has a truth, with the limits of the standard."""
    rows = [r for r in objects.collect().to_dicts() if r["role"] == "truth" and r["kind"] and r["picture_set"]]
    found = []
    for of in sorted({r["picture_set"] for r in rows}):
        for kind, counts in tally(r for r in rows if r["picture_set"] == of).items():
            low, high = wilson(counts.correct, counts.decided)
            if counts.decided + counts.open:
                found.append(
                    {
                        "picture_set": of, "object_kind": kind, "correct_count": counts.correct, "missed_count": counts.missed,
                        "open_count": counts.open, "rate_pct": round(100 * counts.rate, 1) if counts.decided else None,
                        "low_pct": round(100 * low, 1), "high_pct": round(100 * high, 1),
                    }
                )  # fmt: skip
    return AnonymisationRate.rows(*found) if found else AnonymisationRate.empty()
