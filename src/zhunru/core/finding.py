"""What a check saw: ok, breach or gap; constant text, numbers in fields."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, Protocol

from zhunru.core.record import Origin
from zhunru.core.text import Text
from zhunru.core.verdict import Verdict

Kind = Literal["ok", "breach", "gap"]
Scalar = str | int | float | bool | None

KEPT_PER_KIND = 50
"""Findings kept per check and kind; the total is always counted."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One event judged by a check.

    Args:
        kind: `ok` conforms, `breach` violates, `gap` cannot be told.
        text: Constant sentence in both languages; never formatted with values.
        source: Evidence or ledger file, as named in the dossier.
        row: Row, line or frame number inside `source`, counted from 1.
        t_ns: Time of the event, integer nanoseconds UTC.
        measured: Observed value, in `unit`.
        limit: Limit that it was compared with, in `unit`.
        unit: SI symbol or counted noun of `measured` and `limit`.
        facts: Further fields, by name.
    """

    kind: Kind
    text: Text
    source: str = ""
    row: int | None = None
    t_ns: int | None = None
    measured: Scalar = None
    limit: Scalar = None
    unit: str = ""
    facts: dict[str, Scalar] = field(default_factory=dict)


def _maker(kind: Kind) -> "Maker":
    def make(
        zh: str,
        en: str,
        *,
        at: Origin | None = None,
        source: str = "",
        row: int | None = None,
        t_ns: int | None = None,
        measured: Scalar = None,
        limit: Scalar = None,
        unit: str = "",
        **facts: Scalar,
    ) -> Finding:
        if at:
            source, row = at.source, at.row
        return Finding(kind, Text(zh, en), source, row, t_ns, measured, limit, unit, facts)

    return make


class Maker(Protocol):
    """Signature of `ok`, `breach` and `gap`."""

    def __call__(
        self,
        zh: str,
        en: str,
        *,
        at: Origin | None = None,
        source: str = "",
        row: int | None = None,
        t_ns: int | None = None,
        measured: Scalar = None,
        limit: Scalar = None,
        unit: str = "",
        **facts: Scalar,
    ) -> Finding:
        """Build a finding with constant text `zh`, `en`; `at` stands for the place of a record."""
        ...


ok = _maker("ok")
breach = _maker("breach")
gap = _maker("gap")


@dataclass(frozen=True, slots=True)
class Folded:
    """Findings of one check run: the verdict, those kept for show, and the totals per kind."""

    verdict: Verdict
    kept: tuple[Finding, ...]
    totals: dict[Kind, int]


def fold(findings: Iterable[Finding]) -> Folded:
    """Fold findings into a verdict: any breach FAIL, else any gap or nothing at all INCONCLUSIVE, else PASS."""
    totals: dict[Kind, int] = {"breach": 0, "gap": 0, "ok": 0}
    kept: dict[Kind, list[Finding]] = {"breach": [], "gap": [], "ok": []}
    for finding in findings:
        totals[finding.kind] += 1
        if totals[finding.kind] <= KEPT_PER_KIND:
            kept[finding.kind].append(finding)
    if totals["breach"]:
        verdict = Verdict.FAIL
    elif totals["gap"] or not totals["ok"]:
        verdict = Verdict.INCONCLUSIVE
    else:
        verdict = Verdict.PASS
    return Folded(verdict, tuple(kept["breach"] + kept["gap"] + kept["ok"]), totals)
