"""What a Director assigns counts only when its metadata verify."""

from typing import Any

import pytest

from zhunru.checks.ota import update_metadata_verifies as chain
from zhunru.core.record import Origin
from zhunru.formulas.written_names import bare
from zhunru.records.update_repository import UpdateRepository
from zhunru.tables.director_assignment import director_assignments
from zhunru.tables.update_metadata import UpdateMetadata

FOLDER = "evidence/director"


def rows(files: dict[str, bytes], *, second: bool = False, **changed: Any) -> list[dict[str, Any]]:
    record = chain._record(FOLDER, "director", files).model_copy(update=changed)
    also = [record.model_copy(update={"folder": "evidence/other"})] if second else []
    made: list[dict[str, Any]] = (
        director_assignments(UpdateMetadata.rows(*chain._rows(FOLDER, files)), [record, *also]).collect().to_dicts()
    )
    return made


def problem(files: dict[str, bytes], **changed: Any) -> str:
    (row,) = rows(files, **changed)
    assert row["ecu"] is None and row["problem"]
    return str(row["problem"])


def test_a_verified_director_assigns() -> None:
    (row,) = rows(chain._chain("director", chain._target()))
    assert {k: row[k] for k in ("vehicle", "ecu", "image", "size_byte", "hardware", "problem", "hashes")} == {
        "vehicle": bare("样车一号"), "ecu": "ecu-1", "image": "app.bin", "size_byte": 11, "hardware": "hw-a", "problem": "",
        "hashes": '{"sha256": "' + "5a" * 32 + '"}',
    }  # fmt: skip
    assert row["fetched_ns"] == 1_772_323_200_000_000_000


def test_a_director_that_does_not_verify_assigns_nothing() -> None:
    good = chain._chain("director", chain._target())
    assert "expired" in problem(chain._chain("director", chain._target(), expires="2026-02-01T00:00:00Z"))
    other = chain._chain("director", chain._target("ecu-9"))
    problem({**good, "targets.json": other["targets.json"].replace(b"ecu-9", b"ecu-1")})
    assert "trusted root" in problem(good, trusted_root="00" * 32)
    forged = {**good, "1.root.json": good["1.root.json"].replace(b"2026-12-31", b"2027-12-31")}
    problem(forged)
    assert "delegations" in problem(chain._chain("director", chain._target(), delegations={"keys": {}, "roles": [{}]}))


@pytest.mark.parametrize(
    "changed", [{"vehicle": None}, {"fetched_at": None}, {"trusted_root": None}, {"origin": Origin(problems=("x: y",))}]
)
def test_an_incomplete_record_counts_for_nothing(changed: dict[str, Any]) -> None:
    assert problem(chain._chain("director", chain._target()), **changed) == "record is not complete"


def test_two_directors_of_one_car_are_not_believed() -> None:
    assert {r["problem"] for r in rows(chain._chain("director", chain._target()), second=True)} == {"several Directors of one car"}


def test_only_directors_assign() -> None:
    files = chain._chain("director", chain._target())
    record: UpdateRepository = chain._record(FOLDER, "image", files)
    assert director_assignments(UpdateMetadata.rows(*chain._rows(FOLDER, files)), [record]).collect().is_empty()
