"""Plain signed update packages: zip or tar files whose first entry is `manifest.json`."""

import hashlib
import io
import tempfile
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

from zhunru.core.errors import DamagedEvidence, EvidenceError
from zhunru.core.evidence import Skipped, Source
from zhunru.core.step import reader
from zhunru.core.text import Text
from zhunru.tables.package_file import PackageFile
from zhunru.tables.package_manifest import PackageManifest
from zhunru.wire.archive_inventory import Asked, Entry, inventory
from zhunru.wire.archive_member import ArchiveError, Budget, Limits
from zhunru.wire.archive_stream import Inflated, packing_of
from zhunru.wire.archive_tar import BLOCK, is_header
from zhunru.wire.package_manifest import AUTHORISATION, MANIFEST, MAX_BYTE, SIGNATURE, Manifest, manifest_of

_BLOCK_ROWS = 50_000
_BLOCK_BYTE = 1 << 20
_IN_MEMORY_BYTE = 16 << 20
_NAME = MANIFEST.encode()
_CUT = Text("升级包被截断或损坏", "the package is cut short or damaged")
_AGAIN = Text("重新取得该文件", "obtain the file again")


def _is_package(head: bytes) -> bool:
    """Tell whether the first entry is the manifest: an office document or any other archive is none."""
    if head.startswith(b"PK\x03\x04"):
        return head[26:28] == len(_NAME).to_bytes(2, "little") and head[30:].startswith(_NAME)
    packing = packing_of(head)
    if packing in {"xz", "bzip2"}:
        try:
            head = Inflated(io.BytesIO(head), packing, Budget(Limits())).read(BLOCK)
        except ArchiveError:
            return False
    return head[:100].rstrip(b"\0").removeprefix(b"./") == _NAME and is_header(head[:BLOCK])


@reader(
    ".zip",
    ".tar",
    ".tgz",
    ".txz",
    ".pkg",
    title_zh="升级包（清单与签名）",
    title_en="update package (manifest and signature)",
    sniff=_is_package,
)
def update_package(file: Source) -> Iterator[PackageFile | PackageManifest | Skipped]:
    """Read the inventory of a package, archives inside it as well, and its manifest, signature and authorisation as bytes.

    Nothing is unpacked to where its path says, and nothing is judged here: tricks of the archive become flags of its entries.
    The digest is that of the file as it stands; a gzip around it is inflated on the way.

    Args:
        file: The package.

    Raises:
        DamagedEvidence: The package ends too early or is damaged.

    References:
        docs/adr/0017-packages-and-signatures.md; ota-and-recorders.md 3.5.
    """
    stored = hashlib.sha256()
    for block in file.stored_blocks(_BLOCK_BYTE):
        stored.update(block)
    digest = stored.hexdigest()
    for _ in file.blocks(_BLOCK_BYTE):
        pass  # a compressed file is whole before anybody seeks in it
    kept: dict[str, bytes] = {}
    rows: list[dict[str, Any]] = []
    count, last = 0, None
    for entry in _entries(file):
        if entry.content is not None and not entry.archive:
            kept.setdefault(entry.path.removeprefix("./"), entry.content)
        rows.append(_row(digest, entry))
        count, last = count + 1, entry
        if len(rows) == _BLOCK_ROWS:
            yield PackageFile.rows(*rows)
            rows = []
    if rows:
        yield PackageFile.rows(*rows)
    yield PackageManifest.rows(_said(digest, kept))
    if last and {"truncated", "damaged"} & set(last.flags):
        raise DamagedEvidence(_CUT, file.name, _AGAIN, saved=count)


def _entries(file: Source) -> Iterator[Entry]:
    """Yield the inventory; SM3 digests, which take five times as long, only when the manifest names one."""
    with file.open() as stream:
        keep = {prefix + name: most for name, most in MAX_BYTE.items() for prefix in ("", "./")}
        first = next(inventory(stream, None, Asked((), keep)))
        names = ("sha256", "sm3") if first.content and _names_sm3(first.content) else ("sha256",)
        yield from inventory(stream, None, Asked(names, keep, _spool))


def _names_sm3(manifest: bytes) -> bool:
    return b'"sm3"' in manifest.lower()


def _spool() -> BinaryIO:
    return cast("BinaryIO", tempfile.SpooledTemporaryFile(_IN_MEMORY_BYTE))


def _row(digest: str, entry: Entry) -> dict[str, Any]:
    return {
        "stored_sha256": digest,
        "archive": entry.archive,
        "path": entry.path,
        "kind": entry.kind,
        "size_byte": entry.size_byte,
        "mode_code": entry.mode,
        "link": entry.link,
        "sha256": entry.digests.get("sha256"),
        "sm3": entry.digests.get("sm3"),
        "flags": " ".join(entry.flags),
    }


def _said(digest: str, kept: dict[str, bytes]) -> dict[str, Any]:
    raw = kept.get(MANIFEST)
    manifest: Manifest | None = None
    if raw is not None:
        try:
            manifest = manifest_of(raw)
        except EvidenceError:
            manifest = None  # the bytes are kept: a check says what is wrong with them
    return {
        "stored_sha256": digest,
        "package": manifest.package if manifest else None,
        "ecu": manifest.ecu if manifest else None,
        "version": manifest.version if manifest else None,
        "release_count": manifest.counter if manifest else None,
        "manifest": raw,
        "signature": kept.get(SIGNATURE),
        "authorisation": kept.get(AUTHORISATION),
    }
