"""Channels of notices, and identifications read before and after."""

import pytest

from zhunru.checks.ota.identification_changes_with_update import identification_changes_with_update
from zhunru.checks.ota.notices_come_through_the_vehicle import notices_come_through_the_vehicle
from zhunru.core.finding import Folded, fold
from zhunru.records.software_unit import SoftwareUnit
from zhunru.records.update_campaign import UpdateCampaign
from zhunru.records.update_case import UpdateCase
from zhunru.records.update_run import event_log

Line = tuple[float, str, dict[str, object]]


def shown(notice: str | None, result: str | None, started: bool = True) -> Folded:
    lines: list[Line] = [(60, "start", {})] if started else []
    lines += [(0, "notice", {"channel": notice})] if notice is not None else []
    lines += [(910, "result", {"channel": result})] if result is not None else []
    return fold(notices_come_through_the_vehicle(event_log(*lines)))


@pytest.mark.parametrize(
    ("notice", "result", "verdict"),
    [
        ("HMI", "hmi", "PASS"), ("车机", "手机APP", "FAIL"), ("短信", "仪表", "FAIL"), ("短信", "手机", "INCONCLUSIVE"), ("车机", "", "INCONCLUSIVE"),
        ("车机", None, "INCONCLUSIVE"), (None, "车机", "INCONCLUSIVE"), ("车机", "其他", "INCONCLUSIVE"), ("车机", "车机和手机", "INCONCLUSIVE"),
    ],
)  # fmt: skip
def test_channel_of_each(notice: str | None, result: str | None, verdict: str) -> None:
    assert shown(notice, result).verdict == verdict


def test_one_of_several_through_the_vehicle_is_enough() -> None:
    lines: list[Line] = [
        (0, "notice", {"channel": "短信"}),
        (1, "notice", {"channel": "车机"}),
        (60, "start", {}),
        (99, "result", {"channel": "车机"}),
    ]
    assert fold(notices_come_through_the_vehicle(event_log(*lines))).verdict == "PASS"
    lines[1] = (1, "notice", {"channel": "?"})
    assert fold(notices_come_through_the_vehicle(event_log(*lines))).verdict == "INCONCLUSIVE"
    assert shown("车机", "车机", started=False).totals == {"breach": 0, "gap": 1, "ok": 0}


UNITS = [SoftwareUnit.model_validate({"baseline": "b2", "ecu": "EPS", "version": "2.0", "swin": "S-2"})]
ACTIVITY = [UpdateCampaign.model_validate({"id": "u-1", "baseline_after": "B2"})]


def reads(at: float, **values: str) -> list[Line]:
    return [(at, "readout", {"subject": n, "value": v}) for n, v in values.items()]


def changed(
    *lines: Line,
    case: dict[str, object] | None = None,
    units: list[SoftwareUnit] | None = None,
    campaigns: list[UpdateCampaign] | None = None,
) -> Folded:
    plain = {"case": "6.3", "run": "r3", "campaign": "U-1", "executed": "是"}
    log = event_log((0, "start", {}), (900, "end", {}), *lines, run="R3")
    rows = [UpdateCase.model_validate(plain | (case or {}))]
    return fold(
        identification_changes_with_update(rows, log, ACTIVITY if campaigns is None else campaigns, UNITS if units is None else units)
    )


@pytest.mark.parametrize(
    ("lines", "verdict"),
    [
        ([*reads(-9, EPS="1.0"), *reads(950, EPS="2.0")], "PASS"), ([*reads(-9, EPS="1.0"), *reads(950, EPS="1.0")], "FAIL"),
        ([*reads(-9, EPS="1.0"), *reads(950, EPS="3.0")], "FAIL"), ([*reads(-9, EPS="1.0"), *reads(900, EPS="2.0")], "INCONCLUSIVE"),
        ([*reads(0, EPS="1.0"), *reads(950, EPS="2.0")], "INCONCLUSIVE"), (reads(-9, EPS="1.0"), "INCONCLUSIVE"), (reads(950, EPS="2.0"), "INCONCLUSIVE"),
        ([*reads(-9, EPS="1.0"), *reads(950, EPS="2.0", ESP="6.0")], "INCONCLUSIVE"),
        ([*reads(-9, EPS="1.0", ESP="5.0"), *reads(950, EPS="2.0", ESP="5.0")], "INCONCLUSIVE"),
        ([*reads(-9, SWIN="S-1"), *reads(950, SWIN="S-2")], "PASS"), ([*reads(-9, SWIN="S-1"), *reads(950, SWIN="S-3")], "FAIL"),
        ([*reads(-9, SWIN="S-1", EPS="1.0"), *reads(950, SWIN="S-1", EPS="2.0")], "FAIL"),
    ],
)  # fmt: skip
def test_read_before_and_after(lines: list[Line], verdict: str) -> None:
    assert changed(*lines).verdict == verdict


def test_runs_and_baselines_that_do_not_tell() -> None:
    good = [*reads(-9, EPS="1.0"), *reads(950, EPS="2.0")]
    assert changed(*good, case={"executed": "否"}).verdict == "INCONCLUSIVE"
    assert changed(*good, case={"executed": ""}).verdict == "INCONCLUSIVE"
    assert changed(*good, case={"run": "R9"}).verdict == "INCONCLUSIVE"
    assert changed(*good, case={"case": "6.4"}).verdict == "INCONCLUSIVE"
    assert changed(*good, case={"campaign": ""}).verdict == "PASS"
    assert changed(*good, units=[]).verdict == "INCONCLUSIVE"
    assert changed(*good, campaigns=[]).verdict == "INCONCLUSIVE"
    no_swin = [UNITS[0].model_copy(update={"swin": None})]
    assert changed(*reads(-9, SWIN="S-1"), *reads(950, SWIN="S-2"), units=no_swin).verdict == "INCONCLUSIVE"
    assert fold(identification_changes_with_update([], None, None, None)).totals["gap"] == 1
