"""Update activities: the approved baseline behind each, the difference from it, and what several activities add up to."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import NamedTuple, TypeVar

from zhunru.core.record import Record
from zhunru.core.text import Text
from zhunru.formulas.written_names import bare
from zhunru.records.baseline import Baseline
from zhunru.records.update_campaign import UpdateCampaign
from zhunru.tables.difference.change import Change, held
from zhunru.tables.difference.compare import compare
from zhunru.tables.difference.components import Bill, components_differ
from zhunru.tables.difference.configuration import Configuration, Ledgers, configuration_of
from zhunru.tables.difference.defects import defect_told

_NO_AFTER = Text("活动未指明升级后基线，或基线不存在", "the activity names no baseline after it, or one that does not exist")
_NO_PRODUCT = Text("活动未指明产品", "the activity does not name its product")
_OTHER_PRODUCT = Text("升级后基线不属于该产品", "the baseline after the activity is not of this product")
_NO_BASE = Text("该产品没有发布前已批准的基线可供比较", "the product has no baseline approved before the release to compare with")
_NO_DAY = Text("已批准基线的日期未填：不能判定哪条最新", "an approved baseline has no day: cannot be told which is the latest")
_TWO_BASES = Text("同一日有两条已批准基线：不能判定以哪条为准", "two baselines were approved on one day: cannot be told which counts")
_NO_NUMBER = Text("已批准基线未填批准文号", "the approved baseline names no approval")
_UNREADABLE = Text("基线的行有无法识别的单元格或相互矛盾", "the row of a baseline cannot be read or contradicts another")
_RECALL = Text("活动用于召回或消除缺陷：按召回办理", "the activity carries out a recall or removes a defect: recall procedure")
_DEFECT = Text("起因像是故障或投诉：须先判定是否为缺陷", "the cause reads like a fault or complaint: first decide whether it is a defect")
_R = TypeVar("_R", bound=Record)


class Activity(NamedTuple):
    """One update activity on one product, with the difference that decides.

    Args:
        campaign: The activity.
        product: Product, in the form of `written_names.bare`.
        base: Latest approved baseline of the product before the release, whatever predecessor the maker names; None = cannot be told.
        before: Baseline that the maker names as predecessor, None when there is none.
        after: Baseline that the cars have afterwards.
        changes: Every difference from `base` to `after`, and what arises only together with other activities.
        own: Differences from `before` to `after`: what the packages of this activity have to bring about.
    """

    campaign: UpdateCampaign
    product: str
    base: Configuration | None
    before: Configuration | None
    after: Configuration | None
    changes: tuple[Change, ...]
    own: tuple[Change, ...] | None


def names_of(written: str | None) -> frozenset[str]:
    """Return the products that a cell names, in the form of `written_names.bare`."""
    return frozenset(bare(n) for n in re.split(r"[;；,，、|\n]", written or "") if n.strip())


def day_of(campaign: UpdateCampaign) -> date | None:
    """Return the day that counts for `campaign`: that of the release, else the planned one."""
    return campaign.released_on or campaign.planned_start


def activities(campaigns: Iterable[UpdateCampaign], ledgers: Ledgers, bills: Mapping[str, Bill] | None = None) -> list[Activity]:
    """Return every activity on each of its products, in order of ids; `bills` are those of `components.bills_of`."""
    rows = sorted(campaigns, key=lambda c: (c.id, c.model_dump_json()))
    known: dict[str, Configuration] = {}
    for each in ledgers.baselines:
        known.setdefault(bare(each.id), configuration_of(each, ledgers))
    found = [_activity(c, product, ledgers, known, bills or {}) for c in rows for product in sorted(map(bare, c.product)) or [""]]
    return [_together(a, found, ledgers) for a in found]


def _activity(
    campaign: UpdateCampaign, product: str, ledgers: Ledgers, known: Mapping[str, Configuration], bills: Mapping[str, Bill]
) -> Activity:
    told: list[Change] = []
    after = _of_product(campaign, product, ledgers, told)
    base = _base(campaign, product, ledgers, told)
    configurations = [known[bare(b.id)] if b else None for b in (base, after, _named(campaign.baseline_before, ledgers))]
    one, other, before = configurations
    own = None if not other or not before else (*compare(before, other), *components_differ(before, other, bills))
    if one and other:
        touched = None if own is None else {(c.matter, c.id) for c in own}
        told += [
            c._replace(scope="own" if touched is None or (c.matter, c.id) in touched else "accumulated")
            for c in (*compare(one, other), *components_differ(one, other, bills))
        ]
    told += _recall(campaign)
    changes = tuple(c._replace(campaign=campaign.id, product=product, base=one.id if one else "") for c in dict.fromkeys(told))
    return Activity(campaign, product, one, before, other, changes, own)


def _named(name: str | None, ledgers: Ledgers) -> Baseline | None:
    return next((b for b in ledgers.baselines if name and bare(b.id) == bare(name)), None)


def _contradicted(baseline: Baseline, ledgers: Ledgers) -> bool:
    same = [b for b in ledgers.baselines if bare(b.id) == bare(baseline.id)]
    return len({b.model_dump_json() for b in same}) > 1 or any(b.origin.problems for b in same)


def _of_product(campaign: UpdateCampaign, product: str, ledgers: Ledgers, told: list[Change]) -> Baseline | None:
    """Return the baseline after the activity; say what is wrong with it."""
    after = _named(campaign.baseline_after, ledgers)
    if not product:
        told.append(held("activity", campaign.id, _NO_PRODUCT))
    if after is None:
        told.append(held("activity", campaign.id, _NO_AFTER, "", campaign.baseline_after or ""))
        return None
    if product not in names_of(after.product):
        told.append(held("activity", campaign.id, _OTHER_PRODUCT, campaign.id, after.product or ""))
    if _contradicted(after, ledgers):
        told.append(held("activity", campaign.id, _UNREADABLE, "", after.id))
    return after


def approved_baselines(product: str, ledgers: Ledgers) -> list[Baseline]:
    """Return the approved baselines of `product`, those without a day first, then by day."""
    mine = {
        bare(b.id): b
        for b in sorted(ledgers.baselines, key=Record.model_dump_json)
        if b.state == "approved" and product in names_of(b.product)
    }
    return sorted(mine.values(), key=lambda b: (b.day or date.min, b.id))


def _base(campaign: UpdateCampaign, product: str, ledgers: Ledgers, told: list[Change]) -> Baseline | None:
    """Return the latest baseline approved by the release, other than the one that the activity leads to; say what is wrong with it.

    That the maker calls the outcome of the activity approved is what has to be shown, so it is no ground to compare with.
    """
    candidates = [b for b in approved_baselines(product, ledgers) if bare(b.id) != bare(campaign.baseline_after or "")]
    if any(b.day is None for b in candidates):
        told.append(held("activity", campaign.id, _NO_DAY))
    day = day_of(campaign)
    candidates = [b for b in candidates if b.day is None or day is None or b.day <= day]
    if not candidates:
        told.append(held("activity", campaign.id, _NO_BASE))
        return None
    base = candidates[-1]
    if sum(b.day == base.day for b in candidates) > 1:
        told.append(held("activity", campaign.id, _TWO_BASES, base.id))
    if not base.approval:
        told.append(held("activity", campaign.id, _NO_NUMBER, base.id))
    if _contradicted(base, ledgers):
        told.append(held("activity", campaign.id, _UNREADABLE, base.id))
    return base


def _recall(campaign: UpdateCampaign) -> Iterator[Change]:
    said = defect_told(campaign)
    words = "; ".join(t for t in (campaign.cause, campaign.purpose) if t)
    if said == "certain":
        yield Change("activity", campaign.id, "changed", "recall", "G5", _RECALL, after=campaign.recall or words)
    elif said == "possible":
        yield held("activity", campaign.id, _DEFECT, "", words)


# Several activities ----------------------------------------------------------------------------------------------------------------------


def _together(activity: Activity, everything: list[Activity], ledgers: Ledgers) -> Activity:
    """Add what arises only when other activities on the product stand in the car as well.

    The sum is the approved baseline with the changes of the others laid over it in order of their days, those of this activity last.
    Activities that this one is built upon, or that are built upon it, are part of its own or of their own difference.
    """
    base, after = activity.base, activity.after
    if base is None or after is None:
        return activity
    kin = _line(after.id, ledgers, everything)
    others = [
        a
        for a in everything
        if a.product == activity.product
        and a.after
        and bare(a.after.id) not in kin
        and bare(after.id) not in _line(a.after.id, ledgers, everything)
    ]
    if not others:
        return activity
    others.sort(key=lambda a: (day_of(a.campaign) or date.max, a.campaign.id))
    layers = [a.after for a in others if a.after]
    total = _sum(base, [*layers, after])
    seen = {c.key for a in (activity, *others) for c in (*a.changes, *(compare(base, a.after) if a.after else ()))}
    names = "; ".join(dict.fromkeys(a.campaign.id for a in others))
    new = [
        c._replace(scope="together", others=names, campaign=activity.campaign.id, product=activity.product, base=base.id)
        for c in compare(base, total)
        if c.key not in seen
    ]
    return activity._replace(changes=(*activity.changes, *new))


def _line(name: str, ledgers: Ledgers, everything: list[Activity]) -> frozenset[str]:
    """Return `name` and every baseline that it is built upon, in the form of `written_names.bare`."""
    above: dict[str, set[str]] = {}
    for each in ledgers.baselines:
        if each.previous:
            above.setdefault(bare(each.id), set()).add(bare(each.previous))
    for activity in everything:
        if activity.after and activity.before:
            above.setdefault(bare(activity.after.id), set()).add(bare(activity.before.id))
    found, waiting = set[str](), [bare(name)]
    while waiting:
        this = waiting.pop()
        if this not in found:
            found.add(this)
            waiting += above.get(this, ())
    return frozenset(found)


def _sum(base: Configuration, layers: list[Configuration]) -> Configuration:
    """Lay what differs from `base` in each layer over it, the last one on top."""
    return Configuration(
        id=" + ".join(dict.fromkeys(layer.id for layer in layers)),
        units=_laid(base.units, [layer.units for layer in layers]),
        parameters=_laid(base.parameters, [layer.parameters for layer in layers]),
        functions=_laid(base.functions, [layer.functions for layer in layers]),
        flags=_laid(base.flags, [layer.flags for layer in layers]),
        odc=_laid(base.odc, [layer.odc for layer in layers]),
        whole=base.whole.intersection(*(layer.whole for layer in layers)),
    )


def _laid(base: Mapping[str, _R], layers: list[Mapping[str, _R]]) -> dict[str, _R]:
    found = dict(base)
    for layer in layers:
        for name in base.keys() | layer.keys():
            row, was = layer.get(name), base.get(name)
            if row is None and was is not None:
                found.pop(name, None)
            elif row is not None and (was is None or _content(row) != _content(was)):
                found[name] = row
    return found


def _content(row: Record) -> dict[str, object]:
    return row.model_dump(exclude={"baseline"})
