"""Clauses and the instruments that hold them: law as data."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict

from zhunru.core.subject import FEATURES, Subject
from zhunru.core.text import Text

Basis = Literal["C", "S", "G", "D", "P"]
Theme = Literal["data", "cyber", "ota", "notice", "assist", "automation", "recorder", "position", "oversight"]

BASIS: dict[str, Text] = {
    "C": Text("已在文件原文中核对", "read in the instrument itself"),
    "S": Text("二手来源", "secondary source"),
    "G": Text("一般知识，未重新核对", "general knowledge, not read again"),
    "D": Text("由已核对事实推算", "derived from confirmed facts"),
    "P": Text("本项目建议值", "proposed by this project"),
}
SCREENING: frozenset[str] = frozenset("SGP")
"""A verdict that rests on one of these is screening, not conformity (house.md section 3)."""


class _Law(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Instrument(_Law):
    """A law, rule, standard or opinion.

    Args:
        id: Folder name of its clauses, e.g. `gb-44495-2024`.
        title_zh: Official title.
        title_en: Title in English.
        kind: Legal nature.
        edition: Edition read, amendments included.
        issued: Date of issue.
        in_force_from: First day in force; `None` = not in force (draft).
        in_force_until: Last day in force; `None` = open.
        basis: How the dates are known.
        source: Where the text was found.
    """

    id: str
    title_zh: str
    title_en: str
    kind: Literal["opinion", "law", "rule", "mandatory", "recommended", "local", "draft", "foreign"]
    edition: str = ""
    issued: date | None = None
    in_force_from: date | None = None
    in_force_until: date | None = None
    basis: Basis = "C"
    source: str = ""

    def in_force(self, day: date) -> bool:
        """Tell whether the instrument binds on `day`."""
        return self.in_force_from is not None and self.in_force_from <= day and (self.in_force_until is None or day <= self.in_force_until)


class Clause(_Law):
    """One demand of an instrument.

    Args:
        id: `<instrument>/<number>`.
        instrument: Id of the instrument.
        theme: Folder of the checks.
        title_zh: Short title in Chinese.
        title_en: Short title in English.
        duty_zh: The duty in our own words, Chinese.
        duty_en: The same in English.
        addressee: Who bears the duty.
        applies: Features of the subject that must all hold; `a|b` = one of them; `!a` = must not hold.
        concrete: Later clauses that make this one testable.
        basis: How the content is known.
        review_only: Only a person can decide it: a `Review` record is asked for.
    """

    id: str
    instrument: str
    theme: Theme
    title_zh: str
    title_en: str
    duty_zh: str
    duty_en: str
    addressee: Literal["maker", "authority", "laboratory", "operator"] = "maker"
    applies: tuple[str, ...] = ()
    concrete: tuple[str, ...] = ()
    basis: Basis = "C"
    review_only: bool = False

    def why_not(self, subject: Subject) -> Text | None:
        """Return the reason why the clause does not apply to `subject`, or None when it does."""
        features = subject.features()
        for demand in self.applies:
            names = demand.split("|")
            if any((n[1:] not in features) if n.startswith("!") else (n in features) for n in names):
                continue
            plain = [FEATURES[n.lstrip("!")] for n in names]
            zh, en = "或".join(p.zh for p in plain), " or ".join(p.en for p in plain)
            if demand.startswith("!"):
                return Text(f"声明具有：{zh}", f"declared: {en}")
            return Text(f"声明不具有：{zh}", f"declared without: {en}")
        return None
