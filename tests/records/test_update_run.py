"""Order of log lines, executions and read-outs of one car."""

import pytest

from zhunru.core.record import Origin
from zhunru.formulas.three_valued import NO, UNKNOWN, YES
from zhunru.records.update_event import UpdateEvent
from zhunru.records.update_run import event_log, nanoseconds, precedes, readouts, topics_of, update_runs


def pair(apart_s: float, *, channel: str = "HMI", file: str = "") -> tuple[UpdateEvent, UpdateEvent]:
    (one,) = event_log((0.0, "notice", {}))
    (two,) = event_log((apart_s, "start", {"channel": channel}))
    return one, two.model_copy(update={"origin": Origin(file)})


@pytest.mark.parametrize(
    ("apart", "alike", "other"),
    [
        (0, UNKNOWN, UNKNOWN),
        (0.001, YES, UNKNOWN),
        (-0.001, NO, UNKNOWN),
        (2, YES, UNKNOWN),
        (2.001, YES, YES),
        (-2, NO, UNKNOWN),
        (-2.001, NO, NO),
    ],
)
def test_order_within_a_clock_and_between_two(apart: float, alike: int, other: int) -> None:
    assert precedes(*pair(apart), 2.0) == alike
    assert precedes(*pair(apart, channel="后台"), 2.0) == other
    assert precedes(*pair(apart, file="b.csv"), 2.0) == other
    assert precedes(*pair(apart, channel="后台"), 0.0) == alike


def test_an_event_without_a_time_has_no_order() -> None:
    one, two = pair(5)
    assert precedes(one.model_copy(update={"at": None}), two, 0.0) == precedes(one, two.model_copy(update={"at": None}), 0.0) == UNKNOWN


def test_cars_activities_and_runs_are_kept_apart_however_they_are_written() -> None:
    same = event_log((0, "start", {}), run="r1") + event_log((9, "end", {}), run="R 1", campaign="u-1", vin="lsvaa49j0x2-000001")
    assert [len(r.events) for r in update_runs(same)] == [2]
    parts = [event_log((0, "start", {}), **{k: "X"}) for k in ("run", "campaign", "vin")]
    assert len(update_runs(same + [e for part in parts for e in part])) == 4
    undated = same[0].model_copy(update={"at": None})
    (run,) = update_runs([*same, undated])
    assert (len(run.events), run.undated) == (2, (undated,))


def ends(*lines: tuple[float, str, dict[str, object]]) -> list[float | None]:
    (run,) = update_runs(event_log(*lines))
    first = nanoseconds(run.events[0].at)
    return [None if e is None else (nanoseconds(e.at) - first) / 1e9 for _, e in run.executions()]


def test_which_event_ends_an_execution() -> None:
    assert ends((0, "start", {})) == [None]
    assert ends((0, "start", {}), (9, "end", {}), (12, "end", {})) == [12]
    assert ends((0, "start", {}), (9, "end", {}), (5, "start", {}), (3, "failure", {})) == [3, 9]
    assert ends((0, "start", {}), (3, "failure", {}), (5, "restore", {})) == [5]
    assert ends((0, "start", {}), (3, "failure", {}), (9, "end", {}), (12, "restore", {})) == [9]
    assert ends((0, "start", {}), (9, "end", {}), (99, "end", {"channel": "后台"})) == [9]
    assert ends((0, "start", {}), (99, "end", {"channel": "后台"})) == [99]


def test_read_outs_last_torn_and_bounded() -> None:
    def read(at: float, ecu: str, version: str) -> tuple[float, str, dict[str, object]]:
        return (at, "readout", {"subject": ecu, "value": version})

    log = event_log(
        read(0, "EPS", "1"), read(1, "eps ", "2"), (5, "start", {}), read(5, "EPS", "3"), read(9, "EPS", "4"), read(9, "ESP", ""), run="R"
    )
    (run,) = update_runs(log)
    start = run.of("start")[0]
    assert readouts(run, None, start) == {"eps": "2"}
    assert readouts(run, start, None) == {"eps": "4"}
    (torn,) = update_runs([*log, *event_log(read(9, "EPS", "5"), run="R")])
    assert readouts(torn, start, None) == {}
    (again,) = update_runs([*log, *event_log(read(9, "EPS", "5"), read(10, "EPS", "6"), run="R")])
    assert readouts(again, start, None) == {"eps": "6"}


@pytest.mark.parametrize(
    ("topic", "found"), [("目的", {"purpose"}), ("时长；注意事项", {"duration", "instructions"}), ("别的", set()), ("", set())]
)
def test_topics(topic: str, found: set[str]) -> None:
    assert topics_of(event_log((0, "notice", {"topic": topic}))[0]) == found
