"""Update metadata verify from the trusted root to the targets."""

import base64
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, NamedTuple

import polars as pl

from zhunru.core.check import check
from zhunru.core.finding import Finding, Scalar, breach, gap, ok
from zhunru.core.verdict import Verdict
from zhunru.formulas.written_names import bare
from zhunru.records.approval import digest_of
from zhunru.records.update_package import UpdatePackage
from zhunru.records.update_repository import UpdateRepository
from zhunru.records.uptane_ecu import UptaneEcu
from zhunru.tables.package_file import PackageFile, WholePackage, whole_packages
from zhunru.tables.update_metadata import UpdateMetadata, by_folder, folder_name
from zhunru.wire.canonical_json import encode
from zhunru.wire.metadata_delegation import vouched
from zhunru.wire.metadata_file import targets_of
from zhunru.wire.metadata_folder import served
from zhunru.wire.metadata_policy import TUF, UPTANE, Fetch, Policy
from zhunru.wire.metadata_repository import refresh, trust
from zhunru.wire.metadata_step import Outcome, Refused
from zhunru.wire.metadata_take import Trusted
from zhunru.wire.signature import public_key_of, sign
from zhunru.wire.uptane import Car, Ecu, Pair, verify_full

_ROLES = ("root", "timestamp", "snapshot", "targets")
_NOT_THERE = ("MetadataFetchFailure", "DelegationMissing", "InvalidTarget")
"""Errors that a copy with files missing gives as well as a server that withholds them."""
_SHOWN = 8
"""Roles named in a finding."""


class _Repository(NamedTuple):
    """A declared repository with its collected files."""

    record: UpdateRepository
    role: str
    now: datetime
    trusted: Trusted
    fetch: Fetch
    policy: Policy


