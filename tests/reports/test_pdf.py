"""Papers as PDF: text taken out again by pdftotext agrees with the JSON; equal bytes; hostile text stays text; sources are linked."""

import json
import re
import subprocess
from datetime import date
from pathlib import Path

import pytest
from test_papers import HOSTILE, KINDS, cells_of, only, paper

from zhunru.reports import paper_json, pdf
from zhunru.reports.document import Cell, Document, Field, Fields, Grid, Place, Section, clean, missing_of

DAY = date(2026, 10, 8)
EACH = pytest.mark.parametrize("kind", KINDS)


def text_of(content: bytes, folder: Path) -> str:
    """All text of a PDF in reading order, without any blank or break: lines are broken where the page ends them."""
    path = folder / "paper.pdf"
    path.write_bytes(content)
    told = subprocess.run(
        ["pdftotext", "-enc", "UTF-8", "-raw", str(path), "-"], capture_output=True, check=True, timeout=60
    ).stdout.decode()
    return flat(re.sub(r"—\s*\d+\s*—", "", told).replace("\f", ""))


def flat(text: str) -> str:
    return re.sub(r"[\s\u200b\xad]+", "", text)


def one(text: str) -> Document:
    fields = Fields((Field("f", "标签", Cell(text, (Place("f", text[:50], 1),), "n")),))
    grid = Grid("g", "表", ("列", "又一列"), ((Cell(text), Cell("尾")),), (1, 1))
    return Document("k", "题目", text[:50] or "m", text[:50], text[:50], DAY, (Section("部分", (fields, grid)),), "note")


@EACH
def test_every_value_of_the_json_can_be_taken_out_of_the_pdf(kind: str, tmp_path: Path) -> None:
    for given in (None, only()):
        document = paper(kind, given)
        words = text_of(pdf.render(document), tmp_path)
        for cell in cells_of(json.loads(paper_json.render(document))):
            # a cell that ends a row is followed by the number of its source
            assert flat(str(cell["value"])) in words if cell["value"] else flat(f"【待补充：{cell['need']}】") in words
        lacking = missing_of(document)
        if lacking:
            assert f"尚有{len(lacking)}项待补充" in words
            assert words.index("待补充") < words.index(flat(f"一、{document.sections[0].title}"))


@EACH
def test_equal_input_gives_equal_bytes_of_pdf_a(kind: str) -> None:
    first, second = pdf.render(paper(kind)), pdf.render(paper(kind))
    assert first == second
    assert first.startswith(b"%PDF-1.7") and b"pdfaid:part" in first


def test_pages_are_a4_and_all_fonts_are_inside(tmp_path: Path) -> None:
    path = tmp_path / "paper.pdf"
    path.write_bytes(pdf.render(paper("annual_report")))
    info = subprocess.run(["pdfinfo", str(path)], capture_output=True, check=True, text=True, timeout=60).stdout
    assert "(A4)" in info and re.search(r"Pages:\s+[2-9]", info) and "示例汽车有限公司" in info
    fonts = subprocess.run(["pdffonts", str(path)], capture_output=True, check=True, text=True, timeout=60).stdout.splitlines()[2:]
    assert fonts and all(re.search(r"\byes +yes +yes\b", line) for line in fonts)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_text(text: str, tmp_path: Path) -> None:
    words = text_of(pdf.render(one(text)), tmp_path).replace("列又一列", "").replace("尾[2]", "")  # the heading stands again on each page
    plain = clean(text)
    shown = plain if len(plain) <= 32_000 else plain[:32_000]
    assert words.count(flat(pdf.drawable(shown))) >= 2


@pytest.mark.parametrize(
    "text",
    [
        '#panic("x")', "#read(\"/etc/passwd\")", "$ x^2 $", "*bold* _it_ `raw`", "#import \"@preview/cetz:0.3.1\"", "= heading", "\\u{41} \\", "<label> @ref",
        "// comment", "/* open", "https://example.cn/a?b=c#d", "]] } ) #{", "- list", "~ -- --- ...", "'quoted' \"twice\"",
    ],
)  # fmt: skip
def test_markup_of_the_layout_language_is_text(text: str, tmp_path: Path) -> None:
    assert flat(text) in text_of(pdf.render(one(text)), tmp_path)


def test_what_no_font_can_draw_is_told_by_its_number(tmp_path: Path) -> None:
    assert pdf.drawable("好\U0001f600 ابن 𬬻") == "好[U+1F600] [U+0627][U+0628][U+0646] 𬬻"
    assert "好[U+1F600]" in text_of(pdf.render(one("好\U0001f600")), tmp_path)


@pytest.mark.parametrize("text", ["行\n" * 400, "窄" * 700, "a b " * 300], ids=["lines", "wide", "words"])
def test_nothing_is_cut_off_where_a_row_is_longer_than_a_page(text: str, tmp_path: Path) -> None:
    """A narrow column of ten, and every other cell short."""
    row = (Cell(text + "完"), *(Cell(f"格{n}") for n in range(9)))
    document = Document("k", "题", "m", "", "", DAY, (Section("部分", (Grid("g", "表", ("列",) * 10, (row, row), (1,) * 10),)),), "note")
    words = text_of(pdf.render(document), tmp_path).replace("列" * 10, "")
    assert words.count(flat(text) + "完") == 2 or (words.count("完") == 2 and words.count(text[0]) >= 2 * text.count(text[0]))
    assert all(words.count(f"格{n}") == 2 for n in range(9))


def test_a_thousand_rows_go_over_pages_with_their_heading(tmp_path: Path) -> None:
    rows = tuple((Cell(f"行{n}", (Place("a.xlsx", "表", n),)), Cell("值")) for n in range(1, 1001))
    document = Document("k", "题", "m", "", "", DAY, (Section("部分", (Grid("g", "表", ("甲列名", "乙列名"), rows, (1, 1)),)),), "note")
    words = text_of(pdf.render(document), tmp_path)
    assert all(f"行{n}" in words for n in (1, 500, 1000))
    assert words.count("甲列名乙列名") > 10


def test_every_value_is_linked_to_its_source() -> None:
    content = pdf.render(paper("annual_report"))
    document = paper("annual_report")
    filled = sum(bool(f.cell.text) for s in document.sections for p in s.parts if isinstance(p, Fields) for f in p.items)
    rows = sum(len(p.rows) for s in document.sections for p in s.parts if isinstance(p, Grid))
    assert content.count(b"/Subtype/Link") + content.count(b"/Subtype /Link") >= filled + rows
