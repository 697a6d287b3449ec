"""Network captures: ours beside tshark and ndpiReader, on a capture that this file generates from a seed.

    .venv/bin/python benchmarks/pcap.py [--quick] [--flows] [--memory] [--rounds 3]

Server names and DNS addresses must equal those of tshark, and the packets those that were generated, before any figure is printed.
"""

import argparse
import random
import shutil
import struct
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from side_by_side import PYTHON, child, contest, once, report

SEED = 20211103
TARGET = {"names": 1456, "answers": 1267, "packets": 568_000}
FIELDS = (
    "frame.time_epoch", "ip.src", "ip.dst", "ipv6.src", "ipv6.dst", "ip.proto", "tcp.srcport", "tcp.dstport", "udp.srcport", "udp.dstport",
    "ip.len", "ipv6.plen", "tls.handshake.extensions_server_name", "dns.a", "dns.aaaa",
)  # fmt: skip
GOALS, GOALS_FLOWS, GOAL_MB = "tshark 25x, ndpiReader 1.5x", "ndpiReader 25x", 256


class Link:
    """Frames between one car and one server, over IPv4 or IPv6, tagged or not."""

    def __init__(self, dice: random.Random, number: int) -> None:
        self.v6, self.vlan, self.port = dice.random() < 0.25, dice.random() < 0.5, 1024 + number % 60_000
        self.car = struct.pack(">II", 0x0A000000 | number // 60_000, 0)[:4] if not self.v6 else b"\xfd" + dice.randbytes(15)
        self.server = dice.randbytes(16) if self.v6 else bytes([dice.randrange(1, 200), *dice.randbytes(3)])
        self.sequence = [dice.getrandbits(31), dice.getrandbits(31)]

    def frame(self, up: bool, protocol: int, transport: bytes) -> bytes:
        ends = (self.car, self.server) if up else (self.server, self.car)
        if self.v6:
            network = struct.pack(">IHBB", 0x60000000, len(transport), protocol, 64) + ends[0] + ends[1]
        else:
            network = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(transport), 0, 0x4000, 64, protocol, 0) + ends[0] + ends[1]
        kind = b"\x86\xdd" if self.v6 else b"\x08\x00"
        return b"\x02\0\0\0\0\1\x02\0\0\0\0\2" + (b"\x81\0\0\x05" if self.vlan else b"") + kind + network + transport

    def tcp(self, up: bool, payload: bytes = b"", flags: int = 0x18, port: int = 443) -> bytes:
        side = 0 if up else 1
        ports = (self.port, port) if up else (port, self.port)
        head = struct.pack(">HHIIBBHHH", *ports, self.sequence[side], self.sequence[1 - side], 0x50, flags, 65535, 0, 0)
        self.sequence[side] = (self.sequence[side] + len(payload) + (flags & 3 > 0)) & 0xFFFFFFFF
        return self.frame(up, 6, head + payload)

    def udp(self, up: bool, payload: bytes, port: int) -> bytes:
        ports = (self.port, port) if up else (port, self.port)
        return self.frame(up, 17, struct.pack(">HHHH", *ports, 8 + len(payload), 0) + payload)


def vector(size: int, content: bytes) -> bytes:
    return len(content).to_bytes(size, "big") + content


def hello(dice: random.Random, name: str, padding: int) -> bytes:
    sni = struct.pack(">H", 0) + vector(2, vector(2, b"\0" + vector(2, name.encode())))
    pad = struct.pack(">H", 21) + vector(2, bytes(padding))
    body = b"\3\3" + dice.randbytes(32) + vector(1, dice.randbytes(32)) + vector(2, b"\xc0\x2f\0\x9c") + b"\1\0" + vector(2, sni + pad)
    return b"\x16\3\1" + vector(2, b"\1" + vector(3, body))


def server_flight(dice: random.Random) -> bytes:
    body = b"\3\3" + dice.randbytes(32) + vector(1, dice.randbytes(32)) + b"\xc0\x2f\0"
    chain = vector(3, b"".join(vector(3, b"\x30" + dice.randbytes(1200)) for _ in range(2)))
    return b"".join(b"\x16\3\3" + vector(2, k + vector(3, b)) for k, b in ((b"\2", body), (b"\x0b", chain), (b"\x0e", b"")))


