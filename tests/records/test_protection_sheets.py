"""Sheets on the protection of data are taken for their kinds: by name, by headings alone, and with few columns."""

import pytest

from zhunru.core.record import Record
from zhunru.engine import walk
from zhunru.records.sheets import choose

KINDS = list(walk.records().values())
NAMES = (
    "pi_function", "withdrawal_way", "storage_address", "privacy_notice", "consent", "collection_state", "data_event", "subject_request",
    "data_deletion", "biometric_function", "storage_trial", "retrieval_trial", "log_store", "backup_test", "data_protection_measure",
    "access_grant", "access_decision", "pi_impact_assessment", "data_provision", "face_store",
)  # fmt: skip
MINE = [pytest.param(k, id=k.kind()) for k in KINDS if k.kind() in NAMES]


def test_all_are_there() -> None:
    assert len(MINE) == len(NAMES)


@pytest.mark.parametrize("kind", MINE)
def test_by_name_or_headings(kind: type[Record]) -> None:
    headings = [kind.headings(n)[0] for n in kind.items()]
    others = [kind.headings(n)[min(2, len(kind.headings(n)) - 1)] for n in kind.items()]
    for name in (kind.title_zh, *kind.sheet_names):
        assert choose(name, headings, KINDS).kind is kind
        assert choose(name, others, KINDS).kind is kind
    assert choose("Sheet1", headings, KINDS).kind is kind


@pytest.mark.parametrize("kind", MINE)
def test_few_columns(kind: type[Record]) -> None:
    keys = [n for n in kind.items() if kind.is_key(n)]
    rest = [n for n in kind.items() if not kind.is_key(n)][:4]
    assert choose(kind.title_zh, [kind.headings(n)[0] for n in keys + rest], KINDS).kind is kind
