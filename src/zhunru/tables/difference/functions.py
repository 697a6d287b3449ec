"""Functions and the switches that enable or shape them."""

from collections.abc import Iterable, Iterator

from zhunru.core.text import Text
from zhunru.formulas.written_names import bare
from zhunru.formulas.written_values import same_value
from zhunru.records.feature_flag import FeatureFlag
from zhunru.records.vehicle_function import VehicleFunction
from zhunru.tables.difference.automation import Effect, automated, effect_of, flag_names, perhaps_on, safety_of, surely_on
from zhunru.tables.difference.change import Change, Kind, held
from zhunru.tables.difference.configuration import Configuration, pairs

_ABSENT = Text("只列于一侧，另一侧的清单不完整", "it stands on one side only and the other list is not whole")
_RENAMED = Text(
    "很可能是改名：与被删除的一项实现相同，按新增与变更处理", "likely renamed: like one that was removed; treated as added and changed"
)
_UNCITED = Text("没有功能引用该开关：作用未知", "no function cites the switch: its effect is not known")
_DANGLING = Text("开关引用的功能不在功能清单中：作用未知", "the switch cites a function that is not listed: its effect is not known")
_BLANK = Text("开关值未填", "the value of the switch is blank")
_STILL_OFF = Text("所涉自动驾驶功能在变更后不启用：备案", "the automated driving function is off afterwards: filing")
_MAY_BE_ON = Text("不能判定所涉自动驾驶功能在变更后是否启用", "cannot be told whether the automated driving function is on afterwards")
_LEFT_OFF = Text("功能被停用或删除，未新增或变更自动驾驶功能：备案", "a function is switched off or removed, none added or changed: filing")


# Functions -------------------------------------------------------------------------------------------------------------------------------


def functions_differ(before: Configuration, after: Configuration) -> Iterator[Change]:
    """Yield the differences of functions."""
    for one, other, row in pairs(before.functions, after.functions):
        if (one is None and "functions" not in before.whole) or (other is None and "functions" not in after.whole):
            yield held("function", row.id, _ABSENT, shown(one), shown(other), row.ecus)
        elif one is None:
            twin = next((f for n, f in sorted(before.functions.items()) if n not in after.functions and _alike(f, row)), None)
            effect = effect_of([f for f in (row, twin) if f])
            yield _row(None, row, "added", effect._replace(why=_RENAMED) if twin and effect.procedure != "unknown" else effect)
        elif other is None:
            yield _row(one, None, "removed", _removed(one))
        else:
            yield from _both(one, other, before, after)


def shown(row: VehicleFunction | None) -> str:
    """Return level, enabling and switches, for people."""
    if row is None:
        return ""
    level = "L?" if row.level is None else f"L{row.level:g}"
    enabled = {True: "on", False: "off", None: "?"}[row.enabled]
    return " ".join(p for p in (row.name or "", level, enabled, f"[{'; '.join(sorted(row.flags))}]" if row.flags else "") if p)


def _alike(one: VehicleFunction, other: VehicleFunction) -> bool:
    return bool(one.ecus) and _bares(one.ecus) == _bares(other.ecus) and _bares(one.flags) == _bares(other.flags)


def _bares(names: Iterable[str]) -> frozenset[str]:
    return frozenset(map(bare, names))


def _removed(row: VehicleFunction) -> Effect:
    drives = automated([row])
    if drives is None:
        return effect_of([row])
    found = safety_of([row], drives)
    return found._replace(why=_LEFT_OFF) if found.procedure == "file" else found


def _both(one: VehicleFunction, other: VehicleFunction, before: Configuration, after: Configuration) -> Iterator[Change]:
    content = any(
        a != b
        for a, b in (
            (bare(one.name or ""), bare(other.name or "")),
            (one.level, other.level),
            (one.safety_relevant, other.safety_relevant),
            (_bares(one.ecus), _bares(other.ecus)),
            (_bares(one.flags), _bares(other.flags)),
        )
    )
    switched = any(not _same_flag(before.flags.get(f), after.flags.get(f)) for f in flag_names(one) | flag_names(other))
    if not content and not switched and one.enabled == other.enabled:
        return
    on = perhaps_on(other, after.flags)
    if (
        on is not False
        and not surely_on(one, before.flags)
        and (switched or one.enabled != other.enabled or _bares(one.flags) != _bares(other.flags))
    ):
        effect = effect_of([one, other])
        unsure = on is None and effect.procedure == "approve"
        yield _row(one, other, "re_enabled", Effect("unknown", "", _MAY_BE_ON, True) if unsure else effect)
    elif content:
        yield _row(one, other, "changed", effect_of([one, other]))
    elif on is False and perhaps_on(one, before.flags) is not False:
        yield _row(one, other, "narrowed", _removed(one))
    elif one.enabled != other.enabled:
        yield _row(one, other, "changed", effect_of([one, other]))


