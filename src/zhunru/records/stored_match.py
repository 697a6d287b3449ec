"""Ties what discovery found in stored data to the ledger: file -> stored copy -> storage place -> declared fields -> asset."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from zhunru.formulas.identifiers.headings import cues_of
from zhunru.formulas.identifiers.kinds import KINDS
from zhunru.formulas.stored_paths import covers
from zhunru.formulas.written_names import bare
from zhunru.records.data_asset import DataAsset
from zhunru.records.data_dump import DataDump
from zhunru.records.data_field import DataField
from zhunru.records.storage_place import StoragePlace


class Spot(NamedTuple):
    """Where a file comes from.

    Args:
        dumps: Records about the file.
        place: The registered storage place that all of them name; None when they name none, several, or one that is not registered.
        named: Names of places as the records write them.
        system: System that keeps the data, in the form of `bare`.
    """

    dumps: tuple[DataDump, ...]
    place: StoragePlace | None
    named: tuple[str, ...]
    system: str

    @property
    def holds_all(self) -> bool:
        """Tell whether every record about the file says that it holds all that the place holds."""
        return bool(self.dumps) and all(d.complete and not d.scope and not d.origin.problems for d in self.dumps)


class Register:
    """Ledgers, looked up by what discovery knows."""

    def __init__(
        self,
        dumps: Iterable[DataDump] | None,
        places: Iterable[StoragePlace] | None,
        fields: Iterable[DataField] | None,
        assets: Iterable[DataAsset],
    ) -> None:
        self._dumps: dict[str, list[DataDump]] = {}
        for dump in dumps or ():
            self._dumps.setdefault(dump.file, []).append(dump)
        self._places: dict[str, list[StoragePlace]] = {}
        for place in places or ():
            for name in {bare(n) for n in (place.id, place.name) if n}:
                self._places.setdefault(name, []).append(place)
        self.fields = list(fields or ())
        self._assets: dict[str, list[DataAsset]] = {}
        for asset in assets:
            for name in {bare(n) for n in (asset.id, asset.name) if n}:
                self._assets.setdefault(name, []).append(asset)
        self.assets = list(assets)

    def spot(self, source: str) -> Spot:
        """Return where a file of the dossier comes from."""
        dumps = tuple(self._dumps.get(source, ()))
        names = tuple(dict.fromkeys(d.place for d in dumps if d.place))
        found = {p.id: p for n in names for p in self._places.get(bare(n), ())}
        systems = {bare(d.system) for d in dumps if d.system}
        one = next(iter(found.values())) if len(found) == 1 and all(self._places.get(bare(n)) for n in names) else None
        return Spot(dumps, one, names, next(iter(systems)) if len(systems) == 1 else "")

    def place_named(self, name: str) -> StoragePlace | None:
        """Return the one registered place of this identifier or name, else None."""
        found = {p.id: p for p in self._places.get(bare(name), ())}
        return next(iter(found.values())) if len(found) == 1 else None

    def is_named_twice(self, name: str) -> bool:
        """Tell whether two registered places bear this identifier or name."""
        return len({p.id for p in self._places.get(bare(name), ())}) > 1

    def asset_named(self, name: str | None) -> DataAsset | None:
        """Return the one asset of this identifier or name, else None."""
        found = self._assets.get(bare(name or ""), [])
        return found[0] if len(found) == 1 else None

    def is_asset_twice(self, name: str | None) -> bool:
        """Tell whether several assets bear this identifier or name."""
        return len(self._assets.get(bare(name or ""), [])) > 1

    def fields_at(self, spot: Spot, path: str) -> list[DataField]:
        """Return the declared fields that mean a place of a file: those of its storage place and system, exact paths before wildcards."""
        mine = [f for f in self.fields if self._is_at(f, spot) and covers(f.path, path)]
        exact = [f for f in mine if "*" not in f.path]
        return exact or mine

    def _is_at(self, field: DataField, spot: Spot) -> bool:
        system = bare(field.system or "")
        if system and spot.system and system != spot.system:
            return False
        if field.storage:
            return spot.place is not None and any(p.id == spot.place.id for p in self._places.get(bare(field.storage), ()))
        return bool(system) and system == spot.system

    def assets_at(self, spot: Spot) -> list[DataAsset]:
        """Return the assets whose entry names the storage place of a file."""
        return [a for a in self.assets if spot.place is not None and self.lies_at(a, spot.place)]

    def lies_at(self, asset: DataAsset, place: StoragePlace) -> bool:
        """Tell whether the entry of an asset names a storage place."""
        return any(p.id == place.id for n in asset.storage for p in self._places.get(bare(n), ()))


def kinds_in(words: Sequence[str]) -> frozenset[str]:
    """Return the kinds of identifiers that words of a ledger name: ids, titles, or headings such as 手机号 and 经纬度.

    Each word stands for itself too, in the form of `bare`: a company's own rule of discovery has a kind of its own.
    """
    found = {bare(word) for word in words}
    for word in words:
        title = next((k.id for k in KINDS if bare(word) in {bare(k.id), bare(k.title.zh), bare(k.title.en)}), None)
        found |= {title} if title else {KINDS[c].id for c in cues_of(word) if c < len(KINDS)} | _of_place(word)
    return frozenset(found)


def _named(kind: str, words: Sequence[str]) -> bool:
    told = kinds_in(words)
    return kind in told or bare(kind) in told


def _of_place(word: str) -> set[str]:
    return {"coordinate"} if any(w in word for w in ("轨迹", "位置", "坐标", "定位")) else set()


def declares(asset: DataAsset, kind: str) -> bool | None:
    """Tell whether an asset declares a kind of identifier; None when it says that it is personal, yet not what it holds."""
    if _named(kind, asset.content):
        return True
    if asset.content:
        return False
    if _named(kind, [w for w in (asset.name, asset.subcategory) if w]):
        return True
    return False if asset.personal is False else None


def field_declares(field: DataField, kind: str) -> bool | None:
    """Tell whether a field declares a kind of identifier; None when neither its kinds nor its name say what it holds."""
    if field.kinds:
        return _named(kind, field.kinds)
    if field.name and _named(kind, [field.name]):
        return True
    return None
