"""A gate opens only on verdicts: 未经审批，不得通过. Its clauses, its own rules, and who closes what, as data."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from zhunru.core.text import Text
from zhunru.core.verdict import Verdict

STEPS: dict[int, Text] = {
    0: Text("关口、台账与时钟", "gate, ledger and clock"),
    1: Text("档案与管理能力", "dossier and management capability"),
    2: Text("差异", "difference"),
    3: Text("程序类别", "procedure"),
    4: Text("文件", "papers"),
    5: Text("升级包", "package"),
    6: Text("目标车辆", "target vehicles"),
    7: Text("车辆试验", "vehicle tests"),
    8: Text("发布＝备案＝受检", "released = filed = tested"),
    11: Text("识别码与申报", "SWIN and declaration"),
}
"""Order in which a release is settled; 9, 10 and 12 (push, reconciliation, closing) come after the gate. ota-and-recorders.md 6.2."""

DEMANDED: Mapping[str, frozenset[str]] = {
    "ota-release": frozenset(f"miit-2021-103/{n}" for n in ("3.1", "3.2", "3.3", "3.4", "3.5", "3.6", "4.1", "4.2", "4.3", "4.4", "4.5"))
}
"""Clauses that a gate never lacks, whatever the data say: 103号 articles (三) and (四) stand before every release."""

HINDSIGHT: Mapping[str, Literal["planned", "past"]] = {
    "ota.closing_report_adds_up": "past",
    "ota.execution_record_is_complete": "past",
    "ota.skilled_updates_name_a_professional": "past",
    "ota.pushed_equals_filed": "planned",
}
"""Checks that look at what happens after the push, and how a gate, which stands before it, asks them.

`past`: about what was released before; only a breach or a crash holds, since for a first release there is nothing to see.
`planned`: about the activity as one that is planned for the day.
"""


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Remedy(_Data):
    """Who closes what a clause leaves open, and with what.

    Args:
        clauses: Clauses of the gate, or clauses that make them concrete.
        step: Step of `STEPS`.
        giver_zh: Who must act, Chinese.
        giver_en: The same in English.
        remedy_zh: Paper, record or test that closes it, Chinese.
        remedy_en: The same in English.
    """

    clauses: Annotated[tuple[str, ...], Field(min_length=1)]
    step: int = 1
    giver_zh: str
    giver_en: str
    remedy_zh: str
    remedy_en: str


class Rule(_Data):
    """A rule of the gate itself, beside the verdicts: what binds a release to files, records, clock and ledger.

    Args:
        id: Name in the code.
        clause: Clause that asks for it; empty when none does and the gate could not be trusted without it.
        step: Step of `STEPS`.
        state: `failed` it is certain, `open` something is lacking or cannot be told.
        text_zh: What is wrong, Chinese.
        text_en: The same in English.
        giver_zh: Who must act, Chinese.
        giver_en: The same in English.
        remedy_zh: What closes it, Chinese.
        remedy_en: The same in English.
    """

    id: str
    clause: str = ""
    step: int = 0
    state: Literal["failed", "open"] = "failed"
    text_zh: str
    text_en: str
    giver_zh: str
    giver_en: str
    remedy_zh: str
    remedy_en: str


class Gate(_Data):
    """A named set of clauses.

    Args:
        id: Name on the command line.
        title_zh: Name for people, Chinese.
        title_en: Name for people, English.
        clauses: Ids that must all be PASS or NOT_APPLICABLE; an empty gate is refused, for it would stand open.
        packages: It releases files, which must be given.
        path: Path to green, clause by clause.
    """

    id: str
    title_zh: str
    title_en: str
    clauses: Annotated[tuple[str, ...], Field(min_length=1)]
    packages: bool = False
    path: tuple[Remedy, ...] = ()

    def remedy(self, *clauses: str) -> Remedy | None:
        """Return the path entry for what claims `clauses`: that of the concrete ones where they agree on one, else that of the gate's own."""
        known = {c: r for r in self.path for c in r.clauses}
        concrete = {id(known[c]): known[c] for c in clauses if c in known and c not in self.clauses}
        own = [known[c] for c in clauses if c in known and c in self.clauses]
        return next(iter(concrete.values())) if len(concrete) == 1 or (concrete and not own) else own[0] if own else None


class Held(BaseModel):
    """One reason why a gate stays shut."""

    model_config = ConfigDict(frozen=True)
    clause: str
    verdict: Verdict | Literal["NOT_ASSESSED"]
    reason_zh: str
    reason_en: str


def holds(gate: Gate, verdicts: Mapping[str, Verdict], screening: Mapping[str, bool], accepted: frozenset[str]) -> list[Held]:
    """Return what keeps `gate` shut; an empty list opens it.

    Args:
        gate: The gate.
        verdicts: Clause id -> verdict of the result at hand; a clause without a verdict holds the gate.
        screening: Clause id -> the verdict rests on an unconfirmed limit.
        accepted: Clauses whose screening verdict a named person has accepted by a record.
    """
    held: list[tuple[str, Verdict | Literal["NOT_ASSESSED"], Text]] = []
    for clause in gate.clauses:
        verdict = verdicts.get(clause)
        if verdict is None:
            held.append((clause, "NOT_ASSESSED", Text("没有检查覆盖此条款", "no check covers this clause")))
        elif verdict not in {Verdict.PASS, Verdict.NOT_APPLICABLE}:
            held.append((clause, verdict, Text("结论不是通过", "the verdict is not a pass")))
        elif screening.get(clause) and clause not in accepted:
            reason = Text("依据未经确认，须由具名人员接受", "rests on an unconfirmed limit; a named person must accept it")
            held.append((clause, verdict, reason))
    return [Held(clause=c, verdict=v, reason_zh=t.zh, reason_en=t.en) for c, v, t in held]
