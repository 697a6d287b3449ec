"""Reports: digest, verdict, day of issue, expiry, three years with 29 February, open findings."""

from datetime import date
from typing import Any

import pytest

from zhunru.checks.ota.reports_cover_the_release import reports_cover_the_release
from zhunru.core.finding import Folded, fold
from zhunru.core.record import Origin
from zhunru.core.subject import Subject
from zhunru.core.verdict import Verdict
from zhunru.formulas.anniversaries import last_day_after_years
from zhunru.records.baseline import Baseline
from zhunru.records.test_report import TestReport
from zhunru.records.update_campaign import UpdateCampaign
from zhunru.records.update_package import UpdatePackage

CAR = Subject(name="样车", maker="厂", ota=True)
A, B = ("sha256:" + c * 64 for c in "ab")
KINDS = ("verification", "analysis", "vehicle", "assurance")


def report(matter: str, **changed: object) -> TestReport:
    plain = {
        "id": f"T-{matter}",
        "matter": matter,
        "product": "样车",
        "digests": A,
        "baseline": "B2",
        "verdict": "合格",
        "open_blockers": "0",
    }
    return TestReport.model_validate(plain | {"issued_on": "2028-01-15"} | changed)


def judge(
    changed: dict[str, dict[str, Any]] | None = None,
    *,
    released_on: str = "2028-02-01",
    without: str = "",
    more: tuple[TestReport, ...] = (),
    campaign: dict[str, Any] | None = None,
    packages: tuple[str, ...] = (),
    baselines: list[Baseline] | None = None,
) -> Folded:
    reports = [report(m, **(changed or {}).get(m, {})) for m in KINDS if m != without]
    activity = {"id": "U", "product": "样车", "digest": A, "released_on": released_on, "baseline_after": "B2"} | (campaign or {})
    rows = [UpdatePackage.model_validate({"campaign": "U", "package": str(i), "digest": d}) for i, d in enumerate(packages)]
    return fold(reports_cover_the_release([UpdateCampaign.model_validate(activity)], [*reports, *more], rows, baselines, None, CAR))


@pytest.mark.parametrize(
    ("without", "verdict"),
    [
        ("", Verdict.PASS),
        ("verification", Verdict.FAIL),
        ("analysis", Verdict.INCONCLUSIVE),
        ("vehicle", Verdict.FAIL),
        ("assurance", Verdict.FAIL),
    ],
)
def test_each_kind_of_report_is_asked_for(without: str, verdict: Verdict) -> None:
    assert judge(without=without).verdict is verdict


@pytest.mark.parametrize("matter", ["verification", "vehicle", "assurance"])
@pytest.mark.parametrize(
    ("changed", "verdict"),
    [
        ({"verdict": "不合格"}, Verdict.FAIL),
        ({"verdict": ""}, Verdict.INCONCLUSIVE),
        ({"issued_on": "2028-01-31"}, Verdict.PASS),
        ({"issued_on": "2028-02-01"}, Verdict.INCONCLUSIVE),
        ({"issued_on": "2028-02-02"}, Verdict.FAIL),
        ({"issued_on": ""}, Verdict.INCONCLUSIVE),
        ({"valid_until": "2028-01-31"}, Verdict.FAIL),
        ({"valid_until": "2028-02-01"}, Verdict.PASS),
        ({"product": "别的车"}, Verdict.FAIL),
        ({"product": ""}, Verdict.PASS),
        ({"origin": Origin(problems=("结论: ?",))}, Verdict.INCONCLUSIVE),
    ],
)
def test_a_report_counts_only_when_it_passed_in_time(matter: str, changed: dict[str, Any], verdict: Verdict) -> None:
    assert judge({matter: changed}).verdict is verdict


