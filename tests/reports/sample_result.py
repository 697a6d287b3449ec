"""A rich made-up result: every verdict, 66 clauses and more, hostile texts, figures of each kind, hundreds of findings."""

import hashlib
import math
from datetime import date
from typing import Any

from zhunru.core.result import (
    CheckResult,
    ClauseResult,
    EvidenceResult,
    ExhibitResult,
    Progress,
    Result,
    Saying,
    SeenFinding,
    Signature,
    UsedLimit,
)
from zhunru.core.subject import Channel, Subject
from zhunru.core.verdict import Verdict

HOSTILE = (
    "<script>window.broken=1</script>",
    '"><img src=x onerror="window.broken=2">',
    "报告\u202egpj.exe",
    "W" * 600,
    "\x1b[31mred\x1b[0m\u200b\ufeff",
    "'; --javascript:alert(1)",
    "\udc80broken-utf8",
    "</style></script><!--",
)
T0 = 1_767_225_600 * 10**9

_NUMBERS = {
    "data": "1.1 1.2 1.3 1.4 1.5 1.6 1.7 1.8 1.9",
    "cyber": "2.1 2.2 2.3 2.4 2.5 2.6 2.7 2.8 n3",
    "ota": "3.1 3.2 3.3 3.4 3.5 3.6 4.1 4.2 4.3 4.4 4.5 n1",
    "notice": "5.1 5.2 5.3 5.4",
    "assist": "6.1 6.2",
    "automation": "7.1a 7.1b 7.1c 7.2a 7.2b 7.2c 7.4a 7.4b 7.4c 7.4d 7.4e 7.4f",
    "recorder": "7.3a 7.3b 7.3c",
    "position": "8.1 8.2 8.3",
    "oversight": "9.1 9.2 9.3 9.4 10.1 10.2 11.1 11.2 n2 n4 n5 n6",
}
_DUTIES = {
    "1.1": ("数据安全管理责任", "data-security owner", "建立数据安全管理制度，明确责任部门和负责人", "Set up data-security management with a named department and person"),
    "1.2": ("数据资产台账", "data asset ledger", "建立数据资产管理台账，逐项登记并与实际流转一致", "Keep a ledger of data assets that agrees with the real flows"),
    "1.3": ("分类分级", "classification and grading", "对数据分类分级，标明个人信息与重要数据", "Classify and grade data; flag personal and important data"),
    "1.8": ("境内存储与不直接出境", "no direct transmission abroad", "境内收集的数据在境内存储，车辆不得直接向境外传输", "Data collected in China stay in China; the vehicle sends nothing abroad"),
    "2.3": ("物联网卡实名登记", "SIM real-name register", "落实物联网卡实名登记", "Register SIM cards by real name"),
    "2.4": ("车云通信保护", "protected vehicle-cloud sessions", "保障车辆电子电气系统、组件和功能免受网络威胁", "Protect E/E systems, components and functions against threats"),
    "4.5": ("未经审批不得推送", "no update without approval", "未经审批，不得通过在线升级新增或更新自动驾驶功能", "No automated-driving function by OTA without approval"),
    "6.1": ("脱手监测与提醒", "hands-off detection and warning", "具备脱手检测功能并按序升级提醒", "Detect hands off and escalate the warning in order"),
    "8.2": ("位置、速度与时间可用", "position, speed, time available", "提供可用的位置、速度、时间信息", "Give position, speed and time"),
    "8.3": ("接收北斗信号", "BeiDou is received", "应能接收北斗卫星导航信号并参与解算", "Receive BeiDou and use it in the fix"),
}  # fmt: skip
_OUTCOMES: dict[str, tuple[Verdict, bool, str]] = {
    "1.1": (Verdict.PASS, False, "data.owner_is_in_post"),
    "1.2": (Verdict.FAIL, False, "data.ledger_is_complete"),
    "1.3": (Verdict.INCONCLUSIVE, False, "data.assets_are_graded"),
    "1.8": (Verdict.FAIL, True, "data.stays_in_china"),
    "2.3": (Verdict.MISSING, False, "cyber.sim_register_agrees"),
    "2.4": (Verdict.PASS, True, "cyber.sessions_are_protected"),
    "4.5": (Verdict.ERROR, False, "ota.updates_are_approved"),
    "6.1": (Verdict.PASS, True, "assist.warns_after_hands_off"),
    "8.2": (Verdict.PASS, False, "position.fix_is_available"),
    "8.3": (Verdict.INCONCLUSIVE, True, "position.beidou_contributes"),
}


