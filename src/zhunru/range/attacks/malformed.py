"""Truly signed metadata whose fields are not of the form that they must have: whoever holds one key must not crash or confuse a client."""

from collections.abc import Callable, Iterator
from typing import Any

from zhunru.range.attacks.declare import ALL, FILES, TOP_ROLES, above, forged, outlive, resigned, scenario
from zhunru.range.update_repository import Body
from zhunru.range.update_stage import BRAKE, Side, Stage, Step

_STEP = {"root": "U-R1", "timestamp": "U-T1", "snapshot": "U-S2", "targets": "U-G2"}
_WRONG = ("字段形式有误时崩溃、卡死或放行", "a field of the wrong form makes it crash, hang or pass")
_PAIR: tuple[Side, ...] = ("director", "image")


def _set(*path: str, to: Any) -> Callable[[Body], None]:
    """Return a change that puts a value at a path of keys."""

    def change(body: Body) -> None:
        for key in path[:-1]:
            body = body[key]
        body[path[-1]] = to

    return change


def _drop(*path: str) -> Callable[[Body], None]:
    """Return a change that takes a key away."""

    def change(body: Body) -> None:
        for key in path[:-1]:
            body = body[key]
        del body[path[-1]]

    return change


_ENTRY = ("targets", BRAKE)
_FORMS: tuple[tuple[str, str, tuple[Side, ...], Callable[[Body], None], str, str], ...] = (
    ("roles-missing", "root", ALL, _drop("roles", "timestamp"), "根没有定义时间戳角色", "the root does not define the timestamp role"),
    ("roles-no-object", "root", ALL, _set("roles", to=[]), "根的 roles 是列表", "the roles of the root are a list"),
    ("keys-no-object", "root", ALL, _set("keys", to=[]), "根的 keys 是列表", "the keys of the root are a list"),
    ("keyids-no-list", "root", ALL, _set("roles", "targets", "keyids", to="all"), "角色的 keyids 是文本", "the key ids of a role are a text"),
    ("threshold-text", "root", ALL, _set("roles", "targets", "threshold", to="1"), "角色的门限是文本", "the threshold of a role is a text"),
    ("threshold-fraction", "root", ALL, _set("roles", "targets", "threshold", to=0.5), "角色的门限是小数", "the threshold of a role is a fraction"),
    ("keyids-twice", "root", ALL, lambda body: body["roles"]["targets"]["keyids"].extend(body["roles"]["targets"]["keyids"]),
     "角色的同一密钥标识列了两次", "a role lists one key id twice"),
    ("key-no-object", "root", ALL, _set("keys", "00", to="none"), "密钥不是对象", "a key is no object"),
    ("meta-no-object", "timestamp", ALL, _set("meta", to=[]), "时间戳的 meta 是列表", "what the timestamp lists is a list"),
    ("meta-missing", "timestamp", ALL, _drop("meta", "snapshot.json"), "时间戳没有列出快照", "the timestamp does not list the snapshot"),
    ("meta-version-text", "timestamp", ALL, _set("meta", "snapshot.json", "version", to="3"), "所列版本是文本", "a listed version is a text"),
    ("meta-hashes-no-object", "timestamp", ALL, _set("meta", "snapshot.json", "hashes", to="sha256"), "所列摘要是文本", "listed hashes are a text"),
    ("snapshot-meta-no-object", "snapshot", ALL, _set("meta", to=None), "快照的 meta 为空", "what the snapshot lists is null"),
    ("snapshot-entry-no-object", "snapshot", ALL, _set("meta", "targets.json", to=3), "快照所列的一项不是对象", "an entry of the snapshot is no object"),
    ("targets-no-object", "targets", ALL, _set("targets", to=[BRAKE]), "目标元数据的 targets 是列表", "the targets are a list"),
    ("length-text", "targets", ALL, _set(*_ENTRY, "length", to="6000"), "软件包长度是文本", "the length of an image is a text"),
    ("length-negative", "targets", ALL, _set(*_ENTRY, "length", to=-1), "软件包长度为负", "the length of an image is negative"),
    ("hashes-no-object", "targets", ALL, _set(*_ENTRY, "hashes", to=["sha256"]), "软件包摘要是列表", "the hashes of an image are a list"),
    ("delegations-no-object", "targets", FILES, _set("delegations", to=[1]), "委托是列表", "the delegations are a list"),
    ("delegated-roles-no-list", "targets", FILES, _set("delegations", to={"keys": {}, "roles": "all"}), "被委托角色是文本", "the delegated roles are a text"),
    ("delegation-without-paths", "targets", FILES, _set("delegations", to={"keys": {}, "roles": [
        {"name": "other", "keyids": [], "threshold": 1, "terminating": False}]}), "委托没有路径", "a delegation names no paths"),
    ("delegation-of-a-top-role", "targets", FILES, _set("delegations", to={"keys": {}, "roles": [
        {"name": "root", "keyids": [], "threshold": 1, "terminating": False, "paths": ["*"]}]}), "委托的名称是顶层角色", "a delegation has the name of a top role"),
    ("ecus-no-object", "targets", ("director",), _set(*_ENTRY, "custom", "ecuIdentifiers", to=["ecu-brake"]), "控制器是列表", "the ECUs are a list"),
    ("ecu-is-a-number", "targets", ("director",), _set(*_ENTRY, "custom", to={"ecuIdentifier": 7}), "控制器标识是数字", "the ECU id is a number"),
    ("no-ecu", "targets", ("director",), _set(*_ENTRY, "custom", to={}), "没有说明给哪个控制器", "no ECU is named"),
    ("hardware-a-number", "targets", ("director",), _set(*_ENTRY, "custom", "ecuIdentifiers", "ecu-brake", "hardwareId", to=7),
     "硬件标识是数字", "the hardware id is a number"),
    ("hardware-list-of-numbers", "targets", ("image",), _set(*_ENTRY, "custom", "hardwareIds", to=[7]), "硬件标识列表含数字", "the hardware ids are numbers"),
    ("counter-a-text", "targets", _PAIR, _set(*_ENTRY, "custom", "releaseCounter", to="9"), "发布计数是文本", "the release counter is a text"),
    ("counter-negative", "targets", _PAIR, _set(*_ENTRY, "custom", "releaseCounter", to=-1), "发布计数为负", "the release counter is negative"),
    ("custom-no-object", "targets", _PAIR, _set(*_ENTRY, "custom", to="brake"), "custom 是文本", "the custom fields are a text"),
)  # fmt: skip


