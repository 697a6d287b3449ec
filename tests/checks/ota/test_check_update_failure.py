"""Failures, losses of power, and whether every case was run."""

import pytest

from zhunru.checks.ota.all_cases_were_run import all_cases_were_run
from zhunru.checks.ota.recovers_after_failure import recovers_after_failure
from zhunru.checks.ota.survives_power_loss_at_each_stage import survives_power_loss_at_each_stage
from zhunru.core.finding import Folded, fold
from zhunru.core.subject import Subject
from zhunru.records.software_unit import SoftwareUnit
from zhunru.records.update_campaign import UpdateCampaign
from zhunru.records.update_case import UpdateCase
from zhunru.records.update_event import UpdateEvent
from zhunru.records.update_execution import UpdateExecution
from zhunru.records.update_run import event_log

Line = tuple[float, str, dict[str, object]]


def texts(folded: Folded, kind: str) -> set[str]:
    return {f.text.en for f in folded.kept if f.kind == kind}


def read(at: float, **versions: str) -> list[Line]:
    return [(at, "readout", {"subject": ecu, "value": v}) for ecu, v in versions.items()]


def activity(**changed: object) -> list[UpdateCampaign]:
    return [UpdateCampaign.model_validate({"id": "U-1", "baseline_after": "B2"} | changed)]


def case(run: str = "R1", stimulus: str = "校验错误", old: str = "是", number: str = "6.13") -> UpdateCase:
    return UpdateCase.model_validate({"case": number, "run": run, "campaign": "U-1", "stimulus": stimulus, "old_version_runs": old})


# Recovery ---------------------------------------------------------------------------------------------------------------------------------

BEGIN: list[Line] = [*read(-9, EPS="1.0", ESP="5.0"), (0, "start", {})]


def recovered(
    *lines: Line, state: str = "", cases: list[UpdateCase] | None = None, executions: list[UpdateExecution] | None = None
) -> Folded:
    log = event_log(*BEGIN, *lines, run="R1")
    return fold(recovers_after_failure(log, [case()] if cases is None else cases, executions, activity(safe_state=state), None))


FAILS: Line = (300, "failure", {})


@pytest.mark.parametrize(
    ("lines", "state", "verdict"),
    [
        ([FAILS, (320, "restore", {}), *read(400, EPS="1.0", ESP="5.0")], "", "PASS"),
        ([FAILS, *read(400, EPS="1.0", ESP="5.0")], "", "PASS"),
        ([FAILS, (320, "restore", {}), *read(400, EPS="2.0", ESP="5.0")], "", "FAIL"),
        ([FAILS, (320, "restore", {}), *read(400, EPS="1.0")], "", "INCONCLUSIVE"),
        ([FAILS, (320, "restore", {})], "", "INCONCLUSIVE"),
        ([FAILS, (320, "restore", {})], "驻车", "INCONCLUSIVE"),
        ([FAILS, (320, "safe_state", {})], "驻车", "PASS"),
        ([FAILS, (320, "safe_state", {})], "", "INCONCLUSIVE"),
        ([FAILS, (320, "safe_state", {}), *read(400, EPS="2.0", ESP="5.0")], "驻车", "PASS"),
        ([FAILS, (320, "safe_state", {}), *read(400, EPS="2.0", ESP="5.0")], "", "FAIL"),
        ([FAILS, (320, "restore", {}), *read(310, EPS="2.0", ESP="5.0"), *read(400, EPS="1.0", ESP="5.0")], "", "PASS"),
        ([FAILS, (320, "restore", {}), *read(400, EPS="2.0", ESP="5.0"), *read(410, EPS="1.0", ESP="5.0")], "", "PASS"),
        ([FAILS, (320, "restore", {}), *read(400, EPS="1.0", ESP="5.0"), *read(400, EPS="2.0")], "", "INCONCLUSIVE"),
        ([FAILS, *read(300, EPS="1.0", ESP="5.0")], "", "INCONCLUSIVE"),
    ],
)
def test_versions_before_and_after_a_failure(lines: list[Line], state: str, verdict: str) -> None:
    assert recovered(*lines, state=state).verdict == verdict


