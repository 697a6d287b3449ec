"""Requests to delete sensitive personal information are fulfilled within ten working days."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Final

from zhunru.catalogue.working_days import china
from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.step import Limit
from zhunru.core.verdict import Verdict
from zhunru.formulas.working_days import add_working_days, working_days_between
from zhunru.formulas.written_names import bare
from zhunru.records.subject_request import SubjectRequest
from zhunru.records.told import certainly_blank, told, unread

_NOT_DONE: Final = ("未", "无法", "不能", "拒绝", "暂不", "待", "仅关闭", "not", "cannot")


@check(
    "miit-2021-103/1.4", "gb-t-44464-2024/5.7.1", "gb-t-44464-2024/D.7.1", "cac-2021-7/9",
    title_zh="请求删除敏感个人信息的，十个工作日内完成", since="0.3",
)  # fmt: skip
def deleted_within_ten_working_days(
    requests: list[SubjectRequest],
    day: date,
    *,
    within: Annotated[float, Limit("working day", "gb-t-44464-2024/5.7.1", "C")] = 10.0,
) -> Iterator[Finding]:
    """Every request to delete sensitive personal information is done by the end of the tenth working day after the day of the request.

    Why:
        Voice, picture and track that stay after the person said no can still do harm.

    为什么:
        本人要求删除后仍留存的声音、影像和行踪，仍可能造成伤害。

    How it decides:
        1. Requests for deletion that concern sensitive personal information; not told whether they do: what would be a breach is a gap.
           The day is that on which the last part was deleted, in the vehicle or outside. Closed with a measure that says that it was not: gap.
        2. The last day is the tenth working day by the calendar of China; the day of the request is not counted. Done by then: ok; later: breach.
        3. Not done, or open by its state: the last day has passed: breach; not yet: in time so far.
        4. Refused: with the law by which the data are kept: ok; with none: breach; not told: gap.
        5. Day of the request, or done without a day; a day in the future, or before the request; transferred; a year that the calendar does
           not know: gap.
        6. No request marked as sensitive that was done: gap, for nothing shows that deletion happens.

    Inconclusive:
        Days or states are missing or contradict each other; the calendar does not know the year; there is no fulfilled request.

    Not covered:
        Whether the data are really gone, and copies that nobody listed: searched for elsewhere.

    未覆盖:
        数据是否确已删除、未列出的副本，由删除后检索判定。

    Args:
        requests: Requests of persons.
        day: Day as of which is assessed.
        within: Working days.

    References:
        GB/T 44464-2024 5.7.1, D.7.1; 若干规定 article 9 (G); 民法典 articles 201, 203; State Council notices on holidays.
    """
    # (1) which requests
    ours = [r for r in requests if r.request == "delete" and r.sensitive is not False]
    fulfilled = 0
    for request in ours:
        finding = _judged(request, day, int(within))
        fulfilled += bool(request.sensitive) and finding.kind != "gap" and request.done_on is not None and request.state != "refused"
        if finding.kind == "breach" and request.sensitive is None:
            finding = gap(
                "未说明是否涉及敏感个人信息的删除请求未按时完成",
                "a late request of which it is not told whether it is sensitive",
                at=request.origin,
                request=request.id,
            )
        yield finding
    for request in requests:
        if request.request is None:
            yield gap("请求类型未说明", "what is asked for is not told", at=request.origin, request=request.id)
    # (6) nothing fulfilled
    if not fulfilled:
        yield gap(
            "没有已完成的敏感个人信息删除请求", "no request to delete sensitive personal information was fulfilled", requests=len(requests)
        )


def _judged(request: SubjectRequest, day: date, within: int) -> Finding:
    facts: dict[str, Any] = {"at": request.origin, "request": request.id}
    received = request.received_on
    done = max((d for d in (request.done_on, request.outside_done_on) if d), default=None) if request.done_on else None
    # (5) cannot be told
    disordered = done is not None and received is not None and not received <= done <= day
    if received is None or received > day or disordered or request.state == "transferred":
        return gap(
            "请求的日期缺失、矛盾或已转交", "days of the request are missing or contradict each other, or it was transferred", **facts
        )
    # (4) refused
    if request.state == "refused":
        basis = told(request.legal_hold)
        if basis == "none":
            return breach("拒绝删除而没有依法保留的依据", "deletion refused without a law that keeps the data", **facts)
        if basis == "open":
            return gap("拒绝删除的依据未说明", "why deletion was refused is not told", **facts)
        return ok("依法保留", "kept by law", **facts)
    count = working_days_between(china(), received, done or day, first_counts=False, last_counts=True)
    last = add_working_days(china(), received, within)
    if count is None:
        return gap("日期超出工作日历的年份", "a day lies outside the years of the calendar", **facts)
    # a last day in a year that is not known lies behind every day that is
    in_time = last is None or (done or day) <= last
    facts |= {"limit": within, "unit": "working day", "last_day": str(last) if last else None}
    # (2) done
    if done:
        facts |= {"measured": count}
        if request.state == "open":
            return gap("已填完成日期而状态仍为处理中", "it has a day of completion and is still open", **facts)
        if told(request.means) == "none" or (request.means and bare(request.means).startswith(_NOT_DONE)):
            return gap("已关闭而未写明删除", "closed, and the measure says that nothing was deleted", **facts)
        return ok("按时删除", "deleted in time", **facts) if in_time else breach("删除超过期限", "deleted too late", **facts)
    # (3) not done
    open_for_sure = request.state == "open" and "done_on" not in unread(request)
    if not open_for_sure and not (request.state is None and certainly_blank(request, "done_on")):
        return gap("状态与完成日期不一致或未说明", "state and day of completion disagree or are not told", **facts)
    return ok("尚在期限内", "in time so far", **facts) if in_time else breach("到期未删除", "not deleted by the last day", **facts)


_Case = tuple[list[SubjectRequest], date]


def _case(done: str, received: str = "2026-03-02", **changed: object) -> _Case:
    plain = {
        "id": "Q-1",
        "request": "删除",
        "received_on": received,
        "sensitive": "是",
        "done_on": done,
        "state": "已完成" if done else "处理中",
    }
    return [SubjectRequest.model_validate(plain | changed)], date(2026, 4, 1)


@deleted_within_ten_working_days.example(Verdict.PASS)
def on_the_tenth() -> _Case:
    """Asked on a Monday, done on the Monday two weeks later."""
    return _case("2026-03-16")


@deleted_within_ten_working_days.example(Verdict.FAIL)
def on_the_eleventh() -> _Case:
    """One working day later."""
    return _case("2026-03-17")


@deleted_within_ten_working_days.example(Verdict.FAIL)
def still_open() -> _Case:
    """The last day has passed."""
    return _case("")


@deleted_within_ten_working_days.example(Verdict.INCONCLUSIVE)
def year_without_calendar() -> _Case:
    """The holidays of 2027 are not known."""
    return [_case("2027-01-08", "2026-12-28")[0][0]], date(2027, 2, 1)
