"""The report of trials: complete, escaped, equal for equal sessions, and whole in a browser."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from clients.called import called

from zhunru.checks.ota.client_withstands_attacks import client_withstands_attacks
from zhunru.core.finding import fold
from zhunru.core.verdict import Verdict
from zhunru.engine.source import FileSource
from zhunru.range.attacks import trials
from zhunru.range.client_trial import run_session
from zhunru.range.update_contract import Command, Fetch
from zhunru.readers.client_trial import client_trial
from zhunru.reports.client_trial import Session, as_json, render
from zhunru.reports.html_parts.client_trials import class_verdict
from zhunru.tables.client_trial import ClientTrialStep, ServedFile, trial_from_steps

CHROMIUM = shutil.which("chromium")
NAME = "<script>alert(1)</script> 客户端"


def careless(command: Command, fetch: Fetch) -> int:
    """Trusts what it gets."""
    if command.does != "init":
        (command.metadata / "timestamp.json").write_bytes(fetch(command.bases["repo"] + "timestamp.json", 1 << 20))
    return 0


@pytest.mark.parametrize(
    ("good", "bad", "open_", "verdict"),
    [
        (3, 0, 0, Verdict.PASS),
        (12, 0, 1, Verdict.INCONCLUSIVE),
        (0, 0, 2, Verdict.INCONCLUSIVE),
        (9, 1, 5, Verdict.FAIL),
        (0, 0, 0, Verdict.MISSING),
    ],
)
def test_a_class_passes_only_when_each_of_its_trials_was_judged(good: int, bad: int, open_: int, verdict: Verdict) -> None:
    assert class_verdict(good, bad, open_) is verdict


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Session:
    folder = tmp_path_factory.mktemp("session")
    client = called(careless)
    client.name = NAME
    chosen = [t for t in trials("tuf") if t.id.startswith(("freeze.expired", "eavesdrop", "rollback.older-timestamp", "fast-forward"))]
    path = run_session(client, "tuf", chosen, folder, 1)
    items = list(client_trial(FileSource(path)))
    steps = ClientTrialStep.concat([i for i in items if isinstance(i, ClientTrialStep)])
    served = ServedFile.concat([i for i in items if isinstance(i, ServedFile)])
    folded = trial_from_steps(steps)
    return Session(
        steps.collect().to_dicts(), served.collect().to_dicts(), folded.collect().to_dicts(), fold(client_withstands_attacks(folded)),
        client_withstands_attacks, lambda digest: (folder / "served" / digest).read_bytes() if (folder / "served" / digest).exists() else None,
        {"freeze.expired-timestamp": "因为 <b>"}, "ab" * 32,
    )  # fmt: skip


def test_every_trial_and_every_class_stands_in_it(session: Session) -> None:
    page = render(session).decode()
    for row in session.trials:
        assert row["trial"] in page
    assert page.count('class="check edge-fail"') == sum(t["result"] in {"breached", "refused"} for t in session.trials)
    for words in ("窃听", "partial bundle", "未运行", "已列明偏差", "因为 &lt;b&gt;"):
        assert words in page
    assert render(session) == render(session)


def test_the_metadata_that_were_served_can_be_read(session: Session) -> None:
    page = render(session).decode()
    assert "2020-01-01T00:00:00Z" in page
    digests = {s["sha256"] for s in session.served if s["attack"] and s["sha256"]}
    assert digests
    assert all(d in page for d in digests)


def test_names_are_escaped(session: Session) -> None:
    page = render(session).decode()
    assert "<script>alert" not in page
    assert "<b>" not in page


def test_json_tells_the_same(session: Session) -> None:
    import json

    told = json.loads(as_json(session))
    assert told["verdict"] == "FAIL"
    assert sum(told["counts"].values()) == len(told["trials"]) == len(session.trials)


@pytest.fixture(scope="module")
def opened(session: Session, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip("chromium is absent: the report is not looked at in a browser")
    from playwright.sync_api import sync_playwright

    path: Path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_bytes(render(session))
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"])
        page: Any = browser.new_page(viewport={"width": 1280, "height": 900})
        page.asked, page.told = [], []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("console", lambda message: page.told.append(message.text))
        page.goto(path.as_uri())
        yield page
        browser.close()


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("language", ["lang-zh", "lang-en"])
def test_the_page_never_scrolls_sideways(opened: Any, width: int, language: str) -> None:
    opened.set_viewport_size({"width": width, "height": 844})
    opened.click(f"label[for={language}]")
    opened.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert opened.evaluate("document.documentElement.scrollWidth") <= width
    assert opened.told == []
    assert [u for u in opened.asked if not re.match("data:|file:", u)] == []
