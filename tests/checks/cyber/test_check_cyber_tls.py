"""Sessions with the cloud: each limit just below, at and above, and the real captures."""

from base64 import b64decode
from collections.abc import Callable
from typing import Any

import pytest

from zhunru.checks.cyber.talks_to_cloud_over_tls import _CLOUD_IP, _JUNE_2026_NS, _LEAF, _flow, _seen, talks_to_cloud_over_tls
from zhunru.core.finding import Folded, fold
from zhunru.core.table import Table
from zhunru.core.verdict import Verdict
from zhunru.engine.source import FileSource
from zhunru.readers.pcap import pcap
from zhunru.records.endpoint import Endpoint
from zhunru.tables.dns_answer import DnsAnswer
from zhunru.tables.flow import Flow
from zhunru.tables.tls_session import TlsSession
from zhunru.tables.trust_root import TrustRoot

YEAR_NS = 365 * 86400 * 10**9
RESUMED = {"certificates": [], "resumed": True, "client_port": 40002}


def judged(*changes: dict[str, Any], **parts: Any) -> Folded:
    """Judge good sessions with changes; `roots`, `endpoints`, `answers`, `flows` replace those inputs."""
    sessions, flows, roots, endpoints, answers = _seen(*changes)
    extra = parts.get("flows")
    flows = Flow.concat([flows, extra]) if extra else flows
    return fold(
        talks_to_cloud_over_tls(
            sessions, flows, parts.get("roots", roots), parts.get("endpoints", endpoints), parts.get("answers", answers)
        )
    )


def first(folded: Folded) -> str:
    return folded.kept[0].text.en


@pytest.mark.parametrize(
    ("version", "verdict"),
    [(0x0002, Verdict.FAIL), (0x0300, Verdict.FAIL), (0x0301, Verdict.FAIL), (0x0302, Verdict.FAIL), (0x0303, Verdict.PASS)],
)
def test_version_at_the_limit(version: int, verdict: Verdict) -> None:
    assert judged({"version_code": version}).verdict is verdict


def test_version_is_tunable() -> None:
    sessions, flows, roots, _, _ = _seen({})
    assert fold(talks_to_cloud_over_tls(sessions, flows, roots, None, None, least_version="TLS 1.3")).verdict is Verdict.FAIL


@pytest.mark.parametrize("cipher", [0x0018, 0xC018, 0x0001, 0x003B, 0xC006])
def test_ciphers_without_authentication_or_encryption(cipher: int) -> None:
    assert judged({"cipher_code": cipher}).verdict is Verdict.FAIL


def test_every_fault_of_the_chain() -> None:
    assert first(judged({"t_ns": _JUNE_2026_NS - YEAR_NS})) == "the certificate is not valid yet"
    assert first(judged({"t_ns": _JUNE_2026_NS + YEAR_NS})) == "the certificate has expired"
    assert first(judged({"server_name": "other.example"})) == "the certificate is for another name"
    assert first(judged({"certificates": [b"\x30\0"]})) == "a certificate of the server cannot be parsed"
    stranger = TrustRoot.rows({"der": b64decode(_LEAF), "authority": True, "sha256": "-"})
    assert judged({}, roots=stranger).verdict is Verdict.INCONCLUSIVE  # a leaf is no root, whatever the table says
    for change in ({"server_name": "other.example"}, {"certificates": [b"\x30\0"]}):
        assert judged(change).verdict is Verdict.FAIL


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"version_code": None, "cipher_code": None}, "no ServerHello was seen"),
        ({"server_name": None}, "the client named no server: the certificate cannot be matched"),
        ({"certificates": []}, "the certificate of the server was not seen"),
        ({"version_code": 0x0304, "certificates": []}, "TLS 1.3 encrypts the certificate: the capture does not show it"),
        ({"established": False}, "the certificate holds, but the handshake was not completed"),
        ({"version_code": 0x0301, "established": False}, "the server is bad; why the handshake was not completed is not seen"),
    ],
)
def test_what_cannot_be_told_is_a_gap(change: dict[str, Any], text: str) -> None:
    folded = judged(change)
    assert (folded.verdict, first(folded)) == (Verdict.INCONCLUSIVE, text)


