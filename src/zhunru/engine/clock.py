"""A clock that was set back: the day of release against everything that has already happened."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

import polars as pl

from zhunru.core.decision import Reason, by_rule
from zhunru.core.gate import Rule
from zhunru.core.record import CHINA, Record
from zhunru.engine import walk
from zhunru.engine.intake import scan
from zhunru.engine.ledger import Entry
from zhunru.engine.material import Material
from zhunru.engine.packages import ReadPackage
from zhunru.records.baseline import Baseline

_AHEAD = frozenset(
    {
        "valid_from",
        "valid_until",
        "due",
        "until",
        "end",
        "bound_until",
        "planned_start",
        "planned_end",
        "released_on",
        "revoked_on",
        "withdrawn_on",
    }
)
"""Days that may lie ahead: what is planned, permitted or limited. Every other day and every moment tells of something that has happened."""
_DRIFT = timedelta(minutes=5)
"""Two honest clocks differ by less."""


def behind(
    rules: Mapping[str, Rule], now: datetime, entries: Sequence[Entry], material: Material, given: Sequence[ReadPackage]
) -> Iterator[Reason]:
    """Yield what tells that `now` is too early: sealed ledger lines, dates in records, times in evidence, times of the packages."""
    newest = max(entries, key=lambda e: datetime.fromisoformat(e.time), default=None)
    if newest and datetime.fromisoformat(newest.time) > now + _DRIFT:
        yield by_rule(
            rules["clock-behind-ledger"], "ledger.jsonl", newest.number, sealed=newest.time, clock=now.isoformat(timespec="seconds")
        )
    for package in given:
        if package.changed_at and package.changed_at > now + _DRIFT:
            yield by_rule(
                rules["clock-behind-package"], package.name, changed=package.changed_at.isoformat(timespec="seconds"),
                clock=now.isoformat(timespec="seconds"),
            )  # fmt: skip
    for records in material.records.values():
        for record in records:
            for name, told in _happened(record, now):
                yield by_rule(rules["clock-behind-records"], record.origin.source, record.origin.row, field=name, told=told)
    yield from _evidence(rules["clock-behind-records"], now, material)


def _happened(record: Record, now: datetime) -> Iterator[tuple[str, str]]:
    planned = isinstance(record, Baseline) and record.state not in {"approved", "filed", "released"}
    for name in record.items():
        value = getattr(record, name)
        if isinstance(value, datetime):
            if value > now + _DRIFT:
                yield name, value.isoformat(timespec="seconds")
        elif isinstance(value, date) and name not in _AHEAD and not planned and value > now.astimezone(CHINA).date():
            yield name, value.isoformat()


def _evidence(rule: Rule, now: datetime, material: Material) -> Iterator[Reason]:
    limit_ns = int((now + _DRIFT).timestamp()) * 10**9
    timed = [t for t in walk.tables().values() if "t_ns" in t.columns]
    for file in material.files:
        receipt = material.receipts[file.name]
        for table in timed:
            if receipt.rows.get(table.__name__):
                last = scan(material.cache, receipt, table, file.name).select(pl.col("t_ns").max()).collect().item()
                if last is not None and last > limit_ns:
                    told = datetime.fromtimestamp(last // 10**9, CHINA).isoformat()
                    yield by_rule(rule, file.name, field="t_ns", told=told)
