"""Discovery by regular expressions, line by line: slow, plain, and the measure of the columnar scan."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import partial
from typing import NamedTuple

from zhunru.formulas.check_digits import luhn_holds, resident_id_holds, vin_holds
from zhunru.formulas.identifiers import words as w


class Hit(NamedTuple):
    """One sighting."""

    start: int
    end: int
    kind: int
    found: bool


WIDE_RUN = re.compile(rb"(?:\xef\xbc[\x90-\x99\xa1-\xba]|\xef\xbd[\x81-\x9a]){4}")
WIDE = re.compile(rb"\xef\xbc[\x90-\x99\xa1-\xba]|\xef\xbd[\x81-\x9a]|\xef\xbc[\x8b\x8d\x8e\xa0]")
RUN = re.compile(rb"[0-9A-Za-z]+")
GROUPED = re.compile(
    rb"(?<![0-9A-Za-z])(?:(?P<mobile>\d{3}([ -])\d{4}\2\d{4})|(?P<id>\d{6}([ -])\d{8}\4\d{3}[0-9Xx])"
    rb"|(?P<card>\d{4}([ -])\d{4}\6\d{4}\6\d{4}(?:\6\d{1,3})?)|(?P<imei>\d\d-\d{6}-\d{6}-\d))(?![0-9A-Za-z])"
)
PLATE = re.compile(
    f"([{w.PROVINCES}])([A-HJ-NP-Z])(?: |-|·|•|・)?(?:([A-HJ-NP-Z0-9]{{5,6}})(?![0-9A-Za-z])|([A-HJ-NP-Z0-9]{{4}})[{w.PLATE_TAILS}])",
    re.IGNORECASE | re.ASCII,
)
EMBASSY = re.compile(r"使(\d{6})(?![0-9A-Za-z])", re.ASCII)
EMAIL = re.compile(rb"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+")
NUMBER = re.compile(rb"(?<![0-9])[0-9]{1,3}\.[0-9]{4,15}(?![0-9])")


def simple(data: bytes, cue: Iterable[int] = ()) -> list[Hit]:
    """Return the sightings of `data` sorted by start, kind, end."""
    told, hits, at = frozenset(cue), [], 0
    for line in data.split(b"\n"):
        text, places = narrow(line)
        hits += [Hit(at + places[h.start], at + places[h.end], h.kind, h.found) for h in of_line(text, told)]
        at += len(line) + 1
    return sorted(hits)


def narrow(line: bytes) -> tuple[bytes, list[int]]:
    """Write a line with four wide digits or letters in a row in narrow ones; return it and the place of each byte."""
    if not WIDE_RUN.search(line):
        return line, list(range(len(line) + 1))
    out, places, at = bytearray(), [], 0
    while at < len(line):
        wide = WIDE.match(line, at)
        out.append((line[at + 1] - 0xBC) * 0x40 + line[at + 2] - 0x60 & 0xFF if wide else line[at])
        places.append(at)
        at += 3 if wide else 1
    return bytes(out), [*places, at]


def of_line(line: bytes, told: frozenset[int]) -> Iterator[Hit]:
    """All rules on one line without newline."""
    hits = [h for rule in (runs, grouped, plates, emails, coordinates, names) for h in rule(line, told)]
    yield from hits


def state(line: bytes, start: int, kinds: set[int], told: frozenset[int]) -> int:
    """1: a cue of `kinds` stands before; -1: a cue of another number stands nearer; 0: neither."""
    if told & kinds:
        return 1
    if w.OTHER_NUMBER in told:
        return -1
    window = line[max(0, start - w.CUE_BYTE) : start]
    for stop in re.finditer(rb"[\x00-\x08\x0a-\x1f}]|\xe3\x80\x82", window):
        last = stop.end()
        window = b"\0" * last + window[last:]
    fours = [i + 4 for i in range(len(window) - 3) if re.fullmatch(rb"[0-9]{4}", window[i : i + 4])]
    if fours:
        window = b"\0" * fours[-1] + window[fours[-1] :]
    window = window.lower()
    best = {True: -1, False: -1}
    for c in w.CUES:
        if c.kind in kinds or c.kind == w.OTHER_NUMBER:
            word = re.escape(c.word.encode())
            for m in re.finditer(rb"(?<![a-z])" + word + rb"(?![a-z])" if c.whole else b"(?=" + word + b")", window):
                best[c.kind in kinds] = max(best[c.kind in kinds], m.start())
    return 0 if best == {True: -1, False: -1} else 1 if best[True] > best[False] else -1


def of_kinds(line: bytes, start: int, told: frozenset[int], *kinds: int) -> int:
    """`state` with the kinds last."""
    return state(line, start, set(kinds), told)


def runs(line: bytes, told: frozenset[int]) -> Iterator[Hit]:
    """Values that are one run of letters and digits."""
    for m in RUN.finditer(line):
        raw, (start, end) = m.group().decode(), m.span()
        text = raw.upper()
        if len(text) == 17:
            yield from vin(raw, start, end, partial(state, line, start, {w.VIN}, told))
        elif text.isdigit() or (len(text) == 18 and text[:17].isdigit()) or (len(text) == 20 and text.startswith("8986")):
            plus = line[start - 1 : start] == b"+" if len(text) != 11 else line[:start].endswith((b"+86 ", b"+86-", b"(+86)"))
            yield from number(text, start, end, plus, partial(of_kinds, line, start, told))


def vin(raw: str, start: int, end: int, cue: Callable[[], int]) -> Iterator[Hit]:
    """17 symbols."""
    text = raw.upper()
    if raw not in (text, raw.lower()) or re.search("[IOQ]", text) or not text[13:].isdigit() or text.isdigit():
        return
    if text[9] in "UZ0":
        return
    holds = vin_holds(text)
    if holds or text[8] in "0123456789X" or cue() == 1:
        yield Hit(start, end, w.VIN, holds and cue() >= 0)


def number(text: str, start: int, end: int, plus: bool, cue: Callable[..., int]) -> Iterator[Hit]:
    """Digits in one run."""
    yield from mobile(text, end, plus, cue)
    as_id = False
    if len(text) == 18:
        for h in resident(text, start, end):
            as_id = True
            yield h
    if text.startswith("62") and 13 <= len(text) <= 19 and text.isdigit() and not as_id:
        luhn, told = luhn_holds(text), cue(w.BANK_CARD)
        if (luhn and (len(text) >= 16 or told == 1)) or (not luhn and told == 1):
            yield Hit(start, end, w.BANK_CARD, luhn and told >= 0)
    if len(text) == 15 and text.isdigit():
        luhn, told = luhn_holds(text), cue(w.IMEI)
        if told == 1 or (luhn and text[:2] in w.IMEI_BODIES):
            yield Hit(start, end, w.IMEI, luhn and told == 1)
    if text.startswith("8986") and len(text) in (19, 20) and re.fullmatch("[0-9]{6}[0-9A-F]+", text):
        luhn, told = text.isdigit() and luhn_holds(text), cue(w.ICCID)
        if len(text) == 20 or luhn or told == 1:
            yield Hit(start, end, w.ICCID, luhn or (not text.isdigit() and told == 1))


def mobile(text: str, end: int, plus: bool, cue: Callable[..., int]) -> Iterator[Hit]:
    """Eleven digits, perhaps behind the country."""
    m = re.fullmatch("(0086|86)?(1[3-9][0-9]{9})", text)
    if m:
        yield Hit(end - 11, end, w.MOBILE, plus or m[1] == "0086" or cue(w.MOBILE) == 1)


def resident(text: str, start: int, end: int) -> Iterator[Hit]:
    """Region, a day that exists, check symbol."""
    if not re.fullmatch("[0-9]{17}[0-9X]", text) or not (text[:2] in w.REGIONS or text[0] == "9") or not 1900 <= int(text[6:10]) <= 2099:
        return
    try:
        date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return
    yield Hit(start, end, w.RESIDENT_ID, resident_id_holds(text))


def grouped(line: bytes, told: frozenset[int]) -> Iterator[Hit]:
    """Numbers written in groups."""
    for at in range(len(line)):
        m = GROUPED.match(line, at)
        if not m:
            continue
        sep = m[2] or m[4] or m[6] or b"-"
        plus = m["mobile"] is not None and line[:at].endswith((b"+86 ", b"+86-"))
        if re.fullmatch(rb"[0-9]" + sep, line[max(0, at - 2) : at]) and not plus:
            continue
        if (m["card"] or sep == b"-") and re.fullmatch(sep + rb"[0-9]", line[m.end() : m.end() + 2]):
            continue
        text = m.group().replace(sep, b"").decode().upper()

        cue = partial(of_kinds, line, at, told)
        if m["mobile"] and re.fullmatch("1[3-9][0-9]{9}", text):
            yield Hit(at, m.end(), w.MOBILE, plus or cue(w.MOBILE) == 1)
        elif m["id"]:
            yield from resident(text, at, m.end())
        elif m["card"] and text.startswith("62") and luhn_holds(text):
            yield Hit(at, m.end(), w.BANK_CARD, cue(w.BANK_CARD) >= 0)
        elif m["imei"] and luhn_holds(text) and (cue(w.IMEI) == 1 or text[:2] in w.IMEI_BODIES):
            yield Hit(at, m.end(), w.IMEI, cue(w.IMEI) == 1)


def plates(line: bytes, told: frozenset[int]) -> Iterator[Hit]:
    """Province, office letter, five or six symbols."""
    text = line.decode("utf-8", "surrogateescape")
    for m in PLATE.finditer(text):
        start, end = of_text(text, m.start()), of_text(text, m.end())
        body = (m[3] or m[4]).upper()
        digits = sum(c.isdigit() for c in body)
        if len(body) == 6 and not re.fullmatch("[DABCEFGHJK][A-HJ-NP-Z0-9][0-9]{4}|[0-9]{5}[DABCEFGHJK]", body):
            continue
        if digits < (3 if m[3] else 2):
            continue
        glued = m.start() > 0 and cjk(text[m.start() - 1]) and m[1] in w.EVERYDAY_PROVINCES
        yield Hit(start, end, w.PLATE, not glued or state(line, start, {w.PLATE}, told) == 1)
    for m in EMBASSY.finditer(text):
        start, end = of_text(text, m.start()), of_text(text, m.end())
        if state(line, start, {w.PLATE}, told) == 1:
            yield Hit(start, end, w.PLATE, True)


def cjk(char: str) -> bool:
    """A character of U+4E00 to U+9FFF."""
    return "\u4e00" <= char <= "\u9fff"


def of_text(text: str, at: int) -> int:
    """Byte offset of a character."""
    return len(text[:at].encode("utf-8", "surrogateescape"))


def emails(line: bytes, _told: frozenset[int]) -> Iterator[Hit]:
    """Local part, @, domain with a top level of letters."""
    for at in (m.start() for m in re.finditer(b"@", line)):
        local = b"".join(re.findall(rb"[A-Za-z0-9._%+-]+\Z", line[:at]))
        domain = b"".join(re.findall(rb"\A[A-Za-z0-9.-]+", line[at + 1 :]))
        if len(local) > 64 or len(domain) > 96 or line[at + 1 + len(domain) : at + 2 + len(domain)] == b"@":
            continue
        local, kept = local.lstrip(b".%+-"), domain.rstrip(b".-")
        labels = kept.split(b".")
        if not local or local.endswith(b".") or len(labels) < 2 or not all(labels) or any(x[:1] == b"-" or x[-1:] == b"-" for x in labels):
            continue
        if not re.fullmatch(rb"[A-Za-z]{2,24}", labels[-1]) or labels[-1].lower().decode() in w.FILE_SUFFIXES:
            continue
        start, end = at - len(local), at + 1 + len(kept)
        in_address = line[start - 1 : start] in (b":", b"/") and b"://" in line[max(0, start - 32) : start]
        repository = re.match(rb":[A-Za-z0-9/~]", line[end : end + 2]) is not None
        yield Hit(start, end, w.EMAIL, not in_address and not repository)


GAP = re.compile(rb"[ ,;/\t\[\]()\xc2\xb0\xef\xbc\x8c\xe3\x80\x81]{1,4}")
SIDE = re.compile(rb"(?:\xc2\xb0)?[NSEWnsew](?![0-9A-Za-z])")
NMEA = re.compile(rb"(?<![0-9A-Za-z.])[0-9]{4}\.[0-9]{2,8},[NS],[0-9]{5}\.[0-9]{2,8},[EW](?![0-9A-Za-z])")


class Degree(NamedTuple):
    """A number: whole span, end of its mark, value, whether a hemisphere stands at it."""

    start: int
    end: int
    behind: int
    value: float
    sided: bool


def numbers(line: bytes) -> Iterator[Degree]:
    """Numbers that may be degrees."""
    for m in NUMBER.finditer(line):
        start, end = m.span()
        prefix = re.search(rb"(?<![0-9A-Za-z])[NSEWnsew]\Z", line[:start])
        if re.search(rb"[0-9A-Za-z.]\Z", line[:start]) and not prefix:
            continue
        suffix = SIDE.match(line, end)
        if re.match(rb"\.[0-9]|[A-Za-z]", line[end : end + 2]) and not suffix:
            continue
        signed = re.search(rb"(?:(?<![0-9A-Za-z.]))[-+]\Z", line[:start])
        value = float(m.group()) * (-1 if signed and signed.group() == b"-" else 1)
        yield Degree(start - bool(prefix or signed), end, suffix.end() if suffix else end, value, bool(prefix or suffix))


def coordinates(line: bytes, told: frozenset[int]) -> Iterator[Hit]:
    """Pairs in the box of China, single numbers behind a cue, NMEA."""
    for m in NMEA.finditer(line):
        yield Hit(*m.span(), w.COORDINATE, True)
    rest = list(numbers(line))
    while rest:
        one = rest.pop(0)
        if rest:
            two = rest[0]
            inside = any(3 <= a.value < 54 and 73 <= b.value < 136 for a, b in ((one, two), (two, one)))
            if inside and line[one.start : one.start + 1] != b"-" and GAP.fullmatch(line[one.behind : two.start]):
                told_so = state(line, one.start, {w.COORDINATE, w.PLACE_OF_BOTH}, told) == 1
                yield Hit(one.start, two.end, w.COORDINATE, told_so or (one.sided and two.sided))
                rest.pop(0)
                continue
        if 0 < abs(one.value) < 180 and state(line, one.start, {w.COORDINATE}, told) == 1:
            yield Hit(one.start, one.end, w.COORDINATE, True)


HAN = "[\u4e00-\u9fff]"
CUE_END = [re.compile(f"(?<={c})") for c in w.NAME_CUES] + [
    re.compile(f"(?<![A-Za-z])(?ai:{c})") for c in [*w.LATIN_NAME_CUES, w.PERHAPS_NAME_CUE]
]
GAP_TO_NAME = re.compile("(?:[ \\t'\":：=（(]|是|为|叫){0,4}")


def names(line: bytes, told: frozenset[int]) -> Iterator[Hit]:
    """A cue and a surname; in a column of names a whole cell."""
    text = line.decode("utf-8", "surrogateescape")
    if told & {w.PERSON_NAME, w.PERHAPS_NAME}:
        cell = re.fullmatch(f"[ \\t\\r\"']{{0,16}}({HAN}{{2,4}})[ \\t\\r\"']{{0,16}}", text)
        if cell and full_name(cell[1]) == len(cell[1]):
            yield Hit(of_text(text, cell.start(1)), of_text(text, cell.end(1)), w.PERSON_NAME, w.PERSON_NAME in told)
        return
    best: dict[tuple[int, int], bool] = {}
    for number, cue in enumerate(CUE_END):
        latin, bare = number >= len(w.NAME_CUES), number == len(CUE_END) - 1
        for m in cue.finditer(text):
            gap = GAP_TO_NAME.match(text, m.end())
            assert gap
            rest = re.match(f"{HAN}{{0,5}}", text[gap.end() :])
            assert rest
            size = full_name(rest.group())
            strong, closed = re.search("[:：=\"']", gap.group()) is not None, len(rest.group()) == size
            safe = rest.group()[:1] in tuple(w.SAFE_SURNAMES) or rest.group()[:2] in w.COMPOUND_SURNAMES
            bound = strong and closed
            found = bound if latin else safe or bound
            if bare:
                found = False
            if size and (found or (closed and not latin) or (bare and bound and safe)):
                start = of_text(text, gap.end())
                best[start, start + 3 * size] = best.get((start, start + 3 * size), False) or found
    for (start, end), found in best.items():
        yield Hit(start, end, w.PERSON_NAME, found)


def full_name(text: str) -> int:
    """Characters of the name at the head of `text`; 0 when there is none."""
    head = 2 if text[:2] in w.COMPOUND_SURNAMES else 1 if text[:1] and text[0] in w.SAFE_SURNAMES + w.OTHER_SURNAMES else 0
    given = text[head : head + 2]
    if not head or not given or not cjk(given[0]) or given[0] in w.NOT_IN_NAMES or given in w.PLACE_TAILS:
        return 0
    return head + (2 if len(given) == 2 and cjk(given[1]) and given[1] not in w.NOT_IN_NAMES else 1)
