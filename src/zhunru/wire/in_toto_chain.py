"""A supply chain judged: does what was done (links) follow what the owner of the product laid down (layout)?

Inspections are commands that the verifier is to run. They are never run here: what a layout names may do anything. Their recorded links
count when the owner of the layout signed them.
"""

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

from zhunru.core.text import Text
from zhunru.wire.in_toto import Artefacts, Document, Layout, Link, Rule, Step
from zhunru.wire.metadata_key import Key, proofs, verifies
from zhunru.wire.package_rules import Fault
from zhunru.wire.package_trust import Trust, Trusted, in_time
from zhunru.wire.public_key import public_key_of_text
from zhunru.wire.signature import SCHEMES, judge_bytes

CHAIN_RULES: dict[str, Text] = {
    "layout_unsigned": Text("布局没有可信密钥的有效签名", "no trusted key has signed the layout"),
    "layout_altered": Text("布局的签名验证不通过", "a signature of the layout does not verify"),
    "owner_key_no_longer_valid": Text("布局签名密钥已吊销或不在有效期内", "the key of the layout was revoked or does not count then"),
    "layout_expired": Text("布局已过期", "the layout has expired"),
    "link_missing": Text("步骤缺少链接", "a step has no link"),
    "link_signature_invalid": Text("链接的签名验证不通过", "the signature of a link does not verify"),
    "not_authorised": Text("链接由未获授权者签名", "a link is signed by somebody who may not carry out the step"),
    "threshold_unmet": Text("完成步骤的获授权者人数不足", "too few authorised functionaries carried out the step"),
    "links_disagree": Text("同一步骤的链接所记制品不一致", "the links of one step record different artefacts"),
    "disallowed_artefact": Text("出现不允许的制品", "an artefact is there that is not allowed"),
    "required_artefact_missing": Text("缺少必需的制品", "a required artefact is missing"),
    "inspection_not_run": Text(
        "检验不由本软件执行，也没有已签名的记录", "an inspection is not run here and no signed record of it is given"
    ),
    "inspection_failed": Text("检验记录的返回值不为零", "the record of an inspection shows a failure"),
    "key_not_supported": Text("密钥无法读取或不支持", "a key cannot be read or is not supported"),
}
"""Rule -> what it says when it is broken."""


class Chain(NamedTuple):
    """One layout with all that was judged.

    Args:
        faults: Empty = the chain holds.
        products: SHA-256 of everything that the steps made, as recorded.
        open_ended: Steps whose rules end without disallowing the rest: what nobody named passes.
        other_commands: Steps whose command is not the expected one, a weak sign.
    """

    faults: tuple[Fault, ...]
    products: frozenset[str]
    open_ended: tuple[str, ...]
    other_commands: tuple[str, ...]


def judge_chain(layout: Document, links: Sequence[Document], trusted: Trusted) -> Chain:
    """Judge a layout and the links of its steps; it holds only when there is no fault.

    Args:
        layout: The layout.
        links: All links there are; those of other steps are left alone.
        trusted: Owners whose signature makes a layout count, and the moments at which it must.

    References:
        in-toto specification 1.0, 5.2.
    """
    body = layout.body
    if not isinstance(body, Layout):
        raise TypeError("a link is no layout")
    found = [*_owner(layout, trusted)]
    if not trusted.moments:
        found.append(Fault("layout_expired", sure=False))
    found += [Fault("layout_expired", at=f"{body.expires:%Y-%m-%d}") for moment in trusted.moments[:1] if moment > body.expires]
    done: dict[str, Link] = {}
    for step in body.steps:
        kept, faults = _carried_out(step, body, links)
        found += faults
        if kept:
            done[step.name] = kept
    steps = dict(done)
    for step in body.steps:
        if step.name in steps:
            found += _rules(step, steps[step.name], steps)
    for inspection in body.inspections:
        link, faults = _inspected(inspection, links, trusted)
        found += faults
        if link:
            found += _rules(inspection, link, {**steps, inspection.name: link})
    return Chain(
        tuple(dict.fromkeys(found)),
        frozenset(d.lower() for link in done.values() for digests in link.products.values() if (d := digests.get("sha256"))),
        tuple(s.name for s in body.steps for rules in (s.materials, s.products) if not _closed(rules)),
        tuple(s.name for s in body.steps if s.name in done and s.command and s.command != done[s.name].command),
    )


def _closed(rules: Sequence[Rule]) -> bool:
    return any(rule.kind == "disallow" and rule.pattern.strip("*") == "" for rule in rules)


# the owner ---------------------------------------------------------------------------------------------------------------------------


def _owner(layout: Document, trusted: Trusted) -> list[Fault]:
    """One signature of a trusted owner makes the layout count; one that names an owner and fails breaks it."""
    held = [row for row in trusted.keys if _signed_by(layout, row)]
    if held:
        return [Fault("owner_key_no_longer_valid", f.sure, f.at) for f in in_time(held, trusted)]
    named = {key_id for key_id, _ in layout.signatures} & {row.key_id for row in trusted.keys}
    if named:
        return [Fault("layout_altered", at=min(named))]
    return [Fault("layout_unsigned", sure=bool(trusted.keys) or not layout.signatures)]


def _signed_by(document: Document, row: Trust) -> bool:
    scheme, _, rest = row.public_key.strip().partition(":")
    named = scheme in SCHEMES
    key = public_key_of_text(rest if named else row.public_key)
    if isinstance(key, str):
        return False
    return any(
        judge_bytes(document.message, proof, key, scheme if named else "").outcome == "valid"
        for _, signature in document.signatures
        for proof in proofs(signature)
    )


