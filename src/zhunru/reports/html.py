"""The report for people: one HTML file, both languages, no network, nothing to install.

It holds one style sheet and one short script, both admitted by their digest; every other thing is refused by its own policy.
Equal results give equal bytes: no clock, no counter, mappings in sorted order.
"""

import base64
import hashlib
from importlib.resources import files

from zhunru.core.result import Result
from zhunru.reports import figures
from zhunru.reports.html_parts.clauses import glance, matrix
from zhunru.reports.html_parts.evidence import evidence
from zhunru.reports.html_parts.exhibits import exhibits
from zhunru.reports.html_parts.findings import findings
from zhunru.reports.html_parts.head import banner, legend, summary
from zhunru.reports.html_parts.markup import Html, el, join, say, text
from zhunru.reports.html_parts.open_points import open_points


def render(result: Result) -> bytes:
    """Return the report as one self-contained HTML file in UTF-8.

    Chinese is shown first; the switch at the top shows English. Both work without the script, which only opens every part for print.
    """
    style, script, signs = (_part(name) for name in ("report.css", "report.js", "signs.svg"))
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=_policy(style, script)),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="color-scheme", content="light dark"),
        el("meta", name="referrer", content="no-referrer"),
        el("title", f"{figures.visible(result.subject.name)} · 准入评估报告 · {result.as_of.isoformat()}"),
        el("link", rel="icon", href="data:,"),
        el("style", Html(style)),
    )
    main = el(
        "main", summary(result), glance(result), legend(), matrix(result), findings(result), exhibits(result), open_points(result), evidence(result),
        id="main",
    )  # fmt: skip
    page = el("div", banner(result), el("div", _contents(result), main, class_="body"), _foot(result), class_="page")
    body = el(
        "body",
        Html(signs),
        el("a", say("跳到正文", "Skip to content"), href="#main", class_="skip"),
        *_languages(),
        page,
        el("script", Html(script)),
    )
    return ("<!DOCTYPE html>\n" + el("html", head, body, lang="zh-CN") + "\n").encode()


def _part(name: str) -> str:
    return files("zhunru.reports.html_parts").joinpath(name).read_text(encoding="utf-8").strip()


def _policy(style: str, script: str) -> str:
    style_hash, script_hash = (base64.b64encode(hashlib.sha256(part.encode()).digest()).decode() for part in (style, script))
    return f"default-src 'none'; style-src 'sha256-{style_hash}'; script-src 'sha256-{script_hash}'; img-src data:; base-uri 'none'; form-action 'none'"


def _languages() -> tuple[Html, Html]:
    """Return the two switches; they stand before the page so that the style sheet alone can act on them."""
    return (
        el("input", type="radio", name="language", id="lang-zh", checked=True, class_="unseen", aria_label="中文", autocomplete="off"),
        el("input", type="radio", name="language", id="lang-en", class_="unseen", aria_label="English", autocomplete="off"),
    )


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
