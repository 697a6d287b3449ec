"""Files of a repository as they were collected, answered for under the names that a client asks for.

A copy may hold `root.json` where a client asks for `1.root.json`, or `7.targets.json` where it asks for `targets.json`: what counts is the
version inside. A file under another name is never a way round a check: every check looks at the content.
"""

from collections.abc import Mapping

from zhunru.core.errors import EvidenceError
from zhunru.wire.metadata_file import read
from zhunru.wire.metadata_policy import Fetch

_BELOW = "delegations/"
"""Subfolder in which some tools lay delegated roles."""


def served(files: Mapping[str, bytes]) -> Fetch:
    """Return the fetch function of a collected repository.

    Args:
        files: Path below the repository -> content.
    """
    flat = {name.removeprefix(_BELOW): raw for name, raw in sorted(files.items(), reverse=True)}

    def fetch(name: str, most: int) -> bytes | None:
        found = flat.get(name)
        if found is None:
            number, dot, rest = name.partition(".")
            versioned = dot and number.isdecimal()
            found = _of_version(flat.get(rest), int(number)) if versioned else _newest(flat, name)
        return None if found is None else found[: most + 1]

    return fetch


def _of_version(raw: bytes | None, version: int) -> bytes | None:
    """Return a file without version in its name when it has that version inside."""
    return raw if raw is not None and _version(raw) == version else None


def _newest(flat: Mapping[str, bytes], name: str) -> bytes | None:
    """Return the file of that name with the highest version before it."""
    numbered = [
        (int(n), raw) for key, raw in flat.items() for n, _, rest in [key.partition(".")] if rest == name and n.isdecimal() and len(n) < 16
    ]
    return max(numbered, default=(0, None), key=lambda pair: pair[0])[1]


def _version(raw: bytes) -> int:
    for encoding in ("json", "der"):
        try:
            return read(raw, encoding).version
        except EvidenceError:
            continue
    return 0
