"""Stages of the data life cycle, phases of the product, parts of the management system, as ledgers word them."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from zhunru.formulas.written_names import bare

STAGES: Mapping[str, tuple[str, ...]] = {
    "collect": ("收集", "采集", "数据收集", "数据采集"),
    "store": ("存储", "保存", "数据存储"),
    "use": ("使用", "数据使用"),
    "process": ("加工", "数据加工", "处理", "使用加工"),
    "transmit": ("传输", "数据传输"),
    "provide": ("提供", "共享", "对外提供", "数据提供"),
    "disclose": ("公开", "披露", "数据公开"),
    "delete": ("删除", "销毁", "数据删除", "数据销毁"),
}
"""The eight stages of GB/T 44464-2024 4.1.5 (basis C)."""
PHASES: Mapping[str, tuple[str, ...]] = {
    "r&d": ("研发", "研究开发", "研究", "开发", "rnd", "research", "development"),
    "design": ("设计",),
    "manufacturing": ("制造", "生产", "生产制造", "production"),
}
"""Phases of GB/T 44464-2024 4.1.6 (basis C)."""
GRADES: Mapping[str, tuple[str, ...]] = {
    "general": ("一般", "一般数据", "一般级"),
    "important": ("重要", "重要数据", "重要级"),
    "core": ("核心", "核心数据", "核心级"),
}
POLICY_PARTS: Mapping[str, tuple[str, ...]] = {
    "objectives": ("目标", "安全目标", "数据安全目标"),
    "policy": ("方针", "安全方针", "数据安全方针", "策略"),
    "context": ("环境", "内外部环境", "所处环境", "背景"),
    "scope": ("范围", "边界", "边界和范围", "边界与范围", "适用范围"),
    "organisation": ("组织", "组织机构", "组织与职责", "职责", "机构和职责", "机构职责", "organization"),
    "measures": ("技术措施", "措施", "技术保护措施", "安全措施"),
}
"""Parts of GB/T 44464-2024 4.1.1 to 4.1.3 (basis C)."""
_ALL = frozenset(
    map(bare, ("全部", "所有", "各级", "各级别", "所有级别", "全部级别", "全部环节", "所有环节", "全生命周期", "全阶段", "all"))
)


class Named(NamedTuple):
    """What a list of words names: entries of a vocabulary, and words that are none."""

    known: frozenset[str]
    unknown: tuple[str, ...]


def named(words: Iterable[str], vocabulary: Mapping[str, tuple[str, ...]]) -> Named:
    """Return the entries of `vocabulary` that `words` name; a word for all of them names each."""
    table = {bare(w): entry for entry, many in vocabulary.items() for w in (entry, *many)}
    known: set[str] = set()
    unknown = []
    for word in words:
        if bare(word) in _ALL:
            known |= set(vocabulary)
        elif (entry := table.get(bare(word))) is not None:
            known.add(entry)
        else:
            unknown.append(word)
    return Named(frozenset(known), tuple(unknown))
