"""Delegations: who may say what about which file, in which order."""

# ruff: noqa: D103 - the declaration above each course says what it is

from collections.abc import Iterator
from hashlib import sha256

from zhunru.range.attacks.declare import FILES, above, foreign, forged, relisted, scenario
from zhunru.range.update_repository import OTHER, STALE, Repository
from zhunru.range.update_stage import BRAKE, Stage, Step

_UP = ("timestamp", "snapshot", "targets")


def _home(s: Stage, role: str, **more: object) -> None:
    """Let a delegated role list the brake image."""
    s.repo.body["targets"]["targets"].pop(BRAKE)
    s.repo.delegate("targets", role, ["brake*"], **more)  # type: ignore[arg-type]
    s.homes[BRAKE] = role


def _claim(s: Stage, fork: Repository, role: str) -> None:
    """The attacker holds `role` and lists a false brake image there."""
    evil = b"false brake image of " + role.encode()
    s.list_image(fork, BRAKE, evil, "ecu-brake", s.counter)
    if role != "targets":
        fork.body[role]["targets"][BRAKE] = fork.body["targets"]["targets"].pop(BRAKE)
    s.poison.add(sha256(evil).hexdigest())


def _claimed(s: Stage, role: str) -> Repository:
    """Return a fork in which `role` lists a false image; whoever else lists the true one still does."""
    fork, home = s.fork(), s.homes.get(BRAKE, "targets")
    true = fork.body[home]["targets"].get(BRAKE)
    s.homes[BRAKE] = "targets"
    _claim(s, fork, role)
    s.homes[BRAKE] = home
    if true and home != role:
        fork.body[home]["targets"][BRAKE] = true
        fork.lay(BRAKE, s.images[BRAKE])
    fork.release(role)
    return fork


def _signatures(name: str, zh: str, en: str, count: int, threshold: int) -> None:
    @scenario(
        f"arbitrary-software.delegated-{name}", FILES, "U-G2",
        (f"被委托角色的元数据{zh}", f"metadata of a delegated role {en}"),
        ("不验证被委托角色的签名", "it does not verify the signatures of a delegated role"),
    )  # fmt: skip
    def signatures(s: Stage) -> Iterator[Step]:
        _home(s, "brakes", keys=count, threshold=threshold)
        s.ship()
        yield s.control()
        by = {
            "unsigned": lambda _: [],
            "foreign-key": lambda f: [foreign(f, "brakes")],
            "key-of-delegator": lambda f: f.signers["targets"],
            "one-of-two": lambda f: f.signers["brakes"][:1],
            "signature-twice": lambda f: f.signers["brakes"][:1] * 2,
        }[name]
        s.attack(forged(s, "brakes", keys=by), trusted=_UP)
        yield s.refuse("download")


for _case in (
    ("unsigned", "没有签名", "without a signature", 1, 1),
    ("foreign-key", "由陌生密钥签名", "signed by an unknown key", 1, 1),
    ("key-of-delegator", "由委托者的密钥签名", "signed by the key of the delegator", 1, 1),
    ("one-of-two", "门限为二，只有一个签名", "that needs two signatures and has one", 2, 2),
    ("signature-twice", "门限为二，同一签名列两次", "that needs two signatures; one is listed twice", 2, 2),
):
    _signatures(*_case)


@scenario(
    "key-compromise.delegated-zero-threshold", FILES, "U-G2",
    ("委托的门限为零", "a delegation has a threshold of zero"),
    ("门限为零即无需签名", "with a threshold of zero it asks for no signature"),
)  # fmt: skip
def zero(s: Stage) -> Iterator[Step]:
    _home(s, "brakes")
    s.ship()
    yield s.control()
    fork = s.fork()
    fork.body["targets"]["delegations"]["roles"][0]["threshold"] = 0
    fork.signers["brakes"] = []
    fork.release("brakes")
    s.attack(fork, trusted=_UP)
    yield s.refuse("download")


@scenario(
    "key-compromise.delegation-revoked", FILES, "U-G2",
    ("委托者已换被委托角色的密钥，旧密钥签名的元数据仍在", "the delegator replaced the key of the role; the metadata signed by the former key are still served"),
    ("沿用旧委托者验证过的缓存", "it goes on trusting what it had verified under the former delegation"),
)  # fmt: skip
def revoked(s: Stage) -> Iterator[Step]:
    _home(s, "brakes")
    s.ship()
    yield s.control()
    fork = s.fork()
    key = fork.new_key("brakes")
    fork.body["targets"]["delegations"]["keys"] = {key.key_id: key.public}
    fork.body["targets"]["delegations"]["roles"][0]["keyids"] = [key.key_id]
    fork.release()
    s.attack(fork, trusted=_UP)
    yield s.refuse("download")


