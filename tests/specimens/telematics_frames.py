"""Small logs of frames, as bytes and as lines of digits."""

from zhunru.range.clear_talk import report_808, report_32960
from zhunru.range.identities import vin


def specimens() -> dict[str, bytes]:
    frames = [report_32960(vin(i), 31.2 + i / 100, 121.4) for i in range(3)] + [report_808("13912345678", 31.1, 121.2)]
    sealed = report_32960(vin(9), 0, 0, encryption=3, sealed=bytes(range(128, 192)))
    lines = [b"2026-06-01 08:00:0%d RX %s" % (i, f.hex().encode()) for i, f in enumerate([*frames, sealed])]
    return {
        "frames.bin": b"".join([*frames, sealed]),
        "frames.log": b"\n".join([*lines, b"2026-06-01 08:01:00 link down, driver 13800138000"]) + b"\n",
        "spaced.txt": b"\r\n".join(f.hex(" ").upper().encode() for f in frames),
    }
