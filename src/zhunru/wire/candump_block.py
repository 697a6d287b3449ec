"""Blocks of candump log lines into columns: vectorised, with a complete structural check of every line.

A stride-1 view of eight-byte windows over the text lets one fancy index gather eight characters per line; decimal and
hexadecimal digits are then read by a few integer operations on the whole column. A line that fails any test is not
guessed at: it is handed back for the strict parser (`candump.parse_line`), which gives the same columns or a reason.
"""

import re
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from zhunru.wire.candump import ERROR_FLAG, FD_LENGTHS, LAST_SECOND

U8 = NDArray[np.uint8]
U32 = NDArray[np.uint32]
U64 = NDArray[np.uint64]
I64 = NDArray[np.int64]
Flags = NDArray[np.bool_]

_LONGEST_BUS: Final = 15  # IFNAMSIZ - 1
_MOST_BUSES: Final = 64
FRONT: Final = 16
"""Bytes before the text, so that an eight-byte window may start before a line."""
_BEHIND: Final = 160
"""Bytes behind it, so that the longest payload may be gathered from the last line."""


CLASSIC: Final = 255
"""Stands for `no CAN FD frame` among the flag digits."""


class Lines(NamedTuple):
    """Columns of the lines that passed, in file order, and the places of all others.

    Args:
        row: Number of the line inside the block, from 0.
        t_ns: Nanoseconds.
        bus: Index into `buses`.
        buses: Names.
        arbitration_id: Identifier without flags.
        extended: 29 bit identifier.
        error: Error frame.
        fd_flags: Flag digit of CAN FD frames, CLASSIC for all others; None when the block has no CAN FD.
        sent: -1 not said, 0 received, 1 transmitted; None when no line says.
        length_byte: Payload length.
        data_raw: First eight bytes, byte 0 the most significant; absent bytes are zero.
        tails: Index into these columns -> bytes from the ninth on, of the longer frames.
        other: (number, start, end) of each line for the strict parser; `Block.line` gives its bytes.
        line_count: Lines in the block, blank ones included.
    """

    row: I64
    t_ns: I64
    bus: U8
    buses: list[str]
    arbitration_id: U32
    extended: Flags
    error: Flags
    fd_flags: U8 | None
    sent: NDArray[np.int8] | None
    length_byte: U8
    data_raw: U64
    tails: dict[int, bytes]
    other: list[tuple[int, int, int]]
    line_count: int


class Block:
    """A reused buffer that holds one block of text with room before and behind it.

    Args:
        size_byte: Longest text.
    """

    def __init__(self, size_byte: int) -> None:
        self.bytes: U8 = np.zeros(size_byte + FRONT + _BEHIND, np.uint8)
        self.words: U64 = np.ndarray((self.bytes.size - 7,), "<u8", self.bytes, strides=(1,))
        self.end = FRONT
        self.last = self.bytes.size - _BEHIND

    def room(self) -> memoryview:
        """Return the part of the buffer that more text may be written to."""
        return self.bytes.data[self.end : self.last]

    def lines(self) -> U8:
        """Return the text up to its last line feed, with the room before it; empty when there is none."""
        end = self.end
        while end > FRONT:
            start = max(FRONT, end - 65536)
            found = self.bytes[start:end].tobytes().rfind(b"\n")
            if found >= 0:
                return self.bytes[: start + found + 1]
            end = start
        return self.bytes[:0]

    @property
    def size(self) -> int:
        """Number of bytes of text."""
        return self.end - FRONT

    def forget(self, count: int) -> None:
        """Drop the first `count` bytes of text; the others move to the front."""
        rest = self.bytes[FRONT + count : self.end].copy()
        self.end = FRONT + rest.size
        self.bytes[FRONT : self.end] = rest

    def forget_line(self) -> bool:
        """Drop the text up to its first line feed, or all; return whether there was one."""
        found = self.rest().find(b"\n")
        self.forget(found + 1 if found >= 0 else self.size)
        return found >= 0

    def line(self, start: int, end: int) -> bytes:
        """Return the bytes of one line."""
        return self.bytes[start:end].tobytes()

    def rest(self) -> bytes:
        """Return all text that the buffer holds."""
        return self.line(FRONT, self.end)


