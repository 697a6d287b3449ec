"""`zhunru conformance`: an update client against the attack simulator."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from zhunru.cli._language import current, t

if TYPE_CHECKING:
    from zhunru.reports.client_trial import Session


@click.command(
    short_help=t("用攻击模拟器试验升级客户端", "Try an update client against the attack simulator"),
    help=t(
        """用十六类攻击试验任何遵守三条命令约定（init、refresh、download，退出码 0 或 1）的升级客户端。

\b
示例：
  zhunru conformance -- python tools/clients/tuf_client.py
  zhunru conformance --kind uptane --clock option       试验本软件自带的参考客户端
  zhunru conformance --only rollback -- ./my-client

在 OUT 写出 session.jsonl（证据）、served/（实际发出的文件）、report.html 与 report.json。
退出码：0 全部经受住（或只有已列明的偏差）；1 有攻击得逞或误拒；3 有未评判的类别。
约定见 docs/how-to/testing-a-client.md。""",
        """Try any update client that obeys the contract of three commands (init, refresh, download; exit 0 or 1) in sixteen attack classes.

\b
Examples:
  zhunru conformance -- python tools/clients/tuf_client.py
  zhunru conformance --kind uptane --clock option       the reference client of this software
  zhunru conformance --only rollback -- ./my-client

