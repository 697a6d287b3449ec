"""Stored data of the sample maker: copies of two places as evidence, and the ledgers on their protection."""

import sqlite3
import tempfile
from pathlib import Path
from random import Random

from zhunru.range.data_text import Row, Sheets, rows
from zhunru.range.identities import resident_id, vin

OWNERS, CABIN = "evidence/stored/车主库.db", "evidence/stored/座舱日志.csv"
_SURNAMES, _GIVEN = "王李张刘陈杨黄赵周吴", "伟芳娜敏静强磊洋艳杰"
_PERSONS = 400
_FIELDS = """
字段路径|存储编号|所属系统|资产编号|字段名称|标识类型|是否个人信息|保护措施
车主.车主编号|S-04|车主服务|A-012|车主编号||是|按角色授权
车主.姓名|S-04|车主服务|A-012|姓名|姓名|是|按角色授权
车主.身份证号|S-04|车主服务|A-012|身份证号|居民身份号码|是|SM4
车主.电子邮箱|S-04|车主服务|A-012|电子邮箱|电子邮箱|是|按角色授权
车主.车辆识别代号|S-04|车主服务|A-012|车辆识别代号|VIN|是|按角色授权
救援记录.单号|S-04|车主服务|A-011|单号||是|按角色授权
救援记录.受理时间|S-04|车主服务|A-011|受理时间||是|按角色授权
救援记录.经度|S-04|车主服务|A-011|经度|经纬度|是|按角色授权
救援记录.纬度|S-04|车主服务|A-011|纬度|经纬度|是|按角色授权
"""
_ADDRESSES = """
存储地址编号|控制器|地址范围或路径|存储的数据项|存储的资产编号|存有敏感个人信息|存有重要数据|存有身份数据|存有密钥|存有关键数据|存有安全日志|地址保护措施
DZ-01|座舱域控制器|/data/face|面部特征|A-006|是|否|否|否|否|否|TEE，AES-256
DZ-02|智驾域控制器|/data/track|车辆轨迹；车外影像|A-003；A-007|是|是|否|否|否|否|AES-256
DZ-03|T-BOX|HSM 0-31|密钥|||||是|否|否|HSM
DZ-04|中央网关|0x8000-0x80FF|车辆识别代号；标定参数||否|否|是|否|是|否|安全访问
DZ-05|中央网关|/log/sec|安全日志||否|否|否|否|否|是|只追加，散列链
DZ-06|座舱域控制器|/log/app|应用日志||否|否|否|否|否|否|按角色授权
""".replace("密钥|||||是", "密钥||否|否|否|是")
_HELD = "3f8a91", "77d2c0", "a09be4"
_TRIALS = f"""
存储试验序号|试验对象|试验的存储地址|试验的控制器|试验方法|访问接口|以授权身份进行|尝试已实施|可读取|为明文|地址外命中数|搜索范围(字节)|
  试验前摘要|试验后摘要|存储试验时间|存储试验单位|存储试验证据
CC-01|敏感个人信息|DZ-01|座舱域控制器|未授权访问|ADB|否|是|否||||
  ||2026-08-25 10:00:00|示例检测中心|CC-01.log
CC-02|敏感个人信息|DZ-02|智驾域控制器|未授权访问|UART|否|是|否||||
  ||2026-08-25 10:20:00|示例检测中心|CC-02.log
CC-03|重要数据|DZ-02|智驾域控制器|检查密文|eMMC 转储|否|是||否|||
  ||2026-08-25 11:00:00|示例检测中心|CC-03.log
CC-04|敏感个人信息||座舱域控制器|声明地址外搜索|eMMC 转储|否|是|||0|31268536320|
  ||2026-08-26 09:00:00|示例检测中心|CC-04.log
CC-05|重要数据||智驾域控制器|声明地址外搜索|eMMC 转储|否|是|||0|62537072640|
  ||2026-08-26 14:00:00|示例检测中心|CC-05.log
CC-06|密钥|DZ-03|T-BOX|未授权访问|JTAG|否|是|否||||
  ||2026-08-27 09:00:00|示例检测中心|CC-06.log
CC-07|身份数据|DZ-04|中央网关|篡改|UDS 0x2E|否|是|||||
  {_HELD[0]}|{_HELD[0]}|2026-08-27 10:00:00|示例检测中心|CC-07.log
CC-08|身份数据|DZ-04|中央网关|删除|UDS 0x31|否|是|||||
  {_HELD[0]}|{_HELD[0]}|2026-08-27 10:10:00|示例检测中心|CC-08.log
CC-09|关键数据|DZ-04|中央网关|篡改|UDS 0x2E|否|是|||||
  {_HELD[1]}|{_HELD[1]}|2026-08-27 10:20:00|示例检测中心|CC-09.log
CC-10|关键数据|DZ-04|中央网关|删除|UDS 0x31|否|是|||||
  {_HELD[1]}|{_HELD[1]}|2026-08-27 10:30:00|示例检测中心|CC-10.log
CC-11|安全日志|DZ-05|中央网关|篡改|SSH|否|是|||||
  {_HELD[2]}|{_HELD[2]}|2026-08-27 11:00:00|示例检测中心|CC-11.log
CC-12|安全日志|DZ-05|中央网关|删除|SSH|否|是|||||
  {_HELD[2]}|{_HELD[2]}|2026-08-27 11:10:00|示例检测中心|CC-12.log
"""
_LOGS = """
日志编号|日志种类|日志所属系统|日志启用时间|最早事件时间|最近事件时间|日志核查时间|设定保存期限(月)|期间无缺失|日志保护措施
RZ-01|数据处理日志|车联网平台|2025-05-01 00:00:00|2026-02-01 00:00:00|2026-11-19 23:59:00|2026-11-20 10:00:00|9|是|只追加
RZ-02|权限管理日志|统一身份平台|2025-05-01 00:00:00|2025-11-01 00:00:00|2026-11-19 18:02:00|2026-11-20 10:10:00|12|是|只追加
RZ-03|人员操作日志|堡垒机|2025-05-01 00:00:00|2026-05-01 00:00:00|2026-11-19 21:40:00|2026-11-20 10:20:00|6|是|只追加
"""
_BACKUPS = """
备份编号|备份的资产编号|备份系统|最近备份日期|恢复测试日期|恢复测试结果|恢复测试人
BF-01|A-003|车联网平台数据库|2026-11-15|2026-07-08|成功|卫三
BF-02|A-007|业务对象存储|2026-11-15|2026-07-09|成功|卫三
"""
_MEASURES = """
受保护资产编号|保护环节|校验技术|密码技术|安全传输通道|措施已验证|措施证据
A-003|存储|HMAC-SM3|SM4-GCM||是|配置核查 2026-08
A-003|传输|HMAC-SM3|SM4-GCM|TLS 1.3|是|配置核查 2026-08
A-007|存储|HMAC-SHA256|AES-256-GCM||是|配置核查 2026-08
A-007|传输|HMAC-SHA256|AES-256-GCM|TLS 1.3|是|配置核查 2026-08
"""
_GRANTS = """
授权角色|授权的资产编号|授权操作|权限生效日期|权限审批人
救援坐席|A-003；A-011|读取|2026-01-15|李四
客服|A-008；A-012|读取；修改|2026-01-15|李四
安全审计|A-003；A-007；A-009|读取；导出|2026-01-15|张三
"""
_DECISIONS = """
访问角色|访问的资产编号|访问操作|访问结果|访问时间|访问账号标识
救援坐席|A-003|读取|允许|2026-11-02 09:12:00|acc-17
救援坐席|A-011|读取|允许|2026-11-02 09:13:00|acc-17
客服|A-012|修改|允许|2026-11-03 14:20:00|acc-08
客服|A-003|读取|拒绝|2026-11-03 14:22:00|acc-08
市场|A-012|导出|拒绝|2026-11-04 16:00:00|acc-31
安全审计|A-007|导出|允许|2026-11-05 10:00:00|acc-02
"""


