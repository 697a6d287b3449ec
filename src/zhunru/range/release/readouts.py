"""Versions and SWIN as read from the cars: a sample that nobody can steer, one diagnostic log per car, the test car before and after, and an attempt to tamper."""

from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

from zhunru.core.record import Record
from zhunru.formulas.sampling import allocate, canonical, draw, sample_size, seal
from zhunru.range.release.story import Story
from zhunru.range.release.trials import AHEAD
from zhunru.records.listed_vehicle import ListedVehicle
from zhunru.records.readout_identifier import ReadoutIdentifier
from zhunru.records.readout_session import ReadoutSession
from zhunru.records.sampled_vehicle import SampledVehicle
from zhunru.records.sampling_plan import SamplingPlan

PLAN, STRATUM = "CY-1", "全部"
_DATA = {0xF195: "version", 0xF191: "hardware", 0xF1A0: "swin"}
_ANSWER = 8
"""Identifier of answers = that of requests and this."""


def records(story: Story) -> Iterator[Record]:
    """Yield identifiers, sampling and the notes on the logs."""
    for ecu in story.ecus:
        for did, meaning in _DATA.items():
            if meaning != "swin" or ecu.swin:
                yield ReadoutIdentifier.model_validate({
                    "ecu": ecu.name, "did": f"{did:04X}", "meaning": meaning, "encoding": "ascii", "request_id": f"{ecu.request:X}",
                    "response_id": f"{ecu.request + _ANSWER:X}",
                })  # fmt: skip
    yield from _sampling(story)
    for name, content in evidence(story).items():
        stem = name.rsplit("/", 1)[-1].removesuffix(".log")
        trial = stem in {"tamper", "before", "after"}
        yield ReadoutSession.model_validate({
            "file": name, "digest": sha256(content).hexdigest(), "vin": story.test_car if trial else stem, "phase": stem if trial else "inspection",
            "campaign": story.campaign, "read_at": story.at(6), "tool": "示例诊断仪 2.0", "person": "王检",
        })  # fmt: skip


def _sampling(story: Story) -> Iterator[Record]:
    cars = canonical((vin, STRATUM) for vin in (*story.targets, *story.others))
    sizes = allocate(sample_size(len(cars), 0.05, 0.95, 0), {STRATUM: len(cars)})
    sealed, value = seal(PLAN, cars, sizes, 0), story.digest("drand", "1").removeprefix("sha256:")
    yield SamplingPlan.model_validate({
        "id": PLAN, "product": story.car, "sealed_at": story.at(9), "sealed": sealed, "list_size": len(cars),
        "sizes": "; ".join(f"{n}={c}" for n, c in sizes.items()), "accept": 0, "share": 0.05, "confidence": 0.95, "source": "drand 5000000",
        "public_at": story.at(8), "randomness": value, "named_by": "王检",
    })  # fmt: skip
    for vin, stratum in cars:
        yield ListedVehicle.model_validate({"plan": PLAN, "vin": vin, "stratum": stratum})
    for stratum, ranked in draw(sealed, value, cars).items():
        for rank, vin in enumerate(ranked[: sizes[stratum]], 1):
            yield SampledVehicle.model_validate({"plan": PLAN, "vin": vin, "stratum": stratum, "rank": rank})


def evidence(story: Story) -> dict[str, bytes]:
    """Return the diagnostic logs: one per sampled car; of the test car before and after the update, and while somebody tampers."""
    made = {}
    for number, vin in enumerate((*story.targets, *story.others)):
        made[f"evidence/ota/read/{vin}.log"] = _log(
            story.at(6, number * 600).timestamp(), _reading(story, told=story.odd_reading.get(vin, {}))
        )
    begin = story.at(6, 3600).timestamp()
    made["evidence/ota/read/tamper.log"] = _log(begin, [*_reading(story), *_tampering(story), *_reading(story)])
    made["evidence/ota/read/before.log"] = _log(story.at(AHEAD, -300).timestamp(), _reading(story))
    made["evidence/ota/read/after.log"] = _log(story.at(7).timestamp(), _reading(story, after=True))
    return made


_Exchange = tuple[int, bytes, bytes]
"""Identifier of the request, request, answer."""


def _reading(story: Story, *, after: bool = False, told: Mapping[str, str] | None = None) -> list[_Exchange]:
    found = []
    versions = (story.new if after else story.old) | dict(told or {})
    for ecu in story.ecus:
        values: dict[int, Any] = {0xF195: versions[ecu.name], 0xF191: ecu.hardware, 0xF1A0: ecu.swin[after] if ecu.swin else None}
        for did, value in values.items():
            if value:
                found.append((ecu.request, b"\x22" + did.to_bytes(2), b"\x62" + did.to_bytes(2) + value.encode()))
    return found


def _tampering(story: Story) -> list[_Exchange]:
    refused = b"\x7f\x2e\x33"
    return [
        (story.ecus[0].request, b"\x2e" + did.to_bytes(2) + value, refused) for did, value in ((0xF195, b"9.9.9"), (0xF1A0, b"S3-ADS-9999"))
    ]


def _log(begin: float, exchanges: list[_Exchange]) -> bytes:
    lines, at = [], begin
    for request_id, request, answer in exchanges:
        for identifier, other, message in ((request_id, request_id + _ANSWER, request), (request_id + _ANSWER, request_id, answer)):
            for sender, frame in _frames(identifier, other, message):
                lines.append(f"({at:.6f}) can0 {sender:03X}#{frame.ljust(8, bytes(1)).hex().upper()}\n")
                at += 0.005
        at += 0.1
    return "".join(lines).encode()


def _frames(identifier: int, other: int, message: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield a message in frames of ISO 15765-2, with the flow control of the other side."""
    if len(message) <= 7:
        yield identifier, bytes([len(message)]) + message
        return
    yield identifier, bytes([0x10 | len(message) >> 8, len(message) & 0xFF]) + message[:6]
    yield other, b"\x30\x00\x00"
    for number, start in enumerate(range(6, len(message), 7), 1):
        yield identifier, bytes([0x20 | number & 0xF]) + message[start : start + 7]
