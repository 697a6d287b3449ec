"""Certificate files: PEM bundles and DER, what is broken in them, and what has no place there."""

import runpy
from pathlib import Path

import pytest

from zhunru.core.errors import DamagedEvidence
from zhunru.core.evidence import Noted, Skipped
from zhunru.engine.source import BytesSource
from zhunru.readers.certificates import certificates
from zhunru.tables.trust_root import TrustRoot

S = runpy.run_path(str(Path(__file__).parents[1] / "specimens" / "certificates.py"))
FILES: dict[str, bytes] = S["specimens"]()
ROOT = FILES["root.pem"]


def read(content: bytes) -> tuple[list[str], int, int, DamagedEvidence | None]:
    """Return subjects, skipped, notes and damage."""
    subjects: list[str] = []
    skipped, notes, damage = 0, 0, None
    try:
        for item in certificates(BytesSource(content)):
            if isinstance(item, TrustRoot):
                subjects += item.collect()["subject"].to_list()
            skipped += item.count if isinstance(item, Skipped) else 0
            notes += isinstance(item, Noted)
    except DamagedEvidence as error:
        damage = error
    return subjects, skipped, notes, damage


def test_bundle_and_der_hold_the_same_leaf() -> None:
    subjects, *rest = read(FILES["bundle.crt"])
    assert (len(subjects), rest) == (2, [0, 0, None])
    assert read(FILES["leaf.der"])[0] == subjects[:1]


def test_only_authorities_are_marked() -> None:
    tables = [t for name in FILES for t in certificates(BytesSource(FILES[name])) if isinstance(t, TrustRoot)]
    assert [t.collect()["authority"].to_list() for t in tables] == [[True], [False, True], [False]]


def test_windows_line_ends_and_text_around() -> None:
    assert read(b"subject: x\r\n" + ROOT.replace(b"\n", b"\r\n") + b"the end\r\n")[1:] == (0, 0, None)


def test_broken_certificate_is_skipped_and_the_others_are_kept() -> None:
    broken = ROOT[:100] + b"!!!!" + ROOT[104:]
    subjects, skipped, _, damage = read(broken + ROOT)
    assert (len(subjects), skipped, damage) == (1, 1, None)


@pytest.mark.parametrize("content", [ROOT + ROOT[:200], FILES["leaf.der"][:-1], FILES["leaf.der"] + b"more"])
def test_cut_or_surplus_bytes_are_damage(content: bytes) -> None:
    subjects, _, _, damage = read(content)
    assert damage
    assert damage.saved == len(subjects)


def test_private_key_is_noted() -> None:
    assert read(ROOT + b"-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n")[1:] == (0, 1, None)


def test_a_name_of_a_forbidden_string_type_is_unreadable_not_a_crash() -> None:
    # found by fuzzing: the library raises a TypeError on a BIT STRING where a name wants text
    der = next(content for name, content in FILES.items() if name.endswith(".der"))
    place = der.index(b"\x06\x03U\x04\x03") + 5
    assert der[place] in (0x0C, 0x13)
    subjects, skipped, _, damage = read(der[:place] + b"\x03" + der[place + 1 :])
    assert (subjects, skipped, damage) == ([], 1, None)
