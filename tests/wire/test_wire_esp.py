"""ESP in IP packets: found where it stands, survived whatever the bytes, and counted once."""

from dataclasses import astuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.sealed import CAR, CAR6, GATE, GATE6, GCM, INNER, SAS, SHA1, Sa, key, table

from zhunru.range import packets as p
from zhunru.wire.esp import EspOpener
from zhunru.wire.esp_keys import associations
from zhunru.wire.esp_place import Place, located

GIVEN = associations(table(*SAS.values()), "esp_sa")


def told(packet: bytes) -> tuple[bytes | None, EspOpener]:
    opener = EspOpener(GIVEN)
    return opener.opened(packet), opener


@pytest.mark.parametrize("natt", [False, True])
@pytest.mark.parametrize("name", SAS)
def test_a_packet_cut_at_any_byte_stays_closed(name: str, natt: bool) -> None:
    whole = SAS[name].packet(INNER, natt=natt)
    for size in range(len(whole)):
        found, opener = told(whole[:size])
        assert found is None
        assert (opener.account.opened, opener.account.closed) in {(0, 0), (0, 1)}
        assert size < (48 if name.endswith("IPv6") else 28) or opener.account.cut == 1
    assert told(whole)[0] is not None


def test_extension_headers_stay_before_what_was_hidden() -> None:
    sa = SAS["gcm128 over IPv6"]
    options = bytes([50, 0, 1, 4, 0, 0, 0, 0])
    found, _ = told(p.ip(CAR6, GATE6, 60, options + sa.body(INNER)))
    assert found == p.ip(CAR6, GATE6, 60, bytes([4]) + options[1:] + INNER)
    piece = bytes([50, 0, 0, 1]) + bytes(4)
    assert located(p.ip(CAR6, GATE6, 44, piece + sa.body(INNER))) == "fragment"
    assert isinstance(located(p.ip(CAR6, GATE6, 44, piece[:3] + bytes(5) + sa.body(INNER))), Place)  # an atomic fragment is whole


def test_options_of_ipv4_and_bytes_behind_the_packet() -> None:
    sealed = SAS["gcm128"].packet(INNER)
    longer = bytes([0x46]) + sealed[1:2] + (len(sealed) + 4).to_bytes(2, "big") + sealed[4:20] + b"\1\1\1\0" + sealed[20:]
    found, _ = told(longer + b"trailer")
    assert found is not None
    assert (found[24:], found[9], int.from_bytes(found[2:4], "big")) == (INNER, 4, 24 + len(INNER))
    assert p.internet_checksum(found[:24]) == 0


def test_layers_of_esp_are_opened_as_far_as_keys_go() -> None:
    sa, strange = SAS["gcm128"], Sa(0x7777, GCM, key(20, 3))
    found, opener = told(sa.packet(SAS["null sha1"].body(INNER), 50))
    assert (found, opener.account.opened) == (p.ip(CAR, GATE, 4, INNER), 1)
    found, opener = told(sa.packet(strange.body(INNER), 50))
    assert (found, opener.account.opened, opener.account.no_key) == (p.ip(CAR, GATE, 50, strange.body(INNER)), 0, 1)


@pytest.mark.parametrize("pad", [b"\1\2\4", b"\0\0\0"])
def test_padding_that_is_not_that_of_the_standard_contradicts(pad: bytes) -> None:
    found, opener = told(SAS["null sha1"].packet(INNER, pad=pad))
    assert (found, opener.account.contradicting) == (None, 1)


def test_a_pad_length_beyond_the_packet_contradicts() -> None:
    sa = SAS["null sha1"]
    opener = EspOpener(GIVEN)
    short = Sa(sa.spi, "NULL", b"", SHA1, sa.auth_key).packet(b"", pad=bytes(range(1, 256)))
    assert opener.opened(short) == p.ip(CAR, GATE, 4, b"")
    assert opener.opened(_resealed(sa, bytes([9, 4]))) is None
    assert opener.opened(_resealed(sa, b"")) is None
    assert (opener.account.opened, opener.account.contradicting) == (1, 2)


def _resealed(sa: Sa, plain: bytes) -> bytes:
    import hmac

    signed = sa.spi.to_bytes(4, "big") + bytes([0, 0, 0, 9]) + plain
    return p.ip(CAR, GATE, 50, signed + hmac.digest(sa.auth_key, signed, "sha1")[:12])


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=120), st.sampled_from([50, 17, 44, 60, 0]), st.booleans(), st.booleans())
def test_any_bytes_are_survived_and_counted_at_most_once(payload: bytes, protocol: int, six: bool, known: bool) -> None:
    if known:
        payload = (0x1006).to_bytes(4, "big") + payload
    ends = (CAR6, GATE6) if six else (CAR, GATE)
    found, opener = told(p.udp(*ends, 4500, 4500, payload) if protocol == 17 else p.ip(*ends, protocol, payload))
    assert found is None
    assert sum(astuple(opener.account)) in {0, 1}


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=100))
def test_raw_bytes_are_survived(packet: bytes) -> None:
    assert told(packet)[0] is None


def test_a_key_for_any_number_opens_neither_the_other_family_nor_reserved_numbers() -> None:
    sa, six = Sa(0x1234, GCM, key(20)), Sa(0x1234, GCM, key(20), src=CAR6, dst=GATE6)
    for row, packet, opened in (("IPv4", sa, 1), ("IPv4", six, 0), ("IPv6", six, 1), ("IPv6", sa, 0), ("IPv4", Sa(255, GCM, key(20)), 0)):
        fields = sa.row.split(",")
        fields[:4] = [f'"{row}"', '"*"', '"*"', '"*"']
        opener = EspOpener(associations(",".join(fields).encode(), "esp_sa"))
        opener.opened(packet.packet(INNER))
        assert (opener.account.opened, opener.account.no_key) == (opened, 1 - opened)
