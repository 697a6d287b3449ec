"""Runs trials within the process and folds them as the product does. For tests and for the mutation of the verifier."""

from collections.abc import Callable
from pathlib import Path

from zhunru.range.attacks import trials
from zhunru.range.client_trial import Frame, run_session, run_trial
from zhunru.range.update_contract import CalledClient, Client, Command, Fetch
from zhunru.range.update_stage import Trial
from zhunru.tables.client_trial import ClientTrial, ClientTrialStep, judge, trial_from_steps


def called(call: Callable[[Command, Fetch], int], clock: bool = True) -> CalledClient:
    return CalledClient(call, "client", clock)


def folded(client: Client, kind: str, folder: Path, chosen: list[Trial] | None = None, patience_s: float = 20) -> ClientTrial:
    from zhunru.engine.source import FileSource
    from zhunru.readers.client_trial import client_trial

    path = run_session(client, kind, trials(kind) if chosen is None else chosen, folder, 1, 1, patience_s)
    tables = [t for t in client_trial(FileSource(path)) if isinstance(t, ClientTrialStep)]
    found: ClientTrial = trial_from_steps(ClientTrialStep.concat(tables))
    return found


def results(client: Client, kind: str, folder: Path, chosen: list[Trial] | None = None) -> dict[str, tuple[str, str]]:
    rows = folded(client, kind, folder, chosen).collect().to_dicts()
    return {r["trial"]: (r["result"], r["reason"]) for r in rows}


def outcome(trial: Trial, made: list[Frame], call: Callable[[Command, Fetch], int]) -> tuple[str, str]:
    """Return result and reason of one trial whose frames are at hand."""
    rows = run_trial(trial, called(call), 1, 20, lambda _: None, made)
    for row in rows:
        row["not_run"] = row.get("not_run")
        row["untrusted_count"] = sum(due != found for _, due, found in row.get("trusted", ()))
        for name in ("poison", "stray", "lacking"):
            row[f"{name}_count"] = len(row.get(name, ()))
    return judge(rows)[:2]
