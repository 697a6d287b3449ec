"""Boundary cases of data.nothing_personal_leaves_in_clear; real captures going each way."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from zhunru.checks.data.nothing_personal_leaves_in_clear import nothing_personal_leaves_in_clear
from zhunru.core.finding import Folded, fold
from zhunru.core.subject import Channel, Subject
from zhunru.core.table import Table
from zhunru.core.verdict import Verdict
from zhunru.engine.source import BytesSource
from zhunru.range import identities
from zhunru.readers.pcap import pcap
from zhunru.records.user_action import UserAction
from zhunru.tables.capture_window import CaptureWindow
from zhunru.tables.clear_text import ClearText, PayloadAccount
from zhunru.tables.flow import Flow
from zhunru.tables.sent_payload import SentPayload, sent_payloads

T0 = datetime(2026, 6, 1, tzinfo=UTC)
NS = 10**9
Row = dict[str, object]
ENDS: Row = {"protocol": "tcp", "from_ip": "10.0.0.2", "from_port": 40000, "to_ip": "1.0.1.1", "to_port": 443, "source": "4G.pcap"}


def ns(second: float) -> int:
    return round(T0.timestamp()) * NS + round(second * NS)


def car(*kinds: str, gateways: tuple[str, ...] = ()) -> Subject:
    channels = tuple(Channel.model_validate({"id": kind, "kind": kind, "private_gateways": gateways}) for kind in kinds or ("cellular",))
    return Subject(name="样车", maker="厂", channels=channels)


def payload(**changed: object) -> Row:
    counts = {"payload_byte": 900, "readable_byte": 900, "encrypted_byte": 0, "opaque_byte": 0, "lost_byte": 0}
    return {**ENDS, **counts, "direction": "sent", "far_ip": "1.0.1.1", "far_port": 443, "t_first_ns": ns(10)} | changed


def hit(**changed: object) -> Row:
    told = {"t_first_ns": ns(10), "kind": "coordinate", "certainty": "found", "encoding": "raw", "hit_count": 3, "sample": "31.…,121.…"}
    return {**ENDS, **told} | changed


def window(**changed: object) -> Row:
    times = {"t_start_ns": ns(0), "t_end_ns": ns(100), "t_first_ns": ns(0), "t_last_ns": ns(100), "clock_offset_s": 0.0}
    note = {"channel": "cellular", "state": "working", "noted": True, "timed": True, "packet_count": 9, "dropped_ratio": 0.001}
    return {**times, **note, "source": "4G.pcap"} | changed


def judge(
    hits: list[Row] | None = None,
    sent: list[Row] | None = None,
    windows: list[Row] | None = None,
    subject: Subject | None = None,
    actions: list[UserAction] | None = None,
) -> Folded:
    seen = ClearText.rows(*hits) if hits else None
    table = SentPayload.rows(*([payload()] if sent is None else sent))
    rows = CaptureWindow.rows(*([window()] if windows is None else windows))
    return fold(nothing_personal_leaves_in_clear(table, seen, rows, actions, subject or car()))


def texts(folded: Folded, kind: str) -> list[str]:
    return [f.text.en for f in folded.kept if f.kind == kind]


@pytest.mark.parametrize("kind", ["coordinate", "resident_id", "bank_card"])
def test_sensitive_kinds_fail_and_tell_flow_kind_count_and_writing(kind: str) -> None:
    folded = judge([hit(kind=kind), hit(kind=kind, encoding="base64", hit_count=2)])
    assert folded.verdict is Verdict.FAIL
    (found,) = [f for f in folded.kept if f.kind == "breach"]
    assert (found.measured, found.facts["kind"], found.facts["encoding"], found.facts["address"]) == (5, kind, "base64, raw", "1.0.1.1")
    assert found.facts["ports"] == "tcp/443"


@pytest.mark.parametrize("kind", ["vin", "plate", "mobile", "email", "imei", "iccid", "person_name"])
def test_general_kinds_are_told_and_do_not_fail(kind: str) -> None:
    folded = judge([hit(kind=kind)])
    assert folded.verdict is Verdict.PASS
    assert any("general personal information" in text for text in texts(folded, "ok"))


def test_suspected_is_a_gap_and_never_more() -> None:
    assert judge([hit(certainty="suspected")]).verdict is Verdict.INCONCLUSIVE
    assert judge([hit(certainty="suspected", kind="vin")]).verdict is Verdict.PASS


def test_what_is_received_or_stays_inside_is_no_breach() -> None:
    back = {"from_ip": "1.0.1.1", "from_port": 443, "to_ip": "10.0.0.2", "to_port": 40000}
    rows = [payload(), payload(**back, direction="received")]
    assert judge([hit(**back)], rows).verdict is Verdict.PASS
    local = {"to_ip": "10.0.0.9", "far_ip": "10.0.0.9"}
    wired = window(channel="ethernet", source="lan.pcap")
    rows = [payload(), payload(**local, direction="local", source="lan.pcap")]
    inside = [hit(to_ip="10.0.0.9", source="lan.pcap")]
    assert judge(inside, rows, [window(), wired], car("cellular", "ethernet")).verdict is Verdict.PASS
    radio = window(source="lan.pcap")
    assert judge(inside, rows, [window(), radio], car("cellular", "ethernet")).verdict is Verdict.INCONCLUSIVE
    unnoted = window(source="lan.pcap", channel=None)
    assert "whether they left" in " ".join(texts(judge(inside, rows, [window(), unnoted], car("cellular", "ethernet")), "gap"))


def test_a_declared_private_gateway_is_outside() -> None:
    rows = [payload(to_ip="10.9.0.1", far_ip="10.9.0.1", direction="local")]
    assert judge([hit(to_ip="10.9.0.1")], rows, subject=car(gateways=("10.9.0.0/24",))).verdict is Verdict.FAIL
    assert judge([hit(to_ip="10.9.0.1")], rows, subject=car(gateways=("10.8.0.0/24",))).verdict is Verdict.INCONCLUSIVE


def test_a_direction_nobody_can_tell_is_a_gap() -> None:
    rows = [payload(), payload(from_ip="8.8.8.8", direction="unclear")]
    assert judge([hit(from_ip="8.8.8.8")], rows).verdict is Verdict.INCONCLUSIVE
    assert judge([hit(from_ip="9.9.9.9")]).verdict is Verdict.INCONCLUSIVE  # not in the account at all


def test_positions_on_v2x_are_a_gap_and_other_kinds_are_not_excused() -> None:
    v2x = [window(), window(channel="v2x", source="pc5.pcap")]
    rows = [payload(), payload(source="pc5.pcap")]
    subject = car("cellular", "v2x")
    assert judge([hit(source="pc5.pcap")], rows, v2x, subject).verdict is Verdict.INCONCLUSIVE
    assert judge([hit(source="pc5.pcap", kind="resident_id")], rows, v2x, subject).verdict is Verdict.FAIL
    mixed = [*v2x, window(source="pc5.pcap")]
    assert judge([hit(source="pc5.pcap")], rows, mixed, subject).verdict is Verdict.FAIL


def act(start_s: float, end_s: float, app: str) -> UserAction:
    times = {"start": T0 + timedelta(seconds=start_s), "end": T0 + timedelta(seconds=end_s)}
    return UserAction.model_validate({"app_class": app, **times})


def test_acts_of_the_user() -> None:
    assert judge([hit()], actions=[act(5, 15, "browser")]).verdict is Verdict.INCONCLUSIVE
    assert judge([hit()], actions=[act(11, 15, "browser")]).verdict is Verdict.FAIL
    assert judge([hit()], actions=[act(5, 15, "other")]).verdict is Verdict.FAIL
    slow = [window(clock_offset_s=10.0)]
    assert judge([hit()], windows=slow, actions=[act(-1, 1, "browser")]).verdict is Verdict.INCONCLUSIVE
    assert judge([hit(t_first_ns=None)], actions=[act(5, 15, "browser")]).verdict is Verdict.FAIL


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ([payload(opaque_byte=1)], "neither text"),
        ([payload(lost_byte=1)], "lacks part"),
        ([payload(payload_byte=0, readable_byte=0, lost_byte=5)], "no payload"),
        ([], "no payload"),
        ([payload(direction="received")], "no payload"),
    ],
)
def test_what_cannot_be_looked_into_is_a_gap(sent: list[Row], told: str) -> None:
    folded = judge(sent=sent)
    assert folded.verdict is Verdict.INCONCLUSIVE
    assert any(told in text for text in texts(folded, "gap"))


def test_limits_just_at_and_above() -> None:
    def opaque(count: int) -> Verdict:
        rows = SentPayload.rows(payload(opaque_byte=count))
        return fold(nothing_personal_leaves_in_clear(rows, None, CaptureWindow.rows(window()), None, car(), opaque_byte=48)).verdict

    assert [opaque(n) for n in (47, 48, 49)] == [Verdict.PASS, Verdict.PASS, Verdict.INCONCLUSIVE]
    ratios = [judge(windows=[window(dropped_ratio=r)]).verdict for r in (0.0, 0.001, 0.0011)]
    assert ratios == [Verdict.PASS, Verdict.PASS, Verdict.INCONCLUSIVE]
    # opaque bytes of one far end add up over its flows
    halves = SentPayload.rows(payload(opaque_byte=30), payload(opaque_byte=30, from_port=40001))
    folded = fold(nothing_personal_leaves_in_clear(halves, None, CaptureWindow.rows(window()), None, car(), opaque_byte=48))
    assert folded.verdict is Verdict.INCONCLUSIVE


@pytest.mark.parametrize(
    "windows",
    [
        [],
        [window(noted=False, channel=None, state=None)],
        [window(state="powered")],
        [window(channel="wlan")],
        [window(dropped_ratio=None)],
        [window(source="other.pcap")],
    ],
)
def test_without_a_noted_capture_of_the_working_channel_nothing_passes(windows: list[Row]) -> None:
    assert judge(windows=windows).verdict is Verdict.INCONCLUSIVE
    assert judge([hit()], windows=windows).verdict is Verdict.FAIL  # what was seen was seen


def test_every_declared_radio_channel_is_asked_for() -> None:
    for kind in ("wlan", "satellite"):
        assert judge(subject=car("cellular", kind)).verdict is Verdict.INCONCLUSIVE
    assert judge(subject=car("cellular", "bluetooth")).verdict is Verdict.PASS
    assert judge(subject=car("ethernet")).verdict is Verdict.INCONCLUSIVE


def real_case(content: bytes) -> Folded:
    """Judge a capture as if the client were the car and a note said all that is asked."""
    tables: dict[type[Table], list[Table]] = {}
    for item in pcap(BytesSource(content)):
        if isinstance(item, Table):
            tables.setdefault(type(item), []).append(item)
    account, flows = PayloadAccount.concat(tables[PayloadAccount]), Flow.concat(tables[Flow])  # type: ignore[arg-type]
    seen = ClearText.concat(tables[ClearText]) if ClearText in tables else None  # type: ignore[arg-type]
    sent = sent_payloads(account, flows, None)
    return fold(nothing_personal_leaves_in_clear(sent, seen, CaptureWindow.rows(window(source="")), None, car()))


@pytest.mark.real
@pytest.mark.parametrize("name", ["mqtt", "wikipedia", "tls1_1", "chrome-34-google"])
def test_real_captures_without_identifiers_pass(name: str, real: Callable[[str], Path]) -> None:
    assert real_case(real(f"net/zeek_{name}.pcap").read_bytes()).verdict is Verdict.PASS


@pytest.mark.real
def test_a_real_capture_with_an_identity_number_in_a_header_fails(real: Callable[[str], Path]) -> None:
    content = real("net/zeek_wikipedia.pcap").read_bytes()
    spot = content.index(b"User-Agent: Mozilla/5.0 (X11; U; Linux x86_64")
    planted = b"User-Agent: x; id_card=" + identities.resident_id(3).encode() + b" "
    folded = real_case(content[:spot] + planted + content[spot + len(planted) :])
    assert folded.verdict is Verdict.FAIL
    # the way back is no breach: the same words from the server
    answer = content.index(b"X-Cache-Lookup: HIT from sq36.wikimedia.org:80")
    planted = b"Z: id_card=" + identities.resident_id(3).encode() + b" "
    assert real_case(content[:answer] + planted + content[answer + len(planted) :]).verdict is Verdict.PASS