# Digits --------------------------------------------------------------------------------------------------------------------------------

_ZEROS: Final = 0x3030303030303030
_DIGIT_ZEROS: Final = np.uint64(_ZEROS)


def _kept(first: int, count: int) -> tuple[int, int]:
    """Return the mask of `count` characters from `first` in a word, and the word that writes '0' over the others."""
    mask = ((1 << 8 * count) - 1) << 8 * first
    return mask, _ZEROS & ~mask


def _keep_table(skipped: int) -> tuple[U64, U64]:
    """Return, for n digits, mask and filling of the word that starts `skipped` characters into them; n from 0 to 129."""
    pairs = np.array([_kept(0, min(max(n - skipped, 0), 8)) for n in range(130)], np.uint64)
    return np.ascontiguousarray(pairs[:, 0]), np.ascontiguousarray(pairs[:, 1])


_KEEP: Final = [_keep_table(8 * k) for k in range(16)]
_LAST_THREE = tuple(np.uint64(w) for w in _kept(5, 3))
_MIDDLE_SIX = tuple(np.uint64(w) for w in _kept(1, 6))
_POINT_AND_BRACKET = np.uint64(ord(".") | ord(")") << 56)


def _digits(word: U64) -> tuple[U64, Flags]:
    """Read eight decimal digits per word (first character in the lowest byte); tell which words hold nothing else."""
    plain = word ^ _DIGIT_ZEROS
    right: Flags = ((plain | (plain + np.uint64(0x0606060606060606))) & np.uint64(0xF0F0F0F0F0F0F0F0)) == 0
    plain = (plain * np.uint64(2561)) >> np.uint64(8)
    plain = ((plain & np.uint64(0x00FF00FF00FF00FF)) * np.uint64(6553601)) >> np.uint64(16)
    return ((plain & np.uint64(0x0000FFFF0000FFFF)) * np.uint64(42949672960001)) >> np.uint64(32), right


def _pair_table() -> NDArray[np.uint16]:
    table = np.full(65536, 0x100, np.uint16)
    for first in b"0123456789ABCDEFabcdef":
        for second in b"0123456789ABCDEFabcdef":
            table[first | second << 8] = int(bytes((first, second)), 16)
    return table


_PAIRS: Final = _pair_table()
"""Two hexadecimal characters as a little-endian number -> their byte; 0x100 = not hexadecimal."""


def _octets(words: U64) -> tuple[U8, Flags]:
    """Read eight hexadecimal digits per word, shape (n, k); return bytes of shape (n, 4k) and which rows hold nothing else."""
    pairs = _PAIRS.take(words.view("<u2"))
    value = pairs.astype(np.uint8)
    right: Flags = np.bitwise_or.reduce(pairs.view(np.uint64) & np.uint64(0x0100010001000100), axis=1) == 0
    return value, right


def _payload(words: U64, start: I64, size: I64, count: int, first: int = 0) -> tuple[U8, Flags]:
    """Read the payload characters `8 * first` to `8 * (first + count)`; what lies behind `size` characters counts as '0'."""
    chars = np.empty((start.size, count), np.uint64)
    for k in range(count):
        mask, filling = _KEEP[first + k]
        chars[:, k] = (words[start + 8 * (first + k)] & mask.take(size)) | filling.take(size)
    return _octets(chars)


