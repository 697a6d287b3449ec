"""Cars for inspection are drawn so that nobody could steer the draw."""

from collections.abc import Iterator
from typing import Annotated, Any

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.step import Limit
from zhunru.core.subject import Subject
from zhunru.core.verdict import Verdict
from zhunru.formulas.check_digits import tail
from zhunru.formulas.sampling import canonical, draw, sample_size, seal
from zhunru.formulas.written_names import bare, bare_number
from zhunru.records.approval import digest_of
from zhunru.records.listed_vehicle import ListedVehicle
from zhunru.records.sampled_vehicle import SampledVehicle
from zhunru.records.sampling_plan import SamplingPlan, sizes_of
from zhunru.records.vehicle import Vehicle

_Cars = list[tuple[str, str]]


@check("miit-2021-103/4.4", "miit-2021-103/10.2", title_zh="抽查车辆的抽取不受企业左右", since="0.2")
def sample_is_drawn_fairly(
    plans: list[SamplingPlan],
    listed: list[ListedVehicle],
    samples: list[SampledVehicle],
    vehicles: list[Vehicle] | None,
    subject: Subject,
    *,
    share: Annotated[float, Limit("1", "miit-2021-103/10.2", "P")] = 0.05,
    confidence: Annotated[float, Limit("1", "miit-2021-103/10.2", "P")] = 0.95,
    unavailable: Annotated[float, Limit("1", "miit-2021-103/10.2", "P")] = 0.1,
) -> Iterator[Finding]:
    """The list was sealed before the randomness was public, holds every car, and the cars drawn are those that seal and randomness give.

    Why:
        A maker that can choose the cars, the list or the seed chooses the result.

    为什么:
        企业若能选择车辆、清单或随机种子，就能选择抽查结果。

    How it decides:
        1. Of each plan: the list was sealed before the named public randomness appeared, else breach. Times, source, value, inspector or seal
           missing or unreadable: gap.
        2. The seal computed from plan, list, sizes and acceptance number is the one that was given away, else breach.
        3. The list has every car of the product in the ledger of vehicles that is in production use and not scrapped, else breach; where
           there is no such ledger: gap.
        4. The sizes reach the fewest cars that find `share` deviating ones with `confidence` at the acceptance number, else breach.
        5. In each stratum the cars are the first ones in the computed order, without one passed over, else breach; as many as the plan says could
           be had, else gap. More than `unavailable` of the drawn cars could not be had: gap.

    Inconclusive:
        No plan, list or sample; what decides is missing; too many drawn cars could not be had.

    Not covered:
        Whether the randomness really is what the named source published, and whether the seal really left the house at that time: compare both
        outside. Whether other plans were sealed for the same randomness and then dropped: the inspector keeps every seal. Whether a car that could
        not be had was really out of reach.

    未覆盖:
        随机数是否确为指定来源所公布、封存摘要是否确在该时间交出（须在外部核对）；是否对同一随机数
        封存过其他方案后又弃用（检查人员应留存全部封存摘要）；未取得的车辆是否确实无法取得。

    Args:
        plans: Plans.
        listed: Cars of the sealed lists.
        samples: Cars that were drawn.
        vehicles: Ledger of vehicles.
        subject: Product under assessment.
        share: Share of deviating cars that a sample must find.
        confidence: Probability with which it must find them.
        unavailable: Share of drawn cars that may be out of reach.

    References:
        103号 (十); ISO 2859-1 for acceptance numbers (G); hypergeometric law; docs/adr/0018.
    """
    if not plans:
        yield gap("没有抽样方案", "there is no sampling plan")
    for plan in plans:
        mine = [row for row in listed if bare(row.plan) == bare(plan.id)]
        drawn = [row for row in samples if bare(row.plan) == bare(plan.id)]
        # (1) sealed before the randomness
        yield _order(plan)
        try:
            cars = canonical((row.vin, row.stratum or "") for row in mine)
        except ValueError:
            yield breach("抽样总体中有重复或空的VIN", "a VIN of the list is empty or stands there twice", at=plan.origin, plan=plan.id)
            continue
        sizes = sizes_of(plan)
        if not cars or sizes is None or digest_of(plan.sealed) is None or not plan.randomness:
            yield gap(
                "方案缺少清单、样本量、封存摘要或随机数", "the plan lacks list, sizes, seal or randomness", at=plan.origin, plan=plan.id
            )
            continue
        yield _sealed(plan, cars, sizes)
        yield from _whole(plan, cars, vehicles, subject)
        yield _enough(plan, len(cars), sizes, share, confidence)
        yield from _drawn(plan, cars, sizes, drawn, unavailable)


