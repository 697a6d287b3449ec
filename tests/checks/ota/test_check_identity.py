"""Identification of software: boundaries of each rule."""

from datetime import date
from importlib import import_module
from typing import Any

import pytest

from zhunru.core.finding import Folded, fold
from zhunru.core.verdict import Verdict
from zhunru.formulas.sampling import draw, seal
from zhunru.records.readout_identifier import ReadoutIdentifier
from zhunru.records.sampled_vehicle import SampledVehicle
from zhunru.records.software_unit import SoftwareUnit
from zhunru.records.vehicle import Vehicle
from zhunru.tables.vehicle_configuration import vehicle_configurations, version_drift

declaration_covers_relevant_ecus: Any = import_module("zhunru.checks.ota.declaration_covers_relevant_ecus")
identification_is_protected: Any = import_module("zhunru.checks.ota.identification_is_protected")
sample_is_drawn_fairly: Any = import_module("zhunru.checks.ota.sample_is_drawn_fairly")
swin_follows_approvals: Any = import_module("zhunru.checks.ota.swin_follows_approvals")
swin_is_unique: Any = import_module("zhunru.checks.ota.swin_is_unique")
swin_maps_to_all_versions: Any = import_module("zhunru.checks.ota.swin_maps_to_all_versions")
versions_agree: Any = import_module("zhunru.checks.ota.versions_agree")
versions_change_as_registered: Any = import_module("zhunru.checks.ota.versions_change_as_registered")
PASS, FAIL, OPEN = Verdict.PASS, Verdict.FAIL, Verdict.INCONCLUSIVE


def texts(folded: Folded, kind: str = "breach") -> list[str]:
    return [f.text.en for f in folded.kept if f.kind == kind]


def unit(**changed: object) -> SoftwareUnit:
    return SoftwareUnit.model_validate({"baseline": "B1", "ecu": "EPS", "version": "1.2", "hardware": "H1", "digest": "5a" * 32} | changed)


# swin_is_unique


@pytest.mark.parametrize(
    ("changed", "verdict"),
    [
        ({}, PASS),
        ({"product": "样车二号"}, FAIL),
        ({"product": ""}, OPEN),
        ({"system": " 转 向 "}, PASS),
        ({"coding_rule": ""}, PASS),  # another row of the number has it
        ({"coding_rule": "("}, OPEN),
        ({"coding_rule": "X.*"}, FAIL),
        ({"hardware": ""}, OPEN),
        ({"digest": "5b" * 32}, FAIL),
        ({"digest": "sha256:" + "5A" * 32}, PASS),
        ({"digest": "md5:5a"}, OPEN),
        ({"hardware": "H2", "digest": "5b" * 32}, PASS),
    ],
)
def test_swin_is_unique(changed: dict[str, object], verdict: Verdict) -> None:
    module = swin_is_unique
    rows = [module._entry(), module._entry(**changed)]
    assert fold(module.swin_is_unique(rows, None)).verdict is verdict


def test_units_count_where_they_matter() -> None:
    module = swin_is_unique
    other = {"digest": "5b" * 32}
    for relevant, recall, verdict in (("是", "", FAIL), ("否", "是", FAIL), ("否", "否", PASS), ("", "", FAIL)):
        units = [unit(approval_relevant=relevant, recall_relevant=recall, **other)]
        assert fold(module.swin_is_unique([module._entry()], units)).verdict is verdict


# swin_maps_to_all_versions


@pytest.mark.parametrize(
    ("units", "ecus", "verdict"),
    [
        ([{}, {"ecu": "EPS-B"}], ("EPS", "EPS-B"), PASS),
        ([{}, {"ecu": "EPS-B", "swin": ""}], ("EPS", "EPS-B"), PASS),  # of the system, relevant, no number
        ([{}, {"ecu": "EPS-B", "swin": ""}], ("EPS",), FAIL),
        ([{}, {"ecu": "EPS-B", "swin": "", "approval_relevant": "否"}], ("EPS",), PASS),
        ([{}, {"ecu": "EPS-B", "swin": "", "approval_relevant": "否"}], ("EPS", "EPS-B"), FAIL),
        ([{}], ("EPS", "EPS-B"), OPEN),
        ([{"version": ""}], ("EPS",), OPEN),
        ([{"swin": "R079-0009"}], ("EPS",), FAIL),
    ],
)
def test_swin_maps(units: list[dict[str, object]], ecus: tuple[str, ...], verdict: Verdict) -> None:
    module = swin_maps_to_all_versions
    assert fold(module.swin_maps_to_all_versions(*module._inputs(*units, ecus=ecus))).verdict is verdict


