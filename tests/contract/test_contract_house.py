"""The house itself: sizes, names, start-up, generated files."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from generate import files

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
WAIVERS = tomllib.loads((Path(__file__).with_name("waivers.toml")).read_text(encoding="utf-8"))
MAX_FILE, MAX_FUNCTION = 400, 40


def lines_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of the body without decorators, signature and docstring: a check's docstring is its page."""
    body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1


def test_long_files_have_a_written_reason() -> None:
    long = {p.relative_to(ROOT).as_posix() for p in SOURCES if len(p.read_text(encoding="utf-8").splitlines()) > MAX_FILE}
    assert long == set(WAIVERS["files"])


def test_long_functions_have_a_written_reason() -> None:
    long = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and lines_of(node) > MAX_FUNCTION:
                long.add(f"{path.relative_to(ROOT).as_posix()}:{node.name}")
    assert long == set(WAIVERS["functions"])


def test_no_module_is_a_drawer() -> None:
    drawers = {"utils", "util", "helpers", "helper", "common", "manager", "base", "misc"}
    assert not [p for p in SOURCES if p.stem in drawers or any(part in drawers for part in p.parts[-3:])]


def test_nothing_is_left_undone_in_silence() -> None:
    marks = ("TO" + "DO", "FIX" + "ME", "NotImplemented" + "Error", "pragma: no " + "cover")
    found = [f"{p.relative_to(ROOT)}: {m}" for p in SOURCES for m in marks if m in p.read_text(encoding="utf-8")]
    assert not found


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from zhunru.cli._group import run; run(['--help']); "
        "heavy = {'polars', 'numpy', 'pydantic', 'rich', 'cryptography', 'yaml', 'python_calamine', 'fontTools'} & set(sys.modules); "
        "sys.exit(f'imported: {heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_generated_files_are_fresh() -> None:
    made = files()
    stale = [p.relative_to(ROOT).as_posix() for p, content in made.items() if not p.exists() or p.read_bytes() != content]
    left = [p for f in ("docs/reference", "docs/catalogue") for p in (ROOT / f).rglob("*.*") if p not in made]
    assert not stale and not left, f"run: sh run python tools/generate.py  (stale: {stale}, left over: {left})"


def test_contributing_stays_a_map() -> None:
    assert len((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").splitlines()) < 150


@pytest.mark.parametrize("lock", ["run", "test"])
def test_locks_are_hashed_and_name_no_address(lock: str) -> None:
    text = (ROOT / "requirements" / f"{lock}.lock").read_text(encoding="utf-8")
    assert "--hash=sha256:" in text
    assert "http" not in text and "index" not in text
