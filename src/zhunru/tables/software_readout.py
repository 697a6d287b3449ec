"""Software identification as it was read from, or written to, the ECUs of cars."""

from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

import polars as pl

from zhunru.core.step import derive
from zhunru.core.table import Table, col
from zhunru.formulas.written_names import bare_number
from zhunru.records.readout_identifier import ReadoutIdentifier
from zhunru.records.readout_session import ReadoutSession
from zhunru.tables.doip_vehicle import DoipVehicle
from zhunru.tables.uds_exchange import UdsExchange, links_of, number_of
from zhunru.wire import uds

_SERVICES: Final = (uds.SESSION, uds.RESET, uds.READ, uds.SECURITY, uds.WRITE, 0x29)
_AUTHENTICATION: Final = 0x29
_OWNERSHIP_VERIFIED: Final = frozenset({3, 6, 7})
"""Sub-functions of service 0x29 whose positive answer ends an authentication, ISO 14229-1 (G)."""


class SoftwareReadout(Table):
    """One datum that a tester asked of an ECU, or tried to write, through an identifier of the ledger 读取标识.

    A datum that was asked and not answered is a row, too, without a value: `problem` or `negative_code` tells why.
    """

    t_ns = col(pl.Int64, "request, by the clock of the log", "时间")
    vin = col(pl.String, "car; null = the log tells none, or several", "车辆识别代号")
    ecu = col(pl.String, "ECU, as the ledger names it", "控制器")
    meaning = col(pl.String, "swin, version, hardware, vin, serial or fingerprint", "含义")
    action = col(pl.String, "read or write", "动作")
    value = col(pl.String, "value read, or the one that was to be written; null = none, or not of the declared encoding", "值")
    negative_code = col(pl.UInt8, "code of the negative answer; null = positive or none", "否定应答码")
    problem = col(pl.String, "why there is no value: a loss of the exchange, encoding, length, several; empty = none", "问题")
    unlocked = col(
        pl.Boolean, "the tester had passed security access or authentication in this log, and no session or reset came since", "已解锁"
    )
    phase = col(pl.String, "before, after, inspection, production or tamper, as noted; null = not noted", "读取时机")
    campaign = col(pl.String, "update activity, as noted", "升级活动")
    did_code = col(pl.UInt16, "data identifier", "数据标识符")


class _Datum(NamedTuple):
    did: int
    value: bytes | None
    problem: str


@derive
def software_readouts(
    exchanges: UdsExchange, identifiers: list[ReadoutIdentifier], sessions: list[ReadoutSession] | None, vehicles: DoipVehicle | None
) -> SoftwareReadout:
    """Give the exchanges about declared identifiers their meaning, their car and their occasion.

    Args:
        exchanges: What testers asked.
        identifiers: Which identifier of which ECU means what; others are not guessed, `ReadoutAccount` counts them.
        sessions: From which car and on which occasion each log was taken.
        vehicles: Vehicles that announced themselves in the log.

    Returns:
        Rows in the order of the logs. The car is told where record, announcement and VINs read agree on exactly one.
    """
    known = Identifiers(identifiers)
    frame = exchanges.frame.filter(pl.col("service_code").is_in(_SERVICES)).collect()
    noted = _noted(sessions or [])
    announced = vehicles.frame.select("source", "vin").filter(pl.col("vin") != "").unique().collect() if vehicles else None
    rows: list[dict[str, Any]] = []
    for (source,), part in sorted(frame.partition_by("source", as_dict=True).items()):
        session = noted.get(str(source))
        found = [row | {"source": source} for row in _read(part.sort("t_ns", maintain_order=True), known)]
        cars = {bare_number(row["value"]) for row in found if row["meaning"] == "vin" and row["action"] == "read" and row["value"]}
        cars |= {bare_number(session.vin)} if session and session.vin else set()
        cars |= {bare_number(v) for v in announced.filter(pl.col("source") == source)["vin"]} if announced is not None else set()
        told = {
            "vin": next(iter(cars)) if len(cars) == 1 else None,
            "phase": session.phase if session else None,
            "campaign": session.campaign if session else None,
        }
        rows += [row | told for row in found]
    return SoftwareReadout(pl.DataFrame(rows, schema=SoftwareReadout.schema()))


