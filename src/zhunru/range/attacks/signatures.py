"""Arbitrary software: signatures and key thresholds of the four top roles."""

# ruff: noqa: D103 - the declaration above each course says what it is

import json
from collections.abc import Callable, Iterator

from zhunru.range.attacks.declare import ALL, ROLE_ZH, TOP_ROLES, above, foreign, forged, outlive, resigned, scenario
from zhunru.range.update_repository import Repository, written
from zhunru.range.update_stage import Stage, Step

_STEP = {"root": "U-R1", "timestamp": "U-T1", "snapshot": "U-S2", "targets": "U-G2"}
_OTHER = {"root": "timestamp", "timestamp": "snapshot", "snapshot": "targets", "targets": "timestamp"}


def _unsigned(s: Stage, role: str) -> Repository:
    return forged(s, role, keys=lambda _: [])


def _foreign(s: Stage, role: str) -> Repository:
    return forged(s, role, keys=lambda f: [foreign(f, role)])


def _borrowed(s: Stage, role: str) -> Repository:
    fork = forged(s, role)
    whole = json.loads(fork.signed(role, keys=[foreign(fork, role)]))
    whole["signatures"][0]["keyid"] = fork.signers[role][0].key_id
    return _relisted(s, role, written(whole))


def _altered(s: Stage, role: str) -> Repository:
    whole = json.loads(forged(s, role).signed(role))
    whole["signed"]["x-added"] = "after signing"
    return _relisted(s, role, written(whole))


def _other_role(s: Stage, role: str) -> Repository:
    return forged(s, role, keys=lambda f: f.signers[_OTHER[role]])


def _no_hex(s: Stage, role: str) -> Repository:
    whole = json.loads(forged(s, role).signed(role))
    whole["signatures"][0]["sig"] = "not a signature"
    return _relisted(s, role, written(whole))


_CASES: tuple[tuple[str, Callable[[Stage, str], Repository], tuple[str, str], tuple[str, str]], ...] = (
    ("unsigned", _unsigned, ("没有签名", "without any signature"), ("不验签就信任元数据", "it trusts metadata without verifying a signature")),
    ("foreign-key", _foreign, ("由陌生密钥签名，并自称该密钥", "signed by an unknown key under its own key id"),
     ("接受未被授权的密钥", "it accepts a key that was never authorised")),
    ("forged-signature", _borrowed, ("的签名冒用真实密钥标识", "whose signature by a foreign key carries the true key id"),
     ("只核对密钥标识，不验算签名", "it compares key ids and does not verify the signature")),
    ("changed-after-signing", _altered, ("在签名后被改动", "changed after it was signed"),
     ("签名与内容不符仍予信任", "it trusts content that the signature does not cover")),
    ("key-of-another-role", _other_role, ("由另一角色的密钥签名", "signed by the key of another role"),
     ("不区分角色的密钥", "it does not tell the keys of the roles apart")),
    ("broken-signature", _no_hex, ("的签名不是十六进制", "whose signature is no hexadecimal text"),
     ("把无法解析的签名当作有效", "it takes a signature that cannot be read for a valid one")),
)  # fmt: skip


def _declare(role: str, name: str, make: Callable[[Stage, str], Repository], told: tuple[str, str], wrong: tuple[str, str]) -> None:
    title = f"{ROLE_ZH[role]}元数据{told[0]}", f"{role} metadata {told[1]}"

    @scenario(f"arbitrary-software.{name}-{role}", ALL, _STEP[role], title, wrong)
    def signed_wrongly(s: Stage) -> Iterator[Step]:
        yield s.control()
        s.attack(make(s, role), trusted=above(role))
        yield s.refuse()


def _relisted(s: Stage, role: str, data: bytes) -> Repository:
    """Return a fork that serves `data` as the next file of `role`."""
    fork = s.fork()
    fork.body[role]["version"] += 1
    return resigned(fork, role, data)


for _role in TOP_ROLES:
    for _case in _CASES:
        _declare(_role, *_case)


def _rotated(name: str, by_former: bool, by_own: bool, zh: str, en: str, wrong: tuple[str, str]) -> None:
    @scenario(f"arbitrary-software.root-{name}", ALL, "U-R1", (zh, en), wrong)
    def rotated(s: Stage) -> Iterator[Step]:
        yield s.control()
        fork = s.fork()
        former = fork.rotate("root")
        fork.body["root"]["version"] += 1
        fork.put("root", fork.signed("root", keys=[*(former if by_former else ()), *(fork.signers["root"] if by_own else ())]))
        s.attack(fork)
        yield s.refuse(trusted={"root": 1})
        # the true rotation is signed by both
        s.repo.new_root(*s.repo.rotate("root"))


_rotated(
    "not-signed-by-former-keys", False, True, "新根换了根密钥，只由新密钥签名", "the root keys are replaced; only the new ones sign",
    ("任何人都能给车辆换上自己的信任根", "anybody can give the vehicle a root of his own"),
)  # fmt: skip
_rotated(
    "not-signed-by-own-keys", True, False, "新根换了根密钥，只由旧密钥签名", "the root keys are replaced; only the former ones sign",
    ("接受新密钥未签名的根：密钥可能从未存在", "it accepts a root whose own keys did not sign: they may not exist"),
)  # fmt: skip


