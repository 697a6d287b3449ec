"""`zhunru gate`: one step of a pipeline that opens only when everything holds, and the path to green when it does not."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from zhunru.cli._language import current, t

if TYPE_CHECKING:
    from zhunru.core.decision import Decision

_HELP = t(
    """决定关口是否打开。关口名：ota-release（发布升级包）、market-access（申请准入）；
另有 list（列出关口及其摘要）与 verify（部署前核对放行许可）。

\b
在流水线中：
  zhunru gate ota-release 档案 --package build/a.bin --package build/b.bin
  zhunru gate verify out/permit.json --package build/a.bin --package build/b.bin --dossier 档案
只有每个条款通过或不适用（筛查性结论须有具名人员接受）、备案已通过、
审批与发布、受检、备案的摘要为同一文件的摘要、目标车辆封闭且兼容时才打开；不明即关闭。
每次都从证据重新计算，不用缓存；决定写入 DIR/out/gate.json、gate.sarif、gate.junit.xml，并记入台账。
打开时另写 DIR/out/permit.json，当日有效。
答复列出档案中每把公钥的持有者与指纹；与其持有者核对后用 --expect-key 约定。

\b
退出码：0 打开；1 因不成立而关闭；3 因未决或缺失而关闭；2 用法错误；4 故障

\b
GitHub Actions：
  - run: zhunru gate ota-release dossier --package build/a.bin --out gate
  - if: always()
    uses: github/codeql-action/upload-sarif@v3
    with: {sarif_file: gate/gate.sarif}
GitLab CI：
  script: zhunru gate ota-release dossier --package build/a.bin --out gate
  artifacts: {when: always, reports: {junit: gate/gate.junit.xml}}
Jenkins：
  sh 'zhunru gate ota-release dossier --package build/a.bin --out gate'
  post { always { junit 'gate/gate.junit.xml' } }""",
    """Decide whether a gate opens. Gates: ota-release (releases packages), market-access (application);
also list (gates with their digests) and verify (check a release permit before deploying).

\b
In a pipeline:
  zhunru gate ota-release DIR --package build/a.bin --package build/b.bin
  zhunru gate verify out/permit.json --package build/a.bin --package build/b.bin --dossier DIR
It opens only when every clause passes or does not apply (screening ones accepted by a named person), filings are accepted,
the digests approved, filed and tested are those of the very files given, and targets are closed and compatible. Unknown = held.
Everything is computed again from the evidence, no cache; the decision goes to DIR/out/gate.json, gate.sarif, gate.junit.xml
and into the ledger. An opened gate also writes DIR/out/permit.json, good for the same day.
The answer lists holder and fingerprint of every key in the dossier; compare them with the holders and pin them with --expect-key.

\b
Exit codes: 0 open; 1 held by something that failed; 3 held by something open or missing; 2 usage; 4 fault

\b
GitHub Actions:
  - run: zhunru gate ota-release dossier --package build/a.bin --out gate
  - if: always()
    uses: github/codeql-action/upload-sarif@v3
    with: {sarif_file: gate/gate.sarif}
GitLab CI:
  script: zhunru gate ota-release dossier --package build/a.bin --out gate
  artifacts: {when: always, reports: {junit: gate/gate.junit.xml}}
