"""Faces and plates in exterior pictures are anonymised often enough."""

from collections.abc import Iterator, Mapping, Sequence
from math import dist
from typing import Annotated, Any, NamedTuple

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.step import Limit
from zhunru.core.verdict import Verdict
from zhunru.formulas.anonymisation import Scope, Tally, tally
from zhunru.formulas.picture_names import picture_name
from zhunru.formulas.proportion import wilson
from zhunru.records.anonymisation_trial import AnonymisationTrial
from zhunru.records.trial_picture import TrialPicture
from zhunru.tables.trial_object import TrialMask, TrialObject
from zhunru.tables.trial_shape import MarkedPicture

_RULE = "gb-t-44464-2024/5.6.1.2"
_ANNEX = "gb-t-44464-2024/B"
Row = dict[str, Any]


_Size = tuple[float | None, float | None]
_SHAKING = 0.1
"""Part of the shorter side by which two boxes of one object may differ (P); two faces cannot lie that near."""
_NEIGHBOURS = 200
"""Boxes to the left that are compared: bounds the cost of a picture full of boxes."""


@check(
    "miit-2021-103/1.4", _RULE, _ANNEX, "gb-t-44464-2024/D.6.3", "cac-2021-7/6.4", "cac-2021-7/8", title_zh="车外画面中的人脸和车牌已按要求匿名化", since="0.1"
)  # fmt: skip
def faces_and_plates_are_anonymised(
    trials: list[AnonymisationTrial],
    listed: list[TrialPicture],
    objects: TrialObject,
    masks: TrialMask,
    marked: MarkedPicture,
    *,
    detection_ratio: Annotated[float, Limit("1", _RULE, "C")] = 0.9,
    false_ratio: Annotated[float, Limit("1", _ANNEX, "C")] = 0.1,
    least_objects: Annotated[int, Limit("objects", _ANNEX, "C")] = 200,
    face_side_px: Annotated[float, Limit("px", _ANNEX, "C")] = 32.0,
    plate_side_px: Annotated[float, Limit("px", _ANNEX, "C")] = 16.0,
    visible_ratio: Annotated[float, Limit("1", _ANNEX, "C")] = 0.5,
    covering_ratio: Annotated[float, Limit("1", _ANNEX, "C")] = 0.5,
) -> Iterator[Finding]:
    """In each test the detection rate is at least `detection_ratio` for faces and for plates.

    Why:
        Persons outside never agreed to be filmed. What leaves the vehicle without their consent must not show who they are or whose car passes.

    为什么:
        车外行人和他人车辆并未同意被拍摄；未经同意送出车外的画面不得暴露其身份。

    How it decides:
        1. Each listed picture of a test must be told by exactly one truth and by masks; a picture that is not, a shape whose file or label
           nobody explains, an object that stands twice or lies outside of its picture: gap.
        2. A face is in scope when its shorter side is `face_side_px` or more, more than `visible_ratio` of it is visible and eyes, nose or mouth
           are clear; faces on adverts and in reflections are not. A plate is in scope when its shorter side is `plate_side_px` or more, nothing
           stands before it and all characters can be read; temporary and sprayed plates, and those of e-bikes and motorcycles, are not. What the
           annotation leaves untold leaves the object open.
        3. An object in scope is correct when masks cover `covering_ratio` of its box or more, else missed. R_d = correct / (correct + missed).
        4. Fewer than `least_objects` objects in scope decide nothing: gap. Below `detection_ratio` even if all open objects were correct: breach.
           Open objects otherwise: gap. The point estimate decides; the 95 % Wilson interval stands beside it.
        5. The false detection rate, masks that meet no face or plate over all masks, is told and marked when above `false_ratio`; the standard
           recommends, so it fails nothing. Masks that another rule demands do not count as false.

    Inconclusive:
        No test; pictures, scope or masks are not told for every object; too few objects.

    Not covered:
        Whether annotation and pictures agree, whether the masked areas can still be recognised, whether test and marking tool are fit: other
        checks. Whether the truth lists every face and plate cannot be computed.

    未覆盖:
        标注与画面是否相符、遮盖后是否仍可识别、试验数量与标注工具是否合格，由其他检查判定；真值是否列全所有人脸和车牌无法由计算得出。

    Args:
        trials: Tests with their sets of pictures.
        listed: Pictures of the sets.
        objects: Faces and plates of truth, with their masked part.
        masks: Masked areas.
        marked: Pictures that the annotation tells.
        detection_ratio: Least detection rate, of 1.
        false_ratio: Recommended highest false detection rate, of 1.
        least_objects: Objects in scope of each kind below which nothing is decided.
        face_side_px: Least shorter side of a face in scope, px.
        plate_side_px: Least shorter side of a plate in scope, px.
        visible_ratio: Visible part that a face in scope exceeds, of 1.
        covering_ratio: Least masked part of a correct object, of 1.

    References:
        GB/T 44464-2024 5.6.1.2, annex B, D.6.3; 汽车数据安全管理若干规定（试行） articles 6(4), 8; data-and-cyber.md 2.2.3.
    """
    scope = Scope(face_side_px, plate_side_px, visible_ratio, covering_ratio)
    rows, covers, pictures = (t.collect().to_dicts() for t in (objects, masks, marked))
    if not trials:
        yield gap("没有匿名化试验", "there is no test of the anonymisation")
    lost = sum(r["role"] is None or r["picture_set"] is None for r in (*rows, *covers, *pictures))
    if lost:
        yield gap("标注文件的用途或图像集未说明", "what an annotation file stands for, or its set, is not told", entries=lost)
    for of in sorted({t.picture_set for t in trials}):
        mine = [r for r in rows if r["picture_set"] == of and r["role"] == "truth"]
        names = [picture_name(p.picture) for p in listed if p.picture_set == of]
        # (1) what is told
        yield from _told(of, names, [p for p in pictures if p["picture_set"] == of])
        yield from _doubtful(of, mine, _sizes([p for p in listed if p.picture_set == of], [p for p in pictures if p["picture_set"] == of]))
        # (2) and (3) scope and masks
        for kind, counts in tally([r for r in mine if r["kind"]], scope).items():
            yield from _rate(of, kind, counts, detection_ratio, least_objects)
        yield from _false(of, [c for c in covers if c["picture_set"] == of and c["role"] in {"truth", "masks"}], false_ratio)


