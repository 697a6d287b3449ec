"""HTTP in chunks: whatever the sizes and the cuts, the body comes out whole; what is no HTTP passes unchanged."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhunru.range.clear_talk import chunked, http
from zhunru.wire.http_chunks import HttpChunks, begins_http

ANSWER = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


def fed(data: bytes, cuts: list[int]) -> bytes:
    stream = HttpChunks()
    places = [0, *sorted(c for c in cuts if c < len(data)), len(data)]
    out = b"".join(stream.feed(data[a:b]) for a, b in pairwise(places))
    return out + stream.rest()


@given(st.binary(max_size=200), st.lists(st.integers(1, 50), min_size=1, max_size=4), st.lists(st.integers(1, 300), max_size=6))
def test_the_body_comes_out_whole_whatever_the_cuts(body: bytes, sizes: list[int], cuts: list[int]) -> None:
    assert fed(ANSWER + chunked(body, sizes), cuts) == ANSWER + body + b"\n"


@given(st.binary(min_size=1, max_size=100).filter(lambda b: not begins_http(b)), st.lists(st.integers(1, 99), max_size=4))
def test_other_bytes_pass_unchanged(data: bytes, cuts: list[int]) -> None:
    assert fed(data, []) == data
    stream = HttpChunks()
    assert stream.feed(data) == data
    assert not stream.known


def test_messages_in_a_row() -> None:
    one, two = ANSWER + chunked(b"first", [2]), http(b"second", sizes=[4])
    out = fed(one + two + http(b"third"), [])
    assert b"first" in out
    assert b"second" in out
    assert out.endswith(b"third")


@pytest.mark.parametrize("broken", [b"zz\r\nabc", b"5\r\nabcdefgh\r\n", b"ffffffff\r\nshort", b"1" * 400, b"\r\n\r\n"])
def test_sizes_that_lie_lose_nothing_that_could_be_text(broken: bytes) -> None:
    out = fed(ANSWER + broken, [])
    for text in (b"abc", b"short"):
        assert text not in broken or text in out


def test_a_head_without_end_is_held_back_no_further_than_its_bound() -> None:
    stream = HttpChunks()
    assert stream.feed(b"GET / HTTP/1.1\r\n") == b""
    out = b"".join(stream.feed(b"X: " + b"a" * 1000 + b"\r\n") for _ in range(80))
    assert len(out + stream.rest()) == 16 + 80 * 1005
    assert len(out) > 65_536
