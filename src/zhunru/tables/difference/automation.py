"""What is automated driving: functions of level 3 or higher, and the ECUs that realise them."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from zhunru.core.text import Text
from zhunru.formulas.written_names import bare
from zhunru.formulas.written_values import is_on, same_value
from zhunru.records.feature_flag import FeatureFlag
from zhunru.records.vehicle_function import VehicleFunction
from zhunru.tables.difference.change import Procedure
from zhunru.tables.difference.configuration import Configuration

AUTOMATED = 3
"""Level from which driving automation is automated driving, GB/T 40429."""
_HIGHEST = 5


class Effect(NamedTuple):
    """What touching something leads to."""

    procedure: Procedure
    rule: str
    why: Text
    automated_driving: bool | None


APPROVED_ONLY = Text(
    "涉及3级及以上自动驾驶功能：未经审批不得新增、变更或重新启用",
    "automated driving of level 3 or higher: not added, changed or enabled again without approval",
)
LEVEL_UNKNOWN = Text("功能的自动化等级未填或不可用", "the level of automation of a function is not told or cannot be used")
SAFETY_TOUCHED = Text("涉及安全运行所需的功能：须附验证材料", "a function needed for safe operation: verification material")
SAFETY_UNKNOWN = Text("未说明功能是否为安全运行所需", "not told whether a function is needed for safe operation")
PLAIN = Text("不涉及自动驾驶、技术参数与安全：备案即可", "no automated driving, no parameter, no safety: filing suffices")


def automated(functions: Iterable[VehicleFunction]) -> bool | None:
    """Tell whether any of the functions is automated driving; None when a level that decides is blank or none of 0 to 5."""
    answers = [_automated(f.level) for f in functions]
    return True if True in answers else None if None in answers else False


def _automated(level: float | None) -> bool | None:
    if level is None or not 0 <= level <= _HIGHEST or level != int(level):
        return None
    return level >= AUTOMATED


def effect_of(functions: Iterable[VehicleFunction]) -> Effect:
    """Return what adding, changing or enabling functions leads to; give the rows of both sides: the higher level counts."""
    rows = list(functions)
    drives = automated(rows)
    if drives:
        return Effect("approve", "G2", APPROVED_ONLY, True)
    if drives is None:
        return Effect("unknown", "", LEVEL_UNKNOWN, None)
    return safety_of(rows, drives)


def safety_of(rows: Iterable[VehicleFunction], drives: bool | None) -> Effect:
    """Return what touching functions leads to apart from automated driving."""
    safety = {f.safety_relevant for f in rows}
    if True in safety:
        return Effect("verify", "G4", SAFETY_TOUCHED, drives)
    if None in safety:
        return Effect("unknown", "", SAFETY_UNKNOWN, drives)
    return Effect("file", "G1", PLAIN, drives)


# Is a function on? -----------------------------------------------------------------------------------------------------------------------


def flag_names(function: VehicleFunction) -> frozenset[str]:
    """Return the switches that enable `function`, in one form."""
    return frozenset(bare(f.split("=", 1)[0]) for f in function.flags)


def _satisfied(function: VehicleFunction, flags: Mapping[str, FeatureFlag]) -> bool | None:
    """Tell whether every switch of `function` has its enabling value; a switch that is not listed, or has an unclear value, cannot tell."""
    answers: list[bool | None] = []
    for written in function.flags:
        name, equals, wanted = written.partition("=")
        flag = flags.get(bare(name))
        if flag is None or not flag.value:
            answers.append(None)
        else:
            answers.append(same_value(flag.value, wanted) if equals else is_on(flag.value))
    return False if False in answers else None if None in answers else True


def surely_on(function: VehicleFunction, flags: Mapping[str, FeatureFlag]) -> bool:
    """Tell whether `function` works for certain: not said to be off, and every switch has its enabling value."""
    return function.enabled is not False and _satisfied(function, flags) is True


def perhaps_on(function: VehicleFunction, flags: Mapping[str, FeatureFlag]) -> bool | None:
    """Tell whether `function` may work: said to be on, or switched on though said to be off; None when it cannot be told."""
    if function.enabled is True:
        return True
    if function.enabled is False and not function.flags:
        return False
    return _satisfied(function, flags)


# Which ECUs drive? -----------------------------------------------------------------------------------------------------------------------


def ecu_drives(ecu: str, before: Configuration, after: Configuration) -> bool | None:
    """Tell whether the software of `ecu` belongs to automated driving.

    Yes when either side says so or a function of level 3 or higher lists it, whatever the other rows say. No when a row says no, or no
    function could: every level is known, and each function of level 3 or higher lists its ECUs. Else it cannot be told.
    """
    name = bare(ecu)
    said = {side.units[name].automated_driving for side in (before, after) if name in side.units}
    functions = [f for side in (before, after) for f in side.functions.values()]
    listing = [f for f in functions if name in map(bare, f.ecus)]
    if True in said or automated(listing):
        return True
    # a function of level 3 or higher, or of unknown level, that lists no ECU may live in any
    homeless = [f for f in functions if not f.ecus and _automated(f.level) is not False]
    if automated(listing) is None or homeless:
        return None
    listed_whole = all("functions" in side.whole for side in (before, after))
    return False if said == {False} or listed_whole else None
