"""What the tests of the gate share: the conforming release, spoilt in one thing, and what the gate says to it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from zhunru.core.decision import Decision, Reason
from zhunru.engine.dossier import Dossier, open_dossier
from zhunru.engine.gate import DECISION, Asked, decide, seal_decision
from zhunru.range.release_dossier import ReleaseDossier, conforming
from zhunru.reports import gate_json

Spoil = Callable[[ReleaseDossier], object]


@dataclass
class Case:
    """One dossier on disk with its packages."""

    made: ReleaseDossier
    folder: Path
    packages: list[Path]

    @property
    def home(self) -> Path:
        return self.folder / "dossier"

    @property
    def now(self) -> datetime:
        return self.made.story.now

    def opened(self, profile: str = "") -> Dossier:
        return open_dossier(self.home, profile)

    def decide(self, packages: Sequence[Path] | None = None, now: datetime | None = None, profile: str = "", **asked: Any) -> Decision:
        """Ask the gate, sealing nothing."""
        plain = Asked("ota-release", self.packages if packages is None else packages)
        return decide(self.opened(profile), replace(plain, **asked), now or self.now)

    def sealed(self, now: datetime | None = None, seed: bytes | None = None, **asked: Any) -> tuple[Decision, dict[str, Any] | None]:
        """Ask the gate and seal the decision."""
        decision = self.decide(now=now, **asked)
        permit, _ = seal_decision(
            self.opened(), decision, {DECISION: gate_json.render(decision)}, self.home / "out", now or self.now, seed
        )  # fmt: skip
        return decision, permit


def released(folder: Path, spoil: Spoil | None = None) -> Case:
    """Write the conforming release, spoilt in one thing."""
    made = conforming()
    if spoil:
        spoil(made)
    return Case(made, folder, made.write(folder))


def rules(decision: Decision) -> set[str]:
    """Return the names of the rules and checks that hold it."""
    return {r.rule for r in decision.reasons}


def why(decision: Decision, rule: str) -> list[Reason]:
    """Return the reasons of one rule or check; each must tell who acts, what closes it and which clause asks."""
    found = [r for r in decision.reasons if r.rule == rule]
    for one in found:
        assert one.giver.zh and one.giver.en and one.remedy.zh and one.remedy.en and one.missing.zh and one.missing.en
    return found
