"""Small generated databases: plain, UTF-16, and one with what must not be run."""

import sqlite3

PEOPLE = [
    ("LSVAA49J0X2000001", "13912345678", "110101199003070038", "京A12345", 39.908722),
    ("LSVAA49J9X2000002", "13800138000", None, "粤BD12345", 22.5431),
]


def _database(encoding: str, *more: str) -> bytes:
    link = sqlite3.connect(":memory:")
    link.execute(f"PRAGMA encoding = '{encoding}'")
    link.execute("PRAGMA page_size = 1024")
    link.execute("CREATE TABLE 车主 (车架号 TEXT, 手机号 TEXT, 证件号码 TEXT, 车牌 TEXT, 纬度 REAL, 照片 BLOB)")
    link.executemany("INSERT INTO 车主 VALUES (?, ?, ?, ?, ?, ?)", [(*row, b"\x89PNG\r\n\x1a\n\0") for row in PEOPLE])
    for statement in more:
        link.execute(statement)
    link.commit()
    return link.serialize()


def specimens() -> dict[str, bytes]:
    return {
        "plain.db": _database("UTF-8"),
        "utf16.sqlite": _database("UTF-16le", "CREATE TABLE t (a, b INTEGER PRIMARY KEY) ", "INSERT INTO t VALUES (13912345678, 1)"),
    }
