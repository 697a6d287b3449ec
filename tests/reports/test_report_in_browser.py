"""The report in a real browser: languages, widths, contrast, no request, print."""

import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sample_result import sample

from zhunru.reports import html

CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is absent: the report is not looked at in a browser")

_CONTRAST = """() => {
  const parse = c => { const m = c.match(/[\\d.]+/g).map(Number); return [m[0], m[1], m[2], m[3] ?? 1]; };
  const lum = c => { const f = c.slice(0, 3).map(v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * f[0] + 0.7152 * f[1] + 0.0722 * f[2]; };
  const ground = e => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor); if (c[3] === 1) return c; } return [255, 255, 255, 1]; };
  const bad = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const e = walk.currentNode.parentElement;
    if (!walk.currentNode.textContent.trim() || !e.checkVisibility() || e.closest('.unseen, svg, script')) continue;
    const a = lum(parse(getComputedStyle(e).color)), b = lum(ground(e));
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) bad.push([ratio.toFixed(2), e.className, e.textContent.slice(0, 30)]);
  }
  return bad;
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"])
        yield started
        started.close()


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_bytes(html.render(sample()))
    return path


@pytest.fixture
def opened(browser: Any, file: Path) -> Iterator[Any]:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.told, page.asked = [], []
    page.on("console", lambda message: page.told.append(message.text))
    page.on("pageerror", lambda error: page.told.append(str(error)))
    page.on("request", lambda request: page.asked.append(request.url))
    page.goto(file.as_uri())
    yield page
    page.close()


def test_nothing_is_asked_of_the_network_and_nothing_goes_wrong(opened: Any, file: Path) -> None:
    opened.click("label[for=lang-en]")
    assert opened.told == []
    assert {url for url in opened.asked if not url.startswith("data:")} == {file.as_uri()}
    assert opened.evaluate("window.broken") is None


def test_the_switch_shows_one_language(opened: Any) -> None:
    chinese, english = opened.locator("h2#summary [lang=zh-CN]"), opened.locator("h2#summary [lang=en]")
    assert chinese.is_visible()
    assert not english.is_visible()
    opened.click("label[for=lang-en]")
    assert english.is_visible()
    assert not chinese.is_visible()
    assert opened.evaluate("document.documentElement.lang") == "en"
    opened.focus("#lang-en")
    opened.keyboard.press("ArrowLeft")
    assert chinese.is_visible()


def test_the_switch_works_without_script(browser: Any, file: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(file.as_uri())
    page.click("label[for=lang-en]")
    assert page.locator("h2#summary [lang=en]").is_visible()
    context.close()


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("language", ["lang-zh", "lang-en"])
def test_the_page_never_scrolls_sideways(opened: Any, width: int, language: str) -> None:
    opened.set_viewport_size({"width": width, "height": 844})
    opened.click(f"label[for={language}]")
    opened.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert opened.evaluate("document.documentElement.scrollWidth") <= width
    outside = "[...document.querySelectorAll('main :is(p, td, th, li, h3, dd, .chip)')].filter(e => !e.closest('.scroll, .unseen, thead')"
    outside += " && e.checkVisibility() && e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 80))"
    assert opened.evaluate(outside) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_contrast(opened: Any, scheme: str) -> None:
    opened.emulate_media(color_scheme=scheme)
    opened.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert opened.evaluate(_CONTRAST) == []


def test_landmarks_and_headings(opened: Any) -> None:
    for landmark in ("header", "nav", "main", "footer", "h1"):
        assert opened.locator(landmark).count() == 1
    levels = opened.evaluate("[...document.querySelectorAll('h1, h2, h3, h4')].map(h => +h.tagName[1])")
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert opened.evaluate("[...document.querySelectorAll('svg.chart')].every(s => s.getAttribute('aria-label'))")


def test_the_filter_hides_on_screen_only(opened: Any) -> None:
    done = opened.locator("[id='clause-miit-2021-103_2f_1.1']")
    screening = opened.locator("[id='clause-miit-2021-103_2f_2.4']")
    opened.click("label[for=show-open]")
    assert not done.is_visible()
    assert screening.is_visible()
    opened.emulate_media(media="print")
    assert done.is_visible()


def test_print_opens_everything_in_the_chosen_language(opened: Any) -> None:
    opened.click("label[for=lang-en]")
    opened.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert opened.locator("details:not([open])").count() == 0
    opened.emulate_media(media="print")
    assert opened.locator("h2#summary [lang=en]").is_visible()
    assert not opened.locator("nav").is_visible()
    assert opened.locator(".digest .whole").first.is_visible()
    opened.evaluate("dispatchEvent(new Event('afterprint'))")
    assert opened.locator("details[open]").count() == 0
    assert opened.pdf(prefer_css_page_size=True).startswith(b"%PDF")
