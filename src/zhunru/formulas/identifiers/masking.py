"""What of an identifier may be shown, and a digest to count it by: a value itself never leaves the scan."""

import hashlib
import re

from zhunru.formulas.check_digits import tail
from zhunru.formulas.identifiers.kinds import KINDS
from zhunru.formulas.identifiers.words import COMPOUND_SURNAMES, COORDINATE, EMAIL, MOBILE, PERSON_NAME, PLATE, VIN

_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_SEPARATORS = re.compile(r"[\s\-·•・]")


def plain(value: bytes | str, kind: int) -> str:
    """Return one written form of a value: narrow digits, capital letters, no separators; an address in small letters."""
    text = (value.decode("utf-8", "replace") if isinstance(value, bytes) else value).translate(_WIDE).strip()
    if kind == EMAIL:
        return text.lower()
    return text if kind in (COORDINATE, PERSON_NAME) else _SEPARATORS.sub("", text).upper()


def masked(value: bytes | str, kind: int | str) -> str:
    """Return what a finding may show: the last 6 of a VIN, the last 4 of a number, the surname, the head of a plate, whole degrees.

    Args:
        value: As it stands in the data.
        kind: Place in KINDS, or the id of a kind.
    """
    place = _place(kind)
    text = plain(value, place)
    if place == PERSON_NAME:
        return text[: 2 if text[:2] in COMPOUND_SURNAMES else 1] + "…"
    if place == EMAIL:
        return text[:1] + "…@" + text.rpartition("@")[2]
    if place == COORDINATE:
        return re.sub(r"(\d+)\.\d+", r"\1.…", text)
    if place == PLATE:
        return text[:2] + "…" + text[-2:]
    if place == MOBILE:
        return text[:3] + "…" + text[-4:]
    return tail(text, 6 if place == VIN else 4)


def digest_of(value: bytes | str, kind: int | str, salt: bytes) -> bytes:
    """Return 16 bytes by which equal values can be counted: SHA-256 over salt and the one written form.

    The salt is drawn for each scan and thrown away: identifiers have few digits, an unsalted digest could be searched.
    """
    return hashlib.sha256(salt + plain(value, _place(kind)).encode()).digest()[:16]


def _place(kind: int | str) -> int:
    """Return the place of a kind in KINDS."""
    return kind if isinstance(kind, int) else [k.id for k in KINDS].index(kind)
