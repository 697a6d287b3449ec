"""Two repositories: the Director says which image goes to which ECU, the Image repository says what the image is; one alone must not be enough."""

# ruff: noqa: D103 - the declaration above each course says what it is

from collections.abc import Callable, Iterator

from zhunru.range.attacks.declare import scenario
from zhunru.range.update_repository import Body, Repository, file_meta
from zhunru.range.update_stage import BRAKE, ECUS, IMAGES, RADIO, Stage, Step

_METADATA = ("timestamp", "snapshot", "targets")


def _changed(s: Stage, name: str, change: Callable[[Body], object]) -> Repository:
    """Return a fork of one repository whose next release has changed targets, truly signed."""
    fork = s.fork(name)
    change(fork.body["targets"]["targets"])
    fork.release()
    return fork


def _evil(s: Stage, *names: str) -> bytes:
    """Serve a false brake image that the repositories `names` list; their keys are the attacker's."""
    evil = bytes(b ^ 4 for b in s.images[BRAKE])
    forks = []
    for name in names:
        fork = s.fork(name)
        s.list_image(fork, BRAKE, evil, "ecu-brake", s.counter + 1)
        fork.release()
        forks.append(fork)
    s.attack(*forks, trusted=_METADATA)
    s.target(BRAKE, evil)
    s.serve(f"image/targets/{file_meta(evil)['hashes']['sha256']}.{BRAKE}", evil)
    s.serve(f"image/targets/{file_meta(evil)['hashes']['sha512']}.{BRAKE}", evil)
    return evil


def _alone(name: str, zh: str, en: str) -> None:
    @scenario(
        f"key-compromise.{name}-alone", ("uptane",), "U-M1",
        (f"{zh}的全部在线密钥失陷，列出了假软件；另一仓库没有", f"all online keys of the {en} are compromised and list a false image; the other repository does not"),
        ("一个仓库失陷即可安装任意软件", "one compromised repository is enough for arbitrary software"),
    )  # fmt: skip
    def alone(s: Stage) -> Iterator[Step]:
        yield s.control()
        _evil(s, name)
        yield s.refuse("download")


_alone("director", "Director 仓库", "Director")
_alone("image", "Image 仓库", "Image repository")


@scenario(
    "arbitrary-software.only-in-director", ("uptane",), "U-M1",
    ("Director 指派了 Image 仓库没有的软件包", "the Director assigns an image that the Image repository does not list"),
    ("安装 Image 仓库没有列出的软件包", "it installs an image that the Image repository does not list"),
)  # fmt: skip
def only_director(s: Stage) -> Iterator[Step]:
    yield s.control()
    evil, name = b"never published", "new.bin"
    fork = s.fork("director")
    fork.body["targets"]["targets"].pop(BRAKE)
    s.list_image(fork, name, evil, "ecu-brake", s.counter + 1)
    fork.release()
    s.attack(fork, trusted=_METADATA)
    for digest in file_meta(evil)["hashes"].values():
        s.serve(f"image/targets/{digest}.{name}", evil)
    s.serve(f"image/targets/{name}", evil)
    yield s.refuse("download")


def _disagree(field: str, value: Callable[[Body], object], zh: str, en: str) -> None:
    @scenario(
        f"mix-and-match.repositories-disagree-on-{field}", ("uptane",), "U-M1",
        (f"两个仓库对同一软件包的{zh}说法不同", f"the two repositories disagree on the {en} of an image"),
        ("不比对两个仓库的说法", "it does not compare what the two repositories say"),
    )  # fmt: skip
    def disagree(s: Stage) -> Iterator[Step]:
        yield s.control()
        s.ship()

        def change(targets: Body) -> None:
            targets[BRAKE] |= {field: value(targets[BRAKE])}

        s.attack(_changed(s, "director", change), trusted=_METADATA)
        yield s.refuse("download")


_disagree("length", lambda entry: entry["length"] + 1, "长度", "length")
_disagree("hashes", lambda entry: entry["hashes"] | {"sha512": "00" * 64}, "摘要", "hashes")
_disagree(
    "custom", lambda entry: entry["custom"] | {"releaseCounter": entry["custom"]["releaseCounter"] + 1}, "发布计数", "release counter"
)


