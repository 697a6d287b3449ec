"""`zhunru check`: one check on plain files, without a dossier."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from zhunru.cli._language import current, t

if TYPE_CHECKING:
    from zhunru.core.subject import Subject


@click.command(
    short_help=t("在普通文件上运行一个检查", "Run one check on plain files"),
    help=t(
        """在普通文件上运行一个检查（或一个主题、条款的全部检查），不需要档案。

\b
示例：
  zhunru check data.owner_is_in_post 任命.xlsx
  zhunru check cyber.talks_to_cloud_over_tls capture.pcap root.pem
产品声明默认为具有全部特征；用 --subject 指定档案的 dossier.toml。""",
        """Run one check (or all of a theme or clause) on plain files, without a dossier.

\b
Examples:
  zhunru check data.owner_is_in_post appointments.xlsx
  zhunru check cyber.talks_to_cloud_over_tls capture.pcap root.pem
The product is taken to have every feature; --subject names the dossier.toml of a real one.""",
    ),
)
@click.argument("check_id", metavar="ID")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option(
    "--subject", type=click.Path(path_type=Path, dir_okay=False, exists=True), help=t("dossier.toml 的路径", "Path of a dossier.toml")
)
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help=t("评估日（默认今天）", "Day as of which is assessed (default today)"))
def command(check_id: str, files: tuple[Path, ...], subject: Path | None, as_of: datetime | None) -> int:
    """Run and print."""
    import tempfile

    from zhunru.cli._show import console
    from zhunru.core.verdict import Verdict
    from zhunru.engine.bind import bind
    from zhunru.engine.dossier import File, Profile, open_dossier, sha256_of
    from zhunru.engine.material import Material
    from zhunru.engine.run import read_all, run_checks, select
    from zhunru.reports.terminal import print_check

    checks = select(check_id)
    product = open_dossier(subject.parent).subject if subject else _everything()
    day = as_of.date() if as_of else date.today()  # noqa: DTZ011 - the user's own calendar day
    with tempfile.TemporaryDirectory(prefix="zhunru-") as cache:
        given = [File(str(f), f, f.stat().st_size, sha256_of(f)) for f in files]
        receipts = read_all(given, Path(cache), 1, None)
        bound = bind(given, receipts, Path(cache))
        material = Material(Path(cache), given, receipts, bound.records, bound.record_files, product, day)
        results = list(run_checks(material, bound, checks, Profile()))
    for result in results:
        print_check(result, console(), current())
    unused = [name for name, receipt in receipts.items() if receipt.state == "unused"]
    for name in unused:
        click.echo(t("未使用：", "not used: ") + f"{name}  {t(*receipts[name].messages[0][:2])}", err=True)
    verdicts = {r.verdict for r in results}
    if verdicts & {Verdict.FAIL, Verdict.ERROR}:
        return 1 if Verdict.FAIL in verdicts else 4
    return 0 if verdicts == {Verdict.PASS} and not unused and not any(r.screening for r in results) else 3


def _everything() -> "Subject":
    from zhunru.core.subject import Channel, Subject

    return Subject(
        name="-", maker="-", automation_level=3, ota=True, gnss=True, beidou=True, v2x=True, cabin_sensors=("camera",), exterior_sensors=("camera",),
        channels=(Channel(id="cellular", kind="cellular"), Channel(id="wlan", kind="wlan")), important_data=True, data_export=True,
    )  # fmt: skip
