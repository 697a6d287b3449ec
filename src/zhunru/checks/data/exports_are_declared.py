"""Whatever is exported is declared, and whatever is declared is logged."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import polars as pl

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.record import Origin
from zhunru.core.subject import Subject
from zhunru.core.verdict import Verdict
from zhunru.formulas.territory import is_abroad
from zhunru.formulas.written_names import bare
from zhunru.records.data_asset import DataAsset
from zhunru.records.export_activity import ExportActivity
from zhunru.tables.access_row import AccessRow
from zhunru.tables.export_row import ExportRow
from zhunru.tables.export_use import ExportUse, export_uses
from zhunru.tables.located_access import OUTSIDE, LocatedAccess, located_accesses

_TOLD = ("exporter", "recipient", "territory", "purpose", "method", "start", "personal", "important")


@check("miit-2021-103/1.8", "miit-2021-103/1.9", "auto-export-2026/logs", title_zh="出境如实申报并有记录", since="0.1")
def exports_are_declared(
    subject: Subject,
    activities: list[ExportActivity] | None,
    uses: ExportUse | None,
    accesses: LocatedAccess | None,
    assets: list[DataAsset] | None,
) -> Iterator[Finding]:
    """Ledger, log of exports and log of accesses agree with the statement on export and with the declared activities.

    Why:
        Every duty on export hangs on the statement that data are exported; who leaves it out, or exports beside the declared activities, has
        escaped them all.

    为什么:
        出境的各项义务都以如实申报为前提；漏报出境，或在申报活动之外出境，等于绕过全部义务。

    How it decides:
        1. Declared without export: a line of export, an asset marked as provided abroad, an access from outside the mainland that reads
           personal or important data, an activity with a first day: breach. An activity without a first day: gap.
        2. Declared without export, and no log of accesses, no ledger of assets, or assets that do not tell: gap, since nobody has looked.
        3. Declared with export: a line whose activity is not declared, or before its first or after its last day: breach. The first day is
           not told: gap.
        4. An activity that does not tell exporter, recipient, territory, purpose, method, first day, personal or important data: gap; one
           whose territory is the mainland: gap.
        5. An asset marked as provided abroad that no activity names, an activity naming an asset that is not marked so or not in the ledger: gap.
        6. What agrees is ok.

    Inconclusive:
        Any gap of the steps above; nothing to compare.

    Not covered:
        Exports that no log and no ledger tells; what the vehicle sends directly is the check on captures.

    未覆盖:
        任何日志和台账均未记录的出境；车辆直接外发由抓包检查判定。

    Args:
        subject: Applicability statement.
        activities: Declared activities of export.
        uses: What each activity did, day by day.
        accesses: Accesses with their place.
        assets: Data assets.

    References:
        103号 (一); filing guide for data export; 汽车数据出境安全指引（2026版）; data-and-cyber.md 3.2, 3.4, 3.5.
    """
    # what was read from outside is judged by its access: what it held may not be known
    every = uses.collect() if uses is not None else ExportUse.empty().collect()
    lines = every.filter(~pl.col("accessed"))
    if not subject.data_export:
        yield from _undeclared(activities or [], lines, accesses, assets)  # (1)
        yield from _not_looked(accesses, assets)  # (2)
        return
    yield from _lines(activities or [], lines)  # (3)
    for activity in activities or []:
        yield from _told(activity)  # (4)
    yield from _assets(activities or [], assets or [])  # (5)
    if not every.height:  # (6) what agrees was told above
        yield gap("没有出境记录", "no line tells what was exported")


def _undeclared(
    activities: Sequence[ExportActivity], lines: pl.DataFrame, accesses: LocatedAccess | None, assets: list[DataAsset] | None
) -> Iterator[Finding]:
    for activity in activities:
        say = breach if activity.start else gap
        yield say(
            "声明无数据出境，台账却有出境活动",
            "no export is declared, but the ledger holds an activity of export",
            at=activity.origin,
            activity=activity.id,
        )
    if lines.height:
        first = lines.sort("source", "row_no").row(0, named=True)
        yield breach(
            "声明无数据出境，却有出境记录", "no export is declared, but lines tell of exports", source=first["source"], row=first["row_no"],
            t_ns=first["t_ns"], lines=int(lines["line_count"].sum()),
        )  # fmt: skip
    if accesses is not None:
        held = pl.any_horizontal(pl.col("personal").fill_null(value=False), pl.col("important").fill_null(value=False))
        outside = accesses.frame.filter(pl.col("place").is_in(OUTSIDE) & held).sort("source", "row_no").collect()
        if outside.height:
            first = outside.row(0, named=True)
            yield breach(
                "声明无数据出境，却有境外访问", "no export is declared, but personal or important data were read from outside",
                source=first["source"], row=first["row_no"], t_ns=first["t_ns"], territory=first["territory"], accesses=outside.height,
            )  # fmt: skip
        told = pl.all_horizontal(pl.col("personal") == False, pl.col("important") == False).fill_null(value=False)  # noqa: E712 - null stays null
        open_ones = accesses.frame.filter(pl.col("place").is_in(OUTSIDE) & ~held & ~told).select(pl.len()).collect().item()
        if open_ones:
            yield gap("境外访问的数据种类不明", "what was read from outside cannot be told", accesses=open_ones)
    if marked := [a for a in assets or [] if a.export]:
        yield breach(
            "声明无数据出境，资产却标为出境",
            "no export is declared, but assets are marked as provided abroad",
            at=_first(marked),
            assets=len(marked),
        )


def _first(assets: Sequence[DataAsset]) -> Origin:
    return min((a.origin for a in assets), key=lambda o: (o.source, o.sheet, o.row or 0))


def _not_looked(accesses: LocatedAccess | None, assets: list[DataAsset] | None) -> Iterator[Finding]:
    count = accesses.frame.select(pl.len()).collect().item() if accesses is not None else 0
    if accesses is None or not count:
        yield gap("没有平台访问日志：是否有境外访问不明", "there is no log of accesses: nobody can tell whether data are read from abroad")
        return
    doubtful = accesses.frame.filter(~pl.col("place").is_in(["mainland", *OUTSIDE])).select(pl.len()).collect().item()
    if doubtful:
        yield gap("部分访问的来源地不明", "from where some accesses came cannot be told", accesses=doubtful, total=count)
    else:
        yield ok("访问日志中来源地均可判定", "the place of every access in the log can be told", accesses=count)
    if not assets:
        yield gap("没有数据资产台账", "there is no ledger of data assets")
    elif silent := [a for a in assets if a.export is None]:
        yield gap("资产未注明是否出境", "assets do not tell whether they are provided abroad", at=_first(silent), assets=len(silent))
    else:
        yield ok("资产均注明是否出境", "every asset tells whether it is provided abroad", at=_first(assets), assets=len(assets))


def _lines(activities: Sequence[ExportActivity], lines: pl.DataFrame) -> Iterator[Finding]:
    known: dict[str, list[ExportActivity]] = {}
    for activity in activities:
        known.setdefault(bare(activity.id), []).append(activity)
    for (written,), part in sorted(lines.group_by("activity"), key=lambda g: str(g[0][0] or "")):
        first = part.sort("source", "row_no").row(0, named=True)
        shown: dict[str, Any] = {"source": first["source"], "row": first["row_no"], "t_ns": first["t_ns"], "activity": written}
        shown["lines"] = int(part["line_count"].sum())
        found = known.get(bare(str(written or "")), [])
        days = part["day"].drop_nulls()
        if not found:
            yield breach("出境记录所属活动未申报", "lines of an activity that nobody declared", **shown)
        elif any(a.start is None for a in found) or part["day"].null_count():
            yield gap("出境记录或活动未注明日期", "lines or their activity do not tell the day", **shown)
        elif any(not any(a.start and a.start <= d and (a.end is None or d <= a.end) for a in found) for d in days.unique()):
            yield breach("出境时间在活动期间之外", "lines lie outside the days of their activity", **shown)
        else:
            yield ok("出境记录属于已申报活动", "lines belong to a declared activity", **shown)


def _told(activity: ExportActivity) -> Iterator[Finding]:
    missing = [n for n in _TOLD if getattr(activity, n) is None]
    if missing:
        yield gap(
            "出境活动内容不全",
            "the activity does not tell everything",
            at=activity.origin,
            activity=activity.id,
            missing=", ".join(missing),
        )
    if activity.territory and is_abroad(activity.territory) is not True:
        yield gap(
            "出境活动的国家或地区不在境外",
            "the territory of the activity is not abroad",
            at=activity.origin,
            activity=activity.id,
            territory=activity.territory,
        )


def _assets(activities: Sequence[ExportActivity], assets: Sequence[DataAsset]) -> Iterator[Finding]:
    named = {bare(n): a for a in activities for n in a.assets}
    marks: dict[str, list[bool | None]] = {}
    for asset in assets:
        for name in {bare(n) for n in (asset.id, asset.name) if n}:
            marks.setdefault(name, []).append(asset.export)
        if asset.export and not {bare(n) for n in (asset.id, asset.name) if n} & named.keys():
            yield gap(
                "资产标为出境，但没有出境活动提及",
                "an asset is marked as provided abroad, but no activity names it",
                at=asset.origin,
                asset=asset.id,
            )
    for name, activity in sorted(named.items()):
        if not any(marks.get(name, [])):
            yield gap(
                "出境活动提及的资产未在台账中标为出境",
                "an activity names an asset that the ledger does not mark as exported",
                at=activity.origin,
                asset=name,
            )


_NOON = int(datetime(2026, 3, 2, 4, tzinfo=UTC).timestamp()) * 10**9
_HOME = Subject(name="样车一号", maker="示例汽车")
_OUT = _HOME.model_copy(update={"data_export": True})
_ASSET = {"id": "A-1", "name": "车辆工况", "personal": "是", "important": "否"}
_ACTIVITY = {
    "id": "E-1", "exporter": "示例汽车", "recipient": "某某公司", "territory": "DE", "purpose": "质量分析", "method": "传输",
    "start": "2026-01-01", "personal": "是", "important": "否", "assets": "A-1",
}  # fmt: skip
_Inputs = tuple[Subject, list[ExportActivity] | None, ExportUse | None, LocatedAccess | None, list[DataAsset] | None]


def _read(**changed: object) -> LocatedAccess:
    plain: dict[str, object] = {"t_ns": _NOON, "account": "wang", "told": "CN", "personal": True, "important": False, "row_no": 2}
    found: LocatedAccess = located_accesses(AccessRow.rows(plain | changed), None, None, None)
    return found


def _line(activity: str = "E-1") -> ExportUse:
    found: ExportUse = export_uses(ExportRow.rows({"t_ns": _NOON, "activity": activity, "person": "a1", "sensitive": False, "row_no": 2}))
    return found


@exports_are_declared.example(Verdict.PASS)
def nothing_leaves_and_the_logs_agree() -> _Inputs:
    """No export is declared; every access came from the mainland, every asset says so."""
    return _HOME, None, None, _read(), [DataAsset.model_validate(_ASSET | {"export": "否"})]


@exports_are_declared.example(Verdict.PASS)
def declared_and_logged() -> _Inputs:
    """Export is declared, its activity is whole, its lines lie inside its days."""
    return _OUT, [ExportActivity.model_validate(_ACTIVITY)], _line(), None, [DataAsset.model_validate(_ASSET | {"export": "是"})]


@exports_are_declared.example(Verdict.FAIL)
def read_from_abroad_while_declared_absent() -> _Inputs:
    """No export is declared, but somebody in Germany read personal information."""
    return _HOME, None, None, _read(told="DE"), [DataAsset.model_validate(_ASSET | {"export": "否"})]


@exports_are_declared.example(Verdict.FAIL)
def lines_of_an_unknown_activity() -> _Inputs:
    """The log names an activity that nobody declared."""
    return _OUT, [ExportActivity.model_validate(_ACTIVITY)], _line("E-2"), None, None


@exports_are_declared.example(Verdict.INCONCLUSIVE)
def nobody_kept_a_log() -> _Inputs:
    """No export is declared, and there is no log of accesses."""
    return _HOME, None, None, None, [DataAsset.model_validate(_ASSET | {"export": "否"})]
