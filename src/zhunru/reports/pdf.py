"""A paper as PDF (PDF/A-2b), set by Typst: A4, margins 2.54 and 3.18 cm, 仿宋 four named first, tables over pages, sources linked.

Text reaches the layout only as JSON data, never as markup. Fonts come from files, never from the system: equal input, equal bytes anywhere.
"""

import json
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from zhunru.core.errors import ReportError
from zhunru.core.text import Text
from zhunru.reports.document import Cell, Document, Fields, Grid, Paragraph, Part, Signature, clean, mark, missing_of, place_text, trace_of
from zhunru.reports.docx import numeral, shown

_LAYOUT = "paper.typ"
_LATIN_ALWAYS = frozenset(range(0x20, 0x7F)) | frozenset(range(0xA0, 0x180))


def render(document: Document, fonts: Sequence[Path] = ()) -> bytes:
    """Return the PDF file.

    Args:
        document: The paper.
        fonts: Folders with fonts of one's own (仿宋, 黑体, 小标宋); those that the layout names are used, else the packaged ones.

    Raises:
        ReportError: The layout could not be set.
    """
    import typst

    layout: Any = resources.files(__package__).joinpath(_LAYOUT).read_bytes()
    folders: list[Any] = [*fonts, _packaged_fonts()]
    content = json.dumps(_paper(document), ensure_ascii=False, sort_keys=True)
    try:
        made = typst.compile(
            layout,
            font_paths=folders,
            ignore_system_fonts=True,
            sys_inputs={"paper": content},
            pdf_standards="a-2b",
            timestamp=0,
        )
    except (RuntimeError, ValueError) as error:
        raise ReportError(
            Text("PDF 排版失败", "the PDF could not be set"),
            f"{document.kind}: {str(error)[:300]}",
            Text("改用 --format docx，并报告此文书的 JSON", "use --format docx, and report the JSON of this paper"),
        ) from error
    if not isinstance(made, bytes):
        raise ReportError(Text("PDF 排版没有输出", "setting the PDF gave nothing"), document.kind)
    return made


def _packaged_fonts() -> Path:
    import pylopdf_fonts_zh_cn

    return Path(pylopdf_fonts_zh_cn.serif_path()).parent


@lru_cache(maxsize=1)
def _drawn() -> frozenset[int]:
    """Return the code points that the packaged fonts can draw."""
    from fontTools.ttLib import TTFont

    with TTFont(_packaged_fonts() / "NotoSerifSC-Regular.otf", lazy=True) as serif:
        both = frozenset(serif.getBestCmap())
    with TTFont(_packaged_fonts() / "NotoSansSC-Regular.otf", lazy=True) as sans:
        return both & frozenset(sans.getBestCmap()) | _LATIN_ALWAYS


def drawable(text: str) -> str:
    """Return `text` with each character that no packaged font can draw told by its number, `[U+1F600]`: nothing is lost without a trace."""
    if text.isascii():
        return clean(text)
    known = _drawn()
    return "".join(c if c == "\n" or ord(c) in known else f"[U+{ord(c):04X}]" for c in clean(text))


# Data of the layout -----------------------------------------------------------------------------------------------------------------------


def _paper(document: Document) -> dict[str, Any]:
    lacking = missing_of(document)
    about = "　".join(p for p in (document.maker, document.product, document.campaign) if p)
    front = (
        f"本文书尚有 {len(lacking)} 项待补充，补齐前不应报送：" if lacking else "" if document.doubts else "本文书各项均有数据，无缺项。"
    )
    counter = _Counter()
    return {
        "kind": document.kind,
        "title": drawable(document.title),
        "maker": drawable(document.maker) or "zhunru",
        "about": drawable(f"{about}　（截至 {document.day.isoformat()}）"),
        "day": [document.day.year, document.day.month, document.day.day],
        "doubts": [drawable(f"台账存疑，内容可能不全：{d}") for d in document.doubts],
        "front": front,
        "lacking-head": ["序号", "缺项", "补充来源"],
        "lacking": [[_plain(str(i)), _plain(f"{m.section}：{m.label}"), _plain(m.need)] for i, m in enumerate(lacking, 1)],
        "sections": [
            {"title": drawable(f"{numeral(n)}、{s.title}"), "parts": [_part(p, counter) for p in s.parts]}
            for n, s in enumerate(document.sections, 1)
        ],
        "annex-title": "附：各项数据来源",
        "annex-head": ["序号", "项目", "来源（文件 / 工作表 / 行）"],
        "annex": [
            [drawable(t.label), drawable(shown("\n".join(place_text(p) for p in t.places) or "由本软件据上列数据得出"))]
            for t in trace_of(document)
        ],
        "note": drawable(f"注：{document.note}"),
    }


class _Counter:
    """Number of the next entry of the annex, in the order of `trace_of`."""

    def __init__(self) -> None:
        self.last = 0

    def next(self) -> int:
        self.last += 1
        return self.last


def _part(part: Part, counter: _Counter) -> dict[str, Any]:
    if isinstance(part, Fields):
        rows = [[_plain(f.label), _cell(f.cell, counter.next() if f.cell.text.strip() else None)] for f in part.items]
        return {"type": "fields", "rows": rows}
    if isinstance(part, Grid):
        rows = []
        for row in part.rows:
            number = counter.next()
            rows.append([_cell(c, number if i == len(row) - 1 else None) for i, c in enumerate(row)])
        empty = {"text": mark(part.need) if part.need else drawable(part.empty), "missing": bool(part.need)}
        head = [drawable(h) for h in part.headings]
        return {"type": "table", "title": drawable(part.title), "head": head, "widths": list(part.widths), "rows": rows, "empty": empty}
    if isinstance(part, Paragraph):
        return {"type": "paragraph", "lines": drawable(part.text).split("\n")}
    if isinstance(part, Signature):
        return {"type": "signature", "lines": [drawable(line) for line in part.lines]}
    raise TypeError(type(part))


def _cell(cell: Cell, number: int | None) -> dict[str, Any]:
    return {"text": drawable(shown(cell.shown)), "missing": not cell.text.strip(), "ref": number}


def _plain(text: str) -> dict[str, Any]:
    return {"text": drawable(shown(text)), "missing": False}
