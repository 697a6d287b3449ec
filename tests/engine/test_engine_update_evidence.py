"""A whole dossier of one update, from files to verdicts: capture, database, ledgers, a hawkBit export."""

import json
from datetime import date
from pathlib import Path

import pytest

from zhunru.core.result import CheckResult, Result
from zhunru.engine.assess import assess
from zhunru.engine.dossier import open_dossier

T0 = 1_773_108_000
VIN = "1M8GDM9AXKP042788"
_DBC = """BO_ 256 M: 8 A
 SG_ Update : 0|1@1+ (1,0) [0|1] "" B
 SG_ Brake : 1|1@1+ (1,0) [0|1] "" B
 SG_ Speed : 16|16@1+ (0.01,0) [0|0] "km/h" B
"""


def capture(brake_off_at: float = 99.0) -> bytes:
    rows = []
    for k in range(200):
        t = k / 10
        data = bytes([(1 if 5 <= t < 15 else 0) | (0 if t >= brake_off_at else 1) << 1, 0, 0, 0])
        rows.append(b"(%d.%06d) can0 100#%s\n" % (T0 + int(t), round(t % 1 * 1e6), data.hex().encode()))
    return b"".join(rows)


def clock(second: float) -> str:
    return f"2026-03-10T10:00:{second:06.3f}+08:00"


def jsonl(*rows: dict[str, object]) -> bytes:
    return "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows).encode()


def export(detail: str = "finished", total: int = 1) -> bytes:
    links = {"target": {"href": f"https://u.example/rest/v1/targets/{VIN}"}}
    action = {
        "id": 7,
        "type": "update",
        "status": "finished",
        "detailStatus": detail,
        "rollout": 12,
        "rolloutName": "U-1",
        "createdAt": (T0 - 900) * 1000,
        "_links": links,
    }
    target = {"controllerId": VIN, "name": VIN, "updateStatus": "in_sync"}
    return jsonl(
        {"path": "/rest/v1/actions?offset=0", "body": {"content": [action], "total": total, "size": 1}},
        {"path": "/rest/v1/rollouts/12/deploygroups/1/targets", "body": {"content": [target], "total": 1, "size": 1}},
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("evidence", "records"):
        (tmp_path / name).mkdir()
    (tmp_path / "dossier.toml").write_text('format = 1\n[subject]\nname = "样车"\nmaker = "示例"\nota = true\n', encoding="utf-8")
    event: dict[str, object] = {"record": "update_event", "campaign": "U-1", "vin": VIN, "channel": "车机"}
    events: list[dict[str, object]] = [
        event | {"at": clock(0), "event": "告知", "topic": t, "text": "有"} for t in ("目的", "不可用功能", "注意事项")
    ]
    events += [
        event | {"at": clock(0), "event": "告知", "topic": "时长", "duration_s": 12},
        event | {"at": clock(2), "event": "确认"},
        event | {"at": clock(5.05), "event": "开始执行"},
        event | {"at": clock(15), "event": "执行结束"},
    ]
    mapping = "含义,报文,信号,条件,取值\n升级执行中,M,Update,=,1\n驻车制动,M,Brake,=,1\n车速,M,Speed,,\n"
    conditions = (
        "活动编号,条件编号,条件量,判定方式,门限值,计量单位,适用阶段\nU-1,C1,speed,不大于,0,km/h,执行前\nU-1,C2,park_brake,等于,是,,全程\n"
    )
    cases = "试验条款,试验序号,活动编号,激励,是否执行\n6.7,0,U-1,,是\n6.7,1,U-1,C1,否\n6.7,2,U-1,C2,否\n"
    ledgers: dict[str, str | bytes] = {
        "events.jsonl": jsonl(*events),
        "信号映射.csv": mapping,
        "执行条件.csv": conditions,
        "升级试验.csv": cases,
    }
    ledgers["升级活动.csv"] = "活动编号,产品,升级前基线,推送日期,涉及功能,推送开始日期\nU-1,样车,B1,2026-03-10,,2026-03-10\n"
    for name, content in ledgers.items():
        (tmp_path / "records" / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    (tmp_path / "evidence/car.dbc").write_text(_DBC)
    (tmp_path / "evidence/drive.log").write_bytes(capture())
    (tmp_path / "evidence/hawkbit.jsonl").write_bytes(export())
    return tmp_path


def verdicts(folder: Path) -> dict[str, CheckResult]:
    found: Result = assess(open_dossier(folder), day=date(2026, 6, 1), only="ota")
    return {c.id.removeprefix("ota."): c for c in found.checks}


def test_bus_log_and_runs_agree(folder: Path) -> None:
    found = verdicts(folder)
    for name in ("user_is_told_before_execution", "told_duration_is_compared", "stays_in_safe_state_during_execution"):
        assert found[name].verdict == "PASS", (name, found[name].findings)
    assert found["executes_only_when_preconditions_hold"].verdict == "PASS"
    assert found["executes_only_when_preconditions_hold"].totals["ok"] == 5  # three runs, two predicates in the capture
    assert found["cannot_be_driven_during_execution"].verdict == "INCONCLUSIVE"
    assert found["targets_are_closed_and_compatible"].verdict == "INCONCLUSIVE"  # hawkBit knows no configuration


def test_a_brake_released_while_it_is_executed_is_found_in_the_capture(folder: Path) -> None:
    (folder / "evidence/drive.log").write_bytes(capture(brake_off_at=9.0))
    found = verdicts(folder)["stays_in_safe_state_during_execution"]
    assert found.verdict == "FAIL"
    assert found.findings[0].t_ns == (T0 + 9) * 10**9
    (folder / "evidence/drive.log").write_bytes(capture(brake_off_at=2.0))
    assert verdicts(folder)["executes_only_when_preconditions_hold"].verdict == "FAIL"


CARS = (
    "活动编号,执行车辆VIN,升级前版本集,升级后版本集,执行开始时间,执行结束时间\nU-1,{},EPS=1,EPS=2,2026-03-10 10:00:05,2026-03-10 10:00:15\n"
)


def test_the_ledger_and_the_export_complete_each_other(folder: Path) -> None:
    alone = verdicts(folder)["execution_record_is_complete"]
    assert (alone.verdict, alone.totals["gap"]) == ("INCONCLUSIVE", 1)  # hawkBit knows no versions
    (folder / "records/升级执行记录.csv").write_text(CARS.format(VIN), encoding="utf-8")
    assert verdicts(folder)["execution_record_is_complete"].verdict == "PASS"


@pytest.mark.parametrize(("detail", "total", "gaps"), [("finished", 2, 1), ("strange", 1, 2)])
def test_a_cut_export_or_an_unknown_status_never_passes(folder: Path, detail: str, total: int, gaps: int) -> None:
    (folder / "records/升级执行记录.csv").write_text(CARS.format(VIN), encoding="utf-8")
    (folder / "evidence/hawkbit.jsonl").write_bytes(export(detail, total))
    found = verdicts(folder)["execution_record_is_complete"]
    assert (found.verdict, found.totals["gap"]) == ("INCONCLUSIVE", gaps)
