"""Flows: the vector fold against a plain loop, whatever the blocks; where one connection ends and the next begins."""

from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhunru.wire import flow_fold, key_groups
from zhunru.wire.flow_fold import SILENCE_NS, FlowFold, Flows, fold
from zhunru.wire.key_groups import Groups
from zhunru.wire.packet import ACK, FIN, RST, SYN, PacketColumns
from zhunru.wire.packet_block import NO_TIME


class P(NamedTuple):
    key: int
    forward: bool
    t_ns: int
    flags: int
    size: int = 60


def columns(packets: list[P], words: int = 2) -> PacketColumns:
    ints = np.array([p.size for p in packets], np.int64)
    zero = np.zeros(len(packets), np.int64)
    key = np.array([p.key for p in packets], np.uint64)
    return PacketColumns(
        key=tuple(key // np.uint64(3 ** (words - 1 - i)) for i in range(words)),
        forward=np.array([p.forward for p in packets], np.bool_),
        protocol=np.full(len(packets), 6, np.uint8),
        t_ns=np.array([p.t_ns for p in packets], np.int64),
        ip_byte=ints,
        payload_byte=ints - 40,
        payload_at=zero,
        payload_held=zero,
        flags=np.array([p.flags for p in packets], np.uint8),
        sequence=zero.astype(np.uint32),
        acknowledged=zero.astype(np.uint32),
        source_port=zero.astype(np.uint64),
        later_fragment=zero.astype(np.bool_),
    )


def plain(packets: list[P]) -> list[tuple[int, bool, int, int, int, int]]:
    """Return (key, opened by the lower end, first, last, packets forward, packets backward) per flow, the slow and obvious way."""
    done: list[dict[str, Any]] = []
    live: dict[int, dict[str, Any]] = {}
    for p in packets:
        now = live.get(p.key)
        if now and p.flags & (SYN | ACK) == SYN and (now["closed"] or p.t_ns - now["last"] > SILENCE_NS):
            done.append(live.pop(p.key))
            now = None
        if now is None:
            opener = p.forward != (p.flags & (SYN | ACK) == SYN | ACK)
            now = live[p.key] = {"key": p.key, "opener": opener, "first": p.t_ns, "last": p.t_ns, "closed": False, "n": [0, 0]}
        now["n"][0 if p.forward else 1] += 1
        now["last"] = max(now["last"], p.t_ns)
        now["closed"] = now["closed"] or bool(p.flags & (FIN | RST))
    return sorted((f["key"], f["opener"], f["first"], f["last"], *f["n"]) for f in [*done, *live.values()])


def told(flows: Flows) -> list[tuple[int, bool, int, int, int, int]]:
    return sorted(
        zip(
            flows.key[-1].tolist(),
            flows.opener.tolist(),
            flows.first_ns.tolist(),
            flows.last_ns.tolist(),
            *(column.tolist() for column in flows.sums[:2]),
            strict=True,
        )
    )


def forward(packets: list[P]) -> int:
    return sum(p.forward for p in packets)


PACKET = st.builds(
    P,
    key=st.integers(0, 4),
    forward=st.booleans(),
    t_ns=st.integers(0, 3),
    flags=st.sampled_from([0, SYN, SYN | ACK, ACK, FIN | ACK, RST, SYN | FIN]),
    size=st.just(60),
)


def taken(packets: list[P], words: int = 2, whole: FlowFold | None = None) -> FlowFold:
    """Return the fold after one block more."""
    whole = whole or FlowFold()
    block = columns(packets, words)
    whole.take(block, Groups.of(block.key))
    return whole


@settings(max_examples=150, deadline=None)
@given(
    st.lists(PACKET, min_size=1, max_size=40),
    st.lists(st.integers(1, 10), max_size=8),
    st.sampled_from([2, 5]),
    st.sampled_from([1, 131_072]),
)
def test_fold_equals_the_plain_loop_in_any_blocks(packets: list[P], cuts: list[int], words: int, merge_rows: int) -> None:
    clock = 0
    timed = []
    for p in packets:  # time steps below, at and above the limit
        clock += (1, SILENCE_NS - 1, SILENCE_NS + 1, 5)[p.t_ns]
        timed.append(p._replace(t_ns=clock))
    whole = FlowFold()
    rest = timed
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flow_fold, "_MERGE_ROWS", merge_rows)
        for cut in [*cuts, len(timed)]:
            if rest[:cut]:
                taken(rest[:cut], words, whole)
            rest = rest[cut:]
            if cut % 2:
                whole.result()
    result = whole.result()
    assert result
    assert told(result) == plain(timed)
    assert told(fold(Flows.of_packets(columns(timed, words)))) == plain(timed)
    assert [sum(column.tolist()) for column in result.sums[2:]] == [
        k * n for k in (60, 20) for n in (forward(timed), len(timed) - forward(timed))
    ]


