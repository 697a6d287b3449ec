"""A gate opens only on verdicts: 未经审批，不得通过."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from zhunru.core.text import Text
from zhunru.core.verdict import Verdict


class Gate(BaseModel):
    """A named set of clauses.

    Args:
        id: Name on the command line.
        title_zh: Name for people, Chinese.
        title_en: Name for people, English.
        clauses: Ids that must all be PASS or NOT_APPLICABLE; an empty gate is refused, for it would stand open.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str
    title_zh: str
    title_en: str
    clauses: Annotated[tuple[str, ...], Field(min_length=1)]


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
