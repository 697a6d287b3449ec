"""Hostile metadata: whatever byte is changed, nothing else is accepted than what was signed, and nothing hangs or crashes."""

import json
import random
import time
from datetime import UTC, datetime

import pytest

from zhunru.core.errors import EvidenceError
from zhunru.range.update_repository import Repository
from zhunru.wire.metadata_delegation import find_target
from zhunru.wire.metadata_file import read
from zhunru.wire.metadata_folder import served
from zhunru.wire.metadata_policy import TUF, UPTANE
from zhunru.wire.metadata_repository import refresh, trust
from zhunru.wire.metadata_take import Trusted

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def chain() -> dict[str, bytes]:
    made = Repository(9, "repo")
    made.delegate("targets", "foo", ["*"])
    made.add("app.bin", b"delegated", role="foo")
    made.add("own.bin", b"own")
    made.release("foo")
    made.new_root(*made.rotate("root"))
    return dict(made.metadata)


def seen(files: dict[str, bytes], trusted: Trusted) -> object:
    fetch = served(files)
    found = refresh(trusted, fetch, NOW, UPTANE)
    if found.refusal:
        return found.refusal.error
    search = find_target(found.trusted, "app.bin", fetch, NOW, UPTANE)
    return search.refusal.error if search.refusal else (search.target, found.trusted.targets["targets"].signed["targets"])


def test_no_changed_byte_changes_what_is_accepted() -> None:
    files = chain()
    trusted = trust(files["1.root.json"], UPTANE)
    good = seen(files, trusted)
    assert isinstance(good, tuple)
    dice = random.Random(20)
    refused = 0
    began = time.process_time()
    for _ in range(400):
        name = dice.choice([n for n in files if n != "1.root.json"])
        raw = bytearray(files[name])
        at = dice.randrange(len(raw))
        match dice.randrange(4):
            case 0:
                raw[at] ^= 1 << dice.randrange(8)
            case 1:
                del raw[at : at + dice.randrange(1, 40)]
            case 2:
                raw[at:at] = dice.choice(
                    [b'"version":9,', b"[" * 300, b"\x00", b'"a":1,"a":2,', b"1e9", b"\\ud800", b"9" * 400, b"\xff\xfe"]
                )
            case _:
                other = files[dice.choice(list(files))]
                raw[at:] = other[at:]
        told = seen(files | {name: bytes(raw)}, trusted)
        refused += isinstance(told, str)
        assert isinstance(told, str) or told == good
    assert refused > 150
    assert time.process_time() - began < 30


@pytest.mark.parametrize(
    "signed",
    [
        b'{"_type":"timestamp","version":9223372036854775808}', b'{"_type":"timestamp","version":1' + b"0" * 400 + b"}", b'{"_type":"timestamp","x":' + b"[" * 5000 + b"]" * 5000 + b"}",
        b'{"_type":"timestamp","_type":"root"}', b'{"_type":"timestamp","x":1.0}', b'{"_type":"timestamp","x":"\xff"}', b'{"_type":"timestamp","x":"\\ud800"}', b'{"_type":NaN}',
    ],
)  # fmt: skip
def test_hostile_values_are_refused_with_a_diagnostic(signed: bytes) -> None:
    raw = b'{"signatures":[],"signed":' + signed + b"}"
    with pytest.raises(EvidenceError) as told:
        read(raw, "json")
    assert told.value.diagnostics("zh") and told.value.diagnostics("en")
    files = chain() | {"timestamp.json": raw}
    found = refresh(trust(files["1.root.json"], TUF), served(files), NOW, TUF)
    assert found.refusal is not None and found.refusal.error == "InvalidMetadata::Timestamp"


def test_huge_lists_end_at_a_bound() -> None:
    files = chain()
    many = {"signatures": [{"keyid": f"{i:064x}", "sig": "00" * 64} for i in range(60_000)], "signed": {"_type": "targets", "version": 1}}
    began = time.process_time()
    for name in [n for n in files if n.endswith("targets.json")]:
        files[name] = json.dumps(many).encode()
    found = refresh(trust(files["1.root.json"], TUF), served(files), NOW, TUF)
    assert found.refusal is not None
    assert time.process_time() - began < 5


@pytest.mark.parametrize(("name", "taken"), [("\u00e9.bin", True), ("e\u0301.bin", False), ("\u212b", False), ("\u4e2d\u6587", True)])
def test_names_are_normalised_so_that_none_looks_like_another(name: str, taken: bool) -> None:
    made = Repository(9, "repo")
    made.add(name, b"x")
    made.add("other", b"y")
    made.release()
    fetch = served(made.metadata)
    found = refresh(trust(made.metadata["1.root.json"], TUF), fetch, NOW, TUF)
    assert (found.refusal is None) is taken
    if found.refusal:
        assert (found.refusal.step, found.refusal.error) == ("U-G2", "InvalidMetadata::Targets")
    made = Repository(9, "repo")
    made.delegate("targets", name, ["*"])
    made.release(name)
    fetch = served(made.metadata)
    found = refresh(trust(made.metadata["1.root.json"], TUF), fetch, NOW, TUF)
    search = find_target(found.trusted, "app.bin", fetch, NOW, TUF)
    assert (search.refusal is None) is taken


# a collected folder


def test_a_folder_answers_under_the_names_that_are_asked_for() -> None:
    files = chain()
    fetch = served(files)
    newest = max((n for n in files if n.endswith(".targets.json")), key=lambda n: int(n.split(".")[0]))
    assert fetch(newest, 10**6) == files[newest]
    assert served({newest: files[newest]})("targets.json", 10**6) == files[newest]
    plain = {"targets.json": files[newest], "root.json": files["2.root.json"]}
    assert served(plain)(newest, 10**6) == files[newest]
    assert served(plain)("2.root.json", 10**6) == files["2.root.json"]
    for absent in ("1.root.json", "3.root.json", "9" * 16 + ".root.json", "x.root.json", "snapshot.json", "1.other.json", ""):
        assert served(plain)(absent, 10**6) is None
    assert served({"root.json": b"no metadata"})("1.root.json", 99) is None
    assert served({"delegations/foo.json": b"x"})("foo.json", 99) == b"x"
    assert served({"9.foo.json": b"9", "10.foo.json": b"10", "x.foo.json": b"x"})("foo.json", 99) == b"10"
    assert len(fetch(newest, 4) or b"") == 5
