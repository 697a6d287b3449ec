"""Personal information and important data are used only by roles that may."""

from collections.abc import Iterator
from typing import Any, Final

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.record import CHINA
from zhunru.core.subject import Subject
from zhunru.core.verdict import Verdict
from zhunru.formulas.three_valued import NO, UNKNOWN, YES
from zhunru.formulas.written_names import bare
from zhunru.records.access_decision import AccessDecision
from zhunru.records.access_grant import AccessGrant
from zhunru.records.asset_marks import holds_important, holds_personal
from zhunru.records.data_asset import DataAsset
from zhunru.records.told import told, unread

_ALL: Final = frozenset({"全部", "所有", "all", "*"})


@check(
    "miit-2021-103/1.5", "gb-t-44464-2024/5.5.1", "gb-t-44464-2024/6.4", "pipl-2021/51",
    title_zh="个人信息和重要数据的使用受访问控制", since="0.3",
)  # fmt: skip
def access_is_controlled(
    decisions: list[AccessDecision], grants: list[AccessGrant], assets: list[DataAsset], subject: Subject
) -> Iterator[Finding]:
    """Each access that was allowed is covered by an approved right of that role, and for each kind of data some access was refused.

    Why:
        A right that everybody has is no right, and a gate that never closed is no gate.

    为什么:
        人人都有的权限不是权限，从未关上的门不是门。

    How it decides:
        1. Accesses to assets that hold personal information or important data; an asset that is not in the ledger, or not marked: gap.
        2. Allowed, and a right of that role covers asset, action and day, with its approver: ok. No right of the role covers it: breach. Day,
           action, approver or a right's extent is not told, so that it cannot be decided: gap.
        3. Refused, and no right covers it: ok. Refused although one does: gap, for one of the two is wrong. Decision not told: gap.
        4. Each of the two kinds of data that the product is declared to process has an allowed access that was covered and a refused one: else gap.

    Inconclusive:
        Marks, rights, decisions or days are not told; nothing was refused.

    Not covered:
        Whether the role is rightly given to the person; accesses that were not logged; access in the vehicle by other ways.

    未覆盖:
        角色授予是否恰当；未记日志的访问；车内其他途径的访问。

    Args:
        decisions: Log of access control.
        grants: Rights of roles.
        assets: Data assets.
        subject: Product under assessment.

    References:
        GB/T 44464-2024 5.5.1, 6.4; 个人信息保护法 article 51 (G).
    """
    ledger = {bare(n): a for a in assets for n in (a.id, a.name) if n}
    seen: dict[str, set[str]] = {"personal": set(), "important": set()}
    rights: dict[str, list[AccessGrant]] = {}
    for grant in grants:
        rights.setdefault(bare(grant.role), []).append(grant)
    for decision in decisions:
        asset = ledger.get(bare(decision.asset))
        kinds = {"personal": holds_personal(asset), "important": holds_important(asset)} if asset else {"personal": None, "important": None}
        # (1) which accesses
        if all(k is False for k in kinds.values()):
            continue
        if True not in kinds.values():
            yield gap(
                "被访问的资产不在台账中或未标明", "the asset is not in the ledger, or not marked", at=decision.origin, asset=decision.asset
            )
            continue
        finding = _judged(decision, rights.get(bare(decision.role), []), asset)
        if finding.kind == "ok" and decision.decision:
            for kind in (k for k, held in kinds.items() if held):
                seen[kind].add(decision.decision)
        yield finding
    # (4) each kind of data
    wanted = {"personal": subject.personal_data, "important": subject.important_data}
    for kind, found in seen.items():
        if wanted[kind] and found != {"allowed", "refused"}:
            yield gap(
                "该类数据缺少允许或拒绝的访问记录",
                "no access to this kind of data was allowed by right, or none refused",
                kind_of_data=kind,
            )
    if not decisions:
        yield gap("访问控制日志为空", "the log of access control is empty")


def _judged(decision: AccessDecision, grants: list[AccessGrant], asset: DataAsset | None) -> Finding:
    facts: dict[str, Any] = {"at": decision.origin, "role": decision.role, "asset": decision.asset, "action": decision.action}
    names = {bare(n) for n in (decision.asset, *((asset.id, asset.name) if asset else ())) if n}
    covered = max((_covers(g, decision, names) for g in grants), key=(NO, UNKNOWN, YES).index, default=NO)
    if decision.decision is None or covered == UNKNOWN:
        return gap("访问结果或权限范围无法判定", "decision or extent of the right cannot be told", **facts)
    # (2) allowed
    if decision.decision == "allowed":
        return (
            ok("按权限允许", "allowed by right", **facts)
            if covered == YES
            else breach("无权限而被允许", "allowed without a right", **facts)
        )
    # (3) refused
    return (
        gap("有权限而被拒绝", "refused although a right covers it", **facts)
        if covered == YES
        else ok("无权限而被拒绝", "refused without a right", **facts)
    )


def _covers(grant: AccessGrant, decision: AccessDecision, names: set[str]) -> int:
    scope, actions = set(map(bare, grant.assets)), set(map(bare, grant.actions))
    if scope and not scope & (names | _ALL):
        return NO
    if actions and decision.action and not actions & ({bare(decision.action)} | _ALL):
        return NO
    day = decision.at.astimezone(CHINA).date() if decision.at else None
    if day and ((grant.since and day < grant.since) or (grant.until and day > grant.until)):
        return NO
    known = (
        scope and actions and decision.action and day and grant.since and told(grant.approved_by) == "yes" and "until" not in unread(grant)
    )
    return YES if known else UNKNOWN


_Case = tuple[list[AccessDecision], list[AccessGrant], list[DataAsset], Subject]


def _case(**changed: object) -> _Case:
    grant = {"role": "售后", "assets": "A-1", "actions": "读取", "since": "2025-01-01", "approved_by": "甲"}
    plain = {"role": "售后", "asset": "A-1", "action": "读取", "decision": "允许", "at": "2026-03-02 12:00"}
    refused = plain | {"role": "市场", "decision": "拒绝"}
    decisions = [AccessDecision.model_validate(plain | changed), AccessDecision.model_validate(refused)]
    asset = DataAsset.model_validate({"id": "A-1", "personal": "是", "important": "否", "grade": "一般"})
    return decisions, [AccessGrant.model_validate(grant)], [asset], Subject(name="样车一号", maker="示例汽车")


@access_is_controlled.example(Verdict.PASS)
def service_reads_marketing_is_refused() -> _Case:
    """One role may, the other may not."""
    return _case()


@access_is_controlled.example(Verdict.FAIL)
def exported_with_a_right_to_read() -> _Case:
    """The role may read, and exported."""
    return _case(action="导出")


@access_is_controlled.example(Verdict.FAIL)
def before_the_right_began() -> _Case:
    """The access came a day before the right."""
    return _case(at="2024-12-31 12:00")


@access_is_controlled.example(Verdict.INCONCLUSIVE)
def nothing_was_refused() -> _Case:
    """Whether the gate closes was never seen."""
    decisions, *rest = _case()
    return (decisions[:1], *rest)  # type: ignore[return-value]
