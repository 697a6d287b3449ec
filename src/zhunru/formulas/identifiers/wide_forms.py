"""Full-width digits and letters: lines that hold four of them in a row are read as if they were written narrow."""

import numpy as np

from zhunru.formulas.identifiers.bit_planes import PAD, Bytes, Flags, Places, Plane
from zhunru.formulas.identifiers.shapes import fours
from zhunru.formulas.identifiers.symbols import of_bytes

_LEAD = 0xEF
_OF_BC, _OF_BD = of_bytes(bytes([*range(0x90, 0x9A), *range(0xA1, 0xBB)])), of_bytes(bytes(range(0x81, 0x9B)))
_SIGNS = of_bytes(b"\x8b\x8d\x8e\xa0")


def wide_lines(text: Bytes, lead: Plane, raw: bytes | bytearray, at: int, size: int) -> list[tuple[int, int]]:
    """Return the lines (start, end in the padded text) that hold four wide letters or digits in a row.

    Args:
        text: Padded text.
        lead: Plane of the bytes 0xEF.
        raw: Bytes of which the text is a piece.
        at: Where in `raw` the piece begins.
        size: Bytes of the piece.
    """
    where = fours(lead)
    for step in range(4):
        where = where[_is_wide(text, where + 3 * step)]
    # of a longer row the first four are enough
    where = where[np.diff(where, prepend=-9) != 3]
    lines: list[tuple[int, int]] = []
    for place in (where + at - PAD).tolist():
        if not lines or place + PAD - at >= lines[-1][1]:
            start, end = raw.rfind(b"\n", at, place) + 1, raw.find(b"\n", place, at + size)
            lines.append((max(start, at) - at + PAD, (end if end >= 0 else at + size) - at + PAD))
    return lines


def _is_wide(text: Bytes, at: Places, signs: bool = False) -> Flags:
    """Tell where a wide digit or letter stands; `signs`: or a wide @ . + -."""
    second, third = text[at + 1], text[at + 2]
    table = _OF_BC | _SIGNS if signs else _OF_BC
    wide: Flags = (text[at] == _LEAD) & (((second == 0xBC) & table[third]) | ((second == 0xBD) & _OF_BD[third]))
    return wide


def narrowed(text: Bytes, lines: list[tuple[int, int]]) -> tuple[Bytes, Places]:
    """Return the lines in narrow forms, each with its newline, and the place in `text` of each byte and of the end."""
    bounds = np.asarray(lines, dtype=np.int64)
    size = bounds[:, 1] + 1 - bounds[:, 0]
    at = np.arange(int(size.sum())) + np.repeat(bounds[:, 0] - np.cumsum(size) + size, size)
    code = np.concatenate([text[start : end + 1] for start, end in lines])
    # a newline ends each line, so what stands behind a byte here stands there too
    wide = np.flatnonzero(code[:-2] == _LEAD)
    wide = wide[_is_wide(code, wide, signs=True)]
    code[wide] = (code[wide + 1] - np.uint8(0xBC)) * np.uint8(0x40) + code[wide + 2] - np.uint8(0x60)
    kept = np.ones(len(code), dtype=np.bool_)
    kept[wide + 1] = kept[wide + 2] = False
    return code[kept], np.append(at[kept], at[-1] + 1)
