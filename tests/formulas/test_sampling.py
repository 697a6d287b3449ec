"""Draw and sizes: the law computed another way, tables of others, and every way to steer that we know."""

import hashlib
import itertools
from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhunru.formulas.sampling import allocate, canonical, chance, draw, sample_size, seal, share_below

FLEET = [(f"LSVAA4182E2{k:06d}", "AB"[k % 2]) for k in range(40)]
SIZES = {"A": 5, "B": 5}


def test_chance_by_counting_every_sample() -> None:
    for lot, deviating, sample, accept in itertools.product(range(1, 8), range(4), range(5), range(3)):
        if max(deviating, sample) <= lot:
            samples = list(itertools.combinations(range(lot), sample))
            kept = sum(sum(car < deviating for car in some) <= accept for some in samples)
            assert chance(lot, deviating, sample, accept) == float(Fraction(kept, len(samples)))


@given(st.integers(1, 400), st.sampled_from([0.01, 0.05, 0.1, 0.3]), st.sampled_from([0.8, 0.9, 0.95, 0.99]), st.integers(0, 3))
@settings(max_examples=150, deadline=None)
def test_the_size_is_the_smallest_that_is_enough(lot: int, share: float, confidence: float, accept: int) -> None:
    size = sample_size(lot, share, confidence, accept)
    deviating = min(lot, max(1, -(-int(share * 100) * lot // 100)))
    assert 1 <= size <= lot
    if deviating > accept:
        assert chance(lot, deviating, size, accept) <= 1 - confidence + 1e-9
        assert size == accept + 1 or chance(lot, deviating, size - 1, accept) > 1 - confidence - 1e-9
    else:
        assert size == lot


@pytest.mark.parametrize(
    ("lot", "share", "confidence", "size"),
    [
        (10_000_000, 0.05, 0.95, 59),  # the rule of (1 - p)^n <= 1 - c for large lots
        (10_000_000, 0.01, 0.95, 299),
        (10_000_000, 0.01, 0.99, 459),
        (100, 0.05, 0.95, 45),
        (20, 0.05, 0.95, 19),  # one car of twenty: 19 find it with 95 %
        (1, 0.05, 0.95, 1),
    ],
)
def test_known_sizes(lot: int, share: float, confidence: float, size: int) -> None:
    assert sample_size(lot, share, confidence) == size


@pytest.mark.parametrize(
    ("lot", "share", "confidence", "accept"), [(0, 0.1, 0.9, 0), (9, 0, 0.9, 0), (9, 1, 0.9, 0), (9, 0.1, 1, 0), (9, 0.1, 0.9, -1)]
)
def test_sizes_that_cannot_be(lot: int, share: float, confidence: float, accept: int) -> None:
    with pytest.raises(ValueError, match="between"):
        sample_size(lot, share, confidence, accept)


@given(st.integers(2, 200), st.data())
@settings(max_examples=80, deadline=None)
def test_the_bound_is_the_largest_share_that_is_not_refused(lot: int, data: st.DataObject) -> None:
    sample = data.draw(st.integers(1, lot))
    found = data.draw(st.integers(0, min(sample, 3)))
    deviating = round(share_below(lot, sample, found, 0.95) * lot)
    if deviating < lot - (sample - found):
        assert chance(lot, deviating + 1, sample, found) <= 0.05 + 1e-9
    assert deviating == found or chance(lot, deviating, sample, found) > 0.05 - 1e-9


@given(st.integers(1, 500), st.dictionaries(st.text("abc", min_size=1, max_size=3), st.integers(1, 200), min_size=1, max_size=8))
@settings(max_examples=150, deadline=None)
def test_sizes_per_stratum(total: int, strata: dict[str, int]) -> None:
    sizes = allocate(total, strata)
    assert all(1 <= sizes[name] <= strata[name] for name in strata)
    assert sum(sizes.values()) >= min(total, sum(strata.values()))
    assert sum(sizes.values()) <= max(min(total, sum(strata.values())), len(strata)) + len(strata)
    assert allocate(total, dict(reversed(strata.items()))) == sizes


def test_the_form_that_anybody_can_recompute() -> None:
    def hashed(*fields: str) -> bytes:
        return hashlib.sha256(b"".join(len(f.encode()).to_bytes(4, "big") + f.encode() for f in ("zhunru-sampling-1", *fields))).digest()

    sealed = seal("S-1", [("VIN2", "A"), ("VIN1", "B")], {"B": 1, "A": 1}, 0)
    assert sealed == "sha256:" + hashed("seal", "S-1", "2", "VIN1", "B", "VIN2", "A", "2", "A", "1", "B", "1", "0").hex()
    seed = hashed("seed", sealed, "9f3c").hex()
    order = draw(sealed, " 9f3c\n", FLEET)
    assert order["A"] == sorted((v for v, s in FLEET if s == "A"), key=lambda v: hashed("rank", seed, v))


@given(st.permutations(FLEET))
@settings(max_examples=20, deadline=None)
def test_order_and_form_of_the_list_change_nothing(cars: list[tuple[str, str]]) -> None:
    written = [(f" {vin[:3].lower()}-{vin[3:]} ", f"{stratum} ") for vin, stratum in cars]
    assert seal("S-1", written, SIZES) == seal("S-1", FLEET, SIZES)
    assert draw("sha256:x", "r", written) == draw("sha256:x", "r", FLEET)


def test_whatever_differs_gives_another_seal_and_another_draw() -> None:
    kept = seal("S-1", FLEET, SIZES)
    other = [("LSVAA4182E2999999", "A")]
    moved = [(v, "B" if k == 0 else s) for k, (v, s) in enumerate(FLEET)]
    seals = {
        kept,
        seal("S-2", FLEET, SIZES),
        seal("S-1", FLEET[:-1], SIZES),
        seal("S-1", FLEET + other, SIZES),
        seal("S-1", FLEET[:-1] + other, SIZES),
        seal("S-1", moved, SIZES),
        seal("S-1", FLEET, {"A": 4, "B": 6}),
        seal("S-1", FLEET, SIZES, 1),
        seal("S-1", [(v + s, "") for v, s in FLEET], SIZES),
    }
    assert len(seals) == 9
    orders = {tuple(draw(s, "9f3c", FLEET)["A"]) for s in seals} | {tuple(draw(kept, "9f3d", FLEET)["A"])}
    assert len(orders) == 10


def test_every_car_has_the_same_chance() -> None:
    cars = [(f"V{k}", "") for k in range(20)]
    first = Counter(vin for k in range(4000) for vin in draw("sha256:x", str(k), cars)[""][:5])
    assert len(first) == 20
    chi = sum((n - 1000) ** 2 / 1000 for n in first.values())
    assert chi < 36.2 * 0.75  # 19 degrees of freedom, 1 %, without replacement


@pytest.mark.parametrize("cars", [[("V1", ""), ("v 1", "A")], [("", "")]])
def test_a_list_with_a_car_twice_has_no_form(cars: list[tuple[str, str]]) -> None:
    with pytest.raises(ValueError, match="twice"):
        canonical(cars)
