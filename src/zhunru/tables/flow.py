"""Flows of captured network traffic."""

import polars as pl

from zhunru.core.table import Table, col


class Flow(Table):
    """One bidirectional transport flow (5-tuple): `src` opened it.

    The sender of the first packet opened it, unless that packet is a TCP SYN with ACK: then its receiver did. A new TCP SYN begins a new flow
    after FIN or RST, or after 300 s of silence (`wire.flow_fold.SILENCE_NS`); UDP and other flows last as long as the capture.
    """

    t_start_ns = col(pl.Int64, "time of the first packet, UTC", "首包时间")
    t_end_ns = col(pl.Int64, "time of the last packet, UTC", "末包时间")
    protocol = col(pl.String, "tcp, udp, icmp, icmp6, sctp or the IP protocol number as text", "协议")
    src_ip = col(pl.String, "address that opened the flow, IPv4 dotted or IPv6 compressed (RFC 5952)", "源地址")
    src_port = col(pl.UInt16, "port of src; 0 where the protocol has none", "源端口")
    dst_ip = col(pl.String, "the other address", "目的地址")
    dst_port = col(pl.UInt16, "port of dst; 0 where the protocol has none", "目的端口")
    out_packet_count = col(pl.Int64, "packets src -> dst", "发送包数")
    in_packet_count = col(pl.Int64, "packets dst -> src", "接收包数")
    out_byte = col(pl.Int64, "IP bytes src -> dst, header included", "发送字节")
    in_byte = col(pl.Int64, "IP bytes dst -> src, header included", "接收字节")
    out_payload_byte = col(pl.Int64, "transport payload bytes src -> dst", "发送净荷字节")
    in_payload_byte = col(pl.Int64, "transport payload bytes dst -> src", "接收净荷字节")
