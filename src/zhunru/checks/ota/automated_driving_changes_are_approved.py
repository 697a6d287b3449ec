"""Automated driving is changed by no update without an approval, as the computed difference shows it."""

from collections.abc import Iterable, Iterator
from typing import Any

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.subject import Subject
from zhunru.core.text import Text
from zhunru.core.verdict import Verdict
from zhunru.formulas.written_names import bare
from zhunru.records.approval import Approval, digest_of, signed_bytes
from zhunru.records.approval_cover import Fault, Release, cover_of, reconciled, reconciled_keys
from zhunru.records.trust_anchor import TrustAnchor
from zhunru.records.update_campaign import UpdateCampaign, is_waiting, names_product
from zhunru.records.update_package import UpdatePackage
from zhunru.tables.approved_step import ApprovedStep, unvouched
from zhunru.tables.software_difference import SoftwareDifference, rows_by_campaign
from zhunru.wire.signature import public_key_of, sign

_Row = dict[str, Any]


@check(
    "miit-2021-103/4.5",
    "eidc-2022-04-15/tier-3",
    "miit-2025-45/class-c",
    title_zh="按实际差异，未经审批不以升级新增、变更或重新启用自动驾驶功能",
    since="0.1",
)
def automated_driving_changes_are_approved(
    difference: SoftwareDifference,
    campaigns: list[UpdateCampaign],
    packages: list[UpdatePackage] | None,
    approvals: list[Approval] | None,
    anchors: list[TrustAnchor] | None,
    steps: ApprovedStep | None,
    subject: Subject,
) -> Iterator[Finding]:
    """Every update that changes automated driving, as computed, has a valid approval of exactly its packages.

    Why:
        Whether an update touches automated driving is decided by what it changes, not by what its maker says about it.

    为什么:
        升级是否涉及自动驾驶，由实际差异决定，不由企业声明决定；在线、离线皆然。

    How it decides:
        1. Take every update of the product, released or planned, over the air or offline. Nothing is asked of what it claims.
        2. A difference that cannot be told to leave automated driving alone is a gap. No difference touches it: ok.
        3. A difference of this activity that touches it needs an approval of automated driving for the digest of the released package, and of
           each package for an ECU concerned: signed by a trusted key, for the product and the functions touched, valid on the release day.
           None that covers it: breach; not released yet, or it cannot be told: gap.
        4. A difference that stands since earlier activities, or arises only together with others, and that no approval of this package
           covers, is a gap: those activities are judged by themselves, and which cars get several is not known.
        5. Where the approved baseline differs in automated driving from the approved one before it, a signed approval must bear the number
           that it names; else that it is approved rests on the maker's word: gap.

    Inconclusive:
        The difference cannot be told, or a day, digest or cell that decides is missing; the update is not released; the update is of a product
        under another name.

    Not covered:
        Whether the sheets of the baselines show what is in the cars: that needs read-outs and the bytes of the packages. Who stands behind a
        key. Whether the first approved baseline is what the authority approved.

    未覆盖:
        基线台账是否与车上实际一致（须读车与比对升级包内容）；密钥归属；首个批准基线是否即主管部门所批准的状态。

    Args:
        difference: Computed differences.
        campaigns: Update activities.
        packages: Packages of the activities.
        approvals: Approvals.
        anchors: Keys whose signatures count.
        steps: Steps between approved baselines.
        subject: Product under assessment.

    References:
        103号 (四), fifth demand; EIDC notice 2022-04-15, tier 3; ota-and-recorders.md 2.2 G2.
    """
    permits_given, keys = reconciled(approvals or []), reconciled_keys(anchors or [])
    rows = rows_by_campaign(difference)
    # (1) every update, whatever it claims
    if not campaigns:
        yield gap("没有升级活动", "there is no update activity")
    for campaign in campaigns:
        mine = rows.get(campaign.id, [])
        concerned = [r for r in mine if r["procedure"] == "approve"]
        yield from _undecided(campaign, mine, bool(concerned))
        for own in (True, False):
            part = [r for r in concerned if (r["scope"] == "own") is own]
            if part:
                yield from _judged(campaign, part, own, packages or [], permits_given, keys, subject)
    if steps is not None:
        yield from _vouched(steps, permits_given, keys)


