"""What one trial of an update client is played on: true repositories, the attacker's answers over them, and the steps.

A scenario is a generator: it changes the stage and yields a step; what the client did never steers it, so that equal seeds serve equal bytes.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Literal, NamedTuple

from zhunru.core.text import Text
from zhunru.range.update_repository import Repository

Side = Literal["tuf", "director", "image", "uptane"]
Does = Literal["init", "refresh", "download"]
Expected = Literal["accept", "refuse", "either"]
Purpose = Literal["control", "attack", "recovery"]
Mode = Literal["whole", "missing", "failing", "closed", "silent", "endless", "drip", "redirect", "cut"]
"""How an answer is sent: 404, 503, connection closed unanswered, nothing at all, without end, byte by byte, sent elsewhere, cut in half."""

BRAKE, RADIO = "brake.bin", "radio.bin"
ECUS = {"ecu-brake": "hw-brake", "ecu-radio": "hw-radio"}
"""ECUs of the vehicle and their hardware."""
IMAGES = {BRAKE: "ecu-brake", RADIO: "ecu-radio"}
VEHICLE = "LZHUNRU00RANGE001"
_IMAGE_BYTE = 6000
_LEAP = 20
"""Versions by which the true repository moves on after an attack, beyond any that an attack has used."""


class Answer(NamedTuple):
    """What the server gives for one path: a body and how it is sent; `attack` = the attacker's and not the true one."""

    body: bytes = b""
    mode: Mode = "whole"
    attack: bool = False


@dataclass(frozen=True)
class Step:
    """One command of the client, and what must come of it.

    Args:
        does: Command.
        purpose: Benign control, attack, or the benign step after an attack.
        expected: `accept` exit 0, `refuse` exit 1, `either` free, but nothing false may be kept.
        target: Name asked for; of a Uptane client the whole assignment is asked for.
        wanted: SHA-256 of files that must stand in the target folder afterwards.
        allowed: SHA-256 of files that may be new there besides.
        trusted: Versions that the client must trust afterwards, by file of its metadata folder.
        limit_byte: Most bytes that it may draw from one answer, else unlimited.
        impatient: Going on without end is what the attacker wants: a hang is a breach.
        now: Time to be told to the client; else its own clock.
        source: Where it asks: `online`, `offline` (a workshop tool), or over TLS.
    """

    does: Does
    purpose: Purpose
    expected: Expected
    target: str = ""
    wanted: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    trusted: tuple[tuple[str, int], ...] = ()
    limit_byte: int | None = None
    impatient: bool = False
    now: str = ""
    source: Literal["online", "offline", "tls", "tls-unknown", "tls-other-name"] = "online"


