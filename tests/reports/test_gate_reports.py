"""The decision in the terminal and as JSON."""

import io

import pytest
from rich.cells import cell_len
from rich.console import Console
from sample_decision import held, opened, reason, settled

from zhunru.core.decision import Decision, TrustedKey
from zhunru.core.errors import ReportError
from zhunru.core.result import Saying
from zhunru.core.text import Lang
from zhunru.core.verdict import Verdict
from zhunru.reports import gate_json
from zhunru.reports.gate_table import print_decision


def printed(decision: Decision, lang: Lang = "en", width: int = 80) -> str:
    stream = io.StringIO()
    print_decision(decision, Console(file=stream, width=width, force_terminal=False), lang)
    return stream.getvalue()


@pytest.mark.parametrize(("lang", "word"), [("en", "HELD"), ("zh", "关闭")])
@pytest.mark.parametrize("width", [80, 120])
def test_the_first_line_is_the_answer(lang: Lang, word: str, width: int) -> None:
    text = printed(held(reason("ota.x", "failed", 4), reason("ota.y", "open", 4)), lang, width)
    assert text.startswith(word)
    assert ("1 failed, 1 open" if lang == "en" else "1 项不成立，1 项未决") in text.replace("\n", " ")
    assert max(len(line) for line in text.splitlines() if "gate digest" not in line and "关口摘要" not in line) <= width


def test_reasons_stand_under_who_must_act_with_clause_place_and_remedy() -> None:
    text = " ".join(printed(held(reason("ota.x", "failed", 4, "records/a.csv", 3, digest="sha256:" + "ef" * 32))).split())
    assert (
        "laboratory (1) ✗ ota.x is missing digest=sha256:efefefefefef… [records/a.csv:3] miit-2021-103/4.1 · papers → give the report"
        in text
    )


def test_what_reads_the_same_stands_once_with_the_sentences_that_it_keeps_open() -> None:
    lack = Saying(zh="缺少证据：台账“升级事件”", en="no evidence: ledger `update_event`")
    told = [Saying(zh="一", en="doors open"), Saying(zh="二", en="user is told"), Saying(zh="二", en="user is told")]
    alike = [reason(f"ota.{n}", "open", 4).model_copy(update={"missing": lack, "about": about}) for n, about in enumerate(told)]
    text = " ".join(printed(held(*alike)).split())
    assert "(3)" in text
    assert text.count("no evidence") == 1 and "`update_event` ×3" in text
    assert text.count("· doors open") == 1 and text.count("· user is told") == 1
    twice = " ".join(
        printed(
            held(reason("ota.a", "open", 4, "x.csv", 1), reason("ota.a", "open", 4, "x.csv", 1).model_copy(update={"rule": "ota.b"}))
        ).split()
    )
    assert twice.count("[x.csv:1]") == 1 and "×2" in twice
    elsewhere = printed(held(alike[0], alike[1].model_copy(update={"source": "records/b.csv"})))
    assert elsewhere.count("no evidence") == 2, "another place is another line"


@pytest.mark.parametrize("width", [40, 80])
def test_long_chinese_text_is_folded_beside_its_sign_and_never_cut(width: int) -> None:
    long = Saying(zh="依次通过并有效的企业车型及功能活动三项备案" * 6, en="x")
    text = printed(held(reason("ota.x", "open", 4).model_copy(update={"remedy": long, "about": long})), "zh", width)
    assert "…" not in text
    assert "".join(text.split()).count("依次通过并有效的企业车型及功能活动三项备案") == 12
    assert not [line for line in text.splitlines() if line.strip() in {"→", "·", "?"}]


def test_open_and_rehearsal_are_told() -> None:
    assert printed(opened()).startswith("OPEN")
    assert "(rehearsal)" in printed(held(reason("gate.rehearsal", "open", 0)).model_copy(update={"rehearsal": True}))


