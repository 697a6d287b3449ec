"""The fast path and the strict parser of candump lines give the same columns."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhunru.wire.candump import FD_LENGTHS, Frame, UnreadableLineError, parse_line
from zhunru.wire.candump_block import CLASSIC, Block, Lines, parse_block

_BLOCK = Block(1 << 16)


def _fast(text: bytes) -> tuple[dict[int, dict[str, Any]], list[bytes], int]:
    _BLOCK.forget(_BLOCK.size)
    _BLOCK.room()[: len(text)] = text
    _BLOCK.end += len(text)
    lines = parse_block(_BLOCK, _BLOCK.lines())
    rows = {int(n): _row(lines, k) for k, n in enumerate(lines.row)}
    return rows, [_BLOCK.line(a, b) for _, a, b in lines.other], lines.line_count


def _row(c: Lines, k: int) -> dict[str, Any]:
    fd = c.fd_flags is not None and c.fd_flags[k] != CLASSIC
    flags = int(c.fd_flags[k]) if fd and c.fd_flags is not None else 0
    return {
        "t_ns": int(c.t_ns[k]),
        "bus": c.buses[c.bus[k]],
        "arbitration_id": int(c.arbitration_id[k]),
        "extended": bool(c.extended[k]),
        "remote": False,
        "error": bool(c.error[k]),
        "fd": fd,
        "brs": bool(flags & 1),
        "esi": bool(flags & 2),
        "sent": None if c.sent is None or c.sent[k] < 0 else bool(c.sent[k]),
        "length_byte": int(c.length_byte[k]),
        "dlc_code": None,
        "data_raw": int(c.data_raw[k]),
        "data_tail": c.tails.get(k),
    }


def _strict(line: bytes) -> dict[str, Any] | None:
    try:
        return parse_line(line)._asdict()
    except UnreadableLineError:
        return None


def agree(text: bytes) -> int:
    """Assert that both tiers agree on every line; return how many the fast path took."""
    rows, other, count = _fast(text)
    lines = [line.removesuffix(b"\r") for line in text.split(b"\n")[:-1]]
    assert count == len(lines)
    assert len(rows) + len(other) + sum(not line for line in lines) == len(lines)
    for number, row in rows.items():
        assert row == _strict(lines[number]), lines[number]
    assert sorted(other) == sorted(line for n, line in enumerate(lines) if line and n not in rows)
    return len(rows)


_HEX = st.text("0123456789ABCDEFabcdef")


@st.composite
def _lines(draw: st.DrawFn) -> bytes:
    seconds = draw(st.sampled_from(["0", "46408", "1469439874", "9223372035", "9223372036", "9999999999"]))
    bus = draw(st.sampled_from(["can0", "can1", "can128", "vcan10", "powertrain_can0", "sixteen_charss_x", "c#n"]))
    ident = draw(st.sampled_from(["0D7", "7FF", "800", "FFF", "1ABCDEF0", "3FFFFFFF", "20000008", "40000000", "0d7", "1234"]))
    size = draw(st.sampled_from([*sorted(FD_LENGTHS), 9, 65]))
    data = draw(st.binary(min_size=size, max_size=size)).hex().upper()
    body = draw(st.sampled_from([f"#{data}", f"#{data[:16]}", f"##1{data}", f"##{data}", "#R", "#R4", f"#{data[:16]}_C", f"#{data[:15]}"]))
    fraction = draw(st.sampled_from(["299591", "000000", "5", "123456789"]))
    end = draw(st.sampled_from(["", " R", " T", " X", "\r", " T\r"]))
    return f"({seconds}.{fraction}) {bus} {ident}{body}{end}".encode()


@settings(max_examples=150, deadline=None)
@given(st.lists(_lines(), min_size=1, max_size=12))
def test_fast_and_strict_agree_on_built_lines(lines: list[bytes]) -> None:
    agree(b"\n".join(lines) + b"\n")


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_fast_and_strict_agree_on_mutated_lines(data: st.DataObject) -> None:
    text = bytearray(b"".join(b"(1469439874.%06d) can%d 0D7#00112233445566%02X\n" % (k, k % 3, k) for k in range(9)))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(text) - 1))
        kind = data.draw(st.sampled_from("sid"))
        byte = data.draw(st.sampled_from(list(b"0#R_ ).(\r\nTg\x00\xff9F")))
        if kind == "s":
            text[place] = byte
        elif kind == "i":
            text.insert(place, byte)
        else:
            del text[place]
    agree(bytes(text) + b"\n")


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from([b"#", b"##", b"\n", b"\r\n", b" T\n", b"(1469439874.299591)", b" ", b"c", b"0D7", b"18FEF100", b"1", b"AB"]),
        max_size=40,
    )
)
def test_fast_and_strict_agree_where_marks_crowd(parts: list[bytes]) -> None:
    usual = b"(1469439874.299591) c 0D7#\n"
    for before in range(8):  # the marks in every place of the aligned runs of eight bytes
        agree(usual * before + b"".join(parts) + b"\n" + usual)


@pytest.mark.parametrize(
    "name", [b"c", b"can0", b"seven_c", b"eight_ch", b"nine_char", b"fifteen_charact", b"sixteen_characte", b"c#n", b"c n", b"c\xe9", b""]
)
def test_bus_names_of_every_length_beside_usual_ones(name: bytes) -> None:
    lines = b"".join(b"(1469439874.%06d) %s 0D7#00\n(1469439874.%06d) can0 18FEF100#00\n" % (k, name, k) for k in range(9))
    usual = 1 <= len(name) <= 15 and name.replace(b"_", b"").isalnum() and name.isascii()
    assert agree(lines) == (18 if usual else 9)


@pytest.mark.parametrize("width", range(1, 12))
def test_times_of_every_width(width: int) -> None:
    line = b"(%s.299591) can0 0D7#00\n" % (b"1469439874"[:width] if width <= 10 else b"01469439874")
    assert agree(line * 3) == (3 if width <= 10 else 0)


def test_the_fast_path_takes_ordinary_lines() -> None:
    classic = b"".join(b"(1469439874.%06d) can1 %s#%s T\r\n" % (k, (b"0D7", b"18FEF100")[k % 2], b"AB" * (k % 9)) for k in range(90))
    flexible = b"".join(b"(46408.%06d) can1 0D7##1%s\n" % (k, b"5A" * n) for k, n in enumerate(sorted(FD_LENGTHS)))
    assert agree(classic) == 90
    assert agree(flexible) == len(FD_LENGTHS)


def test_time_is_exact() -> None:
    rows, _, _ = _fast(b"(1469439874.299591) can1 0D7#\n(9223372035.999999) can1 0D7#\n")
    assert [row["t_ns"] for row in rows.values()] == [1469439874299591000, 9223372035999999000]
    assert parse_line(b"(1469439874.1234567) c 0D7#").t_ns == 1469439874123456700


def test_strict_fields() -> None:
    plain = Frame(1_000_000_000, "c", 0xD7, False, False, False, False, False, False, None, 2, None, 0x1122 << 48, None)
    assert parse_line(b"(1.0) c 0D7#1122") == plain
    assert parse_line(b"(1.0) c 000000D7#1122 T") == plain._replace(extended=True, sent=True)
    assert parse_line(b"(1.0) c 0D7#R8_F R") == plain._replace(remote=True, length_byte=8, dlc_code=15, data_raw=0, sent=False)
    assert parse_line(b"(1.0) c 20000008#1122") == plain._replace(arbitration_id=8, error=True)
    tail = bytes(range(8, 12))
    assert parse_line(b"(1.0) c 0D7##3000102030405060708090A0B") == plain._replace(
        fd=True, brs=True, esi=True, length_byte=12, data_raw=0x0001020304050607, data_tail=tail
    )


@pytest.mark.parametrize(
    "line",
    [
        b"", b"(1.0) c 800#", b"(1.0) c 40000000#", b"(1.0) c 0D7#1", b"(1.0) c 0D7#" + b"00" * 9, b"(1.0) c 0D7##", b"(1.0) c 0D7##1" + b"00" * 9,
        b"(1.0) c 0D7#0011_9", b"(1.0) c 0D7#R9", b"(1.0) c 0D7#00 X", b"(1.) c 0D7#", b"(-1.0) c 0D7#", b"(9223372036.0) c 0D7#", b"(1.0)  0D7#",
        b"1.0 c 0D7#", b"(1.0) c 0D7#R3_9", b" (1.0) c 0D7#", "(１.0) c 0D7#".encode(),
    ],
)  # fmt: skip
def test_strict_refuses(line: bytes) -> None:
    with pytest.raises(UnreadableLineError):
        parse_line(line)
