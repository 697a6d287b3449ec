"""具体升级活动备案 (F3): what the activity changes, in which cars, with which assessments, tests and approvals behind it."""

import hashlib
from collections import Counter

from zhunru.core.text import Text
from zhunru.formulas.written_names import bare
from zhunru.records.approval import Approval, digest_of
from zhunru.records.filing import Filing
from zhunru.records.impact_assessment import ImpactAssessment
from zhunru.records.releases import released_digests
from zhunru.records.software_unit import SoftwareUnit
from zhunru.records.target_vehicle import TargetVehicle
from zhunru.records.test_report import TestReport
from zhunru.records.update_campaign import UpdateCampaign
from zhunru.records.update_package import UpdatePackage
from zhunru.records.update_precondition import UpdatePrecondition
from zhunru.records.vehicle_function import VehicleFunction
from zhunru.records.vehicle_parameter import VehicleParameter
from zhunru.reports.document import Cell, Document, Field, Fields, Grid, Paragraph, Section, Signature
from zhunru.reports.filings import FORM_NOT_SEEN
from zhunru.reports.filings.model_function import FAMILIES
from zhunru.reports.filings.user_notice import contents
from zhunru.reports.ledgers import Ledgers, Template, cell, derived, place, places, stated

CLASSES = {"A": "A 类：不改变主要技术参数", "B": "B 类：改变主要技术参数", "C": "C 类：涉及自动驾驶功能", "D": "D 类：消除缺陷（召回）"}
REPORTS = {
    "assurance": "升级保障要求检验",
    "vehicle": "整车检验",
    "verification": "升级包验证",
    "conformity": "一致性声明",
    "analysis": "代码分析",
}
MATTERS = {
    "enterprise": "企业管理能力",
    "model_function": "车型及功能",
    "activity": "升级活动",
    "samr_table": "安全技术评估信息表",
    "closing": "活动总结",
}
STATES = {"drafted": "草拟", "filed": "已提交", "returned": "已退回", "supplemented": "已补正", "accepted": "已通过", "withdrawn": "已撤回"}


def build(ledgers: Ledgers) -> Document:
    """Write the filing of one update activity."""
    activity = ledgers.activity
    return Document(
        "activity",
        "汽车软件在线升级活动备案表",
        ledgers.subject.maker,
        "；".join(activity.product) or ledgers.subject.name,
        activity.id,
        ledgers.day,
        (
            Section("活动基本信息", (_about(ledgers, activity),)),
            Section("升级包", (_packages(ledgers),)),
            Section("升级前后版本集", (_versions(ledgers, activity),)),
            Section("受影响的功能与参数", (_functions(ledgers, activity), _parameters(ledgers, activity))),
            Section("目标车辆", (_targets(ledgers, activity), _batches(ledgers))),
            Section("执行方式与条件", (_way(activity), _preconditions(ledgers))),
            Section("用户告知", (Fields(contents(ledgers)),)),
            Section("影响评估", (_impacts(ledgers),)),
            Section("检验与验证", (_reports(ledgers, activity),)),
            Section("批准与备案", (_approvals(ledgers, activity), _filings(ledgers, activity))),
            Section("失败处理与应急", (_failures(activity),)),
            Section("企业承诺", (_promise(), Signature(("企业（盖章）：", "日期：　　　　年　　月　　日")))),
        ),
        FORM_NOT_SEEN,
    )


def _field(activity: UpdateCampaign, name: str, label: str, empty: str = "", words: dict[str, str] | None = None) -> Field:
    return Field(name, label, cell(UpdateCampaign, activity, name, words, empty))


def _about(ledgers: Ledgers, activity: UpdateCampaign) -> Fields:
    product = cell(UpdateCampaign, activity, "product")
    return Fields(
        (
            Field("campaign", "活动编号", cell(UpdateCampaign, activity, "id")),
            Field("product", "车型", product if product.text else stated(ledgers.subject.name)),
            _field(activity, "claimed_class", "活动类别（企业申报）", words=CLASSES),
            _field(activity, "purpose", "升级目的"),
            _field(activity, "cause", "需求来源"),
            _field(activity, "content", "升级内容"),
            _field(activity, "recall", "召回编号", empty="不涉及召回"),
            _field(activity, "automated_driving", "新增或变更自动驾驶功能"),
            _field(activity, "planned_start", "计划开始日期"),
            _field(activity, "planned_end", "计划结束日期"),
            _field(activity, "baseline_before", "升级前基线"),
            _field(activity, "baseline_after", "升级后基线"),
        )
    )


