"""TLS, certificates and DNS agree with independent decoders."""

from datetime import UTC, datetime
from random import Random

import dpkt
import pytest
from cryptography import x509
from cryptography.x509 import verification

from zhunru.range import dns, tls
from zhunru.range.certificates import LEAF_UNTIL, Authority


def _authority(seed: int = 103) -> Authority:
    return Authority(seed, "Test")


def _verify(authority: Authority, chain: tuple[bytes, ...], host: str, moment: datetime) -> None:
    store = verification.Store([x509.load_pem_x509_certificate(authority.root_pem())])
    verifier = verification.PolicyBuilder().store(store).time(moment).build_server_verifier(x509.DNSName(host))
    verifier.verify(x509.load_der_x509_certificate(chain[0]), [x509.load_der_x509_certificate(c) for c in chain[1:]])


def test_chain_validates_for_its_host_inside_its_time_only() -> None:
    authority = _authority()
    chain = authority.chain("tsp.shili.example")
    day = datetime(2026, 11, 9, tzinfo=UTC)
    _verify(authority, chain, "tsp.shili.example", day)
    with pytest.raises(verification.VerificationError):
        _verify(authority, chain, "other.example", day)
    with pytest.raises(verification.VerificationError):
        _verify(authority, chain, "tsp.shili.example", LEAF_UNTIL.replace(year=2028))
    with pytest.raises(verification.VerificationError):
        _verify(_authority(104), chain, "tsp.shili.example", day)


def test_equal_seed_equal_certificates() -> None:
    assert _authority().chain("a.example") == _authority().chain("a.example")
    assert _authority().root_pem() != _authority(104).root_pem()


@pytest.mark.parametrize("version", [tls.TLS_1_1, tls.TLS_1_2, tls.TLS_1_3])
def test_handshake_reads_back(version: int) -> None:
    chain = (b"leaf" * 100, b"issuer" * 100)
    flights = tls.handshake(Random(1), "a.example", chain, version)
    assert flights[0].from_client
    records, rest = dpkt.ssl.tls_multi_factory(flights[0].data)
    assert rest == len(flights[0].data)
    hello = dpkt.ssl.TLSHandshake(records[0].data).data
    assert (0, b"\x00\x0c\x00\x00\x09a.example") in hello.extensions
    server = flights[1].data
    assert server[5] == 2
    assert server[9:11] == min(version, tls.TLS_1_2).to_bytes(2, "big")
    assert (chain[0] in server) == (version < tls.TLS_1_3)


def test_records_are_cut_at_the_limit() -> None:
    data = tls.application_data(Random(1), 20_000)
    records, _ = dpkt.ssl.tls_multi_factory(data)
    assert [len(r.data) for r in records] == [16_384, 20_000 - 16_384]


@pytest.mark.parametrize(
    ("addresses", "alias", "kinds"),
    [(("202.112.1.1",), "", [1]), (("202.112.1.1", "202.112.1.2"), "x.example", [5, 1, 1]), (("2001:da8::1",), "", [28])],
)
def test_answer_reads_back(addresses: tuple[str, ...], alias: str, kinds: list[int]) -> None:
    read = dpkt.dns.DNS(dns.answer(7, "a.b.example", addresses, alias))
    assert (read.id, read.qd[0].name) == (7, "a.b.example")
    assert [r.type for r in read.an] == kinds
    assert read.an[-1].name == (alias or "a.b.example")
    asked = dpkt.dns.DNS(dns.question(7, "a.b.example"))
    assert asked.qd[0].name == "a.b.example"
    assert not asked.an
