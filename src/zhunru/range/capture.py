"""Six captures of the sample car: two channels in each of three states, as GB/T 44464-2024 D.8 asks, with planted faults.

All names end in `.example`. The addresses lie in ranges of registries and universities, chosen because where those are is well known;
nothing is ever sent to them.
"""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from random import Random

from zhunru.range import dns, tls
from zhunru.range.capture_file import COOKED, ETHERNET, Packet, pcap, pcapng
from zhunru.range.certificates import Authority
from zhunru.range.clear_talk import report_808
from zhunru.range.conversation import MS, Tcp, exchange
from zhunru.range.identities import vin
from zhunru.range.packets import arp_request, cooked, ethernet, packed

SECOND = 1_000_000_000
ROUTER_MAC, CAR_MAC = bytes.fromhex("02000a0b0c01"), bytes.fromhex("02000a0b0c02")


@dataclass(frozen=True, slots=True)
class Server:
    """A peer of the car.

    Args:
        host: Name that is resolved and put into the SNI.
        address: Where it answers.
        version: TLS version that it settles on.
        alias: Name behind which it is resolved.
    """

    host: str
    address: str
    version: int = tls.TLS_1_2
    alias: str = ""


TSP = Server("tsp.shili.example", "202.112.10.21")
UPDATE = Server("ota.shili.example", "202.112.10.35", alias="ota.shili.jiedian.example")
MAP = Server("ditu.tushang.example", "101.6.8.17")
VOICE = Server("yuyin.shili.example", "2001:da8:8::40")
MUSIC = Server("yinyue.neirong.example", "101.6.15.66")
# Planted fault: the log server settles on TLS 1.1. Found by the check of miit-2021-103/2.4.
LOGS = Server("log.shili.example", "202.112.10.77", tls.TLS_1_1)
# Planted fault: a pre-installed function reports to a server abroad. Found by the check of miit-2021-103/1.8.
ABROAD = Server("crash.fenxi.example", "193.0.4.10")
# No fault: the user opens this page himself while a user action is on record; exempt under the note to GB/T 44464-2024 5.8.
PAGE = Server("www.zixun.example", "137.189.6.18")
CLOCK = Server("ntp.shili.example", "202.112.10.5")
# No fault: the operator's private access point, declared in the statement of the product.
GATEWAY = Server("apn.dianxin.example", "10.200.0.8")
# Planted fault: positions go to this declared server in clear text. Found by data.nothing_personal_leaves_in_clear.
FLEET = Server("chedui.shili.example", "202.112.10.90")
# Planted fault: a server that nobody declared counts visits by the VIN. Found by data.far_ends_are_declared.
COUNTER = Server("tongji.fenxi.example", "101.6.77.20")
SERVERS = (TSP, UPDATE, MAP, VOICE, MUSIC, LOGS, ABROAD, PAGE, CLOCK, GATEWAY, FLEET)
"""Peers that the maker declares, as far as their place is one of its own."""


@dataclass(frozen=True, slots=True)
class Channel:
    """How the car is seen on one channel.

    Args:
        id: Channel of the subject.
        car: IPv4 address of the car.
        car_v6: IPv6 address of the car.
        resolver: Address that answers DNS.
        link: Link type of its captures.
    """

    id: str
    car: str
    car_v6: str
    resolver: str
    link: int


CELLULAR = Channel("4G", "10.32.7.21", "2001:da8:32:7::21", "10.200.0.53", COOKED)
WLAN = Channel("WLAN", "192.168.43.10", "fe80::a:b0c:2", "192.168.43.1", ETHERNET)


