"""Every asset is classified and graded, and its marks agree with each other."""

from collections.abc import Iterator

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.verdict import Verdict
from zhunru.formulas.placeholders import says_nothing
from zhunru.records.data_asset import DataAsset
from zhunru.records.sheets import field_of

_ASKED = ("category", "grade", "personal", "important")


@check(
    "miit-2021-103/1.3",
    "gb-t-44464-2024/4.1.4",
    "miit-2022-166/8",
    title_zh="每项数据资产均已分类分级，个人信息、敏感个人信息和重要数据标识一致",
    since="0.1",
)
def assets_are_classified_and_graded(assets: list[DataAsset]) -> Iterator[Finding]:
    """Every asset has a class and a grade, is marked as personal, sensitive and important or not, and the marks agree.

    Why:
        Protection follows class and grade; an asset without them, or with marks that contradict each other, gets the wrong one.

    为什么:
        保护要求随类别和级别而定；没有分类分级或标识自相矛盾的资产得不到相应保护。

    How it decides:
        1. No entry at all: gap.
        2. Marks that contradict each other are wrong whichever of them is true: sensitive but not personal, marked important but graded
           general, or graded important or core but marked not important: breach.
        3. A class, grade or mark is blank, or the class is a word that says nothing (待定): breach. The mark "sensitive" is asked for of personal information only.
        4. A cell that cannot be read: the asset is undecidable, gap.
        5. Else ok; data that are personal and important at once are told, since both sets of rules bind them.

    Inconclusive:
        The ledger has no entries, or a cell of class, grade or marks cannot be read.

    Not covered:
        Whether the class and grade are right for the content; protection by grade.

    未覆盖:
        分类分级是否与数据内容相符；各级别的保护措施是否落实。

    Args:
        assets: Entries of the ledger.

    References:
        103号 (一); GB/T 44464-2024 4.1.4, 4.2.4, Annex A; 工信部网安〔2022〕166号 articles 8 to 11.
    """
    # (1) nothing to look at
    if not assets:
        yield gap("数据资产台账中没有条目", "the data asset ledger has no entries")
    for asset in assets:
        asked = (*_ASKED, "sensitive") if asset.personal else _ASKED
        unread = {field_of(DataAsset, p.partition(": ")[0]) for p in asset.origin.problems}
        empty = [n for n in asked if getattr(asset, n) is None or (n == "category" and says_nothing(asset.category))]
        blank = [n for n in empty if n not in unread]
        # (2) marks that contradict each other
        if clash := _clash(asset):
            yield breach("分类分级标识自相矛盾", "the marks contradict each other", at=asset.origin, asset=asset.id, clash=clash)
        # (3) blank
        elif blank:
            yield breach("未完成分类分级", "not classified or graded", at=asset.origin, asset=asset.id, missing=", ".join(blank))
        # (4) undecidable
        elif empty:
            yield gap("分类分级无法判定", "class, grade or marks cannot be told", at=asset.origin, asset=asset.id, cells=", ".join(empty))
        # (5) decided
        elif asset.personal and asset.important:
            yield ok("已分类分级，兼为个人信息和重要数据", "graded; personal and important at once", at=asset.origin, asset=asset.id)
        else:
            yield ok("已分类分级", "classified and graded", at=asset.origin, asset=asset.id, grade=asset.grade)


def _clash(asset: DataAsset) -> str:
    if asset.sensitive and asset.personal is False:
        return "sensitive, not personal"
    if asset.important and asset.grade == "general":
        return "important, graded general"
    if asset.important is False and asset.grade in {"important", "core"}:
        return f"not important, graded {asset.grade}"
    return ""


def _asset(**changed: object) -> list[DataAsset]:
    plain = {"id": "A-1", "category": "运维数据", "grade": "一般", "personal": "是", "sensitive": "是", "important": "否"}
    return [DataAsset.model_validate(plain | changed)]


@assets_are_classified_and_graded.example(Verdict.PASS)
def sensitive_personal_information() -> list[DataAsset]:
    """A general asset that holds sensitive personal information."""
    return _asset()


@assets_are_classified_and_graded.example(Verdict.PASS)
def personal_and_important_at_once() -> list[DataAsset]:
    """Exterior video with faces: both sets of rules bind it."""
    return _asset(important="是", grade="重要")


@assets_are_classified_and_graded.example(Verdict.FAIL)
def without_grade() -> list[DataAsset]:
    """The grade is blank."""
    return _asset(grade="")


@assets_are_classified_and_graded.example(Verdict.FAIL)
def sensitive_but_not_personal() -> list[DataAsset]:
    """Sensitive personal information that is no personal information."""
    return _asset(personal="否")
