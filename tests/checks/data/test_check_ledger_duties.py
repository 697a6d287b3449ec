"""Boundary cases of the checks on policies, procedures, recipients, sensors, grades, filings, approvals and activities."""

from datetime import date, timedelta
from typing import Any

import pytest

from zhunru.checks.data.activities_have_purpose_and_ground import activities_have_purpose_and_ground
from zhunru.checks.data.asset_ledger_is_complete import asset_ledger_is_complete
from zhunru.checks.data.assets_are_classified_and_graded import assets_are_classified_and_graded
from zhunru.checks.data.catalogue_changes_are_filed_in_time import catalogue_changes_are_filed_in_time
from zhunru.checks.data.filed_items_agree_with_the_ledger import filed_items_agree_with_the_ledger
from zhunru.checks.data.fitted_sensors_are_listed import fitted_sensors_are_listed
from zhunru.checks.data.grade_meets_the_declared_content import grade_meets_the_declared_content
from zhunru.checks.data.important_entries_are_approved import important_entries_are_approved
from zhunru.checks.data.ledger_is_up_to_date import ledger_is_up_to_date
from zhunru.checks.data.ledger_references_resolve import ledger_references_resolve
from zhunru.checks.data.personal_and_important_meet_both import personal_and_important_meet_both
from zhunru.checks.data.policies_are_complete_and_approved import policies_are_complete_and_approved
from zhunru.checks.data.procedures_cover_every_phase import procedures_cover_every_phase
from zhunru.checks.data.procedures_cover_every_stage import procedures_cover_every_stage
from zhunru.checks.data.recipients_are_bound_and_verified import recipients_are_bound_and_verified
from zhunru.checks.data.sensors_are_justified import sensors_are_justified
from zhunru.core.finding import fold
from zhunru.core.record import Origin
from zhunru.core.subject import Subject
from zhunru.core.verdict import Verdict
from zhunru.records.asset_scale import AssetScale
from zhunru.records.asset_standing import asset_standings, next_step
from zhunru.records.data_asset import DataAsset
from zhunru.records.data_policy import DataPolicy
from zhunru.records.filed_item import FiledItem
from zhunru.records.ledger_move import LedgerMove
from zhunru.records.life_cycle_procedure import LifeCycleProcedure
from zhunru.records.processing_activity import ProcessingActivity
from zhunru.records.recipient import Recipient
from zhunru.records.sensor_fitting import SensorFitting

DAY = date(2026, 11, 22)
PASS, FAIL, OPEN = Verdict.PASS, Verdict.FAIL, Verdict.INCONCLUSIVE
UNREAD = {"origin": Origin(problems=("x: 改天",))}


def policy(**told: Any) -> DataPolicy:
    plain = {
        "id": "P", "parts": "全部", "version": "1", "approved_by": "王", "approved_on": "2026-01-01", "effective": "2026-01-01", "department": "部",
        "person": "张", "duty": "统筹",
    }  # fmt: skip
    return DataPolicy.model_validate(plain | told)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({}, PASS), ({"version": ""}, FAIL), ({"approved_by": "TBD"}, FAIL), ({"approved_on": ""}, FAIL), ({"approved_on": "2026-01-02"}, FAIL),
        ({"effective": "2026-11-22", "approved_on": "2026-11-22"}, PASS), ({"effective": "2026-11-23"}, FAIL), ({"withdrawn": "2026-11-22"}, PASS),
        ({"withdrawn": "2026-11-21"}, FAIL), ({"review_due": "2026-11-22"}, PASS), ({"review_due": "2026-11-21"}, FAIL), ({"effective": ""}, OPEN),
        ({"duty": "待定"}, FAIL), ({"department": ""}, FAIL), ({"parts": "目标；方针"}, FAIL), ({"parts": "全部；第九章"}, OPEN), (UNREAD, OPEN),
    ],
)  # fmt: skip
def test_policies(told: dict[str, Any], expected: Verdict) -> None:
    assert fold(policies_are_complete_and_approved([policy(**told)], DAY)).verdict is expected


def test_parts_may_stand_in_several_documents() -> None:
    one, two = policy(id="1", parts="目标；方针；环境"), policy(id="2", parts="边界和范围；组织与职责；技术措施")
    assert fold(policies_are_complete_and_approved([one, two], DAY)).verdict is PASS
    assert fold(policies_are_complete_and_approved([one, two.model_copy(update={"approved_by": None})], DAY)).verdict is FAIL


