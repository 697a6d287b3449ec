"""Small dumps in the formats that people keep."""


def specimens() -> dict[str, bytes]:
    head = "车架号,手机号,备注\n"
    rows = 'LSVAA49J0X2000001,13912345678,"a, ""b"""\nLSVAA49J9X2000002,13800138000,京A12345\n'
    return {
        "owners.csv": (head + rows).encode(),
        "owners-gb.csv": (head + rows).encode("gb18030"),
        "owners.tsv": (head + rows).replace(",", "\t").encode("utf-16"),
        "owners.jsonl": b'{"vin":"LSVAA49J0X2000001","owner":{"phone":"13912345678"}}\n{"vin":"LSVAA49J9X2000002","owner":{"phone":null}}\n',
        "owners.json": b'{"rows": [{"vin": "LSVAA49J0X2000001"},\n {"vin": "LSVAA49J9X2000002", "tags": ["a", 1, 2.5]}]}',
        "app.log": "2026-01-01 12:00:00 手机号=13912345678 登录\n2026-01-01 12:00:01 vin=LSVAA49J0X2000001 ok\n".encode(),
        "cipher.bin": bytes(range(256)) * 4,
    }
