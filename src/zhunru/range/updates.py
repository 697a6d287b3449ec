"""Update campaigns, approvals and keys of the sample maker: signed for real, with one planted fault."""

import json
from hashlib import sha256

from zhunru.core.record import Record
from zhunru.range.ledgers import CAR
from zhunru.range.workbook import Sheet, workbook
from zhunru.records.approval import Approval, signed_bytes
from zhunru.wire.signature import public_key_of, sign

PROFILE = """title = "企业内部加严"

[limits."data.sends_nothing_abroad".dropped_ratio]
value = 0.0005
justification = "企业抓包规范 V1.1：丢包率按半值控制 / company capture rule V1.1: half of the usual loss"
"""
_BODY = "示例审批机构"
_KEY = "SP-KEY-1"


def records(seed: int) -> dict[str, bytes]:
    """Return the ledgers of updates: name -> content."""
    packages = {name: _digest(seed, name) for name in ("tbox-2.4.0", "assist-3.1.0", "assist-3.1.1", "media-5.0.2")}
    approvals = [
        _approval(seed, "SP-2026-004", packages["tbox-2.4.0"], ("远程诊断",), "2026-04-01"),
        _approval(seed, "SP-2026-011", packages["assist-3.1.0"], ("车道居中",), "2026-08-20"),
    ]
    campaigns = (
        ("OTA-2026-02", CAR, "tbox-2.4.0", packages["tbox-2.4.0"], "2026年4月15日", "在线", "远程诊断", "否", "SP-2026-004"),
        # Planted fault: approval SP-2026-011 was given for assist-3.1.0, released was 3.1.1. Found by the check of miit-2021-103/4.5.
        ("OTA-2026-05", CAR, "assist-3.1.1", packages["assist-3.1.1"], "2026年9月1日", "在线", "车道居中", "否", "SP-2026-011"),
        ("OTA-2026-06", CAR, "media-5.0.2", packages["media-5.0.2"], "2026年10月9日", "在线", "影音", "否", None),
    )
    headings = ("活动编号", "产品", "升级包", "升级包摘要", "发布日期", "升级方式", "涉及功能", "新增或变更自动驾驶功能", "审批编号")
    sheet = Sheet("升级活动", tuple(("", h) for h in headings), campaigns, title="在线升级活动台账")
    return {"升级活动.xlsx": workbook((sheet,)), "升级审批.toml": _toml(seed, approvals).encode()}


def _digest(seed: int, package: str) -> str:
    return "sha256:" + sha256(f"zhunru range {seed} package {package}".encode()).hexdigest()


def _private(seed: int) -> bytes:
    return sha256(f"zhunru range {seed} approval key".encode()).digest()


def _approval(seed: int, number: str, digest: str, functions: tuple[str, ...], valid_from: str) -> Approval:
    fields = {"id": number, "matter": "ota-update", "product": CAR, "digest": digest, "functions": functions, "issued_by": _BODY}
    plain = Approval.model_validate(fields | {"valid_from": valid_from, "key_id": _KEY, "state": "signed"})
    return plain.model_copy(update={"signature": sign(signed_bytes(plain), _private(seed))})


def _toml(seed: int, approvals: list[Approval]) -> str:
    key = public_key_of(_private(seed))
    anchor = f'[[trust_anchor]]\nkey_id = "{_KEY}"\nholder = "{_BODY}"\npublic_key = "{key}"\nvalid_from = 2026-01-01\n'
    return "\n".join(["# 升级审批与审批机构公钥", anchor, *(_entry(a) for a in approvals)])


def _entry(record: Record) -> str:
    lines = [f"[[{record.kind()}]]"]
    for name, value in record.model_dump(mode="json", exclude_none=True).items():
        lines.append(f"{name} = {json.dumps(value, ensure_ascii=False)}")
    return "\n".join([*lines, ""])
