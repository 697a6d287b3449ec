"""From a folder with logs and ledgers to verdicts: the whole path of software identification."""

import struct
from datetime import date
from pathlib import Path

import pytest

from zhunru.core.result import Result
from zhunru.engine.assess import assess
from zhunru.engine.dossier import open_dossier

VIN = "LSVAA4182E2184847"
DAY_US = 1_780_272_000_000_000
IDENTIFIERS = """控制器,DID,数据含义,编码,请求ID,响应ID,DoIP地址
EPS,F195,软件版本,ASCII,7E0,7E8,
ESC,F195,软件版本,ASCII,7E1,7E9,1002
VCU,F1A0,SWIN,ASCII,7E2,7EA,
VCU,F190,VIN,ASCII,7E2,7EA,
"""
D1, D2 = "5a" * 32, "5b" * 32
UNITS = f"""基线编号,控制器,软件版本号,硬件号,软件摘要,系统,SWIN,型式批准相关
B1,EPS,1.2.0,H1,{D1},转向,R079-0001,是
B1,ESC,7.0.1,H2,{D2},转向,R079-0001,是
"""
BASELINES = "基线编号,产品,基线状态,基线日期,完整范围\nB1,样车一号,已批准,2026-01-05,units\n"
DECLARED = "申报产品,控制器,申报版本,申报日期\n样车一号,EPS,1.2.0,2026-01-01\n样车一号,ESC,7.0.1,2026-01-01\n"
REGISTER = f"""软件识别码,控制器,软件版本号,硬件号,软件摘要,系统,产品,编码规则,生效日期,批准编号
R079-0001,EPS,1.2.0,H1,{D1},转向,样车一号,R[0-9]+-[0-9]+,2026-01-05,P-1
R079-0001,ESC,7.0.1,H2,{D2},转向,样车一号,R[0-9]+-[0-9]+,2026-01-05,P-1
"""


def frames_of(number: int, data: bytes) -> list[tuple[int, bytes]]:
    if len(data) < 8:
        return [(number, bytes([len(data)]) + data)]
    rest = [data[k : k + 7] for k in range(6, len(data), 7)]
    return [(number, bytes([0x10 | len(data) >> 8, len(data) & 255]) + data[:6])] + [
        (number, bytes([0x21 + k]) + r) for k, r in enumerate(rest)
    ]


def talk(eps: str = "1.2.0", esc: str = "7.0.1", swin: str = "R079-0001") -> list[tuple[int, bytes]]:
    answers = [(0x7E0, 0xF195, eps), (0x7E1, 0xF195, esc), (0x7E2, 0xF1A0, swin), (0x7E2, 0xF190, VIN)]
    found = []
    for number, did, value in answers:
        found += frames_of(number, b"\x22" + did.to_bytes(2, "big")) + frames_of(
            number + 8, b"\x62" + did.to_bytes(2, "big") + value.encode()
        )
    return found


def candump(frames: list[tuple[int, bytes]]) -> bytes:
    times = ((DAY_US + k * 1000) for k in range(len(frames)))
    return b"".join(
        b"(%d.%06d) can0 %03X#%s\n" % (t // 10**6, t % 10**6, n, d.hex().upper().encode()) for t, (n, d) in zip(times, frames, strict=True)
    )


def pcap(frames: list[tuple[int, bytes]]) -> bytes:
    out = [struct.pack("<IHHIIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 227)]
    for k, (number, data) in enumerate(frames):
        frame = struct.pack(">IBBBB", number, len(data), 0, 0, 0) + data
        out.append(struct.pack("<IIII", DAY_US // 10**6, k * 1000, len(frame), len(frame)) + frame)
    return b"".join(out)


def judged(folder: Path, name: str, log: bytes, **ledgers: str) -> Result:
    (folder / "evidence").mkdir()
    (folder / "records").mkdir()
    (folder / "dossier.toml").write_text('format = 1\n[subject]\nname = "样车一号"\nmaker = "示例汽车"\nota = true\n', encoding="utf-8")
    (folder / "evidence" / name).write_bytes(log)
    sheets = {
        "读取标识": IDENTIFIERS,
        "软件清单": UNITS,
        "构型基线": BASELINES,
        "软件版本申报": DECLARED,
        "软件识别码登记": REGISTER,
    } | ledgers
    for sheet, text in sheets.items():
        (folder / "records" / f"{sheet}.csv").write_text(text, encoding="utf-8")
    return assess(open_dossier(folder), day=date(2026, 11, 22), only="ota")


def verdicts(result: Result) -> dict[str, str]:
    return {c.id.removeprefix("ota."): str(c.verdict) for c in result.checks}


AGREEING = ("versions_agree", "swin_is_unique", "swin_maps_to_all_versions", "swin_follows_approvals", "declaration_covers_relevant_ecus")


@pytest.mark.parametrize(("name", "write"), [("read.log", candump), ("read.pcap", pcap)])
def test_everything_agrees_on_bus_and_in_captures(tmp_path: Path, name: str, write: object) -> None:
    result = judged(tmp_path, name, write(talk()))  # type: ignore[operator]
    found = verdicts(result)
    assert {n: found[n] for n in AGREEING} == dict.fromkeys(AGREEING, "PASS")
    assert found["identification_is_protected"] == "INCONCLUSIVE"
    drawn = [e for e in result.exhibits if e.table == "VersionDrift"]
    assert [(r["configuration"], r["vehicle_count"]) for e in drawn for r in e.rows] == [("B1", 1)]


@pytest.mark.parametrize(
    ("changed", "verdict"),
    [({"eps": "1.2.1"}, "FAIL"), ({"swin": "R079-0002"}, "FAIL"), ({"esc": "7.0.1 "}, "PASS"), ({"esc": "\x00"}, "INCONCLUSIVE")],
)
def test_what_the_car_says_decides(tmp_path: Path, changed: dict[str, str], verdict: str) -> None:
    assert verdicts(judged(tmp_path, "read.log", candump(talk(**changed))))["versions_agree"] == verdict


def test_each_lost_frame_leaves_it_open(tmp_path: Path) -> None:
    frames = talk()
    for gone in range(0, len(frames), 3):
        folder = tmp_path / str(gone)
        folder.mkdir()
        found = verdicts(judged(folder, "read.log", candump(frames[:gone] + frames[gone + 1 :])))
        assert found["versions_agree"] == "INCONCLUSIVE", gone


def test_an_attempt_to_tamper_is_judged(tmp_path: Path) -> None:
    refused = [*talk(), *frames_of(0x7E2, b"\x2e\xf1\xa0R079-9999"), *frames_of(0x7EA, b"\x7f\x2e\x33"), *talk()]
    session = f"读取文件,被读车辆VIN,读取时机\nread.log,{VIN},篡改试验\n"
    assert verdicts(judged(tmp_path, "read.log", candump(refused), 读取记录=session))["identification_is_protected"] == "PASS"
