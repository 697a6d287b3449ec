import io

import pytest
from rich.cells import cell_len
from rich.console import Console
from sample_result import HOSTILE, sample

from zhunru.core.text import Lang
from zhunru.reports.terminal import print_check, print_result


def _printed(lang: Lang, width: int = 80, terminal: bool = False) -> str:
    out = io.StringIO()
    print_result(sample(), Console(file=out, width=width, force_terminal=terminal, color_system="standard" if terminal else None), lang)
    return out.getvalue()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_fits_eighty_columns_without_colour_or_escapes(lang: Lang) -> None:
    text = _printed(lang)
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert max(cell_len(line.rstrip()) for line in text.splitlines()) <= 80


def test_says_verdict_first_breach_and_totals() -> None:
    text = _printed("en", 200)
    assert "the vehicle talks to an address abroad: 18,432 B (limit 0 B) [evidence/行车-2026-01-01.pcap:1200] (1873 in all)" in text
    assert "waiver (the verdict stands): W-2026-003" in text
    assert "wanted: a ledger of SIM cards (SimCard)" in text
    assert "Of 53 applicable clauses: 1 reviewed, 8 tested, 2 conforming" in text
    assert "✓ PASS 2" in text
    assert "~ PASS (screening) 2" in text


def test_a_screening_pass_carries_neither_the_sign_nor_the_colour_of_a_pass() -> None:
    plain = next(line for line in _printed("zh").splitlines() if "脱手监测与提醒" in line)
    assert plain.startswith("~ 通过")
    coloured = _printed("zh", terminal=True)
    assert "\x1b[34m~ 通过" in coloured
    assert "\x1b[32m~" not in coloured


def test_evidence_that_was_not_used_is_listed_with_its_reason() -> None:
    text = _printed("zh", 200)
    assert HOSTILE[1] in text
    assert "空文件" in text
    assert "截断" in text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_one_check_is_printed_with_its_limits_and_findings(lang: Lang) -> None:
    out = io.StringIO()
    for check in sample().checks:
        print_check(check, Console(file=out, width=80), lang)
    text = out.getvalue()
    assert "\x1b" not in text
    assert "18,432 B" in text
    assert "capture_s = 3600 s [gb-t-44464-2024/D.8 C]" in text
    assert ("另有 1853 项" if lang == "zh" else "1853 more") in text
    assert max(cell_len(line) for line in text.splitlines()) <= 80
