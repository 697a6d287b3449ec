"""The packaged law: complete, resolved, bilingual, in our own words, in force on the right days."""

import os
import re
from datetime import date, timedelta
from difflib import SequenceMatcher
from pathlib import Path

import pytest

from zhunru.catalogue.loader import load
from zhunru.core.clause import Clause
from zhunru.core.subject import FEATURES, Channel, Subject

REGULATION = Path(__file__).resolve().parents[3] / "shared" / "regulation"
LAW = load()
OPINION = LAW.of("miit-2021-103")


def regulation(name: str) -> str:
    path = REGULATION / name
    if path.exists():
        return path.read_text(encoding="utf-8")
    if os.environ.get("ZHUNRU_REQUIRE_REAL") == "1":
        pytest.fail(f"regulation file is demanded but absent: {name}")
    pytest.skip("../shared/regulation is absent: tests on the regulation files are not run")


def duties() -> dict[str, str]:
    return dict(re.findall(r"^\| (miit-2021-103/\S+) \| (\w+) \|", regulation("duties.md"), re.MULTILINE))


def test_every_duty_of_the_table_stands_in_the_same_order_with_the_same_theme() -> None:
    table = duties()
    assert len(table) == 66
    assert [(c.id, c.theme) for c in OPINION] == list(table.items())


@pytest.mark.parametrize(
    ("instrument", "prefix", "count"),
    [("gb-44495-2024", "7.", 38), ("gb-44495-2024", "6.", 11), ("gb-44495-2024", "5.2.", 5), ("gb-44496-2024", "6.", 13)],
)
def test_number_of_rows_known_from_the_regulation_files(instrument: str, prefix: str, count: int) -> None:
    assert sum(c.id.startswith(f"{instrument}/{prefix}") for c in LAW.of(instrument)) == count


def test_basis_marks_of_gb_44495_are_those_of_the_tables() -> None:
    chapter = regulation("data-and-cyber.md").split("### 1.2 Clause 6")[1].split("### 1.3")[0]
    marks = dict(re.findall(r"^\| (6\.\d+) \|.*\| ([SG])[^|]*\|$", chapter, re.MULTILINE))
    assert len(marks) == 11
    assert {n: LAW.clauses[f"gb-44495-2024/{n}"].basis for n in marks} == marks
    confirmed = {"7.1.1.1", "7.1.1.2", "7.1.2.1", "7.1.2.2", "7.1.2.3", "7.1.2.4", "7.2.2", "7.2.3", "7.2.10"}
    for clause in LAW.of("gb-44495-2024"):
        number = clause.id.partition("/")[2]
        if number.startswith("7."):
            assert clause.basis == ("S" if number in confirmed or number.startswith("7.3.") else "G"), number


@pytest.mark.parametrize(
    "cited",
    [
        "gb-t-44464-2024/4.1.1", "gb-t-44464-2024/4.1.4", "gb-t-44464-2024/5.8", "gb-t-44464-2024/6.7", "gb-t-44464-2024/D.8",
        "gb-44495-2024/7.2.1", "gb-44495-2024/7.4.7", "gb-47955-draft-2025/4.8.3.2.2.1", "gb-47955-draft-2025/4.8.3.2.2.2",
        "gb-47955-draft-2025/4.8.3.2.2.5", "gb-47955-2026/4.8.3.2.2.1", "jt-t-794-2019/6.2", "miit-2021-246/at_sale",
    ],
)  # fmt: skip
def test_clauses_that_checks_cite_exist(cited: str) -> None:
    assert cited in LAW.clauses


def test_limits_reported_of_an_unread_final_text_are_marked_secondary() -> None:
    assert {c.basis for c in LAW.of("gb-47955-2026")} == {"S"}


# Texts ----------------------------------------------------------------------------------------------------------------------------------

_HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize("clause", LAW.clauses.values(), ids=lambda c: c.id)
def test_clause_speaks_both_languages(clause: Clause) -> None:
    for zh in (clause.title_zh, clause.duty_zh):
        assert zh.strip() == zh
        assert _HAN.search(zh) or zh == "DevSecOps"
    for en in (clause.title_en, clause.duty_en):
        assert en.strip() == en
        assert re.search(r"[A-Za-z]{3}", en)
        assert not _HAN.search(en)
    assert clause.duty_zh.endswith("。")
    assert clause.duty_en.endswith(".")


def test_instruments_gates_and_terms_speak_both_languages() -> None:
    titles = [(i.title_zh, i.title_en) for i in LAW.instruments.values()] + [(g.title_zh, g.title_en) for g in LAW.gates.values()]
    for zh, en in titles:
        assert _HAN.search(zh)
        assert en.strip()
        assert not _HAN.search(en)
    for term in LAW.glossary:
        assert _HAN.search(term.zh)
        assert term.en.strip()
        assert not _HAN.search(term.en + term.note_en)
        assert bool(term.note_zh) == bool(term.note_en)


def test_no_duty_copies_the_opinion() -> None:
    opinion = re.sub(r"\s", "", regulation("opinion-2021-103.md"))
    assert len(opinion) > 2000
    for clause in LAW.clauses.values():
        match = SequenceMatcher(None, clause.duty_zh, opinion, autojunk=False).find_longest_match()
        assert match.size < 20, (clause.id, clause.duty_zh[match.a : match.a + match.size])


def test_glossary_is_large_enough_to_work_with_and_each_translation_is_once() -> None:
    assert len(LAW.glossary) >= 120
    english = [t.en for t in LAW.glossary]
    assert len(english) == len(set(english))


# References -----------------------------------------------------------------------------------------------------------------------------


def test_every_reference_resolves() -> None:
    for clause in LAW.clauses.values():
        assert clause.id == f"{clause.instrument}/{clause.id.partition('/')[2]}"
        assert clause.instrument in LAW.instruments
        assert set(clause.concrete) <= LAW.clauses.keys() - {clause.id}
        assert {n.lstrip("!") for d in clause.applies for n in d.split("|")} <= FEATURES.keys()
    for gate in LAW.gates.values():
        assert len(set(gate.clauses)) == len(gate.clauses)
        assert set(gate.clauses) <= LAW.clauses.keys()


def test_making_concrete_never_runs_in_a_circle() -> None:
    done: set[str] = set()

    def walk(clause: str, above: tuple[str, ...]) -> None:
        assert clause not in above, (*above, clause)
        if clause not in done:
            for below in LAW.clauses[clause].concrete:
                walk(below, (*above, clause))
            done.add(clause)

    for clause in LAW.clauses:
        walk(clause, ())
    assert done == set(LAW.clauses)


def test_duties_of_articles_1_to_8_are_made_concrete() -> None:
    bare = [c.id for c in OPINION if c.id.partition("/")[2][0] in "12345678" and not c.id.endswith(("/10.1", "/10.2", "/11.1", "/11.2"))]
    assert [i for i in bare if not LAW.clauses[i].concrete] == []


def test_release_gate_is_the_whole_of_articles_3_and_4() -> None:
    assert set(LAW.gates["ota-release"].clauses) == {c.id for c in OPINION if c.id.partition("/")[2].startswith(("3.", "4."))}


def test_access_gate_demands_each_product_duty_but_not_the_encouraged_one() -> None:
    gate = LAW.gates["market-access"].clauses
    assert "miit-2021-103/8.3" not in gate
    for article in ("1", "2", "3", "5", "6", "7"):
        assert {c.id for c in OPINION if c.id.startswith(f"miit-2021-103/{article}.")} <= set(gate)


# Applicability --------------------------------------------------------------------------------------------------------------------------


def excluded(subject: Subject) -> set[str]:
    return {c.id.partition("/")[2] for c in OPINION if c.why_not(subject)}


def car(**changed: object) -> Subject:
    return Subject.model_validate({"name": "样车", "maker": "示例汽车", **changed})


