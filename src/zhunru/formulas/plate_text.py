"""Plates in a line of text that was read from a picture: the form decides, since pictures give no cue."""

import re
import unicodedata
from typing import Final, NamedTuple

from zhunru.formulas.identifiers.words import PROVINCES

_LETTER, _SIGN = "A-HJ-NP-Z", "A-HJ-NP-Z0-9"
_WHOLE: Final = re.compile(
    f"[{PROVINCES}][{_LETTER}](?:[DABCEFGHJK][{_SIGN}][0-9]{{4}}|[0-9]{{5}}[DABCEFGHJK]|[{_SIGN}]{{4}}[{_SIGN}挂学警港澳])(?![{_SIGN}])"
)
"""Small and new-energy plates, trailers, coaches, police: GA 36-2018, data-and-cyber.md 6.4 (basis G)."""
_PART: Final = re.compile(f"(?<![A-Z0-9])[{_LETTER}][{_SIGN}]{{5,6}}(?![A-Z0-9])")
_DOTS: Final = re.compile(r"[\s·•・.．\-_:]")
_LEAST_DIGITS: Final = 3


class Read(NamedTuple):
    """What a line shows of a plate.

    Args:
        whole: Province, letter and all characters are read.
        shown: The text with its middle hidden: a result never spreads the plate.
    """

    whole: bool
    shown: str


def plate_in(text: str) -> Read | None:
    """Return the plate that a line of recognised text holds, or the part behind its province, or None."""
    line = _DOTS.sub("", unicodedata.normalize("NFKC", text)).upper()
    if found := _WHOLE.search(line):
        return Read(True, hidden(found[0]))
    part = _PART.search(line)
    return Read(False, hidden(part[0])) if part and sum(c.isdigit() for c in part[0]) >= _LEAST_DIGITS else None


def hidden(plate: str) -> str:
    """Return the first two characters and the last one, the others as stars."""
    return plate[:2] + "*" * (len(plate) - 3) + plate[-1:]
