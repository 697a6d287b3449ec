"""Vehicle tests of the update: cases of GB 44496 clause 6, logs of display and vehicle, and the bus log of one run."""

from collections.abc import Iterator, Mapping
from datetime import UTC
from typing import Any

from zhunru.core.record import Record
from zhunru.range.release.story import LAB, Story, made
from zhunru.records.signal_mapping import SignalMapping
from zhunru.records.update_case import UpdateCase
from zhunru.records.update_event import UpdateEvent
from zhunru.records.update_precondition import UpdatePrecondition
from zhunru.wire.package_rules import FORGERIES

AHEAD = 45
"""Days between the tests and the release."""
STAGES = {"擦除": 10, "写入": 100, "激活": 300}
"""Stage -> second at which it begins."""
END_S = 400
_CONDITIONS = (
    ("C1", "speed", "<=", "0", "km/h", "both", None), ("C2", "gear", "=", "P", None, "both", None), ("C3", "park_brake", "=", "是", None, "both", None),
    ("C4", "state_of_charge", ">=", "30", "%", "start", "update; restore"),
)  # fmt: skip
_Line = tuple[float, str, Mapping[str, Any]]
DBC = """VERSION "1.0"

NS_ :

BS_:

BU_: VCU OTA

BO_ 512 OTA_State: 8 VCU
 SG_ UpdateActive : 0|1@1+ (1,0) [0|1] "" OTA
 SG_ ParkBrake : 1|1@1+ (1,0) [0|1] "" OTA
 SG_ DriveReady : 2|1@1+ (1,0) [0|1] "" OTA
 SG_ Gear : 4|2@1+ (1,0) [0|3] "" OTA
 SG_ VehicleSpeed : 8|16@1+ (0.01,0) [0|300] "km/h" OTA
 SG_ StateOfCharge : 24|8@1+ (0.5,0) [0|100] "%" OTA

VAL_ 512 Gear 0 "P" 1 "R" 2 "N" 3 "D" ;
"""


def records(story: Story) -> Iterator[Record]:
    """Yield conditions, cases, events and the mapping of the bus."""
    for key, quantity, operator, value, unit, scope, energy in _CONDITIONS:
        yield made(
            UpdatePrecondition, campaign=story.campaign, id=key, quantity=quantity, operator=operator, value=value, unit=unit, scope=scope, energy=energy
        )  # fmt: skip
    yield from _cases(story)
    yield from _log(story, "T-OK", 0, _good(story), True)
    yield from _log(story, "T-F", 3600, ((200, "failure", {"text": "校验失败"}), (250, "restore", {}), *_read(260, story.old)), False)
    for number, (stage, begin) in enumerate(STAGES.items(), 2):
        lost = ((begin + 5, "power_loss", {}), (begin + 35, "power_return", {}), (begin + 40, "failure", {"text": "断电"}),
                (begin + 60, "restore", {}), *_read(begin + 70, story.old))  # fmt: skip
        yield from _log(story, f"T-P{stage}", 3600 * number, lost, False, begin)
    for meaning, signal, values in (
        ("update_active", "UpdateActive", "1"), ("park_brake", "ParkBrake", "1"), ("drive_ready", "DriveReady", "1"), ("gear", "Gear", None),
        ("speed", "VehicleSpeed", None), ("state_of_charge", "StateOfCharge", None),
    ):  # fmt: skip
        yield made(SignalMapping, meaning=meaning, message="OTA_State", signal=signal, values=values, sensing="state" if values else None)


def evidence(story: Story) -> dict[str, bytes]:
    """Return the bus log of the run T-OK, two frames per second, and its database."""
    begin = story.at(AHEAD).timestamp()
    lines = []
    for tick in range(-120, (END_S + 60) * 2):
        active = 0 <= tick < END_S * 2
        payload = bytes([active | 1 << 1, 0, 0, 160, 0, 0, 0, 0])
        lines.append(f"({begin + tick / 2:.6f}) can0 200#{payload.hex().upper()}\n")
    return {"evidence/ota/t-ok.log": "".join(lines).encode(), "evidence/ota/ota.dbc": DBC.encode()}


