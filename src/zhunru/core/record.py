"""A record is one row of a ledger: evidence kept by people."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Annotated, Any, ClassVar, Literal, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.fields import FieldInfo

from zhunru.core.errors import DeclarationError, IllegalMove
from zhunru.core.text import Text


class Origin(NamedTuple):
    """Where a record stands: file, sheet and row (counted from 1 as a spreadsheet shows it)."""

    source: str = ""
    sheet: str = ""
    row: int | None = None
    problems: tuple[str, ...] = ()
    """Cells that could not be read, as `column: text`; their fields are None."""
    extra: tuple[tuple[str, str], ...] = ()
    """Columns that the kind does not know, kept as text."""


class Workflow(NamedTuple):
    """States and moves of a record kind, as data.

    Args:
        start: First state.
        moves: (from, verb, to).
        ends: States that are meant to be final.
    """

    start: str
    moves: tuple[tuple[str, str, str], ...]
    ends: tuple[str, ...]

    def move(self, state: str, verb: str) -> str:
        """Return the state after `verb`; raise IllegalMove when the workflow does not know it."""
        for origin, known, target in self.moves:
            if (origin, known) == (state, verb):
                return target
        allowed = ", ".join(v for o, v, _ in self.moves if o == state) or "-"
        raise IllegalMove(
            Text("流程不允许此操作", "the workflow does not allow this move"),
            f"{state} -> {verb}",
            Text(f"此状态允许：{allowed}", f"allowed in this state: {allowed}"),
        )


def item(zh: str, *aliases: str, doc: str, default: Any = None, key: bool = False, open_when_empty: bool = False) -> Any:
    """Declare a field of a record.

    Args:
        zh: Column heading in Chinese, as it is written out.
        aliases: Other headings under which ledgers keep the same thing.
        doc: Meaning, in English.
        default: Value when the cell is empty.
        key: The row cannot be used without it.
        open_when_empty: Blank means unrestricted, e.g. the last day of an appointment. A sheet that lacks the column while it has
            others that nobody knows may hold the restriction under another heading, so it is not used without a gap.
    """
    extra: dict[str, Any] = {"aliases": list(aliases), "key": key, "open_when_empty": open_when_empty}
    if key:
        return Field(title=zh, description=doc, json_schema_extra=extra)
    return Field(default=default, title=zh, description=doc, json_schema_extra=extra)


class Record(BaseModel):
    """Base of all record kinds; a subclass declares its fields with `item` and its Chinese name as `title_zh`."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    title_zh: ClassVar[str] = ""
    sheet_names: ClassVar[tuple[str, ...]] = ()
    workflow: ClassVar[Workflow | None] = None
    identity_fields: ClassVar[tuple[str, ...]] = ()
    """Fields that tell one entry of a ledger from another; empty: the key fields."""
    origin: Origin = Field(default=Origin(), exclude=True, repr=False)

    @classmethod
    def kind(cls) -> str:
        """Return the name of the kind in files: the class name in snake case."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()

    @classmethod
    def items(cls) -> dict[str, FieldInfo]:
        """Return the declared fields, `origin` left out."""
        return {n: f for n, f in cls.model_fields.items() if n != "origin"}

    @classmethod
    def headings(cls, name: str) -> tuple[str, ...]:
        """Return every heading under which the field `name` may stand, the Chinese one first."""
        info = cls.items()[name]
        extra = info.json_schema_extra
        if not isinstance(extra, dict):
            raise DeclarationError(Text("字段须用 item 声明", "declare the field with item"), f"{cls.__name__}.{name}")
        aliases = extra["aliases"]
        return (str(info.title), name, *(str(a) for a in (aliases if isinstance(aliases, list) else [])))

    @classmethod
    def is_key(cls, name: str) -> bool:
        """Tell whether a row without this field cannot be used."""
        return cls.items()[name].is_required()

    @classmethod
    def identified_by(cls) -> tuple[str, ...]:
        """Return the fields that tell one entry from another."""
        return cls.identity_fields or tuple(n for n in cls.items() if cls.is_key(n))

    @classmethod
    def open_when_empty(cls) -> tuple[str, ...]:
        """Return the fields whose blank means unrestricted."""
        return tuple(n for n, f in cls.items().items() if isinstance(f.json_schema_extra, dict) and f.json_schema_extra["open_when_empty"])


# Cells as people write them ------------------------------------------------------------------------------------------------------------

_YES = {"是", "y", "yes", "true", "1", "1.0", "√", "✓", "有", "已", "t"}
_NO = {"否", "n", "no", "false", "0", "0.0", "×", "x", "无", "未", "f"}
_EXCEL_EPOCH = date(1899, 12, 30)
CHINA = timezone(timedelta(hours=8))
"""China Standard Time; a ledger's clock time without a zone is read in it."""


