"""Rollback, freeze, fast-forward, mix-and-match and replay on the chain of metadata."""

# ruff: noqa: D103 - the declaration above each course says what it is

from collections.abc import Iterator

from zhunru.range.attacks.declare import ALL, ROLE_ZH, TOP_ROLES, above, forged, outlive, relisted, resigned, scenario
from zhunru.range.update_repository import OTHER, STALE
from zhunru.range.update_stage import Stage, Step

_HUGE = 2**31
_SIDES = ALL


@scenario(
    "rollback.older-timestamp", _SIDES, "U-T2",
    ("重放较早的时间戳（未过期，签名真实）", "an earlier timestamp is served again, unexpired and truly signed"),
    ("接受比已信任版本更旧的时间戳", "it accepts a timestamp older than the trusted one"),
)  # fmt: skip
def older_timestamp(s: Stage) -> Iterator[Step]:
    old = s.repo.metadata["timestamp.json"]
    s.ship()
    yield s.control()
    s.metadata("timestamp.json", old)
    yield s.refuse(trusted={"timestamp": s.repo.body["timestamp"]["version"]})


def _older_snapshot(hashes: bool) -> None:
    @scenario(
        f"rollback.older-snapshot{'' if hashes else '-without-hashes'}", _SIDES if hashes else ("tuf",), "U-S3",
        ("新时间戳指向较早的快照" + ("" if hashes else "（元数据不带摘要）"), "a new timestamp names an earlier snapshot" + ("" if hashes else ", no hashes listed")),
        ("接受比已信任版本更旧的快照", "it accepts a snapshot older than the trusted one"),
        hashes=hashes,
    )  # fmt: skip
    def older_snapshot(s: Stage) -> Iterator[Step]:
        first = s.fork()
        s.ship()
        yield s.control()
        fork = s.fork()
        for role in ("snapshot", "targets"):
            fork.body[role] = first.body[role]
            fork.put(role, first.metadata[f"{role}.json"])
        fork.stamp()
        s.attack(fork)
        yield s.refuse()


def _older_targets(hashes: bool) -> None:
    @scenario(
        f"rollback.older-targets{'' if hashes else '-without-hashes'}", _SIDES if hashes else ("tuf",), "U-S4 U-G3",
        ("新快照列出较早的目标元数据" + ("" if hashes else "（元数据不带摘要）"), "a new snapshot lists earlier targets metadata" + ("" if hashes else ", no hashes listed")),
        ("接受比已信任版本更旧的目标元数据，可装回旧软件", "it accepts targets metadata older than the trusted ones: old software comes back"),
        hashes=hashes,
    )  # fmt: skip
    def older_targets(s: Stage) -> Iterator[Step]:
        first = s.fork()
        s.ship()
        yield s.control()
        fork = s.fork()
        fork.body["targets"] = first.body["targets"]
        fork.put("targets", first.metadata["targets.json"])
        fork.list_in_snapshot("targets")
        fork.snap()
        s.attack(fork, trusted=("timestamp",))
        yield s.refuse()


for _with in (True, False):
    _older_snapshot(_with)
    _older_targets(_with)


@scenario(
    "rollback.role-dropped-from-snapshot", ("tuf", "image"), "U-S5",
    ("新快照不再列出先前列出的元数据", "a new snapshot no longer lists metadata that it listed before"),
    ("快照中的元数据可被悄悄撤下", "metadata can be taken out of the snapshot unnoticed"),
)  # fmt: skip
def dropped(s: Stage) -> Iterator[Step]:
    s.repo.delegate("targets", "spare", ["spare/*"])
    s.ship()
    yield s.control()
    fork = s.fork()
    del fork.body["snapshot"]["meta"]["spare.json"]
    fork.snap()
    s.attack(fork, trusted=("timestamp",))
    yield s.refuse()


_WRONG_ROOTS = (
    ("same-version", 1, "根元数据版本未增加", "the second root still has version 1"),
    ("skipped-version", 3, "根元数据版本跳过一号", "the second root has version 3"),
    ("huge-version", _HUGE, "根元数据版本跳到极大", "the second root has version 2**31"),
)


