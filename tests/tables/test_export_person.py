"""Persons by exporter through the year: periods, exemptions, thresholds by date, remote access."""

from datetime import date, datetime

import pytest

from zhunru.core.record import CHINA
from zhunru.records.data_asset import DataAsset
from zhunru.records.export_activity import ExportActivity
from zhunru.records.export_batch import ExportBatch
from zhunru.tables.access_row import AccessRow
from zhunru.tables.export_count import export_steps, plain_counts
from zhunru.tables.export_person import export_persons
from zhunru.tables.export_row import ExportRow, export_rows
from zhunru.tables.export_standing import export_standing
from zhunru.tables.export_use import export_uses
from zhunru.tables.located_access import export_rows_of_accesses, located_accesses


def ns(*when: int) -> int:
    return int(datetime(*when, tzinfo=CHINA).timestamp()) * 10**9  # type: ignore[arg-type, misc]


def rows(*lines: dict[str, object]) -> ExportRow:
    plain = {"activity": "E-1", "scheme": "", "sensitive": False}
    return ExportRow.rows(*(plain | line for line in lines))


def activity(**changed: object) -> ExportActivity:
    return ExportActivity.model_validate({"id": "E-1", "exporter": "甲"} | changed)


def counts(found: ExportRow, *activities: ExportActivity, scope: str = "exporter") -> list[tuple[object, ...]]:
    table = export_persons(found, list(activities)).collect()
    columns = ["day", "clause", "plain_lower_count", "plain_upper_count", "sensitive_lower_count", "sensitive_upper_count"]
    return table.filter(table["scope"] == scope).sort("name", "day", "clause").select(columns).rows()  # type: ignore[no-any-return]


def test_the_year_begins_anew_at_midnight_in_china() -> None:
    found = rows({"t_ns": ns(2025, 12, 31, 23, 59), "person": "a"}, {"t_ns": ns(2026, 1, 1, 0, 0), "person": "b"})
    assert [(c[0], c[3]) for c in counts(found, activity())] == [(date(2025, 12, 31), 1), (date(2026, 1, 1), 1)]


def test_one_person_in_two_activities_of_one_exporter_counts_once() -> None:
    found = rows({"t_ns": ns(2026, 1, 5), "person": "a"}, {"t_ns": ns(2026, 1, 6), "person": "a", "activity": "E-2"})
    assert [c[2:4] for c in counts(found, activity(), activity(id="E-2"))] == [(1, 1), (1, 1)]
    apart = counts(found, activity(), activity(id="E-2", exporter="乙"))
    assert [c[2:4] for c in apart] == [(1, 1), (1, 1)]  # one line for each of two exporters


def test_order_11_adds_up_over_two_years_and_ends_with_order_16() -> None:
    found = rows(
        {"t_ns": ns(2023, 6, 1), "person_count": 60_000},
        {"t_ns": ns(2024, 3, 21), "person_count": 50_000},
        {"t_ns": ns(2024, 3, 22), "person_count": 1},
    )
    assert [(c[0], c[1], c[3]) for c in counts(found, activity())] == [
        (date(2023, 6, 1), "cac-2022-11/4", 60_000),
        (date(2024, 3, 21), "cac-2022-11/4", 110_000),
        (date(2024, 3, 22), "cac-2024-16/7", 50_001),
    ]


@pytest.mark.parametrize(
    ("exemption", "reason", "bounds"),
    [
        ("", "", (9, 9)),
        ("小规模", "不满十万人", (9, 9)),
        ("履行合同", "跨境购车合同", None),
        ("履行合同", "", (0, 9)),
        ("漏洞", "漏洞通报", (0, 9)),
    ],
)
def test_exempt_persons_are_left_out_only_for_a_reason(exemption: str, reason: str, bounds: tuple[int, int] | None) -> None:
    found = counts(rows({"t_ns": ns(2026, 1, 5), "person_count": 9}), activity(exemption=exemption, exempt_reason=reason))
    assert [c[2:4] for c in found] == ([bounds] if bounds else [])


def test_an_undeclared_activity_counts_for_the_only_exporter() -> None:
    found = rows({"t_ns": ns(2026, 1, 5), "person": "a", "activity": "E-9"})
    assert [c[3] for c in counts(found, activity())] == [1]
    assert counts(found, activity(), activity(id="E-2", exporter="乙")) == []


def test_lines_that_contradict_themselves_are_counted_as_such() -> None:
    lines: list[dict[str, object]] = [
        {"person": "a", "personal": False}, {"person": "a", "person_count": 2}, {"personal": False, "sensitive": True},
        {"person": "a", "person_count": 1}, {"personal": False, "person_count": 0}, {"personal": True}, {"person_count": 3, "sensitive": None},
    ]  # fmt: skip
    found = export_uses(rows(*({"t_ns": ns(2026, 1, 5), **x} for x in lines))).collect()
    assert [found[n].sum() for n in ("unclear_count", "uncounted_count", "unclassed_count", "personal_count")] == [3, 1, 1, 4]


def test_a_batch_of_the_ledger_becomes_a_line() -> None:
    batch = ExportBatch.model_validate(
        {"activity": "E-1", "exported": "2026-03-02 12:00:00.25", "person_count": "1,000", "kinds": "账号;里程"}
    )
    half = ExportBatch.model_validate({"activity": "E-1", "person_count": 0.5, "volume_byte": -1})
    one, two = export_rows([batch, half]).collect().iter_rows(named=True)
    assert (one["t_ns"], one["person_count"], one["kinds"]) == (ns(2026, 3, 2, 12) + 250_000_000, 1000, "账号;里程")
    assert (two["t_ns"], two["person_count"], two["volume_byte"]) == (None, None, None)


