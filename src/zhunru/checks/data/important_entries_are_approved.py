"""Entries of important and core data went through registration and approval."""

from collections.abc import Iterator

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.verdict import Verdict
from zhunru.formulas.placeholders import says_nothing
from zhunru.records.asset_standing import AssetStanding, asset_standings
from zhunru.records.data_asset import DataAsset
from zhunru.records.ledger_move import LedgerMove, digest_of_record


@check("miit-2021-103/1.2", "miit-2022-166/13", title_zh="重要数据和核心数据的台账条目已经内部登记审批", since="0.3")
def important_entries_are_approved(assets: list[DataAsset], moves: list[LedgerMove] | None) -> Iterator[Finding]:
    """Every entry of important or core data was approved, with a named person, for the content that it has.

    Why:
        Whoever may change the grade of important data alone may also make them vanish.

    为什么:
        谁能独自改动重要数据的级别，谁就能让它从目录里消失。

    How it decides:
        1. Entries marked important, or graded important or core. An entry with neither mark nor grade may be one: gap. None: ok when all are told.
        2. The steps of the entry lead to approved or retired, the last by a named person: ok.
        3. It was approved, and changed since: breach. It is a draft or only reviewed although steps of entries are kept: breach.
        4. No steps are kept: the approver in the entry stands for the approval: gap, since nothing tells for which content. None: breach.
        5. Steps that do not follow each other, or a chain that breaks: gap.

    Inconclusive:
        No entry; an approver without steps; steps in doubt; entries that nobody graded.

    Not covered:
        Whether the approver has the authority and looked at it; general data.

    未覆盖:
        批准人是否有权、是否认真审查；一般数据。

    Args:
        assets: Entries of the ledger.
        moves: Steps of entries, as `zhunru ledger move` keeps them.

    References:
        工信部网安〔2022〕166号 article 13; data-and-cyber.md 2.5.
    """
    if not assets:
        yield gap("数据资产台账中没有条目", "the data asset ledger has no entries")
        return
    # (1) which entries
    mine = {id(a) for a in assets if a.important or a.grade in {"important", "core"}}
    vague = [a for a in assets if id(a) not in mine and (a.important is None or a.grade is None)]
    for asset in vague:
        yield gap("是否为重要数据无法判定", "whether it is important data cannot be told", at=asset.origin, asset=asset.id)
    if not mine and not vague:
        yield ok("没有重要数据或核心数据", "there are no important or core data", assets=len(assets))
    for standing in asset_standings(assets, moves or ()):
        if id(standing.asset) in mine:
            yield _judged(standing, kept=bool(moves))


def _judged(standing: AssetStanding, *, kept: bool) -> Finding:
    asset, last = standing.asset, standing.last
    # (5) in doubt
    if standing.doubts:
        return gap("条目流转记录存疑", "the steps of the entry are in doubt", at=asset.origin, asset=asset.id)
    # (4) no steps at all
    if not kept:
        if says_nothing(asset.approver):
            return breach("重要数据条目未经审批", "an entry of important data was not approved", at=asset.origin, asset=asset.id)
        return gap(
            "有批准人但没有流转记录，批准的内容不明",
            "an approver is named, but nothing tells what was approved",
            at=asset.origin,
            asset=asset.id,
        )
    # (3) lapsed, or never approved
    if standing.lapsed:
        return breach("批准后条目被改动，未重新审批", "the entry was changed after its approval", at=asset.origin, asset=asset.id)
    if standing.state not in {"approved", "retired"} or last is None:
        return breach("重要数据条目未经审批", "an entry of important data was not approved", at=asset.origin, asset=asset.id)
    # (2) approved
    if says_nothing(last.person):
        return gap("批准人未记录", "nobody is named for the approval", at=asset.origin, asset=asset.id)
    return ok("条目已审批", "the entry is approved", at=asset.origin, asset=asset.id, approver=last.person)


def _case(*verbs: str, changed: str = "重要") -> tuple[list[DataAsset], list[LedgerMove] | None]:
    asset = DataAsset.model_validate({"id": "A-1", "grade": "重要", "important": "是", "approver": "王总"})
    states = {"review": ("draft", "reviewed"), "approve": ("reviewed", "approved")}
    moves: list[LedgerMove] = []
    for number, verb in enumerate(verbs, 1):
        fields = {
            "number": str(number), "entry": "A-1", "ledger": "data_asset", "verb": verb, "from_state": states[verb][0], "to_state": states[verb][1],
            "day": "2026-08-01", "person": "王总", "content": digest_of_record(asset), "previous": digest_of_record(moves[-1]) if moves else "0" * 64,
        }  # fmt: skip
        moves.append(LedgerMove.model_validate(fields))
    return [DataAsset.model_validate({"id": "A-1", "grade": changed, "important": "是", "approver": "王总"})], moves or None


@important_entries_are_approved.example(Verdict.PASS)
def reviewed_and_approved() -> tuple[list[DataAsset], list[LedgerMove] | None]:
    """The entry was reviewed and approved as it stands."""
    return _case("review", "approve")


@important_entries_are_approved.example(Verdict.FAIL)
def changed_after_the_approval() -> tuple[list[DataAsset], list[LedgerMove] | None]:
    """The grade was changed after the approval."""
    return _case("review", "approve", changed="核心")


@important_entries_are_approved.example(Verdict.FAIL)
def only_reviewed() -> tuple[list[DataAsset], list[LedgerMove] | None]:
    """Nobody approved it."""
    return _case("review")


@important_entries_are_approved.example(Verdict.INCONCLUSIVE)
def an_approver_without_steps() -> tuple[list[DataAsset], list[LedgerMove] | None]:
    """The entry names an approver; nothing tells for which content."""
    return _case()
