"""Boundary cases of the checks on impact assessments and stores of faces."""

from datetime import date
from typing import Any

import pytest

import zhunru.checks.data.face_impact_was_assessed as face
import zhunru.checks.data.face_store_is_filed as filed
import zhunru.checks.data.impact_was_assessed_before_processing as impact
from zhunru.core.finding import Finding, fold
from zhunru.core.record import Origin
from zhunru.core.subject import Subject
from zhunru.records.data_provision import DataProvision
from zhunru.records.pi_function import PiFunction

CAR = Subject(name="样车一号", maker="示例汽车")


def judge(check: Any, *inputs: Any) -> tuple[str, list[Finding]]:
    found = list(check(*inputs))
    return str(fold(found).verdict), found


@pytest.mark.parametrize(
    ("cells", "verdict"),
    [
        ({}, "PASS"),
        ({"begun_on": "2025-01-11"}, "PASS"),
        ({"begun_on": "2025-01-10"}, "INCONCLUSIVE"),
        ({"begun_on": "2025-01-09"}, "FAIL"),
        ({"begun_on": ""}, "INCONCLUSIVE"),
        ({"begun_on": "2030-01-01"}, "PASS"),
        ({"finished_on": ""}, "INCONCLUSIVE"),
        ({"finished_on": "2026-01-01", "begun_on": "2026-02-01", "kept_until": "2029-01-01"}, "PASS"),
        ({"finished_on": "2026-01-02", "begun_on": "2026-02-01", "kept_until": "2029-01-02"}, "INCONCLUSIVE"),
        ({"kept_until": "2028-01-10"}, "PASS"),
        ({"kept_until": "2028-01-09"}, "FAIL"),
        ({"kept_until": ""}, "INCONCLUSIVE"),
        ({"lawful": "无"}, "FAIL"),
        ({"effect": "缺失"}, "FAIL"),
        ({"measures": "无"}, "FAIL"),
        ({"lawful": ""}, "INCONCLUSIVE"),
        ({"effect": ""}, "INCONCLUSIVE"),
        ({"measures": ""}, "INCONCLUSIVE"),
        ({"occasion": ""}, "INCONCLUSIVE"),
        ({"occasion": "人脸识别"}, "PASS"),
        ({"occasion": "自动化决策"}, "INCONCLUSIVE"),
        ({"functions": "F-2"}, "INCONCLUSIVE"),
        ({"functions": "f－1"}, "PASS"),
    ],
)
def test_impact(cells: dict[str, str], verdict: str) -> None:
    assert judge(impact.impact_was_assessed_before_processing, *impact._case(**cells))[0] == verdict


@pytest.mark.parametrize(
    ("cells", "function", "provided", "exports", "verdict"),
    [
        ({}, {"sensitive": "否"}, None, False, "PASS"),
        ({}, {"sensitive": ""}, None, False, "INCONCLUSIVE"),
        ({}, {}, {"personal": "是"}, False, "INCONCLUSIVE"),
        ({}, {}, {"personal": ""}, False, "INCONCLUSIVE"),
        ({}, {}, {"personal": "否"}, False, "PASS"),
        ({"occasion": "提供"}, {"sensitive": "否"}, {"personal": "是"}, False, "PASS"),
        ({}, {}, None, True, "INCONCLUSIVE"),
        ({"occasion": "出境"}, {"sensitive": "否"}, None, True, "PASS"),
        (
            {"occasion": "出境", "finished_on": "2026-01-02", "kept_until": "2030-01-01", "begun_on": ""},
            {"sensitive": "否"},
            None,
            True,
            "INCONCLUSIVE",
        ),
    ],
)
def test_impact_of_each_case(
    cells: dict[str, str], function: dict[str, str], provided: dict[str, str] | None, exports: bool, verdict: str
) -> None:
    assessments, _, _, _, day = impact._case(**cells)
    functions = [PiFunction.model_validate({"id": "F-1", "sensitive": "是"} | function)]
    provisions = None if provided is None else [DataProvision.model_validate({"id": "T-1"} | provided)]
    car = CAR.model_copy(update={"data_export": exports})
    assert judge(impact.impact_was_assessed_before_processing, assessments, functions, provisions, car, day)[0] == verdict


