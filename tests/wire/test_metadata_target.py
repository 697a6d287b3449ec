"""A target file against its entry: boundaries of length, hashes, rate, and the fields that Uptane adds."""

from hashlib import new
from typing import Any

import pytest

from zhunru.wire.metadata_file import BadForm
from zhunru.wire.metadata_target import check_file, check_rate, counter_of, ecus_of, same_file

CONTENT = b"firmware"


def entry(*names: str, length: int = len(CONTENT)) -> dict[str, Any]:
    return {"length": length, "hashes": {n: new(n, CONTENT).hexdigest() for n in names}}


@pytest.mark.parametrize("names", [("sha256",), ("sha384",), ("sha512",), ("sm3",), ("sha256", "sm3", "sha512", "sha384")])
def test_every_strong_hash_proves_the_content(names: tuple[str, ...]) -> None:
    assert check_file(entry(*names), [CONTENT[:3], CONTENT[3:]]) is None
    fault = check_file(entry(*names), [b"Firmware"])
    assert fault and (fault.error, fault.step) == ("TargetHashMismatch", "U-I2")
    assert same_file(entry(*names), entry(*names)) and not same_file(entry(*names), entry(*names, length=9))


@pytest.mark.parametrize("weak", ["md5", "sha1", "sha224"])
def test_a_weak_hash_proves_nothing_even_beside_a_strong_one(weak: str) -> None:
    for names in ((weak,), (weak, "sha256")):
        fault = check_file(entry(*names), [CONTENT])
        assert fault and fault.error == "TargetHashMismatch" and weak in fault.detail
    assert not same_file(entry(weak), entry(weak))
    none = check_file({"length": len(CONTENT), "hashes": {}}, [CONTENT])
    assert none and none.error == "TargetHashMismatch"


@pytest.mark.parametrize(("length", "error"), [(7, "OversizedTarget"), (8, None), (9, "TargetTooShort")])
def test_the_length_is_exact(length: int, error: str | None) -> None:
    fault = check_file(entry("sha256", length=length), [CONTENT])
    assert (fault.error if fault else None) == error


@pytest.mark.parametrize(("received", "slow"), [(999, True), (1000, False), (1001, False)])
def test_the_floor_of_the_download_rate(received: int, slow: bool) -> None:
    assert bool(check_rate(received, 2_000_000_000, 500)) is slow
    assert check_rate(0, 0, 500) is None


def test_the_rate_is_per_nanosecond() -> None:
    assert check_rate(10**9, 10**18 + 1, 1) is not None and check_rate(10**9, 10**18, 1) is None


def test_fields_of_uptane_have_their_form() -> None:
    good = {"custom": {"ecuIdentifiers": {"a": {"hardwareId": "h"}, "b": {}}}}
    assert ecus_of(good) == {"a": "h", "b": None}
    listed: list[Any] = [{"a": {"hardwareId": "h"}, "b": 5}, {"a": 5, "b": {}}, {"a": {"hardwareId": 5}}, [], 5]
    for wrong in listed:
        with pytest.raises(BadForm):
            ecus_of({"custom": {"ecuIdentifiers": wrong}})


@pytest.mark.parametrize(("told", "found"), [(0, 0), (1, 1), (None, None)])
def test_the_release_counter(told: int | None, found: int | None) -> None:
    assert counter_of({"custom": {"releaseCounter": told}}) == found
    for wrong in (-1, True, "1"):
        with pytest.raises(BadForm):
            counter_of({"custom": {"releaseCounter": wrong}})
