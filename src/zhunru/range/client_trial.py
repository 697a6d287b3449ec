"""Runs an update client through the trials and writes what it did as a session file; it judges nothing.

Session file: JSON lines. The first line says who was tried and how, one line follows per step (or per trial that was not run), the last
line gives their number. Beside it the folder `served` holds every answered file under its SHA-256.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from zhunru.range.attacks import trials as all_trials
from zhunru.range.certificates import Authority, derived_key
from zhunru.range.update_contract import Client, Command, Fetch, FetchError
from zhunru.range.update_server import ENDLESS_BYTE, Counter, Served, Server
from zhunru.range.update_stage import ECUS, VEHICLE, Answer, Step, Trial

FORMAT = "zhunru-client-trial"
PATIENCE_S = 20.0
"""Seconds after which a client that is held up counts as hung; of our own choice, above the usual socket time-outs and their retries."""
_STORED_BYTE = 1 << 20
_TOLD = 600
_CALM_S = 60.0
"""Longest time of a step that should end by itself; beyond it nothing is judged."""
_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of a random name is made in it
"""Where trials within the process keep their many small files, when there is such a place."""
_VALID = (2024, 2034)
Row = dict[str, Any]


@dataclass
class Site:
    """Folders and servers of one trial."""

    folder: Path
    seed: int
    counter: Counter
    stack: ExitStack
    servers: dict[str, Server] = field(default_factory=dict)

    def base(self, source: str) -> str:
        """Return the base address for a source, starting its server when it is new."""
        at = "plain" if source in {"online", "offline"} else source
        if at not in self.servers:
            plain = "" if at == "plain" else self.base("online").removesuffix("/online")
            self.servers[at] = self.stack.enter_context(Server(self.counter, plain, None if at == "plain" else self._certificate(at)))
        return f"{self.servers[at].base}/{source}"

    def _certificate(self, source: str) -> Path:
        from datetime import UTC, datetime

        from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

        authority = Authority(self.seed, "range" if source != "tls-unknown" else "unknown")
        host = "localhost" if source != "tls-other-name" else "elsewhere.invalid"
        valid = datetime(_VALID[0], 1, 1, tzinfo=UTC), datetime(_VALID[1], 1, 1, tzinfo=UTC)
        from cryptography.x509 import load_der_x509_certificate

        chain = b"".join(load_der_x509_certificate(der).public_bytes(Encoding.PEM) for der in authority.chain(host, valid))
        key = derived_key(self.seed, host).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        path = self.folder / f"{source}.pem"
        path.write_bytes(chain + key)
        return path

    def environment(self, source: str) -> dict[str, str]:
        """Return what the client's environment holds besides."""
        found = {"HOME": str(self.folder / "home"), "TMPDIR": str(self.folder / "home")}
        if source.startswith("tls"):
            path = self.folder / "authority.crt"
            path.write_bytes(Authority(self.seed, "range").root_pem())
            found |= {"SSL_CERT_FILE": str(path), "REQUESTS_CA_BUNDLE": str(path)}
        return found


def fetch_from(counter: Counter) -> Fetch:
    """Return a fetch that answers from `counter` without sockets, for clients within the process; it records like the server."""

    def fetch(url: str, most_byte: int) -> bytes:
        path = url.partition("://")[2].partition("/")[2].partition("/")[2]
        answer = counter.answer(path)
        body = answer.body[: most_byte + 1]
        if answer.mode == "endless":
            body += b" " * (min(most_byte + 1, ENDLESS_BYTE) - len(body))
        counter.begin(path, answer)[0] = len(body) if answer.mode in {"whole", "endless"} else 0
        if answer.mode not in {"whole", "endless"}:
            raise FetchError(answer.mode, missing=answer.mode == "missing")
        return body

    return fetch


