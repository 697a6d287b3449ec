"""Documents through the reader into the check; the day, the anchors and the released package."""

from datetime import date
from typing import Any

import pytest

from zhunru.checks.ota.supply_chain_layout_holds import supply_chain_layout_holds
from zhunru.core.finding import Folded, fold
from zhunru.core.record import Origin
from zhunru.core.verdict import Verdict
from zhunru.engine.source import BytesSource
from zhunru.range.supply_chain import Sample
from zhunru.readers.in_toto import in_toto
from zhunru.records.trust_anchor import TrustAnchor
from zhunru.records.update_package import UpdatePackage
from zhunru.tables.in_toto_document import InTotoDocument

MADE = Sample(7)
DAY = date(2026, 9, 1)
LINES = [UpdatePackage(campaign="U", package="p", digest=f"sha256:{MADE.package}")]


def anchor(**changed: Any) -> list[TrustAnchor]:
    return [TrustAnchor(key_id="O", public_key=MADE.public("owner"), valid_from=date(2026, 1, 1)).model_copy(update=changed)]


def judged(*documents: bytes, anchors: Any = None, packages: Any = LINES, day: date = DAY) -> Folded:
    tables = [t for n, d in enumerate(documents) for t in in_toto(BytesSource(d, f"{n}.json"))]
    given = anchor() if anchors is None else anchors
    return fold(supply_chain_layout_holds(InTotoDocument.concat(tables), given, packages, day))


ALL = (MADE.layout(), *MADE.links().values())


def test_holds_and_reaches_the_package() -> None:
    found = judged(*ALL)
    assert (found.verdict, found.totals) == (Verdict.PASS, {"breach": 0, "gap": 0, "ok": 2})


@pytest.mark.parametrize(
    ("changed", "verdict"),
    [
        ({"anchors": anchor(matters=("供应链",))}, Verdict.PASS),
        ({"anchors": anchor(matters=("ads-update",))}, Verdict.INCONCLUSIVE),
        ({"anchors": anchor(revoked_on=DAY)}, Verdict.FAIL),
        ({"anchors": anchor(origin=Origin(problems=("?",)))}, Verdict.INCONCLUSIVE),
        ({"anchors": []}, Verdict.INCONCLUSIVE),
        ({"packages": [LINES[0].model_copy(update={"digest": "sha256:" + "00" * 32})]}, Verdict.INCONCLUSIVE),
        ({"packages": [LINES[0].model_copy(update={"digest": None})]}, Verdict.INCONCLUSIVE),
        ({"packages": None}, Verdict.PASS),
        ({"day": date(2027, 6, 29)}, Verdict.PASS),
        ({"day": date(2027, 6, 30)}, Verdict.INCONCLUSIVE),  # it expires at 08:00 China Standard Time of that day
        ({"day": date(2027, 7, 1)}, Verdict.FAIL),
    ],
)
def test_one_thing_changed(changed: dict[str, Any], verdict: Verdict) -> None:
    assert judged(*ALL, **changed).verdict is verdict


@pytest.mark.parametrize("missing", range(5))
def test_each_document_counts(missing: int) -> None:
    assert judged(*(d for n, d in enumerate(ALL) if n != missing)).verdict is Verdict.INCONCLUSIVE


def test_two_layouts_are_judged_each() -> None:
    broken = Sample(7, changed={"expires": "2026-01-01T00:00:00Z"}).layout()
    found = judged(*ALL, broken)
    assert found.verdict is Verdict.FAIL and found.totals["ok"] == 2
    assert judged(*ALL, ALL[0]).verdict is Verdict.PASS


def test_rules_that_cannot_fail_and_another_command_are_gaps() -> None:
    body = MADE.layout_body()
    body["steps"][0]["expected_products"] = [["ALLOW", "*"]]
    assert judged(MADE.signed(body, "owner"), *ALL[1:]).totals == {"breach": 0, "gap": 1, "ok": 2}
    body = MADE.layout_body()
    body["steps"][0]["expected_command"] = ["make"]
    assert judged(MADE.signed(body, "owner"), *ALL[1:]).totals == {"breach": 0, "gap": 1, "ok": 2}


def test_an_unreadable_document_is_a_gap() -> None:
    spoilt = InTotoDocument.concat([*in_toto(BytesSource(ALL[0])), InTotoDocument.rows({"kind": "link", "document": b"{", "sha256": "0"})])
    assert fold(supply_chain_layout_holds(spoilt, anchor(), None, DAY)).totals["gap"] >= 1
