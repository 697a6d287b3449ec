"""The vehicle talks to its cloud only over TLS 1.2 or newer with servers that prove who they are."""

from base64 import b64decode
from collections.abc import Iterator
from typing import Annotated, Any

import polars as pl

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.step import Limit
from zhunru.core.verdict import Verdict
from zhunru.formulas.ip_location import block_of, keys_of, reserved
from zhunru.records.endpoint import Endpoint
from zhunru.tables.dns_answer import DnsAnswer
from zhunru.tables.flow import Flow
from zhunru.tables.tls_session import TlsSession
from zhunru.tables.trust_root import TrustRoot
from zhunru.wire.tls import ANONYMOUS_CIPHERS, CLEAR_CIPHERS, TLS13
from zhunru.wire.x509_chain import Judgement, judge

_VERSIONS = {0x0002: "SSL 2.0", 0x0300: "SSL 3.0", 0x0301: "TLS 1.0", 0x0302: "TLS 1.1", 0x0303: "TLS 1.2", 0x0304: "TLS 1.3"}
_CLEAR_PORTS = {21: "FTP", 23: "Telnet", 80: "HTTP", 1883: "MQTT", 5683: "CoAP", 8000: "HTTP", 8080: "HTTP"}
"""Ports of TCP and UDP where protocols without encryption are registered (IANA, basis G)."""
_SUPPORT_PORTS = (67, 68, 123, 546, 547)
"""DHCP, NTP: services of the network, no session with the cloud."""
_NO_TRANSPORT = ("icmp", "icmp6")
_DNS_PORT, _QUIC_PORT = 53, 443
_TO_MANY = r"^(22[4-9]|23\d)\.|^255\.255\.255\.255$|^ff"
"""Multicast and broadcast: no session with a server."""
_TUPLE = ("source", "src_ip", "src_port", "dst_ip", "dst_port")

Row = dict[str, Any]


