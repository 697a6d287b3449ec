"""Elements as escaped text: whatever is not `Html` already is escaped on its way into a page."""

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from zhunru.core.result import Saying
from zhunru.core.verdict import Verdict
from zhunru.reports import figures
from zhunru.reports.wording import NOT_ASSESSED, SCREENING, SCREENING_MEANING, SCREENING_PASS, VERDICTS


class Html(str):
    """Markup that needs no more escaping."""

    __slots__ = ()


Content = Html | str | Saying | None
_VOID = frozenset({"meta", "input", "link"})
_UNSAFE_IN_ID = re.compile(r"[^A-Za-z0-9.-]")


def text(value: str) -> Html:
    """Escape `value`; characters that hide or reorder others are shown as their code point."""
    return Html(html.escape(figures.visible(value)))


def both(saying: Saying) -> Html:
    """Return the sentence in both languages; the page shows one. A missing half is filled from the other."""
    return say(figures.flow(saying.zh or saying.en), figures.flow(saying.en or saying.zh))


def say(zh: str, en: str) -> Html:
    """Return a phrase in both languages; outer spaces are kept."""
    if zh == en:
        return text(zh)
    return Html(f'<span lang="zh-CN">{text(zh)}</span><span lang="en">{text(en)}</span>')


def join(parts: Iterable[Content], between: str = "") -> Html:
    """Concatenate contents, `between` escaped in between."""
    return Html(html.escape(between).join(_content(p) for p in parts))


def el(tag: str, *content: Content, **attributes: str | int | bool | None) -> Html:
    """Return one element.

    Args:
        tag: Element name.
        content: Children; plain strings are escaped, `None` is left out.
        attributes: `class_` stands for class, `data_x` for data-x; `None` and False are left out, True is a bare name.
    """
    written = [tag]
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        name = key.rstrip("_").replace("_", "-")
        written.append(name if value is True else f'{name}="{value if isinstance(value, Html) else text(str(value))}"')
    opening = "<" + " ".join(written) + ">"
    return Html(opening if tag in _VOID and not content else f"{opening}{join(content)}</{tag}>")


def _content(part: Content) -> Html:
    if part is None:
        return Html("")
    if isinstance(part, Html):
        return part
    return both(part) if isinstance(part, Saying) else text(part)


def anchor(kind: str, name: str) -> str:
    """Return an element id for the part `name`; different names never share one."""
    return f"{kind}-" + _UNSAFE_IN_ID.sub(lambda found: f"_{ord(found[0]):x}_", name)


def name(value: str, tag: str = "bdi") -> Html:
    """Return an identifier or file name, isolated from the direction of the text around it."""
    return el(tag, figures.visible(value, figures.LONGEST_NAME), class_="name")


def value(measured: figures.Value, *, grouped: bool = True) -> Html:
    """Return a value as text; true and false as words."""
    if isinstance(measured, bool):
        return say("是", "yes") if measured else say("否", "no")
    return text(figures.number(measured, grouped=grouped))


def icon(kind: str) -> Html:
    """Return the drawn sign `kind` of the page's sheet of signs."""
    return el("svg", el("use", href=f"#i-{kind}"), class_="icon", aria_hidden="true", focusable="false")


def style_of(verdict: Verdict | None, screening: bool = False) -> str:
    """Return the class of a verdict: a screening pass is never drawn as a pass."""
    found = (verdict.value if verdict else NOT_ASSESSED).lower().replace("_", "-")
    return "screening-pass" if found == "pass" and screening else found


def chip(verdict: Verdict | None, screening: bool = False) -> Html:
    """Return a verdict as sign, word and colour; screening is said in words."""
    style = style_of(verdict, screening)
    words = SCREENING_PASS if style == "screening-pass" else VERDICTS[verdict.value if verdict else NOT_ASSESSED]
    shown = el("span", icon(style), el("span", words), class_=f"chip v-{style}")
    if screening and style != "screening-pass":
        shown = Html(shown + tag_of(SCREENING, "screening", SCREENING_MEANING))
    return shown


def tag_of(words: Saying, kind: str, hover: Saying | None = None) -> Html:
    """Return a small mark in words."""
    return el("span", words, class_=f"tag t-{kind}", title=f"{hover.zh} / {hover.en}" if hover else None)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: heading, and the class of its cells."""

    title: Saying
    kind: str = ""


def heads(*names: tuple[str, str] | tuple[str, str, str]) -> list[Column]:
    """Build columns from (zh, en) or (zh, en, class)."""
    return [Column(Saying(zh=n[0], en=n[1]), n[2] if len(n) == 3 else "") for n in names]


def table(
    columns: Sequence[Column], rows: Sequence[Sequence[Html]], caption: Saying, kind: str = "cards", marks: Sequence[tuple[str, str]] = ()
) -> Html:
    """Return a table; columns empty throughout are left out. Of kind `cards` its rows become cards on a phone.

    `marks` gives each row its (id, class).

    The explicit roles keep it a table for screen readers when the style sheet turns rows into blocks.
    """
    kept = [n for n in range(len(columns)) if any(row[n] for row in rows)]
    head = el(
        "tr", *(el("th", columns[n].title, scope="col", role="columnheader", class_=columns[n].kind or None) for n in kept), role="row"
    )
    body = [
        el("tr", *(_cell(columns[n], row[n]) for n in kept), role="row", id=mark[0] or None, class_=mark[1] or None)
        for row, mark in zip(rows, marks or [("", "")] * len(rows), strict=True)
    ]
    title = el("caption", caption, class_="unseen")
    return el("table", title, el("thead", head, role="rowgroup"), el("tbody", *body, role="rowgroup"), class_=kind, role="table")


def _cell(column: Column, content: Html) -> Html:
    style = " ".join(filter(None, (column.kind, "" if content else "empty")))
    return el("td", el("div", content), role="cell", class_=style or None, data_zh=column.title.zh, data_en=column.title.en)


def details(summary: Content, *content: Content, opened: bool = False, kind: str = "") -> Html:
    """Return a part that opens on demand; print shows it open."""
    return el("details", el("summary", summary), *content, open=opened, class_=kind or None)


def facts(pairs: Iterable[tuple[Content, Content]], kind: str = "facts") -> Html:
    """Return a list of terms and values."""
    return el("dl", *(el("div", el("dt", term), el("dd", shown)) for term, shown in pairs), class_=kind)
