"""Where the maker's words about an update activity and the computed difference disagree."""

import polars as pl

from zhunru.core.step import derive
from zhunru.core.table import Table, col
from zhunru.records.baseline import Baseline
from zhunru.records.feature_flag import FeatureFlag
from zhunru.records.odc_item import OdcItem
from zhunru.records.software_unit import SoftwareUnit
from zhunru.records.update_campaign import UpdateCampaign
from zhunru.records.update_package import UpdatePackage
from zhunru.records.vehicle_function import VehicleFunction
from zhunru.records.vehicle_parameter import VehicleParameter
from zhunru.tables.difference.activities import activities
from zhunru.tables.difference.claims import conflicts_of
from zhunru.tables.software_difference import ledgers


class ClaimConflict(Table):
    """One point in which the claim about an update activity disagrees with its difference, or cannot be compared with it."""

    campaign = col(pl.String, "update activity", "活动")
    product = col(pl.String, "product, in one form of writing", "产品")
    matter = col(pl.String, "activity, function, unit or package", "对象类别")
    id = col(pl.String, "name of what it is about", "对象")
    claimed = col(pl.String, "what is said", "声明")
    computed = col(pl.String, "what the difference shows", "实际")
    certain = col(pl.Boolean, "they certainly disagree; else it cannot be told", "确定")
    text_zh = col(pl.String, "the point, in Chinese", "说明")
    text_en = col(pl.String, "the point, in English", "说明（英文）")


@derive
def claim_conflicts(
    campaigns: list[UpdateCampaign],
    baselines: list[Baseline],
    units: list[SoftwareUnit] | None,
    parameters: list[VehicleParameter] | None,
    functions: list[VehicleFunction] | None,
    flags: list[FeatureFlag] | None,
    odc: list[OdcItem] | None,
    packages: list[UpdatePackage] | None,
) -> ClaimConflict:
    """Compare class, mark of automated driving, functions and packages of every activity with its difference.

    Args:
        campaigns: Update activities with their claims.
        baselines: Baselines.
        units: Software of the ECUs.
        parameters: Technical parameters.
        functions: Functions.
        flags: Switches.
        odc: Operational design conditions.
        packages: Packages of the activities.

    Returns:
        One row per point; none for an activity whose claim agrees.
    """
    found = activities(campaigns, ledgers(baselines, units, parameters, functions, flags, odc))
    points = [c for a in found for c in conflicts_of(a, packages)]
    rows = [
        {k: v for k, v in c._asdict().items() if k != "text"} | {"text_zh": c.text.zh, "text_en": c.text.en, "source": ""} for c in points
    ]
    return ClaimConflict(pl.DataFrame(rows, schema=ClaimConflict.schema()))