def _packages(ledgers: Ledgers) -> Grid:
    names = ("package", "ecu", "hardware", "from_versions", "to_version", "size_byte", "digest")
    rows = tuple(tuple(cell(UpdatePackage, p, n) for n in names) for p in ledgers.mine(UpdatePackage))
    headings = ("升级包", "控制器", "适用硬件", "升级前版本", "升级后版本", "字节数", "SHA-256 摘要")
    return Grid("packages", "升级包清单", headings, rows, (16, 11, 13, 11, 11, 13, 25), "台账“升级包”中该活动的行")


def _versions(ledgers: Ledgers, activity: UpdateCampaign) -> Grid:
    """One row per ECU of either baseline, those that change marked."""
    units = {
        when: {bare(u.ecu): u for u in ledgers.of(SoftwareUnit) if name and bare(u.baseline) == bare(name)}
        for when, name in (("before", activity.baseline_before), ("after", activity.baseline_after))
    }
    rows = []
    for key in sorted(units["before"] | units["after"]):
        old, new = units["before"].get(key), units["after"].get(key)
        both = [u for u in (old, new) if u]
        same = old and new and (old.version, old.digest, old.hardware) == (new.version, new.digest, new.hardware)
        rows.append(
            (
                Cell(both[0].ecu, places(both)),
                cell(SoftwareUnit, old, "version") if old else Cell("（新增）", places(both)),
                cell(SoftwareUnit, new, "version") if new else Cell("（移除）", places(both)),
                cell(SoftwareUnit, new or old, "swin", empty="未设识别码"),
                cell(SoftwareUnit, new or old, "digest"),
                Cell("否" if same else "是", places(both)),
            )
        )
    headings = ("控制器", "升级前版本", "升级后版本", "识别码", "升级后摘要", "变更")
    need = "台账“软件清单”中升级前、后两条基线的行"
    return Grid(
        "versions", "软件版本集", headings, tuple(rows) if units["before"] and units["after"] else (), (13, 14, 14, 19, 32, 8), need
    )


def _functions(ledgers: Ledgers, activity: UpdateCampaign) -> Grid:
    before, after = (
        {bare(f.id): f for f in ledgers.of(VehicleFunction) if name and bare(f.baseline) == bare(name)}
        for name in (activity.baseline_before, activity.baseline_after)
    )
    told = {bare(f): f for f in activity.functions}
    rows = []
    for key in sorted(before | after):
        old, new = before.get(key), after.get(key)
        shown = [f for f in (old, new) if f]
        names = {bare(n) for f in shown for n in (f.id, f.name) if n}
        states = ("level", "enabled", "flags", "ecus", "safety_relevant")
        changed = not (old and new) or any(getattr(old, n) != getattr(new, n) for n in states)
        if changed or names & set(told):
            what = "新增" if not old else "移除" if not new else "变更" if changed else "申报涉及，清单无差异"
            rows.append((Cell(shown[-1].id, places(shown)), Cell(shown[-1].name or shown[-1].id, places(shown)), Cell(what, places(shown))))
            for name in names:
                told.pop(name, None)
    rows += [
        (Cell(f, (place(activity),)), Cell(f, (place(activity),)), Cell("申报涉及，功能清单未列出", (place(activity),)))
        for f in told.values()
    ]
    known = bool(before and after)
    need = "" if rows or known else "台账“车辆功能”中升级前、后两条基线的行"
    return Grid(
        "functions",
        "受影响的功能",
        ("功能编号", "功能名称", "变化"),
        tuple(rows),
        (25, 40, 35),
        need,
        "两条基线的功能清单一致，活动未申报功能变化。",
    )