@dataclass
class Stage:
    """State of one trial.

    Args:
        seed: Seed of the range.
        side: Kind of client, and for a Uptane pair the repository under attack.
        hashes: Timestamp and snapshot carry hashes of what they list.
    """

    seed: int
    side: Side
    hashes: bool = True
    repos: dict[str, Repository] = field(default_factory=dict)
    over: dict[str, Answer] = field(default_factory=dict)
    everywhere: Answer | None = None
    poison: set[str] = field(default_factory=set)
    genuine: set[str] = field(default_factory=set)
    homes: dict[str, str] = field(default_factory=dict)
    images: dict[str, bytes] = field(default_factory=dict)
    counter: int = 0

    def __post_init__(self) -> None:
        names = ("repo",) if self.side == "tuf" else ("director", "image")
        self.repos = {n: Repository(self.seed, n, self.hashes) for n in names}
        self.ship()

    @property
    def kind(self) -> Literal["tuf", "uptane"]:
        """Kind of client that can play it."""
        return "tuf" if self.side == "tuf" else "uptane"

    @property
    def repo(self) -> Repository:
        """The repository under attack."""
        return self.repos[{"tuf": "repo", "director": "director", "image": "image", "uptane": "director"}[self.side]]

    @property
    def store(self) -> Repository:
        """The repository that holds the images."""
        return self.repos.get("image", self.repo)

    def own(self, role: str) -> str:
        """Return the name of a role's file in the metadata folder of the client."""
        return f"{role}.json" if self.kind == "tuf" else f"{self.repo.name}/{role}.json"

    # the true side

    def image(self, path: str, release: int) -> bytes:
        """Return the content of an image in a release."""
        line = f"zhunru range image {path} release {release} seed {self.seed}\n".encode()
        return (line * (_IMAGE_BYTE // len(line) + 1))[:_IMAGE_BYTE]

    def ship(self, by: int = 1) -> None:
        """Release new images for all ECUs, consistent in all repositories."""
        self.counter += 1
        for path, ecu in IMAGES.items():
            data = self.images[path] = self.image(path, self.counter)
            self.genuine.add(sha256(data).hexdigest())
            for repo in self.repos.values():
                self.list_image(repo, path, data, ecu, self.counter)
        for repo in self.repos.values():
            repo.release(*(r for r in repo.body if r not in {"root", "timestamp", "snapshot", "targets"}), by=by)

    def list_image(self, repo: Repository, path: str, data: bytes, ecu: str, counter: int) -> None:
        """List one image in one repository as its kind does."""
        role = self.homes.get(path, "targets") if repo.name != "director" else "targets"
        if repo.name == "director":
            repo.add(path, data, role, ecuIdentifiers={ecu: {"hardwareId": ECUS.get(ecu, "hw-other")}}, releaseCounter=counter)
        elif repo.name == "image":
            repo.add(path, data, role, hardwareIds=[ECUS.get(ecu, "hw-other")], releaseCounter=counter)
        else:
            repo.add(path, data, role)

    def files(self) -> dict[str, Answer]:
        """Return what the server gives now, by path below its base."""
        found: dict[str, Answer] = {}
        for name, repo in self.repos.items():
            found |= {f"{name}/metadata/{n}": Answer(b) for n, b in repo.metadata.items()}
            if repo is self.store:
                found |= {f"{name}/targets/{n}": Answer(b) for n, b in repo.targets.items()}
        return found | self.over

    # the attacker's side

    def fork(self, name: str = "") -> Repository:
        """Return a copy of a repository (by default the one under attack) for the attacker."""
        return (self.repos[name] if name else self.repo).fork()

    def attack(self, *forks: Repository, trusted: tuple[str, ...] = ()) -> None:
        """Serve what differs in `forks`; none of it may be kept by the client, except the files of the roles `trusted`."""
        for fork in forks:
            true = self.repos[fork.name]
            for name, data in fork.metadata.items():
                if true.metadata.get(name) != data:
                    role = name.removesuffix(".json").lstrip("-0123456789.")
                    self.serve(f"{fork.name}/metadata/{name}", data, poison=role not in trusted)
            for name, data in fork.targets.items():
                if true.targets.get(name) != data:
                    self.serve(f"{self.store.name}/targets/{name}", data)

    def serve(self, path: str, data: bytes = b"", mode: Mode = "whole", *, poison: bool = True) -> None:
        """Answer one path as the attacker likes."""
        self.over[path] = Answer(data, mode, attack=True)
        if poison and mode in {"whole", "drip"} and sha256(data).hexdigest() not in self.genuine:
            self.poison.add(sha256(data).hexdigest())

    def metadata(self, name: str, data: bytes = b"", mode: Mode = "whole", *, poison: bool = True) -> None:
        """Answer a metadata file of the repository under attack, under its plain and its versioned names."""
        for known in list(self.repo.metadata) or [name]:
            if known == name or (known.endswith(f".{name}") and known.split(".", 1)[0].isdigit() and name != "root.json"):
                self.serve(f"{self.repo.name}/metadata/{known}", data, mode, poison=poison)
        self.serve(f"{self.repo.name}/metadata/{name}", data, mode, poison=poison)

    def target(self, path: str, data: bytes = b"", mode: Mode = "whole") -> None:
        """Answer an image under its plain name and its names with a hash."""
        for known in list(self.store.targets):
            if known == path or known.endswith(f".{path}"):
                self.serve(f"{self.store.name}/targets/{known}", data, mode)

    def calm(self) -> None:
        """End the attack."""
        self.over.clear()
        self.everywhere = None

    # steps

    def init(self) -> Step:
        """Return the first step of every trial."""
        return Step("init", "control", "accept")

    def control(self, **more: object) -> Step:
        """Return a benign download that a client must accept."""
        return self._accepted("control", **more)

    def recovery(self, **more: object) -> Step:
        """End the attack, release anew, and return the benign download that a client must accept afterwards."""
        self.calm()
        self.ship(_LEAP)
        return self._accepted("recovery", **more)

    def refuse(self, does: Does = "refresh", **more: object) -> Step:
        """Return a step that the client must refuse."""
        return self._step(Step(does, "attack", "refuse", BRAKE if does == "download" else ""), more)

    def either(self, does: Does = "download", **more: object) -> Step:
        """Return a step that may end either way; nothing false may be kept."""
        allowed = tuple(sha256(d).hexdigest() for d in self.images.values()) if does == "download" else ()
        return self._step(Step(does, "attack", "either", BRAKE if does == "download" else "", allowed=allowed), more)

    def accept(self, does: Does = "refresh", **more: object) -> Step:
        """Return a step of the scenario that the client must accept."""
        if does == "download":
            return self._accepted("attack", **more)
        return self._step(Step(does, "attack", "accept"), more)

    def _accepted(self, purpose: Purpose, **more: object) -> Step:
        paths = (BRAKE,) if self.kind == "tuf" else tuple(IMAGES)
        wanted = tuple(sha256(self.images[p]).hexdigest() for p in paths)
        return self._step(Step("download", purpose, "accept", BRAKE, wanted), more)

    def _step(self, step: Step, more: dict[str, object]) -> Step:
        trusted = more.pop("trusted", None)
        if isinstance(trusted, dict):
            more["trusted"] = tuple((self.own(role), version) for role, version in trusted.items())
        return replace(step, **more)  # type: ignore[arg-type]


Play = Callable[[Stage], Iterator[Step]]


@dataclass(frozen=True)
class Scenario:
    """One attack, or one benign course that a client must master.

    Args:
        name: Name within its class.
        attack_class: Key of `ATTACK_CLASSES`.
        sides: Sides that it is played on.
        steps: Steps of the verifier that it exercises, `U-R1` ... `U-I3`.
        title: What the server does.
        wrong: What a client that falls for it does wrong.
        play: The course; the first step `init` and the recovery are added.
        recovers: A benign step follows the attack.
        clock: A client that cannot be told the time cannot play it.
        wire: Needs real sockets.
        optional: A client that fails the control does not have the feature: it is not judged.
        hashes: Timestamp and snapshot carry hashes.
    """

    name: str
    attack_class: str
    sides: tuple[Side, ...]
    steps: tuple[str, ...]
    title: Text
    wrong: Text
    play: Play
    recovers: bool = True
    clock: bool = False
    wire: bool = False
    optional: bool = False
    hashes: bool = True


@dataclass(frozen=True)
class Trial:
    """A scenario on one side."""

    scenario: Scenario
    side: Side

    @property
    def id(self) -> str:
        """Return `class.name`, with `@repository` when one half of a Uptane pair is attacked."""
        at = f"@{self.side}" if self.side in {"director", "image"} else ""
        return f"{self.scenario.attack_class}.{self.scenario.name}{at}"

    def stage(self, seed: int) -> Stage:
        """Return the stage at its beginning."""
        return Stage(seed, self.side, self.scenario.hashes)

    def course(self, stage: Stage) -> Iterator[Step]:
        """Yield all steps; the stage holds what is served while a step runs."""
        yield stage.init()
        yield from self.scenario.play(stage)
        if self.scenario.recovers:
            yield stage.recovery()
