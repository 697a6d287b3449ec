"""Small generated ledgers as YAML."""


def specimens() -> dict[str, bytes]:
    one = "# 台账\nappointment:\n  - person: 张三\n    duty: 数据安全负责人\n    start: 2024-03-01\n    products: [样车一号, 样车二号]\n"
    two = "---\nvehicle:\n- &car\n  vin: LSVAA49J0X2000001\n  use: production\n- <<: *car\n  vin: 1M8GDM9AXKP042788\n"
    return {"appointment": one.encode(), "vehicles": two.encode()}
