"""What is processed without consent falls under a listed exception that the user is told of."""

from collections.abc import Iterator

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.verdict import Verdict
from zhunru.records.pi_function import PiFunction
from zhunru.records.processing_rules import processes_personal
from zhunru.records.told import told


@check("miit-2021-103/1.4", "gb-t-44464-2024/5.1.2", "pipl-2021/13", title_zh="不经同意的处理均属列明的例外，并已向用户说明", since="0.3")
def exceptions_are_explained(functions: list[PiFunction]) -> Iterator[Finding]:
    """Every function that processes personal information asks for consent, or claims an exception and says where it is explained.

    Why:
        An exception that nobody reads of is a collection behind people's backs.

    为什么:
        无人知晓的例外，就是背着当事人的收集。

    How it decides:
        1. Functions that process personal information; not told: gap.
        2. Consent is needed: ok. Whether it is, is not told: gap.
        3. An exception: explained in manual, display, voice or app: ok; said not to be explained: breach; blank: gap.
        4. The exception for exterior persons claimed for cabin data: breach; for data of the vehicle, or of which the place is not told: gap.
        5. No function that processes personal information: gap.

    Inconclusive:
        Kinds of data, exception, place of the explanation or surroundings are not told.

    Not covered:
        Whether the exception is rightly claimed, and whether the explanation can be understood.

    未覆盖:
        例外是否成立；说明是否易懂。

    Args:
        functions: List of functions, GB/T 44464-2024 D.1 a).

    References:
        GB/T 44464-2024 5.1.2; 个人信息保护法 article 13 (G).
    """
    bound = [f for f in functions if processes_personal(f) is not False]
    for function in bound:
        yield _judged(function)
    # (5) nothing
    if not any(processes_personal(f) for f in bound):
        yield gap("功能清单中没有处理个人信息的功能", "no function of the list processes personal information", functions=len(functions))


def _judged(function: PiFunction) -> Finding:
    # (1) and (2) which functions
    if not processes_personal(function) or function.exception is None:
        return gap(
            "是否处理个人信息或是否须同意未说明", "kinds of data or need of consent are not told", at=function.origin, function=function.id
        )
    if function.exception == "none":
        return ok("须经同意", "consent is needed", at=function.origin, function=function.id)
    # (4) exterior persons only
    if function.exception == "exterior_safety" and function.surroundings == "cabin":
        return breach(
            "座舱数据援引车外个人信息的例外",
            "cabin data under the exception for exterior persons",
            at=function.origin,
            function=function.id,
        )
    # (3) explained
    explained = told(function.explained_in)
    if explained == "none":
        return breach(
            "同意例外未向用户说明",
            "the exception is not explained to the user",
            at=function.origin,
            function=function.id,
            exception=function.exception,
        )
    if explained == "open" or (function.exception == "exterior_safety" and function.surroundings != "exterior"):
        return gap(
            "例外的说明位置或数据场景未填",
            "place of the explanation or surroundings are not told",
            at=function.origin,
            function=function.id,
        )
    return ok("例外已说明", "the exception is explained", at=function.origin, function=function.id, exception=function.exception)


def _function(**changed: object) -> list[PiFunction]:
    plain = {"id": "F-1", "personal": "是", "exception": "车外行车安全", "surroundings": "车外", "explained_in": "用户手册 7.2"}
    return [PiFunction.model_validate(plain | changed)]


@exceptions_are_explained.example(Verdict.PASS)
def explained_in_the_manual() -> list[PiFunction]:
    """Exterior cameras for emergency braking, told in the manual; the voice assistant asks."""
    return [*_function(), *_function(id="F-2", exception="无", surroundings="座舱", explained_in="")]


@exceptions_are_explained.example(Verdict.FAIL)
def explained_nowhere() -> list[PiFunction]:
    """The maker says that it is not explained."""
    return _function(explained_in="未说明")


@exceptions_are_explained.example(Verdict.FAIL)
def cabin_camera_as_exterior() -> list[PiFunction]:
    """A camera that looks at the driver collects no exterior persons."""
    return _function(surroundings="座舱")


@exceptions_are_explained.example(Verdict.INCONCLUSIVE)
def blank() -> list[PiFunction]:
    """Where it is explained is left blank."""
    return _function(explained_in="")
