"""What the evidence shows against what is declared."""

from typing import Any

import pytest

from zhunru.checks.oversight.evidence_agrees_with_declaration import evidence_agrees_with_declaration
from zhunru.core.finding import Finding, fold
from zhunru.core.record import Origin
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


def told(**given: Any) -> list[Finding]:
    """Judge beside a captured channel that is declared, so that one finding more decides."""
    plain: dict[str, Any] = {"channels": channels("wlan"), "notes": [CaptureNote(file="a", channel="wlan")]}
    names = ("campaigns", "notes", "cards", "assets", "flows", "driver", "satellites", "moves", "recipients", "places", "fix")
    given = plain | given
    subject = Subject(name="样车", maker="厂", **{k: v for k, v in given.items() if k not in names})
    return [f for f in evidence_agrees_with_declaration(subject, *(given.get(n) for n in names)) if f.facts.get("channel") != "wlan"]


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


@pytest.mark.parametrize("word", ["离线", "offline", "线下", "Off line"])
def test_a_way_without_a_network_needs_no_ota(word: str) -> None:
    assert told(campaigns=[UpdateCampaign(id="U", way=f"4S店{word}刷写")]) == []


@pytest.mark.parametrize("word", ["在线", "online", "OTA", "远程", "空中下载", "无线", "线上", "刷写"])
def test_any_other_way_is_an_update_over_the_air(word: str) -> None:
    kinds = [[f.kind for f in told(campaigns=[UpdateCampaign(id="U", way=way)])] for way in (word, f"离线；{word}")]
    assert kinds == [["breach"], [] if word == "刷写" else ["breach"]]


def test_updates_under_another_name_or_way() -> None:
    other = [UpdateCampaign.model_validate({"id": "U", "product": "样车二", "way": "在线"})]
    assert [f.kind for f in told(campaigns=other)] == ["gap"]
    assert told(campaigns=other, ota=True) == []
    assert [f.kind for f in told(campaigns=[UpdateCampaign(id="U")])] == ["gap"]


def test_addresses_at_either_end() -> None:
    flows = Flow.rows(
        {"src_ip": "8.8.8.8", "dst_ip": "10.0.0.2", "source": "b.pcap"},
        {"src_ip": "10.0.0.2", "dst_ip": "9.9.9.9", "source": "a.pcap"},
        {"src_ip": "10.0.0.2", "dst_ip": "1.1.1.1", "source": "c.pcap"},
        {"src_ip": "10.0.0.2", "dst_ip": "2.2.2.2", "source": "c.pcap"},
    )
    (found,) = told(channels=(), notes=[], flows=flows)
    assert (found.kind, found.source, found.facts["address"], found.facts["addresses"]) == ("breach", "a.pcap", "9.9.9.9", 4)
    assert told(flows=Flow.rows({"src_ip": "cloud", "dst_ip": "10.0.0.2"})) == []
    (public,) = told(channels=(), notes=[], flows=Flow.rows({"src_ip": "8.8.8.8", "dst_ip": "10.0.0.2"}))
    assert public.kind == "breach"


def test_the_first_row_is_shown_in_whatever_order_they_come() -> None:
    places = [("b", "x", 1), ("a", "y", 1), ("a", "x", 3), ("a", "x", 2), ("a", "x", 1), ("a", "x", 0), ("a", "x", None)]
    cards = [SimCard(iccid="8986", origin=Origin(*at)) for at in places]
    for count in (1, 2, 3, 4, 5, 6, 7):
        (found,) = told(channels=channels("cellular"), notes=[], cards=cards[:count])
        assert (found.source, found.row) == (places[min(count, 6) - 1][0], places[min(count, 6) - 1][2])
    (tie,) = told(channels=channels("cellular"), notes=[], cards=[cards[6], cards[5]])
    assert tie.row is None


def test_one_log_of_several_shows_it() -> None:
    active = {"t_ns": 5, "state": "system_active", "holds": True}
    driver = DriverState.rows(active | {"source": "b"}, active | {"source": "a"}, active | {"t_ns": 4, "source": "c"})
    (found,) = told(automation_level=3, combined_assistance=False, driver=driver)
    assert (found.kind, found.source, found.t_ns) == ("gap", "c", 4)
    fix = GnssFix.rows(*({"sentence_no": 1, "valid": True, "source": s} for s in "cab"))
    assert [(f.kind, f.source) for f in told(fix=fix)] == [("breach", "a")]
    rows = ({"system": s, "used_count": 1, "valid": True, "source": log} for s in ("GPS", "BDS") for log in "ba")
    satellites = SatelliteUse.rows(*rows)
    assert [(f.kind, f.facts["system"], f.source) for f in told(gnss=True, satellites=satellites)] == [
        ("breach", "BDS", "a"),
        ("ok", "GPS", "a"),
    ]


@pytest.mark.parametrize(
    ("asset", "feature"),
    [
        ({"personal": "是"}, "personal_data"),
        ({"sensitive": "是"}, "personal_data"),
        ({"important": "是"}, "important_data"),
        ({"grade": "重要"}, "important_data"),
        ({"grade": "核心"}, "important_data"),
        ({"export": "是"}, "data_export"),
    ],
)
@pytest.mark.parametrize("declared", [True, False])
def test_each_mark_of_an_asset_shows_its_kind(asset: dict[str, str], feature: str, declared: bool) -> None:
    rows = [DataAsset.model_validate({"id": "1"} | asset), DataAsset.model_validate({"id": "2"})]
    features: dict[str, Any] = {"personal_data": False} | {feature: declared}
    assert [(f.kind, f.facts["feature"], f.facts["assets"]) for f in told(**features, assets=rows)] == [
        ("ok" if declared else "breach", feature, 1)
    ]


def test_territories_are_told_row_by_row() -> None:
    rows = [DataFlow.model_validate({"id": str(i), "territory": t}) for i, t in enumerate(("CN", "CN", "US", "", "HK"))]
    found = told(moves=rows)
    assert [(f.kind, f.facts.get("id")) for f in found] == [("ok", None), ("breach", "2"), ("gap", "3"), ("breach", "4")]
    assert found[0].facts["rows"] == 2
    assert [f.kind for f in told(moves=rows, data_export=True)] == ["ok", "ok", "gap", "ok"]
    assert told(moves=[]) == []
