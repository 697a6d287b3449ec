"""Small generated pcap files, and the builders of packets that other tests use."""

import struct

T0_US = 1_780_272_000_000_000
CAR, SERVER = bytes([10, 0, 0, 2]), bytes([166, 111, 4, 100])
CAR6, SERVER6 = bytes.fromhex("fd000000000000000000000000000002"), bytes.fromhex("240e0000000000000000000000000100")


def vector(size: int, content: bytes) -> bytes:
    return len(content).to_bytes(size, "big") + content


def ipv4(source: bytes, target: bytes, protocol: int, body: bytes, *, options: bytes = b"", piece: int = 0, ident: int = 7) -> bytes:
    head = 5 + len(options) // 4
    fixed = struct.pack(">BBHHHBBH", 0x40 | head, 0, head * 4 + len(body), ident, piece, 64, protocol, 0)
    return fixed + source + target + options + body


def ipv6(source: bytes, target: bytes, following: int, body: bytes) -> bytes:
    return struct.pack(">IHBB", 0x60000000, len(body), following, 64) + source + target + body


def tcp(source: int, target: int, body: bytes = b"", *, sequence: int = 1, acknowledged: int = 1, flags: int = 0x18) -> bytes:
    return struct.pack(">HHIIBBHHH", source, target, sequence, acknowledged, 0x50, flags, 65535, 0, 0) + body


def udp(source: int, target: int, body: bytes) -> bytes:
    return struct.pack(">HHHH", source, target, 8 + len(body), 0) + body


def ethernet(network: bytes, *tags: int, kind: int | None = None) -> bytes:
    kind = kind if kind is not None else 0x86DD if network[:1] and network[0] >> 4 == 6 else 0x0800
    return bytes(12) + b"".join(struct.pack(">HH", tag, 5) for tag in tags) + struct.pack(">H", kind) + network


