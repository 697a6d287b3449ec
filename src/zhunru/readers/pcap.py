"""Network captures in the classic pcap format."""

import io
from collections.abc import Iterator
from typing import cast

from zhunru.core.errors import DamagedEvidence
from zhunru.core.evidence import Barren, Noted, Skipped, Source
from zhunru.core.step import reader
from zhunru.core.text import Text
from zhunru.tables.can_frame import CanFrame
from zhunru.tables.capture_span import CaptureSpan
from zhunru.tables.clear_text import ClearText, ClearTextFold, PayloadAccount
from zhunru.tables.dns_answer import DnsAnswer
from zhunru.tables.doip_vehicle import DoipVehicle
from zhunru.tables.flow import Flow
from zhunru.tables.tls_session import TlsSession
from zhunru.tables.tunnel import Tunnel
from zhunru.tables.uds_exchange import UdsExchange
from zhunru.wire.capture import Capture
from zhunru.wire.freed_memory import keep_freed_memory
from zhunru.wire.packet_block import PAD_BYTE, Framing, PacketBlock, joined
from zhunru.wire.pcap_blocks import MAGIC, PcapFraming

BLOCK_BYTE = 4 << 20
"""Bytes whose packets are worked on at once: several times the longest record, small enough for the caches."""
PIECE_BYTE = 512 << 10
"""Bytes read at a time; what a broken stream may lose of what could still be inflated."""

Told = Flow | DnsAnswer | TlsSession | CaptureSpan | CanFrame | UdsExchange | DoipVehicle | ClearText | PayloadAccount | Tunnel
Rows = Told | Skipped | Noted | Barren


@reader(".pcap", ".cap", ".dmp", magic=MAGIC, title_zh="网络抓包（pcap）", title_en="network capture (pcap)")
def pcap(file: Source) -> Iterator[Rows]:
    """Read a pcap file of either byte order, with microseconds or nanoseconds.

    Link types: Ethernet (with VLAN tags), Linux cooked capture (both versions), raw IP, BSD loopback, SocketCAN. Records of other links are
    counted. A connection is in one row of `Flow`; see there for where one ends and the next begins. Unencrypted tunnels (IP in IP, 6in4, GRE,
    EtherIP, GTP-U, VXLAN, Teredo) are looked into: outer and inner flows are both rows, `Tunnel` tells how many packets could be opened.
    What testers ask over DoIP (port 13400) and what comes back are rows of `UdsExchange`.

    Payloads are looked into for identifiers of persons and vehicles: TCP in the order of the bytes, datagrams one by one; what is under TLS,
    SSH, QUIC, DTLS, WireGuard or IPsec is counted as encrypted, unless text shows in it. In clear bytes text is looked for as it stands, in
    base64, hexadecimal, gzip, deflate, percent signs, escapes of JSON, UTF-16 and strings of protobuf; frames of GB/T 32960 and JT/T 808 are
    read wherever they stand. Rows of `ClearText` hold no values; `PayloadAccount` tells how much could not be looked into.

    Not covered:
        Encrypted tunnels are flows of their outer addresses, and packets in outer fragments are not found; QUIC and DTLS are UDP flows
        without a TLS session; names are taken from port 53 only; DNS over TCP in several segments and IP fragments of DNS messages are counted, not read. CAN XL frames are
        counted; DoIP over TLS (port 3496) cannot be read. Binary numbers outside the two frame formats (e.g. doubles of protobuf), HPACK and
        brotli are opaque; a value in base64 that is parted over two blocks of the file may be missed.

    未覆盖:
        加密隧道只按外层地址成流，外层分片中的内层报文未解析；QUIC、DTLS 只算 UDP 流；域名只取 53 端口；TCP 分段或 IP 分片的 DNS
        报文只计数。CAN XL 帧只计数；TLS 上的 DoIP（3496 端口）无法读取。两种帧格式之外的二进制数值（如 protobuf 浮点数）、HPACK、brotli 计为不可识别；跨文件块的 base64 值可能漏检。

    Args:
        file: The capture.

    Raises:
        DamagedEvidence: The file ends within a record, or a length cannot be true; all packets before are kept.
    """
    yield from rows_of_capture(file, PcapFraming())


