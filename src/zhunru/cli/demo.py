"""`zhunru demo`: the sample dossier, built and assessed; with --release a dossier whose release gate opens."""

from datetime import UTC, date, datetime
from pathlib import Path

import click

from zhunru.cli._language import t

DAY = date(2026, 11, 22)
"""The sample dossier is assessed as of this day, so that its first screen is always the same."""
RELEASE = "demo-release"
"""Default folder of the release."""
_BRAKE = 'id = "P-brake"'
"""Line of the ledger of parameters: the brake parameter, last in the baseline after the update."""


@click.command(
    short_help=t("生成样例档案并评估", "Build and assess the sample dossier"),
    help=t(
        """在 DIR（默认 ./demo）生成样例档案并评估：一辆虚构的 2 级辅助驾驶汽车，含人为埋入的缺陷。

全部数据由本软件从种子生成。评估会发现缺陷，这正是演示的目的；命令本身成功时返回 0。

--release 另在 DIR（默认 ./demo-release）生成一次合格的软件升级（档案与升级包）并请求放行：关口打开，写出当日有效的放行许可；
随后给出三个一行命令的实验，各使关口关闭。退出码与 zhunru gate 相同。""",
        """Build the sample dossier in DIR (default ./demo) and assess it: a fictitious level-2 car with planted faults.

All data are generated from a seed by this software. The assessment finds the faults, which is the point; the command itself returns 0.

--release builds a conforming software update (dossier and packages) in DIR (default ./demo-release) and asks the gate: it opens and a
permit for today is written; then three experiments of one line are shown, each of which holds it. Exit codes are those of zhunru gate.""",
    ),
)
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path, file_okay=False))
@click.option("--release", is_flag=True, help=t("生成一次合格的升级并打开放行关口", "Build a conforming update and open the release gate"))
@click.option("--seed", default=103, help=t("随机种子", "Seed"))
@click.option(
    "--jobs", type=click.IntRange(0, 256), default=0, help=t("并行进程数，0 为全部处理器", "Worker processes, 0 = all processors")
)
def command(folder: Path | None, release: bool, seed: int, jobs: int) -> int:
    """Build when the folder is new, then assess or ask the gate."""
    if release:
        return _release(folder or Path(RELEASE), seed, jobs)
    return _sample(folder or Path("demo"), seed, jobs)


def _sample(folder: Path, seed: int, jobs: int) -> int:
    from zhunru.cli.assess import run
    from zhunru.range.sample_dossier import build

    if _is_new(folder, folder):
        build(folder, seed)
    code = run(folder, jobs=jobs, day=DAY)
    click.echo(t(f"\n样例含有埋入的缺陷；同一档案用 zhunru assess 会以 {code} 退出。接着试：zhunru verify {folder}；zhunru explain miit-2021-103/1.8；zhunru demo --release",
                 f"\nThe sample holds planted faults; zhunru assess on it exits with {code}. Try next: zhunru verify {folder}; zhunru explain miit-2021-103/1.8; zhunru demo --release"))  # fmt: skip
    return 4 if code == 4 else 0


def _release(folder: Path, seed: int, jobs: int) -> int:
    """Build a release on the day of today, ask the gate and tell how to hold it."""
    from shlex import quote

    from zhunru.cli.gate import command as gate
    from zhunru.core.record import CHINA
    from zhunru.range.release_dossier import conforming

    home = folder / "dossier"
    if _is_new(folder, home):
        conforming(datetime.now(UTC).astimezone(CHINA).date(), seed).write(folder)
    packages = sorted((folder / "build").iterdir())
    code: int = click.get_current_context().invoke(gate, gate="ota-release", place=home, packages=tuple(packages), jobs=jobs)
    again = " ".join(["zhunru gate ota-release", quote(str(home)), *(f"--package {quote(str(p))}" for p in packages)])
    click.echo(
        "\n" + t("三个实验，各使关口关闭（改回即重新打开）：", "Three experiments, each holds the gate (undo it and it opens again):")
    )
    for told, line in _experiments(home, packages):
        click.echo(f"  # {told}\n  {line}")
    click.echo(t("再次请求放行：", "Ask the gate again:") + f"\n  {again}")
    return code


def _experiments(home: Path, packages: list[Path]) -> list[tuple[str, str]]:
    """Return what each experiment shows and its command; each can be undone from what it keeps outside of the ledgers."""
    from shlex import quote

    book = home / "records/vehicle_parameter.toml"
    lines = book.read_text(encoding="utf-8").splitlines() if book.exists() else []
    named = max((n for n, line in enumerate(lines) if line == _BRAKE), default=0)
    value = next((n for n, line in enumerate(lines, 1) if n > named and line.startswith("value = ")), 1)
    book_, home_ = quote(str(book)), quote(str(home))
    return [
        (
            t("升级包多出一个字节：不再是受检、备案、审批的那一个", "one more byte in a package: no longer the one tested, filed and approved"),
            f"printf x >> {quote(str(packages[-1])) if packages else 'FILE'}",
        ),
        (
            t("升级后改动一个制动参数：实际差异没有相应的材料与审批", "another brake parameter after the update: no paper covers the computed difference"),
            f"sed -i.bak '{value}s/= .*/= \"0.35\"/' {book_} && mv {book_}.bak {home_}/",
        ),
        (
            t("拿掉对筛查性结论的接受：无人负责，不放行", "the acceptance of screening verdicts is gone: nobody stands for them"),
            f"mv {home_}/records/acceptance.toml {home_}/",
        ),
    ]  # fmt: skip


def _is_new(folder: Path, home: Path) -> bool:
    """Tell whether `home` has to be built; a folder that holds other things is refused."""
    from zhunru.core.errors import PlanError
    from zhunru.core.text import Text

    if (home / "dossier.toml").exists():
        return False
    if folder.exists() and any(folder.iterdir()):
        raise PlanError(
            Text("目录不为空，且不是档案", "the folder is not empty and is no dossier"),
            str(folder),
            Text("换一个目录", "choose another folder"),
        )
    return True
