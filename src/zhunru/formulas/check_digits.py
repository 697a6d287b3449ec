"""Check digits of identifiers: VIN, resident identity number, unified social credit code, Luhn (ICCID, IMEI, bank card)."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]

VIN_SYMBOLS = "0123456789ABCDEFGHJKLMNPRSTUVWXYZ"
"""Symbols of a VIN, GB 16735-2019: no I, O, Q."""
_VIN_VALUES = [*range(10), *range(1, 9), *range(1, 6), 7, 9, *range(2, 10)]
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECK = "10X98765432"
USCC_SYMBOLS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""Symbols of a unified social credit code, GB 32100-2015: no I, O, S, V, Z."""
_USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_LUHN_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def tail(identifier: str, keep: int = 6) -> str:
    """Return the last `keep` symbols behind an ellipsis: all that a finding may show of a VIN, card or identity number."""
    return "…" + identifier[-keep:] if len(identifier) > keep else "…" + identifier[len(identifier) // 2 :]


def vin_check_digit(vin: str) -> str:
    """Return the ninth symbol that a VIN ought to have.

    r = sum(weight * value) mod 11, X for 10. GB 16735-2019; ISO 3779.

    Args:
        vin: 17 symbols.

    Raises:
        ValueError: Wrong length or a symbol outside VIN_SYMBOLS.
    """
    if len(vin) != 17 or any(c not in VIN_SYMBOLS for c in vin):
        raise ValueError("a VIN has 17 symbols of 0-9 A-Z without I, O, Q")
    rest = sum(w * _VIN_VALUES[VIN_SYMBOLS.index(c)] for w, c in zip(_VIN_WEIGHTS, vin, strict=True)) % 11
    return "X" if rest == 10 else str(rest)


def vin_holds(vin: str) -> bool:
    """Tell whether `vin` has the form of a VIN and the check digit that its other symbols ask for."""
    return bool(vin_all([vin])[0])


def vin_all(vins: Sequence[str]) -> Flags:
    """Columnar form of `vin_holds`: texts (n) -> flags (n)."""
    values = _values(vins, 17, VIN_SYMBOLS)
    sums = np.asarray([*_VIN_VALUES, 0])[values] @ np.asarray(_VIN_WEIGHTS)
    asked = np.asarray([VIN_SYMBOLS.index(c) for c in "0123456789X"])[sums % 11]
    held: Flags = (values >= 0).all(axis=1) & (values[:, 8] == asked)
    return held


def resident_id_holds(number: str, today: date | None = None) -> bool:
    """Tell whether `number` is a resident identity number: form, check symbol, a birth date that exists.

    GB 11643-1999: 6 region, 8 birth date, 3 sequence, 1 check; weights 2^(18-i) mod 11. Residence permits share the layout.

    Args:
        number: 17 digits and a digit or X.
        today: When given, the birth date must not lie after it and the age must be below 130 years.
    """
    if not resident_id_all([number])[0]:
        return False
    birth = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    return today is None or (birth <= today and today.year - birth.year < 130)


def resident_id_all(numbers: Sequence[str]) -> Flags:
    """Columnar form of `resident_id_holds` without a day to compare with: texts (n) -> flags (n)."""
    values = _values(numbers, 18, "0123456789X")
    digits = (values >= 0).all(axis=1) & (values[:, :17] < 10).all(axis=1) & (values[:, 0] > 0)
    asked = np.asarray(["0123456789X".index(c) for c in _ID_CHECK])[(values[:, :17] @ np.asarray(_ID_WEIGHTS)) % 11]
    held: Flags = digits & (values[:, 17] == asked)
    for at in np.flatnonzero(held).tolist():
        year, month, day = (int(part) for part in (numbers[at][6:10], numbers[at][10:12], numbers[at][12:14]))
        held[at] = _exists(year, month, day)
    return held


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return year >= 1800


def uscc_holds(code: str) -> bool:
    """Tell whether `code` is a unified social credit code: form and check symbol, GB 32100-2015."""
    return bool(uscc_all([code])[0])


def uscc_all(codes: Sequence[str]) -> Flags:
    """Columnar form of `uscc_holds`: texts (n) -> flags (n). Check = (31 - sum mod 31) mod 31, weights 3^i mod 31."""
    values = _values(codes, 18, USCC_SYMBOLS)
    asked = (31 - values[:, :17] @ np.asarray(_USCC_WEIGHTS) % 31) % 31
    held: Flags = (values >= 0).all(axis=1) & (values[:, 17] == asked)
    return held


def luhn_holds(number: str) -> bool:
    """Tell whether the last digit of `number` is the Luhn digit of the others, ISO/IEC 7812-1 annex B; no digits do not hold."""
    return bool(luhn_all([number])[0])


def luhn_all(numbers: Sequence[str]) -> Flags:
    """Columnar form of `luhn_holds`: texts (n) of any lengths -> flags (n)."""
    held: Flags = np.zeros(len(numbers), dtype=np.bool_)
    lengths = np.asarray([len(n) for n in numbers], dtype=np.int64)
    for length in np.unique(lengths[lengths > 1]):
        at = np.flatnonzero(lengths == length).tolist()
        values = _values([numbers[i] for i in at], int(length), "0123456789")
        doubled = np.asarray([*_LUHN_DOUBLED, 0])[values[:, -2::-2]].sum(axis=1)
        held[at] = (values >= 0).all(axis=1) & ((doubled + values[:, ::-2].sum(axis=1)) % 10 == 0)
    return held


def _values(texts: Sequence[str], length: int, symbols: str) -> NDArray[np.int64]:
    """Return the place of each symbol in `symbols`, -1 where it is none or the text has another length: (n, length)."""
    table = np.full(128, -1, dtype=np.int64)
    table[[ord(c) for c in symbols]] = np.arange(len(symbols))
    whole = b"".join(t.encode() if len(t) == length and t.isascii() else b"\0" * length for t in texts)
    codes: NDArray[Any] = np.frombuffer(whole, dtype=np.uint8).reshape(len(texts), length)
    values: NDArray[np.int64] = table[codes]
    return values