def tls_talk(dice: random.Random, link: Link, name: str, bulk: int, blob: bytes) -> Iterator[bytes]:
    yield link.tcp(True, flags=2)
    yield link.tcp(False, flags=0x12)
    yield link.tcp(True, flags=0x10)
    first = hello(dice, name, 900 if dice.random() < 0.1 else 100)
    cut = len(first) // 2 if len(first) > 900 else len(first)
    yield link.tcp(True, first[:cut])
    if first[cut:]:
        yield link.tcp(True, first[cut:])
    flight = server_flight(dice)
    for start in range(0, len(flight), 1380):
        yield link.tcp(False, flight[start : start + 1380])
    yield link.tcp(True, b"\x16\3\3" + vector(2, b"\x10" + vector(3, bytes(66))) + b"\x14\3\3\0\1\1" + b"\x16\3\3" + vector(2, blob[:40]))
    yield link.tcp(False, b"\x14\3\3\0\1\1" + b"\x16\3\3" + vector(2, blob[:40]))
    for _ in range(bulk):
        size = dice.choice((40, 90, 700, 1360))
        start = dice.randrange(len(blob) - size)
        yield link.tcp(dice.random() < 0.4, b"\x17\3\3" + vector(2, blob[start : start + size]))
        if dice.random() < 0.5:
            yield link.tcp(dice.random() < 0.5, flags=0x10)
    yield link.tcp(True, flags=0x11)
    yield link.tcp(False, flags=0x11)


def dns_talk(dice: random.Random, link: Link, name: str) -> Iterator[bytes]:
    asked = b"".join(vector(1, part.encode()) for part in name.split(".")) + b"\0"
    ident = dice.randbytes(2)
    yield link.udp(True, ident + struct.pack(">HHHHH", 0x100, 1, 0, 0, 0) + asked + b"\0\1\0\1", 53)
    alias = b"\xc0\x0c\0\5\0\1\0\0\0\x3c" + vector(2, b"\3cdn\xc0" + bytes([12 + 1 + len(name.split(".")[0])]))
    at = 12 + len(asked) + 4 + 12
    six = dice.random() < 0.3
    record = struct.pack(">HHHIH", 0xC000 | at, 28 if six else 1, 1, 60, 16 if six else 4) + dice.randbytes(16 if six else 4)
    yield link.udp(False, ident + struct.pack(">HHHHH", 0x8180, 1, 2, 0, 0) + asked + b"\0\1\0\1" + alias + record, 53)


