"""What the ledger declares of a storage place is still there."""

from collections.abc import Iterator
from typing import Any

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.verdict import Verdict
from zhunru.formulas.stored_paths import covers
from zhunru.formulas.written_names import bare
from zhunru.records.data_dump import DataDump
from zhunru.records.data_field import DataField
from zhunru.records.storage_place import StoragePlace
from zhunru.records.stored_match import Register, Spot
from zhunru.tables.examined import Examined
from zhunru.tables.looked_at import looks


@check("miit-2021-103/1.2", "gb-t-44464-2024/4.1.4", "miit-2022-166/7", title_zh="台账登记的数据字段在存储中仍然存在", since="0.3")
def declared_fields_are_present(
    fields: list[DataField], examined: Examined, places: list[StoragePlace] | None, dumps: list[DataDump] | None
) -> Iterator[Finding]:
    """Every field that the ledger declares at a storage place is found in a copy of that place.

    Why:
        A ledger full of columns that were dropped years ago tells nobody what is really kept.

    为什么:
        台账里满是早已删除的字段，就说不清实际存了什么。

    How it decides:
        1. A field is held against the copies of its storage place and system. A field without a place that is registered, or whose place was not examined:
           gap.
        2. A place in one of the copies that the path of the field means: ok.
        3. None, and the record says of each copy that it holds all, and each was looked at whole: a stale entry, breach.
        4. None, and a copy is a sample, was not looked at whole, or nobody says that it holds all: gap.

    Inconclusive:
        No fields; places that were not examined; copies that may not hold all.

    Not covered:
        Assets without declared fields; whether the content of a field is what the ledger says.

    未覆盖:
        没有登记字段的资产；字段内容是否与登记一致。

    Args:
        fields: Declared fields.
        examined: What was looked at.
        places: Storage places.
        dumps: Which stored copy a file is.

    References:
        GB/T 44464-2024 4.1.4; 工信部网安〔2022〕166号 article 7.
    """
    register = Register(dumps, places, fields, ())
    spots = [(look, register.spot(look.source)) for look in looks(examined)]
    if not fields:
        yield gap("台账中没有登记数据字段", "the ledger declares no fields")
    for field in fields:
        # (1) copies of its place
        place = register.place_named(field.storage) if field.storage else None
        mine = [
            (look, spot)
            for look, spot in spots
            if place is not None and spot.place is not None and spot.place.id == place.id and _of_system(field, spot)
        ]
        shown: dict[str, Any] = {"path": field.path, "storage": field.storage or "", "asset": field.asset or ""}
        if not mine:
            yield gap(
                "字段的存储位置未登记或未检查",
                "the storage place of the field is not registered, or was not examined",
                at=field.origin,
                **shown,
            )
        # (2) present
        elif any(covers(field.path, path) for look, _ in mine for path in look.places):
            yield ok("字段仍然存在", "the field is still there", at=field.origin, **shown)
        # (3) and (4) absent
        elif all(look.whole and spot.holds_all for look, spot in mine):
            yield breach("登记的字段在存储中已不存在", "a declared field is not there any more", at=field.origin, **shown, copies=len(mine))
        else:
            yield gap(
                "副本可能不完整，字段是否存在无法判定",
                "a copy may not hold all: whether the field is there cannot be told",
                at=field.origin,
                **shown,
            )


def _of_system(field: DataField, spot: Spot) -> bool:
    """Tell whether a copy may be of the system of a field; one of which nobody tells the system may."""
    return not (field.system and spot.system) or bare(field.system) == spot.system


_Case = tuple[list[DataField], Examined, list[StoragePlace] | None, list[DataDump] | None]


def _case(path: str = "users.phone", complete: str = "是", examined: int = 12) -> _Case:
    name = "evidence/users.db"
    look = {
        "place": "main.users.phone", "item_kind": "cell", "present_count": 12, "examined_count": examined, "decided_count": examined,
        "undecidable_count": 0, "reason": "",
    }  # fmt: skip
    return (
        [DataField.model_validate({"path": path, "storage": "S-1", "asset": "A-1"})],
        Examined.rows(look, source=name),
        [StoragePlace.model_validate({"id": "S-1", "name": "用户库"})],
        [DataDump.model_validate({"file": name, "place": "S-1", "complete": complete})],
    )


@declared_fields_are_present.example(Verdict.PASS)
def the_column_is_there() -> _Case:
    """The copy has the column."""
    return _case()


@declared_fields_are_present.example(Verdict.FAIL)
def the_column_was_dropped() -> _Case:
    """A whole copy has no such column."""
    return _case(path="users.fax")


@declared_fields_are_present.example(Verdict.INCONCLUSIVE)
def the_copy_is_a_sample() -> _Case:
    """The record does not say that the copy holds all."""
    return _case(path="users.fax", complete="否")
