"""Cards and vehicles belong to each other one to one."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.record import CHINA
from zhunru.core.step import Limit
from zhunru.core.verdict import Verdict
from zhunru.formulas.check_digits import tail
from zhunru.formulas.written_names import bare_iccid, bare_number
from zhunru.records.sim_card import SimCard
from zhunru.records.vehicle import Vehicle

_MOST = 300
"""Rows of one card or vehicle that are compared with each other; a real register has a handful."""


@check(
    "miit-2021-103/2.3",
    "miit-2021-246/before_sale",
    "miit-2021-246/after_sale",
    title_zh="车联网卡登记与车辆一一对应，没有无主卡",
    since="0.1",
)
def sim_register_is_consistent(
    cards: list[SimCard],
    vehicles: list[Vehicle] | None,
    day: date,
    *,
    cards_per_vehicle: Annotated[int, Limit("cards", source="miit-2021-246/before_sale", basis="P")] = 1,
) -> Iterator[Finding]:
    """At any time a card belongs to one known vehicle and a vehicle has no more than `cards_per_vehicle` cards.

    Why:
        A card that stands with two vehicles, or with none, cannot be traced to a person; a scrapped vehicle must have none.

    为什么:
        一张卡对应两辆车或没有车辆，就无法追溯到人；报废车辆的卡须注销。

    How it decides:
        1. Nothing registered: gap.
        2. A card that is not cancelled is bound from `bound_from` (or ever) to `bound_until` (or for good). Numbers are compared without
           blanks, case and filler. Two such spans of one card with different vehicles that overlap: breach; with one vehicle, or more than
           300 of them: gap, registered too often. A span that ends before it begins: gap.
        3. More spans of one vehicle on one day than `cards_per_vehicle`: breach.
        4. An active or suspended card without a vehicle, or whose last span ended before the day: breach; one whose status is not told,
           that was cancelled by the day, or that is bound only after it: gap; one in stock has none yet.
        5. A vehicle that the vehicle ledger does not know: breach; no such ledger: gap.
        6. An active card in a scrapped vehicle: breach; one whose status is not told: gap. A vehicle is scrapped when one of its entries says
           so; that others say otherwise is a gap beside it.
        7. Else ok.

    Inconclusive:
        The register is empty, the vehicle ledger is missing or contradicts itself, a status is missing, or days contradict each other.

    Not covered:
        Whether the card is really in that vehicle: compare with captures or the network's own register.

    未覆盖:
        卡是否确实装在该车上，须与抓包或电信企业登记比对。

    Args:
        cards: Register of the cards.
        vehicles: Vehicle ledger.
        day: Day as of which is assessed.
        cards_per_vehicle: Most cards that one vehicle has at a time.

    References:
        103号 (二); 工信部网安函〔2021〕246号; data-and-cyber.md 5.2.
    """
    # (1) nothing registered
    if not cards:
        yield gap("车联网卡登记为空", "the register of cards is empty")
    live = [c for c in cards if c.status != "cancelled"]
    tangled = {id(c) for by_card in (True, False) for g in _grouped(live, by_card=by_card) if len(g) > _MOST for c in g}
    doubled = _doubled(live)
    crowded = _crowded(live, cards_per_vehicle)
    states: dict[str, set[str | None]] = {}
    for vehicle in vehicles or []:
        states.setdefault(bare_number(vehicle.vin), set()).add(vehicle.status)
    last = _last_days(live)
    for card in sorted(cards, key=lambda c: (c.iccid, c.vin or "", c.origin.row or 0)):
        shown: dict[str, Any] = {"card": tail(card.iccid), "vehicle": tail(card.vin) if card.vin else None}
        if id(card) in tangled:
            yield gap("同一张卡或车辆的登记过多，无法理清", "too many rows of one card or vehicle to tell apart", at=card.origin, **shown)
        # (2) one card, one vehicle at a time
        elif doubled.get(id(card)) == "elsewhere":
            yield breach("同一张卡同时对应多辆车", "one card stands with several vehicles at a time", at=card.origin, **shown)
        elif id(card) in doubled:
            yield gap("同一张卡重复登记", "one card is registered twice", at=card.origin, **shown)
        # (3) one vehicle, one card at a time
        elif id(card) in crowded:
            yield breach(
                "同一辆车同时对应多张卡",
                "one vehicle has more cards at a time than it should",
                at=card.origin,
                measured=crowded[id(card)],
                limit=cards_per_vehicle,
                unit="cards",
                **shown,
            )
        else:
            yield _judged(card, shown, states, last, day)
        if len(states.get(bare_number(card.vin or ""), set()) - {None}) > 1:
            yield gap("车辆台账对车辆状态的记载相互矛盾", "entries of the vehicle ledger contradict each other", at=card.origin, **shown)


def _judged(card: SimCard, shown: dict[str, Any], states: dict[str, set[str | None]], last: dict[str, date], day: date) -> Finding:
    """Judge a card that stands alone in the register."""
    if card.status == "cancelled":
        return ok("卡已注销", "the card is cancelled", at=card.origin, **shown)
    # (4) a vehicle is named, and the card is in it
    if not card.vin:
        return _without_vehicle(card)
    if (doubt := _out_of_place(card, shown, last, day)) is not None:
        return doubt
    # (5) the vehicle is known
    if not states:
        return gap("缺少车辆台账，无法核对车辆", "without a vehicle ledger the vehicle cannot be looked up", at=card.origin, **shown)
    known = states.get(bare_number(card.vin))
    if known is None:
        return breach("车辆台账中没有该车（无主卡）", "the vehicle ledger does not know the vehicle (orphan card)", at=card.origin, **shown)
    # (6) scrapped vehicles have no active card
    if "scrapped" in known and card.status == "active":
        return breach("车辆已报废而卡仍在用", "the vehicle is scrapped and the card is still active", at=card.origin, **shown)
    if "scrapped" in known and card.status is None:
        return gap("车辆已报废而卡状态不明", "the vehicle is scrapped and the status of its card is not told", at=card.origin, **shown)
    # (7) as it should be
    return ok("卡与车辆对应", "card and vehicle belong together", at=card.origin, **shown)


def _out_of_place(card: SimCard, shown: dict[str, Any], last: dict[str, date], day: date) -> Finding | None:
    """Return what is wrong with the days on which the card is bound, None when nothing is."""
    first, ended = _span(card)
    if ended < first:
        return gap("解绑早于绑定", "the binding ends before it begins", at=card.origin, **shown)
    if card.status not in {"active", "suspended"}:
        return None
    if card.cancelled and card.cancelled.astimezone(CHINA).date() <= day:
        return gap("卡有注销时间而状态为在用", "the card has a time of cancellation, but its status says in use", at=card.origin, **shown)
    if last[bare_iccid(card.iccid)] < day:
        return breach("卡已解绑而仍在用（无主卡）", "the card was unbound and is still in use (orphan card)", at=card.origin, **shown)
    if first > day:
        return gap("绑定晚于评估日", "bound only after the day of assessment", at=card.origin, **shown)
    return None


def _last_days(cards: list[SimCard]) -> dict[str, date]:
    """Return card -> last day on which any of its rows binds it to a vehicle."""
    found: dict[str, date] = {}
    for card in cards:
        name = bare_iccid(card.iccid)
        found[name] = max(_span(card)[1], found.get(name, date.min))
    return found


def _without_vehicle(card: SimCard) -> Finding:
    """Judge a card that names no vehicle."""
    shown = tail(card.iccid)
    if card.status is None:
        return gap("卡未对应车辆且状态不明", "the card has no vehicle and its status is not told", at=card.origin, card=shown)
    if card.status == "stock":
        return ok("库存卡，尚未装车", "in stock, in no vehicle yet", at=card.origin, card=shown)
    return breach("在用的卡没有对应车辆（无主卡）", "a card in use has no vehicle (orphan card)", at=card.origin, card=shown)


def _span(card: SimCard) -> tuple[date, date]:
    ended = card.cancelled.astimezone(CHINA).date() if card.cancelled else None
    return card.bound_from or date.min, card.bound_until or ended or date.max


def _doubled(cards: list[SimCard]) -> dict[int, str]:
    """Return id of row -> `elsewhere` or `again`, for rows whose card stands in another row on the same day."""
    found: dict[int, str] = {}
    for group in _grouped(cards, by_card=True):
        ordered = sorted(group, key=_span) if len(group) <= _MOST else []
        for at, one in enumerate(ordered):
            for other in ordered[at + 1 :]:
                if _span(other)[0] > _span(one)[1]:
                    break
                word = "elsewhere" if bare_number(one.vin or "") != bare_number(other.vin or "") else "again"
                for row in (one, other):
                    found[id(row)] = "elsewhere" if "elsewhere" in {word, found.get(id(row))} else word
    return found


def _crowded(cards: list[SimCard], limit: int) -> dict[int, int]:
    """Return id of row -> number of cards of its vehicle on one day, where that is more than `limit`."""
    found: dict[int, int] = {}
    for group in _grouped(cards, by_card=False):
        for day in {_span(c)[0] for c in group} if len(group) <= _MOST else ():
            present = [c for c in group if _span(c)[0] <= day <= _span(c)[1]]
            count = len({bare_iccid(c.iccid) for c in present})
            if count > limit:
                found |= {id(c): max(count, found.get(id(c), count)) for c in present}
    return found


def _grouped(cards: list[SimCard], *, by_card: bool) -> list[list[SimCard]]:
    groups: dict[str, list[SimCard]] = defaultdict(list)
    for card in cards:
        if name := bare_iccid(card.iccid) if by_card else bare_number(card.vin or ""):
            groups[name].append(card)
    return list(groups.values())


_DAY = date(2026, 6, 1)
_VINS = ("LSVAA49J0X2000001", "1M8GDM9AXKP042788")


def _card(**changed: object) -> SimCard:
    return SimCard.model_validate({"iccid": "89860112345678901237", "vin": _VINS[0], "status": "在用"} | changed)


def _cars(*states: str) -> list[Vehicle]:
    return [Vehicle.model_validate({"vin": v, "status": s}) for v, s in zip(_VINS, states, strict=False)]


@sim_register_is_consistent.example(Verdict.PASS)
def moved_to_another_car() -> tuple[list[SimCard], list[Vehicle], date]:
    """The card was taken out of one car before it went into the next."""
    return [_card(bound_until="2026-03-01"), _card(vin=_VINS[1], bound_from="2026-03-02")], _cars("已售", "已售"), _DAY


@sim_register_is_consistent.example(Verdict.FAIL)
def one_card_in_two_cars() -> tuple[list[SimCard], list[Vehicle], date]:
    """Both rows hold on the same day."""
    return [_card(bound_until="2026-03-02"), _card(vin=_VINS[1], bound_from="2026-03-02")], _cars("已售", "已售"), _DAY


@sim_register_is_consistent.example(Verdict.FAIL)
def card_of_an_unknown_car() -> tuple[list[SimCard], list[Vehicle], date]:
    """The vehicle ledger does not hold the VIN."""
    return [_card(vin=_VINS[1])], _cars("已售"), _DAY


@sim_register_is_consistent.example(Verdict.FAIL)
def unbound_and_still_active() -> tuple[list[SimCard], list[Vehicle], date]:
    """The card was taken out of its car and nobody cancelled it."""
    return [_card(bound_until="2025-01-01")], _cars("已售"), _DAY


@sim_register_is_consistent.example(Verdict.INCONCLUSIVE)
def no_vehicle_ledger() -> tuple[list[SimCard], list[Vehicle] | None, date]:
    """Nothing to look the vehicle up in."""
    return [_card()], None, _DAY
