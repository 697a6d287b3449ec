"""Identifiers written as one run of letters and digits: VIN, resident number, mobile, bank card, IMEI, ICCID. Check digits as column arithmetic."""

from collections.abc import Iterator

import numpy as np

from zhunru.formulas.identifiers import words as w
from zhunru.formulas.identifiers.bit_planes import Bytes, Flags, Places, Plane, run_lengths, windows
from zhunru.formulas.identifiers.symbols import (
    ASKS,
    CERTAIN,
    CONFIRMS,
    DEMOTES,
    HINTS,
    ONLY,
    Column,
    always,
    chosen,
    digits_in,
    equal,
    every,
    graded,
    looked_up,
    lower,
    of_bytes,
    upper,
)

_WIDTH = 22
SHORTEST = 11
"""Letters and digits of the shortest value: a mobile."""
_VIN_SYMBOLS = b"0123456789ABCDEFGHJKLMNPRSTUVWXYZ"
_VIN_VALUE = np.full(256, -1, dtype=np.float32)
_VIN_VALUE[list(_VIN_SYMBOLS)] = [*range(10), *range(1, 9), *range(1, 6), 7, 9, *range(2, 10)]
_VIN_WEIGHT = np.asarray([8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2], dtype=np.float32)
_VIN_CHECK = np.frombuffer(b"0123456789X", dtype=np.uint8)
_NO_MODEL_YEAR, _CHECK = of_bytes(b"UZ0"), of_bytes(b"0123456789X")
_ID_WEIGHT = np.asarray([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2], dtype=np.float32)
_ID_CHECK = np.frombuffer(b"10X98765432", dtype=np.uint8)
_REGION = np.zeros(256, dtype=np.bool_)
_REGION[[int(r) for r in w.REGIONS] + list(range(90, 100))] = True
_BODY = np.zeros(256, dtype=np.bool_)
_BODY[[int(b) for b in w.IMEI_BODIES]] = True
_YEAR = np.asarray([1000, 100, 10, 1], dtype=np.float32)
_MONTH_DAYS = np.asarray([0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, *[0] * 243], dtype=np.uint8)
_ONES = np.ones(20, dtype=np.float32)
_HEX = of_bytes(b"0123456789ABCDEF")


def runs(text: Bytes, digit: Plane, at: Places, length: Places) -> Iterator[Column]:
    """Judge the runs that begin at `at`.

    Args:
        text: Padded text.
        digit: Plane of digits.
        at: Starts of runs.
        length: Letters and digits of each.
    """
    inside = length <= 20
    at, length = at[inside], length[inside]
    numeric = run_lengths(digit, at)
    yield _vins(text, at[kept := (length == 17) & (numeric < 17)])
    kept = (numeric == length) | ((length == 18) & (numeric == 17)) | ((length >= 19) & (numeric >= 6))
    at, length, digits = at[kept], length[kept], (numeric == length)[kept]
    rows = upper(windows(text, at, 0, _WIDTH))
    yield from _mobiles(text, at, rows, length, digits)
    eighteen = np.flatnonzero(length == 18)
    valid, holds = resident(rows[eighteen, :18])
    yield graded(at[eighteen[valid]], at[eighteen[valid]] + 18, w.RESIDENT_ID, always(holds[valid]))
    luhn = np.zeros(len(at), dtype=np.bool_)
    summed = np.flatnonzero(digits & (length >= 13))
    luhn[summed] = luhn_of(windows(text, at[summed] + length[summed], 20, 0), length[summed])
    free = digits.copy()
    free[eighteen[valid]] = False
    yield _cards(at, rows, length, free, luhn)
    yield _imeis(at, rows, length, digits, luhn)
    yield _iccids(at, rows, length, digits, luhn)


def _vins(text: Bytes, at: Places) -> Column:
    """17 symbols of one case, the last four digits (GB 16735), a model year that is used, not digits alone: 17 digits are a moment or an order."""
    raw = windows(text, at, 0, 17)
    form = every(digits_in(raw[:, 13:]))
    at, raw = at[form], raw[form]
    symbols = upper(raw)
    value = np.take(_VIN_VALUE, symbols, mode="clip")
    form = (every(raw == symbols) | every(raw == lower(raw))) & every(value >= 0) & ~_NO_MODEL_YEAR[symbols[:, 9]]
    at, value, check = at[form], value[form], symbols[form, 8]
    holds = _VIN_CHECK[(value @ _VIN_WEIGHT).astype(np.int64) % 11] == check
    return graded(at, at + 17, w.VIN, chosen([holds, _CHECK[check]], [DEMOTES, ONLY], HINTS))


