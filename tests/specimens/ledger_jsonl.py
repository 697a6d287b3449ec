"""Small generated ledgers as JSON Lines."""


def specimens() -> dict[str, bytes]:
    log = '{"活动编号": "U-1", "VIN": "LSVAA49J0X2000001", "时间": "2026-03-10T10:00:00+08:00", "事件": "%s"}\n'
    mixed = '{"record": "exercise", "演练编号": "E-1", "scenario": "wrong_target"}\n\n{"record": "update_case", "case": "6.7", "run": 1, "executed": true}'
    return {"log": (log % "告知" + log % "确认").encode(), "mixed": mixed.encode()}
