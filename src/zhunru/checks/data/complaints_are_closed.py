"""Complaints and requests come in by a channel that works and are closed."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.step import Limit
from zhunru.core.verdict import Verdict
from zhunru.records.subject_request import SubjectRequest
from zhunru.records.told import certainly_blank, told


@check("miit-2021-103/1.4", "gb-t-44464-2024/4.1.9", "pipl-2021/50", title_zh="投诉和个人请求有可用的渠道并已处理完毕", since="0.3")
def complaints_are_closed(
    requests: list[SubjectRequest],
    day: date,
    *,
    within: Annotated[float, Limit("d", "gb-t-44464-2024/4.1.9", "P")] = 30.0,
) -> Iterator[Finding]:
    """Each complaint or request tells its channel and was answered and closed; a refusal tells its reason.

    Why:
        A letter box that nobody empties is no letter box.

    为什么:
        无人开启的信箱不是信箱。

    How it decides:
        1. Closed with channel, day and answer: ok. One of them, or the state, is not told: gap.
        2. Refused without a reason: breach when the cell is surely blank or says that there is none; else gap. Refused with one: ok.
        3. Open for `within` days or less: in time so far. Longer: gap, since the standard names no number.
        4. Transferred, or days in the wrong order or in the future: gap.
        5. No complaint among those that were closed: gap, for nothing shows that the channel works.

    Inconclusive:
        Channels, days, states or answers are not told; tickets have been open for long; no complaint was closed.

    Not covered:
        Whether the answer helped; whether the channel is easily found. The number of days is our proposal.

    未覆盖:
        答复是否解决问题；渠道是否容易找到。天数为本项目建议值。

    Args:
        requests: Requests and complaints.
        day: Day as of which is assessed.
        within: Days for which a ticket may be open; our proposal.

    References:
        GB/T 44464-2024 4.1.9; 个人信息保护法 article 50 (G).
    """
    closed = False
    for request in requests:
        finding = _judged(request, day, within)
        closed |= finding.kind == "ok" and request.request == "complaint" and request.done_on is not None
        yield finding
    # (5) nothing closed
    if not closed:
        yield gap("没有已处理完毕的投诉", "no complaint was closed", requests=len(requests))


def _judged(request: SubjectRequest, day: date, within: float) -> Finding:
    facts: dict[str, Any] = {"at": request.origin, "request": request.id}
    received, done, answer = request.received_on, request.done_on, told(request.answer)
    # (2) refused
    if request.state == "refused" and (answer == "none" or certainly_blank(request, "answer")) and told(request.legal_hold) != "yes":
        return breach("拒绝请求而未说明理由", "refused without a reason", **facts)
    # (4) cannot be told
    if received is None or received > day or (done and not received <= done <= day) or told(request.channel) != "yes":
        return gap("渠道或日期未说明或矛盾", "channel or days are not told or contradict each other", **facts)
    # (3) open
    if done is None and (request.state == "open" or (request.state is None and certainly_blank(request, "done_on"))):
        facts |= {"measured": (day - received).days, "limit": within, "unit": "d"}
        return (
            ok("处理中", "open, in time so far", **facts)
            if (day - received).days <= within
            else gap("长期未处理完毕", "open for long", **facts)
        )
    # (1) closed
    if done is None or request.state not in {"done", "refused"} or (answer != "yes" and told(request.legal_hold) != "yes"):
        return gap("状态、完成日期或答复未说明", "state, day of closing or answer are not told", **facts)
    return ok("已处理并答复", "closed and answered", **facts, channel=request.channel)


_Case = tuple[list[SubjectRequest], date]


def _case(**changed: object) -> _Case:
    plain = {
        "id": "Q-1",
        "request": "投诉",
        "channel": "客服热线",
        "received_on": "2026-03-02",
        "state": "已完成",
        "done_on": "2026-03-05",
        "answer": "已更正并致歉",
    }
    return [SubjectRequest.model_validate(plain | changed)], date(2026, 6, 1)


@complaints_are_closed.example(Verdict.PASS)
def answered_in_three_days() -> _Case:
    """A complaint by telephone, answered."""
    return _case()


@complaints_are_closed.example(Verdict.FAIL)
def refused_without_reason() -> _Case:
    """Refused, and nothing said."""
    return _case(state="拒绝", answer="")


@complaints_are_closed.example(Verdict.INCONCLUSIVE)
def open_since_march() -> _Case:
    """Three months, and still open."""
    return _case(state="处理中", done_on="", answer="")