@dataclass(frozen=True, slots=True)
class Visit:
    """One TLS session: who, when (seconds into the capture), how much each way, and how often it goes on.

    Args:
        server: The peer.
        at_s: Start.
        up_byte: Upload in each round.
        down_byte: Download in each round.
        rounds: Exchanges inside the session.
        pause_s: Time between them.
    """

    server: Server
    at_s: float
    up_byte: int
    down_byte: int
    rounds: int = 1
    pause_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Clear:
    """One conversation in clear text.

    Args:
        fault: Name by which it is left out.
        server: The peer.
        port: TCP port of the peer.
        at_s: Start, seconds into the capture.
        said: What the car sends, one segment each.
    """

    fault: str
    server: Server
    port: int
    at_s: float
    said: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Shot:
    """One capture file.

    Args:
        name: File inside the folder of captures.
        channel: Where it was taken.
        state: State of the car: off, powered or working.
        start: Time of its first second.
        length_s: Duration.
        visits: Sessions in it.
        beat_s: Time between two heartbeats.
        clear: Conversations in clear text.
    """

    name: str
    channel: Channel
    state: str
    start: datetime
    length_s: int
    visits: tuple[Visit, ...]
    beat_s: int = 30
    clear: tuple[Clear, ...] = ()

    @property
    def start_ns(self) -> int:
        """Start in nanoseconds UTC."""
        return int(self.start.timestamp()) * SECOND


_OFF, _POWERED, _WORKING = (datetime(2026, 11, 9, hour, minute, tzinfo=UTC) for hour, minute in ((1, 0), (1, 30), (2, 0)))
BROWSING_S = (600, 720)
"""Seconds of the working state in which the user browses."""
_TRACK = tuple(report_808("000000000007", 40.101 + n / 900, 116.551 + n / 800) for n in range(12))
_VISIT = json.dumps({"vin": vin(930_002), "page": "home"}).encode()
_COUNTED = b"POST /v HTTP/1.1\r\nHost: tongji.fenxi.example\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(_VISIT)

SHOTS = (
    Shot("off-4g.pcap", CELLULAR, "off", _OFF, 1200, (Visit(TSP, 4, 900, 300, 10, 110),), 60),
    Shot("off-wlan.pcapng", WLAN, "off", _OFF, 1200, (), 60),
    Shot(
        "powered-4g.pcap",
        CELLULAR,
        "powered",
        _POWERED,
        1200,
        (Visit(TSP, 3, 4_200, 1_100, 20, 55), Visit(UPDATE, 40, 1_300, 5_600), Visit(LOGS, 300, 18_000, 400)),
    ),
    Shot("powered-wlan.pcapng", WLAN, "powered", _POWERED, 1200, (Visit(MAP, 12, 900, 64_000, 3, 300), Visit(MUSIC, 420, 700, 22_000))),
    Shot(
        "working-4g.pcap",
        CELLULAR,
        "working",
        _WORKING,
        1260,
        (
            Visit(TSP, 3, 5_400, 1_200, 40, 30),
            Visit(UPDATE, 60, 1_300, 9_800),
            Visit(GATEWAY, 240, 12_000, 2_000),
            Visit(ABROAD, 415, 47_000, 900),
            Visit(VOICE, 500, 32_000, 14_000, 4, 120),
        ),
        20,
        (Clear("positions", FLEET, 6808, 820, _TRACK), Clear("stranger end", COUNTER, 80, 905, (_COUNTED + _VISIT,))),
    ),
    Shot(
        "working-wlan.pcapng",
        WLAN,
        "working",
        _WORKING,
        1260,
        (Visit(MAP, 9, 1_200, 90_000, 5, 200), Visit(MUSIC, 100, 900, 60_000, 4, 180), Visit(PAGE, 640, 2_400, 51_000)),
        20,
    ),
)


def capture(shot: Shot, authority: Authority, seed: int, without: Collection[str] = ()) -> bytes:
    """Return the file of `shot`: packets in the order of time, pcapng on the WLAN, classic pcap elsewhere; `without` leaves out faults."""
    shot = replace(shot, clear=tuple(c for c in shot.clear if c.fault not in without))
    rng = Random(f"{seed} {shot.name}")  # noqa: S311 - generated evidence, no secret
    packets = sorted(_framed(shot, rng, authority), key=lambda p: p[0])
    if shot.channel.link == ETHERNET:
        return pcapng(packets, ETHERNET, dropped=0)
    return pcap(packets, shot.channel.link)


