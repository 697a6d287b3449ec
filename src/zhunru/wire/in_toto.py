"""in-toto layouts and links: the signed JSON of the first form (metablock) and DSSE envelopes.

Reading only; `wire.in_toto_chain` judges. Attestations (`https://in-toto.io/Statement/...`) are another form and are not read.
"""

import base64
import binascii
import re
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple, NoReturn

from zhunru.core.errors import EvidenceError
from zhunru.core.text import Text
from zhunru.wire import strict_json
from zhunru.wire.canonical_json import encode
from zhunru.wire.metadata_key import Key, key_of

PAYLOAD_TYPE = "application/vnd.in-toto+json"
MAX_BYTE = 16 << 20
"""Longest layout or link (P); one with 100,000 artefacts is about 12 MB."""
_MAX_DEPTH = 24
_MAX_STEPS, _MAX_RULES, _MAX_SIGNATURES = 1000, 10_000, 64
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_PLAIN_RULES = frozenset({"create", "modify", "delete", "allow", "disallow", "require"})

Artefacts = dict[str, dict[str, str]]
"""Path -> digest name -> hexadecimal digest."""


class MalformedInTotoError(EvidenceError):
    """The document does not have the form of a layout or link."""


class Rule(NamedTuple):
    """One artefact rule.

    Args:
        kind: create, modify, delete, allow, disallow, require or match.
        pattern: Shell pattern over paths; for `require` the path itself.
        source_prefix: Folder of the own artefacts (match).
        target: `materials` or `products` (match).
        target_prefix: Folder of the other step's artefacts (match).
        step: The other step (match).
    """

    kind: str
    pattern: str
    source_prefix: str = ""
    target: str = ""
    target_prefix: str = ""
    step: str = ""


class Step(NamedTuple):
    """A step, or an inspection (then without functionaries).

    Args:
        name: Its name.
        materials: Rules for what goes in.
        products: Rules for what comes out.
        key_ids: Who may carry it out.
        threshold: How many must have, each by himself.
        command: Command as expected; for an inspection as it is to be run.
    """

    name: str
    materials: tuple[Rule, ...]
    products: tuple[Rule, ...]
    key_ids: tuple[str, ...]
    threshold: int
    command: tuple[str, ...]


class Layout(NamedTuple):
    """What a layout asks for."""

    expires: datetime
    keys: dict[str, Key]
    steps: tuple[Step, ...]
    inspections: tuple[Step, ...]


class Link(NamedTuple):
    """What was done in one step."""

    name: str
    materials: Artefacts
    products: Artefacts
    command: tuple[str, ...]
    return_value: int | None


class Document(NamedTuple):
    """A signed document.

    Args:
        kind: Which of both.
        body: Its content.
        message: The signed bytes.
        signatures: (key id, signature as written).
    """

    kind: Literal["layout", "link"]
    body: Layout | Link
    message: bytes
    signatures: tuple[tuple[str, str], ...]


def document_of(raw: bytes) -> Document:
    """Return the layout or link that the bytes hold.

    Raises:
        EvidenceError: They hold neither, or what two readers could read differently.

    References:
        in-toto specification 1.0, 4.1 to 4.5; DSSE protocol 1.0.
    """
    data = strict_json.loads(raw, max_byte=MAX_BYTE, max_depth=_MAX_DEPTH)
    if not isinstance(data, dict):
        _refuse("document")
    if "payload" in data:
        message, signed = _envelope(data)
    else:
        signed = data.get("signed")
        message = encode(signed)
    signatures = tuple(_signature(entry) for entry in _list(data.get("signatures"), "signatures", _MAX_SIGNATURES))
    if not isinstance(signed, dict):
        _refuse("signed")
    kind = signed.get("_type")
    if kind == "layout":
        return Document("layout", _layout(signed), message, signatures)
    if kind != "link":
        _refuse("_type")
    return Document("link", _link(signed), message, signatures)


