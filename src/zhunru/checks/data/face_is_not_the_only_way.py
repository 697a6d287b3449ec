"""Who does not agree to face recognition is offered another way."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.verdict import Verdict
from zhunru.records.biometric_function import BiometricFunction
from zhunru.records.biometric_trial import FACE, choice_of, is_biometric


@check("miit-2021-103/1.4", "face-2025/10", title_zh="人脸识别不是唯一的验证方式", since="0.3")
def face_is_not_the_only_way(uses: list[BiometricFunction], day: date) -> Iterator[Finding]:
    """Each function that verifies persons by their face also works by another way, tried with face recognition off.

    Why:
        A face is shown to every camera in the street; it must not be the only key.

    为什么:
        人脸对街上每个摄像头都是公开的，不能成为唯一的钥匙。

    How it decides:
        1. Functions whose feature is the face and that authenticate persons; feature or use not told: gap.
        2. With it off authentication failed, or there is no other way: breach. Only other biometric ways: gap, since the rules speak of faces.
        3. Another way, and a trial by the day with it off that worked: ok. Anything of this not told: gap.
        4. No such function: gap.

    Inconclusive:
        Features, uses, ways or trials are not told, or nothing verifies by the face.

    Not covered:
        Whether the other way is reasonable and convenient.

    未覆盖:
        其他方式是否合理、便捷。

    Args:
        uses: Functions that use biometric features, with their trials.
        day: Day as of which is assessed.

    References:
        Face rules article 10 (G).
    """
    judged = False
    for use in uses:
        # (1) which functions
        if use.feature is None or (is_biometric(use.feature, FACE) and use.authenticates is None):
            yield gap("生物特征种类或用途未说明", "feature or use is not told", at=use.origin, function=use.function)
        elif is_biometric(use.feature, FACE) and use.authenticates:
            judged = True
            yield _judged(use, day)
    # (4) nothing
    if not judged:
        yield gap("没有以人脸验证身份的功能", "no function verifies persons by their face", functions=len(uses))


def _judged(use: BiometricFunction, day: date) -> Finding:
    facts: dict[str, Any] = {"at": use.origin, "function": use.function, "ways": "; ".join(use.alternatives)}
    match choice_of(use, day):
        # (2) the only way
        case "locked_out":
            return breach("关闭人脸识别后无法验证", "verification failed with face recognition off", **facts)
        case "no_other":
            return breach("没有其他验证方式", "there is no other way to verify", **facts)
        # (3) another way that works
        case "free":
            return ok("关闭人脸识别后仍可验证", "verifies with face recognition off", **facts)
        case _:
            return gap("其他方式或关闭人脸识别的试验未说明", "other ways, or the trial with it off, are not told", **facts)


def _case(**changed: object) -> tuple[list[BiometricFunction], date]:
    plain = {
        "function": "F-7", "feature": "人脸", "authenticates": "是", "alternatives": "密码",
        "off_tried": "是", "works_without": "是", "tried_on": "2025-11-20",
    }  # fmt: skip
    return [BiometricFunction.model_validate(plain | changed)], date(2026, 1, 1)


@face_is_not_the_only_way.example(Verdict.PASS)
def password_works() -> tuple[list[BiometricFunction], date]:
    """With face recognition off the password works."""
    return _case()


@face_is_not_the_only_way.example(Verdict.FAIL)
def no_other_way() -> tuple[list[BiometricFunction], date]:
    """The maker lists no other way."""
    return _case(alternatives="无")


@face_is_not_the_only_way.example(Verdict.INCONCLUSIVE)
def fingerprint_instead() -> tuple[list[BiometricFunction], date]:
    """The other way is biometric too."""
    return _case(alternatives="指纹")
