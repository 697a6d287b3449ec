"""Every kind of sensor of the vehicle stands in the table of sensors."""

from collections.abc import Iterator

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.subject import Subject
from zhunru.core.verdict import Verdict
from zhunru.formulas.written_names import bare
from zhunru.records.sensor_fitting import SensorFitting

_KINDS = (
    ("camera", "摄像头", "相机", "摄像机", "影像", "cam"),
    ("lidar", "激光雷达", "激光"),
    ("radar", "毫米波雷达", "毫米波"),
    ("ultrasonic", "超声波雷达", "超声波", "超声"),
    ("microphone", "麦克风", "拾音器", "话筒", "mic"),
    ("infrared", "红外"),
    ("fingerprint", "指纹"),
    ("tof", "飞行时间"),
)
"""Words of one kind of sensor; a longer word counts before a shorter one that it holds."""


@check("miit-2021-103/1.4", "gb-t-44464-2024/D.1", "cac-2021-7/6.3", title_zh="车辆声明的传感器均列入传感器配置表", since="0.3")
def fitted_sensors_are_listed(sensors: list[SensorFitting], subject: Subject) -> Iterator[Finding]:
    """Each kind of cabin and exterior sensor that the product declares has a row in table D.1.

    Why:
        A sensor that the table leaves out is examined by nobody.

    为什么:
        表中遗漏的传感器不会有人检查。

    How it decides:
        1. The product declares no sensor: gap, for the table then has nothing to be held against.
        2. A declared kind that a row of the table names, by the very word or another word for the kind: ok.
        3. A declared kind that no row names: breach; gap when a row has a cell that cannot be read.
        4. A row of a kind that the product does not declare: gap, since the declaration of the product is not whole.

    Inconclusive:
        No declared sensors, sensors beyond those declared, or unreadable cells.

    Not covered:
        The number of sensors of one kind; sensors that neither the table nor the declaration names.

    未覆盖:
        同类传感器的数量；表格和声明都没有提到的传感器。

    Args:
        sensors: Rows of table D.1.
        subject: Product with its declared sensors.

    References:
        GB/T 44464-2024 D.1 c), table D.1; data-and-cyber.md 2.2.4.
    """
    declared = {_kind(s): s for s in (*subject.cabin_sensors, *subject.exterior_sensors)}
    # (1) something to hold the table against
    if not declared:
        yield gap("产品未声明任何传感器", "the product declares no sensor")
    if not sensors:
        yield gap("传感器配置表中没有条目", "the table of sensors has no rows")
        return
    listed = {_kind(row.device) for row in sensors}
    unread = any(row.origin.problems for row in sensors)
    for kind, word in sorted(declared.items()):
        # (2) listed
        if kind in listed:
            yield ok("声明的传感器已列入表中", "the declared sensor is listed", sensor=word)
        # (3) not listed
        elif unread:
            yield gap(
                "表中有无法识别的单元格，是否列入无法判定",
                "a cell of the table cannot be read: whether it is listed cannot be told",
                sensor=word,
            )
        else:
            yield breach("声明的传感器未列入表中", "a declared sensor is not listed", sensor=word)
    # (4) beyond the declaration
    for row in sensors:
        if declared and _kind(row.device) not in declared:
            yield gap("表中传感器未在产品声明中", "a listed sensor is not declared for the product", at=row.origin, sensor=row.device)


def _kind(word: str) -> str:
    plain = bare(word)
    hits = [(len(bare(w)), kinds[0]) for kinds in _KINDS for w in kinds if bare(w) in plain]
    return max(hits)[1] if hits else plain


def _case(*devices: str) -> tuple[list[SensorFitting], Subject]:
    car = Subject(name="C3", maker="示例", cabin_sensors=("camera", "microphone"), exterior_sensors=("lidar",))
    return [SensorFitting.model_validate({"number": n, "device": d}) for n, d in enumerate(devices, 1)], car


@fitted_sensors_are_listed.example(Verdict.PASS)
def all_three_kinds() -> tuple[list[SensorFitting], Subject]:
    """Camera, microphone and LiDAR have rows."""
    return _case("座舱摄像头", "麦克风阵列", "激光雷达")


@fitted_sensors_are_listed.example(Verdict.FAIL)
def microphone_is_left_out() -> tuple[list[SensorFitting], Subject]:
    """The product has a microphone, the table has none."""
    return _case("座舱摄像头", "激光雷达")


@fitted_sensors_are_listed.example(Verdict.INCONCLUSIVE)
def a_radar_that_nobody_declared() -> tuple[list[SensorFitting], Subject]:
    """The table lists a radar that the product does not declare."""
    return _case("座舱摄像头", "麦克风", "激光雷达", "毫米波雷达")
