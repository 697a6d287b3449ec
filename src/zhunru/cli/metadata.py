"""`zhunru metadata`: update metadata verified as a vehicle would."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from zhunru.cli._language import current, t

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhunru.engine.update_repository import Told

FOLDER = click.Path(path_type=Path, file_okay=False, exists=True)
FILE = click.Path(path_type=Path, dir_okay=False, exists=True)
NOW = click.DateTime(["%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d"])


@click.group(
    short_help=t("逐步验证升级元数据（TUF、Uptane）", "Verify update metadata step by step (TUF, Uptane)"),
    help=t(
        """逐步验证升级元数据，如车辆所做：每一步有编号、结论与它所挡住的攻击。

\b
示例：
  zhunru metadata verify 仓库目录 --trusted-root 1.root.json
  zhunru metadata verify 采集目录 --ecu ecu-1 --hardware hw-a   （含 director/ 与 image/）
  zhunru metadata vectors uptane_vectors --expected expected.json""",
        """Verify update metadata step by step, as a vehicle does: each step has an id, a verdict, and the attack that it stops.

\b
Examples:
  zhunru metadata verify repository --trusted-root 1.root.json
  zhunru metadata verify collected --ecu ecu-1 --hardware hw-a   (holds director/ and image/)
  zhunru metadata vectors uptane_vectors --expected expected.json""",
    ),
)
def command() -> None:
    """Hold the verbs."""


@command.command(
    short_help=t("验证一个仓库，或一对仓库", "Verify one repository, or a pair"),
    help=t(
        """验证目录 DIR：单个 TUF 仓库，或含 director/ 与 image/ 的 Uptane 一对。

\b
示例：
  zhunru metadata verify repository --trusted-root 1.root.json --now 2026-03-01T00:00:00Z
  zhunru metadata verify collected --ecu ecu-1 --hardware hw-a --images images
  zhunru metadata verify collected --partial --ecu ecu-1 --hardware hw-a
\b
退出码：0 全部成立；1 有步骤不成立；2 用法错误；3 均成立但有未核对的内容（列在末尾）；4 故障""",
        """Verify the folder DIR: a single TUF repository, or an Uptane pair in director/ and image/.

\b
Examples:
  zhunru metadata verify repository --trusted-root 1.root.json --now 2026-03-01T00:00:00Z
  zhunru metadata verify collected --ecu ecu-1 --hardware hw-a --images images
  zhunru metadata verify collected --partial --ecu ecu-1 --hardware hw-a
\b
Exit codes: 0 all holds; 1 a step fails; 2 usage; 3 all holds but something was not compared (listed at the end); 4 fault""",
    ),
)
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option("--director", type=FOLDER, help=t("指挥仓库目录", "Folder of the Director"))
@click.option("--image", type=FOLDER, help=t("镜像仓库目录", "Folder of the Image repository"))
@click.option(
    "--trusted-root", type=FILE, help=t("可信根文件（单仓库或指挥仓库）", "Trusted root (of a single repository or the Director)")
)
@click.option("--trusted-image-root", type=FILE, help=t("镜像仓库的可信根文件", "Trusted root of the Image repository"))
@click.option("--now", type=NOW, help=t("判断到期的时刻，UTC（默认现在）", "Moment as of which expiry is judged, UTC (default now)"))
@click.option("--ecu", multiple=True, metavar="ID", help=t("控制器标识（可多次）", "ECU id (may be repeated)"))
@click.option("--hardware", multiple=True, metavar="ID", help=t("与 --ecu 依次对应的硬件标识", "Hardware ids, in the order of --ecu"))
@click.option("--partial", is_flag=True, help=t("部分验证：只用指挥仓库的目标", "Partial verification: the Director's targets alone"))
@click.option("--images", type=FOLDER, help=t("镜像文件目录", "Folder of the images"))
@click.option("--target", default="", metavar="NAME", help=t("在单仓库中查找的目标文件", "Target to look for in a single repository"))
@click.option(
    "--policy",
    type=click.Choice(["tuf", "uptane", "uptane-2017"]),
    help=t(
        "规则（默认按目录内容）；uptane-2017 为早期工具的写法", "Rules (default by the folder); uptane-2017 is what the first tools wrote"
    ),
)
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", help=t("输出格式", "Form of the output"))
def verify(
    folder: Path, director: Path | None, image: Path | None, trusted_root: Path | None, trusted_image_root: Path | None,
    now: datetime | None, ecu: tuple[str, ...], hardware: tuple[str, ...], partial: bool, images: Path | None, target: str,
    policy: str | None, form: str,
) -> int:  # fmt: skip
    """Run and print."""
    from zhunru.engine.update_repository import Wish
    from zhunru.engine.update_repository import verify as run

    roots = {"tuf": trusted_root, "director": trusted_root, "image": trusted_image_root}
    moment = now.replace(tzinfo=UTC) if now else datetime.now(UTC)
    wish = Wish(
        folder, moment, director, image, {role: root for role, root in roots.items() if root}, _ecus(ecu, hardware), policy or "", partial,
        images, target,
    )  # fmt: skip
    told = run(wish)
    _print(told, form)
    if any(s.verdict == "failed" for s in told.steps):
        return 1
    return 3 if told.open else 0


@command.command(
    short_help=t("回答 Uptane 攻击向量", "Answer Uptane attack vectors"),
    help=t(
        """回答目录 DIR 中的 Uptane 攻击向量（每个向量一个目录，每步一个子目录，其中有 director/ 与 image_repo/），并与预期答案比较。

