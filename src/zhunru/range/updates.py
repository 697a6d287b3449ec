"""The update activity of the sample maker: one release with everything that belongs to it, and the faults planted in it.

Everything but the faults conforms, so that each fault stands out; leave one out (`without`) and its check is content.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from zhunru.range.identities import vin
from zhunru.range.release import configuration, papers, pushed, readouts, trials
from zhunru.range.release.story import AFTER, Ecu, Function, Story
from zhunru.range.release_dossier import ReleaseDossier
from zhunru.records.approval import Approval
from zhunru.records.filing import Filing
from zhunru.records.test_report import TestReport
from zhunru.records.update_case import UpdateCase
from zhunru.records.update_event import UpdateEvent
from zhunru.records.vehicle_parameter import VehicleParameter

DAY = date(2026, 10, 20)
"""Day of release; `zhunru demo` assesses a month later."""
_TARGETS = tuple(vin(n) for n in range(1, 7))
_OTHERS = tuple(vin(n) for n in range(7, 10))
_ECUS = (
    Ecu("ADCU", "组合驾驶辅助系统", "ADCU-H2", "3.0.4", "3.1.1", 0x7E0, "assist", ("S1-ADA-0003", "S1-ADA-0004")),
    Ecu("IVI", "信息娱乐系统", "IVI-H1", "4.8.0", "5.0.2", 0x7E2, "media"),
    Ecu("BMS", "电池管理系统", "BMS-H1", "2.4.0", "2.4.0", 0x7E1, "battery", ("S1-BAT-0002", "S1-BAT-0002")),
)
_FUNCTIONS = (
    Function("LCC", "车道居中", 2, "ADCU", safety=True),
    Function("ACC", "自适应巡航", 1, "ADCU", safety=True),
    Function("MEDIA", "影音", 0, "IVI", safety=False),
)
_EARLIER = "3.1.0"
"""Build of the ADCU that was approved; what was released is the next one."""


def _story(seed: int, car: str, maker: str) -> Story:
    return Story(
        seed, DAY, car=car, maker=maker, campaign="OTA-2026-05", ecus=_ECUS, functions=_FUNCTIONS, odc=None, claim="A",
        purpose="改善弯道中的车道居中，修复影音卡顿", content="弯道中车道居中更平稳；影音播放不再卡顿", approval=11, matters=("ota-update",),
        announced_as="公告第408批", test_car=vin(930_002), targets=_TARGETS, others=_OTHERS, brake_announced=True, released=True, scheme=r"S1-[A-Z]{3}-\d{4}",
        regulation="GB 47955-2026", approved=105,
    )  # fmt: skip


# Faults of the story: they must stand before digests and ledgers are made of it -----------------------------------------------------------

STORY_FAULTS: dict[str, dict[str, Any]] = {
    # Planted fault: one sampled car answers with a version of the IVI that no approved configuration knows. Found by ota.versions_agree.
    "version": {"odd_reading": {_TARGETS[3]: {"IVI": "4.9.0-beta"}}},
    # Planted fault: the file inside media-5.0.2.zip is another one than its signed manifest lists. Found by ota.package_is_authentic.
    "package": {"tampered": ("IVI",)},
    # Planted fault: the timestamp of the update server had expired the day before it was fetched. Found by ota.update_metadata_verifies.
    "timestamp": {"stamped": 0},
    # Planted fault: a car that is on no target list was updated. Found by ota.execution_record_is_complete.
    "stranger": {"strangers": _OTHERS[1:2]},
}


# Faults of records ------------------------------------------------------------------------------------------------------------------------


def _brake(made: ReleaseDossier) -> int:
    # Planted fault: the activity says class A and nothing of brakes, yet the baseline after it holds another brake parameter. Only the
    # difference of the two baselines tells it: ota.claim_agrees_with_difference, ota.parameter_changes_are_permitted.
    return made.change(VehicleParameter, lambda p: p.id == "P-brake" and p.baseline == AFTER, value="0.25")


def _approval(made: ReleaseDossier) -> int:
    # Planted fault: SP-2026-011 was given, and signed, for assist-3.1.0; released was 3.1.1. Found by ota.no_release_without_approval.
    earlier = replace(made.story, ecus=(_ECUS[0]._replace(new=_EARLIER), *_ECUS[1:]))
    number = made.story.approvals[0]
    right = next(r for r in papers.approvals(earlier) if isinstance(r, Approval) and r.id == number)
    return made.change(Approval, lambda a: a.id == number, digest=right.digest, signature=right.signature)


def _instructions(made: ReleaseDossier) -> int:
    # Planted fault: in run T-F the display told four of five contents: how to execute safely is missing. Found by
    # ota.user_is_told_before_execution.
    return made.remove(UpdateEvent, lambda e: e.run == "T-F" and e.topic == "instructions")


def _mixture(made: ReleaseDossier) -> int:
    # Planted fault: after a loss of power while writing, the ADCU runs the new version and the IVI the old one. Found by
    # ota.survives_power_loss_at_each_stage.
    back = next(e.at for e in made.of(UpdateEvent) if e.run == "T-P写入" and e.event == "power_return")
    return made.change(
        UpdateEvent, lambda e: e.run == "T-P写入" and e.event == "readout" and e.subject == "ADCU" and e.at > back, value=_ECUS[0].new
    )


def _parking_brake(made: ReleaseDossier) -> int:
    # Planted fault: without the parking brake (condition C3) the update was executed all the same. Found by
    # ota.executes_only_when_preconditions_hold.
    return made.change(UpdateCase, lambda c: c.run == "M-C3", executed=True, observed="执行")


def _filing(made: ReleaseDossier) -> int:
    # Planted fault: the filing of the activity names one package of two. Found by ota.pushed_equals_filed.
    return made.change(Filing, lambda f: f.matter == "activity", digests=made.story.digests[:1])


def _assurance(made: ReleaseDossier) -> int:
    # Planted fault: on the day of release the assurance report is older than three years by one day. Found by ota.reports_cover_the_release.
    return made.change(TestReport, lambda r: r.matter == "assurance", issued_on=date(DAY.year - 3, DAY.month, DAY.day - 1))


FAULTS: dict[str, Callable[[ReleaseDossier], int]] = {
    "brake": _brake,
    "approval": _approval,
    "instructions": _instructions,
    "mixture": _mixture,
    "parking brake": _parking_brake,
    "filing": _filing,
    "assurance": _assurance,
}


def activity(seed: int, car: str, maker: str, without: Iterable[str] = ()) -> ReleaseDossier:
    """Return the activity with its faults.

    Args:
        seed: Decides keys and bytes.
        car: Product.
        maker: Its maker.
        without: Names of faults that are left out, of `FAULTS` and `STORY_FAULTS`.
    """
    left = set(without)
    story = _story(seed, car, maker)
    for name, changed in STORY_FAULTS.items():
        story = story if name in left else replace(story, **changed)
    packages = {f"evidence/ota/packages/{name}": content for name, content in story.packages.items()}
    files = trials.evidence(story) | readouts.evidence(story) | pushed.evidence(story) | packages
    parts = (configuration, papers, trials, readouts, pushed)
    made = ReleaseDossier(story, [r for part in parts for r in part.records(story)], story.packages, files)
    for name, spoil in FAULTS.items():
        if name not in left and not spoil(made):
            raise LookupError(name)  # a fault that changes nothing is none
    return made
