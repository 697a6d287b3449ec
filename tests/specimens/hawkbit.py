"""Small generated answers of a hawkBit server, in the shapes of its documentation."""

import json

HOST = "https://updates.example/rest/v1"


def action(number: int, vin: str, detail: str, over: str = "finished") -> dict[str, object]:
    return {
        "createdBy": "maker", "createdAt": 1_773_108_000_000 + number, "lastModifiedAt": 1_773_111_600_000, "type": "update", "status": over,
        "detailStatus": detail, "rollout": 12, "rolloutName": "U-1", "id": number, "forceType": "soft",
        "_links": {"target": {"href": f"{HOST}/targets/{vin}", "name": vin}, "rollout": {"href": f"{HOST}/rollouts/12", "name": "U-1"}},
    }  # fmt: skip


def page(*entries: dict[str, object], total: int | None = None) -> dict[str, object]:
    return {"content": list(entries), "total": len(entries) if total is None else total, "size": len(entries)}


def status(number: int, kind: str, at: int) -> dict[str, object]:
    return {"id": number, "type": kind, "messages": [f"{kind} reported"], "reportedAt": at}


def feedback(action_id: str, execution: str, finished: str) -> dict[str, object]:
    return {
        "id": action_id,
        "status": {"execution": execution, "result": {"finished": finished}, "details": ["done"]},
        "timestamp": 1_773_111_600_000,
    }


def specimens() -> dict[str, bytes]:
    one, two = "LSVAA49J0X2000001", "LSVAA49J0X2000002"
    actions = page(action(7, one, "finished"), action(8, two, "running", "pending"))
    targets = page(
        {"controllerId": one, "name": one, "updateStatus": "in_sync"}, {"controllerId": two, "name": two, "updateStatus": "pending"}
    )
    told = page(
        status(3, "finished", 1_773_111_600_000), status(2, "download", 1_773_109_000_000), status(1, "retrieved", 1_773_108_500_000)
    )
    lines = [
        {"path": "/rest/v1/actions?offset=0&limit=50", "body": actions},
        {"path": "/rest/v1/rollouts/12/deploygroups/3/targets", "body": targets},
        {"path": f"/rest/v1/targets/{one}/actions/7/status", "body": told},
        {
            "path": f"/DEFAULT/controller/v1/{one}/deploymentBase/7/feedback",
            "body": feedback("7", "closed", "success"),
            "received_at": 1_773_111_600_500,
        },
    ]
    return {
        "actions": json.dumps(actions, indent=2).encode(),
        "bundle": "".join(json.dumps(line) + "\n" for line in lines).encode(),
        "list": json.dumps(lines[:2]).encode(),
    }
