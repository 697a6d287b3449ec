"""The subject: what the product is and has. Its declared features decide which clauses apply."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from zhunru.core.text import Text

ChannelKind = Literal["cellular", "wlan", "bluetooth", "v2x", "satellite", "ethernet", "usb"]


class Channel(BaseModel):
    """One external communication channel of the vehicle.

    Args:
        id: Name used in the capture notes.
        kind: Kind of radio or wire.
        private_gateways: Addresses or CIDR blocks of declared private access points (APN gateways).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str
    kind: ChannelKind
    private_gateways: tuple[str, ...] = ()


class Subject(BaseModel):
    """Applicability statement (适用性声明) of one product.

    Args:
        name: Model name as filed.
        maker: Enterprise.
        category: Vehicle category, GB/T 15089.
        automation_level: Highest level of driving automation, GB/T 40429: 0 to 5.
        combined_assistance: Level-2 functions are fitted; when not said, every car of level 2 or higher has them.
        ota: Software can be updated over the air.
        gnss: Satellite positioning is fitted.
        beidou: BeiDou signals are received.
        v2x: V2X direct communication is fitted.
        cabin_sensors: Kinds of sensors that look into the cabin.
        exterior_sensors: Kinds of sensors that look at the surroundings.
        channels: External communication channels.
        markets: ISO 3166 codes of the markets.
        personal_data: Personal information is processed.
        important_data: Important data are processed.
        data_export: Data are provided abroad.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: str
    maker: str
    category: Literal["M1", "M2", "M3", "N1", "N2", "N3", "O"] = "M1"
    automation_level: Annotated[int, Field(ge=0, le=5)] = 0
    combined_assistance: bool | None = None
    ota: bool = False
    gnss: bool = False
    beidou: bool = False
    v2x: bool = False
    cabin_sensors: tuple[str, ...] = ()
    exterior_sensors: tuple[str, ...] = ()
    channels: tuple[Channel, ...] = ()
    markets: tuple[str, ...] = ("CN",)
    personal_data: bool = True
    important_data: bool = False
    data_export: bool = False

    def features(self) -> frozenset[str]:
        """Return the names of the features that hold; the vocabulary of `applies` in the catalogue."""
        kinds = {c.kind for c in self.channels}
        facts = {
            "connected": bool(kinds & {"cellular", "wlan", "satellite", "v2x"}),
            "cellular": "cellular" in kinds,
            "wlan": "wlan" in kinds,
            "ota": self.ota,
            "gnss": self.gnss,
            "beidou": self.beidou,
            "v2x": self.v2x or "v2x" in kinds,
            "driver_assistance": 1 <= self.automation_level <= 2,
            # a level-3 car usually has level-2 modes too: only an express statement excuses it
            "combined_assistance": self.automation_level == 2 or (self.automation_level > 2 and self.combined_assistance is not False),
            "automated_driving": self.automation_level >= 3,
            "driving_automation": self.automation_level >= 1,
            "cabin_sensors": bool(self.cabin_sensors),
            "exterior_sensors": bool(self.exterior_sensors),
            "personal_data": self.personal_data,
            "important_data": self.important_data,
            "data_export": self.data_export,
            "china": "CN" in self.markets,
            "category_m1": self.category == "M1",
        }
        return frozenset(name for name, holds in facts.items() if holds)


FEATURES: dict[str, Text] = {
    "connected": Text("对外通信", "external communication"),
    "cellular": Text("蜂窝通信", "cellular communication"),
    "wlan": Text("无线局域网", "wireless LAN"),
    "ota": Text("在线升级（OTA）", "over-the-air update"),
    "gnss": Text("卫星定位", "satellite positioning"),
    "beidou": Text("北斗接收", "BeiDou reception"),
    "v2x": Text("V2X 直连通信", "V2X direct communication"),
    "driver_assistance": Text("驾驶辅助（1至2级）", "driver assistance (level 1 to 2)"),
    "combined_assistance": Text("组合驾驶辅助（2级）", "combined driver assistance (level 2)"),
    "automated_driving": Text("自动驾驶（3级及以上）", "automated driving (level 3 or higher)"),
    "driving_automation": Text("驾驶自动化（1级及以上）", "driving automation (level 1 or higher)"),
    "cabin_sensors": Text("座舱传感器", "cabin sensors"),
    "exterior_sensors": Text("车外传感器", "exterior sensors"),
    "personal_data": Text("处理个人信息", "processing of personal information"),
    "important_data": Text("处理重要数据", "processing of important data"),
    "data_export": Text("向境外提供数据", "provision of data abroad"),
    "china": Text("中国境内销售", "sale in China"),
    "category_m1": Text("M1 类车辆", "category M1"),
}
"""Name of each feature for people; the keys are the vocabulary of `applies` in the catalogue."""
