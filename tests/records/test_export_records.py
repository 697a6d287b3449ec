"""Records of export abroad: words as ledgers write them, and sheets that become the right kind."""

import pytest

from zhunru.core.record import Record
from zhunru.engine import walk
from zhunru.records.export_activity import ExportActivity
from zhunru.records.export_approval import ExportApproval
from zhunru.records.export_batch import ExportBatch
from zhunru.records.platform_access import PlatformAccess
from zhunru.records.sheets import choose


@pytest.mark.parametrize(
    ("sheet", "headings", "kind"),
    [
        ("数据出境活动", ("出境活动编号", "境外接收方", "国家或地区", "出境方式", "开始日期"), ExportActivity),
        ("Sheet1", ("出境活动编号", "出境时间", "主体标识", "是否敏感个人信息", "数据种类"), ExportBatch),
        ("2026出境明细", ("出境活动编号", "出境日期", "人数", "敏感个人信息"), ExportBatch),
        ("出境评估结果", ("批准编号", "出境路径", "批准日期", "批准人数", "有效期至"), ExportApproval),
        ("访问日志", ("账号", "访问时间", "来源IP", "系统", "操作类型"), PlatformAccess),
        ("数据资产台账", ("资产编号", "数据名称", "是否个人信息", "是否出境"), None),
    ],
)
def test_sheets_of_companies_are_known(sheet: str, headings: tuple[str, ...], kind: type[Record] | None) -> None:
    chosen = choose(sheet, headings, list(walk.records().values())).kind
    assert chosen is kind if kind else chosen not in {ExportActivity, ExportBatch, ExportApproval, PlatformAccess}


@pytest.mark.parametrize(
    ("written", "code"),
    [("安全评估", "assessment"), ("标准合同", "contract"), ("认证", "certification"), ("豁免", "exempt"), ("", None)],
)
def test_routes_in_words(written: str, code: str | None) -> None:
    assert ExportActivity.model_validate({"id": "E-1", "route": written}).route == code


@pytest.mark.parametrize(
    ("written", "code"), [("第五条第一项", "contract"), ("第三条", "no_personal"), ("自贸区负面清单外", "zone"), ("漏洞", "vulnerability")]
)
def test_exemptions_by_article(written: str, code: str) -> None:
    assert ExportActivity.model_validate({"id": "E-1", "exemption": written}).exemption == code
