"""Identifiers in telematics frames: where they stand, what is placeholder, what is hidden and what only claims to be."""

import pytest

from zhunru.wire import gbt32960_units, jtt808_bodies
from zhunru.wire.gbt32960 import COMMAND, Frame
from zhunru.wire.gbt32960_units import Body, Login, Position, Report
from zhunru.wire.jtt808 import Message
from zhunru.wire.jtt808_bodies import Batch, Location, Registration
from zhunru.wire.telematics_facts import Fact, Told, of_gbt32960, of_jtt808

VIN = b"LSVAA4182E2184847"
TIME = bytes((26, 5, 31, 12, 30, 0))
PHONE = "013912345678"


def report(*bodies: Body, encryption: int = 1, rest: bytes = b"", edition: int = 2016, time: bytes = TIME) -> Frame:
    data = gbt32960_units.encode(Report(time, bodies, b"sig" if edition == 2025 else b"", rest), edition)
    return Frame(edition, 2, COMMAND, VIN, encryption, data)


def fix(latitude: float = 31.23, longitude: float = 121.47, *, valid: bool = True, edition: int = 2016) -> Body:
    return gbt32960_units.position_body(Position(valid, longitude, latitude, 1 if edition == 2025 else 0), edition)


def place(state: int = 2, latitude: float = 31.23, longitude: float = 121.47, items: tuple[tuple[int, bytes], ...] = ()) -> Location:
    return Location(0, state, latitude, longitude, 0, 0, 0, "260531123000", items)


def message(number: int, body: bytes, edition: int = 2013, phone: str = PHONE, encryption: int = 0) -> Message:
    return Message(edition, number, phone, 1, encryption, None, body)


VIN_FACT, PLACE, MOBILE = (
    Fact("vin", VIN.decode(), True),
    Fact("coordinate", "31.230000,121.470000", True),
    Fact("mobile", "13912345678", True),
)


@pytest.mark.parametrize("edition", [2016, 2025])
def test_position_and_vin_of_a_report(edition: int) -> None:
    assert of_gbt32960(report(fix(edition=edition), edition=edition)) == Told((VIN_FACT, PLACE), (), 0, 0)


def test_without_a_fix_a_place_is_only_suspected_and_placeholders_are_none() -> None:
    assert of_gbt32960(report(fix(valid=False))).facts[1:] == (PLACE._replace(certain=False),)
    assert of_gbt32960(report(fix(0, 0))).facts == (VIN_FACT,)
    ones = Body(5, b"\7" + b"\xff" * 8)
    assert of_gbt32960(report(ones)).facts == (VIN_FACT,)
    assert of_gbt32960(report(fix(90, 180))).facts[1].certain
    assert of_gbt32960(report(fix(90.000001, 0))).facts == (VIN_FACT,)


def test_the_vin_stays_clear_when_the_data_are_encrypted() -> None:
    sealed = report(fix())._replace(encryption=3, data=bytes(range(200, 232)))
    assert of_gbt32960(sealed) == Told((VIN_FACT,), (), 32, 0)


def test_data_that_only_claim_to_be_encrypted_are_clear() -> None:
    assert of_gbt32960(report(fix(), encryption=3)).facts == (VIN_FACT, PLACE)
    # a time that no calendar has is noise
    assert of_gbt32960(report(fix(), encryption=3, time=bytes((26, 13, 1, 0, 0, 0)))) == Told((VIN_FACT,), (), 16, 0)


def test_login_and_platform_login() -> None:
    login = gbt32960_units.encode(Login(TIME, 1, "89860012345678901237", (b"P1",)), 2016)
    assert of_gbt32960(Frame(2016, 1, COMMAND, VIN, 1, login)).facts == (VIN_FACT, Fact("iccid", "89860012345678901237", True))
    blank = gbt32960_units.encode(Login(TIME, 1, "0" * 20, ()), 2016)
    assert of_gbt32960(Frame(2016, 1, COMMAND, VIN, 1, blank)).facts == (VIN_FACT,)
    assert of_gbt32960(Frame(2016, 5, COMMAND, VIN, 1, bytes(41))).facts == ()
    assert of_gbt32960(Frame(2016, 7, COMMAND, b"0" * 17, 1, b"")).facts == ()


