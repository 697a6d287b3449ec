"""No update is released without an approval of exactly that package."""

from collections.abc import Iterator
from datetime import date

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.subject import Subject
from zhunru.core.verdict import Verdict
from zhunru.formulas.written_names import bare
from zhunru.records.approval import Approval, digest_of, signed_bytes
from zhunru.records.approval_cover import Release, best, names_package, reconciled, reconciled_keys
from zhunru.records.trust_anchor import TrustAnchor
from zhunru.records.update_campaign import UpdateCampaign, is_waiting, names_product
from zhunru.wire.signature import public_key_of, sign

_AUTOMATED = 3
"""Level from which driving automation is automated driving, GB/T 40429."""


@check("miit-2021-103/4.5", title_zh="未经对该升级包的有效审批，不发布升级", since="0.1")
def no_release_without_approval(
    campaigns: list[UpdateCampaign], approvals: list[Approval] | None, anchors: list[TrustAnchor] | None, subject: Subject
) -> Iterator[Finding]:
    """Every released update is covered by a valid signed approval that names the digest of exactly that package.

    Why:
        An approval that does not name the package approves nothing: the package can be changed after it was given.

    为什么:
        不指向具体升级包的审批没有约束力：审批之后仍可更换升级包。未经审批，不得新增或更新自动驾驶功能，在线、离线皆然。

    How it decides:
        1. Take the updates that were or will be released; one whose release cannot be dated is a gap. None of this product: gap. An update
           under another name may be one of this product: it is judged alike, but what would be a breach is a gap.
        2. An update said to touch no automated driving needs no approval on a product below level 3; on others this claim alone is a gap.
           Whether it touches automated driving is not told and no approval exists: gap.
        3. Take the approval that the update cites, else those for its digest; none: breach.
        4. An approval covers the release when package digest, products and functions agree, it is signed, the signature of a trusted key
           verifies over `signed_bytes`, the key counted on its first day and was not revoked by the release, and the release day lies in its
           time before any revocation. What any row of an approval or key says against it holds for all its rows: the earliest revocation,
           a draft or withdrawal, a limit to some matters, a cell that cannot be read.
        5. One approval that covers it: ok, but gap when signed forms of it differ. Else breach with the reason, or gap when a day or cell
           that decides is missing or unreadable.

    Inconclusive:
        A release day, package digest, product, first day or deciding cell is missing or unreadable; nothing was released; an update under
        another name has no valid approval; signed forms of one approval differ.

    Not covered:
        Who stands behind the key: an anchor in the maker's own dossier is weak, compare its fingerprint with the approving body. When the
        signature was really made (there is no time stamp). Whether the list of updates is complete, whether the package in the field has the
        recorded digest, and whether the claim about automated driving is true: that needs a difference of functions.

    未覆盖:
        公钥归属：企业自有资料中的信任锚证明力弱，须与审批机构核对指纹。签名的真实时间（无时间戳）；升级清单是否完整；实际推送的升级包
        是否与记录摘要一致；“不涉及自动驾驶”的声明是否属实。

    Args:
        campaigns: Releases of updates.
        approvals: Approvals.
        anchors: Keys whose signatures count.
        subject: Product under assessment.

    References:
        103号 (四), fifth demand; ota-and-recorders.md 2.2 G2; RFC 8032.
    """
    permits, keys = reconciled(approvals or []), reconciled_keys(anchors or [])
    # (1) releases, first of all those of this product
    released = [c for c in campaigns if not is_waiting(c)]
    if not any(names_product(c, subject.name) for c in released):
        yield gap("本产品没有已发布的升级", "no update of this product was released", campaigns=len(campaigns))
    for campaign in released:
        found = _judged(campaign, permits, keys, subject)
        if found.kind == "breach" and not names_product(campaign, subject.name):
            yield gap(
                "名称不同的产品的升级没有有效审批：须核对是否为本产品", "an update under another name has no valid approval: is it this product?",
                at=campaign.origin, campaign=campaign.id, product="; ".join(campaign.product),
            )  # fmt: skip
        else:
            yield found


def _judged(campaign: UpdateCampaign, approvals: list[Approval], anchors: list[TrustAnchor], subject: Subject) -> Finding:
    # (3) which approval
    cited = campaign.approval and bare(campaign.approval)
    mine = [a for a in approvals if (bare(a.id) == cited if cited else names_package(a, campaign.digest))]
    if not mine and not cited and campaign.automated_driving is not True:
        return _unapproved(campaign, subject)  # (2)
    if campaign.released_on is None:
        return gap("升级的发布日期缺失或无法识别", "the release day is missing or unreadable", at=campaign.origin, campaign=campaign.id)
    if digest_of(campaign.digest) is None:
        return gap(
            "升级包摘要缺失或无法识别", "the digest of the package is missing or unreadable", at=campaign.origin, campaign=campaign.id
        )
    if not mine:
        return breach(
            "没有对该升级包的审批", "no approval of this package", at=campaign.origin, campaign=campaign.id, cited=campaign.approval
        )
    return _covered(campaign, campaign.released_on, mine, anchors)


