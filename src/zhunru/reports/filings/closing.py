"""升级活动总结 (F4): counts as reported beside those of the execution records, incidents, versions, digest of the ledger."""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence

from zhunru.core.text import Text
from zhunru.formulas.written_names import bare
from zhunru.records.closing_report import ClosingReport, execution_counts
from zhunru.records.update_execution import UpdateExecution
from zhunru.reports.document import Cell, Document, Field, Fields, Grid, Section, Signature
from zhunru.reports.filings import FORM_NOT_SEEN
from zhunru.reports.ledgers import Ledgers, Template, cell, derived, place, places, written

_LABELS = {
    "pushed": "推送车辆数",
    "confirmed": "确认车辆数",
    "executed": "执行车辆数",
    "success": "成功车辆数",
    "failed": "失败车辆数",
    "restored": "回滚车辆数",
    "refused": "拒绝车辆数",
    "open_vehicles": "未决车辆数",
}
_NEED = "台账“升级执行记录”中该活动的行"


def build(ledgers: Ledgers) -> Document:
    """Write the closing report."""
    activity = ledgers.activity
    closing = ledgers.one(ClosingReport, lambda c: bare(c.campaign) == bare(activity.id))
    executions = ledgers.mine(UpdateExecution)
    return Document(
        "closing",
        "汽车软件在线升级活动总结报告",
        ledgers.subject.maker,
        "；".join(activity.product) or ledgers.subject.name,
        activity.id,
        ledgers.day,
        (
            Section("活动", (Fields((Field("closed_on", "总结日期", cell(ClosingReport, closing, "closed_on")),)),)),
            Section("执行情况", (_counts(closing, executions),)),
            Section("失败与事件", (_incidents(closing), _failures(executions))),
            Section("最终版本分布", (_versions(executions),)),
            Section("执行台账", (_ledger(executions),)),
            Section("确认", (Signature(("企业（盖章）：", "日期：　　　　年　　月　　日")),)),
        ),
        FORM_NOT_SEEN,
    )


def _counts(closing: ClosingReport | None, executions: Sequence[UpdateExecution]) -> Grid:
    counted = execution_counts(executions)
    rows = []
    for name, label in _LABELS.items():
        told = cell(ClosingReport, closing, name)
        seen = derived(str(counted[name]) if executions else "", executions[:1], _NEED)
        agree = "—" if not told.text or not seen.text else "一致" if told.text == seen.text else "不一致"
        rows.append((Cell(label, (*told.places, *seen.places)[:1]), told, seen, Cell(agree)))
    return Grid("counts", "车辆数统计", ("项目", "企业报告", "执行记录统计", "比较"), tuple(rows), (30, 26, 26, 18))


def _incidents(closing: ClosingReport | None) -> Fields:
    calm = "无事件" if closing and closing.incidents == 0 else ""
    return Fields(
        (
            Field("incidents", "升级事件数", cell(ClosingReport, closing, "incidents")),
            Field("incident_text", "事件说明", cell(ClosingReport, closing, "incident_text", empty=calm)),
        )
    )


def _failures(executions: Sequence[UpdateExecution]) -> Grid:
    failed = [e for e in executions if e.result == "failed"]
    counted = Counter((e.fail_code or "未记录代码", written(e.restored) or "未记录") for e in failed)
    first = {(e.fail_code or "未记录代码", written(e.restored) or "未记录"): e for e in reversed(failed)}
    rows = tuple(
        (Cell(code, (place(first[code, back]),)), Cell(back, (place(first[code, back]),)), Cell(str(n), (place(first[code, back]),)))
        for (code, back), n in sorted(counted.items())
    )
    need = "" if executions else _NEED
    return Grid("failures", "失败分类（来源为各类首行）", ("失败代码", "已恢复原版本", "车辆数"), rows, (46, 27, 27), need, "无失败车辆。")


def _versions(executions: Sequence[UpdateExecution]) -> Grid:
    groups: dict[str, list[UpdateExecution]] = {}
    for execution in executions:
        after = execution.versions_after if execution.result == "success" or execution.versions_after else execution.versions_before
        groups.setdefault("；".join(sorted(after)), []).append(execution)
    rows = tuple((Cell(v or "未记录版本", places(es[:1])), Cell(str(len(es)), places(es[:1]))) for v, es in sorted(groups.items()))
    return Grid("versions", "版本集与车辆数（来源为各组首行）", ("版本集", "车辆数"), rows, (75, 25), _NEED)


def _ledger(executions: Sequence[UpdateExecution]) -> Fields:
    lines = sorted(json.dumps(e.model_dump(mode="json"), ensure_ascii=False, sort_keys=True, separators=(",", ":")) for e in executions)
    digest = hashlib.sha256("".join(f"{line}\n" for line in lines).encode("utf-8")).hexdigest()
    files = "；".join(sorted({e.origin.source for e in executions}))
    return Fields(
        (
            Field("ledger_files", "执行台账文件", derived(files, executions[:1], _NEED)),
            Field(
                "ledger_digest",
                "执行记录摘要（规范 JSON 逐行排序，SHA-256）",
                derived(f"sha256:{digest}" if lines else "", executions[:1], _NEED),
            ),
        )
    )


TEMPLATE = Template(Text("升级活动总结", "closing report of an update activity"), True, build)