@pytest.mark.parametrize(
    ("cells", "item", "verdict"),
    [
        ({}, "人脸特征", "PASS"),
        ({}, "声音", "INCONCLUSIVE"),
        ({"begun_on": "2025-06-10"}, "人脸特征", "INCONCLUSIVE"),
        ({"begun_on": "2025-06-11"}, "人脸特征", "PASS"),
        ({"begun_on": "2025-06-09"}, "人脸特征", "FAIL"),
        ({"begun_on": ""}, "人脸特征", "INCONCLUSIVE"),
        ({"finished_on": ""}, "人脸特征", "INCONCLUSIVE"),
        ({"finished_on": "2026-01-01", "begun_on": "2026-02-01", "kept_until": "2029-01-01"}, "人脸特征", "PASS"),
        ({"finished_on": "2026-01-02", "begun_on": "2026-02-01", "kept_until": "2029-01-02"}, "人脸特征", "INCONCLUSIVE"),
        ({"kept_until": "2028-06-09"}, "人脸特征", "FAIL"),
        ({"kept_until": ""}, "人脸特征", "INCONCLUSIVE"),
        ({"functions": "F-8"}, "人脸特征", "INCONCLUSIVE"),
        ({"occasion": "敏感个人信息"}, "人脸特征", "INCONCLUSIVE"),
    ],
)
def test_faces(cells: dict[str, str], item: str, verdict: str) -> None:
    assessments, _, day = face._case(**cells)
    functions = [PiFunction.model_validate({"id": "F-7", "data_items": item})]
    assert judge(face.face_impact_was_assessed, assessments, functions, day)[0] == verdict


NONE = {"reached_on": "", "filed_on": "", "filing_number": ""}


@pytest.mark.parametrize(
    ("cells", "day", "verdict"),
    [
        ({}, "2026-06-01", "PASS"),
        (NONE | {"persons": "99999"}, "2026-06-01", "PASS"),
        (NONE | {"persons": "99999", "counted_on": ""}, "2026-06-01", "INCONCLUSIVE"),
        (NONE | {"persons": "99999"}, "2026-05-29", "PASS"),
        (NONE | {"persons": "99999"}, "2026-05-28", "INCONCLUSIVE"),
        (NONE | {"persons": "100000"}, "2026-06-01", "INCONCLUSIVE"),
        (NONE | {"persons": "100001"}, "2026-06-01", "INCONCLUSIVE"),
        (NONE | {"persons": ""}, "2026-06-01", "INCONCLUSIVE"),
        (NONE | {"persons": "99999", "origin": Origin(problems=("达到十万人日期: 三月",))}, "2026-06-01", "INCONCLUSIVE"),
        ({"persons": "500", "filed_on": "2026-04-15"}, "2026-06-01", "FAIL"),
        ({"persons": "", "filed_on": "2026-04-15"}, "2026-06-01", "FAIL"),
        ({"filed_on": "2026-04-14"}, "2026-06-01", "PASS"),
        ({"filed_on": "2026-04-15"}, "2026-06-01", "FAIL"),
        ({"filed_on": "2026-03-01"}, "2026-06-01", "INCONCLUSIVE"),
        ({"filed_on": "2026-03-02"}, "2026-06-01", "PASS"),
        ({}, "2026-04-13", "INCONCLUSIVE"),
        ({}, "2026-04-14", "PASS"),
        ({"filing_number": ""}, "2026-06-01", "INCONCLUSIVE"),
        ({"filed_on": "", "filing_number": ""}, "2026-04-14", "PASS"),
        ({"filed_on": "", "filing_number": ""}, "2026-04-15", "FAIL"),
        ({"filed_on": "", "origin": Origin(problems=("人脸备案日期: 四月",))}, "2026-06-01", "INCONCLUSIVE"),
        ({"reached_on": "2026-06-02", "filed_on": ""}, "2026-06-01", "INCONCLUSIVE"),
        ({"reached_on": "2026-06-01", "filed_on": ""}, "2026-06-01", "PASS"),
        ({"reached_on": "2018-12-03", "filed_on": ""}, "2026-06-01", "INCONCLUSIVE"),
        ({"changed_on": "2026-04-15"}, "2026-06-01", "FAIL"),
        ({"changed_on": "2026-04-15", "change_filed_on": "2026-05-29"}, "2026-06-01", "PASS"),
        ({"changed_on": "2026-04-15", "change_filed_on": "2026-06-01"}, "2026-06-01", "FAIL"),
        ({"stopped_on": "2026-04-15"}, "2026-06-01", "FAIL"),
        ({"stopped_on": "2026-04-15", "stop_filed_on": "2026-05-29"}, "2026-06-01", "PASS"),
    ],
)
def test_face_store(cells: dict[str, object], day: str, verdict: str) -> None:
    assert judge(filed.face_store_is_filed, filed._case(**cells)[0], date.fromisoformat(day))[0] == verdict
