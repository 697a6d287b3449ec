"""The result of an assessment: everything a report shows, as data. Its JSON form is a documented, versioned schema."""

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from zhunru.core.clause import Basis, Theme
from zhunru.core.subject import Subject
from zhunru.core.verdict import Verdict

SCHEMA_VERSION = "1.0"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Saying(_Part):
    """A sentence in both languages."""

    zh: str
    en: str


class SeenFinding(_Part):
    """One finding, as `core.finding.Finding`."""

    kind: Literal["ok", "breach", "gap"]
    text: Saying
    source: str = ""
    row: int | None = None
    t_ns: int | None = None
    measured: str | int | float | bool | None = None
    limit: str | int | float | bool | None = None
    unit: str = ""
    facts: dict[str, str | int | float | bool | None] = Field(default_factory=dict)


class UsedLimit(_Part):
    """A tunable number as it was used.

    `in_force` is false when the instrument it was read in does not bind on the day of the assessment.
    """

    name: str
    value: str | int | float | bool | None
    unit: str = ""
    source: str = ""
    basis: Basis | None = None
    in_force: bool = True
    justification: str = ""


class CheckResult(_Part):
    """Outcome of one check."""

    id: str
    title: Saying
    clauses: tuple[str, ...]
    verdict: Verdict
    reason: Saying | None = None
    findings: tuple[SeenFinding, ...] = ()
    totals: dict[str, int] = Field(default_factory=dict)
    limits: tuple[UsedLimit, ...] = ()
    screening: bool = False
    evidence: tuple[str, ...] = ()
    not_covered: Saying | None = None
    key: str = ""


class ClauseResult(_Part):
    """Outcome per clause; `verdict` is null when no check claims it."""

    id: str
    instrument: str
    theme: Theme
    title: Saying
    duty: Saying
    verdict: Verdict | None
    reason: Saying | None = None
    screening: bool = False
    checks: tuple[str, ...] = ()
    reviewed_by: str = ""
    waiver: str = ""
    basis: Basis = "C"


class EvidenceResult(_Part):
    """What was made of one file.

    `state`: `read` whole, `damaged` in part, `unused` = no reader or not readable.
    """

    name: str
    size_byte: int
    sha256: str
    state: Literal["read", "damaged", "unused"]
    format: str = ""
    title: Saying | None = None
    rows: dict[str, int] = Field(default_factory=dict)
    records: dict[str, int] = Field(default_factory=dict)
    skipped: int = 0
    messages: tuple[Saying, ...] = ()


class ExhibitResult(_Part):
    """A small table drawn in the report; `labels` names its columns and group values for people."""

    table: str
    kind: Literal["bars", "spans", "series", "rows"]
    title: Saying
    clause: str
    x: str
    y: tuple[str, ...]
    group: str = ""
    units: dict[str, str] = Field(default_factory=dict)
    labels: dict[str, Saying] = Field(default_factory=dict)
    rows: tuple[dict[str, Any], ...] = ()
    total_rows: int = 0


class Signature(_Part):
    """The two signatures of a result (house.md section 7).

    Args:
        baseline: SHA-256 over code, catalogue, parameters.
        environment: SHA-256 over the evidence digests, the subject and the day.
    """

    baseline: str
    environment: str
    version: str
    python: str = ""
    profile: str = ""


class Progress(_Part):
    """Three numbers of the duties of the opinion that apply; never one percentage. A screening PASS does not count as conforming."""

    applicable: int
    reviewed: int
    tested: int
    conforming: int


class Result(_Part):
    """A whole assessment."""

    schema_version: str = SCHEMA_VERSION
    subject: Subject
    as_of: date
    selection: str = ""
    progress: Progress
    clauses: tuple[ClauseResult, ...]
    checks: tuple[CheckResult, ...]
    evidence: tuple[EvidenceResult, ...]
    exhibits: tuple[ExhibitResult, ...] = ()
    instruments: dict[str, Saying] = Field(default_factory=dict)
    signature: Signature

    def counts(self) -> dict[str, int]:
        """Return how many applicable or excluded clauses have each verdict; `NOT_ASSESSED` counts those without one."""
        found: dict[str, int] = {v.value: 0 for v in Verdict} | {"NOT_ASSESSED": 0}
        for clause in self.clauses:
            found[clause.verdict.value if clause.verdict else "NOT_ASSESSED"] += 1
        return found
