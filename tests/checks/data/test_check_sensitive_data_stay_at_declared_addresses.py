"""Boundary cases of data.sensitive_data_stay_at_declared_addresses."""

from typing import Any

import polars as pl
import pytest

import zhunru.checks.data.sensitive_data_stay_at_declared_addresses as stay
from zhunru.core.finding import Finding, fold
from zhunru.records.data_dump import DataDump
from zhunru.records.storage_place import StoragePlace
from zhunru.tables.examined import Examined
from zhunru.tables.sighting import Sighting

check = stay.sensitive_data_stay_at_declared_addresses


def judge(*inputs: Any) -> tuple[str, list[Finding]]:
    found = list(check(*inputs))
    return str(fold(found).verdict), found


@pytest.mark.parametrize(
    ("kind", "certainty", "declared", "verdict"),
    [
        ("resident_id", "found", "否", "FAIL"),
        ("bank_card", "found", "否", "FAIL"),
        ("coordinate", "found", "否", "INCONCLUSIVE"),
        ("resident_id", "suspected", "否", "INCONCLUSIVE"),
        ("mobile", "found", "否", "PASS"),
        ("resident_id", "found", "是", "PASS"),
        ("mobile", "found", "是", "PASS"),
        ("resident_id", "found", "", "INCONCLUSIVE"),
        ("mobile", "found", "", "INCONCLUSIVE"),
    ],
)
def test_kinds_and_declarations(kind: str, certainty: str, declared: str, verdict: str) -> None:
    assert judge(*stay._case(kind, certainty, sensitive=declared))[0] == verdict


@pytest.mark.parametrize(
    ("dump", "hit", "clean"),
    [
        ({}, "FAIL", "PASS"),
        ({"place": "/VAR/log"}, "FAIL", "PASS"),
        ({"place": "ECU-9"}, "FAIL", "PASS"),
        ({"place": ""}, "INCONCLUSIVE", "INCONCLUSIVE"),
        ({"file": "other.txt"}, "INCONCLUSIVE", "INCONCLUSIVE"),
        ({"complete": "否"}, "FAIL", "INCONCLUSIVE"),
        ({"complete": ""}, "FAIL", "INCONCLUSIVE"),
        ({"place": "上海机房"}, "INCONCLUSIVE", "INCONCLUSIVE"),
    ],
)
def test_where_the_copy_comes_from(dump: dict[str, str], hit: str, clean: str) -> None:
    dumps = [DataDump.model_validate({"file": "log.txt", "place": "M-7", "complete": "是"} | dump)]
    places = [StoragePlace.model_validate({"id": "S-1", "name": "上海机房"})]
    for kind, verdict in (("resident_id", hit), ("vin", clean)):
        seen, looked, _, addresses, _ = stay._case(kind)
        assert judge(seen, looked, dumps, addresses, places)[0] == verdict


def test_two_records_that_differ_tie_to_nothing() -> None:
    seen, looked, dumps, addresses, _ = stay._case()
    for place in ("M-8", ""):
        other = DataDump.model_validate({"file": "log.txt", "place": place, "complete": "是"})
        assert judge(seen, looked, [*dumps, other], addresses, None)[0] == "INCONCLUSIVE"
    assert judge(seen, looked, [*dumps, *dumps], addresses, None)[0] == "FAIL"


def test_an_address_declared_twice_and_differently_is_in_doubt() -> None:
    seen, looked, dumps, addresses, _ = stay._case()
    other = addresses[0].model_copy(update={"sensitive": True})
    assert judge(seen, looked, dumps, [*addresses, other], None)[0] == "INCONCLUSIVE"


def test_a_registered_place_that_is_an_address_of_the_vehicle_too() -> None:
    seen, looked, dumps, addresses, _ = stay._case()
    assert judge(seen, looked, dumps, addresses, [StoragePlace.model_validate({"id": "M-7"})])[0] == "FAIL"


@pytest.mark.parametrize(
    ("counts", "verdict"),
    [
        ({}, "PASS"),
        ({"undecidable_count": 1, "decided_count": 89}, "INCONCLUSIVE"),
        ({"examined_count": 89}, "INCONCLUSIVE"),
        ({"present_count": None}, "INCONCLUSIVE"),
        ({"present_count": 0, "examined_count": 0, "decided_count": 0}, "INCONCLUSIVE"),
        ({"undecidable_count": None}, "INCONCLUSIVE"),
    ],
)
def test_what_was_examined(counts: dict[str, int | None], verdict: str) -> None:
    seen, looked, dumps, addresses, _ = stay._case("vin")
    table = Examined(looked.frame.with_columns(**{n: pl.lit(v, pl.Int64) for n, v in counts.items()}))
    assert judge(seen, table, dumps, addresses, None)[0] == verdict
    twice = Examined.concat([table, looked])
    found = judge(seen, twice, dumps, addresses, None)
    assert found[0] == ("PASS" if verdict == "PASS" or counts.get("examined_count") == 0 else verdict)


def test_nothing_seen_and_nothing_examined() -> None:
    seen, looked, dumps, addresses, _ = stay._case("vin")
    assert judge(Sighting.empty(), looked, dumps, addresses, None)[0] == "PASS"
    assert judge(Sighting.empty(), Examined.empty(), dumps, addresses, None)[0] == "INCONCLUSIVE"
    assert judge(seen, Examined.empty(), dumps, addresses, None)[0] == "INCONCLUSIVE"
    hit = stay._case()[0]
    verdict, found = judge(hit, Examined.empty(), dumps, addresses, None)
    assert (verdict, found[0].measured) == ("FAIL", 3)


def test_files_are_judged_one_by_one() -> None:
    seen, looked, dumps, addresses, _ = stay._case("vin")
    hit = Sighting(stay._case()[0].frame.with_columns(source=pl.lit("crash.txt")))
    looked_too = Examined(looked.frame.with_columns(source=pl.lit("crash.txt")))
    second = dumps[0].model_copy(update={"file": "crash.txt", "place": "M-8"})
    verdict, found = judge(Sighting.concat([seen, hit]), Examined.concat([looked, looked_too]), [*dumps, second], addresses, None)
    assert verdict == "FAIL"
    assert sorted((f.kind, f.source) for f in found) == [("breach", "crash.txt"), ("ok", "log.txt")]


def test_one_doubtful_copy_beside_a_good_one() -> None:
    seen, looked, dumps, addresses, _ = stay._case("vin")
    both = Examined.concat([looked, Examined(looked.frame.with_columns(source=pl.lit("more.txt")))])
    more = dumps[0].model_copy(update={"file": "more.txt"})
    assert judge(seen, both, [*dumps, more], addresses, None)[0] == "PASS"
    for cells in ({"file": "other.txt"}, {"place": None}, {"complete": None}):
        assert judge(seen, both, [*dumps, more.model_copy(update=cells)], addresses, None)[0] == "INCONCLUSIVE", cells
    assert judge(seen, looked, [*dumps, dumps[0].model_copy(update={"complete": None})], addresses, None)[0] == "INCONCLUSIVE"


def test_the_finding_tells_counts_and_the_first_address() -> None:
    seen, looked, dumps, addresses, _ = stay._case()
    twin = addresses[0].model_copy(update={"id": "m-7"})
    (found,) = judge(seen, looked, dumps, [*addresses, twin], None)[1]
    assert (found.kind, found.measured, found.limit, found.facts["address"]) == ("breach", 3, 0, "M-7")
    (found,) = judge(stay._case(certainty="suspected")[0], looked, dumps, addresses, None)[1]
    assert (found.kind, found.measured) == ("gap", 3)