\b
示例：
  zhunru metadata vectors uptane_vectors
  zhunru metadata vectors uptane_vectors --expected expected.json
\b
退出码：0 与预期一致（或未给预期）；1 有不一致；2 用法错误""",
        """Answer the Uptane attack vectors in the folder DIR (a folder per vector, one per step in it, with director/ and image_repo/), and
compare with the expected answers.

\b
Examples:
  zhunru metadata vectors uptane_vectors
  zhunru metadata vectors uptane_vectors --expected expected.json
\b
Exit codes: 0 as expected (or nothing to compare with); 1 something differs; 2 usage""",
    ),
)
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option("--expected", type=FILE, help=t("预期答案（JSON）", "Expected answers (JSON)"))
@click.option("--now", type=NOW, help=t("客户端的时刻，UTC（默认现在）", "Moment of the client, UTC (default now)"))
@click.option("--ecu", multiple=True, default=("123",), metavar="ID", help=t("客户端的控制器标识", "ECU id of the client"))
@click.option("--hardware", multiple=True, default=("test-hw",), metavar="ID", help=t("客户端的硬件标识", "Hardware id of the client"))
def vectors(folder: Path, expected: Path | None, now: datetime | None, ecu: tuple[str, ...], hardware: tuple[str, ...]) -> int:
    """Run and print."""
    import json

    from zhunru.engine.update_repository import expected_of
    from zhunru.engine.update_repository import vectors as run

    moment = now.replace(tzinfo=UTC) if now else datetime.now(UTC)
    given = dict(run(folder, moment, _ecus(ecu, hardware)))
    if expected is None:
        click.echo(json.dumps(given, ensure_ascii=False, indent=1))
        return 0
    wanted = expected_of(expected)
    absent = sorted(set(wanted) - set(given))
    differing = sorted(name for name, answers in given.items() if answers != wanted.get(name))
    for name in differing:
        click.secho(f"✗ {name}", fg="red")
        click.echo(f"  {t('答案', 'given')}: {json.dumps(given[name], ensure_ascii=False)}")
        click.echo(f"  {t('预期', 'expected')}: {json.dumps(wanted.get(name), ensure_ascii=False)}")
    for name in absent:
        click.secho(f"✗ {name}: {t('目录中没有', 'not in the folder')}", fg="red")
    click.echo(
        t(
            f"{len(given)} 个向量，{len(given) - len(differing)} 个与预期一致",
            f"{len(given)} vectors, {len(given) - len(differing)} as expected",
        )
    )
    return 1 if differing or absent or not given else 0


def _ecus(serials: tuple[str, ...], hardware: tuple[str, ...]) -> "Mapping[str, str]":
    if len(serials) != len(hardware):
        raise click.UsageError(t("--ecu 与 --hardware 的个数须相同", "--ecu and --hardware must be given equally often"))
    return dict(zip(serials, hardware, strict=True))


def _print(told: "Told", form: str) -> None:
    from zhunru.wire.metadata_step import ATTACKS, STEPS

    language = current()
    if form == "json":
        import json

        steps = [
            {
                "step": s.step, "verdict": s.verdict, "repository": s.repository, "role": s.role, "error": s.error, "attack": s.attack,
                "detail": s.detail, "name_zh": STEPS[s.step].text.zh, "name_en": STEPS[s.step].text.en,
            }
            for s in told.steps
        ]  # fmt: skip
        click.echo(json.dumps({"steps": steps, "open": [{"zh": o.zh, "en": o.en} for o in told.open]}, ensure_ascii=False, indent=1))
        return
    marks = {"passed": ("✓", "green"), "failed": ("✗", "red"), "not_applicable": ("–", "bright_black")}
    for s in told.steps:
        mark, colour = marks[s.verdict]
        click.echo(
            f"{click.style(mark, fg=colour)} {s.step}  {s.repository}/{s.role}  {STEPS[s.step].text.of(language)}  {click.style(s.detail, dim=True)}"
        )
        if s.verdict == "failed":
            attack = ATTACKS[s.attack].of(language)
            click.secho(f"    {s.error}: {s.text.of(language)}  {t('对应攻击：', 'attack: ')}{attack}", fg="red")
    failed = sum(s.verdict == "failed" for s in told.steps)
    held = sum(s.verdict == "passed" for s in told.steps)
    click.echo(t(f"成立 {held} 步，不成立 {failed} 步", f"{held} steps hold, {failed} fail"))
    for lack in told.open:
        click.secho(f"? {lack.of(language)}", fg="yellow")
