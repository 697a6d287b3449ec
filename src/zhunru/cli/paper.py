"""`zhunru paper`: official papers from the records of a dossier."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from zhunru.cli._language import current, t

if TYPE_CHECKING:
    from zhunru.core.result import Result
    from zhunru.engine.dossier import Dossier
    from zhunru.records.data_incident import DataIncident
    from zhunru.records.update_campaign import UpdateCampaign
    from zhunru.reports.document import Document
    from zhunru.reports.ledgers import Ledgers

FORMATS = ("docx", "pdf", "xlsx", "json")


@click.command(
    short_help=t("由台账生成备案文书", "Write official papers from the ledgers"),
    help=t(
        """由档案 DIR 的台账生成文书 KIND：备案表、评估信息表、用户告知书、活动总结；事件报告与总结、告知个人书、风险评估报告、年度报告。
没有数据的栏目写明【待补充】并列在最前，不会留空。

\b
示例：
  zhunru paper list                                    全部文书
  zhunru paper enterprise demo                         企业管理能力备案
  zhunru paper activity demo --campaign OTA-2026-01    某次升级活动
  zhunru paper activity demo --format json             只要数据
  zhunru paper data_incident demo --incident SJ-1      事件报告
  zhunru paper annual_report demo --format pdf         年度报告
输出默认在 DIR/out/papers/；每个栏目都注明来源文件、工作表和行。

\b
退出码：0 无缺项；3 有待补充的项；2 用法错误""",
        """Write the paper KIND from the ledgers of the dossier DIR: filings, assessment table, notice to users, closing report; report and
summary of an incident, notice to persons, risk assessment, annual report.
What has no data is marked as missing and listed at the front; nothing is left blank.

\b
Examples:
  zhunru paper list                                    all papers
  zhunru paper enterprise demo                         filing of the enterprise
  zhunru paper activity demo --campaign OTA-2026-01    of one update activity
  zhunru paper activity demo --format json             the data only
  zhunru paper data_incident demo --incident SJ-1      report of an incident
  zhunru paper annual_report demo --format pdf         annual report
Papers go to DIR/out/papers/ unless told otherwise, and are in Chinese; each field names its file, sheet and row.

