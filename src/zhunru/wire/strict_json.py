"""JSON of signed metadata, read so that two parsers cannot differ about it: RFC 8259 without its loose ends.

Refused: invalid UTF-8, a byte order mark, the same key twice in an object, NaN and Infinity, fractions and exponents (signed metadata has none),
integers beyond 2^53-1 (RFC 7493 2.2), lone surrogates, nesting or size over a limit. Two tiers give the same answer: a fast one whose
result is proved complete by counting, and an exact one that also says where the fault is.
"""

import gc
import json
import re
from collections.abc import Callable
from itertools import chain
from typing import Any, NoReturn

import orjson

from zhunru.core.errors import EvidenceError
from zhunru.core.text import Text

MAX_BYTE = 16 << 20
MAX_DEPTH = 64
MAX_INTEGER = 2**53 - 1
"""The greatest integer that every JSON reader holds exactly, RFC 7493 2.2."""
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)
_HINT = Text("由签发方重新生成该文件", "have the file made again by its signer")
_SHOWN = 60
_LARGE_BYTE = 1 << 18
"""From here on the set-up of the quicker ways pays."""


class MalformedJson(EvidenceError):  # noqa: N818 - what the bytes are
    """The bytes are no JSON that signed metadata may use; `where` gives the byte offset or key."""


def loads(raw: bytes, *, max_byte: int = MAX_BYTE, max_depth: int = MAX_DEPTH) -> Any:
    """Return the value of a JSON text.

    Args:
        raw: The whole text, UTF-8.
        max_byte: Longest text that is looked at.
        max_depth: Deepest nesting of objects and lists; a plain value has depth 0.

    Returns:
        Objects as dicts in the order of the text, lists, strings, integers, booleans, None.

    Raises:
        MalformedJson: It is refused for one of the reasons of the module.

    References:
        RFC 8259; RFC 7493 (I-JSON).
    """
    if len(raw) > max_byte:
        _refuse(Text("JSON 超过长度上限", "the JSON is longer than its limit"), f"{len(raw)} > {max_byte} B")
    if b"\\" not in raw:
        value, sure = _fast(raw, max_depth)
        if sure:
            return value
    return exact(raw, max_byte=max_byte, max_depth=max_depth)


def is_plain(value: Any, max_depth: int = MAX_DEPTH) -> bool:
    """Tell whether a value holds only what signed metadata may hold, nested no deeper than `max_depth`; level by level, without recursion."""
    level: list[Any] = [value]
    for depth in range(max_depth + 1):
        kinds = set(map(type, level))
        if not kinds <= _PLAIN:
            return False
        if dict not in kinds and list not in kinds:
            return True
        if depth == max_depth:
            return False
        dicts = level if kinds == {dict} else [v for v in level if type(v) is dict]
        lists = [v for v in level if type(v) is list] if list in kinds else []
        level = list(chain(chain.from_iterable(map(dict.values, dicts)), chain.from_iterable(lists)))
    return False


_PLAIN = {dict, list, str, int, bool, type(None)}


def with_canonical(raw: bytes, part: str, plain: Callable[[Any], bool]) -> tuple[Any, bytes] | None:
    """Return the value of a JSON object and the sorted dump of its member `part`, by the fast tier alone.

    Args:
        raw: The whole text.
        part: Name of the member; its sorted dump is its canonical form, because nothing in it needed an escape.
        plain: Tells whether a value is what `is_plain` would take, for callers that can prove it with less work.

    Returns:
        None when the fast tier is not sure: ask `loads`, which refuses what is to be refused.
    """
    if len(raw) > MAX_BYTE or b"\\" in raw:
        return None
    try:
        value = _parsed(raw)
        if type(value) is not dict or part not in value:
            return None
        dump = orjson.dumps(value[part], option=orjson.OPT_STRICT_INTEGER | orjson.OPT_SORT_KEYS)
        rest = orjson.dumps({k: v for k, v in value.items() if k != part}, option=orjson.OPT_STRICT_INTEGER)
    except (ValueError, TypeError):
        return None
    # the name of the part itself stands in neither dump
    whole = _quotes(dump) + _quotes(rest) + 2 == _quotes(raw) and b"\\" not in dump and b"\\" not in rest
    return (value, dump) if whole and plain(value) else None