def _undecided(campaign: UpdateCampaign, rows: list[_Row], concerned: bool) -> Iterator[Finding]:
    # (2) what may touch it
    open_rows = [r for r in rows if r["procedure"] == "unknown" and r["automated_driving"] is not False]
    for row in open_rows[:1]:
        yield gap(
            "差异未知，不能排除涉及自动驾驶", "a difference is not known: automated driving cannot be excluded", at=campaign.origin,
            campaign=campaign.id, matter=row["matter"], item=row["id"], why_zh=row["why_zh"], why_en=row["why_en"], rows=len(open_rows),
        )  # fmt: skip
    if not open_rows and not concerned:
        yield ok("实际差异不涉及自动驾驶", "the computed difference touches no automated driving", at=campaign.origin, campaign=campaign.id)


def _judged(
    campaign: UpdateCampaign, rows: list[_Row], own: bool, packages: list[UpdatePackage], approvals: list[Approval], keys: list[TrustAnchor],
    subject: Subject,
) -> Iterator[Finding]:  # fmt: skip
    # (3) an approval of the package, and of each package for an ECU concerned
    row = min(rows, key=lambda r: r["matter"] not in {"function", "odc"})
    shown = {
        "campaign": campaign.id,
        "matter": row["matter"],
        "item": row["id"],
        "change": row["change"],
        "rows": len(rows),
        "scope": row["scope"],
    }
    fault, approval = _fault(campaign, rows, packages, approvals, keys)
    if fault is None:
        yield ok(
            "自动驾驶变更有有效审批", "the change of automated driving has a valid approval", at=campaign.origin, approval=approval, **shown
        )
    elif not own:
        # (4) not done by this activity alone
        yield gap(
            "自批准以来累积或与其他活动合并后涉及自动驾驶，本升级包没有相应审批",
            "since the approval, or together with other activities, automated driving differs; no approval of this package covers it",
            at=campaign.origin, others=row["others"], because=fault.text.en, **shown,
        )  # fmt: skip
    elif is_waiting(campaign):
        yield gap(
            "尚未发布：发布前须取得自动驾驶审批", "not released yet: an approval of automated driving is needed first", at=campaign.origin,
            because=fault.text.en, **shown,
        )  # fmt: skip
    elif not fault.sure or not names_product(campaign, subject.name):
        yield gap(
            "自动驾驶变更是否经审批不能判定", "cannot be told whether the change of automated driving is approved", at=campaign.origin,
            because=fault.text.en, **shown,
        )  # fmt: skip
    else:
        yield breach(
            "自动驾驶变更未经有效审批",
            "automated driving is changed without a valid approval",
            at=campaign.origin,
            because=fault.text.en,
            **shown,
        )


def _fault(
    campaign: UpdateCampaign, rows: list[_Row], packages: list[UpdatePackage], approvals: list[Approval], keys: list[TrustAnchor]
) -> tuple[Fault | None, str]:
    """Return why the packages are not covered, and the numbers of the approvals that cover them."""
    day = campaign.released_on or campaign.planned_start
    if day is None:
        return Fault(Text("发布日期缺失或无法识别", "the release day is missing or unreadable"), sure=False), ""
    ecus = {bare(e) for r in rows for e in r["ecus"].split(";") if e.strip()}
    concerned = [p for p in packages if bare(p.campaign) == bare(campaign.id) and (p.ecu is None or bare(p.ecu) in ecus)]
    digests = {digest_of(d) for d in (campaign.digest, *(p.digest for p in concerned))}
    if None in digests:
        return Fault(Text("升级包摘要缺失或无法识别", "the digest of a package is missing or unreadable"), sure=False), ""
    functions = sorted({r["id"].split("/")[0] for r in rows if r["matter"] in {"function", "odc"}})
    outcomes = [
        cover_of(Release(d, campaign.product, _as_listed(functions, approvals), day), "automated_driving", approvals, keys)
        for d in sorted(d for d in digests if d)
    ]
    faults = [f for _, f in outcomes if f]
    return min(faults, key=lambda f: not f.sure, default=None), "; ".join(sorted({a.id for a, _ in outcomes if a}))


