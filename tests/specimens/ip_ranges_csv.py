"""Small location tables as CSV."""


def specimens() -> dict[str, bytes]:
    return {
        "ranges.csv": b"# 2026-05-01\nfirst,last,territory\n1.0.0.0,1.0.0.255,AU\n1.0.1.0,1.0.3.255,CN\n2400:3200::,2400:3200:ffff::,cn\n",
        "cidr.csv": "网段;国家代码;说明\r\n203.0.0.0/24;HK;甲\r\n2001:db8::/32;-;乙\r\n".encode(),
        "bare.csv": b"1.0.0.0,1.0.0.255,AU\n1.0.1.0,1.0.3.255,CN\n",
        "quoted.csv": b'"ip_from","ip_to","country_code","country_name"\n"16777216","16777471","AU","Australia"\n"16777472","16778239","CN","a, b"\n',
    }
