"""Dumps as people and enemies write them: nothing is lost in silence, nothing personal is shown, memory stays bounded."""

import gzip
import json
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest

from zhunru.core.errors import ZhunruError
from zhunru.core.evidence import Noted
from zhunru.engine.source import BytesSource
from zhunru.readers.stored import json_paths, sheet_rows
from zhunru.readers.stored.cells import MAX_CELL_BYTE
from zhunru.readers.stored_copy import stored_copy
from zhunru.tables.examined import Examined
from zhunru.tables.sighting import Sighting

PHONE, VIN = "13912345678", "LSVAA49J0X2000001"
Rows = list[dict[str, Any]]


def read(content: bytes | str, rows: int | None = None) -> tuple[dict[str, int], dict[tuple[str, str], dict[str, Any]]]:
    """Return place -> hits, and (place, unit) -> account."""
    hits: dict[str, int] = {}
    account: dict[tuple[str, str], dict[str, Any]] = {}
    for item in stored_copy(BytesSource(content if isinstance(content, bytes) else content.encode(), "dump"), rows=rows):
        if isinstance(item, Sighting):
            for row in item.collect().to_dicts():
                hits[row["place"]] = hits.get(row["place"], 0) + row["hit_count"]
                assert PHONE not in str(row) and VIN not in str(row)
        elif isinstance(item, Examined):
            account |= {(r["place"], r["item_kind"]): r for r in item.collect().to_dicts()}
        else:
            assert isinstance(item, Noted)
    for row in account.values():
        assert PHONE not in row["place"] and VIN not in row["place"]
        assert row["examined_count"] == row["decided_count"] + row["undecidable_count"]
    return hits, account


def test_a_table_without_headings_shows_no_value_as_its_name() -> None:
    hits, account = read(f"张三,上海,男,{VIN}\n李四,北京,女,LSVAA49J9X2000002\n")
    assert hits == {"(D)": 2}
    assert set(account) == {(f"({c})", "cell") for c in "ABCD"}


def test_titles_above_the_headings_are_looked_at() -> None:
    hits, _ = read(f"车主信息表,,\n联系人手机 {PHONE},,\n姓名,手机号,备注\n张三,13800138000,x\n李四,13800138001,y\n")
    assert hits["(head)"] == 1 and hits["手机号"] == 2


@pytest.mark.parametrize(
    "text",
    [
        f'a,手机号\n"never closed,{PHONE}\nx,13800138000\n',
        f'a,手机号\n"x"y,{PHONE}\nx,13800138000\n',
        f'a,手机号\nx 5" y,{PHONE}\nx,13800138000\n',
        f"a,手机号\nx,{PHONE}\nx,13800138000,too,many\n",
        f"a,手机号\nx,{PHONE}\nx,13800138000",
        f"a,手机号\r\nx,{PHONE}\r\n\r\nx,13800138000\r\n",
        f'a,手机号\n"x\n\ny",{PHONE}\nx,13800138000\n',
    ],
)
def test_no_cell_is_lost_to_a_quotation_mark_or_a_ragged_row(text: str) -> None:
    hits, account = read(text)
    assert sum(hits.values()) == 2
    assert account["手机号", "cell"]["examined_count"] == 2
    assert sum(r["undecidable_count"] for r in account.values()) == 0


def test_a_quotation_mark_that_nobody_closes_does_not_swallow_the_file() -> None:
    hits, account = read('a,手机号\n"x,1\n' + f"y,{PHONE}\n" * 5000)
    assert hits["手机号"] == 5000
    assert account["手机号", "cell"]["examined_count"] == 5001


@pytest.mark.parametrize(("line", "reason"), [(b"x,\xff\xff\xff 13912345678", "encoding"), (b"x\0,13912345678", "binary")])
def test_a_line_that_cannot_be_told_is_counted(line: bytes, reason: str) -> None:
    hits, account = read(("备注一栏,手机号\n" + "车主甲,13800138000\n" * 30).encode() + line + b"\n")
    assert sum(hits.values()) == 31
    assert account["", "line"]["undecidable_count"] == 1 and account["", "line"]["reason"] == reason


def test_a_file_of_separators_is_no_bomb(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_rows, "MAX_COLUMNS", 40)
    width = 2000
    hits, account = read("a" + ",a" * (width - 1) + "\n" + f"{PHONE}," * (width - 1) + PHONE + "\n")
    assert sum(hits.values()) == width
    assert len(account) == 41  # the last place holds the rest


@pytest.mark.parametrize("more", [0, 1])
def test_a_cell_beyond_the_limit_is_told(more: int) -> None:
    _, account = read("甲一,乙二\n丙三,丁四\n" + "x" * (MAX_CELL_BYTE - 2 + more) + ",y\n")
    assert sum(r["undecidable_count"] for r in account.values()) == more


def test_rows_of_a_sample() -> None:
    text = "序列,手机号\n" + f"x,{PHONE}\n" * 100
    for rows, seen in ((1, 1), (99, 99), (100, 100), (1000, 100)):
        _, account = read(text, rows)
        assert (account["手机号", "cell"]["examined_count"], account["手机号", "cell"]["present_count"]) == (seen, 100)


