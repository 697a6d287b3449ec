"""Accounts of payload bytes: any cut into blocks gives the sums of the slow and obvious way, also past 32 bits."""

from collections import defaultdict

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from zhunru.wire.payload_account import SUMS, Account, AccountFold

Row = tuple[int, bool, int, tuple[int, ...]]
rows = st.tuples(st.integers(0, 3), st.booleans(), st.integers(0, 9), st.tuples(*[st.integers(0, 1 << 33)] * SUMS))


def part(block: list[Row]) -> Account:
    key = np.array([r[0] for r in block], np.uint64)
    sums = tuple(np.array([r[3][i] for r in block], np.int64) for i in range(SUMS))
    return Account((key, key + np.uint64(7)), np.array([r[1] for r in block], np.bool_), np.array([r[2] for r in block], np.int64), sums)


@given(st.lists(st.lists(rows, max_size=6), max_size=6))
def test_sums_and_first_times_of_any_blocks(blocks: list[list[Row]]) -> None:
    fold = AccountFold()
    expected: dict[tuple[int, bool], list[int]] = defaultdict(lambda: [0] * SUMS)
    first: dict[tuple[int, bool], int] = {}
    for block in blocks:
        fold.add(part(block))
        for key, forward, t_ns, sums in block:
            first.setdefault((key, forward), t_ns)
            expected[key, forward] = [a + b for a, b in zip(expected[key, forward], sums, strict=True)]
    whole = fold.result()
    if whole is None:
        assert not expected
        return
    keys = list(zip(whole.key[0].tolist(), whole.forward.tolist(), strict=True))
    assert len(keys) == len(expected)
    for i, end in enumerate(keys):
        assert [int(column[i]) for column in whole.sums] == expected[end]
        assert int(whole.first_ns[i]) == first[end]
    again = fold.result()
    assert again is not None
    assert again.forward.size == whole.forward.size
