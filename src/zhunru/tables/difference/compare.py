"""Two configurations, every difference between them."""

from collections.abc import Iterator

from zhunru.core.text import Text
from zhunru.formulas.written_names import bare
from zhunru.tables.difference.automation import automated, flag_names
from zhunru.tables.difference.change import Change, held
from zhunru.tables.difference.configuration import SETS, Configuration
from zhunru.tables.difference.functions import flags_differ, functions_differ
from zhunru.tables.difference.operating import conditions_differ
from zhunru.tables.difference.parameters import parameters_differ
from zhunru.tables.difference.units import units_differ

_NOT_WHOLE = Text("基线未声明该清单列全：未列出的不等于没有", "a baseline does not say that it lists this set whole: absent is not none")
_NO_UNIT = Text("基线没有任何控制器软件", "the baseline lists no ECU software at all")
_NO_ROW = Text("基线声明该清单列全，却没有一行", "a baseline says that it lists this set whole, yet has no row of it")
_NO_FLAG = Text("功能引用的开关两侧清单均未列出", "a function cites a switch that neither list has")
_NO_ODC = Text(
    "3级及以上自动驾驶功能没有任何设计运行条件",
    "a function of level 3 or higher without a single operational condition: cannot be compared",
)


def compare(before: Configuration, after: Configuration) -> list[Change]:
    """Return every difference from `before` to `after`, each with the procedure that it needs; equal configurations give none.

    What cannot be told - a set that is not listed whole, a blank cell, rows that contradict each other - is a row of its own.
    """
    found = [*before.doubtful, *after.doubtful, *_extent(before, after), *_unlisted(before, after)]
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


def _unlisted(before: Configuration, after: Configuration) -> Iterator[Change]:
    """Yield what was left out on both sides alike: where neither lists it, no difference would ever show."""
    for name in ("parameters", "functions"):
        for side in (before, after):
            if name in side.whole and not getattr(side, name):
                yield held("set", f"{side.id}: {name}", _NO_ROW)
    for key in sorted(before.functions.keys() & after.functions.keys()):
        one, other = before.functions[key], after.functions[key]
        for flag in sorted((flag_names(one) & flag_names(other)) - before.flags.keys() - after.flags.keys()):
            yield held("flag", flag, _NO_FLAG, ecus=other.ecus)
        conditions = (*before.odc.values(), *after.odc.values())
        if automated([one]) and automated([other]) and not any(bare(o.function) == key for o in conditions):
            yield held("odc", other.id, _NO_ODC, ecus=other.ecus)
