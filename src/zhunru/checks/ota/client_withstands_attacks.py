"""The update client withstands all attack classes and still accepts what is true."""

from collections import Counter
from collections.abc import Iterator

import polars as pl

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.text import Text
from zhunru.core.verdict import Verdict
from zhunru.tables.attack_class import ATTACK_CLASSES
from zhunru.tables.client_trial import ClientTrial

_TEXTS = {
    "accepted-attack": Text("客户端接受了攻击", "the client accepted an attack"),
    "kept-false-metadata": Text("客户端把伪造的元数据存为可信", "the client kept false metadata as trusted"),
    "kept-false-image": Text(
        "客户端写出了伪造的软件，或写到了目标目录之外", "the client wrote a false image, or wrote outside of the target folder"
    ),
    "drew-without-bound": Text("客户端下载没有上限", "the client downloads without a bound"),
    "hung": Text("客户端被无限拖住，没有报错", "the client was held up without end and said nothing"),
    "ended-outside-contract": Text(
        "客户端崩溃或以约定之外的退出码结束", "the client crashed or ended with an exit code outside of the contract"
    ),
    "lost-trust": Text("攻击改变了客户端信任的版本", "an attack changed the versions that the client trusts"),
    "refused-benign": Text("客户端拒绝了真实的更新", "the client refused a true update"),
    "image-lacking": Text("客户端报告成功但没有得到软件包", "the client reported success without the image"),
    "older-trust": Text("客户端报告成功但没有信任新版本", "the client reported success without trusting the new version"),
    "cannot-play": Text("客户端不具备该功能，未评判", "the client does not have this feature: it was not judged"),
    "stopped": Text(
        "客户端在与拖延无关的步骤没有结束：可能是试验环境的问题", "the client did not end where nothing held it up: it may be the bench"
    ),
    "incomplete": Text("该试验的记录不完整", "the record of this trial is not complete"),
    "no-benign-step": Text("该试验没有真实更新作对照", "this trial has no benign step to compare with"),
    "not-run": Text("该试验没有运行（客户端不能被告知时间等）", "this trial was not run (the client cannot be told the time, or the like)"),
}
_BREACHES = {"breached", "refused"}


@check("miit-2021-103/3.3", "gb-44496-2024/5.1.1", "gb-44496-2024/6.2", "un-r156/7.2.1.1", title_zh="升级客户端经得起全部攻击类别，且仍接受真实更新", since="0.2")  # fmt: skip
def client_withstands_attacks(trials: ClientTrial) -> Iterator[Finding]:
    """The update client withstands every trial of all sixteen attack classes and accepts every true update.

    Why:
        A client that falls for one attack installs whatever the attacker likes on a whole fleet; one that refuses what is true leaves known
        defects unrepaired.

    为什么:
        客户端只要有一类攻击防不住，攻击者即可向整个车队安装任意软件；而拒绝真实更新的客户端会使已知缺陷长期得不到修复。

    How it decides:
        1. Each trial is one finding: withstood is ok; an attack accepted, false metadata or images kept, data drawn without bound, a hang that the
           attacker wants, a crash, or a true update refused is a breach. A refusal counts only beside benign steps that were accepted.
        2. A trial that was not run, is incomplete, or stopped for another reason is a gap.
        3. Each client must have been judged in each of the sixteen classes; a class without a judged trial is a gap that names it.
        4. Each client must have run all trials that the simulator knew for its kind; fewer is a gap.

    Inconclusive:
        A class was not judged, trials were left out or could not be run, the record is incomplete.

    Not covered:
        Whether the client tried is the one in the vehicle: a review compares digests. Confidentiality of images on the wire beyond the choice of
        the TLS server; what ECUs do with an image afterwards; freeze by old metadata that have not expired, which no client can see. Limits of
        bytes and seconds are of our own choice. A client of TUF alone has no bundles, so the class partial bundle stays open.

    未覆盖:
        被试客户端是否就是车上的客户端（须由复核比对摘要）；除 TLS 服务器的选择外，软件在线路上的保密；控制器取得软件之后的行为；以尚未过期的
        旧元数据冻结，任何客户端都无从察觉。字节与时间上限为本软件自定。仅支持 TUF 的客户端没有成组安装，该类别保持未决。

    Args:
        trials: Results of trials.

    References:
        ota-and-recorders.md 3.2, 3.3; Uptane Standard 2.1.0; TUF specification 1.0.33.
    """
    rows = trials.frame.sort("client", "kind", "trial").collect().to_dicts()
    judged: dict[str, set[str]] = {}
    run: Counter[tuple[str, str]] = Counter()
    known: dict[tuple[str, str], int] = {}
    for row in rows:
        # (1) (2) each trial
        yield _trial(row)
        client, kind = str(row["client"]), str(row["kind"])
        judged.setdefault(client, set())
        known[client, kind] = max(known.get((client, kind), 0), row["known_count"] or 0)
        run[client, kind] += row["result"] != "not-run"
        if row["result"] in {"withstood", *_BREACHES}:
            judged[client].add(str(row["attack_class"]))
    if not rows:
        yield gap("没有试验", "there are no trials")
    for client, classes in judged.items():
        # (3) classes
        for missing in sorted(set(ATTACK_CLASSES) - classes):
            yield gap("该攻击类别没有经过评判的试验", "no trial of this attack class was judged", client=client, attack_class=missing)
    for (client, kind), number in known.items():
        # (4) the whole set
        left_out = sum(r["result"] == "not-run" for r in rows if (r["client"], r["kind"]) == (client, kind))
        if not number or run[client, kind] + left_out < number:
            yield gap(
                "只运行了部分试验", "only part of the trials was run",
                client=client, of_kind=kind, measured=run[client, kind] + left_out, limit=number, unit="trials",
            )  # fmt: skip


