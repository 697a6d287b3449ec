"""Blocks of candump log lines into columns: vectorised, with a complete structural check of every line.

A stride-1 view of 32-byte windows over the text lets one fancy index gather, per line, all characters around the end of
its time stamp, and one more those around its '#', each part in a fixed word of eight; `candump_digits` reads the digits.
A line that fails any test is not guessed at: it is handed back for the strict parser (`candump.parse_line`), which gives
the same columns or a reason.
"""

import re
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from zhunru.wire.candump import ERROR_FLAG, FD_LENGTHS, LAST_SECOND
from zhunru.wire.candump_digits import U8, U64, ZEROS, Flags, decimal, hexadecimal, pattern
from zhunru.wire.freed_memory import keep_freed_memory

U32 = NDArray[np.uint32]
I64 = NDArray[np.int64]

_LONGEST_BUS: Final = 15  # IFNAMSIZ - 1
_MOST_BUSES: Final = 64
FRONT: Final = 16
"""Bytes before the text, so that a window may start before a line."""
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
        keep_freed_memory()
        self.bytes: U8 = np.zeros(size_byte + FRONT + _BEHIND, np.uint8)
        self.windows = np.ndarray((self.bytes.size - 31,), "V32", self.bytes, strides=(1,))
        self.matches: Flags = np.zeros(self.bytes.size // 8 * 8, np.bool_)
        self.end = FRONT
        self.last = self.bytes.size - _BEHIND

    def room(self) -> memoryview:
        """Return the part of the buffer that more text may be written to."""
        return self.bytes.data[self.end : self.last]

    def lines(self) -> U8:
        """Return the text up to its last line feed, with the room before it; empty when there is none."""
        end = self.end
        while end > FRONT:
            start = max(FRONT, end - 4096)
            found = self.bytes[start:end].tobytes().rfind(b"\n")
            if found >= 0:
                return self.bytes[: start + found + 1]
            end = start
        return self.bytes[:0]

    def gather(self, start: I64) -> U64:
        """Return 32 bytes from each start as four words, shape (n, 4)."""
        return self.windows[start].view(np.uint64).reshape(-1, 4)

    def places(self, text: U8, char: int) -> tuple[I64, bool]:
        """Find a character in what `lines` returned.

        Returns:
            Its first place in each run of eight bytes that has it, and whether some run has it more than once.
        """
        found = self.matches[: -(-(text.size - FRONT) // 8) * 8]
        np.equal(self.bytes[FRONT : FRONT + found.size], char, out=found)
        found[text.size - FRONT :] = False
        words = found.view(np.uint64)
        run = np.flatnonzero(words != 0)
        word = words.take(run)
        several = bool((word & (word - np.uint64(1))).any())
        if several:
            word &= ~word + np.uint64(1)
        word *= np.uint64(0x0001020304050607)
        word >>= np.uint64(56)
        run <<= 3
        run += word.view(np.int64)
        run += FRONT
        return run, several

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


# Parts of a line -----------------------------------------------------------------------------------------------------------------------

_KEEP: Final = np.array([(1 << 8 * n) - 1 for n in range(9)], np.uint64)
"""Per number of characters the word that keeps so many of eight."""
_KEEP_TWO: Final = np.array([(_KEEP[min(n, 8)], _KEEP[max(n - 8, 0)]) for n in range(17)]).view("V16")[:, 0]
"""The same for two words."""
_FRACTION: Final = pattern(b".000000)")
_BLANK: Final = ord(" ")


def _line_ends(block: Block, text: U8) -> I64:
    """Return the places of all line feeds."""
    found, several = block.places(text, ord("\n"))
    return np.flatnonzero(text == ord("\n")) if several else found


def _direction(text: U8, whole: I64) -> tuple[I64, NDArray[np.int8] | None]:
    """Return the ends without ` R` or ` T`, and what they said."""
    letter = text[whole - 1]
    marked = (letter == ord("R")) | (letter == ord("T"))
    if not marked.any():
        return whole, None
    marked &= text[whole - 2] == _BLANK
    return whole - 2 * marked, np.where(marked, letter == ord("T"), -1).astype(np.int8)


def _width(text: U8, start: I64) -> int:
    """Return the place of ')' in a usual line of the block: the first, middle or last one."""
    for k in (0, start.size // 2, start.size - 1):
        width = int(np.argmax(text[start[k] : start[k] + 20] == ord(")")))
        if 9 <= width <= 18:
            return width
    return 9


def _seconds(high: U64, low: U64, width: int) -> tuple[I64, Flags]:
    """Read `(seconds` from two words that end with it; equal neighbours, the usual case, are read once."""
    wanted = b"*" * (23 - width) + b"(" + b"0" * (width - 8)
    before, after = pattern(wanted[:8]), pattern(wanted[8:])
    high, low = high & before.keep, low & after.keep
    new = np.ones(low.size, np.bool_)
    new[1:] = (low[1:] != low[:-1]) | (high[1:] != high[:-1])
    first = np.flatnonzero(new)
    value, right = decimal(low[first], after)
    more, also = decimal(high[first], before)
    value += more * np.uint64(100_000_000)
    right &= also & (value <= LAST_SECOND)
    runs = np.diff(first, append=low.size)
    return np.repeat(value.view(np.int64), runs), np.repeat(right, runs)


def _time(words: U64, width: int, good: Flags) -> I64:
    """Read `(seconds.ffffff)` from words of which the third ends with it; clears `good` where it is none."""
    tenth_us, right = decimal(words[:, 2], _FRACTION)
    good &= right
    t_ns, right = _seconds(words[:, 0], words[:, 1], width)
    good &= right
    t_ns *= 1_000_000_000
    tenth_us *= np.uint64(100)
    t_ns += tenth_us.view(np.int64)
    return t_ns


def _hashes(block: Block, text: U8, start: I64, end: I64) -> tuple[I64, Flags]:
    """Find the first '#' of each line; where there is none its start, and a false flag.

    A '#' behind another one in the same eight bytes is not seen. It is the first of its line only where it stands within
    six characters of the start, and such a line has no time stamp.
    """
    found, _ = block.places(text, ord("#"))
    if found.size == start.size:
        inside = (found > start) & (found < end)
        if inside.all():
            return found, inside
    if not found.size:
        return start, np.zeros(start.size, np.bool_)
    found = found[np.minimum(np.searchsorted(found, start), found.size - 1)]
    inside = (found > start) & (found < end)
    return np.where(inside, found, start), inside


def _identifiers(words: U64, good: Flags) -> tuple[U32, Flags]:
    """Read the three or eight digits before '#', the last byte of the second word; return them and which are three."""
    before, after = words[:, 0], words[:, 1]
    short: Flags = (after & np.uint64(0xFF << 24)) == np.uint64(_BLANK << 24)
    good &= short | ((before & np.uint64(0xFF << 48)) == np.uint64(_BLANK << 48))
    plain = after << np.uint64(8)
    plain |= before >> np.uint64(56)
    plain ^= ZEROS
    plain &= np.where(short, ~_KEEP[5], _KEEP[8])
    octets, wrong = hexadecimal(plain)
    ident = octets.view(">u4").astype(np.uint32)
    good &= (wrong == 0) & (ident <= np.where(short, np.uint32(0x7FF), np.uint32(0x3FFF_FFFF)))
    return ident, short


def _buses(block: Block, words: U64, start: I64, size: I64, good: Flags) -> tuple[U8, list[str]]:
    """Number the bus names, `size` characters from `start`; clears `good` where there is none.

    Args:
        block: The text.
        words: Blank and first seven characters.
        start: Places of the first character.
        size: Characters.
        good: Lines that may be right.
    """
    good &= (size >= 1) & (size <= _LONGEST_BUS)
    low = words & _KEEP.take(size + 1, mode="clip")
    high = block.gather(start + 7)[:, 0] & _KEEP.take(size - 7, mode="clip") if int(size.max()) > 7 else None
    number = np.zeros(start.size, np.uint8)
    names: list[str] = []
    left = good.copy()
    while left.any() and len(names) < _MOST_BUSES:
        k = int(left.argmax())
        same = left & (low == low[k])
        if high is not None:
            same &= high == high[k]
        name = (low[[k]].tobytes() + (b"" if high is None else high[[k]].tobytes()))[: size[k] + 1]
        if re.fullmatch(rb" [!-~]+", name):
            number |= same.view(np.uint8) * np.uint8(len(names))
            names.append(name[1:].decode("ascii"))
        else:
            good &= ~same
        left &= ~same
    good &= ~left
    return number, names


# Payload -------------------------------------------------------------------------------------------------------------------------------


def _allowed_sizes() -> U8:
    """Return, per number of hexadecimal characters, bit 0 = allowed in classic CAN, bit 1 = in CAN FD."""
    return np.array([(n % 2 == 0 and n <= 16) | (n % 2 == 0 and n // 2 in FD_LENGTHS) << 1 for n in range(130)], np.uint8)


_ALLOWED: Final = _allowed_sizes()


def _flexible(block: Block, digits: I64, end: I64, good: Flags) -> tuple[Flags, U8 | None]:
    """Tell which frames are CAN FD, and their flag digits; clears `good` where the digit is none."""
    fd: Flags = block.bytes[digits] == ord("#")
    if not fd.any():
        return fd, None
    flag, wrong = hexadecimal(block.bytes[digits + 1].astype(np.uint64) ^ np.uint64(ord("0")))
    good &= ~fd | ((wrong == 0) & (digits + 2 <= end))
    return fd, np.where(fd, flag[::4] >> 4, CLASSIC).astype(np.uint8)


def _tails(block: Block, digits: I64, size: I64, good: Flags) -> dict[int, bytes]:
    """Read the bytes from the ninth on of the frames that have them; clears `good` where they are not hexadecimal."""
    long = np.flatnonzero(good & (size > 16))
    chars = np.empty((long.size, 16), np.uint64)
    for k in range(0, 16, 4):
        chars[:, k : k + 4] = block.gather(digits[long] + 8 * k)
    chars ^= ZEROS
    chars &= _KEEP.take(size[long, None] - 8 * np.arange(16), mode="clip")
    octets, wrong = hexadecimal(chars.reshape(-1))
    right: Flags = (wrong.reshape(-1, 16) == 0).all(axis=1)
    good[long[~right]] = False
    rows = octets.reshape(-1, 64)
    return {int(k): rows[i, 8 : size[k] >> 1].tobytes() for i, k in enumerate(long) if right[i]}


def _data(block: Block, words: U64, digits: I64, end: I64, good: Flags) -> tuple[U64, I64, dict[int, bytes], U8 | None]:
    """Read the payloads; clears `good` where there is none.

    Args:
        block: The text.
        words: Sixteen characters from `digits`, in the last two of four words.
        digits: Place behind the first '#'.
        end: Ends of the lines.
        good: Lines that may be right.

    Returns:
        First eight bytes, number of hexadecimal characters, the other bytes, flag digits of CAN FD.
    """
    fd, flags = _flexible(block, digits, end, good)
    two = words.view("V16")[:, 1].copy()
    kinds: U8 | np.uint8 = np.uint8(1)
    if flags is not None:
        digits = digits + 2 * fd
        two = block.gather(digits).view("V16")[:, 0].copy()
        kinds = kinds + fd.view(np.uint8)
    size = end - digits
    good &= (_ALLOWED.take(size, mode="clip") & kinds) != 0
    plain = two.view(np.uint64)
    plain ^= ZEROS
    plain &= _KEEP_TWO.take(size, mode="clip").view(np.uint64)
    octets, wrong = hexadecimal(plain)
    if wrong.any():
        good &= ~wrong.reshape(-1, 2).any(axis=1)
    tails = {} if flags is None else _tails(block, digits, size, good)
    return octets.view(">u8").astype(np.uint64), size, tails, flags


def parse_block(block: Block, text: U8) -> Lines:
    """Parse whole lines into columns.

    Args:
        block: Buffer that holds the text.
        text: What `block.lines` returned; at least one line.

    Returns:
        Columns of the lines that pass the complete check, and the places of all others.
    """
    # (1) lines, without CR and direction
    stop = _line_ends(block, text)
    start = np.concatenate(([FRONT], stop[:-1] + 1))
    whole = stop - ((text[stop - 1] == ord("\r")) & (stop > start))
    end, sent = _direction(text, whole)
    # (2) time, identifier, bus: a line whose time has another width than usual goes to the strict parser
    width = _width(text, start)
    mark, good = _hashes(block, text, start, end)
    left = block.gather(start + (width - 23))
    t_ns = _time(left, width, good)
    right = block.gather(mark - 15)
    ident, short = _identifiers(right, good)
    first = start + (width + 2)
    bus, buses = _buses(block, left[:, 3], first, mark - first - np.where(short, 4, 9), good)
    # (3) payload, at most 64 bytes
    data, size, tails, fd_flags = _data(block, right, mark + 1, end, good)
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