def procedure(**told: Any) -> LifeCycleProcedure:
    plain = {
        "id": "C", "stages": "全部", "grades": "一般；重要", "phases": "研发；设计；制造", "document": "D", "version": "1", "approved_by": "王",
        "approved_on": "2026-01-01", "effective": "2026-01-01",
    }  # fmt: skip
    return LifeCycleProcedure.model_validate(plain | told)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({}, PASS), ({"grades": "一般"}, FAIL), ({"stages": "收集；存储；使用；加工；传输；提供；公开"}, FAIL), ({"grades": "全部"}, PASS),
        ({"stages": "采集；保存；使用；处理；传输；共享；披露；销毁"}, PASS), ({"grades": "一般；四级"}, OPEN), ({"approved_by": ""}, FAIL),
        ({"document": "待定"}, FAIL), ({"approved_on": "2026-01-02"}, FAIL), ({"effective": "2026-11-22"}, PASS), ({"effective": "2026-11-23"}, FAIL),
        ({"effective": ""}, OPEN), ({"withdrawn": "2026-11-22"}, PASS), ({"withdrawn": "2026-11-21"}, FAIL), (UNREAD, OPEN),
    ],
)  # fmt: skip
def test_stages_by_grade(told: dict[str, Any], expected: Verdict) -> None:
    assets = [DataAsset.model_validate({"id": g, "grade": g}) for g in ("一般", "重要")]
    assert fold(procedures_cover_every_stage([procedure(**told)], assets, DAY)).verdict is expected


def test_only_grades_in_use_are_asked_for() -> None:
    general = [DataAsset.model_validate({"id": "1", "grade": "一般"})]
    assert fold(procedures_cover_every_stage([procedure(grades="一般")], general, DAY)).verdict is PASS
    assert (
        fold(procedures_cover_every_stage([procedure()], [*general, DataAsset.model_validate({"id": "2", "grade": "核心"})], DAY)).verdict
        is FAIL
    )
    assert fold(procedures_cover_every_stage([procedure()], None, DAY)).verdict is OPEN


@pytest.mark.parametrize(
    ("told", "expected"),
    [({}, PASS), ({"phases": "全部"}, PASS), ({"phases": "研发；设计"}, FAIL), ({"phases": "研发；设计；量产后"}, OPEN), ({"version": ""}, FAIL),
     ({"effective": ""}, OPEN), ({"withdrawn": "2026-11-21"}, FAIL), ({"withdrawn": "2026-11-22"}, PASS)],
)  # fmt: skip
def test_phases(told: dict[str, Any], expected: Verdict) -> None:
    assert fold(procedures_cover_every_phase([procedure(**told)], DAY)).verdict is expected


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({}, PASS), ({"agreement": "无"}, FAIL), ({"agreement_end": "2026-11-22"}, PASS), ({"agreement_end": "2026-11-21"}, FAIL),
        ({"agreement_start": "2026-11-22"}, PASS), ({"agreement_start": "2026-11-23"}, FAIL), ({"verified": ""}, FAIL), ({"verified": "2026-11-23"}, FAIL),
        ({"verified": "2024-11-22"}, PASS), ({"verified": "2024-11-21"}, FAIL), ({"verification": "不符合"}, FAIL), ({"verification": "未通过"}, FAIL),
        ({"verification": "符合要求"}, PASS), ({"verification": "整改中"}, OPEN), ({"verification": ""}, PASS),
        ({"agreement_end": None, "origin": Origin(problems=("协议到期日期: 改天",))}, OPEN),
    ],
)  # fmt: skip
def test_recipients(told: dict[str, Any], expected: Verdict) -> None:
    plain = {"id": "R-1", "name": "甲", "agreement": "X-1", "verified": "2026-01-01"}
    assert fold(recipients_are_bound_and_verified([Recipient.model_validate(plain | told)], None, DAY)).verdict is expected


@pytest.mark.parametrize(("name", "expected"), [("甲", PASS), ("ｒ－1", PASS), ("r-1", PASS), ("无", PASS), ("不涉及", PASS), ("乙", FAIL)])
def test_an_asset_goes_to_known_recipients(name: str, expected: Verdict) -> None:
    recipient = Recipient.model_validate({"id": "R-1", "name": "甲", "agreement": "X-1", "verified": "2026-01-01"})
    assets = [DataAsset.model_validate({"id": "A", "recipients": name})]
    assert fold(recipients_are_bound_and_verified([recipient], assets, DAY)).verdict is expected


