"""The difference that an update makes is known in every point."""

from collections.abc import Iterator

from zhunru.core.check import check
from zhunru.core.finding import Finding, breach, gap, ok
from zhunru.core.verdict import Verdict
from zhunru.formulas.written_names import bare
from zhunru.records.approval import digest_of
from zhunru.records.software_unit import SoftwareUnit
from zhunru.records.update_campaign import UpdateCampaign
from zhunru.tables.software_difference import SoftwareDifference, rows_by_campaign


@check(
    "miit-2021-103/4.3",
    "gb-44496-2024/4.3.2",
    "gb-44496-2024/4.2.1",
    title_zh="每次升级前后的构型完整可比，没有未知的差异",
    since="0.1",
)
def difference_is_known(
    difference: SoftwareDifference, campaigns: list[UpdateCampaign], units: list[SoftwareUnit] | None
) -> Iterator[Finding]:
    """Before and after every update the configuration is documented so that nothing of the difference remains unknown.

    Why:
        Which procedure an update needs follows from the difference; what is not documented would go through unseen.

    为什么:
        升级须走何种程序由差异决定；未记录的变化会无声通过。

    How it decides:
        1. Take every update activity; none: gap.
        2. Each difference that cannot be told is a gap: no approved baseline to compare with, a set not listed whole, a blank or contradictory
           cell, a switch without a known effect, a version without a digest.
        3. One version of one ECU and hardware that has two digests is a breach: a version number stands for one build.
        4. Nothing unknown: ok for the activity.

    Inconclusive:
        Any difference is unknown.

    Not covered:
        Whether the sheets of the baselines are true; compare them with read-outs and packages.

    未覆盖:
        基线台账是否真实，须与读车结果和升级包比对。

    Args:
        difference: Computed differences.
        campaigns: Update activities.
        units: Software of the ECUs in all baselines.

    References:
        GB 44496-2024 4.2.1, 4.3.2; ota-and-recorders.md 1.2, 2.2.
    """
    rows = rows_by_campaign(difference)
    # (1) every activity
    if not campaigns:
        yield gap("没有升级活动", "there is no update activity")
    for campaign in campaigns:
        # (2) what is not known
        unknown = [r for r in rows.get(campaign.id, []) if r["procedure"] == "unknown"]
        for row in unknown:
            yield gap(
                "差异未知", "a difference is not known", at=campaign.origin, campaign=campaign.id, matter=row["matter"], item=row["id"],
                scope=row["scope"], why_zh=row["why_zh"], why_en=row["why_en"],
            )  # fmt: skip
        if not unknown:
            # (4) nothing unknown
            yield ok(
                "差异全部已知", "every difference is known", at=campaign.origin, campaign=campaign.id, rows=len(rows.get(campaign.id, []))
            )
    yield from _builds(units or [])


def _builds(units: list[SoftwareUnit]) -> Iterator[Finding]:
    # (3) one version, one build
    found: dict[tuple[str, str, str], dict[str, SoftwareUnit]] = {}
    for unit in sorted(units, key=lambda u: u.model_dump_json()):
        digest = digest_of(unit.digest)
        if digest and unit.version:
            found.setdefault((bare(unit.ecu), bare(unit.hardware or ""), bare(unit.version)), {}).setdefault(digest, unit)
    for same in found.values():
        if len(same) > 1:
            first, *_, last = same.values()
            yield breach(
                "同一版本号对应不同的软件摘要", "one version number stands for different digests", at=last.origin, ecu=last.ecu,
                version=last.version, baseline=first.baseline, other=last.baseline, digest=first.digest, other_digest=last.digest,
            )  # fmt: skip


_Inputs = tuple[SoftwareDifference, list[UpdateCampaign], list[SoftwareUnit] | None]


def _units(digest: str) -> list[SoftwareUnit]:
    rows = ({"baseline": "B0", "digest": "sha256:" + "11" * 32}, {"baseline": "B1", "digest": digest})
    return [SoftwareUnit.model_validate({"ecu": "IVI", "version": "1.0", "hardware": "H1"} | r) for r in rows]


def _rows(procedure: str) -> SoftwareDifference:
    return SoftwareDifference.rows(
        {"campaign": "U-1", "matter": "flag", "id": "X7", "procedure": procedure, "scope": "own", "why_zh": "理由", "why_en": "reason"}
    )


_CAMPAIGNS = [UpdateCampaign(id="U-1")]


@difference_is_known.example(Verdict.PASS)
def everything_known() -> _Inputs:
    """One comfort switch differs."""
    return _rows("file"), _CAMPAIGNS, _units("sha256:" + "11" * 32)


@difference_is_known.example(Verdict.FAIL)
def one_version_two_builds() -> _Inputs:
    """The version stayed 1.0 while the image changed."""
    return _rows("file"), _CAMPAIGNS, _units("sha256:" + "22" * 32)


@difference_is_known.example(Verdict.INCONCLUSIVE)
def a_switch_of_unknown_effect() -> _Inputs:
    """No function cites the switch."""
    return _rows("unknown"), _CAMPAIGNS, None
