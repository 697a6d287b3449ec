"""What a function on biometric features offers to those who do not give them."""

import re
from datetime import date
from typing import Final, Literal

from zhunru.formulas.written_names import bare
from zhunru.records.biometric_function import BiometricFunction
from zhunru.records.told import told

FACE: Final = ("人脸", "面部", "面容", "刷脸", "扫脸", "脸部", "face", "facial")
_FEATURES: Final = (
    *FACE, "指纹", "声纹", "掌纹", "虹膜", "耳廓", "心率", "基因", "静脉", "眼纹", "生物特征", "生物识别", "瞳孔", "步态",
    "finger", "touchid", "voiceid", "retina", "gait", "voiceprint", "palm", "iris", "heartrate", "vein", "biometric",
)  # fmt: skip

_NOT: Final = r"(非|不用|不使用|不采集|无|无需|no-?|non-?|without)"

Choice = Literal["locked_out", "no_other", "biometric_only", "open", "free"]
"""With biometrics off it failed; no other way; only biometric ones; not told; another way works."""


def is_biometric(word: str, features: tuple[str, ...] = _FEATURES) -> bool:
    """Tell whether a word names a biometric feature; `非生物特征` does not, `非接触式人脸` and `interface` are taken for what they are."""
    form = re.sub(r"(inter|sur)faces?", "", bare(word))
    return any(feature in form and not re.match(rf"{_NOT}{feature}", form) for feature in features)


def choice_of(use: BiometricFunction, day: date) -> Choice:
    """Return what those can do who do not give the feature."""
    others = [a for a in use.alternatives if told(a) == "yes"]
    if use.off_tried and use.works_without is False:
        return "locked_out"
    if use.alternatives and all(told(a) == "none" for a in use.alternatives):
        return "no_other"
    if others and all(is_biometric(a) for a in others):
        return "biometric_only"
    tried = use.tried_on is not None and use.tried_on <= day and use.off_tried and use.works_without
    return "free" if others and tried else "open"
