"""Approved and planned baseline of the car: software, parameters, functions, switches, conditions, SWIN, and the activity with its targets."""

from collections.abc import Iterator
from typing import Any

from zhunru.core.record import Record
from zhunru.range.release.story import AFTER, BEFORE, CAMPAIGN, CAR, HARDWARE, NEW, OLD, SWIN, TARGETS, Story
from zhunru.records.baseline import Baseline
from zhunru.records.feature_flag import FeatureFlag
from zhunru.records.odc_item import OdcItem
from zhunru.records.software_declaration import SoftwareDeclaration
from zhunru.records.software_unit import SoftwareUnit
from zhunru.records.swin_entry import SwinEntry
from zhunru.records.target_vehicle import TargetVehicle
from zhunru.records.update_campaign import UpdateCampaign
from zhunru.records.update_package import UpdatePackage
from zhunru.records.vehicle import Vehicle
from zhunru.records.vehicle_function import VehicleFunction
from zhunru.records.vehicle_parameter import VehicleParameter

_SYSTEMS = {"ADC": "自动驾驶系统", "IVI": "信息娱乐系统", "BMS": "电池管理系统"}
_WHOLE = "units; parameters; functions; flags; odc"


def records(story: Story) -> Iterator[Record]:
    """Yield the two baselines and everything in them, then the activity."""
    yield _made(Baseline, id=BEFORE, product=CAR, state="approved", day=story.on(200), approval="公告第400批", complete=_WHOLE)
    yield _made(Baseline, id=AFTER, product=CAR, state="filed", day=story.on(12), previous=BEFORE, complete=_WHOLE)
    for name, versions, ahead in ((BEFORE, OLD, 230), (AFTER, NEW, 80)):
        for ecu, version in versions.items():
            yield _unit(story, name, ecu, version, story.on(230 if OLD[ecu] == version else ahead))
        yield from _content(name, 80 if name == AFTER else 60)
    yield from _register(story)
    yield from _activity(story)


def _unit(story: Story, baseline: str, ecu: str, version: str, built: object) -> Record:
    system, hardware = _SYSTEMS[ecu], HARDWARE[ecu]
    swin = SWIN.get(ecu, ("", ""))[baseline == AFTER]
    return _made(
        SoftwareUnit, baseline=baseline, ecu=ecu, system=system, supplier="示例供应商", hardware=hardware, version=version,
        digest=story.digest(ecu, version), size_byte=len(story.image(ecu, version)), swin=swin or None, approval_relevant=bool(swin),
        recall_relevant=False, automated_driving=ecu == "ADC", updatable=True, built=built, depends_on="IVI" if ecu == "ADC" else None,
    )  # fmt: skip


def _content(name: str, speed: int) -> Iterator[Record]:
    for key, value, unit, family, announced, ecu in (
        ("P-power", "150", "kW", "energy", True, "BMS"), ("P-brake", "0.30", "g", "safety", False, "BMS"), ("P-sound", "7", "dB", "none", False, "IVI"),
    ):  # fmt: skip
        yield _made(VehicleParameter, baseline=name, id=key, name=key, value=value, unit=unit, family=family, announced=announced, ecus=ecu)
    for key, title, level, flag, ecu, safety in (
        ("HWP", "高速自动驾驶", 3, "hwp=1", "ADC", True), ("ACC", "自适应巡航", 1, "acc=1", "ADC", True), ("MEDIA", "影音", 0, "media=1", "IVI", False),
    ):  # fmt: skip
        yield _made(
            VehicleFunction, baseline=name, id=key, name=title, level=level, enabled=True, flags=flag, ecus=ecu, safety_relevant=safety
        )
        yield _made(FeatureFlag, baseline=name, id=flag.split("=")[0], value="1", ecu=ecu, functions=key)
    yield _made(OdcItem, baseline=name, function="HWP", element="speed", minimum=0, maximum=speed, unit="km/h")
    yield _made(OdcItem, baseline=name, function="HWP", element="road", values="高速公路; 城市快速路")


def _register(story: Story) -> Iterator[Record]:
    for ecu, (before, after) in SWIN.items():
        system, hardware = _SYSTEMS[ecu], HARDWARE[ecu]
        plain = {
            "ecu": ecu,
            "system": system,
            "hardware": hardware,
            "product": CAR,
            "regulations": "GB 44721-2026",
            "coding_rule": r"S3-[A-Z]{3}-\d{4}",
        }
        yield _made(
            SwinEntry, swin=before, version=OLD[ecu], digest=story.digest(ecu, OLD[ecu]), valid_from=story.on(200), approval="公告第400批", **plain
        )  # fmt: skip
        if after != before:
            yield _made(
                SwinEntry, swin=after, version=NEW[ecu], digest=story.digest(ecu, NEW[ecu]), valid_from=story.on(10), approval="SP-2026-021",
                previous=before, **plain,
            )  # fmt: skip
    for place, (versions, ahead) in enumerate(((OLD, 190), (NEW, 8))):
        for ecu, version in versions.items():
            if place == 0 or OLD[ecu] != version:
                yield _made(
                    SoftwareDeclaration, product=CAR, ecu=ecu, version=version, swin=SWIN[ecu][place] if ecu in SWIN else None,
                    declared_on=story.on(ahead), campaign=CAMPAIGN if place else None, receipt=f"SB-{ecu}-{place}",
                )  # fmt: skip


def _activity(story: Story) -> Iterator[Record]:
    names = list(story.packages)
    yield _made(
        UpdateCampaign, id=CAMPAIGN, product=CAR, package=names[0], digest=story.digests[0], released=False, way="在线",
        functions="HWP; MEDIA", automated_driving=True, approval="SP-2026-021", baseline_before=BEFORE, baseline_after=AFTER, claimed_class="C",
        purpose="扩大高速自动驾驶的车速范围，优化影音界面", content="高速自动驾驶车速上限提高至80 km/h；影音界面优化", cause="功能改进",
        planned_start=story.day, planned_end=story.on(-30), told_duration_s=420, while_driving=False, skill_needed=False,
        safe_state="P挡驻车，禁止行驶", restore_needs="前：条件不满足不执行；中：失败恢复原版本；后：提示联系服务站",
        user_notice="通知单 TZ-7 V1", emergency_contact="升级运营值班",
    )  # fmt: skip
    for name, digest, ecu in zip(names, story.digests, (e for e in NEW if OLD[e] != NEW[e]), strict=True):
        yield _made(
            UpdatePackage, campaign=CAMPAIGN, package=name, ecu=ecu, hardware=HARDWARE[ecu], digest=digest,
            size_byte=len(story.packages[name]), from_versions=OLD[ecu], to_version=NEW[ecu], form="整包",
        )  # fmt: skip
    for number, car in enumerate(TARGETS):
        yield _made(
            TargetVehicle, campaign=CAMPAIGN, vin=car, configuration=BEFORE, configured_at=story.at(5, number), compatible=True, batch="1",
            owner_region="华东",
        )  # fmt: skip
        yield _made(
            Vehicle, vin=car, model=CAR, produced=story.on(190), sold=story.on(150), registered=story.on(140), use="量产", status="已售"
        )


def _made(kind: type[Record], **fields: Any) -> Record:
    return kind.model_validate({n: v for n, v in fields.items() if v is not None})