\b
Exit codes: 0 nothing is missing; 3 something is missing; 2 usage""",
    ),
)
@click.argument("kind", metavar="KIND|list")
@click.argument("folder", metavar="DIR", required=False, type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--campaign", default="", metavar="ID", help=t("升级活动编号（只有一个活动时可省略）", "Update activity (needless when there is one)")
)
@click.option("--incident", default="", metavar="ID", help=t("事件编号（只有一个事件时可省略）", "Incident (needless when there is one)"))
@click.option(
    "--fonts",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help=t("自备字体目录（仿宋、黑体、小标宋），用于 PDF", "Folder with fonts of your own, for PDF"),
)
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help=t("输出目录（默认 DIR/out/papers）", "Folder (default DIR/out/papers)")
)
@click.option("--format", "form", type=click.Choice([*FORMATS, "all"]), default="all", help=t("格式（默认全部）", "Format (default all)"))
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help=t("截至日（默认今天）", "Day as of which it is written (default today)"))
def command(
    kind: str,
    folder: Path | None,
    campaign: str,
    incident: str,
    fonts: Path | None,
    out: Path | None,
    form: str,
    as_of: datetime | None,
) -> int:
    """Write and say what is missing."""
    from zhunru.engine.dossier import open_dossier, write_whole
    from zhunru.reports.document import trace_of
    from zhunru.reports.filings import templates

    if kind == "list":
        return _list()
    if kind not in templates():
        known = ", ".join(templates())
        raise click.BadParameter(t(f"没有文书 {kind}；可用：{known}", f"no paper {kind}; known: {known}"))
    if folder is None:
        raise click.UsageError(t("缺少档案目录 DIR", "the folder of the dossier is missing"))
    dossier = open_dossier(folder)
    day = as_of.date() if as_of else date.today()  # noqa: DTZ011 - the user's own calendar day
    template = templates()[kind]
    ledgers = ledgers_of(dossier, day, campaign, per_activity=template.per_activity)
    if template.per_incident:
        from zhunru.records.data_incident import DataIncident

        ledgers = ledgers._replace(incident=_event(ledgers.of(DataIncident), incident))
    result, stale = _last_result(dossier)
    ledgers = ledgers._replace(result=result)
    document = template.build(ledgers)
    used = any(p.file == "out/result.json" for trace in trace_of(document) for p in trace.places)
    document = document._replace(doubts=(*ledgers.doubts_of(template), *(stale if used else ())))
    target = out or folder / "out" / "papers"
    for name in FORMATS if form == "all" else (form,):
        path = target / f"{_name(document)}.{name}"
        write_whole(path, _render(document, name, (fonts,) if fonts else ()))
        click.echo(t("已写出：", "written: ") + str(path))
    return _told(document)


def ledgers_of(dossier: "Dossier", day: date, campaign: str, *, per_activity: bool) -> "Ledgers":
    """Read the dossier and return what papers are written from."""
    from zhunru.cli._show import progress
    from zhunru.engine.assess import locked
    from zhunru.engine.run import collect
    from zhunru.records.filing import Filing
    from zhunru.records.filing_move import FilingMove
    from zhunru.records.filing_standing import standings
    from zhunru.records.update_campaign import UpdateCampaign
    from zhunru.reports.ledgers import Ledgers

    with locked(dossier), progress() as step:
        material, bound = collect(dossier, dossier.state / "cache", day, 1, step)
    records: dict[Any, Any] = dict(material.records)
    lost = {
        k: tuple(f"{r.origin.source} {r.origin.sheet} {r.origin.row or ''}：{r.reason.zh}" for r in refused)
        for k, refused in bound.refused.items()
    }
    unread = tuple(n for n, r in material.receipts.items() if n.startswith("records/") and r.state != "read")
    chosen = _chosen(records.get(UpdateCampaign, []), campaign) if per_activity else None
    moved = standings(records.get(Filing, []), records.get(FilingMove, []))
    return Ledgers(records, moved, dossier.subject, day, chosen, lost, unread)


def _chosen(campaigns: "list[UpdateCampaign]", wanted: str) -> "UpdateCampaign":
    from zhunru.core.errors import PlanError
    from zhunru.core.text import Text
    from zhunru.formulas.written_names import bare

    known = ", ".join(dict.fromkeys(c.id for c in campaigns)) or "-"
    mine = [c for c in campaigns if not wanted or bare(c.id) == bare(wanted)]
    if not mine or len({bare(c.id) for c in mine}) > 1:
        raise PlanError(
            Text("请指明一个升级活动", "name one update activity"),
            f"--campaign {wanted}".strip(),
            Text(f"可用：{known}", f"one of: {known}"),
        )
    if len({c.model_dump_json() for c in mine}) > 1:
        where = ", ".join(f"{c.origin.source} / {c.origin.sheet} / {c.origin.row}" for c in mine)
        raise PlanError(
            Text("同一活动编号有内容不同的多行", "rows of one activity differ"), where, Text("先改正台账", "correct the ledger first")
        )
    return mine[0]


def _event(incidents: "list[DataIncident]", wanted: str) -> "DataIncident":
    from zhunru.core.errors import PlanError
    from zhunru.core.text import Text
    from zhunru.formulas.written_names import bare

    known = ", ".join(dict.fromkeys(i.id for i in incidents)) or "-"
    mine = [i for i in incidents if not wanted or bare(i.id) == bare(wanted)]
    if not mine or len({bare(i.id) for i in mine}) > 1:
        raise PlanError(
            Text("请指明一个事件", "name one incident"), f"--incident {wanted}".strip(), Text(f"可用：{known}", f"one of: {known}")
        )
    if len({i.model_dump_json() for i in mine}) > 1:
        where = ", ".join(f"{i.origin.source} / {i.origin.sheet} / {i.origin.row}" for i in mine)
        raise PlanError(
            Text("同一事件编号有内容不同的多行", "rows of one incident differ"), where, Text("先改正台账", "correct the ledger first")
        )
    return mine[0]


def _last_result(dossier: "Dossier") -> "tuple[Result | None, tuple[str, ...]]":
    """Return the last assessment in DIR/out, and why it does not speak of the evidence as it is now."""
    from zhunru.core.errors import ReportError
    from zhunru.reports import json as result_json

    path = dossier.folder / "out" / "result.json"
    if not path.is_file():
        return None, ()
    try:
        result = result_json.parse(path.read_bytes())
    except ReportError:
        return None, ("out/result.json 读不通，未采用",)
    now = {f.name: f.sha256 for f in dossier.files}
    then = {e.name: e.sha256 for e in result.evidence}
    changed = sorted(n for n in {*now, *then} if now.get(n) != then.get(n))
    told = (
        f"out/result.json 评估之后证据或台账有变化（{len(changed)} 个文件，如 {changed[0]}），须重新运行 zhunru assess" if changed else ""
    )
    return result, (told,) if told else ()


def _render(document: "Document", form: str, fonts: tuple[Path, ...] = ()) -> bytes:
    from zhunru.reports import docx, paper_json, pdf, xlsx

    writers = {"docx": docx.render, "pdf": lambda d: pdf.render(d, fonts), "xlsx": xlsx.render, "json": paper_json.render}
    return writers[form](document)


def _name(document: "Document") -> str:
    import re

    words = (document.kind, re.sub(r"[^\w-]+", "_", document.campaign).strip("_")[:60])
    return "-".join(w for w in words if w)


def _told(document: "Document") -> int:
    from zhunru.reports.document import missing_of

    lacking = missing_of(document)
    for doubt in document.doubts:
        click.secho(t("台账存疑，文书可能不全：", "a ledger is in doubt, the paper may lack something: ") + doubt, fg="yellow")
    if not lacking and document.doubts:
        return 3
    if not lacking:
        click.secho(t("无缺项", "nothing is missing"), fg="green")
        return 0
    click.secho(t(f"待补充 {len(lacking)} 项：", f"{len(lacking)} items are missing:"), fg="yellow")
    for item in lacking:
        click.echo(f"  {item.section}：{item.label} <- {item.need}")
    return 3


def _list() -> int:
    from zhunru.reports.filings import templates

    for kind, template in templates().items():
        about = t("按企业或车型", "per enterprise or model")
        about = t("按升级活动", "per update activity") if template.per_activity else about
        about = t("按事件", "per incident") if template.per_incident else about
        click.echo(f"{kind:22} {template.title.of(current())}  ({about})")
    return 0