def capture(*frames: bytes, order: str = "<", nano: bool = False, link: int = 1, step_us: int = 1000, snap: int = 0) -> bytes:
    """Return a pcap file; `snap` cuts each packet to that many bytes."""
    magic = 0xA1B23C4D if nano else 0xA1B2C3D4
    out = [struct.pack(f"{order}IHHIIII", magic, 2, 4, 0, 0, snap or 262144, link)]
    for i, frame in enumerate(frames):
        t_us = T0_US + i * step_us
        ticks = t_us % 1_000_000 * (1000 if nano else 1)
        kept = frame[:snap] if snap else frame
        out.append(struct.pack(f"{order}IIII", t_us // 1_000_000, ticks, len(kept), len(frame)) + kept)
    return b"".join(out)


def client_hello(name: str | None = "tsp.example", *, versions: tuple[int, ...] = (), legacy: int = 0x0303, padding: int = 0) -> bytes:
    extensions = b""
    if name is not None:
        extensions += struct.pack(">H", 0) + vector(2, vector(2, b"\0" + vector(2, name.encode())))
    if versions:
        extensions += struct.pack(">H", 43) + vector(2, vector(1, b"".join(struct.pack(">H", v) for v in versions)))
    if padding:
        extensions += struct.pack(">H", 21) + vector(2, bytes(padding))
    body = struct.pack(">H", legacy) + bytes(32) + vector(1, b"\7" * 32) + vector(2, b"\xc0\x2b\x13\x01") + b"\1\0" + vector(2, extensions)
    return b"\x16\3\1" + vector(2, b"\1" + vector(3, body))


def server_hello(version: int = 0x0303, cipher: int = 0xC02B, *, psk: bool = False) -> bytes:
    extensions = b""
    if version >= 0x0304:
        extensions += struct.pack(">HHH", 43, 2, version)
    if psk:
        extensions += struct.pack(">HHH", 41, 2, 0)
    body = (
        struct.pack(">H", min(version, 0x0303)) + bytes(32) + vector(1, b"\7" * 32) + struct.pack(">HB", cipher, 0) + vector(2, extensions)
    )
    return b"\x16\3\3" + vector(2, b"\2" + vector(3, body))


def certificate(*ders: bytes) -> bytes:
    return b"\x16\3\3" + vector(2, b"\x0b" + vector(3, vector(3, b"".join(vector(3, d) for d in ders))))


DONE = b"\x16\3\3" + vector(2, b"\x0e" + vector(3, b""))
CHANGE = b"\x14\3\3\0\1\1"
DATA = b"\x17\3\3\0\x20" + bytes(32)


class Talk:
    """One TCP connection that keeps its own sequence numbers; each method returns Ethernet frames."""

    def __init__(self, port: int = 40001, server_port: int = 443, *, v6: bool = False, start: int = 0xFFFFFF00) -> None:
        self.ports, self.v6, self.next = (port, server_port), v6, [start, 77]

    def frame(self, up: bool, body: bytes, sequence: int, acknowledged: int, flags: int) -> bytes:
        here, there = (CAR6, SERVER6) if self.v6 else (CAR, SERVER)
        source, target = self.ports
        if not up:
            here, there, source, target = there, here, target, source
        segment = tcp(source, target, body, sequence=sequence, acknowledged=acknowledged, flags=flags)
        return ethernet(ipv6(here, there, 6, segment) if self.v6 else ipv4(here, there, 6, segment))

    def send(self, up: bool, body: bytes = b"", *, flags: int = 0x18, size: int = 1400) -> list[bytes]:
        side = 0 if up else 1
        frames = []
        for start in range(0, max(len(body), 1), size):
            piece = body[start : start + size]
            frames.append(self.frame(up, piece, self.next[side], self.next[1 - side], flags))
            self.next[side] = (self.next[side] + len(piece) + (1 if flags & 3 else 0)) & 0xFFFFFFFF
        return frames

    def open(self) -> list[bytes]:
        return self.send(True, flags=2) + self.send(False, flags=0x12) + self.send(True, flags=0x10)

    def close(self) -> list[bytes]:
        return self.send(True, flags=0x11) + self.send(False, flags=0x11)


def dns_name(name: str) -> bytes:
    return b"".join(vector(1, part.encode()) for part in name.split(".")) + b"\0"


def dns_answer(name: str = "tsp.example", alias: str = "edge.cdn.example", address: bytes = SERVER) -> bytes:
    """Return a response: `name` is an alias of `alias`, which has the address."""
    asked, target = dns_name(name) + b"\0\1\0\1", dns_name(alias)
    first = b"\xc0\x0c\0\5\0\1" + struct.pack(">I", 60) + vector(2, target)
    at = 12 + len(asked) + 12
    second = struct.pack(">HHHIH", 0xC000 | at, 1 if len(address) == 4 else 28, 1, 30, len(address)) + address
    return struct.pack(">HHHHHH", 9, 0x8180, 1, 2, 0, 0) + asked + first + second


def tls12(port: int = 40001, *, v6: bool = False, split: int = 1400) -> list[bytes]:
    """Return a whole TLS 1.2 connection."""
    talk = Talk(port, v6=v6)
    frames = talk.open() + talk.send(True, client_hello(), size=split)
    frames += talk.send(False, server_hello() + certificate(b"\x30\3\2\1\1") + DONE, size=split)
    frames += talk.send(True, CHANGE + DATA) + talk.send(False, CHANGE + DATA) + talk.send(True, DATA)
    return frames + talk.close()


def mixed() -> list[bytes]:
    """Return packets of many kinds that are all in order."""
    frames = [ethernet(bytes(28), kind=0x0806), ethernet(ipv4(CAR, SERVER, 17, udp(5000, 53, b"?")), 0x8100)]
    frames += [ethernet(ipv4(SERVER, CAR, 17, udp(53, 5000, dns_answer())), 0x88A8, 0x8100), *tls12(), *tls12(40002, v6=True, split=60)]
    return [*frames, ethernet(ipv4(CAR, SERVER, 1, bytes(16)))]


def can(number: int, data: bytes, *, fd: bool = False, order: str = ">", size: int | None = None) -> bytes:
    """Return one CAN frame as SocketCAN captures hold it; `number` carries the flag bits."""
    return struct.pack(f"{order}I", number) + bytes([len(data) if size is None else size, 4 if fd else 0, 0, 0]) + data


def bus() -> list[bytes]:
    """Return a read of a version on CAN: request, first frame, flow control, two consecutive frames; and frames of other kinds."""
    answer = b"\x62\xf1\x95SW-2026.03.1B"
    frames = [can(0x7E0, b"\x03\x22\xf1\x95\xcc\xcc\xcc\xcc"), can(0x7E8, bytes([0x10, len(answer)]) + answer[:6])]
    frames += [can(0x7E0, b"\x30\x00\x00"), can(0x7E8, b"\x21" + answer[6:13]), can(0x7E8, b"\x22" + answer[13:])]
    return [*frames, can(0x98DAF110, bytes(range(48)), fd=True), can(0x40000123, b"", size=4), can(0x20000008, bytes(8))]


def specimens() -> dict[str, bytes]:
    doip = b"\x02\xfd\x80\x01" + struct.pack(">IHH", 7, 0xE80, 0x1001) + b"\x22\xf1\x95"
    reply = b"\x02\xfd\x80\x01" + struct.pack(">IHH", 8, 0x1001, 0xE80) + b"\x62\xf1\x95A"
    return {
        "bus.pcap": capture(*bus(), link=227),
        "doip.pcap": capture(
            ethernet(ipv4(SERVER, CAR, 6, tcp(50000, 13400, doip))),
            ethernet(ipv4(CAR, SERVER, 6, tcp(13400, 50000, reply[:9]))),
            ethernet(ipv4(CAR, SERVER, 6, tcp(13400, 50000, reply[9:], sequence=10))),
        ),
        "mixed.pcap": capture(*mixed()),
        "big_endian_nano.pcap": capture(*mixed()[:8], order=">", nano=True),
        "raw.pcap": capture(ipv4(CAR, SERVER, 17, udp(1, 2, b"x")), link=101),
        "empty.pcap": capture(),
    }