def _blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and value.strip() in {"", "-", "/", "—", "——", "N/A", "n/a", "无此项"})


def _flag(value: Any) -> Any:
    if _blank(value):
        return None
    word = str(value).strip().lower()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise ValueError("neither yes nor no")


_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[T\s]+\d{1,2}[:时].*)?")

_ZONED = re.compile(r"\d[:时]\d.*(Z|[+-]\d{2}:?\d{2})$")


def _day(value: Any) -> Any:
    if _blank(value):
        return None
    if isinstance(value, datetime):
        return (value.astimezone(CHINA) if value.tzinfo else value).date()
    if isinstance(value, date):
        return value
    word = str(value).strip()
    if _ZONED.search(word):  # 23:30 in Greenwich is the next day in China
        moment: datetime = _moment(word)
        return moment.astimezone(CHINA).date()
    if match := _DAY.fullmatch(word):
        return date(*(int(part) for part in match.groups()))
    if re.fullmatch(r"(19|20)\d{6}", word):
        return datetime.strptime(word, "%Y%m%d").replace(tzinfo=UTC).date()
    if re.fullmatch(r"\d{5}(\.\d+)?", word):  # a date that the spreadsheet shows as its serial number
        return _EXCEL_EPOCH + timedelta(days=int(float(word)))
    raise ValueError("not a date")


def _moment(value: Any) -> Any:
    if _blank(value):
        return None
    if isinstance(value, datetime):
        moment = value
    elif isinstance(value, date):
        moment = datetime(value.year, value.month, value.day, tzinfo=CHINA)
    else:
        word = re.sub(r"\s*[年月/]\s*", "-", str(value).strip().replace("日", " ")).replace("时", ":").replace("分", ":").rstrip(":秒 ")
        word = re.sub(r"-(\d)(?=[-\sT]|$)", r"-0\1", word).replace("Z", "+00:00")
        word = re.sub(r"(?<=[\sT])(\d)(?=:)", r"0\1", word)  # 9:05, as spreadsheets write it
        moment = datetime.fromisoformat(re.sub(r"\s+", " ", word))
    return moment if moment.tzinfo else moment.replace(tzinfo=CHINA)


def untimed(one: datetime, two: datetime) -> bool:
    """Tell whether two moments of one day cannot be put in order since one of them may be a mere day: such a cell reads as midnight in China."""
    days = [m.astimezone(CHINA) for m in (one, two)]
    return one != two and days[0].date() == days[1].date() and any(d.time() == time() for d in days)


def _refs(value: Any) -> Any:
    if _blank(value):
        return ()
    if isinstance(value, (list, tuple)):
        return tuple(str(v).strip() for v in value)
    return tuple(part for part in (p.strip() for p in re.split(r"[;；,，、|\n]+", str(value))) if part)


def _word(value: Any) -> Any:
    if _blank(value):
        return None
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # an id that the spreadsheet keeps as a number
    return str(value).strip()


_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")


def _number(value: Any) -> Any:
    if _blank(value):
        return None
    if not isinstance(value, str):
        return value
    word = value.strip().replace("，", ",")
    if "," in word and not _GROUPED.fullmatch(word):
        raise ValueError("a comma that parts no thousands")  # 29,5 is not 295
    return word.replace(",", "")


def choice(**words: str) -> Callable[[Any], Any]:
    """Return a reader of a closed list: keyword = stored value, text = words that mean it, separated by `|`."""
    table = {w.strip().lower(): stored for stored, text in words.items() for w in (stored, *text.split("|"))}

    def read(value: Any) -> Any:
        if _blank(value):
            return None
        word = str(value).strip().lower()
        if word in table:
            return table[word]
        raise ValueError(f"not one of {', '.join(sorted(words))}")

    return read


Flag = Annotated[bool | None, BeforeValidator(_flag)]
"""Yes, no, or None = blank. A word that is neither is a problem of the cell."""
Day = Annotated[date | None, BeforeValidator(_day)]
Moment = Annotated[datetime | None, BeforeValidator(_moment)]
"""Time with zone; clock time without a zone is China Standard Time."""
Refs = Annotated[tuple[str, ...], BeforeValidator(_refs)]
"""Identifiers separated by ; , 、 or line breaks."""
Word = Annotated[str | None, BeforeValidator(_word)]
Key = Annotated[str, BeforeValidator(_word)]
"""Identifier without which the row cannot be used."""
Number = Annotated[Annotated[float, Field(allow_inf_nan=False)] | None, BeforeValidator(_number)]
Grade = Annotated[
    Literal["general", "important", "core"] | None,
    BeforeValidator(choice(general="一般|一般数据|general data|1", important="重要|重要数据|2", core="核心|核心数据|3")),
]
"""Grade of data, MIIT measures 166号 articles 8 to 11."""
