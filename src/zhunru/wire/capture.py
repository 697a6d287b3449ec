"""A whole capture, gathered block by block: flows, DNS answers, TLS handshakes, CAN frames, diagnostics, and the account of the packets.

Memory grows with the number of distinct flows only.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import polars as pl

from zhunru.core.text import Text
from zhunru.wire import dns
from zhunru.wire.doip_watch import VEHICLE_FIELDS, DoipWatch
from zhunru.wire.flow_fold import FlowFold, Flows
from zhunru.wire.ip_text import ip_text, ipv4_texts, ipv6_texts
from zhunru.wire.key_groups import Groups, Key
from zhunru.wire.packet import ICMP, ICMP6, SCTP, TCP, UDP, Dissector, PacketColumns, Tally, endpoints
from zhunru.wire.packet_block import I64, NO_TIME, U64, PacketBlock
from zhunru.wire.payload_account import Account
from zhunru.wire.payload_watch import PayloadWatch, Seen
from zhunru.wire.tls_handshake import Handshake
from zhunru.wire.tls_watch import TlsWatch
from zhunru.wire.tunnels import Tunnels
from zhunru.wire.uds import EXCHANGE_FIELDS

DNS_PORT = 53
_FRAME_ROWS = 65_536
_ANSWER_ROWS, _SESSION_ROWS, _EXCHANGE_ROWS = 16_384, 1024, 1024
PROTOCOLS = {TCP: "tcp", UDP: "udp", ICMP: "icmp", ICMP6: "icmp6", SCTP: "sctp"}
_PROTOCOL_TEXTS = pl.Series([PROTOCOLS.get(number, str(number)) for number in range(256)])
_SESSION_FIELDS = (
    "t_ns", "client_ip", "client_port", "server_ip", "server_port", "server_name", "offered_code", "version_code", "cipher_code",
    "certificates", "resumed", "client_alert_code", "established", "preceded",
)  # fmt: skip
_TUNNEL_FIELDS = ("protocol", "a_ip", "a_port", "b_ip", "b_port", "packet_count", "opened_count")
_ANSWER_FIELDS = ("t_ns", "client_ip", "server_ip", "query", "name", "address", "ttl_s")

Columns = dict[str, Any]


class Capture:
    """Collects what the packets of one capture file tell.

    `sessions` and `answers` hand out what is known so far; call them between blocks to keep memory bounded.
    """

    def __init__(self) -> None:
        self.first_ns: int | None = None
        self.last_ns: int | None = None
        self._dissector, self._inside = Dissector(), Dissector()
        self._tunnels = Tunnels()
        self._flows = {2: FlowFold(), 5: FlowFold()}
        self._tls = {2: TlsWatch(), 5: TlsWatch()}
        self._doip = {2: DoipWatch(), 5: DoipWatch()}
        self._payload = {2: PayloadWatch(), 5: PayloadWatch()}
        self._sessions: list[tuple[Any, ...]] = []
        self._answers: list[tuple[Any, ...]] = []

    @property
    def tally(self) -> Tally:
        """Account of the packets."""
        return self._dissector.tally

    def take(self, block: PacketBlock) -> None:
        """Add one block; its buffer must stay unchanged until the next call has returned."""
        self._span(block.t_ns)
        self._absorb(block, self._dissector, 0)

    def _absorb(self, block: PacketBlock, dissector: Dissector, depth: int) -> None:
        """Fold the packets into what is known, then those that they carry; `depth` = tunnels around them."""
        for packets in dissector.columns(block):
            words, groups = len(packets.key), Groups.of(packets.key)
            self._flows[words].take(packets, groups)
            self._sessions += [_session(h) for h in self._tls[words].take(packets, groups, block.data)]
            self._doip[words].take(packets, groups, block.data)
            self._payload[words].take(packets, groups, block.data)
            self._names(packets, block.data)
            for inner in self._tunnels.inner(packets, block, depth):
                self._absorb(inner, self._inside, depth + 1)

    def close(self) -> None:
        """Tell what the capture leaves open."""
        swapped = Text("CAN 标识符按主机字节序记录，已按此读出", "CAN identifiers are in the byte order of a machine; read so")
        self.tally.note(swapped, int(bool(self._dissector.can.swapped)))
        for watch in self._tls.values():
            self._sessions += [_session(h) for h in watch.rest()]
            self.tally.note(Text("过多未完成的 TLS 握手，提前结束跟踪", "too many open TLS handshakes, followed no further"), watch.evicted)
            self.tally.note(Text("长度自相矛盾的 TLS 握手", "TLS handshakes that contradict their lengths"), watch.malformed)
        for payload in self._payload.values():
            payload.close()
            self.tally.note(
                Text("过多同时进行的会话，净荷提前结束跟踪", "too many conversations at once, payloads followed no further"),
                payload.evicted,
            )
        for diagnostics in self._doip.values():
            diagnostics.close()
            self.tally.note(Text("DoIP 数据缺失或不是 DoIP 报文之处", "places where DoIP lacks bytes or is no DoIP"), diagnostics.losses)
            self.tally.note(
                Text("过多未完成的 DoIP 连接，提前结束跟踪", "too many open DoIP connections, followed no further"), diagnostics.evicted
            )

    def sessions(self, least: int = _SESSION_ROWS) -> Columns | None:
        """Return the handshakes as columns of `TlsSession` when there are at least `least`, and forget them."""
        columns = _drain(self._sessions, _SESSION_FIELDS, least)
        return columns and {**columns, "certificates": _lists(columns["certificates"])}

    def answers(self, least: int = _ANSWER_ROWS) -> Columns | None:
        """Return the address records as columns of `DnsAnswer` when there are at least `least`, and forget them."""
        return _drain(self._answers, _ANSWER_FIELDS, least)

    def exchanges(self, least: int = _EXCHANGE_ROWS) -> Columns | None:
        """Return the diagnostic exchanges over IP as columns of `UdsExchange` when there are at least `least`, and forget them."""
        if sum(len(d.rows) for d in self._doip.values()) < max(least, 1):
            return None
        rows = [row for d in self._doip.values() for row in d.rows]
        for d in self._doip.values():
            d.rows.clear()
        return _drain(rows, EXCHANGE_FIELDS, 1)

    def vehicles(self) -> Columns | None:
        """Return the vehicles that announced themselves as columns of `DoipVehicle`, and forget them."""
        rows = [row for d in self._doip.values() for row in d.vehicles]
        for d in self._doip.values():
            d.vehicles.clear()
        return _drain(rows, VEHICLE_FIELDS, 1)

    def seen(self) -> Iterator[Seen]:
        """Yield what stood in the clear since the last call, and forget it."""
        for watch in self._payload.values():
            yield from watch.told()

    def payloads(self, *, last: bool = False) -> Iterator[pl.DataFrame]:
        """Yield the account of the payloads, as frames with the columns of `PayloadAccount`, and forget it; before the `last` a large one only."""
        for watch in self._payload.values():
            account = watch.account() if last else watch.part()
            if account is None:
                continue
            order = np.argsort(account.first_ns, kind="stable")
            for start in range(0, order.size, _FRAME_ROWS):
                yield _account_frame(account, order[start : start + _FRAME_ROWS])

    def tunnels(self) -> Columns | None:
        """Return the tunnels as columns of `Tunnel`, and forget them."""
        rows = []
        for key, account in self._tunnels.accounts.items():
            low, high, protocol = endpoints(key)
            words = 1 if len(key) == 2 else 2
            ends = (ip_text(low[0], words), low[1], ip_text(high[0], words), high[1])
            rows.append((PROTOCOLS.get(protocol, str(protocol)), *ends, account.packets, account.opened))
        self._tunnels.accounts.clear()
        return _drain(rows, _TUNNEL_FIELDS, 1)

    def frames(self, bus: Callable[[int], str]) -> Iterator[pl.DataFrame]:
        """Yield the CAN frames since the last call with the columns of `CanFrame`, and forget them; `bus` names an interface."""
        for columns in self._dissector.can.frames:
            numbers = columns.pop("interface")
            known, place = np.unique(numbers, return_inverse=True)
            names = pl.Series([bus(n) if n >= 0 else f"if{-1 - n}" for n in known.tolist()], dtype=pl.String)
            yield pl.DataFrame({"t_ns": columns.pop("t_ns"), "bus": names.gather(place.astype(np.uint32)), **columns})
        self._dissector.can.frames.clear()

    def flows(self) -> Iterator[pl.DataFrame]:
        """Yield the flows as frames with the columns of `Flow`, in the order of their first packets."""
        for fold in self._flows.values():
            flows = fold.result()
            if flows is None:
                continue
            order = np.argsort(flows.first_ns, kind="stable")
            for start in range(0, order.size, _FRAME_ROWS):
                yield _flow_frame(flows.picked(order[start : start + _FRAME_ROWS]))

    def _span(self, t_ns: I64) -> None:
        if t_ns.size and t_ns.min() == NO_TIME:
            t_ns = t_ns[t_ns != NO_TIME]
        if t_ns.size:
            first, last = int(t_ns.min()), int(t_ns.max())
            self.first_ns = first if self.first_ns is None else min(first, self.first_ns)
            self.last_ns = last if self.last_ns is None else max(last, self.last_ns)

    def _names(self, packets: PacketColumns, data: bytearray) -> None:
        rows = np.flatnonzero((packets.source_port == DNS_PORT) & (packets.payload_held > 0))
        columns = (packets.payload_at, packets.payload_held, packets.protocol, packets.forward, packets.t_ns)
        keys = zip(*(word[rows].tolist() for word in packets.key), strict=True)
        for start, held, protocol, forward, t_ns, key in zip(*(column[rows].tolist() for column in columns), keys, strict=True):
            message = bytes(memoryview(data)[start : start + held])
            if protocol == TCP:
                if len(message) < 2 or int.from_bytes(message[:2], "big") != len(message) - 2:
                    self.tally.note(Text("TCP 上分段的 DNS 报文，未解析", "DNS over TCP in several segments, not read"), 1)
                    continue
                message = message[2:]
            try:
                found = dns.addresses(message)
            except dns.DnsError as error:
                found = list(error.addresses)
                self.tally.note(Text("不完整或自相矛盾的 DNS 报文", "DNS messages that are incomplete or contradict themselves"), 1)
            if found:
                low, high, _ = endpoints(key)
                server, client = (low, high) if forward else (high, low)
                words = 1 if len(key) == 2 else 2
                ends = ip_text(client[0], words), ip_text(server[0], words)
                for record in found:
                    address = ip_text(int.from_bytes(record.packed, "big"), len(record.packed) // 8 or 1)
                    self._answers.append((_time(t_ns), *ends, record.query, record.name, address, record.ttl_s))


def _time(t_ns: int) -> int | None:
    return None if t_ns == NO_TIME else t_ns


def _drain(rows: list[tuple[Any, ...]], names: tuple[str, ...], least: int) -> Columns | None:
    if len(rows) < max(least, 1):
        return None
    columns = {name: list(values) for name, values in zip(names, zip(*rows, strict=True), strict=True)}
    rows.clear()
    return columns


def _lists(rows: Sequence[list[bytes]]) -> pl.Series:
    """Return a column of lists, made from one column of all their elements; several times faster than list by list."""
    sizes = np.array([len(row) for row in rows], np.int64)
    flat = pl.DataFrame(
        {"row": np.arange(sizes.size).repeat(sizes), "element": pl.Series([e for row in rows for e in row], dtype=pl.Binary)}
    )
    lists = flat.group_by("row", maintain_order=True).agg("element")["element"]
    none = pl.Series("element", [[]], dtype=pl.List(pl.Binary))
    return pl.concat([lists, none])[np.where(sizes > 0, np.cumsum(sizes > 0) - 1, len(lists)).astype(np.uint32)]


def _session(h: Handshake) -> tuple[Any, ...]:
    low, high, _ = endpoints(h.key)
    client, server = (low, high) if h.client_low else (high, low)
    words = 1 if len(h.key) == 2 else 2
    hello, answer = h.hello, h.answer
    return (
        _time(h.t_ns), ip_text(client[0], words), client[1], ip_text(server[0], words), server[1],
        hello.server_name if hello else None, hello.offered_code if hello else None,
        answer.version_code if answer else None, answer.cipher_code if answer else None,
        h.certificates, h.resumed, h.client.alert, h.established, h.preceded,
    )  # fmt: skip


def _flow_frame(flows: Flows) -> pl.DataFrame:
    opener = flows.opener
    low, high, protocol = _ends(flows.key)
    ends = []
    for ours, theirs in ((low, high), (high, low)):
        *address, port = (np.where(opener, a, b) for a, b in zip(ours, theirs, strict=True))
        ends.append((ipv4_texts(*address) if len(address) == 1 else ipv6_texts(*address), port.astype(np.uint16)))
    columns: dict[str, Any] = {
        "t_start_ns": _times(flows.first_ns),
        "t_end_ns": _times(flows.last_ns),
        "protocol": _PROTOCOL_TEXTS[protocol.astype(np.uint32)],
        "src_ip": ends[0][0],
        "src_port": ends[0][1],
        "dst_ip": ends[1][0],
        "dst_port": ends[1][1],
    }
    for i, name in enumerate(("packet_count", "byte", "payload_byte")):
        forward, back = (column.astype(np.int64) for column in flows.sums[2 * i : 2 * i + 2])
        columns[f"out_{name}"] = np.where(opener, forward, back)
        columns[f"in_{name}"] = np.where(opener, back, forward)
    return pl.DataFrame(columns)


def _account_frame(account: Account, rows: I64) -> pl.DataFrame:
    forward = account.forward[rows]
    low, high, protocol = _ends(tuple(word[rows] for word in account.key))
    columns: dict[str, Any] = {"protocol": _PROTOCOL_TEXTS[protocol.astype(np.uint32)]}
    for side, ours, theirs in (("from", low, high), ("to", high, low)):
        *address, port = (np.where(forward, a, b) for a, b in zip(ours, theirs, strict=True))
        columns[f"{side}_ip"] = ipv4_texts(*address) if len(address) == 1 else ipv6_texts(*address)
        columns[f"{side}_port"] = port.astype(np.uint16)
    columns["t_first_ns"] = _times(account.first_ns[rows])
    names = ("payload_byte", "readable_byte", "encrypted_byte", "opaque_byte", "lost_byte")
    return pl.DataFrame(columns | {name: column[rows].astype(np.int64) for name, column in zip(names, account.sums, strict=True)})


def _times(t_ns: I64) -> pl.Series:
    times = pl.Series(t_ns)
    return times.replace(NO_TIME, None) if (t_ns == NO_TIME).any() else times


def _ends(key: Key) -> tuple[tuple[U64, ...], tuple[U64, ...], U64]:
    """Return address (one or two words) and port of both endpoints, and the protocol."""
    port = np.uint64(0xFFFF)
    if len(key) == 2:
        return (
            (key[0] >> np.uint64(16), key[0] & port),
            (key[1] >> np.uint64(16) & np.uint64(0xFFFFFFFF), key[1] & port),
            key[1] >> np.uint64(48),
        )
    return (key[0], key[1], key[4] >> np.uint64(16) & port), (key[2], key[3], key[4] & port), key[4] >> np.uint64(32)