@check("miit-2021-103/2.4", "gb-44495-2024/7.2.1", title_zh="车云通信使用 TLS 1.2 及以上并验证服务器证书", since="0.1")
def talks_to_cloud_over_tls(
    sessions: TlsSession,
    flows: Flow,
    roots: TrustRoot | None,
    endpoints: list[Endpoint] | None,
    answers: DnsAnswer | None,
    *,
    least_version: Annotated[str, Limit("version", source="gb-44495-2024/7.2.1", basis="G")] = "TLS 1.2",
) -> Iterator[Finding]:
    """Every session between vehicle and cloud uses TLS 1.2 or newer, and the server's certificate chain holds.

    Why:
        Whoever can pose as the cloud can read what the vehicle sends and command what it does.

    为什么:
        冒充云平台者可以读取车辆上传的数据，并向车辆下达指令。

    How it decides:
        1. The cloud is every declared endpoint (address, block, or name by SNI or DNS) and every server with a public address; where the
           server is neither, a client that is declared or has a public address: then the cloud opened the session.
        2. A session without ServerHello, or with anything but TLS before it in its connection: gap. A version below the limit, or a cipher
           suite without authentication or encryption: breach when the session was established, otherwise as in step 5.
        3. A resumed session counts as its full handshake does: ok after a full one with the same name that held, otherwise gap.
        4. A chain that is not visible (TLS 1.3, or the capture lacks it): gap. Otherwise the chain is validated against the trust roots of the
           dossier, for the name that the vehicle asked for (SNI), at the time of the session: it holds: ok; it does not: breach. No trust
           root in the dossier, or no SNI: gap, unless the certificate is outside its period or for another name. A session that the cloud
           opened: gap, as who called cannot be seen.
        5. A session that was not established carried no data: ok when the vehicle refused a bad server with an alert, otherwise gap.
        6. Traffic with the cloud outside TLS: breach when a declared endpoint is reached on a port of a protocol without encryption;
           otherwise gap, as a private protocol, a session begun before the capture, or another peer is possible. Left aside are ICMP, flows
           in which DNS answers were read, UDP to undeclared servers that gave such answers, and DHCP and NTP with undeclared servers.
        7. No session was established at all: gap.

    Inconclusive:
        The chain cannot be seen or judged, traffic cannot be told, or no session was seen.

    Not covered:
        Whether the vehicle refuses a forged certificate (that needs a trial with one), revocation, pinning, QUIC, private protocols and VPN.
        Servers with private addresses are seen only when they are declared. Of two public addresses, neither declared, the TLS server is
        taken as the cloud. What is hidden in DNS messages, or in DHCP and NTP with undeclared servers, is not seen.
        Clear text in a connection after its handshake, or long (megabytes, or more than 64 segments) before it.

    未覆盖:
        车辆是否拒绝伪造证书（须主动试验）、证书吊销、证书固定、QUIC、私有协议和 VPN；私网地址的服务器须先在端点台账中声明。
        双方均为未声明的公网地址时，以 TLS 服务端为云端。藏于 DNS 报文，或藏于与未声明服务器的 DHCP、NTP 报文中的数据不可见。
        同一连接在握手完成之后的明文，以及早于握手很久（数兆字节或超过 64 个分段）的明文。

    Args:
        sessions: TLS handshakes of the captures.
        flows: Flows of the captures.
        roots: Certificates of the dossier; those that may issue certificates are trusted.
        endpoints: Declared peers.
        answers: Names resolved in the captures.
        least_version: Lowest version that passes, `TLS 1.0` to `TLS 1.3`.

    References:
        GB 44495-2024 7.2.1 and 8.3.3.1 (version recalled, G); 103号 (二); RFC 5246, RFC 5280, RFC 6125, RFC 8446.
    """
    # (1) who is the cloud
    least_code = next(code for code, name in _VERSIONS.items() if name == least_version)
    cloud = _Cloud(endpoints or [], answers)
    held = sessions.collect().sort("t_ns", "source", "client_ip", "client_port", "server_ip", "server_port")
    with_cloud = cloud.sessions_of(held)
    seen = list(with_cloud.iter_rows(named=True))
    trusted = _trusted(roots)
    proven: set[tuple[str, str]] = set()
    for row in seen:
        # (2) version and cipher suite
        if row["preceded"]:
            yield gap(
                "握手前该连接中有非 TLS 内容", "something that is no TLS was said in the connection before the handshake", **_place(row)
            )
        if row["version_code"] is None:
            yield gap("没有看到 ServerHello", "no ServerHello was seen", **_place(row))
        elif row["version_code"] < least_code:
            used = _VERSIONS.get(row["version_code"], hex(row["version_code"]))
            yield _weak(row, breach("TLS 版本过低", "the TLS version is too old", measured=used, limit=least_version, **_place(row)))
        elif row["cipher_code"] in ANONYMOUS_CIPHERS | CLEAR_CIPHERS:
            bad = breach("密码套件不认证服务器或不加密", "the cipher suite does not authenticate or does not encrypt", **_place(row))
            yield _weak(row, bad)
        else:
            yield _identity(row, trusted, proven)
    # (6) outside TLS
    yield from _outside(cloud, flows, with_cloud)
    # (7) nothing
    if not any(row["established"] for row in seen):
        yield gap("没有看到已建立的车云 TLS 会话", "no established TLS session with the cloud was seen", sessions=len(seen))


