"""Driver is warned in time after letting go of the wheel."""

import math
from collections.abc import Iterator
from typing import Annotated, Any

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.step import Limit
from zhunru.core.verdict import Verdict
from zhunru.formulas.three_valued import NO, YES, delay, seconds
from zhunru.tables.hands_off_span import HandsOffSpan, spans_table

_SOURCE = "gb-47955-draft-2025/4.8.3.2.2.1"


@check("miit-2021-103/6.1", _SOURCE, "gb-47955-2026/4.8.3.2.2.1", title_zh="脱手后按时提醒驾驶员", since="0.1")
def warns_after_hands_off(
    spans: HandsOffSpan,
    *,
    delay_s: Annotated[float, Limit("s", _SOURCE, "C")] = 5.0,
    delay_with_gaze_s: Annotated[float, Limit("s", _SOURCE, "C")] = 10.0,
    tolerance_s: Annotated[float, Limit("s", _SOURCE, "P")] = 0.1,
) -> Iterator[Finding]:
    """The driver is asked to take the wheel within `delay_s` of both hands leaving it, while the system drives above 10 km/h.

    Why:
        A driver who has let go is no longer part of the loop; the later the request, the longer nobody steers if the system fails.

    为什么:
        驾驶员双手脱离后已不在控制回路中；提醒越晚，系统失效时无人操控的时间越长。

    How it decides:
        1. A stretch in which hands off, active and speed may have held together for longer than the limit, but are not known: gap.
        2. The limit is `delay_s`; up to `delay_with_gaze_s` as long as gaze was confirmed without interruption since the hands left.
        3. A log samples: the hands left between the last sample with a hand on and the first without, the request came between the
           last sample without it and the first with it. In time by the longest possible delay: ok.
        4. Late, or silent, by the shortest possible delay and by more than `tolerance_s` beyond the limit: breach; but a gap where an
           eyes-off prompt was on, which may delay the request.
        5. Hands back before the limit, whatever the samples hide: no request was due. Anything between: gap.
        6. A request that ends while the hands are still off: breach.
        7. Nothing that could be judged: gap.

    Inconclusive:
        Hands, state, speed or request are not mapped or not in the log; the log pauses or ends before the limit; hands are seen by a
        torque sensor only; the delay is within one sample of the limit; no hands-off is in the log. A log whose mapped messages stand
        on several buses or on another bus than the mapping names, cannot be decoded, or step back in time. A request that the log never
        shows off before it is on.

    Not covered:
        How the request looks and sounds; how fast the hand sensor itself is; prompts that are not mapped count as not given.
        Two recordings merged frame by frame, in the order of time, into one log.

    未覆盖:
        提示的图形与声音；脱手传感器自身的延迟；未在信号映射中给出的提示按未发出处理；
        两次记录按时间逐帧合并成的日志。

    Args:
        spans: Stretches with both hands off.
        delay_s: Longest delay in seconds.
        delay_with_gaze_s: Longest delay in seconds while gaze is confirmed on the driving task.
        tolerance_s: Time in seconds that clocks and gateways may add between sensor and log; our proposal, on top of the real samples.

    References:
        103号 (六); GB 47955 draft of 2025-04, 4.8.3.2.2.1 and 4.8.3.2.1.
    """
    judged = False
    for span in spans.collect().sort("source", "t_start_ns").iter_rows(named=True):
        place: dict[str, Any] = {"source": span["source"], "t_ns": span["t_start_ns"], "unit": "s"}
        if span["padded_count"]:
            place["padded_frames"] = span["padded_count"]
        # (1) possible, not certain
        if span["certainty"] != "certain":
            if seconds(span["t_start_ns"], span["t_end_ns"]) > delay_s:
                judged = True
                yield gap("无法判断是否脱手", "cannot be told whether hands were off", **place, limit=delay_s, unknown=span["unknown"])
            continue
        # (2) the limit, as surely allowed and as possibly allowed
        gaze_until = math.inf if span["t_gaze_until_ns"] == span["t_last_ns"] else seconds(span["t_start_ns"], span["t_gaze_until_ns"], 0.0)
        sure = min(max(gaze_until, delay_s), delay_with_gaze_s)
        possible = min(max(seconds(span["t_start_ns"], span["t_gaze_lost_ns"]), delay_s), delay_with_gaze_s)
        # (3) to (5) the request
        if finding := _request(span, place, sure, possible, tolerance_s):
            judged = True
            yield finding
        # (6) released while hands are off
        if seconds(span["t_warning_off_ns"], span["t_last_ns"], 0.0) > tolerance_s:
            yield breach("仍在脱手，提醒已停止", "the request ended while hands were still off", **place)
    # (7) nothing
    if not judged:
        yield gap("记录中没有可判定的脱手过程", "no hands-off that could be judged is in the log")


