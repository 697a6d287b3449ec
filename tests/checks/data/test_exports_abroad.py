"""Boundary cases of the checks on export: routes by count and date, range, validity, notice, splitting, remote access."""

from collections.abc import Iterable
from datetime import date, datetime

import pytest

from zhunru.checks.data.export_approval_is_valid import export_approval_is_valid
from zhunru.checks.data.export_is_within_the_approval import export_is_within_the_approval
from zhunru.checks.data.export_route_is_the_right_one import export_route_is_the_right_one
from zhunru.checks.data.exports_are_declared import exports_are_declared
from zhunru.checks.data.exports_are_not_split import exports_are_not_split
from zhunru.checks.data.important_data_export_is_assessed import important_data_export_is_assessed
from zhunru.checks.data.remote_access_counts_as_export import remote_access_counts_as_export
from zhunru.core.finding import Finding, fold
from zhunru.core.record import CHINA
from zhunru.core.subject import Subject
from zhunru.core.verdict import Verdict
from zhunru.records.data_asset import DataAsset
from zhunru.records.export_activity import ExportActivity
from zhunru.records.export_approval import ExportApproval
from zhunru.records.recipient import Recipient
from zhunru.tables.access_row import AccessRow
from zhunru.tables.export_person import export_persons
from zhunru.tables.export_row import ExportRow
from zhunru.tables.export_use import export_uses
from zhunru.tables.located_access import export_rows_of_accesses, located_accesses
from zhunru.tables.location_range import LocationRange

PASS, FAIL, OPEN = Verdict.PASS, Verdict.FAIL, Verdict.INCONCLUSIVE
TODAY = date(2026, 11, 24)


def ns(*when: int) -> int:
    return int(datetime(*when, 12, tzinfo=CHINA).timestamp()) * 10**9  # type: ignore[arg-type, misc]


def verdict(findings: Iterable[Finding]) -> Verdict:
    return fold(findings).verdict


def gaps(findings: Iterable[Finding]) -> set[str]:
    return {f.text.en for f in findings if f.kind == "gap"}


def rows(*lines: dict[str, object]) -> ExportRow:
    plain = {"t_ns": ns(2026, 3, 2), "activity": "E-1", "scheme": "", "sensitive": False, "important": False, "row_no": 2}
    return ExportRow.rows(*(plain | line for line in lines))


def activity(**changed: object) -> ExportActivity:
    plain = {"id": "E-1", "exporter": "甲", "cii": "否", "important": "否", "personal": "是", "route": "豁免"}
    return ExportActivity.model_validate(plain | changed)


def route(found: ExportRow, *activities: ExportActivity, day: date = TODAY) -> list[Finding]:
    return list(export_route_is_the_right_one(list(activities), export_uses(found), export_persons(found, list(activities)), day))


@pytest.mark.parametrize(
    ("count", "sensitive", "taken", "told"),
    [
        (99_999, False, "豁免", PASS),
        (100_000, False, "豁免", FAIL),
        (100_000, False, "标准合同", PASS),
        (100_000, False, "认证", PASS),
        (999_999, False, "标准合同", PASS),
        (1_000_000, False, "标准合同", FAIL),
        (1_000_000, False, "安全评估", PASS),
        (1, True, "豁免", FAIL),
        (1, True, "标准合同", PASS),
        (9_999, True, "认证", PASS),
        (10_000, True, "认证", FAIL),
        (10_000, True, "安全评估", PASS),
        (99_999, False, "", OPEN),
    ],
)
def test_route_at_each_threshold(count: int, sensitive: bool, taken: str, told: Verdict) -> None:
    assert verdict(route(rows({"person_count": count, "sensitive": sensitive}), activity(route=taken))) is told


def test_bounds_that_straddle_a_threshold_never_pass() -> None:
    halves = rows({"person_count": 50_000}, {"person_count": 50_000, "t_ns": ns(2026, 4, 2)})
    assert verdict(route(halves, activity())) is OPEN
    assert verdict(route(halves, activity(route="标准合同"))) is PASS
    assert verdict(route(rows({"person_count": 50_000}, {"person_count": 49_999}), activity())) is PASS


