"""`zhunru diff`: what an update changes, and which procedure it needs."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from zhunru.cli._language import current, t

if TYPE_CHECKING:
    from zhunru.engine.bind import Bound
    from zhunru.engine.material import Material
    from zhunru.tables.difference.activities import Activity
    from zhunru.tables.difference.change import Change
    from zhunru.tables.difference.claims import Conflict
    from zhunru.tables.difference.configuration import Ledgers


@click.command(
    short_help=t("升级改变了什么、须走何种程序", "What an update changes, and which procedure it needs"),
    help=t(
        """比较升级后的基线与发布前最新的已批准基线，逐项列出变化、所需程序与理由，并指出与企业声明的矛盾。

\b
程序由实际差异决定，不由声明决定；不能判定的一律暂不放行：
  备案            不涉及以下各项
  备案并附材料    安全、节能、环保、防盗性能或安全功能有变
  变更许可        公告参数有变
  审批            3级及以上自动驾驶功能新增、变更、重新启用，运行条件放宽，或其控制器软件有变
  召回            用于消除缺陷

\b
需要的台账：升级活动、构型基线、软件清单、技术参数、车辆功能、功能开关、设计运行条件（列名见 zhunru explain baseline 等）

\b
示例：
  zhunru diff 我的车型                          全部活动
  zhunru diff 我的车型 --campaign U-7            一项活动
  zhunru diff 我的车型 --from B-1 --to B-2       任意两条基线
  zhunru diff 我的车型 --format json             供程序读取

\b
退出码：0 备案即可且与声明相符；1 需要更多程序，或与声明矛盾；3 有未知之处；2 用法；4 故障""",
        """Compare what cars have after an update with the latest baseline approved before it: every change, its procedure and why,
and where the maker's claim disagrees.

\b
The computed difference decides, never the claim; what cannot be told is held:
  file            none of the following
  file, material  safety, energy, environment, theft protection or a safety function touched
  permit          a parameter of the Announcement differs
  approve         automated driving (level 3 or higher) added, changed, enabled again, its conditions widened, or its ECU software differs
  recall          a defect is removed

\b
Ledgers needed: update_campaign, baseline, software_unit, vehicle_parameter, vehicle_function, feature_flag, odc_item
(headings: zhunru explain baseline, and so on)

\b
Examples:
  zhunru diff mycar                       every activity
  zhunru diff mycar --campaign U-7        one of them
  zhunru diff mycar --from B-1 --to B-2   any two baselines
  zhunru diff mycar --format json         for programs

