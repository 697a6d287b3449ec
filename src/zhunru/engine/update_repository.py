"""Folders of update metadata on disk: found, read within bounds, and verified as a vehicle would."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from zhunru.core.errors import PlanError
from zhunru.core.text import Text
from zhunru.wire.metadata_delegation import find_target
from zhunru.wire.metadata_file import targets_of
from zhunru.wire.metadata_folder import served
from zhunru.wire.metadata_policy import TUF, UPTANE, UPTANE_2017, Fetch, Policy
from zhunru.wire.metadata_repository import refresh, trust
from zhunru.wire.metadata_step import Outcome
from zhunru.wire.metadata_take import NOTHING, Trusted
from zhunru.wire.metadata_target import ecus_of
from zhunru.wire.strict_json import MAX_BYTE
from zhunru.wire.uptane import Car, Ecu, Pair, verify_full, verify_partial
from zhunru.wire.uptane_vector import BEGINNING, answer

POLICIES: dict[str, Policy] = {"tuf": TUF, "uptane": UPTANE, "uptane-2017": UPTANE_2017}
MAX_FILE_COUNT = 100_000
_CHUNK_BYTE = 1 << 20
_DIGITS = 16
"""A number in a name with as many digits is none that a version may have."""
_HALVES = {"director": ("director",), "image": ("image", "imagerepo", "image_repo")}
OPEN_ROOT = Text(
    "没有给出可信根：取目录中版本最低的根，只证明其自洽",
    "no trusted root was given: the lowest one of the folder is taken, which proves consistency only",
)
OPEN_CAR = Text("没有给出控制器：硬件与控制器标识未核对", "no ECU was given: hardware and ECU ids were not compared")
OPEN_IMAGES = Text("没有给出镜像文件：长度与摘要未核对", "no images were given: lengths and hashes were not compared")


class _Files(Mapping[str, bytes]):
    """Metadata files below a folder, read when asked for and never beyond the longest metadata."""

    def __init__(self, folder: Path) -> None:
        self.paths = {p.relative_to(folder).as_posix(): p for p in _metadata_below(folder)}

    def __getitem__(self, name: str) -> bytes:
        with self.paths[name].open("rb") as stream:
            return stream.read(MAX_BYTE + 1)

    def __iter__(self) -> Iterator[str]:
        return iter(self.paths)

    def __len__(self) -> int:
        return len(self.paths)


@dataclass(frozen=True)
class Wish:
    """What a user asks to be verified.

    Args:
        folder: Repository, or folder of a pair.
        director: Folder of the Director; None = found by its name.
        image: Folder of the Image repository.
        roots: `tuf`, `director`, `image` -> file of the trusted root.
        now: Moment as of which expiry is judged.
        ecus: ECU id -> hardware id.
        policy: Key of `POLICIES`, empty = by what the folder is.
        partial: Verify the Director alone, as a small Secondary does.
        images: Folder of the target files.
        target: Target to look for in a single repository.
    """

    folder: Path
    now: datetime
    director: Path | None = None
    image: Path | None = None
    roots: Mapping[str, Path] | None = None
    ecus: Mapping[str, str] | None = None
    policy: str = ""
    partial: bool = False
    images: Path | None = None
    target: str = ""


@dataclass(frozen=True)
class Told:
    """What came of it: steps in order, and what was not looked at."""

    steps: tuple[Outcome, ...]
    open: tuple[Text, ...]


def verify(wish: Wish) -> Told:
    """Verify a repository or a pair.

    Raises:
        PlanError: There is no metadata where it should be.
        Refused: A trusted root is malformed or not signed by its own keys.
    """
    director = wish.director or _half(wish.folder, "director")
    image = wish.image or _half(wish.folder, "image")
    if director and wish.partial:
        return _partial(wish, director)
    if director and image:
        return _pair(wish, director, image)
    if director or image or wish.partial:
        raise _nothing(wish.folder, Text("需要指挥仓库与镜像仓库两个目录", "both the Director and the Image repository are needed"))
    return _single(wish)


def vectors(folder: Path, now: datetime, ecus: Mapping[str, str]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield name and answers, step by step, of each vector in `folder`."""
    car = Car({serial: Ecu(hardware) for serial, hardware in ecus.items()})
    for vector in sorted(p for p in folder.iterdir() if p.is_dir()):
        pair, answers = BEGINNING, []
        for step in sorted((p for p in vector.iterdir() if p.is_dir() and p.name.isdecimal()), key=lambda p: int(p.name)):
            pair, given = answer(pair, _of_step(step), now, car)
            answers.append(given)
        yield vector.name, answers