def test_persons_of_two_activities_add_up_and_the_later_one_crosses() -> None:
    found = rows(
        {"person_count": 70_000, "person": None}, *({"person": f"p{n}", "activity": "E-2", "t_ns": ns(2026, 5, 2)} for n in range(3))
    )
    both = [activity(), activity(id="E-2")]
    assert verdict(route(found, *both)) is PASS
    more = export_route_is_the_right_one(both, export_uses(found), export_persons(found, both), TODAY, contract_plain_count=70_003)
    assert [f.facts["activity"] for f in more if f.kind == "gap"] == ["E-2"]


def test_an_activity_that_stopped_before_the_crossing_keeps_its_route() -> None:
    found = rows({"person": "a"}, {"person_count": 100_000, "activity": "E-2", "t_ns": ns(2026, 5, 2)})
    breaches = [f.facts["activity"] for f in route(found, activity(), activity(id="E-2")) if f.kind == "breach"]
    assert breaches == ["E-2"]


def test_one_who_is_in_both_classes_may_or_may_not_count_as_non_sensitive() -> None:
    # 1,000,000 of non-sensitive information, one of them with sensitive information too
    found = rows({"person_count": 1_000_000}, {"person": "a", "sensitive": True})
    assert verdict(route(found, activity(route="标准合同"))) is OPEN


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"cii": "是"}, FAIL),
        ({"cii": ""}, OPEN),
        ({"cii": "是", "route": "安全评估"}, PASS),
        ({"important": "是"}, FAIL),
        ({"important": "是", "exemption": "履行合同", "exempt_reason": "购车"}, FAIL),
        ({"exemption": "履行合同", "exempt_reason": "购车", "cii": "是"}, PASS),
        ({"exemption": "小规模", "cii": "是"}, FAIL),
        ({"exemption": "漏洞", "exempt_reason": "通报", "cii": ""}, OPEN),
        ({"exemption": "不含个人信息", "exempt_reason": "贸易单据"}, FAIL),
    ],
)
def test_cii_important_data_and_exemptions(changed: dict[str, object], told: Verdict) -> None:
    assert verdict(route(rows({"person": "a"}), activity(**changed))) is told


def test_exemptions_lift_the_count_for_a_reason_only() -> None:
    many = rows({"person_count": 100_000})
    assert verdict(route(many, activity(exemption="人力资源", exempt_reason="集体合同"))) is PASS
    assert verdict(route(many, activity(exemption="人力资源"))) is OPEN
    assert verdict(route(many, activity(exemption="OTA", exempt_reason="源代码"))) is OPEN


@pytest.mark.parametrize(("when", "told"), [((2024, 3, 21), FAIL), ((2024, 3, 22), PASS), ((2022, 8, 31), OPEN)])
def test_thresholds_by_date(when: tuple[int, int, int], told: Verdict) -> None:
    assert verdict(route(rows({"person": "a", "t_ns": ns(*when)}), activity())) is told


@pytest.mark.parametrize(
    "line",
    [
        {"person": "a", "t_ns": None},
        {"personal": True},
        {"person": "a", "personal": False},
        {"person": "a", "sensitive": None},
        {"person": "a", "activity": "E-7"},
        {"person": "a", "t_ns": ns(2026, 11, 25)},
    ],
)
def test_lines_that_do_not_tell_enough(line: dict[str, object]) -> None:
    assert verdict(route(rows({"person": "b"}, line), activity())) is OPEN


def test_nobody_says_whether_data_are_important() -> None:
    found = rows({"person": "a", "important": None})
    assert verdict(route(found, activity(important=""))) is OPEN
    assert verdict(route(found, activity(important="", route="安全评估"))) is PASS


def test_exporters_told_for_some_only() -> None:
    found = rows({"person": "a"}, {"person": "b", "activity": "E-2"})
    assert verdict(route(found, activity(), activity(id="E-2", exporter=""))) is OPEN


def test_an_activity_without_lines_is_open_unless_it_lies_ahead() -> None:
    assert verdict(route(rows({"person": "a"}), activity(), activity(id="E-2"))) is OPEN
    assert verdict(route(rows({"person": "a"}), activity(), activity(id="E-2", start="2026-12-01"))) is PASS


# range of the approval


