"""Logs of frames: bytes and digits tell the same; encrypted, broken and foreign parts are counted."""

import random
from typing import Any

import pytest

from zhunru.core.table import Table
from zhunru.engine.intake import recognise
from zhunru.engine.source import BytesSource
from zhunru.range.clear_talk import report_808, report_32960
from zhunru.range.identities import vin
from zhunru.readers import telematics_frames as module
from zhunru.readers.telematics_frames import telematics_frames

FRAMES = [report_32960(vin(i), 31.2 + i / 100, 121.4) for i in range(40)] + [report_808("13912345678", 31.1, 121.2)] * 5
SEALED = report_32960(vin(9), 0, 0, encryption=3, sealed=random.Random(1).randbytes(48))


def read(content: bytes) -> tuple[dict[tuple[str, str, str], int], dict[tuple[str, str], tuple[int, int, str]], list[dict[str, Any]]]:
    seen: dict[tuple[str, str, str], int] = {}
    examined: dict[tuple[str, str], tuple[int, int, str]] = {}
    rows: list[dict[str, Any]] = []
    for item in telematics_frames(BytesSource(content, "frames.log")):
        if not isinstance(item, Table):
            continue
        for row in item.collect().rows(named=True):
            if "hit_count" in row:
                key = row["place"], row["kind"], row["certainty"]
                seen[key] = seen.get(key, 0) + row["hit_count"]
                rows.append(row)
            else:
                examined[row["place"], row["item_kind"]] = row["decided_count"], row["undecidable_count"], row["reason"]
    return seen, examined, rows


EXPECTED = {
    ("gbt32960", "vin", "found"): 41,
    ("gbt32960", "coordinate", "found"): 40,
    ("jtt808", "mobile", "found"): 5,
    ("jtt808", "coordinate", "found"): 5,
}


@pytest.mark.parametrize("block_byte", [50, 333, 1 << 20])
@pytest.mark.parametrize("form", ["bytes", "digits", "spaced", "log"])
def test_bytes_and_digits_tell_the_same(form: str, block_byte: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_BLOCK_BYTE", block_byte)
    frames = [*FRAMES, SEALED]
    content = {
        "bytes": b"".join(frames),
        "digits": b"\n".join(f.hex().encode() for f in frames),
        "spaced": b"\r\n".join(f.hex(" ").upper().encode() for f in frames),
        "log": b"\n".join(b"[08:00:00] up " + f.hex().encode() + b" ok" for f in frames),
    }[form]
    seen, examined, rows = read(content)
    assert seen == EXPECTED
    assert examined["gbt32960", "frame"] == (40, 1, "encrypted")
    assert examined["jtt808", "frame"] == (5, 0, "")
    assert all(vin(0) not in str(row) for row in rows)
    assert rows[0]["first_where"].startswith("byte 0" if form == "bytes" else "line 1")
    assert recognise(BytesSource(content, "frames.log"))[0] is telematics_frames


def test_cut_broken_and_foreign_parts_are_counted() -> None:
    seen, examined, _ = read(FRAMES[0] + b"\xff" * 30 + FRAMES[1][:-7])
    assert seen["gbt32960", "vin", "found"] == 1
    assert examined["", "byte"][1] == 30 + len(FRAMES[1]) - 7
    broken = FRAMES[1].hex().encode()[:-2] + b"00"
    text = b"id_card=110101190001011238"
    seen, examined, _ = read(b"\n".join([FRAMES[0].hex().encode(), broken, text, b"x" * (1 << 21)]))
    assert examined["", "line"][1] == 2
    assert seen["gbt32960", "vin", "found"] == 1


def test_other_texts_are_not_taken() -> None:
    for content in (b"", b"deadbeef" * 40, b"plain text\n" * 5, b"## heading of a page with 17 letters and more words\n", b"\x7e" * 100):
        assert not telematics_frames.recognises(content)
