"""The given Uptane attack vectors: exactly the expected answer at every step, per repository and per target."""

import json
import tarfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from zhunru.wire.uptane import Car, Ecu
from zhunru.wire.uptane_vector import BEGINNING, answer

NOW = datetime(2026, 1, 1, tzinfo=UTC)
CAR = Car({"123": Ecu("test-hw")})


def _bare(expected: dict[str, Any]) -> dict[str, Any]:
    """Drop the English messages: the names are what is compared."""

    def without(said: dict[str, Any]) -> dict[str, Any]:
        return {k: v for k, v in said.items() if k != "err_msg"}

    return {
        repository: {"update": without(said["update"]), "targets": {n: without(t) for n, t in said["targets"].items()}}
        for repository, said in expected.items()
    }


@pytest.fixture
def vectors(real: Callable[[str], Path]) -> dict[str, bytes]:
    with tarfile.open(real("ota/uptane_attack_vectors_give.tar.xz")) as packed:
        files = [m for m in packed.getmembers() if m.isfile()]
        found = {m.name.removeprefix("uptane_vectors/"): packed.extractfile(m) for m in files}
        return {name: stream.read() for name, stream in found.items() if stream}


def test_every_given_vector_gets_exactly_its_answer(vectors: dict[str, bytes], real: Callable[[str], Path]) -> None:
    expected = json.loads(real("ota/uptane_attack_vectors_give.expected.json").read_text(encoding="utf-8"))
    assert len(expected) == 43
    for name, steps in expected.items():
        pair = BEGINNING
        for number, told in enumerate(steps):

            def files(path: str, most: int, where: str = f"{name}/{number}") -> bytes | None:
                found = vectors.get(f"{where}/{path}")
                return None if found is None else found[: most + 1]

            pair, given = answer(pair, files, NOW, CAR)
            assert given == _bare(told), f"{name} step {number}"