def _noted(sessions: Iterable[ReadoutSession]) -> dict[str, ReadoutSession]:
    """Return the record of each log; of several, only what they agree on."""
    found: dict[str, ReadoutSession] = {}
    for session in sessions:
        before = found.get(session.file)
        if before:
            differ = {n: None for n in ("vin", "phase", "campaign") if getattr(before, n) != getattr(session, n)}
            session = before.model_copy(update=differ)  # noqa: PLW2901 - the joined row takes the place of both
        found[session.file] = session
    return found


class Identifiers:
    """Finds the declared identifier of an exchange.

    Args:
        rows: The ledger; rows without a meaning, and those whose addresses or identifier cannot be read, are not used.
    """

    def __init__(self, rows: list[ReadoutIdentifier]) -> None:
        self.unusable: list[ReadoutIdentifier] = []
        self._can: dict[tuple[int, int | None], dict[int, list[ReadoutIdentifier]]] = {}
        self._ip: dict[int, dict[int, list[ReadoutIdentifier]]] = {}
        for row in rows:
            did, address, links = number_of(row.did), number_of(row.address), links_of(row)
            usable = row.meaning is not None and did is not None and did <= 0xFFFF and (address is not None or bool(links))
            if did is None or not usable or (row.address and address is None) or (row.response_id and not links):
                self.unusable.append(row)
                continue
            for end in dict.fromkeys((link.response_id, link.response_byte) for link in links):
                self._can.setdefault(end, {}).setdefault(did, []).append(row)
            if address is not None:
                self._ip.setdefault(address, {}).setdefault(did, []).append(row)

    def of(self, exchange: dict[str, Any]) -> dict[int, list[ReadoutIdentifier]]:
        """Return identifier -> rows of the ECU that answers; empty when nobody declared it."""
        if exchange["transport"] == "doip":
            return self._ip.get(exchange["ecu_id"], {})
        found = self._can.get((exchange["ecu_id"], exchange["address_code"]), {})
        bus = exchange["link"]
        return {did: fitting for did, rows in found.items() if (fitting := [r for r in rows if not r.bus or r.bus == bus])}


def _read(part: pl.DataFrame, known: Identifiers) -> Iterator[dict[str, Any]]:
    unlocked: set[tuple[Any, ...]] = set()
    for exchange in part.iter_rows(named=True):
        ecu = (exchange["transport"], exchange["link"], exchange["ecu_id"], exchange["address_code"])
        request = exchange["request"]
        if request is None:
            yield from _unasked(exchange, known)
            continue
        if exchange["service_code"] in {uds.READ, uds.WRITE}:
            declared = known.of(exchange)
            action = "read" if exchange["service_code"] == uds.READ else "write"
            for datum in data_of(exchange, declared):
                for row in declared.get(datum.did, ()):
                    yield _row(exchange, row, datum, action) | {"unlocked": ecu in unlocked}
        elif exchange["complete"] and exchange["negative_code"] is None:
            if _unlocks(request):
                unlocked.add(ecu)
            elif exchange["service_code"] in {uds.SESSION, uds.RESET}:
                unlocked.discard(ecu)


def _unasked(exchange: dict[str, Any], known: Identifiers) -> Iterator[dict[str, Any]]:
    """Yield the datum of an answer whose request the log lacks: without the request nothing tells where its value ends."""
    response = exchange["response"]
    if exchange["service_code"] == uds.READ and exchange["negative_code"] is None and response and len(response) >= 3:
        datum = _Datum(int.from_bytes(response[1:3], "big"), None, exchange["loss"])
        for row in known.of(exchange).get(datum.did, ()):
            yield _row(exchange, row, datum, "read") | {"unlocked": False}


def _unlocks(request: bytes) -> bool:
    told = uds.sub_function(request)
    if told is None:
        return False
    return told in _OWNERSHIP_VERIFIED if request[0] == _AUTHENTICATION else request[0] == uds.SECURITY and told % 2 == 0 and told > 0