class Frame(NamedTuple):
    """One step and all that is served while it runs; made without the client, so it is the same for every client.

    Args:
        step: What is asked.
        files: Answers by path.
        everywhere: Answer to everything, if any.
        poison: SHA-256 of what must not be kept as metadata.
        roots: First roots by repository.
        store: Repository that holds the images.
    """

    step: Step
    files: dict[str, Answer]
    everywhere: Answer | None
    poison: frozenset[str]
    roots: dict[str, bytes]
    store: str


def frames(trial: Trial, seed: int) -> Iterator[Frame]:
    """Yield the steps of a trial with what is served."""
    stage = trial.stage(seed)
    roots = {n: r.metadata["1.root.json"] for n, r in stage.repos.items()}
    for step in trial.course(stage):
        yield Frame(step, stage.files(), stage.everywhere, frozenset(stage.poison), roots, stage.store.name)


def run_trial(
    trial: Trial, client: Client, seed: int, patience_s: float, keep: Callable[[Served], None], made: Sequence[Frame] | None = None
) -> list[Row]:
    """Play one trial and return its rows; `made` are its frames when they are at hand."""
    about = _about(trial)
    missing = "clock" if trial.scenario.clock and not client.clock else "wire" if trial.scenario.wire and not client.wire else ""
    if missing:
        return [about | {"not_run": missing}]
    rows = []
    memory = str(_MEMORY) if not client.wire and _MEMORY.is_dir() else None
    with TemporaryDirectory(prefix="zhunru-trial-", dir=memory) as name, ExitStack() as stack:
        site = Site(Path(name), seed, Counter(), stack)
        for part in ("client/metadata", "client/targets", "home", "roots"):
            (site.folder / part).mkdir(parents=True)
        for number, frame in enumerate(frames(trial, seed) if made is None else made):
            rows.append(about | {"step_no": number} | _play(site, frame, client, patience_s, keep))
    return rows


def _about(trial: Trial) -> Row:
    of = trial.scenario
    return {
        "trial": trial.id,
        "attack_class": of.attack_class,
        "kind": "tuf" if trial.side == "tuf" else "uptane",
        "optional": of.optional,
        "verifier_steps": list(of.steps),
        "title": list(of.title),
        "wrong": list(of.wrong),
    }


def _play(site: Site, frame: Frame, client: Client, patience_s: float, keep: Callable[[Served], None]) -> Row:
    step = frame.step
    site.counter.files, site.counter.everywhere, site.counter.begun = frame.files, frame.everywhere, []
    before = _files(site.folder)
    patience = patience_s if step.impatient else max(patience_s, _CALM_S)
    ended = client.run(_command(site, frame, client), fetch_from(site.counter), patience, site.environment(step.source))
    served = site.counter.served
    for one in served:
        keep(one)
    after = _files(site.folder)
    told = ended.told.replace(str(site.folder), "TRIAL")
    for server in site.servers.values():
        told = told.replace(f":{server.port}", ":PORT")
    return {
        "does": step.does,
        "purpose": step.purpose,
        "expected": step.expected,
        "source": step.source,
        "now": step.now,
        "impatient": step.impatient,
        "exit_code": ended.code,
        "duration_ms": round(ended.duration_s * 1000),
        "limit_byte": step.limit_byte,
        "drawn_byte": max((s.sent_byte for s in served if s.attack), default=0),
        "requests": len(served),
        "poison": sorted(n for n, d in after.items() if n.startswith("client/metadata/") and d in frame.poison),
        "stray": _stray(step, before, after),
        "lacking": [w for w in step.wanted if w not in {d for n, d in after.items() if n.startswith("client/targets/")}],
        "trusted": [[n, v, _version(site.folder / "client/metadata" / n)] for n, v in step.trusted],
        "told": told[-_TOLD:],
        "served": [{"path": s.path, "mode": s.mode, "size_byte": s.size_byte, "sent_byte": s.sent_byte if s.mode != "whole" else s.size_byte,
                    "sha256": s.sha256, "attack": s.attack} for s in served],
    }  # fmt: skip


