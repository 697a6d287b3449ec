"""Components of software, as a bill of materials lists them."""

import polars as pl

from zhunru.core.table import Table, col


class SbomComponent(Table):
    """One component of one bill of materials, nested ones as well."""

    bom = col(pl.String, "serial number or name of the document", "清单编号")
    bom_sha256 = col(pl.String, "SHA-256 of the document as read, sha256:<64 hexadecimal digits>", "清单摘要")
    subject = col(pl.String, "what the bill is of", "清单对象")
    subject_version = col(pl.String, "version of what the bill is of", "对象版本")
    kind = col(pl.String, "library, application, firmware, device, file or another word of the document", "类别")
    ecosystem = col(pl.String, "type of the package URL, e.g. maven, pypi, generic; empty = none", "生态")
    name = col(pl.String, "name with its group, as the package URL joins them", "名称")
    version = col(pl.String, "version as written; null = not told", "版本")
    purl = col(pl.String, "package URL as written", "包标识")
    sha256 = col(pl.String, "SHA-256 of the component, 64 hexadecimal digits", "组件摘要")
    supplier = col(pl.String, "supplier, else publisher", "供应商")
