"""The ledgers of the sample maker, as people keep them, with planted faults."""

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from zhunru.core.record import CHINA
from zhunru.range.capture import BROWSING_S, CLOCK, SERVERS, SHOTS, Shot
from zhunru.range.identities import credit_code, iccid, imei, resident_id, vin
from zhunru.range.workbook import Cell, Sheet, workbook

CAR = "样车一号"
MAKER = "示例汽车有限公司"
_ASSET_HEADINGS = (
    ("", "序号"),
    ("基本信息", "资产编号"),
    ("基本信息", "数据类别"),
    ("基本信息", "数据名称"),
    ("分类分级", "数据级别"),
    ("分类分级", "是否个人信息"),
    ("分类分级", "是否敏感个人信息"),
    ("分类分级", "是否重要数据"),
    ("分类分级", "重要数据类型"),
    ("管理", "责任部门"),
    ("管理", "责任人"),
    ("管理", "批准人"),
    ("处理活动", "处理目的"),
    ("处理活动", "数据来源"),
    ("处理活动", "存储位置"),
    ("处理活动", "接收方"),
    ("处理活动", "保存期限"),
    ("处理活动", "是否出境"),
    ("内容", "包含数据项"),
    ("内容", "涉及人数"),
    ("内容", "数据条数"),
    ("内容", "所属系统"),
    ("内容", "保护措施"),
    ("", "更新日期"),
)
_SAFETY, _CLOUD, _CABIN = ("信息安全部", "张三", "陈二"), ("云平台部", "李四", "陈二"), ("座舱部", "王五", "陈二")
_RUN, _SITE, _IN, _OUT, _USER = "车辆运行数据", "位置数据", "座舱数据", "车外数据", "用户数据"
_ASSETS: tuple[tuple[Cell, ...], ...] = (
    ("A-001", _RUN, "整车状态与故障码", "一般", "否", "否", "否", None, *_CLOUD, "远程诊断", "T-BOX", "S-01", "R-01", "3年", "否",
     "车速；故障码", None, 88_000_000, "车联网平台", "SM4 加密，按角色授权", "2026-10-12"),
    ("A-002", _RUN, "动力电池数据", "一般", "否", "否", "否", None, *_CLOUD, "安全监测", "BMS", "S-01", "R-01", "3年", "否",
     "电池电压；电池温度", None, 93_000_000, "车联网平台", "SM4 加密，按角色授权", "2026/10/12"),
    ("A-003", _SITE, "车辆轨迹", "重要", "是", "是", "是", "ID2", *_CLOUD, "导航与道路救援", "GNSS", "S-01；S-03", "R-02", "6个月", "否",
     "车辆轨迹", 66_000, 51_000_000, "车联网平台", "SM4 加密，按角色授权", "2026年10月12日"),
    ("A-004", _SITE, "兴趣点搜索记录", "一般", "是", "否", "否", None, *_CABIN, "导航", "车机", "S-03", None, "6个月", "否",
     "搜索关键词", 61_000, 2_400_000, "座舱域控制器", "AES-256 加密", "20261012"),
    ("A-005", _IN, "座舱语音", "一般", "是", "是", "否", None, *_CABIN, "语音控制", "麦克风", "S-02", "R-03", "不保存", "否",
     "座舱语音", 52_000, 0, "语音平台", "识别后即删除", "2026-10-15"),
    # Planted fault: this asset has no grade. Found by the check of miit-2021-103/1.3.
    ("A-006", _IN, "驾驶员面部图像", None, "是", "是", "否", None, *_CABIN, "疲劳监测", "座舱摄像头", "S-03", None, "不保存", "否",
     "人脸图像", 8_200, 0, "座舱域控制器", "TEE，AES-256", "2026-10-15"),
    ("A-007", _OUT, "车外影像", "重要", "是", "是", "是", "ID4", *_SAFETY, "驾驶辅助", "前视摄像头", "S-03", None, "7天循环覆盖", "否",
     "车外视频；人脸；车牌", 66_000, 10_200_000, "车端域控制器", "AES-256 加密，提供前匿名化", "2026-10-15"),
    # Planted fault: storage place S-09 is not in the list of places. Found by the check of miit-2021-103/1.2.
    ("A-008", _USER, "用户账号与手机号码", "一般", "是", "否", "否", None, *_CLOUD, "账号服务", "手机应用", "S-09", None, "注销后删除", "否",
     "昵称；手机号码", 66_000, 66_000, "账号平台", "按角色授权", "2026-10-20"),
    ("A-009", _USER, "车主实名信息", "一般", "是", "是", "否", None, *_SAFETY, "车联网卡登记", "经销商", "S-02", "R-04", "3年", "否",
     "姓名；居民身份号码；手机号码", 66_000, 66_000, "账号平台", "AES-256 加密", "2026-10-20"),
    ("A-010", "研发数据", "软件升级包", "一般", "否", "否", "否", None, *_SAFETY, "在线升级", "研发平台", "S-02", None, "停产后10年", "否",
     "升级包", None, 240, "研发平台", "签名", "2026-10-20"),
    # Planted fault: it holds the positions of rescues, yet is marked as not sensitive. Found by data.grade_fits_the_content in the stored
    # copy, and by data.grade_meets_the_declared_content in the fields that the ledger itself declares.
    ("A-011", _USER, "道路救援记录", "一般", "是", "否", "否", None, *_CLOUD, "道路救援", "救援平台", "S-04", None, "6个月", "否",
     "救援单号；受理时间", 100_000, 120, "车主服务", "按角色授权", "2026-10-20"),
    ("A-012", _USER, "车主档案（车辆识别代号、姓名、证件）", "一般", "是", "是", "否", None, *_CLOUD, "账号服务", "经销商", "S-04", None, "注销后删除", "否",
     "姓名；居民身份号码；电子邮箱；车辆识别代号", 400, 400, "车主服务", "SM4 加密，按角色授权", "2026-10-20"),
    ("A-013", _USER, "满意度调研名单", "一般", "是", "否", "否", None, *_CLOUD, "产品改进", "问卷", "S-02", "R-06", "1年", "是",
     "用户编号；车型；满意度评分", 100_000, 100_000, "调研平台", "AES-256 加密", "2026-10-31"),
    ("A-014", _RUN, "诊断支持数据", "一般", "是", "否", "否", None, *_CLOUD, "疑难故障诊断", "T-BOX", "S-01", "R-07", "1年", "是",
     "车辆识别代号；故障码", 40, 3_600, "车联网平台", "SM4 加密，按角色授权", "2026-10-31"),
)  # fmt: skip
_MENDED = {"A-011": {"是否敏感个人信息": "是"}}
"""Cells of the asset ledger without the fault `mark`."""
_PLACES = (
    ("S-01", "车联网平台数据库", "数据库", "北京一号机房", "CN", "示例云", "SM4", "按角色授权"),
    ("S-02", "业务对象存储", "对象存储", "天津二号机房", "CN", "示例云", "AES-256", "按角色授权"),
    ("S-03", "车端域控制器", "eMMC", "座舱域控制器", "CN", MAKER, "AES-256", "调试口关闭"),
    ("S-04", "车主服务数据库", "数据库", "北京一号机房", "CN", "示例云", "SM4", "按角色授权"),
    ("DZ-06", "座舱应用日志", "eMMC", "座舱域控制器 /log/app", "CN", MAKER, "无", "按角色授权"),
)
_RECIPIENTS = (
    ("R-01", "示例电池服务有限公司", credit_code(31), "CN", "受托", "XY-2026-011", "2026-03-02", "赵六", "A-001；A-002"),
    ("R-02", "图商示例有限公司", credit_code(32), "CN", "受托", "XY-2026-012", "2026-03-05", "钱七", "A-003"),
    ("R-03", "语音示例有限公司", credit_code(33), "CN", "受托", "XY-2026-013", "2026-04-18", "孙八", "A-005"),
    ("R-04", "示例电信有限公司", credit_code(34), "CN", "独立", "XY-2026-014", "2026-04-20", "周九", "A-009"),
    ("R-05", "示例云", credit_code(35), "CN", "受托", "YUN-2026-02", "2026-01-10", "吴二", "A-001；A-003；A-012"),
    ("R-06", "示例研发（德国）有限公司", None, "DE", "独立", "XY-2026-021", "2026-02-20", "穆勒", "A-013"),
    ("R-07", "示例技术（日本）有限公司", None, "JP", "受托", "XY-2026-022", "2026-02-20", "佐藤", "A-014"),
)
_FLOWS = (
    ("F-01", "A-001；A-002", "T-BOX", "S-01", "R-01", "CN", "4G", "远程诊断"),
    ("F-02", "A-003", "T-BOX", "S-01", "R-02", "CN", "4G", "导航与道路救援"),
    ("F-03", "A-005", "车机", "S-02", "R-03", "CN", "4G", "语音控制"),
    ("F-04", "A-009", "经销商系统", "S-02", "R-04", "CN", "专线", "车联网卡登记"),
    ("F-05", "A-010", "研发平台", "T-BOX", None, "CN", "4G", "在线升级"),
    ("F-06", "A-011", "T-BOX", "S-04", None, "CN", "4G", "道路救援"),
    ("F-07", "A-013", "S-02", "境外研发平台", "R-06", "DE", "互联网", "产品改进"),
    ("F-08", "A-014", "S-01", "境外诊断终端", "R-07", "JP", "互联网", "疑难故障诊断"),
)


