"""Rows of article (一) that its papers are written from: assets, activities, recipients, incident, assessment, notes."""

from typing import Any

INCIDENT = {
    "id": "SJ-2026-03", "name": "车联网平台接口越权", "probable": "否", "occurred": "2026-03-02 08:10", "discovered": "2026-03-02 09:30", "judged": "2026-03-02 10:00",
    "level": "较大", "judged_by": "李四", "known_by": "自主监测", "known_where": "接口网关告警", "operator": "一般网络运营者", "internet_company": "否", "unit": "示例汽车有限公司",
    "systems": "TSP 平台", "addresses": "tsp.example.cn", "matter": "泄露", "data_kinds": "业务服务", "personal_kinds": "姓名；手机号", "assets": "DA-01", "grade": "一般",
    "persons": "1200000", "sensitive_persons": "0", "volume_gb": "3.2", "entries": "1200000", "personal_entries": "1200000", "sensitive_entries": "0", "loss_cny": "0",
    "outage_h": "0", "production": "无影响", "threat": "轻微", "reach": "不涉及", "regions": "全国", "bodies": "车主", "cause": "接口未校验归属", "clues": "境外代理地址 3 个",
    "trend": "已遏制", "scene": "日志已封存", "ransom": "不涉及", "crime": "否", "vulnerability": "否", "public_interest": "否", "harm_avoided": "否", "risk": "诈骗电话",
    "self_help": "留意陌生来电", "done": "下线接口、更换密钥", "planned": "全量接口排查", "help": "无", "improvement": "接口上线前强制越权测试", "experience": "归属校验应在网关统一实施",
    "contact": "赵六", "mobile": "13800000000", "notified_at": "2026-03-02 18:00", "notified_how": "短信", "handled_at": "2026-03-04 12:00", "response_ended": "2026-03-05 12:00",
}  # fmt: skip


def article_one() -> dict[str, list[dict[str, Any]]]:
    """Kind -> rows."""
    asset = {
        "owner": "张三", "department": "信息安全部", "storage": "S-1", "recipients": "R-1", "retention": "三年", "protection": "加密、权限、审计",
        "system": "TSP 平台", "export": "否", "personal": "是", "sensitive": "否", "important": "否", "grade": "一般", "category": "业务服务",
    }  # fmt: skip
    assessment = {
        "id": "PG-2026", "matter": "2026 年度评估", "systems": "TSP 平台", "assets": "DA-01；DA-02", "assessed_by": "自评估", "team": "张三；李四；王五；赵六",
        "skills": "组织；业务；技术；合规", "tools": "接口扫描器", "started": "2026-04-01", "finished": "2026-05-08", "issued": "2026-05-12", "submitted": "2026-05-20",
        "receipt": "数评 2026-018", "trigger": "每年", "result": "中风险", "valid_until": "2027-05-12",
    }  # fmt: skip
    focus = ("purpose", "system", "organisation", "technique", "staff", "incident", "recipient", "export")
    contents = ("basics", "team", "data", "activities", "environment", "analysis", "compliance", "risks", "conclusion", "measures")
    assessment |= {f"focus_{n}": f"报告第 {i} 节" for i, n in enumerate(focus, 1)} | {
        f"content_{n}": f"报告第 {i} 章" for i, n in enumerate(contents, 1)
    }
    step = {"incident": "SJ-2026-03", "level": "较大", "person": "李四"}
    return {
        "data_asset": [
            asset | {"id": "DA-01", "name": "车主账户", "purpose": "远程控车", "entry_count": 1200000, "person_count": 1200000},
            asset | {"id": "DA-02", "name": "充电网运行数据", "purpose": "充电运营", "entry_count": 88000, "personal": "否", "important": "是", "grade": "重要", "storage": "S-1"},
        ],
        "processing_activity": [{"id": "PA-1", "name": "远程控车", "purpose": "远程控车", "method": "云端处理", "assets": "DA-01", "owner": "张三"}],
        "storage_place": [{"id": "S-1", "name": "上海一号机房", "territory": "CN", "site": "上海市示例路 2 号", "encryption": "SM4", "access": "按岗位授权"}],
        "recipient": [{"id": "R-1", "name": "示例云公司", "territory": "CN", "agreement": "HT-7", "verified": "2026-02-01", "data": "DA-01"}],
        "appointment": [
            {"person": "张三", "duty": "数据安全负责人", "department": "信息安全部", "start": "2024-03-01"},
            {"person": "周九", "duty": "用户权益事务联系人", "department": "客户服务部", "start": "2024-03-01"},
        ],
        "subject_request": [{"id": "TS-1", "request": "投诉", "received_on": "2026-03-04", "state": "已办结", "done_on": "2026-03-06", "answer": "已说明并致歉"}],
        "data_incident": [dict(INCIDENT)],
        "incident_step": [
            step | {"action": "报告", "addressee": "省级网信部门", "addressee_name": "上海市网信办", "at": "2026-03-02 12:00", "receipt": "沪网 07"},
            step | {"action": "报告", "addressee": "地方工信主管部门", "addressee_name": "上海市经信委", "at": "2026-03-02 10:40", "receipt": "沪经信 11"},
            step | {"action": "总结", "addressee": "省级网信部门", "addressee_name": "上海市网信办", "at": "2026-04-01 10:00", "receipt": "沪网 09"},
        ],
        "risk_assessment": [assessment],
        "risk_item": [
            {"id": "FX-1", "assessment": "PG-2026", "source": "运维账号共用", "area": "安全管理", "harm": "高", "likelihood": "中", "level": "高", "measure": "账号实名、双因子", "owner": "李四", "due": "2026-08-31", "closed": "2026-08-20", "proof": "工单 8821"},
        ],
        "report_note": [
            {"paper": "annual_report", "entry": e, "text": x} for e, x in (("contact", "021-00000000，dpo@example.cn"), ("other", "无"), ("complaints_abroad", "无"), ("abroad_other", "无"))
        ],
    }  # fmt: skip
