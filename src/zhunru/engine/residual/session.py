"""Runs the residual test over a folder and writes its result, a file of evidence."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from zhunru.core.errors import EvidenceError, PlanError
from zhunru.core.evidence import Skipped
from zhunru.core.text import Text
from zhunru.engine.dossier import write_whole
from zhunru.engine.intake import blocks, recognise
from zhunru.engine.residual.models import Detector
from zhunru.engine.residual.pictures import UndecidablePicture, decoded, digest, listed
from zhunru.engine.source import FileSource
from zhunru.formulas.pixel_change import KEPT, LEAST_ENERGY, LEAST_PX, TILE_PX, changes
from zhunru.formulas.polygon_area import points
from zhunru.tables.annotated_shape import AnnotatedShape

FORMAT: Final = "zhunru-residual"


class Summary(NamedTuple):
    """What a session comes to.

    Args:
        pictures: Pictures of the folder.
        undecidable: Of these, not examined.
        finds: Faces and plates that are still there.
        masks: Masks whose pixels were compared.
        unchanged: Of these, with more than half of their detail left.
    """

    pictures: int
    undecidable: int
    finds: int
    masks: int
    unchanged: int


def masks_of(files: Sequence[Path], *, all_shapes: bool) -> dict[str, list[list[float]]]:
    """Return picture -> masked outlines of annotation files.

    Args:
        files: Annotation in any form that a reader knows.
        all_shapes: Faces and plates of these files are masked areas too.

    Raises:
        EvidenceError: A file is no annotation, or damaged: half the masks prove nothing.
    """
    wanted = {"mask", "face", "plate"} if all_shapes else {"mask"}
    found: dict[str, list[list[float]]] = {}
    for path in files:
        source = FileSource(path)
        reader, _ = recognise(source)
        if AnnotatedShape not in reader.gives:
            raise EvidenceError(Text("不是图像标注", "no annotation of pictures"), path.name)
        for item in blocks(reader, source):
            if isinstance(item, Skipped):
                raise EvidenceError(
                    Text("标注中有无法读取的形状", "the annotation holds shapes that cannot be read"), f"{path.name}: {item.count}"
                )
            for row in item.collect().to_dicts() if isinstance(item, AnnotatedShape) else ():
                if row["label"] in wanted and row["outline_px"] is not None:
                    found.setdefault(row["picture"], []).append(row["outline_px"])
    return found


def run(folder: Path, originals: Path | None, masks: Mapping[str, list[list[float]]], models: Sequence[Detector], out: Path) -> Summary:
    """Examine every picture of `folder` and write the result.

    Args:
        folder: Masked pictures.
        originals: Pictures before masking under the same names; None when they are not given.
        masks: Picture -> masked outlines.
        models: Detectors; none compares pixels only.
        out: File of the result.

    Raises:
        PlanError: The folder holds no pictures.
    """
    pictures = listed(folder)
    if not pictures:
        raise PlanError(
            Text("目录中没有图像", "the folder holds no pictures"),
            str(folder),
            Text("给出匿名化后的图像目录", "give the folder of the masked pictures"),
        )
    before = listed(originals) if originals else {}
    rows = [dict(_examined(name, path, before.get(name), masks.get(name, []), models)) for name, path in pictures.items()]
    rule = {"tile_px": TILE_PX, "kept": KEPT, "least_energy": LEAST_ENERGY, "least_px": LEAST_PX}
    head = {"session": FORMAT, "format": 1, "pixels": rule, "models": [m.about() for m in models]}
    lines = [head, *rows, {"end": FORMAT, "rows": len(rows)}]
    write_whole(out, b"".join(json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n" for line in lines))
    compared = [m for r in rows for m in r["masks"]]
    return Summary(
        len(rows), sum(bool(r["reason"]) for r in rows), sum(len(r["finds"]) for r in rows), len(compared),
        sum(2 * m["kept"] > m["detail"] > 0 for m in compared),
    )  # fmt: skip


def _examined(
    name: str, path: Path, original: Path | None, masks: list[list[float]], models: Sequence[Detector]
) -> Iterator[tuple[str, Any]]:
    """Yield the fields of one picture."""
    reason, finds, compared, outside = "", [], [], None
    try:
        if models:
            picture = decoded(path, "RGB")
            finds = [_rounded(f) for model in models for f in model.finds(picture)]
            del picture
        if original:
            was, now = decoded(original, "L"), decoded(path, "L")
            if was.shape != now.shape:
                raise UndecidablePicture(Text("匿名化前后尺寸不同", "the sizes before and after masking differ"), path.name)
            found, rest = changes(was, now, [points(m) for m in masks])
            compared = [{"outline": m, "pixel": c.pixel, "detail": c.detail, "kept": c.kept} for m, c in zip(masks, found, strict=True)]
            outside = [rest.detail, rest.kept]
    except UndecidablePicture as error:
        reason, finds, compared, outside = str(error.what), [], [], None
    yield from {
        "picture": name, "masked_sha256": digest(path), "original_sha256": digest(original) if original else "", "reason": reason,
        "models_run": bool(models) and not reason, "outside": outside, "finds": finds, "masks": compared,
    }.items()  # fmt: skip


def _rounded(find: Mapping[str, Any]) -> dict[str, Any]:
    return {**find, "score": round(find["score"], 4), "box": [round(v, 2) for v in find["box"]]}
