"""The data-security management system is written down, whole, approved and in force."""

from collections.abc import Iterator
from datetime import date

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.verdict import Verdict
from zhunru.formulas.life_cycle import POLICY_PARTS, named
from zhunru.formulas.placeholders import says_nothing
from zhunru.records.data_policy import DataPolicy
from zhunru.records.sheets import field_of


@check(
    "miit-2021-103/1.1",
    "gb-t-44464-2024/4.1.1",
    "gb-t-44464-2024/4.1.2",
    "gb-t-44464-2024/4.1.3",
    "miit-2022-166/13",
    title_zh="数据安全管理制度内容齐全，已批准并在施行",
    since="0.3",
)
def policies_are_complete_and_approved(policies: list[DataPolicy], day: date) -> Iterator[Finding]:
    """Objectives, policy, context, scope, organisation and technical measures stand in documents that are approved and in force on the day.

    Why:
        A management system that nobody approved, or that says nothing of scope or duties, binds nobody.

    为什么:
        未经批准或未写明范围、职责的管理制度对谁都没有约束力。

    How it decides:
        1. Take the documents in force on the day: begun, not withdrawn. One without a first day, or with an unreadable cell: gap.
        2. A document in force without version, approver or day of approval, or approved after it came into force: breach. One whose review is
           overdue: breach. Else ok.
        3. Each of the six parts stands in a document in force that is approved: ok. Else breach; gap where a document that is not decided, or
           a word that nobody knows, may hold it.
        4. The document that covers the organisation names a department, a person and a duty: else breach.

    Inconclusive:
        No document at all; days, cells or parts that cannot be told.

    Not covered:
        What the documents say and whether it is done; a person reviews that.

    未覆盖:
        制度文件的实际内容和执行情况，须人工评审。

    Args:
        policies: Documents of the management system.
        day: Day of the assessment.

    References:
        GB/T 44464-2024 4.1.1 to 4.1.3; 工信部网安〔2022〕166号 article 13; data-and-cyber.md 2.2.1.
    """
    if not policies:
        yield gap("没有管理制度文件的记录", "there is no record of any document of the management system")
    covered: set[str] = set()
    maybe: set[str] = set()
    for policy in policies:
        parts = named(policy.parts, POLICY_PARTS)
        unread = {field_of(DataPolicy, p.partition(": ")[0]) for p in policy.origin.problems}
        # (1) in force on the day
        if unread or policy.effective is None:
            yield gap("制度文件是否在施行无法判定", "whether the document is in force cannot be told", at=policy.origin, policy=policy.id)
            maybe |= parts.known or set(POLICY_PARTS)
            continue
        if policy.effective > day or (policy.withdrawn and policy.withdrawn < day):
            continue
        if parts.unknown:
            yield gap(
                "涵盖内容无法识别",
                "a part of the document is not known",
                at=policy.origin,
                policy=policy.id,
                parts="; ".join(parts.unknown),
            )
            maybe |= set(POLICY_PARTS)
        # (2) approved
        if fault := _fault(policy, day):
            yield breach(
                "在施行的制度文件未经批准或已逾期",
                "a document in force is not approved, or overdue",
                at=policy.origin,
                policy=policy.id,
                fault=fault,
            )
            continue
        covered |= parts.known
        yield ok("制度文件已批准并在施行", "the document is approved and in force", at=policy.origin, policy=policy.id)
        # (4) organisation
        if "organisation" in parts.known:
            yield from _organised(policy)
    if policies:
        yield from _parts(covered, maybe)  # (3)


def _parts(covered: set[str], maybe: set[str]) -> Iterator[Finding]:
    for part in POLICY_PARTS:
        if part in covered:
            yield ok("制度内容已涵盖", "the part is covered", part=part)
        elif part in maybe:
            yield gap("制度内容是否涵盖无法判定", "whether the part is covered cannot be told", part=part)
        else:
            yield breach("制度内容缺失", "a part of the management system is missing", part=part)


def _fault(policy: DataPolicy, day: date) -> str:
    if says_nothing(policy.version):
        return "no version"
    if says_nothing(policy.approved_by) or policy.approved_on is None:
        return "not approved"
    if policy.effective and policy.approved_on > min(policy.effective, day):
        return "approved after it came into force"
    return "review overdue" if policy.review_due and policy.review_due < day else ""


def _organised(policy: DataPolicy) -> Iterator[Finding]:
    lacking = [n for n in ("department", "person", "duty") if says_nothing(getattr(policy, n))]
    if lacking:
        yield breach(
            "组织机构文件未写明部门、负责人或职责",
            "the document names no department, person or duty",
            at=policy.origin,
            missing=", ".join(lacking),
        )
    else:
        yield ok("已写明部门、负责人和职责", "department, person and duty are named", at=policy.origin, policy=policy.id)


_DAY = date(2026, 11, 22)


def _policy(**changed: object) -> tuple[list[DataPolicy], date]:
    plain = {
        "id": "ZD-01", "title": "数据安全管理手册", "parts": "目标；方针；环境；范围；组织与职责；技术措施", "version": "2.0", "approved_by": "王总",
        "approved_on": "2026-01-10", "effective": "2026-02-01", "department": "信息安全部", "person": "张三", "duty": "统筹数据安全",
    }  # fmt: skip
    return [DataPolicy.model_validate(plain | changed)], _DAY


@policies_are_complete_and_approved.example(Verdict.PASS)
def one_manual_with_all_parts() -> tuple[list[DataPolicy], date]:
    """One manual covers the six parts."""
    return _policy()


@policies_are_complete_and_approved.example(Verdict.FAIL)
def scope_is_missing() -> tuple[list[DataPolicy], date]:
    """No document tells the scope."""
    return _policy(parts="目标；方针；环境；组织与职责；技术措施")


@policies_are_complete_and_approved.example(Verdict.FAIL)
def nobody_approved_it() -> tuple[list[DataPolicy], date]:
    """The manual is in force, but nobody approved it."""
    return _policy(approved_by="待定")


@policies_are_complete_and_approved.example(Verdict.INCONCLUSIVE)
def first_day_is_blank() -> tuple[list[DataPolicy], date]:
    """Nobody wrote down since when the manual holds."""
    return _policy(effective="")
