"""Made-up decisions: every state, hostile texts, open and held."""

from datetime import date

from zhunru.core.decision import Decision, GivenPackage, Reason, Settled
from zhunru.core.result import Saying
from zhunru.core.verdict import Verdict


def say(zh: str, en: str) -> Saying:
    return Saying(zh=zh, en=en)


def reason(rule: str, state: str, step: int, source: str = "", row: int | None = None, **facts: str | int | float | bool | None) -> Reason:
    giver, remedy = say("检验机构", "laboratory"), say("出具报告", "give the report")
    return Reason(
        step=step, rule=rule, clause="miit-2021-103/4.1", state=state, missing=say(f"缺少{rule}", f"{rule} is missing"),  # type: ignore[arg-type]
        giver=giver, remedy=remedy, source=source, row=row, facts=facts,
    )  # fmt: skip


def settled(number: str, verdict: Verdict | str, screening: bool = False, accepted: bool = False) -> Settled:
    title = say(f"条款{number}", f"Clause {number}")
    return Settled(
        clause=f"miit-2021-103/{number}", title=title, verdict=verdict, screening=screening, accepted=accepted, reason=say("理由", "why")  # type: ignore[arg-type]
    )  # fmt: skip


def held(*reasons: Reason) -> Decision:
    clauses = (
        settled("3.1", Verdict.PASS), settled("3.2", Verdict.PASS, screening=True), settled("3.3", Verdict.PASS, screening=True, accepted=True),
        settled("3.4", Verdict.FAIL), settled("3.5", Verdict.ERROR), settled("3.6", Verdict.MISSING), settled("4.1", Verdict.INCONCLUSIVE),
        settled("4.2", "NOT_ASSESSED"), settled("4.3", Verdict.NOT_APPLICABLE),
    )  # fmt: skip
    return Decision(
        gate="ota-release", gate_digest="ab" * 32, title=say("发布软件升级", "Release of a software update"), product="样车",
        day=date(2026, 11, 24), open=not reasons, campaign="OTA-1", version="0.1", reasons=reasons, clauses=clauses,
        packages=(GivenPackage(name="a\x1b[31m.bin", sha256="cd" * 32, size_byte=7, package="a"),),
    )  # fmt: skip


def opened() -> Decision:
    clauses = (settled("3.1", Verdict.PASS), settled("4.3", Verdict.NOT_APPLICABLE))
    return held().model_copy(update={"clauses": clauses, "open": True, "reasons": ()})
