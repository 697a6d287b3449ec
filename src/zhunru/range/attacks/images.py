"""Images: bytes, lengths, hashes, names; the file that belongs elsewhere."""

# ruff: noqa: D103 - the declaration above each course says what it is

from collections.abc import Callable, Iterator
from hashlib import md5, sha256, sha512

from zhunru.range.attacks.declare import scenario
from zhunru.range.update_repository import Body, file_meta
from zhunru.range.update_stage import BRAKE, RADIO, Side, Stage, Step

_WHOLE: tuple[Side, ...] = ("tuf", "uptane")
_METADATA = ("timestamp", "snapshot", "targets")


def _misissued(s: Stage, evil: bytes, meta: Callable[[bytes], Body]) -> None:
    """All repositories list `evil` under BRAKE with the entries of `meta`, truly signed: only the client's own look at the file is left."""
    forks = [s.fork(name) for name in s.repos]
    for fork in forks:
        entry = meta(evil)
        fork.body["targets"]["targets"][BRAKE] |= entry
        fork.release()
    s.attack(*forks, trusted=_METADATA)
    for fork in forks:
        if fork.name == s.store.name:
            fork.lay(BRAKE, evil, meta(evil))
            s.attack(fork, trusted=_METADATA)


@scenario(
    "arbitrary-software.image-bytes-changed", _WHOLE, "U-I2",
    ("软件包内容被改动，长度不变", "the bytes of the image are changed, its length is not"),
    ("不核对软件包的摘要", "it does not compare the hash of the image"),
)  # fmt: skip
def changed(s: Stage) -> Iterator[Step]:
    yield s.control()
    s.ship()
    s.target(BRAKE, bytes(b ^ 0x20 for b in s.images[BRAKE]))
    yield s.refuse("download")


@scenario(
    "arbitrary-software.image-cut-short", _WHOLE, "U-I2",
    ("软件包被截短后完整送达", "the image is cut short and sent as a whole"),
    ("不核对软件包的长度与摘要", "it compares neither length nor hash of the image"),
)  # fmt: skip
def short(s: Stage) -> Iterator[Step]:
    yield s.control()
    s.ship()
    s.target(BRAKE, s.images[BRAKE][:-1])
    yield s.refuse("download")


def _one_hash(right: str, wrong: str, algorithm: Callable[[bytes], object]) -> None:
    @scenario(
        f"arbitrary-software.only-{right}-matches", _WHOLE, "U-I2",
        (f"软件包只符合所列两种摘要之一（{right}）", f"the image matches only one of its two hashes ({right})"),
        ("只核对其中一种摘要", "it stops at one of the hashes"),
    )  # fmt: skip
    def one_hash(s: Stage) -> Iterator[Step]:
        yield s.control()
        true = s.images[BRAKE]

        def meta(evil: bytes) -> Body:
            return {"length": len(evil), "hashes": file_meta(evil)["hashes"] | {wrong: algorithm(true).hexdigest()}}  # type: ignore[attr-defined]

        _misissued(s, bytes(b ^ 1 for b in true), meta)
        yield s.refuse("download")


_one_hash("sha256", "sha512", sha512)
_one_hash("sha512", "sha256", sha256)


def _length(name: str, by: int, zh: str, en: str) -> None:
    @scenario(
        f"arbitrary-software.listed-length-too-{name}", _WHOLE, "U-I2",
        (f"所列长度比实际{zh}，摘要相符", f"the listed length is {en} than the image, its hashes match"),
        ("不核对软件包的长度", "it does not compare the length of the image"),
    )  # fmt: skip
    def length(s: Stage) -> Iterator[Step]:
        yield s.control()
        evil = s.images[BRAKE][:4000] + b"other"
        _misissued(s, evil, lambda data: file_meta(data) | {"length": len(data) + by})
        yield s.refuse("download")


_length("short", -5, "短", "shorter")
_length("long", 5, "长", "longer")


def _hash_entries(name: str, entries: Callable[[bytes], dict[str, str]], zh: str, en: str) -> None:
    @scenario(
        f"arbitrary-software.{name}", _WHOLE, "U-I2",
        (zh, en),
        ("没有可用的摘要也安装", "it installs an image without a hash that it can compare"),
    )  # fmt: skip
    def weak(s: Stage) -> Iterator[Step]:
        yield s.control()
        _misissued(s, bytes(b ^ 2 for b in s.images[BRAKE]), lambda data: {"length": len(data), "hashes": entries(data)})
        yield s.refuse("download")


