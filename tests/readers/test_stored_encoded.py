"""Identifiers that stand encoded in cells and lines are told as undecidable, not passed over as words."""

import base64
import hashlib
import json

import numpy as np
import pytest

from zhunru.readers.stored.cells import of_values
from zhunru.readers.stored.encoded import encoded_count
from zhunru.readers.stored.tally import Tally

TEXT = "手机号13812345678 身份证 11010519491231002X"
ONCE = base64.b64encode(TEXT.encode()).decode()


@pytest.mark.parametrize(
    "cell",
    [
        ONCE,
        base64.b64encode(ONCE.encode()).decode(),
        base64.urlsafe_b64encode(TEXT.encode()).decode().rstrip("="),
        base64.b64encode(TEXT.encode("gb18030")).decode(),
        TEXT.encode().hex(),
        TEXT.encode().hex().upper(),
        json.dumps({"data": ONCE}),
        "".join(f"\\u{ord(c):04x}" for c in TEXT),
        "".join(f"&#{ord(c)};" for c in TEXT),
        "".join(f"%{b:02X}" for b in TEXT.encode()),
    ],
)
def test_encoded_identifiers_are_undecidable(cell: str) -> None:
    tally = Tally()
    tally.column("t.c", "c", of_values([cell] * 5 + ["明细"] * 2))
    tally.lines("log", f"{cell}\n明细".encode(), 1)
    _, examined = tally.tables()
    rows = examined.collect().select("place", "examined_count", "undecidable_count", "reason").rows()
    assert rows == [("log", 2, 1, "encoded"), ("t.c", 7, 5, "encoded")]


@pytest.mark.parametrize(
    "cell",
    [
        hashlib.sha256(b"x").hexdigest(), base64.b64encode(hashlib.sha512(b"x").digest()).decode(), "550e8400-e29b-41d4-a716-446655440000", TEXT,
        base64.b64encode("本月车速正常".encode()).decode(), "2026010131323334", "ABCDEFGHIJKLMNOPQRSTUVWX", "100%25", "", "eyJhbGciOiJIUzI1NiJ9",
    ],
)  # fmt: skip
def test_digests_and_plain_words_are_decided(cell: str) -> None:
    tally = Tally()
    tally.column("t.c", "c", of_values([cell] * 5))
    _, examined = tally.tables()
    assert examined.collect().select("examined_count", "undecidable_count").rows() == [(5, 0)]


def test_repeated_cells_count_as_often_as_they_stand() -> None:
    data = f"a\n{ONCE}".encode()
    ends = np.array([1, len(data)])
    assert encoded_count(data, ends, frozenset(), np.array([3, 40])) == 40
    assert encoded_count(data, ends, frozenset()) == 1
    assert encoded_count(b"", np.array([], np.int64), frozenset()) == 0
