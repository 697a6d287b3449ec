"""Reader of sessions of the attack simulator."""

import re
from collections.abc import Iterator
from typing import Any

from zhunru.core.errors import DamagedEvidence, EvidenceError
from zhunru.core.evidence import Noted, Skipped, Source
from zhunru.core.step import reader
from zhunru.core.text import Text
from zhunru.tables.attack_class import ATTACK_CLASSES
from zhunru.tables.client_trial import ClientTrialStep, ServedFile
from zhunru.wire.strict_json import loads

_FORMAT = "zhunru-client-trial"
_SNIFFED = re.compile(rb'\A(?:\xef\xbb\xbf)?\{"session":"zhunru-client-trial"')
_LONGEST_BYTE = 1 << 22
_BLOCK = 2000
_INT64 = 2**63 - 1
_EXPECTED, _PURPOSES, _DOES = {"accept", "refuse", "either"}, {"control", "attack", "recovery"}, {"init", "refresh", "download"}
_BAD = Text("行不是试验记录", "the line is no record of a trial")
Row = dict[str, Any]


def _sniff(head: bytes) -> bool:
    return _SNIFFED.match(head) is not None


@reader(".jsonl", title_zh="升级客户端试验记录", title_en="session of update client trials", sniff=_sniff)
def client_trial(file: Source) -> Iterator[ClientTrialStep | ServedFile | Skipped | Noted]:
    """Read a session of `zhunru conformance`: steps and answers, in blocks.

    A line that is malformed, or whose values are not of the form that they must have, is skipped with its number. The last line tells how
    many rows there are: a session that was cut or has lost lines is damaged.

    Args:
        file: The session.

    Raises:
        DamagedEvidence: The head is unreadable, the end is missing, or rows are missing.
    """
    head: Row | None = None
    steps: list[Row] = []
    served: list[Row] = []
    count, told = 0, None
    for number, line in enumerate(_lines(file), 1):
        found = _object(line)
        if head is None:
            head = _head(found, file)
        elif found is not None and found.get("end") == _FORMAT:
            told = found.get("rows")
        elif found is None or not _step_into(found, head, steps, served):
            yield Skipped(_BAD, f"line {number}")
            count += 1
        else:
            count += 1
        if len(steps) >= _BLOCK or len(served) >= _BLOCK:
            yield from _tables(steps, served)
    yield from _tables(steps, served)
    if head is None or told != count:
        raise DamagedEvidence(
            Text("试验记录不完整", "the session is not complete"),
            f"{file.name}: {count} rows, told {told}",
            Text("重新运行试验", "run the trials again"),
            saved=count,
        )


def _lines(file: Source) -> Iterator[bytes]:
    """Yield lines; one that is longer than any record is cut, so that it is refused."""
    rest = b""
    for block in file.blocks(1 << 20):
        *whole, rest = (rest + block).split(b"\n")
        yield from whole
        rest = rest[: _LONGEST_BYTE + 1]
    if rest:
        yield rest


def _object(line: bytes) -> Row | None:
    if len(line) > _LONGEST_BYTE:
        return None
    try:
        found = loads(line.removeprefix(b"\xef\xbb\xbf"))
    except EvidenceError:
        return None
    return found if isinstance(found, dict) else None


def _head(found: Row | None, file: Source) -> Row:
    named = found is not None and found.get("session") == _FORMAT and found.get("format") == 1
    texts = found is not None and all(isinstance(found.get(n), str) for n in ("client", "kind"))
    if found is None or not named or not texts or not _whole(found.get("seed")) or not _whole(found.get("known")):
        raise DamagedEvidence(
            Text("试验记录的首行无法读取", "the head of the session cannot be read"),
            file.name,
            Text("重新运行试验", "run the trials again"),
        )
    return {"client": found["client"], "kind": found["kind"], "seed_no": found["seed"], "known_count": found["known"]}


def _whole(value: Any) -> bool:
    return type(value) is int and 0 <= value <= _INT64


def _step_into(found: Row, head: Row, steps: list[Row], served: list[Row]) -> bool:
    """Add the row of a step and those of its answers; False when a value is not of its form."""
    row = _about(found)
    if row is None:
        return False
    if "not_run" in found:
        if found["not_run"] not in {"clock", "wire"}:
            return False
        steps.append(head | row | {"not_run": found["not_run"]})
        return True
    step, answers = _observed(found), _answers(found.get("served"))
    if step is None or answers is None:
        return False
    steps.append(head | row | step)
    served += [a | {"client": head["client"], "trial": row["trial"], "step_no": step["step_no"]} for a in answers]
    return True


def _about(found: Row) -> Row | None:
    pairs: list[Any] = [found.get("title"), found.get("wrong")]
    fits = (
        isinstance(found.get("trial"), str) and found.get("attack_class") in ATTACK_CLASSES and type(found.get("optional")) is bool
        and _texts(found.get("verifier_steps")) and all(_texts(p) and len(p) == 2 for p in pairs)
    )  # fmt: skip
    if not fits:
        return None
    (title_zh, title_en), (wrong_zh, wrong_en) = found["title"], found["wrong"]
    return {
        "trial": found["trial"], "attack_class": found["attack_class"], "optional": found["optional"],
        "verifier_steps": " ".join(found["verifier_steps"]), "title_zh": title_zh, "title_en": title_en, "wrong_zh": wrong_zh, "wrong_en": wrong_en,
    }  # fmt: skip


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(v, str) for v in value)


def _observed(found: Row) -> Row | None:
    words = found.get("does") in _DOES and found.get("purpose") in _PURPOSES and found.get("expected") in _EXPECTED
    numbers = all(_whole(found.get(n)) for n in ("step_no", "requests", "drawn_byte", "duration_ms"))
    code, limit, trusted = found.get("exit_code", ""), found.get("limit_byte", ""), found.get("trusted")
    fits = (
        words and numbers and (code is None or (type(code) is int and abs(code) < 1 << 32)) and (limit is None or _whole(limit))
        and type(found.get("impatient")) is bool and isinstance(found.get("told"), str)
        and all(_texts(found.get(n)) for n in ("poison", "stray", "lacking")) and isinstance(trusted, list)
        and all(isinstance(t, list) and len(t) == 3 for t in trusted)
    )  # fmt: skip
    if not fits:
        return None
    return {
        "step_no": found["step_no"], "does": found["does"], "purpose": found["purpose"], "expected": found["expected"], "exit_code": code,
        "impatient": found["impatient"], "duration_ms": found["duration_ms"], "limit_byte": limit, "drawn_byte": found["drawn_byte"],
        "request_count": found["requests"], "poison_count": len(found["poison"]), "stray_count": len(found["stray"]),
        "lacking_count": len(found["lacking"]), "untrusted_count": sum(t[1] != t[2] for t in found["trusted"]), "told": found["told"],
    }  # fmt: skip


def _answers(value: Any) -> list[Row] | None:
    if not isinstance(value, list):
        return None
    for one in value:
        fits = (
            isinstance(one, dict) and all(isinstance(one.get(n), str) for n in ("path", "mode", "sha256"))
            and all(_whole(one.get(n)) for n in ("size_byte", "sent_byte")) and type(one.get("attack")) is bool
        )  # fmt: skip
        if not fits:
            return None
    return [{n: one[n] for n in ("path", "mode", "size_byte", "sent_byte", "sha256", "attack")} for one in value]


def _tables(steps: list[Row], served: list[Row]) -> Iterator[ClientTrialStep | ServedFile]:
    if steps:
        yield ClientTrialStep.rows(*steps)
        steps.clear()
    if served:
        yield ServedFile.rows(*served)
        served.clear()
