"""What is signed in an approval, byte for byte."""

import pytest

from zhunru.records.approval import Approval, digest_of, signed_bytes

HEX = "0123456789abcdef" * 4


def approval(**changed: object) -> Approval:
    plain = {
        "id": "批-1",
        "matter": "ads-update",
        "product": "样车一号",
        "digest": f"SHA256: {HEX.upper()}",
        "functions": "NOA；ALC",
        "issued_by": "某部",
    }
    plain |= {"valid_from": "2026年3月1日", "key_id": "K-1", "state": "已签署"}
    return Approval.model_validate(plain | changed)


def test_signed_bytes_are_pinned() -> None:
    assert signed_bytes(approval()).decode() == (
        f'{{"digest":"sha256:{HEX}","form":"zhunru-approval-1","functions":["ALC","NOA"],"id":"批-1","issued_by":"某部","key_id":"K-1",'
        '"matter":"ads-update","product":"样车一号","valid_from":"2026-03-01","valid_until":null}'
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "批-2"},
        {"matter": "recall"},
        {"product": "样车二号"},
        {"digest": HEX[::-1]},
        {"functions": "NOA"},
        {"issued_by": ""},
        {"valid_from": "2026-03-02"},
        {"valid_until": "2026-12-31"},
        {"key_id": "K-2"},
    ],
)
def test_every_fact_of_the_permission_is_signed(changes: dict[str, object]) -> None:
    assert signed_bytes(approval(**changes)) != signed_bytes(approval())


@pytest.mark.parametrize(
    "changes",
    [{"functions": "ALC、NOA"}, {"digest": f"sha256:{HEX}"}, {"state": "revoked"}, {"revoked_on": "2026-04-01"}, {"signature": "x"}],
)
def test_spelling_and_later_events_are_not_signed(changes: dict[str, object]) -> None:
    assert signed_bytes(approval(**changes)) == signed_bytes(approval())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (HEX, True),
        (f"sha256:{HEX}", True),
        (f"SHA-256={HEX.upper()}", True),
        (HEX[:-1], False),
        (HEX + "0", False),
        (f"md5:{HEX}", False),
        (None, False),
    ],
)
def test_digest(text: str | None, found: bool) -> None:
    assert digest_of(text) == (f"sha256:{HEX}" if found else None)


def test_an_unreadable_digest_is_signed_as_written() -> None:
    assert b'"digest":"crc32 1234"' in signed_bytes(approval(digest="crc32 1234"))
