r"""Coding rules of identification numbers: a pattern from a ledger is tried without ever running it as a program's regular expression.

A ledger is untrusted: Python's own engine takes exponential time on patterns such as `(a+)+$`. Here every part maps a set of places in the
text to a set of places, so that the time is bounded by length of text times size of pattern. Understood are literals, `.`, `\d`, `\w`, escaped
signs, classes, groups, alternatives, and the quantifiers `? * + {n} {n,} {n,m}`; `^` and `$` only at the ends. The meaning is that of `re.fullmatch`
with `re.ASCII`.
"""

from dataclasses import dataclass
from typing import Final, Protocol

_MAX_PATTERN: Final = 256
_MAX_TEXT: Final = 256
_MAX_DEPTH: Final = 16
_MAX_REPEAT: Final = 256
_DIGITS: Final = frozenset("0123456789")
_WORD: Final = frozenset("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_")

Places = frozenset[int]


class Part(Protocol):
    """One part of a pattern."""

    def __call__(self, text: str, at: Places) -> Places:
        """Return the places at which it may end, from those at which it may begin."""
        ...


@dataclass(frozen=True, slots=True)
class _Set:
    signs: frozenset[str]
    negated: bool = False

    def __call__(self, text: str, at: Places) -> Places:
        return frozenset(p + 1 for p in at if p < len(text) and (text[p] in self.signs) != self.negated)


@dataclass(frozen=True, slots=True)
class _Sequence:
    parts: tuple[Part, ...]

    def __call__(self, text: str, at: Places) -> Places:
        for part in self.parts:
            at = part(text, at)
        return at


@dataclass(frozen=True, slots=True)
class _Either:
    parts: tuple[Part, ...]

    def __call__(self, text: str, at: Places) -> Places:
        return frozenset[int]().union(*(part(text, at) for part in self.parts))


@dataclass(frozen=True, slots=True)
class _Repeat:
    part: Part
    least: int
    most: int | None

    def __call__(self, text: str, at: Places) -> Places:
        for _ in range(self.least):
            before, at = at, self.part(text, at)
            if at == before:  # from here on every round gives the same
                break
        found, count = at, self.least
        while at and (self.most is None or count < self.most):
            at = self.part(text, at) - found
            found, count = found | at, count + 1
        return found


class _Reader:
    """Recursive descent over one pattern."""

    def __init__(self, pattern: str) -> None:
        self.pattern, self.at, self.depth = pattern, 0, 0

    def peek(self) -> str:
        return self.pattern[self.at : self.at + 1]

    def next(self) -> str:
        sign = self.peek()
        if not sign:
            raise ValueError("the pattern ends too early")
        self.at += 1
        return sign

    def either(self) -> Part:
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise ValueError("groups are nested too deep")
        parts = [self.sequence()]
        while self.peek() == "|":
            self.next()
            parts.append(self.sequence())
        self.depth -= 1
        return parts[0] if len(parts) == 1 else _Either(tuple(parts))

    def sequence(self) -> Part:
        parts: list[Part] = []
        while self.peek() not in {"", "|", ")"}:
            parts.append(self.quantified())
        return _Sequence(tuple(parts))

    def quantified(self) -> Part:
        part = self.atom()
        sign = self.peek()
        if sign not in {"?", "*", "+", "{"}:
            return part
        self.next()
        least, most = {"?": (0, 1), "*": (0, None), "+": (1, None), "{": (0, 0)}[sign] if sign != "{" else self.bounds()
        if self.peek() in {"?", "*", "+", "{"}:
            raise ValueError("a quantifier of a quantifier is not understood")
        return _Repeat(part, least, most)

    def bounds(self) -> tuple[int, int | None]:
        end = self.pattern.find("}", self.at)
        low, comma, high = self.pattern[self.at : end].partition(",")
        if end < 0 or not low.isdecimal() or not low.isascii() or not (high == "" or (high.isdecimal() and high.isascii())):
            raise ValueError("the quantifier is not understood")
        self.at = end + 1
        least, most = int(low), (int(high) if high else None) if comma else int(low)
        if least > _MAX_REPEAT or (most is not None and not least <= most <= _MAX_REPEAT):
            raise ValueError("the quantifier cannot be")
        return least, most

    def atom(self) -> Part:
        sign = self.next()
        if sign == "(":
            if self.pattern.startswith("?:", self.at):
                self.at += 2
            elif self.peek() == "?":
                raise ValueError("this kind of group is not understood")
            part = self.either()
            if self.next() != ")":
                raise ValueError("a group is not closed")
            return part
        if sign == "[":
            return self.group()
        if sign == ".":
            return _Set(frozenset("\n"), negated=True)
        if sign == "\\":
            return _Set(self.escaped())
        if sign in "?*+{}])^$":
            raise ValueError("the sign is not understood here")
        return _Set(frozenset(sign))

    def escaped(self) -> frozenset[str]:
        sign = self.next()
        if sign in {"d", "w"}:
            return _DIGITS if sign == "d" else _WORD
        if sign.isalnum():
            raise ValueError("the escape is not understood")
        return frozenset(sign)

    def group(self) -> Part:
        negated = self.peek() == "^"
        self.at += negated
        signs: set[str] = set()
        while (sign := self.next()) != "]":
            if sign == "[":
                raise ValueError("a class inside a class is not understood")
            found = self.escaped() if sign == "\\" else frozenset(sign)
            if self.peek() == "-" and self.pattern[self.at + 1 : self.at + 2] not in {"]", ""}:
                self.next()
                last = self.next()
                if last in {"[", "\\"} or len(found) > 1 or not min(found) <= last or ord(last) - ord(min(found)) > 0xFFFF:
                    raise ValueError("the range is not understood")
                found = frozenset(map(chr, range(ord(min(found)), ord(last) + 1)))
            signs |= found
        if not signs:
            raise ValueError("an empty class")
        return _Set(frozenset(signs), negated)


def follows(text: str, pattern: str) -> bool | None:
    """Tell whether the whole of `text` is of the form `pattern`; None = the pattern is not understood, or one of the two is too long."""
    if len(pattern) > _MAX_PATTERN or len(text) > _MAX_TEXT:
        return None
    inner = pattern.removeprefix("^")
    if inner.endswith("$") and not inner.endswith("\\$"):
        inner = inner[:-1]
    reader = _Reader(inner)
    try:
        part = reader.either()
    except ValueError:
        return None
    return None if reader.at < len(inner) or not inner else len(text) in part(text, frozenset({0}))