@pytest.mark.parametrize("field", ["version", "digest", "system", "coding_rule"])
def test_a_row_of_the_register_has_four_fields(field: str) -> None:
    module = swin_maps_to_all_versions
    entries, units, baselines = module._inputs()
    less = [e.model_copy(update={field: None}) for e in entries]
    folded = fold(module.swin_maps_to_all_versions(less, units, baselines))
    assert folded.verdict is OPEN


def test_planned_bills_do_not_count() -> None:
    module = swin_maps_to_all_versions
    entries, units, baselines = module._inputs()
    planned = [b.model_copy(update={"state": "planned"}) for b in baselines]
    assert fold(module.swin_maps_to_all_versions(entries, units, planned)).verdict is OPEN


# swin_follows_approvals


@pytest.mark.parametrize(
    ("new", "changed", "verdict"),
    [
        ({"valid_from": "2026-05-06"}, {}, PASS),  # on the day of release
        ({"valid_from": "2026-05-07"}, {}, FAIL),
        ({"valid_from": "2026-01-04"}, {}, FAIL),  # before the one that it replaces
        ({"valid_from": "2026-01-05"}, {}, PASS),
        ({"previous": "R079-0009"}, {}, FAIL),
        ({"previous": "R079-0002"}, {}, FAIL),  # itself
        ({"approval": ""}, {}, OPEN),
        ({"digest": ""}, {}, OPEN),
        ({"swin": "R079-0001", "previous": "", "version": "1.2"}, {"swin": "R079-0001", "version": "1.2"}, OPEN),
        ({}, {"swin": "R079-0003"}, FAIL),
        ({}, {"swin": ""}, OPEN),
        ({}, {"approval_relevant": "否", "swin": ""}, PASS),
        ({}, {"approval_relevant": ""}, OPEN),
        ({}, {"version": "1.2", "swin": "R079-0001"}, PASS),  # nothing changed
    ],
)
def test_swin_follows(new: dict[str, object], changed: dict[str, object], verdict: Verdict) -> None:
    module = swin_follows_approvals
    assert fold(module.swin_follows_approvals(*module._inputs(new, changed))).verdict is verdict


def test_an_update_without_bills_is_open_and_one_without_approval_is_not_asked() -> None:
    module = swin_follows_approvals
    entries, campaigns, _ = module._inputs({})
    assert fold(module.swin_follows_approvals(entries, campaigns, [])).verdict is OPEN
    assert campaigns
    plain = [campaigns[0].model_copy(update={"approval": None})]
    assert fold(module.swin_follows_approvals(entries, plain, [])).verdict is PASS


# declaration_covers_relevant_ecus


@pytest.mark.parametrize(
    ("declared_on", "changed", "verdict"),
    [
        ("2026-05-06", {}, PASS),
        ("2026-05-07", {}, FAIL),
        ("", {}, OPEN),
        ("2026-05-01", {"version": "1.4"}, FAIL),
        ("2026-05-01", {"version": "1.4", "approval_relevant": "否"}, FAIL),  # 1.3 is declared and in no bill
        ("2026-05-01", {"version": ""}, OPEN),
        ("2026-05-01", {"approval_relevant": ""}, PASS),
    ],
)
def test_declaration(declared_on: str, changed: dict[str, object], verdict: Verdict) -> None:
    module = declaration_covers_relevant_ecus
    assert fold(module.declaration_covers_relevant_ecus(*module._inputs(declared_on, **changed))).verdict is verdict


