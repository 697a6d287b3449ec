"""One template per official paper; each module holds one `TEMPLATE`, found by walking this folder."""

import importlib
import pkgutil
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zhunru.reports.ledgers import Template

FORM_NOT_SEEN = (
    "主管部门的正式附件表样未见到，本文书的栏目由本软件依据公开文件与二手资料拟定（依据标记：P，部分内容 S），"
    "仅供准备材料之用；报送时以主管部门平台的最新表样为准。"
)
"""The forms of the annexes were not seen; every paper says so."""


@cache
def templates() -> dict[str, "Template"]:
    """Return the templates by kind, in alphabetical order."""
    names = sorted(m.name for m in pkgutil.iter_modules(__path__))
    return {name: importlib.import_module(f"{__name__}.{name}").TEMPLATE for name in names}