def say(zh: str, en: str) -> Saying:
    return Saying(zh=zh, en=en)


def _clause(theme: str, number: str) -> ClauseResult:
    words = _DUTIES.get(
        number,
        (
            f"条款 {number} 的要求",
            f"duty {number}",
            f"按意见第 {number} 项履行相应义务并保留记录",
            f"Fulfil duty {number} and keep records",
        ),
    )
    verdict, screening, check = _OUTCOMES.get(number, (None, False, ""))
    reason = None
    if theme in {"automation", "recorder"}:
        verdict, reason = (
            Verdict.NOT_APPLICABLE,
            say("声明不具有：自动驾驶（3级及以上）", "declared without: automated driving (level 3 or higher)"),
        )
    elif verdict is Verdict.MISSING:
        reason = say("缺少 SIM 卡登记台账（SimCard）", "wanted: a ledger of SIM cards (SimCard)")
    elif verdict is Verdict.ERROR:
        reason = say("检查中断：除数为零", "the check broke: division by zero")
    elif verdict is None:
        reason = say("尚无检查覆盖此条款", "no check covers this clause yet")
    return ClauseResult(
        id=f"miit-2021-103/{number}", instrument="miit-2021-103", theme=theme, title=say(*words[:2]), duty=say(*words[2:]), verdict=verdict,  # type: ignore[arg-type]
        reason=reason, screening=screening, checks=(check,) if check else (), reviewed_by=HOSTILE[1] if number == "1.1" else "",
        waiver="W-2026-003：整改至 2026-06-30，批准人 李四" if number == "1.2" else "", basis="S" if number == "8.3" else "C",
    )  # fmt: skip


def clauses() -> tuple[ClauseResult, ...]:
    opinion = [_clause(theme, n) for theme, numbers in _NUMBERS.items() for n in numbers.split()]
    later = [
        ClauseResult(
            id="gb-t-44464-2024/4.1.1", instrument="gb-t-44464-2024", theme="data", title=say("组织与人员", "organisation and people"),
            duty=say("设立数据安全管理机构并任命负责人", "Name an office and a person for data security"), verdict=Verdict.PASS, checks=("data.owner_is_in_post",),
        ),
        ClauseResult(
            id="gb-47955-2026/4.8.3.2.2.1", instrument="gb-47955-2026", theme="assist", title=say("脱手提醒时序", "sequence of hands-off warnings"),
            duty=say("双手离开方向盘后按规定时间提醒", "Warn in time after both hands leave the wheel"), verdict=Verdict.PASS, screening=True,
            checks=("assist.warns_after_hands_off",),
        ),
    ]  # fmt: skip
    many = [
        ClauseResult(
            id=f"gb-44496-2024/{4 + n // 9}.{1 + n % 9}", instrument="gb-44496-2024", theme="ota", title=say(f"升级要求 {n}", f"update demand {n}"),
            duty=say("见标准", "see the standard"), verdict=None if n % 5 else Verdict.NOT_APPLICABLE,
            reason=say("尚无检查覆盖此条款", "no check covers this clause yet") if n % 5 else say("尚未施行（2027-07-01 起）", "not in force before 2027-07-01"),
        )
        for n in range(66)
    ]  # fmt: skip
    return (*opinion, *later, *many)


def _breaches(count: int) -> list[SeenFinding]:
    return [
        SeenFinding(
            kind="breach", text=say("车辆直接与境外地址通信", "the vehicle talks to an address abroad"), source="evidence/行车-2026-01-01.pcap", row=1200 + 37 * n,
            t_ns=T0 + n * 1_234_567_891, measured=18_432 + n * 911, limit=0, unit="B",
            facts={"destination": f"203.0.113.{n}", "country": "US", "name": HOSTILE[n % len(HOSTILE)] if n < 8 else f"cdn{n}.example.com", "port": 443, "declared": False},
        )
        for n in range(count)
    ]  # fmt: skip


