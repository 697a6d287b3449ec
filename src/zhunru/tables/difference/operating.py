"""Operational design conditions: wider or narrower."""

from collections.abc import Iterator

from zhunru.core.text import Text
from zhunru.formulas.written_names import bare
from zhunru.records.odc_item import OdcItem
from zhunru.tables.difference.automation import Effect, automated, effect_of, safety_of
from zhunru.tables.difference.change import Change, Kind, held
from zhunru.tables.difference.configuration import Configuration, pairs

_ABSENT = Text("该要素只列于一侧，另一侧的清单不完整", "the element stands on one side only and the other list is not whole")
_UNIT = Text("计量单位不同，不能判定是否放宽", "the units differ: cannot be told whether it is wider")
_EMPTY = Text("要素没有上下限也没有允许取值", "the element has neither a range nor a list of values")
_NO_FUNCTION = Text("条件所属功能不在功能清单中", "the function of the condition is not listed")
_WIDER = Text("自动驾驶功能的设计运行条件放宽：须先取得审批", "the operational conditions of automated driving are widened: approval first")
_NARROWER = Text("设计运行条件收窄：备案", "the operational conditions are narrowed: filing")


def shown(item: OdcItem | None) -> str:
    """Return range, unit and values, for people."""
    if item is None:
        return ""
    ends = "" if item.minimum is None and item.maximum is None else f"{_end(item.minimum)}..{_end(item.maximum)}"
    return " ".join(p for p in (ends, item.unit or "", ", ".join(sorted(item.values))) if p)


def _end(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def conditions_differ(before: Configuration, after: Configuration) -> Iterator[Change]:
    """Yield the differences of operational conditions of functions that stand on both sides; those of a new function come with it."""
    for one, other, row in pairs(before.odc, after.odc):
        label, function = f"{row.function}/{row.element}", bare(row.function)
        functions = [side.functions[function] for side in (before, after) if function in side.functions]
        if one and other and _same(one, other) and not _empty(one):
            continue
        if not functions:
            yield held("odc", label, _NO_FUNCTION, shown(one), shown(other))
        elif (one is None and "odc" not in before.whole) or (other is None and "odc" not in after.whole):
            yield held("odc", label, _ABSENT, shown(one), shown(other))
        elif any(_empty(i) for i in (one, other) if i):
            yield held("odc", label, _EMPTY, shown(one), shown(other))
        elif one and other and bare(one.unit or "") != bare(other.unit or ""):
            yield held("odc", label, _UNIT, shown(one), shown(other))
        elif function in before.functions and function in after.functions:
            wider = _wider(one, other)
            effect = effect_of(functions)
            if effect.procedure == "approve":
                effect = effect._replace(why=_WIDER) if wider else _narrowed(effect)
            kind: Kind = "widened" if wider else "narrowed"
            yield _row(label, kind, effect, one, other)
        else:
            added = function in after.functions
            effect = effect_of(functions) if added else safety_of(functions, automated(functions))
            yield _row(label, "added" if added else "removed", effect, one, other)


def _row(label: str, kind: Kind, effect: Effect, one: OdcItem | None, other: OdcItem | None) -> Change:
    procedure, rule, why, drives = effect
    return Change("odc", label, kind, procedure, rule, why, shown(one), shown(other), automated_driving=drives)


def _narrowed(effect: Effect) -> Effect:
    return Effect("file", "G1", _NARROWER, effect.automated_driving)


def _values(item: OdcItem) -> frozenset[str]:
    return frozenset(map(bare, item.values))


def _same(one: OdcItem, other: OdcItem) -> bool:
    return (one.minimum, one.maximum, bare(one.unit or ""), _values(one)) == (
        other.minimum, other.maximum, bare(other.unit or ""), _values(other),
    )  # fmt: skip


def _empty(item: OdcItem) -> bool:
    return item.minimum is None and item.maximum is None and not item.values


def _wider(one: OdcItem | None, other: OdcItem | None) -> bool:
    """Tell whether anything is allowed afterwards that was not before: a restriction that was dropped widens."""
    if one is None or other is None:
        return other is None
    higher = one.maximum is not None and (other.maximum is None or other.maximum > one.maximum)
    lower = one.minimum is not None and (other.minimum is None or other.minimum < one.minimum)
    more = bool(one.values) and (not other.values or bool(_values(other) - _values(one)))
    return higher or lower or more
