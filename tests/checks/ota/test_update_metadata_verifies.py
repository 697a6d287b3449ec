"""Boundary cases of the check on update metadata."""

from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import polars as pl
import pytest

from zhunru.checks.ota import update_metadata_verifies as subject
from zhunru.checks.ota.update_metadata_verifies import update_metadata_verifies
from zhunru.core.finding import Finding
from zhunru.core.record import Origin
from zhunru.records.update_package import UpdatePackage
from zhunru.records.update_repository import UpdateRepository
from zhunru.records.uptane_ecu import UptaneEcu
from zhunru.tables.package_file import PackageFile
from zhunru.tables.update_metadata import UpdateMetadata

Inputs = tuple[UpdateMetadata, list[UpdateRepository], list[UptaneEcu] | None, PackageFile | None]


def judged(inputs: Inputs) -> list[Finding]:
    return list(update_metadata_verifies(*inputs))


def worst(inputs: Inputs) -> tuple[str, str]:
    """Return kind and English text of the one finding that is not ok."""
    (found,) = [f for f in judged(inputs) if f.kind != "ok"]
    return found.kind, found.text.en


def good() -> Inputs:
    built: Inputs = subject.a_pair_that_verifies()
    return built


def with_records(change: Callable[[UpdateRepository], dict[str, Any]], which: int = 0) -> Inputs:
    files, records, ecus, _ = good()
    changed = [r.model_copy(update=change(r)) if i == which else r for i, r in enumerate(records)]
    return files, changed, ecus, None


def test_every_step_of_a_good_pair_is_told_once_per_repository() -> None:
    found = judged(good())
    assert {f.kind for f in found} == {"ok"}
    told = [(f.facts["folder"], f.facts["step"]) for f in found]
    assert len(told) == len(set(told))
    assert {s for f, s in told if f == "evidence/director"} >= {
        "U-R3",
        "U-T1",
        "U-T3",
        "U-S1",
        "U-S6",
        "U-G1",
        "U-G2",
        "U-G3",
        "U-G4",
        "U-M1",
        "U-I1",
    }
    assert {s for f, s in told if f == "evidence/image"} >= {"U-R3", "U-T1", "U-S2", "U-G2", "U-D1"}


def test_a_failure_names_step_error_and_attack() -> None:
    (found,) = [f for f in judged(subject.expired_targets()) if f.kind == "breach"]
    assert {k: found.facts[k] for k in ("step", "error", "attack", "repository", "role")} == {
        "step": "U-G3", "error": "ExpiredMetadata::Targets", "attack": "freeze", "repository": "director", "role": "targets",
    }  # fmt: skip
    assert found.facts["folder"] == "evidence/director"


@pytest.mark.parametrize("field", ["role", "trusted_root", "fetched_at"])
def test_what_is_needed_to_begin_must_be_told(field: str) -> None:
    found = [f for f in judged(with_records(lambda _: {field: None})) if f.kind != "ok"]
    assert {f.kind for f in found} == {"gap"}
    assert any("is not told" in f.text.en for f in found)


def test_an_unreadable_cell_or_a_second_record_is_a_gap() -> None:
    found = [f for f in judged(with_records(lambda _: {"origin": Origin(problems=("x: y",))})) if f.kind != "ok"]
    assert {f.kind for f in found} == {"gap"}
    files, records, ecus, _ = good()
    assert {f.kind for f in judged((files, [*records, records[0]], ecus, None)) if f.kind != "ok"} == {"gap"}


