"""A check turns tables and records into findings and claims clauses. `house.md` section 3."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from zhunru.core.finding import Finding
from zhunru.core.step import Step
from zhunru.core.text import Text
from zhunru.core.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Example:
    """Input under which the check must give `verdict`; shown by `zhunru explain` and run by the contract tests."""

    name: str
    verdict: Verdict
    build: Callable[[], Any]

    def inputs(self) -> tuple[Any, ...]:
        """Return the positional arguments."""
        built = self.build()
        return built if isinstance(built, tuple) else (built,)


@dataclass
class Check(Step):
    """A declared check.

    Args:
        clauses: Ids of the clauses that it claims.
        title_zh: First sentence in Chinese, true when it passes.
        since: First version that has it.
        examples: Filled by `.example`.
    """

    clauses: tuple[str, ...] = ()
    title_zh: str = ""
    since: str = ""
    examples: list[Example] = field(default_factory=list)

    @property
    def theme(self) -> str:
        """Folder of the check."""
        return self.id.split(".", 1)[0]

    @property
    def title(self) -> Text:
        """The sentence that is true when the check passes."""
        return Text(self.title_zh, self.doc.split("\n", 1)[0])

    @property
    def not_covered(self) -> Text:
        """What this check cannot see."""
        return Text(self.section("未覆盖"), self.section("Not covered"))

    def example(self, verdict: Verdict) -> Callable[[Callable[[], Any]], Callable[[], Any]]:
        """Declare an example: a function without arguments that returns the positional inputs (a tuple when several)."""

        def declare(build: Callable[[], Any]) -> Callable[[], Any]:
            self.examples.append(Example(build.__name__, verdict, build))
            return build

        return declare


def check(*clauses: str, title_zh: str, since: str) -> Callable[[Callable[..., Iterator[Finding]]], Check]:
    """Declare a check on `clauses`; the function yields findings."""

    def declare(function: Callable[..., Iterator[Finding]]) -> Check:
        found = Check(function, "checks", clauses, title_zh, since)
        found.id = found.id or function.__name__
        return found

    return declare
