"""Saved answers of a hawkBit update server, and the feedback of its devices, as rows of update records.

An answer is a page of its management interface (`content`, `total`, `size`) or one feedback of the device interface. Which car and which
rollout it is about stands in its links, or in the address under which it was saved; what neither tells stays empty and is told by the binding.
Only words that are known are translated: an unknown status stays as it is written, and no record takes it for a success.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple
from urllib.parse import unquote

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST_MS: Final = 4_102_444_800_000
"""The year 2100: later milliseconds are no time."""
KEPT: Final = 1_000_000
"""Most entries whose names are kept to count pages; a quarter of it for actions that status pages may refer to."""
RESULTS: Final = {
    "finished": "success", "error": "failed", "canceled": "cancelled", "canceling": "pending", "cancel_rejected": "pending", "warning": "pending",
    "running": "pending", "retrieved": "pending", "download": "pending", "downloaded": "pending", "scheduled": "pending",
    "wait_for_confirmation": "pending", "pending": "pending",
}  # fmt: skip
"""Detailed status of an action -> result of the execution record."""
EVENTS: Final = {"finished": ("end", "成功"), "error": ("failure", "失败"), "download": ("download", ""), "downloaded": ("download", "")}
"""Kind of a status line -> kind of event and its outcome; the other known kinds say nothing that happened in the car."""
_CLOSED: Final = {"success": ("end", "成功"), "failure": ("failure", "失败")}
_QUIET: Final = frozenset({"scheduled", "proceeding", "resumed", "rejected", "canceled"})
_STATUS: Final = re.compile(r"/targets/([^/?]+)/actions/(\d+)/status")
_TARGET: Final = re.compile(r"/targets/([^/?]+)")
_ROLLOUT: Final = re.compile(r"/rollouts/(\d+)")
_FEEDBACK: Final = re.compile(r"/controller/v1/([^/?]+)/(?:deploymentBase|cancelAction|confirmationBase|installedBase)/(\d+)")


class Row(NamedTuple):
    """One row of a record kind.

    Args:
        kind: Record kind.
        fields: Field -> text; what is not known is absent.
    """

    kind: str
    fields: dict[str, str]


class Told(NamedTuple):
    """A piece that gave no row: `lost` = it should have, else it says nothing about an execution."""

    why: str
    lost: bool


def moment(value: object) -> str:
    """Return milliseconds since 1970 as a time with zone; anything else as it is written, so that it is not taken for a time."""
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, int) and 0 < value < _LATEST_MS:
        return (_EPOCH + timedelta(milliseconds=value)).isoformat()
    return str(value)[:40] if isinstance(value, int | float | str) else "?"


def resource_of(address: str) -> str:
    """Return an address without host, query and page: pages of one resource have the same."""
    return address.split("?", 1)[0].split("#", 1)[0].rstrip("/")


class Export:
    """Reads the answers of one export in order; actions that were seen tell later status pages which rollout they belong to."""

    def __init__(self) -> None:
        self._actions: dict[str, tuple[str, str]] = {}
        self._seen: dict[str, set[int]] = {}
        self._total: dict[str, int] = {}
        self._kept = 0
        self._names: dict[str, str] = {}

    def rows(self, answer: object, address: str = "", received: object = None) -> Iterator[Row | Told]:
        """Yield the rows of one answer.

        Args:
            answer: Page or feedback, as parsed.
            address: Address or file name under which it was saved; may be empty.
            received: When the server received a feedback, where the log says so.
        """
        if not isinstance(answer, Mapping):
            yield Told("form", lost=True)
        elif isinstance(answer.get("content"), list):
            yield from self._page(answer, address)
        elif isinstance(answer.get("status"), Mapping):
            yield _feedback(answer, address, received, self._actions)
        elif "detailStatus" in answer or "controllerId" in answer:
            yield from self._entry(answer, address)
        else:
            yield Told("form", lost=True)

    def missing(self) -> Iterator[tuple[str, int, int]]:
        """Yield the resources of which the export does not hold all entries: address, entries that it holds, entries that the server has."""
        for resource, total in sorted(self._total.items()):
            if len(self._seen.get(resource, ())) < total:
                yield resource, len(self._seen.get(resource, ())), total

    def _page(self, page: Mapping[str, Any], address: str) -> Iterator[Row | Told]:
        entries = page["content"]
        total = page.get("total")
        total = total if isinstance(total, int) and not isinstance(total, bool) and total >= 0 else None
        if total is None:
            yield Told("total", lost=True)  # nothing tells whether the export is whole
        resource = resource_of(address)
        if total is not None and (resource in self._total or total > len(entries)):
            self._total[resource] = max(total, self._total.get(resource, 0))
            seen: set[int] = self._seen.setdefault(resource, set())
        else:
            seen = set()  # whole by itself
        for entry in entries:
            if not isinstance(entry, Mapping):
                yield Told("form", lost=True)
                continue
            name = hash(
                (_text(entry.get("controllerId")), _text(entry.get("id"))) if "id" in entry or "controllerId" in entry else len(seen)
            )
            if name not in seen:
                if self._kept < KEPT:  # beyond it entries are not counted, so that the export is told as cut
                    self._kept += resource in self._total
                    seen.add(name)
                yield from self._entry(entry, address)

    def _entry(self, entry: Mapping[str, Any], address: str) -> Iterator[Row | Told]:
        if "detailStatus" in entry or ("status" in entry and ("rollout" in entry or entry.get("type") in {"update", "cancel"})):
            yield self._action(entry, address)
        elif "controllerId" in entry:
            number = _rollout(entry, address)
            fields = {"vin": _text(entry.get("controllerId")), "campaign": self._names.get(number, number)}
            yield Row("target_vehicle", {k: v for k, v in fields.items() if v})
        elif "type" in entry and ("reportedAt" in entry or "timestamp" in entry):
            yield self._status(entry, address)
        elif "totalTargets" in entry or "totalTargetsPerStatus" in entry:
            self._named(_text(entry.get("id")), _text(entry.get("name")))
            yield Told("rollout", lost=False)
        else:
            yield Told("form", lost=True)

    def _action(self, entry: Mapping[str, Any], address: str) -> Row:
        fields = {
            "vin": _car(entry, address),
            "campaign": _rollout(entry, address),
            "result": _result(entry),
            "pushed_at": moment(entry.get("createdAt")),
        }
        if (code := entry.get("lastStatusCode")) is not None and fields["result"] == "failed":
            fields["fail_code"] = _text(code)
        self._named(_text(entry.get("rollout")), fields["campaign"])
        if len(self._actions) < KEPT // 4:
            self._actions[_text(entry.get("id"))] = (fields["campaign"], fields["vin"])
        return Row("update_execution", {k: v for k, v in fields.items() if v})

    def _named(self, number: str, name: str) -> None:
        """Keep the name of a rollout, so that its target list bears the same one as its actions."""
        if number and name and len(self._names) < KEPT // 10:
            self._names.setdefault(number, name)

    def _status(self, entry: Mapping[str, Any], address: str) -> Row | Told:
        kind = _text(entry.get("type")).lower()
        place = _STATUS.search(address)
        vin, action = (unquote(place[1]), place[2]) if place else ("", "")
        campaign, known = self._actions.get(action, ("", ""))
        if kind not in EVENTS and kind in RESULTS:
            return Told("quiet", lost=False)
        event, outcome = EVENTS.get(kind, (kind or "?", ""))
        at = moment(entry["timestamp"] if entry.get("timestamp") is not None else entry.get("reportedAt"))
        messages = entry.get("messages")
        text = "; ".join(m for m in messages if isinstance(m, str)) if isinstance(messages, list) else ""
        fields = {
            "campaign": campaign,
            "vin": vin or known,
            "at": at,
            "event": event,
            "value": outcome,
            "text": text[:2000],
            "channel": "hawkBit",
        }
        return Row("update_event", {k: v for k, v in fields.items() if v})


def _text(value: object) -> str:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _link(entry: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    links = entry.get("_links")
    link = links.get(name) if isinstance(links, Mapping) else None
    return link if isinstance(link, Mapping) else {}


def _car(entry: Mapping[str, Any], address: str) -> str:
    for where in (_text(_link(entry, "target").get("href")), _text(_link(entry, "self").get("href")), address):
        if found := _TARGET.search(where):
            return unquote(found[1])
    return ""


def _rollout(entry: Mapping[str, Any], address: str) -> str:
    """Return the name of the rollout, else its number."""
    number = _ROLLOUT.search(_text(_link(entry, "rollout").get("href"))) or _ROLLOUT.search(address)
    return (
        _text(entry.get("rolloutName"))
        or _text(_link(entry, "rollout").get("name"))
        or _text(entry.get("rollout"))
        or (number[1] if number else "")
    )


def _result(entry: Mapping[str, Any]) -> str:
    """Return the result of an action.

    `status` alone tells only whether the action is over, not how: without the detailed status nothing is known. A download-only action
    that finished, and one that is over and yet pending, were not shown to be installed: they stay as written.
    """
    over, detail = _text(entry.get("status")).lower(), _text(entry.get("detailStatus")).lower()
    found = RESULTS.get(detail)
    if not detail or found is None:
        return f"? {over}/{detail}"
    if found == "success" and (
        over == "pending" or _text(entry.get("forceType")).lower() == "downloadonly" or entry.get("type") == "cancel"
    ):
        return f"? {over}/{detail}/{_text(entry.get('type'))}/{_text(entry.get('forceType'))}"
    return found


def _feedback(answer: Mapping[str, Any], address: str, received: object, actions: Mapping[str, tuple[str, str]]) -> Row | Told:
    status = answer["status"]
    place = _FEEDBACK.search(address)
    action = place[2] if place else _text(answer.get("id"))
    campaign, known = actions.get(action, ("", ""))
    execution = _text(status.get("execution")).lower()
    result = status.get("result")
    finished = _text(result.get("finished")).lower() if isinstance(result, Mapping) else ""
    if execution in _QUIET:
        return Told("quiet", lost=False)
    if execution == "closed":
        event, outcome = _CLOSED.get(finished, (f"? closed/{finished}", ""))
    elif execution in {"download", "downloaded"}:
        event, outcome = "download", ""
    else:
        event, outcome = f"? {execution}", ""
    # the time that the device writes has no zone: it is used only where it is given in milliseconds
    stamp = received if received is not None else answer.get("timestamp")
    details = status.get("details")
    text = "; ".join(d for d in details if isinstance(d, str)) if isinstance(details, list) else ""
    vin = unquote(place[1]) if place else _text(answer.get("controllerId")) or known
    fields = {
        "campaign": campaign,
        "vin": vin,
        "at": moment(stamp),
        "event": event,
        "value": outcome,
        "text": text[:2000],
        "channel": "hawkBit DDI",
    }
    return Row("update_event", {k: v for k, v in fields.items() if v})
