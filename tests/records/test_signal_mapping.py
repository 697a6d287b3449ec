"""Mapping rows as people write them."""

import pytest
from pydantic import ValidationError

from zhunru.records.signal_mapping import SignalMapping


@pytest.mark.parametrize(
    ("cells", "field", "value"),
    [
        ({"meaning": "双手脱离"}, "meaning", "hands_off"),
        ({"meaning": "Hands Off"}, "meaning", "hands_off"),
        ({"meaning": "HOR"}, "meaning", "hands_off_warning"),
        ({"meaning": "脱手二级报警"}, "meaning", "hands_off_warning_upgraded"),
        ({"meaning": None}, "meaning", None),
        ({"operator": "≥"}, "operator", ">="),
        ({"operator": "不等于"}, "operator", "!="),
        ({"operator": ""}, "operator", None),
        ({"values": "1；2,3"}, "values", ("1", "2", "3")),
        ({"values": 1}, "values", ("1",)),
        ({"sensing": "电容"}, "sensing", "capacitive"),
        ({"sensing": "扭矩"}, "sensing", "torque"),
        ({"join": "且"}, "join", "all"),
        ({"pad_short_frames": "是"}, "pad_short_frames", True),
        ({"timeout_s": "0.5"}, "timeout_s", 0.5),
    ],
)
def test_cells(cells: dict[str, object], field: str, value: object) -> None:
    row = SignalMapping.model_validate({"message": "M", "signal": "S"} | cells)
    assert getattr(row, field) == value


@pytest.mark.parametrize("cells", [{"meaning": "something"}, {"operator": "~"}, {"sensing": "magic"}, {"join": "xor"}, {"hold_s": "soon"}])
def test_words_outside_the_lists_are_problems(cells: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        SignalMapping.model_validate({"message": "M", "signal": "S"} | cells)


def test_chinese_headings_come_first_and_are_unambiguous() -> None:
    seen: dict[str, str] = {}
    for name in SignalMapping.items():
        headings = SignalMapping.headings(name)
        assert any("\u4e00" <= c <= "\u9fff" for c in headings[0])
        for heading in headings:
            assert seen.setdefault(heading.lower(), name) == name, heading
