"""Fictitious numbers with right check digits: vehicles, cards, persons, companies. None belongs to anybody.

Written apart from the checks' own formulas on purpose: two independent computations must agree.
"""

_VIN_VALUES = dict(zip("0123456789ABCDEFGHJKLMNPRSTUVWXYZ", [*range(10), *range(1, 9), *range(1, 6), 7, 9, *range(2, 10)], strict=True))
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_CODE_SYMBOLS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def vin(serial: int) -> str:
    """Return the VIN of the sample maker's vehicle `serial` (below 10**6), model year 2026; check digit by GB 16735-2019."""
    return with_check_symbol(f"L0ZAB3C10TA{serial:06d}")


def with_check_symbol(blank: str) -> str:
    """Return 17 symbols of a VIN with the ninth that the others ask for, GB 16735; the ninth of `blank` has no weight."""
    total = sum(_VIN_VALUES[c] * w for c, w in zip(blank, _VIN_WEIGHTS, strict=True))
    return f"{blank[:8]}{'X' if total % 11 == 10 else total % 11}{blank[9:]}"


def luhn(digits: str) -> str:
    """Return `digits` with the Luhn check digit behind."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return digits + str(-total % 10)


def iccid(serial: int) -> str:
    """Return a card number of 20 digits, ITU-T E.118."""
    return luhn(f"898604260001{serial:07d}")


def imei(serial: int) -> str:
    """Return an equipment identity of 15 digits."""
    return luhn(f"86000104{serial:06d}")


def resident_id(serial: int) -> str:
    """Return a resident number, GB 11643-1999, of somebody born in January 1900: well-formed, and nobody's."""
    body = f"110101190001{serial % 28 + 1:02d}{serial % 900 + 10:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(c) * w for c, w in zip(body, weights, strict=True)) % 11]


def credit_code(serial: int) -> str:
    """Return a unified social credit code, GB 32100-2015, of a region that does not exist."""
    body = f"91990000MA{serial:07d}"
    total = sum(_CODE_SYMBOLS.index(c) * pow(3, place, 31) for place, c in enumerate(body))
    return body + _CODE_SYMBOLS[-total % 31]