@pytest.mark.parametrize(("pause_ns", "flows"), [(SILENCE_NS - 1, 1), (SILENCE_NS, 1), (SILENCE_NS + 1, 2)])
def test_silence_at_the_limit(pause_ns: int, flows: int) -> None:
    packets = [P(1, True, 0, SYN), P(1, True, pause_ns, SYN)]
    assert fold(Flows.of_packets(columns(packets))).first_ns.size == flows


@pytest.mark.parametrize("start_ns", [1, 2**63 - 3 - SILENCE_NS])
def test_silence_at_the_ends_of_time(start_ns: int) -> None:
    for pause_ns, flows in ((SILENCE_NS, 1), (SILENCE_NS + 1, 2)):
        packets = [P(1, True, start_ns, SYN), P(1, True, start_ns + pause_ns, SYN)]
        assert fold(Flows.of_packets(columns(packets))).size == flows


def test_retransmitted_syn_and_late_packets_stay_in_their_flow() -> None:
    packets = [
        P(1, True, 0, SYN),
        P(1, True, 1, SYN),
        P(1, False, 2, RST | ACK),
        P(1, True, 3, ACK),
        P(1, True, 4, SYN),
        P(1, True, 5, SYN),
    ]
    assert told(fold(Flows.of_packets(columns(packets)))) == [(1, True, 0, 3, 3, 1), (1, True, 4, 5, 2, 0)]


def test_packets_without_time_never_look_silent() -> None:
    packets = [P(1, True, NO_TIME, SYN), P(1, True, 10**18, SYN)]
    assert fold(Flows.of_packets(columns(packets))).first_ns.size == 1


def test_equal_mixes_of_unequal_keys_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_groups, "mixed", lambda key: np.zeros(key[0].size, np.uint64))
    packets = [P(k, True, i, ACK) for i, k in enumerate([3, 1, 3, 2, 1, 3])]
    assert [(k, n) for k, _, _, _, n, _ in told(fold(Flows.of_packets(columns(packets))))] == [(1, 2), (2, 1), (3, 3)]


@pytest.mark.parametrize("mask", [0, 1, 3, 2**64 - 1])
@settings(max_examples=60, deadline=None)
@given(keys=st.lists(st.tuples(*[st.integers(0, 9)] * 2), min_size=1, max_size=60))
def test_groups_are_those_of_a_dictionary_however_poor_the_mix(mask: int, keys: list[tuple[int, int]]) -> None:
    key = tuple(np.array(word, np.uint64) for word in zip(*keys, strict=True))
    mixed = key_groups.mixed
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(key_groups, "mixed", lambda key: mixed(key) & np.uint64(mask))
        groups = Groups.of(key)
        found = key_groups.places(key, tuple(word[::-1] for word in key))
        absent = key_groups.places(key, tuple(word + np.uint64(10) for word in key))
    first: dict[tuple[int, int], int] = {}
    for row, name in enumerate(keys):
        first.setdefault(name, row)
    assert groups.heads.tolist() == list(first.values())
    assert groups.heads[groups.number].tolist() == [first[name] for name in keys]
    assert found.tolist() == [first[name] for name in reversed(keys)]
    assert set(absent.tolist()) == {-1}


def test_sums_beyond_four_gigabytes_stay_exact() -> None:
    sizes = [2**32 - 1, 1, 2**32 - 2, 40, 2**40, -7]  # a wire length that lies can make one negative
    whole = FlowFold()
    for i, size in enumerate(sizes):
        taken([P(1, True, i, ACK, size), P(2, False, i, ACK, 100)], whole=whole)
    result = whole.result()
    assert result
    assert sorted(zip(*(column.tolist() for column in result.sums[2:4]), strict=True)) == [(0, 100 * len(sizes)), (sum(sizes), 0)]


def test_parts_are_used_up_when_stacked() -> None:
    parts = [Flows.of_packets(columns([P(k, True, k, ACK)])) for k in (1, 2)]
    assert told(Flows.stacked(parts)) == [(1, True, 1, 1, 1, 0), (2, True, 2, 2, 1, 0)]
    assert [part.size for part in parts] == [0, 0]
    some = Flows.of_packets(columns([P(k, True, k, ACK) for k in (1, 2, 3)]))
    assert told(some.left(np.array([True, False, True]))) == [(1, True, 1, 1, 1, 0), (3, True, 3, 3, 1, 0)]
    assert some.size == 0
