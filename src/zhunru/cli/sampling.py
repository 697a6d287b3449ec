"""`zhunru sampling`: draw cars so that nobody can steer the draw, and prove it."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from zhunru.cli._language import current, t

if TYPE_CHECKING:
    from zhunru.records.vehicle import Vehicle

PLAN, LIST, SAMPLE = "抽样方案.csv", "抽样总体.csv", "抽样车辆.csv"
WHOLE = "全部"
"""Stratum of every car where nothing makes strata."""
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_STRATA = ("model", "month", "use", "status")


@click.group(
    short_help=t("抽样：先封存清单，后取随机数，任何人可复算", "Sampling: seal the list, then take the randomness; anybody can recompute"),
    help=t(
        """抽取受检车辆，使企业无法左右结果：先封存清单（交出摘要），再取检查人员事先指定的公开随机数，最后抽取；任何人可复算。

\b
示例：
  zhunru sampling seal 车辆.csv --plan S-1 --by model,month --source "drand 5000000" --named-by 王检 --out 抽样
  zhunru sampling draw 抽样 --randomness 9f3c... --public-at 2026-12-02T10:00+08:00
  zhunru sampling verify 抽样
三张表可直接放进档案的 records/，由检查 ota.sample_is_drawn_fairly 判定。""",
        """Draw cars for inspection so that the maker cannot steer the result: seal the list (give its digest away), then take the public randomness that
the inspector named beforehand, then draw; anybody can compute it again.

\b
Examples:
  zhunru sampling seal vehicles.csv --plan S-1 --by model,month --source "drand 5000000" --named-by Wang --out sampling
  zhunru sampling draw sampling --randomness 9f3c... --public-at 2026-12-02T10:00+08:00
  zhunru sampling verify sampling