@pytest.mark.parametrize(("preceded", "verdict"), [(None, Verdict.PASS), (False, Verdict.PASS), (True, Verdict.INCONCLUSIVE)])
def test_clear_text_before_the_handshake_is_a_gap(preceded: bool | None, verdict: Verdict) -> None:
    folded = judged({"preceded": preceded})
    assert folded.verdict is verdict
    assert folded.totals["ok"] == 1
    assert (first(folded) == "something that is no TLS was said in the connection before the handshake") is bool(preceded)
    assert judged({"preceded": True, "version_code": 0x0302}).verdict is Verdict.FAIL


def test_without_trust_roots_nothing_passes_but_faults_are_seen() -> None:
    assert judged({}, roots=None).verdict is Verdict.INCONCLUSIVE
    assert judged({"t_ns": _JUNE_2026_NS + YEAR_NS}, roots=None).verdict is Verdict.FAIL


def test_a_bad_server_that_the_vehicle_refused() -> None:
    refused = {"server_name": "other.example", "established": False, "client_alert_code": 42, "client_port": 40002}
    assert judged({}, refused).verdict is Verdict.PASS
    assert judged(refused).verdict is Verdict.INCONCLUSIVE


@pytest.mark.parametrize(("shift_ns", "verdict"), [(-1, Verdict.INCONCLUSIVE), (0, Verdict.PASS), (1, Verdict.PASS)])
def test_resumption_counts_only_after_a_full_handshake(shift_ns: int, verdict: Verdict) -> None:
    assert judged({}, RESUMED | {"t_ns": _JUNE_2026_NS + shift_ns}).verdict is verdict


def test_resumption_with_another_name_or_alone_is_a_gap() -> None:
    assert judged({}, RESUMED | {"server_name": "b.example"}).verdict is Verdict.INCONCLUSIVE
    assert judged(RESUMED).verdict is Verdict.INCONCLUSIVE


@pytest.mark.parametrize(
    ("port", "protocol", "declared", "verdict"),
    [
        (1883, "tcp", True, Verdict.FAIL),
        (1883, "tcp", False, Verdict.INCONCLUSIVE),
        (9999, "tcp", True, Verdict.INCONCLUSIVE),
        (443, "udp", True, Verdict.INCONCLUSIVE),
        (53, "udp", True, Verdict.INCONCLUSIVE),
        (53, "tcp", True, Verdict.INCONCLUSIVE),
        (53, "udp", False, Verdict.INCONCLUSIVE),
        (123, "udp", True, Verdict.INCONCLUSIVE),
        (67, "udp", True, Verdict.INCONCLUSIVE),
        (123, "udp", False, Verdict.PASS),
        (67, "udp", False, Verdict.PASS),
        (123, "tcp", False, Verdict.INCONCLUSIVE),
        (0, "icmp", True, Verdict.PASS),
        (0, "icmp6", True, Verdict.PASS),
        (0, "47", True, Verdict.INCONCLUSIVE),
        (0, "50", False, Verdict.INCONCLUSIVE),
        (1883, "sctp", True, Verdict.INCONCLUSIVE),
    ],
)
def test_traffic_outside_tls(port: int, protocol: str, declared: bool, verdict: Verdict) -> None:
    endpoints = [Endpoint(address="166.111.4.0/24")] if declared else None
    flows = Flow.rows(_flow(40009, port, _JUNE_2026_NS, protocol))
    assert judged({}, endpoints=endpoints, flows=flows).verdict is verdict


