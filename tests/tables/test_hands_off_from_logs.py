"""What a log hides is never a pass: the whole way from frames to verdicts, a good log always beside the odd one."""

from typing import Any

import polars as pl
import pytest

from zhunru.checks.assist.escalates_hands_off_warning import escalates_hands_off_warning
from zhunru.checks.assist.mitigates_after_hands_off import mitigates_after_hands_off
from zhunru.checks.assist.warns_after_hands_off import warns_after_hands_off
from zhunru.core.finding import Finding, fold
from zhunru.core.verdict import Verdict
from zhunru.engine.source import BytesSource
from zhunru.readers.candump import candump
from zhunru.readers.dbc import dbc
from zhunru.records.signal_mapping import SignalMapping
from zhunru.tables.can_frame import CanFrame
from zhunru.tables.driver_state import driver_state
from zhunru.tables.hands_off_span import HandsOffSpan, hands_off_spans

_DBC = """BO_ 256 M: 8 A
 SG_ Hands : 0|1@1+ (1,0) [0|1] "" B
 SG_ Active : 1|1@1+ (1,0) [0|1] "" B
 SG_ Speed : 16|16@1+ (0.01,0) [0|0] "km/h" B

BO_ 257 W: 8 A
 SG_ Warn : 0|2@1+ (1,0) [0|3] "" B
 SG_ Rmf : 2|1@1+ (1,0) [0|1] "" B

BO_ 258 Sound: 8 A
 SG_ Beep : 0|1@1+ (1,0) [0|1] "" B
"""
CHECKS = (warns_after_hands_off, escalates_hands_off_warning, mitigates_after_hands_off)
OFF_S = (20.0, 60.0)


def mapping(meaning: str, message: str, signal: str, values: str = "", **more: object) -> SignalMapping:
    return SignalMapping.model_validate({"meaning": meaning, "message": message, "signal": signal, "values": values} | more)


MAPPED = (
    mapping("hands_off", "M", "Hands", "0", sensing="capacitive"),
    mapping("system_active", "M", "Active", "1"),
    mapping("speed", "M", "Speed"),
    mapping("hands_off_warning", "W", "Warn", "1;2;3"),
    mapping("hands_off_warning_upgraded", "W", "Warn", "2;3"),
    mapping("risk_mitigation", "W", "Rmf", "1"),
)