def _allowed_sizes() -> U8:
    """Return, per number of hexadecimal characters, bit 0 = allowed in classic CAN, bit 1 = in CAN FD."""
    return np.array([(n % 2 == 0 and n <= 16) | (n % 2 == 0 and n // 2 in FD_LENGTHS) << 1 for n in range(130)], np.uint8)


_ALLOWED: Final = _allowed_sizes()


# Parts of a line -----------------------------------------------------------------------------------------------------------------------


def _direction(text: U8, end: I64, good: Flags) -> tuple[I64, NDArray[np.int8] | None]:
    """Return the ends without ` R` or ` T`, and what they said."""
    marked = (text[end - 2] == ord(" ")) & good
    if not marked.any():
        return end, None
    letter = text[end - 1]
    marked &= (letter == ord("R")) | (letter == ord("T"))
    return end - 2 * marked, np.where(marked, letter == ord("T"), -1).astype(np.int8)


def _width(text: U8, start: I64) -> int:
    """Return the place of ')' in a usual line of the block: the first, middle or last one."""
    for k in (0, start.size // 2, start.size - 1):
        width = int(np.argmax(text[start[k] : start[k] + 20] == ord(")")))
        if 9 <= width <= 18:
            return width
    return 9


def _seconds(words: U64, start: I64, count: int) -> tuple[I64, Flags]:
    """Read `count` digits from `start`; equal neighbours, the usual case, are read once."""
    mask, filling = (np.uint64(w) for w in _kept(max(8 - count, 0), min(count, 8)))
    low = (words[start + (count - 8)] & mask) | filling
    mask, filling = (np.uint64(w) for w in _kept(16 - max(count, 8), max(count - 8, 0)))
    high = (words[start + (count - 16)] & mask) | filling
    new = np.ones(low.size, np.bool_)
    new[1:] = (low[1:] != low[:-1]) | (high[1:] != high[:-1])
    first = np.flatnonzero(new)
    value, right = _digits(low[first])
    more, also = _digits(high[first])
    value += more * np.uint64(100_000_000)
    right &= also & (value <= LAST_SECOND)
    runs = np.diff(first, append=low.size)
    return np.repeat(value.view(np.int64), runs), np.repeat(right, runs)


def _time(block: Block, at: I64, width: int, good: Flags) -> I64:
    """Read `(seconds.ffffff) `; clears `good` where it is none."""
    fraction = block.words[at + (width - 7)]
    good &= (fraction & ~_MIDDLE_SIX[0]) == _POINT_AND_BRACKET
    good &= (block.bytes[at] == ord("(")) & (block.bytes[at + (width + 1)] == ord(" "))
    tenth_us, right = _digits((fraction & _MIDDLE_SIX[0]) | _MIDDLE_SIX[1])
    second, also = _seconds(block.words, at + 1, width - 8)
    good &= right & also
    return second * 1_000_000_000 + tenth_us.view(np.int64) * 100


def _hashes(text: U8, start: I64, end: I64, good: Flags) -> I64:
    """Find the first '#' of each line; clears `good` where there is none."""
    found = np.flatnonzero(text == ord("#"))
    if found.size == start.size and bool(((found > start) & (found < end)).all()):
        return found
    if not found.size:
        good[:] = False
        return start
    found = found[np.minimum(np.searchsorted(found, start), found.size - 1)]
    inside = (found > start) & (found < end)
    good &= inside
    return np.where(inside, found, start)


def _identifiers(block: Block, mark: I64, good: Flags) -> tuple[U32, Flags]:
    """Read the three or eight digits before '#'; return them and which are three."""
    word = block.words[mark - 8]
    short: Flags = (word & np.uint64(0xFF << 32)) == np.uint64(ord(" ") << 32)
    good &= short | (block.bytes[mark - 9] == ord(" "))
    np.copyto(word, (word & _LAST_THREE[0]) | _LAST_THREE[1], where=short)
    octets, right = _octets(word[:, None])
    ident = octets.view(">u4")[:, 0].astype(np.uint32)
    good &= right & (~short | (ident <= 0x7FF)) & (ident <= 0x3FFF_FFFF)
    return ident, short


def _buses(words: U64, start: I64, size: I64, good: Flags) -> tuple[U8, list[str]]:
    """Number the bus names; clears `good` where there is none."""
    good &= (size >= 1) & (size <= _LONGEST_BUS)
    clipped = np.where(good, size, 0)
    low = words[start] & _KEEP[0][0].take(clipped)
    high = words[start + 8] & _KEEP[1][0].take(clipped) if int(clipped.max()) > 8 else None
    number = np.zeros(start.size, np.uint8)
    names: list[str] = []
    left = good.copy()
    while left.any() and len(names) < _MOST_BUSES:
        k = int(left.argmax())
        same = left & (low == low[k])
        if high is not None:
            same &= high == high[k]
        name = (low[[k]].tobytes() + (b"" if high is None else high[[k]].tobytes()))[: size[k]]
        if re.fullmatch(rb"[!-~]+", name):
            if names:
                number[same] = len(names)
            names.append(name.decode("ascii"))
        else:
            good &= ~same
        left &= ~same
    good &= ~left
    return number, names


def _tails(words: U64, digits: I64, size: I64, good: Flags) -> dict[int, bytes]:
    """Read the bytes from the ninth on of the frames that have them; clears `good` where they are not hexadecimal."""
    long = np.flatnonzero(good & (size > 16))
    if not long.size:
        return {}
    octets, right = _payload(words, digits[long], size[long], 14, first=2)
    good[long[~right]] = False
    count = (size[long] >> 1) - 8
    return {int(k): octets[i, : count[i]].tobytes() for i, k in enumerate(long) if right[i]}


def _data(block: Block, digits: I64, end: I64, good: Flags) -> tuple[U64, I64, dict[int, bytes], U8 | None]:
    """Read the payloads; clears `good` where there is none.

    Returns:
        First eight bytes, number of hexadecimal characters, the other bytes, flag digits of CAN FD.
    """
    kinds: U8 = np.ones(1, np.uint8)
    flags: U8 | None = None
    fd: Flags = block.bytes[digits] == ord("#")
    if fd.any():
        flag = _PAIRS.take(block.bytes[digits + 1].astype(np.uint16) << 8 | ord("0"))
        good &= ~fd | ((flag < 16) & (digits + 2 <= end))
        flags = np.where(fd, flag, CLASSIC).astype(np.uint8)
        digits = digits + 2 * fd
        kinds = kinds + fd
    size = np.clip(np.where(good, end - digits, 0), 0, 129)
    good &= (_ALLOWED.take(size) & kinds) != 0
    size[~good] = 0
    octets, right = _payload(block.words, digits, size, 2)
    good &= right
    tails = _tails(block.words, digits, size, good)
    return octets.view(">u8")[:, 0].astype(np.uint64), size, tails, flags


def parse_block(block: Block, text: U8) -> Lines:
    """Parse whole lines into columns.

    Args:
        block: Buffer that holds the text.
        text: What `block.lines` returned; at least one line.

    Returns:
        Columns of the lines that pass the complete check, and the places of all others.
    """
    # (1) lines, without CR and direction
    stop = np.flatnonzero(text == ord("\n"))
    start = np.concatenate(([FRONT], stop[:-1] + 1))
    whole = stop - ((text[stop - 1] == ord("\r")) & (stop > start))
    width = _width(text, start)
    good: Flags = whole - start > width + 6
    end, sent = _direction(text, whole, good)
    # (2) time, identifier, bus: a line whose time has another width than usual goes to the strict parser
    at = np.where(good, start, FRONT)
    t_ns = _time(block, at, width, good)
    mark = _hashes(text, start, end, good)
    ident, short = _identifiers(block, mark, good)
    first = at + (width + 2)
    bus, buses = _buses(block.words, first, mark - np.where(short, 4, 9) - first, good)
    # (3) payload, at most 64 bytes
    data, size, tails, fd_flags = _data(block, mark + 1, end, good)
    # (4) what passed; all else but blank lines is for the strict parser
    other: list[tuple[int, int, int]] = []
    row = np.arange(start.size)
    if not good.all():
        other = [(int(k), int(start[k]), int(whole[k])) for k in np.flatnonzero(~good & (whole > start))]
        row = np.flatnonzero(good)
    length = (size >> 1).astype(np.uint8)
    if row.size < start.size:
        t_ns, bus, ident, short, length, data = t_ns[row], bus[row], ident[row], short[row], length[row], data[row]
        fd_flags = None if fd_flags is None else fd_flags[row]
        sent = None if sent is None else sent[row]
        tails = dict(zip(np.searchsorted(row, list(tails)).tolist(), tails.values(), strict=True))
    error = (ident & np.uint32(ERROR_FLAG)) != 0
    ident &= np.uint32(0x1FFF_FFFF)
    return Lines(row, t_ns, bus, buses, ident, ~short & ~error, error, fd_flags, sent, length, data, tails, other, start.size)
