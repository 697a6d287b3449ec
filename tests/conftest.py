"""Shared fixtures: sources of bytes, and the real files of others."""

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from zhunru.engine.source import FileSource

settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine fails no test
settings.load_profile("house")

REAL = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture
def real() -> Callable[[str], Path]:
    """Return the path of a real file under ../shared/data; skip in one visible line where the folder is absent."""

    def find(name: str) -> Path:
        path = REAL / name
        if path.exists():
            return path
        if os.environ.get("ZHUNRU_REQUIRE_REAL") == "1":
            pytest.fail(f"real file is demanded but absent: {name}")
        pytest.skip("../shared/data is absent: tests on real files are not run")

    return find


@pytest.fixture
def real_source(real: Callable[[str], Path]) -> Callable[[str], FileSource]:
    """Return a source over a real file."""
    return lambda name: FileSource(real(name), name)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Callable[..., str]]:
    """Start a real server by the project's own script, stop it after; return a maker of addresses. Skip in one visible line where there is none."""
    script = str(Path(__file__).with_name("postgres.sh"))
    begun = subprocess.run(["sh", script, "start"], capture_output=True, text=True, check=False)
    if begun.returncode == 3 and os.environ.get("ZHUNRU_REQUIRE_REAL") != "1":
        pytest.skip("PostgreSQL is absent: tests on a real server are not run")
    assert begun.returncode == 0, begun.stderr
    folder, port = begun.stdout.split()

    def address(database: str = "postgres", user: str = "postgres", password: str = "zhunru") -> str:
        return f"postgresql://{user}:{password}@127.0.0.1:{port}/{database}"

    yield address
    subprocess.run(["sh", script, "stop", folder], check=True)