def data_of(exchange: dict[str, Any], declared: dict[int, list[ReadoutIdentifier]]) -> list[_Datum]:
    """Return what was asked or written, datum by datum; a value only where it is certain.

    Args:
        exchange: Row of `UdsExchange` with a request of service 0x22 or 0x2E.
        declared: Identifiers of the ECU, for the lengths of values.
    """
    request, response = exchange["request"], exchange["response"]
    asked = uds.asked_ids(request)
    problem = exchange["loss"]
    if exchange["service_code"] == uds.WRITE:
        whole = exchange["request_byte"] == len(request)
        return [_Datum(did, request[3:] if whole else None, problem or ("" if whole else "length")) for did in asked]
    if problem or response is None or exchange["negative_code"] is not None:
        return [_Datum(did, None, problem) for did in asked]
    if exchange["response_byte"] != len(response):
        return [_Datum(did, None, "length") for did in asked]
    sizes = {did: int(rows[0].length_byte) for did, rows in declared.items() if rows[0].length_byte}
    values = uds.read_values(request, response, sizes)
    if values is None:
        return [_Datum(did, None, "several" if len(asked) > 1 else "length") for did in asked]
    told = dict(values)
    return [_Datum(did, told.get(did), "" if did in told else "no response") for did in dict.fromkeys(asked)]


def _row(exchange: dict[str, Any], row: ReadoutIdentifier, datum: _Datum, action: str) -> dict[str, Any]:
    value = None if datum.value is None else decoded(datum.value, row.encoding or "ascii")
    return {
        "t_ns": exchange["t_ns"],
        "ecu": row.ecu,
        "meaning": row.meaning,
        "action": action,
        "value": value,
        "negative_code": exchange["negative_code"],
        "problem": datum.problem or ("encoding" if datum.value is not None and value is None else ""),
        "did_code": datum.did,
    }


def decoded(value: bytes, encoding: str) -> str | None:
    """Return a value as text, None when it is not of the declared encoding.

    Args:
        value: Bytes behind the data identifier.
        encoding: ascii (filled up with 00, FF or blanks behind), bcd (two digits a byte), hex (as it stands).
    """
    if encoding == "hex":
        return value.hex().upper() or None
    if encoding == "bcd":
        digits = value.hex()
        return digits if digits.isdecimal() else None
    text = value.rstrip(b"\x00\xff \t")
    plain = text.decode("latin-1").strip()
    return plain if plain and plain.isascii() and plain.isprintable() else None


class ReadoutAccount(Table):
    """What the diagnostic exchanges of one log came to; identifiers that nobody declared are counted, never guessed."""

    exchange_count = col(pl.Int64, "exchanges", "交互数")
    incomplete_count = col(pl.Int64, "of them with a loss", "不完整数")
    read_count = col(pl.Int64, "data asked with service 0x22", "读取数据数")
    declared_count = col(pl.Int64, "of them declared for the ECU that answers", "已声明数")
    undeclared_count = col(pl.Int64, "of them not declared", "未声明数")
    uncut_count = col(pl.Int64, "answers to several identifiers that can be cut in no way or in several", "无法拆分数")


@derive
def readout_accounts(exchanges: UdsExchange, identifiers: list[ReadoutIdentifier]) -> ReadoutAccount:
    """Count per log what was asked, what of it is declared, and what was lost."""
    known = Identifiers(identifiers)
    plain = exchanges.frame.group_by("source").agg(pl.len().alias("exchange"), (~pl.col("complete")).sum().alias("incomplete")).collect()
    reads = exchanges.frame.filter((pl.col("service_code") == uds.READ) & pl.col("request").is_not_null()).collect()
    rows = []
    for total in plain.sort("source").iter_rows(named=True):
        asked = declared = uncut = 0
        for exchange in reads.filter(pl.col("source") == total["source"]).iter_rows(named=True):
            mine = known.of(exchange)
            data = data_of(exchange, mine)
            asked += len(data)
            declared += sum(d.did in mine for d in data)
            uncut += any(d.problem == "several" for d in data)
        rows.append(
            {
                "exchange_count": total["exchange"],
                "incomplete_count": total["incomplete"],
                "read_count": asked,
                "declared_count": declared,
                "undeclared_count": asked - declared,
                "uncut_count": uncut,
                "source": total["source"],
            }
        )
    return ReadoutAccount(pl.DataFrame(rows, schema=ReadoutAccount.schema()))
