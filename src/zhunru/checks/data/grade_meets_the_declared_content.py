"""No asset is graded lower than what its own entry declares."""

from collections.abc import Iterator
from typing import Any

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.verdict import Verdict
from zhunru.formulas.grading import RANK
from zhunru.records.asset_proposal import Proposal, proposals
from zhunru.records.data_asset import DataAsset
from zhunru.records.data_field import DataField


@check(
    "miit-2021-103/1.3",
    "cac-2021-7/3",
    "gb-t-44464-2024/A",
    "gb-t-43697-2024/6.5",
    "gb-t-43697-2024/6.6",
    title_zh="资产的级别和标识不低于其登记内容的要求",
    since="0.3",
)
def grade_meets_the_declared_content(assets: list[DataAsset], fields: list[DataField] | None) -> Iterator[Finding]:
    """The grade and the marks of each asset are not lower than its declared content, effect, number of persons and parts demand.

    Why:
        An entry that counts two million persons and is graded general protects nobody.

    为什么:
        登记了两百万人却定为一般级，保护就无从谈起。

    How it decides:
        1. What an entry declares itself decides: items and fields, marks, kinds of important data, object and degree of the effect, persons
           (more than 100,000 is important, exactly 100,000 is not), and the grades of its parts.
        2. A mark or grade lower than that by rules that were read (basis C): breach, naming the rule. By rules recalled (G): gap.
        3. A word of a name alone that speaks against a mark: gap, a person must judge.
        4. A grade or a mark of personal information that is blank, and personal information without the number of persons that is not marked
           important: gap.
        5. Else ok.

    Inconclusive:
        No entry; entries of which content, effect or persons are not told.

    Not covered:
        Content that no ledger declares: compare with what discovery found. Whether the declared effect is judged rightly.

    未覆盖:
        台账没有登记的内容（须与扫描结果比对）；影响对象和程度的判断是否恰当。

    Args:
        assets: Entries of the ledger.
        fields: Fields of databases with the asset to which they belong.

    References:
        汽车数据安全管理若干规定 article 3; GB/T 44464-2024 annex A; GB/T 43697-2024 clause 6; 工信部网安〔2022〕166号 articles 8 to 13.
    """
    if not assets:
        yield gap("数据资产台账中没有条目", "the data asset ledger has no entries")
    # (1) what the entries demand
    for found in proposals(assets, fields or ()):
        yield _judged(found)


def _judged(found: Proposal) -> Finding:
    asset = found.asset
    lower = [r for r in found.reasons if _is_lower(asset, r.field, r.value)]
    # (2) by rules that were read and what is stated, before (3) rules recalled and words of names
    for reason in sorted(lower, key=lambda r: (r.hint, r.basis != "C")):
        shown: dict[str, Any] = {
            "asset": asset.id, "field": reason.field, "demanded": str(reason.value), "because": reason.why.zh, "clause": reason.source,
        }  # fmt: skip
        if not reason.hint and reason.basis == "C":
            return breach(
                "级别或标识低于登记内容的要求", "grade or mark is lower than the declared content demands", at=asset.origin, **shown
            )
        return gap("级别或标识可能偏低，须人工判定", "grade or mark may be too low: a person must judge", at=asset.origin, **shown)
    # (4) undecidable
    if asset.origin.problems or asset.grade is None or found.lacking:
        words = "; ".join(t.zh for t in found.lacking)
        return gap("级别是否足够无法判定", "whether the grade suffices cannot be told", at=asset.origin, asset=asset.id, lacking=words)
    # (5) decided
    return ok(
        "级别和标识不低于登记内容的要求", "grade and marks meet the declared content", at=asset.origin, asset=asset.id, grade=asset.grade
    )


def _is_lower(asset: DataAsset, field: str, value: str | bool) -> bool:
    declared = getattr(asset, field)
    if field == "grade":
        return declared is not None and RANK[declared] < RANK[str(value)]
    return field in {"personal", "sensitive", "important"} and declared is False and value is True


def _asset(**changed: object) -> tuple[list[DataAsset], list[DataField] | None]:
    plain = {
        "id": "A-1", "name": "用户表", "category": "业务服务", "grade": "一般", "personal": "是", "sensitive": "否", "important": "否",
        "content": "手机号码；姓名", "person_count": 100_000,
    }  # fmt: skip
    return [DataAsset.model_validate(plain | changed)], None


@grade_meets_the_declared_content.example(Verdict.PASS)
def exactly_a_hundred_thousand_persons() -> tuple[list[DataAsset], list[DataField] | None]:
    """Not more than 100,000 persons: general."""
    return _asset()


@grade_meets_the_declared_content.example(Verdict.FAIL)
def one_person_more() -> tuple[list[DataAsset], list[DataField] | None]:
    """One person more makes it important data."""
    return _asset(person_count=100_001)


@grade_meets_the_declared_content.example(Verdict.FAIL)
def resident_numbers_marked_not_sensitive() -> tuple[list[DataAsset], list[DataField] | None]:
    """A field holds resident identity numbers, the asset is marked as not sensitive."""
    return _asset()[0], [DataField.model_validate({"path": "user.sfz", "asset": "A-1", "kinds": "居民身份号码"})]


@grade_meets_the_declared_content.example(Verdict.INCONCLUSIVE)
def number_of_persons_is_not_told() -> tuple[list[DataAsset], list[DataField] | None]:
    """Whether more than 100,000 persons are concerned cannot be told."""
    return _asset(person_count=None)
