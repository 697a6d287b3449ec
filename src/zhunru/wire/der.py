"""DER, ITU-T X.690: one element at a time, every length checked against what holds it.

Refused: indefinite, non-minimal or overlong lengths, tags of more than one byte, elements that pass the end of their parent, bytes after the
last element, integers that are not minimal or wider than 64 bits, booleans other than 00 and FF, nesting or counts over a limit.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from zhunru.core.errors import EvidenceError
from zhunru.core.text import Text

MAX_DEPTH = 24
MAX_ELEMENT_COUNT = 1 << 20
_CONSTRUCTED, _CONTEXT = 0x20, 0x80
BOOLEAN, INTEGER, OCTETS, NULL, ENUMERATED, UTF8, SEQUENCE, VISIBLE = 0x01, 0x02, 0x04, 0x05, 0x0A, 0x0C, 0x30, 0x1A
_HINT = Text("由签发方重新生成该文件", "have the file made again by its signer")


class MalformedDer(EvidenceError):  # noqa: N818 - what the bytes are
    """The bytes are no DER; `where` gives the byte offset."""


@dataclass(frozen=True, slots=True)
class Element:
    """One element: its tag byte, its content, and where it stands in the file."""

    tag: int
    content: bytes
    raw: bytes
    at: int

    @property
    def context(self) -> int | None:
        """Number of a context tag, None for a universal one."""
        return self.tag & 0x1F if self.tag & 0xC0 == _CONTEXT else None

    @property
    def constructed(self) -> bool:
        """It holds other elements."""
        return bool(self.tag & _CONSTRUCTED)

    def inner(self) -> "list[Element]":
        """Return the elements inside.

        Raises:
            MalformedDer: It holds none, or not whole ones.
        """
        if not self.constructed:
            raise malformed(Text("应为构造类型", "a constructed element is expected"), self.at)
        return list(elements(self.content, self.at + len(self.raw) - len(self.content)))

    def integer(self) -> int:
        """Return the value of an INTEGER, ENUMERATED or one implicitly tagged so.

        Raises:
            MalformedDer: Empty, not minimal or wider than 64 bits.
        """
        c = self.content
        if self.constructed or not c or len(c) > 8 or (len(c) > 1 and (c[0], c[1] >> 7) in {(0, 0), (0xFF, 1)}):
            raise malformed(Text("整数编码无效或超过 64 位", "an integer is not minimal or wider than 64 bits"), self.at)
        return int.from_bytes(c, "big", signed=True)

    def boolean(self) -> bool:
        """Return the value of a BOOLEAN.

        Raises:
            MalformedDer: Not 00 or FF.
        """
        if self.content not in {b"\x00", b"\xff"} or self.constructed:
            raise malformed(Text("布尔值编码无效", "a boolean is neither 00 nor FF"), self.at)
        return self.content == b"\xff"

    def text(self) -> str:
        """Return the value of a character string.

        Raises:
            MalformedDer: Not printable ASCII (VisibleString, X.680 41).
        """
        if self.constructed or not all(0x20 <= b < 0x7F for b in self.content):
            raise malformed(Text("字符串含不可见字符", "a string holds characters that are not visible"), self.at)
        return self.content.decode("ascii")

    def octets(self) -> bytes:
        """Return the value of an OCTET STRING.

        Raises:
            MalformedDer: It is constructed, which DER forbids.
        """
        if self.constructed:
            raise malformed(Text("字节串不得为构造类型", "an octet string is constructed"), self.at)
        return self.content


def elements(content: bytes, at: int = 0) -> Iterator[Element]:
    """Yield the elements that fill `content`.

    Args:
        content: Whole elements, one after the other.
        at: Byte offset of `content` in the file, for messages.

    Raises:
        MalformedDer: A length passes the end or is not minimal.
    """
    position, count = 0, 0
    while position < len(content):
        count += 1
        if count > MAX_ELEMENT_COUNT:
            raise malformed(Text("元素过多", "there are too many elements"), at + position)
        start = position
        tag = content[position]
        if tag & 0x1F == 0x1F:
            raise malformed(Text("不支持多字节标签", "a tag of more than one byte"), at + position)
        size, position = _length(content, position + 1, at)
        if size > len(content) - position:
            raise malformed(Text("长度超出所在元素", "a length passes the end of what holds it"), at + start)
        yield Element(tag, content[position : position + size], content[start : position + size], at + start)
        position += size


def one(content: bytes, *, depth: int = MAX_DEPTH) -> Element:
    """Return the single element that is the whole file, nested no deeper than `depth`.

    Raises:
        MalformedDer: There is none, more than one, or it is malformed anywhere.
    """
    found = list(elements(content))
    if len(found) != 1:
        raise malformed(Text("文件应恰为一个 DER 元素", "the file is not exactly one DER element"), 0)
    level = found
    for _ in range(depth):
        level = [e for parent in level if parent.constructed for e in parent.inner()]
        if not level:
            return found[0]
    raise malformed(Text("DER 嵌套过深", "the DER is nested too deep"), level[0].at)


def _length(content: bytes, position: int, at: int) -> tuple[int, int]:
    """Return the length that begins at `position` and where the content begins."""
    if position >= len(content):
        raise malformed(Text("缺少长度字节", "the length is missing"), at + position)
    first = content[position]
    if first < 0x80:
        return first, position + 1
    count = first & 0x7F
    coded = content[position + 1 : position + 1 + count]
    size = int.from_bytes(coded, "big")
    if not 1 <= count <= 4 or len(coded) != count or coded[0] == 0 or size < 0x80:
        raise malformed(Text("长度编码不是最短形式", "a length is indefinite or not in its shortest form"), at + position)
    return size, position + 1 + count


def malformed(what: Text, at: int) -> MalformedDer:
    """Return the error for byte offset `at`."""
    return MalformedDer(what, f"byte {at}", _HINT)