Jenkins:
  sh 'zhunru gate ota-release dossier --package build/a.bin --out gate'
  post { always { junit 'gate/gate.junit.xml' } }""",
)


@click.command(short_help=t("放行关口：未经审批，不得通过", "Gate of a pipeline, with the path to green"), help=_HELP)
@click.argument("gate", metavar="GATE|list|verify")
@click.argument("place", metavar="[DIR|PERMIT]", required=False, type=click.Path(path_type=Path))
@click.option(
    "--package", "packages", multiple=True, metavar="FILE", type=click.Path(path_type=Path), help=t("将要发布的文件，可多次", "File to be released; repeat")
)  # fmt: skip
@click.option("--campaign", default="", metavar=t("活动编号", "ACTIVITY"), help=t("预期的升级活动", "Update activity that is expected"))
@click.option("--profile", default="", help=t("参数方案：只能更严", "Profile: it can only tighten"))
@click.option("--rehearse", type=click.DateTime(["%Y-%m-%d"]), help=t("按该日预演；永不放行", "Try another day; never a release"))
@click.option(
    "--expect-gate", default="", metavar="HEX", help=t("约定的关口摘要（见 gate list）", "Digest that the gate must have (see gate list)")
)
@click.option(
    "--expect-key",
    "keys",
    multiple=True,
    metavar="HEX",
    help=t(
        "审批所依据公钥的指纹（SHA-256，全部或至少前16位），可多次；约定在档案之外，否则档案自带的公钥只证明自洽",
        "Fingerprint (SHA-256, whole or the first 16 digits at least) of a key that approvals may rest on; repeat. Keep it outside of the dossier: "
        "a key inside proves only that it agrees with itself",
    ),
)
@click.option("--head", default="", metavar="HEX", help=t("此前记下的台账链头", "Head of the ledger noted down earlier"))
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help=t("结果目录（默认 DIR/out）", "Folder of the results (default DIR/out)")
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "sarif", "junit"]),
    default="table",
    help=t("标准输出的形式", "Form on standard output"),
)
@click.option(
    "--dossier",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help=t("verify：其台账须含此决定", "verify: its ledger must hold the decision"),
)
@click.option(
    "--sign-key",
    type=click.Path(path_type=Path, dir_okay=False),
    help=t("用此 Ed25519 私钥（PEM）签署许可", "Sign the permit with this Ed25519 private key (PEM)"),
)
@click.option(
    "--public-key", default="", metavar="BASE64", help=t("verify：许可须由此密钥签署", "verify: the permit must be signed with this key")
)
@click.option("--jobs", type=click.IntRange(0, 256), default=0, help=t("并行进程数，0 为全部处理器", "Worker processes, 0 = all processors"))  # fmt: skip
def command(gate: str, place: Path | None, **options: object) -> int:
    """Decide, list or verify."""
    if gate == "list":
        return _list()
    if place is None:
        raise click.UsageError(t("缺少档案目录或许可文件", "the folder of the dossier or the permit is missing"))
    if gate == "verify":
        return _verify(place, options)
    return _decide(gate, place, options)


def _list() -> int:
    from zhunru.engine import walk
    from zhunru.engine.gate import gate_digest

    for gate in walk.catalogue().gates.values():
        click.echo(f"{gate.id}  {t(gate.title_zh, gate.title_en)}  {t(f'{len(gate.clauses)} 条', f'{len(gate.clauses)} clauses')}")
        click.echo(f"  {gate_digest(gate)}")
    return 0


def _decide(gate: str, folder: Path, options: dict[str, object]) -> int:
    import os
    from datetime import UTC

    from zhunru.cli._show import progress
    from zhunru.engine.assess import OUT, locked
    from zhunru.engine.dossier import open_dossier
    from zhunru.engine.gate import Asked, decide, gate_named, seal_decision
    from zhunru.reports import gate_json, junit, sarif

    if options["packages"] and not gate_named(gate).packages:
        raise click.UsageError(t(f"关口 {gate} 不发布升级包", f"the gate {gate} releases no packages"))
    rehearse = options["rehearse"]
    asked = Asked(
        gate, options["packages"], str(options["campaign"]), rehearse.date() if isinstance(rehearse, datetime) else None,  # type: ignore[arg-type]
        str(options["expect_gate"]), str(options["head"]), options["jobs"] or os.cpu_count() or 1,  # type: ignore[arg-type]
        options["keys"],  # type: ignore[arg-type]
    )  # fmt: skip
    sign = _signer(options["sign_key"])
    dossier = open_dossier(folder, str(options["profile"]))
    out = Path(str(options["out"])) if options["out"] else folder / OUT
    now = datetime.now(UTC)
    with locked(dossier), progress() as step:
        decision = decide(dossier, asked, now, step)
        artefacts = {
            "gate.json": gate_json.render(decision), "gate.sarif": sarif.render_decision(decision),
            "gate.junit.xml": junit.render_decision(decision),
        }  # fmt: skip
        permit, line = seal_decision(dossier, decision, artefacts, out, now, sign)
    form = str(options["form"])
    if form == "table":
        _show(decision, out, line, permit is not None)
    else:
        name = {"json": "gate.json", "sarif": "gate.sarif", "junit": "gate.junit.xml"}[form]
        click.echo(artefacts[name].decode(), nl=False)
    return decision.exit_code() if permit or not decision.open else 4


def _show(decision: "Decision", out: Path, line: str, permitted: bool) -> None:
    from zhunru.cli._show import console
    from zhunru.reports.gate_table import print_decision

    print_decision(decision, console(), current())
    click.echo(t("决定：", "decision: ") + str(out / "gate.json"))
    if permitted:
        click.secho(t("许可（当日有效）：", "permit (good for today): ") + str(out / "permit.json"), fg="green")
    if line:
        click.echo(t(f"台账链头 {line}", f"ledger head {line}"))
    else:
        click.secho(t("台账已断，决定未能记入", "the ledger is broken: the decision could not be chained"), fg="red", err=True)


def _signer(path: object) -> "bytes | None":
    if path is None:
        return None
    from zhunru.core.errors import PlanError
    from zhunru.core.text import Text
    from zhunru.engine.permit import private_seed

    try:
        return private_seed(Path(str(path)).read_bytes())
    except (OSError, ValueError) as error:
        raise PlanError(
            Text("签名私钥不可用", "the signing key cannot be used"),
            str(path),
            Text("须为无口令的 Ed25519 PEM 私钥", "an Ed25519 private key in PEM without a pass phrase"),
        ) from error


def _verify(path: Path, options: dict[str, object]) -> int:
    from datetime import UTC

    from zhunru.engine.packages import read_package
    from zhunru.engine.permit import load_permit, prove

    packages, dossier, key = options["packages"], options["dossier"], str(options["public_key"])
    given = [read_package(p) for p in packages] if isinstance(packages, tuple) else []
    steps = list(prove(load_permit(path), given, datetime.now(UTC), Path(str(dossier)) if dossier else None, key))
    for step in steps:
        mark = click.style("✓", fg="green") if step.holds else click.style("✗", fg="red")
        click.echo(f"{mark} {'' if step.holds else t('不成立：', 'does not hold: ')}{step.text.of(current())}  {step.where}")
    if not all(s.holds for s in steps):
        return 1
    if not dossier and not key:
        click.secho(
            t("无人为此许可作证：请给 --dossier 或 --public-key", "nobody vouches for this permit: give --dossier or --public-key"), fg="yellow", err=True
        )  # fmt: skip
        return 3
    return 0
