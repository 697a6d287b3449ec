"""Text inside many short pieces of bytes that write it otherwise, looked for in all of them at once: the same layers as `text_layers`."""

from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import Final, NamedTuple

import numpy as np

from zhunru.wire import text_layers
from zhunru.wire.text_layers import MAX_DEPTH, counted, is_hex, layers, runs, spaced_hex

MAX_PIECE_BYTE: Final = 8192
"""Longest piece that is looked into with others (P); fewer runs stand in it than the bound of `text_layers`."""
_BETWEEN: Final = b"\n\1"
"""Over a newline no layer goes, and the byte before a piece must not be taken for the length of a string."""
_IS_TEXT = np.isin(np.arange(256), list(text_layers.TEXT_BYTES))
_SHIFTS: Final = 4
_FILLING: Final = (b"", b"AAA", b"AA", b"A")


class Inner(NamedTuple):
    """Bytes that were written otherwise.

    Args:
        place: Number of the piece that holds them.
        encoding: How, from the outside in.
        data: What they say.
    """

    place: int
    encoding: str
    data: bytes


_TOGETHER: Final = 4096


def layers_of(pieces: Sequence[bytes]) -> list[Inner]:
    """Return what the pieces hold in another writing, those of one piece in the order of their depth."""
    found: list[Inner] = []
    now = [Inner(i, "", piece) for i, piece in enumerate(pieces)]
    for depth in range(MAX_DEPTH):
        easy: list[Inner] = []
        for one in now:
            if len(one.data) < 8:
                continue
            if _is_hard(one.data):
                found += (Inner(one.place, _inside(one, layer.encoding), layer.data) for layer in layers(one.data, depth))
            else:
                easy.append(one)
        if not easy:
            break
        parts = (easy[i : i + _TOGETHER] for i in range(0, len(easy), _TOGETHER))
        now = sorted((one for part in parts for one in _outer(part)), key=itemgetter(0))
        found += now
    return found


def _is_hard(data: bytes) -> bool:
    """Tell of percent signs, escapes, compression and wide letters; a chain of tests is five times faster than a loop over marks."""
    return (
        len(data) > MAX_PIECE_BYTE
        or b"%" in data
        or b"\\u" in data
        or b"\x1f\x8b\x08" in data
        or (b"x" in data and (b"\x78\x01" in data or b"\x78\x5e" in data or b"\x78\x9c" in data or b"\x78\xda" in data))
        or data.count(0) >= 8
    )


def _inside(outer: Inner, encoding: str) -> str:
    return f"{outer.encoding}+{encoding}" if outer.encoding else encoding


def _outer(pieces: list[Inner]) -> Iterator[Inner]:
    """Yield the outermost layers of pieces without compression, percent signs, escapes and wide letters."""
    data = _BETWEEN.join([piece.data for piece in pieces])
    ends = np.cumsum([len(piece.data) + len(_BETWEEN) for piece in pieces])
    spans = np.array(list(runs(data, len(data))), np.int64).reshape(-1, 2)
    owners = [pieces[i] for i in np.searchsorted(ends, spans[:, 0], side="right").tolist()]
    base64: list[tuple[Inner, bytes]] = []
    for (start, end), owner in zip(spans.tolist(), owners, strict=True):
        run = data[start:end]
        if is_hex(run):
            for shift in range(1 + len(run) % 2):
                part = run[shift : shift + len(run) // 2 * 2]
                yield Inner(owner.place, _inside(owner, "hex"), bytes.fromhex(part.decode("ascii")))
        else:
            base64.append((owner, run))
    if base64:
        yield from _shifted(base64)
    for layer in (*spaced_hex(data), *counted(data)):
        owner = pieces[int(np.searchsorted(ends, layer.at, side="right"))]
        yield Inner(owner.place, _inside(owner, layer.encoding), layer.data)


def _shifted(found: list[tuple[Inner, bytes]]) -> Iterator[Inner]:
    """Read all runs of base64 from four places at once; what is filled up behind a run is cut off again."""
    parts = [run[shift:] for _, run in found for shift in range(_SHIFTS)]
    size = np.array([len(part) for part in parts], np.int64)
    out = text_layers.of_base64(b"".join([part + _FILLING[len(part) % 4] for part in parts]))
    begin = np.cumsum((size + 3) // 4 * 3) - (size + 3) // 4 * 3
    end = begin + size * 3 // 4
    texts = np.concatenate(([0], np.cumsum(_IS_TEXT[np.frombuffer(out, np.uint8)])))
    strange = (end - begin) - (texts[end] - texts[begin])
    wanted = strange <= (1 - text_layers.PRINTABLE) * (end - begin)
    wanted[::_SHIFTS] = True
    rows = np.flatnonzero(wanted)
    for i, at, behind in zip((rows // _SHIFTS).tolist(), begin[rows].tolist(), end[rows].tolist(), strict=True):
        owner = found[i][0]
        yield Inner(owner.place, _inside(owner, "base64"), out[at:behind])
