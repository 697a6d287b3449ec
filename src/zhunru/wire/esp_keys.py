"""Keys of ESP tunnels, read from the table of security associations that Wireshark keeps (`esp_sa`).

One file serves both programs: a line per association, quoted fields parted by commas, `#` begins a remark.

    "IPv4","10.0.0.2","*","0x00001234","AES-CBC [RFC3602]","0x<key>","HMAC-SHA-256-128 [RFC4868]","0x<key>","32-bit","0x0"

Fields: address family, source, target (an address, a prefix as `10.0.0.0/8`, or `*`), SPI (or `*`), cipher and its key, authentication and its key;
optional: length of the sequence number and its upper half. The key of AES-GCM and of ChaCha20 ends in the salt of 4 bytes (RFC 4106 8.1, RFC 7634 2).
Ciphers: NULL, AES-CBC, AES-GCM with 16 octets of ICV, ChaCha20 with Poly1305. Authentication: HMAC with SHA-1-96, SHA-256-128, SHA-384-192, SHA-512-256.
An association without authentication is refused: nothing would prove that a key is the right one.
No message of this module holds anything of a key. Basis G, checked against tshark 4.0, which knows neither ChaCha20 nor the two optional fields.
"""

import ipaddress
import re
from dataclasses import dataclass, field

from zhunru.core.errors import EvidenceError
from zhunru.core.text import Text

MOST_ASSOCIATIONS = 4096
"""Lines of associations that are taken (P)."""
MOST_TEXT_BYTE = 4 << 20
"""Largest table that is read (P)."""
_LINE = re.compile(r'\s*"[^"\\]*"(?:\s*,\s*"[^"\\]*")*\s*,?\s*')
_FIELD = re.compile(r'"([^"\\]*)"')
_HEX = re.compile(r"0[xX]((?:[0-9a-fA-F]{2})*)")

AEAD_KEY_BYTE = {"gcm": (20, 28, 36), "chacha": (36,)}
_CIPHERS = {
    "NULL": ("null", (0,)),
    "AES-CBC": ("cbc", (16, 24, 32)),
    "AES-GCM with 16 octet ICV": ("gcm", AEAD_KEY_BYTE["gcm"]),
    "ChaCha20 with Poly1305": ("chacha", AEAD_KEY_BYTE["chacha"]),
}
HMACS = {
    "HMAC-SHA-1-96": ("sha1", 12),
    "HMAC-SHA-256-128": ("sha256", 16),
    "HMAC-SHA-384-192": ("sha384", 24),
    "HMAC-SHA-512-256": ("sha512", 32),
}
"""Name of the authentication -> hash and length of the ICV in bytes (RFC 2404, RFC 4868)."""

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Association:
    """One direction of a tunnel and how its packets are opened.

    Args:
        version: 4 or 6, the family of the outer addresses.
        source: Outer source; None = any.
        target: Outer target; None = any.
        spi: Number that its packets begin with; None = any.
        cipher: null, cbc, gcm or chacha.
        key: Key of the cipher, without the salt.
        salt: First four bytes of the nonce; empty for null and cbc.
        hash_name: Hash of the HMAC; empty where the cipher authenticates.
        auth_key: Key of the HMAC.
        icv_byte: Length of the integrity check value.
        upper: Upper half of the sequence number at the begin of the capture; None = 32-bit numbers.
        line: Line of the table, for messages.
    """

    version: int
    source: Network | None
    target: Network | None
    spi: int | None
    cipher: str
    key: bytes = field(repr=False)
    salt: bytes = field(repr=False)
    hash_name: str
    auth_key: bytes = field(repr=False)
    icv_byte: int
    upper: int | None
    line: int


