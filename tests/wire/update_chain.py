"""A signed repository in memory, for the tests of the verifier: it shares no line with what it tests."""

import copy
import json
from dataclasses import dataclass, field
from functools import cache, cached_property
from hashlib import sha256, sha512
from typing import Any
from urllib.parse import quote

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ED25519, ECDSA, RSA = "ed25519", "ecdsa-sha2-nistp256", "rsassa-pss-sha256"
_TYPES = {ED25519: "ed25519", ECDSA: "ecdsa", RSA: "rsa"}


def canonical(value: Any) -> bytes:
    """Return the canonical JSON of metadata."""
    if isinstance(value, dict):
        return b"{" + b",".join(canonical(k) + b":" + canonical(value[k]) for k in sorted(value)) + b"}"
    if isinstance(value, list):
        return b"[" + b",".join(map(canonical, value)) + b"]"
    if isinstance(value, str):
        return b'"' + value.replace("\\", "\\\\").replace('"', '\\"').encode() + b'"'
    return json.dumps(value).encode()


@cache
def _private(seed: int, label: str, scheme: str) -> Any:
    secret = sha256(f"{seed} {label}".encode()).digest()
    if scheme == ED25519:
        return ed25519.Ed25519PrivateKey.from_private_bytes(secret)
    return (
        ec.derive_private_key(int.from_bytes(secret, "big") >> 1, ec.SECP256R1())
        if scheme == ECDSA
        else rsa.generate_private_key(65537, 2048)
    )


