"""ECU software: versions, digests, hardware, software identification numbers, dependencies."""

import re
from collections.abc import Iterator

from zhunru.core.text import Text
from zhunru.formulas.written_names import bare
from zhunru.formulas.written_values import at_least
from zhunru.records.approval import digest_of
from zhunru.records.software_unit import SoftwareUnit
from zhunru.tables.difference.automation import ecu_drives
from zhunru.tables.difference.change import Change, Kind, held
from zhunru.tables.difference.configuration import Configuration, pairs

_DRIVES = Text("自动驾驶系统的软件变更：须先取得审批", "software of an automated driving system differs: approval first")
_MAY_DRIVE = Text("不能判定该控制器软件是否属于自动驾驶系统", "cannot be told whether the software belongs to automated driving")
_RECALL = Text("软件与召回相关：按召回办理", "the software is said to touch a recall")
_FILED = Text("控制器软件变更：备案", "ECU software differs: filing")
_SAME_VERSION = Text("软件摘要不同而版本号相同", "the digests differ under one version number")
_SAME_DIGEST = Text("版本号不同而软件摘要相同：其一有误", "the versions differ under one digest: one of them is wrong")
_NO_DIGEST = Text("缺少软件摘要，不能判定软件是否相同", "without both digests it cannot be told whether the software is the same")
_HARDWARE = Text(
    "硬件不同：软件升级不改变硬件，两条基线不可直接比较", "the hardware differs: no update changes hardware, the baselines do not compare"
)
_ABSENT = Text("该控制器只列于一侧，另一侧的清单不完整", "the ECU stands on one side only and the other list is not whole")
_SWIN = Text("软件识别码不同：登记与申报须同步", "the SWIN differs: register and declaration follow")
_UNMET = Text("升级后依赖的控制器或版本不在：依赖不满足", "a needed ECU or version is absent afterwards: the dependency is not met")
_UNCLEAR = Text("不能判定依赖是否满足", "cannot be told whether the dependency is met")
_DEPENDS = Text("依赖关系不同：安装顺序须相符", "the dependencies differ: the order of installation follows them")


def shown(unit: SoftwareUnit | None) -> str:
    """Return version and start of the digest, for people."""
    if unit is None:
        return ""
    digest = digest_of(unit.digest)
    return " ".join(p for p in (unit.version or "?", f"[{digest[7:15]}]" if digest else "") if p)


def units_differ(before: Configuration, after: Configuration) -> Iterator[Change]:
    """Yield the differences of ECU software, SWIN and dependencies."""
    for one, other, row in pairs(before.units, after.units):
        yield from _unit(row, one, other, before, after)
        yield from _swin(one, other)
        yield from _dependencies(row, one, other, before, after)


def _unit(
    row: SoftwareUnit, one: SoftwareUnit | None, other: SoftwareUnit | None, before: Configuration, after: Configuration
) -> Iterator[Change]:
    if one is None or other is None:
        if "units" not in (before if one is None else after).whole:
            yield held("unit", row.ecu, _ABSENT, shown(one), shown(other), (row.ecu,))
        else:
            yield from _decided(row, one, other, "added" if one is None else "removed", _FILED, before, after)
        return
    if one.hardware and other.hardware and bare(one.hardware) != bare(other.hardware):
        yield held("unit", row.ecu, _HARDWARE, one.hardware, other.hardware, (row.ecu,))
    digests, versions = (digest_of(one.digest), digest_of(other.digest)), (bare(one.version or ""), bare(other.version or ""))
    same_version = bool(versions[0]) and versions[0] == versions[1]
    if None not in digests and digests[0] != digests[1]:
        yield from _decided(row, one, other, "changed", _SAME_VERSION if same_version else _FILED, before, after)
    elif None not in digests and not same_version:
        yield held("unit", row.ecu, _SAME_DIGEST, shown(one), shown(other), (row.ecu,))
    elif None in digests:
        if all(versions) and not same_version:
            yield from _decided(row, one, other, "changed", _FILED, before, after)
        yield held("unit", row.ecu, _NO_DIGEST, shown(one), shown(other), (row.ecu,))


def _decided(
    row: SoftwareUnit,
    one: SoftwareUnit | None,
    other: SoftwareUnit | None,
    kind: Kind,
    plain: Text,
    before: Configuration,
    after: Configuration,
) -> Iterator[Change]:
    drives = ecu_drives(row.ecu, before, after)
    relevant = {u.approval_relevant for u in (one, other) if u}
    found = Change(
        "unit", row.ecu, kind, "file", "G1", plain, shown(one), shown(other), automated_driving=drives,
        approval_relevant=True if True in relevant else None if None in relevant else False, ecus=(row.ecu,),
    )  # fmt: skip
    if drives and kind == "removed":
        yield found  # what is taken out is neither added nor changed
    elif drives:
        yield found._replace(procedure="approve", rule="G2", why=_DRIVES)
    elif drives is None:
        yield found._replace(procedure="unknown", rule="", why=_MAY_DRIVE)
    else:
        yield found
    if any(u.recall_relevant for u in (one, other) if u):
        yield found._replace(procedure="recall", rule="G5", why=_RECALL)


def _swin(one: SoftwareUnit | None, other: SoftwareUnit | None) -> Iterator[Change]:
    if one and other and bare(one.swin or "") != bare(other.swin or ""):
        yield Change(
            "swin", other.ecu, "changed", "file", "G1", _SWIN, one.swin or "", other.swin or "", approval_relevant=True, ecus=(other.ecu,)
        )


def _dependencies(
    row: SoftwareUnit, one: SoftwareUnit | None, other: SoftwareUnit | None, before: Configuration, after: Configuration
) -> Iterator[Change]:
    wanted, had = (tuple(sorted(set(u.depends_on), key=bare)) if u else () for u in (other, one))
    if one and other and set(map(bare, wanted)) != set(map(bare, had)):
        yield Change("dependency", row.ecu, "changed", "file", "G1", _DEPENDS, "; ".join(had), "; ".join(wanted), ecus=(row.ecu,))
    for need in wanted:
        met = _met(need, after)
        if met is True or (need in had and _met(need, before) is met):
            continue
        broken = held("dependency", f"{row.ecu} -> {need}", _UNCLEAR if met is None else _UNMET, ecus=(row.ecu,))
        yield broken if met is None else broken._replace(change="removed", automated_driving=False)


def _met(need: str, side: Configuration) -> bool | None:
    name, least = [*re.split(r">=|≥", need, maxsplit=1), ""][:2]
    unit = side.units.get(bare(name))
    if unit is None:
        return False if "units" in side.whole else None
    return at_least(unit.version, least.strip()) if least.strip() else True
