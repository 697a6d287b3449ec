"""Boundary cases of the checks on the data asset ledger."""

import polars as pl
import pytest

from zhunru.checks.data.asset_ledger_is_complete import asset_ledger_is_complete
from zhunru.checks.data.assets_are_classified_and_graded import assets_are_classified_and_graded
from zhunru.checks.data.ledger_references_resolve import ledger_references_resolve
from zhunru.core.finding import fold
from zhunru.core.record import Origin
from zhunru.core.verdict import Verdict
from zhunru.records.data_asset import DataAsset
from zhunru.records.data_flow import DataFlow
from zhunru.records.recipient import Recipient
from zhunru.records.sheets import bind
from zhunru.records.storage_place import StoragePlace
from zhunru.tables.ledger_cell import LedgerCell

WHOLE = {"id": "A-1", "name": "n", "owner": "o", "department": "d", "storage": "S-1", "purpose": "p"}
GRADED = {"id": "A-1", "category": "c", "grade": "一般", "personal": "否", "important": "否"}


@pytest.mark.parametrize("name", ["name", "owner", "department", "storage", "purpose"])
def test_each_blank_field_is_a_breach(name: str) -> None:
    (finding,) = asset_ledger_is_complete([DataAsset.model_validate(WHOLE | {name: " "})])
    assert (finding.kind, finding.facts["missing"]) == ("breach", name)


def test_an_unreadable_cell_is_a_gap_not_a_breach() -> None:
    asset = DataAsset.model_validate(WHOLE | {"name": "", "origin": Origin(problems=("基本/数据名称: 1e+20: 2",))})
    (found,) = asset_ledger_is_complete([asset])
    assert (found.kind, found.facts["cells"]) == ("gap", "name")


def test_an_identifier_used_twice_is_one_breach_for_each_entry() -> None:
    assets = [
        DataAsset.model_validate(WHOLE),
        DataAsset.model_validate(WHOLE | {"name": ""}),
        DataAsset.model_validate(WHOLE | {"id": "A-2"}),
    ]
    found = list(asset_ledger_is_complete(assets))
    assert [(f.kind, f.text.en) for f in found] == [("breach", "the identifier is used more than once")] * 2 + [
        ("ok", "the entry is complete")
    ]


def test_an_empty_ledger_is_a_gap() -> None:
    for found in (asset_ledger_is_complete([]), assets_are_classified_and_graded([]), ledger_references_resolve([], None, None, None)):
        assert [f.kind for f in found] == ["gap"]


@pytest.mark.parametrize(
    ("changed", "verdict"),
    [
        ({}, Verdict.PASS),
        ({"category": ""}, Verdict.FAIL),
        ({"personal": ""}, Verdict.FAIL),
        ({"important": ""}, Verdict.FAIL),
        ({"personal": "是"}, Verdict.FAIL),
        ({"personal": "是", "sensitive": "否"}, Verdict.PASS),
        ({"sensitive": "是"}, Verdict.FAIL),
        ({"grade": "重要"}, Verdict.FAIL),
        ({"grade": "核心"}, Verdict.FAIL),
        ({"grade": "核心", "important": "是"}, Verdict.PASS),
        ({"important": "是"}, Verdict.FAIL),
        ({"grade": "", "origin": Origin(problems=("分级: 绝密",))}, Verdict.INCONCLUSIVE),
        ({"grade": "", "category": "", "origin": Origin(problems=("分级: 绝密",))}, Verdict.FAIL),
    ],
)
def test_marks(changed: dict[str, object], verdict: Verdict) -> None:
    assert fold(assets_are_classified_and_graded([DataAsset.model_validate(GRADED | changed)])).verdict is verdict


@pytest.mark.parametrize(
    ("personal", "important", "grade", "both"),
    [("是", "是", "重要", True), ("否", "是", "重要", False), ("是", "否", "一般", False), ("否", "否", "一般", False)],
)
def test_personal_and_important_at_once_is_told(personal: str, important: str, grade: str, both: bool) -> None:
    marks = {"personal": personal, "sensitive": "否", "important": important, "grade": grade}
    (found,) = assets_are_classified_and_graded([DataAsset.model_validate(GRADED | marks)])
    assert (found.kind, found.text.en) == ("ok", "graded; personal and important at once" if both else "classified and graded")


def test_undecidable_assets_are_counted() -> None:
    rows = [{"资产编号": f"A-{n}", "分类": "c", "级别": "?" if n < 7 else "一般", "个人信息": "否", "重要数据": "否"} for n in range(10)]
    cells = [{"sheet": "x", "row_no": i, "heading": h, "value": v, "shape": "text"} for i, r in enumerate(rows) for h, v in r.items()]
    frame: pl.DataFrame = LedgerCell.rows(*cells).collect()
    assets = [a for a in bind(frame, [DataAsset]).records[DataAsset] if isinstance(a, DataAsset)]
    folded = fold(assets_are_classified_and_graded(assets))
    assert folded.totals == {"breach": 0, "gap": 7, "ok": 3}


def test_references() -> None:
    def verdict(asset: dict[str, str], places: list[StoragePlace] | None, recipients: list[Recipient] | None) -> Verdict:
        return fold(ledger_references_resolve([DataAsset.model_validate({"id": "A-1"} | asset)], None, places, recipients)).verdict

    places, recipients = [StoragePlace(id="S-1", name="机房")], [Recipient(id="R-1")]
    assert verdict({"storage": "s-1"}, places, None) is Verdict.PASS
    assert verdict({"storage": "机房、S-1"}, places, None) is Verdict.PASS
    assert verdict({"storage": "S-1;S-2"}, places, None) is Verdict.FAIL
    assert verdict({"storage": "S-1"}, [], None) is Verdict.INCONCLUSIVE
    assert verdict({"storage": "S-1", "recipients": "R-1"}, places, None) is Verdict.INCONCLUSIVE
    assert verdict({"storage": "S-1", "recipients": "R-2"}, places, recipients) is Verdict.FAIL
    assert verdict({"storage": "S-1", "recipients": "无"}, places, None) is Verdict.PASS
    assert verdict({}, places, recipients) is Verdict.INCONCLUSIVE


@pytest.mark.parametrize("word", ["无", "不涉及", "不适用", "否", "none", "None", "no"])
def test_a_word_for_none_is_no_reference(word: str) -> None:
    assets = [DataAsset.model_validate({"id": "A-1", "storage": "S-1", "recipients": word})]
    assert [f.kind for f in ledger_references_resolve(assets, None, [StoragePlace(id="S-1")], None)] == ["ok"]


def test_a_reference_of_a_flow_alone_is_one() -> None:
    flows = [DataFlow.model_validate({"id": "F-1", "assets": "A-1"})]
    assert [f.kind for f in ledger_references_resolve([DataAsset.model_validate({"id": "A-1"})], flows, None, None)] == ["ok"]
