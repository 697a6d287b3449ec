"""Every test case of GB 44496 clause 6 that applies was really run."""

from collections.abc import Iterator
from typing import Final

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.subject import Subject
from zhunru.core.verdict import Verdict
from zhunru.formulas.written_names import bare
from zhunru.records.update_campaign import UpdateCampaign
from zhunru.records.update_case import UpdateCase

_ALWAYS: Final = ("6.2", "6.3", "6.4")
_OTA: Final = ("6.5", "6.6", "6.7", "6.8", "6.9", "6.10", "6.11", "6.12", "6.13")
_BY_TEST: Final = frozenset({"6.5", "6.6", "6.7", "6.8", "6.9", "6.10", "6.12", "6.13"})
"""Rows in which the first amendment asks for a test where the base text asked for an inspection."""
_DOCUMENT: Final = ("文件审查", "文件检查", "资料审查", "文档审查", "仅文件", "documentreview", "documentonly", "inspectionofdocuments")


@check("miit-2021-103/3.3", "gb-44496-2024/6.1", title_zh="适用的升级试验项目均已实际试验", since="0.2")
def all_cases_were_run(cases: list[UpdateCase], campaigns: list[UpdateCampaign] | None, subject: Subject) -> Iterator[Finding]:
    """For each case that applies there is a run with a time, a tester and evidence; a document in place of a test does not count.

    Why:
        What was read in a document was not seen on a car. The first amendment therefore replaced inspection by test.

    为什么:
        文件中读到的，不等于在车上看到的。第1号修改单因此将“检查”改为“检验”。

    How it decides:
        1. A car without over-the-air update needs 6.2 to 6.4, one with it 6.2 to 6.13.
        2. A case that has no run: gap.
        3. A run counts when it has a start, a tester or laboratory, and evidence; else gap.
        4. In 6.5 to 6.10, 6.12 and 6.13 a run that says that only documents were looked at, and no other run of the case: breach.
        5. 6.2 needs a run over the air where the car can, and one offline where an activity is offline; not told or absent: gap.

    Inconclusive:
        Cases without a run, runs without time, tester or evidence.

    Not covered:
        Whether the laboratory is accredited; what the runs found: each case has its own check.

    未覆盖:
        试验机构的资质；各项试验的结果（由各自的检查判定）。

    Args:
        cases: Test runs.
        campaigns: Activities; they tell whether updates come offline.
        subject: Product under assessment.

    References:
        GB 44496-2024 6.1 with amendment 1; ota-and-recorders.md 1.4.
    """
    groups: dict[str, list[UpdateCase]] = {}
    for case in cases:
        groups.setdefault(bare(case.case), []).append(case)
    # (1) which apply
    for number in (*_ALWAYS, *(_OTA if subject.ota else ())):
        runs = groups.get(number, [])
        papers = [c for c in runs if _is_paper(c)]
        whole = [c for c in runs if not _is_paper(c) and c.start and (c.person or c.laboratory) and c.evidence]
        # (2) none, (4) paper only, (3) whole
        if not runs:
            yield gap("该项目没有试验", "no run of this case", case=number)
        elif number in _BY_TEST and len(papers) == len(runs):
            yield breach("以文件代替试验", "a document in place of a test", at=papers[0].origin, case=number)
        elif not whole:
            yield gap("试验缺少时间、人员或证据", "the runs lack time, tester or evidence", at=runs[0].origin, case=number)
        else:
            yield ok("该项目已实际试验", "this case was run", at=whole[0].origin, case=number, measured=len(whole), unit="runs")
    # (5) both ways
    ways = {c.over_the_air for c in groups.get("6.2", [])}
    offline = any("离线" in (c.way or "") or "offline" in (c.way or "").lower() for c in campaigns or ())
    if subject.ota and True not in ways:
        yield gap("6.2 没有在线方式的试验", "no run of 6.2 over the air")
    if (offline or not subject.ota) and False not in ways:
        yield gap("6.2 没有离线方式的试验", "no run of 6.2 offline")


def _is_paper(case: UpdateCase) -> bool:
    text = bare(" ".join(t for t in (case.observed, case.stimulus, case.evidence) if t))
    return any(word in text for word in _DOCUMENT)


_CAR = Subject(name="样车一号", maker="示例汽车", ota=True)
_Inputs = tuple[list[UpdateCase], None, Subject]


def _inputs(numbers: tuple[str, ...] = (*_ALWAYS, *_OTA), car: Subject = _CAR, **changed: object) -> _Inputs:
    plain = {"start": "2026-03-10 10:00", "person": "王工", "evidence": "log-1", "over_the_air": "是" if car.ota else "否"}
    return [UpdateCase.model_validate({"case": n, "run": f"R{n}"} | plain | changed) for n in numbers], None, car


@all_cases_were_run.example(Verdict.PASS)
def twelve_cases() -> _Inputs:
    """6.2 to 6.13."""
    return _inputs()


@all_cases_were_run.example(Verdict.PASS)
def offline_car() -> _Inputs:
    """6.2 to 6.4."""
    return _inputs(_ALWAYS, Subject(name="样车二号", maker="示例汽车"))


@all_cases_were_run.example(Verdict.FAIL)
def read_and_not_tested() -> _Inputs:
    """All that was done is a review of documents."""
    return _inputs(observed="文件审查通过")


@all_cases_were_run.example(Verdict.INCONCLUSIVE)
def doors_never_tested() -> _Inputs:
    """6.11 is missing."""
    return _inputs(tuple(n for n in (*_ALWAYS, *_OTA) if n != "6.11"))
