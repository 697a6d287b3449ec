"""Identifiers seen in clear text in captured traffic."""

import polars as pl

from zhunru.core.table import Table, col


class ClearText(Table):
    """Identifiers of one kind and one certainty in one direction of one flow; values are never kept."""

    t_first_ns = col(pl.Int64, "time of the packet that holds the first, UTC", "首次时间")
    protocol = col(pl.String, "as in Flow", "协议")
    from_ip = col(pl.String, "address that sent the payload", "发送地址")
    from_port = col(pl.UInt16, "port that sent the payload", "发送端口")
    to_ip = col(pl.String, "address that received it", "接收地址")
    to_port = col(pl.UInt16, "port that received it", "接收端口")
    kind = col(pl.String, "kind of identifier, `formulas.identifiers.kinds`", "类型")
    certainty = col(pl.String, "found (check digit, cue or a field of a known protocol) or suspected", "把握程度")
    encoding = col(pl.String, "how it was written: raw, base64, hex, gzip, percent, gbt32960, jtt808 ...", "编码")
    hit_count = col(pl.Int64, "values seen", "次数")
    sample = col(pl.String, "the first value, masked", "示例（已脱敏）")


class PayloadAccount(Table):
    """Payload of one direction of one flow: how much could be looked into."""

    protocol = col(pl.String, "as in Flow", "协议")
    from_ip = col(pl.String, "address that sent the payload", "发送地址")
    from_port = col(pl.UInt16, "port that sent the payload", "发送端口")
    to_ip = col(pl.String, "address that received it", "接收地址")
    to_port = col(pl.UInt16, "port that received it", "接收端口")
    t_first_ns = col(pl.Int64, "time of the first packet with payload, UTC", "首次时间")
    payload_byte = col(pl.Int64, "payload bytes in the capture", "净荷字节")
    readable_byte = col(pl.Int64, "bytes looked into", "可检查字节")
    encrypted_byte = col(pl.Int64, "bytes inside TLS records, DTLS or a tunnel: not looked into", "加密字节")
    opaque_byte = col(pl.Int64, "bytes that are neither text nor a known protocol: looked into for text only", "不可识别字节")
    lost_byte = col(pl.Int64, "bytes missing by capture loss or cut packets", "缺失字节")