def _order(plan: SamplingPlan) -> Finding:
    facts: dict[str, Any] = {"plan": plan.id, "randomness_source": plan.source}
    if not plan.sealed_at or not plan.public_at or not plan.source or not plan.named_by:
        return gap(
            "封存时间、随机数来源、公布时间或指定人缺失",
            "when it was sealed, or source, time or namer of the randomness is missing",
            at=plan.origin,
            **facts,
        )
    if plan.sealed_at >= plan.public_at:
        return breach(
            "随机数公布之后才封存清单", "the list was sealed after the randomness was public", at=plan.origin, measured=str(plan.sealed_at),
            limit=str(plan.public_at), **facts,
        )  # fmt: skip
    return ok("清单先封存，随机数后公布", "the list was sealed before the randomness was public", at=plan.origin, **facts)


def _sealed(plan: SamplingPlan, cars: _Cars, sizes: dict[str, int]) -> Finding:
    # (2) the seal is of this list
    made = seal(plan.id, cars, sizes, int(plan.accept or 0))
    if made != digest_of(plan.sealed):
        return breach(
            "清单或方案与封存摘要不符",
            "list or plan are not those that were sealed",
            at=plan.origin,
            plan=plan.id,
            measured=made,
            limit=plan.sealed,
        )
    return ok("清单与封存摘要一致", "list and plan are those that were sealed", at=plan.origin, plan=plan.id, cars=len(cars))


def _whole(plan: SamplingPlan, cars: _Cars, vehicles: list[Vehicle] | None, subject: Subject) -> Iterator[Finding]:
    # (3) every car is in it
    product = bare(plan.product or subject.name)
    population = [
        v for v in vehicles or [] if v.use in {"production", None} and v.status != "scrapped" and (not v.model or bare(v.model) == product)
    ]
    if not population:
        yield gap("没有可核对抽样总体的车辆台账", "there is no ledger of vehicles to compare the list with", at=plan.origin, plan=plan.id)
    known = {vin for vin, _ in cars}
    missing = [v for v in population if bare_number(v.vin) not in known]
    for vehicle in missing:
        place = vehicle.origin
        if vehicle.model and vehicle.use:
            yield breach(
                "车辆台账中的车辆不在抽样总体中", "a car of the ledger is not in the list", at=place, plan=plan.id, vin=tail(vehicle.vin)
            )
        else:
            yield gap(
                "车型或用途不明的车辆不在抽样总体中",
                "a car of unknown model or use is not in the list",
                at=place,
                plan=plan.id,
                vin=tail(vehicle.vin),
            )
    if population and not missing:
        yield ok("抽样总体包含台账中的全部车辆", "the list has every car of the ledger", at=plan.origin, plan=plan.id, cars=len(population))


def _enough(plan: SamplingPlan, lot: int, sizes: dict[str, int], share: float, confidence: float) -> Finding:
    # (4) enough cars
    total, needed = sum(sizes.values()), sample_size(lot, share, confidence, int(plan.accept or 0))
    facts: dict[str, Any] = {
        "plan": plan.id,
        "measured": total,
        "limit": needed,
        "unit": "cars",
        "lot": lot,
        "accept": int(plan.accept or 0),
    }
    if total < needed:
        return breach("样本量不足", "too few cars are drawn", at=plan.origin, **facts)
    return ok("样本量足够", "enough cars are drawn", at=plan.origin, **facts)


def _drawn(plan: SamplingPlan, cars: _Cars, sizes: dict[str, int], drawn: list[SampledVehicle], unavailable: float) -> Iterator[Finding]:
    # (5) the first ones in the computed order
    order = draw(digest_of(plan.sealed) or "", plan.randomness or "", cars)
    taken = {bare_number(row.vin): row for row in drawn}
    strangers = set(taken) - {vin for vin, _ in cars}
    if strangers:
        yield breach(
            "抽中的车辆不在抽样总体中",
            "a drawn car is not in the list",
            at=taken[min(strangers)].origin,
            plan=plan.id,
            vin=tail(min(strangers)),
        )
    if set(sizes) - set(order) or set(order) - set(sizes):
        yield breach("方案的分层与清单不符", "the strata of the plan are not those of the list", at=plan.origin, plan=plan.id)
    for stratum, ranked in order.items():
        yield _first_ones(plan, stratum, ranked, sizes.get(stratum, 0), taken)
    lost = sum(bool(row.reason) for row in drawn)
    if drawn and lost > unavailable * len(drawn):
        yield gap(
            "未取得的抽中车辆过多",
            "too many drawn cars could not be had",
            at=plan.origin,
            plan=plan.id,
            measured=lost / len(drawn),
            limit=unavailable,
            unit="1",
        )