def test_a_retry_that_succeeds_is_no_failed_restore() -> None:
    first = [FAILS, (320, "restore", {}), *read(400, EPS="1.0", ESP="5.0")]
    retry: list[Line] = [(500, "start", {}), (900, "end", {}), *read(950, EPS="2.0", ESP="6.0")]
    assert recovered(*first, *retry).verdict == "PASS"
    again: list[Line] = [(500, "start", {}), (600, "failure", {}), (610, "restore", {}), *read(950, EPS="2.0", ESP="6.0")]
    assert recovered(*first, *again).totals["breach"] == 1


def test_the_time_of_recovery_is_reported() -> None:
    folded = recovered(FAILS, (341.5, "restore", {}), *read(400, EPS="1.0", ESP="5.0"))
    assert [f.measured for f in folded.kept if f.kind == "ok"] == [41.5]


def test_an_undeclared_safe_state_of_another_activity_does_not_help() -> None:
    log = event_log(*BEGIN, FAILS, (320, "safe_state", {}), run="R1")
    assert fold(recovers_after_failure(log, [case()], None, activity(id="U-2", safe_state="驻车"), None)).verdict == "INCONCLUSIVE"


@pytest.mark.parametrize(
    ("cases", "verdict"),
    [
        ([case()], "PASS"), ([case(old="否")], "FAIL"), ([case(old="")], "PASS"), ([case(stimulus="")], "INCONCLUSIVE"),
        ([case(number="6.12")], "INCONCLUSIVE"), ([], "INCONCLUSIVE"), ([case(stimulus="断电：写入", old="否")], "PASS"),
    ],
)  # fmt: skip
def test_provoked_failures(cases: list[UpdateCase], verdict: str) -> None:
    assert recovered(FAILS, *read(400, EPS="1.0", ESP="5.0"), cases=cases).verdict == verdict


def test_a_run_in_its_safe_state_need_not_run_the_old_version() -> None:
    assert recovered(FAILS, (320, "safe_state", {}), state="驻车", cases=[case(old="否")]).verdict == "PASS"
    assert recovered(FAILS, (320, "safe_state", {}), state="驻车", cases=[case("R9", old="否")]).verdict == "FAIL"
    assert recovered(FAILS, (320, "safe_state", {}), cases=[case(old="否")]).verdict == "FAIL"


def test_which_words_tell_of_a_failure_and_what_is_shown() -> None:
    alone = recovered((320, "restore", {}), *read(400, EPS="2.0", ESP="5.0"))
    assert [f.facts["ecus"] for f in alone.kept if f.kind == "breach"] == ["eps"]
    assert recovered((320, "safe_state", {}), *read(400, EPS="2.0", ESP="5.0")).verdict == "FAIL"
    twice = recovered(FAILS, (310, "restore", {}), (330, "restore", {}), *read(320, EPS="2.0", ESP="5.0"), *read(400, EPS="1.0", ESP="5.0"))
    assert [f.measured for f in twice.kept if f.kind == "ok"] == [30.0]
    late = recovered(FAILS, (310, "restore", {}), *read(320, EPS="1.0", ESP="5.0"), (330, "restore", {}))
    assert late.verdict == "INCONCLUSIVE"
    for word in ("断电", "掉电", "Power off"):
        assert recovered(FAILS, *read(400, EPS="1.0", ESP="5.0"), cases=[case(stimulus=word, old="否")]).verdict == "PASS"
    unread = event_log((0, "start", {}), FAILS, *read(400, EPS="1.0"), run="R1")
    assert fold(recovers_after_failure(unread, [case()], None, None, None)).verdict == "INCONCLUSIVE"
    log = event_log(*BEGIN, FAILS, *read(400, EPS="1.0", ESP="5.0"), run="R1")
    assert fold(recovers_after_failure(log, [case(old="否")], None, activity(safe_state="驻车"), None)).verdict == "FAIL"
    assert fold(recovers_after_failure(log, None, None, None, None)).totals == {"breach": 0, "gap": 1, "ok": 1}


def test_a_provoked_failure_without_a_log() -> None:
    assert texts(fold(recovers_after_failure([], [case()], None, None, None)), "gap") == {"no log shows a failure"}