def _parameters(ledgers: Ledgers, activity: UpdateCampaign) -> Grid:
    before, after = (
        {bare(p.id): p for p in ledgers.of(VehicleParameter) if name and bare(p.baseline) == bare(name)}
        for name in (activity.baseline_before, activity.baseline_after)
    )
    rows = []
    for key in sorted(before | after):
        old, new = before.get(key), after.get(key)
        last = new or old
        if last is None or (old and new and (old.value, old.unit) == (new.value, new.unit)):
            continue
        shown = [p for p in (old, new) if p]
        values = [Cell(" ".join(t for t in (p.value, p.unit) if t) if p else "（无）", places(shown), "参数值") for p in (old, new)]
        family = cell(VehicleParameter, last, "family", FAMILIES)
        rows.append((Cell(last.name or last.id, places(shown)), *values, family, cell(VehicleParameter, last, "announced")))
    need = "" if before and after else "台账“技术参数”中升级前、后两条基线的行"
    headings = ("参数", "升级前", "升级后", "类别", "列入公告")
    return Grid("parameters", "变化的技术参数", headings, tuple(rows), (32, 20, 20, 14, 14), need, "两条基线的技术参数一致。")


def _targets(ledgers: Ledgers, activity: UpdateCampaign) -> Fields:
    cars = ledgers.mine(TargetVehicle)
    vins = sorted({bare(c.vin).upper() for c in cars})
    digest = hashlib.sha256("".join(f"{v}\n" for v in vins).encode("utf-8")).hexdigest()
    where = cars[:1]
    need = "台账“目标车辆”中该活动的行"
    return Fields(
        (
            Field("target_count", "目标车辆数", derived(f"{len(vins)} 辆" if vins else "", where, need)),
            Field(
                "target_digest", "清单摘要（VIN 大写、排序、每行一个，SHA-256）", derived(f"sha256:{digest}" if vins else "", where, need)
            ),
            _field(activity, "way", "升级方式"),
        )
    )


def _batches(ledgers: Ledgers) -> Grid:
    cars = ledgers.mine(TargetVehicle)
    counted = Counter((c.batch or "未分批", c.configuration or "未知构型") for c in cars)
    first = {(c.batch or "未分批", c.configuration or "未知构型"): c for c in reversed(cars)}
    rows = tuple(
        (
            Cell(batch, (place(first[batch, before]),)),
            Cell(before, (place(first[batch, before]),)),
            Cell(str(n), (place(first[batch, before]),)),
        )
        for (batch, before), n in counted.items()
    )
    return Grid(
        "batches", "批次与构型（来源为各组首行）", ("批次", "最近已知构型", "车辆数"), rows, (34, 40, 26), "台账“目标车辆”中该活动的行"
    )


def _way(activity: UpdateCampaign) -> Fields:
    return Fields(
        (
            _field(activity, "while_driving", "可在行驶中执行"),
            _field(activity, "skill_needed", "需专业技能"),
            _field(activity, "told_duration_s", "告知时长（秒）"),
        )
    )


def _preconditions(ledgers: Ledgers) -> Grid:
    rows = tuple(
        (
            cell(UpdatePrecondition, c, "id"),
            cell(UpdatePrecondition, c, "quantity"),
            derived(f"{c.operator or ''} {c.value or ''} {c.unit or ''}".strip(), [c], "台账“执行条件”，列“门限值”"),
        )
        for c in ledgers.mine(UpdatePrecondition)
    )
    return Grid("preconditions", "执行条件", ("条件编号", "条件量", "要求"), rows, (24, 38, 38), "台账“执行条件”中该活动的行")


def _impacts(ledgers: Ledgers) -> Grid:
    names = ("ecu", "system", "entries_change", "results_cover", "approval_affected", "function_affected", "decided_on", "person")
    rows = tuple(tuple(cell(ImpactAssessment, i, n) for n in names) for i in ledgers.mine(ImpactAssessment))
    headings = ("控制器", "受影响系统", "信息条目变化", "试验结果仍覆盖", "批准结论受影响", "影响安全运行", "评估日期", "评估人")
    return Grid(
        "impacts",
        "影响评估（GB 44496-2024 4.2.6 至 4.2.8）",
        headings,
        rows,
        (12, 15, 11, 12, 12, 11, 16, 11),
        "台账“影响评估”中该活动的行",
    )


