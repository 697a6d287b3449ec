"""Consent to each function can be withdrawn, and withdrawing stops it."""

from collections.abc import Iterator
from datetime import date

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.verdict import Verdict
from zhunru.formulas.written_names import bare
from zhunru.records.pi_function import PiFunction
from zhunru.records.processing_rules import by_function, needs_consent
from zhunru.records.withdrawal_way import WithdrawalWay


@check(
    "miit-2021-103/1.4",
    "gb-t-44464-2024/5.2.4",
    "gb-t-44464-2024/D.2",
    "pipl-2021/15",
    title_zh="每项功能的同意均可撤回，撤回后停止收集",
    since="0.3",
)
def withdrawal_works(ways: list[WithdrawalWay], functions: list[PiFunction], day: date) -> Iterator[Finding]:
    """Each function that needs consent has a way to withdraw that was tried, worked, and stopped the collection.

    Why:
        What cannot be taken back was not given freely.

    为什么:
        不能收回的同意，不是自愿的同意。

    How it decides:
        1. Functions that need consent by any version of their rules; not told: gap where no way of theirs works.
        2. A way after which the function still collects: breach, whatever other ways there are.
        3. A way that cannot be walked to its end, and no other that works: breach.
        4. A way that was tried by the day, worked and stopped the collection: ok, as far as no other row of that way says otherwise on that day,
           later, or on no day. Any of these not told: gap where no other works.
        5. No way in the list: breach when the list has ways of other functions, else gap.
        6. A way of a function that is not in the list of functions is judged by (2) too. No function that needs consent: gap.

    Inconclusive:
        Trials are not told or lie in the future, needs of consent are blank, lists are empty.

    Not covered:
        Whether withdrawing is as easy as agreeing, and what happens to data already collected: deletion is judged elsewhere.

    未覆盖:
        撤回是否与同意同样方便；已收集数据的删除另行判定。

    Args:
        ways: Ways to withdraw with their trials, GB/T 44464-2024 D.1 b).
        functions: List of functions.
        day: Day as of which is assessed.

    References:
        GB/T 44464-2024 5.2.4, D.1 b), D.2.4; 个人信息保护法 article 15 (G).
    """
    # (2) and (6) what goes on
    for way in ways:
        if way.collects_after:
            yield breach("撤回后仍在收集", "it still collects after withdrawal", at=way.origin, function=way.function, way=way.way)
    rules = by_function(functions)
    needing = 0
    for name, versions in sorted(rules.items()):
        # (1) which functions
        needs = [needs_consent(v) for v in versions]
        if all(n is False for n in needs):
            continue
        needing += True in needs
        mine = [w for w in ways if bare(w.function) == name]
        yield from _function(versions[0], mine, day, sure=True in needs, listed=bool(ways))
    if not needing:
        yield gap("功能清单中没有须同意的功能", "no function of the list needs consent", functions=len(functions))


def _function(function: PiFunction, ways: list[WithdrawalWay], day: date, *, sure: bool, listed: bool) -> Iterator[Finding]:
    working = [
        w for w in ways if w.accepted and w.collects_after is False and w.tried_on and w.tried_on <= day and not _failed_since(w, ways)
    ]
    # (4) works
    for way in working:
        yield ok("撤回有效", "withdrawal works", at=way.origin, function=function.id, way=way.way)
    if working:
        return
    if not ways and listed and sure:  # (5)
        yield breach("功能没有撤回途径", "the function has no way to withdraw", at=function.origin, function=function.id)
    elif ways and sure and all(w.accepted is False for w in ways):  # (3)
        yield breach("撤回途径走不通", "no way to withdraw can be walked to its end", at=ways[0].origin, function=function.id)
    else:
        yield gap(
            "撤回途径或试验结果未说明", "ways to withdraw, or what their trial gave, are not told", at=function.origin, function=function.id
        )


def _failed_since(way: WithdrawalWay, ways: list[WithdrawalWay]) -> bool:
    same = [w for w in ways if w.accepted is False and bare(w.way) == bare(way.way)]
    return any(w.tried_on is None or way.tried_on is None or w.tried_on >= way.tried_on for w in same)


_Case = tuple[list[WithdrawalWay], list[PiFunction], date]


def _case(**changed: object) -> _Case:
    way = {"function": "F-1", "way": "车机设置", "tried_on": "2025-12-01", "accepted": "是", "collects_after": "否"}
    return (
        [WithdrawalWay.model_validate(way | changed)],
        [PiFunction.model_validate({"id": "F-1", "personal": "是", "exception": "无"})],
        date(2026, 1, 1),
    )


@withdrawal_works.example(Verdict.PASS)
def setting_on_the_display() -> _Case:
    """Tried, and nothing is collected afterwards."""
    return _case()


@withdrawal_works.example(Verdict.FAIL)
def goes_on() -> _Case:
    """The switch moves, the collection goes on."""
    return _case(collects_after="是")


@withdrawal_works.example(Verdict.FAIL)
def only_for_another_function() -> _Case:
    """The list has a way, but not for this function."""
    return _case(function="F-2")


@withdrawal_works.example(Verdict.INCONCLUSIVE)
def never_tried() -> _Case:
    """A way that nobody tried."""
    return _case(tried_on="", accepted="", collects_after="")
