"""Resolution and coverage of every sensor are justified by a function that needs them."""

from collections.abc import Iterator, Sequence

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.verdict import Verdict
from zhunru.formulas.placeholders import says_nothing
from zhunru.formulas.resolutions import finer_than_needed
from zhunru.formulas.written_names import bare
from zhunru.records.sensor_fitting import SensorFitting


@check(
    "miit-2021-103/1.4",
    "cac-2021-7/6.3",
    "gb-t-44464-2024/5.3.1",
    "gb-t-44464-2024/5.3.2",
    "gb-t-44464-2024/6.2.1",
    "gb-t-44464-2024/6.2.2",
    "gb-t-44464-2024/D.3",
    title_zh="每个传感器的分辨率和覆盖范围至少由一项功能论证，其余功能均有说明",
    since="0.3",
)
def sensors_are_justified(sensors: list[SensorFitting]) -> Iterator[Finding]:
    """For each sensor of table D.1 at least one function justifies resolution and coverage, and every other function is explained.

    Why:
        A sensor that sees more than any function needs collects what nobody asked for.

    为什么:
        传感器看到的超过任何功能所需，就是在收集不该收集的数据。

    How it decides:
        1. Rows of one number, kind, model and place are one sensor; a row stands for the functions that it names.
        2. A row without functions, or without an explanation of function and necessity: breach. A cell that cannot be read: gap.
        3. A row justifies the sensor when the numbers that its functions need reach those of the sensor (resolution, both field angles), or,
           without such numbers, when a named person judged so. Numbers decide before a judgement; a number below proves nothing for this row. Rows that tell resolution or
           angles of the sensor differently justify nothing.
        4. One row at least justifies the sensor: ok. All rows are decided and none does: breach. Else gap: a person must judge.

    Inconclusive:
        No sensor at all; resolution, angles or judgement are not told, so that no row is known to justify the sensor.

    Not covered:
        Whether the explanation is true: D.3 asks for an examination of the document. Sensors that the table does not list have a check of their own.

    未覆盖:
        说明内容是否属实（D.3 要求审阅文件）；表中未列的传感器另有检查。

    Args:
        sensors: Rows of table D.1.

    References:
        GB/T 44464-2024 5.3.1, 5.3.2, 6.2.1, 6.2.2, D.1 c) and D.3; 汽车数据安全管理若干规定 article 6; data-and-cyber.md 2.2.2, 2.2.4.
    """
    if not sensors:
        yield gap("传感器配置表中没有条目", "the table of sensors has no rows")
    # (1) rows of one sensor
    rows: dict[tuple[str, ...], list[SensorFitting]] = {}
    for row in sensors:
        rows.setdefault(tuple(bare(v or "") for v in (row.number, row.device, row.model, row.position)), []).append(row)
    for mine in rows.values():
        yield from _judged(mine)


def _judged(rows: Sequence[SensorFitting]) -> Iterator[Finding]:
    first = rows[0]
    shown = " ".join(v for v in (first.number, first.device, first.model, first.position) if v)
    decided: list[bool | None] = []
    for row in rows:
        # (2) functions and explanation
        lacking = [n for n in ("functions", "explanation") if not _told(row, n)]
        if row.origin.problems:
            yield gap("传感器条目有无法识别的单元格", "a cell of the row cannot be read", at=row.origin, sensor=shown)
            decided.append(None)
        elif lacking:
            yield breach(
                "传感器未说明涉及功能或必要性",
                "functions or necessity are not told",
                at=row.origin,
                sensor=shown,
                missing=", ".join(lacking),
            )
            decided.append(False)
        else:
            decided.append(_justifies(row))
    # rows of one sensor that tell of it differently: nobody knows what it has
    if any(len({getattr(r, n) for r in rows if getattr(r, n) is not None}) > 1 for n in ("resolution", "horizontal_deg", "vertical_deg")):
        decided = [False if d is False else None for d in decided]
    # (4) the sensor as a whole
    at = min((r.origin for r in rows), key=lambda o: (o.source, o.row or 0))
    if any(decided):
        yield ok("分辨率和覆盖范围有功能论证", "a function justifies resolution and coverage", at=at, sensor=shown, functions=len(rows))
    elif None in decided:
        yield gap(
            "分辨率和覆盖范围是否有功能论证须人工判定",
            "whether a function justifies resolution and coverage must be judged by a person",
            at=at,
            sensor=shown,
        )
    else:
        yield breach("没有功能论证分辨率和覆盖范围", "no function justifies resolution and coverage", at=at, sensor=shown)


def _told(row: SensorFitting, name: str) -> bool:
    if name == "functions":
        return any(not says_nothing(f) for f in row.functions)
    return not says_nothing(row.explanation)


def _justifies(row: SensorFitting) -> bool | None:
    """Tell whether the functions of a row need what the sensor has; None when neither numbers nor a person tell."""
    # (3) numbers before a judgement
    pairs = ((row.horizontal_deg, row.needed_horizontal_deg), (row.vertical_deg, row.needed_vertical_deg))
    more: list[bool | None] = [finer_than_needed(row.resolution, row.needed_resolution)]
    more += [None if has is None or needs is None else has > needs for has, needs in pairs]
    if True in more:
        return False  # the sensor has more than this row needs, whatever a person says
    if None not in more:
        return True
    return row.justified if row.justified is None or not says_nothing(row.judge) else None


def _camera(**changed: object) -> SensorFitting:
    plain = {
        "number": "1", "device": "摄像头", "model": "C-8", "horizontal_deg": 120, "vertical_deg": 60, "position": "前风挡",
        "functions": "车道保持", "explanation": "识别 150 m 外车道线", "needed_resolution": "8MP", "needed_horizontal_deg": 120, "needed_vertical_deg": 60,
    }  # fmt: skip
    return SensorFitting.model_validate(plain | {"resolution": "8MP"} | changed)


@sensors_are_justified.example(Verdict.PASS)
def one_function_needs_it_another_is_explained() -> list[SensorFitting]:
    """Lane keeping needs the resolution; the driving recorder needs less and is explained."""
    return [_camera(), _camera(functions="行车记录", explanation="记录事故经过", needed_resolution="2MP", needed_horizontal_deg=90)]


@sensors_are_justified.example(Verdict.FAIL)
def finer_than_any_function_needs() -> list[SensorFitting]:
    """The camera has eight megapixels, its only function needs two."""
    return [_camera(needed_resolution="2MP", justified="是", judge="李四")]


@sensors_are_justified.example(Verdict.FAIL)
def necessity_is_not_explained() -> list[SensorFitting]:
    """A second function uses the camera, nobody tells why."""
    return [_camera(), _camera(functions="行车记录", explanation="待补充")]


@sensors_are_justified.example(Verdict.INCONCLUSIVE)
def neither_numbers_nor_a_judgement() -> list[SensorFitting]:
    """The table has the columns of the standard alone."""
    return [_camera(needed_resolution="", needed_horizontal_deg=None, needed_vertical_deg=None)]
