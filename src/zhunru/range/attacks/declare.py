"""How a scenario is declared, and the moves that many of them share."""

from collections.abc import Callable
from typing import Any

from zhunru.core.text import Text
from zhunru.range.update_keys import ED25519, ThrowAwayKey
from zhunru.range.update_repository import Body, Repository
from zhunru.range.update_stage import Play, Scenario, Side, Stage

DECLARED: list[Scenario] = []
"""Filled while the modules of this folder are imported."""

ALL: tuple[Side, ...] = ("tuf", "director", "image")
FILES: tuple[Side, ...] = ("tuf", "image")
"""Sides that hold images and may delegate."""

TOP_ROLES = ("root", "timestamp", "snapshot", "targets")
ROLE_ZH = {"root": "根", "timestamp": "时间戳", "snapshot": "快照", "targets": "目标"}


def scenario(name: str, sides: tuple[Side, ...], steps: str, title: tuple[str, str], wrong: tuple[str, str], **more: Any) -> Callable[[Play], Play]:  # fmt: skip
    """Declare the decorated course under `class.name`; `steps` are the verifier's steps, separated by blanks."""
    attack_class, _, short = name.partition(".")

    def declare(play: Play) -> Play:
        DECLARED.append(Scenario(short, attack_class, sides, tuple(steps.split()), Text(*title), Text(*wrong), play, **more))
        return play

    return declare


def resigned(repo: Repository, role: str, data: bytes) -> Repository:
    """Lay `data` out as a role's file and make all roles above list it, signed with their true keys."""
    repo.put(role, data)
    relisted(repo, role)
    return repo


def relisted(repo: Repository, role: str) -> None:
    """Make all roles above list a role's file as it was laid out last."""
    if role == "snapshot":
        repo.stamp()
    elif role not in {"root", "timestamp"}:
        repo.list_in_snapshot(role)
        repo.snap()


def forged(
    stage: Stage, role: str, keys: Callable[[Repository], list[ThrowAwayKey]] | None = None, change: Callable[[Body], None] | None = None
) -> Repository:
    """Return a fork whose next file of `role` is changed and signed by `keys`; what lists it is true and consistent.

    So only the step that verifies this one role can refuse it.
    """
    fork = stage.fork()
    fork.body[role]["version"] += 1
    if change:
        change(fork.body[role])
    return resigned(fork, role, fork.signed(role, keys=keys(fork) if keys else None))


def above(role: str) -> tuple[str, ...]:
    """Return the roles that list `role`: true in a fork made by `forged`, and may be kept by the client."""
    return {"root": (), "timestamp": (), "snapshot": ("timestamp",)}.get(role, ("timestamp", "snapshot"))


def foreign(repo: Repository, role: str) -> ThrowAwayKey:
    """Return a key that the repository never listed."""
    return ThrowAwayKey(repo.seed, f"foreign {repo.name} {role}", repo.signers[role][0].scheme if repo.signers[role] else ED25519)


def outlive(stage: Stage, role: str) -> None:
    """Let the true repository go on after a false second root: whoever kept that root, and whoever did not, can follow its third."""
    stage.repo.rotate(role)
    stage.repo.new_root()
    stage.repo.new_root()
