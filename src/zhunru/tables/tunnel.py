"""Tunnels in captured traffic and how far they could be opened."""

import polars as pl

from zhunru.core.table import Table, col


class Tunnel(Table):
    """One tunnel between two ends: a flow whose packets carry other packets.

    The packets inside those that were opened are flows of their own.
    """

    protocol = col(pl.String, "protocol of the outer flow, as in Flow", "外层协议")
    a_ip = col(pl.String, "address of one end", "一端地址")
    a_port = col(pl.UInt16, "its port; 0 where the protocol has none", "一端端口")
    b_ip = col(pl.String, "address of the other end", "另一端地址")
    b_port = col(pl.UInt16, "its port", "另一端端口")
    packet_count = col(pl.Int64, "packets of the tunnel", "包数")
    opened_count = col(pl.Int64, "packets that were opened, or carry no packet (keep-alive, key exchange)", "已解出包数")
