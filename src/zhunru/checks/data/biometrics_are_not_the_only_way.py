"""Who does not give a face or a finger can still authenticate."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.verdict import Verdict
from zhunru.formulas.written_names import bare
from zhunru.records.biometric_function import BiometricFunction
from zhunru.records.biometric_trial import choice_of, is_biometric
from zhunru.records.pi_function import PiFunction


@check(
    "miit-2021-103/1.4", "gb-t-44464-2024/5.5.2", "gb-t-44464-2024/D.5",
    title_zh="生物特征不是唯一的认证方式", since="0.3",
)  # fmt: skip
def biometrics_are_not_the_only_way(uses: list[BiometricFunction], functions: list[PiFunction], day: date) -> Iterator[Finding]:
    """Each function that authenticates by biometrics also works with biometrics off, by another way that is no biometric one.

    Why:
        A face cannot be changed when it leaks; nobody should have to hand it over to start the car.

    为什么:
        人脸泄露后无法更换；不应为了使用车辆而被迫交出。

    How it decides:
        1. Functions that authenticate persons by biometrics; not told whether they do: gap.
        2. With biometrics off, authentication failed: breach. No other way, or only biometric ones: breach.
        3. Another way, and a trial by the day with biometrics off that worked: ok. Anything of this not told: gap.
        4. A function of the list that processes biometric features and that is not among these: gap.
        5. No function that authenticates by biometrics: gap.

    Inconclusive:
        Other ways or trials are not told; nobody says whether a function authenticates.

    Not covered:
        Whether biometrics are necessary for driving safety, and whether the other way is as convenient.

    未覆盖:
        使用生物特征对行车安全是否必要；替代方式是否同样方便。

    Args:
        uses: Functions that use biometric features, with their trials.
        functions: List of functions.
        day: Day as of which is assessed.

    References:
        GB/T 44464-2024 5.5.2, D.5.
    """
    # (1) which functions
    for use in uses:
        if use.authenticates is None:
            yield gap("是否用于身份认证未说明", "whether it authenticates persons is not told", at=use.origin, function=use.function)
        elif use.authenticates:
            yield _judged(use, day)
    # (4) functions that are not listed
    known = {bare(u.function) for u in uses}
    for function in functions:
        if bare(function.id) not in known and any(is_biometric(i) for i in function.data_items):
            yield gap(
                "处理生物特征的功能未列入", "a function on biometric features is not listed", at=function.origin, function=function.id
            )
    # (5) nothing
    if not any(u.authenticates for u in uses):
        yield gap("没有以生物特征认证的功能", "no function authenticates by biometrics", functions=len(uses))


def _judged(use: BiometricFunction, day: date) -> Finding:
    facts: dict[str, Any] = {"at": use.origin, "function": use.function, "ways": "; ".join(use.alternatives)}
    match choice_of(use, day):
        # (2) the only way
        case "locked_out":
            return breach("关闭生物特征后无法认证", "authentication failed with biometrics off", **facts)
        case "no_other":
            return breach("没有其他认证方式", "there is no other way to authenticate", **facts)
        case "biometric_only":
            return breach("替代方式也是生物特征", "the other ways are biometric too", **facts)
        # (3) another way that works
        case "free":
            return ok("关闭生物特征后仍可认证", "authenticates with biometrics off", **facts)
        case _:
            return gap("替代方式或关闭生物特征的试验未说明", "other ways, or the trial with biometrics off, are not told", **facts)


_Case = tuple[list[BiometricFunction], list[PiFunction], date]


def _case(**changed: object) -> _Case:
    plain = {
        "function": "F-7", "feature": "人脸", "authenticates": "是", "alternatives": "密码;手机钥匙",
        "off_tried": "是", "works_without": "是", "tried_on": "2025-11-20",
    }  # fmt: skip
    return (
        [BiometricFunction.model_validate(plain | changed)],
        [PiFunction.model_validate({"id": "F-7", "data_items": "人脸特征"})],
        date(2026, 1, 1),
    )


@biometrics_are_not_the_only_way.example(Verdict.PASS)
def password_works() -> _Case:
    """With face recognition off the password works."""
    return _case()


@biometrics_are_not_the_only_way.example(Verdict.FAIL)
def locked_out() -> _Case:
    """With face recognition off nobody gets in."""
    return _case(works_without="否")


@biometrics_are_not_the_only_way.example(Verdict.FAIL)
def finger_instead_of_face() -> _Case:
    """The only other way is a fingerprint."""
    return _case(alternatives="指纹")


@biometrics_are_not_the_only_way.example(Verdict.INCONCLUSIVE)
def never_switched_off() -> _Case:
    """Nobody tried without biometrics."""
    return _case(off_tried="否", works_without="")