def _wrong_root(name: str, version: int, zh: str, en: str) -> None:
    @scenario(
        f"rollback.root-{name}", _SIDES, "U-R2",
        (f"{zh}（签名真实）", f"{en}, truly signed"),
        ("根元数据可以跳号或倒退", "the root may skip versions or go back"),
    )  # fmt: skip
    def wrong_root(s: Stage) -> Iterator[Step]:
        yield s.control()
        fork = s.fork()
        fork.body["root"] |= {"version": version, "x-other": "root"}
        data = fork.signed("root")
        s.metadata("2.root.json", data)
        yield s.refuse(trusted={"root": 1})


for _root in _WRONG_ROOTS:
    _wrong_root(*_root)


@scenario(
    "rollback.unchanged-version-new-content", _SIDES, "U-T2",
    ("时间戳内容变了而版本号不变", "the content of the timestamp changed, its version did not"),
    ("同一版本号下换内容也接受", "it takes new content under an old version"),
)  # fmt: skip
def same_version(s: Stage) -> Iterator[Step]:
    s.ship()
    yield s.control()
    fork = s.fork()
    fork.body["timestamp"]["meta"]["snapshot.json"]["version"] += 1
    s.metadata("timestamp.json", fork.signed("timestamp"))
    yield s.either("refresh")


# freeze


def _expired(role: str) -> None:
    step = {"root": "U-R3", "timestamp": "U-T3", "snapshot": "U-S6", "targets": "U-G3"}[role]

    @scenario(
        f"freeze.expired-{role}", _SIDES, step,
        (f"{ROLE_ZH[role]}元数据已过期", f"the {role} metadata have expired"),
        ("接受过期元数据：攻击者可让车辆永远停在旧版本", "it accepts expired metadata: an attacker can hold the vehicle at an old version for ever"),
    )  # fmt: skip
    def expired(s: Stage) -> Iterator[Step]:
        yield s.control()
        s.attack(forged(s, role, change=lambda body: body.update(expires=STALE)), trusted=(role, *above(role)))
        yield s.refuse()
        if role == "root":
            outlive(s, "timestamp")

    @scenario(
        f"freeze.no-expiry-{role}", _SIDES, step,
        (f"{ROLE_ZH[role]}元数据没有有效期", f"the {role} metadata have no expiry"),
        ("没有有效期就当作永不过期", "it takes metadata without an expiry as valid for ever"),
    )  # fmt: skip
    def endless(s: Stage) -> Iterator[Step]:
        yield s.control()
        s.attack(forged(s, role, change=lambda body: body.pop("expires")), trusted=above(role))
        yield s.refuse()


for _role in TOP_ROLES:
    _expired(_role)


@scenario(
    "freeze.expiry-is-no-date", _SIDES, "U-T3",
    ("时间戳的有效期不是日期", "the expiry of the timestamp is no date"),
    ("有效期无法解析时放行", "it lets metadata pass when the expiry cannot be read"),
)  # fmt: skip
def no_date(s: Stage) -> Iterator[Step]:
    yield s.control()
    s.attack(forged(s, "timestamp", change=lambda body: body.update(expires="2036-13-45T99:00:00Z")))
    yield s.refuse()


@scenario(
    "freeze.expired-on-first-contact", _SIDES, "U-T3",
    ("新车首次联网即收到过期时间戳", "a new vehicle receives an expired timestamp at its first contact"),
    ("没有旧状态时不核对有效期", "without an earlier state it does not look at the expiry"),
)  # fmt: skip
def first_contact(s: Stage) -> Iterator[Step]:
    s.attack(forged(s, "timestamp", change=lambda body: body.update(expires=STALE)), trusted=("timestamp",))
    yield s.refuse("download")


@scenario(
    "freeze.expired-intermediate-root", _SIDES, "U-R1 U-R3",
    ("离线数月：中间的根已过期，最新的根有效，须接受", "offline for months: the roots in between have expired, the last one is valid: must pass"),
    ("拒绝过期的中间根，长期离线的车辆再也无法升级", "it refuses expired roots in between: a vehicle that was offline for long can never update again"),
)  # fmt: skip
def long_offline(s: Stage) -> Iterator[Step]:
    yield s.control()
    true = s.repo.body["root"]["expires"]
    s.repo.body["root"]["expires"] = STALE
    for _ in range(3):
        s.repo.new_root(*s.repo.rotate("root"))
    s.repo.body["root"]["expires"] = true
    s.repo.rotate("timestamp")
    s.repo.new_root(*s.repo.rotate("root"))
    s.ship()
    yield s.accept("download", trusted={"root": 5})


