"""What one attempt on stored data proves."""

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from zhunru.formulas.written_names import bare
from zhunru.records.storage_address import StorageAddress
from zhunru.records.storage_trial import StorageTrial

Outcome = Literal["held", "broken", "detected", "void"]
"""held: without effect; broken: it worked; detected: it worked and was noticed; void: it proves nothing."""


def changed(trial: StorageTrial) -> Outcome:
    """Return what an attempt to change or delete proves: values before and after are compared as written."""
    if trial.way not in {"change", "delete"} or trial.authorised is not False or not trial.before or not trial.after:
        return "void"
    if trial.carried_out and bare(trial.before) == bare(trial.after):
        return "held"
    if bare(trial.before) == bare(trial.after):
        return "void"  # nothing was tried, so nothing changed
    return "detected" if trial.detected else "broken"


def read(trial: StorageTrial) -> Outcome:
    """Return what an attempt to read without right proves."""
    if trial.way != "access" or trial.authorised is not False or trial.readable is None:
        return "void"
    if trial.readable:
        return "broken"
    return "held" if trial.carried_out else "void"


def dumped(trial: StorageTrial) -> Outcome:
    """Return what a look into a dump proves: ciphertext or clear text."""
    if trial.way != "dump" or trial.cleartext is None:
        return "void"
    if trial.cleartext:
        return "broken"
    return "held" if trial.carried_out else "void"


class Tried(NamedTuple):
    """One declared address and one way, with what the attempts there prove; no outcome but `void` = nobody tried.

    Args:
        address: Declared address.
        way: change, delete.
        outcomes: Of the attempts.
    """

    address: StorageAddress
    way: str
    outcomes: frozenset[Outcome]


def changes_tried(addresses: Iterable[StorageAddress], trials: Sequence[StorageTrial]) -> list[Tried]:
    """Return what the attempts to change and to delete prove at each address."""
    return [
        Tried(address, way, frozenset(changed(t) for t in trials_at(address, trials) if t.way == way))
        for address in addresses
        for way in ("change", "delete")
    ]


def trials_at(address: StorageAddress, trials: Iterable[StorageTrial]) -> list[StorageTrial]:
    """Return the attempts on one declared address: those that name it, by its number or its path."""
    names = {bare(n) for n in (address.id, address.address) if n}
    return [t for t in trials if t.address and bare(t.address) in names]
