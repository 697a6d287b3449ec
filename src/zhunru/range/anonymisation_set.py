"""A whole anonymisation test as files: drawn pictures, their annotation, and the ledgers about them; seeded."""

import csv
import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from zhunru.core.record import CHINA, Record
from zhunru.formulas.sampling import draw, seal
from zhunru.range.street_pictures import Street, Treatment, coco, masked, streets
from zhunru.records.annotation_file import AnnotationFile
from zhunru.records.anonymisation_trial import AnonymisationTrial
from zhunru.records.effect_draw import EffectDraw
from zhunru.records.exterior_release import ExteriorRelease
from zhunru.records.manual_effect_review import ManualEffectReview
from zhunru.records.sheets import sheet_of
from zhunru.records.trial_picture import TrialPicture
from zhunru.records.trial_sensor import TrialSensor

SET = "匿名化-01"
SENSORS = ("前视", "左侧", "右侧", "后视")
_START = datetime(2026, 5, 6, 9, 0, tzinfo=CHINA)
_RANDOM = "round 5012345: 8f1c2ad4"


@dataclass
class Plan:
    """What is built.

    Args:
        count: Pictures.
        seed: Same seed, same pictures.
        size: Width and height, px.
        missed: Pictures whose objects are not masked.
        claimed: Pictures whose objects are masked in the annotation alone.
        reviewed: Pictures that people look at.
    """

    count: int = 500
    seed: int = 5
    size: tuple[int, int] = (340, 160)
    missed: int = 10
    claimed: int = 0
    reviewed: int = 100
    how: Treatment = "mosaic"
    names: list[str] = field(default_factory=list)


def build(plan: Plan, evidence: Path, ledgers: Path, originals: Path, after: Path) -> list[Street]:
    """Write the pictures before and after masking, the annotation and the ledgers.

    Args:
        plan: What is built.
        evidence: Folder of the annotation.
        ledgers: Folder of the ledgers, CSV.
        originals: Folder of the pictures before masking.
        after: Folder of the pictures after masking.

    Returns:
        The pictures with what stands in them.
    """
    for folder in (evidence, ledgers, originals, after):
        folder.mkdir(parents=True, exist_ok=True)
    found = list(streets(plan.count, plan.seed, plan.size))
    untouched = {s.name for s in found[: plan.missed + plan.claimed]}
    digests = {}
    for street in found:
        treated = masked(street, "nothing" if street.name in untouched else plan.how)
        digests[street.name] = (_saved(street.picture, originals / street.name), _saved(treated, after / street.name))
    (evidence / "匿名化标注.json").write_bytes(coco(found, frozenset(s.name for s in found[: plan.missed])))
    for name, records in sheets(plan, [s.name for s in found], digests).items():
        (ledgers / f"{name}.csv").write_text(_csv(records), encoding="utf-8")
    return found


def _saved(picture: Any, path: Path) -> str:
    picture.save(path, "PNG", compress_level=1)
    return hashlib.sha256(path.read_bytes()).hexdigest()


def sheets(plan: Plan, names: Sequence[str], digests: Mapping[str, tuple[str, str]]) -> dict[str, list[Record]]:
    """Return the ledgers by the name of their sheet."""
    width, height = plan.size
    size = {"width_px": width, "height_px": height}
    trial = AnonymisationTrial.model_validate(
        {
            "picture_set": SET, "tool": "示例遮盖模块", "tool_version": "2.3.1", "form": "图片", "resized": "否", "marked_by": "人工", "annotator": "吴十",
            "verifier": "郑一", "camera_width_px": 1920, "camera_height_px": 1080, "camera_hz": 30, "camera_timeline": "是", "camera_duration": "是",
            "camera_surroundings": "是", "laboratory": "示例检测中心", "day": "2026-05-06",
        }
    )  # fmt: skip
    pictures: list[Record] = [
        TrialPicture.model_validate(
            {
                "picture_set": SET, "picture": name, "sensor": SENSORS[k % len(SENSORS)], "taken": _START + timedelta(seconds=k), "digest": digests[name][0],
                "masked_digest": digests[name][1], "masked_width_px": width, "masked_height_px": height,
            } | size
        )
        for k, name in enumerate(names)
    ]  # fmt: skip
    return {
        "匿名化试验": [trial],
        "试验传感器": [TrialSensor.model_validate({"picture_set": SET, "sensor": s, "name": f"{s}摄像头"} | size) for s in SENSORS],
        "试验图像": pictures,
        "标注文件": [AnnotationFile.model_validate({"file": "匿名化标注.json", "picture_set": SET, "role": "真值", "tool": "CVAT", "tool_version": "2.4"})],
        "车外画面提供": [
            ExteriorRelease.model_validate(
                {"id": "W-01", "sensors": "；".join(SENSORS), "function": "哨兵模式", "recipient": "S-01", "consent": "否", "method": "匿名化",
                 "tool": "示例遮盖模块", "tool_version": "2.3.1", "in_vehicle": "是"}
            )
        ],
        **_looked(plan, names, digests),
    }  # fmt: skip


def _looked(plan: Plan, names: Sequence[str], digests: Mapping[str, tuple[str, str]]) -> dict[str, list[Record]]:
    """Return the sealed draw and what people saw."""
    cars = [(name, "") for name in names]
    sealed = seal(SET, cars, {"": plan.reviewed})
    by_rank = {name.upper().replace("-", ""): name for name in names}
    drawn = [by_rank[n] for n in draw(sealed, _RANDOM, cars)[""][: plan.reviewed]]
    public = _START + timedelta(days=3)
    one = EffectDraw(
        picture_set=SET,
        count=plan.reviewed,
        sealed=sealed,
        sealed_at=public - timedelta(hours=5),
        source="drand",
        public_at=public,
        randomness=_RANDOM,
    )
    seen = [
        ManualEffectReview.model_validate(
            {"picture_set": SET, "picture": name, "reviewer": "冯二", "contour_distinguishable": "否", "plate_readable": "否",
             "masked_digest": digests[name][1], "day": "2026-05-10"}
        )
        for name in drawn
    ]  # fmt: skip
    return {"效果评审抽样": [one], "匿名化效果人工评审": list(seen)}


def _csv(records: Sequence[Record]) -> str:
    header, rows = sheet_of(type(records[0]), records)
    stream = io.StringIO()
    csv.writer(stream).writerows([header, *rows])
    return stream.getvalue()
