"""Ledgers and campaign logs as JSON Lines."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from zhunru.core.evidence import Noted, Skipped, Source
from zhunru.core.step import reader
from zhunru.core.text import Text
from zhunru.tables.ledger_cell import LedgerCell
from zhunru.wire.ledger_entries import leaf_of

MAX_LINE_BYTE: Final = 1 << 20
"""Longest line; an entry of a ledger is short."""
_BLOCK_CELLS: Final = 100_000
_KIND_KEYS: Final = ("record", "kind", "记录种类")
"""Key that may name the record kind of a line; it is no field."""
_BROKEN: Final = Text("该行不是合法的 JSON，或键重复", "the line is no valid JSON, or gives a key twice")
_NESTED: Final = Text("该行不是一层的条目", "the line is no flat entry")


class DoubledKeyError(ValueError):
    """A key stands twice in an object."""


def _is_flat(line: bytes) -> bool:
    value = parsed_json(line)
    return (
        value is not None and isinstance(value[0], Mapping) and len(value[0]) > 1 and all(leaf_of(v) is not None for v in value[0].values())
    )


def _is_jsonl(head: bytes) -> bool:
    lines = [line.strip() for line in head.removeprefix(b"\xef\xbb\xbf").split(b"\n") if line.strip()][:3]
    whole = lines[:-1] if len(head) >= 65536 and len(lines) > 1 else lines
    return bool(whole) and _is_flat(whole[0]) and (len(whole) == 1 or any(map(_is_flat, whole[1:])))


@reader(".jsonl", ".ndjson", ".json", title_zh="台账（JSON Lines）", title_en="ledger (JSON Lines)", sniff=_is_jsonl)
def ledger_jsonl(file: Source) -> Iterator[LedgerCell | Skipped | Noted]:
    """Read one flat object per line, e.g. an exported event log; its keys are the headings.

    The name of the file is the name of the sheet; a key `record` names the record kind of its line instead, so that one file may hold
    several kinds.

    Args:
        file: The ledger.

    References:
        JSON Lines; RFC 8259.
    """
    stem = file.name.replace("\\", "/").rsplit("/", 1)[-1].removesuffix(".gz").rsplit(".", 1)[0]
    block: list[tuple[str, int, str, str, str]] = []
    for number, value in json_lines(file, MAX_LINE_BYTE):
        if isinstance(value, Skipped):
            yield value
            continue
        leaves = {str(k): leaf_of(v) for k, v in value.items()} if isinstance(value, Mapping) else {}
        if not leaves or any(leaf is None for leaf in leaves.values()):
            yield Skipped(_NESTED, f"line {number}")
            continue
        named, sheet = next(((k, leaf.text) for k in _KIND_KEYS if (leaf := leaves.get(k)) is not None and leaf.text), ("", stem))
        filled = [(k, leaf) for k, leaf in leaves.items() if leaf is not None and k != named]
        block += [(sheet, number, k, leaf.text, leaf.shape) for k, leaf in filled if leaf.text.strip()]
        if len(block) >= _BLOCK_CELLS:
            yield _cells(block)
            block = []
    if block:
        yield _cells(block)


def json_lines(file: Source, limit_byte: int) -> Iterator[tuple[int, Any]]:
    """Yield the JSON value of each line that is not blank, with its number from 1; a line that is none comes as what was skipped.

    Args:
        file: The file.
        limit_byte: Longest line that is looked at.
    """
    carried, number, lost = b"", 0, False
    for block in _and_end(file):
        whole = carried + block
        *ready, carried = whole.split(b"\n") if block else [whole, b""]
        for line in ready:
            number += 1
            text = line.removeprefix(b"\xef\xbb\xbf").strip() if number == 1 else line.strip()
            if lost:
                lost = False
            elif text:
                value = parsed_json(text) if len(text) <= limit_byte else None
                yield number, Skipped(_BROKEN, f"line {number}") if value is None else value[0]
        if len(carried) > limit_byte and not lost:
            yield number + 1, Skipped(Text("行过长，已跳过", "line is too long; skipped"), f"line {number + 1}")
            lost = True
        if lost:
            carried = b""


def _and_end(file: Source) -> Iterator[bytes]:
    yield from (b for b in file.blocks(1 << 20) if b)
    yield b""


_LONG_NUMBER = re.compile(rb"\d{19}")


def parsed_json(text: bytes) -> tuple[Any] | None:
    """Return the one JSON value of a text in a tuple; None when it is none, gives a key twice, or is nested deeper than 1024.

    Two tiers: without escapes every quotation mark delimits a string, and a text that gave a key twice has more of them than its value
    written again; any other text is parsed with every pair looked at. So is one with long numbers: the fast tier rounds those beyond 64 bits.
    """
    import orjson

    try:
        value = orjson.loads(text)
        if b"\\" not in text and not _LONG_NUMBER.search(text) and orjson.dumps(value).count(b'"') == text.count(b'"'):
            return (value,)
        return (json.loads(text.decode("utf-8"), object_pairs_hook=_once),)
    except (ValueError, TypeError, RecursionError):
        return None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise DoubledKeyError
    return found


def _cells(block: list[tuple[str, int, str, str, str]]) -> LedgerCell:
    sheet, row_no, heading, value, shape = zip(*block, strict=True)
    return LedgerCell.of({"sheet": sheet, "row_no": row_no, "heading": heading, "value": value, "shape": shape})
