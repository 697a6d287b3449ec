"""Many patterns at once: hyperscan tells where matches end, their start follows from a fixed length, or from `re` in the few bytes before."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from re import _constants, _parser  # type: ignore[attr-defined]  # the only way to know the width of a pattern
from typing import Any, NamedTuple, Protocol

from zhunru.core.errors import DeclarationError
from zhunru.core.text import Text

MAX_PATTERN, MIN_BYTE, MAX_BYTE = 2000, 3, 512
"""Characters of a pattern; bytes of a value, bounded so that memory and the look back are."""
_FREE = "0-9A-Za-z"
_REFUSED = (_constants.AT, _constants.ASSERT, _constants.ASSERT_NOT, _constants.GROUPREF, _constants.GROUPREF_EXISTS)


class Pattern(NamedTuple):
    """A pattern on bytes.

    Args:
        body: Of bytes written as Latin-1 text.
        least: Fewest bytes of a value.
        most: Most bytes of a value.
        ignore_case: Of ASCII letters.
    """

    body: str
    least: int
    most: int
    ignore_case: bool

    @staticmethod
    def of(text: str, ignore_case: bool, where: str) -> "Pattern":
        """Return the pattern of a rule.

        Raises:
            DeclarationError: It cannot be used.
        """
        if not text or len(text) > MAX_PATTERN:
            raise DeclarationError(Text(f"pattern 须为 1–{MAX_PATTERN} 个字符", f"pattern: 1 to {MAX_PATTERN} characters"), where)
        body = _on_bytes(text, where)
        try:
            tree = _parser.parse(body.encode("latin-1"), re.IGNORECASE if ignore_case else 0)
        except (re.error, RecursionError, OverflowError) as error:
            raise DeclarationError(Text(f"pattern 无法解析：{error}", f"pattern: {error}"), where) from error
        if "(?" in body.replace("(?:", "") or any(op in _REFUSED for op in _operations(tree)):
            refused = Text(
                "pattern 不支持锚点、环视、反向引用与标志", "pattern: anchors, look-around, references and flags are not supported"
            )
            raise DeclarationError(refused, where)
        least, most = tree.getwidth()
        if least < MIN_BYTE or most > MAX_BYTE:
            bounds = Text(
                f"匹配长度须在 {MIN_BYTE}–{MAX_BYTE} 字节内", f"a match must be of {MIN_BYTE} to {MAX_BYTE} bytes: bound it by {{m,n}}"
            )
            raise DeclarationError(bounds, where)
        return Pattern(body, int(least), int(most), ignore_case)

    @property
    def plain(self) -> re.Pattern[bytes]:
        """The pattern for `re`: no letter or digit beside the value."""
        whole = f"(?<![{_FREE}])(?:{self.body})(?![{_FREE}])"
        return re.compile(whole.encode("latin-1"), re.IGNORECASE if self.ignore_case else 0)


def _on_bytes(text: str, where: str) -> str:
    """Return a pattern in which each character outside ASCII is a group of its bytes."""
    out, in_class, escaped = [], False, False
    for char in text:
        if not char.isascii():
            if in_class:
                hint = Text("改写为 (京|津|沪)", "write (京|津|沪) instead")
                raise DeclarationError(Text("方括号内只能用 ASCII 字符", "only ASCII inside square brackets"), where, hint)
            out.append("(?:" + "".join(f"\\x{b:02x}" for b in char.encode()) + ")")
            escaped = False
            continue
        if not escaped:
            in_class = (in_class or char == "[") and char != "]"
        escaped = char == "\\" and not escaped
        out.append(char)
    return "".join(out)


def _operations(tree: Any) -> Iterator[Any]:
    """All operations of a parsed pattern."""
    if isinstance(tree, _parser.SubPattern):
        for op, argument in tree:
            yield op
            yield from _operations(argument)
    elif isinstance(tree, list | tuple):
        for part in tree:
            yield from _operations(part)


class Engine(Protocol):
    """Finds all patterns."""

    name: str

    def matches(self, data: bytes) -> Iterator[tuple[int, int, int]]:
        """Yield pattern, start, end; matches of one pattern do not overlap, the leftmost first."""
        ...


def engine_for(patterns: Sequence[Pattern]) -> Engine:
    """Return hyperscan where it is installed and takes the patterns, else `re`."""
    try:
        return Hyperscan(patterns)
    except ImportError:
        return PlainRe(patterns)


class PlainRe:
    """One pattern after the other."""

    name = "re"

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        self.patterns = [p.plain for p in patterns]

    def matches(self, data: bytes) -> Iterator[tuple[int, int, int]]:
        """See Engine."""
        for place, pattern in enumerate(self.patterns):
            for match in pattern.finditer(data):
                yield place, *match.span()


class Hyperscan:
    """All patterns in one pass. It is asked for the end alone: asked for the start too it is nearly half as fast."""

    name = "hyperscan"

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        import hyperscan

        self.patterns, self.plain = list(patterns), [p.plain for p in patterns]
        self.scratch_of = hyperscan.Scratch
        self.database = hyperscan.Database()
        caseless = hyperscan.HS_FLAG_CASELESS
        try:
            self.database.compile(
                expressions=[f"[^{_FREE}](?:{p.body})[^{_FREE}]".encode("latin-1") for p in patterns],
                ids=list(range(len(patterns))),
                elements=len(patterns),
                flags=[caseless * p.ignore_case for p in patterns],
            )
        except hyperscan.error as error:
            what = Text(f"hyperscan 不接受规则：{error}", f"hyperscan does not take the rules: {error}")
            raise DeclarationError(what, hint=Text("简化 pattern", "simplify the patterns")) from error

    def matches(self, data: bytes) -> Iterator[tuple[int, int, int]]:
        """See Engine."""
        ends: dict[int, list[int]] = defaultdict(list)

        def seen(place: int, _start: int, end: int, _flags: int, _context: object) -> None:
            ends[place].append(end - 2)

        # a newline at either end stands for the neighbour that each expression asks for
        self.database.scan(b"\n" + data + b"\n", match_event_handler=seen, scratch=self.scratch_of(self.database))
        for place in sorted(ends):
            pattern = self.patterns[place]
            spans = fixed(ends[place], pattern.most) if pattern.least == pattern.most else self._searched(data, place, ends[place])
            for start, end in spans:
                yield place, start, end

    def _searched(self, data: bytes, place: int, ends: list[int]) -> Iterator[tuple[int, int]]:
        """Search with `re` where matches end: the stretches that matches can cover are apart from each other."""
        most, search = self.patterns[place].most, self.plain[place]
        stretches: list[tuple[int, int]] = []
        for end in sorted(ends):
            first = max(0, end - most)
            if stretches and first <= stretches[-1][1]:
                first = stretches.pop()[0]
            stretches.append((first, end))
        for first, end in stretches:
            for match in search.finditer(data, first, min(len(data), end + 1)):
                yield match.span()


def fixed(ends: list[int], size: int) -> Iterator[tuple[int, int]]:
    """Yield the spans of matches of one length, leftmost first, without overlaps."""
    free = 0
    for end in sorted(ends):
        if end - size >= free:
            yield end - size, end
            free = end
