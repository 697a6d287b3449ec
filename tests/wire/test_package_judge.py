"""Every forgery of the matrix is refused for its own reason, alone; the genuine ones are accepted."""

import base64
import io
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import new, sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhunru.range.packages import (
    KEY_ID,
    NOW,
    OTHER_VIN,
    VIN,
    Draft,
    authority,
    by_certificate,
    certificate,
    claim,
    forged,
    genuine,
    pack,
    target,
    trusted,
)
from zhunru.wire.archive_inventory import Asked, inventory
from zhunru.wire.package_judge import Judged, Parts, Target, judge_package, version_order
from zhunru.wire.package_manifest import AUTHORISATION, MANIFEST, MAX_BYTE, SIGNATURE
from zhunru.wire.package_rules import FORGERIES, RULES, Fault
from zhunru.wire.package_trust import Trust, Trusted
from zhunru.wire.signing_chain import chain_fault

SEED = 7
DRAFT = Draft(SEED)
GENUINE, FORGED = genuine(SEED), forged(SEED)
TRUSTED, TARGET = trusted(SEED), target()


def judged(data: bytes, at: Target = TARGET, trust: Trusted = TRUSTED) -> Judged:
    entries = list(inventory(io.BytesIO(data), None, Asked(("sha256", "sm3"), MAX_BYTE, io.BytesIO)))
    kept = {e.path: e.content for e in entries if e.content is not None}
    return judge_package(Parts(entries, kept.get(MANIFEST), kept.get(SIGNATURE), kept.get(AUTHORISATION)), trust, at)


def rules(data: bytes, at: Target = TARGET, trust: Trusted = TRUSTED) -> set[str]:
    return {f.rule for f in judged(data, at, trust).faults}


def sure(data: bytes, at: Target = TARGET, trust: Trusted = TRUSTED) -> set[str]:
    return {f.rule for f in judged(data, at, trust).faults if f.sure}


@pytest.mark.parametrize("name", GENUINE)
def test_genuine_packages_are_accepted(name: str) -> None:
    found = judged(GENUINE[name])
    assert found.faults == ()
    assert found.manifest and found.manifest.version == "3.1.1"


def test_the_matrix_is_whole() -> None:
    assert tuple(FORGED) == FORGERIES
    assert len(FORGERIES) == 20


@pytest.mark.parametrize("rule", FORGERIES)
def test_each_forgery_is_refused_for_its_own_reason_alone(rule: str) -> None:
    faults = judged(FORGED[rule]).faults
    assert {f.rule for f in faults} == {rule}
    assert any(f.sure for f in faults)


def made(**manifest: Any) -> bytes:
    return replace(DRAFT, manifest=manifest).packed()


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (made(ecu="IVI"), "wrong_ecu_or_hardware"),
        (made(models=["样车一"]), "wrong_model"),
        (made(counter=10), "older_version"),
        (made(version="3.0.99"), "older_version"),
        (made(from_versions=["3.0.0"]), "version_not_allowed"),
        (made(not_before="2026-09-01T08:00:01Z"), "outside_validity"),
        (made(not_after="2026-09-01T07:59:59Z"), "outside_validity"),
        (made(not_after="2026-08-01T00:00:00Z"), "outside_validity"),
        (made(created="2025-12-31T15:59:59Z"), "key_no_longer_valid"),
        (made(authorisation_needed=True), "authorisation_missing"),
        (DRAFT.packed() + b"tail", "padded"),
        (DRAFT.packed()[:-30], "truncated"),
        (b"".join([DRAFT.packed()[:-4], b"\1", DRAFT.packed()[-3:]]), "damaged"),
        (DRAFT.packed(authorisation=DRAFT.leave(VIN, b"another manifest")), "authorisation_replayed"),
        (DRAFT.packed(authorisation=replace(DRAFT, key="stranger").leave(VIN)), "authorisation_invalid"),
        (DRAFT.packed(authorisation=b"{}"), "malformed"),
        (DRAFT.packed(signature=b"{}"), "malformed"),
        (DRAFT.packed(signature=DRAFT.signature(signature="")), "unsigned"),
        (DRAFT.packed(signature=DRAFT.signature(scheme="rsa-sha1")), "weak_key"),
        (DRAFT.packed(signature=DRAFT.signature(scheme="rsassa-pss-sha256")), "weak_key"),
        (DRAFT.packed(signature=DRAFT.signature(signature=base64.b64encode(bytes(64)).decode())), "signature_invalid"),
        (DRAFT.packed(signature=DRAFT.signature(over=DRAFT.files["images/assist.bin"])), "signature_of_other_file"),
        (DRAFT.packed(signature=DRAFT.signature(over=b"x")), "manifest_altered"),
        (made(form="zhunru-package-2"), "malformed"),
        (made(files=[]), "malformed"),
        (made(counter=-1), "malformed"),
        (made(counter=True), "malformed"),
        (made(created="2026-02-30T00:00:00Z"), "malformed"),
        (made(created="2026-08-20"), "malformed"),
        (made(models=[]), "malformed"),
        (made(files=[claim("docs/notice.txt", b"")] * 2), "malformed"),
        (DRAFT.packed(manifest=b'{"form":"zhunru-package-1","form":"x"}'), "malformed"),
        (DRAFT.packed(manifest=b"[" * 100), "malformed"),
        (DRAFT.packed(manifest=None), "file_missing_or_unlisted"),
        (replace(DRAFT, files=dict(DRAFT.files) | {"a/../b": b""}).packed(), "path_escape"),
        (pack({MANIFEST: DRAFT.raw(), SIGNATURE: DRAFT.signature()}), "file_missing_or_unlisted"),
    ],
)
def test_other_variants(data: bytes, rule: str) -> None:
    assert rule in sure(data)


