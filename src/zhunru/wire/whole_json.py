"""JSON documents of third parties (bills of materials, advisories): whole in memory, so bounded in size, depth and form.

Unlike the JSON of signed metadata (`strict_json`) they hold fractions. Refused: invalid UTF-8, one key twice in an object (two readers would
differ about it), NaN and Infinity, nesting or size over a limit.
"""

import json
import re
from typing import Any, NoReturn

from zhunru.core.errors import EvidenceError
from zhunru.core.text import Text

MAX_BYTE = 16 << 20
"""Longest text: its objects stay well below the 256 MB of a reader."""
MAX_DEPTH = 64
_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{}]', re.DOTALL)
_LONGEST_NUMBER = 400
_HINT = Text("由出具方重新生成该文件", "have the file made again by its author")


class UnreadableJson(EvidenceError):  # noqa: N818 - what the bytes are
    """The bytes are no JSON document that can be relied on; `where` gives the place."""


def document(raw: bytes) -> Any:
    """Return the value of a JSON text.

    Args:
        raw: The whole text, UTF-8, with or without a byte order mark.

    Raises:
        UnreadableJson: It is refused for one of the reasons of the module.

    References:
        RFC 8259.
    """
    if len(raw) > MAX_BYTE:
        _refuse(Text("JSON 超过长度上限", "the JSON is longer than its limit"), f"{len(raw)} > {MAX_BYTE} B")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        _refuse(Text("JSON 不是 UTF-8", "the JSON is not UTF-8"), f"byte {error.start}")
    depth = deepest = 0
    for token in _TOKEN.finditer(text):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(token[0], 0)
        deepest = max(deepest, depth)
        if deepest > MAX_DEPTH:
            _refuse(Text("JSON 嵌套过深", "the JSON is nested too deep"), f"character {token.start()}")
    try:
        return json.loads(text, object_pairs_hook=_unique, parse_constant=_constant, parse_int=_number, parse_float=_fraction)
    except (ValueError, RecursionError) as error:
        _refuse(Text("不是合法的 JSON", "not valid JSON"), str(error)[:200])


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = next(k for k, _ in pairs if k in seen or seen.add(k))  # type: ignore[func-returns-value]
        _refuse(Text("JSON 对象中同一键出现两次", "one key stands twice in an object of the JSON"), twice[:60])
    return found


def _constant(word: str) -> NoReturn:
    _refuse(Text("JSON 中有 NaN 或 Infinity", "NaN or Infinity in the JSON"), word)


def _number(text: str) -> int:
    if len(text) > _LONGEST_NUMBER:
        _refuse(Text("JSON 中的数过长", "a number of the JSON is too long"), text[:20])
    return int(text)


def _fraction(text: str) -> float:
    if len(text) > _LONGEST_NUMBER:
        _refuse(Text("JSON 中的数过长", "a number of the JSON is too long"), text[:20])
    return float(text)


def _refuse(what: Text, where: str) -> NoReturn:
    raise UnreadableJson(what, where, _HINT)