@pytest.mark.parametrize(
    ("protocol", "declared", "answer", "verdict"),
    [
        ("udp", True, {}, Verdict.PASS),
        ("tcp", True, {}, Verdict.PASS),
        ("udp", True, {"t_ns": _JUNE_2026_NS + 1}, Verdict.PASS),
        ("udp", True, {"t_ns": _JUNE_2026_NS + 2}, Verdict.INCONCLUSIVE),
        ("udp", True, {"t_ns": _JUNE_2026_NS - 1}, Verdict.INCONCLUSIVE),
        ("udp", True, {"client_ip": "10.0.0.3"}, Verdict.INCONCLUSIVE),
        ("udp", True, {"source": "other.pcap"}, Verdict.INCONCLUSIVE),
        ("udp", False, {"t_ns": _JUNE_2026_NS + 10**9}, Verdict.PASS),  # a resolver that also leaves questions without an address
        ("tcp", False, {"t_ns": _JUNE_2026_NS + 10**9}, Verdict.INCONCLUSIVE),
        ("udp", False, {"server_ip": "166.111.4.101"}, Verdict.INCONCLUSIVE),
        ("udp", False, {"source": "other.pcap"}, Verdict.INCONCLUSIVE),
    ],
)
def test_only_names_that_were_read_make_port_53_a_service(protocol: str, declared: bool, answer: dict[str, Any], verdict: Verdict) -> None:
    plain = {"t_ns": _JUNE_2026_NS, "client_ip": "10.0.0.2", "server_ip": _CLOUD_IP, "query": "a.example", "name": "a.example"}
    answers = DnsAnswer.rows(*(plain | {"address": a, "source": ""} | answer for a in ("1.2.3.4", "1.2.3.5")))
    endpoints = [Endpoint(address=_CLOUD_IP)] if declared else None
    flows = Flow.rows(_flow(40009, 53, _JUNE_2026_NS, protocol))
    folded = judged({}, endpoints=endpoints, flows=flows, answers=answers)
    assert folded.verdict is verdict
    assert folded.totals["gap"] == (verdict is not Verdict.PASS)


INBOUND = {"client_ip": _CLOUD_IP, "client_port": 50000, "server_ip": "10.0.0.2", "server_port": 8443, "server_name": None}
CALLED = _flow(50000, 8443, _JUNE_2026_NS) | {"src_ip": _CLOUD_IP, "dst_ip": "10.0.0.2"}


@pytest.mark.parametrize(
    ("change", "kind", "text"),
    [
        ({"version_code": 0x0302}, "breach", "the TLS version is too old"),
        ({"cipher_code": 0x0001}, "breach", "the cipher suite does not authenticate or does not encrypt"),
        ({"version_code": None, "cipher_code": None}, "gap", "no ServerHello was seen"),
        ({}, "gap", "the cloud opened the session: whether the vehicle checks who calls cannot be seen"),
        ({"resumed": True}, "gap", "the cloud opened the session: whether the vehicle checks who calls cannot be seen"),
        (
            {"version_code": 0x0302, "established": False, "client_alert_code": 70},
            "gap",
            "the server is bad; why the handshake was not completed is not seen",
        ),
    ],
)
@pytest.mark.parametrize("declared", [True, False])
def test_a_session_that_the_cloud_opens_is_judged(change: dict[str, Any], kind: str, text: str, declared: bool) -> None:
    sessions, flows, roots, _, _ = _seen({}, INBOUND | change)
    good = flows.collect().head(1)
    endpoints = [Endpoint(address=_CLOUD_IP)] if declared else None
    called = Flow.concat([Flow(good), Flow.rows(CALLED)])
    told = list(talks_to_cloud_over_tls(sessions, called, roots, endpoints, None))
    assert [(f.kind, f.text.en) for f in told if f.kind != "ok"] == [(kind, text)]


def test_a_declared_client_of_a_public_server_is_the_cloud() -> None:
    both_public = {"client_ip": "166.111.4.7"}
    assert judged({}, both_public).verdict is Verdict.PASS
    told = judged({}, both_public, endpoints=[Endpoint(address="166.111.4.7")])
    assert "the cloud opened the session: whether the vehicle checks who calls cannot be seen" in {f.text.en for f in told.kept}


