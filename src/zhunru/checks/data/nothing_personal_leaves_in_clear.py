"""No sensitive personal information leaves the vehicle in clear text."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any

import numpy as np
import polars as pl

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.step import Limit
from zhunru.core.subject import Channel, Subject
from zhunru.core.verdict import Verdict
from zhunru.formulas.identifiers.kinds import BY_ID, FOUND
from zhunru.formulas.intervals import inside, spans
from zhunru.formulas.ip_location import block_of, keys_of
from zhunru.records.user_action import UserAction
from zhunru.tables.capture_window import CaptureWindow
from zhunru.tables.clear_text import ClearText
from zhunru.tables.sent_payload import ENDS, SentPayload

_EXEMPT = ("browser", "messenger", "user_app")
_RADIO = ("cellular", "wlan", "satellite", "v2x", "bluetooth")
_LISTED = 8
"""Encodings, ports and names listed in one finding."""


@check(
    "miit-2021-103/1.4",
    "miit-2021-103/1.5",
    "gb-44495-2024/7.2.6",
    "gb-t-44464-2024/5.6.1.1",
    "gb-t-44464-2024/D.6.2",
    title_zh="敏感个人信息不以明文送出车外",
    since="0.3",
)
def nothing_personal_leaves_in_clear(
    sent: SentPayload,
    seen: ClearText | None,
    windows: CaptureWindow,
    actions: list[UserAction] | None,
    subject: Subject,
    *,
    opaque_byte: Annotated[int, Limit("B", source="gb-t-44464-2024/D.6.2", basis="P")] = 0,
    dropped_ratio: Annotated[float, Limit("1", source="gb-t-44464-2024/D.6.2", basis="P")] = 0.001,
) -> Iterator[Finding]:
    """Captures of the working vehicle on each radio channel show no sensitive personal information in the clear among what it sends out.

    Why:
        Whoever stands between the car and the cloud reads what is not encrypted: positions, numbers of identity cards and bank cards.

    为什么:
        未加密的数据，任何处于车与云之间的人都能读取：位置、证件号、银行卡号。

    How it decides:
        1. What the vehicle sent to a public address, or to a declared private gateway, left the vehicle.
        2. Sensitive identifiers found there by check digit, cue or as a field of a known protocol: breach, one for each far end and kind. Where only
           the form speaks: gap. Inside an act of the user by browser, messenger or own application: gap.
        3. Positions on a V2X channel: gap, since they are exempt only under changing pseudonyms.
        4. General identifiers, e.g. the VIN in the head of a GB/T 32960 frame: told, no breach, since the clauses speak of sensitive ones.
        5. Identifiers sent to a private address in a capture of a radio channel, of no channel, or in a direction nobody can tell: gap.
        6. More than `opaque_byte` bytes to one far end that are neither text nor a known protocol, or bytes missing: gap.
        7. Every declared cellular, WLAN and satellite channel has a noted capture with the functions on in which something was sent out. No note,
           more than `dropped_ratio` of the packets lost, or nobody says how many: gap.
        8. A far end to which none of this applies is ok, with the bytes looked into and the encrypted ones.

    Inconclusive:
        Any gap of the steps above; nothing was sent out.

    Not covered:
        Whether the encryption is any good: that is for the checks on TLS. Pictures, sound, names in free text without a cue, binary numbers outside
        GB/T 32960 and JT/T 808, important data; what the maker's cloud passes on. Text under a home-made cipher counts as opaque.

    未覆盖:
        加密强度由 TLS 检查项判定；图像、声音、无提示词的姓名、两种帧格式之外的二进制数值、重要数据，以及云端的转发。自制加密的内容计为不可识别。

    Args:
        sent: Payloads seen from the vehicle.
        seen: Identifiers in the clear; none when nothing was seen.
        windows: Captures with their notes.
        actions: Acts of the user during the captures.
        subject: Product with its declared channels and private gateways.
        opaque_byte: Greatest number of opaque bytes to one far end, bytes.
        dropped_ratio: Greatest share of lost packets.

    References:
        GB/T 44464-2024 5.6.1.1, D.6.2 and table A.2 with note; GB 44495-2024 7.2.6 and its test 8.3.3.6; data-and-cyber.md 1.2, 2.2, 2.3.1.
    """
    rows = windows.frame.sort("source", "t_start_ns", "channel", "state").collect()
    payload = _outward(sent, subject)
    out = payload.filter("out")  # (1)
    if not out["payload_byte"].sum():
        yield gap("没有向车外发送任何净荷", "no payload was sent out of the vehicle")
    hits = _hits(seen, payload)
    yield from _judged(hits.filter("out"), rows, actions or [], subject)
    yield from _doubtful(hits.filter(~pl.col("out") & (pl.col("direction") != "received")), rows, subject)  # (5)
    yield from _looked_into(out, opaque_byte)  # (6)
    yield from _captured(rows, out, subject, dropped_ratio)  # (7)
    quiet = out.join(hits.filter(pl.col("out") & _sensitive()), on="far_ip", how="anti")
    quiet = quiet.filter((pl.col("opaque_byte").sum().over("far_ip") <= opaque_byte) & (pl.col("lost_byte").sum().over("far_ip") == 0))
    for far in _by_far_end(quiet):  # (8)
        yield ok(
            "发往该地址的净荷中未见明文敏感个人信息", "no sensitive identifier in the clear among what was sent to this address", **far
        )


def _outward(sent: SentPayload, subject: Subject) -> pl.DataFrame:
    """Return the payloads, each with `out`: it left the vehicle for sure."""
    rows = sent.frame.filter(pl.col("payload_byte") + pl.col("lost_byte") > 0).collect()
    family, key = keys_of(rows["to_ip"])
    gateway = np.zeros(len(rows), bool)
    for text in (g for c in subject.channels for g in c.private_gateways):
        if block := block_of(text):
            gateway |= (family == block[0]) & (key >= block[1]) & (key <= block[2])
    return rows.with_columns(((pl.col("direction") == "sent") | pl.Series(gateway, dtype=pl.Boolean)).alias("out"))


def _hits(seen: ClearText | None, payload: pl.DataFrame) -> pl.DataFrame:
    rows = (ClearText.empty() if seen is None else seen).collect().rename({"t_first_ns": "t_hit_ns"})
    both = rows.join(payload.unique(list(ENDS), keep="first", maintain_order=True), on=list(ENDS), how="left", maintain_order="left")
    known = {"direction": pl.lit("unclear"), "out": pl.lit(value=False), "far_ip": pl.col("to_ip"), "far_port": pl.col("to_port")}
    return both.with_columns(pl.col(name).fill_null(value) for name, value in known.items())


def _sensitive() -> pl.Expr:
    return pl.col("kind").is_in([k for k, kind in BY_ID.items() if kind.sensitive])


def _judged(hits: pl.DataFrame, rows: pl.DataFrame, actions: list[UserAction], subject: Subject) -> Iterator[Finding]:
    found, sensitive = pl.col("certainty") == FOUND, _sensitive()
    v2x = pl.col("source").is_in(_sources(rows, subject, ("v2x",))) & (pl.col("kind") == "coordinate")
    act = pl.Series("act", _in_act(hits, rows, actions), dtype=pl.Boolean)
    hits = hits.with_columns(act)
    for fields in _by_kind(hits.filter(sensitive & found & ~v2x & ~pl.col("act"))):  # (2)
        yield breach("敏感个人信息以明文送出车外", "sensitive personal information left the vehicle in clear text", **fields)
    for fields in _by_kind(hits.filter(sensitive & found & ~v2x & pl.col("act"))):
        yield gap(
            "用户自主操作时段内有明文敏感个人信息，须人工判定", "sensitive identifiers in the clear inside an act of the user: a person must judge",
            **fields,
        )  # fmt: skip
    for fields in _by_kind(hits.filter(sensitive & ~found & ~v2x)):
        yield gap("形式上疑似明文敏感个人信息", "what was sent in the clear has the form of sensitive identifiers", **fields)
    for fields in _by_kind(hits.filter(v2x)):  # (3)
        yield gap(
            "V2X 广播中的位置：假名轮换时不视为敏感，抓包无法证明", "positions on V2X: exempt under changing pseudonyms, which a capture cannot show",
            **fields,
        )  # fmt: skip
    for fields in _by_kind(hits.filter(~sensitive & found)):  # (4)
        yield ok(
            "一般个人信息以明文送出（条款只针对敏感个人信息）",
            "general personal information in the clear (the clauses speak of sensitive)",
            **fields,
        )


def _doubtful(hits: pl.DataFrame, rows: pl.DataFrame, subject: Subject) -> Iterator[Finding]:
    wired = pl.col("source").is_in(_sources(rows, subject, ("ethernet", "usb")))
    for fields in _by_kind(hits.filter(_sensitive() & ((pl.col("direction") == "unclear") | ~wired))):
        yield gap(
            "发往私有地址或方向不明的明文敏感个人信息：是否出车不明",
            "sensitive identifiers in the clear to a private address or in an unclear direction: whether they left the vehicle is not known",
            **fields,
        )


def _looked_into(out: pl.DataFrame, opaque_byte: int) -> Iterator[Finding]:
    for far in _by_far_end(out.filter(pl.col("opaque_byte").sum().over("far_ip") > opaque_byte)):
        shown = far | {"measured": far["opaque_byte"], "limit": opaque_byte}
        yield gap("净荷既非文本也非已知协议，无法判定", "payload is neither text nor a known protocol: it cannot be judged", **shown)
    for far in _by_far_end(out.filter(pl.col("lost_byte").sum().over("far_ip") > 0)):
        yield gap("抓包缺失部分净荷", "the capture lacks part of the payload", **(far | {"measured": far["lost_byte"], "limit": 0}))


def _captured(rows: pl.DataFrame, out: pl.DataFrame, subject: Subject, dropped_ratio: float) -> Iterator[Finding]:
    channels = [c for c in subject.channels if c.kind in {"cellular", "wlan", "satellite"}]
    if not channels:
        yield gap("产品未声明无线通道", "the product declares no radio channel")
    talking = out.filter(pl.col("payload_byte") > 0)["source"].unique()
    for channel in channels:
        working = rows.filter(
            (pl.col("channel") == channel.id) & (pl.col("state") == "working") & pl.col("source").is_in(talking.implode())
        )
        if not len(working):
            yield gap(
                "该通道没有功能开启状态下的外发抓包",
                "no capture of this channel shows what is sent with the functions on",
                channel=channel.id,
            )
    for (source,), part in rows.group_by("source", maintain_order=True):
        lost: Any = part["dropped_ratio"].max()
        if not part["noted"].all():
            yield gap("抓包没有记录：通道与车辆状态未知", "the capture has no note: channel and state are unknown", source=str(source))
        if lost is None:
            yield gap("丢包数未知", "nobody says how many packets were lost", source=str(source))
        elif lost > dropped_ratio:
            yield gap(
                "丢包超过限值", "more packets were lost than allowed", source=str(source), measured=lost, limit=dropped_ratio, unit="1"
            )


def _sources(rows: pl.DataFrame, subject: Subject, kinds: tuple[str, ...]) -> list[str]:
    """Return the captures all of whose notes name channels of these kinds."""
    named = [c.id for c in subject.channels if c.kind in kinds]
    mine = rows.group_by("source").agg((pl.col("channel").is_in(named) & pl.col("channel").is_not_null()).all().alias("mine"))
    return mine.filter("mine")["source"].sort().to_list()


def _in_act(hits: pl.DataFrame, rows: pl.DataFrame, actions: list[UserAction]) -> Any:
    offset = rows.group_by("source").agg(pl.col("clock_offset_s").max())
    timed = hits.select("source", "t_hit_ns").join(offset, on="source", how="left", maintain_order="left")
    shift = (timed["clock_offset_s"].fill_null(0.0) * 1e9).round().cast(pl.Int64)
    at = (timed["t_hit_ns"].fill_null(-1) - shift).to_numpy()
    acts = [(a.start, a.end) for a in actions if a.start and a.end and a.app_class in _EXEMPT]
    return inside(at, at, spans(*([round(t[side].timestamp() * 1e6) * 1000 for t in acts] for side in (0, 1))))


def _by_kind(hits: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield the fields of one finding for each far end and kind, the most first."""
    ordered = hits.sort("t_hit_ns", "source", "encoding", "from_port", "sample", nulls_last=True)
    grouped = ordered.group_by("far_ip", "kind", maintain_order=True).agg(
        pl.col("source", "t_hit_ns", "sample", "names").first(),
        pl.col("hit_count").sum(),
        pl.col("encoding").unique().sort(),
        pl.format("{}/{}", "protocol", "far_port").unique().sort().alias("ports"),
    )
    for row in grouped.sort(["hit_count", "far_ip", "kind"], descending=[True, False, False]).iter_rows(named=True):
        yield {
            "source": row["source"],
            "t_ns": row["t_hit_ns"],
            "measured": row["hit_count"],
            "limit": 0,
            "unit": "1",
            "address": row["far_ip"],
            "names": row["names"],
            "ports": ", ".join(row["ports"][:_LISTED]),
            "kind": row["kind"],
            "kind_zh": BY_ID[row["kind"]].title.zh,
            "encoding": ", ".join(row["encoding"][:_LISTED]),
            "sample": row["sample"],
        }