def asset_book(*, mended: bool = False) -> bytes:
    """Return the asset ledger: title, remark, two rows of headings, merged classes, dates in four notations.

    Args:
        mended: The planted fault `mark` is left out.
    """
    names = [heading for _, heading in _ASSET_HEADINGS]
    laid = [dict(zip(names, (number, *row), strict=True)) for number, row in enumerate(_ASSETS, 1)]
    if mended:
        for row in laid:
            row.update(_MENDED.get(str(row["资产编号"]), {}))
    rows = [tuple(row.values()) for row in laid]
    places = ("存储编号", "存储名称", "存储介质", "部署地点", "国家/地区", "运营者", "加密方式", "访问控制")
    recipients = ("接收方编号", "接收方名称", "统一社会信用代码", "国家/地区", "角色", "安全协议", "能力核验日期", "联系人", "提供的数据")
    flows = ("流转编号", "涉及资产", "起点", "终点", "接收方", "接收地", "通道", "流转目的")
    return workbook(
        (
            Sheet(
                "数据资产台账",
                _ASSET_HEADINGS,
                rows,
                title=f"{MAKER} 汽车数据资产管理台账（{CAR}）",
                note="密级：内部    版本：V2.3    编制：信息安全部",
                tail="注：级别按企业分类分级规范 V1.2 确定。",
                merged=(2,),
            ),
            Sheet("存储位置", _plain(places), _PLACES, title="存储位置清单"),
            Sheet("数据接收方", _plain(recipients), _RECIPIENTS, title="数据接收方清单"),
            Sheet("数据流转", _plain(flows), _FLOWS),
        )
    )


