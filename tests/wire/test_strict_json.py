"""Strict JSON and canonical JSON: what is refused, and that the quick ways give what the exact ones give."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from securesystemslib.formats import encode_canonical

from zhunru.core.errors import EvidenceError
from zhunru.wire import canonical_json, strict_json
from zhunru.wire.metadata_file import BadForm, read, targets_of
from zhunru.wire.strict_json import MAX_DEPTH, MAX_INTEGER, MalformedJson, exact, is_plain, loads, with_canonical

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        (b'{"a":1,"a":2}', "twice"), (b'{"b":{"a":1,"a":1}}', "twice"), (b'{"\\u0061":1,"a":2}', "twice"), (b'[{"a":[],"c":0,"a":{}}]', "twice"),
        (b"\xef\xbb\xbf{}", "byte order"), (b'["\xff"]', "UTF-8"), (b'"\xc0\x80"', "UTF-8"), (b'"\xed\xa0\x80"', "UTF-8"),
        (b'["\\ud800"]', "surrogate"), (b'{"\\udc00":1}', "surrogate"), (b"[NaN]", "NaN"), (b"[-Infinity]", "NaN"), (b"1.0", "fractions"), (b"[1e5]", "fractions"),
        (b"[0.0]", "fractions"), (b'{"a":{"b":[1E2]}}', "fractions"), (b"[9007199254740992]", "beyond"), (b"[-9007199254740992]", "beyond"),
        (b"[9223372036854775808]", "beyond"), (b"[18446744073709551616]", "beyond"), (b"1" + b"0" * 400, "beyond"), (b"1" + b"0" * 100_000, "beyond"),
        (b"", "valid JSON"), (b"{} {}", "valid JSON"), (b"{'a':1}", "valid JSON"), (b'{"a":1,}', "valid JSON"), (b'"\n"', "valid JSON"), (b"[01]", "valid JSON"),
        (b"[" * 65 + b"]" * 65, "deep"), (b"[" * 200_000, "deep"), (b'{"a":' * 200_000, "deep"), (b'["\\u0041",' + b"[" * 70 + b"]" * 70 + b"]", "deep"),
    ],
)  # fmt: skip
def test_refused_with_a_reason(raw: bytes, word: str) -> None:
    with pytest.raises(MalformedJson) as told:
        loads(raw)
    assert word in told.value.what.en and told.value.what.zh
    assert told.value.diagnostics("zh") and told.value.diagnostics("en")


@pytest.mark.parametrize(
    "raw",
    [
        b"[9007199254740991,-9007199254740991]",
        b"[" * 64 + b"]" * 64,
        b'{"a":{"a":{"a":1}}}',
        b' {"a" : [ ] }\n',
        b'"\\ud83d\\ude00"',
        b"[-0]",
    ],
)
def test_taken_at_the_boundary(raw: bytes) -> None:
    assert loads(raw) == exact(raw) == json.loads(raw)


def test_size_is_bounded() -> None:
    for reader in (loads, exact):
        assert reader(b"[1]", max_byte=3) == [1]
        with pytest.raises(MalformedJson):
            reader(b"[1]", max_byte=2)


@pytest.mark.parametrize(("value", "depth"), [(1, 0), ([], 1), ({"a": []}, 2), ([[1], {"b": {"c": [2]}}], 4)])
def test_depth_counts_objects_and_lists(value: Any, depth: int) -> None:
    assert is_plain(value, depth)
    assert not depth or not is_plain(value, depth - 1)
    raw = json.dumps(value).encode()
    assert loads(raw, max_depth=depth) == value
    if depth:
        for reader in (loads, exact):
            with pytest.raises(MalformedJson):
                reader(raw, max_depth=depth - 1)


def independent(value: Any) -> bytes:
    return (encode_canonical(value) or "").encode()


def _outcome(reader: Any, raw: bytes) -> Any:
    try:
        return reader(raw)
    except MalformedJson:
        return MalformedJson


@settings(max_examples=300, deadline=None)
@given(PLAIN, st.data())
def test_both_tiers_agree_on_whatever_arrives(value: Any, data: st.DataObject) -> None:
    raw = bytearray(json.dumps(value, ensure_ascii=data.draw(st.booleans()), indent=data.draw(st.sampled_from([None, 1]))).encode())
    for _ in range(data.draw(st.integers(0, 3))):
        at = data.draw(st.integers(0, len(raw)))
        raw[at : at + data.draw(st.integers(0, 2))] = data.draw(
            st.sampled_from([b'"', b"\\", b"{", b'{"a":1,"a":2}', b"1.5", b",", b"\xff", b'"a":0,', b"NaN", b""])
        )
    assert _outcome(loads, bytes(raw)) == _outcome(exact, bytes(raw))


@settings(max_examples=200, deadline=None)
@given(PLAIN, PLAIN)
def test_the_dump_of_a_part_is_its_canonical_form(part: Any, other: Any) -> None:
    raw = json.dumps({"other": other, "signed": part}, ensure_ascii=False).encode()
    quick = with_canonical(raw, "signed", is_plain)
    if quick is None:
        assert b"\\" in raw
    else:
        assert quick == (loads(raw), independent(part))


@pytest.mark.parametrize(
    "raw",
    [b'{"signed":1,"signed":2}', b'{"signed":{"a":1,"a":1}}', b'{"signed":1,"o":{"b":1,"b":1}}', b'{"signed":1.5}', b'{"signed":1,"o":1e3}', b"[]", b'{"o":1}', b'{"signed":9007199254740992}', b'{"signed":"\\n"}', b'{"signed":1'],
)  # fmt: skip
def test_the_quick_way_is_never_sure_of_what_must_be_refused(raw: bytes) -> None:
    assert with_canonical(raw, "signed", is_plain) is None


# canonical form


@settings(max_examples=300, deadline=None)
@given(PLAIN)
def test_canonical_form_is_that_of_an_independent_library(value: Any) -> None:
    expected = independent(value)
    assert canonical_json.encode(value) == canonical_json.encode(value, plain=True) == canonical_json.exact(value) == expected


@pytest.mark.parametrize(
    "value", ['a\nb\\c"d\x00\x7f', {"k\n": [2**80, -(2**70)]}, {"é": 1, "e": 2, "\U0001f600": 3, "￿": 4}, [], {}, [[], {}], None]
)
def test_canonical_form_of_what_json_escapes(value: Any) -> None:
    assert canonical_json.encode(value) == independent(value)


@pytest.mark.parametrize("value", [1.5, [float("nan")], {1: 2}, {"a": b"x"}, {"a": {"b": (1,)}}, "\ud800", ["\ud800\\"]])
def test_what_has_no_canonical_form(value: Any) -> None:
    with pytest.raises(canonical_json.NotCanonical):
        canonical_json.encode(value)


@pytest.mark.parametrize("value", [1.5, {1: 2}, b"x", "\ud800"])
def test_the_exact_tier_refuses_by_itself(value: Any) -> None:
    with pytest.raises(canonical_json.NotCanonical):
        canonical_json.exact(value)


# targets, proved column by column or one by one

DIGEST = "5a" * 32
USUAL = {"length": 3, "hashes": {"sha256": DIGEST}}


def _file(*targets: Any, names: tuple[str, ...] = ("a", "b", "c")) -> bytes:
    signed = {"_type": "targets", "version": 1, "expires": "2036-01-01T00:00:00Z", "targets": dict(zip(names, targets, strict=False))}
    return json.dumps({"signatures": [], "signed": signed}).encode()


@pytest.mark.parametrize(
    "odd",
    [
        USUAL, USUAL | {"custom": {}}, USUAL | {"custom": {"a": [1, {"b": "c"}]}}, {"length": 0, "hashes": {"sha256": DIGEST.upper()}},
        {"length": 3, "hashes": {"sha512": "5a" * 64}}, {"length": 3, "hashes": {"sha256": DIGEST, "sha512": "5a" * 64}}, USUAL | {"more": 1},
        {"length": 3, "hashes": {"whirlpool": "ab"}},
    ],
)  # fmt: skip
def test_targets_that_are_taken(odd: Any) -> None:
    for raw in (_file(USUAL, odd), _file(odd, USUAL), _file(odd, odd, USUAL), _file(odd)):
        assert targets_of(read(raw, "json"))["a"]["length"] >= 0


@pytest.mark.parametrize(
    "odd",
    [
        5, [], {}, {"length": 3}, {"hashes": {"sha256": DIGEST}}, USUAL | {"length": -1}, USUAL | {"length": True}, USUAL | {"length": "3"}, USUAL | {"length": None},
        USUAL | {"hashes": {}}, USUAL | {"hashes": []}, USUAL | {"hashes": {"sha256": DIGEST[:-1]}}, USUAL | {"hashes": {"sha256": DIGEST + "ab"}},
        USUAL | {"hashes": {"sha256": DIGEST[:-1] + "g"}}, USUAL | {"hashes": {"sha256": DIGEST[:-2] + " a"}}, USUAL | {"hashes": {"sha256": 5}},
        USUAL | {"hashes": {"sha256": [DIGEST] * 64}}, USUAL | {"hashes": {"sha256": "é" * 64}}, USUAL | {"custom": 5}, USUAL | {"custom": None}, USUAL | {"hashes": {"x": ""}},
    ],
)  # fmt: skip
def test_targets_that_are_refused(odd: Any) -> None:
    for raw in (_file(USUAL, odd), _file(odd, USUAL), _file(odd, odd, odd), _file(odd)):
        with pytest.raises(BadForm):
            targets_of(read(raw, "json"))


def test_names_of_targets_are_bounded() -> None:
    for names in (("", "b"), ("x" * 1025, "b"), ("a", "")):
        with pytest.raises(BadForm):
            targets_of(read(_file(USUAL, USUAL, names=names), "json"))
    assert len(targets_of(read(_file(USUAL, USUAL, names=("x" * 1024, "b")), "json"))) == 2


@pytest.mark.parametrize("custom", [{"a": 1.5}, {"a": [1e9]}, {"a": 2**60}])
def test_fractions_hide_nowhere(custom: Any) -> None:
    for raw in (_file(USUAL | {"custom": custom}, USUAL), _file(USUAL, USUAL | {"more": custom})):
        with pytest.raises(EvidenceError):
            read(raw, "json")


@pytest.mark.parametrize(("levels", "refused"), [(MAX_DEPTH - 5, False), (MAX_DEPTH - 4, True)])
def test_custom_fields_count_towards_the_depth(levels: int, refused: bool) -> None:
    inner: Any = 0
    for _ in range(levels):
        inner = [inner]
    raw = _file(USUAL | {"custom": {"a": inner}}, USUAL)
    assert (_outcome(exact, raw) is MalformedJson) is refused
    assert (_outcome(lambda r: read(r, "json"), raw) is MalformedJson) is refused


def test_the_large_ways_agree_with_the_small_ones() -> None:
    many = {f"file-{i}": USUAL for i in range(4000)}
    raw = _file(*many.values(), names=tuple(many))
    assert len(raw) > strict_json._LARGE_BYTE
    assert targets_of(read(raw, "json")) == many == exact(raw)["signed"]["targets"]
    twice = raw.replace(b'"file-77"', b'"file-78"')
    for reader in (loads, lambda r: read(r, "json")):
        with pytest.raises(MalformedJson):
            reader(twice)
