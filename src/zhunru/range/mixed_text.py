"""Mixed Chinese text with identifiers whose truth is known: the corpus of discovery, with the near misses that a wrong rule takes for hits.

Lines look like notes of a service desk, logs, records of JSON and CSV. Every value and every near miss is fictitious and drawn from a seed.
"""

import json
import random
from collections.abc import Callable, Iterator
from typing import NamedTuple

from zhunru.range.identities import luhn, with_check_symbol

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
GIVEN = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂兰玉萍红梅建华国志文宇浩然子轩雨欣佳琪梓涵思远嘉怡晨曦俊辉海燕春生"
PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
PLATE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
VIN_SYMBOLS = "0123456789ABCDEFGHJKLMNPRSTUVWXYZ"
PLAIN = (
    "车辆在高速公路行驶中仪表提示胎压异常，已建议到店检查。", "系统完成一次远程诊断，未发现故障码。", "动力电池温度处于正常范围，充电功率稳定。",
    "用户反馈导航地图更新缓慢，后台已记录。", "本次升级包校验通过，等待车辆静止后安装。", "空调压缩机转速与目标值偏差较小。", "道路施工，建议绕行北环方向。",
    "巡检结果：制动液位正常，轮胎花纹深度合格。", "软件版本 V3.12.7 构建于夜间流水线。", "数据上传任务排队，等待网络恢复。",
    "INFO gateway: session established, latency 12 ms, retry 0", "WARN tbox: signal weak rsrp=-112 dBm, fallback to cached token",
    "DEBUG can0 rx id=0x3A1 dlc=8 data=11 22 33 44 55 66 77 88", "upload chunk 00012 of 00340 sha256 prefix 9f86d081 done",
)  # fmt: skip
"""Text between the values."""


class Planted(NamedTuple):
    """One value or near miss in the corpus.

    Args:
        start: Byte offset.
        text: As written.
        kind: Id of the kind; for a near miss what it is easily taken for.
        truth: `found`: must be found; `suspected`: true, but nothing near says so; `miss`: not of this kind.
        how: Name of the form or near miss.
    """

    start: int
    text: str
    kind: str
    truth: str
    how: str


def vin(dice: random.Random, holds: bool = True) -> str:
    """Return a VIN with the right check symbol, or with a wrong one."""
    symbols = [
        dice.choice("LLLLLVWS"),
        *(dice.choice(VIN_SYMBOLS) for _ in range(7)),
        "0",
        dice.choice("KLMNPRST"),
        dice.choice(PLATE_LETTERS.replace("Q", "")),
    ]
    symbols += [dice.choice("0123456789") for _ in range(6)]
    right = with_check_symbol("".join(symbols))
    return right if holds else right[:8] + dice.choice("0123456789X".replace(right[8], "")) + right[9:]


def resident_id(dice: random.Random, holds: bool = True) -> str:
    """Return a resident number with the right check symbol, or with a wrong one."""
    region = dice.choice(("110105", "310104", "440305", "510107", "330106", "420111", "610113", "620102"))
    body = f"{region}{dice.randint(1940, 2012)}{dice.randint(1, 12):02d}{dice.randint(1, 28):02d}{dice.randint(1, 999):03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(c) * weight for c, weight in zip(body, weights, strict=True)) % 11
    return body + "10X98765432"[total if holds else (total + dice.randint(1, 10)) % 11]


def mobile(dice: random.Random) -> str:
    """Return a number of eleven digits of a mobile."""
    return f"1{dice.randint(3, 9)}{dice.randint(0, 10**9 - 1):09d}"


def card(dice: random.Random, holds: bool = True) -> str:
    """Return a bank card number with the right last digit, or with a wrong one."""
    right = luhn(f"62{dice.randint(0, 10**16 - 1):016d}" if dice.random() < 0.7 else f"62{dice.randint(0, 10**13 - 1):013d}")
    return right if holds else right[:-1] + str((int(right[-1]) + dice.randint(1, 9)) % 10)


