"""The reader of update metadata: the real files, and files of others that it must leave alone."""

import json
from collections.abc import Callable
from contextlib import suppress

import pytest

from zhunru.core.errors import DamagedEvidence, UnknownFormat
from zhunru.engine.intake import blocks, recognise
from zhunru.engine.source import BytesSource, FileSource
from zhunru.readers.update_metadata import update_metadata
from zhunru.tables.update_metadata import UpdateMetadata
from zhunru.tables.vehicle_report import VehicleReport
from zhunru.wire.strict_json import MAX_BYTE


def rows(source: FileSource) -> list[dict[str, object]]:
    return [
        row
        for item in blocks(update_metadata, source)
        if isinstance(item, UpdateMetadata | VehicleReport)
        for row in item.collect().to_dicts()
    ]


@pytest.mark.parametrize(
    ("name", "encoding", "kind", "version"),
    [
        ("tuf_sigstore-root-signing/metadata/12.root.json", "json", "root", 12), ("tuf_sigstore-root-signing/metadata/11.targets.json", "json", "targets", 11),
        ("uptane_initial_w_no_update/imagerepo/metadata/snapshot.der", "der", "snapshot", 1), ("uptane_initial_w_no_update/imagerepo/metadata/root.der", "der", "root", 1),
        ("uptane_sample_timeserver_attestation.json", "json", "time", None), ("uptane_sample_timeserver_attestation.der", "der", "time", None),
        ("uptane_sample_vehicle_manifest.json", "json", "manifest", None), ("uptane_sample_vehicle_manifest.der", "der", "manifest", None),
        ("uptane_sample_ecu_manifest.json", "json", "report", None), ("uptane_sample_ecu_manifest.der", "der", "report", None),
    ],
)  # fmt: skip
def test_real_files(name: str, encoding: str, kind: str, version: int | None, real_source: Callable[[str], FileSource]) -> None:
    source = real_source(f"ota/{name}")
    assert recognise(source)[0] is update_metadata
    (row,) = rows(source)
    assert (row["encoding"], row["kind"], row.get("version_no")) == (encoding, kind, version)
    with source.open() as stream:
        assert row["raw"] == stream.read()


@pytest.mark.parametrize(
    "name", ["intoto_demo/demo.layout.template", "intoto_demo/package.2f89b927.link", "uptane_attack_vectors_give.expected.json"]
)
def test_files_of_others_are_left_alone(name: str, real_source: Callable[[str], FileSource]) -> None:
    with suppress(UnknownFormat):  # nobody reads it: as good
        assert recognise(real_source(f"ota/{name}"))[0] is not update_metadata


def test_certificates_and_other_json_are_left_alone(real_source: Callable[[str], FileSource]) -> None:
    for content in (b'{"a":1}', b'{"signed":true}', b"[]", b'{"signatures":[]}', b'{"bomFormat":"CycloneDX","signatures":[]}'):
        assert not update_metadata.recognises(content)


@pytest.mark.parametrize(
    "content",
    [
        b'{"signed":{"_type":"root","_type":"root"}}',
        b'{"signed":{"_type":"root"',
        b'{"signed":{"_type":"root","version":1.5},"signatures":[]}',
    ],
)
def test_damage_is_told(content: bytes) -> None:
    with pytest.raises(DamagedEvidence) as told:
        rows(BytesSource(content, "root.json"))
    assert told.value.where.startswith("root.json @ ")


def test_a_file_longer_than_any_metadata_is_refused() -> None:
    content = json.dumps({"signed": {"_type": "root", "x": "y" * MAX_BYTE}}).encode()
    with pytest.raises(DamagedEvidence):
        rows(BytesSource(content, "root.json"))
