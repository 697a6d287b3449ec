"""No update is released without an approval of exactly that package."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.subject import Subject
from zhunru.core.text import Text
from zhunru.core.verdict import Verdict
from zhunru.formulas.written_names import bare
from zhunru.records.approval import Approval, digest_of, products_of, signed_bytes
from zhunru.records.trust_anchor import TrustAnchor
from zhunru.records.update_campaign import UpdateCampaign
from zhunru.wire.signature import public_key_of, sign, verify

_AUTOMATED = 3
"""Level from which driving automation is automated driving, GB/T 40429."""
_WORST_STATES = ("withdrawn", "drafted", "revoked", "superseded", "signed")
_SHOWN = 8
"""Unreadable cells of the other rows that are carried over; one is enough to decide."""


class _Fault(NamedTuple):
    """Why an approval does not cover a release; `sure` = it certainly does not, else it cannot be told."""

    text: Text
    sure: bool = True


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
    permits, keys = _reconciled(approvals or []), _reconciled_keys(anchors or [])
    # (1) releases, first of all those of this product
    released = [c for c in campaigns if not _waiting(c)]
    if not any(_ours(c, subject) for c in released):
        yield gap("本产品没有已发布的升级", "no update of this product was released", campaigns=len(campaigns))
    for campaign in released:
        found = _judged(campaign, permits, keys, subject)
        if found.kind == "breach" and not _ours(campaign, subject):
            yield gap(
                "名称不同的产品的升级没有有效审批：须核对是否为本产品", "an update under another name has no valid approval: is it this product?",
                at=campaign.origin, campaign=campaign.id, product="; ".join(campaign.product),
            )  # fmt: skip
        else:
            yield found


def _ours(campaign: UpdateCampaign, subject: Subject) -> bool:
    return not campaign.product or bare(subject.name) in map(bare, campaign.product)


def _judged(campaign: UpdateCampaign, approvals: list[Approval], anchors: list[TrustAnchor], subject: Subject) -> Finding:
    # (3) which approval
    cited = campaign.approval and bare(campaign.approval)
    mine = [a for a in approvals if (bare(a.id) == cited if cited else _same_digest(a, campaign))]
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


def _reconciled(approvals: list[Approval]) -> list[Approval]:
    """Return the rows, each with what any row of that number says against it."""
    rows: dict[str, list[Approval]] = {}
    for row in approvals:
        rows.setdefault(bare(row.id), []).append(row)
    found = []
    for same in rows.values():
        states = {r.state for r in same}
        changed = {
            "state": next((s for s in _WORST_STATES if s in states), None),
            "revoked_on": min((r.revoked_on for r in same if r.revoked_on), default=None),
        }
        problems = tuple(p for r in same for p in r.origin.problems)[:_SHOWN]
        found += [r.model_copy(update=changed | {"origin": r.origin._replace(problems=problems)}) for r in same]
    return found


def _reconciled_keys(anchors: list[TrustAnchor]) -> list[TrustAnchor]:
    """Return the rows, each with what any row of that name or of that public key says against it."""
    rows: dict[str, list[TrustAnchor]] = {}
    for row in anchors:
        for name in {n for n in (bare(row.key_id), row.public_key) if n}:
            rows.setdefault(name, []).append(row)
    said = {
        name: (
            min((r.revoked_on for r in same if r.revoked_on), default=None),
            frozenset(m for r in same for m in r.matters),
            tuple(p for r in same for p in r.origin.problems)[:_SHOWN],
        )
        for name, same in rows.items()
    }
    found = []
    for row in anchors:
        both = [said[name] for name in (bare(row.key_id), row.public_key) if name]
        changed = {
            "revoked_on": min((revoked for revoked, _, _ in both if revoked), default=None),
            "matters": tuple(sorted(frozenset().union(*(matters for _, matters, _ in both)))),
            "origin": row.origin._replace(problems=tuple(p for _, _, problems in both for p in problems)),
        }
        found.append(row.model_copy(update=changed))
    return found


def _waiting(campaign: UpdateCampaign) -> bool:
    return campaign.released is False and campaign.released_on is None and not campaign.origin.problems


def _same_digest(approval: Approval, campaign: UpdateCampaign) -> bool:
    return digest_of(approval.digest) is not None and digest_of(approval.digest) == digest_of(campaign.digest)


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
    # (5) the kindest outcome of several: covered, cannot be told, not covered
    faults = [(a, _fault(a, campaign, released, anchors)) for a in approvals]
    approval, fault = min(faults, key=lambda f: (f[1] is not None, bool(f[1] and f[1].sure)))
    if fault is None and len({signed_bytes(a) for a in approvals if a.signature and bare(a.id) == bare(approval.id)}) > 1:
        fault = _Fault(Text("同一审批有内容不同的多份签署", "signed forms of one approval differ"), sure=False)
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


def _fault(approval: Approval, campaign: UpdateCampaign, released: date, anchors: list[TrustAnchor]) -> _Fault | None:
    """Return the first reason why `approval` does not cover the release, what is certain before what cannot be told."""
    # (4) everything that must agree
    found = [f for f in (*_content(approval, campaign), _signed(approval, released, anchors), *_in_time(approval, released)) if f]
    return min(found, key=lambda f: not f.sure, default=None)


def _content(approval: Approval, campaign: UpdateCampaign) -> Iterator[_Fault | None]:
    if not _same_digest(approval, campaign):
        yield _Fault(Text("审批的是另一个升级包", "the approval is for another package"))
    if approval.origin.problems:
        yield _Fault(Text("审批记录中有无法识别的单元格", "cells of the approval cannot be read"), sure=False)
    products = {bare(name) for name in campaign.product}
    if not products or not products_of(approval):
        yield _Fault(Text("升级或审批未注明产品", "the update or the approval does not name the product"), sure=False)
    elif not products <= products_of(approval):
        yield _Fault(Text("审批的是另一产品", "the approval is for another product"))
    if approval.functions and not set(campaign.functions) <= set(approval.functions):
        yield _Fault(Text("升级涉及审批未包括的功能", "the update touches functions that the approval does not permit"))


def _signed(approval: Approval, released: date, anchors: list[TrustAnchor]) -> _Fault | None:
    if not approval.signature or not approval.key_id:
        return _Fault(Text("审批没有签名", "the approval is not signed"))
    mine = [a for a in anchors if a.key_id == approval.key_id and a.public_key]
    if not mine:
        return _Fault(Text("签名密钥不在信任锚中", "the signing key is no trust anchor"))
    message = signed_bytes(approval)
    made = [a for a in mine if verify(message, approval.signature, a.public_key or "") == "valid"]
    if not made:
        return _Fault(Text("审批签名无效或内容被改动", "the signature does not verify: the approval was altered or not signed by this key"))
    faults = [f for a in made if (f := _trusted(a, approval, released))]
    # a row that may hold is not outweighed by one that does not, in whatever order they stand
    return min(faults, key=lambda f: f.sure) if len(faults) == len(made) else None


def _trusted(anchor: TrustAnchor, approval: Approval, released: date) -> _Fault | None:
    if anchor.revoked_on and anchor.revoked_on <= released:
        return _Fault(Text("签名密钥在发布前已吊销", "the signing key was revoked by the release"))
    if anchor.matters and approval.matter not in anchor.matters:
        return _Fault(Text("该密钥无权签发此类审批", "the key may not sign this kind of approval"))
    if anchor.origin.problems or anchor.valid_from is None or approval.valid_from is None:
        return _Fault(Text("密钥或审批的生效日期未知", "the first day of the key or of the approval is not known"), sure=False)
    if not (anchor.valid_from <= approval.valid_from and (anchor.valid_until is None or approval.valid_from <= anchor.valid_until)):
        return _Fault(Text("审批生效时该密钥不在有效期内", "the key did not count on the first day of the approval"))
    return None


def _in_time(approval: Approval, released: date) -> Iterator[_Fault | None]:
    if approval.revoked_on and approval.revoked_on <= released:
        yield _Fault(Text("审批在发布前已撤销", "the approval was revoked by the release"))
    if approval.state in {"drafted", "withdrawn"}:
        yield _Fault(Text("审批未签发或已撤回", "the approval was never issued or was withdrawn"))
    if approval.state in {"revoked", "superseded"} and approval.revoked_on is None:
        yield _Fault(Text("审批已撤销或被取代，日期未知", "the approval was revoked or superseded on an unknown day"), sure=False)
    if approval.valid_from and released < approval.valid_from:
        yield _Fault(Text("发布早于审批生效", "released before the approval took effect"))
    if approval.valid_until and approval.valid_until < released:
        yield _Fault(Text("发布时审批已过期", "the approval had expired at the release"))


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
