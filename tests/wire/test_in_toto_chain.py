"""Verdicts against in-toto's own verifier, on the real demonstration and on tampered chains; and what ours tells besides."""

import base64
import copy
import json
import random
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st
from in_toto.exceptions import (  # type: ignore[import-untyped]
    LayoutExpiredError,
    LinkNotFoundError,
    RuleVerificationError,
    SignatureVerificationError,
    ThresholdVerificationError,
)
from in_toto.models.metadata import Metadata  # type: ignore[import-untyped]
from in_toto.rulelib import unpack_rule  # type: ignore[import-untyped]
from in_toto.verifylib import in_toto_verify  # type: ignore[import-untyped]
from securesystemslib.exceptions import FormatError

from zhunru.core.errors import EvidenceError
from zhunru.range.supply_chain import Sample
from zhunru.wire.canonical_json import encode
from zhunru.wire.in_toto import Link, document_of
from zhunru.wire.in_toto_chain import CHAIN_RULES, Chain, judge_chain
from zhunru.wire.package_rules import Fault
from zhunru.wire.package_trust import Trust, Trusted

NOW = datetime(2026, 9, 1, 4, tzinfo=UTC)
REFUSALS = (
    LayoutExpiredError,
    LinkNotFoundError,
    RuleVerificationError,
    SignatureVerificationError,
    ThresholdVerificationError,
    FormatError,
)
FORMS = pytest.mark.parametrize("form", ["metablock", "dsse"])


def ours(layout: bytes, links: list[bytes], owner: str, key_id: str = "OWNER") -> Chain:
    trust = Trusted((Trust(key_id, owner, date(2026, 1, 1)),), (), (NOW,))
    return judge_chain(document_of(layout), [document_of(link) for link in links], trust)


def theirs(layout: bytes, links: dict[str, bytes], owner: dict[str, Any], folder: Path) -> bool:
    for old in folder.iterdir():
        old.unlink()
    for name, content in links.items():
        (folder / name).write_bytes(content)
    (folder / "root.layout").write_bytes(layout)
    key = owner | {"keyid": owner["keyid"]}
    try:
        in_toto_verify(Metadata.load(str(folder / "root.layout")), {owner["keyid"]: key}, link_dir_path=str(folder))
    except REFUSALS:
        return False
    return True


def owner_key(sample: Sample) -> dict[str, Any]:
    return sample.key("owner") | {"keyid": sample.key_id("owner")}


def rules(chain: Chain) -> set[str]:
    return {f.rule for f in chain.faults}


def sample(form: Any = "metablock", **changed: Any) -> Sample:
    return Sample(7, form=form, changed=changed)


@FORMS
def test_the_sample_holds_for_both(form: Any, tmp_path: Path) -> None:
    made = sample(form)
    chain = ours(made.layout(), list(made.links().values()), made.public("owner"))
    assert made.package in chain.products
    assert not chain.faults and not chain.open_ended and not chain.other_commands
    assert theirs(made.layout(), made.links(), owner_key(made), tmp_path)


