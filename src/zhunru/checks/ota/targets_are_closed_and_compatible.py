"""The target list of an update is closed, and every car on it has a configuration that the update fits."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.record import CHINA
from zhunru.core.verdict import Verdict
from zhunru.formulas.check_digits import tail, vin_holds
from zhunru.formulas.written_names import bare, bare_number
from zhunru.records.target_vehicle import TargetVehicle
from zhunru.records.update_campaign import UpdateCampaign
from zhunru.records.vehicle import Vehicle


@check(
    "miit-2021-103/3.5", "gb-44496-2024/4.2.3", "gb-44496-2024/4.2.4", "gb-44496-2024/4.3.4",
    title_zh="目标车辆清单封闭且构型兼容", since="0.2",
)  # fmt: skip
def targets_are_closed_and_compatible(
    targets: list[TargetVehicle], campaigns: list[UpdateCampaign], vehicles: list[Vehicle] | None
) -> Iterator[Finding]:
    """Each target is one valid VIN of the product, listed once, whose last known configuration, read before the release, is what the update starts from.

    Why:
        A package for another configuration can brick a car; a list that is not closed lets it reach anybody.

    为什么:
        针对其他构型的升级包可能使车辆瘫痪；清单不封闭，升级包就可能到达任何车辆。

    How it decides:
        1. Every activity has targets; none: gap. Targets of an activity that is not recorded: gap.
        2. A VIN with a wrong check digit or form: breach. A VIN that stands twice in one list: breach.
        3. The last known configuration is the baseline before the update: ok; another one: breach, whatever the maker says about
           compatibility; not known on either side: gap. A car that the maker itself calls incompatible: breach.
        4. The configuration was read before the release day: else breach; on that very day, or days not known: gap.
        5. The ledger of vehicles gives the car the model that the activity names as product: ok. Another model: breach when the ledger calls
           some car by that product's name, so that both go by one naming, and neither name is part of the other; else gap. The car or its
           model not in the ledger, two models of one car, no product of the activity: gap.

    Inconclusive:
        Configurations, baselines, models, products or days are missing or unreadable; lists and activities do not meet; models and products
        go by different names.

    Not covered:
        Whether the car really has that configuration on the day: drift is seen by reading versions out. Rules by which cars were chosen.

    未覆盖:
        车辆当日是否确为该构型（由版本读取发现漂移）；选车规则。

    Args:
        targets: Closed target lists.
        campaigns: Activities.
        vehicles: Ledger of vehicles: model of each car.

    References:
        GB 44496-2024 4.2.3, 4.2.4, 4.3.4; GB 16735-2019 (check digit); ota-and-recorders.md 2.2 G8.
    """
    known: dict[str, list[UpdateCampaign]] = {}
    for campaign in campaigns:
        known.setdefault(bare(campaign.id), []).append(campaign)
    models = _models(vehicles or [])
    called = {m for names in models.values() for m in names}
    counts = Counter((bare(t.campaign), bare_number(t.vin)) for t in targets)
    # (1) lists and activities meet
    for name, rows in known.items():
        if not any(bare(t.campaign) == name for t in targets):
            yield gap("活动没有目标车辆清单", "the activity has no target list", at=rows[0].origin, campaign=rows[0].id)
    if not targets:
        yield gap("没有目标车辆", "there is no target vehicle")
    told: set[tuple[str, str]] = set()
    for target in targets:
        key = (bare(target.campaign), bare_number(target.vin))
        facts: dict[str, Any] = {"at": target.origin, "vin": tail(target.vin), "campaign": target.campaign}
        # (2) the list itself
        if not vin_holds(bare_number(target.vin)):
            yield breach("车辆识别代号不成立", "the VIN does not hold", **facts)
        if counts[key] > 1 and key not in told:
            told.add(key)
            yield breach("同一车辆在清单中重复", "a vehicle stands twice in the list", **facts, rows=counts[key])
        campaigns_of = known.get(key[0], [])
        if len({(c.baseline_before, c.released_on, c.product) for c in campaigns_of}) != 1:
            yield gap("目标车辆对应的活动没有记录或不唯一", "the activity of the target is not recorded, or not once", **facts)
            continue
        yield _fits(target, campaigns_of[0], facts)
        yield _in_time(target, campaigns_of[0], facts)
        yield _of_product(models.get(key[1], {}), campaigns_of[0], called, facts)


def _models(vehicles: Sequence[Vehicle]) -> dict[str, dict[str, str]]:
    """Return VIN -> models of its rows, in bare form -> as written."""
    models: dict[str, dict[str, str]] = {}
    for vehicle in vehicles:
        if vehicle.model and bare(vehicle.model):
            models.setdefault(bare_number(vehicle.vin), {})[bare(vehicle.model)] = vehicle.model
    return models


def _of_product(models: dict[str, str], campaign: UpdateCampaign, called: set[str], facts: dict[str, Any]) -> Finding:
    # (5) the model
    products = {bare(p) for p in campaign.product if bare(p)}
    more = facts | {"model": "; ".join(sorted(models.values())), "product": "; ".join(campaign.product)}
    if not models or not products:
        return gap("目标车辆的车型或活动的产品不明", "the model of the car or the product of the activity is not known", **more)
    if len(models) > 1:
        return gap("车辆台账中同一车辆有多个车型", "the ledger gives one car several models", **more)
    (model,) = models
    if model in products:
        return ok("目标车辆属于活动的产品", "the car is of the product of the activity", **more)
    # a ledger that never uses the product's name may write type numbers, and a longer name may be a variant of the same car
    if products <= called and not any(p in model or model in p for p in products):
        return breach("目标车辆属于其他车型", "the car is of another model than the activity", **more)
    return gap(
        "目标车辆的车型与活动的产品名称不同，是否同一车型不明",
        "model and product have different names: whether they are one is not told",
        **more,
    )


def _fits(target: TargetVehicle, campaign: UpdateCampaign, facts: dict[str, Any]) -> Finding:
    # (3) the configuration
    has, asked = bare(target.configuration or ""), bare(campaign.baseline_before or "")
    more = facts | {"measured": target.configuration, "limit": campaign.baseline_before}
    if target.compatible is False:
        return breach("企业自认不兼容的车辆在清单中", "a car that the maker calls incompatible is on the list", **more)
    if not has or not asked:
        return gap("车辆构型或升级前基线不明", "the configuration of the car or the baseline before is not known", **more)
    if has != asked:
        return breach("车辆构型与升级前基线不符", "the car does not have the configuration that the update starts from", **more)
    return ok("车辆构型与升级前基线相符", "the car has the configuration that the update starts from", **more)


def _in_time(target: TargetVehicle, campaign: UpdateCampaign, facts: dict[str, Any]) -> Finding:
    # (4) read before the release
    released = campaign.released_on or campaign.planned_start
    if target.configured_at is None or released is None:
        return gap("构型采集时间或发布日期缺失", "the time of the configuration or the release day is missing", **facts)
    read = target.configured_at.astimezone(CHINA).date()
    more = facts | {"measured": str(read), "limit": str(released)}
    if read > released:
        return breach("构型在发布之后才采集", "the configuration was read after the release", **more)
    if read == released:
        return gap("构型与发布在同一天", "the configuration was read on the release day", **more)
    return ok("构型在发布之前采集", "the configuration was read before the release", **more)


_Inputs = tuple[list[TargetVehicle], list[UpdateCampaign], list[Vehicle]]


def _inputs(*more: dict[str, object], model: str = "样车 一号", **changed: object) -> _Inputs:
    plain = {"campaign": "U-1", "vin": "1M8GDM9AXKP042788", "configuration": "B1", "configured_at": "2026-03-09 12:00", "compatible": "是"}
    activity = {"id": "U-1", "product": "样车一号", "baseline_before": "B1", "released_on": "2026-03-10"}
    rows = [plain | changed, *(plain | m for m in more)]
    ledger = [{"vin": "1M8GDM9AXKP042788", "model": model}, {"vin": "LSVAA49J0X2000001", "model": "样车一号"}]
    return (
        [TargetVehicle.model_validate(r) for r in rows],
        [UpdateCampaign.model_validate(activity)],
        [Vehicle.model_validate(v) for v in ledger],
    )


@targets_are_closed_and_compatible.example(Verdict.PASS)
def read_the_day_before() -> _Inputs:
    """A valid VIN with the right baseline."""
    return _inputs()


@targets_are_closed_and_compatible.example(Verdict.FAIL)
def another_configuration() -> _Inputs:
    """The maker says compatible; the car has B0."""
    return _inputs(configuration="B0")


@targets_are_closed_and_compatible.example(Verdict.FAIL)
def listed_twice() -> _Inputs:
    """The same VIN, once with blanks."""
    return _inputs({"vin": "1M8GDM9AX KP042788"})


@targets_are_closed_and_compatible.example(Verdict.FAIL)
def wrong_check_digit() -> _Inputs:
    """One symbol was mistyped."""
    return _inputs(vin="1M8GDM9A1KP042788")


@targets_are_closed_and_compatible.example(Verdict.INCONCLUSIVE)
def configuration_unknown() -> _Inputs:
    """Only the maker's word."""
    return _inputs(configuration="")


@targets_are_closed_and_compatible.example(Verdict.FAIL)
def car_of_another_model() -> _Inputs:
    """The ledger of vehicles knows both models."""
    return _inputs(model="轿车二号")


@targets_are_closed_and_compatible.example(Verdict.INCONCLUSIVE)
def model_left_blank() -> _Inputs:
    """The ledger does not tell what the car is."""
    return _inputs(model="")
