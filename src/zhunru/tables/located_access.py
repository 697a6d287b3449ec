"""Accesses to data on platforms with the place from which they came and the export activity they belong to."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from zhunru.core.step import derive
from zhunru.core.table import Table, col
from zhunru.formulas.territory import HMT, code_of, is_abroad
from zhunru.formulas.written_names import bare
from zhunru.records.data_asset import DataAsset
from zhunru.records.export_activity import ExportActivity
from zhunru.tables.access_row import AccessRow
from zhunru.tables.export_row import ExportRow
from zhunru.tables.export_use import china_day
from zhunru.tables.located_flow import locate
from zhunru.tables.location_range import LocationRange

OUTSIDE = ("abroad", "hmt")
"""Places outside the mainland."""


class LocatedAccess(Table):
    """One access with its place by the location sources and by the log, what it read, and the activity that it fits.

    Sources and log that place it on different sides of the border make it `disputed`. The log's own word stands for a private or unknown
    address. Hong Kong, Macao and Taiwan (`hmt`) lie outside and are told apart.
    """

    t_ns = col(pl.Int64, "when, UTC; null when not told", "访问时间")
    day = col(pl.Date, "day in China", "日期")
    account = col(pl.String, "account", "访问账号")
    organisation = col(pl.String, "organisation of the person", "单位")
    source_ip = col(pl.String, "address from which it came", "来源IP")
    place = col(pl.String, "mainland, hmt, abroad, private, disputed or unknown", "位置类别")
    territory = col(pl.String, "ISO 3166 code by the log, else by the sources; null = unknown", "国家或地区")
    claims = col(pl.String, "what each source and the log say, joined with ;", "各来源结论")
    system = col(pl.String, "platform", "系统")
    assets = col(pl.String, "ids of data assets, joined with ;", "资产")
    kinds = col(pl.String, "kinds of data, joined with ;", "数据种类")
    personal = col(pl.Boolean, "personal information was read, by the log or the ledger; null = cannot be told", "个人信息")
    sensitive = col(pl.Boolean, "sensitive personal information was read; null = cannot be told", "敏感个人信息")
    important = col(pl.Boolean, "important data were read; null = cannot be told", "重要数据")
    person_count = col(pl.Int64, "persons; null when not told", "人数")
    volume_byte = col(pl.Int64, "volume; null when not told", "数据量")
    activity = col(pl.String, "export activity that the log names, else the one that fits; null = none", "出境活动")
    fit = col(pl.String, "yes, no or open: whether the activity covers method, day, territory and assets of the access", "是否符合活动")
    row_no = col(pl.Int64, "row of the log", "行号")


@derive
def located_accesses(
    rows: AccessRow, ranges: LocationRange | None, assets: list[DataAsset] | None, activities: list[ExportActivity] | None
) -> LocatedAccess:
    """Locate the accesses, look up what their assets hold, and find the activity that covers each; distinct values only are looked up."""
    frame = rows.frame.with_columns(china_day(pl.col("t_ns")).alias("day"))
    places = _places(frame.select("source_ip", "told").unique().collect(), ranges)
    held = _held(frame.select("assets").unique().collect()["assets"].drop_nulls().to_list(), assets or [])
    joined = frame.join(places.lazy(), on=["source_ip", "told"], how="left", nulls_equal=True).join(held.lazy(), on="assets", how="left")
    read = {n: _either(pl.col(n), pl.col(f"asset_{n}")) for n in ("sensitive", "important")}
    personal = _either(pl.col("personal"), pl.col("asset_personal"))
    marked = joined.with_columns(pl.when(read["sensitive"]).then(pl.lit(value=True)).otherwise(personal).alias("personal"), **read)
    asked = marked.select("activity", "territory", "day", "assets").unique().collect()
    fits = _fits(asked, activities or [])
    fitted = marked.join(fits.lazy(), on=["activity", "territory", "day", "assets"], how="left", nulls_equal=True)
    named = fitted.with_columns(pl.coalesce("activity", "found").alias("activity"))
    return LocatedAccess(named.select(n for n in LocatedAccess.columns))


@derive
def export_rows_of_accesses(accesses: LocatedAccess) -> ExportRow:
    """Take every access from outside the mainland that read personal or important data, or may have, as a line of export.

    Where the log of exports tells the same access again, the persons stay between their bounds: at least the larger line, at most both.
    """
    outside = accesses.frame.filter(
        pl.col("place").is_in(OUTSIDE) & (pl.col("personal").fill_null(value=True) | pl.col("important").fill_null(value=True))
    )
    return ExportRow(
        outside.select(
            "t_ns", "activity", pl.lit(None, pl.String).alias("person"), pl.lit("").alias("scheme"), "person_count", "personal", "sensitive",
            "important", "kinds", pl.lit(None, pl.String).alias("recipient"), pl.lit(None, pl.String).alias("purpose"), "volume_byte",
            pl.lit(value=True).alias("accessed"), "row_no", "source",
        )
    )  # fmt: skip


def _either(told: pl.Expr, asset: pl.Expr) -> pl.Expr:
    """Join what the log and the ledger say: the log's yes holds; its no against a yes of the ledger cannot be told."""
    return pl.when(told).then(pl.lit(value=True)).when(told.is_null()).then(asset).when(asset).then(None).otherwise(pl.lit(value=False))