def tampered(made: Sample) -> dict[str, tuple[bytes, dict[str, bytes], str]]:
    """Return chains with one thing wrong each: layout, links, and the rule that must tell it."""
    layout, links = made.layout(), made.links()
    source, build, again, package = links
    image, other = {"out/image.bin": {"sha256": "ab" * 32}}, {"sha256": "cd" * 32}
    sources = made.link_body("source")["products"]

    def swapped(name: str, content: bytes) -> dict[str, bytes]:
        return links | {name: content}

    def without(name: str) -> dict[str, bytes]:
        return {n: c for n, c in links.items() if n != name}

    def both(**changed: Any) -> dict[str, bytes]:
        return links | {build: made.link("build", "alice", **changed), again: made.link("build", "bob", **changed)}

    return {
        "signed by a stranger": (made.layout("mallory"), links, "layout_unsigned"),
        "not signed": (made.signed(made.layout_body()), links, "layout_unsigned"),
        "expired": (Sample(7, form=made.form, changed={"expires": "2026-08-31T00:00:00Z"}).layout(), links, "layout_expired"),
        "source replaced before the build": (layout, both(materials={"src/main.c": other}), "disallowed_artefact"),
        "image replaced before packing": (
            layout,
            swapped(package, made.link("package", materials={"in/other.bin": other, "in/image.bin": other})),
            "",
        ),
        "image missing": (layout, both(products=sources), "required_artefact_missing"),
        "something more came out": (layout, both(products=sources | image | {"evil": other}), "disallowed_artefact"),
        "source not made here": (
            layout,
            swapped(source, made.link("source", materials=sources)),
            "disallowed_artefact",
        ),
        "one of two": (layout, without(again), "threshold_unmet"),
        "both by one": (layout, links | {again: links[build]}, "threshold_unmet"),
        "two who disagree": (layout, swapped(again, made.link("build", "bob", products=sources | image)), "links_disagree"),
        "by somebody else": (layout, swapped(package, made.link("package", "alice")), "not_authorised"),
        "no link": (layout, without(package), "link_missing"),
        "link changed after signing": (layout, swapped(package, _changed(links[package], made)), "link_signature_invalid"),
    }


def _changed(link: bytes, made: Sample) -> bytes:
    data = json.loads(link)
    if made.form == "dsse":
        body = json.loads(base64.b64decode(data["payload"]))
        body["products"]["update.zip"]["sha256"] = "00" * 32
        data["payload"] = base64.b64encode(json.dumps(body).encode()).decode()
    else:
        data["signed"]["products"]["update.zip"]["sha256"] = "00" * 32
    return json.dumps(data).encode()


@FORMS
@pytest.mark.parametrize("case", tampered(sample()))
def test_tampered_chains_against_in_toto(case: str, form: Any, tmp_path: Path) -> None:
    made = sample(form)
    layout, links, rule = tampered(made)[case]
    chain = ours(layout, list(links.values()), made.public("owner"))
    assert (not chain.faults) == theirs(layout, links, owner_key(made), tmp_path)
    assert rule in rules(chain) if rule else not chain.faults
    if rule not in {"", "link_missing"} and case not in {"one of two", "both by one"}:  # what nobody recorded may have been done
        assert any(f.sure for f in chain.faults)


RULES = st.one_of(
    st.tuples(
        st.sampled_from(["CREATE", "DELETE", "MODIFY", "ALLOW", "DISALLOW", "REQUIRE", "allow"]),
        st.sampled_from(["*", "a", "a/*", "b", "?", "[ab]", "a/x", "*x", ""]),
    ).map(list),
    st.tuples(
        st.just("MATCH"), st.sampled_from(["*", "x", "a/*", "?"]), st.just("IN"), st.sampled_from(["a", "a/", "b"]), st.just("WITH"),
        st.sampled_from(["PRODUCTS", "materials"]), st.just("FROM"), st.sampled_from(["one", "two", "none"]),
    ).map(list),
    st.tuples(
        st.just("match"), st.sampled_from(["*", "x", "a"]), st.just("WITH"), st.sampled_from(["PRODUCTS", "MATERIALS"]), st.just("IN"),
        st.sampled_from(["a", "b/"]), st.just("FROM"), st.sampled_from(["one", "two"]),
    ).map(list),
    st.tuples(st.just("MATCH"), st.sampled_from(["*", "a*"]), st.just("WITH"), st.just("PRODUCTS"), st.just("FROM"), st.just("one")).map(list),
)  # fmt: skip
ARTEFACTS = st.dictionaries(
    st.sampled_from(["a", "b", "x", "a/x", "a/y", "b/x", "/a"]), st.sampled_from(["00", "11"]).map(lambda d: {"sha256": d}), max_size=4
)


