"""The report for people: one HTML file, both languages, no network, nothing to install.

It holds one style sheet and one short script, both admitted by their digest; every other thing is refused by its own policy.
Equal results give equal bytes: no clock, no counter, mappings in sorted order.
"""

from zhunru.core.result import Result
from zhunru.reports import figures
from zhunru.reports.html_parts.clauses import glance, matrix
from zhunru.reports.html_parts.evidence import evidence
from zhunru.reports.html_parts.exhibits import exhibits
from zhunru.reports.html_parts.findings import findings
from zhunru.reports.html_parts.head import banner, legend, summary
from zhunru.reports.html_parts.markup import Html, el, join, say, text
from zhunru.reports.html_parts.open_points import open_points
from zhunru.reports.html_parts.page import whole


def render(result: Result) -> bytes:
    """Return the report as one self-contained HTML file in UTF-8.

    Chinese is shown first; the switch at the top shows English. Both work without the script, which only opens every part for print.
    """
    main = el(
        "main", summary(result), glance(result), legend(), matrix(result), findings(result), exhibits(result), open_points(result), evidence(result),
        id="main",
    )  # fmt: skip
    page = el("div", banner(result), el("div", _contents(result), main, class_="body"), _foot(result), class_="page")
    return whole(f"{figures.visible(result.subject.name)} · 准入评估报告 · {result.as_of.isoformat()}", page)


def _contents(result: Result) -> Html:
    entries = [
        ("summary", say("结论概览", "Summary")),
        ("glance", say("条款总览", "At a glance")),
        ("legend", say("图例", "Marks")),
        ("clauses", say("逐条结论", "Clauses")),
        ("findings", say("检查与发现", "Findings")),
        *([("figures", say("图示", "Figures"))] if result.exhibits else []),
        ("open", say("未评估及原因", "Not assessed")),
        ("evidence", say("证据清单", "Evidence")),
    ]
    return el("nav", el("ul", *(el("li", el("a", words, href=f"#{key}")) for key, words in entries)), aria_label="目录 / Contents")


def _foot(result: Result) -> Html:
    sign = result.signature
    made = join(
        [text(f"zhunru {sign.version}"), text(f"Python {sign.python}") if sign.python else None, text(f"schema {result.schema_version}")],
        " · ",
    )
    told = say(
        "同一证据、同一基线得到逐字节相同的报告；可用 zhunru verify 离线核验。",
        "The same evidence and baseline give the same report byte by byte; `zhunru verify` proves it offline.",
    )
    return el("footer", el("p", told), el("p", made))
