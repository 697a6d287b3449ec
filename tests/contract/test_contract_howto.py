"""The commands of the how-to pages are executed as they stand."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted((ROOT / "docs/how-to").glob("*.md"))


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from zhunru.range.sample_dossier import build

    folder = tmp_path_factory.mktemp("howto")
    build(folder / "demo")
    subprocess.run([sys.executable, "-m", "zhunru.cli", "assess", "demo"], cwd=folder, capture_output=True, check=False)
    return folder


def commands(page: Path) -> list[str]:
    blocks = re.findall(r"(?ms)^```sh\n(.*?)^```", page.read_text(encoding="utf-8"))
    return [line for block in blocks for line in block.splitlines() if line.startswith("zhunru ")]


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
def test_commands_of_the_page_run(page: Path, here: Path) -> None:
    for command in commands(page):
        words = shlex.split(command, comments=True)[1:]
        done = subprocess.run(
            [sys.executable, "-m", "zhunru.cli", *words], cwd=here, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
        )
        assert done.returncode in {0, 1, 3}, f"{command}\n{done.stdout}{done.stderr}"
        assert "Traceback" not in done.stderr


def test_the_pages_hold_commands() -> None:
    assert sum(len(commands(p)) for p in PAGES) >= 10


@pytest.mark.parametrize(
    "name", ["README.md", "README.zh.md", "CONTRIBUTING.md", *(str(p.relative_to(ROOT)) for p in (ROOT / "docs").rglob("*.md"))]
)
def test_links_lead_somewhere(name: str) -> None:
    page = ROOT / name
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{name}: {target}"
