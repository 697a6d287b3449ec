"""`zhunru paper`: official papers from the records of a dossier."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from zhunru.cli._language import current, t

if TYPE_CHECKING:
    from zhunru.engine.dossier import Dossier
    from zhunru.records.update_campaign import UpdateCampaign
    from zhunru.reports.document import Document
    from zhunru.reports.ledgers import Ledgers

FORMATS = ("docx", "pdf", "xlsx", "json")


@click.command(
    short_help=t("由台账生成备案文书", "Write official papers from the ledgers"),
    help=t(
        """由档案 DIR 的台账生成文书 KIND：备案表、评估信息表、用户告知书、活动总结。没有数据的栏目写明【待补充】并列在最前，不会留空。

\b
示例：
  zhunru paper list                                    全部文书
  zhunru paper enterprise demo                         企业管理能力备案
  zhunru paper activity demo --campaign OTA-2026-01    某次升级活动
  zhunru paper activity demo --format json             只要数据
输出默认在 DIR/out/papers/；每个栏目都注明来源文件、工作表和行。

\b
退出码：0 无缺项；3 有待补充的项；2 用法错误""",
        """Write the paper KIND from the ledgers of the dossier DIR: filings, assessment table, notice to users, closing report.
What has no data is marked as missing and listed at the front; nothing is left blank.

\b
Examples:
  zhunru paper list                                    all papers
  zhunru paper enterprise demo                         filing of the enterprise
  zhunru paper activity demo --campaign OTA-2026-01    of one update activity
  zhunru paper activity demo --format json             the data only
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
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help=t("输出目录（默认 DIR/out/papers）", "Folder (default DIR/out/papers)")
)
@click.option("--format", "form", type=click.Choice([*FORMATS, "all"]), default="all", help=t("格式（默认全部）", "Format (default all)"))
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help=t("截至日（默认今天）", "Day as of which it is written (default today)"))
def command(kind: str, folder: Path | None, campaign: str, out: Path | None, form: str, as_of: datetime | None) -> int:
    """Write and say what is missing."""
    from zhunru.engine.dossier import open_dossier, write_whole
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
    document = template.build(ledgers)._replace(doubts=ledgers.doubts_of(template))
    target = out or folder / "out" / "papers"
    for name in FORMATS if form == "all" else (form,):
        path = target / f"{_name(document)}.{name}"
        write_whole(path, _render(document, name))
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


def _render(document: "Document", form: str) -> bytes:
    from zhunru.reports import docx, paper_json, pdf, xlsx

    writers = {"docx": docx.render, "pdf": pdf.render, "xlsx": xlsx.render, "json": paper_json.render}
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
        about = t("按升级活动", "per update activity") if template.per_activity else t("按企业或车型", "per enterprise or model")
        click.echo(f"{kind:18} {template.title.of(current())}  ({about})")
    return 0
