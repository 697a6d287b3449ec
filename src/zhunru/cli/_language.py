"""The language of the command line: --lang, ZHUNRU_LANG, the locale; Chinese when none of them says English."""

import gettext
import os
from pathlib import Path

from zhunru.core.text import Lang, Text


def choose(arguments: list[str], environment: dict[str, str]) -> tuple[list[str], Lang]:
    """Return the arguments without --lang, and the language."""
    rest, said = [], ""
    words = iter(arguments)
    for word in words:
        if word == "--":
            rest += [word, *words]
        elif word == "--lang":
            said = next(words, "")
        elif word.startswith("--lang="):
            said = word.removeprefix("--lang=")
        else:
            rest.append(word)
    locale = environment.get("LC_ALL") or environment.get("LC_MESSAGES") or environment.get("LANG") or ""
    said = said or environment.get("ZHUNRU_LANG", "") or locale
    language: Lang = "en" if said.lower().startswith("en") else "zh"
    return rest, language


def current() -> Lang:
    """Return the language chosen at start."""
    return "en" if os.environ.get("ZHUNRU_LANG", "zh") == "en" else "zh"


def t(zh: str, en: str) -> str:
    """Return one of the two sentences."""
    return Text(zh, en).of(current())


def translate_click() -> None:
    """Let click speak Chinese: it asks gettext for its own words."""
    gettext.bindtextdomain("messages", str(Path(__file__).with_name("locale")))
