"""Kinds of identifiers that discovery knows, and what each says of the data that hold it."""

from typing import NamedTuple

from zhunru.core.text import Text

FOUND, SUSPECTED = "found", "suspected"
"""Certainty of a sighting: check digit or cue, against form alone. Only what is found can fail a check."""


class Kind(NamedTuple):
    """One kind of identifier.

    Args:
        id: Name in tables.
        title: Name for people.
        sensitive: Sensitive personal information (GB/T 44464-2024 table A.2); else general personal information.
        basis: How sure we are of the class: C read in the table, G not named there.
    """

    id: str
    title: Text
    sensitive: bool
    basis: str


KINDS: tuple[Kind, ...] = (
    Kind("vin", Text("车辆识别代号", "VIN"), False, "C"),
    Kind("resident_id", Text("居民身份号码", "resident identity number"), True, "C"),
    Kind("plate", Text("机动车号牌", "licence plate"), False, "C"),
    Kind("mobile", Text("手机号码", "mobile number"), False, "C"),
    Kind("bank_card", Text("银行卡号", "bank card number"), True, "G"),
    Kind("imei", Text("IMEI", "IMEI"), False, "C"),
    Kind("iccid", Text("ICCID", "ICCID"), False, "G"),
    Kind("email", Text("电子邮箱", "e-mail address"), False, "C"),
    Kind("coordinate", Text("经纬度", "geographic coordinates"), True, "C"),
    Kind("person_name", Text("姓名", "name of a person"), False, "C"),
)
"""Source of the classes: GB/T 44464-2024 table A.2 (data-and-cyber.md 2.3.1)."""

BY_ID: dict[str, Kind] = {k.id: k for k in KINDS}
