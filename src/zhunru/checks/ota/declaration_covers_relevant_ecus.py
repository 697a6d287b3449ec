"""The versions of all relevant ECUs are declared, and the declaration keeps step with updates."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.subject import Subject
from zhunru.core.verdict import Verdict
from zhunru.formulas.written_names import bare
from zhunru.records.baseline import Baseline
from zhunru.records.software_declaration import SoftwareDeclaration
from zhunru.records.software_unit import SoftwareUnit
from zhunru.records.update_campaign import UpdateCampaign
from zhunru.tables.vehicle_configuration import LEGITIMATE


@check(
    "miit-2021-103/4.4",
    "gb-44496-2024/4.1.4.a",
    "gb-44496-2024/4.1.4.b",
    title_zh="相关控制器的软件版本已申报并随升级同步更新",
    since="0.2",
)
def declaration_covers_relevant_ecus(
    declarations: list[SoftwareDeclaration],
    units: list[SoftwareUnit],
    baselines: list[Baseline],
    campaigns: list[UpdateCampaign] | None,
    subject: Subject,
) -> Iterator[Finding]:
    """Each ECU that matters for the approval has its version declared, and a changed version is declared by the release.

    Why:
        Without a number on the car the declaration is all that the authority has; what it leaves out, nobody can verify.

    为什么:
        车上不存识别码时，申报是主管部门唯一的依据；未申报的控制器无从核对。

    How it decides:
        1. Take the approved or filed bills of software of the product. None: gap.
        2. Each of their units that matters for the approval: its version, or its SWIN, is declared for the product, else breach. Whether it
           matters is not told: gap, unless it is declared all the same. A version that is missing: gap.
        3. A declared version of an ECU of these bills that no bill of software has, not even that of a planned release: breach.
        4. For each released update, each relevant unit of the bill afterwards whose version the bill before does not have: that version is declared
           by the day of release, else breach. Days or bills that are missing: gap.
        5. A planned update is judged by its planned first day; what would be a breach is a gap, and what is missing is not asked yet.

    Inconclusive:
        No approved bill, no declaration, or a version, day or bill is missing.

    Not covered:
        Whether the authority received it (the receipt is only cited); whether the bill of software is whole.

    未覆盖:
        主管部门是否收到（只引用回执编号）；软件清单本身是否完整。

    Args:
        declarations: What was declared.
        units: Bills of software.
        baselines: Which of them are approved or filed.
        campaigns: Updates that were released.
        subject: Product under assessment.

    References:
        GB 44496-2024 4.1.4; UN R156 7.2.1.2.2; ota-and-recorders.md 1.2.
    """
    # (1) bills of this product
    product = bare(subject.name)
    mine = [d for d in declarations if bare(d.product) == product]
    legitimate = {bare(b.id) for b in baselines if b.state in LEGITIMATE and (not b.product or bare(b.product) == product)}
    bill = [u for u in units if bare(u.baseline) in legitimate]
    if not bill or not mine:
        yield gap(
            "没有本产品的申报或已批准的软件清单", "there is no declaration or no approved bill of software of this product",
            declarations=len(declarations), units=len(bill),
        )  # fmt: skip
    for unit in bill:
        yield from _declared(unit, mine)
    ours = [c for c in campaigns or [] if c.released is not False and (not c.product or product in map(bare, c.product))]
    yield from _unknown(mine, units, {bare(u.ecu) for u in bill})
    for campaign in ours:
        yield from _kept_in_step(campaign, units, mine)
    for campaign in campaigns or []:
        if campaign.released is False and campaign.planned_start and (not campaign.product or product in map(bare, campaign.product)):
            planned = campaign.model_copy(update={"released_on": campaign.planned_start})
            yield from (f for f in map(_softened, _kept_in_step(planned, units, mine)) if f is not None)


def _days(unit: SoftwareUnit, declarations: list[SoftwareDeclaration]) -> list[date | None]:
    """Return the days on which the version, or the number, of a unit was declared."""
    same = [d for d in declarations if bare(d.ecu) == bare(unit.ecu)]
    by_version = [d.declared_on for d in same if d.version and unit.version and bare(d.version) == bare(unit.version)]
    by_number = [d.declared_on for d in same if not d.version and d.swin and unit.swin and bare(d.swin) == bare(unit.swin)]
    return by_version + by_number


def _declared(unit: SoftwareUnit, declarations: list[SoftwareDeclaration]) -> Iterator[Finding]:
    # (2) covered
    facts: dict[str, Any] = {"ecu": unit.ecu, "version": unit.version, "baseline": unit.baseline}
    if unit.approval_relevant is False:
        return
    if _days(unit, declarations):
        yield ok("控制器的软件版本已申报", "the version of the ECU is declared", at=unit.origin, **facts)
    elif unit.approval_relevant is None:
        yield gap("未说明控制器是否与型式批准相关", "it is not told whether the ECU matters for the approval", at=unit.origin, **facts)
    elif unit.version is None:
        yield gap(
            "软件清单缺少版本，无法核对申报", "the bill lacks the version: the declaration cannot be compared", at=unit.origin, **facts
        )
    elif any(bare(d.ecu) == bare(unit.ecu) and not d.version and not d.swin for d in declarations):
        yield gap("申报中该控制器的版本缺失", "the declaration of the ECU lacks its version", at=unit.origin, **facts)
    else:
        yield breach("相关控制器的软件版本未申报", "the version of a relevant ECU is not declared", at=unit.origin, **facts)


def _unknown(declarations: list[SoftwareDeclaration], bill: list[SoftwareUnit], ecus: set[str]) -> Iterator[Finding]:
    # (3) declared and in no bill
    versions: dict[str, set[str | None]] = {}
    for unit in bill:
        versions.setdefault(bare(unit.ecu), set()).add(bare(unit.version) if unit.version else None)
    for row in declarations:
        known = versions.get(bare(row.ecu), set())
        if row.version and bare(row.ecu) in ecus and None not in known and bare(row.version) not in known:
            yield breach(
                "申报的版本不在任何软件清单中",
                "a declared version is in no bill of software",
                at=row.origin,
                ecu=row.ecu,
                version=row.version,
            )


def _softened(found: Finding) -> Finding | None:
    # (5) what is late for a day that is only planned
    if found.kind != "breach":
        return found if found.kind == "ok" else None
    return gap("计划的升级在计划开始日前尚未申报", "planned: not declared by the planned first day", because=str(found.text))


def _kept_in_step(campaign: UpdateCampaign, units: list[SoftwareUnit], declarations: list[SoftwareDeclaration]) -> Iterator[Finding]:
    # (4) declared by the release
    sides = [
        [u for u in units if bare(u.baseline) == bare(name)] if name else [] for name in (campaign.baseline_before, campaign.baseline_after)
    ]
    if not all(sides):
        yield gap(
            "升级前或升级后的软件清单缺失",
            "the bill of software before or after the update is missing",
            at=campaign.origin,
            campaign=campaign.id,
        )
        return
    old = {(bare(u.ecu), bare(u.version)) for u in sides[0] if u.version}
    for unit in sides[1]:
        if unit.approval_relevant is False or unit.version is None or (bare(unit.ecu), bare(unit.version)) in old:
            continue
        facts: dict[str, Any] = {"campaign": campaign.id, "ecu": unit.ecu, "version": unit.version}
        days = _days(unit, declarations)
        known = [d for d in days if d]
        if not days and unit.approval_relevant is True:
            yield breach("升级后的版本未申报", "the version after the update is not declared", at=unit.origin, **facts)
        elif campaign.released_on is None or not known:
            yield gap("发布或申报的日期缺失", "the day of release or of the declaration is missing", at=unit.origin, **facts)
        elif min(known) > campaign.released_on:
            yield breach(
                "升级发布之后才申报",
                "declared only after the release",
                at=unit.origin,
                measured=str(min(known)),
                limit=str(campaign.released_on),
                **facts,
            )
        else:
            yield ok("升级发布前已申报", "declared by the release", at=unit.origin, **facts)


_CAR = Subject(name="样车一号", maker="示例汽车", ota=True)
_Inputs = tuple[list[SoftwareDeclaration], list[SoftwareUnit], list[Baseline], list[UpdateCampaign], Subject]


def _inputs(declared_on: str = "2026-05-01", **unit: object) -> _Inputs:
    old = {"baseline": "B1", "ecu": "EPS", "version": "1.2", "approval_relevant": "是"}
    units = [old, old | {"baseline": "B2", "version": "1.3"} | unit]
    rows = [{"product": "样车一号", "ecu": "EPS", "version": v, "declared_on": d} for v, d in (("1.2", "2026-01-01"), ("1.3", declared_on))]
    campaign = {"id": "U-1", "product": "样车一号", "released_on": "2026-05-06", "baseline_before": "B1", "baseline_after": "B2"}
    return (
        [SoftwareDeclaration.model_validate(r) for r in rows],
        [SoftwareUnit.model_validate(u) for u in units],
        [Baseline.model_validate({"id": b, "product": "样车一号", "state": "已批准"}) for b in ("B1", "B2")],
        [UpdateCampaign.model_validate(campaign)],
        _CAR,
    )


@declaration_covers_relevant_ecus.example(Verdict.PASS)
def declared_before_the_release() -> _Inputs:
    """Both versions declared, the second five days before the release."""
    return _inputs()


@declaration_covers_relevant_ecus.example(Verdict.FAIL)
def declared_after_the_release() -> _Inputs:
    """A day late."""
    return _inputs("2026-05-07")


@declaration_covers_relevant_ecus.example(Verdict.FAIL)
def relevant_ecu_left_out() -> _Inputs:
    """An ECU of the approved bill is not in the declaration."""
    declarations, units, *rest = _inputs()
    extra = SoftwareUnit.model_validate({"baseline": "B1", "ecu": "ESC", "version": "7", "approval_relevant": "是"})
    return (declarations, [*units, extra], *rest)  # type: ignore[return-value]


@declaration_covers_relevant_ecus.example(Verdict.INCONCLUSIVE)
def day_of_declaration_missing() -> _Inputs:
    """Nobody wrote the day down."""
    return _inputs("")