def _limit(name: str, value: float, unit: str, source: str, basis: Any, **more: Any) -> UsedLimit:
    return UsedLimit(name=name, value=value, unit=unit, source=source, basis=basis, **more)


def _ledger_findings() -> tuple[SeenFinding, ...]:
    return (
        SeenFinding(kind="breach", text=say("必填列为空", "a required cell is empty"), source="records/数据资产.xlsx", row=14, facts={"sheet": "资产台账", "column": HOSTILE[0], "value": None}),
        SeenFinding(kind="breach", text=say("引用的系统不存在", "a reference points nowhere"), source="records/数据资产.xlsx", row=17, facts={"system": HOSTILE[3]}),
        SeenFinding(kind="gap", text=say("日期无法识别", "a date cannot be read"), source=HOSTILE[2], row=18, measured="二〇二五年末"),
        *(SeenFinding(kind="ok", text=say("记录完整", "the record is complete"), source="records/数据资产.xlsx", row=20 + n) for n in range(40)),
    )  # fmt: skip


def _hands_off() -> tuple[SeenFinding, ...]:
    return tuple(
        SeenFinding(
            kind="ok", text=say("按时提醒", "warned in time"), source="evidence/drive.log", row=9020 + n, t_ns=9_020_000_000 + n * 31_400_000_000,
            measured=3.2 + n / 7, limit=5.0, unit="s",
        )
        for n in range(6)
    )  # fmt: skip


def checks() -> tuple[CheckResult, ...]:
    uncovered = say(
        "经第三方平台转发至境外的数据\n看不到，须核对服务商合同。",
        "Data passed on abroad by a third party\nare not seen; check the contracts.",
    )
    titles = {
        "data.owner_is_in_post": ("数据安全负责人已任命、在任并负责本产品", "A data-security owner is appointed, in post and responsible for this product"),
        "data.ledger_is_complete": ("数据资产台账完整且引用可解析", "The asset ledger is complete and its references resolve"),
        "data.assets_are_graded": ("每项数据均已分类分级", "Every asset is classified and graded"),
        "data.stays_in_china": ("车辆不直接向境外传输数据", "The vehicle sends no data abroad directly"),
        "cyber.sim_register_agrees": ("SIM 卡登记与车辆一一对应", "The SIM register agrees one to one with the vehicles"),
        "cyber.sessions_are_protected": ("车云会话使用 TLS 1.2 及以上且证书链有效", "Vehicle-cloud sessions use TLS 1.2 or later with a chain that validates"),
        "ota.updates_are_approved": ("每次推送都有与摘要绑定的审批", "Every update has an approval bound to its digest"),
        "assist.warns_after_hands_off": ("脱手后按时提醒驾驶员", "The driver is warned in time after letting go of the wheel"),
        "position.fix_is_available": ("位置、速度、时间可用", "Position, speed and time are available"),
        "position.beidou_contributes": ("北斗参与定位解算", "BeiDou contributes to the fix"),
    }  # fmt: skip
    found: dict[str, dict[str, Any]] = {
        "data.owner_is_in_post": {"findings": (SeenFinding(kind="ok", text=say("负责人在任且部门明确", "owner in post, department named"), source="records/组织.xlsx", row=3),)},
        "data.ledger_is_complete": {"findings": _ledger_findings(), "totals": {"breach": 2, "gap": 1, "ok": 40}},
        "data.assets_are_graded": {"findings": tuple(SeenFinding(kind="gap", text=say("无法判断级别", "the grade cannot be decided"), source="records/数据资产.xlsx", row=n) for n in range(2, 52)), "totals": {"gap": 214}},
        "data.stays_in_china": {
            "findings": tuple(_breaches(50)), "totals": {"breach": 1873, "gap": 0, "ok": 0}, "not_covered": uncovered, "evidence": ("evidence/行车-2026-01-01.pcap", HOSTILE[2]),
            "limits": (
                _limit("capture_s", 3600, "s", "gb-t-44464-2024/D.8", "C"),
                _limit("free_byte", 0, "B", "gb-t-44464-2024/D.8", "D", justification=HOSTILE[0]),
            ),
        },
        "cyber.sim_register_agrees": {"reason": say("缺少 SIM 卡登记台账（SimCard）", "wanted: a ledger of SIM cards (SimCard)")},
        "cyber.sessions_are_protected": {"findings": (SeenFinding(kind="ok", text=say("会话受保护", "session is protected"), source="evidence/tls.pcapng", row=12, t_ns=T0, measured="TLS 1.3", limit="TLS 1.2"),), "limits": (_limit("chain_days", 30, "d", "", "P", justification="企业内部要求"),)},
        "ota.updates_are_approved": {"reason": say("检查中断：除数为零", "the check broke: division by zero")},
        "assist.warns_after_hands_off": {"findings": _hands_off(), "limits": (_limit("delay_s", 5.0, "s", "gb-47955-draft-2025/4.8.3.2.2.1", "S", in_force=False),), "not_covered": say("驾驶员视线", "where the driver looks")},
        "position.fix_is_available": {"findings": (SeenFinding(kind="ok", text=say("定位率达到要求", "rate of fixes reached"), source="evidence/gnss.nmea", measured=0.99874, limit=0.95, unit="1"),), "limits": (_limit("rate_ratio", 0.95, "1", "miit-2021-103/8.2", "C"),)},
        "position.beidou_contributes": {"findings": (SeenFinding(kind="gap", text=say("没有 GSA 语句，无法判断参与解算的星座", "no GSA sentence: the constellations used cannot be told"), source="evidence/gnss.nmea", t_ns=T0 + 5),), "totals": {"gap": 1}},
    }  # fmt: skip
    verdicts = {check: (n, v, s) for n, (v, s, check) in _OUTCOMES.items()}
    extra = {"data.owner_is_in_post": ("gb-t-44464-2024/4.1.1",), "assist.warns_after_hands_off": ("gb-47955-2026/4.8.3.2.2.1",)}
    return tuple(
        CheckResult(
            id=check, title=say(*titles[check]), clauses=(f"miit-2021-103/{verdicts[check][0]}", *extra.get(check, ())), verdict=verdicts[check][1],
            screening=verdicts[check][2], **found[check],
        )
        for check in titles
    )  # fmt: skip