@scenario(
    "mix-and-match.repositories-disagree-on-must-match", ("uptane",), "U-M1",
    ("两个仓库在“须一致”的自定义字段上说法不同", "the two repositories disagree in the custom section that must match"),
    ("不比对须一致的自定义字段", "it does not compare the custom fields that must match"),
)  # fmt: skip
def must_match(s: Stage) -> Iterator[Step]:
    yield s.control()
    s.ship()

    def says(word: str) -> Callable[[Body], None]:
        return lambda targets: targets[BRAKE]["custom"].update({"must-match": {"swin": word}})

    s.attack(_changed(s, "director", says("one")), _changed(s, "image", says("two")), trusted=_METADATA)
    yield s.refuse("download")


@scenario(
    "rollback.release-counter", ("uptane",), "U-M2",
    ("元数据版本都更高，但发布计数更低：装回旧软件", "all metadata versions are higher, the release counter is lower: old software"),
    ("只看元数据版本，不看软件的发布计数", "it looks at versions of metadata only and not at the release counter of the image"),
)  # fmt: skip
def counter(s: Stage) -> Iterator[Step]:
    old, count = dict(s.images), s.counter
    s.ship()
    yield s.control()
    forks = [s.fork(n) for n in s.repos]
    for fork in forks:
        for path, ecu in IMAGES.items():
            s.list_image(fork, path, old[path], ecu, count)
        fork.release()
    s.attack(*forks, trusted=_METADATA)
    yield s.refuse("download")


@scenario(
    "offline-downgrade.lower-release-counter", ("uptane",), "U-M2",
    ("离线工具提供签名真实、元数据版本更高、发布计数更低的旧软件", "a workshop tool serves old software, truly signed, with higher versions of metadata and a lower release counter"),
    ("离线工具可以降级", "an offline tool can downgrade"),
)  # fmt: skip
def counter_offline(s: Stage) -> Iterator[Step]:
    old, count = dict(s.images), s.counter
    s.ship()
    yield s.control()
    forks = [s.fork(n) for n in s.repos]
    for fork in forks:
        for path, ecu in IMAGES.items():
            s.list_image(fork, path, old[path], ecu, count)
        fork.release()
    s.attack(*forks, trusted=_METADATA)
    yield s.refuse("download", source="offline")


# wrong software


def _hardware(name: str, repos: tuple[str, ...], zh: str, en: str) -> None:
    @scenario(
        f"wrong-software.hardware-differs-in-{name}", ("uptane",), "U-I1",
        (f"{zh}所列硬件与控制器不符", f"the hardware that the {en} gives is not that of the ECU"),
        ("不核对硬件标识，把软件装进不相配的控制器", "it does not compare the hardware id: software goes into a unit that it does not fit"),
    )  # fmt: skip
    def hardware(s: Stage) -> Iterator[Step]:
        yield s.control()
        s.ship()

        def change(targets: Body) -> None:
            custom = targets[BRAKE]["custom"]
            if "hardwareIds" in custom:
                custom["hardwareIds"] = ["hw-of-another-car"]
            else:
                custom["ecuIdentifiers"]["ecu-brake"]["hardwareId"] = "hw-of-another-car"

        s.attack(*(_changed(s, n, change) for n in repos), trusted=_METADATA)
        yield s.refuse("download")


_hardware("director", ("director",), "Director", "Director")
_hardware("image", ("image",), "Image 仓库", "Image repository")
_hardware("both", ("director", "image"), "两个仓库", "two repositories")


@scenario(
    "wrong-software.images-swapped", ("uptane",), "U-I1",
    ("Director 把两个控制器的软件包互换", "the Director swaps the images of two ECUs"),
    ("不核对软件包是否适合该控制器的硬件", "it does not ask whether an image fits the hardware of the ECU"),
)  # fmt: skip
def swapped(s: Stage) -> Iterator[Step]:
    yield s.control()
    s.ship()

    def change(targets: Body) -> None:
        brake, radio = (targets[p]["custom"].pop("ecuIdentifiers") for p in (BRAKE, RADIO))
        targets[BRAKE]["custom"]["ecuIdentifiers"], targets[RADIO]["custom"]["ecuIdentifiers"] = radio, brake

    s.attack(_changed(s, "director", change), trusted=_METADATA)
    yield s.refuse("download")


# what the Director may not say


@scenario(
    "arbitrary-software.director-delegates", ("uptane",), "U-G4",
    ("Director 的目标元数据含委托", "the targets metadata of the Director hold delegations"),
    ("允许 Director 委托他人指派软件", "it lets the Director delegate who assigns software"),
)  # fmt: skip
def delegates(s: Stage) -> Iterator[Step]:
    yield s.control()
    fork = s.fork("director")
    fork.delegate("targets", "others", ["*"])
    fork.release("others")
    s.attack(fork, trusted=("timestamp", "snapshot"))
    yield s.refuse("download")
    # the true snapshot goes on listing what the client may have trusted
    s.repos["director"].body["snapshot"]["meta"]["others.json"] = fork.body["snapshot"]["meta"]["others.json"]


