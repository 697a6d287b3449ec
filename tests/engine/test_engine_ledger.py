"""The chain of the ledger: every change of a stored byte is found at its line."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from zhunru.core.errors import EvidenceError
from zhunru.engine.ledger import Ledger

DAY = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    made = Ledger(tmp_path / "ledger.jsonl")
    for number in range(4):
        made.append("evidence", {"set": {f"evidence/文件{number}": "00"}, "gone": []}, DAY + timedelta(minutes=number))
    return made


def test_what_was_appended_is_read_back(ledger: Ledger) -> None:
    entries = list(ledger.entries())
    assert [e.number for e in entries] == [1, 2, 3, 4]
    assert entries[2].body == {"set": {"evidence/文件2": "00"}, "gone": []}
    assert entries[2].time == "2026-11-22T00:02:00+00:00"


def test_an_absent_ledger_is_empty(tmp_path: Path) -> None:
    assert list(Ledger(tmp_path / "none.jsonl").entries()) == []


def test_any_flipped_byte_is_found(ledger: Ledger) -> None:
    whole = ledger.path.read_bytes()
    starts = [0, *(i + 1 for i, b in enumerate(whole) if b == 10)]
    for place in range(len(whole)):
        ledger.path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        line = sum(s <= place for s in starts)
        with pytest.raises(EvidenceError) as caught:
            list(ledger.entries())
        # a flipped newline joins two lines: the break is told at the first of them
        assert f"line {line}" in caught.value.where


@pytest.mark.parametrize(
    "order", [[0, 1, 3], [1, 2, 3], [0, 2, 1, 3], [0, 0, 1, 2, 3]], ids=["removed", "first-removed", "swapped", "repeated"]
)
def test_removed_swapped_and_repeated_lines_are_found(ledger: Ledger, order: list[int]) -> None:
    lines = ledger.path.read_bytes().splitlines(keepends=True)
    ledger.path.write_bytes(b"".join(lines[i] for i in order))
    with pytest.raises(EvidenceError):
        list(ledger.entries())


def test_nothing_is_appended_to_a_broken_chain(ledger: Ledger) -> None:
    ledger.path.write_bytes(ledger.path.read_bytes().replace(b"00", b"01", 1))
    size = ledger.path.stat().st_size
    with pytest.raises(EvidenceError):
        ledger.append("evidence", {"set": {}, "gone": []})
    assert ledger.path.stat().st_size == size
