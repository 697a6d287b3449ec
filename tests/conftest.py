"""Shared fixtures: sources of bytes, and the real files of others."""

import os
from collections.abc import Callable
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
