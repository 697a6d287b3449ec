"""Logs of telematics frames: GB/T 32960 and JT/T 808, as bytes or as lines of hexadecimal digits."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from zhunru.core.evidence import Noted, Source
from zhunru.core.step import reader
from zhunru.core.text import Text
from zhunru.formulas.identifiers.kinds import FOUND, SUSPECTED
from zhunru.formulas.identifiers.masking import masked
from zhunru.readers.stored.tally import Tally
from zhunru.tables.examined import BINARY, BROKEN, ENCRYPTED, TOO_LONG, Examined
from zhunru.tables.sighting import Sighting
from zhunru.wire import gbt32960, jtt808
from zhunru.wire.telematics_facts import Whole, whole_frames

_BLOCK_BYTE, _MAX_LINE_BYTE = 1 << 20, 1 << 20
_MAX_FRAME_BYTE: Final = gbt32960.HEADER_BYTE + gbt32960.MAX_DATA_BYTE + 1
_HEX = re.compile(rb"(?:[0-9A-Fa-f]{2}[ ,:]?){14,}[0-9A-Fa-f]{2}")
"""Digits of the shortest message (JT/T 808, 15 bytes with its flags), perhaps parted."""
_SNIFFED_LINES: Final = 20
_FLAG: Final = bytes((jtt808.FLAG,))


def _is_frames(head: bytes) -> bool:
    """Tell whether a file begins with a frame, or whether most of its first lines hold one in hexadecimal digits."""
    if _is_run(head):
        return True
    if not head.isascii():
        return False
    lines = [line for line in head.split(b"\n", _SNIFFED_LINES)[:_SNIFFED_LINES] if line.strip()]
    return bool(lines) and sum(bool(_in_line(line)[0]) for line in lines) * 2 >= len(lines)


def _is_run(head: bytes) -> bool:
    first = whole_frames(head[: 2 * _MAX_FRAME_BYTE])[:1]
    return bool(first) and first[0].start == 0


@reader(".log", ".txt", ".hex", ".bin", ".dat", title_zh="车载终端报文记录", title_en="log of telematics frames", sniff=_is_frames)
def telematics_frames(file: Source) -> Iterator[Sighting | Examined | Noted]:
    """Read frames of GB/T 32960.3 (2016, 2025) and JT/T 808 (2013, 2019), and tell the identifiers in their fields.

    Lines may hold other text before and behind the digits; it is looked into as text. Places are `gbt32960` and `jtt808`; the rest of the file
    has an empty place. Frames with encrypted data count as undecidable, though the VIN in their head is told.

    Not covered:
        Packages after the first of a divided JT/T 808 message; bodies of the maker are looked into for text only.

    未覆盖:
        JT/T 808 分包消息的后续包；企业自定义数据只按文本检查。

    Args:
        file: The log.
    """
    account = _Frames()
    yield from account.run(file) if _is_run(file.head) else account.lines(file)
    yield account.sightings()
    yield from account.tally.tables()


@dataclass
class _Seen:
    hits: int
    first: str
    sample: str


@dataclass
class _Frames:
    """What the frames of one file came to."""

    tally: Tally = field(default_factory=Tally)
    seen: dict[tuple[str, str, str], _Seen] = field(default_factory=dict)

    def add(self, one: Whole, where: str, at: int) -> None:
        """Add one frame that stands at `where`."""
        told = one.told
        if told.sealed_byte:
            self.tally.undecided(one.protocol, "frame", 1, ENCRYPTED)
        elif told.unread_byte:
            self.tally.undecided(one.protocol, "frame", 1, BROKEN)
        else:
            self.tally.passed(one.protocol, "frame", 1)
        for fact in told.facts:
            key = (one.protocol, fact.kind, FOUND if fact.certain else SUSPECTED)
            if key in self.seen:
                self.seen[key].hits += 1
            else:
                self.seen[key] = _Seen(1, where, masked(fact.value, fact.kind))
        for part in told.loose:
            self.tally.glance(one.protocol, part, at)

    def run(self, file: Source) -> Iterator[Noted]:
        """Read frames that follow each other as bytes."""
        held, at, other = b"", 0, 0
        for block in file.blocks(_BLOCK_BYTE):
            data = held + block
            found = whole_frames(data)
            end = found[-1].end if found else 0
            begun = [p for p in (gbt32960.begun(data, end), jtt808.begun(data, max(end - 1, 0))) if p is not None]
            cut = max(min([len(data), *begun]), len(data) - 2 * _MAX_FRAME_BYTE)
            other += self._stretch(data[:cut], [w for w in found if w.end <= max(cut, end)], at)
            held, at = data[cut:], at + cut
        other += self._stretch(held, whole_frames(held), at)
        if other:
            self.tally.undecided("", "byte", other, BINARY)
            yield Noted(Text("帧以外的字节", "bytes outside frames"), other)

    def _stretch(self, data: bytes, found: list[Whole], at: int) -> int:
        """Add the frames of a stretch; return how many bytes stand between them, flags aside; they are looked into as text."""
        place = other = 0
        for one in found:
            self.add(one, f"byte {at + one.start}", at + one.start)
            between = data[place : one.start]
            self.tally.glance("", between, at + place)
            other += len(between.strip(_FLAG))
            place = max(one.end, place)
        self.tally.glance("", data[place:], at + place)
        return other + len(data[place:].strip(_FLAG))

    def lines(self, file: Source) -> Iterator[Noted]:
        """Read lines that hold frames as digits."""
        number = 0
        for line in _lines(file):
            number += 1
            if len(line) > _MAX_LINE_BYTE:
                self.tally.undecided("", "line", 1, TOO_LONG)
                continue
            found, rest = _in_line(line)
            for one in found:
                self.add(one, f"line {number}", number)
            if not found and _HEX.search(line):
                self.tally.undecided("", "line", 1, BROKEN)
            elif rest.strip():
                self.tally.lines("", rest + b"\n", number)
        yield Noted(Text("行", "lines"), number)

    def sightings(self) -> Sighting:
        """Return what the fields hold."""
        rows = sorted(self.seen.items())
        return Sighting.rows(
            *(
                {"place": p, "kind": k, "certainty": c, "hit_count": s.hits, "first_where": s.first, "sample": s.sample}
                for (p, k, c), s in rows
            )
        )


def _in_line(line: bytes) -> tuple[list[Whole], bytes]:
    """Return the frames in the digits of a line, and the line without the digits that hold them."""
    found: list[Whole] = []
    rest, at = [], 0
    for hit in _HEX.finditer(line):
        digits = hit[0].translate(None, b" ,:")
        here = whole_frames(bytes.fromhex(digits[: len(digits) // 2 * 2].decode("ascii")))
        if here:
            rest.append(line[at : hit.start()])
            at = hit.end()
            found += here
    return found, b" ".join([*rest, line[at:]])


def _lines(file: Source) -> Iterator[bytes]:
    """Yield the lines; of one that is too long only as much as tells so."""
    held = b""
    for block in file.blocks(_BLOCK_BYTE):
        *whole, held = (held + block).split(b"\n")
        yield from whole
        held = held[: _MAX_LINE_BYTE + 1]
    if held:
        yield held