@check(
    "miit-2021-103/3.3", "gb-44496-2024/4.4.1", "gb-44496-2024/5.1.1", "gb-44496-2024/6.2",
    title_zh="升级元数据自可信根起逐步验证成立", since="0.2",
)  # fmt: skip
def update_metadata_verifies(
    files: UpdateMetadata,
    repositories: list[UpdateRepository],
    ecus: list[UptaneEcu] | None,
    packages: PackageFile | None,
    released: list[UpdatePackage] | None = None,
) -> Iterator[Finding]:
    """Each declared repository of update metadata verifies, step by step, from the trusted root to its targets.

    Why:
        A vehicle takes what the metadata vouch for. Each step stops a named attack; a chain that breaks at one lets this attack through.

    为什么:
        车辆安装什么由元数据担保。每一步各挡住一种攻击；任何一步不成立，对应的攻击即可得手。

    How it decides:
        1. Take each folder of collected metadata with the one record that tells its role, trusted root and moment of collection. A folder
           without such a record, a record without files, or one with an empty or unreadable cell is a gap.
        2. The trusted root is the root file of the declared digest; none such: gap. One that its own keys did not sign: breach.
        3. A Director and an Image repository of the same vehicle are verified together as a Primary does it, with the ECUs of the inventory;
           a half without its other half, two of one kind, or no inventory: gap. Other repositories are followed as TUF says.
        4. Each step that fails is a breach with its id, error and attack, but a file that the copy does not hold is a gap. Steps that held
           are one ok per step and repository.
        5. A package of the dossier that stands under the name of a target, or has its SHA-256, has its length and hashes, else breach;
           one of which a length or hash is not known: gap.
        6. A package of the ledger whose SHA-256 is that of no target of metadata that verify: gap. Metadata about other files vouch for
           nothing that is released.

    Inconclusive:
        What is needed to begin is not told, a file is missing from the copy, half of a pair is missing, or a package is no target.

    Not covered:
        Images that are not among the packages of the dossier (U-I2), download speed (U-I3), vehicle manifests (U-V1) and attested times (U-C1). Steps that have nothing to
        hold on to, such as a release counter that is not used. Rollback against sets collected earlier. Whether the vehicle verifies the
        same way: that is shown by tests on the vehicle or on its client.

    未覆盖:
        不在档案升级包之中的镜像文件（U-I2）、下载速度（U-I3）、车辆版本清单（U-V1）与时间证明（U-C1）；没有依据的步骤（如未使用发布计数）；相对更早采集内容的
        回滚。车辆自身是否照此验证，须由车辆或其客户端的试验证明。

    Args:
        files: Collected metadata.
        repositories: What each folder is.
        ecus: Inventory of the vehicles.
        packages: Files of the packages in the dossier.
        released: Ledger of packages.

    References:
        ota-and-recorders.md 3.2; TUF specification 1.0 section 5; Uptane Standard 2.1.0 section 5.4.4.
    """
    folders = by_folder(files)
    records: dict[str, list[UpdateRepository]] = {}
    for record in repositories:
        records.setdefault(folder_name(record.folder), []).append(record)
    # (1) folders and records
    for folder in sorted(set(folders) - set(records)):
        yield gap(
            "元数据目录没有仓库记录", "a folder of metadata has no record of its repository", source=folder, files=len(folders[folder])
        )
    if not records:
        yield gap("没有升级元数据仓库的记录", "no repository of update metadata is declared")
    ready: list[_Repository] = []
    for folder, same in sorted(records.items()):
        made = _ready(same, folders.get(folder, {}), files)
        if isinstance(made, Finding):
            yield made
        elif made is not None:
            ready.append(made)
    # (3) single repositories, then pairs
    held, reached = whole_packages(packages), set[str]()
    names = {p.package for p in released or []}
    for one in (r for r in ready if r.role == "tuf"):
        followed = refresh(one.trusted, one.fetch, one.now, one.policy)
        yield from _told(one.record, followed.steps)
        yield from _images(one.record, followed.trusted, held)
        reached |= vouched(followed.trusted, names, one.fetch, one.now, one.policy) if followed.refusal is None else set()
    cars: dict[str, list[_Repository]] = {}
    for half in (r for r in ready if r.role in {"director", "image"}):
        cars.setdefault(bare(half.record.vehicle or ""), []).append(half)
    for vehicle, halves in sorted(cars.items()):
        yield from _pair(vehicle, halves, ecus or [], held, reached)
    # (6) what is released
    for package in released or []:
        if digest_of(package.digest) not in reached:
            yield gap("升级包不是任何已验证元数据的目标", "a package is no target of metadata that verify", at=package.origin,
                      package=package.package)  # fmt: skip


def _ready(same: list[UpdateRepository], files: Mapping[str, bytes], everything: UpdateMetadata) -> _Repository | Finding | None:
    """Return what is needed to follow a repository, or what stands in the way; None for what this check does not look at."""
    record, where = same[0], same[0].origin
    if record.role == "time" and len(same) == 1:
        return None
    if len(same) > 1 or any(r.origin.problems for r in same):
        return gap(
            "同一目录有多条记录，或记录中有无法识别的单元格",
            "several records of one folder, or cells that cannot be read",
            at=where,
            folder=record.folder,
        )
    if not files:
        return gap("声明的仓库没有采集到元数据", "no metadata of a declared repository were collected", at=where, folder=record.folder)
    if record.role is None or record.fetched_at is None or not record.trusted_root:
        return gap(
            "仓库记录缺少角色、可信根摘要或获取时间",
            "role, digest of the trusted root or moment of collection is not told",
            at=where,
            folder=record.folder,
        )
    # (2) the root that the vehicle left the factory with
    wanted = record.trusted_root.lower().removeprefix("sha256:").strip()
    held = everything.frame.filter(pl.col("sha256") == wanted).select("raw", "encoding").collect().rows()
    if not held:
        return gap("采集的文件中没有声明的可信根", "the declared trusted root is not among the files", at=where, folder=record.folder)
    raw, encoding = held[0]
    policy = replace(TUF if record.role == "tuf" else UPTANE, encoding=encoding)
    try:
        trusted = trust(raw, policy, record.role)
    except Refused as refused:
        return _failed(record, refused.outcome)
    return _Repository(record, record.role, record.fetched_at, trusted, served(files), policy)


