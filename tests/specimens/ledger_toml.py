"""Small generated ledgers as TOML."""


def specimens() -> dict[str, bytes]:
    one = '# 台账\n[[appointment]]\nperson = "张三"\nduty = "数据安全负责人"\nstart = 2024-03-01\nproducts = ["样车一号", "样车二号"]\n'
    two = 'version = 1\n[[vehicle]]\nvin = "LSVAA49J0X2000001"\n[[vehicle]]\nvin = "1M8GDM9AXKP042788"\nregistered = 2025-01-01T10:00:00+08:00\n'
    return {"appointment": one.encode(), "vehicles": two.encode()}
