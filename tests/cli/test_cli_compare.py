"""`zhunru compare`: output and exit codes."""

import json
from pathlib import Path

import pytest

from zhunru.cli._group import run
from zhunru.range.packages import pack


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "a.bin").write_bytes(bytes(10_000))
    (tmp_path / "b.bin").write_bytes(bytes(5_000) + b"\1" + bytes(4_999))
    (tmp_path / "a.zip").write_bytes(pack({"x": b"1", "y": b"2"}))
    (tmp_path / "a.tar").write_bytes(pack({"x": b"1", "y": b"2"}, "tar"))
    (tmp_path / "b.tar").write_bytes(pack({"x": b"1", "z\u202e": b"2"}, "tar"))
    (tmp_path / "cut.tar").write_bytes(pack({"x": b"1", "y": b"2"}, "tar")[:2048])
    return tmp_path


@pytest.mark.parametrize(
    ("one", "other", "code"),
    [
        ("a.bin", "a.bin", 0),
        ("a.bin", "b.bin", 1),
        ("a.zip", "a.tar", 0),
        ("a.zip", "b.tar", 1),
        ("a.tar", "cut.tar", 3),
        ("a.bin", "a.zip", 1),
        (".", "a.bin", 4),
        (".", ".", 0),
        ("a.bin", "none", 2),
    ],
)
@pytest.mark.parametrize("form", ["table", "json"])
def test_exit_codes(files: Path, one: str, other: str, code: int, form: str) -> None:
    assert run(["compare", str(files / one), str(files / other), "--to", form]) == code


def test_json_of_an_image(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["compare", str(files / "a.bin"), str(files / "b.bin"), "--to", "json", "--block", "512"])
    told = json.loads(capsys.readouterr().out)
    assert told["result"] == "different"
    assert told["image"]["ranges"] == [[4608, 5120]] and told["image"]["changed_byte"] == 1


def test_table_of_archives_moves_no_cursor(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["compare", str(files / "a.tar"), str(files / "b.tar")])
    shown = capsys.readouterr().out
    assert "\u202e" not in shown and "\\u202e" in shown and "y -> z" in shown
