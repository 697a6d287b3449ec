"""JSON Lines as ledgers: kinds, broken lines, keys given twice."""

import polars as pl

from zhunru.core.evidence import Noted, Skipped
from zhunru.engine import walk
from zhunru.engine.source import BytesSource
from zhunru.readers.ledger_jsonl import MAX_LINE_BYTE, ledger_jsonl, parsed_json
from zhunru.records import sheets
from zhunru.records.update_case import UpdateCase
from zhunru.records.update_event import UpdateEvent

LINE = b'{"campaign": "U-1", "vin": "X1", "at": "2026-03-10T10:00:00Z", "event": "start"}\n'


def read(content: bytes, name: str = "update_event.jsonl") -> tuple[sheets.Bound, list[Skipped]]:
    items = list(ledger_jsonl(BytesSource(content, name)))
    tables = [i.collect() for i in items if not isinstance(i, Skipped | Noted)]
    bound = sheets.bind(pl.concat(tables), list(walk.records().values())) if tables else sheets.Bound()
    return bound, [i for i in items if isinstance(i, Skipped)]


def test_the_file_names_the_kind_and_a_line_may_name_another() -> None:
    bound, skipped = read(LINE + b'{"record": "update_case", "case": "6.7", "run": 1, "executed": false}\n')
    assert (len(bound.records[UpdateEvent]), len(bound.records[UpdateCase]), skipped) == (1, 1, [])
    (case,) = bound.records[UpdateCase]
    assert isinstance(case, UpdateCase) and case.executed is False and case.origin.row == 2


def test_lines_that_are_no_flat_entry_are_told() -> None:
    bound, skipped = read(LINE + b'{"campaign": {"a": {}}}\n{"vin": "A", "vin": "B"}\n[1]\nnot json\n' + LINE)
    assert len(bound.records[UpdateEvent]) == 2
    assert [s.where for s in skipped] == ["line 2", "line 3", "line 4", "line 5"]


def test_a_line_without_end_costs_no_memory_and_is_told() -> None:
    bound, skipped = read(LINE + b'{"campaign": "' + b"x" * (MAX_LINE_BYTE * 3) + b'"}\n' + LINE)
    assert (len(bound.records[UpdateEvent]), [s.where for s in skipped]) == (2, ["line 2"])


def test_long_numbers_keep_every_digit() -> None:
    assert parsed_json(b'{"iccid": 89860112345678901237, "n": 18446744073709551616}') == (
        {"iccid": 89860112345678901237, "n": 18446744073709551616},
    )
    assert parsed_json(b'{"n": 1234567890123456789}') == ({"n": 1234567890123456789},)
