"""Certificate chains: each way in which one fails to hold, and a real one that holds."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from zhunru.engine.source import BytesSource, FileSource
from zhunru.range.certificates import LEAF_FROM, LEAF_UNTIL, Authority
from zhunru.readers.certificates import certificates
from zhunru.readers.pcap import pcap
from zhunru.tables.tls_session import TlsSession
from zhunru.tables.trust_root import TrustRoot
from zhunru.wire.x509_chain import facts, judge

AUTHORITY = Authority(7, "示例汽车")


def ns(moment: datetime) -> int:
    return int(moment.timestamp()) * 10**9


def root_of(authority: Authority) -> bytes:
    (table,) = certificates(BytesSource(authority.root_pem()))
    assert isinstance(table, TrustRoot)
    der: bytes = table.collect()["der"][0]
    return der


ROOT, CHAIN = root_of(AUTHORITY), AUTHORITY.chain("tsp.example")
NOW = ns(datetime(2026, 11, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("t_ns", "outcome"),
    [(ns(LEAF_FROM) - 10**9, "early"), (ns(LEAF_FROM), "valid"), (ns(LEAF_UNTIL), "valid"), (ns(LEAF_UNTIL) + 10**9, "expired")],
)
def test_period_of_the_leaf(t_ns: int, outcome: str) -> None:
    assert judge(CHAIN, [ROOT], "tsp.example", t_ns).outcome == outcome


def test_every_way_to_fail() -> None:
    stranger = root_of(Authority(8, "他人"))
    assert judge(CHAIN, [ROOT], "TSP.example.", NOW).outcome == "valid"
    assert judge(CHAIN, [ROOT], "other.example", NOW).outcome == "name"
    assert judge(CHAIN, [ROOT], "sub.tsp.example", NOW).outcome == "name"
    assert judge(CHAIN, [ROOT], "166.111.4.100", NOW).outcome == "name"
    assert judge(CHAIN, [stranger], "tsp.example", NOW).outcome == "chain"
    assert judge(CHAIN[:1], [ROOT], "tsp.example", NOW).outcome == "chain"
    assert judge(CHAIN, [], "tsp.example", NOW).outcome == "rootless"
    assert judge(CHAIN, [CHAIN[0]], "tsp.example", NOW).outcome == "rootless"
    assert judge(CHAIN, [ROOT], None, NOW).outcome == "unnamed"
    assert judge(CHAIN, [stranger], None, NOW).outcome == "chain"
    assert judge([b"\x30\0"], [ROOT], "tsp.example", NOW).outcome == "unreadable"
    assert judge([], [ROOT], "tsp.example", NOW).outcome == "unreadable"


def test_a_changed_signature_does_not_hold() -> None:
    forged = CHAIN[0][:-1] + bytes([CHAIN[0][-1] ^ 1])
    assert judge([forged, CHAIN[1]], [ROOT], "tsp.example", NOW).outcome == "chain"


@pytest.mark.parametrize("host", ["*.example", "tsp.example"])
def test_a_star_stands_for_one_label(host: str) -> None:
    chain = AUTHORITY.chain(host)
    assert judge(chain, [ROOT], "tsp.example", NOW).outcome == "valid"
    assert judge(chain, [ROOT], "a.tsp.example", NOW).outcome == "name"
    assert judge(chain, [ROOT], "example", NOW).outcome == "name"


def test_facts() -> None:
    known = facts(ROOT)
    assert known
    assert (known.authority, known.from_ns) == (True, ns(datetime(2024, 1, 1, tzinfo=UTC)))
    assert facts(b"x") is None


@pytest.mark.real
@pytest.mark.parametrize(
    ("name", "host", "outcome"),
    [
        ("net/zeek_tls1_1.pcap", "www.google.com", "valid"),
        ("net/zeek_tls1_1.pcap", "www.example.com", "name"),
        ("net/zeek_chrome-34-google.pcap", "google.de", "chain"),  # signed with SHA-1
        ("net/zeek_tls-expired-cert.pcap", "www.spidh.org", "expired"),
    ],
)
def test_real_chains_against_their_own_last_certificate(
    name: str, host: str, outcome: str, real_source: Callable[[str], FileSource]
) -> None:
    rows = [r for t in pcap(real_source(name)) if isinstance(t, TlsSession) for r in t.collect().rows(named=True)]
    first = min(rows, key=lambda r: r["t_ns"])
    assert judge(first["certificates"], first["certificates"][-1:], host, first["t_ns"]).outcome == outcome