def test_a_later_connection_on_the_same_ports_is_not_covered_by_the_handshake() -> None:
    again = Flow.rows(_flow(40001, 8883, _JUNE_2026_NS + 10**12))
    assert judged({}, flows=again).verdict is Verdict.INCONCLUSIVE


def test_flows_without_payload_and_to_many_are_left_out() -> None:
    silent = _flow(40009, 80, _JUNE_2026_NS) | {"out_payload_byte": 0, "in_payload_byte": 0}
    many = _flow(40009, 5353, _JUNE_2026_NS, "udp") | {"src_ip": "166.111.4.9", "dst_ip": "224.0.0.251"}
    assert judged({}, flows=Flow.rows(silent, many)).verdict is Verdict.PASS


def test_private_servers_count_only_when_declared_by_address_or_name() -> None:
    private = {"server_ip": "192.168.1.9", "version_code": 0x0301}
    assert judged(private).totals["breach"] == 0
    for endpoint in ("192.168.1.0/24", "192.168.1.9", "tsp.example", "*.example"):
        assert judged(private, endpoints=[Endpoint(address=endpoint)]).verdict is Verdict.FAIL
    other = {"server_name": None} | private
    answers = DnsAnswer.rows({"query": "tsp.example", "name": "a.cdn", "address": "192.168.1.9"})
    assert judged(other, endpoints=[Endpoint(address="tsp.example")], answers=answers).verdict is Verdict.FAIL
    assert judged(other, endpoints=[Endpoint(address="b.example")], answers=answers).totals["breach"] == 0


def test_inbound_traffic_from_a_public_address_is_seen() -> None:
    inbound = _flow(50000, 22, _JUNE_2026_NS) | {"src_ip": _CLOUD_IP, "dst_ip": "10.0.0.2"}
    assert judged({}, flows=Flow.rows(inbound)).totals["gap"] == 1


@pytest.mark.real
@pytest.mark.parametrize(
    ("name", "verdict", "text"),
    [
        ("tls1_1", Verdict.FAIL, "the TLS version is too old"),
        ("tls-expired-cert", Verdict.FAIL, "the TLS version is too old"),
        ("chrome-34-google", Verdict.FAIL, "the chain does not lead to a trust root"),  # its certificates are signed with SHA-1
        ("mqtt", Verdict.INCONCLUSIVE, "clear-text traffic with a public address that is not declared"),
    ],
)
def test_real_captures(name: str, verdict: Verdict, text: str, real_source: Callable[[str], FileSource]) -> None:
    tables: list[Table] = [t for t in pcap(real_source(f"net/zeek_{name}.pcap")) if isinstance(t, Table)]
    sessions = TlsSession.concat([t for t in tables if isinstance(t, TlsSession)])
    flows = Flow.concat([t for t in tables if isinstance(t, Flow)])
    chains = [c for c in sessions.collect()["certificates"].to_list() if c]
    roots = TrustRoot.rows(*({"der": c[-1], "authority": True, "sha256": str(i)} for i, c in enumerate(chains))) if chains else None
    folded = fold(talks_to_cloud_over_tls(sessions, flows, roots, None, None))
    assert (folded.verdict, first(folded)) == (verdict, text)


@pytest.mark.real
def test_the_expired_certificate_would_fail_under_a_newer_version_too(real_source: Callable[[str], FileSource]) -> None:
    sessions = TlsSession.concat([t for t in pcap(real_source("net/zeek_tls-expired-cert.pcap")) if isinstance(t, TlsSession)])
    folded = fold(talks_to_cloud_over_tls(sessions, Flow.empty(), None, None, None, least_version="TLS 1.0"))
    assert folded.verdict is Verdict.FAIL
    assert first(folded) == "the certificate has expired"