@pytest.mark.parametrize("matter", ["verification", "analysis"])
@pytest.mark.parametrize(
    ("blockers", "verdict"),
    [
        ("0", Verdict.PASS),
        ("无", Verdict.PASS),
        (0.0, Verdict.PASS),
        ("1", Verdict.FAIL),
        ("BUG-7", Verdict.FAIL),
        ("", Verdict.INCONCLUSIVE),
    ],
)
def test_open_findings(matter: str, blockers: object, verdict: Verdict) -> None:
    assert judge({matter: {"open_blockers": blockers}}).verdict is verdict


def test_every_digest_is_tested() -> None:
    assert judge({"verification": {"digests": B}}).verdict is Verdict.FAIL
    assert judge(packages=(A, B)).verdict is Verdict.FAIL
    both = {m: {"digests": f"{A};{B}"} for m in ("verification", "analysis")}
    assert judge(both, packages=(A, B)).verdict is Verdict.PASS
    assert judge(both, packages=(A, "?")).verdict is Verdict.INCONCLUSIVE
    assert judge(campaign={"digest": ""}).verdict is Verdict.INCONCLUSIVE


def test_conformity_is_shown_by_baseline_or_by_all_digests() -> None:
    assert judge({"vehicle": {"baseline": "B1"}}).verdict is Verdict.PASS  # the digest was tested
    assert judge({"vehicle": {"baseline": "B1", "digests": ""}}).verdict is Verdict.FAIL
    assert judge({"vehicle": {"digests": ""}}).verdict is Verdict.PASS  # the baseline was tested
    assert judge({"vehicle": {"digests": ""}}, campaign={"baseline_after": ""}).verdict is Verdict.FAIL
    assert (
        judge(
            {"vehicle": {"baseline": "B1", "digests": A}, "verification": {"digests": f"{A};{B}"}, "analysis": {"digests": f"{A};{B}"}},
            packages=(A, B),
        ).verdict
        is Verdict.FAIL
    )


@pytest.mark.parametrize(
    ("issued", "released", "verdict"),
    [
        ("2025-03-10", "2028-03-09", Verdict.PASS),
        ("2025-03-10", "2028-03-10", Verdict.PASS),  # the corresponding day itself
        ("2025-03-10", "2028-03-11", Verdict.FAIL),
        ("2028-02-29", "2031-02-28", Verdict.PASS),  # no 29 February in 2031
        ("2028-02-29", "2031-03-01", Verdict.FAIL),
        ("2025-02-28", "2028-02-28", Verdict.PASS),
        ("2025-02-28", "2028-02-29", Verdict.FAIL),  # a leap day is one day more
    ],
)
def test_three_years_of_the_assurance_report(issued: str, released: str, verdict: Verdict) -> None:
    early = {m: {"issued_on": "2028-01-15"} for m in KINDS if m != "assurance"}
    assert judge(early | {"assurance": {"issued_on": issued}}, released_on=released).verdict is verdict


@pytest.mark.parametrize(
    ("approved", "released", "verdict"),
    [
        ("2026-06-30", "2027-12-31", Verdict.INCONCLUSIVE),
        ("2026-06-30", "2028-01-01", Verdict.FAIL),
        ("2026-07-01", "2027-12-31", Verdict.FAIL),
        ("2026-06-30", "2026-07-02", Verdict.INCONCLUSIVE),
        (None, "2027-12-31", Verdict.INCONCLUSIVE),
    ],
)
def test_the_standard_binds_new_types_first(approved: str | None, released: str, verdict: Verdict) -> None:
    early = {m: {"issued_on": "2026-06-01"} for m in KINDS if m != "assurance"}
    first = [Baseline.model_validate({"id": "B1", "product": "样车", "state": "approved", "day": approved})] if approved else None
    assert judge(early, released_on=released, without="assurance", baselines=first).verdict is verdict


def test_reports_on_the_same_thing_that_contradict_one_another() -> None:
    assert judge(more=(report("verification", id="T-9", verdict="不合格"),)).verdict is Verdict.INCONCLUSIVE
    assert judge(more=(report("verification", id="T-9", verdict="不合格", digests=B),)).verdict is Verdict.PASS


