"""Exports of a hawkBit server: what each status means, what is missing, what is not believed."""

import json
import runpy
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from zhunru.core.errors import DamagedEvidence, EvidenceError
from zhunru.core.evidence import Noted, Skipped
from zhunru.engine import walk
from zhunru.engine.source import BytesSource
from zhunru.readers.hawkbit import MAX_BYTE, hawkbit
from zhunru.records import sheets
from zhunru.records.target_vehicle import TargetVehicle
from zhunru.records.update_event import UpdateEvent
from zhunru.records.update_execution import UpdateExecution

_MADE = runpy.run_path(str(Path(__file__).parents[1] / "specimens" / "hawkbit.py"))
action, feedback, page, status = (_MADE[name] for name in ("action", "feedback", "page", "status"))
ONE, TWO = "LSVAA49J0X2000001", "LSVAA49J0X2000002"


def read(content: bytes, name: str = "export.json") -> tuple[sheets.Bound, list[Skipped], list[Noted]]:
    items = list(hawkbit(BytesSource(content, name)))
    tables = [i.collect() for i in items if not isinstance(i, Skipped | Noted)]
    bound = sheets.bind(pl.concat(tables), list(walk.records().values())) if tables else sheets.Bound()
    return bound, [i for i in items if isinstance(i, Skipped)], [i for i in items if isinstance(i, Noted)]


def bundle(*lines: dict[str, Any]) -> bytes:
    return "".join(json.dumps(line) + "\n" for line in lines).encode()


def executions(*entries: dict[str, object], total: int | None = None) -> tuple[list[Any], list[Skipped]]:
    bound, skipped, _ = read(json.dumps(page(*entries, total=total)).encode())
    return list(bound.records.get(UpdateExecution, [])), skipped


@pytest.mark.parametrize(
    ("detail", "over", "result"),
    [
        ("finished", "finished", "success"), ("error", "finished", "failed"), ("canceled", "finished", "cancelled"), ("running", "pending", "pending"),
        ("wait_for_confirmation", "pending", "pending"), ("downloaded", "finished", "pending"), ("cancel_rejected", "pending", "pending"),
        ("FINISHED", "finished", "success"),
    ],
)  # fmt: skip
def test_each_status_of_an_action(detail: str, over: str, result: str) -> None:
    (record,), skipped = executions(action(7, ONE, detail, over))
    assert (record.result, record.vin, record.campaign, skipped) == (result, ONE, "U-1", [])
    assert record.pushed_at.isoformat() == "2026-03-10T02:00:00.007000+00:00"
    assert not record.origin.problems


@pytest.mark.parametrize(
    "changed",
    [
        {"detailStatus": "installed_probably"}, {"detailStatus": None}, {"detailStatus": ""}, {"status": "pending"}, {"forceType": "downloadonly"},
        {"type": "cancel"},
    ],
)  # fmt: skip
def test_what_is_not_certain_is_no_success(changed: dict[str, object]) -> None:
    (record,), _ = executions(action(7, ONE, "finished") | changed)
    assert record.result is None
    assert record.origin.problems


def test_status_finished_without_its_detail_is_no_success() -> None:
    entry = action(7, ONE, "finished")
    del entry["detailStatus"]
    (record,), _ = executions(entry)
    assert record.result is None and record.origin.problems


@pytest.mark.parametrize(("total", "missing"), [(2, 0), (3, 1), (50, 48), (1, 0)])
def test_a_cut_page_is_damage(total: int, missing: int) -> None:
    _, skipped = executions(action(7, ONE, "finished"), action(8, TWO, "finished"), total=total)
    assert [s.count for s in skipped] == ([missing] if missing else [])


def test_pages_of_one_resource_are_counted_together_and_repeated_entries_once() -> None:
    first = {"path": "/rest/v1/actions?offset=0&limit=1", "body": page(action(7, ONE, "finished"), total=2)}
    second = {"path": "/rest/v1/actions?offset=1&limit=1", "body": page(action(8, TWO, "error"), total=2)}
    bound, skipped, _ = read(bundle(first, second))
    assert (len(bound.records[UpdateExecution]), skipped) == (2, [])
    bound, skipped, _ = read(bundle(first, first))
    assert (len(bound.records[UpdateExecution]), [s.count for s in skipped]) == (1, [1])
    other = {"path": "/rest/v1/targets/X/actions", "body": second["body"]}
    _, skipped, _ = read(bundle(first, other))
    assert [s.count for s in skipped] == [1, 1]


def test_a_page_without_total_is_damage() -> None:
    whole = page(action(7, ONE, "finished"))
    del whole["total"]
    _, skipped, _ = read(json.dumps(whole).encode())
    assert len(skipped) == 1


def test_status_lines_find_car_and_rollout() -> None:
    actions = {"path": "/rest/v1/actions", "body": page(action(7, ONE, "finished"))}
    lines = page(
        status(1, "retrieved", 1), status(2, "download", 1_773_109_000_000), status(3, "error", 1_773_111_600_000), status(4, "odd", 5)
    )
    bound, skipped, noted = read(bundle(actions, {"path": f"/rest/v1/targets/{ONE}/actions/7/status", "body": lines}))
    events = bound.records[UpdateEvent]
    assert [(e.event, e.vin, e.campaign) for e in events if isinstance(e, UpdateEvent)] == [
        ("download", ONE, "U-1"), ("failure", ONE, "U-1"), (None, ONE, "U-1"),
    ]  # fmt: skip
    assert events[2].origin.problems and not skipped and noted[0].count == 1


