"""One change between two configurations, and the procedure that it needs."""

from collections.abc import Iterable
from typing import Literal, NamedTuple

from zhunru.core.text import Text

Matter = Literal["unit", "parameter", "function", "flag", "odc", "swin", "dependency", "component", "package", "set", "activity"]
Kind = Literal["added", "removed", "changed", "re_enabled", "widened", "narrowed", "unknown"]
Procedure = Literal["file", "verify", "permit", "approve", "recall", "unknown"]
Scope = Literal["own", "accumulated", "together"]

RANK: dict[str, int] = {"file": 0, "verify": 1, "permit": 2, "approve": 3, "recall": 4, "unknown": 5}
"""What is not known holds every release, so nothing ranks above it."""

PROCEDURES: dict[str, Text] = {
    "file": Text("备案", "file"),
    "verify": Text("备案并附验证材料", "file with verification material"),
    "permit": Text("先取得变更许可", "permission of the change first"),
    "approve": Text("先取得审批", "approval first"),
    "recall": Text("按召回办理", "recall procedure"),
    "unknown": Text("未知，暂不放行", "not known: held"),
}
MATTERS: dict[str, Text] = {
    "unit": Text("控制器软件", "ECU software"),
    "parameter": Text("技术参数", "parameter"),
    "function": Text("功能", "function"),
    "flag": Text("功能开关", "switch"),
    "odc": Text("设计运行条件", "operational condition"),
    "swin": Text("软件识别码", "SWIN"),
    "dependency": Text("依赖", "dependency"),
    "component": Text("软件组件", "component"),
    "package": Text("升级包", "package"),
    "set": Text("清单范围", "extent of a list"),
    "activity": Text("升级活动", "activity"),
}
KINDS: dict[str, Text] = {
    "added": Text("新增", "added"),
    "removed": Text("删除", "removed"),
    "changed": Text("变更", "changed"),
    "re_enabled": Text("重新启用", "enabled again"),
    "widened": Text("放宽", "widened"),
    "narrowed": Text("收窄", "narrowed"),
    "unknown": Text("未知", "unknown"),
}
FAMILIES: dict[str, Text] = {
    "safety": Text("安全", "safety"),
    "energy": Text("节能", "energy"),
    "environment": Text("环保", "environment"),
    "theft": Text("防盗", "theft"),
    "none": Text("其他", "none"),
}
SCOPES: dict[str, Text] = {
    "own": Text("本次活动", "this activity"),
    "accumulated": Text("自批准以来累积", "since the approval"),
    "together": Text("与其他活动合并", "together with others"),
}
CLASS_OF: dict[str, str] = {"file": "A", "verify": "A", "permit": "B", "approve": "C", "recall": "D"}
"""Class of an activity by the procedure that it needs; the letters are ours (ota-and-recorders.md 2.1)."""


class Change(NamedTuple):
    """One difference and what it leads to. A change that needs two procedures stands twice.

    Args:
        matter: What kind of thing differs.
        id: Its name, as the later side writes it.
        change: How it differs.
        procedure: Procedure that it needs; `unknown` = it cannot be told, so it is held.
        rule: Rule of ota-and-recorders.md 2.2 that it triggers, G1 to G5.
        why: Why that procedure, in a constant sentence.
        before: State before, as written.
        after: State after, as written.
        family: Family of a parameter.
        automated_driving: It touches automated driving; None = cannot be told.
        announced: The parameter stands in the Announcement; None = cannot be told.
        approval_relevant: The software touches a type-approved system; None = not told.
        ecus: ECUs that carry it.
        campaign: Update activity.
        product: Product.
        base: Approved baseline that it is taken against.
        scope: Done by this activity, standing since the approved baseline, or arising only together with other activities.
        others: The other activities, where it arises only together with them.
    """

    matter: Matter
    id: str
    change: Kind
    procedure: Procedure
    rule: str
    why: Text
    before: str = ""
    after: str = ""
    family: str | None = None
    automated_driving: bool | None = False
    announced: bool | None = None
    approval_relevant: bool | None = None
    ecus: tuple[str, ...] = ()
    campaign: str = ""
    product: str = ""
    base: str = ""
    scope: Scope = "own"
    others: str = ""

    @property
    def key(self) -> tuple[str, ...]:
        """What makes two changes the same, wherever they were found."""
        return (self.matter, self.id, self.change, self.procedure, self.rule, self.before, self.after)


def held(matter: Matter, name: str, why: Text, before: str = "", after: str = "", ecus: tuple[str, ...] = ()) -> Change:
    """Return the row of something that cannot be told."""
    return Change(matter, name, "unknown", "unknown", "", why, before, after, automated_driving=None, ecus=ecus)


def needed(changes: Iterable[Change]) -> tuple[Procedure, ...]:
    """Return every procedure that the changes need, the weightiest first; nothing changed still has to be filed (G1)."""
    found: set[Procedure] = {c.procedure for c in changes} | {"file"}
    return tuple(sorted(found, key=lambda p: -RANK[p]))


def weightiest(changes: Iterable[Change]) -> Procedure:
    """Return the weightiest procedure that the changes need."""
    return needed(changes)[0]
