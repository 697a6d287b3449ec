"""Boundary cases of data.sends_nothing_abroad."""

from datetime import UTC, date, datetime, timedelta

import pytest

from zhunru.checks.data.sends_nothing_abroad import sends_nothing_abroad
from zhunru.core.finding import Folded, fold
from zhunru.core.subject import Channel, Subject
from zhunru.core.verdict import Verdict
from zhunru.records.user_action import UserAction
from zhunru.tables.capture_window import CaptureWindow
from zhunru.tables.located_flow import LocatedFlow

T0 = datetime(2026, 6, 1, tzinfo=UTC)
NS = 10**9
STATES = ("off", "powered", "working")
Row = dict[str, object]


def ns(second: float) -> int:
    return round(T0.timestamp()) * NS + round(second * NS)


def car(*kinds: str, gateways: tuple[str, ...] = ()) -> Subject:
    channels = tuple(Channel.model_validate({"id": f"{k}-{i}", "kind": k, "private_gateways": gateways}) for i, k in enumerate(kinds))
    return Subject(name="样车", maker="厂", channels=channels)


def window(channel: str, state: str, start_s: float, end_s: float, **changed: object) -> Row:
    start, end = ns(start_s), ns(end_s)
    plain: Row = {"t_start_ns": start, "t_end_ns": end, "t_first_ns": start, "t_last_ns": end, "channel": channel, "state": state}
    plain |= {
        "noted": True,
        "timed": True,
        "packet_count": 1000,
        "clock_offset_s": 0.0,
        "dropped_ratio": 0.0,
        "source": f"{channel}-{state}",
    }
    return plain | changed


def hour(*channels: str, last_s: float = 3600.0, **changed: object) -> list[Row]:
    ends = (1200.0, 2400.0, last_s)
    return [window(c, s, 1200.0 * i, ends[i], **changed) for i, s in enumerate(STATES) for c in channels or ("cellular-0",)]


def flow(**changed: object) -> Row:
    plain: Row = {
        "t_start_ns": ns(2500),
        "t_end_ns": ns(2501),
        "protocol": "tcp",
        "near_ip": "10.0.0.2",
        "near_port": 4000,
        "far_ip": "1.0.1.1",
    }
    plain |= {
        "far_port": 443,
        "sent_packet_count": 1,
        "received_packet_count": 1,
        "sent_byte": 100,
        "received_byte": 50,
        "place": "mainland",
    }
    plain |= {"seen": "mainland", "territory": "CN", "claims": "t=CN", "dated": date(2026, 5, 20), "source": "cellular-0-working"}
    return plain | changed


ABROAD: Row = {"far_ip": "8.8.8.8", "place": "abroad", "seen": "abroad", "territory": "US", "claims": "t=US"}


def judge(
    flows: list[Row], windows: list[Row] | None = None, subject: Subject | None = None, actions: list[UserAction] | None = None
) -> Folded:
    table = CaptureWindow.rows(*(hour() if windows is None else windows))
    return fold(sends_nothing_abroad(LocatedFlow.rows(*flows), table, actions, None, subject or car("cellular")))


def gaps(folded: Folded) -> list[str]:
    return [f.text.en for f in folded.kept if f.kind == "gap"]


def test_the_plain_case_passes() -> None:
    assert judge([flow()]).verdict is Verdict.PASS


@pytest.mark.parametrize(("last_s", "enough"), [(3599.999, False), (3600.0, True), (3600.001, True)])
def test_an_hour_in_sum(last_s: float, enough: bool) -> None:
    folded = judge([flow()], hour(last_s=last_s))
    assert folded.verdict is (Verdict.PASS if enough else Verdict.INCONCLUSIVE)
    assert gaps(folded) == ([] if enough else ["the captures are shorter than asked"])


def test_time_counts_once_on_several_channels() -> None:
    windows = [window(c, s, 600 * i, 600 * i + 600) for i, s in enumerate(STATES) for c in ("cellular-0", "wlan-1")]
    short = [f for f in judge([flow()], windows, car("cellular", "wlan")).kept if f.kind == "gap"]
    assert [(f.measured, f.limit) for f in short] == [(1800.0, 3600.0)]


def test_time_on_a_wire_does_not_count() -> None:
    windows = [*hour(last_s=2401.0), window("eth", "working", 2401, 9000)]
    assert "the captures are shorter than asked" in gaps(judge([flow()], windows))