def test_a_root_that_is_not_there_and_one_that_nobody_signed() -> None:
    found = [f.text.en for f in judged(with_records(lambda _: {"trusted_root": "00" * 32})) if f.kind != "ok"]
    assert "the declared trusted root is not among the files" in found
    files, records, ecus, _ = subject.a_single_repository()
    raw = files.collect().filter(pl.col("kind") == "root")["raw"][0].replace(b"2026-12-31", b"2027-12-31")
    stray = UpdateMetadata.rows(
        {
            "source": "evidence/repo/2.root.json",
            "raw": raw,
            "encoding": "json",
            "kind": "root",
            "version_no": 1,
            "sha256": sha256(raw).hexdigest(),
        }
    )
    record = records[0].model_copy(update={"trusted_root": f"SHA256:{sha256(raw).hexdigest()}".lower()})
    kind, text = worst((UpdateMetadata.concat([files, stray]), [record], ecus, None))
    assert (kind, text) == ("breach", "a step of verifying the update metadata fails")


@pytest.mark.parametrize("prefix", ["", "sha256:", "SHA256:"])
def test_the_digest_of_the_root_is_written_in_several_ways(prefix: str) -> None:
    def change(record: UpdateRepository) -> dict[str, Any]:
        return {"trusted_root": prefix + (record.trusted_root or "").upper()}

    assert {f.kind for f in judged(with_records(change))} == {"ok"}


def test_folders_and_records_belong_together() -> None:
    files, records, ecus, _ = good()
    assert "a folder of metadata has no record of its repository" in [f.text.en for f in judged((files, records[:1], ecus, None))]
    lonely = records[0].model_copy(update={"folder": "evidence/other"})
    assert "no metadata of a declared repository were collected" in [f.text.en for f in judged((files, [*records, lonely], ecus, None))]
    moved = [r.model_copy(update={"folder": f"/{r.folder}/"}) for r in records]
    assert {f.kind for f in judged((files, moved, ecus, None))} == {"ok"}


def test_a_pair_is_one_director_and_one_image_repository_of_a_named_car() -> None:
    files, records, ecus, _ = good()
    for changed in ({"vehicle": None}, {"vehicle": "another"}, {"role": "image"}, {"role": "time"}):
        found = [f for f in judged((files, [records[0].model_copy(update=changed), records[1]], ecus, None)) if f.kind != "ok"]
        assert found and {f.kind for f in found} == {"gap"}


def test_the_inventory_is_that_of_the_car_and_whole() -> None:
    files, records, ecus, _ = good()
    assert ecus
    for wrong in ([], [ecus[0].model_copy(update={"vin": "another"})], [ecus[0].model_copy(update={"hardware": None})]):
        assert worst((files, records, wrong, None))[0] == "gap"
    assert worst((files, records, [ecus[0].model_copy(update={"hardware": "hw-x"})], None)) == (
        "breach",
        "a step of verifying the update metadata fails",
    )


def test_expiry_is_judged_as_of_the_collection() -> None:
    late = datetime(2026, 12, 31, tzinfo=UTC)
    early = datetime(2026, 12, 30, 23, 59, 59, tzinfo=UTC)
    files, records, ecus, _ = good()
    both = [r.model_copy(update={"fetched_at": early}) for r in records]
    assert {f.kind for f in judged((files, both, ecus, None))} == {"ok"}
    both = [r.model_copy(update={"fetched_at": late}) for r in records]
    assert "breach" in {f.kind for f in judged((files, both, ecus, None))}
    apart = [records[0].model_copy(update={"fetched_at": early}), records[1].model_copy(update={"fetched_at": late})]
    assert worst((files, apart, ecus, None)) == ("gap", "metadata expired between the moments at which the two were collected")


def test_a_role_in_the_subfolder_for_delegations_belongs_to_its_repository() -> None:
    files, records, ecus, _ = good()
    frame = files.collect().with_columns(source=pl.col("source").str.replace("image/targets", "image/delegations/targets"))
    assert {f.kind for f in judged((UpdateMetadata(frame), records, ecus, None))} == {"ok"}


def test_a_lost_file_is_a_gap_of_the_copy() -> None:
    assert worst(subject.a_file_is_missing()) == ("gap", "the copy lacks a file that a step needs")


# images


