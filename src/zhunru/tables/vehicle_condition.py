"""What the bus says of the vehicle while software is updated: gear, brake, energy, doors, drive, and whether an update is executed."""

from typing import Any, Final

import numpy as np
import polars as pl

from zhunru.core.step import derive
from zhunru.core.table import Table, col
from zhunru.formulas.three_valued import NEVER, NO, UNKNOWN, YES, Steps, every, joined, nothing, sampled, some, steps
from zhunru.formulas.written_names import bare
from zhunru.records.signal_mapping import SignalMapping
from zhunru.tables.can_frame import CanFrame
from zhunru.tables.mapped_signal import Series, condition, mapped_series, mps_factor, timeout_ns, unavailable
from zhunru.tables.signal_definition import SignalDefinition

CONDITIONS: Final = ("update_active", "park_brake", "door_locked", "interior_unlock", "drive_ready")
"""Meanings that hold or do not."""
QUANTITIES: Final = ("speed", "gear", "state_of_charge", "voltage_12v", "power_mode", "drive_torque", "accelerator")
"""Meanings with a value."""
UNITS_OF: Final = {"speed": "m/s", "state_of_charge": "%", "voltage_12v": "V", "drive_torque": "N.m", "accelerator": "%"}
"""Unit in which a quantity stands in the table; gear and power mode have none."""
_FACTORS: Final = {
    "%": {"%": 1.0, "pct": 1.0, "percent": 1.0},
    "V": {"v": 1.0, "mv": 1e-3},
    "N.m": {"nm": 1.0, "n.m": 1.0, "n·m": 1.0, "n*m": 1.0},
}
_YES: Final = frozenset({"是", "yes", "true", "1", "on", "holds", "成立"})
_NO: Final = frozenset({"否", "no", "false", "0", "off", "不成立"})
_KMH: Final = frozenset({"km/h", "kmh", "kph"})


class VehicleCondition(Table):
    """One change of one quantity or condition of the vehicle in one log; it keeps its value up to the next row of the same kind.

    Null in `value_raw` = unknown: no frame for longer than the timeout, a value that means not available, or a unit that is not known.
    """

    t_ns = col(pl.Int64, "first sample with the new value", "时间")
    t_before_ns = col(pl.Int64, "last sample with the former value; null at the first row", "前一样本时间")
    quantity = col(pl.String, "one of CONDITIONS or QUANTITIES", "条件量")
    value_raw = col(pl.Float64, "conditions: 1 holds, 0 does not; quantities: value in `unit`; null = unknown", "取值")
    word = col(pl.String, "name of the value in the database, lower case; null = it has none", "取值名称")
    unit = col(pl.String, "unit of the value; empty = none", "单位")


@derive
def vehicle_condition(frames: CanFrame, definitions: SignalDefinition, mappings: list[SignalMapping]) -> VehicleCondition:
    """Decode the mapped conditions and quantities of the vehicle, log by log.

    Args:
        frames: Frames of the logs.
        definitions: Signals of the databases.
        mappings: What the signals mean.
    """
    mapped = mapped_series(frames, definitions, mappings, frozenset({*CONDITIONS, *QUANTITIES}))
    tables = []
    for source in sorted({source for m in mapped for source in m.held}):
        for name in CONDITIONS:
            found = [(m.mapping, m.held.get(source)) for m in mapped if m.meaning == name]
            if seen := [s for _, s in found if s is not None]:
                parts = [nothing() if s is None else condition(m, s) for m, s in found]
                tables.append(_condition(source, name, joined(every if any(m.join == "all" for m, _ in found) else some, parts), seen))
        for name in QUANTITIES:
            held = sorted((m.mapping.message, m.mapping.signal, k) for k, m in enumerate(mapped) if m.meaning == name and source in m.held)
            if held:
                chosen = mapped[held[0][2]]
                tables.append(_quantity(source, name, chosen.mapping, chosen.held[source]))
    return VehicleCondition(pl.concat(tables)) if tables else VehicleCondition.empty()


