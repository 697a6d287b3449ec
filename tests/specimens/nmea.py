"""Receiver logs, wholly generated."""

from functools import reduce
from operator import xor


def sealed(body: str) -> bytes:
    return f"${body}*{reduce(xor, body.encode(), 0):02X}\r\n".encode()


def epoch(second: int, *, beidou: bool = True) -> list[bytes]:
    clock = f"2359{50 + second:02}.00" if second < 10 else f"0000{second - 10:02}.00"
    day = "311225" if second < 10 else "010126"
    lines = [
        f"GNRMC,{clock},A,3110.12345,N,12123.54321,E,12.500,87.30,{day},,,A,V",
        f"GNGGA,{clock},3110.12345,N,12123.54321,E,1,11,0.85,-4.2,M,9.8,M,,",
        "GNVTG,87.30,T,,M,12.500,N,23.150,K,A",
        "GNGSA,A,3,02,05,12,15,25,,,,,,,,1.52,0.85,1.26,1",
        "GPGSV,2,1,05,02,40,100,41,05,63,201,44,12,22,310,38,15,08,041,30,1",
        "GPGSV,2,2,05,25,71,020,45,1",
    ]
    if beidou:
        lines += [
            "GNGSA,A,3,01,06,09,16,20,29,,,,,,,1.52,0.85,1.26,4",
            "GBGSV,2,1,06,01,45,140,40,06,55,190,42,09,50,200,41,16,60,210,43,1",
            "GBGSV,2,2,06,20,30,060,39,29,66,330,46,1",
        ]
    lines += [f"GNGST,{clock},8.1,,,,1.2,0.9,2.5", f"GNZDA,{clock},{day[:2]},{day[2:4]},20{day[4:]},00,00"]
    return [sealed(line) for line in lines]


def specimens() -> dict[str, bytes]:
    modern = b"".join(line for second in range(20) for line in epoch(second))
    stamped = b"".join(b"2025-12-31 23:59:%02d,123 rx: " % (50 + s) + line for s in range(5) for line in epoch(s, beidou=False))
    old = b"".join(
        sealed(body)
        for s in range(8)
        for body in (
            f"GPGGA,1310{s:02},4618.8533,N,00656.4605,E,1,05,1.5,403.3,M,48.0,M,,",
            "GPGSA,A,3,23,13,05,10,04,,,,,,,,3.2,1.5,2.8",
            f"GPRMC,1310{s:02},A,4618.8533,N,00656.4605,E,0.00,,030410,,",
        )
    )
    return {"modern.nmea": modern, "stamped.log": stamped, "old.txt": old}
