"""Sessions of trials: what was lost or bent is told."""

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from zhunru.core.errors import DamagedEvidence
from zhunru.core.evidence import Skipped
from zhunru.engine.source import BytesSource
from zhunru.readers.client_trial import client_trial
from zhunru.tables.client_trial import ClientTrialStep, ServedFile


def specimen() -> ModuleType:
    spec = importlib.util.spec_from_file_location("specimen", Path(__file__).parents[1] / "specimens/client_trial.py")
    assert spec and spec.loader
    module = ModuleType("specimen")
    spec.loader.exec_module(module)
    return module


MADE = specimen()


def read(content: bytes) -> tuple[list[dict[str, Any]], int, bool]:
    """Return steps, skipped lines, and whether damage was told."""
    steps: list[dict[str, Any]] = []
    skipped = 0
    try:
        for item in client_trial(BytesSource(content)):
            if isinstance(item, ClientTrialStep):
                steps += item.collect().to_dicts()
            elif isinstance(item, Skipped):
                skipped += item.count
    except DamagedEvidence:
        return steps, skipped, True
    return steps, skipped, False


def test_rows_carry_what_stands_in_the_lines() -> None:
    items = list(client_trial(BytesSource(MADE.specimens()["left-out.jsonl"])))
    steps = ClientTrialStep.concat([i for i in items if isinstance(i, ClientTrialStep)]).collect()
    served = ServedFile.concat([i for i in items if isinstance(i, ServedFile)]).collect()
    assert steps["not_run"].to_list() == ["clock", None, None, None, None, None]
    assert steps["exit_code"].to_list() == [None, 0, 0, 1, 0, None]
    assert steps.row(-1, named=True)["drawn_byte"] == 1 << 25
    assert set(steps["known_count"]) == {176}
    assert served.height == 4
    assert set(served["sha256"]) == {"5a" * 32}


def test_a_lost_line_is_damage() -> None:
    lines = MADE.specimens()["whole.jsonl"].splitlines(keepends=True)
    assert read(b"".join(lines)) == (read(b"".join(lines))[0], 0, False)
    assert read(b"".join(lines[:2] + lines[3:]))[2]
    assert read(b"".join(lines[:-1]))[2]
    assert read(b"".join(lines[1:]))[2]


BENT: list[dict[str, Any]] = [
    {"exit_code": "0"}, {"exit_code": True}, {"exit_code": 0.0}, {"step_no": -1}, {"step_no": 2**63}, {"expected": "maybe"}, {"does": "rm"},
    {"purpose": ""}, {"poison": "none"}, {"stray": [1]}, {"trusted": [[1, 2]]}, {"served": [{}]}, {"served": None}, {"attack_class": "other"},
    {"optional": 0}, {"title": ["only one"]}, {"limit_byte": -1}, {"drawn_byte": None}, {"told": None}, {"impatient": "no"}, {"not_run": "lazy"},
]  # fmt: skip


@pytest.mark.parametrize("changed", BENT, ids=str)
def test_a_bent_value_is_skipped_and_told(changed: dict[str, Any]) -> None:
    good, bent = MADE._row(0), MADE._row(1, **changed)
    try:
        content = MADE.session(good, bent)
    except ValueError:
        pytest.fail("the specimen cannot be written")
    steps, skipped, damaged = read(content)
    assert (len(steps), skipped, damaged) == (1, 1, False)


@pytest.mark.parametrize("head", [{"format": 2}, {"client": 5}, {"known": "all"}, {"seed": None}])
def test_a_bent_head_is_refused(head: dict[str, Any]) -> None:
    assert read(MADE.session(MADE._row(0), **head)) == ([], 0, True)


def test_one_endless_line_takes_no_memory() -> None:
    content = MADE.session(MADE._row(0)).splitlines(keepends=True)
    content.insert(2, b'{"trial":"' + b"a" * (40 << 20) + b'"}\n')
    steps, skipped, damaged = read(b"".join(content))
    assert (len(steps), skipped) == (1, 1)
    assert damaged


def test_the_same_key_twice_is_no_record() -> None:
    line = json.dumps(MADE._row(1)).encode().replace(b'"exit_code": 0', b'"exit_code": 1, "exit_code": 0')
    parts = MADE.session(MADE._row(0), MADE._row(1)).splitlines(keepends=True)
    assert read(parts[0] + parts[1] + line + b"\n" + parts[3])[1] == 1
