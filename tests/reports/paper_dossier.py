"""A dossier with everything that the papers ask for, as TOML ledgers."""

import json
from pathlib import Path
from typing import Any

from article_one_rows import article_one

ONE, TWO = "sha256:" + "1a2b3c4d" * 8, "sha256:" + "9f8e7d6c" * 8
SUBJECT = """format = 1

[subject]
name = "样车一号"
maker = "示例汽车有限公司"
category = "M1"
automation_level = 2
ota = true
"""
_CAPABILITIES = {
    "impact": "安全影响评估",
    "verification": "测试验证",
    "assurance": "实施过程保障",
    "record": "信息记录",
    "emergency": "应急管理",
}


def rows() -> dict[str, list[dict[str, Any]]]:
    """Kind -> rows."""
    campaign = {
        "id": "OTA-2026-01", "product": "样车一号", "digest": ONE, "released_on": "2026-08-10", "way": "在线", "functions": "NOA",
        "automated_driving": "否", "approval": "A-1", "baseline_before": "B-1", "baseline_after": "B-2", "claimed_class": "A",
        "purpose": "改进高速领航辅助的变道时机，不涉及召回与安全缺陷", "content": "调整变道决策阈值；修正仪表提示文字", "cause": "用户反馈改进",
        "planned_start": "2026-08-10", "planned_end": "2026-09-30", "told_duration_s": 2100, "while_driving": "否", "skill_needed": "否",
        "safe_state": "驻车，保持升级前版本可用", "restore_needs": "前：校验不通过不执行；中：断电后回到原分区；后：自检失败自动回滚",
        "emergency_contact": "赵六 010-12345678",
    }  # fmt: skip
    units = [
        {
            "baseline": b,
            "ecu": e,
            "system": s,
            "supplier": p,
            "hardware": h,
            "version": v,
            "digest": d,
            "swin": n,
            "approval_relevant": r,
            "updatable": "是",
        }
        for b, e, s, p, h, v, d, n, r in (
            ("B-1", "ADCU", "智能驾驶", "示例电子", "HW-AD-03", "1.9.0", TWO, "SW-AD-0007", "是"),
            ("B-1", "BCM", "车身", "示例电子", "HW-BC-01", "3.2.1", "sha256:" + "5" * 64, "", "否"),
            ("B-2", "ADCU", "智能驾驶", "示例电子", "HW-AD-03", "2.0.0", ONE, "SW-AD-0008", "是"),
            ("B-2", "BCM", "车身", "示例电子", "HW-BC-01", "3.2.1", "sha256:" + "5" * 64, "", "否"),
        )
    ]
    report = {
        "product": "样车一号",
        "campaign": "OTA-2026-01",
        "digests": ONE,
        "baseline": "B-2",
        "laboratory": "示例检测中心",
        "accreditation": "CNAS L0000",
    }
    reports = [
        report | {"id": f"T-{n}", "matter": m, "issued_on": "2026-07-01", "verdict": "合格", "open_blockers": "0"}
        for n, m in enumerate(("verification", "analysis", "vehicle", "assurance"), 1)
    ]
    filing = {
        "authority": "工信部;市场监管总局",
        "product": "样车一号",
        "functions": "NOA;ACC",
        "state": "accepted",
        "filed_on": "2026-06-01",
    }
    filings = [
        filing | {"id": "F-1", "matter": "enterprise", "accepted_on": "2026-06-10", "receipt": "R-1"},
        filing | {"id": "F-2", "matter": "model_function", "accepted_on": "2026-06-20", "receipt": "R-2"},
        filing | {"id": "F-3", "matter": "activity", "campaign": "OTA-2026-01", "state": "filed", "filed_on": "2026-07-20", "digests": ONE, "baseline_after": "B-2"},
    ]  # fmt: skip
    cars = [f"LSVAA{n:012}" for n in range(1, 6)]
    results = ["success", "success", "failed", "refused", "deferred"]
    executions = [
        {"campaign": "OTA-2026-01", "vin": v, "pushed_at": "2026-08-10T09:00:00+08:00", "result": r, "restored": "是" if r == "failed" else "",
         "fail_code": "E-17" if r == "failed" else "", "versions_before": "ADCU=1.9.0", "versions_after": "ADCU=2.0.0" if r == "success" else "ADCU=1.9.0",
         "packages": ONE if r in {"success", "failed"} else ""}
        for v, r in zip(cars, results, strict=True)
    ]  # fmt: skip
    return article_one() | {
        "enterprise": [{"name": "示例汽车有限公司", "credit_code": "91310000MA00000000", "access_number": "公告企业 000", "address": "上海市示例路 1 号",
                        "organisation": "软件升级管理部", "responsible": "钱七", "contact": "孙八", "phone": "021-00000000",
                        "key_management": "签名私钥存于硬件密码机，双人授权使用；公钥随车预置，轮换周期一年。"}],
        "capability_document": [
            {"id": f"QP-{k[:3].upper()}-{f[0].upper()}", "capability": k, "form": f, "title": f"{z}{'程序' if f == 'document' else '记录'}", "version": "V2",
             "owner": "软件升级管理部", "approved_on": "2026-01-15", "approved_by": "钱七", "digest": "sha256:" + "7c" * 32}
            for k, z in _CAPABILITIES.items() for f in ("document", "record")
        ],
        "update_ability": [{"product": "样车一号", "baseline": "B-1", "announcement": "第 400 批 SY7000BEV", "category": "M1", "level": 2,
                            "path": "云平台 → 车载终端 → 网关 → 各控制器", "protection": "签名（SM2）与摘要（SM3）校验，失败即拒绝", "energy": "动力电池电量不低于 30%，低压电压不低于 12.2 V",
                            "notification": "车机屏幕;手机应用", "failure": "回到升级前分区", "safe_state": "驻车，原版本可用", "swin_place": "网关非易失存储", "swin_reading": "OBD，服务 22，标识 F1A0"}],
        "baseline": [{"id": "B-1", "product": "样车一号", "state": "approved", "day": "2026-05-01", "approval": "公告第 400 批"},
                     {"id": "B-2", "product": "样车一号", "state": "planned", "day": "2026-07-01", "previous": "B-1"}],
        "software_unit": units,
        "vehicle_function": [{"baseline": b, "id": i, "name": n, "level": 2, "enabled": "是", "ecus": "ADCU", "flags": f"{i}_v{2 if (b, i) == ('B-2', 'NOA') else 1}"}
                             for b in ("B-1", "B-2") for i, n in (("NOA", "高速领航辅助"), ("ACC", "自适应巡航"))],
        "vehicle_parameter": [{"baseline": b, "id": "P-BRK", "name": "自动紧急制动起始车速", "value": "8", "unit": "km/h", "family": "安全", "announced": "是", "ecus": "ADCU"} for b in ("B-1", "B-2")],
        "update_campaign": [campaign],
        "update_package": [{"campaign": "OTA-2026-01", "package": "adcu_2.0.0.bin", "ecu": "ADCU", "hardware": "HW-AD-03", "digest": ONE, "size_byte": 734003200, "from_versions": "1.9.0", "to_version": "2.0.0", "form": "整包"}],
        "update_precondition": [{"campaign": "OTA-2026-01", "id": f"C-{n}", "quantity": q, "operator": o, "value": v, "unit": u}
                                for n, (q, o, v, u) in enumerate((("车速", "=", "0", "km/h"), ("挡位", "=", "P", "-"), ("动力电池电量", ">=", "30", "%")), 1)],
        "impact_assessment": [{"campaign": "OTA-2026-01", "ecu": "ADCU", "system": "驾驶辅助", "entries_change": "否", "entries_reason": "信息表条目未变", "results_cover": "是", "results_reason": "控制策略未变",
                               "approval_affected": "否", "approval_reason": "不涉及批准参数", "function_affected": "否", "function_reason": "制动与转向未改", "decided_on": "2026-07-10", "person": "李四"}],
        "test_report": reports,
        "approval": [{"id": "A-1", "matter": "release", "product": "样车一号", "digest": ONE, "issued_by": "升级评审委员会", "valid_from": "2026-07-25"}],
        "filing": filings,
        "target_vehicle": [{"campaign": "OTA-2026-01", "vin": v, "configuration": "B-1", "configured_at": "2026-08-01T10:00:00+08:00", "compatible": "是", "batch": "首批" if n < 2 else "第二批"} for n, v in enumerate(cars)],
        "notice_text": [{"campaign": "OTA-2026-01", "purpose": "改进高速领航辅助的变道时机；不涉及召回与安全缺陷", "changes": "变道更平缓，仪表提示文字更清楚", "duration_s": 2100, "unavailable": "驾驶辅助;车机娱乐",
                         "instructions": "请停在安全地点，挂 P 挡，升级中不要断电、不要行驶；需要离车时车门可从车内打开", "success": "已升级至 2.0.0：变道时机优化。车载电子手册已同步更新。", "failure": "升级未成功，车辆已回到原版本，可正常使用；请联系 400-000-0000。",
                         "channels": "车机屏幕;手机应用", "approved_by": "钱七", "approved_on": "2026-07-26"}],
        "assessment_table": [{"campaign": "OTA-2026-01", "ota_kind": "技术服务", "period": "2026-08-10 至 2026-09-30", "vehicles": "样车一号，2026 年 5 月至 7 月生产，5 辆", "origin_of_need": "用户反馈改进", "before": "校验失败不执行，告知用户", "during": "断电恢复后回到原分区", "after": "自检失败自动回滚并告知用户", "person": "李四"}],
        "update_execution": executions,
        "closing_report": [{"campaign": "OTA-2026-01", "closed_on": "2026-09-30", "pushed": 5, "confirmed": 3, "executed": 3, "success": 2, "failed": 1, "restored": 1, "refused": 1, "open_vehicles": 1, "incidents": 0, "versions": "2.0.0=2;1.9.0=3"}],
    }  # fmt: skip


def toml(kinds: dict[str, list[dict[str, Any]]]) -> str:
    """Write rows as TOML lists."""
    lines = []
    for kind, entries in kinds.items():
        for entry in entries:
            lines.append(f"[[{kind}]]")
            lines += [f"{json.dumps(k)} = {json.dumps(v, ensure_ascii=False)}" for k, v in entry.items() if v != ""]
            lines.append("")
    return "\n".join(lines)


def build(folder: Path, kinds: dict[str, list[dict[str, Any]]] | None = None) -> Path:
    """Write the dossier, one ledger per kind."""
    (folder / "records").mkdir(parents=True, exist_ok=True)
    (folder / "evidence").mkdir(exist_ok=True)
    (folder / "dossier.toml").write_text(SUBJECT, encoding="utf-8")
    for kind, entries in (rows() if kinds is None else kinds).items():
        if entries:
            (folder / "records" / f"{kind}.toml").write_text(toml({kind: entries}), encoding="utf-8")
    return folder