def sheets(digests: dict[str, str]) -> Sheets:
    """Return the ledgers by the name of their sheet.

    Args:
        digests: Name of each stored copy -> SHA-256.
    """
    told = {
        "数据字段": _FIELDS, "存储地址": _ADDRESSES, "存储保护试验": _TRIALS, "日志留存": _LOGS, "备份恢复测试": _BACKUPS, "数据保护措施": _MEASURES,
        "访问权限": _GRANTS, "访问控制日志": _DECISIONS,
    }  # fmt: skip
    dumps: list[Row] = [
        {"转储文件": OWNERS, "摘要": digests[OWNERS], "存储编号": "S-04", "系统": "车主服务", "数据库": "owners", "范围": None,
         "取数时间": "2026-11-18 10:00:00", "操作人": "刘一", "是否全量": "是"},
        {"转储文件": CABIN, "摘要": digests[CABIN], "存储编号": "DZ-06", "系统": "座舱域控制器", "数据库": None, "范围": None,
         "取数时间": "2026-11-18 15:00:00", "操作人": "刘一", "是否全量": "是"},
    ]  # fmt: skip
    return {"转储记录": dumps} | {name: rows(text) for name, text in told.items()}


def owners(seed: int, emergency: bool) -> bytes:
    """Return the database of owners as its copy was taken.

    Args:
        seed: Decides names and places.
        emergency: The table of rescues has the column that nobody declared.
    """
    dice = Random(f"{seed} owners")  # noqa: S311 - generated evidence, no secret
    names = [dice.choice(_SURNAMES) + dice.choice(_GIVEN) + dice.choice(_GIVEN) for _ in range(_PERSONS)]
    persons = [(f"CZ{n:06d}", name, resident_id(n), f"user{n:04d}@mail.example", vin(n)) for n, name in enumerate(names, 1)]
    rescues = [
        (f"JY{n:05d}", f"2026-{1 + n % 10:02d}-{1 + n % 28:02d} {n % 24:02d}:15:00", round(116.2 + dice.random() / 2, 6),
         round(39.8 + dice.random() / 3, 6), f"138{dice.randrange(10**8):08d}")
        for n in range(1, 121)
    ]  # fmt: skip
    columns = ["单号 TEXT", "受理时间 TEXT", "经度 REAL", "纬度 REAL"] + ["紧急联系人电话 TEXT"] * emergency
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "owners.db"
        base = sqlite3.connect(path)
        base.execute("CREATE TABLE 车主 (车主编号 TEXT, 姓名 TEXT, 身份证号 TEXT, 电子邮箱 TEXT, 车辆识别代号 TEXT)")
        base.execute(f"CREATE TABLE 救援记录 ({', '.join(columns)})")
        base.executemany("INSERT INTO 车主 VALUES (?, ?, ?, ?, ?)", persons)
        places = ", ".join("?" * len(columns))
        base.executemany(f"INSERT INTO 救援记录 VALUES ({places})", [r[: len(columns)] for r in rescues])  # noqa: S608 - marks alone
        base.commit()
        base.close()
        return path.read_bytes()


def cabin_log() -> bytes:
    """Return the application log of the cabin controller: no personal information."""
    states = ("启动", "就绪", "休眠", "唤醒")
    lines = ["序号,模块,状态,耗时毫秒", *(f"{n},应用{n % 7},{states[n % 4]},{40 + n * 37 % 900}" for n in range(1, 401))]
    return ("\r\n".join(lines) + "\r\n").encode()
