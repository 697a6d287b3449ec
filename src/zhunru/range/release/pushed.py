"""What came of the release: one record per car, the closing report, and the metadata that the update server gave out."""

from collections.abc import Iterator
from datetime import datetime, time
from hashlib import sha256

from zhunru.core.record import CHINA, Record
from zhunru.range.release.story import Story
from zhunru.range.update_repository import Repository
from zhunru.records.closing_report import ClosingReport, execution_counts
from zhunru.records.update_execution import UpdateExecution
from zhunru.records.update_repository import UpdateRepository

FOLDER = "evidence/ota/metadata"
ROOT = "1.root.json"
RESULTS = ("success", "success", "failed", "success", "refused", "success")
"""Result of each target, in order; where there are more targets it begins anew."""
_FETCHED = 1
"""Days after the release on which the metadata were collected."""


def records(story: Story) -> Iterator[Record]:
    """Yield executions, closing report and the note on the metadata."""
    results = [RESULTS[n % len(RESULTS)] for n in range(len(story.targets))] + ["success"] * len(story.strangers)
    executions = [
        _execution(story, n, vin, result) for n, (vin, result) in enumerate(zip(story.targets + story.strangers, results, strict=True))
    ]
    yield from executions
    renewed = sum(e.result == "success" for e in executions)
    main = story.updated[0]
    yield ClosingReport.model_validate({
        "campaign": story.campaign, "closed_on": story.on(-31), **execution_counts(executions), "incidents": 0,
        "versions": f"{main.new}={renewed}; {main.old}={len(executions) - renewed}",
        "ledger_digest": story.digest("executions", story.campaign),
    })  # fmt: skip
    yield UpdateRepository.model_validate({
        "folder": FOLDER, "role": "tuf", "trusted_root": sha256(metadata(story)[ROOT]).hexdigest(), "fetched_at": story.at(-_FETCHED),
        "campaign": story.campaign,
    })  # fmt: skip


def evidence(story: Story) -> dict[str, bytes]:
    """Return the metadata as they were collected."""
    return {f"{FOLDER}/{name}": content for name, content in metadata(story).items()}


def metadata(story: Story) -> dict[str, bytes]:
    """Return root, timestamp, snapshot and targets of the server for the packages released."""
    made = Repository(story.seed, f"{story.campaign} server")
    for name, content in story.packages.items():
        made.add(name, content)
        del made.body["targets"]["targets"][name]["hashes"]["sha512"]  # what is not at hand beside the package cannot be compared
    expires = datetime.combine(story.on(-story.stamped), time(0)).isoformat() + "Z"
    made.body["timestamp"]["expires"] = expires
    made.release()
    return {name: made.metadata[name] for name in (ROOT, "timestamp.json", "snapshot.json", "targets.json")}


def _execution(story: Story, number: int, vin: str, result: str) -> UpdateExecution:
    """Return one car: offered on the first days, told, asked, executed, told the result."""
    begin = story.at(-(number // 2), number * 1800).astimezone(CHINA)

    def after(second: float) -> datetime:
        return datetime.fromtimestamp(begin.timestamp() + second, CHINA)

    plain = {"campaign": story.campaign, "vin": vin, "pushed_at": begin, "notified_at": after(600)}
    if result == "refused":
        return UpdateExecution.model_validate(plain | {"confirmed_at": after(660), "option": "拒绝", "result": result})
    good = result == "success"
    first, last = {e.name: e.swin for e in story.ecus if e.swin}[story.updated[0].name]
    fields = {
        "confirmed_at": after(660), "option": "立即升级", "started_at": after(700), "ended_at": after(1120), "result": result,
        "versions_before": _set(story.old), "versions_after": _set(story.new if good else story.old), "swin_before": first,
        "swin_after": last if good else first, "packages": "; ".join(story.digests), "told_result_at": after(1130), "soc_pct": 62 + number,
        "manual_version": "V3.1" if good else "V3.0",
    }  # fmt: skip
    failed = {} if good else {"fail_code": "E-VERIFY-07", "restored": True, "safe_state": True}
    return UpdateExecution.model_validate(plain | fields | failed)


def _set(versions: dict[str, str]) -> str:
    return "; ".join(f"{ecu}={version}" for ecu, version in versions.items())
