"""A company's own rules of discovery: a pattern, words that confirm it, a check digit. Hundreds of them cost little more than one.

A rule file is TOML:

    [[rule]]
    id = "employee_no"
    title_zh = "工号"
    title_en = "employee number"
    pattern = "E[0-9]{8}"        # bounded: {m,n}, not * or +; no anchors, look-around, references
    kind = "person_name"         # optional: one of the built-in kinds that this counts as
    sensitive = false            # optional: sensitive personal information
    check = "luhn"               # optional: luhn, vin, resident_id
    cues = ["工号", "employee"]   # optional: found with one of them within 40 bytes before, or in the heading
    certain = false              # optional: the form alone is enough
    ignore_case = false          # optional
"""

import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from zhunru.core.errors import DeclarationError
from zhunru.core.text import Text
from zhunru.formulas.check_digits import luhn_holds, resident_id_holds, vin_holds
from zhunru.formulas.identifiers.kinds import BY_ID
from zhunru.formulas.identifiers.rule_engine import Engine, Pattern, engine_for
from zhunru.formulas.identifiers.words import CUE_BYTE

MAX_RULES = 5000
_CHECKS: dict[str, Callable[[str], bool]] = {
    "luhn": lambda t: luhn_holds("".join(c for c in t if c.isdigit())),
    "vin": lambda t: vin_holds(t.upper()),
    "resident_id": lambda t: resident_id_holds(t.upper()),
}
_FIELDS = {"id", "title_zh", "title_en", "pattern", "kind", "sensitive", "check", "cues", "certain", "ignore_case"}
_HINT = Text("见 zhunru.formulas.identifiers.rules 的说明", "see the head of zhunru.formulas.identifiers.rules")


class Rule(NamedTuple):
    """One rule of a company."""

    id: str
    title: Text
    pattern: Pattern
    kind: str
    sensitive: bool
    check: str
    cues: tuple[bytes, ...]
    certain: bool


class RuleHits(NamedTuple):
    """Sightings by rules, in order of their start.

    Args:
        start: Byte offset of the first byte.
        end: Byte offset behind the last.
        rule: Place in the rules.
        found: Check digit, cue, or declared certain; else suspected.
    """

    start: NDArray[np.int64]
    end: NDArray[np.int64]
    rule: NDArray[np.int32]
    found: NDArray[np.bool_]


class Ruleset:
    """Rules ready to be used; one may be used by several threads.

    Args:
        rules: In the order of the file.
        engine: Given by the tests; else hyperscan where it is installed, else `re`.
    """

    def __init__(self, rules: Sequence[Rule], engine: Engine | None = None) -> None:
        self.rules = tuple(rules)
        self.engine = engine or engine_for([r.pattern for r in rules])

    @property
    def notice(self) -> Text | None:
        """What the user should know of the engine; None when there is nothing to say."""
        if self.engine.name == "hyperscan" or len(self.rules) < 4:
            return None
        return Text(
            f"未安装 hyperscan：{len(self.rules)} 条自定义规则逐条查找，速度慢得多（可安装 zhunru[rules]）",
            f"hyperscan is not installed: {len(self.rules)} rules are looked for one by one, far slower (install zhunru[rules])",
        )

    def sighted(self, data: bytes, heading: str = "") -> RuleHits:
        """Return what the rules find in `data`: UTF-8, values parted by newlines; `heading` is the name of the column."""
        rows = sorted(self._judged(data, heading.lower().encode()))
        return RuleHits(
            np.asarray([r[0] for r in rows], dtype=np.int64),
            np.asarray([r[1] for r in rows], dtype=np.int64),
            np.asarray([r[2] for r in rows], dtype=np.int32),
            np.asarray([r[3] for r in rows], dtype=np.bool_),
        )

    def _judged(self, data: bytes, heading: bytes) -> Iterator[tuple[int, int, int, bool]]:
        """Grade what the engine matches."""
        for place, start, end in self.engine.matches(data):
            rule = self.rules[place]
            if b"\n" in data[start:end]:
                continue  # a newline parts values
            before = data[max(0, start - CUE_BYTE) : start].rpartition(b"\n")[2].lower()
            cued = any(cue in heading or cue in before for cue in rule.cues)
            if not rule.check:
                yield start, end, place, cued or rule.certain
            elif _CHECKS[rule.check](data[start:end].decode("utf-8", "replace")):
                yield start, end, place, True
            elif cued:
                yield start, end, place, False