def _reports(ledgers: Ledgers, activity: UpdateCampaign) -> Grid:
    digests = released_digests(activity, ledgers.of(UpdatePackage)).known
    mine = [
        r
        for r in ledgers.of(TestReport)
        if (r.campaign and bare(r.campaign) == bare(activity.id)) or digests & {digest_of(d) for d in r.digests} or r.matter == "assurance"
    ]
    words = {"PASS": "合格", "FAIL": "不合格"}
    rows = tuple(
        (
            cell(TestReport, r, "id"),
            cell(TestReport, r, "matter", REPORTS),
            cell(TestReport, r, "laboratory"),
            cell(TestReport, r, "issued_on"),
            cell(TestReport, r, "verdict", words),
            _match(r, digests),
        )
        for r in mine
    )
    headings = ("报告编号", "类型", "机构", "签发日期", "结论", "受检摘要与升级包")
    return Grid("reports", "检验与验证报告", headings, rows, (15, 20, 20, 16, 9, 20), "台账“检验报告”中该活动或其升级包的报告")


def _match(report: TestReport, digests: frozenset[str]) -> Cell:
    tested = {d for w in report.digests if (d := digest_of(w))}
    if not report.digests:
        return Cell("未列受检摘要", (place(report),))
    text = "覆盖全部" if digests and digests <= tested else "覆盖部分" if digests & tested else "与升级包不同"
    return Cell(text, (place(report),))


def _approvals(ledgers: Ledgers, activity: UpdateCampaign) -> Grid:
    digests = released_digests(activity, ledgers.of(UpdatePackage)).known
    mine = [
        a for a in ledgers.of(Approval) if digest_of(a.digest) in digests or (activity.approval and bare(a.id) == bare(activity.approval))
    ]
    rows = tuple(
        (
            cell(Approval, a, "id"),
            cell(Approval, a, "matter"),
            cell(Approval, a, "issued_by"),
            cell(Approval, a, "valid_from"),
            Cell("有签名（未在此核验）" if a.signature else "无签名", (place(a),)),
        )
        for a in mine
    )
    return Grid(
        "approvals",
        "批准",
        ("编号", "类型", "签发机构", "生效日期", "签名"),
        rows,
        (20, 20, 25, 17, 18),
        "台账“审批”中指向该升级包摘要的行",
    )


def _filings(ledgers: Ledgers, activity: UpdateCampaign) -> Grid:
    rows = []
    for standing in ledgers.filings:
        filing = standing.filing
        if filing.matter in {"enterprise", "model_function"} or (filing.campaign and bare(filing.campaign) == bare(activity.id)):
            state = cell(Filing, filing, "state", STATES)
            if standing.doubts:
                state = Cell(f"{state.text}（存疑：{standing.doubts[0].zh}）", state.places)
            receipt = cell(Filing, filing, "receipt", empty="" if filing.state == "accepted" else "—")
            day = cell(Filing, filing, "accepted_on", empty="" if filing.state == "accepted" else "—")
            rows.append((cell(Filing, filing, "id"), cell(Filing, filing, "matter", MATTERS), state, day, receipt))
    return Grid(
        "filings", "相关备案", ("备案编号", "类型", "状态", "通过日期", "回执编号"), tuple(rows), (20, 22, 22, 16, 20), "台账“备案”"
    )


def _failures(activity: UpdateCampaign) -> Fields:
    return Fields(
        (
            _field(activity, "restore_needs", "失败处理（前、中、后）"),
            _field(activity, "safe_state", "失败后的安全状态"),
            _field(activity, "emergency_contact", "应急联系人（可停止推送）"),
        )
    )


def _promise() -> Paragraph:
    return Paragraph("本企业保证实际推送的内容与本次备案一致，所报材料真实、准确、完整；内容有变的，重新备案后方实施。")


TEMPLATE = Template(Text("升级活动备案", "filing of an update activity"), True, build)