The three sheets go into records/ of a dossier as they are; the check ota.sample_is_drawn_fairly judges them.""",
    ),
)
def command() -> None:
    """Hold the three steps."""


@command.command(
    "seal",
    short_help=t("封存清单与方案", "Seal list and plan"),
    help=t("读取车辆台账 LIST，定样本量，封存。", "Read the ledger of vehicles LIST, decide the sizes, seal."),
)
@click.argument("listed", metavar="LIST", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--plan", required=True, help=t("方案编号", "Number of the plan"))
@click.option("--product", default="", help=t("只取该车型（默认全部）", "Only cars of this model (default: all)"))
@click.option("--by", default="", metavar=",".join(_STRATA), help=t("分层依据，逗号分隔", "What makes a stratum, separated by commas"))
@click.option(
    "--share", type=click.FloatRange(0, 1, True, True), default=0.05, help=t("须能检出的偏离比例", "Share of deviating cars to find")
)
@click.option("--confidence", type=click.FloatRange(0, 1, True, True), default=0.95, help=t("置信度", "With which probability"))
@click.option("--accept", type=click.IntRange(0), default=0, help=t("接收数", "Acceptance number"))
@click.option(
    "--source",
    required=True,
    help=t("将来的公开随机数，如某期 drand、彩票、收盘指数", "Public randomness of the future: a drand round, a lottery, a closing index"),
)
@click.option("--named-by", required=True, help=t("指定随机数来源的检查人员", "Inspector who named the source"))
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help=t("写出的目录", "Folder to write to"))
@click.option(
    "--dossier",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help=t("并把摘要记入该档案的台账", "Also enter the seal into the ledger of this dossier"),
)
def seal_list(
    listed: Path,
    plan: str,
    product: str,
    by: str,
    share: float,
    confidence: float,
    accept: int,
    source: str,
    named_by: str,
    out: Path,
    dossier: Path | None,
) -> int:
    """Write plan and list; print the seal."""
    from datetime import UTC, datetime

    from zhunru.formulas.sampling import allocate, sample_size, seal

    cars = _population(listed, product, by, out)
    counts: dict[str, int] = {}
    for _, stratum in cars:
        counts[stratum] = counts.get(stratum, 0) + 1
    sizes = allocate(sample_size(len(cars), share, confidence, accept), counts)
    row = {
        "id": plan,
        "product": product,
        "sealed": seal(plan, cars, sizes, accept),
        "list_size": len(cars),
        "accept": accept,
        "share": share,
    }
    row |= {
        "confidence": confidence,
        "sizes": "; ".join(f"{name}={n}" for name, n in sorted(sizes.items())),
        "source": source,
        "named_by": named_by,
    }
    _write(out / LIST, "listed_vehicle", [{"plan": plan, "vin": vin, "stratum": stratum} for vin, stratum in cars])
    _write(out / PLAN, "sampling_plan", [row | {"sealed_at": datetime.now(UTC).isoformat(timespec="seconds")}])
    if dossier:
        _enter(dossier, {"plan": plan, "sealed": row["sealed"], "cars": len(cars), "source": source, "named_by": named_by})
    click.echo(t(f"{len(cars)} 辆，抽 {sum(sizes.values())} 辆", f"{len(cars)} cars, {sum(sizes.values())} to be drawn"))
    click.echo(t("封存摘要（现在交给检查人员）：", "seal (give it to the inspector now): ") + str(row["sealed"]))
    return 0


def _population(listed: Path, product: str, by: str, out: Path) -> list[tuple[str, str]]:
    """Return VIN and stratum of the cars to draw from; refuse a list that has none or one twice, and a folder in use."""
    from zhunru.core.errors import PlanError
    from zhunru.core.text import Text
    from zhunru.formulas.sampling import canonical
    from zhunru.formulas.written_names import bare
    from zhunru.records.vehicle import Vehicle

    chosen = [v for v in _records(listed, Vehicle) if not product or bare(v.model or "") == bare(product)]
    try:
        cars = canonical((v.vin, _stratum(v, by)) for v in chosen)
    except ValueError:
        cars = []
    if not cars or (out / PLAN).exists():
        what = Text("清单为空、有重复VIN，或目录中已有方案", "the list is empty or has a VIN twice, or the folder holds a plan already")
        raise PlanError(what, str(out), Text("修正台账，或换一个目录", "correct the ledger, or take another folder"))
    return cars


def _enter(dossier: Path, body: dict[str, Any]) -> None:
    from zhunru.engine.dossier import open_dossier
    from zhunru.engine.ledger import Ledger

    digest = Ledger(open_dossier(dossier).folder / "ledger.jsonl").append("sampling", body)
    click.echo(t("已记入台账：", "entered into the ledger: ") + digest)


@command.command(
    "draw",
    short_help=t("按公布的随机数抽取", "Draw with the published randomness"),
    help=t("在 DIR 中按公布的随机数抽取。", "Draw in DIR with the published randomness."),
)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.option("--randomness", required=True, help=t("公布的值，逐字", "The value as published"))
@click.option("--public-at", required=True, help=t("公布时间（含时区）", "When it became public, with its zone"))
def draw_sample(folder: Path, randomness: str, public_at: str) -> int:
    """Write the drawn cars; refuse when list or plan are not those that were sealed."""
    from zhunru.core.errors import PlanError
    from zhunru.core.text import Text
    from zhunru.formulas.sampling import draw

    plan, cars, sizes = _sealed(folder)
    if plan.randomness or (folder / SAMPLE).exists():
        raise PlanError(Text("已经抽取过", "it was drawn already"), str(folder), Text("用 verify 复算", "recompute it with verify"))
    changed = type(plan).model_validate(plan.model_dump() | {"randomness": randomness, "public_at": public_at})
    if not changed.public_at or not plan.sealed_at or changed.public_at <= plan.sealed_at:
        raise PlanError(
            Text("随机数须在封存之后公布", "the randomness must appear after the seal"),
            f"{plan.sealed_at} >= {changed.public_at}",
            Text("用封存之后才公布的随机数重做", "begin anew with randomness of the future"),
        )
    rows = [
        {"plan": plan.id, "vin": vin, "stratum": stratum, "rank": rank}
        for stratum, ranked in draw(plan.sealed or "", randomness, cars).items()
        for rank, vin in enumerate(ranked[: sizes[stratum]], 1)
    ]
    _write(folder / SAMPLE, "sampled_vehicle", rows)
    _write(folder / PLAN, "sampling_plan", [changed.model_dump(mode="json") | {"sizes": "; ".join(changed.sizes)}])
    for row in rows:
        click.echo(f"{row['vin']}  {row['stratum']}")
    return 0


@command.command(
    "verify",
    short_help=t("复算封存与抽取", "Recompute seal and draw"),
    help=t(
        "复算 DIR 中的封存摘要与抽取结果。退出码：0 一致；1 不一致",
        "Recompute seal and draw in DIR. Exit codes: 0 they agree; 1 they do not",
    ),
)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False, exists=True))
def verify_sample(folder: Path) -> int:
    """Print what does not hold."""
    from zhunru.core.errors import PlanError
    from zhunru.formulas.sampling import draw
    from zhunru.formulas.written_names import bare_number
    from zhunru.records.sampled_vehicle import SampledVehicle

    try:
        plan, cars, sizes = _sealed(folder)
        rows = [r for r in _records(folder / SAMPLE, SampledVehicle) if r.plan == plan.id]
    except PlanError as error:
        click.secho("✗ " + error.what.of(current()), fg="red", err=True)
        return 1
    order = draw(plan.sealed or "", plan.randomness or "", cars)
    taken = {bare_number(r.vin): r.reason for r in rows}
    wrong = [s for s, ranked in order.items() if not _agrees(ranked, sizes[s], taken)]
    strangers = set(taken) - {vin for vin, _ in cars}
    if not plan.randomness or not plan.sealed_at or not plan.public_at or plan.public_at <= plan.sealed_at or wrong or strangers:
        click.secho(t("✗ 抽取结果与复算不符", "✗ the draw is not the one that seal and randomness give"), fg="red", err=True)
        for name in wrong:
            click.echo(f"  {t('分层', 'stratum')}: {name or '-'}", err=True)
        return 1
    click.secho(
        t(f"✓ {len(cars)} 辆中抽 {len(rows)} 辆，封存与抽取均成立", f"✓ {len(rows)} of {len(cars)} cars; seal and draw hold"), fg="green"
    )
    return 0


def _agrees(ranked: list[str], size: int, taken: dict[str, str | None]) -> bool:
    """Tell whether the cars taken are the first ones in rank, and as many of them as asked could be had."""
    mine = [vin for vin in ranked if vin in taken]
    return mine == ranked[: len(mine)] and sum(not taken[vin] for vin in mine) >= min(size, len(ranked))


def _stratum(vehicle: "Vehicle", by: str) -> str:
    words = {
        "model": vehicle.model,
        "month": vehicle.produced and f"{vehicle.produced:%Y-%m}",
        "use": vehicle.use,
        "status": vehicle.status,
    }
    wanted = [word.strip() for word in by.split(",") if word.strip()]
    if unknown := [word for word in wanted if word not in words]:
        raise click.BadParameter(", ".join(unknown), param_hint="--by")
    # neither what separates lists in a cell nor what begins a formula may stand in a name
    return "/".join(re.sub(r"[;；,，、|\s=/+@]|^-", "_", str(words[word] or "?")) for word in wanted) or WHOLE


def _records(path: Path, kind: Any) -> list[Any]:
    """Return the records of a sheet; refuse one that was not read whole: a row that is left out would be a car that cannot be drawn."""
    import tempfile

    from zhunru.core.errors import PlanError
    from zhunru.core.text import Text
    from zhunru.engine.bind import bind
    from zhunru.engine.dossier import File, sha256_of
    from zhunru.engine.run import read_all

    if not path.exists():
        return []
    with tempfile.TemporaryDirectory(prefix="zhunru-") as cache:
        files = [File(path.name, path, path.stat().st_size, sha256_of(path))]
        receipts = read_all(files, Path(cache), 1, None)
        bound = bind(files, receipts, Path(cache))
    found = list(bound.records.get(kind, ()))
    if any(r.state != "read" for r in receipts.values()) or bound.refused.get(kind) or any(r.origin.problems for r in found):
        what = Text("台账未能完整读出，或有无法使用的行", "the ledger was not read whole, or has rows that cannot be used")
        raise PlanError(what, str(path), Text("用 zhunru read 查看原因", "see why with zhunru read"))
    return found


def _sealed(folder: Path) -> tuple[Any, list[tuple[str, str]], dict[str, int]]:
    """Return plan, list and sizes of a folder; refuse when they are not those that were sealed."""
    from zhunru.core.errors import PlanError
    from zhunru.core.text import Text
    from zhunru.formulas.sampling import canonical, seal
    from zhunru.records.listed_vehicle import ListedVehicle
    from zhunru.records.sampling_plan import SamplingPlan, sizes_of

    plans = _records(folder / PLAN, SamplingPlan)
    wrong = PlanError(
        Text("清单或方案与封存摘要不符", "list or plan are not those that were sealed"),
        str(folder),
        Text("取回封存时的文件", "take back the files as they were sealed"),
    )
    if len(plans) != 1:
        raise wrong
    try:
        cars = canonical((r.vin, r.stratum or "") for r in _records(folder / LIST, ListedVehicle) if r.plan == plans[0].id)
    except ValueError as error:
        raise wrong from error
    sizes = sizes_of(plans[0])
    if (
        not cars
        or sizes is None
        or set(sizes) != {s for _, s in cars}
        or seal(plans[0].id, cars, sizes, int(plans[0].accept or 0)) != plans[0].sealed
    ):
        raise wrong
    return plans[0], cars, sizes


def _write(path: Path, kind: str, rows: list[dict[str, Any]]) -> None:
    """Write records as a sheet that the ledger readers take."""
    import csv
    import io

    from zhunru.core.errors import PlanError
    from zhunru.core.text import Text
    from zhunru.engine import walk
    from zhunru.engine.dossier import write_whole

    record = walk.records()[kind]
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([record.headings(name)[0] for name in record.items()])
    for row in rows:
        values = ["" if row.get(name) is None else str(row.get(name)) for name in record.items()]
        if bad := next((v for v in values if v.startswith(_FORMULA_STARTS)), None):
            raise PlanError(
                Text("值以公式符号开头，电子表格会改动它", "a value begins like a formula: a spreadsheet would alter it"),
                bad,
                Text("改写该值", "write it in another way"),
            )
        writer.writerow(values)
    write_whole(path, text.getvalue().encode("utf-8-sig"))
