"""Names and numbers as people write them, brought to one form before they are compared."""

import unicodedata

_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
_UNSEEN = (0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF)
_ONE_FORM = dict.fromkeys(map(ord, _DASHES), "-") | dict.fromkeys(_UNSEEN, "")
"""Dashes that word processors put for a hyphen, and characters that nobody sees: a revoked SP–21 is SP-21."""


def bare(name: str) -> str:
    """Return `name` in NFKC, without blanks and unseen characters, dashes as hyphens, case folded: ways of writing one name become equal."""
    return "".join(unicodedata.normalize("NFKC", name).translate(_ONE_FORM).split()).casefold()


def bare_number(number: str) -> str:
    """Return a number of card or vehicle in NFKC, upper case, without blanks and hyphens."""
    return bare(number).replace("-", "").upper()


def bare_iccid(number: str) -> str:
    """Return an ICCID as `bare_number` without the filler F behind its digits, ITU-T E.118 in the coding of TS 102 221."""
    return bare_number(number).rstrip("F")