def test_a_declaration_of_another_product_declares_nothing() -> None:
    module = declaration_covers_relevant_ecus
    declarations, *rest = module._inputs()
    others = [d.model_copy(update={"product": "样车二号"}) for d in declarations]
    assert fold(module.declaration_covers_relevant_ecus(others, *rest)).verdict is FAIL


def test_a_number_is_declared_in_place_of_a_version() -> None:
    module = declaration_covers_relevant_ecus
    declarations, units, *rest = module._inputs()
    numbered = [u.model_copy(update={"swin": "R079"}) for u in units]
    by_number = [d.model_copy(update={"version": None, "swin": "R079"}) for d in declarations]
    assert fold(module.declaration_covers_relevant_ecus(by_number, numbered, *rest)).verdict is PASS
    assert fold(module.declaration_covers_relevant_ecus(by_number, units, *rest)).verdict is FAIL


# versions_agree

READ: dict[str, str | None] = {"EPS": "1.2", "ESC": "7.0"}


def agreed(read: dict[str, str | None], swin: str | None = None, *, replaced: dict[int, Any] | None = None, **changed: Any) -> Folded:
    inputs = list(versions_agree.inputs(read, swin, **changed))
    for place, value in (replaced or {}).items():
        inputs[place] = value
    inputs[1] = vehicle_configurations(inputs[0], inputs[2], inputs[3], None, inputs[8])
    return fold(versions_agree.versions_agree(*inputs))


@pytest.mark.parametrize(
    ("read", "swin", "verdict"),
    [
        (READ, "R079-0001", PASS),
        (READ, None, PASS),
        ({"EPS": "1.3", "ESC": "7.1"}, None, PASS),
        ({"EPS": "1.2", "ESC": "7.1"}, None, FAIL),
        ({"EPS": "1.4", "ESC": "7.1"}, None, FAIL),
        ({"EPS": "1.2"}, None, OPEN),
        ({"EPS": "1.2", "ESC": None}, None, OPEN),
        ({**READ, "BCM": "1"}, None, FAIL),  # the bills are said to be whole and know no BCM
        ({"EPS": "1.3", "ESC": "7.1"}, "R079-0001", FAIL),
        (READ, "R079-0009", FAIL),
        ({}, None, OPEN),
    ],
)
def test_versions(read: dict[str, str | None], swin: str | None, verdict: Verdict) -> None:
    assert agreed(read, swin).verdict is verdict


def test_a_car_that_is_not_told_is_open() -> None:
    folded = agreed(READ, vin=None)
    assert folded.verdict is OPEN
    assert "it cannot be told which car was read" in texts(folded, "gap")


def test_what_is_not_approved_is_no_configuration() -> None:
    baselines = versions_agree.inputs(READ)[3]
    for state, verdict in (("approved", PASS), ("filed", PASS), ("released", OPEN), ("planned", OPEN), (None, OPEN)):
        rows = [b.model_copy(update={"state": state}) for b in baselines]
        assert agreed(READ, replaced={3: rows}).verdict is verdict
    others = [b.model_copy(update={"product": "样车二号"}) for b in baselines]
    assert agreed(READ, replaced={3: others}).verdict is OPEN


def test_bills_that_are_not_whole_contradict_less() -> None:
    baselines = [b.model_copy(update={"complete": None}) for b in versions_agree.inputs(READ)[3]]
    assert agreed({**READ, "BCM": "1"}, replaced={3: baselines}).verdict is OPEN
    assert agreed({"EPS": "1.4", "ESC": "7.0"}, replaced={3: baselines}).verdict is FAIL
    units = [u.model_copy(update={"version": None}) if u.ecu == "EPS" else u for u in versions_agree.inputs(READ)[2]]
    assert agreed({"EPS": "1.4", "ESC": "7.0"}, replaced={2: units, 4: None}).verdict is OPEN


def test_the_day_of_the_configuration() -> None:
    baselines = versions_agree.inputs(READ)[3]
    for day, verdict in ((date(2026, 5, 29), PASS), (date(2026, 5, 30), OPEN)):  # the log is of 2026-05-29, 04:26 China time
        rows = [b.model_copy(update={"day": day}) for b in baselines]
        assert agreed(READ, replaced={3: rows}).verdict is verdict
    late = [b.model_copy(update={"day": date(2026, 5, 30)}) for b in baselines]
    assert agreed(READ, replaced={3: late}, t_ns=5_000_000_000).verdict is PASS  # a clock that was not set tells no day


