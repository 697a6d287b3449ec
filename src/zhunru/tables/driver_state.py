"""States of driver, system and vehicle, as the bus shows them through the signal mappings of the dossier."""

from typing import Final

import numpy as np
import polars as pl

from zhunru.core.step import derive
from zhunru.core.table import Table, col
from zhunru.formulas.three_valued import NEVER, NO, UNKNOWN, YES, Steps, agreed, every, joined, nothing, sampled, some
from zhunru.records.signal_mapping import SignalMapping
from zhunru.tables.can_frame import CanFrame
from zhunru.tables.mapped_signal import Series, condition, mapped_series, mps_factor, timeout_ns
from zhunru.tables.signal_definition import SignalDefinition

STATES: Final = (
    "system_active",
    "hands_on",
    "eyes_on",
    "hands_off_warning",
    "hands_off_warning_upgraded",
    "eyes_off_warning",
    "eyes_off_warning_upgraded",
    "direct_control_alert",
    "risk_mitigation",
    "takeover_request",
    "driver_override",
)
HANDS_STAGES: Final = ("hands_off_warning", "hands_off_warning_upgraded", "direct_control_alert", "risk_mitigation")
"""Stages of the chain, lowest first; a later one includes those before it (stages may be skipped upward)."""
_BEHIND: Final = {"hands_on": ("hands_on", "hands_off", "driver_torque")}
_PROVES_HANDS_OFF: Final = frozenset({"capacitive", "camera", "reference"})
_MEANINGS: Final = frozenset({*STATES, "hands_off", "driver_torque", "speed"})


class DriverState(Table):
    """One change of one state. A state keeps its value up to the next row of the same state and source.

    `hands_on` is what all hand signals agree on. A torque sensor can show that a hand turns the wheel; that no hand
    rests on it can only be shown by a capacitive sensor, a camera or a reference: from torque alone `hands_on` is
    never false, only true or unknown. A stage of the hands-off chain is unknown until the log has shown it off once.
    A log with frames of a mapped message that cannot be used has the state, unknown from the first to the last of them.
    """

    t_ns = col(pl.Int64, "first sample with the new value", "时间")
    t_before_ns = col(pl.Int64, "last sample with the former value: the change lies between the two; null at the first row", "前一样本时间")
    state = col(pl.String, "one of STATES, or speed", "状态")
    holds = col(pl.Boolean, "the state holds; null = unknown, e.g. no frame for longer than the timeout", "成立")
    speed_mps = col(pl.Float64, "vehicle speed; only where state = speed; null = unknown", "车速")
    padded_count = col(pl.Int64, "frames behind this state whose absent bytes were taken as zero, because a mapping says so", "补齐帧数")


_Found = dict[str, list[tuple[SignalMapping, Series | None]]]
"""All mappings of each meaning, and what one log holds of them; None = the message is not in the log."""


@derive
def driver_state(frames: CanFrame, definitions: SignalDefinition, mappings: list[SignalMapping]) -> DriverState:
    """Decode the mapped signals and join them into states.

    The logs are read once, and only frames of mapped messages are kept: memory follows the mapped traffic and not the
    log. What cannot be told is unknown: a mapping that names no bus where its message was seen on several buses, one
    whose bus the log does not have, a message whose times step back, and a signal that two databases define differently.

    Args:
        frames: Frames of the logs; each log (`source`) is taken for itself.
        definitions: Signals of the databases.
        mappings: What the signals mean.

    Returns:
        Changes of each state, and each change of the speed.
    """
    mapped = mapped_series(frames, definitions, mappings, _MEANINGS)
    tables = []
    for source in sorted({source for m in mapped for source in m.held}):
        found: _Found = {}
        for m in mapped:
            found.setdefault(m.meaning, []).append((m.mapping, m.held.get(source)))
        behind = {state: [s for _, s in _seen(found, *_BEHIND.get(state, (state,)))] for state in STATES}
        tables += [
            _rows(source, state, _told(_state(state, found), seen), sum(s.padded for s in seen)) for state, seen in behind.items() if seen
        ]
        tables += [_speed(source, *some) for some in _seen(found, "speed")[:1]]
    return DriverState(pl.concat(tables)) if tables else DriverState.empty()