def test_bytes_of_the_maker_are_handed_on() -> None:
    own = Body(0x85, b"\0\5hello")
    assert of_gbt32960(report(own, rest=b"\x30rest")) == Told((VIN_FACT,), (b"hello", b"\x30rest"), 0, 5)
    broken = Frame(2016, 2, COMMAND, VIN, 1, bytes(6) + b"\5abc")
    assert of_gbt32960(broken) == Told((VIN_FACT,), (broken.data,), 0, 10)
    assert of_gbt32960(broken._replace(response=1)).unread_byte == 0


def test_locations_of_jtt808() -> None:
    assert of_jtt808(message(0x200, jtt808_bodies.encode_location(place()))).facts == (MOBILE, PLACE)
    assert of_jtt808(message(0x200, jtt808_bodies.encode_location(place(0)))).facts == (MOBILE, PLACE._replace(certain=False))
    south = place(2 | 4 | 8, -33.9, -70.1, ((0xEB, b"own"), (1, b"abcd")))
    told = of_jtt808(message(0x704, jtt808_bodies.encode_batch(Batch(0, (place(), south)))))
    assert told == Told((MOBILE, PLACE, Fact("coordinate", "-33.900000,-70.100000", True)), (b"own",), 0, 0)


def test_phone_of_the_header() -> None:
    assert of_jtt808(message(2, b"", phone="0" * 12)).facts == ()
    assert of_jtt808(message(2, b"", phone="106481234567")).facts == ()
    assert of_jtt808(message(2, b"", 2019, "0" * 9 + "13912345678")).facts == (MOBILE,)


def test_registration_authentication_attributes_driver() -> None:
    def registered(plate: str, colour: int) -> tuple[Fact, ...]:
        body = jtt808_bodies.encode_registration(Registration(31, 115, b"m", b"x", b"t", colour, plate), 2013)
        return of_jtt808(message(0x100, body)).facts[1:]

    assert registered("沪A12345", 1) == (Fact("plate", "沪A12345", True),)
    assert registered("沪AD12345", 4) == (Fact("plate", "沪AD12345", True),)
    assert registered("TEST", 1) == (Fact("plate", "TEST", False),)
    assert registered(VIN.decode(), 0) == (VIN_FACT,)
    assert registered("", 1) == ()
    imei = of_jtt808(message(0x102, b"\1a" + b"490154203237518" + bytes(20), 2019, "0" * 20)).facts
    assert imei == (Fact("imei", "490154203237518", True),)
    attributes = bytes(34) + bytes.fromhex("89860012345678901237") + b"rest"
    assert of_jtt808(message(0x107, attributes)) == Told((MOBILE, Fact("iccid", "89860012345678901237", True)), (b"rest",), 0, 0)
    name = "王小明".encode("gbk")
    driver = b"\1" + bytes(7) + bytes((len(name),)) + name + bytes(20)
    assert of_jtt808(message(0x702, driver)).facts[1:] == (Fact("person_name", "王小明", True),)


def test_encrypted_broken_and_unknown_bodies() -> None:
    assert of_jtt808(message(0x200, bytes(30), encryption=1)) == Told((MOBILE,), (), 30, 0)
    assert of_jtt808(message(0x200, b"short")) == Told((MOBILE,), (b"short",), 0, 5)
    assert of_jtt808(message(0x900, b"own")) == Told((MOBILE,), (b"own",), 0, 0)
    part = message(0x704, b"part")._replace(package=(2, 2))
    assert of_jtt808(part) == Told((MOBILE,), (b"part",), 0, 4)