def read_rules(text: str, where: str = "") -> tuple[Rule, ...]:
    """Return the rules of a file.

    Args:
        text: TOML.
        where: Name of the file, for messages.

    Raises:
        DeclarationError: Not TOML, a field that is unknown or of the wrong type, a pattern that cannot be used.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DeclarationError(Text(f"规则文件不是 TOML：{error}", f"the rule file is not TOML: {error}"), where) from error
    rows = table.get("rule")
    if set(table) != {"rule"} or not isinstance(rows, list) or not rows:
        raise DeclarationError(Text("规则文件只应含 [[rule]]，且至少一条", "a rule file holds [[rule]] alone, at least one"), where, _HINT)
    if len(rows) > MAX_RULES:
        raise DeclarationError(Text(f"规则超过 {MAX_RULES} 条", f"more than {MAX_RULES} rules"), where)
    rules = tuple(_rule(row, f"{where} rule {number}".strip()) for number, row in enumerate(rows, 1))
    twice = sorted({r.id for r in rules if sum(o.id == r.id for o in rules) > 1}) if len({r.id for r in rules}) < len(rules) else []
    if twice:
        raise DeclarationError(Text(f"规则编号重复：{', '.join(twice)}", f"rule ids given twice: {', '.join(twice)}"), where)
    return rules


def _rule(row: Any, where: str) -> Rule:
    """Return one rule of the file."""
    if not isinstance(row, dict):
        raise DeclarationError(Text("规则应为表", "a rule is a table"), where, _HINT)
    unknown = sorted(set(row) - _FIELDS)
    if unknown:
        raise DeclarationError(Text(f"未知字段：{', '.join(unknown)}", f"unknown fields: {', '.join(unknown)}"), where, _HINT)
    name, pattern = _text(row, "id", where), _text(row, "pattern", where)
    if not name or not re.fullmatch(r"[a-z0-9_.-]{1,60}", name):
        raise DeclarationError(Text("id 须为小写字母、数字、下划线", "id: small letters, digits, underscores"), where, _HINT)
    kind, check = _text(row, "kind", where), _text(row, "check", where)
    if (kind and kind not in BY_ID) or (check and check not in _CHECKS):
        raise DeclarationError(Text(f"未知的 kind 或 check：{kind} {check}", f"unknown kind or check: {kind} {check}"), where, _HINT)
    cues = row.get("cues", [])
    if not isinstance(cues, list) or not all(isinstance(c, str) and c for c in cues):
        raise DeclarationError(Text("cues 须为文本列表", "cues: a list of texts"), where, _HINT)
    title = Text(_text(row, "title_zh", where) or name, _text(row, "title_en", where) or name)
    sensitive = _flag(row, "sensitive", where) or (bool(kind) and BY_ID[kind].sensitive)
    made = Pattern.of(pattern, _flag(row, "ignore_case", where), f"{where} ({name})")
    return Rule(name, title, made, kind, sensitive, check, tuple(c.lower().encode() for c in cues), _flag(row, "certain", where))


def _text(row: dict[str, Any], field: str, where: str) -> str:
    """Return a field of text, empty when absent."""
    value = row.get(field, "")
    if not isinstance(value, str):
        raise DeclarationError(Text(f"{field} 须为文本", f"{field}: a text"), where, _HINT)
    return value


def _flag(row: dict[str, Any], field: str, where: str) -> bool:
    """Return a field of truth, false when absent."""
    value = row.get(field, False)
    if not isinstance(value, bool):
        raise DeclarationError(Text(f"{field} 须为 true 或 false", f"{field}: true or false"), where, _HINT)
    return value
