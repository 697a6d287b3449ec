"""Certificates of authorities that the vehicle trusts, as the dossier holds them."""

import polars as pl

from zhunru.core.table import Table, col


class TrustRoot(Table):
    """One certificate of a file of the dossier."""

    der = col(pl.Binary, "the certificate, DER", "证书（DER）")
    subject = col(pl.String, "distinguished name of the holder, RFC 4514", "持有者")
    authority = col(pl.Boolean, "it may issue certificates; others are no trust roots", "可签发证书")
    valid_from_ns = col(pl.Int64, "start of validity, UTC", "有效期起")
    valid_until_ns = col(pl.Int64, "end of validity, UTC; null after the year 2261", "有效期止")
    sha256 = col(pl.String, "SHA-256 of the DER bytes, hexadecimal", "SHA-256")
