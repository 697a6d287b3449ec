r"""Canonical JSON as TUF and Uptane sign it: keys in order of their code points, no spaces, only `"` and `\` escaped, no fractions.

Source: OLPC canonical JSON (wiki.laptop.org/go/Canonical_JSON), named by TUF 1.0 4.2.1. A line break stands raw inside a string, which is
no JSON any more: so the sorted dump of a JSON writer is equal only where it needed no escape.
"""

from typing import Any

import orjson

from zhunru.core.errors import EvidenceError
from zhunru.core.text import Text
from zhunru.wire.strict_json import is_plain


class NotCanonical(EvidenceError):  # noqa: N818 - what the value is
    """The value has no canonical form: a fraction, a key that is no string, another type, or too deep."""


def encode(value: Any, *, plain: bool = False) -> bytes:
    """Return the canonical bytes of a value.

    Args:
        value: Dicts with string keys, lists, strings, integers, booleans, None.
        plain: The value comes from `strict_json.loads`: its types need not be looked at again.

    Raises:
        NotCanonical: The value has no canonical form.

    References:
        TUF 1.0.33, 4.2.1.
    """
    if not plain and not is_plain(value):
        raise _refusal(type(value).__name__)
    try:
        dump = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except TypeError as error:  # integers beyond 64 bits, keys that are no strings, lone surrogates
        if "Integer" not in str(error):
            raise _refusal(str(error)) from error
        return exact(value)
    return exact(value) if b"\\" in dump else dump


def exact(value: Any) -> bytes:
    """Return the canonical bytes by the slow tier."""
    found: list[str] = []
    _write(value, found)
    try:
        return "".join(found).encode("utf-8")
    except UnicodeEncodeError as error:
        raise _refusal("lone surrogate") from error


def _write(value: Any, out: list[str]) -> None:
    if isinstance(value, str):
        out.append('"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"')
    elif value is True or value is False or value is None:
        out.append({True: "true", False: "false", None: "null"}[value])
    elif isinstance(value, int):
        out.append(str(value))
    elif isinstance(value, list):
        for i, item in enumerate(value):
            out.append("," if i else "[")
            _write(item, out)
        out.append("]" if value else "[]")
    elif isinstance(value, dict):
        if not all(isinstance(k, str) for k in value):
            raise _refusal("key")
        for i, key in enumerate(sorted(value)):
            out.append("," if i else "{")
            _write(key, out)
            out.append(":")
            _write(value[key], out)
        out.append("}" if value else "{}")
    else:
        raise _refusal(type(value).__name__)


def _refusal(where: str) -> NotCanonical:
    return NotCanonical(Text("该值没有规范 JSON 形式", "the value has no canonical JSON form"), where)
