"""Identifiers seen in clear text in captured traffic."""

from bisect import bisect_right
from collections.abc import Iterable
from operator import itemgetter
from typing import cast

import numpy as np
import polars as pl

from zhunru.core.table import Table, col
from zhunru.formulas.identifiers.kinds import FOUND, KINDS, SUSPECTED
from zhunru.formulas.identifiers.masking import masked
from zhunru.formulas.identifiers.scan import sighted
from zhunru.wire.capture import PROTOCOLS
from zhunru.wire.clear_stream import Piece
from zhunru.wire.ip_text import ip_text
from zhunru.wire.packet import endpoints
from zhunru.wire.packet_block import NO_TIME
from zhunru.wire.payload_watch import Seen


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
    """Payload of one direction of one flow: how much could be looked into. Of a capture with very many flows a direction may have several rows."""

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


_FLUSH_ROWS = 16_384
"""Rows gathered before they are handed out (P): memory stays bounded whatever the capture holds."""
_LOOK_BYTE, _LOOK_PIECES = 1 << 20, 8192
"""Bytes and pieces that are looked into together (P): a look has a cost of its own, whatever its size."""
_BETWEEN = b"\n"
"""Parts the pieces that are looked into together: no value and no cue goes over it."""

_Key = tuple[tuple[int, ...], bool, str, bool, str]
"""Flow, direction, kind, certainty, encoding."""


class ClearTextFold:
    """Identifiers seen in the clear, gathered block by block; values are masked at once and never kept."""

    def __init__(self) -> None:
        self._rows: dict[_Key, list[object]] = {}
        self._waiting: list[tuple[Seen, Piece]] = []
        self._waiting_byte = 0

    def add(self, seen: Iterable[Seen]) -> None:
        """Take what stands in the clear; pieces wait until they are worth a look together."""
        for one in seen:
            for stated in one.stated:
                fact = stated.fact
                self._count((one.key, one.forward, fact.kind, fact.certain, stated.encoding), stated.t_ns, fact.value)
            for piece in one.pieces:
                self._waiting.append((one, piece))
                self._waiting_byte += len(piece.data) + len(_BETWEEN)
            if self._waiting_byte >= _LOOK_BYTE or len(self._waiting) >= _LOOK_PIECES:
                self._look()

    def _look(self) -> None:
        owners, self._waiting, self._waiting_byte = self._waiting, [], 0
        if not owners:
            return
        data = _BETWEEN.join(piece.data for _, piece in owners)
        ends = np.cumsum(np.array([len(piece.data) + len(_BETWEEN) for _, piece in owners], np.int64))
        hits = sighted(data)
        place = np.searchsorted(ends, hits.start, side="right")
        for i, start, end, kind, found in zip(*(c.tolist() for c in (place, *hits)), strict=True):
            one, piece = owners[i]
            at = start - int(ends[i]) + len(piece.data) + len(_BETWEEN)
            t_ns = piece.marks[bisect_right(piece.marks, at, key=itemgetter(0)) - 1][1]
            self._count((one.key, one.forward, KINDS[kind].id, found, piece.encoding), t_ns, data[start:end])

    def rows(self, least: int = _FLUSH_ROWS) -> ClearText | None:
        """Return what was seen when there are at least `least` rows, and forget it."""
        if least < _FLUSH_ROWS:
            self._look()
        if len(self._rows) < max(least, 1):
            return None
        ends: list[dict[str, object]] = []
        for (key, forward, kind, found, encoding), (t_ns, count, sample) in self._rows.items():
            told = {"kind": kind, "certainty": FOUND if found else SUSPECTED, "encoding": encoding, "hit_count": count, "sample": sample}
            ends.append({"t_first_ns": None if t_ns == NO_TIME else t_ns, **_ends(key, forward), **told})
        self._rows.clear()
        return ClearText.rows(*ends)

    def _count(self, key: _Key, t_ns: int, value: bytes | str) -> None:
        row = self._rows.get(key)
        if row is None:
            self._rows[key] = row = [t_ns, 0, masked(value, key[2])]
        row[1] = cast("int", row[1]) + 1


def _ends(key: tuple[int, ...], forward: bool) -> dict[str, object]:
    low, high, protocol = endpoints(key)
    words = 1 if len(key) == 2 else 2
    sender, receiver = (low, high) if forward else (high, low)
    named = {"protocol": PROTOCOLS.get(protocol, str(protocol)), "from_ip": ip_text(sender[0], words), "from_port": sender[1]}
    return {**named, "to_ip": ip_text(receiver[0], words), "to_port": receiver[1]}
