"""车型及功能备案 (F2): the model, what of it can be updated, how, and with which safeguards."""

from typing import TypeVar

from zhunru.core.text import Text
from zhunru.formulas.written_names import bare
from zhunru.records.baseline import Baseline
from zhunru.records.software_unit import SoftwareUnit
from zhunru.records.update_ability import UpdateAbility
from zhunru.records.update_precondition import UpdatePrecondition
from zhunru.records.vehicle_function import VehicleFunction
from zhunru.records.vehicle_parameter import VehicleParameter
from zhunru.reports.document import Cell, Document, Field, Fields, Grid, Paragraph, Section, Signature
from zhunru.reports.filings import FORM_NOT_SEEN
from zhunru.reports.ledgers import Ledgers, Template, cell, derived, place, stated

FAMILIES = {"safety": "安全", "energy": "节能", "environment": "环保", "theft": "防盗", "none": "其他"}
_Row = TypeVar("_Row", SoftwareUnit, VehicleFunction, VehicleParameter)
_ABILITY = {
    "path": "升级路径",
    "protection": "升级包保护措施",
    "energy": "电量保障措施",
    "notification": "告知渠道",
    "failure": "失败处理策略",
    "safe_state": "失败后的安全状态",
    "swin_place": "软件识别码（版本）存储位置",
    "swin_reading": "软件识别码（版本）读取方法",
}


def build(ledgers: Ledgers) -> Document:
    """Write the filing of model and functions."""
    subject = ledgers.subject
    ability = ledgers.one(UpdateAbility, lambda a: bare(a.product) == bare(subject.name))
    baseline = _baseline(ledgers, ability)
    return Document(
        "model_function",
        "汽车软件在线升级车型及功能备案表",
        subject.maker,
        subject.name,
        "",
        ledgers.day,
        (
            Section("车型信息", (_model(ledgers, ability, baseline),)),
            Section("可升级的控制器", (_units(ledgers, baseline),)),
            Section("功能与自动化等级", (_functions(ledgers, baseline),)),
            Section(
                "升级方式与安全保障", (Fields(tuple(Field(n, label, cell(UpdateAbility, ability, n)) for n, label in _ABILITY.items())),)
            ),
            Section("执行条件", (_preconditions(ledgers),)),
            Section("基线参数", (_parameters(ledgers, baseline),)),
            Section(
                "企业承诺",
                (Paragraph("本企业保证所报材料真实、准确、完整。"), Signature(("企业（盖章）：", "日期：　　　　年　　月　　日"))),
            ),
        ),
        FORM_NOT_SEEN,
    )


def _baseline(ledgers: Ledgers, ability: UpdateAbility | None) -> Baseline | None:
    """Return the baseline that the ability names, else the latest approved one of the model that does not lie in the future."""
    rows = [b for b in ledgers.of(Baseline) if b.product and bare(b.product) == bare(ledgers.subject.name)]
    if ability and ability.baseline:
        return next((b for b in rows if bare(b.id) == bare(ability.baseline)), None)
    approved = [b for b in rows if b.state == "approved" and b.day and b.day <= ledgers.day]
    return max(approved, key=lambda b: (b.day or ledgers.day, b.id), default=None)


def _model(ledgers: Ledgers, ability: UpdateAbility | None, baseline: Baseline | None) -> Fields:
    subject = ledgers.subject
    level = cell(UpdateAbility, ability, "level")
    category = cell(UpdateAbility, ability, "category")
    return Fields(
        (
            Field("model", "车型", stated(subject.name)),
            Field("maker", "生产企业", stated(subject.maker)),
            Field("announcement", "公告批次与型号", cell(UpdateAbility, ability, "announcement")),
            Field("category", "产品类别", category if category.text else stated(subject.category)),
            Field("level", "最高驾驶自动化等级", level if level.text else stated(str(subject.automation_level))),
            Field("baseline", "备案基线", cell(Baseline, baseline, "id")),
            Field("baseline_day", "基线日期", cell(Baseline, baseline, "day")),
            Field("baseline_approval", "批准文号", cell(Baseline, baseline, "approval")),
        )
    )


def _units(ledgers: Ledgers, baseline: Baseline | None) -> Grid:
    rows = []
    for unit in _rows_of(ledgers, SoftwareUnit, baseline):
        if unit.updatable is False:
            continue
        swin = cell(SoftwareUnit, unit, "swin", empty="未设识别码，以版本号标识")
        rest = (cell(SoftwareUnit, unit, n) for n in ("ecu", "system", "supplier", "hardware", "version"))
        rows.append((*rest, swin, cell(SoftwareUnit, unit, "approval_relevant")))
    headings = ("控制器", "功能域", "供应商", "硬件号", "软件版本", "软件识别码", "型式批准相关")
    return Grid("units", "可升级控制器清单", headings, tuple(rows), (14, 14, 14, 16, 16, 16, 10), "台账“软件清单”中该基线的行")


def _functions(ledgers: Ledgers, baseline: Baseline | None) -> Grid:
    names = ("id", "name", "level", "enabled", "ecus")
    rows = tuple(tuple(cell(VehicleFunction, f, n) for n in names) for f in _rows_of(ledgers, VehicleFunction, baseline))
    return Grid(
        "functions",
        "可升级功能清单",
        ("功能编号", "功能名称", "自动化等级", "启用", "实现控制器"),
        rows,
        (16, 30, 12, 10, 32),
        "台账“车辆功能”中该基线的行",
    )


def _parameters(ledgers: Ledgers, baseline: Baseline | None) -> Grid:
    rows = tuple(
        (
            cell(VehicleParameter, p, "id"),
            cell(VehicleParameter, p, "name"),
            Cell(" ".join(t for t in (p.value, p.unit) if t), (place(p),), "台账“技术参数”，列“参数值”"),
            cell(VehicleParameter, p, "family", FAMILIES),
            cell(VehicleParameter, p, "announced"),
        )
        for p in _rows_of(ledgers, VehicleParameter, baseline)
    )
    return Grid(
        "parameters",
        "基线技术参数",
        ("参数编号", "名称", "值", "类别", "列入公告"),
        rows,
        (24, 30, 20, 12, 14),
        "台账“技术参数”中该基线的行",
    )


def _preconditions(ledgers: Ledgers) -> Grid:
    rows: dict[tuple[str | None, str], tuple[Cell, ...]] = {}
    for condition in ledgers.of(UpdatePrecondition):
        text = f"{condition.operator or ''} {condition.value or ''} {condition.unit or ''}".strip()
        key = (condition.quantity, text)
        rows.setdefault(
            key,
            (
                cell(UpdatePrecondition, condition, "id"),
                cell(UpdatePrecondition, condition, "quantity"),
                derived(text, [condition], "台账“执行条件”，列“门限值”"),
            ),
        )
    return Grid("preconditions", "执行条件表", ("条件编号", "条件量", "要求"), tuple(rows.values()), (24, 38, 38), "台账“执行条件”")


def _rows_of(ledgers: Ledgers, kind: type[_Row], baseline: Baseline | None) -> list[_Row]:
    return [r for r in ledgers.of(kind) if baseline and bare(r.baseline) == bare(baseline.id)]


TEMPLATE = Template(Text("车型及功能备案", "filing of model and functions"), False, build)