def _pair(
    vehicle: str, halves: list[_Repository], ecus: list[UptaneEcu], packages: list[WholePackage], reached: set[str]
) -> Iterator[Finding]:
    """Yield what a Primary would say of the two repositories of its vehicle; add to `reached` the digests that both vouch for."""
    by_role = {h.role: h for h in halves}
    where = halves[0].record.origin
    if not vehicle or len(halves) != 2 or len(by_role) != 2:
        yield gap(
            "指挥仓库与镜像仓库未成对",
            "a Director and an Image repository do not form one pair",
            at=where,
            vehicle=vehicle,
            folders=len(halves),
        )
        return
    mine = [e for e in ecus if bare(e.vin) == vehicle]
    if not mine or any(e.hardware is None or e.origin.problems for e in mine):
        yield gap(
            "没有该车的控制器清单，或硬件标识缺失", "no inventory of the vehicle, or a hardware id is missing", at=where, vehicle=vehicle
        )
        return
    director, image = by_role["director"], by_role["image"]
    if director.policy != image.policy:
        yield gap("两仓库编码不同", "the repositories are in different encodings", at=where, vehicle=vehicle)
        return
    car = Car({e.serial: Ecu(e.hardware or "") for e in mine})
    pair = Pair(director.trusted, image.trusted)
    first, last = sorted((director.now, image.now))
    seen = verify_full(pair, director.fetch, image.fetch, last, car, director.policy)
    if first != last and any(r.error.startswith("ExpiredMetadata") for r in seen.refusals.values()):
        yield gap(
            "两仓库获取时间不同，其间有元数据到期",
            "metadata expired between the moments at which the two were collected",
            at=where,
            vehicle=vehicle,
        )
        return
    if seen.accepted:
        reached |= vouched(seen.pair.director, (), director.fetch, last, director.policy)
    for half, trusted in ((director, seen.pair.director), (image, seen.pair.image)):
        yield from _told(half.record, tuple(s for s in seen.steps if s.repository == half.role))
        yield from _images(half.record, trusted, packages)


def _told(record: UpdateRepository, steps: tuple[Outcome, ...]) -> Iterator[Finding]:
    """Yield a finding per step that failed, and one per step that held."""
    # (4) what failed, what held
    failed = [s for s in steps if s.verdict == "failed"]
    for outcome in failed:
        yield _failed(record, outcome)
    held = sorted({s.step for s in steps if s.verdict == "passed"} - {s.step for s in failed})
    for step in held:
        roles = sorted({s.role for s in steps if s.step == step})
        yield ok(
            "验证步骤成立", "a step of the verification holds", at=record.origin, folder=record.folder, step=step,
            roles=", ".join(roles[:_SHOWN]), count=len(roles),
        )  # fmt: skip


def _images(record: UpdateRepository, trusted: Trusted, packages: list[WholePackage]) -> Iterator[Finding]:
    """Yield whether the packages are what the targets say."""
    # (5) length and all hashes
    listed = {name: target for file in trusted.targets.values() for name, target in targets_of(file).items()}
    by_digest: dict[str, list[str]] = {}
    for name, target in listed.items():
        by_digest.setdefault(target["hashes"].get("sha256", "").lower(), []).append(name)
    for package in packages:
        parts = package.source.split("/")
        named = {n for i in range(len(parts)) if (n := "/".join(parts[i:])) in listed}
        for name in sorted(named.union(by_digest.get(package.sha256, []))):
            yield _image(record, name, listed[name], package)


