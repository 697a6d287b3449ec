"""The evidence does not contradict the applicability statement."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import polars as pl

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.record import Origin, Record
from zhunru.core.subject import Channel, Subject
from zhunru.core.verdict import Verdict
from zhunru.formulas.ip_location import keys_of, reserved
from zhunru.formulas.territory import is_abroad
from zhunru.formulas.written_names import bare
from zhunru.records.capture_note import CaptureNote
from zhunru.records.data_asset import DataAsset
from zhunru.records.data_flow import DataFlow
from zhunru.records.recipient import Recipient
from zhunru.records.sim_card import SimCard
from zhunru.records.storage_place import StoragePlace
from zhunru.records.update_campaign import UpdateCampaign
from zhunru.tables.driver_state import DriverState
from zhunru.tables.flow import Flow
from zhunru.tables.gnss_fix import GnssFix
from zhunru.tables.satellite_use import SatelliteUse

_AUTOMATED = 3
"""Level from which driving automation is automated driving, GB/T 40429."""
_OFFLINE = ("离线", "offline", "线下")
_ONLINE = ("在线", "online", "ota", "远程", "空中", "无线", "线上")


@check("miit-2021-103/10.1", title_zh="证据与适用性声明不相矛盾", since="0.1")
def evidence_agrees_with_declaration(
    subject: Subject,
    campaigns: list[UpdateCampaign] | None,
    notes: list[CaptureNote] | None,
    cards: list[SimCard] | None,
    assets: list[DataAsset] | None,
    flows: Flow | None,
    driver: DriverState | None,
    satellites: SatelliteUse | None,
    moves: list[DataFlow] | None,
    recipients: list[Recipient] | None,
    places: list[StoragePlace] | None,
    fix: GnssFix | None,
) -> Iterator[Finding]:
    """What the files and ledgers show is declared: updates, channels, radio, assistance, kinds of data.

    Why:
        The declared features decide which duties apply. A feature left out takes its duties away unseen.

    为什么:
        适用哪些义务取决于声明的特征；漏报一项特征，相应义务就被悄悄免除。

    How it decides:
        1. Updates of this product are recorded, but no OTA is declared: breach; gap when the way or the product of the update is in doubt.
           An update that was made offline and in no other way contradicts nothing.
        2. A capture note names a channel that is not declared: breach.
        3. SIM cards are recorded, but no cellular channel is declared: breach.
        4. A capture shows packets sent to or from a public address, but neither cellular, WLAN, satellite nor V2X is declared: breach.
        5. A bus log shows a system in control, but less than level 2 is declared: breach. Level 3 is declared without combined assistance:
           gap, since the log does not tell which of the two was at work.
        6. A receiver log shows a fix by satellites, or BeiDou satellites in use, that is declared absent: breach.
        7. The ledger of data assets holds personal or important data or export that is declared absent: breach.
        8. A data flow, a recipient or a storage place lies outside the mainland, but no export is declared: breach; its territory is not
           told: gap. Hong Kong, Macao and Taiwan count as outside.
        9. What could be compared and agrees is ok.

    Inconclusive:
        Nothing that could contradict the declaration is in the dossier, or a ledger does not tell the way, product or territory.

    Not covered:
        Features that no file happens to show; a declared feature that the product lacks costs effort only and is not looked for.

    未覆盖:
        证据未涉及的特征；多声明的特征只增加工作量，不作检查。

    Args:
        subject: Applicability statement.
        campaigns: Releases of updates.
        notes: Capture notes.
        cards: SIM cards.
        assets: Data assets.
        flows: Flows of the captures.
        driver: States of driver and system.
        satellites: Satellites in use.
        moves: Data flows of the ledgers.
        recipients: Recipients of data.
        places: Storage places.
        fix: Fixes of the receiver.

    References:
        house.md section 4; 103号 (十) technical review.
    """
    found = [
        *_updates(subject, campaigns or []),  # (1)
        *_channels(subject, notes or []),  # (2)
        *_cards(subject, cards or []),  # (3)
        *_radio(subject, flows),  # (4)
        *_assistance(subject, driver),  # (5)
        *_positioning(subject, satellites, fix),  # (6)
        *_assets(subject, assets or []),  # (7)
        *_territories(subject, [*(moves or []), *(recipients or []), *(places or [])]),  # (8)
    ]
    yield from found
    if not found:  # (9)
        yield gap("没有可与声明对照的证据", "there is no evidence to compare the declaration with")


def _first(rows: Iterable[Record]) -> Origin:
    """Return the place of the first of several rows, in whatever order they come."""
    return min((r.origin for r in rows), key=lambda o: (o.source, o.sheet, o.row or 0))


def _updates(subject: Subject, campaigns: list[UpdateCampaign]) -> Iterator[Finding]:
    # An update at the workshop needs no OTA, and an update whose way nobody wrote down may have been one.
    for campaign in campaigns:
        ours = not campaign.product or bare(subject.name) in map(bare, campaign.product)
        if _offline(campaign.way or "") or (subject.ota and not ours):
            continue
        if not ours:
            yield gap(
                "声明无在线升级，另一名称的产品有升级记录", "no OTA is declared; an update under another name is recorded: is it this product?",
                at=campaign.origin, campaign=campaign.id, product="; ".join(campaign.product),
            )  # fmt: skip
        elif subject.ota:
            yield ok("已声明在线升级，升级有记录", "OTA is declared and an update is recorded", at=campaign.origin, campaign=campaign.id)
        elif campaign.way:
            yield breach(
                "声明无在线升级，却有升级记录", "no OTA is declared, but an update is recorded", at=campaign.origin, campaign=campaign.id
            )
        else:
            yield gap(
                "声明无在线升级，升级方式未注明",
                "no OTA is declared; the way of an update is not told",
                at=campaign.origin,
                campaign=campaign.id,
            )


def _offline(way: str) -> bool:
    word = bare(way)
    return any(w in word for w in _OFFLINE) and not any(w in word for w in _ONLINE)


def _channels(subject: Subject, notes: list[CaptureNote]) -> Iterator[Finding]:
    declared = {c.id for c in subject.channels}
    for channel in sorted({n.channel for n in notes if n.channel}):
        at = _first(n for n in notes if n.channel == channel)
        if channel in declared:
            yield ok("抓包的通道已声明", "a captured channel is declared", at=at, channel=channel)
        else:
            yield breach("抓包的通道未声明", "a captured channel is not declared", at=at, channel=channel)


def _cards(subject: Subject, cards: list[SimCard]) -> Iterator[Finding]:
    if not cards:
        return
    first = _first(cards)
    if "cellular" in subject.features():
        yield ok("已声明蜂窝通信，有 SIM 卡登记", "cellular is declared and SIM cards are recorded", at=first, cards=len(cards))
    else:
        yield breach(
            "未声明蜂窝通信，却有 SIM 卡登记", "no cellular channel is declared, but SIM cards are recorded", at=first, cards=len(cards)
        )


def _radio(subject: Subject, flows: Flow | None) -> Iterator[Finding]:
    if flows is None:
        return
    ends = pl.concat([flows.frame.select(pl.col(c).alias("address"), "source") for c in ("src_ip", "dst_ip")]).unique().collect()
    family, key = keys_of(ends["address"])
    public = ends.filter(pl.Series((family != 0) & ~reserved(family, key), dtype=pl.Boolean)).sort("source", "address")
    if not len(public):
        return
    source, shown = public["source"][0], public["address"][0]
    if "connected" in subject.features():
        yield ok("已声明对外通信，抓包中有公网地址", "external communication is declared and seen", source=source, addresses=len(public))
    else:
        yield breach(
            "未声明无线通信，抓包中却有公网地址", "no radio channel is declared, but public addresses were captured",
            source=source, addresses=len(public), address=shown,
        )  # fmt: skip


def _assistance(subject: Subject, driver: DriverState | None) -> Iterator[Finding]:
    if driver is None:
        return
    active = driver.frame.filter((pl.col("state") == "system_active") & pl.col("holds")).sort("t_ns", "source").head(1).collect()
    for row in active.iter_rows(named=True):
        at, level = {"source": row["source"], "t_ns": row["t_ns"]}, subject.automation_level
        if "combined_assistance" in subject.features():
            yield ok("已声明组合驾驶辅助，总线显示其工作", "combined assistance is declared and seen at work", **at, level=level)
        elif level >= _AUTOMATED:
            yield gap(
                "声明无组合驾驶辅助，总线显示系统在控制：是自动驾驶还是组合驾驶辅助不明",
                "no combined assistance is declared, but a system was in control: automated driving or assistance",
                **at, level=level,
            )  # fmt: skip
        else:
            yield breach(
                "声明低于2级，总线却显示系统在控制", "less than level 2 is declared, but a system was in control", **at, level=level
            )


def _positioning(subject: Subject, satellites: SatelliteUse | None, fix: GnssFix | None) -> Iterator[Finding]:
    fixed = fix.frame.filter("valid").select("source").unique().sort("source").head(1).collect() if fix is not None else pl.DataFrame()
    for (source,) in fixed.iter_rows():
        if subject.gnss:
            yield ok("已声明卫星定位，日志中有有效定位", "satellite positioning is declared and a fix is seen", source=source)
        else:
            yield breach("声明无卫星定位，日志中却有有效定位", "satellite positioning is declared absent, but a fix is seen", source=source)
    if satellites is None:
        return
    used = satellites.frame.filter(pl.col("valid") & (pl.col("used_count") > 0)).select("source", "system").unique().collect()
    for system, part in sorted(used.group_by("system"), key=lambda g: str(g[0])):
        source, name = part["source"].min(), str(system[0])
        if subject.beidou if name == "BDS" else subject.gnss:
            yield ok("已声明卫星定位，定位使用了该系统", "satellite positioning is declared and seen", source=str(source), system=name)
        else:
            yield breach("声明无此卫星定位，定位却使用了该系统", "satellites in use are declared absent", source=str(source), system=name)


def _assets(subject: Subject, assets: list[DataAsset]) -> Iterator[Finding]:
    held = {
        "personal_data": [a for a in assets if a.personal or a.sensitive],
        "important_data": [a for a in assets if a.important or a.grade in {"important", "core"}],
        "data_export": [a for a in assets if a.export],
    }
    for feature, holding in held.items():
        if not holding:
            continue
        at, count = _first(holding), len(holding)
        if feature in subject.features():
            yield ok("台账中的数据种类已声明", "a kind of data in the ledger is declared", at=at, feature=feature, assets=count)
        else:
            yield breach("台账中的数据种类未声明", "a kind of data in the ledger is declared absent", at=at, feature=feature, assets=count)


def _territories(subject: Subject, rows: Sequence[DataFlow | Recipient | StoragePlace]) -> Iterator[Finding]:
    home = [r for r in rows if is_abroad(r.territory) is False]
    if home:
        yield ok("台账所列位置在境内", "places, flows and recipients of the ledgers lie in the mainland", at=_first(home), rows=len(home))
    for row in rows:
        shown: dict[str, Any] = {"kind": row.kind(), "id": row.id, "territory": row.territory}
        if is_abroad(row.territory) is None:
            yield gap("台账未注明国家或地区，是否出境不明", "the territory is not told: abroad or not", at=row.origin, **shown)
        elif is_abroad(row.territory) and subject.data_export:
            yield ok("已声明数据出境，台账有境外位置", "export of data is declared and recorded", at=row.origin, **shown)
        elif is_abroad(row.territory):
            yield breach(
                "声明无数据出境，台账却有境外位置", "no export of data is declared, but a ledger leads abroad", at=row.origin, **shown
            )


_Inputs = tuple[
    Subject,
    list[UpdateCampaign] | None,
    list[CaptureNote] | None,
    list[SimCard] | None,
    list[DataAsset] | None,
    Flow | None,
    DriverState | None,
    SatelliteUse | None,
    list[DataFlow] | None,
    list[Recipient] | None,
    list[StoragePlace] | None,
    GnssFix | None,
]
_NO_MORE = (None, None, None, None)
_CAR = Subject(name="样车一号", maker="示例汽车", ota=True, channels=(Channel(id="4G", kind="cellular"),))
_UPDATE = UpdateCampaign(id="U-1", product=("样车一号",), way="在线")


@evidence_agrees_with_declaration.example(Verdict.PASS)
def declared_and_seen() -> _Inputs:
    """OTA and the channel are declared."""
    return _CAR, [_UPDATE], [CaptureNote(file="a.pcap", channel="4G")], None, None, None, None, None, *_NO_MORE


@evidence_agrees_with_declaration.example(Verdict.FAIL)
def updates_without_declared_ota() -> _Inputs:
    """The ledger holds an update, the declaration says no OTA."""
    return _CAR.model_copy(update={"ota": False}), [_UPDATE], None, None, None, None, None, None, *_NO_MORE


@evidence_agrees_with_declaration.example(Verdict.FAIL)
def channel_left_out() -> _Inputs:
    """Somebody captured a channel that nobody declared."""
    return _CAR, None, [CaptureNote(file="a.pcap", channel="WiFi")], None, None, None, None, None, *_NO_MORE


@evidence_agrees_with_declaration.example(Verdict.FAIL)
def system_in_control_at_level_zero() -> _Inputs:
    """The bus shows an assistance system at work."""
    shown = DriverState.rows({"t_ns": 10**9, "state": "system_active", "holds": True})
    return _CAR, None, None, None, None, None, shown, None, *_NO_MORE


@evidence_agrees_with_declaration.example(Verdict.FAIL)
def data_stored_abroad() -> _Inputs:
    """A storage place stands in the United States, the declaration says no export."""
    return _CAR, None, None, None, None, None, None, None, None, None, [StoragePlace(id="S-1", territory="US")], None


@evidence_agrees_with_declaration.example(Verdict.INCONCLUSIVE)
def nothing_to_compare() -> _Inputs:
    """Only the declaration is there."""
    return _CAR, None, None, None, None, None, None, None, *_NO_MORE
