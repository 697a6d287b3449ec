"""What cars report and time servers attest: vehicle version manifests, ECU version reports, attested times."""

import polars as pl

from zhunru.core.table import Table, col


class VehicleReport(Table):
    """One signed file. What it says is not trusted: checks verify `raw`, the other columns only sort the files."""

    raw = col(pl.Binary, "the whole file", "文件全文")
    encoding = col(pl.String, "json or der", "编码（json 或 der）")
    kind = col(pl.String, "manifest, report or time, by the form of the file", "文件类型")
    sha256 = col(pl.String, "SHA-256 of the file, hexadecimal", "文件 SHA-256")
