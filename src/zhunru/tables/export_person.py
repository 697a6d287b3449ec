"""Persons whose information was exported, adding up through the year."""

from collections.abc import Iterator, Sequence
from datetime import date

import polars as pl

from zhunru.core.step import derive
from zhunru.core.table import Table, col
from zhunru.formulas.export_route import GUIDELINE_ONLY, ORDER_11, ORDER_16, UNCOUNTED
from zhunru.formulas.person_bounds import cumulated
from zhunru.formulas.placeholders import says_nothing
from zhunru.formulas.written_names import bare
from zhunru.records.export_activity import ExportActivity
from zhunru.tables.export_row import ExportRow
from zhunru.tables.export_use import CHINA_NS, china_day, holds_persons


class ExportPerson(Table):
    """Different persons of one scope from the first day of a period to one day on which something was exported.

    Scopes: `exporter` (all activities of one processor that are not exempt from counting), `approval` (all activities that name one
    approval, this year), `group` (all activities to one group of recipients for one scenario, whoever exports), `part` (one exporter in it).
    `clause` names the thresholds that held on the day.
    """

    t_ns = col(pl.Int64, "begin of the day in China, UTC", "日期（时刻）")
    day = col(pl.Date, "day in China", "日期")
    scope = col(pl.String, "exporter, approval, group or part", "统计范围")
    name = col(pl.String, "name of the scope, in the form of written_names.bare; empty = not told", "名称")
    clause = col(pl.String, "clause of the thresholds on the day", "依据条款")
    first_day = col(pl.Date, "first day of the period that adds up", "累计起始日")
    plain_lower_count = col(pl.Int64, "persons of non-sensitive information, at least", "非敏感人数（至少）")
    plain_upper_count = col(pl.Int64, "persons of non-sensitive information, at most", "非敏感人数（至多）")
    sensitive_lower_count = col(pl.Int64, "persons of sensitive information, at least", "敏感人数（至少）")
    sensitive_upper_count = col(pl.Int64, "persons of sensitive information, at most", "敏感人数（至多）")


_COUNTS = ("plain_lower", "plain_upper", "sensitive_lower", "sensitive_upper")


@derive
def export_persons(rows: ExportRow, activities: list[ExportActivity] | None) -> ExportPerson:
    """Count the persons of each scope day by day, once each where identifiers allow, else between two bounds.

    Lines without a day or with neither name nor number of persons are left out: `ExportUse` counts them, and they keep checks open.
    An activity that nobody declared belongs to the one declared exporter, or to none.
    """
    persons = (
        rows.frame.filter(holds_persons() & pl.col("t_ns").is_not_null() & (pl.col("person").is_not_null() | pl.col("person_count").is_not_null()))
        .select(
            pl.col("activity").fill_null(""), "person", "scheme", "sensitive",
            china_day(pl.col("t_ns")).alias("day"),
            pl.when(pl.col("person").is_null()).then("person_count").alias("count"),
        )
    )  # fmt: skip
    rules = _rules_of(rows)
    parts = [ExportPerson.empty().collect().drop("source", "t_ns")]
    for (scope, name), part in _placed(activities or [], rows).group_by("scope", "name", maintain_order=True):
        # scope by scope: what is grouped by few and short keys is grouped fast
        told = pl.concat([_by_rules(_of(persons, part if clause == ORDER_11.clause else part.filter("today")), clause) for clause in rules])
        parts.append(told.with_columns(pl.lit(scope).alias("scope"), pl.lit(name).alias("name")).select(parts[0].columns))
    begins = (pl.col("day").cast(pl.Int32).cast(pl.Int64) * 86_400 * 10**9 - CHINA_NS).alias("t_ns")
    found = pl.concat(parts).with_columns(begins)
    return ExportPerson(found.select(n for n in ExportPerson.columns if n != "source"))


