"""Reviews of the manual: who, when, of what; the latest decides."""

from datetime import date
from typing import Any

import pytest

from zhunru.checks.ota.manual_states_update_capability import _review, manual_states_update_capability
from zhunru.core.finding import fold
from zhunru.core.verdict import Verdict

DAY = date(2026, 10, 2)


@pytest.mark.parametrize(
    ("rows", "verdict"),
    [
        ([{}], Verdict.PASS),
        ([{"clause": "gb-44496-2024/4.1.1"}], Verdict.INCONCLUSIVE),
        ([{"day": "2026-10-02"}], Verdict.PASS),
        ([{"day": "2026-10-03"}], Verdict.INCONCLUSIVE),
        ([{"verdict": ""}], Verdict.INCONCLUSIVE),
        ([{"evidence": ""}], Verdict.INCONCLUSIVE),
        ([{"day": ""}], Verdict.INCONCLUSIVE),
        ([{"verdict": "待定"}], Verdict.INCONCLUSIVE),
        ([{}, {"verdict": "FAIL"}], Verdict.FAIL),  # one day, two judgements
        ([{}, {"verdict": "FAIL", "day": "2026-09-30"}], Verdict.PASS),
        ([{}, {"verdict": "FAIL", "day": "2026-10-02"}], Verdict.FAIL),
        ([{}, {"verdict": "FAIL", "day": "2026-10-02", "person": ""}], Verdict.INCONCLUSIVE),
    ],
)
def test_reviews(rows: list[dict[str, Any]], verdict: Verdict) -> None:
    assert fold(manual_states_update_capability([_review(**r) for r in rows], DAY)).verdict is verdict
