"""Network captures in the pcapng format."""

from collections.abc import Iterator

from zhunru.core.evidence import Source
from zhunru.core.step import reader
from zhunru.readers.pcap import Rows, rows_of_capture
from zhunru.wire.pcapng_blocks import MAGIC, PcapngFraming


@reader(".pcapng", ".ntar", magic=(MAGIC,), title_zh="网络抓包（pcapng）", title_en="network capture (pcapng)")
def pcapng(file: Source) -> Iterator[Rows]:
    """Read a pcapng file: several sections and interfaces, their clocks, drop counters; enhanced, simple and obsolete packet blocks.

    Link types and flows as in `readers.pcap`. Packets of simple packet blocks have no time.

    Not covered:
        As `readers.pcap`; TLS keys and name resolution blocks are not used.

    未覆盖:
        同 `readers.pcap`；不使用文件内的 TLS 密钥和名称解析块。

    Args:
        file: The capture.

    Raises:
        DamagedEvidence: The file ends within a block, or its lengths cannot be true; all packets before are kept.
    """
    yield from rows_of_capture(file, PcapngFraming())
