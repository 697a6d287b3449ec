"""Finds diagnostics over IP among the packets of a capture, block by block, and joins requests with their answers."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from zhunru.wire import doip
from zhunru.wire.ip_text import ip_text
from zhunru.wire.key_groups import Groups
from zhunru.wire.packet import SYN, TCP, UDP, PacketColumns, endpoints
from zhunru.wire.packet_block import NO_TIME, U64, Flags
from zhunru.wire.uds import KEPT_BYTE, Exchange, Pairing, Route, Said, answers, exchange_row, is_request

_MAX_CONNECTIONS, _MAX_WAITING, _MAX_BROADCASTS = 256, 32, 16
"""Conversations followed at once, requests that wait and groups that were asked in each of them (P)."""
_MAX_HELD_BYTE: Final = 16 << 20
"""Bytes kept for messages that are not whole, over all connections; beyond it the oldest connection is given up (P)."""
_MAX_VEHICLES: Final = 4096
"""Distinct announcements kept (P); a capture of one car has a handful."""

Row = tuple[object, ...]
VEHICLE_FIELDS: Final = ("t_ns", "ip", "vin", "address_id", "eid", "gid")


@dataclass(slots=True)
class _Broadcast:
    """Request to a group: who answered is known only when the answer is there."""

    said: Said
    target: int
    answered: set[int] = field(default_factory=set)


@dataclass(slots=True)
class _Connection:
    """One conversation: both directions of a TCP connection, or of a pair of UDP endpoints."""

    link: str
    streams: dict[bool, doip.Stream] = field(default_factory=dict)
    pairing: Pairing = field(default_factory=lambda: Pairing(_MAX_WAITING))
    broadcasts: dict[int, _Broadcast] = field(default_factory=dict)

    @property
    def held_byte(self) -> int:
        return sum(s.held_byte for s in self.streams.values())


class DoipWatch:
    """Diagnostics of one address family.

    Args:
        losses: Places at which bytes of a conversation are missing or are no message.
        evicted: Conversations that were given up because too many were open.
        rows: Exchanges that ended; the caller takes them away.
        vehicles: Distinct announcements; the caller takes them away.
    """

    def __init__(self) -> None:
        self.losses = self.evicted = 0
        self.rows: list[Row] = []
        self.vehicles: list[Row] = []
        self._known: set[Row] = set()
        self._open: dict[tuple[int, ...], _Connection] = {}
        self._datagrams = doip.Datagrams()

    def take(self, packets: PacketColumns, groups: Groups, data: bytearray) -> None:
        """Follow the conversations on the port of DoIP in this block."""
        near = _near(packets.key, groups)
        if not near.any():
            return
        control = packets.flags & SYN != 0
        rows = np.flatnonzero(near[groups.number] & ((packets.payload_held > 0) | (control & (packets.protocol == TCP))))
        columns = (packets.forward, packets.protocol, packets.t_ns, packets.sequence, packets.payload_at, packets.payload_held)
        keys = zip(*(word[rows].tolist() for word in packets.key), strict=True)
        sent = np.maximum(packets.payload_byte, packets.payload_held)[rows].tolist()
        for key, size, syn, row in zip(
            keys, sent, control[rows].tolist(), zip(*(c[rows].tolist() for c in columns), strict=True), strict=True
        ):
            forward, protocol, t_ns, sequence, at, held = row
            payload = bytes(memoryview(data)[at : at + held])
            if protocol == TCP:
                self._segment(key, forward, t_ns, sequence, payload, size, syn)
            elif protocol == UDP:
                self._datagram(key, forward, t_ns, payload)
        self._evict()

    def close(self) -> None:
        """Tell what the capture leaves open."""
        for key in list(self._open):
            self._end(key)
        self.losses += self._datagrams.broken

    def _connection(self, key: tuple[int, ...]) -> _Connection:
        found = self._open.get(key)
        if found is None:
            low, high, _ = endpoints(key)
            server = high if high[1] == doip.PORT else low
            found = self._open[key] = _Connection(ip_text(server[0], 1 if len(key) == 2 else 2))
        return found

    def _segment(self, key: tuple[int, ...], forward: bool, t_ns: int, sequence: int, payload: bytes, sent: int, syn: bool) -> None:
        known = self._connection(key)
        stream = known.streams.setdefault(forward, doip.Stream())
        if syn:
            stream.begin(sequence)
            return
        for message in stream.feed(t_ns, sequence, payload, sent):
            self._message(known, message)

    def _datagram(self, key: tuple[int, ...], forward: bool, t_ns: int, payload: bytes) -> None:
        low, high, _ = endpoints(key)
        for message in self._datagrams.feed(t_ns, payload):
            if message.kind == doip.ANNOUNCEMENT:
                self._announced(ip_text((low if forward else high)[0], 1 if len(key) == 2 else 2), message)
            elif message.kind in {doip.DIAGNOSTIC, doip.POSITIVE_ACK, doip.NEGATIVE_ACK}:
                self._message(self._connection(key), message)

    def _announced(self, ip: str, message: doip.DoipMessage) -> None:
        told = doip.vehicle(message.payload)
        if told is None:
            self.losses += 1
        elif (name := (ip, *told)) not in self._known and len(self._known) < _MAX_VEHICLES:
            self._known.add(name)
            self.vehicles.append((None if message.t_ns == NO_TIME else message.t_ns, ip, told.vin, told.address, told.eid, told.gid))

    def _message(self, known: _Connection, message: doip.DoipMessage) -> None:
        if message.kind == doip.ANNOUNCEMENT:
            self._announced(known.link, message)
        if message.kind not in {doip.DIAGNOSTIC, doip.NEGATIVE_ACK}:
            return
        part = doip.diagnostic(message.payload)
        if part is None:
            self.losses += 1
        elif message.kind == doip.NEGATIVE_ACK:  # the gateway refused what the tester sent to this address
            self._tell(known, known.pairing.undelivered((part.target, part.source)))
        else:
            self._said(known, part, Said(message.t_ns, message.t_ns, part.data[:KEPT_BYTE], len(part.data), True))

    def _said(self, known: _Connection, part: doip.Diagnostic, said: Said) -> None:
        if is_request(said.data):
            if doip.is_functional(part.target):
                if len(known.broadcasts) >= _MAX_BROADCASTS:
                    known.broadcasts.pop(next(iter(known.broadcasts)))
                known.broadcasts[part.source] = _Broadcast(said, part.target)
            else:
                self._tell(known, known.pairing.request((part.source, part.target), said))
            return
        ends = (part.target, part.source)
        group = known.broadcasts.get(part.target)
        asked = None
        if group and not known.pairing.expects(ends, said) and part.source not in group.answered and answers(group.said.data, said.data):
            group.answered.add(part.source)
            self._tell(known, known.pairing.request(ends, group.said, broadcast=True))
            asked = group.target
        self._tell(known, known.pairing.response(ends, said), asked)

    def _tell(self, known: _Connection, exchanges: list[Exchange], asked: int | None = None) -> None:
        for exchange in exchanges:
            tester, ecu = (int(end) for end in exchange.ends)
            self.rows.append(exchange_row(Route("doip", known.link, ecu if asked is None else asked, ecu, None, tester), exchange))

    def _end(self, key: tuple[int, ...]) -> None:
        known = self._open.pop(key)
        for stream in known.streams.values():
            stream.close()
            self.losses += stream.losses
        self._tell(known, known.pairing.close())

    def _evict(self) -> None:
        held = sum(c.held_byte for c in self._open.values()) if len(self._open) > 4 else 0
        while len(self._open) > _MAX_CONNECTIONS or held > _MAX_HELD_BYTE:
            oldest = next(iter(self._open))
            held -= self._open[oldest].held_byte
            self._end(oldest)
            self.evicted += 1


def _near(key: tuple[U64, ...], groups: Groups) -> Flags:
    """Tell of each group whether one of its ports is that of DoIP."""
    port = np.uint64(0xFFFF)
    words = tuple(word[groups.heads] for word in key)
    low, high = (words[0], words[1]) if len(words) == 2 else (words[4] >> np.uint64(16), words[4])
    near: Flags = (low & port == doip.PORT) | (high & port == doip.PORT)
    return near
