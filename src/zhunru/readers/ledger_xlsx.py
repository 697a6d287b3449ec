"""Ledgers as Excel workbooks (xlsx, xlsm)."""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import chain, islice, zip_longest
from typing import Any, NamedTuple

from zhunru.core.errors import DamagedEvidence, EvidenceError
from zhunru.core.evidence import Noted, Skipped, Source
from zhunru.core.step import reader
from zhunru.core.text import Text
from zhunru.readers.ledger_csv import left_out
from zhunru.tables.ledger_cell import HEAD_ROWS, Header, LedgerCell, Merge, cells, header_of, letter, row_role
from zhunru.wire.sheet_xml import SheetFacts, extent, facts, without_blank_cells

MAX_FILE_BYTE = 64 << 20
"""Largest workbook as stored."""
MAX_ENTRIES = 2_000
"""Most parts in the container; a workbook has a few dozen."""
MAX_INFLATED_BYTE = 256 << 20
"""Most bytes of all XML parts once inflated."""
MAX_RATIO = 200
"""Largest growth on inflation of the whole, looked at beyond SMALL_BYTE; worksheets grow ten- to thirtyfold."""
SMALL_BYTE = 16 << 20
MAX_SHEET_CELLS = 5_000_000
"""Largest area (rows x columns) of one sheet; the cell reader holds it in memory."""
MAX_TEXT_CHAR = 32_767
"""Longest text of a cell that Excel itself allows."""

_BLOCK_ROWS = 20_000
_CLAIM = re.compile(rb"""uniqueCount\s*=\s*["']([^"']*)["']""")
"""The cell reader reserves memory for as many texts as this says."""
_MARKS = {":", "："}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SAVE = Text("用 Excel 或 WPS 另存为普通 xlsx", "save it as a plain xlsx")
_SPLIT = Text("删除远处的多余单元格，或拆分、改用 CSV", "delete stray cells far away, or split it, or use CSV")


class Sheet(NamedTuple):
    """One worksheet whose container was checked."""

    name: str
    grid: Any
    facts: SheetFacts


def is_workbook(head: bytes) -> bool:
    """Tell whether content that starts with `head` is a workbook."""
    if head.startswith(b"PK\x03\x04"):
        return b"xl/" in head or (b"[Content_Types].xml" in head and not any(other in head for other in (b"word/", b"ppt/", b"visio/")))
    return head.startswith(_OLE)


@reader(".xlsx", ".xlsm", ".xls", title_zh="台账（Excel）", title_en="ledger (Excel)", sniff=is_workbook, isolated=True)
def ledger_xlsx(file: Source) -> Iterator[LedgerCell | Skipped | Noted]:
    """Read every worksheet: headings below any title rows, in one or two rows; merged cells repeated in each row that they cover.

    Formulas give their stored result. Hidden sheets and rows are read and told. Totals, notes and repeated headings are left out and counted.
    The container is inflated under limits and checked before anything else sees it; macros are never run.

    Args:
        file: The ledger.

    Raises:
        EvidenceError: Encrypted, an old or binary workbook, or beyond a limit (zip bomb, path escape, entity declarations).
        DamagedEvidence: The container or a part of it cannot be read.

    References:
        ECMA-376 (SpreadsheetML); PKWARE APPNOTE.
    """
    parts = inflated(file)
    if any(name.lower().endswith("vbaproject.bin") for name in parts):
        yield Noted(Text("含宏，未执行", "holds macros, which were not run"))
    if any(name.startswith("xl/externalLinks/") for name in parts):
        yield Noted(Text("引用外部工作簿，使用其存储的结果", "refers to other workbooks; their stored results are used"))
    for item in sheets(parts, file.name):
        if isinstance(item, Sheet):
            yield from _sheet(item)
        else:
            yield item


# The container ------------------------------------------------------------------------------------------------------------------------


def _refuse(zh: str, en: str, where: str, hint: Text) -> EvidenceError:
    return EvidenceError(Text(zh, en), where, hint)