@settings(deadline=None)
@given(st.lists(RULES, max_size=5), st.lists(RULES, max_size=5), ARTEFACTS, ARTEFACTS, ARTEFACTS, ARTEFACTS)
def test_artefact_rules_against_in_toto(first: Any, second: Any, a: Any, b: Any, c: Any, d: Any) -> None:
    from in_toto.models.link import Link as TheirLink  # type: ignore[import-untyped]
    from in_toto.verifylib import verify_item_rules

    their = {"one": TheirLink(name="one", materials=a, products=b), "two": TheirLink(name="two", materials=c, products=d)}
    expected = True
    try:
        verify_item_rules("two", "materials", first, their)
        verify_item_rules("two", "products", second, their)
    except RuleVerificationError:
        expected = False
    made = sample()
    key = made.key("alice") | {"keyid": made.key_id("alice")}
    steps = [
        {"_type": "step", "name": name, "threshold": 1, "pubkeys": [made.key_id("alice")], "expected_command": [],
         "expected_materials": rules[0], "expected_products": rules[1]}
        for name, rules in (("one", ([], [])), ("two", (first, second)))
    ]  # fmt: skip
    layout = Sample(7, changed={"steps": steps, "keys": {made.key_id("alice"): key}}).layout()
    bodies = [
        {"_type": "link", "name": n, "materials": m, "products": p, "command": [], "byproducts": {}, "environment": {}}
        for n, m, p in (("one", a, b), ("two", c, d))
    ]
    chain = ours(layout, [made.signed(body, "alice") for body in bodies], made.public("owner"))
    assert (not chain.faults) == expected


@given(
    st.lists(st.sampled_from(["MATCH", "*", "IN", "p", "WITH", "PRODUCTS", "MATERIALS", "FROM", "s", "CREATE", "with", "in"]), max_size=11)
)
def test_forms_of_rules_against_in_toto(words: list[str]) -> None:
    try:
        their = unpack_rule(words)
    except FormatError:
        their = None
    step = {"_type": "step", "name": "s", "threshold": 1, "pubkeys": [], "expected_materials": [words], "expected_products": []}
    try:
        body: Any = document_of(sample(steps=[step]).layout()).body
        rule = body.steps[0].materials[0]
    except EvidenceError:
        rule = None
    assert (rule is None) == (their is None)
    if rule and their and rule.kind == "match":
        names = ("pattern", "source_prefix", "dest_type", "dest_prefix", "dest_name")
        assert rule[1:] == tuple(their[name] for name in names)


# the real demonstration ------------------------------------------------------------------------------------------------------------------


def real_layout(folder: Path, key: rsa.RSAPrivateKey, **changed: Any) -> tuple[bytes, dict[str, Any], str]:
    """Return the template of the demonstration as an owner would sign it, the owner's key object, and the key as text."""
    body = json.loads((folder / "demo.layout.template").read_bytes())["signed"]
    body = copy.deepcopy(body) | {"expires": "2027-01-01T00:00:00Z"} | changed
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    described = {"keytype": "rsa", "scheme": "rsassa-pss-sha256", "keyval": {"public": public}, "keyid": "ab" * 32}
    proof = key.sign(encode(body), padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
    layout = json.dumps({"signed": body, "signatures": [{"keyid": "ab" * 32, "sig": proof.hex()}]}).encode()
    return layout, described, public


OWNER = rsa.generate_private_key(65537, 2048)


@pytest.fixture
def demo(real: Callable[[str], Path]) -> Path:
    return real("ota/intoto_demo")


def test_real_links_hold_and_the_inspection_is_told(demo: Path, tmp_path: Path) -> None:
    links = {p.name: p.read_bytes() for p in demo.glob("*.link")}
    layout, described, public = real_layout(demo, OWNER)
    chain = ours(layout, list(links.values()), public)
    assert chain.faults == (Fault("inspection_not_run", False, "untar"),)
    assert set(chain.open_ended) == {"write-code", "package"}
    plain, described, public = real_layout(demo, OWNER, inspect=[])
    assert ours(plain, list(links.values()), public).faults == ()
    assert theirs(plain, links, described, tmp_path)


def test_real_links_tampered(demo: Path, tmp_path: Path) -> None:
    links = {p.name: p.read_bytes() for p in demo.glob("*.link")}
    layout, described, public = real_layout(demo, OWNER, inspect=[])
    dice = random.Random(3)
    for name, content in links.items():
        for _ in range(12):
            place = dice.randrange(len(content))
            changed = content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]
            try:
                found = ours(layout, [*(c for n, c in links.items() if n != name), changed], public).faults
            except EvidenceError:
                continue
            same = _canonical(changed) == _canonical(content)
            assert bool(found) or same
    # the artefact of one step replaced, and signed by nobody
    changed = links["package.2f89b927.link"].replace(b"52947cb78b91", b"000000000000")
    bad = links | {"package.2f89b927.link": changed}
    assert "link_signature_invalid" in rules(ours(layout, list(bad.values()), public))
    assert not theirs(layout, bad, described, tmp_path)


