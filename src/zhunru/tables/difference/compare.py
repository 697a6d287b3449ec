"""Two configurations, every difference between them."""

from collections.abc import Iterator

from zhunru.core.text import Text
from zhunru.tables.difference.change import Change, held
from zhunru.tables.difference.configuration import SETS, Configuration
from zhunru.tables.difference.functions import flags_differ, functions_differ
from zhunru.tables.difference.operating import conditions_differ
from zhunru.tables.difference.parameters import parameters_differ
from zhunru.tables.difference.units import units_differ

_NOT_WHOLE = Text("基线未声明该清单列全：未列出的不等于没有", "a baseline does not say that it lists this set whole: absent is not none")
_NO_UNIT = Text("基线没有任何控制器软件", "the baseline lists no ECU software at all")


def compare(before: Configuration, after: Configuration) -> list[Change]:
    """Return every difference from `before` to `after`, each with the procedure that it needs; equal configurations give none.

    What cannot be told - a set that is not listed whole, a blank cell, rows that contradict each other - is a row of its own.
    """
    found = [*before.doubtful, *after.doubtful, *_extent(before, after)]
    for differ in (units_differ, parameters_differ, functions_differ, flags_differ, conditions_differ):
        found += differ(before, after)
    return list(dict.fromkeys(found))


def _extent(before: Configuration, after: Configuration) -> Iterator[Change]:
    for side in (before, after):
        if not side.units:
            yield held("set", f"{side.id}: units", _NO_UNIT)
    for name in SETS:
        for side in (before, after):
            if name not in side.whole:
                yield held("set", f"{side.id}: {name}", _NOT_WHOLE)
