"""Ways around the approval, each of which must not pass."""

from datetime import date
from typing import Any

import pytest

from zhunru.checks.ota.no_release_without_approval import no_release_without_approval
from zhunru.core.finding import Folded, fold
from zhunru.core.record import Origin
from zhunru.core.subject import Subject
from zhunru.records.approval import Approval, signed_bytes
from zhunru.records.trust_anchor import TrustAnchor
from zhunru.records.update_campaign import UpdateCampaign
from zhunru.wire.signature import public_key_of, sign

SEED, OTHER_SEED = b"\x01" * 32, b"\x02" * 32
DIGEST, OTHER_DIGEST = "sha256:" + "ab" * 32, "sha256:" + "cd" * 32
CAR = Subject(name="样车", maker="厂", automation_level=3, ota=True)


def campaign(**changed: object) -> UpdateCampaign:
    plain = {"id": "U", "product": "样车", "digest": DIGEST, "released_on": "2026-03-10", "automated_driving": "是", "functions": "NOA"}
    return UpdateCampaign.model_validate(plain | changed)


def approval(seed: bytes = SEED, **changed: object) -> Approval:
    plain = {
        "id": "A",
        "matter": "ads",
        "product": "样车",
        "digest": DIGEST,
        "valid_from": "2026-03-01",
        "valid_until": "2026-03-31",
        "key_id": "K",
    }
    draft = Approval.model_validate(plain | changed)
    return draft.model_copy(update={"signature": sign(signed_bytes(draft), seed)})


def anchor(seed: bytes = SEED, **changed: object) -> TrustAnchor:
    plain = {"key_id": "K", "public_key": public_key_of(seed), "valid_from": "2026-01-01"}
    return TrustAnchor.model_validate(plain | changed)


def judge(
    campaigns: list[UpdateCampaign] | None = None,
    approvals: list[Approval] | None = None,
    anchors: list[TrustAnchor] | None = None,
    subject: Subject = CAR,
) -> Folded:
    return fold(
        no_release_without_approval(
            [campaign()] if campaigns is None else campaigns,
            [approval()] if approvals is None else approvals,
            [anchor()] if anchors is None else anchors,
            subject,
        )
    )


def test_the_plain_case_passes() -> None:
    assert judge().verdict == "PASS"


@pytest.mark.parametrize(
    "altered",
    [
        {"valid_until": date(2027, 1, 1)},
        {"valid_from": date(2026, 2, 1)},
        {"product": "样车 "},
        {"functions": ("NOA",)},
        {"issued_by": "他人"},
        {"id": "B"},
        {"matter": "recall"},
    ],
)
def test_altered_after_signing(altered: dict[str, object]) -> None:
    assert judge(approvals=[approval().model_copy(update=altered)]).verdict == "FAIL"


def test_digest_moved_to_the_released_package_after_signing() -> None:
    moved = approval(digest=OTHER_DIGEST).model_copy(update={"digest": DIGEST})
    assert judge(approvals=[moved]).verdict == "FAIL"


@pytest.mark.parametrize(
    ("day", "verdict"),
    [("2026-02-28", "FAIL"), ("2026-03-01", "PASS"), ("2026-03-31", "PASS"), ("2026-04-01", "FAIL"), ("", "INCONCLUSIVE")],
)
def test_release_day(day: str, verdict: str) -> None:
    assert judge([campaign(released_on=day)]).verdict == verdict


