"""An update client on the verifier of this software, of the contract of three commands: the reference of the attack simulator.

    python -m zhunru.range.update_client --metadata-dir DIR --metadata-url URL refresh

It follows TUF repositories (`--metadata-url`) and Uptane pairs (`--director-url`, `--image-url`). It keeps what it trusts in its metadata
folder, puts images into the target folder only when all of them have been verified, and says on standard error what it refused and why.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from zhunru.core.errors import ZhunruError
from zhunru.range.update_contract import Command, Fetch, FetchError
from zhunru.wire.metadata_delegation import find_target
from zhunru.wire.metadata_policy import TUF, UPTANE, Policy
from zhunru.wire.metadata_policy import Fetch as FetchNamed
from zhunru.wire.metadata_repository import refresh, restore, trust
from zhunru.wire.metadata_step import Outcome
from zhunru.wire.metadata_take import Trusted
from zhunru.wire.metadata_target import check_file, check_rate, counter_of
from zhunru.wire.uptane import Car, Ecu, Pair, Verified, verify_full

_SOCKET_S = 5.0
_GRACE_S = 3.0
_FLOOR_BYTE_PER_S = 1000
"""Slowest download that is put up with after the first seconds, B/s; of our own choice (P)."""
_CHUNK_BYTE = 1 << 16
_MOST_IMAGE_BYTE = 1 << 30
_STATE = "state.json"


class NotAccepted(Exception):  # noqa: N818 - what becomes of the update
    """The update is refused; the text says why."""


def run(command: Command, fetch: Fetch) -> int:
    """Carry out one command; return 0 when done, 1 when refused.

    Args:
        command: What to do and where.
        fetch: Gives files by address.
    """
    try:
        _CARRY[command.does](command, fetch)
    except (NotAccepted, FetchError, ZhunruError, OSError) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    return 0


def _init(command: Command, _fetch: Fetch) -> None:
    for name, root in zip(_names(command), command.roots, strict=True):
        raw = root.read_bytes()
        trust(raw, _policy(command))
        _keep(command.metadata / name, {"root.json": raw})


def _refresh(command: Command, fetch: Fetch) -> None:
    if command.kind == "tuf":
        _follow(command, fetch)
    else:
        _verified(command, fetch, None)


def _download(command: Command, fetch: Fetch) -> None:
    images = _one_image(command, fetch) if command.kind == "tuf" else _bundle(command, fetch)
    command.targets.mkdir(parents=True, exist_ok=True)
    for name, data in images.items():
        _write(command.targets / quote(name, safe=""), data)


_CARRY = {"init": _init, "refresh": _refresh, "download": _download}


# TUF


def _follow(command: Command, fetch: Fetch) -> tuple[Trusted, FetchNamed, datetime]:
    folder, now = command.metadata, _now(command)
    named = _named(fetch, command.bases["repo"])
    seen = refresh(restore(_kept(folder), TUF), named, now, TUF)
    _keep(folder, seen.trusted.files())
    _raise(seen.refusal)
    return seen.trusted, named, now


def _one_image(command: Command, fetch: Fetch) -> dict[str, bytes]:
    trusted, named, now = _follow(command, fetch)
    found = find_target(trusted, command.target, named, now, TUF)
    _keep(command.metadata, found.trusted.files())
    _raise(found.refusal)
    if found.target is None:
        raise NotAccepted(f"no such target: {command.target}")
    _remember(command, now, {})
    data = _image(command, fetch, command.target, found.target)
    return {command.target: data}


# Uptane


def _verified(command: Command, fetch: Fetch, images: dict[str, bytes] | None) -> Verified:
    """Verify both repositories; `images` receives the images that were verified, None leaves them out."""
    now, counters = _now(command), _state(command).get("counters", {})
    pair = Pair(*(restore(_kept(command.metadata / name), UPTANE) for name in _names(command)))
    fetches = [_named(fetch, command.bases[name]) for name in _names(command)]

    def content(name: str, target: Mapping[str, Any]) -> Iterable[bytes] | None:
        if images is not None and name not in images:
            images[name] = _raw_image(command, fetch, name, target)
        return ((images or {}).get(name, b""),)

    car = Car({ecu: Ecu(hardware, counters.get(ecu)) for ecu, hardware in command.ecus})
    seen = verify_full(pair, fetches[0], fetches[1], now, car, UPTANE, None if images is None else content)
    _raise(next(iter(seen.refusals.values()), None))
    _raise(next((fault for answer in seen.answers for fault in answer.faults.values()), None))
    for name, trusted in zip(_names(command), (seen.pair.director, seen.pair.image), strict=True):
        _keep(command.metadata / name, trusted.files())
    installed = {} if images is None else {a.ecu: c for a in seen.answers if (c := counter_of(a.director)) is not None}
    _remember(command, now, counters | installed)
    return seen


def _bundle(command: Command, fetch: Fetch) -> dict[str, bytes]:
    images: dict[str, bytes] = {}
    _verified(command, fetch, images)
    return images


# images


def _raw_image(command: Command, fetch: Fetch, name: str, target: Mapping[str, Any]) -> bytes:
    if not target["hashes"]:
        raise NotAccepted(f"no hash of {name} is listed")
    digest = target["hashes"].get("sha256") or next(iter(target["hashes"].values()))
    folder, slash, file = name.rpartition("/")
    return fetch(f"{command.images}{quote(folder)}{slash}{digest}.{quote(file)}", min(target["length"], _MOST_IMAGE_BYTE))


def _image(command: Command, fetch: Fetch, name: str, target: Mapping[str, Any]) -> bytes:
    data = _raw_image(command, fetch, name, target)
    fault = check_file(target, [data])
    if fault:
        raise NotAccepted(f"{fault.error}: {name}: {fault.detail}")
    return data


# what is kept


def _names(command: Command) -> tuple[str, ...]:
    return ("",) if command.kind == "tuf" else ("director", "image")


def _policy(command: Command) -> Policy:
    return TUF if command.kind == "tuf" else UPTANE


def _kept(folder: Path) -> dict[str, bytes]:
    return {unquote(p.name): p.read_bytes() for p in folder.glob("*.json") if p.name != _STATE}


def _keep(folder: Path, files: Mapping[str, bytes]) -> None:
    """Keep metadata under names that lead nowhere else; what is no longer trusted goes."""
    folder.mkdir(parents=True, exist_ok=True)
    named = {quote(name, safe=""): data for name, data in files.items()}
    for name, data in named.items():
        _write(folder / name, data)
    for path in folder.glob("*.json"):
        if path.name not in named and path.name != _STATE:
            path.unlink()


def _write(path: Path, data: bytes) -> None:
    part = path.with_name(f".{path.name[:100]}.part")
    part.write_bytes(data)
    part.replace(path)


def _state(command: Command) -> dict[str, Any]:
    path = command.metadata / _STATE
    found: dict[str, Any] = json.loads(path.read_bytes()) if path.exists() else {}
    return found


def _remember(command: Command, now: datetime, counters: Mapping[str, int]) -> None:
    """Keep the latest time at which metadata held, so that a clock that is set back revives nothing."""
    _write(command.metadata / _STATE, json.dumps({"time": now.isoformat(), "counters": dict(counters)}).encode())


def _now(command: Command) -> datetime:
    told = datetime.fromisoformat(command.now).astimezone(UTC) if command.now else datetime.now(UTC)
    known = _state(command).get("time")
    return max(told, datetime.fromisoformat(known)) if known else told


def _raise(refusal: Outcome | None) -> None:
    if refusal:
        raise NotAccepted(f"{refusal.step} {refusal.error} {refusal.attack} {refusal.repository}/{refusal.role}: {refusal.detail}")


def _named(fetch: Fetch, base: str) -> FetchNamed:
    """Return a fetch by name below `base`; None where the server says that there is no such file."""

    def named(name: str, most_byte: int) -> bytes | None:
        try:
            return fetch(base + name, most_byte)
        except FetchError as error:
            if error.missing:
                return None
            raise

    return named


# the line


def fetch_http(url: str, most_byte: int) -> bytes:
    """Return at most `most_byte + 1` bytes of a file; a redirect is refused, a slow or cut answer too.

    Raises:
        FetchError: It cannot be had.
    """
    import http.client
    import urllib.parse

    parts = urllib.parse.urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=_SOCKET_S)
    try:
        connection.request("GET", parts.path)
        answer = connection.getresponse()
        if answer.status != 200:
            raise FetchError(f"status {answer.status}: {parts.path}", missing=answer.status in {403, 404})
        return _read(answer, most_byte, parts.path)
    except (OSError, http.client.HTTPException) as error:
        raise FetchError(f"{type(error).__name__}: {parts.path}") from error
    finally:
        connection.close()


def _read(answer: Any, most_byte: int, path: str) -> bytes:
    found, began = bytearray(), time.monotonic_ns()
    while len(found) <= most_byte and (part := answer.read1(min(_CHUNK_BYTE, most_byte + 1 - len(found)))):
        found += part
        elapsed = time.monotonic_ns() - began
        fault = check_rate(len(found), elapsed, _FLOOR_BYTE_PER_S) if elapsed > _GRACE_S * 1e9 else None
        if fault:
            raise FetchError(f"{fault.error}: {path}: {fault.detail}")
    if answer.length and len(found) <= most_byte:
        raise FetchError(f"cut: {path}")
    return bytes(found)


def main() -> int:
    """Run one command from the command line."""
    parser = argparse.ArgumentParser(prog="update_client")
    for name in (
        "metadata-dir",
        "metadata-url",
        "director-url",
        "image-url",
        "target-name",
        "target-base-url",
        "target-dir",
        "vehicle-id",
        "now",
    ):
        parser.add_argument(f"--{name}", default="")
    parser.add_argument("--ecu-id", action="append", default=[])
    parser.add_argument("--hardware-id", action="append", default=[])
    commands = parser.add_subparsers(dest="does", required=True)
    commands.add_parser("init").add_argument("roots", nargs="+", type=Path)
    commands.add_parser("refresh")
    commands.add_parser("download")
    given = parser.parse_args()
    roots = tuple(getattr(given, "roots", ()))
    uptane = bool(given.director_url) or len(roots) == 2
    bases = {"director": given.director_url, "image": given.image_url} if uptane else {"repo": given.metadata_url}
    command = Command(
        given.does, "uptane" if uptane else "tuf", Path(given.metadata_dir), Path(given.target_dir), roots,
        {n: b.rstrip("/") + "/" for n, b in bases.items()}, given.target_base_url.rstrip("/") + "/", given.target_name,
        given.vehicle_id, tuple(zip(given.ecu_id, given.hardware_id, strict=True)), given.now,
    )  # fmt: skip
    return run(command, fetch_http)


if __name__ == "__main__":
    sys.exit(main())
