"""Diagnostic services: agrees with udsoncan, pairs requests with their answers, cuts values only where it is certain."""
# mypy: disable-error-code="no-untyped-call, attr-defined, union-attr, misc, index, arg-type, no-any-return"

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from udsoncan import DidCodec, Request, Response, services

from zhunru.wire import uds
from zhunru.wire.uds import WAIT_NS, Exchange, Pairing, Said

ENDS = (0x7E8, 0, -1)


def said(data: bytes, t_ns: int = 0, whole: bool = True) -> Said:
    return Said(t_ns, t_ns, data, len(data), whole)


def talk(*messages: bytes | tuple[int, bytes]) -> list[tuple[str, str, int, str]]:
    """Return request, answer, pending answers and loss of each exchange; a message may carry its time."""
    pairing, found = Pairing(), list[Exchange]()
    for k, message in enumerate(messages):
        t_ns, data = message if isinstance(message, tuple) else (k * 1_000_000, message)
        found += (pairing.request if uds.is_request(data) else pairing.response)(ENDS, said(data, t_ns))
    found += pairing.close()
    return [(e.request.data.hex() if e.request else "", e.response.data.hex() if e.response else "", e.pending, e.loss) for e in found]


class Raw(DidCodec):
    """Codec of udsoncan for a value of fixed length."""

    def __init__(self, size: int) -> None:
        self.size = size

    def encode(self, *value: bytes) -> bytes:
        return value[0]

    def decode(self, payload: bytes) -> bytes:
        return payload

    def __len__(self) -> int:
        return self.size


@given(st.lists(st.tuples(st.integers(1, 0xFFFF), st.binary(min_size=1, max_size=12)), min_size=1, max_size=5, unique_by=lambda d: d[0]))
@settings(max_examples=200, deadline=None)
def test_values_of_known_lengths_agree_with_udsoncan(data: list[tuple[int, bytes]]) -> None:
    request = services.ReadDataByIdentifier.make_request([d for d, _ in data], {d: Raw(len(v)) for d, v in data}).get_payload()
    response = b"\x62" + b"".join(d.to_bytes(2, "big") + v for d, v in data)
    assert uds.asked_ids(request) == tuple(d for d, _ in data)
    theirs = services.ReadDataByIdentifier.interpret_response(
        Response.from_payload(response), [d for d, _ in data], {d: Raw(len(v)) for d, v in data}, tolerate_zero_padding=False
    )
    ours = uds.read_values(request, response, {d: len(v) for d, v in data})
    assert ours is not None
    assert dict(ours) == dict(theirs.service_data.values) == dict(data)


@given(st.lists(st.tuples(st.integers(1, 0xFFFF), st.binary(min_size=1, max_size=12)), min_size=1, max_size=4, unique_by=lambda d: d[0]))
@settings(max_examples=200, deadline=None)
def test_without_lengths_a_cut_is_right_or_refused(data: list[tuple[int, bytes]]) -> None:
    request = b"\x22" + b"".join(struct.pack(">H", d) for d, _ in data)
    response = b"\x62" + b"".join(struct.pack(">H", d) + v for d, v in data)
    assert uds.read_values(request, response) in (None, data)


def test_values_are_not_guessed() -> None:
    two = b"\x22\xf1\x95\xf1\x90"
    assert uds.read_values(two, b"\x62\xf1\x95AB\xf1\x90CD") == [(0xF195, b"AB"), (0xF190, b"CD")]
    assert uds.read_values(two, b"\x62\xf1\x95A\xf1\x90B\xf1\x90CD") is None  # two ways
    assert uds.read_values(two, b"\x62\xf1\x95A\xf1\x90B\xf1\x90CD", {0xF195: 4}) == [(0xF195, b"A\xf1\x90B"), (0xF190, b"CD")]
    assert uds.read_values(two, b"\x62\xf1\x90CD") == [(0xF190, b"CD")]  # the server left one out
    assert uds.read_values(b"\x22\xf1\x95", b"\x62\xf1\x96AB") is None  # another identifier
    assert uds.read_values(b"\x22\xf1\x95", b"\x62\xf1\x95AB", {0xF195: 3}) is None
    assert uds.read_values(b"\x22\xf1\x95\xf1", b"\x62\xf1\x95AB") is None  # half an identifier
    assert uds.read_values(b"\x22", b"\x62") is None


def test_a_hostile_answer_costs_no_time() -> None:
    many = b"\x22" + b"\xaa\xaa" * 16
    assert uds.read_values(many, b"\x62" + b"\xaa" * 4000) is None