def _fast(raw: bytes, max_depth: int) -> tuple[Any, bool]:
    """Return a value and whether it is sure to be what `exact` gives; `raw` holds no backslash.

    Without escapes every quotation mark delimits a string. The parser keeps the last of two equal keys, so a text that had one has more
    quotation marks than its value written again.
    """
    try:
        value = _parsed(raw)
        again = orjson.dumps(value, option=orjson.OPT_STRICT_INTEGER)
    except (ValueError, TypeError):
        return None, False
    return value, b"\\" not in again and _quotes(again) == _quotes(raw) and is_plain(value, max_depth)


def _parsed(raw: bytes) -> Any:
    """Return the value by the fast parser. The collector rests: among objects that are all still being built it finds nothing."""
    paused = len(raw) > _LARGE_BYTE and gc.isenabled()
    if paused:
        gc.disable()
    try:
        return orjson.loads(raw)
    finally:
        if paused:
            gc.enable()


def _quotes(raw: bytes) -> int:
    """Return the number of quotation marks."""
    if len(raw) < _LARGE_BYTE:
        return raw.count(b'"')
    import numpy as np

    return int(np.count_nonzero(np.frombuffer(raw, np.uint8) == ord('"')))


def exact(raw: bytes, *, max_byte: int = MAX_BYTE, max_depth: int = MAX_DEPTH) -> Any:
    """Return the value of a JSON text by the slow tier; arguments and errors as those of `loads`."""
    if len(raw) > max_byte:
        _refuse(Text("JSON 超过长度上限", "the JSON is longer than its limit"), f"{len(raw)} > {max_byte} B")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        _refuse(Text("不是有效的 UTF-8", "it is no valid UTF-8"), f"byte {error.start}")
    if text.startswith("\ufeff"):
        _refuse(Text("文件以字节顺序标记开头", "the text begins with a byte order mark"), "byte 0")
    _nesting(raw, max_depth)
    try:
        value = json.loads(text, object_pairs_hook=_object, parse_float=_fraction, parse_constant=_constant, parse_int=_integer)
    except json.JSONDecodeError as error:
        _refuse(Text("不是有效的 JSON", "it is no valid JSON"), f"character {error.pos}: {error.msg}")
    if "\\u" in text and not _encodable(value):
        _refuse(Text("字符串含孤立代理项", "a string holds a lone surrogate"), "")
    return value


def _nesting(raw: bytes, max_depth: int) -> None:
    depth = 0
    for token in _TOKEN.finditer(raw):
        mark = token[0]
        if mark in b"[{":
            depth += 1
            if depth > max_depth:
                _refuse(Text("JSON 嵌套过深", "the JSON is nested too deep"), f"byte {token.start()}: more than {max_depth} levels")
        elif mark in b"]}":
            depth -= 1


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = next(k for k, _ in pairs if k in seen or seen.add(k))  # type: ignore[func-returns-value]
        _refuse(Text("同一对象中键重复", "a key stands twice in one object"), ascii(twice[:_SHOWN]))
    return found


def _fraction(text: str) -> NoReturn:
    _refuse(Text("元数据中不允许小数", "metadata holds no fractions or exponents"), text[:_SHOWN])


def _constant(text: str) -> NoReturn:
    _refuse(Text("NaN 与 Infinity 不是 JSON", "NaN and Infinity are no JSON"), text)


def _integer(text: str) -> int:
    # the length first: a number of a million digits takes minutes to convert
    if len(text) > len(str(MAX_INTEGER)) + 1 or abs(int(text)) > MAX_INTEGER:
        _refuse(Text("整数超出 2^53-1", "an integer is beyond 2^53-1"), text[:_SHOWN])
    return int(text)


def _encodable(value: Any) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _refuse(what: Text, where: str) -> NoReturn:
    raise MalformedJson(what, where, _HINT)
