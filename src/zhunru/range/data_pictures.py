"""A test of the anonymisation of exterior pictures: annotation, the result of the residual test, and the ledgers; no pictures."""

import hashlib
import json
from random import Random
from typing import Any

from zhunru.range import anonymisation_set
from zhunru.range.anonymisation_set import Plan
from zhunru.range.data_text import Row, Sheets
from zhunru.records.sheets import sheet_of

ANNOTATION, RESIDUAL = "evidence/匿名化/匿名化标注.json", "evidence/匿名化/残留检验.jsonl"
_COUNT, _MISSED_FACES, _MISSED_PLATES, _MISSED_AT_MOST = 500, 24, 51, 50
_NAMES = {"face": 1, "plate": 2, "face_mask": 3, "plate_mask": 4}
_CLAIMED = "0300.png"
"""Picture with a mask that stands in the annotation alone."""
Box = tuple[int, int, int, int]


def _digest(seed: int, *words: str) -> str:
    return hashlib.sha256(" ".join((str(seed), *words)).encode()).hexdigest()


def _boxes(seed: int) -> dict[str, dict[str, Box]]:
    dice = Random(f"{seed} pictures")  # noqa: S311 - generated evidence, no secret
    return {
        f"{n:04d}.png": {
            "face": (dice.randrange(960, 1800), dice.randrange(80, 800), dice.randrange(36, 90), dice.randrange(48, 120)),
            "plate": (dice.randrange(20, 760), dice.randrange(500, 980), dice.randrange(90, 180), dice.randrange(24, 48)),
        }
        for n in range(_COUNT)
    }


def _is_masked(number: int, kind: str, low: bool) -> bool:
    missed = _MISSED_FACES if kind == "face" else _MISSED_PLATES if low else _MISSED_AT_MOST
    return not (number * 7 + (3 if kind == "face" else 0)) % _COUNT < missed


def _annotation(boxes: dict[str, dict[str, Box]], low: bool) -> bytes:
    images: list[dict[str, Any]] = []
    shapes: list[dict[str, Any]] = []
    for number, (name, found) in enumerate(boxes.items()):
        images.append({"id": number, "file_name": name, "width": 1920, "height": 1080})
        for kind, box in found.items():
            said = {"visible_ratio": 1.0, "features_visible": True} if kind == "face" else {"legible": True, "unobstructed": True}
            plain: dict[str, Any] = {"image_id": number, "bbox": list(box), "segmentation": [], "iscrowd": 0}
            shapes.append({"id": len(shapes), "category_id": _NAMES[kind], "attributes": said, **plain})
            if _is_masked(number, kind, low):
                shapes.append({"id": len(shapes), "category_id": _NAMES[f"{kind}_mask"], "attributes": {}, **plain})
    categories = [{"id": k, "name": n} for n, k in _NAMES.items()]
    told = {"images": images, "categories": categories, "annotations": shapes}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def _residual(boxes: dict[str, dict[str, Box]], digests: dict[str, tuple[str, str]], seed: int, low: bool, claimed: bool) -> bytes:
    dice = Random(f"{seed} residual")  # noqa: S311 - generated evidence, no secret
    lines: list[dict[str, Any]] = [{"session": "zhunru-residual", "format": 1, "pixels": {"tile_px": 8, "kept": 0.5}, "models": []}]
    for number, (name, found) in enumerate(boxes.items()):
        masks = []
        for kind, (x, y, w, h) in found.items():
            detail, kept = w * h // 2, dice.randrange(1, 40)
            if not _is_masked(number, kind, low):
                continue
            if claimed and name == _CLAIMED and kind == "face":
                kept = detail
            masks.append({"outline": [x, y, x + w, y, x + w, y + h, x, y + h], "pixel": w * h, "detail": detail, "kept": kept})
        lines.append({
            "picture": name, "masked_sha256": digests[name][1], "original_sha256": digests[name][0], "reason": "", "models_run": False,
            "outside": [1_200_000, 1_190_000 + number], "finds": [], "masks": masks,
        })  # fmt: skip
    lines.append({"end": "zhunru-residual", "rows": len(boxes)})
    return b"".join(json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n" for line in lines)


def evidence(seed: int, *, low: bool, claimed: bool) -> dict[str, bytes]:
    """Return the annotation and the result of the residual test.

    Args:
        seed: Decides boxes and digests.
        low: One plate more is missed than the rate allows.
        claimed: One mask stands in the annotation alone.
    """
    boxes = _boxes(seed)
    return {ANNOTATION: _annotation(boxes, low), RESIDUAL: _residual(boxes, _digests(seed), seed, low, claimed)}


def _digests(seed: int) -> dict[str, tuple[str, str]]:
    return {f"{n:04d}.png": (_digest(seed, str(n), "before"), _digest(seed, str(n), "after")) for n in range(_COUNT)}


def sheets(seed: int) -> Sheets:
    """Return the ledgers by the name of their sheet."""
    digests = _digests(seed)
    told = anonymisation_set.sheets(Plan(count=_COUNT, size=(1920, 1080)), list(digests), digests)
    found: Sheets = {}
    for name, records in told.items():
        headings, *_ = table = sheet_of(type(records[0]), records)
        lines: list[Row] = [dict(zip(table[0], row, strict=True)) for row in table[1]]
        used = [h for h in headings if any(row[h] not in (None, "") for row in lines)]
        found[name] = [{h: row[h] for h in used} for row in lines]
    return found
