"""Which end of a payload is the vehicle: the private one, the one that located flows tell, the opener; two private ends are local."""

import pytest

from zhunru.tables.clear_text import PayloadAccount
from zhunru.tables.flow import Flow
from zhunru.tables.located_flow import LocatedFlow
from zhunru.tables.sent_payload import SentPayload, sent_payloads

CAR, CLOUD, OTHER, PRIVATE = "10.0.0.2", "1.0.1.1", "8.8.8.8", "192.168.1.1"


def account(one: str, other: str) -> PayloadAccount:
    both = [((one, 40000), (other, 443)), ((other, 443), (one, 40000))]
    ends = [{"from_ip": a, "from_port": p, "to_ip": b, "to_port": q} for (a, p), (b, q) in both]
    return PayloadAccount.rows(*({"protocol": "tcp", **e, "payload_byte": 10, "readable_byte": 10, "source": "a.pcap"} for e in ends))


def flow(opener: str, other: str, ports: tuple[int, int] = (40000, 443), t_ns: int = 1) -> dict[str, object]:
    ends = {"src_ip": opener, "src_port": ports[0], "dst_ip": other, "dst_port": ports[1]}
    return {"protocol": "tcp", **ends, "t_start_ns": t_ns, "t_end_ns": t_ns, "source": "a.pcap"}


def directions(table: SentPayload) -> dict[tuple[str, str], tuple[str, str]]:
    return {(r["from_ip"], r["to_ip"]): (r["direction"], r["far_ip"]) for r in table.collect().rows(named=True)}


def test_the_private_end_is_the_vehicle_whoever_opened() -> None:
    for opener, ports in ((CAR, (40000, 443)), (CLOUD, (443, 40000))):
        other = CLOUD if opener == CAR else CAR
        told = directions(sent_payloads(account(CAR, CLOUD), Flow.rows(flow(opener, other, ports)), None))
        assert told == {(CAR, CLOUD): ("sent", CLOUD), (CLOUD, CAR): ("received", CLOUD)}


def test_of_two_public_ends_the_opener_is_the_vehicle() -> None:
    told = directions(sent_payloads(account(OTHER, CLOUD), Flow.rows(flow(OTHER, CLOUD)), None))
    assert told == {(OTHER, CLOUD): ("sent", CLOUD), (CLOUD, OTHER): ("received", CLOUD)}
    turned = directions(sent_payloads(account(OTHER, CLOUD), Flow.rows(flow(CLOUD, OTHER, (443, 40000))), None))
    assert turned == {(OTHER, CLOUD): ("received", OTHER), (CLOUD, OTHER): ("sent", OTHER)}


def test_located_flows_overrule_the_opener_and_give_names() -> None:
    located = LocatedFlow.rows(
        {
            "protocol": "tcp",
            "near_ip": CLOUD,
            "near_port": 443,
            "far_ip": OTHER,
            "far_port": 40000,
            "names": "x.example",
            "source": "a.pcap",
        }
    )
    table = sent_payloads(account(OTHER, CLOUD), Flow.rows(flow(OTHER, CLOUD)), located)
    assert directions(table) == {(OTHER, CLOUD): ("received", OTHER), (CLOUD, OTHER): ("sent", OTHER)}
    assert set(table.collect()["names"]) == {"x.example"}


def test_two_private_ends_are_local_and_two_unknown_public_ones_unclear() -> None:
    assert {d for d, _ in directions(sent_payloads(account(CAR, PRIVATE), Flow.rows(flow(CAR, PRIVATE)), None)).values()} == {"local"}
    assert {d for d, _ in directions(sent_payloads(account(OTHER, CLOUD), Flow.empty(), None)).values()} == {"unclear"}


def test_another_file_tells_nothing_and_the_first_flow_of_a_pair_counts() -> None:
    elsewhere = Flow.rows({**flow(OTHER, CLOUD), "source": "b.pcap"})
    assert {d for d, _ in directions(sent_payloads(account(OTHER, CLOUD), elsewhere, None)).values()} == {"unclear"}
    twice = Flow.rows(flow(CLOUD, OTHER, (443, 40000), 9), flow(OTHER, CLOUD, t_ns=3))
    table = sent_payloads(account(OTHER, CLOUD), twice, None)
    assert directions(table)[OTHER, CLOUD] == ("sent", CLOUD)
    assert len(table.collect()) == 2


@pytest.mark.parametrize("address", ["224.0.0.251", "ff02::fb", "255.255.255.255"])
def test_multicast_is_local(address: str) -> None:
    assert directions(sent_payloads(account(CAR, address), Flow.rows(flow(CAR, address)), None))[CAR, address] == ("local", address)
