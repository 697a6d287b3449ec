"""The pixels under every claimed mask really lost what they showed."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.step import Limit
from zhunru.core.verdict import Verdict
from zhunru.formulas.anonymisation import in_scope, is_covered
from zhunru.formulas.picture_names import picture_name
from zhunru.records.anonymisation_trial import AnonymisationTrial
from zhunru.records.trial_picture import TrialPicture
from zhunru.tables.residual import MaskedPixels, ResidualPicture
from zhunru.tables.trial_object import TrialMask, TrialObject

_ANNEX = "gb-t-44464-2024/B"
Row = dict[str, Any]
Key = tuple[str, str]


@check("miit-2021-103/1.4", _ANNEX, "gb-t-44464-2024/D.6.3", title_zh="标注为已遮盖的区域像素确实改变", since="0.1")
def masks_change_the_pixels(
    trials: list[AnonymisationTrial],
    listed: list[TrialPicture],
    masks: TrialMask,
    pixels: MaskedPixels,
    seen: ResidualPicture,
    objects: TrialObject,
    *,
    unchanged_ratio: Annotated[float, Limit("1", _ANNEX, "P")] = 0.5,
    doubtful_ratio: Annotated[float, Limit("1", _ANNEX, "P")] = 0.2,
    outside_ratio: Annotated[float, Limit("1", _ANNEX, "P")] = 0.5,
) -> Iterator[Finding]:
    """Under each mask of a test no more than `doubtful_ratio` of the detail of the original is left.

    Why:
        The detection rate believes the annotation. An annotation that draws a mask where the picture is as it was would pass every car.

    为什么:
        检出率以标注为准；标注画了遮盖而画面原样未动，任何车型都会"合格"。

    How it decides:
        1. Each mask of a test is looked up in a result of the residual test: by the digests of the picture before and after masking that the
           list of pictures gives, and by its very outline. Not there: gap, once for the test, with the count.
        2. Outside of all masks at least `outside_ratio` of the detail must still be there, else the two pictures are not of one scene: gap.
        3. An object of the truth counts as masked in a picture for which no mask is drawn: nothing can be compared, gap.
        4. More than `unchanged_ratio` of the detail under a mask is left: breach.
        5. More than `doubtful_ratio`, or no detail in the original that could be lost: gap. Else ok.

    Inconclusive:
        No test, no mask; pictures or masks were not compared, or do not fit each other.

    Not covered:
        Whether changed pixels still show a face or plate: a light blur changes them too. That is the question of the effect.

    未覆盖:
        像素虽变而仍可辨认的情形（如轻度模糊），由效果检验判定。

    Args:
        trials: Tests.
        listed: Pictures of the sets with their digests.
        masks: Masked areas.
        pixels: Pixels under masks.
        seen: Pictures of the residual test.
        objects: Faces and plates of truth with their masked part.
        unchanged_ratio: Share of detail left above which a mask is none, of 1.
        doubtful_ratio: Share of detail left above which nothing is said, of 1.
        outside_ratio: Least share of detail left outside of all masks, of 1.

    References:
        GB/T 44464-2024 annex B (mask covering rate); `formulas.pixel_change` (P).
    """
    if not trials:
        yield gap("没有匿名化试验", "there is no test of the anonymisation")
    drawn = [m for m in masks.collect().to_dicts() if m["role"] in {"truth", "masks"}]
    compared = {(r["masked_sha256"], r["original_sha256"], _rounded(r["outline_px"])): r for r in _worst_last(pixels.collect().to_dicts())}
    beside = {(r["masked_sha256"], r["original_sha256"]): r for r in seen.collect().to_dicts() if r["outside_detail_count"] is not None}
    truth = [r for r in objects.collect().to_dicts() if r["role"] == "truth" and r["kind"]]
    for of in sorted({t.picture_set for t in trials}):
        mine = [m for m in drawn if m["picture_set"] == of]
        named = {picture_name(p.picture): p for p in listed if p.picture_set == of}
        if not mine:
            yield gap("试验没有遮盖区域", "the test has no masked areas", picture_set=of)
        yield from _undrawn(of, [r for r in truth if r["picture_set"] == of], {m["picture"] for m in mine})
        unseen = []
        for mask in mine:
            key = _digests(named.get(mask["picture"]))
            found = compared.get((*key, _rounded(mask["outline_px"]))) if key and mask["outline_px"] else None
            if key is None or found is None:
                unseen.append(mask["picture"])
                continue
            yield _judged(of, mask, found, beside.get(key), unchanged_ratio, doubtful_ratio, outside_ratio)
        # (1) not looked up
        if unseen:
            yield gap(
                "遮盖区域的像素未经比较",
                "the pixels under masks were not compared",
                measured=len(unseen),
                limit=0,
                unit="masks",
                picture_set=of,
                first=min(unseen),
            )


def _undrawn(of: str, rows: Sequence[Row], drawn: set[str]) -> Iterator[Finding]:
    # (3) a masked part that is only said
    said = sorted(r["picture"] for r in rows if in_scope(r) is not False and is_covered(r) and r["picture"] not in drawn)
    if said:
        yield gap(
            "目标称已遮盖，而图像没有遮盖区域可比较",
            "objects count as masked where no mask is drawn that could be compared",
            measured=len(said),
            limit=0,
            unit="objects",
            picture_set=of,
            first=said[0],
        )


def _worst_last(rows: Sequence[Row]) -> list[Row]:
    """Return the rows so that of several results for one mask the one with most detail left decides."""
    return sorted(rows, key=lambda r: r["kept_count"] / r["detail_count"] if r["detail_count"] else 0.0)


def _rounded(outline: Sequence[float] | None) -> tuple[float, ...]:
    return tuple(round(v, 2) for v in outline or ())


def _digests(picture: TrialPicture | None) -> Key | None:
    if picture is None or not picture.masked_digest or not picture.digest:
        return None
    return picture.masked_digest.strip().lower(), picture.digest.strip().lower()


def _judged(of: str, mask: Mapping[str, Any], found: Row, beside: Row | None, unchanged: float, doubtful: float, outside: float) -> Finding:
    left = found["kept_count"] / found["detail_count"] if found["detail_count"] else None
    shown: dict[str, Any] = {
        "source": found["source"], "measured": None if left is None else round(left, 4), "limit": doubtful, "unit": "1", "picture_set": of,
        "picture": mask["picture"], "mask": mask["mask"], "pixels": found["pixel_count"],
    }  # fmt: skip
    # (4) and (5) what is left
    if left is not None and left > unchanged:
        return breach("标注为已遮盖，而像素未改变", "a mask is claimed while the pixels are unchanged", **shown)
    # (2) the rest of the picture
    if beside is None or not beside["outside_detail_count"] or beside["outside_kept_count"] < outside * beside["outside_detail_count"]:
        return gap(
            "遮盖之外的画面也不相同：前后两图不能比较", "the pictures differ outside of the masks too: they cannot be compared", **shown
        )
    if left is None:
        return gap("原图此处没有可失去的细节", "the original has no detail here that could be lost", **shown)
    if left > doubtful:
        return gap("部分像素未改变", "a part of the pixels is unchanged", **shown)
    return ok("像素确实改变", "the pixels really changed", **shown)


Example = tuple[list[AnonymisationTrial], list[TrialPicture], TrialMask, MaskedPixels, ResidualPicture, TrialObject]


def _case(kept: int, **changed: object) -> Example:
    outline = [10.0, 10.0, 50.0, 10.0, 50.0, 50.0, 10.0, 50.0]
    both = {"picture": "1.jpg", "masked_sha256": "a" * 64, "original_sha256": "b" * 64}
    listed: dict[str, object] = {"picture_set": "S1", "picture": "1.jpg", "digest": "b" * 64, "masked_digest": "a" * 64}
    mask = {
        "picture_set": "S1",
        "role": "truth",
        "picture": "1.jpg",
        "mask": "m1",
        "part_no": 0,
        "target": "face",
        "required_by": "",
        "outline_px": outline,
    }
    return (
        [AnonymisationTrial(picture_set="S1")],
        [TrialPicture.model_validate(listed | changed)],
        TrialMask.rows(mask),
        MaskedPixels.rows(both | {"outline_px": outline, "pixel_count": 1600, "detail_count": 1000, "kept_count": kept}),
        ResidualPicture.rows(both | {"reason": "", "models_run": False, "outside_detail_count": 9000, "outside_kept_count": 8900}),
        TrialObject.rows(
            {
                "picture_set": "S1",
                "role": "truth",
                "picture": "1.jpg",
                "object": "1",
                "kind": "face",
                "min_side_px": 40.0,
                "visible_ratio": 1.0,
                "features_visible": True,
                "excluded": "",
                "box_px": outline,
                "covering_ratio": 1.0,
            }
        ),
    )


@masks_change_the_pixels.example(Verdict.PASS)
def mosaic() -> Example:
    """A fifth of the detail looks as before: edges of a mosaic may do that by chance."""
    return _case(200)


@masks_change_the_pixels.example(Verdict.FAIL)
def drawn_only_in_the_annotation() -> Example:
    """All of the detail is left."""
    return _case(1000)


@masks_change_the_pixels.example(Verdict.INCONCLUSIVE)
def another_picture_was_compared() -> Example:
    """The digest of the list is another one."""
    return _case(0, masked_digest="c" * 64)