def _by_far_end(rows: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield the fields of one finding for each far address, the most bytes first."""
    grouped = (
        rows.sort("t_first_ns", "source", "far_port", nulls_last=True)
        .group_by("far_ip", maintain_order=True)
        .agg(
            pl.col("source", "t_first_ns", "names").first(),
            pl.col("payload_byte", "readable_byte", "encrypted_byte", "opaque_byte", "lost_byte").sum(),
            pl.format("{}/{}", "protocol", "far_port").unique().sort().alias("ports"),
        )
    )
    for row in grouped.sort(["payload_byte", "far_ip"], descending=[True, False]).iter_rows(named=True):
        shown = {name: row[name] for name in ("readable_byte", "encrypted_byte", "opaque_byte", "lost_byte")}
        named = {"address": row["far_ip"], "names": row["names"], "ports": ", ".join(row["ports"][:_LISTED])}
        yield {"source": row["source"], "t_ns": row["t_first_ns"], "measured": row["payload_byte"], "unit": "B", **named, **shown}


_T0 = int(datetime(2026, 6, 1, tzinfo=UTC).timestamp()) * 10**9
_CAR = Subject(name="样车一号", maker="示例汽车", channels=(Channel(id="4G", kind="cellular"),))
_Case = tuple[SentPayload, ClearText | None, CaptureWindow, None, Subject]


def _case(hit: dict[str, object] | None = None, **changed: object) -> _Case:
    ends = {"protocol": "tcp", "from_ip": "10.0.0.2", "from_port": 40000, "to_ip": "1.0.1.1", "to_port": 443, "source": "4G.pcap"}
    counts = {"payload_byte": 900, "readable_byte": 300, "encrypted_byte": 600, "opaque_byte": 0, "lost_byte": 0}
    row = {**ends, **counts, "direction": "sent", "far_ip": "1.0.1.1", "far_port": 443, "t_first_ns": _T0 + 10**9}
    times = {"t_start_ns": _T0, "t_end_ns": _T0 + 10**11, "t_first_ns": _T0, "t_last_ns": _T0 + 10**11, "clock_offset_s": 0.0}
    note = {"channel": "4G", "state": "working", "noted": True, "timed": True, "packet_count": 9, "dropped_ratio": 0.0, "source": "4G.pcap"}
    told = {"t_first_ns": _T0 + 10**9, "certainty": FOUND, "encoding": "raw", "hit_count": 3, "sample": "…1234"}
    seen = None if hit is None else ClearText.rows({**ends, **told, **hit})
    return SentPayload.rows(row | changed), seen, CaptureWindow.rows(note | times), None, _CAR


@nothing_personal_leaves_in_clear.example(Verdict.PASS)
def all_under_tls() -> _Case:
    """A name in the greeting, everything else encrypted."""
    return _case()


@nothing_personal_leaves_in_clear.example(Verdict.PASS)
def only_the_vin_in_the_head_of_a_frame() -> _Case:
    """GB/T 32960 with encrypted data: the VIN in the head is general information."""
    return _case({"kind": "vin", "encoding": "gbt32960"})


@nothing_personal_leaves_in_clear.example(Verdict.FAIL)
def positions_in_frames_without_encryption() -> _Case:
    """GB/T 32960 reports with coordinates in the clear."""
    return _case({"kind": "coordinate", "encoding": "gbt32960"})


@nothing_personal_leaves_in_clear.example(Verdict.INCONCLUSIVE)
def a_cipher_of_its_own() -> _Case:
    """Bytes that nobody can read: encrypted by who knows what, or just packed."""
    return _case(opaque_byte=300)
