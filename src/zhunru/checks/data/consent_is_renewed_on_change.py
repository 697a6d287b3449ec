"""When purpose, method or kinds change, consent is asked for again."""

from collections.abc import Iterator
from typing import Any

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.record import untimed
from zhunru.core.verdict import Verdict
from zhunru.formulas.written_names import bare
from zhunru.records.consent import Consent
from zhunru.records.consent_span import by_person, covering
from zhunru.records.data_event import DataEvent
from zhunru.records.pi_function import PiFunction
from zhunru.records.processing_rules import Change, by_function, changes_of, needs_consent
from zhunru.records.told import unread


@check(
    "miit-2021-103/1.4", "gb-t-44464-2024/5.2.3.2", "gb-t-44464-2024/D.2", "pipl-2021/14",
    title_zh="目的、方式或种类变更后重新取得同意", since="0.3",
)  # fmt: skip
def consent_is_renewed_on_change(events: list[DataEvent], consents: list[Consent], functions: list[PiFunction]) -> Iterator[Finding]:
    """Whatever is processed under changed rules rests on an answer to these rules.

    Why:
        Who agreed to navigation did not agree to advertising.

    为什么:
        同意用于导航，不等于同意用于广告。

    How it decides:
        1. Versions of a function that follow each other and differ in purpose, method or kinds of data. Undated versions, or one that leaves
           these blank: gap.
        2. Each event of such a function from the change on until the next, by a person with a consent that holds: one of these consents names
           the new version, or was given after the change and names no other: ok.
        3. All of them were given before the change, or name an older version: breach. A version named after the change that is not the new one,
           or an order on one day that cannot be told: gap.
        4. Events without a consent that holds are judged elsewhere. No change with an event after it: gap.

    Inconclusive:
        No change, or no event under changed rules; versions, days or consents are not told.

    Not covered:
        Changes that nobody entered as a version.

    未覆盖:
        未登记为新版本的变更。

    Args:
        events: Log of processing.
        consents: Answers of persons with the version that they agreed to.
        functions: List of functions with the versions of their rules.

    References:
        GB/T 44464-2024 5.2.3.2, D.2.3; 个人信息保护法 article 14 (G).
    """
    answers = by_person(consents)
    seen = False
    for name, versions in sorted(by_function(functions).items()):
        # (1) changes
        if len(versions) > 1 and (any(v.since is None for v in versions) or len({v.since for v in versions}) < len(versions)):
            yield gap(
                "规则版本的启用时间未说明或重复",
                "days of the versions are not told, or the same",
                at=versions[0].origin,
                function=versions[0].id,
            )
            continue
        changes = changes_of(versions)
        for change in changes:
            if not change.differs:
                yield gap(
                    "版本之间的变化未写明", "what changed between versions is not told", at=change.rule.origin, function=change.rule.id
                )
            elif needs_consent(change.rule) is None:
                yield gap(
                    "变更后是否须同意未说明",
                    "whether the changed function needs consent is not told",
                    at=change.rule.origin,
                    function=change.rule.id,
                )
        for event in events:
            if event.at is None or event.event == "delete" or bare(event.function) != name:
                continue
            past = [c for c in changes if c.since <= event.at or untimed(c.since, event.at)]
            latest = max(past, key=lambda c: c.since, default=None)
            held = covering(answers.get((bare(event.person or ""), name), []), event.at)
            if latest and latest.differs and needs_consent(latest.rule) and held:
                seen = True
                yield _judged(event, latest, held, near=untimed(latest.since, event.at))
    # (4) nothing
    if not seen:
        yield gap("证据中没有变更之后的处理", "nothing was processed under changed rules with a consent", functions=len(functions))


def _judged(event: DataEvent, change: Change, held: list[Consent], *, near: bool) -> Finding:
    facts: dict[str, Any] = {
        "at": event.origin,
        "function": event.function,
        "version": change.rule.version,
        "changed": "; ".join(change.differs),
    }
    says = [_answers(c, change) for c in held]
    # (2) an answer to the new rules
    if True in says:
        return ok("对变更后的规则已取得同意", "agreed to the changed rules", **facts)
    # (3) only older answers
    if None in says or near:
        return gap("是否对变更后的规则取得同意无法判断", "whether the changed rules were agreed to cannot be told", **facts)
    return breach("变更后未重新取得同意", "processed under changed rules without a new consent", **facts)


def _answers(consent: Consent, change: Change) -> bool | None:
    """Tell whether a consent is an answer to the changed rules."""
    given, named, new = consent.given_at, consent.version, change.rule.version
    if given is None or untimed(given, change.since) or "version" in unread(consent):
        return None
    if named and new and bare(named) == bare(new):
        return True
    if given < change.since:
        return None if named and not new else False
    return True if not named else None


_Case = tuple[list[DataEvent], list[Consent], list[PiFunction]]


def _case(*, version: str = "2", given: str = "2026-03-01 12:00", purpose: str = "广告") -> _Case:
    plain = {"id": "F-1", "personal": "是", "exception": "无", "method": "云端识别", "data_items": "声音"}
    rules = [
        {"version": "1", "since": "2026-01-01 12:00", "purpose": "导航"},
        {"version": "2", "since": "2026-03-01 00:30", "purpose": purpose},
    ]
    consent = {"person": "p-1", "function": "F-1", "answer": "同意", "given_at": given, "period": "1年", "version": version}
    return (
        [DataEvent.model_validate({"function": "F-1", "at": "2026-03-05 12:00", "event": "收集", "person": "p-1"})],
        [Consent.model_validate(consent)],
        [PiFunction.model_validate(plain | r) for r in rules],
    )


@consent_is_renewed_on_change.example(Verdict.PASS)
def agreed_to_the_new_purpose() -> _Case:
    """The consent names the new version."""
    return _case()


@consent_is_renewed_on_change.example(Verdict.FAIL)
def old_consent_for_a_new_purpose() -> _Case:
    """Agreed to navigation in February; used for advertising in March."""
    return _case(version="1", given="2026-02-01 12:00")


@consent_is_renewed_on_change.example(Verdict.INCONCLUSIVE)
def nothing_changed() -> _Case:
    """A new version with the same purpose, method and kinds."""
    return _case(version="1", given="2026-02-01 12:00", purpose="导航")
