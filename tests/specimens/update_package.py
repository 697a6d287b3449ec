"""Genuine sample packages in each form of archive."""

from zhunru.range.packages import genuine


def specimens() -> dict[str, bytes]:
    made = genuine(7)
    return {"assist.zip": made["authorised"], "assist.tar": made["tar"], "assist.txz": made["tar.xz"]}