def associations(content: bytes, name: str) -> list[Association]:
    """Return the associations of a table, in its order.

    Raises:
        EvidenceError: A line cannot be used; it tells the line and why, never what stands in it.
    """
    if len(content) > MOST_TEXT_BYTE:
        raise _refused(Text("密钥表过大", "the table of keys is too large"), name, None)
    found: list[Association] = []
    for number, line in enumerate(content.decode("utf-8-sig", errors="replace").splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if not _LINE.fullmatch(line):
            raise _refused(Text("不是带引号、以逗号分隔的字段", "not quoted fields parted by commas"), name, number)
        if len(found) >= MOST_ASSOCIATIONS:
            raise _refused(Text("安全关联过多", "too many associations"), name, number)
        found.append(_association(_FIELD.findall(line), name, number))
    if not found:
        raise _refused(Text("密钥表中没有安全关联", "the table of keys holds no association"), name, None)
    return found


def _association(fields: list[str], name: str, number: int) -> Association:
    if len(fields) not in {8, 9, 10}:
        raise _refused(Text("字段数不是 8、9 或 10", "there are not 8, 9 or 10 fields"), name, number)
    family, source, target, spi, encryption, key_text, authentication, auth_text, *more = (f.strip() for f in fields)
    if family not in {"IPv4", "IPv6"}:
        raise _refused(Text("地址族不是 IPv4 或 IPv6", "the family is not IPv4 or IPv6"), name, number)
    version = 4 if family == "IPv4" else 6
    cipher, lengths = _CIPHERS.get(_plain(encryption), ("", ()))
    if not cipher:
        raise _refused(Text("不支持的加密算法", "the cipher is not supported"), name, number)
    key = b"" if cipher == "null" else _key(key_text, lengths, name, number)
    hash_name, icv_byte, auth_key = "", 16, b""
    if cipher not in AEAD_KEY_BYTE:
        if _plain(authentication) not in HMACS:
            what = Text("没有可用的完整性算法：无法证明密钥正确", "no integrity algorithm that can be used: nothing would prove the key")
            raise _refused(what, name, number)
        hash_name, icv_byte = HMACS[_plain(authentication)]
        auth_key = _key(auth_text, range(1, 1025), name, number)
    salt = key[-4:] if cipher in AEAD_KEY_BYTE else b""
    return Association(
        version, _network(source, version, name, number), _network(target, version, name, number), _spi(spi, name, number),
        cipher, key[: len(key) - len(salt)], salt, hash_name, auth_key, icv_byte, _upper(more, name, number), number,
    )  # fmt: skip


def _plain(algorithm: str) -> str:
    """Return the name of an algorithm without the document in brackets."""
    return algorithm.split("[", 1)[0].strip()


def _key(text: str, lengths: "tuple[int, ...] | range", name: str, number: int) -> bytes:
    match = _HEX.fullmatch(text)
    if not match:
        raise _refused(Text("密钥不是 0x 开头的十六进制", "a key is not hexadecimal behind 0x"), name, number)
    key = bytes.fromhex(match.group(1))
    if len(key) not in lengths:
        raise _refused(Text("密钥长度与算法不符", "the length of a key does not fit the algorithm"), name, number)
    return key


def _network(text: str, version: int, name: str, number: int) -> Network | None:
    if text == "*":
        return None
    try:
        found = ipaddress.ip_network(text, strict=False)
    except ValueError:
        found = None
    if found is None or found.version != version:
        what = Text("地址不是该族的地址、前缀或 *", "an address is not one of the family, a prefix or *")
        raise _refused(what, name, number)
    return found


def _spi(text: str, name: str, number: int) -> int | None:
    if text == "*":
        return None
    value = _number(text)
    if value is None or not 256 <= value <= 0xFFFFFFFF:
        raise _refused(Text("SPI 不是 256 至 4294967295 的数或 *", "the SPI is no number from 256 to 4294967295 and not *"), name, number)
    return value


def _upper(more: list[str], name: str, number: int) -> int | None:
    if not more or more[0] in {"", "32-bit"}:
        return None
    value = _number(more[1]) if len(more) > 1 else 0
    if more[0] != "64-bit" or value is None or value > 0xFFFFFFFF:
        raise _refused(Text("序列号长度或其高位无法识别", "length or upper half of the sequence number cannot be read"), name, number)
    return value


def _number(text: str) -> int | None:
    if re.fullmatch(r"0[xX][0-9a-fA-F]{1,16}", text):
        return int(text, 16)
    return int(text) if re.fullmatch(r"[0-9]{1,16}", text) else None


def _refused(what: Text, name: str, number: int | None) -> EvidenceError:
    hint = Text(
        "格式同 Wireshark 的 esp_sa；见 docs/how-to/data-abroad.md", "the form is esp_sa of Wireshark; see docs/how-to/data-abroad.md"
    )
    return EvidenceError(what, name if number is None else f"{name} # {number}", hint)
