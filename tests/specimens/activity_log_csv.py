"""Logs long enough to be read into columns."""


def specimens() -> dict[str, bytes]:
    head = "出境活动编号,出境时间,主体标识,是否敏感个人信息,数据种类,数据量(字节)\n"
    body = "".join(
        f"E-1,2026-03-{i % 28 + 1:02d} 10:00:{i % 60:02d},p{i % 90},{'是' if i % 7 == 0 else '否'},账号;里程,{i}\n" for i in range(230)
    )
    access = "账号,访问时间,来源IP,来源国家,系统,含个人信息\r\n"
    reads = "".join(f"u{i % 5},2026/3/{i % 28 + 1} 9:05,10.0.0.{i % 250},{('CN', 'DE')[i % 2]},TSP,是\r\n" for i in range(230))
    return {"exports.csv": (head + body).encode(), "access.csv": b"\xef\xbb\xbf" + (access + reads).encode()}