@pytest.mark.parametrize(("day", "verdict"), [("2026-03-09", "FAIL"), ("2026-03-10", "FAIL"), ("2026-03-11", "PASS")])
def test_revoked(day: str, verdict: str) -> None:
    assert judge(approvals=[approval(revoked_on=day, state="revoked")]).verdict == verdict
    assert judge(anchors=[anchor(revoked_on=day)]).verdict == verdict


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({"valid_from": "2026-03-01"}, "PASS"),
        ({"valid_from": "2026-03-02"}, "FAIL"),
        ({"valid_until": "2026-03-01"}, "PASS"),
        ({"valid_until": "2026-02-28"}, "FAIL"),
        ({"valid_from": ""}, "INCONCLUSIVE"),
        ({"key_id": "L"}, "FAIL"),
        ({"public_key": public_key_of(OTHER_SEED)}, "FAIL"),
        ({"public_key": ""}, "FAIL"),
        ({"public_key": "junk"}, "FAIL"),
        ({"matters": "ads; recall"}, "PASS"),
        ({"matters": "recall"}, "FAIL"),
    ],
)
def test_keys(changes: dict[str, Any], verdict: str) -> None:
    assert judge(anchors=[anchor(**changes)]).verdict == verdict


def test_no_anchor_no_signature_wrong_key() -> None:
    assert judge(anchors=[]).verdict == "FAIL"
    assert judge(approvals=[approval().model_copy(update={"signature": None})]).verdict == "FAIL"
    assert judge(approvals=[approval(OTHER_SEED)]).verdict == "FAIL"


def test_a_second_anchor_of_that_name_does_not_hide_the_right_one() -> None:
    assert judge(anchors=[anchor(OTHER_SEED), anchor()]).verdict == "PASS"
    assert judge(anchors=[anchor(valid_from="2026-03-02"), anchor()]).verdict == "PASS"


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({"product": "样车二"}, "FAIL"),
        ({"product": ""}, "INCONCLUSIVE"),
        ({"digest": OTHER_DIGEST}, "FAIL"),
        ({"digest": "junk"}, "FAIL"),
        ({"functions": "NOA；ALC"}, "PASS"),
        ({"functions": "NOA"}, "PASS"),
        ({"functions": "ALC"}, "FAIL"),
        ({"state": "drafted"}, "FAIL"),
        ({"state": "withdrawn"}, "FAIL"),
        ({"state": "superseded"}, "INCONCLUSIVE"),
        ({"state": "revoked"}, "INCONCLUSIVE"),
        ({"valid_from": ""}, "INCONCLUSIVE"),
        ({"valid_until": ""}, "PASS"),
    ],
)
def test_content_of_the_approval(changes: dict[str, Any], verdict: str) -> None:
    cited = campaign(approval="A")
    assert judge([cited], [approval(**changes)]).verdict == verdict


def test_a_cell_that_cannot_be_read_may_hide_a_revocation() -> None:
    unread = approval().model_copy(update={"origin": Origin("台账.xlsx", "审批", 3, ("撤销日期: 三月",))})
    assert judge(approvals=[unread]).verdict == "INCONCLUSIVE"
    assert judge(anchors=[anchor().model_copy(update={"origin": Origin("a", "b", 2, ("吊销日期: ?",))})]).verdict == "INCONCLUSIVE"


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({"approval": "B"}, "FAIL"),
        ({"digest": ""}, "INCONCLUSIVE"),
        ({"digest": "", "approval": "A"}, "INCONCLUSIVE"),
        ({"digest": OTHER_DIGEST}, "FAIL"),
        ({"digest": DIGEST.upper().replace("SHA256:", "")}, "PASS"),
        ({"product": ""}, "INCONCLUSIVE"),
        ({"product": "样车二"}, "INCONCLUSIVE"),
        ({"released": "否"}, "PASS"),
        ({"released": "否", "released_on": ""}, "INCONCLUSIVE"),
        ({"automated_driving": "否"}, "PASS"),
    ],
)
def test_what_the_campaign_says(changes: dict[str, object], verdict: str) -> None:
    assert judge([campaign(**changes)]).verdict == verdict


@pytest.mark.parametrize(
    ("flag", "level", "verdict"),
    [("是", 2, "FAIL"), ("是", 3, "FAIL"), ("否", 2, "PASS"), ("否", 3, "INCONCLUSIVE"), ("", 2, "INCONCLUSIVE"), ("", 4, "INCONCLUSIVE")],
)
def test_without_any_approval(flag: str, level: int, verdict: str) -> None:
    subject = CAR.model_copy(update={"automation_level": level})
    assert judge([campaign(automated_driving=flag)], [], [], subject).verdict == verdict


