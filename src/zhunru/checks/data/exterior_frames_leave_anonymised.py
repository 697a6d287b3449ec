"""Exterior pictures leave the vehicle only deleted or anonymised by what was tested."""

from collections.abc import Iterator, Sequence

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.verdict import Verdict
from zhunru.formulas.written_names import bare
from zhunru.records.anonymisation_trial import AnonymisationTrial
from zhunru.records.exterior_release import ExteriorRelease


@check(
    "miit-2021-103/1.4", "gb-t-44464-2024/5.6.1.2", "cac-2021-7/6.4", "cac-2021-7/8", title_zh="车外画面删除或匿名化后才向车外提供", since="0.1"
)  # fmt: skip
def exterior_frames_leave_anonymised(releases: list[ExteriorRelease], trials: list[AnonymisationTrial] | None) -> Iterator[Finding]:
    """Every way by which exterior pictures leave without consent deletes faces, or masks them in the vehicle with a tested version.

    Why:
        The rate of a test says something about the car only if the car sends its pictures through the very version that was tested.

    为什么:
        试验结果只对被试验的版本有效；车辆实际外传所用版本与之不同，检出率即无依据。

    How it decides:
        1. Nothing leaves, or the persons in the pictures agreed: ok; the masking need not be shown.
        2. Unprocessed pictures without consent: breach. Nobody tells whether they agreed: gap.
        3. Deletion or masking that is done only after the pictures left: breach. Not told where: gap.
        4. Frames with faces deleted in the vehicle: ok. Plates are then not the question.
        5. Masked in the vehicle: tool and version must be those of a test; another version, none named, or no test: gap.

    Inconclusive:
        No way is declared; consent, method, place, tool or version are not told; the version was not tested.

    Not covered:
        Ways that nobody declared: captures of the traffic show those. Whether the test passed: the checks on the test.

    未覆盖:
        未申报的外传途径（由抓包发现）；试验本身是否通过由其他检查判定。

    Args:
        releases: Declared ways out of the vehicle.
        trials: Tests of anonymisation.

    References:
        GB/T 44464-2024 5.6.1.2; 汽车数据安全管理若干规定（试行） articles 6(4), 8; data-and-cyber.md 2.1, 2.2.3.
    """
    if not releases:
        yield gap("没有申报车外画面的提供途径", "no way by which exterior pictures leave is declared")
    for way in releases:
        # (1) nothing to protect
        if way.method == "none_sent":
            yield ok("车外画面不向车外提供", "exterior pictures do not leave the vehicle", at=way.origin, way=way.id)
        elif way.consent:
            yield ok("已取得画面中人员同意", "the persons in the pictures agreed", at=way.origin, way=way.id)
        else:
            yield _judged(way, trials or [])


def _judged(way: ExteriorRelease, trials: Sequence[AnonymisationTrial]) -> Finding:
    if way.method is None:
        return gap("提供前的处理方式未说明", "what is done before pictures leave is not told", at=way.origin, way=way.id)
    if way.method == "plain":  # (2)
        if way.consent is None:
            return gap(
                "未处理的画面是否取得同意不明", "whether persons in unprocessed pictures agreed is not told", at=way.origin, way=way.id
            )
        return breach("车外画面未经处理即向车外提供", "exterior pictures leave unprocessed and without consent", at=way.origin, way=way.id)
    if way.in_vehicle is None:  # (3)
        return gap("处理是否在车内完成未说明", "whether it is done inside the vehicle is not told", at=way.origin, way=way.id)
    if not way.in_vehicle:
        return breach("画面送出车外之后才处理", "pictures are processed only after they left the vehicle", at=way.origin, way=way.id)
    if way.method == "deleted":  # (4)
        return ok("含人脸的画面在车内删除", "frames with faces are deleted in the vehicle", at=way.origin, way=way.id)
    if not way.tool or not way.tool_version:  # (5)
        return gap("匿名化工具或版本未说明", "tool or version of the masking is not told", at=way.origin, way=way.id)
    meant = (bare(way.tool), bare(way.tool_version))
    if any((bare(t.tool or ""), bare(t.tool_version or "")) == meant for t in trials):
        return ok(
            "所用匿名化版本经过试验",
            "the version that masks was tested",
            at=way.origin,
            way=way.id,
            tool=way.tool,
            version=way.tool_version,
        )
    return gap(
        "所用匿名化版本没有对应的试验",
        "the version that masks was not tested",
        at=way.origin,
        way=way.id,
        tool=way.tool,
        version=way.tool_version,
    )


def _case(**changed: object) -> tuple[list[ExteriorRelease], list[AnonymisationTrial]]:
    way = {"id": "W1", "sensors": "前视", "consent": "否", "method": "匿名化", "tool": "遮盖", "tool_version": "1.0", "in_vehicle": "是"}
    return [ExteriorRelease.model_validate(way | changed)], [AnonymisationTrial(picture_set="S1", tool="遮盖", tool_version="1.0")]


@exterior_frames_leave_anonymised.example(Verdict.PASS)
def masked_by_the_tested_version() -> tuple[list[ExteriorRelease], list[AnonymisationTrial]]:
    """Version 1.0 was tested and is in the vehicle."""
    return _case()


@exterior_frames_leave_anonymised.example(Verdict.FAIL)
def sent_as_taken() -> tuple[list[ExteriorRelease], list[AnonymisationTrial]]:
    """Pictures leave as the camera took them."""
    return _case(method="未处理")


@exterior_frames_leave_anonymised.example(Verdict.FAIL)
def masked_in_the_cloud() -> tuple[list[ExteriorRelease], list[AnonymisationTrial]]:
    """The masking runs on a server."""
    return _case(in_vehicle="否")


@exterior_frames_leave_anonymised.example(Verdict.INCONCLUSIVE)
def another_version() -> tuple[list[ExteriorRelease], list[AnonymisationTrial]]:
    """Version 1.1 was never tested."""
    return _case(tool_version="1.1")