@scenario(
    "extraneous-dependencies.outside-of-its-paths", FILES, "U-D1",
    ("只管收音机的角色列出了制动软件；真实软件另有其主：须取得真实软件", "a role for the radio lists the brake image; the true one stands elsewhere: the true one must come"),
    ("被委托角色可为职责之外的文件作主", "a delegated role can speak for files outside of its paths"),
)  # fmt: skip
def outside(s: Stage) -> Iterator[Step]:
    s.repo.delegate("targets", "radios", ["radio-extra*"])
    _home(s, "brakes")
    s.ship()
    yield s.control()
    s.attack(_claimed(s, "radios"), trusted=(*_UP, "radios", "brakes"))
    yield s.accept("download")


@scenario(
    "arbitrary-software.lower-in-the-order", FILES, "U-D1",
    ("顺序在后的角色也列出该文件：须取顺序在前者", "a role lower in the order lists the file too: the higher one must win"),
    ("不按委托顺序取文件", "it does not keep to the order of the delegations"),
)  # fmt: skip
def order(s: Stage) -> Iterator[Step]:
    _home(s, "brakes")
    s.repo.delegate("targets", "workshop", ["*"])
    s.ship()
    yield s.control()
    s.attack(_claimed(s, "workshop"), trusted=(*_UP, "workshop", "brakes"))
    yield s.accept("download")


@scenario(
    "arbitrary-software.behind-a-terminating-role", FILES, "U-D1",
    ("终止性委托未列出该文件，其后的角色列出了假文件", "a terminating delegation does not list the file, a role behind it lists a false one"),
    ("越过终止性委托继续寻找", "it goes on searching behind a terminating delegation"),
)  # fmt: skip
def terminating(s: Stage) -> Iterator[Step]:
    _home(s, "brakes", terminating=True)
    s.repo.delegate("targets", "workshop", ["*"])
    s.ship()
    yield s.control()
    fork = _claimed(s, "workshop")
    del fork.body["brakes"]["targets"][BRAKE]
    fork.release("brakes")
    s.attack(fork, trusted=(*_UP, "workshop", "brakes"))
    yield s.refuse("download")


@scenario(
    "arbitrary-software.not-delegated-by-all", FILES, "U-D1",
    ("中间的委托不含该路径，末端角色列出了假文件", "a delegation in the middle does not cover the path, the role at its end lists a false file"),
    ("只看末端角色，不看整条委托链", "it looks at the last role only and not at the whole chain"),
)  # fmt: skip
def broken_chain(s: Stage) -> Iterator[Step]:
    s.repo.delegate("targets", "middle", ["radio-extra*"])
    s.repo.delegate("middle", "workshop", ["*"])
    s.ship()
    yield s.control()
    fork = _claimed(s, "workshop")
    fork.body["targets"]["targets"].pop(BRAKE)
    fork.release("middle")
    s.attack(fork, trusted=(*_UP, "middle", "workshop"))
    yield s.refuse("download")


@scenario(
    "endless-data.delegations-in-a-circle", FILES, "U-D1",
    ("委托成环，其后的角色列出真实文件：须取得", "delegations form a circle; a role behind lists the true file: it must come"),
    ("在委托环里打转", "it runs in circles"),
)  # fmt: skip
def circle(s: Stage) -> Iterator[Step]:
    s.repo.delegate("targets", "one", ["*"])
    s.repo.delegate("one", "two", ["*"])
    s.repo.delegate("two", "one", ["*"])
    _home(s, "brakes")
    s.ship()
    yield s.control(impatient=True)
    s.ship()
    yield s.accept("download", impatient=True)


@scenario(
    "endless-data.hundreds-of-delegations", FILES, "U-D1",
    ("三百个角色层层委托，无一列出该文件", "three hundred roles delegate one to the next, none lists the file"),
    ("委托搜索没有上限", "its search through delegations has no bound"),
)  # fmt: skip
def deep(s: Stage) -> Iterator[Step]:
    yield s.control()
    fork = s.fork()
    fork.body["targets"]["targets"].pop(BRAKE)
    names = [f"d{n}" for n in range(300)]
    for parent, name in zip(["targets", *names], names, strict=False):
        fork.delegate(parent, name, ["*"])
    fork.release(*names)
    s.attack(fork, trusted=(*_UP, *names))
    yield s.refuse("download", impatient=True)
    # whoever trusted that snapshot may ask for these roles to the end of days: the true repository goes on listing them
    s.repo.body["snapshot"]["meta"] |= {f"{n}.json": fork.body["snapshot"]["meta"][f"{n}.json"] for n in names}


@scenario(
    "mix-and-match.delegated-role-not-in-snapshot", FILES, "U-D1 U-G1",
    ("快照没有列出被委托的角色", "the snapshot does not list the delegated role"),
    ("接受快照未列出的被委托元数据", "it accepts delegated metadata that the snapshot does not list"),
)  # fmt: skip
def not_in_snapshot(s: Stage) -> Iterator[Step]:
    _home(s, "brakes")
    s.ship()
    fork = s.fork()
    del fork.body["snapshot"]["meta"]["brakes.json"]
    fork.snap()
    s.attack(fork, trusted=_UP)
    yield s.refuse("download")


