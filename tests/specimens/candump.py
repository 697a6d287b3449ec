"""Generated candump logs."""


def specimens() -> dict[str, bytes]:
    classic = b"".join(
        b"(%d.%06d) can%d %03X#%s\n" % (1700000000 + k // 50, k % 50 * 20000, k % 2, 0x100 + k, b"%02X" % k * (k % 9)) for k in range(60)
    )
    mixed = (
        b"(0.000001) vcan0 0D7#\r\n"
        b"(0.000002) can128 18FEF100#0011223344556677\r\n"
        b"(0.000003) can1 0D7#R\r\n"
        b"(0.000004) can1 0D7#R8_F\r\n"
        b"(0.000005) can1 0D7#0011223344556677_9 T\r\n"
        b"(0.000006) can1 20000008#0000080000000000 R\r\n"
        b"(0.5) can1 7FF##30011223344556677\r\n"
        b"(0.123456789) can1 1ABCDEF0##1" + bytes(range(64)).hex().upper().encode() + b"\r\n"
    )
    return {"classic.log": classic, "mixed.candump": mixed}
