"""What the maker says of an update activity, beside what the difference shows."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from zhunru.core.text import Text
from zhunru.formulas.written_names import bare
from zhunru.records.approval import digest_of
from zhunru.records.software_unit import SoftwareUnit
from zhunru.records.update_package import UpdatePackage
from zhunru.tables.difference.activities import Activity
from zhunru.tables.difference.change import CLASS_OF, RANK, Change, needed
from zhunru.tables.difference.configuration import Configuration

_CLASS_LOWER = Text("申报类别轻于实际差异所需", "the claimed class is lighter than the difference needs")
_CLASS_HIGHER = Text("申报类别重于实际差异：差异可能不全", "the claimed class is heavier than the difference: it may not be whole")
_CLASS_BLANK = Text("未申报活动类别", "no class is claimed")
_DRIVES = Text("声明不涉及自动驾驶，实际差异涉及", "said to touch no automated driving; the difference does")
_DRIVES_NOT = Text("声明涉及自动驾驶，实际差异未见", "said to touch automated driving; the difference does not show it")
_FUNCTION_UNTOLD = Text("变更的功能未在活动中说明", "a function differs that the activity does not tell")
_FUNCTION_UNCHANGED = Text("活动所述功能没有变化", "a function that the activity tells does not differ")
_NO_BEFORE = Text("活动未指明升级前基线，不能核对升级包", "the activity names no baseline before it: packages cannot be compared")
_NO_PACKAGES = Text("没有升级包清单，不能核对升级包", "there is no list of packages to compare with")
_NO_PACKAGE = Text("控制器软件变更，但没有对应的升级包", "the software of an ECU differs, but no package is for it")
_IDLE_PACKAGE = Text("升级包所对应的控制器没有变化", "a package is for an ECU that does not differ")
_NO_ECU = Text("升级包未注明控制器", "a package does not name its ECU")
_OTHER_VERSION = Text("升级包的目标版本与升级后基线不同", "a package leads to another version than the baseline after it")
_VERSION_BLANK = Text("升级包未注明目标版本，或基线未注明版本", "a package or the baseline does not name the version")
_FROM_OTHER = Text("升级包不适用于升级前的版本", "a package does not fit the version before it")
_DIGEST_BLANK = Text("升级包摘要缺失或无法识别", "the digest of a package is missing or unreadable")
_DIGEST_STRANGE = Text("活动所列升级包摘要不在升级包清单中", "the digest that the activity names is none of the packages listed")
_ADDS_UP = Text(
    "升级前基线不是最新的已批准基线：与已批准状态相比变化更多",
    "the baseline named before it is not the approved one: more has changed since",
)
_WHOLE = frozenset({"whole", "full", "整包", "全量", "完整包"})


class Conflict(NamedTuple):
    """One point in which words and difference disagree.

    Args:
        campaign: Update activity.
        product: Product.
        matter: Kind of thing.
        id: Its name.
        claimed: What is said.
        computed: What the difference shows.
        certain: They certainly disagree; else it cannot be told.
        text: The point, in a constant sentence.
    """

    campaign: str
    product: str
    matter: str
    id: str
    claimed: str
    computed: str
    certain: bool
    text: Text


def conflicts_of(activity: Activity, packages: Iterable[UpdatePackage] | None) -> list[Conflict]:
    """Return every point in which the claim about `activity` disagrees with its difference, or cannot be compared."""
    mine = None if packages is None else [p for p in packages if bare(p.campaign) == bare(activity.campaign.id)]
    points = [*_class(activity), *_driving(activity), *_functions(activity), *_predecessor(activity), *_packages(activity, mine)]
    return [Conflict(activity.campaign.id, activity.product, *point) for point in dict.fromkeys(points)]


_Point = tuple[str, str, str, str, bool, Text]


def _class(activity: Activity) -> Iterator[_Point]:
    campaign = activity.campaign
    told = campaign.claimed_class
    own, every = (_heaviest(c for c in activity.changes if whole or c.scope == "own") for whole in (False, True))
    if told is None:
        yield ("activity", campaign.id, "", every, False, _CLASS_BLANK)
    elif told < own:
        yield ("activity", campaign.id, told, own, True, _CLASS_LOWER)
    elif told < every:
        yield ("activity", campaign.id, told, every, False, _CLASS_LOWER)
    elif told > every:
        yield ("activity", campaign.id, told, every, False, _CLASS_HIGHER)


def _heaviest(changes: Iterable[Change]) -> str:
    return CLASS_OF[next(p for p in needed(changes) if p != "unknown")]


def _driving(activity: Activity) -> Iterator[_Point]:
    campaign = activity.campaign
    rows = [c for c in activity.changes if c.procedure == "approve" and c.scope == "own"]
    if rows and campaign.automated_driving is False:
        yield ("activity", campaign.id, "no", rows[0].id, True, _DRIVES)
    elif campaign.automated_driving and not any(c.procedure in {"approve", "unknown"} for c in activity.changes):
        yield ("activity", campaign.id, "yes", "", False, _DRIVES_NOT)


def _functions(activity: Activity) -> Iterator[_Point]:
    """Compare the functions told with those that differ by this activity; by id or by name."""
    if activity.own is None:
        return
    sides = [s for s in (activity.before, activity.after) if s]
    told = set(map(bare, activity.campaign.functions))
    changed = {bare(c.id.split("/")[0]): c.id.split("/")[0] for c in activity.own if c.matter in {"function", "odc"}}
    known = set[str]()
    for key, name in sorted(changed.items()):
        names = {key} | {bare(s.functions[key].name or "") for s in sides if key in s.functions}
        known |= names
        if not names & told:
            yield ("function", name, "", name, True, _FUNCTION_UNTOLD)
    cited = {bare(c.id) for c in activity.own if c.matter == "flag"}
    for name in sorted(set(activity.campaign.functions)):
        if bare(name) not in known and not _shaped(bare(name), cited, activity):
            yield ("function", name, name, "", False, _FUNCTION_UNCHANGED)


def _shaped(function: str, flags: set[str], activity: Activity) -> bool:
    """Tell whether a changed switch, or changed software, stands behind a function that is told."""
    ecus = {bare(e) for c in activity.own or () if c.matter in {"unit", "parameter"} for e in c.ecus}
    for side in (activity.before, activity.after):
        for key, row in side.functions.items() if side else ():
            if function in {key, bare(row.name or "")}:
                return bool(ecus & set(map(bare, row.ecus)) or flags & {bare(f.split("=", 1)[0]) for f in row.flags})
    return False


def _predecessor(activity: Activity) -> Iterator[_Point]:
    more = sorted({c.id for c in activity.changes if c.scope == "accumulated" and RANK[c.procedure] > RANK["file"]})
    if more and activity.before and activity.base:
        yield ("activity", activity.campaign.id, activity.before.id, activity.base.id, False, _ADDS_UP)


def _packages(activity: Activity, packages: list[UpdatePackage] | None) -> Iterator[_Point]:
    campaign, before, after = activity.campaign, activity.before, activity.after
    if packages is None:
        yield ("package", campaign.id, "", "", False, _NO_PACKAGES)
        return
    digests = {digest_of(p.digest) for p in packages}
    for package in packages:
        if digest_of(package.digest) is None:
            yield ("package", package.package, package.digest or "", "", False, _DIGEST_BLANK)
    if campaign.digest and packages and None not in digests and digest_of(campaign.digest) not in digests:
        yield ("package", campaign.id, campaign.digest, "", False, _DIGEST_STRANGE)
    if before is None or after is None or activity.own is None:
        yield ("package", campaign.id, "", "", False, _NO_BEFORE)
        return
    changed = {bare(c.ecus[0]): c for c in activity.own if c.matter == "unit" and c.ecus}
    meant = {bare(p.ecu) for p in packages if p.ecu}
    for ecu, change in sorted(changed.items()):
        if ecu not in meant and change.change in {"added", "changed"}:
            yield ("unit", change.id, "", change.after, not any(p.ecu is None for p in packages), _NO_PACKAGE)
    for package in sorted(packages, key=lambda p: (p.package, p.model_dump_json())):
        yield from _package(package, set(changed), before, after)


def _package(package: UpdatePackage, changed: set[str], before: Configuration, after: Configuration) -> Iterator[_Point]:
    name = package.package
    if not package.ecu:
        yield ("package", name, "", "", False, _NO_ECU)
        return
    ecu = bare(package.ecu)
    if ecu not in changed:
        yield ("package", name, package.ecu, "", True, _IDLE_PACKAGE)
        return
    target, start = _version(after.units.get(ecu)), _version(before.units.get(ecu))
    if not package.to_version or not target:
        yield ("package", name, package.to_version or "", target, False, _VERSION_BLANK)
    elif bare(package.to_version) != bare(target):
        yield ("package", name, package.to_version, target, True, _OTHER_VERSION)
    if package.from_versions and start and bare(start) not in map(bare, package.from_versions):
        yield ("package", name, "; ".join(package.from_versions), start, bare(package.form or "") not in _WHOLE, _FROM_OTHER)


def _version(unit: SoftwareUnit | None) -> str:
    return (unit.version or "") if unit else ""
