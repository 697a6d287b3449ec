"""Clock attacks and long absence; they need a client that can be told the time."""

# ruff: noqa: D103 - the declaration above each course says what it is

from collections.abc import Iterator

from zhunru.range.attacks.declare import ALL, forged, scenario
from zhunru.range.update_stage import Side, Stage, Step

_WHOLE: tuple[Side, ...] = ("tuf", "uptane")
_BEFORE, _AFTER, _LATER = "2035-06-01T00:00:00Z", "2036-03-01T00:00:00Z", "2036-03-02T00:00:00Z"
_FAR = "2040-01-01T00:00:00Z"


@scenario(
    "freeze.months-offline", _WHOLE, "U-R3 U-T3 U-S6 U-G3",
    ("车辆离线数月，本地与服务器上的元数据都已过期：须拒绝；厂家重新发布后：须恢复", "offline for months, all metadata have expired: must refuse; after a new release: must recover"),
    ("离线数月后接受过期元数据，或再也不能恢复", "after months offline it accepts expired metadata, or never recovers"),
    clock=True, recovers=False,
)  # fmt: skip
def months(s: Stage) -> Iterator[Step]:
    yield s.control(now=_BEFORE)
    yield s.refuse("download", now=_AFTER)
    for repo in s.repos.values():
        for body in repo.body.values():
            body["expires"] = _FAR
        repo.new_root()
    s.ship()
    yield s.accept("download", now=_LATER, trusted={"root": 2})


@scenario(
    "freeze.clock-set-forward", _WHOLE, "U-T3",
    ("车辆时钟被拨快数年：须拒绝；时钟复原后：须恢复", "the clock of the vehicle is years ahead: must refuse; set right again: must recover"),
    ("时钟被拨快一次，此后永远不能升级", "one clock that was ahead stops updates for good"),
    clock=True, recovers=False,
)  # fmt: skip
def forward(s: Stage) -> Iterator[Step]:
    yield s.control(now=_BEFORE)
    yield s.refuse("download", now=_FAR)
    s.ship()
    yield s.accept("download", now=_BEFORE)


@scenario(
    "freeze.clock-set-back", ("uptane",), "U-T3",
    ("车辆时钟被拨回，服务器提供当时未过期的元数据：须拒绝", "the clock of the vehicle is set back and metadata that expired since are served: must refuse"),
    ("不记住已知的最近时间，拨回时钟即可让过期元数据复活", "it does not keep the latest time that it knew: setting the clock back revives expired metadata"),
    clock=True, recovers=False,
)  # fmt: skip
def back(s: Stage) -> Iterator[Step]:
    yield s.control(now=_BEFORE)
    s.attack(forged(s, "timestamp", change=lambda body: body.update(expires="2035-01-01T00:00:00Z")), trusted=("timestamp",))
    yield s.refuse("download", now="2034-06-01T00:00:00Z")
    s.calm()
    s.ship(20)
    yield s.accept("download", now=_BEFORE)


def _past(role: str, zh: str) -> None:
    @scenario(
        f"freeze.expires-to-the-second-{role}", ALL, {"timestamp": "U-T3", "snapshot": "U-S6", "targets": "U-G3"}[role],
        (f"{zh}元数据在到期时刻起即无效：前一秒须接受，到期时须拒绝", f"{role} metadata are void from the moment of their expiry: a second before must pass, at that moment must not"),
        ("到期的边界判断有误", "it errs at the moment of expiry"),
        clock=True, recovers=False,
    )  # fmt: skip
    def to_the_second(s: Stage) -> Iterator[Step]:
        s.repo.body[role]["expires"] = "2035-06-01T12:00:00Z"
        s.ship()
        yield s.control(now="2035-06-01T11:59:59Z")
        yield s.refuse("download", now="2035-06-01T12:00:00Z")


for _role, _zh in (("timestamp", "时间戳"), ("snapshot", "快照"), ("targets", "目标")):
    _past(_role, _zh)
