"""The pages: pure, whole, plain about what nobody checks yet."""

import re

from zhunru.catalogue.loader import Law, load
from zhunru.catalogue.pages import applies_in_words, in_force_in_words, pages

LAW = load()
CLAIMED = {"miit-2021-103/1.1": ["data.owner_is_in_post"], "miit-2021-103/4.5": ["ota.b", "ota.a"]}
MADE = pages(LAW, CLAIMED)


def section(page: str, number: str) -> str:
    return page.split(f'<a id="{number}"></a>')[1].split("<a id=")[0]


def test_one_page_per_instrument_and_four_more() -> None:
    assert set(MADE) == {f"{i}.md" for i in LAW.instruments} | {"index.md", "gates.md", "gates-green.md", "glossary.md"}


def test_equal_input_gives_equal_text_and_order_of_checks_does_not_matter() -> None:
    assert pages(LAW, {k: v[::-1] for k, v in reversed(CLAIMED.items())}) == MADE


def test_every_clause_stands_once_with_its_texts() -> None:
    for clause in LAW.clauses.values():
        page = MADE[f"{clause.instrument}.md"]
        number = clause.id.partition("/")[2]
        assert page.count(f'<a id="{number}"></a>') == 1
        text = section(page, number)
        for part in (clause.title_zh, clause.title_en, clause.duty_zh, clause.duty_en, f"`{clause.id}`"):
            assert part in text


def test_coverage_is_shown_plainly() -> None:
    page = MADE["miit-2021-103.md"]
    assert "`data.owner_is_in_post`" in section(page, "1.1")
    assert "`ota.a`, `ota.b`" in section(page, "4.5")
    assert "no check yet" in section(page, "1.2")
    assert page.count("尚无检查") == 64
    assert "| 66 | 2 |" in MADE["index.md"]
    assert "2 of them with a check" in MADE["index.md"]


def test_every_link_leads_to_a_place() -> None:
    for name, page in MADE.items():
        for target, anchor in re.findall(r"\]\(([^)#]+)(?:#([^)]+))?\)", page):
            assert target in MADE, (name, target)
            assert not anchor or f'<a id="{anchor}"></a>' in MADE[target], (name, target, anchor)


def test_reference_is_shown_from_both_ends() -> None:
    assert "gb-44495-2024.md#7.4.7" in section(MADE["miit-2021-103.md"], "1.8")
    assert "miit-2021-103.md#1.8" in section(MADE["gb-44495-2024.md"], "7.4.7")


def test_applicability_and_force_in_words() -> None:
    export = LAW.clauses["miit-2021-103/1.8"]
    assert applies_in_words(export).zh == "中国境内销售；且 处理个人信息或处理重要数据"
    assert applies_in_words(LAW.clauses["miit-2021-103/1.1"]).en == "every product"
    assert applies_in_words(export.model_copy(update={"applies": ("!ota",)})).en == "without over-the-air update"
    assert in_force_in_words(LAW.instruments["gb-44495-2024"]).en == "from 2026-01-01"
    assert in_force_in_words(LAW.instruments["gb-t-44721-2024"]).zh == "2024-09-29 至 2027-06-30"
    assert in_force_in_words(LAW.instruments["un-r155"]).en == "not binding in China"


def test_gates_list_each_clause_and_whether_it_is_checked() -> None:
    gate = MADE["gates.md"].split("## `ota-release`")[1]
    assert gate.count("\n| [miit-2021-103/") == 11
    assert gate.count("no check yet") == 10


def test_tables_have_equal_columns_even_with_a_bar_in_the_text() -> None:
    law = load((Law("bar.toml", "[[term]]\nzh = '甲|乙'\nen = 'a|b'\n".encode()),))
    for page in pages(law, {}).values():
        rows = [re.sub(r"\\\|", "", line) for line in page.splitlines() if line.startswith("| ")]
        widths = {row.count("|") for row in rows}
        assert len(widths) <= 1
