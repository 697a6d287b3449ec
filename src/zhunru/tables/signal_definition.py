"""Signals of CAN databases: where a value stands in a frame and what it means."""

import polars as pl

from zhunru.core.table import Table, col

RANGES = pl.List(pl.Struct({"first_no": pl.Int64, "last_no": pl.Int64}))
CHOICES = pl.List(pl.Struct({"value_raw": pl.Int64, "name": pl.String}))


class SignalDefinition(Table):
    """One signal of one message. Physical value = number in the frame * factor + offset."""

    message = col(pl.String, "name of the message", "报文")
    arbitration_id = col(pl.UInt32, "identifier without flag bits", "标识符")
    extended = col(pl.Boolean, "29 bit identifier", "扩展帧")
    message_length_byte = col(pl.UInt16, "payload length that the database declares", "报文长度")
    sender = col(pl.String, "node that sends it; null = not named", "发送节点")
    signal = col(pl.String, "name of the signal", "信号")
    start_bit = col(pl.UInt16, "position as DBC counts: lowest bit of a little-endian signal, highest of a big-endian one", "起始位")
    length_bit = col(pl.UInt8, "number of bits, 1 to 64", "位长")
    little_endian = col(pl.Boolean, "Intel byte order; false = Motorola", "小端")
    signed = col(pl.Boolean, "two's complement", "有符号")
    floating = col(pl.Boolean, "IEEE 754 number of 32 or 64 bits", "浮点")
    factor = col(pl.Float64, "multiplier of the number in the frame", "系数")
    offset = col(pl.Float64, "added after the multiplication", "偏移")
    limits = col(pl.List(pl.Float64), "smallest and largest physical value; null when both are 0 (none declared)", "取值范围")
    unit = col(pl.String, "unit as the database writes it; empty when it has none", "单位")
    multiplexor = col(pl.Boolean, "other signals are present only for some of its values", "复用选择信号")
    selector = col(pl.String, "signal that selects this one; null = always present", "所属选择信号")
    selected_by = col(RANGES, "values of the selector, both ends inclusive; null = always present", "选择值")
    choices = col(CHOICES, "names of values; null when there are none", "值表")
    receivers = col(pl.List(pl.String), "nodes that receive it", "接收节点")
