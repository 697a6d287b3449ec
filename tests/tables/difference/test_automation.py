"""Whether a function is on, as its switches tell."""

from typing import Any

import pytest

from zhunru.records.feature_flag import FeatureFlag
from zhunru.records.vehicle_function import VehicleFunction
from zhunru.tables.difference.automation import perhaps_on, surely_on


@pytest.mark.parametrize(
    ("enabled", "value", "surely", "perhaps"),
    [
        (True, "1", True, True),
        (True, "0", False, True),
        (True, None, False, True),
        (None, "1", True, True),
        (None, "0", False, False),
        (None, None, False, None),
        (False, "1", False, True),
        (False, "0", False, False),
        (False, None, False, None),
    ],
)
def test_on_for_certain_and_perhaps(enabled: bool | None, value: str | None, surely: bool, perhaps: bool | None) -> None:
    fields: dict[str, Any] = {"baseline": "B", "id": "HWP", "flags": ("hwp=1",), "enabled": enabled}
    function = VehicleFunction.model_validate(fields)
    flags = {"hwp": FeatureFlag(baseline="B", id="hwp", value=value)}
    assert (surely_on(function, flags), perhaps_on(function, flags)) == (surely, perhaps)
    assert surely_on(function, {}) is False
