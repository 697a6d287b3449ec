"""The loader: plug-in files, and an error in both languages for each contradiction."""

import pytest

from zhunru.catalogue.loader import Law, load
from zhunru.core.errors import CatalogueError

INSTRUMENT = """
[instrument]
id = 'house-rules'
title_zh = '企业规则'
title_en = 'House rules'
kind = 'rule'
issued = 2026-01-01
in_force_from = 2026-02-01
in_force_until = 2026-12-31
"""
CLAUSE = """
[[clause]]
id = 'house-rules/1'
theme = 'data'
title_zh = '标题'
title_en = 'Title'
duty_zh = '义务。'
duty_en = 'Duty.'
"""


def plug_in(text: str, name: str = "plug-in.toml") -> Law:
    return Law(name, text.encode())


def test_packaged_catalogue_is_loaded_once() -> None:
    assert load() is load()


def test_opinion_stands_first_and_order_is_that_of_the_files() -> None:
    law = load()
    assert next(iter(law.instruments)) == "miit-2021-103"
    assert list(law.instruments)[1:] == sorted(list(law.instruments)[1:])
    assert list(law.clauses)[:2] == ["miit-2021-103/1.1", "miit-2021-103/1.2"]


def test_result_cannot_be_changed() -> None:
    law = load()
    with pytest.raises(TypeError):
        law.clauses["x"] = law.clauses["miit-2021-103/1.1"]  # type: ignore[index]
    with pytest.raises(AttributeError):
        law.sha256 = ""  # type: ignore[misc]


def test_plug_in_adds_to_the_end_and_changes_the_digest() -> None:
    gate = "\n[[gate]]\nid = 'house'\ntitle_zh = '关口'\ntitle_en = 'Gate'\nclauses = ['house-rules/1', 'miit-2021-103/1.1']\n"
    term = "\n[[term]]\nzh = '企业规则手册'\nen = 'rule book'\n"
    law = load((plug_in(INSTRUMENT + CLAUSE + gate + term),))
    assert list(law.clauses)[-1] == "house-rules/1"
    assert law.clauses["house-rules/1"].instrument == "house-rules"
    assert law.gates["house"].clauses[0] == "house-rules/1"
    assert law.glossary[-1].en == "rule book"
    assert law.sha256 != load().sha256
    assert "house-rules" not in load().instruments


def test_plug_in_may_add_a_clause_to_a_packaged_instrument_or_split_over_files() -> None:
    more = CLAUSE.replace("house-rules/1", "miit-2021-103/x1")
    law = load((plug_in(more), plug_in(CLAUSE, "b.toml"), plug_in(INSTRUMENT, "c.toml")))
    assert law.of("miit-2021-103")[-1].id == "miit-2021-103/x1"
    assert law.of("house-rules")


def test_digest_depends_on_names_and_bytes() -> None:
    digests = {
        load((plug_in(INSTRUMENT),)).sha256,
        load((plug_in(INSTRUMENT, "other.toml"),)).sha256,
        load((plug_in(INSTRUMENT + "\n"),)).sha256,
    }
    assert len(digests) == 3


