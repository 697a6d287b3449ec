"""The client on our verifier withstands every trial of a TUF repository."""

from pathlib import Path

from clients.called import called, results

from zhunru.range import update_client


def test_withstands_everything(tmp_path: Path) -> None:
    found = results(called(update_client.run), "tuf", tmp_path)
    assert {t: r for t, r in found.items() if r[0] not in {"withstood", "not-run"}} == {}
    assert {t for t, r in found.items() if r[0] == "not-run"} == {t for t in found if t.startswith("eavesdrop.")}
    assert len(found) >= 170
