"""`zhunru demo --release`: the gate opens, and each experiment that it prints holds it with the exit code that the user will see."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from zhunru.cli._group import run


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Build once; return the folder and what was told."""
    folder = tmp_path_factory.mktemp("release") / "my release"
    with pytest.MonkeyPatch.context() as patch, _Told() as told:
        patch.setenv("ZHUNRU_LANG", "en")
        assert run(["demo", "--release", str(folder), "--jobs", "1"]) == 0
    return folder, told.text


class _Told:
    """Keeps what is printed: `capsys` does not reach a fixture of the module."""

    def __enter__(self) -> "_Told":
        import contextlib
        import io

        self._store = io.StringIO()
        self._redirect = contextlib.redirect_stdout(self._store)
        self._redirect.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._redirect.__exit__(None, None, None)
        self.text = self._store.getvalue()


def test_it_opens_and_writes_a_permit(opened: tuple[Path, str]) -> None:
    folder, told = opened
    assert told.startswith("OPEN")
    assert (folder / "dossier/out/permit.json").exists()
    assert sorted(p.name for p in (folder / "build").iterdir()) == ["adc-1.1.0.zip", "ivi-5.1.0.zip"]
    assert told.rstrip().splitlines()[-1].strip().startswith("zhunru gate ota-release ")


def lines_of(told: str) -> list[str]:
    """Return the commands of the experiments."""
    return [m[1] for m in re.finditer(r"^  # .*\n  (.*)$", told, re.MULTILINE)]


@pytest.mark.parametrize(
    ("number", "code", "said"),
    [(0, 1, "update_package.toml:2"), (1, 1, "item=P-brake"), (2, 3, "3.1")],
    ids=["byte", "parameter", "acceptance"],
)
def test_each_experiment_holds_it(
    opened: tuple[Path, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    number: int,
    code: int,
    said: str,
) -> None:
    # the very line that was printed is run, on a copy
    folder, told = opened
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    lines = lines_of(told)
    assert len(lines) == 3
    subprocess.run(["sh", "-c", lines[number].replace(str(folder), str(copy))], check=True)
    monkeypatch.setenv("ZHUNRU_LANG", "en")
    assert run(["demo", "--release", str(copy), "--jobs", "1"]) == code
    out = capsys.readouterr().out
    assert out.startswith("HELD")
    assert said in out
    assert not (copy / "dossier/out/permit.json").exists()


def test_a_strange_folder_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "letter.txt").write_text("x", encoding="utf-8")
    assert run(["demo", "--release", str(tmp_path)]) == 2
    assert sorted(p.name for p in tmp_path.iterdir()) == ["letter.txt"]