def approval(**changed: object) -> ExportApproval:
    plain = {
        "id": "P-1", "route": "标准合同", "result": "通过", "recipients": "R-1", "territories": "DE", "kinds": "账号;里程", "purposes": "质量分析",
        "methods": "传输;远程访问", "person_count": 10, "sensitive_person_count": 0, "volume_byte": 100, "issued": "2025-06-01",
        "valid_until": "2027-06-01",
    }  # fmt: skip
    return ExportApproval.model_validate(plain | changed)


BOUND = {"route": "标准合同", "approval": "P-1", "recipient": "某某公司", "territory": "德国", "method": "传输", "purpose": "质量分析"}
LINE = {"person_count": 10, "kinds": "账号", "volume_byte": 100}


def within(found: ExportRow, one: ExportActivity, *approvals: ExportApproval) -> list[Finding]:
    recipients = [Recipient.model_validate({"id": "R-1", "name": "某某公司"})]
    return list(export_is_within_the_approval([one], list(approvals), export_uses(found), export_persons(found, [one]), recipients))


@pytest.mark.parametrize(
    ("line", "changed", "told"),
    [
        ({}, {}, PASS),
        ({"person_count": 11}, {}, FAIL),
        ({"volume_byte": 101}, {}, FAIL),
        ({"volume_byte": None}, {}, OPEN),
        ({"kinds": "账号;轨迹"}, {}, FAIL),
        ({"kinds": None}, {}, OPEN),
        ({"recipient": "R-1"}, {}, PASS),
        ({"recipient": "另一公司"}, {}, FAIL),
        ({"purpose": "营销"}, {}, OPEN),
        ({"sensitive": True, "person_count": 1}, {}, FAIL),
        ({}, {"territory": "US"}, FAIL),
        ({}, {"method": "境外处理"}, FAIL),
        ({}, {"method": ""}, OPEN),
        ({}, {"kinds": "账号;轨迹"}, OPEN),
        ({}, {"approval": "P-9"}, OPEN),
    ],
)
def test_range(line: dict[str, object], changed: dict[str, object], told: Verdict) -> None:
    assert verdict(within(rows(LINE | line), activity(**BOUND | changed), approval())) is told


def test_two_batches_that_may_hold_the_same_persons_are_open() -> None:
    assert verdict(within(rows(LINE | {"volume_byte": 50}, LINE | {"volume_byte": 50}), activity(**BOUND), approval())) is OPEN


@pytest.mark.parametrize("field", ["recipients", "territories", "kinds", "purposes", "methods", "person_count", "volume_byte"])
def test_an_approval_that_does_not_tell_permits_nothing(field: str) -> None:
    assert verdict(within(rows(LINE), activity(**BOUND), approval(**{field: ""}))) is OPEN


@pytest.mark.parametrize("result", ["未通过", "评估中", "已撤销", ""])
def test_only_a_passed_result_permits(result: str) -> None:
    assert verdict(within(rows(LINE), activity(**BOUND), approval(result=result))) is OPEN


def test_a_new_year_begins_with_nothing() -> None:
    twice = rows(LINE, LINE | {"t_ns": ns(2027, 1, 1)})
    assert verdict(within(twice, activity(**BOUND), approval())) is PASS


# validity


def valid(one: ExportActivity, *approvals: ExportApproval, when: tuple[int, int, int] = (2026, 3, 2), day: date = TODAY) -> list[Finding]:
    return list(export_approval_is_valid([one], list(approvals), export_uses(rows({"person": "a", "t_ns": ns(*when)})), day))


ASSESSED = {"route": "安全评估", "self_assessed": "2025-01-10", "filed": "2025-03-01", "valid_until": ""}


@pytest.mark.parametrize(("when", "told"), [((2025, 5, 31), FAIL), ((2025, 6, 1), PASS), ((2028, 6, 1), PASS), ((2028, 6, 2), FAIL)])
def test_days_of_an_assessment(when: tuple[int, int, int], told: Verdict) -> None:
    assert verdict(valid(activity(route="安全评估", approval="P-1"), approval(**ASSESSED), when=when)) is told


