"""The evidence: what each file was taken for, what was read, what could not be used and why."""

from zhunru.core.result import EvidenceResult, Result, Saying
from zhunru.reports import figures
from zhunru.reports.html_parts.head import signature
from zhunru.reports.html_parts.markup import Html, both, el, heads, join, name, say, table, tag_of, text
from zhunru.reports.wording import STATES

_COLUMNS = heads(
    ("文件", "File", "grow"), ("格式", "Format", "kind"), ("状态", "State", "state"), ("大小", "Size", "num"), ("内容", "Content", "rows"), ("摘要 SHA-256", "SHA-256", "sha"),
    ("说明", "Messages", "grow"),
)  # fmt: skip
_WORST_FIRST = ("unused", "damaged", "read")


def evidence(result: Result) -> Html:
    """Return the files, those that could not be used whole first."""
    files = sorted(result.evidence, key=lambda e: (_WORST_FIRST.index(e.state), e.name))
    title = el("h2", say("证据清单", "Evidence"), id="evidence")
    if not files:
        return el(
            "section",
            title,
            el("p", say("没有提供任何证据文件。", "No evidence file was given."), class_="warning"),
            aria_labelledby="evidence",
        )
    counts = [
        el("li", tag_of(words, f"state-{state}"), text(f" {sum(e.state == state for e in files)}")) for state, words in STATES.items()
    ]
    shown = table(_COLUMNS, [_row(e) for e in files], Saying(zh="证据清单", en="Evidence"), "cards files")
    return el("section", title, el("ul", *counts, class_="totals"), shown, aria_labelledby="evidence")


def _row(file: EvidenceResult) -> list[Html]:
    kind = both(file.title) if file.title else text(file.format) if file.format else text("—")
    content = [el("li", text(f"{key} "), el("strong", figures.number(count))) for key, count in sorted((file.rows | file.records).items())]
    if file.skipped:
        content.append(el("li", say("跳过 ", "skipped "), el("strong", figures.number(file.skipped)), class_="bad"))
    messages = [el("li", both(m)) for m in file.messages]
    if file.state == "unused" and not messages:
        messages = [el("li", say("没有读取器识别该文件", "no reader recognises the file"))]
    return [
        name(file.name),
        join([kind, el("small", text(f" {file.format}")) if file.title and file.format else None]),
        tag_of(STATES[file.state], f"state-{file.state}"),
        el("span", figures.size(file.size_byte), title=f"{file.size_byte} B"),
        el("ul", *content, class_="plain") if content else Html(""),
        signature(file.sha256),
        el("ul", *messages, class_="plain") if messages else Html(""),
    ]
