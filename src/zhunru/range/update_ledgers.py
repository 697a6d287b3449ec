"""The ledgers of an update activity as people keep them: one workbook, the log of the display as csv in GB18030, the rest toml and yaml."""

import csv
import io
import json
from collections.abc import Sequence
from datetime import date, datetime
from operator import attrgetter
from typing import Any

from zhunru.core.record import CHINA, Record
from zhunru.range.release_dossier import ReleaseDossier, ledger
from zhunru.range.workbook import Cell, Sheet, workbook
from zhunru.records.approval import Approval
from zhunru.records.assessment_table import AssessmentTable
from zhunru.records.closing_report import ClosingReport
from zhunru.records.filing import Filing
from zhunru.records.target_vehicle import TargetVehicle
from zhunru.records.trust_anchor import TrustAnchor
from zhunru.records.update_campaign import UpdateCampaign
from zhunru.records.update_case import UpdateCase
from zhunru.records.update_event import UpdateEvent
from zhunru.records.update_execution import UpdateExecution
from zhunru.records.update_package import UpdatePackage
from zhunru.records.update_precondition import UpdatePrecondition

BOOK, LOG, TRIALS, APPROVALS, PAPERS = "升级活动.xlsx", "升级日志.csv", "升级试验.yaml", "升级审批.toml", "升级资料.toml"
_SHEETS: tuple[type[Record], ...] = (
    UpdateCampaign, UpdatePackage, Filing, TargetVehicle, UpdateExecution, ClosingReport, AssessmentTable,
)  # fmt: skip
_WORDS = {
    "A": "A类", "enterprise": "企业备案", "model_function": "车型及功能备案", "activity": "升级活动备案", "samr_table": "安全技术评估信息表",
    "accepted": "备案通过", "success": "成功", "failed": "失败", "refused": "拒绝", "notice": "告知", "confirm": "用户确认", "start": "开始执行",
    "stage": "阶段", "end": "执行结束", "result": "结果告知", "failure": "执行失败", "restore": "恢复原版本", "drive_attempt": "尝试行驶",
    "drive_refused": "禁止行驶", "function_attempt": "尝试使用功能", "function_refused": "功能被禁用", "unlock_attempt": "车内解锁尝试",
    "unlocked": "车内解锁成功", "power_loss": "断电", "power_return": "恢复供电", "manual_updated": "电子手册更新", "measure_active": "安全措施生效",
    "readout": "版本读取",
}  # fmt: skip
"""Words of closed lists as a person writes them."""
_CHOICES = {"claimed_class", "matter", "state", "result", "event"}
"""Fields of closed lists."""


def files(made: ReleaseDossier, car: str, maker: str) -> dict[str, bytes]:
    """Return the ledgers: name in `records/` -> content."""
    apart = {*_SHEETS, UpdateEvent, UpdateCase, UpdatePrecondition, Approval, TrustAnchor}
    rest = list(dict.fromkeys(type(r) for r in made.records if type(r) not in apart))
    head = f"# {maker} {car} 软件升级资料".encode()
    return {
        BOOK: workbook([_sheet(kind, made.of(kind), f"{maker} {kind.title_zh}台账（{car}）") for kind in _SHEETS]),
        LOG: _csv(UpdateEvent, sorted(made.of(UpdateEvent), key=attrgetter("at"))),
        TRIALS: "\n".join(_yaml(kind, made.of(kind)) for kind in (UpdatePrecondition, UpdateCase)).encode(),
        APPROVALS: "# 升级审批与公钥\n".encode() + ledger(made.of(TrustAnchor) + made.of(Approval)),
        PAPERS: b"\n\n".join([head, *(ledger(made.of(kind)) for kind in rest)]),
    }


def _columns(kind: type[Record], records: Sequence[Record]) -> list[str]:
    """Return the fields of which any record has a value."""
    return [name for name in kind.items() if any(getattr(r, name) not in (None, ()) for r in records)]


def _sheet(kind: type[Record], records: Sequence[Record], title: str) -> Sheet:
    names = _columns(kind, records)
    headings = [("", kind.headings(name)[0]) for name in names]
    return Sheet(kind.title_zh, headings, [[_cell(name, getattr(r, name)) for name in names] for r in records], title=title)


def _csv(kind: type[Record], records: Sequence[Record]) -> bytes:
    names, store = _columns(kind, records), io.StringIO()
    out = csv.writer(store, lineterminator="\r\n")
    out.writerow([kind.headings(name)[0] for name in names])
    out.writerows([_cell(name, getattr(r, name)) for name in names] for r in records)
    return store.getvalue().encode("gb18030")


def _yaml(kind: type[Record], records: Sequence[Record]) -> str:
    lines = [f"{kind.title_zh}:"]
    for record in records:
        told = {n: _cell(n, getattr(record, n)) for n in kind.items() if getattr(record, n) not in (None, ())}
        for place, (name, value) in enumerate(told.items()):
            lines.append(f"  {'-' if place == 0 else ' '} {kind.headings(name)[0]}: {json.dumps(value, ensure_ascii=False)}")
    return "\n".join([*lines, ""])


def _cell(name: str, value: Any) -> Cell:
    """Return a cell as a person writes it: days and clock times of China, words instead of codes."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return value.astimezone(CHINA).isoformat(" ").removesuffix("+08:00")
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    if isinstance(value, tuple):
        return "；".join(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return _WORDS[value] if name in _CHOICES and value is not None else value
