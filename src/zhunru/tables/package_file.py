"""Files inside update packages."""

from typing import NamedTuple

import polars as pl

from zhunru.core.table import Table, col


class PackageFile(Table):
    """One entry of an update package, or of an archive inside it; the line with an empty path is about the archive itself."""

    stored_sha256 = col(pl.String, "SHA-256 of the package as it stands in the dossier, hexadecimal", "升级包文件的 SHA-256")
    archive = col(
        pl.String, "archive inside the package that the entry stands in, levels joined by !; empty = the package", "所在的内层压缩包"
    )
    path = col(pl.String, "path of the entry; empty = the archive itself", "路径")
    kind = col(pl.String, "file, directory, symlink, hardlink, device, unknown or archive", "种类")
    size_byte = col(pl.Int64, "bytes of content that were read", "字节数")
    mode_code = col(pl.Int32, "permission bits; null where the form has none", "权限位")
    link = col(pl.String, "target of a link; form of an archive", "链接目标；压缩包格式")
    sha256 = col(pl.String, "SHA-256 of the content; null when it was not read whole", "内容 SHA-256")
    sm3 = col(pl.String, "SM3 of the content; null when nobody asks for it", "内容 SM3")
    flags = col(pl.String, "what is wrong with it, names joined by blanks (wire.archive_inventory)", "异常标志")


_PACKED = (".gz", ".tgz")
"""Files that are unpacked before they are measured."""


class WholePackage(NamedTuple):
    """A package of the dossier as it stands; of one that is packed as a whole the length is not known."""

    source: str
    sha256: str
    size_byte: int | None


def whole_packages(files: PackageFile | None) -> list[WholePackage]:
    """Return the packages, each once, in order of names."""
    if files is None:
        return []
    whole = (pl.col("archive") == "") & (pl.col("path") == "")
    rows = files.frame.filter(whole).select("source", "stored_sha256", "size_byte").unique().collect()
    return sorted(WholePackage(name, digest, None if name.lower().endswith(_PACKED) else size) for name, digest, size in rows.iter_rows())
