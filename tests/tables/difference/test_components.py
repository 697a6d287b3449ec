"""Components between two bills of materials of one ECU."""

from typing import Any

from zhunru.range.configurations import approved, baseline, campaign, digest, ledgers
from zhunru.tables.difference.components import bills_of
from zhunru.tables.sbom_component import SbomComponent
from zhunru.tables.software_difference import software_differences

OLD, NEW = {"zlib": "1.2", "ssl": "3.0"}, {"zlib": "1.3", "curl": "8"}


def bills(**documents: dict[str, str]) -> SbomComponent:
    return SbomComponent.concat(
        SbomComponent.rows(
            *({"bom": f"urn:{n}", "bom_sha256": digest(i), "ecosystem": "generic", "name": k, "version": v} for k, v in each.items()),
            source=f"evidence/sbom/{n}.json",
        )
        for i, (n, each) in enumerate(documents.items(), 1)
    )


def rows(old: dict[str, Any], new: dict[str, Any], sbom: SbomComponent | None) -> set[tuple[Any, ...]]:
    sheets = ledgers(approved(), baseline("B1"), B0={"units": {"IVI": old}}, B1={"units": {"IVI": new}})
    frame = software_differences([campaign()], *(list(s) for s in sheets), sbom).collect().filter(matter="component")
    return set(frame.select("id", "change", "before", "after", "procedure").rows())


CHANGED = {"version": "1.1", "digest": digest(9)}
EXPECTED = {
    ("IVI: generic:zlib", "changed", "1.2", "1.3", "file"),
    ("IVI: generic:ssl", "removed", "3.0", "", "file"),
    ("IVI: generic:curl", "added", "", "8", "file"),
}


def test_cited_by_name_path_digest_or_serial_number() -> None:
    both = bills(a=OLD, b=NEW)
    for old, new in (("a.json", "b.json"), ("evidence/sbom/a.json", "B.JSON"), (digest(1), digest(2)[7:]), ("urn:a", "urn:b")):
        assert rows({"sbom": old}, CHANGED | {"sbom": new}, both) == EXPECTED


def test_equal_image_with_other_components_is_held() -> None:
    found = rows({"sbom": "a.json"}, {"sbom": "b.json"}, bills(a=OLD, b=NEW))
    assert {r[4] for r in found} == {"unknown"}
    assert rows({"sbom": "a.json"}, {"sbom": "b.json"}, bills(a=OLD, b=OLD)) == set()


def test_a_bill_that_was_not_read_is_told() -> None:
    assert rows({"sbom": "a.json"}, CHANGED | {"sbom": "b.json"}, bills(a=OLD)) == {("IVI", "unknown", "a.json", "b.json", "file")}
    assert rows({}, CHANGED | {"sbom": "b.json"}, None) == {("IVI", "unknown", "", "b.json", "file")}
    assert rows({"sbom": "a.json"}, {"sbom": "a.json"}, None) == set()
    assert rows({}, CHANGED, bills(a=OLD)) == set()


def test_a_name_that_two_documents_bear_stands_for_none() -> None:
    one, two = bills(a=OLD), bills(a=NEW)
    table = [*one.collect().to_dicts(), *(r | {"source": "other/a.json", "bom_sha256": digest(2)} for r in two.collect().to_dicts())]
    assert "a.json" not in bills_of(table)
    assert "other/a.json" in bills_of(table)
    assert "urn:a" not in bills_of(table)