def sensor(**told: Any) -> SensorFitting:
    plain = {
        "number": "1", "device": "摄像头", "resolution": "1920x1080", "horizontal_deg": 100, "vertical_deg": 50, "functions": "车道保持", "explanation": "识别车道线",
        "needed_resolution": "1920x1080", "needed_horizontal_deg": 100, "needed_vertical_deg": 50,
    }  # fmt: skip
    return SensorFitting.model_validate(plain | told)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({}, PASS), ({"needed_resolution": "2MP"}, FAIL), ({"needed_resolution": "2.1MP"}, PASS), ({"needed_horizontal_deg": 99.9}, FAIL),
        ({"needed_vertical_deg": 49}, FAIL), ({"needed_vertical_deg": 51}, PASS), ({"needed_resolution": ""}, OPEN),
        ({"needed_resolution": "", "justified": "是", "judge": "李"}, PASS), ({"needed_resolution": "", "justified": "是"}, OPEN),
        ({"needed_resolution": "", "justified": "否", "judge": "李"}, FAIL), ({"needed_horizontal_deg": 90, "justified": "是", "judge": "李"}, FAIL),
        ({"functions": ""}, FAIL), ({"explanation": "无"}, FAIL), ({"resolution": "高清"}, OPEN), (UNREAD, OPEN),
        ({"resolution": "0.1°", "needed_resolution": "0.1°"}, PASS), ({"resolution": "0.1°", "needed_resolution": "0.2°"}, FAIL),
        ({"resolution": "0.1°", "needed_resolution": "2MP"}, OPEN), ({"resolution": "200万像素", "needed_resolution": "2MP"}, PASS),
    ],
)  # fmt: skip
def test_sensors(told: dict[str, Any], expected: Verdict) -> None:
    assert fold(sensors_are_justified([sensor(**told)])).verdict is expected


def test_one_function_suffices_when_the_others_are_explained() -> None:
    small = {"needed_resolution": "1MP", "functions": "行车记录"}
    assert fold(sensors_are_justified([sensor(), sensor(**small)])).verdict is PASS
    assert fold(sensors_are_justified([sensor(), sensor(**small, explanation="")])).verdict is FAIL
    assert fold(sensors_are_justified([sensor(), sensor(**small, number="2")])).verdict is FAIL  # another sensor


@pytest.mark.parametrize(
    ("devices", "expected"),
    [
        (("前视摄像头", "超声波雷达"), PASS),
        (("摄像头",), FAIL),
        (("摄像头", "毫米波雷达"), FAIL),
        (("摄像头", "超声波雷达", "激光雷达"), OPEN),
    ],
)
def test_declared_sensors(devices: tuple[str, ...], expected: Verdict) -> None:
    car = Subject(name="c", maker="m", cabin_sensors=("camera",), exterior_sensors=("ultrasonic",))
    assert fold(fitted_sensors_are_listed([SensorFitting.model_validate({"device": d}) for d in devices], car)).verdict is expected
    assert fold(fitted_sensors_are_listed([sensor()], Subject(name="c", maker="m"))).verdict is OPEN


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({}, PASS), ({"person_count": 100_001}, FAIL), ({"person_count": 100_001, "important": "是", "grade": "重要"}, PASS), ({"important": ""}, PASS),
        ({"person_count": None}, OPEN), ({"affected": "国家安全", "harm": "严重"}, FAIL), ({"affected": "公共利益", "harm": "严重"}, OPEN),
        ({"affected": "个人权益", "harm": "严重"}, PASS), ({"content": "居民身份号码"}, FAIL), ({"name": "车辆轨迹"}, OPEN), ({"grade": ""}, OPEN),
        ({"children": "是"}, FAIL), ({"important_kind": "ID4"}, FAIL), (UNREAD, OPEN),
    ],
)  # fmt: skip
def test_declared_content_against_grade(told: dict[str, Any], expected: Verdict) -> None:
    plain = {
        "id": "A",
        "name": "用户表",
        "category": "c",
        "grade": "一般",
        "personal": "是",
        "sensitive": "否",
        "important": "否",
        "person_count": 5,
    }
    assert fold(grade_meets_the_declared_content([DataAsset.model_validate(plain | told)], None)).verdict is expected


