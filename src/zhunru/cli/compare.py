"""`zhunru compare`: two images, archives or folders by content."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from zhunru.cli._language import t

if TYPE_CHECKING:
    from zhunru.engine.comparison import ImagesCompared, MembersCompared


@click.command(
    short_help=t("按内容比较两个镜像、压缩包或目录", "Compare two images, archives or folders by content"),
    help=t(
        """按内容比较 BEFORE 与 AFTER：镜像给出改变的字节范围，压缩包与目录给出增、删、改、移的文件。内存与文件大小无关。

\b
示例：
  zhunru compare adcu-3.1.0.bin adcu-3.1.1.bin --block 65536
  zhunru compare release-a.zip release-b.zip --to json
两个压缩包若内容相同而字节不同，按内容判为相同并说明。

\b
退出码：0 相同；1 不同；2 用法错误；3 有内容未能读取，不能判断；4 故障""",
        """Compare BEFORE and AFTER by content: changed ranges of images; files added, removed, changed and moved in archives and folders.
Memory does not depend on their size.

\b
Examples:
  zhunru compare adcu-3.1.0.bin adcu-3.1.1.bin --block 65536
  zhunru compare release-a.zip release-b.zip --to json
Archives whose bytes differ and whose contents are the same count as equal, and it is told.

\b
Exit codes: 0 equal; 1 different; 2 usage; 3 something could not be read, so nobody can tell; 4 fault""",
    ),
)
@click.argument("before", metavar="BEFORE", type=click.Path(path_type=Path, exists=True))
@click.argument("after", metavar="AFTER", type=click.Path(path_type=Path, exists=True))
@click.option("--to", "form", type=click.Choice(["table", "json"]), default="table", help=t("输出形式", "Form of the output"))
@click.option(
    "--block",
    type=click.Choice(["1", "512", "4096", "65536", "1048576"]),
    default="4096",
    help=t("范围按此字节数对齐（擦除块）", "Ranges are aligned to this many bytes (erase block)"),
)
@click.option("--rows", type=click.IntRange(0, 100_000), default=20, help=t("每类最多显示的行数", "Rows shown of each kind"))
def command(before: Path, after: Path, form: str, block: str, rows: int) -> int:
    """Compare and print."""
    from zhunru.engine.comparison import compared

    images, members = compared(before, after, int(block))
    told = _told(images, members, rows)
    if form == "json":
        click.echo(json.dumps({"before": str(before), "after": str(after)} | told, ensure_ascii=False, indent=2))
    else:
        _print(before, after, told)
    return {"equal": 0, "different": 1, "unknown": 3}[told["result"]]


def _told(images: "ImagesCompared | None", members: "MembersCompared | None", rows: int) -> dict[str, Any]:
    from zhunru.wire.archive_inventory import AMBIGUOUS, BOMB, DAMAGED, UNREAD

    found: dict[str, Any] = {"result": "equal"}
    if images:
        difference = images.difference
        found["image"] = {
            "sha256": list(images.sha256),
            "size_byte": [difference.before_byte, difference.after_byte],
            "equal": difference.equal,
            "changed_byte": difference.changed_byte,
            "changed_ratio": difference.changed_ratio,
            "range_count": difference.range_count,
            "ranges": [list(r) for r in difference.ranges[:rows]],
        }
        found["result"] = "equal" if difference.equal else "different"
    if members:
        changes = members.changes
        found["members"] = {
            name: {"count": len(value), "paths": [list(v) if isinstance(v, tuple) else v for v in value[:rows]]}
            for name, value in changes._asdict().items()
            if isinstance(value, tuple)
        } | {"same_count": changes.same_count, "flags": [list(f) for f in members.flags[:rows]], "flag_count": len(members.flags)}
        differs = any(changes[:5])
        # what two unpackers see differently, or nobody sees, may differ although the entries do not
        open_ = bool(changes.unread) or any(set(f[2].split()) & (AMBIGUOUS | BOMB | DAMAGED | UNREAD | {"trailing"}) for f in members.flags)
        found["result"] = "different" if differs else "unknown" if open_ else "equal"
    return found


def _print(before: Path, after: Path, told: dict[str, Any]) -> None:
    words = {"equal": t("内容相同", "equal"), "different": t("不同", "different"), "unknown": t("不能判断", "cannot be told")}
    click.echo(f"{before}\n{after}\n  {t('结果', 'result')}: {words[told['result']]}")
    if image := told.get("image"):
        click.echo(f"  SHA-256: {image['sha256'][0]}\n           {image['sha256'][1]}")
        click.echo(f"  {t('字节数', 'bytes')}: {image['size_byte'][0]} / {image['size_byte'][1]}")
        if not image["equal"]:
            share = f"{100 * image['changed_ratio']:.4g} %"
            click.echo(
                f"  {t('改变的字节', 'changed bytes')}: {image['changed_byte']} ({share})  {t('范围', 'ranges')}: {image['range_count']}"
            )
            for start, end in image["ranges"]:
                click.echo(f"    0x{start:x} - 0x{end:x}  ({end - start} B)")
    if members := told.get("members"):
        _print_members(members)


def _print_members(members: dict[str, Any]) -> None:
    titles = {
        "added": t("新增", "added"),
        "removed": t("删除", "removed"),
        "changed": t("改变", "changed"),
        "moved": t("移动", "moved"),
        "modes": t("权限改变", "permissions changed"),
        "unread": t("未能读取", "not read"),
    }
    click.echo(f"  {t('内容相同的文件', 'files with the same content')}: {members['same_count']}")
    for name, title in titles.items():
        if members[name]["count"]:
            click.echo(f"  {title}: {members[name]['count']}")
            for path in members[name]["paths"]:
                click.echo("    " + _printable(" -> ".join(path) if isinstance(path, list) else path))
    for which, path, flags in members["flags"]:
        side = t("前", "first") if which == "first" else t("后", "second")
        click.echo(f"  ! {side} {_printable(path)}: {flags}")


def _printable(path: str) -> str:
    """Return a path without what could move the cursor or turn the writing direction of a terminal."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in path)
