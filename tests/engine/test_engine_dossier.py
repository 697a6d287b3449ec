"""Opening a dossier: what is refused, what is never followed, what is remembered."""

import os
from pathlib import Path

import pytest

from zhunru.core.errors import PlanError
from zhunru.engine.dossier import Dossier, open_dossier, sha256_of

STATEMENT = 'format = 1\n[subject]\nname = "样车"\nmaker = "示例"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "dossier.toml").write_text(STATEMENT, encoding="utf-8")
    (tmp_path / "evidence").mkdir()
    return tmp_path


def names(dossier: Dossier) -> dict[str, bool]:
    return {f.name: f.refusal is None for f in dossier.files}


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("format = 2\n[subject]\n", "format"),
        ("format = 1\n", "subject"),
        ("format = 1\nother = 1\n[subject]\n", "other"),
        ('format = 1\n[subject]\nname = "x"\n', "maker"),
        ('format = 1\n[subject]\nname = "x"\nmaker = "y"\nautomation_level = 6\n', "automation_level"),
        ('format = 1\n[subject]\nname = "x"\nmaker = "y"\nflying = true\n', "flying"),
        ("format = = 1\n", "line 1"),
    ],
)
def test_a_wrong_statement_is_told_with_its_place(folder: Path, text: str, where: str) -> None:
    (folder / "dossier.toml").write_text(text, encoding="utf-8")
    with pytest.raises(PlanError) as caught:
        open_dossier(folder)
    assert where in caught.value.where
    assert caught.value.hint


def test_gb18030_statement_is_refused_with_a_hint(folder: Path) -> None:
    (folder / "dossier.toml").write_bytes(STATEMENT.encode("gb18030"))
    with pytest.raises(PlanError) as caught:
        open_dossier(folder)
    assert "UTF-8" in caught.value.diagnostics("zh")


def test_links_loops_and_devices_are_refused_not_followed(folder: Path) -> None:
    (folder / "evidence/a.bin").write_bytes(b"x")
    (folder / "evidence/loop").symlink_to(folder, target_is_directory=True)
    (folder / "evidence/secret").symlink_to("/etc/hostname")
    os.mkfifo(folder / "evidence/pipe")
    found = names(open_dossier(folder))
    assert found == {"evidence/a.bin": True, "evidence/loop": False, "evidence/secret": False, "evidence/pipe": False}


def test_names_that_are_no_utf8_are_escaped(folder: Path) -> None:
    os.close(os.open(os.fsencode(folder / "evidence") + b"/\xff\xfe.bin", os.O_CREAT | os.O_WRONLY))
    assert names(open_dossier(folder)) == {"evidence/\\udcff\\udcfe.bin": True} or "evidence/\\xff\\xfe.bin" in names(open_dossier(folder))


def test_small_files_are_hashed_anew_whatever_their_time_says(folder: Path) -> None:
    path = folder / "evidence/a.bin"
    path.write_bytes(b"one")
    info = path.stat()
    first = open_dossier(folder).files[0].sha256
    path.write_bytes(b"two")
    os.utime(path, ns=(info.st_atime_ns, info.st_mtime_ns))
    assert open_dossier(folder).files[0].sha256 != first


def test_large_files_are_remembered_by_size_and_time(folder: Path) -> None:
    path = folder / "evidence/large.bin"
    path.write_bytes(b"\0" * ((8 << 20) + 1))
    first = open_dossier(folder).files[0].sha256
    assert first == sha256_of(path)
    assert open_dossier(folder).files[0].sha256 == first
    path.write_bytes(b"\1" * ((8 << 20) + 1))
    assert open_dossier(folder).files[0].sha256 == sha256_of(path) != first


def test_a_profile_needs_a_justification(folder: Path) -> None:
    (folder / "profiles").mkdir()
    (folder / "profiles/own.toml").write_text('[limits."assist.warns_after_hands_off".delay_s]\nvalue = 4.0\n', encoding="utf-8")
    with pytest.raises(PlanError) as caught:
        open_dossier(folder, "own")
    assert "justification" in caught.value.where
    with pytest.raises(PlanError):
        open_dossier(folder, "absent")
