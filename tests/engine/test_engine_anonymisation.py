"""From pictures, annotation and ledgers to verdicts: the whole path of an anonymisation test, with faults planted one at a time."""

import json
import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from zhunru.core.result import CheckResult, Result
from zhunru.engine.assess import assess
from zhunru.engine.dossier import open_dossier
from zhunru.engine.residual.session import masks_of, run
from zhunru.range.anonymisation_set import Plan, build

OURS = (
    "faces_and_plates_are_anonymised",
    "anonymisation_trial_is_large_enough",
    "marking_tool_is_qualified",
    "masked_objects_are_unrecognisable",
    "masks_change_the_pixels",
    "exterior_frames_leave_anonymised",
)
PASSING = dict.fromkeys(OURS, "PASS")
DOSSIER = """format = 1
[subject]
name = "样车一号"
maker = "示例汽车"
personal_data = true
exterior_sensors = ["前视", "左侧", "右侧", "后视"]
"""


def dossier(folder: Path, plan: Plan, *, pixels: bool = True) -> Path:
    build(plan, folder / "evidence", folder / "records", folder / "originals", folder / "after")
    if pixels:
        masks = masks_of([folder / "evidence" / "匿名化标注.json"], all_shapes=False)
        run(folder / "after", folder / "originals", masks, [], folder / "evidence" / "残留.jsonl")
    shutil.rmtree(folder / "after")
    shutil.rmtree(folder / "originals")
    (folder / "dossier.toml").write_text(DOSSIER, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = dossier(tmp_path_factory.mktemp("whole"), Plan())
    judged(folder)  # what is read once need not be read by every test
    return folder


@pytest.fixture
def mine(whole: Path, tmp_path: Path) -> Path:
    shutil.copytree(whole, tmp_path / "d")
    return tmp_path / "d"


def judged(folder: Path) -> Result:
    return assess(open_dossier(folder), day=date(2026, 11, 22), only="data")


def verdicts(result: Result) -> dict[str, str]:
    return {n: str(c.verdict) for c in result.checks if (n := c.id.removeprefix("data.")) in OURS}


def check(result: Result, name: str) -> CheckResult:
    return next(c for c in result.checks if c.id == f"data.{name}")


def test_a_good_test_passes_and_tells_its_rates(mine: Path) -> None:
    result = judged(mine)
    assert verdicts(result) == PASSING
    rates = [f for f in check(result, "faces_and_plates_are_anonymised").findings if f.text.en == "the detection rate is high enough"]
    assert {f.facts["object_kind"]: (f.measured, f.facts["correct"], f.facts["missed"], f.facts["open"]) for f in rates} == {
        "face": (0.98, 490, 10, 0), "plate": (0.98, 490, 10, 0),
    }  # fmt: skip
    assert all(f.facts["interval_low"] == 0.9636 and f.facts["interval_high"] == 0.9891 for f in rates)
    drawn = next(e for e in result.exhibits if e.table == "AnonymisationRate")
    assert sorted((r["object_kind"], r["rate_pct"]) for r in drawn.rows) == [("face", 98.0), ("plate", 98.0)]


def changed(folder: Path, sheet: str, before: str, after: str, count: int = 1) -> None:
    path = folder / "records" / f"{sheet}.csv"
    text = path.read_text(encoding="utf-8")
    assert re.search(before, text)
    path.write_text(re.sub(before, after, text, count=count), encoding="utf-8")


@pytest.mark.parametrize(
    ("sheet", "before", "after", "check_name", "verdict"),
    [
        ("匿名化试验", "2.3.1", "2.3.0", "exterior_frames_leave_anonymised", "INCONCLUSIVE"),
        ("匿名化试验", "郑一", "吴十", "marking_tool_is_qualified", "INCONCLUSIVE"),
        ("匿名化试验", ",persons,", ",tool,", "marking_tool_is_qualified", "INCONCLUSIVE"),
        ("车外画面提供", "anonymised,", "plain,", "exterior_frames_leave_anonymised", "FAIL"),
        ("标注文件", "truth", "", "faces_and_plates_are_anonymised", "INCONCLUSIVE"),
        ("标注文件", "匿名化-01", "别的", "faces_and_plates_are_anonymised", "INCONCLUSIVE"),
        ("匿名化效果人工评审", ",否,否,", ",否,是,", "masked_objects_are_unrecognisable", "FAIL"),
        ("匿名化效果人工评审", ",否,否,", ",看不清,否,", "masked_objects_are_unrecognisable", "INCONCLUSIVE"),
        ("效果评审抽样", "8f1c2ad4", "8f1c2ad5", "masked_objects_are_unrecognisable", "INCONCLUSIVE"),
        ("试验图像", "0499.png.*\n", "", "anonymisation_trial_is_large_enough", "FAIL"),
        ("试验图像", "0499.png.*\n", "", "faces_and_plates_are_anonymised", "INCONCLUSIVE"),
        ("试验传感器", ",340,", ",1920,", "anonymisation_trial_is_large_enough", "FAIL"),
        ("试验图像", r"(0012.png.*?),[0-9a-f]{64},", r"\1,,", "masks_change_the_pixels", "INCONCLUSIVE"),
    ],
)
def test_one_changed_cell(mine: Path, sheet: str, before: str, after: str, check_name: str, verdict: str) -> None:
    changed(mine, sheet, before, after)
    assert verdicts(judged(mine))[check_name] == verdict


def test_a_missed_tenth_and_one_more_fails(tmp_path: Path) -> None:
    fine = Plan(count=250, missed=25)
    one_more = Plan(count=250, missed=26)
    for plan, verdict in ((fine, "PASS"), (one_more, "FAIL")):
        folder = dossier(tmp_path / verdict, plan, pixels=False)
        assert verdicts(judged(folder))["faces_and_plates_are_anonymised"] == verdict


def test_masks_that_are_drawn_in_the_annotation_alone_are_found(tmp_path: Path) -> None:
    found = verdicts(judged(dossier(tmp_path / "d", Plan(count=220, missed=0, claimed=1))))
    assert found["faces_and_plates_are_anonymised"] == "PASS"  # the annotation is believed there
    assert found["masks_change_the_pixels"] == "FAIL"


def test_a_face_nobody_labelled_as_known_keeps_from_pass(mine: Path) -> None:
    path = mine / "evidence" / "匿名化标注.json"
    found = json.loads(path.read_bytes())
    found["categories"].append({"id": 9, "name": "headface"})
    found["annotations"].append({"id": 90001, "image_id": 3, "category_id": 9, "bbox": [1, 1, 50, 50]})
    path.write_text(json.dumps(found), encoding="utf-8")
    assert verdicts(judged(mine))["faces_and_plates_are_anonymised"] == "INCONCLUSIVE"


def test_a_cut_result_never_passes(mine: Path) -> None:
    path = mine / "evidence" / "残留.jsonl"
    path.write_bytes(path.read_bytes()[:-40])
    assert verdicts(judged(mine))["masks_change_the_pixels"] != "PASS"
