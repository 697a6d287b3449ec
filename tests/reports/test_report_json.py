import json

import pytest
from sample_result import sample, say

from zhunru.core.errors import ReportError
from zhunru.core.result import SeenFinding
from zhunru.reports import json as report_json


def test_bytes_are_canonical_and_come_back() -> None:
    data = report_json.render(sample())
    assert data.endswith(b"}\n")
    assert "星途".encode() in data
    plain = json.loads(data)
    assert list(plain) == sorted(plain)
    back = report_json.parse(data)
    assert back == sample()
    assert report_json.render(back) == data


def test_order_of_mappings_does_not_change_the_bytes() -> None:
    one = SeenFinding(kind="ok", text=say("一", "one"), facts={"a": 1, "b": 2})
    two = SeenFinding(kind="ok", text=say("一", "one"), facts={"b": 2, "a": 1})
    check = sample().checks[0]
    first, second = (report_json.render(sample(checks=(check.model_copy(update={"findings": (f,)}),))) for f in (one, two))
    assert first == second


def test_numbers_that_json_cannot_hold_are_words() -> None:
    finding = SeenFinding(kind="gap", text=say("一", "one"), measured=float("nan"), limit=float("-inf"))
    check = sample().checks[0].model_copy(update={"findings": (finding,)})
    data = report_json.render(sample(checks=(check,)))
    shown = json.loads(data, parse_constant=pytest.fail)["checks"][0]["findings"][0]
    assert (shown["measured"], shown["limit"]) == ("NaN", "-Infinity")


@pytest.mark.parametrize("data", [b"", b"[]", b"{", b'{"schema_version": "9"}', b'{"schema_version": "1.0"}', b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_result_is_refused(data: bytes) -> None:
    with pytest.raises(ReportError):
        report_json.parse(data)
