"""What attempts on stored data prove."""

from hashlib import sha256

import pytest

from zhunru.records.storage_address import StorageAddress
from zhunru.records.storage_trial import StorageTrial
from zhunru.records.trial_outcome import changed, changes_tried, dumped, read, trials_at


def trial(**cells: object) -> StorageTrial:
    return StorageTrial.model_validate({"id": "T-1", "authorised": "否", "carried_out": "是", "address": "M-1"} | cells)


@pytest.mark.parametrize(
    ("cells", "outcome"),
    [
        ({"before": "a1", "after": "A1 "}, "held"),
        ({"before": "a1", "after": "b2"}, "broken"),
        ({"before": "a1", "after": "b2", "detected": "是"}, "detected"),
        ({"before": "a1", "after": "b2", "carried_out": ""}, "broken"),
        ({"before": "a1", "after": "a1", "carried_out": ""}, "void"),
        ({"before": "a1", "after": "a1", "carried_out": "否"}, "void"),
        ({"before": "a1"}, "void"),
        ({"after": "a1"}, "void"),
        ({"before": "a1", "after": "b2", "authorised": "是"}, "void"),
        ({"before": "a1", "after": "b2", "authorised": ""}, "void"),
        ({"before": "a1", "after": "b2", "way": "访问"}, "void"),
        ({"before": "未读取", "after": "未读取"}, "void"),
        ({"before": "无", "after": "无"}, "void"),
        ({"before": "sha256:" + sha256(b"").hexdigest(), "after": "SHA256:" + sha256(b"").hexdigest().upper()}, "void"),
        ({"before": "0xFFFFFFFF", "after": "0xFFFFFFFF"}, "void"),
        ({"before": "0000", "after": "0000"}, "void"),
        ({"before": "0", "after": "1"}, "broken"),
        ({"before": "a1", "after": "FFFF"}, "broken"),
        ({"before": "a1", "after": "读取失败"}, "void"),
    ],
)
def test_changes(cells: dict[str, object], outcome: str) -> None:
    assert changed(trial(**({"way": "修改"} | cells))) == outcome
    assert changed(trial(**({"way": "删除"} | cells))) == outcome


@pytest.mark.parametrize(
    ("cells", "outcome"),
    [
        ({"readable": "否"}, "held"),
        ({"readable": "是"}, "broken"),
        ({"readable": "是", "carried_out": ""}, "broken"),
        ({"readable": "否", "carried_out": ""}, "void"),
        ({"readable": ""}, "void"),
        ({"readable": "是", "authorised": "是"}, "void"),
        ({"readable": "否", "authorised": ""}, "void"),
        ({"readable": "否", "way": "转储"}, "void"),
    ],
)
def test_reading(cells: dict[str, object], outcome: str) -> None:
    assert read(trial(**({"way": "访问"} | cells))) == outcome


@pytest.mark.parametrize(
    ("cells", "outcome"),
    [
        ({"cleartext": "否"}, "held"),
        ({"cleartext": "是"}, "broken"),
        ({"cleartext": "是", "authorised": "是"}, "broken"),
        ({"cleartext": "否", "carried_out": "否"}, "void"),
        ({"cleartext": ""}, "void"),
        ({"cleartext": "否", "way": "访问"}, "void"),
    ],
)
def test_dumps(cells: dict[str, object], outcome: str) -> None:
    assert dumped(trial(**({"way": "转储"} | cells))) == outcome


def test_attempts_at_an_address() -> None:
    address = StorageAddress.model_validate({"id": "M-1", "address": "/data/user"})
    trials = [trial(), trial(address="m－1"), trial(address="/DATA/user"), trial(address="M-2"), trial(address="")]
    assert len(trials_at(address, trials)) == 3
    tried = changes_tried([address], [trial(way="修改", before="a", after="a"), trial(way="修改"), trial(way="转储")])
    assert [(t.way, set(t.outcomes)) for t in tried] == [("change", {"held", "void"}), ("delete", set())]