@scenario(
    "mix-and-match.one-unit-two-images", ("uptane",), "U-G4",
    ("Director 给同一控制器指派两个软件包", "the Director assigns two images to one ECU"),
    ("同一控制器被指派两次也接受", "it accepts two assignments for one ECU"),
)  # fmt: skip
def twice(s: Stage) -> Iterator[Step]:
    yield s.control()
    s.ship()

    def change(targets: Body) -> None:
        targets[RADIO]["custom"]["ecuIdentifiers"]["ecu-brake"] = {"hardwareId": ECUS["ecu-brake"]}

    def fits(targets: Body) -> None:
        targets[RADIO]["custom"]["hardwareIds"] = list(ECUS.values())

    s.attack(_changed(s, "director", change), trusted=("timestamp", "snapshot"))
    s.attack(_changed(s, "image", fits), trusted=_METADATA)
    yield s.refuse("download")


@scenario(
    "extraneous-dependencies.unit-not-in-vehicle", ("uptane",), "U-G4",
    ("Director 给本车没有的控制器指派软件包", "the Director assigns an image to an ECU that this vehicle does not have"),
    ("接受本车没有的控制器的软件", "it accepts software for an ECU that the vehicle does not have"),
)  # fmt: skip
def stranger(s: Stage) -> Iterator[Step]:
    yield s.control()
    forks = [s.fork(n) for n in s.repos]
    for fork in forks:
        s.list_image(fork, "extra.bin", b"for another car", "ecu-of-another-car", s.counter)
        fork.release()
    s.attack(*forks, trusted=_METADATA)
    yield s.refuse("download")


@scenario(
    "extraneous-dependencies.not-assigned", ("uptane",), "U-M1",
    ("Image 仓库有更多软件包，Director 没有指派：须接受，且不得多取", "the Image repository holds more images than the Director assigns: must pass, and bring nothing else"),
    ("下载没有指派给本车的软件", "it downloads software that nobody assigned to this vehicle"),
)  # fmt: skip
def not_assigned(s: Stage) -> Iterator[Step]:
    yield s.control()
    s.repos["image"].add("extra.bin", b"for other cars", hardwareIds=["hw-other"], releaseCounter=1)
    s.ship()
    yield s.accept("download")


# partial bundle


def _bundle(name: str, zh: str, en: str, drop: Callable[[Stage], object]) -> None:
    @scenario(
        f"partial-bundle.{name}", ("uptane",), "U-V1",
        (f"一组两个软件包中，{zh}", f"of a bundle of two images {en}"),
        ("成组软件只装一部分，留下未经一起测试的组合", "it installs part of a bundle and leaves a combination that was never tested"),
    )  # fmt: skip
    def partial(s: Stage) -> Iterator[Step]:
        yield s.control()
        s.ship()
        drop(s)
        yield s.refuse("download")


_bundle("image-dropped", "一个的请求被断开", "the request for one is dropped", lambda s: s.target(RADIO, mode="closed"))
_bundle("image-missing", "一个取不到", "one cannot be had", lambda s: s.target(RADIO, mode="missing"))
_bundle("image-changed", "一个被改动", "one is changed", lambda s: s.target(RADIO, b"x" + s.images[RADIO][1:]))
_bundle("first-image-missing", "前一个取不到", "the first cannot be had", lambda s: s.target(BRAKE, mode="missing"))
_bundle(
    "not-in-image-repository", "一个不在 Image 仓库", "one is not in the Image repository",
    lambda s: s.attack(_changed(s, "image", lambda targets: targets.pop(RADIO)), trusted=_METADATA),
)  # fmt: skip


@scenario(
    "metadata-replay.former-assignment", ("uptane",), "U-G3",
    ("重放 Director 先前的指派（未过期）", "a former assignment of the Director is served again, unexpired"),
    ("旧的指派可被重放", "a former assignment can be replayed"),
)  # fmt: skip
def replayed(s: Stage) -> Iterator[Step]:
    old = s.fork("director")
    s.ship()
    yield s.control()
    for name in ("timestamp.json", "snapshot.json", "targets.json"):
        s.metadata(name, old.metadata[name])
    yield s.refuse("download")
