"""Sessions with the cloud: which flows and servers count, and what each finding says."""

from typing import Any

import pytest

from zhunru.checks.cyber.talks_to_cloud_over_tls import _CLOUD_IP, _JUNE_2026_NS, _flow, _seen, talks_to_cloud_over_tls
from zhunru.core.finding import Finding
from zhunru.records.endpoint import Endpoint
from zhunru.tables.dns_answer import DnsAnswer
from zhunru.tables.flow import Flow

YEAR_NS = 365 * 86400 * 10**9
Told = list[tuple[str, str]]
CLEAR = "clear-text traffic with a declared endpoint"
OUTSIDE = "traffic with the cloud or a public address without a TLS handshake"


def findings(
    *changes: dict[str, Any], flows: list[dict[str, Any]] | None = None, endpoints: tuple[str, ...] = (), **more: Any
) -> list[Finding]:
    """Judge good sessions with changes, and flows beside those of the sessions."""
    sessions, own, roots, _, _ = _seen(*changes)
    beside = Flow.concat([own, Flow.rows(*flows)]) if flows else own
    declared = [Endpoint(address=a) for a in endpoints]
    return list(talks_to_cloud_over_tls(sessions, beside, roots, declared, more.pop("answers", None), **more))


def told(*changes: dict[str, Any], **given: Any) -> Told:
    """Return kind and text of what is not plainly right."""
    return [(f.kind, f.text.en) for f in findings(*changes, **given) if f.kind != "ok"]


def beside(**changed: Any) -> dict[str, Any]:
    return _flow(40001, 8883, _JUNE_2026_NS) | changed


@pytest.mark.parametrize(
    ("code", "name"), [(0x0002, "SSL 2.0"), (0x0300, "SSL 3.0"), (0x0301, "TLS 1.0"), (0x0302, "TLS 1.1"), (0x0200, "0x200")]
)
def test_an_old_version_is_named(code: int, name: str) -> None:
    found = findings({"version_code": code})
    assert [(f.kind, f.measured, f.limit) for f in found] == [("breach", name, "TLS 1.2")]


@pytest.mark.parametrize(("least", "code"), [("TLS 1.0", 0x0301), ("TLS 1.1", 0x0302), ("TLS 1.2", 0x0303), ("TLS 1.3", 0x0304)])
def test_each_version_as_the_lowest_that_passes(least: str, code: int) -> None:
    (found,) = findings({"version_code": code}, least_version=least)
    assert (found.kind, found.facts["version"]) == ("ok", least)
    assert [f.kind for f in findings({"version_code": code - 1}, least_version=least)] == ["breach"]


@pytest.mark.parametrize(
    ("port", "name"), [(21, "FTP"), (23, "Telnet"), (80, "HTTP"), (1883, "MQTT"), (5683, "CoAP"), (8000, "HTTP"), (8080, "HTTP")]
)
def test_ports_without_encryption(port: int, name: str) -> None:
    flow = _flow(40009, port, _JUNE_2026_NS)
    (found,) = (f for f in findings({}, flows=[flow], endpoints=(_CLOUD_IP,)) if f.kind != "ok")
    assert (found.kind, found.facts["protocol"], found.facts["payload_byte"]) == ("breach", name, 1000)
    assert told({}, flows=[flow]) == [("gap", "clear-text traffic with a public address that is not declared")]


def test_a_port_without_encryption_over_either_transport() -> None:
    for protocol, text in (("tcp", CLEAR), ("udp", CLEAR), ("sctp", OUTSIDE)):
        (found,) = told({}, flows=[_flow(40009, 5683, _JUNE_2026_NS, protocol)], endpoints=(_CLOUD_IP,))
        assert found == ("breach" if text == CLEAR else "gap", text)


@pytest.mark.parametrize(("endpoints", "counts"), [(("192.168.1.9",), True), ((), False)])
def test_a_session_opened_by_a_declared_private_end(endpoints: tuple[str, ...], counts: bool) -> None:
    called = {"client_ip": "192.168.1.9", "client_port": 50000, "server_ip": "10.0.0.2", "server_port": 8443, "server_name": None}
    sessions, _, roots, _, _ = _seen({}, called)
    found = talks_to_cloud_over_tls(sessions, Flow.rows(beside()), roots, [Endpoint(address=a) for a in endpoints], None)
    assert [f.kind for f in found] == ["ok", *(["gap"] if counts else [])]