def _unapproved(campaign: UpdateCampaign, subject: Subject) -> Finding:
    where, name = campaign.origin, campaign.id
    if campaign.automated_driving is None:
        return gap(
            "未说明是否涉及自动驾驶，也没有审批", "not told whether it touches automated driving; no approval", at=where, campaign=name
        )
    if subject.automation_level < _AUTOMATED:
        return ok("声明不涉及自动驾驶功能", "said to touch no automated driving", at=where, campaign=name)
    return gap(
        "产品具有自动驾驶，仅有不涉及的声明", "the product drives itself; only a claim says it is untouched", at=where, campaign=name
    )


def _covered(campaign: UpdateCampaign, released: date, approvals: list[Approval], anchors: list[TrustAnchor]) -> Finding:
    # (4) everything that must agree, (5) the kindest outcome of several: covered, cannot be told, not covered
    approval, fault = best(approvals, Release(campaign.digest, campaign.product, campaign.functions, released), anchors)
    if fault is None:
        return ok(
            "升级包有有效审批", "the package has a valid approval", at=campaign.origin, campaign=campaign.id, approval=approval.id,
            key=approval.key_id, released_on=str(released),
        )  # fmt: skip
    kind = breach if fault.sure else gap
    return kind(
        fault.text.zh, fault.text.en, at=campaign.origin, campaign=campaign.id, approval=approval.id, released_on=str(released),
        approval_row=approval.origin.row,
    )  # fmt: skip


# Examples: the seed is public, so the key proves nothing outside of them.
_SEED = bytes(range(32))
_CAR = Subject(name="样车一号", maker="示例汽车", automation_level=3, ota=True)
_DIGEST = "sha256:" + "5a" * 32


def _campaign(**changed: object) -> list[UpdateCampaign]:
    plain = {
        "id": "U-1",
        "product": "样车一号",
        "digest": _DIGEST,
        "released_on": "2026-03-10",
        "released": "是",
        "automated_driving": "是",
    }
    return [UpdateCampaign.model_validate(plain | changed)]


def _approval(**changed: object) -> list[Approval]:
    plain = {"id": "A-1", "matter": "ads-update", "product": "样车一号", "digest": _DIGEST, "issued_by": "审批机构", "state": "signed"}
    plain |= {"valid_from": "2026-03-01", "valid_until": "2026-06-30", "key_id": "K-1"}
    draft = Approval.model_validate(plain | changed)
    return [draft.model_copy(update={"signature": sign(signed_bytes(draft), _SEED)})]


def _anchor(**changed: object) -> list[TrustAnchor]:
    plain = {"key_id": "K-1", "holder": "审批机构", "public_key": public_key_of(_SEED), "valid_from": "2026-01-01"}
    return [TrustAnchor.model_validate(plain | changed)]


_Inputs = tuple[list[UpdateCampaign], list[Approval] | None, list[TrustAnchor] | None, Subject]


@no_release_without_approval.example(Verdict.PASS)
def approved_by_digest() -> _Inputs:
    """Signed by a trusted key, for this package and product, in time."""
    return _campaign(), _approval(), _anchor(), _CAR


@no_release_without_approval.example(Verdict.FAIL)
def altered_after_signing() -> _Inputs:
    """The last day was moved after the signature was made."""
    altered = [a.model_copy(update={"valid_until": date(2027, 6, 30)}) for a in _approval()]
    return _campaign(), altered, _anchor(), _CAR


@no_release_without_approval.example(Verdict.FAIL)
def approved_for_another_package() -> _Inputs:
    """The cited approval names another digest."""
    return _campaign(approval="A-1"), _approval(digest="sha256:" + "00" * 32), _anchor(), _CAR


@no_release_without_approval.example(Verdict.FAIL)
def nobody_approved() -> _Inputs:
    """Automated driving is changed, and there is no approval."""
    return _campaign(), None, None, _CAR


@no_release_without_approval.example(Verdict.INCONCLUSIVE)
def release_day_missing() -> _Inputs:
    """Nobody wrote down when it was released."""
    return _campaign(released_on=""), _approval(), _anchor(), _CAR
