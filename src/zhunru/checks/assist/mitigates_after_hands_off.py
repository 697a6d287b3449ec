"""Risk mitigation starts in time when the driver does not answer the upgraded request."""

from collections.abc import Iterator
from typing import Annotated, Any

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.step import Limit
from zhunru.core.verdict import Verdict
from zhunru.formulas.three_valued import NO, YES, delay, seconds
from zhunru.tables.hands_off_span import HandsOffSpan, spans_table, stage_since

_SOURCE = "gb-47955-draft-2025/4.8.3.2.2.5"


@check("miit-2021-103/6.1", _SOURCE, title_zh="升级提醒后仍脱手时按时启动风险减缓", since="0.1")
def mitigates_after_hands_off(
    spans: HandsOffSpan,
    *,
    delay_s: Annotated[float, Limit("s", _SOURCE, "C")] = 10.0,
    tolerance_s: Annotated[float, Limit("s", _SOURCE, "P")] = 0.1,
) -> Iterator[Finding]:
    """Risk mitigation starts within `delay_s` of the upgraded request when the hands stay off.

    Why:
        A driver who does not answer sound and vibration may not be able to; the vehicle must bring itself to safety.

    为什么:
        驾驶员对升级提醒仍无响应时可能已失去操控能力，车辆须自行降低风险。

    How it decides:
        1. Take the stretches with certain hands off in which the upgraded request was seen. Where either is unknown and
           an upgraded request may have stood for longer than the limit: gap.
        2. A log samples: the delay lies between that from the first sample with the upgrade to the last one without mitigation, and
           that from the last sample without the upgrade to the first one with mitigation. The longest is within the limit: ok.
        3. The shortest is more than `tolerance_s` beyond the limit: breach.
        4. The stretch ended before the limit, whatever the samples hide: no mitigation was due. Anything else: gap.
        5. Nothing that could be judged: gap.

    Inconclusive:
        Upgrade or mitigation are not mapped or not in the log; the log pauses or ends first; the hands came back before.
        A log or a stage that `assist.warns_after_hands_off` cannot use either.

    Not covered:
        What the mitigation does (hazard lights, standstill, lane); systems without a mitigation function.

    未覆盖:
        风险减缓的具体动作（危险警告灯、停车、车道）；不具备风险减缓功能的系统。

    Args:
        spans: Stretches with both hands off.
        delay_s: Longest delay in seconds from the upgraded request to the start of mitigation.
        tolerance_s: Time in seconds that clocks and gateways may add; our proposal, on top of the real samples.

    References:
        103号 (六); GB 47955 draft of 2025-04, 4.8.3.2.2.5.
    """
    judged = False
    for span in spans.collect().sort("source", "t_start_ns").iter_rows(named=True):
        # (1) certain, asked
        since = stage_since(span, "upgraded")
        place: dict[str, Any] = {"source": span["source"], "t_ns": since, "limit": delay_s, "unit": "s"}
        if span["certainty"] != "certain" or span["t_upgraded_ns"] is None:
            if seconds(since, span["t_end_ns"], 0.0) > delay_s:
                judged = True
                yield gap("无法判断是否须启动风险减缓", "cannot be told whether mitigation was due", **place, unknown=span["unknown"])
            continue
        longest = seconds(span["t_no_upgraded_ns"], span["t_mitigation_ns"])
        shortest = seconds(span["t_upgraded_ns"], span["t_no_mitigation_ns"], 0.0)
        in_time = delay(shortest, longest, delay_s, tolerance_s)
        # (2) in time
        if in_time == YES:
            yield ok("按时启动风险减缓", "mitigation started in time", **place, measured=round(longest, 3))
        # (3) late or never
        elif in_time == NO:
            yield breach("未按时启动风险减缓", "mitigation late or never", **place, measured=round(shortest, 3))
        # (4) not due, or not to be told
        elif span["ended_by"] == "condition" and seconds(span["t_no_upgraded_ns"], span["t_end_ns"]) <= delay_s:
            continue
        else:
            yield gap("无法判断风险减缓是否按时", "cannot be told whether mitigation was in time", **place, unknown=span["unknown"])
        judged = True
    # (5) nothing
    if not judged:
        yield gap("记录中没有足够长的升级提醒过程", "no upgraded request that stood long enough is in the log", limit=delay_s, unit="s")


@mitigates_after_hands_off.example(Verdict.PASS)
def starts_after_eight_seconds() -> HandsOffSpan:
    """Asked at 3 s, upgraded at 12 s, mitigation at 20 s."""
    return spans_table({"start": 20.0, "end": 45.0, "warning": 23.0, "upgraded": 32.0, "mitigation": 40.0})


@mitigates_after_hands_off.example(Verdict.FAIL)
def never_starts() -> HandsOffSpan:
    """Upgraded at 12 s and left at that for 28 s."""
    return spans_table({"start": 20.0, "end": 60.0, "warning": 23.0, "upgraded": 32.0})


@mitigates_after_hands_off.example(Verdict.INCONCLUSIVE)
def hands_back_after_the_upgrade() -> HandsOffSpan:
    """The hands come back three seconds after the upgrade."""
    return spans_table({"start": 20.0, "end": 35.0, "warning": 23.0, "upgraded": 32.0})
