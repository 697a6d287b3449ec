"""Right of a role to use data (访问权限)."""

from typing import ClassVar

from zhunru.core.record import Day, Key, Record, Refs, Word, item


class AccessGrant(Record):
    """What one role may do with which assets, since when, until when, by whose approval.

    Source: GB/T 44464-2024 5.5.1, 6.4; MIIT data measures 166号 article 13.
    """

    title_zh: ClassVar[str] = "访问权限"
    sheet_names: ClassVar[tuple[str, ...]] = ("访问权限", "权限清单", "角色权限", "数据访问权限")

    role: Key = item("授权角色", "角色名称", doc="role", key=True)
    assets: Refs = item("授权的资产编号", doc="assets; 全部 = all", default=())
    actions: Refs = item("授权操作", doc="actions, e.g. 读取;修改;导出;删除", default=())
    since: Day = item("权限生效日期", doc="first day")
    until: Day = item("权限失效日期", doc="last day; empty = open", open_when_empty=True)
    approved_by: Word = item("权限审批人", doc="who approved")
