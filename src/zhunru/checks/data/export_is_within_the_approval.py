"""What is exported stays inside what was approved."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import polars as pl

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.text import Text
from zhunru.core.verdict import Verdict
from zhunru.formulas.export_validity import validity_of
from zhunru.formulas.territory import code_of
from zhunru.formulas.written_names import bare
from zhunru.records.export_activity import ExportActivity
from zhunru.records.export_approval import ExportApproval
from zhunru.records.recipient import Recipient
from zhunru.tables.export_person import ExportPerson, export_persons
from zhunru.tables.export_row import ExportRow
from zhunru.tables.export_use import ExportUse, export_uses

_PERMITS = ("passed", "partly")
_LISTED = 8


@check("miit-2021-103/1.9", "cac-2021-7/12", "cac-2022-11/14", "auto-export-2026/logs", title_zh="出境不超出批准的范围", since="0.1")
def export_is_within_the_approval(
    activities: list[ExportActivity],
    approvals: list[ExportApproval],
    uses: ExportUse,
    persons: ExportPerson,
    recipients: list[Recipient] | None,
) -> Iterator[Finding]:
    """Kinds, recipients, territory, method, persons and volume of every approved activity lie inside its approvals.

    Why:
        An approval is given for a purpose, a range, a method, kinds and a scale; more than that was never assessed.

    为什么:
        批准针对的是确定的目的、范围、方式、种类和规模；超出部分从未经过评估。

    How it decides:
        1. For each activity under assessment, contract or certification: its permitting approvals together name what it may export. None in
           the ledger: gap.
        2. A kind of data in the log, a recipient, a territory, a method that none of them names: breach. The approval does not tell, the log
           does not tell: gap. Names are compared in one form; a recipient counts under its name and its identifier.
        3. A purpose in other words than the approved ones: gap, a person must judge. So is a kind that is declared, not approved, and not in the log.
        4. Volume of a calendar year above the approved volume, lines without volume counted as nothing: breach; within it, but lines are
           without volume: gap.
        5. Persons of a year, non-sensitive and sensitive, above the approved number: breach by the least number, gap by the greatest. Exactly
           the approved number is inside. Approvals that may hold in the year add up, rows of one approval once.

    Inconclusive:
        Any gap of the steps above; no activity under an approval with lines in the log.

    Not covered:
        What the recipient does with the data; kinds that are told under a name that was approved and hold more than it says.

    未覆盖:
        接收方如何使用数据；以获批名称记录、实际内容超出的情形。

    Args:
        activities: Declared activities of export.
        approvals: Results, contracts, certificates.
        uses: What each activity did, day by day.
        persons: Persons by approval and day.
        recipients: Recipients, whose names and identifiers stand for each other.

    References:
        汽车数据安全管理若干规定（试行） article 12; NDR article 38; data-and-cyber.md 2.1, 3.5 X3.
    """
    lines = uses.collect().with_columns(pl.col("activity").fill_null("").map_elements(bare, return_dtype=pl.String).alias("at"))
    names = _aliases(recipients or [])
    judged = False
    for activity in sorted(activities, key=lambda a: (a.id, a.origin.source, a.origin.row or 0)):
        if activity.route in {None, "exempt"}:
            continue
        mine = lines.filter(pl.col("at") == bare(activity.id))
        held = _cover(activity, approvals)  # (1)
        if not held:
            yield gap("没有准予出境的批准条目", "no permitting approval is in the ledger", at=activity.origin, activity=activity.id)
            continue
        judged = judged or mine.height > 0
        yield from _kinds(activity, held, mine)  # (2), (3)
        yield from _recipients(activity, held, mine, names)  # (2)
        yield from _places(activity, held)  # (2)
        yield from _purposes(activity, held, mine)  # (3)
    if not judged:
        yield gap("没有已批准且有出境记录的活动", "no approved activity has lines in the log")
    for approval in sorted(approvals, key=lambda a: (a.id, a.origin.source, a.origin.row or 0)):
        citing = [a for a in activities if bare(approval.id) in map(bare, a.approval) and a.route not in {None, "exempt"}]
        if citing and approval.result in _PERMITS:
            together = {bare(n): None for a in citing for n in a.approval}
            limits = [a for a in approvals if bare(a.id) in together and a.result in _PERMITS]
            yield from _volume(approval, limits, lines.filter(pl.col("at").is_in([bare(a.id) for a in citing])))  # (4)
            yield from _persons(approval, limits, persons)  # (5)


def _cover(activity: ExportActivity, approvals: Sequence[ExportApproval]) -> list[ExportApproval]:
    cited = set(map(bare, activity.approval))
    return [a for a in approvals if bare(a.id) in cited and a.result in _PERMITS]


def _aliases(recipients: Sequence[Recipient]) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for recipient in recipients:
        both = frozenset(bare(n) for n in (recipient.id, recipient.name) if n)
        for name in both:
            found[name] = found.get(name, frozenset()) | both
    return found


def _listed(words: Iterable[str]) -> str:
    return ", ".join(sorted(set(words))[:_LISTED])


def _kinds(activity: ExportActivity, held: Sequence[ExportApproval], lines: pl.DataFrame) -> Iterator[Finding]:
    shown: dict[str, Any] = {"activity": activity.id}
    allowed = {bare(k) for a in held for k in a.kinds}
    if not all(a.kinds for a in held):
        yield gap("批准未列明数据种类", "the approval does not list kinds of data", at=activity.origin, **shown)
        return
    seen = {k.strip(): None for joined in lines["kinds"].drop_nulls() for k in joined.split(";") if k.strip()}
    strange = [k for k in seen if bare(k) not in allowed]
    if strange:
        first = lines.filter(
            pl.col("kinds").fill_null("").str.split(";").list.eval(pl.element().str.strip_chars()).list.set_intersection(strange).list.len()
            > 0
        )
        row = first.sort("t_ns", "source", "row_no", nulls_last=True).row(0, named=True)
        yield breach(
            "出境了批准之外的数据种类", "kinds of data were exported that no approval names", source=row["source"], row=row["row_no"],
            t_ns=row["t_ns"], **shown, kinds=_listed(strange),
        )  # fmt: skip
    if unnamed := int(lines.filter(pl.col("kinds").is_null())["line_count"].sum()):
        yield gap("出境记录未注明数据种类", "lines do not tell the kinds of data", at=activity.origin, **shown, lines=unnamed)
    if seen and not strange:
        yield ok("数据种类均在批准之内", "all kinds of data are approved", at=activity.origin, **shown, kinds=_listed(seen))
    if declared := [k for k in activity.kinds if bare(k) not in allowed and k not in strange]:
        yield gap(
            "活动所列种类不在批准之内",
            "kinds that the activity lists are not approved",
            at=activity.origin,
            **shown,
            kinds=_listed(declared),
        )


def _recipients(
    activity: ExportActivity, held: Sequence[ExportApproval], lines: pl.DataFrame, names: dict[str, frozenset[str]]
) -> Iterator[Finding]:
    allowed = {n for a in held for r in a.recipients for n in names.get(bare(r), {bare(r)})}
    seen = {r for r in [*lines["recipient"].drop_nulls(), activity.recipient] if r}
    shown: dict[str, Any] = {"activity": activity.id}
    if not all(a.recipients for a in held) or not seen:
        yield gap("未注明境外接收方", "the recipient is not told", at=activity.origin, **shown)
        return
    if strange := [r for r in seen if not names.get(bare(r), frozenset({bare(r)})) & allowed]:
        yield breach("接收方不在批准之内", "a recipient is not approved", at=activity.origin, **shown, recipients=_listed(strange))
    else:
        yield ok("接收方均在批准之内", "all recipients are approved", at=activity.origin, **shown, recipients=_listed(seen))


def _places(activity: ExportActivity, held: Sequence[ExportApproval]) -> Iterator[Finding]:
    shown: dict[str, Any] = {"activity": activity.id}
    lands = {code_of(t) for a in held for t in a.territories}
    ways = {m for a in held for w in a.methods if (m := _method(w))}
    if not all(a.territories for a in held) or not activity.territory:
        yield gap("未注明国家或地区", "the territory is not told", at=activity.origin, **shown)
    elif code_of(activity.territory) not in lands:
        yield breach("国家或地区不在批准之内", "the territory is not approved", at=activity.origin, **shown, territory=activity.territory)
    if not ways or any(not _method(w) for a in held for w in a.methods) or not all(a.methods for a in held) or not activity.method:
        yield gap("未注明出境方式或方式无法识别", "the method is not told or not known", at=activity.origin, **shown)
    elif activity.method not in ways:
        yield breach("出境方式不在批准之内", "the method is not approved", at=activity.origin, **shown, method=activity.method)


def _method(word: str) -> str | None:
    try:
        return ExportActivity.model_validate({"id": "?", "method": word}).method
    except ValueError:
        return None


def _purposes(activity: ExportActivity, held: Sequence[ExportApproval], lines: pl.DataFrame) -> Iterator[Finding]:
    allowed = {bare(p) for a in held for p in a.purposes}
    seen = {p for p in [*lines["purpose"].drop_nulls(), activity.purpose] if p}
    if not allowed or not seen:
        yield gap("未注明出境目的", "the purpose is not told", at=activity.origin, activity=activity.id)
    elif strange := [p for p in seen if bare(p) not in allowed]:
        yield gap(
            "目的表述与批准不同，须人工判定", "a purpose is worded otherwise than approved: a person must judge", at=activity.origin,
            activity=activity.id, purposes=_listed(strange),
        )  # fmt: skip


def _sum(limits: Sequence[ExportApproval], field: str, year: int) -> float | None:
    """Return what approvals that may hold in a year allow together; rows of one approval count once, the least of them."""
    least: dict[str, float] = {}
    for approval in limits:
        held = validity_of(approval.route, approval.issued, approval.valid_until, approval.extended_until, approval.ended)
        if (held.first and held.first.year > year) or (held.possible and held.possible.year < year):
            continue
        value = getattr(approval, field)
        if value is None:
            return None
        least[bare(approval.id)] = min(value, least.get(bare(approval.id), value))
    return sum(least.values())


_VOLUME = {
    "breach": Text("年度数据量超过批准", "the volume of a year is above the approved one"),
    "gap": Text("出境记录未注明数据量", "lines do not tell their volume"),
    "ok": Text("年度数据量在批准之内", "the volume of a year is approved"),
}
_PERSONS = {
    "breach": Text("年度人数超过批准", "the persons of a year are above the approved number"),
    "gap": Text("年度人数可能超过批准：须说明", "the persons of a year may be above the approved number"),
    "ok": Text("年度人数在批准之内", "the persons of a year are approved"),
}
_SAY = {"breach": breach, "gap": gap, "ok": ok}


def _volume(approval: ExportApproval, limits: Sequence[ExportApproval], lines: pl.DataFrame) -> Iterator[Finding]:
    if not lines.height:
        return
    years = lines.drop_nulls("day").group_by(pl.col("day").dt.year().alias("year")).agg(pl.col("volume_byte", "unweighed_count").sum())
    for year, volume, unweighed in years.sort("year").rows():
        limit = _sum(limits, "volume_byte", year)
        if limit is None:
            yield gap("批准未注明数据量", "the approval does not tell the volume", at=approval.origin, approval=approval.id, year=year)
            continue
        kind = "breach" if volume > limit else "gap" if unweighed else "ok"
        facts: dict[str, Any] = {
            "measured": volume,
            "limit": limit,
            "unit": "B",
            "approval": approval.id,
            "year": year,
            "unweighed": unweighed,
        }
        yield _SAY[kind](*_VOLUME[kind], at=approval.origin, **facts)


def _persons(approval: ExportApproval, limits: Sequence[ExportApproval], persons: ExportPerson) -> Iterator[Finding]:
    mine = persons.frame.filter((pl.col("scope") == "approval") & (pl.col("name") == bare(approval.id)))
    year = pl.col("day").dt.year().alias("year")
    last = mine.sort("day").group_by(year, maintain_order=True).last().collect()
    for row in last.sort("year").iter_rows(named=True):
        plain = max(row["plain_lower_count"] - row["sensitive_upper_count"], 0)  # one person may be in both counts
        counts = {"person_count": (plain, row["plain_upper_count"])}
        counts["sensitive_person_count"] = row["sensitive_lower_count"], row["sensitive_upper_count"]
        for field, (least, most) in counts.items():
            limit = _sum(limits, field, row["year"])
            shown: dict[str, Any] = {"approval": approval.id, "year": row["year"], "count": field, "at_least": least, "at_most": most}
            if most and limit is None:
                yield gap("批准未注明人数", "the approval does not tell the number of persons", at=approval.origin, **shown)
            elif most and limit is not None:
                kind = "breach" if least > limit else "gap" if most > limit else "ok"
                measured = least if kind == "breach" else most
                yield _SAY[kind](*_PERSONS[kind], at=approval.origin, measured=measured, limit=limit, unit="person", **shown)


_NOON = int(datetime(2026, 3, 2, 4, tzinfo=UTC).timestamp()) * 10**9
_Inputs = tuple[list[ExportActivity], list[ExportApproval], ExportUse, ExportPerson, None]


def _case(line: dict[str, object] | None = None, **changed: object) -> _Inputs:
    activity = ExportActivity.model_validate({
        "id": "E-1", "exporter": "示例汽车", "recipient": "某某公司", "territory": "DE", "method": "传输", "purpose": "车辆质量分析",
        "route": "标准合同", "approval": "P-1",
    })  # fmt: skip
    plain: dict[str, object] = {
        "id": "P-1", "route": "标准合同", "result": "已备案", "recipients": "某某公司", "territories": "德国", "kinds": "车辆工况;用户账号",
        "purposes": "车辆质量分析", "methods": "传输", "person_count": 200_000, "sensitive_person_count": 0, "volume_byte": 10**9,
    }  # fmt: skip
    told: dict[str, object] = {"person_count": 200_000, "kinds": "用户账号", "volume_byte": 10**9}
    fixed: dict[str, object] = {"t_ns": _NOON, "activity": "E-1", "scheme": "", "sensitive": False, "row_no": 2}
    rows = ExportRow.rows(fixed | told | (line or {}))
    approval = ExportApproval.model_validate(plain | changed)
    return [activity], [approval], export_uses(rows), export_persons(rows, [activity]), None


@export_is_within_the_approval.example(Verdict.PASS)
def exactly_as_much_as_approved() -> _Inputs:
    """200,000 persons and 1 GB, both to the last."""
    return _case()


@export_is_within_the_approval.example(Verdict.FAIL)
def one_person_more() -> _Inputs:
    """200,001 persons."""
    return _case({"person_count": 200_001})


@export_is_within_the_approval.example(Verdict.FAIL)
def a_kind_that_nobody_approved() -> _Inputs:
    """Tracks were exported beside the account."""
    return _case({"kinds": "用户账号;行踪轨迹"})


@export_is_within_the_approval.example(Verdict.INCONCLUSIVE)
def approval_without_a_volume() -> _Inputs:
    """The ledger does not say how much was approved."""
    return _case(volume_byte="")