def lines(*warnings: tuple[float, int], bus: str = "can0", ids: tuple[str, str] = ("100", "101"), short: bool = False) -> list[bytes]:
    """Seventy seconds at 10 Hz, hands off from 20 s to 60 s; `warnings` are (time, Warn | Rmf << 2) from that time on."""
    text = []
    for k in range(700):
        t = k / 10
        hands = not OFF_S[0] <= t < OFF_S[1]
        warn = [0, *(value for since, value in warnings if since <= t)][-1]
        motion = bytes([hands | 2, 0, *(8000).to_bytes(2, "little")])
        for ident, data in zip(ids, (motion, bytes([warn])), strict=True):
            text.append(b"(%d.%d00000) %s %s#%s\n" % (k // 10, k % 10, bus.encode(), ident.encode(), b"" if short else data.hex().encode()))
    return text


GOOD = lines((23.0, 1), (32.0, 3), (41.0, 7), (60.0, 0))
SILENT = lines()


def found(*mappings: SignalMapping, **logs: list[bytes]) -> HandsOffSpan:
    frames = []
    for name, text in logs.items():
        table = CanFrame.concat(i for i in candump(BytesSource(b"".join(text))) if isinstance(i, CanFrame))
        frames.append(table.frame.with_columns(pl.lit(name).alias("source")))
    definitions = next(iter(dbc(BytesSource(_DBC.encode()))))
    spans: HandsOffSpan = hands_off_spans(driver_state(CanFrame(pl.concat(frames)), definitions, list(mappings or MAPPED)))
    return spans


def judged(*mappings: SignalMapping, **logs: list[bytes]) -> list[Verdict]:
    spans = found(*mappings, **logs)
    return [fold(check(spans)).verdict for check in CHECKS]


def findings(check: Any, *mappings: SignalMapping, **logs: list[bytes]) -> list[Finding]:
    return list(check(found(*mappings, **logs)))


P, F, I = Verdict.PASS, Verdict.FAIL, Verdict.INCONCLUSIVE  # noqa: E741


def test_a_good_log_passes_and_a_silent_one_beside_it_fails() -> None:
    assert judged(a=GOOD) == [P, P, P]
    assert judged(a=GOOD, b=SILENT)[0] is F


def changed(meaning: str, **more: Any) -> list[SignalMapping]:
    return [m.model_copy(update=more) if m.meaning == meaning else m for m in MAPPED]


ON_CAN0 = [m.model_copy(update={"bus": "can0"}) for m in MAPPED]


@pytest.mark.parametrize(
    ("mapped", "odd"),
    [
        pytest.param(MAPPED, SILENT + lines(bus="can1"), id="each message on two buses"),
        pytest.param(ON_CAN0, lines(bus="vcan1"), id="the bus has another name"),
        pytest.param(MAPPED, lines(short=True), id="frames too short to hold the signals"),
        pytest.param(MAPPED, SILENT + GOOD, id="two drives with the same times, one behind the other"),
        pytest.param(MAPPED, GOOD[600:] + SILENT[:600], id="the clock was set back"),
    ],
)
def test_a_log_that_cannot_be_used_is_not_dropped_beside_a_good_one(mapped: list[SignalMapping], odd: list[bytes]) -> None:
    assert judged(*mapped, a=GOOD, b=odd) == [I, I, I]
    (told,) = (f for f in findings(warns_after_hands_off, *mapped, a=GOOD, b=odd) if f.kind == "gap")
    assert told.source == "b"
    assert set(str(told.facts["unknown"]).split(",")) == {"hands_on", "system_active", "speed"}


def test_a_log_without_mapped_messages_says_nothing() -> None:
    assert judged(a=GOOD, b=lines(ids=("200", "201"))) == [P, P, P]


def test_frames_of_a_message_on_another_bus_than_the_named_one_do_not_matter_beside_it() -> None:
    assert judged(*ON_CAN0, a=GOOD + lines(bus="can1")) == [P, P, P]


def test_a_step_back_of_one_message_leaves_the_others_usable() -> None:
    swapped = GOOD.copy()
    swapped[500], swapped[502] = swapped[502], swapped[500]  # the message of hands, activity and speed at 25 s
    assert judged(a=swapped) == [I, I, I]
    (span,) = found(a=swapped).collect().to_dicts()
    assert (span["certainty"], span["unknown"]) == ("possible", "hands_on,system_active,speed")
    assert span["t_warning_ns"] is not None


def test_a_part_of_a_joint_condition_that_is_not_in_the_log_is_unknown() -> None:
    sound = mapping("hands_off_warning", "Sound", "Beep", "1", join="all")
    both = [*changed("hands_off_warning", join="all"), sound]
    assert judged(*both, a=GOOD)[0] is I
    beeps = [line.replace(b" 101#", b" 102#") for line in GOOD if b" 101#" in line]
    mixed = [line for pair in zip(GOOD[::2], GOOD[1::2], beeps, strict=True) for line in pair]
    with_sound = [*changed("hands_off_warning", join="all"), sound.model_copy(update={"values": ("1",)})]
    assert judged(*with_sound, a=mixed)[0] is P
    undefined = sound.model_copy(update={"message": "Nowhere"})
    assert judged(*changed("hands_off_warning", join="all"), undefined, a=GOOD)[0] is I


def test_of_alternatives_one_seen_is_enough_and_one_missing_keeps_from_a_breach() -> None:
    either = [*MAPPED, mapping("hands_off_warning", "Sound", "Beep", "1")]
    assert judged(*either, a=GOOD)[0] is P
    assert judged(*either, a=SILENT)[0] is I


@pytest.mark.parametrize(
    ("mapped", "log", "verdicts"),
    [
        pytest.param(changed("hands_off_warning", values=("0", "1", "2", "3")), SILENT, [I, I, I], id="every value counts as a request"),
        pytest.param(MAPPED, lines((0.0, 7)), [I, I, I], id="all stages on from the first to the last frame"),
        pytest.param(MAPPED, lines((0.0, 7), (65.0, 0)), [I, I, I], id="off only after the stretch"),
        pytest.param(MAPPED, lines((0.1, 1), (28.0, 3), (37.0, 7), (60.0, 0)), [P, I, P], id="seen off once, long before"),
        pytest.param(MAPPED, lines((0.0, 4), (23.0, 5), (32.0, 7), (60.0, 0)), [P, I, I], id="mitigation never known off"),
    ],
)
def test_a_stage_that_was_never_known_off_answers_nothing(mapped: list[SignalMapping], log: list[bytes], verdicts: list[Verdict]) -> None:
    assert judged(*mapped, a=log) == verdicts


def test_why_a_constant_request_is_no_answer_is_told() -> None:
    (told,) = findings(warns_after_hands_off, a=lines((0.0, 7)))
    assert (told.kind, told.text.en) == ("gap", "whether the request was on is not known")