def _form(name: str, role: str, sides: tuple[Side, ...], change: Callable[[Body], None], zh: str, en: str) -> None:
    @scenario(f"denial-of-service.{name}", sides, f"{_STEP[role]} U-E1", (f"{zh}（签名真实）", f"{en}, truly signed"), _WRONG)
    def form(s: Stage) -> Iterator[Step]:
        yield s.control()
        if name.startswith("delegat"):
            # a client that searches no further than it must never sees a delegation beside the listed file
            s.attack(forged(s, role, change=lambda body: (change(body), body["targets"].pop(BRAKE))), trusted=TOP_ROLES)  # type: ignore[arg-type, func-returns-value]
        else:
            # the file itself may be kept: it is the true signer's, and no field of it is followed
            s.attack(forged(s, role, change=change), trusted=(role, *above(role)))
        yield s.refuse("download", impatient=True)
        if role == "root":
            outlive(s, "timestamp")


for _each in _FORMS:
    _form(*_each)


@scenario(
    "denial-of-service.signatures-no-list", ALL, "U-T1 U-E1",
    ("时间戳的签名不是列表", "the signatures of the timestamp are no list"), _WRONG,
)  # fmt: skip
def no_list(s: Stage) -> Iterator[Step]:
    """Yield the course."""
    yield s.control()
    s.metadata(
        "timestamp.json", s.repo.metadata["timestamp.json"].replace(b'"signatures":[', b'"signatures":{"a":[').replace(b"}],", b"}]},", 1)
    )
    yield s.refuse(impatient=True)


@scenario(
    "denial-of-service.signature-no-object", ALL, "U-T1 U-E1",
    ("时间戳的一个签名不是对象", "a signature of the timestamp is no object"), _WRONG,
)  # fmt: skip
def no_object(s: Stage) -> Iterator[Step]:
    """Yield the course."""
    yield s.control()
    s.metadata("timestamp.json", s.repo.metadata["timestamp.json"].replace(b'"signatures":[', b'"signatures":["none",'))
    yield s.refuse(impatient=True)


@scenario(
    "key-compromise.key-under-a-false-id", _PAIR, "U-R1",
    ("根把时间戳密钥列在不属于它的密钥标识之下", "the root lists the timestamp key under an id that is not its own"),
    ("不核对密钥标识：一把密钥可冒用另一把的标识", "it does not compare key ids with their keys: one key can take the id of another"),
)  # fmt: skip
def false_id(s: Stage) -> Iterator[Step]:
    """Yield the course."""
    yield s.control()
    fork, false = s.fork(), "00" * 32
    fork.rotate("timestamp")
    root = fork.body["root"]
    root["keys"][false] = root["keys"].pop(fork.signers["timestamp"][0].key_id)
    root["roles"]["timestamp"]["keyids"] = [false]
    fork.new_root()
    fork.body["timestamp"]["version"] += 1
    data = fork.signed("timestamp").replace(fork.signers["timestamp"][0].key_id.encode(), false.encode())
    s.attack(resigned(fork, "timestamp", data), trusted=("root",))
    yield s.refuse()
    outlive(s, "timestamp")


@scenario(
    "key-compromise.duplicate-signature", ALL, "U-T1",
    ("时间戳的真实签名列了两次（规范禁止）", "the true signature of the timestamp stands twice, which the specification forbids"),
    ("签名列表含重复标识仍接受", "it accepts a list of signatures with one key id twice"),
)  # fmt: skip
def duplicate(s: Stage) -> Iterator[Step]:
    """Yield the course."""
    yield s.control()
    s.attack(forged(s, "timestamp", keys=lambda f: f.signers["timestamp"] * 2))
    yield s.refuse()


@scenario(
    "mix-and-match.timestamp-without-hash", _PAIR, "U-S1",
    ("时间戳没有给出快照的摘要（Uptane 要求给出）", "the timestamp gives no hash of the snapshot, which Uptane demands"),
    ("不要求快照的摘要：同一版本号下的快照可以互换", "it asks for no hash of the snapshot: snapshots of one version can be exchanged"),
)  # fmt: skip
def without_hash(s: Stage) -> Iterator[Step]:
    """Yield the course."""
    yield s.control()
    fork = s.fork()
    fork.body["timestamp"]["version"] += 1
    for field in ("hashes", "length"):
        fork.body["timestamp"]["meta"]["snapshot.json"].pop(field)
    s.attack(resigned(fork, "timestamp", fork.signed("timestamp")), trusted=("timestamp",))
    yield s.refuse()