class _Cloud:
    """Tells which addresses are the cloud."""

    def __init__(self, endpoints: list[Endpoint], answers: DnsAnswer | None) -> None:
        declared = [(e.address.strip().lower().rstrip("."), block_of(e.address)) for e in endpoints]
        self.blocks = [block for _, block in declared if block]
        self.names = frozenset(name for name, block in declared if not block)
        self.answers = (answers or DnsAnswer.empty()).collect()
        rows = self.answers.select("query", "name", "address").iter_rows() if self.names else ()
        self.resolved = frozenset(address for query, name, address in rows if self.named(query) or self.named(name))

    def named(self, name: str | None) -> bool:
        """Tell whether a host name is declared; `*.` stands for any names below."""
        if name is None:
            return False
        return name in self.names or any(n.startswith("*.") and name.endswith(n[1:]) for n in self.names)

    def marks(self, addresses: pl.Series) -> pl.DataFrame:
        """Return per distinct address whether it is declared and whether it is public."""
        distinct = addresses.unique(maintain_order=True).drop_nulls()
        family, sought = keys_of(distinct)
        public = (family != 0) & ~reserved(family, sought)
        declared = [
            address in self.resolved or any(f == v and first <= key <= last for v, first, last in self.blocks)
            for address, f, key in zip(distinct, family, sought, strict=True)
        ]
        columns = {"ip": distinct, "declared": pl.Series(declared, dtype=pl.Boolean), "public": pl.Series(public, dtype=pl.Boolean)}
        return pl.DataFrame(columns)

    def marked(self, rows: pl.DataFrame, *ends: str) -> pl.DataFrame:
        """Return rows with `<end>_declared` and `<end>_public` for each address `<end>_ip`."""
        marks = self.marks(pl.concat([rows[f"{end}_ip"] for end in ends]))
        for end in ends:
            named = marks.rename({"ip": f"{end}_ip", "declared": f"{end}_declared", "public": f"{end}_public"})
            rows = rows.join(named, on=f"{end}_ip", how="left", maintain_order="left")
        return rows

    def sessions_of(self, sessions: pl.DataFrame) -> pl.DataFrame:
        """Return the sessions with the cloud at one end; `inbound` ones were opened by the cloud."""
        named = pl.Series([self.named(name) for name in sessions["server_name"]], dtype=pl.Boolean)
        outward = pl.col("server_declared") | named | (pl.col("server_public") & ~pl.col("client_declared"))
        marked = self.marked(sessions, "client", "server").with_columns(inbound=~outward)
        return marked.filter(~pl.col("inbound") | pl.col("client_declared") | pl.col("client_public"))


def _trusted(roots: TrustRoot | None) -> tuple[bytes, ...]:
    return tuple(roots.collect().filter("authority").unique("sha256").sort("sha256")["der"]) if roots else ()


def _identity(row: Row, trusted: tuple[bytes, ...], proven: set[tuple[str, str]]) -> Finding:
    """Judge who the server is; the version is good."""
    if row["inbound"]:
        return gap(
            "会话由云端发起，无法看到车辆是否核验来访者",
            "the cloud opened the session: whether the vehicle checks who calls cannot be seen",
            **_place(row),
        )
    who = (row["client_ip"], row["server_name"])
    # (3) resumed
    if row["resumed"] and row["established"]:
        if who in proven:
            return ok("恢复的会话，此前的完整握手有效", "resumed after a full handshake that held", **_place(row))
        return gap("恢复的会话，证据中没有此前的完整握手", "resumed; the full handshake before it is not in the evidence", **_place(row))
    # (4) the chain
    if not row["certificates"]:
        if row["version_code"] >= TLS13:
            return gap("TLS 1.3 加密了证书，抓包中不可见", "TLS 1.3 encrypts the certificate: the capture does not show it", **_place(row))
        return gap("没有看到服务器证书", "the certificate of the server was not seen", **_place(row))
    found = judge(row["certificates"], trusted, row["server_name"], row["t_ns"])
    if found.outcome == "valid":
        if not row["established"]:
            return gap("证书有效，但握手未完成", "the certificate holds, but the handshake was not completed", **_place(row))
        proven.add(who)
        return ok("TLS 版本与证书链有效", "version and certificate chain hold", version=_VERSIONS.get(row["version_code"]), **_place(row))
    return _unproven(row, found)


def _unproven(row: Row, found: Judgement) -> Finding:
    place, detail = _place(row), found.detail
    match found.outcome:
        case "rootless":
            return gap("档案中没有信任根证书", "the dossier holds no trust root", **place)
        case "unnamed":
            return gap("客户端未给出服务器名，无法核对证书名称", "the client named no server: the certificate cannot be matched", **place)
        case "early":
            bad = breach("证书尚未生效", "the certificate is not valid yet", detail=detail, **place)
        case "expired":
            bad = breach("证书已过期", "the certificate has expired", detail=detail, **place)
        case "name":
            bad = breach("证书名称与服务器名不符", "the certificate is for another name", detail=detail, **place)
        case "unreadable":
            bad = breach("服务器证书无法解析", "a certificate of the server cannot be parsed", **place)
        case _:
            bad = breach("证书链不能追溯到信任根", "the chain does not lead to a trust root", detail=detail, **place)
    return _weak(row, bad)