def _told(of: str, names: Sequence[str], pictures: Sequence[Row]) -> Iterator[Finding]:
    truth = [p["picture"] for p in pictures if p["role"] == "truth"]
    masked = {p["picture"] for p in pictures if p["masks_told"] and p["role"] in {"truth", "masks"}}
    untold = sorted(set(names) - set(truth))
    unmasked = sorted(set(names) & set(truth) - masked)
    stray = sorted(set(truth) - set(names))
    twice = sorted({n for n in truth if truth.count(n) > 1}) if len(set(truth)) < len(truth) else []
    if not names:
        yield gap("试验没有列出图像", "the test lists no pictures", picture_set=of)
    if untold:
        yield gap("图像没有真值标注", "pictures without a truth", measured=len(untold), unit="pictures", picture_set=of, first=untold[0])
    if unmasked:
        yield gap(
            "图像的遮盖区域未标注",
            "the masks of pictures are not told",
            measured=len(unmasked),
            unit="pictures",
            picture_set=of,
            first=unmasked[0],
        )
    if stray:
        yield gap(
            "标注的图像不在图像清单中",
            "annotated pictures are not listed",
            measured=len(stray),
            unit="pictures",
            picture_set=of,
            first=stray[0],
        )
    if twice:
        yield gap(
            "图像有多份真值标注", "pictures have more than one truth", measured=len(twice), unit="pictures", picture_set=of, first=twice[0]
        )


class _Spot(NamedTuple):
    """Centre of a box and the lengths of its sides in ascending order, px."""

    x: float
    y: float
    short: float
    long: float


def _spot(box: Sequence[float]) -> _Spot:
    corners = list(zip(box[::2], box[1::2], strict=True))
    short, long = sorted((dist(corners[0], corners[1]), dist(corners[1], corners[2])))
    return _Spot(sum(box[::2]) / len(corners), sum(box[1::2]) / len(corners), short, long)


def _sizes(listed: Sequence[TrialPicture], marked: Sequence[Row]) -> dict[str, _Size]:
    """Return picture -> width and height, px: of the list, else of the annotation."""
    said = {p["picture"]: (p["width_px"], p["height_px"]) for p in marked if p["width_px"] and p["height_px"]}
    return said | {picture_name(p.picture): (p.width_px, p.height_px) for p in listed if p.width_px and p.height_px}


def _outside(spot: _Spot, size: _Size) -> bool:
    width, height = size
    return spot.x < 0 or spot.y < 0 or (width is not None and spot.x > width) or (height is not None and spot.y > height)


def _repeated(spots: Sequence[_Spot]) -> int:
    """Count boxes that lie on another one: centres and sides differ by less than `_SHAKING` of the shorter side."""
    ordered, again = sorted(spots), 0
    for k, spot in enumerate(ordered):
        slack = _SHAKING * spot.short
        for other in ordered[max(0, k - _NEIGHBOURS) : k]:
            if max(abs(a - b) for a, b in zip(spot, other, strict=True)) <= slack:
                again += 1
                break
    return again


def _doubtful(of: str, rows: Sequence[Row], sizes: Mapping[str, _Size]) -> Iterator[Finding]:
    unknown = [r for r in rows if r["kind"] is None]
    if unknown:
        label = min(r["said_label"] for r in unknown)
        yield gap(
            "标注类别无法识别，可能是人脸或车牌",
            "a label is not known: it may be a face or plate",
            measured=len(unknown),
            unit="objects",
            picture_set=of,
            label=label,
        )
    spots: dict[tuple[Any, ...], list[_Spot]] = {}
    for row in rows:
        if row["box_px"]:
            spots.setdefault((row["picture"], row["kind"]), []).append(_spot(row["box_px"]))
    outside = sum(_outside(s, sizes.get(picture, (None, None))) for (picture, _), found in spots.items() for s in found)
    if outside:
        yield gap("目标位于画面之外", "objects lie outside of their picture", measured=outside, unit="objects", picture_set=of)
    again = sum(_repeated(found) for found in spots.values())
    if again:
        yield gap("同一目标重复标注", "one object stands twice", measured=again, unit="objects", picture_set=of)