def plate(dice: random.Random) -> str:
    """Return a plate: small ordinary, new energy small or large, trailer."""
    head = dice.choice(PROVINCES) + dice.choice(PLATE_LETTERS)
    shape = dice.random()
    if shape < 0.55:
        body = [dice.choice("0123456789") for _ in range(5)]
        if dice.random() < 0.6:
            body[dice.randint(0, 4)] = dice.choice(PLATE_LETTERS)
        return head + "".join(body)
    if shape < 0.8:
        return head + dice.choice("DFABCEGHJK") + dice.choice("0123456789" + PLATE_LETTERS) + f"{dice.randint(0, 9999):04d}"
    return head + (f"{dice.randint(0, 99999):05d}{dice.choice('DF')}" if shape < 0.95 else f"{dice.randint(0, 9999):04d}挂")


def name(dice: random.Random) -> str:
    """Return a name of a person."""
    return dice.choice(SURNAMES) + "".join(dice.choice(GIVEN) for _ in range(dice.choice((1, 2, 2))))


def pair(dice: random.Random) -> tuple[str, str]:
    """Return latitude and longitude somewhere in China."""
    places = dice.choice((5, 6, 6, 7))
    return f"{dice.uniform(19, 49):.{places}f}", f"{dice.uniform(76, 130):.{places}f}"


def _wrong_part(dice: random.Random) -> str:
    """Return a part number of 17 letters and digits."""
    return "".join(dice.choice(VIN_SYMBOLS[10:]) for _ in range(12)) + dice.choice("ABCDEFGH") + f"{dice.randint(0, 9999):04d}"


