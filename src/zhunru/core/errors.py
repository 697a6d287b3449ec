"""The errors of the house; only this family crosses its border.

ZhunruError
DeclarationError     a step, table or record is declared wrongly (our fault or a plug-in's)
CatalogueError       law as data contradicts itself
EvidenceError        a file cannot be used
UnknownFormat      no reader recognises it
DamagedEvidence    it was read in part; `saved` says how many records
TableMismatch      columns are not those that the table declares
RecordError          a ledger cannot be used
InvalidRecord      a row breaks the form of its kind
IllegalMove        a state change that the workflow does not know
ProbeError
OutOfScope         refused before the first byte was sent
LinkError          the target did not answer as a link
PlanError            the dossier cannot be assessed as asked
ReportError          a report cannot be written or does not agree with its result
"""

from zhunru.core.text import Lang, Text


class ZhunruError(Exception):
    """What happened, where, and what to do about it.

    Args:
        what: The fact, in both languages.
        where: File, sheet, row, byte offset or identifier.
        hint: The next step for the reader of the message.
    """

    def __init__(self, what: Text, where: str = "", hint: Text | None = None) -> None:
        self.what, self.where, self.hint = what, where, hint
        super().__init__(f"{what.en} [{where}]" if where else what.en)

    def diagnostics(self, lang: Lang = "zh") -> str:
        """Return the message for people: what, where, hint, one per line."""
        labels = ("位置：", "建议：") if lang == "zh" else ("where: ", "hint: ")
        lines = [self.what.of(lang)]
        if self.where:
            lines.append("  " + labels[0] + self.where)
        if self.hint:
            lines.append("  " + labels[1] + self.hint.of(lang))
        return "\n".join(lines)

    def __reduce__(self) -> tuple[object, ...]:
        # Errors travel between worker processes: pickle by arguments, not by the formatted text.
        return (type(self), (self.what, self.where, self.hint))


class DeclarationError(ZhunruError):
    """A step, table or record is declared wrongly."""


class CatalogueError(ZhunruError):
    """Law as data contradicts itself."""


class EvidenceError(ZhunruError):
    """A file of evidence cannot be used."""


class UnknownFormat(EvidenceError):  # noqa: N818 - named as in house.md section 6
    """No reader recognises the content."""


class DamagedEvidence(EvidenceError):  # noqa: N818 - named as in house.md section 6
    """The file was read in part; `saved` records before the damage are kept.

    Args:
        what: The damage.
        where: Byte offset or line.
        hint: What to do.
        saved: Number of records read before (or around) the damage.
    """

    def __init__(self, what: Text, where: str = "", hint: Text | None = None, saved: int = 0) -> None:
        super().__init__(what, where, hint)
        self.saved = saved

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), (self.what, self.where, self.hint, self.saved))


class TableMismatch(EvidenceError):  # noqa: N818 - named as in house.md section 6
    """Columns are not those that the table declares."""


class RecordError(ZhunruError):
    """A ledger cannot be used."""


class InvalidRecord(RecordError):  # noqa: N818 - named as in house.md section 6
    """A row breaks the form of its kind."""


class IllegalMove(RecordError):  # noqa: N818 - named as in house.md section 6
    """The workflow does not know this state change."""


class ProbeError(ZhunruError):
    """An active test could not run."""


class OutOfScope(ProbeError):  # noqa: N818 - named as in house.md section 6
    """Refused before the first byte was sent."""


class LinkError(ProbeError):
    """The target did not answer as a link."""


class PlanError(ZhunruError):
    """The dossier cannot be assessed as asked."""


class ReportError(ZhunruError):
    """A report cannot be written or does not agree with its result."""