def _request(span: dict[str, Any], place: dict[str, Any], sure: float, possible: float, tolerance_s: float) -> Finding | None:
    """Judge the request of one certain stretch; None when none was due."""
    latest = seconds(span["t_before_ns"], span["t_warning_ns"])
    earliest = seconds(span["t_start_ns"], span["t_no_warning_ns"], 0.0)
    seen = span["t_warning_ns"] is not None
    # (3) in time, whatever the samples hide
    if delay(earliest, latest, sure, tolerance_s) == YES:
        return ok("脱手后按时提醒", "asked in time", **place, measured=round(latest, 3), limit=sure)
    late = place | {"measured": round(earliest, 3), "limit": possible}
    # (4) late or silent, whatever the samples hide
    if delay(earliest, latest, possible, tolerance_s) == NO:
        if span["other_prompt"]:
            return gap("另有视线提示，可推迟脱手提醒", "an eyes-off prompt was on and may delay the request", **late)
        return breach("脱手后提醒过晚", "asked too late", **late) if seen else breach("脱手后未提醒", "never asked", **late)
    # (5) too short for a request, or between
    if span["ended_by"] == "condition" and seconds(span["t_before_ns"], span["t_end_ns"]) <= sure:
        return None
    if not seen and span["ended_by"] == "unknown":
        return gap("时限到达之前记录中断或结束", "the record pauses or ends before the limit", **late, unknown=span["unknown"])
    if not seen and (span["t_no_warning_ns"] is None or span["t_no_warning_ns"] < span["t_last_ns"]):
        return gap("无法得知是否已提醒", "whether the request was on is not known", **late)
    return gap("在采样精度内无法判断", "cannot be told within the sampling of the log", **late)


@warns_after_hands_off.example(Verdict.PASS)
def asked_after_three_seconds() -> HandsOffSpan:
    """The request comes after 3 s and stays until the hands are back."""
    return spans_table({"start": 20.0, "end": 27.0, "warning": 23.0})


@warns_after_hands_off.example(Verdict.PASS)
def asked_after_eight_seconds_with_gaze() -> HandsOffSpan:
    """Gaze is confirmed all the while, so 10 s are allowed."""
    return spans_table({"start": 20.0, "end": 30.0, "warning": 28.0, "gaze_until": 29.98})


@warns_after_hands_off.example(Verdict.FAIL)
def never_asked() -> HandsOffSpan:
    """Twelve seconds of hands off without any request."""
    return spans_table({"start": 20.0, "end": 32.0})


@warns_after_hands_off.example(Verdict.FAIL)
def asked_late_after_a_glance_away() -> HandsOffSpan:
    """The glance away after 2 s ends the right to 10 s."""
    return spans_table({"start": 20.0, "end": 30.0, "warning": 27.4, "gaze_until": 21.98, "gaze_lost": 22.0})


@warns_after_hands_off.example(Verdict.FAIL)
def request_ends_too_early() -> HandsOffSpan:
    """In time, but gone two seconds before the hands are back."""
    return spans_table({"start": 20.0, "end": 30.0, "warning": 23.0, "warning_off": 28.0})


@warns_after_hands_off.example(Verdict.INCONCLUSIVE)
def record_ends_before_the_limit() -> HandsOffSpan:
    """Three seconds into the hands-off the log ends."""
    return spans_table({"start": 20.0, "end": 23.0, "ended_by": "unknown", "unknown": "hands_on"})


@warns_after_hands_off.example(Verdict.INCONCLUSIVE)
def hands_seen_by_torque_only() -> HandsOffSpan:
    """No sensor can prove that the hands were off."""
    return spans_table({"start": 20.0, "end": 90.0, "certainty": "possible", "unknown": "hands_on"})
