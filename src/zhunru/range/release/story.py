"""Names, days and packages of the release; the other parts refer to them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from hashlib import sha256, shake_256

from zhunru.core.record import CHINA
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
OLD = {"ADC": "1.0.0", "IVI": "5.0.0", "BMS": "2.3.0"}
"""ECU -> version in the approved baseline."""
NEW = OLD | {"ADC": "1.1.0", "IVI": "5.1.0"}
"""ECU -> version after the update."""


HARDWARE = {"ADC": "HW-A1", "IVI": "HW-I1", "BMS": "HW-B1"}

SWIN = {"ADC": ("S3-ADS-0001", "S3-ADS-0002"), "BMS": ("S3-BAT-0001", "S3-BAT-0001")}
"""ECU -> SWIN before and after."""


@dataclass(frozen=True)
class Story:
    """Seed and day of release; everything else is counted from them."""

    seed: int
    day: date

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
        return {f"{ecu.lower()}-{version}.zip": self._packed(ecu, version) for ecu, version in NEW.items() if OLD[ecu] != version}

    def _packed(self, ecu: str, version: str) -> bytes:
        manifest = {
            "package": f"{ecu.lower()}-{version}", "models": [CAR], "ecu": ecu, "hardware": [HARDWARE[ecu]], "from_versions": [OLD[ecu]],
            "version": version, "created": f"{self.on(78)}T00:00:00Z", "not_before": f"{self.on(77)}T00:00:00Z",
            "not_after": f"{self.on(-200)}T00:00:00Z", "base": {"sha256": sha256(self.image(ecu, OLD[ecu])).hexdigest()},
        }  # fmt: skip
        return Draft(self.seed, {f"images/{ecu.lower()}.bin": self.image(ecu, version)}, manifest).packed()

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
