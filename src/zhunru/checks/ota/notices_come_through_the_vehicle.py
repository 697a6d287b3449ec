"""Notices and results of updates reach the user through the vehicle."""

from collections.abc import Iterator
from typing import Final

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.verdict import Verdict
from zhunru.formulas.check_digits import tail
from zhunru.formulas.written_names import bare
from zhunru.records.update_event import UpdateEvent
from zhunru.records.update_run import UpdateRun, event_log, executed, topics_of, update_runs

_INSIDE: Final = ("hmi", "车机", "中控", "仪表", "显示屏", "车载", "抬头显示", "语音", "ivi", "cluster", "headunit", "display", "vehicle")
_OUTSIDE: Final = ("手机", "app", "短信", "电话", "邮件", "微信", "小程序", "纸质", "网站", "phone", "sms", "mail", "web")


@check("miit-2021-103/3.6", "gb-44496-2024/5.2.10", title_zh="升级告知与结果经车载系统送达", since="0.2")
def notices_come_through_the_vehicle(events: list[UpdateEvent]) -> Iterator[Finding]:
    """In every car that executed an update, at least one notice and one result were shown by the vehicle itself.

    Why:
        A text message reaches the owner of the telephone, not the person in the car.

    为什么:
        短信到达的是手机的主人，而不是车里的人。

    How it decides:
        1. Take each car and activity in whose log an execution began; none: gap.
        2. Its notices and its results each: one through a channel of the vehicle: ok; a content that came only otherwise: gap.
        3. All through other known channels: gap, since the standard allows them where the hardware cannot: a person must judge the reason.
        4. A channel that is blank or not known: gap. No notice and no result in the log: gap.
        5. A channel of the vehicle for the one and none for the other: the vehicle can show texts, so the missing one is a breach.

    Inconclusive:
        Channels are blank or not known; everything came by telephone; no execution or no notice in the log.

    Not covered:
        Whether the hardware of the car really cannot show texts.

    未覆盖:
        车辆硬件是否确实不能显示文本。

    Args:
        events: Lines of display, vehicle and back-end logs.

    References:
        GB 44496-2024 5.2.10; ota-and-recorders.md 1.3.
    """
    # (1) executions
    begun = executed(update_runs(events))
    for run in begun:
        kinds = {kind: [_side(e) for e in run.of(kind)] for kind in ("notice", "result")}
        for kind, sides in kinds.items():
            other = kinds["result" if kind == "notice" else "notice"]
            yield _judged(run, kind, sides, other)
            if "inside" in sides:
                yield from _astray(run, kind)
    if not begun:
        yield gap("日志中没有升级执行", "no execution of an update is in the log", events=len(events))


def _side(event: UpdateEvent) -> str:
    """Return where a channel is: inside, outside, or an empty string when it is not known or may be both."""
    channel = bare(event.channel or "")
    inside, outside = any(w in channel for w in _INSIDE), any(w in channel for w in _OUTSIDE)
    return "" if inside is outside else "inside" if inside else "outside"


def _astray(run: UpdateRun, kind: str) -> Iterator[Finding]:
    # (2) each content
    events = run.of(kind)
    for topic in sorted(frozenset[str]().union(*(topics_of(e) for e in events))):
        mine = [e for e in events if topic in topics_of(e)]
        if all(_side(e) != "inside" for e in mine):
            yield gap(
                "该项内容未经车载系统告知",
                "this content did not come through the vehicle",
                at=mine[0].origin,
                vin=tail(run.vin),
                content=topic,
            )


def _judged(run: UpdateRun, kind: str, sides: list[str], other: list[str]) -> Finding:
    where = (run.of(kind) or run.of("start"))[0].origin
    if "inside" in sides:  # (2)
        return ok("经车载系统告知", "told through the vehicle", at=where, vin=tail(run.vin), what=kind)
    if not sides or "" in sides:  # (4)
        return gap("没有告知或告知渠道不明", "no such notice, or its channel is not known", at=where, vin=tail(run.vin), what=kind)
    if "inside" in other:  # (5)
        return breach(
            "车辆能显示而仅经车外渠道告知",
            "the vehicle can show texts, and this one came from outside only",
            at=where,
            vin=tail(run.vin),
            what=kind,
        )
    # (3) a reason is needed
    return gap(
        "仅经车外渠道告知：须评审其理由", "told from outside only: its reason must be reviewed", at=where, vin=tail(run.vin), what=kind
    )


def _log(notice: str, result: str) -> list[UpdateEvent]:
    return event_log((0, "notice", {"channel": notice}), (60, "start", {}), (900, "end", {}), (910, "result", {"channel": result}))


@notices_come_through_the_vehicle.example(Verdict.PASS)
def both_on_the_display() -> list[UpdateEvent]:
    """Notice and result on the head unit."""
    return _log("车机", "中控屏")


@notices_come_through_the_vehicle.example(Verdict.FAIL)
def result_by_text_message() -> list[UpdateEvent]:
    """The notice is shown, the result comes as a text message."""
    return _log("车机", "短信")


@notices_come_through_the_vehicle.example(Verdict.INCONCLUSIVE)
def both_by_telephone() -> list[UpdateEvent]:
    """A person must judge why."""
    return _log("手机APP", "手机APP")