def test_declared_and_registered() -> None:
    declared = versions_agree.inputs(READ)[4] or []
    other = [d.model_copy(update={"version": "1.1"}) if d.ecu == "EPS" else d for d in declared]
    assert texts(agreed(READ, replaced={4: other})) == ["the version read is not the declared one"]
    less = [d for d in declared if d.ecu != "EPS"]
    assert agreed(READ, replaced={4: less}).verdict is OPEN
    assert agreed(READ, "R079-0001", replaced={4: less}).verdict is PASS
    entries = versions_agree.inputs(READ)[5] or []
    more = [*entries, entries[0].model_copy(update={"ecu": "TCU"})]
    assert agreed(READ, "R079-0001", replaced={5: more}).verdict is OPEN
    unknown = [entries[0].model_copy(update={"version": None})]
    assert agreed(READ, "R079-0001", replaced={5: unknown}).verdict is OPEN


def test_hardware() -> None:
    readouts, _, units, *_ = versions_agree.inputs({**READ})
    row = readouts.collect().row(0, named=True) | {"meaning": "hardware", "value": "H1", "ecu": "EPS"}
    both = type(readouts).rows(*readouts.collect().rows(named=True), row)
    for hardware, verdict in (("H1", PASS), ("H2", FAIL), (None, PASS)):
        rows = [u.model_copy(update={"hardware": hardware}) if u.ecu == "EPS" else u for u in units]
        assert agreed(READ, replaced={0: both, 2: rows}).verdict is verdict


def test_a_drawn_car_that_was_not_read_is_open() -> None:
    read, missing = (SampledVehicle(plan="S-1", vin=v) for v in (versions_agree._VIN, "LSVAA4182E2184848"))
    assert agreed(READ, replaced={6: [read]}).verdict is PASS
    assert agreed(READ, replaced={6: [read, missing]}).verdict is OPEN
    assert agreed(READ, replaced={6: [read, missing.model_copy(update={"reason": "已报废"})]}).verdict is PASS


def test_identifiers_that_no_log_reads_are_open() -> None:
    def rows(**changed: object) -> list[ReadoutIdentifier]:
        plain = {"ecu": "EPS", "did": "F195", "meaning": "version", "request_id": "7E0", "response_id": "7E8"}
        return [ReadoutIdentifier.model_validate(plain | changed)]

    for changed, verdict in (
        ({}, PASS),
        ({"ecu": "TCU"}, OPEN),
        ({"did": "F196"}, OPEN),
        ({"did": "F196", "meaning": "serial"}, PASS),
        ({"did": "F19X"}, OPEN),
        ({"response_id": ""}, OPEN),
        ({"meaning": ""}, OPEN),
        ({"address": "1001", "request_id": "", "response_id": ""}, PASS),
    ):
        assert agreed(READ, replaced={7: rows(**changed)}).verdict is verdict, changed


def test_drift_counts_each_car_once() -> None:
    readouts, _, units, baselines, *_, subject = versions_agree.inputs(READ)
    plain = readouts.collect().rows(named=True)
    later = [r | {"source": "b.log", "t_ns": r["t_ns"] + 1, "value": {"1.2": "1.3", "7.0": "7.1"}[r["value"]]} for r in plain]
    other = [r | {"vin": "LSVAA4182E2184848", "source": "c.log", "value": "9" if r["ecu"] == "EPS" else r["value"]} for r in plain]
    table = type(readouts).rows(*plain, *later, *other)
    drift = version_drift(vehicle_configurations(table, units, baselines, None, subject)).collect()
    assert drift.select("configuration", "standing", "vehicle_count").rows() == [
        ("(unknown version)", "unknown version", 1),
        ("B2", "approved", 1),
    ]


# identification_is_protected