@pytest.mark.parametrize("port", [67, 68, 123, 546, 547])
def test_services_of_the_network(port: int) -> None:
    assert told({}, flows=[_flow(40009, port, _JUNE_2026_NS, "udp")]) == []
    assert told({}, flows=[_flow(40009, port, _JUNE_2026_NS, "tcp")]) == [("gap", OUTSIDE)]


@pytest.mark.parametrize(("port", "protocol", "quic"), [(443, "udp", True), (442, "udp", False), (444, "udp", False), (443, "tcp", False)])
def test_quic_is_told_apart(port: int, protocol: str, quic: bool) -> None:
    assert told({}, flows=[_flow(40009, port, _JUNE_2026_NS, protocol)]) == [
        ("gap", "a QUIC session, which is not read" if quic else OUTSIDE)
    ]


@pytest.mark.parametrize(
    "other",
    [{"source": "b.pcap"}, {"src_ip": "10.0.0.3"}, {"src_port": 40002}, {"dst_ip": "166.111.4.101"}, {"dst_port": 8884}, {"protocol": "udp"},
     {"t_start_ns": _JUNE_2026_NS + 1}, {"t_start_ns": _JUNE_2026_NS - 9, "t_end_ns": _JUNE_2026_NS - 1}],
)  # fmt: skip
def test_a_handshake_covers_only_its_own_connection(other: dict[str, Any]) -> None:
    assert told({}, flows=[beside(**other)]) == [("gap", OUTSIDE)]


@pytest.mark.parametrize(
    "same",
    [{}, {"t_start_ns": _JUNE_2026_NS - 9, "t_end_ns": _JUNE_2026_NS},
     {"src_ip": _CLOUD_IP, "src_port": 8883, "dst_ip": "10.0.0.2", "dst_port": 40001}],
)  # fmt: skip
def test_a_handshake_covers_its_connection_from_either_end(same: dict[str, Any]) -> None:
    assert told({}, flows=[beside(**same)]) == []


def test_a_handshake_without_a_time_is_counted_once() -> None:
    odd = {"version_code": None, "cipher_code": None, "t_ns": None, "client_port": 40002}
    sessions, _, roots, _, _ = _seen({}, odd | {"t_ns": 0})
    frame = sessions.collect()
    timeless = type(sessions)(frame.with_columns(t_ns=frame["t_ns"].replace({0: None})))
    flows = Flow.rows(beside(), beside(src_port=40002))
    kinds = [(f.kind, f.text.en) for f in talks_to_cloud_over_tls(timeless, flows, roots, None, None)]
    assert sorted(kinds) == [("gap", "no ServerHello was seen"), ("ok", "version and certificate chain hold")]


@pytest.mark.parametrize(("sent", "received", "seen"), [(0, 0, False), (1, 0, True), (0, 1, True)])
def test_one_byte_is_traffic(sent: int, received: int, seen: bool) -> None:
    flow = _flow(40009, 9999, _JUNE_2026_NS) | {"out_payload_byte": sent, "in_payload_byte": received}
    assert told({}, flows=[flow]) == ([("gap", OUTSIDE)] if seen else [])


@pytest.mark.parametrize(
    ("ends", "endpoints", "expected"),
    [
        ({"dst_ip": "192.168.1.9", "dst_port": 1883}, ("192.168.1.9",), [("breach", CLEAR)]),
        ({"dst_ip": "192.168.1.9", "dst_port": 1883}, (), []),
        ({"src_ip": "192.168.1.9", "src_port": 1883, "dst_ip": "10.0.0.2", "dst_port": 50000}, ("192.168.1.9",), [("breach", CLEAR)]),
        ({"src_ip": "166.111.4.7", "src_port": 1883, "dst_ip": "8.8.8.8", "dst_port": 50000}, ("166.111.4.7",), [("breach", CLEAR)]),
        (
            {"src_ip": "166.111.4.7", "src_port": 50000, "dst_ip": "8.8.8.8", "dst_port": 1883},
            ("166.111.4.7", "8.8.8.8"),
            [("breach", CLEAR)],
        ),
        ({"src_ip": "166.111.4.7", "src_port": 50000, "dst_ip": "10.0.0.2", "dst_port": 1883}, ("166.111.4.7",), [("gap", OUTSIDE)]),
        ({"dst_ip": "192.168.1.9", "dst_port": 1883}, ("::/0",), []),
        ({"dst_ip": "192.168.1.9", "dst_port": 1883}, ("192.168.2.0/24",), []),
        ({"dst_ip": "192.168.1.9", "dst_port": 1883}, ("192.168.1.10-192.168.1.20", "192.168.0.0/24"), []),
        ({"dst_ip": "fd00::9", "dst_port": 1883}, ("fd00::/8",), [("breach", CLEAR)]),
        ({"src_ip": "fd00::2", "dst_ip": "fd00::9", "dst_port": 1883}, ("0.0.0.0/0",), []),
        ({"dst_ip": "cloud", "dst_port": 1883}, (), []),
    ],
)
def test_which_end_of_a_flow_is_the_cloud(ends: dict[str, Any], endpoints: tuple[str, ...], expected: Told) -> None:
    assert told({}, flows=[_flow(40009, 1, _JUNE_2026_NS) | ends], endpoints=endpoints) == expected


