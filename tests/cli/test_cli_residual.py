"""`zhunru residual`: output and exit codes, without the extra."""

import importlib.util
from pathlib import Path

import pytest

from zhunru.cli._group import run
from zhunru.range.street_pictures import Treatment, coco, masked, streets


def folder(where: Path, how: Treatment) -> Path:
    pictures = list(streets(2, seed=3))
    for name in ("before", "after"):
        (where / name).mkdir()
    for street in pictures:
        street.picture.save(where / "before" / street.name)
        masked(street, how).save(where / "after" / street.name)
    (where / "masks.json").write_bytes(coco(pictures))
    return where


def called(where: Path, *more: str) -> int:
    words = ["residual", str(where / "after"), "--originals", str(where / "before"), "--masks", str(where / "masks.json")]
    return run([*words, "--no-models", "--out", str(where / "r.jsonl"), *more])


@pytest.mark.parametrize(("how", "code", "unchanged"), [("fill", 0, 0), ("mosaic", 0, 0), ("nothing", 1, 4)])
def test_pixels_decide(tmp_path: Path, how: Treatment, code: int, unchanged: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert called(folder(tmp_path, how)) == code
    told = capsys.readouterr().out
    assert f"像素未变 {unchanged}" in told or f"unchanged {unchanged}" in told
    assert (tmp_path / "r.jsonl").read_bytes().startswith(b'{"session":"zhunru-residual"')


def test_a_picture_that_cannot_be_examined_leaves_it_open(tmp_path: Path) -> None:
    folder(tmp_path, "fill")
    (tmp_path / "after/0000.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    assert called(tmp_path) == 3


def test_faces_of_the_annotation_count_as_masks_only_when_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder(tmp_path, "fill")
    assert called(tmp_path, "--all-shapes") == 0
    told = capsys.readouterr().out
    assert "比较遮盖 8" in told or "masks compared 8" in told


def test_nothing_to_do_is_a_fault_of_use(tmp_path: Path) -> None:
    folder(tmp_path, "fill")
    assert run(["residual", str(tmp_path / "after"), "--no-models"]) == 2


@pytest.mark.skipif(importlib.util.find_spec("rapidocr") is not None, reason="the extra [vision] is installed")
def test_without_the_extra_it_says_how_to_get_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder(tmp_path, "fill")
    assert run(["residual", str(tmp_path / "after")]) == 2
    assert "sh run vision" in capsys.readouterr().err