def inflated(file: Source) -> dict[str, bytes]:
    """Return the parts by name, XML ones inflated; refuse what is beyond a limit or hostile."""
    with file.open() as stream:
        content = stream.read(MAX_FILE_BYTE + 1)
    if len(content) > MAX_FILE_BYTE:
        raise _refuse("工作簿过大", "the workbook is too large", f"{file.name}: > {MAX_FILE_BYTE} B", _SPLIT)
    if content.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            hint = Text("去除密码后另存为 xlsx", "remove the password and save it again")
            raise _refuse("工作簿已加密", "the workbook is encrypted", file.name, hint)
        raise _refuse("旧版二进制工作簿（xls）", "an old binary workbook (xls)", file.name, _SAVE)
    end = content.rfind(b"PK\x05\x06", max(0, len(content) - 65_557))
    if end >= 0 and len(content) >= end + 22 and struct.unpack_from("<I", content, end + 12)[0] > MAX_ENTRIES * 320:
        raise _refuse("压缩包的条目过多", "too many parts in the container", file.name, _SAVE)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as container:
            return _parts(container, file.name, len(content))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, struct.error) as error:
        what = Text("工作簿容器损坏或被截断", "the container of the workbook is damaged or cut")
        raise DamagedEvidence(what, f"{file.name}: {str(error)[:120]}", Text("重新取得该文件", "obtain the file again")) from error


def _parts(container: zipfile.ZipFile, name: str, size_byte: int) -> dict[str, bytes]:
    entries = container.infolist()
    if len(entries) > MAX_ENTRIES:
        raise _refuse("压缩包的条目过多", "too many parts in the container", f"{name}: {len(entries)}", _SAVE)
    parts: dict[str, bytes] = {}
    total = 0
    for entry in entries:
        where = f"{name} / {entry.filename[:80]}"
        path = entry.filename.replace("\\", "/")
        if path.startswith("/") or ":" in path.split("/")[0] or ".." in path.split("/") or "\0" in entry.orig_filename:
            raise _refuse("压缩包内含越界路径", "a part of the container escapes its folder", where, _SAVE)
        if path in parts:
            raise _refuse("压缩包内条目重名", "two parts of the container have one name", where, _SAVE)
        if entry.flag_bits & 1:
            raise _refuse("工作簿已加密", "the workbook is encrypted", where, Text("去除密码后再提供", "remove the password"))
        parts[path] = _part(container, entry, total, where) if path.lower().endswith((".xml", ".rels")) else b""
        total += len(parts[path])
        if total > SMALL_BYTE and total > MAX_RATIO * size_byte:
            raise _refuse("压缩包膨胀异常（压缩炸弹）", "the container grows beyond reason (zip bomb)", where, _SAVE)
    if "xl/workbook.bin" in parts:
        raise _refuse("二进制工作簿（xlsb）", "a binary workbook (xlsb)", name, _SAVE)
    if "xl/workbook.xml" not in parts:
        raise _refuse("压缩包不是 Excel 工作簿", "the container is no Excel workbook", name, _SAVE)
    return parts


def _part(container: zipfile.ZipFile, entry: zipfile.ZipInfo, before: int, where: str) -> bytes:
    room = MAX_INFLATED_BYTE - before
    with container.open(entry) as stream:
        content = stream.read(min(room, MAX_RATIO * max(entry.compress_size, 1) + SMALL_BYTE) + 1)
        if len(content) > room or stream.read(1):
            raise _refuse("压缩包膨胀异常（压缩炸弹）", "the container grows beyond reason (zip bomb)", where, _SAVE)
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content or content[:2] in {b"\xff\xfe", b"\xfe\xff"} or b"\0" in content[:4]:
        raise _refuse("XML 含实体声明或编码异常", "the XML declares entities or is in an unusual encoding", where, _SAVE)
    if any(not n.isdigit() or int(n[:12]) > content.count(b"<") for n in _CLAIM.findall(content)):
        raise _refuse("XML 声称的条数与内容不符", "the XML claims more items than it holds", where, _SAVE)
    return content


# The sheets ---------------------------------------------------------------------------------------------------------------------------


