"""Consent to sensitive processing is given for it alone."""

from collections.abc import Iterator

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.verdict import Verdict
from zhunru.formulas.written_names import bare
from zhunru.records.consent import Consent
from zhunru.records.pi_function import PiFunction
from zhunru.records.processing_rules import by_function


@check("miit-2021-103/1.4", "cac-2021-7/9", "pipl-2021/29", title_zh="处理敏感个人信息取得单独同意", since="0.3")
def sensitive_consent_is_separate(consents: list[Consent], functions: list[PiFunction]) -> Iterator[Finding]:
    """Each consent to a function on sensitive personal information was given for it alone, and each such function has one.

    Why:
        A tick under fifty pages of terms is no decision about one's face.

    为什么:
        在五十页条款下打勾，不是对自己面容的决定。

    How it decides:
        1. Consents to functions that are marked sensitive; a function that is not in the list or not marked: gap, unless given separately.
        2. Given separately: ok; with other terms: breach; not told, or the answer is not told: gap.
        3. A sensitive function that needs consent and has none on record: gap. A function that is not marked, or no sensitive one: gap.

    Inconclusive:
        Marks, answers or the way of asking are not told; no consent is on record.

    Not covered:
        What the person saw when agreeing.

    未覆盖:
        同意时界面的实际展示。

    Args:
        consents: Answers of persons.
        functions: List of functions.

    References:
        若干规定 article 9 (G); 个人信息保护法 article 29 (G).
    """
    rules = by_function(functions)
    answered: set[str] = set()
    for consent in consents:
        name = bare(consent.function)
        marks = {f.sensitive for f in rules.get(name, [])}
        # (1) which consents
        if consent.answer == "refused" or marks == {False}:
            continue
        answered.add(name)
        # (2) separately
        if consent.separate is False and True in marks and consent.answer:
            yield breach("未单独取得同意", "not asked for separately", at=consent.origin, function=consent.function)
        elif consent.separate and marks and consent.answer:
            yield ok("单独取得同意", "asked for separately", at=consent.origin, function=consent.function)
        else:
            yield gap(
                "功能是否敏感或是否单独同意未说明",
                "whether it is sensitive, or asked for separately, is not told",
                at=consent.origin,
                function=consent.function,
            )
    # (3) functions
    sensitive = {n: v[0] for n, v in sorted(rules.items()) if any(f.sensitive and f.exception in {None, "none"} for f in v)}
    for function in functions:
        if function.sensitive is None:
            yield gap("是否处理敏感个人信息未说明", "whether it is sensitive is not told", at=function.origin, function=function.id)
    for name, function in sensitive.items():
        if name not in answered:
            yield gap(
                "敏感功能没有同意记录", "no consent to this sensitive function is on record", at=function.origin, function=function.id
            )
    if not any(f.sensitive for f in functions):
        yield gap(
            "功能清单中没有敏感个人信息功能", "no function of the list is on sensitive personal information", functions=len(functions)
        )


_Case = tuple[list[Consent], list[PiFunction]]


def _case(**changed: object) -> _Case:
    consent = {"person": "p-1", "function": "F-1", "answer": "同意", "separate": "是"}
    return [Consent.model_validate(consent | changed)], [PiFunction.model_validate({"id": "F-1", "sensitive": "是", "exception": "无"})]


@sensitive_consent_is_separate.example(Verdict.PASS)
def asked_for_alone() -> _Case:
    """A question of its own."""
    return _case()


@sensitive_consent_is_separate.example(Verdict.FAIL)
def hidden_in_the_terms() -> _Case:
    """Agreed to together with the terms of use."""
    return _case(separate="否")


@sensitive_consent_is_separate.example(Verdict.INCONCLUSIVE)
def not_told() -> _Case:
    """Nobody says how it was asked."""
    return _case(separate="")
