"""A paper as DOCX, laid out after GB/T 9704: A4, margins, 方正小标宋 title, 黑体 headings, 仿宋 text, page numbers outside.

Fonts are only named (`w:eastAsia`), none is embedded. Equal input, equal bytes.
"""

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from zhunru.reports.document import (
    Document,
    Fields,
    Grid,
    Paragraph,
    Part,
    Signature,
    clean,
    mark,
    missing_of,
    place_text,
    trace_of,
)  # fmt: skip

if TYPE_CHECKING:
    from docx.document import Document as Page
    from docx.section import Section as PageSection
    from docx.table import Table, _Cell
    from docx.text.paragraph import Paragraph as Line

TITLE, HEADING, BODY, PLAIN, LATIN = "方正小标宋简体", "黑体", "仿宋_GB2312", "宋体", "Times New Roman"
_MARGINS_MM = {"top": 37, "bottom": 35, "left": 28, "right": 26}
_PAGE_MM = (210, 297)
_WIDTH_MM = _PAGE_MM[0] - _MARGINS_MM["left"] - _MARGINS_MM["right"]
_TITLE_PT, _BODY_PT, _TABLE_PT, _SMALL_PT, _LINE_PT = 22, 16, 10.5, 9, 28
_MISSING_RGB = "C00000"
_UNBROKEN = re.compile(r"[!-~]{40,}")
"""A digest or the like: set smaller, since it breaks anywhere."""
_STAMP = (1980, 1, 1, 0, 0, 0)
_MANY_COLUMNS = 6
_MAX_CELL = 32_000
"""Longer cells are cut in DOCX and XLSX, with a word that says so; JSON holds all."""


def shown(text: str) -> str:
    """Return a text for a cell: cut where no cell can hold it, and saying so."""
    return text if len(text) <= _MAX_CELL else f"{text[:_MAX_CELL]}……（过长，全文见 JSON）"


def render(document: Document) -> bytes:
    """Return the DOCX file."""
    import docx

    page = docx.Document()
    _properties(page, document)
    _set_up(page)
    _centred(page, document.title, TITLE, _TITLE_PT, after=6)
    about = "　".join(p for p in (document.maker, document.product, document.campaign) if p)
    _centred(page, f"{clean(about)}　（截至 {document.day.isoformat()}）", BODY, 12, after=12)
    _front(page, document)
    for number, section in enumerate(document.sections, 1):
        _heading(page, f"{numeral(number)}、{section.title}")
        for part in section.parts:
            _part(page, part)
    _annex(page, document)
    _text(page, f"注：{document.note}", size=_SMALL_PT, line=14, indent=False)
    store = io.BytesIO()
    page.save(store)
    return fixed(store.getvalue())


def fixed(content: bytes) -> bytes:
    """Return the same zip file with one fixed time on every member."""
    store = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(store, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            info = zipfile.ZipInfo(name, _STAMP)
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, old.read(name))
    return store.getvalue()


def _properties(page: "Page", document: Document) -> None:
    day = datetime(document.day.year, document.day.month, document.day.day, tzinfo=UTC)
    core = page.core_properties
    core.title, core.author, core.last_modified_by = document.title, clean(document.maker), "zhunru"
    core.comments, core.subject, core.keywords = "", clean(document.product), document.kind
    core.created = core.modified = day
    core.revision, core.language = 1, "zh-CN"


def _set_up(page: "Page") -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm, Pt

    section = page.sections[0]
    section.page_width, section.page_height = Mm(_PAGE_MM[0]), Mm(_PAGE_MM[1])
    section.top_margin, section.bottom_margin = Mm(_MARGINS_MM["top"]), Mm(_MARGINS_MM["bottom"])
    section.left_margin, section.right_margin = Mm(_MARGINS_MM["left"]), Mm(_MARGINS_MM["right"])
    section.footer_distance = Mm(28)
    style: Any = page.styles["Normal"]
    style.font.name, style.font.size = LATIN, Pt(_BODY_PT)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(_w("eastAsia"), BODY)
    style.element.get_or_add_rPr().append(_element("w:lang", val="en-US", eastAsia="zh-CN"))
    page.settings.odd_and_even_pages_header_footer = True
    for footer, side in ((section.footer, WD_ALIGN_PARAGRAPH.RIGHT), (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT)):
        footer.is_linked_to_previous = False
        _page_number(footer.paragraphs[0], side)
    _no_grid(section)