def protected(*steps: tuple[str, str, int | None], **changed: Any) -> Verdict:
    module = identification_is_protected
    return fold(module.identification_is_protected(module._log(*steps, **changed))).verdict


BEFORE, TRY, AFTER = ("read", "A", None), ("write", "B", 0x33), ("read", "A", None)


def test_protection() -> None:
    assert protected(BEFORE, TRY, AFTER) is PASS
    assert protected(BEFORE, TRY, AFTER, phase=None) is PASS  # no unlocking in the log
    assert protected(BEFORE, ("write", "B", None), AFTER) is FAIL
    assert protected(BEFORE, ("write", "B", None), AFTER, phase=None) is OPEN
    assert protected(BEFORE, ("write", "B", None), AFTER, phase=None, unlocked=True) is OPEN  # nobody tried without authority
    assert protected(BEFORE, ("write", "B", None), AFTER, unlocked=True) is FAIL  # noted as an attempt to tamper
    assert protected(TRY, AFTER) is OPEN
    assert protected(BEFORE, TRY) is OPEN
    assert protected(BEFORE, TRY, ("read", "B", None)) is FAIL
    assert protected(BEFORE, TRY, ("read", "", 0x22)) is OPEN
    assert protected(BEFORE, TRY, TRY, AFTER) is PASS
    assert protected(BEFORE, TRY, TRY, ("read", "B", None), phase=None) is FAIL  # what was refused in between explains nothing


def test_an_attempt_without_answer_is_open() -> None:
    module = identification_is_protected
    frame = module._log(BEFORE, TRY, AFTER).collect().to_dicts()
    for loss in ("no response", "response lost", "request lost", "not delivered"):
        rows = [r | {"problem": loss, "negative_code": None} if r["action"] == "write" else r for r in frame]
        assert fold(module.identification_is_protected(type(module._log()).rows(*rows))).verdict is OPEN


def test_serial_numbers_are_not_asked() -> None:
    module = identification_is_protected
    rows = [r | {"meaning": "serial"} for r in module._log(BEFORE, TRY, AFTER).collect().to_dicts()]
    assert fold(module.identification_is_protected(type(module._log()).rows(*rows))).verdict is OPEN


# sample_is_drawn_fairly


def fair(*inputs: Any) -> Folded:
    return fold(sample_is_drawn_fairly.sample_is_drawn_fairly(*inputs))


@pytest.mark.parametrize(
    ("changed", "verdict"),
    [
        ({}, PASS),
        ({"sealed_at": "2026-06-02 09:59"}, PASS),
        ({"sealed_at": "2026-06-02 10:00"}, FAIL),
        ({"named_by": ""}, OPEN),
        ({"public_at": ""}, OPEN),
        ({"randomness": ""}, OPEN),
        ({"sealed": "none"}, OPEN),
        ({"sealed": "sha256:" + "0" * 64}, FAIL),
        ({"sizes": "=x"}, OPEN),
        ({"accept": "1"}, FAIL),
    ],
)
def test_plan(changed: dict[str, Any], verdict: Verdict) -> None:
    assert fair(*sample_is_drawn_fairly.inputs(**changed)).verdict is verdict


@pytest.mark.parametrize(("size", "verdict"), [(37, FAIL), (38, PASS), (60, PASS)])
def test_size(size: int, verdict: Verdict) -> None:
    folded = fair(*sample_is_drawn_fairly.inputs(size))  # three of sixty deviate: 38 find one with 95 %
    assert folded.verdict is verdict


def test_list_and_ledger() -> None:
    plans, listed, samples, vehicles, subject = sample_is_drawn_fairly.inputs()
    assert fair(plans, listed[:-1], samples, vehicles, subject).verdict is FAIL
    assert fair(plans, [*listed, listed[0]], samples, vehicles, subject).verdict is FAIL
    assert fair(plans, listed, samples, None, subject).verdict is OPEN
    extra = Vehicle.model_validate({"vin": "LSVAA4182E2999999", "model": "样车一号", "use": "量产"})
    for changed, verdict in (
        ({}, FAIL),
        ({"status": "scrapped"}, PASS),
        ({"use": "test"}, PASS),
        ({"use": None}, OPEN),
        ({"model": "样车二号"}, PASS),
    ):
        assert fair(plans, listed, samples, [*vehicles, extra.model_copy(update=changed)], subject).verdict is verdict


