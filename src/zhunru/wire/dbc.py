"""Text of CAN databases (DBC) into signals: messages, signals, multiplexing, value tables, float signals.

A statement stands on one line, or runs on while a quoted string is open. Statements that say nothing about decoding
(attributes, comments, groups, environment variables) are known and passed over; all else is reported with its line.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from zhunru.core.text import Text

INDEPENDENT: Final = 0xC000_0000
"""Identifier of the pseudo message that keeps signals without a message."""
_EXTENDED: Final = 0x8000_0000
_MOST_LINES: Final = 2000
"""Lines that one statement may run over; beyond it the quote counts as unclosed."""

_NUMBER = r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?"
_STRING = r'"(?:[^"\\]|\\.)*"'
_MESSAGE = re.compile(r"BO_\s+([0-9]{1,10})\s+(\w+)\s*:\s*([0-9]{1,5})\s+(\w+)\s*")
_SIGNAL = re.compile(
    rf"SG_\s+(\w+)\s*(M|m[0-9]{{1,10}}M?)?\s*:\s*([0-9]{{1,5}})\s*\|\s*([0-9]{{1,5}})\s*@\s*([01])\s*([+-])\s*"
    rf"\(\s*({_NUMBER})\s*,\s*({_NUMBER})\s*\)\s*\[\s*({_NUMBER})\s*\|\s*({_NUMBER})\s*\]\s*({_STRING})\s*([\w\s,]*)"
)
_VALUES = re.compile(rf"VAL_\s+([0-9]{{1,10}})\s+(\w+)\s+((?:{_NUMBER}\s*{_STRING}\s*)*);\s*")
_VALUE = re.compile(rf"({_NUMBER})\s*({_STRING})")
_FLOAT = re.compile(r"SIG_VALTYPE_\s+([0-9]{1,10})\s+(\w+)\s*:?\s*([0-3])\s*;\s*")
_SELECTION = re.compile(r"SG_MUL_VAL_\s+([0-9]{1,10})\s+(\w+)\s+(\w+)\s+((?:[0-9]{1,10}\s*-\s*[0-9]{1,10}[\s,]*)+);\s*")
_RANGE = re.compile(r"([0-9]+)\s*-\s*([0-9]+)")
_PASSED = re.compile(
    r"(?:VERSION|NS_|BS_|BU_|VAL_TABLE_|BO_TX_BU_|EV_|ENVVAR_DATA_|EV_DATA_|SGTYPE_|SGTYPE_VAL_|SIG_GROUP_|SIGTYPE_VALTYPE_|SIG_TYPE_REF_|"
    r"SIG_TYPE_|BA_DEF_|BA_DEF_DEF_|BA_DEF_REL_|BA_DEF_DEF_REL_|BA_DEF_SGTYPE_|BA_SGTYPE_|BA_REL_|BA_|BU_SG_REL_|BU_EV_REL_|BU_BO_REL_|CM_|"
    r"CAT_DEF_|CAT_|FILTER|VAL_)(?![A-Za-z0-9_])"
)


@dataclass
class Signal:
    """One signal; fields as the columns of `tables.signal_definition.SignalDefinition`."""

    signal: str
    start_bit: int
    length_bit: int
    little_endian: bool
    signed: bool
    factor: float
    offset: float
    limits: tuple[float, float] | None
    unit: str
    receivers: list[str]
    multiplexor: bool
    selected: int | None
    floating: bool = False
    selector: str | None = None
    selected_by: list[tuple[int, int]] | None = None
    choices: list[tuple[int, str]] | None = None


@dataclass
class Message:
    """One message and its signals by name."""

    message: str
    arbitration_id: int
    extended: bool
    length_byte: int
    sender: str | None
    signals: dict[str, Signal] = field(default_factory=dict)
    independent: bool = False


@dataclass
class Database:
    """What a text held.

    Args:
        messages: Identifier with flag bits -> message.
        unread: Reason -> lines whose statement could not be read; damage.
        notes: Remark -> number of statements; no damage.
    """

    messages: dict[int, Message] = field(default_factory=dict)
    unread: dict[Text, list[int]] = field(default_factory=dict)
    notes: Counter[Text] = field(default_factory=Counter)

    def refuse(self, zh: str, en: str, line_no: int) -> None:
        """Record a statement that could not be read."""
        self.unread.setdefault(Text(zh, en), []).append(line_no)

    def find(self, ident: str, name: str) -> Signal | None:
        """Return a signal by the identifier and name of a later statement; None is noted."""
        message = self.messages.get(int(ident))
        signal = message.signals.get(name) if message else None
        if signal is None and int(ident) != INDEPENDENT:
            self.notes[Text("语句引用了未定义的信号", "a statement refers to a signal that is not defined")] += 1
        return signal


def _text(quoted: str) -> str:
    return quoted[1:-1].replace('\\"', '"')


def _open_quote(text: str) -> bool:
    return text.replace("\\\\", "").replace('\\"', "").count('"') % 2 == 1


def _statements(text: str) -> Iterator[tuple[int, str, bool]]:
    """Yield (line, statement, whole); `whole` is false where a quote stays open to the end."""
    lines = text.splitlines()
    k, names = 0, False
    while k < len(lines):
        start, statement = k, lines[k]
        k += 1
        if names and (statement[:1] in {" ", "\t"} or not statement.strip()):
            continue  # the list of keywords under NS_
        names = statement.strip().split(":")[0].strip() == "NS_"
        if not statement.strip():
            continue
        whole = not _open_quote(statement)
        parts = [statement]
        while not whole and k < len(lines) and k - start < _MOST_LINES:
            parts.append(lines[k])
            whole = _open_quote(lines[k])
            k += 1
        if not whole:
            k = start + 1  # one unclosed quote must not swallow the statements behind it
        yield start + 1, "\n".join(parts if whole else parts[:1]).strip(), whole


def _message(data: Database, statement: str) -> Message | None:
    found = _MESSAGE.fullmatch(statement)
    if not found:
        return None
    ident, length = int(found[1]), int(found[3])
    plain = ident & 0x7FFF_FFFF
    extended = bool(ident & _EXTENDED)
    if ident != INDEPENDENT and (plain > (0x1FFF_FFFF if extended else 0x7FF)):
        return None
    message = Message(found[2], plain, extended, length, None if found[4] == "Vector__XXX" else found[4])
    if ident == INDEPENDENT:
        message.independent = True
        data.notes[Text("不属于任何报文的信号组已略过", "group of signals without a message passed over")] += 1
    elif ident in data.messages:
        data.notes[Text("标识符重复定义，以首次为准", "identifier defined twice; the first definition holds")] += 1
    else:
        data.messages[ident] = message
    return message


def _signal(statement: str) -> Signal | None:
    found = _SIGNAL.fullmatch(statement)
    if not found:
        return None
    name, role, start, length, order, sign, factor, offset, low, high, unit, receivers = found.groups()
    role = role or ""
    limits = (float(low), float(high))
    return Signal(
        signal=name,
        start_bit=int(start),
        length_bit=int(length),
        little_endian=order == "1",
        signed=sign == "-",
        factor=float(factor),
        offset=float(offset),
        limits=limits if any(limits) else None,
        unit=_text(unit),
        receivers=[r for r in re.split(r"[\s,]+", receivers) if r and r != "Vector__XXX"],
        multiplexor=role.endswith("M"),
        selected=int(role.strip("mM")) if role.startswith("m") else None,
    )


def _fits(signal: Signal, length_byte: int) -> bool:
    """Tell whether all bits of the signal lie within `length_byte` bytes."""
    if signal.little_endian:
        last = signal.start_bit + signal.length_bit - 1
    else:
        last = signal.start_bit // 8 * 8 + 7 - signal.start_bit % 8 + signal.length_bit - 1
    return last < 8 * length_byte


def _add_signal(data: Database, message: Message, statement: str, line_no: int) -> None:
    signal = _signal(statement)
    if signal is None:
        data.refuse("信号语句无法识别", "signal statement not understood", line_no)
    elif not 1 <= signal.length_bit <= 64 or not _fits(signal, 64):
        data.refuse("信号长度或位置超出 64 位或 64 字节", "signal of more than 64 bits, or beyond 64 bytes", line_no)
    elif signal.signal in message.signals:
        data.refuse("同一报文中信号重名", "two signals of one message have the same name", line_no)
    else:
        if not _fits(signal, message.length_byte):
            data.notes[Text("信号超出所声明的报文长度", "signal reaches beyond the declared length of its message")] += 1
        message.signals[signal.signal] = signal


def _annotate(data: Database, statement: str) -> bool:
    """Read a statement that completes a signal; return whether it was one that could be read."""
    if found := _VALUES.fullmatch(statement):
        pairs = [(float(v), _text(n)) for v, n in _VALUE.findall(found[3])]
        if signal := data.find(found[1], found[2]):
            signal.choices = [(int(v), n) for v, n in pairs if v.is_integer() and abs(v) < 2**63]
    elif found := _FLOAT.fullmatch(statement):
        if (signal := data.find(found[1], found[2])) and found[3] in "12":
            signal.floating = signal.length_bit == (32 if found[3] == "1" else 64)
            return signal.floating
    elif found := _SELECTION.fullmatch(statement):
        if signal := data.find(found[1], found[2]):
            signal.selector = found[3]
            signal.selected_by = [(int(a), int(b)) for a, b in _RANGE.findall(found[4])]
    else:
        return False
    return True


def _selectors(data: Database) -> None:
    """Give each plainly multiplexed signal the one selector of its message."""
    for message in data.messages.values():
        roots = [s.signal for s in message.signals.values() if s.multiplexor and s.selected is None]
        for signal in message.signals.values():
            if signal.selected is None or signal.selector:
                continue
            signal.selected_by = [(signal.selected, signal.selected)]
            if len(roots) == 1:
                signal.selector = roots[0]
            else:  # cannot be told: an absent name makes the signal undecodable, never wrongly present
                signal.selector = ""
                data.notes[Text("复用信号的选择信号不唯一", "multiplexed signal without exactly one selector; it is not decoded")] += 1


_COMPLETING = ("VAL_ ", "SIG_VALTYPE_ ", "SG_MUL_VAL_ ")


def parse(text: str) -> Database:
    """Parse a database.

    Args:
        text: Whole text; any line ends.

    Returns:
        Messages, what could not be read, and remarks.
    """
    data = Database()
    message: Message | None = None
    later: list[tuple[int, str]] = []
    for line_no, statement, whole in _statements(text):
        if not whole:
            data.refuse("引号未闭合", "a quote is not closed", line_no)
        elif statement.startswith("BO_ "):
            message = _message(data, statement)
            if message is None:
                data.refuse("报文语句无法识别", "message statement not understood", line_no)
        elif statement.startswith("SG_ "):
            if message is None:
                data.refuse("信号不在报文之下", "signal outside a message", line_no)
            elif not message.independent:
                _add_signal(data, message, statement, line_no)
        elif statement.startswith(_COMPLETING):
            later.append((line_no, statement))
        elif not _PASSED.match(statement):
            data.refuse("语句无法识别", "statement not understood", line_no)
    for line_no, statement in later:
        if not _annotate(data, statement) and not _environment(statement):
            data.refuse("补充语句无法识别", "completing statement not understood", line_no)
    _selectors(data)
    return data


def _environment(statement: str) -> bool:
    """Tell whether a VAL_ statement names the values of an environment variable, which no frame carries."""
    return re.fullmatch(rf"VAL_\s+[A-Za-z_]\w*\s+(?:{_NUMBER}\s*{_STRING}\s*)*;\s*", statement) is not None
