"""The vehicle sends nothing directly abroad."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import combinations
from typing import Annotated, Any

import numpy as np
import polars as pl

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.step import Limit
from zhunru.core.subject import Channel, Subject
from zhunru.core.verdict import Verdict
from zhunru.formulas.intervals import common, inside, length, spans
from zhunru.formulas.ip_location import block_of, keys_of
from zhunru.records.user_action import UserAction
from zhunru.tables.capture_doubt import copies, one_way, silent_ends, unopened
from zhunru.tables.capture_window import CaptureWindow, with_packets
from zhunru.tables.far_end import far_ends
from zhunru.tables.located_flow import LocatedFlow
from zhunru.tables.tunnel import Tunnel

_STATES = ("off", "powered", "working")
_FOREIGN = ("abroad", "hmt")
_EXEMPT = ("browser", "messenger", "user_app")
_TUNNEL_PROTOCOLS = ("4", "41", "47", "50", "51", "94", "97", "115")  # IP-in-IP, 6in4, GRE, ESP, AH, IPIP, EtherIP, L2TP
# IKE, IKE NAT-T, OpenVPN, L2TP, PPTP, GTP-U, Teredo, VXLAN, Geneve, WireGuard
_TUNNEL_PORTS = (500, 4500, 1194, 1701, 1723, 2152, 3544, 4789, 6081, 8472, 51820)


@check(
    "miit-2021-103/1.8",
    "gb-t-44464-2024/5.8",
    "gb-t-44464-2024/6.7",
    "gb-44495-2024/7.4.7",
    title_zh="车辆不直接向境外传输数据",
    since="0.1",
)
def sends_nothing_abroad(
    flows: LocatedFlow,
    windows: CaptureWindow,
    actions: list[UserAction] | None,
    tunnels: Tunnel | None,
    subject: Subject,
    *,
    capture_s: Annotated[float, Limit("s", source="gb-t-44464-2024/D.8", basis="C")] = 3600.0,
    together_ratio: Annotated[float, Limit("1", source="gb-t-44464-2024/D.8", basis="P")] = 0.95,
    dropped_ratio: Annotated[float, Limit("1", source="gb-t-44464-2024/D.8", basis="P")] = 0.001,
    source_age_count: Annotated[int, Limit("d", source="gb-t-44464-2024/D.8", basis="P")] = 90,
    clock_s: Annotated[float, Limit("s", source="gb-t-44464-2024/D.8", basis="P")] = 60.0,
    act_ratio: Annotated[float, Limit("1", source="gb-t-44464-2024/5.8", basis="P")] = 0.5,
    silent_s: Annotated[float, Limit("s", source="gb-t-44464-2024/D.8", basis="P")] = 900.0,
) -> Iterator[Finding]:
    """No packet of the vehicle went to an address outside the mainland, seen on all radio channels in all three states for an hour.

    Why:
        Personal and important data stay in China; what the vehicle sends straight abroad escapes the maker's control and every assessment.

    为什么:
        个人信息和重要数据应在境内存储；车辆直接发往境外的数据绕过了企业的管控和出境评估。

    How it decides:
        1. Each capture has a note with a declared radio channel, a state and times; the packets lie in the noted time, `clock_s` aside.
           Every declared cellular and WLAN channel was captured in each state: off, powered, working; a satellite channel in any. Captures in
           different states do not overlap by more than `clock_s`, and one file stands for one channel at a time; no file is a copy of another
           that is noted otherwise; with the functions on, no file is silent for more than `silent_s` at an end of its noted time. Else gap.
        2. In each state all channels were captured at once for at least `together_ratio` of the captured time. Else gap.
        3. The captured time adds up to `capture_s`, overlaps counted once. Else gap.
        4. Far ends to which the vehicle sent at least one packet are judged, one finding for each. Packets came from abroad, or from a place
           that cannot be told, and none went there; a file holds no packet that the vehicle sent: one direction may be missing, gap.
        5. Private and reserved addresses are left out. A tunnel to an undeclared peer hides where data go: gap, unless every packet of it
           could be opened (what is inside is judged as any flow) or it is a declared private gateway with a private address. A declared private gateway with a public address: gap, and it is judged as any other.
        6. Hong Kong, Macao and Taiwan count as abroad and are told apart. Sources that disagree, a place nobody knows, and a declaration
           against all sources need an explanation: gap.
        7. A flow wholly inside an act of the user by browser, messenger or own application is exempt while the functions were on, but never to
           an endpoint that the maker declares as its own; inside another act, or in a capture whose state is not told: gap. Acts that cover more than `act_ratio` of that time: gap.
        8. Every other flow to an address abroad is a breach, however short the capture. A mainland or declared far end is ok.
        9. Evidence is too weak when the location source is more than `source_age_count` days from the capture or undated, or when more than
           `dropped_ratio` of the packets were lost or nobody says how many: gap.

    Inconclusive:
        Any gap of the steps above; no traffic to a public address at all.

    Not covered:
        Where data go after a mainland address; what a declared private gateway or relay passes on; addresses that a location source places
        wrongly (location is inferred, never proof); silent stretches, which are believed captured when the note says so; channels nobody
        declared. Which application made an exempt flow is taken from the time alone.

    未覆盖:
        境内地址之后的流向；已声明专网网关或中继的转发；归属地来源本身的错误（归属地仅为推断）；无报文时段以抓包记录为准；
        未声明的通道。豁免通信仅按时间判定，不能确认由哪个应用发出。

    Args:
        flows: Flows with the place of the far end.
        windows: Captures with their notes.
        actions: Acts of the user during the captures.
        tunnels: Tunnels in the captures, and how far they could be opened.
        subject: Product with its declared channels and private gateways.
        capture_s: Least captured time in sum, seconds.
        together_ratio: Least share of simultaneous capture in each state.
        dropped_ratio: Greatest share of lost packets.
        source_age_count: Greatest distance of location source and capture, days.
        clock_s: How far packets may lie outside the noted time, and captures in different states overlap, seconds.
        act_ratio: Greatest share of the time with functions on that exempting acts of the user may cover.
        silent_s: Greatest time without a packet at an end of a capture with the functions on, seconds.

    References:
        GB/T 44464-2024 5.8 with note, 6.7 and D.8; GB 44495-2024 7.4.7; data-and-cyber.md 1.4.
    """
    rows = windows.frame.sort("source", "t_start_ns", "channel", "state").collect()
    channels = [c for c in subject.channels if c.kind in {"cellular", "wlan"}]
    yield from _captured(rows, subject, clock_s)  # (1)
    every = flows.collect()
    yield from _one_at_a_time(rows, clock_s)  # (1)
    yield from _doubtful(every, rows, silent_s)  # (1), (4)
    yield from _silent(rows, flows, channels)  # (1)
    for state in _STATES:
        yield from _state(rows, state, channels, together_ratio)  # (1), (2)
    yield from _long_enough(rows, channels, capture_s)  # (3)
    sent = every.filter(pl.col("sent_packet_count") > 0)  # (4)
    gateway = _gateway(sent["far_ip"], subject)
    yield from _tunnels(unopened(sent.filter(~(gateway & (sent["place"] == "private"))), tunnels), rows)  # (5)
    for far in far_ends(sent.filter(gateway & (sent["place"] != "private")), rows):
        yield gap("声明的专网网关是公网地址", "a declared private gateway is a public address", **far)
    public = sent.filter(pl.col("place") != "private")
    if not len(public):
        yield gap("没有发往公网地址的通信", "nothing was sent to any public address")
    yield from _judged(public, rows, actions or [], act_ratio)  # (6) to (8)
    yield from _evidence(public, rows, source_age_count, dropped_ratio)  # (9)


def _captured(rows: pl.DataFrame, subject: Subject, clock_s: float) -> Iterator[Finding]:
    kinds = {c.id: c.kind for c in subject.channels}
    known = {i for i, kind in kinds.items() if kind in {"cellular", "wlan", "satellite"}}
    if not {"cellular", "wlan"} & set(kinds.values()):
        yield gap("产品未声明蜂窝或无线局域网通道", "the product declares no cellular or WLAN channel")
    for channel in sorted(i for i in known - set(rows["channel"]) if kinds[i] == "satellite"):
        yield gap(
            "卫星通信通道没有抓包：其发送内容不明", "a satellite channel was not captured: what it sends is not known", channel=channel
        )
    for row in rows.iter_rows(named=True):
        source = row["source"]
        if not row["noted"]:
            yield gap("抓包没有记录：通道与车辆状态未知", "the capture has no note: channel and state are unknown", source=source)
            continue
        if row["channel"] not in known:
            yield gap(
                "记录的通道不在已声明的无线通道中", "the noted channel is no declared radio channel", source=source, channel=row["channel"]
            )
        if row["state"] is None:
            yield gap("抓包记录未注明车辆状态", "the note does not tell the state of the vehicle", source=source)
        if not row["timed"]:
            yield gap("抓包记录缺少起止时间或有单元格无法识别", "the note lacks start or end, or a cell cannot be read", source=source)
        elif row["t_end_ns"] <= row["t_start_ns"]:
            yield gap("抓包记录的结束不晚于开始", "the noted end is not after the noted start", source=source)
    for (source,), part in rows.filter("timed").group_by("source", maintain_order=True):
        first: Any = part["t_first_ns"].min()
        last: Any = part["t_last_ns"].max()
        outside_s = max(part["t_start_ns"].min() - first, last - part["t_end_ns"].max()) / 1e9 if first is not None else 0.0
        if outside_s > clock_s:
            yield gap(
                "报文落在记录的时段之外",
                "packets lie outside the noted time",
                source=str(source),
                measured=outside_s,
                limit=clock_s,
                unit="s",
            )


def _one_at_a_time(rows: pl.DataFrame, clock_s: float) -> Iterator[Finding]:
    timed = rows.filter(pl.col("t_end_ns") > pl.col("t_start_ns"))
    for one, other in combinations(_STATES, 2):
        lap_s = length(common(*(_times(timed.filter(pl.col("state") == state)) for state in (one, other)))) / 1e9
        if lap_s > clock_s:
            yield gap(
                "不同车辆状态的抓包时段重叠", "captures in different states overlap in time",
                measured=lap_s, limit=clock_s, unit="s", state=one, other_state=other,
            )  # fmt: skip
    for (source,), part in timed.group_by("source", maintain_order=True):
        named = [_times(each) for _, each in part.drop_nulls("channel").group_by("channel", maintain_order=True)]
        if any(length(common(one, other)) for one, other in combinations(named, 2)):
            yield gap("一个抓包文件同时记为两个通道", "one capture file is noted for two channels at one time", source=str(source))


def _doubtful(flows: pl.DataFrame, rows: pl.DataFrame, silent_s: float) -> Iterator[Finding]:
    for one, other in copies(flows, rows):
        yield gap(
            "两个抓包文件含相同报文，记录却不同", "two capture files hold the same packets, but are noted otherwise", source=one, copy=other
        )
    for source, quiet_s in silent_ends(rows):
        if quiet_s > silent_s:
            yield gap(
                "功能开启状态的抓包在记录时段的一端长时间无报文", "with the functions on, a capture holds no packet for long at an end of its noted time",
                source=source, measured=quiet_s, limit=silent_s, unit="s",
            )  # fmt: skip
    for source in one_way(flows):
        yield gap(
            "抓包中没有车辆发出的报文：可能只抓了一个方向",
            "no packet of the vehicle was captured: one direction may be missing",
            source=source,
        )
    unanswered = (pl.col("sent_packet_count") == 0) & pl.col("place").is_in([*_FOREIGN, "disputed", "unknown"])
    met = flows.filter(~unanswered).select("far_ip").unique()
    for far in far_ends(flows.filter(unanswered).join(met, on="far_ip", how="anti"), rows):
        yield gap(
            "有报文来自境外或不明之处，未见车辆发往该处的报文",
            "packets came from abroad or nobody knows where, and none was seen to go there",
            **far,
        )


def _silent(rows: pl.DataFrame, flows: LocatedFlow, channels: list[Channel]) -> Iterator[Finding]:
    heard = with_packets(rows, flows.frame)
    for channel in channels:
        working = (pl.col("state") == "working") & (pl.col("channel") == channel.id)
        if len(rows.filter(working)) and not len(heard.filter(working)):
            yield gap("功能开启状态下没有任何报文", "no packet at all while the functions were on", channel=channel.id, state="working")


def _state(rows: pl.DataFrame, state: str, channels: list[Channel], together_ratio: float) -> Iterator[Finding]:
    here = rows.filter((pl.col("state") == state) & pl.col("t_start_ns").is_not_null() & pl.col("t_end_ns").is_not_null())
    parts = {c.id: here.filter(pl.col("channel") == c.id) for c in channels}
    absent = [c for c, part in parts.items() if not len(part)]
    for channel in absent:
        yield gap("该通道在该状态下没有抓包", "this channel was not captured in this state", channel=channel, state=state)
    if absent or not channels:
        return
    times = [_times(part) for part in parts.values()]
    any_ns = length(_times(pl.concat(parts.values())))
    share = length(common(*times)) / any_ns if any_ns else 0.0
    if share < together_ratio:
        yield gap("各通道未同时抓包", "the channels were not captured at once", state=state, measured=share, limit=together_ratio, unit="1")


def _long_enough(rows: pl.DataFrame, channels: list[Channel], capture_s: float) -> Iterator[Finding]:
    counted = rows.filter(pl.col("channel").is_null() | pl.col("channel").is_in([c.id for c in channels]))
    captured_s = length(_times(counted.drop_nulls(["t_start_ns", "t_end_ns"]))) / 1e9
    if captured_s < capture_s:
        yield gap("抓包总时长不足", "the captures are shorter than asked", measured=captured_s, limit=capture_s, unit="s")


def _times(rows: pl.DataFrame) -> Any:
    return spans(rows["t_start_ns"].to_numpy(), rows["t_end_ns"].to_numpy())


def _gateway(addresses: pl.Series, subject: Subject) -> pl.Series:
    family, key = keys_of(addresses)
    found = np.zeros(len(addresses), bool)
    for text in (g for c in subject.channels for g in c.private_gateways):
        if block := block_of(text):
            found |= (family == block[0]) & (key >= block[1]) & (key <= block[2])
    return pl.Series("gateway", found, dtype=pl.Boolean)


def _tunnels(sent: pl.DataFrame, rows: pl.DataFrame) -> Iterator[Finding]:
    port = pl.col("far_port").is_in(_TUNNEL_PORTS) & pl.col("protocol").is_in(["udp", "tcp"])
    hidden = sent.filter((pl.col("protocol").is_in(_TUNNEL_PROTOCOLS) | port) & ~pl.col("place").is_in([*_FOREIGN, "declared"]))
    for far in far_ends(hidden, rows):
        yield gap("加密或封装隧道通往未声明的对端", "a tunnel leads to an undeclared peer: what it carries cannot be told", **far)


def _judged(public: pl.DataFrame, rows: pl.DataFrame, actions: list[UserAction], act_ratio: float) -> Iterator[Finding]:
    offset = rows.group_by("source").agg(pl.col("clock_offset_s").max())
    timed = public.join(offset, on="source", how="left", maintain_order="left")
    shift = (timed["clock_offset_s"].fill_null(0.0) * 1e9).round().cast(pl.Int64)
    bounds = ((timed["t_start_ns"] - shift).to_numpy(), (timed["t_end_ns"] - shift).to_numpy())
    working, doubtful = (_within(public["source"], *bounds, rows, state) for state in ("working", None))
    in_act = {e: pl.Series(inside(*bounds, _acts(actions, exempt=e)), dtype=pl.Boolean) for e in (True, False)}
    exempt = in_act[True] & working & ~doubtful & public["contract"].is_null()  # an endpoint of the maker is no act of the user
    other = (in_act[True] | in_act[False]) & (working | doubtful) & ~exempt & public["contract"].is_null()
    foreign = public["place"].is_in(_FOREIGN)
    against = (public["place"] == "declared") & public["seen"].is_in(_FOREIGN)
    # (8) breaches first, so that they are seen first
    for far in far_ends(public.filter(foreign & ~exempt & ~other), rows):
        yield breach("疑似直接向境外传输数据", "data suspected to go directly abroad", **far)
    # (7) acts of the user
    for far in far_ends(public.filter(foreign & exempt), rows):
        yield ok("境外通信在用户自主操作时段内，豁免", "traffic abroad inside an act of the user: exempt", **far)
    if (foreign & exempt).any():
        on = _times(rows.filter(pl.col("state") == "working").drop_nulls(["t_start_ns", "t_end_ns"]))
        share = length(common(on, _acts(actions, exempt=True))) / max(length(on), 1)
        if share > act_ratio:
            yield gap(
                "用户操作覆盖了功能开启时段的大部分", "acts of the user cover most of the time in which the functions were on",
                measured=share, limit=act_ratio, unit="1",
            )  # fmt: skip
    for far in far_ends(public.filter(foreign & other), rows):
        yield gap("境外通信在其他自主行为时段内，须人工判定", "traffic abroad inside another act of the user: a person must judge", **far)
    # (6) what needs an explanation
    for far in far_ends(public.filter(public["place"] == "disputed"), rows):
        yield gap("归属地来源结论不一致，须说明", "location sources disagree: an explanation is needed", **far)
    for far in far_ends(public.filter(public["place"] == "unknown"), rows):
        yield gap("归属地未知", "nobody knows where this address is", **far)
    for far in far_ends(public.filter(against), rows):
        yield gap(
            "声明为境内，但归属地来源均指向境外，须说明", "declared in the mainland against all sources: an explanation is needed", **far
        )
    # (8) the rest
    for far in far_ends(public.filter((public["place"] == "mainland") | ((public["place"] == "declared") & ~against)), rows):
        yield ok("目的地在境内", "the destination is in the mainland", **far)


def _within(source: pl.Series, first: Any, last: Any, rows: pl.DataFrame, state: str | None) -> pl.Series:
    """Tell which flows lie inside a noted time of their own file in this state; None = in a file with a time whose state is not told."""
    found = np.zeros(len(source), bool)
    wanted = rows.filter(pl.col("state").is_null() if state is None else pl.col("state") == state)
    for (name,), part in wanted.group_by("source", maintain_order=True):
        mine = (source == str(name)).to_numpy()
        found[mine] = True if state is None else inside(first[mine], last[mine], _times(part.drop_nulls(["t_start_ns", "t_end_ns"])))
    return pl.Series(found, dtype=pl.Boolean)


def _acts(actions: list[UserAction], *, exempt: bool) -> Any:
    timed = [(a.start, a.end) for a in actions if a.start and a.end and (a.app_class in _EXEMPT) == exempt]
    return spans(*([round(t[side].timestamp() * 1e6) * 1000 for t in timed] for side in (0, 1)))


def _evidence(public: pl.DataFrame, rows: pl.DataFrame, source_age_count: int, dropped_ratio: float) -> Iterator[Finding]:
    located = public.filter(pl.col("seen") != "unknown").select("dated", (pl.col("t_start_ns") // (86_400 * 10**9)).alias("day")).unique()
    if located["dated"].null_count():
        yield gap("归属地来源未注明日期", "the location source does not tell its date")
    apart = (located["dated"].cast(pl.Int32) - located["day"]).abs().max()
    if isinstance(apart, int) and apart > source_age_count:
        newest = located["dated"].max()
        yield gap(
            "归属地来源与抓包日期相距过远", "the location source is too far in time from the capture",
            measured=apart, limit=source_age_count, unit="d", dated=str(newest),
        )  # fmt: skip
    for (source,), part in rows.group_by("source", maintain_order=True):
        lost: Any = part["dropped_ratio"].max()
        if lost is None:
            yield gap("丢包数未知", "nobody says how many packets were lost", source=str(source))
        elif lost > dropped_ratio:
            yield gap(
                "丢包超过限值", "more packets were lost than allowed", source=str(source), measured=lost, limit=dropped_ratio, unit="1"
            )


_Inputs = tuple[LocatedFlow, CaptureWindow, None, None, Subject]
_T0 = int(datetime(2026, 6, 1, tzinfo=UTC).timestamp()) * 10**9
_CAR = Subject(name="样车一号", maker="示例汽车", channels=(Channel(id="4G", kind="cellular"), Channel(id="WiFi", kind="wlan")))


def _window(channel: str, state: str, start_s: float, end_s: float) -> dict[str, object]:
    start, end = (_T0 + round(t * 1e9) for t in (start_s, end_s))
    times = {"t_start_ns": start, "t_end_ns": end, "t_first_ns": start, "t_last_ns": end, "clock_offset_s": 0.0}
    return {"channel": channel, "state": state, "noted": True, "timed": True, "packet_count": 9, "dropped_ratio": 0.0, **times,
            "source": f"{channel}-{state}.pcap"}  # fmt: skip


def _hour() -> CaptureWindow:
    return CaptureWindow.rows(*(_window(c, s, 1200 * i, 1200 * i + 1200) for i, s in enumerate(_STATES) for c in ("4G", "WiFi")))


def _flow(**changed: object) -> dict[str, object]:
    plain: dict[str, object] = {
        "t_start_ns": _T0 + 10**9, "t_end_ns": _T0 + 2 * 10**9, "protocol": "tcp", "near_ip": "10.0.0.2", "near_port": 40000,
        "far_ip": "1.0.1.1", "far_port": 443, "sent_packet_count": 9, "received_packet_count": 9, "sent_byte": 900, "received_byte": 900,
        "place": "mainland", "seen": "mainland", "territory": "CN", "claims": "table=CN", "dated": datetime(2026, 5, 20, tzinfo=UTC).date(),
    }  # fmt: skip
    return plain | {"source": "4G-working.pcap"} | changed


_ABROAD = {"far_ip": "8.8.8.8", "place": "abroad", "seen": "abroad", "territory": "US", "claims": "table=US"}


@sends_nothing_abroad.example(Verdict.PASS)
def an_hour_of_mainland_traffic() -> _Inputs:
    """Both channels in all states, an hour in sum, one mainland server."""
    return LocatedFlow.rows(_flow()), _hour(), None, None, _CAR


@sends_nothing_abroad.example(Verdict.FAIL)
def one_packet_abroad_in_a_short_capture() -> _Inputs:
    """Seconds of capture show a server in the United States."""
    return LocatedFlow.rows(_flow(**_ABROAD)), CaptureWindow.rows(_window("4G", "working", 0, 30)), None, None, _CAR


@sends_nothing_abroad.example(Verdict.INCONCLUSIVE)
def sources_disagree() -> _Inputs:
    """One source says mainland, the other Hong Kong."""
    return LocatedFlow.rows(_flow(place="disputed", seen="disputed", territory="CN|HK")), _hour(), None, None, _CAR


@sends_nothing_abroad.example(Verdict.INCONCLUSIVE)
def only_half_an_hour() -> _Inputs:
    """Nothing bad was seen, but not for long enough."""
    short = (_window(c, s, 600 * i, 600 * i + 600) for i, s in enumerate(_STATES) for c in ("4G", "WiFi"))
    return LocatedFlow.rows(_flow()), CaptureWindow.rows(*short), None, None, _CAR