def _places(pairs: pl.DataFrame, ranges: LocationRange | None) -> pl.DataFrame:
    """Return place, territory and claims of each pair of address and word of the log."""
    ends = pairs["source_ip"].drop_nulls().unique()
    seen = locate(ends, ranges if ranges is not None else LocationRange.empty())
    known = {r["address"]: r for r in seen.iter_rows(named=True)}
    found = []
    for address, told in pairs.rows():
        by_source = known.get(address, {"seen": "unknown", "territory": None, "claims": None})
        code = code_of(told) if is_abroad(told) is not None else None
        place = _place(by_source["seen"], None if code is None else "hmt" if code in HMT else "abroad" if is_abroad(told) else "mainland")
        claims = ";".join(filter(None, (by_source["claims"], f"log={code_of(told)}" if told else None)))
        found.append((address, told, place, code or by_source["territory"], claims or None))
    schema = dict.fromkeys(("source_ip", "told", "place", "territory", "claims"), pl.String)
    return pl.DataFrame(found, schema=schema, orient="row")


def _place(seen: str, told: str | None) -> str:
    """Return the place that follows from the sources and from the log."""
    if seen in {"private", "unknown"} or told is None:
        return told or seen
    if seen == told or seen == "disputed":
        return seen
    return "disputed" if "mainland" in {seen, told} else "abroad"


def _held(joined: Sequence[str], assets: Sequence[DataAsset]) -> pl.DataFrame:
    """Return for each list of assets whether any of them holds personal, sensitive, important data; null = cannot be told."""
    by_name: dict[str, list[DataAsset]] = {}
    for asset in assets:
        for name in {bare(n) for n in (asset.id, asset.name) if n}:
            by_name.setdefault(name, []).append(asset)
    found = []
    for text in joined:
        entries = [by_name.get(bare(n), []) for n in text.split(";") if n.strip()]
        marks = {
            "personal": [True if a.sensitive else a.personal for e in entries for a in e],
            "sensitive": [False if a.personal is False and not a.sensitive else a.sensitive for e in entries for a in e],
            "important": [True if a.grade in {"important", "core"} else a.important for e in entries for a in e],
        }
        whole = all(entries)
        found.append((text, *(_any(m, whole) for m in marks.values())))
    schema = {"assets": pl.String, **{f"asset_{n}": pl.Boolean for n in ("personal", "sensitive", "important")}}
    return pl.DataFrame(found, schema=schema, orient="row")


def _any(marks: Sequence[bool | None], whole: bool) -> bool | None:
    if any(marks):
        return True
    return False if whole and marks and None not in marks else None


def _fits(asked: pl.DataFrame, activities: Sequence[ExportActivity]) -> pl.DataFrame:
    """Return for each kind of access the activity that covers it best, and whether it does."""
    by_id: dict[str, list[ExportActivity]] = {}
    for activity in activities:
        by_id.setdefault(bare(activity.id), []).append(activity)
    found = []
    for row in asked.iter_rows(named=True):
        named = row["activity"]
        judged = [(_covers(a, row), a.id) for a in (by_id.get(bare(named), []) if named else activities)]
        rank, best = max(judged, default=(0, None), key=lambda j: (j[0], j[1]))
        found.append((*row.values(), best if rank else None, ("no", "open", "yes")[rank]))
    schema = dict.fromkeys((*asked.columns, "found", "fit"), pl.String()) | {"day": pl.Date()}
    return pl.DataFrame(found, schema=schema, orient="row")


def _covers(activity: ExportActivity, access: dict[str, object]) -> int:
    """Tell whether an activity covers an access: 2 = yes, 1 = cannot be told, 0 = no."""
    day, assets = access["day"], {bare(n) for n in str(access["assets"] or "").split(";") if n.strip()}
    listed = {bare(n) for n in activity.assets}
    answers = (
        None if activity.method is None else activity.method == "remote_access",
        None if activity.start is None or not isinstance(day, date) else activity.start <= day and (activity.end is None or day <= activity.end),
        None if not activity.territory or access["territory"] in {None, "QZ"} else code_of(activity.territory) in str(access["territory"]).split("|"),
        None if not assets or not listed else assets <= listed,
    )  # fmt: skip
    return 0 if False in answers else 1 if None in answers else 2
