"""ESP packets sealed for tests, written from RFC 4303 without the code under test, and the table of keys that opens them."""

import hashlib
import hmac
import os
import struct
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305

from zhunru.range import packets as p

CAR, GATE, FAR = "10.0.0.2", "1.0.1.1", "8.8.8.8"
CAR6, GATE6 = "2400:3200::2", "2400:3200::1"
INNER = p.udp("10.9.9.9", FAR, 5000, 6000, b"hello")
INNER6 = p.udp("2400:3200::9", "2001:4860:4860::8888", 5000, 6000, b"hello")
ICV = {"HMAC-SHA-1-96 [RFC2404]": ("sha1", 12), "HMAC-SHA-256-128 [RFC4868]": ("sha256", 16), "HMAC-SHA-384-192 [RFC4868]": ("sha384", 24), "HMAC-SHA-512-256 [RFC4868]": ("sha512", 32)}  # fmt: skip
GCM, CHACHA = "AES-GCM with 16 octet ICV [RFC4106]", "ChaCha20 with Poly1305 [RFC7634]"


@dataclass(frozen=True)
class Sa:
    spi: int
    cipher: str
    key: bytes
    auth: str = "NULL"
    auth_key: bytes = b""
    src: str = CAR
    dst: str = GATE
    upper: int | None = None

    @property
    def row(self) -> str:
        family = "IPv6" if ":" in self.dst else "IPv4"
        more = [] if self.upper is None else ["64-bit", hex(self.upper)]
        fields = [
            family,
            self.src,
            self.dst,
            f"{self.spi:#010x}",
            self.cipher,
            "0x" + self.key.hex(),
            self.auth,
            "0x" + self.auth_key.hex(),
        ]
        return ",".join(f'"{f}"' for f in fields + more)

    def body(self, inner: bytes, kind: int = 4, seq: int = 1, pad: bytes | None = None) -> bytes:
        pad = bytes(range(1, 1 + (-len(inner) - 2) % 16)) if pad is None else pad
        plain, upper = inner + pad + bytes([len(pad), kind]), b"" if self.upper is None else self.upper.to_bytes(4, "big")
        head = struct.pack(">II", self.spi, seq)
        if self.cipher in (GCM, CHACHA):
            kind_of = AESGCM if self.cipher == GCM else ChaCha20Poly1305
            iv = struct.pack(">Q", seq)
            return head + iv + kind_of(self.key[:-4]).encrypt(self.key[-4:] + iv, plain, head[:4] + upper + head[4:])
        if self.cipher != "NULL":
            iv = hashlib.sha256(head).digest()[:16]
            sealing = Cipher(algorithms.AES(self.key), modes.CBC(iv)).encryptor()
            plain = iv + sealing.update(plain) + sealing.finalize()
        name, size = ICV[self.auth]
        return head + plain + hmac.digest(self.auth_key, head + plain + upper, name)[:size]

    def packet(self, inner: bytes, kind: int = 4, seq: int = 1, natt: bool = False, pad: bytes | None = None) -> bytes:
        body = self.body(inner, kind, seq, pad)
        return p.udp(self.src, self.dst, 4500, 4500, body) if natt else p.ip(self.src, self.dst, 50, body)


def key(size: int, seed: int = 0) -> bytes:
    return hashlib.sha512(bytes([size, seed])).digest()[:size]


SHA1, SHA256 = "HMAC-SHA-1-96 [RFC2404]", "HMAC-SHA-256-128 [RFC4868]"
SAS = {
    "null sha1": Sa(0x1001, "NULL", b"", SHA1, key(20)),
    "cbc128 sha1": Sa(0x1002, "AES-CBC [RFC3602]", key(16), SHA1, key(20)),
    "cbc256 sha256": Sa(0x1003, "AES-CBC [RFC3602]", key(32), SHA256, key(32)),
    "cbc192 sha384": Sa(0x1004, "AES-CBC [RFC3602]", key(24), "HMAC-SHA-384-192 [RFC4868]", key(48)),
    "cbc128 sha512": Sa(0x1005, "AES-CBC [RFC3602]", key(16), "HMAC-SHA-512-256 [RFC4868]", key(64)),
    "gcm128": Sa(0x1006, GCM, key(20)),
    "gcm256": Sa(0x1007, GCM, key(36)),
    "chacha": Sa(0x1008, CHACHA, key(36)),
    "gcm128 over IPv6": Sa(0x1009, GCM, key(20), src=CAR6, dst=GATE6),
}


def table(*sas: Sa) -> bytes:
    return "".join(f"{sa.row}\n" for sa in ("# keys", *sas) if isinstance(sa, Sa)).encode()


def pcap(path: Path, *packets: bytes, link: int = 101, cut: int | None = None) -> Path:
    content = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, link)
    for i, packet in enumerate(packets):
        held = packet[:cut]
        content += struct.pack("<IIII", 1_790_000_000 + i, 0, len(held), len(packet)) + held
    path.write_bytes(content)
    os.utime(path, (0, 0))
    return path
