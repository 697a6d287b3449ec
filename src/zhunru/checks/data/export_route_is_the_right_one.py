"""Each export takes the route that its kind of data and the persons counted this year demand."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Annotated, Any, NamedTuple

import polars as pl

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.step import Limit
from zhunru.core.text import Text
from zhunru.core.verdict import Verdict
from zhunru.formulas.export_route import EXEMPT, GUIDELINE_ONLY, ORDER_16, TIER_OF, TIERS, UNCOUNTED, Decision, Rules, decide, rules_on
from zhunru.formulas.identifiers.kinds import BY_ID
from zhunru.formulas.placeholders import says_nothing
from zhunru.formulas.written_names import bare
from zhunru.records.export_activity import ExportActivity
from zhunru.records.stored_match import kinds_in
from zhunru.tables.export_person import ExportPerson, export_persons
from zhunru.tables.export_row import ExportRow
from zhunru.tables.export_use import ExportUse, export_uses


@check(
    "miit-2021-103/1.9",
    "cac-2024-16/5",
    "cac-2024-16/7",
    "cac-2024-16/8",
    "auto-export-2026/triggers",
    "auto-export-2026/exemptions",
    "pi-export-certification-2025/range",
    title_zh="每项出境活动走了应走的路径",
    since="0.1",
)
def export_route_is_the_right_one(
    activities: list[ExportActivity],
    uses: ExportUse,
    persons: ExportPerson,
    day: date,
    *,
    assess_plain_count: Annotated[int, Limit("person", source="cac-2024-16/7", basis="C")] = 1_000_000,
    assess_sensitive_count: Annotated[int, Limit("person", source="cac-2024-16/7", basis="C")] = 10_000,
    contract_plain_count: Annotated[int, Limit("person", source="cac-2024-16/8", basis="C")] = 100_000,
    contract_sensitive_count: Annotated[int, Limit("person", source="cac-2024-16/8", basis="C")] = 1,
) -> Iterator[Finding]:
    """On each day on which it exported, every activity had a route at least as heavy as data and counts demand.

    Why:
        Personal information of many, sensitive information and important data may leave the country only on the route that the law names;
        the counts grow through the year, and a route that was right in March may be too light in October.

    为什么:
        个人信息达到一定人数、敏感个人信息以及重要数据，只能按法定路径出境；人数逐月累计，三月够用的路径十月可能已不够。

    How it decides:
        1. Persons count from 1 January over all activities of one exporter, once each where identifiers allow, else between bounds;
           activities under an exemption of articles 3 to 6 are not counted. A person of whom sensitive and other information is exported
           counts in both; whether the law counts such a person as non-sensitive is not told, so the least number leaves all of them out.
        2. The route of each day follows from the first rule that holds: important data, CII operator, `assess_sensitive_count`,
           `assess_plain_count` (assessment); `contract_sensitive_count`, `contract_plain_count` (contract or certification); else none.
           Each number is included: exactly so many persons are there. Before 2024-03-22 the thresholds of order 11 hold.
        3. The route taken is lighter than the least counts demand: breach, on the first such day. Lighter than only the greatest counts
           demand: gap. At least as heavy as the greatest counts demand: ok.
        4. An exemption of articles 3 to 6 with its reason lifts the counts, never the duty for important data. No personal information is
           claimed where lines hold some: breach. An exemption without a reason, or one that only the guideline names: it may hold or not.
        5. Route not told, no line of what was exported, lines without day, number of persons or a mark for personal or important data, lines
           that contradict themselves, their kinds of data or the activity, exporters told for some activities only, lines of undeclared activities or after the day of assessment: gap.

    Inconclusive:
        Any gap of the steps above; no activity that has begun.

    Not covered:
        Whether the reason of an exemption is true; order 11's case of processors of 1,000,000 persons; exports before 2022-09-01; whether
        two pseudonyms are one person; companies that belong together under different names; lists of free-trade zones.

    未覆盖:
        豁免理由是否属实；第 11 号令中处理 100 万人以上个人信息的情形；2022-09-01 以前的出境；不同假名是否同一人；名称不同的关联企业；
        各自贸区负面清单内容。

    Args:
        activities: Declared activities of export.
        uses: What each activity did, day by day.
        persons: Persons by exporter and day.
        day: Day of assessment.
        assess_plain_count: Persons of non-sensitive information from which the assessment is needed.
        assess_sensitive_count: Persons of sensitive information from which it is needed.
        contract_plain_count: Persons of non-sensitive information from which contract or certification is needed.
        contract_sensitive_count: Persons of sensitive information from which it is needed.

    References:
        CAC order 16 articles 3 to 9, order 11 article 4; 汽车数据出境安全指引（2026版）; data-and-cyber.md 3.1, 3.4, 3.5 X1.
    """
    latest = ORDER_16._replace(
        assess_plain=assess_plain_count, assess_sensitive=assess_sensitive_count, contract_plain=contract_plain_count,
        contract_sensitive=contract_sensitive_count,
    )  # fmt: skip
    lines = uses.collect()
    if not activities and not lines.height:
        yield gap("没有登记出境活动，也没有出境记录", "no export activity and no line of an export is on record")
    counts = _by_exporter(persons)  # (1)
    yield from _exporters(activities)  # (5)
    known = {bare(a.id) for a in activities}
    parts = {p.activity: p for p in _parts(lines)}
    for name in sorted(parts.keys() - known):
        lost = parts[name]
        yield gap("出境记录所属活动未申报", "lines of an activity that nobody declared", **lost.shown, lines=lost.total("line_count"))
    for activity in sorted(activities, key=lambda a: (a.id, a.origin.source, a.origin.row or 0)):
        part = parts.get(bare(activity.id))
        if part is None:
            if activity.start is None or activity.start <= day:
                yield gap("出境活动没有出境记录", "no line tells what the activity exported", at=activity.origin, activity=activity.id)
            continue
        yield from _unclear(activity, part, day)  # (5)
        yield from _judged(activity, part, counts, latest)  # (2) to (4)


class _Part(NamedTuple):
    """The lines of one activity."""

    activity: str
    lines: pl.DataFrame

    @property
    def shown(self) -> dict[str, Any]:
        first = self.lines.sort("source", "row_no").row(0, named=True)
        return {"source": first["source"], "row": first["row_no"], "activity": first["activity"]}

    def total(self, column: str) -> int:
        return int(self.lines[column].sum())


def _parts(lines: pl.DataFrame) -> list[_Part]:
    found: dict[str, list[pl.DataFrame]] = {}
    for (name,), part in lines.group_by("activity", maintain_order=True):
        found.setdefault(bare(str(name or "")), []).append(part)
    return [_Part(name, pl.concat(parts)) for name, parts in sorted(found.items())]


_Counts = dict[tuple[str, date], list[tuple[date, dict[str, int]]]]
"""Exporter and first day of the period -> counts of each day on which something was exported, in order."""


def _by_exporter(persons: ExportPerson) -> _Counts:
    found: _Counts = {}
    for row in persons.frame.filter(pl.col("scope") == "exporter").sort("day").collect().iter_rows(named=True):
        found.setdefault((row["name"], row["first_day"]), []).append((row["day"], {n: row[n] for n in row if n.endswith("_count")}))
    return found


def _so_far(counts: _Counts, exporter: str, when: date, rules: Rules) -> dict[str, int]:
    """Return the counts of the last day up to `when` in its period; nothing exported = no persons."""
    told = counts.get((exporter, date(when.year - rules.years + 1, 1, 1)), [])
    none = dict.fromkeys(("plain_lower_count", "plain_upper_count", "sensitive_lower_count", "sensitive_upper_count"), 0)
    at = bisect_right(told, when, key=lambda c: c[0])
    return told[at - 1][1] if at else none


def _exporters(activities: Sequence[ExportActivity]) -> Iterator[Finding]:
    unnamed = [a for a in activities if not a.exporter]
    if unnamed and len(unnamed) < len(activities):
        for activity in unnamed:
            yield gap(
                "部分出境活动未注明数据处理者，累计人数可能被拆分", "an activity does not tell its exporter, others do: the counts may be split",
                at=activity.origin, activity=activity.id,
            )  # fmt: skip


def _unclear(activity: ExportActivity, part: _Part, day: date) -> Iterator[Finding]:
    shown = {**part.shown, "activity": activity.id}
    undated = part.lines.filter(pl.col("day").is_null())
    future = part.lines.filter(pl.col("day") > day)
    if undated.height:
        yield gap("出境记录没有时间", "lines do not tell when", **shown, lines=int(undated["line_count"].sum()))
    if future.height:
        yield gap("出境记录晚于判定日", "lines lie after the day of assessment", **shown, lines=int(future["line_count"].sum()))
    if count := part.total("uncounted_count"):
        yield gap(
            "含个人信息的出境记录既无主体标识也无人数", "lines of personal information neither name nor count persons", **shown, lines=count
        )
    if activity.personal is not False and (count := part.total("silent_count")):
        yield gap("出境记录未注明是否含个人信息", "lines do not tell whether they hold personal information", **shown, lines=count)
    if activity.sensitive and not part.total("sensitive_count") and not part.total("unclassed_count"):
        yield gap(
            "活动含敏感个人信息，出境记录却均未标为敏感", "the activity holds sensitive information, but no line is marked so", **shown
        )
    if named := sorted(_named_persons(part)):
        yield gap(
            "未标为个人信息的出境记录，其数据种类却指向个人信息",
            "lines that are not marked as personal name kinds of personal information",
            **shown,
            kinds=", ".join(named),
        )
    if count := part.total("unclear_count"):
        yield gap("出境记录自相矛盾", "lines contradict themselves", **shown, lines=count)
    if activity.important is None and (count := part.total("unmarked_count")) and activity.route != "assessment":
        yield gap("未注明是否含重要数据", "nobody tells whether important data are exported", **shown, lines=count)
    if activity.route is None:
        yield gap("未注明出境路径", "the route is not told", **shown)


def _named_persons(part: _Part) -> frozenset[str]:
    """Return the kinds of identifiers that lines name which do not count as personal information."""
    joined = part.lines.filter(pl.col("personal_count") == 0)["kinds"].drop_nulls().unique()
    return kinds_in([word for text in joined for word in text.split(";")]) & frozenset(BY_ID)


def _judged(activity: ExportActivity, part: _Part, counts: _Counts, latest: Rules) -> Iterator[Finding]:
    shown: dict[str, Any] = {"activity": activity.id, "route": activity.route}
    if activity.exemption == "no_personal" and (count := part.total("personal_count")):  # (4)
        yield breach(
            "声称不含个人信息，出境记录却含个人信息", "no personal information is claimed, but lines hold some", **part.shown, lines=count
        )
    if activity.route is None:
        return
    taken = TIER_OF[activity.route]
    doubt: tuple[date, int | None, Decision] | None = None
    last: tuple[date, int | None, Decision] | None = None
    for on, group in sorted(part.lines.drop_nulls("day").group_by("day"), key=lambda g: g[0]):
        when, t_ns = _date(on[0]), group["t_ns"].min()
        least, most = _needed(activity, group, counts, when, latest)
        at = (when, t_ns if isinstance(t_ns, int) else None)
        if least is None or most is None:
            yield gap(
                "该日尚无适用的出境规则",
                "no rule of export that is known here held on that day",
                at=activity.origin,
                **shown,
                day=str(when),
            )
            return
        if taken < least.tier:  # (3)
            yield breach("出境路径低于应走路径", "the route is lighter than the one demanded", **_told(activity, *at, least), **shown)
            return
        if taken < most.tier and doubt is None:
            doubt = (*at, most)
        last = (*at, most)
    if doubt:
        yield gap(
            "按可能的最大人数或未定事实，路径可能不足：须说明", "by the greatest counts, or a fact that is open, the route may be too light",
            **_told(activity, *doubt), **shown,
        )  # fmt: skip
    elif last:
        yield ok("出境路径符合要求", "the route is at least as heavy as demanded", **_told(activity, *last), **shown)


def _date(value: object) -> date:
    return value if isinstance(value, date) else date.min


def _told(activity: ExportActivity, when: date, t_ns: int | None, decided: Decision) -> dict[str, Any]:
    return {
        "source": activity.origin.source, "row": activity.origin.row, "t_ns": t_ns, "measured": decided.measured, "limit": decided.limit,
        "unit": "person" if decided.limit is not None else "", "day": str(when), "needed": f"{TIERS[decided.tier].zh} / {TIERS[decided.tier].en}",
        "because": f"{decided.because.zh} / {decided.because.en}", "clause": decided.clause,
    }  # fmt: skip


def _needed(
    activity: ExportActivity, group: pl.DataFrame, counts: _Counts, when: date, latest: Rules
) -> tuple[Decision | None, Decision | None]:
    """Return the route that is needed at least and at most on one day; None where no rules are known."""
    rules = rules_on(when, latest)
    if rules is None:
        return None, None
    important = bool(activity.important) or bool(group["important_count"].sum())
    personal = bool(activity.personal) or bool(activity.sensitive) or bool(group["personal_count"].sum())
    known = _so_far(counts, bare(activity.exporter or ""), when, rules)
    plain = max(known["plain_lower_count"] - known["sensitive_upper_count"], 0)
    least = decide(plain, known["sensitive_lower_count"], important=important, cii=bool(activity.cii), personal=personal, rules=rules)
    most = decide(
        known["plain_upper_count"], known["sensitive_upper_count"], important=important, cii=activity.cii is not False, personal=personal,
        rules=rules,
    )  # fmt: skip
    free = Decision(EXEMPT, least.because, f"cac-2024-16/{_ARTICLE.get(activity.exemption or '', '5')}")
    if important or activity.exemption not in UNCOUNTED | GUIDELINE_ONLY or rules.years > 1:  # order 11 knew no exemptions
        return least, most
    certain = activity.exemption in UNCOUNTED and not says_nothing(activity.exempt_reason)
    return (free._replace(because=_CLAIMED), free._replace(because=_CLAIMED)) if certain else (free, most)


_CLAIMED = Text("援引豁免情形，理由见台账", "an exemption is claimed, its reason stands in the ledger")
_ARTICLE = {"no_personal": "3", "transit": "4", "contract": "5", "employment": "5", "emergency": "5", "zone": "6"}

_NOON = int(datetime(2026, 3, 2, 4, tzinfo=UTC).timestamp()) * 10**9
_Inputs = tuple[list[ExportActivity], ExportUse, ExportPerson, date]


def _case(*lines: dict[str, object], **changed: object) -> _Inputs:
    plain: dict[str, object] = {"id": "E-1", "exporter": "示例汽车", "cii": "否", "important": "否", "personal": "是", "route": "豁免"}
    activity = ExportActivity.model_validate(plain | changed)
    rows = ExportRow.rows(
        *({"t_ns": _NOON, "activity": "E-1", "scheme": "", "sensitive": False, "important": False, "row_no": 2, **x} for x in lines)
    )
    return [activity], export_uses(rows), export_persons(rows, [activity]), date(2026, 11, 24)


@export_route_is_the_right_one.example(Verdict.PASS)
def fewer_than_a_hundred_thousand() -> _Inputs:
    """99,999 persons of non-sensitive information need no route."""
    return _case({"person_count": 99_999})


@export_route_is_the_right_one.example(Verdict.FAIL)
def a_hundred_thousand_without_contract() -> _Inputs:
    """Exactly 100,000 persons need contract or certification."""
    return _case({"person_count": 100_000})


@export_route_is_the_right_one.example(Verdict.FAIL)
def one_sensitive_person_without_contract() -> _Inputs:
    """Sensitive information has no lower bound."""
    return _case({"person": "a1", "sensitive": True})


@export_route_is_the_right_one.example(Verdict.FAIL)
def important_data_under_a_contract() -> _Inputs:
    """Important data need the assessment, however few persons."""
    return _case({"person": "a1", "important": True}, route="标准合同")


@export_route_is_the_right_one.example(Verdict.INCONCLUSIVE)
def batches_that_may_hold_the_same_persons() -> _Inputs:
    """Two batches of 60,000 persons without names: 60,000 or 120,000."""
    return _case({"person_count": 60_000}, {"person_count": 60_000})
