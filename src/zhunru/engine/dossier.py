"""A dossier: a folder with `dossier.toml`, `evidence/` and `records/`."""

import hashlib
import json
import os
import stat
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from zhunru.core.errors import PlanError
from zhunru.core.subject import Subject
from zhunru.core.text import Text
from zhunru.engine.digests import side_by_side

FORMAT = 1
FOLDERS = ("evidence", "records")
STATE = ".zhunru"
_ALWAYS_HASHED_BYTE = 8 << 20


@dataclass(frozen=True, slots=True)
class File:
    """One file of the dossier.

    Args:
        name: Path inside the dossier, `/` between parts, undecodable bytes escaped.
        path: Where it stands.
        size_byte: Size on disk.
        sha256: Digest of its bytes; empty when it is not a readable regular file.
        refusal: Why it was not opened, or None.
    """

    name: str
    path: Path
    size_byte: int
    sha256: str
    refusal: Text | None = None


class ProfileLimit(BaseModel):
    """A number of a check changed for this programme, with its justification."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    value: bool | int | Annotated[float, Field(allow_inf_nan=False)] | str
    justification: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Profile(BaseModel):
    """Changed numbers: `[limits."<check>".<name>]` with `value` and `justification`."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: str = ""
    title: str = ""
    limits: dict[str, dict[str, ProfileLimit]] = Field(default_factory=dict)


@dataclass
class Dossier:
    """A folder opened for assessment; with `fresh` every digest is computed anew, whatever the folder remembers."""

    folder: Path
    subject: Subject
    profile: Profile = field(default_factory=Profile)
    fresh: bool = False

    @property
    def state(self) -> Path:
        """Folder of caches; may be deleted at any time."""
        return self.folder / STATE

    @cached_property
    def files(self) -> tuple[File, ...]:
        """Every file under `evidence/` and `records/`, sorted by name; links and devices are refused, not followed."""
        for name in FOLDERS:
            if (self.folder / name).is_symlink():
                raise PlanError(
                    Text("档案目录是符号链接，不跟随", "a folder of the dossier is a symbolic link and is not followed"),
                    str(self.folder / name),
                    Text("改为真实目录", "make it a real folder"),
                )
        memory = _Digests(None if self.fresh else self.state / "digests.json")
        paths = [path for folder in FOLDERS for path in _walk(self.folder / folder)]
        found = side_by_side(lambda path: memory.file(self.folder, path), paths)
        memory.save()
        return tuple(sorted(found, key=lambda f: f.name))

    @cached_property
    def own_files(self) -> tuple[File, ...]:
        """The statement `dossier.toml` and the profiles: sealed in the ledger beside the evidence."""
        paths = [self.folder / "dossier.toml", *sorted((self.folder / "profiles").glob("*.toml"))]
        memory = _Digests(None)
        return tuple(memory.file(self.folder, p) for p in paths if p.exists())


def open_dossier(folder: Path, profile: str = "", *, fresh: bool = False) -> Dossier:
    """Open `folder`; raise PlanError telling what is wrong with `dossier.toml` or the profile."""
    path = folder / "dossier.toml"
    if not path.is_file():
        raise PlanError(
            Text("找不到 dossier.toml", "dossier.toml is not there"),
            str(path),
            Text(f"先运行：zhunru init {folder}", f"run first: zhunru init {folder}"),
        )
    data = _toml(path)
    if data.get("format") != FORMAT:
        raise PlanError(
            Text("dossier.toml 的格式版本不识别", "unknown format version in dossier.toml"), f"{path}: format", Text("应为 1", "must be 1")
        )
    unknown = set(data) - {"format", "subject"}
    if unknown or not isinstance(data.get("subject"), dict):
        raise PlanError(
            Text("dossier.toml 结构不对", "dossier.toml has the wrong structure"),
            f"{path}: {', '.join(sorted(unknown)) or 'subject'}",
            Text("应有 format 和 [subject]", "it has format and [subject]"),
        )
    try:
        subject = Subject.model_validate(data["subject"])
    except ValidationError as error:
        raise PlanError(
            Text("产品声明无法使用", "the statement of the product cannot be used"), f"{path} [subject] {_first(error)}", _init_hint()
        ) from error
    return Dossier(folder, subject, _profile(folder, profile), fresh)


def _init_hint() -> Text:
    return Text("字段说明见 zhunru explain subject", "fields: zhunru explain subject")


def _first(error: ValidationError) -> str:
    first = error.errors()[0]
    return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise PlanError(
            Text("TOML 文件读不通", "the TOML file cannot be read"),
            f"{path}: {error}",
            Text("用 UTF-8 保存并改正该处", "save as UTF-8 and correct the place"),
        ) from error


def _profile(folder: Path, name: str) -> Profile:
    if not name:
        return Profile()
    path = Path(name) if name.endswith(".toml") else folder / "profiles" / f"{name}.toml"
    if not path.is_file():
        raise PlanError(
            Text("找不到参数方案", "the profile is not there"),
            str(path),
            Text("放在 profiles/ 下", "put it under profiles/ or give its path"),
        )
    try:
        return Profile.model_validate(_toml(path) | {"name": path.stem})
    except ValidationError as error:
        raise PlanError(
            Text("参数方案无法使用", "the profile cannot be used"),
            f"{path} {_first(error)}",
            Text("每个数值都要有 value 和 justification", "each number needs value and justification"),
        ) from error


def _walk(folder: Path) -> Iterator[Path]:
    # scandir without following links: a directory loop is seen once, as a link
    pending = [folder] if folder.is_dir() and not folder.is_symlink() else []
    while pending:
        with os.scandir(pending.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    pending.append(Path(entry.path))
                else:
                    yield Path(entry.path)


class _Digests:
    """Remembers digests of large files by size and time, so that an unchanged capture is not hashed on every run.

    `zhunru verify` never uses this memory.
    """

    def __init__(self, store: Path | None) -> None:
        self.store = store
        self.known: dict[str, list[Any]] = {}
        self.seen: dict[str, list[Any]] = {}
        if store and store.is_file():
            try:
                loaded = json.loads(store.read_bytes())
                self.known = loaded if isinstance(loaded, dict) else {}
            except ValueError:
                self.known = {}

    def file(self, folder: Path, path: Path) -> File:
        name = os.fsencode(path.relative_to(folder).as_posix()).decode("utf-8", "backslashreplace")
        info = path.lstat()
        if stat.S_ISLNK(info.st_mode):
            return File(
                name, path, 0, "", Text("符号链接不跟随；请放入文件本身", "a symbolic link is not followed; put the file itself here")
            )
        if not stat.S_ISREG(info.st_mode):
            return File(name, path, 0, "", Text("不是普通文件", "not a regular file"))
        mark = [info.st_size, info.st_mtime_ns, info.st_ctime_ns, info.st_ino]
        remembered = self.known.get(name)
        if info.st_size > _ALWAYS_HASHED_BYTE and remembered and remembered[:4] == mark:
            digest = str(remembered[4])
        else:
            try:
                digest = sha256_of(path)
            except OSError:
                return File(name, path, info.st_size, "", Text("文件打不开", "the file cannot be opened"))
        if info.st_size > _ALWAYS_HASHED_BYTE:
            self.seen[name] = [*mark, digest]
        return File(name, path, info.st_size, digest)

    def save(self) -> None:
        if self.store and self.seen != self.known:
            write_whole(self.store, json.dumps(self.seen, sort_keys=True).encode())


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def write_whole(path: Path, content: bytes) -> None:
    """Write `content` so that a reader sees the old file or the new one, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    part.write_bytes(content)
    part.replace(path)