def _condition(source: str, name: str, of: Steps, seen: list[Series]) -> pl.DataFrame:
    if not of.t_ns.size:  # nothing is known: unknown from the first to the last frame
        of = _unknown(min(s.span_ns[0] for s in seen), max(s.span_ns[1] for s in seen))
    value = np.where(of.value == UNKNOWN, np.nan, of.value).astype(np.float64)
    return _rows(source, name, of, value, [None] * of.t_ns.size, "")


def _unknown(first_ns: int, last_ns: int) -> Steps:
    return Steps(np.array([first_ns, last_ns], np.int64), np.full(2, UNKNOWN, np.int8), np.array([NEVER, first_ns], np.int64))


def _quantity(source: str, name: str, mapping: SignalMapping, series: Series) -> pl.DataFrame:
    factor = _factor(name, mapping, series.unit)
    if factor is None or not series.t_ns.size:
        of = _unknown(*series.span_ns)
        return _rows(source, name, of, np.full(2, np.nan), [None, None], UNITS_OF.get(name, ""))
    known = ~unavailable(mapping, series)
    turns = np.where(known, np.arange(series.t_ns.size) % 2, UNKNOWN).astype(np.int8)  # a step at every sample, whatever its value
    moments = sampled(series.t_ns, turns, timeout_ns(mapping, series.t_ns))
    place = np.searchsorted(series.t_ns, moments.t_ns)
    told = moments.value != UNKNOWN
    value = np.where(told, np.append(series.value * factor, np.nan)[place], np.nan)
    layout = series.coded.layout
    names = {n: word for word, n in series.choices.items()}
    raw = np.append(np.rint((series.value - layout.offset) / layout.factor), np.nan)[place]
    words = [names.get(int(r)) if t and np.isfinite(r) else None for r, t in zip(raw, told, strict=True)]
    rows = _rows(source, name, moments, value, words, UNITS_OF.get(name, ""))
    return rows.filter(pl.col("value_raw").ne_missing(pl.col("value_raw").shift(1)) | (pl.int_range(pl.len()) == 0))


def _factor(name: str, mapping: SignalMapping, unit: str) -> float | None:
    if name == "speed":
        return mps_factor(mapping, unit)
    if name not in UNITS_OF:
        return 1.0
    return mapping.scale if mapping.scale is not None else _FACTORS[UNITS_OF[name]].get(bare(unit))


def _rows(source: str, name: str, of: Steps, value: Any, words: list[str | None], unit: str) -> pl.DataFrame:
    size = of.t_ns.size
    return pl.DataFrame(
        {
            "t_ns": of.t_ns,
            "t_before_ns": pl.Series(of.before_ns).replace(NEVER, None),
            "quantity": pl.Series([name]).new_from_index(0, size),
            "value_raw": pl.Series(value, dtype=pl.Float64).fill_nan(None),
            "word": pl.Series(words, dtype=pl.String),
            "unit": pl.Series([unit]).new_from_index(0, size),
            "source": pl.Series([source]).new_from_index(0, size),
        }
    )


def quantity_steps(rows: pl.DataFrame, quantity: str, operator: str | None, wanted: str, unit: str | None = None) -> Steps:
    """Return when a declared predicate holds in one log.

    Args:
        rows: Rows of `VehicleCondition` of one log.
        quantity: What is compared.
        operator: =, !=, <, <=, >, >= or in; None = equals.
        wanted: Number, word of the database's value table, yes/no for conditions; several parted by `;`.
        unit: Unit of the number; None = that of the table.

    Returns:
        The predicate over time; unknown throughout when the log lacks the quantity or the predicate cannot be understood.
    """
    part = rows.filter(pl.col("quantity") == quantity).sort("t_ns", "t_before_ns")
    if not part.height:
        return nothing()
    parts = [w for w in (bare(p) for p in wanted.replace("；", ";").replace("、", ";").replace(",", ";").split(";")) if w]
    rule = operator or "="
    if not parts or (rule not in {"in", "="} and len(parts) > 1):
        value = np.full(part.height, UNKNOWN, np.int8)
    elif quantity in CONDITIONS:
        value = _as_condition(part, rule, parts)
    else:
        value = _as_quantity(part, quantity, rule, parts, unit)
    return steps(part["t_ns"].to_numpy(), value, part["t_before_ns"].fill_null(NEVER).to_numpy())