@pytest.mark.parametrize(
    ("fields", "state", "kind"),
    [
        ({"restored": "是", "versions_before": "EPS=1", "versions_after": "eps=1"}, "", "ok"),
        ({"restored": "是", "versions_before": "EPS=1", "versions_after": "EPS=2"}, "", "breach"),
        ({"restored": "", "versions_before": "EPS=1", "versions_after": "EPS=2"}, "", "breach"),
        ({"restored": "是", "versions_before": "EPS=1"}, "", "gap"),
        ({"restored": "是", "versions_after": "EPS=1"}, "", "gap"),
        ({"restored": "是"}, "", "gap"),
        ({"versions_before": "EPS=1", "versions_after": "EPS=1"}, "", "gap"),
        ({"restored": "否", "safe_state": "否"}, "", "breach"),
        ({"restored": "否", "safe_state": "否"}, "驻车", "breach"),
        ({"restored": "否"}, "", "gap"),
        ({"safe_state": "否"}, "", "gap"),
        ({"restored": "否", "safe_state": "是"}, "驻车", "ok"),
        ({"restored": "否", "safe_state": "是"}, "", "gap"),
        ({"safe_state": "是", "versions_before": "EPS=1", "versions_after": "EPS=2"}, "驻车", "ok"),
    ],
)
def test_failed_executions_in_the_records(fields: dict[str, object], state: str, kind: str) -> None:
    record = UpdateExecution.model_validate({"campaign": "u-1", "vin": "X", "result": "failed"} | fields)
    base = recovered(FAILS, *read(400, EPS="1.0", ESP="5.0"), state=state).totals
    assert recovered(FAILS, *read(400, EPS="1.0", ESP="5.0"), state=state, executions=[record]).totals[kind] == base[kind] + 1  # type: ignore[index]
    other = record.model_copy(update={"result": "success"})
    assert recovered(FAILS, *read(400, EPS="1.0", ESP="5.0"), state=state, executions=[other]).totals == base


# Power ------------------------------------------------------------------------------------------------------------------------------------

NEW = [
    SoftwareUnit.model_validate({"baseline": b, "ecu": e, "version": v})
    for b, e, v in (("B2", "EPS", "2.0"), ("b2", "ESP", "6.0"), ("B1", "EPS", "1.0"))
]


def power(
    *after: Line, old: str = "是", stimulus: str = "断电：擦除", units: list[SoftwareUnit] | None = None, more: list[UpdateEvent] | None = None,
    back: bool = True, end: bool = True,
) -> Folded:  # fmt: skip
    lines: list[Line] = [*BEGIN, (1, "stage", {"stage": "擦除"}), (90, "power_loss", {})]
    lines += [(120, "power_return", {})] if back else []
    log = event_log(*lines, *after, *([(800, "end", {})] if end else []), run="R1")
    return fold(
        survives_power_loss_at_each_stage(log + (more or []), [case("R1", stimulus, old)], activity(), NEW if units is None else units)
    )


@pytest.mark.parametrize(
    ("after", "verdict"),
    [
        (read(200, EPS="1.0", ESP="5.0"), "PASS"), (read(200, EPS="2.0", ESP="6.0"), "PASS"), (read(200, EPS="2.0", ESP="5.0"), "FAIL"),
        (read(200, EPS="1.0", ESP="6.0"), "FAIL"), (read(200, EPS="9.9", ESP="6.0"), "INCONCLUSIVE"), (read(200, EPS="9.9", ESP="5.0"), "FAIL"),
        (read(200, EPS="1.0"), "INCONCLUSIVE"), (read(200, EPS="1.0", ESP="5.0", IVI="3"), "INCONCLUSIVE"), ([], "INCONCLUSIVE"),
        (read(110, EPS="1.0", ESP="5.0"), "INCONCLUSIVE"),
    ],
)  # fmt: skip
def test_which_set_runs_after_the_power_returned(after: list[Line], verdict: str) -> None:
    assert power(*after).verdict == verdict