def _rate(of: str, kind: str, counts: Tally, limit: float, least: int) -> Iterator[Finding]:
    low, high = wilson(counts.correct, counts.decided)
    shown: dict[str, Any] = {
        "picture_set": of, "object_kind": kind, "correct": counts.correct, "missed": counts.missed, "open": counts.open, "outside": counts.outside,
        "excluded": counts.excluded, "pictures": len(counts.pictures), "interval_low": round(low, 4), "interval_high": round(high, 4),
        "first_missed": counts.first_missed, "first_open": counts.first_open,
    }  # fmt: skip
    of_rate: dict[str, Any] = {"measured": round(counts.rate, 4), "limit": limit, "unit": "1"}
    # (4) the verdict
    if counts.decided + counts.open < least:
        yield gap("应匿名化的目标太少，不能判定检出率", "too few objects in scope to decide the detection rate", **of_rate, **shown)
    elif counts.best < limit:
        yield breach("检出率低于要求", "the detection rate is too low", **of_rate, **shown)
    elif counts.open:
        yield gap(
            "部分目标是否应匿名化或是否被遮盖不明", "of some objects it is not known whether they count or are masked", **of_rate, **shown
        )
    else:
        yield ok("检出率达到要求", "the detection rate is high enough", **of_rate, **shown)


def _false(of: str, covers: Sequence[Row], limit: float) -> Iterator[Finding]:
    """Tell the false detection rate of each kind."""
    # (5) it is recommended only, so it is never more than a remark
    for kind in ("face", "plate", ""):
        masks: dict[tuple[str, str, str], list[Row]] = {}
        for c in covers:
            if c["target"] == kind:
                masks.setdefault((c["source"], c["picture"], c["mask"]), []).append(c)
        wrong = sum(all(p["touches"] is False and not p["required_by"] for p in parts) for parts in masks.values())
        unsure = sum(any(p["touches"] is None for p in parts) and not any(p["touches"] for p in parts) for parts in masks.values())
        if not masks:
            continue
        low, high = wilson(wrong, len(masks))
        shown: dict[str, Any] = {
            "measured": round(wrong / len(masks), 4), "limit": limit, "unit": "1", "picture_set": of, "object_kind": kind or None, "false_masks": wrong,
            "masks": len(masks), "open": unsure, "interval_low": round(low, 4), "interval_high": round(high, 4),
        }  # fmt: skip
        if wrong / len(masks) > limit:
            yield ok(
                "误检率高于推荐值（推荐性要求，仅提示）",
                "the false detection rate is above what is recommended: a remark, not a failure",
                **shown,
            )
        else:
            yield ok("误检率不高于推荐值", "the false detection rate is within what is recommended", **shown)


Example = tuple[list[AnonymisationTrial], list[TrialPicture], TrialObject, TrialMask, MarkedPicture]


def _case(missed: int, **changed: object) -> Example:
    """Return 200 pictures with one face and one plate each; of the faces so many are missed."""
    names = [f"{k:04d}.jpg" for k in range(200)]
    of = {"picture_set": "S1", "role": "truth"}
    face = {"kind": "face", "min_side_px": 40.0, "visible_ratio": 1.0, "features_visible": True, "excluded": ""}
    plate = {"kind": "plate", "min_side_px": 20.0, "legible": True, "unobstructed": True, "excluded": "", "covering_ratio": 1.0}
    rows = [of | face | {"picture": n, "object": "1", "covering_ratio": 0.2 if k < missed else 0.5} | changed for k, n in enumerate(names)]
    rows += [of | plate | {"picture": n, "object": "2"} for n in names]
    return (
        [AnonymisationTrial(picture_set="S1", tool="遮盖", tool_version="1.0")],
        [TrialPicture(picture_set="S1", picture=n) for n in names],
        TrialObject.rows(*rows),
        TrialMask.rows(
            *(of | {"picture": n, "mask": "m", "part_no": 0, "target": "face", "required_by": "", "touches": True} for n in names)
        ),
        MarkedPicture.rows(*(of | {"picture": n, "objects_told": True, "masks_told": True} for n in names)),
    )


@faces_and_plates_are_anonymised.example(Verdict.PASS)
def nine_of_ten() -> Example:
    """180 of 200 faces and all plates are masked."""
    return _case(20)


@faces_and_plates_are_anonymised.example(Verdict.FAIL)
def one_more_is_missed() -> Example:
    """179 of 200 faces are masked."""
    return _case(21)


@faces_and_plates_are_anonymised.example(Verdict.INCONCLUSIVE)
def visible_part_is_not_told() -> Example:
    """Nobody tells how much of the faces is visible."""
    return _case(0, visible_ratio=None)