@pytest.mark.parametrize(
    ("done", "told"), [("2024-11-30", FAIL), ("2024-12-01", PASS), ("2025-03-01", PASS), ("2025-03-02", FAIL), ("", OPEN)]
)
def test_age_of_the_self_assessment(done: str, told: Verdict) -> None:
    assert verdict(valid(activity(route="安全评估", approval="P-1"), approval(**ASSESSED | {"self_assessed": done}))) is told


def test_another_route_than_the_approval() -> None:
    assert verdict(valid(activity(route="安全评估", approval="P-1"), approval())) is FAIL


def test_an_approval_that_is_not_in_the_ledger_is_open() -> None:
    assert verdict(valid(activity(route="标准合同", approval="P-9"), approval())) is OPEN
    assert verdict(valid(activity(route="标准合同"), approval())) is OPEN


def test_refused_covers_nothing() -> None:
    assert verdict(valid(activity(route="标准合同", approval="P-1"), approval(result="未通过"))) is FAIL


@pytest.mark.parametrize(
    ("changed", "day", "told"),
    [
        ({}, date(2028, 3, 1), PASS),
        ({}, date(2028, 3, 20), OPEN),
        ({"renewal_filed": "2028-02-01"}, date(2028, 3, 20), PASS),
        ({"renewal_filed": "2028-05-01"}, date(2028, 5, 20), OPEN),
    ],
)
def test_an_extension_is_asked_for_in_time(changed: dict[str, object], day: date, told: Verdict) -> None:
    # 2028 is not in the calendar: 84 days before 2028-06-01 is 2028-03-09
    one = activity(route="安全评估", approval="P-1")
    assert verdict(valid(one, approval(**ASSESSED | changed), day=day)) is told
    assert verdict(valid(activity(route="安全评估", approval="P-1", end="2028-06-01"), approval(**ASSESSED | changed), day=day)) is PASS


def test_sixty_working_days_by_the_calendar() -> None:
    late = approval(**ASSESSED | {"issued": "2023-06-01"})
    ends = approval(**ASSESSED | {"issued": "2024-06-03", "valid_until": "2026-11-20"})
    one = activity(route="安全评估", approval="P-1")
    assert verdict(valid(one, late)) is OPEN  # given before order 16: 2026-03-02 lies in its third year
    told = [f for f in valid(one, ends, day=date(2026, 11, 1)) if f.kind == "gap"]
    assert [f.facts["due"] for f in told] == ["2026-08-24"]  # as the library chinesecalendar counts too


# important data


def assessed(one: ExportActivity, *approvals: ExportApproval, lines: ExportRow | None = None, day: date = TODAY) -> list[Finding]:
    found = rows({"important": True}) if lines is None else lines
    assets = [
        DataAsset.model_validate({"id": "A-1", "grade": "重要"}),
        DataAsset.model_validate({"id": "A-2", "important": "否", "grade": "一般"}),
    ]
    return list(important_data_export_is_assessed([one], list(approvals), export_uses(found), assets, day))


CITED = {"route": "安全评估", "approval": "P-1"}


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({}, PASS),
        ({"issued": "2026-03-03"}, FAIL),
        ({"issued": "2026-03-02"}, PASS),
        ({"issued": ""}, OPEN),
        ({"result": "未通过"}, FAIL),
        ({"route": "标准合同"}, FAIL),
    ],
)
def test_important_data_stand_under_a_passed_assessment(changed: dict[str, object], told: Verdict) -> None:
    assert verdict(assessed(activity(**CITED, important="是"), approval(**ASSESSED | changed))) is told


def test_an_important_asset_makes_the_activity_important() -> None:
    plain = rows({"person": "a"})
    assert verdict(assessed(activity(assets="A-1", important=""), lines=plain)) is FAIL
    assert verdict(assessed(activity(assets="A-2"), lines=plain)) is PASS
    assert verdict(assessed(activity(assets="A-2", important=""), lines=rows({"important": None}))) is OPEN


def test_only_the_lines_that_hold_important_data_are_bound() -> None:
    mixed = rows({"person": "a", "t_ns": ns(2025, 1, 2)}, {"important": True})
    assert verdict(assessed(activity(**CITED, important="是"), approval(**ASSESSED), lines=mixed)) is PASS


