"""E-mail addresses: around each @ the longest local part and domain."""

from collections.abc import Iterator

import numpy as np

from zhunru.formulas.identifiers import words as w
from zhunru.formulas.identifiers.bit_planes import Bytes, Places, windows
from zhunru.formulas.identifiers.symbols import (
    ALNUM,
    DIGITS,
    LETTERS,
    Column,
    always,
    every,
    graded,
    letters_in,
    looked_up,
    lower,
    of_bytes,
    some,
)

_LOCAL, _DOMAIN = of_bytes(DIGITS + LETTERS + b"._%+-"), of_bytes(DIGITS + LETTERS + b".-")
_TRIMMED = of_bytes(b".%+-")
_LOCAL_BYTE, _DOMAIN_BYTE, _NEAR_BYTE = 64, 96, 28
_SUFFIXES = np.asarray(sorted(int.from_bytes(s.encode(), "little") for s in w.FILE_SUFFIXES), dtype=np.uint32)
_DOT, _HYPHEN, _AT, _COLON, _SLASH = b".-@:/"


def addresses(text: Bytes, at: Places) -> Iterator[Column]:
    """Judge the @ at `at`. Suspected only: the user in an address of the web, a repository (git@host:path)."""
    lead, domain = _local(windows(text, at, _NEAR_BYTE, 0)), _domain(windows(text, at + 1, 0, _NEAR_BYTE))
    # most end near the sign; the others are looked at again, in wide windows
    open_ = np.flatnonzero((lead < 0) | (domain < 0))
    lead[open_] = np.maximum(_local(windows(text, at[open_], _LOCAL_BYTE + 1, 0)), 0)
    domain[open_] = np.maximum(_domain(windows(text, at[open_] + 1, 0, _DOMAIN_BYTE + 1)), 0)
    good = (lead > 0) & (domain > 0)
    at, lead, domain = at[good], lead[good], domain[good]
    start, end = at - lead, at + 1 + domain
    behind, after = text[end], text[end + 1]
    repository = (behind == _COLON) & (ALNUM[after] | (after == _SLASH) | (after == 0x7E))
    before = text[start - 1]
    inside = (before == _COLON) | (before == _SLASH)
    rows = windows(text, start[inside], 32, 0)
    inside[inside] = some((rows[:, :-2] == _COLON) & (rows[:, 1:-1] == _SLASH) & (rows[:, 2:] == _SLASH))
    yield graded(start, end, w.EMAIL, always(~repository & ~inside))


def _local(rows: Bytes) -> Places:
    """Return the lengths of the local parts that end the rows, without punctuation before; 0 where there is none, -1 where it may go on."""
    own = looked_up(_LOCAL, rows)
    length = np.argmin(own[:, ::-1], axis=1)
    open_ = every(own)
    width = rows.shape[1]
    inner = (np.arange(width) >= (width - length)[:, None]) & ~looked_up(_TRIMMED, rows)
    lead = np.where(some(inner), width - np.argmax(inner, axis=1), 0)
    lead[rows[:, -1] == _DOT] = 0
    lead[open_] = -1
    return lead


def _domain(rows: Bytes) -> Places:
    """Return the lengths of the domains that begin the rows: labels with dots between, the last of 2 to 24 letters; 0 where there is none, -1 where it may go on."""
    own = looked_up(_DOMAIN, rows)
    length = np.argmin(own, axis=1)
    open_ = every(own)
    row = np.arange(len(rows))
    length[rows[row, length] == _AT] = 0
    column = np.arange(rows.shape[1])
    punctuation = (rows == _DOT) | (rows == _HYPHEN)
    kept = (column < length[:, None]) & ~punctuation
    length = np.where(some(kept), rows.shape[1] - np.argmax(kept[:, ::-1], axis=1), 0)
    inner = column < length[:, None]
    dot = (rows == _DOT) & inner
    # a dot beside a dot or hyphen, or punctuation first: an empty label, or one with a hyphen at its end
    bad = some(dot[:, :-1] & punctuation[:, 1:] & inner[:, 1:]) | some(dot[:, 1:] & punctuation[:, :-1]) | punctuation[:, 0]
    last = rows.shape[1] - 1 - np.argmax(dot[:, ::-1], axis=1)
    top = length - last - 1
    letters = every(letters_in(rows) | ~inner | (column <= last[:, None]))
    good = some(dot) & ~bad & letters & (top >= 2) & (top <= 24)
    code = np.zeros(len(rows), dtype=np.uint32)
    for step in range(4):
        code |= np.where(step < top, lower(rows[row, np.minimum(last + 1 + step, rows.shape[1] - 1)]), 0).astype(np.uint32) << np.uint32(
            8 * step
        )
    good &= (top > 4) | ~np.isin(code, _SUFFIXES)
    return np.where(open_, -1, np.where(good, length, 0))
