"""The contract of three commands: what is told to an update client, and how a client is started or called.

    CLIENT --metadata-dir DIR init ROOT [IMAGE_ROOT]
    CLIENT --metadata-url URL --metadata-dir DIR refresh
    CLIENT --metadata-url URL --metadata-dir DIR --target-name NAME --target-base-url URL --target-dir DIR download

A Uptane client gets `--director-url` and `--image-url` in place of `--metadata-url`, and `--vehicle-id`, `--ecu-id` and `--hardware-id`
(the two latter once per ECU); it downloads all that is assigned to its ECUs. Exit 0 = done, 1 = refused. `ADR 0016`.
"""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from zhunru.range.update_stage import Does

_KEPT = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "SYSTEMROOT")
_TOLD_BYTE = 20_000


class FetchError(Exception):
    """A file could not be had; `missing` = the server says that there is none."""

    def __init__(self, text: str, *, missing: bool = False) -> None:
        super().__init__(text)
        self.missing = missing


Fetch = Callable[[str, int], bytes]
"""`(url, most_byte) -> body`, of which at most `most_byte + 1` bytes are read: the caller sees that it is longer.

Raises `FetchError` when it is cut, too slow, or cannot be had.
"""


@dataclass(frozen=True)
class Command:
    """One command with all that it may need.

    Args:
        does: Which of the three.
        kind: `tuf` or `uptane`.
        metadata: Folder of trusted metadata.
        targets: Folder of verified images.
        roots: Files of the first roots; for Uptane those of Director and Image repository.
        bases: Base addresses of metadata by repository: `repo`, or `director` and `image`.
        images: Base address of images.
        target: Name asked for.
        vehicle: Vehicle id.
        ecus: ECU ids and their hardware ids.
        now: Time to be told to the client; empty = its own clock.
    """

    does: Does
    kind: Literal["tuf", "uptane"]
    metadata: Path
    targets: Path
    roots: tuple[Path, ...]
    bases: dict[str, str]
    images: str
    target: str
    vehicle: str
    ecus: tuple[tuple[str, str], ...]
    now: str = ""

    def words(self, clock: bool) -> list[str]:
        """Return the arguments of the command line."""
        found = ["--metadata-dir", str(self.metadata)]
        if self.now and clock:
            found = ["--now", self.now, *found]
        if self.does == "init":
            return [*found, "init", *map(str, self.roots)]
        if self.kind == "tuf":
            found += ["--metadata-url", self.bases["repo"]]
        else:
            found += ["--director-url", self.bases["director"], "--image-url", self.bases["image"], "--vehicle-id", self.vehicle]
            for ecu, hardware in self.ecus:
                found += ["--ecu-id", ecu, "--hardware-id", hardware]
        if self.does == "download":
            found += ["--target-name", self.target] if self.kind == "tuf" else []
            found += ["--target-base-url", self.images, "--target-dir", str(self.targets)]
        return [*found, self.does]


@dataclass(frozen=True)
class Ended:
    """How a command ended; `code` is None when it was stopped because it did not end in time."""

    code: int | None
    duration_s: float
    told: str = ""


class Client(Protocol):
    """A client under test.

    Args:
        name: For the report.
        clock: It can be told the time.
        wire: It speaks HTTP itself; else it is called within the process and cannot play what needs sockets.
    """

    name: str
    clock: bool
    wire: bool

    def run(self, command: Command, fetch: Fetch, patience_s: float, environment: dict[str, str]) -> Ended:
        """Run one command to its end, or stop it when the patience is over."""
        ...


@dataclass
class ProgramClient:
    """A client that is a program; it gets a scrubbed environment, a session of its own and no input."""

    words: Sequence[str]
    name: str
    clock: bool = False
    wire: bool = True

    def run(self, command: Command, fetch: Fetch, patience_s: float, environment: dict[str, str]) -> Ended:  # noqa: ARG002 - it fetches itself
        """Start the program; stop its whole session when the patience is over."""
        kept = {n: os.environ[n] for n in _KEPT if n in os.environ}
        began = time.monotonic()
        with subprocess.Popen(  # noqa: S603 - the client that the user named
            [*self.words, *command.words(self.clock)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            env=kept | {"LANG": "C.UTF-8", "NO_PROXY": "*"} | environment, start_new_session=True,
        ) as started:  # fmt: skip
            try:
                _, told = started.communicate(timeout=patience_s)
                code: int | None = started.returncode
            except subprocess.TimeoutExpired:
                os.killpg(started.pid, signal.SIGKILL)
                _, told = started.communicate()
                code = None
        return Ended(code, time.monotonic() - began, told[-_TOLD_BYTE:].decode("utf-8", "replace"))


@dataclass
class CalledClient:
    """A client within this process: a callable `(command, fetch) -> exit code`."""

    call: Callable[[Command, Fetch], int]
    name: str
    clock: bool = True
    wire: bool = False

    def run(self, command: Command, fetch: Fetch, patience_s: float, environment: dict[str, str]) -> Ended:  # noqa: ARG002 - nothing to start
        """Call it; an exception counts as exit 1, as it does for a program."""
        began = time.monotonic()
        try:
            code = self.call(command, fetch)
            told = ""
        except Exception as error:  # noqa: BLE001 - the client under test may do anything
            code, told = 1, f"{type(error).__name__}: {error}"
        return Ended(code, time.monotonic() - began, told)
