"""Transport layer on CAN: agrees with can-isotp, and joins nothing across a loss."""
# mypy: disable-error-code="no-untyped-call, attr-defined, union-attr, misc, index, arg-type, no-any-return"

import random
from collections.abc import Iterator

import isotp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhunru.wire.isotp import MAX_MESSAGE_BYTE, N_CR_NS, Assembler, Message

STEP_NS = 1_000_000


def fed(frames: list[bytes], prefix: int = 0, side: Assembler | None = None, step_ns: int = STEP_NS) -> list[Message]:
    side = side or Assembler(prefix)
    found = [m for k, frame in enumerate(frames) for m in side.feed(k * step_ns, frame)]
    return [*found, *side.close()]


def segmented(data: bytes, frame_byte: int = 8, prefix: bytes = b"", pad: bool = True) -> list[bytes]:
    """Cut a message into frames, written from the standard and not from our reader."""
    room = frame_byte - len(prefix)
    if len(data) <= min(room, 8 - len(prefix)) - 1:
        body = prefix + bytes([len(data)]) + data
        return [body.ljust(8, b"\xcc") if pad else body]
    if frame_byte > 8 and len(data) <= room - 2:
        size = next(n for n in (8, 12, 16, 20, 24, 32, 48, 64) if n >= len(data) + 2 + len(prefix))
        return [(prefix + bytes([0, len(data)]) + data).ljust(max(size, 12), b"\xcc")]
    head = (0x1000 | len(data)).to_bytes(2, "big") if len(data) < 4096 else b"\x10\x00" + len(data).to_bytes(4, "big")
    frames, at, number = [prefix + head + data[: room - len(head)]], room - len(head), 1
    while at < len(data):
        body = prefix + bytes([0x20 | number & 15]) + data[at : at + room - 1]
        size = next(n for n in (8, 12, 16, 20, 24, 32, 48, 64) if n >= len(body))
        frames.append(body.ljust(size, b"\xcc") if pad or len(body) > 8 else body)
        at, number = at + room - 1, number + 1
    return frames


class Pair:
    """Two can-isotp stacks that talk to each other; every frame on the wire is kept in order."""

    def __init__(self, mode: isotp.AddressingMode, tx_data_length: int, **ids: int) -> None:
        self.wire: list[tuple[int, bytes]] = []
        self.queues: tuple[list[isotp.CanMessage], list[isotp.CanMessage]] = ([], [])
        back = {"txid": ids["rxid"], "rxid": ids["txid"]} | {k: v for k, v in ids.items() if k not in {"txid", "rxid"}}
        if mode == isotp.AddressingMode.Extended_11bits:
            back |= {"source_address": ids["target_address"], "target_address": ids["source_address"]}
        params = {"tx_data_length": tx_data_length, "can_fd": tx_data_length > 8, "stmin": 0, "blocksize": 3, "tx_padding": 0xCC}
        self.stacks = tuple(self._stack(side, isotp.Address(mode, **address), params) for side, address in enumerate((ids, back)))

    def _stack(self, side: int, address: isotp.Address, params: dict[str, object]) -> isotp.TransportLayerLogic:
        def send(message: isotp.CanMessage) -> None:
            self.wire.append((message.arbitration_id, bytes(message.data)))
            self.queues[1 - side].append(message)

        def receive(timeout: float) -> isotp.CanMessage | None:
            return self.queues[side].pop(0) if self.queues[side] else None

        return isotp.TransportLayerLogic(rxfn=receive, txfn=send, address=address, params=params)

    def say(self, side: int, data: bytes) -> bytes:
        self.stacks[side].send(data)
        for _ in range(10_000):
            for stack in self.stacks:
                stack.process()
            if self.stacks[1 - side].available():
                return bytes(self.stacks[1 - side].recv())
        raise AssertionError("can-isotp did not deliver")


NORMAL = isotp.AddressingMode.Normal_11bits
CASES = [
    (NORMAL, 8, {"txid": 0x7E0, "rxid": 0x7E8}, 0),
    (NORMAL, 64, {"txid": 0x7E0, "rxid": 0x7E8}, 0),
    (isotp.AddressingMode.Extended_11bits, 8, {"txid": 0x6F1, "rxid": 0x612, "source_address": 0xF1, "target_address": 0x12}, 1),
    (isotp.AddressingMode.Mixed_11bits, 8, {"txid": 0x6F1, "rxid": 0x612, "address_extension": 0x99}, 1),
]


@pytest.mark.parametrize(("mode", "length", "ids", "prefix"), CASES)
def test_agrees_with_can_isotp(mode: isotp.AddressingMode, length: int, ids: dict[str, int], prefix: int) -> None:
    dice = random.Random(20211103)
    for size in (1, 5, 6, 7, 8, 20, 61, 62, 63, 64, 127, 300, 4095):
        for side in (0, 1):
            pair, data = Pair(mode, length, **ids), dice.randbytes(size)
            assert pair.say(side, data) == data
            sides = {n: Assembler(prefix) for n in (ids["txid"], ids["rxid"])}
            found = [m for k, (number, frame) in enumerate(pair.wire) for m in sides[number].feed(k * STEP_NS, frame)]
            assert [(m.data, m.loss) for m in found] == [(data, None)], (size, side)
            assert all(not s.stray and not s.close() for s in sides.values())


