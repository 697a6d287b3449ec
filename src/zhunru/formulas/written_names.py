"""Names and numbers as people write them, brought to one form before they are compared."""

import unicodedata


def bare(name: str) -> str:
    """Return `name` in NFKC, without blanks, case folded: two ways of writing one name become equal."""
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


def bare_number(number: str) -> str:
    """Return a number of card or vehicle in NFKC, upper case, without blanks and hyphens."""
    return bare(number).replace("-", "").upper()


def bare_iccid(number: str) -> str:
    """Return an ICCID as `bare_number` without the filler F behind its digits, ITU-T E.118 in the coding of TS 102 221."""
    return bare_number(number).rstrip("F")
