"""The owner behind an active card was verified before it was activated."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Annotated

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.record import CHINA
from zhunru.core.step import Limit
from zhunru.core.verdict import Verdict
from zhunru.formulas.check_digits import tail
from zhunru.records.sheets import field_of
from zhunru.records.sim_card import SimCard

_IDENTITY = ("owner", "id_kind", "id_number")


@check(
    "miit-2021-103/2.3", "miit-2021-246/at_sale", "miit-2021-246/after_sale", title_zh="在用车联网卡的车主在激活前已实名核验", since="0.1"
)
def sim_owner_is_verified(
    cards: list[SimCard],
    day: date,
    *,
    reregister_days: Annotated[int, Limit("d", source="miit-2021-246/after_sale", basis="P")] = 7,
) -> Iterator[Finding]:
    """Every active card has an owner whose identity was verified before activation, and again within `reregister_days` of a change.

    Why:
        Real-name registration means that a person was verified before the card could be used, not that a name stands in a table.

    为什么:
        实名登记要求先核验身份、后开通使用；表中有姓名并不等于已实名。

    How it decides:
        1. Only active cards are judged; none: gap. A card whose status is not told may be active: gap.
        2. Name, kind or number of the identity document blank: breach; unreadable: gap.
        3. Verification failed: breach; its result or the time of registration is not told, registration or activation lies after the day of
           assessment, or the day of a change of owner cannot be read: gap.
        4. The vehicle changed its owner: registered again within `reregister_days` days: ok; later, or not yet though the days are over: breach;
           the days still run: gap. The first activation can then no longer be told from the latest registration.
        5. Else registered after activation: breach; activation time not told: gap; otherwise ok.

    Inconclusive:
        No active card; status, result, registration or activation time is missing or unreadable, or lies in the future; a change of owner
        is still within its days, or its day is unreadable.

    Not covered:
        Whether the verification was really made and against which source; earlier owners; the maker's own test use before sale.

    未覆盖:
        核验是否真实进行及其依据；历任车主；销售前企业自用测试。

    Args:
        cards: Register of the cards.
        day: Day as of which is assessed.
        reregister_days: Days after a change of owner within which the new owner is registered.

    References:
        103号 (二); 工信部网安函〔2021〕246号; data-and-cyber.md 5.2.
    """
    # (1) only active cards
    active = [c for c in cards if c.status == "active"]
    if not active:
        yield gap("没有在用的车联网卡", "no card is active", cards=len(cards))
    for card in cards:
        if card.status is None:
            yield gap("卡状态不明", "the status of the card is not told", at=card.origin, card=tail(card.iccid))
    for card in active:
        yield _judged(card, day, reregister_days)


def _judged(card: SimCard, day: date, reregister_days: int) -> Finding:
    blank = [n for n in _IDENTITY if getattr(card, n) is None]
    unread = {field_of(SimCard, p.partition(": ")[0]) for p in card.origin.problems}
    missing = [n for n in blank if n not in unread]
    shown = tail(card.iccid)
    # (2) who
    if missing:
        return breach("车主身份信息缺失", "identity of the owner is missing", at=card.origin, card=shown, missing=", ".join(missing))
    if blank:
        return gap("车主身份信息无法识别", "identity of the owner cannot be read", at=card.origin, card=shown, cells=", ".join(blank))
    # (3) verified
    if card.verified == "failed":
        return breach("实名核验未通过而卡在用", "verification failed and the card is active", at=card.origin, card=shown)
    if card.verified is None or card.registered is None:
        return gap("核验结果或登记时间缺失", "result of the verification or time of registration is missing", at=card.origin, card=shown)
    if any(t and t.astimezone(CHINA).date() > day for t in (card.registered, card.activated)):
        return gap("登记或激活晚于评估日", "registered or activated after the day of assessment", at=card.origin, card=shown)
    if "owner_changed" in unread:
        return gap("过户日期无法识别", "the day of the change of owner cannot be read", at=card.origin, card=shown)
    # (4) a later owner
    if card.owner_changed:
        return _after_change(card, card.registered, card.owner_changed, day, reregister_days)
    # (5) the first owner
    if card.activated is None:
        return gap("激活时间缺失或无法识别", "time of activation is missing or unreadable", at=card.origin, card=shown)
    if card.registered > card.activated:
        late = (card.registered - card.activated).total_seconds()
        return breach(
            "激活早于实名登记",
            "activated before the owner was registered",
            at=card.origin,
            card=shown,
            measured=late,
            limit=0,
            unit="s",
        )
    return ok("激活前已实名核验", "verified before activation", at=card.origin, card=shown)


def _after_change(card: SimCard, at: datetime, changed: date, day: date, days: int) -> Finding:
    shown, registered = tail(card.iccid), at.astimezone(CHINA).date()
    due = changed + timedelta(days=days)
    if registered < changed:
        waited = (day - changed).days
        if day > due:
            return breach(
                "过户后未重新登记",
                "not registered again after a change of owner",
                at=card.origin,
                card=shown,
                measured=waited,
                limit=days,
                unit="d",
            )
        return gap(
            "过户登记期限未到", "the days to register again still run", at=card.origin, card=shown, measured=waited, limit=days, unit="d"
        )
    took = (registered - changed).days
    if registered > due:
        return breach(
            "过户后重新登记过迟",
            "registered again too late after a change of owner",
            at=card.origin,
            card=shown,
            measured=took,
            limit=days,
            unit="d",
        )
    return ok(
        "过户后已按期重新登记",
        "registered again in time after a change of owner",
        at=card.origin,
        card=shown,
        measured=took,
        limit=days,
        unit="d",
    )


_DAY = date(2026, 6, 1)


def _case(**changed: object) -> tuple[list[SimCard], date]:
    plain = {"iccid": "89860112345678901237", "status": "在用", "owner": "张三", "id_kind": "身份证", "id_number": "11010519491231002X"}
    plain |= {"registered": "2026-03-01 10:00:00", "activated": "2026-03-01 10:05:00", "verified": "通过"}
    return [SimCard.model_validate(plain | changed)], _DAY


@sim_owner_is_verified.example(Verdict.PASS)
def verified_five_minutes_before() -> tuple[list[SimCard], date]:
    """Registered and verified, then activated."""
    return _case()


@sim_owner_is_verified.example(Verdict.PASS)
def registered_again_after_a_sale() -> tuple[list[SimCard], date]:
    """The car was sold on and the new owner registered within the days."""
    return _case(registered="2026-05-08 09:00:00", owner_changed="2026-05-01")


@sim_owner_is_verified.example(Verdict.FAIL)
def activated_before_registration() -> tuple[list[SimCard], date]:
    """The card was active before anybody was registered."""
    return _case(activated="2026-02-28 10:00:00")


@sim_owner_is_verified.example(Verdict.FAIL)
def nobody_is_registered() -> tuple[list[SimCard], date]:
    """An active card without an owner."""
    return _case(owner="")


@sim_owner_is_verified.example(Verdict.INCONCLUSIVE)
def result_not_told() -> tuple[list[SimCard], date]:
    """Nobody says how the verification ended."""
    return _case(verified="")
