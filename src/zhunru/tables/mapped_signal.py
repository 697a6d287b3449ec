"""Values of mapped signals, as logs hold them: the way from frames, databases and mappings to samples, shared by the tables of states."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from zhunru.formulas.three_valued import NO, UNKNOWN, YES, Steps, lasting, sampled
from zhunru.records.signal_mapping import SignalMapping
from zhunru.tables.can_frame import CanFrame
from zhunru.tables.signal_definition import SignalDefinition
from zhunru.wire.can_signals import Coded, Layout, Payloads, coded, present

_USUAL_PERIODS: Final = 3
_SHORTEST_TIMEOUT_S: Final = 0.2
_TO_MPS: Final = {"km/h": 1 / 3.6, "kmh": 1 / 3.6, "kph": 1 / 3.6, "kmph": 1 / 3.6, "m/s": 1.0, "mps": 1.0, "mph": 0.44704}
_INVALID: Final = re.compile(
    r"(?<![a-z])(sna|invalid|n/?a|reserved|init)|not.?(available|valid)|unavailable|无效|不可用|保留|初始|未定义", re.IGNORECASE
)


@dataclass(frozen=True)
class Series:
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


@dataclass(frozen=True)
class Mapped:
    """One mapping with a meaning, and its samples in each log that has its message.

    Args:
        mapping: What the signal says.
        meaning: Its meaning.
        held: Log -> samples.
    """

    mapping: SignalMapping
    meaning: str
    held: dict[str, Series]


def mapped_series(
    frames: CanFrame, definitions: SignalDefinition, mappings: Sequence[SignalMapping], meanings: frozenset[str] | set[str]
) -> list[Mapped]:
    """Decode the mapped signals of some meanings, log by log.

    The logs are read once, and only frames of these messages are kept: memory follows the mapped traffic and not the log.

    Args:
        frames: Frames of the logs; each log (`source`) is taken for itself.
        definitions: Signals of the databases.
        mappings: What the signals mean.
        meanings: Those that are asked for.
    """
    defined = definitions.frame.drop("source").unique(maintain_order=True).collect()
    asked = [(m, m.meaning, _defined(defined, m)) for m in mappings if m.meaning is not None and m.meaning in meanings]
    traffic = _traffic(frames, [rows for _, _, rows in asked if rows])
    return [Mapped(m, meaning, _series(traffic, rows, m) if rows else {}) for m, meaning, rows in asked]


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


def _series(traffic: pl.DataFrame, rows: list[dict[str, Any]], mapping: SignalMapping) -> dict[str, Series]:
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
) -> Series:
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
    return Series(span_ns, t_ns[usable], value[usable], signals[mapping.signal], names, mine["unit"], padded)


def timeout_ns(mapping: SignalMapping, t_ns: NDArray[np.int64]) -> int:
    """Return the pause of samples behind which a signal is unknown: as the mapping says, else from its usual period."""
    if mapping.timeout_s is not None:
        return int(mapping.timeout_s * 1e9)
    usual = float(np.median(np.diff(t_ns))) if t_ns.size > 1 else 0.0
    return int(max(_USUAL_PERIODS * usual, _SHORTEST_TIMEOUT_S * 1e9))


def mps_factor(mapping: SignalMapping, unit: str) -> float | None:
    """Return the factor from a speed as decoded to metres per second; None when the unit is not known."""
    return mapping.scale if mapping.scale is not None else _TO_MPS.get(unit.strip().lower())


def among(value: NDArray[np.float64], numbers: Sequence[float], layout: Layout) -> NDArray[np.bool_]:
    """Tell which values equal one of some physical numbers, to a millionth of a step of the signal."""
    close = abs(layout.factor) * 1e-6
    return np.any([np.abs(value - n) <= close for n in numbers], axis=0) if numbers else np.zeros(value.size, np.bool_)


def unavailable(mapping: SignalMapping, series: Series, wanted: Sequence[float] = ()) -> NDArray[np.bool_]:
    """Tell which samples say that the signal is not available: named so in the database, or declared in the mapping."""
    layout = series.coded.layout
    named = [n * layout.factor + layout.offset for name, n in series.choices.items() if _INVALID.search(name)]
    declared = _numbers(mapping.invalid, series)
    if declared is None:
        return np.ones(series.value.size, np.bool_)
    return among(series.value, [*(n for n in named if n not in wanted), *declared], layout)


def _numbers(words: Sequence[str], series: Series) -> list[float] | None:
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


def condition(mapping: SignalMapping, series: Series) -> Steps:
    """Return when the condition of a mapping holds; unknown throughout when the condition itself cannot be understood."""
    value, layout = series.value, series.coded.layout
    operator = mapping.operator or ("abs>=" if mapping.meaning == "driver_torque" else "in")
    wanted = _numbers(mapping.values, series)
    close = abs(layout.factor) * 1e-6
    chosen = among(value, wanted or (), layout)
    if not wanted or (operator not in {"in", "not in"} and len(wanted) > 1 and operator not in {"==", "!="}):
        flags = np.full(value.size, UNKNOWN, np.int8)
        return sampled(series.t_ns, flags, timeout_ns(mapping, series.t_ns))
    limit = wanted[0]
    compared = {
        "==": chosen,
        "in": chosen,
        "!=": ~chosen,
        "not in": ~chosen,
        ">": value > limit + close,
        ">=": value >= limit - close,
        "<": value < limit - close,
        "<=": value <= limit + close,
        "abs>=": np.abs(value) >= limit - close,
        "abs<": np.abs(value) < limit - close,
    }[operator]
    unknown = unavailable(mapping, series, wanted)
    flags = np.where(unknown, UNKNOWN, np.where(compared, YES, NO)).astype(np.int8)
    return lasting(sampled(series.t_ns, flags, timeout_ns(mapping, series.t_ns)), int((mapping.hold_s or 0) * 1e9))
