"""Every update package is authentic, whole, and for the cars that it is released to."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from hashlib import sha256
from typing import Any, NamedTuple

from zhunru.core.check import check
from zhunru.core.errors import EvidenceError
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.record import CHINA
from zhunru.core.text import Text
from zhunru.core.verdict import Verdict
from zhunru.formulas.written_names import bare
from zhunru.records.approval import digest_of
from zhunru.records.software_unit import SoftwareUnit
from zhunru.records.target_vehicle import TargetVehicle
from zhunru.records.trust_anchor import TrustAnchor
from zhunru.records.update_campaign import UpdateCampaign
from zhunru.records.update_package import UpdatePackage
from zhunru.tables.package_file import PackageFile
from zhunru.tables.package_manifest import PackageManifest
from zhunru.tables.trust_root import TrustRoot
from zhunru.wire.archive_inventory import Entry
from zhunru.wire.package_judge import Parts, Target, judge_package, version_order
from zhunru.wire.package_manifest import FORM, MANIFEST, SIGNATURE, SIGNATURE_FORM, Manifest, manifest_of
from zhunru.wire.package_rules import RULES, Fault
from zhunru.wire.package_trust import Trust, Trusted
from zhunru.wire.signature import public_key_of, sign

_MATTERS = frozenset({"update-package", "package", "升级包", "软件包", "升级包签名"})
"""Words of a trust anchor that let its key sign packages."""
_DELTA = frozenset({"delta", "差分", "差分包", "增量", "增量包"})


class _Books(NamedTuple):
    """The ledgers that say what a package is for."""

    packages: list[UpdatePackage]
    campaigns: list[UpdateCampaign]
    units: list[SoftwareUnit]
    targets: list[TargetVehicle]
    as_of: date


class _Package(NamedTuple):
    """One package of the evidence."""

    source: str
    digest: str
    parts: Parts
    manifest: Manifest | None


@check(
    "miit-2021-103/3.3",
    "gb-44496-2024/4.4.1",
    "gb-44496-2024/5.1.1",
    title_zh="升级包真实、完整且适用于目标车辆",
    since="0.2",
)
def package_is_authentic(
    manifests: PackageManifest,
    files: PackageFile,
    packages: list[UpdatePackage] | None,
    campaigns: list[UpdateCampaign] | None,
    anchors: list[TrustAnchor] | None,
    roots: TrustRoot | None,
    units: list[SoftwareUnit] | None,
    targets: list[TargetVehicle] | None,
    as_of: date,
) -> Iterator[Finding]:
    """Every package is signed by a trusted key, holds what its signed manifest lists, and fits the cars that it is released to.

    Why:
        Whoever can slip a changed package into the chain drives the car. The signature covers the manifest, the manifest covers every file,
        and the fields tell for which controller, hardware, model and version it was made.

    为什么:
        能在链路中替换升级包的人就能控制车辆。签名覆盖清单，清单覆盖每个文件，字段写明适用的控制器、硬件、车型与版本，缺一则可伪造。

    How it decides:
        1. Take every package of the evidence and the lines of the package ledger with its digest. A package that no line or activity names is
           a gap when there are such ledgers: it may be a sample for a test.
        2. Judge it by the rules of `wire.package_rules`: the twenty forgeries of ota-and-recorders.md 3.5 and what a package can lack
           besides. The key must have counted on the day of the release (the day of assessment when it is not released yet) and at the moment
           when the package says it was made; one that is limited to other matters does not count. Models are the products of the activity;
           installed version, hardware and base image are those of the baseline before the update.
        3. What is certain is a breach, what cannot be told a gap; no fault at all is ok.
        4. Against its own line: manifest and ledger name the same version, and the manifest allows no hardware that the line does not. The
           software that the baseline after the update lists for the controller is among the files, unless the line says delta: else gap, for
           the difference was computed from other software than that which is released.
        5. Two packages of one controller and version with different content: breach. Counters that fall while versions rise: gap.
        6. A line of the ledger whose package is not in the evidence, or whose digest is missing: gap. No package at all: gap.

    Inconclusive:
        No package of the known form; a package that no ledger names; controller, hardware, installed version, base image, model or day not
        known; no trust anchor; an unreadable record; content in an archive that could not be looked into.

    Not covered:
        Packages of Uptane or TUF repositories, which have checks of their own. Whose key it is: compare its fingerprint with its holder.
        Revocation lists and policies of certificates; SM2 certificates. What the software inside does, and what a delta makes of its base.

    未覆盖:
        Uptane、TUF 仓库中的升级包（另有检查）。密钥归属须与持有者核对指纹。证书吊销列表与策略、SM2 证书不检查。不评价软件本身的行为，也不还原差分包。

    Args:
        manifests: Manifests, signatures and authorisations of packages.
        files: What the packages hold.
        packages: Ledger of packages.
        campaigns: Update activities.
        anchors: Keys whose signatures count.
        roots: Certificates that are at hand; one counts when a trust anchor names its key.
        units: Bill of software of the baselines.
        targets: Cars of the activities.
        as_of: Day of assessment.

    References:
        GB 44496-2024 4.4.1, 5.1.1; ota-and-recorders.md 3.5; docs/adr/0017-packages-and-signatures.md.
    """
    books = _Books(packages or [], campaigns or [], units or [], targets or [], as_of)
    trusted = Trusted(tuple(_trust(a) for a in anchors or [] if _for_packages(a)), _authorities(roots))
    found = _packages(manifests, files)
    # (6) what the ledgers name and nobody can look at
    yield from _absent(books, {p.digest for p in found})
    for package in found:
        yield from _judged(package, books, trusted)
    yield from _together(found)


def _packages(manifests: PackageManifest, files: PackageFile) -> list[_Package]:
    entries: dict[tuple[str, str], list[Entry]] = {}
    for row in files.collect().sort("source", "archive", "path", "sha256", "size_byte").iter_rows(named=True):
        digests = {name: row[name] for name in ("sha256", "sm3") if row[name]}
        entry = Entry(
            row["archive"], row["path"], row["kind"], row["size_byte"], None, row["link"] or "", digests, tuple(row["flags"].split())
        )
        entries.setdefault((row["source"], row["stored_sha256"]), []).append(entry)
    found = []
    for row in manifests.collect().sort("source", "stored_sha256").iter_rows(named=True):
        key = (row["source"], row["stored_sha256"])
        parts = Parts(entries.get(key, []), row["manifest"], row["signature"], row["authorisation"])
        found.append(_Package(*key, parts, _said(row["manifest"])))
    return found


def _said(raw: bytes | None) -> Manifest | None:
    try:
        return None if raw is None else manifest_of(raw)
    except EvidenceError:
        return None  # the rule `malformed` tells it


def _trust(anchor: TrustAnchor) -> Trust:
    return Trust(
        anchor.key_id, anchor.public_key or "", anchor.valid_from, anchor.valid_until, anchor.revoked_on, not anchor.origin.problems
    )


def _for_packages(anchor: TrustAnchor) -> bool:
    """Tell whether a key may sign packages: one that may only sign approvals does not vouch for software."""
    return not anchor.matters or bool({bare(m) for m in anchor.matters} & _MATTERS)


def _authorities(roots: TrustRoot | None) -> tuple[bytes, ...]:
    frame = None if roots is None else roots.collect()
    return () if frame is None else tuple(sorted(row["der"] for row in frame.iter_rows(named=True) if row["authority"]))


def _judged(package: _Package, books: _Books, trusted: Trusted) -> Iterator[Finding]:
    # (1) the lines that name it
    lines = [p for p in books.packages if digest_of(p.digest) == f"sha256:{package.digest}"]
    named = {bare(line.campaign) for line in lines}
    campaigns = [c for c in books.campaigns if bare(c.id) in named or digest_of(c.digest) == f"sha256:{package.digest}"]
    if not lines and not campaigns and (books.packages or books.campaigns):
        yield gap("没有升级活动列出此升级包：发布物还是试验样品？", "no activity names this package: release or sample for a test?",
                  source=package.source, sha256=package.digest)  # fmt: skip
        return
    pairs: list[tuple[UpdatePackage | None, UpdateCampaign | None]] = [
        (line, c) for line in lines for c in campaigns if bare(c.id) == bare(line.campaign)
    ]
    pairs += [(line, None) for line in lines if bare(line.campaign) not in {bare(c.id) for c in campaigns}]
    pairs += [(None, c) for c in campaigns if bare(c.id) not in named]
    for line, campaign in pairs or [(None, None)]:
        # (2) and (4): the rules, and its own line
        faults = [*_by_the_rules(package, line, campaign, books, trusted), *_against_line(package, line, campaign, books)]
        yield from _told(package, faults, line)


def _by_the_rules(
    package: _Package, line: UpdatePackage | None, campaign: UpdateCampaign | None, books: _Books, trusted: Trusted
) -> list[Fault]:
    day = campaign.released_on if campaign and campaign.released_on else books.as_of
    noon = datetime.combine(day, time(12), CHINA).astimezone(UTC)
    faults = judge_package(package.parts, trusted._replace(moments=(noon,)), _target(package.manifest, line, campaign, books, noon)).faults
    manifest = package.manifest
    if manifest is None:
        return list(faults)
    first, last = (datetime.combine(day, moment, CHINA) for moment in (time.min, time.max))
    inside = manifest.not_before <= first and last <= manifest.not_after
    overlaps = manifest.not_before <= last and first <= manifest.not_after
    if overlaps and not inside:  # the hour of the release is not known
        others = [f for f in faults if f.rule != "outside_validity"]
        return [*others, Fault("outside_validity", sure=False, at=str(day))]
    return list(faults)


def _target(manifest: Manifest | None, line: UpdatePackage | None, campaign: UpdateCampaign | None, books: _Books, now: datetime) -> Target:
    ecu = line.ecu if line else None
    before = campaign.baseline_before if campaign else None
    mine = [u for u in books.units if before and ecu and bare(u.baseline) == bare(before) and bare(u.ecu) == bare(ecu)]
    unit = mine[0] if len({(u.version, u.digest, u.hardware) for u in mine}) == 1 and not mine[0].origin.problems else None
    hardware = (unit.hardware,) if unit and unit.hardware else (line.hardware if line else ())
    models = campaign.product if campaign else ()
    vins = tuple(t.vin for t in books.targets if campaign and bare(t.campaign) == bare(campaign.id))
    image = digest_of(unit.digest) if unit else None
    return Target(
        _spelled(models, manifest.models if manifest else ()) or None,
        _spelled((ecu,), (manifest.ecu,) if manifest else ())[0] if ecu else None,
        _spelled(hardware, manifest.hardware if manifest else ()) or None,
        unit.version if unit else None,
        None,
        (image.removeprefix("sha256:"),) if image else None,
        vins or None,
        now,
    )


def _spelled(wanted: tuple[str, ...], offered: tuple[str, ...]) -> tuple[str, ...]:
    """Return what is wanted in the spelling of the manifest where it is the same name."""
    known = {bare(name): name for name in offered}
    return tuple(known.get(bare(name), name) for name in wanted)


def _against_line(package: _Package, line: UpdatePackage | None, campaign: UpdateCampaign | None, books: _Books) -> Iterator[Fault]:
    manifest = package.manifest
    if manifest is None or line is None:
        return
    yield from _holds_the_build(package, line, campaign, books)
    if line.origin.problems:
        yield Fault("target_unknown", sure=False, at=line.origin.problems[0][:80])
    if line.to_version is None:
        yield Fault("target_unknown", sure=False, at="to_version")
    elif bare(line.to_version) != bare(manifest.version):
        yield Fault("differs_from_ledger", at=manifest.version)
    if line.hardware and not {bare(h) for h in manifest.hardware} <= {bare(h) for h in line.hardware}:
        yield Fault("wrong_ecu_or_hardware", at="; ".join(manifest.hardware)[:200])


def _holds_the_build(package: _Package, line: UpdatePackage, campaign: UpdateCampaign | None, books: _Books) -> Iterator[Fault]:
    after = bare(campaign.baseline_after or "") if campaign else ""
    wanted = {
        digest for u in books.units if after and bare(u.baseline) == after and bare(u.ecu) == bare(line.ecu or "") and (digest := digest_of(u.digest))
    }  # fmt: skip
    held = {f"sha256:{e.digests['sha256']}" for e in package.parts.entries if "sha256" in e.digests}
    if bare(line.form or "") not in _DELTA and wanted - held:
        yield Fault("not_the_build", sure=False, at=min(wanted - held))


_TEXTS = RULES | {
    "differs_from_ledger": Text("升级包版本与台账不符", "its version is not the one in the ledger"),
    "not_the_build": Text(
        "升级包文件中没有升级后基线所列的软件", "none of its files is the software that the baseline after the update lists"
    ),
}


def _told(package: _Package, faults: list[Fault], line: UpdatePackage | None) -> Iterator[Finding]:
    # (3) one finding per rule
    name = package.manifest.package if package.manifest else None
    campaign = line.campaign if line else None
    if not faults:
        yield ok("升级包真实、完整且适用", "authentic, whole and fitting", source=package.source, package=name, campaign=campaign,
                 sha256=package.digest)  # fmt: skip
    for rule in sorted({f.rule for f in faults}):
        mine = [f for f in faults if f.rule == rule]
        first = min(mine, key=lambda f: (not f.sure, f.at))
        kind = breach if first.sure else gap
        yield kind(
            _TEXTS[rule].zh, _TEXTS[rule].en, source=package.source, rule=rule, package=name, campaign=campaign, where=first.at,
            places=len(mine),
        )  # fmt: skip


def _together(found: list[_Package]) -> Iterator[Finding]:
    # (5) packages beside one another
    known = {p.digest: (p.manifest.ecu, p.manifest.version, p.digest, p.source, p.manifest) for p in found if p.manifest}
    said = sorted(known.values(), key=lambda s: s[:4])
    for n, (ecu, version, _, source, one) in enumerate(said):
        for other_ecu, other_version, _, other_source, other in said[n + 1 :]:
            if bare(ecu) != bare(other_ecu):
                continue
            order = version_order(version, other_version)
            same = [sorted((c.path, *sorted(c.digests.values())) for c in m.files) for m in (one, other)]
            fits = set(map(bare, one.hardware)) & set(map(bare, other.hardware))
            if order == 0 and fits and one.base == other.base and same[0] != same[1]:
                yield breach("同一控制器的同一版本有两个不同内容的升级包", "two packages of one controller and version differ",
                             source=source, other=other_source, ecu=ecu, version=version)  # fmt: skip
            elif order and (one.counter - other.counter) * order < 0:
                yield gap("发布计数与版本的先后相反", "release counters and versions run in opposite directions", source=source,
                          other=other_source, ecu=ecu)  # fmt: skip


def _absent(books: _Books, present: set[str]) -> Iterator[Finding]:
    for line in books.packages:
        digest = digest_of(line.digest)
        if digest is None:
            yield gap("升级包摘要缺失或无法识别", "the digest of a package is missing or unreadable", at=line.origin, package=line.package)
        elif digest.removeprefix("sha256:") not in present:
            yield gap("台账所列升级包不在证据中", "a package of the ledger is not in the evidence", at=line.origin, package=line.package)
    if not present:
        yield gap("证据中没有升级包", "there is no package in the evidence", packages=len(books.packages))


# Examples: the seed is public, so the key proves nothing outside of them.
_SEED = bytes(range(32))
_IMAGE = b"image"
_DAY = date(2026, 9, 1)


def _example(*, seed: bytes = _SEED, content: bytes = _IMAGE, **manifest: Any) -> tuple[Any, ...]:
    fields: dict[str, Any] = {"form": FORM, "package": "assist-3.1.1", "models": ["样车一号"], "ecu": "ADCU", "hardware": ["H2"]}
    fields |= {"from_versions": ["3.1.0"], "version": "3.1.1", "counter": 12, "created": "2026-08-20T00:00:00Z"}
    fields |= {"not_before": "2026-08-20T00:00:00Z", "not_after": "2027-02-28T00:00:00Z"}
    fields["files"] = [{"path": "a.bin", "length": len(_IMAGE), "digests": {"sha256": sha256(_IMAGE).hexdigest()}}]
    raw = json.dumps(fields | manifest).encode()
    entry = {"key_id": "P-1", "scheme": "ed25519", "signature": sign(raw, seed)}
    signature = json.dumps({"form": SIGNATURE_FORM, "signatures": [entry]}).encode()
    whole = sha256(raw + signature + content).hexdigest()
    rows = [(MANIFEST, raw), (SIGNATURE, signature), ("a.bin", content)]
    files = [
        {"stored_sha256": whole, "archive": "", "path": path, "kind": "file", "size_byte": len(data), "sha256": sha256(data).hexdigest(), "flags": ""}
        for path, data in rows
    ]  # fmt: skip
    line = UpdatePackage(campaign="U-1", package="assist-3.1.1", ecu="ADCU", hardware=("H2",), digest=f"sha256:{whole}", to_version="3.1.1")
    return (
        PackageManifest.rows({"stored_sha256": whole, "manifest": raw, "signature": signature}, source="a.zip"),
        PackageFile.rows(*files, {"stored_sha256": whole, "archive": "", "path": "", "kind": "archive", "flags": ""}, source="a.zip"),
        [line],
        [UpdateCampaign(id="U-1", product=("样车一号",), released_on=_DAY, baseline_before="B-1")],
        [TrustAnchor(key_id="P-1", public_key=public_key_of(_SEED), valid_from=date(2026, 1, 1))],
        None,
        [SoftwareUnit(baseline="B-1", ecu="ADCU", hardware="H2", version="3.1.0", digest="sha256:" + "00" * 32)],
        None,
        _DAY,
    )


@package_is_authentic.example(Verdict.PASS)
def signed_and_fitting() -> tuple[Any, ...]:
    """Signed by a key that counts, for this car, from the installed version."""
    return _example()


@package_is_authentic.example(Verdict.FAIL)
def content_changed() -> tuple[Any, ...]:
    """One byte of the image is not what the manifest says."""
    return _example(content=b"imagf")


@package_is_authentic.example(Verdict.FAIL)
def signed_by_somebody_else() -> tuple[Any, ...]:
    """The signature names a trusted key and was made with another."""
    return _example(seed=bytes(32))


@package_is_authentic.example(Verdict.FAIL)
def older_than_installed() -> tuple[Any, ...]:
    """A genuine package of an older version is offered again."""
    return _example(version="3.0.2")


@package_is_authentic.example(Verdict.INCONCLUSIVE)
def installed_version_unknown() -> tuple[Any, ...]:
    """Nobody wrote down which version the cars have."""
    inputs = list(_example())
    inputs[6] = None
    return tuple(inputs)
