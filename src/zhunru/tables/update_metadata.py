"""Signed metadata of updates: the files of TUF and Uptane repositories."""

import polars as pl

from zhunru.core.table import Table, col


class UpdateMetadata(Table):
    """One signed file. What it says is not trusted: checks verify `raw`, the other columns only sort the files."""

    raw = col(pl.Binary, "the whole file", "文件全文")
    encoding = col(pl.String, "json or der", "编码（json 或 der）")
    kind = col(pl.String, "root, timestamp, snapshot or targets, as the file says itself", "文件自称的类型")
    version_no = col(pl.Int64, "version that it says it has", "文件自称的版本")
    expires = col(pl.String, "expiry that it says it has, RFC 3339; null where it has none", "文件自称的到期时间")
    sha256 = col(pl.String, "SHA-256 of the file, hexadecimal", "文件 SHA-256")


def by_folder(files: UpdateMetadata) -> dict[str, dict[str, bytes]]:
    """Return the files by folder and name; those in `delegations` belong to the folder above."""
    found: dict[str, dict[str, bytes]] = {}
    for source, raw in sorted(files.frame.select("source", "raw").collect().iter_rows()):
        folder, _, name = source.rpartition("/")
        above, _, last = folder.rpartition("/")
        found.setdefault(folder_name(above if last == "delegations" else folder), {})[name] = raw
    return found


def folder_name(folder: str) -> str:
    """Return the path of a folder in the one form in which paths are compared."""
    return folder.strip().replace("\\", "/").strip("/")
