"""What says where faces and plates are has been qualified before it judges."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.step import Limit
from zhunru.core.verdict import Verdict
from zhunru.formulas.anonymisation import scoped_counts
from zhunru.formulas.marking_quality import Figure, Ranges, judged_ratio, on_masked_pictures, on_plain_pictures, scoped_ratio
from zhunru.formulas.picture_names import picture_name
from zhunru.formulas.written_names import bare
from zhunru.records.anonymisation_trial import AnonymisationTrial
from zhunru.records.marking_tool import MarkingTool
from zhunru.records.trial_picture import TrialPicture
from zhunru.tables.trial_object import TrialObject
from zhunru.tables.trial_shape import MarkedPicture

_RULE = "gb-t-44464-2024/B.2.4"
_SLACK = 1e-9
Row = dict[str, Any]


@check("miit-2021-103/1.4", _RULE, "gb-t-44464-2024/B", title_zh="判定匿名化的标注工具经过资格检验", since="0.1")
def marking_tool_is_qualified(
    trials: list[AnonymisationTrial],
    tools: list[MarkingTool] | None,
    pictures: list[TrialPicture],
    objects: TrialObject,
    marked: MarkedPicture,
    *,
    least_pictures: Annotated[int, Limit("pictures", _RULE, "C")] = 500,
    least_objects: Annotated[int, Limit("objects", _RULE, "C")] = 200,
    side_low: Annotated[float, Limit("1", _RULE, "C")] = 0.9,
    side_high: Annotated[float, Limit("1", _RULE, "C")] = 1.1,
    near_share: Annotated[float, Limit("1", _RULE, "C")] = 0.98,
    side_error_px: Annotated[float, Limit("px", _RULE, "C")] = 1.0,
    scope_error: Annotated[float, Limit("1", _RULE, "C")] = 0.01,
    covering_error: Annotated[float, Limit("1", _RULE, "C")] = 0.05,
    count_error: Annotated[float, Limit("1", _RULE, "C")] = 0.02,
    unmatched_share: Annotated[float, Limit("1", _RULE, "P")] = 0.02,
) -> Iterator[Finding]:
    """The marking tool of each test is within the seven limits on two sets of its own, or persons marked and another went over it.

    Why:
        The detection rate is measured with the marking tool as the yardstick: a yardstick that misses small faces makes every car look good.

    为什么:
        检出率以标注工具为尺；尺子本身漏标，任何车型都会显得合格。

    How it decides:
        1. A test marked by persons needs an annotator and another person who went over it; neither named: gap.
        2. A test marked by a tool needs the qualification of that version: none: gap.
        3. Both sets have `least_pictures` pictures, all told by truth and tool, all different, none of a test (by digest), and `least_objects`
           objects in scope of each kind. Fewer, the same picture twice, or one of a test: breach. Not told: gap.
        4. On pictures without masks: Q1 more than `near_share` of faces from 27 px have a shorter side within `side_low` to `side_high` of the
           truth (a face that was not marked is outside); Q2 plates of 11 to 20 px err by `side_error_px` or less in the mean; Q3 plates above
           20 px have a mean ratio of sides within the same bounds; Q4 so has the visible area of partly visible faces from 27 px.
        5. Q5 the number of objects in scope is within `scope_error` of the truth, as a ratio. Out for one kind only: gap.
        6. On pictures with masks: Q6 the masked part of objects that are not masked whole errs by `covering_error` or less in the mean;
           Q7 the counts of correct and of missed objects are within `count_error`.
        7. A figure beyond its limit: breach. One that rests on nothing, or leaves out more than `unmatched_share` of its objects: gap.

    Inconclusive:
        No test; who marked is not told; no qualification; digests, sets or figures are missing.

    Not covered:
        That the truth of the qualification is itself right: persons made it. On which of the two sets Q1 to Q5 are taken is our reading (D).

    未覆盖:
        资格检验所用真值由人工给出，其正确性未检验；Q1 至 Q5 取自未匿名化图像集为本软件的理解。

    Args:
        trials: Tests.
        tools: Qualifications.
        pictures: Pictures of all sets.
        objects: Faces and plates of truth and of tools.
        marked: Pictures that the annotation tells.
        least_pictures: Pictures of each set.
        least_objects: Objects in scope of each kind and set.
        side_low: Lowest ratio to the truth, of 1.
        side_high: Highest ratio to the truth, of 1.
        near_share: Share of faces that must be exceeded, of 1.
        side_error_px: Highest mean error of small plates, px.
        scope_error: Deviation of the number of objects in scope, of 1.
        covering_error: Highest mean deviation of the masked part, of 1.
        count_error: Deviation of the counts of correct and missed objects, of 1.
        unmatched_share: Share of objects that a figure may leave out, of 1.

    References:
        GB/T 44464-2024 B.2.4; data-and-cyber.md 2.2.3, Q1 to Q7.
    """
    if not trials:
        yield gap("没有匿名化试验", "there is no test of the anonymisation")
    rows = [r for r in objects.collect().to_dicts() if r["kind"]]
    told = marked.collect().to_dicts()
    needed: dict[tuple[str, str], AnonymisationTrial] = {}
    for trial in trials:
        if trial.marked_by == "tool" and trial.marking_tool and trial.marking_version:
            needed.setdefault((bare(trial.marking_tool), bare(trial.marking_version)), trial)
        else:
            yield _by_persons(trial)
    tested = {p.digest.lower() for p in pictures if p.digest and p.picture_set in {t.picture_set for t in trials}}
    limits = {"Q1": near_share, "Q2": side_error_px, "Q6": covering_error}
    for meant, trial in sorted(needed.items()):
        found = [t for t in tools or () if (bare(t.tool), bare(t.version)) == meant]
        if not found:  # (2)
            yield gap(
                "标注工具没有资格检验",
                "the marking tool has no qualification",
                at=trial.origin,
                tool=trial.marking_tool,
                version=trial.marking_version,
            )
        for tool in found:
            plain, masked = (_of_set(rows, s) for s in (tool.plain_set, tool.masked_set))
            for name, pair in ((tool.plain_set, plain), (tool.masked_set, masked)):
                yield from _sample(tool, name, pictures, told, tested, least_pictures)
                yield from _enough(tool, name, pair[0], least_objects)
            ranges = Ranges(low=side_low, high=side_high)
            figures = on_plain_pictures(*plain, ranges) | {"Q6": on_masked_pictures(*masked)}
            yield from _figures(tool, figures, limits, ranges, unmatched_share)
            yield from _ratios(tool, "Q5", *scoped_ratio(*plain), scope_error)
            yield from _ratios(tool, "Q7", *judged_ratio(*masked), count_error)


def _by_persons(trial: AnonymisationTrial) -> Finding:
    # (1)
    shown: dict[str, Any] = {"at": trial.origin, "picture_set": trial.picture_set}
    if trial.marked_by != "persons":
        return gap("标注方式、标注工具或其版本未说明", "who or what marked, in which version, is not told", **shown)
    one, other = bare(trial.annotator or ""), bare(trial.verifier or "")
    if one and other and one != other:
        return ok("人工标注并经他人复核", "marked by a person and gone over by another", **shown)
    return gap("人工标注缺少标注人或另一名复核人", "annotator, or another person who went over it, is not named", **shown)


def _of_set(rows: Sequence[Row], name: str | None) -> tuple[list[Row], list[Row]]:
    mine = [r for r in rows if name and r["picture_set"] == name]
    return [r for r in mine if r["role"] == "truth"], [r for r in mine if r["role"] == "marked"]


def _sample(
    tool: MarkingTool, name: str | None, pictures: Sequence[TrialPicture], told: Sequence[Row], tested: set[str], least: int
) -> Iterator[Finding]:
    mine = [p for p in pictures if name and p.picture_set == name]
    names = {picture_name(p.picture) for p in mine}
    shown: dict[str, Any] = {"at": tool.origin, "tool": tool.tool, "picture_set": name}
    both = [{r["picture"] for r in told if r["picture_set"] == name and r["role"] == role} for role in ("truth", "marked")]
    # (3)
    if not name or not names <= both[0] & both[1]:
        yield gap(
            "资格检验图像未被真值和工具全部标注",
            "pictures of a qualification set are not all told by truth and tool",
            pictures=len(names - both[0] & both[1]),
            **shown,
        )
    if len(names) < least:
        yield breach(
            "资格检验图像不足", "too few pictures in a qualification set", measured=len(names), limit=least, unit="pictures", **shown
        )
    yield from _apart(tool, name, mine, tested)


def _apart(tool: MarkingTool, name: str | None, mine: Sequence[TrialPicture], tested: set[str]) -> Iterator[Finding]:
    """Judge by digest whether all pictures of a set differ and none is of a test."""
    digests = [p.digest.lower() for p in mine if p.digest]
    shown: dict[str, Any] = {"at": tool.origin, "tool": tool.tool, "picture_set": name}
    if len(digests) < len(mine) or not mine:
        yield gap(
            "资格检验图像没有摘要",
            "pictures of a qualification set have no digest",
            measured=len(mine) - len(digests),
            unit="pictures",
            **shown,
        )
    if len(set(digests)) < len(digests):
        yield breach(
            "资格检验图像中有相同图像",
            "a qualification set holds the same picture twice",
            measured=len(digests) - len(set(digests)),
            unit="pictures",
            **shown,
        )
    if tested & set(digests):
        yield breach(
            "资格检验图像取自试验本身",
            "pictures of a qualification set are of the test itself",
            measured=len(tested & set(digests)),
            unit="pictures",
            **shown,
        )


def _enough(tool: MarkingTool, name: str | None, truth: Sequence[Row], each: int) -> Iterator[Finding]:
    shown: dict[str, Any] = {"at": tool.origin, "tool": tool.tool, "picture_set": name}
    for kind, (sure, unsure) in scoped_counts(truth).items():
        if sure + unsure < each:
            yield breach(
                "资格检验目标不足",
                "too few objects in a qualification set",
                measured=sure,
                limit=each,
                unit="objects",
                object_kind=kind,
                **shown,
            )
        elif sure < each:
            yield gap(
                "资格检验目标数量不明",
                "whether a qualification set has enough objects is not told",
                measured=sure,
                limit=each,
                unit="objects",
                object_kind=kind,
                **shown,
            )


def _figures(
    tool: MarkingTool, figures: Mapping[str, Figure], limits: Mapping[str, float], ranges: Ranges, leave: float
) -> Iterator[Finding]:
    for name, found in figures.items():
        shown: dict[str, Any] = {
            "at": tool.origin, "tool": tool.tool, "version": tool.version, "figure": name, "objects": found.used, "unmatched": found.unmatched,
            "measured": None if found.value is None else round(found.value, 4), "limit": limits.get(name), "unit": "px" if name == "Q2" else "1",
        }  # fmt: skip
        counted_in = name == "Q1"
        whole = found.used if counted_in else found.used + found.unmatched
        # (4) and (6) against the limit, (7) what stands on too little
        if found.value is None:
            yield gap("资格指标没有可测目标", "a figure of the qualification rests on nothing", **shown)
        elif not _within(name, found.value, limits, ranges):
            yield breach("资格指标超出限值", "a figure of the qualification is beyond its limit", **shown)
        elif not counted_in and found.unmatched > leave * whole:
            yield gap("资格指标遗漏的目标过多", "a figure of the qualification leaves out too many objects", **shown)
        else:
            yield ok("资格指标符合限值", "a figure of the qualification is within its limit", **shown)


def _within(name: str, value: float, limits: Mapping[str, float], ranges: Ranges) -> bool:
    if name == "Q1":
        return value > limits[name] + _SLACK
    if name in limits:
        return value <= limits[name] + _SLACK
    return ranges.low - _SLACK <= value <= ranges.high + _SLACK


def _ratios(tool: MarkingTool, name: str, ratios: Mapping[str, float | None], unsure: int, error: float) -> Iterator[Finding]:
    # (5) and (6) counts
    for of, ratio in ratios.items():
        shown: dict[str, Any] = {
            "at": tool.origin,
            "tool": tool.tool,
            "figure": name,
            "counted": of,
            "limit": error,
            "unit": "1",
            "open": unsure,
        }
        shown |= {"measured": None if ratio is None else round(ratio, 4)}
        decides = of in {"all", "correct", "missed"}
        if ratio is None:
            yield gap("资格指标的真值数量为零", "a figure of the qualification has no object in its truth", **shown)
        elif abs(ratio - 1) > error + _SLACK:
            if decides and not unsure:
                yield breach("目标数量之比超出限值", "the ratio of counts is beyond its limit", **shown)
            else:
                yield gap(
                    "目标数量之比对某一类或因信息不全而超出限值",
                    "the ratio of counts is beyond its limit for one kind, or for want of facts",
                    **shown,
                )
        elif unsure:
            yield gap("部分目标信息不全", "of some objects not enough is told", **shown)
        else:
            yield ok("目标数量之比符合限值", "the ratio of counts is within its limit", **shown)


Example = tuple[list[AnonymisationTrial], list[MarkingTool] | None, list[TrialPicture], TrialObject, MarkedPicture]


def _case(stretch: float = 1.0, **changed: object) -> Example:
    """Return two sets of 500 pictures with 250 faces and 250 plates; the tool draws boxes `stretch` times as high."""
    tool = {"tool": "标注器", "version": "2.0", "plain_set": "P", "masked_set": "M"}
    pictures, rows, told = [], [], []
    for name in ("P", "M"):
        for k in range(500):
            kind, side = ("face", 40.0) if k % 2 else ("plate", 18.0 if k % 4 else 30.0)
            picture = f"{name}{k:03d}.jpg"
            pictures.append(TrialPicture(picture_set=name, picture=picture, digest=f"{name}{k:063d}"))
            for role, of in (("truth", 1.0), ("marked", stretch)):
                height = side * of
                facts = {"visible_ratio": 0.8, "features_visible": True, "legible": True, "unobstructed": True, "excluded": ""}
                box = [0.0, 0.0, 60.0, 0.0, 60.0, height, 0.0, height]
                rows.append({"picture_set": name, "role": role, "picture": picture, "object": "1", "kind": kind, "min_side_px": height,
                             "box_px2": 60 * height, "box_px": box, "covering_ratio": 0.9 if k > 20 else 0.3} | facts)  # fmt: skip
                told.append({"picture_set": name, "role": role, "picture": picture, "objects_told": True, "masks_told": name == "M"})
    trial = {"picture_set": "S1", "marked_by": "工具", "marking_tool": "标注器", "marking_version": "2.0"}
    return (
        [AnonymisationTrial.model_validate(trial | changed)],
        [MarkingTool.model_validate(tool)],
        pictures,
        TrialObject.rows(*rows),
        MarkedPicture.rows(*told),
    )


@marking_tool_is_qualified.example(Verdict.PASS)
def marks_as_persons_do() -> Example:
    """Boxes and counts agree with the truth."""
    return _case()


@marking_tool_is_qualified.example(Verdict.FAIL)
def boxes_are_too_high() -> Example:
    """Every box is a fifth too high."""
    return _case(1.2)


@marking_tool_is_qualified.example(Verdict.INCONCLUSIVE)
def another_version_marked() -> Example:
    """The test was marked by a version that nobody qualified."""
    return _case(marking_version="2.1")
