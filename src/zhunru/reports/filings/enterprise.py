"""企业管理能力备案 (F1): the enterprise, its four capabilities with document and record, keys, assurance report."""

from zhunru.core.text import Text
from zhunru.formulas.anniversaries import last_day_after_years
from zhunru.formulas.written_names import bare
from zhunru.records.capability_document import CapabilityDocument
from zhunru.records.enterprise import Enterprise
from zhunru.records.test_report import TestReport
from zhunru.reports.document import Cell, Document, Field, Fields, Grid, Paragraph, Section, Signature
from zhunru.reports.filings import FORM_NOT_SEEN
from zhunru.reports.ledgers import Ledgers, Template, cell, derived, stated

CAPABILITIES = {
    "impact": "安全影响评估",
    "verification": "测试验证",
    "assurance": "实施过程保障",
    "record": "信息记录",
    "emergency": "应急管理",
}
_FORMS = {"document": "制度文件", "record": "实施记录"}
_ASSURANCE_YEARS = 3
"""GB 44496-2024 7.1.1 (C): the assurance report is three years old at most."""


def build(ledgers: Ledgers) -> Document:
    """Write the filing of the enterprise."""
    maker = ledgers.subject.maker
    firm = ledgers.one(Enterprise, lambda e: bare(e.name) == bare(maker))
    return Document(
        "enterprise",
        "汽车软件在线升级企业管理能力备案表",
        maker,
        "",
        "",
        ledgers.day,
        (
            Section("企业基本信息", (_firm(maker, firm),)),
            Section("升级管理能力", (_capabilities(ledgers), _documents(ledgers))),
            Section("密钥管理", (Fields((Field("key_management", "密钥管理说明", cell(Enterprise, firm, "key_management")),)),)),
            Section("升级保障要求检验", (_report(ledgers),)),
            Section("企业承诺", _promise()),
        ),
        FORM_NOT_SEEN,
    )


def _firm(maker: str, firm: Enterprise | None) -> Fields:
    labels = {
        "credit_code": "统一社会信用代码",
        "access_number": "准入许可编号",
        "address": "注册地址",
        "organisation": "OTA 管理机构",
        "responsible": "OTA 负责人",
        "contact": "联系人",
        "phone": "联系电话",
    }
    rest = (Field(name, label, cell(Enterprise, firm, name)) for name, label in labels.items())
    return Fields((Field("name", "企业名称", stated(maker)), *rest))


def _capabilities(ledgers: Ledgers) -> Fields:
    """Each capability with at least one document and one record: what is lacking is named one by one."""
    found = []
    for capability, label in CAPABILITIES.items():
        for form, word in _FORMS.items():
            rows = [
                d
                for d in ledgers.of(CapabilityDocument)
                if (d.capability, d.form) == (capability, form) and (d.valid_until is None or d.valid_until >= ledgers.day)
            ]
            text = "\n".join(f"{d.id}　{d.title or ''}" for d in rows)
            need = f"台账“管理能力文件”中能力项为“{label}”、类别为“{'文件' if form == 'document' else '记录'}”且在有效期内的行"
            found.append(Field(f"{capability}_{form}", f"{label}·{word}", derived(text, rows, need)))
    return Fields(tuple(found))


def _documents(ledgers: Ledgers) -> Grid:
    names = ("id", "title", "version", "owner", "approved_on", "approved_by", "digest")
    rows = tuple(tuple(cell(CapabilityDocument, d, n) for n in names) for d in ledgers.of(CapabilityDocument))
    headings = ("编号", "名称", "版本", "责任人", "批准日期", "批准人", "文件摘要")
    return Grid("documents", "管理能力文件与记录清单", headings, rows, (14, 19, 7, 12, 15, 9, 24), "台账“管理能力文件”")


def _report(ledgers: Ledgers) -> Fields:
    reports = [r for r in ledgers.of(TestReport) if r.matter == "assurance" and r.issued_on]
    last = max(reports, key=lambda r: (r.issued_on or ledgers.day, r.id), default=None)
    until: Cell = cell(TestReport, last, "valid_until")
    if last and last.issued_on and not last.valid_until and not last.origin.problems:
        end = last_day_after_years(last.issued_on, _ASSURANCE_YEARS)
        until = derived(f"{end.isoformat()}（按签发日起三年推算）", [last], "")
    labels = {"id": "报告编号", "laboratory": "检验机构", "accreditation": "机构资质编号", "issued_on": "签发日期", "verdict": "检验结论"}
    words = {"PASS": "合格", "FAIL": "不合格"}
    fields = (Field(f"report_{n}", label, cell(TestReport, last, n, words if n == "verdict" else None)) for n, label in labels.items())
    return Fields((*fields, Field("report_until", "可用至", until)))


def _promise() -> tuple[Paragraph, Signature]:
    text = "本企业保证所报材料真实、准确、完整，对升级活动的安全承担主体责任；未完成备案的升级活动不予实施。"
    return Paragraph(text), Signature(("法定代表人或授权人（签字）：", "企业（盖章）：", "日期：　　　　年　　月　　日"))


TEMPLATE = Template(Text("企业管理能力备案", "filing of the enterprise"), False, build)
