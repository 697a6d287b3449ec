"""Key compromise: one key alone, or one key counted twice, must not be enough; a revoked key must not count."""

import json
from collections.abc import Iterator

from zhunru.range.attacks.declare import ALL, ROLE_ZH, TOP_ROLES, above, foreign, forged, outlive, resigned, scenario
from zhunru.range.update_repository import Repository, written
from zhunru.range.update_stage import Stage, Step

_STEP = {"root": "U-R1", "timestamp": "U-T1", "snapshot": "U-S2", "targets": "U-G2"}


def _two_of(repo: Repository, role: str, count: int = 2, threshold: int = 2) -> None:
    """Make the true repository ask for `threshold` of `count` keys."""
    former = repo.rotate(role, count, threshold)
    repo.new_root(*(former if role == "root" else ()))


def _declare(role: str) -> None:
    zh, step = ROLE_ZH[role], _STEP[role]

    @scenario(
        f"key-compromise.one-of-two-{role}", ALL, step,
        (f"{zh}角色门限为二，只有一个签名", f"the {role} role needs two signatures and has one"),
        ("不执行签名门限，一把失陷的密钥即可冒充", "it does not keep the threshold: one compromised key is enough"),
    )  # fmt: skip
    def one_of_two(s: Stage) -> Iterator[Step]:
        _two_of(s.repo, role)
        s.ship()
        yield s.control()
        s.attack(forged(s, role, keys=lambda f: f.signers[role][:1]), trusted=above(role))
        yield s.refuse()

    @scenario(
        f"key-compromise.signature-twice-{role}", ALL, step,
        (f"{zh}角色门限为二，同一签名列两次", f"the {role} role needs two signatures; one is listed twice"),
        ("同一密钥的签名计两次", "it counts one key twice"),
    )  # fmt: skip
    def twice(s: Stage) -> Iterator[Step]:
        _two_of(s.repo, role)
        s.ship()
        yield s.control()
        s.attack(forged(s, role, keys=lambda f: f.signers[role][:1] * 2), trusted=above(role))
        yield s.refuse()

    @scenario(
        f"key-compromise.one-and-a-foreign-{role}", ALL, step,
        (f"{zh}角色门限为二，一个真实签名加一个陌生签名", f"the {role} role needs two signatures: one is true, one foreign"),
        ("把陌生签名计入门限", "it counts a foreign signature towards the threshold"),
    )  # fmt: skip
    def and_foreign(s: Stage) -> Iterator[Step]:
        _two_of(s.repo, role)
        s.ship()
        yield s.control()
        s.attack(forged(s, role, keys=lambda f: [f.signers[role][0], foreign(f, role)]), trusted=above(role))
        yield s.refuse()

    @scenario(
        f"key-compromise.two-of-three-{role}", ALL, step,
        (f"{zh}角色三把密钥门限为二，两个有效签名外加一个无效签名：须接受", f"two of three keys sign {role}, with a third signature that is void: must pass"),
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

    if role == "root":
        return

    @scenario(
        f"key-compromise.revoked-key-{role}", ALL, f"{step} U-R4",
        (f"{zh}角色已换新密钥，攻击者仍用旧密钥签名", f"the {role} key was replaced; the attacker signs with the former one"),
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

    @scenario(
        f"key-compromise.threshold-out-of-reach-{role}", ALL, step,
        (f"{zh}角色的门限高于密钥数，签名不可能足够", f"the threshold of {role} is higher than its keys: signatures cannot suffice"),
        ("门限大于密钥数时放行", "it lets metadata pass when the threshold cannot be met"),
    )  # fmt: skip
    def out_of_reach(s: Stage) -> Iterator[Step]:
        yield s.control()
        fork = s.fork()
        fork.rotate(role, 2, 3)
        fork.new_root()
        fork.body[role]["version"] += 1
        s.attack(resigned(fork, role, fork.signed(role)), trusted=("root", *above(role)))
        yield s.refuse()
        outlive(s, role)

    @scenario(
        f"key-compromise.zero-threshold-{role}", ALL, step,
        (f"根元数据把{zh}角色的门限设为零", f"the root sets the threshold of {role} to zero"),
        ("门限为零即无需签名", "with a threshold of zero it asks for no signature"),
    )  # fmt: skip
    def zero(s: Stage) -> Iterator[Step]:
        yield s.control()
        fork = s.fork()
        fork.body["root"]["roles"][role]["threshold"] = 0
        fork.new_root()
        fork.body[role]["version"] += 1
        s.attack(resigned(fork, role, fork.signed(role, keys=[])), trusted=("root", *above(role)))
        yield s.refuse()
        outlive(s, role)

    @scenario(
        f"key-compromise.one-key-two-ids-{role}", ALL, step,
        (f"{zh}角色门限为二，同一密钥以两个标识列出并签两次", f"the {role} role needs two keys; one key stands under two ids and signs twice"),
        ("同一密钥换个标识即可凑满门限", "it counts one key twice because it stands under two ids"),
    )  # fmt: skip
    def two_ids(s: Stage) -> Iterator[Step]:
        yield s.control()
        fork = s.fork()
        fork.rotate(role, 1, 2)
        key = fork.signers[role][0]
        alias = type(key)(key.seed, key.label, key.scheme, "again")
        fork.signers[role].append(alias)
        fork.admit(role, alias)
        fork.new_root()
        fork.body[role]["version"] += 1
        s.attack(resigned(fork, role, fork.signed(role)), trusted=("root", *above(role)))
        yield s.refuse()
        outlive(s, role)


for _role in TOP_ROLES:
    _declare(_role)