def _cases(story: Story) -> Iterator[Record]:
    yield from _forgeries(story)
    runs: list[tuple[str, str, str | None, bool, float | None, str]] = [
        ("6.3", "T-OK", None, True, None, "升级前后均可读出且按登记变更"),
        ("6.4", "V-2", "改写识别码", False, None, "改写被拒，值不变"), ("6.5", "T-OK", None, True, None, "五项内容均显示"),
        ("6.6", "T-OK", "确认", True, None, "执行"), ("6.6", "T-N", "拒绝", False, None, "未执行"),
        ("6.7", "M-0", None, True, None, "执行"), *(("6.7", f"M-{c[0]}", c[0], False, None, "未执行") for c in _CONDITIONS),
        ("6.8", "E-1", None, True, 80.0, "执行"), ("6.8", "E-2", "C4", False, 20.0, "未执行"), ("6.9", "T-OK", story.functions[0].ecu, True, 80.0, "措施生效"),
        ("6.10", "T-OK", None, True, None, "不能行驶，功能不可用"), ("6.11", "T-OK", None, True, None, "车内可解锁"),
        ("6.12", "T-OK", None, True, None, "成功告知"), ("6.12", "T-F", None, True, None, "失败告知"), ("6.13", "T-F", "校验失败", True, None, "恢复原版本"),
        *(("6.13", f"T-P{s}", f"断电：{s}", True, None, "恢复原版本") for s in STAGES),
    ]  # fmt: skip
    for number, (case, run, stimulus, executed, soc, seen) in enumerate(runs):
        yield made(
            UpdateCase, case=case, run=run, campaign=story.campaign, vin=story.test_car, stimulus=stimulus, over_the_air=True, executed=executed,
            old_version_runs=True if case == "6.13" else None, start=story.at(AHEAD, number * 60, 9), end=story.at(AHEAD, number * 60 + 30, 9),
            observed=seen, soc_pct=soc, evidence="evidence/ota/t-ok.log", laboratory=LAB, person="冯工",
        )  # fmt: skip


def _forgeries(story: Story) -> Iterator[Record]:
    """Yield the genuine package and every kind of forged one, over the air and offline."""
    for way in (True, False):
        for number, kind in enumerate((None, *FORGERIES)):
            yield made(
                UpdateCase, case="6.2", run=f"V-{'air' if way else 'port'}-{number}", campaign=story.campaign, vin=story.test_car, stimulus=kind,
                over_the_air=way, executed=kind is None, rejected_at="verify" if kind else None, old_version_runs=kind is not None,
                start=story.at(AHEAD, number * 60, 14), end=story.at(AHEAD, number * 60 + 30, 14), observed="拒绝" if kind else "接受",
                evidence="evidence/ota/t-ok.log", laboratory=LAB, person="冯工",
            )  # fmt: skip


def _notices(story: Story) -> tuple[tuple[str, str], ...]:
    """Return the five contents of 5.2.1 as the display shows them."""
    return (
        ("purpose", f"{story.purpose}；不涉及召回"), ("changes", story.content), ("duration", "约7分钟"), ("unavailable", "影音"),
        ("instructions", "停车、挂P挡、拉起驻车制动，期间不要操作车辆"),
    )  # fmt: skip


def _good(story: Story) -> tuple[_Line, ...]:
    lines: list[_Line] = [(5, "measure_active", {"subject": "转向锁止", "value": "是"})]
    for begin in STAGES.values():
        lines += [
            (begin + 2, "unlock_attempt", {"subject": "左前门"}), (begin + 3, "unlocked", {"subject": "左前门"}),
            (begin + 5, "drive_attempt", {}), (begin + 6, "drive_refused", {}),
            (begin + 8, "function_attempt", {"subject": "影音"}), (begin + 9, "function_refused", {"subject": "影音"}),
        ]  # fmt: skip
    return (*lines, (END_S, "end", {"value": "成功"}), *_read(END_S + 30, story.new))


def _read(second: float, versions: Mapping[str, str]) -> tuple[_Line, ...]:
    return tuple((second + n, "readout", {"subject": ecu, "value": version}) for n, (ecu, version) in enumerate(versions.items()))


def _log(story: Story, run: str, start_s: float, lines: tuple[_Line, ...], good: bool, until: float = END_S) -> Iterator[Record]:
    """Yield one whole log: read-outs, notices, confirmation, start, stages, what happened, and the result told."""
    told: list[_Line] = [*_read(-60, story.old)]
    for number, (topic, text) in enumerate(_notices(story)):
        told.append((-40 + number, "notice", {"topic": topic, "text": text, "duration_s": 420 if topic == "duration" else None}))
    told += [(-20, "confirm", {"value": "立即升级"}), (0, "start", {})]
    told += [(begin, "stage", {"stage": stage}) for stage, begin in STAGES.items() if begin <= until]
    last = max(second for second, _, _ in (*lines, *told))
    if good:
        result: list[_Line] = [(END_S + 10, "result", {"topic": "success; changes", "text": f"升级成功：{story.content}"}),
                               (END_S + 20, "manual_updated", {"value": "V3.1"})]  # fmt: skip
    else:
        result = [(last + 10, "result", {"topic": "failure; advice", "text": "升级失败，已恢复原版本；请联系服务站"})]
    for second, kind, fields in (*told, *lines, *result):
        at = story.at(AHEAD, start_s + second).astimezone(UTC)
        yield made(UpdateEvent, campaign=story.campaign, vin=story.test_car, at=at, event=kind, run=run, channel="HMI", **fields)