def test_every_rule_is_reached() -> None:
    told = {"chain_broken", "second_signature_fails", "not_read", "target_unknown", "archive_ambiguous", "weak_key"}
    listed = {case[1] for case in test_other_variants.pytestmark[0].args[1]}  # type: ignore[attr-defined]
    assert set(FORGERIES) | told | listed == set(RULES)


def test_sm3_and_sha256_stand_for_themselves_only() -> None:
    content = DRAFT.files["docs/notice.txt"]
    files = [claim("images/assist.bin", DRAFT.files["images/assist.bin"])]
    swapped = {"sha256": new("sm3", content).hexdigest()}
    entry = {"path": "docs/notice.txt", "length": len(content), "digests": swapped}
    assert rules(made(files=[*files, entry])) == {"digest_downgraded"}
    for digests, rule in [
        ({"sha256": sha256(content).hexdigest(), "sha1": "00" * 20}, "digest_downgraded"),
        ({"sha256": sha256(content).hexdigest()[:40]}, "digest_downgraded"),
        ({"sha256": sha256(content).hexdigest(), "blake3": "00"}, "not_read"),
        ({"sha512": "00" * 64}, "not_read"),
        ({"sm3": new("sm3", content).hexdigest()}, ""),
    ]:
        assert rules(made(files=[*files, entry | {"digests": digests}])) >= ({rule} if rule else set())
        assert bool(rules(made(files=[*files, entry | {"digests": digests}]))) is bool(rule)


@pytest.mark.parametrize("field", Target._fields)
def test_what_is_not_known_of_the_target_is_told_and_is_no_proof(field: str) -> None:
    data = GENUINE["authorised"]
    faults = judged(data, TARGET._replace(**{field: None})).faults
    if field == "counter":
        assert faults == ()  # the version alone tells
    else:
        assert faults and not any(f.sure for f in faults)


def test_reinstalling_the_same_content_is_no_forgery() -> None:
    image = sha256(DRAFT.files["images/assist.bin"]).hexdigest()
    again = made(version="3.1.0", from_versions=[], counter=11, base=None)
    assert rules(again, TARGET._replace(images=(image,))) == set()
    assert rules(again) == {"same_version_other_content"}


def test_only_the_counter_orders_words() -> None:
    data = made(version="spring")
    assert rules(data, TARGET._replace(version="3.1.0")) == set()
    assert rules(data, TARGET._replace(counter=12)) == {"target_unknown"}
    assert rules(data, TARGET._replace(counter=13)) == {"older_version"}


