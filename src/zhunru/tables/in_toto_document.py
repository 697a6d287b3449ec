"""Layouts and links of in-toto, as bytes: signatures are over bytes, so bytes are kept."""

import polars as pl

from zhunru.core.table import Table, col


class InTotoDocument(Table):
    """One signed document about the supply chain of a software."""

    kind = col(pl.String, "layout or link", "种类：布局或链接")
    step = col(pl.String, "step that a link is about; null for a layout", "步骤名称")
    document = col(pl.Binary, "the whole document", "文件原文")
    sha256 = col(pl.String, "SHA-256 of the document, hexadecimal", "SHA-256")
