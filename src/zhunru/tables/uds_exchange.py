"""Requests of testers and what ECUs answered."""

from collections.abc import Iterator
from typing import Any, Final

import polars as pl

from zhunru.core.step import derive
from zhunru.core.table import Table, col
from zhunru.records.readout_identifier import ReadoutIdentifier
from zhunru.tables.can_frame import CanFrame
from zhunru.wire.can_diagnostics import CanDiagnostics, Frame, Link
from zhunru.wire.uds import EXCHANGE_FIELDS, UNTIMED, Exchange, Route, exchange_row

_SLICE: Final = 1 << 16
"""Frames turned into objects at a time."""


class UdsExchange(Table):
    """One request and its final answer; an answer without a request in sight and a request without an answer stand alone.

    Nothing is joined across a loss: where frames are missing, `loss` says what, and `request` or `response` holds what came in order.
    """

    t_ns = col(pl.Int64, "first frame of the request, else of the answer; by the clock of the log", "时间")
    t_response_ns = col(pl.Int64, "last frame of the final answer; null = none came", "应答时间")
    transport = col(pl.String, "can or doip", "传输方式")
    link = col(pl.String, "bus as the log names it, or address of the DoIP entity", "链路")
    request_id = col(pl.UInt32, "CAN id or logical address that was asked; may stand for a group", "请求标识")
    ecu_id = col(pl.UInt32, "CAN id on which the ECU answers, or its logical address", "控制器标识")
    address_code = col(pl.UInt8, "address byte of the answers with extended or mixed addressing; else null", "地址字节")
    tester_id = col(pl.UInt32, "logical address of the tester (DoIP)", "诊断仪地址")
    service_code = col(pl.UInt8, "service asked, ISO 14229-1", "服务")
    did_code = col(pl.UInt16, "data identifier, where exactly one was asked or written", "数据标识符")
    request = col(pl.Binary, "the request, its first 4096 bytes", "请求")
    request_byte = col(pl.Int64, "length of the request as announced", "请求长度")
    response = col(pl.Binary, "the final answer, its first 4096 bytes", "应答")
    response_byte = col(pl.Int64, "length of the answer as announced", "应答长度")
    negative_code = col(pl.UInt8, "code of a negative final answer; null = positive or none", "否定应答码")
    pending_count = col(pl.Int64, "answers 'response pending' before the final one", "等待应答次数")
    complete = col(pl.Boolean, "request and answer are whole, or the request forbade a positive answer and none came", "完整")
    loss = col(pl.String, "request lost, response lost, no response, no request, not delivered; empty = complete", "缺失")


@derive
def uds_exchanges(frames: CanFrame, identifiers: list[ReadoutIdentifier]) -> UdsExchange:
    """Put together what was said on the declared identifiers; memory follows their traffic and not the log.

    Args:
        frames: Frames of the logs; each log (`source`) and each bus is taken for itself.
        identifiers: On which identifiers ECUs are asked and answer. Rows that cannot be used give nothing.

    Returns:
        Exchanges in the order in which they ended, per log and bus.
    """
    named = [(row.bus, link) for row in identifiers for link in links_of(row)]
    numbers = sorted({n for _, link in named for n in (link.request_id, link.response_id)})
    if not numbers:
        return UdsExchange.empty()
    lazy = frames.frame.filter(pl.col("arbitration_id").is_in(numbers) & ~pl.col("remote") & ~pl.col("error"))
    wanted = ("source", "bus", "t_ns", "arbitration_id", "extended", "length_byte", "data_raw", "data_tail")
    traffic = lazy.select(wanted).with_columns(pl.col("t_ns").fill_null(UNTIMED)).collect()
    rows: list[tuple[Any, ...]] = []
    for (source, bus), part in sorted(traffic.partition_by("source", "bus", as_dict=True).items(), key=lambda item: str(item[0])):
        links = [link for name, link in named if not name or name == bus]
        rows += [(*row, source) for row in _followed(part.sort("t_ns", maintain_order=True), str(bus), links)]
    columns = zip(*rows, strict=True) if rows else ([] for _ in (*EXCHANGE_FIELDS, "source"))
    return UdsExchange.of({name: list(column) for name, column in zip((*EXCHANGE_FIELDS, "source"), columns, strict=True)})


def _followed(part: pl.DataFrame, bus: str, links: list[Link]) -> Iterator[tuple[object, ...]]:
    diagnostics = CanDiagnostics(links)
    for piece in part.iter_slices(_SLICE):
        for _, _, t_ns, number, extended, length, raw, tail in piece.iter_rows():
            data = raw.to_bytes(8, "big")[:length] + (tail or b"")
            for asked, exchange in diagnostics.feed(Frame(t_ns, number, extended, data)):
                yield _row(bus, asked, exchange)
    for asked, exchange in diagnostics.close():
        yield _row(bus, asked, exchange)


def _row(bus: str, asked: int, exchange: Exchange) -> tuple[object, ...]:
    number, _, code = (int(end) for end in exchange.ends)
    return exchange_row(Route("can", bus, asked, number, None if code < 0 else code), exchange)


def number_of(word: str | None) -> int | None:
    """Return a hexadecimal number as ledgers write it (`7E8`, `0x7E8`, `7E8h`), None when it is none."""
    text = (word or "").strip().lower().replace(" ", "").removeprefix("0x").removesuffix("h")
    return int(text, 16) if text and len(text) <= 8 and all(c in "0123456789abcdef" for c in text) else None


def links_of(row: ReadoutIdentifier) -> list[Link]:
    """Return how the ECU of a row is asked on CAN; empty when identifiers or address bytes are missing or cannot be."""
    answered, asked = number_of(row.response_id), [number_of(row.request_id), number_of(row.functional_id)]
    written = (("request_id", row.request_id), ("functional_id", row.functional_id), ("response_id", row.response_id))
    if answered is None or any(text and number_of(text) is None for _, text in written):
        return []
    first, second = None, None
    if row.addressing in {"extended", "mixed"}:
        first, second = number_of(row.request_byte), number_of(row.response_byte)
        if first is None or second is None or max(first, second) > 0xFF:
            return []
    extended = answered > 0x7FF or any(n is not None and n > 0x7FF for n in asked)
    if answered > 0x1FFFFFFF or any(n is not None and n > 0x1FFFFFFF for n in asked):
        return []
    return [Link(number, answered, extended, first, second) for number in asked if number is not None]
