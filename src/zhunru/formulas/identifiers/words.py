"""Words of discovery as data: cues, headings, regions, plate letters, surnames. What stands here decides what counts as *found*.

Basis of the lists: P (ours, from headings and sentences seen in vehicle logs and company tables), the regions GB/T 2260 (G), the plates GA 36-2018 (G).
"""

from typing import NamedTuple

from zhunru.formulas.identifiers.kinds import KINDS

VIN, RESIDENT_ID, PLATE, MOBILE, BANK_CARD, IMEI, ICCID, EMAIL, COORDINATE, PERSON_NAME = range(len(KINDS))
"""Places of the kinds in KINDS: the values of the column `kind`."""

OTHER_NUMBER, PLACE_OF_BOTH, PERHAPS_NAME = range(len(KINDS), len(KINDS) + 3)
"""More meanings of a cue: the number is something else (an order, a part); a pair of coordinates follows, but a single number need not be one;
a name follows, but perhaps of a thing (the bare word `name`)."""


class Cue(NamedTuple):
    """A word that says what the value behind it is.

    Args:
        word: In small letters.
        kind: Place in KINDS, or OTHER_NUMBER, PLACE_OF_BOTH.
        whole: Counts only where no letter of the Latin alphabet stands beside it: `tel`, but not in `hotel`.
    """

    word: str
    kind: int
    whole: bool = False


_LOOSE: dict[int, str] = {
    VIN: "车辆识别 车架号 识别代号 底盘号 vincode vin_ chassis",
    RESIDENT_ID: "身份证 公民身份 身份号 idcard id_card id-card sfzh",
    PLATE: "车牌 号牌 牌照 车号 plate cphm hphm",
    MOBILE: "手机 电话 联系 致电 来电 拨打 短信 phone mobile",
    BANK_CARD: "银行卡 信用卡 储蓄卡 卡号 账号 帐号 bankcard bank_card card_no cardno yhkh",
    IMEI: "imei 串号",
    ICCID: "iccid sim卡",
    EMAIL: "邮箱 邮件 email e-mail",
    COORDINATE: "经度 纬度 longitude latitude jingdu weidu",
    OTHER_NUMBER: "订单 单号 流水号 流水单 编号 序号 时间戳 工单 批次 版本 零件 物料 图号 运单 order serial timestamp batch version part_no partno waybill",
    PLACE_OF_BOTH: "坐标 位置 定位 location coord position",
}
_WHOLE: dict[int, str] = {
    VIN: "vin",
    MOBILE: "tel sjh cell",
    ICCID: "sim",
    COORDINATE: "lng lon lat",
    OTHER_NUMBER: "sku",
    PLACE_OF_BOTH: "gps pos",
}

CUES: tuple[Cue, ...] = tuple(
    Cue(word, kind, whole) for words, whole in ((_LOOSE, False), (_WHOLE, True)) for kind, row in words.items() for word in row.split()
)

CUE_BYTE = 40
"""How far before a value its cue may begin; the bytes of about 13 Chinese characters. Basis P."""

PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
"""First character of a plate, GA 36-2018."""
EVERYDAY_PROVINCES = "云黑新甘吉贵青藏川宁"
"""Those that end many common words (更新, 阿里云): behind another Chinese character such a plate is only suspected without a cue. Basis P."""
PLATE_TAILS = "挂学警港澳领"
"""Last character of trailers, learners, police, cross-border and consular vehicles."""

REGIONS = [
    "11",
    "12",
    "13",
    "14",
    "15",
    "21",
    "22",
    "23",
    "31",
    "32",
    "33",
    "34",
    "35",
    "36",
    "37",
    "41",
    "42",
    "43",
    "44",
    "45",
    "46",
    "50",
    "51",
    "52",
    "53",
    "54",
    "61",
    "62",
    "63",
    "64",
    "65",
    "71",
    "81",
    "82",
    "83",
]
"""First two digits of a resident identity number, GB/T 2260; residence permits of foreigners begin with 9 (G)."""

IMEI_BODIES = ["01", "35", "44", "45", "49", "50", "51", "52", "53", "54", "86", "91", "98", "99"]
"""Reporting bodies at the head of an IMEI (GSMA TS.06, G): without a cue another head is no IMEI."""

FILE_SUFFIXES = [
    "png",
    "jpg",
    "jpeg",
    "gif",
    "svg",
    "webp",
    "bmp",
    "js",
    "ts",
    "css",
    "so",
    "py",
    "md",
    "html",
    "json",
    "xml",
    "yml",
    "toml",
    "txt",
    "log",
    "zip",
    "gz",
]
"""Not top-level domains: `image@2x.png` is no address."""

SAFE_SURNAMES = "王李张刘陈杨赵吴徐朱胡郭罗郑梁宋唐冯邓曹彭肖董潘袁蔡蒋杜魏吕卢姚沈姜崔谭陆范汪廖韦贾邹熊孟秦邱侯尹薛闫陶贺郝龚邵"
"""Surnames that begin few other words: enough behind a cue even without a colon. Basis P."""
OTHER_SURNAMES = "黄周孙许余阎龙段雷黎易乔谷柴辛管祝左涂焦童颜梅盛宁甘柯马朱林何高谢韩于程傅沈曾苏叶任钟金石戴夏付方白毛邱史江顾邢万钱严赖洪武莫孔汤常温康施文牛樊葛安俞祁向桑鲁温庄申欧关兰殷倪柳聂翟凌季岳齐尚骆游"
"""Surnames that also begin everyday words: behind a colon, equals sign or quotation mark, with the name ending there; else suspected. Basis P."""
COMPOUND_SURNAMES = [
    "欧阳",
    "司马",
    "上官",
    "诸葛",
    "东方",
    "皇甫",
    "尉迟",
    "公孙",
    "慕容",
    "司徒",
    "夏侯",
    "令狐",
    "宇文",
    "长孙",
    "端木",
    "独孤",
    "南宫",
    "西门",
]

NAME_CUES = [
    "姓名",
    "车主",
    "机主",
    "户主",
    "业主",
    "联系人",
    "持卡人",
    "收件人",
    "收货人",
    "驾驶人",
    "驾驶员",
    "司机",
    "负责人",
    "当事人",
    "申请人",
    "经办人",
    "被保险人",
    "投保人",
]
LATIN_NAME_CUES = [
    "real_name",
    "realname",
    "full_name",
    "fullname",
    "user_name",
    "username",
    "driver_name",
    "drivername",
    "owner_name",
    "ownername",
    "contact_name",
    "contactname",
]
"""Latin cues ask for a colon, equals sign or quotation mark and for the name ending there. Behind the bare key `name`, which also heads
products, a surname that begins few other words is suspected."""
PERHAPS_NAME_CUE = "name"

NOT_IN_NAMES = "的于在和与为是说等到有已将被向从把及或先女老同了过来去上下年月日时因由给对跟称又也就均共电手性身系、男应需可不须要"
"""Characters that end a name in running text: function words and the heads of what follows a name (电话, 身份证, 先生)."""
PLACE_TAILS = ["家口", "家庄", "家村", "家港", "家界", "家寨", "家沟", "家湾", "家坝", "家镇", "家河", "家桥"]
"""张家口 and its like are places."""
