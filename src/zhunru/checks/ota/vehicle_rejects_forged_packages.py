"""The car refuses every kind of forged package before it takes effect."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.subject import Subject
from zhunru.core.verdict import Verdict
from zhunru.formulas.written_names import bare
from zhunru.records.update_case import UpdateCase
from zhunru.wire.package_rules import FORGERIES, RULES

_CASES = frozenset({"6.2", "8.3.4.2.2", "8.3.4.3"})
"""GB 44496-2024 6.2, and the procedures of GB 44495-2024 that it names: over the air, offline."""
_GENUINE = frozenset({"", "genuine", "none", "真包", "正常包", "合法包", "合法升级包", "无"})
_BEFORE = frozenset(
    {"download", "downloading", "verify", "verification", "beforeactivation", "下载", "下载阶段", "验证", "验签", "校验", "验证阶段"}
    | {"校验阶段", "安装前", "激活前", "安装", "刷写前"}
)
_AFTER = frozenset({"afteractivation", "activation", "激活后", "激活", "启动后", "重启后", "刷写后"})
_WORDS: dict[str, tuple[str, ...]] = {
    "payload_altered": ("bit flip in payload", "载荷篡改", "载荷比特翻转", "篡改载荷", "升级内容被篡改", "内容篡改"),
    "manifest_altered": ("bit flip in manifest", "清单篡改", "清单比特翻转", "篡改清单", "元数据篡改"),
    "unsigned": ("signature removed", "去除签名", "无签名", "删除签名"),
    "unknown_key": ("signature by unknown key", "未知密钥签名", "非授权密钥签名", "伪造签名"),
    "key_no_longer_valid": ("signature by revoked or expired certificate", "吊销证书签名", "过期证书签名", "吊销或过期证书签名"),
    "signature_of_other_file": ("valid signature over other file", "签名移用", "其他文件的签名"),
    "truncated": ("truncation", "截断", "截短"),
    "padded": ("padding", "追加内容", "填充", "附加数据"),
    "wrong_ecu_or_hardware": ("wrong ecu", "wrong hardware", "控制器不符", "硬件不符", "控制器或硬件不符"),
    "wrong_model": ("model mismatch", "车型不符"),
    "older_version": ("rollback", "downgrade", "版本回退", "旧版本", "降级"),
    "same_version_other_content": ("same version other content", "同版本不同内容"),
    "digest_downgraded": ("digest algorithm downgraded", "摘要算法降级", "弱摘要算法"),
    "path_escape": ("path traversal", "路径穿越", "路径越界"),
    "bomb": ("decompression bomb", "解压炸弹", "压缩炸弹"),
    "file_missing_or_unlisted": ("file missing", "extra file", "文件缺失", "多余文件", "文件缺失或多余"),
    "wrong_base": ("delta to wrong base", "差分基础不符", "差分基线不符"),
    "wrong_key_usage": ("wrong key usage", "密钥用途不符", "证书用途不符"),
    "outside_validity": ("time outside validity", "有效期外", "超出有效时间"),
    "authorisation_replayed": ("replayed authorisation", "replayed authorization", "授权重放", "其他车辆的授权"),
}


class _Run(NamedTuple):
    """One run, as the ledger has it.

    Args:
        case: The record.
        way: Over the air, offline, or not told.
        forgery: Kind of forgery; empty = the genuine package; None = not one of the matrix.
    """

    case: UpdateCase
    way: bool | None
    forgery: str | None


@check(
    "miit-2021-103/3.3",
    "gb-44496-2024/5.1.1",
    "gb-44496-2024/6.2",
    "gb-44495-2024/7.3.2.2",
    "gb-44495-2024/7.3.3.1",
    title_zh="车辆拒绝各类伪造升级包",
    since="0.2",
)
def vehicle_rejects_forged_packages(cases: list[UpdateCase], subject: Subject) -> Iterator[Finding]:
    """Every kind of forged package offered to the car is refused before it takes effect, and the earlier version still runs.

    Why:
        Signatures protect only where the car checks them. Each rule that its verifier leaves out lets one kind of forgery through.

    为什么:
        签名只有在车端真正验证时才有保护作用；验证中每缺一项，就有一类伪造可以得逞。一次成功的拒绝不能代替其余各类。

    How it decides:
        1. Take the runs of case 6.2 (or of the procedures of GB 44495-2024 that it names). None: gap.
        2. Sort them by the kind of forgery and by the way: over the air or offline. A word that is no kind of the matrix, or a run whose way
           is not told: gap.
        3. The genuine package must have been executed by the same way, else a car that refuses everything would pass: gap.
        4. A forged package that was executed, that was refused only after it took effect, or after which the earlier version does not run:
           breach. Refused before, with the earlier version running: ok. An empty or unreadable cell that decides: gap.
        5. A kind of the matrix that was not tried by a way: gap. Over the air counts when the product declares it, offline when any run is.
        6. No run offline: gap, for the clause asks for it wherever the car can be updated so.

    Inconclusive:
        A kind was not tried; no genuine run; stage of refusal, way or state afterwards not told; a kind of forgery outside of the matrix.

    Not covered:
        Whether the forged package was made as its name says: keep it beside the record and let `ota.package_is_authentic` look at it. Kinds
        that cannot exist with the maker's form (no delta, no authorisation per car) stay open until a person decides. Uptane has its own checks.

    未覆盖:
        伪造包是否确如其名：须随记录保存，可由 `ota.package_is_authentic` 检查。企业格式中不可能出现的类别（无差分、无单车授权）须由人判断。
        Uptane 另有检查。

    Args:
        cases: Runs of test cases.
        subject: Product under assessment.

    References:
        GB 44496-2024 5.1.1, 6.2; GB 44495-2024 8.3.4.2.2, 8.3.4.3 as named there; ota-and-recorders.md 1.4, 3.5.
    """
    # (1) the runs that count
    runs = [_Run(c, c.over_the_air, _forgery(c)) for c in cases if bare(c.case).removeprefix("gb44496-2024/") in _CASES]
    if not runs:
        yield gap("没有伪造升级包试验的记录", "there is no run of the test with forged packages", cases=len(cases))
        return
    # (2) what cannot be sorted
    for run in runs:
        if run.forgery is None or run.way is None:
            yield gap("试验方式或伪造类别无法识别", "the way or the kind of forgery cannot be told", at=run.case.origin, run=run.case.run,
                      stimulus=run.case.stimulus)  # fmt: skip
        if run.forgery:
            yield _refused(run)  # (4)
    ways = ([True] if subject.ota else []) + ([False] if any(r.way is False for r in runs) else [])
    for way in ways:
        yield from _whole(runs, way)
    if False not in ways:
        # (6) nobody says that it cannot be updated offline
        yield gap(
            "没有离线方式的试验；不支持离线升级的须说明", "no run offline: say so where the car cannot be updated offline", runs=len(runs)
        )


def _forgery(case: UpdateCase) -> str | None:
    word = bare(case.stimulus or "")
    if word in _GENUINE:
        return None if any(p.startswith("stimulus") for p in case.origin.problems) else ""
    return next((rule for rule in FORGERIES if word in _names(rule)), None)


def _names(rule: str) -> set[str]:
    return {bare(word) for word in (rule, rule.replace("_", " "), RULES[rule].zh, *_WORDS[rule])}


def _refused(run: _Run) -> Finding:
    case = run.case
    facts: dict[str, Any] = {"run": case.run, "forgery": run.forgery, "vin": case.vin}
    stage = bare(case.rejected_at or "")
    if case.executed:
        return breach("伪造的升级包被执行", "a forged package was executed", at=case.origin, **facts)
    if stage in _AFTER:
        return breach("伪造的升级包在生效后才被拒绝", "a forged package was refused only after it took effect", at=case.origin, **facts)
    if case.old_version_runs is False:
        return breach("拒绝后原版本不再运行", "after the refusal the earlier version does not run", at=case.origin, **facts)
    if case.origin.problems or case.executed is None or case.old_version_runs is None or stage not in _BEFORE:
        return gap("拒绝阶段或之后的状态未记录或无法识别", "stage of the refusal or state after it is not recorded or unreadable",
                   at=case.origin, **facts)  # fmt: skip
    return ok("伪造的升级包在生效前被拒绝", "a forged package was refused before it took effect", at=case.origin, **facts)


def _whole(runs: list[_Run], way: bool) -> Iterator[Finding]:
    mine = [r for r in runs if r.way is way]
    # (3) a car that refuses everything proves nothing
    if not any(r.forgery == "" and r.case.executed for r in mine):
        yield gap("没有真实升级包被接受的对照试验", "there is no run in which the genuine package was accepted", over_the_air=way)
    # (5) kinds that nobody tried
    tried = {r.forgery for r in mine}
    for rule in FORGERIES:
        if rule not in tried:
            yield gap("该类伪造未试验", "this kind of forgery was not tried", forgery=rule, over_the_air=way)


def _example(*changed: UpdateCase, without: str = "") -> tuple[list[UpdateCase], Subject]:
    def run(stimulus: str, over_the_air: bool) -> UpdateCase:
        genuine = stimulus == ""
        number = f"{stimulus or 'genuine'}-{'air' if over_the_air else 'port'}"
        return UpdateCase(
            case="6.2",
            run=number,
            stimulus=stimulus or None,
            over_the_air=over_the_air,
            executed=genuine,
            rejected_at=None if genuine else "verify",
            old_version_runs=not genuine,
        )

    runs = {r.run: r for way in (True, False) for r in (run(kind, way) for kind in ("", *FORGERIES) if kind != without or not kind)}
    return list((runs | {r.run: r for r in changed}).values()), Subject(name="样车一号", maker="示例汽车", automation_level=2, ota=True)


@vehicle_rejects_forged_packages.example(Verdict.PASS)
def all_refused() -> tuple[list[UpdateCase], Subject]:
    """All twenty kinds were tried over the air and offline, and refused while verifying."""
    return _example()


@vehicle_rejects_forged_packages.example(Verdict.FAIL)
def an_older_version_was_installed() -> tuple[list[UpdateCase], Subject]:
    """An older genuine package was installed over the diagnostic port."""
    return _example(UpdateCase(case="6.2", run="older_version-port", stimulus="版本回退", over_the_air=False, executed=True))


@vehicle_rejects_forged_packages.example(Verdict.FAIL)
def refused_too_late() -> tuple[list[UpdateCase], Subject]:
    """The forged package was refused at the first start of the new version."""
    late = UpdateCase(
        case="6.2", run="unsigned-air", stimulus="无签名", over_the_air=True, executed=False, rejected_at="激活后", old_version_runs=True
    )
    return _example(late)


@vehicle_rejects_forged_packages.example(Verdict.INCONCLUSIVE)
def one_kind_not_tried() -> tuple[list[UpdateCase], Subject]:
    """Nobody offered a decompression bomb."""
    return _example(without="bomb")