def _weak(row: Row, bad: Finding) -> Finding:
    """Judge a session with a bad server: what counts is whether the vehicle went on."""
    if row["established"]:
        return bad
    # (5) not established
    why = bad.text.en
    if row["client_alert_code"] is not None and not row["inbound"]:
        return ok("车辆拒绝了不合格的服务器", "the vehicle refused a bad server", reason=why, **_place(row))
    return gap(
        "服务器不合格，握手未完成，原因不明",
        "the server is bad; why the handshake was not completed is not seen",
        reason=why,
        **_place(row),
    )


def _place(row: Row) -> Row:
    return {
        "source": row["source"],
        "t_ns": row["t_ns"],
        "client": f"{row['client_ip']}:{row['client_port']}",
        "server": f"{row['server_ip']}:{row['server_port']}",
        "server_name": row["server_name"],
    }


def _outside(cloud: _Cloud, flows: Flow, sessions: pl.DataFrame) -> Iterator[Finding]:
    """Judge flows with the cloud that carry data and hold no TLS handshake."""
    carrying = (pl.col("out_payload_byte") + pl.col("in_payload_byte")) > 0
    single = ~pl.col("dst_ip").str.contains(_TO_MANY)
    transport = ~pl.col("protocol").is_in(_NO_TRANSPORT)
    open_flows = flows.frame.filter(carrying & single & transport).with_row_index("flow_no").collect()
    turned = {"client_ip": "src_ip", "client_port": "src_port", "server_ip": "dst_ip", "server_port": "dst_port"}
    clients = sessions.select("source", "t_ns", *turned).rename(turned)
    crossed = clients.rename({"src_ip": "dst_ip", "src_port": "dst_port", "dst_ip": "src_ip", "dst_port": "src_port"})
    known = pl.concat([clients, crossed.select(clients.columns)]).unique()
    inside = open_flows.join(known, on=list(_TUPLE)).filter(
        pl.col("t_ns").is_between(pl.col("t_start_ns"), pl.col("t_end_ns")).fill_null(value=True) & (pl.col("protocol") == "tcp")
    )
    left = open_flows.join(inside.select("flow_no").unique(), on="flow_no", how="anti")
    left = cloud.marked(left, "src", "dst")
    there = pl.col("dst_declared") | (pl.col("dst_public") & ~pl.col("src_declared"))
    left = left.filter(there | pl.col("src_declared") | pl.col("src_public")).with_columns(
        *(pl.when(there).then(f"dst_{n}").otherwise(f"src_{n}").alias(f"peer_{n}") for n in ("ip", "port", "declared")),
        pl.when(there).then("src_ip").otherwise("dst_ip").alias("own_ip"),
    )
    groups = (
        left.join(_services(left, cloud.answers), on="flow_no", how="anti")
        .group_by("source", "protocol", "peer_ip", "peer_port", "peer_declared")
        .agg(
            pl.len().alias("flows"),
            pl.col("t_start_ns").min().alias("t_ns"),
            (pl.col("out_payload_byte") + pl.col("in_payload_byte")).sum().alias("payload"),
        )
    )
    for row in groups.sort("source", "t_ns", "peer_ip", "peer_port", "protocol").iter_rows(named=True):
        yield _outside_finding(row)


def _services(flows: pl.DataFrame, answers: pl.DataFrame) -> pl.DataFrame:
    """Return those flows with the cloud that are services of the network."""
    stranger = (pl.col("protocol") == "udp") & ~pl.col("peer_declared")
    names = flows.filter(pl.col("peer_port") == _DNS_PORT)
    answered = names.join(answers, left_on=["source", "own_ip", "peer_ip"], right_on=["source", "client_ip", "server_ip"]).filter(
        pl.col("t_ns").is_between(pl.col("t_start_ns"), pl.col("t_end_ns"))
    )
    resolvers = names.filter(stranger).join(answers, left_on=["source", "peer_ip"], right_on=["source", "server_ip"], how="semi")
    others = flows.filter(stranger & pl.col("peer_port").is_in(_SUPPORT_PORTS))
    return pl.concat([part.select("flow_no") for part in (answered, resolvers, others)]).unique()


