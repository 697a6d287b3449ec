"""Words of picture annotation, Chinese and English: labels, attributes and their values, whatever tool wrote them."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

from zhunru.formulas.picture_names import picture_name
from zhunru.formulas.written_names import bare

MAX_CORNERS: Final = 512
"""An outline with more corners is refused: what it costs to compute grows with their square."""
MAX_PX: Final = 1_000_000.0
_LONGEST_WORD: Final = 200

LABELS: Final[dict[str, tuple[str, str]]] = {
    word: (kind, target)
    for kind, target, words in (
        ("face", "", "face faces human_face 人脸 脸 面部 人脸目标 行人人脸"),
        ("plate", "", "plate plates license_plate licence_plate licenseplate number_plate 车牌 号牌 机动车号牌 车牌目标 汽车号牌"),
        (
            "mask",
            "",
            "mask masked blur blurred mosaic redaction anonymised anonymized 遮挡 遮盖 马赛克 模糊 匿名化区域 脱敏区域 遮挡区域 遮盖区域",
        ),
        ("mask", "face", "face_mask mask_face masked_face 人脸遮挡 人脸遮盖 人脸马赛克 人脸匿名化区域"),
        ("mask", "plate", "plate_mask mask_plate masked_plate 车牌遮挡 车牌遮盖 车牌马赛克 车牌匿名化区域"),
        ("none", "", "none nothing 无目标 无"),
        (
            "other",
            "",
            "other ignore car vehicle truck bus person pedestrian bicycle motorcycle traffic_sign 其他 忽略 车辆 汽车 行人 自行车 交通标志",
        ),
    )
    for word in words.split()
}
"""Label as written, in the form of `bare` -> (kind, what a mask is for). A label that is not here stays without kind: it may be a face."""

EXCLUDED: Final[dict[str, str]] = {
    word: reason
    for reason, words in (
        ("advert", "advert advertisement billboard poster 广告 广告牌 海报 宣传画"),
        ("reflection", "reflection mirror 反光 倒影 镜像 镜面 反射"),
        ("temporary", "temporary temporary_plate 临时 临牌 临时号牌 纸质临牌 纸质临时号牌 临时车牌"),
        ("sprayed", "sprayed painted 喷涂 喷涂放大号 放大号 喷绘"),
        ("e-bike", "ebike e-bike electric_bicycle 电动车 电动自行车 非机动车 电动自行车号牌"),
        ("motorcycle", "motorcycle 摩托车 摩托车号牌"),
    )
    for word in words.split()
}
"""Why a face or plate does not count, data-and-cyber.md 2.2.3."""
_NOT_EXCLUDED: Final = {"", "no", "none", "false", "0", "否", "无", "-"}

_ATTRIBUTES: Final[dict[str, str]] = {
    word: name
    for name, words in (
        ("visible_ratio", "visible_ratio visibility visible 可见比例 可见范围比例 可见率"),
        ("features_visible", "features_visible features 五官清晰 眼鼻口清晰可见 五官可见"),
        ("legible", "legible readable 字符可辨 字符全部可辨 可辨认"),
        ("unobstructed", "unobstructed 无遮挡 车牌无遮挡"),
        ("excluded", "excluded exclude_reason 排除原因 不计入原因 排除"),
        ("target", "target 遮盖对象 遮挡对象"),
        ("required_by", "required_by 其他遮盖依据 其他依据"),
        ("covering_ratio", "covering_ratio mask_ratio 遮挡率 遮盖率"),
        ("object", "object_id 目标编号"),
        ("rotation", "rotation angle 旋转角"),
    )
    for word in words.split()
}
_YES, _NO = {"true", "yes", "y", "1", "是", "有", "t"}, {"false", "no", "n", "0", "否", "无", "f"}


def kind_of(label: str) -> tuple[str | None, str]:
    """Return the kind (face, plate, mask, none, other; None when the label is not known) and what a mask is for."""
    return LABELS.get(bare(label).replace(" ", "_"), (None, ""))


def attributes_of(pairs: Mapping[str, Any]) -> dict[str, Any]:
    """Return the attributes that are known, under their own names; others are left out."""
    found: dict[str, Any] = {}
    for name, value in pairs.items():
        known = _ATTRIBUTES.get(bare(str(name)))
        if known and value is not None and (known not in found or value not in ("", found[known])):
            # a second word for the same thing that says something else leaves it unsaid
            found[known] = _CONTRADICTED if known in found else value
    return found


_CONTRADICTED: Final = object()


def flag(value: Any) -> bool | None:
    """Return yes or no, None for anything else."""
    if isinstance(value, bool):
        return value
    word = bare(str(value))
    return True if word in _YES else False if word in _NO else None


def ratio(value: Any) -> float | None:
    """Return a ratio between 0 and 1, None for anything else; percent only with its sign."""
    if isinstance(value, bool):
        return None
    word = bare(str(value))
    try:
        number = float(word[:-1]) / 100 if word.endswith("%") else float(word)
    except ValueError:
        return None
    return number if 0 <= number <= 1 else None


def excluded(value: Any) -> str:
    """Return the reason for which an object does not count, empty for none, `unknown` for a word that is none of the reasons."""
    word = bare(str(value))
    return "" if word in _NOT_EXCLUDED else EXCLUDED.get(word, "unknown")


def number(value: Any) -> float | None:
    """Return a finite number within the bounds of a picture."""
    if isinstance(value, bool):
        return None
    try:
        found = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return found if math.isfinite(found) and abs(found) <= MAX_PX else None


def outline_of(flat: Any) -> list[float] | None:
    """Return x, y, x, y ... of at least three and at most MAX_CORNERS corners, None when it is none."""
    if not isinstance(flat, Sequence) or isinstance(flat, str | bytes) or len(flat) % 2 or not 6 <= len(flat) <= 2 * MAX_CORNERS:
        return None
    found = [number(v) for v in flat]
    return None if None in found else [v for v in found if v is not None]


def shape_row(
    picture: str, number_in_file: str, part_no: int, label: str, outline: list[float] | None, pairs: Mapping[str, Any]
) -> dict[str, Any]:
    """Return one row of `tables.annotated_shape`.

    Args:
        picture: Name of the picture as written.
        number_in_file: Identifier of the shape where its attributes give none.
        part_no: Number of the part of a shape with several outlines, from 0.
        label: Label as written.
        outline: Corners x, y, ..., px; None when unreadable.
        pairs: Attributes as written.
    """
    kind, target = kind_of(label)
    said = attributes_of(pairs)
    for_kind = kind_of(str(said["target"]))[0] if "target" in said else target
    object_id = said.get("object")
    return {
        "picture": picture_name(picture),
        "object": (str(object_id)[:_LONGEST_WORD] if isinstance(object_id, str | int) and str(object_id).strip() else "") or number_in_file,
        "part_no": part_no,
        "label": kind,
        "said_label": label[:_LONGEST_WORD],
        "outline_px": outline,
        "visible_ratio": ratio(said["visible_ratio"]) if "visible_ratio" in said else None,
        "features_visible": flag(said["features_visible"]) if "features_visible" in said else None,
        "legible": flag(said["legible"]) if "legible" in said else None,
        "unobstructed": flag(said["unobstructed"]) if "unobstructed" in said else None,
        "excluded": excluded(said.get("excluded", "")),
        "target": for_kind if for_kind in {"face", "plate"} else "",
        "required_by": str(said["required_by"])[:_LONGEST_WORD] if isinstance(said.get("required_by"), str) else "",
        "covering_ratio": ratio(said["covering_ratio"]) if "covering_ratio" in said else None,
    }
