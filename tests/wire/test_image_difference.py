"""Images against a comparison byte by byte; sets of files against sets."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhunru.wire import image_difference
from zhunru.wire.image_difference import PIECE_BYTE, Difference, ImageComparison
from zhunru.wire.member_difference import Item, changes


def compared(before: bytes, after: bytes, block: int = 4096, piece: int = PIECE_BYTE) -> Difference:
    comparison = ImageComparison(block)
    for at in range(0, max(len(before), len(after)), piece):
        comparison.feed(memoryview(before)[at : at + piece], memoryview(after)[at : at + piece])
    return comparison.result()


@given(
    st.binary(max_size=300), st.lists(st.tuples(st.integers(0, 299), st.integers(1, 255)), max_size=6), st.integers(-40, 40),
    st.sampled_from([1, 2, 4, 16]), st.sampled_from([16, 32, 64]),
)  # fmt: skip
def test_against_one_byte_after_the_other(before: bytes, edits: list[tuple[int, int]], longer: int, block: int, piece: int) -> None:
    changed = bytearray(before)
    for place, mask in edits:
        if place < len(changed):
            changed[place] ^= mask
    after = bytes(changed) + bytes(longer) if longer > 0 else bytes(changed[: len(changed) + longer])
    found = compared(before, after, block, piece)
    length, both = max(len(before), len(after)), min(len(before), len(after))
    places = [n for n in range(length) if n >= both or before[n] != after[n]]
    blocks = {n // block for n in places}
    covered = {b for r in found.ranges for b in range(r.start_byte // block, -(-r.end_byte // block))}
    assert covered == blocks
    assert (found.changed_byte, found.equal) == (len(places), before == after)
    assert all(one.end_byte < other.start_byte for one, other in zip(found.ranges, found.ranges[1:], strict=False))
    assert all(r.start_byte % block == 0 and (r.end_byte % block == 0 or r.end_byte == length) for r in found.ranges)
    assert (found.before_byte, found.after_byte, found.range_count) == (len(before), len(after), len(found.ranges))


def test_a_range_over_the_edge_of_two_pieces_is_one() -> None:
    before = bytes(PIECE_BYTE + 8192)
    after = bytearray(before)
    after[PIECE_BYTE - 1 : PIECE_BYTE + 1] = b"xx"
    assert compared(before, bytes(after)).ranges == ((PIECE_BYTE - 4096, PIECE_BYTE + 4096),)


def test_ratio_and_nothing() -> None:
    assert compared(b"", b"") == (0, 0, 0, (), 0) and compared(b"", b"").changed_ratio == 0
    assert compared(bytes(8), b"\1" + bytes(7)).changed_ratio == 1 / 8
    assert compared(b"", bytes(8)).changed_ratio == 1


def test_ranges_are_bounded_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image_difference, "MAX_RANGES", 3)
    found = compared(bytes(100), b"\0\1" * 50, 1)
    assert (len(found.ranges), found.range_count, found.changed_byte) == (3, 50, 50)


@pytest.mark.parametrize("block", [0, -1, 3, PIECE_BYTE * 2])
def test_blocks_that_do_not_fit(block: int) -> None:
    with pytest.raises(ValueError, match="block"):
        ImageComparison(block)


def files(**contents: str) -> dict[str, Item]:
    return {name.replace("_", "/"): Item("file", content, len(content)) for name, content in contents.items()}


def test_added_removed_changed_moved() -> None:
    found = changes(files(a="1", b="2", c="3", d_x="4", e=""), files(a="1", b="9", d2_x="4", f="5", g=""))
    assert not found.equal
    assert found == (("f", "g"), ("c", "e"), ("b",), (("d/x", "d2/x"),), (), ("e", "g"), 1)


def test_moved_prefers_the_same_name_and_pairs_each_once() -> None:
    found = changes(files(a_k="1", b_m="1"), files(c_m="1", d_z="1", e_k="1"))
    assert found.moved == (("a/k", "e/k"), ("b/m", "c/m")) and found.added == ("d/z",)


def test_kinds_modes_and_what_was_not_read() -> None:
    before = {"l": Item("symlink", "a", 0), "m": Item("file", "1", 1, 0o644), "u": Item("file", "", 0), "d": Item("directory", "", 0)}
    after = {"l": Item("file", "a", 1), "m": Item("file", "1", 1, 0o755), "u": Item("file", "2", 1), "d": Item("directory", "", 0)}
    assert changes(before, after) == ((), (), ("l",), (), ("m",), ("u",), 1)
    assert changes(before, before).unread == ("u",) and not changes(before, before).equal


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from("1234"), max_size=8), st.integers(0, 1 << 30))
def test_a_set_equals_itself_and_moves_lose_nothing(contents: dict[str, str], seed: int) -> None:
    before = files(**contents)
    assert changes(before, before).equal and changes(before, before).same_count == len(before)
    names = random.Random(seed).sample("abcdefghijkl", len(before))
    after = dict(zip(names, before.values(), strict=True))
    found = changes(before, after)
    assert len(found.added) + len(found.moved) + len(found.changed) + found.same_count == len(after)
    assert len(found.removed) + len(found.moved) + len(found.changed) + found.same_count == len(before)