def _canonical(raw: bytes) -> Any:
    data = json.loads(raw)
    return encode(data["signed"]), [(s["keyid"], s["sig"].lower()) for s in data["signatures"]]


# what ours tells besides -----------------------------------------------------------------------------------------------------------------


def inspected(*people: str, value: int | None = 0) -> tuple[bytes, list[bytes], Sample]:
    inspection = {"_type": "inspection", "name": "scan", "run": ["scan"], "expected_materials": [["MATCH", "*", "WITH", "PRODUCTS",
                  "FROM", "package"], ["DISALLOW", "*"]], "expected_products": []}  # fmt: skip
    made = sample(inspect=[inspection])
    body = {"_type": "link", "name": "scan", "materials": made.link_body("package")["products"], "products": {}, "command": ["scan"]}
    record = made.signed(body | {"byproducts": {"return-value": value}}, *people)
    return made.layout(), [*made.links().values(), record], made


def test_inspections_are_never_run() -> None:
    layout, links, made = inspected("owner")
    assert ours(layout, links, made.public("owner")).faults == ()
    assert ours(layout, links[:-1], made.public("owner")).faults == (Fault("inspection_not_run", False, "scan"),)
    for people in ((), ("alice",), ("mallory",)):
        layout, links, made = inspected(*people)
        assert ours(layout, links, made.public("owner")).faults == (Fault("inspection_not_run", False, "scan"),)
    layout, links, made = inspected("owner", value=1)
    assert ours(layout, links, made.public("owner")).faults == (Fault("inspection_failed", True, "scan"),)
    layout, links, made = inspected("owner", value=None)
    assert ours(layout, links, made.public("owner")).faults == (Fault("inspection_failed", False, "scan"),)


def test_one_key_under_two_names_counts_once() -> None:
    made = sample()
    body = made.layout_body()
    alias = body["keys"][made.key_id("alice")] | {"keyid": "a2"}
    body["keys"]["a2"] = alias
    body["steps"][1]["pubkeys"] = [made.key_id("alice"), "a2"]
    links = [made.link("source"), made.link("package")]
    twice = json.loads(made.link("build"))
    twice["signatures"].append(twice["signatures"][0] | {"keyid": "a2"})
    found = ours(made.signed(body, "owner"), [*links, json.dumps(twice).encode()], made.public("owner"))
    assert rules(found) == {"threshold_unmet"}