@pytest.mark.parametrize(
    ("one", "other", "order"),
    [
        ("2.0.10", "2.0.9", 1),
        ("v1.2", "1.2.0", 0),
        ("1.0", "1.0.1", -1),
        ("a", "a", 0),
        ("a", "b", None),
        ("1.0-rc1", "1.0", None),
        ("2026.1", "2025.12", 1),
        (" 1.0", "1.0 ", 0),
    ],
)
def test_versions(one: str, other: str, order: int | None) -> None:
    assert version_order(one, other) == order
    assert version_order(other, one) == (None if order is None else -order)


# keys --------------------------------------------------------------------------------------------------------------------------------

KEY = TRUSTED.keys[0]


@pytest.mark.parametrize(
    ("changed", "at", "faults"),
    [
        ({}, NOW, ()),
        ({"valid_until": NOW.date()}, NOW, ()),
        ({"valid_until": NOW.date() - timedelta(1)}, NOW, (Fault("key_no_longer_valid", True, KEY_ID),)),
        ({"valid_from": date(2026, 8, 20)}, NOW, ()),
        ({"valid_from": date(2026, 8, 21)}, NOW, (Fault("key_no_longer_valid", True, KEY_ID),)),
        ({"valid_from": None}, NOW, (Fault("key_no_longer_valid", False, KEY_ID),)),
        ({"readable": False}, NOW, (Fault("key_no_longer_valid", False, KEY_ID),)),
        ({"revoked_on": NOW.date()}, NOW, (Fault("key_no_longer_valid", True, KEY_ID),)),
        ({"revoked_on": NOW.date() + timedelta(1)}, NOW, ()),
        ({"public_key": ""}, NOW, (Fault("unknown_key", True, KEY_ID),)),
        ({"public_key": "@@"}, NOW, (Fault("weak_key", False, f"{KEY_ID}: key_unreadable"),)),
        ({"public_key": base64.b64encode(bytes(32)).decode()}, NOW, (Fault("weak_key", True, f"{KEY_ID}: weak_key"),)),
    ],
)
def test_when_a_key_counts(changed: dict[str, Any], at: datetime, faults: tuple[Fault, ...]) -> None:
    trust = Trusted((KEY._replace(**changed),), (), (at,))
    assert judged(DRAFT.packed(), trust=trust).faults == faults


def test_a_key_revoked_under_another_name_is_revoked() -> None:
    again = Trust("ALIAS", f"ed25519:{KEY.public_key}", date(2026, 1, 1), None, date(2026, 7, 1))
    assert sure(DRAFT.packed(), trust=TRUSTED._replace(keys=(KEY, again))) == {"key_no_longer_valid"}


def test_without_any_anchor_nobody_can_tell() -> None:
    assert judged(DRAFT.packed(), trust=Trusted(())).faults == (Fault("unknown_key", False, KEY_ID),)
    assert judged(GENUINE["certificate"], trust=Trusted(())).faults == (Fault("unknown_key", False, KEY_ID),)


def test_a_further_signature_that_fails_is_told() -> None:
    both = json.loads(DRAFT.signature())
    both["signatures"].append(both["signatures"][0] | {"key_id": "STRANGER"})
    assert judged(DRAFT.packed(signature=json.dumps(both).encode())).faults == (Fault("second_signature_fails", False, "STRANGER"),)


# certificates ------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("chain", "fault"),
    [
        ((certificate(SEED, "signer", "root"),), ""),
        ((certificate(SEED, "signer", "root"), authority(SEED)), ""),
        ((certificate(SEED, "signer", "root", year=2025),), "expired"),
        ((certificate(SEED, "signer", "root", year=2027),), "expired"),
        ((certificate(SEED, "signer", "root", usage="key_agreement"),), "wrong_usage"),
        ((certificate(SEED, "signer", "root", authority=True),), "wrong_usage"),
        ((certificate(SEED, "signer", "issuing"), certificate(SEED, "issuing", "root", authority=True)), ""),
        ((certificate(SEED, "signer", "issuing"), certificate(SEED, "issuing", "root")), "wrong_usage"),
        ((certificate(SEED, "signer", "issuing"), certificate(SEED, "issuing", "root", authority=True, usage="crl_sign")), "wrong_usage"),
        ((certificate(SEED, "signer", "issuing"),), "broken"),
        ((certificate(SEED, "signer", "root"), certificate(SEED, "issuing", "root", authority=True)), "broken"),
        ((certificate(8, "signer", "root"),), "broken"),
        ((certificate(8, "signer", "root"), authority(8)), "broken"),
        ((b"",), "unreadable"),
        ((certificate(SEED, "signer", "root")[:-1],), "unreadable"),
        ((), "unreadable"),
    ],
)
def test_chains(chain: tuple[bytes, ...], fault: str) -> None:
    assert chain_fault(chain, [authority(SEED)], [NOW]) == fault