def test_status_lines_of_an_unknown_action_are_no_records() -> None:
    body = page(status(3, "finished", 1_773_111_600_000))
    bound, _, _ = read(bundle({"path": f"/rest/v1/targets/{ONE}/actions/9/status", "body": body}))
    assert not bound.records.get(UpdateEvent)
    assert bound.rejected


@pytest.mark.parametrize(
    ("execution", "finished", "kind", "told"),
    [
        ("closed", "success", "end", True),
        ("closed", "failure", "failure", True),
        ("closed", "none", None, True),
        ("proceeding", "none", None, False),
    ],
)
def test_feedback_of_devices(execution: str, finished: str, kind: str | None, told: bool) -> None:
    actions = {"path": "/rest/v1/actions", "body": page(action(7, ONE, "finished"))}
    line = {"path": f"/DEFAULT/controller/v1/{ONE}/deploymentBase/7/feedback", "body": feedback("7", execution, finished)}
    bound, _, noted = read(bundle(actions, line))
    events = [e for e in bound.records.get(UpdateEvent, []) if isinstance(e, UpdateEvent)]
    assert [(e.event, e.vin) for e in events] == ([(kind, ONE)] if told else [])
    assert bool(noted) is not told
    assert all(bool(e.origin.problems) is (kind is None) for e in events)


def test_the_device_s_own_clock_without_zone_is_not_used() -> None:
    actions = {"path": "/rest/v1/actions", "body": page(action(7, ONE, "finished"))}
    body = feedback("7", "closed", "success") | {"time": "20260310T100000"}
    del body["timestamp"]
    bound, _, _ = read(bundle(actions, {"path": f"/D/controller/v1/{ONE}/deploymentBase/7/feedback", "body": body}))
    assert [e.at for e in bound.records[UpdateEvent] if isinstance(e, UpdateEvent)] == [None]


def test_targets_of_a_rollout_and_an_escaped_name() -> None:
    entry = {"controllerId": ONE, "name": "x", "updateStatus": "in_sync"}
    bound, _, _ = read(bundle({"url": "https://h/rest/v1/rollouts/12/deploygroups/3/targets?limit=5", "body": page(entry)}))
    assert [(t.vin, t.campaign) for t in bound.records[TargetVehicle] if isinstance(t, TargetVehicle)] == [(ONE, "12")]
    other = {"url": "https://h/rest/v1/rollouts/12/deploygroups/3/targets?limit=5", "body": page(entry)}
    for first in (page(action(7, ONE, "finished")), page({"id": 12, "name": "U-1", "totalTargets": 1})):
        bound, _, _ = read(bundle({"path": "/rest/v1/x", "body": first}, other))
        assert [t.campaign for t in bound.records[TargetVehicle] if isinstance(t, TargetVehicle)] == ["U-1"]
    odd = action(7, ONE, "finished") | {"_links": {"target": {"href": "https://h/rest/v1/targets/LSV%2FX"}}}
    (record,), _ = executions(odd)
    assert record.vin == "LSV/X"


@pytest.mark.parametrize(
    "content",
    [
        b'{"content": [], "total": 1, "detailStatus": 1, "total": 0}',
        b'{"controllerId": 1, "content": ' + b"[" * 2000 + b"]" * 2000 + b', "total": 0}',
        b'{"controllerId": 1, "content": [{"detailStatus": "finished"',
    ],
    ids=["twice", "deep", "cut"],
)
def test_hostile_json_is_refused(content: bytes) -> None:
    with pytest.raises(DamagedEvidence):
        list(hawkbit(BytesSource(b"\n" + content.replace(b"[{", b"[\n{"), "export.json")))


def test_a_single_value_that_is_too_large_is_refused() -> None:
    with pytest.raises(EvidenceError):
        list(hawkbit(BytesSource(b'{"controllerId": "x",\n' + b" " * MAX_BYTE + b"}", "export.json")))


@pytest.mark.parametrize("twice", [b'"status": "error", ', b'"status": "error", "note": "a\\"b", '])
def test_a_key_given_twice_is_refused_on_both_ways_of_parsing(twice: bytes) -> None:
    line = bundle({"path": "/rest/v1/actions", "body": page(action(7, ONE, "finished"))})
    _, skipped, _ = read(line + line.replace(b'"status": ', twice + b'"status": '))
    assert [s.where for s in skipped] == ["line 2"]


def test_a_broken_line_costs_that_line_only() -> None:
    good = bundle({"path": "/rest/v1/actions", "body": page(action(7, ONE, "finished"))})
    bound, skipped, _ = read(good + b'{"path": "/rest/v1/actions", "bo\n' + good.replace(b'"id": 7', b'"id": 8'))
    assert (len(bound.records[UpdateExecution]), [s.where for s in skipped]) == (2, ["line 2"])
