"""The client on our verifier withstands every trial of a Uptane pair."""

from pathlib import Path

import pytest
from clients.called import called, results

from zhunru.range import update_client
from zhunru.range.attacks import trials


@pytest.mark.parametrize("side", ["director", "image", "uptane"])
def test_withstands_everything(side: str, tmp_path: Path) -> None:
    found = results(called(update_client.run), "uptane", tmp_path, [t for t in trials("uptane") if t.side == side])
    assert {t: r for t, r in found.items() if r[0] not in {"withstood", "not-run"}} == {}
    assert sum(r[0] == "withstood" for r in found.values()) >= 30
