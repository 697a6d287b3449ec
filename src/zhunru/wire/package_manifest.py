"""A plain signed update package, for makers without Uptane: what its manifest and its signature file say.

The package is a zip or tar file; its first entry is `manifest.json`, the second `manifest.sig`, then come the files that the manifest lists.
Signed are the bytes of `manifest.json` as they stand in the package, so any tool that signs a file can make the signature.
`authorisation.json` is optional: leave for one car, signed by itself. The form is ours (P); docs/adr/0017 describes it.
"""

import base64
import binascii
import json
import re
from datetime import UTC, datetime
from typing import Any, NamedTuple, NoReturn

from zhunru.core.errors import EvidenceError
from zhunru.core.text import Text
from zhunru.wire import strict_json

FORM, SIGNATURE_FORM, AUTHORISATION_FORM = "zhunru-package-1", "zhunru-package-signature-1", "zhunru-authorisation-1"
MANIFEST, SIGNATURE, AUTHORISATION = "manifest.json", "manifest.sig", "authorisation.json"
MAX_BYTE = {MANIFEST: 4 << 20, SIGNATURE: 256 << 10, AUTHORISATION: 64 << 10}
"""Longest of each that is read (P)."""
HEX_CHAR = {"sha256": 64, "sm3": 64, "sha384": 96, "sha512": 128}
"""Length of the digests that count, in hexadecimal digits."""
WEAK_DIGESTS = frozenset({"md5", "sha1", "sha-1", "crc32", "crc", "sha224", "sha-224", "md4"})
_MAX_DEPTH, _MAX_FILES, _MAX_SIGNATURES, _MAX_CERTIFICATES = 6, 20_000, 16, 8
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


class MalformedPackageError(EvidenceError):
    """Manifest, signature file or authorisation does not have its form."""


class Claim(NamedTuple):
    """What the manifest says of one file.

    Args:
        path: Path inside the package.
        length_byte: Its length.
        digests: Digest name -> hexadecimal digits, as written.
    """

    path: str
    length_byte: int
    digests: dict[str, str]


class Manifest(NamedTuple):
    """What a manifest says.

    Args:
        package: Name of the package.
        models: Vehicle models that it is for.
        ecu: Controller that it is for.
        hardware: Hardware numbers on which it may be installed.
        from_versions: Versions from which it may be installed; empty = from any.
        version: Version after it.
        counter: Release counter, which only grows.
        created: When it was made.
        not_before: First moment at which it may be installed.
        not_after: Last moment.
        files: What it holds.
        base: Digest name -> digest of the image that a delta is applied to; empty for a whole image.
        authorised: It may only be installed with an authorisation for the one car.
    """

    package: str
    models: tuple[str, ...]
    ecu: str
    hardware: tuple[str, ...]
    from_versions: tuple[str, ...]
    version: str
    counter: int
    created: datetime
    not_before: datetime
    not_after: datetime
    files: tuple[Claim, ...]
    base: dict[str, str]
    authorised: bool


class Signed(NamedTuple):
    """One signature.

    Args:
        key_id: Key that made it.
        scheme: One of `wire.signature.SCHEMES`.
        signature: Base64.
        package: Package that it was made for, as told beside it; empty when not told.
        sha256: Digest of what was signed, as told beside it; empty when not told.
        certificates: DER chain, the signer's first; empty when the key is trusted by itself.
    """

    key_id: str
    scheme: str
    signature: str
    package: str
    sha256: str
    certificates: tuple[bytes, ...]


class Authorisation(NamedTuple):
    """Leave to install one package in one car.

    Args:
        vin: The car.
        manifest_sha256: Digest of the manifest.
        token: Number of the leave, used once.
        not_after: Last moment.
        signed: Its signature, over `authorisation_bytes`.
        message: The signed bytes.
    """

    vin: str
    manifest_sha256: str
    token: str
    not_after: datetime
    signed: Signed
    message: bytes


def manifest_of(raw: bytes) -> Manifest:
    """Return what a manifest says.

    Raises:
        EvidenceError: It is not of the form `zhunru-package-1`.
    """
    data = _object(raw, MANIFEST, FORM)
    files = tuple(_claim(entry) for entry in _list(data, "files", _MAX_FILES))
    if not files:
        _refuse("files")
    counter = data.get("counter")
    if type(counter) is not int or counter < 0:
        _refuse("counter")
    base = data.get("base") or {}
    return Manifest(
        package=_word(data, "package"),
        models=_words(data, "models"),
        ecu=_word(data, "ecu"),
        hardware=_words(data, "hardware"),
        from_versions=_words(data, "from_versions", empty=True),
        version=_word(data, "version"),
        counter=counter,
        created=_moment(data, "created"),
        not_before=_moment(data, "not_before"),
        not_after=_moment(data, "not_after"),
        files=files,
        base=_digests(base) if base else {},
        authorised=_flag(data, "authorisation_needed"),
    )


