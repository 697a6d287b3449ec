"""Campaign state as a hawkBit update server tells it."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from zhunru.core.errors import DamagedEvidence, EvidenceError
from zhunru.core.evidence import Noted, Skipped, Source
from zhunru.core.step import reader
from zhunru.core.text import Text
from zhunru.readers.ledger_jsonl import json_lines, parsed_json
from zhunru.tables.ledger_cell import LedgerCell
from zhunru.wire.hawkbit_export import Export, Row, Told

MAX_BYTE: Final = 4 << 20
"""Longest single JSON value; the parser holds all of it in memory. An export of many answers is a file of one line each, of any length."""
_BLOCK_ROWS: Final = 20_000
_MARKS: Final = re.compile(rb'"(detailStatus|controllerId|reportedAt|totalTargets)"\s*:|/rest/v1/|/controller/v1/')
_PAGE: Final = re.compile(rb'"(content|total|status|body|response)"\s*:')
_REASONS: Final = {
    "form": Text("不是 hawkBit 的已知应答形式", "no known form of a hawkBit answer"),
    "total": Text("分页没有总数：导出是否完整不明", "the page has no total: nothing tells whether the export is whole"),
}
_NOTES: Final = {
    "quiet": Text("状态行不表示车上发生的执行", "status lines that tell of no execution in the car"),
    "rollout": Text("发布概况，不作为记录", "rollout summaries, not taken as records"),
}


def _is_hawkbit(head: bytes) -> bool:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start not in {b"{", b"["}:
        return False
    feedback = b'"execution"' in head and b'"finished"' in head and b'"status"' in head
    return feedback or bool(_MARKS.search(head) and _PAGE.search(head))


@reader(".json", ".jsonl", ".ndjson", title_zh="hawkBit 导出", title_en="hawkBit export", sniff=_is_hawkbit)
def hawkbit(file: Source) -> Iterator[LedgerCell | Skipped | Noted]:
    """Read saved answers of the management interface (targets, actions, status of an action) and feedback of devices.

    A file is one answer, a list of answers, or one answer a line; each may stand bare or as `{"path": ..., "body": ...}` with the address
    it was asked from. Actions become execution records, targets become target vehicles, status lines and feedback become events.
    The controller id is the VIN, the name of the rollout is the activity. Pages of one resource are counted together: an export that
    holds fewer entries than the server has is told as damage.

    Args:
        file: The export.

    Raises:
        EvidenceError: A single value is longer than MAX_BYTE.
        DamagedEvidence: Not JSON, a key given twice, or nested too deeply.

    References:
        hawkBit Management API `/rest/v1` (targets, rollouts, actions) and DDI API `/controller/v1`, as documented for 0.3 to 0.9.
    """
    export = Export()
    block: list[tuple[int, Row]] = []
    noted: dict[str, int] = {}
    number = 0
    for where, value in _values(file):
        if isinstance(value, Skipped):
            yield value
            continue
        lost: dict[str, int] = {}
        for found in _answers(export, value, file.name):
            if isinstance(found, Row):
                number += 1
                block.append((number, found))
            else:
                tally = lost if found.lost else noted
                tally[found.why] = tally.get(found.why, 0) + 1
            if len(block) == _BLOCK_ROWS:
                yield _cells(block)
                block = []
        yield from (Skipped(_REASONS[why], where, count) for why, count in sorted(lost.items()))
    if block:
        yield _cells(block)
    for resource, held, total in export.missing():
        reason = Text("分页导出不完整：条数少于服务器所报总数", "the export is cut: it holds fewer entries than the server says it has")
        yield Skipped(reason, f"{resource or file.name}: {held}/{total}", total - held)
    yield from (Noted(_NOTES[why], count) for why, count in sorted(noted.items()))


def _answers(export: Export, value: Any, name: str) -> Iterator[Row | Told]:
    """Yield the rows of a bare or wrapped answer, or of a list of them."""
    for one in value if isinstance(value, list) else [value]:
        address, received = name, None
        if isinstance(one, Mapping):
            wrapped = next((one[k] for k in ("body", "response") if isinstance(one.get(k), dict | list)), None)
            address = next((a for k in ("path", "url", "uri") if isinstance(a := one.get(k), str)), name)
            if wrapped is not None:
                received = next((one[k] for k in ("received_at", "at", "timestamp") if one.get(k) is not None), None)
                for inner in wrapped if isinstance(wrapped, list) else [wrapped]:
                    yield from export.rows(inner, address, received)
                continue
        yield from export.rows(one, address, received)


def _values(file: Source) -> Iterator[tuple[str, Any]]:
    """Yield each JSON value with its place: the whole file, or line by line where the first line is whole by itself."""
    first = file.head.removeprefix(b"\xef\xbb\xbf").lstrip().partition(b"\n")[0]
    if parsed_json(first) is not None and not first.startswith(b"["):
        yield from ((f"line {number}", value) for number, value in json_lines(file, MAX_BYTE))
        return
    with file.open() as stream:
        content = stream.read(MAX_BYTE + 1)
    if len(content) > MAX_BYTE:
        hint = Text("改为每行一个应答（JSON Lines）", "save one answer per line (JSON Lines)")
        raise EvidenceError(Text("JSON 过大", "the JSON is too large"), f"{file.name}: > {MAX_BYTE} B", hint)
    value = parsed_json(content.removeprefix(b"\xef\xbb\xbf"))
    if value is None:
        hint = Text("重新导出该文件", "export the file again")
        raise DamagedEvidence(
            Text("不是合法的 JSON，或键重复、嵌套过深", "not valid JSON, a key given twice, or nested too deeply"), file.name, hint
        )
    yield file.name, value[0]


def _cells(block: list[tuple[int, Row]]) -> LedgerCell:
    flat = [(row.kind, number, name, " ".join(value.split())) for number, row in block for name, value in row.fields.items()]
    sheet, row_no, heading, value = zip(*flat, strict=True)
    return LedgerCell.of({"sheet": sheet, "row_no": row_no, "heading": heading, "value": value, "shape": ["text"] * len(flat)})
