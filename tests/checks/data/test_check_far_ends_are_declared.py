"""Boundary cases of data.far_ends_are_declared."""

from datetime import UTC, date, datetime

import pytest

from zhunru.checks.data.far_ends_are_declared import far_ends_are_declared
from zhunru.core.finding import Folded, fold
from zhunru.core.verdict import Verdict
from zhunru.records.data_asset import DataAsset
from zhunru.records.endpoint import Endpoint
from zhunru.records.recipient import Recipient
from zhunru.tables.clear_text import ClearText
from zhunru.tables.sent_payload import SentPayload

T0 = int(datetime(2026, 6, 1, 12, tzinfo=UTC).timestamp()) * 10**9
Row = dict[str, object]
ENDS: Row = {"protocol": "tcp", "from_ip": "10.0.0.2", "from_port": 40000, "to_ip": "1.0.1.1", "to_port": 443, "source": "4G.pcap"}


def payload(**changed: object) -> Row:
    plain = {"direction": "sent", "far_ip": "1.0.1.1", "far_port": 443, "payload_byte": 900, "t_first_ns": T0, "names": "tsp.example"}
    return {**ENDS, **plain} | changed


def hit(**changed: object) -> Row:
    return {**ENDS, "kind": "vin", "certainty": "found", "encoding": "raw", "hit_count": 1} | changed


def endpoint(address: str = "1.0.1.1", **changed: object) -> Endpoint:
    return Endpoint.model_validate({"address": address, "operator": "示例云", "contract": "HT-1"} | changed)


def judge(
    endpoints: list[Endpoint],
    hits: list[Row] | None = None,
    sent: list[Row] | None = None,
    assets: tuple[str, ...] = ("车辆识别代号",),
    recipients: list[str] | None = None,
) -> Folded:
    seen = ClearText.rows(*hits) if hits else None
    ledger = [DataAsset.model_validate({"id": str(i), "name": name}) for i, name in enumerate(assets)]
    listed = None if recipients is None else [Recipient.model_validate({"id": str(i), "name": name}) for i, name in enumerate(recipients)]
    return fold(far_ends_are_declared(SentPayload.rows(*(sent or [payload()])), seen, endpoints, ledger, listed))


@pytest.mark.parametrize("address", ["1.0.1.1", "1.0.1.0/24", "tsp.example", "*.example", "TSP.example."])
def test_declared_by_address_block_or_name(address: str) -> None:
    assert judge([endpoint(address)]).verdict is Verdict.PASS


@pytest.mark.parametrize("address", ["1.0.1.2", "1.0.2.0/24", "example", "*.tsp.example", "xtsp.example"])
def test_not_declared(address: str) -> None:
    assert judge([endpoint(address)]).verdict is Verdict.INCONCLUSIVE
    assert judge([endpoint(address)], [hit()]).verdict is Verdict.FAIL
    assert judge([endpoint(address)], [hit(certainty="suspected")]).verdict is Verdict.INCONCLUSIVE


def test_a_name_that_the_captures_do_not_tell_may_be_declared() -> None:
    unnamed = [payload(names=None)]
    assert judge([endpoint("tsp.example")], [hit()], unnamed).verdict is Verdict.INCONCLUSIVE
    assert judge([endpoint("1.0.2.2")], [hit()], unnamed).verdict is Verdict.FAIL


@pytest.mark.parametrize(
    ("start", "end", "verdict"),
    [
        (date(2026, 6, 1), date(2026, 6, 1), Verdict.PASS),
        (date(2026, 6, 2), None, Verdict.FAIL),
        (None, date(2026, 5, 31), Verdict.FAIL),
    ],
)
def test_days_in_use(start: date | None, end: date | None, verdict: Verdict) -> None:
    assert judge([endpoint(start=start, end=end)], [hit()]).verdict is verdict


def test_operators_and_recipients() -> None:
    assert judge([endpoint(operator="")]).verdict is Verdict.INCONCLUSIVE
    assert judge([endpoint()], recipients=["别人"]).verdict is Verdict.INCONCLUSIVE
    assert judge([endpoint()], recipients=["示例云"]).verdict is Verdict.PASS
    assert judge([endpoint(operator="自有")], recipients=["别人"]).verdict is Verdict.PASS


@pytest.mark.parametrize(
    ("kind", "asset", "verdict"),
    [
        ("vin", "VIN", Verdict.PASS),
        ("vin", "车速", Verdict.INCONCLUSIVE),
        ("coordinate", "车辆轨迹", Verdict.PASS),
        ("coordinate", "车辆识别代号", Verdict.INCONCLUSIVE),
        ("mobile", "车主手机号", Verdict.PASS),
    ],
)
def test_the_ledger_speaks_of_what_was_seen(kind: str, asset: str, verdict: Verdict) -> None:
    assert judge([endpoint()], [hit(kind=kind)], assets=(asset,)).verdict is verdict


def test_what_is_received_or_local_is_not_asked() -> None:
    assert judge([endpoint("9.9.9.9")], [hit()], [payload(direction="received")]).verdict is Verdict.INCONCLUSIVE
    assert "breach" not in {f.kind for f in judge([endpoint("9.9.9.9")], [hit()], [payload(direction="local")]).kept}
    assert judge([], [hit()]).verdict is Verdict.FAIL
