"""What one capture file covers, and what of it was not understood."""

import polars as pl

from zhunru.core.table import Table, col


class CaptureSpan(Table):
    """One capture file. `packet_count` = `ip_packet_count` + `other_packet_count` + the packets that the reader tells as skipped."""

    t_start_ns = col(pl.Int64, "time of the first packet, UTC; null when empty", "首包时间")
    t_end_ns = col(pl.Int64, "time of the last packet, UTC; null when empty", "末包时间")
    packet_count = col(pl.Int64, "packets in the file", "包数")
    ip_packet_count = col(pl.Int64, "IPv4 and IPv6 packets, all of them in a flow", "IP 包数")
    other_packet_count = col(pl.Int64, "packets of other protocols, e.g. ARP", "其他协议包数")
    malformed_packet_count = col(pl.Int64, "packets whose headers contradict their length; in a flow when they tell addresses", "畸形包数")
    cut_packet_count = col(pl.Int64, "packets captured shorter than they were on the wire", "截短包数")
    fragment_count = col(pl.Int64, "IP fragments after the first one", "分片数")
    dropped_packet_count = col(pl.Int64, "packets that the capture tool says it lost; null when it does not say", "丢包数")