def without_messages(expected: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return expected answers without their English messages: names are what is compared."""

    def said(told: dict[str, Any]) -> dict[str, Any]:
        return {k: v for k, v in told.items() if k != "err_msg"}

    return [
        {
            where: {"update": said(told["update"]), "targets": {n: said(t) for n, t in told["targets"].items()}}
            for where, told in step.items()
        }
        for step in expected
    ]


def expected_of(path: Path) -> dict[str, list[dict[str, Any]]]:
    """Return the expected answers of a file, by vector.

    Raises:
        PlanError: It is no JSON object.
    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
        return {name: without_messages(steps) for name, steps in value.items()}
    except (ValueError, AttributeError, KeyError, TypeError) as error:
        raise PlanError(Text("不是预期答案文件", "it is no file of expected answers"), str(path)) from error


def _single(wish: Wish) -> Told:
    files, trusted, policy, known = _begin(wish, wish.folder, "tuf")
    fetch = served(files)
    seen = refresh(trusted, fetch, wish.now, policy)
    steps = list(seen.steps)
    if wish.target and not seen.refusal:
        found = find_target(seen.trusted, wish.target, fetch, wish.now, policy)
        steps += found.steps
        if found.target is None and not found.refusal:
            steps.append(Outcome("U-D1", "failed", "tuf", wish.target, "InvalidTarget", "no role lists it", "arbitrary-software"))
    return Told(tuple(steps), () if known else (OPEN_ROOT,))


def _pair(wish: Wish, director: Path, image: Path) -> Told:
    one, first, policy, known = _begin(wish, director, "director")
    two, second, _, known_image = _begin(wish, image, "image")
    lacking = [] if known and known_image else [OPEN_ROOT]
    car = Car({serial: Ecu(hardware) for serial, hardware in (wish.ecus or {}).items()})
    if not car.ecus:
        car = _own_car(first, served(one), wish.now, policy)
        lacking.append(OPEN_CAR)
    if not wish.images:
        lacking.append(OPEN_IMAGES)
    content = None if wish.images is None else _content(wish.images)
    seen = verify_full(Pair(first, second), served(one), served(two), wish.now, car, policy, content)
    return Told(seen.steps, tuple(lacking))


def _partial(wish: Wish, director: Path) -> Told:
    files, trusted, policy, known = _begin(wish, director, "director")
    if len(wish.ecus or {}) != 1:
        raise PlanError(
            Text("部分验证需要恰好一个控制器", "partial verification needs exactly one ECU"), str(director), Text("用 --ecu 与 --hardware 指定", "name it by --ecu and --hardware")
        )  # fmt: skip
    ((serial, hardware),) = (wish.ecus or {}).items()
    seen = verify_partial(trusted, served(files), wish.now, serial, Ecu(hardware), policy)
    return Told(seen.steps, (OPEN_IMAGES,) if known else (OPEN_ROOT, OPEN_IMAGES))


def _own_car(trusted: Trusted, fetch: Fetch, now: datetime, policy: Policy) -> Car:
    """Return the car that the Director believes in: nothing about ECUs can then be found wrong."""
    seen = refresh(trusted, fetch, now, policy, "director")
    if seen.refusal:
        return Car({})
    targets = targets_of(seen.trusted.targets["targets"]).values()
    return Car({serial: Ecu(hardware or "") for target in targets for serial, hardware in ecus_of(target).items()})


def _begin(wish: Wish, folder: Path, role: str) -> tuple[_Files, Trusted, Policy, bool]:
    """Return the files of a repository, the state to begin with, and whether the trusted root was given."""
    inner = folder / "metadata" if (folder / "metadata").is_dir() else folder
    files = _Files(inner)
    roots = sorted((n for n in files if n.endswith(("root.json", "root.der"))), key=_order)
    if not roots:
        raise _nothing(inner, Text("没有根元数据", "there is no root metadata"))
    given = (wish.roots or {}).get(role)
    encoding: Literal["json", "der"] = "der" if (given.suffix if given else Path(roots[0]).suffix) == ".der" else "json"
    policy = replace(POLICIES[wish.policy or ("tuf" if role == "tuf" else "uptane")], encoding=encoding)
    if given:
        with given.open("rb") as stream:
            return files, trust(stream.read(MAX_BYTE + 1), policy, role), policy, True
    if policy.first_use:
        return files, NOTHING, policy, False
    return files, trust(files[roots[0]], policy, role), policy, False


def _order(name: str) -> tuple[bool, int, str]:
    """Return what puts the root to begin with first: JSON before DER, then the lowest version."""
    number = Path(name).name.partition(".")[0]
    return name.endswith(".der"), (int(number) if number.isdecimal() and len(number) < _DIGITS else 0), name


def _half(folder: Path, role: str) -> Path | None:
    return next((folder / name for name in _HALVES[role] if (folder / name).is_dir()), None)


def _metadata_below(folder: Path) -> list[Path]:
    found: list[Path] = []
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        if path.suffix in {".json", ".der"} and path.is_file() and not path.is_symlink():
            found.append(path)
        if len(found) > MAX_FILE_COUNT:
            raise _nothing(folder, Text("目录中文件过多", "there are too many files in the folder"))
    return found


def _content(folder: Path) -> Any:
    base = folder.resolve()

    def content(name: str, target: Mapping[str, Any]) -> Iterator[bytes] | None:
        plain = name.lstrip("/")
        above, _, last = plain.rpartition("/")
        for path in (plain, *(f"{above}/{digest}.{last}".lstrip("/") for digest in target["hashes"].values())):
            found = (base / path).resolve()
            # a target path is untrusted text: it must not lead out of the folder
            if found.is_relative_to(base) and found.is_file():
                return _chunks(found)
        return None

    return content


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK_BYTE):
            yield chunk


def _of_step(folder: Path) -> Fetch:
    base = folder.resolve()

    def files(name: str, most: int) -> bytes | None:
        found = (base / name).resolve()
        if not found.is_relative_to(base) or not found.is_file():
            return None
        with found.open("rb") as stream:
            return stream.read(most + 1)

    return files


def _nothing(folder: Path, what: Text) -> PlanError:
    return PlanError(what, str(folder), Text("给出含元数据的目录", "name a folder that holds metadata"))
