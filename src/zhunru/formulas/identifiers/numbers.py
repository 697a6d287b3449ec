"""Identifiers written as one run of letters and digits: VIN, resident number, mobile, bank card, IMEI, ICCID. Check digits as column arithmetic."""

from collections.abc import Iterator

import numpy as np

from zhunru.formulas.identifiers import words as w
from zhunru.formulas.identifiers.bit_planes import Bytes, Flags, Places, windows
from zhunru.formulas.identifiers.symbols import (
    ALNUM,
    ASKS,
    CONFIRMS,
    DEMOTES,
    DIGIT,
    HINTS,
    LOWER,
    ONLY,
    UPPER,
    Column,
    always,
    chosen,
    equal,
    graded,
    of_bytes,
)

_WIDTH = 22
_VIN_SYMBOLS = b"0123456789ABCDEFGHJKLMNPRSTUVWXYZ"
_VIN_VALUE = np.full(256, -1, dtype=np.int16)
_VIN_VALUE[list(_VIN_SYMBOLS)] = [*range(10), *range(1, 9), *range(1, 6), 7, 9, *range(2, 10)]
_VIN_WEIGHT = np.asarray([8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2], dtype=np.int16)
_VIN_CHECK = np.frombuffer(b"0123456789X", dtype=np.uint8)
_NO_MODEL_YEAR, _CHECK = of_bytes(b"UZ0"), of_bytes(b"0123456789X")
_ID_WEIGHT = np.asarray([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2], dtype=np.int16)
_ID_CHECK = np.frombuffer(b"10X98765432", dtype=np.uint8)
_REGION = np.zeros(256, dtype=np.bool_)
_REGION[[int(r) for r in w.REGIONS] + list(range(90, 100))] = True
_BODY = np.zeros(256, dtype=np.bool_)
_BODY[[int(b) for b in w.IMEI_BODIES]] = True
_MONTH_DAYS = np.asarray([0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, *[0] * 243], dtype=np.uint8)
_DOUBLED = np.asarray([0, 2, 4, 6, 8, 1, 3, 5, 7, 9], dtype=np.uint8)
_HEX = of_bytes(b"0123456789ABCDEF")


def runs(text: Bytes, at: Places) -> Iterator[Column]:
    """Judge the runs that begin at `at`.

    Args:
        text: Padded text.
        at: Starts of runs of at least eleven digits, or of seventeen letters and digits.
    """
    rows = windows(text, at, 0, _WIDTH)
    length = np.argmin(ALNUM[rows], axis=1)
    inside = (length >= 11) & (length <= 20)
    at, rows, length = at[inside], UPPER[rows[inside]], length[inside]
    seventeen = length == 17
    yield _vins(text, at[seventeen], rows[seventeen])
    digits = np.argmin(DIGIT[rows], axis=1) == length
    yield from _mobiles(text, at, rows, length, digits)
    eighteen = np.flatnonzero(length == 18)
    valid, holds = resident(rows[eighteen, :18])
    yield graded(at[eighteen[valid]], at[eighteen[valid]] + 18, w.RESIDENT_ID, always(holds[valid]))
    luhn = np.zeros(len(at), dtype=np.bool_)
    luhn[digits] = luhn_of(windows(text, at[digits] + length[digits], 20, 0), length[digits])
    free = digits.copy()
    free[eighteen[valid]] = False
    yield _cards(at, rows, length, free, luhn)
    yield _imeis(at, rows, length, digits, luhn)
    yield _iccids(at, rows, length, digits, luhn)


def _vins(text: Bytes, at: Places, rows: Bytes) -> Column:
    """17 symbols of one case, the last four digits (GB 16735), a model year that is used, not digits alone: 17 digits are a moment or an order."""
    symbols = rows[:, :17]
    value = _VIN_VALUE[symbols]
    raw = windows(text, at, 0, 17)
    one_case = (raw == symbols).all(axis=1) | (raw == LOWER[raw]).all(axis=1)
    digit = DIGIT[symbols]
    form = one_case & (value >= 0).all(axis=1) & digit[:, 13:].all(axis=1) & ~digit.all(axis=1) & ~_NO_MODEL_YEAR[symbols[:, 9]]
    at, value, symbols = at[form], value[form], symbols[form]
    holds = _VIN_CHECK[(value * _VIN_WEIGHT).sum(axis=1) % 11] == symbols[:, 8]
    return graded(at, at + 17, w.VIN, chosen([holds, _CHECK[symbols[:, 8]]], [DEMOTES, ONLY], HINTS))


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
    form = (value[:, :17] < 10).all(axis=1) & ((value[:, 17] < 10) | (rows[:, 17] == 0x58))
    year = value[:, 6:10].astype(np.int16) @ np.asarray([1000, 100, 10, 1], dtype=np.int16)
    month, day = value[:, 10] * 10 + value[:, 11], value[:, 12] * 10 + value[:, 13]
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    last = _MONTH_DAYS[month] - ((month == 2) & ~leap)
    valid = (
        form & _REGION[value[:, 0] * 10 + value[:, 1]] & (value[:, 0] > 0) & (year >= 1900) & (year <= 2099) & (day >= 1) & (day <= last)
    )
    sums = (value[:, :17].astype(np.int16) * _ID_WEIGHT).sum(axis=1)
    return valid, valid & (_ID_CHECK[sums % 11] == rows[:, 17])


def luhn_of(rows: Bytes, length: Places) -> Flags:
    """Tell which numbers hold: rows (n, 20) end with the number, `length` digits of it."""
    value = np.where(np.arange(20) >= (20 - length)[:, None], rows - np.uint8(0x30), 0).astype(np.uint8)
    sums = _DOUBLED[value[:, -2::-2]].sum(axis=1, dtype=np.int64) + value[:, ::-2].sum(axis=1, dtype=np.int64)
    holds: Flags = sums % 10 == 0
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
    """19 or 20 symbols from 8986; found by the last digit, or with letters behind a cue."""
    form = np.flatnonzero((length >= 19) & (length <= 20) & equal(rows[:, :4], b"8986"))
    form = form[np.argmin(_HEX[rows[form]], axis=1) == length[form]]
    numeric, full = digits[form], length[form] == 20
    grades = chosen([luhn[form] & numeric, numeric & full, numeric, full], [DEMOTES, ONLY, HINTS, CONFIRMS], ASKS)
    return graded(at[form], at[form] + length[form], w.ICCID, grades)
