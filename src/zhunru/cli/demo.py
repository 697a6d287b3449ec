"""`zhunru demo`: the sample dossier, built and assessed."""

from datetime import date
from pathlib import Path

import click

from zhunru.cli._language import t

DAY = date(2026, 11, 22)
"""The sample dossier is assessed as of this day, so that its first screen is always the same."""


@click.command(
    short_help=t("生成样例档案并评估", "Build and assess the sample dossier"),
    help=t(
        """在 DIR（默认 ./demo）生成样例档案并评估：一辆虚构的 2 级辅助驾驶汽车，含人为埋入的缺陷。

全部数据由本软件从种子生成。评估会发现缺陷，这正是演示的目的；命令本身成功时返回 0。""",
        """Build the sample dossier in DIR (default ./demo) and assess it: a fictitious level-2 car with planted faults.

All data are generated from a seed by this software. The assessment finds the faults, which is the point; the command itself returns 0.""",
    ),
)
@click.argument("folder", metavar="[DIR]", default=Path("demo"), type=click.Path(path_type=Path, file_okay=False))
@click.option("--seed", default=103, help=t("随机种子", "Seed"))
@click.option(
    "--jobs", type=click.IntRange(0, 256), default=0, help=t("并行进程数，0 为全部处理器", "Worker processes, 0 = all processors")
)
def command(folder: Path, seed: int, jobs: int) -> int:
    """Build when the folder is new, then assess."""
    from zhunru.cli.assess import run
    from zhunru.core.errors import PlanError
    from zhunru.core.text import Text
    from zhunru.range.sample_dossier import build

    if not (folder / "dossier.toml").exists():
        if folder.exists() and any(folder.iterdir()):
            raise PlanError(
                Text("目录不为空，且不是档案", "the folder is not empty and is no dossier"),
                str(folder),
                Text("换一个目录", "choose another folder"),
            )
        build(folder, seed)
    code = run(folder, jobs=jobs, day=DAY)
    click.echo(t(f"\n样例含有埋入的缺陷；同一档案用 zhunru assess 会以 {code} 退出。接着试：zhunru verify {folder}；zhunru explain miit-2021-103/1.8",
                 f"\nThe sample holds planted faults; zhunru assess on it exits with {code}. Try next: zhunru verify {folder}; zhunru explain miit-2021-103/1.8"))  # fmt: skip
    return 4 if code == 4 else 0