def test_json_sample_leaves_the_total_open() -> None:
    text = "".join(json.dumps({"手机号": PHONE}) + "\n" for _ in range(10))
    for content in (text, json.dumps([{"手机号": PHONE}] * 10)):
        _, account = read(content, 4)
        assert account["手机号", "cell"] | {"present_count": None, "examined_count": 4} == account["手机号", "cell"]
        _, account = read(content, 10)
        assert account["手机号", "cell"]["present_count"] == account["手机号", "cell"]["examined_count"] == 10


@pytest.mark.parametrize("form", ["list", "object"])
@pytest.mark.parametrize("depth", [10, 31, 32, 33, 200, 1000, 100_000])
def test_depth(form: str, depth: int) -> None:
    before, behind = ("[", "]") if form == "list" else ('{"k":', "}")
    line = before * depth + f'"手机号 {PHONE}"' + behind * depth
    for text in (line, f'{{"a":1}}\n{line}\n{{"a":2}}\n'):
        hits, account = read(text)
        assert sum(hits.values()) == 1
        assert max(len(place) for place, _ in account) < 400


def test_a_key_given_twice_hides_nothing() -> None:
    hits, account = read(f'{{"手机号":"{PHONE}","手机号":"x"}}\n{{"手机号":"13800138000"}}\n')
    assert sum(hits.values()) == 2
    assert account["", "line"]["examined_count"] == 1  # looked at as text


def test_keys_that_are_identifiers_are_counted_and_not_shown() -> None:
    hits, account = read(json.dumps({VIN: {"手机号": PHONE}, "LSVAA49J2X2000002": {"手机号": PHONE}}))
    assert hits["{vin}"] == 2
    assert hits["{vin}.手机号"] == 2
    assert {p for p, _ in account} == {"{vin}", "{vin}.手机号"}


def test_a_million_keys_are_no_bomb(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_paths, "MAX_PATHS", 20)
    hits, account = read(json.dumps({f"k{n}": {"手机号": PHONE, "n": n} for n in range(500)}))
    assert sum(hits.values()) == 500
    assert len(account) <= 40


@pytest.mark.parametrize(
    "text", ["{not json\n" * 3, '{"a": NaN}\n{"手机号": 1}\n', "[" * 50, '{"a": 1e999999}\n{"b": 123456789012345678901234567890}\n']
)
def test_what_is_no_json_is_looked_at_as_text(text: str) -> None:
    hits, account = read(text + f"手机号 {PHONE}\n")
    assert sum(hits.values()) == 1
    assert any(unit == "line" for _, unit in account)


@pytest.mark.parametrize("head", [b"PK\x03\x04zip", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"BZh91AY", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd"])
def test_archives_are_told_and_not_opened(head: bytes) -> None:
    content = head + bytes(range(256))
    _, account = read(content)
    assert account["", "byte"]["reason"] == "archive" and account["", "byte"]["undecidable_count"] == len(content)


def test_what_stands_in_bytes_that_are_no_text_is_seen_but_nothing_is_decided() -> None:
    content = bytes(range(256)) + f" VIN={VIN} ".encode() + bytes(range(256))
    hits, account = read(content)
    assert hits == {"": 1}
    assert account["", "byte"]["decided_count"] == 0


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_logs_in_every_encoding(encoding: str) -> None:
    text = "".join(f"2026-01-01 用户登录 手机号={PHONE} 车牌=京A12345 第{n}次\n" for n in range(100))
    content = text.encode(encoding)
    for packed in (content, gzip.compress(content)):
        hits, account = read(packed)
        assert hits == {"": 200}
        assert account["", "line"] | {"examined_count": 100, "undecidable_count": 0} == account["", "line"]


def test_a_line_of_another_encoding_in_a_log() -> None:
    text = "用户登录 车牌=京A12345\n"
    hits, account = read(text.encode() * 5 + text.encode("gb18030") + b"\xff\xfe\xff\xff\n")
    assert hits == {"": 6}
    assert account["", "line"]["undecidable_count"] == 1


def test_a_gigantic_line_is_parted_and_nothing_of_it_is_lost() -> None:
    part = "x" * 99_980 + f" 手机号={PHONE} "
    hits, _ = read("log begins\n" + part * 60)
    assert hits == {"": 60}


def test_cut_gzip_keeps_what_was_read() -> None:
    whole = gzip.compress("".join(f"{n} 手机号={PHONE}\n" for n in range(20000)).encode())
    seen = 0
    with pytest.raises(ZhunruError):
        for item in stored_copy(BytesSource(whole[: len(whole) // 2], "dump")):
            if isinstance(item, Sighting):
                seen += int(item.collect()["hit_count"].sum())
    assert 0 < seen < 20000


class _Long(BytesSource):
    """A log of any length that is never in memory."""

    def __init__(self, line: bytes, count: int) -> None:
        super().__init__(line * 1000, "long.log")
        self.line, self.count = line, count

    def blocks(self, size_byte: int) -> Iterator[bytes]:
        block = self.line * (size_byte // len(self.line))
        for _ in range(self.count * len(self.line) // len(block)):
            yield block


@pytest.mark.parametrize(
    "line", [b"nothing to see here but words and words\n", b"abc,def,ghi,jkl,mno,pqr,stu,vwx,yz\n", b"no line end at all; "]
)
def test_memory_does_not_depend_on_the_length(line: bytes) -> None:
    peaks = []
    for megabytes in (2, 4):
        tracemalloc.start()
        assert any(True for _ in stored_copy(_Long(line, megabytes * (1 << 20) // len(line))))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + (2 << 20)
