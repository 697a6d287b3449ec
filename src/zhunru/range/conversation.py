"""A TCP conversation or a datagram exchange as packets in time: sequence numbers, acknowledgements and segments kept right."""

from dataclasses import dataclass, field

from zhunru.range.capture_file import Packet
from zhunru.range.packets import ACK, FIN, PSH, SYN, tcp, udp

SEGMENT_BYTE = 1400
MS = 1_000_000


@dataclass
class Tcp:
    """One TCP connection that the client opens; every call appends to `packets` and moves `t_ns` on.

    Args:
        client: Address and port of the opener.
        server: Address and port of the other side.
        t_ns: Time of the SYN, then of the last packet.
        round_trip_ns: Time between a packet and its answer.
        seeds: Initial sequence numbers of client and server.
    """

    client: tuple[str, int]
    server: tuple[str, int]
    t_ns: int
    round_trip_ns: int = 24 * MS
    seeds: tuple[int, int] = (1000, 2000)
    packets: list[Packet] = field(default_factory=list)
    _next: dict[bool, int] = field(init=False)
    _ident: int = 0

    def __post_init__(self) -> None:
        self._next = {True: self.seeds[0], False: self.seeds[1]}
        self._emit(True, SYN, ack=0)
        self._next[True] += 1
        self._answer(False, SYN | ACK)
        self._next[False] += 1
        self._answer(True, ACK)

    def send(self, from_client: bool, data: bytes, after_ns: int = MS) -> None:
        """Send `data` in segments, each pair of them acknowledged, the last one too."""
        self.t_ns += after_ns
        for number, start in enumerate(range(0, len(data), SEGMENT_BYTE)):
            piece = data[start : start + SEGMENT_BYTE]
            last = start + SEGMENT_BYTE >= len(data)
            self._emit(from_client, ACK | PSH if last else ACK, piece)
            self._next[from_client] += len(piece)
            if last or number % 2:
                self._answer(not from_client, ACK)
            else:
                self.t_ns += MS // 5

    def close(self, after_ns: int = MS) -> None:
        """Close from the client's side."""
        self.t_ns += after_ns
        for from_client in (True, False):
            self._emit(from_client, FIN | ACK)
            self._next[from_client] += 1
            self.t_ns += self.round_trip_ns // 2
        self._emit(True, ACK)

    def _answer(self, from_client: bool, flags: int) -> None:
        self.t_ns += self.round_trip_ns // 2
        self._emit(from_client, flags)

    def _emit(self, from_client: bool, flags: int, data: bytes = b"", ack: int | None = None) -> None:
        (src, src_port), (dst, dst_port) = (self.client, self.server) if from_client else (self.server, self.client)
        self._ident += 1
        expected = self._next[not from_client] if ack is None else ack
        self.packets.append((self.t_ns, tcp(src, dst, (src_port, dst_port), self._next[from_client], expected, flags, data, self._ident)))


def exchange(client: tuple[str, int], server: tuple[str, int], t_ns: int, question: bytes, answer: bytes) -> list[Packet]:
    """Return one UDP question and its answer 18 ms later."""
    return [
        (t_ns, udp(client[0], server[0], client[1], server[1], question)),
        (t_ns + 18 * MS, udp(server[0], client[0], server[1], client[1], answer)),
    ]
