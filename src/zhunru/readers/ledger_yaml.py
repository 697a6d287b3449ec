"""Ledgers as YAML."""

from collections.abc import Iterator
from typing import Any

from zhunru.core.errors import DamagedEvidence
from zhunru.core.evidence import Noted, Skipped, Source
from zhunru.core.step import reader
from zhunru.core.text import Text
from zhunru.readers.ledger_toml import ledger_cells, whole_text
from zhunru.tables.ledger_cell import LedgerCell
from zhunru.wire.ledger_entries import Leaf, entries
from zhunru.wire.ledger_text import form_of

MAX_BYTE = 8 << 20
"""Largest YAML ledger; the parser holds all of it in memory."""
MAX_NESTING = 32
"""Deepest nesting of the whole document."""
MAX_NODES = 2_000_000
"""Most values after every alias is written out: more is an alias bomb."""

_SHAPES = {"bool": "flag", "int": "number", "float": "number", "timestamp": "date"}


class _Refused(Exception):  # noqa: N818 - never leaves this file
    def __init__(self, what: Text, node: Any) -> None:
        super().__init__(what.en)
        self.what, self.line = what, node.start_mark.line + 1


def _is_yaml(head: bytes) -> bool:
    return form_of(head) == "yaml"


@reader(".yaml", ".yml", title_zh="台账（YAML）", title_en="ledger (YAML)", sniff=_is_yaml)
def ledger_yaml(file: Source) -> Iterator[LedgerCell | Skipped | Noted]:
    """Read lists of mappings under a name, e.g. `appointment:`; one entry per row, the list's key as the name of the sheet.

    Values are taken as they are written, so that `0012` stays `0012`. No object is ever built from a tag.

    Args:
        file: The ledger.

    Raises:
        EvidenceError: Larger than MAX_BYTE.
        DamagedEvidence: Not UTF-8, not YAML, nested deeper than MAX_NESTING, an alias bomb, or a key given twice.

    References:
        YAML 1.1 as PyYAML reads it.
    """
    import yaml

    loader_type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = whole_text(file, MAX_BYTE)
    documents = []
    try:
        _measure(yaml.parse(text, Loader=loader_type))
        loader = loader_type(text)
        while loader.check_node():
            node = loader.get_node()
            _expand(node, {}, set())
            documents.append(_plain(node, {}))
    except _Refused as error:
        hint = Text("改为平铺的条目列表", "write it as a flat list of entries")
        raise DamagedEvidence(error.what, f"{file.name}: line {error.line}", hint) from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        where = " ".join(str(error).split())[:200]
        hint = Text("按位置改正", "correct it at the place named")
        raise DamagedEvidence(Text("不是合法的 YAML", "not valid YAML"), f"{file.name}: {where}", hint) from error
    for document in documents:
        yield from ledger_cells(entries(document, file.name.rsplit("/", 1)[-1].rsplit(".", 1)[0]))


def _measure(events: Any) -> None:
    """Refuse deep nesting before anything recursive runs over the document."""
    import yaml

    depth = 0
    for event in events:
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_NESTING:
                raise _Refused(Text("嵌套过深", "nested too deeply"), event)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _expand(node: Any, known: dict[int, int], open_nodes: set[int]) -> int:
    """Return how many values the node holds once aliases are written out; refuse bombs, loops and keys given twice."""
    if id(node) in open_nodes:
        raise _Refused(Text("别名引用自身", "an alias refers to itself"), node)
    if id(node) in known:
        return known[id(node)]
    open_nodes.add(id(node))
    total = 1
    if node.id == "sequence":
        total += sum(_expand(child, known, open_nodes) for child in node.value)
    elif node.id == "mapping":
        keys = [key.value for key, _ in node.value if key.id == "scalar"]
        if len(keys) != len(node.value) or len(set(keys)) != len(keys):
            raise _Refused(Text("键重复，或键不是文字", "a key is given twice or is no text"), node)
        total += sum(_expand(child, known, open_nodes) for _, child in node.value)
    if total > MAX_NODES:
        raise _Refused(Text("别名展开后过大（别名炸弹）", "too large once aliases are written out (alias bomb)"), node)
    open_nodes.discard(id(node))
    known[id(node)] = total
    return total


def _plain(node: Any, known: dict[int, Any]) -> Any:
    if id(node) not in known:
        if node.id == "scalar":
            known[id(node)] = _leaf(node)
        elif node.id == "sequence":
            known[id(node)] = [_plain(child, known) for child in node.value]
        else:
            known[id(node)] = _mapping(node, known)
    return known[id(node)]


def _mapping(node: Any, known: dict[int, Any]) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for key, child in node.value:
        if key.tag.endswith(":merge"):
            base = _plain(child, known)
            for part in base if isinstance(base, list) else [base]:
                merged = (part if isinstance(part, dict) else {}) | merged
    return merged | {key.value: _plain(child, known) for key, child in node.value if not key.tag.endswith(":merge")}


def _leaf(node: Any) -> Leaf:
    tag = node.tag.rsplit(":", 1)[-1]
    if tag == "null":
        return Leaf("", "text")
    return Leaf(node.value, _SHAPES.get(tag, "text"))
