"""Where the far end is: sources that agree, differ, do not know; declarations; names; direction."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from zhunru.core.record import Origin
from zhunru.engine.source import BytesSource, FileSource
from zhunru.formulas.ip_location import block_of, packed_of
from zhunru.readers.ip_ranges_csv import ip_ranges_csv
from zhunru.records.endpoint import Endpoint
from zhunru.tables.dns_answer import DnsAnswer
from zhunru.tables.flow import Flow
from zhunru.tables.flow_by_territory import flows_by_territory
from zhunru.tables.located_flow import LocatedFlow, located_flows
from zhunru.tables.location_range import LocationRange
from zhunru.tables.tls_session import TlsSession

CAR = "10.0.0.2"
DAY = 1_780_272_000 * 10**9  # 2026-06-01


def ranges(blocks: dict[str, str], origin: str = "table", dated: date | None = date(2026, 5, 20)) -> LocationRange:
    rows = []
    for code, texts in blocks.items():
        for text in texts.split():
            block = block_of(text)
            assert block
            family, first, last = block
            first, last = (
                packed_of(pl.Series([family]).to_numpy(), pl.Series([bytes(k)]).to_numpy().astype("S16"))[0] for k in (first, last)
            )
            territory = code.replace("none", "??")
            rows.append({"family_no": family, "first": first, "last": last, "territory": territory, "origin": origin, "dated": dated})
    return LocationRange.rows(*rows)


def flow(src: str = CAR, dst: str = "1.0.1.1", **changed: object) -> dict[str, object]:
    plain: dict[str, object] = {"t_start_ns": DAY, "t_end_ns": DAY + 1, "protocol": "tcp", "src_ip": src, "src_port": 40000, "dst_ip": dst}
    plain |= {"dst_port": 443, "out_packet_count": 3, "in_packet_count": 2, "out_byte": 300, "in_byte": 200}
    return plain | {"out_payload_byte": 100, "in_payload_byte": 50} | changed


def one(
    *flows: dict[str, object], table: LocationRange, declared: list[Endpoint] | None = None, dns: DnsAnswer | None = None
) -> dict[str, object]:
    located = located_flows(Flow.rows(*flows), table, dns, None, declared or []).collect()
    assert len(located) == len(flows)
    row: dict[str, object] = located.row(0, named=True)
    return row


BASIC = {"CN": "1.0.1.0/24 2400:3200::/32", "US": "8.8.8.0/24", "HK": "1.0.2.0/24", "none": "9.9.9.0/24"}


@pytest.mark.parametrize(
    ("dst", "place", "territory"),
    [
        ("1.0.1.255", "mainland", "CN"),
        ("1.0.2.0", "hmt", "HK"),
        ("8.8.8.8", "abroad", "US"),
        ("9.9.9.9", "unknown", None),
        ("1.0.0.255", "unknown", None),
        ("192.168.1.1", "private", None),
        ("224.0.0.251", "private", None),
        ("2400:3200::1", "mainland", "CN"),
        ("64:ff9b::808:808", "abroad", "US"),
        ("::ffff:8.8.8.8", "abroad", "US"),
        ("not an address", "unknown", None),
    ],
)
def test_one_source(dst: str, place: str, territory: str | None) -> None:
    row = one(flow(dst=dst), table=ranges(BASIC))
    assert (row["place"], row["seen"], row["territory"], row["far_ip"]) == (place, place, territory, dst)
    assert row["dated"] == (date(2026, 5, 20) if territory else None)


@pytest.mark.parametrize(
    ("other", "place", "territory"),
    [
        ({"CN": "1.0.1.0/24"}, "mainland", "CN"),
        ({"none": "1.0.1.0/24"}, "mainland", "CN"),
        ({"AP": "1.0.1.0/24"}, "mainland", "CN"),
        ({"HK": "1.0.1.0/24"}, "disputed", "CN|HK"),
        ({"US": "1.0.1.0/24"}, "disputed", "CN|US"),
        ({"US": "1.0.1.1/32", "CN": "1.0.1.0/24"}, "disputed", "CN|US"),
    ],
)
def test_two_sources(other: dict[str, str], place: str, territory: str) -> None:
    both = LocationRange.concat([ranges(BASIC), ranges(other, "other", date(2026, 5, 30))])
    row = one(flow(), table=both)
    assert (row["place"], row["territory"]) == (place, territory)
    assert str(row["claims"]).count("=") == 2


def test_two_sources_abroad_stay_abroad() -> None:
    row = one(flow(dst="8.8.8.8"), table=LocationRange.concat([ranges(BASIC), ranges({"GB": "8.8.8.0/24"}, "other")]))
    assert (row["place"], row["territory"]) == ("abroad", "GB|US")
    row = one(flow(dst="1.0.2.1"), table=LocationRange.concat([ranges(BASIC), ranges({"US": "1.0.2.0/24"}, "other")]))
    assert (row["place"], row["territory"]) == ("abroad", "HK|US")


@pytest.mark.parametrize("code", ["??", "ZZ", "XX", "AP", "A1", "T1", ""])
def test_codes_without_a_territory_are_unknown(code: str) -> None:
    table = LocationRange(ranges({"US": "8.8.8.0/24"}).frame.with_columns(pl.lit(code).alias("territory")))
    assert one(flow(dst="8.8.8.8"), table=table)["place"] == "unknown"


def test_the_far_end_is_the_less_harmless_one_whoever_opened() -> None:
    table = ranges(BASIC)
    outward, inward = one(flow(dst="8.8.8.8"), table=table), one(flow(src="8.8.8.8", dst=CAR), table=table)
    assert (outward["sent_byte"], outward["received_byte"], outward["far_port"]) == (300, 200, 443)
    assert (inward["sent_byte"], inward["received_byte"], inward["far_port"], inward["near_ip"]) == (200, 300, 40000, CAR)
    public = one(flow(src="1.0.1.9", dst="8.8.8.8"), table=table)
    assert (public["near_ip"], public["far_ip"]) == ("1.0.1.9", "8.8.8.8")
    alike = one(flow(src="8.8.8.1", dst="8.8.8.8"), table=table)
    assert alike["far_ip"] == "8.8.8.8"


def declared(**changed: object) -> list[Endpoint]:
    return [Endpoint.model_validate({"address": "8.8.8.8", "territory": "CN", "contract": "C-7"} | changed)]


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({}, "declared"),
        ({"address": "8.8.0.0/16"}, "declared"),
        ({"territory": "中国大陆"}, "declared"),
        ({"territory": "HK"}, "hmt"),
        ({"territory": "JP"}, "abroad"),
        ({"territory": "??"}, "abroad"),
        ({"contract": ""}, "abroad"),
        ({"territory": ""}, "abroad"),
        ({"address": "8.8.8.9"}, "abroad"),
        ({"address": "api.example.cn"}, "declared"),
        ({"address": "*.example.cn"}, "declared"),
        ({"address": "*.Example.CN."}, "declared"),
        ({"address": "example.cn"}, "abroad"),
        ({"address": "ample.cn"}, "abroad"),
        ({"start": "2026-06-01"}, "declared"),
        ({"start": "2026-06-02"}, "abroad"),
        ({"end": "2026-06-01"}, "declared"),
        ({"end": "2026-05-31"}, "abroad"),
    ],
)
def test_declarations(changes: dict[str, object], place: str) -> None:
    dns = DnsAnswer.rows({"query": "api.example.cn", "name": "api.example.cn", "address": "8.8.8.8"})
    row = one(flow(dst="8.8.8.8"), table=ranges(BASIC), declared=declared(**changes), dns=dns)
    assert (row["place"], row["seen"]) == (place, "abroad")


def test_a_declaration_with_an_unreadable_cell_does_not_hold() -> None:
    unread = [e.model_copy(update={"origin": Origin("a.xlsx", "端点", 2, ("停用日期: 三月",))}) for e in declared()]
    assert one(flow(dst="8.8.8.8"), table=ranges(BASIC), declared=unread)["place"] == "abroad"


def test_a_declaration_abroad_overrules_a_source_that_says_mainland() -> None:
    row = one(flow(), table=ranges(BASIC), declared=declared(address="1.0.1.1", territory="US"))
    assert (row["place"], row["seen"], row["contract"]) == ("abroad", "mainland", "C-7")


def test_the_narrower_declaration_holds() -> None:
    both = declared(address="8.8.8.8", territory="US") + declared(address="8.0.0.0/8")
    for order in (both, both[::-1]):
        assert one(flow(dst="8.8.8.8"), table=ranges(BASIC), declared=order)["place"] == "abroad"


def test_a_private_address_stays_private_whatever_is_declared() -> None:
    assert one(flow(dst="10.9.9.9"), table=ranges(BASIC), declared=declared(address="10.9.9.9", territory="US"))["place"] == "private"


def test_names_come_from_dns_and_tls() -> None:
    dns = DnsAnswer.rows({"query": "a.example", "name": "cdn.example", "address": "8.8.8.8"}, {"query": "x.example", "address": "8.8.4.4"})
    tls = TlsSession.rows({"server_ip": "8.8.8.8", "server_name": "s.example"}, {"server_ip": "8.8.8.8", "server_name": None})
    row = located_flows(Flow.rows(flow(dst="8.8.8.8")), ranges(BASIC), dns, tls, []).collect().row(0, named=True)
    assert row["names"] == "a.example,cdn.example,s.example"


def test_nothing_in_nothing_out() -> None:
    assert located_flows(Flow.empty(), LocationRange.empty(), None, None, []).collect().is_empty()
    assert one(flow(), table=LocationRange.empty())["place"] == "unknown"
    assert flows_by_territory(LocatedFlow.empty()).collect().is_empty()


def test_sums_by_territory() -> None:
    flows = Flow.rows(flow(dst="8.8.8.8"), flow(dst="8.8.8.9"), flow(), flow(dst="192.168.0.1"), flow(dst="9.9.9.9"))
    summed = flows_by_territory(located_flows(flows, ranges(BASIC), None, None, [])).collect().to_dicts()
    assert {(r["label"], r["place"]) for r in summed} == {("US", "abroad"), ("CN", "mainland"), ("–", "private"), ("–", "unknown")}
    rows = {r["label"]: r for r in summed}
    assert (rows["US"]["flow_count"], rows["US"]["destination_count"], rows["US"]["sent_byte"], rows["US"]["received_byte"]) == (
        2,
        2,
        600,
        400,
    )


@pytest.mark.real
def test_real_capture_bytes_are_kept(real_source: Callable[[str], FileSource], real: Callable[[str], Path]) -> None:
    from zhunru.readers.pcap import pcap

    flows = Flow.concat([t for t in pcap(real_source("net/zeek_wikipedia.pcap")) if isinstance(t, Flow)])
    table = next(
        t for t in ip_ranges_csv(BytesSource(b"cidr,country\n208.80.152.0/22,US\n141.142.0.0/16,US\n")) if isinstance(t, LocationRange)
    )
    located = located_flows(flows, table, None, None, []).collect()
    raw, log = flows.collect(), real("net/zeek_wikipedia.conn.log").read_text().splitlines()
    assert len(located) == len(raw) == len([line for line in log if line and not line.startswith("#")])
    assert sum(located["sent_byte"]) + sum(located["received_byte"]) == sum(raw["out_byte"]) + sum(raw["in_byte"])
    far = located.filter((pl.col("far_ip") == "208.80.152.3") & (pl.col("place") == "abroad"))
    assert (len(far), far["sent_byte"].sum(), far["received_byte"].sum()) == (6, 8809, 5698)


@pytest.mark.parametrize("word", ["无", "没有", "待签", "TBD", "N/A", " none "])
def test_a_word_for_no_contract_is_none(word: str) -> None:
    assert one(flow(dst="9.9.9.9"), table=ranges(BASIC), declared=declared(address="9.9.9.9", contract=word))["place"] == "unknown"
    assert one(flow(), table=ranges(BASIC), declared=declared(address="1.0.1.1", territory="US", contract=word))["place"] == "abroad"


@pytest.mark.parametrize(
    ("dst", "block", "place"),
    [
        ("9.9.9.9", "9.9.0.0/16", "declared"),
        ("9.9.9.9", "9.8.0.0/15", "unknown"),
        ("9.9.9.9", "0.0.0.0/1", "unknown"),
        ("9.9.9.9", "0.0.0.0/0", "unknown"),
        ("2a00::9", "2a00::/32", "declared"),
        ("2a00::9", "2a00::/31", "unknown"),
    ],
)
def test_a_block_that_reaches_too_far_vouches_for_nothing(dst: str, block: str, place: str) -> None:
    assert one(flow(dst=dst), table=ranges(BASIC), declared=declared(address=block))["place"] == place
    # it still speaks against its maker
    assert one(flow(dst=dst), table=ranges(BASIC), declared=declared(address=block, territory="US"))["place"] == "abroad"


@pytest.mark.parametrize(
    ("domain", "place"),
    [
        ("*.example.com.cn", "declared"), ("*.com.cn", "unknown"), ("*.cn", "unknown"), ("*.com", "unknown"), ("*", "unknown"), ("cn", "unknown"),
        ("api.example.com.cn", "declared"),
    ],
)  # fmt: skip
def test_names_that_belong_to_everybody_vouch_for_nothing(domain: str, place: str) -> None:
    dns = DnsAnswer.rows({"query": "api.example.com.cn", "name": "api.example.com.cn", "address": "9.9.9.9"})
    assert one(flow(dst="9.9.9.9"), table=ranges(BASIC), declared=declared(address=domain), dns=dns)["place"] == place


def test_declarations_that_contradict_each_other_are_disputed() -> None:
    dns = DnsAnswer.rows({"query": "api.example.cn", "name": "api.example.cn", "address": "9.9.9.9"})
    at, elsewhere, named = (
        declared(address="9.9.9.9"),
        declared(address="9.9.9.9", territory="US"),
        declared(address="*.example.cn", territory="US"),
    )
    for order in (at + elsewhere, elsewhere + at, at + named, named + at):
        assert one(flow(dst="9.9.9.9"), table=ranges(BASIC), declared=order, dns=dns)["place"] in {"disputed", "abroad"}
    assert one(flow(dst="9.9.9.9"), table=ranges(BASIC), declared=named + at, dns=dns)["place"] == "disputed"
    wide = declared(address="9.9.0.0/16", territory="US")
    assert one(flow(dst="9.9.9.9"), table=ranges(BASIC), declared=wide + at)["place"] == "declared"


def test_an_endpoint_abroad_counts_when_it_was_in_use_on_any_day() -> None:
    ended = declared(address="1.0.1.1", territory="US", contract="", start="2026-06-01", end="2026-06-01")
    later = declared(address="1.0.1.1", territory="US", contract="", start="2026-06-02")
    assert one(flow(t_end_ns=DAY + 10 * 86_400 * 10**9), table=ranges(BASIC), declared=ended)["place"] == "abroad"
    assert one(flow(), table=ranges(BASIC), declared=later)["place"] == "mainland"


def test_a_prefix_of_the_operators_nat64_is_looked_through() -> None:
    # 2400:3200::/32 is in the mainland; the resolver gives away that its addresses end in foreign IPv4 addresses
    far = "2400:3200:64::808:808"
    by_arpa = DnsAnswer.rows({"query": "ipv4only.arpa", "name": "ipv4only.arpa", "address": "2400:3200:64::c000:aa"})
    by_pair = DnsAnswer.rows(*({"query": "x.example", "name": "x.example", "address": a} for a in ("1.0.1.7", "2400:3200:64::100:107")))
    apart = DnsAnswer.rows(*({"query": q, "name": q, "address": a} for q, a in (("x.a", "1.0.1.7"), ("x.b", "2400:3200:64::100:107"))))
    places = [one(flow(dst=far), table=ranges(BASIC), dns=dns)["place"] for dns in (None, by_arpa, by_pair, apart)]
    assert places == ["mainland", "abroad", "abroad", "mainland"]
