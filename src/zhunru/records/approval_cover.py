"""Does an approval cover a release? Shared by the checks, the difference and the gate."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Literal, NamedTuple

from zhunru.core.text import Text
from zhunru.formulas.written_names import bare
from zhunru.records.approval import Approval, digest_of, products_of, signed_bytes
from zhunru.records.trust_anchor import TrustAnchor
from zhunru.wire.signature import verify

_WORST_STATES = ("withdrawn", "drafted", "revoked", "superseded", "signed")
_SHOWN = 8
"""Unreadable cells of the other rows that are carried over; one is enough to decide."""


PermitKind = Literal["automated_driving", "product_change"]
_PERMITS: dict[PermitKind, str] = {
    "automated_driving": r"自动驾驶|(?<![a-z])ads(?![a-z])|automateddriving|automated_driving|automated-driving|l3|l4",
    "product_change": r"变更|扩展|公告|change|extension|modification|amendment",
}
"""Words of `matter` by what they permit; an approval of automated driving is none of changed parameters, nor the other way round."""


class Release(NamedTuple):
    """What has to be covered: a package by its digest, on products, with functions, on a day.

    Args:
        digest: SHA-256 of the package as written.
        products: Products that get it, as written.
        functions: Functions that it adds or changes, as written.
        day: First day on which any car was offered it.
    """

    digest: str | None
    products: Sequence[str]
    functions: Sequence[str]
    day: date


class Fault(NamedTuple):
    """Why an approval does not cover a release; `sure` = it certainly does not, else it cannot be told."""

    text: Text
    sure: bool = True


def names_package(approval: Approval, digest: str | None) -> bool:
    """Tell whether `approval` names exactly the package with this digest."""
    return digest_of(approval.digest) is not None and digest_of(approval.digest) == digest_of(digest)


def best(approvals: Iterable[Approval], release: Release, anchors: Sequence[TrustAnchor]) -> tuple[Approval, Fault | None]:
    """Return the approval with the kindest outcome, and why it does not cover the release, None when it does.

    Give rows and keys as `reconciled` and `reconciled_keys` return them; at least one approval. Signed forms of one approval that differ
    leave it open which of them was given.
    """
    rows = list(approvals)
    faults = [(a, fault_of(a, release, anchors)) for a in rows]
    approval, fault = min(faults, key=lambda f: (f[1] is not None, bool(f[1] and f[1].sure)))
    if fault is None and len({signed_bytes(a) for a in rows if a.signature and bare(a.id) == bare(approval.id)}) > 1:
        fault = Fault(Text("同一审批有内容不同的多份签署", "signed forms of one approval differ"), sure=False)
    return approval, fault


def reconciled(approvals: list[Approval]) -> list[Approval]:
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


def reconciled_keys(anchors: list[TrustAnchor]) -> list[TrustAnchor]:
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


def permits(approval: Approval) -> frozenset[PermitKind]:
    """Return what the words of `matter` permit; empty when they tell neither. An update of automated driving is no change of the product."""
    text = bare(approval.matter or "")
    found = frozenset(kind for kind, words in _PERMITS.items() if re.search(words, text))
    return frozenset({"automated_driving"}) if "automated_driving" in found else found


def cover_of(
    release: Release, kind: PermitKind, approvals: Iterable[Approval], anchors: Sequence[TrustAnchor]
) -> tuple[Approval | None, Fault | None]:
    """Return the approval of `kind` that covers `release`, or the kindest reason why none does.

    Give rows and keys as `reconciled` and `reconciled_keys` return them. An approval whose `matter` tells nothing leaves it open.
    """
    naming = [a for a in approvals if names_package(a, release.digest)]
    fitting, unclear = [a for a in naming if kind in permits(a)], [a for a in naming if not permits(a)]
    if fitting:
        approval, fault = best(fitting, release, anchors)
        if fault is None or not unclear:
            return approval, fault
    if unclear:
        return unclear[0], Fault(Text("未说明审批的是何事项", "the approval does not tell what it permits"), sure=False)
    if naming:
        return naming[0], Fault(Text("该升级包的审批不是此类审批", "the approval of this package is of another kind"))
    return None, Fault(Text("没有对该升级包的审批", "no approval of this package"))


def fault_of(approval: Approval, release: Release, anchors: Sequence[TrustAnchor]) -> Fault | None:
    """Return the first reason why `approval` does not cover `release`, what is certain before what cannot be told.

    Package digest, products and functions agree, it is signed, the signature of a trusted key verifies over `signed_bytes`, the key counted
    on its first day and was not revoked by the release, and the release day lies in its time before any revocation.
    """
    found = [f for f in (*_content(approval, release), _signed(approval, release.day, anchors), *_in_time(approval, release.day)) if f]
    return min(found, key=lambda f: not f.sure, default=None)


def _content(approval: Approval, release: Release) -> Iterator[Fault | None]:
    if not names_package(approval, release.digest):
        yield Fault(Text("审批的是另一个升级包", "the approval is for another package"))
    if approval.origin.problems:
        yield Fault(Text("审批记录中有无法识别的单元格", "cells of the approval cannot be read"), sure=False)
    products = {bare(name) for name in release.products}
    if not products or not products_of(approval):
        yield Fault(Text("升级或审批未注明产品", "the update or the approval does not name the product"), sure=False)
    elif not products <= products_of(approval):
        yield Fault(Text("审批的是另一产品", "the approval is for another product"))
    if approval.functions and not set(release.functions) <= set(approval.functions):
        yield Fault(Text("升级涉及审批未包括的功能", "the update touches functions that the approval does not permit"))


def _signed(approval: Approval, released: date, anchors: Sequence[TrustAnchor]) -> Fault | None:
    if not approval.signature or not approval.key_id:
        return Fault(Text("审批没有签名", "the approval is not signed"))
    mine = [a for a in anchors if a.key_id == approval.key_id and a.public_key]
    if not mine:
        return Fault(Text("签名密钥不在信任锚中", "the signing key is no trust anchor"))
    message = signed_bytes(approval)
    made = [a for a in mine if verify(message, approval.signature, a.public_key or "") == "valid"]
    if not made:
        return Fault(Text("审批签名无效或内容被改动", "the signature does not verify: the approval was altered or not signed by this key"))
    faults = [f for a in made if (f := _trusted(a, approval, released))]
    # a row that may hold is not outweighed by one that does not, in whatever order they stand
    return min(faults, key=lambda f: f.sure) if len(faults) == len(made) else None


def _trusted(anchor: TrustAnchor, approval: Approval, released: date) -> Fault | None:
    if anchor.revoked_on and anchor.revoked_on <= released:
        return Fault(Text("签名密钥在发布前已吊销", "the signing key was revoked by the release"))
    if anchor.matters and approval.matter not in anchor.matters:
        return Fault(Text("该密钥无权签发此类审批", "the key may not sign this kind of approval"))
    if anchor.origin.problems or anchor.valid_from is None or approval.valid_from is None:
        return Fault(Text("密钥或审批的生效日期未知", "the first day of the key or of the approval is not known"), sure=False)
    if not (anchor.valid_from <= approval.valid_from and (anchor.valid_until is None or approval.valid_from <= anchor.valid_until)):
        return Fault(Text("审批生效时该密钥不在有效期内", "the key did not count on the first day of the approval"))
    return None


def _in_time(approval: Approval, released: date) -> Iterator[Fault | None]:
    if approval.revoked_on and approval.revoked_on <= released:
        yield Fault(Text("审批在发布前已撤销", "the approval was revoked by the release"))
    if approval.state in {"drafted", "withdrawn"}:
        yield Fault(Text("审批未签发或已撤回", "the approval was never issued or was withdrawn"))
    if approval.state in {"revoked", "superseded"} and approval.revoked_on is None:
        yield Fault(Text("审批已撤销或被取代，日期未知", "the approval was revoked or superseded on an unknown day"), sure=False)
    if approval.valid_from and released < approval.valid_from:
        yield Fault(Text("发布早于审批生效", "released before the approval took effect"))
    if approval.valid_until and approval.valid_until < released:
        yield Fault(Text("发布时审批已过期", "the approval had expired at the release"))
