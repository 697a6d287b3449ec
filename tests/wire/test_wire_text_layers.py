"""Text written otherwise: every writing is undone, layers in layers too; bombs and noise cost little."""

import base64
import gzip
import random
import time
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhunru.range.clear_talk import WRITINGS, protobuf
from zhunru.wire.text_layers import MAX_INFLATED_BYTE, Inflater, is_text, layers

ID = "身份证号: 110101190001011234 ok"


def said(data: bytes) -> dict[str, bytes]:
    return {layer.encoding: layer.data for layer in layers(data)}


@pytest.mark.parametrize(
    ("name", "encoding"),
    [("base64", "base64"), ("hex", "hex"), ("gzip", "gzip"), ("deflate", "deflate"), ("percent", "percent"), ("json", "json")],
)
def test_each_writing_is_undone(name: str, encoding: str) -> None:
    assert ID.encode() in said(WRITINGS[name](ID))[encoding]


def test_layers_in_layers() -> None:
    assert said(WRITINGS["gzip in base64"](ID))["base64+gzip"] == ID.encode()
    deep = base64.b64encode(base64.b64encode(gzip.compress(ID.encode())))
    assert said(deep)["base64+base64+gzip"] == ID.encode()
    too_deep = base64.b64encode(base64.b64encode(base64.b64encode(gzip.compress(ID.encode()))))
    assert not any(ID.encode() in data for data in said(too_deep).values())


def test_base64_behind_letters_that_are_no_part_of_it_and_over_lines() -> None:
    text = b"phone=13912345678, mail a@b.cn"
    for prefix in (b"", b"a", b"ab", b"abc", b"x/", b"path/to_"):
        assert any(text[6:] in layer.data for layer in layers(prefix + base64.b64encode(text)))
    urlsafe = base64.urlsafe_b64encode("经度?经度?>>>".encode() * 3)
    assert "经度".encode() in said(urlsafe)["base64"]


def test_utf16_of_either_order() -> None:
    assert said("id=13912345678".encode("utf-16-le"))["utf16"].startswith(b"id=1391234567")
    assert b"id=1391234567" in said("id=13912345678".encode("utf-16-be"))["utf16"]


def test_hexadecimal_with_an_odd_digit_and_with_spaces() -> None:
    run = b"13912345678 x".hex().encode()
    assert b"13912345678 x" in {layer.data for layer in layers(b"." + run + b"0.")}
    assert b"13912345678 x" in {layer.data for layer in layers(b".0" + run + b".")}
    assert said(run[:2] + b"".join(b" " + run[i : i + 2] for i in range(2, len(run), 2)))["hex"] == b"13912345678 x"


def test_a_string_of_protobuf_is_parted_from_the_next_field() -> None:
    # the next field has number 6 and begins with the digit 2
    data = protobuf((1, b"13912345678"), (6, b"abcdefgh"))
    assert data[13:14] == b"2"
    assert said(data)["protobuf"] == b"13912345678"


def test_a_bomb_is_bounded_and_told() -> None:
    bomb = gzip.compress(bytes(50 << 20))
    (layer, *_) = layers(bomb)
    assert len(layer.data) == MAX_INFLATED_BYTE
    assert layer.unread_byte > 0
    chain = gzip.compress(gzip.compress(gzip.compress(gzip.compress(bytes(20 << 20)))))
    assert sum(len(one.data) for one in layers(chain)) < 4 * MAX_INFLATED_BYTE


def test_a_compressed_piece_in_parts() -> None:
    whole, out = gzip.compress(ID.encode() * 50) + b"behind", b""
    machine = Inflater(gzip=True)
    for byte in whole[:-6]:
        out += machine.feed(bytes((byte,)))
    assert out == ID.encode() * 50
    assert machine.done
    other = Inflater(gzip=False)
    assert other.feed(zlib.compress(b"hello") + b"rest") == b"hello"
    assert (other.done, other.behind, other.feed(b"more")) == (True, b"rest", b"")
    broken = Inflater(gzip=True)
    assert (broken.feed(b"\x1f\x8b\x08" + b"z" * 40), broken.done) == (b"", True)


@given(st.binary(max_size=400))
def test_any_bytes_come_to_an_end(data: bytes) -> None:
    for layer in layers(data):
        assert 0 <= layer.at < len(data)
        assert layer.encoding


def test_noise_and_hostile_runs_cost_little() -> None:
    dice = random.Random(7)
    began = time.process_time()
    for data in (
        dice.randbytes(1 << 20), b"A" * (1 << 20), b"%41" * 300_000, b"\\u0041" * 150_000, b"41 " * 300_000, b"A\0" * 500_000,
        b"\x1f\x8b\x08" * 300_000, b"\x78\x9c" * 500_000, b"\x20" + b"!" * (1 << 20), b"a%" * 500_000,
    ):  # fmt: skip
        assert sum(len(layer.data) for layer in layers(data)) < 30 << 20
    assert time.process_time() - began < 20


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"plain text\r\n", True),
        ("中文内容，没有控制字符".encode(), True),
        ("中文内容，没有控制字符".encode()[1:-1], True),
        ("沪A12345 上海市".encode("gb2312"), True),
        (b"", True),
        (b"text with padding" + bytes(40), True),
        (bytes(40), False),
        (random.Random(1).randbytes(64), False),
        (b"\x01\x02\x03\x04abcd", False),
    ],
)
def test_what_is_text(data: bytes, text: bool) -> None:
    assert is_text(data) is text