def test_a_set_is_not_lower_than_its_parts() -> None:
    plain = {"category": "c", "personal": "否", "important": "否"}
    parts = [
        DataAsset.model_validate({"id": "S", "grade": "一般", "parts": "P", **plain}),
        DataAsset.model_validate({"id": "P", "grade": "重要", **plain, "important": "是"}),
    ]
    assert fold(grade_meets_the_declared_content(parts, None)).verdict is OPEN  # the rule was recalled (G): it fails nobody


@pytest.mark.parametrize(
    ("told", "expected"),
    [({}, PASS), ({"retention": "长期"}, FAIL), ({"protection": ""}, FAIL), ({"important_kind": "待定"}, FAIL), ({"sensitive": ""}, FAIL), ({"personal": ""}, OPEN),
     ({"personal": "否"}, PASS), ({"important": "否"}, PASS), ({"important": "否", "grade": "一般"}, PASS), ({"important": "", "grade": ""}, OPEN)],
)  # fmt: skip
def test_both_sets_of_rules(told: dict[str, Any], expected: Verdict) -> None:
    plain = {
        "id": "A", "grade": "重要", "personal": "是", "sensitive": "是", "important": "是", "important_kind": "ID4", "purpose": "p", "retention": "3天", "protection": "加密",
    }  # fmt: skip
    assert fold(personal_and_important_meet_both([DataAsset.model_validate(plain | told)])).verdict is expected


def walked(filings: list[tuple[str, float]], counts: list[tuple[str, float]], day: date = DAY, field: str = "entry_count") -> Verdict:
    filed = [FiledItem.model_validate({"filing": f"B-{n}", "asset": "A", "filed_on": d, field: c}) for n, (d, c) in enumerate(filings)]
    scales = [AssetScale.model_validate({"asset": "a", "day": d, field: c}) for d, c in counts]
    return fold(catalogue_changes_are_filed_in_time(filed, scales, day)).verdict


@pytest.mark.parametrize("field", ["entry_count", "volume_byte"])
@pytest.mark.parametrize(
    ("filings", "counts", "expected"),
    [
        ([("2026-01-01", 1000)], [("2026-02-01", 1299)], PASS), ([("2026-01-01", 1000)], [("2026-02-01", 1300)], FAIL),
        ([("2026-01-01", 1000)], [("2026-02-01", 701)], PASS), ([("2026-01-01", 1000)], [("2026-02-01", 700)], FAIL),
        ([("2026-01-01", 1000)], [("2026-08-22", 1300)], PASS), ([("2026-01-01", 1000)], [("2026-08-21", 1300)], FAIL),
        ([("2026-01-01", 1000), ("2026-05-01", 1300)], [("2026-02-01", 1300), ("2026-06-01", 1300)], PASS),
        ([("2026-01-01", 1000), ("2026-05-02", 1300)], [("2026-02-01", 1300), ("2026-06-01", 1300)], FAIL),
        ([("2026-01-01", 1000), ("2026-03-01", 1300)], [("2026-02-01", 1300), ("2026-06-01", 1700)], FAIL),  # a second change, never filed
        ([("2026-01-01", 1000)], [("2026-02-01", 1300), ("2026-03-01", 1000)], FAIL),  # it was major for a month, and never filed
        ([("2026-01-01", 1000)], [("2025-12-31", 5000)], OPEN), ([("2026-01-01", 1000)], [], OPEN), ([("", 1000)], [("2026-02-01", 1000)], OPEN),
        ([("2026-01-01", 0)], [("2026-02-01", 1000)], OPEN),
    ],
)  # fmt: skip
def test_changes_of_scale(filings: list[tuple[str, float]], counts: list[tuple[str, float]], expected: Verdict, field: str) -> None:
    assert walked(filings, counts, field=field) is expected


def test_a_filing_or_a_count_that_cannot_be_placed_leaves_a_good_history_open() -> None:
    filed = FiledItem.model_validate({"filing": "B", "asset": "A", "filed_on": "2026-01-01", "entry_count": 1000})
    count = AssetScale.model_validate({"asset": "A", "day": "2026-02-01", "entry_count": 1000})
    spoilt = Origin(problems=("x: 改天",))
    for more_filed, more_counts in (
        ([filed.model_copy(update={"filed_on": None})], []),
        ([filed.model_copy(update={"origin": spoilt})], []),
        ([], [count.model_copy(update={"day": None})]),
        ([], [count.model_copy(update={"origin": spoilt})]),
    ):
        assert fold(catalogue_changes_are_filed_in_time([filed, *more_filed], [count, *more_counts], DAY)).verdict is OPEN
    assert fold(catalogue_changes_are_filed_in_time([filed], [count], DAY)).verdict is PASS
    later = count.model_copy(update={"day": date(2026, 11, 23), "entry_count": 9000.0})  # a count that is still to come says nothing
    assert fold(catalogue_changes_are_filed_in_time([filed], [count, later], DAY)).verdict is PASS
    assert fold(catalogue_changes_are_filed_in_time([], [count], DAY)).verdict is OPEN


