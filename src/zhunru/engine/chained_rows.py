"""Ledgers of moves: TOML files under `records/` to which rows are only added, each bearing the digest of the one before it."""

import json
import os
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from zhunru.core.errors import InvalidRecord, RecordError
from zhunru.core.record import Record
from zhunru.core.text import Text

Row = TypeVar("Row", bound=Record)


def load_rows(path: Path, kind: type[Row], first_break: Callable[[Sequence[Row]], Row | None]) -> list[Row]:
    """Return the rows that the file holds, none when it is not there.

    Args:
        path: The file.
        kind: Kind of its rows; the file is one list under its name.
        first_break: Returns the first row that does not follow the one before it.

    Raises:
        RecordError: A link, not TOML, another structure, or a chain that does not hold: nothing is added to what is not whole.
    """
    if path.is_symlink():
        raise RecordError(Text("台账是符号链接，不跟随", "the ledger is a symbolic link and is not followed"), str(path))
    if not path.exists():
        return []
    hint = Text("用可信副本恢复该文件", "restore the file from a trusted copy")
    try:
        data = tomllib.loads(path.read_bytes().decode("utf-8"))
        rows = [kind.model_validate(entry) for entry in data[kind.kind()]]
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError, ValidationError, RecursionError) as error:
        what = Text(f"{kind.title_zh}台账读不通", "the ledger of moves cannot be read")
        raise InvalidRecord(what, f"{path}: {str(error)[:200]}", hint) from error
    broken = first_break(rows)
    if broken or set(data) != {kind.kind()}:
        where = f"{path}: {getattr(broken, 'number', '') if broken else ', '.join(sorted(data))}"
        what = Text(f"{kind.title_zh}记录链断裂：有行缺失、重复或被改动", "the chain of moves breaks: a row is lost, repeated or altered")
        raise InvalidRecord(what, where, hint)
    return rows


def add_row(path: Path, rows: Sequence[Row], row: Row, first_break: Callable[[Sequence[Row]], Row | None], head: str) -> None:
    """Add one row, as a whole or not at all.

    Args:
        path: The file.
        rows: Rows that it holds.
        row: Row to add.
        first_break: Returns the first row that does not follow the one before it.
        head: First line of a new file.

    Raises:
        InvalidRecord: The row does not read back as it was meant, or does not follow the last one.
    """
    kind = type(row)
    fields = {k: v for k, v in row.model_dump(mode="json").items() if v is not None}
    block = f"\n[[{kind.kind()}]]\n" + "".join(f"{k} = {_toml(str(v))}\n" for k, v in fields.items())
    old = path.read_bytes() if path.exists() else head.encode()
    new = old + (b"" if old.endswith(b"\n") else b"\n") + block.encode("utf-8")
    written = [kind.model_validate(e) for e in tomllib.loads(new.decode("utf-8"))[kind.kind()]]
    if written != [*rows, row] or first_break(written):  # what is written must read back as what was meant
        raise InvalidRecord(Text("流转记录写出后读回不一致", "the move does not read back as it was entered"), str(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    with part.open("wb") as stream:
        stream.write(new)
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(path)


def _toml(text: str) -> str:
    # JSON escapes are a subset of TOML's, but for DEL, which TOML does not allow as it is
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