_hash_entries("no-hashes", lambda _: {}, "没有列出摘要", "no hash is listed")
_hash_entries("unknown-hash", lambda _: {"none": "00"}, "只列出无人认识的摘要算法", "only a hash of an unknown algorithm is listed")
_hash_entries(
    "weak-hash", lambda data: {"md5": md5(data, usedforsecurity=False).hexdigest()}, "只列出 MD5 摘要", "only an MD5 hash is listed"
)


@scenario(
    "wrong-software.image-of-another-unit", _WHOLE, "U-I2",
    ("以另一控制器的真实软件包替换", "the true image of another unit is served in its place"),
    ("只要是厂家的软件包就安装，不问是否所要的那一个", "it installs any image of the maker, not the one that was asked for"),
)  # fmt: skip
def swapped(s: Stage) -> Iterator[Step]:
    yield s.control()
    s.ship()
    s.target(BRAKE, s.images[RADIO])
    yield s.refuse("download")


@scenario(
    "rollback.former-image", _WHOLE, "U-I2",
    ("元数据是新的，软件包是旧版本的真实软件", "the metadata are new, the image is the true one of the former release"),
    ("以新版本之名装回旧软件", "it installs old software under the name of the new release"),
)  # fmt: skip
def former(s: Stage) -> Iterator[Step]:
    yield s.control()
    old = s.images[BRAKE]
    s.ship()
    s.target(BRAKE, old)
    yield s.refuse("download")


@scenario(
    "extraneous-dependencies.unlisted-image", ("tuf",), "U-G2",
    ("所要的软件包未列入元数据，但服务器上有该文件", "the image asked for is not listed, yet the server holds such a file"),
    ("下载未列入元数据的文件", "it downloads a file that no metadata list"),
)  # fmt: skip
def unlisted(s: Stage) -> Iterator[Step]:
    yield s.control()
    evil = b"not listed anywhere"
    s.serve("repo/targets/extra.bin", evil)
    s.serve(f"repo/targets/{sha256(evil).hexdigest()}.extra.bin", evil)
    yield s.refuse("download", target="extra.bin")


@scenario(
    "extraneous-dependencies.only-what-was-asked", ("tuf",), "U-G2",
    ("元数据声称软件包依赖另一文件；只要一个文件：须接受，且不得多取", "metadata claim that the image needs another file; one file is asked for: must pass, and bring nothing else"),
    ("顺带下载未被要求的文件", "it brings files along that nobody asked for"),
)  # fmt: skip
def only_asked(s: Stage) -> Iterator[Step]:
    yield s.control()
    s.repo.add("extra.bin", b"extra")
    s.ship()
    s.repo.body["targets"]["targets"][BRAKE]["custom"] = {"dependencies": ["extra.bin"]}
    s.repo.release()
    yield s.accept("download")


@scenario(
    "arbitrary-software.name-leaves-the-folder", _WHOLE, "U-I1",
    ("软件包名为 ../escape.bin", "the name of the image is ../escape.bin"),
    ("文件名可把文件写到目标目录之外", "a file name can put a file outside of the target folder"),
)  # fmt: skip
def escape(s: Stage) -> Iterator[Step]:
    yield s.control()
    data, name = b"escaped " * 100, "../escape.bin"
    forks = [s.fork(n) for n in s.repos]
    for fork in forks:
        s.list_image(fork, name, data, "ecu-brake", s.counter + 1)
        if s.kind == "uptane":
            fork.body["targets"]["targets"].pop(BRAKE)
        fork.release()
    s.attack(*forks, trusted=_METADATA)
    for path in ("escape.bin", f"{sha256(data).hexdigest()}.escape.bin", f"{sha512(data).hexdigest()}.escape.bin"):
        s.serve(f"{s.store.name}/{path}", data, poison=False)
        s.serve(f"{s.store.name}/targets/{path}", data, poison=False)
    yield s.either("download", target=name, allowed=(sha256(data).hexdigest(), *(sha256(d).hexdigest() for d in s.images.values())))
