"""gate.json: the canonical bytes of a decision, and the way back."""

import json

from pydantic import ValidationError

from zhunru.core.decision import DECISION_FORM, Decision
from zhunru.core.errors import ReportError
from zhunru.core.text import Text
from zhunru.reports.json import finite


def render(decision: Decision) -> bytes:
    """Return canonical JSON: keys sorted, UTF-8, one space of indent, final newline."""
    text = json.dumps(finite(decision.model_dump(mode="json")), ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False)
    return (text + "\n").encode("utf-8", "backslashreplace")


def parse(data: bytes) -> Decision:
    """Return the decision that `data` holds; raise ReportError when it is none."""
    try:
        found = Decision.model_validate_json(data)
    except ValidationError as error:
        raise ReportError(Text("不是关口的决定", "this is no decision of a gate"), str(error.errors()[0]["msg"])[:200]) from error
    if found.form != DECISION_FORM:
        raise ReportError(Text("决定的格式版本不同", "the decision has another form"), found.form[:40])
    return found
