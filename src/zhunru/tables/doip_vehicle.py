"""Vehicles that announced themselves on the diagnostic network."""

import polars as pl

from zhunru.core.table import Table, col


class DoipVehicle(Table):
    """One distinct announcement or answer to an identification request in one capture, ISO 13400-2 payload type 0x0004."""

    t_ns = col(pl.Int64, "first time it was seen, UTC", "时间")
    ip = col(pl.String, "address that sent it", "地址")
    vin = col(pl.String, "VIN as sent; empty when it is no text", "车辆识别代号")
    address_id = col(pl.UInt32, "logical address of the answering entity", "逻辑地址")
    eid = col(pl.String, "entity identification, hexadecimal", "实体标识")
    gid = col(pl.String, "group identification, hexadecimal; empty when unset", "组标识")
