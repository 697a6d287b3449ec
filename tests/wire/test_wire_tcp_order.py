"""TCP in the order of its bytes: agrees with tshark on real captures; shuffled, repeated, cut and lost segments are accounted for."""

import io
import shutil
import subprocess
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import dpkt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhunru.wire.tcp_order import Order

Segment = tuple[int, bytes, int]


def put_together(segments: list[Segment], start: int | None = None) -> tuple[list[bytes], int]:
    """Return the runs of bytes without a gap in them, and how many are missing."""
    order = Order()
    if start is not None:
        order.begin(start)
    runs, lost = [bytearray()], 0
    for sequence, payload, sent in segments:
        for part in order.feed(sequence % 2**32, payload, sent, 0):
            assert not part.apart
            if part.lost_byte:
                lost += part.lost_byte
                runs.append(bytearray())
            runs[-1] += part.payload
    for part in order.rest():
        lost += part.lost_byte
        runs.append(bytearray(part.payload)) if part.lost_byte else runs[-1].extend(part.payload)
    return [bytes(run) for run in runs if run], lost + order.lost_at_end()


@st.composite
def disorders(draw: st.DrawFn) -> tuple[bytes, int, list[Segment]]:
    data = draw(st.binary(min_size=1, max_size=300))
    start = draw(st.integers(0, 2**32 - 1) | st.just(2**32 - 50))
    cuts = sorted({0, *draw(st.lists(st.integers(0, len(data)), max_size=8)), len(data)})
    segments = [(start + 1 + a, data[a:b], b - a) for a, b in pairwise(cuts)]
    extra = [(a, b) for a, b in draw(st.lists(st.tuples(st.integers(0, len(data)), st.integers(0, len(data))), max_size=4)) if a < b]
    segments += [(start + 1 + a, data[a:b], b - a) for a, b in extra]
    return data, start, draw(st.permutations(segments))


@given(disorders())
def test_any_order_with_repeats_gives_the_bytes(case: tuple[bytes, int, list[Segment]]) -> None:
    data, start, segments = case
    assert put_together(segments, start) == ([data], 0)


def test_what_is_missing_is_counted_and_never_bridged() -> None:
    assert put_together([(1, b"abc", 3), (9, b"xyz", 3)], 0) == ([b"abc", b"xyz"], 5)
    assert put_together([(1, b"ab", 5), (6, b"xyz", 3)], 0) == ([b"ab", b"xyz"], 3)
    assert put_together([(1, b"ab", 5)], 0) == ([b"ab"], 3)
    assert put_together([(4, b"d", 1)], 0) == ([b"d"], 3)


def test_what_came_first_wins() -> None:
    assert put_together([(1, b"good", 4), (1, b"evil", 4), (3, b"XXen", 4)], 0) == ([b"gooden"], 0)


def test_bytes_before_the_first_seen_are_apart_and_probes_are_not() -> None:
    order = Order()
    assert [p.payload for p in order.feed(100, b"later", 5, 0)] == [b"later"]
    assert [(p.payload, p.apart) for p in order.feed(90, b"earlier", 7, 0)] == [(b"earlier", True)]
    assert list(order.feed(90, b"earlier", 7, 0)) == []
    assert list(order.feed(104, b"r", 1, 0)) == []
    probe = Order()
    list(probe.feed(100, b"x", 1, 0))
    assert list(probe.feed(99, b"\0", 1, 0)) == []


def test_memory_is_bounded_while_a_segment_is_missing() -> None:
    order = Order()
    order.begin(0)
    total = 0
    for i in range(5000):
        total += sum(len(p.payload) for p in order.feed(2 + i * 1000, bytes(1000), 1000, 0))
        assert order.held_byte <= (1 << 20) + 1000
    assert total == 5_000_000
    assert order.lost_at_end() == 0


def follow(path: Path, number: int) -> dict[bool, bytes]:
    """Return both directions of TCP stream `number` as tshark puts them together; the indented lines are the second one."""
    program = shutil.which("tshark")
    if program is None:
        pytest.skip("tshark is not installed: the differential test is not run")
    done = subprocess.run(
        [program, "-n", "-q", "-r", str(path), "-z", f"follow,tcp,raw,{number}"], capture_output=True, text=True, check=True
    )
    sides = {False: b"", True: b""}
    for line in done.stdout.splitlines():
        if line.strip() and all(c in "0123456789abcdef\t" for c in line):
            sides[line.startswith("\t")] += bytes.fromhex(line.strip())
    return sides


@pytest.mark.real
@pytest.mark.parametrize("name", ["wikipedia", "mqtt", "tls1_1", "tls-expired-cert", "chrome-34-google"])
def test_agrees_with_tshark_on_real_files(name: str, real: Callable[[str], Path]) -> None:
    path = real(f"net/zeek_{name}.pcap")
    streams: dict[frozenset[tuple[bytes, int]], dict[tuple[bytes, int], list[Segment]]] = {}
    for _, frame in dpkt.pcap.Reader(io.BytesIO(path.read_bytes())):
        network = dpkt.ethernet.Ethernet(frame).data
        if not isinstance(network, dpkt.ip.IP) or not isinstance(network.data, dpkt.tcp.TCP):
            continue
        segment = network.data
        ends = (network.src, segment.sport), (network.dst, segment.dport)
        sides = streams.setdefault(frozenset(ends), {})
        held = bytes(segment.data)
        if held:
            sides.setdefault(ends[0], []).append((segment.seq, held, len(held)))
        else:
            sides.setdefault(ends[0], [])
    assert streams
    compared = 0
    for number, sides in enumerate(streams.values()):
        ours = sorted(b"".join(put_together(segments)[0]) for segments in sides.values())
        theirs = sorted(part for part in follow(path, number).values())
        assert [part for part in ours if part] == [part for part in theirs if part]
        compared += sum(map(len, ours))
    assert compared > 100