# fast-forward


def _recovery(role: str, rotated: tuple[str, ...]) -> None:
    @scenario(
        f"fast-forward.recovery-{role}", _SIDES, "U-R4",
        (f"{ROLE_ZH[role]}版本被快进到 2**31，厂家换密钥后从低版本重新发布：须接受", f"{role} was driven to version 2**31; the maker replaces the keys and restarts low: must pass"),
        ("换密钥后仍拒绝低版本，快进攻击使车辆永久失去升级", "it refuses low versions after the keys were replaced: fast-forward stops updates for good"),
    )  # fmt: skip
    def recovery(s: Stage) -> Iterator[Step]:
        yield s.control()
        before = {r: s.repo.body[r]["version"] for r in ("timestamp", "snapshot", "targets")}
        s.repo.body[role]["version"] = _HUGE
        resigned(s.repo, role, s.repo.signed(role))
        yield s.accept(trusted={role: _HUGE})
        for other in rotated:
            s.repo.rotate(other)
        s.repo.new_root()
        s.repo.body[role]["version"] = before[role]
        s.ship()
        yield s.accept("download", trusted={"root": 2, role: before[role] + 1})


for _role, _keys in (("timestamp", ("timestamp",)), ("snapshot", ("timestamp", "snapshot")), ("targets", ("timestamp", "snapshot"))):
    _recovery(_role, _keys)


@scenario(
    "fast-forward.no-recovery-without-rotation", _SIDES, "U-T2",
    ("时间戳被快进后，未换密钥就发布低版本", "after a fast-forward a low version is served although no key was replaced"),
    ("不换密钥也接受低版本，等于没有防回滚", "it accepts low versions although no key was replaced: no protection against rollback"),
    recovers=False,
)  # fmt: skip
def no_rotation(s: Stage) -> Iterator[Step]:
    yield s.control()
    low = forged(s, "timestamp", change=lambda body: body.update(version=5))
    s.repo.body["timestamp"]["version"] = _HUGE
    s.repo.write("timestamp")
    yield s.accept(trusted={"timestamp": _HUGE})
    s.attack(low)
    yield s.refuse(trusted={"timestamp": _HUGE})


# mix-and-match


@scenario(
    "mix-and-match.snapshot-of-another-release", _SIDES, "U-S1",
    ("时间戳属于新版本，快照取自旧版本", "the timestamp is of the new release, the snapshot of the former one"),
    ("不核对快照与时间戳是否一致", "it does not compare the snapshot with the timestamp"),
)  # fmt: skip
def mixed_snapshot(s: Stage) -> Iterator[Step]:
    old = s.repo.metadata["snapshot.json"]
    yield s.control()
    s.ship()
    s.metadata("snapshot.json", old, poison=False)
    yield s.refuse()


def _mixed(role: str, field: str) -> None:
    above, step = {"snapshot": ("timestamp", "U-S1"), "targets": ("snapshot", "U-G1")}[role]
    zh = {"hash": "摘要", "version": "版本"}[field]

    @scenario(
        f"mix-and-match.{role}-{field}-differs", _SIDES, step,
        (f"{ROLE_ZH[role]}元数据的{zh}与{ROLE_ZH[above]}所列不符（签名真实）", f"the {field} of the {role} metadata is not the one that the {above} lists, truly signed"),
        ("不核对各元数据是否一致：可混装未经一起测试的软件", "it does not compare metadata with each other: software never tested together can be mixed"),
    )  # fmt: skip
    def differs(s: Stage) -> Iterator[Step]:
        yield s.control()
        s.ship()
        fork = s.fork()
        if field == "hash":
            fork.body[role]["expires"] = OTHER  # of the same length: only the hash tells
            s.metadata(f"{role}.json", fork.signed(role))
        else:
            # hash and length are listed rightly, the version is not
            fork.body[role]["version"] += 1
            fork.put(role, fork.signed(role))
            fork.put(role, fork.metadata[f"{role}.json"], fork.body[role]["version"] - 1)
            fork.body[role]["version"] -= 1
            relisted(fork, role)
            s.attack(fork, trusted=("timestamp", "snapshot") if role == "targets" else ("timestamp",))
        yield s.refuse()


