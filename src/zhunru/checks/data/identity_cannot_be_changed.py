"""VIN and identity data cannot be changed or deleted without right."""

from collections.abc import Iterator

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.verdict import Verdict
from zhunru.records.storage_address import StorageAddress
from zhunru.records.storage_trial import StorageTrial
from zhunru.records.trial_outcome import changed, changes_tried


@check(
    "miit-2021-103/1.5",
    "gb-t-44464-2024/5.4.2",
    "gb-t-44464-2024/D.4.2",
    "gb-44495-2024/7.4.3",
    title_zh="车辆识别代号等身份数据不能被擅自修改或删除",
    since="0.3",
)
def identity_cannot_be_changed(trials: list[StorageTrial], addresses: list[StorageAddress]) -> Iterator[Finding]:
    """Every attempt to change or delete VIN and identity data without right left them as they were, at each declared address.

    Why:
        A car whose number can be rewritten can be stolen, and its record is worth nothing.

    为什么:
        识别代号可被改写的车辆容易被盗，其记录也失去意义。

    How it decides:
        1. Attempts without right to change or delete identity data: a value or digest afterwards other than before: breach.
        2. An attempt made with rights, one that did not reach its target, or one without the values before and after proves nothing: gap,
           unless another of the same way at the same address does.
        3. Each declared address with identity data: an attempt to change and an attempt to delete left it as it was: ok; none of a way: gap.
        4. No declared address, or an address of which it is not told whether it holds identity data: gap.

    Inconclusive:
        Attempts or values are missing, or addresses are not told.

    Not covered:
        Controllers that hold the number and are not declared.

    未覆盖:
        未声明而存有识别代号的控制器。

    Args:
        trials: Attempts on stored data.
        addresses: Declared addresses, GB/T 44464-2024 D.1 d).

    References:
        GB/T 44464-2024 5.4.2, D.4.2; GB 44495-2024 7.4.3 (G).
    """
    # (1) what worked
    for trial in trials:
        if trial.matter == "identity" and changed(trial) in {"broken", "detected"}:
            yield breach(
                "未授权的修改或删除得逞",
                "a change or deletion without right worked",
                at=trial.origin,
                trial=trial.id,
                address=trial.address,
            )
    # (4) addresses
    ours = [a for a in addresses if a.identity is not False]
    for address in ours:
        if address.identity is None:
            yield gap("是否存有身份数据未说明", "whether identity data lie there is not told", at=address.origin, address=address.id)
    if not any(a.identity for a in ours):
        yield gap("没有声明存有身份数据的地址", "no address with identity data is declared", addresses=len(addresses))
    # (2) and (3) each address, both ways
    for tried in changes_tried([a for a in ours if a.identity], [t for t in trials if t.matter == "identity"]):
        if "held" in tried.outcomes and not tried.outcomes & {"broken", "detected"}:
            yield ok("尝试后数据未变", "as before after the attempt", at=tried.address.origin, address=tried.address.id, way=tried.way)
        elif not tried.outcomes & {"broken", "detected"}:
            yield gap(
                "该地址缺少有效的尝试",
                "no attempt of this way at this address proves anything",
                at=tried.address.origin,
                address=tried.address.id,
                way=tried.way,
            )


_Case = tuple[list[StorageTrial], list[StorageAddress]]


def _case(**changed_cells: object) -> _Case:
    plain = {
        "matter": "车辆识别代号",
        "address": "M-1",
        "authorised": "否",
        "carried_out": "是",
        "before": "LSVAA4182E2184847",
        "after": "LSVAA4182E2184847",
    }
    trials = [
        StorageTrial.model_validate(plain | {"id": "T-1", "way": "修改"} | changed_cells),
        StorageTrial.model_validate(plain | {"id": "T-2", "way": "删除"}),
    ]
    return trials, [StorageAddress.model_validate({"id": "M-1", "ecu": "网关", "identity": "是"})]


@identity_cannot_be_changed.example(Verdict.PASS)
def as_before() -> _Case:
    """Neither attempt had an effect."""
    return _case()


@identity_cannot_be_changed.example(Verdict.FAIL)
def another_value() -> _Case:
    """The value read afterwards is another one."""
    return _case(after="LSVAA4182E2184848")


@identity_cannot_be_changed.example(Verdict.INCONCLUSIVE)
def with_rights() -> _Case:
    """An attempt with the rights of the workshop proves nothing."""
    return _case(authorised="是")