def _image(record: UpdateRepository, name: str, target: Mapping[str, Any], package: WholePackage) -> Finding:
    facts: dict[str, Any] = {"folder": record.folder, "step": "U-I2", "target": name, "package": package.source}
    told = {algorithm: digest.lower() for algorithm, digest in target["hashes"].items()}
    if told.get("sha256", package.sha256) != package.sha256 or package.size_byte not in {None, target["length"]}:
        facts["attack"] = "arbitrary-software"
        return breach("升级包不是元数据所列文件", "a package is not the file that the metadata list", at=record.origin, **facts)
    if package.size_byte is None or set(told) != {"sha256"}:
        return gap("升级包的长度或部分摘要未能比对", "a length or hash of a package could not be compared", at=record.origin, **facts)
    return ok("升级包即元数据所列文件", "a package is the file that the metadata list", at=record.origin, **facts)


def _failed(record: UpdateRepository, outcome: Outcome) -> Finding:
    told: dict[str, Scalar] = {
        "folder": record.folder,
        "step": outcome.step,
        "error": outcome.error,
        "attack": outcome.attack,
        "repository": outcome.repository,
        "role": outcome.role,
        "detail": outcome.detail,
    }
    if outcome.error.startswith(_NOT_THERE):
        found = gap("采集的元数据不全，步骤无法进行", "the copy lacks a file that a step needs", at=record.origin)
    else:
        found = breach("升级元数据的验证步骤不成立", "a step of verifying the update metadata fails", at=record.origin)
    return replace(found, facts=told)


# Examples: the seeds are public, so the keys prove nothing outside of them.
_CAR = "样车一号"
_NOW = datetime(2026, 3, 1, tzinfo=UTC)
_IMAGE = {"length": 11, "hashes": {"sha256": "5a" * 32}}
_Inputs = tuple[UpdateMetadata, list[UpdateRepository], list[UptaneEcu] | None, PackageFile | None]


def _key(name: str) -> tuple[str, bytes, dict[str, Any]]:
    seed = sha256(name.encode()).digest()
    public = {"keytype": "ed25519", "scheme": "ed25519", "keyval": {"public": base64.b64decode(public_key_of(seed)).hex()}}
    return sha256(encode(public)).hexdigest(), seed, public


def _signed(signer: str, **signed: object) -> bytes:
    body = {"version": 1, "expires": "2026-12-31T00:00:00Z", "spec_version": "1.0"} | signed
    key_id, seed, _ = _key(signer)
    proof = base64.b64decode(sign(encode(body), seed)).hex()
    return encode({"signatures": [{"keyid": key_id, "sig": proof}], "signed": body})


def _listed(raw: bytes) -> dict[str, Any]:
    return {"version": 1, "length": len(raw), "hashes": {"sha256": sha256(raw).hexdigest()}}


def _chain(name: str, targets: dict[str, Any], **changed: object) -> dict[str, bytes]:
    """Return the files of a repository; `changed` are fields of its targets."""
    keys = {role: _key(f"{name} {role}") for role in _ROLES}
    roles = {role: {"keyids": [key[0]], "threshold": 1} for role, key in keys.items()}
    root = _signed(f"{name} root", _type="root", roles=roles, keys={k: public for k, _, public in keys.values()}, consistent_snapshot=False)
    top = _signed(f"{name} targets", _type="targets", targets=targets, **changed)
    snapshot = _signed(f"{name} snapshot", _type="snapshot", meta={"targets.json": _listed(top)})
    stamp = _signed(f"{name} timestamp", _type="timestamp", meta={"snapshot.json": _listed(snapshot)})
    return {"1.root.json": root, "targets.json": top, "snapshot.json": snapshot, "timestamp.json": stamp}


def _rows(folder: str, files: dict[str, bytes]) -> list[dict[str, Any]]:
    kinds = {name: name.removesuffix(".json").removeprefix("1.") for name in files}
    return [
        {
            "source": f"{folder}/{name}",
            "raw": raw,
            "encoding": "json",
            "kind": kinds[name],
            "version_no": 1,
            "sha256": sha256(raw).hexdigest(),
        }
        for name, raw in files.items()
    ]


