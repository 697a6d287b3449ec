"""What update packages say of themselves, as bytes: signatures are over bytes, so bytes are kept."""

import polars as pl

from zhunru.core.table import Table, col


class PackageManifest(Table):
    """One update package of the form `zhunru-package-1` (docs/adr/0017)."""

    stored_sha256 = col(pl.String, "SHA-256 of the package as it stands in the dossier, hexadecimal", "升级包文件的 SHA-256")
    package = col(pl.String, "name of the package; null when the manifest cannot be read", "升级包名称")
    ecu = col(pl.String, "controller that it is for", "目标控制器")
    version = col(pl.String, "version after it", "升级后版本")
    release_count = col(pl.Int64, "release counter", "发布计数")
    manifest = col(pl.Binary, "bytes of manifest.json; null when there is none", "清单原文")
    signature = col(pl.Binary, "bytes of manifest.sig; null when there is none", "签名文件原文")
    authorisation = col(pl.Binary, "bytes of authorisation.json; null when there is none", "车辆授权原文")
