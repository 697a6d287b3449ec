"""Security logs cannot be changed or deleted without right and without notice."""

from collections.abc import Iterator

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.verdict import Verdict
from zhunru.records.storage_address import StorageAddress
from zhunru.records.storage_trial import StorageTrial
from zhunru.records.trial_outcome import changed, changes_tried


@check("miit-2021-103/1.5", "gb-44495-2024/7.4.5", title_zh="安全日志不能被擅自修改或删除，或能被发现", since="0.3")
def security_logs_cannot_be_changed(trials: list[StorageTrial], addresses: list[StorageAddress]) -> Iterator[Finding]:
    """Every attempt to change or delete stored security logs without right left them as they were, or was noticed, at each declared address.

    Why:
        Who breaks in wipes the traces first.

    为什么:
        入侵者首先抹去痕迹。

    How it decides:
        1. Attempts without right to change or delete security logs: a value or digest afterwards other than before: breach, unless it was noticed.
        2. An attempt made with rights, one that did not reach its target, or one without the values before and after proves nothing: gap,
           unless another of the same way at the same address does.
        3. Each declared address with security logs: an attempt to change and an attempt to delete left it as it was, or were noticed: ok; none of a way: gap.
        4. No declared address, or an address of which it is not told whether it holds security logs: gap.

    Inconclusive:
        Attempts or values are missing, or addresses are not told.

    Not covered:
        Digests that differ since the log went on are told as a breach: both are to be of the same events.

    未覆盖:
        日志续写造成的摘要不同也会判为不符合：两个摘要须取自相同事件。

    Args:
        trials: Attempts on stored data.
        addresses: Declared addresses, GB/T 44464-2024 D.1 d).

    References:
        GB 44495-2024 7.4.5, 8.3.5.5 (G).
    """
    # (1) what worked
    for trial in trials:
        if trial.matter == "security_log" and changed(trial) == "broken":
            yield breach(
                "未授权的修改或删除得逞",
                "a change or deletion without right worked",
                at=trial.origin,
                trial=trial.id,
                address=trial.address,
            )
    # (4) addresses
    ours = [a for a in addresses if a.security_log is not False]
    for address in ours:
        if address.security_log is None:
            yield gap("是否存有安全日志未说明", "whether security logs lie there is not told", at=address.origin, address=address.id)
    if not any(a.security_log for a in ours):
        yield gap("没有声明存有安全日志的地址", "no address with security logs is declared", addresses=len(addresses))
    # (2) and (3) each address, both ways
    for tried in changes_tried([a for a in ours if a.security_log], [t for t in trials if t.matter == "security_log"]):
        if tried.outcomes & {"held", "detected"} and "broken" not in tried.outcomes:
            yield ok(
                "尝试后数据未变或被发现",
                "as before after the attempt, or noticed",
                at=tried.address.origin,
                address=tried.address.id,
                way=tried.way,
            )
        elif "broken" not in tried.outcomes:
            yield gap(
                "该地址缺少有效的尝试",
                "no attempt of this way at this address proves anything",
                at=tried.address.origin,
                address=tried.address.id,
                way=tried.way,
            )


_Case = tuple[list[StorageTrial], list[StorageAddress]]


def _case(**changed_cells: object) -> _Case:
    plain = {"matter": "安全日志", "address": "M-1", "authorised": "否", "carried_out": "是", "before": "a1b2", "after": "a1b2"}
    trials = [
        StorageTrial.model_validate(plain | {"id": "T-1", "way": "修改"} | changed_cells),
        StorageTrial.model_validate(plain | {"id": "T-2", "way": "删除"}),
    ]
    return trials, [StorageAddress.model_validate({"id": "M-1", "ecu": "网关", "security_log": "是"})]


@security_logs_cannot_be_changed.example(Verdict.PASS)
def as_before() -> _Case:
    """Neither attempt had an effect."""
    return _case()


@security_logs_cannot_be_changed.example(Verdict.PASS)
def change_was_noticed() -> _Case:
    """The change worked and broke the chain of digests."""
    return _case(after="c4d5", detected="是")


@security_logs_cannot_be_changed.example(Verdict.FAIL)
def another_value() -> _Case:
    """The value read afterwards is another one."""
    return _case(after="c4d5")


@security_logs_cannot_be_changed.example(Verdict.INCONCLUSIVE)
def with_rights() -> _Case:
    """An attempt with the rights of the workshop proves nothing."""
    return _case(authorised="是")