def _as_listed(functions: list[str], approvals: Iterable[Approval]) -> list[str]:
    """Return the functions as approvals write them, where they differ in blanks and case only."""
    written = {bare(f): f for a in approvals for f in a.functions}
    return [written.get(bare(f), f) for f in functions]


def _vouched(steps: ApprovedStep, approvals: list[Approval], keys: list[TrustAnchor]) -> Iterator[Finding]:
    # (5) approved baselines that changed automated driving
    for step in unvouched(steps, "approve", "automated_driving", approvals, keys):
        yield gap(
            "基线的已批准状态没有签名审批佐证，而它与前一批准基线的自动驾驶不同或不能判定",
            "no signed approval bears out that the baseline is approved, though automated driving may differ from the approved one before",
            baseline=step["after"], before=step["before"], approval=step["approval"],
        )  # fmt: skip


# Examples: the seed is public, so the key proves nothing outside of them.
_SEED = bytes(range(32))
_CAR = Subject(name="样车一号", maker="示例汽车", automation_level=3, ota=True)
_DIGEST = "sha256:" + "5a" * 32
_Inputs = tuple[
    SoftwareDifference, list[UpdateCampaign], None, list[Approval] | None, list[TrustAnchor], None, Subject
]  # fmt: skip


def _campaign(**changed: object) -> list[UpdateCampaign]:
    plain = {"id": "U-1", "product": "样车一号", "digest": _DIGEST, "released_on": "2026-03-10", "automated_driving": "否"}
    return [UpdateCampaign.model_validate(plain | changed)]


def _approval(**changed: object) -> list[Approval]:
    plain = {
        "id": "A-1",
        "matter": "自动驾驶功能升级",
        "product": "样车一号",
        "digest": _DIGEST,
        "valid_from": "2026-03-01",
        "key_id": "K-1",
    }
    draft = Approval.model_validate(plain | changed)
    return [draft.model_copy(update={"signature": sign(signed_bytes(draft), _SEED)})]


_KEYS = [TrustAnchor.model_validate({"key_id": "K-1", "public_key": public_key_of(_SEED), "valid_from": "2026-01-01"})]


def _rows(**changed: object) -> SoftwareDifference:
    plain = {
        "campaign": "U-1", "product": "样车一号", "base": "B0", "scope": "own", "others": "", "matter": "function", "id": "HWP", "ecus": "ADC",
        "change": "re_enabled", "procedure": "approve", "rule": "G2", "automated_driving": True, "why_zh": "理由", "why_en": "reason",
    }  # fmt: skip
    return SoftwareDifference.rows(plain | changed)


@automated_driving_changes_are_approved.example(Verdict.PASS)
def approved_before_release() -> _Inputs:
    """A function of level 3 is enabled again, and the package is approved."""
    return _rows(), _campaign(), None, _approval(), _KEYS, None, _CAR


@automated_driving_changes_are_approved.example(Verdict.PASS)
def comfort_only() -> _Inputs:
    """Only a comfort function differs."""
    return _rows(procedure="file", automated_driving=False), _campaign(), None, None, _KEYS, None, _CAR


@automated_driving_changes_are_approved.example(Verdict.FAIL)
def claimed_to_touch_nothing() -> _Inputs:
    """The maker says that automated driving is untouched; the difference shows otherwise, and nobody approved it."""
    return _rows(), _campaign(way="离线"), None, None, _KEYS, None, _CAR


@automated_driving_changes_are_approved.example(Verdict.FAIL)
def approved_as_a_change_of_parameters() -> _Inputs:
    """The approval permits a change of the product, not of automated driving."""
    return _rows(), _campaign(), None, _approval(matter="产品变更"), _KEYS, None, _CAR


@automated_driving_changes_are_approved.example(Verdict.INCONCLUSIVE)
def effect_of_a_switch_unknown() -> _Inputs:
    """A switch changed that no function cites."""
    return _rows(procedure="unknown", automated_driving=None, matter="flag", id="X7"), _campaign(), None, None, _KEYS, None, _CAR


@automated_driving_changes_are_approved.example(Verdict.INCONCLUSIVE)
def harmless_apart() -> _Inputs:
    """Two updates enable a function of level 3 only together."""
    return _rows(scope="together", others="U-2"), _campaign(), None, None, _KEYS, None, _CAR
