"""Runs trials within the process and folds them as the product does."""

from collections.abc import Callable
from pathlib import Path

from zhunru.engine.source import FileSource
from zhunru.range.attacks import trials
from zhunru.range.client_trial import run_session
from zhunru.range.update_contract import CalledClient, Client, Command, Fetch
from zhunru.range.update_stage import Trial
from zhunru.readers.client_trial import client_trial
from zhunru.tables.client_trial import ClientTrial, ClientTrialStep, trial_from_steps


def called(call: Callable[[Command, Fetch], int], clock: bool = True) -> CalledClient:
    return CalledClient(call, "client", clock)


def folded(client: Client, kind: str, folder: Path, chosen: list[Trial] | None = None, patience_s: float = 20) -> ClientTrial:
    path = run_session(client, kind, trials(kind) if chosen is None else chosen, folder, 1, 1, patience_s)
    tables = [t for t in client_trial(FileSource(path)) if isinstance(t, ClientTrialStep)]
    found: ClientTrial = trial_from_steps(ClientTrialStep.concat(tables))
    return found


def results(client: Client, kind: str, folder: Path, chosen: list[Trial] | None = None) -> dict[str, tuple[str, str]]:
    rows = folded(client, kind, folder, chosen).collect().to_dicts()
    return {r["trial"]: (r["result"], r["reason"]) for r in rows}
