"""Every recipient of data has an agreement in force and a verified capability."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated, Any

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.step import Limit
from zhunru.core.verdict import Verdict
from zhunru.formulas.anniversaries import last_day_after_months
from zhunru.formulas.placeholders import says_nothing
from zhunru.formulas.written_names import bare
from zhunru.records.data_asset import DataAsset
from zhunru.records.recipient import Recipient
from zhunru.records.sheets import field_of
from zhunru.records.told import told

_FAILED = ("不通过", "未通过", "不合格", "不符合", "不满足", "没有通过", "未能通过", "fail", "rejected")
_PASSED = re.compile(r"(已|经)?(核验|评估|审核|能力|全部|均|已)*(通过|合格|符合|满足|达标)(核验|评估|审核|要求)?|pass(ed)?|qualified")
_NO_AGREEMENT = re.compile(r"(尚|还|暂|仍)?(未|没有?)(签|订|约定|取得|提供|完成)|无(协议|合同)")
_SOON = re.compile(r"^(拟|待|正在|计划)|(中|草案|draft)$")


@check(
    "miit-2021-103/1.5",
    "gb-t-44464-2024/4.1.10",
    "miit-2022-166/18",
    title_zh="每个数据接收方均有有效安全协议，且防护能力经过核验",
    since="0.3",
)
def recipients_are_bound_and_verified(
    recipients: list[Recipient],
    assets: list[DataAsset] | None,
    day: date,
    *,
    verified_months: Annotated[int, Limit("month", source="gb-t-44464-2024/4.1.10", basis="P")] = 24,
) -> Iterator[Finding]:
    """Every recipient has a data-security agreement in force on the day, and its capability was verified within `verified_months`.

    Why:
        Whoever passes data on without agreement and verification has lost them the moment they leave.

    为什么:
        没有协议、没有核验就提供数据，数据离手即失控。

    How it decides:
        1. A cell that could not be read: the recipient is undecidable, gap.
        2. No agreement (无, 未签订, 拟签), one that has ended or not begun by the day: breach. One under way (审批中, 草案): gap.
        3. No day of verification, one after the day, or an outcome that says failed: breach; an outcome in other words: gap.
        4. Verified longer ago than `verified_months` (ours: the standard sets no age): breach. Else ok.
        5. An asset that is provided to a party without entry: breach, since nobody verified it.

    Inconclusive:
        No recipient at all; a cell or an outcome that cannot be told.

    Not covered:
        What the agreements say and whether the verification was sound; recipients that nobody entered: compare with captures.

    未覆盖:
        协议条款和核验质量；未登记的接收方（须与抓包比对）。

    Args:
        recipients: Recipients of data.
        assets: Assets with the recipients that they are provided to.
        day: Day of the assessment.
        verified_months: Greatest age of the verification, months.

    References:
        GB/T 44464-2024 4.1.10; 工信部网安〔2022〕166号 articles 18 and 24; data-and-cyber.md 2.2.1, 2.5.
    """
    if not recipients:
        yield gap("没有数据接收方的记录", "there is no record of any recipient")
    for recipient in recipients:
        shown: dict[str, Any] = {"recipient": recipient.id}
        # (1) what cannot be read
        unread = {field_of(Recipient, p.partition(": ")[0]) for p in recipient.origin.problems}
        if unread & {"agreement", "agreement_start", "agreement_end", "verified", "verification"}:
            yield gap("接收方的协议或核验无法识别", "agreement or verification cannot be read", at=recipient.origin, **shown)
        # (2) agreement
        elif fault := _unbound(recipient, day):
            yield breach("接收方没有有效的安全协议", "the recipient has no agreement in force", at=recipient.origin, **shown, fault=fault)
        elif _SOON.search(bare(recipient.agreement or "")):
            yield gap("安全协议是否已签订无法判定", "whether the agreement is signed cannot be told", at=recipient.origin, **shown)
        # (3) verification
        elif recipient.verified is None or recipient.verified > day or _failed(recipient.verification):
            yield breach("接收方防护能力未经核验或未通过", "the capability of the recipient is not verified", at=recipient.origin, **shown)
        elif recipient.verification and not _passed(recipient.verification):
            yield gap(
                "核验结论无法判定",
                "the outcome of the verification cannot be told",
                at=recipient.origin,
                **shown,
                outcome=recipient.verification,
            )
        # (4) its age
        elif last_day_after_months(recipient.verified, verified_months) < day:
            yield breach(
                "能力核验已过期", "the verification is too old", at=recipient.origin, **shown, verified=recipient.verified.isoformat()
            )
        else:
            yield ok("接收方有有效协议并经核验", "the recipient is bound and verified", at=recipient.origin, **shown)
    yield from _unlisted(recipients, assets or ())  # (5)


def _unbound(recipient: Recipient, day: date) -> str:
    if says_nothing(recipient.agreement) or told(recipient.agreement) == "none" or _NO_AGREEMENT.match(bare(recipient.agreement or "")):
        return "no agreement"
    if recipient.agreement_end and recipient.agreement_end < day:
        return "the agreement has ended"
    return "the agreement has not begun" if recipient.agreement_start and recipient.agreement_start > day else ""


def _failed(outcome: str | None) -> bool:
    return any(w in (outcome or "").lower() for w in _FAILED)


def _passed(outcome: str | None) -> bool:
    return bool(_PASSED.fullmatch(bare(outcome or "").rstrip("。.")))


def _unlisted(recipients: Sequence[Recipient], assets: Sequence[DataAsset]) -> Iterator[Finding]:
    known = {bare(n) for r in recipients for n in (r.id, r.name) if n}
    for asset in assets:
        for name in asset.recipients:
            if not says_nothing(name) and bare(name) not in {*known, "不涉及", "不适用", "否", "no"}:
                yield breach(
                    "资产提供给未登记的接收方",
                    "an asset is provided to a recipient without entry",
                    at=asset.origin,
                    asset=asset.id,
                    recipient=name,
                )


_Case = tuple[list[Recipient], list[DataAsset] | None, date]


def _case(**changed: object) -> _Case:
    plain = {
        "id": "R-1",
        "name": "示例地图公司",
        "agreement": "XY-01",
        "verified": "2025-03-01",
        "verification": "通过",
        "agreement_end": "2027-12-31",
    }
    return (
        [Recipient.model_validate(plain | changed)],
        [DataAsset.model_validate({"id": "A-1", "recipients": "示例地图公司；无"})],
        date(2026, 11, 22),
    )


@recipients_are_bound_and_verified.example(Verdict.PASS)
def bound_and_verified() -> _Case:
    """Agreement in force, verified last year."""
    return _case()


@recipients_are_bound_and_verified.example(Verdict.FAIL)
def agreement_ended_yesterday() -> _Case:
    """The agreement ended a day before."""
    return _case(agreement_end="2026-11-21")


@recipients_are_bound_and_verified.example(Verdict.FAIL)
def provided_to_an_unlisted_party() -> _Case:
    """The asset names a party that the ledger does not know."""
    return _case(name="另一家公司")


@recipients_are_bound_and_verified.example(Verdict.INCONCLUSIVE)
def outcome_in_other_words() -> _Case:
    """The outcome says neither passed nor failed."""
    return _case(verification="整改中")
