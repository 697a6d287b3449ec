"""What `zhunru ledger` shows."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from zhunru.cli._language import current, t

if TYPE_CHECKING:
    from zhunru.engine.ledger_store import Import
    from zhunru.records.ledger_entry import Entry
    from zhunru.records.ledger_plan import Change, Step
    from zhunru.records.sheets import Rejected

_SHOWN = 40
_WORDS = {
    "new": ("新增", "new"),
    "changed": ("改动", "changed"),
    "same": ("相同", "same"),
    "missing": ("文件中缺失", "missing"),
    "removed": ("移除", "removed"),
    "conflict": ("冲突", "conflict"),
    "draft": ("草稿", "draft"),
    "reviewed": ("已复核", "reviewed"),
    "approved": ("已批准", "approved"),
    "retired": ("已停用", "retired"),
}
_COLOURS = {"new": "green", "changed": "yellow", "missing": "magenta", "conflict": "red"}


def state_word(state: str | None) -> str:
    """Return a state in the language of the user."""
    zh, en = _WORDS.get(state or "", (state or "-", state or "-"))
    return t(zh, en)


def show_plan(done: "Import", form: str, *, written: bool, removed: bool, every: bool) -> None:
    """Show what an import changes, or changed.

    Args:
        done: The plan.
        form: table or json.
        written: It was carried out.
        removed: Missing entries were taken out.
        every: Show all rows.
    """
    from zhunru.records.ledger_plan import counts_of, digest_of

    digest, counts = digest_of(done.steps), counts_of(done.steps)
    if form == "json":
        _show_json(done, digest, counts, written)
        return
    _show_file(done)
    _show_steps(done.steps, every)
    told = "  ".join(f"{state_word(k)} {n}" for k, n in counts.items())
    click.echo(f"{told}  {t('无法识别的单元格', 'unreadable cells')} {_unreadable(done)}")
    if written:
        left = t("；缺失的条目已移除", "; missing ones were taken out") if removed and counts["missing"] else ""
        click.echo(t(f"已写入并留痕{left}", f"written, with its history{left}"))
    else:
        mark = digest[:16]
        click.echo(
            t(
                f"仅为预览，未写入。预览摘要：{mark}（--apply --plan {mark}）",
                f"preview only, nothing written. Digest: {mark} (--apply --plan {mark})",
            )
        )


def _show_json(done: "Import", digest: str, counts: Mapping[str, int], written: bool) -> None:
    import json

    told = {
        "file": done.file.name,
        "sha256": done.sha256,
        "plan": digest,
        "written": written,
        "counts": counts,
        "sheets": [{"name": s.name, "kind": s.kind.kind() if s.kind else None, "why": s.why.of(current())} for s in done.taken.sheets],
        "rejected": [_rejected(r) for r in done.taken.rejected],
        "entries": [_plain(s) for s in done.steps],
    }
    click.echo(json.dumps(told, ensure_ascii=False, indent=1))


def _show_steps(steps: "Sequence[Step]", every: bool) -> None:
    shown: dict[str, int] = {}
    for step in steps:
        if step.state == "same" and not step.unreadable:
            continue
        shown[step.state] = shown.get(step.state, 0) + 1
        if every or shown[step.state] <= _SHOWN:
            _show_step(step)
    for state, number in shown.items():
        if number > _SHOWN and not every:
            left = number - _SHOWN
            click.echo(t(f"  ……{state_word(state)}另有 {left} 条（--all 全部显示）", f"  ... {left} more {state} (--all shows them)"))


def _unreadable(done: "Import") -> int:
    return sum(len(s.unreadable) for s in done.steps)


def _show_file(done: "Import") -> None:
    click.echo(f"{done.file}  sha256 {done.sha256[:16]}")
    for zh, en, where in done.receipt.messages:
        click.echo(f"  · {t(zh, en)}" + (f" [{where}]" if where else ""))
    for sheet in done.taken.sheets:
        kind = f"{sheet.kind.title_zh} ({sheet.kind.kind()})" if sheet.kind else t("未使用", "not used")
        click.secho(
            f"  {sheet.name}: {kind}  {sheet.row_count} {t('行', 'rows')}  {sheet.why.of(current())}", fg=None if sheet.kind else "red"
        )
        if sheet.kind and sheet.unmatched:
            click.echo(t("    保留的未识别列：", "    unknown columns, kept: ") + ", ".join(sheet.unmatched))
    for rejected in done.taken.rejected:
        click.secho(f"  {t('不导入', 'not imported')}: {_rejected(rejected)}", fg="red")
    if done.stray:
        click.secho(t("  注意：台账库在留痕之外被改动过", "  note: the store was changed outside its history"), fg="yellow")


def _rejected(rejected: "Rejected") -> str:
    where = f"{rejected.origin.sheet} {rejected.origin.row or ''}".strip()
    return f"{where}: {rejected.error.what.of(current())}"


def _show_step(step: "Step") -> None:
    rows = ",".join(map(str, step.rows))
    click.secho(
        f"{state_word(step.state)}  {step.kind.title_zh}  {' / '.join(step.identity)}" + (f"  [{t('行', 'row')} {rows}]" if rows else ""),
        fg=_COLOURS.get(step.state),
    )
    if step.why.zh:
        click.echo(f"    {step.why.of(current())}")
    for change in step.changes:
        click.echo(f"    {_line(step, change)}")
    if step.unreadable:
        click.secho(f"    {t('无法识别，照原样保留', 'unreadable, kept as written')}: {', '.join(step.unreadable)}", fg="yellow")


def _line(step: "Step", change: "Change") -> str:
    if step.state == "new":
        return f"{change.heading}: {change.new}"
    blank = t("（空）", "(blank)")
    return f"{change.heading}: {change.old or blank} -> {change.new or blank}"


def _plain(step: "Step") -> dict[str, Any]:
    return {
        "state": step.state,
        "kind": step.kind.kind(),
        "entry": list(step.identity),
        "rows": list(step.rows),
        "changes": [c._asdict() for c in step.changes],
        "unreadable": list(step.unreadable),
        "why": step.why.of(current()) if step.why.zh else "",
    }


def show_lost(out: Path, lost: "Sequence[Step]", rejected: "Sequence[Rejected]") -> int:
    """Tell whether the workbook reads back the same; return the exit code."""
    for step in lost[:_SHOWN]:
        click.secho(
            f"{t('读回不一致', 'does not read back the same')}: {step.kind.title_zh} {' / '.join(step.identity)}", fg="red", err=True
        )
    for row in rejected[:_SHOWN]:
        click.secho(f"{t('原台账中不可用，未写出', 'not usable in its ledger, not written')}: {_rejected(row)}", fg="red", err=True)
    if lost or rejected:
        return 3
    click.echo(t(f"已写出并读回核对：{out}", f"written and read back: {out}"))
    return 0


def show_ledgers(entries: "Sequence[Entry]", day: date) -> None:
    """Show each ledger, and where the entries of the asset ledger stand."""
    from zhunru.records.asset_standing import asset_standings
    from zhunru.records.data_asset import DataAsset
    from zhunru.records.ledger_move import LedgerMove

    found: dict[Any, list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.kind, []).append(entry)
    for kind, mine in sorted(found.items(), key=lambda pair: pair[0].kind()):
        files = ", ".join(sorted({e.record.origin.source for e in mine}))
        bad = sum(len(e.unreadable) for e in mine)
        told = f"  {t('无法识别的单元格', 'unreadable cells')} {bad}" if bad else ""
        click.echo(f"{kind.title_zh} ({kind.kind()})  {len(mine)} {t('条', 'entries')}{told}  {files}")
    assets = [e.record for e in entries if isinstance(e.record, DataAsset)]
    moves = [e.record for e in entries if isinstance(e.record, LedgerMove)]
    for standing in asset_standings(assets, moves):
        last, reviewed = standing.last, standing.asset.reviewed
        who = f"  {last.person} {last.day}" if last else ""
        lapsed = t("  批准后条目已改动，须重新办理", "  changed since: the step holds no more") if standing.lapsed else ""
        age = t(f"  距上次复核 {(day - reviewed).days} 天", f"  {(day - reviewed).days} days since the last review") if reviewed else ""
        click.echo(f"  {standing.asset.id}  {standing.asset.name or ''}  {state_word(standing.state)}{who}{lapsed}{age}")
        for doubt in standing.doubts:
            click.secho(f"    {doubt.of(current())}", fg="red")


def show_entries(entries: "Sequence[Entry]") -> None:
    """Show entries cell by cell."""
    from zhunru.records.ledger_entry import plain

    for entry in entries:
        at = entry.record.origin
        click.echo(f"{entry.kind.title_zh}  {at.source} {at.sheet} {at.row or ''}")
        for heading, text in entry.cells.items():
            mark = t("  （无法识别）", "  (unreadable)") if heading in entry.unreadable else ""
            click.echo(f"  {heading}: {plain(text)}{mark}")


def show_history(changes: Sequence[tuple[str, Mapping[str, Any]]], entry: str, form: str) -> None:
    """Show the changes of the store, those of one entry when it is named."""
    from zhunru.formulas.written_names import bare

    told = []
    for time, body in changes:
        mine = [c for c in body["changes"] if not entry or bare(entry) in map(bare, c["entry"])]
        if mine:
            told.append({"time": time, "person": body["person"], "file": body["file"], "sha256": body["sha256"], "changes": mine})
    if form == "json":
        import json

        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    for one in told:
        click.secho(
            f"{one['time']}  {one['person']}  {one['file']}  sha256 {one['sha256'][:16]}  {len(one['changes'])} {t('条', 'entries')}",
            bold=True,
        )
        for change in one["changes"] if entry else one["changes"][:_SHOWN]:
            click.echo(f"  {state_word(change['state'])}  {change['kind']}  {' / '.join(change['entry'])}")
            if entry:
                for heading, old, new in change["cells"]:
                    click.echo(f"    {heading}: {old or '-'} -> {new or '-'}")
    if not told:
        click.echo(t("没有留痕", "no history"))