def test_plain_car_is_excused_from_what_it_does_not_have() -> None:
    gone = excluded(car())
    assert {"1.9", "2.3", "3.1", "4.2", "4.5", "5.1", "6.1", "7.1a", "8.1", "8.2", "8.3"} <= gone
    assert not gone & {"1.1", "1.2", "1.3", "1.8", "2.1", "2.2", "2.4", "9.1"}


@pytest.mark.parametrize(
    ("changed", "asked"),
    [
        ({"ota": True}, {"3.1", "3.6", "4.1", "4.5", "n1"}),
        ({"automation_level": 1}, {"4.5", "5.1", "5.4", "8.1"}),
        ({"automation_level": 2}, {"4.5", "5.1", "6.1", "6.2", "8.1"}),
        ({"automation_level": 3}, {"4.5", "5.1", "7.1a", "7.3b", "7.4f", "8.1"}),
        ({"gnss": True}, {"8.1", "8.2"}),
        ({"gnss": True, "beidou": True}, {"8.1", "8.2", "8.3"}),
        ({"data_export": True}, {"1.9"}),
        ({"channels": (Channel(id="tbox", kind="cellular"),)}, {"2.3", "8.1"}),
    ],
)
def test_declared_feature_asks_for_its_duties(changed: dict[str, object], asked: set[str]) -> None:
    assert not asked & excluded(car(**changed))
    assert asked <= excluded(car())


def test_car_for_other_markets_need_not_store_in_china() -> None:
    assert "1.8" in excluded(car(markets=("DE",)))
    assert "1.8" not in excluded(car(markets=("DE", "CN")))


def test_offline_update_to_automated_driving_needs_approval_without_ota() -> None:
    assert "4.5" not in excluded(car(ota=False, automation_level=3))


# Dates ----------------------------------------------------------------------------------------------------------------------------------

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("instrument", "first"),
    [
        ("miit-2021-103", date(2021, 7, 30)), ("gb-44495-2024", date(2026, 1, 1)), ("gb-44496-2024", date(2026, 1, 1)),
        ("gb-44497-2024", date(2026, 1, 1)), ("gb-t-44464-2024", date(2024, 8, 23)), ("gb-47955-2026", date(2027, 1, 1)),
        ("gb-44721-2026", date(2027, 7, 1)), ("gb-39732-2020", date(2022, 1, 1)), ("gb-t-45086-1-2024", date(2025, 6, 1)),
        ("cac-2021-7", date(2021, 10, 1)), ("miit-2022-166", date(2023, 1, 1)), ("cac-2024-16", date(2024, 3, 22)),
    ],
)  # fmt: skip
def test_instrument_binds_from_its_first_day(instrument: str, first: date) -> None:
    law = LAW.instruments[instrument]
    assert not law.in_force(first - DAY)
    assert law.in_force(first)
    assert law.in_force(first + DAY)


def test_recommended_predecessor_ends_the_day_before_its_successor_begins() -> None:
    old, new = LAW.instruments["gb-t-44721-2024"], LAW.instruments["gb-44721-2026"]
    last = date(2027, 6, 30)
    assert [(old.in_force(d), new.in_force(d)) for d in (last - DAY, last, last + DAY)] == [(True, False), (True, False), (False, True)]


@pytest.mark.parametrize("instrument", ["gb-47955-draft-2025", "un-r155", "un-r156", "un-r157", "un-r171"])
def test_draft_and_foreign_instruments_never_bind(instrument: str) -> None:
    assert not any(LAW.instruments[instrument].in_force(date(year, 1, 1)) for year in range(2000, 2100))


def test_binding_gives_the_clauses_in_force_on_the_day() -> None:
    before, after = ({c.instrument for c in LAW.binding(d)} for d in (date(2025, 12, 31), date(2026, 1, 1)))
    assert after - before == {"gb-44495-2024", "gb-44496-2024", "gb-44497-2024", "pi-export-certification-2025"}
    assert LAW.binding(date(2021, 7, 29)) == tuple(
        c for c in LAW.clauses.values() if c.instrument in {"jt-t-794-2019", "miit-2017-internet", "samr-2020-123"}
    )