def _no_grid(section: "PageSection") -> None:
    for grid in section._sectPr.findall(_w("docGrid")):
        section._sectPr.remove(grid)


def _page_number(line: "Line", side: Any) -> None:
    line.alignment = side
    _run(line, "— ", PLAIN, 14)
    run = _run(line, "", PLAIN, 14)
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        element = _element("w:fldChar", fldCharType=kind) if kind else _element("w:instrText")
        element.text = text or None
        run._r.append(element)
    _run(line, " —", PLAIN, 14)


# Parts ----------------------------------------------------------------------------------------------------------------------------------


def _front(page: "Page", document: Document) -> None:
    lacking = missing_of(document)
    for doubt in document.doubts:
        _text(page, f"台账存疑，内容可能不全：{doubt}", size=12, line=20, colour=_MISSING_RGB)
    if not lacking and not document.doubts:
        _text(page, "本文书各项均有数据，无缺项。")
        return
    if not lacking:
        return
    _text(page, f"本文书尚有 {len(lacking)} 项待补充，补齐前不应报送：", colour=_MISSING_RGB)
    rows = [(str(i), f"{m.section}：{m.label}", m.need) for i, m in enumerate(lacking, 1)]
    _table(page, ("序号", "缺项", "补充来源"), rows, (8, 46, 46))


def _part(page: "Page", part: Part) -> None:
    if isinstance(part, Fields):
        table = _table(page, (), [(f.label, f.cell.shown) for f in part.items], (28, 72))
        for row in table.rows:
            _shade(row.cells[0])
    elif isinstance(part, Grid):
        _text(page, part.title, face=BODY, size=12, line=20, indent=False, keep=True)
        if part.rows:
            _table(page, part.headings, [tuple(c.shown for c in row) for row in part.rows], part.widths)
        elif part.need:
            _text(page, mark(part.need), size=12, line=20, colour=_MISSING_RGB)
        else:
            _text(page, part.empty, size=12, line=20)
    elif isinstance(part, Paragraph):
        _text(page, part.text)
    elif isinstance(part, Signature):
        for line in part.lines:
            _text(page, line, keep=True)


def _annex(page: "Page", document: Document) -> None:
    _heading(page, "附：各项数据来源", new_page=True)
    rows = [(t.label, "\n".join(place_text(p) for p in t.places) or "由本软件据上列数据得出") for t in trace_of(document)]
    _table(page, ("项目", "来源（文件 / 工作表 / 行）"), rows, (30, 70), size=_SMALL_PT)


def _table(page: "Page", headings: tuple[str, ...], rows: Sequence[tuple[str, ...]], widths: tuple[int, ...], size: float = 0) -> "Table":
    from docx.enum.table import WD_TABLE_ALIGNMENT
    from docx.shared import Mm

    table: Table = page.add_table(rows=0, cols=len(widths), style="Table Grid")
    size = size or (_SMALL_PT if len(widths) >= _MANY_COLUMNS else _TABLE_PT)
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    if headings:
        cells = _new_row(table).cells
        for cell, heading in zip(cells, headings, strict=True):
            _fill(cell, heading, size, HEADING)
            _shade(cell)
            cell.paragraphs[0].alignment = _centre()
        table.rows[0]._tr.get_or_add_trPr().append(_element("w:tblHeader"))
    for row in rows:
        line = _new_row(table)
        if sum(map(len, row)) < 600:  # a longer row may be parted by the page
            line._tr.get_or_add_trPr().append(_element("w:cantSplit"))
        for cell, text in zip(line.cells, row, strict=True):
            _fill(cell, text, size)
    millimetres = [w * _WIDTH_MM / sum(widths) for w in widths]
    for column, width in zip(table.columns, millimetres, strict=True):
        column.width = Mm(width)
    for line in table.rows:
        for cell, width in zip(line.cells, millimetres, strict=True):
            cell.width = Mm(width)
    after = page.add_paragraph()
    after.paragraph_format.line_spacing = _points(8)
    return table