@pytest.mark.parametrize(
    ("request_", "response"),
    [
        (services.DiagnosticSessionControl.make_request(3), b"\x50\x03\x00\x32\x01\xf4"),
        (services.ECUReset.make_request(1), b"\x51\x01"),
        (services.SecurityAccess.make_request(1, services.SecurityAccess.Mode.RequestSeed), b"\x67\x01\x11\x22"),
        (services.SecurityAccess.make_request(2, services.SecurityAccess.Mode.SendKey, b"\x01"), b"\x67\x02"),
        (services.RoutineControl.make_request(0xFF00, 1), b"\x71\x01\xff\x00"),
        (services.TesterPresent.make_request(), b"\x7e\x00"),
        (services.TransferData.make_request(1, b"abc"), b"\x76\x01"),
        (services.RequestTransferExit.make_request(), b"\x77"),
        (Request(services.WriteDataByIdentifier, data=b"\xf1\x98x"), b"\x6e\xf1\x98"),
    ],
)  # fmt: skip
def test_services_agree_with_udsoncan(request_: Request, response: bytes) -> None:
    asked = request_.get_payload()
    theirs = Response.from_payload(response)
    assert theirs.service is request_.service
    assert uds.service(asked) == uds.service(response) == request_.service.request_id()
    assert uds.is_request(asked) and not uds.is_request(response)
    assert uds.answers(asked, response)
    assert not uds.answers(asked, b"\x62" + response[1:])
    refused = Response(request_.service, code=Response.Code.SecurityAccessDenied).get_payload()
    assert uds.negative_code(refused) == 0x33
    assert uds.answers(asked, refused) and talk(asked, refused) == [(asked.hex(), refused.hex(), 0, "")]
    if uds.sub_function(asked) is not None:
        assert uds.sub_function(asked) == request_.subfunction
        quiet = Request.from_payload(asked)
        quiet.suppress_positive_response = True
        assert uds.suppresses(quiet.get_payload()) and not uds.suppresses(asked)
        assert uds.sub_function(quiet.get_payload()) == request_.subfunction


def test_an_answer_without_its_identifier_is_of_nothing() -> None:
    assert talk(b"\x22\xf1\x95", b"\x62") == [("", "62", 0, "no request"), ("22f195", "", 0, "no response")]


def test_pairs() -> None:
    assert talk(b"\x22\xf1\x95", b"\x62\xf1\x95A") == [("22f195", "62f19541", 0, "")]
    assert talk(b"\x22\xf1\x95", b"\x7f\x22\x78", b"\x7f\x22\x78", b"\x62\xf1\x95A") == [("22f195", "62f19541", 2, "")]
    assert talk(b"\x22\xf1\x95", b"\x7f\x22\x78") == [("22f195", "", 1, "no response")]
    assert talk(b"\x22\xf1\x95", b"\x22\xf1\x90", b"\x62\xf1\x90B") == [("22f195", "", 0, "no response"), ("22f190", "62f19042", 0, "")]
    assert talk(b"\x22\xf1\x95", b"\x62\xf1\x90B") == [("", "62f19042", 0, "no request"), ("22f195", "", 0, "no response")]
    assert talk(b"\x62\xf1\x95A") == [("", "62f19541", 0, "no request")]
    assert talk(b"\x10\x83") == [("1083", "", 0, "")]
    assert talk(b"\x10\x83", b"\x7f\x10\x78") == [("1083", "", 1, "no response")]
    assert talk(b"\x22\xf1\x95", b"\x3e\x80", b"\x62\xf1\x95A") == [("3e80", "", 0, ""), ("22f195", "62f19541", 0, "")]
    assert talk(b"\x2e\xf1\x95A", b"\x6e\xf1\x96")[0][3] == "no request"
    assert talk(b"\x27\x01", b"\x67\x02")[0][3] == "no request"


@pytest.mark.parametrize(("t_ns", "losses"), [(WAIT_NS, [""]), (WAIT_NS + 1, ["no response", "no request"])])
def test_an_answer_that_comes_too_late_is_of_something_else(t_ns: int, losses: list[str]) -> None:
    assert [e[3] for e in talk((0, b"\x22\xf1\x95"), (t_ns, b"\x62\xf1\x95A"))] == losses
    assert [e[3] for e in talk((-WAIT_NS, b"\x22\xf1\x95"), (0, b"\x7f\x22\x78"), (t_ns, b"\x62\xf1\x95A"))] == losses


def test_what_was_lost_is_not_joined() -> None:
    pairing = Pairing()
    assert [e.loss for e in pairing.request(ENDS, said(b"\x2e\xf1\x95abc", whole=False))] == ["request lost"]
    assert [e.loss for e in pairing.response(ENDS, said(b"\x6e\xf1\x95"))] == ["no request"]
    pairing.request(ENDS, said(b"\x22\xf1\x95"))
    assert [(e.loss, bool(e.request)) for e in pairing.response(ENDS, said(b"\x62\xf1\x95A", whole=False))] == [("response lost", True)]


def test_silence_after_a_request_to_all_is_no_loss() -> None:
    pairing = Pairing()
    assert not pairing.request(ENDS, said(b"\x22\xf1\x95"), broadcast=True)
    assert not pairing.close()
    pairing.request(ENDS, said(b"\x22\xf1\x95"), broadcast=True)
    assert not pairing.response(ENDS, said(b"\x7f\x22\x78"))
    assert [e.loss for e in pairing.close()] == ["no response"]


def test_open_requests_are_bounded() -> None:
    pairing = Pairing(1024)
    losses = [e.loss for k in range(5000) for e in pairing.request((k, 0, -1), said(b"\x22\xf1\x95"))]
    assert len(losses) == 5000 - 1024
    assert len(pairing.close()) == 1024


@given(st.lists(st.binary(max_size=6), max_size=40))
@settings(max_examples=200, deadline=None)
def test_any_messages_are_borne(messages: list[bytes]) -> None:
    for data in messages:
        for function in (uds.negative_code, uds.sub_function, uds.suppresses, uds.asked_ids):
            function(data)
    pairs = talk(*[m for m in messages if m])
    assert sum(bool(p[0]) for p in pairs) <= sum(uds.is_request(m) for m in messages if m)