def _outside_finding(row: Row) -> Finding:
    place = {"source": row["source"], "t_ns": row["t_ns"], "server": f"{row['peer_ip']}:{row['peer_port']}", "flows": row["flows"]}
    clear = _CLEAR_PORTS.get(row["peer_port"]) if row["protocol"] in {"tcp", "udp"} else None
    if clear and row["peer_declared"]:
        return breach(
            "与声明的端点明文通信", "clear-text traffic with a declared endpoint", protocol=clear, payload_byte=row["payload"], **place
        )
    if clear:
        return gap(
            "与公网地址明文通信，对端未声明", "clear-text traffic with a public address that is not declared", protocol=clear, **place
        )
    if row["protocol"] == "udp" and row["peer_port"] == _QUIC_PORT:
        return gap("QUIC 会话，未解析", "a QUIC session, which is not read", **place)
    return gap(
        "未见 TLS 握手的公网通信", "traffic with the cloud or a public address without a TLS handshake", protocol=row["protocol"], **place
    )


_ROOT = (
    "MIIB1zCCAXygAwIBAgIQXVu2GiFP2XEIKQExRewVKjAKBggqhkjOPQQDAjA5MQswCQYDVQQGEwJDTjEQMA4GA1UECgwHRXhhbXBsZTEYMBYGA1UEAwwPRXhhbXBsZSBSb2"
    "90IENBMB4XDTI0MDEwMTAwMDAwMFoXDTM0MDEwMTAwMDAwMFowOTELMAkGA1UEBhMCQ04xEDAOBgNVBAoMB0V4YW1wbGUxGDAWBgNVBAMMD0V4YW1wbGUgUm9vdCBDQTBZ"
    "MBMGByqGSM49AgEGCCqGSM49AwEHA0IABDjKpRZdqOYpMakE9ls4xpv2OuH115WPi/tRsPB8WCyJUsWzYnX+IHv2s5CzDzy3JdiXRSSext04QHlEL8tedcSjZjBkMBIGA1"
    "UdEwEB/wQIMAYBAf8CAQAwDgYDVR0PAQH/BAQDAgEGMB0GA1UdDgQWBBQSoQNAf0voYOd6hC9VJ3UHL5sThDAfBgNVHSMEGDAWgBQSoQNAf0voYOd6hC9VJ3UHL5sThDAK"
    "BggqhkjOPQQDAgNJADBGAiEAwgRQzb8oc5pvzMH23OzIbECn3wUX5PVl1fkex9xi4CoCIQDLVmGd3eILrtGvweOURcBMWJ2nGS/fU8C2sHGrL4cKkQ=="
)
"""A root made for these examples."""
_LEAF = (
    "MIIB+zCCAaGgAwIBAgIQZlKazO1nNNTD8cT1PN6/AzAKBggqhkjOPQQDAjA5MQswCQYDVQQGEwJDTjEQMA4GA1UECgwHRXhhbXBsZTEYMBYGA1UEAwwPRXhhbXBsZSBSb2"
    "90IENBMB4XDTI2MDEwMTAwMDAwMFoXDTI3MDEwMTAwMDAwMFowNTELMAkGA1UEBhMCQ04xEDAOBgNVBAoMB0V4YW1wbGUxFDASBgNVBAMMC3RzcC5leGFtcGxlMFkwEwYH"
    "KoZIzj0CAQYIKoZIzj0DAQcDQgAE7KDpeRFP8BmtgUuqTLcVS2dZvUC6w6UISgu63RUASOzrNaqB1J+QrnRqhEwaPWId8w3Wrd5jM7fKRoWu1UrTDKOBjjCBizAMBgNVHR"
    "MBAf8EAjAAMA4GA1UdDwEB/wQEAwIHgDAdBgNVHQ4EFgQUoYTdJuJJLaUwctQK7wnbiXm1JewwHwYDVR0jBBgwFoAUEqEDQH9L6GDneoQvVSd1By+bE4QwFgYDVR0RBA8w"
    "DYILdHNwLmV4YW1wbGUwEwYDVR0lBAwwCgYIKwYBBQUHAwEwCgYIKoZIzj0EAwIDSAAwRQIhAIkxRnp62WkEOzqnP9EBvAD5IJVn8h+KetfvxmFEJT9tAiBqIkxfTBhURY"
    "96GFeI8eJycWaU0xBpcKFCO2H6hLIdqg=="
)
"""A certificate for tsp.example of that root, valid in 2026."""
_JUNE_2026_NS = 1_780_272_000_000_000_000
_CLOUD_IP = "166.111.4.100"


