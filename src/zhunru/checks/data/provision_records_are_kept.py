"""Provision and entrusting rest on a contract, and their records are kept for three years."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.step import Limit
from zhunru.core.verdict import Verdict
from zhunru.formulas.anniversaries import last_day_after_months
from zhunru.records.data_provision import DataProvision
from zhunru.records.told import told


@check("miit-2021-103/1.5", "ndr-2024-790/12", title_zh="提供和委托处理有合同，记录至少保存三年", since="0.3")
def provision_records_are_kept(
    provisions: list[DataProvision],
    day: date,
    *,
    years: Annotated[float, Limit("years", "ndr-2024-790/12", "C")] = 3.0,
) -> Iterator[Finding]:
    """Each provision of personal information or important data has a recipient, data and a contract, and its record is kept three years or more.

    Why:
        Who passes data on has to know, years later, to whom and what for.

    为什么:
        转交数据的人，多年以后仍须说得清交给了谁、作何用途。

    How it decides:
        1. Provisions of personal information or important data; marks not told: a breach is a gap. Neither: left out.
        2. Said to be without a contract: breach; blank: gap.
        3. Kept until `years` years after the day of the provision, or the last day of an entrusting, or longer: ok; shorter: breach; days not told, in
           the future or in the wrong order: gap.
        4. Recipient or data not told: gap. No such provision on record: gap.

    Inconclusive:
        Marks, days, recipient, data or contract are not told; nothing is on record.

    Not covered:
        What the contract says, and whether the recipient was supervised.

    未覆盖:
        合同内容；是否监督接收方。

    Args:
        provisions: Records of provision.
        day: Day as of which is assessed.
        years: Years.

    References:
        网络数据安全管理条例 article 12; 民法典 article 202.
    """
    judged = 0
    for provision in provisions:
        # (1) which provisions
        if provision.personal is False and provision.important is False:
            continue
        sure = bool(provision.personal or provision.important)
        judged += sure
        finding = _judged(provision, day, years)
        if finding.kind != "gap" and not sure:
            finding = gap(
                "是否为个人信息或重要数据未说明",
                "whether it is personal information or important data is not told",
                at=provision.origin,
                record=provision.id,
            )
        yield finding
    # (4) nothing
    if not judged:
        yield gap(
            "没有提供个人信息或重要数据的记录",
            "no provision of personal information or important data is on record",
            records=len(provisions),
        )


def _judged(provision: DataProvision, day: date, years: float) -> Finding:
    facts: dict[str, Any] = {"at": provision.origin, "record": provision.id}
    begun, ended, kept = provision.provided_on, provision.ended_on, provision.kept_until
    # (2) contract
    if told(provision.contract) == "none":
        return breach("提供或委托没有合同", "provided without a contract", **facts)
    if begun is None or begun > day or (ended and ended < begun) or kept is None:
        return gap("提供或保存的日期未说明或矛盾", "days of provision or keeping are not told or contradict each other", **facts)
    # (3) kept
    last = last_day_after_months(ended or begun, round(12 * years))
    facts |= {"kept_until": str(kept), "last_day": str(last), "limit": years, "unit": "years"}
    if kept < last:
        return breach("提供记录保存不足三年", "kept for less than three years", **facts)
    # (4) contents
    if told(provision.recipient) != "yes" or not provision.assets or told(provision.contract) != "yes":
        return gap("接收方、数据或合同未说明", "recipient, data or contract are not told", **facts)
    return ok("有合同且记录保存足够", "under a contract, and kept long enough", **facts)


_Case = tuple[list[DataProvision], date]


def _case(**changed: object) -> _Case:
    plain = {
        "id": "T-1", "recipient": "R-1", "assets": "A-1", "personal": "是", "important": "否", "provided_on": "2025-05-20",
        "contract": "HT-7", "kept_until": "2028-05-20",
    }  # fmt: skip
    return [DataProvision.model_validate(plain | changed)], date(2026, 1, 1)


@provision_records_are_kept.example(Verdict.PASS)
def exactly_three_years() -> _Case:
    """Kept until the corresponding day three years later."""
    return _case()


@provision_records_are_kept.example(Verdict.FAIL)
def a_day_short() -> _Case:
    """One day less."""
    return _case(kept_until="2028-05-19")


@provision_records_are_kept.example(Verdict.FAIL)
def no_contract() -> _Case:
    """Passed on without a contract."""
    return _case(contract="无")


@provision_records_are_kept.example(Verdict.INCONCLUSIVE)
def not_told_until_when() -> _Case:
    """Nobody says how long it is kept."""
    return _case(kept_until="")