def exhibits() -> tuple[ExhibitResult, ...]:
    flows = [
        ("CN", "中国", 8_412_345_678, 412),
        ("US", "美国", 3_221_337, 64),
        ("DE", "德国", 881_234, 12),
        ("IE", HOSTILE[1], 40_020, 3),
        ("?", HOSTILE[2], 0, 1),
        ("JP", None, None, 2),
    ]
    drive = 9_020_000_000
    spans = [
        {"start_ns": drive + n * 31_400_000_000, "end_ns": drive + n * 31_400_000_000 + (4 + n) * 10**9, "warned_ns": drive + n * 31_400_000_000 + 3_200_000_000 + n * 10**8,
         "alarm_ns": None if n % 2 else drive + n * 31_400_000_000 + (3 + n) * 10**9, "state": ("脱手", "视线离开")[n % 2], "source": "evidence/drive.log"}
        for n in range(8)
    ]  # fmt: skip
    series = [
        {"t_ns": T0 + n * 10**9, "used_count": max(0, round(base + 3 * math.sin(n / 90 + base))) if not 700 < n < 760 else None,
         "snr_dbhz": round(38 + base / 3 + 4 * math.cos(n / 50), 2), "constellation": name, "source": "evidence/gnss.nmea"}
        for n in range(0, 1800, 3) for name, base in (("北斗 BDS", 11), ("GPS", 8), ("GLONASS", 5))
    ]  # fmt: skip
    return (
        ExhibitResult(
            table="FlowByCountry", kind="bars", title=say("按国家或地区的流量", "Traffic by country or region"), clause="miit-2021-103/1.8", x="country_zh", y=("sent_byte", "flow_count"),
            group="code", units={"sent_byte": "B", "flow_count": "1"}, rows=tuple({"code": c, "country_zh": z, "sent_byte": b, "flow_count": n} for c, z, b, n in flows), total_rows=41,
        ),
        ExhibitResult(
            table="HandsOffSpan", kind="spans", title=say("脱手时段与提醒", "Hands-off spans and warnings"), clause="miit-2021-103/6.1", x="start_ns", y=("end_ns", "warned_ns", "alarm_ns"),
            group="state", units={"start_ns": "ns", "end_ns": "ns", "warned_ns": "ns", "alarm_ns": "ns"}, rows=tuple(spans), total_rows=8,
        ),
        ExhibitResult(
            table="SatelliteUse", kind="series", title=say("参与解算的卫星数与载噪比", "Satellites used and carrier-to-noise density"), clause="miit-2021-103/8.3", x="t_ns",
            y=("used_count", "snr_dbhz"), group="constellation", units={"t_ns": "ns", "used_count": "1", "snr_dbhz": "dB.Hz"}, rows=tuple(series), total_rows=len(series),
        ),
    )  # fmt: skip