def _mistyped(role: str, other: str) -> None:
    @scenario(
        f"arbitrary-software.wrong-type-{role}", ALL, _STEP[role],
        (f"以{ROLE_ZH[other]}元数据冒充{ROLE_ZH[role]}元数据，签名密钥相同", f"{other} metadata in place of {role}, both roles having the same key"),
        ("不核对元数据的角色类型", "it does not compare the type of the metadata with the role"),
    )  # fmt: skip
    def mistyped(s: Stage) -> Iterator[Step]:
        # legitimate: one key holds both roles
        s.repo.rotate(role)
        s.repo.signers[role] = s.repo.signers[other]
        s.repo.body["root"]["roles"][role] = {"keyids": [k.key_id for k in s.repo.signers[other]], "threshold": 1}
        s.repo.new_root()
        s.ship()
        yield s.control()
        s.attack(forged(s, role, change=lambda body: body.update(_type=other)), trusted=above(role))
        yield s.refuse()


for _role, _kind in (("timestamp", "snapshot"), ("snapshot", "timestamp"), ("targets", "snapshot")):
    _mistyped(_role, _kind)


@scenario(
    "arbitrary-software.unknown-scheme", ALL, "U-T1",
    ("时间戳密钥的签名算法无人认识", "the timestamp key has a scheme that nobody knows"),
    ("对不认识的算法放行", "it lets an unknown signature scheme pass"),
)  # fmt: skip
def unknown_scheme(s: Stage) -> Iterator[Step]:
    yield s.control()
    fork = s.fork()
    fork.rotate("timestamp")
    key = fork.body["root"]["keys"][fork.signers["timestamp"][0].key_id]
    key |= {"scheme": "none", "keytype": "none"}
    fork.new_root()
    fork.stamp()
    s.attack(fork, trusted=("root",))
    yield s.refuse()
    outlive(s, "timestamp")


@scenario(
    "arbitrary-software.role-without-keys", ALL, "U-T1",
    ("根元数据没有给出时间戳角色的密钥", "the root lists a timestamp key id whose key it does not hold"),
    ("找不到密钥时放行", "it lets metadata pass when the key cannot be found"),
)  # fmt: skip
def keyless(s: Stage) -> Iterator[Step]:
    yield s.control()
    fork = s.fork()
    fork.rotate("timestamp")
    del fork.body["root"]["keys"][fork.signers["timestamp"][0].key_id]
    fork.new_root()
    fork.stamp()
    s.attack(fork, trusted=("root",))
    yield s.refuse()
    outlive(s, "timestamp")


_NUMBERS: tuple[tuple[str, object, str, str], ...] = (
    ("text", "99", "文本", "a text"),
    ("fraction", 99.5, "小数", "a fraction"),
    ("negative", -1, "负数", "negative"),
    ("zero", 0, "零", "zero"),
    ("null", None, "空", "null"),
)


def _misnumbered(name: str, value: object, zh: str, en: str) -> None:
    @scenario(
        f"arbitrary-software.version-is-{name}", ALL, "U-T2",
        (f"时间戳的版本号为{zh}", f"the version of the timestamp is {en}"),
        ("版本号不是正整数仍予接受", "it accepts a version that is no positive whole number"),
    )  # fmt: skip
    def misnumbered(s: Stage) -> Iterator[Step]:
        yield s.control()
        s.attack(forged(s, "timestamp", change=lambda body: body.update(version=value)))
        yield s.refuse()


for _number in _NUMBERS:
    _misnumbered(*_number)


def _schemes(scheme: str) -> None:
    short = scheme.split("-")[0]

    @scenario(
        f"arbitrary-software.{short}-key", ALL, "U-T1",
        (f"时间戳密钥换成 {scheme}：真实签名须接受，伪造签名须拒绝", f"the timestamp key becomes {scheme}: a true signature must pass, a forged one must not"),
        ("不会验算该算法的签名，或对其放行", "it cannot verify signatures of this scheme, or lets them pass"),
        optional=True,
    )  # fmt: skip
    def other_scheme(s: Stage) -> Iterator[Step]:
        s.repo.rotate("timestamp", scheme=scheme)
        s.repo.new_root()
        s.ship()
        yield s.control(trusted={"root": 2})
        fork = forged(s, "timestamp")
        whole = json.loads(fork.signed("timestamp", keys=[foreign(fork, "timestamp")]))
        whole["signatures"][0]["keyid"] = fork.signers["timestamp"][0].key_id
        s.attack(_relisted(s, "timestamp", written(whole)))
        yield s.refuse()
        s.calm()
        whole = json.loads(fork.signed("timestamp"))
        sig = whole["signatures"][0]["sig"]
        whole["signatures"][0]["sig"] = f"{sig[:-2]}{int(sig[-2:], 16) ^ 1:02x}"
        s.attack(_relisted(s, "timestamp", written(whole)))
        yield s.refuse()


for _scheme in ("ecdsa-sha2-nistp256", "rsassa-pss-sha256"):
    _schemes(_scheme)