def test_an_open_day_does_not_hide_a_later_breach() -> None:
    # given before order 16 for two years: 2026-03-02 lies in the third year, 2028-03-02 after it
    twice = rows({"important": True}, {"important": True, "t_ns": ns(2028, 3, 2)}, {"important": True, "t_ns": None})
    old = approval(**ASSESSED | {"issued": "2024-03-01"})
    assert verdict(assessed(activity(**CITED, important="是"), old, lines=twice)) is FAIL
    assert verdict(assessed(activity(**CITED, important="是"), old)) is OPEN


@pytest.mark.parametrize(
    ("told_on", "filed", "day", "told"),
    [
        ("2026-02-01", "2026-04-01", TODAY, OPEN),
        ("2026-02-01", "2026-04-02", TODAY, FAIL),
        ("2026-02-01", "", date(2026, 4, 1), OPEN),
        ("2026-02-01", "", date(2026, 4, 2), FAIL),
        ("2026-03-03", "", TODAY, PASS),
    ],
)
def test_two_months_after_the_notice(told_on: str, filed: str, day: date, told: Verdict) -> None:
    pending = approval(**ASSESSED | {"filed": filed, "issued": "", "result": "评估中"})
    assert verdict(assessed(activity(**CITED, important="是", told_important=told_on), pending, day=day)) is told


def test_important_lines_of_an_undeclared_activity() -> None:
    assert verdict(assessed(activity(), lines=rows({"important": True, "activity": "E-8"}, {"person": "a"}))) is FAIL


# splitting


@pytest.mark.parametrize(("second", "routes", "told"), [(50_000, ("豁免", "豁免"), FAIL), (49_999, ("豁免", "豁免"), PASS), (50_000, ("标准合同", "标准合同"), PASS), (50_000, ("标准合同", "豁免"), OPEN)])  # fmt: skip
def test_two_exporters_to_one_group(second: int, routes: tuple[str, str], told: Verdict) -> None:
    both = [
        activity(id=i, exporter=e, route=r, recipient_group="集团", scenario="运营")
        for i, e, r in zip(("E-1", "E-2"), ("甲", "乙"), routes, strict=True)
    ]
    named = [("E-1", n) for n in range(50_000)] + [("E-2", n) for n in range(50_000, 50_000 + second)]
    found = ExportRow.of({
        "t_ns": [ns(2026, 3, 2)] * len(named), "activity": [a for a, _ in named], "person": [str(p) for _, p in named], "scheme": [""] * len(named),
        "sensitive": [False] * len(named),
    })  # fmt: skip
    assert verdict(exports_are_not_split(both, export_persons(found, both))) is told


def test_counts_without_names_leave_splitting_open_and_other_scenarios_stand_apart() -> None:
    def two(scenario: str) -> Verdict:
        both = [
            activity(recipient_group="集团", scenario="运营"),
            activity(id="E-2", exporter="乙", recipient_group="集团", scenario=scenario),
        ]
        found = rows({"person_count": 60_000}, {"person_count": 60_000, "activity": "E-2"})
        return verdict(exports_are_not_split(both, export_persons(found, both)))

    assert [two("运营"), two("研发"), two("")] == [OPEN, PASS, OPEN]


# remote access and declaration

RANGES = LocationRange.rows(
    {
        "family_no": 4,
        "first": bytes([1, 0, 1, 0]),
        "last": bytes([1, 0, 3, 255]),
        "territory": "CN",
        "origin": "table",
        "dated": date(2026, 3, 1),
    },
    {
        "family_no": 4,
        "first": bytes([8, 8, 8, 0]),
        "last": bytes([8, 8, 8, 255]),
        "territory": "US",
        "origin": "table",
        "dated": date(2026, 3, 1),
    },
)


