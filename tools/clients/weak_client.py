"""A small TUF client written apart from the verifier; each of its checks can be left out. Weak on purpose: for tests of the simulator."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import new
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from zhunru.range.update_contract import Command, Fetch, FetchError
from zhunru.range.update_keys import canonical

CHECKS = frozenset(
    {"signatures", "threshold", "expiry", "versions", "root-version", "old-root", "listed", "length", "hashes", "all-hashes", "bound"}
)
_MOST = {"root": 1 << 20, "timestamp": 1 << 14, "snapshot": 1 << 20, "targets": 1 << 20}


class RefusedError(Exception):
    pass


class WeakClient:
    """Follows one TUF repository without delegations.

    Args:
        left_out: Checks that it does not make, of `CHECKS`.
    """

    def __init__(self, *left_out: str) -> None:
        assert set(left_out) <= CHECKS
        self.on = CHECKS - set(left_out)

    def __call__(self, command: Command, fetch: Fetch) -> int:
        try:
            if command.does == "init":
                (command.metadata / "root.json").write_bytes(command.roots[0].read_bytes())
            else:
                targets = self._refresh(command, fetch)
                if command.does == "download":
                    self._download(command, fetch, targets)
        except (RefusedError, FetchError, KeyError, ValueError, TypeError, AttributeError, RecursionError, InvalidSignature):
            return 1
        return 0

    def _get(self, fetch: Fetch, url: str, most: int) -> bytes:
        most = most if "bound" in self.on else 1 << 40
        data = fetch(url, most)
        if len(data) > most:
            raise RefusedError
        return data

    def _refresh(self, command: Command, fetch: Fetch) -> dict[str, Any]:
        base, folder = command.bases["repo"], command.metadata
        root = json.loads((folder / "root.json").read_bytes())["signed"]
        while True:
            try:
                raw = self._get(fetch, f"{base}{root['version'] + 1}.root.json", _MOST["root"])
            except FetchError as error:
                if error.missing:
                    break
                raise
            following = json.loads(raw)["signed"]
            if "old-root" in self.on:
                self._signed(raw, root, "root")
            self._signed(raw, following, "root")
            if "root-version" in self.on and following["version"] != root["version"] + 1:
                raise RefusedError
            if following["version"] <= root["version"]:
                break  # else it would go on for ever
            root = following
            (folder / "root.json").write_bytes(raw)
            for name in ("timestamp", "snapshot"):
                (folder / f"{name}.json").unlink(missing_ok=True)
        self._current(root)
        listed: dict[str, Any] | None = None
        for role, below in (("timestamp", "snapshot"), ("snapshot", "targets"), ("targets", "")):
            name = f"{role}.json" if listed is None else f"{listed['version']}.{role}.json"
            raw = self._get(fetch, base + name, min(_MOST[role], (listed or {}).get("length", 1 << 30)))
            body = self._role(raw, role, root, listed)
            path = folder / f"{role}.json"
            if path.exists() and "versions" in self.on:
                self._not_older(json.loads(path.read_bytes())["signed"], body)
            path.write_bytes(raw)
            listed = body["meta"][f"{below}.json"] if below else None
        found: dict[str, Any] = body["targets"]
        return found

    def _role(self, raw: bytes, role: str, root: dict[str, Any], listed: dict[str, Any] | None) -> dict[str, Any]:
        body: dict[str, Any] = json.loads(raw)["signed"]
        self._signed(raw, root, role)
        if body["_type"] != role:
            raise RefusedError
        if type(body["version"]) is not int or body["version"] < 1:
            raise RefusedError
        if listed and "listed" in self.on:
            if body["version"] != listed["version"]:
                raise RefusedError
            self._hashed(raw, listed)
        self._current(body)
        return body

    def _signed(self, raw: bytes, root: dict[str, Any], role: str) -> None:
        whole = json.loads(raw)
        if "signatures" not in self.on:
            return
        rule, good = root["roles"][role], set()
        for signature in whole["signatures"]:
            if signature["keyid"] in rule["keyids"]:
                key = root["keys"][signature["keyid"]]
                if key["scheme"] != "ed25519":
                    continue
                try:
                    Ed25519PublicKey.from_public_bytes(bytes.fromhex(key["keyval"]["public"])).verify(
                        bytes.fromhex(signature["sig"]), canonical(whole["signed"])
                    )
                except InvalidSignature:
                    continue
                good.add(key["keyval"]["public"])
        if len(good) < (max(rule["threshold"], 1) if "threshold" in self.on else 1):
            raise RefusedError

    def _current(self, body: dict[str, Any]) -> None:
        if "expiry" in self.on and datetime.fromisoformat(body["expires"]) <= datetime.now(UTC):
            raise RefusedError

    def _not_older(self, old: dict[str, Any], body: dict[str, Any]) -> None:
        meta, before = body.get("meta", {}), old.get("meta", {})
        if body["version"] < old["version"] or any(n not in meta or meta[n]["version"] < m["version"] for n, m in before.items()):
            raise RefusedError

    def _hashed(self, data: bytes, entry: dict[str, Any]) -> None:
        if "length" in self.on and "length" in entry and len(data) != entry["length"]:
            raise RefusedError
        if "hashes" not in self.on:
            return
        hashes = list(entry.get("hashes", {}).items())
        if "length" in entry and not hashes:
            raise RefusedError
        for name, digest in hashes if "all-hashes" in self.on else hashes[:1]:
            if name not in {"sha256", "sha512"} or new(name, data).hexdigest() != digest:
                raise RefusedError

    def _download(self, command: Command, fetch: Fetch, targets: dict[str, Any]) -> None:
        entry = targets[command.target]
        names = entry["hashes"].values() if entry["hashes"] else [""]
        data = self._get(fetch, f"{command.images}{next(iter(names))}.{command.target}".replace("/.", "/"), entry["length"])
        self._hashed(data, entry)
        (command.targets / command.target.replace("/", "_")).write_bytes(data)


def refuses_everything(command: Command, fetch: Fetch) -> int:
    return 0 if command.does == "init" else 1


def accepts_everything(command: Command, fetch: Fetch) -> int:
    """Says yes and brings whatever the server gives."""
    if command.does == "init":
        (command.metadata / "root.json").write_bytes(command.roots[0].read_bytes())
    elif command.does == "download":
        listed = json.loads(fetch(command.bases["repo"] + "targets.json", 1 << 30))["signed"]["targets"]
        for digest in listed.get(command.target, {"hashes": {}})["hashes"].values():
            (command.targets / command.target.replace("/", "_")).write_bytes(fetch(f"{command.images}{digest}.{command.target}", 1 << 30))
    return 0


Call = Callable[[Command, Fetch], int]
