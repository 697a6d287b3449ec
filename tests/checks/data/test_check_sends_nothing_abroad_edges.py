"""data.sends_nothing_abroad: what each rule lets through and what it does not, one thing changed at a time."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from zhunru.checks.data.sends_nothing_abroad import sends_nothing_abroad
from zhunru.core.finding import Finding
from zhunru.core.subject import Channel, Subject
from zhunru.records.user_action import UserAction
from zhunru.tables.capture_window import CaptureWindow
from zhunru.tables.located_flow import LocatedFlow
from zhunru.tables.tunnel import Tunnel

NS = 10**9
T0 = datetime(2026, 6, 1, tzinfo=UTC)
STATES = ("off", "powered", "working")
Row = dict[str, Any]


def ns(second: float) -> int:
    return round(T0.timestamp()) * NS + round(second * NS)


def car(*kinds: str, gateways: tuple[str, ...] = ()) -> Subject:
    channels = tuple(Channel.model_validate({"id": k, "kind": k, "private_gateways": gateways}) for k in kinds or ("cellular",))
    return Subject(name="样车", maker="厂", channels=channels)


def window(state: str | None, start_s: float, end_s: float, channel: str | None = "cellular", **changed: Any) -> Row:
    times = {"t_start_ns": ns(start_s), "t_end_ns": ns(end_s), "t_first_ns": ns(start_s), "t_last_ns": ns(end_s)}
    told = {"channel": channel, "state": state, "noted": True, "timed": True, "packet_count": 1000}
    return times | told | {"clock_offset_s": 0.0, "dropped_ratio": 0.0, "source": f"{channel}-{state}"} | changed


HOUR = [window(s, 1200 * i, 1200 * i + 1200) for i, s in enumerate(STATES)]


def hour(**changed: Any) -> list[Row]:
    """An hour in three states; keys like `working` change one window, others all of them."""
    everywhere = {k: v for k, v in changed.items() if k not in STATES}
    return [w | everywhere | changed.get(str(w["state"]), {}) for w in HOUR]


def flow(**changed: Any) -> Row:
    ends = {"t_start_ns": ns(2500), "t_end_ns": ns(2501), "protocol": "tcp", "near_ip": "10.0.0.2", "near_port": 4000, "far_ip": "1.0.1.1"}
    sizes = {"far_port": 443, "sent_packet_count": 1, "received_packet_count": 1, "sent_byte": 100, "received_byte": 50}
    place = {"place": "mainland", "seen": "mainland", "territory": "CN", "claims": "t=CN", "dated": date(2026, 5, 20)}
    return ends | sizes | place | {"source": "cellular-working"} | changed


ABROAD: Row = {"far_ip": "8.8.8.8", "place": "abroad", "seen": "abroad", "territory": "US", "claims": "t=US"}


def told(
    *flows: Row, windows: list[Row] | None = None, subject: Subject | None = None, actions: list[UserAction] | None = None, **tuned: Any
) -> list[Finding]:
    """Return what is not ok; one good flow is always there."""
    table = CaptureWindow.rows(*(HOUR if windows is None else windows))
    found = sends_nothing_abroad(LocatedFlow.rows(flow(), *flows), table, actions, None, subject or car(), **tuned)
    return [f for f in found if f.kind != "ok"]


def said(*flows: Row, **given: Any) -> list[tuple[str, str]]:
    return [(f.kind, f.text.en) for f in told(*flows, **given)]


def act(start_s: float, end_s: float, app_class: str = "browser") -> UserAction:
    return UserAction.model_validate(
        {"app_class": app_class, "start": T0 + timedelta(seconds=start_s), "end": T0 + timedelta(seconds=end_s)}
    )


TUNNEL = [("gap", "a tunnel leads to an undeclared peer: what it carries cannot be told")]


def test_the_plain_case_says_nothing() -> None:
    assert said() == []


@pytest.mark.parametrize("protocol", ["4", "41", "47", "50", "51", "94", "97", "115"])
def test_tunnel_protocols(protocol: str) -> None:
    assert said(flow(protocol=protocol, far_port=0)) == TUNNEL


@pytest.mark.parametrize("port", [500, 4500, 1194, 1701, 1723, 2152, 3544, 4789, 6081, 8472, 51820])
def test_tunnel_ports(port: int) -> None:
    assert said(flow(protocol="udp", far_port=port)) == said(flow(far_port=port)) == TUNNEL
    assert said(flow(protocol="sctp", far_port=port)) == []


@pytest.mark.parametrize(("ports", "shown"), [(7, 7), (8, 8), (9, 8), (10, 8)])
def test_a_finding_lists_eight_names(ports: int, shown: int) -> None:
    (found,) = told(*(flow(**ABROAD, far_port=1000 + p) for p in range(ports)))
    assert len(str(found.facts["ports"]).split(", ")) == shown


# Notes and times -------------------------------------------------------------------------------------------------------------------------


def test_a_noted_time_of_no_length() -> None:
    empty = window("working", 3600, 3600, source="empty")
    assert said(windows=[*HOUR, empty]) == [("gap", "the noted end is not after the noted start")]


def test_packets_and_times_of_one_file_are_taken_together() -> None:
    parts = [
        window("working", a, b, source="one", t_first_ns=ns(f), t_last_ns=ns(z))
        for a, b, f, z in ((2400, 3000, 2400, 3000), (3000, 3600, 2500, 3600))
    ]
    windows = [*HOUR[:2], *parts]
    heard = flow(source="one")
    assert said(heard, windows=windows) == []
    for changed, outside_s in ((parts[0] | {"t_first_ns": ns(2300)}, 100.0), (parts[0] | {"t_last_ns": ns(3700)}, 100.0)):
        for rows in ([changed, parts[1]], [parts[1], changed]):
            (found,) = told(heard, windows=[*HOUR[:2], *rows])
            assert (found.text.en, found.measured, found.limit) == ("packets lie outside the noted time", outside_s, 60.0)


def test_without_any_play_of_clocks_packets_inside_are_inside() -> None:
    assert said(clock_s=0.0) == []
    silent = window("off", 0, 1200, source="silent", t_first_ns=None, t_last_ns=None)
    assert said(windows=[silent, *HOUR[1:]], clock_s=0.0) == []


@pytest.mark.parametrize("missing", ["t_start_ns", "t_end_ns"])
def test_a_state_without_times_was_not_captured(missing: str) -> None:
    windows = [*hour(working={missing: None, "timed": False}), window("working", 2400, 3600, channel=None, source="more")]
    texts = [text for _, text in said(windows=windows)]
    assert "this channel was not captured in this state" in texts
    assert "the captures are shorter than asked" not in texts


def test_times_of_no_length_share_nothing() -> None:
    windows = [w | {"t_end_ns": w["t_start_ns"]} for w in HOUR]
    shares = [f.measured for f in told(windows=windows) if f.text.en == "the channels were not captured at once"]
    assert shares == [0.0, 0.0, 0.0]


def test_a_capture_that_nobody_noted_counts_for_the_hour_and_a_wire_does_not() -> None:
    short = [*HOUR[:2], window("working", 2400, 3000)]
    unnoted = window(None, 3000, 3600, channel=None, noted=False, timed=False, source="x")
    assert "the captures are shorter than asked" not in [t for _, t in said(windows=[*short, unnoted])]
    assert "the captures are shorter than asked" in [t for _, t in said(windows=[*short, unnoted | {"channel": "eth"}])]
    assert "the captures are shorter than asked" in [t for _, t in said(windows=[*short, unnoted | {"t_end_ns": None}])]
    assert "the captures are shorter than asked" in [t for _, t in said(windows=[*short, unnoted | {"t_start_ns": None}])]


# Gateways and places ---------------------------------------------------------------------------------------------------------------------

GATEWAY = [("gap", "a declared private gateway is a public address")]


@pytest.mark.parametrize(
    ("gateway", "meant"),
    [
        ("1.0.1.1", True),
        ("1.0.1.0/24", True),
        ("1.0.1.0/31", True),
        ("1.0.0.0/24", False),
        ("1.0.1.0/32", False),
        ("1.0.1.2/31", False),
        ("1.0.2.0/24", False),
        ("::/0", False),
        ("junk", False),
    ],
)
def test_addresses_of_a_declared_gateway(gateway: str, meant: bool) -> None:
    assert said(subject=car(gateways=(gateway,))) == (GATEWAY if meant else [])


def test_only_private_tunnels_to_a_declared_gateway_are_left_out() -> None:
    tunnel = flow(protocol="udp", far_port=2152, far_ip="10.9.9.9", place="private", seen="private")
    assert said(tunnel, subject=car(gateways=("10.9.0.0/16",))) == []
    assert said(tunnel, subject=car(gateways=("10.8.0.0/16",))) == TUNNEL
    public = tunnel | {"far_ip": "1.0.2.1", "place": "mainland", "seen": "mainland"}
    assert said(public, subject=car(gateways=("1.0.2.0/24",))) == TUNNEL + GATEWAY


def test_traffic_to_a_declared_or_foreign_end_is_judged_by_its_place_not_as_a_tunnel() -> None:
    tunnel = {"protocol": "udp", "far_port": 2152}
    assert said(flow(**tunnel, place="declared")) == []
    for place in ("abroad", "hmt"):
        assert said(flow(**tunnel, **ABROAD | {"place": place})) == [("breach", "data suspected to go directly abroad")]
    assert said(flow(**tunnel, place="unknown", seen="unknown")) == [*TUNNEL, ("gap", "nobody knows where this address is")]


@pytest.mark.parametrize(
    ("place", "seen", "expected"),
    [
        ("disputed", "disputed", ["location sources disagree: an explanation is needed"]),
        ("unknown", "unknown", ["nobody knows where this address is"]),
        ("declared", "abroad", ["declared in the mainland against all sources: an explanation is needed"]),
        ("declared", "hmt", ["declared in the mainland against all sources: an explanation is needed"]),
        ("declared", "mainland", []),
        ("declared", "unknown", []),
        ("mainland", "mainland", []),
        ("private", "abroad", []),
    ],
)
def test_each_place_is_one_finding(place: str, seen: str, expected: list[str]) -> None:
    far = flow(far_ip="2.2.2.2", place=place, seen=seen)
    assert said(far) == [("gap", text) for text in expected]
    found = list(sends_nothing_abroad(LocatedFlow.rows(flow(), far), CaptureWindow.rows(*HOUR), None, None, car()))
    fine = [f.facts["address"] for f in found if f.kind == "ok"]
    assert fine == ["1.0.1.1", *(["2.2.2.2"] if place in {"declared", "mainland"} and not expected else [])]


def test_each_destination_is_judged_by_itself() -> None:
    found = told(flow(**ABROAD), flow(**ABROAD | {"far_ip": "9.9.9.9", "place": "hmt", "sent_byte": 900}))
    assert [(f.kind, f.facts["address"]) for f in found] == [("breach", "9.9.9.9"), ("breach", "8.8.8.8")]


# Acts of the user ------------------------------------------------------------------------------------------------------------------------

EXEMPT: list[tuple[str, str]] = []
FOREIGN = [("breach", "data suspected to go directly abroad")]
PERSON = [("gap", "traffic abroad inside another act of the user: a person must judge")]


@pytest.mark.parametrize(
    ("offset_s", "shift_s", "expected"),
    [(None, 0, EXEMPT), (0.0, 0, EXEMPT), (100.0, 100, EXEMPT), (100.0, 0, FOREIGN), (-100.0, -100, EXEMPT), (0.0, 100, FOREIGN)],
)
def test_flows_are_shifted_by_the_clock_of_their_own_file(offset_s: float | None, shift_s: int, expected: list[tuple[str, str]]) -> None:
    far = flow(**ABROAD, t_start_ns=ns(2500 + shift_s), t_end_ns=ns(2501 + shift_s))
    assert said(far, windows=hour(working={"clock_offset_s": offset_s}, off={"clock_offset_s": 7.0}), actions=[act(2500, 2501)]) == expected


@pytest.mark.parametrize(
    ("state", "source", "app_class", "expected"),
    [
        ("working", "cellular-working", "browser", EXEMPT),
        ("working", "cellular-working", "other", PERSON),
        ("working", "cellular-powered", "browser", FOREIGN),
        ("working", "cellular-powered", "other", FOREIGN),
        (None, "cellular-working", "browser", PERSON),
        (None, "cellular-working", "other", PERSON),
        ("off", "cellular-working", "browser", FOREIGN),
    ],
)
def test_an_act_counts_only_in_a_working_time_of_the_same_file(
    state: str | None, source: str, app_class: str, expected: list[tuple[str, str]]
) -> None:
    windows = [*HOUR[:2], window("working", 2400, 3600), window(state, 2400, 3600, source="cellular-working")]
    windows = windows if state != "working" else HOUR
    if state != "working":
        windows[2] = windows[2] | {"source": "else"}
    texts = said(flow(**ABROAD, source=source), windows=windows, actions=[act(2500, 2501, app_class)])
    assert [t for t in texts if t in FOREIGN + PERSON] == expected


def test_a_flow_half_inside_the_working_time_is_not_exempt() -> None:
    for start, end in ((2399, 2401), (3599, 3601)):
        far = flow(**ABROAD, t_start_ns=ns(start), t_end_ns=ns(end))
        assert said(far, actions=[act(start, end)]) == FOREIGN


@pytest.mark.parametrize("missing", ["start", "end"])
def test_an_act_without_both_times_excuses_nothing(missing: str) -> None:
    assert said(flow(**ABROAD), actions=[act(2500, 2501).model_copy(update={missing: None})]) == FOREIGN


def test_the_share_of_acts_is_measured_on_the_working_time() -> None:
    (found,) = told(flow(**ABROAD), actions=[act(2400, 3300), act(0, 2400, "other")])
    assert (found.kind, found.measured, found.limit) == ("gap", 0.75, 0.5)
    assert said(flow(**ABROAD, t_start_ns=ns(2410), t_end_ns=ns(2411)), actions=[act(0, 2500)]) == EXEMPT


# Evidence --------------------------------------------------------------------------------------------------------------------------------


def test_the_farthest_source_counts_and_the_newest_is_told() -> None:
    far = [flow(far_ip=f"1.0.{i}.1", dated=date(2026, 6, 1) - timedelta(days=d)) for i, d in enumerate((91, 100, 3))]
    (found,) = told(*far)
    assert (found.measured, found.limit, found.facts["dated"]) == (100, 90, "2026-05-29")
    later = flow(t_start_ns=ns(86_400 * 79), t_end_ns=ns(86_400 * 79 + 1))
    assert [f.measured for f in told(later)] == [91]


def test_a_place_nobody_knows_needs_no_date() -> None:
    unknown = flow(far_ip="2.2.2.2", place="unknown", seen="unknown", dated=None)
    assert said(unknown) == [("gap", "nobody knows where this address is")]
    assert said(flow(dated=None)) == [("gap", "the location source does not tell its date")]


def test_the_worst_loss_of_each_file_counts() -> None:
    more = window("working", 2400, 3000, dropped_ratio=0.5)
    (found,) = told(windows=[*HOUR, more])
    assert (found.text.en, found.source, found.measured) == ("more packets were lost than allowed", "cellular-working", 0.5)


# Channels --------------------------------------------------------------------------------------------------------------------------------


def on(channel: str) -> list[Row]:
    return [w | {"channel": channel, "source": f"{channel}-{w['state']}"} for w in HOUR]


def test_wlan_alone_is_a_radio_channel() -> None:
    windows = on("wlan")
    found = sends_nothing_abroad(LocatedFlow.rows(flow(source="wlan-working")), CaptureWindow.rows(*windows), None, None, car("wlan"))
    assert [f.kind for f in found] == ["ok"]


def test_a_capture_without_a_note_is_one_finding() -> None:
    unnoted = window(None, 3600, 3700, channel=None, noted=False, timed=False, source="x")
    assert said(windows=[*HOUR, unnoted]) == [("gap", "the capture has no note: channel and state are unknown")]


def test_each_channel_is_heard_by_itself() -> None:
    subject = car("cellular", "wlan")
    for channel in ("cellular", "wlan"):
        windows = [w | ({"packet_count": 0} if w["source"] == f"{channel}-working" else {}) for w in (*HOUR, *on("wlan"))]
        (silent,) = told(windows=windows, subject=subject)
        assert (silent.text.en, silent.facts["channel"]) == ("no packet at all while the functions were on", channel)
    assert told(windows=[*HOUR, *on("wlan")], subject=subject) == []


# Doubtful captures, tunnels that were opened, endpoints of the maker ---------------------------------------------------------------------


def verdict_of(
    *flows: Row, windows: list[Row] | None = None, tunnels: Tunnel | None = None, actions: list[UserAction] | None = None
) -> set[str]:
    table = CaptureWindow.rows(*(HOUR if windows is None else windows))
    found = sends_nothing_abroad(LocatedFlow.rows(flow(), *flows), table, actions, tunnels, car())
    return {f.text.en for f in found if f.kind != "ok"}


def test_a_copy_of_a_capture_cannot_stand_for_another_state_even_when_its_clock_is_moved() -> None:
    moved = flow(source="cellular-off", t_start_ns=ns(100), t_end_ns=ns(101))
    assert verdict_of(moved) == {"two capture files hold the same packets, but are noted otherwise"}
    assert verdict_of(moved | {"t_end_ns": ns(101) + 1}) == set()
    assert verdict_of(moved | {"near_port": 4001}) == set()
    again = window("working", 2400, 3600, source="again")
    assert verdict_of(flow(source="again"), windows=[*HOUR, again]) == set()  # noted alike: a ring buffer saved twice


@pytest.mark.parametrize(("first_s", "last_s", "quiet"), [(2400 + 900, 3600, False), (2400 + 901, 3600, True), (2400, 3600 - 901, True)])
def test_a_capture_that_stops_long_before_its_noted_end(first_s: float, last_s: float, quiet: bool) -> None:
    found = verdict_of(windows=hour(working={"t_first_ns": ns(first_s), "t_last_ns": ns(last_s)}))
    assert found == ({"with the functions on, a capture holds no packet for long at an end of its noted time"} if quiet else set())
    assert verdict_of(windows=hour(off={"t_first_ns": ns(0), "t_last_ns": ns(1)})) == set()  # a parked car may be silent


def test_a_file_with_one_direction_only() -> None:
    heard = flow(source="cellular-off", sent_packet_count=0, far_port=444)
    assert verdict_of(heard) == {"no packet of the vehicle was captured: one direction may be missing"}


@pytest.mark.parametrize("place", ["abroad", "hmt", "disputed", "unknown"])
def test_packets_that_only_came_from_abroad(place: str) -> None:
    came = flow(far_ip="8.8.4.4", place=place, seen=place, sent_packet_count=0)
    assert verdict_of(came) == {"packets came from abroad or nobody knows where, and none was seen to go there"}
    assert "data suspected to go directly abroad" in verdict_of(came, came | ABROAD | {"far_ip": "8.8.4.4", "sent_packet_count": 1})


OUTER = {"protocol": "udp", "near_port": 40000, "far_ip": "1.0.1.9", "far_port": 2152}


@pytest.mark.parametrize(
    ("changed", "opened"),
    [
        ({}, True), ({"opened_count": 2}, False), ({"packet_count": 0, "opened_count": 0}, False), ({"source": "cellular-off"}, False),
        ({"b_port": 2153}, False), ({"protocol": "tcp"}, False), ({"a_ip": "1.0.1.9", "a_port": 2152, "b_ip": "10.0.0.2", "b_port": 40000}, True),
    ],
)  # fmt: skip
def test_a_tunnel_that_was_opened_whole_hides_nothing(changed: Row, opened: bool) -> None:
    plain: Row = {
        "protocol": "udp",
        "a_ip": "10.0.0.2",
        "a_port": 40000,
        "b_ip": "1.0.1.9",
        "b_port": 2152,
        "packet_count": 3,
        "opened_count": 3,
    }
    tunnel = Tunnel.rows(plain | {"source": "cellular-working"} | changed)
    assert verdict_of(flow(**OUTER), tunnels=tunnel) == (set() if opened else {TUNNEL[0][1]})
    # what is inside is judged as any flow
    assert "data suspected to go directly abroad" in verdict_of(flow(**OUTER), flow(**ABROAD, near_ip="10.9.9.9"), tunnels=tunnel)


def test_an_endpoint_of_the_maker_is_no_act_of_the_user() -> None:
    during = [act(2400, 2600)]
    assert verdict_of(flow(**ABROAD), actions=during) == set()
    assert verdict_of(flow(**ABROAD, contract="C-1"), actions=during) == {"data suspected to go directly abroad"}
    assert verdict_of(flow(**ABROAD, contract=""), actions=during) == {"data suspected to go directly abroad"}
    assert verdict_of(flow(**ABROAD, contract=""), actions=[act(2400, 2600, "other")]) == {"data suspected to go directly abroad"}


def test_a_lone_query_that_looks_alike_is_no_copy() -> None:
    query = flow(near_port=50000, far_port=53, protocol="udp")
    others = [flow(source=s, near_port=p) for s, p in (("cellular-off", 1), ("cellular-off", 2), ("cellular-working", 3))]
    assert verdict_of(query, query | {"source": "cellular-off"}, *others) == set()
    assert verdict_of(query, query | {"source": "cellular-off"}, *others[1:]) != set()  # one of two: half of the file
