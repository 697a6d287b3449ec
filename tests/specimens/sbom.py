"""Small bills of materials."""

import json


def specimens() -> dict[str, bytes]:
    nested = {"type": "library", "name": "zlib", "version": "1.3.1", "purl": "pkg:generic/zlib@1.3.1"}
    cyclonedx = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79",
        "version": 1,
        "metadata": {"component": {"type": "firmware", "name": "adc", "version": "1.1"}},
        "components": [
            {
                "type": "library",
                "group": "org.example",
                "name": "感知",
                "version": "2.0",
                "purl": "pkg:maven/org.example/%E6%84%9F%E7%9F%A5@2.0?type=jar",
                "hashes": [{"alg": "SHA-256", "content": "AB" * 32}],
                "components": [nested],
                "evidence": {"identity": {"field": "name", "confidence": 0.5}},
            },
            {"type": "application", "name": "init"},
        ],
    }
    spdx = {
        "spdxVersion": "SPDX-2.3",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": "ivi",
        "documentNamespace": "https://example.com/ivi",
        "documentDescribes": ["SPDXRef-ivi"],
        "packages": [
            {"SPDXID": "SPDXRef-ivi", "name": "ivi", "versionInfo": "1.0", "downloadLocation": "NOASSERTION"},
            {
                "SPDXID": "SPDXRef-ssl",
                "name": "openssl",
                "versionInfo": "3.0.13",
                "checksums": [{"algorithm": "SHA256", "checksumValue": "cd" * 32}],
                "externalRefs": [{"referenceType": "purl", "referenceLocator": "pkg:generic/openssl@3.0.13"}],
            },
        ],
    }
    return {
        "cyclonedx": json.dumps(cyclonedx, ensure_ascii=False, indent=1).encode(),
        "spdx": json.dumps(spdx).encode(),
    }
