"""Trials of an update client: one row per step as it was observed, and what each trial comes to."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from zhunru.core.step import derive
from zhunru.core.table import Table, col

RESULTS = ("breached", "refused", "unclear", "not-run", "withstood")
"""What a trial comes to: fell for the attack; refused what is benign; cannot be told; was not run; did as it should."""

REASONS = (
    "accepted-attack", "kept-false-metadata", "kept-false-image", "drew-without-bound", "hung", "ended-outside-contract", "lost-trust",
    "refused-benign", "image-lacking", "older-trust", "cannot-play", "stopped", "incomplete", "no-benign-step", "not-run", "",
)  # fmt: skip
"""Why: the first thing that decides."""


class ClientTrialStep(Table):
    """One step of one trial: what was asked of the client, what it should have done, and what it did."""

    client = col(pl.String, "name of the client under test", "客户端")
    kind = col(pl.String, "tuf or uptane", "类型")
    seed_no = col(pl.Int64, "seed of keys and images", "种子")
    known_count = col(pl.Int64, "trials of this kind that the simulator knows", "全部试验数")
    trial = col(pl.String, "id of the trial: class.scenario, with @repository", "试验")
    attack_class = col(pl.String, "attack class, key of ATTACK_CLASSES", "攻击类别")
    optional = col(pl.Boolean, "a client without the feature is not judged", "可选")
    verifier_steps = col(pl.String, "steps of the verifier that it exercises", "校验步骤")
    title_zh = col(pl.String, "what the server does, Chinese", "情形（中文）")
    title_en = col(pl.String, "what the server does, English", "情形（英文）")
    wrong_zh = col(pl.String, "what a client that falls for it does wrong, Chinese", "失误（中文）")
    wrong_en = col(pl.String, "what a client that falls for it does wrong, English", "失误（英文）")
    step_no = col(pl.Int64, "number of the step from 0; null when the trial was not run", "步骤")
    not_run = col(pl.String, "why it was not run: clock, wire; null when it was", "未运行原因")
    does = col(pl.String, "init, refresh or download", "命令")
    purpose = col(pl.String, "control, attack or recovery", "目的")
    expected = col(pl.String, "accept, refuse or either", "应有结果")
    exit_code = col(pl.Int64, "exit code; null when it was stopped because it did not end", "退出码")
    impatient = col(pl.Boolean, "not to end is what the attacker wants", "不得拖延")
    duration_ms = col(pl.Int64, "time until it ended or was stopped", "用时")
    limit_byte = col(pl.Int64, "most bytes that may be drawn from one answer of the attacker; null = unlimited", "读取上限")
    drawn_byte = col(pl.Int64, "most bytes that were drawn from one answer of the attacker", "读取字节")
    request_count = col(pl.Int64, "requests", "请求数")
    poison_count = col(pl.Int64, "files in the metadata folder that are the attacker's", "伪造元数据数")
    stray_count = col(pl.Int64, "new files that are false images or stand outside of the folders", "伪造文件数")
    lacking_count = col(pl.Int64, "images that should have come and did not", "缺失软件包数")
    untrusted_count = col(pl.Int64, "metadata files whose trusted version is not the one that it must be", "信任版本不符数")
    told = col(pl.String, "end of what the client wrote to standard error", "客户端报文")


class ServedFile(Table):
    """One answer of the server in one step; `sha256` names the file in the folder `served` beside the session."""

    client = col(pl.String, "name of the client under test", "客户端")
    trial = col(pl.String, "id of the trial", "试验")
    step_no = col(pl.Int64, "number of the step from 0", "步骤")
    path = col(pl.String, "path below the base address", "路径")
    mode = col(pl.String, "how it was sent: whole, missing, failing, closed, silent, endless, drip, redirect, cut", "方式")
    size_byte = col(pl.Int64, "length of the body", "长度")
    sent_byte = col(pl.Int64, "bytes of the body that went out", "已发字节")
    sha256 = col(pl.String, "SHA-256 of the body, hexadecimal; empty when there is none", "SHA-256")
    attack = col(pl.Boolean, "it is the attacker's answer", "攻击者应答")


class ClientTrial(Table):
    """What one trial comes to."""

    client = col(pl.String, "name of the client under test", "客户端")
    kind = col(pl.String, "tuf or uptane", "类型")
    known_count = col(pl.Int64, "trials of this kind that the simulator knows", "全部试验数")
    trial = col(pl.String, "id of the trial", "试验")
    attack_class = col(pl.String, "attack class", "攻击类别")
    result = col(pl.String, "one of RESULTS", "结果")
    reason = col(pl.String, "one of REASONS", "原因")
    step_no = col(pl.Int64, "step that decides; null when the trial as a whole does", "步骤")
    exit_code = col(pl.Int64, "exit code of that step", "退出码")
    drawn_byte = col(pl.Int64, "bytes drawn in that step", "读取字节")
    limit_byte = col(pl.Int64, "limit of that step", "读取上限")


@derive
def trial_from_steps(steps: ClientTrialStep) -> ClientTrial:
    """Fold the steps of each trial into a result; sessions in different files are kept apart.

    A refusal counts only in a trial whose benign steps were all accepted: a client that refuses everything withstands nothing.
    """
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in steps.frame.select(pl.all()).collect().to_dicts():
        groups.setdefault(tuple(row[n] for n in ("source", "client", "kind", "trial")), []).append(row)
    return ClientTrial.concat([_folded(rows) for rows in groups.values()]) if groups else ClientTrial.empty()


def _folded(rows: list[dict[str, Any]]) -> ClientTrial:
    result, reason, at = judge(sorted(rows, key=lambda r: -1 if r["step_no"] is None else r["step_no"]))
    told = {n: rows[0][n] for n in ("client", "kind", "known_count", "trial", "attack_class", "source")}
    step = {n: at[n] if at else None for n in ("step_no", "exit_code", "drawn_byte", "limit_byte")}
    return ClientTrial.rows(told | step | {"result": result, "reason": reason})


def judge(rows: Sequence[Mapping[str, Any]]) -> tuple[str, str, Mapping[str, Any] | None]:
    """Return result, reason and deciding step of one trial.

    Args:
        rows: Its steps in order.
    """
    if any(r["not_run"] for r in rows):
        return "not-run", "not-run", None
    if [r["step_no"] for r in rows] != list(range(len(rows))) or any(r["expected"] is None for r in rows):
        return "unclear", "incomplete", None
    found = [(_step(r), r) for r in rows]
    # a version that the client was never brought to was not lost to an attack
    never = any(kind == "refused" for (kind, _), _ in found)
    for result in ("breached", "refused", "unclear"):
        for (kind, reason), row in found:
            if kind == result and not (reason == "lost-trust" and never):
                missing_feature = result == "refused" and row["optional"] and row["purpose"] == "control"
                return ("unclear", "cannot-play", row) if missing_feature else (result, reason, row)
    if not any(r["expected"] == "accept" and r["does"] != "init" for r in rows):
        return "unclear", "no-benign-step", None
    return "withstood", "", None


def _step(row: Mapping[str, Any]) -> tuple[str, str]:
    """Return (result, reason) of one step; a missing value decides nothing."""
    counts = ("poison_count", "stray_count", "lacking_count", "untrusted_count")
    if any(row[n] is None for n in (*counts, "impatient", "optional")):
        return "unclear", "incomplete"
    kept = _kept(row)
    if kept:
        return "breached", kept
    code, expected = row["exit_code"], row["expected"]
    if code is None:
        return ("breached", "hung") if row["impatient"] else ("unclear", "stopped")
    if code not in {0, 1}:
        return ("refused", "ended-outside-contract") if expected == "accept" else ("breached", "ended-outside-contract")
    if expected == "accept":
        return _benign(row)
    if expected == "refuse" and code == 0:
        return "breached", "accepted-attack"
    return ("breached", "lost-trust") if row["untrusted_count"] else ("withstood", "")


def _kept(row: Mapping[str, Any]) -> str:
    """Return what of the attacker's the client kept or drew, in whatever way it ended."""
    if row["poison_count"]:
        return "kept-false-metadata"
    if row["stray_count"]:
        return "kept-false-image"
    bound = row["limit_byte"] is not None and row["drawn_byte"] is not None and row["drawn_byte"] > row["limit_byte"]
    return "drew-without-bound" if bound else ""


def _benign(row: Mapping[str, Any]) -> tuple[str, str]:
    if row["exit_code"] == 1:
        return "refused", "refused-benign"
    if row["lacking_count"]:
        return "refused", "image-lacking"
    return ("refused", "older-trust") if row["untrusted_count"] else ("withstood", "")
