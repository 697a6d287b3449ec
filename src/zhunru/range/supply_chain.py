"""A small supply chain of the sample maker in in-toto documents: source, build by two, package. Keys come from the seed."""

import base64
import json
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Literal

from zhunru.wire.canonical_json import encode
from zhunru.wire.in_toto import PAYLOAD_TYPE
from zhunru.wire.signature import public_key_of, sign

PEOPLE = ("owner", "alice", "bob", "carl", "mallory")
_SOURCE, _IMAGE = (sha256(word.encode()).hexdigest() for word in ("zhunru source", "zhunru image"))


@dataclass(frozen=True)
class Sample:
    """The documents of one chain.

    Args:
        seed: Whence keys come.
        package: SHA-256 of the package that comes out, hexadecimal.
        form: Signed JSON (`metablock`) or `dsse` envelopes.
        changed: Fields of the layout that differ from the usual ones.
    """

    seed: int
    package: str = sha256(b"zhunru package").hexdigest()
    form: Literal["metablock", "dsse"] = "metablock"
    changed: dict[str, Any] = field(default_factory=dict)

    def secret(self, person: str) -> bytes:
        """Return the private key of a person."""
        return sha256(f"zhunru range {self.seed} chain {person}".encode()).digest()

    def public(self, person: str) -> str:
        """Return the public key of a person, base64."""
        return public_key_of(self.secret(person))

    def key(self, person: str) -> dict[str, Any]:
        """Return a key object as layouts hold them."""
        return {"keytype": "ed25519", "scheme": "ed25519", "keyval": {"public": base64.b64decode(self.public(person)).hex()}}

    def key_id(self, person: str) -> str:
        """Return the id of a person's key."""
        return sha256(encode(self.key(person))).hexdigest()

    def signed(self, body: dict[str, Any], *people: str) -> bytes:
        """Return a document signed by people."""
        if self.form == "dsse":
            payload = json.dumps(body).encode()
            message = b"DSSEv1 %d %b %d %b" % (len(PAYLOAD_TYPE), PAYLOAD_TYPE.encode(), len(payload), payload)
            marks = [{"keyid": self.key_id(p), "sig": sign(message, self.secret(p))} for p in people]
            envelope = {"payload": base64.b64encode(payload).decode(), "payloadType": PAYLOAD_TYPE, "signatures": marks}
            return json.dumps(envelope).encode()
        message = encode(body)
        marks = [{"keyid": self.key_id(p), "sig": base64.b64decode(sign(message, self.secret(p))).hex()} for p in people]
        return json.dumps({"signed": body, "signatures": marks}).encode()

    def layout(self, *people: str) -> bytes:
        """Return the layout, signed by its owner or by others."""
        return self.signed(self.layout_body(), *(people or ("owner",)))

    def layout_body(self) -> dict[str, Any]:
        """Return what the layout says."""
        workers = {self.key_id(p): self.key(p) | {"keyid": self.key_id(p)} for p in ("alice", "bob", "carl")}
        rest = [["DISALLOW", "*"]]
        steps = [
            self._step("source", ["alice"], 1, rest, [["CREATE", "src/*"], *rest]),
            self._step("build", ["alice", "bob"], 2, [["MATCH", "src/*", "WITH", "PRODUCTS", "FROM", "source"], *rest],
                       [["REQUIRE", "out/image.bin"], ["CREATE", "out/*"], ["ALLOW", "src/*"], *rest]),
            self._step("package", ["carl"], 1,
                       [["MATCH", "*", "IN", "in", "WITH", "PRODUCTS", "IN", "out", "FROM", "build"], ["DELETE", "in/*"], *rest],
                       [["CREATE", "update.zip"], *rest]),
        ]  # fmt: skip
        usual = {"_type": "layout", "expires": "2027-06-30T00:00:00Z", "keys": workers, "readme": "", "steps": steps, "inspect": []}
        return usual | self.changed

    def _step(self, name: str, people: list[str], threshold: int, materials: list[list[str]], products: list[list[str]]) -> dict[str, Any]:
        return {
            "_type": "step",
            "name": name,
            "threshold": threshold,
            "pubkeys": [self.key_id(p) for p in people],
            "expected_materials": materials,
            "expected_products": products,
            "expected_command": [],
        }

    def link_body(self, step: str, **changed: Any) -> dict[str, Any]:
        """Return what the link of a step says."""
        source, image = {"src/main.c": {"sha256": _SOURCE}}, {"sha256": _IMAGE}
        artefacts: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
            "source": ({}, source),
            "build": (source, source | {"out/image.bin": image}),
            "package": ({"in/image.bin": image}, {"update.zip": {"sha256": self.package}}),
        }
        materials, products = artefacts[step]
        usual = {"_type": "link", "name": step, "materials": materials, "products": products, "command": [], "environment": {}}
        return usual | {"byproducts": {"return-value": 0, "stdout": "", "stderr": "ready\n"}} | changed

    def link(self, step: str, *people: str, **changed: Any) -> bytes:
        """Return the link of a step, signed by the person whose it is or by others."""
        usual = {"source": "alice", "build": "alice", "package": "carl"}
        return self.signed(self.link_body(step, **changed), *(people or (usual[step],)))

    def links(self) -> dict[str, bytes]:
        """Return all links that the layout asks for, under the names that in-toto gives to files."""
        who = (("source", "alice"), ("build", "alice"), ("build", "bob"), ("package", "carl"))
        return {f"{step}.{self.key_id(person)[:8]}.link": self.link(step, person) for step, person in who}
