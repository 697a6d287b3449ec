"""Technical parameters are changed by no update without permission or verification material, as the computed difference shows it."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.subject import Subject
from zhunru.core.text import Text
from zhunru.core.verdict import Verdict
from zhunru.formulas.written_names import bare
from zhunru.records.approval import Approval, digest_of, signed_bytes
from zhunru.records.approval_cover import Fault, Release, cover_of, reconciled, reconciled_keys
from zhunru.records.filing import Filing
from zhunru.records.impact_assessment import ImpactAssessment
from zhunru.records.trust_anchor import TrustAnchor
from zhunru.records.update_campaign import UpdateCampaign, is_waiting, names_product
from zhunru.tables.approved_step import ApprovedStep, unvouched
from zhunru.tables.software_difference import SoftwareDifference, rows_by_campaign
from zhunru.wire.signature import public_key_of, sign

_Row = dict[str, Any]


@check(
    "miit-2021-103/4.3",
    "eidc-2022-04-15/tier-2",
    "miit-2025-45/class-b",
    title_zh="按实际差异，改变技术参数的升级在发布前已取得许可或提交验证材料",
    since="0.1",
)
def parameter_changes_are_permitted(
    difference: SoftwareDifference,
    campaigns: list[UpdateCampaign],
    filings: list[Filing] | None,
    approvals: list[Approval] | None,
    anchors: list[TrustAnchor] | None,
    assessments: list[ImpactAssessment] | None,
    subject: Subject,
    steps: ApprovedStep | None = None,
) -> Iterator[Finding]:
    """Every update that changes technical parameters, as computed, has the permission or the verification material that its changes need.

    Why:
        Safety, energy, environment and theft protection were approved with certain values; an update must not move them unseen.

    为什么:
        车辆以确定的安全、节能、环保、防盗参数获得准入，升级不得悄然改变。

    How it decides:
        1. Take every update of the product, released or planned. Nothing is asked of what it claims.
        2. Any difference that is not known: gap. None that touches a parameter or the performance behind it: ok.
        3. A parameter of the Announcement differs, or the maker's own assessment says that entries or the result of the approval change: a
           permission of the change (change or extension) names the digest of the package, is signed by a trusted key and valid on the release
           day. None that covers it: breach; not released yet, or it cannot be told: gap.
        4. Safety, energy, environment or theft protection is touched otherwise: the filing of the activity was accepted by the release, names
           the package, and verification material is attached. Else breach; not released yet, or a cell is blank: gap.
        5. Differences that stand since earlier activities, or arise only together with others, and are not covered: gap.
        6. A baseline called approved that differs in a parameter of the Announcement from the approved one before it, or cannot be compared
           with it, needs a signed permission of the change by the number that it names: else gap.

    Inconclusive:
        The difference cannot be told, or a day, digest or cell that decides is missing; the update is not released; the update is of a product
        under another name.

    Not covered:
        Whether the verification material shows what it should. Whether the families and the mark of the Announcement are right in the ledger:
        compare them with the Announcement.

    未覆盖:
        验证材料的内容是否充分；台账中的参数类别与公告属性是否正确（须与《公告》核对）。

    Args:
        difference: Computed differences.
        campaigns: Update activities.
        filings: Filings.
        approvals: Approvals.
        anchors: Keys whose signatures count.
        assessments: Assessments of impact; they can only add to what is needed.
        subject: Product under assessment.
        steps: Steps between approved baselines.

    References:
        103号 (四), third demand; EIDC notice 2022-04-15, tier 2; ota-and-recorders.md 2.2 G3 and G4.
    """
    given, keys = reconciled(approvals or []), reconciled_keys(anchors or [])
    rows = rows_by_campaign(difference)
    # (1) every update, whatever it claims
    if not campaigns:
        yield gap("没有升级活动", "there is no update activity")
    for campaign in campaigns:
        mine = rows.get(campaign.id, [])
        affected = [a for a in assessments or [] if bare(a.campaign) == bare(campaign.id) and (a.entries_change or a.approval_affected)]
        faults = [
            *_permission(campaign, [r for r in mine if r["procedure"] == "permit"], bool(affected), given, keys),
            *_material(campaign, [r for r in mine if r["procedure"] == "verify"], filings or []),
        ]
        for row, fault in faults:
            yield _told(campaign, row, fault, subject)
        yield from _rest(campaign, mine, bool(faults))
    # (6) approved baselines that changed parameters
    for step in unvouched(steps, "permit", "product_change", given, keys) if steps is not None else ():
        yield gap(
            "基线的已批准状态没有签名许可佐证，而它与前一批准基线的公告参数不同或不能判定",
            "no signed permission bears out that the baseline is approved, though parameters may differ from the approved one before",
            baseline=step["after"], before=step["before"], approval=step["approval"],
        )  # fmt: skip


def _rest(campaign: UpdateCampaign, rows: list[_Row], touched: bool) -> Iterator[Finding]:
    # (2) what is not known, or nothing
    unknown = [r for r in rows if r["procedure"] == "unknown"]
    for row in unknown[:1]:
        yield gap(
            "差异未知，不能排除涉及技术参数", "a difference is not known: changed parameters cannot be excluded", at=campaign.origin,
            campaign=campaign.id, matter=row["matter"], item=row["id"], why_zh=row["why_zh"], why_en=row["why_en"], rows=len(unknown),
        )  # fmt: skip
    if not unknown and not touched:
        yield ok(
            "实际差异不涉及技术参数", "the computed difference touches no technical parameter", at=campaign.origin, campaign=campaign.id
        )


def _permission(
    campaign: UpdateCampaign, rows: list[_Row], affected: bool, approvals: list[Approval], keys: list[TrustAnchor]
) -> Iterator[tuple[_Row, Fault | None]]:
    # (3) a permission of the change
    if not rows and not affected:
        return
    claimed = {"scope": "own", "matter": "activity", "id": campaign.id, "before": "", "after": "", "rule": "G3", "procedure": "permit"}
    for row in rows or [claimed]:
        day = _day(campaign)
        if day is None or digest_of(campaign.digest) is None:
            yield row, Fault(Text("发布日期或升级包摘要缺失", "the release day or the digest of the package is missing"), sure=False)
        else:
            yield row, cover_of(Release(campaign.digest, campaign.product, (), day), "product_change", approvals, keys)[1]


def _material(campaign: UpdateCampaign, rows: list[_Row], filings: list[Filing]) -> Iterator[tuple[_Row, Fault | None]]:
    # (4) verification material attached to the filing of the activity
    mine = [f for f in filings if f.matter == "activity" and bare(f.campaign or "") == bare(campaign.id)]
    faults = [_filed(campaign, f) for f in mine]
    fault = min(
        faults, key=lambda f: (f is not None, bool(f and f.sure)), default=Fault(Text("没有该活动的备案", "the activity is not filed"))
    )
    for row in rows:
        yield row, fault


def _filed(campaign: UpdateCampaign, filing: Filing) -> Fault | None:
    day, digest = _day(campaign), digest_of(campaign.digest)
    named = {digest_of(d) for d in filing.digests}
    found = [
        (filing.parameters_attached is False, Fault(Text("备案未附验证材料", "no verification material is attached to the filing"))),
        (filing.state in {"drafted", "filed", "returned", "supplemented"}, Fault(Text("备案未通过", "the filing is not accepted"))),
        (bool(day and filing.accepted_on and filing.accepted_on > day), Fault(Text("备案通过晚于发布", "the filing was accepted after the release"))),
        (bool(day and filing.withdrawn_on and filing.withdrawn_on <= day), Fault(Text("备案在发布前已撤回", "the filing was withdrawn by the release"))),
        (bool(day and filing.valid_until and filing.valid_until < day), Fault(Text("发布时备案已失效", "the filing had expired at the release"))),
        (bool(digest and named and None not in named and digest not in named), Fault(Text("备案的是另一升级包", "the filing is of another package"))),
    ]  # fmt: skip
    for holds, fault in found:
        if holds:
            return fault
    blank = None in {filing.parameters_attached, filing.state, filing.accepted_on, day, digest} or not named or None in named
    withdrawn = filing.state == "withdrawn" and filing.withdrawn_on is None
    if blank or withdrawn or filing.origin.problems:
        return Fault(Text("备案或活动的关键单元格缺失", "a deciding cell of the filing or of the activity is missing"), sure=False)
    return None


def _day(campaign: UpdateCampaign) -> date | None:
    return campaign.released_on or campaign.planned_start


def _told(campaign: UpdateCampaign, row: _Row, fault: Fault | None, subject: Subject) -> Finding:
    shown = {"campaign": campaign.id, "matter": row["matter"], "item": row["id"], "before": row["before"], "after": row["after"]}
    if fault is None:
        return ok("参数变更已办妥程序", "the changed parameter went through its procedure", at=campaign.origin, rule=row["rule"], **shown)
    shown |= {"because": fault.text.en, "rule": row["rule"], "scope": row["scope"]}
    if row["scope"] != "own":
        # (5) not done by this activity alone
        return gap(
            "自批准以来累积或与其他活动合并后参数不同，本升级包没有相应许可或材料",
            "since the approval, or together with other activities, a parameter differs; no paper of this package covers it",
            at=campaign.origin, **shown,
        )  # fmt: skip
    if is_waiting(campaign):
        return gap(
            "尚未发布：发布前须办妥参数变更程序",
            "not released yet: the procedure for the parameter comes first",
            at=campaign.origin,
            **shown,
        )
    if not fault.sure or not names_product(campaign, subject.name):
        return gap(
            "参数变更是否办妥程序不能判定", "cannot be told whether the parameter went through its procedure", at=campaign.origin, **shown
        )
    if row["procedure"] == "permit":
        return breach("参数变更未取得许可即发布", "a parameter was changed and released without permission", at=campaign.origin, **shown)
    return breach(
        "性能变更未附验证材料即发布", "performance was touched and released without verification material", at=campaign.origin, **shown
    )


# Examples: the seed is public, so the key proves nothing outside of them.
_SEED = bytes(range(32))
_CAR = Subject(name="样车一号", maker="示例汽车", ota=True)
_DIGEST = "sha256:" + "5a" * 32
_Inputs = tuple[
    SoftwareDifference, list[UpdateCampaign], list[Filing] | None, list[Approval] | None, list[TrustAnchor], list[ImpactAssessment] | None, Subject
]  # fmt: skip


def _campaign(**changed: object) -> list[UpdateCampaign]:
    plain = {"id": "U-1", "product": "样车一号", "digest": _DIGEST, "released_on": "2026-03-10", "claimed_class": "A"}
    return [UpdateCampaign.model_validate(plain | changed)]


def _approval(**changed: object) -> list[Approval]:
    plain = {"id": "A-1", "matter": "产品变更", "product": "样车一号", "digest": _DIGEST, "valid_from": "2026-03-01", "key_id": "K-1"}
    draft = Approval.model_validate(plain | changed)
    return [draft.model_copy(update={"signature": sign(signed_bytes(draft), _SEED)})]


_KEYS = [TrustAnchor.model_validate({"key_id": "K-1", "public_key": public_key_of(_SEED), "valid_from": "2026-01-01"})]


def _filing(**changed: object) -> list[Filing]:
    plain = {"id": "F-1", "matter": "activity", "campaign": "U-1", "digests": _DIGEST, "state": "accepted", "accepted_on": "2026-03-05"}
    return [Filing.model_validate(plain | {"parameters_attached": "是"} | changed)]


def _rows(**changed: object) -> SoftwareDifference:
    plain = {
        "campaign": "U-1", "product": "样车一号", "base": "B0", "scope": "own", "others": "", "matter": "parameter", "id": "P-power",
        "change": "changed", "before": "150 kW", "after": "160 kW", "ecus": "MCU", "procedure": "permit", "rule": "G3", "family": "energy",
        "announced": True, "automated_driving": False, "why_zh": "理由", "why_en": "reason",
    }  # fmt: skip
    return SoftwareDifference.rows(plain | changed)


@parameter_changes_are_permitted.example(Verdict.PASS)
def change_permitted() -> _Inputs:
    """The power of the Announcement differs, and the change was permitted before the release."""
    return _rows(), _campaign(), None, _approval(), _KEYS, None, _CAR


@parameter_changes_are_permitted.example(Verdict.PASS)
def material_attached() -> _Inputs:
    """A safety parameter outside the Announcement differs; the accepted filing has material on it."""
    return _rows(procedure="verify", rule="G4", announced=False), _campaign(), _filing(), None, _KEYS, None, _CAR


@parameter_changes_are_permitted.example(Verdict.FAIL)
def claimed_as_class_a() -> _Inputs:
    """The maker files it as touching no parameter; the difference shows more power."""
    return _rows(), _campaign(), _filing(), None, _KEYS, None, _CAR


@parameter_changes_are_permitted.example(Verdict.FAIL)
def no_material() -> _Inputs:
    """A safety parameter differs, and nothing is attached to the filing."""
    return _rows(procedure="verify", rule="G4"), _campaign(), _filing(parameters_attached="否"), None, _KEYS, None, _CAR


@parameter_changes_are_permitted.example(Verdict.INCONCLUSIVE)
def family_not_told() -> _Inputs:
    """Nobody wrote down to which family the parameter belongs."""
    return _rows(procedure="unknown", rule="", family=None), _campaign(), _filing(), None, _KEYS, None, _CAR
