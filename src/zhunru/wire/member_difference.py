"""Two sets of files compared by path and digest: what was added, removed, changed, and what only moved."""

from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple


class Item(NamedTuple):
    """One file of a set.

    Args:
        kind: file, directory, symlink ...; two kinds are never the same.
        digest: Digest of the content, the target of a link; empty when it could not be read.
        size_byte: Its size.
        mode: Permission bits, None where there are none.
    """

    kind: str
    digest: str
    size_byte: int
    mode: int | None = None


class Changes(NamedTuple):
    """What differs; paths sorted.

    Args:
        added: Only in the second.
        removed: Only in the first.
        changed: In both, with other content or of another kind.
        moved: (before, after) of content that stands under another path and under its old one no more.
        modes: In both with the same content and other permission bits.
        unread: In either, without a digest: nobody can say whether it changed.
        same_count: Number of the others.
    """

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]
    moved: tuple[tuple[str, str], ...]
    modes: tuple[str, ...]
    unread: tuple[str, ...]
    same_count: int

    @property
    def equal(self) -> bool:
        """Tell whether nothing differs; what is unread does not count as equal."""
        return not any(self[:6])


def changes(before: Mapping[str, Item], after: Mapping[str, Item]) -> Changes:
    """Compare two sets of files.

    Args:
        before: Path -> file of the first.
        after: The same of the second.
    """
    gone, come = sorted(before.keys() - after.keys()), sorted(after.keys() - before.keys())
    changed, modes, unread, same = [], [], set(), 0
    for path in sorted(before.keys() & after.keys()):
        one, other = before[path], after[path]
        if one.kind == other.kind and not (one.digest and other.digest) and one.kind != "directory":
            unread.add(path)
        elif one[:2] != other[:2]:
            changed.append(path)
        elif one.mode != other.mode and None not in {one.mode, other.mode}:
            modes.append(path)
        else:
            same += 1
    unread |= {path for path in gone if not before[path].digest and before[path].kind != "directory"}
    unread |= {path for path in come if not after[path].digest and after[path].kind != "directory"}
    moved = _moved(before, after, gone, come)
    left, arrived = {one for one, _ in moved}, {other for _, other in moved}
    return Changes(
        tuple(p for p in come if p not in arrived),
        tuple(p for p in gone if p not in left),
        tuple(changed),
        tuple(moved),
        tuple(modes),
        tuple(sorted(unread)),
        same,
    )


def _moved(before: Mapping[str, Item], after: Mapping[str, Item], gone: list[str], come: list[str]) -> list[tuple[str, str]]:
    """Pair paths of equal content, first those with the same last name; empty files are not followed."""
    places: dict[tuple[str, str], list[str]] = defaultdict(list)
    for path in come:
        places[after[path][:2]].append(path)
    pairs: dict[str, str] = {}
    for same_name in (True, False):
        for path in gone:
            item = before[path]
            if item.kind != "file" or not item.digest or not item.size_byte or path in pairs:
                continue
            waiting, name = places[item[:2]], path.rsplit("/", 1)[-1]
            found = next((p for p in waiting if not same_name or p.rsplit("/", 1)[-1] == name), None)
            if found is not None:
                waiting.remove(found)
                pairs[path] = found
    return sorted(pairs.items())
