"""Names, days and packages of the release; the other parts refer to them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from hashlib import sha256, shake_256
from typing import Any, NamedTuple

from zhunru.core.record import CHINA, Record
from zhunru.range.identities import vin
from zhunru.range.packages import Draft

CAR, MAKER = "样车三号", "示例智能汽车有限公司"
CAMPAIGN = "OTA-2026-07"
BEFORE, AFTER = "BL-1", "BL-2"
TEST_CAR = vin(930_001)
TARGETS = tuple(vin(930_100 + n) for n in range(3))
BODY, KEY_ID = "示例审批机关", "SP-KEY-3"
BOTH = ("工信部", "市场监管总局")
LAB = "示例检验中心"


class Ecu(NamedTuple):
    """One controller before and after the update.

    Args:
        name: Name in all ledgers.
        system: What it serves.
        hardware: Hardware number.
        old: Version in the approved baseline.
        new: Version after the update.
        swin: SWIN before and after; None = has none.
        request: Diagnostic identifier of requests.
        package: First word of the name of its package.
    """

    name: str
    system: str
    hardware: str
    old: str
    new: str
    request: int
    package: str
    swin: tuple[str, str] | None = None


class Function(NamedTuple):
    """One function of the car: level after GB/T 40429, switch, controller."""

    id: str
    title: str
    level: int
    ecu: str
    safety: bool

    @property
    def flag(self) -> str:
        """Name of its switch."""
        return self.id.lower()


ECUS = (
    Ecu("ADC", "自动驾驶系统", "HW-A1", "1.0.0", "1.1.0", 0x7E0, "adc", ("S3-ADS-0001", "S3-ADS-0002")),
    Ecu("IVI", "信息娱乐系统", "HW-I1", "5.0.0", "5.1.0", 0x7E2, "ivi"),
    Ecu("BMS", "电池管理系统", "HW-B1", "2.3.0", "2.3.0", 0x7E1, "bms", ("S3-BAT-0001", "S3-BAT-0001")),
)
FUNCTIONS = (
    Function("HWP", "高速自动驾驶", 3, "ADC", safety=True),
    Function("ACC", "自适应巡航", 1, "ADC", safety=True),
    Function("MEDIA", "影音", 0, "IVI", safety=False),
)


@dataclass(frozen=True)
class Story:
    """Seed, day of release and what the car is; everything else is counted from them.

    Args:
        seed: Decides keys and bytes.
        day: Day of release.
        car: Product.
        maker: Its maker.
        campaign: Number of the activity.
        ecus: Controllers; those whose version changes have a package each.
        functions: Functions; the first one is what the update is about.
        odc: Highest speed of the first function before and after, in km/h; None = it is no automated driving and has no ODC.
        claim: Class that the maker claims.
        purpose: Purpose as told.
        content: What changes, as told; each part after `；`.
        approval: Number of the first approval.
        matters: What is approved.
        announced_as: Batch of the Announcement behind the approved baseline.
        test_car: Car of the trials.
        targets: Cars of the closed list.
        others: Further cars of the model, on no list of the activity.
        released: The push has taken place; otherwise it is planned.
        scheme: Regular expression of the SWIN.
        regulation: Standard of the approval behind the SWIN.
        brake_announced: The brake parameter stands in the Announcement.
        tampered: Controllers whose package was changed after it was signed.
        strangers: Cars that were updated though they are on no list.
        approved: Days between the approval of the car and the release.
        stamped: Days between the release and the day on which the metadata of the update server expire.
        odd_reading: Car -> controller -> version that it answers, where that is not the approved one.
    """

    seed: int
    day: date
    car: str = CAR
    maker: str = MAKER
    campaign: str = CAMPAIGN
    ecus: tuple[Ecu, ...] = ECUS
    functions: tuple[Function, ...] = FUNCTIONS
    odc: tuple[int, int] | None = (60, 80)
    claim: str = "C"
    purpose: str = "扩大高速自动驾驶的车速范围，优化影音界面"
    content: str = "高速自动驾驶车速上限提高至80 km/h；影音界面优化"
    approval: int = 21
    matters: tuple[str, ...] = ("ads-update", "product-change")
    announced_as: str = "公告第400批"
    test_car: str = TEST_CAR
    targets: tuple[str, ...] = TARGETS
    others: tuple[str, ...] = ()
    released: bool = False
    scheme: str = r"S3-[A-Z]{3}-\d{4}"
    regulation: str = "GB 44721-2026"
    brake_announced: bool = False
    tampered: tuple[str, ...] = ()
    strangers: tuple[str, ...] = ()
    approved: int = 200
    stamped: int = 3
    odd_reading: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def old(self) -> dict[str, str]:
        """ECU -> version in the approved baseline."""
        return {e.name: e.old for e in self.ecus}

    @property
    def new(self) -> dict[str, str]:
        """ECU -> version after the update."""
        return {e.name: e.new for e in self.ecus}

    @property
    def updated(self) -> tuple[Ecu, ...]:
        """Controllers that get another version."""
        return tuple(e for e in self.ecus if e.old != e.new)

    @property
    def drives_itself(self) -> bool:
        """The update is about automated driving."""
        return self.functions[0].level >= 3

    @property
    def touched(self) -> str:
        """Functions that the activity names: the first one of every updated controller."""
        return "; ".join(next(f.id for f in self.functions if f.ecu == e.name) for e in self.updated)

    @property
    def approvals(self) -> tuple[str, str]:
        """Number of the approval that the activity cites, and of the next one."""
        return f"SP-2026-{self.approval:03d}", f"SP-2026-{self.approval + 1:03d}"

    def on(self, days: int) -> date:
        """Return the day `days` before the release."""
        return self.day - timedelta(days=days)

    def at(self, days: int, second: float = 0, hour: int = 10) -> datetime:
        """Return a moment `days` before the release, some seconds after a full hour in China."""
        return datetime(self.day.year, self.day.month, self.day.day, hour, tzinfo=CHINA) - timedelta(days=days) + timedelta(seconds=second)

    def image(self, ecu: str, version: str, size_byte: int = 4096) -> bytes:
        """Return the bytes of one build."""
        return shake_256(f"zhunru release {self.seed} {ecu} {version}".encode()).digest(size_byte)

    def digest(self, ecu: str, version: str) -> str:
        """Return the written SHA-256 of one build."""
        return "sha256:" + sha256(self.image(ecu, version)).hexdigest()

    @cached_property
    def packages(self) -> dict[str, bytes]:
        """File name -> bytes of what is released: a signed archive per updated ECU."""
        return {f"{e.package}-{e.new}.zip": self._packed(e) for e in self.updated}

    def _packed(self, ecu: Ecu) -> bytes:
        manifest = {
            "package": f"{ecu.package}-{ecu.new}", "models": [self.car], "ecu": ecu.name, "hardware": [ecu.hardware], "from_versions": [ecu.old],
            "version": ecu.new, "created": f"{self.on(78)}T00:00:00Z", "not_before": f"{self.on(77)}T00:00:00Z",
            "not_after": f"{self.on(-200)}T00:00:00Z", "base": {"sha256": sha256(self.image(ecu.name, ecu.old)).hexdigest()},
        }  # fmt: skip
        draft = Draft(self.seed, {f"images/{ecu.package}.bin": self.image(ecu.name, ecu.new)}, manifest)
        if ecu.name not in self.tampered:
            return draft.packed()
        other = {f"images/{ecu.package}.bin": self.image(ecu.name, "rebuilt")}
        return replace(draft, files=other).packed(manifest=draft.raw(), signature=draft.signature())

    @property
    def digests(self) -> tuple[str, ...]:
        """Written SHA-256 of what is released."""
        return tuple("sha256:" + sha256(content).hexdigest() for content in self.packages.values())

    def private(self, purpose: str = "approval") -> bytes:
        """Return the seed of a throw-away key."""
        return sha256(f"zhunru release {self.seed} {purpose} key".encode()).digest()

    @property
    def now(self) -> datetime:
        """The moment at which the gate stands: 16:00 of the day in China."""
        return self.at(0, hour=16).astimezone(UTC)


def made(kind: type[Record], **fields: Any) -> Record:
    """Return a record of `kind`; a field of None is left to its default."""
    return kind.model_validate({n: v for n, v in fields.items() if v is not None})
