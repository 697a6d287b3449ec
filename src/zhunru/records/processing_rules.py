"""The functions of a vehicle and the version of their rules that held at a time."""

from collections.abc import Iterable
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from zhunru.core.record import untimed
from zhunru.formulas.written_names import bare
from zhunru.records.pi_function import PiFunction
from zhunru.records.told import unread


class Change(NamedTuple):
    """A version that changed purpose, method or kinds.

    Args:
        rule: The new version.
        since: From when on it is in use.
        differs: Names of what changed; empty = cannot be told.
    """

    rule: PiFunction
    since: datetime
    differs: tuple[str, ...]


def by_function(functions: Iterable[PiFunction]) -> dict[str, list[PiFunction]]:
    """Return the versions of each function under its bare number."""
    found: dict[str, list[PiFunction]] = {}
    for function in functions:
        found.setdefault(bare(function.id), []).append(function)
    return found


def rule_at(versions: list[PiFunction], at: datetime) -> PiFunction | None:
    """Return the version in use at a time; None when it cannot be told: undated among several, two of one day, or none in use yet."""
    if len(versions) == 1 and versions[0].since is None and "since" not in unread(versions[0]):
        return versions[0]
    dated = [(v.since, v) for v in versions if v.since is not None]
    if len(dated) < len(versions) or any(untimed(since, at) for since, _ in dated):
        return None
    past = [(since, v) for since, v in dated if since <= at]
    latest = [v for since, v in past if since == max(s for s, _ in past)]
    return latest[0] if len(latest) == 1 else None


def processes_personal(rule: PiFunction) -> bool | None:
    """Tell whether a function processes personal information; None when its marks do not say."""
    return True if rule.personal or rule.sensitive else rule.personal


def needs_consent(rule: PiFunction) -> bool | None:
    """Tell whether a function may process only with consent (GB/T 44464-2024 5.1.1, 5.1.2); None when its row does not say."""
    personal = processes_personal(rule)
    if personal is False or (rule.exception is not None and rule.exception != "none"):
        return False
    return None if personal is None or rule.exception is None else True


def changes_of(versions: list[PiFunction]) -> list[Change]:
    """Return the changes of purpose, method or kinds between versions that follow each other in time."""
    dated = sorted(((v.since, v.version or "", v) for v in versions if v.since is not None), key=lambda d: d[:2])
    found = []
    for (_, _, old), (since, _, new) in pairwise(dated):
        pairs = {n: (getattr(old, n), getattr(new, n)) for n in ("purpose", "method", "data_items")}
        differs = tuple(n for n, (a, b) in pairs.items() if a and b and _form(a) != _form(b))
        silent = any(not a or not b for a, b in pairs.values())
        if differs or silent:
            found.append(Change(new, since, differs))
    return found


def _form(value: str | tuple[str, ...]) -> frozenset[str]:
    return frozenset(bare(v) for v in ((value,) if isinstance(value, str) else value))
