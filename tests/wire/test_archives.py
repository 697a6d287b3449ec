"""Archives: agreement with Python's own modules on honest ones, a named flag for every trick, an end for everything."""

import bz2
import gzip
import hashlib
import io
import lzma
import random
import stat
import struct
import tarfile
import time
import zipfile
import zlib
from collections.abc import Callable
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhunru.wire.archive_inventory import Asked, Entry, form_of, inventory
from zhunru.wire.archive_member import ArchiveError, Budget, Limits, Trouble, link_escapes, name_flags
from zhunru.wire.archive_stream import Inflated
from zhunru.wire.archive_tar import is_header
from zhunru.wire.archive_zip import zip_members

NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"], exclude_characters='\\/:."*<>|'), min_size=1, max_size=30)
FILES = st.dictionaries(NAMES, st.binary(max_size=3000), max_size=6)


def listed(data: bytes, limits: Limits | None = None, **asked: object) -> list[Entry]:
    return list(inventory(io.BytesIO(data), limits, Asked(spool=io.BytesIO, **asked)))  # type: ignore[arg-type]


def flags_of(entries: list[Entry]) -> set[str]:
    return {flag for e in entries for flag in e.flags}


def tar_of(files: dict[str, bytes], mode: str = "w", **changed: object) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:  # type: ignore[call-overload]
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            for key, value in changed.items():
                setattr(info, key, value)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def zip_of(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return out.getvalue()


MAKERS: dict[str, Callable[[dict[str, bytes]], bytes]] = {
    "zip": zip_of,
    "tar": tar_of,
    "tar.gzip": lambda f: tar_of(f, "w:gz"),
    "tar.xz": lambda f: tar_of(f, "w:xz"),
    "tar.bzip2": lambda f: tar_of(f, "w:bz2"),
}


@pytest.mark.parametrize("form", MAKERS)
@given(files=FILES)
def test_what_was_put_in_is_listed(form: str, files: dict[str, bytes]) -> None:
    data = MAKERS[form](files)
    entries = listed(data)
    if not files and form != "zip":
        return  # an archive of zeros alone has no mark
    assert entries[-1][:2] == ("", "") and entries[-1].link == form == form_of(io.BytesIO(data))
    assert {e.path: e.digests["sha256"] for e in entries[:-1] if not e.archive} == {
        n: hashlib.sha256(c).hexdigest() for n, c in files.items()
    }
    assert flags_of([e for e in entries if not e.archive]) <= {"windows_name", "collides", "control", "lookalike"}


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_every_method_of_zip_and_sm3(method: int) -> None:
    content = random.Random(1).randbytes(70_000) + b"0" * 70_000
    first, last = listed(zip_of({"a": content}, method), digests=("sha256", "sm3"), keep={"a": 1 << 20})
    assert first.digests == {"sha256": hashlib.sha256(content).hexdigest(), "sm3": hashlib.new("sm3", content).hexdigest()}
    assert first.content == content and not first.flags + last.flags


def test_streamed_zip_with_data_descriptors() -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    out = Pipe()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", b"x" * 5000)
        archive.writestr("b", b"")
    assert not flags_of(listed(out.getvalue()))


def test_large_file_records_of_zip() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive, archive.open("a", "w", force_zip64=True) as entry:
        entry.write(b"x" * 100)
    assert not flags_of(listed(out.getvalue()))
    assert listed(out.getvalue())[0].size_byte == 100


def test_many_entries_need_large_file_records() -> None:
    data = zip_of({str(n): b"" for n in range(66_000)}, zipfile.ZIP_STORED)
    entries = listed(data)
    assert len(entries) == 66_001 and not flags_of(entries)


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_forms_of_tar(form: int) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        for name in ("d/", "d/" + "n" * 90, "d/" * 60 + "f"):
            info = tarfile.TarInfo(name)
            info.type, info.size, info.mtime = (
                (tarfile.DIRTYPE, 0, 0) if name.endswith("/") else (tarfile.REGTYPE, 3, 1.5 if form == 2 else 1)
            )
            archive.addfile(info, io.BytesIO(b"abc"[: info.size]))
    entries = listed(out.getvalue())
    with tarfile.open(fileobj=io.BytesIO(out.getvalue())) as archive:
        assert [e.path.rstrip("/") for e in entries[:-1]] == archive.getnames()
    assert not flags_of(entries)


def test_nested_archives_as_deep_as_asked() -> None:
    inner = tar_of({"../../etc/passwd": b"x"}, "w:gz")
    deep = zip_of({"inner.tgz": inner})
    data = zip_of({"deep.zip": deep, "plain": b"1"})
    assert [(e.archive, e.path) for e in listed(data) if e.flags] == [("deep.zip!inner.tgz", "../../etc/passwd")]
    entries = listed(data, Limits(depth=1))
    assert [(e.archive, e.path, e.flags) for e in entries if e.kind != "archive"] == [
        ("", "deep.zip", ()),
        ("deep.zip", "inner.tgz", ("nested_deeper",)),
        ("", "plain", ()),
    ]
    assert flags_of(listed(deep)) == {"escapes"}
    assert listed(deep, Limits(nested_byte=50))[0].flags == ("nested_too_large",)


@pytest.mark.parametrize(
    ("name", "flag"),
    [
        ("../a", "escapes"),
        ("a/../../b", "escapes"),
        ("a/..", "escapes"),
        ("/etc/passwd", "absolute"),
        ("//host/share", "absolute"),
        ("C:/Windows", "drive"),
        ("c:a", "drive"),
        ("a\\b", "backslash"),
        ("..\\..\\b", "escapes"),
        ("a\0b", "nul"),
        ("a\nb", "control"),
        ("a\u202eexe.txt", "control"),
        ("a\u200bb", "control"),
        ("．．/a", "lookalike"),
        ("..∕a", "lookalike"),
        ("a／b", "lookalike"),
        ("", "empty_name"),
        (".", "empty_name"),
        ("/", "absolute"),
        ("CON", "windows_name"),
        ("a/nul.txt", "windows_name"),
        ("a. ", "windows_name"),
        ("a:b", "windows_name"),
        ("n" * 4097, "long_name"),
    ],
)
def test_names_that_lead_elsewhere(name: str, flag: str) -> None:
    assert flag in name_flags(name)


@pytest.mark.parametrize(
    "name", ["a", "a/b/c.bin", "升级包/固件.bin", "a..b", "..a", "./a", "./", "固件（一）.bin", "é", "a b", "n" * 4096]
)
def test_honest_names(name: str) -> None:
    assert not name_flags(name)


@pytest.mark.parametrize(
    ("place", "target", "out"),
    [
        ("a/l", "../b", False),
        ("a/l", "../../b", True),
        ("l", "..", True),
        ("l", "b/../../c", True),
        ("l", "/b", True),
        ("l", "", True),
        ("./a/l", "../b", False),
        ("a//l", "../../b", True),
        ("l", "b\\..", True),
        ("l", "c:b", True),
    ],
)
def test_links(place: str, target: str, out: bool) -> None:
    assert link_escapes(place, target) is out


def info(name: str, type_: bytes = tarfile.REGTYPE, link: str = "", size: int = 0) -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type, made.linkname, made.size = type_, link, size
    return made


def tar_with(*infos: tarfile.TarInfo, form: int = tarfile.GNU_FORMAT) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        for made in infos:
            archive.addfile(made, io.BytesIO(b"x" * made.size))
    return out.getvalue()


@pytest.mark.parametrize(
    ("infos", "flag"),
    [
        ([info("../x", size=1)], "escapes"),
        ([info("l", tarfile.SYMTYPE, "/etc")], "link_escapes"),
        ([info("l", tarfile.SYMTYPE, "d"), info("l/x", size=1)], "through_link"),
        ([info("l", tarfile.LNKTYPE, "../x")], "link_escapes"),
        ([info("l", tarfile.LNKTYPE, "x")], "dangling_link"),
        ([info("d", tarfile.CHRTYPE)], "device"),
        ([info("d", tarfile.FIFOTYPE)], "device"),
        ([info("a", size=1), info("a", size=1)], "duplicate"),
        ([info("a", size=1), info("./a", size=2)], "duplicate_differs"),
        ([info("a", size=1), info("A", size=2)], "collides"),
        ([info("é", size=1), info("e\u0301", size=1)], "collides"),
        ([info("a", b"S", size=1)], "sparse"),
        ([info("a", b"Z", size=1)], "unknown_kind"),
    ],
)
def test_tricks_with_entries(infos: list[tarfile.TarInfo], flag: str) -> None:
    assert flag in flags_of(listed(tar_with(*infos)))


def test_hard_link_has_the_digest_of_its_target() -> None:
    entries = listed(tar_with(info("a", size=3), info("l", tarfile.LNKTYPE, "a")))
    assert entries[1].digests == entries[0].digests != {} and not flags_of(entries)


def header(name: bytes, size: int, type_: bytes = b"0", size_field: bytes = b"") -> bytes:
    block = bytearray(512)
    block[:100] = name.ljust(100, b"\0")
    block[100:108], block[124:136] = b"0000644\0", size_field or b"%011o\0" % size
    block[156:157], block[257:265] = type_, b"ustar\x0000"
    block[148:156] = b"%06o\0 " % (sum(block[:148]) + 256 + sum(block[156:]))
    return bytes(block)


def _signed_sum(block: bytes) -> int:
    """Return the sum as old Unixes with signed characters wrote it."""
    return sum(b - 256 if b > 127 else b for b in block[:148] + b" " * 8 + block[156:])


def pax(**records: str) -> bytes:
    body = b""
    for key, value in records.items():
        rest = f" {key}={value}\n".encode()
        length = len(rest) + len(str(len(rest)))
        body += str(length + (len(str(length)) + len(rest) > length)).encode() + rest
    return header(b"x", len(body), b"x") + body.ljust(-(-len(body) // 512) * 512, b"\0")


END = bytes(1024)
FILE = header(b"a", 1) + b"x".ljust(512, b"\0")


@pytest.mark.parametrize(
    ("data", "flag"),
    [
        (pax(size="3") + FILE + END, "extended_header"),  # header says 1: unpackers lose step
        (pax(path="b") + pax(path="c") + FILE + END, "extended_header"),
        (header(b"L", 2, b"L") + b"b\0".ljust(512, b"\0") + pax(path="c") + FILE + END, "extended_header"),
        (header(b"g", 9, b"g") + b"9 path=b\n".ljust(512, b"\0") + FILE + END, "extended_header"),
        (header(b"x", 9, b"x") + b"9 path=b_".ljust(512, b"\0") + FILE + END, "extended_header"),
        (header(b"x", 9, b"x") + b"99 path=b\n".ljust(512, b"\0") + FILE + END, "extended_header"),
        (FILE + pax(path="b") + END, "extended_header"),
        (header(b"x", 1 << 30, b"x") + END, "extended_header"),
        (pax(**{"GNU.sparse.name": "b"}) + FILE + END, "sparse"),
        (FILE + END + FILE, "trailing"),
        (FILE + bytes(512) + FILE + END, "trailing"),
        (FILE + bytes(512), "truncated"),
        (FILE, "truncated"),
        (FILE + END[:511], "truncated"),
        (FILE[:700], "truncated"),
        (FILE + b"junk".ljust(512, b"\0") + END, "damaged"),
        (header(b"a", 0, size_field=b"-0000000001\0") + END, "damaged"),
        (header(b"a", 0, size_field=b"\xff" * 12) + END, "damaged"),
        (header(b"a", 0, size_field=b"\x80" + b"\0" * 2 + b"\x7f" * 9) + END, "damaged"),
        (header(b"a", 0, size_field=b"\x80" + b"\0" * 4 + b"\x7f" * 7) + END, "truncated"),
        (header(b"l", 512, b"2") + END, "ambiguous_size"),
        (header(b"d/", 512, b"5") + bytes(512) + END, "ambiguous_size"),
        (header(b"a\0../b", 0) + END, "nul"),
        (header(b"\xff\xfe", 0) + END, "undecodable"),
    ],
)
def test_tricks_with_headers_of_tar(data: bytes, flag: str) -> None:
    assert flag in flags_of(listed(data))


@pytest.mark.parametrize(
    ("block", "is_one"),
    [
        (FILE[:512], True),
        (FILE[:511], False),
        (bytes(512), False),
        (header(b"", 0), False),
        (header(b"\xc3\xa9", 0), True),
        (FILE[:148] + b"0000000\0" + FILE[156:512], False),
        (FILE[:148] + b"xxxxxxx\0" + FILE[156:512], False),
        (FILE[:148] + b"%06o\0 " % _signed_sum(header(b"\xc3\xa9", 0)) + FILE[156:512], False),
        (header(b"\xc3\xa9", 0)[:148] + b"%06o\0 " % _signed_sum(header(b"\xc3\xa9", 0)) + header(b"\xc3\xa9", 0)[156:], True),
    ],
)
def test_headers_of_tar_are_known_by_their_sum(block: bytes, is_one: bool) -> None:
    assert is_header(block) is is_one


def test_an_honest_hand_made_tar_has_no_flag() -> None:
    assert not flags_of(listed(FILE + END)) and not flags_of(listed(pax(path="b", mtime="1.5") + FILE + END + bytes(9000)))
    assert listed(pax(path="b") + FILE + END)[0].path == "b"


# zip -------------------------------------------------------------------------------------------------------------------------------------

PLAIN = zip_of({"one": b"1" * 3000, "two": b"2" * 3000}, zipfile.ZIP_STORED)
CENTRAL = PLAIN.index(b"PK\x01\x02")
END_AT = PLAIN.rindex(b"PK\x05\x06")


def patched(at: int, data: bytes, base: bytes = PLAIN) -> bytes:
    return base[:at] + data + base[at + len(data) :]


def appended(inserted: bytes, at: int) -> bytes:
    """Insert bytes before the central directory and move its told offset."""
    moved = bytearray(PLAIN[:at] + inserted + PLAIN[at:])
    struct.pack_into("<I", moved, END_AT + len(inserted) + 16, CENTRAL + len(inserted))
    return bytes(moved)


@pytest.mark.parametrize(
    ("data", "flag"),
    [
        (patched(30, b"One"), "header_mismatch"),
        (patched(CENTRAL + 46, b"One"), "header_mismatch"),
        (patched(14, b"\1\2\3\4"), "header_mismatch"),
        (patched(8, b"\x08"), "header_mismatch"),
        (patched(22, b"\1"), "header_mismatch"),
        (patched(6, b"\x01"), "header_mismatch"),
        (patched(CENTRAL + 16, b"\1\2\3\4", patched(14, b"\1\2\3\4")), "damaged"),
        (patched(100, b"9"), "damaged"),
        (patched(CENTRAL + 8, b"\x01", patched(6, b"\x01")), "encrypted"),
        (patched(CENTRAL + 10, b"\x63", patched(8, b"\x63")), "method"),
        (patched(PLAIN.rindex(b"PK\x01\x02") + 42, b"\0"), "damaged"),
        (patched(PLAIN.rindex(b"PK\x01\x02") + 42, struct.pack("<I", 0)), "overlaps"),
        (patched(END_AT + 10, b"\x03", patched(END_AT + 8, b"\x03")), "header_mismatch"),
        (patched(END_AT + 4, b"\x01"), "multi_volume"),
        (PLAIN + b"tail", "trailing"),
        (b"MZ" + PLAIN, "prefixed"),
        (appended(b"hidden", CENTRAL), "hidden_data"),
        (PLAIN[:-22], "truncated"),
        (PLAIN[: END_AT + 10], "truncated"),
        (patched(END_AT + 20, b"\x16\0") + PLAIN[END_AT:], "header_mismatch"),
        (patched(CENTRAL, b"PK\x01\x03"), "damaged"),
        (patched(0, b"PK\x03\x05"), "damaged"),
        (patched(CENTRAL + 42, b"\xff\xff\xff\x7f"), "damaged"),
        (patched(CENTRAL + 20, b"\xff\xff\xff\x7f" * 2), "truncated"),
        (patched(END_AT + 12, b"\xff\xff\xff\x7f"), "damaged"),
    ],
)
def test_tricks_with_headers_of_zip(data: bytes, flag: str) -> None:
    # content that starts otherwise is no archive for the recogniser: the codec is asked itself
    found = set()
    try:
        for member in zip_members(io.BytesIO(data), Budget(Limits())):
            if isinstance(member, Trouble):
                found.add(member.flag)
            else:
                list(member.chunks or ())
                found |= member.flags
    except ArchiveError as error:
        found.add(error.trouble.flag)
    assert flag in found | flags_of(listed(data))


def test_plain_zip_has_no_flag() -> None:
    assert not flags_of(listed(PLAIN))


def test_second_name_in_an_extra_field() -> None:
    made = zipfile.ZipInfo("a")
    body = b"\x01" + struct.pack("<I", zlib.crc32(b"a")) + b"../b"
    made.extra = struct.pack("<HH", 0x7075, len(body)) + body
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(made, b"x")
    assert "header_mismatch" in flags_of(listed(out.getvalue()))


@pytest.mark.parametrize(("target", "flag"), [("/etc/passwd", "link_escapes"), ("one", "")])
def test_links_in_zip(target: str, flag: str) -> None:
    made = zipfile.ZipInfo("l")
    made.create_system, made.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(made, target)
    first = listed(out.getvalue())[0]
    assert (first.kind, first.link, first.flags) == ("symlink", target, (flag,) if flag else ())


def test_data_behind_the_deflated_stream() -> None:
    packed = zlib.compress(b"x" * 100, wbits=-15) + b"smuggled"
    local = struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, 0, 8, 0, 0, zlib.crc32(b"x" * 100), len(packed), 100, 1, 0) + b"a" + packed
    central = (
        struct.pack("<4s6H3I5H2I", b"PK\x01\x02", 20, 20, 0, 8, 0, 0, zlib.crc32(b"x" * 100), len(packed), 100, 1, 0, 0, 0, 0, 0, 0) + b"a"
    )
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 1, 1, len(central), len(local), 0)
    assert "hidden_data" in flags_of(listed(local + central + end))


# bombs ---------------------------------------------------------------------------------------------------------------------------------

SMALL = Limits(entries=50, total_byte=4 << 20, ratio=20, free_byte=1 << 20)


@pytest.mark.parametrize(
    "data",
    [
        zip_of({"a": bytes(3 << 20)}),
        tar_of({"a": bytes(3 << 20)}, "w:gz"),
        tar_of({"a": bytes(3 << 20)}, "w:xz"),
        tar_of({"a": bytes(3 << 20)}, "w:bz2"),
        zip_of({str(n): random.Random(n).randbytes(1 << 20) for n in range(5)}),
        tar_of({"a": random.Random(1).randbytes(5 << 20)}),
        zip_of({"n.zip": zip_of({"a": bytes(3 << 20)})}),
    ],
    ids=["zip", "gz", "xz", "bz2", "total", "tar total", "nested"],
)
def test_bombs_are_defused(data: bytes) -> None:
    entries = listed(data, SMALL)
    assert "bomb" in flags_of(entries)
    assert sum(e.size_byte for e in entries if e.kind == "file") <= SMALL.total_byte + (2 << 20)


@pytest.mark.parametrize("form", MAKERS)
def test_too_many_entries(form: str) -> None:
    assert "too_many_entries" not in flags_of(listed(MAKERS[form]({str(n): b"" for n in range(50)}), SMALL))
    assert "too_many_entries" in flags_of(listed(MAKERS[form]({str(n): b"" for n in range(51)}), SMALL))


def test_a_bomb_is_not_kept_in_memory() -> None:
    made = io.BytesIO()
    with gzip.open(made, "wb", 9) as out:
        out.write(header(b"a", 1 << 33))
        for _ in range(300):
            out.write(bytes(1 << 20))
    began = time.process_time()
    assert "bomb" in flags_of(listed(made.getvalue()))
    assert time.process_time() - began < 5


# compressed streams ---------------------------------------------------------------------------------------------------------------------


@given(st.lists(st.binary(max_size=2000), min_size=1, max_size=4), st.integers(1, 700), st.sampled_from(["gzip", "xz", "bzip2"]))
def test_streams_one_behind_the_other(parts: list[bytes], step: int, packing: str) -> None:
    pack: Callable[[bytes], bytes] = {"gzip": gzip.compress, "xz": lzma.compress, "bzip2": bz2.compress}[packing]  # type: ignore[assignment]
    stream = Inflated(io.BytesIO(b"".join(map(pack, parts))), packing, Budget(Limits()))
    found = b""
    while piece := stream.read(step):
        found += piece
    assert found == b"".join(parts) and not stream.trailing


@pytest.mark.parametrize("mode", ["w:gz", "w:xz", "w:bz2"])
def test_behind_and_within_compressed_streams(mode: str) -> None:
    data = tar_of({"a": b"x" * 3000}, mode)
    assert flags_of(listed(data + b"tail")) == {"trailing"}
    assert flags_of(listed(data[: len(data) * 2 // 3])) & {"truncated", "damaged"}
    assert "method" in flags_of(listed(b"\x28\xb5\x2f\xfd" + data))


def test_padding_of_zeros_behind_gzip_is_harmless() -> None:
    assert not flags_of(listed(tar_of({"a": b"x"}, "w:gz") + bytes(600)))


# no end in tears -----------------------------------------------------------------------------------------------------------------------


def kinds() -> dict[str, bytes]:
    files = {"manifest.json": b"{}" * 90, "fw/a.bin": random.Random(3).randbytes(900), "inner.zip": zip_of({"x": b"y" * 200})}
    return {form: make(files) for form, make in MAKERS.items()}


@pytest.mark.parametrize("form", MAKERS)
def test_cut_anywhere(form: str) -> None:
    data = kinds()[form]
    whole = {e.path for e in listed(data)}
    for cut in range(0, len(data), max(1, len(data) // 250)):
        entries = listed(data[:cut])
        assert {e.path for e in entries} <= whole
        if form == "tar" and cut > len(data) - 10240 + 1024:
            continue  # padding behind the end of the archive
        assert entries[-1].flags or flags_of(entries), cut


@pytest.mark.parametrize("form", MAKERS)
def test_mutated_anywhere(form: str) -> None:
    data, dice = kinds()[form], random.Random(20211103)
    for _ in range(300):
        changed = bytearray(data)
        for _ in range(dice.choice([1, 1, 3])):
            changed[dice.randrange(len(changed))] = dice.randrange(256)
        began = time.process_time()
        for entry in listed(bytes(changed)):
            assert entry.path or entry.kind == "archive" or entry.flags
        assert time.process_time() - began < 3


@pytest.mark.parametrize("form", ["zip", "tar"])
def test_a_changed_content_is_never_called_the_same(form: str) -> None:
    data, dice = kinds()[form], random.Random(7)
    honest = {(e.archive, e.path): e.digests for e in listed(data)}
    for _ in range(200):
        changed = bytearray(data)
        changed[dice.randrange(len(changed))] ^= 1 << dice.randrange(8)
        for entry in listed(bytes(changed)):
            known = honest.get((entry.archive, entry.path))
            if known and entry.digests and not entry.flags:
                assert entry.digests == known or form == "tar"  # a tar carries no sum of its content


def never() -> BinaryIO:
    raise AssertionError("nothing to look into")


def test_without_a_spool_nothing_nested_is_looked_into() -> None:
    data = zip_of({"n.zip": zip_of({"../x": b"1"})})
    assert [e.path for e in inventory(io.BytesIO(data))] == ["n.zip", ""]
    assert [e.path for e in inventory(io.BytesIO(zip_of({"n": b"plain"})), asked=Asked(spool=never))] == ["n", ""]
