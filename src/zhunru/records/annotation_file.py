"""What an annotation file cannot say of itself (标注文件)."""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator

from zhunru.core.record import Key, Record, Word, choice, item

AnnotationRole = Annotated[
    Literal["truth", "masks", "marked"] | None,
    BeforeValidator(
        choice(
            truth="真值|基准|真实目标|ground truth",
            masks="遮挡|遮盖区域|匿名化区域|马赛克|masked areas",
            marked="待检工具结果|工具标注结果|标注工具结果|result of the marking tool",
        )
    ),
]
"""truth: what stands in the pictures; masks: every shape is a masked area, whatever its label; marked: result of a tool that is being qualified."""


class AnnotationFile(Record):
    """One annotation file (COCO, CVAT, LabelMe, Pascal VOC): which pictures it is about, and what its shapes stand for.

    Source: form ours (P); GB/T 44464-2024 annex B asks for the objects, the masks and, for the marking tool, its own result beside the truth.
    """

    title_zh: ClassVar[str] = "标注文件"
    sheet_names: ClassVar[tuple[str, ...]] = ("标注文件", "标注文件清单", "标注清单")

    file: Key = item("标注文件", "标注文件名", doc="name of the annotation file in the dossier, or its SHA-256", key=True)
    digest: Word = item("标注文件摘要", "标注文件SHA-256", doc="SHA-256 of the file in hexadecimal; binds the note to one content")
    picture_set: Word = item("图像集编号", "试验编号", "图像集", "数据集编号", doc="set of pictures it is about")
    role: AnnotationRole = item("标注用途", "标注内容", doc="truth, masks or marked")
    tool: Word = item("生成工具", "出具工具", doc="what wrote the shapes")
    tool_version: Word = item("生成工具版本", "出具工具版本", doc="its version")
