"""Images that a Director assigns to the ECUs of its car, out of metadata that verify."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import polars as pl

from zhunru.core.errors import EvidenceError
from zhunru.core.step import derive
from zhunru.core.table import Table, col
from zhunru.formulas.written_names import bare
from zhunru.records.update_repository import UpdateRepository
from zhunru.tables.update_metadata import UpdateMetadata, by_folder, folder_name
from zhunru.wire.metadata_file import MetadataFile
from zhunru.wire.metadata_folder import served
from zhunru.wire.metadata_policy import UPTANE
from zhunru.wire.metadata_repository import refresh, trust
from zhunru.wire.metadata_step import Refused, Steps
from zhunru.wire.metadata_target import ecus_of
from zhunru.wire.uptane import check_director


class DirectorAssignment(Table):
    """One image for one ECU; or, with `problem`, a Director whose word does not count, and why."""

    vehicle = col(pl.String, "car, in one form of writing", "车辆")
    folder = col(pl.String, "folder of the Director", "目录")
    ecu = col(pl.String, "ECU id; null with a problem", "控制器标识")
    image = col(pl.String, "name of the image", "镜像名称")
    size_byte = col(pl.Int64, "length of the image, bytes", "字节数")
    hashes = col(pl.String, "hashes of the image, a JSON object", "镜像摘要")
    hardware = col(pl.String, "hardware id that the Director names; null = none", "硬件标识")
    fetched_ns = col(pl.Int64, "moment of collection, UTC", "获取时间")
    problem = col(pl.String, "why the Director is not believed; empty = believed", "不可信原因")


@derive
def director_assignments(files: UpdateMetadata, repositories: list[UpdateRepository]) -> DirectorAssignment:
    """Follow each Director from its trusted root and tell what it assigns.

    Args:
        files: Collected metadata.
        repositories: What each folder is.

    Returns:
        One row per ECU with an image, or one per Director that is not believed.
    """
    folders = by_folder(files)
    directors = [r for r in repositories if r.role == "director"]
    rows = [row for r in directors for row in _of(r, folders.get(folder_name(r.folder), {}), files, directors)]
    return DirectorAssignment.rows(*rows) if rows else DirectorAssignment.empty()


def _of(
    record: UpdateRepository, files: Mapping[str, bytes], everything: UpdateMetadata, directors: list[UpdateRepository]
) -> Iterator[dict[str, Any]]:
    vehicle = bare(record.vehicle or "")
    told: dict[str, Any] = {"vehicle": vehicle, "folder": record.folder, "problem": ""}
    now = record.fetched_at
    if record.origin.problems or not vehicle or now is None or not record.trusted_root:
        yield told | {"problem": "record is not complete"}
        return
    if sum(bare(d.vehicle or "") == vehicle for d in directors) > 1:
        yield told | {"problem": "several Directors of one car"}
        return
    try:
        verified = _verified(record, files, everything)
        assigned = check_director(verified, Steps("director"))
    except EvidenceError as error:
        yield told | {"problem": f"{error.what.en}: {error.where}"}
        return
    told["fetched_ns"] = int(now.timestamp()) * 1_000_000_000
    for name, target in assigned.items():
        image = {"image": name, "size_byte": target["length"], "hashes": json.dumps(target["hashes"], sort_keys=True)}
        for ecu, hardware in ecus_of(target).items():
            yield told | image | {"ecu": ecu, "hardware": hardware}


def _verified(record: UpdateRepository, files: Mapping[str, bytes], everything: UpdateMetadata) -> MetadataFile:
    """Return the targets of a Director.

    Raises:
        Refused: A step fails, or the trusted root is not there.
    """
    wanted = (record.trusted_root or "").lower().removeprefix("sha256:").strip()
    held = everything.frame.filter(pl.col("sha256") == wanted).select("raw", "encoding").collect().rows()
    if not held or record.fetched_at is None:
        raise Steps("director").refuse("U-R1", "MetadataFetchFailure::Root", "root", "the declared trusted root is not among the files")
    raw, encoding = held[0]
    policy = replace(UPTANE, encoding=encoding)
    seen = refresh(trust(raw, policy, "director"), served(files), record.fetched_at, policy, "director")
    if seen.refusal:
        raise Refused(seen.refusal)
    return seen.trusted.targets["targets"]