def _new_row(table: "Table") -> Any:
    added: Any = table.add_row  # python-docx leaves it untyped
    return added()


def _fill(cell: "_Cell", text: str, size: float, face: str = BODY) -> None:
    if len(text) < 60:
        _middle(cell)
    for number, part in enumerate(shown(text).split("\n")):
        line = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
        line.paragraph_format.space_after = line.paragraph_format.space_before = _points(1)
        line.paragraph_format.line_spacing = 1.0
        missing = part.startswith("【待补充")
        _run(line, part, face, _SMALL_PT - 1 if _UNBROKEN.fullmatch(part) else size, _MISSING_RGB if missing else "")


def _shade(cell: "_Cell") -> None:
    properties = cell._tc.get_or_add_tcPr()
    for old in properties.findall(_w("vAlign")):  # shading stands before alignment in the order of the schema
        properties.remove(old)
    properties.append(_element("w:shd", val="clear", color="auto", fill="EFEFEF"))
    _middle(cell)


def _middle(cell: "_Cell") -> None:
    from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT

    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER


def _centre() -> Any:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    return WD_ALIGN_PARAGRAPH.CENTER


def _heading(page: "Page", text: str, *, new_page: bool = False) -> None:
    line = page.add_paragraph()
    line.paragraph_format.page_break_before = new_page
    line.paragraph_format.keep_with_next = True
    line.paragraph_format.space_before, line.paragraph_format.space_after = _points(10), _points(4)
    line.paragraph_format.line_spacing = _points(_LINE_PT)
    line._p.get_or_add_pPr().append(_element("w:outlineLvl", val="0"))
    _run(line, text, HEADING, _BODY_PT)


def _centred(page: "Page", text: str, face: str, size: float, after: float) -> None:
    line = page.add_paragraph()
    line.alignment = _centre()
    line.paragraph_format.space_after = _points(after)
    _run(line, text, face, size)


def _text(
    page: "Page",
    text: str,
    *,
    face: str = BODY,
    size: float = _BODY_PT,
    line: float = _LINE_PT,
    indent: bool = True,
    keep: bool = False,
    colour: str = "",
) -> None:
    for part in shown(clean(text)).split("\n"):
        made = page.add_paragraph()
        made.paragraph_format.line_spacing = _points(line)
        made.paragraph_format.space_after = _points(0)
        made.paragraph_format.keep_with_next = keep
        if indent:
            made._p.get_or_add_pPr().append(_element("w:ind", firstLineChars="200", firstLine=str(int(size * 40))))
        _run(made, part, face, size, colour)


def _run(line: "Line", text: str, face: str, size: float, colour: str = "") -> Any:
    from docx.shared import Pt, RGBColor

    run = line.add_run(text)
    run.font.name, run.font.size = LATIN, Pt(size)
    run._r.get_or_add_rPr().get_or_add_rFonts().set(_w("eastAsia"), face)
    if colour:
        run.font.color.rgb = RGBColor.from_string(colour)
    return run


def _points(size: float) -> Any:
    from docx.shared import Pt

    return Pt(size)


def _w(name: str) -> str:
    from docx.oxml.ns import qn

    return str(qn(f"w:{name}"))


def _element(name: str, **attributes: str) -> Any:
    from docx.oxml import OxmlElement

    made = OxmlElement(name)
    for key, value in attributes.items():
        made.set(_w(key), value)
    return made


def numeral(number: int) -> str:
    """Return a number below 100 in Chinese, for headings."""
    digits = "零一二三四五六七八九"
    if number < 10:
        return digits[number]
    tens, ones = divmod(number, 10)
    return (digits[tens] if tens > 1 else "") + "十" + (digits[ones] if ones else "")