def test_no_escape_sequence_reaches_the_terminal() -> None:
    text = printed(held(reason("ota.x", "failed", 4, "a\x1b]0;x\x07.csv", 3, name="\x1b[2J")))
    assert "\x1b" not in text and "\x07" not in text


KEYS = (
    TrustedKey(key_id="K-1", holder="示例审批机构", fingerprint="0123456789abcdef" + "f" * 48, matters=("ads-update",), pinned=True),
    TrustedKey(key_id="K-2", holder="一家名字非常长的软件签名与发布管理中心有限责任公司", fingerprint="fedcba9876543210" + "0" * 48),
    TrustedKey(key_id="K-3", holder="", fingerprint=""),
    TrustedKey(key_id="K-4", holder="x\n  ✓ 00\x1b[2J", fingerprint="aa" * 32),
)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("shut", [False, True])
def test_every_key_stands_on_one_line_whether_open_or_held(lang: Lang, shut: bool) -> None:
    decision = (held(reason("ota.x", "failed", 4)) if shut else opened()).model_copy(update={"keys": KEYS})
    text = printed(decision, lang)
    lines = text.splitlines()
    pinned, unpinned = ("已约定", "未约定") if lang == "zh" else ("pinned", "not pinned")
    (first,) = [x for x in lines if "0123456789abcdef" in x]
    assert first == f"  ✓ 0123456789abcdef  示例审批机构  {pinned}"
    (second,) = [x for x in lines if "fedcba9876543210" in x]
    assert second.startswith("  · fedcba9876543210  一家名字非常长的") and second.endswith(unpinned)
    (third,) = [x for x in lines if "K-3" in x]
    assert third == f"  · {'不可用' if lang == 'zh' else 'not usable'}  K-3  {unpinned}"
    (fourth,) = [x for x in lines if "aaaaaaaaaaaaaaaa" in x]
    assert fourth.endswith(unpinned) and "✓ 00" in fourth and "\x1b" not in text, "a holder cannot write a line of its own"
    told = "档案自带的公钥本身不证明任何事" if lang == "zh" else "a key in the maker's own dossier proves nothing by itself"
    assert told in " ".join(text.split())
    ours = lines[lines.index("公钥指纹" if lang == "zh" else "fingerprints of the keys") : -1]
    assert max(cell_len(x) for x in ours) <= 80


def test_without_keys_or_with_pinned_ones_alone_nothing_is_warned_of() -> None:
    assert "fingerprints" not in printed(opened())
    text = printed(opened().model_copy(update={"keys": KEYS[:1]}))
    assert "0123456789abcdef" in text and "proves nothing" not in text


def test_screening_verdicts_that_named_persons_accepted_are_counted() -> None:
    decision = held().model_copy(update={"accepted_by": ("孙工", "钱总")})
    assert "筛查结论由具名人员接受 1 条：孙工、钱总" in printed(decision, "zh")
    assert "screening verdicts accepted by named persons, 1: 孙工, 钱总" in printed(decision)
    assert "screening verdicts" not in printed(opened())
    failed = (settled("3.1", Verdict.FAIL, True, True), settled("3.2", Verdict.PASS, False, True), settled("3.3", Verdict.PASS, True))
    assert "screening verdicts" not in printed(decision.model_copy(update={"clauses": failed}))


def test_keys_and_names_come_back_from_json() -> None:
    decision = opened().model_copy(update={"keys": KEYS, "accepted_by": ("钱总",)})
    assert gate_json.parse(gate_json.render(decision)) == decision


def test_json_comes_back_and_a_stranger_is_refused() -> None:
    decision = held(reason("ota.x", "failed", 4, measured=1.5))
    assert gate_json.parse(gate_json.render(decision)) == decision
    for data in (b"", b"{}", gate_json.render(decision.model_copy(update={"form": "other"}))):
        with pytest.raises(ReportError):
            gate_json.parse(data)
