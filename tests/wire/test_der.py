"""DER: strict, bounded, and the same as an independent library where that reads it; Uptane's ASN.1 on the real samples."""

import json
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from asn1crypto.parser import parse, peek  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st

from zhunru.core.errors import EvidenceError
from zhunru.wire import metadata_der
from zhunru.wire.der import Element, MalformedDer, elements, one

SAMPLES = [
    f"ota/uptane_initial_w_no_update/{repo}/metadata/{role}.der"
    for repo in ("director", "imagerepo")
    for role in ("root", "targets", "snapshot", "timestamp")
]


def der(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    size = len(content)
    length = bytes([size]) if size < 128 else bytes([0x80 + (n := (size.bit_length() + 7) // 8)]) + size.to_bytes(n, "big")
    return bytes([tag]) + length + content


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"\x30", b"\x30\x01", b"\x30\x80\x00\x00", b"\x30\x81\x00", b"\x30\x81\x7f" + bytes(127), b"\x30\x82\x00\x80" + bytes(128), b"\x30\x85\x01\x00\x00\x00\x00",
        b"\x30\x84\xff\xff\xff\xff", b"\x04\x01a\x00", b"\x04\x01ab", b"\x3f\x01\x00", b"\x1f\x81\x01\x00", b"\x30\x03\x04\x05a", b"\x30\x02\x30\x01", b"\x02\x00" + b"\x02\x00",
    ],
)  # fmt: skip
def test_length_and_tag_tricks_are_refused(raw: bytes) -> None:
    with pytest.raises(MalformedDer) as told:
        one(raw)
    assert told.value.where.startswith("byte ") and told.value.diagnostics("zh")


@pytest.mark.parametrize(("levels", "refused"), [(23, False), (24, True), (20_000, True)])
def test_depth_is_bounded(levels: int, refused: bool) -> None:
    raw = b""
    for _ in range(levels + 1):
        raw = der(0x30, raw)
    began = time.process_time()
    if refused:
        with pytest.raises(MalformedDer):
            one(raw)
    else:
        assert one(raw).tag == 0x30
    assert time.process_time() - began < 2


@settings(max_examples=200, deadline=None)
@given(st.integers(-(2**63), 2**63 - 1))
def test_integers_are_those_of_an_independent_library(value: int) -> None:
    from asn1crypto.core import Integer  # type: ignore[import-untyped]

    assert one(Integer(value).dump()).integer() == value


@pytest.mark.parametrize("content", [b"", b"\x00\x7f", b"\xff\x80", bytes(9), b"\x01" + bytes(8), b"\x00" + b"\xff" * 8])
def test_integers_are_minimal_and_bounded(content: bytes) -> None:
    with pytest.raises(MalformedDer):
        one(der(2, content)).integer()


def test_other_values_have_their_form() -> None:
    assert one(b"\x01\x01\xff").boolean() and not one(b"\x01\x01\x00").boolean()
    assert one(b"\x1a\x02ab").text() == "ab" and one(b"\x04\x01\x00").octets() == b"\x00"

    def element(tag: int, content: bytes) -> Element:
        return Element(tag, content, der(tag, content), 0)

    calls: list[Callable[[], Any]] = [
        element(1, b"\x01").boolean, element(1, b"").boolean, element(0x21, b"\xff").boolean, element(0x1A, b"\x1f").text, element(0x1A, b"\x7f").text,
        element(0x1A, b"\xe9").text, element(0x3A, b"a").text, element(0x24, b"").octets, element(0x22, b"\x01").integer, element(4, b"").inner,
        element(0x30, b"\x04").inner,
    ]  # fmt: skip
    for call in calls:
        with pytest.raises(MalformedDer):
            call()


def _tree(element: Element) -> Any:
    return (element.tag, [_tree(e) for e in element.inner()] if element.constructed else element.content)


def _peer_tree(raw: bytes) -> Any:
    kind, method, tag, _, contents, _ = parse(raw, strict=True)
    byte = (kind << 6) | (method << 5) | tag
    if not method:
        return (byte, contents)
    inner, rest = [], contents
    while rest:
        size = peek(rest)
        inner.append(_peer_tree(rest[:size]))
        rest = rest[size:]
    return (byte, inner)


@pytest.mark.parametrize("name", [*SAMPLES, "ota/uptane_sample_vehicle_manifest.der", "ota/uptane_sample_timeserver_attestation.der"])
def test_elements_are_those_of_an_independent_library(name: str, real: Callable[[str], Path]) -> None:
    raw = real(name).read_bytes()
    assert _tree(one(raw)) == _peer_tree(raw)


def test_elements_may_stand_side_by_side() -> None:
    assert [e.at for e in elements(b"\x02\x01\x01\x04\x00")] == [0, 3]


# Uptane's forms


@pytest.mark.parametrize("name", SAMPLES)
def test_the_der_form_says_what_the_json_form_says(name: str, real: Callable[[str], Path]) -> None:
    found = metadata_der.metadata(real(name).read_bytes()).value
    told = json.loads(real(name.replace(".der", ".json")).read_text())["signed"]
    assert (found["_type"], found["version"]) == (told["_type"].lower(), told["version"])
    if found["_type"] == "root":
        assert found["roles"] == told["roles"]
        assert {k: v["keyval"] for k, v in found["keys"].items()} == {k: v["keyval"] for k, v in told["keys"].items()}
    if found["_type"] == "targets":
        assert found["targets"] == told["targets"]
    if found["_type"] in {"snapshot", "timestamp"}:
        assert {n.removesuffix(".der"): v["version"] for n, v in found["meta"].items()} == {
            n.removesuffix(".json"): v["version"] for n, v in told["meta"].items()
        }


@pytest.mark.parametrize("name", ["vehicle_manifest", "vehicle_version_manifest_democar"])
def test_manifests_say_the_same_in_both_forms(name: str, real: Callable[[str], Path]) -> None:
    found = metadata_der.vehicle_manifest(real(f"ota/uptane_sample_{name}.der").read_bytes()).value
    told = json.loads(real(f"ota/uptane_sample_{name}.json").read_text())["signed"]
    assert (found["vin"], found["primary_ecu_serial"]) == (told["vin"], told["primary_ecu_serial"])
    reports = {ecu: [r.value for r in listed] for ecu, listed in found["ecu_version_manifests"].items()}
    assert reports == {ecu: [r["signed"] for r in listed] for ecu, listed in told["ecu_version_manifests"].items()}


@pytest.mark.parametrize("name", ["", "_TCUdemocar", "_ecu11111"])
def test_reports_say_the_same_in_both_forms(name: str, real: Callable[[str], Path]) -> None:
    found = metadata_der.ecu_report(real(f"ota/uptane_sample_ecu_manifest{name}.der").read_bytes()).value
    assert found == json.loads(real(f"ota/uptane_sample_ecu_manifest{name}.json").read_text())["signed"]


HASH = der(0x30, b"\x0a\x01\x01", der(4, b"\x5a" * 32))
FILE = b"".join([der(0x80, b"a.bin"), der(0x81, b"\x05"), der(0x82, b"\x01"), der(0xA3, HASH)])
ONE = der(0x30, der(4, b"\xab" * 32), b"\x0a\x01\x01", der(4, bytes(64)))
KEY = der(0x30, der(4, b"\xab" * 32), b"\x0a\x01\x01", der(4, b"\x01" * 32))


def targets(*items: bytes, count: int | None = None, more: bytes = b"", number: int = 1, signed: bytes = b"") -> bytes:
    body = der(0xA1, der(0x80, bytes([len(items) if count is None else count])), der(0xA1, *items), more)
    top = der(0xA0, der(0x80, bytes([number])), der(0x81, b"\x7c\x25\x8c\x80"), der(0x82, b"\x03"), der(0xA3, body), signed)
    return der(0x30, top, b"\x81\x01\x01", der(0xA2, ONE))


def test_targets_with_custom_fields_and_delegations() -> None:
    custom = der(0xA1, der(0x80, b"\x07"), der(0x81, b"hw-a"), der(0x82, b"ecu-1"))
    role = der(0x30, der(0x80, b"foo"), der(0x81, b"\x01"), der(0xA2, der(4, b"\xab" * 32)), der(0x83, b"\x01"))
    path = der(0x30, der(0x80, b"\x01"), der(0xA1, der(0x1A, b"*")), der(0x82, b"\x01"), der(0xA3, role), der(0x84, b"\xff"))
    more = der(0xA2, der(0x80, b"\x01"), der(0xA1, KEY), der(0x82, b"\x01"), der(0xA3, path))
    found = metadata_der.metadata(targets(der(0x30, der(0xA0, FILE), custom), more=more))
    assert found.value["targets"] == {
        "a.bin": {
            "length": 5,
            "hashes": {"sha256": "5a" * 32},
            "custom": {"release_counter": 7, "hardware_id": "hw-a", "ecu_serial": "ecu-1"},
        }
    }
    assert found.value["version"] == 3 and found.value["expires"] == "2036-01-01T21:26:24Z"
    (delegation,) = found.value["delegations"]["roles"]
    assert delegation == {"name": "foo", "keyids": ["ab" * 32], "threshold": 1, "paths": ["*"], "terminating": True}
    assert found.value["delegations"]["keys"]["ab" * 32]["keyval"] == {"public": "01" * 32}
    several = path.replace(der(0x82, b"\x01") + der(0xA3, role), der(0x82, b"\x02") + der(0xA3, role, role))
    with pytest.raises(MalformedDer):
        metadata_der.metadata(targets(der(0x30, der(0xA0, FILE)), more=more.replace(path, several)))


@pytest.mark.parametrize(
    "raw",
    [
        targets(der(0x30, der(0xA0, FILE)), count=2), targets(der(0x30, der(0xA0, FILE)), count=0), targets(der(0x30, der(0xA0, FILE)), der(0x30, der(0xA0, FILE))),
        targets(number=0), targets(number=9), targets(signed=der(0x84, b"")), targets(der(0x30, der(0xA0, FILE[:-3]))), targets(der(0x30, der(0xA0, FILE + der(0x84, b"")))),
        targets(der(0x30, der(0xA0, FILE[7:] + FILE[:7]))), targets(der(0x30, der(0xA0, FILE.replace(b"\x0a\x01\x01", b"\x0a\x01\x09")))),
        targets(der(0x30, der(0xA0, FILE.replace(HASH, HASH + HASH).replace(b"\x82\x01\x01", b"\x82\x01\x02")))), targets().replace(b"\x81\x01\x01", b"\x81\x01\x02"),
        targets().replace(b"\x7c\x25\x8c\x80", b"\xff\x25\x8c\x80"), targets(more=der(0xA3, b"")), b"\x30\x00", der(0x30, der(0xA0), b"\x81\x01\x00", der(0xA2)),
    ],
)  # fmt: skip
def test_forms_are_kept_to_the_letter(raw: bytes) -> None:
    with pytest.raises(MalformedDer):
        metadata_der.metadata(raw)


def test_what_says_root_and_holds_targets_is_refused() -> None:
    with pytest.raises(MalformedDer) as told:
        metadata_der.metadata(targets(number=2))
    assert "role" in told.value.what.en


@pytest.mark.parametrize(
    "read", [metadata_der.metadata, metadata_der.time_attestation, metadata_der.vehicle_manifest, metadata_der.ecu_report]
)
def test_damage_ends_in_a_value_or_a_diagnostic(read: Callable[[bytes], Any], real: Callable[[str], Path]) -> None:
    dice = random.Random(11)
    names = [
        "ota/uptane_initial_w_no_update/imagerepo/metadata/root.der",
        "ota/uptane_sample_vehicle_manifest.der",
        "ota/uptane_sample_timeserver_attestation.der",
        "ota/uptane_sample_ecu_manifest.der",
    ]
    whole = [real(n).read_bytes() for n in names]
    began = time.process_time()
    for raw in whole:
        for _ in range(150):
            damaged = bytearray(raw)
            for _ in range(dice.choice([1, 1, 3])):
                damaged[dice.randrange(len(damaged))] = dice.randrange(256)
            for piece in (bytes(damaged), bytes(damaged[: dice.randrange(len(damaged))])):
                try:
                    read(piece)
                except EvidenceError as error:
                    assert error.diagnostics("zh") and error.where
    assert time.process_time() - began < 20
