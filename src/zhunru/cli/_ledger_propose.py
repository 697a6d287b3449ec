"""What `zhunru ledger propose` shows and writes."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from zhunru.cli._language import current, t

if TYPE_CHECKING:
    from zhunru.records.asset_proposal import Proposal
    from zhunru.reports.ledger_sheets import LedgerSheet

_STANDINGS = {
    "contradicts": ("与依据不符", "contradicts", "red"),
    "proposed": ("建议", "proposed", "yellow"),
    "undecidable": ("无法判定", "undecidable", "magenta"),
    "declared": ("已登记，无依据可核对", "declared, nothing tells for or against it", None),
    "agrees": ("一致", "agrees", "green"),
}
_GRADES = {"general": "一般", "important": "重要", "core": "核心"}


def show_proposals(found: "Sequence[Proposal]", form: str) -> None:
    """Show the proposals, worst first, and how many assets were examined, decided and undecidable."""
    if form == "json":
        import json

        click.echo(json.dumps({"counts": _counts(found), "assets": [_plain(p) for p in found]}, ensure_ascii=False, indent=1))
        return
    order = list(_STANDINGS)
    for proposal in sorted(found, key=lambda p: order.index(p.standing)):
        if proposal.standing not in {"agrees", "declared"}:
            _show(proposal)
    counts = _counts(found)
    click.echo(
        t(
            f"已检查 {counts['examined']} 项资产：可判定 {counts['decided']}，无法判定 {counts['undecidable']}；"
            f"与依据不符 {counts['contradicts']}，有建议 {counts['proposed']}，一致 {counts['agrees']}，已登记而无依据可核对 {counts['declared']}",
            f"{counts['examined']} assets examined: {counts['decided']} decided, {counts['undecidable']} undecidable; "
            f"{counts['contradicts']} contradict, {counts['proposed']} proposed, {counts['agrees']} agree, "
            f"{counts['declared']} declared with nothing for or against",
        )
    )


def _counts(found: "Sequence[Proposal]") -> dict[str, int]:
    counts = {s: sum(1 for p in found if p.standing == s) for s in _STANDINGS}
    open_ones = sum(1 for p in found if p.lacking)
    return {"examined": len(found), "decided": len(found) - open_ones, **counts, "undecidable": open_ones}


def _show(proposal: "Proposal") -> None:
    zh, en, colour = _STANDINGS[proposal.standing]
    click.secho(f"{proposal.asset.id}  {proposal.asset.name or ''}  {t(zh, en)}", fg=colour)
    for field, value in proposal.values.items():
        if _written(getattr(proposal.asset, field)) == _written(value):
            continue
        now = _written(getattr(proposal.asset, field)) or t("（空）", "(blank)")
        click.echo(f"  {_title(proposal, field)}: {now} -> {_written(value)}")
        for reason in proposal.reasons:
            if reason.field == field:
                hint = t("，仅为名称提示", ", a hint by name") if reason.hint else ""
                click.echo(f"    {reason.why.of(current())} [{reason.source} {reason.basis}{hint}]")
    for text in proposal.lacking:
        click.secho(f"  {t('无法判定', 'undecidable')}: {text.of(current())}", fg="magenta")


def _title(proposal: "Proposal", field: str) -> str:
    return type(proposal.asset).headings(field)[0] if current() == "zh" else field


def _written(value: Any) -> str:
    from zhunru.records.ledger_entry import meaning

    return _GRADES.get(value, meaning(value)) if isinstance(value, str) else meaning(value)


def _plain(proposal: "Proposal") -> dict[str, Any]:
    return {
        "id": proposal.asset.id,
        "name": proposal.asset.name,
        "standing": proposal.standing,
        "declared": {f: getattr(proposal.asset, f) for f in proposal.values},
        "proposed": dict(proposal.values),
        "reasons": [
            {"field": r.field, "value": r.value, "why": r.why.of(current()), "source": r.source, "basis": r.basis, "hint": r.hint}
            for r in proposal.reasons
        ],
        "undecidable": [x.of(current()) for x in proposal.lacking],
    }


def sheet_of(found: "Sequence[Proposal]") -> "LedgerSheet":
    """Return a sheet of the asset ledger: proposed values, present ones where nothing is proposed, and the reasons."""
    from zhunru.records.asset_proposal import FIELDS
    from zhunru.records.data_asset import DataAsset
    from zhunru.reports.ledger_sheets import LedgerSheet

    headings = [DataAsset.headings(n)[0] for n in ("id", "name", *FIELDS)]
    rows = []
    for proposal in found:
        if proposal.standing in {"proposed", "contradicts"}:
            asset = proposal.asset
            values = [_written(proposal.values.get(f, getattr(asset, f))) for f in FIELDS]
            told = [r for r in proposal.reasons if r.value != getattr(asset, r.field)]
            why = "\n".join(dict.fromkeys(f"{r.why.zh}（{r.source}，{r.basis}）" for r in told))
            rows.append([asset.id, asset.name or "", *values, why])
    return LedgerSheet(DataAsset.title_zh, [*headings, "建议理由"], rows)
