"""Approved and planned baseline of the car: software, parameters, functions, switches, conditions, SWIN, and the activity with its targets."""

from collections.abc import Iterator

from zhunru.core.record import Record
from zhunru.range.release.story import AFTER, BEFORE, Ecu, Story, made
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

_WHOLE = "units; parameters; functions; flags; odc"


def records(story: Story) -> Iterator[Record]:
    """Yield the two baselines and everything in them, then the activity."""
    yield made(
        Baseline, id=BEFORE, product=story.car, state="approved", day=story.on(story.approved), approval=story.announced_as, complete=_WHOLE
    )
    yield made(Baseline, id=AFTER, product=story.car, state="filed", day=story.on(12), previous=BEFORE, complete=_WHOLE)
    for after in (False, True):
        for ecu in story.ecus:
            yield _unit(story, ecu, after)
        yield from _content(story, after)
    yield from _register(story)
    yield from _activity(story)


def _unit(story: Story, ecu: Ecu, after: bool) -> Record:
    version, main = (ecu.new if after else ecu.old), story.functions[0].ecu
    return made(
        SoftwareUnit, baseline=AFTER if after else BEFORE, ecu=ecu.name, system=ecu.system, supplier="示例供应商", hardware=ecu.hardware,
        version=version, digest=story.digest(ecu.name, version), size_byte=len(story.image(ecu.name, version)),
        swin=ecu.swin[after] if ecu.swin else None, approval_relevant=bool(ecu.swin), recall_relevant=False,
        automated_driving=story.drives_itself and ecu.name == main, updatable=True, built=story.on(230 if ecu.old == version else 80),
        depends_on="IVI" if ecu.name == main else None,
    )  # fmt: skip


def _content(story: Story, after: bool) -> Iterator[Record]:
    name = AFTER if after else BEFORE
    for key, title, value, unit, family, announced, ecu in (
        ("P-power", "驱动功率", "150", "kW", "energy", True, "BMS"),
        ("P-brake", "能量回收制动最大减速度", "0.30", "g", "safety", story.brake_announced, "BMS"),
        ("P-sound", "提示音音量", "7", "dB", "none", False, "IVI"),
    ):
        yield made(
            VehicleParameter, baseline=name, id=key, name=title, value=value, unit=unit, family=family, announced=announced, ecus=ecu
        )
    for one in story.functions:
        yield made(
            VehicleFunction, baseline=name, id=one.id, name=one.title, level=one.level, enabled=True, flags=f"{one.flag}=1", ecus=one.ecu,
            safety_relevant=one.safety,
        )  # fmt: skip
        yield made(FeatureFlag, baseline=name, id=one.flag, value="1", ecu=one.ecu, functions=one.id)
    if story.odc:
        main = story.functions[0].id
        yield made(OdcItem, baseline=name, function=main, element="speed", minimum=0, maximum=story.odc[after], unit="km/h")
        yield made(OdcItem, baseline=name, function=main, element="road", values="高速公路; 城市快速路")


def _register(story: Story) -> Iterator[Record]:
    for ecu in story.ecus:
        if ecu.swin is None:
            continue
        before, after = ecu.swin
        plain = {
            "ecu": ecu.name, "system": ecu.system, "hardware": ecu.hardware, "product": story.car, "regulations": story.regulation,
            "coding_rule": story.scheme,
        }  # fmt: skip
        yield made(
            SwinEntry, swin=before, version=ecu.old, digest=story.digest(ecu.name, ecu.old), valid_from=story.on(story.approved),
            approval=story.announced_as, **plain,
        )  # fmt: skip
        if after != before:
            yield made(
                SwinEntry, swin=after, version=ecu.new, digest=story.digest(ecu.name, ecu.new), valid_from=story.on(10),
                approval=story.approvals[0], previous=before, **plain,
            )  # fmt: skip
    for after_it, ahead in ((False, story.approved - 10), (True, 8)):
        for ecu in story.updated if after_it else story.ecus:
            yield made(
                SoftwareDeclaration, product=story.car, ecu=ecu.name, version=ecu.new if after_it else ecu.old,
                swin=ecu.swin[after_it] if ecu.swin else None, declared_on=story.on(ahead), campaign=story.campaign if after_it else None,
                receipt=f"SB-{ecu.name}-{int(after_it)}",
            )  # fmt: skip


def _activity(story: Story) -> Iterator[Record]:
    names = list(story.packages)
    yield made(
        UpdateCampaign, id=story.campaign, product=story.car, package=names[0], digest=story.digests[0], released=story.released, way="在线",
        released_on=story.day if story.released else None, functions=story.touched, automated_driving=story.drives_itself,
        approval=story.approvals[0], baseline_before=BEFORE, baseline_after=AFTER, claimed_class=story.claim, purpose=story.purpose,
        content=story.content, cause="功能改进", planned_start=story.day, planned_end=story.on(-30), told_duration_s=420, while_driving=False,
        skill_needed=False, safe_state="P挡驻车，禁止行驶", restore_needs="前：条件不满足不执行；中：失败恢复原版本；后：提示联系服务站",
        user_notice="通知单 TZ-7 V1", emergency_contact="升级运营值班",
    )  # fmt: skip
    for name, digest, ecu in zip(names, story.digests, story.updated, strict=True):
        yield made(
            UpdatePackage, campaign=story.campaign, package=name, ecu=ecu.name, hardware=ecu.hardware, digest=digest,
            size_byte=len(story.packages[name]), from_versions=ecu.old, to_version=ecu.new, form="整包",
        )  # fmt: skip
    for number, car in enumerate(story.targets):
        yield made(
            TargetVehicle, campaign=story.campaign, vin=car, configuration=BEFORE, configured_at=story.at(5, number), compatible=True,
            batch="1", owner_region="华东",
        )  # fmt: skip


def vehicles(story: Story) -> Iterator[Record]:
    """Yield the register of the target vehicles."""
    for car in story.targets:
        yield made(
            Vehicle,
            vin=car,
            model=story.car,
            produced=story.on(190),
            sold=story.on(150),
            registered=story.on(140),
            use="量产",
            status="已售",
        )
