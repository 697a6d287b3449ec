"""For a child under fourteen the guardian consents."""

from collections.abc import Iterator

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.verdict import Verdict
from zhunru.formulas.written_names import bare
from zhunru.records.consent import Consent


@check("miit-2021-103/1.4", "pipl-2021/31", title_zh="处理不满十四周岁未成年人个人信息取得监护人同意", since="0.3")
def guardian_consents_for_children(consents: list[Consent]) -> Iterator[Finding]:
    """Each consent tells whether the person is under fourteen, and for those who are a parent or guardian agreed.

    Why:
        A child cannot judge what it gives away.

    为什么:
        儿童无法判断自己交出了什么。

    How it decides:
        1. Answers that agreed, or whose answer is not told.
        2. Under fourteen and the guardian agreed: ok; did not: breach; not told: gap.
        3. Fourteen or older: ok, unless another answer of this person, not known to be earlier, says under fourteen: gap. Not told: gap.
        4. No consent: gap.

    Inconclusive:
        Age, answer or guardian are not told.

    Not covered:
        Whether the age was verified, who the guardian is, and the special rules for children's information.

    未覆盖:
        年龄是否核实、监护人身份，以及儿童个人信息的专门处理规则。

    Args:
        consents: Answers of persons.

    References:
        个人信息保护法 articles 28, 31 (G).
    """
    # (1) which answers
    agreed = [c for c in consents if c.answer != "refused"]
    children: dict[str, list[Consent]] = {}
    for consent in consents:
        if consent.minor:
            children.setdefault(bare(consent.person), []).append(consent)
    for consent in agreed:
        # (2) children
        if consent.minor and consent.guardian is False and consent.answer:
            yield breach("未取得监护人同意", "the guardian did not consent", at=consent.origin, function=consent.function)
        elif consent.answer is None or consent.minor is None or (consent.minor and not consent.guardian) or _younger(consent, children):
            yield gap(
                "年龄、答复或监护人同意未说明",
                "age, answer or consent of the guardian is not told",
                at=consent.origin,
                function=consent.function,
            )
        # (3) older
        else:
            yield ok(
                "本人已满十四周岁或监护人已同意",
                "fourteen or older, or the guardian consented",
                at=consent.origin,
                function=consent.function,
            )
    # (4) nothing
    if not agreed:
        yield gap("没有同意记录", "no consent is on record", consents=len(consents))


def _younger(consent: Consent, children: dict[str, list[Consent]]) -> bool:
    """Tell whether one who is fourteen or older by this answer is under fourteen by another that is not known to be earlier."""
    others = children.get(bare(consent.person), []) if consent.minor is False else []
    return any(o.given_at is None or consent.given_at is None or o.given_at >= consent.given_at for o in others)


def _consent(**changed: object) -> list[Consent]:
    return [Consent.model_validate({"person": "p-1", "function": "F-1", "answer": "同意", "minor": "是", "guardian": "是"} | changed)]


@guardian_consents_for_children.example(Verdict.PASS)
def the_mother_agreed() -> list[Consent]:
    """A child whose guardian agreed, and an adult."""
    return [*_consent(), *_consent(person="p-2", minor="否", guardian="")]


@guardian_consents_for_children.example(Verdict.FAIL)
def the_child_tapped_agree() -> list[Consent]:
    """No guardian was asked."""
    return _consent(guardian="否")


@guardian_consents_for_children.example(Verdict.INCONCLUSIVE)
def age_not_asked() -> list[Consent]:
    """Nobody knows how old the person is."""
    return _consent(minor="", guardian="")
