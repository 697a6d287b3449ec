"""Small generated Parquet files: flat, nested, few values."""

import io

import polars as pl


def _file(frame: pl.DataFrame) -> bytes:
    target = io.BytesIO()
    frame.write_parquet(target, compression="uncompressed", statistics=False)
    return target.getvalue()


def specimens() -> dict[str, bytes]:
    flat = pl.DataFrame({"vin": ["LSVAA49J0X2000001", None], "手机号": [13912345678, 13800138000], "日期": [None, None]})
    nested = pl.DataFrame({"owner": [{"phones": ["13912345678", "13800138000"], "name": "张三"}], "raw": [b"\0\1"]})
    return {"flat.parquet": _file(flat), "nested.pq": _file(nested)}
