"""`zhunru residual`: what masked pictures still show."""

from pathlib import Path

import click

from zhunru.cli._language import t


@click.command(
    short_help=t("检验匿名化后的画面还能看出什么", "Try what masked pictures still show"),
    help=t(
        """对匿名化后的图像做残留检验，结果写成证据文件 OUT，放进档案即参与评估。

\b
1. 两个互不相关的模型：读出车牌文字（PP-OCRv6）、找人脸（CenterFace）。需 sh run vision 安装的可选组件。
2. 给出原图（--originals）和遮盖标注（--masks）时，逐个遮盖比较前后像素：标注称已遮盖而像素未变的会被发现。

\b
示例：
  zhunru residual 匿名化后/ --originals 原图/ --masks 标注.json
  zhunru residual 匿名化后/ --originals 原图/ --masks 标注.json --no-models

模型什么也没找到不是证明：结果写明模型、权重摘要、阈值和尺寸下限。原图不进入结果，只留摘要。

\b
退出码：0 未发现；1 仍可辨认或像素未变；3 有图像未能检验。""",
        """Try masked pictures and write the result to OUT, a file of evidence that takes part in the assessment once it is in the dossier.

\b
1. Two unrelated models: one reads plates (PP-OCRv6), one finds faces (CenterFace). They need the optional part: sh run vision.
2. With the originals (--originals) and the masks (--masks) the pixels under each mask are compared: a mask that is claimed
   while the pixels are unchanged is found.

\b
Examples:
  zhunru residual masked/ --originals originals/ --masks masks.json
  zhunru residual masked/ --originals originals/ --masks masks.json --no-models

A model that finds nothing is no proof: the result names model, digest of the weights, threshold and size limit. Of the originals only digests are kept.

\b
Exit codes: 0 nothing found; 1 still recognisable or pixels unchanged; 3 some pictures could not be examined.""",
    ),
)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.option(
    "--originals",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help=t("同名原图的目录", "Folder of the originals, same names"),
)
@click.option(
    "--masks",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    multiple=True,
    help=t("遮盖标注文件，可多次", "Annotation of the masks, repeatable"),
)
@click.option(
    "--all-shapes", is_flag=True, help=t("标注中的人脸和车牌框也是遮盖区域", "Faces and plates of the annotation are masked areas too")
)
@click.option("--no-models", is_flag=True, help=t("不用模型，只比较像素", "No models, compare pixels only"))
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("residual.jsonl"),
    show_default=True,
    help=t("结果文件", "File of the result"),
)
def command(folder: Path, originals: Path | None, masks: tuple[Path, ...], all_shapes: bool, no_models: bool, out: Path) -> int:
    """Run the test, tell what it comes to, and return the exit code."""
    from zhunru.core.errors import PlanError
    from zhunru.core.text import Text
    from zhunru.engine.residual.models import detectors
    from zhunru.engine.residual.session import masks_of, run

    if no_models and not originals:
        raise PlanError(
            Text("没有可做的检验", "there is nothing to do"),
            "--no-models",
            Text("给出 --originals 和 --masks", "give --originals and --masks"),
        )
    models = [] if no_models else detectors()
    found = run(folder, originals, masks_of(masks, all_shapes=all_shapes), models, out)
    click.echo(t(f"图像 {found.pictures}，未能检验 {found.undecidable}", f"pictures {found.pictures}, not examined {found.undecidable}"))
    if models:
        names = ", ".join(f"{m['model']} (>= {m['least_side_px']:g} px)" for m in (x.about() for x in models))
        click.echo(
            t(
                f"仍可辨认 {found.finds}（{names}；未找到不等于没有）",
                f"still recognisable {found.finds} ({names}; nothing found is no proof)",
            )
        )
    if originals:
        click.echo(t(f"比较遮盖 {found.masks}，像素未变 {found.unchanged}", f"masks compared {found.masks}, unchanged {found.unchanged}"))
    click.echo(t(f"结果：{out}", f"result: {out}"))
    return 1 if found.finds or found.unchanged else 3 if found.undecidable else 0
