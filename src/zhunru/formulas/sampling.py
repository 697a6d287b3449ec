"""Drawing cars so that nobody can steer the draw, and how many are enough.

Commit, then reveal: plan, list, sizes and acceptance number are sealed under one digest; then a public random value appears that nobody could know.
Seed = SHA-256 over both. The rank of a car is SHA-256 over seed and VIN, so that neither order nor form of the list matters, and anybody with the list
can compute the draw again. Basis P; the hypergeometric law and RFC 6234 (SHA-256) stand behind it.
"""

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from zhunru.formulas.written_names import bare_number

FORM: Final = "zhunru-sampling-1"
"""First field under every hash: a seal never passes for another kind of document."""


def _hashed(*fields: str) -> bytes:
    """Return SHA-256 over fields with their lengths before them: no two different lists of fields share their bytes."""
    total = hashlib.sha256()
    for field in (FORM, *fields):
        content = field.encode()
        total.update(len(content).to_bytes(4, "big") + content)
    return total.digest()


def canonical(cars: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return VIN and stratum of each car in one form and order; VINs as `bare_number`, strata without blanks at their ends.

    Raises:
        ValueError: A VIN stands in the list twice, or is empty.
    """
    found = sorted((bare_number(vin), stratum.strip()) for vin, stratum in cars)
    vins = [vin for vin, _ in found]
    if "" in vins or len(set(vins)) != len(vins):
        raise ValueError("a VIN is empty or stands in the list twice")
    return found


def seal(plan: str, cars: Iterable[tuple[str, str]], sizes: Mapping[str, int], accept: int = 0) -> str:
    """Return the digest that binds a plan before its randomness is known.

    Args:
        plan: Number of the plan.
        cars: VIN and stratum of every car.
        sizes: Stratum -> cars to draw.
        accept: Deviating cars in the sample that are accepted.

    Returns:
        `sha256:` and 64 hexadecimal digits.
    """
    listed = [part for car in canonical(cars) for part in car]
    drawn = [part for name in sorted(sizes) for part in (name.strip(), str(sizes[name]))]
    return "sha256:" + _hashed("seal", plan.strip(), str(len(listed) // 2), *listed, str(len(sizes)), *drawn, str(accept)).hex()


def draw(sealed: str, randomness: str, cars: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Return stratum -> all its VINs in the order in which they are drawn.

    Args:
        sealed: Digest of `seal`.
        randomness: Public value, exactly as published, blanks at its ends aside.
        cars: VIN and stratum of every car.
    """
    seed = _hashed("seed", sealed, randomness.strip()).hex()
    found: dict[str, list[tuple[bytes, str]]] = {}
    for vin, stratum in canonical(cars):
        found.setdefault(stratum, []).append((_hashed("rank", seed, vin), vin))
    return {stratum: [vin for _, vin in sorted(ranked)] for stratum, ranked in sorted(found.items())}


def chance(lot: int, deviating: int, sample: int, accept: int = 0) -> float:
    """Return the probability that a sample without replacement holds at most `accept` deviating cars.

    sum over k of C(D, k) C(N - D, n - k) / C(N, n), the hypergeometric law, exactly, rounded once.
    """
    if not 0 <= deviating <= lot or not 0 <= sample <= lot or accept < 0:
        raise ValueError("counts that cannot be")
    whole = math.comb(lot, sample)
    kept = sum(math.comb(deviating, k) * math.comb(lot - deviating, sample - k) for k in range(min(accept, deviating, sample) + 1))
    return kept / whole


def sample_size(lot: int, share: float, confidence: float, accept: int = 0) -> int:
    """Return the fewest cars to draw so that a lot with `share` deviating cars is refused with probability `confidence` or more.

    Args:
        lot: Cars in the list, N.
        share: Share of deviating cars that must be found, p; the lot then has ceil(p N) of them.
        confidence: Probability c of more than `accept` deviating cars in the sample.
        accept: Acceptance number.

    Returns:
        n; the whole lot where even that cannot refuse it (no more than `accept` deviating cars are in it).

    Raises:
        ValueError: Share or confidence do not lie between 0 and 1, or the lot is empty.
    """
    if not 0 < share < 1 or not 0 < confidence < 1 or lot < 1 or accept < 0:
        raise ValueError("share and confidence lie between 0 and 1, and the lot is not empty")
    deviating = min(lot, max(1, math.ceil(share * lot - 1e-9)))
    if deviating <= accept:
        return lot
    low, high = accept + 1, lot  # more cars never find less
    while low < high:
        middle = (low + high) // 2
        if _log_chance(lot, deviating, middle, accept) <= math.log1p(-confidence):
            high = middle
        else:
            low = middle + 1
    return low


def _log_chance(lot: int, deviating: int, sample: int, accept: int) -> float:
    """Return the logarithm of `chance` in floating point: lots of a million cars cost nothing."""
    terms = [
        _log_comb(deviating, k) + _log_comb(lot - deviating, sample - k)
        for k in range(min(accept, deviating, sample) + 1)
        if sample - k <= lot - deviating
    ]
    if not terms:
        return -math.inf
    top = max(terms)
    return top + math.log(sum(math.exp(t - top) for t in terms)) - _log_comb(lot, sample)


def _log_comb(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


def share_below(lot: int, sample: int, found: int, confidence: float) -> float:
    """Return the share of deviating cars that the lot does not exceed, with probability `confidence`, when `found` were in the sample.

    The largest D with P(X <= found | D) > 1 - c, over N.
    """
    low, high = found, lot - (sample - found)
    while low < high:
        middle = (low + high + 1) // 2
        if _log_chance(lot, middle, sample, found) > math.log1p(-confidence):
            low = middle
        else:
            high = middle - 1
    return low / lot


def allocate(total: int, strata: Mapping[str, int]) -> dict[str, int]:
    """Return how many cars to draw from each stratum: in proportion, at least one each, never more than it has; `total` or more in sum.

    Args:
        total: Cars to draw in all.
        strata: Stratum -> cars in it, each at least one.
    """
    lot = sum(strata.values())
    sizes = {name: min(count, max(1, total * count // lot)) for name, count in strata.items()}
    # largest remainders first, names decide between equals
    order: Sequence[str] = sorted(strata, key=lambda name: (-(total * strata[name] % lot), name))
    while sum(sizes.values()) < min(total, lot):
        for name in order:
            if sum(sizes.values()) < min(total, lot) and sizes[name] < strata[name]:
                sizes[name] += 1
    return sizes
