"""Technical protection of an asset at rest and on the way (数据保护措施)."""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator

from zhunru.core.record import Flag, Key, Record, Word, choice, item

ProtectedStage = Annotated[
    Literal["storage", "transmission", "use"] | None,
    BeforeValidator(choice(storage="存储|保存|静态", transmission="传输|网络传输|动态", use="使用|加工|使用加工")),
]


class DataProtectionMeasure(Record):
    """What protects one asset in one stage.

    Source: MIIT data measures 166号 articles 15 and 17; data-and-cyber.md 6.8 (algorithms).
    """

    title_zh: ClassVar[str] = "数据保护措施"
    sheet_names: ClassVar[tuple[str, ...]] = ("数据保护措施", "技术保护措施", "保护措施清单")

    asset: Key = item("受保护资产编号", "保护的资产编号", doc="asset", key=True)
    stage: ProtectedStage = item("保护环节", doc="storage, transmission or use")
    checksum: Word = item("校验技术", doc="how integrity is checked, e.g. SM3, HMAC; 无 = none")
    cryptography: Word = item("密码技术", doc="algorithm, e.g. SM4-GCM; 无 = none")
    secure_channel: Word = item("安全传输通道", "安全传输协议", doc="channel or protocol, e.g. TLS 1.3, dedicated line; 无 = none")
    verified: Flag = item("措施已验证", doc="somebody verified that it works")
    evidence: Word = item("措施证据", doc="configuration, report")
