"""`zhunru assess`: from a dossier to a verdict per clause."""

from datetime import date, datetime
from pathlib import Path

import click

from zhunru.cli._language import current, t

FORMS = {"json": "result.json", "sarif": "result.sarif", "junit": "result.junit.xml"}
"""Form on standard output -> file of the results."""


@click.command(
    short_help=t("逐条评估一个档案", "Assess a dossier, verdict per clause"),
    help=t(
        """评估档案 DIR：识别 evidence/ 与 records/ 中的文件，运行适用的检查，逐条给出结论。

\b
示例：
  zhunru assess demo
  zhunru assess demo --only data                 只看一个主题
  zhunru assess demo --only miit-2021-103/1.8    只看一个条款
  zhunru assess demo --as-of 2027-01-01          按该日施行的规则
未改变的输入不会重新计算；结果写入 DIR/out/，并记入 DIR/ledger.jsonl。""",
        """Assess the dossier DIR: recognise the files in evidence/ and records/, run the checks that apply, give a verdict per clause.

\b
Examples:
  zhunru assess demo
  zhunru assess demo --only data                 one theme
  zhunru assess demo --only miit-2021-103/1.8    one clause
  zhunru assess demo --as-of 2027-01-01          by the rules in force on that day
Unchanged inputs are not evaluated again; results go to DIR/out/ and are sealed in DIR/ledger.jsonl.""",
    ),
)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--only", default="", metavar=t("主题|检查|条款", "THEME|CHECK|CLAUSE"), help=t("只运行这一部分", "Run only this part"))
@click.option(
    "--profile", default="", help=t("DIR/profiles/ 下的参数方案名，或 .toml 路径", "Profile under DIR/profiles/, or a path to a .toml")
)
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help=t("结果目录（默认 DIR/out）", "Folder of the results (default DIR/out)")
)
@click.option(
    "--jobs", type=click.IntRange(0, 256), default=0, help=t("并行进程数，0 为全部处理器", "Worker processes, 0 = all processors")
)
@click.option(
    "--format", "form", type=click.Choice(["table", *FORMS]), default="table", help=t("标准输出的形式", "Form on standard output")
)
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help=t("评估日（默认今天）", "Day as of which is assessed (default today)"))
def command(folder: Path, only: str, profile: str, out: Path | None, jobs: int, form: str, as_of: datetime | None) -> int:
    """Assess and write."""
    return run(folder, only=only, profile=profile, out=out, jobs=jobs, form=form, day=as_of.date() if as_of else date.today())  # noqa: DTZ011 - the user's own calendar day


def run(folder: Path, *, only: str = "", profile: str = "", out: Path | None = None, jobs: int = 0, form: str = "table", day: date) -> int:
    """Assess `folder`, write and seal the artefacts, print; return the exit code."""
    import os

    from zhunru.cli._artefacts import artefacts
    from zhunru.cli._show import console, progress
    from zhunru.engine.assess import OUT, assess, exit_code, locked, seal
    from zhunru.engine.dossier import open_dossier
    from zhunru.engine.verify import head_of

    dossier = open_dossier(folder, profile)
    target = out or folder / OUT
    with locked(dossier), progress() as step:
        result = assess(dossier, day=day, only=only, jobs=jobs or os.cpu_count() or 1, progress=step)
        seal(dossier, result, {name: write(result) for name, write in artefacts().items()}, target)
    if form in FORMS:
        click.echo((target / FORMS[form]).read_text(encoding="utf-8"), nl=False)
    else:
        from zhunru.reports.terminal import print_result

        print_result(result, console(), current())
        click.echo(t("报告：", "report: ") + str(target / "report.html"))
        click.echo(t("数据：", "data:   ") + str(target / "result.json"))
        count, head = head_of(dossier)
        click.echo(t(f"台账：{count} 行，链头 {head[:16]}…", f"ledger: {count} lines, head {head[:16]}…"))
    return exit_code(result)
