"""Hands-off request is upgraded in time when the hands stay off."""

from collections.abc import Iterator
from typing import Annotated, Any

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.step import Limit
from zhunru.core.verdict import Verdict
from zhunru.formulas.three_valued import NO, YES, delay, seconds
from zhunru.tables.hands_off_span import HandsOffSpan, spans_table, stage_since

_SOURCE = "gb-47955-draft-2025/4.8.3.2.2.2"


@check("miit-2021-103/6.1", _SOURCE, "gb-47955-2026/4.8.3.2.2.2", title_zh="持续脱手时按时升级提醒", since="0.1")
def escalates_hands_off_warning(
    spans: HandsOffSpan,
    *,
    delay_s: Annotated[float, Limit("s", _SOURCE, "C")] = 10.0,
    tolerance_s: Annotated[float, Limit("s", _SOURCE, "P")] = 0.1,
) -> Iterator[Finding]:
    """The request to take the wheel is upgraded by sound or vibration within `delay_s` while the hands stay off.

    Why:
        An optical request alone can go unseen; the upgraded one reaches a driver who is not looking.

    为什么:
        仅有光学提示可能未被看到；升级后的声音或触觉提示能够唤起未注视的驾驶员。

    How it decides:
        1. Take the stretches with certain hands off in which the request was seen. Where either is unknown and
           a request may have stood for longer than the limit: gap.
        2. A log samples: the delay lies between that from the first sample with the request to the last one without the upgrade, and
           that from the last sample without the request to the first one with the upgrade. The longest is within the limit: ok.
        3. The shortest is more than `tolerance_s` beyond the limit: breach.
        4. The stretch ended before the limit, whatever the samples hide: no upgrade was due. Anything else: gap.
        5. Nothing that could be judged: gap.

    Inconclusive:
        Request or upgrade are not mapped or not in the log; the log pauses or ends first; no hands-off lasted long enough.
        A log or a stage that `assist.warns_after_hands_off` cannot use either.

    Not covered:
        Whether the signal behind the mapping is really heard or felt; the request itself (`assist.warns_after_hands_off`).

    未覆盖:
        声音或触觉提示是否真正可感知；首次提醒是否及时（见 assist.warns_after_hands_off）。

    Args:
        spans: Stretches with both hands off.
        delay_s: Longest delay in seconds from the request to its upgrade.
        tolerance_s: Time in seconds that clocks and gateways may add; our proposal, on top of the real samples.

    References:
        103号 (六); GB 47955 draft of 2025-04, 4.8.3.2.2.2.
    """
    judged = False
    for span in spans.collect().sort("source", "t_start_ns").iter_rows(named=True):
        # (1) certain, asked
        since = stage_since(span, "warning")
        place: dict[str, Any] = {"source": span["source"], "t_ns": since, "limit": delay_s, "unit": "s"}
        if span["certainty"] != "certain" or span["t_warning_ns"] is None:
            if seconds(since, span["t_end_ns"], 0.0) > delay_s:
                judged = True
                yield gap("无法判断是否须升级提醒", "cannot be told whether an upgrade was due", **place, unknown=span["unknown"])
            continue
        longest = seconds(span["t_no_warning_ns"], span["t_upgraded_ns"])
        shortest = seconds(span["t_warning_ns"], span["t_no_upgraded_ns"], 0.0)
        in_time = delay(shortest, longest, delay_s, tolerance_s)
        # (2) in time
        if in_time == YES:
            yield ok("持续脱手时按时升级", "upgraded in time", **place, measured=round(longest, 3))
        # (3) late or never
        elif in_time == NO:
            yield breach("持续脱手时未按时升级", "upgraded late or never", **place, measured=round(shortest, 3))
        # (4) not due, or not to be told
        elif span["ended_by"] == "condition" and seconds(span["t_no_warning_ns"], span["t_end_ns"]) <= delay_s:
            continue
        else:
            yield gap("无法判断升级是否按时", "cannot be told whether the upgrade was in time", **place, unknown=span["unknown"])
        judged = True
    # (5) nothing
    if not judged:
        yield gap(
            "记录中没有足够长的脱手提醒过程", "no request that stood long enough to be upgraded is in the log", limit=delay_s, unit="s"
        )


@escalates_hands_off_warning.example(Verdict.PASS)
def upgraded_after_nine_seconds() -> HandsOffSpan:
    """Asked at 3 s, upgraded at 12 s."""
    return spans_table({"start": 20.0, "end": 40.0, "warning": 23.0, "upgraded": 32.0})


@escalates_hands_off_warning.example(Verdict.FAIL)
def never_upgraded() -> HandsOffSpan:
    """Asked at 3 s and left at that for 17 s."""
    return spans_table({"start": 20.0, "end": 40.0, "warning": 23.0})


@escalates_hands_off_warning.example(Verdict.INCONCLUSIVE)
def hands_back_before_the_upgrade() -> HandsOffSpan:
    """The hands come back four seconds after the request."""
    return spans_table({"start": 20.0, "end": 27.0, "warning": 23.0})


@escalates_hands_off_warning.example(Verdict.INCONCLUSIVE)
def upgrade_is_not_in_the_log() -> HandsOffSpan:
    """Nothing shows whether the upgrade was on."""
    return spans_table({"start": 20.0, "end": 40.0, "warning": 23.0, "no_upgraded": None})
