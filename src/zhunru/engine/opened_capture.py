"""Writes a copy of a capture in which the ESP packets are open, as far as given keys are proven right.

The copy is evidence of its own: it names the capture that it was made from, and the same capture and keys give the same bytes on any machine.
A damaged capture is refused: its copy would look whole.
"""

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from zhunru.core.errors import DamagedEvidence, EvidenceError, PlanError
from zhunru.core.text import Text
from zhunru.engine.dossier import sha256_of
from zhunru.engine.source import FileSource
from zhunru.readers.pcap import packet_blocks
from zhunru.wire import pcap_blocks, pcapng_blocks, pcapng_form
from zhunru.wire.esp import EspAccount, EspOpener
from zhunru.wire.esp_keys import MOST_TEXT_BYTE, associations
from zhunru.wire.esp_place import candidates
from zhunru.wire.packet_block import Framing, PacketBlock
from zhunru.wire.pcapng_blocks import PcapngFraming

PROGRAM = "zhunru untunnel"
_NAMED_LINKS = (113, 227, 276)
"""Links whose packets may be CAN frames: the names of their interfaces are kept."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What was written.

    Args:
        account: What became of the ESP packets.
        packet_count: Packets in the capture and in the copy.
        original_sha256: Digest of the capture.
        opened_sha256: Digest of the copy; empty when nothing was opened and nothing written.
    """

    account: EspAccount
    packet_count: int
    original_sha256: str
    opened_sha256: str


def open_capture(capture: Path, keys: Path, out: Path) -> Opened:
    """Write the copy of `capture` to `out`, which only its owner may read; nothing is written when no packet could be opened.

    Raises:
        PlanError: `out` is there already.
        EvidenceError: The capture or the table of keys cannot be used.
    """
    if out.exists():
        raise PlanError(Text("输出文件已存在", "the file to write is there already"), str(out), Text("换一个名字", "give another name"))
    with keys.open("rb") as stream:
        opener = EspOpener(associations(stream.read(MOST_TEXT_BYTE + 1), keys.name))
    source, digest = FileSource(capture), sha256_of(capture)
    part = out.with_name(f"{out.name}.part")
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        hint = Text("另一次运行尚未结束，或曾中断；确认后删除", "another run goes on or broke off; delete it when that is sure")
        raise PlanError(Text("临时文件已存在", "the temporary file is there already"), str(part), hint) from None
    try:
        with os.fdopen(descriptor, "wb") as stream_out:
            count = _write(source, opener, digest, stream_out)
        written = ""
        if opener.account.opened:
            os.link(part, out)  # unlike a renaming it never replaces a file that came in between
            written = sha256_of(out)
    finally:
        with contextlib.suppress(FileNotFoundError):
            part.unlink()
    return Opened(opener.account, count, digest, written)


def _framing(source: FileSource) -> Framing:
    head = source.head[:4]
    if head in pcap_blocks.MAGIC:
        return pcap_blocks.PcapFraming()
    if head == pcapng_blocks.MAGIC:
        return PcapngFraming()
    raise EvidenceError(Text("不是 pcap 或 pcapng 抓包", "no capture in pcap or pcapng"), source.name)


def _write(source: FileSource, opener: EspOpener, digest: str, out: BinaryIO) -> int:
    """Write section, packets and losses; return the number of packets."""
    framing, count, numbers = _framing(source), 0, dict[tuple[int, int], int]()
    out.write(pcapng_form.section(PROGRAM, f"ESP opened; made from the capture with SHA-256 {digest}"))
    try:
        for block in packet_blocks(source, framing):
            for piece in _pieces(block, opener, framing, numbers):
                out.write(piece)
            count += block.offset.size
    except DamagedEvidence as error:
        hint = Text("重新取得完整抓包：不完整的抓包不予解封", "obtain the whole capture: one that is not whole is not opened")
        raise EvidenceError(error.what, error.where, hint) from error
    if framing.unreadable:
        what = Text("抓包中有与其块矛盾的包", "packets of the capture contradict their blocks")
        raise EvidenceError(what, source.name, Text("重新导出抓包", "export the capture again"))
    if framing.dropped is not None and numbers:
        out.write(pcapng_form.statistics(0, framing.dropped))
    return count


def _pieces(block: PacketBlock, opener: EspOpener, framing: Framing, numbers: dict[tuple[int, int], int]) -> Iterator[bytes]:
    """Yield the packets of a block as they are written, each interface before its first packet."""
    if block.t_ns.size and block.t_ns.min() < 0:
        what = Text("包没有时间，或早于 1970 年", "a packet has no time, or one before 1970")
        raise EvidenceError(what, "", Text("用带时间的格式重新导出抓包", "export the capture again in a form with times"))
    rows, heads = candidates(block)
    maybe = dict(zip(rows.tolist(), heads.tolist(), strict=True))
    named = block.interface
    columns = (block.offset, block.captured, block.wire, block.t_ns, block.link)
    content = memoryview(block.data)
    for row, (start, held, wire, t_ns, link) in enumerate(zip(*(c.tolist() for c in columns), strict=True)):
        bus = int(named[row]) if named is not None and link in _NAMED_LINKS else -1
        if (link, bus) not in numbers:
            numbers[link, bus] = len(numbers)
            yield pcapng_form.interface(link, framing.bus(bus) if bus >= 0 else "")
        opened = opener.opened(bytes(content[maybe[row] : start + held])) if row in maybe else None
        if opened is None:
            yield pcapng_form.packet(numbers[link, bus], t_ns, content[start : start + held], wire)
        else:
            frame = bytes(content[start : maybe[row]]) + opened
            yield pcapng_form.packet(numbers[link, bus], t_ns, frame, len(frame))
