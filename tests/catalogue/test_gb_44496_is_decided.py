"""Every clause row of GB 44496 in the catalogue has a check, or the plain word that only a person can decide it."""

from zhunru.engine import walk


def test_every_clause_has_a_check_or_is_for_a_person() -> None:
    claimed = {clause for check in walk.checks().values() for clause in check.clauses}
    rows = walk.catalogue().of("gb-44496-2024")
    assert len(rows) > 60
    assert [c.id for c in rows if c.id not in claimed and not c.review_only] == []


def test_what_a_check_decides_is_not_left_to_a_person_alone() -> None:
    assert [c.id for c in walk.catalogue().of("gb-44496-2024") if c.review_only] == ["gb-44496-2024/4.4.2"]
