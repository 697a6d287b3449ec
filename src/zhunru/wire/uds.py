"""Diagnostic services: what a message asks or answers, and which answer belongs to which request.

Sources: ISO 14229-1:2020 service and response codes (basis G; checked against udsoncan); ota-and-recorders.md 1.8.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

SESSION, RESET, READ, SECURITY, WRITE, ROUTINE, DOWNLOAD, TRANSFER, EXIT, PRESENT = (
    0x10, 0x11, 0x22, 0x27, 0x2E, 0x31, 0x34, 0x36, 0x37, 0x3E,
)  # fmt: skip
NEGATIVE: Final = 0x7F
KEEP_ALIVE: Final = b"\x3e\x80"
PENDING: Final = 0x78
_WITH_SUB_FUNCTION: Final = frozenset({0x10, 0x11, 0x19, 0x27, 0x28, 0x29, 0x2C, 0x31, 0x3E, 0x83, 0x85, 0x86, 0x87})
"""Services whose second byte is a sub-function, the top bit of which forbids the positive answer."""
_WITH_DATA_ID: Final = frozenset({0x22, 0x24, 0x2E, 0x2F})
KEPT_BYTE: Final = 4096
"""Bytes of a request or answer that are kept in a row (P): identification is far shorter, and transferred software is not wanted."""
WAIT_NS: Final = 5_000_000_000
"""Longest wait for an answer after the request or after the last 'pending': ISO 14229-2 P2* of 5 s (G); a server may be faster, not slower."""
_STEPS: Final = 20_000
"""Steps of the search for a cut (P): an honest answer needs as many as it has bytes."""
MAX_WAITING: Final = 4096
"""Requests that wait for an answer at once, over all servers (P)."""

Ends = tuple[int | str, ...]
"""Identity of one server as one tester sees it."""


class Said(NamedTuple):
    """One message on the way, as the pairing needs it: its times, its first `KEPT_BYTE` bytes, its length and whether it came whole."""

    t_start_ns: int
    t_end_ns: int
    data: bytes
    size_byte: int
    whole: bool


class Exchange(NamedTuple):
    """A request and what came back.

    Args:
        ends: The server and the tester.
        request: None = an answer without a request in sight.
        response: The final answer; None = none came.
        pending: 'Response pending' answers before the final one.
        loss: Why the exchange is not complete; empty = complete.
    """

    ends: Ends
    request: Said | None
    response: Said | None
    pending: int
    loss: str


def is_request(data: bytes) -> bool:
    """Tell by the service byte whether a message asks; answers have bit 6 set."""
    return bool(data) and not data[0] & 0x40


def service(data: bytes) -> int:
    """Return the service that a message asks for or answers; `data` is not empty."""
    if data[0] == NEGATIVE:
        return data[1] if len(data) > 1 else NEGATIVE
    return data[0] & ~0x40


def negative_code(data: bytes) -> int | None:
    """Return the code of a negative response, None of any other message; 0 when the code itself is missing."""
    if not data or data[0] != NEGATIVE:
        return None
    return data[2] if len(data) > 2 else 0


def sub_function(data: bytes) -> int | None:
    """Return the sub-function of a request or positive answer without its suppress bit; None where the service has none."""
    if len(data) < 2 or data[0] == NEGATIVE or service(data) not in _WITH_SUB_FUNCTION:
        return None
    return data[1] & 0x7F if is_request(data) else data[1]


def suppresses(request: bytes) -> bool:
    """Tell whether a request forbids the positive answer."""
    return len(request) > 1 and is_request(request) and request[0] in _WITH_SUB_FUNCTION and bool(request[1] & 0x80)


def asked_ids(request: bytes) -> tuple[int, ...]:
    """Return the data identifiers of a read request, the one of a write request; empty for other services or an odd length."""
    if not request or request[0] not in _WITH_DATA_ID:
        return ()
    if request[0] == READ:
        body = request[1:]
        return tuple(int.from_bytes(body[i : i + 2], "big") for i in range(0, len(body), 2)) if len(body) % 2 == 0 else ()
    return (int.from_bytes(request[1:3], "big"),) if len(request) >= 3 else ()


def answers(request: bytes, response: bytes) -> bool:
    """Tell whether `response` can be the answer to `request`: service and, where both tell one, sub-function or first identifier agree."""
    if not request or not response or is_request(response) or service(request) != service(response):
        return False
    if response[0] == NEGATIVE:
        return True
    if request[0] in _WITH_DATA_ID:
        return response[1:3] == request[1:3]
    told = sub_function(request)
    return told is None or sub_function(response) == told


def read_values(request: bytes, response: bytes, sizes: dict[int, int] | None = None) -> list[tuple[int, bytes]] | None:
    """Return identifier and value of each data record in a positive answer to a read request.

    An answer does not tell where one value ends and the next begins. With several identifiers the cut is taken only when there is exactly
    one way that has all of them in the order asked, with lengths as known; else, as a server may leave some out, exactly one way at all.

    Args:
        request: Service 0x22.
        response: Service 0x62.
        sizes: Length in bytes of values, where known.

    Returns:
        None when the answer can be cut in no way or in several.
    """
    asked, body = asked_ids(request), response[1:]
    if not asked or response[:1] != b"\x62" or len(asked) > 16:
        return None
    if len(asked) == 1:
        known = (sizes or {}).get(asked[0], len(body) - 2)
        return [(asked[0], body[2:])] if body[:2] == request[1:3] and len(body) == known + 2 else None
    budget = [_STEPS]
    ways = list(_ways(asked, 0, body, 0, sizes or {}, budget))
    if budget[0] < 0:
        return None
    full = [way for way in ways if len(way) == len(asked)] or ways
    return [(number, body[start:end]) for number, start, end in full[0]] if len(full) == 1 else None


def _ways(
    asked: tuple[int, ...], first: int, body: bytes, at: int, sizes: dict[int, int], budget: list[int]
) -> Iterator[list[tuple[int, int, int]]]:
    """Yield the ways to cut `body[at:]` into records of `asked[first:]` in order, as far as the budget of steps goes."""
    if at == len(body):
        yield []
        return
    for k in range(first, len(asked)):
        mark = asked[k].to_bytes(2, "big")
        if body[at : at + 2] != mark:
            continue
        start = at + 2
        size = sizes.get(asked[k])
        for end in (start + size,) if size is not None else range(start + 1, len(body) + 1):
            budget[0] -= 1
            if budget[0] < 0:
                return
            if end == len(body) or (end < len(body) and _may_end(asked, k, body, end)):
                for rest in _ways(asked, k + 1, body, end, sizes, budget):
                    yield [(asked[k], start, end), *rest]


def _may_end(asked: tuple[int, ...], k: int, body: bytes, end: int) -> bool:
    return any(body[end : end + 2] == number.to_bytes(2, "big") for number in asked[k + 1 :])


class _Waiting(NamedTuple):
    request: Said
    pending: int
    until_ns: int
    broadcast: bool


class Pairing:
    """Joins requests and answers of many servers; holds one open request per server.

    A request that is not answered before the next one is told as it stands. Nothing is joined across a lost message.

    Args:
        most: Requests that wait at once; beyond it the oldest is told as unanswered.
    """

    def __init__(self, most: int = MAX_WAITING) -> None:
        self._most = most
        self._open: dict[Ends, _Waiting] = {}

    def request(self, ends: Ends, said: Said, *, broadcast: bool = False) -> list[Exchange]:
        """Take a request to one server; `broadcast` = it went to several, so that silence is no loss."""
        if said.whole and said.data == KEEP_ALIVE:  # sent at any time, to all or to one; it ends no other request and is never answered
            return [] if broadcast else [Exchange(ends, said, None, 0, "")]
        ended = self._give_up(ends)
        if len(self._open) >= self._most:
            ended += self._give_up(next(iter(self._open)))
        if said.whole:
            self._open[ends] = _Waiting(said, 0, said.t_end_ns + WAIT_NS, broadcast)
        else:
            ended.append(Exchange(ends, said, None, 0, "request lost"))
        return ended

    def expects(self, ends: Ends, said: Said) -> bool:
        """Tell whether a request to this server waits for `said`."""
        waiting = self._open.get(ends)
        return waiting is not None and answers(waiting.request.data, said.data)

    def undelivered(self, ends: Ends) -> list[Exchange]:
        """Take it that the request never reached the server."""
        waiting = self._open.pop(ends, None)
        return [Exchange(ends, waiting.request, None, waiting.pending, "not delivered")] if waiting else []

    def response(self, ends: Ends, said: Said) -> list[Exchange]:
        """Take an answer of one server; an answer that fits no open request stands alone."""
        waiting = self._open.get(ends)
        if waiting is not None and said.t_start_ns > waiting.until_ns:
            return [*self._give_up(ends), Exchange(ends, None, said, 0, "no request")]
        if waiting is None or not answers(waiting.request.data, said.data):
            return [Exchange(ends, None, said, 0, "no request" if said.whole else "response lost")]
        if said.whole and negative_code(said.data) == PENDING:
            self._open[ends] = waiting._replace(pending=waiting.pending + 1, until_ns=said.t_end_ns + WAIT_NS)
            return []
        del self._open[ends]
        return [Exchange(ends, waiting.request, said, waiting.pending, "" if said.whole else "response lost")]

    def close(self) -> list[Exchange]:
        """Return the exchanges that the log leaves open."""
        return [e for ends in list(self._open) for e in self._give_up(ends)]

    def _give_up(self, ends: Ends) -> list[Exchange]:
        waiting = self._open.pop(ends, None)
        if waiting is None or (waiting.broadcast and not waiting.pending):
            return []
        silent = suppresses(waiting.request.data) and not waiting.pending
        return [Exchange(ends, waiting.request, None, waiting.pending, "" if silent else "no response")]


EXCHANGE_FIELDS: Final = (
    "t_ns", "t_response_ns", "transport", "link", "request_id", "ecu_id", "address_code", "tester_id", "service_code", "did_code", "request",
    "request_byte", "response", "response_byte", "negative_code", "pending_count", "complete", "loss",
)  # fmt: skip
"""Columns of the table of exchanges, in the order of `exchange_row`."""


class Route(NamedTuple):
    """Where an exchange took place.

    Args:
        transport: `can` or `doip`.
        link: Name of the bus, or address of the DoIP entity.
        request_id: Identifier or logical address that was asked.
        ecu_id: Identifier or logical address that answers.
        address_code: Address byte of the answers, with extended or mixed addressing.
        tester_id: Logical address of the tester.
    """

    transport: str
    link: str
    request_id: int
    ecu_id: int
    address_code: int | None = None
    tester_id: int | None = None


def exchange_row(route: Route, exchange: Exchange) -> tuple[object, ...]:
    """Return the row of one exchange."""
    asked, told = exchange.request, exchange.response
    some = asked or told
    numbers = asked_ids(asked.data) if asked else ()
    return (
        _moment(some.t_start_ns) if some else None, _moment(told.t_end_ns) if told else None, *route,
        service(some.data) if some and some.data else None, numbers[0] if len(numbers) == 1 else None,
        asked.data[:KEPT_BYTE] if asked else None, asked.size_byte if asked else None,
        told.data[:KEPT_BYTE] if told else None, told.size_byte if told else None,
        negative_code(told.data) if told and told.whole else None, exchange.pending, not exchange.loss, exchange.loss,
    )  # fmt: skip


UNTIMED: Final = -(1 << 63)
"""Time of a message whose framing carries none."""


def _moment(t_ns: int) -> int | None:
    return None if t_ns == UNTIMED else t_ns