def _seen(found: _Found, *meanings: str) -> list[tuple[SignalMapping, Series]]:
    """Return the mappings of some meanings whose messages the log holds, usable or not."""
    return [(m, s) for meaning in meanings for m, s in found.get(meaning, ()) if s is not None]


def _told(of: Steps, seen: list[Series]) -> Steps:
    """Return a state of which nothing is known as unknown from the first to the last frame behind it."""
    if of.t_ns.size:
        return of
    span = min(s.span_ns[0] for s in seen), max(s.span_ns[1] for s in seen)
    return Steps(np.array(span, np.int64), np.full(2, UNKNOWN, np.int8), np.array([NEVER, span[0]], np.int64))


def _state(state: str, found: _Found) -> Steps:
    """Join all signals of one state; a signal that is not in the log is unknown."""
    if state == "hands_on":
        return joined(agreed, _hands(found))
    conditions = [nothing() if s is None else condition(m, s) for m, s in found[state]]
    together = any(m.join == "all" for m, _ in found[state])
    if state not in HANDS_STAGES:
        return joined(every if together else some, conditions)
    # a request that is always on is no answer: of alternatives each, of a joint condition the whole must have been off once
    return joined(every, conditions).once_denied() if together else joined(some, [c.once_denied() for c in conditions])


def _hands(found: _Found) -> list[Steps]:
    """Return what each hand signal proves about `a hand is on the wheel`."""
    witnesses = []
    for mapping, series in _seen(found, *_BEHIND["hands_on"]):
        on = condition(mapping, series)
        on = on.negated() if mapping.meaning == "hands_off" else on
        proves = mapping.meaning != "driver_torque" and mapping.sensing in _PROVES_HANDS_OFF
        witnesses.append(on if proves else on.doubting(NO))
    return witnesses


def _rows(source: str, state: str, of: Steps, padded: int) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "t_ns": of.t_ns,
            "t_before_ns": pl.Series(of.before_ns).replace(NEVER, None),
            "state": pl.Series([state]).new_from_index(0, of.t_ns.size),
            "holds": pl.Series(of.value).replace_strict({NO: False, YES: True, UNKNOWN: None}, return_dtype=pl.Boolean),
            "speed_mps": pl.Series([None], dtype=pl.Float64).new_from_index(0, of.t_ns.size),
            "padded_count": pl.Series([padded]).new_from_index(0, of.t_ns.size),
            "source": pl.Series([source]).new_from_index(0, of.t_ns.size),
        }
    )


def _speed(source: str, mapping: SignalMapping, series: Series) -> pl.DataFrame:
    """Return the changes of the speed; unknown from the first to the last frame when its unit is not known."""
    scale = mps_factor(mapping, series.unit)
    if scale is None or not series.t_ns.size:
        return _rows(source, "speed", _told(nothing(), [series]), 0)
    moments = sampled(series.t_ns, (np.arange(series.t_ns.size) % 2).astype(np.int8), timeout_ns(mapping, series.t_ns))
    place = np.searchsorted(series.t_ns, moments.t_ns)
    known = moments.value != UNKNOWN
    speed = np.where(known, np.append(series.value * scale, 0.0)[place], np.nan)
    frame = _rows(source, "speed", moments, series.padded).with_columns(
        pl.lit(None, pl.Boolean).alias("holds"), pl.Series("speed_mps", speed).fill_nan(None)
    )
    return frame.filter(pl.col("speed_mps").ne_missing(pl.col("speed_mps").shift(1)) | (pl.int_range(pl.len()) == 0))