@pytest.mark.parametrize(
    ("access", "told"),
    [
        ({"source_ip": "1.0.1.1"}, PASS),
        ({"source_ip": "8.8.8.8"}, FAIL),
        ({"source_ip": "8.8.8.8", "told": "CN"}, OPEN),
        ({"source_ip": "1.0.1.1", "told": "US"}, OPEN),
        ({"source_ip": "8.8.8.8", "told": "HK"}, FAIL),
        ({"source_ip": "9.9.9.9"}, OPEN),
        ({"source_ip": "10.0.0.1"}, OPEN),
        ({"source_ip": "10.0.0.1", "told": "境内"}, PASS),
        ({"source_ip": "::ffff:8.8.8.8"}, FAIL),
        ({"source_ip": "8.8.8.8", "personal": False}, PASS),
        ({"source_ip": "8.8.8.8", "personal": False, "important": True}, FAIL),
        ({"source_ip": "8.8.8.8", "personal": None}, OPEN),
        ({"source_ip": "8.8.8.8", "personal": False, "important": None}, OPEN),
    ],
)
def test_place_of_an_access(access: dict[str, object], told: Verdict) -> None:
    plain = {"t_ns": ns(2026, 3, 2), "account": "a", "personal": True, "important": False}
    assert verdict(remote_access_counts_as_export(located_accesses(AccessRow.rows(plain | access), RANGES, None, None))) is told


HOME = Subject(name="样车一号", maker="示例汽车")


def test_declared_absent_and_yet_there() -> None:
    clean = located_accesses(AccessRow.rows({"t_ns": ns(2026, 3, 2), "account": "a", "told": "CN", "personal": True}), None, None, None)
    home = [DataAsset.model_validate({"id": "A-1", "export": "否"})]
    assert verdict(exports_are_declared(HOME, None, None, clean, home)) is PASS
    assert verdict(exports_are_declared(HOME, None, export_uses(rows({"person": "a"})), clean, home)) is FAIL
    assert verdict(exports_are_declared(HOME, [activity(start="2026-01-01")], None, clean, home)) is FAIL
    assert verdict(exports_are_declared(HOME, [activity()], None, clean, home)) is OPEN
    assert verdict(exports_are_declared(HOME, None, None, clean, [DataAsset.model_validate({"id": "A-1", "export": "是"})])) is FAIL
    assert verdict(exports_are_declared(HOME, None, None, clean, [DataAsset.model_validate({"id": "A-1"})])) is OPEN
    assert verdict(exports_are_declared(HOME, None, None, clean, None)) is OPEN
    assert verdict(exports_are_declared(HOME, None, None, None, home)) is OPEN


@pytest.mark.parametrize(("when", "told"), [((2026, 2, 28), FAIL), ((2026, 3, 1), PASS), ((2026, 6, 30), PASS), ((2026, 7, 1), FAIL)])
def test_lines_lie_in_the_days_of_their_activity(when: tuple[int, int, int], told: Verdict) -> None:
    whole = activity(recipient="某某公司", territory="DE", purpose="质量分析", method="传输", start="2026-03-01", end="2026-06-30")
    out = HOME.model_copy(update={"data_export": True})
    assert verdict(exports_are_declared(out, [whole], export_uses(rows({"person": "a", "t_ns": ns(*when)})), None, None)) is told


def test_exemptions_are_newer_than_order_16() -> None:
    claimed = activity(exemption="履行合同", exempt_reason="跨境购车合同")
    assert verdict(route(rows({"person": "a", "t_ns": ns(2024, 3, 21)}), claimed)) is FAIL
    assert verdict(route(rows({"person": "a", "t_ns": ns(2024, 3, 22)}), claimed)) is PASS


def test_one_exporter_that_crosses_alone_has_split_nothing() -> None:
    both = [activity(recipient_group="集团", scenario="运营"), activity(id="E-2", exporter="乙", recipient_group="集团", scenario="运营")]
    found = rows({"person_count": 100_000}, {"person": "a", "activity": "E-2"})
    assert verdict(exports_are_not_split(both, export_persons(found, both))) is PASS  # the check on the route tells its fault


def test_an_access_of_which_nobody_knows_what_it_read_is_no_breach_of_the_declaration() -> None:
    seen = located_accesses(AccessRow.rows({"t_ns": ns(2026, 3, 2), "account": "a", "told": "DE"}), None, None, None)
    lines = export_uses(export_rows_of_accesses(seen))
    home = [DataAsset.model_validate({"id": "A-1", "export": "否"})]
    assert lines.collect().height == 1
    assert verdict(exports_are_declared(HOME, None, lines, seen, home)) is OPEN
