"""Real packages through the reader into the check: the genuine pass, every forgery fails by its own rule."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import Any

import polars as pl
import pytest

from zhunru.checks.ota.package_is_authentic import package_is_authentic
from zhunru.core.errors import DamagedEvidence
from zhunru.core.finding import Folded, fold
from zhunru.core.record import Origin
from zhunru.core.verdict import Verdict
from zhunru.engine.source import BytesSource
from zhunru.range.packages import KEY_ID, OTHER_VIN, VIN, Draft, authority, forged, genuine, target, trusted
from zhunru.readers.update_package import update_package
from zhunru.records.software_unit import SoftwareUnit
from zhunru.records.target_vehicle import TargetVehicle
from zhunru.records.trust_anchor import TrustAnchor
from zhunru.records.update_campaign import UpdateCampaign
from zhunru.records.update_package import UpdatePackage
from zhunru.tables.package_file import PackageFile
from zhunru.tables.package_manifest import PackageManifest
from zhunru.tables.trust_root import TrustRoot
from zhunru.wire.package_rules import FORGERIES

SEED = 7
DRAFT = Draft(SEED)
DAY = date(2026, 9, 1)


def read(*packages: bytes) -> tuple[PackageManifest, PackageFile]:
    manifests: list[PackageManifest] = []
    files: list[PackageFile] = []
    for number, data in enumerate(packages):
        source = pl.lit(f"{number}.zip").alias("source")
        for table in _until_damage(data, number):
            if isinstance(table, PackageManifest):
                manifests.append(PackageManifest(table.frame.with_columns(source)))
            else:
                files.append(PackageFile(table.frame.with_columns(source)))
    return PackageManifest.concat(manifests), PackageFile.concat(files)


def _until_damage(data: bytes, number: int) -> Iterator[PackageManifest | PackageFile]:
    try:
        yield from update_package(BytesSource(data, f"{number}.zip"))
    except DamagedEvidence:
        return


def digest(manifests: PackageManifest) -> list[str]:
    return [f"sha256:{d}" for d in manifests.collect()["stored_sha256"]]


def anchors(**changed: Any) -> list[TrustAnchor]:
    known = [
        TrustAnchor(key_id=k.key_id, public_key=k.public_key, valid_from=k.valid_from, revoked_on=k.revoked_on) for k in trusted(SEED).keys
    ]
    return [known[0].model_copy(update=changed), *known[1:]]


def judged(*packages: bytes, **changed: Any) -> Folded:
    manifests, files = read(*packages)
    lines = [
        UpdatePackage(campaign="U-1", package="assist", ecu="ADCU", hardware=("ADCU-H2", "ADCU-H3"), digest=d, to_version="3.1.1")
        for d in digest(manifests)
    ]
    unit = SoftwareUnit(
        baseline="B", ecu="adcu", hardware="ADCU-H3", version="3.1.0", digest=f"sha256:{(target().images or ('',))[0]}"
    )  # the ledger spells the controller otherwise
    inputs: dict[str, Any] = {
        "packages": lines,
        "campaigns": [UpdateCampaign(id="U-1", product=("样车一号",), released_on=DAY, baseline_before="B")],
        "anchors": anchors(),
        "roots": TrustRoot.rows({"der": authority(SEED), "authority": True}),
        "units": [unit],
        "targets": [TargetVehicle(campaign="U-1", vin=VIN)],
        "as_of": date(2026, 11, 22),
    }
    return fold(package_is_authentic(manifests, files, *(inputs | changed).values()))


def rules(folded: Folded, kind: str = "breach") -> set[Any]:
    return {f.facts.get("rule") for f in folded.kept if f.kind == kind}


@pytest.mark.parametrize("name", genuine(SEED))
def test_genuine_packages_pass(name: str) -> None:
    found = judged(genuine(SEED)[name])
    assert found.verdict is Verdict.PASS, found.kept


@pytest.mark.parametrize("rule", FORGERIES)
def test_every_forgery_fails_by_its_rule(rule: str) -> None:
    found = judged(forged(SEED)[rule])
    assert found.verdict is Verdict.FAIL
    assert rules(found) - {"differs_from_ledger"} == {rule}


def test_a_package_that_nobody_names_may_be_a_sample_for_a_test() -> None:
    found = judged(forged(SEED)["unsigned"], packages=[UpdatePackage(campaign="U-1", package="x", digest="sha256:" + "00" * 32)])
    assert found.verdict is Verdict.INCONCLUSIVE
    assert found.totals == {"breach": 0, "gap": 2, "ok": 0}


def test_without_any_ledger_it_is_judged_by_itself() -> None:
    nothing = {"packages": None, "campaigns": None, "units": None, "targets": None}
    assert rules(judged(forged(SEED)["payload_altered"], **nothing)) == {"payload_altered"}
    found = judged(genuine(SEED)["zip"], **nothing, as_of=DAY)
    assert found.verdict is Verdict.INCONCLUSIVE and rules(found, "gap") == {"target_unknown"}


def test_named_by_the_activity_alone() -> None:
    data = genuine(SEED)["zip"]
    campaign = UpdateCampaign(id="U-1", digest=digest(read(data)[0])[0], product=("另一车型",), released_on=DAY)
    assert rules(judged(data, packages=[], campaigns=[campaign])) == {"wrong_model"}


@pytest.mark.parametrize(
    ("day", "verdict"),
    [
        (date(2026, 8, 24), Verdict.FAIL),
        (date(2026, 8, 25), Verdict.INCONCLUSIVE),  # it becomes valid at 08:00 China Standard Time of that day
        (date(2026, 8, 26), Verdict.PASS),
        (date(2027, 2, 27), Verdict.PASS),
        (date(2027, 2, 28), Verdict.INCONCLUSIVE),
        (date(2027, 3, 1), Verdict.FAIL),
    ],
)
def test_the_day_of_the_release_and_the_validity(day: date, verdict: Verdict) -> None:
    campaign = UpdateCampaign(id="U-1", product=("样车一号",), released_on=day, baseline_before="B")
    assert judged(genuine(SEED)["zip"], campaigns=[campaign]).verdict is verdict
    waiting = campaign.model_copy(update={"released_on": None})
    assert judged(genuine(SEED)["zip"], campaigns=[waiting], as_of=day).verdict is verdict


@pytest.mark.parametrize(
    ("changed", "verdict"),
    [
        ({"matters": ("升级包",)}, Verdict.PASS),
        ({"matters": ("ads-update",)}, Verdict.FAIL),
        ({"valid_until": DAY}, Verdict.PASS),
        ({"valid_until": date(2026, 8, 31)}, Verdict.FAIL),
        ({"revoked_on": DAY}, Verdict.FAIL),
        ({"revoked_on": date(2026, 9, 2)}, Verdict.PASS),
        ({"valid_from": None}, Verdict.INCONCLUSIVE),
        ({"origin": Origin(problems=("吊销日期: 待定",))}, Verdict.INCONCLUSIVE),
        ({"key_id": "P-9"}, Verdict.FAIL),
    ],
)
def test_anchors(changed: dict[str, Any], verdict: Verdict) -> None:
    assert judged(genuine(SEED)["zip"], anchors=anchors(**changed)).verdict is verdict


def test_no_anchor_at_all_is_a_gap() -> None:
    assert judged(genuine(SEED)["zip"], anchors=None, roots=None).verdict is Verdict.INCONCLUSIVE


@pytest.mark.parametrize(
    ("changed", "rule", "kind"),
    [
        ({"to_version": "3.1.2"}, "differs_from_ledger", "breach"),
        ({"to_version": None}, "target_unknown", "gap"),
        ({"hardware": ("ADCU-H3",)}, "wrong_ecu_or_hardware", "breach"),
        ({"ecu": "IVI"}, "wrong_ecu_or_hardware", "breach"),
        ({"ecu": None}, "target_unknown", "gap"),
        ({"origin": Origin(problems=("适用硬件: ?",))}, "target_unknown", "gap"),
    ],
)
def test_the_line_of_the_ledger(changed: dict[str, Any], rule: str, kind: str) -> None:
    data = genuine(SEED)["whole"]
    line = UpdatePackage(
        campaign="U-1", package="a", ecu="ADCU", hardware=("ADCU-H2", "ADCU-H3"), digest=digest(read(data)[0])[0], to_version="3.1.1"
    )
    assert rule in rules(judged(data, packages=[line.model_copy(update=changed)]), kind)


def test_two_units_that_differ_tell_nothing() -> None:
    units = [SoftwareUnit(baseline="B", ecu="ADCU", hardware="ADCU-H3", version=v) for v in ("3.1.0", "3.0.0")]
    assert judged(genuine(SEED)["whole"], units=units).verdict is Verdict.INCONCLUSIVE


def test_leave_for_a_car_that_is_no_target() -> None:
    data = genuine(SEED)["authorised"]
    assert rules(judged(data, targets=[TargetVehicle(campaign="U-1", vin=OTHER_VIN)])) == {"authorisation_replayed"}
    assert judged(data, targets=None).verdict is Verdict.INCONCLUSIVE
    assert judged(data, targets=[TargetVehicle(campaign="U-2", vin=VIN)]).verdict is Verdict.INCONCLUSIVE


def test_two_contents_under_one_version() -> None:
    other = replace(DRAFT, files={**DRAFT.files, "docs/notice.txt": b"another"})
    found = judged(DRAFT.packed(), other.packed())
    assert [f.facts["version"] for f in found.kept if f.kind == "breach"] == ["3.1.1"]
    rewrapped = replace(DRAFT, wrap="tar")
    assert judged(DRAFT.packed(), rewrapped.packed()).verdict is Verdict.PASS
    elsewhere = replace(other, manifest={"hardware": ["ADCU-H9"]})
    assert not any(f.facts.get("other") for f in judged(DRAFT.packed(), elsewhere.packed()).kept)


def test_counters_against_versions() -> None:
    newer = replace(DRAFT, manifest={"version": "3.2.0", "counter": 11})
    assert any(f.facts.get("other") and f.kind == "gap" for f in judged(DRAFT.packed(), newer.packed()).kept)


def test_no_package_and_a_ledger_without_digest() -> None:
    line = UpdatePackage(campaign="U-1", package="a")
    found = fold(package_is_authentic(PackageManifest.empty(), PackageFile.empty(), [line], None, None, None, None, None, DAY))
    assert found.totals == {"breach": 0, "gap": 2, "ok": 0}


def test_the_key_names_are_those_of_the_sample() -> None:
    assert anchors()[0].key_id == KEY_ID


BUILD = sha256(next(content for name, content in sorted(DRAFT.files.items()) if name.endswith(".bin"))).hexdigest()


@pytest.mark.parametrize(
    ("build", "form", "kinds"),
    [
        (BUILD, "整包", set()),
        (BUILD.upper(), None, set()),
        ("77" * 32, "整包", {"gap"}),
        ("77" * 32, None, {"gap"}),
        ("77" * 32, "差分", set()),
        (None, "整包", set()),  # a bill without a digest is told by ota.difference_is_known
    ],
)
def test_the_build_that_the_bill_lists_is_in_the_package(build: str | None, form: str | None, kinds: set[str]) -> None:
    before = SoftwareUnit(baseline="B", ecu="adcu", hardware="ADCU-H3", version="3.1.0", digest=f"sha256:{(target().images or ('',))[0]}")
    after = SoftwareUnit(baseline="b2", ecu="ADCU", digest=f"sha256:{build}" if build else None)
    other = SoftwareUnit(baseline="B2", ecu="IVI", digest="sha256:" + "66" * 32)
    data = genuine(SEED)["whole"]
    line = UpdatePackage(
        campaign="U-1",
        package="a",
        ecu="ADCU",
        hardware=("ADCU-H2", "ADCU-H3"),
        digest=digest(read(data)[0])[0],
        to_version="3.1.1",
        form=form,
    )
    activity = UpdateCampaign(id="U-1", product=("样车一号",), released_on=DAY, baseline_before="B", baseline_after="B2")
    found = judged(data, packages=[line], campaigns=[activity], units=[before, after, other])
    assert {f.kind for f in found.kept if f.facts.get("rule") == "not_the_build"} == kinds
    assert found.verdict is (Verdict.INCONCLUSIVE if kinds else Verdict.PASS)
