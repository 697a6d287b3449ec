"""What the evidence shows against what is declared."""

from typing import Any

import pytest

from zhunru.checks.oversight.evidence_agrees_with_declaration import evidence_agrees_with_declaration
from zhunru.core.finding import fold
from zhunru.core.subject import Channel, Subject
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


def judge(**given: Any) -> str:
    names = ("campaigns", "notes", "cards", "assets", "flows", "driver", "satellites", "moves", "recipients", "places", "fix")
    features = {k: v for k, v in given.items() if k not in names}
    subject = Subject(name="样车", maker="厂", **features)
    return str(fold(evidence_agrees_with_declaration(subject, *(given.get(n) for n in names))).verdict)


def channels(*kinds: str) -> tuple[Channel, ...]:
    return tuple(Channel.model_validate({"id": k, "kind": k}) for k in kinds)


@pytest.mark.parametrize(
    ("ota", "changes", "verdict"),
    [
        (True, {"way": "在线"}, "PASS"),
        (False, {"way": "在线"}, "FAIL"),
        (False, {"way": "OTA"}, "FAIL"),
        (False, {"way": "离线（4S店）"}, "INCONCLUSIVE"),
        (False, {"way": "在线及离线"}, "FAIL"),
        (False, {"way": "离线 / OTA"}, "FAIL"),
        (False, {"way": "offline, online"}, "FAIL"),
        (False, {"way": "在线", "product": "样 车"}, "FAIL"),
        (False, {"way": "在线", "product": "样车二；样车"}, "FAIL"),
        (False, {"way": ""}, "INCONCLUSIVE"),
        (False, {"way": "在线", "product": "样车二"}, "INCONCLUSIVE"),
        (False, {"way": "在线", "product": ""}, "FAIL"),
    ],
)
def test_updates(ota: bool, changes: dict[str, object], verdict: str) -> None:
    campaign = UpdateCampaign.model_validate({"id": "U", "product": "样车"} | changes)
    assert judge(ota=ota, campaigns=[campaign]) == verdict


def test_channels() -> None:
    notes = [CaptureNote(file="a", channel="wlan"), CaptureNote(file="b", channel=None)]
    assert judge(channels=channels("wlan"), notes=notes) == "PASS"
    assert judge(channels=channels("cellular"), notes=notes) == "FAIL"


def test_sim_cards() -> None:
    cards = [SimCard(iccid="8986")]
    assert judge(channels=channels("cellular"), cards=cards) == "PASS"
    assert judge(channels=channels("wlan"), cards=cards) == "FAIL"


@pytest.mark.parametrize(
    ("far", "kinds", "verdict"),
    [
        ("8.8.8.8", (), "FAIL"),
        ("8.8.8.8", ("usb",), "FAIL"),
        ("8.8.8.8", ("wlan",), "PASS"),
        ("10.0.0.1", (), "INCONCLUSIVE"),
        ("ff02::fb", (), "INCONCLUSIVE"),
    ],
)
def test_public_addresses_need_a_radio(far: str, kinds: tuple[str, ...], verdict: str) -> None:
    assert judge(channels=channels(*kinds), flows=Flow.rows({"src_ip": "10.0.0.2", "dst_ip": far})) == verdict


@pytest.mark.parametrize(
    ("level", "holds", "verdict"),
    [(0, True, "FAIL"), (1, True, "FAIL"), (2, True, "PASS"), (3, True, "PASS"), (0, False, "INCONCLUSIVE"), (0, None, "INCONCLUSIVE")],
)
def test_assistance(level: int, holds: bool | None, verdict: str) -> None:
    driver = DriverState.rows({"t_ns": 1, "state": "system_active", "holds": holds}, {"t_ns": 1, "state": "hands_on", "holds": True})
    assert judge(automation_level=level, driver=driver) == verdict


@pytest.mark.parametrize(
    ("system", "used", "valid", "features", "verdict"),
    [
        ("BDS", 4, True, {"gnss": True, "beidou": True}, "PASS"),
        ("BDS", 4, True, {"gnss": True}, "FAIL"),
        ("BDS", 0, True, {"gnss": True}, "INCONCLUSIVE"),
        ("BDS", 4, False, {}, "INCONCLUSIVE"),
        ("GPS", 1, True, {"gnss": True}, "PASS"),
        ("GPS", 1, True, {}, "FAIL"),
    ],
)
def test_positioning(system: str, used: int, valid: bool, features: dict[str, bool], verdict: str) -> None:
    satellites = SatelliteUse.rows({"system": system, "used_count": used, "valid": valid})
    assert judge(**features, satellites=satellites) == verdict


@pytest.mark.parametrize(
    ("asset", "features", "verdict"),
    [
        ({"personal": "是"}, {"personal_data": False}, "FAIL"),
        ({"personal": "是"}, {"personal_data": True}, "PASS"),
        ({"sensitive": "是"}, {"personal_data": False}, "FAIL"),
        ({"grade": "重要"}, {}, "FAIL"),
        ({"important": "是"}, {"important_data": True}, "PASS"),
        ({"export": "是"}, {}, "FAIL"),
        ({"export": "否", "personal": "否"}, {}, "INCONCLUSIVE"),
    ],
)
def test_kinds_of_data(asset: dict[str, str], features: dict[str, bool], verdict: str) -> None:
    assert judge(**features, assets=[DataAsset.model_validate({"id": "1"} | asset)]) == verdict


@pytest.mark.parametrize(
    ("level", "combined", "verdict"),
    [(2, False, "PASS"), (3, None, "PASS"), (3, True, "PASS"), (3, False, "INCONCLUSIVE"), (1, True, "FAIL")],
)
def test_an_excused_system_at_work(level: int, combined: bool | None, verdict: str) -> None:
    driver = DriverState.rows({"t_ns": 1, "state": "system_active", "holds": True})
    assert judge(automation_level=level, combined_assistance=combined, driver=driver) == verdict


@pytest.mark.parametrize(
    ("gnss", "valid", "verdict"),
    [(True, True, "PASS"), (False, True, "FAIL"), (False, False, "INCONCLUSIVE"), (False, None, "INCONCLUSIVE")],
)
def test_a_fix_alone_shows_satellite_positioning(gnss: bool, valid: bool | None, verdict: str) -> None:
    assert judge(gnss=gnss, fix=GnssFix.rows({"sentence_no": 1, "t_ns": 1, "valid": valid})) == verdict


@pytest.mark.parametrize(
    ("territory", "export", "verdict"),
    [
        ("CN", False, "PASS"),
        ("中国", False, "PASS"),
        ("US", False, "FAIL"),
        ("hk", False, "FAIL"),
        ("美国", False, "FAIL"),
        ("US", True, "PASS"),
        ("", False, "INCONCLUSIVE"),
        ("总部", False, "INCONCLUSIVE"),
        ("ZZ", False, "INCONCLUSIVE"),
        ("", True, "INCONCLUSIVE"),
    ],
)
def test_territories_of_the_ledgers(territory: str, export: bool, verdict: str) -> None:
    row = {"id": "1", "territory": territory}
    assert judge(data_export=export, moves=[DataFlow.model_validate(row)]) == verdict
    assert judge(data_export=export, recipients=[Recipient.model_validate(row)]) == verdict
    assert judge(data_export=export, places=[StoragePlace.model_validate(row)]) == verdict


def test_an_empty_dossier_tells_nothing() -> None:
    assert judge() == "INCONCLUSIVE"
    assert judge(campaigns=[], flows=Flow.empty(), driver=DriverState.empty(), satellites=SatelliteUse.empty()) == "INCONCLUSIVE"
