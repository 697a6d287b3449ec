"""From sentences to epochs: sentences that say the same time belong together, and the date is carried from those that know it."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from zhunru.wire import nmea
from zhunru.wire.nmea_columns import Column, Sentences
from zhunru.wire.nmea_digits import Flags, Ints

Floats = NDArray[np.float64]

KNOT_MPS = 1852 / 3600
DAY_NS = nmea.DAY_NS
HALF_DAY_NS = DAY_NS // 2

_TIMED = ("RMC", "GGA", "GNS")
_SATELLITE_FIX = (1, 2, 3, 4, 5)
"""Fix qualities from satellites: autonomous, differential, precise, RTK fixed, RTK float; 6 to 8 are estimated, manual, simulated."""
_BY_TABLE = np.array(nmea.SYSTEM_BY_ID, dtype=np.int64)
_MODE_QUALITY = np.full(256, -1, dtype=np.int64)
for _letter, _quality in nmea.MODE_QUALITY.items():
    _MODE_QUALITY[ord(_letter)] = _quality

UNTOLD, BY_RANGE, BY_TALKER, BY_SYSTEM_ID = range(4)
"""How the system of a used satellite was told."""


@dataclass(slots=True)
class Use:
    """Satellites of one system in one epoch; -1 where no sentence told.

    Args:
        epoch: Place of the epoch.
        system: Place in `nmea.SYSTEMS`.
        in_view: Satellites listed by GSV.
        tracked: Those of them with a carrier-to-noise ratio.
        used: Satellites listed by GSA.
        cno_dbhz: Mean over the tracked ones, each with its strongest signal; NaN when none.
        told: How the system of the used ones was told.
    """

    epoch: Ints
    system: Ints
    in_view: Ints
    tracked: Ints
    used: Ints
    cno_dbhz: Floats
    told: Ints


@dataclass(slots=True)
class Epochs:
    """Epochs of a block in order; -1 or NaN where no sentence told.

    Args:
        order: Place of the first timed sentence of each in the block.
        tod_ns: Time of day, UTC.
        columns: Values by name.
        valid: A satellite fix with position, which no sentence of the epoch denies.
        use: Satellites by system.
        t_ns: Filled by `Calendar.place`.
        dated: False where `t_ns` counts from the midnight before the first epoch.
    """

    order: Ints
    tod_ns: Ints
    columns: dict[str, Column]
    valid: Flags
    use: Use
    t_ns: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    dated: Flags = field(default_factory=lambda: np.empty(0, np.bool_))


@dataclass(slots=True)
class Grouping:
    """Which sentence belongs to which epoch.

    Args:
        first: Place of the first timed sentence of each epoch.
        tod_ns: Time of day of each epoch, -1 when not said.
        place: Sentence type -> epoch of each of its sentences.
    """

    first: Ints
    tod_ns: Ints
    place: dict[str, Ints]

    def last_begins(self, found: Sentences) -> int:
        """Return the place of the first sentence of the last epoch."""
        last = len(self.first) - 1
        return min(int(found.kinds[k]["order"][p == last].min()) for k, p in self.place.items() if (p == last).any())

    def without_last(self, found: Sentences) -> tuple["Grouping", int]:
        """Return the grouping less its last epoch, and the place where that begins."""
        until = self.last_begins(found)
        last = len(self.first) - 1
        kept = {k: np.minimum(p[: int(np.searchsorted(found.kinds[k]["order"], until))], last - 1) for k, p in self.place.items()}
        return Grouping(self.first[:-1], self.tod_ns[:-1], kept), until


def group_epochs(found: Sentences, precedes: set[tuple[str, str]]) -> Grouping:
    """Group sentences into epochs.

    A new epoch begins where the time of RMC, GGA or GNS changes, or where one of the same talker and type comes again with the same time (a
    repeated or frozen epoch must stay visible). Any other sentence between two of the same epoch belongs to it. Between two epochs it belongs
    to the former, unless elsewhere in the log it stands, within one epoch, before the type of sentence that opens the latter.

    Args:
        found: Sentences of a block.
        precedes: What was learnt so far: (type, timed type) where the former stands before the latter within an epoch; added to.
    """
    timed = [(i, found.kinds[k]) for i, k in enumerate(_TIMED) if k in found.kinds and len(found.kinds[k]["order"])]
    if not timed:
        return Grouping(np.empty(0, np.int64), np.empty(0, np.int64), {})
    order = np.concatenate([c["order"] for _, c in timed])
    sort = np.argsort(order, kind="stable")
    order = order[sort]
    kind = np.concatenate([np.full(len(c["order"]), i) for i, c in timed])[sort]
    tod = np.concatenate([c["tod_ns"] for _, c in timed])[sort]
    new = _epoch_begins(tod, found.group[order])
    epoch = np.cumsum(new) - 1
    places = {}
    for name, columns in found.kinds.items():
        if name in _TIMED:
            places[name] = epoch[np.searchsorted(order, columns["order"])]
            continue
        after = np.searchsorted(order, columns["order"])
        former, latter = np.clip(after - 1, 0, None), np.clip(after, None, len(order) - 1)
        within = (epoch[former] == epoch[latter]) & (former != latter)
        precedes |= {(name, _TIMED[k]) for k in np.flatnonzero(np.bincount(kind[latter[within]])).tolist()}
        opens = np.array([(name, t) in precedes for t in _TIMED])
        places[name] = np.where(opens[kind[latter]], epoch[latter], epoch[former])
    return Grouping(order[new], tod[new], places)


def _epoch_begins(tod: Ints, group: Ints) -> Flags:
    """Tell which timed sentences open an epoch, from their time of day and address."""
    fresh = np.append(True, tod[1:] != tod[:-1])
    run = np.cumsum(fresh) - 1
    begins = np.flatnonzero(fresh)
    rank = np.zeros(len(tod), dtype=np.int64)
    for one in np.flatnonzero(np.bincount(group)).tolist():
        mine = group == one
        count = np.cumsum(mine)
        before = count[begins] - mine[begins]
        rank = np.where(mine, count - before[run] - 1, rank)
    step = np.maximum.accumulate(run * len(tod) + rank)
    return np.append(True, step[1:] != step[:-1])


def assemble(found: Sentences, grouping: Grouping) -> Epochs:
    """Gather the values of the grouped sentences; later ones of the block, which `grouping` leaves out, are not touched."""
    first, tod, place = grouping.first, grouping.tod_ns, grouping.place
    height = len(first)
    kinds = {k: {name: values[: len(place[k])] for name, values in said.items()} for k, said in found.kinds.items()}

    def gather(*sources: tuple[str, str]) -> Floats:
        """Take the value of the first source that has one, else NaN; within a source the last sentence of the epoch speaks."""
        result = np.full(height, np.nan)
        for kind, name in reversed(sources):
            if kind in kinds:
                values = np.asarray(kinds[kind][name], dtype=np.float64)
                known = values >= 0 if kinds[kind][name].dtype == np.int64 else ~np.isnan(values)
                result[place[kind][known]] = values[known]
        return result

    positions = [k for k in ("GGA", "GNS", "RMC") if k in kinds]
    columns: dict[str, Column] = {
        name: gather(*[(k, name) for k in positions if k != "RMC" or name.endswith("deg")])
        for name in ("latitude_deg", "longitude_deg", "altitude_m", "hdop", "used", "quality")
    }
    knots = gather(("RMC", "speed_kn"), ("VTG", "speed_kn")) * KNOT_MPS
    columns["speed_mps"] = np.where(np.isnan(knots), gather(("VTG", "speed_kmh")) / 3.6, knots)
    columns["course_deg"] = gather(("RMC", "course_deg"), ("VTG", "course_deg"))
    columns["pdop"] = gather(("GSA", "pdop"))
    columns["dimension"] = _most(kinds, place, height)
    columns["error_m"] = np.hypot(gather(("GST", "north_m")), gather(("GST", "east_m")))
    columns["day"] = _days(kinds, place, tod)
    valid = _judge(columns, gather(("RMC", "status")), gather(("RMC", "mode")))
    return Epochs(first, tod, columns, valid, _uses(kinds, place, found, height))


def _most(kinds: dict[str, dict[str, Column]], place: dict[str, Ints], height: int) -> Ints:
    result = np.full(height, -1, dtype=np.int64)
    if "GSA" in kinds:
        np.maximum.at(result, place["GSA"], kinds["GSA"]["dimension"].astype(np.int64))
    return result


def _days(kinds: dict[str, dict[str, Column]], place: dict[str, Ints], tod: Ints) -> Ints:
    """Return the day of each epoch as RMC says it, else as the nearest ZDA implies; -1 where neither is in the epoch."""
    day = np.full(len(tod), -1, dtype=np.int64)
    if "ZDA" in kinds:
        zda = kinds["ZDA"]
        known = (zda["day"] >= 0) & (zda["tod_ns"] >= 0)
        epoch = place["ZDA"][known]
        # A ZDA may stand before the sentences of its cycle: at midnight its day is then one later than that of the epoch it follows.
        shift = np.rint((zda["tod_ns"][known] - tod[epoch]) / DAY_NS).astype(np.int64)
        day[epoch] = zda["day"][known].astype(np.int64) + np.where(tod[epoch] >= 0, shift, 0)
    if "RMC" in kinds:
        said = kinds["RMC"]["day"].astype(np.int64)
        day[place["RMC"][said >= 0]] = said[said >= 0]
    return day


def _judge(columns: dict[str, Column], status: Floats, mode: Floats) -> Flags:
    """Settle `quality` where only RMC speaks and tell which epochs hold a satellite fix."""
    letters = np.nan_to_num(status, nan=-1).astype(np.int64)
    modes = np.clip(np.nan_to_num(mode, nan=0).astype(np.int64), 0, 255)
    quality = np.nan_to_num(columns["quality"], nan=-1).astype(np.int64)
    from_mode = np.where(_MODE_QUALITY[modes] >= 0, _MODE_QUALITY[modes], 1)
    by_rmc = np.where(letters == ord("A"), from_mode, np.where(letters == ord("V"), 0, -1))
    columns["quality"] = np.where(quality >= 0, quality, by_rmc)
    denied = (letters > 0) & (letters != ord("A"))
    known = ~np.isnan(columns["latitude_deg"]) & ~np.isnan(columns["longitude_deg"])
    return np.asarray(np.isin(columns["quality"], _SATELLITE_FIX) & ~denied & known, dtype=np.bool_)


def _uses(kinds: dict[str, dict[str, Column]], place: dict[str, Ints], found: Sentences, height: int) -> Use:
    talker = np.array([nmea.TALKERS.get(t, nmea.OTHER) for t, _ in found.addresses] or [0], dtype=np.int64)
    count = height * 8
    view, tracked, used, told = (np.full(count, -1, dtype=np.int64) for _ in range(4))
    cno = np.zeros(count)
    if "GSV" in kinds:
        gsv = kinds["GSV"]
        base = talker[found.group[gsv["order"].astype(np.int64)]]
        keys = _keys(gsv, 4, base, place["GSV"])
        view[(place["GSV"] * 8 + base)[base > 0]] = 0
        ratio = np.concatenate([gsv[f"cno{j}"] for j in range(4)])
        # Each satellite counts once an epoch, with the strongest of its signals: sort by satellite, then strength, and take the last.
        strength = np.clip(np.rint(np.nan_to_num(ratio) * 100), 0, 65535).astype(np.int64)
        packed = np.sort((keys * 65536 + strength)[keys >= 0])
        packed = packed[np.append(packed[1:] >> 16 != packed[:-1] >> 16, True)] if len(packed) else packed
        group, best = packed >> 26, (packed & 65535) / 100
        view = np.where(_count(group, count) > 0, _count(group, count), view)
        heard = _count(group[best > 0], count)
        tracked = np.where(view >= 0, heard, -1)
        cno = np.bincount(group, best, count) / np.maximum(heard, 1)
        cno[heard == 0] = np.nan
    if "GSA" in kinds:
        gsa = kinds["GSA"]
        named, said = talker[found.group[gsa["order"].astype(np.int64)]], gsa["system"].astype(np.int64)
        by_id = (said >= 1) & (said <= 6)
        base = np.where(by_id, said, named)
        how = np.where(by_id, BY_SYSTEM_ID, np.where(base > 0, BY_TALKER, BY_RANGE))
        keys = _keys(gsa, 12, base, place["GSA"])
        some = keys >= 0
        listed = np.sort(keys[some])
        listed = listed[np.append(listed[1:] != listed[:-1], True)] if len(listed) else listed
        own = base > 0
        np.maximum.at(told, (place["GSA"] * 8 + base)[own], how[own])
        np.maximum.at(told, keys[some] >> 10, np.tile(how, 12)[some])
        # An epoch with GSA tells of every system: one that is not listed is not used.
        spoken = np.zeros(height, dtype=np.bool_)
        spoken[place["GSA"]] = True
        used = np.where(np.repeat(spoken, 8), _count(listed >> 10, count), -1)
    rows = np.flatnonzero((view >= 0) | (told >= 0))
    ratio_of = np.where(tracked > 0, cno, np.nan)
    return Use(rows >> 3, rows & 7, view[rows], tracked[rows], used[rows], ratio_of[rows], np.maximum(told[rows], UNTOLD))


def _keys(columns: dict[str, Column], width: int, base: Ints, place: Ints) -> Ints:
    """Return (epoch * 8 + system) * 1024 + satellite for each listed satellite, -1 for empty places; field by field, not row by row."""
    ids = np.concatenate([columns[f"id{j}"] for j in range(width)]).astype(np.int64)
    known = np.clip(ids, 0, 1023)
    bases = np.tile(base, width)
    system = np.where(bases <= nmea.GPS, _BY_TABLE[known], bases)
    return np.where(ids > 0, (np.tile(place, width) * 8 + system) * 1024 + known, -1)


def _count(group: Ints, count: int) -> Ints:
    return np.bincount(group, minlength=count)


@dataclass(slots=True)
class Calendar:
    """The running date of a log, across blocks.

    Epochs without a date of their own continue the one before, with midnight counted where the time of day falls by more than half a day.

    Args:
        last_tod_ns: Time of day of the last timed epoch; -1 before the first.
        turns: Midnights counted since the first timed epoch.
        offset_day: Date of the midnight before the first timed epoch, as the last dated epoch implies; None while no date is known.
    """

    last_tod_ns: int = -1
    turns: int = 0
    offset_day: int | None = None

    def place(self, epochs: Epochs) -> None:
        """Fill `t_ns` and `dated`; an epoch without time gets -1 and stays undated."""
        tod = epochs.tod_ns
        timed = np.flatnonzero(tod >= 0)
        epochs.t_ns, epochs.dated = np.full(len(tod), -1, dtype=np.int64), np.zeros(len(tod), dtype=np.bool_)
        if not len(timed):
            return
        clock = tod[timed]
        previous = np.append(self.last_tod_ns if self.last_tod_ns >= 0 else clock[0], clock[:-1])
        step = clock - previous
        turns = self.turns + np.cumsum((step < -HALF_DAY_NS).astype(np.int64) - (step > HALF_DAY_NS))
        day = epochs.columns["day"][timed].astype(np.int64)
        known = np.where(day >= 0, np.arange(len(day)), -1)
        latest = np.maximum.accumulate(known)
        before = self.offset_day if self.offset_day is not None else 0
        offset = np.where(latest >= 0, (day - turns)[latest], before)
        epochs.t_ns[timed] = (turns + offset) * DAY_NS + clock
        epochs.dated[timed] = (latest >= 0) | (self.offset_day is not None)
        self.last_tod_ns, self.turns = int(clock[-1]), int(turns[-1])
        if latest[-1] >= 0:
            self.offset_day = int(offset[-1])

    def backdate(self, epochs: Epochs, first_day: int) -> None:
        """Give a date to epochs that came before the first one that had it."""
        late = (epochs.t_ns >= 0) & ~epochs.dated
        epochs.t_ns[late] += first_day * DAY_NS
        epochs.dated |= late
