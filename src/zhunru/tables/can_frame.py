"""Frames of CAN buses."""

import polars as pl

from zhunru.core.table import Table, col


class CanFrame(Table):
    """One frame, in the order of the log. The payload stands in two columns so that decoding needs no per-row object.

    `data_raw` holds the first eight bytes as one number, byte 0 the most significant, absent bytes zero: `length_byte`
    tells how many are real. `data_tail` holds the others (CAN FD only).
    """

    t_ns = col(pl.Int64, "time; UTC when the logger's clock was, otherwise since its start", "时间")
    bus = col(pl.String, "name of the bus as the log gives it", "总线")
    arbitration_id = col(pl.UInt32, "identifier without flag bits; of an error frame its error class", "标识符")
    extended = col(pl.Boolean, "29 bit identifier", "扩展帧")
    remote = col(pl.Boolean, "remote frame: asks for data, carries none", "远程帧")
    error = col(pl.Boolean, "error frame of the controller, no data of the vehicle", "错误帧")
    fd = col(pl.Boolean, "CAN FD frame", "CAN FD 帧")
    brs = col(pl.Boolean, "bit rate was switched (CAN FD)", "速率切换")
    esi = col(pl.Boolean, "the sender is error passive (CAN FD)", "发送节点错误状态")
    sent = col(pl.Boolean, "transmitted by the logging machine; null = the log does not say", "由记录端发送")
    length_byte = col(pl.UInt8, "payload bytes in the log; of a remote frame those asked for", "数据长度")
    dlc_code = col(pl.UInt8, "length code on the wire where it is above 8 in classic CAN; otherwise null", "长度码")
    data_raw = col(pl.UInt64, "first eight payload bytes, byte 0 most significant, absent bytes zero", "前八字节")
    data_tail = col(pl.Binary, "payload from the ninth byte on; null when there is none", "其余字节")
