"""`zhunru verify`: proof, offline, that nothing was altered."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from zhunru.cli._language import current, t

if TYPE_CHECKING:
    from zhunru.engine.verify import Step


@click.command(
    short_help=t("证明档案未被改动", "Prove that a dossier is unaltered"),
    help=t(
        """证明档案 DIR 的证据、台账、结果与报告相互对应且未被改动；指出第一个被改动的文件。

\b
退出码：0 全部成立；1 有不成立""",
        """Prove that evidence, ledger, result and report of the dossier DIR belong together and are unaltered; name the first altered file.

\b
Exit codes: 0 all holds; 1 something does not""",
    ),
)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--recompute",
    is_flag=True,
    help=t("不用缓存，从证据重新计算并比较", "Compute everything again from the evidence, no cache, and compare"),
)
@click.option(
    "--head",
    default="",
    metavar="HEX",
    help=t("此前记下的链头，证明台账没有被整体倒退", "Head noted down earlier: proves that the whole folder was not set back"),
)
@click.option("--all", "everything", is_flag=True, help=t("也列出成立的步骤", "List the steps that hold, too"))
def command(folder: Path, recompute: bool, head: str, everything: bool) -> int:
    """Print the steps of the proof."""
    from zhunru.cli._artefacts import artefacts
    from zhunru.engine.dossier import open_dossier
    from zhunru.engine.verify import head_of, verify

    steps = list(verify(open_dossier(folder), artefacts(), head.lower()))
    if recompute and all(s.holds for s in steps):
        steps += _again(folder)
    broken = [s for s in steps if not s.holds]
    for step in steps if everything else broken:
        mark = click.style("✓", fg="green") if step.holds else click.style("✗", fg="red")
        state = "" if step.holds else t("不成立：", "does not hold: ")
        click.echo(f"{mark} {state}{step.text.of(current())}  {step.where}")
    if broken:
        click.secho(t("首个问题：", "first problem: ") + broken[0].where, fg="red", err=True)
        return 1
    click.secho(t(f"{len(steps)} 步全部成立", f"all {len(steps)} steps hold"), fg="green")
    count, last = head_of(open_dossier(folder))
    click.echo(t(f"台账 {count} 行，链头 {last}", f"ledger: {count} lines, head {last}"))
    if not recompute:
        click.echo(
            t("只比较了摘要；结论未重新计算（--recompute）", "digests were compared; verdicts were not computed again (--recompute)")
        )
    return 0


def _again(folder: Path) -> "list[Step]":
    from zhunru.engine.dossier import open_dossier
    from zhunru.engine.verify import last_result
    from zhunru.engine.verify import recompute as again

    out, profile = last_result(open_dossier(folder))
    return list(again(open_dossier(folder, profile), out))