def _trial(row: dict[str, object]) -> Finding:
    facts = {n: row[n] for n in ("client", "trial", "attack_class", "step_no", "exit_code") if row[n] is not None}
    where = {"source": row["source"] or ""}
    if row["result"] == "withstood":
        return ok("经受住了试验", "the trial was withstood", **where, **facts)  # type: ignore[arg-type]
    text = _TEXTS.get(str(row["reason"]), _TEXTS["incomplete"])
    kind = breach if row["result"] in _BREACHES else gap
    if row["reason"] == "drew-without-bound":
        facts |= {"measured": row["drawn_byte"], "limit": row["limit_byte"], "unit": "B"}
    return kind(text.zh, text.en, **where, **facts)  # type: ignore[arg-type]


def _all(**changed: str) -> ClientTrial:
    plain = {
        "client": "client",
        "kind": "uptane",
        "known_count": len(ATTACK_CLASSES),
        "result": "withstood",
        "reason": "",
        "step_no": 2,
        "exit_code": 1,
    }
    rows = [plain | {"trial": f"{c}.x", "attack_class": c} for c in ATTACK_CLASSES]
    rows[5] |= changed
    return ClientTrial.rows(*rows)


@client_withstands_attacks.example(Verdict.PASS)
def all_withstood() -> ClientTrial:
    """Every class was tried and withstood."""
    return _all()


@client_withstands_attacks.example(Verdict.FAIL)
def one_accepted() -> ClientTrial:
    """One attack was accepted."""
    return _all(result="breached", reason="accepted-attack")


@client_withstands_attacks.example(Verdict.FAIL)
def refuses_what_is_true() -> ClientTrial:
    """A true update was refused."""
    return _all(result="refused", reason="refused-benign")


@client_withstands_attacks.example(Verdict.INCONCLUSIVE)
def one_not_run() -> ClientTrial:
    """One trial could not be run, so its class was not judged."""
    return _all(result="not-run", reason="not-run")


@client_withstands_attacks.example(Verdict.INCONCLUSIVE)
def a_class_is_missing() -> ClientTrial:
    """Trials of one class were left out."""
    return ClientTrial(_all().frame.filter(pl.col("attack_class") != "partial-bundle"))
