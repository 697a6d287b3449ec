"""When consents hold."""

from datetime import datetime, timedelta

import pytest

from zhunru.core.record import CHINA, Origin
from zhunru.formulas.three_valued import NO, UNKNOWN, YES
from zhunru.records.consent import Consent
from zhunru.records.consent_span import End, by_person, covering, covers, end_of, holds


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


def consent(**cells: object) -> Consent:
    plain = {"person": "p-1", "function": "F-1", "answer": "同意", "given_at": "2026-03-01 12:00", "until": "2026-03-08 12:00"}
    return Consent.model_validate(plain | cells)


UNREAD = Origin(problems=("撤回时间: 上周",))
NO_UNTIL = {"until": ""}


@pytest.mark.parametrize(
    ("cells", "when", "held"),
    [
        ({}, "2026-03-01 11:59:59", NO),
        ({}, "2026-03-01 12:00", YES),
        ({}, "2026-03-08 12:00", YES),
        ({}, "2026-03-08 12:00:01", NO),
        ({"answer": "拒绝"}, "2026-03-02 12:00", NO),
        ({"answer": ""}, "2026-03-02 12:00", UNKNOWN),
        ({"given_at": ""}, "2026-03-02 12:00", UNKNOWN),
        ({"withdrawn_at": "2026-03-02 12:00"}, "2026-03-02 11:59", YES),
        ({"withdrawn_at": "2026-03-02 12:00"}, "2026-03-02 12:00", UNKNOWN),
        ({"withdrawn_at": "2026-03-02 12:00"}, "2026-03-02 12:01", NO),
        ({"withdrawn_at": "2026-03-02"}, "2026-03-02 12:00", UNKNOWN),
        ({"withdrawn_at": "2026-03-02"}, "2026-03-01 13:00", YES),
        ({"origin": UNREAD}, "2026-03-02 12:00", UNKNOWN),
        ({"given_at": "2026-03-01"}, "2026-03-01 12:00", UNKNOWN),
        ({"given_at": "2026-03-01"}, "2026-03-02 12:00", YES),
        ({"until": "2026-03-08"}, "2026-03-08 09:00", UNKNOWN),
        ({"until": "2026-03-08"}, "2026-03-09 09:00", NO),
        ({"withdrawn_at": "2026-02-01 12:00"}, "2026-03-02 12:00", UNKNOWN),
        ({"withdrawn_at": "2026-02-01 12:00"}, "2026-03-09 12:00", NO),
        (NO_UNTIL, "2026-03-02 12:00", UNKNOWN),
        (NO_UNTIL, "2026-03-01 11:00", NO),
        (NO_UNTIL | {"withdrawn_at": "2026-03-02 12:00"}, "2026-03-03 12:00", NO),
        (NO_UNTIL | {"period": "永久"}, "2036-03-02 12:00", YES),
        (NO_UNTIL | {"period": "7天"}, "2026-03-08 12:00", YES),
        (NO_UNTIL | {"period": "7天"}, "2026-03-08 12:01", NO),
        (NO_UNTIL | {"period": "单次"}, "2026-03-02 12:00", UNKNOWN),
    ],
)
def test_one_answer(cells: dict[str, object], when: str, held: int) -> None:
    assert holds(consent(**cells), at(when)) == held


@pytest.mark.parametrize(
    ("cells", "end"),
    [
        ({}, End(at("2026-03-08 12:00"), True)),
        ({"period": "7天"}, End(at("2026-03-08 12:00"), True)),
        ({"period": "6天"}, End(at("2026-03-08 12:00"), True)),
        ({"period": "5天"}, End(None, False)),
        ({"period": "1年"}, End(None, False)),
        ({"period": "永久"}, End(None, False)),
        ({"until": "9999-12-31"}, End(None, True)),
        ({"until": "9999-12-31", "period": "永久"}, End(None, True)),
        ({"until": "", "period": "永久"}, End(None, True)),
        ({"until": "", "period": "短期"}, End(None, False)),
        ({"until": "", "period": "7天", "given_at": ""}, End(None, False)),
        ({"origin": Origin(problems=("同意期限: 7?",))}, End(None, False)),
        ({"origin": Origin(problems=("同意有效期至: 下周",)), "until": "", "period": "7天"}, End(None, False)),
        ({"origin": UNREAD}, End(at("2026-03-08 12:00"), True)),
    ],
)
def test_end(cells: dict[str, object], end: End) -> None:
    assert end_of(consent(**cells)) == end


