"""The test of an anonymisation rests on enough pictures, taken as the standard asks."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Annotated, Any

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.step import Limit
from zhunru.core.verdict import Verdict
from zhunru.formulas.anonymisation import Scope, scoped_counts
from zhunru.formulas.picture_names import picture_name
from zhunru.formulas.picture_spacing import spacing
from zhunru.formulas.written_names import bare
from zhunru.records.anonymisation_trial import AnonymisationTrial
from zhunru.records.trial_clip import TrialClip
from zhunru.records.trial_picture import TrialPicture
from zhunru.records.trial_sensor import TrialSensor
from zhunru.tables.trial_object import TrialObject

_ANNEX = "gb-t-44464-2024/B"
_SLACK_S = 1e-6
Row = dict[str, Any]


@check(
    "miit-2021-103/1.4",
    _ANNEX,
    "gb-t-44464-2024/5.6.1.2",
    "gb-t-44464-2024/D.6.3",
    title_zh="匿名化试验的数量和取样方式符合要求",
    since="0.1",
)
def anonymisation_trial_is_large_enough(
    trials: list[AnonymisationTrial],
    sensors: list[TrialSensor],
    pictures: list[TrialPicture],
    clips: list[TrialClip] | None,
    objects: TrialObject,
    *,
    least_pictures: Annotated[int, Limit("pictures", _ANNEX, "C")] = 500,
    spacing_s: Annotated[float, Limit("s", _ANNEX, "C")] = 1.0,
    video_s: Annotated[float, Limit("s", _ANNEX, "C")] = 1000.0,
    clip_s: Annotated[float, Limit("s", _ANNEX, "C")] = 10.0,
    frame_step_s: Annotated[float, Limit("s", _ANNEX, "C")] = 2.0,
    step_error_s: Annotated[float, Limit("s", _ANNEX, "P")] = 0.1,
    sensor_pictures: Annotated[int, Limit("pictures", _ANNEX, "C")] = 10,
    sensor_video_s: Annotated[float, Limit("s", _ANNEX, "C")] = 10.0,
    least_objects: Annotated[int, Limit("objects", _ANNEX, "C")] = 200,
    camera_width_px: Annotated[float, Limit("px", _ANNEX, "C")] = 1920.0,
    camera_height_px: Annotated[float, Limit("px", _ANNEX, "C")] = 1080.0,
    camera_hz: Annotated[float, Limit("Hz", _ANNEX, "C")] = 30.0,
) -> Iterator[Finding]:
    """Each test has enough pictures and objects of every sensor, at the asked spacing and in the sensor's own size.

    Why:
        A rate over a few pictures of one camera on one afternoon says nothing about the car.

    为什么:
        少数画面得出的检出率不能代表车辆的实际能力。

    How it decides:
        1. Every sensor of the test gives `sensor_pictures` pictures or `sensor_video_s` of video, and at least one face or plate.
        2. Single pictures: `least_pictures` or more; of one sensor none closer than `spacing_s` to the next.
        3. Video: clips of `clip_s` or more, `video_s` in sum; pictures are taken of it at one fixed step of `frame_step_s` or more
           (a deviation up to `step_error_s` is rounding), `least_pictures` or more.
        4. `least_objects` or more faces and as many plates are in scope; the same object in several pictures counts again.
        5. Nothing is scaled: nobody says so, and each picture has before and after masking the size that its sensor sends.
        6. The reference camera has at least `camera_width_px` x `camera_height_px` and `camera_hz`, and records time line, duration and surroundings.
        7. What is below a limit: breach. What is blank or unreadable, a picture that stands twice or belongs to no listed sensor: gap.

    Inconclusive:
        No test; form, times, sizes, lengths, sensors or the reference camera are not told.

    Not covered:
        Whether the listed sensors are all exterior sensors of the car: table D.1. Lengths of clips are as a person wrote them.

    未覆盖:
        所列传感器是否为全部车外传感器（见表 D.1）；视频片段时长以记录为准，未读取视频本身。

    Args:
        trials: Tests.
        sensors: Sensors of the tests.
        pictures: Pictures of the tests.
        clips: Video clips of the tests.
        objects: Faces and plates of truth.
        least_pictures: Pictures of a test.
        spacing_s: Least time between single pictures of a sensor, s.
        video_s: Least sum of clips, s.
        clip_s: Least length of a clip, s.
        frame_step_s: Least step between pictures taken of video, s.
        step_error_s: Deviation of a step that is rounding, s.
        sensor_pictures: Pictures of each sensor.
        sensor_video_s: Video of each sensor, s.
        least_objects: Objects in scope of each kind.
        camera_width_px: Width of the reference camera, px.
        camera_height_px: Its height, px.
        camera_hz: Its pictures per second, Hz.

    References:
        GB/T 44464-2024 annex B; data-and-cyber.md 2.2.3.
    """
    rows = [r for r in objects.collect().to_dicts() if r["role"] == "truth" and r["kind"]]
    if not trials:
        yield gap("没有匿名化试验", "there is no test of the anonymisation")
    for trial in trials:
        of = trial.picture_set
        mine = [p for p in pictures if p.picture_set == of]
        films = [c for c in clips or () if c.picture_set == of]
        seen = [r for r in rows if r["picture_set"] == of]
        fitted = [s for s in sensors if s.picture_set == of]
        yield from _sensors(of, fitted, mine, films, seen, sensor_pictures, sensor_video_s)
        # (2) and (3) volume
        yield from _counted(of, mine, least_pictures)
        if trial.form == "pictures":
            yield from _spaced(of, mine, spacing_s)
        elif trial.form == "video":
            yield from _filmed(trial, mine, films, video_s, clip_s, frame_step_s, step_error_s)
        else:
            yield gap("采集形式未说明", "pictures or video: not told", at=trial.origin, picture_set=of)
        yield from _objects(of, seen, least_objects)
        yield from _unscaled(trial, mine, fitted)
        yield from _camera(trial, camera_width_px, camera_height_px, camera_hz)


def _sensors(
    of: str,
    fitted: Sequence[TrialSensor],
    mine: Sequence[TrialPicture],
    films: Sequence[TrialClip],
    seen: Sequence[Row],
    count: int,
    length: float,
) -> Iterator[Finding]:
    if not fitted:
        yield gap("试验没有列出传感器", "the test lists no sensors", picture_set=of)
    known = {bare(s.sensor) for s in fitted}
    lost = sum(not p.sensor or bare(p.sensor) not in known for p in mine)
    if lost:
        yield gap("图像不属于所列传感器", "pictures belong to no listed sensor", measured=lost, unit="pictures", picture_set=of)
    for sensor in fitted:  # (1)
        names = [picture_name(p.picture) for p in mine if p.sensor and bare(p.sensor) == bare(sensor.sensor)]
        lengths = [c.duration_s for c in films if c.sensor and bare(c.sensor) == bare(sensor.sensor)]
        film = sum(d for d in lengths if d is not None)
        shown: dict[str, Any] = {"at": sensor.origin, "picture_set": of, "sensor": sensor.sensor, "pictures": len(names), "video_s": film}
        if len(names) < count and film < length:
            if None in lengths:  # (7)
                yield gap("传感器的视频时长不明", "the length of a sensor's video is not told", **shown)
            else:
                yield breach("传感器的图像或视频太少", "too few pictures and too little video of a sensor", **shown)
        elif not {r["picture"] for r in seen} & set(names):
            yield breach("传感器的画面中没有目标", "no face or plate in the pictures of a sensor", **shown)
        else:
            yield ok("传感器的取样足够", "the sensor gives enough", **shown)


def _counted(of: str, mine: Sequence[TrialPicture], least: int) -> Iterator[Finding]:
    names = {picture_name(p.picture) for p in mine}
    digests = [p.digest.lower() for p in mine if p.digest]
    again = len(mine) - len(names) + len(digests) - len(set(digests))
    if again:
        yield gap("同一图像重复出现", "a picture stands twice", measured=again, unit="pictures", picture_set=of)
    if len(names) >= least:
        yield ok("图像数量足够", "there are enough pictures", measured=len(names), limit=least, unit="pictures", picture_set=of)
    else:
        yield breach("图像数量不足", "there are too few pictures", measured=len(names), limit=least, unit="pictures", picture_set=of)


def _by(mine: Sequence[TrialPicture], name: str) -> dict[str, list[datetime | None]]:
    found: dict[str, list[datetime | None]] = {}
    for p in mine:
        found.setdefault(bare(getattr(p, name) or ""), []).append(p.taken)
    return found


def _spaced(of: str, mine: Sequence[TrialPicture], limit: float) -> Iterator[Finding]:
    for sensor, times in sorted(_by(mine, "sensor").items()):
        found = spacing(times)
        shown: dict[str, Any] = {"measured": found.shortest_s, "limit": limit, "unit": "s", "picture_set": of, "sensor": sensor}
        if found.shortest_s is not None and found.shortest_s < limit - _SLACK_S:
            yield breach("两幅图像的间隔太短", "two pictures stand too close in time", **shown)
        elif found.untold:
            yield gap("图像的拍摄时间不明", "the times of pictures are not told", untold=found.untold, **shown)
        else:
            yield ok("图像的间隔足够", "the pictures stand far enough apart", **shown)


def _filmed(
    trial: AnonymisationTrial,
    mine: Sequence[TrialPicture],
    films: Sequence[TrialClip],
    total: float,
    each: float,
    least_step: float,
    error: float,
) -> Iterator[Finding]:
    of = trial.picture_set
    lengths = [c.duration_s for c in films]
    whole = sum(d for d in lengths if d is not None)
    for clip in films:
        if clip.duration_s is not None and clip.duration_s < each:
            yield breach(
                "视频片段太短", "a clip is too short", at=clip.origin, measured=clip.duration_s, limit=each, unit="s", clip=clip.clip
            )
    if None in lengths or not films or len({bare(c.clip) for c in films}) < len(films):
        yield gap(
            "视频片段的时长不明或片段重复", "the length of a clip is not told, or a clip stands twice", picture_set=of, clips=len(films)
        )
    elif whole < total:
        yield breach("视频总时长不足", "there is too little video", measured=whole, limit=total, unit="s", picture_set=of)
    else:
        yield ok("视频总时长足够", "there is enough video", measured=whole, limit=total, unit="s", picture_set=of)
    step = trial.frame_step_s
    if step is None:
        yield gap("抽帧间隔未说明", "the step between pictures is not told", at=trial.origin, picture_set=of)
    elif step < least_step:
        yield breach(
            "抽帧间隔太短",
            "the step between pictures is too short",
            at=trial.origin,
            measured=step,
            limit=least_step,
            unit="s",
            picture_set=of,
        )
    yield from _stepped(trial, mine, {bare(c.clip) for c in films}, least_step, error)


def _stepped(
    trial: AnonymisationTrial, mine: Sequence[TrialPicture], known: set[str], least_step: float, error: float
) -> Iterator[Finding]:
    of, step = trial.picture_set, trial.frame_step_s
    for clip_id, times in sorted(_by(mine, "clip").items()):
        found = spacing(times)
        shown: dict[str, Any] = {
            "measured": found.shortest_s,
            "longest_s": found.longest_s,
            "limit": step,
            "unit": "s",
            "picture_set": of,
            "clip": clip_id,
        }
        if clip_id not in known or found.untold:
            yield gap("抽取的图像缺少片段或时间", "clip or time of pictures taken of video is not told", pictures=len(times), **shown)
        elif found.shortest_s is not None and found.shortest_s < least_step - error:
            yield breach("抽取的图像间隔太短", "pictures taken of video stand too close", **shown)
        elif step is not None and any(s is not None and abs(s - step) > error for s in (found.shortest_s, found.longest_s)):
            yield gap("抽帧间隔不固定", "the step between pictures is not the fixed one", **shown)
        else:
            yield ok("抽帧间隔固定且足够", "the step between pictures is fixed and long enough", **shown)


def _objects(of: str, seen: Sequence[Row], least: int) -> Iterator[Finding]:
    for kind, (sure, unsure) in scoped_counts(seen, Scope()).items():  # (4)
        shown: dict[str, Any] = {
            "measured": sure,
            "limit": least,
            "unit": "objects",
            "picture_set": of,
            "object_kind": kind,
            "open": unsure,
        }
        if sure >= least:
            yield ok("应匿名化的目标足够", "there are enough objects in scope", **shown)
        elif sure + unsure < least:
            yield breach("应匿名化的目标不足", "there are too few objects in scope", **shown)
        else:
            yield gap("应匿名化的目标数量不明", "whether there are enough objects in scope is not told", **shown)


def _unscaled(trial: AnonymisationTrial, mine: Sequence[TrialPicture], fitted: Sequence[TrialSensor]) -> Iterator[Finding]:
    of = trial.picture_set
    sizes = {bare(s.sensor): (s.width_px, s.height_px) for s in fitted}
    wrong, unsure = [], 0
    for p in mine:
        before, after, native = (
            (p.width_px, p.height_px),
            (p.masked_width_px, p.masked_height_px),
            sizes.get(bare(p.sensor or ""), (None, None)),
        )
        known = [s for s in (before, after, native) if None not in s]
        if len(set(known)) > 1:
            wrong.append(picture_name(p.picture))
        unsure += len(known) < 3
    # (5)
    if trial.resized:
        yield breach("试验图像经过缩放", "pictures of the test were scaled", at=trial.origin, picture_set=of)
    if wrong:
        yield breach("图像尺寸与传感器或匿名化前后不一致", "the size of pictures differs from the sensor's, or before and after masking",
                     measured=len(wrong), unit="pictures", picture_set=of, first=min(wrong))  # fmt: skip
    if trial.resized is None or unsure:
        yield gap(
            "是否缩放未说明，或图像、传感器尺寸不全",
            "scaling, or sizes of pictures and sensors, are not told",
            at=trial.origin,
            picture_set=of,
            pictures=unsure,
        )
    elif not trial.resized and not wrong:
        yield ok("图像未经缩放", "nothing is scaled", picture_set=of)


def _camera(trial: AnonymisationTrial, width: float, height: float, rate: float) -> Iterator[Finding]:
    pairs = ((trial.camera_width_px, width), (trial.camera_height_px, height), (trial.camera_hz, rate))
    flags = (trial.camera_timeline, trial.camera_duration, trial.camera_surroundings)
    shown: dict[str, Any] = {"picture_set": trial.picture_set, "width_px": pairs[0][0], "height_px": pairs[1][0], "rate_hz": pairs[2][0]}
    # (6)
    if any(v is not None and v < limit for v, limit in pairs) or False in flags:
        yield breach("参考相机不符合要求", "the reference camera falls short", at=trial.origin, **shown)
    elif None in flags or any(v is None for v, _ in pairs):
        yield gap("参考相机未完整说明", "the reference camera is not told in full", at=trial.origin, **shown)
    else:
        yield ok("参考相机符合要求", "the reference camera suffices", at=trial.origin, **shown)


Example = tuple[list[AnonymisationTrial], list[TrialSensor], list[TrialPicture], list[TrialClip] | None, TrialObject]


def _case(count: int = 500, **changed: object) -> Example:
    """Return a test of single pictures, one a second, each with a face, a plate and its sizes."""
    trial: dict[str, object] = {
        "picture_set": "S1", "form": "图片", "resized": "否", "camera_width_px": 1920, "camera_height_px": 1080, "camera_hz": 30,
        "camera_timeline": "是", "camera_duration": "是", "camera_surroundings": "是",
    }  # fmt: skip
    size = {"width_px": 1920, "height_px": 1080, "masked_width_px": 1920, "masked_height_px": 1080}
    times = [f"2026-05-01 10:{k // 60:02d}:{k % 60:02d}" for k in range(count)]
    pictures = [
        TrialPicture.model_validate({"picture_set": "S1", "picture": f"{k}.jpg", "sensor": "前视", "taken": t} | size)
        for k, t in enumerate(times)
    ]
    of = {"picture_set": "S1", "role": "truth", "excluded": "", "min_side_px": 32.0}
    faces = [
        of | {"picture": f"{k}.jpg", "object": "1", "kind": "face", "visible_ratio": 1.0, "features_visible": True} for k in range(200)
    ]
    plates = [of | {"picture": f"{k}.jpg", "object": "2", "kind": "plate", "legible": True, "unobstructed": True} for k in range(200)]
    sensor = TrialSensor.model_validate({"picture_set": "S1", "sensor": "前视", "width_px": 1920, "height_px": 1080})
    return [AnonymisationTrial.model_validate(trial | changed)], [sensor], pictures, None, TrialObject.rows(*faces, *plates)


@anonymisation_trial_is_large_enough.example(Verdict.PASS)
def five_hundred_pictures() -> Example:
    """500 pictures, one a second, with 200 faces and 200 plates."""
    return _case()


@anonymisation_trial_is_large_enough.example(Verdict.FAIL)
def one_picture_short() -> Example:
    """499 pictures."""
    return _case(499)


@anonymisation_trial_is_large_enough.example(Verdict.FAIL)
def scaled() -> Example:
    """The pictures were scaled before masking."""
    return _case(resized="是")


@anonymisation_trial_is_large_enough.example(Verdict.INCONCLUSIVE)
def camera_is_not_told() -> Example:
    """Nobody says how fast the reference camera is."""
    return _case(camera_hz=None)
