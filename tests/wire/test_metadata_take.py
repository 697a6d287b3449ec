"""The small rules of taking one file: names, listed hashes and lengths, what is kept and read back."""

from dataclasses import replace
from hashlib import new

import pytest

from zhunru.range.update_repository import Repository
from zhunru.wire.metadata_file import Listed, MetadataFile, read
from zhunru.wire.metadata_policy import TUF, UPTANE_2017
from zhunru.wire.metadata_repository import restore, trust
from zhunru.wire.metadata_take import NOTHING, digest_is, file_name, is_as_listed

SPACED = b'{"signatures": [], "signed": {"_type": "snapshot"}}'


def file() -> MetadataFile:
    return read(SPACED, "json")


def listed(length: int | None = None, **hashes: str) -> Listed:
    return Listed(1, length, hashes)


@pytest.mark.parametrize("algorithm", ["sha256", "sha384", "sha512", "sm3"])
def test_strong_hashes_prove_content(algorithm: str) -> None:
    digest = new(algorithm, b"x").hexdigest()
    assert digest_is(b"x", algorithm, digest) and digest_is(b"x", algorithm, digest.upper())
    assert not digest_is(b"y", algorithm, digest)


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "sha224", "nonsense"])
def test_weak_or_unknown_hashes_prove_nothing(algorithm: str) -> None:
    assert not digest_is(b"x", algorithm, "00")
    if algorithm != "nonsense":
        assert not digest_is(b"x", algorithm, new(algorithm, b"x").hexdigest())


def test_a_listed_length_is_the_most_that_a_file_may_have() -> None:
    size = len(SPACED)
    assert is_as_listed(file(), listed(size), TUF) and is_as_listed(file(), listed(size + 1), TUF) and is_as_listed(file(), listed(), TUF)
    assert not is_as_listed(file(), listed(size - 1), TUF)


def test_hashes_are_over_the_file_or_where_told_over_its_canonical_form() -> None:
    over_file, over_form = (new("sha256", c).hexdigest() for c in (SPACED, file().canonical))
    assert over_file != over_form
    assert is_as_listed(file(), listed(sha256=over_file), TUF) and not is_as_listed(file(), listed(sha256=over_form), TUF)
    assert is_as_listed(file(), listed(sha256=over_file), UPTANE_2017) and is_as_listed(file(), listed(sha256=over_form), UPTANE_2017)
    assert not is_as_listed(file(), listed(sha256="00" * 32), UPTANE_2017)


def test_names_carry_a_version_where_the_root_says_so_and_one_is_known() -> None:
    made = Repository(3, "repo")
    trusted = trust(made.metadata["1.root.json"], TUF)
    assert file_name("targets", 7, trusted, TUF) == "7.targets.json"
    assert file_name("targets", 0, trusted, TUF) == "targets.json"
    assert file_name("a/b", 7, NOTHING, replace(TUF, encoding="der")) == "a%2Fb.der"
    assert not NOTHING.consistent
    assert trusted.root is not None
    plain = dict(trusted.root.signed) | {"consistent_snapshot": False}
    assert file_name("targets", 7, replace(trusted, root=replace(trusted.root, signed=plain)), TUF) == "targets.json"


def test_only_what_is_still_authorised_is_read_back() -> None:
    made = Repository(3, "repo")
    files = {
        f"{r}.json": made.metadata[f"{r}.json" if r != "root" else "1.root.json"] for r in ("root", "timestamp", "snapshot", "targets")
    }
    again = restore(files | {"foo.json": made.metadata["targets.json"]}, TUF)
    assert again.timestamp is not None and again.snapshot is not None and set(again.targets) == {"targets", "foo"}
    assert restore(files | {"timestamp.json": b"x"}, TUF).timestamp is None
    made.rotate("targets")
    made.signers["targets"] = made.signers["snapshot"]
    made.admit("targets", *made.signers["snapshot"])
    made.new_root()
    # signed by a key of both roles, but of the other one
    swapped = {"root.json": made.metadata["2.root.json"], "targets.json": made.metadata["snapshot.json"]}
    assert restore(swapped, TUF).targets == {}