def test_usable_or_complete() -> None:
    old, new = read(200, EPS="1.0", ESP="5.0"), read(200, EPS="2.0", ESP="6.0")
    assert power(*old, old="否").verdict == "FAIL"
    assert power(*old, old="").verdict == "INCONCLUSIVE"
    assert power(*new, old="否").verdict == "PASS"
    assert power(*new, end=False, old="否").verdict == "INCONCLUSIVE"
    assert power(*old, back=False).verdict == "INCONCLUSIVE"


def test_without_the_new_set_a_mixture_cannot_be_told() -> None:
    assert power(*read(200, EPS="2.0", ESP="5.0"), units=[]).verdict == "INCONCLUSIVE"
    assert power(*read(200, EPS="2.0", ESP="6.0"), units=[]).verdict == "INCONCLUSIVE"
    assert power(*read(200, EPS="1.0", ESP="5.0"), units=[]).verdict == "PASS"


def test_an_ecu_that_the_update_leaves_alone_is_no_mixture() -> None:
    same = [NEW[0], SoftwareUnit.model_validate({"baseline": "B2", "ecu": "ESP", "version": "5.0"})]
    assert power(*read(200, EPS="2.0", ESP="5.0"), units=same).verdict == "PASS"


@pytest.mark.parametrize(
    ("stimulus", "verdict"),
    [("断电：擦除", "PASS"), ("power cut", "PASS"), ("掉电", "PASS"), ("校验错误", "INCONCLUSIVE"), ("", "INCONCLUSIVE")],
)
def test_the_run_stands_among_those_of_the_case(stimulus: str, verdict: str) -> None:
    assert power(*read(200, EPS="1.0", ESP="5.0"), stimulus=stimulus).verdict == verdict


def test_every_stage_needs_its_own_loss() -> None:
    good = read(200, EPS="1.0", ESP="5.0")
    other = event_log((0, "start", {}), (1, "stage", {"stage": "激活"}), (9, "end", {}), run="R2")
    assert texts(power(*good, more=other), "gap") == {"no run with a loss of power at this stage"}
    strange = event_log((0, "start", {}), (1, "stage", {"stage": "激活"}), (9, "end", {}), campaign="U-2")
    assert power(*good, more=strange).verdict == "INCONCLUSIVE"
    assert texts(fold(survives_power_loss_at_each_stage(other, [], None, None)), "gap") >= {"no run with a loss of power"}
    bare_log = event_log(*BEGIN, (90, "power_loss", {}), (120, "power_return", {}), *good, (800, "end", {}), run="R1")
    folded = fold(survives_power_loss_at_each_stage(bare_log, [case("R1", "断电")], activity(), NEW))
    assert texts(folded, "gap") == {"the logs name no stage of the execution"}


def test_order_of_loss_return_and_end_and_a_loss_that_is_not_registered() -> None:
    old, new = read(200, EPS="1.0", ESP="5.0"), read(200, EPS="2.0", ESP="6.0")
    assert texts(power(*old, (80, "power_return", {}), back=False), "gap") == {"the return of power is not in the log"}
    assert texts(power(*new, (110, "end", {}), end=False), "gap") == {"its completion was not seen"}
    assert power(*new, (120, "end", {}), end=False).verdict == "PASS"
    unregistered = power(*old, stimulus="校验错误")
    assert texts(unregistered, "gap") == {
        "the loss of power does not stand among the runs of 6.13", "no run with a loss of power at this stage",
    }  # fmt: skip
    assert not unregistered.totals["ok"]
    log = event_log(
        *BEGIN, (1, "stage", {"stage": "擦除"}), (90, "power_loss", {}), (120, "power_return", {}), *old, (800, "end", {}), run="R1"
    )
    assert fold(survives_power_loss_at_each_stage(log, [case("R9", "断电")], None, None)).totals == {"breach": 0, "gap": 2, "ok": 0}
    outside = event_log((-30, "stage", {"stage": "下载"}), (0, "start", {"stage": "准备"}), (9, "end", {}), run="R2")
    assert {f.facts.get("stage") for f in power(*old, more=outside).kept if f.kind == "gap"} == {"准备"}
    unread = event_log((0, "start", {}), (1, "stage", {"stage": "擦除"}), (90, "power_loss", {}), (120, "power_return", {}), run="R1")
    assert texts(fold(survives_power_loss_at_each_stage(unread, [case("R1", "断电")], activity(), NEW)), "gap") == {
        "the versions before and after were not read whole"
    }


