"""Ledgers that say less than they seem to: words that deny, copies of a part, counts spread over places, rows that disagree."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import pytest

from zhunru.checks.data.catalogue_changes_are_filed_in_time import catalogue_changes_are_filed_in_time
from zhunru.checks.data.declared_fields_are_present import declared_fields_are_present
from zhunru.checks.data.far_ends_are_declared import far_ends_are_declared
from zhunru.checks.data.filed_items_agree_with_the_ledger import filed_items_agree_with_the_ledger
from zhunru.checks.data.grade_fits_the_content import grade_fits_the_content
from zhunru.checks.data.personal_and_important_meet_both import personal_and_important_meet_both
from zhunru.checks.data.policies_are_complete_and_approved import policies_are_complete_and_approved
from zhunru.checks.data.recipients_are_bound_and_verified import recipients_are_bound_and_verified
from zhunru.checks.data.sensors_are_justified import sensors_are_justified
from zhunru.checks.data.storage_is_in_the_ledger import storage_is_in_the_ledger
from zhunru.checks.data.stored_in_china import stored_in_china
from zhunru.checks.data.stored_items_are_in_the_ledger import stored_items_are_in_the_ledger
from zhunru.core.finding import Finding, fold
from zhunru.core.record import CHINA
from zhunru.core.verdict import Verdict
from zhunru.formulas.placeholders import says_nothing
from zhunru.formulas.territory import names_elsewhere
from zhunru.formulas.written_periods import names_period
from zhunru.records.asset_scale import AssetScale
from zhunru.records.data_asset import DataAsset
from zhunru.records.data_dump import DataDump
from zhunru.records.data_field import DataField
from zhunru.records.data_policy import DataPolicy
from zhunru.records.endpoint import Endpoint
from zhunru.records.filed_item import FiledItem
from zhunru.records.recipient import Recipient
from zhunru.records.sensor_fitting import SensorFitting
from zhunru.records.storage_place import StoragePlace
from zhunru.tables.examined import Examined
from zhunru.tables.scanned_source import ScannedSource
from zhunru.tables.sent_payload import SentPayload
from zhunru.tables.sighting import Sighting

PASS, FAIL, OPEN = Verdict.PASS, Verdict.FAIL, Verdict.INCONCLUSIVE
DAY = date(2026, 11, 22)


def verdict(findings: Iterable[Finding]) -> Verdict:
    return fold(findings).verdict


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"verification": "核验通过"}, PASS), ({"verification": "符合要求。"}, PASS), ({"verification": "Passed"}, PASS), ({"verification": "没有通过"}, FAIL),
        ({"verification": "有条件通过"}, OPEN), ({"verification": "部分符合"}, OPEN), ({"verification": "尚待通过"}, OPEN),
        ({"agreement": "未签订"}, FAIL), ({"agreement": "尚未签署"}, FAIL), ({"agreement": "否"}, FAIL), ({"agreement": "没有签"}, FAIL),
        ({"agreement": "拟签"}, FAIL), ({"agreement": "审批中"}, OPEN), ({"agreement": "未来出行-HT01"}, PASS), ({"agreement": "无锡-01"}, PASS),
    ],
)  # fmt: skip
def test_words_of_a_recipient(told: dict[str, Any], expected: Verdict) -> None:
    plain = {"id": "R-1", "name": "甲", "agreement": "X-1", "verified": "2026-01-01", "verification": "通过"}
    assert verdict(recipients_are_bound_and_verified([Recipient.model_validate(plain | told)], None, DAY)) is expected


def filed(**told: Any) -> FiledItem:
    words = dict.fromkeys(
        ("origin_of_data", "category", "system", "purpose", "method", "scope", "owner", "sharing", "export", "protection"), "x"
    )
    plain = {"filing": "B-1", "asset": "A", "filed_on": "2026-01-01", "grade": "重要", "entry_count": 1000, **words}
    return FiledItem.model_validate(plain | told)


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        ("", PASS),
        ("已备案", PASS),
        ("Accepted", PASS),
        ("驳回", FAIL),
        ("未受理", FAIL),
        ("没有通过", FAIL),
        ("审核中", OPEN),
        ("补正", OPEN),
    ],
)
def test_outcome_of_a_filing(outcome: str, expected: Verdict) -> None:
    asset = DataAsset.model_validate({"id": "A", "grade": "重要", "important": "是", "updated": "2026-11-01"})
    assert verdict(filed_items_agree_with_the_ledger([filed(outcome=outcome)], [asset], DAY)) is expected


@pytest.mark.parametrize(("outcome", "expected"), [("通过", PASS), ("退回", FAIL), ("驳回", FAIL), ("审核中", OPEN)])
def test_a_refused_filing_ends_no_change(outcome: str, expected: Verdict) -> None:
    scales = [AssetScale.model_validate({"asset": "A", "day": d, "entry_count": 2000}) for d in ("2026-02-01", "2026-06-01")]
    again = filed(filing="B-2", filed_on="2026-03-01", entry_count=2000, outcome=outcome)
    assert verdict(catalogue_changes_are_filed_in_time([filed(), again], scales, DAY)) is expected


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"retention": "不超过6个月"}, PASS), ({"retention": "自采集之日起三年"}, PASS), ({"retention": "按业务需要"}, OPEN), ({"retention": "永久"}, FAIL),
        ({"protection": "未加密"}, FAIL), ({"protection": "明文"}, FAIL), ({"protection": "没有"}, FAIL), ({"protection": "不加密"}, FAIL),
        ({"protection": "无线通道加密"}, PASS), ({"protection": "未成年人专区加密"}, PASS),
    ],
)  # fmt: skip
def test_period_and_protection_in_words(told: dict[str, Any], expected: Verdict) -> None:
    plain = {
        "id": "A", "grade": "重要", "personal": "是", "sensitive": "是", "important": "是", "important_kind": "ID4", "purpose": "p", "retention": "3天", "protection": "加密",
    }  # fmt: skip
    assert verdict(personal_and_important_meet_both([DataAsset.model_validate(plain | told)])) is expected


@pytest.mark.parametrize(
    ("word", "told"), [("72小时", True), ("至注销后30日", True), ("单次", True), ("按需", False), ("合同期满", False), (None, False)]
)
def test_a_span_of_time_somewhere_in_a_text(word: str | None, told: bool) -> None:
    assert names_period(word) is told


@pytest.mark.parametrize(("resolution", "expected"), [("8MP", PASS), ("2MP", OPEN)])
def test_rows_of_one_sensor_that_disagree_justify_nothing(resolution: str, expected: Verdict) -> None:
    plain = {
        "number": "1", "device": "摄像头", "model": "C", "position": "前", "horizontal_deg": 60, "vertical_deg": 40, "needed_horizontal_deg": 60,
        "needed_vertical_deg": 40, "functions": "车道保持", "explanation": "识别车道线",
    }  # fmt: skip
    rows = [plain | {"resolution": "8MP", "needed_resolution": "2MP"}, plain | {"resolution": resolution, "needed_resolution": resolution}]
    assert verdict(sensors_are_justified([SensorFitting.model_validate(r) for r in rows])) is expected


@pytest.mark.parametrize(
    ("operator", "expected"), [("示例云", PASS), ("待定", OPEN), ("无", OPEN), ("?", OPEN)]
)  # fmt: skip
def test_an_operator_that_is_still_to_be_told(operator: str, expected: Verdict) -> None:
    sent = SentPayload.rows({
        "protocol": "tcp", "from_ip": "10.0.0.2", "from_port": 4, "to_ip": "1.0.1.1", "to_port": 443, "direction": "sent", "far_ip": "1.0.1.1", "far_port": 443,
        "payload_byte": 9, "t_first_ns": 0, "names": "a.example",
    })  # fmt: skip
    assert (
        verdict(far_ends_are_declared(sent, None, [Endpoint.model_validate({"address": "1.0.1.1", "operator": operator})], [], None))
        is expected
    )


@pytest.mark.parametrize(
    ("place", "asset", "expected"),
    [
        ({"territory": "CN"}, {}, PASS), ({"territory": "中国", "site": "香港将军澳"}, {}, OPEN), ({"territory": "CN", "site": "eu-central-1"}, {}, OPEN),
        ({"territory": "CN", "name": "Singapore DC"}, {}, OPEN), ({"territory": "中国香港"}, {}, FAIL), ({"territory": "CN", "site": "cn-north-1"}, {}, PASS),
        ({"territory": "US"}, {"content": "车速"}, PASS), ({"territory": "US"}, {"content": "手机号码"}, OPEN),
    ],
)  # fmt: skip
def test_a_place_that_is_entered_as_mainland(place: dict[str, str], asset: dict[str, str], expected: Verdict) -> None:
    sure = DataAsset.model_validate({"id": "A-0", "personal": "是", "important": "否", "storage": "S-1" if not asset else "S-2"})
    other = DataAsset.model_validate({"id": "A-1", "personal": "否", "important": "否", "storage": "S-1"} | asset)
    places = [{"id": "S-1", "name": "一号"} | place, {"id": "S-2", "name": "二号", "territory": "CN"}]
    assert verdict(stored_in_china([sure, other], [StoragePlace.model_validate(p) for p in places])) is expected


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("ap-southeast-1", True),
        ("us-gov-west-1", True),
        ("cn-northwest-1", False),
        ("Hong  Kong", True),
        ("北京亦庄", False),
        (None, False),
        ("focus-east-1", False),
    ],
)
def test_an_address_that_speaks_of_elsewhere(text: str | None, told: bool) -> None:
    assert names_elsewhere(text) is told


def look(place: str = "t.c") -> dict[str, object]:
    return {
        "place": place,
        "item_kind": "cell",
        "present_count": 9,
        "examined_count": 9,
        "decided_count": 9,
        "undecidable_count": 0,
        "reason": "",
    }


def dump(**told: object) -> list[DataDump]:
    return [DataDump.model_validate({"file": "a.db", "place": "S-1", "complete": "是"} | told)]


PLACES = [StoragePlace.model_validate({"id": "S-1", "name": "库"})]


@pytest.mark.parametrize(("system", "expected"), [("", PASS), ("CRM", PASS), ("TSP", OPEN)])
def test_a_field_of_another_system_is_not_seen_here(system: str, expected: Verdict) -> None:
    fields = [DataField.model_validate({"path": "t.c", "storage": "S-1", "system": "CRM"})]
    assert verdict(declared_fields_are_present(fields, Examined.rows(look(), source="a.db"), PLACES, dump(system=system))) is expected


@pytest.mark.parametrize(("told", "expected"), [({}, PASS), ({"complete": "否"}, OPEN), ({"complete": ""}, OPEN), ({"scope": "t"}, OPEN)])
def test_a_copy_of_a_part_proves_nothing_for_the_whole(told: dict[str, object], expected: Verdict) -> None:
    asset = DataAsset.model_validate(
        {"id": "A-1", "grade": "一般", "personal": "是", "sensitive": "是", "important": "否", "storage": "S-1"}
    )
    fields = [DataField.model_validate({"path": "t.c", "storage": "S-1", "asset": "A-1", "kinds": "居民身份号码"})]
    row = {"place": "t.c", "kind": "resident_id", "certainty": "found", "hit_count": 9, "distinct_count": 9, "sample": "1"}
    seen, examined = Sighting.rows(row, source="a.db"), Examined.rows(look(), source="a.db")
    for check in (grade_fits_the_content, stored_items_are_in_the_ledger):
        assert verdict(check(seen, examined, [asset], fields, PLACES, dump(**told))) is expected


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([("t.a", "found", 50_000), ("t.b", "found", 50_000)], PASS),
        ([("t.a", "found", 50_000), ("t.b", "found", 50_001)], OPEN),
        ([("t.a", "found", 5), ("t.a", "suspected", 99_995)], PASS),
        ([("t.a", "found", 5), ("t.a", "suspected", 99_996)], OPEN),
        ([("t.a", "found", 100_001), ("t.b", "found", 1)], FAIL),
    ],
)
@pytest.mark.parametrize("grade", ["一般", "重要"])
def test_persons_are_counted_over_all_places(counts: list[tuple[str, str, int]], expected: Verdict, grade: str) -> None:
    mark = "是" if grade == "重要" else "否"
    asset = DataAsset.model_validate(
        {"id": "A-1", "grade": grade, "personal": "是", "sensitive": "是", "important": mark, "storage": "S-1"}
    )
    fields = [DataField.model_validate({"path": "t.*", "storage": "S-1", "asset": "A-1"})]
    rows = [{"place": p, "kind": "resident_id", "certainty": c, "hit_count": n, "distinct_count": n, "sample": "1"} for p, c, n in counts]
    seen, examined = Sighting.rows(*rows, source="a.db"), Examined.rows(look("t.a"), look("t.b"), source="a.db")
    found = verdict(grade_fits_the_content(seen, examined, [asset], fields, PLACES, dump()))
    assert found is (expected if grade == "一般" else PASS)


@pytest.mark.parametrize(
    ("told", "head", "expected"),
    [
        ({}, {}, PASS),
        ({"database": "ＵＳＥＲＳ", "taken_at": "2026-06-01"}, {}, PASS),
        ({"database": "orders"}, {}, OPEN),
        ({"database": "orders"}, {"database": ""}, PASS),  # a file tells no name of a database
        ({"taken_at": "2026-06-02 23:30"}, {}, OPEN),
        ({"taken_at": "2026-05-31"}, {}, OPEN),
        ({"taken_at": "2026-05-31"}, {"t_ended_ns": None}, PASS),
    ],
)
def test_a_scan_of_another_database_or_day_is_not_the_one_of_the_record(
    told: dict[str, object], head: dict[str, object], expected: Verdict
) -> None:
    ended = int(datetime(2026, 6, 1, 23, tzinfo=CHINA).timestamp()) * 10**9
    plain = {"kind": "postgresql", "description": "db.example/users", "database": "users", "t_ended_ns": ended}
    asset = DataAsset.model_validate({"id": "A-1", "storage": "S-1"})
    heads = ScannedSource.rows(plain | head, source="a.db")
    seen, examined = Sighting.empty(), Examined.rows(look(), source="a.db")
    assert verdict(storage_is_in_the_ledger(seen, examined, PLACES, dump(**told), [asset], None, heads)) is expected


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({}, PASS),
        ({"approved_by": "未批准"}, FAIL),
        ({"approved_by": "待审批"}, FAIL),
        ({"person": "待聘"}, FAIL),
        ({"person": "未央"}, PASS),
    ],
)
def test_an_approval_that_is_still_to_come(told: dict[str, str], expected: Verdict) -> None:
    plain = {
        "id": "ZD-01", "parts": "目标；方针；环境；范围；组织与职责；技术措施", "version": "2.0", "approved_by": "王总", "approved_on": "2026-01-10",
        "effective": "2026-02-01", "department": "信息安全部", "person": "张三", "duty": "统筹",
    }  # fmt: skip
    assert verdict(policies_are_complete_and_approved([DataPolicy.model_validate(plain | told)], DAY)) is expected


@pytest.mark.parametrize(
    ("word", "told"),
    [("尚未确定", True), ("拟定", True), ("待 补充", True), ("拟南芥", False), ("未来出行", False), ("待客", False), ("未成年人", False)],
)
def test_words_of_what_is_still_to_come(word: str, told: bool) -> None:
    assert says_nothing(word) is told
