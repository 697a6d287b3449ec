import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest
from sample_result import HOSTILE, T0, sample, say

from zhunru.core.result import CheckResult, ClauseResult, ExhibitResult, SeenFinding
from zhunru.core.verdict import Verdict
from zhunru.reports import html
from zhunru.reports import json as report_json
from zhunru.reports.html_parts.exhibits import listed
from zhunru.reports.html_parts.head import headline
from zhunru.reports.html_parts.markup import anchor, el
from zhunru.reports.svg_charts import draw


class _Page(HTMLParser):
    """Tags, ids and links of a page; complains about elements that do not close."""

    VOID = frozenset({"meta", "link", "input"})

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.handlers: list[str] = []
        self.words: list[str] = []
        self.feed(data.decode())
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in self.VOID:
            self.open.append(tag)
        for key, value in attrs:
            self.ids += [value or ""] if key == "id" else []
            self.links += [value or ""] if key in {"href", "src"} else []
            self.handlers += [key] if key.startswith("on") or key == "style" else []

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in self.VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.fixture(scope="module")
def data() -> bytes:
    return html.render(sample())


@pytest.fixture(scope="module")
def page(data: bytes) -> _Page:
    return _Page(data)


def test_hostile_texts_stay_texts(data: bytes, page: _Page) -> None:
    text = data.decode()
    assert page.handlers == []
    assert page.tags.count("script") == 1
    assert "img" not in page.tags
    assert not re.search("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\x1b]", text)
    assert "⟦U+202E⟧gpj.exe" in text
    assert HOSTILE[0] in "".join(page.words)


def test_nothing_leaves_the_file(page: _Page) -> None:
    assert {link for link in page.links if not link.startswith("#")} == {"data:,"}
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))


