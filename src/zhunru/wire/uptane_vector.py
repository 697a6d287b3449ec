"""Answers to the Uptane test vectors in their own layout: what a client must say at each step, per repository and per target.

A vector is a folder per step, `director/` and `image_repo/` in each, metadata with hashes over the canonical form, `delegations/` below the
Image repository. Its answers name the error; a repository whose metadata was refused leaves the targets of both unjudged.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from zhunru.core.errors import EvidenceError
from zhunru.wire.metadata_file import read
from zhunru.wire.metadata_policy import UPTANE_2017, Fetch
from zhunru.wire.metadata_step import Outcome
from zhunru.wire.metadata_take import NOTHING
from zhunru.wire.uptane import Car, Pair, Verified, verify_full

Files = Callable[[str, int], bytes | None]
"""`files(path, max_bytes)`: a file of one step of a vector."""
BEGINNING = Pair(NOTHING, NOTHING)


def answer(pair: Pair, files: Files, now: datetime, car: Car) -> tuple[Pair, dict[str, Any]]:
    """Return the state after one step of a vector, and its answer in the form of the expected ones (without messages).

    Args:
        pair: State after the step before, `BEGINNING` at first.
        files: Gives the files of the step.
        now: Time of the client.
        car: Inventory of the client.
    """
    seen = verify_full(pair, _folder(files, "director"), _folder(files, "image_repo"), now, car, UPTANE_2017, _content(files))
    told: dict[str, Any] = {}
    for key, repository in (("director", "director"), ("image_repo", "image")):
        refusal = seen.refusals.get(repository)
        whole = refusal is not None and refusal.error == "MetadataFetchFailure::Targets"
        told[key] = {
            "update": _said(None if whole else refusal),
            "targets": _targets(seen, files, key, repository, refusal if whole else None),
        }
    return seen.pair, told


def _targets(seen: Verified, files: Files, key: str, repository: str, unread: Outcome | None) -> dict[str, Any]:
    """Return the answer for each target that a repository lists by itself; one whose list cannot be read is asked about by the other's."""
    if unread is not None:
        other = "image_repo" if key == "director" else "director"
        refused = {"is_success": False, "err": f"{unread.error}::{repository.capitalize()}"}
        return dict.fromkeys(_listed(files, other), refused)
    faults = {a.name: a.faults[repository] for a in seen.answers if repository in a.faults}
    return {name: _said(faults.get(name)) for name in _listed(files, key)}


def _listed(files: Files, key: str) -> list[str]:
    raw = files(f"{key}/targets.json", UPTANE_2017.max_byte["targets"])
    try:
        targets = read(raw or b"", "json").signed.get("targets")
    except EvidenceError:
        return []
    return list(targets) if isinstance(targets, dict) else []


def _said(refusal: Outcome | None) -> dict[str, Any]:
    return {"is_success": True} if refusal is None else {"is_success": False, "err": refusal.error}


def _folder(files: Files, key: str) -> Fetch:
    def fetch(name: str, most: int) -> bytes | None:
        found = files(f"{key}/{name}", most)
        return found if found is not None else files(f"{key}/delegations/{name}", most)

    return fetch


def _content(files: Files) -> Callable[[str, Mapping[str, Any]], list[bytes] | None]:
    def content(name: str, target: Mapping[str, Any]) -> list[bytes] | None:
        found = files(f"image_repo/{name}", int(target["length"]))
        return None if found is None else [found]

    return content
