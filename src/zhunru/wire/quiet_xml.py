"""XML of third parties as a stream of elements: no document type, no entities, bounded depth, bounded text, bounded memory."""

from collections.abc import Iterator
from typing import Any, Literal, NamedTuple
from xml.parsers import expat

from zhunru.core.errors import EvidenceError
from zhunru.core.text import Text

MAX_DEPTH = 32
MAX_TEXT = 4096
MAX_SILENCE_BYTE = 1 << 20
"""Most bytes without a new element: a tag that never ends is not waited for."""
_HINT = Text("由出具方重新生成该文件", "have the file made again by its author")


class UnreadableXml(EvidenceError):  # noqa: N818 - what the bytes are
    """The bytes are no XML that can be relied on; `where` gives line and column."""


class Event(NamedTuple):
    """Start or end of an element.

    Args:
        what: start or end.
        name: Name of the element.
        attributes: Of a start.
        text: Of an end: the text directly inside, blanks at its ends removed.
    """

    what: Literal["start", "end"]
    name: str
    attributes: dict[str, str]
    text: str


class _Refused(Exception):  # noqa: N818 - stops expat, never leaves this module
    def __init__(self, what: Text) -> None:
        self.what = what


class Stream:
    """Parses blocks of bytes; `feed` and `close` give the events that became complete."""

    def __init__(self) -> None:
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.EntityDeclHandler = self._doctype
        self._events: list[Event] = []
        self._texts: list[list[str]] = []
        self._silent = 0

    def feed(self, block: bytes) -> Iterator[Event]:
        """Yield the events of one more block."""
        for start in range(0, len(block), 1 << 16):
            part = block[start : start + (1 << 16)]
            self._parse(part, last=False)
            self._silent = 0 if self._events else self._silent + len(part)
            if self._silent > MAX_SILENCE_BYTE:
                self._refuse(Text("XML 标签或文本过长", "a tag or text of the XML is too long"))
            yield from self._taken()

    def close(self) -> Iterator[Event]:
        """Yield the last events; the document must be whole."""
        self._parse(b"", last=True)
        yield from self._taken()

    def _taken(self) -> list[Event]:
        events, self._events = self._events, []
        return events

    def _parse(self, part: bytes, *, last: bool) -> None:
        try:
            self._parser.Parse(part, last)
        except expat.ExpatError as error:
            raise UnreadableXml(
                Text("XML 不完整或有误", "the XML is cut or faulty"),
                f"line {error.lineno} column {error.offset}: {expat.ErrorString(error.code)}",
                _HINT,
            ) from error
        except _Refused as error:
            self._refuse(error.what)
        except (LookupError, UnicodeError, ValueError) as error:  # an encoding that Python does not know or cannot use
            raise UnreadableXml(Text("XML 的编码无法使用", "the encoding of the XML cannot be used"), str(error)[:100], _HINT) from error

    def _refuse(self, what: Text) -> None:
        raise UnreadableXml(what, f"line {self._parser.CurrentLineNumber}", _HINT)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._texts.append([])
        if len(self._texts) > MAX_DEPTH:
            raise _Refused(Text("XML 嵌套过深", "the XML is nested too deep"))
        self._events.append(Event("start", name, attributes, ""))

    def _end(self, name: str) -> None:
        self._events.append(Event("end", name, {}, "".join(self._texts.pop()).strip()))

    def _text(self, text: str) -> None:
        if self._texts and sum(map(len, self._texts[-1])) < MAX_TEXT:
            self._texts[-1].append(text[:MAX_TEXT])

    def _doctype(self, *_: Any) -> None:
        raise _Refused(Text("XML 带有文档类型或实体声明", "the XML declares a document type or entities"))
