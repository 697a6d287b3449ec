"""Key of somebody whose signature counts (信任锚)."""

from typing import ClassVar

from zhunru.core.record import Day, Key, Record, Refs, Word, item


class TrustAnchor(Record):
    """One public key, whose it is, and when and for what its signatures count.

    An anchor in the maker's own dossier proves no more than that the dossier agrees with itself; compare the fingerprint with its holder.
    """

    title_zh: ClassVar[str] = "信任锚"
    sheet_names: ClassVar[tuple[str, ...]] = ("信任锚", "审批公钥", "公钥", "可信公钥")

    key_id: Key = item("密钥编号", "公钥编号", "密钥标识", "key id", doc="name under which approvals cite the key", key=True)
    holder: Word = item("持有者", "持有人", "机构", "签发机构", doc="body or person who keeps the private half")
    public_key: Word = item(
        "公钥",
        "公钥(base64)",
        "Ed25519公钥",
        "SM2公钥",
        doc="Ed25519 as 32 raw bytes in base64; or Ed25519, ECDSA P-256 or P-384, RSA from 2048 bits or SM2 as PEM or base64 DER; "
        "`scheme:key` where the scheme is not the usual one of the key",
    )
    matters: Refs = item(
        "审批类型",
        "适用审批类型",
        "适用类型",
        "签发范围",
        "适用范围",
        doc="matters it may sign; empty = all",
        default=(),
        open_when_empty=True,
    )
    valid_from: Day = item("生效日期", "启用日期", "有效期起", doc="first day on which its signatures count")
    valid_until: Day = item(
        "失效日期",
        "截止日期",
        "有效期止",
        "失效时间",
        "有效期至",
        "到期日",
        "到期日期",
        doc="last day on which its signatures count; empty = open",
        open_when_empty=True,
    )
    revoked_on: Day = item(
        "吊销日期",
        "撤销日期",
        "吊销时间",
        "撤销时间",
        "作废日期",
        "废止日期",
        doc="day from which nothing signed with it counts any more; empty = never",
        open_when_empty=True,
    )