@dataclass(frozen=True)
class ThrowAwayKey:
    """One key pair; another label is another key."""

    seed: int
    label: str
    scheme: str = ED25519

    @cached_property
    def public(self) -> dict[str, Any]:
        """The key as metadata write it."""
        key = _private(self.seed, self.label, self.scheme).public_key()
        raw = self.scheme == ED25519
        text = key.public_bytes_raw().hex() if raw else key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
        return {"keytype": _TYPES[self.scheme], "scheme": self.scheme, "keyval": {"public": text}}

    @cached_property
    def key_id(self) -> str:
        """SHA-256 of the canonical key."""
        return sha256(canonical(self.public)).hexdigest()

    def sign(self, message: bytes) -> str:
        """Return the signature in hexadecimal."""
        key = _private(self.seed, self.label, self.scheme)
        if self.scheme == ED25519:
            proof = key.sign(message)
        elif self.scheme == ECDSA:
            proof = key.sign(message, ec.ECDSA(hashes.SHA256()))
        else:
            proof = key.sign(message, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
        return bytes(proof).hex()


FRESH, STALE = "2036-01-01T00:00:00Z", "2020-01-01T00:00:00Z"
"""Expiry of what is valid and of what is expired: fixed, so that the bytes never depend on the day of the trial."""

OTHER = "2035-12-31T00:00:00Z"
"""An expiry as good as `FRESH`: makes another file of the same length."""

TOP = ("root", "timestamp", "snapshot", "targets")
SPEC = "1.0.31"
Body = dict[str, Any]


def written(value: Any) -> bytes:
    """Return metadata as a file: compact JSON. Canonical JSON is what is signed; it is no valid JSON where a text holds a line break."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def file_meta(data: bytes) -> Body:
    """Return length and two hashes of a file, as Targets metadata write them."""
    return {"length": len(data), "hashes": {"sha256": sha256(data).hexdigest(), "sha512": sha512(data).hexdigest()}}


@dataclass
class Repository:
    """One repository: bodies of all roles, who signs them, and the files that a server would hold.

    Args:
        seed: Whence all keys come.
        name: Part of the labels of the keys: `repo`, `director`, `image`.
        hashes: Snapshot and timestamp also carry length and hashes of what they list.
    """

    seed: int
    name: str
    hashes: bool = True
    body: dict[str, Body] = field(default_factory=dict)
    signers: dict[str, list[ThrowAwayKey]] = field(default_factory=dict)
    metadata: dict[str, bytes] = field(default_factory=dict)
    targets: dict[str, bytes] = field(default_factory=dict)
    made: int = 0

    def __post_init__(self) -> None:
        for role in TOP:
            self.body[role] = {"_type": role, "spec_version": SPEC, "version": 0, "expires": FRESH}
            self.signers[role] = [self.new_key(role)]
        self.body["root"] |= {"consistent_snapshot": True, "keys": {}, "roles": {}}
        for role in TOP:
            self.body["root"]["roles"][role] = {"keyids": [], "threshold": 1}
            self.admit(role, *self.signers[role])
        self.body["timestamp"]["meta"] = {"snapshot.json": {"version": 1}}
        self.body["snapshot"]["meta"] = {"targets.json": {"version": 1}}
        self.body["targets"]["targets"] = {}
        self.new_root()
        self.release()

    def fork(self) -> "Repository":
        """Return a copy that an attacker may change; keys made in it are others than those of the true repository."""
        found = copy.deepcopy(self)
        found.made += 1000
        return found

    def new_key(self, role: str, scheme: str = ED25519) -> ThrowAwayKey:
        """Return a key that was not used before."""
        self.made += 1
        return ThrowAwayKey(self.seed, f"{self.name} {role} {self.made}", scheme)

    # keys

    def admit(self, role: str, *keys: ThrowAwayKey) -> None:
        """List keys for a top role in the root; it takes effect with the next root."""
        for key in keys:
            self.body["root"]["keys"][key.key_id] = key.public
            self.body["root"]["roles"][role]["keyids"].append(key.key_id)

    def rotate(self, role: str, count: int = 1, threshold: int = 1, scheme: str = ED25519) -> list[ThrowAwayKey]:
        """Replace the keys of a top role; return the former ones."""
        former = self.signers[role]
        for key in former:
            self.body["root"]["keys"].pop(key.key_id, None)
        self.body["root"]["roles"][role] = {"keyids": [], "threshold": threshold}
        self.signers[role] = [self.new_key(role, scheme) for _ in range(count)]
        self.admit(role, *self.signers[role])
        return former

    # publishing

    def signed(self, role: str, body: Body | None = None, keys: list[ThrowAwayKey] | None = None) -> bytes:
        """Return a role's file, signed by `keys` (by default its own signers)."""
        body = self.body[role] if body is None else body
        message = canonical(body)
        signatures = [{"keyid": k.key_id, "sig": k.sign(message)} for k in (self.signers[role] if keys is None else keys)]
        return written({"signatures": signatures, "signed": body})

    def put(self, role: str, data: bytes, version: object = None) -> bytes:
        """Lay a role's file under its names, with and without version."""
        version = self.body[role]["version"] if version is None else version
        plain = f"{quote(role, safe='')}.json"
        if role != "timestamp":
            self.metadata[f"{version}.{plain}"] = data
        if role != "root":
            self.metadata[plain] = data
        return data

    def write(self, *roles: str) -> None:
        """Sign roles as they stand and lay them out."""
        for role in roles:
            self.put(role, self.signed(role))

    def new_root(self, *former: ThrowAwayKey) -> None:
        """Publish the next root, signed by its keys and by `former` ones."""
        self.body["root"]["version"] += 1
        keys = {k.key_id: k for k in (*former, *self.signers["root"])}
        self.put("root", self.signed("root", keys=list(keys.values())))

    def release(self, *delegated: str, by: int = 1) -> None:
        """Publish the next Targets, Snapshot and Timestamp (and delegated roles), consistent with each other."""
        for role in (*delegated, "targets"):
            self.body[role]["version"] += by
            self.write(role)
            self.list_in_snapshot(role)
        self.body["snapshot"]["version"] += by
        self.write("snapshot")
        self.stamp(by)

    def list_in_snapshot(self, role: str) -> None:
        """Make the snapshot list a role as it was written last."""
        self.body["snapshot"]["meta"][f"{role}.json"] = self._meta(role)

    def snap(self, by: int = 1) -> None:
        """Publish the next Snapshot as its body stands, and a Timestamp for it."""
        self.body["snapshot"]["version"] += by
        self.write("snapshot")
        self.stamp(by)

    def stamp(self, by: int = 1) -> None:
        """Publish the next Timestamp for the snapshot as it was written last."""
        self.body["timestamp"]["version"] += by
        self.body["timestamp"]["meta"] = {"snapshot.json": self._meta("snapshot")}
        self.write("timestamp")

    def _meta(self, role: str) -> Body:
        told: Body = {"version": self.body[role]["version"]}
        if self.hashes:
            data = self.metadata[f"{quote(role, safe='')}.json"]
            told |= {"length": len(data), "hashes": {"sha256": sha256(data).hexdigest()}}
        return told

    # targets

    def add(self, path: str, data: bytes, role: str = "targets", **custom: Any) -> None:
        """List a target and lay its file out; it takes effect with the next release."""
        self.body[role]["targets"][path] = file_meta(data) | ({"custom": custom} if custom else {})
        self.lay(path, data)

    def lay(self, path: str, data: bytes, meta: Body | None = None) -> None:
        """Lay a target file under its plain name and under its name for each hash that the metadata give."""
        folder, slash, name = path.rpartition("/")
        self.targets[path] = data
        for digest in (meta or file_meta(data))["hashes"].values():
            self.targets[f"{folder}{slash}{digest}.{name}"] = data

    def delegate(
        self, parent: str, name: str, paths: list[str] | None, *, terminating: bool = False, threshold: int = 1, keys: int = 1, **more: Any
    ) -> None:
        """Add a delegation, lowest in the order so far; the new role has no targets yet. `more` are further fields of it."""
        if name not in self.body:
            self.body[name] = {"_type": "targets", "spec_version": SPEC, "version": 0, "expires": FRESH, "targets": {}}
            self.signers[name] = [self.new_key(name) for _ in range(keys)]
        into = self.body[parent].setdefault("delegations", {"keys": {}, "roles": []})
        into["keys"] |= {k.key_id: k.public for k in self.signers[name]}
        into["roles"].append(
            {
                "name": name,
                "keyids": [k.key_id for k in self.signers[name]],
                "threshold": threshold,
                "terminating": terminating,
            }
            | ({} if paths is None else {"paths": paths})
            | more
        )