def _of(persons: pl.LazyFrame, placed: pl.DataFrame) -> pl.LazyFrame:
    """Return the lines of the activities that are placed in one scope."""
    sure = placed.filter("sure")["activity"].to_list()
    mine = persons.filter(pl.col("activity").is_in(placed["activity"].to_list()))
    return mine.with_columns(pl.col("activity").is_in(sure).alias("sure")).drop("activity")


def _rules_of(rows: ExportRow) -> list[str]:
    """Return the clauses of the thresholds that held on some day of the log."""
    first = rows.frame.select(china_day(pl.col("t_ns")).min()).collect().item()
    return [ORDER_16.clause, *([ORDER_11.clause] if isinstance(first, date) and first < ORDER_16.first_day else [])]


def _by_rules(persons: pl.LazyFrame, clause: str) -> pl.DataFrame:
    """Count the persons of one scope under one set of thresholds, and keep the days on which it held.

    Before order 16 the year and the year before added up: each line stands in the period that began with its year and in the one before.
    """
    new = clause == ORDER_16.clause
    kept = persons if new else persons.filter(pl.col("day") < ORDER_16.first_day)
    year, day = pl.col("day").dt.year(), pl.col("day")
    found = cumulated(
        pl.concat(kept.with_columns(pl.date(year - back, 1, 1).alias("first_day")) for back in ((0,) if new else (0, 1))), ["first_day"]
    )
    old = (day < ORDER_16.first_day) & (day >= ORDER_11.first_day) & (year == pl.col("first_day").dt.year() + 1)
    held = found.filter(day >= ORDER_16.first_day if new else old)
    return held.rename({c: f"{c}_count" for c in _COUNTS}).with_columns(pl.lit(clause).alias("clause"))


def _placed(activities: Sequence[ExportActivity], rows: ExportRow) -> pl.DataFrame:
    """Return for each activity as the log writes it the scopes it counts in, whether for certain, and whether under order 16."""
    written = rows.frame.select(pl.col("activity").fill_null("")).unique().collect()["activity"].sort().to_list()
    declared: dict[str, list[ExportActivity]] = {}
    for activity in activities:
        declared.setdefault(bare(activity.id), []).append(activity)
    exporters = {bare(a.exporter or "") for a in activities} or {""}
    found: list[tuple[str, str, str, bool, bool]] = []
    for word in written:
        known = declared.get(bare(word), [])
        if not known and len(exporters) == 1:
            found.append((word, "exporter", next(iter(exporters)), True, True))
        scopes = {s for a in known for s in _scopes(a)}
        for scope, name in sorted({(s, n) for s, n, *_ in scopes}):
            marks = [(sure, today) for s, n, sure, today in scopes if (s, n) == (scope, name)]
            found.append((word, scope, name, all(sure for sure, _ in marks), any(today for _, today in marks)))
    schema = {"activity": pl.String, "scope": pl.String, "name": pl.String, "sure": pl.Boolean, "today": pl.Boolean}
    return pl.DataFrame(found, schema=schema, orient="row")


def _scopes(activity: ExportActivity) -> Iterator[tuple[str, str, bool, bool]]:
    """Yield scope, name, whether it counts for certain, and whether it counts under order 16: order 11 knew no exemptions.

    What a guideline alone exempts, or nobody gave a reason for, may count and may not.
    """
    claimed = activity.exemption
    doubtful = claimed in GUIDELINE_ONLY or (
        claimed in UNCOUNTED and (says_nothing(activity.exempt_reason) or bool(activity.origin.problems))
    )
    today = claimed not in UNCOUNTED or doubtful
    yield "exporter", bare(activity.exporter or ""), not doubtful, today
    if group := group_of(activity):
        yield "group", group, not doubtful, today
        yield "part", f"{group} / {bare(activity.exporter or '')}", not doubtful, today
    for approval in activity.approval:
        yield "approval", bare(approval), True, True


def group_of(activity: ExportActivity) -> str:
    """Return the group of recipients and scenario of an activity as one name, empty when either is not told."""
    group, scenario = bare(activity.recipient_group or activity.recipient or ""), bare(activity.scenario or "")
    return f"{group} / {scenario}" if group and scenario else ""