def packaged(*packages: tuple[str, str, int], hashes: dict[str, str] | None = None, pair: bool = False) -> list[tuple[str, str]]:
    """Return what is said of packages, given as source, SHA-256 and length, by folder of the repository."""
    rows = [
        {"source": source, "archive": "", "path": "", "kind": "archive", "stored_sha256": digest, "size_byte": size}
        for source, digest, size in packages
    ]
    inner = [r | {"path": "x", "kind": "file", "size_byte": 3} for r in rows] + [r | {"archive": "y.zip", "size_byte": 4} for r in rows]
    if pair:
        inputs = good()
    else:
        files = subject._chain("repo", {"fw/app.bin": {"length": 11, "hashes": hashes or {"sha256": "5a" * 32}}})
        inputs = UpdateMetadata.rows(*subject._rows("evidence/repo", files)), [subject._record("evidence/repo", "tuf", files)], None, None
    found = judged((*inputs[:3], PackageFile.rows(*rows, *inner)))
    return [(f.kind, str(f.facts["target"])) for f in found if f.facts.get("step") == "U-I2"]


@pytest.mark.parametrize(("size", "kind"), [(10, "breach"), (11, "ok"), (12, "breach")])
def test_a_package_has_the_length_and_hash_of_its_target(size: int, kind: str) -> None:
    assert packaged(("evidence/fw/app.bin", "5a" * 32, size)) == [(kind, "fw/app.bin")]
    assert packaged(("evidence/other.zip", "5a" * 32, size)) == [(kind, "fw/app.bin")]
    assert packaged(("evidence/fw/app.bin", "5b" * 32, size)) == [("breach", "fw/app.bin")]
    assert packaged(("fw/app.bin", "5b" * 32, size)) == [("breach", "fw/app.bin")]


def test_packages_that_no_target_names_say_nothing() -> None:
    assert packaged(("evidence/app.bin", "5b" * 32, 11), ("evidence/xfw/app.bin", "5b" * 32, 11)) == []


def test_what_cannot_be_compared_is_a_gap() -> None:
    assert packaged(("evidence/fw/app.bin", "5a" * 32, 11), hashes={"sha256": "5A" * 32, "sha512": "11" * 64}) == [("gap", "fw/app.bin")]
    assert packaged(("evidence/fw/app.bin", "5a" * 32, 11), hashes={"sha512": "11" * 64}) == [("gap", "fw/app.bin")]
    assert packaged(("evidence/fw/app.bin", "5a" * 32, 11), hashes={"sha256": "5A" * 32}) == [("ok", "fw/app.bin")]
    for name in ("a.tgz", "a.zip.GZ"):
        assert packaged((f"evidence/{name}", "5a" * 32, 99)) == [("gap", "fw/app.bin")]


def test_both_repositories_of_a_pair_are_asked() -> None:
    assert packaged(("evidence/app.bin", "5b" * 32, 11), pair=True) == [("breach", "app.bin")] * 2


# what is released


def package(digest: str | None) -> UpdatePackage:
    return UpdatePackage(campaign="U-1", package="app.bin", digest=digest)


@pytest.mark.parametrize("inputs", [subject.a_pair_that_verifies, subject.a_single_repository])
def test_the_released_package_is_a_target(inputs: Callable[[], Inputs]) -> None:
    vouched = package("sha256:" + "5A" * 32)
    assert {f.kind for f in update_metadata_verifies(*inputs(), [vouched])} == {"ok"}
    for other in (package("sha256:" + "5b" * 32), package(None), package("?")):
        (found,) = [f for f in update_metadata_verifies(*inputs(), [vouched, other]) if f.kind != "ok"]
        assert (found.kind, found.text.en) == ("gap", "a package is no target of metadata that verify")


@pytest.mark.parametrize("inputs", [subject.expired_targets, subject.other_image, subject.a_file_is_missing])
def test_metadata_that_fail_vouch_for_nothing(inputs: Callable[[], Inputs]) -> None:
    found = [f.text.en for f in update_metadata_verifies(*inputs(), [package("sha256:" + "5a" * 32)])]
    assert "a package is no target of metadata that verify" in found