def test_a_release_day_that_cannot_be_read_is_not_taken_for_no_release() -> None:
    unread = campaign(id="V", released="否", released_on="").model_copy(update={"origin": Origin("a", "b", 2, ("发布日期: 三月",))})
    assert judge([campaign(), unread]).verdict == "INCONCLUSIVE"
    assert judge([campaign(), campaign(id="V", released="否", released_on="")]).verdict == "PASS"


def test_one_good_approval_of_several_is_enough_and_one_bad_campaign_is_too_many() -> None:
    assert judge(approvals=[approval(valid_until="2026-03-05"), approval(id="B")]).verdict == "PASS"
    assert judge([campaign(), campaign(id="V", digest=OTHER_DIGEST)]).verdict == "FAIL"


@pytest.mark.parametrize(
    ("elsewhere", "verdict"),
    [
        ({"state": "revoked", "revoked_on": "2026-03-10"}, "FAIL"),
        ({"state": "revoked", "revoked_on": "2026-03-11"}, "PASS"),
        ({"state": "revoked"}, "INCONCLUSIVE"),
        ({"state": "withdrawn"}, "FAIL"),
        ({"state": "drafted"}, "FAIL"),
        ({"state": "signed"}, "PASS"),
        ({"state": "revoked", "revoked_on": "2026-03-10", "id": "ａ "}, "FAIL"),
        ({"state": "withdrawn", "id": "B"}, "PASS"),
        ({"origin": Origin("b", "c", 2, ("状态: ?",))}, "INCONCLUSIVE"),
    ],
)
@pytest.mark.parametrize("first", [True, False])
def test_what_another_row_of_the_same_approval_says_counts(elsewhere: dict[str, Any], verdict: str, first: bool) -> None:
    row = Approval.model_validate({"id": "A", "digest": DIGEST} | elsewhere)
    rows = [approval(), row] if first else [row, approval()]
    assert judge(approvals=rows).verdict == verdict


def test_two_signed_forms_of_one_approval_contradict_each_other() -> None:
    assert judge(approvals=[approval(), approval(valid_until="2026-03-05")]).verdict == "INCONCLUSIVE"
    assert judge(approvals=[approval(), approval()]).verdict == "PASS"


@pytest.mark.parametrize(
    ("elsewhere", "verdict"),
    [
        ({"revoked_on": "2026-03-10"}, "FAIL"),
        ({"revoked_on": "2026-03-11"}, "PASS"),
        ({"revoked_on": "2026-02-01", "key_id": "k "}, "FAIL"),
        ({"revoked_on": "2026-02-01", "public_key": None}, "FAIL"),
        ({"revoked_on": "2026-02-01", "key_id": "OLD"}, "FAIL"),
        ({"revoked_on": "2026-02-01", "key_id": "L", "public_key": public_key_of(OTHER_SEED)}, "PASS"),
        ({"matters": "recall"}, "FAIL"),
        ({"origin": Origin("b", "c", 2, ("吊销日期: ?",))}, "INCONCLUSIVE"),
    ],
)
@pytest.mark.parametrize("first", [True, False])
def test_what_another_row_of_the_same_key_says_counts(elsewhere: dict[str, Any], verdict: str, first: bool) -> None:
    rows = [anchor(), anchor(**elsewhere)] if first else [anchor(**elsewhere), anchor()]
    assert judge(anchors=rows).verdict == verdict


@pytest.mark.parametrize(
    ("product", "verdict"),
    [
        ("样 车", "FAIL"),
        ("样车二号、样车", "FAIL"),
        ("样车（2026款）", "INCONCLUSIVE"),
        ("EX6480", "INCONCLUSIVE"),
        ("", "FAIL"),
    ],
)
def test_an_unapproved_release_does_not_vanish_by_the_name_of_the_product(product: str, verdict: str) -> None:
    assert judge([campaign(), campaign(id="V", digest=OTHER_DIGEST, product=product)]).verdict == verdict


