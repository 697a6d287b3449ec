"""Each drive begins without collection, unless the driver chose otherwise."""

from collections import Counter
from collections.abc import Iterator
from typing import Annotated

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.record import untimed
from zhunru.core.step import Limit
from zhunru.core.subject import Subject
from zhunru.core.verdict import Verdict
from zhunru.formulas.written_names import bare
from zhunru.records.collection_state import CollectionState
from zhunru.records.pi_function import PiFunction
from zhunru.records.processing_rules import by_function, processes_personal


@check(
    "miit-2021-103/1.4", "gb-t-44464-2024/5.1.1", "gb-t-44464-2024/6.1", "gb-t-44464-2024/D.2", "cac-2021-7/6.2",
    title_zh="除驾驶人自主设定外，每次驾驶默认不收集", since="0.3",
)  # fmt: skip
def collects_nothing_by_default(
    states: list[CollectionState],
    functions: list[PiFunction],
    subject: Subject,
    *,
    cycles: Annotated[float, Limit("ignition cycle", "gb-t-44464-2024/5.1.1", "D")] = 2.0,
) -> Iterator[Finding]:
    """At each ignition, each function that needs consent is off, or on by a choice that the driver had stored before.

    Why:
        People share cars and forget settings: what is on without anybody's choice records those who never agreed.

    为什么:
        车辆会换人驾驶，设置会被遗忘；无人选择即开启的收集，记录的是从未同意的人。

    How it decides:
        1. Functions that process personal information or important data and claim no exception from consent. Nobody says whether it does, or
           whether there is an exception: gap.
        2. Delivered as on: breach.
        3. Each cycle of such a function: off: ok. On by a stored choice from before the ignition: ok. On although the driver chose off or
           nothing, or chose only after the ignition: breach. State, choice or time blank, or its order not to be told: gap.
           Read before the ignition: gap.
        4. For each such function at least `cycles` cycles that began off without a stored `on`, else gap: one cycle shows no `each`. Where the
           driver had chosen off in all of them, the state as delivered must be told, else gap: a choice shows no default.
        5. A cycle of a function that is not in the list: gap. A kind of data that the product is declared to process and that no function
           of the list processes: gap.

    Inconclusive:
        Too few cycles, states or choices are not told, functions are not listed.

    Not covered:
        Whether the state shown is the state of the collection: traffic and memory tell. Functions under an exception are judged elsewhere.

    未覆盖:
        界面所示状态与实际收集是否一致（由抓包和存储检查判定）；适用同意例外的功能另行判定。

    Args:
        states: Settings as read at ignition cycles.
        functions: List of functions.
        subject: Product under assessment.
        cycles: Cycles per function that must begin off; two, since the text says each drive.

    References:
        若干规定 article 6(2); GB/T 44464-2024 5.1.1, 6.1, D.2.
    """
    rules = by_function(functions)
    # (3) each cycle
    shown: Counter[str] = Counter()
    seen: dict[str, set[str]] = {}
    unchosen: set[str] = set()
    for state in states:
        name = bare(state.function)
        if name not in rules:
            yield gap(
                "收集状态所涉功能不在清单中", "the function of a cycle is not in the list", at=state.origin, function=state.function
            )  # (5)
            continue
        if any(_bound(f) is not False for f in rules[name]):
            yield _cycle(state, sure=all(_bound(f) for f in rules[name]))
            if state.state == "off" and state.chosen in {"off", "none"} and not _early(state):
                unchosen |= {name} if state.chosen == "none" else set()
                seen.setdefault(name, set()).add(bare(f"{state.vehicle or ''} {state.cycle}"))
    shown.update({name: len(found) for name, found in seen.items()})
    yield from _functions(rules, shown, cycles)
    for name in sorted(shown.keys() - unchosen):
        if any(_bound(f) and f.default_state is None for f in rules[name]):
            yield gap(
                "未经选择时的状态未说明", "the state without any choice is not told", at=rules[name][0].origin, function=rules[name][0].id
            )
    # (5) kinds of data of the product
    wanted = {"personal": subject.personal_data, "important": subject.important_data}
    held = {"personal": any(processes_personal(f) for f in functions), "important": any(f.important for f in functions)}
    if lacking := [n for n, w in wanted.items() if w and not held[n]]:
        yield gap("清单中没有处理该类数据的功能", "no function of the list processes data of this kind", kinds="; ".join(lacking))