def _first_ones(plan: SamplingPlan, stratum: str, ranked: list[str], size: int, taken: dict[str, SampledVehicle]) -> Finding:
    """Judge one stratum; `ranked` are all its VINs in the order of the draw."""
    mine = [vin for vin in ranked if vin in taken]
    facts: dict[str, Any] = {"plan": plan.id, "stratum": stratum}
    if mine != ranked[: len(mine)]:
        passed = next(vin for vin in ranked if vin not in taken)
        return breach(
            "越过了应抽中的车辆", "a car that comes before a drawn one was passed over", at=plan.origin, vin=tail(passed), **facts
        )
    had, wanted = sum(not taken[vin].reason for vin in mine), min(size, len(ranked))
    if had < wanted:
        return gap(
            "取得的车辆少于方案要求",
            "fewer cars could be had than the plan asks for",
            at=plan.origin,
            measured=had,
            limit=wanted,
            unit="cars",
            **facts,
        )
    return ok("抽中的车辆与计算结果一致", "the cars are those that the draw gives", at=plan.origin, cars=len(mine), **facts)


_CAR = Subject(name="样车一号", maker="示例汽车", ota=True)
_Inputs = tuple[list[SamplingPlan], list[ListedVehicle], list[SampledVehicle], list[Vehicle], Subject]


def inputs(size: int = 45, fleet: int = 60, **changed: Any) -> _Inputs:
    """Build a plan over a fleet of one stratum, sealed and drawn as it should be; good for examples."""
    vins = [f"LSVAA4182E2{k:06d}" for k in range(fleet)]
    cars = [(vin, "") for vin in vins]
    sealed = seal("S-1", cars, {"": size})
    plain = {"id": "S-1", "product": "样车一号", "sealed_at": "2026-06-01 10:00", "sealed": sealed, "list_size": fleet, "sizes": f"={size}"}
    plain |= {"source": "drand 5000000", "public_at": "2026-06-02 10:00", "randomness": "9f3c", "named_by": "王检"}
    plan = SamplingPlan.model_validate(plain | changed)
    first = draw(sealed, plan.randomness or "", cars)[""][:size]
    return (
        [plan],
        [ListedVehicle(plan="S-1", vin=vin) for vin in vins],
        [SampledVehicle(plan="S-1", vin=vin) for vin in first],
        [Vehicle.model_validate({"vin": vin, "model": "样车一号", "use": "量产", "status": "已售"}) for vin in vins],
        _CAR,
    )


@sample_is_drawn_fairly.example(Verdict.PASS)
def sealed_then_drawn() -> _Inputs:
    """Sixty cars, 45 of which are drawn."""
    return inputs()


@sample_is_drawn_fairly.example(Verdict.FAIL)
def one_car_exchanged() -> _Inputs:
    """A drawn car was passed over for another one."""
    plans, listed, samples, vehicles, subject = inputs()
    other = next(row.vin for row in listed if row.vin not in {s.vin for s in samples})
    return plans, listed, [*samples[1:], SampledVehicle(plan="S-1", vin=other)], vehicles, subject


@sample_is_drawn_fairly.example(Verdict.FAIL)
def sealed_after_the_randomness() -> _Inputs:
    """Whoever knew the value could try lists until one pleased."""
    return inputs(sealed_at="2026-06-02 10:00")


@sample_is_drawn_fairly.example(Verdict.FAIL)
def car_left_out_of_the_list() -> _Inputs:
    """The ledger has a car that the list lacks."""
    plans, listed, samples, vehicles, subject = inputs()
    return plans, listed, samples, [*vehicles, vehicles[0].model_copy(update={"vin": "LSVAA4182E2999999"})], subject


@sample_is_drawn_fairly.example(Verdict.FAIL)
def too_few() -> _Inputs:
    """Ten cars find five per cent in six of ten cases at best."""
    return inputs(size=10)


@sample_is_drawn_fairly.example(Verdict.INCONCLUSIVE)
def nobody_named_the_source() -> _Inputs:
    """The source of the randomness is not on record."""
    return inputs(source="")