@pytest.mark.parametrize(("lag_s", "enough"), [(60.0, True), (59.0, True), (61.0, False)])
def test_channels_at_once(lag_s: float, enough: bool) -> None:
    # 1200 s in all, of which 1200 - lag on both channels: 0.95 is a lag of 60 s
    windows = [w for w in hour("cellular-0", "wlan-1") if w["source"] != "wlan-1-off"]
    folded = judge([flow()], [*windows, window("wlan-1", "off", lag_s, 1200)], car("cellular", "wlan"))
    assert folded.verdict is (Verdict.PASS if enough else Verdict.INCONCLUSIVE)
    assert gaps(folded) == ([] if enough else ["the channels were not captured at once"])


@pytest.mark.parametrize("absent", [f"{c}-{s}" for c in ("cellular-0", "wlan-1") for s in STATES])
def test_each_channel_in_each_state(absent: str) -> None:
    folded = judge([flow()], [w for w in hour("cellular-0", "wlan-1") if w["source"] != absent], car("cellular", "wlan"))
    assert gaps(folded) == ["this channel was not captured in this state"]
    assert [f"{f.facts['channel']}-{f.facts['state']}" for f in folded.kept if f.kind == "gap"] == [absent]


def test_bluetooth_needs_no_capture_and_no_channel_at_all_is_a_gap() -> None:
    assert judge([flow()], hour(), car("cellular", "bluetooth")).verdict is Verdict.PASS
    assert "the product declares no cellular or WLAN channel" in gaps(judge([flow()], hour(), car("bluetooth")))


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"noted": False, "channel": None, "state": None, "timed": False}, "the capture has no note: channel and state are unknown"),
        ({"channel": "5G"}, "the noted channel is no declared radio channel"),
        ({"state": None}, "the note does not tell the state of the vehicle"),
        ({"timed": False}, "the note lacks start or end, or a cell cannot be read"),
        ({"t_end_ns": ns(0)}, "the noted end is not after the noted start"),
        ({"dropped_ratio": None}, "nobody says how many packets were lost"),
        ({"packet_count": 0}, "no packet at all while the functions were on"),
    ],
)
def test_what_a_note_lacks(changes: Row, text: str) -> None:
    folded = judge([flow()], [w | changes for w in hour(last_s=9000)])
    assert folded.verdict is Verdict.INCONCLUSIVE
    assert text in gaps(folded)


@pytest.mark.parametrize(("late_s", "enough"), [(60.0, True), (60.001, False), (-5.0, True)])
def test_packets_lie_in_the_noted_time(late_s: float, enough: bool) -> None:
    for changes in ({"t_last_ns": ns(1200 + late_s)}, {"t_first_ns": ns(-late_s)}):
        windows = [w | (changes if w["state"] == "off" else {}) for w in hour()]
        assert (gaps(judge([flow()], windows)) == []) is enough


@pytest.mark.parametrize(("ratio", "enough"), [(0.000999, True), (0.001, True), (0.001001, False)])
def test_lost_packets(ratio: float, enough: bool) -> None:
    assert judge([flow()], hour(dropped_ratio=ratio)).verdict is (Verdict.PASS if enough else Verdict.INCONCLUSIVE)


@pytest.mark.parametrize(("days", "enough"), [(89, True), (90, True), (91, False), (-90, True), (-91, False), (None, False)])
def test_age_of_the_location_source(days: int | None, enough: bool) -> None:
    dated = None if days is None else T0.date() - timedelta(days=days)
    assert judge([flow(dated=dated)]).verdict is (Verdict.PASS if enough else Verdict.INCONCLUSIVE)


@pytest.mark.parametrize("place", ["abroad", "hmt"])
def test_a_destination_abroad_fails_however_short_the_capture(place: str) -> None:
    far = flow(**ABROAD | {"place": place, "names": "x.example"})
    folded = judge([far, far | {"far_port": 80, "sent_byte": 7}, flow()], [window("cellular-0", "working", 2500, 2501)])
    assert folded.verdict is Verdict.FAIL
    (found,) = (f for f in folded.kept if f.kind == "breach")
    assert (found.measured, found.unit, found.t_ns) == (107, "B", ns(2500))
    told = {k: found.facts[k] for k in ("address", "territory", "ports", "names", "flows", "channel", "state")}
    assert told == {
        "address": "8.8.8.8", "territory": "US", "ports": "tcp/443, tcp/80", "names": "x.example", "flows": 2, "channel": "cellular-0", "state": "working",
    }  # fmt: skip