def _seen(*changes: Row) -> tuple[TlsSession, Flow, TrustRoot, list[Endpoint], None]:
    session: Row = {
        "t_ns": _JUNE_2026_NS, "client_ip": "10.0.0.2", "client_port": 40001, "server_ip": _CLOUD_IP, "server_port": 8883,
        "server_name": "tsp.example", "offered_code": 0x0303, "version_code": 0x0303, "cipher_code": 0xC02B,
        "certificates": [b64decode(_LEAF)], "resumed": False, "established": True,
    }  # fmt: skip
    rows = [session | change for change in changes]
    flows = [_flow(r["client_port"], r["server_port"], r["t_ns"]) for r in rows]
    root = {"der": b64decode(_ROOT), "subject": "CN=Example Root CA", "authority": True, "sha256": "-"}
    return TlsSession.rows(*rows), Flow.rows(*flows), TrustRoot.rows(root), [], None


def _flow(src_port: int, dst_port: int, t_ns: int, protocol: str = "tcp") -> Row:
    ends = {"src_ip": "10.0.0.2", "src_port": src_port, "dst_ip": _CLOUD_IP, "dst_port": dst_port}
    return ends | {
        "t_start_ns": t_ns, "t_end_ns": t_ns + 1, "protocol": protocol, "out_packet_count": 9, "in_packet_count": 9,
        "out_byte": 999, "in_byte": 999, "out_payload_byte": 500, "in_payload_byte": 500,
    }  # fmt: skip


Inputs = tuple[TlsSession, Flow, TrustRoot | None, list[Endpoint] | None, DnsAnswer | None]


@talks_to_cloud_over_tls.example(Verdict.PASS)
def full_and_resumed_session() -> Inputs:
    """A full handshake whose chain holds, then a resumed one."""
    later = {"t_ns": _JUNE_2026_NS + 10**9, "client_port": 40002, "certificates": [], "resumed": True}
    return _seen({}, later)


@talks_to_cloud_over_tls.example(Verdict.FAIL)
def old_version() -> Inputs:
    """The server chose TLS 1.1."""
    return _seen({"version_code": 0x0302})


@talks_to_cloud_over_tls.example(Verdict.FAIL)
def expired_certificate() -> Inputs:
    """The session took place a year after the certificate expired."""
    return _seen({"t_ns": _JUNE_2026_NS + 2 * 365 * 86400 * 10**9})


@talks_to_cloud_over_tls.example(Verdict.FAIL)
def clear_text_to_a_declared_endpoint() -> Inputs:
    """A good session, and MQTT in the clear to the same declared server."""
    sessions, flows, roots, _, _ = _seen({})
    clear = Flow.rows(_flow(40005, 1883, _JUNE_2026_NS))
    return sessions, Flow.concat([flows, clear]), roots, [Endpoint(address="166.111.4.0/24")], None


@talks_to_cloud_over_tls.example(Verdict.INCONCLUSIVE)
def certificate_is_encrypted() -> Inputs:
    """TLS 1.3 does not show the certificate."""
    return _seen({"version_code": 0x0304, "cipher_code": 0x1301, "certificates": []})