for _role in ("snapshot", "targets"):
    for _field in ("hash", "version"):
        _mixed(_role, _field)


@scenario(
    "mix-and-match.targets-not-in-snapshot", _SIDES, "U-G1",
    ("快照没有列出目标元数据", "the snapshot does not list the targets metadata"),
    ("接受快照未列出的元数据", "it accepts metadata that the snapshot does not list"),
)  # fmt: skip
def unlisted(s: Stage) -> Iterator[Step]:
    s.repo.body["snapshot"]["meta"]["other.json"] = {"version": 1}
    fork = s.fork()
    del fork.body["snapshot"]["meta"]["targets.json"]
    fork.snap()
    s.attack(fork, trusted=("timestamp", "snapshot"))
    yield s.refuse("download")


# replay


@scenario(
    "metadata-replay.timestamp-after-key-change", _SIDES, "U-T1 U-R4",
    ("换密钥之后重放旧密钥签名的时间戳", "a timestamp signed by the former key is served again after the key was replaced"),
    ("旧密钥签名的元数据可被重放", "metadata signed by the former key can be replayed"),
)  # fmt: skip
def replayed(s: Stage) -> Iterator[Step]:
    yield s.control()
    s.repo.stamp(5)
    old = s.repo.metadata["timestamp.json"]
    s.repo.rotate("timestamp")
    s.repo.new_root()
    s.repo.body["timestamp"]["version"] -= 5
    s.ship()
    yield s.control()
    s.metadata("timestamp.json", old)
    yield s.refuse()


@scenario(
    "metadata-replay.whole-former-release", _SIDES, "U-T2 U-S3",
    ("整套旧版本元数据原样重放（未过期）", "a whole former release is served again as it was, unexpired"),
    ("接受整套旧元数据", "it accepts a whole set of old metadata"),
)  # fmt: skip
def whole(s: Stage) -> Iterator[Step]:
    old = s.fork()
    s.ship()
    yield s.control()
    for name in ("timestamp.json", "snapshot.json", "targets.json"):
        s.metadata(name, old.metadata[name])
    yield s.refuse()


@scenario(
    "offline-downgrade.older-set-from-a-tool", ("tuf", "director", "image"), "U-T2 U-S3",
    ("离线工具以本地地址提供旧版本全套元数据与软件", "a workshop tool serves a former release, metadata and images, from its own address"),
    ("换一个来源即可绕过防回滚", "another source gets around the protection against rollback"),
)  # fmt: skip
def from_a_tool(s: Stage) -> Iterator[Step]:
    old = s.fork()
    s.ship()
    yield s.control()
    for name in ("timestamp.json", "snapshot.json", "targets.json"):
        s.metadata(name, old.metadata[name])
    yield s.refuse("download", source="offline")


@scenario(
    "offline-downgrade.genuine-set-from-a-tool", ("tuf", "uptane"), "U-R1 U-T1",
    ("离线工具提供最新的真实版本：须接受", "a workshop tool serves the newest true release: must pass"),
    ("只因来源不同就拒绝真实更新", "it refuses a true update only because of where it came from"),
)  # fmt: skip
def genuine_from_a_tool(s: Stage) -> Iterator[Step]:
    yield s.control()
    s.ship()
    yield s.accept("download", source="offline")


@scenario(
    "offline-downgrade.stale-set-from-a-tool", _SIDES, "U-T3",
    ("离线工具提供已过期的较新版本", "a workshop tool serves a newer release that has expired"),
    ("离线来源不核对有效期", "it does not look at the expiry of an offline source"),
)  # fmt: skip
def stale_from_a_tool(s: Stage) -> Iterator[Step]:
    yield s.control()
    s.attack(forged(s, "timestamp", change=lambda body: body.update(expires=STALE)), trusted=("timestamp",))
    yield s.refuse("download", source="offline")
