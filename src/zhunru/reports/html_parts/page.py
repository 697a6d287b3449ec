"""The frame of every page: one style sheet and one short script, both admitted by their digest, and the switch of languages."""

import base64
import hashlib
from importlib.resources import files

from zhunru.reports.html_parts.markup import Html, el, say


def whole(title: str, page: Html, *styles: str) -> bytes:
    """Return a self-contained page in UTF-8.

    Args:
        title: Title of the window.
        page: The element of class `page`.
        styles: Names of further style sheets of this folder.
    """
    style = "\n".join(_part(name) for name in ("report.css", *styles))
    script, signs = _part("report.js"), _part("signs.svg")
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=_policy(style, script)),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="color-scheme", content="light dark"),
        el("meta", name="referrer", content="no-referrer"),
        el("title", title),
        el("link", rel="icon", href="data:,"),
        el("style", Html(style)),
    )
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
