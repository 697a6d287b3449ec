"""Events of updates in order: which belong to one car, activity and run, and which came surely before which."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from zhunru.core.record import untimed
from zhunru.formulas.three_valued import NO, UNKNOWN, YES
from zhunru.formulas.written_names import bare, bare_number
from zhunru.records.update_event import UpdateEvent

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SUCCEEDED = frozenset({
    "成功", "升级成功", "执行成功", "已成功", "完成", "已完成", "可行驶", "可以行驶", "能行驶", "已起步", "起步", "车辆起步", "行驶成功", "可用", "已执行",
    "生效", "已生效", "已激活", "succeeded", "success", "successful", "completed", "possible", "done", "active", "yes", "true", "是",
})  # fmt: skip
_REFUSED = frozenset({
    "拒绝", "被拒", "被拒绝", "已拒绝", "失败", "升级失败", "执行失败", "未成功", "未完成", "中断", "超时", "禁止", "不可用", "不可行驶", "不能行驶",
    "未生效", "不生效", "失效", "未激活", "refused", "rejected", "failed", "failure", "error", "aborted", "timeout", "denied", "inactive", "no", "false",
    "否",
})  # fmt: skip
_NOTHING = frozenset({"", "无", "略", "暂无", "没有", "待定", "待补", "待补充", "同上", "none", "nothing", "tbd", "null"})
_TOPICS = {
    "purpose": ("purpose", "目的", "升级目的"),
    "changes": ("changes", "功能变更", "功能变化", "变更内容", "升级内容", "change", "更新内容"),
    "duration": ("duration", "时长", "所需时长", "预计时长", "耗时"),
    "unavailable": ("unavailable", "不可用功能", "期间不可用功能", "不可用"),
    "instructions": ("instructions", "注意事项", "操作说明", "安全须知"),
    "success": ("success", "成功", "升级成功"),
    "failure": ("failure", "失败", "升级失败"),
    "advice": ("advice", "处理建议", "处理方法", "失败处理"),
}
_TOPIC_OF = {bare(word): topic for topic, words in _TOPICS.items() for word in words}


def nanoseconds(at: datetime | None) -> int:
    """Return a time as integer nanoseconds UTC; 0 for none."""
    return 0 if at is None else (at - _EPOCH) // timedelta(microseconds=1) * 1000


def topics_of(event: UpdateEvent) -> frozenset[str]:
    """Return the contents that a notice or result holds; words that are not known are left out."""
    words = (event.topic or "").replace("；", ";").replace("、", ";").replace(",", ";").split(";")
    return frozenset(t for w in words if (t := _TOPIC_OF.get(bare(w))))


def says_nothing(text: str | None) -> bool:
    """Tell whether a text is empty or only says that there is none, or that it will be written later."""
    return bare(text or "").rstrip("。.") in _NOTHING


def named_items(event: UpdateEvent) -> frozenset[str]:
    """Return the functions that a notice lists, from its object, value and text, each in bare form."""
    joined = ";".join(t for t in (event.subject, event.value, event.text) if t)
    for mark in "；、，,|\n":
        joined = joined.replace(mark, ";")
    return frozenset(b for part in joined.split(";") if (b := bare(part)))


def outcome_of(event: UpdateEvent) -> int:
    """Return what an attempt itself says of its outcome: YES it succeeded, NO it was refused, UNKNOWN it does not say."""
    word = bare(event.value or "")
    return YES if word in _SUCCEEDED else NO if word in _REFUSED else UNKNOWN


def obscure(event: UpdateEvent) -> bool:
    """Tell whether an event says something of its outcome that nobody here understands; saying nothing is not obscure."""
    return bool(event.value) and outcome_of(event) == UNKNOWN


def precedes(one: UpdateEvent, other: UpdateEvent, clock_s: float) -> int:
    """Tell whether `one` came before `other`.

    Lines of one file and channel share a clock, whose ticks may be seconds: the order is known unless the times are equal. Lines of
    different logs must lie further apart than their clocks may. A line that tells only its day has no order within that day.

    Args:
        one: An event with a time.
        other: Another one.
        clock_s: Distance that two clocks may have, seconds.

    Returns:
        YES, NO, or UNKNOWN.
    """
    if one.at is None or other.at is None or untimed(one.at, other.at):
        return UNKNOWN
    slack = timedelta(0) if _clock(one) == _clock(other) else timedelta(seconds=clock_s)
    apart = other.at - one.at
    return YES if apart > slack else NO if -apart > slack else UNKNOWN


def _clock(event: UpdateEvent) -> tuple[str, str]:
    return event.origin.source, event.channel or ""


def _within(event: UpdateEvent, start: UpdateEvent, follower: UpdateEvent | None) -> bool:
    late = event.at is not None and start.at is not None and event.at >= start.at
    return late and (follower is None or follower.at is None or event.at is None or event.at < follower.at)


class UpdateRun(NamedTuple):
    """All events of one car in one activity, of one test run where there is one.

    Args:
        campaign: Activity as written at its first event.
        vin: Car as written there.
        run: Run of a test; empty = in the field.
        events: In order of time, then of files and rows.
        undated: Events whose time is missing or unreadable.
    """

    campaign: str
    vin: str
    run: str
    events: tuple[UpdateEvent, ...]
    undated: tuple[UpdateEvent, ...]

    def of(self, *kinds: str) -> list[UpdateEvent]:
        """Return the events of some kinds, in order."""
        return [e for e in self.events if e.event in kinds]

    def executions(self) -> list[tuple[UpdateEvent, UpdateEvent | None]]:
        """Return each start with the event that ended it, or None when the log does not tell.

        The end that stands in the log of the start counts before that of another log, whose clock is another one; without an end, the last
        word about a failure.
        """
        found = []
        for start, follower in self.spans():
            inside = [e for e in self.events if _within(e, start, follower)]
            mine = [e for e in inside if _clock(e) == _clock(start)]
            ends = [
                e
                for kinds in ({"end"}, {"failure", "restore", "safe_state"})
                for es in (mine, inside)
                for e in es[::-1]
                if e.event in kinds
            ]
            found.append((start, ends[0] if ends else None))
        return found

    def spans(self) -> list[tuple[UpdateEvent, UpdateEvent | None]]:
        """Return each start with the next one, None behind the last."""
        starts = self.of("start")
        return list(zip(starts, [*starts[1:], None], strict=True)) if starts else []

    def part(self, start: UpdateEvent, follower: UpdateEvent | None) -> "UpdateRun":
        """Return the run with only what stands between a start and the next one."""
        return self._replace(events=tuple(e for e in self.events if _within(e, start, follower)))

    def inside(self, event: UpdateEvent) -> bool:
        """Tell whether an event certainly lies between the start and the end of an execution; an open execution has not ended."""
        at = event.at
        return any(
            s.at is not None and at is not None and s.at < at and (e is None or e.at is None or at < e.at) for s, e in self.executions()
        )

    def answer(self, attempt: UpdateEvent, kind: str, within_s: float) -> UpdateEvent | None:
        """Return the first event of `kind` about the same object within some seconds of an attempt; None when there is none."""
        for event in self.of(kind):
            late = (nanoseconds(event.at) - nanoseconds(attempt.at)) / 1e9
            alike = (
                bare(event.subject) == bare(attempt.subject)
                if event.subject and attempt.subject
                else not self._others(attempt, event, within_s)
            )
            if alike and 0 <= late <= within_s:
                return event
        return None

    def _others(self, attempt: UpdateEvent, event: UpdateEvent, within_s: float) -> bool:
        """Tell whether an answer that names no object may be that to an attempt of the same kind at another object."""
        late = [(nanoseconds(event.at) - nanoseconds(o.at)) / 1e9 for o in self.of(attempt.event or "") if o.subject != attempt.subject]
        return any(0 <= one <= within_s for one in late)

    def goes_on(self, event: UpdateEvent, for_s: float) -> bool:
        """Tell whether the log holds events more than some seconds after `event`."""
        return bool(self.events) and nanoseconds(self.events[-1].at) - nanoseconds(event.at) > for_s * 1e9

    def stage_of(self, event: UpdateEvent) -> str:
        """Return the stage in which an event lies: its own, else that of the last stage event before it, else empty; bare form."""
        if event.stage:
            return bare(event.stage)
        before = [e for e in self.of("stage") if e.at and event.at and e.at < event.at and e.stage]
        return bare(before[-1].stage or "") if before else ""

    def failed(self) -> bool:
        """Tell whether any event says that the execution failed."""
        return bool(self.of("failure", "restore", "safe_state")) or any(outcome_of(e) == NO for e in self.of("end"))


def update_runs(events: Iterable[UpdateEvent]) -> list[UpdateRun]:
    """Group events by activity, car and run, in order of their names."""
    groups: dict[tuple[str, str, str], list[UpdateEvent]] = {}
    for event in events:
        groups.setdefault((bare(event.campaign), bare_number(event.vin), bare(event.run or "")), []).append(event)
    found = []
    for key in sorted(groups):
        lines = sorted(groups[key], key=lambda e: (nanoseconds(e.at), e.origin.source, e.origin.sheet, e.origin.row or 0, str(e.event)))
        first = min(lines, key=lambda e: (e.campaign, e.vin, e.run or ""))
        dated = tuple(e for e in lines if e.at is not None)
        undated = tuple(e for e in lines if e.at is None)
        found.append(UpdateRun(first.campaign, first.vin, first.run or "", dated, undated))
    return found


def readouts(run: UpdateRun, after: UpdateEvent | None, before: UpdateEvent | None) -> dict[str, str]:
    """Return ECU -> version as last read strictly after one event and strictly before another; both in bare form.

    An ECU whose version was read twice at one time with different results is left out: nobody can tell which one counts.
    """
    found: dict[str, tuple[datetime, str]] = {}
    torn: set[str] = set()
    for event in run.of("readout"):
        late = after is not None and (after.at is None or event.at is None or event.at <= after.at)
        early = before is not None and (before.at is None or event.at is None or event.at >= before.at)
        if late or early or event.at is None or not event.subject or not event.value:
            continue
        ecu, version = bare(event.subject), bare(event.value)
        if ecu in found and found[ecu] != (event.at, version) and found[ecu][0] == event.at:
            torn.add(ecu)
        elif ecu not in found or event.at > found[ecu][0]:
            torn.discard(ecu)
            found[ecu] = (event.at, version)
    return {ecu: version for ecu, (_, version) in found.items() if ecu not in torn}


def executed(runs: Sequence[UpdateRun]) -> list[UpdateRun]:
    """Return the runs in which an execution began."""
    return [r for r in runs if r.of("start")]


def event_log(*lines: tuple[float, str, Mapping[str, object]], **common: object) -> list[UpdateEvent]:
    """Build the log of one car from (second, kind, fields); good for examples.

    Args:
        lines: Seconds after 10:00 of a spring day, kind of event, further fields.
        common: Fields of all lines, e.g. `run`.
    """
    first = datetime(2026, 3, 10, 2, tzinfo=UTC)
    plain: dict[str, object] = {"campaign": "U-1", "vin": "LSVAA49J0X2000001", "channel": "HMI"}
    return [
        UpdateEvent.model_validate(plain | common | {"at": first + timedelta(seconds=second), "event": kind} | dict(fields))
        for second, kind, fields in lines
    ]
