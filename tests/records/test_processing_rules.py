"""Versions of the rules of a function."""

from datetime import datetime

import pytest

from zhunru.core.record import CHINA, Origin
from zhunru.records.pi_function import PiFunction
from zhunru.records.processing_rules import by_function, changes_of, needs_consent, processes_personal, rule_at


def rule(**cells: object) -> PiFunction:
    return PiFunction.model_validate({"id": "F-1", "purpose": "导航", "method": "云端", "data_items": "位置;速度"} | cells)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


ONE, TWO = rule(version="1", since="2026-01-01 12:00"), rule(version="2", since="2026-02-01 12:00")


@pytest.mark.parametrize(
    ("versions", "when", "found"),
    [
        ([ONE, TWO], "2026-01-01 11:59", None),
        ([ONE, TWO], "2026-01-01 12:00", "1"),
        ([TWO, ONE], "2026-02-01 11:59", "1"),
        ([TWO, ONE], "2026-02-01 12:00", "2"),
        ([rule(version="1")], "2026-02-01 12:00", "1"),
        ([rule(version="1", origin=Origin(problems=("规则启用时间: 去年",)))], "2026-02-01 12:00", None),
        ([rule(version="1"), TWO], "2026-03-01 12:00", None),
        ([ONE, TWO, rule(version="3", since="2026-02-01 12:00")], "2026-03-01 12:00", None),
        ([ONE, rule(version="2", since="2026-02-01")], "2026-02-01 12:00", None),
        ([ONE, rule(version="2", since="2026-02-01")], "2026-02-02 12:00", "2"),
        ([], "2026-02-02 12:00", None),
    ],
)
def test_version_in_use(versions: list[PiFunction], when: str, found: str | None) -> None:
    used = rule_at(versions, at(when))
    assert (used.version if used else None) == found


@pytest.mark.parametrize(
    ("personal", "sensitive", "exception", "is_personal", "needs"),
    [
        ("是", "", "无", True, True),
        ("", "是", "无", True, True),
        ("否", "是", "无", True, True),
        ("否", "", "无", False, False),
        ("", "", "无", None, None),
        ("是", "", "", True, None),
        ("是", "", "紧急情况", True, False),
        ("", "", "法定", None, False),
    ],
)
def test_need_of_consent(personal: str, sensitive: str, exception: str, is_personal: bool | None, needs: bool | None) -> None:
    function = rule(personal=personal, sensitive=sensitive, exception=exception)
    assert processes_personal(function) is is_personal
    assert needs_consent(function) is needs


def test_changes() -> None:
    (same_words, purpose, silent) = (
        rule(version="2", since="2026-02-01 12:00", data_items="速度;位置", purpose=" 导航"),
        rule(version="3", since="2026-03-01 12:00", purpose="广告"),
        rule(version="4", since="2026-04-01 12:00", purpose="广告", method=""),
    )
    found = changes_of([silent, purpose, ONE, same_words, rule(version="x")])
    assert [(c.rule.version, c.differs) for c in found] == [("3", ("purpose",)), ("4", ())]
    assert changes_of([ONE]) == []
    assert changes_of([ONE, rule(version="2", since="2026-02-01 12:00", data_items="位置", method="车内")])[0].differs == (
        "method",
        "data_items",
    )


def test_numbers_are_compared_in_one_form() -> None:
    assert {k: len(v) for k, v in by_function([rule(), rule(id="f－1"), rule(id="F-2")]).items()} == {"f-1": 2, "f-2": 1}
