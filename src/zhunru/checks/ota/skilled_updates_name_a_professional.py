"""An update that needs special skill is executed only with a professional."""

from collections.abc import Iterator
from typing import Any

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.verdict import Verdict
from zhunru.formulas.check_digits import tail
from zhunru.formulas.written_names import bare
from zhunru.records.update_campaign import UpdateCampaign
from zhunru.records.update_execution import UpdateExecution


@check("miit-2021-103/3.4", "gb-44496-2024/4.5.2", title_zh="需专业技能的升级由专业人员在场或实施", since="0.2")
def skilled_updates_name_a_professional(campaigns: list[UpdateCampaign], executions: list[UpdateExecution] | None) -> Iterator[Finding]:
    """Every started execution of an activity that needs special skill names the professional who was present or did it.

    Why:
        A radar that was not calibrated after its update sees a road that is not there.

    为什么:
        升级后未经标定的雷达，看到的是并不存在的道路。

    How it decides:
        1. An activity that does not say whether it needs skill: gap; one that does not: ok.
        2. Each execution that was started, of one that needs skill: names a person: ok, none: breach, unreadable cells: gap.
        3. An activity that needs skill and has no started execution yet: gap.
        4. No activity: gap.

    Inconclusive:
        Not told whether skill is needed, no execution, unreadable cells.

    Not covered:
        Whether the person has the skill; whether an activity that says no needs it.

    未覆盖:
        该人员是否具备技能；声明不需要技能的活动是否真不需要。

    Args:
        campaigns: Activities.
        executions: Records per car.

    References:
        GB 44496-2024 4.5.2; UN R156 7.1.4.2.
    """
    for campaign in campaigns:
        # (1) whether it is needed
        if campaign.skill_needed is None:
            yield gap("未说明是否需要专业技能", "whether special skill is needed is not told", at=campaign.origin, campaign=campaign.id)
        elif not campaign.skill_needed:
            yield ok("不需要专业技能", "no special skill is needed", at=campaign.origin, campaign=campaign.id)
        else:
            mine = [e for e in executions or () if bare(e.campaign) == bare(campaign.id) and _begun(e)]
            for record in mine:
                yield _named(record)
            if not mine:  # (3)
                yield gap("需专业技能的活动尚无执行记录", "no execution of the activity yet", at=campaign.origin, campaign=campaign.id)
    # (4) nothing
    if not campaigns:
        yield gap("没有升级活动", "there is no activity")


def _begun(record: UpdateExecution) -> bool:
    return record.started_at is not None or record.result in {"success", "failed"}


def _named(record: UpdateExecution) -> Finding:
    # (2) who it was
    facts: dict[str, Any] = {"at": record.origin, "vin": tail(record.vin), "campaign": record.campaign}
    if record.professional:
        return ok("执行记录有专业人员", "a professional is named", **facts)
    if record.origin.problems:
        return gap("执行记录有无法识别的内容", "the record has cells that cannot be read", **facts)
    return breach("执行记录没有专业人员", "no professional is named", **facts)


_Inputs = tuple[list[UpdateCampaign], list[UpdateExecution]]


def _inputs(needed: str = "是", person: str = "技师 0417") -> _Inputs:
    done = {"campaign": "U-1", "vin": "LSVAA49J0X2000001", "result": "success", "started_at": "2026-03-10 10:00", "professional": person}
    return [UpdateCampaign.model_validate({"id": "U-1", "skill_needed": needed})], [UpdateExecution.model_validate(done)]


@skilled_updates_name_a_professional.example(Verdict.PASS)
def a_technician_did_it() -> _Inputs:
    """The record names who calibrated."""
    return _inputs()


@skilled_updates_name_a_professional.example(Verdict.FAIL)
def nobody_named() -> _Inputs:
    """Skill is needed, and nobody is named."""
    return _inputs(person="")


@skilled_updates_name_a_professional.example(Verdict.INCONCLUSIVE)
def not_told_whether_needed() -> _Inputs:
    """The activity does not say."""
    return _inputs(needed="")