def rows_of_capture(file: Source, framing: Framing) -> Iterator[Rows]:
    """Yield what the packets tell that `framing` finds in the file, then the account of them."""
    keep_freed_memory()
    capture, clear, loss, bus = Capture(), ClearTextFold(), None, False
    try:
        for block in packet_blocks(file, framing):
            capture.take(block)
            for table in _gathered(capture, clear, framing):
                bus |= isinstance(table, CanFrame)
                yield table
    except DamagedEvidence as error:
        loss = error
    capture.close()
    for table in _gathered(capture, clear, framing, 1):
        bus |= isinstance(table, CanFrame)
        yield table
    if vehicles := capture.vehicles():
        yield DoipVehicle.of(vehicles)
    if tunnels := capture.tunnels():
        yield Tunnel.of(tunnels)
    for frame in capture.payloads(last=True):
        yield PayloadAccount(frame)
    for frame in capture.flows():
        yield Flow(frame)
    yield from _account(capture, framing, file.name)
    if not bus and capture.tally.packet and not capture.tally.unreadable and framing.free_of_can(loss is None):
        yield Barren((CanFrame,))
    if loss:
        raise DamagedEvidence(loss.what, loss.where, loss.hint, saved=capture.tally.packet) from loss


def _gathered(capture: Capture, clear: ClearTextFold, framing: Framing, *least: int) -> Iterator[Told]:
    """Yield what has come together so far; `least` rows are worth a table, by default many."""
    sessions, answers, exchanges = (take(*least) for take in (capture.sessions, capture.answers, capture.exchanges))
    if sessions:
        yield TlsSession.of(sessions)
    if answers:
        yield DnsAnswer.of(answers)
    if exchanges:
        yield UdsExchange.of(exchanges)
    for frame in capture.frames(framing.bus):
        yield CanFrame(frame)
    clear.add(capture.seen())
    if (seen := clear.rows(*least)) is not None:
        yield seen
    for frame in capture.payloads():
        yield PayloadAccount(frame)


def _account(capture: Capture, framing: Framing, name: str) -> Iterator[CaptureSpan | Skipped | Noted]:
    tally = capture.tally
    yield CaptureSpan.rows(
        {
            "t_start_ns": capture.first_ns,
            "t_end_ns": capture.last_ns,
            "packet_count": tally.packet + framing.unreadable,
            "ip_packet_count": tally.ip,
            "other_packet_count": tally.other,
            "malformed_packet_count": tally.malformed + framing.unreadable,
            "cut_packet_count": tally.cut,
            "fragment_count": tally.fragment,
            "dropped_packet_count": framing.dropped,
        }
    )
    for reason, count in tally.unreadable.items():
        yield Skipped(reason, f"{name} # {tally.first_number[reason]}", count)
    if framing.unreadable:
        yield Skipped(
            Text("包的长度、接口或时间与其块矛盾", "a packet contradicts its block in length, interface or time"), name, framing.unreadable
        )
    for text, count in (*tally.notes.items(), *framing.notes.items()):
        yield Noted(text, count)


def packet_blocks(file: Source, framing: Framing) -> Iterator[PacketBlock]:
    """Yield the packets of the file, block by block; two buffers take turns, so that a block outlives the next reading."""
    now, other = (bytearray(BLOCK_BYTE + PAD_BYTE) for _ in range(2))
    start = end = base = 0
    loss: DamagedEvidence | None = None
    with file.open() as stream:
        while True:
            count = 1
            while count and end < BLOCK_BYTE:
                count, loss = _piece(cast("io.BufferedIOBase", stream), now, end)
                end += count
            found: list[PacketBlock] = []
            again = True
            while again:
                block, start = framing.split(now, start, end)
                found += [block] if block.offset.size else []
                again = framing.again and not framing.damage
            if found:
                yield joined(found)
            if framing.damage:
                raise DamagedEvidence(
                    framing.damage.what,
                    f"{file.name} @ {base + framing.damage.offset}",
                    Text("重新导出抓包；此前的包已读出", "export the capture again; the packets before are kept"),
                )
            if loss:
                raise loss
            if not count:
                break
            rest = end - start
            other[:rest] = memoryview(now)[start:end]
            base, start, end = base + start, 0, rest
            now, other = other, now
    if start < end:
        raise DamagedEvidence(
            Text("文件在记录中间结束", "the file ends within a record"),
            f"{file.name} @ {base + start}",
            Text("重新取得完整文件；此前的包已读出", "obtain the whole file; the packets before are kept"),
        )


def _piece(stream: io.BufferedIOBase, buffer: bytearray, end: int) -> tuple[int, DamagedEvidence | None]:
    """Read on at `end`; return how many bytes came, and how the stream broke."""
    try:
        return stream.readinto(memoryview(buffer)[end : min(end + PIECE_BYTE, BLOCK_BYTE)]), None
    except DamagedEvidence as loss:
        return 0, loss
