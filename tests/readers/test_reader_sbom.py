"""Bills of materials: the real ones against cyclonedx-python-lib, and what is refused."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from zhunru.core.errors import ZhunruError
from zhunru.core.evidence import Noted, Skipped
from zhunru.engine.source import BytesSource, FileSource
from zhunru.readers.sbom import sbom
from zhunru.wire.bill_of_materials import split_purl

REAL = (
    "sbom/cdx_CBOM_Protocol_bom.json",
    "sbom/cdx_HBOM_PCIe-SATA-adapter-board_bom.json",
    "sbom/cdx_SBOM_dropwizard-1.3.15_bom.json",
    "sbom/cdx_SBOM_laravel-7.12.0_bom.1.4.json",
)


def read(content: bytes) -> tuple[list[dict[str, Any]], int, list[str]]:
    rows, skipped, notes = [], 0, []
    for item in sbom(BytesSource(content, "bom.json")):
        if isinstance(item, Skipped):
            skipped += item.count
        elif isinstance(item, Noted):
            notes.append(item.text.en)
        else:
            rows += item.collect().to_dicts()
    return rows, skipped, notes


@pytest.mark.real
@pytest.mark.filterwarnings("ignore:.*is deprecated from CycloneDX")
@pytest.mark.parametrize("name", REAL)
def test_real_bills_agree_with_the_library_of_cyclonedx(name: str, real_source: Callable[[str], FileSource]) -> None:
    from cyclonedx.model.bom import Bom
    from cyclonedx.model.component import Component

    source = real_source(name)
    found = [row for item in sbom(source) for row in item.collect().to_dicts()]
    with source.open() as stream:
        bom = Bom.from_json(json.load(stream))  # type: ignore[attr-defined]

    def walk(components: Any) -> list[Component]:
        return [c for each in components for c in (each, *walk(each.components))]

    peer = walk(bom.components)
    assert len(found) == len(peer)
    assert sorted((r["name"], r["version"] or "", r["kind"]) for r in found) == sorted(
        (
            "/".join(p for p in ((c.purl.namespace if c.purl else c.group), (c.purl.name if c.purl else c.name)) if p),
            c.version or "",
            c.type.value,
        )
        for c in peer
    )
    assert {r["ecosystem"] for r in found} == {c.purl.type if c.purl else "" for c in peer}
    assert {r["sha256"] for r in found} == {next((h.content for h in c.hashes if h.alg.value == "SHA-256"), "") for c in peer}
    assert {r["bom"] for r in found} <= {str(bom.serial_number.urn), f"urn:uuid:{bom.serial_number}", ""}


@pytest.mark.real
@pytest.mark.parametrize("state", ["affected", "fixed", "not_affected", "under_investigation"])
def test_real_statements_on_vulnerabilities_have_no_components(state: str, real: Callable[[str], Any]) -> None:
    rows, skipped, notes = read(real(f"sbom/cdx_VEX_CISA-Use-Cases_Case-1_vex-{state}.json").read_bytes())
    assert (rows, skipped, notes) == ([], 0, ["the document lists no components"])


def bill(components: Any) -> bytes:
    return json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.5", "components": components}).encode()


def test_entries_without_a_name_are_skipped_and_counted() -> None:
    rows, skipped, _ = read(bill([{"name": "a"}, {"type": "library"}, 7, {"name": ""}, {"name": 3}, {"name": "b", "components": [None]}]))
    assert ([r["name"] for r in rows], skipped) == (["a", "b"], 5)


def test_nested_components_follow_the_one_that_holds_them() -> None:
    deep: dict[str, Any] = {"name": "x20"}
    for level in range(19, -1, -1):
        deep = {"name": f"x{level}", "components": [deep]}
    rows, _, _ = read(bill([deep, {"name": "last"}]))
    assert [r["name"] for r in rows] == [*(f"x{i}" for i in range(21)), "last"]


@pytest.mark.parametrize(
    "content",
    [
        b'{"bomFormat": "CycloneDX", "components": [' + b'{"name": "a", "components": [' * 60,
        b'{"bomFormat": "CycloneDX", "bomFormat": "CycloneDX"}',
        b'{"bomFormat": "CycloneDX", "x": NaN}',
        b'{"bomFormat": "CycloneDX", "x": ' + b"9" * 5000 + b"}",
        b'{"bomFormat": "CycloneDX", "x": "\xff"}',
        b'{"bomFormat": "CycloneDX"',
        b'["bomFormat", {"bomFormat": "CycloneDX"}]',
        b'{"x": {"bomFormat": "CycloneDX"}}',
        b'{"bomFormat": "CycloneDX", "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"bomFormat": "CycloneDX", "x": "' + b'\\"' * 200_000,
        b" " * ((16 << 20) + 1),
    ],
)
def test_what_is_refused(content: bytes) -> None:
    with pytest.raises(ZhunruError) as told:
        read(content)
    assert told.value.diagnostics("zh") and told.value.diagnostics("en")


def test_texts_that_no_file_can_hold_do_no_harm() -> None:
    rows, _, _ = read(b'{"bomFormat": "CycloneDX", "components": [{"name": "a\\ud800", "version": "' + b"9" * 5000 + b'"}]}')
    assert rows[0]["name"] == "a?"
    assert len(rows[0]["version"]) == 2000


@pytest.mark.parametrize(
    ("purl", "parts"),
    [
        ("pkg:maven/org.apache/log4j@2.0?type=jar#x", ("maven", "org.apache/log4j")),
        ("pkg:npm/%40angular/core@16.0.0", ("npm", "@angular/core")),
        ("PKG:PyPI/Django@4", ("pypi", "Django")),
        ("pkg://generic/zlib", ("generic", "zlib")),
        ("npm/core", ("", "")),
        ("", ("", "")),
    ],
)
def test_package_urls(purl: str, parts: tuple[str, str]) -> None:
    assert split_purl(purl) == parts
