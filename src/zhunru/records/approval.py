"""Approval of one exact package (审批)."""

import json
import re
from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator

from zhunru.core.record import Day, Key, Record, Refs, Word, Workflow, choice, item
from zhunru.formulas.written_names import bare

_DIGEST = re.compile(r"(?:sha-?256[:=\s]*)?([0-9a-f]{64})")
SIGNED_FORM = "zhunru-approval-1"
"""First field of the signed bytes: an approval never passes for another kind of document."""

ApprovalState = Annotated[
    Literal["drafted", "signed", "withdrawn", "revoked", "superseded"] | None,
    BeforeValidator(
        choice(
            drafted="草拟|草稿|待签|待审批|draft|pending",
            signed="已签|已签署|已批准|有效|批准|approved|valid",
            withdrawn="已撤回|撤回|未批准|驳回|rejected",
            revoked="已撤销|撤销|已吊销|吊销",
            superseded="已被取代|已替代|取代|replaced",
        )
    ),
]


class Approval(Record):
    """Permission by a named body to release one package for one product, bound to the package by its digest and signed.

    Revoking is written into the row (`revoked_on`, `state`), so these two are not signed.
    Source: 103号 article (四), fifth demand (未经审批，不得通过); the form is ours (P).
    """

    title_zh: ClassVar[str] = "审批"
    sheet_names: ClassVar[tuple[str, ...]] = ("审批", "升级审批", "批准", "审批记录")
    workflow: ClassVar[Workflow | None] = Workflow(
        "drafted",
        (
            ("drafted", "sign", "signed"),
            ("drafted", "withdraw", "withdrawn"),
            ("signed", "revoke", "revoked"),
            ("signed", "supersede", "superseded"),
        ),
        ("signed", "withdrawn", "revoked", "superseded"),
    )

    id: Key = item("审批编号", "批准编号", "文号", "编号", doc="number of the approval", key=True)
    matter: Word = item("审批类型", "类型", doc="what is permitted, e.g. ads-update (自动驾驶功能升级)")
    product: Word = item("产品", "车型", "适用车型", doc="product for which it holds")
    digest: Word = item(
        "升级包摘要", "摘要", "SHA-256", "SHA256", "哈希", doc="SHA-256 of the exact package, sha256:<64 hexadecimal digits>"
    )
    functions: Refs = item(
        "批准功能",
        "涉及功能",
        "功能",
        "批准的功能",
        "许可功能",
        "批准范围",
        "适用功能",
        doc="functions that it permits",
        default=(),
        open_when_empty=True,
    )
    issued_by: Word = item("签发机构", "审批机构", "签发人", doc="body that permits")
    valid_from: Day = item("生效日期", "有效期起", "批准日期", "生效时间", "有效期开始", doc="first day on which a release is covered")
    valid_until: Day = item(
        "失效日期",
        "有效期止",
        "失效时间",
        "有效期至",
        "有效期截止",
        "到期日",
        "到期日期",
        "截止日期",
        doc="last day on which a release is covered; empty = open",
        open_when_empty=True,
    )
    revoked_on: Day = item(
        "撤销日期",
        "吊销日期",
        "撤销时间",
        "吊销时间",
        "撤回日期",
        "撤回时间",
        "废止日期",
        "作废日期",
        doc="day from which it no longer holds; empty = never",
        open_when_empty=True,
    )
    state: ApprovalState = item(
        "状态",
        "审批状态",
        "审批进度",
        "审批结果",
        "批准状态",
        doc="drafted, signed, withdrawn, revoked or superseded",
        open_when_empty=True,
    )
    key_id: Word = item("密钥编号", "签名密钥", doc="trust anchor that made the signature")
    signature: Word = item("签名", "签名(base64)", doc="Ed25519 signature over `signed_bytes`, base64")


_SIGNED = ("id", "matter", "product", "functions", "issued_by", "valid_from", "valid_until", "key_id")


def digest_of(text: str | None) -> str | None:
    """Return a written SHA-256 as `sha256:` and 64 lower-case digits, None when it is none."""
    found = _DIGEST.fullmatch((text or "").strip().lower())
    return f"sha256:{found[1]}" if found else None


def products_of(approval: Approval) -> frozenset[str]:
    """Return the products that an approval names, in the form of `written_names.bare`."""
    return frozenset(bare(name) for name in re.split(r"[;；,，、|\n]", approval.product or "") if name.strip())


def signed_bytes(approval: Approval) -> bytes:
    """Return the bytes over which an approval is signed.

    UTF-8 JSON without spaces, keys in alphabetical order, no escapes beyond those JSON demands: `form`, `id`, `matter`, `product`, `digest`,
    `functions` (sorted), `issued_by`, `valid_from`, `valid_until`, `key_id`. Days as YYYY-MM-DD, what is empty as null. The digest is in
    the form of `digest_of`, as written when it is none. State and day of revocation are not signed: they come later.
    """
    fields = approval.model_dump(mode="json", include=set(_SIGNED))
    fields["functions"] = sorted(fields["functions"])
    fields["digest"] = digest_of(approval.digest) or approval.digest
    fields["form"] = SIGNED_FORM
    return json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")