\b
Exit codes: 0 filing suffices and the claim agrees; 1 more is needed, or the claim disagrees; 3 something is not known; 2 usage; 4 fault""",
    ),
)
@click.argument("dossier", metavar="DOSSIER", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.option("--campaign", "campaigns", multiple=True, metavar="ID", help=t("升级活动编号（可多次）", "Update activity (may be repeated)"))
@click.option("--from", "before", metavar="BASELINE", help=t("较早的基线", "Earlier baseline"))
@click.option("--to", "after", metavar="BASELINE", help=t("较晚的基线", "Later baseline"))
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", help=t("输出形式", "Form of the output"))
def command(dossier: Path, campaigns: tuple[str, ...], before: str | None, after: str | None, form: str) -> int:
    """Compare and print."""
    from datetime import date

    from zhunru.cli._show import progress
    from zhunru.engine.dossier import open_dossier
    from zhunru.engine.run import collect

    if bool(before) != bool(after) or (before and campaigns):
        raise click.UsageError(
            t("--from 与 --to 须同时给出，且不与 --campaign 并用", "give --from and --to together, and not with --campaign")
        )
    opened = open_dossier(dossier)
    with progress() as step:
        material, bound = collect(opened, opened.state / "cache", date.today(), 1, step)  # noqa: DTZ011 - the user's own calendar day
    sheets = _ledgers(material)
    code = _baselines(before, after, sheets, form) if before and after else _activities(material, sheets, campaigns, form)
    return 3 if _unread(material, bound) else code


def _unread(material: "Material", bound: "Bound") -> bool:
    """Tell on standard error what was not read whole: what stands there is missing from the comparison."""
    from zhunru.tables.claim_conflict import claim_conflicts

    files = sorted(n for n, r in material.receipts.items() if r.state != "read" and (n.startswith("records/") or r.state == "damaged"))
    kinds = {need.type for need in claim_conflicts.needs}
    refused = [(r.origin.source, r.origin.sheet, r.origin.row, r.reason) for k in kinds for r in bound.refused.get(k, ())]
    for name in files:
        click.secho(t("未能完整读出，未计入比较：", "not read whole, not in the comparison: ") + name, err=True, fg="red")
    for source, sheet, row, reason in sorted(refused, key=lambda r: (r[0], r[1], r[2] or 0)):
        where = f"{source} {sheet} {row or ''}".strip()
        click.secho(t("未能使用，未计入比较：", "not used, not in the comparison: ") + f"{where}  {t(*reason)}", err=True, fg="red")
    return bool(files or refused)


def _ledgers(material: "Material") -> "Ledgers":
    from zhunru.records.baseline import Baseline
    from zhunru.records.feature_flag import FeatureFlag
    from zhunru.records.odc_item import OdcItem
    from zhunru.records.software_unit import SoftwareUnit
    from zhunru.records.vehicle_function import VehicleFunction
    from zhunru.records.vehicle_parameter import VehicleParameter
    from zhunru.tables.difference.configuration import Ledgers

    kinds = (Baseline, SoftwareUnit, VehicleParameter, VehicleFunction, FeatureFlag, OdcItem)
    return Ledgers(*(tuple(material.records.get(kind, ())) for kind in kinds))  # type: ignore[arg-type]


def _bills(material: "Material") -> dict[str, Any]:
    from zhunru.core.step import Need
    from zhunru.tables.difference.components import bills_of
    from zhunru.tables.sbom_component import SbomComponent

    if not material.has(Need("sbom", SbomComponent)):
        return {}
    return bills_of(material.table(SbomComponent).collect().to_dicts())


def _baselines(before: str, after: str, sheets: "Ledgers", form: str) -> int:
    from zhunru.core.errors import PlanError
    from zhunru.core.text import Text
    from zhunru.formulas.written_names import bare
    from zhunru.tables.difference.compare import compare
    from zhunru.tables.difference.configuration import configuration_of

    known = {bare(b.id): b for b in sheets.baselines}
    for name in (before, after):
        if bare(name) not in known:
            names = ", ".join(b.id for b in sheets.baselines) or "-"
            raise PlanError(Text("没有这条基线", "no such baseline"), name, Text(f"可用：{names}", f"known: {names}"))
    changes = compare(*(configuration_of(known[bare(n)], sheets) for n in (before, after)))
    if form == "json":
        click.echo(json.dumps({"from": before, "to": after} | _summary(changes, []), ensure_ascii=False, indent=1))
    else:
        click.secho(f"{before} -> {after}", bold=True)
        _print(changes, [])
    return _code(changes, [])


def _activities(material: "Material", sheets: "Ledgers", wanted: tuple[str, ...], form: str) -> int:
    from zhunru.core.errors import PlanError
    from zhunru.core.text import Text
    from zhunru.records.update_campaign import UpdateCampaign
    from zhunru.records.update_package import UpdatePackage
    from zhunru.tables.difference.activities import activities
    from zhunru.tables.difference.claims import conflicts_of

    campaigns: list[Any] = list(material.records.get(UpdateCampaign, ()))
    known = {c.id for c in campaigns}
    if missing := [w for w in wanted if w not in known]:
        names = ", ".join(sorted(known)) or "-"
        raise PlanError(Text("没有这项升级活动", "no such update activity"), ", ".join(missing), Text(f"可用：{names}", f"known: {names}"))
    packages: Any = list(material.records.get(UpdatePackage, ())) if material.record_files.get(UpdatePackage) else None
    found = [a for a in activities(campaigns, sheets, _bills(material)) if not wanted or a.campaign.id in wanted]
    told = [(a, conflicts_of(a, packages)) for a in found]
    if form == "json":
        click.echo(json.dumps([_head(a) | _summary(a.changes, c) for a, c in told], ensure_ascii=False, indent=1))
    else:
        for activity, conflicts in told:
            _title(activity)
            _print(activity.changes, conflicts)
        if not told:
            click.echo(t("没有升级活动", "there is no update activity"))
    return max((_code(a.changes, c) for a, c in told), key=(0, 1, 3).index, default=3)


def _code(changes: "tuple[Change, ...] | list[Change]", conflicts: "list[Conflict]") -> int:
    from zhunru.tables.difference.change import weightiest

    heaviest = weightiest(changes)
    if heaviest == "unknown":
        return 3
    if heaviest != "file" or any(c.certain for c in conflicts):
        return 1
    return 3 if conflicts else 0


# What is shown ---------------------------------------------------------------------------------------------------------------------------


def _head(activity: "Activity") -> dict[str, Any]:
    return {
        "campaign": activity.campaign.id,
        "product": "; ".join(activity.campaign.product),
        "base": activity.base.id if activity.base else None,
        "before": activity.before.id if activity.before else None,
        "after": activity.after.id if activity.after else None,
    }


def _summary(changes: "tuple[Change, ...] | list[Change]", conflicts: "list[Conflict]") -> dict[str, Any]:
    from zhunru.tables.difference.change import needed

    def plain(row: dict[str, Any], text: str) -> dict[str, Any]:
        said = row.pop(text)
        return row | {text: {"zh": said.zh, "en": said.en}}

    return {
        "procedures": list(needed(changes)),
        "changes": [plain(c._asdict(), "why") for c in changes],
        "conflicts": [plain(c._asdict(), "text") for c in conflicts],
    }


def _title(activity: "Activity") -> None:
    campaign = activity.campaign
    base = activity.base.id if activity.base else t("未知", "not known")
    after = activity.after.id if activity.after else t("未知", "not known")
    click.secho(f"\n{campaign.id}  {'; '.join(campaign.product)}", bold=True)
    click.echo(f"  {t('已批准基线', 'approved baseline')} {base} -> {t('升级后', 'after it')} {after}")
    if activity.before and activity.base and activity.before.id != activity.base.id:
        click.echo(f"  {t('企业所称的升级前基线', 'predecessor that the maker names')}: {activity.before.id}")


def _print(changes: "tuple[Change, ...] | list[Change]", conflicts: "list[Conflict]") -> None:
    from rich.markup import escape

    from zhunru.cli._show import console
    from zhunru.tables.difference.change import KINDS, MATTERS, PROCEDURES, RANK, SCOPES, needed

    colours = {"file": "green", "verify": "yellow", "permit": "yellow", "approve": "red", "recall": "red", "unknown": "magenta"}
    out, lang = console(), current()
    ranked = [f"[{colours[p]}]{PROCEDURES[p].of(lang)}[/]" for p in needed(changes)]
    out.print(f"  {t('所需程序', 'needed')}: " + " + ".join(ranked), soft_wrap=True)
    for procedure in needed(changes):
        mine = [c for c in changes if c.procedure == procedure]
        if not mine:
            continue
        out.print(f"\n  [{colours[procedure]} bold]{PROCEDURES[procedure].of(lang)}[/]  ({len(mine)})")
        for each in sorted(mine, key=lambda c: (RANK[c.procedure], c.matter, c.id)):
            scope = "" if each.scope == "own" else f"  <{SCOPES[each.scope].of(lang)}{f': {each.others}' if each.others else ''}>"
            out.print(
                f"    {KINDS[each.change].of(lang)} {MATTERS[each.matter].of(lang)} [bold]{escape(each.id)}[/]{escape(scope)}",
                soft_wrap=True,
            )
            if each.before or each.after:
                out.print(f"      {escape(each.before) or '-'} -> {escape(each.after) or '-'}", soft_wrap=True)
            out.print(f"      {escape(each.why.of(lang))}{f'  ({each.rule})' if each.rule else ''}", style="dim", soft_wrap=True)
    if conflicts:
        out.print(f"\n  [bold]{t('与声明的矛盾', 'Beside the claim')}[/]  ({len(conflicts)})")
    for point in conflicts:
        mark = f"[red]{t('矛盾', 'disagrees')}[/]" if point.certain else f"[magenta]{t('不能判定', 'cannot be told')}[/]"
        sides = f"  {t('声明', 'said')}: {escape(point.claimed) or '-'}  {t('实际', 'found')}: {escape(point.computed) or '-'}"
        out.print(f"    {mark} {escape(point.id)}: {escape(point.text.of(lang))}{sides}", soft_wrap=True)