def _framed(shot: Shot, rng: Random, authority: Authority) -> Iterator[Packet]:
    car = shot.channel.car
    cellular = shot.channel.link == COOKED
    if not cellular:
        for second in (0, shot.length_s - 1):
            yield shot.start_ns + second * SECOND + 80 * MS, arp_request(CAR_MAC, car, shot.channel.resolver)
    own = {packed(car), packed(shot.channel.car_v6)}
    for t_ns, packet in _packets(shot, rng, authority):
        outgoing = (packet[8:24] if packet[0] >> 4 == 6 else packet[12:16]) in own
        if cellular:
            yield t_ns, cooked(packet, CAR_MAC if outgoing else ROUTER_MAC, outgoing)
        else:
            yield t_ns, ethernet(packet, *((CAR_MAC, ROUTER_MAC) if outgoing else (ROUTER_MAC, CAR_MAC)))


def _packets(shot: Shot, rng: Random, authority: Authority) -> Iterator[Packet]:
    car, resolver = shot.channel.car, (shot.channel.resolver, 53)
    last = shot.length_s * SECOND - 200 * MS
    # The car asks for the time at a steady beat, the first and the last second included, so that the file covers its whole span.
    beats = [*range(100 * MS, last, shot.beat_s * SECOND), last]
    for beat in beats:
        yield from exchange((car, 40123), (CLOCK.address, 123), shot.start_ns + beat, _ntp(3, rng), _ntp(4, rng))
    for number, visit in enumerate(shot.visits):
        start = shot.start_ns + int(visit.at_s * SECOND)
        asked, ident = (car, 50_000 + number), rng.randrange(65536)
        sixth = ":" in visit.server.address
        question = dns.question(ident, visit.server.host, dns.AAAA if sixth else dns.A)
        answer = dns.answer(ident, visit.server.host, (visit.server.address,), visit.server.alias)
        yield from exchange(asked, resolver, start, question, answer)
        yield from _session(visit, (shot.channel.car_v6 if sixth else car, 52_000 + number), start + 40 * MS, rng, authority)
    for number, talk in enumerate(shot.clear):
        start = shot.start_ns + int(talk.at_s * SECOND)
        ident = rng.randrange(65536)
        question, answer = dns.question(ident, talk.server.host, dns.A), dns.answer(ident, talk.server.host, (talk.server.address,), "")
        yield from exchange((car, 50_500 + number), resolver, start, question, answer)
        link = Tcp(
            (car, 52_500 + number), (talk.server.address, talk.port), start + 40 * MS, seeds=(rng.randrange(2**32), rng.randrange(2**32))
        )
        for said in talk.said:
            link.send(True, said, SECOND)
        link.close(30 * MS)
        yield from link.packets


def _session(visit: Visit, client: tuple[str, int], t_ns: int, rng: Random, authority: Authority) -> list[Packet]:
    server = visit.server
    link = Tcp(client, (server.address, 443), t_ns, seeds=(rng.randrange(2**32), rng.randrange(2**32)))
    for flight in tls.handshake(rng, server.host, authority.chain(server.host), server.version):
        link.send(flight.from_client, flight.data)
    for number in range(visit.rounds):
        wait = int(visit.pause_s * SECOND) if number else 3 * MS
        link.send(True, tls.application_data(rng, visit.up_byte, server.version), wait)
        link.send(False, tls.application_data(rng, visit.down_byte, server.version), 20 * MS)
    link.close(30 * MS)
    return link.packets


def _ntp(mode: int, rng: Random) -> bytes:
    stratum = 2 if mode == 4 else 0
    return bytes([0x20 | mode, stratum, 6, 0xEC]) + rng.randbytes(44)
