"""What one attempt on stored data proves."""

import re
from collections.abc import Iterable, Sequence
from typing import Final, Literal, NamedTuple

from zhunru.formulas.written_names import bare
from zhunru.records.storage_address import StorageAddress
from zhunru.records.storage_trial import StorageTrial
from zhunru.records.told import told

Outcome = Literal["held", "broken", "detected", "void"]
"""held: without effect; broken: it worked; detected: it worked and was noticed; void: it proves nothing."""

_OF_NOTHING: Final = frozenset({
    "d41d8cd98f00b204e9800998ecf8427e", "da39a3ee5e6b4b0d3255bfef95601890afd80709",
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b",
})  # fmt: skip
"""MD5, SHA-1, SHA-256 and SM3 of no bytes at all: whoever read nothing twice reads the same."""
_ERASED: Final = re.compile(r"(0x)?(0+|f+)")


def changed(trial: StorageTrial) -> Outcome:
    """Return what an attempt to change or delete proves: values before and after are compared as written."""
    if trial.way not in {"change", "delete"} or trial.authorised is not False or not trial.before or not trial.after:
        return "void"
    if bare(trial.before) == bare(trial.after):
        return "held" if trial.carried_out and _is_content(trial.before) else "void"  # nothing was tried or read, so nothing changed
    if _was_not_read(trial.before) or _was_not_read(trial.after):
        return "void"
    return "detected" if trial.detected else "broken"


def _was_not_read(value: str) -> bool:
    """Tell whether a cell says that nobody read, as `未读取`; a single sign is a value."""
    return len(bare(value)) > 1 and told(value) == "open"


def _is_content(value: str) -> bool:
    """Tell whether a cell holds a value or the digest of one: not `未读取`, the digest of nothing, nor an empty memory."""
    form = bare(value)
    return told(value) == "yes" and form.rpartition(":")[2] not in _OF_NOTHING and not _ERASED.fullmatch(form)


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