def test_owner_keys_in_time_and_by_name() -> None:
    made = sample()
    document, links = document_of(made.layout()), [document_of(link) for link in made.links().values()]

    def told(**changed: Any) -> tuple[Fault, ...]:
        return judge_chain(
            document, links, Trusted((Trust("O", made.public("owner"), date(2026, 1, 1))._replace(**changed),), (), (NOW,))
        ).faults

    assert told() == ()
    assert told(revoked_on=NOW.date()) == (Fault("owner_key_no_longer_valid", True, "O"),)
    assert told(valid_from=None) == (Fault("owner_key_no_longer_valid", False, "O"),)
    assert told(public_key=made.public("mallory")) == (Fault("layout_unsigned", True),)
    assert told(public_key=made.public("mallory"), key_id=made.key_id("owner")) == (Fault("layout_altered", True, made.key_id("owner")),)
    assert judge_chain(document, links, Trusted((), (), (NOW,))).faults == (Fault("layout_unsigned", False),)
    assert Fault("layout_expired", False) in judge_chain(document, links, Trusted(())).faults


def test_two_links_of_one_person_that_differ() -> None:
    made = sample()
    again = made.link("package", products={"update.zip": {"sha256": "00" * 32}})
    assert ours(made.layout(), [*made.links().values(), again], made.public("owner")).faults == (Fault("links_disagree", False, "package"),)


def test_a_key_that_is_not_supported() -> None:
    made = sample()
    body = made.layout_body()
    body["keys"][made.key_id("carl")]["keytype"] = body["keys"][made.key_id("carl")]["scheme"] = "pgp+rsa-pkcsv1.5"
    found = ours(made.signed(body, "owner"), list(made.links().values()), made.public("owner"))
    assert "key_not_supported" in rules(found)


def test_other_commands_and_open_ends() -> None:
    made = sample()
    body = made.layout_body()
    body["steps"][0]["expected_command"] = ["make"]
    body["steps"][0]["expected_products"] = [["CREATE", "src/*"]]
    chain = ours(made.signed(body, "owner"), list(made.links().values()), made.public("owner"))
    assert (chain.faults, chain.open_ended, chain.other_commands) == ((), ("source",), ("source",))


@pytest.mark.parametrize(
    "change",
    [
        {"expires": "2027"},
        {"expires": "2027-02-30T00:00:00Z"},
        {"keys": []},
        {"steps": {}},
        {"steps": [{"name": "a", "threshold": 0, "pubkeys": [], "expected_materials": [], "expected_products": []}]},
        {"steps": [{"name": "a", "threshold": True, "pubkeys": [], "expected_materials": [], "expected_products": []}]},
        {"steps": [{"name": "a", "threshold": 1, "pubkeys": [], "expected_materials": [], "expected_products": []}] * 2},
        {"steps": [{"name": "", "threshold": 1, "pubkeys": [], "expected_materials": [], "expected_products": []}]},
        {"steps": [{"name": "a", "threshold": 1, "pubkeys": [], "expected_materials": [["NEVER", "x"]], "expected_products": []}]},
        {"inspect": None},
        {"_type": "root"},
    ],
)
def test_malformed_layouts(change: dict[str, Any]) -> None:
    with pytest.raises(EvidenceError):
        document_of(sample(**change).layout())


@FORMS
@settings(deadline=None)
@given(data=st.data())
def test_cut_and_mutated_documents_end_in_an_error_or_a_refusal(form: Any, data: Any) -> None:
    made = sample(form)
    raw = made.link("package")
    cut = data.draw(st.integers(0, len(raw) - 1))
    with pytest.raises(EvidenceError):
        document_of(raw[:cut])
    changed = bytearray(raw)
    changed[cut] ^= 1 << data.draw(st.integers(0, 7))
    try:
        document = document_of(bytes(changed))
    except EvidenceError:
        return
    rest = [c for n, c in made.links().items() if not n.startswith("package")]
    chain = ours(made.layout(), [*rest, bytes(changed)], made.public("owner"))
    assert chain.faults or document.message == document_of(raw).message


def test_a_link_is_no_layout() -> None:
    made = sample()
    document = document_of(made.link("source"))
    assert isinstance(document.body, Link)
    with pytest.raises(TypeError):
        judge_chain(document, [], Trusted(()))


def test_every_rule_has_both_languages() -> None:
    assert all(text.zh and text.en for text in CHAIN_RULES.values())
