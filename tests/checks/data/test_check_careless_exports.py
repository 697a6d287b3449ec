"""Ledgers and logs of export as careless hands keep them: blank marks, words that say nothing, one approval entered twice."""

from collections.abc import Iterable
from datetime import date, datetime

import pytest

from zhunru.checks.data.export_is_within_the_approval import export_is_within_the_approval
from zhunru.checks.data.export_route_is_the_right_one import export_route_is_the_right_one
from zhunru.core.finding import Finding, fold
from zhunru.core.record import CHINA
from zhunru.core.verdict import Verdict
from zhunru.records.export_activity import ExportActivity
from zhunru.records.export_approval import ExportApproval
from zhunru.tables.export_person import export_persons
from zhunru.tables.export_row import ExportRow
from zhunru.tables.export_use import export_uses

PASS, FAIL, OPEN = Verdict.PASS, Verdict.FAIL, Verdict.INCONCLUSIVE
NOON = int(datetime(2026, 3, 2, 12, tzinfo=CHINA).timestamp()) * 10**9


def verdict(findings: Iterable[Finding]) -> Verdict:
    return fold(findings).verdict


def rows(line: dict[str, object]) -> ExportRow:
    return ExportRow.rows({"t_ns": NOON, "activity": "E-1", "scheme": "", "important": False, "row_no": 2} | line)


@pytest.mark.parametrize(
    ("line", "declared", "told"),
    [
        ({"person_count": 9, "sensitive": False}, {}, PASS),
        ({"personal": False}, {"personal": "否"}, PASS),
        ({}, {"personal": "是"}, OPEN),
        ({}, {"personal": ""}, OPEN),
        ({}, {"personal": "否"}, PASS),
        ({"kinds": "车速;车内温度"}, {"personal": "否"}, PASS),
        ({"kinds": "车速;手机号码"}, {"personal": "否"}, OPEN),
        ({"kinds": "手机号码", "personal": False}, {"personal": "否"}, OPEN),
        ({"person_count": 9, "sensitive": False}, {"sensitive": "是"}, OPEN),
        ({"person_count": 200_000, "sensitive": False}, {"exemption": "履行合同", "exempt_reason": "跨境购车合同"}, PASS),
        ({"person_count": 200_000, "sensitive": False}, {"exemption": "履行合同", "exempt_reason": "待补充"}, OPEN),
    ],
)
def test_what_nobody_tells_lifts_no_route(line: dict[str, object], declared: dict[str, object], told: Verdict) -> None:
    plain = {"id": "E-1", "exporter": "甲", "cii": "否", "important": "否", "personal": "是", "route": "豁免"}
    mine = [ExportActivity.model_validate(plain | declared)]
    found = rows(line)
    assert verdict(export_route_is_the_right_one(mine, export_uses(found), export_persons(found, mine), date(2026, 11, 24))) is told


APPROVAL = {
    "id": "P-1", "route": "标准合同", "result": "已备案", "issued": "2025-01-01", "recipients": "某某公司", "territories": "德国", "kinds": "用户账号",
    "purposes": "质量分析", "methods": "传输", "person_count": 100, "sensitive_person_count": 0, "volume_byte": 1000,
}  # fmt: skip


@pytest.mark.parametrize(
    ("approvals", "cited", "told"),
    [
        ([{}], "P-1", PASS),
        ([{"volume_byte": 999}], "P-1", FAIL),
        ([{"volume_byte": 999}, {"volume_byte": 999}], "P-1", FAIL),
        ([{"person_count": 99}, {"person_count": 99, "id": " p\u20111"}], "P-1", FAIL),
        ([{"volume_byte": 500}, {"volume_byte": 500, "id": "P-2"}], "P-1;P-2", PASS),
        ([{"volume_byte": 500}, {"volume_byte": 500, "id": "P-0", "ended": "2025-12-31"}], "P-1;P-0", FAIL),
        ([{"volume_byte": 500}, {"volume_byte": 500, "id": "P-3", "issued": "2027-01-01"}], "P-1;P-3", FAIL),
    ],
)
def test_an_approval_allows_once_and_in_its_years(approvals: list[dict[str, object]], cited: str, told: Verdict) -> None:
    activity = ExportActivity.model_validate({
        "id": "E-1", "exporter": "甲", "recipient": "某某公司", "territory": "DE", "method": "传输", "purpose": "质量分析", "route": "标准合同", "approval": cited,
    })  # fmt: skip
    held = [ExportApproval.model_validate(APPROVAL | a) for a in approvals]
    found = rows({"person_count": 100, "sensitive": False, "kinds": "用户账号", "volume_byte": 1000})
    assert verdict(export_is_within_the_approval([activity], held, export_uses(found), export_persons(found, [activity]), None)) is told
