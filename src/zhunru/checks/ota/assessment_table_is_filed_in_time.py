"""The OTA safety assessment table was handed in early enough before the release."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Final

from zhunru.catalogue.working_days import china
from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.step import Limit
from zhunru.core.subject import Subject
from zhunru.core.verdict import Verdict
from zhunru.formulas.working_days import working_days_between
from zhunru.formulas.written_names import bare
from zhunru.records.assessment_table import AssessmentTable
from zhunru.records.filing import Filing
from zhunru.records.filing_move import FilingMove
from zhunru.records.filing_standing import Standing, standings
from zhunru.records.releases import Release, releases_of
from zhunru.records.update_campaign import UpdateCampaign
from zhunru.records.update_execution import UpdateExecution
from zhunru.records.update_run import says_nothing

_SENT = {"filed", "supplemented", "accepted"}
_FAILURES: Final = ("before", "during", "after")


@check(
    "miit-2021-103/4.2",
    "samr-2020-123/table",
    "samr-2020-123/filing",
    "miit-2025-45/class-d",
    title_zh="OTA 安全技术评估信息表在发布前足够早提交",
    since="0.2",
)
def assessment_table_is_filed_in_time(
    campaigns: list[UpdateCampaign],
    filings: list[Filing] | None,
    moves: list[FilingMove] | None,
    tables: list[AssessmentTable] | None,
    executions: list[UpdateExecution] | None,
    subject: Subject,
    *,
    ahead: Annotated[float, Limit("working day", source="samr-2020-123/table", basis="S")] = 5.0,
) -> Iterator[Finding]:
    """The OTA safety assessment table was handed in early enough before the release.

    Why:
        The authority needs time to look at how failures are handled before cars are touched.

    为什么:
        主管部门需要时间在车辆升级之前审视失效处理方式。

    How it decides:
        1. An activity is one of technical service or recall when the assessment record says so, when it names a recall, or when the maker
           claims class D. Not told: judged alike, but what would be a breach is a gap. Said to be neither: gap, a person must confirm.
        2. The table is the filing of kind samr_table that names the activity. None: breach.
        3. Working days between handing in and first day of release by the calendar of China, counted forward (the day of handing in does
           not count, the release day does) and backward (the release day does not count). Both reach `ahead`: ok. Neither: breach. Only
           one, since a day off stands at one end: gap. A year that the calendar does not know: gap.
        4. A table that was withdrawn or only drafted: breach; returned and not supplemented: breach; rows or moves in doubt: gap.
        5. A planned activity is judged by its planned day; what would be a breach is a gap, as for other products.
        6. The assessment record tells how failures before, during and after the execution are handled: nothing said of one of them, or no
           record: gap, since the table that was handed in may say more than the ledger.

    Inconclusive:
        A day is missing, or its year is not in the calendar; whether the activity is technical service is not told; how failures are handled
        is left blank.

    Not covered:
        Whether the table is otherwise complete, and true, and whether it went in through the national recall platform. Reading of "five working days"
        as five whole days between. Activities since 2020 handed in later.

    未覆盖:
        信息表其他内容是否完整、各项内容是否属实、是否经国家缺陷产品召回平台提交；按“中间须隔满五个整工作日”的理解；2020 年以来活动的补报。

    Args:
        campaigns: Update activities.
        filings: Filings with their states.
        moves: Moves of filings.
        tables: Assessment records: kind of the activity, handling of failures.
        executions: Executions on cars: an earlier first day.
        subject: Product under assessment.
        ahead: Working days before the release.

    References:
        SAMR supplement of 2021-06-04 to 市监质〔2020〕123号 (S); State Council notices on holidays; ota-and-recorders.md 2.1, 2.2 G7.
    """
    known = [s for s in standings(filings or [], moves or []) if s.filing.matter == "samr_table"]
    releases = releases_of(campaigns, executions or [], subject)
    if not any(not r.foreign for r in releases):
        yield gap("本产品没有升级活动", "there is no update activity of this product", campaigns=len(campaigns))
    for release in releases:
        campaign = release.campaign
        demanded = _demanded(campaign, tables or [])
        if demanded is False:
            yield gap(
                "声明既非技术服务也非召回，须由人确认", "said to be neither technical service nor recall: a person must confirm",
                at=campaign.origin, campaign=campaign.id,
            )  # fmt: skip
            continue
        yield from _failures(campaign, tables or [])
        mine = [s for s in known if s.filing.campaign and bare(s.filing.campaign) == bare(campaign.id)]
        found = min((_judged(release, s, ahead) for s in mine), key=lambda f: ("ok", "gap", "breach").index(f.kind), default=None)
        if found is None:  # (2)
            found = breach("没有提交安全技术评估信息表", "no assessment table was handed in", at=campaign.origin, campaign=campaign.id)
        if found.kind == "breach" and (release.planned or release.foreign or demanded is None):  # (1), (5)
            yield gap(
                "活动类型未说明、尚在计划中或属其他名称的产品，信息表未按时提交", "kind of the activity not told, planned, or another name: no table in time",
                at=campaign.origin, campaign=campaign.id, because=str(found.text),
            )  # fmt: skip
        else:
            yield found


def _demanded(campaign: UpdateCampaign, tables: Sequence[AssessmentTable]) -> bool | None:
    # (1) technical service or recall
    kinds = {t.ota_kind for t in tables if bare(t.campaign) == bare(campaign.id)}
    if campaign.recall or campaign.claimed_class == "D" or kinds & {"technical_service", "recall"}:
        return True
    return False if kinds == {"other"} else None


def _failures(campaign: UpdateCampaign, tables: Sequence[AssessmentTable]) -> Iterator[Finding]:
    # (6) failures before, during and after
    mine = [t for t in tables if bare(t.campaign) == bare(campaign.id)]
    blank = [name for name in _FAILURES if all(says_nothing(getattr(t, name)) for t in mine)]
    if blank:
        yield gap(
            "信息表未写明失效处理", "how failures are handled is not told",
            at=mine[0].origin if mine else campaign.origin, campaign=campaign.id, missing="; ".join(blank),
        )  # fmt: skip


def _judged(release: Release, table: Standing, ahead: float) -> Finding:
    campaign, filing = release.campaign, table.filing
    where, name = campaign.origin, campaign.id
    # (4) its state
    if table.doubts or filing.state is None or filing.filed_on is None or release.day is None:
        return gap(
            "信息表的状态或日期缺失、矛盾", "state or day of the table is missing or in doubt", at=where, campaign=name, filing=filing.id
        )
    if filing.state not in _SENT or (filing.withdrawn_on and filing.withdrawn_on <= release.day):
        return breach(
            "信息表未提交、被退回或已撤回",
            "the table was not handed in, was returned or withdrawn",
            at=where,
            campaign=name,
            filing=filing.id,
        )
    # (3) both ways of counting
    sent = max(filing.filed_on, filing.supplemented_on or filing.filed_on)  # what was returned counts from its supplement
    counts = [working_days_between(china(), sent, release.day, first_counts=first, last_counts=not first) for first in (False, True)]
    days = [c for c in counts if c is not None]
    if len(days) < len(counts):
        return gap("日期超出工作日历的年份", "a day lies outside the years of the calendar", at=where, campaign=name, filing=filing.id)
    least, most = min(days), max(days)
    if least < ahead <= most:
        return gap(
            "一端为非工作日，是否满期限因计法而异", "a day off stands at one end: it depends on the way of counting",
            at=where, campaign=name, filing=filing.id, measured=least, limit=ahead, unit="working day",
        )  # fmt: skip
    if most < ahead:
        return breach(
            "信息表提交过晚", "the table was handed in too late",
            at=where, campaign=name, filing=filing.id, measured=most, limit=ahead, unit="working day",
        )  # fmt: skip
    return ok(
        "信息表按时提交", "the table was handed in in time",
        at=where, campaign=name, filing=filing.id, measured=least, limit=ahead, unit="working day",
    )  # fmt: skip


# Examples --------------------------------------------------------------------------------------------------------------------------------

_CAR = Subject(name="样车一号", maker="示例汽车", automation_level=2, ota=True)
_Input = tuple[list[UpdateCampaign], list[Filing] | None, None, list[AssessmentTable], None, Subject]


def _input(filed: str, released: str = "2026-03-09", during: str = "恢复原版本", **changed: object) -> _Input:
    campaign = {"id": "U-1", "product": "样车一号", "released_on": released, "recall": "S2026M0001V"}
    filing = {"id": "S-1", "matter": "samr_table", "campaign": "U-1", "state": "filed", "filed_on": filed}
    table = AssessmentTable.model_validate({"campaign": "U-1", "before": "不执行", "during": during, "after": "联系服务站"})
    return [UpdateCampaign.model_validate(campaign | changed)], [Filing.model_validate(filing)], None, [table], None, _CAR


@assessment_table_is_filed_in_time.example(Verdict.PASS)
def five_working_days_ahead() -> _Input:
    """From Monday to Monday."""
    return _input("2026-03-02")


@assessment_table_is_filed_in_time.example(Verdict.FAIL)
def four_working_days_ahead() -> _Input:
    """From Tuesday to Monday."""
    return _input("2026-03-03")


@assessment_table_is_filed_in_time.example(Verdict.FAIL)
def holidays_do_not_count() -> _Input:
    """Eleven days, but the Spring Festival lies between."""
    return _input("2026-02-13", released="2026-02-25")


@assessment_table_is_filed_in_time.example(Verdict.INCONCLUSIVE)
def next_year_is_not_published() -> _Input:
    """The holidays of 2027 are not in the calendar."""
    return _input("2026-12-25", released="2027-01-15")


@assessment_table_is_filed_in_time.example(Verdict.INCONCLUSIVE)
def nothing_on_failures_during_the_execution() -> _Input:
    """Handed in in time; what happens when the execution fails is not told."""
    return _input("2026-03-02", during="待补充")
