"""TLS handshakes in captured traffic."""

import polars as pl

from zhunru.core.table import Table, col


class TlsSession(Table):
    """One TLS handshake as far as it is visible on the wire."""

    t_ns = col(pl.Int64, "time of the ClientHello, UTC", "ClientHello 时间")
    client_ip = col(pl.String, "address of the client", "客户端地址")
    client_port = col(pl.UInt16, "port of the client", "客户端端口")
    server_ip = col(pl.String, "address of the server", "服务端地址")
    server_port = col(pl.UInt16, "port of the server", "服务端端口")
    server_name = col(pl.String, "SNI of the ClientHello, lower case; null when absent", "服务器名（SNI）")
    offered_code = col(pl.UInt16, "highest version offered, e.g. 0x0303 = TLS 1.2, 0x0304 = TLS 1.3", "客户端最高版本")
    version_code = col(pl.UInt16, "version the server chose; null when no ServerHello was seen", "协商版本")
    cipher_code = col(pl.UInt16, "cipher suite the server chose; null when no ServerHello was seen", "密码套件")
    certificates = col(
        pl.List(pl.Binary), "DER certificates of the server, leaf first; empty when encrypted (TLS 1.3) or not seen", "证书链"
    )
    resumed = col(pl.Boolean, "an abbreviated handshake: no certificate is sent; null when it cannot be told", "会话恢复")
    client_alert_code = col(pl.UInt16, "fatal alert that the client sent in the clear, RFC 5246 7.2; null when none", "客户端致命告警")
    preceded = col(
        pl.Boolean, "bytes that are no TLS stood shortly before the ClientHello in the same connection, e.g. STARTTLS", "握手前有明文"
    )
    established = col(pl.Boolean, "application data seen in both directions or ChangeCipherSpec from both sides", "已建立")