def evidence() -> tuple[EvidenceResult, ...]:
    def digest(name: str) -> str:
        return hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()

    files: list[dict[str, Any]] = [
        {"name": "evidence/行车-2026-01-01.pcap", "size_byte": 1_843_221_004, "state": "damaged", "format": "pcap", "title": say("网络抓包 pcap", "network capture pcap"), "rows": {"Flow": 48_212, "DnsAnswer": 911, "TlsSession": 402}, "skipped": 3, "messages": (say("文件在偏移 1843220992 处截断，已保存 2210034 条记录", "cut at offset 1843220992; 2210034 records kept"),)},
        {"name": "evidence/drive.log", "size_byte": 88_123_441, "state": "read", "format": "candump", "title": say("candump 日志", "candump log"), "rows": {"CanFrame": 1_822_311}},
        {"name": "evidence/gnss.nmea", "size_byte": 4_120_001, "state": "read", "format": "nmea", "title": say("NMEA 语句", "NMEA sentences"), "rows": {"Fix": 1800, "SatelliteUse": 5400}, "messages": (say("14 条语句校验和错误", "14 sentences with a wrong checksum"),)},
        {"name": "records/数据资产.xlsx", "size_byte": 48_221, "state": "read", "format": "ledger_xlsx", "title": say("台账 xlsx", "ledger xlsx"), "records": {"DataAsset": 54}},
        {"name": HOSTILE[1], "size_byte": 0, "state": "unused", "messages": (say("空文件", "empty file"),)},
        {"name": HOSTILE[2], "size_byte": 12, "state": "unused"},
        {"name": HOSTILE[3], "size_byte": 999, "state": "unused", "messages": (say("没有读取器识别", "no reader recognises it"),)},
        {"name": HOSTILE[6], "size_byte": 1000, "state": "read", "format": "csv", "records": {"Appointment": 1}},
    ]  # fmt: skip
    return tuple(EvidenceResult(sha256=digest(each["name"]), **each) for each in files)


def sample(**changed: Any) -> Result:
    """Return the rich result; `changed` replaces fields."""
    subject = Subject(
        name="星途 X7 2026 款", maker="示例汽车股份有限公司", automation_level=2, ota=True, gnss=True, beidou=True, cabin_sensors=("camera",), exterior_sensors=("camera", "radar"),
        channels=(Channel(id="modem", kind="cellular"), Channel(id="wifi", kind="wlan")),
    )  # fmt: skip
    fields: dict[str, Any] = {
        "subject": subject,
        "as_of": date(2026, 1, 1),
        "progress": Progress(applicable=53, reviewed=1, tested=8, conforming=2),
        "clauses": clauses(),
        "checks": checks(),
        "evidence": evidence(),
        "exhibits": exhibits(),
        "instruments": {
            "miit-2021-103": say(
                "关于加强智能网联汽车生产企业及产品准入管理的意见", "Opinion on access management of ICV makers and products"
            ),
            "gb-t-44464-2024": say("汽车数据通用要求", "General requirements for vehicle data"),
        },
        "signature": Signature(baseline="ab" * 32, environment="cd" * 32, version="0.1.0", python="3.11.2"),
    }
    return Result(**(fields | changed))
