"""Access to data as the access control decided it (访问控制日志)."""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator

from zhunru.core.record import Key, Moment, Record, Word, choice, item

Decision = Annotated[
    Literal["allowed", "refused"] | None,
    BeforeValidator(choice(allowed="允许|放行|通过|成功", refused="拒绝|阻断|禁止|失败")),
]


class AccessDecision(Record):
    """One access: role, asset, action, allowed or refused.

    Source: GB/T 44464-2024 5.5.1, 6.4 (audit of the role check).
    """

    title_zh: ClassVar[str] = "访问控制日志"
    sheet_names: ClassVar[tuple[str, ...]] = ("访问控制日志", "角色校验日志")

    role: Key = item("访问角色", "请求角色", doc="role of who asked", key=True)
    asset: Key = item("访问的资产编号", "被访问资产", doc="asset", key=True)
    action: Word = item("访问操作", doc="action, e.g. 读取, 导出")
    decision: Decision = item("访问结果", "访问控制结果", doc="allowed or refused")
    at: Moment = item("访问时间", doc="when")
    account: Word = item("访问账号标识", doc="pseudonym of the account")