def test_products_of_the_approval() -> None:
    both = campaign(product="样车；样车二号")
    assert judge([both]).verdict == "FAIL"
    assert judge([both], [approval(product="样车、样车二号")]).verdict == "PASS"
    other = campaign(id="V", digest=OTHER_DIGEST, product="样车二号", approval="B")
    assert judge([campaign(), other], [approval(), approval(id="B", digest=OTHER_DIGEST, product="样车二号")]).verdict == "PASS"


@pytest.mark.parametrize(
    ("approvals", "anchors", "text"),
    [
        ([approval(key_id="")], [anchor()], "the approval is not signed"),
        ([approval()], [anchor(public_key="")], "the signing key is no trust anchor"),
        ([approval()], [anchor(public_key="junk")], "the signature does not verify: the approval was altered or not signed by this key"),
    ],
)
def test_the_reason_is_told(approvals: list[Approval], anchors: list[TrustAnchor], text: str) -> None:
    (found,) = judge(approvals=approvals, anchors=anchors).kept
    assert (found.kind, found.text.en) == ("breach", text)


def test_two_bad_forms_of_one_approval_are_no_doubt() -> None:
    assert judge(approvals=[approval(valid_until="2026-03-05"), approval(valid_until="2026-03-06")]).verdict == "FAIL"


def test_the_kindest_of_several_approvals_decides_in_any_order() -> None:
    doubtful = approval(id="B").model_copy(update={"origin": Origin("a", "b", 2, ("撤销日期: ?",))})
    for approvals in ([doubtful, approval()], [approval(), doubtful]):
        assert judge(approvals=approvals).verdict == "PASS"
    for approvals in ([doubtful, approval(valid_until="2026-03-05")], [approval(valid_until="2026-03-05"), doubtful]):
        assert judge(approvals=approvals).verdict == "INCONCLUSIVE"


def test_the_kindest_of_several_rows_of_a_key_decides_in_any_order() -> None:
    unknown, late = anchor(valid_from=""), anchor(valid_from="2026-03-02")
    for rows in ([unknown, late], [late, unknown]):
        assert judge(anchors=rows).verdict == "INCONCLUSIVE"
    for rows in ([anchor(), late, unknown], [unknown, late, anchor()]):
        assert judge(anchors=rows).verdict == "PASS"


def test_the_earliest_revocation_of_several_rows_counts() -> None:
    early: dict[str, Any] = {"revoked_on": "2026-02-01"}
    late: dict[str, Any] = {"revoked_on": "2026-05-01"}
    rows = [Approval.model_validate({"id": "A", "digest": DIGEST, "state": "revoked"} | day) for day in (early, late)]
    assert judge(approvals=[approval(), *rows]).verdict == "FAIL"
    other: dict[str, Any] = {"public_key": public_key_of(OTHER_SEED)}
    for by_name, by_key in ((early, late), (late, early)):
        assert judge(anchors=[anchor(), anchor(**by_name, **other), anchor(key_id="OLD", **by_key)]).verdict == "FAIL"
        assert judge(anchors=[anchor(), anchor(**by_name), anchor(**by_key)]).verdict == "FAIL"


def test_an_approval_that_is_cited_and_absent_is_not_replaced_by_a_claim() -> None:
    plain = CAR.model_copy(update={"automation_level": 2})
    assert judge([campaign(approval="X", automated_driving="否")], [], [], plain).verdict == "FAIL"


def test_a_campaign_that_does_not_say_whether_it_was_released_is_a_doubt() -> None:
    assert judge([campaign(), campaign(id="V", released="", released_on="")]).verdict == "INCONCLUSIVE"
    assert judge([campaign(), campaign(id="V", released="是", released_on="")]).verdict == "INCONCLUSIVE"


def test_two_digests_that_cannot_be_read_are_not_the_same() -> None:
    plain = CAR.model_copy(update={"automation_level": 2})
    assert judge([campaign(digest="", automated_driving="否")], [approval(digest="")], None, plain).verdict == "PASS"
