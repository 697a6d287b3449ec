"""result.json: the canonical bytes of a result, and the way back."""

import json
import math
from typing import Any

from pydantic import ValidationError

from zhunru.core.errors import ReportError
from zhunru.core.result import SCHEMA_VERSION, Result
from zhunru.core.text import Text


def render(result: Result) -> bytes:
    """Return canonical JSON: keys sorted, UTF-8, one space of indent, final newline.

    A number that JSON cannot hold (NaN, Infinity) is written as that word in a string.
    """
    plain = finite(result.model_dump(mode="json"))
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False)
    # A lone surrogate (a file name that is no UTF-8) has no bytes; its backslash form is also its JSON escape.
    return (text + "\n").encode("utf-8", "backslashreplace")


def parse(data: bytes) -> Result:
    """Return the result that `data` holds.

    Raises:
        ReportError: Not JSON, not a result, or of another schema version.
    """
    try:
        plain = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ReportError(Text("不是有效的 JSON", "not valid JSON"), str(error)[:200]) from error
    found = plain.get("schema_version") if isinstance(plain, dict) else None
    if found != SCHEMA_VERSION:
        raise ReportError(
            Text("结果文件的模式版本不同", "the result file has another schema version"),
            f"schema_version={str(found)[:40]}, expected {SCHEMA_VERSION}",
            Text("用同一版本的 zhunru 重新评估", "assess again with the same version of zhunru"),
        )
    try:
        return Result.model_validate(plain)
    except ValidationError as error:
        first = error.errors()[0]
        raise ReportError(
            Text("结果文件不符合模式", "the result file does not follow its schema"), ".".join(map(str, first["loc"])) + ": " + first["msg"]
        ) from error


def finite(value: Any) -> Any:
    """Return `value` with numbers that JSON cannot hold written as words."""
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, dict):
        return {key: finite(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [finite(each) for each in value]
    return value
