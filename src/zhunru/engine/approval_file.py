"""An approval in a TOML ledger: found, and given its signature without touching anything else."""

import os
import re
import tempfile
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from zhunru.core.errors import InvalidRecord, PlanError, RecordError
from zhunru.core.text import Text
from zhunru.engine.bind import bind
from zhunru.engine.dossier import File, sha256_of
from zhunru.engine.run import read_all
from zhunru.formulas.written_names import bare
from zhunru.records.approval import Approval
from zhunru.records.sheets import field_of

_MAX_BYTE = 16 << 20


class Found(NamedTuple):
    """One approval, and where it stands.

    Args:
        approval: As the checks will read it.
        key: Name of the list, e.g. `approval`.
        number: Position in the list, from 0.
        heading: Heading of the signature in the entry, or `signature` when it has none.
        present: The entry has that heading already (with an empty value).
    """

    approval: Approval
    key: str
    number: int
    heading: str
    present: bool


def find(path: Path, wanted: str = "") -> Found:
    """Return the approval `wanted` of the ledger, the only one when it is empty.

    Raises:
        PlanError: None, or several to choose from.
        RecordError: Not TOML, or an entry that is no approval.
    """
    data = _data(path)
    found = [_found(path, data, approval) for approval in _as_read(path)]
    mine = [f for f in found if not wanted or bare(f.approval.id) == bare(wanted)]
    if len(mine) != 1:
        names = ", ".join(f.approval.id for f in found) or "-"
        raise PlanError(
            Text("请指明文件中的一个审批", "name one approval of the file"), f"{path}: {wanted}", Text(f"可用：{names}", f"one of: {names}")
        )
    return mine[0]


def write_signature(path: Path, found: Found, signature: str) -> None:
    """Put the signature into the entry: the file is replaced as a whole, and nothing else in it has changed.

    Raises:
        RecordError: The place cannot be found for certain; the file is left as it was.
    """
    old = path.read_bytes()
    before = _data(path)
    lines = old.decode("utf-8").splitlines(keepends=True)
    new = "".join(_inserted(lines, found, signature)).encode("utf-8")
    before[found.key][found.number][found.heading] = signature
    try:
        same = tomllib.loads(new.decode("utf-8").removeprefix("\ufeff").replace("\r\n", "\n")) == before
    except tomllib.TOMLDecodeError:
        same = False
    if not same:
        raise RecordError(
            Text("无法只改签名一处；文件未改动", "the signature cannot be put in without touching more; the file was left as it was"),
            str(path),
            Text(f'手工加入一行 {found.heading} = "{signature}"', f'add the line by hand: {found.heading} = "{signature}"'),
        )
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    with part.open("wb") as stream:
        stream.write(new)
        stream.flush()
        os.fsync(stream.fileno())
    part.chmod(path.stat().st_mode & 0o777)
    part.replace(path)


def _inserted(lines: Sequence[str], found: Found, signature: str) -> list[str]:
    name = re.escape(found.key)
    header = re.compile(rf"\s*\[\[\s*(?:{name}|\"{name}\"|'{name}')\s*\]\]")
    starts = [i for i, line in enumerate(lines) if header.match(line)]
    if len(starts) <= found.number:
        return list(lines)
    start = starts[found.number]
    end = next((i for i in range(start + 1, len(lines)) if lines[i].lstrip().startswith("[")), len(lines))
    quoted = found.heading if re.fullmatch(r"[A-Za-z0-9_-]+", found.heading) else f'"{found.heading}"'
    line = f'{quoted} = "{signature}"\n'
    if found.present:
        heading = re.escape(found.heading)
        blank = re.compile(rf"\s*(?:{heading}|\"{heading}\"|'{heading}')\s*=")
        return [line if start < i < end and blank.match(text) else text for i, text in enumerate(lines)]
    last = max(i for i in range(start, end) if lines[i].strip())
    ended = lines[last] if lines[last].endswith("\n") else lines[last] + "\n"
    return [*lines[:last], ended, line, *lines[last + 1 :]]


def _data(path: Path) -> dict[str, Any]:
    try:
        content = path.read_bytes()
        if len(content) > _MAX_BYTE:
            raise ValueError("too large")
        return tomllib.loads(content.decode("utf-8-sig").replace("\r\n", "\n"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, ValueError, RecursionError) as error:
        raise InvalidRecord(
            Text("TOML 文件读不通", "the TOML file cannot be read"),
            f"{path}: {str(error)[:200]}",
            Text("用 UTF-8 保存并改正该处", "save as UTF-8 and correct the place"),
        ) from error


def _as_read(path: Path) -> list[Approval]:
    """Return the approvals of the ledger as an assessment reads them: the same reader and the same binding."""
    with tempfile.TemporaryDirectory(prefix="zhunru-") as cache:
        given = [File(path.name, path, path.stat().st_size, sha256_of(path))]
        receipts = read_all(given, Path(cache), 1, None)
        bound = bind(given, receipts, Path(cache))
    if refused := bound.refused.get(Approval):
        raise InvalidRecord(refused[0].reason, f"{path} / {refused[0].origin.sheet} / {refused[0].origin.row or ''}")
    return [a for a in bound.records.get(Approval, []) if isinstance(a, Approval)]


def _found(path: Path, data: dict[str, Any], approval: Approval) -> Found:
    origin = approval.origin
    where = f"{path} / {origin.sheet} / {origin.row}"
    if origin.problems:
        raise InvalidRecord(Text("审批中有无法识别的单元格", "a cell of the approval cannot be read"), f"{where}: {origin.problems[0]}")
    try:
        entry = data[origin.sheet][(origin.row or 0) - 1]
        headings = [h for h in entry if field_of(Approval, h) == "signature"]
    except (KeyError, IndexError, TypeError) as error:
        raise InvalidRecord(Text("找不到该审批在文件中的位置", "the place of the approval in the file is not found"), where) from error
    if len(headings) > 1:
        raise InvalidRecord(Text("两列表示同一内容", "two headings stand for one field"), f"{where}: {', '.join(headings)}")
    return Found(approval, origin.sheet, (origin.row or 0) - 1, headings[0] if headings else "signature", bool(headings))
