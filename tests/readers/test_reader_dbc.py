"""CAN databases: the same signals as cantools reads, every line accounted for."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cantools
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhunru.core.errors import ZhunruError
from zhunru.core.evidence import Noted, Skipped
from zhunru.engine.source import BytesSource, FileSource
from zhunru.readers.dbc import dbc, encoding_of
from zhunru.tables.signal_definition import SignalDefinition

logging.getLogger("cantools").setLevel(logging.ERROR)

DATABASES = (
    "CSS-Electronics-SAE-J1939-DEMO", "gnss", "opendbc_gwm_haval_h6_phev_2024", "opendbc_hongqi_hs5", "opendbc_mg", "opendbc_tesla_model3_party",
    "opendbc_toyota_nodsu_pt", "opendbc_vw_mqb", "tp_j1939", "tp_nmea", "tp_uds", "tp_uds_nissan",
)  # fmt: skip


def read(content: bytes) -> tuple[list[dict[str, Any]], list[Skipped], list[Noted]]:
    items = list(dbc(BytesSource(content)))
    (table,) = (i for i in items if isinstance(i, SignalDefinition))
    return table.collect().to_dicts(), [i for i in items if isinstance(i, Skipped)], [i for i in items if isinstance(i, Noted)]


def _ours(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "start": row["start_bit"],
        "length": row["length_bit"],
        "order": "little_endian" if row["little_endian"] else "big_endian",
        "signed": row["signed"],
        "float": row["floating"],
        "factor": row["factor"],
        "offset": row["offset"],
        "limits": row["limits"],
        "unit": row["unit"],
        "multiplexor": row["multiplexor"],
        "selector": row["selector"],
        "selected_by": sorted({n for r in row["selected_by"] or () for n in range(r["first_no"], r["last_no"] + 1)}),
        "choices": {c["value_raw"]: c["name"] for c in row["choices"] or ()},
        "receivers": sorted(row["receivers"]),
        "length_byte": row["message_length_byte"],
        "message": row["message"],
    }


def _theirs(message: Any, signal: Any) -> dict[str, Any]:
    low, high = signal.minimum, signal.maximum
    return {
        "start": signal.start,
        "length": signal.length,
        "order": signal.byte_order,
        "signed": signal.is_signed,
        "float": signal.is_float,
        "factor": signal.scale,
        "offset": signal.offset,
        "limits": None if low is None and high is None else [low or 0, high or 0],
        "unit": signal.unit or "",
        "multiplexor": signal.is_multiplexer,
        "selector": signal.multiplexer_signal,
        "selected_by": sorted(signal.multiplexer_ids or ()),
        "choices": {int(k): str(v) for k, v in (signal.choices or {}).items()},
        "receivers": sorted(signal.receivers),
        "length_byte": message.length,
        "message": message.name,
    }


@pytest.mark.parametrize("name", DATABASES)
def test_agrees_with_cantools_on_real_databases(name: str, real: Callable[[str], Path]) -> None:
    path = real(f"can/{name}.dbc")
    items = list(dbc(FileSource(path)))
    assert not [i for i in items if isinstance(i, Skipped)]
    rows = items[0].collect().to_dicts()
    text = path.read_bytes().decode(encoding_of(path.read_bytes()))
    peer: Any = cantools.database.load_string(text, "dbc", strict=False)
    expected = {(m.frame_id, m.is_extended_frame, s.name): _theirs(m, s) for m in peer.messages for s in m.signals}
    assert expected == {(r["arbitration_id"], r["extended"], r["signal"]): _ours(r) for r in rows}
    assert len(rows) == len(expected) > 0


_HEAD = 'BO_ 1 M: 8 A\n SG_ S : 0|8@1+ (1,0) [0|0] "" B\n'


@pytest.mark.parametrize(
    ("more", "line"),
    [
        ("BO_ 2 N 8 A\n", 3),
        ("BO_ 2048 N: 8 A\n", 3),
        ('BO_ 2 N: 8 A\n SG_ S : 0|65@1+ (1,0) [0|0] "" B\n', 4),
        ('BO_ 2 N: 8 A\n SG_ S : 0|0@1+ (1,0) [0|0] "" B\n', 4),
        ('BO_ 2 N: 8 A\n SG_ S : 510|8@1+ (1,0) [0|0] "" B\n', 4),
        (' SG_ S : 8|8@1+ (1,0) [0|0] "" B\n', 3),
        (' SG_ T : 8|8@1+ (1,x) [0|0] "" B\n', 3),
        ('VAL_ 1 S 0 zero ;\n', 3),
        ("SIG_VALTYPE_ 1 S : 1;\n", 3),
        ("WHAT_ 1;\n", 3),
        ('CM_ "never closed\n', 3),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_with_its_line(more: str, line: int) -> None:
    rows, skipped, _ = read((_HEAD + more + 'VAL_ 1 S 1 "one" ;\n').encode())
    assert [(s.where, s.count) for s in skipped] == [(f"line {line}", 1)]
    first = next(r for r in rows if r["arbitration_id"] == 1 and r["signal"] == "S")
    assert first["choices"] == [{"value_raw": 1, "name": "one"}]
    assert not first["floating"]


def test_encodings() -> None:
    for encoding, unit in (("cp1252", "°C"), ("utf-8", "°C"), ("gb18030", "千米/小时"), ("utf-8", "千米/小时")):
        content = _HEAD.replace('""', f'"{unit}"').encode(encoding)
        rows, skipped, notes = read(content)
        assert rows[0]["unit"] == unit
        assert not skipped
        assert notes[0].text.en == f"read as {encoding}"
    assert read(_HEAD.encode())[2] == []
    assert read(b"\xef\xbb\xbf" + _HEAD.encode())[0][0]["signal"] == "S"


def test_signals_without_message_are_noted_not_skipped() -> None:
    rows, skipped, notes = read((_HEAD + 'BO_ 3221225472 VECTOR__INDEPENDENT_SIG_MSG: 0 A\n SG_ X : 0|8@1+ (1,0) [0|0] "" B\n').encode())
    assert len(rows) == 1
    assert not skipped
    assert len(notes) == 1


def test_two_selectors_leave_the_signal_undecodable() -> None:
    text = 'BO_ 1 M: 8 A\n SG_ P M : 0|8@1+ (1,0) [0|0] "" B\n SG_ Q M : 8|8@1+ (1,0) [0|0] "" B\n SG_ S m1 : 16|8@1+ (1,0) [0|0] "" B\n'
    rows, _, notes = read(text.encode())
    assert {r["signal"]: r["selector"] for r in rows} == {"P": None, "Q": None, "S": ""}
    assert notes


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_mutations_never_raise_anything_else(data: st.DataObject) -> None:
    text = bytearray(_HEAD.encode() + b'CM_ SG_ 1 S "two\nlines";\nVAL_ 1 S 1 "one" ;\nSG_MUL_VAL_ 1 S S 1-1;\nSIG_VALTYPE_ 1 S : 1;\n')
    for _ in range(data.draw(st.integers(1, 6))):
        text[data.draw(st.integers(0, len(text) - 1))] = data.draw(st.integers(0, 255))
    try:
        read(bytes(text))
    except ZhunruError:
        pytest.fail("a small database is never beyond the bound")