def test_one_packet_is_enough_and_none_is_not() -> None:
    assert judge([flow(), flow(**ABROAD, sent_packet_count=1)]).verdict is Verdict.FAIL
    # nothing was seen to go there: was the other direction captured?
    assert judge([flow(), flow(**ABROAD, sent_packet_count=0)]).verdict is Verdict.INCONCLUSIVE
    assert judge([flow(), flow(sent_packet_count=0)]).verdict is Verdict.PASS


@pytest.mark.parametrize("place", ["disputed", "unknown"])
def test_what_needs_an_explanation(place: str) -> None:
    assert judge([flow(), flow(far_ip="9.9.9.9", place=place, seen=place)]).verdict is Verdict.INCONCLUSIVE


@pytest.mark.parametrize(
    ("seen", "verdict"),
    [("mainland", "PASS"), ("disputed", "PASS"), ("unknown", "PASS"), ("abroad", "INCONCLUSIVE"), ("hmt", "INCONCLUSIVE")],
)
def test_declared_endpoints(seen: str, verdict: str) -> None:
    assert judge([flow(place="declared", seen=seen, contract="C-1")]).verdict == verdict


def test_only_private_traffic_proves_nothing() -> None:
    assert gaps(judge([flow(place="private", seen="private", dated=None)])) == ["nothing was sent to any public address"]
    assert judge([]).verdict is Verdict.INCONCLUSIVE


@pytest.mark.parametrize("gateway", ["8.8.8.8", "8.8.8.0/24", "8.8.9.0/24", "junk"])
def test_no_declared_gateway_excuses_an_address_abroad(gateway: str) -> None:
    assert judge([flow(), flow(**ABROAD)], subject=car("cellular", gateways=(gateway,))).verdict is Verdict.FAIL


@pytest.mark.parametrize(("gateway", "verdict"), [("1.0.1.0/24", "INCONCLUSIVE"), ("1.0.2.0/24", "PASS"), ("10.0.0.0/8", "PASS")])
def test_a_declared_private_gateway_is_a_private_address(gateway: str, verdict: str) -> None:
    folded = judge([flow()], subject=car("cellular", gateways=(gateway,)))
    assert folded.verdict == verdict
    assert gaps(folded) == (["a declared private gateway is a public address"] if verdict != "PASS" else [])


def test_a_tunnel_to_a_declared_private_gateway_is_left_out() -> None:
    tunnel = flow(far_ip="10.9.9.9", place="private", seen="private", protocol="udp", far_port=2152)
    assert judge([flow(), tunnel], subject=car("cellular", gateways=("10.0.0.0/8",))).verdict is Verdict.PASS
    assert judge([flow(), tunnel]).verdict is Verdict.INCONCLUSIVE


@pytest.mark.parametrize(("state", "verdict"), [("off", "FAIL"), ("powered", "FAIL"), ("working", "PASS"), (None, "INCONCLUSIVE")])
def test_an_act_exempts_only_while_the_functions_are_on(state: str | None, verdict: str) -> None:
    start = {"off": 100.0, "powered": 1300.0}.get(str(state), 2500.0)
    far = flow(**ABROAD, t_start_ns=ns(start), t_end_ns=ns(start + 1), source=f"cellular-0-{state or 'working'}")
    windows = [w | ({"state": None} if state is None and w["state"] == "working" else {}) for w in hour()]
    assert judge([flow(), far], windows, actions=[act(start_s=start, end_s=start + 1)]).verdict == verdict
    assert judge([flow(), far], windows, actions=[act("other", start_s=start, end_s=start + 1)]).verdict == (
        "FAIL" if state in {"off", "powered"} else "INCONCLUSIVE"
    )


@pytest.mark.parametrize(("end_s", "enough"), [(2999, True), (3000, True), (3001, False)])
def test_an_act_over_most_of_the_capture_explains_nothing(end_s: float, enough: bool) -> None:
    # the functions are on from 2400 s to 3600 s
    folded = judge([flow(), flow(**ABROAD)], actions=[act(start_s=2400, end_s=end_s)])
    assert gaps(folded) == ([] if enough else ["acts of the user cover most of the time in which the functions were on"])
    halves = [act(start_s=2400, end_s=2900), act("messenger", start_s=2800, end_s=end_s)]
    assert (gaps(judge([flow(), flow(**ABROAD)], actions=halves)) == []) is enough
    assert judge([flow()], actions=[act(start_s=0, end_s=9000)]).verdict is Verdict.PASS


