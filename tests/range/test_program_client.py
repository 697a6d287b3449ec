"""Clients as programs: what is served on the wire, time limits, the environment, crashes."""

import json
import os
import socket
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from clients.called import results

from zhunru.range.attacks import trials
from zhunru.range.client_trial import run_session
from zhunru.range.update_contract import ProgramClient
from zhunru.range.update_server import ENDLESS_BYTE, Counter, Server
from zhunru.range.update_stage import Answer

TUF_CLIENT = str(Path(__file__).parents[2] / "tools/clients/tuf_client.py")
OURS = [sys.executable, "-m", "zhunru.range.update_client"]
SOME = [
    "fast-forward.recovery-timestamp",
    "rollback.older-timestamp",
    "drop-request.image-cut",
    "endless-data.image",
    "freeze.clock-set-forward",
    "eavesdrop",
]


def of(kind: str, *names: str) -> list:  # type: ignore[type-arg]
    return [t for t in trials(kind) if t.id.startswith(names)]


@pytest.mark.parametrize(("kind", "words"), [("tuf", OURS), ("uptane", OURS)])
def test_our_client_on_the_wire(kind: str, words: list[str], tmp_path: Path) -> None:
    found = results(ProgramClient(words, "ours", clock=True), kind, tmp_path, of(kind, *SOME))
    assert {r[0] for r in found.values()} == {"withstood"}, found
    assert sum(t.startswith("eavesdrop") for t in found) == 3


def test_python_tuf_on_the_wire(tmp_path: Path) -> None:
    found = results(ProgramClient([sys.executable, TUF_CLIENT], "python-tuf", clock=True), "tuf", tmp_path, of("tuf", *SOME))
    assert {t for t, r in found.items() if r[0] != "withstood"} == {"eavesdrop.redirected-to-plain-text"}


def program(tmp_path: Path, body: str) -> ProgramClient:
    path = tmp_path / "client.py"
    path.write_text("import os, sys, time\n" + body, encoding="utf-8")
    return ProgramClient([sys.executable, str(path)], "program")


def test_a_client_that_does_not_end_is_stopped(tmp_path: Path) -> None:
    client = program(tmp_path, "time.sleep(60) if 'refresh' in sys.argv else None\n")
    began = time.monotonic()
    path = run_session(client, "tuf", of("tuf", "slow-retrieval.timestamp"), tmp_path / "out", 1, 1, 1.0)
    assert time.monotonic() - began < 20
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [r["exit_code"] for r in rows if r.get("does") == "refresh"] == [None]


def test_a_crash_is_no_refusal(tmp_path: Path) -> None:
    client = program(tmp_path, "os.kill(os.getpid(), 11) if 'refresh' in sys.argv else None\n")
    found = results(client, "tuf", tmp_path / "out", of("tuf", "freeze.expired-timestamp"))
    assert found["freeze.expired-timestamp"] == ("breached", "ended-outside-contract")


def test_the_environment_is_scrubbed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.invalid")
    monkeypatch.setenv("A_SECRET", "secret")
    client = program(tmp_path, "print(sorted(os.environ), file=sys.stderr)\n")
    path = run_session(client, "tuf", of("tuf", "freeze.expired-timestamp"), tmp_path / "out", 1)
    told = json.loads(path.read_text(encoding="utf-8").splitlines()[1])["told"]
    assert "NO_PROXY" in told
    assert "A_SECRET" not in told and "'HTTP_PROXY'" not in told


def test_a_file_outside_of_the_folders_is_seen(tmp_path: Path) -> None:
    body = "d = sys.argv[sys.argv.index('--metadata-dir') + 1]\nopen(os.path.join(d, '..', 'loot'), 'w').close()\n"
    found = results(program(tmp_path, body), "tuf", tmp_path / "out", of("tuf", "freeze.expired-timestamp"))
    assert found["freeze.expired-timestamp"] == ("breached", "kept-false-image")


def test_two_sessions_differ_only_in_times(tmp_path: Path) -> None:
    client = ProgramClient(OURS, "ours", clock=True)

    def rows(name: str) -> list[dict[str, object]]:
        path = run_session(client, "tuf", of("tuf", "freeze.expired-root", "arbitrary-software.image-b"), tmp_path / name, 4, 2)
        return [{k: v for k, v in json.loads(line).items() if k != "duration_ms"} for line in path.read_text(encoding="utf-8").splitlines()]

    assert rows("one") == rows("two")
    assert {p.name for p in (tmp_path / "one/served").iterdir()} == {p.name for p in (tmp_path / "two/served").iterdir()}


def test_served_files_stand_under_their_digest(tmp_path: Path) -> None:
    from hashlib import sha256

    path = run_session(ProgramClient(OURS, "ours"), "tuf", of("tuf", "freeze.expired-timestamp"), tmp_path, 1)
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    named = {s["sha256"] for r in rows for s in r.get("served", ()) if s["sha256"]}
    files = {p.name: sha256(p.read_bytes()).hexdigest() for p in (tmp_path / "served").iterdir()}
    assert named == set(files) == set(files.values())
    assert any(s["attack"] for r in rows for s in r.get("served", ()))


@pytest.mark.parametrize(
    ("mode", "status"),
    [("whole", 200), ("missing", 404), ("failing", 503), ("redirect", 404)],
    ids=["whole", "missing", "failing", "redirect"],
)
def test_answers_of_the_server(mode: str, status: int) -> None:
    counter = Counter({"repo/a": Answer(b"abc", mode, True)})  # type: ignore[arg-type]
    with Server(counter, "http://127.0.0.1:1") as server:
        try:
            with urllib.request.urlopen(f"{server.base}/online/repo/{'a' if mode != 'redirect' else 'b'}") as answer:
                assert (answer.status, answer.read()) == (status, b"abc")
        except urllib.error.HTTPError as error:
            assert error.code == status
            error.close()
    assert [s.mode for s in counter.served] == [mode if mode != "redirect" else "missing"]


def test_the_server_listens_only_here_and_is_bounded() -> None:
    counter = Counter({"repo/a": Answer(b"{", "endless", True)})
    with Server(counter) as server:
        assert server.base == f"http://127.0.0.1:{server.port}"
        with urllib.request.urlopen(f"{server.base}/online/repo/a") as answer:
            size = 0
            while part := answer.read(1 << 20):
                size += len(part)
    assert ENDLESS_BYTE <= size < ENDLESS_BYTE + (1 << 17)
    with pytest.raises(OSError, match="refused"), socket.create_connection(("127.0.0.1", server.port), timeout=2):
        pass
    assert os.name == "posix"