def _differs(field: str) -> None:
    zh = {"hash": "摘要", "version": "版本"}[field]

    @scenario(
        f"mix-and-match.delegated-{field}-differs", FILES, "U-G1",
        (f"被委托角色的{zh}与快照所列不符", f"the {field} of a delegated role is not the one that the snapshot lists"),
        ("不核对被委托元数据与快照是否一致", "it does not compare delegated metadata with the snapshot"),
    )  # fmt: skip
    def differs(s: Stage) -> Iterator[Step]:
        _home(s, "brakes")
        s.ship()
        yield s.control()
        s.ship()
        fork = s.fork()
        if field == "hash":
            fork.body["brakes"]["expires"] = OTHER  # of the same length: only the hash tells
            s.metadata("brakes.json", fork.signed("brakes"))
        else:
            fork.body["brakes"]["version"] += 1
            fork.put("brakes", fork.signed("brakes"))
            fork.put("brakes", fork.metadata["brakes.json"], fork.body["brakes"]["version"] - 1)
            fork.body["brakes"]["version"] -= 1
            relisted(fork, "brakes")
            s.attack(fork, trusted=_UP)
        yield s.refuse("download")


_differs("hash")
_differs("version")


@scenario(
    "freeze.expired-delegated-role", FILES, "U-G3",
    ("被委托角色的元数据已过期", "metadata of a delegated role have expired"),
    ("不核对被委托元数据的有效期", "it does not look at the expiry of delegated metadata"),
)  # fmt: skip
def expired(s: Stage) -> Iterator[Step]:
    _home(s, "brakes")
    s.ship()
    yield s.control()
    s.attack(forged(s, "brakes", change=lambda body: body.update(expires=STALE)), trusted=above("brakes"))
    yield s.refuse("download")


@scenario(
    "rollback.older-delegated-role", FILES, "U-S4",
    ("新快照列出较早的被委托元数据", "a new snapshot lists an earlier version of a delegated role"),
    ("被委托的软件可退回旧版本", "delegated software can go back to an old version"),
)  # fmt: skip
def older(s: Stage) -> Iterator[Step]:
    _home(s, "brakes")
    s.ship()
    first = s.fork()
    s.ship()
    yield s.control()
    fork = s.fork()
    fork.body["brakes"] = first.body["brakes"]
    fork.put("brakes", first.metadata["brakes.json"])
    fork.list_in_snapshot("brakes")
    fork.snap()
    s.attack(fork, trusted=("timestamp",))
    yield s.refuse("download")


@scenario(
    "drop-request.delegated-role-missing", FILES, "U-E1",
    ("被委托角色的元数据取不到", "metadata of a delegated role cannot be had"),
    ("取不到被委托元数据仍报成功", "it reports success without the delegated metadata"),
)  # fmt: skip
def missing(s: Stage) -> Iterator[Step]:
    _home(s, "brakes")
    s.ship()
    yield s.control()
    s.ship()
    s.metadata("brakes.json", mode="missing")
    yield s.refuse("download")


def _named(name: str, role: str) -> None:
    @scenario(
        f"arbitrary-software.role-name-{name}", FILES, "U-D1",
        (f"被委托角色名为 {role}：须接受，且不得写出元数据目录", f"a delegated role is called {role}: must pass, and write nothing outside of the metadata folder"),
        ("角色名可改变读写的位置", "the name of a role can change where it reads and writes"),
    )  # fmt: skip
    def named(s: Stage) -> Iterator[Step]:
        _home(s, role)
        s.ship()
        yield s.control()


for _name, _role in (
    ("with-slash", "a/b"),
    ("leaves-the-folder", "../../escape"),
    ("chinese", "制动"),
    ("with-blank", "two words"),
    ("with-mark", "a?b#c%2F"),
):
    _named(_name, _role)


@scenario(
    "arbitrary-software.hashed-path-prefixes", FILES, "U-D1",
    ("委托以路径摘要前缀划分：列出真实文件的角色须被找到，别的前缀不得作数", "delegations by prefixes of path hashes: the right role must be found, another prefix must not count"),
    ("不按路径摘要前缀划分职责", "it does not divide by prefixes of path hashes"),
)  # fmt: skip
def prefixes(s: Stage) -> Iterator[Step]:
    digest = sha256(BRAKE.encode()).hexdigest()
    other = f"{int(digest[0], 16) ^ 1:x}"
    s.repo.body["targets"]["targets"].pop(BRAKE)
    s.repo.delegate("targets", "others", None, path_hash_prefixes=[other])
    s.repo.delegate("targets", "brakes", None, path_hash_prefixes=[digest[:2]])
    s.homes[BRAKE] = "brakes"
    s.ship()
    yield s.control()
    s.attack(_claimed(s, "others"), trusted=(*_UP, "others", "brakes"))
    yield s.accept("download")
