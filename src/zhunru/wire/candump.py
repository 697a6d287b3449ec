"""Lines of the candump log format: the strict scalar parser. `candump_block` is the columnar fast path.

    (1469439874.299591) can1 0D7#0011223344556677        classic frame, 3 hex digits = 11 bit identifier, 8 = 29 bit
    (1469439874.299591) can1 0D7#R3                      remote frame that asks for 3 bytes
    (1469439874.299591) can1 0D7#0011223344556677_E      classic frame of 8 bytes whose length code on the wire was 14
    (1469439874.299591) can1 0D7##1AABBCC                CAN FD frame; the digit after ## holds BRS (1) and ESI (2)
    (1469439874.299591) can1 20000008#0000000000000000   error frame: bit 29 of an 8-digit identifier is set
    (1469439874.299591) can1 0D7#00 R                    direction: R received, T transmitted

Both tiers give the same columns for the same line; `tests/wire` proves it on random and mutated lines.
"""

import re
from typing import Final, NamedTuple

FD_LENGTHS: Final = frozenset((*range(9), 12, 16, 20, 24, 32, 48, 64))
ERROR_FLAG: Final = 0x2000_0000
LAST_SECOND: Final = 9_223_372_035
"""Last whole second that fits into signed nanoseconds."""

_LINE = re.compile(
    rb"\((?P<s>[0-9]{1,10})\.(?P<f>[0-9]{1,9})\) (?P<bus>[!-~]{1,15}) (?P<id>[0-9A-Fa-f]{8}|[0-9A-Fa-f]{3})#"
    rb"(?:#(?P<flags>[0-9A-Fa-f])(?P<fd>[0-9A-Fa-f]*)|R(?P<rtr>[0-8]?)(?:_(?P<rdlc>[9A-Fa-f]))?|(?P<data>[0-9A-Fa-f]*)(?:_(?P<dlc>[9A-Fa-f]))?)"
    rb"(?P<dir> [RT])?"
)


class Frame(NamedTuple):
    """One parsed line; fields as the columns of `tables.can_frame.CanFrame`."""

    t_ns: int
    bus: str
    arbitration_id: int
    extended: bool
    remote: bool
    error: bool
    fd: bool
    brs: bool
    esi: bool
    sent: bool | None
    length_byte: int
    dlc_code: int | None
    data_raw: int
    data_tail: bytes | None


class UnreadableLineError(ValueError):
    """The line is no frame; `args` are the reasons in Chinese and English."""


def parse_line(line: bytes) -> Frame:
    """Parse one line without its line end, strictly.

    Args:
        line: The line.

    Returns:
        The frame.

    Raises:
        UnreadableLineError: With the reason in Chinese and in English.
    """
    found = _LINE.fullmatch(line)
    if not found:
        raise UnreadableLineError("不符合 candump 日志格式", "not a line of the candump log format")
    part = found.groupdict()
    ident = int(part["id"], 16)
    extended, error = len(part["id"]) == 8, bool(ident & ERROR_FLAG)
    if ident > (ERROR_FLAG | 0x1FFF_FFFF if extended else 0x7FF):
        raise UnreadableLineError("标识符超出 11 位或 29 位", "the identifier exceeds 11 or 29 bits")
    if int(part["s"]) > LAST_SECOND:
        raise UnreadableLineError("时间超出纳秒计数范围", "the time does not fit into nanoseconds")
    digits = part["fd"] if part["flags"] else (part["data"] or b"")
    if len(digits) % 2:
        raise UnreadableLineError("数据的十六进制位数为奇数", "odd number of hexadecimal digits in the payload")
    data = bytes.fromhex(digits.decode())
    if part["flags"] and len(data) not in FD_LENGTHS:
        raise UnreadableLineError("CAN FD 不允许的数据长度", "a payload length that CAN FD does not know")
    if not part["flags"] and len(data) > 8:
        raise UnreadableLineError("经典 CAN 数据超过 8 字节", "classic CAN payload of more than 8 bytes")
    dlc = part["dlc"] or part["rdlc"]
    remote = part["rtr"] is not None
    length = int(part["rtr"] or b"0") if remote else len(data)
    if dlc and length != 8:
        raise UnreadableLineError("长度码大于 8，数据却不足 8 字节", "a length code above 8 with fewer than 8 bytes")
    flags = int(part["flags"] or b"0", 16)
    return Frame(
        t_ns=int(part["s"]) * 1_000_000_000 + int(part["f"].ljust(9, b"0")),
        bus=part["bus"].decode("ascii"),
        arbitration_id=ident & 0x1FFF_FFFF,
        extended=extended and not error,
        remote=remote,
        error=error,
        fd=part["flags"] is not None,
        brs=bool(flags & 1),
        esi=bool(flags & 2),
        sent=None if part["dir"] is None else part["dir"] == b" T",
        length_byte=length,
        dlc_code=int(dlc, 16) if dlc else None,
        data_raw=int.from_bytes(data[:8].ljust(8, b"\0"), "big"),
        data_tail=data[8:] or None,
    )
