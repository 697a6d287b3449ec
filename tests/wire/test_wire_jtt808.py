"""Messages of JT/T 808: agree with what an independent decoder publishes, survive cuts and lies, and come back as they went."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhunru.wire import jtt808, jtt808_bodies
from zhunru.wire.jtt808 import Message, MessageError
from zhunru.wire.jtt808_bodies import Attributes, Authentication, Batch, Driver, Location, Registration

LOCATION = bytes.fromhex(
    "7e0200003c01887663897200e5000000000004000001317a6706936851000e00000027171019"
    "193538010400003fb2030200002504000000002a0200002b040000000030011f310100ab7e"
)
"""A location that a public gateway (emqx) has in its tests, with the values it tells of it."""
ESCAPED = bytes.fromhex(
    "7e020000310191720382680200000000000000000301d3b5d70633e44700040000008a220419160546010400000000050300000030011f31010f8202007d02177e"
)


def test_a_published_location_says_what_the_other_decoder_says() -> None:
    (found,) = jtt808.find(LOCATION)
    message = found.message
    assert (message.id, message.phone, message.serial, message.encryption, len(message.body)) == (0x200, "018876638972", 229, 0, 60)
    place = jtt808_bodies.decode(message)
    assert isinstance(place, Location)
    assert (round(place.latitude_deg, 6), round(place.longitude_deg, 6)) == (20.019815, 110.323793)
    assert (place.alarm, place.state, place.height_m, place.speed, place.direction, place.time) == (0, 262144, 14, 0, 39, "171019193538")
    assert not place.located
    assert dict(place.items)[1] == (16306).to_bytes(4, "big")
    assert [kind for kind, _ in place.items] == [1, 3, 37, 42, 43, 48, 49]
    assert jtt808.encode(message) == LOCATION
    assert jtt808_bodies.encode_location(place) == message.body


def test_a_published_message_with_an_escaped_byte() -> None:
    (found,) = jtt808.find(ESCAPED)
    place = jtt808_bodies.decode(found.message)
    assert isinstance(place, Location)
    assert place.located
    assert place.items[-1] == (0x82, b"\0\x7e")
    assert jtt808.encode(found.message) == ESCAPED


def test_a_published_registration() -> None:
    told = Registration(58, 59, b"examp", b"3" * 20, b"1234567", 3, "ujvl239")
    message = Message(2013, 0x100, "000123456789", 78, 0, None, jtt808_bodies.encode_registration(told, 2013))
    assert jtt808_bodies.decode(message) == told
    assert message.body == bytes((0, 58, 0, 59)) + b"examp" + b"3" * 20 + b"1234567" + b"\3" + b"ujvl239"


def test_registration_of_2019_with_a_chinese_plate_and_a_vin() -> None:
    for plate, colour in (("沪A12345", 1), ("LSVAA4182E2184847", 0)):
        told = Registration(31, 115, b"12345678901", b"model-x", b"terminal-7", colour, plate)
        message = Message(2019, 0x100, "0" * 9 + "13912345678", 1, 0, None, jtt808_bodies.encode_registration(told, 2019))
        (found,) = jtt808.find(b"\0\1" + jtt808.encode(message) + b"\2")
        assert found.message == message
        assert jtt808_bodies.decode(found.message) == told


def test_other_bodies() -> None:
    def of(number: int, body: bytes, edition: int = 2013) -> object:
        return jtt808_bodies.decode(Message(edition, number, "0" * (20 if edition == 2019 else 12), 1, 0, None, body))

    assert of(0x102, b"secret") == Authentication("secret", "", b"")
    assert of(0x102, b"\3abc" + b"490154203237518" + bytes(20), 2019) == Authentication("abc", "490154203237518", bytes(20))
    attributes = bytes(2) + bytes(5) + bytes(20) + bytes(7) + bytes.fromhex("89860012345678901237") + b"\1v"
    assert of(0x107, attributes) == Attributes(0, b"", b"", b"", "89860012345678901237", b"\1v")
    name, issuer = "王小明".encode("gbk"), "上海".encode("gbk")
    card = b"\1" + bytes.fromhex("260101080000") + b"\0" + bytes((len(name),)) + name + b"1234567890".ljust(20, b"\0")
    assert of(0x702, card + bytes((len(issuer),)) + issuer) == Driver(1, "260101080000", "王小明", "1234567890", "上海")
    assert of(0x702, b"\2" + bytes(6)) == Driver(2, "0" * 12, "", "", "")
    assert of(0x201, b"\0\1" + bytes(28)) == jtt808_bodies.location(bytes(28))
    assert of(0x900, b"anything") is None


def test_encrypted_and_divided_messages() -> None:
    message = Message(2013, 0x200, "013912345678", 1, 1, None, bytes(28))
    with pytest.raises(MessageError, match="encrypted"):
        jtt808_bodies.decode(message)
    divided = message._replace(encryption=0, package=(3, 1))
    (found,) = jtt808.find(jtt808.encode(divided))
    assert found.message == divided
    assert jtt808_bodies.decode(divided) is None
    with pytest.raises(MessageError, match="package"):
        jtt808.decode(jtt808.encode(divided._replace(package=(3, 4)))[1:-1])


@pytest.mark.parametrize(
    ("number", "edition", "body"),
    [
        (0x200, 2013, bytes(27)),
        (0x200, 2013, bytes(28) + b"\1"),
        (0x200, 2013, bytes(28) + b"\1\4ab"),
        (0x704, 2013, b"\0\2\0" + b"\0\x1c" + bytes(28)),
        (0x704, 2013, b"\0\1\0" + b"\xff\xff" + bytes(28)),
        (0x704, 2013, b"\0\1\0\0"),
        (0x704, 2013, b""),
        (0x100, 2013, bytes(36)),
        (0x100, 2019, bytes(75)),
        (0x102, 2019, b"\xff" + bytes(40)),
        (0x102, 2019, b""),
        (0x107, 2013, bytes(43)),
        (0x702, 2013, b"\1" + bytes(7) + b"\xffabc"),
        (0x702, 2013, b"\1"),
    ],
)
def test_lengths_and_counts_that_lie(number: int, edition: int, body: bytes) -> None:
    with pytest.raises(MessageError):
        jtt808_bodies.decode(Message(edition, number, "0" * 12, 1, 0, None, body))


micro = st.integers(0, 90_000_000).map(lambda n: n * 1e-6)
items = st.lists(st.tuples(st.integers(0, 255), st.binary(max_size=20)), max_size=4).map(tuple)


@st.composite
def locations(draw: st.DrawFn) -> Location:
    state = draw(st.integers(0, 2**32 - 1))
    north, east = draw(micro) * (-1 if state & 4 else 1), draw(micro) * (-1 if state & 8 else 1)
    height, speed, direction = (draw(st.integers(0, 65535)) for _ in range(3))
    time = draw(st.binary(min_size=6, max_size=6)).hex()
    return Location(draw(st.integers(0, 2**32 - 1)), state, north, east, height, speed, direction, time, draw(items))


@given(st.lists(locations(), max_size=5).map(tuple), st.integers(0, 1))
def test_batches_come_back(places: tuple[Location, ...], kind: int) -> None:
    body = jtt808_bodies.encode_batch(Batch(kind, places))
    back = jtt808_bodies.decode(Message(2019, 0x704, "0" * 20, 1, 0, None, body))
    assert isinstance(back, Batch)
    assert len(back.locations) == len(places)
    assert jtt808_bodies.encode_batch(back) == body
    for one, other in zip(back.locations, places, strict=True):
        assert one.latitude_deg == pytest.approx(other.latitude_deg)
        assert one.longitude_deg == pytest.approx(other.longitude_deg)
        assert one[4:] == other[4:]


@st.composite
def messages(draw: st.DrawFn) -> Message:
    edition = draw(st.sampled_from((2013, 2019)))
    digits = 20 if edition == 2019 else 12
    phone = draw(st.text("0123456789", min_size=digits, max_size=digits))
    package = draw(st.none() | st.tuples(st.integers(5, 9), st.integers(1, 5)))
    body = draw(st.binary(max_size=60) | st.just(b"\x7d\x7e" * 511))
    return Message(
        edition,
        draw(st.sampled_from((0x200, 0x704, 0x900, 0x8100))),
        phone,
        draw(st.integers(0, 65535)),
        draw(st.integers(0, 7)),
        package,
        body,
    )


@given(st.lists(messages(), max_size=4), st.booleans())
def test_messages_are_found_among_other_bytes(sent: list[Message], shared: bool) -> None:
    parts = [jtt808.encode(m) for m in sent]
    run = b"\x7e" + b"".join(p[1:] for p in parts) if shared and parts else b"noise".join([b"", *parts, b"\0"])
    assert [f.message for f in jtt808.find(run)] == sent


@given(messages())
def test_a_message_cut_anywhere_is_none_yet_and_has_begun(message: Message) -> None:
    whole = jtt808.encode(message)
    for cut in range(1, len(whole)):
        assert list(jtt808.find(whole[:cut])) == []
        assert jtt808.begun(b"ab" + whole[:cut]) == 2


@given(messages(), st.data())
def test_one_changed_byte_is_noticed(message: Message, data: st.DataObject) -> None:
    whole = bytearray(jtt808.encode(message))
    at = data.draw(st.integers(1, len(whole) - 2))
    whole[at] ^= data.draw(st.integers(1, 255))
    # an escape may be made or broken; what comes out is never the message
    assert message not in [f.message for f in jtt808.find(bytes(whole))]


@given(st.binary(max_size=200), st.sampled_from((2013, 2019)))
@settings(max_examples=300)
def test_any_body_ends_in_a_body_or_an_error(body: bytes, edition: int) -> None:
    for number in (0x100, 0x102, 0x107, 0x200, 0x201, 0x702, 0x704):
        try:
            jtt808_bodies.decode(Message(edition, number, "0" * 12, 1, 0, None, body))
        except MessageError:
            continue


def test_many_flags_cost_little() -> None:
    assert list(jtt808.find(b"\x7e" * 300_000)) == []
    assert list(jtt808.find((b"\x7e" + b"a" * 2000) * 300)) == []


def test_what_does_not_fit_is_not_encoded() -> None:
    with pytest.raises(MessageError):
        jtt808.encode(Message(2013, 0x200, "1", 1, 0, None, b""))
    with pytest.raises(MessageError):
        jtt808.encode(Message(2013, 0x200, "0" * 12, 1, 0, None, bytes(1024)))
    with pytest.raises(MessageError):
        jtt808.unescaped(b"\x7d\x03")
