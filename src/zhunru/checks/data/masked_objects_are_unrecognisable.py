"""Masked faces and plates cannot be recognised, by machine or by people."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.record import untimed
from zhunru.core.step import Limit
from zhunru.core.verdict import Verdict
from zhunru.formulas.anonymisation import KINDS, in_scope, is_covered
from zhunru.formulas.picture_names import picture_name
from zhunru.formulas.polygon_area import area, covered_area, points
from zhunru.formulas.sampling import draw, seal
from zhunru.formulas.written_names import bare
from zhunru.records.anonymisation_trial import AnonymisationTrial
from zhunru.records.effect_draw import EffectDraw
from zhunru.records.effect_recognition import EffectRecognition
from zhunru.records.manual_effect_review import ManualEffectReview
from zhunru.records.trial_picture import TrialPicture
from zhunru.tables.residual import ResidualFind, ResidualPicture
from zhunru.tables.trial_object import TrialObject

_ANNEX = "gb-t-44464-2024/B"
Row = dict[str, Any]


@check(
    "miit-2021-103/1.4", _ANNEX, "gb-t-44464-2024/5.6.1.2", "gb-t-44464-2024/D.6.3", title_zh="遮盖后的人脸和车牌不能被辨认", since="0.1"
)  # fmt: skip
def masked_objects_are_unrecognisable(
    trials: list[AnonymisationTrial],
    listed: list[TrialPicture],
    objects: TrialObject,
    recognitions: list[EffectRecognition] | None,
    draws: list[EffectDraw] | None,
    reviews: list[ManualEffectReview] | None,
    finds: ResidualFind | None,
    seen: ResidualPicture | None,
    *,
    models: Annotated[int, Limit("models", _ANNEX, "C")] = 2,
    least_reviewed: Annotated[int, Limit("pictures", _ANNEX, "C")] = 100,
    working_ratio: Annotated[float, Limit("1", _ANNEX, "P")] = 0.5,
    overlap_ratio: Annotated[float, Limit("1", _ANNEX, "P")] = 0.5,
) -> Iterator[Finding]:
    """In each test two models of each kind, or people on random pictures, recognise none of the correctly anonymised objects.

    Why:
        A mask that lets the face through is a mask on paper: coverage counts area, not what can still be seen.

    为什么:
        遮挡率只计面积；透过遮盖仍能辨认人脸或读出车牌的，匿名化并无效果。

    How it decides:
        1. By machine: for each kind `models` different models with their digests, each given all correctly anonymised objects, none recognised.
           A model counts only if it recognises at least `working_ratio` of them before masking: one that finds nothing anywhere proves nothing.
        2. By people: `least_reviewed` pictures or more, drawn so that nobody chose them: the list of pictures was sealed before the random value
           became public, and the draw computed again gives the same pictures; each looked at by a named person who tells contour and plate.
        3. Machine for both kinds, or people: enough. Neither: gap.
        4. Anything recognised, by a model or a person: breach, whichever way was chosen.
        5. The residual test of this software, when given: a face, or a plate read whole, whose box lies by `overlap_ratio` on an object in scope
           that counts as masked: breach. A plate read in part there, a find where the truth knows nothing, a picture that could not be examined: gap.
           On objects that are missed or out of scope it says nothing new. What it does not find is never an ok.

    Inconclusive:
        No test; neither way is complete; the draw cannot be computed again.

    Not covered:
        Stronger models and persons who know the place. Models recorded by a laboratory are not run again.

    未覆盖:
        更强的识别模型、熟悉现场的人；实验室所记模型结果未重新运行。

    Args:
        trials: Tests.
        listed: Pictures of the sets with their digests.
        objects: Faces and plates of truth with their masked part.
        recognitions: Models run over masked objects.
        draws: Draws of pictures for people.
        reviews: What people saw.
        finds: Finds of the residual test.
        seen: Pictures of the residual test.
        models: Different models for each kind.
        least_reviewed: Pictures that people look at.
        working_ratio: Share of the objects that a model must recognise before masking, of 1.
        overlap_ratio: Share of a find that must lie on the object, of 1.

    References:
        GB/T 44464-2024 annex B; data-and-cyber.md 2.2.3; `formulas.sampling` for the sealed draw (P).
    """
    if not trials:
        yield gap("没有匿名化试验", "there is no test of the anonymisation")
    rows = [r for r in objects.collect().to_dicts() if r["role"] == "truth" and r["kind"]]
    left = finds.collect().to_dicts() if finds else []
    looked = seen.collect().to_dicts() if seen else []
    for of in sorted({t.picture_set for t in trials}):
        mine = [r for r in rows if r["picture_set"] == of]
        pictures = {picture_name(p.picture): p for p in listed if p.picture_set == of}
        correct = {k: sum(r["kind"] == k and in_scope(r) is True and is_covered(r) is True for r in mine) for k in KINDS}
        told = [_machine(of, k, correct[k], [r for r in recognitions or () if r.picture_set == of], models, working_ratio) for k in KINDS]
        people = list(_people(of, pictures, draws or [], reviews or [], least_reviewed))
        yield from _either_way(of, told, people)
        yield from _residual(of, pictures, mine, left, looked, overlap_ratio)


def _either_way(of: str, machine: Sequence[Sequence[Finding]], people: Sequence[Finding]) -> Iterator[Finding]:
    """Yield what both ways give; gaps of the one do not matter once the other is whole."""
    found = [*(f for part in machine for f in part), *people]
    by_machine = all(part and all(f.kind == "ok" for f in part) for part in machine)
    by_people = bool(people) and all(f.kind == "ok" for f in people)
    # (3) either way, (4) any hit
    yield from (f for f in found if f.kind != "gap" or not (by_machine or by_people))
    if not (by_machine or by_people):
        yield gap(
            "效果检验不完整：识别模型和人工评审均未完成", "the effect is judged in whole neither by models nor by people", picture_set=of
        )


def _machine(of: str, kind: str, correct: int, rows: Sequence[EffectRecognition], models: int, working: float) -> list[Finding]:
    """Judge the models of one kind; none recorded gives nothing."""
    mine = [r for r in rows if r.kind_of_object == kind]
    # (1) each model
    found = [f for r in mine if (f := _model(r, correct, working))]
    counted = {(bare(r.model), (r.digest or "").lower()) for r in mine if _model(r, correct, working) is None}
    different = min(len({m for m, _ in counted}), len({d for _, d in counted}))
    shown: dict[str, Any] = {"unit": "models", "limit": models, "picture_set": of, "object_kind": kind, "objects": correct}
    if mine and different < models and not any(f.kind == "breach" for f in found):
        found.append(gap("可用的识别模型不足", "too few models that count", measured=different, **shown))
    elif mine and not found:
        found.append(ok("识别模型均未认出", "no model recognises any", measured=different, **shown))
    return found


def _model(r: EffectRecognition, correct: int, working: float) -> Finding | None:
    """Return what speaks against one model, or None when it counts."""
    shown: dict[str, Any] = {"at": r.origin, "picture_set": r.picture_set, "object_kind": r.kind_of_object, "model": r.model}
    shown |= {"measured": r.recognised_count, "limit": 0, "unit": "objects"}
    if r.recognised_count:
        return breach("识别模型认出了遮盖后的目标", "a model recognises masked objects", **shown)
    if r.recognised_count is None or r.examined_count is None or not r.digest or r.examined_count < correct or not correct:
        return gap(
            "识别模型的结果、摘要或送检数不全", "result, digest or number of objects of a model is not whole", correct=correct, **shown
        )
    if r.plain_recognised_count is None or r.plain_recognised_count < working * r.examined_count:
        return gap("识别模型对原图的识别能力未证明", "that the model recognises the originals is not shown", **shown)
    return None


def _people(
    of: str, pictures: Mapping[str, TrialPicture], draws: Sequence[EffectDraw], reviews: Sequence[ManualEffectReview], least: int
) -> Iterator[Finding]:
    mine = [r for r in reviews if r.picture_set == of]
    hits = [r for r in mine if r.contour_distinguishable or r.plate_readable]
    for r in hits:
        yield breach(
            "人工仍能辨认遮盖后的人脸或车牌",
            "a person still recognises a masked face or plate",
            at=r.origin,
            picture_set=of,
            picture=r.picture,
        )
    ours = [d for d in draws if d.picture_set == of]
    # (2) the draw, then the looks
    if len(ours) == 1:
        yield from _looked(ours[0], pictures, mine, least, hit=bool(hits))
    elif mine or ours:
        yield gap(
            "抽样记录缺失或不止一份",
            "the draw is not recorded, or more than once",
            measured=len(ours),
            limit=1,
            unit="draws",
            picture_set=of,
        )


def _looked(
    of: EffectDraw, pictures: Mapping[str, TrialPicture], mine: Sequence[ManualEffectReview], least: int, *, hit: bool
) -> Iterator[Finding]:
    shown: dict[str, Any] = {"at": of.origin, "picture_set": of.picture_set}
    drawn = _drawn(of, list(pictures))
    if drawn is None:
        yield gap(
            "抽样不能复算，或封存不早于随机数公布", "the draw cannot be computed again, or was not sealed before the random value", **shown
        )
        return
    told = [r for r in mine if r.reviewer and r.contour_distinguishable is not None and r.plate_readable is not None]
    done = {picture_name(r.picture) for r in told if _same(r, pictures)}
    lacking = [n for n in drawn if n not in done]
    shown |= {"measured": len(drawn) - len(lacking), "limit": least, "unit": "pictures"}
    if len(drawn) < least or lacking:
        yield gap(
            "抽中的图像太少或未全部评审",
            "too few pictures were drawn, or not all of them were looked at",
            first=lacking[0] if lacking else None,
            **shown,
        )
    elif not hit:
        yield ok("人工均不能辨认", "people recognise none", **shown)


def _same(review: ManualEffectReview, pictures: Mapping[str, TrialPicture]) -> bool:
    """Tell whether a review is about the masked picture of the list; a review without a digest is believed to be."""
    picture = pictures.get(picture_name(review.picture))
    if picture is None:
        return False
    return not review.masked_digest or review.masked_digest.lower() == (picture.masked_digest or "").lower()


def _drawn(of: EffectDraw, names: Sequence[str]) -> list[str] | None:
    """Return the drawn pictures, computed again; None when seal, times or randomness do not hold."""
    if of.sealed_at is None or of.public_at is None or not of.sealed or not of.randomness or of.count is None or not of.count.is_integer():
        return None
    if of.sealed_at >= of.public_at or untimed(of.sealed_at, of.public_at):
        return None
    count = int(of.count)
    known = {bare(n).replace("-", "").upper(): n for n in names}
    try:
        if (
            len(known) < len(names)
            or not 0 < count <= len(names)
            or seal(of.picture_set, [(n, "") for n in names], {"": count}) != of.sealed.strip().lower()
        ):
            return None
        return [known[n] for n in draw(of.sealed.strip().lower(), of.randomness, [(n, "") for n in names])[""][:count]]
    except (ValueError, KeyError):
        return None


def _residual(
    of: str, pictures: Mapping[str, TrialPicture], rows: Sequence[Row], finds: Sequence[Row], seen: Sequence[Row], overlap: float
) -> Iterator[Finding]:
    named = {(p.masked_digest or "").strip().lower(): n for n, p in pictures.items() if p.masked_digest}
    # (5) our own detectors
    for r in seen:
        if r["reason"] and r["masked_sha256"] in named:
            yield gap(
                "图像未能做残留检验",
                "a picture could not be examined by the residual test",
                source=r["source"],
                picture_set=of,
                picture=r["picture"],
            )
    for find in finds:
        name = named.get(find["masked_sha256"])
        if name is None:
            continue
        shown: dict[str, Any] = {
            "source": find["source"], "measured": round(find["score_ratio"], 4), "unit": "1", "picture_set": of, "picture": name,
            "object_kind": find["kind"], "model": find["model"], "text": find["shown"],
        }  # fmt: skip
        met = [r for r in rows if r["picture"] == name and _on(find, r, overlap)]
        same = [r for r in met if r["kind"] == find["kind"]]
        if any(in_scope(r) is True and is_covered(r) is True for r in same):
            if find["whole"]:
                yield breach("残留检验仍能辨认遮盖后的目标", "the residual test still recognises a masked object", **shown)
            else:
                yield gap("残留检验读出遮盖后车牌的一部分", "the residual test reads a part of a masked plate", **shown)
        elif not met and find["whole"]:
            yield gap(
                "残留检验在真值没有目标之处有发现：真值可能不全", "the residual test finds something where the truth has nothing", **shown
            )


def _on(find: Row, row: Row, overlap: float) -> bool:
    if row["box_px"] is None or find["box_px"] is None:
        return False
    box, other = points(find["box_px"]), points(row["box_px"])
    smaller = min(area(box), area(other))
    return smaller > 0 and covered_area(box, [other]) >= overlap * smaller


Example = tuple[
    list[AnonymisationTrial], list[TrialPicture], TrialObject, list[EffectRecognition] | None, list[EffectDraw] | None,
    list[ManualEffectReview] | None, ResidualFind | None, ResidualPicture | None,
]  # fmt: skip


def _case(recognised: int = 0, residual: ResidualFind | None = None, **changed: object) -> Example:
    """Return one masked face and one masked plate, and two models for each."""
    box = [0.0, 0.0, 60.0, 0.0, 60.0, 40.0, 0.0, 40.0]
    of = {
        "picture_set": "S1",
        "role": "truth",
        "picture": "1.jpg",
        "min_side_px": 40.0,
        "box_px": box,
        "excluded": "",
        "covering_ratio": 1.0,
    }
    face = of | {"object": "1", "kind": "face", "visible_ratio": 1.0, "features_visible": True}
    plate = of | {"object": "2", "kind": "plate", "legible": True, "unobstructed": True}
    run: dict[str, object] = {"picture_set": "S1", "examined_count": 1, "plain_recognised_count": 1, "recognised_count": 0}
    rows: list[dict[str, object]] = [run | {"kind_of_object": k, "model": m, "digest": m * 64} for k in KINDS for m in ("a", "b")]
    rows[0] |= {"recognised_count": recognised} | changed
    return (
        [AnonymisationTrial(picture_set="S1")],
        [TrialPicture(picture_set="S1", picture="1.jpg", masked_digest="f" * 64)],
        TrialObject.rows(face, plate),
        [EffectRecognition.model_validate(r) for r in rows],
        None,
        None,
        residual,
        None,
    )


@masked_objects_are_unrecognisable.example(Verdict.PASS)
def two_models_of_each_kind_see_nothing() -> Example:
    """Both models of each kind recognise the originals and none of the masked objects."""
    return _case()


@masked_objects_are_unrecognisable.example(Verdict.FAIL)
def one_face_is_recognised() -> Example:
    """One model recognises the masked face."""
    return _case(recognised=1)


@masked_objects_are_unrecognisable.example(Verdict.FAIL)
def plate_is_still_legible() -> Example:
    """The models of the laboratory saw nothing; the residual test reads the plate."""
    find = {
        "picture": "1.jpg",
        "masked_sha256": "f" * 64,
        "kind": "plate",
        "model": "PP-OCRv6",
        "score_ratio": 0.9,
        "whole": True,
        "shown": "京A****5",
    }
    return _case(residual=ResidualFind.rows(find | {"box_px": [0.0, 0.0, 60.0, 0.0, 60.0, 40.0, 0.0, 40.0]}))


@masked_objects_are_unrecognisable.example(Verdict.INCONCLUSIVE)
def model_that_sees_nothing_anywhere() -> Example:
    """One model does not even recognise the originals."""
    return _case(plain_recognised_count=0)