def test_a_resumed_execution_is_read_before_or_after_its_second_start() -> None:
    resumed: list[Line] = [(200, "start", {}), *read(700, EPS="2.0", ESP="6.0")]
    assert power(*resumed, old="").verdict == "PASS"
    assert power(*read(150, EPS="2.0", ESP="5.0"), *resumed, old="").verdict == "FAIL"


# All cases --------------------------------------------------------------------------------------------------------------------------------

NUMBERS = [f"6.{n}" for n in range(2, 14)]
OTA, CABLE = Subject(name="A", maker="M", ota=True), Subject(name="B", maker="M")


def ran(number: str, **more: object) -> UpdateCase:
    plain = {"case": number, "run": f"R{number}", "start": "2026-03-10 10:00", "person": "王", "evidence": "log", "over_the_air": "是"}
    return UpdateCase.model_validate(plain | more)


def whole(*cases: UpdateCase, car: Subject = OTA, campaigns: list[UpdateCampaign] | None = None) -> Folded:
    mine = {c.case: c for c in cases}
    rest = [ran(n) for n in NUMBERS if n not in mine]
    return fold(all_cases_were_run([*rest, *cases], campaigns, car))


@pytest.mark.parametrize("number", NUMBERS)
def test_each_case_is_needed(number: str) -> None:
    rest = [ran(n) for n in NUMBERS if n != number]
    folded = fold(all_cases_were_run(rest, None, OTA))
    assert "no run of this case" in texts(folded, "gap") and folded.totals["ok"] == 11
    assert whole().verdict == "PASS"


@pytest.mark.parametrize(
    "word", ["文件审查", "文件检查", "资料审查", "文档审查", "仅文件", "Document review", "document only", "inspection of documents"]
)
@pytest.mark.parametrize("field", ["observed", "stimulus", "evidence"])
def test_words_for_a_document_in_place_of_a_test(word: str, field: str) -> None:
    assert whole(ran("6.7", **{field: word})).verdict == "FAIL"


@pytest.mark.parametrize("number", NUMBERS)
def test_a_document_is_no_test_where_the_amendment_asks_for_one(number: str) -> None:
    folded = whole(ran(number, observed="仅文件审查"))
    assert folded.verdict == ("INCONCLUSIVE" if number in {"6.2", "6.3", "6.4", "6.11"} else "FAIL")
    assert fold(all_cases_were_run([*(ran(n) for n in NUMBERS), ran(number, run="X", observed="文件审查")], None, OTA)).verdict == "PASS"


@pytest.mark.parametrize(
    ("changed", "verdict"),
    [
        ({"start": ""}, "INCONCLUSIVE"),
        ({"person": ""}, "INCONCLUSIVE"),
        ({"evidence": ""}, "INCONCLUSIVE"),
        ({"person": "", "laboratory": "检测中心"}, "PASS"),
    ],
)
def test_what_makes_a_run(changed: dict[str, object], verdict: str) -> None:
    assert whole(ran("6.7", **changed)).verdict == verdict


def test_both_ways_and_the_offline_car() -> None:
    cable = [ran(n, over_the_air="否") for n in NUMBERS[:3]]
    assert fold(all_cases_were_run(cable, None, CABLE)).totals == {"breach": 0, "gap": 0, "ok": 3}
    assert fold(all_cases_were_run([ran(n) for n in NUMBERS[:3]], None, CABLE)).verdict == "INCONCLUSIVE"
    assert whole(ran("6.2", over_the_air="")).verdict == "INCONCLUSIVE"
    assert whole(ran("6.2", over_the_air="否")).verdict == "INCONCLUSIVE"
    for way in ("离线（OBD）", "Offline"):
        offline = activity(way=way)
        assert whole(campaigns=offline).verdict == "INCONCLUSIVE"
        both = [*(ran(n) for n in NUMBERS), ran("6.2", run="X", over_the_air="否")]
        assert fold(all_cases_were_run(both, offline, OTA)).verdict == "PASS"
    assert whole(campaigns=activity(way="在线")).verdict == "PASS"
    assert whole(campaigns=activity()).verdict == "PASS"