REMOTE = {"method": "远程访问", "territory": "DE", "start": "2026-01-01", "end": "2026-06-30", "assets": "A-1"}


@pytest.mark.parametrize(
    ("access", "fit"),
    [
        ({}, "yes"),
        ({"t_ns": ns(2025, 12, 31, 12)}, "no"),
        ({"t_ns": ns(2026, 6, 30, 23)}, "yes"),
        ({"t_ns": ns(2026, 7, 1)}, "no"),
        ({"t_ns": None}, "open"),
        ({"told": "US"}, "no"),
        ({"told": "境外"}, "open"),
        ({"assets": "A-2"}, "no"),
        ({"assets": None}, "open"),
        ({"activity": "E-1"}, "yes"),
        ({"activity": "E-2"}, "no"),
    ],
)
def test_an_access_fits_method_day_territory_and_assets(access: dict[str, object], fit: str) -> None:
    plain = {"t_ns": ns(2026, 3, 2), "account": "a", "told": "DE", "assets": "A-1", "personal": True}
    found = located_accesses(AccessRow.rows(plain | access), None, None, [activity(**REMOTE)]).collect()
    assert found["fit"].to_list() == [fit]


def test_a_transfer_is_no_remote_access() -> None:
    plain = {"t_ns": ns(2026, 3, 2), "account": "a", "told": "DE", "assets": "A-1", "personal": True}
    assert located_accesses(AccessRow.rows(plain), None, None, [activity(**REMOTE | {"method": "传输"})]).collect()["fit"].to_list() == [
        "no"
    ]


@pytest.mark.parametrize(
    ("told", "mark", "read"),
    [(None, "是", True), (None, "否", False), (None, "", None), (False, "是", None), (True, "否", True), (False, "否", False)],
)
def test_what_was_read_follows_from_log_and_ledger(told: bool | None, mark: str, read: bool | None) -> None:
    asset = DataAsset.model_validate({"id": "A-1", "personal": mark, "important": "否", "sensitive": "否"})
    found = located_accesses(AccessRow.rows({"account": "a", "assets": "a-1", "personal": told}), None, [asset], None).collect()
    assert found["personal"].to_list() == [read]


def test_unknown_assets_leave_it_open() -> None:
    asset = DataAsset.model_validate({"id": "A-1", "personal": "否", "important": "否"})
    found = located_accesses(AccessRow.rows({"account": "a", "assets": "A-1;A-7"}), None, [asset], None).collect()
    assert found.select("personal", "important").row(0) == (None, None)


def test_access_from_outside_adds_to_the_persons_and_from_inside_does_not() -> None:
    plain = {"t_ns": ns(2026, 3, 2), "account": "a", "assets": "A-1", "personal": True, "sensitive": True, "person_count": 7}
    accesses = located_accesses(AccessRow.rows(*(plain | {"told": t} for t in ("DE", "CN", "HK", None))), None, None, [activity(**REMOTE)])
    lines = export_rows_of_accesses(accesses)
    assert lines.collect()["person_count"].to_list() == [7, 7]
    assert [c[4:] for c in counts(lines, activity(**REMOTE))] == [(7, 14)]


def test_the_picture_starts_at_nobody_and_shows_the_next_threshold() -> None:
    few = export_persons(rows({"t_ns": ns(2026, 3, 2), "person_count": 99_999}), [activity()])
    many = export_persons(rows({"t_ns": ns(2026, 3, 2), "person_count": 100_000}), [activity()])
    assert plain_counts(few).collect().select("t_ns", "at_most_count", "assess_count").rows() == [
        (ns(2026, 1, 1), 0, None),
        (ns(2026, 3, 1), 0, None),  # nobody until the day before
        (ns(2026, 3, 2), 99_999, None),
    ]
    assert plain_counts(many).collect()["assess_count"].to_list() == [1_000_000] * 3


def test_steps_tell_the_day_on_which_a_threshold_was_crossed() -> None:
    found = rows({"t_ns": ns(2026, 3, 2), "person_count": 60_000}, {"t_ns": ns(2026, 5, 2), "person_count": 60_000})
    steps = export_steps(export_persons(found, [activity()])).collect()
    assert steps.select("day", "bound", "persons_count", "needed_en").rows() == [
        ("2026-03-02", "at_least", 60_000, "none of the three routes is needed"),
        ("2026-03-02", "at_most", 60_000, "none of the three routes is needed"),
        ("2026-05-02", "at_most", 120_000, "standard contract or certification"),
    ]


def test_shares_of_thresholds_are_of_the_last_period_and_reach_a_hundred_at_the_threshold() -> None:
    found = rows(
        {"t_ns": ns(2025, 6, 1), "person_count": 70_000},
        {"t_ns": ns(2026, 1, 2), "person_count": 99_999},
        {"t_ns": ns(2026, 1, 3), "person_count": 1},
        {"t_ns": ns(2026, 1, 3), "person": "a", "sensitive": True},
    )
    table = export_standing(export_persons(found, [activity()])).collect()
    assert table.select("exporter", "threshold_count", "at_most_count", "at_most_pct").rows() == [
        ("甲", 100_000, 100_000, 100.0),
        ("甲", 1_000_000, 100_000, 10.0),
        ("甲", 10_000, 1, 0.01),
    ]