CASES = {
    "no TOML": ("[instrument", "plug-in.toml"),
    "unknown table": (INSTRUMENT + "\n[[clauses]]\nid = 'a/1'\n", "clauses"),
    "table instead of array": ("[clause]\nid = 'a/1'\n", "clause"),
    "array instead of table": ("[[instrument]]\nid = 'a'\n", "instrument"),
    "not a table": ("clause = [1]\n", "1"),
    "unknown key of an instrument": (INSTRUMENT + "colour = 'red'\n", "colour"),
    "unknown key of a clause": (INSTRUMENT + CLAUSE + "applys = ['ota']\n", "applys"),
    "unknown key of a gate": ("[[gate]]\nid = 'g'\ntitle_zh = '关'\ntitle_en = 'g'\nclauses = []\nx = 1\n", "x"),
    "unknown theme": (INSTRUMENT + CLAUSE.replace("'data'", "'weather'"), "theme"),
    "field absent": (INSTRUMENT + CLAUSE.replace("duty_en = 'Duty.'\n", ""), "duty_en"),
    "field of the wrong type": (INSTRUMENT + CLAUSE + "applies = 'ota'\n", "applies"),
    "clause without instrument": (CLAUSE, "house-rules/1"),
    "clause id without number": (INSTRUMENT + CLAUSE.replace("house-rules/1", "house-rules"), "house-rules"),
    "clause id of another instrument": (INSTRUMENT + CLAUSE + "instrument = 'miit-2021-103'\n", "house-rules/1"),
    "instrument twice": (INSTRUMENT.replace("house-rules", "miit-2021-103"), "miit-2021-103.toml"),
    "clause twice": (INSTRUMENT + CLAUSE + CLAUSE, "house-rules/1"),
    "clause of the package again": (CLAUSE.replace("house-rules/1", "miit-2021-103/1.1"), "miit-2021-103.toml"),
    "term twice": ("[[term]]\nzh = '准入'\nen = 'access'\n", "准入"),
    "unknown feature": (INSTRUMENT + CLAUSE + "applies = ['ota', 'gnss|wings']\n", "wings"),
    "unknown feature negated": (INSTRUMENT + CLAUSE + "applies = ['!wings']\n", "wings"),
    "empty feature": (INSTRUMENT + CLAUSE + "applies = ['ota|']\n", "house-rules/1"),
    "concrete points nowhere": (INSTRUMENT + CLAUSE + "concrete = ['house-rules/2']\n", "house-rules/2"),
    "concrete points at itself": (INSTRUMENT + CLAUSE + "concrete = ['house-rules/1']\n", "house-rules/1"),
    "gate points nowhere": ("[[gate]]\nid = 'g'\ntitle_zh = '关'\ntitle_en = 'g'\nclauses = ['house-rules/1']\n", "house-rules/1"),
    "gate of nothing": ("[[gate]]\nid = 'g'\ntitle_zh = '关'\ntitle_en = 'g'\nclauses = []\n", "g"),
    "empty title": (INSTRUMENT + CLAUSE.replace("'Title'", "' '"), "title_en"),
    "empty term": ("[[term]]\nzh = '词'\nen = ''\n", "en"),
    "in force before issue": (INSTRUMENT.replace("2026-02-01", "2025-12-31"), "house-rules"),
    "ends before it begins": (INSTRUMENT.replace("2026-12-31", "2026-01-31"), "house-rules"),
    "end without beginning": (INSTRUMENT.replace("in_force_from = 2026-02-01\n", ""), "house-rules"),
    "no date": (INSTRUMENT.replace("2026-02-01", "'soon'"), "in_force_from"),
    "draft in force": (INSTRUMENT.replace("'rule'", "'draft'"), "house-rules"),
    "foreign in force": (INSTRUMENT.replace("'rule'", "'foreign'"), "house-rules"),
}


@pytest.mark.parametrize(("text", "where"), CASES.values(), ids=CASES)
def test_contradiction_is_told_with_what_where_and_hint(text: str, where: str) -> None:
    with pytest.raises(CatalogueError) as caught:
        load((plug_in(text),))
    error = caught.value
    assert where in error.where
    assert error.hint
    assert all((error.what.zh, error.what.en, error.hint.zh, error.hint.en))
    assert error.what.zh != error.what.en


def test_bytes_that_are_not_utf_8_are_told() -> None:
    with pytest.raises(CatalogueError, match="not valid TOML"):
        load((Law("gbk.toml", "[instrument]\nid = '企业'".encode("gbk")),))


def test_dates_that_meet_are_in_order() -> None:
    same = INSTRUMENT.replace("2026-02-01", "2026-01-01").replace("2026-12-31", "2026-01-01")
    assert "house-rules" in load((plug_in(same),)).instruments


def test_deep_nesting_is_told_not_crashed() -> None:
    with pytest.raises(CatalogueError):
        load((plug_in("clause = " + "[" * 100_000),))