def sheets(parts: dict[str, bytes], name: str) -> Iterator[Sheet | Skipped | Noted]:
    """Yield the worksheets, read from exactly the parts that were checked."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    paths = _guarded(lambda: _sheet_paths(parts), name)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as clean:
        for path, content in parts.items():
            if content:
                clean.writestr(path, content)
    packed.seek(0)
    looks = {sheet: _look(parts.pop(path, b"")) for sheet, path in paths.items()}
    parts.clear()
    book = _guarded(lambda: CalamineWorkbook.from_filelike(packed), name)
    for meta in book.sheets_metadata:
        if meta.typ != SheetTypeEnum.WorkSheet:
            yield Noted(Text("图表页，不含台账", "chart sheet, holds no ledger"))
            continue
        seen = looks.get(meta.name, "-")
        if isinstance(seen, str):
            text = Text("工作表缺失、写法异常或范围过大，未读取", "the sheet is absent, oddly written or spans too large an area; not read")
            yield Skipped(text, f"{meta.name}: {seen}")
            continue
        try:
            grid = _guarded(partial(book.get_sheet_by_name, meta.name), f"{name} / {meta.name}")
        except DamagedEvidence as error:
            yield Skipped(Text("工作表损坏，未读取", "the sheet is damaged; not read"), error.where)
            continue
        if meta.visible != SheetVisibleEnum.Visible:
            yield Noted(Text(f"隐藏的工作表已读取：{meta.name}", f"hidden sheet was read: {meta.name}"))
        yield Sheet(meta.name, grid, seen)


def _look(xml: bytes) -> SheetFacts | str:
    """Return the facts of a worksheet part, or its extent in words where it must not be read."""
    area = extent(xml)
    if area and area[0] * area[1] > MAX_SHEET_CELLS:
        area = extent(without_blank_cells(xml))
    if not xml or area is None or area[0] * area[1] > MAX_SHEET_CELLS:
        return f"{area[0]} x {area[1]}" if xml and area else "-"
    return facts(xml)


def _guarded(call: Callable[[], Any], where: str) -> Any:
    try:
        return call()
    except Exception as error:
        what = Text("工作簿内容损坏", "the content of the workbook is damaged")
        raise DamagedEvidence(what, f"{where}: {str(error)[:120]}", Text("重新取得该文件", "obtain the file again")) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # the cell reader's own crash is no ordinary exception
            raise
        what = Text("工作簿内容损坏", "the content of the workbook is damaged")
        raise DamagedEvidence(what, where, Text("重新取得该文件", "obtain the file again")) from error


def _sheet_paths(parts: dict[str, bytes]) -> dict[str, str]:
    """Return sheet name -> part, from the workbook and its relations."""
    from xml.etree import ElementTree as ET

    relations = {}
    for relation in ET.fromstring(parts.get("xl/_rels/workbook.xml.rels", b"<r/>")):  # noqa: S314 - entities were refused before
        target = relation.get("Target", "")
        relations[relation.get("Id", "")] = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
    found = {}
    for element in ET.fromstring(parts["xl/workbook.xml"]).iter():  # noqa: S314 - as above
        if element.tag.rsplit("}", 1)[-1] == "sheet":
            key = next((v for k, v in element.attrib.items() if k.endswith("}id")), "")
            found[element.get("name", "")] = relations.get(key, "")
    return found


def _sheet(sheet: Sheet) -> Iterator[LedgerCell | Skipped | Noted]:
    if sheet.facts.hidden_row_count:
        yield Noted(Text("隐藏的行已读取", "hidden rows were read"), sheet.facts.hidden_row_count)
    if sheet.facts.formulas:
        yield Noted(Text("公式单元格，取存储的结果", "formula cells; their stored results are used"), len(sheet.facts.formulas))
    for places, reason in (
        (sheet.facts.unsaved, Text("公式没有存储结果，单元格未读取", "a formula without stored result; the cell is not read")),
        (sheet.facts.errors, Text("单元格为错误值（如 #N/A）", "the cell shows an error value such as #N/A")),
    ):
        if places:
            yield Skipped(reason, f"{sheet.name}!{letter(places[0][1])}{places[0][0] + 1}", len(places))
    merges = [Merge(a[0], a[1], b[0], b[1]) for a, b in _guarded(lambda: sheet.grid.merged_cell_ranges, sheet.name) or []]
    rows = rows_of(sheet)
    first = list(islice(rows, HEAD_ROWS))
    width = max(map(len, first), default=0)
    header = header_of([[text_of(v)[0] for v in row] + [""] * (width - len(row)) for row in first], merges)
    if header is None:
        yield Noted(Text(f"空工作表：{sheet.name}", f"empty sheet: {sheet.name}"))
        return
    yield from _body(sheet, header, chain(first, rows), merges)


def rows_of(sheet: Sheet) -> Iterator[list[Any]]:
    """Yield the rows from the first one of the sheet, blank ones included, from its first column."""
    start = sheet.grid.start
    before = [""] * (start[1] if start else 0)
    source = _guarded(sheet.grid.iter_rows, sheet.name)
    while (row := _guarded(lambda: next(source, None), sheet.name)) is not None:
        yield before + row


def _body(sheet: Sheet, header: Header, rows: Iterator[list[Any]], merges: Sequence[Merge]) -> Iterator[LedgerCell | Skipped | Noted]:
    spans = {m.top for m in merges if (m.right - m.left + 1) * 2 >= header.tail}
    across = {m.top for m in merges if m.right > m.left}
    wide_count = 0
    roles = {"total": 0, "repeat": 0, "note": 0}
    repeated = _repeated(merges, header.body)
    suspects = {v for v in header.last if v}
    kept: dict[int, list[Any]] = {}
    for number, row in enumerate(rows):
        if number < header.body:
            roles["note"] += any(v != "" for v in row)
            continue
        texts = _texts_of_suspect(row, suspects)
        role = row_role(texts, header, number in spans) if texts is not None else "record"
        repeated(number, row, role == "record")
        if role == "record":
            wide_count += number in across
            kept[number] = row
        elif role in roles:
            roles[role] += 1
        if len(kept) == _BLOCK_ROWS:
            yield from _cells(sheet, header, kept)
            kept = {}
    if kept:
        yield from _cells(sheet, header, kept)
    if wide_count:  # whether the other columns mean the same or nothing cannot be told
        yield Noted(
            Text("行内有横跨多列的合并单元格，只计入其首列", "rows with cells merged across columns; they count for the first column only"),
            wide_count,
        )
    yield from left_out(roles | {"note": roles["note"] - 1})


def _repeated(merges: Sequence[Merge], body: int) -> Callable[[int, list[Any], bool], None]:
    """Return what repeats merged cells down the rows that they cover, in their first column only; it is given row after row."""
    starting: dict[int, list[Merge]] = {}
    for m in merges:
        if m.bottom > m.top >= body:
            starting.setdefault(m.top, []).append(m)
    running: dict[int, tuple[int, Any]] = {}  # column -> last row, value

    def repeat(number: int, row: list[Any], record: bool) -> None:
        for column, (bottom, value) in list(running.items()):
            if number > bottom:
                del running[column]
            elif record and column < len(row):
                row[column] = value
        for m in starting.get(number, ()):
            if m.left < len(row):
                running[m.left] = (m.bottom, row[m.left])

    return repeat


def _texts_of_suspect(row: list[Any], headings: set[str]) -> list[str] | None:
    """Return the texts of a row that may be no record; None for an ordinary one, which saves the work."""
    filled = [v for v in row if v != ""]
    if len(filled) > 2 and isinstance(filled[0], str) and len(filled[0]) > 5 and not _MARKS & {*filled[0]} and filled[0] not in headings:
        return None
    return [text_of(v)[0] for v in row]


def _cells(sheet: Sheet, header: Header, kept: dict[int, list[Any]]) -> Iterator[LedgerCell | Skipped]:
    columns: list[tuple[list[str], str | list[str]]] = []
    formulas = {index for _, index in sheet.facts.formulas}
    numbers = list(kept)
    width = max(map(len, kept.values()))
    names = [*header.names, *(f"({letter(n)})" for n in range(len(header.names), width))]
    for index, values in enumerate(zip_longest(*kept.values(), fillvalue="")):
        texts, shapes = _column(values)
        if index in formulas:
            plain = [shapes] * len(numbers) if isinstance(shapes, str) else shapes
            shapes = ["formula" if (n, index) in sheet.facts.formulas else s for n, s in zip(numbers, plain, strict=True)]
        if max(map(len, texts)) > MAX_TEXT_CHAR:
            long = [at for at, text in enumerate(texts) if len(text) > MAX_TEXT_CHAR]
            yield Skipped(
                Text("单元格文字过长", "the text of the cell is too long"), f"{sheet.name}!{letter(index)}{numbers[long[0]] + 1}", len(long)
            )
            texts = ["" if len(text) > MAX_TEXT_CHAR else text for text in texts]
        columns.append((texts, shapes))
    yield cells(sheet.name, names, [n + 1 for n in numbers], columns)


def _column(values: Sequence[Any]) -> tuple[list[str], str | list[str]]:
    if {*map(type, values)} == {str}:
        return [v.strip() for v in values], "text"
    pairs = [text_of(v) for v in values]
    return [p[0] for p in pairs], [p[1] for p in pairs]


def text_of(value: object) -> tuple[str, str]:
    """Return a cell as text and its shape."""
    if isinstance(value, str):
        return value.strip(), "text"
    if isinstance(value, bool):
        return ("true" if value else "false"), "flag"
    if isinstance(value, (int, float)):
        whole = isinstance(value, int) or (value.is_integer() and abs(value) < 1e15)
        return (str(int(value)) if whole else repr(value)), "number"
    if isinstance(value, datetime):
        rounded = (value + timedelta(microseconds=500)).replace(microsecond=0)
        return (rounded if abs(rounded - value) < timedelta(milliseconds=1) else value).isoformat(), "date"
    if isinstance(value, (date, time)):
        return value.isoformat(), "date"
    return str(value), "number"