@pytest.mark.parametrize(
    ("updated", "reviewed", "expected"),
    [("2025-11-22", "", PASS), ("2025-11-21", "", FAIL), ("2020-01-01", "2026-01-01", PASS), ("", "", OPEN), ("2026-11-23", "", OPEN)],
)
def test_age_of_the_ledger(updated: str, reviewed: str, expected: Verdict) -> None:
    assert (
        fold(ledger_is_up_to_date([DataAsset.model_validate({"id": "A", "updated": updated, "reviewed": reviewed})], DAY)).verdict
        is expected
    )


def steps(asset: DataAsset, *verbs: str) -> list[LedgerMove]:
    moves: list[LedgerMove] = []
    for verb in verbs:
        (standing,) = asset_standings([asset], moves)
        moves.append(next_step(moves, standing, verb, person="王", day=DAY))
    return moves


def test_steps_of_important_entries() -> None:
    asset = DataAsset.model_validate({"id": "A", "grade": "重要", "important": "是"})

    def verdict(moves: list[LedgerMove] | None, now: DataAsset = asset) -> Verdict:
        return fold(important_entries_are_approved([now], moves)).verdict

    done = steps(asset, "review", "approve")
    assert verdict(done) is PASS
    assert verdict(steps(asset, "review")) is FAIL and verdict(steps(asset, "review", "return")) is FAIL
    assert verdict([*done, *steps(asset, "review", "approve", "revise")[2:]]) is FAIL
    assert verdict(None) is FAIL and verdict(None, asset.model_copy(update={"approver": "王"})) is OPEN
    changed = asset.model_copy(update={"purpose": "别的"})
    assert verdict(done, changed) is FAIL
    again = [*done]
    for verb in ("review", "approve"):
        (standing,) = asset_standings([changed], again)
        again.append(next_step(again, standing, verb, person="王", day=DAY))
    assert verdict(again, changed) is PASS
    assert verdict(done[1:]) is OPEN  # a step is lost: the chain breaks
    assert verdict([done[0], done[1].model_copy(update={"person": "赵"})]) is PASS  # the last row is held by the seal alone
    assert verdict([done[0].model_copy(update={"person": "赵"}), done[1]]) is OPEN
    general = DataAsset.model_validate({"id": "A", "grade": "一般", "important": "否"})
    assert verdict(None, general) is PASS and verdict(None, general.model_copy(update={"important": None})) is OPEN


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({}, PASS), ({"purpose": "其他"}, FAIL), ({"legal_basis": ""}, FAIL), ({"owner": "待定"}, FAIL), ({"assets": "A；Z"}, FAIL), ({"assets": "轨迹"}, PASS),
        ({"end": "2026-11-22"}, PASS), ({"end": "2026-11-21"}, FAIL), ({"purpose": "", "origin": Origin(problems=("处理目的: 改天",))}, OPEN),
    ],
)  # fmt: skip
def test_activities(told: dict[str, Any], expected: Verdict) -> None:
    plain = {"id": "C", "name": "n", "purpose": "p", "legal_basis": "同意", "assets": "A", "method": "m", "owner": "o"}
    assets = [DataAsset.model_validate({"id": "A", "name": "轨迹", "personal": "是"})]
    assert fold(activities_have_purpose_and_ground([ProcessingActivity.model_validate(plain | told)], assets, DAY)).verdict is expected


@pytest.mark.parametrize("word", ["待定", "TBD", "无", "/", "？？", "xxx"])
@pytest.mark.parametrize("name", ["name", "owner", "department", "storage", "purpose"])
def test_a_word_that_says_nothing_is_blank(name: str, word: str) -> None:
    whole = {"id": "A-1", "name": "n", "owner": "o", "department": "d", "storage": "S-1", "purpose": "p"}
    assert fold(asset_ledger_is_complete([DataAsset.model_validate(whole)])).verdict is PASS
    assert fold(asset_ledger_is_complete([DataAsset.model_validate(whole | {name: word})])).verdict is FAIL