def test_flows_with_one_server_are_one_finding_at_the_first_of_them() -> None:
    flows = [_flow(40009 + n, 9999, _JUNE_2026_NS + n) for n in (2, 1, 3)]
    (found,) = (f for f in findings({}, flows=flows) if f.kind == "gap")
    assert (found.t_ns, found.facts["flows"], found.facts["server"]) == (_JUNE_2026_NS + 1, 3, f"{_CLOUD_IP}:9999")


PRIVATE = {"server_ip": "192.168.1.9", "version_code": 0x0301}


@pytest.mark.parametrize(
    ("endpoint", "name", "counts"),
    [
        ("*.example", "tsp.example", True),
        ("*.example", "tspexample", False),
        ("*.example", "tsp.other", False),
        ("*.example", None, False),
        ("tsp.example", "tsp.example", True),
        ("TSP.example.", "tsp.example", True),
        ("xtsp.example", "tsp.example", False),
        ("sp.example", "tsp.example", False),
    ],
)
def test_names_of_declared_servers(endpoint: str, name: str | None, counts: bool) -> None:
    kinds = [k for k, _ in told({}, PRIVATE | {"server_name": name}, endpoints=(endpoint,))]
    assert ("breach" in kinds) is counts


@pytest.mark.parametrize(
    ("query", "name", "counts"), [("tsp.example", "a.cdn", True), ("a.cdn", "tsp.example", True), ("a.cdn", "b.cdn", False)]
)
def test_addresses_of_resolved_names_are_declared(query: str, name: str, counts: bool) -> None:
    answers = DnsAnswer.rows({"query": query, "name": name, "address": "192.168.1.9"})
    kinds = [k for k, _ in told({}, PRIVATE | {"server_name": None}, endpoints=("tsp.example",), answers=answers)]
    assert ("breach" in kinds) is counts


def test_a_server_that_is_no_address_is_no_public_one() -> None:
    assert told({}, {"server_ip": "cloud", "server_name": None, "version_code": 0x0301}) == []


def test_a_resumption_that_was_not_established_is_not_excused() -> None:
    resumed = {"t_ns": _JUNE_2026_NS + 1, "client_port": 40002, "certificates": [], "resumed": True, "established": False}
    assert told({}, resumed) == [("gap", "the certificate of the server was not seen")]


def test_a_resumption_by_another_client_is_not_excused() -> None:
    resumed = {"t_ns": _JUNE_2026_NS + 1, "client_ip": "10.0.0.3", "certificates": [], "resumed": True}
    assert [k for k, _ in told({}, resumed)] == ["gap", "gap"]  # its flow starts at the vehicle that `_flow` names


@pytest.mark.parametrize(
    ("change", "text", "detail"),
    [
        ({"t_ns": _JUNE_2026_NS - YEAR_NS}, "the certificate is not valid yet", "valid from 2026-01-01"),
        ({"t_ns": _JUNE_2026_NS + YEAR_NS}, "the certificate has expired", "valid until 2027-01-01"),
        ({"server_name": "other.example"}, "the certificate is for another name", "issued for tsp.example"),
        ({"certificates": [b"\x30\0"]}, "a certificate of the server cannot be parsed", None),
    ],
)
def test_a_fault_of_the_chain_is_a_breach_with_its_detail(change: dict[str, Any], text: str, detail: str | None) -> None:
    (found,) = findings(change)
    assert (found.kind, found.text.en, found.facts.get("detail")) == ("breach", text, detail)
