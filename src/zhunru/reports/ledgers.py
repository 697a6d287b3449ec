"""What a paper is written from: the records of a dossier, each value with its place."""

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple, TypeVar

from zhunru.core.errors import PlanError
from zhunru.core.record import CHINA, Record
from zhunru.core.result import Result
from zhunru.core.subject import Subject
from zhunru.core.text import Text
from zhunru.formulas.written_names import bare
from zhunru.records.data_incident import DataIncident
from zhunru.records.filing_standing import Standing
from zhunru.records.report_note import ReportNote
from zhunru.records.sheets import field_of
from zhunru.records.update_campaign import UpdateCampaign
from zhunru.reports.document import Cell, Document, Place

AnyRecord = TypeVar("AnyRecord", bound=Record)
STATEMENT = "dossier.toml"
RESULT = "out/result.json"


class Ledgers(NamedTuple):
    """Records of a dossier, the subject, and the day.

    Args:
        records: Kind -> records.
        filings: Filings after their moves.
        subject: The product.
        day: Day as of which the paper is made.
        campaign: The update activity that the paper is about, or None.
        lost: Kind -> rows and sheets that could not be used.
        unread: Ledgers that were not read whole.
        incident: The incident that the paper is about, or None.
        result: The last assessment of the dossier, or None.
    """

    records: Mapping[type[Record], Sequence[Record]]
    filings: Sequence[Standing]
    subject: Subject
    day: date
    campaign: UpdateCampaign | None = None
    lost: Mapping[type[Record], tuple[str, ...]] = {}
    unread: tuple[str, ...] = ()
    incident: DataIncident | None = None
    result: Result | None = None

    def of(self, kind: type[AnyRecord]) -> list[AnyRecord]:
        """Return the records of a kind in the order of the ledgers."""
        return [r for r in self.records.get(kind, ()) if isinstance(r, kind)]

    def mine(self, kind: type[AnyRecord]) -> list[AnyRecord]:
        """Return the records of a kind that name the update activity of the paper."""
        name = bare(self.activity.id)
        return [r for r in self.of(kind) if bare(str(getattr(r, "campaign", "") or "")) == name]

    def one(self, kind: type[AnyRecord], holds: Callable[[AnyRecord], bool] = lambda _: True) -> AnyRecord | None:
        """Return the only record of a kind for which `holds` is true; None when there is none or when several differ."""
        found = [r for r in self.of(kind) if holds(r)]
        return found[0] if found and all(f == found[0].model_copy(update={"origin": f.origin}) for f in found) else None

    def supplied(self, paper: str, entry: str) -> Cell:
        """Return what the company supplied for one item of a paper that no other ledger holds."""
        mine = self.one(ReportNote, lambda n: (bare(n.paper), bare(n.entry)) == (paper, entry))
        if mine is None:
            return Cell(need=f"台账“报告补充说明”，文书代号 {paper}，文书栏目代号 {entry}；没有的写“无”")
        return cell(ReportNote, mine, "text")

    def doubts_of(self, template: "Template") -> tuple[str, ...]:
        """Return what could not be used of the kinds that a template is written from, and every ledger that was not read whole."""
        own = list(vars(sys.modules[template.build.__module__]).values())
        # parts that the template takes from other templates are written from kinds of their own
        homes = {v.__module__ for v in own if callable(v) and str(getattr(v, "__module__", "")).startswith("zhunru.reports.filings.")}
        used = [v for home in homes for v in vars(sys.modules[home]).values()]
        kinds = [k for k in self.lost if any(k is u for u in used)]
        return (*(why for k in sorted(kinds, key=lambda k: k.kind()) for why in self.lost[k]), *(f"{n} 未能完整读出" for n in self.unread))

    @property
    def activity(self) -> UpdateCampaign:
        """The update activity; a paper that needs one refuses to be made without."""
        if self.campaign is None:
            raise PlanError(
                Text("此文书须指明升级活动", "this paper is about one update activity: name it"),
                "--campaign",
                Text("用 --campaign 编号", "use --campaign ID"),
            )
        return self.campaign

    @property
    def event(self) -> DataIncident:
        """The incident; a paper that needs one refuses to be made without."""
        if self.incident is None:
            raise PlanError(
                Text("此文书须指明事件", "this paper is about one incident: name it"),
                "--incident",
                Text("用 --incident 编号", "use --incident ID"),
            )
        return self.incident

    def about_event(self, kind: type[AnyRecord]) -> list[AnyRecord]:
        """Return the records of a kind that name the incident of the paper."""
        name = bare(self.event.id)
        return [r for r in self.of(kind) if bare(str(getattr(r, "incident", "") or "")) == name]


class Template(NamedTuple):
    """One official paper.

    Args:
        title: Name for people.
        per_activity: It is about one update activity.
        build: Writes the document from ledgers.
        per_incident: It is about one incident.
    """

    title: Text
    per_activity: bool
    build: Callable[[Ledgers], Document]
    per_incident: bool = False


# Cells ----------------------------------------------------------------------------------------------------------------------------------


def written(value: Any) -> str:
    """Return a value as a paper writes it; empty when there is none."""
    if value is None or value == ():
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, tuple | list | frozenset | set):
        return "；".join(str(v) for v in (value if isinstance(value, tuple | list) else sorted(value)))
    if isinstance(value, datetime):
        return value.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value)


def place(record: Record) -> Place:
    """Return the place of a record."""
    return Place(record.origin.source, record.origin.sheet, record.origin.row)


def places(records: Iterable[Record]) -> tuple[Place, ...]:
    """Return the places of records, each once."""
    return tuple(dict.fromkeys(place(r) for r in records))


def cell(kind: type[AnyRecord], record: AnyRecord | None, name: str, words: Mapping[str, str] | None = None, empty: str = "") -> Cell:
    """Return one field of a record as a cell.

    Args:
        kind: Kind of the record.
        record: The record, or None = no row to take it from.
        name: Field.
        words: Stored word -> word of the paper.
        empty: Words where a blank cell of an existing row means so much; never used for a cell that could not be read.
    """
    heading = kind.headings(name)[0]
    if record is None:
        return Cell(need=f"台账“{kind.title_zh}”，列“{heading}”")
    unread = {field_of(kind, p.partition(": ")[0]) for p in record.origin.problems}
    text = written(getattr(record, name))
    if words:
        text = "；".join(words.get(t, t) for t in text.split("；")) if text else ""
    if not text.strip() and name in unread:
        return Cell(places=(place(record),), need=f"台账“{kind.title_zh}”，列“{heading}”的内容无法识别，须改正")
    return Cell(text or empty, (place(record),), f"台账“{kind.title_zh}”，列“{heading}”")


def stated(text: str, what: str = "") -> Cell:
    """Return a value of the applicability statement."""
    return Cell(text, (Place(STATEMENT),), what or "dossier.toml")


def judged(text: str, what: str) -> Cell:
    """Return something that the last assessment says; `what` is the clause or check that says it."""
    return Cell(text, (Place(RESULT, what),), "先运行 zhunru assess，再生成本文书")


def derived(text: str, records: Iterable[Record], need: str) -> Cell:
    """Return a value computed from records."""
    return Cell(text, places(records), need)