def test_a_refusal_ends_what_was_agreed_before() -> None:
    first, refused = consent(), consent(answer="拒绝", given_at="2026-03-03 12:00")
    again = consent(given_at="2026-03-04 12:00")
    assert covers([first, refused], at("2026-03-02 12:00")) == YES
    assert covers([first, refused], at("2026-03-03 12:00")) == NO
    assert covers([refused, first], at("2026-03-04 11:00")) == NO
    assert covers([first, refused, again], at("2026-03-04 12:00")) == YES
    assert covering([first, refused, again], at("2026-03-04 13:00")) == [again]
    assert covering([first, refused, again], at("2026-03-02 13:00")) == [first]


def test_a_refusal_without_time_or_of_the_same_time_leaves_doubt() -> None:
    for given in ("", "2026-03-01 12:00"):
        assert covers([consent(), consent(answer="拒绝", given_at=given)], at("2026-03-02 12:00")) == UNKNOWN
        assert covers([consent(), consent(answer="拒绝", given_at=given)], at("2026-02-02 12:00")) == NO
    assert covers([consent(), consent(answer="拒绝", given_at="2026-03-03")], at("2026-03-03 12:00")) == UNKNOWN
    assert covers([consent(), consent(answer="拒绝", given_at="2026-03-03")], at("2026-03-04 12:00")) == NO


def test_a_later_certain_refusal_outweighs_one_without_time() -> None:
    answers = [consent(), consent(answer="拒绝", given_at=""), consent(answer="拒绝", given_at="2026-03-02 12:00")]
    assert covers(answers, at("2026-03-03 12:00")) == NO


def test_no_answer_is_no_knowledge() -> None:
    assert covers([], at("2026-03-02 12:00")) == UNKNOWN
    assert covering([], at("2026-03-02 12:00")) == []


def test_best_of_several() -> None:
    old, unsure = consent(until="2026-03-02 12:00"), consent(until="")
    assert covers([old, unsure], at("2026-03-03 12:00")) == UNKNOWN
    assert covers([old, unsure, consent(given_at="2026-03-02 12:00")], at("2026-03-03 12:00")) == YES


def test_one_answer_exported_twice_is_in_doubt_where_the_two_differ() -> None:
    old, new = consent(), consent(withdrawn_at="2026-03-03 12:00")
    assert covers([old, new], at("2026-03-02 12:00")) == YES
    assert covers([old, new], at("2026-03-04 12:00")) == UNKNOWN
    assert covers([old, consent(until="2026-03-02 12:00")], at("2026-03-03 12:00")) == UNKNOWN
    assert covering([old, new], at("2026-03-04 12:00")) == []


def test_a_withdrawal_leaves_what_was_agreed_before_it_in_doubt() -> None:
    early, gone = consent(given_at="2026-02-20 12:00"), consent(withdrawn_at="2026-03-03 12:00")
    assert covers([early, gone], at("2026-03-02 12:00")) == YES
    assert covers([early, gone], at("2026-03-04 12:00")) == UNKNOWN
    assert covers([early, gone, consent(given_at="2026-03-03 13:00")], at("2026-03-04 12:00")) == YES


def test_an_answer_that_is_not_told_may_be_a_withdrawal() -> None:
    strange = consent(answer="", given_at="2026-03-03 12:00")
    assert covers([consent(), strange], at("2026-03-03 11:00")) == YES
    assert covers([consent(), strange], at("2026-03-03 12:00")) == UNKNOWN
    assert covers([consent(), consent(answer="", given_at="")], at("2026-03-02 12:00")) == UNKNOWN
    assert covers([consent(), consent(answer="", given_at="2026-02-03 12:00")], at("2026-03-02 12:00")) == YES


def test_persons_and_functions_are_compared_in_one_form() -> None:
    rows = [consent(), consent(person="P－1"), consent(function="f-1"), consent(function="F-2")]
    assert {k: len(v) for k, v in by_person(rows).items()} == {("p-1", "f-1"): 3, ("p-1", "f-2"): 1}


def test_shifted_by_an_hour_it_is_the_same() -> None:
    hour = timedelta(hours=1)
    moved = consent().model_copy(update={"given_at": at("2026-03-01 13:00"), "until": at("2026-03-08 13:00")})
    assert holds(moved, at("2026-03-08 12:00") + hour) == YES
