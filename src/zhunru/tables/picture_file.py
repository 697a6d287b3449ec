"""Picture files of the dossier: what their headers say."""

import polars as pl

from zhunru.core.table import Table, col


class PictureFile(Table):
    """One picture file; its pixels are not decoded."""

    form = col(pl.String, "jpeg or png", "格式")
    width_px = col(pl.Int64, "width", "宽度")
    height_px = col(pl.Int64, "height", "高度")
    stored_sha256 = col(pl.String, "SHA-256 of the file as it stands, hexadecimal", "SHA-256")
    stored_byte = col(pl.Int64, "its size", "大小")