def test_cars_that_could_not_be_had() -> None:
    plans, listed, samples, vehicles, subject = sample_is_drawn_fairly.inputs()
    order = draw(plans[0].sealed or "", plans[0].randomness or "", [(row.vin, "") for row in listed])[""]
    for lost, verdict in ((1, PASS), (5, PASS), (6, OPEN)):  # 45 + lost were drawn; a tenth may be lost
        rows = [SampledVehicle(plan="S-1", vin=vin, reason="已报废" if k < lost else None) for k, vin in enumerate(order[: 45 + lost])]
        assert fair(plans, listed, rows, vehicles, subject).verdict is verdict
    assert fair(plans, listed, rows[:45], vehicles, subject).verdict is OPEN
    assert fair(plans, listed, samples[:-1], vehicles, subject).verdict is OPEN
    assert fair(plans, listed, samples[1:], vehicles, subject).verdict is FAIL
    stranger = SampledVehicle(plan="S-1", vin="LSVAA4182E2999999")
    assert fair(plans, listed, [*samples, stranger], vehicles, subject).verdict is FAIL


def test_strata() -> None:
    plans, listed, _, vehicles, subject = sample_is_drawn_fairly.inputs()
    rows = [row.model_copy(update={"stratum": "AB"[k % 2]}) for k, row in enumerate(listed)]
    cars, sizes = [(r.vin, r.stratum or "") for r in rows], {"A": 20, "B": 25}
    sealed = seal("S-1", cars, sizes)
    plan = plans[0].model_copy(update={"sealed": sealed, "sizes": ("A=20", "B=25")})
    order = draw(sealed, plan.randomness or "", cars)
    samples = [SampledVehicle(plan="S-1", vin=v, stratum=s) for s, n in sizes.items() for v in order[s][:n]]
    assert fair([plan], rows, samples, vehicles, subject).verdict is PASS
    assert fair([plan.model_copy(update={"sizes": ("A=45",)})], rows, samples, vehicles, subject).verdict is FAIL


# versions_change_as_registered


@pytest.mark.parametrize(
    ("changed", "verdict"),
    [
        ({}, PASS),
        ({"after": "1.2"}, FAIL),
        ({"after": ""}, OPEN),
        ({"swin": "R079-0003"}, FAIL),
        ({"swin": ""}, OPEN),
        ({"other": ""}, PASS),
        ({"result": "成功"}, PASS),
        ({"after": "1.2", "swin": "R079-0001", "result": "失败"}, OPEN),
    ],
)
def test_change(changed: dict[str, str], verdict: Verdict) -> None:
    module = versions_change_as_registered
    assert fold(module.versions_change_as_registered(*module._inputs(**changed))).verdict is verdict


def test_change_needs_both_readings_and_both_bills() -> None:
    module = versions_change_as_registered
    readouts, campaigns, units, _ = module._inputs()
    rows = readouts.collect().to_dicts()

    def judged(kept: list[dict[str, Any]], bills: list[SoftwareUnit] = units) -> Verdict:
        return fold(module.versions_change_as_registered(type(readouts).rows(*kept), campaigns, bills, None)).verdict

    assert judged([r for r in rows if r["phase"] == "after"]) is OPEN
    assert judged([r for r in rows if r["phase"] == "before"]) is OPEN
    assert judged([r | {"campaign": "U-2"} for r in rows]) is OPEN
    assert judged(rows, [u for u in units if u.baseline == "B2"]) is OPEN
    assert judged([r | {"value": "1.1"} if (r["phase"], r["ecu"]) == ("before", "EPS") else r for r in rows]) is OPEN
    assert judged([r for r in rows if r["meaning"] == "version"]) is PASS  # no number is stored on the car
    both = {"phase": "after", "ecu": "TCU", "meaning": "swin", "value": "R079-0001"}
    assert judged([*rows, rows[0] | both]) is FAIL  # one ECU still gives the old number


