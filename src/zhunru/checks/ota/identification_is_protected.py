"""Software identification on the car cannot be written by anybody."""

from collections.abc import Iterator
from typing import Any

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.verdict import Verdict
from zhunru.formulas.check_digits import tail
from zhunru.formulas.written_names import bare
from zhunru.tables.software_readout import SoftwareReadout

_IDENTIFYING = ("swin", "version")


@check(
    "miit-2021-103/4.4",
    "gb-44496-2024/5.1.4",
    "gb-44496-2024/6.4",
    "gb-44495-2024/7.4.4",
    title_zh="车上的软件识别码和版本号不能被篡改",
    since="0.2",
)
def identification_is_protected(readouts: SoftwareReadout) -> Iterator[Finding]:
    """Each unauthorised attempt to write a SWIN or version is refused, and the value read afterwards is the one read before.

    Why:
        Who can write the number can make any software look approved.

    为什么:
        谁能改写识别码，谁就能让任何软件看起来是获批的。

    How it decides:
        1. Take the attempts to write (service 0x2E) a declared SWIN or version. An attempt is unauthorised when the log is noted as an attempt to
           tamper, or when the tester had not unlocked the ECU before it in the log. None: gap.
        2. In a log noted as an attempt to tamper, an attempt that is answered positively: breach. In other logs, a positive answer without
           unlocking in sight: gap, for the log may begin after it. No answer, or an answer that is lost: gap.
        3. A refused attempt: the same datum was read before and after it in the log. Equal: ok. Different, with no authorised write between: breach.
           Not read before or after: gap.

    Inconclusive:
        Nobody tried; answers are missing; the value was not read before and after.

    Not covered:
        Other ways to alter it: memory services, flashing, debug ports. Whether the authorisation that was passed is a strong one.

    未覆盖:
        其他改写途径（内存服务、刷写、调试接口）；已通过的授权本身是否足够强。

    Args:
        readouts: What was read and what was to be written.

    References:
        GB 44496-2024 5.1.4, 6.4; GB 44495-2024 8.3.5.4; UN R156 7.2.1.2.3; ISO 14229-1.
    """
    rows = [r for r in readouts.collect().iter_rows(named=True) if r["meaning"] in _IDENTIFYING]
    logs: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in rows:
        logs.setdefault((row["source"], row["ecu"], row["did_code"]), []).append(row)
    # (1) unauthorised attempts
    attempts = 0
    for key in sorted(logs, key=str):
        same = sorted(logs[key], key=lambda r: (r["t_ns"] or 0, r["action"], r["value"] or ""))
        for place, row in enumerate(same):
            if row["action"] == "write" and (row["phase"] == "tamper" or not row["unlocked"]):
                attempts += 1
                yield _attempt(row, same[:place], same[place + 1 :])
    if not attempts:
        yield gap("没有未授权写入识别码或版本号的尝试", "nobody tried to write a SWIN or version without authority", data=len(rows))


def _attempt(row: dict[str, Any], before: list[dict[str, Any]], after: list[dict[str, Any]]) -> Finding:
    facts: dict[str, Any] = {"source": row["source"], "t_ns": row["t_ns"], "ecu": row["ecu"], "vin": row["vin"] and tail(row["vin"])}
    # (2) refused
    if row["problem"] in {"no response", "response lost", "request lost", "not delivered"}:
        return gap("写入尝试没有完整的应答", "the attempt to write has no whole answer", problem=row["problem"], **facts)
    if row["negative_code"] is None and row["phase"] == "tamper":
        return breach("未授权写入被接受", "a write without authority was accepted", value=row["value"], **facts)
    if row["negative_code"] is None:
        return gap("写入被接受，日志中未见解锁", "a write was accepted; the log shows no unlocking", value=row["value"], **facts)
    # (3) unchanged
    facts["negative_code"] = row["negative_code"]
    old = next((r["value"] for r in reversed(before) if r["action"] == "read" and r["value"]), None)
    new = next((r["value"] for r in after if r["action"] == "read" and r["value"]), None)
    if old is None or new is None:
        return gap("写入被拒绝，但前后未读取该值", "the write was refused, but the value was not read before and after", **facts)
    if bare(old) == bare(new):
        return ok("写入被拒绝且值未改变", "the write was refused and the value is unchanged", measured=new, limit=old, **facts)
    if _written_meanwhile(after, new):
        return gap("其间有其他写入，无法判定", "another write lies between: it cannot be told", measured=new, limit=old, **facts)
    return breach("写入被拒绝但值已改变", "the write was refused, yet the value has changed", measured=new, limit=old, **facts)


def _written_meanwhile(after: list[dict[str, Any]], new: str) -> bool:
    """Tell whether another write was accepted before the value `new` was read."""
    for row in after:
        if row["action"] == "write" and row["negative_code"] is None:
            return True
        if row["action"] == "read" and row["value"] == new:
            return False
    return False


def _log(*steps: tuple[str, str, int | None], phase: str | None = "tamper", unlocked: bool = False) -> SoftwareReadout:
    plain = {
        "vin": "LSVAA4182E2184847",
        "ecu": "VCU",
        "meaning": "swin",
        "did_code": 0xF1A0,
        "phase": phase,
        "problem": "",
        "unlocked": unlocked,
    }
    rows = [plain | {"action": a, "value": v, "negative_code": n, "t_ns": k * 10**9} for k, (a, v, n) in enumerate(steps)]
    return SoftwareReadout.rows(*rows, source="a.log")


@identification_is_protected.example(Verdict.PASS)
def refused_and_unchanged() -> SoftwareReadout:
    """Security access denied (0x33); the number is as before."""
    return _log(("read", "R079-0001", None), ("write", "R079-9999", 0x33), ("read", "R079-0001", None))


@identification_is_protected.example(Verdict.FAIL)
def accepted() -> SoftwareReadout:
    """The ECU takes the number."""
    return _log(("read", "R079-0001", None), ("write", "R079-9999", None), ("read", "R079-9999", None))


@identification_is_protected.example(Verdict.FAIL)
def refused_in_words_only() -> SoftwareReadout:
    """It says no and writes it all the same."""
    return _log(("read", "R079-0001", None), ("write", "R079-9999", 0x33), ("read", "R079-9999", None))


@identification_is_protected.example(Verdict.INCONCLUSIVE)
def nobody_tried() -> SoftwareReadout:
    """The number was only read."""
    return _log(("read", "R079-0001", None))