def test_a_root_that_no_anchor_names_is_not_trusted_for_software() -> None:
    without = TRUSTED._replace(keys=TRUSTED.keys[:2])
    assert judged(GENUINE["certificate"], trust=without).faults == (Fault("unknown_key", False, KEY_ID),)
    revoked = TRUSTED._replace(keys=(*TRUSTED.keys[:2], TRUSTED.keys[2]._replace(revoked_on=date(2026, 8, 1))))
    assert judged(GENUINE["certificate"], trust=revoked).faults
    brought_along = by_certificate(DRAFT, certificate(SEED, "signer", "root"), authority(SEED))
    assert rules(brought_along, trust=TRUSTED._replace(roots=())) == set()
    assert rules(brought_along, trust=without._replace(roots=())) == {"unknown_key"}


def test_days_are_those_of_china() -> None:
    first = TRUSTED._replace(keys=(KEY._replace(valid_from=date(2026, 8, 20)),))
    assert rules(made(created="2026-08-19T16:00:00Z"), trust=first) == set()
    assert rules(made(created="2026-08-19T15:59:59Z"), trust=first) == {"key_no_longer_valid"}


def test_chain_of_another_key_does_not_carry_the_signature() -> None:
    assert sure(by_certificate(DRAFT, certificate(SEED, "signer", "root"), subject="thief")) == {"signature_invalid"}
    assert sure(by_certificate(DRAFT, certificate(8, "signer", "root"))) == {"chain_broken"}


def test_a_revoked_certificate_key_is_revoked() -> None:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
    from cryptography.x509 import load_der_x509_certificate

    leaf = certificate(SEED, "signer", "root")
    der = load_der_x509_certificate(leaf).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    record = Trust("LEAF", base64.b64encode(der).decode(), date(2026, 1, 1), None, date(2026, 8, 31))
    assert sure(by_certificate(DRAFT, leaf), trust=TRUSTED._replace(keys=(*TRUSTED.keys, record))) == {"key_no_longer_valid"}
    later = record._replace(revoked_on=date(2026, 9, 2))
    assert rules(by_certificate(DRAFT, leaf), trust=TRUSTED._replace(keys=(*TRUSTED.keys, later))) == set()


# nothing forged passes -----------------------------------------------------------------------------------------------------------------

PLAIN = replace(DRAFT, wrap="tar").packed()


@given(st.integers(0, len(PLAIN) - 1), st.integers(0, 7))
def test_one_flipped_bit_is_never_accepted_unless_nobody_reads_it(place: int, bit: int) -> None:
    changed = bytearray(PLAIN)
    changed[place] ^= 1 << bit
    found = judged(bytes(changed))
    if not found.faults:
        again = list(inventory(io.BytesIO(bytes(changed)), None, Asked(("sha256",), MAX_BYTE)))
        honest = list(inventory(io.BytesIO(PLAIN), None, Asked(("sha256",), MAX_BYTE)))
        # padding of a block, or white space of the signature file
        assert [(e.path, e.digests) for e in again if e.path != SIGNATURE] == [(e.path, e.digests) for e in honest if e.path != SIGNATURE]


def test_nested_archives_are_judged_by_what_unpacking_them_would_do() -> None:
    import tarfile

    def with_inner(inner: bytes) -> bytes:
        return replace(DRAFT, files={**DRAFT.files, "root.tar": inner}).packed()

    def tar(*infos: tarfile.TarInfo) -> bytes:
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w") as archive:
            for info in infos:
                archive.addfile(info)
        return out.getvalue()

    def link(name: str, to: str) -> tarfile.TarInfo:
        made = tarfile.TarInfo(name)
        made.type, made.linkname = tarfile.SYMTYPE, to
        return made

    device = tarfile.TarInfo("dev/null")
    device.type = tarfile.CHRTYPE
    assert rules(with_inner(tar(link("bin", "/usr/bin"), device))) == set()
    assert rules(with_inner(tar(link("bin", "/usr/bin"), tarfile.TarInfo("bin/x")))) == {"path_escape"}
    assert rules(with_inner(tar(tarfile.TarInfo("a"))[:700])) == {"not_read"}
    assert sure(DRAFT.packed(authorisation=DRAFT.leave(OTHER_VIN)), TARGET._replace(vins=(VIN, OTHER_VIN))) == set()