def _functions(rules: dict[str, list[PiFunction]], shown: "Counter[str]", cycles: float) -> Iterator[Finding]:
    # (1), (2) and (4) each function
    for name, versions in sorted(rules.items()):
        for function in versions:
            if _bound(function) is None:
                yield gap(
                    "数据种类或同意例外未说明",
                    "kinds of data or exception from consent are not told",
                    at=function.origin,
                    function=function.id,
                )
            elif _bound(function) and function.default_state == "on":
                yield breach("出厂默认开启收集", "collection is on as delivered", at=function.origin, function=function.id)
        if any(_bound(f) for f in versions) and shown[name] < cycles:
            yield gap(
                "默认关闭的点火循环数不足",
                "too few cycles that began off by default",
                at=versions[0].origin,
                function=versions[0].id,
                measured=shown[name],
                limit=cycles,
                unit="ignition cycle",
            )


def _bound(function: PiFunction) -> bool | None:
    marks = (processes_personal(function), function.important)
    if not any(marks):
        return None if None in marks else False
    return None if function.exception is None else function.exception == "none"


def _early(state: CollectionState) -> bool:
    """Tell whether the state was read before the cycle began."""
    read, ignition = state.read_at, state.ignition_at
    return read is not None and ignition is not None and read < ignition and not untimed(read, ignition)


def _cycle(state: CollectionState, *, sure: bool) -> Finding:
    if _early(state):
        return gap("状态读取于点火之前", "read before the ignition", at=state.origin, function=state.function, cycle=state.cycle)
    if state.state == "off":
        return ok("点火时未收集", "off when the cycle began", at=state.origin, function=state.function, cycle=state.cycle)
    if state.state is None or state.chosen is None or not sure:
        return gap(
            "收集状态、驾驶人设定或功能须否同意未说明", "state, choice of the driver or need of consent is not told",
            at=state.origin, function=state.function, cycle=state.cycle,
        )  # fmt: skip
    if state.chosen != "on":
        return breach(
            "驾驶人未选择开启而在收集", "on although the driver had not chosen so",
            at=state.origin, function=state.function, cycle=state.cycle,
        )  # fmt: skip
    if state.chosen_at is None or state.ignition_at is None or untimed(state.chosen_at, state.ignition_at):
        return gap(
            "设定与点火的先后无法判断",
            "whether the choice came before the ignition cannot be told",
            at=state.origin,
            function=state.function,
            cycle=state.cycle,
        )
    if state.chosen_at >= state.ignition_at:
        return breach("点火之后才选择开启", "chosen only after the ignition", at=state.origin, function=state.function, cycle=state.cycle)
    return ok("按驾驶人已存设定开启", "on by the stored choice of the driver", at=state.origin, function=state.function, cycle=state.cycle)


_Case = tuple[list[CollectionState], list[PiFunction], Subject]


def _case(*cycles: tuple[str, str, str], **changed: object) -> _Case:
    plain = {"id": "F-1", "personal": "是", "important": "否", "exception": "无", "default_state": "关"}
    states = [
        CollectionState.model_validate(
            {"cycle": k, "function": "F-1", "ignition_at": f"2026-01-0{k} 12:00", "state": s, "chosen": c, "chosen_at": at}
        )
        for k, (s, c, at) in enumerate(cycles, 1)
    ]
    return states, [PiFunction.model_validate(plain | changed)], Subject(name="样车一号", maker="示例汽车")


@collects_nothing_by_default.example(Verdict.PASS)
def off_until_the_driver_chose() -> _Case:
    """Two cycles off, then on by a choice of the day before."""
    return _case(("关", "无", ""), ("关", "无", ""), ("开", "开", "2026-01-02 13:00"))


@collects_nothing_by_default.example(Verdict.FAIL)
def on_again_after_the_driver_chose_off() -> _Case:
    """The choice of the driver is forgotten."""
    return _case(("关", "关", ""), ("关", "关", ""), ("开", "关", ""))


@collects_nothing_by_default.example(Verdict.FAIL)
def delivered_on() -> _Case:
    """The list says that it is on as delivered."""
    return _case(("关", "无", ""), ("关", "无", ""), default_state="开")


@collects_nothing_by_default.example(Verdict.INCONCLUSIVE)
def one_cycle() -> _Case:
    """One drive shows nothing of each drive."""
    return _case(("关", "无", ""))