def _command(site: Site, frame: Frame, client: Client) -> Command:
    roots, step = [], frame.step
    for name, data in frame.roots.items():
        path = site.folder / "roots" / f"{name}.root.json"
        path.write_bytes(data)
        roots.append(path)
    base = site.base(step.source) if client.wire else f"memory://range/{step.source}"
    return Command(
        step.does, "tuf" if "repo" in frame.roots else "uptane", site.folder / "client/metadata", site.folder / "client/targets", tuple(roots),
        {n: f"{base}/{n}/metadata/" for n in frame.roots}, f"{base}/{frame.store}/targets/", step.target,
        VEHICLE, tuple(ECUS.items()), step.now,
    )  # fmt: skip


def _files(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file of a trial, by its path; what the client keeps at home is its own business."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not name.startswith("home/"):
            with path.open("rb") as stream:
                found[name] = _digest(stream)
    return found


def _digest(stream: Any) -> str:
    total = sha256()
    while block := stream.read(1 << 20):
        total.update(block)
    return total.hexdigest()


def _stray(step: Step, before: dict[str, str], after: dict[str, str]) -> list[str]:
    """Return the files that are new, or new in content, and should not be: false images, and anything outside of the two folders."""
    welcome = {*step.wanted, *step.allowed}
    return [
        name
        for name, digest in after.items()
        if before.get(name) != digest and not name.startswith("client/metadata/") and not name.startswith("roots/")
        and not (name.endswith((".pem", ".crt")) and "/" not in name) and not (name.startswith("client/targets/") and digest in welcome)
    ]  # fmt: skip


def _version(path: Path) -> int | None:
    try:
        version = json.loads(path.read_bytes())["signed"]["version"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    return version if isinstance(version, int) else None


def run_session(
    client: Client, kind: str, trials: Sequence[Trial], out: Path, seed: int, jobs: int = 1, patience_s: float = PATIENCE_S,
    step: Callable[[int, int], None] | None = None,
) -> Path:  # fmt: skip
    """Run trials side by side and write the session; return its file.

    Args:
        client: The client under test.
        kind: `tuf` or `uptane`.
        trials: What is played, in this order.
        out: Folder that receives `session.jsonl` and `served/`.
        seed: Seed of keys and images.
        jobs: Trials at a time.
        patience_s: Seconds after which a client that is held up counts as hung.
        step: Told (done, total) after each trial.
    """
    store = out / "served"
    store.mkdir(parents=True, exist_ok=True)

    def keep(one: Served) -> None:
        path = store / one.sha256
        if one.sha256 and one.size_byte <= _STORED_BYTE and not path.exists():
            path.write_bytes(one.body)

    head = {"session": FORMAT, "format": 1, "client": client.name, "kind": kind, "seed": seed, "clock": client.clock, "patience_s": round(patience_s),
            "known": len(all_trials(kind)), "trials": len(trials)}  # fmt: skip
    path = out / "session.jsonl"
    with path.open("w", encoding="utf-8") as file, ThreadPoolExecutor(max_workers=max(1, jobs)) as pool:
        file.write(_line(head))
        count = 0
        for done, rows in enumerate(pool.map(lambda t: run_trial(t, client, seed, patience_s, keep), trials), 1):
            for row in rows:
                file.write(_line(row))
            count += len(rows)
            if step:
                step(done, len(trials))
        file.write(_line({"end": FORMAT, "rows": count}))
    return path


def _line(row: Row) -> str:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n"


def served_bytes(trials: Sequence[Trial], seed: int) -> Iterator[tuple[str, int, str, str]]:
    """Yield (trial, step, path, SHA-256) of everything that would be served: equal seeds give equal bytes."""
    for trial in trials:
        for number, frame in enumerate(frames(trial, seed)):
            for path, answer in sorted(frame.files.items()):
                yield trial.id, number, path, sha256(answer.body).hexdigest()
