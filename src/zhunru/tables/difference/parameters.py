"""Technical parameters: value, unit, family, Announcement."""

from collections.abc import Iterator

from zhunru.core.text import Text
from zhunru.formulas.written_names import bare
from zhunru.formulas.written_values import same_value
from zhunru.records.vehicle_parameter import VehicleParameter
from zhunru.tables.difference.automation import ecu_drives
from zhunru.tables.difference.change import Change, Kind, held
from zhunru.tables.difference.configuration import Configuration, pairs

PROTECTED = ("safety", "energy", "environment", "theft")
"""Families of 103号 (四), third demand, in the order in which one stands for several."""
_ANNOUNCED = Text("公告或主要技术参数变更：先取得变更或扩展许可", "a parameter of the Announcement differs: permission of the change first")
_VERIFY = Text(
    "安全、节能、环保或防盗参数变更：备案并附验证材料", "safety, energy, environment or theft protection touched: verification material"
)
_OTHER = Text("其他参数变更：备案", "another parameter differs: filing")
_NO_FAMILY = Text("参数类别未填", "the family of the parameter is not told")
_NO_ANNOUNCED = Text("未说明参数是否列入公告", "not told whether the parameter stands in the Announcement")
_BLANK = Text("参数值未填", "a value of the parameter is blank")
_ABSENT = Text("该参数只列于一侧，另一侧的清单不完整", "the parameter stands on one side only and the other list is not whole")
_RECLASSED = Text("参数值相同而类别或公告属性不同：其一有误", "equal value, but another family or Announcement: one of them is wrong")
_DRIVES = Text("参数存于自动驾驶系统的控制器：须先取得审批", "the parameter lives in an ECU of automated driving: approval first")
_MAY_DRIVE = Text(
    "不能判定存放参数的控制器是否属于自动驾驶系统", "cannot be told whether the ECU of the parameter belongs to automated driving"
)


def shown(row: VehicleParameter | None) -> str:
    """Return value and unit, for people."""
    return " ".join(p for p in (row.value or "?", row.unit or "") if p) if row else ""


def parameters_differ(before: Configuration, after: Configuration) -> Iterator[Change]:
    """Yield the differences of parameters."""
    for one, other, row in pairs(before.parameters, after.parameters):
        if one is None or other is None:
            if "parameters" not in (before if one is None else after).whole:
                yield held("parameter", row.id, _ABSENT, shown(one), shown(other), row.ecus)
            else:
                yield from _decided(one, other, "added" if one is None else "removed", before, after)
        elif not one.value or not other.value:
            yield held("parameter", row.id, _BLANK, shown(one), shown(other), row.ecus)
        elif bare(one.unit or "") != bare(other.unit or "") or not same_value(one.value, other.value):
            # 0.30 and 30 % may be one quantity: values in different units are never taken for equal
            yield from _decided(one, other, "changed", before, after)
        elif (one.family, one.announced) != (other.family, other.announced):
            yield held("parameter", row.id, _RECLASSED, _class(one), _class(other), row.ecus)


def _class(row: VehicleParameter) -> str:
    return f"{row.family or '?'}, {'?' if row.announced is None else 'announced' if row.announced else 'not announced'}"


def _decided(
    one: VehicleParameter | None, other: VehicleParameter | None, kind: Kind, before: Configuration, after: Configuration
) -> Iterator[Change]:
    rows = [r for r in (one, other) if r]
    families, told = {r.family for r in rows}, {r.announced for r in rows}
    family = next((f for f in PROTECTED if f in families), None if None in families else "none")
    announced = True if True in told else None if None in told else False
    ecus = tuple(sorted({e for r in rows for e in r.ecus}))
    drives = {ecu_drives(e, before, after) for e in ecus}
    found = Change(
        "parameter", rows[-1].id, kind, "file", "G1", _OTHER, shown(one), shown(other), family,
        True if True in drives else None if None in drives else False, announced, ecus=ecus,
    )  # fmt: skip
    if True in drives:
        yield found._replace(procedure="approve", rule="G2", why=_DRIVES)
    elif None in drives:
        yield found._replace(procedure="unknown", rule="", why=_MAY_DRIVE)
    if announced:
        yield found._replace(procedure="permit", rule="G3", why=_ANNOUNCED)
    elif announced is None or family is None:
        yield found._replace(procedure="unknown", rule="", why=_NO_ANNOUNCED if announced is None else _NO_FAMILY)
    elif family != "none":
        yield found._replace(procedure="verify", rule="G4", why=_VERIFY)
    elif not drives - {False}:
        yield found
