"""Proposals of class, grade and marks for assets, each with its reason and source; a person decides.

What is declared in words of the standards (object and degree, kinds, counts, parts) decides; a word in a name is a hint.
An asset of which nothing tells is undecidable, never general.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from zhunru.core.text import Text
from zhunru.formulas.grading import ID5_MORE_THAN, RANK, grade_of_set, graded, is_id5, level_of_general
from zhunru.formulas.grading_words import CLASSES, IMPORTANT_KINDS, MASKED_WORDS, PERSONAL_ITEMS, Item
from zhunru.formulas.identifiers.kinds import BY_ID, KINDS
from zhunru.formulas.written_names import bare
from zhunru.records.data_asset import DataAsset
from zhunru.records.data_field import DataField

Standing = Literal["agrees", "declared", "proposed", "contradicts", "undecidable"]
FIELDS = ("category", "grade", "level", "personal", "sensitive", "important", "important_kind")


class Reason(NamedTuple):
    """Why a field of an asset should have a value.

    Args:
        field: Field of `DataAsset`.
        value: Proposed value.
        why: Reason, for people.
        source: Clause that it rests on.
        basis: How sure we are of the rule: C, S, G, D or P.
        hint: It rests on a word of a name alone.
    """

    field: str
    value: str | bool
    why: Text
    source: str
    basis: str
    hint: bool = False


class Proposal(NamedTuple):
    """What is proposed for one asset.

    Args:
        asset: The asset.
        standing: agrees with what is declared; declared in full while nothing tells for or against it; proposed where nothing is declared;
            contradicts it; undecidable.
        values: Field -> proposed value, only where something tells.
        reasons: Of all proposed values.
        lacking: What would be needed to decide the fields that are declared nowhere and that nothing tells.
    """

    asset: DataAsset
    standing: Standing
    values: Mapping[str, str | bool]
    reasons: tuple[Reason, ...]
    lacking: tuple[Text, ...]


def proposals(assets: Sequence[DataAsset], fields: Sequence[DataField] = ()) -> list[Proposal]:
    """Return one proposal for each asset, in order of the ledger.

    Args:
        assets: Entries of the ledger.
        fields: Fields of databases; those of an asset tell of its content.
    """
    mine: dict[str, list[DataField]] = {}
    for field in fields:
        mine.setdefault(bare(field.asset or ""), []).append(field)
    known = {bare(a.id): a for a in assets}
    return [_proposal(a, mine.get(bare(a.id), []), known) for a in assets]


def _proposal(asset: DataAsset, fields: Sequence[DataField], known: Mapping[str, DataAsset]) -> Proposal:
    content = list(_content(asset, fields))
    reasons = [*_personal(asset, content), *_class(asset), *_important(asset, content)]
    personal = True if any(r.field == "personal" for r in reasons) else asset.personal
    reasons += _id5(asset, personal)
    reasons += _grade(asset, reasons, known)
    if not any(r.field in {"grade", "important"} for r in reasons) and is_id5(personal, asset.person_count) is False and personal:
        why = Text("仅影响个人权益，且未超过10万人", "it affects the rights of persons alone, not more than 100,000 of them")
        reasons.append(Reason("grade", "general", why, "gb-t-44464-2024/A", "C", hint=True))
    stated = {k.strip().upper() for k in asset.important_kind}
    values = {f: v for f in FIELDS if (v := _value(f, reasons, stated)) is not None}
    lacking = tuple(_lacking(asset, values, personal))
    return Proposal(asset, _standing(asset, values, lacking), values, tuple(reasons), lacking)


def _content(asset: DataAsset, fields: Sequence[DataField]) -> Iterator[tuple[str, bool]]:
    """Yield (text, is a hint): what the asset is declared to hold, and the words of its names."""
    yield from ((text, False) for text in asset.content)
    for field in fields:
        yield from ((text, False) for text in field.kinds)
        if field.name:
            yield field.name, False
    yield from ((text, True) for text in (asset.name, asset.subcategory) if text)


def _personal(asset: DataAsset, content: Sequence[tuple[str, bool]]) -> Iterator[Reason]:
    for text, hint in content:
        if _taken_back(text):
            continue
        for item in _items(text):
            why = Text(f"“{text}”属{item.name}", f"'{text}' names an item of table A.2")
            yield Reason("personal", True, why, item.source, item.basis, hint)
            if item.sensitive:
                yield Reason("sensitive", True, why, item.source, item.basis, hint)
    if asset.children:
        why = Text("含不满十四周岁未成年人信息", "holds information of children under fourteen")
        yield Reason("personal", True, why, "tc260-pg-20244a/4", "C")
        yield Reason("sensitive", True, why, "tc260-pg-20244a/4", "C")
    if asset.sensitive and not asset.personal:
        yield Reason(
            "personal", True, Text("已标为敏感个人信息", "it is marked as sensitive personal information"), "gb-t-44464-2024/A", "C"
        )


def _taken_back(text: str) -> bool:
    return any(word in text.lower() for word in MASKED_WORDS)


def _items(text: str) -> Iterator[Item]:
    plain = text.lower()
    for kind in KINDS:
        if bare(text) in {bare(kind.id), bare(kind.title.zh), bare(kind.title.en)}:
            yield Item(kind.title.zh, BY_ID[kind.id].sensitive, (), "gb-t-44464-2024/A", kind.basis)
            return
    yield from (item for item in PERSONAL_ITEMS if any(_stands(word, plain) for word in item.words))


def _stands(word: str, text: str) -> bool:
    """Tell whether a word stands in a text; one of Latin letters as a word of its own."""
    at = text.find(word)
    if at < 0 or not word.isascii():
        return at >= 0
    before, after = text[at - 1 : at], text[at + len(word) : at + len(word) + 1]
    return not (before.isascii() and before.isalnum()) and not (after.isascii() and after.isalnum() and after != "s")


def _class(asset: DataAsset) -> Iterator[Reason]:
    if asset.category:  # how a company names its classes is its own affair
        return
    text = " ".join(t for t in (asset.category, asset.subcategory, asset.name, asset.purpose) if t).lower()
    hits = [(name, word) for name, words in CLASSES for word in words if _stands(word, text)]
    names = dict.fromkeys(name for name, _ in hits)
    if len(names) == 1:
        name, word = hits[0]
        yield Reason("category", name, Text(f"名称或目的含“{word}”", f"name or purpose holds '{word}'"), "miit-2022-166/8", "P", hint=True)


def _important(asset: DataAsset, content: Sequence[tuple[str, bool]]) -> Iterator[Reason]:
    stated = {k.strip().upper() for k in asset.important_kind}
    for kind in IMPORTANT_KINDS:
        if kind.id in stated:
            why = Text(f"已标为{kind.id}：{kind.name}", f"it is marked {kind.id}")
            yield Reason("important", True, why, "cac-2021-7/3", "C")
            continue
        for text, _ in content:
            word = next((w for w in kind.words if _stands(w, text.lower())), None)
            if word and not _taken_back(text):
                why = Text(f"“{text}”疑属{kind.id}：{kind.name}", f"'{text}' may be of kind {kind.id}")
                yield Reason("important_kind", kind.id, why, "cac-2021-7/3", "P", hint=True)
                yield Reason("important", True, why, "cac-2021-7/3", "P", hint=True)


def _id5(asset: DataAsset, personal: bool | None) -> Iterator[Reason]:
    if is_id5(personal, asset.person_count):
        why = Text(
            f"个人信息主体 {asset.person_count:.0f} 人，超过 {ID5_MORE_THAN} 人",
            f"personal information of more than {ID5_MORE_THAN} persons",
        )
        yield Reason("important", True, why, "cac-2021-7/3", "C")
        yield Reason("important_kind", "ID5", why, "cac-2021-7/3", "C")


def _grade(asset: DataAsset, reasons: Sequence[Reason], known: Mapping[str, DataAsset]) -> Iterator[Reason]:
    for reason in reasons:
        if reason.field == "important":
            why = Text(f"重要数据至少为重要级：{reason.why.zh}", f"important data are graded important at least: {reason.why.en}")
            yield Reason("grade", "important", why, reason.source, reason.basis, reason.hint)
    if asset.affected and asset.harm:
        shown = f"{'、'.join(asset.affected)}：{asset.harm}"
        for found in graded(asset.affected, asset.harm):
            yield Reason("grade", found.grade, Text(f"影响{shown}", f"effect on {shown}"), found.source, found.basis)
        if level := level_of_general(asset.affected, asset.harm):
            yield Reason("level", str(level), Text(f"影响{shown}", f"effect on {shown}"), "gb-t-43697-2024/H", "G")
    if asset.parts:
        top, final = grade_of_set(known[bare(p)].grade if bare(p) in known else None for p in asset.parts)
        if top and final:
            why = Text("取组成资产的最高级别", "highest grade of its parts")
            yield Reason("grade", top, why, "gb-t-43697-2024/6.6", "G")


def _value(field: str, reasons: Sequence[Reason], declared: set[str]) -> str | bool | None:
    """Return what the reasons propose: the highest grade, all kinds; what is stated before what a name hints at."""
    mine = [r for r in reasons if r.field == field]
    if not mine:
        return None
    if field == "grade":
        return max((str(r.value) for r in mine), key=RANK.__getitem__)
    if field == "important_kind":
        return "; ".join(sorted({str(r.value) for r in mine} | declared))
    return next((r.value for r in mine if not r.hint), mine[0].value)


def _lacking(asset: DataAsset, values: Mapping[str, str | bool], personal: bool | None) -> Iterator[Text]:
    if not asset.category and "category" not in values:
        yield Text("类别：名称和目的均未提示", "class: neither name nor purpose tells")
    if personal is None and "personal" not in values:
        yield Text("个人信息：请列出包含数据项", "personal information: list the items that it holds")
    if asset.grade is None and "grade" not in values:
        yield Text("级别：请填写影响对象和影响程度", "grade: tell the object and the degree of the effect")
    if personal and asset.person_count is None and values.get("important") is not True and not asset.important:
        yield Text("是否超过10万人：请填写涉及人数", "more than 100,000 persons: tell the number of persons")


def _standing(asset: DataAsset, values: Mapping[str, str | bool], lacking: Sequence[Text]) -> Standing:
    if any(_contradicts(asset, f, v) for f, v in values.items()):
        return "contradicts"
    if any(getattr(asset, f) in (None, ()) for f in values if f != "level"):
        return "proposed"
    if lacking:
        return "undecidable"
    return "agrees" if values else "declared"


def _contradicts(asset: DataAsset, field: str, value: str | bool) -> bool:
    """Tell whether an asset declares less than what is proposed; a higher grade is the company's own affair."""
    declared = getattr(asset, field)
    if field == "level" or declared in (None, ()):
        return False
    if field == "grade":
        return RANK[declared] < RANK[str(value)]
    if field == "important_kind":
        return not set(str(value).split("; ")) <= {k.strip().upper() for k in declared}
    return bool(declared is False and value is True)