def later_book() -> bytes:
    """Return the storage place that the asset ledger refers to and does not hold, as its operator sent it: for the reader to import."""
    headings = (("位置", "存储编号"), ("位置", "存储名称"), ("位置", "存储介质"), ("位置", "部署地点"), ("位置", "国家/地区"), ("保护", "运营者"),
                ("保护", "加密方式"), ("保护", "访问控制"))  # fmt: skip
    row = ("S-09", "账号数据库", "数据库", "天津二号机房", "CN", "示例云", "SM4", "按角色授权")
    return workbook((Sheet("存储位置", headings, [row], title=f"{MAKER} 存储位置补充登记"),))


def people_book() -> bytes:
    """Return the appointments: one person who left, one in post."""
    headings = ("姓名", "职责", "责任部门", "适用车型", "任命日期", "离任日期", "任命文件")
    rows: tuple[tuple[Cell, ...], ...] = (
        ("陈十", "数据安全负责人", "信息安全部", CAR, "2023年3月1日", "2025年6月30日", "示汽〔2023〕8号"),
        ("张三", "数据安全负责人", "信息安全部", CAR, "2025年7月1日", None, "示汽〔2025〕21号"),
        ("李四", "网络安全负责人", "云平台部", None, date(2024, 5, 6), None, "示汽〔2024〕15号"),
        ("何一", "用户权益事务联系人", "客户服务部", CAR, "2025年7月1日", None, "示汽〔2025〕21号"),
    )
    return workbook((Sheet("任命", _plain(headings), rows, title=f"{MAKER} 责任人任命"),))


