"""Numbers of the card register have the form and the check digits that they ought to have."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Any, Literal, NamedTuple

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.step import Limit
from zhunru.core.verdict import Verdict
from zhunru.formulas.check_digits import luhn_holds, resident_id_holds, tail, uscc_holds, vin_holds
from zhunru.records.sim_card import SimCard
from zhunru.records.vehicle import Vehicle


class _Slip(NamedTuple):
    """A number that does not hold; `sure` = it is certainly wrong, else a person should look."""

    what: Literal["ICCID", "VIN", "IMEI", "IMSI", "MSISDN", "ID"]
    number: str
    sure: bool


@check("miit-2021-103/2.3", "miit-2021-246/at_sale", title_zh="车联网卡登记中的号码格式与校验位正确", since="0.1")
def sim_numbers_are_valid(
    cards: list[SimCard],
    vehicles: list[Vehicle] | None,
    day: date,
    *,
    iccid_symbols: Annotated[int, Limit("symbols", source="miit-2021-246/at_sale", basis="G")] = 20,
) -> Iterator[Finding]:
    """Card numbers, VINs, terminal and identity numbers of the register have their form and their check digits hold.

    Why:
        A number that was mistyped registers somebody or something else, so the card is in truth not registered.

    为什么:
        号码录错就等于登记了别人或别的卡，该卡实际上并未实名。

    How it decides:
        1. Nothing registered: gap.
        2. ICCID: 89 and 17 to `iccid_symbols` - 2 more symbols, else breach; Luhn digit fails or letters: gap, since some operators use none.
        3. VIN: check digit fails: breach for a production vehicle; gap for a test or export vehicle or where the use is not known;
           a symbol or length that no VIN has: breach.
        4. Identity number by its kind: GB 11643 with a birth date not after the day of assessment, or GB 32100; fails: breach.
           Kind not told and no form fits: gap. Passports and permits have no check digit and are not judged.
        5. IMEI: 15 digits with Luhn, else breach; 16 digits (with software version): gap. IMSI: 15 digits from 460 or 461, MSISDN: 11 or 13
           digits, else gap.
        6. One finding per card: the surest slip decides; none: ok.

    Inconclusive:
        The register is empty, or a number does not hold though that may be right.

    Not covered:
        Whether the number belongs to the person, card or vehicle. Findings show the last six symbols only.

    未覆盖:
        号码是否确属该人、该卡或该车；结论中只显示号码末六位。

    Args:
        cards: Register of the cards.
        vehicles: Vehicle ledger, for the use of each vehicle.
        day: Day as of which is assessed.
        iccid_symbols: Most symbols of an ICCID.

    References:
        ITU-T E.118; GB 16735-2019; GB 11643-1999; GB 32100-2015; data-and-cyber.md 6.1 to 6.5.
    """
    # (1) nothing registered
    if not cards:
        yield gap("车联网卡登记为空", "the register of cards is empty")
    uses = {v.vin: v.use for v in vehicles or []}
    for card in cards:
        # (2) card, (3) vehicle, (4) person, (5) terminal
        slips = [*_card_slips(card, iccid_symbols), *_vin_slips(card, uses), *_id_slips(card, day), *_terminal_slips(card)]
        # (6) the surest slip decides
        slips.sort(key=lambda s: not s.sure)
        facts: dict[str, Any] = {"card": tail(card.iccid), "wrong": ", ".join(f"{s.what} {tail(s.number)}" for s in slips)}
        if slips and slips[0].sure:
            yield breach("号码格式或校验位错误", "a number breaks its form or check digit", at=card.origin, **facts)
        elif slips:
            yield gap("号码校验未通过，须人工核对", "a number does not hold; a person should look at it", at=card.origin, **facts)
        else:
            yield ok("号码格式与校验位正确", "form and check digits hold", at=card.origin, card=facts["card"])


def _card_slips(card: SimCard, most: int) -> Iterator[_Slip]:
    """Yield what is wrong with the card number."""
    number = card.iccid.replace(" ", "")
    if not (19 <= len(number) <= most and number.startswith("89") and number.isascii() and number.isalnum()):
        yield _Slip("ICCID", number, sure=True)
    elif not luhn_holds(number):
        yield _Slip("ICCID", number, sure=False)


def _vin_slips(card: SimCard, uses: Mapping[str, str | None]) -> Iterator[_Slip]:
    """Yield what is wrong with the vehicle."""
    if card.vin and not vin_holds(card.vin):
        formed = len(card.vin) == 17 and card.vin.isascii() and card.vin.isalnum() and not set(card.vin) & set("IOQ")
        yield _Slip("VIN", card.vin, sure=not formed or uses.get(card.vin) == "production")


def _id_slips(card: SimCard, day: date) -> Iterator[_Slip]:
    """Yield what is wrong with the identity number."""
    number = (card.id_number or "").upper()
    if not number:
        return
    resident, code = resident_id_holds(number, day), uscc_holds(number)
    if (card.id_kind == "resident_id" and not resident) or (card.id_kind == "uscc" and not code):
        yield _Slip("ID", number, sure=True)
    elif card.id_kind is None and not resident and not code:
        yield _Slip("ID", number, sure=False)


def _terminal_slips(card: SimCard) -> Iterator[_Slip]:
    """Yield what is wrong with terminal and subscriber."""
    if card.imei and not (len(card.imei) == 15 and luhn_holds(card.imei)):
        yield _Slip("IMEI", card.imei, sure=not (len(card.imei) == 16 and card.imei.isdecimal()))
    if card.imsi and not (len(card.imsi) == 15 and card.imsi.isdecimal() and card.imsi.startswith(("460", "461"))):
        yield _Slip("IMSI", card.imsi, sure=False)
    if card.msisdn:
        number = card.msisdn.replace(" ", "").replace("-", "").removeprefix("+86")
        if not (len(number) in {11, 13} and number.isdecimal()):
            yield _Slip("MSISDN", number, sure=False)


_DAY = date(2026, 1, 1)
_Case = tuple[list[SimCard], list[Vehicle] | None, date]


def _case(use: str = "量产", **changed: object) -> _Case:
    plain = {"iccid": "89860112345678901237", "vin": "LSVAA49J0X2000001", "imei": "490154203237518", "msisdn": "1440012345678"}
    plain |= {"id_kind": "身份证", "id_number": "11010519491231002X"}
    card = SimCard.model_validate(plain | changed)
    return [card], [Vehicle.model_validate({"vin": card.vin, "use": use})], _DAY


@sim_numbers_are_valid.example(Verdict.PASS)
def all_numbers_hold() -> _Case:
    """Every check digit is right."""
    return _case()


@sim_numbers_are_valid.example(Verdict.FAIL)
def identity_number_mistyped() -> _Case:
    """The last symbol of the identity number is wrong."""
    return _case(id_number="110105194912310021")


@sim_numbers_are_valid.example(Verdict.FAIL)
def production_vin_mistyped() -> _Case:
    """The check digit of a production VIN fails."""
    return _case(vin="LFV2A21K0A3000001")


@sim_numbers_are_valid.example(Verdict.INCONCLUSIVE)
def test_car_without_check_digit() -> _Case:
    """The same VIN on a test car is only a warning."""
    return _case(use="试验车", vin="LFV2A21K0A3000001")


@sim_numbers_are_valid.example(Verdict.INCONCLUSIVE)
def card_number_without_luhn_digit() -> _Case:
    """Some operators use no Luhn digit."""
    return _case(iccid="89860112345678901238")