def _record(folder: str, role: str, files: dict[str, bytes]) -> UpdateRepository:
    root = sha256(files["1.root.json"]).hexdigest()
    plain = {"folder": folder, "role": role, "vehicle": _CAR, "trusted_root": root, "fetched_at": _NOW}
    return UpdateRepository.model_validate(plain)


def _inputs(director: dict[str, bytes], image: dict[str, bytes], ecus: list[UptaneEcu] | None) -> _Inputs:
    rows = UpdateMetadata.rows(*_rows("evidence/director", director), *_rows("evidence/image", image))
    return rows, [_record("evidence/director", "director", director), _record("evidence/image", "image", image)], ecus, None


def _target(ecu: str = "ecu-1") -> dict[str, Any]:
    return {"app.bin": _IMAGE | {"custom": {"ecuIdentifiers": {ecu: {"hardwareId": "hw-a"}}}}}


def _ecus() -> list[UptaneEcu]:
    return [UptaneEcu.model_validate({"vin": _CAR, "serial": "ecu-1", "hardware": "hw-a"})]


@update_metadata_verifies.example(Verdict.PASS)
def a_pair_that_verifies() -> _Inputs:
    """Both repositories verify and say the same of the one image."""
    return _inputs(_chain("director", _target()), _chain("image", {"app.bin": _IMAGE}), _ecus())


@update_metadata_verifies.example(Verdict.PASS)
def a_single_repository() -> _Inputs:
    """A TUF repository without a pair."""
    files = _chain("repo", {"app.bin": _IMAGE})
    return UpdateMetadata.rows(*_rows("evidence/repo", files)), [_record("evidence/repo", "tuf", files)], None, None


@update_metadata_verifies.example(Verdict.FAIL)
def expired_targets() -> _Inputs:
    """The Director serves targets that expired: a freeze would go unseen."""
    director = _chain("director", _target(), expires="2026-02-01T00:00:00Z")
    return _inputs(director, _chain("image", {"app.bin": _IMAGE}), _ecus())


@update_metadata_verifies.example(Verdict.FAIL)
def other_image() -> _Inputs:
    """The Image repository knows another file under that name: one compromised repository would install anything."""
    other = {"app.bin": _IMAGE | {"hashes": {"sha256": "77" * 32}}}
    return _inputs(_chain("director", _target()), _chain("image", other), _ecus())


@update_metadata_verifies.example(Verdict.FAIL)
def ecu_of_another_car() -> _Inputs:
    """The Director assigns an image to an ECU that the car does not have."""
    return _inputs(_chain("director", _target("ecu-9")), _chain("image", {"app.bin": _IMAGE}), _ecus())


@update_metadata_verifies.example(Verdict.FAIL)
def another_package() -> _Inputs:
    """The package under the name of the target is one byte longer."""
    files, records, ecus, _ = a_single_repository()
    row = {"source": "evidence/app.bin", "archive": "", "path": "", "kind": "archive", "stored_sha256": "5a" * 32, "size_byte": 12}
    return files, records, ecus, PackageFile.rows(row)


@update_metadata_verifies.example(Verdict.INCONCLUSIVE)
def a_file_is_missing() -> _Inputs:
    """The copy lacks the snapshot."""
    files = _chain("repo", {"app.bin": _IMAGE})
    kept = {name: raw for name, raw in files.items() if name != "snapshot.json"}
    return UpdateMetadata.rows(*_rows("evidence/repo", kept)), [_record("evidence/repo", "tuf", files)], None, None


@update_metadata_verifies.example(Verdict.INCONCLUSIVE)
def no_inventory() -> _Inputs:
    """Nobody said which ECUs the car has."""
    return _inputs(_chain("director", _target()), _chain("image", {"app.bin": _IMAGE}), None)
