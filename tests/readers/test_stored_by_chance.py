"""Card numbers of a column: as many last digits that hold as chance gives are suspected, more are found."""

import numpy as np
import pytest

from zhunru.range.identities import luhn
from zhunru.readers.stored.by_chance import FEWEST, card_like, is_chance
from zhunru.readers.stored.cells import of_values
from zhunru.readers.stored.tally import Tally
from zhunru.tables.sighting import Sighting


def right(n: int) -> str:
    return luhn(f"622848040{n:09d}")


def wrong(n: int) -> str:
    number = right(n)
    return number[:-1] + str((int(number[-1]) + 1 + n % 9) % 10)


def seen(values: list[str], heading: str = "memo", lines: bool = False) -> list[tuple[str, str, int, int, str]]:
    tally = Tally()
    for at in range(0, len(values), 700):
        part = values[at : at + 700]
        if lines:
            tally.lines("t", "\n".join(part).encode(), at + 1)
        else:
            tally.column("t", heading, of_values(part), at + 1)
    (table,) = [t for t in tally.tables() if isinstance(t, Sighting)]
    rows = table.frame.collect().to_dicts()
    return [(r["kind"], r["certainty"], r["hit_count"], r["distinct_count"], r["first_where"]) for r in rows]


SERIALS = [right(n) if n % 10 == 3 else wrong(n) for n in range(2000)]


def test_one_in_ten_is_chance() -> None:
    assert seen(SERIALS) == [("bank_card", "suspected", 200, 200, "row 4")]


def test_a_heading_and_lines_stay_as_they_are() -> None:
    assert ("bank_card", "found", 200, 200, "row 4") in seen(SERIALS, "银行卡号")
    assert seen(SERIALS, lines=True) == [("bank_card", "found", 200, 200, "line 4")]


def test_a_column_of_cards_is_found() -> None:
    assert seen([right(n) for n in range(2000)]) == [("bank_card", "found", 2000, 2000, "row 1")]
    # one card among words
    assert seen(["在途", right(7), "签收"]) == [("bank_card", "found", 1, 1, "row 2")]


def test_a_card_behind_its_cue_is_found_among_serials() -> None:
    got = seen(["备注：银行卡 " + right(5000), *SERIALS])
    assert got == [("bank_card", "found", 1, 1, "row 1"), ("bank_card", "suspected", 200, 200, "row 5")]


def test_cards_known_either_way_are_counted_together() -> None:
    got = seen([*(right(n) for n in range(20)), "银行卡 " + right(5000), "银行卡 " + right(3)])
    assert got == [("bank_card", "found", 22, 21, "row 1")]


def test_values_that_repeat_count_as_often_as_they_stand() -> None:
    values = [wrong(1)] * 95 + [right(2)] * 5
    assert [r[:3] for r in seen(values)] == [("bank_card", "suspected", 5)]


@pytest.mark.parametrize(
    ("holding", "alike", "chance"),
    [
        (1, 1, False),
        (0, FEWEST - 1, False),
        (3, FEWEST, True),
        (4, FEWEST, False),
        (19, 100, True),
        (20, 100, False),
        (100_900, 1_000_000, True),
        (100_901, 1_000_000, False),
    ],
)
def test_bounds(holding: int, alike: int, chance: bool) -> None:
    assert is_chance(holding, alike) is chance


def test_which_cells_are_written_as_cards() -> None:
    cells = [
        "62" + "0" * 13,
        "62" + "0" * 14,
        "62" + "0" * 17,
        "62" + "0" * 18,
        "63" + "0" * 14,
        "62" + "0" * 13 + "x",
        "",
        "62" + "1" * 14,
    ]
    made = of_values(cells)
    assert card_like(made.data, made.ends).tolist() == [1, 2, 7]
    assert card_like(b"", np.zeros(0, dtype=np.int64)).tolist() == []
