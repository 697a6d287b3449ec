"""Enterprise, model with functions, and activity were filed and accepted before the first car was offered the update."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.subject import Subject
from zhunru.core.text import Text
from zhunru.core.verdict import Verdict
from zhunru.formulas.written_names import bare
from zhunru.records.filing import Filing
from zhunru.records.filing_move import FilingMove
from zhunru.records.filing_standing import Fault, Standing, fault_on, standings
from zhunru.records.releases import Release, function_ids, releases_of, touched_functions
from zhunru.records.update_campaign import UpdateCampaign
from zhunru.records.update_execution import UpdateExecution
from zhunru.records.vehicle_function import VehicleFunction

_MIIT = ("工信部", "工业和信息化部", "miit", "eidc", "装备工业发展中心", "装备中心")
_SAMR = ("市场监管总局", "市场监督管理总局", "samr", "缺陷产品召回")
_BOTH_FROM = date(2025, 2, 28)
"""Publication of 工信部联通装〔2025〕45号: from then on an activity is filed with both authorities (C for the demand, S for detail)."""


class _Tier(NamedTuple):
    """The filing chosen for one of the three, with what is wrong with it."""

    standing: Standing | None
    fault: Fault | None


@check(
    "miit-2021-103/4.2",
    "miit-2021-103/n2",
    "eidc-2022-04-15/enterprise",
    "eidc-2022-04-15/model",
    "eidc-2022-04-15/activity",
    "miit-2025-45/filing",
    "miit-2025-45/class-a",
    title_zh="企业、车型及功能、升级活动三级备案均在首次推送前通过",
    since="0.2",
)
def filings_precede_the_push(
    campaigns: list[UpdateCampaign],
    filings: list[Filing] | None,
    moves: list[FilingMove] | None,
    executions: list[UpdateExecution] | None,
    functions: list[VehicleFunction] | None,
    subject: Subject,
) -> Iterator[Finding]:
    """Enterprise, model with functions, and activity were filed and accepted before the first car was offered the update.

    Why:
        A filing that comes after the push is no supervision: the cars already drive with what nobody has seen.

    为什么:
        先推送后备案等于没有监管：车辆已经在运行无人审视过的软件。

    How it decides:
        1. First day of each activity: the release day as told, or an earlier push, notice or start on any car. Unknown: gap. An activity
           that nothing shows to be released is judged by its planned day or, without one, is a gap; there a fault is a gap, not a breach.
        2. The state of a filing is that of its row moved on by the moves entered for it. Rows that differ, a move that the workflow does
           not allow, a broken chain of moves: gap.
        3. Each of the three stands when it was accepted before the first day, was not withdrawn by then and had not expired. Accepted on
           the very day, without receipt or days, or with days that contradict one another: gap. Of several the best one counts.
        4. The filings of models together name every model of the activity, and for each model every function touched: those told, and
           those whose rows differ between the baselines of the activity. Neither told nor listed: gap. The filing of the activity names the
           activity and its models.
        5. The three were accepted in this order; the same day is in order.
        6. From 2025-02-28 the filings of an activity name both authorities, else gap.
        7. An activity that names only other products is judged alike, but what would be a breach is a gap.

    Inconclusive:
        A day, state, receipt, model or function is missing or unreadable; filed and pushed on one day; nothing was released.

    Not covered:
        Whether the receipt is genuine: compare it with the platform of the authority. Whether the list of activities is complete, and
        whether functions that nobody told and no baseline lists were touched. Which tier of the notice the activity falls in.

    未覆盖:
        回执真伪（须与主管部门平台核对）；升级活动清单是否完整；既未申报、基线中也未列出的功能是否受影响；活动所属类别。

    Args:
        campaigns: Update activities.
        filings: Filings with their states.
        moves: Moves of filings.
        executions: Executions on cars.
        functions: Functions per baseline.
        subject: Product under assessment.

    References:
        EIDC notice 2022-04-15; 工信部联通装〔2025〕45号; ota-and-recorders.md 2.1, 2.2 G1.
    """
    # (2) states after all moves
    known = standings(filings or [], moves or [])
    # (1) first days
    releases = releases_of(campaigns, executions or [], subject)
    if not any(not r.foreign for r in releases):
        yield gap("本产品没有升级活动", "there is no update activity of this product", campaigns=len(campaigns))
    for release in releases:
        yield _judged(release, known, functions or [], subject)


def _judged(release: Release, known: Sequence[Standing], functions: Sequence[VehicleFunction], subject: Subject) -> Finding:
    campaign = release.campaign
    if release.day is None:
        return gap(
            "首次推送日期缺失或无法识别", "the day of the first push is missing or unreadable", at=campaign.origin, campaign=campaign.id
        )
    tiers = _tiers(release, release.day, known, functions, subject)
    faults = [t.fault for t in tiers if t.fault] + list(_order(tiers)) + list(_authorities(tiers[2], release.day))
    worst = min(faults, key=lambda f: not f.sure, default=None)
    names: dict[str, Any] = {"campaign": campaign.id, "first_day": str(release.day)}
    if worst is None:
        filed = "; ".join(t.standing.filing.id for t in tiers if t.standing)
        return ok(
            "三级备案均在首次推送前通过",
            "all three filings were accepted before the first push",
            at=campaign.origin,
            filings=filed,
            **names,
        )
    where = next((t.standing.filing.origin.row for t in tiers if t.standing and t.fault == worst), None)
    if worst.sure and (release.planned or release.foreign):  # (1), (7)
        return gap(
            "计划中的活动或其他名称产品的活动，备案尚不齐备", "planned, or under another name: the filings are not complete",
            at=campaign.origin, because=str(worst.text), filing_row=where, **names,
        )  # fmt: skip
    kind = breach if worst.sure else gap
    return kind(worst.text.zh, worst.text.en, at=campaign.origin, filing_row=where, **names)


def _tiers(
    release: Release, day: date, known: Sequence[Standing], functions: Sequence[VehicleFunction], subject: Subject
) -> tuple[_Tier, _Tier, _Tier]:
    """Return enterprise, model and activity."""
    # (3) accepted before the day: `fault_on`
    campaign = release.campaign
    enterprise = _best(
        [s for s in known if s.filing.matter == "enterprise"], day, Text("没有企业管理能力备案", "no filing of the enterprise")
    )
    mine = [s for s in known if s.filing.matter == "activity" and s.filing.campaign and bare(s.filing.campaign) == bare(campaign.id)]
    activity = _best(mine, day, Text("没有该升级活动的备案", "no filing of this activity"))
    products = {bare(p): p for p in campaign.product or (subject.name,)}
    if activity.standing and activity.fault is None and (lost := _unnamed(activity.standing, set(products))):
        activity = activity._replace(fault=lost)
    models = [s for s in known if s.filing.matter == "model_function"]
    each = [_model(models, product, day, campaign, functions) for product in sorted(products)]
    return enterprise, min(each, key=lambda t: (t.fault is None, bool(t.fault and not t.fault.sure))), activity


def _best(candidates: Sequence[Standing], day: date, absent: Text) -> _Tier:
    """Return the candidate that stands, else the one of which it cannot be told, else the worst; earliest acceptance first."""
    tiers = [_Tier(s, fault_on(s, day)) for s in sorted(candidates, key=lambda s: (s.filing.accepted_on or date.max, s.filing.id))]
    return min(tiers, key=lambda t: (t.fault is not None, bool(t.fault and t.fault.sure)), default=_Tier(None, Fault(absent)))


def _unnamed(standing: Standing, products: set[str]) -> Fault | None:
    named = {bare(p) for p in standing.filing.product}
    if not named:
        return Fault(Text("备案未注明车型", "the filing names no model"), sure=False)
    return None if products <= named else Fault(Text("备案未覆盖活动的全部车型", "the filing does not name every model of the activity"))


def _model(models: Sequence[Standing], product: str, day: date, campaign: UpdateCampaign, functions: Sequence[VehicleFunction]) -> _Tier:
    # (4) filings that name the model; together they name the functions
    mine = [s for s in models if product in {bare(p) for p in s.filing.product}]
    best = _best(mine, day, Text("没有覆盖该车型的车型及功能备案", "no filing of model and functions names this model"))
    if best.fault:
        return best
    touched = touched_functions(campaign, functions)
    if touched is None:
        text = Text("涉及哪些功能既未说明，也无法由基线得出", "which functions are touched is neither told nor shown by the baselines")
        return best._replace(fault=Fault(text, sure=False))
    standing = [s for s in mine if fault_on(s, day) is None]
    filed = function_ids([f for s in standing for f in s.filing.functions], functions)
    if set(touched) <= filed:
        return best
    unsure = any((f := fault_on(s, day)) and not f.sure for s in mine) or not filed
    if unsure:
        return best._replace(fault=Fault(Text("备案功能未列出或不能确定", "the functions filed are not listed or not certain"), sure=False))
    return best._replace(fault=Fault(Text("升级涉及未备案的功能", "the update touches functions that were not filed")))


def _order(tiers: Sequence[_Tier]) -> Iterator[Fault]:
    # (5) enterprise, model, activity
    days = [t.standing.filing.accepted_on for t in tiers if t.standing and t.fault is None and t.standing.filing.accepted_on]
    if days != sorted(days):
        yield Fault(Text("三级备案的先后次序颠倒", "the three filings were not accepted in their order"))


def _authorities(activity: _Tier, day: date) -> Iterator[Fault]:
    # (6) both authorities
    if activity.standing and activity.fault is None and day >= _BOTH_FROM:
        names = [bare(a) for a in activity.standing.filing.authority]
        if not all(any(word in name for name in names for word in words) for words in (_MIIT, _SAMR)):
            yield Fault(Text("未载明活动向两部门备案", "not shown that the activity was filed with both authorities"), sure=False)


# Examples --------------------------------------------------------------------------------------------------------------------------------

_CAR = Subject(name="样车一号", maker="示例汽车", automation_level=2, ota=True)
_Input = tuple[
    list[UpdateCampaign], list[Filing] | None, list[FilingMove] | None, list[UpdateExecution] | None, list[VehicleFunction] | None, Subject
]


def _filing(number: str, matter: str, accepted: str, **changed: object) -> Filing:
    plain = {
        "id": number,
        "matter": matter,
        "state": "accepted",
        "filed_on": "2026-01-05",
        "accepted_on": accepted,
        "receipt": f"R-{number}",
    }
    plain |= {
        "product": "样车一号",
        "functions": "NOA;ACC",
        "authority": "工信部;市场监管总局",
        "campaign": "U-1" if matter == "activity" else "",
    }
    return Filing.model_validate(plain | changed)


def _input(filings: list[Filing], pushed: str = "2026-03-10T10:00:00+08:00") -> _Input:
    campaign = UpdateCampaign.model_validate({"id": "U-1", "product": "样车一号", "functions": "NOA", "released_on": "2026-03-10"})
    execution = UpdateExecution.model_validate({"campaign": "U-1", "vin": "LSVAA00000000001X", "pushed_at": pushed})
    return [campaign], filings, None, [execution], None, _CAR


def _three() -> list[Filing]:
    return [
        _filing("F1", "enterprise", "2026-01-20"),
        _filing("F2", "model_function", "2026-02-10"),
        _filing("F3", "activity", "2026-03-09"),
    ]


@filings_precede_the_push.example(Verdict.PASS)
def accepted_the_day_before() -> _Input:
    """Enterprise in January, model in February, the activity one day before the push."""
    return _input(_three())


@filings_precede_the_push.example(Verdict.INCONCLUSIVE)
def accepted_on_the_very_day() -> _Input:
    """The activity was accepted on the day of the push."""
    return _input([*_three()[:2], _filing("F3", "activity", "2026-03-10")])


@filings_precede_the_push.example(Verdict.FAIL)
def one_car_was_pushed_earlier() -> _Input:
    """The ledger says the 10th, but one car was offered the package on the 8th."""
    return _input(_three(), pushed="2026-03-08T10:00:00+08:00")


@filings_precede_the_push.example(Verdict.FAIL)
def the_function_was_not_filed() -> _Input:
    """The activity touches NOA; only ACC was filed."""
    return _input([_three()[0], _filing("F2", "model_function", "2026-02-10", functions="ACC"), _three()[2]])


@filings_precede_the_push.example(Verdict.FAIL)
def returned_and_never_supplemented() -> _Input:
    """The authority returned the filing of the activity."""
    return _input([*_three()[:2], _filing("F3", "activity", "", state="returned", returned_on="2026-03-01")])
