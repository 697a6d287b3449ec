"""The attack scenarios, one file per matter; a new file in this folder is found by the walk."""

import importlib
import pkgutil
from functools import cache
from types import ModuleType

from zhunru.range.attacks.declare import DECLARED
from zhunru.range.update_stage import Scenario, Trial


@cache
def scenarios() -> tuple[Scenario, ...]:
    """Return all scenarios of this folder, by class and name."""
    modules: list[ModuleType] = [importlib.import_module(f"{__name__}.{m.name}") for m in pkgutil.iter_modules(__path__)]
    assert modules  # noqa: S101 - the folder holds at least the file that declares
    return tuple(sorted(DECLARED, key=lambda s: (s.attack_class, s.name)))


def trials(kind: str, only: str = "") -> list[Trial]:
    """Return the trials of one kind of client.

    Args:
        kind: `tuf` or `uptane`.
        only: Keep those of this class, or whose id starts with this.
    """
    found = [Trial(s, side) for s in scenarios() for side in s.sides if (side == "tuf") == (kind == "tuf")]
    return [t for t in found if not only or t.scenario.attack_class == only or t.id.startswith(only)]
