"""States of driver, system and vehicle, as the bus shows them through the signal mappings of the dossier."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from zhunru.core.step import derive
from zhunru.core.table import Table, col
from zhunru.formulas.three_valued import NEVER, NO, UNKNOWN, YES, Steps, agreed, every, joined, lasting, nothing, sampled, some
from zhunru.records.signal_mapping import SignalMapping
from zhunru.tables.can_frame import CanFrame
from zhunru.tables.signal_definition import SignalDefinition
from zhunru.wire.can_signals import Coded, Payloads, coded, present

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
_USUAL_PERIODS: Final = 3
_SHORTEST_TIMEOUT_S: Final = 0.2
_TO_MPS: Final = {"km/h": 1 / 3.6, "kmh": 1 / 3.6, "kph": 1 / 3.6, "kmph": 1 / 3.6, "m/s": 1.0, "mps": 1.0, "mph": 0.44704}
_INVALID: Final = re.compile(
    r"(?<![a-z])(sna|invalid|n/?a|reserved|init)|not.?(available|valid)|unavailable|无效|不可用|保留|初始|未定义", re.IGNORECASE
)


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


@dataclass(frozen=True)
class _Series:
    """Decoded values of one mapped signal in one log; none when its frames cannot be used.

    Args:
        span_ns: Times of the first and the last frame of the message.
        t_ns: Times of the samples, ascending, shape (n,).
        value: Physical values, shape (n,).
        coded: Definition of the signal.
        choices: Names of values, lower case.
        unit: Unit of the database.
        padded: Frames whose absent bytes were taken as zero.
    """

    span_ns: tuple[int, int]
    t_ns: NDArray[np.int64]
    value: NDArray[np.float64]
    coded: Coded
    choices: dict[str, int]
    unit: str
    padded: int


_Found = dict[str, list[tuple[SignalMapping, _Series | None]]]
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
    defined = definitions.frame.drop("source").unique(maintain_order=True).collect()
    mapped = [(m, m.meaning, _defined(defined, m)) for m in mappings if m.meaning is not None]
    traffic = _traffic(frames, [rows for _, _, rows in mapped if rows])
    series = [_series(traffic, rows, mapping) if rows else {} for mapping, _, rows in mapped]
    tables = []
    for source in sorted({source for held in series for source in held}):
        found: _Found = {}
        for (mapping, meaning, _), held in zip(mapped, series, strict=True):
            found.setdefault(meaning, []).append((mapping, held.get(source)))
        behind = {state: [s for _, s in _seen(found, *_BEHIND.get(state, (state,)))] for state in STATES}
        tables += [
            _rows(source, state, _told(_state(state, found), seen), sum(s.padded for s in seen)) for state, seen in behind.items() if seen
        ]
        tables += [_speed(source, *some) for some in _seen(found, "speed")[:1]]
    return DriverState(pl.concat(tables)) if tables else DriverState.empty()


def _seen(found: _Found, *meanings: str) -> list[tuple[SignalMapping, _Series]]:
    """Return the mappings of some meanings whose messages the log holds, usable or not."""
    return [(m, s) for meaning in meanings for m, s in found.get(meaning, ()) if s is not None]


def _told(of: Steps, seen: list[_Series]) -> Steps:
    """Return a state of which nothing is known as unknown from the first to the last frame behind it."""
    if of.t_ns.size:
        return of
    span = min(s.span_ns[0] for s in seen), max(s.span_ns[1] for s in seen)
    return Steps(np.array(span, np.int64), np.full(2, UNKNOWN, np.int8), np.array([NEVER, span[0]], np.int64))


def _defined(definitions: pl.DataFrame, mapping: SignalMapping) -> list[dict[str, Any]]:
    """Return all signals of the message that the mapping names; empty when it is not defined, or not in one way only."""
    name = mapping.message
    number = int(name, 0) if re.fullmatch(r"0[xX][0-9A-Fa-f]+|[1-9][0-9]*|0", name) else None
    rows = definitions.filter(pl.col("message") == name if number is None else pl.col("arbitration_id") == number)
    if rows.select("arbitration_id", "extended").unique().height != 1 or rows["signal"].is_duplicated().any():
        return []
    return rows.to_dicts() if mapping.signal in rows["signal"] else []


def _carries(rows: list[dict[str, Any]]) -> pl.Expr:
    """Return which frames carry a message, on whatever bus."""
    here: pl.Expr = (pl.col("arbitration_id") == rows[0]["arbitration_id"]) & (pl.col("extended") == rows[0]["extended"])
    return here


def _traffic(frames: CanFrame, messages: list[list[dict[str, Any]]]) -> pl.DataFrame:
    """Return the frames of all mapped messages, in the order of the logs, in one reading; no row when nothing is mapped."""
    wanted = {(rows[0]["arbitration_id"], rows[0]["extended"]): _carries(rows) for rows in messages}
    carried = pl.any_horizontal(wanted.values()) if wanted else pl.lit(False)
    names = [pl.col(name).cast(pl.Categorical) for name in ("source", "bus")]
    columns = ["arbitration_id", "extended", "t_ns", "length_byte", "data_raw", "data_tail"]
    kept = frames.frame.filter(carried & ~pl.col("remote") & ~pl.col("error"))
    return kept.select(*names, *columns).collect(engine="streaming")


def _series(traffic: pl.DataFrame, rows: list[dict[str, Any]], mapping: SignalMapping) -> dict[str, _Series]:
    """Decode one mapped signal in each log that has its message."""
    mine = next(r for r in rows if r["signal"] == mapping.signal)
    signals = {r["signal"]: coded(r) for r in rows}
    series = {}
    for (source,), part in traffic.filter(_carries(rows)).partition_by("source", as_dict=True).items():
        here = part.filter(pl.col("bus") == mapping.bus) if mapping.bus else part
        # one bus, and one drive: times that step back are those of a second recording, or of a clock that was set
        usable = here["bus"].n_unique() == 1 and here["t_ns"].is_sorted()
        series[str(source)] = _decoded(here if usable else here.clear(), _ends(part), mapping, mine, signals)
    return series


def _ends(part: pl.DataFrame) -> tuple[int, int]:
    first, last = part.select(pl.col("t_ns").min().alias("first"), pl.col("t_ns").max().alias("last")).row(0)
    return int(first), int(last)


def _decoded(
    part: pl.DataFrame, span_ns: tuple[int, int], mapping: SignalMapping, mine: dict[str, Any], signals: dict[str, Coded]
) -> _Series:
    length, padded = part["length_byte"].to_numpy(), 0
    if mapping.pad_short_frames:
        whole = min(mine["message_length_byte"], 64)
        padded = int((length < whole).sum())
        length = np.maximum(length, whole).astype(np.uint8)
    tail = None if part["data_tail"].null_count() == part.height else part["data_tail"].to_list()
    payloads = Payloads(part["data_raw"].to_numpy(), length, tail)
    value = payloads.value(signals[mapping.signal].layout).astype(np.float64)
    there = present(payloads, signals, mapping.signal)
    usable = np.isfinite(value) if there is None else there & np.isfinite(value)
    t_ns = part["t_ns"].to_numpy()
    usable[:-1] &= t_ns[1:] != t_ns[:-1]  # of two frames at one time the later one counts
    names = {c["name"].strip().lower(): c["value_raw"] for c in mine["choices"] or ()}
    return _Series(span_ns, t_ns[usable], value[usable], signals[mapping.signal], names, mine["unit"], padded)


def _timeout_ns(mapping: SignalMapping, t_ns: NDArray[np.int64]) -> int:
    if mapping.timeout_s is not None:
        return int(mapping.timeout_s * 1e9)
    usual = float(np.median(np.diff(t_ns))) if t_ns.size > 1 else 0.0
    return int(max(_USUAL_PERIODS * usual, _SHORTEST_TIMEOUT_S * 1e9))


def _numbers(words: Sequence[str], series: _Series) -> list[float] | None:
    """Return the physical values that words of a mapping mean; None when one is neither number nor name of a value."""
    layout, found = series.coded.layout, []
    for word in words:
        if word.strip().lower() in series.choices:
            found.append(series.choices[word.strip().lower()] * layout.factor + layout.offset)
        else:
            try:
                found.append(float(int(word, 0)) if word.lower().startswith("0x") else float(word))
            except ValueError:
                return None
    return found


def _condition(mapping: SignalMapping, series: _Series) -> Steps:
    """Return when the condition of a mapping holds; unknown throughout when the condition itself cannot be understood."""
    value, layout = series.value, series.coded.layout
    operator = mapping.operator or ("abs>=" if mapping.meaning == "driver_torque" else "in")
    wanted = _numbers(mapping.values, series)
    close = abs(layout.factor) * 1e-6

    def among(numbers: Sequence[float]) -> NDArray[np.bool_]:
        return np.any([np.abs(value - n) <= close for n in numbers], axis=0) if numbers else np.zeros(value.size, np.bool_)

    if not wanted or (operator not in {"in", "not in"} and len(wanted) > 1 and operator not in {"==", "!="}):
        flags = np.full(value.size, UNKNOWN, np.int8)
        return sampled(series.t_ns, flags, _timeout_ns(mapping, series.t_ns))
    limit = wanted[0]
    compared = {
        "==": among(wanted),
        "in": among(wanted),
        "!=": ~among(wanted),
        "not in": ~among(wanted),
        ">": value > limit + close,
        ">=": value >= limit - close,
        "<": value < limit - close,
        "<=": value <= limit + close,
        "abs>=": np.abs(value) >= limit - close,
        "abs<": np.abs(value) < limit - close,
    }[operator]
    named = [n * layout.factor + layout.offset for name, n in series.choices.items() if _INVALID.search(name)]
    invalid = [n for n in named if n not in wanted]
    declared = _numbers(mapping.invalid, series)
    unknown = among([*invalid, *(declared or ())]) if declared is not None else np.ones(value.size, np.bool_)
    flags = np.where(unknown, UNKNOWN, np.where(compared, YES, NO)).astype(np.int8)
    return lasting(sampled(series.t_ns, flags, _timeout_ns(mapping, series.t_ns)), int((mapping.hold_s or 0) * 1e9))


def _state(state: str, found: _Found) -> Steps:
    """Join all signals of one state; a signal that is not in the log is unknown."""
    if state == "hands_on":
        return joined(agreed, _hands(found))
    conditions = [nothing() if s is None else _condition(m, s) for m, s in found[state]]
    together = any(m.join == "all" for m, _ in found[state])
    if state not in HANDS_STAGES:
        return joined(every if together else some, conditions)
    # a request that is always on is no answer: of alternatives each, of a joint condition the whole must have been off once
    return joined(every, conditions).once_denied() if together else joined(some, [c.once_denied() for c in conditions])


def _hands(found: _Found) -> list[Steps]:
    """Return what each hand signal proves about `a hand is on the wheel`."""
    witnesses = []
    for mapping, series in _seen(found, *_BEHIND["hands_on"]):
        on = _condition(mapping, series)
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


def _speed(source: str, mapping: SignalMapping, series: _Series) -> pl.DataFrame:
    """Return the changes of the speed; unknown from the first to the last frame when its unit is not known."""
    scale = mapping.scale if mapping.scale is not None else _TO_MPS.get(series.unit.strip().lower())
    if scale is None or not series.t_ns.size:
        return _rows(source, "speed", _told(nothing(), [series]), 0)
    moments = sampled(series.t_ns, (np.arange(series.t_ns.size) % 2).astype(np.int8), _timeout_ns(mapping, series.t_ns))
    place = np.searchsorted(series.t_ns, moments.t_ns)
    known = moments.value != UNKNOWN
    speed = np.where(known, np.append(series.value * scale, 0.0)[place], np.nan)
    frame = _rows(source, "speed", moments, series.padded).with_columns(
        pl.lit(None, pl.Boolean).alias("holds"), pl.Series("speed_mps", speed).fill_nan(None)
    )
    return frame.filter(pl.col("speed_mps").ne_missing(pl.col("speed_mps").shift(1)) | (pl.int_range(pl.len()) == 0))
