"""Ledgers on exports of the sample maker: activities, batches, approvals, and the log of its platform. All of it conforms."""

from zhunru.range.data_text import Row, Sheets, rows

_ACTIVITIES = """
出境活动编号|出境活动名称|数据处理者|关键信息基础设施运营者|境外接收方|接收方集团|国家或地区|出境场景|出境目的|资产编号|数据种类|出境方式|
  是否含个人信息|是否含敏感个人信息|是否含重要数据|豁免情形|豁免理由|出境开始日期|出境路径|出境批准编号
CJ-01|海外研发协同|示例汽车有限公司|否|R-06|示例研发集团|DE|研发|产品改进|A-013|用户编号；车型；满意度评分|传输|
  是|否|否|小规模|自当年1月1日起累计不满10万人|2026-03-01|豁免|无
CJ-02|海外诊断支持|示例科技有限公司|否|R-07|示例技术集团|JP|诊断|疑难故障诊断|A-014|车辆识别代号；故障码|远程访问|
  是|否|否|||2026-03-01|标准合同|BH-2026-003
"""
_APPROVALS = """
出境批准编号|出境路径|数据处理者|境外接收方|接收方集团|国家或地区|出境场景|批准数据种类|批准目的|批准方式|批准人数|批准敏感人数|批准数据量(字节)|
  自评估完成日期|申报日期|出具日期|申报结果|有效期至
BH-2026-003|标准合同|示例科技有限公司|R-07|示例技术集团|JP|诊断|车辆识别代号；故障码|疑难故障诊断|远程访问|5000|0|50000000|
  2026-01-20|2026-02-02|2026-02-20|已备案|2029-02-19
"""
_BATCHES = """
出境活动编号|批次编号|出境时间|人数|是否含个人信息|是否敏感个人信息|是否含重要数据|数据种类|境外接收方|出境目的|数据量(字节)
CJ-01|P-01|2026-10-30 15:00:00|99999|是|否|否|用户编号；车型；满意度评分|R-06|产品改进|7340032
"""


def _access(day: str, account: str, person: str, ip: str, place: str, activity: str | None, unit: str) -> Row:
    abroad = place != "CN"
    return {
        "访问账号": account, "访问时间": f"{day} 10:20:00", "访问人": person, "访问人单位": unit, "来源IP": ip, "来源国家或地区": place,
        "访问系统": "车联网平台", "资产编号": "A-014" if abroad else "A-001", "访问数据种类": "车辆识别代号；故障码" if abroad else "整车状态",
        "操作类型": "查询", "访问目的": "疑难故障诊断", "是否含个人信息": "是" if abroad else "否", "是否含敏感个人信息": "否", "是否含重要数据": "否",
        "涉及人数": 1 if abroad else 0, "访问条数": 40, "访问数据量(字节)": 20480, "出境活动编号": activity,
    }  # fmt: skip


def accesses() -> list[Row]:
    """Return the log of the platform: reads in the mainland, and from Japan under the declared activity."""
    home = [
        _access(f"2026-{m:02d}-16", f"ops{m % 3}", "冯二", f"202.112.10.{90 + m}", "CN", None, "示例汽车有限公司") for m in range(3, 12)
    ]
    away = [_access(f"2026-{m:02d}-18", "jp-support", "佐藤", "", "JP", "CJ-02", "示例技术（日本）有限公司") for m in range(3, 12)]
    return [*home, *away]


def stranger() -> Row:
    """Return an access from Singapore that belongs to no activity."""
    return _access("2026-10-21", "sg-partner", "陈立", "", "SG", None, "示例服务（新加坡）有限公司")


def sheets() -> Sheets:
    """Return the ledgers by the name of their sheet."""
    told = {"数据出境活动": _ACTIVITIES, "数据出境批准": _APPROVALS, "数据出境批次": _BATCHES}
    return {name: rows(text) for name, text in told.items()} | {"平台访问日志": accesses()}
