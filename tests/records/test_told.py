"""What a cell tells."""

import pytest

from zhunru.core.record import Origin
from zhunru.records.data_event import DataEvent
from zhunru.records.told import certainly_blank, told, unread


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("第3节", "yes"), ("TLS 1.3", "yes"), ("无线", "yes"), ("无", "none"), (" 没有。", "none"), ("None", "none"), ("Not found", "none"), ("未加密", "none"),
        ("", "open"), (None, "open"), ("待定", "open"), ("TBD", "open"), ("??", "open"),
        ("×", "none"), ("✗", "none"), ("暂无", "none"), ("（无）", "none"), ("无/", "none"), ("明文", "none"), ("false", "none"),
        ("不适用", "open"), ("NA", "open"), ("N", "open"), ("#N/A", "open"), ("0", "open"), ("略", "open"), ("【待补充】", "open"), ("待完善", "open"),
        ("\\", "open"), ("***", "open"), ("___", "open"), ("、", "open"), ("未", "open"),
        ("√", "yes"), ("未成年人保护一节", "yes"), ("待机界面", "yes"), ("第0节", "yes"), ("（附件2）", "yes"),
    ],
)  # fmt: skip
def test_told(text: str | None, says: str) -> None:
    assert told(text) == says


def event(**cells: object) -> DataEvent:
    return DataEvent.model_validate({"function": "F-1"} | cells)


def test_certainly_blank() -> None:
    assert certainly_blank(event(), "at")
    assert not certainly_blank(event(at="2026-01-01 10:00"), "at")
    assert not certainly_blank(event(origin=Origin(problems=("处理时间: soon",))), "at")
    assert certainly_blank(event(origin=Origin(problems=("处理时间: soon",))), "event")
    assert not certainly_blank(event(origin=Origin(extra=(("时刻", "10:00"),))), "at")
    assert unread(event(origin=Origin(problems=("处理时间: a: b", "没有这一列: x")))) == {"at"}
