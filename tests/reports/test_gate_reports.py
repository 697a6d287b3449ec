"""The decision in the terminal and as JSON."""

import io

import pytest
from rich.console import Console
from sample_decision import held, opened, reason

from zhunru.core.decision import Decision
from zhunru.core.errors import ReportError
from zhunru.core.result import Saying
from zhunru.core.text import Lang
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


def test_json_comes_back_and_a_stranger_is_refused() -> None:
    decision = held(reason("ota.x", "failed", 4, measured=1.5))
    assert gate_json.parse(gate_json.render(decision)) == decision
    for data in (b"", b"{}", gate_json.render(decision.model_copy(update={"form": "other"}))):
        with pytest.raises(ReportError):
            gate_json.parse(data)
