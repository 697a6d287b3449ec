"""Words by which ledgers name personal information, important automotive data and classes; Chinese and English.

A word in a name is a hint for a proposal, never a finding.
"""

from typing import NamedTuple

TABLE_A2 = "gb-t-44464-2024/A"

GUIDE = "tc260-pg-20244a/4"


class Item(NamedTuple):
    """One item of personal information.

    Args:
        name: Item, in our words.
        sensitive: Sensitive personal information; else general.
        words: Words that name it, lower case.
        source: Clause that sorts it.
        basis: How sure we are of that.
    """

    name: str
    sensitive: bool
    words: tuple[str, ...]
    source: str = TABLE_A2
    basis: str = "C"


PERSONAL_ITEMS: tuple[Item, ...] = (
    Item("身份证件", True, ("身份证", "居民身份", "证件号", "id card", "identity card", "passport", "护照")),
    Item("驾驶证", True, ("驾驶证", "驾照", "driver licence", "driving licence", "driver license")),
    Item("带口令的账号", True, ("账号密码", "账号及密码", "口令", "密码", "password")),
    Item("生物识别特征", True, ("指纹", "声纹", "掌纹", "耳廓", "虹膜", "人脸", "面部", "基因", "生物识别", "心率",
                           "fingerprint", "voiceprint", "iris", "face feature", "facial", "biometric")),
    Item("财产与信用", True, ("银行卡", "支付", "财产", "资产状况", "征信", "信用记录", "虚拟财产", "bank card", "credit record", "payment")),
    Item("通信记录与内容", True, ("通信记录", "通话记录", "通信内容", "聊天", "通讯录", "好友", "联系人列表", "call record", "contacts", "chat")),
    Item("网页浏览记录", True, ("浏览记录", "浏览历史", "browsing history")),
    Item("行踪与精准位置", True, ("轨迹", "行踪", "精准位置", "精确位置", "经纬度", "经度", "纬度", "定位信息", "gps 位置", "gnss 位置",
                              "track", "trajectory", "precise position", "latitude", "longitude", "geolocation")),
    Item("个人音视频与图像", True, ("座舱语音", "语音", "录音", "座舱视频", "座舱影像", "座舱图像", "驾驶员图像", "面部图像", "舱内视频", "个人照片",
                               "cabin video", "cabin audio", "voice recording", "driver image")),
    Item("儿童个人信息", True, ("儿童", "未成年", "child", "minor"), GUIDE, "C"),
    Item("姓名", False, ("姓名", "车主", "用户姓名", "full name", "person name")),
    Item("出生日期、年龄与性别", False, ("出生日期", "生日", "年龄", "性别", "birth date", "gender")),
    Item("联系方式", False, ("手机号", "电话", "邮箱", "住址", "通讯地址", "mobile number", "phone number", "e-mail", "email", "home address")),
    Item("车辆标识", False, ("vin", "车辆识别代号", "车架号", "车牌", "号牌", "行驶证", "licence plate", "license plate", "vehicle licence")),
    Item("账号", False, ("账号", "用户账户", "会员", "user account")),
    Item("短信与邮件", False, ("短信", "sms")),
    Item("使用习惯", False, ("点击", "收藏", "应用使用", "驾驶习惯", "搜索记录", "app usage", "driving habit", "favourites")),
    Item("设备标识", False, ("imei", "iccid", "mac 地址", "mac地址", "设备序列号", "唯一设备", "device id", "serial number")),
)  # fmt: skip
"""GB/T 44464-2024 table A.2 (C), the definitions of 若干规定 article 3 (C), guide TC260-PG-20244A (C); data-and-cyber.md 2.3.1, 2.1, 2.6."""


class ImportantKind(NamedTuple):
    """One of the six kinds of important automotive data.

    Args:
        id: ID1 to ID6.
        name: In our words.
        words: Words that name it, lower case.
        beside: One of these must stand beside a word of `words`; empty: none must.
    """

    id: str
    name: str
    words: tuple[str, ...]
    beside: tuple[str, ...] = ()


IMPORTANT_KINDS: tuple[ImportantKind, ...] = (
    ImportantKind(
        "ID1",
        "重要敏感区域的地理信息、人流、车流等",
        ("军事", "国防", "军工", "涉密区域", "敏感区域", "党政机关", "military", "sensitive area"),
    ),
    ImportantKind("ID2", "反映经济运行情况的车流、物流等", ("车流", "物流", "货运量", "vehicle flow", "logistics")),
    ImportantKind(
        "ID3",
        "汽车充电网运行数据",
        ("充电网", "充电桩运行", "充电站运行", "充电设施运行", "charging network", "charging station operation"),
    ),
    ImportantKind(
        "ID4",
        "含人脸或车牌信息的车外视频、图像",
        ("车外视频", "车外影像", "车外图像", "环视", "前视摄像头", "行车记录", "exterior video", "exterior image", "dashcam"),
    ),
    ImportantKind("ID5", "涉及个人信息主体超过10万人的个人信息", ()),
    ImportantKind("ID6", "国家有关部门确定的其他重要数据", ()),
)
"""若干规定 article 3 (C); data-and-cyber.md 2.1. The words are ours (P)."""

CLASSES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("研发", ("研发", "设计", "算法", "仿真", "标定", "试验", "测试数据", "训练", "r&d", "development", "design", "algorithm")),
    ("生产运行", ("生产", "制造", "工艺", "产线", "供应链", "零部件追溯", "production", "manufacturing")),
    ("管理", ("财务", "人事", "采购", "行政", "经营管理", "合同", "management", "finance")),
    (
        "运维",
        (
            "运维",
            "诊断",
            "故障",
            "监测",
            "电池",
            "日志",
            "充电",
            "整车状态",
            "运行数据",
            "维修",
            "升级",
            "maintenance",
            "diagnostic",
            "log",
        ),
    ),
    (
        "业务服务",
        ("用户", "车主", "账号", "导航", "语音", "娱乐", "客服", "销售", "会员", "轨迹", "位置", "座舱", "service", "customer", "user"),
    ),
)
"""Classes that MIIT 166号 article 8 names at least (C); the words are ours (P)."""

MASKED_WORDS = ("匿名", "脱敏", "去标识", "不含", "无个人", "anonym", "masked", "de-identified", "without")
"""Words that take back what another word says: such a name is for a person to judge."""