Writes session.jsonl (evidence), served/ (what was served), report.html and report.json to OUT.
Exit codes: 0 all withstood (or only listed deviations); 1 an attack went through or a true update was refused; 3 a class stays open.
The contract: docs/how-to/testing-a-client.md.""",
    ),
)
@click.option("--kind", type=click.Choice(["tuf", "uptane"]), default="tuf", show_default=True, help=t("客户端类型", "Kind of client"))
@click.option(
    "--seed", default=103, show_default=True, type=click.IntRange(0, 2**31), help=t("密钥与软件的种子", "Seed of keys and images")
)
@click.option(
    "--only",
    default="",
    metavar="CLASS|TRIAL",
    help=t("只运行一类，或标识以此开头的试验", "Only one class, or trials whose id starts with this"),
)
@click.option("--jobs", type=click.IntRange(1, 64), default=2, show_default=True, help=t("同时进行的试验数", "Trials at a time"))
@click.option(
    "--patience",
    type=click.IntRange(2, 600),
    default=20,
    show_default=True,
    help=t("被拖住多少秒算卡死", "Seconds after which a client that is held up counts as hung"),
)
@click.option(
    "--clock",
    type=click.Choice(["none", "option"]),
    default="none",
    show_default=True,
    help=t("客户端能否用 --now 告知时间", "Whether the client can be told the time by --now"),
)
@click.option("--name", default="", help=t("报告中的客户端名称", "Name of the client in the report"))
@click.option(
    "--expect-failures",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help=t("已列明的偏差：每行“试验标识: 理由”", "Listed deviations: lines `trial id: reason`"),
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("conformance"),
    show_default=True,
    help=t("输出目录", "Folder of the output"),
)
@click.argument("client", nargs=-1, type=click.UNPROCESSED, metavar="[-- CLIENT ARGS...]")
def command(
    kind: str,
    seed: int,
    only: str,
    jobs: int,
    patience: int,
    clock: str,
    name: str,
    expect_failures: Path | None,
    out: Path,
    client: tuple[str, ...],
) -> int:
    """Run the trials, judge them as any evidence is judged, and write the report."""
    import shutil

    from zhunru.core.errors import PlanError
    from zhunru.core.text import Text
    from zhunru.range.attacks import trials
    from zhunru.range.client_trial import run_session
    from zhunru.range.update_contract import ProgramClient

    chosen = trials(kind, only)
    if not chosen:
        raise PlanError(
            Text("没有这样的试验", "no such trial"),
            only,
            Text("给出攻击类别或试验标识的开头", "give an attack class or the start of an id"),
        )
    listed = _listed(expect_failures, {x.id for x in trials(kind)})
    words = list(client) or [sys.executable, "-m", "zhunru.range.update_client"]
    if shutil.which(words[0]) is None:
        raise PlanError(
            Text("找不到客户端程序", "the client cannot be found"), words[0], Text("给出可执行文件的路径", "give the path of a program")
        )
    tried = ProgramClient(words, name or (Path(words[-1]).name if client else "zhunru"), clock == "option" or not client)
    path = run_session(tried, kind, chosen, out, seed, jobs, float(patience), _progress())
    session = _judged(path, listed)
    _write(out, session)
    _print(out, session)
    return _code(session)


def _listed(path: Path | None, known: set[str]) -> dict[str, str]:
    """Return the deviations listed beforehand."""
    from zhunru.core.errors import PlanError
    from zhunru.core.text import Text

    found: dict[str, str] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines() if path else (), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        trial, _, reason = (part.strip() for part in line.partition(": "))
        if trial not in known or not reason:
            raise PlanError(
                Text("列明的偏差不是已知试验，或没有理由", "a listed deviation is no known trial, or has no reason"),
                f"{path}:{number}",
                Text("每行写“试验标识: 理由”", "write `trial id: reason` on each line"),
            )
        found[trial] = reason
    return found


def _progress() -> Callable[[int, int], None] | None:
    if not sys.stderr.isatty():
        return None

    def step(done: int, total: int) -> None:
        click.echo(f"\r{done}/{total}", nl=done == total, err=True)

    return step


def _judged(path: Path, listed: Mapping[str, str]) -> "Session":
    """Read the session as evidence, fold it and judge it."""
    import hashlib

    from zhunru.checks.ota.client_withstands_attacks import client_withstands_attacks as check
    from zhunru.core.finding import fold
    from zhunru.engine.source import FileSource
    from zhunru.readers.client_trial import client_trial
    from zhunru.reports.client_trial import Session
    from zhunru.tables.client_trial import ClientTrialStep, ServedFile, trial_from_steps

    read = list(client_trial(FileSource(path)))
    steps = ClientTrialStep.concat([x for x in read if isinstance(x, ClientTrialStep)])
    served = ServedFile.concat([x for x in read if isinstance(x, ServedFile)])
    results = trial_from_steps(steps)
    store = path.parent / "served"

    def content(digest: str) -> bytes | None:
        file = store / digest
        return file.read_bytes() if file.is_file() else None

    return Session(
        steps.collect().to_dicts(), served.collect().to_dicts(), results.collect().to_dicts(), fold(check(results)), check, content,
        listed, hashlib.sha256(path.read_bytes()).hexdigest(),
    )  # fmt: skip


def _write(out: Path, session: "Session") -> None:
    from zhunru.reports.client_trial import as_json, render

    (out / "report.html").write_bytes(render(session))
    (out / "report.json").write_bytes(as_json(session))


def _print(out: Path, session: "Session") -> None:
    """Print one line per attack class, the failures, and where the report is."""
    from collections import Counter

    from rich.table import Table

    from zhunru.cli._show import console
    from zhunru.tables.attack_class import ATTACK_CLASSES

    table = Table(box=None, pad_edge=False)
    for heading, justify in ((t("攻击类别", "attack class"), "left"), (t("试验", "trials"), "right"), (t("经受住", "withstood"), "right"),
                             (t("未通过", "failed"), "right"), (t("未评判", "open"), "right")):  # fmt: skip
        table.add_column(heading, justify=justify)  # type: ignore[arg-type]
    for key, words in ATTACK_CLASSES.items():
        counts = Counter(x["result"] for x in session.trials if x["attack_class"] == key)
        bad, open_ = counts["breached"] + counts["refused"], counts["unclear"] + counts["not-run"]
        style = "red" if bad else "yellow" if not counts["withstood"] else "green"
        table.add_row(words.of(current()), *map(str, (counts.total(), counts["withstood"], bad, open_)), style=style)
    console().print(table)
    texts = {f.facts.get("trial"): f.text for f in session.folded.kept if f.kind == "breach"}
    for row in sorted(session.trials, key=lambda x: str(x["trial"])):
        if row["result"] in {"breached", "refused"}:
            reason = session.listed.get(row["trial"])
            told = texts.get(row["trial"])
            listed = t("（已列明）", " (listed)") if reason else ""
            click.secho(f"  {row['trial']}: {told.of(current()) if told else row['reason']}{listed}", fg="yellow" if reason else "red")
    click.echo(t("报告：", "report: ") + str(out / "report.html"))


def _code(session: "Session") -> int:
    """Return the exit code: listed deviations do not count, but one that no longer deviates does."""
    failed = {str(x["trial"]) for x in session.trials if x["result"] in {"breached", "refused"}}
    held = {str(x["trial"]) for x in session.trials if x["result"] == "withstood"}
    for trial in sorted(set(session.listed) & held):
        click.secho(f"  {trial}: " + t("已列明的偏差不再出现，请从文件中删去", "listed, but withstood: take it off the list"), fg="red")
    if failed - set(session.listed) or set(session.listed) & held:
        return 1
    return 3 if session.folded.totals["gap"] else 0
