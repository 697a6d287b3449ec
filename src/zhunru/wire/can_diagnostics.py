"""Diagnostic exchanges on CAN: frames of declared identifiers become messages, messages become requests with their answers."""

from collections.abc import Iterable, Iterator
from typing import Final, Literal, NamedTuple

from zhunru.wire.isotp import Assembler, Message
from zhunru.wire.uds import KEPT_BYTE, Ends, Exchange, Pairing, Said, is_request

Addressing = Literal["normal", "extended", "mixed"]
_FUNCTIONAL: Final = 0x7DF
_FUNCTIONAL_29: Final = 0xDB
"""Second byte of the functional identifier 0x18DBttss, ISO 15765-4 (G)."""


class Link(NamedTuple):
    """How one server is asked and how it answers.

    Args:
        request_id: Identifier of requests.
        response_id: Identifier of answers.
        extended: Both have 29 bits.
        request_byte: First data byte of requests with extended or mixed addressing; None = normal addressing.
        response_byte: The same of answers.
    """

    request_id: int
    response_id: int
    extended: bool = False
    request_byte: int | None = None
    response_byte: int | None = None


class Frame(NamedTuple):
    """What the transport layer needs of one frame."""

    t_ns: int
    arbitration_id: int
    extended: bool
    data: bytes


class Account(NamedTuple):
    """What the frames of a bus came to.

    Args:
        stray: Frames that belong to no message.
        lost: Messages that are not whole.
        message: Messages that are whole.
    """

    stray: int
    lost: int
    message: int


_Wire = tuple[int, bool, int | None]
"""Identifier, 29 bits, address byte."""


class CanDiagnostics:
    """Follows the declared links on one bus; holds one unfinished message per identifier and one open request per server."""

    def __init__(self, links: Iterable[Link]) -> None:
        self._servers: dict[_Wire, list[Ends]] = {}
        self._sides: dict[_Wire, Assembler] = {}
        self._peers: dict[_Wire, list[_Wire]] = {}
        self._bytes: dict[tuple[int, bool], bool] = {}
        self._pairing = Pairing()
        self._asked: dict[Ends, int] = {}
        self._lost = self._whole = 0
        for link in dict.fromkeys(links):
            asked: _Wire = (link.request_id, link.extended, link.request_byte)
            answered: _Wire = (link.response_id, link.extended, link.response_byte)
            self._servers.setdefault(asked, []).append(answered_ends(answered))
            self._servers.setdefault(answered, [])
            for here, there in ((asked, answered), (answered, asked)):
                self._sides.setdefault(here, Assembler(0 if here[2] is None else 1))
                self._peers.setdefault(here, []).append(there)
                self._bytes[here[:2]] = here[2] is not None

    def feed(self, frame: Frame) -> Iterator[tuple[int, Exchange]]:
        """Take one frame; yield the identifier that was asked (that of the answer when none was seen) and the exchanges that ended."""
        name = (frame.arbitration_id, frame.extended)
        prefixed = self._bytes.get(name)
        if prefixed is None or (prefixed and not frame.data):
            return
        wire: _Wire = (*name, frame.data[0] if prefixed else None)
        side = self._sides.get(wire)
        if side is None:  # another server under the same identifier
            return
        before = side.flow
        for message in side.feed(frame.t_ns, frame.data):
            yield from self._said(wire, message)
        if side.flow > before:
            for peer in self._peers[wire]:
                for message in self._sides[peer].answered(frame.t_ns, frame.data):
                    yield from self._said(peer, message)

    def close(self) -> Iterator[tuple[int, Exchange]]:
        """Yield what the log leaves open."""
        for wire, side in self._sides.items():
            for message in side.close():
                yield from self._said(wire, message)
        for exchange in self._pairing.close():
            yield self._named(exchange)

    @property
    def account(self) -> Account:
        """What the frames came to so far."""
        return Account(sum(s.stray for s in self._sides.values()), self._lost, self._whole)

    def _said(self, wire: _Wire, message: Message) -> Iterator[tuple[int, Exchange]]:
        said = Said(message.t_start_ns, message.t_end_ns, message.data[:KEPT_BYTE], message.size_byte, message.loss is None)
        self._whole += said.whole
        self._lost += not said.whole
        servers = self._servers[wire]
        if servers and is_request(said.data):
            broadcast = len(servers) > 1 or _functional(wire)
            for ends in servers:
                for exchange in self._pairing.request(ends, said, broadcast=broadcast):
                    yield self._named(exchange)
                self._asked[ends] = wire[0]
        elif not servers or not is_request(said.data):
            for exchange in self._pairing.response(answered_ends(wire), said):
                yield self._named(exchange)

    def _named(self, exchange: Exchange) -> tuple[int, Exchange]:
        asked = self._asked.get(exchange.ends) if exchange.request else None
        return (int(exchange.ends[0]) if asked is None else asked), exchange


def answered_ends(wire: _Wire) -> Ends:
    """Return the identity of the server that answers on `wire`."""
    return (wire[0], int(wire[1]), -1 if wire[2] is None else wire[2])


def _functional(wire: _Wire) -> bool:
    return wire[0] >> 16 & 0xFF == _FUNCTIONAL_29 if wire[1] else wire[0] == _FUNCTIONAL