@given(
    st.binary(min_size=1, max_size=600), st.sampled_from([8, 12, 16, 20, 24, 32, 48, 64]), st.sampled_from([b"", b"\x12"]), st.booleans()
)
@settings(max_examples=150, deadline=None)
def test_what_was_cut_is_put_together(data: bytes, frame_byte: int, prefix: bytes, pad: bool) -> None:
    assert [(m.data, m.loss) for m in fed(segmented(data, frame_byte, prefix, pad), len(prefix))] == [(data, None)]


@given(st.lists(st.binary(min_size=1, max_size=80), min_size=2, max_size=5), st.data())
@settings(max_examples=150, deadline=None)
def test_a_lost_frame_never_makes_a_whole_message(messages: list[bytes], data: st.DataObject) -> None:
    frames = [f for m in messages for f in segmented(m)]
    gone = data.draw(st.integers(0, len(frames) - 1))
    whole = [m.data for m in fed(frames[:gone] + frames[gone + 1 :]) if m.loss is None]
    rest: Iterator[bytes] = iter(messages)
    assert all(any(m == sent for sent in rest) for m in whole), "a message that nobody sent"
    assert len(whole) <= len(messages) - (1 if len(frames) > 1 else 0)


@given(st.lists(st.binary(max_size=64), max_size=60))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_borne_and_memory_is_bounded(frames: list[bytes]) -> None:
    side = Assembler()
    for k, frame in enumerate(frames):
        for message in side.feed(k, frame):
            assert message.loss or len(message.data) == message.size_byte > 0
    assert len(side._data) <= MAX_MESSAGE_BYTE


def test_reasons_of_loss() -> None:
    frames = segmented(bytes(range(40)))
    assert [m.loss for m in fed(frames[:2] + frames[3:])] == ["sequence"]
    assert [m.loss for m in fed(frames[:3])] == ["cut"]
    assert [m.loss for m in fed([*frames[:3], *segmented(b"\x3e\x00")])] == ["interrupted", None]
    assert [m.loss for m in fed([*frames[:3], frames[3][:5], *frames[4:]])] == ["short frame"]
    assert [m.loss for m in fed([b"\x10\x00" + (MAX_MESSAGE_BYTE + 1).to_bytes(4, "big") + b"\0\0"])] == ["too long"]
    side = Assembler()
    assert not side.feed(0, frames[0])
    assert [m.loss for m in side.answered(1, b"\x32\0\0")] == ["refused"]


def test_a_first_frame_ends_what_was_begun_before_it() -> None:
    first, second = segmented(b"a" * 20), segmented(b"b" * 20)
    found = fed([*first[:2], *second])
    assert [(m.loss, m.data[:1]) for m in found] == [("interrupted", b"a"), (None, b"b")]


@pytest.mark.parametrize(("pause_ns", "loss"), [(N_CR_NS - 1, None), (N_CR_NS, None), (N_CR_NS + 1, "pause")])
def test_the_pause_between_frames_is_limited(pause_ns: int, loss: str | None) -> None:
    assert fed(segmented(bytes(10)), step_ns=pause_ns)[0].loss == loss


def test_waiting_of_the_receiver_lets_the_pause_begin_anew() -> None:
    first, second = segmented(bytes(10))
    side = Assembler()
    side.feed(0, first)
    side.answered(N_CR_NS, b"\x31\0\0")
    assert side.feed(2 * N_CR_NS, second)[0].loss is None
    side.feed(0, first)
    side.answered(N_CR_NS + 1, b"\x31\0\0")  # too late: it is over already
    assert side.feed(2 * N_CR_NS, second)[0].loss == "pause"


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        b"\x00",  # length zero
        b"\x08" + bytes(7),  # longer than the frame
        b"\x05\x01\x02",  # shorter than it says
        b"\x00\x07" + bytes(14),  # escape for what a short frame holds
        b"\x00\x3f" + bytes(14),
        b"\x10\x07" + bytes(6),  # a first frame for what fits a single one
        b"\x10\x0e" + bytes(14),  # the same with CAN FD
        b"\x10\x14" + bytes(5),  # a first frame that is not full
        b"\x10\x00\x00\x00\x0f\xff" + bytes(2),  # escape for a length of 12 bits
        b"\x21" + bytes(7),  # a consecutive frame without a beginning
        b"\x40" + bytes(7),  # unknown kind
    ],
)  # fmt: skip
def test_frames_that_cannot_be_are_counted_and_give_nothing(frame: bytes) -> None:
    side = Assembler()
    assert side.feed(0, frame) == ()
    assert (side.stray, side.close()) == (1, ())


def test_shortest_lengths_that_may_be() -> None:
    assert fed([b"\x00\x08" + bytes(14)])[0].size_byte == 8
    assert fed([b"\x99\x00\x07" + bytes(13)], prefix=1)[0].size_byte == 7
    assert fed([b"\x10\x08" + bytes(6)])[0].loss == "cut"
    assert fed([b"\x10\x0f" + bytes(14)])[0].loss == "cut"
    assert fed([b"\x10\x00\x00\x00\x10\x00" + bytes(2)])[0].size_byte == 4096