def signatures_of(raw: bytes) -> tuple[Signed, ...]:
    """Return the signatures of a signature file.

    Raises:
        EvidenceError: It is not of the form `zhunru-package-signature-1`.
    """
    data = _object(raw, SIGNATURE, SIGNATURE_FORM)
    return tuple(_signed(entry) for entry in _list(data, "signatures", _MAX_SIGNATURES))


def authorisation_of(raw: bytes) -> Authorisation:
    """Return what an authorisation says.

    Raises:
        EvidenceError: It is not of the form `zhunru-authorisation-1`.
    """
    data = _object(raw, AUTHORISATION, AUTHORISATION_FORM)
    return Authorisation(
        _word(data, "vin"),
        _word(data, "manifest_sha256"),
        _word(data, "token"),
        _moment(data, "not_after"),
        _signed(data.get("signature")),
        authorisation_bytes(data),
    )


def authorisation_bytes(data: dict[str, Any]) -> bytes:
    """Return the bytes that an authorisation signs: all its fields but the signature, JSON with sorted keys and without blanks, UTF-8."""
    plain = {key: value for key, value in data.items() if key != "signature"}
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _object(raw: bytes, name: str, form: str) -> dict[str, Any]:
    data = strict_json.loads(raw, max_byte=MAX_BYTE[name], max_depth=_MAX_DEPTH)
    if not isinstance(data, dict) or data.get("form") != form:
        raise MalformedPackageError(
            Text("不是所约定的格式", "it does not have the agreed form"), f"{name}: form", Text(f"应为 {form}", f"expected {form}")
        )
    return data


def _refuse(field: str) -> NoReturn:
    raise MalformedPackageError(Text("字段缺失或形式不符", "a field is missing or has the wrong form"), field)


def _word(data: dict[str, Any], field: str, *, empty: bool = False) -> str:
    value = data.get(field, "" if empty else None)
    if not isinstance(value, str) or (not value.strip() and not empty) or len(value) > 8192:
        _refuse(field)
    return str(value)


def _list(data: dict[str, Any], field: str, most: int) -> list[Any]:
    value = data.get(field)
    if not isinstance(value, list) or len(value) > most:
        _refuse(field)
    return list(value or ())


def _words(data: dict[str, Any], field: str, *, empty: bool = False) -> tuple[str, ...]:
    values = _list(data, field, 1000)
    if not all(isinstance(v, str) and v.strip() for v in values) or (not values and not empty):
        _refuse(field)
    return tuple(values)


def _flag(data: dict[str, Any], field: str) -> bool:
    value = data.get(field, False)
    if not isinstance(value, bool):
        _refuse(field)
    return bool(value)


def _moment(data: dict[str, Any], field: str) -> datetime:
    text = data.get(field)
    if not isinstance(text, str) or not _MOMENT.fullmatch(text):
        _refuse(field)
    try:
        return datetime.strptime(str(text), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError as error:
        raise MalformedPackageError(Text("不是有效的时间", "it is no moment"), f"{field}: {text}") from error


def _claim(entry: Any) -> Claim:
    if not isinstance(entry, dict):
        _refuse("files")
    length = entry.get("length")
    if type(length) is not int or length < 0:
        _refuse("files.length")
    return Claim(_word(entry, "path"), length, _digests(entry.get("digests")))


def _digests(value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or not value or len(value) > 8 or not all(isinstance(v, str) for v in value.values()):
        _refuse("digests")
    return {str(k).lower(): str(v).lower() for k, v in value.items()}


def _signed(entry: Any) -> Signed:
    if not isinstance(entry, dict):
        _refuse("signatures")
    chain = entry.get("certificates", [])
    if not isinstance(chain, list) or len(chain) > _MAX_CERTIFICATES or not all(isinstance(c, str) for c in chain):
        _refuse("certificates")
    try:
        certificates = tuple(base64.b64decode(c, validate=True) for c in chain)
    except (binascii.Error, ValueError) as error:
        raise MalformedPackageError(Text("证书不是 base64", "a certificate is no base64"), "certificates") from error
    return Signed(
        _word(entry, "key_id"),
        _word(entry, "scheme"),
        _word(entry, "signature", empty=True),
        _word(entry, "package", empty=True),
        _word(entry, "sha256", empty=True),
        certificates,
    )