def test_two_states_at_one_time() -> None:
    for lap_s, enough in ((60.0, True), (61.0, False)):
        windows = [w | ({"t_end_ns": ns(1200 + lap_s)} if w["state"] == "off" else {}) for w in hour()]
        assert gaps(judge([flow()], windows)) == ([] if enough else ["captures in different states overlap in time"])


def test_one_file_for_two_channels_at_one_time() -> None:
    windows = [w | {"source": f"file-{w['state']}"} for w in hour("cellular-0", "wlan-1")]
    said = gaps(judge([flow(source="file-working")], windows, car("cellular", "wlan")))
    assert set(said) == {"one capture file is noted for two channels at one time"}


def test_one_file_for_three_states_must_hold_packets_of_each_working_time() -> None:
    windows = [w | {"source": "one", "t_first_ns": ns(0), "t_last_ns": ns(3600)} for w in hour()]
    early = flow(source="one", t_start_ns=ns(10), t_end_ns=ns(20))
    assert gaps(judge([early], windows)) == ["no packet at all while the functions were on"]
    assert gaps(judge([early, flow(source="one")], windows)) == []


@pytest.mark.parametrize("captured", [True, False])
def test_a_satellite_channel_is_judged_or_told(captured: bool) -> None:
    windows = [*hour(), *([window("satellite-1", "working", 2400, 3600)] if captured else [])]
    said = gaps(judge([flow()], windows, car("cellular", "satellite")))
    assert said == ([] if captured else ["a satellite channel was not captured: what it sends is not known"])


@pytest.mark.parametrize(
    ("changes", "hidden"),
    [
        ({"protocol": "47"}, True),
        ({"protocol": "udp", "far_port": 4500}, True),
        ({"protocol": "udp", "far_port": 2152, "far_ip": "10.1.1.1", "place": "private", "seen": "private"}, True),
        ({"protocol": "udp", "far_port": 2152, "place": "declared"}, False),
        ({"protocol": "udp", "far_port": 443}, False),
        ({"protocol": "icmp", "far_port": 500}, False),
    ],
)
def test_tunnels(changes: Row, hidden: bool) -> None:
    found = gaps(judge([flow(), flow(far_ip="1.0.1.9", **{k: v for k, v in changes.items() if k != "far_ip"}) | changes]))
    assert bool(found) is hidden


def act(app_class: str = "browser", start_s: float = 2500, end_s: float = 2501) -> UserAction:
    start, end = (T0 + timedelta(seconds=s) for s in (start_s, end_s))
    return UserAction.model_validate({"app_class": app_class, "start": start, "end": end})


@pytest.mark.parametrize(
    ("action", "verdict"),
    [
        (act(), "PASS"),
        (act("messenger"), "PASS"),
        (act("user_app"), "PASS"),
        (act("other"), "INCONCLUSIVE"),
        (act(start_s=2500.001), "FAIL"),
        (act(end_s=2500.999), "FAIL"),
        (act().model_copy(update={"end": None}), "FAIL"),
    ],
)
def test_acts_of_the_user(action: UserAction, verdict: str) -> None:
    assert judge([flow(), flow(**ABROAD)], actions=[action]).verdict == verdict


def test_the_same_destination_outside_the_act_still_fails() -> None:
    late = flow(**ABROAD, t_start_ns=ns(3000), t_end_ns=ns(3001))
    folded = judge([flow(), flow(**ABROAD), late], actions=[act()])
    assert folded.verdict is Verdict.FAIL
    assert [f.facts["flows"] for f in folded.kept if f.kind == "breach"] == [1]


def test_the_clock_of_the_instrument_is_corrected_before_acts_are_compared() -> None:
    windows = hour(clock_offset_s=100.0)
    assert judge([flow(), flow(**ABROAD)], windows, actions=[act()]).verdict is Verdict.FAIL
    assert judge([flow(), flow(**ABROAD)], windows, actions=[act(start_s=2400, end_s=2401)]).verdict is Verdict.PASS