def capture_book(digests: Mapping[str, str]) -> bytes:
    """Return what the captures cannot say of themselves: channel, state, times, instrument; and what the user did meanwhile.

    Args:
        digests: Name of each capture in the dossier -> SHA-256.
    """
    headings = ("抓包文件", "SHA-256", "通信通道", "车辆状态", "开始时间", "结束时间", "采集设备", "测试人员", "时钟偏差(秒)", "丢包数")
    rows = [_capture_row(shot, name, digests[name]) for shot in SHOTS for name in digests if name.endswith("/" + shot.name)]
    working = next(shot for shot in SHOTS if shot.state == "working")
    begin, end = (working.start + timedelta(seconds=s) for s in BROWSING_S)
    actions = (("浏览器", _clock(begin), _clock(end), "车机浏览器", "打开资讯网页", "王五"),)
    return workbook(
        (
            Sheet("抓包记录", _plain(headings), rows, title="通信抓包记录（GB/T 44464-2024 附录 D.8）", merged=(3,)),
            Sheet("用户操作", _plain(("操作类别", "开始时间", "结束时间", "应用", "操作内容", "操作人")), actions),
        )
    )


def _capture_row(shot: Shot, name: str, digest: str) -> tuple[Cell, ...]:
    state = {"off": "未上电", "powered": "仅上电", "working": "功能开启"}[shot.state]
    end = shot.start + timedelta(seconds=shot.length_s)
    return (name, digest, shot.channel.id, state, _clock(shot.start), _clock(end), "tcpdump 4.99.3", "刘一", 0.02, 0)


def _clock(moment: datetime) -> str:
    local = moment.astimezone(CHINA)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M:%S}"


def endpoint_csv() -> bytes:
    """Return the declared peers of the car, in UTF-8 with a byte order mark."""
    sites = {"202.112.": "北京一号机房", "101.6.": "北京三号机房", "2001:da8:": "北京三号机房"}
    lines = ["地址,用途,机房,国家或地区,运营者,合同编号,启用日期"]
    sited = [
        (server.host, next((v for k, v in sites.items() if server.address.startswith(k)), "")) for server in SERVERS if server != CLOCK
    ]
    sited = [*sited, (CLOCK.address, sites["202.112."])]  # the car knows it by its address alone
    lines += [f"{host},车云通信,{site},CN,示例云,YUN-2026-02,2026-01-10" for host, site in sited if site]
    return b"\xef\xbb\xbf" + "\r\n".join([*lines, ""]).encode()


def sim_csv() -> bytes:
    """Return the register of cards in GB18030, as an operator's portal exports it."""
    heads = (
        "ICCID,车辆识别代号,接入号,IMSI,终端IMEI,终端序列号,运营商,卡状态,激活时间,绑定日期,用户类型,车主姓名/单位名称,证件类型,证件号码,"
        "联系电话,经办人,实名登记时间,核验方式,核验结果,登记渠道"
    )
    lines = [heads]
    for number in range(1, 9):
        company = number in {3, 6}
        owner = (
            ("单位", f"示例出行{number}有限公司", "统一社会信用代码", credit_code(100 + number), f"1540000{number:04d}", "吴二")
            if company
            else ("个人", f"车主{'甲乙丙丁戊己庚辛'[number - 1]}", "居民身份证", resident_id(number), f"1540000{number:04d}", "")
        )
        lines.append(_sim_row(number, iccid(number), owner))
    # Planted fault: the card of vehicle 5 is bound to vehicle 9 as well. Found by the check of miit-2021-103/2.3 once the file is added.
    lines.append(_sim_row(9, iccid(5), ("个人", "车主壬", "居民身份证", resident_id(9), "15400000009", "")))
    return "\r\n".join([*lines, ""]).encode("gb18030")