def _as_condition(part: pl.DataFrame, rule: str, parts: list[str]) -> Any:
    asked = {YES if p in _YES else NO if p in _NO else UNKNOWN for p in parts}
    held = part["value_raw"].fill_null(UNKNOWN).to_numpy().astype(np.int8)
    if len(asked) != 1 or UNKNOWN in asked or rule not in {"=", "in", "!="}:
        return np.full(part.height, UNKNOWN, np.int8)
    same = held == asked.pop()
    return np.where(held == UNKNOWN, UNKNOWN, (same != (rule == "!=")).astype(np.int8)).astype(np.int8)


def _as_quantity(part: pl.DataFrame, quantity: str, rule: str, parts: list[str], unit: str | None) -> Any:
    unknown = np.full(part.height, UNKNOWN, np.int8)
    try:
        numbers = [float(p) for p in parts]
    except ValueError:
        if rule not in {"=", "in", "!="} or quantity in UNITS_OF:
            return unknown
        words = part["word"].to_list()
        return np.array([UNKNOWN if w is None else int((bare(w) in parts) != (rule == "!=")) for w in words], np.int8)
    factor = _unit_factor(quantity, unit)
    if factor is None:
        return unknown
    numbers = [n * factor for n in numbers]
    value = part["value_raw"].to_numpy()
    close = 1e-9 + 1e-6 * max(abs(n) for n in numbers)
    same = np.any([np.abs(value - n) <= close for n in numbers], axis=0)
    with np.errstate(invalid="ignore"):
        flags = {
            "=": same, "in": same, "!=": ~same, "<": value < numbers[0] - close, "<=": value <= numbers[0] + close,
            ">": value > numbers[0] + close, ">=": value >= numbers[0] - close,
        }[rule]  # fmt: skip
    return np.where(np.isnan(value), UNKNOWN, flags.astype(np.int8)).astype(np.int8)


def _unit_factor(quantity: str, unit: str | None) -> float | None:
    """Return the factor from a declared unit to that of the table; None when they do not go together."""
    base = UNITS_OF.get(quantity)
    if base is None:
        return 1.0 if not unit else None
    if not unit:
        return None if quantity == "speed" else 1.0  # of a bare number of a speed nobody can tell the unit
    name = bare(unit)
    if quantity == "speed":
        return 1 / 3.6 if name in _KMH else 1.0 if name in {"m/s", "mps"} else None
    return _FACTORS[base].get(name)


def condition_table(source: str, **series: list[tuple[float, float | str | None]]) -> VehicleCondition:
    """Build a table from (second, value) pairs per quantity; a text is a word of the value table; good for examples."""
    rows: list[dict[str, Any]] = []
    for quantity, samples in series.items():
        before = None
        for number, (at_s, value) in enumerate(samples):
            word = value if isinstance(value, str) else None
            rows.append(
                {
                    "t_ns": round(at_s * 1e9), "t_before_ns": before, "quantity": quantity, "word": word,
                    "value_raw": float(number) if word is not None else value, "unit": UNITS_OF.get(quantity, ""),
                }
            )  # fmt: skip
            before = round(samples[number + 1][0] * 1e9) - 20_000_000 if number + 1 < len(samples) else None
    return VehicleCondition.rows(*rows, source=source)
