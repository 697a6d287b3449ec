"""Files of a repository as they were collected, answered for under the names that a client asks for.

A copy may hold `root.json` where a client asks for `1.root.json`, or `7.targets.json` where it asks for `targets.json`: what counts is the
version inside. A file under another name is never a way round a check: every check looks at the content.
"""

from collections.abc import Iterable, Mapping

from zhunru.core.errors import EvidenceError
from zhunru.wire.metadata_file import read
from zhunru.wire.metadata_policy import Fetch

_BELOW = "delegations/"
"""Subfolder in which some tools lay delegated roles."""
_DIGITS = 16
"""A number in a name with as many digits is none that a version may have."""


def served(files: Mapping[str, bytes]) -> Fetch:
    """Return the fetch function of a collected repository.

    Args:
        files: Path below the repository -> content; a file is read when it is asked for.
    """
    paths = {path.removeprefix(_BELOW): path for path in sorted(files, reverse=True)}

    def fetch(name: str, most: int) -> bytes | None:
        number, _, rest = name.partition(".")
        if name in paths:
            found = files[paths[name]]
        elif number.isdecimal() and len(number) < _DIGITS and rest in paths:
            # a file without version in its name counts when it has that version inside
            found = files[paths[rest]]
            if _version(found) != int(number):
                return None
        elif newest := _newest(paths, name):
            found = files[paths[newest]]
        else:
            return None
        return found[: most + 1]

    return fetch


def _newest(paths: Iterable[str], name: str) -> str:
    """Return the file of that name with the highest version before it, empty when there is none."""
    numbered = [
        (int(n), path) for path in paths for n, _, rest in [path.partition(".")] if rest == name and n.isdecimal() and len(n) < _DIGITS
    ]
    return max(numbered, default=(0, ""))[1]


def _version(raw: bytes) -> int:
    for encoding in ("json", "der"):
        try:
            return read(raw, encoding).version
        except EvidenceError:
            continue
    return 0