def _sim_row(number: int, card: str, owner: Sequence[str]) -> str:
    subscriber = (f"10649{number:08d}", f"46011{number:010d}", imei(number), f"TBOX{number:06d}", "示例电信", "在用")
    times = (f"2026-08-{10 + number:02d} 10:20:00", f"2026-08-{10 + number:02d}")
    registered = f"2026-08-{10 + number:02d} 10:05:00"
    return ",".join((card, vin(number), *subscriber, *times, *owner, registered, "人像比对", "通过", "经销商门店"))


def vehicle_yaml() -> bytes:
    """Return the vehicles of the register."""
    lines = ["# 车辆台账，由生产系统导出", "车辆:"]
    for number in range(1, 10):
        lines += [f"  - VIN: {vin(number)}", f"    车型: {CAR}", f"    生产日期: 2026-07-{number + 10:02d}"]
        lines += [f"    销售日期: 2026-08-{number + 10:02d}", "    用途: 量产", "    状态: 已售"]
    return ("\n".join(lines) + "\n").encode()


def signal_csv() -> bytes:
    """Return what the bus signals of the sample drive mean."""
    rows = (
        ("系统激活", "ADAS_State", "AssistState", "=", "active", "状态"),
        ("双手脱离", "EPS_Driver", "HandsOn", "=", "0", "电容"),
        ("手握方向盘", "EPS_Driver", "HandsOn", "=", "1", "电容"),
        ("视线在位", "DMS_Gaze", "EyesOnRoad", "=", "1", "摄像头"),
        ("脱手提醒", "HMI_Warning", "HandsOnRequest", "属于", "1；2；3", ""),
        ("脱手升级提醒", "HMI_Warning", "HandsOnRequest", "属于", "2；3", ""),
        ("立即控制警告", "HMI_Warning", "HandsOnRequest", "=", "3", ""),
        ("风险减缓", "HMI_Warning", "HazardLights", "=", "1", ""),
        ("车速", "VCU_Motion", "VehicleSpeed", "", "", ""),
    )
    lines = ["含义,报文,信号,条件,取值,原理", *(",".join(row) for row in rows), ""]
    return "\r\n".join(lines).encode()


def review_book() -> bytes:
    """Return what people judged: reviews, a waiver that stands beside a FAIL, the acceptance of a screening verdict."""
    reviews = (
        ("miit-2021-103/1.1", "通过", "郑一", "2026-11-16", "制度、部门与职责已核对", "数据安全管理制度 V3"),
        ("miit-2021-103/5.1", "待补充", "郑一", "2026-11-16", "使用手册缺少低照度限制", "用户手册 2026-09 版"),
    )
    waivers = (("miit-2021-103/8.2", "地库路段信号中断，下一版本改进", "陈二", "2026-11-17", "2027-03-31"),)
    accepted = (("miit-2021-103/8.3", "陈二", "2026-11-17", "采用建议值，与实验室结论一致"),)
    return workbook(
        (
            Sheet("人工评审", _plain(("条款编号", "评审结论", "评审人", "评审日期", "评审意见", "评审依据")), reviews),
            Sheet("豁免", _plain(("豁免条款", "豁免理由", "批准人", "批准日期", "有效期至")), waivers),
            Sheet("筛查结论接受", _plain(("条款编号", "接受人", "接受日期", "接受理由")), accepted),
        )
    )


def damaged_book() -> bytes:
    """Return the register of cards as a workbook whose beginning was overwritten.

    Planted fault: the intake must tell that it cannot be used, and clause miit-2021-103/2.3 is MISSING. Cut at its end instead, it would be
    known as a workbook that may hold any ledger, and rightly keep every check on ledgers from PASS.
    """
    rows = [(iccid(number), vin(number)) for number in range(1, 9)]
    whole = workbook((Sheet("车联网卡", _plain(("ICCID", "车辆识别代号")), rows),))
    return bytes(512) + whole[512:]


def table_csv(rows: Sequence[tuple[str, str]], dated: date) -> bytes:
    """Return a location table of CIDR blocks."""
    store = io.StringIO()
    store.write(f"# 演示数据：少数公开地址段的归属地，仅供样例档案使用 {dated.isoformat()}\nnetwork,country\n")
    store.writelines(f"{block},{territory}\n" for block, territory in rows)
    return store.getvalue().encode()


def _plain(headings: Sequence[str]) -> tuple[tuple[str, str], ...]:
    return tuple(("", heading) for heading in headings)