def test_authorised_writes_are_no_attempts_and_lost_reads_are_passed_over() -> None:
    module = identification_is_protected
    rows = module._log(
        BEFORE, ("write", "B", None), ("read", "B", None), ("read", "", None), ("write", "C", 0x33), ("read", "B", None), phase=None
    )
    unlocked = [r | {"unlocked": k == 1, "meaning": "version"} for k, r in enumerate(rows.collect().to_dicts())]
    folded = fold(module.identification_is_protected(type(rows).rows(*unlocked)))
    assert folded.verdict is PASS
    assert [f.facts["vin"] for f in folded.kept] == ["…184847"]
    untimed = [r | {"t_ns": None, "vin": None} for r in unlocked]
    assert fold(module.identification_is_protected(type(rows).rows(*untimed))).verdict is OPEN
    again = [*unlocked[:5], unlocked[1] | {"t_ns": 5 * 10**9, "value": "D"}, unlocked[5] | {"t_ns": 6 * 10**9, "value": "D"}]
    again[5]["unlocked"] = True
    assert fold(module.identification_is_protected(type(rows).rows(*again))).verdict is OPEN  # an authorised write lies between


def test_the_seal_itself_is_compared() -> None:
    # whoever draws by a seal of another list, or of another acceptance number, draws consistently: only the seal shows it
    plans, listed, _, vehicles, subject = sample_is_drawn_fairly.inputs(60)
    cars = [(row.vin, "") for row in listed]
    for made, accept, verdict in (
        (seal("S-1", cars, {"": 60}), None, PASS),
        (seal("S-1", cars, {"": 60}, 1), 1, PASS),
        (seal("S-1", cars, {"": 60}), 1, FAIL),
        (seal("S-1", cars[:-1], {"": 60}), None, FAIL),
        (seal("S-2", cars, {"": 60}), None, FAIL),
        (seal("S-1", cars, {"": 59}), None, FAIL),
    ):
        plan = plans[0].model_copy(update={"sealed": made, "accept": accept})
        order = draw(made, plan.randomness or "", cars)[""]
        folded = fair([plan], listed, [SampledVehicle(plan="S-1", vin=vin) for vin in order], vehicles, subject)
        assert folded.verdict is verdict
        assert texts(folded) == ([] if verdict is PASS else ["list or plan are not those that were sealed"])


def test_an_acceptance_number_asks_for_more_cars() -> None:
    plans, listed, _, vehicles, subject = sample_is_drawn_fairly.inputs()
    cars = [(row.vin, "") for row in listed]
    for size, verdict in ((51, FAIL), (52, PASS)):  # three of sixty deviate: 52 hold two of them with 95 %
        made = seal("S-1", cars, {"": size}, 1)
        plan = plans[0].model_copy(update={"sealed": made, "accept": 1, "sizes": (f"={size}",)})
        samples = [SampledVehicle(plan="S-1", vin=vin) for vin in draw(made, plan.randomness or "", cars)[""][:size]]
        assert fair([plan], listed, samples, vehicles, subject).verdict is verdict


def test_numbers_of_the_sampling_check() -> None:
    assert fair(*sample_is_drawn_fairly.inputs(50, 200)).verdict is FAIL
    plans, listed, samples, vehicles, subject = sample_is_drawn_fairly.inputs(51, 200)
    assert fair(plans, listed, samples, vehicles, subject).verdict is PASS
    order = draw(plans[0].sealed or "", plans[0].randomness or "", [(row.vin, "") for row in listed])[""]
    for lost, verdict in ((5, PASS), (6, OPEN)):  # 6 of 57 are more than a tenth
        rows = [SampledVehicle(plan="S-1", vin=vin, reason="已报废" if k < lost else None) for k, vin in enumerate(order[: 51 + lost])]
        assert fair(plans, listed, rows, vehicles, subject).verdict is verdict