def write(path: Path, share: float) -> int:
    """Write a capture with `share` of the full number of talks, interleaved; return its number of packets."""
    dice = random.Random(SEED)
    blob = dice.randbytes(1 << 20)
    names, answers, packets = (max(int(n * share), 4) for n in TARGET.values())
    bulk = int((packets / names - 12) / 1.5)
    hosts = [f"h{i}.cloud{i % 97}.example" for i in range(names)]
    talks = [tls_talk(dice, Link(dice, i), host, int(bulk * (0.5 + dice.random())), blob) for i, host in enumerate(hosts)]
    talks += [dns_talk(dice, Link(dice, 100_000 + i), f"n{i}.zone{i % 31}.example") for i in range(answers)]
    dice.shuffle(talks)
    count, clock_us = 0, 1_780_272_000_000_000
    active, waiting = talks[:64], talks[64:]
    with path.open("wb") as out:
        out.write(struct.pack("<IHHIIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
        while active:
            slot = dice.randrange(len(active))
            frame = next(active[slot], None)
            if frame is None:
                active[slot] = waiting.pop() if waiting else active[-1]
                if not waiting and active[slot] is active[-1]:
                    active.pop()
                continue
            clock_us += dice.randrange(1, 900)
            out.write(struct.pack("<IIII", clock_us // 1_000_000, clock_us % 1_000_000, len(frame), len(frame)) + frame)
            count += 1
    return count


def write_flows(path: Path, flows: int) -> int:
    """Write `flows` connections of two packets each."""
    dice = random.Random(SEED)
    with path.open("wb") as out:
        out.write(struct.pack("<IHHIIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
        for i in range(flows):
            link = Link(dice, i)
            link.v6, link.car, link.server = False, struct.pack(">I", 0x0A000000 | i // 60_000), dice.randbytes(4)
            for frame in (link.tcp(True, flags=2), link.tcp(False, b"x" * 20, flags=0x18)):
                out.write(struct.pack("<IIII", 1_780_272_000 + i // 4000, i % 4000 * 250, len(frame), len(frame)) + frame)
    return 2 * flows


def ours(path: str) -> None:
    """Read `path` and print the answers; runs in a process of its own."""
    import polars as pl

    from zhunru.core.evidence import Skipped
    from zhunru.engine.source import FileSource
    from zhunru.readers.pcap import pcap
    from zhunru.tables.capture_span import CaptureSpan
    from zhunru.tables.dns_answer import DnsAnswer
    from zhunru.tables.flow import Flow
    from zhunru.tables.tls_session import TlsSession

    began = time.perf_counter()
    names: list[str] = []
    addresses: list[str] = []
    flows = packets = total = skipped = 0
    for item in pcap(FileSource(Path(path))):
        if isinstance(item, TlsSession):
            names += item.collect()["server_name"].drop_nulls().to_list()
        elif isinstance(item, DnsAnswer):
            addresses += item.collect()["address"].to_list()
        elif isinstance(item, Flow):
            frame = item.collect()
            flows += frame.height
            packets += int(frame.select(pl.col("out_packet_count").sum() + pl.col("in_packet_count").sum()).item())
        elif isinstance(item, CaptureSpan):
            total = item.collect()["packet_count"][0]
        elif isinstance(item, Skipped):
            skipped += item.count
    child({"names": names, "addresses": addresses, "flows": flows, "in_flows": packets, "packets": total, "skipped": skipped}, began)


def commands(path: Path) -> dict[str, list[str]]:
    """Return the contestants that are installed."""
    peers = {
        "tshark": ["tshark", "-n", "-r", str(path), "-T", "fields", *(x for f in FIELDS for x in ("-e", f))],
        "ndpiReader": ["ndpiReader", "-i", str(path), "-q"],
    }
    for name in peers:
        if shutil.which(name) is None:
            print(f"{name}: not installed, SKIPPED")
    return {"zhunru": [PYTHON, __file__, "--ours", str(path)]} | {n: c for n, c in peers.items() if shutil.which(n)}


def tshark_answers(told: str) -> tuple[Counter[str], Counter[str]]:
    names: Counter[str] = Counter()
    addresses: Counter[str] = Counter()
    for line in told.splitlines():
        cells = line.split("\t")
        names.update(filter(None, cells[-3].split(",")))
        for cell in cells[-2:]:
            addresses.update(filter(None, cell.split(",")))
    return names, addresses


def compare(path: Path, packets: int, rounds: int) -> None:
    best = contest(commands(path), rounds)
    told = best["zhunru"].answer
    assert (told["packets"], told["in_flows"], told["skipped"]) == (packets, packets, 0), "packets are missing"
    if "tshark" in best:
        names, addresses = tshark_answers(best["tshark"].answer)
        assert Counter(told["names"]) == names, "server names differ from tshark's"
        assert Counter(told["addresses"]) == addresses, "DNS addresses differ from tshark's"
        print(f"answers equal tshark's: {names.total()} server names, {addresses.total()} addresses")
    size_mb = path.stat().st_size / 1e6
    report(f"{size_mb:.0f} MB, {packets} packets, {told['flows']} flows; goals: {GOALS}", best, "zhunru")
    print(f"  {size_mb / best['zhunru'].self_s:.0f} MB/s, {packets / best['zhunru'].self_s / 1e6:.2f} M packets/s")


def compare_flows(path: Path, flows: int, rounds: int) -> None:
    """Many flows: ndpiReader runs once only (40 s and 5 GB at 1 M flows)."""
    packets = write_flows(path, flows)
    programs = commands(path)
    best = contest({"zhunru": programs["zhunru"]}, rounds)
    told = best["zhunru"].answer
    assert (told["flows"], told["in_flows"]) == (flows, packets), "flows are missing"
    if "ndpiReader" in programs:
        best |= {"ndpiReader": once(programs["ndpiReader"])}
    report(f"{flows} flows, {packets} packets; goals: {GOALS_FLOWS}", best, "zhunru")


def memory(source: Path, folder: Path) -> None:
    """Peak memory on the same talks, repeated up to about 100 MB and 2 GB."""
    content = source.read_bytes()
    for goal in (100e6, 2e9):
        path = folder / "long.pcap"
        with path.open("wb") as out:
            out.write(content[:24])
            for _ in range(max(1, round(goal / len(content)))):
                out.write(content[24:])
        seen = once(commands(path)["zhunru"])
        print(f"  {path.stat().st_size / 1e6:6.0f} MB input: peak {seen.rss_mb:.0f} MB (goal <= {GOAL_MB}), self {seen.self_s:.2f} s")
        path.unlink()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a capture of a few MB, one round")
    parser.add_argument("--flows", action="store_true", help="also a capture of 1 M flows, against ndpiReader (40 s, 5 GB)")
    parser.add_argument("--memory", action="store_true", help="also the peak memory on 100 MB and 2 GB")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--ours", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.ours:
        ours(args.ours)
        return
    rounds = 1 if args.quick else args.rounds
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "capture.pcap"
        packets = write(path, 0.02 if args.quick else 1.0)
        compare(path, packets, rounds)
        if args.memory:
            small = folder / "part.pcap"
            write(small, 0.4)
            memory(small, folder)
        if args.flows:
            compare_flows(path, 20_000 if args.quick else 1_000_000, rounds)


if __name__ == "__main__":
    main()
