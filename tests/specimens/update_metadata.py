"""Generated update metadata: one role in JSON, one in DER, an attested time and a manifest; no signature in them is meant to hold."""

import json


def _der(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    size = bytes([len(content)]) if len(content) < 128 else b"\x81" + bytes([len(content)])
    return bytes([tag]) + size + content


def specimens() -> dict[str, bytes]:
    signatures = [{"keyid": "ab" * 32, "method": "ed25519", "sig": "00" * 64}]
    targets = {
        f"ecu/{i}.bin": {"length": i, "hashes": {"sha256": f"{i:064x}"}, "custom": {"ecuIdentifiers": {str(i): {"hardwareId": "hw"}}}}
        for i in range(9)
    }
    role = {"_type": "Targets", "version": 3, "expires": "2036-01-01T00:00:00Z", "targets": targets}
    time = {"time": "2026-01-01T00:00:00Z", "nonces": [1, 2]}
    one = _der(0x30, _der(4, b"\xab" * 32), b"\x0a\x01\x01", _der(4, bytes(64)))
    signed = [b"\x81\x01\x01", _der(0xA2, one)]
    body = _der(0xA3, _der(0xA1, b"\x80\x01\x00\xa1\x00"))
    der = _der(0x30, _der(0xA0, b"\x80\x01\x01\x81\x04\x7c\x25\x8c\x80\x82\x01\x01", body), *signed)
    plain = _der(
        0x30,
        _der(0x30, b"\x02\x01\x02", _der(0x30, b"\x02\x01\x01\x02\x01\x02"), b"\x02\x04\x59\x1d\xca\x71"),
        b"\x02\x01\x01",
        _der(0x30, one),
    )
    return {
        "3.targets.json": json.dumps({"signatures": signatures, "signed": role}, indent=1).encode(),
        "targets.der": der,
        "time.json": json.dumps({"signatures": signatures, "signed": time}).encode(),
        "time.der": plain,
    }
