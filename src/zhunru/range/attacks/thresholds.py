"""Key compromise: one key alone, or one key counted twice, must not be enough; a revoked key must not count."""

import json
from collections.abc import Callable, Iterator

from zhunru.range.attacks.declare import ALL, ROLE_ZH, TOP_ROLES, above, foreign, forged, outlive, resigned, scenario
from zhunru.range.update_keys import ThrowAwayKey
from zhunru.range.update_repository import Repository, written
from zhunru.range.update_stage import Stage, Step

_STEP = {"root": "U-R1", "timestamp": "U-T1", "snapshot": "U-S2", "targets": "U-G2"}


def _two_of(repo: Repository, role: str, count: int = 2, threshold: int = 2) -> None:
    """Make the true repository ask for `threshold` of `count` keys."""
    former = repo.rotate(role, count, threshold)
    repo.new_root(*(former if role == "root" else ()))


_Keys = Callable[[Repository, str], list[ThrowAwayKey]]
_SHORT: tuple[tuple[str, _Keys, tuple[str, str], tuple[str, str]], ...] = (
    ("one-of-two", lambda f, r: f.signers[r][:1], ("只有一个签名", "has one"),
     ("不执行签名门限，一把失陷的密钥即可冒充", "it does not keep the threshold: one compromised key is enough")),
    ("signature-twice", lambda f, r: f.signers[r][:1] * 2, ("同一签名列两次", "one is listed twice"), ("同一密钥的签名计两次", "it counts one key twice")),
    ("one-and-a-foreign", lambda f, r: [f.signers[r][0], foreign(f, r)], ("一个真实签名加一个陌生签名", "one is true, one foreign"),
     ("把陌生签名计入门限", "it counts a foreign signature towards the threshold")),
)  # fmt: skip


def _below(role: str, name: str, keys: _Keys, told: tuple[str, str], wrong: tuple[str, str]) -> None:
    title = f"{ROLE_ZH[role]}角色门限为二，{told[0]}", f"the {role} role needs two signatures: {told[1]}"

    @scenario(f"key-compromise.{name}-{role}", ALL, _STEP[role], title, wrong)
    def below(s: Stage) -> Iterator[Step]:
        _two_of(s.repo, role)
        s.ship()
        yield s.control()
        s.attack(forged(s, role, keys=lambda f: keys(f, role)), trusted=above(role))
        yield s.refuse()


def _enough(role: str) -> None:
    @scenario(
        f"key-compromise.two-of-three-{role}", ALL, _STEP[role],
        (f"{ROLE_ZH[role]}角色三把密钥门限为二，两个有效签名外加一个无效签名：须接受", f"two of three keys sign {role}, with a third signature that is void: must pass"),
        ("门限已满足仍拒绝合法更新", "it refuses a lawful update although the threshold is met"),
    )  # fmt: skip
    def two_of_three(s: Stage) -> Iterator[Step]:
        _two_of(s.repo, role, 3)
        s.ship()
        yield s.control()
        fork = s.fork()
        fork.body[role]["version"] += 1
        whole = json.loads(fork.signed(role, keys=[*fork.signers[role][:2], foreign(fork, role)]))
        whole["signatures"][2]["keyid"] = fork.signers[role][2].key_id
        s.attack(resigned(fork, role, written(whole)), trusted=TOP_ROLES)
        yield s.accept(trusted={role: fork.body[role]["version"]})
        if role == "root":
            s.repo.body["root"]["version"] += 1
            s.repo.metadata |= {n: b for n, b in fork.metadata.items() if n.endswith(".root.json")}


def _revoked(role: str) -> None:
    @scenario(
        f"key-compromise.revoked-key-{role}", ALL, f"{_STEP[role]} U-R4",
        (f"{ROLE_ZH[role]}角色已换新密钥，攻击者仍用旧密钥签名", f"the {role} key was replaced; the attacker signs with the former one"),
        ("已吊销的密钥仍有效", "a revoked key still counts"),
    )  # fmt: skip
    def revoked(s: Stage) -> Iterator[Step]:
        yield s.control()
        former = s.repo.rotate(role)
        s.repo.new_root()
        s.ship()
        yield s.control(trusted={"root": 2})
        s.attack(forged(s, role, keys=lambda _: former), trusted=above(role))
        yield s.refuse()


def _out_of_reach(fork: Repository, role: str) -> None:
    fork.rotate(role, 2, 3)


def _zero(fork: Repository, role: str) -> None:
    fork.body["root"]["roles"][role]["threshold"] = 0
    fork.signers[role] = []


def _two_ids(fork: Repository, role: str) -> None:
    fork.rotate(role, 1, 2)
    key = fork.signers[role][0]
    alias = ThrowAwayKey(key.seed, key.label, key.scheme, "again")
    fork.signers[role].append(alias)
    fork.admit(role, alias)


_FALSE_ROOTS: tuple[tuple[str, Callable[[Repository, str], None], tuple[str, str], tuple[str, str]], ...] = (
    ("threshold-out-of-reach", _out_of_reach, ("门限高于密钥数，签名不可能足够", "is higher than its keys: signatures cannot suffice"),
     ("门限大于密钥数时放行", "it lets metadata pass when the threshold cannot be met")),
    ("zero-threshold", _zero, ("门限为零", "is zero"), ("门限为零即无需签名", "with a threshold of zero it asks for no signature")),
    ("one-key-two-ids", _two_ids, ("门限为二，同一密钥以两个标识列出并签两次", "is two; one key stands under two ids and signs twice"),
     ("同一密钥换个标识即可凑满门限", "it counts one key twice because it stands under two ids")),
)  # fmt: skip


def _false_root(role: str, name: str, change: Callable[[Repository, str], None], told: tuple[str, str], wrong: tuple[str, str]) -> None:
    title = f"根元数据给{ROLE_ZH[role]}角色定的{told[0]}", f"the threshold that the root gives {role} {told[1]}"

    @scenario(f"key-compromise.{name}-{role}", ALL, _STEP[role], title, wrong)
    def false_root(s: Stage) -> Iterator[Step]:
        yield s.control()
        fork = s.fork()
        change(fork, role)
        fork.new_root()
        fork.body[role]["version"] += 1
        s.attack(resigned(fork, role, fork.signed(role)), trusted=("root", *above(role)))
        yield s.refuse()
        outlive(s, role)


for _role in TOP_ROLES:
    for _case in _SHORT:
        _below(_role, *_case)
    _enough(_role)
    if _role != "root":
        _revoked(_role)
        for _root in _FALSE_ROOTS:
            _false_root(_role, *_root)
