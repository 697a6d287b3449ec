"""Wilson interval at published and at extreme values."""

import pytest

from zhunru.formulas.proportion import wilson


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [
        (180, 200, 0.8506, 0.9343),  # the regulation notes: about 85 to 93 % at 200 objects and 90 %
        (15, 148, 0.0624, 0.1605),  # Newcombe, Statistics in Medicine 17 (1998) 857, table I, method 3
        (0, 20, 0.0, 0.1611),
        (81, 263, 0.2553, 0.3662),
        (20, 20, 0.8389, 1.0),
        (0, 0, 0.0, 1.0),
    ],
)
def test_wilson(hits: int, of: int, low: float, high: float) -> None:
    assert wilson(hits, of) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(("hits", "of"), [(-1, 3), (4, 3)])
def test_counts_that_cannot_be(hits: int, of: int) -> None:
    with pytest.raises(ValueError):
        wilson(hits, of)