def _mobiles(text: Bytes, at: Places, rows: Bytes, length: Places, digits: Flags) -> Iterator[Column]:
    """Eleven digits from 13 to 19, alone or behind 86 and 0086."""
    for size, head in ((11, b""), (13, b"86"), (15, b"0086")):
        skip = len(head)
        form = (length == size) & digits & (rows[:, skip] == 0x31) & (rows[:, skip + 1] >= 0x33)
        if head:
            form &= equal(rows[:, :skip], head)
        here = at[form]
        if size == 15:
            sure = np.ones(len(here), dtype=np.bool_)
        elif size == 13:
            sure = text[here - 1] == 0x2B
        else:
            before = windows(text, here, 5, 0)
            sure = equal(before[:, 1:], b"+86 ") | equal(before[:, 1:], b"+86-") | equal(before, b"(+86)")
        yield graded(here + skip, here + size, w.MOBILE, np.where(sure, always(sure), np.int8(CONFIRMS)), cue_at=here)


def resident(rows: Bytes) -> tuple[Flags, Flags]:
    """Tell which rows (n, 18) of capital symbols have region and day of a resident number, and which the check symbol too."""
    value = rows - np.uint8(0x30)
    form = every(value[:, :17] < 10) & ((value[:, 17] < 10) | (rows[:, 17] == 0x58))
    year = (value[:, 6:10].astype(np.float32) @ _YEAR).astype(np.int64)
    month, day = value[:, 10] * 10 + value[:, 11], value[:, 12] * 10 + value[:, 13]
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    last = _MONTH_DAYS[month] - ((month == 2) & ~leap)
    valid = (
        form & _REGION[value[:, 0] * 10 + value[:, 1]] & (value[:, 0] > 0) & (year >= 1900) & (year <= 2099) & (day >= 1) & (day <= last)
    )
    sums = (value[:, :17].astype(np.float32) @ _ID_WEIGHT).astype(np.int64)
    return valid, valid & (_ID_CHECK[sums % 11] == rows[:, 17])


def luhn_of(rows: Bytes, length: Places) -> Flags:
    """Tell which numbers hold: rows (n, 20) end with the number, `length` digits of it."""
    value = np.where(np.arange(20) >= (20 - length)[:, None], rows - np.uint8(0x30), 0).astype(np.uint8)
    double = value[:, ::2] * np.uint8(2)
    value[:, ::2] = double - (double > 9) * np.uint8(9)
    holds: Flags = (value.astype(np.float32) @ _ONES).astype(np.int64) % 10 == 0
    return holds


def imei_body(rows: Bytes) -> Flags:
    """Tell which numbers of digits begin with a body that gives out IMEIs."""
    body: Flags = _BODY[(rows[:, 0] - np.uint8(0x30)) * np.uint8(10) + (rows[:, 1] - np.uint8(0x30))]
    return body


def _cards(at: Places, rows: Bytes, length: Places, free: Flags, luhn: Flags) -> Column:
    """13 to 19 digits from 62; fewer than 16, or with a wrong last digit, only behind a cue."""
    form = np.flatnonzero(free & (length >= 13) & (length <= 19) & (rows[:, 0] == 0x36) & (rows[:, 1] == 0x32))
    holds = luhn[form]
    grades = chosen([holds & (length[form] >= 16), holds], [DEMOTES, ASKS], HINTS)
    return graded(at[form], at[form] + length[form], w.BANK_CARD, grades)


def _imeis(at: Places, rows: Bytes, length: Places, digits: Flags, luhn: Flags) -> Column:
    """15 digits; found only behind a cue, for the last digit of one number in ten is right by chance."""
    form = np.flatnonzero(digits & (length == 15))
    holds = luhn[form]
    grades = chosen([holds & imei_body(rows[form]), holds], [CONFIRMS, ASKS], HINTS)
    return graded(at[form], at[form] + 15, w.IMEI, grades)


def _iccids(at: Places, rows: Bytes, length: Places, digits: Flags, luhn: Flags) -> Column:
    """19 or 20 symbols from 8986, the first six digits; found by the last digit, or with letters behind a cue."""
    form = np.flatnonzero((length >= 19) & (length <= 20) & equal(rows[:, :4], b"8986"))
    form = form[np.argmin(looked_up(_HEX, rows[form]), axis=1) == length[form]]
    numeric, full = digits[form], length[form] == 20
    grades = chosen([luhn[form] & numeric, numeric & full, numeric, full], [CERTAIN, ONLY, HINTS, CONFIRMS], ASKS)
    return graded(at[form], at[form] + length[form], w.ICCID, grades)