def test_one_identifier_in_two_widths_is_used_twice() -> None:
    whole = {"id": "A-1", "name": "n", "owner": "o", "department": "d", "storage": "S-1", "purpose": "p"}
    assert (
        fold(asset_ledger_is_complete([DataAsset.model_validate(whole), DataAsset.model_validate(whole | {"id": "ａ－1"})])).verdict is FAIL
    )


def test_a_class_that_says_nothing_is_no_class() -> None:
    graded = {"id": "A", "category": "待定", "grade": "一般", "personal": "否", "important": "否"}
    assert fold(assets_are_classified_and_graded([DataAsset.model_validate(graded)])).verdict is FAIL


def test_references_in_another_width_lead_to_their_entry() -> None:
    recipients = [Recipient.model_validate({"id": "R-1"})]
    assets = [DataAsset.model_validate({"id": "A", "recipients": "ｒ-1"})]
    assert fold(ledger_references_resolve(assets, None, None, recipients)).verdict is PASS


def test_a_day_before_and_after_the_verification_expires() -> None:
    def verdict(day: date) -> Verdict:
        told = {"id": "R", "agreement": "X", "verified": "2024-02-29"}
        return fold(recipients_are_bound_and_verified([Recipient.model_validate(told)], None, day)).verdict

    assert verdict(date(2026, 2, 28)) is PASS and verdict(date(2026, 2, 28) + timedelta(days=1)) is FAIL


@pytest.mark.parametrize(
    ("item", "told", "expected"),
    [
        ({}, {}, PASS), ({"scope": ""}, {}, FAIL), ({"entry_count": None}, {}, FAIL), ({"entry_count": None, "volume_byte": 5}, {}, PASS),
        ({"outcome": "不予备案"}, {}, FAIL), ({"filed_on": "2026-11-23"}, {}, FAIL), ({"filed_on": ""}, {}, OPEN), (UNREAD, {}, OPEN), ({"asset": "B"}, {}, FAIL),
        ({"asset": "Ａ"}, {}, PASS), ({"purpose": "别的"}, {"updated": "2026-08-21"}, FAIL), ({"purpose": "别的"}, {"updated": "2026-08-22"}, OPEN),
        ({"purpose": "别的"}, {"updated": ""}, OPEN), ({"purpose": "别的", "filed_on": "2026-08-22"}, {"updated": "2026-08-21"}, PASS),
        ({"grade": "核心", "filed_on": "2026-08-21"}, {"updated": "2026-08-21"}, FAIL), ({"purpose": "别的"}, {"purpose": ""}, PASS),
    ],
)  # fmt: skip
def test_filed_items(item: dict[str, Any], told: dict[str, Any], expected: Verdict) -> None:
    filed = dict.fromkeys(
        ("origin_of_data", "category", "system", "purpose", "method", "scope", "owner", "sharing", "export", "protection"), "x"
    )
    row = FiledItem.model_validate(
        {"filing": "B", "asset": "A", "filed_on": "2026-01-01", "grade": "重要", "entry_count": 1, **filed} | item
    )
    asset = DataAsset.model_validate({"id": "A", "grade": "重要", "important": "是", "purpose": "x", "updated": "2026-11-01"} | told)
    assert fold(filed_items_agree_with_the_ledger([row], [asset], DAY)).verdict is expected


def test_the_last_filing_that_was_not_refused_counts() -> None:
    told = dict.fromkeys(("origin_of_data", "category", "system", "method", "scope", "owner", "sharing", "export", "protection"), "x")
    plain = {"asset": "A", "grade": "重要", "entry_count": 1, **told}
    asset = DataAsset.model_validate({"id": "A", "grade": "重要", "important": "是", "purpose": "新", "updated": "2026-01-01"})
    old = FiledItem.model_validate({"filing": "B-1", "filed_on": "2026-01-01", "purpose": "旧", **plain})
    new = FiledItem.model_validate({"filing": "B-2", "filed_on": "2026-02-01", "purpose": "新", **plain})
    assert fold(filed_items_agree_with_the_ledger([old, new], [asset], DAY)).verdict is PASS
    assert fold(filed_items_agree_with_the_ledger([old, new.model_copy(update={"outcome": "退回"})], [asset], DAY)).verdict is FAIL
