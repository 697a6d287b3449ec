"""`zhunru init`: the applicability statement of a new dossier."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from zhunru.cli._language import current, t

if TYPE_CHECKING:
    from zhunru.core.subject import Subject

KINDS = ("cellular", "wlan", "bluetooth", "v2x", "satellite", "ethernet", "usb")


@click.command(
    short_help=t("建立档案：适用性声明", "Begin a dossier: the applicability statement"),
    help=t(
        """在 DIR 建立档案：询问（或从参数、文件取得）产品是什么，写出 dossier.toml（适用性声明），并说明哪些条款适用、其余为何不适用。

\b
示例：
  zhunru init 我的车型
  zhunru init 我的车型 --name 样车 --maker 示例汽车 --level 2 --ota --gnss --beidou --channel 4G:cellular --channel WiFi:wlan
  zhunru init 我的车型 --from 声明.toml""",
        """Begin a dossier in DIR: ask (or take from flags or a file) what the product is, write dossier.toml (the applicability statement),
and say which clauses apply and why the others do not.

\b
Examples:
  zhunru init mycar
  zhunru init mycar --name X1 --maker Example --level 2 --ota --gnss --beidou --channel 4G:cellular --channel WiFi:wlan
  zhunru init mycar --from statement.toml""",
    ),
)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--from",
    "source",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help=t("取自此 TOML 的 [subject]", "Take [subject] of this TOML"),
)
@click.option("--name", help=t("车型名称", "Model name"))
@click.option("--maker", help=t("生产企业", "Maker"))
@click.option(
    "--category",
    type=click.Choice(["M1", "M2", "M3", "N1", "N2", "N3", "O"]),
    help=t("车辆类别（默认 M1）", "Vehicle category (default M1)"),
)
@click.option(
    "--level",
    "automation_level",
    type=click.IntRange(0, 5),
    help=t("驾驶自动化等级 0-5（GB/T 40429）", "Level of driving automation 0-5 (GB/T 40429)"),
)
@click.option("--ota/--no-ota", default=None, help=t("具有在线升级", "Has over-the-air update"))
@click.option("--gnss/--no-gnss", default=None, help=t("具有卫星定位", "Has satellite positioning"))
@click.option("--beidou/--no-beidou", default=None, help=t("接收北斗", "Receives BeiDou"))
@click.option("--v2x/--no-v2x", default=None, help=t("具有 V2X 直连", "Has V2X direct communication"))
@click.option(
    "--channel",
    "channels",
    multiple=True,
    metavar="ID:KIND",
    help=t("对外通信通道，可重复；KIND 为 ", "External channel, repeatable; KIND is one of ") + " ".join(KINDS),
)
@click.option("--cabin-sensor", "cabin_sensors", multiple=True, help=t("座舱传感器，可重复", "Cabin sensor, repeatable"))
@click.option("--exterior-sensor", "exterior_sensors", multiple=True, help=t("车外传感器，可重复", "Exterior sensor, repeatable"))
@click.option(
    "--market", "markets", multiple=True, help=t("市场（ISO 3166，默认 CN），可重复", "Market (ISO 3166, default CN), repeatable")
)
@click.option("--important-data/--no-important-data", default=None, help=t("处理重要数据", "Processes important data"))
@click.option("--data-export/--no-data-export", default=None, help=t("向境外提供数据", "Provides data abroad"))
def command(folder: Path, source: Path | None, **said: Any) -> int:
    """Write the statement and show what applies."""
    from zhunru.core.errors import PlanError
    from zhunru.core.text import Text
    from zhunru.engine.dossier import FOLDERS, open_dossier, write_whole

    path = folder / "dossier.toml"
    if path.exists():
        raise PlanError(
            Text("已有 dossier.toml，不覆盖", "dossier.toml exists already and is not overwritten"),
            str(path),
            Text("直接编辑它", "edit it"),
        )
    given = _from_file(source) if source else {k: v for k, v in said.items() if v not in (None, ())}
    if not source:
        given["channels"] = [_channel(c) for c in given.pop("channels", ())]
        given = _ask(given) if sys.stdin.isatty() else given
    subject = _subject(given, str(source or folder))
    write_whole(path, _toml(subject).encode())
    for name in FOLDERS:
        (folder / name).mkdir(parents=True, exist_ok=True)
    click.echo(t("已写出：", "written: ") + str(path))
    _applying(open_dossier(folder).subject)
    click.echo(t(f"接着：把证据放进 {folder}/evidence/，台账放进 {folder}/records/，再运行 zhunru assess {folder}",
                 f"next: put evidence into {folder}/evidence/, ledgers into {folder}/records/, then run zhunru assess {folder}"))  # fmt: skip
    return 0


def _from_file(path: Path) -> dict[str, Any]:
    import tomllib

    from zhunru.core.errors import PlanError
    from zhunru.core.text import Text

    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PlanError(
            Text("TOML 文件读不通", "the TOML file cannot be read"),
            f"{path}: {error}",
            Text("用 UTF-8 保存并改正", "save as UTF-8 and correct it"),
        ) from error
    found = data.get("subject", data)
    return dict(found) if isinstance(found, dict) else {}


def _channel(word: str) -> dict[str, str]:
    name, _, kind = word.rpartition(":")
    if not name or kind not in KINDS:
        raise click.BadParameter(t(f"{word}：写成 ID:KIND，KIND 为 ", f"{word}: write ID:KIND, KIND one of ") + ", ".join(KINDS))
    return {"id": name, "kind": kind}


def _ask(given: dict[str, Any]) -> dict[str, Any]:
    def ask(key: str, question: str, **options: Any) -> None:
        if key not in given:
            given[key] = click.prompt(question, **options)

    def confirm(key: str, question: str) -> None:
        if key not in given:
            given[key] = click.confirm(question)

    ask("name", t("车型名称", "model name"))
    ask("maker", t("生产企业", "maker"))
    ask("category", t("车辆类别", "vehicle category"), default="M1", type=click.Choice(["M1", "M2", "M3", "N1", "N2", "N3", "O"]))
    ask("automation_level", t("驾驶自动化等级（0-5）", "level of driving automation (0-5)"), default=2, type=click.IntRange(0, 5))
    confirm("ota", t("能在线升级（OTA）吗", "can it be updated over the air"))
    confirm("gnss", t("有卫星定位吗", "has it satellite positioning"))
    if given["gnss"]:
        confirm("beidou", t("接收北斗吗", "does it receive BeiDou"))
    if not given.get("channels"):
        words = click.prompt(t("对外通道，如 4G:cellular WiFi:wlan", "external channels, e.g. 4G:cellular WiFi:wlan"), default="")
        given["channels"] = [_channel(w) for w in words.split()]
    for key, question in (
        ("cabin_sensors", t("座舱传感器，以空格分隔", "cabin sensors, separated by spaces")),
        ("exterior_sensors", t("车外传感器，以空格分隔", "exterior sensors, separated by spaces")),
    ):
        if key not in given:
            given[key] = click.prompt(question, default="", show_default=False).split()
    confirm("important_data", t("处理重要数据吗", "does it process important data"))
    confirm("data_export", t("向境外提供数据吗", "are data provided abroad"))
    return given


def _subject(given: dict[str, Any], where: str) -> "Subject":
    from pydantic import ValidationError

    from zhunru.core.errors import PlanError
    from zhunru.core.subject import Subject
    from zhunru.core.text import Text

    try:
        return Subject.model_validate(given)
    except ValidationError as error:
        fields = "; ".join(f"{'.'.join(str(p) for p in e['loc'])}: {e['msg']}" for e in error.errors())
        raise PlanError(
            Text("产品声明不完整或有误", "the statement of the product is incomplete or wrong"),
            f"{where}: {fields}",
            Text("补上 --name、--maker 等参数，见 --help", "give --name, --maker ...; see --help"),
        ) from error


def _toml(subject: "Subject") -> str:
    import json

    data = subject.model_dump(mode="json", exclude_none=True)
    lines = ["# 适用性声明 / applicability statement: zhunru explain subject", "format = 1", "", "[subject]"]
    lines += [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in data.items() if key != "channels"]
    for channel in data["channels"]:
        lines += ["", "[[subject.channels]]", *(f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in channel.items())]
    return "\n".join(lines) + "\n"


def _applying(subject: "Subject") -> None:
    from zhunru.engine import walk

    reasons = {clause.id: (clause, clause.why_not(subject)) for clause in walk.catalogue().clauses.values()}
    excluded = [(clause, reason) for clause, reason in reasons.values() if reason]
    applying = len(reasons) - len(excluded)
    click.echo(t(f"适用条款 {applying} 条；不适用 {len(excluded)} 条：", f"{applying} clauses apply; {len(excluded)} do not:"))
    for clause, reason in excluded:
        title = clause.title_zh if current() == "zh" else clause.title_en
        click.echo(f"  {clause.id}  {title}: {reason.of(current())}")
