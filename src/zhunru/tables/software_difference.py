"""What an update activity changes against the approved baseline, and which procedure each change needs."""

from collections.abc import Iterable
from typing import Any

import polars as pl

from zhunru.core.step import derive
from zhunru.core.table import Exhibit, Table, col
from zhunru.core.text import Text
from zhunru.records.baseline import Baseline
from zhunru.records.feature_flag import FeatureFlag
from zhunru.records.odc_item import OdcItem
from zhunru.records.software_unit import SoftwareUnit
from zhunru.records.update_campaign import UpdateCampaign
from zhunru.records.vehicle_function import VehicleFunction
from zhunru.records.vehicle_parameter import VehicleParameter
from zhunru.tables.difference.activities import Activity, activities
from zhunru.tables.difference.change import KINDS, MATTERS, PROCEDURES, RANK, SCOPES, Change
from zhunru.tables.difference.components import bills_of
from zhunru.tables.difference.configuration import Ledgers
from zhunru.tables.sbom_component import SbomComponent


class SoftwareDifference(Table):
    """One difference between the latest approved baseline of a product and what the cars have after an update activity.

    A change that needs two procedures stands twice. What cannot be told is a row with `procedure` unknown: it holds the release.
    """

    exhibit = Exhibit(
        "rows",
        Text("升级与已批准基线的差异、所需程序与理由", "What updates change against the approved baseline, the procedure needed and why"),
        x="campaign",
        y=("procedure", "change", "matter", "id", "before", "after", "scope", "rule", "why_zh"),
        clause="miit-2021-103/4.3",
        words={f"procedure={k}": t for k, t in PROCEDURES.items()}
        | {f"change={k}": t for k, t in KINDS.items()}
        | {f"matter={k}": t for k, t in MATTERS.items()}
        | {f"scope={k}": t for k, t in SCOPES.items()},
    )
    campaign = col(pl.String, "update activity", "活动")
    product = col(pl.String, "product, in one form of writing", "产品")
    base = col(pl.String, "approved baseline that it is taken against", "已批准基线")
    scope = col(pl.String, "own, accumulated since the approval, or arising only together with other activities", "来源")
    others = col(pl.String, "the other activities, where it arises only together with them", "其他活动")
    matter = col(pl.String, "unit, parameter, function, flag, odc, swin, dependency, component, package, set or activity", "对象类别")
    id = col(pl.String, "name of what differs", "对象")
    change = col(pl.String, "added, removed, changed, re_enabled, widened, narrowed or unknown", "变更")
    family = col(pl.String, "safety, energy, environment, theft or none; null = no parameter, or not told", "参数类别")
    before = col(pl.String, "state in the approved baseline", "变更前")
    after = col(pl.String, "state after the activity", "变更后")
    automated_driving = col(pl.Boolean, "touches automated driving; null = cannot be told", "涉及自动驾驶")
    announced = col(pl.Boolean, "parameter of the Announcement; null = no parameter, or not told", "公告参数")
    approval_relevant = col(pl.Boolean, "touches a type-approved system; null = no software, or not told", "型式批准相关")
    ecus = col(pl.String, "ECUs that carry it, joined by ;", "控制器")
    rule = col(pl.String, "rule G1 to G5 that it triggers; empty where it cannot be told", "规则")
    procedure = col(pl.String, "file, verify, permit, approve, recall or unknown", "程序")
    why_zh = col(pl.String, "why that procedure, in Chinese", "理由")
    why_en = col(pl.String, "why that procedure, in English", "理由（英文）")


@derive
def software_differences(
    campaigns: list[UpdateCampaign],
    baselines: list[Baseline],
    units: list[SoftwareUnit] | None,
    parameters: list[VehicleParameter] | None,
    functions: list[VehicleFunction] | None,
    flags: list[FeatureFlag] | None,
    odc: list[OdcItem] | None,
    sbom: SbomComponent | None = None,
) -> SoftwareDifference:
    """Compare what every activity leads to with the latest baseline approved before its release.

    Args:
        campaigns: Update activities; only the baselines and days that they name are used, not what they claim to change.
        baselines: Baselines.
        units: Software of the ECUs.
        parameters: Technical parameters.
        functions: Functions.
        flags: Switches.
        odc: Operational design conditions.
        sbom: Components of the bills of materials that the software rows name.

    Returns:
        One row per difference and procedure, in order of activities.
    """
    bills = bills_of(sbom.collect().to_dicts()) if sbom is not None else {}
    return table_of(activities(campaigns, ledgers(baselines, units, parameters, functions, flags, odc), bills))


def ledgers(
    baselines: list[Baseline],
    units: list[SoftwareUnit] | None = None,
    parameters: list[VehicleParameter] | None = None,
    functions: list[VehicleFunction] | None = None,
    flags: list[FeatureFlag] | None = None,
    odc: list[OdcItem] | None = None,
) -> Ledgers:
    """Bring the sheets together; a sheet that is not there is an empty one."""
    return Ledgers(*(tuple(s or ()) for s in (baselines, units, parameters, functions, flags, odc)))  # type: ignore[arg-type]


def table_of(found: Iterable[Activity]) -> SoftwareDifference:
    """Return the differences of activities as a table, for each activity the weightiest procedure first."""
    return SoftwareDifference(
        pl.DataFrame(
            [_row(c) for a in found for c in sorted(a.changes, key=lambda c: -RANK[c.procedure])], schema=SoftwareDifference.schema()
        )
    )


def _row(change: Change) -> dict[str, Any]:
    row = change._asdict() | {"ecus": "; ".join(change.ecus), "why_zh": change.why.zh, "why_en": change.why.en, "source": ""}
    return {name: row[name] for name in SoftwareDifference.columns}


def rows_by_campaign(difference: SoftwareDifference) -> dict[str, list[dict[str, Any]]]:
    """Return update activity -> its rows, in an order that does not depend on theirs."""
    found: dict[str, list[dict[str, Any]]] = {}
    frame = difference.collect()
    for row in frame.sort(frame.columns).iter_rows(named=True):
        found.setdefault(row["campaign"], []).append(row)
    return found