def _envelope(data: dict[str, Any]) -> tuple[bytes, Any]:
    """Return the signed bytes of a DSSE envelope, and the value of its payload."""
    kind, payload = data.get("payloadType"), data.get("payload")
    if kind != PAYLOAD_TYPE or not isinstance(payload, str):
        _refuse("payloadType")
    try:
        body = base64.b64decode(payload, validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedInTotoError(Text("载荷不是 base64", "the payload is no base64"), "payload") from error
    message = b"DSSEv1 %d %b %d %b" % (len(kind), kind.encode(), len(body), body)
    return message, strict_json.loads(body, max_byte=MAX_BYTE, max_depth=_MAX_DEPTH)


def _refuse(field: str) -> NoReturn:
    raise MalformedInTotoError(
        Text("不是 in-toto 布局或链接，或字段形式不符", "no in-toto layout or link, or a field has the wrong form"), field
    )


def _list(value: Any, field: str, most: int) -> list[Any]:
    if not isinstance(value, list) or len(value) > most:
        _refuse(field)
    return value


def _words(value: Any, field: str) -> tuple[str, ...]:
    if not all(isinstance(word, str) for word in _list(value, field, _MAX_RULES)):
        _refuse(field)
    return tuple(value)


def _signature(entry: Any) -> tuple[str, str]:
    if not isinstance(entry, dict) or not isinstance(entry.get("keyid"), str) or not isinstance(entry.get("sig"), str):
        _refuse("signatures")
    return entry["keyid"], entry["sig"]


def _layout(signed: dict[str, Any]) -> Layout:
    expires = signed.get("expires")
    if not isinstance(expires, str) or not _MOMENT.fullmatch(expires):
        _refuse("expires")
    try:
        moment = datetime.strptime(expires, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError as error:
        raise MalformedInTotoError(Text("不是有效的时间", "it is no moment"), f"expires: {expires}") from error
    keys = signed.get("keys")
    if not isinstance(keys, dict):
        _refuse("keys")
    known = {key_id: key for key_id, value in keys.items() if (key := key_of(key_id, value))}
    steps = tuple(_step(entry, "steps") for entry in _list(signed.get("steps"), "steps", _MAX_STEPS))
    inspections = tuple(_step(entry, "inspect") for entry in _list(signed.get("inspect"), "inspect", _MAX_STEPS))
    names = [step.name for step in (*steps, *inspections)]
    if len(set(names)) != len(names):
        _refuse("steps: name")
    return Layout(moment, known, steps, inspections)


def _step(entry: Any, field: str) -> Step:
    if not isinstance(entry, dict) or not isinstance(entry.get("name"), str) or not entry["name"]:
        _refuse(f"{field}: name")
    threshold = entry.get("threshold") if field == "steps" else 0
    if type(threshold) is not int or (field == "steps" and threshold < 1):
        _refuse("threshold")
    key_ids = _words(entry.get("pubkeys"), "pubkeys") if field == "steps" else ()
    return Step(
        entry["name"],
        _rules(entry.get("expected_materials"), "expected_materials"),
        _rules(entry.get("expected_products"), "expected_products"),
        key_ids,
        threshold,
        _words(entry.get("expected_command" if field == "steps" else "run", []), "command"),
    )


def _rules(value: Any, field: str) -> tuple[Rule, ...]:
    return tuple(_rule(_words(entry, field), field) for entry in _list(value, field, _MAX_RULES))


def _rule(words: tuple[str, ...], field: str) -> Rule:
    """Return a rule; `MATCH <pattern> [IN <prefix>] WITH MATERIALS|PRODUCTS [IN <prefix>] FROM <step>`, the others `<KIND> <pattern>`."""
    kind = words[0].lower() if words else ""
    if kind in _PLAIN_RULES and len(words) == 2:
        return Rule(kind, words[1])
    if kind != "match" or len(words) not in {6, 8, 10}:
        _refuse(field)
    rest, prefixes = list(words[2:]), {"source": "", "target": ""}
    if rest[0].lower() == "in":
        prefixes["source"], rest = rest[1], rest[2:]
    if rest[0].lower() != "with" or len(rest) < 4 or rest[1].lower() not in {"materials", "products"}:
        _refuse(field)
    target, rest = rest[1].lower(), rest[2:]
    if rest[0].lower() == "in" and len(rest) == 4:
        prefixes["target"], rest = rest[1], rest[2:]
    if len(rest) != 2 or rest[0].lower() != "from":
        _refuse(field)
    return Rule("match", words[1], prefixes["source"], target, prefixes["target"], rest[1])


def _link(signed: dict[str, Any]) -> Link:
    name, byproducts = signed.get("name"), signed.get("byproducts", {})
    if not isinstance(name, str) or not name or not isinstance(byproducts, dict):
        _refuse("name")
    value = byproducts.get("return-value")
    return Link(
        name,
        _artefacts(signed.get("materials"), "materials"),
        _artefacts(signed.get("products"), "products"),
        _words(signed.get("command", []), "command"),
        value if type(value) is int else None,
    )


def _artefacts(value: Any, field: str) -> Artefacts:
    if not isinstance(value, dict):
        _refuse(field)
    for digests in value.values():
        if not isinstance(digests, dict) or not digests or not all(isinstance(d, str) for d in digests.values()):
            _refuse(field)
    return value
