"""What the ledgers refer to exists."""

from collections.abc import Iterable, Iterator

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.record import Origin
from zhunru.core.verdict import Verdict
from zhunru.formulas.written_names import bare
from zhunru.records.data_asset import DataAsset
from zhunru.records.data_flow import DataFlow
from zhunru.records.recipient import Recipient
from zhunru.records.storage_place import StoragePlace

_NONE = frozenset({"无", "不涉及", "不适用", "否", "none", "no"})
"""Words that people write for "there is none"."""


@check("miit-2021-103/1.2", "gb-t-44464-2024/4.1.4", title_zh="台账之间的引用均能对应到条目", since="0.1")
def ledger_references_resolve(
    assets: list[DataAsset], flows: list[DataFlow] | None, places: list[StoragePlace] | None, recipients: list[Recipient] | None
) -> Iterator[Finding]:
    """Every storage place, recipient and asset that an entry refers to is an entry of its own ledger.

    Why:
        A reference that leads nowhere hides where data lie and who receives them.

    为什么:
        引用落空，就无法得知数据存放在哪里、提供给了谁。

    How it decides:
        1. Known names are the identifiers and the names of each ledger; a word for "none" is no reference.
        2. An entry whose references all lead to an entry: ok.
        3. The ledger referred to is not there: gap.
        4. A reference that leads to no entry: breach, naming it.
        5. No reference at all: gap.

    Inconclusive:
        The ledger of storage places or recipients is missing, or nothing refers to anything.

    Not covered:
        Whether the entry that is referred to is true. Origin and destination of flows are free text and are not looked up.

    未覆盖:
        被引用条目的内容是否属实；数据流的起点、终点为自由文本，不作核对。

    Args:
        assets: Data assets.
        flows: Data flows.
        places: Storage places.
        recipients: Recipients.

    References:
        103号 (一); GB/T 44464-2024 4.1.4, 4.1.10.
    """
    # (1) what can be referred to
    known_places = None if not places else _names((p.id, p.name) for p in places)
    known_recipients = None if not recipients else _names((r.id, r.name) for r in recipients)
    known_assets = _names((a.id, a.name) for a in assets)
    seen = False
    for asset in assets:
        for refs, known in ((asset.storage, known_places), (asset.recipients, known_recipients)):
            for finding in _resolved(asset.id, refs, known, asset.origin):
                seen = True
                yield finding
    for flow in flows or []:
        for refs, known in ((flow.assets, known_assets), ((flow.recipient,) if flow.recipient else (), known_recipients)):
            for finding in _resolved(flow.id, refs, known, flow.origin):
                seen = True
                yield finding
    # (5) nothing refers to anything
    if not seen:
        yield gap("台账之间没有任何引用", "nothing in the ledgers refers to another entry")


def _names(pairs: Iterable[tuple[str, str | None]]) -> frozenset[str]:
    return frozenset(bare(name) for pair in pairs for name in pair if name)


def _resolved(entry: str, refs: tuple[str, ...], known: frozenset[str] | None, at: Origin) -> Iterator[Finding]:
    asked = [r for r in refs if bare(r) not in _NONE]
    if not asked:
        return
    if known is None:  # (3)
        yield gap("所引用的台账缺失", "the ledger that is referred to is missing", at=at, entry=entry, references="; ".join(asked))
        return
    lost = [r for r in asked if bare(r) not in known]
    if lost:  # (4)
        yield breach("引用没有对应的条目", "a reference leads to no entry", at=at, entry=entry, references="; ".join(lost))
    else:  # (2)
        yield ok("引用均有对应条目", "all references lead to an entry", at=at, entry=entry, measured=len(asked), unit="references")


_Case = tuple[list[DataAsset], list[DataFlow] | None, list[StoragePlace] | None, list[Recipient] | None]


def _case(storage: str = "S-1", recipients: str = "", asset: str = "A-1") -> _Case:
    return (
        [DataAsset.model_validate({"id": "A-1", "name": "车辆轨迹", "storage": storage, "recipients": recipients})],
        [DataFlow.model_validate({"id": "F-1", "assets": asset})],
        [StoragePlace.model_validate({"id": "S-1", "name": "上海机房"})],
        [Recipient.model_validate({"id": "R-1", "name": "示例地图公司"})],
    )


@ledger_references_resolve.example(Verdict.PASS)
def named_by_identifier_and_by_name() -> _Case:
    """One reference by identifier, one by name."""
    return _case("上海机房", "R-1; 无")


@ledger_references_resolve.example(Verdict.FAIL)
def unknown_storage_place() -> _Case:
    """The asset lies in a place that is not registered."""
    return _case("S-1; S-9")


@ledger_references_resolve.example(Verdict.FAIL)
def flow_of_an_unknown_asset() -> _Case:
    """A flow carries an asset that the ledger does not know."""
    return _case(asset="A-7")


@ledger_references_resolve.example(Verdict.INCONCLUSIVE)
def no_ledger_of_places() -> _Case:
    """Storage places are named, but their ledger is missing."""
    assets, flows, _, recipients = _case()
    return assets, flows, None, recipients