def test_policy_admits_only_its_own_style_and_script(data: bytes) -> None:
    text = data.decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
    assert policy
    assert policy[1].startswith("default-src &#x27;none&#x27;")
    assert "unsafe" not in policy[1]
    for tag in ("style", "script"):
        body = re.search(f"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        assert body
        assert base64.b64encode(hashlib.sha256(body[1].encode()).digest()).decode() in policy[1]


def test_equal_results_give_equal_bytes(data: bytes) -> None:
    assert html.render(sample()) == data
    assert html.render(report_json.parse(report_json.render(sample()))) == data


def test_every_clause_check_file_and_open_point_is_there(data: bytes, page: _Page) -> None:
    result, text = sample(), data.decode()
    for clause in result.clauses:
        assert anchor("clause", clause.id) in page.ids
        assert clause.title.zh in text
        assert clause.title.en in text
        if clause.instrument == "miit-2021-103":
            assert clause.duty.zh in text
            assert clause.duty.en in text
    for check in result.checks:
        assert anchor("check", check.id) in page.ids
    for words in (
        "豁免（不改变结论）",
        "才能作为符合性结论",
        "声明不具有",
        "缺少 SIM 卡登记台账",
        "看不到，须核对服务商合同",
        "企业内部要求",
        "评估日未生效",
        "1873",
        "显示前 50 项",
    ):
        assert words.replace("\n", "") in text


def _only(verdict: Verdict | None, screening: bool = False) -> ClauseResult:
    return ClauseResult(
        id="miit-2021-103/1.1",
        instrument="miit-2021-103",
        theme="data",
        title=say("甲", "a"),
        duty=say("乙", "b"),
        verdict=verdict,
        screening=screening,
    )


@pytest.mark.parametrize(
    ("clauses", "style"),
    [
        ((), "inconclusive"),
        ((_only(None),), "inconclusive"),
        ((_only(Verdict.NOT_APPLICABLE),), "inconclusive"),
        ((_only(Verdict.PASS), _only(None)), "inconclusive"),
        ((_only(Verdict.PASS), _only(Verdict.MISSING)), "inconclusive"),
        ((_only(Verdict.PASS), _only(Verdict.FAIL)), "fail"),
        ((_only(Verdict.PASS), _only(Verdict.PASS, True)), "screening-pass"),
        ((_only(Verdict.PASS), _only(Verdict.NOT_APPLICABLE)), "pass"),
        ((_only(Verdict.PASS), _only(Verdict.FAIL).model_copy(update={"id": "x/1", "instrument": "x"})), "fail"),
        ((_only(Verdict.PASS), _only(Verdict.MISSING).model_copy(update={"id": "x/1", "instrument": "x"})), "inconclusive"),
        ((_only(Verdict.PASS), _only(Verdict.PASS, True).model_copy(update={"id": "x/1", "instrument": "x"})), "screening-pass"),
    ],
)
def test_the_headline_is_never_better_than_the_result(clauses: tuple[ClauseResult, ...], style: str) -> None:
    assert headline(sample(clauses=clauses))[0] == style


def test_a_screening_pass_is_never_drawn_as_a_pass() -> None:
    shown = html.render(sample(clauses=(_only(Verdict.PASS, True),), checks=(), exhibits=())).decode()
    body = shown[shown.index('id="clauses"') :]
    assert "v-screening-pass" in body
    assert 'chip v-pass"' not in body
    assert "通过（仅筛查）" in body


def test_an_empty_result_says_that_nothing_was_assessed() -> None:
    shown = html.render(sample(clauses=(), checks=(), evidence=(), exhibits=())).decode()
    assert "尚不能得出结论" in shown
    assert "没有提供任何证据文件" in shown


def test_a_selection_is_said_out_loud() -> None:
    assert "本次只评估了所选部分" in html.render(sample(selection="--only data")).decode()


def test_different_names_never_share_an_anchor() -> None:
    assert len({anchor("c", n) for n in ("a/1", "a-1", "a_1", "a 1", "a_2f_1")}) == 5


def test_attributes_are_escaped() -> None:
    assert el("a", "<", title='"><') == '<a title="&quot;&gt;&lt;">&lt;</a>'


def _exhibit(kind: str, **changed: object) -> ExhibitResult:
    fields = {
        "table": "T",
        "kind": kind,
        "title": say("图", "figure"),
        "clause": "c",
        "x": "x_ns",
        "y": ("y_ns",),
        "units": {"x_ns": "ns", "y_ns": "ns"},
    }
    return ExhibitResult.model_validate(fields | changed)


@pytest.mark.parametrize("kind", ["bars", "spans", "series", "rows"])
@pytest.mark.parametrize(
    "rows",
    [
        (),
        ({},),
        ({"x_ns": None, "y_ns": None},),
        ({"x_ns": "a", "y_ns": "b"},),
        ({"x_ns": 5, "y_ns": 5},),
        ({"x_ns": 5, "y_ns": 1},),
        ({"x_ns": 1, "y_ns": float("nan")}, {"x_ns": 2, "y_ns": float("inf")}),
        ({"x_ns": 1, "y_ns": -4}, {"x_ns": 1, "y_ns": 10**400}),
        ({"x_ns": True, "y_ns": [1]}, {"x_ns": HOSTILE[1], "y_ns": {"a": 1}}),
    ],
)
def test_a_drawing_survives_any_rows(kind: str, rows: tuple[dict[str, object], ...]) -> None:
    result = sample(exhibits=(_exhibit(kind, rows=rows),))
    assert _Page(html.render(result)).handlers == []


def test_a_table_is_shown_itself_with_its_codes_in_words() -> None:
    rows = (
        {"x": HOSTILE[1], "kind": "a", "why_zh": "因为", "why_en": "because"},
        {"x": "a", "kind": "b", "why_zh": "因为", "why_en": None},
    )
    labels = {"kind=a": say("甲类", "first kind"), "why_zh": say("理由", "why")}
    exhibit = _exhibit("rows", x="x", y=("kind", "why_zh"), units={}, labels=labels, rows=rows, total_rows=7)
    columns, cells = listed(exhibit)
    assert [(c.title.zh, c.title.en) for c in columns][2] == ("理由", "why")
    assert "first kind" in cells[0][1] and "because" in cells[0][2]
    assert cells[1][0] == "a" and cells[1][1] == "b", "only values of the column itself are words"
    raw = html.render(sample(exhibits=(exhibit,)))
    page = raw.decode()
    assert _Page(raw).handlers == []
    assert "<svg" not in page.split('id="figure-1"', 1)[1].split("</figure>", 1)[0]
    assert "7" in page.split('id="figure-1"', 1)[1].split("</figure>", 1)[0]


def test_a_long_series_keeps_its_extremes_and_stays_small() -> None:
    rows = tuple({"x_ns": T0 + n, "y_count": 100 if n == 31_337 else n % 7} for n in range(60_000))
    drawing = draw(_exhibit("series", y=("y_count",), units={"x_ns": "ns", "y_count": "1"}, rows=rows))
    (panel,) = drawing.panels
    assert len(panel.svg) < 40_000
    heights = [float(y) for y in re.findall(r"[ML][\d.]+ ([\d.]+)", panel.svg)]
    assert min(heights) == 0.0


def test_findings_beyond_those_kept_are_counted() -> None:
    finding = SeenFinding(kind="breach", text=say("违反", "breach"), measured=6, limit=5, unit="s", t_ns=T0)
    check = CheckResult(
        id="assist.x", title=say("甲", "a"), clauses=(), verdict=Verdict.FAIL, findings=(finding,) * 50, totals={"breach": 12_345}
    )
    shown = html.render(sample(checks=(check,))).decode()
    assert "12,345" in shown
    assert "显示前 50 项" in shown
    assert "2026-01-01 08:00:00 +08:00" in shown