def test_later_than_the_leave() -> None:
    late = TARGET._replace(now=datetime(2027, 1, 1, tzinfo=UTC))
    assert sure(DRAFT.packed(authorisation=DRAFT.leave(VIN)), late) == {"authorisation_invalid"}


# the archive itself ----------------------------------------------------------------------------------------------------------------------


def tar_with(*extra: tuple[str, bytes]) -> bytes:
    """Return the genuine package as tar, with entries put behind the others."""
    import tarfile

    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, content in ((MANIFEST, DRAFT.raw()), (SIGNATURE, DRAFT.signature()), *DRAFT.files.items(), *extra):
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def faults_at(data: bytes, rule: str) -> list[Fault]:
    return [f for f in judged(data).faults if f.rule == rule]


def test_a_second_manifest_is_ambiguous() -> None:
    assert faults_at(tar_with((MANIFEST, b"{}")), "archive_ambiguous")[0] == Fault("archive_ambiguous", True, MANIFEST)
    assert faults_at(tar_with(), "archive_ambiguous") == []


def test_names_that_differ_in_case_only_may_be_one() -> None:
    image = DRAFT.files["images/assist.bin"]
    files = {**DRAFT.files, "images/ASSIST.bin": image}
    assert faults_at(replace(DRAFT, files=files).packed(), "archive_ambiguous") == [Fault("archive_ambiguous", False, "images/ASSIST.bin")]


def test_a_manifest_that_is_too_long_is_malformed_and_one_that_is_not_there_is_missing() -> None:
    long = DRAFT.packed(manifest=b" " * (MAX_BYTE[MANIFEST] + 1))
    assert Fault("malformed", True, MANIFEST) in judged(long).faults
    assert not faults_at(long, "file_missing_or_unlisted")
    assert faults_at(DRAFT.packed(manifest=None), "file_missing_or_unlisted") == [Fault("file_missing_or_unlisted", True, MANIFEST)]


def test_where_a_fault_is_told() -> None:
    inner = pack({"../x": b"1"}, "tar")
    files = {**DRAFT.files, "in.tar": inner}
    assert faults_at(replace(DRAFT, files=files).packed(), "path_escape") == [Fault("path_escape", True, "in.tar!../x")]
    flipped = {**DRAFT.files, "docs/notice.txt": b"x" * len(DRAFT.files["docs/notice.txt"])}
    found = judged(replace(DRAFT, files=flipped).packed(manifest=DRAFT.raw(), signature=DRAFT.signature())).faults
    assert found == (Fault("payload_altered", True, "docs/notice.txt"),)


def test_an_encrypted_file_was_not_read() -> None:
    data = bytearray(replace(DRAFT, wrap="zip").packed())
    name = b"docs/notice.txt"
    local, central = data.index(name) - 30, data.rindex(name) - 46
    data[local + 6] |= 1
    data[central + 8] |= 1
    assert judged(bytes(data)).faults == (Fault("not_read", False, "docs/notice.txt"),)


@pytest.mark.parametrize(
    "flag", ["truncated", "damaged", "duplicate_differs", "header_mismatch", "overlaps", "extended_header", "ambiguous_size"]
)
def test_flags_inside_a_nested_archive_leave_it_open(flag: str) -> None:
    entries = list(inventory(io.BytesIO(DRAFT.packed()), None, Asked(("sha256", "sm3"), MAX_BYTE)))
    nested = entries[0]._replace(archive="images/assist.bin", path="x", flags=(flag,), content=None)
    parts = Parts([*entries, nested], DRAFT.raw(), DRAFT.signature())
    assert judge_package(parts, TRUSTED, TARGET).faults == (Fault("not_read", False, "images/assist.bin!x"),)
    bomb = parts._replace(entries=[*entries, nested._replace(flags=("bomb",))])
    assert judge_package(bomb, TRUSTED, TARGET).faults == (Fault("bomb", True, "images/assist.bin!x"),)