def test_plans_without_list_or_time_and_products() -> None:
    plans, listed, samples, vehicles, subject = sample_is_drawn_fairly.inputs()
    assert fair(plans, [row.model_copy(update={"plan": "S-9"}) for row in listed], samples, vehicles, subject).verdict is OPEN
    assert fair([plans[0].model_copy(update={"sealed_at": None})], listed, samples, vehicles, subject).verdict is OPEN
    assert fair([], listed, samples, vehicles, subject).verdict is OPEN
    other = Vehicle.model_validate({"vin": "LSVAA4182E2999999", "model": "样车二号", "use": "量产"})
    assert fair([plans[0].model_copy(update={"product": None})], listed, samples, [*vehicles, other], subject).verdict is PASS
    assert fair([plans[0].model_copy(update={"product": "样车二号"})], listed, samples, [*vehicles, other], subject).verdict is FAIL
    unnamed = [v.model_copy(update={"model": None}) for v in vehicles]
    assert fair(plans, listed[:-1], samples, unnamed, subject).verdict is FAIL  # the seal no longer fits
    assert fair(plans, listed, samples, [*unnamed, other.model_copy(update={"model": None})], subject).verdict is OPEN


def test_what_else_was_asked_and_lost_and_which_rows_count() -> None:
    readouts, _, units, baselines, declared, *_ = versions_agree.inputs(READ)
    rows = readouts.collect().to_dicts()
    lost = rows[0] | {"meaning": "serial", "did_code": 0xF18C, "value": None, "problem": "response lost"}
    table = type(readouts)
    folded = agreed(READ, replaced={0: table.rows(*rows, lost, lost)})
    assert texts(folded, "gap") == ["a datum was asked and not read"]
    assert agreed(READ, replaced={0: table.rows(*rows, lost, lost | {"value": "1", "problem": ""})}).verdict is PASS
    serial = agreed(READ, replaced={0: table.rows(lost | {"value": "1", "problem": ""})})
    assert "no version of software was read" in texts(serial, "gap")
    late = [b.model_copy(update={"day": date(2026, 5, 30)}) for b in baselines]
    assert agreed(READ, replaced={3: [*late, *baselines]}).verdict is PASS  # the first day counts
    planned = [u.model_copy(update={"baseline": "B9", "hardware": "H1"}) for u in units if u.ecu == "EPS"]
    kept = [u.model_copy(update={"hardware": "H2"}) if u.ecu == "EPS" else u for u in units]
    hardware = rows[0] | {"meaning": "hardware", "value": "H1", "ecu": "EPS"}
    assert agreed(READ, replaced={0: table.rows(*rows, hardware), 2: [*kept, *planned]}).verdict is FAIL
    other = [r | {"vin": "LSVAA4182E2184848", "source": "b.log"} for r in rows]
    numbered = rows[0] | {"ecu": "VCU", "meaning": "swin", "value": "R079-0001", "did_code": 0xF1A0}
    less = [d for d in declared or [] if d.ecu != "EPS"]
    assert agreed(READ, replaced={0: table.rows(*rows, numbered), 4: less}).verdict is PASS
    assert agreed(READ, replaced={0: table.rows(*rows, numbered, *other), 4: less}).verdict is OPEN


@pytest.mark.parametrize(
    ("changed", "planned", "verdict"),
    [
        ({}, "2026-05-06", PASS),
        ({}, "2026-05-04", OPEN),  # before the number begins
        ({"swin": "R079-0001"}, "2026-05-06", OPEN),
        ({"swin": "R079-0001"}, "", PASS),  # nothing planned yet
        ({"approval_relevant": ""}, "2026-05-06", OPEN),
    ],
)
def test_a_planned_update_under_an_approval_has_its_number_by_the_planned_day(
    changed: dict[str, object], planned: str, verdict: Verdict
) -> None:
    module = swin_follows_approvals
    entries, campaigns, units = module._inputs({}, changed)
    day = date.fromisoformat(planned) if planned else None
    later = [campaigns[0].model_copy(update={"released": False, "released_on": None, "planned_start": day})]
    folded = fold(module.swin_follows_approvals(entries, later, units))
    assert (folded.verdict, folded.totals["breach"]) == (verdict, 0)
    plain = [later[0].model_copy(update={"approval": None})]
    assert fold(module.swin_follows_approvals(entries, plain, units)).verdict is PASS
