"""Builds the sample dossier: a fictitious level-2 car, wholly generated from a seed, with planted faults.

Each planted fault is marked by a comment that starts with `Planted fault` where it is made; `docs/demo.md` lists them all.
"""

import hashlib
from collections.abc import Collection
from datetime import date
from pathlib import Path

from zhunru.range import can_drive, data_security, gnss_drive, ledgers, update_ledgers, updates
from zhunru.range.capture import SHOTS, capture
from zhunru.range.certificates import Authority

_LOCATIONS = (
    ("101.6.0.0/16", "CN"),
    ("137.189.0.0/16", "HK"),
    ("193.0.0.0/21", "NL"),
    ("202.112.0.0/16", "CN"),
    ("2001:67c:2e8::/48", "NL"),
    ("2001:da8::/32", "CN"),
)
_LOST_BYTE = 23
_PROFILE = """title = "企业内部加严"

[limits."data.sends_nothing_abroad".dropped_ratio]
value = 0.0005
justification = "企业抓包规范 V1.1：丢包率按半值控制 / company capture rule V1.1: half of the usual loss"
"""
LATER = "later"
"""Folder beside `records`, not assessed: files for the reader of `docs/demo.md` to add."""

SUBJECT = f"""# 适用性声明：产品是什么，决定哪些条款适用。本档案为演示用，企业、车辆与数据均属虚构，由程序生成。
# Applicability statement. A demonstration: maker, car and data are fictitious and generated.
format = 1

[subject]
name = "{ledgers.CAR}"
maker = "{ledgers.MAKER}"
category = "M1"
automation_level = 2
ota = true
gnss = true
beidou = true
v2x = false
cabin_sensors = ["camera", "microphone"]
exterior_sensors = ["camera", "radar"]
markets = ["CN"]
personal_data = true
important_data = true
data_export = true

[[subject.channels]]
id = "4G"
kind = "cellular"
private_gateways = ["10.0.0.0/8"]

[[subject.channels]]
id = "WLAN"
kind = "wlan"
"""


def build(folder: Path, seed: int = 103, without: Collection[str] = ()) -> None:
    """Write the sample dossier into `folder`; equal seeds give equal bytes.

    Args:
        folder: Made when absent; files of the same names are overwritten.
        seed: Decides randoms, payloads and keys; the story stays the same.
        without: Planted faults that are left out: those of the update activity and of data security, see `updates` and `data_security`, and
            `capture`, the one cut off.
    """
    for name, content in contents(seed, without).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def contents(seed: int = 103, without: Collection[str] = ()) -> dict[str, bytes]:
    """Return every file of the sample dossier: name -> content."""
    activity = updates.activity(seed, ledgers.CAR, ledgers.MAKER, without)
    stored = data_security.evidence(seed, without)
    evidence = _evidence(seed, without) | activity.files | stored
    digests = {n: hashlib.sha256(c).hexdigest() for n, c in evidence.items() if "/net/" in n}
    records = {
        "数据资产台账.xlsx": ledgers.asset_book(mended="mark" in without),
        "责任人任命.xlsx": ledgers.people_book(),
        "抓包记录.xlsx": ledgers.capture_book(digests),
        "通信端点.csv": ledgers.endpoint_csv(),
        "车辆台账.yaml": ledgers.vehicle_yaml(),
        "信号映射.csv": ledgers.signal_csv(),
        "评审与豁免.xlsx": ledgers.review_book(),
        **update_ledgers.files(activity, ledgers.CAR, ledgers.MAKER),
        **data_security.ledgers(seed, stored, ledgers.MAKER, ledgers.CAR, without),
    }
    later = {"车联网卡实名登记.csv": ledgers.sim_csv(), "存储位置补充.xlsx": ledgers.later_book()}
    more = {"profiles/加严.toml": _PROFILE.encode(), **{f"{LATER}/{n}": c for n, c in later.items()}}
    return {"dossier.toml": SUBJECT.encode(), **evidence, **{f"records/{n}": c for n, c in records.items()}, **more}


def _evidence(seed: int, without: Collection[str]) -> dict[str, bytes]:
    authority = Authority(seed, "Shili Demo")
    files = {f"evidence/net/{shot.name}": capture(shot, authority, seed, without) for shot in SHOTS}
    # Planted fault: this capture breaks off inside its last packet. The intake tells it, and every check on captures has a gap.
    if "capture" not in without:
        files["evidence/net/powered-4g.pcap"] = files["evidence/net/powered-4g.pcap"][:-_LOST_BYTE]
    files |= {
        "evidence/trust/root.pem": authority.root_pem(),
        "evidence/drive/drive.log": can_drive.log().encode(),
        "evidence/drive/car.dbc": can_drive.DBC.encode(),
        "evidence/gnss/drive.nmea": gnss_drive.log().encode(),
        "evidence/location/demo-a.csv": ledgers.table_csv(_LOCATIONS, date(2026, 10, 30)),
        "evidence/location/demo-b.csv": ledgers.table_csv(_LOCATIONS, date(2026, 11, 1)),
        # Planted fault: the register of cards was handed in as a workbook whose beginning is overwritten. In records/ it would keep
        # every check on ledgers from a pass, for nobody knows what it held; among the evidence it is told, and 2.3 is MISSING.
        "evidence/附件/车联网卡实名登记.xlsx": ledgers.damaged_book(),
        # Planted fault: no reader knows this. The intake tells it.
        "evidence/未知文件.bin": hashlib.shake_256(f"{seed} unknown".encode()).digest(4096),
    }
    return files
