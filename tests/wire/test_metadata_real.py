"""Real repositories: sigstore's twelve roots and its targets, the Uptane sample in both encodings; and python-tuf's word on the same chains."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tuf.api.exceptions import RepositoryError
from tuf.ngclient._internal.trusted_metadata_set import TrustedMetadataSet
from tuf.ngclient.config import EnvelopeType

from zhunru.wire.metadata_delegation import find_target
from zhunru.wire.metadata_file import BadForm, keys_of, moment, read, rules_of
from zhunru.wire.metadata_folder import served
from zhunru.wire.metadata_key import Key, id_belongs, key_of, verifies
from zhunru.wire.metadata_policy import TUF, UPTANE, Fetch
from zhunru.wire.metadata_repository import refresh, trust
from zhunru.wire.metadata_target import check_file

SIGSTORE = "ota/tuf_sigstore-root-signing/metadata"
COLLECTED = datetime(2025, 2, 14, tzinfo=UTC)


def files_of(folder: Path, suffix: str = "json") -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.name.endswith(suffix)}


def test_sigstore_from_its_first_root_to_a_target(real: Callable[[str], Path]) -> None:
    files = files_of(real(SIGSTORE))
    fetch = served(files)
    seen = refresh(trust(files["1.root.json"], TUF), fetch, COLLECTED, TUF)
    assert seen.refusal is None
    assert [s.detail for s in seen.steps if s.step == "U-R2"] == [f"version {n}" for n in range(2, 13)]
    found = find_target(seen.trusted, "trusted_root.json", fetch, COLLECTED, TUF)
    assert found.target is not None and found.role == "targets"
    (held,) = real("ota/tuf_sigstore-root-signing/targets").iterdir()
    assert check_file(found.target, [held.read_bytes()]) is None
    (role,) = (n.removeprefix("5.").removesuffix(".json") for n in files if n.startswith("5.") and n != "5.root.json")
    delegated = find_target(seen.trusted, f"{role}/keys.json", fetch, COLLECTED, TUF)
    assert (delegated.refusal, delegated.role) == (None, role)


def test_sigstore_months_later_has_expired(real: Callable[[str], Path]) -> None:
    files = files_of(real(SIGSTORE))
    seen = refresh(trust(files["1.root.json"], TUF), served(files), datetime(2025, 2, 16, tzinfo=UTC), TUF)
    assert seen.refusal is not None and seen.refusal.error == "ExpiredMetadata::Timestamp"


@pytest.mark.parametrize("number", range(2, 13))
def test_a_sigstore_root_is_missed_when_it_is_skipped(number: int, real: Callable[[str], Path]) -> None:
    files = files_of(real(SIGSTORE))
    moved = {n: r for n, r in files.items() if n != f"{number}.root.json"}
    moved[f"{number}.root.json"] = files[f"{number + 1}.root.json"] if number < 12 else files["11.root.json"]

    def fetch(name: str, most: int) -> bytes | None:
        return moved[name][: most + 1] if name in moved else None

    seen = refresh(trust(files["1.root.json"], TUF), fetch, COLLECTED, TUF)
    assert seen.refusal is not None and seen.refusal.step in {"U-R1", "U-R2"}


def test_sigstore_key_ids_do_not_all_recompute(real: Callable[[str], Path]) -> None:
    root = read(files_of(real(SIGSTORE))["11.root.json"], "json")
    assert len(rules_of(root, TUF)[1]) == 6
    with pytest.raises(BadForm) as told:
        rules_of(root, UPTANE)
    assert told.value.error == "BadKeyId"


@pytest.mark.parametrize("encoding", ["json", "der"])
@pytest.mark.parametrize("repository", ["director", "imagerepo"])
def test_the_uptane_sample_verifies(repository: str, encoding: str, real: Callable[[str], Path]) -> None:
    files = files_of(real(f"ota/uptane_initial_w_no_update/{repository}/metadata"), encoding)
    policy = replace(UPTANE, encoding=encoding)  # type: ignore[arg-type]
    trusted = trust(files[f"root.{encoding}"], policy)
    seen = refresh(trusted, served(files), COLLECTED, policy)
    assert seen.refusal is None and len(seen.trusted.targets["targets"].signed["targets"]) == (7 if repository == "imagerepo" else 0)
    for role in ("timestamp", "snapshot", "targets"):
        raw = bytearray(files[f"{role}.{encoding}"])
        raw[len(raw) // 3] ^= 1
        broken = refresh(trusted, served(files | {f"{role}.{encoding}": bytes(raw)}), COLLECTED, policy)
        assert broken.refusal is not None and broken.refusal.role == role


# keys


ED = "97c1112bbd9047b1fdb50dd638bfed6d0639e0dff2c1443f5593fea40e30f654"


@pytest.mark.parametrize(
    "value",
    [5, {}, {"keytype": "ed25519"}, {"keytype": "ed25519", "keyval": {}}, {"keytype": 5, "keyval": {"public": ED}}, {"keytype": "ed25519", "keyval": {"public": ""}},
     {"keytype": "ed25519", "keyval": {"public": "a" * 16_385}}, {"keytype": "ed25519", "scheme": 5, "keyval": {"public": ED}}, {"keytype": "ed25519", "keyval": {"public": 5}}],
)  # fmt: skip
def test_what_is_no_key_object(value: Any) -> None:
    assert key_of("x", value) is None
    with pytest.raises(BadForm):
        keys_of({"x": value}, TUF)


def test_a_key_of_an_unknown_scheme_counts_for_nothing() -> None:
    for told in ({"keytype": "dsa"}, {"keytype": "ed25519", "scheme": "md5"}):
        key = key_of("x", told | {"keyval": {"public": ED}})
        assert key is not None and key.loaded is None and not verifies(key, "00" * 64, b"")
    assert Key("a", "", ED).identity != Key("b", "", ED).identity
    assert Key("a", "ed25519", ED).identity == Key("b", "ed25519", ED).identity


@pytest.mark.parametrize("public", [ED[:-2], "zz", "04" + ED * 2, "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----"])
def test_a_key_that_cannot_be_loaded_counts_for_nothing(public: str) -> None:
    assert Key("a", "ed25519", public).loaded is None


def test_key_ids_in_every_known_form() -> None:
    from hashlib import sha256

    bare = {"keytype": "ed25519", "scheme": "ed25519", "keyval": {"public": ED}}
    listed = bare | {"keyid_hash_algorithms": ["sha256", "sha512"]}
    own = listed | {"x-owner": "a"}

    def of(value: Any) -> str:
        return sha256(json.dumps(value, sort_keys=True, separators=(",", ":")).encode()).hexdigest()

    assert all(id_belongs(of(form), own, ED) for form in (own, listed, bare, ED))
    assert id_belongs(of(bare).upper(), own, ED)
    assert not id_belongs(of(own | {"x-owner": "b"}), own, ED) and not id_belongs(of("00"), own, ED)


def test_signatures_as_hexadecimal_base64_and_bytes(real: Callable[[str], Path]) -> None:
    import base64

    sample = read(real("ota/uptane_initial_w_no_update/imagerepo/metadata/timestamp.json").read_bytes(), "json")
    key = Key("x", "ed25519", ED)
    proof = str(sample.signatures[0].proof)
    for form in (proof, proof.upper(), bytes.fromhex(proof), base64.b64encode(bytes.fromhex(proof)).decode()):
        assert verifies(key, form, sample.message)
        assert not verifies(key, form, sample.message + b" ")
    for form in ("", "!", proof[:-2], proof + "00", "0" * 16_386, proof + " " * 16_384):
        assert not verifies(key, form, sample.message)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2021-12-18T13:28:12.99008-06:00", (19, 28, 12)),
        ("2022-05-11T19:09:02.663975009Z", (19, 9, 2)),
        ("2025-02-15T19:20:37Z", (19, 20, 37)),
    ],
)
def test_times_of_the_first_sigstore_roots(text: str, expected: tuple[int, int, int]) -> None:
    found = moment(text)
    assert (found.hour, found.minute, found.second) == expected and found.tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        "2025-02-15T19:20:37",
        "2025-02-15 19:20:37Z",
        "2025-02-30T00:00:00Z",
        "0001-01-01T00:00:00+23:00",
        "2025-02-15T24:20:37Z",
        5,
        None,
        "",
        "2025-02-15T19:20:37Zx",
    ],
)
def test_what_is_no_time(text: Any) -> None:
    with pytest.raises(BadForm):
        moment(text)


# python-tuf


def peer(files: dict[str, bytes], first: str, now: datetime) -> bool:
    """Tell whether python-tuf follows a chain to its targets."""
    fetch: Fetch = served(files)
    try:
        chain = TrustedMetadataSet(files[first], EnvelopeType.METADATA)
        chain.reference_time = now
        while raw := fetch(f"{chain.root.version + 1}.root.json", 512_000):
            chain.update_root(raw)
        chain.update_timestamp(fetch("timestamp.json", 16_384) or b"")
        chain.update_snapshot(fetch(f"{chain.timestamp.snapshot_meta.version}.snapshot.json", 2_000_000) or b"")
        chain.update_targets(fetch(f"{chain.snapshot.meta['targets.json'].version}.targets.json", 5_000_000) or b"")
    except RepositoryError:
        return False
    return True


def ours(files: dict[str, bytes], first: str, now: datetime) -> bool:
    return refresh(trust(files[first], TUF), served(files), now, TUF).refusal is None


@pytest.mark.filterwarnings("ignore")  # the peer warns of old key types where it should only read them
def test_python_tuf_agrees_on_sigstore(real: Callable[[str], Path]) -> None:
    files = files_of(real(SIGSTORE))
    # python-tuf reads neither the expiry of the first three roots (fractions, an offset) nor the bare points that the first four have as keys
    for now in (COLLECTED, datetime(2025, 2, 16, tzinfo=UTC), datetime(2025, 9, 1, tzinfo=UTC)):
        assert ours(files, "5.root.json", now) == peer(files, "5.root.json", now)
    for name in ("6.root.json", "9.root.json", "12.root.json", "timestamp.json", "159.snapshot.json", "11.targets.json"):
        text = json.loads(files[name])
        for change in ({"version": text["signed"]["version"] + 1}, {"expires": "2024-01-01T00:00:00Z"}):
            changed = files | {name: json.dumps(text | {"signed": text["signed"] | change}).encode()}
            assert ours(changed, "5.root.json", COLLECTED) is peer(changed, "5.root.json", COLLECTED) is False
        without = files | {name: json.dumps(text | {"signatures": text["signatures"][:-1]}).encode()}
        assert ours(without, "5.root.json", COLLECTED) == peer(without, "5.root.json", COLLECTED)