def test_the_best_of_several_counts() -> None:
    assert judge({"verification": {"issued_on": "2028-02-02"}}, more=(report("verification", id="T-9"),)).verdict is Verdict.PASS


def test_corresponding_days() -> None:
    assert last_day_after_years(date(2024, 2, 29), 3) == date(2027, 2, 28)
    assert last_day_after_years(date(2024, 2, 29), 4) == date(2028, 2, 29)
    assert last_day_after_years(date(2024, 2, 28), 0) == date(2024, 2, 28)


@pytest.mark.parametrize("word", ["0", "0.0", "无", "没有", "none", "No", "nil", "[]", "0项", "0 个", "零"])
def test_words_for_no_open_findings(word: str) -> None:
    assert judge({"verification": {"open_blockers": word}}).verdict is Verdict.PASS


def test_open_findings_matter_only_where_the_package_was_tested() -> None:
    assert judge({"vehicle": {"open_blockers": "BUG-1"}, "assurance": {"open_blockers": ""}}).verdict is Verdict.PASS


@pytest.mark.parametrize("campaign", [{"product": "别的车"}, {"released_on": "", "released": "否", "planned_start": "2028-02-01"}])
def test_planned_and_foreign_releases_break_nothing_for_certain(campaign: dict[str, Any]) -> None:
    folded = judge({m: {"product": ""} for m in KINDS}, campaign=campaign)
    assert folded.totals["breach"] == 0 and folded.totals["ok"] == 4
    folded = judge({m: {"product": ""} for m in KINDS}, campaign=campaign, without="verification")
    assert folded.totals["breach"] == 0
    assert any("under another name" in f.text.en for f in folded.kept)


def test_what_cannot_be_compared_is_said_once() -> None:
    for changed in ({"digest": ""}, {"digest": "?"}, {"released_on": "", "released": "是"}):
        assert judge(campaign=changed).totals == {"breach": 0, "gap": 1, "ok": 0}


def test_a_statement_of_conformity_is_enough_and_an_activity_without_model_takes_any() -> None:
    assert judge(without="vehicle", more=(report("conformity"),)).verdict is Verdict.PASS
    assert judge(campaign={"product": ""}).totals["ok"] == 4


def test_the_certain_fault_and_its_report_are_named() -> None:
    folded = judge({"verification": {"issued_on": "", "verdict": "不合格"}})
    assert folded.verdict is Verdict.FAIL and folded.kept[0].facts["report"] == "T-verification"
    late = report("verification", id="T-0", issued_on="2028-02-02")
    assert judge(more=(late,)).verdict is Verdict.PASS
    assert judge({"verification": {"issued_on": ""}}, more=(late,)).verdict is Verdict.INCONCLUSIVE


@pytest.mark.parametrize(
    "row",
    [
        {"product": "别的车"}, {"state": "filed"}, {"day": ""}, {"product": ""}, {"day": "2026-06-30"},
    ],
)  # fmt: skip
def test_only_an_approved_baseline_of_the_model_dates_the_type(row: dict[str, Any]) -> None:
    first = Baseline.model_validate({"id": "B1", "product": "样车", "state": "approved", "day": "2026-07-01"} | row)
    early = {m: {"issued_on": "2026-06-01"} for m in KINDS if m != "assurance"}
    assert judge(early, released_on="2027-12-31", without="assurance", baselines=[first]).verdict is Verdict.INCONCLUSIVE
    new = Baseline.model_validate({"id": "B0", "product": "样车", "state": "approved", "day": "2026-07-01"})
    old = new.model_copy(update={"id": "B9", "day": date(2026, 6, 30)})
    assert judge(early, released_on="2027-12-31", without="assurance", baselines=[new, old]).verdict is Verdict.INCONCLUSIVE
    assert judge(early, released_on="2026-07-01", without="assurance", baselines=[new]).verdict is Verdict.FAIL