def _row(one: VehicleFunction | None, other: VehicleFunction | None, kind: Kind, effect: Effect) -> Change:
    rows = [f for f in (one, other) if f]
    ecus = tuple(sorted({e for f in rows for e in f.ecus}))
    procedure, rule, why, drives = effect
    return Change("function", rows[-1].id, kind, procedure, rule, why, shown(one), shown(other), automated_driving=drives, ecus=ecus)


# Switches --------------------------------------------------------------------------------------------------------------------------------


def flags_differ(before: Configuration, after: Configuration) -> Iterator[Change]:
    """Yield the differences of switches; what a switch leads to is what its functions lead to."""
    for one, other, row in pairs(before.flags, after.flags):
        if _same_flag(one, other):
            continue
        ecus = tuple(sorted({f.ecu for f in (one, other) if f and f.ecu}))
        was, now = (f.value or "?" if f else "" for f in (one, other))
        if (one is None and "flags" not in before.whole) or (other is None and "flags" not in after.whole):
            yield held("flag", row.id, _ABSENT, was, now, ecus)
            continue
        twins = list(_twins(row, before, after)) if one is None or other is None else []
        effect = _flag_effect({bare(row.id), *(bare(f.id) for f in twins)}, [f for f in (one, other, *twins) if f], before, after)
        kind: Kind = "added" if one is None else "removed" if other is None else "changed"
        yield Change(
            "flag", row.id, kind, effect.procedure, effect.rule, effect.why, was, now, automated_driving=effect.automated_driving, ecus=ecus
        )


def _same_flag(one: FeatureFlag | None, other: FeatureFlag | None) -> bool:
    if one is None or other is None:
        return one is other
    return (
        same_value(one.value, other.value)
        and bare(one.ecu or "") == bare(other.ecu or "")
        and _bares(one.functions) == _bares(other.functions)
    )


def _twins(row: FeatureFlag, before: Configuration, after: Configuration) -> Iterator[FeatureFlag]:
    """Yield switches that stand on the other side only, with the same value in the same ECU: the same one under another name."""
    for side, opposite in ((before, after), (after, before)):
        if bare(row.id) not in side.flags:
            for name, flag in side.flags.items():
                if name not in opposite.flags and same_value(flag.value, row.value) and bare(flag.ecu or "") == bare(row.ecu or ""):
                    yield flag


def _flag_effect(names: set[str], rows: list[FeatureFlag], before: Configuration, after: Configuration) -> Effect:
    if any(not f.value for f in rows):
        return Effect("unknown", "", _BLANK, None)
    cited = {bare(f) for row in rows for f in row.functions}
    cited |= {n for side in (before, after) for n, f in side.functions.items() if flag_names(f) & names}
    if not cited:
        return Effect("unknown", "", _UNCITED, None)
    functions = [side.functions[n] for n in sorted(cited) for side in (before, after) if n in side.functions]
    if any(n not in before.functions and n not in after.functions for n in cited):
        return Effect("unknown", "", _DANGLING, None)
    effect = effect_of(functions)
    if effect.procedure != "approve":
        return effect
    driving = {bare(f.id) for f in functions if automated([f])}
    on = {perhaps_on(after.functions[n], after.flags) if n in after.functions else False for n in driving}
    if True in on:
        return effect
    if None in on:
        return Effect("unknown", "", _MAY_BE_ON, True)
    # what stays off is no automated driving that is added or changed; the sum with other activities is taken apart from this
    rest = safety_of([f for f in functions if bare(f.id) not in driving], True)
    return rest._replace(why=_STILL_OFF) if rest.procedure == "file" else rest