# the steps ---------------------------------------------------------------------------------------------------------------------------


def _carried_out(step: Step, layout: Layout, links: Sequence[Document]) -> tuple[Link | None, list[Fault]]:
    """Return the link that stands for a step, and what is wrong with how it was carried out."""
    found: list[Fault] = []
    mine = [d for d in links if d.kind == "link" and d.body.name == step.name]  # type: ignore[union-attr]
    if not mine:
        return None, [Fault("link_missing", sure=False, at=step.name)]
    keys = {key_id: layout.keys.get(key_id) for key_id in step.key_ids}
    if any(key is None or key.loaded is None for key in keys.values()):
        found.append(Fault("key_not_supported", sure=False, at=step.name))
    by_key: dict[bytes, list[Link]] = {}
    broken = strange = False
    for document in mine:
        outcomes = [_held(document, key_id, signature, keys) for key_id, signature in document.signatures]
        for identity in {o for o in outcomes if isinstance(o, bytes)}:
            by_key.setdefault(identity, []).append(document.body)  # type: ignore[arg-type]
        broken |= False in outcomes and not any(isinstance(o, bytes) for o in outcomes)
        strange |= all(o is None for o in outcomes)
    if len(by_key) < step.threshold:
        found += [Fault("link_signature_invalid", at=step.name)] if broken else []
        found += [Fault("not_authorised", at=step.name)] if strange else []
        found.append(Fault("threshold_unmet", sure=broken or strange, at=step.name))
        return None, found
    kept = [link for many in by_key.values() for link in many]
    if any((link.materials, link.products) != (kept[0].materials, kept[0].products) for link in kept):
        # with a threshold all must agree; without one it is not known which of them is meant
        found.append(Fault("links_disagree", sure=step.threshold > 1, at=step.name))
    return kept[0], found


def _held(document: Document, key_id: str, signature: str, keys: Mapping[str, Key | None]) -> bytes | bool | None:
    """Return the identity of the key that made a signature; False when it names one and fails; None when it names nobody of the step."""
    key = keys.get(key_id)
    if key is None:
        return None
    return key.identity if verifies(key, signature, document.message) else False


def _inspected(inspection: Step, links: Sequence[Document], trusted: Trusted) -> tuple[Link | None, list[Fault]]:
    mine = [d for d in links if isinstance(d.body, Link) and d.body.name == inspection.name]
    signed = [d.body for d in mine if any(_signed_by(d, row) and not in_time([row], trusted) for row in trusted.keys)]
    bodies = [body for body in signed if isinstance(body, Link)]
    if not bodies:
        return None, [Fault("inspection_not_run", sure=False, at=inspection.name)]
    if any(body != bodies[0] for body in bodies):
        return None, [Fault("links_disagree", sure=False, at=inspection.name)]
    if bodies[0].return_value != 0:
        return bodies[0], [Fault("inspection_failed", sure=bodies[0].return_value is not None, at=inspection.name)]
    return bodies[0], []


# the artefacts -----------------------------------------------------------------------------------------------------------------------


def _rules(step: Step, link: Link, links: Mapping[str, Link]) -> Iterator[Fault]:
    yield from _applied(step.materials, link.materials, link, links, f"{step.name} materials")
    yield from _applied(step.products, link.products, link, links, f"{step.name} products")


def _applied(rules: Sequence[Rule], artefacts: Artefacts, link: Link, links: Mapping[str, Link], at: str) -> Iterator[Fault]:
    """Apply rules in order: each takes from the queue what it covers; DISALLOW and REQUIRE look at what is left."""
    queue = set(artefacts)
    unknown: set[str] = set()  # what a step would have covered whose link is not there
    for rule in rules:
        if rule.kind == "require":
            if rule.pattern not in queue:
                yield Fault("required_artefact_missing", at=f"{at}: {rule.pattern}")
                return
            continue
        covered = _matched(rule, queue, artefacts, links) if rule.kind == "match" else {p for p in queue if fnmatchcase(p, rule.pattern)}
        if rule.kind == "disallow":
            if covered:
                yield Fault("disallowed_artefact", bool(covered - unknown), f"{at}: {min(covered - unknown or covered)}")
                return
            continue
        if rule.kind == "match" and rule.step not in links:
            unknown |= {p for p in queue if _named(rule, p) is not None}
        queue -= {p for p in covered if _fits(rule.kind, p, link)}


def _fits(kind: str, path: str, link: Link) -> bool:
    before, after = link.materials.get(path), link.products.get(path)
    if kind == "create":
        return before is None and after is not None
    if kind == "delete":
        return before is not None and after is None
    if kind == "modify":
        return before is not None and after is not None and before != after
    return True


def _named(rule: Rule, path: str) -> str | None:
    """Return the path under which the other step has an artefact of this one, None when the rule is not about it."""
    prefix = posixpath.join(rule.source_prefix, "") if rule.source_prefix else ""
    rest = path[len(prefix) :]
    if not path.startswith(prefix) or not fnmatchcase(rest, rule.pattern):
        return None
    return posixpath.join(rule.target_prefix, rest) if rule.target_prefix else rest


def _matched(rule: Rule, queue: set[str], artefacts: Artefacts, links: Mapping[str, Link]) -> set[str]:
    """Return the artefacts that another step records with the same digests."""
    other = links.get(rule.step)
    if other is None:
        return set()
    theirs = other.products if rule.target == "products" else other.materials
    return {path for path in queue if (name := _named(rule, path)) is not None and theirs.get(name) == artefacts[path]}
