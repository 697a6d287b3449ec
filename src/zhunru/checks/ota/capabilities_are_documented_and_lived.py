"""The four update capabilities each have an approved document and a record that shows it at work."""

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.verdict import Verdict
from zhunru.records.capability_document import CapabilityDocument

_FOUR: Final = ("impact", "verification", "assurance", "record")


@check("miit-2021-103/3.1", "gb-44496-2024/4.1.1", "gb-44496-2024/4.3.1", title_zh="四项升级管理能力均有有效文件和实施记录", since="0.2")
def capabilities_are_documented_and_lived(documents: list[CapabilityDocument], day: date) -> Iterator[Finding]:
    """Impact assessment, verification, process assurance and record keeping each have a document in force on the day, and a record since.

    Why:
        A process that is written and not lived protects nobody; one that is lived and not written ends with the person who knows it.

    为什么:
        写而不行的制度不能保护任何人；行而不写的做法随知情者离开而消失。

    How it decides:
        1. Per capability, take the documents that name owner, version, approver and day of approval, approved by the day of assessment and not
           past their last day. A document that lacks one of them: gap when no other holds, naming what is lacking.
        2. A capability without any document: breach; with documents that all ended or begin later: breach.
        3. Per capability, take the records with a day on or before the day of assessment; without any: breach; without a day: gap.
        4. The document in force that was approved last is the version that replaced the others, even where those bear no last day. No record
           since its approval: gap, since older records show what was in force then, and nothing shows that this version is lived.
        5. Document and record: ok; but a document that lacks what 1 asks for and may be newer than it: gap.
        6. A row without capability or without kind: gap.

    Inconclusive:
        Owner, version, approver or days are missing; kinds cannot be read; the latest document is newer than every record.

    Not covered:
        Whether the documents are good and suit the scale of the maker: that is a matter of review.
        Which document a record belongs to, where a capability has several side by side.

    未覆盖:
        文件内容是否合理、是否与企业规模相称，须人工评审；同一能力并行多份文件时，记录属于哪一份。

    Args:
        documents: Documents and records of the management capability.
        day: Day as of which is assessed.

    References:
        103号 (三), first demand; GB 44496-2024 4.1.1, 4.3.1; ota-and-recorders.md 0.2.
    """
    # (6) rows that nobody can place
    for row in documents:
        if row.capability is None or row.form is None:
            yield gap("未说明能力项或文件类别", "capability or kind is not told", at=row.origin, id=row.id)
    for name in _FOUR:
        rows = [d for d in documents if d.capability == name]
        yield from _capability(name, rows, day)


def _capability(name: str, rows: list[CapabilityDocument], day: date) -> Iterator[Finding]:
    papers, records = [d for d in rows if d.form == "document"], [d for d in rows if d.form == "record"]
    in_time = [d for d in papers if not (d.approved_on and d.approved_on > day) and not (d.valid_until and d.valid_until < day)]
    whole = [d for d in in_time if not _lacking(d) and not d.origin.problems]
    # (1) and (2) documents
    if not papers:
        yield breach("该能力没有文件", "the capability has no document", capability=name)
    elif not in_time:
        yield breach("该能力没有现行文件", "no document of the capability is in force", at=papers[0].origin, capability=name)
    elif not whole:
        for row in in_time:
            yield gap(
                "文件信息不全", "the document lacks what makes it controlled", at=row.origin, capability=name, lacks=";".join(_lacking(row))
            )
    # (3) records
    dated = [d for d in records if d.approved_on and d.approved_on <= day]
    if not records:
        yield breach("该能力没有实施记录", "the capability has no record", capability=name)
    elif not dated:
        yield gap("实施记录没有有效日期", "the records have no usable day", at=records[0].origin, capability=name)
    if whole and dated:
        yield _lived(name, in_time, whole, dated)


def _lived(name: str, in_time: list[CapabilityDocument], whole: list[CapabilityDocument], records: list[CapabilityDocument]) -> Finding:
    latest, record = (max(d.approved_on for d in rows if d.approved_on) for rows in (whole, records))
    facts: dict[str, Any] = {"capability": name, "measured": str(record), "limit": str(latest)}
    if record < latest:  # (4)
        return gap("最新版文件发布后尚无实施记录", "no record since the latest document came into force", **facts)
    # (5) what may have replaced it
    newer = [d for d in in_time if d not in whole and (d.approved_on is None or d.approved_on > latest)]
    if newer:
        lacks = ";".join(_lacking(newer[0]))
        return gap(
            "可能更新的一版文件信息不全",
            "what may be a newer version lacks what makes it controlled",
            at=newer[0].origin,
            **facts,
            lacks=lacks,
        )
    return ok("有现行文件和实施记录", "document in force and record", **facts, documents=len(whole), records=len(records))


def _lacking(row: CapabilityDocument) -> list[str]:
    return [n for n in ("owner", "version", "approved_on", "approved_by") if not getattr(row, n)]


_DAY: Final = date(2026, 6, 1)
_Inputs = tuple[list[CapabilityDocument], date]


def _inputs(lived: bool = True, **changed: object) -> _Inputs:
    plain = {"form": "文件", "version": "B/2", "owner": "软件升级部", "approved_on": "2026-01-10", "approved_by": "总工", "valid_until": ""}
    rows = []
    for name in _FOUR:
        rows.append(plain | {"id": f"D-{name}", "capability": name} | (changed if name == "assurance" else {}))
        if lived or name != "assurance":
            rows.append({"id": f"R-{name}", "capability": name, "form": "记录", "approved_on": "2026-03-10"})
    return [CapabilityDocument.model_validate(r) for r in rows], _DAY


@capabilities_are_documented_and_lived.example(Verdict.PASS)
def four_of_four() -> _Inputs:
    """Each with a document and a record."""
    return _inputs()


@capabilities_are_documented_and_lived.example(Verdict.FAIL)
def written_and_not_lived() -> _Inputs:
    """Process assurance has no record."""
    return _inputs(lived=False)


@capabilities_are_documented_and_lived.example(Verdict.FAIL)
def document_ended() -> _Inputs:
    """Its last day was the day before."""
    return _inputs(valid_until="2026-05-31")


@capabilities_are_documented_and_lived.example(Verdict.INCONCLUSIVE)
def without_an_owner() -> _Inputs:
    """Nobody answers for it."""
    return _inputs(owner="")


@capabilities_are_documented_and_lived.example(Verdict.INCONCLUSIVE)
def newer_than_every_record() -> _Inputs:
    """The version of April has no record; that it replaced bears no last day."""
    documents, day = _inputs()
    newer = documents[0].model_copy(update={"id": "D-new", "version": "B/3", "approved_on": date(2026, 4, 1)})
    return [*documents, newer], day
