"""What discovery looked at: without it, nothing found says nothing."""

import polars as pl

from zhunru.core.table import Table, col
from zhunru.core.text import Text

BINARY, ENCODING, TOO_LONG, DENIED, FAILED, FOREIGN, ARCHIVE, UNREAD, LOCKED, SIDE_FILE, BROKEN, ENCRYPTED, LOST, ENCODED = (
    "binary", "encoding", "too_long", "denied", "failed", "foreign", "archive", "unread", "locked", "side_file", "broken", "encrypted", "lost", "encoded",
)  # fmt: skip

REASONS: dict[str, Text] = {
    BINARY: Text("二进制或已加密", "binary or encrypted"),
    ENCODING: Text("字符编码无法判定", "character encoding cannot be told"),
    TOO_LONG: Text("超过长度上限", "longer than the limit"),
    DENIED: Text("无读取权限", "no permission to read"),
    FAILED: Text("读取中断", "reading broke off"),
    FOREIGN: Text("外部表，未执行", "foreign or virtual table, not run"),
    ARCHIVE: Text("压缩包，请先解包", "an archive: unpack it"),
    UNREAD: Text("不是普通文件或打不开", "no regular file, or it cannot be opened"),
    LOCKED: Text("被他人锁定，已放弃等待", "locked by others, waiting was given up"),
    SIDE_FILE: Text("预写日志在另一文件中，未读取", "the write-ahead log stands in another file and was not read"),
    ENCRYPTED: Text("已加密传输", "encrypted in transit"),
    LOST: Text("抓包缺失", "missing from the capture"),
    ENCODED: Text("标识经 Base64、十六进制等编码存放", "identifiers stand encoded, e.g. in Base64 or hexadecimal"),
    BROKEN: Text("结构损坏", "broken structure"),
}
"""Why an item could not be decided: code in the column `reason` -> words for people."""


class Examined(Table):
    """One place of a source, with how many items were examined, decided and undecidable.

    examined = decided + undecidable, and examined <= present. A scan that took a sample has examined < present.
    """

    place = col(pl.String, "place inside the source, as in Sighting", "位置")
    item_kind = col(pl.String, "what is counted: cell, line, frame, byte, table", "计数单位")
    present_count = col(pl.Int64, "items in the place; null when nobody knows", "总数")
    examined_count = col(pl.Int64, "items looked at", "已检查")
    decided_count = col(pl.Int64, "items of which the content could be read and judged", "可判定")
    undecidable_count = col(pl.Int64, "items that could not: binary, encrypted, broken encoding, too long", "不可判定")
    reason = col(pl.String, "why some could not be decided, codes of REASONS parted by commas; empty when none", "原因")
