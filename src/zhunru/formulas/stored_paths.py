"""Places inside stored data as discovery writes them, and the paths under which ledgers declare them."""

import re
from functools import lru_cache

from zhunru.formulas.written_names import bare

_PART = re.compile(r'\s*(?:"((?:[^"]|"")*)"|([^.]*))\s*(\.|$)')


@lru_cache(maxsize=65536)
def parts_of(path: str) -> tuple[str, ...]:
    """Return the parts of a path between dots, quoted ones whole, each in the form of `written_names.bare`; empty for an empty path."""
    found, at = [], 0
    while path and at <= len(path):
        match = _PART.match(path, at)
        if match is None:
            return (bare(path),)
        quoted, plain, end = match.groups()
        found.append(bare(quoted.replace('""', '"') if quoted is not None else plain.removesuffix("[]")))
        at = match.end()
        if not end:
            break
    return tuple(found)


def covers(declared: str, place: str) -> bool:
    """Tell whether a declared path means a place.

    `*` means everything; `table.*` all columns of a table; else the parts are those of the place, or its last ones from two on, since a
    ledger leaves out the schema. A single part is never taken for a column of some table.

    Args:
        declared: Path of the ledger.
        place: Place as discovery writes it.
    """
    mine, theirs = parts_of(declared.strip()), parts_of(place)
    if mine == ("*",) or mine == theirs:
        return True
    if mine[-1:] == ("*",):
        head = mine[:-1]
        return (theirs[: len(head)] == head and len(theirs) > len(head)) or (
            theirs[1 : 1 + len(head)] == head and len(theirs) > 1 + len(head)
        )
    return len(mine) > 1 and theirs[-len(mine) :] == mine