def _wide(text: str) -> str:
    """Return the text in full-width digits and letters."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def _grouped(number: str, *groups: int, sep: str) -> str:
    """Return a number in groups."""
    parts, at = [], 0
    for group in groups:
        parts.append(number[at : at + group])
        at += group
    return sep.join([*parts, number[at:]] if number[at:] else parts)


Value = Callable[[random.Random], str]


def _bad_day(dice: random.Random) -> str:
    body = resident_id(dice)
    return f"{body[:10]}{dice.choice(('1332', '0230', '0000', '0431'))}{body[14:]}"


def _nmea(dice: random.Random) -> str:
    return f"{dice.randint(20, 48)}{dice.uniform(0, 59.9):08.5f},N,{dice.randint(80, 130):03d}{dice.uniform(0, 59.9):08.5f},E"


TRUE_FORMS: tuple[tuple[str, str, str, str, Value, str], ...] = (
    ("vin", "found", "behind a cue", "车架号", vin, "，"),
    ("vin", "found", "bare", "样车 ", vin, " 进入台架。"),
    ("vin", "found", "key", '{"vin":"', vin, '","soc":77}'),
    ("vin", "found", "small letters", "vin=", lambda d: vin(d).lower(), " ok"),
    ("vin", "found", "wide", "车架号：", lambda d: _wide(vin(d)), "。"),
    ("resident_id", "found", "behind a cue", "身份证号", resident_id, "，"),
    ("resident_id", "found", "bare", "登记人资料 ", resident_id, " 已核验"),
    ("resident_id", "found", "grouped", "身份证 ", lambda d: _grouped(resident_id(d), 6, 8, sep=" "), "。"),
    ("plate", "found", "behind a cue", "车牌", plate, "，"),
    ("plate", "found", "in a sentence", "车辆", plate, "驶入园区。"),
    ("plate", "found", "dot", "号牌：", lambda d: (p := plate(d))[:2] + "·" + p[2:], "。"),
    ("plate", "found", "row", ",", plate, ",2024-05-01"),
    ("mobile", "found", "behind a cue", "联系电话：", mobile, "，"),
    ("mobile", "found", "key", '"phone":"', mobile, '",'),
    ("mobile", "found", "country", "call ", lambda d: "+86" + mobile(d), " now"),
    ("mobile", "found", "grouped", "手机 ", lambda d: _grouped(mobile(d), 3, 4, 4, sep=d.choice(" -")), "。"),
    ("mobile", "found", "wide", "手机：", lambda d: _wide(mobile(d)), "。"),
    ("mobile", "suspected", "bare", "请回复 ", mobile, " 处理"),
    ("bank_card", "found", "behind a cue", "银行卡号", card, "，"),
    ("bank_card", "found", "bare", "退款至 ", card, " 完成"),
    ("bank_card", "found", "grouped", "卡号 ", lambda d: _grouped(card(d), 4, 4, 4, 4, sep=" "), "。"),
    ("imei", "found", "behind a cue", "IMEI:", lambda d: luhn(f"86{d.randint(0, 10**12 - 1):012d}"), " "),
    ("imei", "suspected", "bare", "终端 ", lambda d: luhn(f"35{d.randint(0, 10**12 - 1):012d}"), " 上线"),
    ("iccid", "found", "behind a cue", "ICCID ", lambda d: luhn(f"898604{d.randint(0, 10**13 - 1):013d}"), "。"),
    ("iccid", "found", "bare", "卡片 ", lambda d: luhn(f"898600{d.randint(0, 10**13 - 1):013d}"), " 激活"),
    (
        "email",
        "found",
        "in a sentence",
        "发送至",
        lambda d: f"user{d.randint(1, 9999)}.{d.choice('abcdef')}@mail{d.randint(1, 99)}.example.com",
        "查收。",
    ),
    ("email", "found", "key", "email=", lambda d: f"{d.choice('abcxyz')}_{d.randint(1, 99999)}@car-maker.cn", ";"),
    ("coordinate", "found", "key", '{"lat":', lambda d: pair(d)[0], "}"),
    ("coordinate", "found", "key", '{"longitude": ', lambda d: pair(d)[1], "}"),
    ("coordinate", "found", "behind a cue", "坐标", lambda d: ",".join(reversed(pair(d))), "，"),
    ("coordinate", "found", "NMEA", "$GNGGA,083559.00,", _nmea, ",1,12,0.9,44.1,M,,M,,*5A"),
    ("coordinate", "suspected", "bare pair", "轨迹点 ", lambda d: ", ".join(pair(d)), " 已保存"),
    ("person_name", "found", "colon", "车主：", name, "，"),
    ("person_name", "found", "key", '"driver_name":"', name, '",'),
    ("person_name", "found", "in a sentence", "联系人", name, "，"),
    ("person_name", "suspected", "no cue", "今天", name, "来店提车。"),
)
"""Kind, truth, form, text before, value, text behind."""

NEAR_MISSES: tuple[tuple[str, str, str, str, Value, str], ...] = (
    ("vin", "miss", "part number", "零件号 ", _wrong_part, " 入库"),
    ("vin", "miss", "part number, bare", "更换 ", _wrong_part, " 一件"),
    ("vin", "miss", "wrong check digit", "样车 ", lambda d: vin(d, holds=False), " 复测"),
    ("vin", "miss", "letter I, O or Q", "代码 ", lambda d: (v := vin(d))[:5] + d.choice("IOQ") + v[6:], " ok"),
    ("vin", "miss", "18 symbols", "代码 ", lambda d: vin(d) + "7", " ok"),
    (
        "vin",
        "miss",
        "moment of 17 digits",
        "trace ",
        lambda d: f"2024{d.randint(1, 12):02d}{d.randint(1, 28):02d}{d.randint(0, 235959999):09d}",
        " end",
    ),
    ("resident_id", "miss", "wrong check symbol", "资料 ", lambda d: resident_id(d, holds=False), " 退回"),
    ("resident_id", "miss", "impossible day", "资料 ", _bad_day, " 退回"),
    ("resident_id", "miss", "order of 18 digits", "订单 ", lambda d: f"{d.randint(10**17, 10**18 - 1)}", " 已付"),
    ("plate", "miss", "inside a word", "固件更新", lambda d: f"A{d.randint(10000, 99999)}", "完成"),
    ("plate", "miss", "province that ends a word", "固件更", lambda d: f"新A{d.randint(10000, 99999)}", "完成"),
    ("plate", "miss", "too long", "编码 ", lambda d: f"京A{d.randint(10**6, 10**7 - 1)}", "。"),
    ("plate", "miss", "letter I or O", "编码 ", lambda d: f"沪{d.choice('IO')}{d.randint(10000, 99999)}", "。"),
    ("mobile", "miss", "order number", "订单号", mobile, " 已发货"),
    ("mobile", "miss", "order number behind a cue", "手机未填 订单 ", mobile, " 已发货"),
    ("mobile", "miss", "moment in ms", "ts=", lambda d: f"1{d.randint(6 * 10**11, 8 * 10**11 - 1):012d}", " ok"),
    ("mobile", "miss", "12 digits", "计数 ", lambda d: mobile(d) + "0", " 次"),
    ("mobile", "miss", "in a longer code", "批号 SN", mobile, " ok"),
    ("bank_card", "miss", "wrong last digit", "退款至 ", lambda d: card(d, holds=False), " 失败"),
    ("bank_card", "miss", "serial from 62", "流水号", lambda d: f"62{d.randint(0, 10**17 - 1):017d}", "。"),
    ("bank_card", "miss", "serial from 62, bare", "凭证 ", lambda d: f"62{d.randint(0, 10**17 - 1):017d}", "。"),
    ("imei", "miss", "IMSI", "imsi=", lambda d: f"46000{d.randint(0, 10**10 - 1):010d}", " "),
    ("imei", "miss", "15 digits", "记录 ", lambda d: f"{d.randint(10**14, 10**15 - 1)}", " 条"),
    (
        "iccid",
        "miss",
        "wrong last digit",
        "卡片 ",
        lambda d: (c := luhn(f"898600{d.randint(0, 10**13 - 1):013d}"))[:-1] + str((int(c[-1]) + 3) % 10),
        " ",
    ),
    ("email", "miss", "picture", "资源 icon", lambda d: f"@{d.randint(2, 3)}x.png", " 载入"),
    ("email", "miss", "no top level", "登录 root@tbox", lambda d: str(d.randint(1, 99)), " ok"),
    ("coordinate", "miss", "version", "固件 v", lambda d: f"30.{d.randint(1000, 9999)}.{d.randint(1, 9)}", " 发布"),
    ("coordinate", "miss", "measurements in the box", "通道 ", lambda d: f"{d.uniform(4, 50):.4f}, {d.uniform(80, 130):.4f}", " 采样"),
    ("coordinate", "miss", "price", "报价 ", lambda d: f"{d.uniform(4, 50):.2f}", " 元"),
    ("person_name", "miss", "word behind a cue", "请司机", lambda d: d.choice(("马上", "常规", "高速", "应当", "安全")), "处理。"),
    ("person_name", "miss", "heading", "联系人", lambda d: d.choice(("电话", "地址", "信息", "方式")), "已更新。"),
    ("person_name", "miss", "thing", '"name":"', lambda d: d.choice(("空调滤芯", "金属支架", "制动总成", "后视镜")), '",'),
)
"""What a wrong rule takes for the kind."""

SPLIT = (
    ("mobile", "split", "over two lines", "手机1380", lambda d: f"013\n{d.randint(1000, 9999)}", ""),
    ("vin", "split", "over two lines", "车架号LSVAA49J", lambda d: f"0X2\n{d.randint(100000, 999999)}", ""),
)
"""Values broken by a newline: told apart, for a newline parts values."""


def lines(seed: int, share: float = 0.2) -> Iterator[tuple[bytes, list[Planted]]]:
    """Yield lines with what is planted in them, offsets from the beginning of the line; without end.

    Args:
        seed: Of the drawing.
        share: Of the lines that hold something.
    """
    dice = random.Random(seed)  # noqa: S311 - a corpus to be drawn again, no secret
    forms = (*TRUE_FORMS, *NEAR_MISSES, *SPLIT)
    plain = [p.encode() for p in PLAIN]
    while True:
        text = dice.choice(plain)
        if dice.random() >= share:
            yield text + dice.choice(plain) + b"\n", []
            continue
        kind, truth, how, before, value, behind = dice.choice(forms)
        shown = value(dice)
        head = (text if dice.random() < 0.5 else b"") + (b" " if before[0].isascii() else b"") + before.encode()
        planted = Planted(len(head), shown, kind, truth, how)
        if shown.startswith("+86"):
            planted = Planted(len(head) + 3, shown[3:], kind, truth, how)
        yield head + shown.encode() + behind.encode() + dice.choice(plain) + b"\n", [planted]


def corpus(size_byte: int, seed: int = 44464) -> Iterator[tuple[bytes, list[Planted]]]:
    """Yield pieces of about a megabyte until `size_byte`, with what is planted, offsets from the beginning of all."""
    parts: list[bytes] = []
    found: list[Planted] = []
    at = piece = 0
    for line, planted in lines(seed):
        parts.append(line)
        found += [p._replace(start=p.start + at) for p in planted]
        at += len(line)
        piece += len(line)
        if piece >= 1 << 20 or at >= size_byte:
            yield b"".join(parts), found
            parts, found, piece = [], [], 0
        if at >= size_byte:
            return


def truth_line(planted: Planted) -> str:
    """Return one line of the file of truth."""
    return json.dumps([planted.start, planted.start + len(planted.text.encode()), planted.kind, planted.truth, planted.how])
